"""What is to be sent and how it ended; the clock's slots; the pace of each account.

A row of `outbox` is the truth and a sender is only a hand: it may die at any point.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    Column,
    Dialect,
    Index,
    Text,
    bindparam,
    case,
    delete,
    literal_column,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedBytes
from storage.terms import NoticeKind, Outcome

#: a lease that is free
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: what goes first; within an address the order of a lane holds, not over the lanes
REPLY, URGENT, STATUS, BULK = 0, 3, 5, 9
LANES = (REPLY, URGENT, STATUS, BULK)


class Ids(TypeDecorator[dict[str, Any]]):
    """A small object of ids and words, readable in the file: never personal data.

    Text on both engines: asyncpg hands JSON columns out as text and SQLite as objects.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else orjson.loads(value)


class Outbox(SQLModel, table=True):
    """One message to one address. A reply carries its words (`body`); a notice only ids (`fields`)."""

    __table_args__ = (
        Index(
            "ix_outbox_due",
            "channel",
            "lane",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_address",
            "channel",
            "address",
            "lane",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        # what somebody was told; replies, which are most of the rows, are not in it
        Index(
            "ix_outbox_notice",
            "channel",
            "address",
            "id",
            sqlite_where=text("kind <> 'reply' AND kind <> 'ticket'"),
            postgresql_where=text("kind <> 'reply' AND kind <> 'ticket'"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    channel: str = Field(max_length=64)
    address: str = Field(max_length=200)
    lane: int = Field(description="0 reply, 3 urgent, 5 status, 9 bulk")
    dedupe_key: str = Field(unique=True, max_length=160)
    kind: str = Field(max_length=24, description="`reply`, `code` (mail) or a NoticeKind")
    fields: dict[str, Any] = Field(sa_column=Column(Ids, nullable=False))
    body: bytes | None = Field(default=None, sa_column=Column(SealedBytes("outbox.body"), nullable=True))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    attempts: int = 0
    lease_token: str | None = Field(default=None, max_length=32)
    lease_until: datetime = Field(sa_column=Column(Instant, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))
    outcome: str | None = Field(default=None, max_length=16)
    receipt: str | None = Field(default=None, max_length=64)


class RateBucket(SQLModel, table=True):
    """The pace of one account (GCRA): `tat` is the theoretical arrival time of its next message."""

    __tablename__ = "rate_bucket"

    key: str = Field(primary_key=True, max_length=128)
    tat: datetime = Field(sa_column=Column(Instant, nullable=False))
    paused_until: datetime = Field(sa_column=Column(Instant, nullable=False))


class Broadcast(SQLModel, table=True):
    """One notice to many: rows of `outbox` are made page by page, `cursor` being the last contact looked at."""

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    name: str = Field(unique=True, max_length=80, description="the same name is the same broadcast")
    kind: str = Field(max_length=24)
    fields: dict[str, Any] = Field(sa_column=Column(Ids, nullable=False))
    timezone: str | None = Field(default=None, max_length=64, description="only contacts with this clock")
    since: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    cursor: int = Field(default=0, sa_column=Column(Key, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))


class Lease(SQLModel, table=True):
    """Who does something that only one process should do."""

    name: str = Field(primary_key=True, max_length=64)
    owner: str = Field(max_length=64)
    until: datetime = Field(sa_column=Column(Instant, nullable=False))


class ScheduleRun(SQLModel, table=True):
    """One planned moment of one job, done once: whoever inserts the row does the work."""

    __tablename__ = "schedule_run"

    job: str = Field(primary_key=True, max_length=40)
    slot: datetime = Field(sa_column=Column(Instant, primary_key=True))
    owner: str = Field(max_length=64)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Mailbox(SQLModel, table=True):
    """Mail that was not sent because no mail server is set: shown on the local mailbox page, embedded only."""

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    body: bytes = Field(sa_column=Column(SealedBytes("mailbox.body"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OneTimeToken(SQLModel, table=True):
    """An operator's link: the hash of its token, good once, until `expires_at`."""

    __tablename__ = "one_time_token"

    digest: bytes = Field(primary_key=True)
    purpose: str = Field(max_length=24)
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class _Found(NamedTuple):
    id: int


_outbox = table(Outbox).c

_PUT = Query(
    insert(Outbox)
    .values(
        channel=bindparam("channel"),
        address=bindparam("address"),
        lane=bindparam("lane"),
        dedupe_key=bindparam("dedupe_key"),
        kind=bindparam("kind"),
        fields=bindparam("fields"),
        body=bindparam("body"),
        due_at=bindparam("due_at"),
        expires_at=bindparam("expires_at"),
        attempts=0,
        lease_until=EPOCH,
    )
    .on_conflict_do_nothing(index_elements=["dedupe_key"])
)


async def put(
    db: Transaction,
    *,
    channel: str,
    address: str,
    lane: int,
    dedupe_key: str,
    kind: str,
    fields: dict[str, Any],
    body: bytes | None,
    due_at: datetime,
    expires_at: datetime,
) -> bool:
    """Put a message into the outbox; False: one with this key is there already."""
    count = await db.run(
        _PUT,
        channel=channel,
        address=address,
        lane=lane,
        dedupe_key=dedupe_key,
        kind=kind,
        fields=fields,
        body=body,
        due_at=due_at,
        expires_at=expires_at,
    )
    return count == 1


# --- taking, ending, putting off --------------------------------------------------------------


class DueRow(NamedTuple):
    """A message as its sender holds it."""

    id: int
    channel: str
    address: str
    lane: int
    kind: str
    fields: dict[str, Any]
    body: bytes | None
    due_at: datetime
    expires_at: datetime
    attempts: int


class EndedRow(NamedTuple):
    """How a message ended, and the wire's own id of it; outcome None: it has not."""

    outcome: str | None
    receipt: str | None


class _Lane(NamedTuple):
    lane: int


_rows = table(Outbox)
_o, _b = _rows.alias("o"), _rows.alias("b")
_UNDONE = (_outbox.channel == bindparam("of_channel"), _outbox.done_at.is_(None))
_FREE = _outbox.lease_until <= bindparam("now")

# One small look for each lane: with the lane given, the index goes straight to what is due, however
# much lies there that is not. The order says so to PostgreSQL, which else reads the whole table for
# a lane with nothing in it.
_with_something = union_all(
    *(
        select(
            select(_outbox.lane)
            .where(*_UNDONE, _outbox.lane == lane, _outbox.due_at <= bindparam("now"), _FREE)
            .order_by(_outbox.due_at)
            .limit(1)
            .subquery()
            .c.lane
        )
        for lane in LANES
    )
).subquery()
_LANES_DUE = Query(select(_with_something.c.lane), _Lane)


async def lanes_due(db: Reader, channel: str, now: datetime) -> list[int]:
    """The lanes of a channel in which something is due and free, the first to go leading."""
    return sorted(row.lane for row in await db.all(_LANES_DUE, of_channel=channel, now=now))


# Written as "the first of its lane", not as "no older one": PostgreSQL makes a join of the latter, and
# with statistics from before a broadcast it reads all that waits for each row it looks at.
_first = (
    select(_b.c.id)
    .where(
        _b.c.channel == _o.c.channel,
        _b.c.address == _o.c.address,
        _b.c.lane == _o.c.lane,
        _b.c.done_at.is_(None),
    )
    .order_by(_b.c.id)
    .limit(1)
    .scalar_subquery()
)
_picked = (
    select(_o.c.id)
    .where(
        _o.c.channel == bindparam("of_channel"),
        _o.c.lane == bindparam("of_lane"),
        _o.c.done_at.is_(None),
        _o.c.due_at <= bindparam("now"),
        _o.c.lease_until <= bindparam("now"),
        _o.c.id == _first,
    )
    .order_by(_o.c.due_at, _o.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_o)
    .cte("picked")
)
_TAKE = Query(
    update(Outbox)
    .where(_outbox.id.in_(select(_picked.c.id)))
    .values(lease_token=bindparam("token"), lease_until=bindparam("until"), attempts=_outbox.attempts + 1)
    .returning(*(_outbox[name] for name in DueRow._fields)),
    DueRow,
)


async def take(
    db: Transaction, channel: str, lane: int, *, token: str, now: datetime, until: datetime, most: int
) -> list[DueRow]:
    """Take what is due in a lane, for this sender alone until `until`; the longest due first.

    MUST NOT hand out a row while an older one of the same address and lane is undone: so order holds
    there, with any number of senders.
    """
    rows = await db.all(_TAKE, of_channel=channel, of_lane=lane, token=token, now=now, until=until, most=most)
    return sorted(rows, key=lambda row: (row.due_at, row.id))  # RETURNING has no order


_MINE = (_outbox.id == bindparam("key"), _outbox.lease_token == bindparam("mine"), _outbox.done_at.is_(None))
_END = Query(
    update(Outbox)
    .values(
        done_at=bindparam("now"),
        outcome=bindparam("to_outcome"),
        receipt=bindparam("to_receipt"),
        body=null(),
        lease_token=null(),
        lease_until=EPOCH,
    )
    .where(*_MINE)
)
_PUT_OFF = Query(
    update(Outbox)
    .values(
        due_at=bindparam("to_due"),
        attempts=_outbox.attempts - bindparam("uncounted", type_=_outbox.attempts.type),
        lease_token=null(),
        lease_until=EPOCH,
    )
    .where(*_MINE)
)


async def end(
    db: Transaction, row: DueRow, token: str, outcome: Outcome, now: datetime, receipt: str | None = None
) -> bool:
    """Record how a delivery ended, and forget its words. False: the lease was lost, another sender has the row.

    Every ending comes here: a row without `done_at` holds up its lane.
    """
    return await db.run(_END, key=row.id, mine=token, now=now, to_outcome=outcome, to_receipt=receipt) == 1


async def put_off(db: Transaction, row: DueRow, token: str, due_at: datetime, *, counts: bool) -> bool:
    """Give a row back until `due_at`. `counts`: it was a try that failed. False: the lease was lost."""
    return await db.run(_PUT_OFF, key=row.id, mine=token, to_due=due_at, uncounted=0 if counts else 1) == 1


# The order names the index by address: PostgreSQL, with statistics from before a broadcast, would
# else go by channel and read all that waits there.
_OTHERS = (
    select(_outbox.id)
    .where(*_UNDONE, _outbox.address == bindparam("of_address"), _FREE)
    .order_by(_outbox.channel, _outbox.address, _outbox.lane, _outbox.id)
    .limit(10_000)
)
_SPACE = Query(
    update(Outbox)
    .values(due_at=bindparam("to_due"))
    .where(_outbox.id.in_(_OTHERS), _outbox.done_at.is_(None), _FREE, _outbox.due_at < bindparam("to_due"))
)
_CANCEL = Query(
    update(Outbox)
    .values(done_at=bindparam("now"), outcome=Outcome.CANCELLED.value, body=null())
    .where(_outbox.id.in_(_OTHERS), _outbox.done_at.is_(None), _FREE)
)


async def space(db: Transaction, channel: str, address: str, now: datetime, due_at: datetime) -> None:
    """Let an address rest until `due_at`. Leased rows are left alone: two senders would lock each other's."""
    await db.run(_SPACE, of_channel=channel, of_address=address, now=now, to_due=due_at)


async def cancel(db: Transaction, channel: str, address: str, now: datetime) -> int:
    """End everything that waits for an address; how many rows. What is leased ends in its sender's hands."""
    return await db.run(_CANCEL, of_channel=channel, of_address=address, now=now)


_WAITING = Query(
    select(*(_outbox[name] for name in DueRow._fields))
    .where(*_UNDONE, _outbox.address == bindparam("of_address"), _FREE, _outbox.kind == bindparam("of_kind"))
    .order_by(_outbox.channel, _outbox.address, _outbox.lane, _outbox.id)
    .limit(1_000),
    DueRow,
)
# What somebody sends at this moment is left to him: whoever waited for his row here would lock it the other way round.
_UNSENT = (
    select(_outbox.id)
    .where(_outbox.dedupe_key == bindparam("of_key"), _outbox.done_at.is_(None), _FREE)
    .with_for_update(skip_locked=True)
)
_REWORD = Query(update(Outbox).values(body=bindparam("to_body")).where(_outbox.id.in_(_UNSENT)))
_DROP = Query(
    update(Outbox)
    .values(done_at=bindparam("now"), outcome=Outcome.CANCELLED.value, body=null())
    .where(_outbox.id.in_(_UNSENT))
)
_ENDED = Query(select(_outbox.outcome, _outbox.receipt).where(_outbox.dedupe_key == bindparam("of_key")), EndedRow)


_REPLY_DUE = Query(
    select(_outbox.id)
    .where(
        *_UNDONE, _outbox.address == bindparam("of_address"), _outbox.lane == REPLY, _outbox.due_at <= bindparam("now")
    )
    .order_by(_outbox.channel, _outbox.address, _outbox.lane, _outbox.id)
    .limit(1),
    _Found,
)


async def reply_due(db: Reader, channel: str, address: str, now: datetime) -> bool:
    """Whether a reply to an address is due, or in a sender's hands."""
    return await db.one(_REPLY_DUE, of_channel=channel, of_address=address, now=now) is not None


async def waiting(db: Reader, channel: str, address: str, now: datetime, kind: str) -> list[DueRow]:
    """What of one kind waits for an address and is in nobody's hands."""
    return await db.all(_WAITING, of_channel=channel, of_address=address, now=now, of_kind=kind)


async def reword(db: Transaction, key: str, body: bytes, now: datetime) -> bool:
    """Give a message that nobody has begun to send other words. False: it is too late for that."""
    return await db.run(_REWORD, of_key=key, to_body=body, now=now) == 1


async def drop(db: Transaction, key: str, now: datetime) -> bool:
    """End a message that nobody has begun to send. False: it is too late for that."""
    return await db.run(_DROP, of_key=key, now=now) == 1


async def ended(db: Reader, key: str) -> EndedRow | None:
    """How a message ended; None: it is forgotten, or was never owed."""
    return await db.one(_ENDED, of_key=key)


# --- what somebody was told -------------------------------------------------------------------


class NoticeRow(NamedTuple):
    """A notice on its way or at its end, until it is forgotten (`retention.DELIVERIES`)."""

    id: int
    channel: str
    address: str
    kind: str
    fields: dict[str, Any]
    due_at: datetime
    expires_at: datetime
    done_at: datetime | None
    outcome: str | None
    receipt: str | None


_NOTICES_ONLY = or_(*(_outbox.kind == kind.value for kind in NoticeKind if kind is not NoticeKind.TICKET))
_NOTICE = select(*(_outbox[name] for name in NoticeRow._fields)).where(_NOTICES_ONLY)
_TOLD = (
    _NOTICE.where(
        _outbox.channel == bindparam("of_channel"),
        _outbox.address == bindparam("of_address"),
        _outbox.kind != literal_column("'reply'"),  # in the words of the index, or it is not used
        _outbox.kind != literal_column("'ticket'"),
    )
    .order_by(_outbox.id.desc())
    .limit(bindparam("most"))
)
_NOTICE_BY_ID = Query(_NOTICE.where(_outbox.id == bindparam("key")), NoticeRow)
_NOTICES = Query(_TOLD, NoticeRow)
_NOTICE_AT = Query(_TOLD.where(_outbox.receipt == bindparam("wire")), NoticeRow)


async def notice(db: Reader, key: int) -> NoticeRow | None:
    """A notice by its id; None: it is forgotten, or is no notice."""
    return await db.one(_NOTICE_BY_ID, key=key)


async def notices(db: Reader, channel: str, address: str, most: int) -> list[NoticeRow]:
    """The last notices to an address, the newest first."""
    return await db.all(_NOTICES, of_channel=channel, of_address=address, most=most)


async def notice_at(db: Reader, channel: str, address: str, receipt: str) -> NoticeRow | None:
    """The notice that stands at its reader as the wire's message of this id."""
    return await db.one(_NOTICE_AT, of_channel=channel, of_address=address, wire=receipt, most=1)


# --- the pace of an account -------------------------------------------------------------------


class PaceRow(NamedTuple):
    """How far an account's time is reserved, and until when it must be silent."""

    tat: datetime
    paused_until: datetime


_bucket = table(RateBucket).c
_PACE = Query(select(_bucket.tat, _bucket.paused_until).where(_bucket.key == bindparam("of_key")), PaceRow)
_NEW_PACE = Query(
    insert(RateBucket)
    .values(key=bindparam("key"), tat=EPOCH, paused_until=EPOCH)
    .on_conflict_do_nothing(index_elements=["key"])
)
_now = bindparam("now", type_=Instant())
_awake = case((_bucket.paused_until > _now, _bucket.paused_until), else_=_now)
_start = case((_bucket.tat > _awake, _bucket.tat), else_=_awake)


class _Start(NamedTuple):
    tat: datetime


_RESERVE = Query(
    update(RateBucket)
    .values(tat=_start + bindparam("microseconds", type_=Key))
    .where(_bucket.key == bindparam("of_key"))
    .returning(_bucket.tat),
    _Start,
)
_PAUSE = Query(
    update(RateBucket)
    .values(paused_until=bindparam("until"))
    .where(_bucket.key == bindparam("of_key"), _bucket.paused_until < bindparam("until"))
)


async def pace(db: Reader, key: str) -> PaceRow:
    """The pace of an account."""
    row = await db.one(_PACE, of_key=key)
    return row if row is not None else PaceRow(EPOCH, EPOCH)


async def begin_pace(db: Transaction, key: str) -> None:
    """Make sure an account has a row to keep its pace in."""
    await db.run(_NEW_PACE, key=key)


async def reserve(db: Transaction, key: str, now: datetime, microseconds: int) -> datetime:
    """Reserve a stretch of an account's time, and say when it begins: never before now, nor during a pause.

    One row serves every process, and it is the last one a claim locks. Raises LookupError without `begin_pace`.
    """
    row = await db.one(_RESERVE, of_key=key, now=now, microseconds=microseconds)
    if row is None:
        raise LookupError(key)
    return row.tat - timedelta(microseconds=microseconds)


async def pause(db: Transaction, key: str, until: datetime) -> None:
    """The wire asks the whole account to be silent; an earlier, longer pause stands."""
    await db.run(_PAUSE, of_key=key, until=until)


# --- the clock --------------------------------------------------------------------------------

_run = table(ScheduleRun).c
_LAST_SLOT = Query(select(_run.slot).where(_run.job == bindparam("of_job")).order_by(_run.slot.desc()).limit(1))
_TAKE_SLOT = Query(
    insert(ScheduleRun)
    .values({name: bindparam(name) for name in ("job", "slot", "owner", "at")})
    .on_conflict_do_nothing(index_elements=["job", "slot"])
)


async def last_slot(db: Reader, job: str) -> datetime | None:
    """The newest planned moment of a job that was done; None before its first."""
    row = await db.one(_LAST_SLOT, of_job=job)
    return row.value if row is not None else None


async def take_slot(db: Transaction, job: str, slot: datetime, owner: str, at: datetime) -> bool:
    """Take a planned moment of a job. False: another process has it.

    MUST be called in the transaction that does the work: a crash then leaves neither.
    """
    return await db.run(_TAKE_SLOT, job=job, slot=slot, owner=owner, at=at) == 1


_lease = table(Lease).c
_new_lease = insert(Lease).values(name=bindparam("name"), owner=bindparam("me"), until=bindparam("to_until"))
_HOLD = Query(
    _new_lease.on_conflict_do_update(
        index_elements=["name"],
        set_={"owner": _new_lease.excluded.owner, "until": _new_lease.excluded.until},
        where=or_(_lease.owner == bindparam("me"), _lease.until < bindparam("now")),
    )
)
_LET_GO = Query(delete(Lease).where(_lease.owner == bindparam("me")))
_LET_ALL_GO = Query(delete(Lease))
_TAKEN = select(_outbox.id).where(_outbox.done_at.is_(None), _outbox.lease_token.is_not(None))
_FREE_ALL = Query(
    update(Outbox)
    .values(lease_token=null(), lease_until=EPOCH)
    .where(_outbox.id.in_(_TAKEN.order_by(_outbox.channel, _outbox.lane, _outbox.due_at, _outbox.id)))
)
_HELD = Query(select(_lease.owner).where(_lease.name == bindparam("of_name"), _lease.until >= bindparam("now")))


async def hold(db: Transaction, name: str, owner: str, now: datetime, until: datetime) -> bool:
    """Take or keep a lease. False: another process holds it."""
    return await db.run(_HOLD, name=name, me=owner, now=now, to_until=until) == 1


async def let_go(db: Transaction, owner: str) -> None:
    """Give up every lease of a process that ends: another one need not wait until it runs out."""
    await db.run(_LET_GO, me=owner)


async def bury(db: Transaction) -> None:
    """Free what dead processes held: leases, and rows of the outbox that were on their way.

    MUST be called only where no other process can be alive: a living sender's row would go out twice.
    """
    await db.run(_LET_ALL_GO)
    await db.run(_FREE_ALL)


async def held(db: Reader, name: str, now: datetime) -> bool:
    """Whether anybody holds this lease now (is a worker alive? does somebody poll?)."""
    return await db.one(_HELD, of_name=name, now=now) is not None


# --- broadcasts -------------------------------------------------------------------------------


class BroadcastRow(NamedTuple):
    """A broadcast whose rows are still being made."""

    id: int
    name: str
    kind: str
    fields: dict[str, Any]
    timezone: str | None
    since: datetime | None
    until: datetime | None
    expires_at: datetime
    cursor: int


_cast = table(Broadcast).c
_BEGIN = Query(
    insert(Broadcast)
    .values({name: bindparam(name) for name in BroadcastRow._fields if name not in ("id", "cursor")} | {"cursor": 0})
    .on_conflict_do_nothing(index_elements=["name"])
)
_NEXT = Query(
    select(*(_cast[name] for name in BroadcastRow._fields))
    .where(_cast.done_at.is_(None))
    .order_by(_cast.id)
    .limit(1)
    .with_for_update(skip_locked=True),
    BroadcastRow,
)
_ANY = Query(select(_cast.id).where(_cast.done_at.is_(None)).limit(1), _Found)
_TURN = Query(
    update(Broadcast)
    .values(cursor=bindparam("to_cursor"), done_at=bindparam("to_done"))
    .where(_cast.id == bindparam("key"))
)


async def begin_broadcast(
    db: Transaction,
    name: str,
    kind: str,
    fields: dict[str, Any],
    *,
    expires_at: datetime,
    timezone: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> bool:
    """Begin a broadcast; False: it was begun before."""
    count = await db.run(
        _BEGIN,
        name=name,
        kind=kind,
        fields=fields,
        timezone=timezone,
        since=since,
        until=until,
        expires_at=expires_at,
    )
    return count == 1


async def next_broadcast(db: Transaction) -> BroadcastRow | None:
    """The oldest broadcast that is not finished and that nobody else is at, held until the transaction ends."""
    return await db.one(_NEXT)


async def any_broadcast(db: Reader) -> bool:
    """Whether a broadcast is not finished."""
    return await db.one(_ANY) is not None


async def turn_page(db: Transaction, broadcast: BroadcastRow, cursor: int, done_at: datetime | None) -> None:
    """Say how far a broadcast has come. MUST be called in the transaction that made that page's rows."""
    await db.run(_TURN, key=broadcast.id, to_cursor=cursor, to_done=done_at)
