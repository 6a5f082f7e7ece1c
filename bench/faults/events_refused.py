"""The recorder's queues refuse everything while one webhook fails once: nothing is settled, and nothing comes twice."""

import time

import management
from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "503"
    requests = 1
    # Nothing can be settled while events are refused: a lane stops at its prefetch. That is what the bound is for.
    patience = 30.0

    def inject(self):
        self.roles["recorder"].stop()
        management.limit("fault-events", "^record\\.", max_length_bytes=1)
        try:
            super().inject()
        finally:
            management.unlimit("fault-events")
        self.roles["recorder"] = self.start("recorder").await_ready()
        time.sleep(1)
