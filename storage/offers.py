"""Offers on claims, of two kinds that never mix; the series they come from; asking prices; the rules of eligibility."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.claims import Claim
from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedJson, SealedText, blind
from storage.terms import OfferStatus, RuleStatus, SeriesStatus


class Offer(SQLModel, table=True):
    """One offer on one claim. Its terms never change once it is there: other terms are another offer.

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
    series_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    meets_ask: bool = Field(default=False, description="it came up to the asking price when it was published")
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OfferSeries(SQLModel, table=True):
    """One version of a buyer's or an issuer's terms for many claims, and how much of its room is taken.

    `cap` and `taken` are what the offering side has to pay (a sale) or to issue (a bond), in cents of
    its currency. `handle` is the subject in the ledger. Once published the terms never change: other
    terms under the same reference are the next version, and only after this one has ended.
    """

    __tablename__ = "offer_series"
    __table_args__ = (Index("uq_offer_series_reference_index_version", "reference_index", "version", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    reference_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int
    kind: str = Field(max_length=8)
    status: str = Field(max_length=16, index=True)
    reason: str | None = Field(default=None, sa_column=Column(SealedText("offer_series.reason"), nullable=True))
    terms: dict[str, Any] = Field(sa_column=Column(SealedJson("offer_series.terms"), nullable=False))
    terms_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    cap: int = Field(sa_column=Column(BigInteger, nullable=False))
    taken: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    expires_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class OfferRule(SQLModel, table=True):
    """A rule of eligibility that an operator decided; it goes before the ones in the file of rules.

    `fact` and `value` say of whom (`residence` `HK`, `lien` `ZQ-…`), `kind` of which kind of offer
    (or `any`). Its decisions are a chain in the ledger under `handle`.
    """

    __tablename__ = "offer_rule"
    __table_args__ = (Index("uq_offer_rule_fact_value_kind", "fact", "value", "kind", unique=True),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    fact: str = Field(max_length=16)
    value: str = Field(max_length=32)
    kind: str = Field(max_length=8)
    status: str = Field(max_length=16)
    allowed: bool
    reason: str = Field(max_length=300)
    remedy: str = Field(max_length=300, description="what would change it, in the operator's words")
    source: str = Field(max_length=200)
    valid_from: str = Field(max_length=10, description="a day in Beijing, ISO")
    valid_until: str | None = Field(default=None, max_length=10)
    decided_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    decided_by: str = Field(default="", max_length=80)
    demo: bool = False


class OfferDecision(SQLModel, table=True):
    """That an offer was shown, accepted or refused under a version of the rules: the first time of each.

    `about` is the number of the offer, or of the claim when nothing was to be shown. The rules against
    it tell where somebody lives: they are sealed, and `once_index` is the blind index of all the rest.
    """

    __tablename__ = "offer_decision"
    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    about: str = Field(max_length=16)
    kind: str = Field(max_length=8)
    outcome: str = Field(max_length=16, description="shown | accepted | refused | hidden")
    ruleset: str = Field(max_length=64, description="SHA-256 of the rules, hex")
    codes: str = Field(sa_column=Column(SealedText("offer_decision.codes"), nullable=False))
    once_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class AskingPrice(SQLModel, table=True):
    """What a creditor would want for a claim: a wish, not an offer. At most one for a claim."""

    __tablename__ = "asking_price"

    claim_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    price: dict[str, Any] = Field(sa_column=Column(SealedJson("asking_price.price"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


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
    series_id: int | None
    meets_ask: bool
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


class SeriesRow(NamedTuple):
    """A series as its room reads it."""

    id: int
    number: str
    handle: str
    reference_index: bytes
    version: int
    kind: str
    status: str
    reason: str | None
    terms: dict[str, Any]
    terms_hash: bytes
    cap: int
    taken: int
    expires_at: datetime
    demo: bool
    changed_at: datetime


class RuleRow(NamedTuple):
    """An operator's rule. As a tuple of plain values it can be the key of what was read from it."""

    id: int
    handle: str
    fact: str
    value: str
    kind: str
    status: str
    allowed: bool
    reason: str
    remedy: str
    source: str
    valid_from: str
    valid_until: str | None
    decided_at: datetime
    decided_by: str
    demo: bool


class AskRow(NamedTuple):
    """An asking price."""

    claim_id: int
    creditor_id: int
    price: dict[str, Any]
    at: datetime


class _Number(NamedTuple):
    number: str


class _Due(NamedTuple):
    number: str
    claim_id: int


class _Item(NamedTuple):
    item: int | None


_offer = table(Offer).c
_claim = table(Claim).c
_series = table(OfferSeries).c
_rule = table(OfferRule).c
_ask = table(AskingPrice).c

_OFFER = tuple(_offer[name] for name in OfferRow._fields)
_BY_NUMBER = Query(select(*_OFFER).where(_offer.number == bindparam("number")), OfferRow)
_LOCKED = Query(select(*_OFFER).where(_offer.number == bindparam("number")).with_for_update(key_share=True), OfferRow)
_IS_THERE = Query(select(_offer.number).where(_offer.source_index == bindparam("source")), _Number)
_BY_SOURCE = Query(select(*_OFFER).where(_offer.source_index == bindparam("source")), OfferRow)


async def by_number(db: Reader, number: str) -> OfferRow | None:
    """An offer by its number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> OfferRow | None:
    """An offer by its number, held until the transaction ends. MUST come after `lock_claim`."""
    return await db.one(_LOCKED, number=number)


async def is_there(db: Reader, source_index: bytes) -> bool:
    """Whether an offer was made under a reference; opens nothing of it."""
    return await db.one(_IS_THERE, source=source_index) is not None


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

_NEW = ("number", "claim_id", "creditor_id", "kind", "status", "terms", "terms_hash", "source_index", "series_id",
        "meets_ask", "expires_at", "demo", "created_at", "changed_at")  # fmt: skip
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
_PUBLISH = Query(
    update(Offer).values(**_TO, item=bindparam("to_item"), meets_ask=bindparam("to_meets_ask")).where(*_FROM)
)


async def add(db: Transaction, **values: Any) -> bool:
    """Keep an offer as a draft; False: its reference is taken."""
    return await db.run(_ADD, status=OfferStatus.DRAFT, meets_ask=False, **values) == 1


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
        meets = changes.get("meets_ask", offer.meets_ask)
        return await db.run(_PUBLISH, to_item=offer.item, to_meets_ask=meets, **values) == 1
    if to == OfferStatus.ACCEPTED:
        return await db.run(_MOVE_IN_TIME, received_at=at, **values) == 1
    return await db.run(_MOVE, **values) == 1


# --- series -----------------------------------------------------------------------------------

_SERIES = tuple(_series[name] for name in SeriesRow._fields)
_SERIES_BY_NUMBER = Query(select(*_SERIES).where(_series.number == bindparam("number")), SeriesRow)
_SERIES_LOCKED = Query(
    select(*_SERIES).where(_series.number == bindparam("number")).with_for_update(key_share=True), SeriesRow
)
_SERIES_BY_ID = Query(select(*_SERIES).where(_series.id == bindparam("key")), SeriesRow)
_SERIES_OPEN = Query(
    select(*_SERIES)
    .where(_series.status == SeriesStatus.OPEN, _series.expires_at > bindparam("now"))
    .order_by(_series.id)
    .limit(bindparam("most")),
    SeriesRow,
)
_SERIES_DUE = Query(
    select(*_SERIES)
    .where(_series.status == SeriesStatus.OPEN, _series.expires_at <= bindparam("before"))
    .order_by(_series.id)
    .limit(bindparam("most")),
    SeriesRow,
)
_VERSIONS = Query(
    select(*_SERIES)
    .where(_series.reference_index == bindparam("reference"))
    .order_by(_series.version.desc())
    .limit(1)
    .with_for_update(key_share=True),
    SeriesRow,
)
_SERIES_NEWEST = Query(select(*_SERIES).order_by(_series.id.desc()).limit(bindparam("most")), SeriesRow)
_NEW_SERIES = ("number", "handle", "reference_index", "version", "kind", "status", "terms", "terms_hash", "cap",
               "taken", "expires_at", "demo", "created_at", "changed_at")  # fmt: skip
_ADD_SERIES = Query(
    insert(OfferSeries)
    .values({name: bindparam(name) for name in _NEW_SERIES})
    .on_conflict_do_nothing(index_elements=["reference_index", "version"])
)
_DROP_SERIES = Query(
    delete(table(OfferSeries)).where(_series.id == bindparam("key"), _series.status == SeriesStatus.DRAFT)
)
_MOVE_SERIES = Query(
    update(OfferSeries)
    .values(status=bindparam("to_status"), changed_at=bindparam("now"), reason=bindparam("to_reason"))
    .where(_series.id == bindparam("key"), _series.status == bindparam("from_status"))
)
_TAKE_ROOM = Query(
    update(OfferSeries)
    .values(taken=_series.taken + bindparam("more"))
    .where(
        _series.id == bindparam("key"),
        _series.status == SeriesStatus.OPEN,
        _series.taken + bindparam("more") <= _series.cap,
    )
)
_GIVE_ROOM = Query(
    update(OfferSeries)
    .values(taken=_series.taken - bindparam("less"))
    .where(_series.id == bindparam("key"), _series.taken >= bindparam("less"))
)
_WITHDRAWN_SERIES = Query(
    select(_offer.number, _offer.claim_id)
    .join(table(OfferSeries), _series.id == _offer.series_id)
    .where(_series.status == SeriesStatus.WITHDRAWN, _offer.status == OfferStatus.OPEN)
    .order_by(_offer.claim_id)
    .limit(bindparam("most")),
    _Due,
)


async def series_by_number(db: Reader, number: str) -> SeriesRow | None:
    """A series by its number."""
    return await db.one(_SERIES_BY_NUMBER, number=number)


async def series_locked(db: Transaction, number: str) -> SeriesRow | None:
    """A series by its number, held until the transaction ends. MUST come after claims and offers."""
    return await db.one(_SERIES_LOCKED, number=number)


async def series(db: Reader, key: int) -> SeriesRow | None:
    """A series by its id."""
    return await db.one(_SERIES_BY_ID, key=key)


async def open_series(db: Reader, now: datetime, most: int = 50) -> list[SeriesRow]:
    """The series that make offers now."""
    return await db.all(_SERIES_OPEN, now=now, most=most)


async def series_due(db: Reader, before: datetime, most: int) -> list[SeriesRow]:
    """Open series whose time was over by `before`."""
    return await db.all(_SERIES_DUE, before=before, most=most)


async def last_version(db: Transaction, reference_index: bytes) -> SeriesRow | None:
    """The newest version of a series, by the offering side's reference, held."""
    return await db.one(_VERSIONS, reference=reference_index)


async def newest_series(db: Reader, most: int = 50) -> list[SeriesRow]:
    """The series imported last, for the operator."""
    return await db.all(_SERIES_NEWEST, most=most)


async def add_series(db: Transaction, **values: Any) -> bool:
    """Keep an imported series as a draft; False: this version of the reference is there."""
    return await db.run(_ADD_SERIES, status=SeriesStatus.DRAFT, taken=0, **values) == 1


async def drop_series(db: Transaction, key: int) -> bool:
    """Forget a draft of a series."""
    return await db.run(_DROP_SERIES, key=key) == 1


async def move_series(db: Transaction, row: SeriesRow, to: str, at: datetime, **changes: Any) -> bool:
    """Move a series' status if nobody was faster. MUST be called by `ledger.transition` only."""
    return (
        await db.run(
            _MOVE_SERIES, key=row.id, from_status=row.status, to_status=to, now=at, to_reason=changes.get("reason")
        )
        == 1
    )


async def take_room(db: Transaction, series_id: int, more: int) -> bool:
    """Take room in a series, in the transaction that accepts. MUST NOT take more than an open one has left.

    One statement looks and takes: of two acceptances at once the second one sees what the first took.
    """
    return await db.run(_TAKE_ROOM, key=series_id, more=more) == 1


async def give_room(db: Transaction, series_id: int, less: int) -> bool:
    """Give room back, in the transaction that ends an acceptance."""
    return await db.run(_GIVE_ROOM, key=series_id, less=less) == 1


async def of_withdrawn_series(db: Reader, most: int) -> list[str]:
    """Numbers of open offers whose series was withdrawn, in the order their claims are to be locked."""
    return [row.number for row in await db.all(_WITHDRAWN_SERIES, most=most)]


# --- claims a series could be for -------------------------------------------------------------

_CLAIM_COLUMNS = tuple(_claim[name] for name in OfferedClaim._fields)
_CLAIMS_AFTER = Query(
    select(*_CLAIM_COLUMNS).where(_claim.id > bindparam("cursor")).order_by(_claim.id).limit(bindparam("most")),
    OfferedClaim,
)
_CLAIM_BY_NUMBER = Query(select(*_CLAIM_COLUMNS).where(_claim.number == bindparam("number")), OfferedClaim)
_HOLD_CLAIM = Query(
    select(*_CLAIM_COLUMNS).where(_claim.number == bindparam("number")).with_for_update(key_share=True), OfferedClaim
)


async def claims_after(db: Reader, cursor: int, most: int) -> list[OfferedClaim]:
    """A page of all claims, by id."""
    return await db.all(_CLAIMS_AFTER, cursor=cursor, most=most)


async def claim(db: Reader, number: str) -> OfferedClaim | None:
    """A claim by its number."""
    return await db.one(_CLAIM_BY_NUMBER, number=number)


async def hold_claim(db: Transaction, number: str) -> OfferedClaim | None:
    """A claim by its number, held until the transaction ends."""
    return await db.one(_HOLD_CLAIM, number=number)


# --- ended by another one's acceptance --------------------------------------------------------

_CANCELLED_ON = Query(
    select(*_OFFER)
    .where(
        _offer.claim_id == bindparam("claim"),
        _offer.status == OfferStatus.CANCELLED,
        _offer.expires_at > bindparam("now"),
    )
    .order_by(_offer.id)
    .limit(bindparam("most")),
    OfferRow,
)


async def cancelled_on(db: Reader, claim_id: int, now: datetime, most: int = 50) -> list[OfferRow]:
    """Offers on a claim that were cancelled and whose time is not over."""
    return await db.all(_CANCELLED_ON, claim=claim_id, now=now, most=most)


# --- the rules of eligibility -----------------------------------------------------------------

_RULE = tuple(_rule[name] for name in RuleRow._fields)
_RULES = Query(
    select(*_RULE).where(_rule.status == RuleStatus.STANDING).order_by(_rule.fact, _rule.value, _rule.kind), RuleRow
)
_RULE_LOCKED = Query(
    select(*_RULE)
    .where(_rule.fact == bindparam("fact"), _rule.value == bindparam("value"), _rule.kind == bindparam("kind"))
    .with_for_update(key_share=True),
    RuleRow,
)
_DECIDED = ("allowed", "reason", "remedy", "source", "valid_from", "valid_until", "decided_at", "decided_by", "demo")
_ADD_RULE = Query(
    insert(OfferRule)
    .values({name: bindparam(name) for name in ("handle", "fact", "value", "kind", "status", *_DECIDED)})
    .on_conflict_do_nothing(index_elements=["fact", "value", "kind"])
)
_CHANGE_RULE = Query(
    update(OfferRule)
    .values({"status": bindparam("to_status"), **{name: bindparam(f"to_{name}") for name in _DECIDED}})
    .where(_rule.id == bindparam("key"), _rule.status == bindparam("from_status"))
)
_decision = insert(OfferDecision).values(
    {
        name: bindparam(name)
        for name in ("creditor_id", "about", "kind", "outcome", "ruleset", "codes", "once_index", "at")
    }
)
_NOTE = Query(_decision.on_conflict_do_nothing(index_elements=["once_index"]))


async def operator_rules(db: Reader) -> list[RuleRow]:
    """Every rule of an operator that stands."""
    return await db.all(_RULES)


async def rule_locked(db: Transaction, fact: str, value: str, kind: str) -> RuleRow | None:
    """A rule by what it is about, ended or not, held until the transaction ends."""
    return await db.one(_RULE_LOCKED, fact=fact, value=value, kind=kind)


async def move_rule(db: Transaction, row: RuleRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Write a rule, or its next decision. MUST be called by `ledger.transition` only."""
    if row is None:
        kind = changes.pop("of_kind")
        return await db.run(_ADD_RULE, status=to, kind=kind, decided_at=at, **changes) == 1
    now = {**{name: getattr(row, name) for name in _DECIDED}, **changes, "decided_at": at}
    values = {f"to_{name}": now[name] for name in _DECIDED}
    return await db.run(_CHANGE_RULE, key=row.id, from_status=row.status, to_status=to, **values) == 1


async def note(
    db: Transaction, *, creditor_id: int, about: str, kind: str, outcome: str, ruleset: str, codes: str, at: datetime
) -> None:
    """Note a decision, the first time it falls out like this under this version of the rules."""
    await db.run(
        _NOTE,
        creditor_id=creditor_id,
        about=about,
        kind=kind,
        outcome=outcome,
        ruleset=ruleset,
        codes=codes,
        once_index=blind("offer_decision", f"{about}\0{kind}\0{outcome}\0{ruleset}\0{codes}"),
        at=at,
    )


# --- asking prices ----------------------------------------------------------------------------

_ASK = tuple(_ask[name] for name in AskRow._fields)
_ASK_OF_CLAIM = Query(select(*_ASK).where(_ask.claim_id == bindparam("claim")), AskRow)
_ASKS_OF = Query(select(*_ASK).where(_ask.creditor_id == bindparam("creditor")).limit(50), AskRow)
_ASKED_AFTER = Query(
    select(*_CLAIM_COLUMNS)
    .join(table(AskingPrice), _ask.claim_id == _claim.id)
    .where(_claim.id > bindparam("cursor"))
    .order_by(_claim.id)
    .limit(bindparam("most")),
    OfferedClaim,
)
_new_ask = insert(AskingPrice).values({name: bindparam(name) for name in AskRow._fields})
_SET_ASK = Query(
    _new_ask.on_conflict_do_update(
        index_elements=["claim_id"],
        set_={name: _new_ask.excluded[name] for name in ("creditor_id", "price", "at")},
    )
)
_DROP_ASK = Query(delete(table(AskingPrice)).where(_ask.claim_id == bindparam("claim")))


async def ask(db: Reader, claim_id: int) -> AskRow | None:
    """The asking price for a claim."""
    return await db.one(_ASK_OF_CLAIM, claim=claim_id)


async def asks_of(db: Reader, creditor_id: int) -> list[AskRow]:
    """The asking prices of a creditor."""
    return await db.all(_ASKS_OF, creditor=creditor_id)


async def asked_after(db: Reader, cursor: int, most: int) -> list[OfferedClaim]:
    """A page of the claims that have an asking price, by id."""
    return await db.all(_ASKED_AFTER, cursor=cursor, most=most)


async def set_ask(db: Transaction, claim_id: int, creditor_id: int, price: dict[str, Any], at: datetime) -> None:
    """Set the asking price for a claim in the place of the one before."""
    await db.run(_SET_ASK, claim_id=claim_id, creditor_id=creditor_id, price=price, at=at)


async def drop_ask(db: Transaction, claim_id: int) -> bool:
    """Take an asking price back."""
    return await db.run(_DROP_ASK, claim=claim_id) == 1


_NEWEST = Query(select(*_OFFER).order_by(_offer.id.desc()).limit(bindparam("most")), OfferRow)


async def newest(db: Reader, most: int = 50) -> list[OfferRow]:
    """The offers imported last, whatever became of them, for the operator."""
    return await db.all(_NEWEST, most=most)


class Decided(NamedTuple):
    """A decision, as an auditor reads it."""

    about: str
    kind: str
    outcome: str
    ruleset: str
    codes: str
    at: datetime


_decided = table(OfferDecision).c
_DECISIONS = Query(
    select(*(_decided[name] for name in Decided._fields))
    .where(_decided.creditor_id == bindparam("creditor"))
    .order_by(_decided.id)
    .limit(1000),
    Decided,
)


async def decisions(db: Reader, creditor_id: int) -> list[Decided]:
    """What was shown to a creditor, accepted and refused, each under its version of the rules."""
    return await db.all(_DECISIONS, creditor=creditor_id)
