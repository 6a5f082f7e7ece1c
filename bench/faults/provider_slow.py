"""One of two mail relays with equal weights answers slowly for a while: it loses weight, mails do not wait for it, and it gets its weight back."""

import http.client
import re
import time

from faults.scenario import SERVICE, Scenario
from neighbour import Neighbour
from receivers.mails import MailSink, MailView
from relays import relays
from system import endpoints, seed, wait_for

# A mail is slow from `SLOW` on. The other times are those of the defaults, divided by thirty or more.
SLOW, ANSWER = "300ms", 0.8
TIMES = {"SLOW": SLOW, "SPAN": "2s", "QUIET": "8s", "RETURN": "1s"}


class Fault(Scenario):
    limit = 300

    def seed(self):
        self.slow, self.quick = MailSink("slow"), MailSink("quick")
        self.ledgers = [self.slow, self.quick]
        for ledger in self.ledgers:
            ledger.open_page()
        self.settings = {
            **relays("slow:50,quick:50", slow=self.slow.url, quick=self.quick.url),
            **{f"POSTHORN_SENDER_WEIGHT_{name}": value for name, value in TIMES.items()},
        }
        # 400 mails where 20,000 notifications are asked for.
        self.mails = max(self.notifications // 50, 100)
        seed(SERVICE, self.name, 1, "{}@example.org", "email")
        self.lowest = self.highest = None

    def neighbour(self):
        return Neighbour("neighbour", MailView(*self.ledgers), "code@example.org", "email", "priority")

    def arrived(self):
        """Without the neighbour's, which are in the same ledgers."""
        return len(self.expected & (self.slow.taken() + self.quick.taken()).keys())

    def inject(self):
        self.slow.answer_after(ANSWER)
        client = self.send(self.name, self.mails)
        wait_for(lambda: self.weight() <= 80, 60, "taking weight from the slow relay")
        client.join(180)
        self.expect(client.accepted, endpoints(SERVICE, self.name), "email")
        self.await_arrival(1.0, self.limit)
        self.lowest = self.weight()
        self.slow.answer_after(0)
        wait_for(lambda: self.weight() == 100, 120, "giving the relay its weight back")
        self.highest = self.weight()
        # It takes its share of mails again.
        page = self.slow.start
        self.slow.open_page()
        client = self.send(self.name, 50)
        client.join(180)
        self.expect(client.accepted, endpoints(SERVICE, self.name), "email")
        time.sleep(2)
        self.shared = self.slow.arrived()
        self.slow.start = page

    def weight(self):
        """Of the slow relay, in percent, as the sender's metrics show it."""
        host, port = self.roles["sender"].environment["POSTHORN_ADMIN_LISTEN"].split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=5)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return int(re.search(r'posthorn_sender_provider_weight\{medium="email",provider="slow"\} (\d+)', text)[1])

    def figures(self):
        return {"weight_lowest": self.lowest, "weight_after": self.highest, "share_after": self.shared}

    def broken(self, result):
        return [] if result["share_after"] else ["the relay got its weight back and no mails"]
