"""The desk's door: who comes in, and what may be asked for once inside.

    GET  /desk?token=…                      the link: its token becomes a place at the doorstep
    POST /desk/enter                        the code of the phone: the doorstep becomes a session
    GET  /desk                              the page
    POST /desk/leave                        the session ends
    GET  /desk/queue · /desk/tickets/{n}    who waits; one case, masked
    POST /desk/tickets/{n}/{what}           answer, note, take, hold … : `roles.ON_TICKETS`
    GET  /desk/tickets/{n}/files/{handle}   a file of a ticket, once revealed
    GET  /desk/tickets/{n}/notices          the last notices its creditor was sent, masked
    GET  /desk/claims · /desk/claims/{n}    what waits for a decision; one claim, masked
    POST /desk/claims/{n}/{what}            a decision: `roles.ON_CLAIMS`
    GET  /desk/claims/{n}/evidence/{handle} a document of a claim
    GET  /desk/figures                      load and times
    GET  /desk/quality                      a week's sample and its scores; one's own for an agent
    POST /desk/quality/{n}                  a score
    GET  /desk/words                        the glossary
    GET  /desk/stream                       says when the queue is another, and which creditor types
    GET  /desk/static/…                     style and scripts

The door keeps no records: what it asks is handed to it. Every route but the first two and the static
files passes `_inside`, which knows the session and the role; every route that changes something also
passes `_ours`.
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote, urlsplit

import orjson
from aiohttp import BodyPartReader, web

from bot import files, i18n, roles
from bot.channels.assets import Assets
from bot.channels.desk import texts
from bot.channels.desk.page import FOLDER, Page
from bot.conversation.turn import File
from bot.errors import Invalid, Refusal

log = logging.getLogger("bot.desk")

SESSION = 12 * 3600
DOORSTEP = 600
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # not "no-referrer": with it a browser would send the form of the code with `Origin: null`
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
#: messengers look at a link that is sent by them, and MUST NOT use it up before the agent does
PREVIEWS = re.compile("bot|preview|externalhit|whatsapp|crawl|spider", re.IGNORECASE)
#: a longer token is not ours, and is not worth a look into the table
LONGEST_TOKEN = 100
#: what is posted is words and choices
LONGEST_BODY = 32 * 1024
#: an answer with its files; more is not read to its end
LONGEST_LETTER, MOST_PAPERS = 110 * 1024 * 1024, 10
#: what one session may post in a minute; wrong codes are counted where accounts are kept
MOST_POSTS = 120
MINUTE = 60.0
#: how often the queue is looked at for all open pages together; and what keeps a proxy from closing
LOOK, HEARTBEAT = 0.3, 20.0
#: pictures a browser shows by itself; everything else is handed out to be saved
SHOWN = {"image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4"}
#: how many days the figures may look back
PERIODS = ("7", "14", "30", "90")

STATUS = {
    "malformed": 400,
    "no_session": 401,
    "not_from_page": 403,
    "not_your_role": 403,
    "not_found": 404,
    "refused": 409,
    "too_large": 413,
    "too_fast": 429,
    "broken": 503,
}


class Who(Protocol):
    """Whose session it is."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


class Doorstep(Protocol):
    """Whom a code is waited for from; the secret until a first code has matched."""

    @property
    def name(self) -> str: ...
    @property
    def secret(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it is handed out. `media_type` was seen from the content, never told by a sender."""

    name: str
    media_type: str
    content: bytes


class Entrance(Protocol):
    """How people come in, reached by plain functions."""

    async def open_link(self, token: str) -> str | None: ...
    async def doorstep(self, token: str) -> Doorstep | None: ...
    async def come_in(self, token: str, code: str) -> str | None: ...
    async def who(self, session: str) -> Who | None: ...
    async def leave(self, session: str) -> None: ...
    def phone(self, secret: bytes, name: str) -> tuple[str, str]: ...


Found = dict[str, Any]


class Work(Protocol):
    """What agents do, reached by plain functions. Each is told who asks. Raises Refusal."""

    async def mark(self) -> str: ...
    def changed(self, mark: str) -> Sequence[str] | None: ...
    def typed(self, after: int) -> tuple[int, Sequence[str]]: ...
    async def queue(self, agent: str) -> Found: ...
    async def ticket(self, number: str, agent: str) -> Found: ...
    async def on_ticket(
        self, what: str, number: str, agent: str, said: Mapping[str, str], papers: Sequence[File] = ()
    ) -> Found: ...
    async def file(self, number: str, handle: str, agent: str) -> Paper | None: ...
    async def notices(self, number: str) -> Found: ...
    async def claims(self) -> Found: ...
    async def claim(self, number: str, agent: str) -> Found: ...
    async def on_claim(self, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found: ...
    async def evidence(self, number: str, handle: str, agent: str) -> Paper | None: ...
    async def figures(self, agent: str, days: int, *, scores: bool) -> Found: ...
    async def sample(self, agent: str, week: str, *, everybody: bool) -> Found: ...
    async def score(self, number: str, agent: str, said: Mapping[str, str]) -> Found: ...
    def terms(self, words: str) -> Found: ...


class Refused(Exception):
    """The request is not taken; `code` names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Inside:
    """A request of somebody who is in."""

    request: web.Request
    session: str
    name: str
    role: str


#: rooms' ways of saying that there is no such thing
MISSING = {"NoSuchTicket", "NoSuchClaim", "NoSuchFile", "wrong_number"}

Handle = Callable[[Inside], Awaitable[web.StreamResponse]]
Route = Callable[[web.Request], Awaitable[web.StreamResponse]]


def install(app: web.Application, entrance: Entrance, work: Work, *, public_url: str) -> None:
    """Hang the desk's routes into the application. `public_url`: https turns Secure cookies on."""
    door = Door(entrance, work, public_url)
    app.add_routes(
        [
            web.get("/desk", door.page, allow_head=False),  # HEAD would use up the link
            web.post("/desk/enter", door.enter),
            web.get("/desk/static/{version}/{name}", door.static, allow_head=False),
            *(web.get(path, door.inside(handle), allow_head=False) for path, handle in door.looks()),
            *(web.post(path, door.inside(handle, changes=True)) for path, handle in door.acts()),
        ]
    )
    app.on_shutdown.append(door.close)


def csrf(token: str) -> str:
    """What a page of this session sends along; nobody can make it who does not know the cookie."""
    return hashlib.sha256(f"desk\0{token}".encode("utf-8", "surrogatepass")).hexdigest()


class Door:
    """The routes, and the streams that are open."""

    def __init__(self, entrance: Entrance, work: Work, public_url: str) -> None:
        self._entrance = entrance
        self._work = work
        self._origin = public_url and "{0.scheme}://{0.netloc}".format(urlsplit(public_url))
        self._secure = public_url.startswith("https:")
        self._assets = Assets(FOLDER)
        self._page = Page(self._assets.version)
        self._posts: dict[str, deque[float]] = {}
        self._seen = ("", 0.0)
        self._looking = asyncio.Lock()
        self._closing = asyncio.Event()
        prefix = "__Secure-" if self._secure else ""
        self.cookie, self.door_cookie = f"{prefix}zq-desk", f"{prefix}zq-desk-door"

    def looks(self) -> list[tuple[str, Handle]]:
        """What may be looked at."""
        return [
            ("/desk/queue", self.queue),
            ("/desk/tickets/{number}", self.ticket),
            ("/desk/tickets/{number}/files/{handle}", self.file),
            ("/desk/tickets/{number}/notices", self.notices),
            ("/desk/claims", self.claims),
            ("/desk/claims/{number}", self.claim),
            ("/desk/claims/{number}/evidence/{handle}", self.evidence),
            ("/desk/figures", self.figures),
            ("/desk/quality", self.sample),
            ("/desk/words", self.terms),
            ("/desk/stream", self.stream),
        ]

    def acts(self) -> list[tuple[str, Handle]]:
        """What changes something."""
        return [
            ("/desk/leave", self.leave),
            ("/desk/tickets/{number}/{what}", self.on_ticket),
            ("/desk/claims/{number}/{what}", self.on_claim),
            ("/desk/quality/{number}", self.score),
        ]

    async def close(self, app: web.Application) -> None:
        """Let the open streams end: pages look for the next process."""
        self._closing.set()

    # -- coming in

    async def page(self, request: web.Request) -> web.StreamResponse:
        """The link, the doorstep or the page. MUST NOT show anything of the desk before a session was checked."""
        try:
            return await self._comes(request)
        except Exception as failure:
            _log_fault(request, failure)
            return _html(self._page.broken(_locale(request)), 503)

    async def _comes(self, request: web.Request) -> web.Response:
        locale = _locale(request)
        token = request.query.get("token")
        session = _token(request, self.cookie)
        who = await self._entrance.who(session) if session else None
        if who is not None:
            if request.query:
                return self._to_the_page(locale)  # an old link leaves the address bar; a language is kept
            return _html(self._page.desk(locale, who.name, who.role, csrf(session)), 200)
        if token is not None and PREVIEWS.search(request.headers.get("User-Agent", "")):
            return _html(self._page.refused(locale), 403)
        if token is not None:
            half = await self._entrance.open_link(token) if 0 < len(token) <= LONGEST_TOKEN else None
            if half is None:
                log.warning("refused GET /desk: a link that is used, too old, or not ours")
                return _html(self._page.refused(locale), 403)
            response = self._to_the_page(locale)
            self._give(response, self.door_cookie, half, DOORSTEP)
            return response
        return await self._asks(request, wrong=False)

    async def _asks(self, request: web.Request, *, wrong: bool) -> web.Response:
        locale = _locale(request)
        half = _token(request, self.door_cookie)
        found = await self._entrance.doorstep(half) if half else None
        if found is None:
            return _html(self._page.refused(locale), 403)
        phone = self._entrance.phone(found.secret, found.name) if found.secret is not None else None
        return _html(self._page.doorstep(locale, found.name, phone, csrf(half), wrong=wrong), 403 if wrong else 200)

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """The code. MUST NOT tell a wrong one from a right one while the door is shut."""
        try:
            half = _token(request, self.door_cookie)
            if not half or not self._from_here(request):
                log.warning("refused POST /desk/enter: not from our page")
                return _html(self._page.refused(_locale(request)), 403)
            given = dict(await _form(request))
            if not hmac.compare_digest(given.get("csrf", "").encode(), csrf(half).encode()):
                log.warning("refused POST /desk/enter: not our form")
                return _html(self._page.refused(_locale(request)), 403)
            said = "".join(given.get("code", "")[:20].split())
            session = await self._entrance.come_in(half, said)
            if session is None:
                log.warning("POST /desk/enter: not the code, or too many were not")
                return await self._asks(request, wrong=True)
            who = await self._entrance.who(session)
            log.info("an agent came in: %s", who.name if who is not None else "")
            response = self._to_the_page("")
            self._give(response, self.cookie, session, SESSION)
            response.del_cookie(self.door_cookie, path="/desk")
            return response
        except Refused as refusal:
            return _html(self._page.refused(_locale(request)), STATUS[refusal.code])
        except Exception as failure:
            _log_fault(request, failure)
            return _html(self._page.broken(_locale(request)), 503)

    def _give(self, response: web.Response, name: str, token: str, lives: int) -> None:
        # "Strict" would make a link in a mail or a chat lead to a closed door; what changes something asks `_ours`.
        response.set_cookie(
            name, token, max_age=lives, path="/desk", httponly=True, samesite="Lax", secure=self._secure
        )

    def _to_the_page(self, locale: str) -> web.Response:
        response = web.Response(status=303, headers={**SAFE, "Location": "/desk"})
        if locale:
            response.set_cookie(
                "zq-desk-lang", locale, max_age=365 * 86400, path="/desk", httponly=True, samesite="Strict"
            )
        return response

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Style and scripts; nothing in them is secret."""
        return self._assets.file(request, SAFE) or _refusal(request, "not_found")

    # -- whoever is in

    def inside(
        self, handle: Handle, *, changes: bool = False
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Wrap a route: nobody gets further without a session, and nothing changes by a page that is not ours."""

        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                session = _token(request, self.cookie)
                who = await self._entrance.who(session) if session else None
                if who is None:
                    raise Refused("no_session")
                if changes:
                    self._ours(request, session)
                return await handle(Inside(request, session, who.name, who.role))
            except Refused as refusal:
                if refusal.code in {"no_session", "not_from_page", "not_your_role"}:
                    log.warning("refused %s %s: %s", request.method, _route(request), refusal.code)
                return _refusal(request, refusal.code)
            except (Refusal, Invalid) as refusal:
                return _told(request, refusal)
            except ConnectionError:
                raise  # nobody is there to read an answer
            except Exception as failure:
                _log_fault(request, failure)
                return _refusal(request, "broken")

        return answered

    def _ours(self, request: web.Request, session: str) -> None:
        given = request.headers.get("X-Desk-Csrf", "")
        same = hmac.compare_digest(given.encode("utf-8", "replace"), csrf(session).encode())
        if not (same and self._from_here(request)):
            raise Refused("not_from_page")
        if len(self._posts) > 10_000:
            self._posts.clear()
        if not _within(self._posts.setdefault(session, deque()), MOST_POSTS):
            raise Refused("too_fast")

    def _from_here(self, request: web.Request) -> bool:
        """What the browser says of the request's making; SameSite keeps the cookie back besides."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return False
        origin = request.headers.get("Origin")
        return origin is None or origin == self._origin or urlsplit(origin).netloc == request.host

    async def leave(self, inside: Inside) -> web.StreamResponse:
        """End the session."""
        await self._entrance.leave(inside.session)
        log.info("an agent left: %s", inside.name)
        response = _json({"left": True})
        response.del_cookie(self.cookie, path="/desk")
        return response

    # -- tickets

    async def queue(self, inside: Inside) -> web.StreamResponse:
        """Who waits."""
        return _json(await self._work.queue(inside.name))

    async def ticket(self, inside: Inside) -> web.StreamResponse:
        """One case, masked unless this agent has a reveal that stands."""
        return _json(await self._work.ticket(_named(inside), inside.name))

    async def on_ticket(self, inside: Inside) -> web.StreamResponse:
        """Something done with a ticket."""
        what = inside.request.match_info["what"]
        if what not in roles.ON_TICKETS:
            raise Refused("not_found")
        _may(inside, what)
        said, papers = await _letter(inside.request)
        if papers and what != "answer":
            raise Refused("malformed")
        answer = _json(await self._work.on_ticket(what, _named(inside), inside.name, said, papers))
        if what == "export":  # is a file, wherever it is looked at
            answer.headers["Content-Disposition"] = f'attachment; filename="{_named(inside)}.json"'
        return answer

    async def file(self, inside: Inside) -> web.StreamResponse:
        """A file of a ticket."""
        _may(inside, "file")
        return _paper(await self._work.file(_named(inside), inside.request.match_info["handle"], inside.name))

    async def notices(self, inside: Inside) -> web.StreamResponse:
        """What the creditor was told last."""
        return _json(await self._work.notices(_named(inside)))

    # -- claims

    async def claims(self, inside: Inside) -> web.StreamResponse:
        """What waits for a decision."""
        return _json(await self._work.claims())

    async def claim(self, inside: Inside) -> web.StreamResponse:
        """One claim, without a name and without an amount."""
        return _json(await self._work.claim(_named(inside), inside.name))

    async def on_claim(self, inside: Inside) -> web.StreamResponse:
        """A decision."""
        what = inside.request.match_info["what"]
        if what not in roles.ON_CLAIMS:
            raise Refused("not_found")
        _may(inside, what)
        return _json(await self._work.on_claim(what, _named(inside), inside.name, await _said(inside.request)))

    async def evidence(self, inside: Inside) -> web.StreamResponse:
        """A document of a claim."""
        _may(inside, "evidence")
        return _paper(await self._work.evidence(_named(inside), inside.request.match_info["handle"], inside.name))

    # -- the whole

    async def figures(self, inside: Inside) -> web.StreamResponse:
        """Load and times."""
        _may(inside, "figures")
        days = inside.request.query.get("days", "14")
        if days not in PERIODS:
            raise Refused("malformed")
        scores = roles.may(inside.role, "scores")
        return _json(await self._work.figures(inside.name, int(days), scores=scores))

    async def sample(self, inside: Inside) -> web.StreamResponse:
        """A week's sample. MUST NOT show an agent what others were scored."""
        week = inside.request.query.get("week", "")
        everybody = roles.may(inside.role, "scores")
        return _json(await self._work.sample(inside.name, week, everybody=everybody))

    async def score(self, inside: Inside) -> web.StreamResponse:
        """A score of one ticket of the sample."""
        _may(inside, "score")
        return _json(await self._work.score(_named(inside), inside.name, await _said(inside.request)))

    async def terms(self, inside: Inside) -> web.StreamResponse:
        """The words of the field."""
        return _json(self._work.terms(inside.request.query.get("q", "")[:80]))

    async def stream(self, inside: Inside) -> web.StreamResponse:
        """Says when the queue is another; the page then asks again. Ends with the session."""
        response = web.StreamResponse(headers={**SAFE, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        await response.prepare(inside.request)
        try:
            await self._tell(inside, response)
        except ConnectionError:
            pass  # the page is gone
        except Exception as failure:
            _log_fault(inside.request, failure)  # the response has begun: all it can say is that it ends
        return response

    async def _tell(self, inside: Inside, response: web.StreamResponse) -> None:
        now = asyncio.get_running_loop().time
        transport = inside.request.transport
        told, beat_at = "", now() + HEARTBEAT
        hints, _earlier = self._work.typed(0)
        await response.write(b"retry: 2000\n\n")
        while not (self._closing.is_set() or transport is None or transport.is_closing()):
            mark = await self._mark()
            if mark != told:
                # which tickets are another; * where nobody knows: all may be
                others = self._work.changed(told)
                told = mark
                data = "*" if others is None else " ".join(others)
                await response.write(b"event: changed\ndata: %s\n\n" % data.encode())
            hints, numbers = self._work.typed(hints)
            if numbers:
                await response.write(b"event: typing\ndata: %s\n\n" % " ".join(numbers).encode())
            if now() >= beat_at:
                if await self._entrance.who(inside.session) is None:
                    return
                await response.write(b"event: beat\ndata: \n\n")
                beat_at = now() + HEARTBEAT
            try:
                async with asyncio.timeout(LOOK):
                    await self._closing.wait()
            except TimeoutError:
                continue

    async def _mark(self) -> str:
        """The queue's mark, asked for once in LOOK however many pages are open."""
        now = asyncio.get_running_loop().time
        async with self._looking:
            mark, at = self._seen
            if not mark or now() - at >= LOOK * 0.9:
                self._seen = (await self._work.mark(), now())
            return self._seen[0]


# -- reading


def _token(request: web.Request, cookie: str) -> str:
    """The token in a cookie; "" for what is not worth a look."""
    token = request.cookies.get(cookie, "")
    return token if len(token) <= LONGEST_TOKEN else ""


def _within(times: deque[float], most: int) -> bool:
    now = asyncio.get_running_loop().time()
    while times and times[0] <= now - MINUTE:
        times.popleft()
    if len(times) >= most:
        return False
    times.append(now)
    return True


def _locale(request: web.Request) -> str:
    """Chinese or English, as asked for, as chosen before, or as the browser wishes."""
    wish = request.query.get("lang") or request.cookies.get("zq-desk-lang", "")
    if wish in texts.LOCALES:
        return wish
    heard = i18n.negotiate_header(request.headers.get("Accept-Language"))
    return "en" if heard == "en" else "zh_Hans"


def _named(inside: Inside) -> str:
    number = inside.request.match_info["number"]
    if not re.fullmatch(r"[A-Z]{2}-[0-9A-Z]{7}", number):
        raise Refused("not_found")
    return number


def _may(inside: Inside, what: str) -> None:
    if not roles.may(inside.role, what):
        raise Refused("not_your_role")


async def _body(request: web.Request) -> bytes:
    content = bytearray()
    async for chunk in request.content.iter_chunked(8192):
        content += chunk
        if len(content) > LONGEST_BODY:
            raise Refused("too_large")
    return bytes(content)


async def _letter(request: web.Request) -> tuple[Mapping[str, str], list[File]]:
    """What is posted with files or without. Of a file that is too large only the size is kept."""
    if request.content_type != "multipart/form-data":
        return await _said(request), []
    said: dict[str, str] = {}
    papers: list[File] = []
    taken = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise Refused("malformed")
            most = LONGEST_BODY if part.filename is None else files.LARGEST
            content = bytearray()
            size = 0
            while chunk := await part.read_chunk(65_536):
                size += len(chunk)
                taken += len(chunk)
                if taken > LONGEST_LETTER:
                    raise Refused("too_large")
                if size <= most and len(papers) <= MOST_PAPERS:
                    content += chunk
            if part.filename is not None:
                whole = len(content) == size
                papers.append(File(part.filename, size, bytes(content) if whole else None))
            elif size > most:
                raise Refused("too_large")
            else:
                said[part.name] = content.decode()
    except ValueError:
        raise Refused("malformed") from None
    return said, papers


async def _form(request: web.Request) -> Mapping[str, str]:
    try:
        return dict(parse_qsl((await _body(request)).decode(), max_num_fields=8))
    except ValueError:
        raise Refused("malformed") from None


async def _said(request: web.Request) -> Mapping[str, str]:
    """A JSON object of strings."""
    try:
        said = orjson.loads(await _body(request) or b"{}")
    except orjson.JSONDecodeError:
        raise Refused("malformed") from None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise Refused("malformed")
    return said


# -- writing


def _html(page: str, status: int) -> web.Response:
    return web.Response(text=page, status=status, content_type="text/html", charset="utf-8", headers=SAFE)


def _json(value: Found, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", headers=SAFE)


def _refusal(request: web.Request, code: str) -> web.Response:
    return _json({"error": code, "text": texts.refused(code, _locale(request))}, STATUS[code])


def _told(request: web.Request, refusal: Refusal | Invalid) -> web.Response:
    """A refusal of a room, with its own data: who was faster, what is missing."""
    name = refusal.code if isinstance(refusal, Invalid) else type(refusal).__name__
    if name in MISSING:
        return _refusal(request, "not_found")
    told = {key: value for key, value in refusal.data.items() if isinstance(value, str | int)}
    return _json({"error": name, "text": texts.told(name, told, _locale(request)), "told": told}, STATUS["refused"])


def _paper(paper: Paper | None) -> web.Response:
    """A file. MUST NOT let anything in it run: pictures alone are shown, and those in a sandbox."""
    if paper is None:
        raise Refused("not_found")
    shown = paper.media_type in SHOWN
    name = "".join(c for c in paper.name if c.isprintable()) or "document"
    plain = re.sub(r"[^ !#-\[\]-~]|[%/]", "_", name)
    response = web.Response(body=paper.content, headers=SAFE)
    response.headers["Content-Type"] = paper.media_type if shown else "application/octet-stream"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


def _route(request: web.Request) -> str:
    """The route without what stands in it: numbers of tickets tell of people."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _log_fault(request: web.Request, failure: Exception) -> None:
    # The class alone: a message of a driver may quote what it was asked.
    log.error("%s %s: %s", request.method, _route(request), type(failure).__name__)
    log.debug("request failed", exc_info=failure)


__all__ = ["Doorstep", "Entrance", "Paper", "Who", "Work", "csrf", "install"]
