"""Consents: one purpose, one row, with the words' version; never overwritten, only ended."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Index, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.terms import ConsentStatus


class Consent(SQLModel, table=True):
    """A consent given by a contact (and its creditor once linked), and when it was withdrawn."""

    __table_args__ = (Index("ix_consent_contact_id_purpose", "contact_id", "purpose"),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    purpose: str = Field(max_length=24)
    status: str = Field(max_length=16, description="given | withdrawn")
    words: str = Field(max_length=64, description="SHA-256 of the words that were shown, hex")
    locale: str = Field(max_length=16)
    given_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class ConsentRow(NamedTuple):
    """A consent as its room reads it."""

    id: int
    handle: str
    purpose: str
    status: str
    words: str
    locale: str
    given_at: datetime


_consent = table(Consent).c
_CONSENT = tuple(_consent[name] for name in ConsentRow._fields)
_OF_CREDITOR = (_consent.creditor_id == bindparam("creditor"), _consent.status == ConsentStatus.GIVEN)
_OF_CONTACT = (
    _consent.contact_id == bindparam("contact"),
    _consent.creditor_id.is_(None),
    _consent.status == ConsentStatus.GIVEN,
)
_GIVEN_CREDITOR = Query(select(*_CONSENT).where(*_OF_CREDITOR).order_by(_consent.id).limit(100), ConsentRow)
_GIVEN_CONTACT = Query(select(*_CONSENT).where(*_OF_CONTACT).order_by(_consent.id).limit(100), ConsentRow)
_PURPOSE = _consent.purpose == bindparam("purpose")
_LOCKED_CREDITOR = Query(
    select(*_CONSENT).where(*_OF_CREDITOR, _PURPOSE).order_by(_consent.id).with_for_update(key_share=True), ConsentRow
)
_LOCKED_CONTACT = Query(
    select(*_CONSENT).where(*_OF_CONTACT, _PURPOSE).order_by(_consent.id).with_for_update(key_share=True), ConsentRow
)
_NEW = Query(
    insert(Consent).values(
        handle=bindparam("handle"),
        contact_id=bindparam("contact"),
        creditor_id=bindparam("creditor"),
        purpose=bindparam("purpose"),
        status=bindparam("status"),
        words=bindparam("words"),
        locale=bindparam("locale"),
        given_at=bindparam("at"),
    )
)
_END = Query(
    update(Consent)
    .values(status=bindparam("to_status"), withdrawn_at=bindparam("at"))
    .where(_consent.id == bindparam("key"), _consent.status == bindparam("from_status"))
)
_ADOPT = Query(
    update(Consent)
    .values(creditor_id=bindparam("to_creditor"))
    .where(_consent.contact_id == bindparam("contact"), _consent.creditor_id.is_(None))
)


async def standing(db: Reader, contact_id: int, creditor_id: int | None) -> list[ConsentRow]:
    """The consents that stand now: the creditor's from every channel, or, before linking, this contact's own."""
    if creditor_id is not None:
        return await db.all(_GIVEN_CREDITOR, creditor=creditor_id)
    return await db.all(_GIVEN_CONTACT, contact=contact_id)


async def given(db: Reader, contact_id: int, creditor_id: int | None) -> frozenset[str]:
    """The purposes (`terms.Purpose`) this person agrees to now. Ask this before using data for one."""
    return frozenset(row.purpose for row in await standing(db, contact_id, creditor_id))


async def locked(db: Transaction, contact_id: int, creditor_id: int | None, purpose: str) -> list[ConsentRow]:
    """The standing consents for one purpose, held until the transaction ends."""
    if creditor_id is not None:
        return await db.all(_LOCKED_CREDITOR, creditor=creditor_id, purpose=purpose)
    return await db.all(_LOCKED_CONTACT, contact=contact_id, purpose=purpose)


async def move(
    db: Transaction,
    row: ConsentRow | None,
    to: str,
    at: datetime,
    *,
    handle: str = "",
    contact: int = 0,
    creditor: int | None = None,
    purpose: str = "",
    words: str = "",
    locale: str = "",
) -> bool:
    """Write a new consent, or end one. MUST be called by `ledger.transition` only."""
    if row is not None:
        return await db.run(_END, key=row.id, from_status=row.status, to_status=to, at=at) == 1
    count = await db.run(
        _NEW,
        handle=handle,
        contact=contact,
        creditor=creditor,
        purpose=purpose,
        status=to,
        words=words,
        locale=locale,
        at=at,
    )
    return count == 1


async def adopt(db: Transaction, contact_id: int, creditor_id: int) -> None:
    """Give a contact's consents to the creditor it was just linked to."""
    await db.run(_ADOPT, contact=contact_id, to_creditor=creditor_id)
