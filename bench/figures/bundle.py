"""A fan-out through a provider that takes 500 notifications in a call, against one that takes a single one.

A call takes the provider 50 ms, whatever it contains, and 64 calls of a lane run at once.
"""

import contextlib

from figures.document import SERVICE
from figures.fanout import fan_out
from receivers.nginx import Receiver
from system import Role, SenderDouble, endpoints, seed

ENDPOINTS = 30_000
CHANNEL = "bundle"
BATCH = 500


def measure(run):
    count = run.count(ENDPOINTS)
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, count, run.target)
    receiver = Receiver("bundles")
    rates = {}
    try:
        with contextlib.ExitStack() as stack:
            for role in ("recorder", "router", "gateway"):
                stack.enter_context(Role(role).running())
            for batch in (1, BATCH):
                settings = {"URL": receiver.url, "BATCH": str(batch), "DELAY": "50ms", "LATENCY": "50ms"}
                with SenderDouble(**settings).running():
                    rates[batch] = count / fan_out(CHANNEL, count)
    finally:
        receiver.close()
    return {"bundle_gain": rates[BATCH] / rates[1], "bundle_per_s": rates[BATCH], "bundle_singly_per_s": rates[1]}
