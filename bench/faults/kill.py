"""Kills one part with -9 in the middle of many notifications and brings it back at once."""

import os
import subprocess
import time

from faults.scenario import SERVICE, Scenario
from receivers.nginx import Receiver
from system import HERE, say, seed, wait_for

ENDPOINTS = 10


class Kill(Scenario):
    """`target` is a role, `broker` or `database`; it is struck when these `shares` of the work are done."""

    target = ""
    shares = (0.15, 0.40, 0.65)
    patience = 20.0

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, ENDPOINTS, self.receiver.url)

    def inject(self):
        client = self.send(self.name, self.notifications // ENDPOINTS)
        for share in self.shares:
            self.await_share(client, share)
            self.kill(self.target) if self.target in self.roles else self.kill_server()
        self.accepted(client, self.name)

    def await_share(self, client, share):
        wait_for(lambda: self.receiver.arrived() >= share * self.notifications, 120, "delivering", pause=0.005)

    def kill_server(self):
        self.kills.append(time.time())
        folder = f"{os.environ['SERVERS_FOLDER']}/{self.target}"
        again = {"broker": "broker_launch '{0}' && broker_wait '{0}'", "database": "database_start '{0}'"}[self.target]
        self.server(f"{self.target}_kill '{folder}'")
        self.while_away()
        self.server(again.format(folder))
        say(f"    killed the {self.target}; back after {time.time() - self.kills[-1]:.1f} s")

    def while_away(self):
        """What is done while a server is away."""

    @staticmethod
    def server(command):
        library = HERE.parent / "script/lib"
        script = f"set -e; for part in processes broker database; do source '{library}'/$part.sh; done; {command}"
        subprocess.run(["bash", "-c", script], check=True, stdin=subprocess.DEVNULL)

    def figures(self):
        arrivals = sorted(moment for moment, _, _ in self.receiver.lines())
        return {"pause_ms": round(longest_pause(arrivals, self.kills) * 1000)}


def longest_pause(arrivals, kills):
    """The longest gap in seconds between two arrivals that a kill lies in, or that began within a second after it."""
    longest = 0.0
    for earlier, later in zip(arrivals, arrivals[1:]):
        if any(earlier <= kill + 1 and later >= kill for kill in kills):
            longest = max(longest, later - earlier)
    return longest
