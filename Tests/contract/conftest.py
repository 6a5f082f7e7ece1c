"""An installation of Posthorn for these tests alone: a virtual host, a database, and `posthorn up` as a child.

The servers come from the environment: POSTHORN_TEST_BROKER_URL, POSTHORN_TEST_MANAGEMENT_URL, POSTHORN_TEST_DATABASE_URL. The program is
POSTHORN_BIN, or the debug build of this checkout.
"""

import base64
import json
import os
import pathlib
import re
import secrets
import signal
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

import psycopg
import pytest
from psycopg import sql
from receivers import Mailbox, WebhookReceiver

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("POSTHORN_BIN", str(ROOT / ".build/debug/posthorn"))
LIMIT = 60  # seconds; how long anything is waited for


class Reply:
    """What an HTTP server answered."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def document(self):
        return json.loads(self.body)


def call(method, url, document=None, *, body=None, headers=None):
    """Makes an HTTP call; user and password in the address become an Authorization header."""
    parts = urllib.parse.urlsplit(url)
    headers = {"Content-Type": "application/json", **(headers or {})}
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password)}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        url = parts._replace(netloc=f"{parts.hostname}:{parts.port}").geturl()
    data = json.dumps(document).encode() if document is not None else body
    request = urllib.request.Request(url, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as reply:
            return Reply(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.headers, error.read())


class Program:
    """`posthorn up` as a child process; its log says when it is ready and where it listens."""

    def __init__(self, environment):
        self.lines, self.ports = [], {}
        self.ready = threading.Event()
        self.child = subprocess.Popen([PROGRAM, "up"], env=environment, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.child.stderr:
            self.lines.append(line.rstrip())
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if entry.get("message") == "listening":
                self.ports[entry["part"]] = int(entry["port"])
            if entry.get("message") == "ready":
                self.ready.set()
        self.ready.set()

    def wait(self):
        assert self.ready.wait(LIMIT) and self.is_alive, "posthorn up did not start:\n" + "\n".join(self.lines[-20:])

    @property
    def is_alive(self):
        return self.child.poll() is None

    def stop(self):
        if self.is_alive:
            self.child.send_signal(signal.SIGTERM)
        return self.child.wait(LIMIT)


class Service:
    """A service with a broker user, an API key and channels of its own."""

    def __init__(self, installation, name):
        self.installation, self.name = installation, name
        password = installation.tool("service", "create", name, "--broker-user").strip()
        self.key = installation.tool("key", "create", "--service", name).strip()
        parts = urllib.parse.urlsplit(installation.broker_url)
        self.broker_url = parts._replace(netloc=f"{name}:{password}@{parts.hostname}:{parts.port}").geturl()

    def http(self, method, path, document=None, *, body=None, headers=None):
        url = f"http://127.0.0.1:{self.installation.program.ports['gateway']}{path}"
        return call(method, url, document, body=body, headers={"Authorization": f"Bearer {self.key}", **(headers or {})})

    def listener(self, channel, consumer, medium, address):
        """Registers a consumer with an endpoint and lets it listen; returns the endpoint."""
        reply = self.http("POST", "/v1/consumers", {"consumer": consumer, "endpoint": {"medium": medium, "address": address}})
        assert reply.status == 201, reply.body
        reply_to_listen = self.http("POST", f"/v1/channels/{channel}/consumers", {"consumer": consumer})
        assert reply_to_listen.status == 201, reply_to_listen.body
        return reply.document["endpoint"]


class Installation:
    """Virtual host, database, program, and what receives on the other side."""

    def __init__(self):
        self.name = f"contract-{secrets.token_hex(6)}"
        self.management_url = os.environ["POSTHORN_TEST_MANAGEMENT_URL"].rstrip("/")
        self.database_admin = os.environ["POSTHORN_TEST_DATABASE_URL"]
        broker = urllib.parse.urlsplit(os.environ["POSTHORN_TEST_BROKER_URL"])
        self.broker_url = broker._replace(path="/" + self.name).geturl()
        self.mails, self.webhooks = Mailbox(), WebhookReceiver()
        self.services = []

    def start(self):
        self.management("PUT", f"vhosts/{self.name}")
        user = urllib.parse.urlsplit(self.broker_url).username
        self.management("PUT", f"permissions/{self.name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
        with psycopg.connect(self.database_admin, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        database = urllib.parse.urlsplit(self.database_admin)._replace(path="/" + self.name).geturl()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTHORN_")}
        self.environment = kept | {
            "POSTHORN_BROKER_URL": self.broker_url,
            "POSTHORN_MANAGEMENT_URL": self.management_url,
            "POSTHORN_DATABASE_URL": database,
            "POSTHORN_SECRET_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "POSTHORN_LOG_FORMAT": "json",
            "POSTHORN_GATEWAY_LISTEN": "127.0.0.1:0",
            "POSTHORN_ADMIN_LISTEN": "127.0.0.1:0",
            "POSTHORN_EMAIL_PROVIDERS": "primary",
            "POSTHORN_EMAIL_PRIMARY_URL": f"smtp://127.0.0.1:{self.mails.port}",
            "POSTHORN_EMAIL_PRIMARY_STARTTLS": "never",
            "POSTHORN_EMAIL_FROM": "Posthorn <posthorn@example.org>",
            "POSTHORN_WEBHOOK_ALLOW": "127.0.0.0/8",
            "POSTHORN_WEBHOOK_ALLOW_HTTP": "true",
            "POSTHORN_WEBHOOK_PORTS": "any",
            "POSTHORN_RECORDER_FLUSH_INTERVAL": "20ms",
        }
        self.tool("topology", "apply")
        self.tool("database", "migrate")
        self.program = Program(self.environment)
        self.program.wait()

    def stop(self):
        if hasattr(self, "program"):
            self.program.stop()
        self.mails.close()
        self.webhooks.close()
        for service in self.services:
            self.management("DELETE", f"users/{service.name}")
        self.management("DELETE", f"vhosts/{self.name}")
        with psycopg.connect(self.database_admin, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def tool(self, *words, status=0, text=None):
        """Runs the program to its end; returns its standard output."""
        outcome = subprocess.run(
            [PROGRAM, *words], env=self.environment, input=text, capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert outcome.returncode == status, outcome.stderr
        self.complaint = outcome.stderr
        return outcome.stdout

    def management(self, method, path, document=None):
        reply = call(method, f"{self.management_url}/api/{path}", document)
        assert reply.status < 300, reply.body
        return json.loads(reply.body) if reply.body else None

    def service(self):
        service = Service(self, f"shop-{secrets.token_hex(4)}")
        self.services.append(service)
        return service


@pytest.fixture(scope="session")
def installation():
    installation = Installation()
    try:
        installation.start()
        yield installation
        assert installation.program.is_alive, "posthorn up ended by itself"
        assert installation.program.stop() == 0
    finally:
        installation.stop()


@pytest.fixture
def service(installation):
    """A service that no other test knows."""
    return installation.service()


@pytest.fixture(scope="session")
def contract():
    """The page, and what it says in its example."""
    text = (ROOT / "docs/contract.md").read_text()
    return {"text": text, "python": re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]}
