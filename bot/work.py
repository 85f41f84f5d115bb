"""The worker: what goes on while nobody speaks. Sends what is due, plans notices, keeps the clock, polls.

It runs in a process of its own or in one with the web; any number may run on PostgreSQL. Nothing
here is remembered in memory alone: a lease, a mark, a cursor or a slot in the database decides what
is due and whose it is, and APScheduler only wakes.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from apscheduler.triggers.cron import CronTrigger

from bot import clock, i18n, market
from bot.case import known
from bot.comparison.dialogue import renderer as drawn
from bot.conversation.channel import Channel
from bot.conversation.engine import Engine
from bot.conversation.outbox import TRIES, Drain, Render
from bot.conversation.turn import Person
from bot.errors import Refusal
from bot.notices import actions as notices
from bot.notices.dialogue import renderer
from bot.notices.rules import DIGEST_AT, ZONES
from bot.offers import actions as offers
from bot.offers import dialogue as offers_said
from bot.papers.easel import Easel
from bot.payouts import dialogue as payouts
from bot.settings import Settings
from bot.settlement import actions as settlement_actions
from bot.settlement import dialogue as settlement
from bot.support import desk as support
from bot.welcome import actions as welcome_actions
from bot.welcome import dialogue as welcome
from storage import audience, deliveries, people, retention
from storage.database import Database, Reader, Transaction
from storage.deliveries import DueRow
from storage.terms import NoticeKind

log = logging.getLogger("bot.work")

#: how often planning looks without having been told, in seconds: other processes cannot tell us
POLL = 1.0
#: a lease, and how often its holder renews it: another worker takes over within LEASE
LEASE = timedelta(seconds=20)
RENEW = 5.0
#: stretches before now in which a job's newest planned moment is looked for
NEAR = (timedelta(minutes=2), timedelta(hours=2), timedelta(days=2), timedelta(days=3660))
#: how long it is worth saying that a mail did not go out
MAIL_WORD_LIVES = timedelta(hours=1)
#: what the web processes ask for: does anybody deliver?
WORK = "work"


class House(Protocol):
    """What a worker needs of the house."""

    @property
    def settings(self) -> Settings: ...
    @property
    def database(self) -> Database: ...
    @property
    def engine(self) -> Engine: ...
    @property
    def channels(self) -> Mapping[str, Channel]: ...
    @property
    def telegram(self) -> Any: ...  # its type would import aiogram, also where no bot is configured


# ------------------------------------------------------------------------------------------ jobs


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done at planned moments, each of them once, whichever worker comes first.

    begin  runs in the transaction that takes the slot: (db, the slot before, this slot, now)
    chunk  runs after it in transactions of its own until it answers 0; MUST be harmless to run again
    aside  runs last, outside of any transaction: what takes time (papers are drawn). The same MUST
    """

    name: str
    trigger: CronTrigger
    begin: Callable[[Transaction, datetime, datetime, datetime], Awaitable[None]] | None = None
    chunk: Callable[[Transaction, datetime], Awaitable[int]] | None = None
    aside: Callable[[Database, datetime], Awaitable[None]] | None = None


def due_slot(trigger: CronTrigger, last: datetime, now: datetime) -> datetime | None:
    """The newest planned moment after `last` and not after `now`; missed ones fold into it."""
    # Near now first: after a long silence a job of every minute would be walked through minute by minute.
    for near in NEAR:
        since = max(last, now - near)
        slot, moment = None, trigger.get_next_fire_time(since, since)
        while moment is not None and moment <= now:
            slot, moment = moment, trigger.get_next_fire_time(moment, moment)
        if slot is not None or since == last:
            return slot
    return None


def jobs(record_dates: Sequence[notices.RecordDate]) -> list[Job]:
    """Everything the clock does."""

    async def remind_of_expiry(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        await notices.remind_of_expiry(db, since, slot)

    async def remind_of_record_dates(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        await notices.remind_of_record_dates(db, record_dates, now)

    return [
        Job("expire_offers", _every(minute="*"), chunk=offers.expire_due),
        Job("tickets", _every(minute="*"), chunk=support.tick),
        Job("settlements", _every(minute="*"), chunk=settlement_actions.settle_due, aside=settlement.draw_due),
        Job("payouts", _every(minute="*"), chunk=payouts.settle_due),
        Job("erasures", _every(minute="*/5"), chunk=welcome_actions.erase_due, aside=welcome_actions.scrub_due),
        Job("offers_expiring", _every(minute="*"), begin=remind_of_expiry),
        Job("record_dates", _every(hour="1"), begin=remind_of_record_dates),
        *(_digest(zone) for zone in ZONES),
        Job("purge", _every(minute="17"), chunk=retention.purge),
    ]


def _every(timezone: str = "UTC", **when: str) -> CronTrigger:
    return CronTrigger(**({"minute": "0", "second": "0"} | when), timezone=timezone)


def _digest(zone: str) -> Job:
    async def begin(db: Transaction, since: datetime, slot: datetime, now: datetime) -> None:
        await notices.digest(db, zone, since, slot)

    return Job(f"digest:{zone}", _every(zone, hour=str(DIGEST_AT.hour)), begin=begin)


async def run_due(database: Database, job: Job, owner: str, now: datetime) -> bool:
    """Do a job if a moment of it is due and nobody has done it. Whether it was ours.

    MUST take the slot in the transaction that does (or begins) the work: a crash before its commit
    leaves neither, and the next tick finds the slot free.
    """
    last = await deliveries.last_slot(database.read(), job.name)
    if last is not None and due_slot(job.trigger, last, now) is None:
        return False
    if not await database.write(lambda db: _take(db, job, owner, now)):
        return False
    if job.chunk is not None:
        chunk = job.chunk
        while await database.write(lambda db: _count(chunk, db, now)):
            pass
    if job.aside is not None:
        await job.aside(database, now)
    return True


async def _take(db: Transaction, job: Job, owner: str, now: datetime) -> bool:
    last = await deliveries.last_slot(db, job.name)
    if last is None:
        # The first start ever: what lies before it is nobody's, and the next slot is the first.
        await deliveries.take_slot(db, job.name, now.replace(microsecond=0), owner, now)
        return False
    slot = due_slot(job.trigger, last, now)
    if slot is None or not await deliveries.take_slot(db, job.name, slot, owner, now):
        return False
    if job.begin is not None:
        await job.begin(db, last, slot, now)
    return True


async def _count(chunk: Callable[[Transaction, datetime], Awaitable[int]], db: Transaction, now: datetime) -> int:
    return await chunk(db, now)


# ------------------------------------------------------------------------------------------ the gate, for notices


async def may_show(db: Reader, channel: str, creditor_id: int, number: str) -> bool:
    """Whether a creditor may be shown an offer on a channel: what he would meet if he opened it there now.

    Without a number, whether the channel's own rules let anything about offers be said there at all.

    MUST NOT let any word of an offer, not even of an accepted one, onto a channel whose rules shut them out.
    """
    reader, now = Person(0, channel, "", creditor_id, "", True, "", frozenset(), None), clock.now()
    if not (await offers.channel_verdict(db, reader, now)).shown:
        return False
    if not number:
        return True
    try:
        await offers.read(db, reader, number, now)
    except Refusal:
        return False
    return True


def record_dates() -> list[notices.RecordDate]:
    """The record dates the operator's facts hold, with who says so."""
    return [
        notices.RecordDate(one.record_date, "；".join(source.name for source in one.sources), one.as_of)
        for one in known.distributions()
        if one.record_date is not None and one.customers
    ]


async def tell_of_mail(db: Transaction, row: DueRow, final: bool) -> None:
    """Tell whoever waits for a mailed code that it did not go out: once when it is late, once when it never will."""
    if row.kind != "code":
        return
    contact = await people.contact_of_id(db, row.fields["contact"])
    if contact is None:
        return
    with i18n.speaking(contact.locale):
        failed = offers_said.mail_failed(row.fields["offer"]) if "offer" in row.fields else welcome.mail_failed()
        reply = failed if final else welcome.mail_delayed()
    now = clock.now()
    await deliveries.put(
        db,
        channel=contact.channel,
        address=contact.address,
        lane=deliveries.URGENT,
        dedupe_key=f"mail:{row.id}:{'failed' if final else 'delayed'}",
        kind=NoticeKind.SECURITY,
        fields={"contact": contact.id},
        body=reply.packed(),
        due_at=now,
        expires_at=now + MAIL_WORD_LIVES,
    )


# ------------------------------------------------------------------------------------------ the worker


async def tell_of_unsent(db: Transaction, row: DueRow, final: bool) -> None:
    """Tell whoever has to know that a message did not go out: who waits for a code, and the desk of its answers."""
    await tell_of_mail(db, row, final)
    line = row.fields.get("line")
    if not final or row.kind != NoticeKind.TICKET or line is None:
        return
    now = clock.now()
    contact = await people.contact(db, row.channel, row.address)
    if contact is None or not contact.reachable:
        why = "blocked"
    elif row.expires_at <= now:
        why = "expired"
    else:
        why = "given_up" if row.attempts >= TRIES else "refused"
    await support.undelivered(db, line, why, now)


async def note_delivery(db: Transaction, row: DueRow, receipt: str) -> None:
    """Note by which id of the wire an agent's words stand at their reader, so that they can be edited and answered."""
    line = row.fields.get("line")
    if row.kind != NoticeKind.TICKET or line is None or "file" in row.fields:
        return
    contact = await people.contact(db, row.channel, row.address)
    if contact is not None:
        await support.delivered(db, line, contact.id, receipt)


class Worker:
    """One worker's tasks over one database."""

    def __init__(
        self,
        database: Database,
        channels: Iterable[Channel],
        render: Render,
        jobs: Sequence[Job],
        *,
        hint: asyncio.Event | None = None,
        tells: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        channels = list(channels)
        self._tells = tells  # the desk's group of what is new in tickets
        self.drains = [
            Drain(database, channel, render, unsent=tell_of_unsent, delivered=note_delivery) for channel in channels
        ]
        self._silent = {channel.name for channel in channels if not channel.can.rings}
        self.owner = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._jobs = jobs
        self._next: dict[str, datetime] = {}
        self._hint = hint if hint is not None else asyncio.Event()
        self._plan = asyncio.Event()
        self._tick = asyncio.Event()
        self._tick.set()  # what was missed while nobody ran is done at once

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is in hand."""
        scheduler = self._scheduler()
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                for drain in self.drains:
                    tasks.create_task(drain.run(stop))
                tasks.create_task(self._plans(stop))
                tasks.create_task(self._keeps_time(stop))
                background = [tasks.create_task(self._passes_on()), tasks.create_task(self._shows_life())]
                await stop.wait()
                for task in background:
                    task.cancel()
                self._plan.set()
                self._tick.set()
        finally:
            scheduler.shutdown(wait=False)

    def _scheduler(self) -> Any:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # asks the system for its time zone: not at import

        # Memory only, in UTC, and no limit of lateness: the default of one second silently skips.
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(self._wakes, _every(minute="*"), coalesce=True, max_instances=1, misfire_grace_time=None)
        return scheduler

    async def _wakes(self) -> None:
        self._tick.set()

    async def _passes_on(self) -> None:
        """One hint wakes all: whoever clears it first would take it from the others."""
        while True:
            await self._hint.wait()
            self._hint.clear()
            self._wake()

    def _wake(self) -> None:
        self._plan.set()
        for drain in self.drains:
            drain.wake.set()

    async def _shows_life(self) -> None:
        """Keep the lease by which the web processes see that somebody delivers. One worker holds it."""
        while True:
            now = clock.now()
            with _logged("lease"):
                await self._database.write(
                    partial(deliveries.hold, name=WORK, owner=self.owner, now=now, until=now + LEASE)
                )
            await asyncio.sleep(RENEW)

    async def _plans(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._plan.clear()
            with _logged("notices"):
                if await self.plan():
                    self._wake_drains()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._plan.wait()

    def _wake_drains(self) -> None:
        for drain in self.drains:
            drain.wake.set()

    async def plan(self) -> int:
        """Turn what is new into rows of the outbox, until nothing is; how many steps that took."""
        steps, db = 0, self._database.read()
        while await audience.any_news(db):
            if not await self._database.write(lambda tx: notices.plan(tx, clock.now(), self._silent)):
                break
            steps += 1
        while await deliveries.any_broadcast(db):
            if not await self._database.write(lambda tx: notices.broadcast(tx, clock.now())):
                break
            steps += 1
        if self._tells is not None:
            steps += await self._tells()
        return steps

    async def _keeps_time(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._tick.clear()
            await self.keep_time(stop)
            await self._tick.wait()

    async def keep_time(self, stop: asyncio.Event | None = None) -> None:
        """Do every job that is due now. A job that fails is tried again at the next tick; the others go on."""
        done = False
        for job in self._jobs:
            if stop is not None and stop.is_set():
                return
            now = clock.now()
            if now < self._next.get(job.name, now):
                continue
            with _logged(job.name):
                done |= await run_due(self._database, job, self.owner, now)
                # Asked again at its next planned moment; a failure asks again at the next tick.
                self._next[job.name] = job.trigger.get_next_fire_time(now, now) or now
        if done:
            self._plan.set()


@contextlib.contextmanager
def _logged(what: str) -> Any:
    """Log a failure by its class and go on: what failed left nothing, and is due again."""
    try:
        yield
    except Exception as failure:
        log.error("%s failed: %s", what, type(failure).__name__)
        log.debug("%s failed", what, exc_info=failure)


async def work(house: House, stop: asyncio.Event) -> None:
    """Everything a worker does, until `stop` is set."""
    easel = Easel()
    desk = house.telegram.desk if house.telegram is not None else None
    said = drawn(renderer(may_show), easel, market.quotes)
    worker = Worker(
        house.database,
        house.channels.values(),
        said if desk is None else desk.renderer(said),
        jobs(record_dates()),
        hint=house.engine.hint,
        tells=desk.plan if desk is not None else None,
    )
    if house.settings.embedded:
        # Whoever came before is dead: the lock on the file says so. A kill would else keep Telegram
        # waiting until the leases run out.
        await house.database.write(deliveries.bury)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(worker.run(stop))
            if house.telegram is not None and house.settings.telegram_webhook_secret is None:
                tasks.create_task(_poll(house.database, house.engine, house.telegram, worker.owner, stop))
    finally:
        await easel.close()
        with _logged("leases"):
            await house.database.write(lambda db: deliveries.let_go(db, worker.owner))


async def _poll(database: Database, engine: Engine, telegram: Any, owner: str, stop: asyncio.Event) -> None:
    """Poll Telegram while this worker holds the lease for it: one poller for each bot."""
    from bot.channels.telegram.door import Polling

    name = f"poll:{telegram.name}"
    polling: Polling | None = None
    async with asyncio.TaskGroup() as tasks:
        while not stop.is_set():
            now, ours = clock.now(), False
            with _logged("poll lease"):
                ours = await database.write(
                    partial(deliveries.hold, name=name, owner=owner, now=now, until=now + LEASE)
                )
            if ours and polling is None:
                polling = Polling(engine, telegram)
                tasks.create_task(polling.run())
            elif polling is not None and not ours:
                polling.stop()
                polling = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW):
                    await stop.wait()
        if polling is not None:
            polling.stop()


__all__ = ["Job", "Worker", "due_slot", "jobs", "may_show", "run_due", "work"]
