"""How much longer another service's single request takes while one service bursts 100,000 of them into the same lane: medians."""

import time

import management
from figures.document import SERVICE, document
from flood import Flood
from neighbour import Neighbour, median
from receivers.nginx import Receiver
from system import Role, endpoints, forget_messages, seed

REQUESTS = 100_000
CHANNEL = "single"
IDLE_SECONDS, LOADED_SECONDS = 10, 30


def measure(run):
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, 1, run.target)
    forget_messages()
    try:
        with Role("up").running():
            neighbour = Neighbour("bench-neighbour", Receiver("neighbour")).start("idle")
            time.sleep(run.seconds(IDLE_SECONDS))
            flood = Flood(SERVICE, document(CHANNEL), run.count(REQUESTS))
            neighbour.enter("loaded")
            # While it is published and what it has filled is being emptied.
            time.sleep(run.seconds(LOADED_SECONDS))
            neighbour.stop(120)
            flood.ids()
    finally:
        neighbour.receiver.close()
        management.purge_all()
    idle, loaded = median(neighbour.waits("idle")), median(neighbour.waits("loaded"))
    return {"fair_wait_ratio": loaded / idle, "fair_wait_ms": loaded * 1000, "fair_idle_ms": idle * 1000}
