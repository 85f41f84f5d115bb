"""Claims registered with this service, the imported register, and evidence documents."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, LargeBinary, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedBytes, SealedJson, SealedText


class Claim(SQLModel, table=True):
    """A claim a creditor registered here.

    `number` is ours and public to its creditor; `handle` is the subject in the ledger. All that a
    person wrote is in `particulars`, together with `handle`, so that a row's bytes cannot be
    swapped for another row's without being noticed.
    """

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    creditor_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    status: str = Field(max_length=24)
    reason: str | None = Field(default=None, sa_column=Column(SealedText("claim.reason"), nullable=True))
    particulars: dict[str, Any] = Field(sa_column=Column(SealedJson("claim.particulars"), nullable=False))
    register_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    demo: bool = False
    created_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class RegisterRow(SQLModel, table=True):
    """One row of the imported claims register. `key_index` is unique per source row: imports may repeat."""

    __tablename__ = "register_row"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    key_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    email_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True, index=True))
    content: dict[str, Any] = Field(sa_column=Column(SealedJson("register_row.content"), nullable=False))
    as_of: str = Field(max_length=10, description="date of the register, ISO")
    demo: bool = False


class Document(SQLModel, table=True):
    """An evidence document, encrypted. `draft` holds it until the claim exists."""

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    draft: str | None = Field(default=None, max_length=12, index=True)
    claim_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    media_type: str = Field(max_length=80)
    size: int
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    name: str = Field(sa_column=Column(SealedText("document.name"), nullable=False))
    content: bytes = Field(sa_column=Column(SealedBytes("document.content"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))


class ClaimRow(NamedTuple):
    """A claim as its room reads it."""

    id: int
    number: str
    handle: str
    creditor_id: int
    status: str
    reason: str | None
    particulars: dict[str, Any]
    register_id: int | None
    demo: bool
    created_at: datetime
    changed_at: datetime


_claim = table(Claim).c
_CLAIM = tuple(_claim[name] for name in ClaimRow._fields)

_OF_CREDITOR = Query(
    select(*_CLAIM).where(_claim.creditor_id == bindparam("creditor")).order_by(_claim.id).limit(20), ClaimRow
)
_BY_NUMBER = Query(select(*_CLAIM).where(_claim.number == bindparam("number")), ClaimRow)
_LOCKED = Query(select(*_CLAIM).where(_claim.number == bindparam("number")).with_for_update(key_share=True), ClaimRow)
_ADD = Query(
    insert(Claim)
    .values({name: bindparam(name) for name in ClaimRow._fields if name not in ("id", "reason")})
    .returning(_claim.id),
)
_MOVE = Query(
    update(Claim)
    .values(
        status=bindparam("to_status"),
        reason=bindparam("to_reason"),
        changed_at=bindparam("now"),
    )
    .where(_claim.id == bindparam("key"), _claim.status == bindparam("from_status"))
)


async def of_creditor(db: Reader, creditor_id: int) -> list[ClaimRow]:
    """The claims of a creditor, oldest first, twenty at most."""
    return await db.all(_OF_CREDITOR, creditor=creditor_id)


async def by_number(db: Reader, number: str) -> ClaimRow | None:
    """A claim by our number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> ClaimRow | None:
    """A claim by our number, held until the transaction ends."""
    return await db.one(_LOCKED, number=number)


async def add(db: Transaction, **values: Any) -> int:
    """Add a claim; its id. The status must be the one its first entry moves to."""
    row = await db.one(_ADD, **values)
    assert row is not None
    return int(row.value)


async def move(db: Transaction, claim: ClaimRow, to: str, at: datetime, **changes: Any) -> bool:
    """Move the status if nobody was faster. MUST be called by `ledger.transition` only."""
    return (
        await db.run(
            _MOVE, key=claim.id, from_status=claim.status, to_status=to, now=at, to_reason=changes.get("reason")
        )
        == 1
    )
