"""Bad input to the gateway: each a clear problem document (RFC 9457), and the process continues."""

import json

import pytest

GOOD = {"channel": ["news"], "text": ["Title", "Body"]}


def problem(reply, status):
    assert reply.status == status, reply.body
    assert reply.headers["Content-Type"] == "application/problem+json"
    document = reply.document
    assert document["status"] == status and document["title"] and document["type"]
    return document


@pytest.mark.parametrize(
    "body, status, words",
    [
        (b"{", 400, "JSON"),
        (b'{"channel": "news", "text": ["T"]}', 422, "channel must be an array"),
        (b'{"channel": ["news"], "text": ["T"], "tyop": 1}', 422, "tyop is not a known field"),
        (json.dumps({"channel": ["news"], "text": ["T\r\nBcc: eve@example.org"]}).encode(), 422, "text[0]"),
    ],
)
def test_a_wrong_request_is_a_clear_problem(service, body, status, words):
    service.http("POST", "/v1/channels/news/consumers", {})
    assert words in json.dumps(problem(service.http("POST", "/v1/requests", body=body), status))


def test_a_channel_that_does_not_exist_is_named(service):
    assert "unknown" in problem(service.http("POST", "/v1/requests", GOOD | {"channel": ["unknown"]}), 404)["detail"]


def test_a_body_over_256_kilobytes_is_refused(service):
    problem(service.http("POST", "/v1/requests", GOOD | {"text": ["T", "x" * 300_000]}), 413)


def test_a_consumer_that_does_not_exist_cannot_listen(service):
    problem(service.http("POST", "/v1/channels/news/consumers", {"consumer": "nobody"}), 404)


@pytest.mark.parametrize("address", ["http://10.0.0.1/hook", "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/"])
def test_a_webhook_to_an_internal_address_is_refused(service, address):
    body = {"consumer": "ada", "endpoint": {"medium": "webhook", "address": address}}
    assert "not public" in json.dumps(problem(service.http("POST", "/v1/consumers", body), 422))


def test_without_a_key_nothing_is_shown(service):
    problem(service.http("GET", "/v1/channels", headers={"Authorization": "Bearer posthorn_shop_wrong"}), 401)


def test_another_services_request_is_not_there(installation, service):
    service.http("POST", "/v1/channels/news/consumers", {})
    sent = service.http("POST", "/v1/requests", GOOD)
    assert sent.status == 202
    problem(installation.service().http("GET", f"/v1/requests/{sent.document['id']}"), 404)
