"""Killed at any moment, and everything that was acknowledged is there exactly once.

A child runs the real engine; the parent is the wire and two dozen people. It delivers every fifth event
twice at once, kills the child with SIGKILL in the middle of its work, starts another and delivers
again what was not acknowledged: as Telegram does with an update, and the web page with a message.
"""

import asyncio
import itertools
import json
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from sqlalchemy import func, select

from bot.conversation.reply import unpacked
from bot.ledger import entry
from storage.connect import open_database
from storage.conversations import Message
from storage.database import Database, Query, Row, table
from storage.deliveries import Outbox
from storage.people import Contact
from tests import room
from tests.fixtures import ORIGIN
from tests.person import TELEGRAM, WEBCHAT

ROOT = Path(__file__).parents[2]
KILLS = 10
PEOPLE = 24


@dataclass
class Wire:
    """Delivers events to whichever child lives, until each is acknowledged."""

    url: str
    chance: random.Random
    child: asyncio.subprocess.Process | None = None
    waiting: dict[str, tuple[dict[str, Any], asyncio.Future[dict[str, Any]]]] = field(default_factory=dict)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    kill_at: int = 0

    async def deliver(self, event: dict[str, Any]) -> dict[str, Any]:
        """Deliver one event; what was answered."""
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.waiting[event["event_id"]] = (event, future)
        self._write(event)
        if self.chance.random() < 0.2:
            self.tally["doubled"] += 1
            self._write(event)
        return await future

    def _write(self, event: dict[str, Any]) -> None:
        child = self.child
        if child is not None and child.stdin is not None and not child.stdin.is_closing():
            child.stdin.write(json.dumps(event).encode() + b"\n")

    async def live(self, kills: int, done: asyncio.Event) -> None:
        """Start children and kill them, and leave the last one alive until everybody is done."""
        for round_ in range(kills + 1):
            child = self.child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.kill.child", self.url, cwd=ROOT,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            assert child.stdout is not None
            assert await child.stdout.readline() == b"{}\n", "the child did not start"
            for event, _future in list(self.waiting.values()):
                self.tally["redelivered"] += 1
                self._write(event)
            last = round_ == kills
            self.kill_at = sys.maxsize if last else self.tally["answers"] + self.chance.randint(30, 250)
            if last:
                done.set()
            while line := await child.stdout.readline():
                self._read(json.loads(line))
                if self.tally["answers"] >= self.kill_at and child.returncode is None:
                    self.kill_at = sys.maxsize
                    await asyncio.sleep(self.chance.random() * 0.01)  # somewhere in what it does just now
                    child.send_signal(signal.SIGKILL)
            await child.wait()
            self.tally["killed"] += child.returncode == -signal.SIGKILL

    def _read(self, told: dict[str, Any]) -> None:
        self.tally["answers"] += 1
        key = told["event_id"]
        assert not told["failed"], "nothing here fails by itself"
        self.tally["repeated"] += told["repeated"]
        if key in self.acknowledged:
            assert told["text"] == self.acknowledged[key]["text"], "the same words to the same event"
            return
        self.acknowledged[key] = told
        self.tally["kept before the kill"] += told["repeated"]
        self.waiting.pop(key)[1].set_result(told)

    async def stop(self) -> None:
        """Close the pipe: the child ends by itself."""
        assert self.child is not None
        assert self.child.stdin is not None
        self.child.stdin.close()


@dataclass
class Somebody:
    """One person who waits for each answer before going on, as people do."""

    wire: Wire
    number: int
    events: dict[str, str] = field(default_factory=dict)  # id -> what it is to have done, if anything
    names: list[str] = field(default_factory=list)
    files: int = 0

    @property
    def channel(self) -> str:
        return WEBCHAT if self.number % 3 == 0 else TELEGRAM

    async def does(self, effect: str = "", **fields: Any) -> dict[str, Any]:
        number = len(self.events) + 1
        key = f"{self.number}-{number}"
        self.events[key] = effect
        return await self.wire.deliver(
            {"channel": self.channel, "event_id": key, "address": f"p{self.number}", "order": number,
             "rides": self.number % 2 == 0, **fields}
        )  # fmt: skip

    async def lives(self, enough: asyncio.Event) -> None:
        """Fill in forms and do other things, and end in the middle of a form."""
        for round_ in itertools.count():
            name = f"第 {self.number} 人，第 {round_} 次"
            await self.does(command="form")
            told = await self.does(text=name)
            if enough.is_set():
                self.names.append(name)
                return
            told = await self.does(choice=told["buttons"]["现金"])
            await self.does("add", command="add", text=name)
            await self.does(text="100")
            await self.does(text="跳过")
            if round_ % 2:
                await self.does(file="a.png")
                self.files += 1
            await self.does(text="跳过")
            told = await self.does(text="1234")
            await self.does("submit", choice=told["buttons"]["确认提交"])
            await self.does("add", command="add")


class Line(NamedTuple):
    channel: str
    address: str
    messages: int


_contacts = table(Contact).c
_CONTACTS = Query(select(_contacts.channel, _contacts.address, _contacts.messages), Line)
_SAID = Query(
    select(table(Message).c.contact_id, func.count(), func.max(table(Message).c.seq)).group_by(
        table(Message).c.contact_id
    ),
    Line,
)
_KEYS = Query(select(table(Outbox).c.dedupe_key), Row)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
async def test_killed_at_any_moment(database_url: str, unlocked: None, in_earnest: None, seed: int) -> None:
    wire = Wire(database_url, random.Random(seed))
    enough = asyncio.Event()
    everybody = [Somebody(wire, number) for number in range(PEOPLE)]
    async with asyncio.TaskGroup() as group:
        living = group.create_task(wire.live(KILLS, enough))
        persons = [group.create_task(somebody.lives(enough)) for somebody in everybody]
        await asyncio.gather(*persons)
        await wire.stop()
        await living
    print(dict(wire.tally))
    assert wire.tally["killed"] == KILLS
    assert wire.tally["redelivered"] > KILLS
    assert wire.tally["kept before the kill"] > 0, "no kill fell between a commit and its answer: the test proves less"
    assert wire.waiting == {}

    database = await open_database(database_url)
    try:
        await _events_and_effects(database, wire, everybody)
        await _chains(database)
        await _drafts(database, everybody)
        await _histories_and_outbox(database)
    finally:
        await database.close()


@pytest.fixture
async def in_earnest(database_url: str) -> AsyncIterator[None]:
    """What the tests' server leaves out for haste, it does here."""
    if not database_url.startswith("postgres"):
        yield
        return
    names = ("fsync", "full_page_writes")
    connection = await asyncpg.connect(database_url)
    try:
        for name in names:
            await connection.execute(f"ALTER SYSTEM SET {name} = on")
        await connection.execute("SELECT pg_reload_conf()")
        async with asyncio.timeout(30):
            while {await connection.fetchval(f"SHOW {name}") for name in names} != {"on"}:  # noqa: ASYNC110 -- the server tells nobody
                await asyncio.sleep(0.01)
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
        yield
    finally:
        for name in names:
            await connection.execute(f"ALTER SYSTEM RESET {name}")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()


async def _events_and_effects(database: Database, wire: Wire, everybody: list[Somebody]) -> None:
    """Acknowledged = recorded; each effect belongs to one event, each event that has one has it once."""
    expected = {key: effect for somebody in everybody for key, effect in somebody.events.items()}
    assert wire.acknowledged.keys() == expected.keys()
    happened = await room.happened(database)
    assert Counter(event.event_id for event in happened) == Counter(expected.keys())
    assert not any(event.failed or event.late for event in happened)
    for event in happened:
        assert unpacked(event.reply).text == wire.acknowledged[event.event_id]["text"]
    assert Counter(await room.effects(database)) == Counter(key for key, effect in expected.items() if effect)
    made = [step for step in await room.steps(database) if step.kind == "account:bound"]
    assert len(made) == PEOPLE
    assert await room.documents(database) == sum(somebody.files for somebody in everybody)


async def _chains(database: Database) -> None:
    """Each account's entries are a chain without a gap, and the account stands where its last entry says."""
    statuses = await room.statuses(database)
    assert len(statuses) == PEOPLE
    for subject, steps in itertools.groupby(await room.steps(database), lambda step: step.subject):
        before = None
        for number, step in enumerate(steps, 1):
            leaf = entry.read(step.leaf, ORIGIN)
            assert (step.step, leaf.prev) == (number, before)
            assert step.leaf_hash == entry.leaf_hash(step.leaf)
            before, status = step.leaf_hash, step.status
        assert statuses[subject] == status


async def _drafts(database: Database, everybody: list[Somebody]) -> None:
    """What was typed and acknowledged is in the draft, or in what the draft became."""
    sheets = await room.sheets(database)
    opened = {sheet.content["answers"]["name"]: sheet for sheet in sheets if sheet.status == "open"}
    assert opened.keys() == {name for somebody in everybody for name in somebody.names}
    assert all(sheet.content["answers"].keys() == {"name"} and sheet.at == "kind" for sheet in opened.values())
    sent = Counter(step.payload["draft"] for step in await room.steps(database) if "draft" in step.payload)
    assert sent == Counter(sheet.handle for sheet in sheets if sheet.status == "sent")
    for step in await room.steps(database):
        if "draft" in step.payload:
            said = step.payload["answers"]
            assert (said["kind"], said["amount"], said["note"], said["code"]) == ("cash", 10000, None, "ok")
            assert said["name"].startswith("第 ")


async def _histories_and_outbox(database: Database) -> None:
    lines = await database.read().all(_CONTACTS)
    assert len(lines) == PEOPLE
    counted = sorted(line.messages for line in lines if line.channel == WEBCHAT)
    said = await database.read().all(_SAID)
    assert sorted(line.messages for line in said) == counted, "the last number"
    assert sorted(int(line.address) for line in said) == counted, "and as many lines"
    happened = await room.happened(database)
    owed = {f"reply:{e.channel}:{e.event_id}" for e in happened if e.channel == TELEGRAM and not e.owed}
    assert {row.value for row in await database.read().all(_KEYS)} == owed
