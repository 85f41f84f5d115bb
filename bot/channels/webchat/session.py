"""Who is asking: the session cookie, and whether a request was made by our own page.

The cookie is the only key to a conversation. It stays between the browser and this module: the
rest of the bot knows a person by the cookie's hash, from which the cookie cannot be made.
"""

import base64
import hashlib
import re
import secrets
from urllib.parse import urlsplit

from aiohttp import web

YEAR = 365 * 24 * 3600
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


class Sessions:
    """Cookies as this deployment sets them."""

    def __init__(self, public_url: str) -> None:
        self._origin = public_url and "{0.scheme}://{0.netloc}".format(urlsplit(public_url))
        self._secure = public_url.startswith("https://")
        # __Host-: the browser takes it only over TLS, from this very host, so no neighbour can plant one.
        self.cookie = "__Host-zq" if self._secure else "zq"

    def given(self, request: web.Request) -> str | None:
        """The token in the request, or None if there is none."""
        return request.cookies.get(self.cookie)

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Set the cookie, for a year from now."""
        response.set_cookie(
            self.cookie, token, max_age=YEAR, path="/", httponly=True, samesite="Lax", secure=self._secure
        )

    def from_our_page(self, request: web.Request) -> bool:
        """Whether a request that changes something was made by a page of ours.

        SameSite keeps the cookie back from other sites already; a header that no form can set, what
        the browser says of the request's making, and its origin each say so once more.
        """
        if request.headers.get("X-Zhaiquantong") != "1":
            return False
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return False
        origin = request.headers.get("Origin")
        return origin is None or origin == self._origin or urlsplit(origin).netloc == request.host


def fresh() -> str:
    """A token nobody can guess."""
    return secrets.token_urlsafe(32)


def address(token: str) -> str | None:
    """The address behind a token; None for a token we never made.

    MUST be one-way: the address is stored, and stands in logs.
    """
    if not _FORM.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token + "=")
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
        return None  # spare bits set: not our spelling
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
