"""A receiver takes calls and never answers, beside a healthy one in the same channel."""

from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "hang"
