"""Another tenant, who sends single requests at a steady pace, and how long each of them took to arrive."""

import http.client
import secrets
import statistics
import threading
import time
import uuid

from identity import notification_id
from system import API, database, endpoints, seed, tool


class Neighbour:
    """A service with a channel that one consumer listens to. Each request has a moment at which it is due, and its wait counts from
    there, so that one that is late does not hide that the next ones are, too."""

    def __init__(self, service, receiver, address=None, medium="webhook", priority="normal", pace=0.1, threads=8):
        with database() as connection:
            known = connection.execute("SELECT count(*) FROM services WHERE name = %s", (service,)).fetchone()[0]
        if not known:
            tool("service", "create", service)
        self.key = tool("key", "create", "--service", service)
        self.receiver, self.medium, self.pace = receiver, medium, pace
        # A channel of its own for each, because each has a receiver of its own.
        channel = f"{medium}-{secrets.token_hex(4)}"
        seed(service, channel, 1, address or receiver.url, medium)
        self.endpoint = endpoints(service, channel)[0]
        self.document = {"channel": [channel], "text": ["To one", "A personal message."], "priority": priority}
        self.lock = threading.Lock()
        self.sent = []
        self.next = 0
        self.phase = None
        self.is_over = False
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]

    def start(self, phase):
        self.receiver.open_page()
        self.phase, self.began = phase, time.time()
        for thread in self.threads:
            thread.start()
        return self

    def warm_up(self, phase, seconds=2):
        """Starts, and lets the first requests, for which connections are opened, count for nothing."""
        self.start("warm-up")
        time.sleep(seconds)
        self.enter(phase)
        return self

    def enter(self, phase):
        """What is due from now on counts towards this phase."""
        with self.lock:
            self.phase = phase

    def stop(self, limit=30):
        """Sends no more, and gives what was sent some time to arrive."""
        with self.lock:
            self.is_over = True
        for thread in self.threads:
            thread.join(limit)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            moments = self.receiver.moments()
            if all(self.identity(request) in moments for _, _, request in self.sent):
                return
            time.sleep(0.2)

    def work(self):
        api = None
        while True:
            with self.lock:
                due = self.began + self.next * self.pace
                self.next += 1
            time.sleep(max(due - time.time(), 0))
            with self.lock:
                if self.is_over:
                    return
                phase = self.phase
            api = self.send(api, phase, due)

    def send(self, api, phase, due):
        """One request until it is accepted."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        while True:
            try:
                api = api or API(self.key, timeout=5)
                status, answer = api.call("POST", "/v1/requests", self.document, headers)
            except (OSError, http.client.HTTPException, ValueError):
                api, status, answer = None, 0, None
            if status == 202:
                with self.lock:
                    self.sent.append((phase, due, uuid.UUID(answer["id"])))
                return api
            if 400 <= status < 500 and status not in (408, 409, 425, 429):
                raise RuntimeError(f"the neighbour's request was refused: {status} {answer}")
            if self.is_over:
                return api
            time.sleep(0.02)

    def identity(self, request):
        return notification_id(request, self.endpoint, self.medium)

    def waits(self, phase):
        """The waits of a phase in seconds; what has not arrived has waited until now."""
        moments, now = self.receiver.moments(), time.time()
        return sorted(moments.get(self.identity(request), now) - due for name, due, request in self.sent if name == phase)

    def lost(self):
        moments = self.receiver.moments()
        return sum(self.identity(request) not in moments for _, _, request in self.sent)


def median(waits):
    return statistics.median(waits) if waits else 0.0


def percentile(waits, share):
    """Of sorted waits."""
    return waits[min(int(len(waits) * share), len(waits) - 1)] if waits else 0.0
