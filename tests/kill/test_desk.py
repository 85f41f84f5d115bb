"""The desk killed at any moment, while creditors write, agents answer and the clock escalates.

The parent is the wires, two dozen creditors, a few agents and the hands of the clock. It delivers what
creditors write again and again until it is acknowledged, as their wires do; an agent whose answer met
no response looks whether it stands, as people do, and sends it again if it does not. Each life ends
with SIGKILL in the middle of its work. Afterwards everything is counted.
"""

import asyncio
import itertools
import json
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot import app, ways
from bot.conversation.engine import Engine, Pace
from bot.conversation.reply import unpacked
from bot.ledger import entry
from storage import conversations, people, tickets
from storage.connect import open_database
from storage.conversations import Message
from storage.database import Database, Query, table
from storage.deliveries import Outbox
from storage.tickets import LineRow, StepRow, TicketRow
from tests import room
from tests.claims.filing import joins
from tests.fixtures import ABILITIES, ORIGIN
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person

ROOT = Path(__file__).parents[2]
KILLS = 20
CREDITORS, AGENTS = 24, 5
MONDAY = datetime.fromisoformat("2026-11-23T09:00+08:00")
#: the ladder, a reminder, silence and closing all fit into it
ALONE = timedelta(days=12)
LETTERS = "abcdefghijkmnpqrstuvwxyz"


class Lost(Exception):
    """The process died before it answered; whether it did what was asked nobody knows."""


@dataclass
class Sent:
    """What a wire carried to a creditor. `unanswered`: the sender was told of no receipt."""

    receipt: str
    address: str
    title: str
    text: str
    life: int
    unanswered: bool


@dataclass
class House:
    """Whichever life there is, its wires, and the moment it is."""

    url: str
    chance: random.Random
    child: tuple[str, ...] = ("tests.kill.desk_child",)
    points: tuple[int, int] = (10, 120)
    now: datetime = MONDAY
    life: int = 0
    writer: asyncio.StreamWriter | None = None
    waiting: dict[str, tuple[dict[str, Any], asyncio.Future[dict[str, Any]], bool]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    over: bool = False
    pid: int = 0
    kill_in: int = sys.maxsize
    lives: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=asyncio.Queue)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    async def asks(self, do: str, *, again: bool = False, **said: Any) -> dict[str, Any]:
        """Have something done; with `again` as often as it takes, else once: raises Lost if it may not have been."""
        key = str(next(self._ids))
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        whole = {"id": key, "do": do, "at": self.now.isoformat(), **said}
        self.waiting[key] = (whole, future, again)
        self._write(whole)
        if again and do == "turn" and self.chance.random() < 0.1:
            self._write(whole)
        return await future

    def _write(self, said: dict[str, Any]) -> None:
        if self.writer is not None and not self.writer.is_closing():
            self.writer.write(json.dumps(said).encode() + b"\n")

    async def lives_on(self, kills: int) -> None:
        """Give lives and take them, and let the last one go on until `over`."""
        server = await asyncio.start_server(lambda r, w: self.lives.put_nowait((r, w)), "127.0.0.1", 0, limit=2**20)
        port = str(server.sockets[0].getsockname()[1])
        keeper = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.child[0], self.url, port, *self.child[1:], cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        assert await keeper.stdout.readline() == b"ready\n", "the house did not load"
        try:
            for round_ in range(kills + 1):
                keeper.stdin.write(b"live\n")
                self.pid = int(await keeper.stdout.readline())
                await self._lives_once(last=round_ == kills)
                code = int(await keeper.stdout.readline())
                self.tally["killed"] += code == -signal.SIGKILL
                assert code in (0, -signal.SIGKILL), "a life ended by itself"
            keeper.stdin.close()
            await keeper.wait()
        finally:
            if keeper.returncode is None:
                keeper.kill()
            if self.writer is not None:
                self.writer.close()  # a life that lost its parent ends
            server.close()

    async def _lives_once(self, *, last: bool) -> None:
        reader, self.writer = await self.lives.get()
        self.life += 1
        for key, (said, future, again) in list(self.waiting.items()):
            if again:
                self.tally["redelivered"] += 1
                self._write(said)
            else:
                del self.waiting[key]
                future.set_exception(Lost())
        self.kill_in = sys.maxsize if last else self.chance.randint(*self.points)
        try:
            while line := await reader.readline():
                self._read(json.loads(line), dying=self.kill_in <= 0)
                await self.point()
                if self.over and not self.waiting:
                    break
        except ConnectionError:
            pass
        self.writer.close()

    async def point(self) -> None:
        """Something is under way: whose turn has come dies of it."""
        self.kill_in -= 1
        if self.kill_in == 0:
            await asyncio.sleep(self.chance.random() * 0.004)  # somewhere in what it does just now
            os.kill(self.pid, signal.SIGKILL)

    def _read(self, told: dict[str, Any], *, dying: bool) -> None:
        self.tally["lines"] += 1
        if "send" in told:
            lost = self.chance.random() < 0.04
            receipt = str(len(self.sent) + 1)
            unanswered = lost or dying
            self.sent.append(Sent(receipt, told["address"], told["title"], told["text"], self.life, unanswered))
            self._write({"do": "receipt", "at": "", "send": told["send"], "receipt": receipt, "lost": lost})
            return
        assert not told.get("failed"), "nothing here fails by itself"
        self.tally["repeated"] += told.get("repeated", False)
        known = self.waiting.pop(told["id"], None)
        if known is not None:
            known[1].set_result(told)

    def word(self) -> str:
        """A word nobody else says."""
        self.tally["words"] += 1
        return "".join(self.chance.choice(LETTERS) for _ in range(10)) + f"-{self.tally['words']}"


@dataclass
class Creditor:
    """Somebody with a half-filled form who asks, waits, and asks again."""

    house: House
    number: int
    ticket: str = ""
    events: int = 0
    words: list[str] = field(default_factory=list)
    draft: str = ""

    @property
    def channel(self) -> str:
        return WEBCHAT if self.number % 3 == 0 else TELEGRAM

    @property
    def address(self) -> str:
        return f"p{self.number}" if self.channel == TELEGRAM else f"{self.number:064d}"

    async def writes(self) -> None:
        """One line into the ticket, by the form, whatever its status."""
        word = self.house.word()
        asked = await self._does(choice=f"support.ask:{self.ticket}" if self.ticket else "support.ask")
        told = await self._does(text=f"请看编号 {word} 的情况")
        assert told["copies"], (asked["text"], told["text"])
        assert self.ticket in ("", told["copies"][0]), "one matter, one ticket"
        self.ticket = told["copies"][0]
        self.words.append(word)

    async def _does(self, **fields: Any) -> dict[str, Any]:
        self.events += 1
        order = 1_000_000 + self.events
        return await self.house.asks(
            "turn",
            again=True,
            turn={"channel": self.channel, "event_id": f"{self.number}-{self.events}", "address": self.address,
                  "order": order, **fields},
        )  # fmt: skip


@dataclass
class Agent:
    """Somebody at the desk."""

    house: House
    name: str
    #: what was said to whom and is known to stand: word -> ticket
    stands: dict[str, str] = field(default_factory=dict)

    async def works(self, number: str) -> None:
        """Look at a ticket and do something about it."""
        seen = await self._sees(number)
        roll = self.house.chance.random()
        what = "answer" if roll < 0.6 else "note" if roll < 0.75 else "hold" if roll < 0.83 else "escalate"
        if roll > 0.9:
            what = "solve"
        word = self.house.word()
        text = f"关于 {word}：已在处理"
        while True:
            try:
                more = {"revision": seen["revision"]} if what == "answer" else {}
                told = await self.house.asks(what, number=number, agent=self.name, text=text, **more)
            except Lost:
                self.house.tally["unsure"] += 1
                seen = await self._sees(number)
                if what == "solve":
                    return
                if text not in seen["texts"]:
                    continue
                self.house.tally["stood after all"] += 1
                told = {}
            if told.get("refused") == "Overtaken":
                # The very word may stand there: what met no answer was done after all.
                seen = await self._sees(number)
                if text not in seen["texts"]:
                    continue
            elif "refused" in told or what == "solve":
                assert told.get("refused", "MoveRefused") == "MoveRefused", told
                return
            self.stands[word] = number
            return

    async def finishes(self, number: str, what: str) -> None:
        """Do one thing for certain, while no life is in danger."""
        word = self.house.word()
        told = await self.house.asks(what, number=number, agent=self.name, text=f"关于 {word}：已办好", revision=None)
        assert "refused" not in told
        if what == "answer":
            self.stands[word] = number

    async def _sees(self, number: str) -> dict[str, Any]:
        return await self.house.asks("see", again=True, number=number, agent=self.name)


class OutRow(NamedTuple):
    """A row of the outbox."""

    id: int
    channel: str
    address: str
    lane: int
    dedupe_key: str
    kind: str
    outcome: str | None
    receipt: str | None
    attempts: int


class Said(NamedTuple):
    """A line of a history."""

    contact_id: int
    seq: int
    body: bytes


_OUT = Query(select(*(table(Outbox).c[name] for name in OutRow._fields)).order_by(table(Outbox).c.id), OutRow)
_SAID = Query(
    select(*(table(Message).c[name] for name in Said._fields))
    .where(table(Message).c.mine.is_(False))
    .order_by(table(Message).c.contact_id, table(Message).c.seq),
    Said,
)


@dataclass(frozen=True)
class Whole:
    """One ticket with all that belongs to it."""

    row: TicketRow
    lines: list[LineRow]
    steps: list[StepRow]
    entries: list[room.Step]

    def count(self, kind: str, by: str = "") -> int:
        """How many entries of a kind it has: all, or those made by the clock, or (with `operator`) by agents."""
        return sum(step.kind == kind and step.payload["by"].startswith(by) for step in self.entries)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3])
async def test_the_desk_killed_at_any_moment(database_url: str, unlocked: None, clock: FakeClock, seed: int) -> None:
    house = House(database_url, random.Random(seed))
    creditors = [Creditor(house, number) for number in range(CREDITORS)]
    agents = [Agent(house, f"agent{number}") for number in range(AGENTS)]
    database = await open_database(database_url)
    await _half_filled(database, creditors, clock)
    await database.close()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(house.lives_on(KILLS))
        tasks.create_task(_weeks(house, creditors, agents))
    print(dict(house.tally))
    assert house.tally["killed"] == KILLS
    assert house.tally["redelivered"] + house.tally["unsure"] > KILLS, "no kill fell into work: the test proves less"

    database = await open_database(database_url)
    try:
        entries = await room.steps(database)
        whole = [await _whole(database, creditor.ticket, entries) for creditor in creditors]
        # Replies to what creditors did are the matter of test_kill.py.
        out = [row for row in await database.read().all(_OUT) if row.kind == "ticket"]
        _every_line_once(creditors, agents, whole)
        _every_step_once(whole, out)
        _every_answer_delivered(house, whole, out)
        await _histories(database, creditors, whole)
        _chains(whole)
        await _drafts(database, creditors)
    finally:
        await database.close()


async def _half_filled(database: Database, creditors: list[Creditor], clock: FakeClock) -> None:
    """Everybody is in the middle of registering a claim."""
    engine = Engine(database, app.book(), ways.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))
    for creditor in creditors:
        person = Person(engine, creditor.channel, creditor.address, clock=clock)
        await joins(person, f"creditor{creditor.number}@mail.example", papers=False)
        await person.commands("file")
        await person.taps("FTX Trading Ltd.")
        await person.taps("5A")
        await person.says(str(9_000_000 + creditor.number))
        creditor.draft = (await person.contact()).draft or ""


async def _weeks(house: House, creditors: list[Creditor], agents: list[Agent]) -> None:
    """Time goes on in steps; in each of them some write, some answer, and two clocks tick, all at once."""
    chance = house.chance
    while house.tally["killed"] < KILLS:
        doing = [house.asks("tick", again=True) for _clock in range(2)]
        writers = chance.sample(creditors, 4) if all(creditor.ticket for creditor in creditors) else creditors
        doing += [creditor.writes() for creditor in writers]  # type: ignore[misc]
        numbers = [creditor.ticket for creditor in creditors[: CREDITORS * 2 // 3] if creditor.ticket]
        busy = [agent for agent in agents if numbers and chance.random() < 0.5]
        doing += [agent.works(chance.choice(numbers)) for agent in busy]  # type: ignore[misc]
        await asyncio.gather(*doing)
        house.now += timedelta(minutes=chance.randint(20, 200))
    # From here on no life is in danger, and the clock is alone.
    await agents[0].finishes(creditors[0].ticket, "answer")
    await agents[0].finishes(creditors[1].ticket, "answer")
    await agents[0].finishes(creditors[1].ticket, "solve")
    until = house.now + ALONE
    while house.now < until:
        house.now += timedelta(hours=3)
        await asyncio.gather(*(house.asks("tick", again=True) for _clock in range(2)))
    while (await house.asks("rest", again=True))["owed"]:  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # another process can only be looked at
    house.over = True
    await house.asks("rest", again=True)


async def _whole(database: Database, number: str, entries: list[room.Step]) -> Whole:
    db = database.read()
    row = await tickets.by_number(db, number)
    assert row is not None
    lines, steps = await tickets.lines(db, row.id, 10_000), await tickets.steps(db, row.id)
    return Whole(row, lines, steps, [step for step in entries if step.subject == row.handle])


def _words(lines: list[LineRow], *, by_agents: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in lines:
        if (line.agent is not None) == by_agents and line.kind in ("said", "note", "event") and line.text:
            _before, _space, rest = line.text.partition(" ")
            found[rest.split(" ")[0].split("：")[0]] += 1
    return found


def _every_line_once(creditors: list[Creditor], agents: list[Agent], whole: list[Whole]) -> None:
    """What was acknowledged stands, once, on its own ticket, and nothing else does."""
    for creditor, one in zip(creditors, whole, strict=True):
        said = [line for line in one.lines if line.kind == "said"]
        assert _words(said, by_agents=False) == Counter(creditor.words)
        stands = {word for agent in agents for word, number in agent.stands.items() if number == creditor.ticket}
        noted = [line for line in one.lines if line.agent is not None and line.code != "solved"]
        assert _words(noted, by_agents=True) == Counter(stands)


def _carries_line(row: OutRow) -> bool:
    return row.dedupe_key.startswith(tickets.key_of_line(0)[:-1])


def _every_step_once(whole: list[Whole], out: list[OutRow]) -> None:
    """Each step of the clock is one row, one event, one entry and one message; and none is left undone."""
    keys = Counter(row.dedupe_key.split(":")[2] for row in out if not _carries_line(row))
    steps: Counter[str] = Counter()
    for one in whole:
        taken = Counter(step.step for step in one.steps)
        by_clock = Counter(line.text for line in one.lines if line.code == "escalated" and line.agent is None)
        assert by_clock == {tier: taken[tier] for tier in by_clock}
        assert sum(by_clock.values()) == taken["senior"] + taken["supervisor"] + taken["on_call"]
        assert one.count("ticket:escalated", "clock") == sum(by_clock.values())
        codes = Counter(line.code for line in one.lines)
        assert codes["reminder"] == taken["reminder"]
        assert codes["woken"] == one.count("ticket:woken")
        answers = [line for line in one.lines if line.kind == "said" and line.agent is not None]
        assert len(answers) == one.count("ticket:answered")
        steps.update(taken)
        steps["silent"] += one.count("ticket:solved", "clock")
        steps["solved"] += one.count("ticket:solved", "operator")
        row = one.row
        due = row.due_at
        assert due is None or due > MONDAY, row.status
        assert (row.status == "open") == (row.runs_since is not None)
    assert keys == Counter(
        {name: steps[step] for name, step in
         (("late", "told_late"), ("nudge", "nudge"), ("rate", "rate"), ("silent", "silent"), ("solved", "solved"))
         if steps[step]}
    )  # fmt: skip
    assert min(steps[step] for step in ("reminder", "senior", "on_call", "nudge", "rate", "silent", "solved")) > 0


def _every_answer_delivered(house: House, whole: list[Whole], out: list[OutRow]) -> None:
    """Every row of the outbox went out; a second time only where the sender had no answer to the first."""
    owed = {tickets.key_of_line(line.id) for one in whole for line in one.lines if line.kind == "said" and line.agent}
    assert {row.dedupe_key for row in out if _carries_line(row)} == owed
    assert {row.outcome for row in out} == {"sent"}
    wired = {row.receipt: row for row in out if row.channel == TELEGRAM}
    last: dict[tuple[str, str, str], int] = {}
    doubled: Counter[int] = Counter()
    for place in range(len(house.sent) - 1, -1, -1):
        one = house.sent[place]
        known = wired.get(one.receipt)
        same = (one.address, one.title, one.text)
        if known is not None:
            assert known.address == one.address
            last[same] = known.id
            continue
        # Not the delivery its row was marked with: so the same words went out again, later.
        assert one.unanswered or one.life < house.life, "a message went out twice though its first was answered"
        assert same in last, "delivered, and never marked"
        doubled[last[same]] += 1
        house.tally["doubled"] += 1
    assert len(wired) == len({one.receipt for one in house.sent} & wired.keys()), "marked, and never delivered"
    attempts = {row.id: row.attempts for row in out}
    assert all(attempts[key] > count for key, count in doubled.items()), "each duplicate is a counted try of its row"
    print("doubled on the wire:", house.tally["doubled"], "of", len(house.sent))
    order: dict[tuple[str, int], list[int]] = {}
    for one in house.sent:
        if one.receipt in wired:
            row = wired[one.receipt]
            order.setdefault((row.address, row.lane), []).append(row.id)
    assert all(ids == sorted(ids) for ids in order.values()), "in order to each address"


async def _histories(database: Database, creditors: list[Creditor], whole: list[Whole]) -> None:
    """On the page every answer stands exactly once, and in the right history."""
    texts: dict[int, list[str]] = {}
    for line in await database.read().all(_SAID):
        texts.setdefault(line.contact_id, []).append(unpacked(line.body).text)
    for creditor, one in zip(creditors, whole, strict=True):
        if creditor.channel == WEBCHAT:
            answers = [line.text for line in one.lines if line.kind == "said" and line.agent is not None]
            shown = [text.split("\n")[0] for text in texts[one.row.contact_id] if text.startswith("关于 ")]
            assert shown == answers


def _chains(whole: list[Whole]) -> None:
    """The entries of a ticket are a chain without a gap, and it stands where the last one says."""
    for one in whole:
        before, status = None, ""
        for number, step in enumerate(one.entries, 1):
            leaf = entry.read(step.leaf, ORIGIN)
            assert (step.step, leaf.prev, step.leaf_hash) == (number, before, entry.leaf_hash(step.leaf))
            before, status = step.leaf_hash, step.status
        assert one.row.status == status


async def _drafts(database: Database, creditors: list[Creditor]) -> None:
    """The form that was open when the talk began is open where it was, with every answer."""
    for creditor in creditors:
        contact = await people.contact(database.read(), creditor.channel, creditor.address)
        assert contact is not None
        assert contact.draft == creditor.draft
        draft = await conversations.draft_as_is(database.read(), creditor.draft)
        assert draft is not None
        assert (draft.form, draft.status) == ("claims.file", "open")
        said = draft.content["answers"]
        assert (said["plan_class"], said["schedule"]) == ("5A", str(9_000_000 + creditor.number))
