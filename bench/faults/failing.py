"""A receiver fails for a while beside a healthy one in the same channel, and then recovers."""

import time

from faults.scenario import SERVICE, Scenario
from receivers.faulty import FaultyReceiver
from receivers.nginx import Receiver
from system import database, seed


class FailingReceiver(Scenario):
    """`manner` is how it fails, for `seconds`. Half of the channel's endpoints are on it, and as many are on the healthy receiver."""

    manner = ""
    seconds = 12
    requests = 3
    limit = 300
    # Short, so that the first retry delays are over when the receiver has recovered.
    settings = {"POSTHORN_WEBHOOK_TIMEOUT": "3s"}

    def seed(self):
        self.healthy, self.failing = Receiver(), FaultyReceiver("failing", self.manner)
        self.ledgers = [self.healthy, self.failing]
        for ledger in self.ledgers:
            ledger.open_page()
            seed(SERVICE, self.name, max(self.notifications // self.requests // 2, 1), ledger.url)

    def inject(self):
        client = self.send(self.name, self.requests)
        self.accepted(client, self.name)
        time.sleep(self.seconds)
        self.failing.recover()

    def figures(self):
        """An attempt that is on record without a call was wasted on waiting for ourselves."""
        with database() as connection:
            attempts = connection.execute(
                "SELECT count(*) FROM attempts JOIN notifications n ON n.id = attempts.notification WHERE n.service = %s", (SERVICE,)
            ).fetchone()[0]
        failed = self.failing.failed()
        return {"failed_calls": failed, "failed_attempts": attempts, "attempts_wasted": max(attempts - failed, 0)}

    def broken(self, result):
        return [f"{result['attempts_wasted']} attempts were spent without a call"] if result["attempts_wasted"] else []
