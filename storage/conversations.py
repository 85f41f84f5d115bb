"""What was said: events seen, drafts of forms, and the history of channels that keep none."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Index, and_, bindparam, exists, not_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.deliveries import REPLY, Outbox
from storage.sealing import SealedBytes, SealedJson
from storage.terms import DraftStatus


class Event(SQLModel, table=True):
    """One event of a wire, done once. Rows live 72 hours: longer than any wire repeats."""

    channel: str = Field(primary_key=True, max_length=64)
    event_id: str = Field(primary_key=True, max_length=64)
    address: str = Field(max_length=64)
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    late: bool = False
    failed: bool = False
    owed: bool = False
    reply: bytes = Field(sa_column=Column(SealedBytes("event.reply"), nullable=False))
    first: int = Field(default=0, description="seq of the first message it added to the history")


class EventFailure(SQLModel, table=True):
    """An event that could not be done; after a few tries it is given up with an apology."""

    __tablename__ = "event_failure"

    channel: str = Field(primary_key=True, max_length=64)
    event_id: str = Field(primary_key=True, max_length=64)
    attempts: int = 0
    last_error: str = Field(default="", max_length=120, description="class name only: a message may hold data")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Draft(SQLModel, table=True):
    """A form being filled in. Owned by a contact, and by its creditor once one is linked."""

    __table_args__ = (
        # for the purge; an open draft is in no index that changes with every answer
        Index(
            "ix_draft_ended",
            "changed_at",
            sqlite_where=text("status <> 'open'"),
            postgresql_where=text("status <> 'open'"),
        ),
    )

    handle: str = Field(primary_key=True, max_length=12)
    form: str = Field(max_length=40)
    version: int
    contact_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    status: str = Field(default=DraftStatus.OPEN, max_length=16)
    at: str = Field(max_length=40, description="the question that is open; `!review` on the review screen")
    content: dict[str, Any] = Field(sa_column=Column(SealedJson("draft.content"), nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Message(SQLModel, table=True):
    """One line of a conversation on a channel that keeps no history of its own."""

    contact_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    seq: int = Field(primary_key=True)
    mine: bool
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    body: bytes = Field(sa_column=Column(SealedBytes("message.body"), nullable=False))


class EventRow(NamedTuple):
    """What was answered to an event."""

    reply: bytes
    owed: bool
    first: int


class DraftRow(NamedTuple):
    """A draft as the form engine reads it."""

    handle: str
    form: str
    version: int
    contact_id: int
    creditor_id: int | None
    status: str
    at: str
    content: dict[str, Any]
    changed_at: datetime


class MessageRow(NamedTuple):
    """A message as the page shows it."""

    seq: int
    mine: bool
    at: datetime
    body: bytes


_event = table(Event).c
_failure = table(EventFailure).c
_draft = table(Draft).c
_message = table(Message).c

_SEEN = Query(
    select(_event.reply, _event.owed, _event.first).where(
        _event.channel == bindparam("channel"),
        _event.event_id == bindparam("event_id"),
        _event.address == bindparam("address"),
    ),
    EventRow,
)


async def seen(db: Reader, channel: str, event_id: str, address: str) -> EventRow | None:
    """What was answered to this event, or None when it is new. MUST NOT tell one address another's words."""
    return await db.one(_SEEN, channel=channel, event_id=event_id, address=address)


_outbox = table(Outbox).c
#: an earlier reply to the same address that is still on its way
_WAITING = exists().where(
    _outbox.channel == bindparam("channel"),
    _outbox.address == bindparam("address"),
    _outbox.lane == REPLY,
    _outbox.done_at.is_(None),
)


class _Owed(NamedTuple):
    owed: bool


_RECORD = Query(
    insert(Event)
    .values(
        channel=bindparam("channel"),
        event_id=bindparam("event_id"),
        address=bindparam("address"),
        at=bindparam("at"),
        late=bindparam("late"),
        failed=bindparam("failed"),
        owed=and_(bindparam("rides", type_=Boolean), not_(_WAITING)),
        reply=bindparam("reply"),
        first=bindparam("first"),
    )
    .on_conflict_do_nothing(index_elements=["channel", "event_id"])
    .returning(_event.owed),
    _Owed,
)


async def record(
    db: Transaction,
    channel: str,
    event_id: str,
    *,
    address: str,
    at: datetime,
    late: bool,
    rides: bool,
    reply: bytes,
    first: int = 0,
    failed: bool = False,
) -> bool | None:
    """Record that an event is done and what was answered. None: somebody else recorded it first.

    True: the door, where the answer `rides`, owes it. Never while an earlier reply to this address is
    still in the outbox: this one must not overtake it, and has to be put behind it.
    """
    recorded = await db.last(
        _RECORD,
        channel=channel,
        event_id=event_id,
        address=address,
        at=at,
        late=late,
        failed=failed,
        rides=rides,
        reply=reply,
        first=first,
    )
    return recorded.owed if recorded is not None else None


class _Attempts(NamedTuple):
    attempts: int


_new_failure = insert(EventFailure).values(
    channel=bindparam("channel"),
    event_id=bindparam("event_id"),
    attempts=1,
    last_error=bindparam("error"),
    at=bindparam("at"),
)
_FAILED = Query(
    _new_failure.on_conflict_do_update(
        index_elements=["channel", "event_id"],
        set_={
            "attempts": _failure.attempts + 1,
            "last_error": _new_failure.excluded.last_error,
            "at": _new_failure.excluded.at,
        },
    ).returning(_failure.attempts),
    _Attempts,
)


async def count_failure(db: Transaction, channel: str, event_id: str, error: str, at: datetime) -> int:
    """Count one more failure of an event; how many there are now."""
    row = await db.one(_FAILED, channel=channel, event_id=event_id, error=error[:120], at=at)
    assert row is not None
    return row.attempts


_DRAFT_COLUMNS = tuple(_draft[name] for name in DraftRow._fields)
_DRAFT = Query(select(*_DRAFT_COLUMNS).where(_draft.handle == bindparam("handle")).with_for_update(), DraftRow)
_DRAFT_AS_IS = Query(select(*_DRAFT_COLUMNS).where(_draft.handle == bindparam("handle")), DraftRow)
_UNFINISHED = select(*_DRAFT_COLUMNS).where(_draft.form == bindparam("form"), _draft.status == DraftStatus.OPEN)
_OF_CREDITOR = Query(
    _UNFINISHED.where(_draft.creditor_id == bindparam("creditor")).order_by(_draft.changed_at.desc()).limit(20),
    DraftRow,
)
_OF_CONTACT = Query(
    _UNFINISHED.where(_draft.contact_id == bindparam("contact")).order_by(_draft.changed_at.desc()).limit(20), DraftRow
)


async def draft(db: Transaction, handle: str) -> DraftRow | None:
    """A draft by its handle, held until the transaction ends (two channels may fill in the same one)."""
    return await db.one(_DRAFT, handle=handle)


async def draft_as_is(db: Reader, handle: str) -> DraftRow | None:
    """A draft by its handle, not held: it may change the moment after."""
    return await db.one(_DRAFT_AS_IS, handle=handle)


async def unfinished(db: Reader, form: str, contact_id: int, creditor_id: int | None) -> list[DraftRow]:
    """The unfinished drafts of a form, not held: the creditor's, from whichever channel, then this contact's."""
    found = await db.all(_OF_CREDITOR, creditor=creditor_id, form=form) if creditor_id is not None else []
    met = {row.handle for row in found}
    return found + [row for row in await db.all(_OF_CONTACT, contact=contact_id, form=form) if row.handle not in met]


_NEW_DRAFT = Query(insert(Draft).values({name: bindparam(name) for name in DraftRow._fields}))
_KEEP_DRAFT = Query(
    update(Draft)
    .values(
        version=bindparam("now_version"),
        status=bindparam("now_status"),
        at=bindparam("now_at"),
        content=bindparam("now_content"),
        changed_at=bindparam("now"),
    )
    .where(_draft.handle == bindparam("key"))
)


async def add_draft(db: Transaction, row: DraftRow) -> None:
    """Begin a draft."""
    await db.run(_NEW_DRAFT, **row._asdict())


async def keep_draft(db: Transaction, row: DraftRow) -> None:
    """Write a draft back: everything typed so far. MUST be called with the draft held."""
    await db.soon(
        _KEEP_DRAFT,
        key=row.handle,
        now_version=row.version,
        now_status=row.status,
        now_at=row.at,
        now_content=row.content,
        now=row.changed_at,
    )


_ADOPT = Query(
    update(Draft)
    .values(creditor_id=bindparam("creditor"))
    .where(_draft.contact_id == bindparam("contact"), _draft.status == DraftStatus.OPEN)
)


async def adopt_drafts(db: Transaction, contact_id: int, creditor_id: int) -> None:
    """Give a contact's open drafts to the creditor it was just linked to."""
    await db.run(_ADOPT, contact=contact_id, creditor=creditor_id)


_ADD_MESSAGE = Query(insert(Message).values({name: bindparam(name) for name in ("contact_id", *MessageRow._fields)}))
_MESSAGES = tuple(_message[name] for name in MessageRow._fields)
_AFTER = Query(
    select(*_MESSAGES)
    .where(_message.contact_id == bindparam("contact"), _message.seq > bindparam("after"))
    .order_by(_message.seq)
    .limit(bindparam("most")),
    MessageRow,
)
_BEFORE = Query(
    select(*_MESSAGES)
    .where(_message.contact_id == bindparam("contact"), _message.seq < bindparam("before"))
    .order_by(_message.seq.desc())
    .limit(bindparam("most")),
    MessageRow,
)


async def add_message(db: Transaction, contact_id: int, seq: int, *, mine: bool, at: datetime, body: bytes) -> None:
    """Add a line to a history. MUST be called with the contact locked: `seq` counts without gaps."""
    await db.run(_ADD_MESSAGE, contact_id=contact_id, seq=seq, mine=mine, at=at, body=body)


_REWRITE = Query(
    update(Message)
    .values(body=bindparam("to_body"))
    .where(_message.contact_id == bindparam("contact"), _message.seq == bindparam("place"), _message.mine.is_(False))
)


async def rewrite(db: Transaction, contact_id: int, seq: int, body: bytes) -> bool:
    """Put other words in the place of ours. False: nothing of ours stands there."""
    return await db.run(_REWRITE, contact=contact_id, place=seq, to_body=body) == 1


async def messages(
    db: Reader, contact_id: int, *, after: int = 0, before: int | None = None, limit: int = 50
) -> list[MessageRow]:
    """A stretch of a history in order: what follows `after`, or the newest `limit` below `before`."""
    if before is not None:
        return (await db.all(_BEFORE, contact=contact_id, before=before, most=limit))[::-1]
    return await db.all(_AFTER, contact=contact_id, after=after, most=limit)


_OPEN_OF_CREDITOR = Query(
    select(_draft.handle)
    .where(_draft.creditor_id == bindparam("creditor"), _draft.status == DraftStatus.OPEN)
    .order_by(_draft.changed_at.desc())
    .limit(20),
)
_OPEN_OF_CONTACT = Query(
    select(_draft.handle)
    .where(_draft.contact_id == bindparam("contact"), _draft.status == DraftStatus.OPEN)
    .order_by(_draft.changed_at.desc())
    .limit(20),
)
_LEAVE = Query(
    update(Draft)
    .values(contact_id=0)
    .where(_draft.contact_id == bindparam("contact"), _draft.creditor_id == bindparam("creditor"))
)


async def open_drafts(db: Reader, contact_id: int, creditor_id: int | None) -> list[str]:
    """Handles of every unfinished draft a person may go on with, newest first."""
    found = await db.all(_OPEN_OF_CREDITOR, creditor=creditor_id) if creditor_id is not None else []
    found += await db.all(_OPEN_OF_CONTACT, contact=contact_id)
    return list(dict.fromkeys(str(row.value) for row in found))


async def leave_drafts(db: Transaction, contact_id: int, creditor_id: int) -> None:
    """Take a creditor's drafts away from a contact that leaves it; the creditor keeps them."""
    await db.run(_LEAVE, contact=contact_id, creditor=creditor_id)
