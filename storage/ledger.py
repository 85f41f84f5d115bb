"""Signed entries: one for every change of a status, in the same transaction as the change.

Insert only: triggers refuse UPDATE, DELETE and TRUNCATE on `ledger_entry`.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, LargeBinary, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table


class LedgerEntry(SQLModel, table=True):
    """One signed transition. `subject` is a random handle; `step` counts its entries from 1."""

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("subject", "step"),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    subject: str = Field(max_length=22)
    step: int
    kind: str = Field(max_length=40)
    item: str | None = Field(default=None, max_length=8)
    status: str = Field(max_length=24, description="the status it moved to")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    leaf_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))


class LedgerPending(SQLModel, table=True):
    """Entries that have no index yet. Followers read by this mark, never by id: ids commit out of order."""

    __tablename__ = "ledger_pending"

    entry_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))


class NoticePending(SQLModel, table=True):
    """Entries that notices have not looked at yet. Read by this mark, never by id."""

    __tablename__ = "notice_pending"

    entry_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))


class EntryRow(NamedTuple):
    """An entry as rooms read it."""

    id: int
    subject: str
    step: int
    kind: str
    item: str | None
    status: str
    at: datetime
    leaf_hash: bytes


class _Last(NamedTuple):
    step: int
    leaf_hash: bytes
    at: datetime


class _Id(NamedTuple):
    id: int


_entry = table(LedgerEntry).c
_ENTRY = tuple(_entry[name] for name in EntryRow._fields)

_LAST = Query(
    select(_entry.step, _entry.leaf_hash, _entry.at)
    .where(_entry.subject == bindparam("subject"))
    .order_by(_entry.step.desc())
    .limit(1),
    _Last,
)
_APPEND = Query(
    insert(LedgerEntry)
    .values(
        {name: bindparam(name) for name in ("subject", "step", "kind", "item", "status", "at", "leaf", "leaf_hash")}
    )
    .returning(_entry.id),
    _Id,
)
_PENDING = Query(insert(LedgerPending).values(entry_id=bindparam("entry")))
_NOTICE = Query(insert(NoticePending).values(entry_id=bindparam("entry")))
_CHAIN = Query(select(*_ENTRY).where(_entry.subject == bindparam("subject")).order_by(_entry.step), EntryRow)


async def last(db: Reader, subject: str) -> _Last | None:
    """Step, leaf hash and time of a subject's newest entry. Call it with the row that moves locked."""
    return await db.one(_LAST, subject=subject)


async def append(
    db: Transaction,
    *,
    subject: str,
    step: int,
    kind: str,
    item: str | None,
    status: str,
    at: datetime,
    leaf: bytes,
    leaf_hash: bytes,
) -> int:
    """Add an entry and mark it as pending; its id."""
    row = await db.one(
        _APPEND,
        subject=subject,
        step=step,
        kind=kind,
        item=item,
        status=status,
        at=at,
        leaf=leaf,
        leaf_hash=leaf_hash,
    )
    assert row is not None
    await db.run(_PENDING, entry=row.id)
    await db.run(_NOTICE, entry=row.id)
    return row.id


async def chain(db: Reader, subject: str) -> list[EntryRow]:
    """Every entry of a subject, oldest first."""
    return await db.all(_CHAIN, subject=subject)
