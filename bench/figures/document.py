"""The request of all figures: a title and a short text, as notifications are."""

import json

SERVICE = "bench"


def document(channel, **more):
    return {
        "channel": [channel],
        "text": ["Line 4 runs again", "The disturbance between the harbour and the market square is over. " * 4],
        "timestamp": 1700000000,
        "metadata": {"line": 4, "severity": "information", "source": "operations"},
        "reference": "bench-0001",
        **more,
    }


def encoded_body():
    """The body of a notification: the request's content as the router encodes it."""
    content = {"request": "019aa5d0-7c00-7abc-8def-0123456789ab", "service": SERVICE, **document("fanout"), "files": []}
    return json.dumps(content, separators=(",", ":")).encode()
