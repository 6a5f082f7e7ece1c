"""The retry delay queues are full of what one receiver rejects. What succeeds does not wait for them."""

import management
from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "503"

    def inject(self):
        # A retry delay queue dead-letters to its lane at least once only with the strategy that Posthorn's own policy names.
        management.limit("fault-retries", "^retry\\.", max_length_bytes=1 << 20, dead_letter_strategy="at-least-once")
        try:
            super().inject()
        finally:
            management.unlimit("fault-retries")

    def send(self, channel, requests, **more):
        return super().send(channel, requests, metadata={"filler": "x" * (60 << 10)}, **more)
