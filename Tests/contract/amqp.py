"""A client of a service, written by docs/contract.md alone."""

import json
import time
import uuid

import pika

LIMIT = 60  # seconds


def connect(url):
    return pika.BlockingConnection(pika.URLParameters(url))


class Client:
    """Publishes requests and receives events as the broker user of one service."""

    def __init__(self, service):
        self.name = service.name
        self.connection = connect(service.broker_url)
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        self.events = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.connection.is_open:
            self.connection.close()

    def listen(self, key=None):
        self.queue = f"{self.name}.events"
        self.channel.queue_declare(self.queue, durable=True, arguments={"x-queue-type": "quorum"})
        self.channel.queue_bind(self.queue, "events", key or f"{self.name}.#")

    def send(self, request, *, key=None, exchange="requests", **properties):
        """Returns the request's id when the broker has confirmed it."""
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        standard = {
            "type": "posthorn.request.v1",
            "content_type": "application/json",
            "delivery_mode": 2,
            "user_id": self.name,
            "message_id": str(uuid.uuid4()),
            "timestamp": int(time.time()),
        }
        merged = {name: value for name, value in (standard | properties).items() if value is not None}
        self.channel.basic_publish(
            exchange, key or f"{self.name}.normal", body, pika.BasicProperties(**merged), mandatory=True
        )
        return merged.get("message_id")

    def await_event(self, **wanted):
        """The first event, received now or before, whose fields are the wanted ones."""
        deadline = time.monotonic() + LIMIT
        seen = 0
        while True:
            for event in self.events[seen:]:
                if all(event.get(name) == value for name, value in wanted.items()):
                    return event
            seen = len(self.events)
            assert time.monotonic() < deadline, f"no event {wanted} among {self.events}"
            self._receive()

    def _receive(self):
        for method, properties, body in self.channel.consume(self.queue, inactivity_timeout=1):
            if method is None:
                break
            assert properties.type == "posthorn.event.v1"
            message = json.loads(body)
            self.check(message)
            assert f"{message['service']}.{message['kind']}" == method.routing_key
            self.events += [{**message, **event} for event in message.pop("events")]
            self.channel.basic_ack(method.delivery_tag)
            break

    def check(self, document):
        """Replaced by the tests: holds a message of events against its schema."""
