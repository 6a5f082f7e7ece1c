"""Sends one request directly through RabbitMQ, as a service's own broker user, and prints its events.

    BROKER_URL=amqp://demo:PASSWORD@localhost:5672/ python Examples/hello.py

It needs pika. docs/contract.md has all that such a client must know.
"""

import json
import os
import time
import uuid

import pika

parameters = pika.URLParameters(os.environ["BROKER_URL"])
service = parameters.credentials.username  # the broker user has the service's name
channel = pika.BlockingConnection(parameters).channel()
channel.confirm_delivery()  # from now on basic_publish waits for the confirm

# Our own queue, on which we receive the events of our requests.
channel.queue_declare(f"{service}.events.0", durable=True, arguments={"x-queue-type": "quorum"})
channel.queue_bind(f"{service}.events.0", "events", f"{service}.#")

channel.basic_publish(
    exchange="requests",
    routing_key=f"{service}.normal",
    body=json.dumps({"channel": ["news"], "text": ["Hello", "Over AMQP."]}),
    properties=pika.BasicProperties(
        type="posthorn.request.v1", content_type="application/json", delivery_mode=2,
        user_id=service, message_id=str(uuid.uuid4()), timestamp=int(time.time())),
    mandatory=True,
)

for method, _, body in channel.consume(f"{service}.events.0", auto_ack=True, inactivity_timeout=2):
    if method is None:
        break
    message = json.loads(body)
    for event in message.pop("events"):
        event = {**message, **event}  # what is beside the events applies to each of them
        print(event["kind"], event.get("medium", ""), event.get("consumer", ""), event.get("reason", ""))
