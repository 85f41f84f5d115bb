"""Where a creditor is paid: methods, and which of them a payment holds.

`of_creditor` and `active` are what a payment reads. It MUST `hold` the method it pays to for as long
as it is under way, with the creditor's row locked first: then nobody changes where the money goes.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, LargeBinary, bindparam, exists, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.people import Creditor
from storage.sealing import SealedJson, blind
from storage.terms import AccountStatus, PayoutStatus


class PayoutMethod(SQLModel, table=True):
    """One place a creditor is paid at, for one currency.

    `number` is ours; `handle` is the subject in the ledger. Where the money goes is in `details`, sealed
    as one: handle (the row's own), currency, way, and what the way needs (bank account holder bic proxy
    address). `account_index` is a keyed hash of it, for the ledger and to know the same account again.

    cools_until  when it counts at the earliest; None before the code was typed
    coin         an address that must pass a test first
    test         {"amount": cents}, what was sent as a test: the person is asked for it, so it is sealed too
    paying       what is being paid to it just now, or None
    """

    __tablename__ = "payout_method"
    __table_args__ = (
        # Nobody changes where the money goes twice at once, and there is one place for each currency.
        Index(
            "uq_payout_method_under_way",
            "creditor_id",
            unique=True,
            sqlite_where=text("status IN ('cooling', 'test_sent')"),
            postgresql_where=text("status IN ('cooling', 'test_sent')"),
        ),
        Index(
            "uq_payout_method_active",
            "creditor_id",
            "currency",
            unique=True,
            sqlite_where=text("status = 'active'"),
            postgresql_where=text("status = 'active'"),
        ),
        Index("ix_payout_method_status_changed_at", "status", "changed_at"),
        Index("ix_payout_method_status_coin_cools_until", "status", "coin", "cools_until"),
    )

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    status: str = Field(max_length=16)
    currency: str = Field(max_length=8)
    way: str = Field(max_length=8)
    coin: bool = False
    details: dict[str, Any] = Field(sa_column=Column(SealedJson("payout_method.details"), nullable=False))
    account_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    test: dict[str, Any] | None = Field(default=None, sa_column=Column(SealedJson("payout_method.test"), nullable=True))
    tries: int = 0
    cools_until: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
    paying: str | None = Field(default=None, max_length=32)
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class PayoutRow(NamedTuple):
    """A payout method as its room reads it."""

    id: int
    number: str
    handle: str
    creditor_id: int
    status: str
    currency: str
    way: str
    coin: bool
    details: dict[str, Any]
    account_index: bytes
    test: dict[str, Any] | None
    tries: int
    cools_until: datetime | None
    paying: str | None
    changed_at: datetime


class _Due(NamedTuple):
    number: str
    creditor_id: int


_payout = table(PayoutMethod).c
_PAYOUT = tuple(_payout[name] for name in PayoutRow._fields)
_LIVE = or_(
    _payout.status == PayoutStatus.PENDING,
    _payout.status == PayoutStatus.COOLING,
    _payout.status == PayoutStatus.TEST_SENT,
    _payout.status == PayoutStatus.ACTIVE,
)

#: live methods of one creditor: six currencies, one change, one that waits for its code, and room to spare
MOST = 20

_OF_CREDITOR = Query(
    select(*_PAYOUT).where(_payout.creditor_id == bindparam("creditor"), _LIVE).order_by(_payout.id).limit(MOST),
    PayoutRow,
)
_OF_CREDITOR_LOCKED = Query(
    select(*_PAYOUT)
    .where(_payout.creditor_id == bindparam("creditor"), _LIVE)
    .order_by(_payout.id)
    .limit(MOST)
    .with_for_update(key_share=True),
    PayoutRow,
)
_BY_NUMBER = Query(select(*_PAYOUT).where(_payout.number == bindparam("number")), PayoutRow)
_NEWEST = Query(
    select(*_PAYOUT)
    .where(_payout.status == bindparam("of_status"))
    .order_by(_payout.changed_at.desc())
    .limit(bindparam("most")),
    PayoutRow,
)


def account_index(canonical: str) -> bytes:
    """The keyed hash of where money goes. Letters keep their case: on some chains it tells two addresses apart."""
    return blind("payout", canonical.encode().hex())


async def of_creditor(db: Reader, creditor_id: int) -> list[PayoutRow]:
    """The methods of a creditor that are in use or on their way, oldest first."""
    return await db.all(_OF_CREDITOR, creditor=creditor_id)


async def of_creditor_locked(db: Transaction, creditor_id: int) -> list[PayoutRow]:
    """The same, held until the transaction ends. MUST come after the creditor's own lock."""
    return await db.all(_OF_CREDITOR_LOCKED, creditor=creditor_id)


async def active(db: Reader, creditor_id: int, currency: str) -> PayoutRow | None:
    """Where payments in a currency go; None: nowhere yet."""
    rows = await of_creditor(db, creditor_id)
    return next((row for row in rows if row.status == PayoutStatus.ACTIVE and row.currency == currency), None)


async def by_number(db: Reader, number: str) -> PayoutRow | None:
    """A method by its number, whatever became of it."""
    return await db.one(_BY_NUMBER, number=number)


async def newest(db: Reader, status: str, most: int = 50) -> list[PayoutRow]:
    """The methods of one status that changed last; for the operator."""
    return await db.all(_NEWEST, of_status=status, most=most)


_creditor = table(Creditor).c
_paid = table(PayoutMethod).alias("paid")
# Who has to wait is left out here: fifty that wait would hide the others.
_DUE = Query(
    select(_payout.number, _payout.creditor_id)
    .where(
        _payout.status == PayoutStatus.COOLING,
        _payout.coin.is_(False),
        _payout.cools_until <= bindparam("now"),
        ~exists().where(_paid.c.creditor_id == _payout.creditor_id, _paid.c.paying.is_not(None)),
        ~exists().where(_creditor.id == _payout.creditor_id, _creditor.status == AccountStatus.FROZEN),
    )
    .order_by(_payout.cools_until)
    .limit(bindparam("most")),
    _Due,
)
_UNPROVED = Query(
    select(_payout.number, _payout.creditor_id)
    .where(_payout.status == PayoutStatus.PENDING, _payout.changed_at <= bindparam("before"))
    .order_by(_payout.changed_at)
    .limit(bindparam("most")),
    _Due,
)


async def due(db: Reader, now: datetime, most: int) -> list[tuple[str, int]]:
    """Numbers and creditors of methods whose cooling is over and that need no test, in the order of their locks."""
    return sorted(((row.number, row.creditor_id) for row in await db.all(_DUE, now=now, most=most)), key=_by_creditor)


async def unproved(db: Reader, before: datetime, most: int) -> list[tuple[str, int]]:
    """The same for methods whose code nobody has typed since then."""
    rows = await db.all(_UNPROVED, before=before, most=most)
    return sorted(((row.number, row.creditor_id) for row in rows), key=_by_creditor)


def _by_creditor(due: tuple[str, int]) -> tuple[int, str]:
    return due[1], due[0]


_NEW = ("number", "handle", "creditor_id", "status", "currency", "way", "coin", "details", "account_index", "tries",
        "created_at", "changed_at")  # fmt: skip
_ADD = Query(
    insert(PayoutMethod)
    .values({name: bindparam(name) for name in _NEW})
    .on_conflict_do_nothing(index_elements=["number"])
)
_TO: dict[str, Any] = {"status": bindparam("to_status"), "changed_at": bindparam("now")}
_FROM = (_payout.id == bindparam("key"), _payout.status == bindparam("from_status"))
_MOVE = Query(update(PayoutMethod).values(**_TO).where(*_FROM))
_COOL = Query(update(PayoutMethod).values(**_TO, cools_until=bindparam("until")).where(*_FROM))
_TEST = Query(update(PayoutMethod).values(**_TO, test=bindparam("to_test"), tries=0).where(*_FROM))


async def move(db: Transaction, row: PayoutRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Make a method, or move its status if nobody was faster.

    Changes: `cools_until` with the code, `test` with a test; what a new one is made of.
    MUST be called by `ledger.transition` only.
    """
    if row is None:
        return await db.run(_ADD, status=to, tries=0, created_at=at, changed_at=at, **changes) == 1
    values = {"key": row.id, "from_status": row.status, "to_status": to, "now": at}
    if "cools_until" in changes:
        return await db.run(_COOL, until=changes["cools_until"], **values) == 1
    if "test" in changes:
        return await db.run(_TEST, to_test=changes["test"], **values) == 1
    return await db.run(_MOVE, **values) == 1


_TRIED = Query(update(PayoutMethod).values(tries=_payout.tries + 1).where(_payout.id == bindparam("key")))
_HOLD = Query(
    update(PayoutMethod)
    .values(paying=bindparam("reference"))
    .where(_payout.id == bindparam("key"), _payout.status == PayoutStatus.ACTIVE, _payout.paying.is_(None))
)
_RELEASE = Query(
    update(PayoutMethod)
    .values(paying=None)
    .where(_payout.id == bindparam("key"), _payout.paying == bindparam("reference"))
)


async def count_try(db: Transaction, row: PayoutRow) -> None:
    """Count a wrong amount. MUST be called with the row held."""
    await db.run(_TRIED, key=row.id)


async def hold(db: Transaction, row: PayoutRow, reference: str) -> bool:
    """A payment begins (`reference` names it): until `release` no method of its creditor changes.

    MUST be called with the creditor held. False: it is not active any more, or another payment holds it.
    """
    return await db.run(_HOLD, key=row.id, reference=reference) == 1


async def release(db: Transaction, row: PayoutRow, reference: str) -> bool:
    """The payment came to its end, one or the other."""
    return await db.run(_RELEASE, key=row.id, reference=reference) == 1
