"""Four eyes: what one operator proposes, another one approves. For whatever moves money.

A proposal is bound to the hash of exactly what is to be done: who approves something else approves
nothing. Names are an operator's own word (the command line knows no accounts): one spelling of each
is enforced here, who may log in on the machine is not.
"""

import re
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Column, Index, LargeBinary, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedJson, blind

APPROVED, LAPSED, WITHDRAWN = "approved", "lapsed", "withdrawn"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


class Approval(SQLModel, table=True):
    """One proposal, and how it ended. At most one is open for one thing.

    `purpose` says what is to be done ("payout_test"), `subject` to what (a number people know),
    `payload` with what; `payload_hash` is keyed.
    """

    __table_args__ = (
        Index(
            "uq_approval_open",
            "purpose",
            "subject",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        Index("ix_approval_decided_at", "decided_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    purpose: str = Field(max_length=24)
    subject: str = Field(max_length=32)
    payload: dict[str, Any] = Field(sa_column=Column(SealedJson("approval.payload"), nullable=False))
    payload_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    proposed_by: str = Field(max_length=40)
    proposed_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    outcome: str | None = Field(default=None, max_length=16)
    decided_by: str | None = Field(default=None, max_length=40)
    decided_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))


class ApprovalRow(NamedTuple):
    """A proposal as an operator reads it."""

    id: int
    purpose: str
    subject: str
    payload: dict[str, Any]
    payload_hash: bytes
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    outcome: str | None
    decided_by: str | None


def operator(name: str) -> str:
    """The one spelling of an operator's name: "Alice" and "alice" are the same pair of eyes.

    Raises ValueError for what is no such name: letters of other scripts look like ours.
    """
    folded = name.strip().lower()
    if not _NAME.fullmatch(folded):
        raise ValueError("an operator's name is 1 to 40 of a-z 0-9 . _ -")
    return folded


def payload_hash(purpose: str, subject: str, payload: dict[str, Any]) -> bytes:
    """The keyed hash of what exactly is to be done, and to what."""
    canonical = orjson.dumps([purpose, subject, payload], option=orjson.OPT_SORT_KEYS)
    return blind("approval", canonical.hex())


_approval = table(Approval).c
_APPROVAL = tuple(_approval[name] for name in ApprovalRow._fields)
_OF = (_approval.purpose == bindparam("of_purpose"), _approval.subject == bindparam("of_subject"))
_OPEN = Query(
    select(*_APPROVAL).where(*_OF, _approval.outcome.is_(None), _approval.expires_at > bindparam("now")), ApprovalRow
)
_LAPSE = Query(
    update(Approval)
    .values(outcome=LAPSED, decided_at=bindparam("now"))
    .where(*_OF, _approval.outcome.is_(None), _approval.expires_at <= bindparam("now"))
)
_NEW = ("purpose", "subject", "payload", "payload_hash", "proposed_by", "proposed_at", "expires_at")
_PROPOSE = Query(
    insert(Approval)
    .values({name: bindparam(name) for name in _NEW})
    .on_conflict_do_nothing(index_elements=["purpose", "subject"], index_where=text("outcome IS NULL"))
)
_APPROVE = Query(
    update(Approval)
    .values(outcome=APPROVED, decided_by=bindparam("by"), decided_at=bindparam("now"))
    .where(
        _approval.id == bindparam("key"),
        _approval.outcome.is_(None),
        _approval.proposed_by != bindparam("by"),
        _approval.payload_hash == bindparam("of_hash"),
        _approval.expires_at > bindparam("now"),
    )
)
_WITHDRAW = Query(
    update(Approval)
    .values(outcome=WITHDRAWN, decided_by=bindparam("by"), decided_at=bindparam("now"))
    .where(_approval.id == bindparam("key"), _approval.outcome.is_(None))
)


_NEWEST = Query(select(_approval.id).order_by(_approval.id.desc()).limit(1))
_LAST = Query(
    select(_approval.decided_at).where(_approval.decided_at.is_not(None)).order_by(_approval.decided_at.desc()).limit(1)
)


async def mark(db: Reader) -> tuple[Any, ...]:
    """Another one whenever something was proposed or decided."""
    newest, last = await db.one(_NEWEST), await db.one(_LAST)
    return newest and newest.value, last and last.value


async def waiting(db: Reader, purpose: str, subject: str, now: datetime) -> ApprovalRow | None:
    """The proposal that waits for a second operator; None: there is none, or its time is over."""
    return await db.one(_OPEN, of_purpose=purpose, of_subject=subject, now=now)


async def propose(
    db: Transaction, *, purpose: str, subject: str, payload: dict[str, Any], by: str, at: datetime, expires_at: datetime
) -> bool:
    """Propose something. False: a proposal for it waits already. Raises ValueError for a name that is none."""
    await db.run(_LAPSE, of_purpose=purpose, of_subject=subject, now=at)
    values = {
        "purpose": purpose,
        "subject": subject,
        "payload": payload,
        "payload_hash": payload_hash(purpose, subject, payload),
        "proposed_by": operator(by),
        "proposed_at": at,
        "expires_at": expires_at,
    }
    return await db.run(_PROPOSE, **values) == 1


async def approve(db: Transaction, row: ApprovalRow, payload: dict[str, Any], by: str, at: datetime) -> bool:
    """Approve a proposal as a second pair of eyes, for exactly this payload.

    MUST NOT let anybody approve what he proposed. False: it was his own, for something else, too
    late, or decided by another in the meantime. What was approved is to be done in this transaction.
    """
    hashed = payload_hash(row.purpose, row.subject, payload)
    return await db.run(_APPROVE, key=row.id, by=operator(by), of_hash=hashed, now=at) == 1


async def withdraw(db: Transaction, row: ApprovalRow, by: str, at: datetime) -> bool:
    """Take a proposal back, whoever made it: not doing something needs no second pair of eyes."""
    return await db.run(_WITHDRAW, key=row.id, by=operator(by), now=at) == 1
