"""Kept utterances: what people said and we did not understand, with their consent, for a person to read.

No status of the ledger: nothing is promised to anybody about them, and they are gone after ninety days.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, Index, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedText
from storage.terms import Review


class Utterance(SQLModel, table=True):
    """One thing somebody said. `text` has lost addresses and numbers before it is sealed."""

    __table_args__ = (
        Index("ix_utterance_review_id", "review", "id"),
        Index("ix_utterance_contact_id_kept_at", "contact_id", "kept_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    text: str = Field(sa_column=Column(SealedText("utterance.text"), nullable=False))
    locale: str = Field(max_length=16)
    guess: str = Field(max_length=32, description="the intent the model thought of first")
    action: str = Field(max_length=16, description="act | ask | fallback")
    confidence: int = Field(description="of 1000")
    why: str = Field(max_length=16, description="terms.WhyKept")
    chosen: str | None = Field(default=None, max_length=32, description="the intent that was tapped afterwards")
    kept_at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))
    review: str = Field(max_length=16, description="terms.Review")
    reviewed_by: str | None = Field(default=None, max_length=64)
    reviewed_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    label: str | None = Field(default=None, max_length=32, description="the intent an operator read in it")


class UtteranceRow(NamedTuple):
    """A kept utterance as an operator reads it: not whose it is."""

    id: int
    text: str
    locale: str
    guess: str
    action: str
    confidence: int
    why: str
    chosen: str | None
    kept_at: datetime
    review: str
    label: str | None


_utterance = table(Utterance).c
_ROW = tuple(_utterance[name] for name in UtteranceRow._fields)
_NEW = Query(
    insert(Utterance).values(
        contact_id=bindparam("contact"),
        creditor_id=bindparam("creditor"),
        text=bindparam("words"),
        locale=bindparam("of_locale"),
        guess=bindparam("of_guess"),
        action=bindparam("of_action"),
        confidence=bindparam("of_confidence"),
        why=bindparam("of_why"),
        kept_at=bindparam("at"),
        review=bindparam("to_review"),
    )
)
_newest = (
    select(_utterance.id)
    .where(_utterance.contact_id == bindparam("contact"), _utterance.kept_at >= bindparam("since"))
    .order_by(_utterance.kept_at.desc(), _utterance.id.desc())
    .limit(1)
    .scalar_subquery()
)
_CHOOSE = Query(
    update(Utterance)
    .values(chosen=bindparam("to_chosen"))
    .where(_utterance.id == _newest, _utterance.chosen.is_(None), _utterance.review == bindparam("of_review"))
)
_ADOPT = Query(
    update(Utterance)
    .values(creditor_id=bindparam("to_creditor"))
    .where(_utterance.contact_id == bindparam("contact"), _utterance.creditor_id.is_(None))
)
_FORGET_CREDITOR = Query(delete(Utterance).where(_utterance.creditor_id == bindparam("creditor")))
_FORGET_CONTACT = Query(
    delete(Utterance).where(_utterance.contact_id == bindparam("contact"), _utterance.creditor_id.is_(None))
)
_QUEUE = Query(
    select(*_ROW)
    .where(_utterance.review == bindparam("of_review"), _utterance.id > bindparam("after"))
    .order_by(_utterance.id)
    .limit(bindparam("most")),
    UtteranceRow,
)
_SETTLE = Query(
    update(Utterance)
    .values(
        review=bindparam("to_review"),
        label=bindparam("to_label"),
        reviewed_by=bindparam("by_whom"),
        reviewed_at=bindparam("at"),
    )
    .where(_utterance.id == bindparam("key"), _utterance.review == bindparam("of_review"))
)
_EXPORTED = Query(
    update(Utterance)
    .values(review=bindparam("to_review"))
    .where(_utterance.id == bindparam("key"), _utterance.review == bindparam("of_review"))
)


class _Count(NamedTuple):
    rows: int


_SINCE = Query(
    select(func.count(_utterance.id)).where(
        _utterance.contact_id == bindparam("contact"), _utterance.kept_at > bindparam("since")
    ),
    _Count,
)


async def kept_since(db: Reader, contact_id: int, since: datetime) -> int:
    """How much was kept of a contact after a moment."""
    row = await db.one(_SINCE, contact=contact_id, since=since)
    return row.rows if row is not None else 0


async def keep(
    db: Transaction,
    *,
    contact: int,
    creditor: int | None,
    text: str,
    locale: str,
    guess: str,
    action: str,
    confidence: int,
    why: str,
    at: datetime,
) -> None:
    """Keep what was said. MUST be called with the consent for it held, and with a text that was redacted."""
    await db.run(
        _NEW,
        contact=contact,
        creditor=creditor,
        words=text,
        of_locale=locale,
        of_guess=guess,
        of_action=action,
        of_confidence=confidence,
        of_why=why,
        at=at,
        to_review=Review.OPEN,
    )


async def choose(db: Transaction, contact_id: int, intent: str, since: datetime) -> bool:
    """Note what was tapped after the contact's newest utterance since a moment; the first tap counts."""
    return await db.run(_CHOOSE, contact=contact_id, since=since, to_chosen=intent, of_review=Review.OPEN) == 1


async def adopt(db: Transaction, contact_id: int, creditor_id: int) -> None:
    """Give what was kept of a contact to the creditor it was just linked to, as its consents are."""
    await db.run(_ADOPT, contact=contact_id, to_creditor=creditor_id)


async def forget(db: Transaction, contact_id: int, creditor_id: int | None) -> int:
    """Delete what was kept of a creditor, on every channel, or of a contact that is not linked; how many."""
    if creditor_id is not None:
        return await db.run(_FORGET_CREDITOR, creditor=creditor_id)
    return await db.run(_FORGET_CONTACT, contact=contact_id)


async def standing(db: Reader, review: str, after: int, most: int) -> list[UtteranceRow]:
    """The utterances of one review status whose id is above `after`, oldest first."""
    return await db.all(_QUEUE, of_review=review, after=after, most=most)


async def settle(db: Transaction, key: int, to: str, label: str | None, by: str, at: datetime) -> bool:
    """Label or drop an open utterance. False: it is gone, or somebody was faster."""
    return await db.run(_SETTLE, key=key, of_review=Review.OPEN, to_review=to, to_label=label, by_whom=by, at=at) == 1


async def exported(db: Transaction, key: int) -> None:
    """Note that a labelled utterance became a training line."""
    await db.run(_EXPORTED, key=key, of_review=Review.LABELLED, to_review=Review.EXPORTED)
