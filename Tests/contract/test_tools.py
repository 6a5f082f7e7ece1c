"""The program's tools, as a newcomer uses them."""

import json

from amqp import Client


def test_lines_are_sent_and_wrong_ones_told_by_their_number(installation, service):
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


def test_an_existing_broker_user_is_left_alone(installation, service):
    installation.tool("service", "create", service.name, "--broker-user", status=1)
    assert "already" in installation.complaint
    with Client(service) as client:
        client.listen()


def test_a_revoked_key_is_listed_as_such(installation, service):
    line = installation.tool("key", "list", "--service", service.name)
    assert "in force" in line
    installation.tool("key", "revoke", line.split()[0])
    assert "revoked" in installation.tool("key", "list", "--service", service.name)
    installation.tool("key", "revoke", line.split()[0], status=1)


def test_the_topology_is_as_declared(installation):
    assert "as declared" in installation.tool("topology", "check")
    installation.tool("database", "check")
