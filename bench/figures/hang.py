"""How much longer 100 webhooks of one service take while 3,000 of another's hang on the same lane.

The hanging ones are on a host that takes calls and never answers, beside 3,000 healthy ones in the same channel. `hang_attempts_wasted`
counts attempts that are on record as failed without a call.
"""

import time

import management
from figures.document import SERVICE, document
from figures.tenant import Tenant
from receivers.faulty import FaultyReceiver
from receivers.nginx import Receiver
from system import API, Role, database, forget_messages, seed

HANGING, HEALTHY, OTHERS = 3_000, 3_000, 100
# For the first calls to be hanging, and after the other service's request for theirs to time out.
BEFORE, AFTER = 3, 20


def measure(run):
    hanging, healthy = FaultyReceiver("hanging", "hang"), Receiver("healthy")
    other = Tenant("bench-other", Receiver("other"), OTHERS)
    channel = f"hang-{run.number}"
    seed(SERVICE, channel, run.count(HANGING), hanging.url)
    seed(SERVICE, channel, run.count(HEALTHY), healthy.url)
    forget_messages()
    try:
        with Role("up").running():
            hanging.open_page()
            # The first opens connections.
            other.fan_out_seconds()
            idle = other.fan_out_seconds()
            api = API()
            api.post("/v1/requests", document(channel))
            api.close()
            time.sleep(BEFORE)
            loaded = other.fan_out_seconds()
            time.sleep(AFTER)
        wasted = max(failed_attempts() - hanging.failed(), 0)
    finally:
        for receiver in (hanging, healthy, other.receiver):
            receiver.close()
        management.purge_all()
    return {"hang_wait_ratio": loaded / idle, "hang_wait_s": loaded, "hang_attempts_wasted": wasted}


def failed_attempts():
    with database() as connection:
        return connection.execute("SELECT count(*) FROM attempts").fetchone()[0]
