"""One function for each figure: it runs one round and returns messages per second."""

import os
import pathlib
import subprocess
import sys
import time
import urllib.parse

from system import API, FOLDER, Process, Role, database, forget_messages, free_port, say, wait_for

HERE = pathlib.Path(__file__).parent
SERVICE = "bench"
LOAD_SECONDS = 6
LOAD_CONNECTIONS = 256


def document(channel):
    """The request of all figures: a title and a short text, as notifications are."""
    return {
        "channel": [channel],
        "text": ["Line 4 runs again", "The disturbance between the harbour and the market square is over. " * 4],
        "timestamp": 1700000000,
        "metadata": {"line": 4, "severity": "information", "source": "operations"},
        "reference": "bench-0001",
    }


def bare_passage(body, count):
    """Publish, confirm, deliver and acknowledge through one quorum queue, by a plain C client."""
    url = urllib.parse.urlsplit(os.environ["BROKER_URL"])
    done = subprocess.run(
        [FOLDER / "passage", url.hostname, str(url.port), url.username, url.password, "/", str(count)],
        input=body,
        capture_output=True,
        check=True,
    )
    return float(done.stdout)


def fan_out(channel, count):
    """One request to a channel of `count` webhook endpoints, from the POST until the last status is on record."""
    forget_messages()
    with database() as connection:
        api = API()
        started = time.monotonic()
        request = api.post("/v1/requests", document(channel))["id"]
        api.close()
        delivered, pause, deadline = 0, 0.25, started + 300
        while delivered < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"only {delivered} of {count} were delivered")
            time.sleep(pause)
            delivered, final = connection.execute(
                "SELECT count(*) FILTER (WHERE status = 'delivered'), count(*) FILTER (WHERE status > 'delivered')"
                " FROM notifications WHERE request = %s",
                (request,),
            ).fetchone()
            if final > 0:
                raise RuntimeError(f"{final} notifications were not delivered")
            pause = 0.25 if delivered < count * 0.85 else 0.05
        return count / (time.monotonic() - started)


def celery(body, count, processes, target):
    """`count` tasks that wait in the queue, from the first status to the last; the workers' start does not count."""
    environment = {"BENCH_BROKER_URL": os.environ["BROKER_URL"], "BENCH_DATABASE_URL": os.environ["DATABASE_URL"]}
    with database() as connection:
        connection.execute("DROP TABLE IF EXISTS bench_celery")
        connection.execute(
            "CREATE TABLE bench_celery (number int PRIMARY KEY, status text NOT NULL, updated_at timestamptz)"
            " WITH (fillfactor = 70)"
        )
        connection.execute("INSERT INTO bench_celery SELECT n, 'created', NULL FROM generate_series(1, %s) AS n", (count,))
        subprocess.run(
            [sys.executable, "-m", "celery_load", str(count), target],
            input=body,
            env={**os.environ, **environment},
            cwd=HERE,
            check=True,
        )
        worker = Process(
            "celery",
            [sys.executable, "-m", "celery", "--workdir", str(HERE), "-A", "celery_peer", "worker", "--loglevel=ERROR"]
            + ["--pool=prefork", f"--concurrency={processes}", "-O", "fair"]
            + ["--without-gossip", "--without-mingle", "--without-heartbeat"],
            environment,
        )
        try:
            wait_for(lambda: celery_waits_for(connection) == 0, 300, "Celery", pause=0.5)
        finally:
            worker.stop(20)
        delivered, seconds = connection.execute(
            "SELECT count(*) FILTER (WHERE status = 'delivered'), extract(epoch FROM max(updated_at) - min(updated_at))::float8"
            " FROM bench_celery"
        ).fetchone()
        connection.execute("DROP TABLE bench_celery")
    if delivered != count:
        raise RuntimeError(f"Celery delivered {delivered} of {count}")
    return (count - 1) / seconds


def celery_waits_for(connection):
    return connection.execute("SELECT count(*) FROM bench_celery WHERE status = 'created'").fetchone()[0]


def http_bare(body):
    """The gateway's HTTP server with a handler that only decodes the body."""
    port = free_port()
    server = Process("http-bare", [pathlib.Path(os.environ["BIN"]) / "http-bare", f"127.0.0.1:{port}"])
    try:
        return load(f"http://127.0.0.1:{port}/v1/requests", body)
    finally:
        server.stop(10)


def accept(body):
    """Requests that the gateway answered with 202, which it does after the broker's confirm. The gateway runs alone."""
    gateway = Role("gateway").await_ready()
    try:
        return load(f"{os.environ['API']}/v1/requests", body, key=os.environ["API_KEY"])
    finally:
        gateway.stop()


def load(url, body, key=None):
    """Posts the body as fast as it is answered; only 2xx count."""
    path = FOLDER / "request.json"
    path.write_bytes(body)
    environment = {**os.environ, "BENCH_BODY": str(path), **({"BENCH_KEY": key} if key else {})}
    wrk = ["wrk", "-t1", f"-c{LOAD_CONNECTIONS}", "-s", HERE / "request.lua", url]
    wait_for(lambda: subprocess.run([*wrk, "-d1"], env=environment, capture_output=True).returncode == 0, 20, url)
    done = subprocess.run([*wrk, f"-d{LOAD_SECONDS}"], env=environment, capture_output=True, check=True, text=True)
    completed, refused, broken, seconds = done.stdout.splitlines()[-1].split()
    if int(refused) or int(broken):
        say(f"    {refused} refused and {broken} broken of {completed}")
    return (int(completed) - int(refused)) / float(seconds)
