"""A real HTTP receiver that verifies each webhook with the `standardwebhooks` library. It can be set to fail at first."""

import dataclasses
import http.server
import json
import threading

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclasses.dataclass
class Post:
    path: str
    webhook_id: str
    status: int
    verified: bool
    document: dict


class WebhookReceiver:
    """`secrets` maps a path to its secret; a path in `flaky` answers the first message's POSTs with 503 that many times."""

    def __init__(self, port=0, on_post=lambda post: None):
        self.posts = []
        self.secrets = {}
        self.flaky = {}
        self.unlucky = {}
        self.lock = threading.Lock()
        self.on_post = on_post
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                receiver.take(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def fail_first(self, path, times):
        self.flaky[path] = times

    def take(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        identity = handler.headers.get("webhook-id", "")
        with self.lock:
            post = Post(
                path=handler.path,
                webhook_id=identity,
                status=503 if self.fails(handler.path, identity) else 204,
                verified=self.verifies(handler, body),
                document=json.loads(body or b"null"),
            )
            self.posts.append(post)
        handler.send_response(post.status)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        self.on_post(post)

    def fails(self, path, identity):
        left = self.flaky.get(path, 0)
        if left == 0 or self.unlucky.setdefault(path, identity) != identity:
            return False
        self.flaky[path] = left - 1
        return True

    def verifies(self, handler, body):
        secret = self.secrets.get(handler.path)
        if secret is None:
            return False
        try:
            Webhook(secret).verify(body, {name.lower(): value for name, value in handler.headers.items()})
            return True
        except WebhookVerificationError:
            return False

    def close(self):
        self.server.shutdown()
