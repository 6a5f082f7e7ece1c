"""100,000 single requests over AMQP by one service, from the first publish until the last status is on record."""

import time

import management
from figures.document import SERVICE, document
from figures.fair import CHANNEL, REQUESTS
from figures.fanout import await_record
from flood import Flood
from system import Role, database, endpoints, forget_messages, seed


def measure(run):
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, 1, run.target)
    forget_messages()
    count = run.count(REQUESTS)
    try:
        with Role("up").running(), database() as connection:
            started = time.monotonic()
            flood = Flood(SERVICE, document(CHANNEL), count)
            await_record(connection, count, 300, "service = %s", SERVICE)
            rate = count / (time.monotonic() - started)
            flood.ids()
    finally:
        management.purge_all()
    celery = run.round.get("celery_per_s")
    return {"singles_per_s": rate, **({"singles_ratio_celery": rate / celery} if celery else {})}
