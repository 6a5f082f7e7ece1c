"""What the broker user of a service may do, and how much of it."""

import time

import pika.exceptions
import pytest
from amqp import Client, connect


@pytest.fixture
def client(service):
    with Client(service) as client:
        client.listen()
        yield client


@pytest.mark.parametrize("key", ["#", "*.delivered", "other.#", "other.delivered", "shop.#"])
def test_another_services_events_cannot_be_received(client, key):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        client.channel.queue_bind(client.queue, "events", key)
    assert closed.value.reply_code == 403


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel, name: channel.queue_declare("other.events", durable=True),
        lambda channel, name: channel.queue_declare(f"{name}x", durable=True),
        lambda channel, name: channel.queue_declare(f"{name}.mine", durable=True),
        lambda channel, name: channel.queue_declare(f"{name}.events.10", durable=True),
        lambda channel, name: channel.exchange_declare(f"{name}.mine", "topic", durable=True),
        lambda channel, name: channel.queue_bind(f"{name}.events", "notifications", "#"),
        lambda channel, name: channel.queue_bind(f"{name}.events", "requests", "#"),
        lambda channel, name: channel.exchange_bind(f"{name}.events.0", "events", "#"),
        lambda channel, name: channel.basic_get("parked.rejected"),
        lambda channel, name: channel.basic_get("record.normal"),
        lambda channel, name: channel.queue_purge("requests.normal.0"),
        lambda channel, name: channel.queue_delete("send.email.bulk"),
        lambda channel, name: channel.basic_publish("", "send.email.bulk", b"{}"),
        lambda channel, name: channel.basic_publish("notifications", "email.bulk", b"{}"),
        lambda channel, name: channel.basic_publish("events", f"{name}.delivered", b"{}"),
    ],
)
def test_nothing_else_of_the_broker_is_open_to_a_service(client, attempt):
    client.channel.exchange_declare(f"{client.name}.events.0", "topic", durable=True)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        attempt(client.channel, client.name)
    assert closed.value.reply_code == 403


@pytest.mark.parametrize("kind", ["classic", "quorum", "stream"])
def test_each_queue_that_a_service_may_have_is_bounded(installation, client, kind):
    queue = f"{client.name}.events.{['classic', 'quorum', 'stream'].index(kind)}"
    client.channel.queue_declare(queue, durable=True, arguments={"x-queue-type": kind})
    deadline = time.monotonic() + 30
    while True:  # The management API shows a policy some seconds after it is in force.
        found = installation.management("GET", f"queues/{installation.name}/{queue}")
        if found.get("effective_policy_definition") or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    assert found["effective_policy_definition"]["max-length-bytes"] == 256 << 20
    client.channel.queue_delete(queue)


def test_a_service_has_no_more_connections_than_its_limit(service):
    connections = []
    try:
        with pytest.raises(Exception, match="limit"):
            for _ in range(60):
                connections.append(connect(service.broker_url))
        assert len(connections) == 50
    finally:
        for connection in connections:
            connection.close()


def test_a_service_has_no_more_channels_than_its_limit(service):
    with connect(service.broker_url) as connection:
        with pytest.raises(pika.exceptions.AMQPError):
            for _ in range(600):
                connection.channel()
                opened = connection
        assert not opened.is_open
