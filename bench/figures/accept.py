"""Requests that the gateway answered with 202, which it does after the broker's confirm. The gateway runs alone."""

import json
import os

import management
from figures.document import SERVICE, document
from figures.load import load
from system import Role, seed


def measure(run):
    run.once("a channel without listeners", lambda: seed(SERVICE, "nobody", 0, run.target))
    try:
        with Role("gateway").running():
            rate = load(f"{os.environ['API']}/v1/requests", json.dumps(document("nobody")).encode(), key=os.environ["API_KEY"])
    finally:
        # What was accepted without a router is no work for the next figure.
        management.purge_all()
    bare = run.round.get("http_bare_per_s")
    return {"accept_per_s": rate, **({"accept_ratio": rate / bare} if bare else {})}
