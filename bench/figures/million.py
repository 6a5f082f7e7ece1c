"""One request to 1,000,000 webhooks: how long it takes, how much memory, and what one notification costs against 10,000 of them."""

from figures.document import SERVICE
from figures.fanout import fan_out
from figures.priority import CHANNEL, ENDPOINTS
from system import Role, endpoints, seed

SMALL = 10_000


def measure(run):
    count, small = run.count(ENDPOINTS), run.count(SMALL)
    for channel, size in ((CHANNEL, count), ("ten-thousand", small)):
        if not endpoints(SERVICE, channel):
            seed(SERVICE, channel, size, run.target)
    with Role("up").running() as system:
        # Each side several times what a poll takes; the first warms up.
        fan_out("ten-thousand", small)
        cost = min(fan_out("ten-thousand", small) for _ in range(3)) / small
        seconds = fan_out(CHANNEL, count, 600)
        peak = system.peak_megabytes()
    return {"million_seconds": seconds, "million_peak_mb": peak, "million_ratio": seconds / count / cost}
