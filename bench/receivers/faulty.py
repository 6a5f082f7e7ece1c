"""A receiver of webhooks that misbehaves until it is set to recover: it hangs, answers an error, or breaks the connection."""

import http.client
import sys

from receivers.ledger import Ledger
from system import FOLDER, HERE, Process, free_port, wait_for


class FaultyReceiver(Ledger):
    """`manner` is one of well, slow (0.1 s for each answer), hang, reset, a status such as 503, or limit-200 for an account that allows so many
    calls a second. Its ledger has 999 where it gave no answer."""

    def __init__(self, name, manner):
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        super().__init__(folder / "ledger")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/hook/{{}}"
        program = HERE / "receivers/faulty_server.py"
        self.process = Process(name, [sys.executable, str(program), str(self.port), str(self.path), manner])
        wait_for(self.answers, 10, f"the start of {name}")

    def answers(self):
        try:
            return self.behave(None)
        except OSError:
            return False

    def behave(self, manner):
        """From now on in this manner. Calls that hang go on hanging."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        connection.request("PUT", f"/{manner or ''}")
        return connection.getresponse().status == 200

    def recover(self):
        self.behave("well")

    def close(self):
        self.process.stop(10)
