"""HTTP and SMTP servers for tests of transfers, with correct and faulty behaviour, each on a loopback port of its own.

Prints one line of JSON with the ports and the certificate authority, then serves until standard input ends.

HTTP, by path: /status/<code>?<header>=<value>, /hang, /break, /half-head, /half-body, /malformed, /endless, /header-flood;
/recorded?<token> lists the requests whose path contains the token.
SMTP, by the recipient's local part: rcpt<code>, data<code>, end<code>, hang, break, malformed; any other recipient is accepted. A
sender mail<code> is rejected with the code. User ada, password right. HTTP /mails lists the accepted mails.
HTTP /hold?<token> and an SMTP recipient hold-<token> are answered after /release?<token>; /held?<token> answers when one of them has
arrived.
"""

import asyncio
import base64
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

recorded, mails, gates = [], [], {}
ports = {}


class Gate:
    """Blocks a caller of `hold` until `opened` is set."""

    def __init__(self):
        self.reached, self.opened = asyncio.Event(), asyncio.Event()

    async def hold(self):
        self.reached.set()
        await self.opened.wait()


def gate(token):
    return gates.setdefault(token, Gate())


# HTTP


async def http(reader, writer):
    try:
        while await http_request(reader, writer):
            pass
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


async def http_request(reader, writer):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [line.split(": ", 1) for line in head[1:] if line]
    length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
    body = await reader.readexactly(length)
    path, _, query = target.partition("?")
    if path not in ("/recorded", "/mails", "/held", "/release"):
        recorded.append({"method": method, "path": target, "headers": headers, "body": base64.b64encode(body).decode()})
    return await http_answer(writer, path, query)


async def http_answer(writer, path, query):
    kind = path.strip("/").split("/")
    if kind[0] == "status":
        extra = "".join(f"{n}: {v}\r\n" for n, v in urllib.parse.parse_qsl(query))
        text = b"" if kind[1] in ("204", "304") else b"a body nobody may see"
        length = "" if kind[1] in ("204", "304") else f"Content-Length: {len(text)}\r\n"
        writer.write(f"HTTP/1.1 {kind[1]} Whatever\r\n{length}{extra}\r\n".encode() + text)
        return True
    if kind[0] == "recorded":
        return answer_json(writer, [r for r in recorded if query in r["path"]])
    if kind[0] == "mails":
        return answer_json(writer, [m for m in mails if query in m["message"] or query in "".join(m["to"])])
    if kind[0] in ("hold", "held", "release"):
        await answer_gate(kind[0], gate(query))
        return answer_json(writer, None)
    if kind[0] == "hang":
        await asyncio.sleep(3600)
    if kind[0] == "half-head":
        writer.write(b"HTTP/1.1 20")
    if kind[0] == "half-body":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    if kind[0] == "malformed":
        writer.write(b"NONSENSE AND MORE\r\n\r\n")
    if kind[0] == "endless":
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
    if kind[0] == "header-flood":
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            writer.write(b"X-Flood: " + b"x" * 8000 + b"\r\n")
        writer.write(b"\r\n")
    await writer.drain()
    return False  # /break and the rest: closes the connection


async def answer_gate(kind, gate):
    if kind == "hold":
        await gate.hold()
    elif kind == "held":
        await gate.reached.wait()
    else:
        gate.opened.set()


def answer_json(writer, value):
    body = json.dumps(value).encode()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return True


# SMTP


class Session:
    count = 0

    def __init__(self, reader, writer, name, tls, secure):
        Session.count += 1
        self.number = Session.count
        self.reader, self.writer, self.name, self.tls, self.secure = reader, writer, name, tls, secure
        self.sender, self.recipients, self.user = None, [], None

    def say(self, *lines):
        for line in lines:
            self.writer.write(line.encode() + b"\r\n")

    async def run(self):
        try:
            self.say("220 peer ESMTP")
            while await self.command((await self.reader.readuntil(b"\r\n")).decode().strip()):
                pass
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.writer.close()

    async def command(self, line):
        verb = line[:4].upper()
        if verb == "EHLO":
            self.say("250-peer", "250-SIZE 1000000", *(["250-STARTTLS"] if self.tls and not self.secure else []), "250 AUTH PLAIN")
        elif verb == "STAR":
            self.say("220 go ahead")
            await self.writer.drain()
            await self.writer.start_tls(self.tls)
            self.secure = True
        elif verb == "AUTH":
            await self.authenticate(line)
        elif verb == "MAIL":
            self.sender, self.recipients = re.search("<(.*?)>", line)[1], []
            code = re.match(r"mail(\d{3})", self.sender)
            self.say(f"{code[1]} sender {self.sender} refused" if code else "250 ok")
        elif verb == "RCPT":
            address = re.search("<(.*?)>", line)[1]
            code = re.match(r"rcpt(\d{3})", address)
            self.say(f"{code[1]} <{address}>: recipient refused" if code else "250 ok")
            self.recipients.append(address)
        elif verb == "DATA":
            return await self.data()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    async def authenticate(self, line):
        answer = line.split(" ")[2:]
        if not answer:
            self.say("334 ")
            answer = [(await self.reader.readuntil(b"\r\n")).decode().strip()]
        _, user, password = base64.b64decode(answer[0]).decode().split("\0")
        self.user = user if (user, password) == ("ada", "right") else None
        self.say("235 welcome" if self.user else "535 5.7.8 not with this password")

    async def data(self):
        word = self.recipients[0]
        if code := re.match(r"data(\d{3})", word):
            self.say(f"{code[1]} no data")
            return True
        self.say("354 go on")
        message = await self.reader.readuntil(b"\r\n.\r\n")
        if code := re.match(r"end(\d{3})", word):
            self.say(f"{code[1]} message refused")
            return True
        if word.startswith("hang"):
            await asyncio.sleep(3600)
        if held := re.match(r"hold-(.*)@", word):
            await gate(held[1]).hold()
        if word.startswith("break"):
            return False
        if word.startswith("malformed"):
            self.say("what was that?")
            return False
        text = re.sub(rb"(?m)^\.\.", b".", message[:-3])
        mails.append(
            {"from": self.sender, "to": self.recipients, "user": self.user, "tls": self.secure, "server": self.name,
             "session": self.number, "message": text.decode("latin-1")})
        self.say(f"250 2.0.0 Ok: queued as Q{len(mails):05d}")
        return True


def smtp(name, tls=None, secure=False):
    return lambda reader, writer: Session(reader, writer, name, tls, secure).run()


async def busy(reader, writer):
    writer.write(b"554 no service here\r\n")
    await writer.drain()
    writer.close()


async def silent(reader, writer):
    await asyncio.sleep(3600)


# Start


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/ca.pem"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/ca.pem", f"{folder}/key.pem")
    return context


async def serve(name, handler, tls=None):
    server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=tls, limit=4_000_000)
    ports[name] = server.sockets[0].getsockname()[1]
    return server


def blackhole():
    """A port where connecting hangs: the backlog is full and nothing accepts."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(0)
    ports["blackhole"] = server.getsockname()[1]
    callers = [socket.socket() for _ in range(4)]
    for caller in callers:
        caller.setblocking(False)
        caller.connect_ex(("127.0.0.1", ports["blackhole"]))
    return [server, *callers]


async def main():
    with tempfile.TemporaryDirectory() as folder:
        tls = certificate(folder)
        await serve("http", http)
        await serve("https", http, tls)
        await serve("smtp", smtp("smtp", tls))
        await serve("smtpPlain", smtp("smtpPlain"))
        await serve("smtps", smtp("smtps", secure=True), tls)
        await serve("busy", busy)
        await serve("silent", silent)
        closing = await serve("closed", silent)
        closing.close()
        await closing.wait_closed()
        unanswered = blackhole()
        print(json.dumps({"ports": ports, "authority": f"{folder}/ca.pem"}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        del unanswered
    # Does not wait for hanging sessions.
    os._exit(0)


asyncio.run(main())
