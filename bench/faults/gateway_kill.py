"""The gateway is killed. Clients without an answer send again, with the same Idempotency-Key."""

from faults.kill import ENDPOINTS, Kill
from faults.scenario import CLIENTS
from system import wait_for


class Fault(Kill):
    target = "gateway"
    in_flight = CLIENTS * ENDPOINTS

    def await_share(self, client, share):
        wait_for(lambda: len(client.accepted) >= share * client.count, 120, "accepting", pause=0.005)
