"""The gateway's HTTP server with a handler that only decodes the body."""

import json
import os
import pathlib

from figures.document import document
from figures.load import load
from system import Process, free_port


def measure(run):
    port = free_port()
    server = Process("http-bare", [pathlib.Path(os.environ["BIN"]) / "http-bare", f"127.0.0.1:{port}"])
    try:
        return {"http_bare_per_s": load(f"http://127.0.0.1:{port}/v1/requests", json.dumps(document("nobody")).encode())}
    finally:
        server.stop(10)
