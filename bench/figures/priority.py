"""How much longer a login code takes while a million bulk webhooks drain: the p99 of one every 20 ms, against that when idle."""

import time

import management
from figures.document import SERVICE, document
from figures.fanout import delivered
from neighbour import Neighbour, percentile
from receivers.nginx import Receiver
from system import API, Role, database, endpoints, forget_messages, seed, wait_for

ENDPOINTS = 1_000_000
CHANNEL = "million"
IDLE_SECONDS, LOADED_SECONDS = 10, 30


def measure(run):
    count = run.count(ENDPOINTS)
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, count, run.target)
    forget_messages()
    try:
        with Role("up").running(), database() as connection:
            codes = Neighbour("bench-codes", Receiver("codes"), priority="priority", pace=0.02).warm_up("idle")
            time.sleep(run.seconds(IDLE_SECONDS))
            api = API()
            request = api.post("/v1/requests", document(CHANNEL, priority="bulk"))["id"]
            api.close()
            wait_for(lambda: delivered(connection, "request = %s", request) > 0, 60, "beginning to drain", pause=0.1)
            codes.enter("loaded")
            drain(connection, request, count, run.seconds(LOADED_SECONDS))
            codes.stop()
    finally:
        codes.receiver.close()
        management.purge_all()
    idle, loaded = codes.waits("idle"), codes.waits("loaded")
    return {
        "priority_ratio": percentile(loaded, 0.99) / percentile(idle, 0.99),
        "priority_p99_ms": percentile(loaded, 0.99) * 1000,
        "priority_idle_p99_ms": percentile(idle, 0.99) * 1000,
    }


def drain(connection, request, count, seconds):
    """For so long, or until all is delivered: from then on nothing is loaded."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and delivered(connection, "request = %s", request) < count:
        time.sleep(2)
