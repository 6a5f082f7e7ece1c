"""Ids derived as `Sources/Shared/Model/ID+Making.swift` derives them, computed a second time here, so that they are checked."""

import hashlib
import uuid


def notification_id(request, endpoint, medium="webhook"):
    message = b"".join(len(part).to_bytes(2, "big") + part for part in (request.bytes, endpoint.bytes, medium.encode()))
    digest = hashlib.sha256(message).digest()
    bits = int.from_bytes(request.bytes[:6], "big") << 80
    bits |= 8 << 76 | (int.from_bytes(digest[:8], "big") & 0xFFF) << 64
    bits |= 0b10 << 62 | int.from_bytes(digest[8:16], "big") & ((1 << 62) - 1)
    return str(uuid.UUID(int=bits))
