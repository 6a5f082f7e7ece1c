"""What schemathesis cannot know from the description: which addresses lead somewhere that a webhook or a file may be."""

import schemathesis
from hypothesis import strategies

PATHS = strategies.text("abcdefghijklmnopqrstuvwxyz0123456789-._~/", max_size=20)
schemathesis.openapi.format("uri", PATHS.map(lambda path: f"https://example.org/{path}"))
