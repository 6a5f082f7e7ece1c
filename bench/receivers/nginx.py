"""The healthy receiver of webhooks: nginx, which answers 204 to everything, and whose access log is the ledger."""

import os
import shutil

from receivers.ledger import Ledger
from system import FOLDER, Process, free_port, wait_for

CONFIGURATION = """
daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
worker_rlimit_nofile 8192;
events {{ worker_connections 4096; }}
http {{
    log_format ledger '$msec $http_webhook_id $status';
    access_log {folder}/ledger ledger;
    keepalive_timeout 300s;
    # A call with hundreds of notifications names all of them in one header.
    large_client_header_buffers 4 64k;
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


class Receiver(Ledger):
    def __init__(self, name="receiver"):
        folder = FOLDER / name
        folder.mkdir(exist_ok=True)
        super().__init__(folder / "ledger")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/hook/{{}}"
        configuration = folder / "nginx.conf"
        user = "user root;\n" if os.geteuid() == 0 else ""
        configuration.write_text(CONFIGURATION.format(folder=folder, port=port, user=user))
        (folder / "nginx.pid").unlink(missing_ok=True)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = Process(name, [program, "-p", str(folder), "-c", str(configuration)])
        wait_for(lambda: (folder / "nginx.pid").exists(), 10, f"the start of {name}")

    def close(self):
        self.process.stop(10)
