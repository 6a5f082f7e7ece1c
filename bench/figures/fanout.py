"""One request to a channel of 50,000 webhook endpoints, from the POST until the last status is on record."""

import time

from figures.document import SERVICE, document
from system import API, Role, database, endpoints, forget_messages, seed

ENDPOINTS = 50_000
CHANNEL = "fanout"


def measure(run):
    count = run.count(ENDPOINTS)
    if not endpoints(SERVICE, CHANNEL):
        seed(SERVICE, CHANNEL, count, run.target)
    with Role("up").running():
        rate = count / fan_out(CHANNEL, count)
    ratios = {"fanout_per_s": rate}
    for name, other in (("ratio_celery", "celery_per_s"), ("ratio_passage", "bare_passage_per_s")):
        if other in run.round:
            ratios[name] = rate / run.round[other]
    return ratios


def fan_out(channel, count, limit=300, service=SERVICE, api=None, **more):
    """The seconds that one request takes; `up` is running."""
    forget_messages()
    with database() as connection:
        api = api or API()
        started = time.monotonic()
        request = api.post("/v1/requests", document(channel, **more))["id"]
        api.close()
        await_record(connection, count, limit, "request = %s", request)
        return time.monotonic() - started


def await_record(connection, count, limit, where, *values):
    """Until so many notifications are delivered, on record."""
    done, deadline = 0, time.monotonic() + limit
    while done < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"only {done} of {count} were delivered within {limit} s")
        # Counting a million rows takes its time, too, so it is done less often, and rarely until the end is near.
        time.sleep(max(0.25, count / 500_000) if done < count * 0.85 else max(0.05, count / 2_000_000))
        done = delivered(connection, where, *values)


def delivered(connection, where, *values):
    """How many notifications are delivered, on record. Anything else that is final is an error."""
    done, failed = connection.execute(
        "SELECT count(*) FILTER (WHERE status = 'delivered'), count(*) FILTER (WHERE status > 'delivered')"
        f" FROM notifications WHERE {where}",
        values,
    ).fetchone()
    if failed > 0:
        raise RuntimeError(f"{failed} notifications were not delivered")
    return done
