"""The same HTTP calls and status updates by Celery, which takes them from the same broker."""

import os
import subprocess
import sys

from figures.document import encoded_body
from system import HERE, Process, database, say, wait_for

TASKS = 8_000


def measure(run):
    target = run.target
    processes = run.once("celery processes", lambda: best(run, target))
    return {"celery_per_s": celery(run.count(TASKS), processes, target)}


def best(run, target):
    """How many processes serve Celery best on this machine."""
    rates = {number: celery(run.count(TASKS) // 2, number, target) for number in (2, 4, 8)}
    chosen = max(rates, key=rates.get)
    say(f"  Celery: {', '.join(f'{rate:,.0f}/s with {number} processes' for number, rate in rates.items())}; takes {chosen}")
    return chosen


def celery(count, processes, target):
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
            input=encoded_body(),
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
