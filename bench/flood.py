"""Many single requests at once over AMQP, published by flood.c as fast as the broker confirms them."""

import json
import os
import secrets
import subprocess
import urllib.parse
import uuid

from system import FOLDER


class Flood:
    """Begins at once; `ids` waits until everything is confirmed."""

    def __init__(self, service, document, count, lane="normal"):
        url = urllib.parse.urlsplit(os.environ["BROKER_URL"])
        self.count, self.seed = count, secrets.randbelow(1 << 12)
        self.process = subprocess.Popen(
            [
                FOLDER / "flood", url.hostname, str(url.port), url.username, url.password, "/", "requests", f"{service}.{lane}",
                str(count), str(self.seed),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.process.stdin.write(json.dumps(document, separators=(",", ":")).encode())
        self.process.stdin.close()

    def ids(self):
        """The ids of the requests, as flood.c makes them."""
        said = self.process.stdout.read().split()
        if self.process.wait(300) != 0:
            raise RuntimeError("the flood was not confirmed")
        beginning = int(said[0]) << 80 | 0x7000 << 64 | 0x8 << 60 | self.seed << 48
        return [uuid.UUID(int=beginning | number) for number in range(1, self.count + 1)]


def flood(service, document, count, lane="normal"):
    return Flood(service, document, count, lane).ids()
