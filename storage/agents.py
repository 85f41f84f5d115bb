"""Who sits at the desk: accounts, how they come in, and what they did at the door.

Coming in takes a link from the operator (good once) and a code from the agent's phone. A token
stands here as its SHA-256 only, the phone's secret sealed; it leaves this module once, to be shown
to its owner, and is then only compared with.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Column, Index, LargeBinary, bindparam, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage import totp
from storage.database import Database, Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedBytes
from storage.tickets import Ticket, TicketMessage

#: what an agent may be; who may do what is decided at the desk's door
ROLES = ("agent", "senior", "supervisor", "auditor")

LINK_LIVES = timedelta(hours=1)
#: between the link and the code
DOORSTEP = timedelta(minutes=10)
SESSION_LIVES = timedelta(hours=12)
#: so many wrong codes, and the door stays shut for a while
MOST_WRONG = 5
SHUT = timedelta(minutes=15)
MOST_LISTED = 500
MOST_VISITS = 200

_LINK, _HALF, _SESSION = "link", "half", "session"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class Agent(SQLModel, table=True):
    """One account. `secret` is what the phone reckons with, `confirmed` once a first code has matched.

    used_step  the step of the last code that was taken: none is taken twice
    wrong      wrong codes in a row; `shut_until` says how long nothing is looked at
    """

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    name: str = Field(unique=True, max_length=40)
    role: str = Field(max_length=12)
    secret: bytes = Field(sa_column=Column(SealedBytes("agent.secret"), nullable=False))
    confirmed: bool = False
    used_step: int = Field(default=0, sa_column=Column(Key, nullable=False))
    wrong: int = 0
    shut_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AgentToken(SQLModel, table=True):
    """A link, the time between link and code, or a session: the hash of its token."""

    __tablename__ = "agent_token"

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    agent_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    purpose: str = Field(max_length=8)
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AgentVisit(SQLModel, table=True):
    """What happened: invited, came, wrong, shut, left, ended, revoked; and `opened`, a document of the claim `subject`.

    MUST NOT hold a token or a code.
    """

    __tablename__ = "agent_visit"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    agent_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    what: str = Field(max_length=12)
    subject: str = Field(default="", max_length=16)
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class AgentMention(SQLModel, table=True):
    """An agent was named in a note (`line_id`), and has not seen it yet while `read_at` is None."""

    __tablename__ = "agent_mention"
    __table_args__ = (Index("ix_agent_mention_unread", "agent_id", "read_at"),)

    line_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    agent_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
    read_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class AgentRow(NamedTuple):
    """An account as the operator reads it."""

    id: int
    name: str
    role: str
    confirmed: bool
    shut_until: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class Who(NamedTuple):
    """Whose session it is."""

    id: int
    name: str
    role: str


class Doorstep(NamedTuple):
    """Whom the desk waits for a code from. `secret` is there until a first code has matched, then None."""

    name: str
    secret: bytes | None


class VisitRow(NamedTuple):
    """One line of the book at the door."""

    name: str
    what: str
    subject: str
    at: datetime


class _Number(NamedTuple):
    number: str


class _Held(NamedTuple):
    id: int
    name: str
    secret: bytes
    confirmed: bool
    used_step: int
    wrong: int
    shut_until: datetime | None


_agent, _token, _visit = table(Agent).c, table(AgentToken).c, table(AgentVisit).c


def named(name: str) -> str:
    """The one spelling of an agent's name, the same as of an operator's. Raises ValueError."""
    folded = name.strip().lower()
    if not _NAME.fullmatch(folded):
        raise ValueError("an agent's name is 1 to 40 of a-z 0-9 . _ -")
    return folded


def _digest(token: str) -> bytes:
    # surrogatepass: a header may carry bytes that are no text, and they are to be refused, not to raise
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


# --- accounts: the operator's side ------------------------------------------------------------

_ADD = Query(
    insert(Agent)
    .values(
        name=bindparam("new_name"),
        role=bindparam("new_role"),
        secret=bindparam("new_secret"),
        created_at=bindparam("now"),
        confirmed=False,
        used_step=0,
        wrong=0,
    )
    .on_conflict_do_nothing(index_elements=["name"])
)
_AGAIN = Query(
    update(Agent)
    .values(
        role=bindparam("new_role"),
        secret=bindparam("new_secret"),
        confirmed=False,
        used_step=0,
        wrong=0,
        shut_until=None,
        revoked_at=None,
    )
    .where(_agent.name == bindparam("of_name"), _agent.revoked_at.is_not(None))
)
_REVOKE = Query(
    update(Agent)
    .values(revoked_at=bindparam("now"))
    .where(_agent.name == bindparam("of_name"), _agent.revoked_at.is_(None))
)
_ROWS = tuple(_agent[name] for name in AgentRow._fields)
_ALL = Query(select(*_ROWS).order_by(_agent.name).limit(bindparam("most")), AgentRow)
_NAMED = Query(select(*_ROWS).where(_agent.name == bindparam("of_name")), AgentRow)
_FORGET_ALL = Query(delete(AgentToken).where(_token.agent_id == bindparam("agent")))
_NOTE = Query(
    insert(AgentVisit).values(agent_id=bindparam("agent"), what=bindparam("happened"), subject="", at=bindparam("now"))
)
_OPENED = Query(
    insert(AgentVisit).from_select(
        ["agent_id", "what", "subject", "at"],
        select(
            _agent.id,
            literal("opened"),
            bindparam("of_subject", type_=_visit.subject.type),
            bindparam("now", type_=_visit.at.type),
        ).where(_agent.name == bindparam("of_name")),
    )
)
_VISITS = Query(
    select(_agent.name, _visit.what, _visit.subject, _visit.at)
    .join(table(Agent), _agent.id == _visit.agent_id)
    .order_by(_visit.id.desc())
    .limit(bindparam("most")),
    VisitRow,
)


async def everybody(db: Reader) -> list[AgentRow]:
    """Every account, by name."""
    return await db.all(_ALL, most=MOST_LISTED)


async def visits(db: Reader) -> list[VisitRow]:
    """What happened at the door, the newest first."""
    return await db.all(_VISITS, most=MOST_VISITS)


async def opened(database: Database, name: str, subject: str, at: datetime) -> None:
    """Note that an agent looked at a document or at the figures of this claim."""
    await database.write(lambda db: db.run(_OPENED, of_name=name, of_subject=subject, now=at))


async def named_as(db: Reader, name: str) -> AgentRow | None:
    """The account of this name, revoked ones too; None also for what is no name."""
    return await db.one(_NAMED, of_name=name.strip().lower())


# --- named in a note --------------------------------------------------------------------------

_mention, _line, _ticket = table(AgentMention).c, table(TicketMessage).c, table(Ticket).c
_WHOSE = select(_agent.id).where(_agent.name == bindparam("of_name")).scalar_subquery()
_MENTION = Query(
    insert(AgentMention)
    .values(line_id=bindparam("line"), agent_id=bindparam("agent"), at=bindparam("now"))
    .on_conflict_do_nothing(index_elements=["line_id", "agent_id"])
)
_MENTIONED = Query(
    select(_ticket.number)
    .select_from(table(AgentMention))
    .join(table(TicketMessage), _line.id == _mention.line_id)
    .join(table(Ticket), _ticket.id == _line.ticket_id)
    .where(_mention.agent_id == _WHOSE, _mention.read_at.is_(None))
    .order_by(_mention.at.desc())
    .limit(bindparam("most")),
    _Number,
)
_READ = Query(
    update(AgentMention)
    .values(read_at=bindparam("now"))
    .where(
        _mention.agent_id == _WHOSE,
        _mention.read_at.is_(None),
        _mention.line_id.in_(
            select(_line.id).join(table(Ticket), _ticket.id == _line.ticket_id).where(_ticket.number == bindparam("of"))
        ),
    )
)
MOST_MENTIONS = 100


async def mention(db: Transaction, line_id: int, agent_id: int, at: datetime) -> None:
    """Name an agent in a note. Naming him twice there is naming him once."""
    await db.run(_MENTION, line=line_id, agent=agent_id, now=at)


async def mentioned(db: Reader, name: str) -> list[str]:
    """Numbers of the tickets in which an agent was named and has not looked since, the newest first."""
    return list(dict.fromkeys(row.number for row in await db.all(_MENTIONED, of_name=name, most=MOST_MENTIONS)))


async def read_mentions(db: Transaction, name: str, number: str, at: datetime) -> int:
    """The agent looked at a ticket: how many mentions he has read by it."""
    return await db.run(_READ, of_name=name, of=number, now=at)


# --- accounts, again: what happens to them ------------------------------------------------------


async def add(database: Database, name: str, role: str, at: datetime) -> str | None:
    """Make an account, or make a revoked one anew; the token of its first link. None: it stands already.

    Raises ValueError for a name or a role that is none.
    """
    name = named(name)
    if role not in ROLES:
        raise ValueError(f"a role is one of {', '.join(ROLES)}")

    async def act(db: Transaction) -> str | None:
        fresh = {"new_role": role, "new_secret": secrets.token_bytes(totp.LENGTH)}
        if await db.run(_ADD, new_name=name, now=at, **fresh) != 1 and await db.run(_AGAIN, of_name=name, **fresh) != 1:
            return None
        return await _invite(db, name, at)

    return await database.write(act)


async def invite(database: Database, name: str, at: datetime) -> str | None:
    """The token of one more link for an account; None: there is none, or it is revoked."""
    return await database.write(lambda db: _invite(db, named(name), at))


async def _invite(db: Transaction, name: str, at: datetime) -> str | None:
    row = await db.one(_NAMED, of_name=name)
    if row is None or row.revoked_at is not None:
        return None
    await db.run(_NOTE, agent=row.id, happened="invited", now=at)
    return await _issue(db, row.id, _LINK, at + LINK_LIVES)


async def revoke(database: Database, name: str, at: datetime) -> bool:
    """Take an account back, with every session and link of it, at once. False: nobody of this name stands."""

    async def act(db: Transaction) -> bool:
        if await db.run(_REVOKE, of_name=named(name), now=at) != 1:
            return False
        row = await db.one(_NAMED, of_name=named(name))
        assert row is not None
        await db.run(_FORGET_ALL, agent=row.id)
        await db.run(_NOTE, agent=row.id, happened="revoked", now=at)
        return True

    return await database.write(act)


async def end_sessions(database: Database, name: str, at: datetime) -> bool:
    """End every session and link of an account, at once; the account stands. False: nobody of this name stands."""

    async def act(db: Transaction) -> bool:
        row = await named_as(db, name)
        if row is None or row.revoked_at is not None:
            return False
        await db.run(_FORGET_ALL, agent=row.id)
        await db.run(_NOTE, agent=row.id, happened="ended", now=at)
        return True

    return await database.write(act)


# --- coming in: the agent's side --------------------------------------------------------------

_ISSUE = Query(
    insert(AgentToken).values(
        digest=bindparam("of_digest"),
        agent_id=bindparam("agent"),
        purpose=bindparam("of_purpose"),
        expires_at=bindparam("until"),
    )
)
_IS = (
    _token.digest == bindparam("of_digest"),
    _token.purpose == bindparam("of_purpose"),
    _token.expires_at > bindparam("now"),
)
_OWNER = (
    select(_agent.id, _agent.name, _agent.role)
    .join(table(AgentToken), _token.agent_id == _agent.id)
    .where(*_IS, _agent.revoked_at.is_(None))
)
_WHO = Query(_OWNER, Who)
_HELD = Query(
    select(*(_agent[name] for name in _Held._fields))
    .join(table(AgentToken), _token.agent_id == _agent.id)
    .where(*_IS, _agent.revoked_at.is_(None))
    .with_for_update(of=table(Agent)),
    _Held,
)
_SEEN = Query(
    select(*(_agent[name] for name in _Held._fields))
    .join(table(AgentToken), _token.agent_id == _agent.id)
    .where(*_IS, _agent.revoked_at.is_(None)),
    _Held,
)
_SPEND = Query(delete(AgentToken).where(*_IS))
_RIGHT = Query(
    update(Agent)
    .values(confirmed=True, used_step=bindparam("this_step"), wrong=0, shut_until=None)
    .where(_agent.id == bindparam("key"))
)
_WRONG = Query(
    update(Agent)
    .values(wrong=bindparam("so_often"), shut_until=bindparam("until"))
    .where(_agent.id == bindparam("key"))
)


async def _issue(db: Transaction, agent: int, purpose: str, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    await db.run(_ISSUE, of_digest=_digest(token), agent=agent, of_purpose=purpose, until=expires_at)
    return token


async def open_link(database: Database, token: str, at: datetime) -> str | None:
    """Turn a link's token into that of the doorstep. None: used, expired, revoked or never ours.

    Of two at once exactly one gets in.
    """

    async def act(db: Transaction) -> str | None:
        who = await db.one(_WHO, of_digest=_digest(token), of_purpose=_LINK, now=at)
        if who is None or await db.run(_SPEND, of_digest=_digest(token), of_purpose=_LINK, now=at) != 1:
            return None
        return await _issue(db, who.id, _HALF, at + DOORSTEP)

    return await database.write(act)


async def doorstep(db: Reader, token: str, at: datetime) -> Doorstep | None:
    """Who stands at the doorstep with this token."""
    row = await db.one(_SEEN, of_digest=_digest(token), of_purpose=_HALF, now=at)
    return None if row is None else Doorstep(row.name, None if row.confirmed else row.secret)


async def come_in(database: Database, token: str, said: str, at: datetime) -> str | None:
    """Turn a doorstep's token and a code into a session's token. None: not the code, too many were not, or too late.

    MUST take a code once, and MUST look at none while the door is shut, the right one included.
    """

    async def act(db: Transaction) -> str | None:
        row = await db.one(_HELD, of_digest=_digest(token), of_purpose=_HALF, now=at)
        if row is None:
            return None
        if row.shut_until is not None and row.shut_until > at:
            return None
        step = totp.matching(row.secret, said, at, row.used_step)
        if step is None:
            wrong = row.wrong + 1
            shut = wrong >= MOST_WRONG
            await db.run(_WRONG, key=row.id, so_often=0 if shut else wrong, until=at + SHUT if shut else None)
            await db.run(_NOTE, agent=row.id, happened="shut" if shut else "wrong", now=at)
            return None
        if await db.run(_SPEND, of_digest=_digest(token), of_purpose=_HALF, now=at) != 1:
            return None
        await db.run(_RIGHT, key=row.id, this_step=step)
        await db.run(_NOTE, agent=row.id, happened="came", now=at)
        return await _issue(db, row.id, _SESSION, at + SESSION_LIVES)

    return await database.write(act)


async def who(db: Reader, token: str, at: datetime) -> Who | None:
    """Whose session this is. None: ended, taken back, or never ours."""
    return await db.one(_WHO, of_digest=_digest(token), of_purpose=_SESSION, now=at)


async def leave(database: Database, token: str, at: datetime) -> None:
    """End a session."""

    async def act(db: Transaction) -> None:
        found = await db.one(_WHO, of_digest=_digest(token), of_purpose=_SESSION, now=at)
        if found is not None:
            await db.run(_SPEND, of_digest=_digest(token), of_purpose=_SESSION, now=at)
            await db.run(_NOTE, agent=found.id, happened="left", now=at)

    await database.write(act)
