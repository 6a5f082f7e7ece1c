"""How much longer another service's single request takes while one service bursts 100,000 of them into the same lane: medians."""

import time

import management
from figures.document import SERVICE, document
from figures.fanout import await_record
from flood import Flood
from neighbour import Neighbour, median
from receivers.nginx import Receiver
from system import Role, database, endpoints, forget_messages, seed

REQUESTS = 100_000
CHANNEL = "single"
IDLE_SECONDS = 10


def measure(run):
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, 1, run.target)
    forget_messages()
    count = run.count(REQUESTS)
    try:
        with Role("up").running(), database() as connection:
            neighbour = Neighbour("bench-neighbour", Receiver("neighbour")).warm_up("idle")
            time.sleep(run.seconds(IDLE_SECONDS))
            flood = Flood(SERVICE, document(CHANNEL), count)
            neighbour.enter("loaded")
            # Until the last of them is delivered; what is sent after that waits for nobody.
            await_record(connection, count, 300, "service = %s", SERVICE)
            neighbour.stop(120)
            flood.ids()
    finally:
        neighbour.receiver.close()
        management.purge_all()
    idle, loaded = median(neighbour.waits("idle")), median(neighbour.waits("loaded"))
    return {"fair_wait_ratio": loaded / idle, "fair_wait_ms": loaded * 1000, "fair_idle_ms": idle * 1000}
