"""A desk to be killed: engine, clock and outbox of the whole house, with a socket where the wires would be.

The house is loaded once; each life is a fork of it with connections of its own. Commands come in as
lines of JSON and each is acknowledged with a line once it is durable. What is sent to a creditor goes
out as a line too, and counts as delivered when the parent has read it: whether it is *marked* as
delivered is another matter, and the one that a kill leaves open.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop
from sqlalchemy import select

from bot import app, clock, i18n, ways
from bot.channels.webchat.sender import WebChat
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.engine import Engine, Pace, TurnFailed
from bot.conversation.flow import Book
from bot.conversation.outbox import Cancelled, Drain
from bot.conversation.reply import Reply
from bot.conversation.turn import Turn
from bot.errors import Invalid, Refusal, Unknown
from bot.ledger import transition
from bot.ledger.keys import ServiceKey
from bot.support import desk
from bot.work import tell_of_unsent
from storage import deliveries, sealing
from storage.connect import open_database
from storage.database import Database, Query, Reader, Row, Transaction, table
from storage.deliveries import DueRow, Outbox
from tests.fixtures import DATA_KEY, INDEX_KEY, ORIGIN, SERVICE_SEED
from tests.person import TELEGRAM

#: what the senders' clock shows when the first life begins: later than any moment of the tickets
BEGAN = datetime(2026, 12, 22, 12, 0, tzinfo=UTC)
HELD = timedelta(hours=30)

Said = dict[str, Any]


class Wire:
    """Telegram as the outbox knows it: every message is a line to the parent, who says what became of it."""

    name = TELEGRAM
    can = Abilities(edits=True, per_second=10_000.0, rest=0.0)

    def __init__(self, tell: Callable[[Said], None]) -> None:
        self._tell = tell
        self._numbers = itertools.count(1)
        self.waiting: dict[int, asyncio.Future[Said]] = {}

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Send; raise Unknown where no answer comes."""
        number = next(self._numbers)
        future: asyncio.Future[Said] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        self._tell({"send": number, "address": address, "title": reply.title, "text": reply.text})
        answer = await future
        if answer["lost"]:
            raise Unknown
        return Receipt(answer["receipt"])


async def _no_words(_db: Reader, _row: DueRow) -> Reply | Cancelled:
    raise AssertionError("everything the desk sends carries its words")


class Life:
    """One life of the process."""

    def __init__(self, database: Database, book: Book, writer: asyncio.StreamWriter) -> None:
        self._database = database
        self._writer = writer
        self.wire = Wire(self.tell)
        abilities = {TELEGRAM: Wire.can, WebChat.name: WebChat.can}
        self.engine = Engine(database, book, ways.vocabulary(), abilities, pace=Pace(burst=10**9))
        self.drains = [
            Drain(database, channel, _no_words, unsent=tell_of_unsent, chance=lambda: 0.02)
            for channel in (self.wire, WebChat(self.engine.bell))
        ]

    async def works(self, stop: asyncio.Event) -> None:
        """Do what goes on by itself until `stop` is set."""
        async with asyncio.TaskGroup() as tasks:
            for drain in self.drains:
                tasks.create_task(drain.run(stop))

    def tell(self, told: Said) -> None:
        """Write one line."""
        self._writer.write(json.dumps(told).encode() + b"\n")

    async def does(self, said: Said) -> None:
        """Do what one line says, and acknowledge it."""
        at = datetime.fromisoformat(said["at"])
        try:
            told = await self._turn(said, at) if said["do"] == "turn" else await self._desk(said, at)
        except (Refusal, Invalid) as refusal:
            told = {"refused": type(refusal).__name__}
        for drain in self.drains:
            drain.wake.set()
        self.tell({"id": said["id"], **told})

    async def _turn(self, said: Said, at: datetime) -> Said:
        turn = Turn(**said["turn"], received_at=at)
        try:
            given = await self.engine.take(turn, rides=True)
        except TurnFailed:
            return {"failed": True}
        copies = [copy.value for copy in given.reply.copies]
        return {"text": given.reply.text, "copies": copies, "repeated": given.repeated}

    async def _desk(self, said: Said, at: datetime) -> Said:
        number, agent, text = said.get("number", ""), said.get("agent", ""), said.get("text", "")

        async def act(db: Transaction) -> Any:
            match said["do"]:
                case "tick":
                    return await desk.tick(db, at)
                case "answer":
                    return await desk.answer(db, number, agent, text, at, revision=said["revision"])
                case "note":
                    return await desk.note(db, number, agent, text, at)
                case "hold":
                    return await desk.hold(db, number, agent, at + HELD, text, at)
                case "escalate":
                    return await desk.escalate(db, number, agent, text, at)
                case "solve":
                    return await desk.solve(db, number, agent, at)

        match said["do"]:
            case "see":
                seen = await desk.case(self._database.read(), number, agent, at)
                texts = [line.text for line in seen.lines]
                return {"status": seen.status, "revision": seen.revision, "texts": texts}
            case "tick":
                done = 0
                while count := await self._database.write(act):
                    done += count
                return {"done": done}
            case "rest":
                row = await self._database.read().one(_OWED)
                return {"owed": row is not None}
        await self._database.write(act)
        return {}


_OWED = Query(
    select(table(Outbox).c.id.label("value"))
    .where(table(Outbox).c.done_at.is_(None), table(Outbox).c.channel != "mail")
    .limit(1),
    Row,
)


Make = Callable[[Database, Book, asyncio.StreamWriter], Life]


async def live(url: str, port: int, book: Book, make: Make, ahead: timedelta, began: float) -> None:
    """Serve the parent until it hangs up."""

    def now() -> datetime:
        return BEGAN + ahead + timedelta(seconds=time.monotonic() - began)

    clock.now = now
    database = await open_database(url)
    if url.startswith("sqlite"):
        await database.write(deliveries.bury)  # as `run` does: whoever came before is dead
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    life = make(database, book, writer)
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(life.works(stop))
        async for line in reader:
            said: Said = json.loads(line)
            if said["do"] == "receipt":
                life.wire.waiting.pop(said["send"]).set_result(said)
            else:
                tasks.create_task(life.does(said))
        stop.set()
    await database.close()


def keep(url: str, port: int, make: Make, apart: timedelta) -> None:
    """Load the house once, and give it a life for every line: the pid goes out, and then how it ended.

    The clock of each life is `apart` from that of the one before.
    """
    sealing.unlock({1: DATA_KEY}, INDEX_KEY)
    transition.sign_with(ServiceKey(ORIGIN, SERVICE_SEED), ORIGIN)
    i18n.load()
    book, began = app.book(), time.monotonic()
    ways.vocabulary().route("您好", BEGAN)  # what is loaded at the first words
    print("ready", flush=True)
    for number, _line in enumerate(sys.stdin):
        pid = os.fork()
        if pid == 0:
            run: Callable[[Awaitable[None]], None] = uvloop.run  # type: ignore[assignment]
            run(live(url, port, book, make, number * apart, began))
            os._exit(0)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    # On PostgreSQL nobody can know that the one before is dead: its leases have to run out.
    apart = timedelta(seconds=0 if sys.argv[1].startswith("sqlite") else 31)
    keep(sys.argv[1], int(sys.argv[2]), Life, apart)
