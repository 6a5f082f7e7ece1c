"""Hostile messages in every place where one can be put: as a tenant's requests, and directly on each queue."""

import management
from faults.hostile import Hostile, Intruder, hostile_bodies, hostile_properties
from faults.scenario import SERVICE, Scenario
from receivers.nginx import Receiver
from system import seed, wait_for

ENDPOINTS = 10
TYPES = {
    "cursors.": "posthorn.cursor.v1",
    "send.": "posthorn.notification.v1",
    "retry.5s": "posthorn.notification.v1",
    "record.": "posthorn.event.v1",
}


class Fault(Scenario):
    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, ENDPOINTS, self.receiver.url)
        self.sent = 0

    def inject(self):
        half = self.notifications // ENDPOINTS // 2
        self.accepted(self.send(self.name, half), self.name)
        self.poison_requests()
        self.poison_queues()
        self.accepted(self.send(self.name, half), self.name)
        self.await_arrival(1.0)
        wait_for(lambda: not self.stuck(), 120, "clearing the queues of hostile messages", pause=1)

    def poison_requests(self):
        hostile = Hostile("hostile")
        # Somebody listens, so that what passes the door travels on to the senders.
        seed(hostile.service, "news", 1, self.receiver.url)
        right = {"channel": ["news"], "text": ["T"]}
        for lane in ("priority", "normal", "bulk"):
            for properties in hostile_properties():
                hostile.publish(right, lane, **properties)
            for body in hostile_bodies():
                hostile.publish(body, lane)
            self.sent += len(hostile_properties()) + len(hostile_bodies())
        hostile.close()

    def poison_queues(self):
        intruder = Intruder()
        for queue in management.depths():
            kind = next((kind for beginning, kind in TYPES.items() if queue.startswith(beginning)), None)
            # Nobody serves emails here, so what is put on their lanes stays.
            if kind is None or queue.startswith("send.email"):
                continue
            exchange, key = self.way(queue)
            for properties in hostile_properties():
                intruder.put(exchange, key, b'{"text":["T"]}', {"type": kind, "delivery_mode": 2, **properties})
            for body in hostile_bodies():
                intruder.put(exchange, key, body, {"type": kind, "delivery_mode": 2})
            self.sent += len(hostile_properties()) + len(hostile_bodies())
        intruder.close()

    @staticmethod
    def way(queue):
        """A retry delay queue returns a message under its key, which must be that of a lane."""
        if queue.startswith("retry."):
            _, step, lane = queue.split(".")
            return f"retry.{step}", f"webhook.{lane}"
        return "", queue

    def stuck(self):
        return any(not self.is_neighbours(name, count) for name, count in management.waiting().items())

    def figures(self):
        return {"hostile": self.sent, "parked": sum(count for name, count in management.depths().items() if name.startswith("parked."))}
