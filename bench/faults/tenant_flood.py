"""A tenant bursts single requests into a lane; another tenant sends one now and then on the same lane."""

from faults.scenario import SERVICE, Scenario
from flood import flood
from receivers.nginx import Receiver
from system import endpoints, seed


class Fault(Scenario):
    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, 1, self.receiver.url)

    def inject(self):
        requests = flood(SERVICE, {"channel": [self.name], "text": ["Single"]}, self.notifications)
        self.expect(requests, endpoints(SERVICE, self.name))
        self.await_arrival(1.0, 300)
