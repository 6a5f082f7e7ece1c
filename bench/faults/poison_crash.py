"""One notification ends each sender that sends it. It is parked after a few of them, and all others are delivered."""

import threading
import time

import management
from faults.provider_429 import AccountView
from faults.scenario import PREFETCH, SERVICE, WINDOW, Scenario
from neighbour import Neighbour
from receivers.nginx import Receiver
from system import SenderDouble, database, say, seed, wait_for

ENDPOINTS = 10
WORD = "endOfTheProcess"
# Sources/Senders/Engine/Isolation/ReturnRule.swift: parkedAfter.
ENDS = 6


class Fault(Scenario):
    in_flight = WINDOW
    # Each end costs a start, and what was begun waits five seconds until the recorder has caught up.
    patience = 30.0

    def seed(self):
        self.notifications = min(self.notifications, 5_000)
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        self.is_over = False
        seed(SERVICE, self.name, ENDPOINTS, self.receiver.url)
        seed(SERVICE, f"{self.name}-poison", 1, self.receiver.url)

    def start(self, role, **more):
        if role != "sender":
            return super().start(role, **more)
        prefetch = {f"POSTHORN_SENDER_PREFETCH_{lane}": str(PREFETCH) for lane in ("PRIORITY", "NORMAL", "BULK")}
        # The report of a crash would take longer than the start of the next process.
        environment = {**prefetch, "SWIFT_BACKTRACE": "enable=no"}
        return SenderDouble(environment=environment, URL=self.receiver.url.format("all"), CRASH_WORD=WORD)

    def neighbour(self):
        return Neighbour("neighbour", AccountView(self.receiver), self.receiver.url)

    def arrived(self):
        """Without the neighbour's, which are in the same ledger."""
        return len(self.expected & self.receiver.taken().keys())

    def inject(self):
        manager = threading.Thread(target=self.restart, daemon=True)
        manager.start()
        client = self.send(self.name, self.notifications // ENDPOINTS)
        poison = self.send(f"{self.name}-poison", 1, text=["Poison", WORD])
        poison.join(60)
        self.accepted(client, self.name)
        wait_for(lambda: self.parked() == 1, self.limit, "parking the poison", pause=0.5)
        wait_for(lambda: self.arrived() >= len(self.expected), self.limit, "delivering", pause=0.5)
        self.is_over = True
        manager.join(10)
        say(f"    the sender ended {len(self.kills)} times")

    def restart(self):
        """A service manager."""
        while not self.is_over:
            sender = self.roles["sender"]
            if sender.handle.poll() is not None:
                self.kills.append(time.time())
                sender.forget()
                self.roles["sender"] = self.start("sender")
            time.sleep(0.1)

    @staticmethod
    def parked():
        return management.depths().get("parked.poison", 0)

    def figures(self):
        with database() as connection:
            failed = connection.execute(
                "SELECT count(*) FROM notifications WHERE service = %s AND status = 'technical-failure'", (SERVICE,)
            ).fetchone()[0]
        return {"parked": self.parked(), "failed": failed}

    def broken(self, result):
        broken = []
        if not 0 < result["kills"] <= ENDS:
            broken.append(f"the sender ended {result['kills']} times; at most {ENDS} may be for one message")
        if result["parked"] != 1 or result["failed"] != 1:
            broken.append(f"{result['parked']} are parked and {result['failed']} have failed; it is one notification")
        return broken
