"""A lane is scaled, paused, resumed and drained under load, and served by eight processes instead of one and by one again."""

import json
import os
import time

from faults.scenario import SERVICE, Scenario
from lane_rates import draw
from receivers.faulty import FaultyReceiver
from system import say, seed, tool, wait_for

LANE = "webhook.bulk"
PREFETCH = 16
MORE = 7


class Fault(Scenario):
    limit = 300

    def seed(self):
        self.slow = FaultyReceiver("slow", "slow")
        self.slow.open_page()
        self.ledgers = [self.slow]
        self.steps = []
        seed(SERVICE, self.name, self.notifications, self.slow.url)

    def inject(self):
        self.step("1 consumer", lambda: tool("lane", "scale", LANE, "--consumers", "1", "--prefetch", str(PREFETCH)), 0)
        self.client = self.send(self.name, 1, priority="bulk")
        self.await_arrival(0.001)
        time.sleep(5)
        self.step("4 consumers", lambda: tool("lane", "scale", LANE, "--consumers", "4"), 6)
        self.paused = self.step("paused", lambda: tool("lane", "pause", LANE), 5)
        self.resumed = self.step("resumed", lambda: tool("lane", "resume", LANE), 5)
        self.step("1 consumer", lambda: tool("lane", "scale", LANE, "--consumers", "1"), 5)
        self.step("8 processes", self.more_processes, 6)
        self.step("1 process", self.one_process, 5)
        self.drained = self.step("drained", lambda: tool("lane", "drain", LANE), 4)
        self.step("resumed", lambda: tool("lane", "resume", LANE), 4)
        self.step("prefetch 512", lambda: tool("lane", "scale", LANE, "--consumers", "2", "--prefetch", "512"), 0)
        self.accepted(self.client, self.name)

    def step(self, name, change, seconds):
        """Changes something, and lets the lane work for a while. Returns the time from the change until the next step."""
        change()
        changed = time.time()
        self.steps.append((changed, name))
        say(f"    {name}: {json.dumps(lane(LANE))}")
        time.sleep(seconds)
        return changed, time.time()

    def more_processes(self):
        for number in range(MORE):
            self.roles[f"sender {number}"] = self.start("sender")
        for number in range(MORE):
            self.roles[f"sender {number}"].await_ready()

    def one_process(self):
        for number in range(MORE):
            self.roles.pop(f"sender {number}").stop()

    def figures(self):
        moments = sorted(moment for moment, _, _ in self.slow.lines())
        if os.environ.get("LANE_RATES"):
            draw(os.environ["LANE_RATES"], moments, self.steps)
        return {"arrived_while_paused": self.between(moments, *self.paused), "arrived_while_drained": self.between(moments, *self.drained)}

    @staticmethod
    def between(moments, start, end):
        return sum(start <= moment < end for moment in moments)

    def broken(self, result):
        broken = []
        # What was in flight when the lane was paused may still arrive; at most four windows.
        if result["arrived_while_paused"] > 4 * (PREFETCH + PREFETCH // 4):
            broken.append(f"{result['arrived_while_paused']} arrived while the lane was paused")
        if result["arrived_while_drained"]:
            broken.append(f"{result['arrived_while_drained']} arrived after the lane was drained")
        return broken


def lane(name):
    """What `posthorn lane list` says of a lane."""
    document = json.loads(tool("lane", "list", "--json"))
    row = next(row for row in document["lanes"] if row["lane"] == name)
    return {key: row[key] for key in ("state", "processes", "consumers", "waiting", "in_flight", "notifications_settled_per_second")}
