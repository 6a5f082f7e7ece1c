"""Mail relays: one that takes every mail and keeps a ledger, and one that is a black hole."""

import socket
import sys

from receivers.ledger import Ledger
from system import FOLDER, HERE, Process, free_port, wait_for


class MailSink(Ledger):
    """Takes every mail, without TLS and without a password; the notification's id is the beginning of its Message-ID."""

    def __init__(self, name="mails"):
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        super().__init__(folder / "ledger")
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        program = HERE / "receivers/mail_server.py"
        self.delay = folder / "delay"
        self.answer_after(0)
        self.process = Process(name, [sys.executable, str(program), str(self.port), str(self.path), str(self.delay)])
        wait_for(self.answers, 10, f"the start of {name}")

    def answers(self):
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def answer_after(self, seconds):
        """From now on it answers so much later that it has a mail. The file is replaced, so that none reads half of it."""
        if not seconds:
            self.delay.unlink(missing_ok=True)
            return
        new = self.delay.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(self.delay)

    def kill(self):
        """It is gone at once, with its open connections."""
        self.process.kill()

    def close(self):
        if self.process in Process.living:
            self.process.stop(10)


class MailView:
    """Several sinks as another tenant sees them: one ledger, which the scenario opens and closes."""

    def __init__(self, *sinks):
        self.sinks = sinks

    def moments(self):
        moments = {}
        for sink in self.sinks:
            for identity, moment in sink.moments().items():
                moments[identity] = min(moment, moments.get(identity, moment))
        return moments

    def open_page(self):
        pass

    def close(self):
        pass


class BlackHole:
    """A relay whose queue of connections is full: the kernel drops each further attempt, so that connecting hangs."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.url = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"
        self.clients = []
        # The kernel takes one or two beyond the backlog before it drops.
        for _ in range(4):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(self.listener.getsockname())
            self.clients.append(client)

    def close(self):
        for one in [*self.clients, self.listener]:
            one.close()
