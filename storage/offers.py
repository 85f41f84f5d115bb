"""Offers on claims, of two kinds that never mix, and the operator's gate by place of residence."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, Integer, LargeBinary, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.claims import Claim
from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedJson, SealedText
from storage.terms import OfferStatus


class Offer(SQLModel, table=True):
    """One offer on one claim. Its terms never change once imported.

    `item` numbers the published offers of a claim, as the ledger does: a draft has none yet.
    `source_index` is the blind index of the offering side's own reference: one reference, one offer.
    """

    __table_args__ = (
        Index("uq_offer_claim_id_item", "claim_id", "item", unique=True),
        Index("ix_offer_status_expires_at", "status", "expires_at"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    claim_id: int = Field(sa_column=Column(Key, nullable=False))
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    item: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    kind: str = Field(max_length=8)
    status: str = Field(max_length=16)
    reason: str | None = Field(default=None, sa_column=Column(SealedText("offer.reason"), nullable=True))
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
    decided_by: str = Field(default="", max_length=80)
    demo: bool = False


class OfferRow(NamedTuple):
    """An offer as its room reads it."""

    id: int
    number: str
    claim_id: int
    creditor_id: int
    item: int | None
    kind: str
    status: str
    reason: str | None
    terms: dict[str, Any]
    terms_hash: bytes
    expires_at: datetime
    demo: bool
    changed_at: datetime


class OfferedClaim(NamedTuple):
    """The claim an offer is on, as far as the offer depends on it."""

    id: int
    number: str
    handle: str
    creditor_id: int
    status: str
    particulars: dict[str, Any]


class GateRow(NamedTuple):
    """One decision of the gate."""

    place: str
    kind: str
    allowed: bool
    reason: str
    decided_at: datetime
    decided_by: str
    demo: bool


class _Number(NamedTuple):
    number: str


class _Item(NamedTuple):
    item: int | None


_offer = table(Offer).c
_claim = table(Claim).c
_gate = table(OfferGate).c

_OFFER = tuple(_offer[name] for name in OfferRow._fields)
_BY_NUMBER = Query(select(*_OFFER).where(_offer.number == bindparam("number")), OfferRow)
_LOCKED = Query(select(*_OFFER).where(_offer.number == bindparam("number")).with_for_update(key_share=True), OfferRow)
_BY_SOURCE = Query(select(*_OFFER).where(_offer.source_index == bindparam("source")), OfferRow)


async def by_number(db: Reader, number: str) -> OfferRow | None:
    """An offer by its number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> OfferRow | None:
    """An offer by its number, held until the transaction ends. MUST come after `lock_claim`."""
    return await db.one(_LOCKED, number=number)


async def by_source(db: Reader, source_index: bytes) -> OfferRow | None:
    """The offer that was imported under a reference."""
    return await db.one(_BY_SOURCE, source=source_index)


# --- the claim underneath ---------------------------------------------------------------------

_OFFERED = select(*(_claim[name] for name in OfferedClaim._fields)).where(
    _claim.id == select(_offer.claim_id).where(_offer.number == bindparam("number")).scalar_subquery()
)
_CLAIM_OF = Query(_OFFERED, OfferedClaim)
_LOCK_CLAIM = Query(_OFFERED.with_for_update(key_share=True), OfferedClaim)


async def claim_of(db: Reader, number: str) -> OfferedClaim | None:
    """The claim an offer is on."""
    return await db.one(_CLAIM_OF, number=number)


async def lock_claim(db: Transaction, number: str) -> OfferedClaim | None:
    """The claim an offer is on, held until the transaction ends.

    Everything that moves an offer MUST take this first: offers of one claim share its chain in the ledger.
    """
    return await db.one(_LOCK_CLAIM, number=number)


# --- lists ------------------------------------------------------------------------------------

_OPEN = Query(
    select(*_OFFER)
    .where(_offer.creditor_id == bindparam("creditor"), _offer.status == OfferStatus.OPEN)
    .order_by(_offer.expires_at, _offer.id)
    .limit(bindparam("most")),
    OfferRow,
)
_CLOSED = Query(
    select(*_OFFER)
    .where(
        _offer.creditor_id == bindparam("creditor"),
        _offer.status != OfferStatus.OPEN,
        _offer.status != OfferStatus.DRAFT,
    )
    .order_by(_offer.changed_at.desc(), _offer.id.desc())
    .limit(bindparam("most")),
    OfferRow,
)
_OPEN_ON_CLAIM = Query(
    select(_offer.number)
    .where(_offer.claim_id == bindparam("claim"), _offer.status == OfferStatus.OPEN)
    .order_by(_offer.id)
    .limit(bindparam("most")),
    _Number,
)
_TAKEN = Query(
    select(*_OFFER)
    .where(
        _offer.claim_id == bindparam("claim"),
        or_(_offer.status == OfferStatus.ACCEPTED, _offer.status == OfferStatus.PAID),
    )
    .limit(1),
    OfferRow,
)
_LAST_ITEM = Query(select(func.max(_offer.item)).where(_offer.claim_id == bindparam("claim")), _Item)
_DRAFTS = Query(
    select(_offer.number)
    .where(_offer.status == OfferStatus.DRAFT)
    .order_by(_offer.expires_at, _offer.claim_id)
    .limit(bindparam("most")),
    _Number,
)


class _Due(NamedTuple):
    number: str
    claim_id: int


_DUE = Query(
    select(_offer.number, _offer.claim_id)
    .where(_offer.status == OfferStatus.OPEN, _offer.expires_at <= bindparam("before"))
    .order_by(_offer.expires_at)
    .limit(bindparam("most")),
    _Due,
)


async def open_of(db: Reader, creditor_id: int, most: int = 50) -> list[OfferRow]:
    """The open offers to a creditor, the one that ends first leading."""
    return await db.all(_OPEN, creditor=creditor_id, most=most)


async def closed_of(db: Reader, creditor_id: int, most: int = 50) -> list[OfferRow]:
    """What became of the others, newest first."""
    return await db.all(_CLOSED, creditor=creditor_id, most=most)


async def open_on(db: Reader, claim_id: int, most: int = 50) -> list[str]:
    """Numbers of the open offers on a claim."""
    return [row.number for row in await db.all(_OPEN_ON_CLAIM, claim=claim_id, most=most)]


async def taken_on(db: Reader, claim_id: int) -> OfferRow | None:
    """The accepted or paid offer on a claim. There is at most one: call it with the claim locked to rely on that."""
    return await db.one(_TAKEN, claim=claim_id)


async def last_item(db: Reader, claim_id: int) -> int:
    """The highest number a published offer on this claim has; 0 before the first. Call it with the claim locked."""
    row = await db.one(_LAST_ITEM, claim=claim_id)
    return 0 if row is None or row.item is None else row.item


async def drafts(db: Reader, most: int = 10_000) -> list[str]:
    """Numbers of the offers that are imported and not published."""
    return [row.number for row in await db.all(_DRAFTS, most=most)]


async def due(db: Reader, before: datetime, most: int) -> list[str]:
    """Numbers of open offers whose time was over by `before`, in the order their claims are to be locked."""
    rows = await db.all(_DUE, before=before, most=most)
    return [row.number for row in sorted(rows, key=lambda row: (row.claim_id, row.number))]


# --- changes ----------------------------------------------------------------------------------

_NEW = ("number", "claim_id", "creditor_id", "kind", "status", "terms", "terms_hash", "source_index", "expires_at",
        "demo", "created_at", "changed_at")  # fmt: skip
_ADD = Query(
    insert(Offer)
    .values({name: bindparam(name) for name in _NEW})
    .on_conflict_do_nothing(index_elements=["source_index"])
)
_DROP = Query(delete(table(Offer)).where(_offer.id == bindparam("key"), _offer.status == OfferStatus.DRAFT))
_TO: dict[str, Any] = {
    "status": bindparam("to_status"),
    "changed_at": bindparam("now"),
    "reason": bindparam("to_reason"),
}
_FROM = (_offer.id == bindparam("key"), _offer.status == bindparam("from_status"))
_MOVE = Query(update(Offer).values(**_TO).where(*_FROM))
_MOVE_IN_TIME = Query(update(Offer).values(**_TO).where(*_FROM, _offer.expires_at > bindparam("received_at")))
_PUBLISH = Query(update(Offer).values(**_TO, item=bindparam("to_item")).where(*_FROM))


async def add(db: Transaction, **values: Any) -> bool:
    """Keep an imported offer as a draft; False: its reference is taken."""
    return await db.run(_ADD, status=OfferStatus.DRAFT, **values) == 1


async def drop(db: Transaction, offer: OfferRow) -> bool:
    """Forget a draft: nobody has seen it and the ledger does not know it."""
    return await db.run(_DROP, key=offer.id) == 1


async def move(db: Transaction, offer: OfferRow, to: str, at: datetime, **changes: Any) -> bool:
    """Move the status if nobody was faster; an acceptance also only before the expiry.

    `at` is the moment the person's word was received. Publishing writes the row's `item`, which
    nobody else has while the claim is locked. MUST be called by `ledger.transition` only.
    """
    values = {
        "key": offer.id,
        "from_status": offer.status,
        "to_status": to,
        "now": at,
        "to_reason": changes.get("reason"),
    }
    if to == OfferStatus.OPEN:
        return await db.run(_PUBLISH, to_item=offer.item, **values) == 1
    if to == OfferStatus.ACCEPTED:
        return await db.run(_MOVE_IN_TIME, received_at=at, **values) == 1
    return await db.run(_MOVE, **values) == 1


# --- the gate ---------------------------------------------------------------------------------

_GATE = tuple(_gate[name] for name in GateRow._fields)
_STANDING = Query(select(*_GATE).where(_gate.place == bindparam("place"), _gate.kind == bindparam("kind")), GateRow)
_GATES = Query(select(*_GATE).order_by(_gate.place, _gate.kind), GateRow)
_decided = insert(OfferGate).values({name: bindparam(name) for name in GateRow._fields})
_DECIDE = Query(
    _decided.on_conflict_do_update(
        index_elements=["place", "kind"],
        set_={name: _decided.excluded[name] for name in ("allowed", "reason", "decided_at", "decided_by", "demo")},
        where=_gate.demo | ~_decided.excluded.demo,
    )
)


async def gate(db: Reader, place: str, kind: str) -> GateRow | None:
    """What was decided about a kind of offer in a place; None: nothing, which means not shown."""
    return await db.one(_STANDING, place=place, kind=kind)


async def gates(db: Reader) -> list[GateRow]:
    """Every decision."""
    return await db.all(_GATES)


async def decide(
    db: Transaction,
    *,
    place: str,
    kind: str,
    allowed: bool,
    reason: str,
    decided_at: datetime,
    decided_by: str,
    demo: bool = False,
) -> None:
    """Write a decision of the gate in the place of the one before. An invented one MUST NOT replace a real one."""
    await db.run(
        _DECIDE,
        place=place,
        kind=kind,
        allowed=allowed,
        reason=reason,
        decided_at=decided_at,
        decided_by=decided_by,
        demo=demo,
    )


_NEWEST = Query(select(*_OFFER).order_by(_offer.id.desc()).limit(bindparam("most")), OfferRow)


async def newest(db: Reader, most: int = 50) -> list[OfferRow]:
    """The offers imported last, whatever became of them, for the operator."""
    return await db.all(_NEWEST, most=most)
