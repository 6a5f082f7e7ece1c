"""The receivers: an SMTP server and an HTTP server that keep what they get."""

import http.server
import queue
import threading

from aiosmtpd.controller import Controller

LIMIT = 60  # seconds


class Kept:
    """Things that have arrived, by the recipient or path under which they came."""

    def __init__(self):
        self._queues, self._lock = {}, threading.Lock()

    def _queue(self, key):
        with self._lock:
            return self._queues.setdefault(key, queue.Queue())

    def put(self, key, thing):
        self._queue(key).put(thing)

    def get(self, key):
        """The next thing under a key; waits for it."""
        return self._queue(key).get(timeout=LIMIT)

    def is_empty(self, key):
        return self._queue(key).empty()


class FreePort(Controller):
    """A controller that finds out which port the system chose."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Mailbox(Kept):
    """An SMTP server that takes everything."""

    def __init__(self):
        super().__init__()
        self._controller = FreePort(self, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True)
        self._controller.start()
        self.port = self._controller.port

    async def handle_DATA(self, server, session, envelope):
        for recipient in envelope.rcpt_tos:
            self.put(recipient, envelope.content)
        return "250 taken"

    def close(self):
        self._controller.stop()


class WebhookReceiver(Kept):
    """An HTTP server that answers 204 and keeps headers and body by path."""

    def __init__(self):
        super().__init__()
        kept = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()
                kept.put(self.path, (dict(self.headers.items()), body))

            def log_message(self, *words):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def address(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
