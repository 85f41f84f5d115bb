"""The worker: planned moments are done once, by whoever comes first, and nothing that was missed is forgotten."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import func, select

from bot import work
from bot.conversation import outbox
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.outbox import Drain
from bot.conversation.reply import Reply
from bot.errors import TryLater
from bot.notices import rules
from bot.notices.actions import RecordDate
from bot.notices.dialogue import renderer
from bot.work import Job, Worker, due_slot, jobs, may_show, run_due
from storage import deliveries, retention
from storage.conversations import Event
from storage.database import Database, Query, Transaction, table
from storage.deliveries import Broadcast, Outbox, ScheduleRun
from storage.terms import Outcome
from tests.offers.market import Market
from tests.person import TELEGRAM, WEBCHAT, FakeClock, owed

BEIJING = ZoneInfo("Asia/Shanghai")


class Number(NamedTuple):
    """A count."""

    number: int


def rows(model: type) -> Query[Number]:
    """How many rows a table has."""
    return Query(select(func.count()).select_from(table(model)), Number)


async def count(outside: Database, model: type) -> int:
    """How many rows a table has, by other eyes."""
    row = await outside.read().one(rows(model))
    assert row is not None
    return row.number


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MINUTELY = CronTrigger(second=0, timezone="UTC")


# ------------------------------------------------------------------------------------------ slots


@pytest.mark.parametrize(
    ("last", "now", "slot"),
    [
        ("2026-11-22T10:00:00", "2026-11-22T10:00:59", None),
        ("2026-11-22T10:00:00", "2026-11-22T10:01:00", "2026-11-22T10:01:00"),
        ("2026-11-22T10:00:30", "2026-11-22T10:05:10", "2026-11-22T10:05:00"),
    ],
)
def test_missed_moments_fold_into_the_newest(last, now, slot):
    assert due_slot(MINUTELY, at(last), at(now)) == (slot and at(slot))


def test_nine_o_clock_comes_once_a_day_in_every_zone_through_every_change_of_summer_time():
    for job in jobs([]):
        if not job.name.startswith("digest:"):
            continue
        zone = ZoneInfo(job.name.removeprefix("digest:"))
        slot = at("2026-02-28T12:00:00")
        days = []
        while slot < at("2027-04-10T00:00:00"):
            found = due_slot(job.trigger, slot, slot + timedelta(hours=25, minutes=30))
            assert found is not None
            assert found.astimezone(zone).time() == rules.DIGEST_AT
            days.append(found.astimezone(zone).date())
            slot = found
        assert {(after - before).days for before, after in itertools.pairwise(days)} == {1}
        assert len(days) > 400
        assert len(job.name) <= 40


async def test_two_clocks_do_each_moment_once_and_neither_misses_one(database, outside, clock):
    done: list[datetime] = []

    async def begin(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        name = f"test:{slot.isoformat()}"
        assert await deliveries.begin_broadcast(db, name, "digest", {}, expires_at=now)
        db.after_commit(lambda: done.append(slot))

    job = Job("test", MINUTELY, begin=begin)
    assert not await run_due(database, job, "one", clock.now()), "the first start only says where to begin"
    start = clock.now()
    for _ in range(12):
        clock.passes(timedelta(minutes=1))
        await asyncio.gather(
            run_due(database, job, "one", clock.now()),
            run_due(outside, job, "two", clock.now()),
            run_due(database, job, "one", clock.now()),
        )
    assert sorted(done) == [start + timedelta(minutes=n) for n in range(1, 13)]
    assert await count(outside, Broadcast) == 12
    assert await count(outside, ScheduleRun) == 13


async def test_work_that_fails_leaves_its_moment_free(database, outside, clock):
    fails = True
    stretches: list[tuple[datetime, datetime]] = []

    async def begin(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        stretches.append((since, slot))
        if fails:
            raise OSError("killed before the commit")

    job = Job("test", MINUTELY, begin=begin)
    await run_due(database, job, "one", clock.now())
    start = clock.now()
    clock.passes(timedelta(minutes=3))
    with pytest.raises(OSError, match="killed"):
        await run_due(database, job, "one", clock.now())
    assert await count(outside, ScheduleRun) == 1
    fails = False
    clock.passes(timedelta(minutes=1))
    assert await run_due(database, job, "one", clock.now())
    assert stretches[-1] == (start, start + timedelta(minutes=4)), "nothing between is left out"


async def test_after_months_of_silence_one_slot_makes_up_for_the_whole_stretch(database, clock):
    stretches: list[tuple[datetime, datetime]] = []

    async def begin(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        stretches.append((since, slot))

    job = Job("test", MINUTELY, begin=begin)
    await run_due(database, job, "one", clock.now())
    start = clock.now()
    clock.passes(timedelta(days=90))
    await run_due(database, job, "one", clock.now())
    assert stretches == [(start, start + timedelta(days=90))]


async def test_chunks_go_on_until_nothing_is_left(database, clock):
    left = [3, 2, 1, 0]

    async def chunk(db: Transaction, now: datetime) -> int:
        return left.pop(0)

    job = Job("test", MINUTELY, chunk=chunk)
    await run_due(database, job, "one", clock.now())
    clock.passes(timedelta(minutes=1))
    await run_due(database, job, "one", clock.now())
    assert left == []


# ------------------------------------------------------------------------------------------ the worker's day


class Wire:
    """Keeps what was sent."""

    def __init__(self, name: str = TELEGRAM, can: Abilities | None = None) -> None:
        self.name = name
        self.can = can or Abilities(rest=0, per_second=10_000)
        self.sent: list[Reply] = []
        self.news = asyncio.Event()

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Keep it."""
        self.sent.append(reply)
        self.news.set()
        return Receipt("1")


@pytest.fixture
def market(database: Database, outside: Database, clock: FakeClock) -> Market:
    """Claims and offers."""
    return Market(database, outside, clock)


@pytest.fixture
def wire() -> Wire:
    """Telegram, as far as this test goes."""
    return Wire()


@pytest.fixture
def make_worker(database: Database, wire: Wire) -> Callable[..., Worker]:
    """Makes workers; tests drive them by hand or let them run."""

    def make(*record_dates: RecordDate, hint: asyncio.Event | None = None) -> Worker:
        chat = Wire(WEBCHAT, Abilities(remembers=False))
        return Worker(database, [wire, chat], renderer(may_show), jobs(record_dates), hint=hint)

    return make


async def step(worker: Worker) -> None:
    """What a worker does in a minute."""
    await worker.keep_time()
    await worker.plan()
    for drain in worker.drains:
        await drain.empty()


async def test_a_day_with_an_offer_that_nobody_answers(make_worker, market, person, clock, wire, database):
    creditor = await person.linked_as("someone@example.com")
    await market.gate("HK")
    worker = make_worker()
    await worker.keep_time()
    clock.passes(timedelta(minutes=1))
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    ends = (await market.offer(number)).expires_at
    while clock.now() < ends + timedelta(hours=1):
        clock.passes(timedelta(hours=1))
        await step(worker)
    kinds = [reply.notice for reply in wire.sent if reply.notice.startswith("offer")]
    assert kinds == ["offer_new", "offer_expiring", "offer_closed"]
    assert "已过期" in next(reply for reply in wire.sent if reply.notice == "offer_closed").text
    digests = await owed(database, kind="digest")
    assert [row.due_at.astimezone(BEIJING).isoformat() for row in digests] == ["2026-11-23T09:01:00+08:00"]
    assert [row.outcome for row in digests] == ["sent"]
    for row in await owed(database):
        assert not rules.is_quiet(row.due_at, "Asia/Shanghai")


async def test_two_workers_share_a_day_without_telling_anything_twice(make_worker, market, person, clock, wire):
    creditor = await person.linked_as("someone@example.com")
    await market.gate("HK")
    workers = [make_worker(), make_worker()]
    await asyncio.gather(*(worker.keep_time() for worker in workers))
    clock.passes(timedelta(minutes=1))
    await market.sale(await market.claim(creditor))
    for _ in range(8):
        clock.passes(timedelta(hours=3))
        await asyncio.gather(*(step(worker) for worker in workers))
    assert sorted(reply.notice for reply in wire.sent) == ["claim_status", "claim_status", "digest", "offer_new"]


async def test_a_record_date_is_told_a_week_and_a_day_before(make_worker, market, person, clock, wire):
    creditor = await person.linked_as("someone@example.com")
    await market.claim(creditor, status="submitted")
    record = RecordDate(datetime(2026, 12, 1, tzinfo=UTC).date(), "示例", datetime(2026, 11, 1, tzinfo=UTC).date())
    worker = make_worker(record)
    await worker.keep_time()
    days = []
    for _ in range(12):
        clock.passes(timedelta(days=1))
        before = len(wire.sent)
        await step(worker)
        if any(reply.notice == "record_date" for reply in wire.sent[before:]):
            days.append(clock.now().date().isoformat())
    assert days == ["2026-11-24", "2026-11-30"]


async def test_it_runs_is_woken_and_stops(make_worker, market, person, engine, clock, wire, outside, monkeypatch):
    monkeypatch.setattr(outbox, "POLL", 3600.0)
    monkeypatch.setattr(work, "POLL", 3600.0)
    creditor = await person.linked_as("someone@example.com")
    stop = asyncio.Event()
    worker = make_worker(hint=engine.hint)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(worker.run(stop))
        await market.claim(creditor, status="submitted")
        engine.hint.set()
        await wire.news.wait()
        assert await deliveries.held(outside.read(), work.WORK, clock.now())
        stop.set()
        await running
    assert [reply.notice for reply in wire.sent] == ["claim_status"]
    assert [row.outcome for row in await owed(outside)] == ["sent"]


async def test_a_job_that_fails_does_not_stop_the_others(database, clock, wire):
    done = []

    async def fails(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        raise RuntimeError

    async def works(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        done.append(slot)

    both = [Job("bad", MINUTELY, begin=fails), Job("good", MINUTELY, begin=works)]
    worker = Worker(database, [wire], renderer(may_show), both)
    await worker.keep_time()
    clock.passes(timedelta(minutes=1))
    await worker.keep_time()
    assert len(done) == 1


# ------------------------------------------------------------------------------------------ leases


async def test_a_lease_is_held_by_one_and_taken_over_when_it_ends(database, outside, clock):
    async def hold(where: Database, owner: str) -> bool:
        now = clock.now()
        return await where.write(lambda db: deliveries.hold(db, "poll:x", owner, now, now + work.LEASE))

    assert sorted(await asyncio.gather(hold(database, "a"), hold(outside, "b"))) == [False, True]
    first = "a" if await hold(database, "a") else "b"
    other = "b" if first == "a" else "a"
    clock.passes(work.LEASE)
    assert not await hold(database, other)
    clock.passes(timedelta(seconds=1))
    assert await hold(database, other)
    assert not await hold(database, first)
    assert await deliveries.held(outside.read(), "poll:x", clock.now())
    clock.passes(timedelta(minutes=1))
    assert not await deliveries.held(outside.read(), "poll:x", clock.now())


# ------------------------------------------------------------------------------------------ mail that does not go out


class NoServer:
    """A mail server that is away."""

    name = "mail"
    can = Abilities(buttons=False)

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Away."""
        raise TryLater(15)


async def test_who_waits_for_a_code_is_told_once_that_it_is_late_and_once_that_it_will_not_come(
    database, outside, clock, person
):
    await person.commands("link")
    await person.says("someone@example.com")
    drain = Drain(database, NoServer(), renderer(may_show), unsent=work.tell_of_mail)
    for _ in range(3):
        await drain.empty()
        clock.passes(timedelta(minutes=1))
    assert ["暂时连不上" in row.reply.text for row in await owed(outside, kind="security")] == [True]
    clock.passes(timedelta(minutes=10))
    await drain.empty()
    late, never = await owed(outside, kind="security")
    assert "暂时连不上" in late.reply.text
    assert "没有发送成功" in never.reply.text


# ------------------------------------------------------------------------------------------ ending, and dying


async def test_a_worker_that_ends_lets_its_leases_go(database, outside, clock):
    now = clock.now()
    for name, owner in (("work", "me"), ("poll:telegram:42", "me"), ("poll:telegram:43", "another")):
        await database.write(lambda db, name=name, owner=owner: deliveries.hold(db, name, owner, now, now + work.LEASE))
    await database.write(lambda db: deliveries.let_go(db, "me"))
    held = [await deliveries.held(outside.read(), f"poll:telegram:{bot}", now) for bot in (42, 43)]
    assert held == [False, True]


async def test_what_a_dead_process_held_is_free_at_once(database, outside, clock, person):
    now = clock.now()
    person.rides = False
    await person.says("你好")
    until = now + outbox.LEASE
    (row,) = await database.write(
        lambda db: deliveries.take(db, TELEGRAM, deliveries.REPLY, token="dead", now=now, until=until, most=9)
    )
    assert await database.write(lambda db: deliveries.hold(db, work.WORK, "dead", now, until))
    await database.write(deliveries.bury)
    assert not await deliveries.held(outside.read(), work.WORK, now)
    (again,) = await database.write(
        lambda db: deliveries.take(db, TELEGRAM, deliveries.REPLY, token="alive", now=now, until=until, most=9)
    )
    assert again.id == row.id
    assert not await database.write(lambda db: deliveries.end(db, row, "dead", Outcome.SENT, now)), "it was not dead"


# ------------------------------------------------------------------------------------------ purge


async def test_what_has_had_its_time_goes_and_what_is_not_done_stays(database, outside, clock, person):
    async def fill(db: Transaction) -> None:
        for number in range(7):
            await deliveries.put(
                db, channel=TELEGRAM, address="1", lane=9, dedupe_key=f"k{number}", kind="digest", fields={}, body=None,
                due_at=clock.now(), expires_at=clock.now() + timedelta(days=365),
            )  # fmt: skip
        taken = await deliveries.take(
            db, TELEGRAM, 9, token="t", now=clock.now(), until=clock.now() + timedelta(minutes=1), most=1
        )
        await deliveries.end(db, taken[0], "t", Outcome.SENT, clock.now())
        for day in range(3):
            await deliveries.take_slot(db, "job", clock.now() + timedelta(days=day), "me", clock.now())

    await person.says("你好")
    await database.write(fill)
    clock.passes(timedelta(days=60))
    while await database.write(lambda db: retention.purge(db, clock.now(), 2)):
        pass
    assert await count(outside, Event) == 0
    assert await count(outside, Outbox) == 6, "the undone ones stay, however old"
    assert await count(outside, ScheduleRun) == 1, "the newest slot says where the job goes on"


async def test_an_event_is_remembered_for_as_long_as_a_wire_may_repeat_it(database, outside, clock, person):
    await person.says("你好")
    clock.passes(retention.EVENTS)
    assert await database.write(lambda db: retention.purge(db, clock.now())) == 0
    assert await count(outside, Event) == 1
