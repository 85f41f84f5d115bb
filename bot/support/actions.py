"""Tickets: words come in, a person answers, the answer goes out by the outbox.

A person has one ticket at a time that is not closed: further words join it, so that whoever answers
sees all of them. The answer goes to the contact the words came from last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot import i18n, numbers
from bot.conversation.reply import Reply
from bot.conversation.turn import Person
from bot.errors import Invalid
from bot.ledger.transition import new_handle, transition
from bot.support import rules
from bot.support.rules import Line, NoSuchTicket, Ticket
from storage import deliveries, tickets
from storage.database import Reader, Transaction
from storage.terms import NoticeKind, TicketStatus
from storage.tickets import TicketRow

#: an answer nobody fetched for so long is no answer any more
ANSWER_LIVES = timedelta(days=30)
MOST_LISTED = 5
MOST_AT_THE_DESK = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Where words went: into a new ticket, one that waits for us, or one that is open again."""

    number: str
    kind: Literal["opened", "joined", "reopened"]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an agent's words.

    reopened   the ticket had been closed
    reachable  False: the creditor's contact has blocked us, so the answer will not arrive there
    """

    number: str
    status: str
    reopened: bool
    reachable: bool


# -- the creditor's side


async def pace(db: Reader, person: Person, at: datetime) -> None:
    """Refuse who has written more than anybody could read. Raises rules.TooMany."""
    rules.may_write(
        await tickets.said_since(db, person.contact_id, at - rules.HOUR),
        await tickets.said_since(db, person.contact_id, at - rules.DAY),
    )


async def waiting(db: Reader, person: Person, number: str) -> Ticket | None:
    """The ticket that words of this person would join: the one named, if it is his, else the one not closed."""
    row = await _joined(db, person, number)
    return _seen(row) if row is not None else None


async def ask(db: Transaction, person: Person, number: str, text: str, at: datetime) -> Asked:
    """Hand words to the desk. Raises rules.TooMany."""
    await pace(db, person, at)
    found = await _joined(db, person, number)
    row = await tickets.locked(db, found.number) if found is not None else None
    if row is None:
        return Asked(await _open(db, person, text, at), "opened")
    kind: Literal["joined", "reopened"] = "joined"
    if row.status != TicketStatus.OPEN:
        kind = "reopened"
        await transition(
            db,
            tickets.move,
            row,
            kind="ticket:reopened",
            subject=row.handle,
            at=at,
            by="creditor",
            payload={"number": row.number, "text": text},
            contact=person.contact_id,
        )
    elif row.contact_id != person.contact_id:
        await tickets.answer_to(db, row, person.contact_id)
    await tickets.add_line(db, row.id, None, text, at)
    return Asked(row.number, kind)


async def _open(db: Transaction, person: Person, text: str, at: datetime) -> str:
    number = numbers.new("KF")
    while await tickets.by_number(db, number) is not None:
        number = numbers.new("KF")
    handle = new_handle()
    await transition(
        db,
        tickets.move,
        None,
        kind="ticket:opened",
        subject=handle,
        at=at,
        by="creditor",
        payload={"number": number, "text": text},
        number=number,
        handle=handle,
        contact=person.contact_id,
    )
    row = await tickets.by_number(db, number)
    assert row is not None
    await tickets.add_line(db, row.id, None, text, at)
    return number


async def mine(db: Reader, person: Person) -> list[Ticket]:
    """The person's last tickets, the newest first, each with its last line."""
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return [_seen(row, await _lines(db, row, 1)) for row in rows]


async def one_of_mine(db: Reader, person: Person, number: str, most: int) -> Ticket:
    """One ticket of the person with its last lines. Raises NoSuchTicket, also for somebody else's."""
    row = await _owned(db, person, number)
    if row is None:
        raise NoSuchTicket(number=number)
    return _seen(row, await _lines(db, row, most))


async def _owned(db: Reader, person: Person, number: str) -> TicketRow | None:
    try:
        row = await tickets.by_number(db, numbers.read(number, "KF"))
    except Invalid:
        return None
    if row is None:
        return None
    same = person.creditor_id is not None and row.creditor_id == person.creditor_id
    return row if same or row.contact_id == person.contact_id else None


async def _joined(db: Reader, person: Person, number: str) -> TicketRow | None:
    named = await _owned(db, person, number) if number else None
    if named is not None:
        return named
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return next((row for row in rows if row.status != TicketStatus.CLOSED), None)


# -- the desk's side


async def open_tickets(db: Reader) -> list[Ticket]:
    """What the desk looks at: who waits longest first, then what has been answered and not closed."""
    rows = await tickets.standing(db, TicketStatus.OPEN, MOST_AT_THE_DESK)
    rows += await tickets.standing(db, TicketStatus.ANSWERED, MOST_AT_THE_DESK)
    return [_seen(row, await _lines(db, row, 1)) for row in rows]


async def ticket(db: Reader, number: str, most: int = 100) -> Ticket:
    """One ticket with what was said in it. Raises NoSuchTicket, Invalid("wrong_number")."""
    row = await tickets.by_number(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return _seen(row, await _lines(db, row, most))


async def answer(
    db: Transaction, number: str, agent: str, text: str, at: datetime, words: Callable[[str, str, str], Reply]
) -> Answered:
    """Answer a ticket: keep the words, move the status, owe them to the creditor's contact.

    `words(number, agent, text)` is called in the creditor's language. A closed ticket is opened
    again first. Raises Invalid for a wrong number or empty words, NoSuchTicket.
    """
    agent, text = rules.name(agent), rules.answer(text)
    row = await _held(db, number)
    reopened = row.status == TicketStatus.CLOSED
    if reopened:
        row = await _moved(db, row, "ticket:reopened", agent, at, {"number": row.number})
    row = await _moved(db, row, "ticket:answered", agent, at, {"number": row.number, "text": text})
    line = await tickets.add_line(db, row.id, agent, text, at)
    with i18n.speaking(row.locale):
        reply = words(row.number, agent, text)
    await _owe(db, row, f"ticket:{row.number}:{line}", reply, at)
    return Answered(row.number, row.status, reopened, row.reachable)


async def close(db: Transaction, number: str, agent: str, at: datetime, words: Callable[[str], Reply]) -> Answered:
    """Close a ticket and tell its creditor how to open it again.

    Raises Invalid for a wrong number, NoSuchTicket, and MoveRefused for one that is closed already.
    """
    agent = rules.name(agent)
    row = await _moved(db, await _held(db, number), "ticket:closed", agent, at, {"number": numbers.read(number, "KF")})
    with i18n.speaking(row.locale):
        reply = words(row.number)
    await _owe(db, row, f"ticket:{row.number}:closed:{at.isoformat()}", reply, at)
    return Answered(row.number, row.status, False, row.reachable)


async def _held(db: Transaction, number: str) -> TicketRow:
    row = await tickets.locked(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return row


async def _moved(
    db: Transaction, row: TicketRow, kind: str, agent: str, at: datetime, payload: dict[str, str]
) -> TicketRow:
    entry = await transition(
        db, tickets.move, row, kind=kind, subject=row.handle, at=at, by=f"operator:{agent}", payload=payload
    )
    return row._replace(status=entry.status, changed_at=at)


async def _owe(db: Transaction, row: TicketRow, key: str, reply: Reply, at: datetime) -> None:
    await deliveries.put(
        db,
        channel=row.channel,
        address=row.address,
        lane=0,
        dedupe_key=key,
        kind=NoticeKind.TICKET,
        fields={},
        body=reply.packed(),
        due_at=at,
        expires_at=at + ANSWER_LIVES,
    )
    # A crash after the commit loses nothing: the row is sent by whichever sender comes next.


# -- rows as the room's own words


async def _lines(db: Reader, row: TicketRow, most: int) -> tuple[Line, ...]:
    return tuple(Line(line.agent, line.text, line.at) for line in await tickets.lines(db, row.id, most))


def _seen(row: TicketRow, lines: tuple[Line, ...] = ()) -> Ticket:
    return Ticket(row.number, row.status, row.opened_at, row.changed_at, row.locale, row.reachable, lines)
