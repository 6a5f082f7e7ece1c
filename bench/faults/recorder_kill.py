"""The recorder is killed. It writes the same events again, which changes nothing."""

from faults.kill import Kill


class Fault(Kill):
    target = "recorder"
