"""Publish, confirm, deliver and acknowledge through one quorum queue, by a plain C client."""

import os
import subprocess
import urllib.parse

from figures.document import encoded_body
from system import FOLDER


def measure(run):
    url = urllib.parse.urlsplit(os.environ["BROKER_URL"])
    done = subprocess.run(
        [FOLDER / "passage", url.hostname, str(url.port), url.username, url.password, "/", str(run.count(200_000))],
        input=encoded_body(),
        capture_output=True,
        check=True,
    )
    return {"bare_passage_per_s": float(done.stdout)}
