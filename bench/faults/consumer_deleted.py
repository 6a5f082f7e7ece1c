"""Consumers that a divided request names are deleted while it is expanded. Everybody else gets it."""

import time

from faults.scenario import SERVICE, Scenario
from receivers.nginx import Receiver
from system import API, endpoints, seed

NAMED = 40


class Fault(Scenario):
    # Small chunks, so that many are still to come, and a shallow lane, so that they wait.
    settings = {"POSTHORN_ROUTER_CHUNK_SIZE": "20", "POSTHORN_ROUTER_BURST_QUEUE_MIN": "1", "POSTHORN_ROUTER_BURST_QUEUE_MAX": "1"}

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        self.count_listeners = max(self.notifications // 50, 200)
        seed(SERVICE, self.name, self.count_listeners, self.receiver.url)
        # Named by the request, and nobody's listeners.
        seed(SERVICE, f"{self.name}-named", NAMED, self.receiver.url)

    def start(self, role, **more):
        return super().start(role, **{**more, "POSTHORN_ROUTER_CHUNK_SIZE": "20"})

    def inject(self):
        self.roles["sender"].stop()
        names = [f"{self.name}-named-{number}" for number in range(1, NAMED + 1)]
        client = self.send(self.name, 1, to=[{"consumer": name} for name in names], priority="bulk")
        client.join(30)
        # The cursors have published their first chunks by then, and wait for the lane.
        time.sleep(1)
        api = API()
        for name in names[::2]:
            status, answer = api.call("DELETE", f"/v1/consumers/{name}")
            assert status == 204, (status, answer)
        api.close()
        self.expect(client.accepted, endpoints(SERVICE, self.name) + endpoints(SERVICE, f"{self.name}-named"))
        self.roles["sender"] = self.start("sender").await_ready()
        self.await_arrival(0.5)

    def figures(self):
        """Some of those who were deleted may have been expanded before."""
        return {"listeners": self.count_listeners, "named": NAMED, "deleted": NAMED // 2}
