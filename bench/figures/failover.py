"""How long after the first relay's death the second one has all mails, at a steady pace of login codes."""

import time

from neighbour import Neighbour, median
from receivers.mails import MailSink, MailView
from relays import relays
from system import Role, forget_messages

PACE = 0.02
STEADY_SECONDS, DEAD_SECONDS = 4, 6
# The second one's share is full when it takes this part of what is due, over this time.
FULL, WINDOW = 0.9, 0.25


def measure(run):
    first, second = MailSink("first"), MailSink("second")
    forget_messages()
    try:
        with Role("up", **relays("first,second", first=first.url, second=second.url)).running():
            codes = Neighbour("bench-failover", MailView(first, second), "code@example.org", "email", "priority", pace=PACE)
            codes.warm_up("idle")
            time.sleep(STEADY_SECONDS)
            second.open_page()
            codes.enter("dead")
            died = time.time()
            first.kill()
            time.sleep(DEAD_SECONDS)
            codes.stop()
            arrived = sorted(moment for moment in second.moments().values() if moment >= died)
    finally:
        first.close()
        second.close()
    return {
        "failover_ms": (full_since(arrived) - died) * 1000,
        "failover_wait_max_ms": max(codes.waits("dead")) * 1000,
        "failover_wait_idle_ms": median(codes.waits("idle")) * 1000,
    }


def full_since(arrived):
    """The first arrival after which as many follow within the window as its share asks for."""
    wanted = FULL * WINDOW / PACE
    for place, moment in enumerate(arrived):
        if sum(moment <= other < moment + WINDOW for other in arrived[place:]) >= wanted:
            return moment
    raise RuntimeError("the second relay never had its full share")
