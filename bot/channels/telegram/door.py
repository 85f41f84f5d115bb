"""Both ways in: a webhook, and long polling. An update is acknowledged only after its turn is committed.

aiogram's own dispatcher answers before the work is done, in either mode, so none of it is used:
the intake is these two loops of ours (see docs/architecture.md). Nothing of what people write is
ever logged here: update ids and the names of errors are.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import orjson
from aiogram.exceptions import TelegramConflictError
from aiohttp import web
from multidict import istr

from bot import clock
from bot.channels.telegram import reader, texts
from bot.channels.telegram.forum import reader as forum
from bot.channels.telegram.forum.reader import Desk, Posted
from bot.channels.telegram.reader import Heard, Ignored, Standing
from bot.channels.telegram.sender import Telegram
from bot.conversation.engine import Answer
from bot.conversation.reply import Reply
from bot.conversation.turn import Turn
from bot.errors import Malformed
from bot.i18n import speaking

log = logging.getLogger(__name__)

#: an update that was read, the answer if it was a look-up, and that answer's bytes if it can ride
_Looked = tuple[Heard | Standing | Ignored | Posted, Answer | None, bytes | None]

PATH = "/telegram/webhook"
SECRET = istr("X-Telegram-Bot-Api-Secret-Token")
#: Telegram's updates are a few kilobytes
UPDATE_LIMIT = 1024 * 1024
#: seconds for a turn, before Telegram is asked to repeat it
DEADLINE = 25.0
#: seconds for a reply that cannot ride in the response; both together stay below Telegram's sixty
SENDING = 20.0
#: a file that cannot be fetched this often is given up: the person is asked to send it again
FETCHES = 5
#: the menu in the language of the client; Telegram tells one Chinese from another by no code
MENUS = ((None, "zh_Hans"), ("zh", "zh_Hans"), ("en", "en"))


class Engine(Protocol):
    """What this door needs of the engine (`bot.conversation.engine.Engine`)."""

    def at_once(self, turns: Sequence[Turn]) -> list[Answer | None]:
        """Answer the look-ups that need no waiting; None: take the turn."""
        ...

    async def take(self, turn: Turn, *, rides: bool) -> Answer:
        """Answer one turn, durably."""
        ...

    async def owe(self, turn: Turn, reply: Reply) -> None:
        """Put a reply that could not be sent into the outbox."""
        ...

    async def blocked(self, channel: str, address: str, *, reachable: bool) -> None:
        """Note that an address can (no longer) be written to."""
        ...


class Chores:
    """Small work that nobody waits for and that may be lost: owned until it is done, bounded, drained at the end."""

    def __init__(self, room: int = 64) -> None:
        self._room = room
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin, or drop the work when too much is waiting already."""
        if len(self._tasks) >= self._room:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()) is not None:
            log.info("a telegram chore failed: %s", type(wrong).__name__)

    async def drain(self, patience: float = 5.0) -> None:
        """Finish what is in hand; give up what takes longer."""
        if self._tasks:
            _done, late = await asyncio.wait(set(self._tasks), timeout=patience)
            for task in late:
                task.cancel()


class Intake:
    """What both ways in do with an update."""

    def __init__(self, engine: Engine, telegram: Telegram) -> None:
        self.telegram = telegram
        self.chores = Chores()
        self._desk: Desk | None = telegram.desk
        self._engine = engine
        self._failed_fetches: dict[str, int] = {}

    def read(self, raw: Any) -> Heard | Standing | Ignored | Posted:
        """Read an update that has just arrived: of a person, or of the desk's group."""
        if self._desk is not None and forum.concerns(raw):
            return forum.read(raw, clock.now())
        return reader.read(raw, self.telegram.name, clock.now())

    def look(self, raws: Iterable[Any]) -> list[tuple[Heard | Standing | Ignored | Posted, Answer | None]]:
        """Read updates that have just arrived, and answer the look-ups among them; None: take the update."""
        heard = [self.read(raw) for raw in raws]
        answers = iter(self._engine.at_once([one.turn for one in heard if isinstance(one, Heard)]))
        looked = [(one, next(answers) if isinstance(one, Heard) else None) for one in heard]
        for one, answer in looked:
            if answer is not None and isinstance(one, Heard) and one.query:
                self.chores.start(self.telegram.wire.acknowledge(one.query))
        return looked

    async def take(self, heard: Heard | Standing | Ignored | Posted, *, rides: bool) -> tuple[Turn, Answer] | None:
        """Have an update taken for good; what is left to say, if anything.

        MUST NOT return before the engine has it durable. Raises whatever went wrong: then nothing
        was done and Telegram has to repeat the update.
        """
        match heard:
            case Ignored():
                log.info("telegram update %s ignored: %s", heard.event_id, heard.why)
                if heard.query:
                    self.chores.start(self.telegram.wire.acknowledge(heard.query))
                return None
            case Standing():
                await self._engine.blocked(self.telegram.name, heard.address, reachable=heard.reachable)
                return None
            case Posted():
                assert self._desk is not None
                done = await self._desk.take(heard)
                if heard.query:
                    self.chores.start(self.telegram.wire.acknowledge(heard.query))
                if done.sign:
                    self.chores.start(self.telegram.wire.sign(done.chat, done.message, done.sign))
                return None
        turn = await self._with_file(heard) if heard.file_id else heard.turn
        answer = await self._engine.take(turn, rides=rides)
        # Committed: a crash from here on costs at most a word said twice, never an effect.
        if heard.query:
            self.chores.start(self.telegram.wire.acknowledge(heard.query))
        return (turn, answer) if answer.owed else None

    async def deliver(self, turn: Turn, reply: Reply) -> None:
        """Send a reply now; what cannot be sent goes to the outbox, which knows how to wait."""
        try:
            async with asyncio.timeout(SENDING):
                await self.telegram.send(turn.address, reply, replacing=turn.message)
        except Exception as failure:
            # Not only `Unsent`: the turn is committed, so nothing here may make Telegram repeat it for ever.
            log.info("reply to update %s left to the outbox: %s", turn.event_id, type(failure).__name__)
            await self._engine.owe(turn, reply)

    async def _with_file(self, heard: Heard) -> Turn:
        """The turn with its file fetched.

        The file is left out when it is too large, or refused for good. Raises when it may come
        later, so that the update is repeated; but not for ever.
        """
        turn, file = heard.turn, heard.turn.file
        assert file is not None
        limit = self.telegram.can.file_limit
        content = None
        if file.size <= limit:
            try:
                content = await self.telegram.wire.fetch(heard.file_id, limit)
            except Exception as wrong:
                tries = self._failed_fetches.get(turn.event_id, 0) + 1
                log.warning("file of update %s: %s, attempt %d", turn.event_id, type(wrong).__name__, tries)
                if tries < FETCHES:
                    if len(self._failed_fetches) > 1000:
                        self._failed_fetches.clear()
                    self._failed_fetches[turn.event_id] = tries
                    raise
            self._failed_fetches.pop(turn.event_id, None)
        size = file.size if content is None else len(content)
        return replace(turn, file=replace(file, size=size, content=content))


# ---------------------------------------------------------------------------------------------- webhook


def install(app: web.Application, engine: Engine, telegram: Telegram, *, url: str, secret: str) -> None:
    """Receive updates at `PATH` of this application, which the world reaches at `url`."""
    webhook = Webhook(Intake(engine, telegram), secret)
    app.router.add_post(PATH, webhook.receive)

    async def lifetime(_app: web.Application) -> AsyncIterator[None]:
        async with _settling(telegram, url=url + PATH, secret=secret):
            yield
        await webhook.close()

    app.cleanup_ctx.append(lifetime)


class Webhook:
    """The door Telegram knocks at.

    200 means that the turn is committed; anything else has Telegram repeat the update, and the
    repeat meets what was done.
    """

    def __init__(self, intake: Intake, secret: str, *, deadline: float = DEADLINE) -> None:
        self._intake = intake
        self._secret = secret.encode()
        self._deadline = deadline
        self._arrived: list[tuple[Any, asyncio.Future[_Looked]]] = []
        self._turns: set[asyncio.Task[tuple[Turn, Answer] | None]] = set()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one delivery. MUST NOT look at the body before the secret is proven."""
        shown = request.headers.get(SECRET, "")
        if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self._secret):
            log.warning("a telegram webhook call without the right secret was refused")
            return _closing(403)
        body = await _body(request)
        if body is None:
            log.warning("a telegram update larger than %d bytes was refused", UPDATE_LIMIT)
            return _closing(413)
        try:
            raw = _parsed(body)
        except (ValueError, RecursionError):
            log.warning("a telegram update that is no JSON was refused")
            return web.Response(status=400)
        try:
            heard, answer, body = await self._look(raw)
            if body is not None:
                return web.Response(body=body, content_type="application/json")
            if answer is not None and isinstance(heard, Heard):
                return await self._say(heard.turn, answer)
            told = await self._take(heard)
            return web.Response() if told is None else await self._say(*told)
        except TimeoutError:
            log.error("telegram update %s took too long: to be repeated", reader.order_of(raw))
            return web.Response(status=503)
        except Exception as failure:
            # Answered by us: aiohttp's own 500 would cut the connection Telegram keeps.
            log.error("telegram update %s failed: %s", reader.order_of(raw), type(failure).__name__)
            return web.Response(status=500)

    def _look(self, raw: Any) -> "asyncio.Future[_Looked]":
        """Read an update together with all that arrived in the same round of the loop.

        When many look something up at once, each step runs for one after the other while the processor
        still holds it, and the database is asked in one snapshot: that saves a quarter of each.
        """
        loop = asyncio.get_running_loop()
        looked: asyncio.Future[_Looked] = loop.create_future()
        if not self._arrived:
            loop.call_soon(self._look_at_all)
        self._arrived.append((raw, looked))
        return looked

    def _look_at_all(self) -> None:
        arrived, self._arrived = self._arrived, []
        try:
            found = self._intake.look([raw for raw, _ in arrived])
            bodies = [self._riding(heard, answer) for heard, answer in found]
        except Exception as failure:
            for _, looked in arrived:
                if not looked.done():
                    looked.set_exception(failure)
            return
        for (_, looked), (heard, answer), body in zip(arrived, found, bodies, strict=True):
            if not looked.done():
                looked.set_result((heard, answer, body))

    def _riding(self, heard: Heard | Standing | Ignored | Posted, answer: Answer | None) -> bytes | None:
        """The answer as the body of the response, if it can ride."""
        if answer is None or not isinstance(heard, Heard):
            return None
        try:
            return self._intake.telegram.riding(heard.turn.address, answer.reply, replacing=heard.turn.message)
        except Malformed:
            return None

    async def _take(self, heard: Heard | Standing | Ignored | Posted) -> tuple[Turn, Answer] | None:
        """Take an update, in a task of its own. Raises TimeoutError past the deadline.

        When Telegram hangs up or the deadline passes, the turn goes on, and the repeat finds its answer.
        """
        turning = asyncio.get_running_loop().create_task(self._intake.take(heard, rides=True))
        self._turns.add(turning)
        turning.add_done_callback(self._turned)
        done, _late = await asyncio.wait((turning,), timeout=self._deadline)
        if not done:
            raise TimeoutError
        return turning.result()

    async def _say(self, turn: Turn, answer: Answer) -> web.Response:
        """Let the reply ride in the response, or send it first if it cannot."""
        try:
            body = self._intake.telegram.riding(turn.address, answer.reply, replacing=turn.message)
        except Malformed:
            body = None
        if body is not None:
            return web.Response(body=body, content_type="application/json")
        await self._intake.deliver(turn, answer.reply)
        return web.Response()

    def _turned(self, task: asyncio.Task[tuple[Turn, Answer] | None]) -> None:
        self._turns.discard(task)
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits for it any more

    async def close(self) -> None:
        """Finish the turns and chores in hand."""
        if self._turns:
            await asyncio.wait(set(self._turns), timeout=self._deadline)
        await self._intake.chores.drain()


def _closing(status: int) -> web.Response:
    """A refusal to a stranger, whose body is not read: the connection cannot be used again."""
    response = web.Response(status=status)
    response.force_close()
    return response


async def _body(request: web.Request) -> bytes | None:
    """The body, or None if it is too large."""
    announced = request.content_length
    if announced is not None and announced > UPDATE_LIMIT:
        return None
    if request.content.is_eof():  # all of it is here already, as it is for a few kilobytes
        whole = request.content.read_nowait()
        return whole if len(whole) <= UPDATE_LIMIT else None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > UPDATE_LIMIT:
            return None
    return bytes(body)


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a surrogate pair is legal in JSON and orjson refuses it; the reader takes it out.
        return json.loads(body)


# ---------------------------------------------------------------------------------------------- polling


class Polling:
    """Asks for updates, and moves its offset only past turns that are committed.

    Chats go side by side, each in order and only up to its first failure. The offset lives in
    memory: after a crash Telegram sends again what was not confirmed, and the event rows of the
    engine turn away what was done.
    """

    def __init__(self, engine: Engine, telegram: Telegram, *, wait: int = 25, pause: float = 0.5) -> None:
        self._intake = Intake(engine, telegram)
        self._wait = wait
        self._pause = pause
        self._stopping = asyncio.Event()
        self._done: set[int] = set()  # taken, but not yet confirmed, because an earlier one failed

    async def run(self) -> None:
        """Poll until `stop`. MUST NOT end while a turn is in hand."""
        async with _settling(self._intake.telegram):
            await self._poll()
        await self._intake.chores.drain()

    def stop(self) -> None:
        """Ask for no more updates; `run` ends when those in hand are done."""
        self._stopping.set()

    async def _poll(self) -> None:
        offset = asked = failures = 0
        while not self._stopping.is_set():
            try:
                asked = offset
                updates = await self._unless_stopping(self._intake.telegram.wire.updates(offset, wait=self._wait))
                if updates is None:
                    break
                failed = await self._take_all(updates)
            except Exception as wrong:
                failures += 1
                # Telegram answers "conflict" while somebody else polls, or until the webhook is gone.
                level = logging.INFO if isinstance(wrong, TelegramConflictError) else logging.WARNING
                log.log(level, "telegram polling: %s", type(wrong).__name__)
                await self._rest(failures)
                continue
            known = [order for order in map(reader.order_of, updates) if order is not None]
            if failed or (updates and not known):
                # Everything below the first failure is committed, and only that is confirmed.
                offset = min(failed, default=offset)
                failures += 1
                await self._rest(failures)
            elif known:
                offset, failures = max(known) + 1, 0
            else:
                # Nothing waits, and what was done is confirmed and forgotten. Asking from the beginning
                # lets Telegram start its numbering anew, as it does after a week of silence.
                offset = failures = 0
                self._done.clear()
            self._done = {order for order in self._done if order >= offset}
        if offset > asked:
            # Confirms what was done since the last question, so that a restart does not repeat it.
            with suppress(Exception):
                async with asyncio.timeout(3):
                    await self._intake.telegram.wire.updates(offset, wait=0, limit=1)

    async def _take_all(self, updates: Iterable[Any]) -> list[int]:
        """Take every update; the ids of those at which a chat had to stop."""
        chats: dict[str, list[tuple[int, Heard | Standing | Ignored | Posted]]] = {}
        for raw in updates:
            order = reader.order_of(raw)
            if order is None or order in self._done:
                continue
            heard = self._intake.read(raw)
            chats.setdefault(_chat(heard), []).append((order, heard))
        async with asyncio.TaskGroup() as group:
            stops = [group.create_task(self._take_chat(chat)) for chat in chats.values()]
        return [stop for stop in (task.result() for task in stops) if stop is not None]

    async def _take_chat(self, chat: list[tuple[int, Heard | Standing | Ignored | Posted]]) -> int | None:
        """Take the updates of one chat in order; the id of the first that failed."""
        for order, heard in chat:
            try:
                told = await self._intake.take(heard, rides=False)
                if told is not None:
                    turn, answer = told
                    await self._intake.deliver(turn, answer.reply)
            except Exception as failure:
                log.error("telegram update %d failed: %s", order, type(failure).__name__)
                return order
            self._done.add(order)
        return None

    async def _unless_stopping(self, asking: Coroutine[Any, Any, list[Any]]) -> list[Any] | None:
        """The answer, or None if we are told to stop first."""
        loop = asyncio.get_running_loop()
        answer, stop = loop.create_task(asking), loop.create_task(self._stopping.wait())
        try:
            await asyncio.wait((answer, stop), return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            answer.cancel()
            stop.cancel()
            await asyncio.wait((answer, stop))

    async def _rest(self, failures: int) -> None:
        """Pause longer with each failure in a row, at most ten times the first pause."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pause * min(2 ** (failures - 1), 10)):
                await self._stopping.wait()


def _chat(heard: Heard | Standing | Ignored | Posted) -> str:
    match heard:
        case Heard():
            return heard.turn.address
        case Standing():
            return heard.address
        case Posted():
            return heard.lane
        case Ignored():
            return ""


# ---------------------------------------------------------------------------------------------- start


@asynccontextmanager
async def _settling(telegram: Telegram, *, url: str = "", secret: str = "") -> AsyncIterator[None]:
    """Settle in the background while the block runs."""
    task = asyncio.get_running_loop().create_task(settle(telegram, url=url, secret=secret))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def settle(telegram: Telegram, *, url: str = "", secret: str = "", pause: float = 1.0) -> None:
    """Tell Telegram how updates reach us and what our commands are.

    Whatever is refused is tried again, ever more slowly: the bot MUST start without it.
    """
    wire = telegram.wire
    tasks: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = [
        ("the webhook", partial(wire.use_webhook, url, secret)) if url else ("polling", wire.use_polling)
    ]
    for language, locale in MENUS:
        with speaking(locale):
            menu = texts.commands()
        tasks.append((f"the menu for {language or 'all'}", partial(wire.offer_commands, menu, language)))
    while True:
        left = []
        for name, work in tasks:
            try:
                await work()
            except Exception as wrong:
                log.warning("telegram was not told %s: %s; trying again", name, type(wrong).__name__)
                left.append((name, work))
        if not left:
            return
        tasks = left
        await asyncio.sleep(pause)
        pause = min(pause * 2, 300.0)
