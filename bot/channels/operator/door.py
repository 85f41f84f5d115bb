"""The operator's door: one link, good once, opens a page that shows and changes nothing.

    GET  /operator?token=…      the link: its token becomes a session, and leaves the address bar
    GET  /operator              the page, for whoever has a session
    GET  /operator/static/…     its style and script

The door keeps no records: what it asks and shows is handed to it as plain functions.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot import clock
from bot.channels.assets import Assets
from bot.channels.operator.page import FOLDER, Mail, Overview, Page

log = logging.getLogger("bot.operator")

#: the session's own clock runs where it is kept; the browser forgets the cookie at the same time
SESSION = 8 * 3600
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
#: a longer one is not ours, and is not worth a look into the table
LONGEST_TOKEN = 100


def install(
    app: web.Application,
    *,
    redeem: Callable[[str], Awaitable[str | None]],
    check_token: Callable[[str], Awaitable[bool]],
    overview: Callable[[], Awaitable[Overview]],
    mailbox: Callable[[], Awaitable[Sequence[Mail]]] | None,
    secure: bool,
    command: str = "python -m bot",
    demo: bool = False,
) -> None:
    """Hang the operator's routes into the application.

    redeem       a link's token -> a session's token; None: used, expired or never ours
    check_token  whether a session's token stands
    mailbox      the local mailbox; None: mail goes out by SMTP
    secure       whether people come by TLS
    command      how the command line is called here, as the page's commands begin
    demo         whether demo data may be played with
    """
    assets = Assets(FOLDER)
    page = Page(assets.version, command, demo=demo)
    door = Door(redeem, check_token, overview, mailbox, secure=secure, page=page, assets=assets)
    app.router.add_get("/operator", door.page, allow_head=False)  # HEAD would use up the link
    app.router.add_get("/operator/static/{version}/{name}", door.static)


class Door:
    """The routes."""

    def __init__(
        self,
        redeem: Callable[[str], Awaitable[str | None]],
        check_token: Callable[[str], Awaitable[bool]],
        overview: Callable[[], Awaitable[Overview]],
        mailbox: Callable[[], Awaitable[Sequence[Mail]]] | None,
        *,
        secure: bool,
        page: Page,
        assets: Assets,
    ) -> None:
        self._redeem = redeem
        self._check_token = check_token
        self._overview = overview
        self._mailbox = mailbox
        self._secure = secure
        self._page = page
        self._assets = assets
        self.cookie = "__Secure-zq-operator" if secure else "zq-operator"

    async def page(self, request: web.Request) -> web.Response:
        """The link, or the page. MUST NOT show anything before a session was checked."""
        try:
            return await self._answer(request)
        except Exception as failure:
            # The class alone: a message of a driver may quote what it was asked.
            log.error("GET /operator: %s", type(failure).__name__)
            log.debug("request failed", exc_info=failure)
            return _html(self._page.broken(), 503)

    async def _answer(self, request: web.Request) -> web.Response:
        token = request.query.get("token")
        allowed = await self._has_session(request)
        if token is not None and not allowed:
            session = await self._redeem(token) if 0 < len(token) <= LONGEST_TOKEN else None
            if session is None:
                log.warning("refused GET /operator: a link that is used, too old, or not ours")
                return _html(self._page.refused(), 403)
            log.info("an operator's link was opened")
            response = _to_the_page()
            response.set_cookie(
                self.cookie,
                session,
                max_age=SESSION,
                path="/operator",
                httponly=True,
                samesite="Lax",  # a link in a mail or a chat opens the page; nothing can be done here by opening one
                secure=self._secure,
            )
            return response
        if not allowed:
            return _html(self._page.refused(), 403)
        if token is not None:
            return _to_the_page()  # an old link in a browser that is in already: the token leaves the address bar
        mail = await self._mailbox() if self._mailbox is not None else None
        return _html(self._page.overview(await self._overview(), mail, clock.now()), 200)

    async def _has_session(self, request: web.Request) -> bool:
        session = request.cookies.get(self.cookie, "")
        return 0 < len(session) <= LONGEST_TOKEN and await self._check_token(session)

    async def static(self, request: web.Request) -> web.Response:
        """Style and script; nothing in them is secret."""
        found = self._assets.file(request, SAFE)
        if found is None:
            raise web.HTTPNotFound
        return found


def _html(page: str, status: int) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html", charset="utf-8", headers=SAFE)


def _to_the_page() -> web.Response:
    return web.Response(status=303, headers={**SAFE, "Location": "/operator"})
