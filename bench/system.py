"""Posthorn as the benchmark and the fault tests see it: processes by id, the API over HTTP, and the tables."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import psycopg

HERE = pathlib.Path(__file__).parent
FOLDER = pathlib.Path(os.environ["SERVERS_FOLDER"])
API_KEY = os.environ.get("API_KEY", "")
# What is known of messages; the rest of the tables holds who listens.
MESSAGE_TABLES = {"requests", "request_parts", "cursor_steps", "first_media", "notifications", "attempts", "cancellations"}


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def database(**settings):
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, connect_timeout=5, **settings)


@contextlib.contextmanager
def using_database(url):
    """Whatever asks or starts something meanwhile uses this database."""
    names = ("DATABASE_URL", "POSTHORN_DATABASE_URL")
    before = {name: os.environ[name] for name in names}
    os.environ.update({name: url for name in names})
    try:
        yield
    finally:
        os.environ.update(before)


def tool(*words):
    """`posthorn WORD…`, and what it printed."""
    done = subprocess.run([os.environ["POSTHORN"], *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"posthorn {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


def wait_for(condition, limit, what, pause=0.05):
    """Repeats a check until it holds; what is late is an error, not a hang."""
    deadline = time.monotonic() + limit
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {limit} s")
        time.sleep(pause)


class Process:
    """A program of ours in a session of its own, ended by its id."""

    living = []

    def __init__(self, name, command, environment=None):
        self.name = name
        self.log = (FOLDER / f"{name}.log").open("ab")
        self.handle = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, **(environment or {})},
        )
        Process.living.append(self)

    def kill(self):
        """kill -9."""
        self.handle.kill()
        self.handle.wait()
        self.forget()

    def stop(self, limit=40):
        if self.handle.poll() is None:
            self.handle.send_signal(signal.SIGTERM)
        try:
            self.handle.wait(limit)
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not end within {limit} s")
            self.handle.kill()
            self.handle.wait()
        self.forget()

    def forget(self):
        self.log.close()
        if self in Process.living:
            Process.living.remove(self)

    @classmethod
    def stop_all(cls):
        for process in list(cls.living):
            process.stop(10)


class Role(Process):
    """`posthorn gateway`, `posthorn up`, … ready when its own readiness says so."""

    def __init__(self, role, **environment):
        self.role = role
        self.environment = {"POSTHORN_ADMIN_LISTEN": f"127.0.0.1:{free_port()}", **environment}
        super().__init__(role, [os.environ["POSTHORN"], role], self.environment)

    def is_ready(self):
        if self.handle.poll() is not None:
            raise ChildProcessError(f"posthorn {self.role} ended with {self.handle.returncode}: {tail(FOLDER / self.name)}")
        host, port = self.environment["POSTHORN_ADMIN_LISTEN"].split(":")
        try:
            connection = http.client.HTTPConnection(host, int(port), timeout=2)
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False

    @contextlib.contextmanager
    def running(self):
        """From its readiness until it has drained."""
        try:
            yield self.await_ready()
        finally:
            self.stop()

    def peak_megabytes(self):
        """The most memory that it has held at once."""
        status = pathlib.Path(f"/proc/{self.handle.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024

    def await_ready(self, limit=60):
        wait_for(self.is_ready, limit, f"the start of posthorn {self.role}")
        return self


class SenderDouble(Role):
    """A sender whose providers are doubles that call a receiver over HTTP: one named `double`, unless the environment says otherwise.

    The settings are the ends of names: `URL`, `BATCH`, `RATE`, … (bench/SenderDouble/AccountSettings.swift).
    """

    def __init__(self, name="sender-double", environment=None, **settings):
        self.role = name
        double = {f"POSTHORN_TEST_DOUBLE_DOUBLE_{end}": value for end, value in settings.items()}
        self.environment = {"POSTHORN_ADMIN_LISTEN": f"127.0.0.1:{free_port()}", **double, **(environment or {})}
        Process.__init__(self, name, [os.path.join(os.environ["BIN"], "sender-double")], self.environment)


def tail(path, characters=2000):
    return path.with_suffix(".log").read_text(errors="replace")[-characters:]


class API:
    """One kept connection to the gateway."""

    def __init__(self, key=None, timeout=10):
        url = urllib.parse.urlsplit(os.environ["API"])
        self.key = key or API_KEY
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)

    def call(self, method, path, document=None, headers=None):
        body = None if document is None else json.dumps(document).encode()
        self.connection.request(
            method,
            path,
            body,
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **(headers or {})},
        )
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if content else None

    def post(self, path, document, headers=None):
        status, answer = self.call("POST", path, document, headers)
        if not 200 <= status < 300:
            raise RuntimeError(f"POST {path}: {status} {answer}")
        return answer

    def close(self):
        self.connection.close()


def forget_messages():
    """Empties the tables of requests and notifications, so that every round begins alike."""
    with database() as connection:
        present = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        connection.execute(f"TRUNCATE {', '.join(MESSAGE_TABLES & {name for (name,) in present})}")
        connection.execute("CHECKPOINT")


def endpoints(service, channel):
    """The ids of the endpoints of those who listen to a channel."""
    with database() as connection:
        rows = connection.execute(
            "SELECT e.id FROM endpoints e JOIN subscriptions s USING (consumer_id) JOIN channels c ON c.id = s.channel_id"
            " JOIN services o ON o.id = c.service_id WHERE o.name = %s AND c.name = %s",
            (service, channel),
        ).fetchall()
    return [identity for (identity,) in rows]


def seed(service, channel, count, url, medium="webhook"):
    """Lets so many new consumers with an endpoint each listen to a channel, straight into the tables: `url` with `{}` for the name."""
    with database() as connection, connection.transaction():
        identity = connection.execute("SELECT id FROM services WHERE name = %s", (service,)).fetchone()[0]
        channel_id = connection.execute(
            "INSERT INTO channels (service_id, name) VALUES (%s, %s)"
            " ON CONFLICT (service_id, name) DO UPDATE SET name = excluded.name RETURNING id",
            (identity, channel),
        ).fetchone()[0]
        known = connection.execute("SELECT count(*) FROM subscriptions WHERE channel_id = %s", (channel_id,)).fetchone()[0]
        connection.execute(
            """
            WITH new AS (
                INSERT INTO consumers (service_id, name)
                SELECT %(service)s, %(channel)s || '-' || number
                FROM generate_series(%(known)s + 1, %(known)s + %(count)s) AS number
                RETURNING id, name
            ), listening AS (
                INSERT INTO subscriptions (channel_id, consumer_id) SELECT %(channel_id)s, id FROM new
            )
            INSERT INTO endpoints (id, consumer_id, medium, address)
            SELECT gen_random_uuid(), id, %(medium)s::medium, replace(%(url)s, '{}', name) FROM new
            """,
            {
                "service": identity, "channel": channel, "channel_id": channel_id, "count": count, "known": known, "url": url,
                "medium": medium,
            },
        )
    with database() as connection:
        connection.execute("VACUUM ANALYZE consumers, endpoints, subscriptions")
