"""The public contract (docs/contract.md), by clients that know nothing else of Posthorn."""

import email
import email.policy
import json
import pathlib
import re
import subprocess
import sys
import uuid

import jsonschema
import pika.exceptions
import pytest
from amqp import Client, connect
from standardwebhooks import Webhook

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs/schemas"
NEWS = {"channel": ["news"], "text": ["Title", "Body"]}


def schema(name):
    document = json.loads((SCHEMAS / name).read_text())
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document, format_checker=jsonschema.FormatChecker())


REQUESTS, EVENTS = schema("posthorn.request.v1.json"), schema("posthorn.event.v1.json")


@pytest.fixture
def client(service):
    with Client(service) as client:
        client.check = EVENTS.validate
        client.listen()
        yield client


def hook(service, installation, channel="news", consumer="ada"):
    """A consumer with a webhook; returns the path under which it receives, and its secret."""
    path = f"/{service.name}/{consumer}"
    return path, service.listener(channel, consumer, "webhook", installation.webhooks.address(path))["secret"]


def test_a_request_arrives_and_its_events_come_to_the_services_own_queue(service, client, installation):
    path, secret = hook(service, installation)
    request = NEWS | {"reference": "r-1", "metadata": {"order": 7}}
    REQUESTS.validate(request)
    identifier = client.send(request)
    delivered = client.await_event(kind="delivered", request=identifier)
    assert delivered["reference"] == "r-1" and delivered["consumer"] == "ada" and delivered["medium"] == "webhook"
    created = client.await_event(kind="created", request=identifier)
    assert created["notification"] == delivered["notification"]
    expanded = client.await_event(kind="request-expanded", request=identifier)
    assert (expanded["notifications"], expanded["part"], expanded["parts"]) == (1, 0, 1)

    headers, body = installation.webhooks.get(path)
    message = Webhook(secret).verify(body, headers)
    assert headers["webhook-id"] == delivered["notification"]
    assert message["data"]["text"] == ["Title", "Body"] and message["data"]["metadata"] == {"order": 7}


def documents(contract):
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", contract["text"], re.DOTALL)]


def test_the_pages_messages_are_as_the_schemas_say(contract):
    request, first, events, _ = documents(contract)
    REQUESTS.validate(request)
    REQUESTS.validate(first)
    EVENTS.validate(events)
    for name in ("request", "medium", "lane"):  # neither beside the events nor in each of them
        assert not EVENTS.is_valid({member: value for member, value in events.items() if member != name})


def test_the_pages_own_example_runs(service, installation, contract):
    path, _ = hook(service, installation)
    environment = {"BROKER_URL": service.broker_url, "PATH": ""}
    outcome = subprocess.run(
        [sys.executable, "-c", contract["python"]], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    _, body = installation.webhooks.get(path)
    webhook, shown = json.loads(body), documents(contract)[-1]
    assert (webhook.keys(), webhook["data"].keys()) == (shown.keys(), shown["data"].keys())
    assert "request-expanded" in outcome.stdout and "delivered" in outcome.stdout


def test_a_forged_webhook_is_not_taken_for_a_true_one(service, client, installation):
    path, secret = hook(service, installation)
    client.send(NEWS)
    headers, body = installation.webhooks.get(path)
    with pytest.raises(Exception, match="No matching signature found"):
        Webhook(secret).verify(body.replace(b"Title", b"Tilte"), headers)


def test_a_mail_arrives_with_its_subject_in_utf_8(service, client, installation):
    address = f"ada@{service.name}.example.org"
    service.listener("news", "ada", "email", address)
    title = "Grüße aus Zürich – 你好 📯 and a title so long that its encoding must be folded over several lines"
    identifier = client.send({"channel": ["news"], "text": [title, "Körper\nmit Zeilen\n.\nund Punkt", "日本語"]})
    client.await_event(kind="sent", request=identifier)
    mail = email.message_from_bytes(installation.mails.get(address), policy=email.policy.default)
    assert mail["Subject"] == title
    assert mail["To"].addresses[0].addr_spec == address and mail["From"].addresses[0].addr_spec == "posthorn@example.org"
    assert mail["Date"] and mail["Message-ID"] and not mail.defects
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Körper\nmit Zeilen\n.\nund Punkt" in text and "日本語" in text


def test_an_address_that_the_request_names_needs_no_registration(service, client, installation):
    address = f"eve@{service.name}.example.org"
    identifier = client.send({"to": [{"email": address}], "text": ["Code 4711"]}, key=f"{service.name}.priority")
    sent = client.await_event(kind="sent", request=identifier)
    assert sent["lane"] == "priority" and "consumer" not in sent
    installation.mails.get(address)


@pytest.mark.parametrize("lane", ["priority", "normal", "bulk", "nothing"])
def test_a_request_under_another_services_key_is_refused(service, client, lane):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        client.send(NEWS, key=f"other.{lane}")
    assert closed.value.reply_code == 403


def test_a_request_under_a_lane_that_does_not_exist_is_refused(service, client):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        client.send(NEWS, key=f"{service.name}.high")
    assert closed.value.reply_code == 403


def test_another_users_name_is_refused(service, client):
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as closed:
        client.send(NEWS, user_id="other")
    assert closed.value.reply_code == 406


def test_a_detour_to_another_services_key_leads_nowhere(installation, service, client):
    """The broker checks the keys of what is published, not of what an exchange or a dead letter passes on; the router does."""
    victim = installation.service()
    path, _ = hook(victim, installation)
    detour = f"{client.name}.events.0"
    client.channel.exchange_declare(detour, "topic", durable=True)
    client.channel.exchange_bind("requests", detour, "#")
    with Client(victim) as listener:
        listener.check = EVENTS.validate
        listener.listen()
        keyed = {**NEWS, "dedupe_key": "order-1"}
        client.send(keyed, key=f"{victim.name}.normal", exchange=detour)
        client.send(keyed, key=f"{victim.name}.normal", exchange=detour, user_id=None)
        # Neither is reported in the victim's name, and the key is still the victim's.
        listener.send(keyed)
        event = listener.await_event()
        honest = event["request"]
        listener.await_event(kind="delivered", request=honest)
    for reason in (f"the broker user {client.name} may not send for the service {victim.name}", "user-id must be set"):
        assert any(reason in found for found in parked(installation, "parked.rejected"))
    assert json.loads(installation.webhooks.get(path)[1])["data"]["request"] == honest
    assert installation.webhooks.is_empty(path)


def test_the_same_id_twice_is_one_request(service, client, installation):
    path, _ = hook(service, installation)
    identifier = str(uuid.uuid4())
    for _ in range(3):
        client.send(NEWS, message_id=identifier)
    client.await_event(kind="delivered", request=identifier)
    client.await_event(kind="delivered", request=client.send(NEWS))
    first, second = (json.loads(installation.webhooks.get(path)[1])["data"]["request"] for _ in range(2))
    assert first == identifier != second and installation.webhooks.is_empty(path)


def test_the_same_dedupe_key_twice_is_one_request(service, client, installation):
    path, _ = hook(service, installation)
    for _ in range(2):
        client.send(NEWS | {"dedupe_key": "once"}, message_id=None)
    delivered = client.await_event(kind="delivered")
    client.await_event(kind="delivered", request=client.send(NEWS))
    first, second = (json.loads(installation.webhooks.get(path)[1])["data"]["request"] for _ in range(2))
    assert first == delivered["request"] != second and installation.webhooks.is_empty(path)


WRONG = [
    (b"no JSON", "not valid JSON"),
    (b"\xff\xfe", "not valid JSON"),
    (b"", "not valid JSON"),
    ([], "must be an object"),
    ({"text": ["T"]}, "channel is required"),
    ({"channel": ["news"]}, "text is required"),
    ({"channel": "news", "text": ["T"]}, "channel must be an array"),
    ({"channel": ["news"], "text": [7]}, "text[0] must be a string"),
    ({"channel": ["news"], "text": ["T\r\nBcc: eve@example.org"]}, "text[0]"),
    ({"channel": ["news"], "text": ["T"], "send_at": "2030-01-31T12:00:00Z"}, "send_at is not a known field"),
    ({"channel": ["news"], "text": ["T"], "media": ["fax"]}, "media[0] must be one of email, webhook"),
    ({"channel": ["news"], "text": ["T"], "delivery": "any"}, "delivery must be one of all, first"),
    ({"channel": ["news"], "text": ["T"], "expires_at": "soon"}, "expires_at"),
    ({"text": ["T"], "to": [{"email": "a@b\r\nc"}]}, "to[0].email"),
    ({"text": ["T"], "to": [{"consumer": "nobody"}]}, 'no consumer "nobody"'),
    ({"channel": ["unknown"], "text": ["T"]}, 'no channel "unknown"'),
    (json.dumps({"channel": ["news"], "text": ["T", "x" * 300_000]}).encode(), "at most 262144"),
]


@pytest.mark.parametrize("body, reason", WRONG, ids=[reason for _, reason in WRONG])
def test_a_wrong_request_is_reported_with_its_reason(client, body, reason):
    identifier = client.send(body)
    rejected = client.await_event(kind="request-rejected", request=identifier)
    assert reason in rejected["reason"]


# Channels, consumers and sizes are beyond a schema, and formats are only checked where a library for them is there.
BEYOND = ("no consumer", "no channel", "at most", "expires_at", "to[0].email", "not valid JSON")


@pytest.mark.parametrize("document", [body for body, reason in WRONG if not reason.startswith(BEYOND)])
def test_the_schema_refuses_what_the_router_refuses(document):
    assert not REQUESTS.is_valid(document)


def test_a_wrong_type_or_id_is_reported_or_parked(installation, service, client):
    assert "type must be" in client.await_event(kind="request-rejected", request=client.send(NEWS, type="other"))["reason"]
    client.send(NEWS, message_id="no UUID")
    client.await_event(kind="request-rejected", request=client.send([]))
    assert any("message-id" in reason for reason in parked(installation, "parked.rejected"))


def parked(installation, queue):
    """The reasons of everything in a parked queue, which stays there."""
    vhost = installation.name
    found = installation.management(
        "POST", f"queues/{vhost}/{queue}/get",
        {"count": 10_000, "ackmode": "ack_requeue_true", "encoding": "base64"},
    )
    return [message["properties"]["headers"]["x-reason"] for message in found]


@pytest.mark.parametrize("queue", ["requests.normal.0", "cursors.webhook.normal", "send.webhook.normal", "send.email.bulk", "record.normal"])
def test_a_message_that_is_no_message_is_parked_and_the_process_lives_on(installation, service, client, queue):
    path, _ = hook(service, installation)
    mark = uuid.uuid4().hex
    with connect(installation.broker_url) as operator:
        channel = operator.channel()
        channel.confirm_delivery()
        channel.basic_publish("", queue, mark.encode(), pika.BasicProperties(headers={"x-attempt": "many"}), mandatory=True)
        client.await_event(kind="delivered", request=client.send(NEWS))
        installation.webhooks.get(path)
        body, headers = find_parked(installation, mark)
        assert headers["x-reason"] and headers["x-parked-from"] == queue
    assert installation.program.is_alive


def find_parked(installation, mark):
    """The parked message with this body, once it is there."""
    with connect(installation.broker_url) as operator:
        channel = operator.channel()
        queues = ["parked.poison", "parked.rejected"]
        for queue in queues:
            channel.basic_consume(queue, lambda c, method, properties, body: found.append((body, properties.headers)))
        found = []
        operator.call_later(60, lambda: found.append(None))
        while not any(thing is None or thing[0] == mark.encode() for thing in found):
            operator.process_data_events(time_limit=1)
        # Nothing is acknowledged, so everything goes back.
        return next(thing for thing in found if thing and thing[0] == mark.encode())
