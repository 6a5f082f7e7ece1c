"""The first mail relay is a black hole; the second one is healthy. Login codes must not wait for the first."""

from faults.scenario import SERVICE, Scenario
from neighbour import Neighbour
from receivers.mails import BlackHole, MailSink, MailView
from relays import relays
from system import endpoints, seed


class Fault(Scenario):
    limit = 300

    def seed(self):
        self.dead, self.sink = BlackHole(), MailSink()
        self.ledgers = [self.sink]
        self.sink.open_page()
        self.settings = relays("dead,alive", dead=self.dead.url, alive=self.sink.url)
        # 60 mails where 20,000 notifications are asked for.
        self.mails = max(self.notifications * 60 // 20_000, 10)
        seed(SERVICE, self.name, 1, "{}@example.org", "email")

    def neighbour(self):
        """A tenant with its own mail server would be no neighbour here: the relays are shared."""
        return Neighbour("neighbour", MailView(self.sink), "code@example.org", "email", "priority")

    def arrived(self):
        """Without the neighbour's, which are in the same ledger."""
        return len(self.expected & self.sink.taken().keys())

    def inject(self):
        client = self.send(self.name, self.mails, priority="priority")
        client.join(180)
        self.expect(client.accepted, endpoints(SERVICE, self.name), "email")
        self.await_arrival(1.0, self.limit)

    def figures(self):
        self.dead.close()
        return {}
