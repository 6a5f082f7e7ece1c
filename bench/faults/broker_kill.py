"""RabbitMQ is killed. All parts connect again; what was not acknowledged is delivered again."""

from faults.kill import Kill
from faults.scenario import CHUNK, WINDOW


class Fault(Kill):
    target = "broker"
    shares = (0.40,)
    in_flight = WINDOW + CHUNK
    patience = 60.0
