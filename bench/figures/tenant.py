"""Another service, with a channel and a key of its own."""

import secrets
import time
import uuid

from figures.document import document
from identity import notification_id
from system import API, database, endpoints, seed, tool, wait_for


class Tenant:
    def __init__(self, service, receiver, count, medium="webhook", address=None):
        self.service, self.receiver, self.count, self.medium = service, receiver, count, medium
        with database() as connection:
            known = connection.execute("SELECT count(*) FROM services WHERE name = %s", (service,)).fetchone()[0]
        if not known:
            tool("service", "create", service)
        self.key = tool("key", "create", "--service", service)
        self.channel = f"channel-{secrets.token_hex(4)}"
        seed(service, self.channel, count, address or receiver.url, medium)
        self.endpoints = endpoints(service, self.channel)

    def send(self, **more):
        api = API(self.key)
        request = uuid.UUID(api.post("/v1/requests", document(self.channel, **more))["id"])
        api.close()
        return {notification_id(request, endpoint, self.medium) for endpoint in self.endpoints}

    def fan_out_seconds(self, times=1, limit=180, **more):
        """From the first of so many requests until everybody has it."""
        self.receiver.open_page()
        started = time.time()
        expected = set().union(*(self.send(**more) for _ in range(times)))
        wait_for(lambda: expected <= self.receiver.moments().keys(), limit, "what another service sent", pause=0.02)
        moments = self.receiver.moments()
        return max(moments[identity] for identity in expected) - started
