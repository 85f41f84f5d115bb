"""Creditors, and the contacts by which they reach us."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Index, LargeBinary, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles on both engines; the plain one lacks ON CONFLICT
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedText, blind


class Creditor(SQLModel, table=True):
    """A person or company who proved an e-mail address. `handle` is random and derived from nothing."""

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    email: str = Field(sa_column=Column(SealedText("creditor.email"), nullable=False))
    email_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    status: str = Field(max_length=16)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Contact(SQLModel, table=True):
    """One person on one channel, and where the conversation stands."""

    __table_args__ = (Index("uq_contact_channel_address", "channel", "address", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    channel: str = Field(max_length=64)
    address: str = Field(max_length=64)
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    locale: str = Field(max_length=16)
    locale_chosen: bool = False
    timezone: str = Field(default="Asia/Shanghai", max_length=64)
    reachable: bool = True
    muted: str = Field(default="", max_length=200, description="notice kinds, separated by spaces")
    draft: str | None = Field(default=None, max_length=12, description="handle of the form being filled")
    seen_order: int = Field(default=0, sa_column=Column(Key, nullable=False))
    seen_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    messages: int = Field(default=0, description="how many messages its history holds")
    lost_at: datetime | None = Field(
        default=None, sa_column=Column(Instant, nullable=True), description="when we last did not understand"
    )
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmailProof(SQLModel, table=True):
    """A six-digit code that was mailed to prove an address. One row per contact: the newest."""

    __tablename__ = "email_proof"

    contact_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    email: str = Field(sa_column=Column(SealedText("email_proof.email"), nullable=False))
    email_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True))
    code_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    tries: int = 0
    sent_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmailSending(SQLModel, table=True):
    """Every code that was mailed, for the limits: by address index and by contact."""

    __tablename__ = "email_sending"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    contact_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    email_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class EmailGate(SQLModel, table=True):
    """One row per address that codes were mailed to: whoever holds it counts and sends alone."""

    __tablename__ = "email_gate"

    email_index: bytes = Field(primary_key=True)


class CreditorRow(NamedTuple):
    """A creditor as its rooms read it."""

    id: int
    handle: str
    email: str
    status: str
    created_at: datetime


class ContactRow(NamedTuple):
    """A contact as the engine reads it."""

    id: int
    creditor_id: int | None
    locale: str
    locale_chosen: bool
    timezone: str
    reachable: bool
    muted: str
    draft: str | None
    seen_order: int
    seen_at: datetime
    messages: int
    lost_at: datetime | None


_contact = table(Contact).c
_creditor = table(Creditor).c

_CONTACT_COLUMNS = tuple(_contact[name] for name in ContactRow._fields)
_AT = (_contact.channel == bindparam("channel"), _contact.address == bindparam("address"))
_BY_ADDRESS = Query(select(*_CONTACT_COLUMNS).where(*_AT), ContactRow)
_LOCKED = Query(select(*_CONTACT_COLUMNS).where(*_AT).with_for_update(key_share=True), ContactRow)


async def contact(db: Reader, channel: str, address: str) -> ContactRow | None:
    """The contact at an address."""
    return await db.one(_BY_ADDRESS, channel=channel, address=address)


async def lock_contact(db: Transaction, channel: str, address: str) -> ContactRow | None:
    """The contact at an address, held until the transaction ends: one turn of one contact at a time."""
    return await db.one(_LOCKED, channel=channel, address=address)


_NEW_CONTACT = Query(
    insert(Contact)
    .values(
        channel=bindparam("channel"),
        address=bindparam("address"),
        locale=bindparam("locale"),
        locale_chosen=False,
        timezone="Asia/Shanghai",
        reachable=True,
        muted="",
        seen_order=0,
        seen_at=bindparam("at"),
        messages=0,
        created_at=bindparam("at"),
    )
    .on_conflict_do_nothing(index_elements=["channel", "address"])
)


async def meet(db: Transaction, channel: str, address: str, locale: str, at: datetime) -> ContactRow:
    """The contact at an address, locked; made if this is its first word."""
    await db.run(_NEW_CONTACT, channel=channel, address=address, locale=locale, at=at)
    row = await lock_contact(db, channel, address)
    assert row is not None, "the row was inserted, or was there"
    return row


_TURNED = Query(
    update(Contact)
    .values(
        creditor_id=bindparam("now_creditor"),
        locale=bindparam("now_locale"),
        locale_chosen=bindparam("now_chosen"),
        timezone=bindparam("now_timezone"),
        muted=bindparam("now_muted"),
        draft=bindparam("now_draft"),
        seen_order=bindparam("now_order"),
        seen_at=bindparam("at"),
        messages=bindparam("now_messages"),
        lost_at=bindparam("now_lost_at"),
        reachable=True,
    )
    .where(_contact.id == bindparam("contact"))
)


async def turned(
    db: Transaction,
    contact_id: int,
    *,
    creditor_id: int | None,
    locale: str,
    locale_chosen: bool,
    timezone: str,
    muted: str,
    draft: str | None,
    order: int,
    at: datetime,
    messages: int,
    lost_at: datetime | None = None,
) -> None:
    """Write where the conversation stands after a turn. MUST be called with the contact locked."""
    await db.soon(
        _TURNED,
        contact=contact_id,
        now_creditor=creditor_id,
        now_locale=locale,
        now_chosen=locale_chosen,
        now_timezone=timezone,
        now_muted=muted,
        now_draft=draft,
        now_order=order,
        at=at,
        now_messages=messages,
        now_lost_at=lost_at,
    )


_MESSAGES = Query(update(Contact).values(messages=bindparam("now_messages")).where(_contact.id == bindparam("contact")))


async def count_messages(db: Transaction, contact_id: int, messages: int) -> None:
    """Write how long a contact's history is now. MUST be called with the contact locked."""
    await db.run(_MESSAGES, contact=contact_id, now_messages=messages)


_REACHABLE = Query(update(Contact).values(reachable=bindparam("now_reachable")).where(*_AT))


async def set_reachable(db: Transaction, channel: str, address: str, reachable: bool) -> None:
    """Note that an address can, or can no longer, be written to."""
    await db.run(_REACHABLE, channel=channel, address=address, now_reachable=reachable)


# --- creditors

_CREDITOR = tuple(_creditor[name] for name in CreditorRow._fields)
_BY_ID = Query(select(*_CREDITOR).where(_creditor.id == bindparam("creditor")), CreditorRow)
_BY_EMAIL = Query(
    select(*_CREDITOR).where(_creditor.email_index == bindparam("index")).with_for_update(key_share=True), CreditorRow
)
_CREDITOR_LOCKED = Query(
    select(*_CREDITOR).where(_creditor.id == bindparam("creditor")).with_for_update(key_share=True), CreditorRow
)
_NEW_CREDITOR = Query(
    insert(Creditor)
    .values(
        handle=bindparam("handle"),
        email=bindparam("email"),
        email_index=bindparam("index"),
        status=bindparam("status"),
        created_at=bindparam("at"),
    )
    .on_conflict_do_nothing(index_elements=["email_index"])
)
_MOVE_CREDITOR = Query(
    update(Creditor)
    .values(status=bindparam("to_status"))
    .where(_creditor.id == bindparam("key"), _creditor.status == bindparam("from_status"))
)


def email_index(email: str) -> bytes:
    """The blind index of an e-mail address, the same for creditors, proofs and the register."""
    return blind("email", email)


async def creditor(db: Reader, creditor_id: int) -> CreditorRow | None:
    """A creditor."""
    return await db.one(_BY_ID, creditor=creditor_id)


class _Status(NamedTuple):
    status: str


_STATUS = Query(select(_creditor.status).where(_creditor.id == bindparam("creditor")), _Status)


async def account_status(db: Reader, creditor_id: int) -> str | None:
    """Where an account stands; opens nothing of it."""
    row = await db.one(_STATUS, creditor=creditor_id)
    return row.status if row is not None else None


async def creditor_locked(db: Transaction, creditor_id: int) -> CreditorRow | None:
    """A creditor, held until the transaction ends."""
    return await db.one(_CREDITOR_LOCKED, creditor=creditor_id)


async def creditor_of_email(db: Transaction, email: str) -> CreditorRow | None:
    """The creditor who proved this address, held until the transaction ends."""
    return await db.one(_BY_EMAIL, index=email_index(email))


async def move_creditor(db: Transaction, row: CreditorRow | None, to: str, at: datetime, **changes: str) -> bool:
    """Make a creditor (`handle`, `email`), or move its status if nobody was faster.

    MUST be called by `ledger.transition` only. False: somebody made, or moved, it first.
    """
    if row is None:
        email = changes["email"]
        index = email_index(email)
        return await db.run(_NEW_CREDITOR, handle=changes["handle"], email=email, index=index, status=to, at=at) == 1
    return await db.run(_MOVE_CREDITOR, key=row.id, from_status=row.status, to_status=to) == 1


class LinkedRow(NamedTuple):
    """A contact of a creditor, as the creditor's other contacts see it."""

    id: int
    channel: str
    address: str
    locale: str
    timezone: str
    reachable: bool
    seen_at: datetime


_OF_ID = Query(
    select(*(_contact[name] for name in LinkedRow._fields)).where(_contact.id == bindparam("key")), LinkedRow
)


async def contact_of_id(db: Reader, contact_id: int) -> LinkedRow | None:
    """A contact by its id."""
    return await db.one(_OF_ID, key=contact_id)


_LINKED = Query(
    select(*(_contact[name] for name in LinkedRow._fields))
    .where(_contact.creditor_id == bindparam("creditor"))
    .order_by(_contact.id)
    .limit(50),
    LinkedRow,
)
_UNLINK = Query(
    update(Contact)
    .values(creditor_id=None, draft=None)
    .where(_contact.id == bindparam("contact"), _contact.creditor_id == bindparam("creditor"))
)


async def contacts_of(db: Reader, creditor_id: int) -> list[LinkedRow]:
    """Every contact linked to a creditor, oldest first, fifty at most."""
    return await db.all(_LINKED, creditor=creditor_id)


async def unlink(db: Transaction, contact_id: int, creditor_id: int) -> bool:
    """Take another contact away from a creditor. False: it was not linked to it (any more).

    Of the contact whose turn it is, the engine writes `creditor_id` itself.
    """
    return await db.run(_UNLINK, contact=contact_id, creditor=creditor_id) == 1


# --- proving an e-mail address


class _Email(NamedTuple):
    email: str


_proof = table(EmailProof).c
_EMAIL_OF_CREDITOR = Query(select(_creditor.email).where(_creditor.email_index == bindparam("index")), _Email)
_EMAIL_OF_PROOF = Query(select(_proof.email).where(_proof.email_index == bindparam("index")).limit(1), _Email)


async def email_at(db: Reader, address: str) -> str | None:
    """The e-mail address behind an address of the mail channel (its blind index in hex).

    None: nobody who proved it or is just proving it; a code for it would be of no use.
    """
    index = bytes.fromhex(address)
    found = await db.one(_EMAIL_OF_PROOF, index=index) or await db.one(_EMAIL_OF_CREDITOR, index=index)
    return found.email if found is not None else None


class ProofRow(NamedTuple):
    """The newest code of a contact. `code_index` is bound to contact and address."""

    email_index: bytes
    code_index: bytes
    tries: int
    sent_at: datetime
    expires_at: datetime


class _At(NamedTuple):
    at: datetime


_PROOF = Query(
    select(*(_proof[name] for name in ProofRow._fields)).where(_proof.contact_id == bindparam("contact")), ProofRow
)
_new_proof = insert(EmailProof).values(
    contact_id=bindparam("contact"),
    email=bindparam("email"),
    email_index=bindparam("index"),
    code_index=bindparam("code"),
    tries=0,
    sent_at=bindparam("at"),
    expires_at=bindparam("until"),
)
_KEEP_PROOF = Query(
    _new_proof.on_conflict_do_update(
        index_elements=["contact_id"],
        set_={
            name: _new_proof.excluded[name]
            for name in ("email", "email_index", "code_index", "tries", "sent_at", "expires_at")
        },
    )
)
_COUNT_TRY = Query(update(EmailProof).values(tries=_proof.tries + 1).where(_proof.contact_id == bindparam("contact")))
_DROP_PROOF = Query(delete(EmailProof).where(_proof.contact_id == bindparam("contact")))

_sending = table(EmailSending).c
_SENT_BY = Query(
    select(_sending.at)
    .where(_sending.contact_id == bindparam("contact"), _sending.at > bindparam("since"))
    .order_by(_sending.at.desc())
    .limit(20),
    _At,
)
_SENT_TO = Query(
    select(_sending.at)
    .where(_sending.email_index == bindparam("index"), _sending.at > bindparam("since"))
    .order_by(_sending.at.desc())
    .limit(20),
    _At,
)
_NOTE_SENDING = Query(
    insert(EmailSending).values(contact_id=bindparam("contact"), email_index=bindparam("index"), at=bindparam("at"))
)
_gate = insert(EmailGate).values(email_index=bindparam("index"))
_HOLD = Query(
    _gate.on_conflict_do_update(index_elements=["email_index"], set_={"email_index": _gate.excluded.email_index})
)


def code_index(contact_id: int, email: str, code: str) -> bytes:
    """The blind index of a code: good for one contact and one address only."""
    return blind("email code", f"{contact_id}\0{email}\0{code}")


async def proof(db: Reader, contact_id: int) -> ProofRow | None:
    """The newest code of a contact. MUST be read with the contact locked when it is to be tried."""
    return await db.one(_PROOF, contact=contact_id)


async def keep_proof(
    db: Transaction, contact_id: int, email: str, code: str, at: datetime, expires_at: datetime
) -> None:
    """Put a new code in the place of the contact's older one, which is worth nothing from now on."""
    await db.run(
        _KEEP_PROOF,
        contact=contact_id,
        email=email,
        index=email_index(email),
        code=code_index(contact_id, email, code),
        at=at,
        until=expires_at,
    )


async def count_try(db: Transaction, contact_id: int) -> None:
    """Count one wrong code."""
    await db.run(_COUNT_TRY, contact=contact_id)


async def drop_proof(db: Transaction, contact_id: int) -> None:
    """A code was used: nobody needs it, or the address beside it, any more."""
    await db.run(_DROP_PROOF, contact=contact_id)


async def sendings(
    db: Transaction, contact_id: int, email: str, since: datetime
) -> tuple[list[datetime], list[datetime]]:
    """When codes went out for this contact, and to this address for anybody, newest first.

    Holds the address until the transaction ends: of two contacts at once, the second one sees the first.
    """
    index = email_index(email)
    await db.run(_HOLD, index=index)
    mine = await db.all(_SENT_BY, contact=contact_id, since=since)
    theirs = await db.all(_SENT_TO, index=index, since=since)
    return [row.at for row in mine], [row.at for row in theirs]


async def note_sending(db: Transaction, contact_id: int, email: str, at: datetime) -> None:
    """Note that a code goes out."""
    await db.run(_NOTE_SENDING, contact=contact_id, index=email_index(email), at=at)
