"""Settlements: what follows an acceptance until the money is there, its papers, and what a bond pays afterwards.

Whoever moves a settlement holds, in this order, its creditor, the claim, the offer (`offers.lock_claim`,
`offers.locked`) and then the settlement.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, Integer, bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.offers import Offer
from storage.sealing import SealedBytes, SealedJson
from storage.terms import CouponStatus, OfferStatus, SettlementStatus


class Settlement(SQLModel, table=True):
    """One acceptance on its way to the end. There is at most one for an offer.

    `handle` is the subject in the ledger. `facts` are dates and words an operator entered or the
    creditor brought about (signed_at signed_locale filed_on docket noticed_on notice_until paid_on
    reference reason missing_at), as strings. `payout_id` is the payout method a payment under way holds.
    """

    __table_args__ = (
        Index("ix_settlement_status_changed_at", "status", "changed_at"),
        Index("ix_settlement_papers_status", "papers", "status"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    offer_id: int = Field(sa_column=Column(Key, nullable=False, unique=True))
    offer: str = Field(max_length=16, description="the offer's number, by which its claim is locked")
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    kind: str = Field(max_length=8)
    status: str = Field(max_length=20)
    facts: dict[str, Any] = Field(sa_column=Column(SealedJson("settlement.facts"), nullable=False))
    payout_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True))
    papers: bool = Field(default=False, description="its papers are drawn and kept")
    accepted_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SettlementPaper(SQLModel, table=True):
    """A paper as it was drawn, sealed: what was signed must not change when fonts or libraries do."""

    __tablename__ = "settlement_paper"
    __table_args__ = (
        Index("uq_settlement_paper_settlement_id_kind_locale", "settlement_id", "kind", "locale", unique=True),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    settlement_id: int = Field(sa_column=Column(Key, nullable=False))
    kind: str = Field(max_length=16, description="agreement | confirmation")
    locale: str = Field(max_length=16, description="the Chinese it is written in, beside English")
    content: bytes = Field(sa_column=Column(SealedBytes("settlement_paper.content"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class Coupon(SQLModel, table=True):
    """One day on which a bond pays interest, principal or both. `item` numbers them as the ledger does."""

    __table_args__ = (
        Index("uq_coupon_settlement_id_item", "settlement_id", "item", unique=True),
        Index("ix_coupon_status_pays_on", "status", "pays_on"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    settlement_id: int = Field(sa_column=Column(Key, nullable=False))
    item: int = Field(sa_column=Column(Integer, nullable=False))
    status: str = Field(max_length=16)
    pays_on: str = Field(max_length=10, description="the day of payment, ISO")
    figures: dict[str, Any] = Field(sa_column=Column(SealedJson("coupon.figures"), nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class SettlementRow(NamedTuple):
    """A settlement as its room reads it."""

    id: int
    number: str
    handle: str
    offer_id: int
    offer: str
    creditor_id: int
    kind: str
    status: str
    facts: dict[str, Any]
    payout_id: int | None
    papers: bool
    accepted_at: datetime
    demo: bool
    created_at: datetime
    changed_at: datetime


class PaperRow(NamedTuple):
    """One drawn paper."""

    kind: str
    locale: str
    content: bytes


class CouponRow(NamedTuple):
    """One payment of a bond. `figures`: due interest principal premium owed currency known."""

    id: int
    settlement_id: int
    item: int
    status: str
    pays_on: str
    figures: dict[str, Any]
    changed_at: datetime


class AcceptedRow(NamedTuple):
    """An accepted offer that has no settlement yet."""

    id: int
    number: str
    terms: dict[str, Any]
    accepted_at: datetime


class _Number(NamedTuple):
    number: str


class _Due(NamedTuple):
    number: str
    item: int


_settlement = table(Settlement).c
_paper = table(SettlementPaper).c
_coupon = table(Coupon).c
_offer = table(Offer).c

_SETTLEMENT = tuple(_settlement[name] for name in SettlementRow._fields)
_BY_NUMBER = Query(select(*_SETTLEMENT).where(_settlement.number == bindparam("number")), SettlementRow)
_LOCKED = Query(
    select(*_SETTLEMENT).where(_settlement.number == bindparam("number")).with_for_update(key_share=True),
    SettlementRow,
)
_OF_OFFER = Query(select(*_SETTLEMENT).where(_settlement.offer_id == bindparam("of_offer")), SettlementRow)
_OF_CREDITOR = Query(
    select(*_SETTLEMENT)
    .where(_settlement.creditor_id == bindparam("creditor"))
    .order_by(_settlement.id.desc())
    .limit(bindparam("most")),
    SettlementRow,
)
_NEWEST = Query(select(*_SETTLEMENT).order_by(_settlement.id.desc()).limit(bindparam("most")), SettlementRow)
_OF_STATUS = Query(
    select(*_SETTLEMENT)
    .where(_settlement.status == bindparam("of_status"))
    .order_by(_settlement.changed_at)
    .limit(bindparam("most")),
    SettlementRow,
)


async def by_number(db: Reader, number: str) -> SettlementRow | None:
    """A settlement by its number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> SettlementRow | None:
    """A settlement, held until the transaction ends. MUST come after its creditor, claim and offer."""
    return await db.one(_LOCKED, number=number)


async def of_offer(db: Reader, offer_id: int) -> SettlementRow | None:
    """The settlement of an offer's acceptance."""
    return await db.one(_OF_OFFER, of_offer=offer_id)


async def of_creditor(db: Reader, creditor_id: int, most: int = 50) -> list[SettlementRow]:
    """The settlements of a creditor, newest first."""
    return await db.all(_OF_CREDITOR, creditor=creditor_id, most=most)


async def newest(db: Reader, status: str | None = None, most: int = 100) -> list[SettlementRow]:
    """For the operator: the newest, or those of one status, the longest in it first."""
    if status is not None:
        return await db.all(_OF_STATUS, of_status=status, most=most)
    return await db.all(_NEWEST, most=most)


# --- by the clock -----------------------------------------------------------------------------

_BEGINNING = Query(
    select(_offer.id, _offer.number, _offer.terms, _offer.changed_at)
    .where(
        _offer.status == OfferStatus.ACCEPTED,
        _offer.id > bindparam("after"),
        ~exists().where(_settlement.offer_id == _offer.id),
    )
    .order_by(_offer.id)
    .limit(bindparam("most")),
    AcceptedRow,
)
_ORPHANS = Query(
    select(_settlement.number)
    .join(table(Offer), _offer.id == _settlement.offer_id)
    .where(
        _settlement.status == bindparam("of_status"),
        _offer.status != OfferStatus.ACCEPTED,
        _offer.status != OfferStatus.PAID,
    )
    .order_by(_settlement.changed_at)
    .limit(bindparam("most")),
    _Number,
)
_HOLDING = Query(
    select(_settlement.number)
    .where(
        _settlement.status == SettlementStatus.PAYMENT_SENT,
        _settlement.payout_id.is_not(None),
        _settlement.changed_at <= bindparam("before"),
    )
    .order_by(_settlement.changed_at)
    .limit(bindparam("most")),
    _Number,
)
_WITHOUT_PAPERS = Query(
    select(*_SETTLEMENT)
    .where(_settlement.papers.is_(False), _settlement.status == SettlementStatus.AGREED)
    .where(_settlement.id > bindparam("after"))
    .order_by(_settlement.id)
    .limit(bindparam("most")),
    SettlementRow,
)


async def beginning(db: Reader, after: int, most: int) -> list[AcceptedRow]:
    """Accepted offers without a settlement, by id after `after`."""
    return await db.all(_BEGINNING, after=after, most=most)


#: in these a settlement has nothing left if its acceptance is no more
_UNPAID = (
    SettlementStatus.AGREED,
    SettlementStatus.DOCUMENTS_SIGNED,
    SettlementStatus.NOTICE_FILED,
    SettlementStatus.NOTICE_PERIOD,
    SettlementStatus.FAILED,
)


async def orphans(db: Reader, most: int) -> list[str]:
    """Numbers of settlements under way whose acceptance is no more; so many of each status."""
    return [row.number for status in _UNPAID for row in await db.all(_ORPHANS, of_status=status, most=most)]


async def holding(db: Reader, before: datetime, most: int) -> list[str]:
    """Numbers of payments sent before a moment that still hold a payout method."""
    return [row.number for row in await db.all(_HOLDING, before=before, most=most)]


async def without_papers(db: Reader, after: int, most: int) -> list[SettlementRow]:
    """Settlements whose papers are to be drawn, by id after `after`."""
    return await db.all(_WITHOUT_PAPERS, after=after, most=most)


# --- changes ----------------------------------------------------------------------------------

_NEW = ("number", "handle", "offer_id", "offer", "creditor_id", "kind", "status", "facts", "papers", "accepted_at",
        "demo", "created_at", "changed_at")  # fmt: skip
_ADD = Query(
    insert(Settlement)
    .values({name: bindparam(name) for name in _NEW})
    .on_conflict_do_nothing(index_elements=["offer_id"])
)
_MOVE = Query(
    update(Settlement)
    .values(
        status=bindparam("to_status"),
        changed_at=bindparam("now"),
        facts=bindparam("to_facts"),
        payout_id=bindparam("to_payout"),
    )
    .where(_settlement.id == bindparam("key"), _settlement.status == bindparam("from_status"))
)
_LET_GO = Query(update(Settlement).values(payout_id=None).where(_settlement.id == bindparam("key")))


async def move(db: Transaction, row: SettlementRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Make a settlement, or move its status if nobody was faster.

    Changes: `facts` (new ones are added to those there), `payout_id` (kept as it is unless named); of a new
    one all it is made of, `kind_` for its kind: the transition has a `kind` of its own.
    False: somebody was faster. MUST be called by `ledger.transition` only.
    """
    if row is None:
        made = {name.rstrip("_"): value for name, value in changes.items()}
        return await db.run(_ADD, status=to, facts={}, papers=False, created_at=at, changed_at=at, **made) == 1
    done = await db.run(
        _MOVE,
        key=row.id,
        from_status=row.status,
        to_status=to,
        now=at,
        to_facts={**row.facts, **changes.get("facts", {})},
        to_payout=changes.get("payout_id", row.payout_id),
    )
    return done == 1


async def let_go(db: Transaction, row: SettlementRow) -> None:
    """Note that no payout method is held any more."""
    await db.run(_LET_GO, key=row.id)


# --- papers -----------------------------------------------------------------------------------

_ADD_PAPER = Query(
    insert(SettlementPaper)
    .values({name: bindparam(name) for name in ("settlement_id", "kind", "locale", "content", "at")})
    .on_conflict_do_nothing(index_elements=["settlement_id", "kind", "locale"])
)
_DRAWN = Query(update(Settlement).values(papers=True).where(_settlement.id == bindparam("key")))
_PAPERS = Query(
    select(*(_paper[name] for name in PaperRow._fields))
    .where(_paper.settlement_id == bindparam("settlement"), _paper.kind == bindparam("of_kind"))
    .order_by(_paper.id)
    .limit(8),
    PaperRow,
)


async def keep_papers(db: Transaction, settlement_id: int, drawn: list[PaperRow], at: datetime) -> None:
    """Keep the papers of a settlement. One that is there already stays as it is."""
    for paper in drawn:
        await db.run(
            _ADD_PAPER, settlement_id=settlement_id, kind=paper.kind, locale=paper.locale, content=paper.content, at=at
        )
    await db.run(_DRAWN, key=settlement_id)


async def papers(db: Reader, settlement_id: int, kind: str) -> list[PaperRow]:
    """The papers of one kind, one for each Chinese."""
    return await db.all(_PAPERS, settlement=settlement_id, of_kind=kind)


# --- coupons ----------------------------------------------------------------------------------

_COUPON = tuple(_coupon[name] for name in CouponRow._fields)
_COUPONS = Query(
    select(*_COUPON).where(_coupon.settlement_id == bindparam("settlement")).order_by(_coupon.item).limit(1300),
    CouponRow,
)
_ONE_COUPON = Query(
    select(*_COUPON)
    .where(_coupon.settlement_id == bindparam("settlement"), _coupon.item == bindparam("of_item"))
    .with_for_update(key_share=True),
    CouponRow,
)
_COUPONS_DUE = Query(
    select(_settlement.number, _coupon.item)
    .join(table(Settlement), _settlement.id == _coupon.settlement_id)
    .where(_coupon.status == CouponStatus.POSTED, _coupon.pays_on <= bindparam("until"))
    .order_by(_coupon.pays_on, _coupon.id)
    .limit(bindparam("most")),
    _Due,
)
_ADD_COUPON = Query(
    insert(Coupon)
    .values({name: bindparam(name) for name in ("settlement_id", "item", "status", "pays_on", "figures", "changed_at")})
    .on_conflict_do_nothing(index_elements=["settlement_id", "item"])
)
_MOVE_COUPON = Query(
    update(Coupon)
    .values(status=bindparam("to_status"), changed_at=bindparam("now"))
    .where(_coupon.id == bindparam("key"), _coupon.status == bindparam("from_status"))
)


async def coupons(db: Reader, settlement_id: int) -> list[CouponRow]:
    """Everything a bond pays, in order; empty before it is settled, and for a sale."""
    return await db.all(_COUPONS, settlement=settlement_id)


async def coupon_locked(db: Transaction, settlement_id: int, item: int) -> CouponRow | None:
    """One payment, held. MUST come after its settlement."""
    return await db.one(_ONE_COUPON, settlement=settlement_id, of_item=item)


async def coupons_due(db: Reader, until: str, most: int) -> list[tuple[str, int]]:
    """Payments up to a day that nobody was told of: settlement's number and item, in the order of their locks."""
    rows = await db.all(_COUPONS_DUE, until=until, most=most)
    return sorted((row.number, row.item) for row in rows)


async def move_coupon(db: Transaction, row: CouponRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Post a payment (`item_` for its item), or move it if nobody was faster.

    MUST be called by `ledger.transition` only.
    """
    if row is None:
        made = {name.rstrip("_"): value for name, value in changes.items()}
        return await db.run(_ADD_COUPON, status=to, changed_at=at, **made) == 1
    return await db.run(_MOVE_COUPON, key=row.id, from_status=row.status, to_status=to, now=at) == 1
