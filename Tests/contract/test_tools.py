"""The program's tools, as a newcomer uses them."""

import json
import os
import pathlib
import pty
import secrets
import subprocess

from amqp import Client
from conftest import LIMIT, PROGRAM


def test_lines_are_sent_and_wrong_ones_reported_by_their_number(installation, service):
    path = f"/{service.name}/lines"
    service.listener("news", "ada", "webhook", installation.webhooks.address(path))
    good = [json.dumps({"channel": ["news"], "text": [f"Title {number}"]}) for number in range(20)]
    lines = good[:7] + ["nonsense"] + good[7:15] + ["", '{"channel":["news"],"text":["T"],"tyop":1}'] + good[15:]
    ids = installation.tool("send", "--service", service.name, "--print-ids", text="\n".join(lines), status=1).split()
    assert len(set(ids)) == 20
    assert "line 8: not valid JSON" in installation.complaint and "line 18: tyop" in installation.complaint
    assert "20 requests sent" in installation.complaint and "2 wrong, on lines 8, 18" in installation.complaint
    received = [json.loads(installation.webhooks.get(path)[1])["data"] for _ in range(20)]
    assert {message["request"] for message in received} == set(ids)


def test_one_message_is_sent_from_options(installation, service):
    path = f"/{service.name}/one"
    service.listener("news", "ada", "webhook", installation.webhooks.address(path))
    identifier = installation.tool(
        "send", "--service", service.name, "--channel", "news", "--text", "Title", "--text", "Body", "--reference", "r"
    ).strip()
    message = json.loads(installation.webhooks.get(path)[1])["data"]
    assert (message["request"], message["text"], message["reference"]) == (identifier, ["Title", "Body"], "r")


def test_a_wrong_command_line_ends_with_2_and_a_hint(installation):
    installation.tool("snd", status=2)
    assert "did you mean posthorn send?" in installation.complaint
    installation.tool("send", "--servce", "shop", status=2)
    assert "did you mean --service?" in installation.complaint
    for reserved in ("record", "send", "posthorn", "events"):
        installation.tool("service", "create", reserved, status=2)


def test_a_services_broker_user_keeps_its_password_and_gets_its_limits_again(installation, service):
    for name in ("max-connections", "max-channels"):
        installation.management("DELETE", f"user-limits/{service.name}/{name}")
    assert installation.tool("service", "create", service.name, "--broker-user") == ""
    assert "keeps its password" in installation.complaint
    assert limits(installation, service.name) == {"max-connections": 50, "max-channels": 500}
    with Client(service) as client:
        client.listen()


def limits(installation, user):
    found = installation.management("GET", f"user-limits/{user}")
    return found[0]["value"] if found else {}


def test_a_broker_user_that_is_no_services_is_left_alone(installation):
    name = f"own-{secrets.token_hex(4)}"
    installation.management("PUT", f"users/{name}", {"password": "secret", "tags": ""})
    installation.management("PUT", f"permissions/{installation.name}/{name}", {"configure": ".*", "write": ".*", "read": ".*"})
    try:
        installation.tool("service", "create", name, "--broker-user", status=1)
        assert "not a service's" in installation.complaint
        assert installation.management("GET", f"permissions/{installation.name}/{name}")["configure"] == ".*"
        assert limits(installation, name) == {}
    finally:
        installation.management("DELETE", f"users/{name}")


def test_a_revoked_key_is_listed_as_such(installation, service):
    line = installation.tool("key", "list", "--service", service.name)
    assert "in force" in line
    installation.tool("key", "revoke", line.split()[0])
    assert "revoked" in installation.tool("key", "list", "--service", service.name)
    installation.tool("key", "revoke", line.split()[0], status=1)


def test_the_topology_is_as_declared(installation):
    assert "as declared" in installation.tool("topology", "check")
    installation.tool("database", "check")


def test_progress_is_shown_on_a_terminal(installation, service):
    service.http("POST", "/v1/channels/news/consumers", {})
    ours, theirs = pty.openpty()
    lines = "\n".join(json.dumps({"channel": ["news"], "text": [f"Title {number}"]}) for number in range(1200))
    child = subprocess.Popen(
        [PROGRAM, "send", "--service", service.name], env=installation.environment, stdin=subprocess.PIPE, stderr=theirs, text=True
    )
    child.communicate(lines, timeout=LIMIT)
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert child.returncode == 0
    assert "500 sent" in shown and "1000 sent" in shown and "1200 requests sent" in shown


def test_the_example_notifies_nobody_twice(installation, service):
    example = pathlib.Path(PROGRAM).with_name("order-shipped")
    address = f"ada@{service.name}.example.org"
    service.listener("orders", "ada", "email", address)
    environment = {"SHOP_BROKER_URL": service.broker_url}
    runs = [
        subprocess.run([example, "4711"], env=environment, capture_output=True, text=True, timeout=LIMIT, check=True).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    subprocess.run([example, "4712"], env=environment, capture_output=True, timeout=LIMIT, check=True)
    mails = b"".join(installation.mails.get(address) for _ in range(2))
    assert b"Order 4711" in mails and b"Order 4712" in mails
    assert installation.mails.is_empty(address)


def test_a_process_refuses_to_start_without_the_topology_and_names_the_command(installation):
    vhost = f"{installation.name}-{secrets.token_hex(4)}"
    user = installation.broker_url.split("//")[1].split(":")[0]
    installation.management("PUT", f"vhosts/{vhost}")
    installation.management("PUT", f"permissions/{vhost}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
    try:
        url = installation.broker_url.replace(installation.name, vhost)
        outcome = up(installation.environment | {"POSTHORN_BROKER_URL": url})
        assert outcome.returncode == 1 and "fix it: posthorn topology apply" in outcome.stderr
    finally:
        installation.management("DELETE", f"vhosts/{vhost}")


def test_every_wrong_setting_is_named_at_once(installation):
    wrong = {"POSTHORN_DRAIN_TIMEOUT": "long", "POSTHORN_WEBHOOK_ALLOW": "home", "POSTHORN_SECRET_KEY": "short"}
    outcome = up(installation.environment | wrong)
    assert outcome.returncode == 2 and "3 settings are wrong" in outcome.stderr
    assert all(name in outcome.stderr for name in wrong) and "short" not in outcome.stderr.replace("shorter", "")


def up(environment):
    return subprocess.run([PROGRAM, "up"], env=environment, capture_output=True, text=True, timeout=LIMIT, check=False)
