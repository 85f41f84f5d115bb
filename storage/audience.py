"""Who is to be told: what notices have not looked at yet, whose it is, and the contacts of that creditor.

Reads the tables of other rooms and writes none of them; its only own mark is `notice_pending`.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, and_, bindparam, case, cast, delete, exists, func, literal, or_, select

from storage.claims import Claim
from storage.conversations import Event
from storage.database import Query, Reader, Transaction, table
from storage.ledger import LedgerEntry, NoticePending
from storage.offers import Offer
from storage.people import Contact, Creditor
from storage.settlements import Coupon, Settlement
from storage.terms import ClaimStatus, OfferStatus


class NewsRow(NamedTuple):
    """An entry that notices have not looked at. `claim_id` and `creditor_id` are None where it has none."""

    entry_id: int
    kind: str
    item: str | None
    at: datetime
    claim_id: int | None
    creditor_id: int | None


class ReaderRow(NamedTuple):
    """A contact that may be written to. `acted`: the turn it spoke in is what there is to tell."""

    id: int
    creditor_id: int
    channel: str
    address: str
    timezone: str
    muted: str
    seen_at: datetime
    acted: bool


class OfferNews(NamedTuple):
    """An offer as a notice speaks of it: nothing of its terms."""

    id: int
    number: str
    creditor_id: int
    kind: str
    status: str
    expires_at: datetime
    meets_ask: bool


class EntryNews(NamedTuple):
    """An entry as a notice speaks of it. `number` is the claim's or the settlement's, None for one about an account.

    `pays_on` is the day of a bond's payment, ISO, where the entry is about one.
    """

    kind: str
    item: str | None
    status: str
    at: datetime
    leaf_hash: bytes
    claim_id: int | None
    number: str | None
    creditor_id: int | None
    pays_on: str | None = None


class DigestLine(NamedTuple):
    """One thing that happened, for the digest. `offer` is the offer's number, None for the claim itself."""

    number: str
    kind: str
    status: str
    at: datetime
    offer: str | None


class _Id(NamedTuple):
    id: int


_pending = table(NoticePending)
_entry = table(LedgerEntry)
_claim = table(Claim)
_creditor = table(Creditor)
_contact = table(Contact)
_event = table(Event)
_offer = table(Offer)
_settlement = table(Settlement)
_coupon = table(Coupon)

# An entry's subject is a random handle: of a claim, of a settlement, or of a creditor's account.
_whose = func.coalesce(_claim.c.creditor_id, _settlement.c.creditor_id, _creditor.c.id)

_NEWS = Query(
    select(_entry.c.id, _entry.c.kind, _entry.c.item, _entry.c.at, _claim.c.id, _whose)
    .select_from(
        _pending.join(_entry, _entry.c.id == _pending.c.entry_id)
        .outerjoin(_claim, _claim.c.handle == _entry.c.subject)
        .outerjoin(_creditor, _creditor.c.handle == _entry.c.subject)
        .outerjoin(_settlement, _settlement.c.handle == _entry.c.subject)
    )
    .order_by(_pending.c.entry_id)  # by the mark: by the entry, SQLite would walk through the whole ledger
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_pending),
    NewsRow,
)
_LOOKED_AT = Query(delete(_pending).where(_pending.c.entry_id == bindparam("of_entry")))
_ANY_NEWS = Query(select(_pending.c.entry_id).limit(1), _Id)


async def any_news(db: Reader) -> bool:
    """Whether there is an entry that notices have not looked at."""
    return await db.one(_ANY_NEWS) is not None


async def news(db: Transaction, most: int) -> list[NewsRow]:
    """Entries that notices have not looked at, held until the transaction ends; those another process holds left out.

    Read by the mark: ids become visible out of order, and a reader that remembers the last one misses some.
    """
    return await db.all(_NEWS, most=most)


async def looked_at(db: Transaction, entry_id: int) -> None:
    """Take the mark away. MUST be called in the transaction that put what is due into the outbox."""
    await db.run(_LOOKED_AT, of_entry=entry_id)


_acted = exists().where(
    _event.c.at == bindparam("at"),
    _event.c.channel == _contact.c.channel,
    _event.c.address == _contact.c.address,
)
_READERS = Query(
    select(
        _contact.c.id,
        _contact.c.creditor_id,
        _contact.c.channel,
        _contact.c.address,
        _contact.c.timezone,
        _contact.c.muted,
        _contact.c.seen_at,
        case((_acted, True), else_=False),
    )
    .where(_contact.c.creditor_id == bindparam("creditor"), _contact.c.reachable.is_(True))
    .order_by(_contact.c.seen_at.desc(), _contact.c.id.desc())
    .limit(bindparam("most")),
    ReaderRow,
)

#: contacts of one creditor that are told of anything, those used last first
MOST = 20


async def readers(db: Reader, creditor_id: int, at: datetime) -> list[ReaderRow]:
    """The contacts of a creditor that can be written to, the one used last leading.

    `at`: the moment of what is to be told. A turn and the entries it wrote bear the same moment,
    to the microsecond: so the contact that did it itself is known.
    """
    return await db.all(_READERS, creditor=creditor_id, at=at, most=MOST)


_OFFER = (
    _offer.c.id,
    _offer.c.number,
    _offer.c.creditor_id,
    _offer.c.kind,
    _offer.c.status,
    _offer.c.expires_at,
    _offer.c.meets_ask,
)
_OFFER_OF_ITEM = Query(
    select(*_OFFER).where(_offer.c.claim_id == bindparam("claim"), _offer.c.item == bindparam("of_item")), OfferNews
)
_OFFER_BY_ID = Query(select(*_OFFER).where(_offer.c.id == bindparam("key")), OfferNews)
_IN_WINDOW = (
    _offer.c.status == OfferStatus.OPEN,
    _offer.c.expires_at > bindparam("since"),
    _offer.c.expires_at <= bindparam("until"),
)
_ANY_ENDING = Query(select(_offer.c.id).where(*_IN_WINDOW).limit(1), _Id)
_ENDING = Query(
    select(*_OFFER)
    .where(*_IN_WINDOW, _offer.c.id > bindparam("cursor"))
    .order_by(_offer.c.id)
    .limit(bindparam("most")),
    OfferNews,
)


async def any_ending(db: Reader, since: datetime, until: datetime) -> bool:
    """Whether an open offer ends in this stretch of time (its end included, its beginning not)."""
    return await db.one(_ANY_ENDING, since=since, until=until) is not None


async def ending(db: Reader, since: datetime, until: datetime, cursor: int, most: int) -> list[OfferNews]:
    """Open offers that end in this stretch of time, by id, after `cursor`."""
    return await db.all(_ENDING, since=since, until=until, cursor=cursor, most=most)


async def offer_of_item(db: Reader, claim_id: int, item: str) -> OfferNews | None:
    """The offer an entry in a claim's chain is about."""
    return await db.one(_OFFER_OF_ITEM, claim=claim_id, of_item=int(item))


async def offer(db: Reader, offer_id: int) -> OfferNews | None:
    """An offer by its id."""
    return await db.one(_OFFER_BY_ID, key=offer_id)


_ENTRY = Query(
    select(
        _entry.c.kind,
        _entry.c.item,
        _entry.c.status,
        _entry.c.at,
        _entry.c.leaf_hash,
        _claim.c.id,
        func.coalesce(_claim.c.number, _settlement.c.number),
        _whose,
        _coupon.c.pays_on,
    )
    .select_from(
        _entry.outerjoin(_claim, _claim.c.handle == _entry.c.subject)
        .outerjoin(_creditor, _creditor.c.handle == _entry.c.subject)
        .outerjoin(_settlement, _settlement.c.handle == _entry.c.subject)
        .outerjoin(
            _coupon,
            and_(_coupon.c.settlement_id == _settlement.c.id, cast(_coupon.c.item, String) == _entry.c.item),
        )
    )
    .where(_entry.c.id == bindparam("key")),
    EntryNews,
)


async def entry(db: Reader, entry_id: int) -> EntryNews | None:
    """What an entry says, with the number its creditor knows the claim by."""
    return await db.one(_ENTRY, key=entry_id)


# --- pages of contacts ------------------------------------------------------------------------

_other = _contact.alias("other")
_last_used = ~exists().where(
    _other.c.creditor_id == _contact.c.creditor_id,
    _other.c.channel == _contact.c.channel,
    _other.c.reachable.is_(True),
    or_(
        _other.c.seen_at > _contact.c.seen_at,
        and_(_other.c.seen_at == _contact.c.seen_at, _other.c.id > _contact.c.id),
    ),
)
_page = (
    select(_contact.c.id).where(_contact.c.id > bindparam("cursor")).order_by(_contact.c.id).limit(bindparam("most"))
).subquery()
_PAGE_END = Query(select(func.max(_page.c.id)))
_on_page = (
    _contact.c.id > bindparam("cursor"),
    _contact.c.id <= bindparam("end"),
    _contact.c.creditor_id.is_not(None),
    _contact.c.reachable.is_(True),
    _last_used,
)
_READER = (
    _contact.c.id,
    _contact.c.creditor_id,
    _contact.c.channel,
    _contact.c.address,
    _contact.c.timezone,
    _contact.c.muted,
    _contact.c.seen_at,
    literal(False),
)
_happened = exists().where(
    _claim.c.creditor_id == _contact.c.creditor_id,
    _entry.c.subject == _claim.c.handle,
    _entry.c.at > bindparam("since"),
    _entry.c.at <= bindparam("until"),
)
_DIGEST = Query(
    select(*_READER).where(*_on_page, _contact.c.timezone == bindparam("of_timezone"), _happened), ReaderRow
)
_holds_claim = exists().where(
    _claim.c.creditor_id == _contact.c.creditor_id,
    _claim.c.status != ClaimStatus.WITHDRAWN,
    _claim.c.status != ClaimStatus.TRANSFERRED,
)
_HOLDERS = Query(select(*_READER).where(*_on_page, _holds_claim), ReaderRow)


async def page_end(db: Reader, cursor: int, most: int) -> int | None:
    """Where the next page of contacts ends; None: there are no more.

    A page is so many contacts, not so many that match: no statement looks at more than that.
    """
    row = await db.one(_PAGE_END, cursor=cursor, most=most)
    return None if row is None else row.value


async def with_news(
    db: Reader, cursor: int, end: int, timezone: str, since: datetime, until: datetime
) -> list[ReaderRow]:
    """The contacts of a page, on one clock, whose claims saw anything happen; one for each channel of a creditor."""
    return await db.all(_DIGEST, cursor=cursor, end=end, of_timezone=timezone, since=since, until=until)


async def holders(db: Reader, cursor: int, end: int) -> list[ReaderRow]:
    """The contacts of a page whose creditor still holds a claim; one for each channel of a creditor."""
    return await db.all(_HOLDERS, cursor=cursor, end=end)


_LINES = Query(
    select(_claim.c.number, _entry.c.kind, _entry.c.status, _entry.c.at, _offer.c.number)
    .select_from(
        _claim.join(_entry, _entry.c.subject == _claim.c.handle).outerjoin(
            _offer, and_(_offer.c.claim_id == _claim.c.id, cast(_offer.c.item, String) == _entry.c.item)
        )
    )
    .where(
        _claim.c.creditor_id == bindparam("creditor"),
        _entry.c.at > bindparam("since"),
        _entry.c.at <= bindparam("until"),
    )
    .order_by(_entry.c.at, _entry.c.id)
    .limit(bindparam("most")),
    DigestLine,
)


async def happened(db: Reader, creditor_id: int, since: datetime, until: datetime, most: int) -> list[DigestLine]:
    """What happened to the claims of a creditor, oldest first."""
    return await db.all(_LINES, creditor=creditor_id, since=since, until=until, most=most)
