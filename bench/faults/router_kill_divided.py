"""The router is killed between publishing a divided request's cursors and noting it, and somebody subscribes meanwhile."""

import time
import uuid

from faults.scenario import CHUNK, SERVICE, Scenario
from receivers.nginx import Receiver
from system import API, database, endpoints, say, seed, wait_for

LOCK = 4711
# Everybody who asks the table `requests` to change waits for this lock while the test holds it.
GATE = f"""
CREATE OR REPLACE FUNCTION fault_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK});
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER fault_gate BEFORE UPDATE ON requests FOR EACH ROW
    WHEN (NEW.parts IS DISTINCT FROM OLD.parts) EXECUTE FUNCTION fault_gate();
"""
WAITERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


class Fault(Scenario):
    in_flight = CHUNK
    patience = 20.0
    rounds = 3
    # Few at once, so that a small run is divided, too.
    settings = {"POSTHORN_ROUTER_CHUNK_SIZE": str(CHUNK // 10)}

    def seed(self):
        self.receiver = Receiver()
        self.receiver.open_page()
        self.ledgers = [self.receiver]
        seed(SERVICE, self.name, max(self.notifications // 5, CHUNK), self.receiver.url)
        with database() as connection:
            connection.execute(GATE)

    def start(self, role, **more):
        return super().start(role, **{**more, "POSTHORN_ROUTER_CHUNK_SIZE": self.settings["POSTHORN_ROUTER_CHUNK_SIZE"]})

    def inject(self):
        try:
            for _ in range(self.rounds):
                self.inject_once()
        finally:
            with database() as connection:
                connection.execute("DROP TRIGGER fault_gate ON requests")

    def inject_once(self):
        listening = endpoints(SERVICE, self.name)
        with database() as gate:
            gate.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            self.expect([self.post()], listening)
            try:
                wait_for(lambda: gate.execute(WAITERS).fetchall(), 20, "noting that a request is divided", pause=0.005)
            except TimeoutError:
                say("    the router notes nothing after its cursors are published; killed all the same")
            self.roles["router"].kill()
            self.kills.append(time.time())
            # What the router had asked for must not happen after its death.
            for (pid,) in gate.execute(WAITERS).fetchall():
                gate.execute("SELECT pg_terminate_backend(%s)", (pid,))
            # As many others have registered when the next one subscribes, so that its number is far from all before.
            seed(SERVICE, f"{self.name}-others", len(listening), self.receiver.url)
            seed(SERVICE, self.name, 1, self.receiver.url)
        self.roles["router"] = self.start("router").await_ready()
        self.await_arrival(1.0)

    def post(self):
        api = API()
        identity = api.post("/v1/requests", {"channel": [self.name], "text": ["Divided"]})["id"]
        api.close()
        return uuid.UUID(identity)
