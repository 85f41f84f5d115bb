"""The desk in a Telegram group: which group, who is who there, a topic for each ticket, and what was told in it.

Nothing here can be asked of Telegram again (it lists no topics), so this register is the only memory.
A ticket's own `told` says up to which revision its topic knows it; below 0 that nothing has happened in
it since the group came to be the desk, or since its agent came into the group.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    LargeBinary,
    Text,
    and_,
    bindparam,
    case,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.agents import Agent, Who
from storage.database import Database, Instant, Key, Query, Reader, Transaction, micros, table
from storage.deliveries import EPOCH, URGENT, Outbox
from storage.sealing import SealedText
from storage.terms import TicketStatus
from storage.tickets import Ticket, TicketMessage

#: the one row of the group
_ONE = 1
#: letters of a code that is typed by hand: none looks like another
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_LENGTH = 16
CODE_LIVES = timedelta(hours=1)


class DeskGroup(SQLModel, table=True):
    """The forum group agents work in. Data and no setting: Telegram may give it another id.

    spoken  for each message that still counts, when it counts no more: microseconds, the earliest first
    """

    __tablename__ = "desk_group"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    chat: int = Field(sa_column=Column(Key, nullable=False))
    bound_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    spoken: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class DeskCode(SQLModel, table=True):
    """A code good once: for the group (`agent_id` None), or for one agent's own Telegram. Its hash only."""

    __tablename__ = "desk_code"

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    agent_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class DeskMember(SQLModel, table=True):
    """Which account somebody in the group has. `left_at`: he is not in the group any more, and may do nothing."""

    __tablename__ = "desk_member"

    agent_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    user: int = Field(sa_column=Column("user_id", Key, nullable=False, unique=True))
    bound_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    left_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class DeskUpdate(SQLModel, table=True):
    """An update of the group that was done: its repeat does nothing."""

    __tablename__ = "desk_update"

    channel: str = Field(primary_key=True, max_length=64)
    update_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class Topic(SQLModel, table=True):
    """The topic of a ticket, as far as we know it. One ticket, one row, and so one topic.

    thread         Telegram's id of it; None: it has to be made (again)
    claimed_until  whose hand is making it: until then nobody else does
    title, icon, closed, card, drawn  what is shown now: `card` is the pinned message, `drawn` a hash of its words
    told_line, told_status  what was put on its way to the topic
    told_edits     asked for by the release before; nobody reads it
    """

    __table_args__ = ()

    ticket_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    chat: int = Field(default=0, sa_column=Column(Key, nullable=False, index=True))
    thread: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    claimed_until: datetime = Field(sa_column=Column(Instant, nullable=False))
    title: str = Field(default="", max_length=128)
    icon: str = Field(default="", max_length=8)
    closed: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    card: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    drawn: str = Field(default="", max_length=16)
    told_line: int = Field(default=0, sa_column=Column(Key, nullable=False))
    told_status: str = Field(default="", max_length=16)
    told_edits: datetime = Field(sa_column=Column(Instant, nullable=False))


class TopicMessage(SQLModel, table=True):
    """A message in the group that is a line of a ticket; or words an agent typed that wait for his second tap."""

    __tablename__ = "topic_message"

    chat: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    message: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    ticket_id: int = Field(sa_column=Column(Key, nullable=False))
    line_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    agent_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    held: str | None = Field(default=None, sa_column=Column(SealedText("topic_message.held"), nullable=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class ErasedTopic(SQLModel, table=True):
    """A topic whose creditor was erased: what stands in it is to be deleted in Telegram too."""

    __tablename__ = "erased_topic"

    chat: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    thread: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))


class GroupRow(NamedTuple):
    """The group, and its messages that may still count."""

    chat: int
    spoken: str | None


class CodeRow(NamedTuple):
    """Whom a code is for; None: the group."""

    agent_id: int | None


class TopicRow(NamedTuple):
    """A topic with the number of its ticket."""

    ticket_id: int
    number: str
    status: str
    chat: int
    thread: int | None
    title: str
    icon: str
    closed: bool
    card: int | None
    drawn: str


class NewsRow(NamedTuple):
    """A ticket whose topic does not know it as it is; `elsewhere`: somebody who is not in the group has it."""

    id: int
    number: str
    status: str
    revision: int
    told: int
    elsewhere: bool


class ToldRow(NamedTuple):
    """What a topic was told."""

    told_line: int
    told_status: str


class ErasedRow(NamedTuple):
    """A topic to be deleted."""

    chat: int
    thread: int


class LineRef(NamedTuple):
    """A line without its words."""

    id: int
    agent: str | None
    kind: str
    code: str
    at: datetime
    answers: int | None
    album: str | None


class ShownRow(NamedTuple):
    """Where a line stands, and since when in these words.

    `number` is the ticket whose topic it is, `agent_id` who typed it there himself.
    """

    chat: int
    message: int
    number: str
    agent_id: int | None
    at: datetime


class MessageRow(NamedTuple):
    """A message of the group: the line it is, or the words it holds back."""

    ticket_id: int
    line_id: int | None
    agent_id: int | None
    held: str | None


class _Id(NamedTuple):
    id: int


class _Spoken(NamedTuple):
    spoken: str | None


_group, _code, _member = table(DeskGroup).c, table(DeskCode).c, table(DeskMember).c
_update, _topic, _message = table(DeskUpdate).c, table(Topic).c, table(TopicMessage).c
_erased = table(ErasedTopic).c
_agent, _ticket, _line = table(Agent).c, table(Ticket).c, table(TicketMessage).c
_outbox = table(Outbox).c

# --- the group --------------------------------------------------------------------------------

_GROUP = Query(select(_group.chat, _group.spoken).where(_group.id == _ONE), GroupRow)
_new_group = insert(DeskGroup).values(id=_ONE, chat=bindparam("to_chat"), bound_at=bindparam("now"))
_BIND = Query(
    _new_group.on_conflict_do_update(
        index_elements=["id"], set_={"chat": _new_group.excluded.chat, "bound_at": _new_group.excluded.bound_at}
    )
)
_MOVE_GROUP = Query(
    update(DeskGroup).values(chat=bindparam("to_chat")).where(_group.id == _ONE, _group.chat == bindparam("from_chat"))
)
_MOVE_TOPICS = Query(update(Topic).values(chat=bindparam("to_chat")).where(_topic.chat == bindparam("from_chat")))
_SETTLED = or_(_ticket.status == TicketStatus.SOLVED.value, _ticket.status == TicketStatus.CLOSED.value)
_AS_IT_STOOD = update(Ticket).values(told=-_ticket.revision).where(~_SETTLED)
_NO_TOPIC = ~select(_topic.ticket_id).where(_topic.ticket_id == _ticket.id).exists()
_NOTHING_NEW = Query(_AS_IT_STOOD.where(_ticket.told == 0))


async def group(db: Reader) -> GroupRow | None:
    """The group agents work in."""
    return await db.one(_GROUP)


async def bind_group(db: Transaction, chat: int, at: datetime) -> None:
    """Work in this group from now on."""
    await db.run(_BIND, to_chat=chat, now=at)
    await db.run(_NOTHING_NEW)


async def move_group(db: Transaction, chat: int, to: int) -> bool:
    """Telegram gave the group another id. False: it is not our group, or this is known."""
    if await db.run(_MOVE_GROUP, from_chat=chat, to_chat=to) != 1:
        return False
    await db.run(_MOVE_TOPICS, from_chat=chat, to_chat=to)
    return True


_SPOKEN = Query(select(_group.spoken).where(_group.id == _ONE).with_for_update(key_share=True), _Spoken)
_ON_ITS_WAY = Query(
    select(_outbox.id)
    .where(_outbox.channel == bindparam("of_channel"), _outbox.lane == URGENT, _outbox.done_at.is_(None))
    .order_by(_outbox.due_at)
    .limit(1),
    _Id,
)
_SPEAK = Query(update(DeskGroup).values(spoken=bindparam("to_spoken")).where(_group.id == _ONE))


def _counting(spoken: str | None, now: datetime) -> list[int]:
    return sorted(one for one in map(int, spoken.split(",")) if one > micros(now)) if spoken else []


async def _spoken(db: Transaction, now: datetime) -> list[int]:
    row = await db.one(_SPOKEN)
    return _counting(row.spoken, now) if row is not None else []


async def speak(db: Transaction, messages: int, most: int, span: timedelta, now: datetime) -> timedelta:
    """Count messages that are about to be sent to the group, or say how long there is no room for them all.

    MUST NOT count more than `most` in any stretch of `span`, however many processes ask. What was counted
    and not sent (a crash) counts all the same.
    """
    spoken = await _spoken(db, now)
    over = len(spoken) + messages - most
    if over > 0:
        return timedelta(microseconds=spoken[over - 1] - micros(now))
    await db.run(_SPEAK, to_spoken=",".join(map(str, [*spoken, *[micros(now + span)] * messages])))
    return timedelta()


async def leisure(db: Reader, row: GroupRow, channel: str, most: int, now: datetime) -> int:
    """How many messages the group has room for until `most` count; none while something is on its way to it."""
    room = most - len(_counting(row.spoken, now))
    return room if room > 0 and await db.one(_ON_ITS_WAY, of_channel=channel) is None else 0


async def hush(db: Transaction, most: int, until: datetime, now: datetime) -> None:
    """Telegram wants no message in the group before `until`: nobody has room till then."""
    spoken = await _spoken(db, now)
    spoken = [0] * (most - len(spoken)) + spoken
    await db.run(_SPEAK, to_spoken=",".join(str(max(one, micros(until))) for one in spoken))


# --- codes ------------------------------------------------------------------------------------

_ISSUE = Query(
    insert(DeskCode).values(digest=bindparam("of_digest"), agent_id=bindparam("agent"), expires_at=bindparam("until"))
)
_CODE_IS = (_code.digest == bindparam("of_digest"), _code.expires_at > bindparam("now"))
_CODE = Query(select(_code.agent_id).where(*_CODE_IS), CodeRow)
_SPEND = Query(delete(DeskCode).where(*_CODE_IS))


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.strip().upper().encode("utf-8", "surrogatepass")).digest()


async def issue(db: Transaction, agent_id: int | None, expires_at: datetime) -> str:
    """A new code: for an agent, or for the group. It leaves this module once."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    await db.run(_ISSUE, of_digest=_digest(code), agent=agent_id, until=expires_at)
    return code


async def code_for_group(database: Database, at: datetime) -> str:
    """A code that makes a group the desk."""
    return await database.write(lambda db: issue(db, None, at + CODE_LIVES))


async def code_for_agent(database: Database, name: str, at: datetime) -> str | None:
    """A code by which an agent binds his own Telegram; None: nobody of this name stands."""

    async def act(db: Transaction) -> str | None:
        who = await agent(db, name.strip().lower())
        return None if who is None else await issue(db, who.id, at + CODE_LIVES)

    return await database.write(act)


async def code(db: Reader, typed: str, now: datetime) -> CodeRow | None:
    """What a code is for; None: wrong, used, or too late."""
    return await db.one(_CODE, of_digest=_digest(typed), now=now)


async def spend(db: Transaction, typed: str, now: datetime) -> bool:
    """Use a code up. Of two at once exactly one gets True."""
    return await db.run(_SPEND, of_digest=_digest(typed), now=now) == 1


# --- who is who -------------------------------------------------------------------------------

_MEMBER = Query(
    select(_agent.id, _agent.name, _agent.role)
    .select_from(table(DeskMember))
    .join(table(Agent), _agent.id == _member.agent_id)
    .where(_member.user_id == bindparam("of_user"), _member.left_at.is_(None), _agent.revoked_at.is_(None)),
    Who,
)
_STANDING_AGENT = Query(
    select(_agent.id, _agent.name, _agent.role).where(_agent.name == bindparam("of_name"), _agent.revoked_at.is_(None)),
    Who,
)
_AGENT = Query(
    select(_agent.id, _agent.name, _agent.role).where(_agent.id == bindparam("key"), _agent.revoked_at.is_(None)), Who
)
_FORGET = Query(
    delete(DeskMember).where(or_(_member.user_id == bindparam("of_user"), _member.agent_id == bindparam("agent")))
)
_JOIN = Query(
    insert(DeskMember).values(
        {"agent_id": bindparam("agent"), "user_id": bindparam("of_user"), "bound_at": bindparam("now")}
    )
)
_NAME = select(_agent.name).where(_agent.id == bindparam("agent")).scalar_subquery()
_HE_HAS = Query(_AS_IT_STOOD.where(_ticket.agent == _NAME, _NO_TOPIC))
_LEAVE = Query(update(DeskMember).values(left_at=bindparam("moment")).where(_member.user_id == bindparam("of_user")))


async def member(db: Reader, user: int) -> Who | None:
    """The account of somebody in the group. MUST be None for one who left it, and once the account is revoked."""
    return await db.one(_MEMBER, of_user=user)


async def agent(db: Reader, name: str) -> Who | None:
    """An account that stands, by its name."""
    return await db.one(_STANDING_AGENT, of_name=name)


async def agent_of(db: Reader, key: int) -> Who | None:
    """An account that stands, by its key."""
    return await db.one(_AGENT, key=key)


async def join(db: Transaction, agent_id: int, user: int, at: datetime) -> None:
    """This account is this Telegram user; each has only one of the other."""
    await db.run(_FORGET, of_user=user, agent=agent_id)
    await db.run(_JOIN, agent=agent_id, of_user=user, now=at)
    await db.run(_HE_HAS, agent=agent_id)


async def leave(db: Transaction, user: int, at: datetime | None) -> None:
    """Somebody left the group; None: he is back."""
    await db.run(_LEAVE, of_user=user, moment=at)


# --- updates ----------------------------------------------------------------------------------

_SEEN = Query(
    insert(DeskUpdate)
    .values(channel=bindparam("of_channel"), update_id=bindparam("key"), at=bindparam("now"))
    .on_conflict_do_nothing(index_elements=["channel", "update_id"])
)


async def first_time(db: Transaction, channel: str, update_id: int, at: datetime) -> bool:
    """Whether this update is new. MUST be called in the transaction of its effect, before it."""
    return await db.run(_SEEN, of_channel=channel, key=update_id, now=at) == 1


# --- topics -----------------------------------------------------------------------------------

_TOPICS = select(
    _topic.ticket_id,
    _ticket.number,
    _ticket.status,
    *(_topic[name] for name in TopicRow._fields if name not in ("ticket_id", "number", "status")),
).join(table(Ticket), _ticket.id == _topic.ticket_id)
_TOPIC = Query(_TOPICS.where(_ticket.number == bindparam("of_number")), TopicRow)
_THREAD = Query(
    _TOPICS.where(_topic.chat == bindparam("of_chat"), _topic.thread == bindparam("of_thread")).limit(1), TopicRow
)
_CLAIM = Query(
    update(Topic)
    .values(claimed_until=bindparam("until"), chat=bindparam("to_chat"), thread=None, card=None, drawn="")
    .where(
        _topic.ticket_id == bindparam("key"),
        or_(_topic.thread.is_(None), _topic.chat != bindparam("to_chat")),
        _topic.claimed_until <= bindparam("now"),
    )
)
_MADE = Query(
    update(Topic)
    .values(
        thread=bindparam("to_thread"),
        title=bindparam("to_title"),
        icon=bindparam("to_icon"),
        closed=False,
        claimed_until=EPOCH,
    )
    .where(_topic.ticket_id == bindparam("key"))
)
_FREE = Query(update(Topic).values(claimed_until=EPOCH).where(_topic.ticket_id == bindparam("key")))
_LOST = Query(
    update(Topic)
    .values(thread=None, card=None, drawn="", claimed_until=EPOCH)
    .where(_topic.ticket_id == bindparam("key"), _topic.thread == bindparam("of_thread"))
)
_NAMED = Query(
    update(Topic)
    .values(title=bindparam("to_title"), icon=bindparam("to_icon"))
    .where(_topic.ticket_id == bindparam("key"))
)
_SHUT = Query(update(Topic).values(closed=bindparam("to_closed")).where(_topic.ticket_id == bindparam("key")))
_CARD = Query(
    update(Topic)
    .values(card=bindparam("to_card"), drawn=bindparam("to_drawn"))
    .where(_topic.ticket_id == bindparam("key"))
)


async def topic(db: Reader, number: str) -> TopicRow | None:
    """The topic of a ticket by its number."""
    return await db.one(_TOPIC, of_number=number)


async def of_thread(db: Reader, chat: int, thread: int) -> TopicRow | None:
    """The topic behind an id of Telegram's."""
    return await db.one(_THREAD, of_chat=chat, of_thread=thread)


async def claim(db: Transaction, ticket_id: int, chat: int, now: datetime, until: datetime) -> bool:
    """Take it upon oneself to make a topic. False: there is one, or somebody is at it."""
    return await db.run(_CLAIM, key=ticket_id, to_chat=chat, now=now, until=until) == 1


async def free(db: Transaction, ticket_id: int) -> None:
    """It was certainly not made: whoever comes next may try."""
    await db.run(_FREE, key=ticket_id)


async def made(db: Transaction, ticket_id: int, thread: int, title: str, icon: str) -> None:
    """The topic is there."""
    await db.run(_MADE, key=ticket_id, to_thread=thread, to_title=title, to_icon=icon)


async def lost(db: Transaction, ticket_id: int, thread: int) -> None:
    """Somebody deleted the topic."""
    await db.run(_LOST, key=ticket_id, of_thread=thread)


async def named(db: Transaction, ticket_id: int, title: str, icon: str) -> None:
    """This is what it is called now."""
    await db.run(_NAMED, key=ticket_id, to_title=title, to_icon=icon)


async def shut(db: Transaction, ticket_id: int, closed: bool) -> None:
    """It is closed, or open again."""
    await db.run(_SHUT, key=ticket_id, to_closed=closed)


async def carded(db: Transaction, ticket_id: int, card: int | None, drawn: str) -> None:
    """This is its card, and what stands on it."""
    await db.run(_CARD, key=ticket_id, to_card=card, to_drawn=drawn)


# --- what is to be told -----------------------------------------------------------------------

_UNTOLD = _ticket.told < _ticket.revision
_IN_GROUP = _ticket.agent.in_(
    select(_agent.name)
    .select_from(table(DeskMember))
    .join(table(Agent), _agent.id == _member.agent_id)
    .where(_member.left_at.is_(None))
)
_ANYBODYS = or_(_ticket.agent.is_(None), _ticket.tier != "agent")  # nobody has it, or more than he who has it must look
_ELSEWHERE = and_(~_ANYBODYS, ~_IN_GROUP)
_NEW = _ticket.told + _ticket.revision > 0
#: what goes before all else, or needs no message
_PRESSING = and_(
    _UNTOLD,
    or_(and_(_NEW, or_(_IN_GROUP, and_(_ANYBODYS, ~_NO_TOPIC))), and_(_ELSEWHERE, _NO_TOPIC), _SETTLED),
)
_ANY = Query(select(_ticket.id).where(_UNTOLD).limit(1), _Id)
_ANY_PRESSING = Query(select(_ticket.id).where(_PRESSING).limit(1), _Id)
_NEWS_ROWS = (
    select(
        *(_ticket[name] for name in NewsRow._fields if name != "elsewhere"),
        case((_ELSEWHERE, True), else_=False).label("elsewhere"),
    )
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, key_share=True)
)
_NEWS = Query(_NEWS_ROWS.where(_PRESSING).order_by(_ticket.id), NewsRow)
_LEISURELY = Query(
    _NEWS_ROWS.where(_UNTOLD).order_by(
        case((and_(_ANYBODYS, _NEW), 0), (_IN_GROUP, 1), (_ANYBODYS, 2), else_=3),
        _ticket.priority,
        _ticket.asked_at,
        _ticket.id,
    ),
    NewsRow,
)
_TOLD = Query(update(Ticket).values(told=bindparam("to_told")).where(_ticket.id == bindparam("key")))
_KNOWN = Query(select(_topic.told_line, _topic.told_status).where(_topic.ticket_id == bindparam("key")), ToldRow)
_BEGIN = Query(
    insert(Topic).values(
        ticket_id=bindparam("key"),
        chat=0,
        claimed_until=EPOCH,
        title="",
        icon="",
        closed=False,
        drawn="",
        told_line=bindparam("line"),
        told_status=bindparam("of_status"),
        told_edits=bindparam("now"),
    )
)
_GO_ON = Query(
    update(Topic)
    .values(told_line=bindparam("line"), told_status=bindparam("of_status"))
    .where(_topic.ticket_id == bindparam("key"))
)
_REFS = select(*(_line[name] for name in LineRef._fields)).where(_line.ticket_id == bindparam("ticket"))
_NEW_LINES = Query(_REFS.where(_line.id > bindparam("after")).order_by(_line.id).limit(bindparam("most")), LineRef)
_LAST = Query(_REFS.where(_line.kind == "said").order_by(_line.id.desc()).limit(1), LineRef)


async def any_news(db: Reader, *, pressing: bool = False) -> bool:
    """Whether some ticket is not as its topic knows it; `pressing`: and that goes before all else."""
    return await db.one(_ANY_PRESSING if pressing else _ANY) is not None


async def news(db: Transaction, most: int, others: int) -> list[NewsRow]:
    """Tickets that are not as their topics know them, held; what another process holds is left to it.

    What is new where the group has a topic, or one of its people the ticket, goes first; then so many of the
    others: new ones nobody has, those that somebody in the group has, and so on as the queue has them.
    """
    return await db.all(_NEWS, most=most) or (await db.all(_LEISURELY, most=others) if others else [])


async def told(db: Transaction, ticket_id: int, revision: int) -> None:
    """The topic of a ticket was told all up to this revision. MUST be called with the ticket held."""
    await db.run(_TOLD, key=ticket_id, to_told=revision)


async def known(db: Reader, ticket_id: int) -> ToldRow | None:
    """What a topic was told; None: the ticket has none."""
    return await db.one(_KNOWN, key=ticket_id)


async def begin(db: Transaction, ticket_id: int, line: int, status: str, at: datetime) -> None:
    """A ticket gets a topic. MUST be called with the ticket held."""
    await db.run(_BEGIN, key=ticket_id, line=line, of_status=status, now=at)


async def go_on(db: Transaction, ticket_id: int, line: int, status: str) -> None:
    """A topic was told up to here. MUST be called with the ticket held."""
    await db.run(_GO_ON, key=ticket_id, line=line, of_status=status)


async def lines_after(db: Reader, ticket_id: int, line: int, most: int) -> list[LineRef]:
    """What came into a ticket after a line. In one ticket ids commit in order: its lock is held."""
    return await db.all(_NEW_LINES, ticket=ticket_id, after=line, most=most)


async def last_said(db: Reader, ticket_id: int) -> LineRef | None:
    """The last thing said in a ticket."""
    return await db.one(_LAST, ticket=ticket_id)


# --- what is to be deleted --------------------------------------------------------------------

_ERASED = Query(select(_erased.chat, _erased.thread).limit(bindparam("most")), ErasedRow)
_DROP_ERASED = Query(
    delete(ErasedTopic).where(_erased.chat == bindparam("of_chat"), _erased.thread == bindparam("of_thread"))
)


class _Receipt(NamedTuple):
    receipt: str | None


_RECEIPT = Query(select(_outbox.receipt).where(_outbox.dedupe_key == bindparam("of_key")), _Receipt)


async def erased(db: Reader, most: int) -> list[ErasedRow]:
    """Topics of creditors who were erased."""
    return await db.all(_ERASED, most=most)


async def take_erased(db: Transaction, row: ErasedRow) -> bool:
    """Take it upon oneself to delete one. False: somebody else does."""
    return await db.run(_DROP_ERASED, of_chat=row.chat, of_thread=row.thread) == 1


async def receipt(db: Reader, key: str) -> str | None:
    """By which ids of the wire a row of the outbox went out; None: it did not, or that is forgotten."""
    row = await db.one(_RECEIPT, of_key=key)
    return row.receipt if row is not None else None


# --- messages ---------------------------------------------------------------------------------

_new_message = insert(TopicMessage).values(
    {name: bindparam(name) for name in ("chat", "message", "ticket_id", "line_id", "agent_id", "held", "at")}
)
_KEEP = Query(
    _new_message.on_conflict_do_update(
        index_elements=["chat", "message"],
        set_={name: _new_message.excluded[name] for name in ("ticket_id", "line_id", "agent_id", "held", "at")},
    )
)
_MESSAGE = Query(
    select(*(_message[name] for name in MessageRow._fields)).where(
        _message.chat == bindparam("of_chat"), _message.message == bindparam("key")
    ),
    MessageRow,
)
_SHOWS = Query(
    select(_message.chat, _message.message, _ticket.number, _message.agent_id, _message.at)
    .join(table(Ticket), _ticket.id == _message.ticket_id)
    .where(_message.line_id == bindparam("line"))
    .order_by(_message.at.desc())
    .limit(1),
    ShownRow,
)
_DROP = Query(
    delete(TopicMessage).where(
        and_(_message.chat == bindparam("of_chat"), _message.message == bindparam("key"), _message.held.is_not(None))
    )
)


async def keep(
    db: Transaction,
    chat: int,
    message: int,
    ticket_id: int,
    at: datetime,
    *,
    line: int | None = None,
    agent_id: int | None = None,
    held: str | None = None,
) -> None:
    """Note which line a message is, and since when in these words; or the words it holds back."""
    await db.run(
        _KEEP, chat=chat, message=message, ticket_id=ticket_id, line_id=line, agent_id=agent_id, held=held, at=at
    )


async def message(db: Reader, chat: int, number: int) -> MessageRow | None:
    """What a message of the group is to us."""
    return await db.one(_MESSAGE, of_chat=chat, key=number)


async def shows(db: Reader, line: int) -> ShownRow | None:
    """The newest message that shows a line."""
    return await db.one(_SHOWS, line=line)


async def drop(db: Transaction, chat: int, number: int) -> bool:
    """Let go of words that were held back. Of two at once exactly one gets True."""
    return await db.run(_DROP, of_chat=chat, key=number) == 1


__all__ = [
    "CodeRow",
    "DeskCode",
    "DeskGroup",
    "DeskMember",
    "DeskUpdate",
    "ErasedRow",
    "ErasedTopic",
    "GroupRow",
    "LineRef",
    "MessageRow",
    "NewsRow",
    "ShownRow",
    "ToldRow",
    "Topic",
    "TopicMessage",
    "TopicRow",
    "agent",
    "agent_of",
    "any_news",
    "begin",
    "bind_group",
    "carded",
    "claim",
    "code",
    "code_for_agent",
    "code_for_group",
    "drop",
    "erased",
    "first_time",
    "free",
    "go_on",
    "group",
    "hush",
    "issue",
    "join",
    "keep",
    "known",
    "last_said",
    "leave",
    "leisure",
    "lines_after",
    "lost",
    "made",
    "member",
    "message",
    "move_group",
    "named",
    "news",
    "of_thread",
    "receipt",
    "shows",
    "shut",
    "speak",
    "spend",
    "take_erased",
    "told",
    "topic",
]
