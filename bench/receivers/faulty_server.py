"""The program of the faulty receiver: `faulty_server PORT LEDGER MANNER`. `PUT /<manner>` changes how it behaves."""

import asyncio
import socket
import struct
import sys
import time

NO_ANSWER = "999"
# How long a slow receiver takes to answer, in seconds.
SLOWNESS = 0.1

manner = sys.argv[3]
# How many calls came in the present second.
second, calls = 0, 0
ledger = open(sys.argv[2], "a", buffering=1)


async def serve(reader, writer):
    try:
        while await answer(reader, writer):
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def answer(reader, writer):
    """Answers one request. Returns whether the connection goes on."""
    global manner
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", 0)))
    if request.startswith("PUT "):
        manner = request.split(" ")[1].strip("/") or manner
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        return True
    if manner == "slow":
        await asyncio.sleep(SLOWNESS)
    status, more = "204" if manner in ("well", "slow") else manner if manner.isdigit() else NO_ANSWER, b""
    if manner.startswith("limit-"):
        status, more = limited(int(manner.removeprefix("limit-")))
    ledger.write(f"{time.time():.3f} {headers['webhook-id']} {status}\n")
    if manner == "hang":
        await asyncio.sleep(3600)
    if manner == "reset":
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False
    length = b"" if status == "204" else b"Content-Length: 0\r\n"
    writer.write(f"HTTP/1.1 {status} Whatever\r\n".encode() + more + length + b"\r\n")
    return True


def limited(allowed):
    """The answer of an account that allows so many calls in each second: 204, or 429 and how long to wait."""
    global second, calls
    now = int(time.time())
    second, calls = now, calls + 1 if now == second else 1
    return ("204", b"") if calls <= allowed else ("429", b"Retry-After: 1\r\n")


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


asyncio.run(main())
