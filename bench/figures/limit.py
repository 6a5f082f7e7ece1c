"""Three senders share an account that allows 500 notifications a second: how near they come to it, and what a login code waits beside them.

100,000 bulk notifications wait. The receiver's log has the time of each call. Every window of ten seconds is counted, from every tenth of a
second on; the wait of a login code is the p99 of one every 100 ms, against that when idle, over the same account. The medians are figures of their
own, before and after the bulk ones are expanded and deferred.
"""

import contextlib
import time

import management
from figures.document import SERVICE, document
from figures.fanout import delivered
from neighbour import Neighbour, median, percentile
from receivers.nginx import Receiver
from system import API, Role, SenderDouble, database, endpoints, forget_messages, seed, wait_for

ENDPOINTS = 100_000
CHANNEL = "limit"
RATE = 500
SENDERS = 3
IDLE_SECONDS, LOADED_SECONDS = 10, 40
WINDOW_SECONDS = 10


def measure(run):
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, run.count(ENDPOINTS), run.target)
    forget_messages()
    receiver = Receiver("limited")
    try:
        with contextlib.ExitStack() as stack:
            for role in ("recorder", "router", "gateway"):
                stack.enter_context(Role(role).running())
            for number in range(SENDERS):
                sender = SenderDouble(f"sender-{number}", URL=receiver.url, RATE=str(RATE))
                stack.enter_context(sender.running())
            codes = Neighbour("limit-codes", receiver, priority="priority").warm_up("idle")
            time.sleep(run.seconds(IDLE_SECONDS))
            began = begin(run)
            codes.enter("expanding")
            time.sleep(5)
            wait_for(lambda: not management.ready("send.webhook.bulk.burst"), 60, "deferring what waits", pause=0.5)
            codes.enter("waiting")
            time.sleep(max(run.seconds(LOADED_SECONDS), WINDOW_SECONDS + 5))
            ended = time.time()
            codes.stop()
    finally:
        receiver.close()
        management.purge_all()
    # From a second after the first, when all of them are at work.
    counts = windows([moment for moment, _, _ in receiver.lines()], began + 1, ended)
    idle, expanding, waiting = codes.waits("idle"), codes.waits("expanding"), codes.waits("waiting")
    loaded = sorted(expanding + waiting)
    allowed = RATE * WINDOW_SECONDS
    return {
        "limit_accuracy": sum(counts) / len(counts) / allowed,
        "limit_accuracy_least": min(counts) / allowed,
        "limit_accuracy_most": max(counts) / allowed,
        "limit_priority_wait_ratio": percentile(loaded, 0.99) / percentile(idle, 0.99),
        "limit_priority_wait_ms": percentile(loaded, 0.99) * 1000,
        "limit_priority_wait_median_ratio": median(loaded) / median(idle),
        "limit_priority_wait_waiting_ms": median(waiting) * 1000,
        "limit_priority_wait_expanding_ms": median(expanding) * 1000,
    }


def begin(run):
    """Sends to the whole channel; returns when the first are delivered, on record."""
    api = API()
    request = api.post("/v1/requests", document(CHANNEL, priority="bulk"))["id"]
    api.close()
    with database() as connection:
        wait_for(lambda: delivered(connection, "request = %s", request) > 0, 60, "beginning to drain", pause=0.1)
    return time.time()


def windows(moments, began, ended):
    """How many came in each window."""
    moments, counts, first, last, start = sorted(moments), [], 0, 0, began
    while start + WINDOW_SECONDS <= ended:
        while first < len(moments) and moments[first] < start:
            first += 1
        while last < len(moments) and moments[last] < start + WINDOW_SECONDS:
            last += 1
        counts.append(last - first)
        start += 0.1
    return counts
