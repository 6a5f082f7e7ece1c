"""The program of the mail sink: `mail_server PORT LEDGER DELAY`. As much of SMTP (RFC 5321) as taking mail needs.

The file DELAY says how many seconds the answer to each mail takes; without it, none.
"""

import asyncio
import pathlib
import re
import sys
import time

ledger = open(sys.argv[2], "a", buffering=1)
delay = pathlib.Path(sys.argv[3])
MESSAGE_ID = re.compile(rb"^message-id:\s*<([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)


async def serve(reader, writer):
    def say(line):
        writer.write(line.encode() + b"\r\n")

    try:
        say("220 sink ESMTP")
        while True:
            verb = (await reader.readuntil(b"\r\n")).decode("latin-1")[:4].upper().strip()
            if verb == "QUIT":
                say("221 bye")
                return
            if verb == "DATA":
                say("354 go on")
                message = await reader.readuntil(b"\r\n.\r\n")
                if found := MESSAGE_ID.search(message):
                    ledger.write(f"{time.time():.3f} {found[1].decode()} 250\n")
                if delay.exists():
                    await asyncio.sleep(float(delay.read_text()))
            say("250 sink" if verb in ("EHLO", "HELO") else "250 ok")
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=1024, limit=1 << 21)
    await server.serve_forever()


asyncio.run(main())
