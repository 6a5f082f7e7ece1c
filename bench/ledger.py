"""The ledger of the fault tests: every POST that reached the receiver, by its webhook-id, as nginx wrote it down."""

import collections
import hashlib
import pathlib
import shutil
import uuid

from system import FOLDER, Process, free_port, wait_for

CONFIGURATION = """
daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
events {{ worker_connections 4096; }}
http {{
    log_format ledger '$msec $http_webhook_id';
    access_log {folder}/ledger ledger;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 204; }}
    }}
}}
"""


class Ledger:
    """A receiver that answers 204 to everything and keeps one line for each POST."""

    def __init__(self, is_root):
        folder = FOLDER / "receiver"
        folder.mkdir(exist_ok=True)
        self.path = folder / "ledger"
        self.path.touch()
        self.start = 0
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/hook/{{}}"
        configuration = folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, port=port, user="user root;\n" if is_root else "")
        )
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = Process("receiver", [program, "-p", str(folder), "-c", str(configuration)])
        wait_for(lambda: pathlib.Path(folder / "nginx.pid").exists(), 10, "the receiver's start")

    def open_page(self):
        """What came before does not count any more."""
        self.start = self.path.stat().st_size

    def lines(self):
        with self.path.open() as file:
            file.seek(self.start)
            return [line.split() for line in file if line.endswith("\n")]

    def arrived(self):
        """A cheap estimate of the number of POSTs, by the size of the file."""
        return (self.path.stat().st_size - self.start) // len("1700000000.000 019aa5d0-7c00-8abc-9def-0123456789ab\n")

    def arrivals(self):
        """The moments of all POSTs, in seconds, in order."""
        return sorted(float(moment) for moment, _ in self.lines())

    def counted(self):
        """How often each webhook-id arrived."""
        return collections.Counter(identity.lower() for _, identity in self.lines())


def notification_id(request, endpoint, medium=b"webhook"):
    """The id that docs/contract.md derives from a request and an endpoint; computed here a second time, so that it is checked."""
    message = b"".join(len(part).to_bytes(2, "big") + part for part in (request.bytes, endpoint.bytes, medium))
    digest = hashlib.sha256(message).digest()
    bits = int.from_bytes(request.bytes[:6], "big") << 80
    bits |= 8 << 76 | (int.from_bytes(digest[:8], "big") & 0xFFF) << 64
    bits |= 0b10 << 62 | int.from_bytes(digest[8:16], "big") & ((1 << 62) - 1)
    return str(uuid.UUID(int=bits))


def longest_pause(arrivals, kills):
    """The longest gap in seconds between two arrivals that a kill lies in, or that began within a second after it."""
    longest = 0.0
    for earlier, later in zip(arrivals, arrivals[1:]):
        if any(earlier <= kill + 1 and later >= kill for kill in kills):
            longest = max(longest, later - earlier)
    return longest
