"""What all fault tests have in common: the processes, the order of events, and the counting."""

import os
import time

import management
from client import Client
from identity import notification_id
from neighbour import Neighbour, median, percentile
from receivers.nginx import Receiver
from system import Role, database, endpoints, forget_messages, say, wait_for

SERVICE = "faults"
ROLES = ("recorder", "sender", "router", "gateway")
PREFETCH = 256
# What a sender has begun at most: the window of what is sent in bursts, and a quarter as much for what is not.
WINDOW = PREFETCH + PREFETCH // 4
CHUNK = 500
CLIENTS = 4
IDLE_SECONDS = 3
QUIET_SECONDS = 7


class Scenario:
    """One fault. A subclass defines the data, the fault, and what must be true afterwards.

    `in_flight` is how much may come twice for each kill; `patience` is how long another tenant may wait for a single message, in
    seconds, before it counts as stopped; `settings` go to every role; `limit` is for everything to become quiet.
    """

    in_flight = 0
    patience = 5.0
    limit = 180
    settings = {}

    def __init__(self, options, name):
        self.name = name
        self.notifications = options.notifications
        self.roles = {}
        self.kills = []
        self.resent = 0
        # What must arrive, by what the contract says and not by what the tables hold, and the ledgers that say what did.
        self.expected = set()
        # What did not come about in its time.
        self.failures = []
        self.ledgers = []

    # What a subclass may say.

    def seed(self):
        """Who listens; before any role runs."""

    def inject(self):
        """Sends, and injects the fault. Returns when all that was sent is accepted and the fault is over."""
        raise NotImplementedError

    def neighbour(self):
        return Neighbour("neighbour", Receiver("neighbour"))

    def figures(self):
        """More numbers for the report."""
        return {}

    def broken(self, result):
        """What else does not hold, in words."""
        return []

    # The order of events.

    def run(self):
        management.purge_all()
        forget_messages()
        self.seed()
        for role in ROLES:
            self.roles[role] = self.start(role)
        for role in self.roles.values():
            role.await_ready()
        neighbour = self.neighbour().warm_up("idle")
        try:
            time.sleep(IDLE_SECONDS)
            neighbour.enter("fault")
            try:
                self.inject()
                neighbour.enter("after")
                self.await_quiet()
            except TimeoutError as error:
                self.failures.append(str(error))
        finally:
            neighbour.stop()
        for role in self.roles.values():
            role.stop()
        for receiver in [*self.ledgers, neighbour.receiver]:
            receiver.close()
        return self.count(neighbour)

    def start(self, role, **more):
        lanes = {f"POSTHORN_SENDER_PREFETCH_{lane}": str(PREFETCH) for lane in ("PRIORITY", "NORMAL", "BULK")}
        return Role(role, **{**lanes, "POSTHORN_ROUTER_CHUNK_SIZE": str(CHUNK), **self.settings, **more})

    def kill(self, role):
        """Kills a role with -9 and brings it back at once, as a service manager would."""
        self.kills.append(time.time())
        self.roles[role].kill()
        self.roles[role] = self.start(role).await_ready()
        say(f"    killed the {role}; back after {time.time() - self.kills[-1]:.1f} s")

    def send(self, channel, requests, **more):
        """A client that begins to send; `accepted` must follow."""
        client = Client({"channel": [channel], "text": ["Fault test", self.name], **more}, requests, CLIENTS)
        client.start()
        return client

    def accepted(self, client, channel, limit=180):
        """Waits until everything is accepted, and expects it at each endpoint."""
        client.join(limit)
        self.resent += client.resent
        self.expect(client.accepted, endpoints(SERVICE, channel))

    def expect(self, requests, endpoints, medium="webhook"):
        self.expected |= {notification_id(request, endpoint, medium) for request in requests for endpoint in endpoints}

    def arrived(self):
        return sum(ledger.arrived() for ledger in self.ledgers)

    def await_arrival(self, share, limit=120):
        wait_for(lambda: self.arrived() >= share * len(self.expected or [1]), limit, "delivering", pause=0.005)

    def await_quiet(self):
        """Until all queues are empty and nothing arrives any more, held repeats included. The neighbour's own do not count."""
        deadline, last, since = time.monotonic() + self.limit, -1, time.monotonic()
        while time.monotonic() < deadline:
            waiting = management.waiting()
            now = self.arrived()
            if now != last or any(not self.is_neighbours(name, count) for name, count in waiting.items()):
                last, since = now, time.monotonic()
            elif time.monotonic() - since > QUIET_SECONDS:
                return
            time.sleep(0.5)
        raise TimeoutError(f"not quiet after {self.limit} s: {management.waiting()}")

    @staticmethod
    def is_neighbours(queue, count):
        """A few messages on their way are the other tenant's, who goes on sending."""
        return count <= 20 and not queue.startswith("retry.")

    # The counting.

    def count(self, neighbour):
        with database() as connection:
            recorded = connection.execute(
                "SELECT id::text FROM notifications WHERE service = %s AND status IN ('delivered', 'sent')", (SERVICE,)
            ).fetchall()
        taken = sum((ledger.taken() for ledger in self.ledgers[1:]), self.ledgers[0].taken())
        done = {identity for (identity,) in recorded}
        idle, during = neighbour.waits("idle"), neighbour.waits("fault")
        result = {
            "accepted": len(self.expected),
            "lost": len(self.expected - taken.keys()) + neighbour.lost(),
            "duplicated": sum(times - 1 for times in taken.values()),
            "bound": len(self.kills) * self.in_flight,
            "phantom": len(done - taken.keys()),
            "kills": len(self.kills),
            "unrecorded": len(self.expected & taken.keys() - done),
            "unexpected": len(taken.keys() - self.expected),
            "resent_by_client": self.resent,
            "wait_idle_ms": round(median(idle) * 1000, 1),
            "wait_ms": round(median(during) * 1000, 1),
            "wait_p99_ms": round(percentile(during, 0.99) * 1000, 1),
            "wait_max_ms": round(max(during, default=0) * 1000, 1),
            **self.figures(),
        }
        result["broken"] = self.findings(result)
        say(f"    {', '.join(f'{key} {value:,}' for key, value in result.items() if key != 'broken')}")
        for what in result["broken"]:
            say(f"    BROKEN: {what}")
        return result

    def findings(self, result):
        broken = list(self.failures)
        if not self.expected:
            broken.append("nothing was sent, so nothing is shown")
        if result["lost"]:
            broken.append(f"{result['lost']} are lost")
        if result["phantom"]:
            broken.append(f"{result['phantom']} are on record and never arrived")
        if result["duplicated"] > result["bound"]:
            broken.append(f"{result['duplicated']} came twice; at most {result['bound']} may")
        if result["wait_max_ms"] > self.patience * 1000:
            broken.append(f"another tenant waited {result['wait_max_ms'] / 1000:.1f} s; at most {self.patience} s are allowed")
        return broken + self.broken(result)
