"""The web chat's door: a page, turns by POST, news by Server-Sent Events.

    GET  /                          the page, and with it a session
    POST /chat/turns                a text, a tap or a command; its answer rides in the response
    POST /chat/files                the same for a file
    POST /chat/typing               a hint that there are words in the box; none of them comes along
    GET  /chat/messages             the history, in stretches
    GET  /chat/stream               the history from here on, as it grows
    GET  /chat/documents/{seq}      what we handed out in that message
    GET  /static/webchat/…          scripts, styles, pictures

The page numbers its turns, so a repeat after a lost response has no second effect; every message
has its place in the history, so nothing is shown twice or left out.
"""

import asyncio
import json
import logging
import re
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import orjson
from aiohttp import web

from bot import clock, i18n
from bot.channels.assets import Assets
from bot.channels.webchat import session, texts
from bot.channels.webchat.page import FOLDER, Page, tag
from bot.channels.webchat.sender import NAME, WebChat
from bot.conversation.engine import Answer, Engine, Message, TurnFailed
from bot.conversation.reply import Attachment
from bot.conversation.turn import File, Turn
from bot.settings import Settings

log = logging.getLogger("bot.webchat")

#: a turn of typed text, in bytes as it stands on the wire
TURN_LIMIT = 64 * 1024
PAGE_OF_HISTORY = 40
#: how often an open page's history is read again, should a ring be missed (another process sends)
LOOK = 3.0
HEARTBEAT = 20.0
#: the longest silence inside an upload
PATIENCE = 60.0
#: the largest number the history's column can hold
LAST = 2**31 - 1

#: the ways that are always there, as standing choices: the page's name for each, and its step
WAYS = {
    "menu": "welcome.menu",
    "status": "claims.status",
    "offers": "offers.list",
    "person": "support.ask",
    "language": "welcome.language",
    "safety_way": "welcome.safety",
}

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NOT_KEPT = "no-store"

#: what a refusal is in HTTP
STATUS = {
    "malformed": 400,
    "no_session": 401,
    "not_from_page": 403,
    "not_found": 404,
    "slow": 408,
    "too_large": 413,
    "too_fast": 429,
    "broken": 500,
    "try_later": 503,
}

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Refused(Exception):
    """The request is not taken. `code` names the reason; `texts.refused` has words for it."""

    def __init__(self, code: str, *, says: str = "", after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.says = says
        self.after = after


@dataclass(frozen=True, slots=True)
class Posted:
    """What every turn from the page carries."""

    address: str
    event_id: str
    order: int
    received_at: datetime
    language: str


def install(app: web.Application, engine: Engine, settings: Settings) -> None:
    """Hang the web chat's routes into the application."""
    door = Door(engine, settings)
    app.add_routes(
        [
            web.get("/", door.answering(door.page)),
            web.post("/chat/turns", door.answering(door.turn)),
            web.post("/chat/files", door.answering(door.file)),
            web.post("/chat/typing", door.answering(door.typing)),
            web.get("/chat/messages", door.answering(door.messages)),
            web.get("/chat/stream", door.answering(door.stream), allow_head=False),
            web.get(r"/chat/documents/{seq:\d{1,10}}", door.answering(door.document)),
            web.get("/static/webchat/{version}/{name}", door.answering(door.static)),
        ]
    )
    app.on_shutdown.append(door.close)


class Door:
    """The routes, and the streams that are open."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._sessions = session.Sessions(settings.public_url)
        self._assets = Assets(FOLDER)
        self._page = Page(self._assets.version)
        self._listening: Counter[str] = Counter()
        self._closing = False

    def answering(self, handle: Handle) -> Handle:
        """Wrap a route: refusals become JSON with words, and every response is safe to show."""

        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                response = await handle(request)
            except Refused as refusal:
                if refusal.code in {"no_session", "not_from_page", "malformed", "too_large"}:
                    log.warning("refused %s %s: %s", request.method, request.path, refusal.code)
                response = _refusal(request, refusal)
            except ConnectionError:
                raise  # nobody is there to read an answer
            except Exception as failure:
                # The class alone: a message may quote what a person wrote.
                log.error("%s %s failed: %s", request.method, request.path, type(failure).__name__)
                log.debug("request failed", exc_info=failure)
                response = _refusal(request, Refused("broken", after=5))
            if not response.prepared:
                _make_safe(response)
            return response

        return answered

    async def close(self, app: web.Application) -> None:
        """Let the open streams end by themselves: pages then look for the next process."""
        self._closing = True
        for address in list(self._listening):
            self._engine.bell.ring(address)

    # -- the page

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The page, in the person's language; a session for whoever has none."""
        token = self._sessions.given(request)
        address = session.address(token) if token else None
        if token and address is None:
            log.warning("refused GET /: a session cookie we never made; a new one is given")
        locale = i18n.negotiate_header(request.headers.get("Accept-Language"))
        if address is not None:
            locale = await self._locale_of(address) or locale
        locale = i18n.negotiate(request.query.get("lang"), default=locale)
        limits = {"text": WebChat.can.text_limit, "file": WebChat.can.file_limit}
        html = self._page.html(locale, {"limits": limits, "ways": WAYS})
        response = web.Response(text=html, content_type="text/html")
        response.headers["Cache-Control"] = NOT_KEPT
        response.headers["Content-Language"] = tag(locale)
        response.headers["Vary"] = "Accept-Language, Cookie"
        self._sessions.give(response, token if token and address else session.fresh())
        response.enable_compression()
        return response

    async def _locale_of(self, address: str) -> str | None:
        try:
            return await self._engine.locale_of(NAME, address)
        except Exception as failure:
            # The page itself can come without a database; it then says that it is connecting.
            log.error("GET /: %s", type(failure).__name__)
            return None

    async def static(self, request: web.Request) -> web.StreamResponse:
        """A file the page loads."""
        response = self._assets.file(request)
        if response is None:
            raise Refused("not_found")
        return response

    # -- turns

    async def turn(self, request: web.Request) -> web.StreamResponse:
        """A text, a tap or a command."""
        received_at = clock.now()
        address = self._posting(request)
        raw = await _read(request, TURN_LIMIT)
        if raw is None:
            raise Refused("too_large")
        said = _object(raw)
        posted = _posted(request, address, said.get("id"), said.get("order"), received_at)
        return await self._take(request, _spoken(posted, said))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file: the raw body. One that is too large is not kept, and is answered in words."""
        received_at = clock.now()
        address = self._posting(request)
        query = request.query
        posted = _posted(request, address, query.get("id"), query.get("order"), received_at)
        limit = WebChat.can.file_limit
        size = request.content_length or 0
        content = await _read(request, limit)
        # In a header rather than in the address: names tell of people, and proxies log addresses.
        given = unquote(request.headers.get("X-File-Name", "")) or query.get("name", "")
        name = "".join(c for c in given if c.isprintable()).strip()[-255:]
        size = max(size, limit + 1) if content is None else len(content)
        return await self._take(request, _turn(posted, file=File(name or "file", size, content)))

    async def typing(self, request: web.Request) -> web.StreamResponse:
        """The person types, and whether anybody waits for it: else the page need not say so again."""
        return _json({"heard": await self._engine.typing.heard(NAME, self._posting(request))})

    def _posting(self, request: web.Request) -> str:
        """The address of a request that is to change something."""
        if not self._sessions.from_our_page(request):
            raise Refused("not_from_page")
        return self._address(request)

    def _address(self, request: web.Request) -> str:
        address = session.address(self._sessions.given(request) or "")
        if address is None:
            raise Refused("no_session")
        return address

    async def _take(self, request: web.Request, turn: Turn) -> web.Response:
        try:
            answer = await self._engine.take(turn, rides=True)
        except TurnFailed:
            raise Refused("try_later", after=2) from None
        if not answer.messages:
            # The rate check said no: nothing was written, and the same turn may come again.
            raise Refused("too_fast", says=answer.reply.text, after=3)
        return _json(self._answered(request, answer))

    def _answered(self, request: web.Request, answer: Answer) -> dict[str, Any]:
        found: dict[str, Any] = {
            "messages": [_shown(message) for message in answer.messages],
            "locale": answer.locale,
        }
        if answer.locale != request.headers.get("X-Locale"):
            with i18n.speaking(answer.locale):
                found["words"] = texts.page()
        return found

    # -- the history

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """A stretch of the history; without `after` and `before` its end."""
        address = self._address(request)
        limit = min(_number(request.query, "limit", PAGE_OF_HISTORY) or 1, 100)
        if "after" in request.query:
            found = await self._engine.history(NAME, address, after=_number(request.query, "after", 0), limit=limit)
        else:
            before = _number(request.query, "before", LAST)
            found = await self._engine.history(NAME, address, before=before, limit=limit)
        locale = await self._engine.locale_of(NAME, address)
        return _json({"messages": [_shown(message) for message in found], "locale": locale or _locale(request)})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The history after a place, and whatever is added, until the page goes or we do."""
        address = self._address(request)
        after = _number(request.headers, "Last-Event-ID", -1)
        if after < 0:
            after = _number(request.query, "after", 0)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        _make_safe(response)
        await response.prepare(request)
        self._listening[address] += 1
        try:
            await self._tell(request, response, address, after)
        except ConnectionError:
            pass  # the page is gone
        except Exception as failure:
            # The response has begun: all it can say is that it ends. The page comes again, patiently.
            log.error("GET /chat/stream ends: %s", type(failure).__name__)
            log.debug("stream failed", exc_info=failure)
        finally:
            self._listening[address] -= 1
            if not self._listening[address]:
                del self._listening[address]
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse, address: str, after: int) -> None:
        now = asyncio.get_running_loop().time
        await response.write(b"retry: 2000\n\n")
        beat_at, told = now() + HEARTBEAT, 0.0
        while not (self._closing or request.transport is None or request.transport.is_closing()):
            found = await self._engine.history(NAME, address, after=after, limit=PAGE_OF_HISTORY)
            if found:
                after = found[-1].seq
                await response.write(b"".join(_event(message) for message in found))
                continue
            until = self._engine.typing.until(NAME, address)
            if until > told:
                told = until
                await response.write(b"event: typing\ndata: \n\n")
            if now() >= beat_at:
                # The comment keeps proxies from closing; the event tells the page that the line is alive.
                await response.write(b": beat\nevent: beat\ndata: \n\n")
                beat_at = now() + HEARTBEAT
            await self._engine.bell.wait(address, LOOK)

    async def document(self, request: web.Request) -> web.StreamResponse:
        """The file we handed out in one message of this very session."""
        address = self._address(request)
        seq = int(request.match_info["seq"])
        document = await self._engine.document(NAME, address, seq) if 0 < seq <= LAST else None
        if document is None:
            raise Refused("not_found")
        response = web.Response(body=document.content)
        # Set by hand: a media type may carry a charset, which aiohttp wants apart.
        response.headers["Content-Type"] = document.media_type
        response.headers["Content-Disposition"] = _disposition(document.name)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


# -- reading


async def _read(request: web.Request, limit: int) -> bytes | None:
    """The whole body, or None if it is larger than `limit`: then the rest of it is never read."""
    announced = request.content_length
    if announced is not None and announced > limit:
        return None
    content = bytearray()
    while True:
        try:
            async with asyncio.timeout(PATIENCE):
                chunk = await request.content.readany()
        except TimeoutError:
            raise Refused("slow") from None
        if not chunk:
            break
        content += chunk
        if len(content) > limit:
            return None
    if announced is not None and len(content) != announced:
        raise Refused("malformed")  # cut off on its way: half a file is no file
    return bytes(content)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        # Not orjson: it refuses half a surrogate pair, which a cut emoji leaves; the engine cleans it.
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused("malformed") from None
    if not isinstance(said, dict):
        raise Refused("malformed")
    return said


def _number(fields: Any, name: str, default: int) -> int:
    written = fields.get(name)
    if written is None:
        return default
    if not re.fullmatch(r"[0-9]{1,10}", written):
        raise Refused("malformed")
    return min(int(written), LAST)


def _locale(request: web.Request) -> str:
    """The locale a request is made in: that of the page's words, else the browser's wish."""
    shown = request.headers.get("X-Locale")
    return shown if shown in i18n.LOCALES else i18n.negotiate_header(request.headers.get("Accept-Language"))


def _posted(request: web.Request, address: str, given_id: Any, order: Any, received_at: datetime) -> Posted:
    try:
        event = uuid.UUID(given_id)
    except (ValueError, TypeError, AttributeError):
        raise Refused("malformed") from None
    if isinstance(order, str) and re.fullmatch(r"[0-9]{1,16}", order):
        order = int(order)
    if type(order) is not int or not 0 <= order < 2**53:
        raise Refused("malformed")
    # Made again from id and address: an id that is known to another session is another event there.
    event_id = str(uuid.uuid5(event, address))
    return Posted(address, event_id, order, received_at, tag(_locale(request)))


def _spoken(posted: Posted, said: dict[str, Any]) -> Turn:
    """The turn of what a page posted. A tap comes with the words on its button, for the history."""
    match said:
        case {"text": str(text)} if "choice" not in said and "command" not in said:
            if not text.strip() or len(text) > WebChat.can.text_limit:
                raise Refused("malformed" if not text.strip() else "too_large")
            return _turn(posted, text=text)
        case {"choice": str(token)} if "text" not in said and "command" not in said:
            label = said.get("label")
            if not re.fullmatch(r"[!-~]{1,64}", token) or not (label is None or isinstance(label, str)):
                raise Refused("malformed")
            return _turn(posted, choice=token, text=label[:200] if label else None)
        case {"command": str(command)} if "text" not in said and "choice" not in said:
            if not re.fullmatch(r"[a-z_]{1,32}", command):
                raise Refused("malformed")
            return _turn(posted, command=command)
        case _otherwise:
            raise Refused("malformed")


def _turn(
    posted: Posted,
    *,
    text: str | None = None,
    choice: str | None = None,
    command: str | None = None,
    file: File | None = None,
) -> Turn:
    return Turn(
        channel=NAME,
        event_id=posted.event_id,
        address=posted.address,
        order=posted.order,
        received_at=posted.received_at,
        text=text,
        choice=choice,
        command=command,
        file=file,
        language=posted.language,
    )


# -- writing


def _shown(message: Message) -> dict[str, Any]:
    """A message as the page reads it."""
    reply = message.reply
    document = reply.document and {
        "name": reply.document.name,
        "media_type": reply.document.media_type,
        "url": f"/chat/documents/{message.seq}",
        "size": _size(reply.document),
    }
    return {
        "seq": message.seq,
        "at": message.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "mine": message.mine,
        "title": reply.title,
        "text": reply.text,
        "choices": reply.choices,
        "copies": reply.copies,
        "document": document,
        "expects": reply.expects,
        "accept": reply.accept,
        "notice": reply.notice,
        "revises": reply.revises,
    }


def _event(message: Message) -> bytes:
    return b"id: %d\nevent: message\ndata: %s\n\n" % (message.seq, orjson.dumps(_shown(message)))


def _json(value: dict[str, Any], status: int = 200) -> web.Response:
    response = web.Response(body=orjson.dumps(value), status=status, content_type="application/json")
    response.enable_compression()
    return response


def _refusal(request: web.Request, refusal: Refused) -> web.Response:
    with i18n.speaking(_locale(request)):
        words = refusal.says or texts.refused(refusal.code)
    response = _json({"error": refusal.code, "text": words}, STATUS[refusal.code])
    if refusal.after:
        response.headers["Retry-After"] = str(refusal.after)
    return response


def _size(document: Attachment) -> tuple[int, int] | None:
    """Width and height of a PNG, so that the page keeps its place free; None: it is no picture to show."""
    head = document.content[:24]
    if document.media_type != "image/png" or len(head) < 24 or not head.startswith(b"\x89PNG"):
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _make_safe(response: web.StreamResponse) -> None:
    for name, value in SAFE.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", NOT_KEPT)


def _disposition(name: str) -> str:
    """Content-Disposition for any file name (RFC 6266, RFC 8187)."""
    name = "".join(c for c in name if c.isprintable()) or "document"
    plain = re.sub(r"[^ !#-\[\]-~]|[%/]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
