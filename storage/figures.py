"""How long people waited: what the desk's page of figures is reckoned from. No word of anybody."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select

from storage.database import Query, Reader, table
from storage.people import Contact
from storage.terms import TicketStatus
from storage.tickets import Ticket, TicketMessage

MOST = 5000


class TicketTimes(NamedTuple):
    """One ticket; `answered_at` is when an agent first answered, `solved_at` since when it counts as settled."""

    id: int
    opened_at: datetime
    solved_at: datetime | None
    status: str
    category: str
    priority: int
    locale: str
    agent: str | None
    score: int | None
    answered_at: datetime | None


class Load(NamedTuple):
    """How many tickets stand in a status, at one tier."""

    status: str
    tier: str
    tickets: int


_ticket, _line = table(Ticket).c, table(TicketMessage).c
_OWN = tuple(table(Contact).c.locale if name == "locale" else _ticket[name] for name in TicketTimes._fields[:-1])
_SINCE = Query(
    select(*_OWN, func.min(_line.at, type_=_line.at.type))
    .select_from(table(Ticket))
    .join(table(Contact), table(Contact).c.id == _ticket.contact_id)
    .outerjoin(
        table(TicketMessage),
        and_(_line.ticket_id == _ticket.id, _line.kind == "said", _line.agent.is_not(None)),
    )
    .where(_ticket.opened_at >= bindparam("since"), _ticket.merged_into.is_(None))
    .group_by(*_OWN)
    .order_by(_ticket.id.desc())
    .limit(bindparam("most")),
    TicketTimes,
)


_LOAD = Query(
    select(_ticket.status, _ticket.tier, func.count(_ticket.id))
    .where(_ticket.status != TicketStatus.CLOSED.value)
    .group_by(_ticket.status, _ticket.tier),
    Load,
)


async def load(db: Reader) -> list[Load]:
    """How many tickets stand in each status but closed, by tier."""
    return await db.all(_LOAD)


async def since(db: Reader, moment: datetime) -> list[TicketTimes]:
    """The tickets opened after a moment, the newest first; what went into another one is that one."""
    return await db.all(_SINCE, since=moment, most=MOST)
