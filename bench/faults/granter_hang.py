"""The sender that grants the tokens of an account's rate hangs for half a minute. Another one soon grants them, and nothing is lost or repeated."""

import os
import signal
import time
import urllib.request

from faults.provider_429 import AccountView
from faults.scenario import SERVICE, Scenario
from neighbour import Neighbour
from receivers.nginx import Receiver
from system import SenderDouble, say, seed, wait_for

RATE = 200
HANGS_SECONDS = 30
# The connection of a sender that hangs counts as lost after twice its heartbeat; then another one is quiet for a moment.
LONGEST_GAP_SECONDS = 12


class Fault(Scenario):
    limit = 300
    # What the sender that hangs has received waits for its end.
    patience = HANGS_SECONDS + 15

    def seed(self):
        self.notifications = min(self.notifications, 10_000)
        self.account = Receiver("account")
        self.ledgers = [self.account]
        self.account.open_page()
        self.gap = 0.0
        seed(SERVICE, self.name, 10, self.account.url)

    def start(self, role, **more):
        if role != "sender":
            return super().start(role, **more)
        self.roles["second sender"] = SenderDouble("second-sender", URL=self.account.url, RATE=str(RATE)).await_ready()
        return SenderDouble(URL=self.account.url, RATE=str(RATE))

    def neighbour(self):
        """Another tenant of the same account, on the same lane."""
        return Neighbour("neighbour", AccountView(self.account), self.account.url, pace=0.5)

    def arrived(self):
        """Without the neighbour's, which are in the same ledger."""
        return len(self.expected & self.account.taken().keys())

    def inject(self):
        client = self.send(self.name, self.notifications // 10, priority="normal")
        self.accepted(client, self.name)
        wait_for(lambda: self.arrived() >= 1000, 60, "delivering", pause=0.2)
        granter = next(role for name, role in self.roles.items() if "sender" in name and is_granter(role))
        stopped = time.time()
        os.kill(granter.handle.pid, signal.SIGSTOP)
        time.sleep(HANGS_SECONDS)
        os.kill(granter.handle.pid, signal.SIGCONT)
        moments = sorted(moment for moment in self.account.moments().values() if moment > stopped)
        self.gap = max((later - earlier for earlier, later in zip([stopped, *moments], [*moments, time.time()])), default=0)
        say(f"    the granter hung for {HANGS_SECONDS} s; the longest time without a call was {self.gap:.1f} s")
        wait_for(lambda: self.arrived() >= len(self.expected), self.limit, "delivering", pause=0.5)

    def figures(self):
        return {"longest_gap_s": round(self.gap, 1)}

    def broken(self, result):
        if result["longest_gap_s"] > LONGEST_GAP_SECONDS:
            return [f"nothing was sent for {result['longest_gap_s']} s"]
        return []


def is_granter(role):
    with urllib.request.urlopen(f"http://{role.environment['POSTHORN_ADMIN_LISTEN']}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return any(line.startswith("posthorn_sender_limit_granter") and line.endswith(" 1") for line in lines)
