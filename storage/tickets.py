"""Questions to a person: where each stands, what was said in it, its files, and who looked behind the mask."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, Integer, LargeBinary, and_, bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.deliveries import Outbox
from storage.people import Contact
from storage.sealing import SealedBytes, SealedText, blind, normal
from storage.terms import RevealStatus, TicketStatus


class Ticket(SQLModel, table=True):
    """One matter of one creditor; `number` is what the creditor is told.

    matter      what it is about, so that words about the same thing join it: `claim:ZQ-…`, or ""
    tier        who has to look: agent, senior, supervisor, on_call
    revision    grows with everything that is done or said: an agent's answer names the one it was written to
    wait        counts the times the creditor began to wait for us
    asked_at    since when he waits; None: he does not
    runs_since  since when the clock of this tier runs; None: it stands
    used        seconds of work it had run before
    reminded    the one reminder of this wait (of the agent, the creditor or the rating) has gone out
    due_at      when the clock has something to do; None: never by itself
    told        the revision its topic in the desk's group knows (storage/topics.py)
    solved_at   since when it counts as settled; None: it does not
    """

    __table_args__ = (
        Index("ix_ticket_contact_id_status", "contact_id", "status"),
        Index("ix_ticket_status_due_at", "status", "due_at"),
        Index("ix_ticket_queue", "status", "priority", "asked_at"),
        Index("ix_ticket_untold", "id", sqlite_where=text("told < revision"), postgresql_where=text("told < revision")),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    status: str = Field(max_length=16)
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    matter: str = Field(default="", max_length=48)
    claim: str | None = Field(default=None, max_length=16)
    offer: str | None = Field(default=None, max_length=16)
    category: str = Field(default="other", max_length=16)
    priority: int = 3
    tier: str = Field(default="agent", max_length=12)
    agent: str | None = Field(default=None, max_length=64, description="who has it")
    flags: str = Field(default="", max_length=80, description="words, separated by spaces")
    revision: int = 1
    wait: int = 1
    asked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    runs_since: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    used: int = 0
    reminded: bool = False
    due_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    reason: str | None = Field(default=None, sa_column=Column(SealedText("ticket.reason"), nullable=True))
    merged_into: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    score: int | None = None
    told: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    solved_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True, index=True))


class TicketMessage(SQLModel, table=True):
    """One thing said in a ticket by the creditor or an agent, noted by an agent, or brought about (`code`).

    answers  the line it answers, or the line an event is about
    album    the wire's own id of the album its pictures came in
    likeness  a keyed hash of what a creditor said, the same for the same words: who tells one thing twice is found
    """

    __tablename__ = "ticket_message"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    ticket_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    agent: str | None = Field(default=None, max_length=64, description="who answered; None: the creditor, or the clock")
    kind: str = Field(default="said", max_length=8, description="said, note or event")
    code: str = Field(default="", max_length=24)
    text: str = Field(sa_column=Column(SealedText("ticket_message.text"), nullable=False))
    likeness: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, index=True))
    ref: str | None = Field(default=None, max_length=64, index=True, description="the wire's own id of it")
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    edited_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    answers: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    album: str | None = Field(default=None, max_length=64)
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class TicketStep(SQLModel, table=True):
    """One step of the ladder that was taken in one wait. Its key lets it be taken only once."""

    __tablename__ = "ticket_step"

    ticket_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    wait: int = Field(primary_key=True)
    step: str = Field(primary_key=True, max_length=16)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TicketFile(SQLModel, table=True):
    """A file of either side, sealed. `draft` holds it until its words are sent; nobody opens what may do `harm`.

    seconds  the length of what is spoken in it; None: it is no recording
    """

    __tablename__ = "ticket_file"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    ticket_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    message_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    draft: str | None = Field(default=None, max_length=12, index=True)
    contact_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    media_type: str = Field(max_length=80)
    size: int
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    harm: str | None = Field(default=None, max_length=16)
    seconds: int | None = None
    name: str = Field(sa_column=Column(SealedText("ticket_file.name"), nullable=False))
    content: bytes = Field(sa_column=Column(SealedBytes("ticket_file.content"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TicketReveal(SQLModel, table=True):
    """An agent's leave to read one ticket unmasked, until a moment, for a reason."""

    __tablename__ = "ticket_reveal"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    ticket_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    agent: str = Field(max_length=64)
    reason: str = Field(sa_column=Column(SealedText("ticket_reveal.reason"), nullable=False))
    status: str = Field(max_length=16)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    until: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class TicketRow(NamedTuple):
    """A ticket with the contact an answer goes to: the one its creditor wrote from last."""

    id: int
    number: str
    handle: str
    contact_id: int
    status: str
    opened_at: datetime
    changed_at: datetime
    matter: str
    claim: str | None
    offer: str | None
    category: str
    priority: int
    tier: str
    agent: str | None
    flags: str
    revision: int
    wait: int
    asked_at: datetime | None
    runs_since: datetime | None
    used: int
    reminded: bool
    due_at: datetime | None
    reason: str | None
    merged_into: int | None
    score: int | None
    solved_at: datetime | None
    creditor_id: int | None
    channel: str
    address: str
    locale: str
    timezone: str
    reachable: bool


class LineRow(NamedTuple):
    """One thing in a ticket; `agent` None: the creditor, or for an event the clock."""

    id: int
    agent: str | None
    kind: str
    code: str
    text: str
    ref: str | None
    at: datetime
    edited_at: datetime | None
    answers: int | None
    album: str | None
    withdrawn_at: datetime | None


class FileRow(NamedTuple):
    """What is known of a file without opening it."""

    id: int
    handle: str
    message_id: int | None
    media_type: str
    size: int
    harm: str | None
    name: str
    at: datetime
    seconds: int | None


class RevealRow(NamedTuple):
    """A leave to read unmasked."""

    id: int
    handle: str
    ticket_id: int
    agent: str
    reason: str
    status: str
    at: datetime
    until: datetime


class StepRow(NamedTuple):
    """A step of the ladder."""

    wait: int
    step: str
    at: datetime


class _Count(NamedTuple):
    messages: int


class _Revision(NamedTuple):
    id: int
    revision: int


class _Sum(NamedTuple):
    tickets: int
    revisions: int
    weighed: int


class _Last(NamedTuple):
    """What was said last in a ticket."""

    ticket_id: int
    agent: str | None
    text: str
    at: datetime
    edited_at: datetime | None
    withdrawn_at: datetime | None


class _Id(NamedTuple):
    id: int


class _Number(NamedTuple):
    number: str


class _Content(NamedTuple):
    content: bytes


class DeliveryRow(NamedTuple):
    """What became of a message on its way."""

    outcome: str | None
    attempts: int


class PlaceRow(NamedTuple):
    """A line, and the ticket it stands in."""

    id: int
    ticket_id: int


class WordsRow(NamedTuple):
    """A line and its words."""

    id: int
    text: str


class _At(NamedTuple):
    """Where a line stands."""

    ticket_id: int
    agent: str | None
    kind: str


_ticket = table(Ticket).c
_line = table(TicketMessage).c
_step = table(TicketStep).c
_file = table(TicketFile).c
_reveal = table(TicketReveal).c
_contact = table(Contact).c
_outbox = table(Outbox).c

_OWN = tuple(name for name in TicketRow._fields if name in Ticket.model_fields)
_TICKETS = (
    select(*(_ticket[name] for name in _OWN), *(_contact[name] for name in TicketRow._fields if name not in _OWN))
    .select_from(table(Ticket))
    .join(table(Contact), _contact.id == _ticket.contact_id)
)
_BY_NUMBER = Query(_TICKETS.where(_ticket.number == bindparam("number")), TicketRow)
_LOCKED = Query(
    _TICKETS.where(_ticket.number == bindparam("number")).with_for_update(key_share=True, of=table(Ticket)), TicketRow
)
_BY_ID = Query(_TICKETS.where(_ticket.id == bindparam("key")), TicketRow)
_LOCKED_ID = Query(
    _TICKETS.where(_ticket.id == bindparam("key")).with_for_update(key_share=True, of=table(Ticket)), TicketRow
)
_OF_CONTACT = Query(
    _TICKETS.where(_ticket.contact_id == bindparam("contact")).order_by(_ticket.id.desc()).limit(bindparam("most")),
    TicketRow,
)
_OF_CREDITOR = Query(
    _TICKETS.where(_contact.creditor_id == bindparam("creditor")).order_by(_ticket.id.desc()).limit(bindparam("most")),
    TicketRow,
)
_STANDING = Query(
    _TICKETS.where(_ticket.status == bindparam("of_status"))
    .order_by(_ticket.priority, _ticket.asked_at, _ticket.changed_at, _ticket.id)
    .limit(bindparam("most")),
    TicketRow,
)
_DUE = Query(
    _TICKETS.where(_ticket.status == bindparam("of_status"), _ticket.due_at <= bindparam("now"))
    .order_by(_ticket.due_at, _ticket.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, key_share=True, of=table(Ticket)),
    TicketRow,
)
_AHEAD = Query(
    select(func.count(_ticket.id)).where(
        _ticket.status == TicketStatus.OPEN.value,
        or_(
            _ticket.priority < bindparam("mine"),
            and_(
                _ticket.priority == bindparam("mine"),
                or_(
                    _ticket.asked_at < bindparam("since"),
                    and_(_ticket.asked_at == bindparam("since"), _ticket.id < bindparam("key")),
                ),
            ),
        ),
    ),
    _Count,
)


async def by_number(db: Reader, number: str) -> TicketRow | None:
    """A ticket by the number its creditor was told."""
    return await db.one(_BY_NUMBER, number=number)


async def by_id(db: Reader, key: int) -> TicketRow | None:
    """A ticket by its key."""
    return await db.one(_BY_ID, key=key)


async def locked(db: Transaction, number: str) -> TicketRow | None:
    """A ticket by its number, held until the transaction ends."""
    return await db.one(_LOCKED, number=number)


async def locked_id(db: Transaction, key: int) -> TicketRow | None:
    """A ticket by its key, held until the transaction ends."""
    return await db.one(_LOCKED_ID, key=key)


async def of_person(db: Reader, contact_id: int, creditor_id: int | None, most: int) -> list[TicketRow]:
    """The tickets of a creditor, from all channels, or of a contact that is not linked; the newest first."""
    if creditor_id is not None:
        return await db.all(_OF_CREDITOR, creditor=creditor_id, most=most)
    return await db.all(_OF_CONTACT, contact=contact_id, most=most)


async def standing(db: Reader, status: str, most: int) -> list[TicketRow]:
    """The tickets of one status: the most pressing first, and among those who waits longest."""
    return await db.all(_STANDING, of_status=status, most=most)


_REVISIONS = Query(
    select(_ticket.id, _ticket.revision)
    .where(_ticket.status == bindparam("of_status"))
    .order_by(_ticket.id)
    .limit(bindparam("most")),
    _Revision,
)


_SUMS = Query(
    select(
        func.count(_ticket.id).label("tickets"),
        func.coalesce(func.sum(_ticket.revision), 0).label("revisions"),
        func.coalesce(func.sum(_ticket.revision * _ticket.id), 0).label("weighed"),
    ).where(_ticket.status == bindparam("of_status")),
    _Sum,
)


async def summed(db: Reader, status: str) -> tuple[int, ...]:
    """Another sum whenever something is done in a ticket of this status; cheaper than all the revisions."""
    row = await db.one(_SUMS, of_status=status)
    assert row is not None
    return int(row.tickets), int(row.revisions), int(row.weighed)


async def revisions(db: Reader, status: str, most: int) -> dict[int, int]:
    """The tickets of one status by their keys, each with its revision: what has changed is seen by that alone."""
    return {row.id: row.revision for row in await db.all(_REVISIONS, of_status=status, most=most)}


async def due(db: Transaction, status: str, now: datetime, most: int) -> list[TicketRow]:
    """Tickets of one status the clock has something to do for, held; what another process holds is left to it."""
    return await db.all(_DUE, of_status=status, now=now, most=most)


_HAD = Query(
    select(_ticket.number).where(_ticket.status == bindparam("of_status"), _ticket.agent == bindparam("by_agent")),
    _Number,
)


async def had_by(db: Reader, agent: str) -> list[str]:
    """Numbers of the tickets an agent has that are not settled."""
    statuses = (TicketStatus.OPEN, TicketStatus.ANSWERED, TicketStatus.ON_HOLD)
    return [row.number for status in statuses for row in await db.all(_HAD, of_status=status.value, by_agent=agent)]


async def ahead(db: Reader, ticket: TicketRow) -> int:
    """How many creditors are answered before this one."""
    row = await db.one(_AHEAD, mine=ticket.priority, since=ticket.asked_at, key=ticket.id)
    assert row is not None
    return row.messages


# --- moving -----------------------------------------------------------------------------------

_NEW = Query(
    insert(Ticket)
    .values({name: bindparam(name) for name in _OWN if name not in ("id", "merged_into", "score", "solved_at")})
    .on_conflict_do_nothing(index_elements=["number"])
)
_CHANGES = (
    "contact_id",
    "matter",
    "claim",
    "offer",
    "category",
    "priority",
    "tier",
    "agent",
    "flags",
    "wait",
    "asked_at",
    "runs_since",
    "used",
    "reminded",
    "due_at",
    "reason",
    "opened_at",
    "merged_into",
    "score",
    "solved_at",
)
_VALUES: dict[str, Any] = {name: bindparam(f"to_{name}") for name in _CHANGES} | {"revision": _ticket.revision + 1}
_MOVE = Query(
    update(Ticket)
    .values(status=bindparam("to_status"), changed_at=bindparam("now"), **_VALUES)
    .where(_ticket.id == bindparam("key"), _ticket.status == bindparam("from_status"))
)
_KEEP = Query(update(Ticket).values(**_VALUES).where(_ticket.id == bindparam("key")))


def _changed(ticket: TicketRow, changes: dict[str, Any]) -> dict[str, Any]:
    now = ticket._asdict() | changes
    return {f"to_{name}": now[name] for name in _CHANGES}


async def move(db: Transaction, ticket: TicketRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Move the status if nobody was faster; without a ticket, make one. MUST be called by `ledger.transition` only.

    Changes: any of the ticket's own columns; for a new ticket all that have no default.
    """
    if ticket is None:
        first = {
            "matter": "", "claim": None, "offer": None, "category": "other", "priority": 3, "tier": "agent",
            "agent": None, "flags": "", "revision": 1, "wait": 1, "used": 0, "reminded": False, "reason": None,
        }  # fmt: skip
        return await db.run(_NEW, status=to, opened_at=at, changed_at=at, **(first | changes)) == 1
    moved = _changed(ticket, changes)
    return await db.run(_MOVE, key=ticket.id, from_status=ticket.status, to_status=to, now=at, **moved) == 1


async def keep(db: Transaction, ticket: TicketRow, **changes: Any) -> TicketRow:
    """Write what changed beside the status. MUST be called with the ticket held; the row as it stands now."""
    await db.run(_KEEP, key=ticket.id, **_changed(ticket, changes))
    return ticket._replace(revision=ticket.revision + 1, **changes)


# --- what is said -----------------------------------------------------------------------------

_ADD_LINE = Query(
    insert(TicketMessage)
    .values(
        ticket_id=bindparam("ticket"),
        agent=bindparam("by_agent"),
        kind=bindparam("of_kind"),
        code=bindparam("of_code"),
        text=bindparam("words"),
        likeness=bindparam("alike"),
        ref=bindparam("wire"),
        at=bindparam("moment"),
        answers=bindparam("to_line"),
        album=bindparam("of_album"),
    )
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
_SAID = Query(
    select(*(_line[name] for name in LineRow._fields))
    .where(_line.ticket_id == bindparam("ticket"), _line.kind == "said")
    .order_by(_line.id.desc())
    .limit(bindparam("most")),
    LineRow,
)
_words = table(TicketMessage).alias("words").c
#: for all of the queue at once: asked ticket by ticket it took six hundred statements
_LASTS = Query(
    select(*(_line[name] for name in _Last._fields)).where(
        _line.id.in_(
            select(func.max(_words.id))
            .where(
                _words.kind == "said",
                _words.ticket_id.in_(
                    select(_ticket.id)
                    .where(_ticket.status == bindparam("of_status"))
                    .order_by(_ticket.priority, _ticket.asked_at, _ticket.changed_at, _ticket.id)
                    .limit(bindparam("most"))
                ),
            )
            .group_by(_words.ticket_id)
        )
    ),
    _Last,
)
_LINE = Query(
    select(*(_line[name] for name in LineRow._fields)).where(
        _line.id == bindparam("key"), _line.ticket_id == bindparam("ticket")
    ),
    LineRow,
)
_WHERE = Query(select(_line.ticket_id, _line.agent, _line.kind).where(_line.id == bindparam("key")), _At)
_BY_REF = Query(
    select(_line.id, _line.ticket_id).where(_line.ref == bindparam("wire")).order_by(_line.id.desc()).limit(1),
    PlaceRow,
)
_OF_ALBUM = Query(
    select(_line.id, _line.text)
    .where(_line.ticket_id == bindparam("ticket"), _line.album == bindparam("of_album"))
    .limit(1),
    WordsRow,
)
_WRITE = Query(update(TicketMessage).values(text=bindparam("words")).where(_line.id == bindparam("key")))
_EDIT = Query(
    update(TicketMessage)
    .values(text=bindparam("words"), likeness=bindparam("alike"), edited_at=bindparam("moment"))
    .where(_line.id == bindparam("key"))
)
_SET_REF = Query(update(TicketMessage).values(ref=bindparam("wire")).where(_line.id == bindparam("key")))
_WITHDRAW = Query(
    update(TicketMessage)
    .values(withdrawn_at=bindparam("moment"))
    .where(_line.id == bindparam("key"), _line.withdrawn_at.is_(None))
)
_later = table(TicketMessage).alias("later").c
_SAID_SINCE = Query(
    select(func.count(_line.id))
    .join(table(Ticket), _ticket.id == _line.ticket_id)
    .where(
        _ticket.contact_id == bindparam("contact"),
        _line.agent.is_(None),
        _line.kind == "said",
        _line.at > bindparam("since"),
        ~select(_later.id)
        .where(
            _later.ticket_id == _line.ticket_id,
            _later.agent.is_not(None),
            _later.kind == "said",
            _later.id > _line.id,
        )
        .exists(),
    ),
    _Count,
)
_GIVE_LINES = Query(
    update(TicketMessage).values(ticket_id=bindparam("to_ticket")).where(_line.ticket_id == bindparam("ticket"))
)
_GIVE_FILES = Query(
    update(TicketFile).values(ticket_id=bindparam("to_ticket")).where(_file.ticket_id == bindparam("ticket"))
)


#: fewer letters are no matter of their own: everybody says hello
LEAST_ALIKE = 8


def _likeness(text: str) -> bytes | None:
    """A keyed hash of the letters of words: neither case, numbers nor what stands between them make a difference."""
    letters = "".join(c for c in normal(text) if c.isalpha())
    return blind("ticket_message.likeness", letters) if len(letters) >= LEAST_ALIKE else None


async def add_line(
    db: Transaction,
    ticket_id: int,
    agent: str | None,
    text: str,
    at: datetime,
    *,
    kind: str = "said",
    code: str = "",
    ref: str | None = None,
    answers: int | None = None,
    album: str | None = None,
) -> int:
    """Add what was said, noted or brought about; its id. MUST be called with the ticket held."""
    row = await db.one(
        _ADD_LINE,
        ticket=ticket_id,
        by_agent=agent,
        of_kind=kind,
        of_code=code,
        words=text,
        alike=_likeness(text) if agent is None and kind == "said" else None,
        wire=ref,
        moment=at,
        to_line=answers,
        of_album=album,
    )
    assert row is not None
    return row.id


async def lines(db: Reader, ticket_id: int, most: int) -> list[LineRow]:
    """The last things of a ticket, in order, notes and events too: for the desk."""
    return (await db.all(_LINES, ticket=ticket_id, most=most))[::-1]


async def said(db: Reader, ticket_id: int, most: int) -> list[LineRow]:
    """The last things said in a ticket, in order. MUST NOT hold a note: the creditor reads this."""
    return (await db.all(_SAID, ticket=ticket_id, most=most))[::-1]


async def last_said(db: Reader, status: str, most: int) -> dict[int, _Last]:
    """What was said last in each of the tickets that `standing` names, by the ticket's key. MUST NOT hold a note."""
    return {row.ticket_id: row for row in await db.all(_LASTS, of_status=status, most=most)}


async def line(db: Reader, ticket_id: int, key: int) -> LineRow | None:
    """One line of a ticket."""
    return await db.one(_LINE, ticket=ticket_id, key=key)


async def ticket_of_line(db: Reader, key: int) -> int | None:
    """The ticket a line stands in now."""
    row = await db.one(_WHERE, key=key)
    return row.ticket_id if row is not None else None


async def line_of_ref(db: Reader, ref: str) -> PlaceRow | None:
    """Where the wire's message of this id stands, said by whomever."""
    return await db.one(_BY_REF, wire=ref)


async def line_of_album(db: Reader, ticket_id: int, album: str) -> WordsRow | None:
    """The line of an album in a ticket."""
    return await db.one(_OF_ALBUM, ticket=ticket_id, of_album=album)


async def write(db: Transaction, key: int, text: str) -> None:
    """Put further words in a line that is still coming in. MUST be called with the ticket held."""
    await db.run(_WRITE, key=key, words=text)


async def edit(db: Transaction, key: int, text: str, at: datetime) -> None:
    """Put other words in a line, and note that it was edited. MUST be called with the ticket held."""
    await db.run(_EDIT, key=key, words=text, alike=_likeness(text), moment=at)


_other, _other_ticket = table(TicketMessage).alias("other_line"), table(Ticket).alias("other_ticket")
_ALIKE = Query(
    select(_other_ticket.c.number)
    .select_from(table(TicketMessage))
    .join(_other, and_(_other.c.likeness == _line.likeness, _other.c.ticket_id != _line.ticket_id))
    .join(_other_ticket, _other_ticket.c.id == _other.c.ticket_id)
    .where(
        _line.ticket_id == bindparam("ticket"),
        _line.agent.is_(None),
        _other.c.agent.is_(None),
        _other_ticket.c.status != TicketStatus.SOLVED.value,
        _other_ticket.c.status != TicketStatus.CLOSED.value,
    )
    .distinct()
    .limit(bindparam("most")),
    _Number,
)


async def alike(db: Reader, ticket_id: int, most: int) -> list[str]:
    """Numbers of other tickets that are not settled, in which a creditor said the same."""
    return sorted(row.number for row in await db.all(_ALIKE, ticket=ticket_id, most=most))


async def set_ref(db: Transaction, key: int, ref: str) -> None:
    """Note by which id of the wire a line stands at its reader."""
    await db.run(_SET_REF, key=key, wire=ref)


async def withdraw(db: Transaction, key: int, at: datetime) -> bool:
    """Mark a line as taken back; its words stay. False: it was before. MUST be called with the ticket held."""
    return await db.run(_WITHDRAW, key=key, moment=at) == 1


async def said_since(db: Reader, contact_id: int, since: datetime) -> int:
    """How often a contact wrote to us after a moment and was not answered since."""
    row = await db.one(_SAID_SINCE, contact=contact_id, since=since)
    assert row is not None
    return row.messages


async def give(db: Transaction, ticket_id: int, to: int) -> None:
    """Give what was said and sent in one ticket to another. MUST be called with both held."""
    await db.run(_GIVE_LINES, ticket=ticket_id, to_ticket=to)
    await db.run(_GIVE_FILES, ticket=ticket_id, to_ticket=to)


def key_of_line(line_id: int, place: int = 0) -> str:
    """The key of the outbox row that carries a line, or a file of it by its place."""
    return f"ticket:line:{line_id}:file:{place}" if place else f"ticket:line:{line_id}"


_DELIVERY = Query(
    select(_outbox.outcome, _outbox.attempts).where(_outbox.dedupe_key == bindparam("of_key")), DeliveryRow
)


async def delivery(db: Reader, line_id: int) -> DeliveryRow | None:
    """What became of an agent's words on their way; None: forgotten by now, or never on a way."""
    return await db.one(_DELIVERY, of_key=key_of_line(line_id))


# --- the ladder -------------------------------------------------------------------------------

_TAKE_STEP = Query(
    insert(TicketStep)
    .values(ticket_id=bindparam("ticket"), wait=bindparam("of_wait"), step=bindparam("of_step"), at=bindparam("now"))
    .on_conflict_do_nothing(index_elements=["ticket_id", "wait", "step"])
)
_STEPS = Query(
    select(*(_step[name] for name in StepRow._fields))
    .where(_step.ticket_id == bindparam("ticket"))
    .order_by(_step.at, _step.wait),
    StepRow,
)


async def take_step(db: Transaction, ticket: TicketRow, step: str, at: datetime) -> bool:
    """Take a step of the ladder in this wait. False: it was taken before."""
    return await db.run(_TAKE_STEP, ticket=ticket.id, of_wait=ticket.wait, of_step=step, now=at) == 1


async def steps(db: Reader, ticket_id: int) -> list[StepRow]:
    """The steps a ticket took, in order."""
    return await db.all(_STEPS, ticket=ticket_id)


# --- files ------------------------------------------------------------------------------------

_ADD_FILE = Query(
    insert(TicketFile).values(
        {
            name: bindparam(name)
            for name in (
                "handle", "ticket_id", "message_id", "draft", "contact_id", "media_type", "size", "digest", "harm",
                "seconds", "name", "content", "at",
            )
        }
    )
)  # fmt: skip
_FILES = tuple(_file[name] for name in FileRow._fields)
_FILES_OF = Query(select(*_FILES).where(_file.ticket_id == bindparam("ticket")).order_by(_file.id), FileRow)
_FILES_IN = Query(select(*_FILES).where(_file.draft == bindparam("of_draft")).order_by(_file.id), FileRow)
_OPENED = Query(
    select(_file.content).where(_file.handle == bindparam("of_handle"), _file.ticket_id == bindparam("ticket")),
    _Content,
)
_ATTACH = Query(
    update(TicketFile)
    .values(ticket_id=bindparam("to_ticket"), message_id=bindparam("to_message"), draft=None)
    .where(_file.draft == bindparam("of_draft"))
)


async def add_file(
    db: Transaction,
    *,
    handle: str,
    contact_id: int,
    media_type: str,
    sha256: str,
    name: str,
    content: bytes,
    harm: str | None,
    at: datetime,
    draft: str | None = None,
    ticket_id: int | None = None,
    message_id: int | None = None,
    seconds: int | None = None,
) -> None:
    """Keep a file, sealed: for a draft, or in a ticket."""
    await db.run(
        _ADD_FILE,
        handle=handle,
        ticket_id=ticket_id,
        message_id=message_id,
        draft=draft,
        contact_id=contact_id,
        media_type=media_type,
        size=len(content),
        digest=blind("document", sha256),
        harm=harm,
        seconds=seconds,
        name=name,
        content=content,
        at=at,
    )


async def files_of(db: Reader, ticket_id: int) -> list[FileRow]:
    """The files of a ticket, without their content."""
    return await db.all(_FILES_OF, ticket=ticket_id)


async def files_in(db: Reader, draft: str) -> list[FileRow]:
    """The files a draft holds."""
    return await db.all(_FILES_IN, of_draft=draft)


async def attach(db: Transaction, draft: str, ticket_id: int, message_id: int) -> int:
    """Give the files of a draft to the line they were sent with; how many."""
    return await db.run(_ATTACH, of_draft=draft, to_ticket=ticket_id, to_message=message_id)


_KEPT = Query(
    select(_file.content).where(_file.handle == bindparam("of_handle"), _file.harm.is_(None)),
    _Content,
)


async def kept(db: Reader, handle: str) -> bytes | None:
    """The content of a file that goes out to its creditor. MUST NOT be called with a handle somebody else gave."""
    row = await db.one(_KEPT, of_handle=handle)
    return row.content if row is not None else None


async def file(db: Reader, ticket_id: int, handle: str) -> bytes | None:
    """The content of a file of a ticket, opened."""
    row = await db.one(_OPENED, ticket=ticket_id, of_handle=handle)
    return row.content if row is not None else None


# --- behind the mask --------------------------------------------------------------------------

_REVEALS = tuple(_reveal[name] for name in RevealRow._fields)
_NEW_REVEAL = Query(
    insert(TicketReveal)
    .values({name: bindparam(name) for name in RevealRow._fields if name != "id"})
    .on_conflict_do_nothing(index_elements=["handle"])
)
_END_REVEAL = Query(
    update(TicketReveal)
    .values(status=bindparam("to_status"))
    .where(_reveal.id == bindparam("key"), _reveal.status == bindparam("from_status"))
)
_REVEALED = Query(
    select(*_REVEALS)
    .where(
        _reveal.ticket_id == bindparam("ticket"),
        _reveal.agent == bindparam("by_agent"),
        _reveal.status == RevealStatus.GRANTED.value,
        _reveal.until > bindparam("now"),
    )
    .order_by(_reveal.until.desc())
    .limit(1),
    RevealRow,
)
_REVEALS_DUE = Query(
    select(*_REVEALS)
    .where(_reveal.status == RevealStatus.GRANTED.value, _reveal.until <= bindparam("now"))
    .order_by(_reveal.until)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True),
    RevealRow,
)
_REVEALS_OF = Query(select(*_REVEALS).where(_reveal.ticket_id == bindparam("ticket")).order_by(_reveal.id), RevealRow)


async def move_reveal(db: Transaction, row: RevealRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Grant a look behind the mask, or end it. MUST be called by `ledger.transition` only."""
    if row is None:
        return await db.run(_NEW_REVEAL, status=to, at=at, **changes) == 1
    return await db.run(_END_REVEAL, key=row.id, from_status=row.status, to_status=to) == 1


async def revealed(db: Reader, ticket_id: int, agent: str, now: datetime) -> RevealRow | None:
    """The leave of an agent to read this ticket unmasked now."""
    return await db.one(_REVEALED, ticket=ticket_id, by_agent=agent, now=now)


async def reveals_due(db: Transaction, now: datetime, most: int) -> list[RevealRow]:
    """Leaves whose moment has passed, held."""
    return await db.all(_REVEALS_DUE, now=now, most=most)


async def reveals_of(db: Reader, ticket_id: int) -> list[RevealRow]:
    """Who looked, when, and why."""
    return await db.all(_REVEALS_OF, ticket=ticket_id)


__all__ = [
    "DeliveryRow",
    "FileRow",
    "LineRow",
    "PlaceRow",
    "RevealRow",
    "StepRow",
    "Ticket",
    "TicketFile",
    "TicketMessage",
    "TicketReveal",
    "TicketRow",
    "TicketStep",
    "WordsRow",
    "add_file",
    "add_line",
    "ahead",
    "alike",
    "attach",
    "by_id",
    "by_number",
    "delivery",
    "due",
    "edit",
    "file",
    "files_in",
    "files_of",
    "give",
    "had_by",
    "keep",
    "kept",
    "key_of_line",
    "line",
    "line_of_album",
    "line_of_ref",
    "lines",
    "locked",
    "locked_id",
    "move",
    "move_reveal",
    "of_person",
    "revealed",
    "reveals_due",
    "reveals_of",
    "revisions",
    "said",
    "said_since",
    "set_ref",
    "standing",
    "steps",
    "summed",
    "take_step",
    "ticket_of_line",
    "withdraw",
    "write",
]
