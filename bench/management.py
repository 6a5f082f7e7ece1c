"""RabbitMQ's management API: depths of queues, emptying them, and limits by policy."""

import json
import os
import urllib.parse
import urllib.request

# The place for policies of the tests; they win over Posthorn's own.
PRIORITY = 100


def call(path, method="GET", document=None):
    url = urllib.parse.urlsplit(os.environ["MANAGEMENT_URL"])
    address = f"http://{url.hostname}:{url.port}{path}"
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, f"http://{url.hostname}:{url.port}/", url.username, url.password)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
    body = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(address, method=method, data=body, headers={"Content-Type": "application/json"})
    with opener.open(request, timeout=60) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def depths():
    """The messages in each queue. What it says is some seconds old."""
    return {queue["name"]: queue.get("messages", 0) for queue in call("/api/queues?columns=name,messages")}


def ready(queue):
    """The messages of a queue that no consumer has yet. Some seconds old, too."""
    return call(f"/api/queues/%2F/{queue}?columns=messages_ready").get("messages_ready", 0)


def waiting():
    """The queues with work in them: parking places do not count."""
    return {name: count for name, count in depths().items() if count and not name.startswith(("parked.", "unroutable"))}


def purge(queue):
    call(f"/api/queues/%2F/{queue}/contents", "DELETE")


def purge_all():
    for queue in call("/api/queues?columns=name"):
        purge(queue["name"])


def limit(name, pattern, **limits):
    """Limits the queues of a pattern until `unlimit`. A policy replaces Posthorn's own, so it repeats what they need of it."""
    definition = {"overflow": "reject-publish", **{key.replace("_", "-"): value for key, value in limits.items()}}
    document = {"pattern": pattern, "priority": PRIORITY, "apply-to": "queues", "definition": definition}
    call(f"/api/policies/%2F/{name}", "PUT", document)


def unlimit(name):
    call(f"/api/policies/%2F/{name}", "DELETE")
