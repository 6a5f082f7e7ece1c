"""Hostile messages: of a tenant, published as its own broker user, and of others, published directly into Posthorn's queues."""

import json
import os
import time
import urllib.parse
import uuid

import pika

from system import database, tool

SPAN = 255


class Hostile:
    """A service with a broker user."""

    def __init__(self, service):
        self.service = service
        with database() as connection:
            known = connection.execute("SELECT count(*) FROM services WHERE name = %s", (service,)).fetchone()[0]
        # A service that is there from an earlier scenario has a user whose password nobody knows any more.
        if known:
            self.service = f"{service}-{uuid.uuid4().hex[:6]}"
        password = tool("service", "create", self.service, "--broker-user").splitlines()[-1]
        url = urllib.parse.urlsplit(os.environ["BROKER_URL"])
        self.open(url.hostname, url.port, self.service, password)

    def open(self, host, port, user, password):
        credentials = pika.PlainCredentials(user, password)
        self.connection = pika.BlockingConnection(pika.ConnectionParameters(host, port, "/", credentials))
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()

    def publish(self, document, lane="normal", **properties):
        """A request; the document may be bytes. What the broker itself rejects has no effect."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        properties = {
            "type": "posthorn.request.v1", "content_type": "application/json", "delivery_mode": 2, "user_id": self.service,
            "message_id": str(uuid.uuid4()), "timestamp": int(time.time()), **properties,
        }
        self.put("requests", f"{self.service}.{lane}", body, properties)

    def put(self, exchange, key, body, properties):
        try:
            self.channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties), mandatory=True)
        except (pika.exceptions.NackError, pika.exceptions.UnroutableError):
            pass

    def close(self):
        self.connection.close()


class Intruder(Hostile):
    """Posthorn's own broker user: what it publishes reaches any queue."""

    def __init__(self):
        url = urllib.parse.urlsplit(os.environ["BROKER_URL"])
        self.service = url.username
        self.open(url.hostname, url.port, url.username, url.password)


def hostile_properties():
    """Values that have caused faults, or might: each replaces properties of a message that is otherwise valid."""
    return [
        {"type": "something.else", "headers": {"x-huge": "x" * (110 << 10)}},
        {"headers": {"traceparent": "0" * 99_900}},
        {"headers": {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx: y"}},
        {"timestamp": 2**63 - 1},
        {"timestamp": int(time.time() * 1000)},
        {"timestamp": 0},
        {"message_id": "e" + "\u0301" * 126},
        {"message_id": "no uuid"},
        {"content_type": "x" * SPAN},
        {"headers": {"x-attempt": "nine", "x-notifications": "nonsense", "x-requests": "id=1\nlength=-1"}},
        {"headers": {"x-requests": "id=019aa5d0-7c00-7abc-8def-0123456789ab\nlength=999999"}, "type": "posthorn.requests.v1"},
        {"headers": {"x-notifications": "\n" * 50_000}},
        {"headers": {f"x-{number}": number for number in range(500)}},
        {"reply_to": "x" * SPAN, "correlation_id": "\x00" * SPAN},
        {"priority": 255, "expiration": "999999999"},
        {"type": None},
    ]


def hostile_bodies():
    text = {"channel": ["news"], "text": ["T"]}
    return [
        b"", b"{", b"\xff\xfe\xfd", b"null", b"[]", b'{"a":' * 5000, b"[" * 100_000,
        json.dumps({**text, "text": ["e" + "\u0301" * 100_000]}).encode(),
        json.dumps({**text, "a" + "\u0301" * 60_000: 1}).encode(),
        json.dumps({**text, "timestamp": 10**18}).encode(),
        json.dumps({**text, "expires_at": "9999-99-99"}).encode(),
        json.dumps({**text, "metadata": {"deep": [[[[[]]]]], "nul": "\u0000"}}).encode(),
        json.dumps({**text, "text": ["T", "x" * (300 << 10)]}).encode(),
        json.dumps({**text, "reference": "\u0000" * 200}).encode(),
        json.dumps({**text, "dedupe_key": "\ud800"}).encode(),
    ]
