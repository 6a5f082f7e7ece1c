"""How much longer a log-in code takes while a million bulk webhooks drain: the p99 of one every 20 ms, against that when idle."""

import time

import management
from figures.document import SERVICE, document
from neighbour import Neighbour, percentile
from receivers.nginx import Receiver
from system import API, Role, endpoints, forget_messages, seed, wait_for

ENDPOINTS = 1_000_000
CHANNEL = "million"
IDLE_SECONDS, LOADED_SECONDS = 10, 30


def measure(run):
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, run.count(ENDPOINTS), run.target)
    forget_messages()
    try:
        with Role("up").running():
            codes = Neighbour("bench-codes", Receiver("codes"), priority="priority", pace=0.02).start("idle")
            time.sleep(run.seconds(IDLE_SECONDS))
            api = API()
            api.post("/v1/requests", document(CHANNEL, priority="bulk"))
            api.close()
            wait_for(lambda: management.depths().get("send.webhook.bulk", 0) > 0, 60, "filling the bulk lane", pause=0.5)
            codes.enter("loaded")
            time.sleep(run.seconds(LOADED_SECONDS))
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
