"""Claims registered with this service, the imported register, and evidence documents."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, LargeBinary, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.people import Creditor
from storage.sealing import SealedBytes, SealedJson, SealedText, blind


class Claim(SQLModel, table=True):
    """A claim a creditor registered here.

    `number` is ours and public to its creditor; `handle` is the subject in the ledger. All that a
    person wrote is in `particulars`:

    handle         the row's own, so that its bytes cannot be swapped for another row's unnoticed
    debtor         trading | wrs | eu | japan | quoine
    plan_class     5A 5B 6A 6B 7A 7B, `other` or `unsure`
    schedule claim_number ucc   strings, or None
    holder         person | company
    name           the legal name
    nationality residence tax_residence   ISO 3166-1 alpha-2; a company's: where it was registered, is, pays tax
    amount         cents of a US dollar as of the petition date
    register       None, or {"as_of": "2026-05-01", "fields": [names of what was taken from the register as it stood]}
    declared_on    the day the creditor last declared it complete and true, on his calendar
    documents      [{"handle", "name", "media_type", "size", "sha256"}]
    """

    __table_args__ = (Index("ix_claim_status_changed_at", "status", "changed_at"),)

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
    """An evidence document, encrypted. `draft` holds it until the claim exists.

    `digest` is a blind index of its SHA-256: the plain one would tell whoever has the file and the
    table that they belong together.
    """

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


class RegisterLine(NamedTuple):
    """A row of the imported register as rooms read it; `content` names its columns."""

    id: int
    content: dict[str, Any]
    as_of: str
    demo: bool


class DocumentRow(NamedTuple):
    """What is known of a document without opening it."""

    id: int
    handle: str
    claim_id: int | None
    media_type: str
    size: int
    name: str
    at: datetime


class _Content(NamedTuple):
    content: bytes


class _Handle(NamedTuple):
    handle: str


_claim = table(Claim).c
_register = table(RegisterRow).c
_document = table(Document).c
_creditor = table(Creditor).c

_CLAIM = tuple(_claim[name] for name in ClaimRow._fields)

#: nobody has more claims than this here: a list of them is one screen, a look-up one page of the index
MOST = 20

_OF_CREDITOR = Query(select(*_CLAIM).where(_claim.creditor_id == bindparam("creditor")).limit(MOST), ClaimRow)
_BY_NUMBER = Query(select(*_CLAIM).where(_claim.number == bindparam("number")), ClaimRow)
_LOCKED = Query(select(*_CLAIM).where(_claim.number == bindparam("number")).with_for_update(key_share=True), ClaimRow)
_IN_STATUS = Query(
    select(*_CLAIM).where(_claim.status == bindparam("of_status")).order_by(_claim.changed_at).limit(bindparam("most")),
    ClaimRow,
)
_LAST_MOVE = Query(
    select(_claim.changed_at).where(_claim.status == bindparam("of_status")).order_by(_claim.changed_at.desc()).limit(1)
)
_NEWEST = Query(select(*_CLAIM).order_by(_claim.id.desc()).limit(bindparam("most")), ClaimRow)


async def of_creditor(db: Reader, creditor_id: int) -> list[ClaimRow]:
    """The claims of a creditor, oldest first, `MOST` at most."""
    # Sorted here: asked to sort by id, PostgreSQL without statistics walks the whole primary key.
    return sorted(await db.all(_OF_CREDITOR, creditor=creditor_id), key=lambda claim: claim.id)


async def by_number(db: Reader, number: str) -> ClaimRow | None:
    """A claim by our number."""
    return await db.one(_BY_NUMBER, number=number)


async def locked(db: Transaction, number: str) -> ClaimRow | None:
    """A claim by our number, held until the transaction ends."""
    return await db.one(_LOCKED, number=number)


async def in_status(db: Reader, status: str, most: int) -> list[ClaimRow]:
    """The claims of one status, the one that has stood in it longest first."""
    return await db.all(_IN_STATUS, of_status=status, most=most)


async def last_move(db: Reader, status: str) -> datetime | None:
    """When a claim last came to this status, or was changed in it."""
    row = await db.one(_LAST_MOVE, of_status=status)
    return None if row is None else row.value


async def newest(db: Reader, most: int = 50) -> list[ClaimRow]:
    """The claims that came last, newest first; for the operator."""
    return await db.all(_NEWEST, most=most)


_NEW = tuple(name for name in ClaimRow._fields if name not in ("id", "reason"))
_ADD = Query(
    insert(Claim).values({name: bindparam(name) for name in _NEW}).on_conflict_do_nothing(index_elements=["number"])
)
_TO: dict[str, Any] = {
    "status": bindparam("to_status"),
    "reason": bindparam("to_reason"),
    "changed_at": bindparam("now"),
}
_FROM = (_claim.id == bindparam("key"), _claim.status == bindparam("from_status"))
_MOVE = Query(update(Claim).values(**_TO).where(*_FROM))
_AMEND = Query(update(Claim).values(**_TO, particulars=bindparam("to_particulars")).where(*_FROM))


async def move(db: Transaction, claim: ClaimRow | None, to: str, at: datetime, **changes: Any) -> bool:
    """Make a claim, or move its status (and with `particulars` what it says) if nobody was faster.

    A move without `reason` clears the one before. False: the status was another by now, or, for a
    new claim, its number is taken. MUST be called by `ledger.transition` only.
    """
    if claim is None:
        return await db.run(_ADD, status=to, created_at=at, changed_at=at, **changes) == 1
    values = {
        "key": claim.id,
        "from_status": claim.status,
        "to_status": to,
        "now": at,
        "to_reason": changes.get("reason"),
    }
    if "particulars" in changes:
        return await db.run(_AMEND, to_particulars=changes["particulars"], **values) == 1
    return await db.run(_MOVE, **values) == 1


# --- documents --------------------------------------------------------------------------------

_DOCUMENT = tuple(_document[name] for name in DocumentRow._fields)
_ADD_DOCUMENT = Query(
    insert(Document).values(
        {
            name: bindparam(name)
            for name in ("handle", "contact_id", "draft", "media_type", "size", "digest", "name", "content", "at")
        }
    )
)
_OF_CLAIM = Query(
    select(*_DOCUMENT).where(_document.claim_id == bindparam("claim")).order_by(_document.id), DocumentRow
)
_OPENED = Query(select(_document.content).where(_document.handle == bindparam("handle")), _Content)
_ATTACH = Query(
    update(Document)
    .values(claim_id=bindparam("now_claim"), draft=None)
    .where(_document.handle == bindparam("key"), _document.draft == bindparam("of_draft"))
)
_DROP = Query(delete(table(Document)).where(_document.handle == bindparam("handle"), _document.claim_id.is_(None)))
_TWIN = Query(
    select(_document.handle).where(
        _document.draft == bindparam("of_draft"), _document.digest == bindparam("of_digest")
    ),
    _Handle,
)


async def add_document(
    db: Transaction,
    *,
    handle: str,
    contact_id: int,
    draft: str,
    media_type: str,
    sha256: str,
    name: str,
    content: bytes,
    at: datetime,
) -> None:
    """Keep a document, sealed, for a draft."""
    await db.run(
        _ADD_DOCUMENT,
        handle=handle,
        contact_id=contact_id,
        draft=draft,
        media_type=media_type,
        size=len(content),
        digest=blind("document", sha256),
        name=name,
        content=content,
        at=at,
    )


async def in_draft(db: Reader, draft: str, sha256: str) -> bool:
    """Whether a draft holds a document with this content already."""
    return await db.one(_TWIN, of_draft=draft, of_digest=blind("document", sha256)) is not None


async def attach(db: Transaction, draft: str, claim_id: int, handles: list[str]) -> None:
    """Give documents of a draft to the claim it became."""
    await db.many(_ATTACH, [{"key": handle, "of_draft": draft, "now_claim": claim_id} for handle in handles])


async def drop_document(db: Transaction, handle: str) -> None:
    """Forget a document its sender took back before sending the form. One that belongs to a claim stays."""
    await db.run(_DROP, handle=handle)


async def documents_of(db: Reader, claim_id: int) -> list[DocumentRow]:
    """The documents of a claim, without their content."""
    return await db.all(_OF_CLAIM, claim=claim_id)


async def document(db: Reader, handle: str) -> bytes | None:
    """The content of a document, opened."""
    row = await db.one(_OPENED, handle=handle)
    return row.content if row is not None else None


# --- the imported register --------------------------------------------------------------------

_LINE = tuple(_register[name] for name in RegisterLine._fields)
_OWN_EMAIL = _register.email_index == (
    select(_creditor.email_index).where(_creditor.id == bindparam("creditor")).scalar_subquery()
)
_LINES_OF = Query(select(*_LINE).where(_OWN_EMAIL).order_by(_register.id).limit(MOST), RegisterLine)
_OWN_LINE = Query(select(*_LINE).where(_register.id == bindparam("key"), _OWN_EMAIL), RegisterLine)
_BY_KEY = Query(select(*_LINE).where(_register.key_index == bindparam("index")), RegisterLine)
_REGISTER = ("key_index", "email_index", "content", "as_of", "demo")
_ADD_LINE = Query(
    insert(RegisterRow)
    .values({name: bindparam(name) for name in _REGISTER})
    .on_conflict_do_nothing(index_elements=["key_index"])
)
_CHANGE_LINE = Query(
    update(RegisterRow)
    .values(email_index=bindparam("now_email"), content=bindparam("now_content"), as_of=bindparam("now_as_of"))
    .where(_register.id == bindparam("key"))
)


def register_key(claim_id: str, debtor: str) -> bytes:
    """The index of a row of the register: its ClaimID with its debtor."""
    return blind("register", f"{claim_id}\x1f{debtor}")


async def register_lines(db: Reader, creditor_id: int) -> list[RegisterLine]:
    """The register's rows under the e-mail address this creditor proved, `MOST` at most."""
    return await db.all(_LINES_OF, creditor=creditor_id)


async def register_line(db: Reader, key: int, creditor_id: int) -> RegisterLine | None:
    """One row of the register, if it stands under the e-mail address this creditor proved."""
    return await db.one(_OWN_LINE, key=key, creditor=creditor_id)


async def register_by_key(db: Reader, index: bytes) -> RegisterLine | None:
    """The row an earlier import made of the same source row."""
    return await db.one(_BY_KEY, index=index)


async def add_register_line(
    db: Transaction, *, key_index: bytes, email_index: bytes | None, content: dict[str, Any], as_of: str, demo: bool
) -> bool:
    """Add a row of the register; False: another import was faster."""
    return (
        await db.run(_ADD_LINE, key_index=key_index, email_index=email_index, content=content, as_of=as_of, demo=demo)
        == 1
    )


async def change_register_line(
    db: Transaction, key: int, *, email_index: bytes | None, content: dict[str, Any], as_of: str
) -> None:
    """Write a newer state of a row. Claims made from it keep what they were made from."""
    await db.run(_CHANGE_LINE, key=key, now_email=email_index, now_content=content, now_as_of=as_of)
