"""Offers on claims, of two kinds that never mix, and the operator's gate by place of residence."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, LargeBinary, bindparam, select, update
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedJson
from storage.terms import OfferStatus


class Offer(SQLModel, table=True):
    """One offer on one claim. `item` numbers the offers of a claim; terms never change once imported."""

    __table_args__ = (
        Index("uq_offer_claim_id_item", "claim_id", "item", unique=True),
        Index("ix_offer_status_expires_at", "status", "expires_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    claim_id: int = Field(sa_column=Column(Key, nullable=False))
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    item: int
    kind: str = Field(max_length=8)
    status: str = Field(max_length=16)
    terms: dict[str, Any] = Field(sa_column=Column(SealedJson("offer.terms"), nullable=False))
    terms_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    source_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OfferGate(SQLModel, table=True):
    """Whether offers of a kind may be shown to residents of a place: an operator's dated decision.

    A place without a row is undecided, and undecided means not shown.
    """

    __tablename__ = "offer_gate"

    place: str = Field(primary_key=True, max_length=2)
    kind: str = Field(primary_key=True, max_length=8)
    allowed: bool
    reason: str = Field(max_length=300)
    decided_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    demo: bool = False


class OfferRow(NamedTuple):
    """An offer as its room reads it."""

    id: int
    number: str
    claim_id: int
    creditor_id: int
    item: int
    kind: str
    status: str
    terms: dict[str, Any]
    terms_hash: bytes
    expires_at: datetime
    demo: bool
    changed_at: datetime


_offer = table(Offer).c
_OFFER = tuple(_offer[name] for name in OfferRow._fields)
_BY_NUMBER = Query(select(*_OFFER).where(_offer.number == bindparam("number")), OfferRow)
_LOCKED = Query(select(*_OFFER).where(_offer.number == bindparam("number")).with_for_update(key_share=True), OfferRow)
_TO = {"status": bindparam("to_status"), "changed_at": bindparam("now")}
_FROM = (_offer.id == bindparam("key"), _offer.status == bindparam("from_status"))
_MOVE = Query(update(Offer).values(**_TO).where(*_FROM))
_MOVE_IN_TIME = Query(update(Offer).values(**_TO).where(*_FROM, _offer.expires_at > bindparam("received_at")))


async def by_number(db: Reader, number: str) -> OfferRow | None:
    """An offer by its number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> OfferRow | None:
    """An offer by its number, held until the transaction ends."""
    return await db.one(_LOCKED, number=number)


async def move(db: Transaction, offer: OfferRow, to: str, at: datetime, **_changes: Any) -> bool:
    """Move the status if nobody was faster; an acceptance also only before the expiry.

    `at` is the moment the person's word was received. MUST be called by `ledger.transition` only.
    """
    values = {"key": offer.id, "from_status": offer.status, "to_status": to, "now": at}
    if to == OfferStatus.ACCEPTED:
        return await db.run(_MOVE_IN_TIME, received_at=at, **values) == 1
    return await db.run(_MOVE, **values) == 1
