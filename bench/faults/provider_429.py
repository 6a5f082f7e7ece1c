"""An account allows 200 calls a second and answers all others 429 with Retry-After; no rate is set, so the sender calls too often."""

import time

from faults.scenario import SERVICE, Scenario
from neighbour import Neighbour
from receivers.faulty import FaultyReceiver
from system import SenderDouble, seed, wait_for

ALLOWED = 200
# Of the calls that the account allows, how many must be made while enough wait.
KEPT = 0.6
# Calls that are refused for each one that is taken, at most.
REFUSED = 1.0


class Fault(Scenario):
    limit = 300
    rate = 0.0

    def seed(self):
        self.notifications = min(self.notifications, 4_000)
        self.account = FaultyReceiver("account", f"limit-{ALLOWED}")
        self.ledgers = [self.account]
        self.account.open_page()
        seed(SERVICE, self.name, 10, self.account.url)

    def start(self, role, **more):
        if role != "sender":
            return super().start(role, **more)
        return SenderDouble(URL=self.account.url)

    def neighbour(self):
        """Another tenant of the same account, on the same lane."""
        return Neighbour("neighbour", AccountView(self.account), self.account.url, pace=0.2)

    def arrived(self):
        """Without the neighbour's, which are in the same ledger."""
        return len(self.expected & self.account.taken().keys())

    def inject(self):
        began = time.time()
        client = self.send(self.name, self.notifications // 10, priority="normal")
        self.accepted(client, self.name)
        wait_for(lambda: self.arrived() >= len(self.expected), self.limit, "delivering", pause=0.5)
        # While enough wait: until nine tenths have arrived.
        moments = sorted(moment for identity, moment in self.account.moments().items() if identity in self.expected)
        enough = int(len(moments) * 0.9)
        self.rate = enough / (moments[enough - 1] - began)

    def figures(self):
        return {"allowed_per_s": ALLOWED, "taken_per_s": round(self.rate, 1), "refused_calls": self.account.failed()}

    def broken(self, result):
        broken = []
        if result["taken_per_s"] < ALLOWED * KEPT:
            broken.append(f"only {result['taken_per_s']} a second of {ALLOWED} were sent")
        if result["refused_calls"] > result["accepted"] * REFUSED:
            broken.append(f"{result['refused_calls']} calls were refused")
        return broken


class AccountView:
    """The account as the neighbour sees it: the same ledger, which the scenario opens and closes."""

    def __init__(self, account):
        self.moments = account.moments

    def open_page(self):
        pass

    def close(self):
        pass
