"""Senders are replaced one after the other, as a deploy does, beside a receiver that hangs. Nothing is killed, so nothing comes twice."""

import time

from faults.failing import FailingReceiver
from faults.scenario import SERVICE
from receivers.nginx import Receiver
from system import seed

ENDPOINTS = 10
ROUNDS = 4


class Fault(FailingReceiver):
    manner = "hang"
    requests = 1
    # A call that hangs uses up more than the drain may take.
    settings = {"POSTHORN_WEBHOOK_TIMEOUT": "15s", "POSTHORN_DRAIN_TIMEOUT": "5s"}

    def seed(self):
        super().seed()
        self.steady = Receiver("steady")
        self.steady.open_page()
        self.ledgers.append(self.steady)
        seed(SERVICE, f"{self.name}-steady", ENDPOINTS, self.steady.url)

    def inject(self):
        self.roles["second sender"] = self.start("sender").await_ready()
        hanging = self.send(self.name, self.requests)
        steady = self.send(f"{self.name}-steady", self.notifications // ENDPOINTS // 2)
        for number in range(ROUNDS):
            name = ("sender", "second sender")[number % 2]
            time.sleep(1)
            self.roles[name].stop()
            self.roles[name] = self.start("sender").await_ready()
        self.failing.recover()
        self.accepted(hanging, self.name)
        self.accepted(steady, f"{self.name}-steady")
