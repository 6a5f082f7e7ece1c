"""The sender is killed. What it had begun and not settled may be sent a second time."""

from faults.kill import Kill
from faults.scenario import WINDOW


class Fault(Kill):
    target = "sender"
    in_flight = WINDOW
