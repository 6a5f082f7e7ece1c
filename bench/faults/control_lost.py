"""While the broker is away, one lane is scaled and another one is paused. Both take effect as soon as it is back."""

import os
import subprocess
import time

from faults.kill import Kill
from faults.lane_scale import lane
from faults.scenario import CHUNK, SERVICE, WINDOW
from receivers.nginx import Receiver
from system import say, seed, tool, wait_for

CONSUMERS = 3
SCALED, PAUSED = "webhook.normal", "webhook.bulk"


class Fault(Kill):
    target = "broker"
    shares = (0.30,)
    # Of both lanes, and of each consumer of the scaled one.
    in_flight = WINDOW * (CONSUMERS + 1) + CHUNK
    patience = 60.0

    def seed(self):
        super().seed()
        self.bulk = Receiver("bulk")
        self.bulk.open_page()
        self.ledgers.append(self.bulk)
        self.arrived_while_paused = 0
        seed(SERVICE, f"{self.name}-bulk", self.notifications, self.bulk.url)

    def inject(self):
        bulk = self.send(f"{self.name}-bulk", 1, priority="bulk")
        wait_for(lambda: self.bulk.arrived() > 0, 60, "the bulk lane")
        super().inject()
        before = self.bulk.arrived()
        time.sleep(3)
        self.arrived_while_paused = self.bulk.arrived() - before
        tool("lane", "resume", PAUSED)
        self.accepted(bulk, f"{self.name}-bulk")

    def kill_server(self):
        super().kill_server()
        back = time.monotonic()
        # Sooner than the table is read at its interval.
        wait_for(self.is_applied, 25, "the change of the lanes", pause=0.5)
        say(f"    the lanes were changed {time.monotonic() - back:.1f} s after the broker was back")

    def while_away(self):
        self.without_broker("scale", SCALED, "--consumers", str(CONSUMERS))
        self.without_broker("pause", PAUSED)

    def without_broker(self, *words):
        """The command saves the change, and reports that nobody has confirmed it."""
        done = subprocess.run([os.environ["POSTHORN"], "lane", *words], capture_output=True, text=True)
        say(f"    posthorn lane {' '.join(words)}: {done.stdout.strip()}")
        if done.returncode != 1 or "saved" not in done.stderr:
            self.failures.append(f"lane {words[0]} without a broker: exit {done.returncode}, {done.stderr.strip()}")

    @staticmethod
    def is_applied():
        try:
            scaled, paused = lane(SCALED), lane(PAUSED)
        except RuntimeError:
            return False
        return scaled["consumers"] == CONSUMERS and paused["state"] == "paused"

    def figures(self):
        return {**super().figures(), "arrived_while_paused": self.arrived_while_paused}

    def broken(self, result):
        count = self.arrived_while_paused
        return [f"{count} arrived while the lane was paused"] if count else []
