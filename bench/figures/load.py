"""Posts a body as fast as it is answered, with wrk."""

import os
import subprocess

from system import FOLDER, HERE, say, wait_for

LOAD_SECONDS = 6
LOAD_CONNECTIONS = 256


def load(url, body, key=None):
    """Posts the body as fast as it is answered; only 2xx count."""
    path = FOLDER / "request.json"
    path.write_bytes(body)
    environment = {**os.environ, "BENCH_BODY": str(path), **({"BENCH_KEY": key} if key else {})}
    wrk = ["wrk", "-t1", f"-c{LOAD_CONNECTIONS}", "-s", HERE / "request.lua", url]
    wait_for(lambda: subprocess.run([*wrk, "-d1"], env=environment, capture_output=True).returncode == 0, 20, url)
    done = subprocess.run([*wrk, f"-d{LOAD_SECONDS}"], env=environment, capture_output=True, check=True, text=True)
    completed, refused, broken, seconds = done.stdout.splitlines()[-1].split()
    if int(refused) or int(broken):
        say(f"    {refused} refused and {broken} broken of {completed}")
    return (int(completed) - int(refused)) / float(seconds)
