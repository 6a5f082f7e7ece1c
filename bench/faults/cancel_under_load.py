"""A request of fifty times as many notifications is cancelled while it is sent. Afterwards nothing more arrives than was in flight."""

import time
import uuid

from faults.scenario import SERVICE, WINDOW, Scenario
from identity import notification_id
from receivers.nginx import Receiver
from system import API, database, endpoints, seed, wait_for


class Fault(Scenario):
    limit = 300

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        self.audience = 50 * self.notifications
        seed(SERVICE, self.name, self.audience, self.receiver.url)
        # Another channel of the same service, whose requests are not cancelled.
        self.other = f"{self.name}-other"
        seed(SERVICE, self.other, 10, self.receiver.url)

    def inject(self):
        client = self.send(self.name, 1, priority="bulk")
        client.join(180)
        self.request = client.accepted[0]
        wait_for(lambda: self.receiver.arrived() >= 0.02 * self.audience, 300, "delivering", pause=0.005)
        api, began = API(timeout=30), time.time()
        status, self.answer = api.call("DELETE", f"/v1/requests/{self.request}")
        self.answered = time.time()
        self.answer_ms = round((self.answered - began) * 1000)
        assert status == 200, (status, self.answer)
        self.before = {identity for moment, identity, _ in self.receiver.lines() if moment <= self.answered}
        api.close()
        self.expected |= self.before
        self.accepted(self.send(self.other, 20), self.other)

    def count(self, neighbour):
        with database() as connection:
            rows = connection.execute(
                "SELECT id::text, status::text FROM notifications WHERE service = %s AND request = %s", (SERVICE, self.request)
            ).fetchall()
            self.not_created = connection.execute(
                "SELECT coalesce(sum(not_created), 0) FROM request_parts WHERE service = %s AND request = %s",
                (SERVICE, self.request),
            ).fetchone()[0]
        self.statuses = dict(rows)
        return super().count(neighbour)

    def figures(self):
        cancelled = {identity for identity, status in self.statuses.items() if status == "cancelled"}
        all_of_it = {notification_id(self.request, endpoint) for endpoint in endpoints(SERVICE, self.name)}
        arrived = {identity for _, identity, _ in self.receiver.lines() if identity in all_of_it}
        return {
            "answer_ms": self.answer_ms,
            "confirmed": int(self.answer["cancellation"]["confirmed"]),
            "after_answer": len(arrived - self.before),
            "cancelled": len(cancelled),
            "not_created": int(self.not_created),
            "cancelled_and_sent": len(cancelled & arrived),
            "unaccounted": self.audience - len(self.statuses) - int(self.not_created),
            "unsettled": sum(status == "created" for status in self.statuses.values()),
        }

    def broken(self, result):
        broken = []
        if not result["confirmed"]:
            broken.append("the cancellation was not confirmed")
        if result["after_answer"] > WINDOW:
            broken.append(f"{result['after_answer']} arrived after the answer; at most {WINDOW} were in flight")
        for name, what in [
            ("cancelled_and_sent", "are recorded as cancelled and arrived"),
            ("unaccounted", "are neither on record nor counted as not created"),
            ("unsettled", "are still waiting"),
        ]:
            if result[name]:
                broken.append(f"{result[name]} {what}")
        if not result["cancelled"] + result["not_created"]:
            broken.append("nothing was left to stop, so nothing is shown")
        return broken
