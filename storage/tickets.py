"""Questions to a person, and what was said in them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.people import Contact
from storage.sealing import SealedText


class Ticket(SQLModel, table=True):
    """One question of one contact; `number` is what the creditor is told."""

    __table_args__ = (Index("ix_ticket_contact_id_status", "contact_id", "status"),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    status: str = Field(max_length=16)
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TicketMessage(SQLModel, table=True):
    """One thing said in a ticket, by the creditor or by an agent."""

    __tablename__ = "ticket_message"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    ticket_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    agent: str | None = Field(default=None, max_length=64, description="who answered; None: the creditor")
    text: str = Field(sa_column=Column(SealedText("ticket_message.text"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TicketRow(NamedTuple):
    """A ticket with the contact an answer goes to: the one its creditor wrote from last."""

    id: int
    number: str
    handle: str
    contact_id: int
    status: str
    opened_at: datetime
    changed_at: datetime
    creditor_id: int | None
    channel: str
    address: str
    locale: str
    reachable: bool


class LineRow(NamedTuple):
    """One thing said in a ticket; `agent` None: the creditor."""

    id: int
    agent: str | None
    text: str
    at: datetime


class _Count(NamedTuple):
    messages: int


class _Id(NamedTuple):
    id: int


_ticket = table(Ticket).c
_line = table(TicketMessage).c
_contact = table(Contact).c
_OWN = ("id", "number", "handle", "contact_id", "status", "opened_at", "changed_at")
_TICKETS = (
    select(*(_ticket[name] for name in _OWN), *(_contact[name] for name in TicketRow._fields if name not in _OWN))
    .select_from(table(Ticket))
    .join(table(Contact), _contact.id == _ticket.contact_id)
)
_BY_NUMBER = Query(_TICKETS.where(_ticket.number == bindparam("number")), TicketRow)
_LOCKED = Query(
    _TICKETS.where(_ticket.number == bindparam("number")).with_for_update(key_share=True, of=table(Ticket)), TicketRow
)
_OF_CONTACT = Query(
    _TICKETS.where(_ticket.contact_id == bindparam("contact")).order_by(_ticket.id.desc()).limit(bindparam("most")),
    TicketRow,
)
_OF_CREDITOR = Query(
    _TICKETS.where(_contact.creditor_id == bindparam("creditor")).order_by(_ticket.id.desc()).limit(bindparam("most")),
    TicketRow,
)
_OPEN = Query(
    _TICKETS.where(_ticket.status == bindparam("of_status"))
    .order_by(_ticket.changed_at, _ticket.id)
    .limit(bindparam("most")),
    TicketRow,
)


async def by_number(db: Reader, number: str) -> TicketRow | None:
    """A ticket by the number its creditor was told."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> TicketRow | None:
    """A ticket by its number, held until the transaction ends."""
    return await db.one(_LOCKED, number=number)


async def of_person(db: Reader, contact_id: int, creditor_id: int | None, most: int) -> list[TicketRow]:
    """The tickets of a creditor, from all channels, or of a contact that is not linked; the newest first."""
    if creditor_id is not None:
        return await db.all(_OF_CREDITOR, creditor=creditor_id, most=most)
    return await db.all(_OF_CONTACT, contact=contact_id, most=most)


async def standing(db: Reader, status: str, most: int) -> list[TicketRow]:
    """The tickets of one status, the longest in it first."""
    return await db.all(_OPEN, of_status=status, most=most)


_ADD_LINE = Query(
    insert(TicketMessage)
    .values(ticket_id=bindparam("ticket"), agent=bindparam("by_agent"), text=bindparam("words"), at=bindparam("moment"))
    .returning(_line.id),
    _Id,
)
_LINES = Query(
    select(*(_line[name] for name in LineRow._fields))
    .where(_line.ticket_id == bindparam("ticket"))
    .order_by(_line.id.desc())
    .limit(bindparam("most")),
    LineRow,
)
_SAID_SINCE = Query(
    select(func.count(_line.id))
    .join(table(Ticket), _ticket.id == _line.ticket_id)
    .where(_ticket.contact_id == bindparam("contact"), _line.agent.is_(None), _line.at > bindparam("since")),
    _Count,
)


async def add_line(db: Transaction, ticket_id: int, agent: str | None, text: str, at: datetime) -> int:
    """Add what was said; its id. MUST be called with the ticket held."""
    row = await db.one(_ADD_LINE, ticket=ticket_id, by_agent=agent, words=text, moment=at)
    assert row is not None
    return row.id


async def lines(db: Reader, ticket_id: int, most: int) -> list[LineRow]:
    """The last things said in a ticket, in order."""
    return (await db.all(_LINES, ticket=ticket_id, most=most))[::-1]


async def said_since(db: Reader, contact_id: int, since: datetime) -> int:
    """How often a contact wrote to us after a moment."""
    row = await db.one(_SAID_SINCE, contact=contact_id, since=since)
    assert row is not None
    return row.messages


_NEW = Query(
    insert(Ticket)
    .values(
        number=bindparam("number"),
        handle=bindparam("handle"),
        contact_id=bindparam("contact"),
        status=bindparam("to_status"),
        opened_at=bindparam("now"),
        changed_at=bindparam("now"),
    )
    .on_conflict_do_nothing(index_elements=["number"])
)
_MOVE = Query(
    update(Ticket)
    .values(status=bindparam("to_status"), changed_at=bindparam("now"), contact_id=bindparam("to_contact"))
    .where(_ticket.id == bindparam("key"), _ticket.status == bindparam("from_status"))
)
_ANSWER_TO = Query(update(Ticket).values(contact_id=bindparam("to_contact")).where(_ticket.id == bindparam("key")))


async def move(db: Transaction, ticket: TicketRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Move the status if nobody was faster; without a ticket, make one. MUST be called by `ledger.transition` only.

    Changes: `contact` (whom an answer goes to), and for a new ticket `number` and `handle`.
    """
    if ticket is None:
        made = {"number": changes["number"], "handle": changes["handle"], "contact": changes["contact"]}
        return await db.run(_NEW, to_status=to, now=at, **made) == 1
    contact = changes.get("contact", ticket.contact_id)
    return await db.run(_MOVE, key=ticket.id, from_status=ticket.status, to_status=to, now=at, to_contact=contact) == 1


async def answer_to(db: Transaction, ticket: TicketRow, contact_id: int) -> None:
    """Note which contact an answer goes to. MUST be called with the ticket held."""
    await db.run(_ANSWER_TO, key=ticket.id, to_contact=contact_id)


__all__ = [
    "LineRow",
    "Ticket",
    "TicketMessage",
    "TicketRow",
    "add_line",
    "answer_to",
    "by_number",
    "lines",
    "locked",
    "move",
    "of_person",
    "said_since",
    "standing",
]
