"""Kills one part after the other with -9 in the middle of 20,000 notifications, and counts what was lost and what came twice."""

import argparse
import json
import os
import pathlib
import subprocess
import time
import urllib.parse
import urllib.request

from client import Client
from ledger import Ledger, longest_pause, notification_id
from system import Process, Role, database, forget_messages, say, seed, wait_for

SERVICE = "faults"
ENDPOINTS = 10
PREFETCH = 256
CHUNK = 500
CLIENTS = 4
ROLES = ("recorder", "sender", "router", "gateway")
QUIET_SECONDS = 7

# For each fault: at which shares of the work it strikes, and how many messages are in flight in what dies, so that at most so many
# may come twice. What the router and the gateway have in flight is marked and looked up before it is sent.
FAULTS = {
    "sender-kill": ((0.15, 0.40, 0.65), PREFETCH),
    "router-kill": ((0.15, 0.40, 0.65), CHUNK),
    "recorder-kill": ((0.15, 0.40, 0.65), 0),
    "gateway-kill": ((0.15, 0.40, 0.65), CLIENTS * ENDPOINTS),
    "broker-kill": ((0.40,), PREFETCH + CHUNK),
    "database-kill": ((0.40,), PREFETCH + CHUNK),
}


def arguments():
    parser = argparse.ArgumentParser(prog="script/faults", description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"{', '.join(FAULTS)} (default: all)")
    parser.add_argument("--json", action="store_true", help="only the JSON object on standard output")
    parser.add_argument("--notifications", type=int, default=20_000, help="for each fault (default: 20000)")
    options = parser.parse_args()
    options.names = options.names or list(FAULTS)
    for name in options.names:
        if name not in FAULTS:
            parser.error(f"there is no fault {name}; there are {', '.join(FAULTS)}")
    return options


def start(role):
    return Role(
        role,
        POSTHORN_PREFETCH_PRIORITY=str(PREFETCH),
        POSTHORN_PREFETCH_NORMAL=str(PREFETCH),
        POSTHORN_PREFETCH_BULK=str(PREFETCH),
        POSTHORN_CHUNK=str(CHUNK),
    )


class Strike:
    """Kills what the fault's name says and brings it back at once, as a service manager would."""

    def __init__(self, name, roles):
        self.target = name.removesuffix("-kill")
        self.roles = roles
        self.moments = []

    def __call__(self):
        self.moments.append(time.time())
        if self.target in self.roles:
            self.roles[self.target].kill()
            self.roles[self.target] = start(self.target).await_ready()
        else:
            folder = f"{os.environ['SERVERS_FOLDER']}/{self.target}"
            again = {"broker": "broker_launch '{0}' && broker_wait '{0}'", "database": "database_start '{0}'"}[self.target]
            library = pathlib.Path(__file__).parent.parent / "script/lib"
            script = f"set -e; for part in processes broker database; do source '{library}'/$part.sh; done; "
            script += f"{self.target}_kill '{folder}'; {again.format(folder)}"
            subprocess.run(["bash", "-c", script], check=True, stdin=subprocess.DEVNULL)
        say(f"    killed the {self.target}; back after {time.time() - self.moments[-1]:.1f} s")


def queues():
    """The messages in each queue that is no parking place, over the management API (which is some seconds behind)."""
    with management("/api/queues?columns=name,messages") as answer:
        return {
            queue["name"]: queue.get("messages", 0)
            for queue in json.load(answer)
            if not queue["name"].startswith("parked.")
        }


def management(path, method="GET"):
    url = urllib.parse.urlsplit(os.environ["MANAGEMENT_URL"])
    manager = urllib.request.HTTPPasswordMgrWithDefaultRealm()
    manager.add_password(None, f"http://{url.hostname}:{url.port}/", url.username, url.password)
    opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(manager))
    return opener.open(urllib.request.Request(f"http://{url.hostname}:{url.port}{path}", method=method), timeout=30)


def await_quiet(ledger, limit=240):
    """Until all queues are empty and nothing has arrived for a while, held repeats included."""
    deadline, last, since = time.monotonic() + limit, -1, time.monotonic()
    while time.monotonic() < deadline:
        now = (ledger.arrived(), sum(queues().values()))
        if now != last or now[1] > 0:
            last, since = now, time.monotonic() if now != last else since
        elif time.monotonic() - since > QUIET_SECONDS:
            return
        time.sleep(0.5)
    say(f"    not quiet after {limit} s: {({name: count for name, count in queues().items() if count})}")


def run(name, options, ledger):
    shares, in_flight = FAULTS[name]
    say(f"{name}: {options.notifications:,} notifications, {len(shares)} × kill -9")
    forget_messages()
    seed(SERVICE, name, ENDPOINTS, ledger.url)
    ledger.open_page()
    roles = {role: start(role) for role in ROLES}
    for role in roles.values():
        role.await_ready()
    requests = options.notifications // ENDPOINTS
    client = Client({"channel": [name], "text": ["Fault test", name]}, requests, CLIENTS)
    strike = Strike(name, roles)
    client.start()
    for share in shares:
        if name == "gateway-kill":
            wait_for(lambda: len(client.accepted) >= share * requests, 120, "accepting", pause=0.005)
        else:
            wait_for(lambda: ledger.arrived() >= share * options.notifications, 120, "delivering", pause=0.005)
        strike()
    client.join(180)
    await_quiet(ledger)
    for role in roles.values():
        role.stop()
    return count(name, client, ledger, strike.moments, in_flight)


def count(name, client, ledger, kills, in_flight):
    with database() as connection:
        endpoints = connection.execute(
            "SELECT e.id FROM endpoints e JOIN subscriptions s USING (consumer_id) JOIN channels c ON c.id = s.channel_id"
            " WHERE c.name = %s",
            (name,),
        ).fetchall()
        recorded = connection.execute("SELECT id::text, status::text FROM notifications").fetchall()
    expected = {notification_id(request, endpoint) for request in client.accepted for (endpoint,) in endpoints}
    arrived = ledger.counted()
    delivered = {identity for identity, status in recorded if status == "delivered"}
    result = {
        "accepted": len(expected),
        "lost": len(expected - arrived.keys()),
        "duplicated": sum(times - 1 for times in arrived.values()),
        "bound": len(kills) * in_flight,
        "phantom": len(delivered - arrived.keys()),
        "pause_ms": round(longest_pause(ledger.arrivals(), kills) * 1000),
        "kills": len(kills),
        "unrecorded": len(expected & arrived.keys() - delivered),
        "unexpected": len(arrived.keys() - expected),
        "resent_by_client": client.resent,
    }
    say(f"    {', '.join(f'{key} {value:,}' for key, value in result.items())}")
    return result


def main():
    options = arguments()
    ledger = Ledger(is_root=os.geteuid() == 0)
    results = {name: run(name, options, ledger) for name in options.names}
    if not options.json:
        columns = ["accepted", "lost", "duplicated", "bound", "phantom", "pause_ms"]
        print(f"{'':<16}" + "".join(f"{column:>12}" for column in columns))
        for name, result in results.items():
            print(f"{name:<16}" + "".join(f"{result[column]:>12,}" for column in columns))
    print(json.dumps(results), flush=True)
    kept = all(
        result["lost"] == result["phantom"] == 0 and result["duplicated"] <= result["bound"] for result in results.values()
    )
    return 0 if kept else 1


if __name__ == "__main__":
    try:
        status = main()
    finally:
        Process.stop_all()
    raise SystemExit(status)
