"""Sends two real messages, one over HTTP and one over AMQP, to three consumers, and reads back the status of each."""

import os
import socket
import time

import service
from mail_receiver import MailReceiver
from story import Story
from webhook_receiver import WebhookReceiver

CHANNEL = "line-4"
OVER_HTTP = {"channel": [CHANNEL], "text": ["Linie 4 fährt wieder", "Die Störung am Hafen ist behoben."]}
OVER_AMQP = {"channel": [CHANNEL], "text": ["Umleitung über die Königstraße", "Bis 18 Uhr hält Linie 4 nicht am Markt."]}
MAILS = ["ada@example.org", "grace@example.org"]
FLAKY = "/edsger"
LIMIT_SECONDS = 120
ARRIVED = {"sent", "delivered"}

story = Story()


def start_receivers():
    """At the addresses that the environment names."""
    mails = MailReceiver(os.environ["SERVERS_FOLDER"], int(os.environ["MAIL_PORT"]), on_mail=show_mail)
    posts = WebhookReceiver(port=int(os.environ["HOOK_PORT"]), on_post=show_post)
    posts.fail_first(FLAKY, 2)
    return mails, posts


def show_mail(mail):
    story.event("mail", mail.recipient, f"“{mail.subject}”, {'over STARTTLS' if mail.encrypted else 'unencrypted'}")


def show_post(post):
    signature = "signature verified" if post.verified else "SIGNATURE WRONG"
    title = post.document["data"]["text"][0]
    if post.status == 204:
        story.event("webhook", post.path, f"“{title}”, {signature}")
    else:
        story.event("webhook", post.path, f"“{title}”, answered {post.status} on purpose", good=False)


def is_down(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


def register_all(posts):
    story.chapter(f"Subscribers of the channel {CHANNEL}")
    subscribers = {
        "ada": [("email", MAILS[0]), ("webhook", f"{posts.url}/ada")],
        "grace": [("email", MAILS[1])],
        "edsger": [("webhook", f"{posts.url}{FLAKY}")],
    }
    for consumer, endpoints in subscribers.items():
        for medium, address in endpoints:
            endpoint = service.register(consumer, medium, address)
            if medium == "webhook":
                posts.secrets[address.removeprefix(posts.url)] = endpoint["secret"]
        service.subscribe(CHANNEL, consumer)
        note = "  (answers its first two calls with 503)" if consumer == "edsger" else ""
        story.fact(consumer, ", ".join(f"{medium} {address}" for medium, address in endpoints) + note)


def send_all():
    story.chapter("Sent")
    story.begin_clock()
    requests = {"HTTP": service.send_over_http(OVER_HTTP)}
    story.fact("over HTTP", f"{requests['HTTP']}  “{OVER_HTTP['text'][0]}”  (curl)")
    requests["AMQP"] = service.send_over_amqp(OVER_AMQP)
    story.fact("over AMQP", f"{requests['AMQP']}  “{OVER_AMQP['text'][0]}”  (posthorn send)")
    return requests


def await_arrival(requests):
    """Waits until every notification has its final status, or the time is up."""
    story.chapter("Delivered (a failed webhook is retried after 5 s, then after 30 s)")
    story.release_events()
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        records = {way: service.notifications(request) for way, request in requests.items()}
        if all(len(found) == 4 and all(one["status"] in ARRIVED for one in found) for found in records.values()):
            return records
        time.sleep(0.5)
    return records


def read_back(requests, records):
    """Shows every status and the failures before it. Returns the failures of each notification."""
    story.chapter("Status, read back over the API")
    failures = {}
    for way, request in requests.items():
        story.write(f"  request {request} over {way}")
        for one in sorted(records[way], key=lambda one: (one["consumer"], one["medium"])):
            failures[one["id"]] = service.failures(one["id"])
            provider = f"by {one['provider']}" if one.get("provider") else ""
            attempt = f"attempt {one['attempt']}"
            story.write(f"    {one['consumer']:<8} {one['medium']:<8} {one['status']:<10} {attempt:<10} {provider}".rstrip())
            for failure in failures[one["id"]]:
                story.aside(f"attempt {failure['attempt']} by {failure['provider']}: {failure['reason']}")
    return failures


def complaints(mails, posts, records, failures):
    """What was expected and did not happen."""
    subjects = {OVER_HTTP["text"][0], OVER_AMQP["text"][0]}
    for address in MAILS:
        found = sorted(mail.subject for mail in mails.mails if mail.recipient == address)
        if found != sorted(subjects):
            yield f"{address} should have both messages once, but has {found}"
    for path in ("/ada", FLAKY):
        found = sorted(post.document["data"]["text"][0] for post in posts.posts if post.path == path and post.status == 204)
        if found != sorted(subjects):
            yield f"{path} should have both messages once, but has {found}"
    if not all(post.verified for post in posts.posts):
        yield "a webhook's signature is wrong"
    every = [one for found in records.values() for one in found]
    if len(every) != 8 or any(one["status"] not in ARRIVED for one in every):
        yield f"the record has {len(every)} of 8, as {sorted(one['status'] for one in every)}"
    if not any(one["consumer"] == "edsger" and one["attempt"] == 3 for one in every):
        yield "no webhook is recorded as delivered on the third attempt"
    for one in every:
        if one["medium"] == "email" and "primary" not in {failure["provider"] for failure in failures[one["id"]]}:
            yield f"the mail to {one['consumer']} has no recorded failure of primary"


def main():
    primary = int(os.environ["PRIMARY_PORT"])
    mails, posts = start_receivers()
    story.chapter("Posthorn: the path of a message")
    story.fact("system", f"private RabbitMQ and PostgreSQL; Posthorn's API is at {os.environ['API']}")
    story.fact("mail", f"providers in order: primary ({'DOWN' if is_down(primary) else 'up'}), backup (SMTP, STARTTLS, password)")
    story.fact("webhooks", f"received at {posts.url}")
    register_all(posts)
    requests = send_all()
    records = await_arrival(requests)
    failures = read_back(requests, records)
    found = list(complaints(mails, posts, records, failures))
    for complaint in found:
        story.outcome(False, complaint)
    if not found:
        story.outcome(True, "Everything arrived: 8 of 8. One provider was skipped, one endpoint received it on the third attempt.")
    mails.close()
    posts.close()
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
