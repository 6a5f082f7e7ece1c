"""The sender is killed while what fails on the first medium continues on the second. Each consumer must be reached once, on the right one."""

from faults.scenario import SERVICE, WINDOW, Scenario
from receivers.faulty import FaultyReceiver
from receivers.mails import MailSink
from receivers.nginx import Receiver
from system import database, seed, wait_for

CONSUMERS = 10


class Fault(Scenario):
    """Every consumer has a webhook and a mail address, and half of the webhooks answer 404. The mails come from the same sender, which is
    killed when these `shares` of all arrivals are there."""

    # The windows of both media.
    in_flight = 2 * WINDOW
    patience = 20.0
    limit = 300
    shares = (0.15, 0.40, 0.65)

    def seed(self):
        self.healthy, self.failing, self.mails = Receiver(), FaultyReceiver("failing", "404"), MailSink()
        self.ledgers = [self.healthy, self.mails]
        for ledger in (*self.ledgers, self.failing):
            ledger.open_page()
        for receiver in (self.healthy, self.failing):
            seed(SERVICE, self.name, CONSUMERS // 2, receiver.url)
        self.settings = {
            "POSTHORN_EMAIL_FROM": "posthorn@example.org",
            "POSTHORN_EMAIL_PROVIDERS": "sink",
            "POSTHORN_EMAIL_SINK_URL": self.mails.url,
            "POSTHORN_EMAIL_SINK_STARTTLS": "never",
        }
        with database() as connection:
            connection.execute(
                "INSERT INTO endpoints (id, consumer_id, medium, address)"
                " SELECT gen_random_uuid(), c.id, 'email', c.name || '@example.org' FROM consumers c"
                " JOIN subscriptions s ON s.consumer_id = c.id JOIN channels h ON h.id = s.channel_id WHERE h.name = %s",
                (self.name,),
            )

    def inject(self):
        client = self.send(self.name, self.notifications // CONSUMERS, media=["webhook", "email"], delivery="first")
        for share in self.shares:
            wait_for(lambda: self.arrived() >= share * self.notifications, 180, "delivering", pause=0.005)
            self.kill("sender")
        client.join(180)
        self.resent += client.resent
        self.expect(client.accepted, self.endpoints("webhook", has_healthy_webhook=True), "webhook")
        self.expect(client.accepted, self.endpoints("email", has_healthy_webhook=False), "email")

    def endpoints(self, medium, has_healthy_webhook):
        """The endpoints on the medium of the consumers whose webhook is healthy, or of those whose webhook is not."""
        healthy = self.healthy.url.replace("{}", "%")
        with database() as connection:
            rows = connection.execute(
                "SELECT e.id FROM endpoints e JOIN endpoints hook ON hook.consumer_id = e.consumer_id AND hook.medium = 'webhook'"
                " JOIN subscriptions s ON s.consumer_id = e.consumer_id JOIN channels h ON h.id = s.channel_id"
                " WHERE h.name = %s AND e.medium = %s::medium AND (hook.address LIKE %s) = %s",
                (self.name, medium, healthy, has_healthy_webhook),
            ).fetchall()
        return [identity for (identity,) in rows]

    def figures(self):
        self.failing.close()
        with database() as connection:
            continued = connection.execute(
                "SELECT count(*) FROM notifications WHERE service = %s AND continued_as IS NOT NULL", (SERVICE,)
            ).fetchone()[0]
        return {"failed_calls": self.failing.failed(), "continued": continued}

    def broken(self, result):
        broken = []
        if result["unexpected"]:
            broken.append(f"{result['unexpected']} reached a consumer who was reached before")
        if result["continued"] * 2 != result["accepted"]:
            broken.append(f"{result['continued']} of {result['accepted'] // 2} failures have a continuation on record")
        return broken
