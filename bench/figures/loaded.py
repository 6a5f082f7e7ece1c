"""What 5,000,000 endpoints and 100,000 channels of another service cost those who have nothing to do with them, against 1,000 and 10.

A fifth of the crowd listens to one channel. The two directories are two databases of the same cluster, and each round measures both: a fan-out to 10,000, and single requests to a
channel with one listener.
"""

import os
import time
import urllib.parse

import psycopg

from figures.fanout import fan_out
from figures.document import SERVICE
from neighbour import Neighbour, median
from receivers.nginx import Receiver
from system import API, Role, database, say, seed, tool, using_database

CHANNEL = "loaded"
FAN_OUT, LATENCY_SECONDS = 10_000, 8
SIZES = {"small": (1_000, 10), "loaded": (5_000_000, 100_000)}
# The crowd's consumers and channels have numbers from 1 on, because they are the first of their database.
CROWD = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO services (name) VALUES ('crowd');
INSERT INTO channels (service_id, name) SELECT 1, 'channel-' || n FROM generate_series(1, {channels}) AS n;
INSERT INTO consumers (service_id, name) SELECT 1, 'consumer-' || n FROM generate_series(1, {endpoints}) AS n;
INSERT INTO endpoints (id, consumer_id, medium, address)
    SELECT lpad(to_hex(n), 32, '0')::uuid, n, 'webhook', 'http://127.0.0.1:9/' || n FROM generate_series(1, {endpoints}) AS n;
INSERT INTO subscriptions (channel_id, consumer_id)
    SELECT CASE WHEN n <= {endpoints} / 5 THEN 1 ELSE 1 + n % {channels} END, n FROM generate_series(1, {endpoints}) AS n
"""


def measure(run):
    seconds, latency = {}, {}
    for name, size in SIZES.items():
        url = run.once(f"the {name} directory", lambda: load(name, *map(run.count, size)))
        with using_database(url):
            key = run.once(f"a service in the {name} directory", lambda: prepare(run))
            with Role("up").running():
                # The first warms up.
                fan_out(CHANNEL, run.count(FAN_OUT), api=API(key))
                seconds[name] = min(fan_out(CHANNEL, run.count(FAN_OUT), api=API(key)) for _ in range(3))
                latency[name] = single_latency(run)
    return {
        "loaded_fanout_ratio": seconds["loaded"] / seconds["small"],
        "loaded_latency_ratio": latency["loaded"] / latency["small"],
        "loaded_latency_ms": latency["loaded"] * 1000,
    }


def load(name, count, channels):
    """A database with a crowd of another service in it. Returns its address."""
    started = time.monotonic()
    with database() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with using_database(url):
        tool("database", "migrate")
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in CROWD.format(endpoints=count, channels=max(channels, 2)).split(";"):
                connection.execute(statement)
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
    say(f"  loaded {count:,} endpoints and {channels:,} channels in {time.monotonic() - started:.0f} s")
    return url


def prepare(run):
    """The service that is measured comes after the crowd. Returns its key."""
    tool("service", "create", SERVICE)
    seed(SERVICE, CHANNEL, run.count(FAN_OUT), run.target)
    return tool("key", "create", "--service", SERVICE)


def single_latency(run):
    neighbour = Neighbour("late", Receiver("late"), pace=0.05, threads=2).warm_up("single")
    time.sleep(run.seconds(LATENCY_SECONDS))
    neighbour.stop()
    neighbour.receiver.close()
    return median(neighbour.waits("single"))
