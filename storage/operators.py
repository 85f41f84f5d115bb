"""What an operator's page reads: who may look, a masked overview, and the local mailbox.

A token stands here as its SHA-256 only: whoever reads the table cannot make the link from it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.claims import Claim
from storage.database import Database, Query, Reader, Transaction, table
from storage.deliveries import Mailbox, OneTimeToken, Outbox
from storage.offers import Offer
from storage.terms import Outcome, TicketStatus
from storage.tickets import Ticket

SESSION_LIVES = timedelta(hours=8)
#: mail of the local mailbox that is kept: it is for trying things out
MOST_MAIL = 50
MOST_LINES = 100
#: deliveries that ended badly are counted for so long
RECENT = timedelta(days=1)
_LINK = "operator-link"
_SESSION = "operator-session"


# --- who may look -----------------------------------------------------------------------------

_token = table(OneTimeToken).c
_ISSUE = Query(
    insert(OneTimeToken).values(
        digest=bindparam("digest"), purpose=bindparam("purpose"), expires_at=bindparam("expires_at")
    )
)
_OF_TOKEN = (_token.digest == bindparam("of_digest"), _token.purpose == bindparam("of_purpose"))
_IN_TIME = (_token.used_at.is_(None), _token.expires_at > bindparam("now"))
_USE = Query(update(OneTimeToken).values(used_at=bindparam("now")).where(*_OF_TOKEN, *_IN_TIME))
_STANDS = Query(select(_token.purpose).where(*_OF_TOKEN, *_IN_TIME))
_FORGET = Query(delete(OneTimeToken).where(_token.expires_at <= bindparam("now")))


def _digest(token: str) -> bytes:
    # surrogatepass: a header may carry bytes that are no text, and they are to be refused, not to raise
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def _issue(db: Transaction, purpose: str, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    await db.run(_ISSUE, digest=_digest(token), purpose=purpose, expires_at=expires_at)
    return token


async def new_token(database: Database, expires_at: datetime) -> str:
    """A fresh token for an operator's link, good once until `expires_at`."""
    return await database.write(lambda db: _issue(db, _LINK, expires_at))


async def redeem(database: Database, token: str, at: datetime) -> str | None:
    """Turn a link's token into a session's. None: used, expired, or never ours.

    Of two at once exactly one gets a session.
    """

    async def act(db: Transaction) -> str | None:
        if await db.run(_USE, of_digest=_digest(token), of_purpose=_LINK, now=at) != 1:
            return None
        await db.run(_FORGET, now=at)
        return await _issue(db, _SESSION, at + SESSION_LIVES)

    return await database.write(act)


async def session_stands(db: Reader, token: str, at: datetime) -> bool:
    """Whether this is the token of a session that has not ended."""
    return await db.one(_STANDS, of_digest=_digest(token), of_purpose=_SESSION, now=at) is not None


# --- the overview -----------------------------------------------------------------------------


class Counted(NamedTuple):
    """How many stand in a status."""

    status: str
    number: int


class ClaimLine(NamedTuple):
    """A claim without anything personal."""

    number: str
    status: str
    changed_at: datetime
    demo: bool


class OfferLine(NamedTuple):
    """An offer without anything personal."""

    number: str
    kind: str
    status: str
    expires_at: datetime
    demo: bool


class TicketLine(NamedTuple):
    """A question without its words."""

    number: str
    status: str
    changed_at: datetime


class OutboxHealth(NamedTuple):
    """What is due and not sent, since when the oldest of it is, and how much is not sent though it was tried."""

    waiting: int
    oldest: datetime | None
    tried: int


class Overview(NamedTuple):
    """Everything an operator sees at a glance; no name, no amount, no word of anybody."""

    claim_counts: list[Counted]
    claims: list[ClaimLine]
    tickets: list[TicketLine]
    offer_counts: list[Counted]
    offers: list[OfferLine]
    outbox: OutboxHealth
    failed: list[Counted]


class Mail(NamedTuple):
    """A mail as it would have gone out, headers and all."""

    id: int
    body: bytes
    at: datetime


_claim, _offer, _ticket = table(Claim).c, table(Offer).c, table(Ticket).c
_out, _mail = table(Outbox).c, table(Mailbox).c

_CLAIM_COUNTS = Query(select(_claim.status, func.count(_claim.id)).group_by(_claim.status), Counted)
_CLAIMS = Query(
    select(*(_claim[name] for name in ClaimLine._fields))
    .order_by(_claim.changed_at.desc(), _claim.id.desc())
    .limit(MOST_LINES),
    ClaimLine,
)
_OFFER_COUNTS = Query(select(_offer.status, func.count(_offer.id)).group_by(_offer.status), Counted)
_OFFERS = Query(
    select(*(_offer[name] for name in OfferLine._fields))
    .order_by(_offer.changed_at.desc(), _offer.id.desc())
    .limit(MOST_LINES),
    OfferLine,
)
_TICKETS = Query(
    select(*(_ticket[name] for name in TicketLine._fields))
    .where(_ticket.status != TicketStatus.CLOSED.value)
    .order_by(_ticket.status.desc(), _ticket.changed_at, _ticket.id)  # "open" before "answered"
    .limit(MOST_LINES),
    TicketLine,
)
_due = _out.due_at <= bindparam("now")
_OUTBOX = Query(
    select(
        func.count(_out.id).filter(_due),
        func.min(_out.due_at, type_=_out.due_at.type).filter(_due),
        func.count(_out.id).filter(_out.attempts > 0),
    ).where(_out.done_at.is_(None)),
    OutboxHealth,
)
_FAILED = Query(
    select(_out.outcome, func.count(_out.id))
    .where(
        _out.done_at > bindparam("since"),
        _out.outcome != Outcome.SENT.value,
        _out.outcome != Outcome.CANCELLED.value,
    )
    .group_by(_out.outcome),
    Counted,
)


async def overview(db: Reader, now: datetime) -> Overview:
    """Where everything stands."""
    health = await db.one(_OUTBOX, now=now)
    assert health is not None
    return Overview(
        claim_counts=await db.all(_CLAIM_COUNTS),
        claims=await db.all(_CLAIMS),
        tickets=await db.all(_TICKETS),
        offer_counts=await db.all(_OFFER_COUNTS),
        offers=await db.all(_OFFERS),
        outbox=health,
        failed=await db.all(_FAILED, since=now - RECENT),
    )


# --- the local mailbox ------------------------------------------------------------------------

_KEEP = Query(insert(Mailbox).values(body=bindparam("mail"), at=bindparam("now")))
_MAILS = Query(select(*(_mail[name] for name in Mail._fields)).order_by(_mail.id.desc()).limit(bindparam("most")), Mail)
_OLD = Query(
    delete(Mailbox).where(
        _mail.id <= select(func.max(_mail.id)).scalar_subquery() - bindparam("most", type_=_mail.id.type)
    )
)


async def keep_mail(database: Database, mail: bytes, at: datetime) -> None:
    """Put a mail into the local mailbox, where only the newest are kept."""

    async def act(db: Transaction) -> None:
        await db.run(_KEEP, mail=mail, now=at)
        await db.run(_OLD, most=MOST_MAIL)

    await database.write(act)


async def mails(db: Reader, most: int = MOST_MAIL) -> list[Mail]:
    """What lies in the local mailbox, the newest first."""
    return await db.all(_MAILS, most=most)
