"""What is to be sent and how it ended; the clock's slots; the pace of each account.

A row of `outbox` is the truth and a sender is only a hand: it may die at any point.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, Index, bindparam, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedBytes

#: a lease that is free
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    channel: str = Field(max_length=64)
    address: str = Field(max_length=200)
    lane: int = Field(description="0 interactive, 5 status, 9 bulk")
    dedupe_key: str = Field(unique=True, max_length=160)
    kind: str = Field(max_length=24, description="`reply`, `code` (mail) or a NoticeKind")
    fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
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


_WAITING = Query(
    select(_outbox.id)
    .where(
        _outbox.channel == bindparam("channel"),
        _outbox.address == bindparam("address"),
        _outbox.lane == 0,
        _outbox.done_at.is_(None),
    )
    .limit(1),
    _Found,
)


async def waiting(db: Reader, channel: str, address: str) -> bool:
    """Whether a reply to this address is still to be sent."""
    return await db.one(_WAITING, channel=channel, address=address) is not None
