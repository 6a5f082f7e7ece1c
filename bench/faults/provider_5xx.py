"""A receiver answers 503 to everything, beside a healthy one in the same channel."""

from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "503"
