"""Codes that a phone shows for thirty seconds: RFC 6238 over RFC 4226, HMAC-SHA1, six digits, as all apps read them."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

STEP = 30
DIGITS = 6
#: a phone's clock may be so many steps before or behind ours
DRIFT = 1
#: bytes of a secret: the length of the hash (RFC 4226, 4)
LENGTH = 20


def code(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """The code of one step."""
    digest = hmac.digest(secret, counter.to_bytes(8), hashlib.sha1)
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step(at: datetime) -> int:
    """The step a moment lies in."""
    return int(at.timestamp()) // STEP


def matching(secret: bytes, said: str, at: datetime, after: int) -> int | None:
    """The step whose code this is, None if it is none.

    MUST NOT take a step that is not after `after`, the last one that was used: a code seen over
    somebody's shoulder is worth nothing (RFC 6238, 5.2).
    """
    now, found = step(at), None
    for counter in range(now - DRIFT, now + DRIFT + 1):
        # Compared in the same time whichever it is.
        if hmac.compare_digest(code(secret, counter).encode(), said.encode("utf-8", "replace")) and counter > after:
            found = counter
    return found


def spelled(secret: bytes) -> str:
    """A secret as an app takes it typed in."""
    return base64.b32encode(secret).rstrip(b"=").decode()


def link(secret: bytes, name: str, house: str) -> str:
    """A secret as an app reads it from a picture."""
    return f"otpauth://totp/{quote(house)}:{quote(name)}?secret={spelled(secret)}&issuer={quote(house)}"
