"""PostgreSQL is killed. Routers wait, events wait, and possible duplicates wait on a retry delay queue."""

from faults.kill import Kill
from faults.scenario import CHUNK, WINDOW


class Fault(Kill):
    target = "database"
    shares = (0.40,)
    in_flight = WINDOW + CHUNK
    patience = 60.0
