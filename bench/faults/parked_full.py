"""The parking places are full of one tenant's rejected requests. Nobody else waits for that."""

import management
from faults.hostile import Hostile
from faults.scenario import SERVICE, Scenario
from receivers.nginx import Receiver
from system import seed

ENDPOINTS = 10


class Fault(Scenario):
    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, ENDPOINTS, self.receiver.url)
        self.hostile = Hostile("hostile")
        management.limit("fault-parked", "^parked\\.", max_length_bytes=1 << 20)

    def inject(self):
        try:
            # 256 KiB each, for a channel that does not exist: four of them fill the parking place.
            for _ in range(16):
                self.hostile.publish({"channel": ["nowhere"], "text": ["T", "x" * (250 << 10)]})
            self.accepted(self.send(self.name, self.notifications // ENDPOINTS), self.name)
            self.await_arrival(1.0)
        finally:
            management.unlimit("fault-parked")
