"""Erasing a person: the wish, what stands against it, and everything of his in every table.

What a person told us lies in many tables; this file alone knows all of them. `tests/house` walks the
schema: a table that holds anything of a person and is not named here fails the build. Some of the
statements read a table to its end (events, the outbox): people are erased seldom, turns are many, and an
index that only serves the one would be paid for by the other.

What stays: signed entries (random handles, kinds, statuses, times) without what opens them; the row of
the account with neither address nor index; the row of the wish. What a finished deal is proved by
(`whole=False`) stays sealed until its time is over.
"""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Column, Index, and_, bindparam, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.approvals import Approval
from storage.claims import Claim, Document, RegisterRow
from storage.consents import Consent
from storage.conversations import Draft, Event, EventFailure, Message
from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.deliveries import Mailbox, Outbox
from storage.ledger import LedgerEntry
from storage.offers import AskingPrice, Offer, OfferDecision, OfferRule
from storage.openings import LedgerOpening
from storage.payouts import PayoutMethod
from storage.people import (
    Contact,
    Creditor,
    CreditorRow,
    EmailGate,
    EmailProof,
    EmailSending,
    LinkedRow,
    email_index,
)
from storage.quality import QualityScore
from storage.settlements import Coupon, Settlement, SettlementPaper
from storage.terms import CouponStatus, ErasureStatus, OfferStatus, SettlementStatus
from storage.tickets import Ticket, TicketFile, TicketMessage, TicketReveal, TicketStep
from storage.topics import ErasedTopic, Topic, TopicMessage
from storage.utterances import Utterance


class Erasure(SQLModel, table=True):
    """A person's wish to be erased: a creditor with all his contacts, or one contact that is not linked.

    due_at   when the clock does it; later, while something is under way
    rest_at  until when the papers of finished deals are kept; None: nothing is left
    """

    __table_args__ = (
        Index("ix_erasure_status_due_at", "status", "due_at"),
        Index(
            "ix_erasure_rest_at", "rest_at", sqlite_where=text("rest_at IS NOT NULL"),
            postgresql_where=text("rest_at IS NOT NULL"),
        ),
        Index(
            "uq_erasure_creditor", "creditor_id", unique=True, sqlite_where=text("status = 'asked'"),
            postgresql_where=text("status = 'asked'"),
        ),
    )  # fmt: skip

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    status: str = Field(max_length=16)
    asked_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    due_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    rest_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class ErasureRow(NamedTuple):
    """A wish to be erased."""

    id: int
    handle: str
    contact_id: int
    creditor_id: int | None
    status: str
    asked_at: datetime
    due_at: datetime
    rest_at: datetime | None


class UnderWay(NamedTuple):
    """What has to come to its end first. `until`: the last day known of it, ISO."""

    what: str
    number: str
    until: str | None


class _Id(NamedTuple):
    id: int


class _Settling(NamedTuple):
    number: str
    status: str
    facts: dict[str, Any]


class _Number(NamedTuple):
    number: str


class _Paying(NamedTuple):
    number: str
    until: str


class _Mail(NamedTuple):
    id: int
    body: bytes


_erasure = table(Erasure).c
_contact = table(Contact).c
_creditor = table(Creditor).c
_consent = table(Consent).c
_claim = table(Claim).c
_offer = table(Offer).c
_settlement = table(Settlement).c
_coupon = table(Coupon).c
_payout = table(PayoutMethod).c
_ticket = table(Ticket).c
_reveal = table(TicketReveal).c
_event = table(Event).c
_entry = table(LedgerEntry).c
_opening = table(LedgerOpening).c
_mail = table(Mailbox).c

# --- the wish ---------------------------------------------------------------------------------

_ROW = tuple(_erasure[name] for name in ErasureRow._fields)
_ASKED = select(*_ROW).where(_erasure.status == ErasureStatus.ASKED)
_OF_CREDITOR = Query(_ASKED.where(_erasure.creditor_id == bindparam("creditor")), ErasureRow)
_OF_CONTACT = Query(
    _ASKED.where(_erasure.contact_id == bindparam("contact"), _erasure.creditor_id.is_(None)), ErasureRow
)
_LOCKED = Query(select(*_ROW).where(_erasure.id == bindparam("key")).with_for_update(key_share=True), ErasureRow)
_DUE = Query(_ASKED.where(_erasure.due_at <= bindparam("now")).order_by(_erasure.due_at).limit(20), ErasureRow)
_REST_DUE = Query(
    select(*_ROW).where(_erasure.rest_at.is_not(None), _erasure.rest_at <= bindparam("now")).limit(20), ErasureRow
)
_LATELY = Query(
    select(_erasure.id).where(_erasure.changed_at > bindparam("since"), _erasure.status == ErasureStatus.DONE).limit(1),
    _Id,
)
_NEW = ("handle", "contact_id", "creditor_id", "status", "asked_at", "due_at", "changed_at")
_ADD = Query(insert(Erasure).values({name: bindparam(name) for name in _NEW}).on_conflict_do_nothing())
_MOVE = Query(
    update(Erasure)
    .values(status=bindparam("to_status"), changed_at=bindparam("now"), rest_at=bindparam("to_rest"))
    .where(_erasure.id == bindparam("key"), _erasure.status == bindparam("from_status"))
)
_PUT_OFF = Query(update(Erasure).values(due_at=bindparam("until")).where(_erasure.id == bindparam("key")))
_RESTED = Query(
    update(Erasure).values(rest_at=None, changed_at=bindparam("now")).where(_erasure.id == bindparam("key"))
)


async def asked(db: Reader, contact_id: int, creditor_id: int | None) -> ErasureRow | None:
    """The wish of a creditor, whichever channel it was asked on, or of a contact that is not linked."""
    if creditor_id is not None:
        return await db.one(_OF_CREDITOR, creditor=creditor_id)
    return await db.one(_OF_CONTACT, contact=contact_id)


async def locked(db: Transaction, key: int) -> ErasureRow | None:
    """A wish, held until the transaction ends. MUST come after its contacts and its creditor."""
    return await db.one(_LOCKED, key=key)


async def due(db: Reader, now: datetime) -> list[ErasureRow]:
    """Wishes whose cooling time is over."""
    return await db.all(_DUE, now=now)


async def rest_due(db: Reader, now: datetime) -> list[ErasureRow]:
    """Those erased before of whom the papers of deals have had their time."""
    return await db.all(_REST_DUE, now=now)


async def lately(db: Reader, since: datetime) -> bool:
    """Whether anybody was erased since then."""
    return await db.one(_LATELY, since=since) is not None


async def move(db: Transaction, row: ErasureRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Write a wish down, or move it (`rest_at`: until when papers are kept).

    MUST be called by `ledger.transition` only.
    """
    if row is None:
        return await db.run(_ADD, status=to, asked_at=at, changed_at=at, **changes) == 1
    rest = changes.get("rest_at")
    return await db.run(_MOVE, key=row.id, from_status=row.status, to_status=to, now=at, to_rest=rest) == 1


async def put_off(db: Transaction, row: ErasureRow, until: datetime) -> None:
    """Look at it again at that moment. MUST be called with the row held."""
    await db.run(_PUT_OFF, key=row.id, until=until)


async def rested(db: Transaction, row: ErasureRow, now: datetime) -> None:
    """Note that nothing is left. MUST be called with the row held."""
    await db.run(_RESTED, key=row.id, now=now)


# --- what stands against it -------------------------------------------------------------------

_OWN: BindParameter[Any] = bindparam("creditor")
_SETTLING = Query(
    select(_settlement.number, _settlement.status, _settlement.facts).where(
        _settlement.creditor_id == _OWN,
        _settlement.status != SettlementStatus.RECEIVED,
        _settlement.status != SettlementStatus.RETURNED,
    ),
    _Settling,
)
_ACCEPTED = Query(
    select(_offer.number).where(
        _offer.creditor_id == _OWN,
        _offer.status == OfferStatus.ACCEPTED,
        ~exists().where(_settlement.offer_id == _offer.id),
    ),
    _Number,
)
_PAYING_BONDS = Query(
    select(_settlement.number, func.max(_coupon.pays_on))
    .join(table(Coupon), _coupon.settlement_id == _settlement.id)
    .where(
        _settlement.creditor_id == _OWN,
        _settlement.status == SettlementStatus.RECEIVED,
        _coupon.status != CouponStatus.PAID,
    )
    .group_by(_settlement.number),
    _Paying,
)
_PAID_TO = Query(select(_payout.number).where(_payout.creditor_id == _OWN, _payout.paying.is_not(None)), _Number)
_LAST_DEAL = Query(
    select(_offer.changed_at)
    .where(_offer.creditor_id == _OWN, or_(_offer.status == OfferStatus.ACCEPTED, _offer.status == OfferStatus.PAID))
    .order_by(_offer.changed_at.desc())
    .limit(1)
)


async def under_way(db: Reader, creditor_id: int) -> list[UnderWay]:
    """Acceptances, settlements, bonds that still pay and payments: a wish waits for all of them."""
    found = [UnderWay("accepted", row.number, None) for row in await db.all(_ACCEPTED, creditor=creditor_id)]
    for row in await db.all(_SETTLING, creditor=creditor_id):
        noticed = row.status == SettlementStatus.NOTICE_PERIOD
        found.append(UnderWay("settlement", row.number, row.facts.get("notice_until") if noticed else None))
    found += [UnderWay("bond", row.number, row.until) for row in await db.all(_PAYING_BONDS, creditor=creditor_id)]
    found += [UnderWay("payment", row.number, None) for row in await db.all(_PAID_TO, creditor=creditor_id)]
    return found


async def last_deal(db: Reader, creditor_id: int) -> datetime | None:
    """When this creditor's last deal came to its end; None: there was none."""
    row = await db.one(_LAST_DEAL, creditor=creditor_id)
    return row.value if row is not None else None


# --- everything of a person -------------------------------------------------------------------

_LINKED = tuple(_contact[name] for name in LinkedRow._fields)
# Contacts that left the account keep what was said on them, unless they are somebody else's by now.
_EVERYWHERE = Query(
    select(*_LINKED)
    .where(
        or_(
            _contact.creditor_id == _OWN,
            and_(
                _contact.creditor_id.is_(None),
                _contact.id.in_(select(_consent.contact_id).where(_consent.creditor_id == _OWN)),
            ),
        )
    )
    .order_by(_contact.id),
    LinkedRow,
)  # fmt: skip


async def everywhere(db: Reader, creditor_id: int) -> list[LinkedRow]:
    """Every contact of a creditor, and every one that was his and is nobody's now."""
    return await db.all(_EVERYWHERE, creditor=creditor_id)


def _delete(model: type[SQLModel], *where: Any) -> Query[Any]:
    return Query(delete(table(model)).where(*where))


def _opened(*handles: Any) -> tuple[Query[Any], ...]:
    """What opens the entries of these subjects: without it a commitment is a number nobody can read.

    A statement each: with OR between them PostgreSQL reads the whole ledger.
    """
    entries = [select(_entry.id).where(_entry.subject.in_(handle)) for handle in handles]
    return tuple(_delete(LedgerOpening, _opening.entry_id.in_(some)) for some in entries)


_HERE: BindParameter[Any] = bindparam("contact")
_MINE_OR_NOBODYS = or_(table(Draft).c.creditor_id.is_(None), table(Draft).c.creditor_id == _OWN)
_TICKETS = select(_ticket.id).where(_ticket.contact_id == _HERE)
_SAID_HERE = or_(_consent.creditor_id.is_(None), _consent.creditor_id == _OWN)
_ADDRESS: tuple[BindParameter[Any], BindParameter[Any]] = (bindparam("channel"), bindparam("address"))
_FAILED = select(_event.event_id).where(_event.channel == _ADDRESS[0], _event.address == _ADDRESS[1])

#: of one contact; children before their parents
_OF_ONE_CONTACT: tuple[Query[Any], ...] = (
    *_opened(
        select(_ticket.handle).where(_ticket.contact_id == _HERE),
        select(_reveal.handle).where(_reveal.ticket_id.in_(_TICKETS)),
        select(_consent.handle).where(_consent.contact_id == _HERE, _SAID_HERE),
    ),
    _delete(TicketMessage, table(TicketMessage).c.ticket_id.in_(_TICKETS)),
    _delete(TicketFile, table(TicketFile).c.ticket_id.in_(_TICKETS)),
    _delete(TicketFile, table(TicketFile).c.contact_id == _HERE, table(TicketFile).c.ticket_id.is_(None)),
    _delete(TicketReveal, _reveal.ticket_id.in_(_TICKETS)),
    _delete(QualityScore, table(QualityScore).c.ticket_id.in_(_TICKETS)),
    _delete(TopicMessage, table(TopicMessage).c.ticket_id.in_(_TICKETS)),
    # What stands in a topic of the desk's group is deleted there too: the worker does it.
    Query(
        insert(ErasedTopic)
        .from_select(
            ["chat", "thread"],
            select(table(Topic).c.chat, table(Topic).c.thread).where(
                table(Topic).c.ticket_id.in_(_TICKETS), table(Topic).c.thread.is_not(None)
            ),
        )
        .on_conflict_do_nothing(index_elements=["chat", "thread"])
    ),
    _delete(Topic, table(Topic).c.ticket_id.in_(_TICKETS)),
    _delete(TicketStep, table(TicketStep).c.ticket_id.in_(_TICKETS)),
    _delete(Ticket, _ticket.contact_id == _HERE),
    _delete(Document, table(Document).c.contact_id == _HERE, table(Document).c.claim_id.is_(None)),
    _delete(Draft, table(Draft).c.contact_id == _HERE, _MINE_OR_NOBODYS),
    _delete(Utterance, table(Utterance).c.contact_id == _HERE, table(Utterance).c.creditor_id.is_(None)),
    _delete(Consent, _consent.contact_id == _HERE, _SAID_HERE),
    _delete(EmailProof, table(EmailProof).c.contact_id == _HERE),
    _delete(EmailSending, table(EmailSending).c.contact_id == _HERE),
    _delete(Message, table(Message).c.contact_id == _HERE),
    _delete(
        EventFailure, table(EventFailure).c.channel == _ADDRESS[0], table(EventFailure).c.event_id.in_(_FAILED)
    ),
    _delete(Event, _event.channel == _ADDRESS[0], _event.address == _ADDRESS[1]),
    _delete(Outbox, table(Outbox).c.channel == _ADDRESS[0], table(Outbox).c.address == _ADDRESS[1]),
    _delete(Contact, _contact.id == _HERE),
)  # fmt: skip

_INDEX: BindParameter[Any] = bindparam("index")
#: of the address a creditor proved
_OF_AN_ADDRESS: tuple[Query[Any], ...] = (
    _delete(EmailProof, table(EmailProof).c.email_index == _INDEX),
    _delete(EmailSending, table(EmailSending).c.email_index == _INDEX),
    _delete(EmailGate, table(EmailGate).c.email_index == _INDEX),
    # The register is the court's and public; that a line of it is this person's is what he told us.
    Query(update(RegisterRow).values(email_index=None).where(table(RegisterRow).c.email_index == _INDEX)),
)
_MAIL_TO = _delete(Outbox, table(Outbox).c.channel == bindparam("channel"), table(Outbox).c.address == bindparam("at"))
_MAILS = Query(select(_mail.id, _mail.body), _Mail)
_DROP_MAIL = _delete(Mailbox, _mail.id == bindparam("key"))

_NUMBER = len("JG-XXXXXXX")
_DEAL = (_offer.creditor_id == _OWN, or_(_offer.status == OfferStatus.ACCEPTED, _offer.status == OfferStatus.PAID))


def _of_one_creditor(*, whole: bool) -> tuple[Query[Any], ...]:
    """What hangs on the account; without `whole` all but what a finished deal is proved by."""
    kept = () if whole else (True,)
    claims = (_claim.creditor_id == _OWN, *(_claim.id.not_in(select(_offer.claim_id).where(*_DEAL)) for _ in kept))
    offers = (_offer.creditor_id == _OWN, *(_offer.id.not_in(select(_offer.id).where(*_DEAL)) for _ in kept))
    settled = (
        _settlement.creditor_id == _OWN,
        *(_settlement.offer_id.not_in(select(_offer.id).where(*_DEAL)) for _ in kept),
    )
    # What was in use may have been paid to.
    payouts = (
        _payout.creditor_id == _OWN,
        *(or_(_payout.cools_until.is_(None), ~exists().where(*_DEAL)) for _ in kept),
    )
    decided = table(OfferDecision).c
    numbers = [select(_claim.number).where(*claims), select(_settlement.number).where(*settled),
               select(_payout.number).where(*payouts), select(_offer.number).where(*offers)]  # fmt: skip
    settlements = select(_settlement.id).where(*settled)
    return (
        *_opened(
            select(_claim.handle).where(*claims),
            select(_settlement.handle).where(*settled),
            select(_payout.handle).where(*payouts),
            select(_consent.handle).where(_consent.creditor_id == _OWN),
            select(_creditor.handle).where(_creditor.id == _OWN),
        ),
        # "JG-XXXXXXX/3" is a payment of a bond
        _delete(Approval, or_(*(func.substr(table(Approval).c.subject, 1, _NUMBER).in_(one) for one in numbers))),
        _delete(Document, table(Document).c.claim_id.in_(select(_claim.id).where(_claim.creditor_id == _OWN))),
        _delete(SettlementPaper, table(SettlementPaper).c.settlement_id.in_(settlements)),
        _delete(Coupon, _coupon.settlement_id.in_(settlements)),
        _delete(Settlement, *settled),
        _delete(
            OfferDecision, decided.creditor_id == _OWN,
            *(decided.about.not_in(select(_offer.number).where(*_DEAL)) for _ in kept),
        ),
        _delete(AskingPrice, table(AskingPrice).c.creditor_id == _OWN),
        _delete(
            OfferRule, table(OfferRule).c.fact == "lien",
            table(OfferRule).c.value.in_(select(_claim.number).where(*claims)),
        ),
        _delete(PayoutMethod, *payouts),
        _delete(Claim, *claims),
        _delete(Offer, *offers),
        _delete(Draft, table(Draft).c.creditor_id == _OWN),
        _delete(Utterance, table(Utterance).c.creditor_id == _OWN),
        _delete(Consent, _consent.creditor_id == _OWN),
    )  # fmt: skip


_BUT_DEALS = _of_one_creditor(whole=False)
_ALL = _of_one_creditor(whole=True)
_NOBODY = Query(
    update(Creditor)
    .values(email=bindparam("no_email"), email_index=bindparam("no_index"))
    .where(_creditor.id == bindparam("key"))
)

#: every table something is removed from, or emptied in, by this file
CLEARED: frozenset[str] = frozenset(
    query.clause.table.name  # type: ignore[attr-defined]
    for query in (*_OF_ONE_CONTACT, *_OF_AN_ADDRESS, *_ALL, _DROP_MAIL, _NOBODY)
)


async def erase_contact(db: Transaction, one: LinkedRow, creditor_id: int | None) -> None:
    """Everything of one contact, and the contact. MUST be called with it held.

    What its address said for another account, before or since, is that account's.
    """
    values = {"contact": one.id, "channel": one.channel, "address": one.address, "creditor": creditor_id or 0}
    for query in _OF_ONE_CONTACT:
        await db.run(query, **values)


async def erase_creditor(db: Transaction, creditor: CreditorRow, mail: str, *, whole: bool) -> None:
    """Everything of an account, after its contacts; the row stays, and says nobody's address.

    mail   the channel by which mail goes out
    whole  with what finished deals are proved by

    MUST be called with the account and its claims held. Harmless to run again.
    """
    for query in _ALL if whole else _BUT_DEALS:
        await db.run(query, creditor=creditor.id)
    if not creditor.email:
        return
    index = email_index(creditor.email)
    for query in _OF_AN_ADDRESS:
        await db.run(query, index=index)
    await db.run(_MAIL_TO, channel=mail, at=index.hex())
    for letter in await db.all(_MAILS):  # the local mailbox: fifty at most, and only where there is no mail server
        if creditor.email.encode() in letter.body.lower():
            await db.run(_DROP_MAIL, key=letter.id)
    await db.run(_NOBODY, key=creditor.id, no_email="", no_index=secrets.token_bytes(32))
