"""A client of the gateway as a careful service writes it: it sends again, with the same Idempotency-Key, until it has its 202."""

import http.client
import threading
import time
import uuid

from system import API


class Client:
    """Posts `count` requests on several threads: the first half as fast as they are taken, the rest at a steady pace."""

    def __init__(self, document, count, threads=4, pace=250):
        self.document = document
        self.count = count
        self.pace = pace
        self.accepted = []
        self.resent = 0
        self.refused = []
        self.lock = threading.Lock()
        self.next = 0
        self.paced_since = None
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(threads)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self, limit):
        deadline = time.monotonic() + limit
        for thread in self.threads:
            thread.join(max(deadline - time.monotonic(), 0))
        if any(thread.is_alive() for thread in self.threads):
            raise TimeoutError(f"only {len(self.accepted)} of {self.count} requests were accepted within {limit} s")
        if self.refused:
            raise RuntimeError(f"{len(self.refused)} requests were refused: {self.refused[0]}")

    def take(self):
        """The number of the next request, and when it is due."""
        with self.lock:
            number = self.next
            if number >= self.count:
                return None, 0
            self.next += 1
            if number < self.count // 2:
                return number, 0
            self.paced_since = self.paced_since or time.monotonic()
            return number, self.paced_since + (number - self.count // 2) / self.pace

    def work(self):
        api = None
        while True:
            number, due = self.take()
            if number is None:
                return
            time.sleep(max(due - time.monotonic(), 0))
            api = self.send(api, {"Idempotency-Key": str(uuid.uuid4())})

    def send(self, api, headers):
        """One request until it is accepted. Returns the connection, which may be a new one."""
        while True:
            try:
                api = api or API(timeout=5)
                status, answer = api.call("POST", "/v1/requests", self.document, headers)
            except (OSError, http.client.HTTPException, ValueError):
                # Whether it was accepted is not known: the same key makes it safe to ask again.
                api, status, answer = None, 0, None
            if status == 202:
                with self.lock:
                    self.accepted.append(uuid.UUID(answer["id"]))
                return api
            if 400 <= status < 500 and status not in (408, 409, 425, 429):
                with self.lock:
                    self.refused.append((status, answer))
                return api
            with self.lock:
                self.resent += 1
            time.sleep(0.05)
