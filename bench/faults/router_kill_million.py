"""The router is killed three times in the middle of one fan-out of fifty times as many notifications: a million by default."""

from faults.scenario import CHUNK, SERVICE, Scenario
from receivers.nginx import Receiver
from system import seed


class Fault(Scenario):
    # For each lane two chunks may be in hand.
    in_flight = 2 * CHUNK
    patience = 20.0
    limit = 600

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, 50 * self.notifications, self.receiver.url)

    def inject(self):
        self.accepted(self.send(self.name, 1, priority="bulk"), self.name)
        for share in (0.15, 0.40, 0.65):
            self.await_arrival(share, 600)
            self.kill("router")
        self.await_arrival(1.0, 600)
