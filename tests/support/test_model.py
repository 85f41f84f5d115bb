"""Every state a ticket can come to, walked through: none is out of reach, and every wait has an end.

Breadth first over the real rows in a real database: in each state that was found, everything a
creditor, an agent and the clock can do is done by the code that does it in the house, in a
transaction that is undone again; what the rows say afterwards is the next state. Two tickets of one
creditor, so that they can be merged both ways. The state is everything a decision can depend on;
left out are times (how long ago, never whether), and which steps of the ladder a wait has taken,
which decide what is *said* and never where a ticket stands.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import bindparam, delete, insert, select, update

from bot.conversation.turn import Person
from bot.errors import Invalid, Refusal, StaleStatus
from bot.ledger.kinds import MoveRefused
from bot.support import actions, answers, desk
from bot.support.rules import About
from storage import people, tickets
from storage.connect import open_database
from storage.database import Database, Query, Transaction, table
from storage.terms import TicketStatus
from storage.tickets import Ticket, TicketRow, TicketStep

MONDAY = datetime.fromisoformat("2026-11-23T10:00+08:00")
HOUR = timedelta(hours=1)
#: more ticks than any wait takes to its end
MOST_TICKS = 12

_COLUMNS = tuple(name for name in TicketRow._fields if name in Ticket.model_fields and name != "id")
_t, _s = table(Ticket).c, table(TicketStep).c


class _Step(NamedTuple):
    ticket_id: int
    wait: int
    step: str
    at: datetime


_PUT = Query(update(Ticket).values({n: bindparam(f"to_{n}") for n in _COLUMNS}).where(_t.id == bindparam("key")))
_STEPS = Query(select(*(_s[name] for name in _Step._fields)), _Step)
_NO_STEPS = Query(delete(TicketStep))
_ADD_STEP = Query(insert(TicketStep).values({name: bindparam(name) for name in _Step._fields}))


class Key(NamedTuple):
    """A state, as far as anything can depend on it; of the ticket that our number leads to.

    merged   "": two tickets; "gone": ours went into the other; "kept": the other went into ours
    old      where our own ticket stands that went into the other
    tier     while somebody waits
    held_by  nobody, an agent, or one whose account was revoked
    due, asked  whether they are set
    last     who wrote last; this and whether it was rated is told apart where nothing was merged
    """

    merged: str
    old: str
    status: str
    tier: str
    held_by: str
    reminded: bool
    due: bool
    asked: bool
    rated: bool
    last: str


@dataclass(frozen=True)
class State:
    """The rows of one way to a state, the moment it is, and how it was reached."""

    key: Key
    ours: TicketRow
    other: TicketRow
    steps: tuple[_Step, ...]
    now: datetime
    last: str
    path: tuple[str, ...]

    @property
    def main(self) -> TicketRow:
        """The ticket that our number leads to."""
        return self.other if self.key.merged == "gone" else self.ours


class _Undone(Exception):
    """Carries what was seen out of a transaction that leaves nothing."""

    def __init__(self, seen: Any) -> None:
        super().__init__()
        self.seen = seen


Act = Callable[[Transaction, State, datetime], Awaitable[Any]]


@dataclass
class World:
    """The database with the two tickets in it, and the person whose they are."""

    database: Database
    person: Person
    first: State

    async def does(self, state: State, act: Act, at: datetime, last: str = "") -> tuple[State, Any] | Exception:
        """What one act makes of a state, and what it answered; or its refusal."""

        async def tries(db: Transaction) -> None:
            await self._restore(db, state)
            try:
                answer = await act(db, state, at)
            except (MoveRefused, StaleStatus, Refusal, Invalid) as refusal:
                raise _Undone(refusal) from None
            raise _Undone((await _state(db, state, at, last), answer))

        try:
            await self.database.write(tries)
        except _Undone as undone:
            seen: tuple[State, Any] | Exception = undone.seen
            return seen
        raise AssertionError("nothing is kept")

    async def _restore(self, db: Transaction, state: State) -> None:
        for row in (state.ours, state.other):
            await db.run(_PUT, key=row.id, **{f"to_{name}": getattr(row, name) for name in _COLUMNS})
        await db.run(_NO_STEPS)
        for step in state.steps:
            await db.run(_ADD_STEP, **step._asdict())


def _key(ours: TicketRow, other: TicketRow, last: str) -> Key:
    merged = "gone" if ours.merged_into is not None else "kept" if other.merged_into is not None else ""
    row = other if merged == "gone" else ours
    return Key(
        merged=merged,
        old=ours.status if merged == "gone" else "",
        status=row.status,
        tier=row.tier if row.status == "open" and not merged else "",
        held_by=row.agent or "",
        reminded=row.reminded and not merged,
        due=row.due_at is not None,
        asked=row.asked_at is not None,
        rated=row.score is not None and not merged,
        last=last if not merged else "",
    )


async def _state(db: Transaction, before: State, at: datetime, last: str) -> State:
    ours, other = await tickets.by_id(db, before.ours.id), await tickets.by_id(db, before.other.id)
    assert ours is not None
    assert other is not None
    last = last or before.last
    key = _key(ours, other, last)
    if not key.merged:
        # Nothing happens to a ticket nobody looks at: it is as it was, three days before its reminder.
        other = before.other._replace(changed_at=at, due_at=at + timedelta(days=3))
    return State(key, ours, other, tuple(await db.all(_STEPS)), at, last, before.path)


# -- everything anybody can do


def _ours(state: State) -> str:
    return state.ours.number


def _creditor(person: Person) -> dict[str, Act]:
    return {
        "writes": lambda db, s, at: actions.ask(db, person, _ours(s), "还有一个问题。", at),
        "writes in distress": lambda db, s, at: actions.ask(db, person, _ours(s), "我不想活了，钱全没了", at),
        "settles": lambda db, s, at: actions.settle(db, person, _ours(s), at),
        "rates well": lambda db, s, at: actions.rate(db, person, _ours(s), 5, at),
        "rates badly": lambda db, s, at: actions.rate(db, person, _ours(s), 1, at),
    }


def _on(number: Callable[[State], str], name: str) -> dict[str, Act]:
    until = timedelta(days=2)
    return {
        f"{name}: answers": lambda db, s, at: desk.answer(db, number(s), "lin", "好的，已在处理。", at),
        f"{name}: asks for a document": lambda db, s, at: desk.ask_document(db, number(s), "lin", "请补一张截图。", at),
        f"{name}: notes": lambda db, s, at: desk.note(db, number(s), "lin", "已核实", at),
        f"{name}: takes": lambda db, s, at: desk.take(db, number(s), "lin", at),
        f"{name}: is taken by one who leaves": lambda db, s, at: desk.take(db, number(s), "gone", at),
        f"{name}: is given to lin": lambda db, s, at: desk.assign(db, number(s), "chief", "lin", at),
        f"{name}: lets go": lambda db, s, at: desk.assign(db, number(s), "lin", None, at),
        f"{name}: holds": lambda db, s, at: desk.hold(db, number(s), "lin", at + until, "等交易所回复", at),
        f"{name}: escalates": lambda db, s, at: desk.escalate(db, number(s), "lin", "要法务看", at),
        f"{name}: solves": lambda db, s, at: desk.solve(db, number(s), "lin", at),
        f"{name}: closes": lambda db, s, at: desk.close(db, number(s), "lin", at),
        f"{name}: did not arrive": lambda db, s, at: _undelivered(db, number(s), at),
    }


async def _undelivered(db: Transaction, number: str, at: datetime) -> None:
    row = await tickets.by_number(db, number)
    assert row is not None
    line = await tickets.add_line(db, row.id, "lin", "好的", at)
    await answers.undelivered(db, line, "blocked", at)


_MERGES: dict[str, Act] = {
    "ours is merged into the other": lambda db, s, at: desk.merge(db, s.ours.number, s.other.number, "lin", at),
    "the other is merged into ours": lambda db, s, at: desk.merge(db, s.other.number, s.ours.number, "lin", at),
}


def _acts(world: World, state: State) -> dict[str, tuple[Act, str]]:
    """Name -> what is done, and who has written last when it is."""
    found = {name: (act, "creditor" if "writes" in name else "") for name, act in _creditor(world.person).items()}
    agents = _on(lambda s: s.main.number, "agent") | _MERGES
    if state.key.merged == "gone":
        agents |= _on(_ours, "agent on the old number")
    said = ("answers", "asks for a document")
    return found | {name: (act, "agent" if name.endswith(said) else "") for name, act in agents.items()}


async def _tick(db: Transaction, _state: State, at: datetime) -> None:
    while await desk.tick(db, at):
        pass


def _when(state: State) -> datetime | None:
    """When the clock has something to do; a ticket that only stands beside ours does not count."""
    rows = (state.ours, state.other) if state.key.merged else (state.ours,)
    return min((row.due_at for row in rows if row.due_at is not None), default=None)


async def _writes_anywhere(world: World, db: Transaction, state: State, at: datetime) -> tuple[TicketRow, bool]:
    asked = await actions.ask(db, world.person, _ours(state), "在吗，进展如何？", at)
    row = await tickets.by_number(db, asked.number)
    assert row is not None
    (line,) = await tickets.said(db, row.id, 1)
    seen = {one.number for one in await desk.open_tickets(db)}
    return row, line.text == "在吗，进展如何？" and line.agent is None and row.number in seen


@pytest.fixture
async def world(sqlite_url: str, unlocked: None) -> Any:
    database = await open_database(sqlite_url, synchronous="OFF")

    async def begins(db: Transaction) -> World:
        await people.meet(db, "telegram:42", "1", "zh_Hans", MONDAY)
        contact = await people.contact(db, "telegram:42", "1")
        assert contact is not None
        person = Person(contact.id, "telegram:42", "1", None, "zh_Hans", True, "Asia/Shanghai", frozenset(), None)
        ours = await actions.ask(db, person, "", "KYC 一直没有结果", MONDAY, ref="1")
        other = await actions.ask(db, person, "", "邮箱填不上", MONDAY, about=About(form="welcome.link"), ref="2")
        await desk.answer(db, other.number, "lin", "请换一个邮箱试试。", MONDAY)
        first, second = await tickets.by_number(db, ours.number), await tickets.by_number(db, other.number)
        assert first is not None
        assert second is not None
        assert first.id != second.id, "another matter, another ticket"
        state = State(_key(first, second, "creditor"), first, second, (), MONDAY, "creditor", ())
        return World(database, person, state)

    yield await database.write(begins)
    await database.close()


@pytest.mark.slow
async def test_no_ticket_is_out_of_reach_and_every_wait_ends(world: World) -> None:
    known = {world.first.key: world.first}
    queue = deque([world.first])
    tried = 0
    while queue:
        state = queue.popleft()
        acts, at = _acts(world, state), state.now + HOUR
        done = await asyncio.gather(*(world.does(state, act, at, last) for act, last in acts.values()))
        tried += len(done)
        found = [(name, one[0]) for name, one in zip(acts, done, strict=True) if not isinstance(one, Exception)]
        _sane(state)
        _somebody_can_go_on(state, {name for name, _state in found})
        await _writing_reaches_an_open_ticket(world, state, at)
        found += [("clock", one) for one in await _the_clock_alone(world, state)]
        for name, one in found:
            if one.key not in known:
                known[one.key] = replace(one, path=(*state.path, name))
                queue.append(known[one.key])
    print(f"{len(known)} states, {tried} acts tried")
    assert {key.status for key in known} == {status.value for status in TicketStatus}
    assert {key.merged for key in known} == {"", "gone", "kept"}
    assert {key.held_by for key in known} == {"", "lin", "gone"}
    assert {(key.last, key.rated) for key in known if not key.merged} == {
        (last, rated) for last in ("creditor", "agent") for rated in (False, True)
    }


def _somebody_can_go_on(state: State, able: set[str]) -> None:
    """Whoever holds it, also one who is gone: another agent may answer, note, hand it on; the creditor may write."""
    always = {
        "agent: answers",
        "agent: asks for a document",
        "agent: notes",
        "agent: is given to lin",
        "agent: lets go",
    }
    assert always <= able, (state.path, always - able)
    assert {"writes", "writes in distress"} <= able, state.path
    if state.key.held_by in ("", "lin"):
        assert "agent: takes" in able, state.path
    if state.key.status != "closed":
        assert "agent: closes" in able, state.path


async def _writing_reaches_an_open_ticket(world: World, state: State, at: datetime) -> None:
    done = await world.does(state, partial(_writes_anywhere, world), at)
    assert not isinstance(done, Exception), (state.path, done)
    row, there = done[1]
    assert there, state.path
    assert (row.status, row.asked_at is not None, row.runs_since is not None) == ("open", True, True), state.path
    assert row.due_at is not None or row.tier == "on_call", state.path


def _sane(state: State) -> None:
    """What holds of every ticket in every state."""
    for row in (state.ours, state.other):
        assert (row.runs_since is not None) == (row.status == "open"), state.path
        assert row.asked_at is not None or row.status != "open", state.path
        match row.status:
            case "open":
                assert row.due_at is not None or row.tier == "on_call", state.path
            case "closed":
                assert row.due_at is None, state.path
            case _:
                assert row.due_at is not None, (state.path, "a wait without an end")


async def _the_clock_alone(world: World, state: State) -> list[State]:
    """What the clock makes of it with nobody's help, to the end: closed, or with those on call, above whom is nobody."""
    found: list[State] = []
    for _again in range(MOST_TICKS):
        when = _when(state)
        if when is None:
            for row in (state.ours, state.other) if state.key.merged else (state.ours,):
                assert row.status == "closed" or (row.status, row.tier) == ("open", "on_call"), state.path
            return found
        ticked = await world.does(state, _tick, max(when, state.now))
        assert not isinstance(ticked, Exception), (state.path, ticked)
        state = ticked[0]
        found.append(state)
    raise AssertionError((state.path, "the clock goes on for ever"))
