"""The router is killed. What it publishes again is marked as a possible duplicate and looked up."""

from faults.kill import Kill
from faults.scenario import CHUNK


class Fault(Kill):
    target = "router"
    in_flight = CHUNK
