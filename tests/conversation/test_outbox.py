"""The outbox: nothing lost, order where it counts, at most doubled, and an account that keeps its pace."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot.conversation import outbox
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.engine import Engine
from bot.conversation.outbox import BULK, IN_FLIGHT, REPLY, STATUS, Cancelled, Drain
from bot.conversation.reply import Reply
from bot.errors import Malformed, TryLater, Unknown, Unreachable
from storage import deliveries, people
from storage.database import Database, Query, Reader, Transaction, table
from storage.deliveries import DueRow, Outbox
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person

LATER = timedelta(days=30)


class Kept(NamedTuple):
    """A row as it lies in the database."""

    address: str
    lane: int
    dedupe_key: str
    due_at: datetime
    attempts: int
    done_at: datetime | None
    outcome: str | None
    receipt: str | None
    body: bytes | None


_outbox = table(Outbox).c
_ALL = Query(select(*(_outbox[name] for name in Kept._fields)).order_by(_outbox.id), Kept)


class Wire:
    """A channel that writes down what it was given, unless it was told to refuse."""

    def __init__(self, clock: FakeClock, name: str = TELEGRAM, can: Abilities | None = None) -> None:
        self.name = name
        self.can = can or Abilities(rest=0)
        self.clock = clock
        self.sent: list[tuple[str, str]] = []
        self.replacing: list[str | None] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.news = asyncio.Event()
        self.refuses: Callable[[str, str], None] = lambda address, text: None
        self.gate: asyncio.Event | None = None
        self.breaks: Exception | None = None

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Take a message, or say no."""
        self.refuses(address, reply.text)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.sent.append((address, reply.text))
        self.replacing.append(replacing)
        self.news.set()
        try:
            await (self.gate.wait() if self.gate is not None else asyncio.sleep(0))
        finally:
            self.in_flight -= 1
        if self.breaks is not None:
            raise self.breaks
        return Receipt(f"m{len(self.sent)}")

    @property
    def texts(self) -> list[str]:
        """What was sent, without to whom."""
        return [text for _address, text in self.sent]


async def by_fields(db: Reader, row: DueRow) -> Reply | Cancelled:
    """Words for rows that carry none."""
    return Reply(text=row.fields["text"])


@pytest.fixture
def wire(clock: FakeClock) -> Wire:
    """A channel to look at."""
    return Wire(clock)


@pytest.fixture
def post(database: Database, clock: FakeClock) -> Callable[..., Any]:
    """Puts messages into the outbox."""
    count = 0

    async def put(
        address: str, *texts: str, lane: int = REPLY, channel: str = TELEGRAM, lives: timedelta = LATER
    ) -> None:
        async def write(db: Transaction) -> None:
            nonlocal count
            for text in texts:
                count += 1
                await deliveries.put(
                    db,
                    channel=channel,
                    address=address,
                    lane=lane,
                    dedupe_key=f"test:{count}",
                    kind="reply",
                    fields={"replacing": "77"},
                    body=Reply(text=text).packed(),
                    due_at=clock.now(),
                    expires_at=clock.now() + lives,
                )

        await database.write(write)

    return put


def drain_of(database: Database, wire: Wire, slots: list[datetime] | None = None) -> Drain:
    """A drain whose waiting moves the clock instead of the test."""

    async def sleep_until(moment: datetime) -> None:
        if slots is not None:
            slots.append(moment)
        if moment > wire.clock.now():
            wire.clock.passes(moment)

    return Drain(database, wire, by_fields, sleep_until=sleep_until, chance=lambda: 1.0)


async def kept(outside: Database) -> list[Kept]:
    """What stands in the outbox, by other eyes."""
    return await outside.read().all(_ALL)


async def outcomes(outside: Database) -> Counter[str | None]:
    """How many rows ended how."""
    return Counter(row.outcome for row in await kept(outside))


# ------------------------------------------------------------------------------------------ the plain way


async def test_what_is_put_is_sent_once_and_its_words_are_forgotten(database, outside, wire, post):
    await post("7", "您好")
    drain = drain_of(database, wire)
    assert await drain.empty() == 1
    assert await drain.empty() == 0
    assert wire.sent == [("7", "您好")]
    assert wire.replacing == ["77"]
    [row] = await kept(outside)
    assert (row.outcome, row.receipt, row.body, row.attempts) == ("sent", "m1", None, 1)
    assert row.done_at == wire.clock.now()


async def test_words_are_made_when_sent(database, outside, wire, clock):
    async def put(db: Transaction) -> None:
        await deliveries.put(
            db, channel=TELEGRAM, address="7", lane=STATUS, dedupe_key="n", kind="claim_status",
            fields={"text": "有变化"}, body=None, due_at=clock.now(), expires_at=clock.now() + LATER,
        )  # fmt: skip

    await database.write(put)
    await drain_of(database, wire).empty()
    assert wire.texts == ["有变化"]


async def test_what_no_longer_holds_is_cancelled(database, outside, wire, clock):
    async def put(db: Transaction) -> None:
        await deliveries.put(
            db, channel=TELEGRAM, address="7", lane=STATUS, dedupe_key="n", kind="claim_status",
            fields={}, body=None, due_at=clock.now(), expires_at=clock.now() + LATER,
        )  # fmt: skip

    async def no_longer(db: Reader, row: DueRow) -> Cancelled:
        return Cancelled("muted")

    await database.write(put)
    await Drain(database, wire, no_longer).empty()
    assert wire.sent == []
    assert await outcomes(outside) == {"cancelled": 1}


async def test_too_late_is_recorded_and_not_said(database, outside, wire, post, clock):
    await post("7", "验证码", lives=timedelta(minutes=10))
    clock.passes(timedelta(minutes=10))
    await drain_of(database, wire).empty()
    assert wire.sent == []
    assert await outcomes(outside) == {"expired": 1}


# ------------------------------------------------------------------------------------------ order


async def test_order_holds_within_address_and_lane_with_three_senders(database, outside, wire, post):
    for address in ("1", "2", "3"):
        for lane in (REPLY, STATUS):
            await post(address, *(f"{address}/{lane}/{n}" for n in range(8)), lane=lane)
    await asyncio.gather(*(drain_of(database, wire).empty() for _ in range(3)))
    await drain_of(database, wire).empty()
    assert len(wire.sent) == 48
    for address in ("1", "2", "3"):
        for lane in (REPLY, STATUS):
            mine = [text for text in wire.texts if text.startswith(f"{address}/{lane}/")]
            assert mine == [f"{address}/{lane}/{n}" for n in range(8)]
    assert await outcomes(outside) == {"sent": 48}


async def test_what_is_shown_does_not_overtake_what_was_done(database, engine, wire, clock):
    """Where replies go by the outbox (polling), a look right after an act is answered after it."""
    asks = Person(engine, address="7", clock=clock, rides=False)
    await asks.taps_token("room.look")  # a stranger's first word is an act
    await drain_of(database, wire).empty()
    assert not (await asks.taps_token("room.add")).answer.owed
    wire.gate = asyncio.Event()
    wire.news.clear()
    async with asyncio.TaskGroup() as sending:
        sending.create_task(drain_of(database, wire).empty())
        await wire.news.wait()
        assert not (await asks.taps_token("room.look")).answer.owed, "while the act's reply is being sent"
        assert not (await asks.repeats()).answer.owed
        await asks.taps_token("room.look")
        wire.gate.set()
    await drain_of(database, wire).empty()
    assert wire.texts[1:] == [seen.answer.reply.text for seen in (asks.seen[1], asks.seen[2], asks.seen[4])]
    assert (await asks.taps_token("room.look")).answer.owed, "nothing is on its way: the door says it at once"


async def test_a_reply_that_is_put_off_holds_up_no_look(database, engine, wire, clock):
    asks = Person(engine, address="7", clock=clock, rides=False)
    await asks.taps_token("room.add")

    def refuses(address: str, text: str) -> None:
        raise TryLater(60.0)

    wire.refuses = refuses
    await drain_of(database, wire).empty()
    assert (await asks.taps_token("room.look")).answer.owed


async def test_a_retry_holds_up_its_own_lane_only(database, wire, post, clock):
    broken = True

    def refuses(address: str, text: str) -> None:
        if text == "先" and broken:
            raise Unknown

    wire.refuses = refuses
    await post("7", "先", "后", lane=STATUS)
    await post("7", "答复")
    await post("8", "别人", lane=STATUS)
    drain = drain_of(database, wire)
    await drain.empty()
    assert sorted(wire.texts) == ["别人", "答复"]
    broken = False
    clock.passes(timedelta(seconds=2))
    await drain.empty()
    assert wire.texts[2:] == ["先", "后"]


async def test_a_reply_overtakes_two_thousand_others(database, wire, post, clock):
    await post("1", "一号", lane=BULK)

    async def many(db: Transaction) -> None:
        for number in range(2000):
            await deliveries.put(
                db, channel=TELEGRAM, address=str(number % 500), lane=BULK, dedupe_key=f"bulk:{number}", kind="digest",
                fields={"text": "群发"}, body=None, due_at=clock.now(), expires_at=clock.now() + LATER,
            )  # fmt: skip

    await database.write(many)
    wire.gate = asyncio.Event()  # nothing sent so far comes to an end
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        drain = drain_of(database, wire)
        tasks.create_task(drain.run(stop))
        while len(wire.sent) < outbox.UNASKED:
            wire.news.clear()
            await wire.news.wait()
        await post("1", "您问的")
        wire.news.clear()
        drain.wake.set()
        await wire.news.wait()
        assert wire.sent[-1] == ("1", "您问的")
        assert len(wire.sent) == outbox.UNASKED + 1
        stop.set()
        wire.gate.set()


async def test_an_address_rests_after_a_message(database, wire, post, clock):
    wire.can = Abilities(rest=1.0)
    await post("7", "甲", "乙")
    drain = drain_of(database, wire)
    await drain.empty()
    assert wire.texts == ["甲"]
    clock.passes(timedelta(seconds=1))
    await drain.empty()
    assert wire.texts == ["甲", "乙"]


# ------------------------------------------------------------------------------------------ crashes


async def test_killed_between_sending_and_marking_doubles_at_most_what_was_in_flight(
    database, outside, wire, post, clock
):
    for number in range(20):
        await post(str(number), f"第 {number} 条")
    wire.gate = asyncio.Event()  # the wire has taken them and never answers
    first = drain_of(database, wire)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(first.run(asyncio.Event()))
        while len(wire.sent) < IN_FLIGHT:
            wire.news.clear()
            await wire.news.wait()
        task.cancel()
    wire.gate = None
    second = drain_of(database, wire)
    await second.empty()
    assert len(set(wire.texts)) == 20, "the leased ones went out already, the others now"
    assert (await outcomes(outside))[None] == IN_FLIGHT
    clock.passes(outbox.LEASE)
    await second.empty()
    times = Counter(wire.texts)
    assert len(times) == 20
    assert sum(count - 1 for count in times.values()) == IN_FLIGHT
    assert max(times.values()) == 2
    assert await outcomes(outside) == {"sent": 20}
    assert wire.most_in_flight == IN_FLIGHT


async def test_a_sender_that_slept_too_long_cannot_mark(database, outside, wire, post, clock):
    await post("7", "慢")
    slow = Wire(clock)
    slow.gate = asyncio.Event()
    sleeper, healthy = drain_of(database, slow), drain_of(database, wire)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(sleeper.empty())
        await slow.news.wait()
        clock.passes(outbox.LEASE)  # as after SIGSTOP
        await healthy.empty()
        slow.gate.set()
    assert sleeper.tally == {"lost": 1}
    assert healthy.tally == {"sent": 1}
    [row] = await kept(outside)
    assert (row.outcome, row.attempts) == ("sent", 2)


async def test_a_sender_that_slept_too_long_cannot_give_back_what_another_holds(database, outside, post, clock):
    await post("7", "慢")
    slow, quick = Wire(clock), Wire(clock)
    slow.gate, quick.gate = asyncio.Event(), asyncio.Event()
    sleeper, healthy = drain_of(database, slow), drain_of(database, quick)
    async with asyncio.TaskGroup() as tasks:
        sleeping = tasks.create_task(sleeper.empty())
        await slow.news.wait()
        clock.passes(outbox.LEASE)
        tasks.create_task(healthy.empty())
        await quick.news.wait()
        slow.breaks = Unknown()
        slow.gate.set()
        await sleeping
        third = drain_of(database, Wire(clock))
        assert await third.empty() == 0, "it is still in the second one's hands"
        quick.gate.set()
    assert (sleeper.tally, healthy.tally) == ({"lost": 1}, {"sent": 1})


async def test_a_row_whose_time_to_begin_is_over_goes_back(database, outside, post, clock, wire):
    await post("7", "晚", lane=STATUS)

    async def overslept(moment: datetime) -> None:
        clock.passes(outbox.START + timedelta(seconds=1))

    drain = Drain(database, wire, by_fields, sleep_until=overslept)
    taken = await drain._take()
    await drain._carry(taken[0])
    assert wire.sent == []
    [row] = await kept(outside)
    assert (row.outcome, row.attempts) == (None, 0)
    await drain_of(database, wire).empty()
    assert wire.texts == ["晚"]


async def test_stopping_finishes_what_is_in_flight_and_frees_the_rest(database, outside, clock, wire, post):
    for number in range(4):
        await post(str(number), "群发", lane=BULK)
    wire.gate = asyncio.Event()
    stop, waiting = asyncio.Event(), asyncio.Event()

    async def sleep_until(moment: datetime) -> None:
        if moment > clock.now():  # all but the first have their time reserved a little later
            waiting.set()
            await stop.wait()
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Drain(database, wire, by_fields, sleep_until=sleep_until).run(stop))
        await wire.news.wait()
        await waiting.wait()
        stop.set()
        wire.gate.set()
    assert len(wire.sent) == 1
    assert sorted((row.outcome or "", row.attempts) for row in await kept(outside)) == [
        ("", 0), ("", 0), ("", 0), ("sent", 1),
    ]  # fmt: skip
    await drain_of(database, wire).empty()
    assert len(wire.sent) == 4, "what was freed can be taken at once"


async def test_news_are_sent_at_once(database, wire, post, monkeypatch):
    monkeypatch.setattr(outbox, "POLL", 3600.0)
    stop = asyncio.Event()
    drain = drain_of(database, wire)
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(drain.run(stop))
        await post("7", "一")
        drain.wake.set()
        await wire.news.wait()
        stop.set()
    assert wire.texts == ["一"]


async def test_a_database_that_is_away_for_a_moment_stops_nobody(database, wire, post, monkeypatch):
    monkeypatch.setattr(outbox, "POLL", 0.001)
    monkeypatch.setattr(deliveries, "lanes_due", _once_failing(deliveries.lanes_due))
    await post("7", "一")
    stop = asyncio.Event()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(drain_of(database, wire).run(stop))
        await wire.news.wait()
        stop.set()
    assert wire.texts == ["一"]


def _once_failing(real: Any) -> Any:
    failures = iter([OSError("gone")])

    async def call(*args: Any) -> Any:
        for failure in failures:
            raise failure
        return await real(*args)

    return call


# ------------------------------------------------------------------------------------------ what the wire says


async def test_blocked_is_the_end_for_the_whole_address(database, outside, post, clock):
    def refuses(address: str, text: str) -> None:
        raise Unreachable

    wire = Wire(clock)
    wire.refuses = refuses
    await database.write(lambda db: people.meet(db, TELEGRAM, "7", "zh_Hans", clock.now()))
    await post("7", "一", "二")
    await post("7", "三", lane=STATUS)
    await drain_of(database, wire).empty()
    rows = await kept(outside)
    assert {row.outcome for row in rows} <= {"dead", "cancelled"}
    assert all(row.done_at for row in rows)
    contact = await people.contact(outside.read(), TELEGRAM, "7")
    assert contact is not None
    assert not contact.reachable


async def test_what_the_wire_refuses_for_good_does_not_hold_up_the_lane(database, outside, wire, post):
    def refuses(address: str, text: str) -> None:
        if text == "坏":
            raise Malformed

    wire.refuses = refuses
    await post("7", "坏", "好")
    await drain_of(database, wire).empty()
    assert wire.texts == ["好"]
    assert await outcomes(outside) == {"dead": 1, "sent": 1}


@pytest.mark.parametrize("failure", [Unknown, TimeoutError, RuntimeError])
async def test_what_may_have_arrived_is_tried_eight_times_ever_later(database, outside, wire, post, clock, failure):
    def refuses(address: str, text: str) -> None:
        raise failure

    wire.refuses = refuses
    await post("7", "一", lives=timedelta(days=300))
    drain = drain_of(database, wire)
    waits = []
    for _ in range(outbox.TRIES):
        await drain.empty()
        [row] = await kept(outside)
        if row.done_at is None:
            waits.append((row.due_at - clock.now()).total_seconds())
            clock.passes(row.due_at)
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0]
    assert (row.outcome, row.attempts) == ("dead", 8)
    assert drain.tally == {"again": 7, "dead": 1}


async def test_patience_asked_for_one_address_concerns_only_it(database, outside, wire, post, clock):
    asked: list[str] = []

    def refuses(address: str, text: str) -> None:
        if address == "-100" and not asked:
            asked.append(text)
            raise TryLater(3, whole=False)

    wire.refuses = refuses
    await post("-100", "群里", "群里二")
    await post("8", "别人")
    drain = drain_of(database, wire)
    await drain.empty()
    assert wire.texts == ["别人"]
    clock.passes(timedelta(seconds=3))
    await drain.empty()
    assert wire.texts == ["别人", "群里", "群里二"]
    assert {row.attempts for row in await kept(outside)} == {1}


async def test_a_storm_of_429_stops_all_senders_and_loses_nothing(database, outside, post, clock):
    wire = Wire(clock)
    storm = {"until": clock.now(), "after": 0, "refused": 0}

    def refuses(address: str, text: str) -> None:
        if len(wire.sent) in (10, 60) and storm["after"] != len(wire.sent):
            storm["after"] = len(wire.sent)
            storm["until"] = clock.now() + timedelta(seconds=30)
        if clock.now() < storm["until"]:
            storm["refused"] += 1
            raise TryLater((storm["until"] - clock.now()).total_seconds())

    wire.refuses = refuses
    for number in range(120):
        await post(str(number), f"第 {number} 条", lane=STATUS)
    drains = [drain_of(database, wire) for _ in range(3)]
    for _ in range(40):
        await asyncio.gather(*(drain.empty() for drain in drains))
        if len(wire.sent) == 120:
            break
        clock.passes(timedelta(seconds=5))
    assert Counter(wire.texts).most_common(1)[0][1] == 1, "none twice"
    assert len(wire.sent) == 120
    rows = await kept(outside)
    assert {(row.outcome, row.attempts) for row in rows} == {("sent", 1)}
    assert storm["refused"] <= 2 * (1 + 2), "one refusal starts a pause; the two other senders may meet it once each"


async def test_a_pause_is_known_to_senders_that_were_never_refused(database, wire, post, clock):
    def refuses(address: str, text: str) -> None:
        raise TryLater(30)

    refused = Wire(clock)
    refused.refuses = refuses
    await post("1", "一")
    await drain_of(database, refused).empty()
    await post("2", "二")
    other = drain_of(database, wire)
    clock.passes(timedelta(seconds=29))
    assert await other.empty() == 0
    clock.passes(timedelta(seconds=1))
    await other.empty()
    assert wire.texts == ["二"]


async def test_one_message_that_is_always_refused_does_not_starve_the_others(database, wire, post, clock):
    def refuses(address: str, text: str) -> None:
        if text == "毒":
            raise TryLater(5)

    wire.refuses = refuses
    await post("1", "毒")
    for number in range(2, 6):
        await post(str(number), "好")
    drain = drain_of(database, wire)
    for _ in range(4):
        await drain.empty()
        clock.passes(timedelta(seconds=5))
    assert wire.texts == ["好"] * 4


async def test_three_senders_together_keep_the_accounts_pace(database, wire, post, clock):
    async def many(db: Transaction) -> None:
        for number in range(200):
            await deliveries.put(
                db, channel=TELEGRAM, address=str(number), lane=BULK, dedupe_key=f"bulk:{number}", kind="digest",
                fields={"text": "群发"}, body=None, due_at=clock.now(), expires_at=clock.now() + LATER,
            )  # fmt: skip

    await database.write(many)
    slots: list[datetime] = []
    drains = [drain_of(database, wire, slots) for _ in range(3)]
    while len(wire.sent) < 200:
        await asyncio.gather(*(drain.empty() for drain in drains))
        clock.passes(timedelta(milliseconds=100))
    slots.sort()
    second = timedelta(seconds=1)
    worst = max(sum(start <= slot < start + second for slot in slots) for start in slots)
    assert len(slots) == 200
    assert worst <= 26
    assert slots[-1] - slots[0] < timedelta(seconds=12), "and they do not dawdle"


async def test_of_a_slow_account_no_time_is_reserved_further_ahead(database, wire, post, clock):
    wire.can = Abilities(rest=0, per_second=0.5)
    for number in range(3):
        await post(str(number), "群发", lane=BULK)
    slots: list[datetime] = []
    drain, began = drain_of(database, wire, slots), clock.now()
    for _second in range(3):
        assert await drain.empty() == 1, "and no other row is held while this one waits"
        clock.passes(outbox.AHEAD)
    assert [slot - began for slot in slots] == [timedelta(seconds=2 * place) for place in range(3)]


# ------------------------------------------------------------------------------------------ our own history


async def test_a_push_is_in_the_history_exactly_once_while_the_person_speaks(
    engine: Engine, database, outside, clock, post, visitor: Person
):
    await visitor.says("你好")
    bell = Wire(clock, WEBCHAT, Abilities(remembers=False))
    await post(visitor.address, *(f"推送 {n}" for n in range(10)), lane=STATUS, channel=WEBCHAT)
    drains = [drain_of(database, bell) for _ in range(3)]

    async def speaks() -> None:
        for number in range(5):
            await visitor.says(f"我说 {number}")

    await asyncio.gather(speaks(), *(drain.empty() for drain in drains))
    await drains[0].empty()
    history = await engine.history(WEBCHAT, visitor.address, limit=100)
    assert [line.seq for line in history] == list(range(1, len(history) + 1))
    pushed = [line.reply.text for line in history if line.reply.text.startswith("推送")]
    assert pushed == [f"推送 {n}" for n in range(10)]
    assert len(history) == 2 + 10 + 2 * 5
    assert len(bell.sent) == 10, "each one rings"


async def test_a_line_and_its_mark_are_written_both_or_neither(
    engine: Engine, database, outside, clock, post, visitor, monkeypatch
):
    await visitor.says("你好")
    bell = Wire(clock, WEBCHAT, Abilities(remembers=False))
    await post(visitor.address, "推送", lane=STATUS, channel=WEBCHAT)
    real = people.count_messages

    async def dies(*args: Any) -> None:
        raise OSError("killed before the commit")

    monkeypatch.setattr(people, "count_messages", dies)
    await drain_of(database, bell).empty()
    assert len(await engine.history(WEBCHAT, visitor.address)) == 2
    assert bell.sent == []
    monkeypatch.setattr(people, "count_messages", real)
    clock.passes(outbox.LEASE)
    await drain_of(database, bell).empty()
    assert [line.reply.text for line in await engine.history(WEBCHAT, visitor.address)][2:] == ["推送"]
    assert await outcomes(outside) == {"sent": 1}


async def test_a_bell_that_fails_costs_nothing(engine, database, outside, clock, post, visitor):
    def refuses(address: str, text: str) -> None:
        raise RuntimeError

    await visitor.says("你好")
    bell = Wire(clock, WEBCHAT, Abilities(remembers=False))
    bell.refuses = refuses
    await post(visitor.address, "推送", channel=WEBCHAT)
    await post("nobody", "推送", channel=WEBCHAT)
    await drain_of(database, bell).empty()
    assert len(await engine.history(WEBCHAT, visitor.address)) == 3
    assert await outcomes(outside) == {"sent": 1, "dead": 1}
