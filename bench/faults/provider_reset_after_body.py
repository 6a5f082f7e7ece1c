"""A receiver reads the whole call and resets the connection: whether it took it, nobody knows."""

from faults.failing import FailingReceiver


class Fault(FailingReceiver):
    manner = "reset"
