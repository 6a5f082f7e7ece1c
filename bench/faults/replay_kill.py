"""The command that replays parked notifications is killed again and again, and repeated until nothing is parked."""

import hashlib
import json
import os
import random
import subprocess
import time
import uuid

import management
from faults.hostile import Intruder
from faults.scenario import SERVICE, Scenario
from identity import notification_id
from receivers.nginx import Receiver
from system import database, say, seed, wait_for

ENDPOINTS = 10
KILLS = 20
# Messages a second. The command handles a tenth of a second's together, and its last acknowledgements may be lost with it.
RATE = 500
GROUP = RATE // 10


class Fault(Scenario):
    in_flight = 2 * GROUP
    limit = 300

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, ENDPOINTS, self.receiver.url)
        self.rate = 0

    def inject(self):
        count = self.park(self.notifications)
        while len(self.kills) < KILLS and self.parked():
            self.replay(kill_after=random.uniform(0.2, 1.5))
        left, start = self.parked(), time.monotonic()
        self.replay()
        self.rate = round(left / (time.monotonic() - start))
        say(f"    killed the replay of {count:,} {len(self.kills)} times; the last run replayed {left:,} at {self.rate}/s")
        self.await_arrival(1.0)

    def park(self, count):
        """As the broker parks what was returned too often: each is recorded as failed, too."""
        with database() as connection:
            targets = connection.execute(
                "SELECT e.id, e.address, u.name FROM endpoints e JOIN consumers u ON u.id = e.consumer_id"
                " JOIN services o ON o.id = u.service_id WHERE o.name = %s AND u.name LIKE %s",
                (SERVICE, f"{self.name}-%"),
            ).fetchall()
        intruder = Intruder()
        for _ in range(count // len(targets)):
            request = uuid7()
            body = self.body(request)
            for endpoint, address, consumer in targets:
                intruder.put("poison", "webhook.bulk", body, properties(request, body, endpoint, address, consumer))
            self.expect([request], [endpoint for endpoint, _, _ in targets])
        intruder.close()
        parked = count // len(targets) * len(targets)
        wait_for(lambda: self.failed() == parked, 120, "recording the failures", pause=0.5)
        return parked

    def body(self, request):
        document = {
            "request": str(request), "service": SERVICE, "channel": [self.name], "text": ["Fault test", self.name], "files": [],
            "timestamp": int(time.time()), "metadata": {}, "reference": None,
        }
        return json.dumps(document).encode()

    def failed(self):
        with database() as connection:
            return connection.execute(
                "SELECT count(*) FROM notifications WHERE service = %s AND status = 'technical-failure'", (SERVICE,)
            ).fetchone()[0]

    @staticmethod
    def parked():
        """As the command itself counts it."""
        done = subprocess.run(
            [os.environ["POSTHORN"], "parked", "list", "--queue", "poison", "--json"], capture_output=True, text=True, check=True
        )
        return sum(group["count"] for group in json.loads(done.stdout))

    def replay(self, kill_after=None):
        command = [os.environ["POSTHORN"], "parked", "replay", "--queue", "poison", "--rate", str(RATE)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            process.wait(kill_after or 300)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.kills.append(time.time())

    def figures(self):
        return {"replayed_per_s": self.rate, "parked": management.depths().get("parked.poison", 0)}

    def broken(self, result):
        broken = []
        if not result["kills"]:
            broken.append("the replay was never killed")
        if result["parked"]:
            broken.append(f"{result['parked']} are still parked")
        if result["replayed_per_s"] < RATE / 2:
            broken.append(f"the last run replayed {result['replayed_per_s']}/s; {RATE} were allowed")
        return broken


def uuid7():
    bits = int(time.time() * 1000) << 80 | 7 << 76 | random.getrandbits(12) << 64 | 0b10 << 62 | random.getrandbits(62)
    return uuid.UUID(int=bits)


def properties(request, body, endpoint, address, consumer):
    """A notification as a router publishes it."""
    lines = [
        f"request={request}", f"service={SERVICE}", f"content={hashlib.sha256(body).hexdigest()[:32]}", "attempt=1", "",
        f"id={notification_id(request, endpoint)}", f"consumer={consumer}", f"endpoint={endpoint}", f"address={address}", "",
    ]
    return {
        "type": "posthorn.notification.v1", "content_type": "application/json", "delivery_mode": 2,
        "headers": {"x-notifications": "\n".join(lines)},
    }
