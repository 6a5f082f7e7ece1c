"""What a service does with Posthorn: register consumers and channels, send requests, and read their status."""

import http.client
import json
import os
import subprocess
import urllib.parse


def api(method, path, document=None):
    """One call of the HTTP API. A refusal ends the demonstration with the problem document."""
    url = urllib.parse.urlsplit(os.environ["API"])
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=15)
    headers = {"Authorization": f"Bearer {os.environ['API_KEY']}", "Content-Type": "application/json"}
    connection.request(method, path, None if document is None else json.dumps(document), headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if not 200 <= answer.status < 300:
        raise SystemExit(f"{method} {path}: {answer.status} {content.decode()}")
    return json.loads(content) if content else None


def register(consumer, medium, address):
    """Adds the consumer if new and the endpoint if new; returns the endpoint, a webhook's with its secret."""
    answer = api("POST", "/v1/consumers", {"consumer": consumer, "endpoint": {"medium": medium, "address": address}})
    return answer["endpoint"]


def subscribe(channel, consumer):
    """Adds the channel if new."""
    api("POST", f"/v1/channels/{channel}/consumers", {"consumer": consumer})


def send_over_http(document):
    """With curl, as a shell script would. Returns the request's id."""
    done = subprocess.run(
        ["curl", "-sS", "--fail-with-body", f"{os.environ['API']}/v1/requests"]
        + ["-H", f"Authorization: Bearer {os.environ['API_KEY']}", "-H", "Content-Type: application/json"]
        + ["--data-binary", json.dumps(document, ensure_ascii=False)],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"curl: {done.stderr}{done.stdout}")
    return json.loads(done.stdout)["id"]


def send_over_amqp(document):
    """With `posthorn send`, which publishes straight to RabbitMQ as the service's own broker user. Returns the request's id."""
    command = [os.environ["POSTHORN"], "send", "--service", os.environ["SERVICE"]]
    for channel in document["channel"]:
        command += ["--channel", channel]
    for text in document["text"]:
        command += ["--text", text]
    settings = {**os.environ, "POSTHORN_BROKER_URL": os.environ["SERVICE_BROKER_URL"]}
    done = subprocess.run(command, capture_output=True, text=True, env=settings)
    if done.returncode != 0:
        raise SystemExit(f"posthorn send: {done.stderr}{done.stdout}")
    return done.stdout.strip()


def notifications(request):
    """Each notification of a request as it is on record now; none before the request was expanded."""
    return api("GET", f"/v1/requests/{request}/notifications?limit=100")["items"]


def failures(notification):
    """What went wrong before it arrived: attempt, provider and reason of each failure."""
    return api("GET", f"/v1/notifications/{notification}")["failures"]
