"""The holds are full of what one receiver does not take. What succeeds does not wait for them."""

import management
from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "503"

    def strike(self):
        # A hold leads back to its lane at least once only with the strategy that Posthorn's own policy names.
        management.limit("fault-holds", "^hold\\.", max_length_bytes=1 << 20, dead_letter_strategy="at-least-once")
        try:
            super().strike()
        finally:
            management.unlimit("fault-holds")

    def send(self, channel, requests, **more):
        return super().send(channel, requests, metadata={"filler": "x" * (60 << 10)}, **more)
