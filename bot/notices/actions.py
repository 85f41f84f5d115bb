"""What is done about notices: entries and dates become rows of the outbox, and a row is looked at again when sent.

Everything here may be run by any number of processes, and again after any crash: a mark goes, or a
cursor moves, in the transaction that makes the rows, and a row's key lets it be made only once.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot import clock
from bot.conversation.turn import Person
from bot.errors import Invalid
from bot.ledger.transition import receipt_number
from bot.notices import rules
from storage import audience, deliveries, people
from storage.audience import DigestLine, EntryNews, NewsRow, OfferNews, ReaderRow
from storage.database import Reader, Transaction
from storage.deliveries import BULK, STATUS, URGENT, BroadcastRow, DueRow, NoticeRow
from storage.terms import NoticeKind, OfferStatus

#: entries, offers and contacts looked at in one transaction: a turn waits for no more than that
CHUNK = 50
PAGE = 500
#: lines of a digest; the rest is counted
LINES = 12

#: whether, on a channel, a creditor may be shown an offer by its number (the gate belongs to the room of offers);
#: without a number: whether the channel's own rules let anything about offers be said there at all
MayShow = Callable[[Reader, str, int, str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class RecordDate:
    """A record date of the estate that an operator entered, with who says so and when it was known."""

    on: date
    source: str
    as_of: date


# ------------------------------------------------------------------------------------------ planning


async def plan(db: Transaction, now: datetime, silent: Collection[str] = ()) -> int:
    """Put what new ledger entries are to be told into the outbox; how many entries were looked at.

    `silent` names the channels that do not ring: what goes there need not wait for the morning.
    At most `CHUNK`: call again until 0. MUST take an entry's mark away in this very transaction:
    a crash before its commit leaves the mark, one after it the rows.
    """
    entries = await audience.news(db, CHUNK)
    for entry in entries:
        kind = rules.notice_of(entry.kind)
        if kind is not None and entry.creditor_id is not None:
            await _tell(db, entry, kind, entry.creditor_id, now, silent)
        await audience.looked_at(db, entry.entry_id)
    return len(entries)


async def _tell(
    db: Transaction, entry: NewsRow, kind: NoticeKind, creditor_id: int, now: datetime, silent: Collection[str]
) -> None:
    fields: dict[str, Any] = {"entry": entry.entry_id}
    expires_at = now + rules.LIVES
    if entry.item is not None and entry.claim_id is not None:
        offer = await audience.offer_of_item(db, entry.claim_id, entry.item)
        if offer is None:
            return
        fields["offer"] = offer.id
        if kind == NoticeKind.OFFER_NEW:
            expires_at = offer.expires_at
    for contact in rules.told(await audience.readers(db, creditor_id, entry.at), kind, entry.kind):
        key = f"notice:{entry.entry_id}:{contact.id}"
        await _put(db, contact, kind, fields, key, now, expires_at, rings=contact.channel not in silent)


async def _put(
    db: Transaction,
    contact: ReaderRow,
    kind: NoticeKind,
    fields: dict[str, Any],
    key: str,
    now: datetime,
    expires_at: datetime,
    *,
    bulk: bool = False,
    rings: bool = True,
) -> None:
    due_at = rules.due(kind, now, contact.timezone, expires_at) if rings else now
    # What is said at night has a lane of its own: order holds within a lane, and what waits for the
    # morning would hold it up.
    at_once = kind in rules.URGENT or (due_at == now and rules.is_quiet(now, contact.timezone))
    await deliveries.put(
        db,
        channel=contact.channel,
        address=contact.address,
        lane=URGENT if at_once else BULK if bulk else STATUS,
        dedupe_key=key,
        kind=kind,
        fields=fields | {"creditor": contact.creditor_id},
        body=None,
        due_at=due_at,
        expires_at=expires_at,
    )


# ------------------------------------------------------------------------------------------ by the clock


async def remind_of_expiry(db: Transaction, since: datetime, until: datetime) -> None:
    """Begin to remind of the open offers that have a day left, of those that came to it in this stretch."""
    near = rules.NEAR_EXPIRY
    if not await audience.any_ending(db, since + near, until + near):
        return
    await deliveries.begin_broadcast(
        db,
        f"expiring:{until:%Y%m%dT%H%M%SZ}",
        NoticeKind.OFFER_EXPIRING,
        {},
        since=since + near,
        until=until + near,
        expires_at=until + near,
    )


async def remind_of_record_dates(db: Transaction, dates: Sequence[RecordDate], now: datetime) -> None:
    """Begin the reminders of record dates that have their time, by the day in Beijing."""
    today = now.astimezone(clock.BEIJING).date()
    for record in dates:
        days = rules.days_before(record.on, today)
        if days is not None:
            await deliveries.begin_broadcast(
                db,
                f"record_date:{record.on}:{days}",
                NoticeKind.RECORD_DATE,
                {"on": record.on.isoformat(), "source": record.source, "as_of": record.as_of.isoformat()},
                expires_at=datetime.combine(record.on, rules.QUIET_FROM, clock.BEIJING),
            )


async def digest(db: Transaction, timezone: str, since: datetime, until: datetime) -> None:
    """Begin the daily digest of everybody on one clock, of what happened in this stretch."""
    await deliveries.begin_broadcast(
        db,
        f"digest:{timezone}:{until:%Y%m%dT%H%MZ}",
        NoticeKind.DIGEST,
        {"since": since.isoformat(), "until": until.isoformat()},
        timezone=timezone,
        since=since,
        until=until,
        expires_at=until + rules.DIGEST_LIVES,
    )


async def broadcast(db: Transaction, now: datetime) -> int:
    """Make the outbox rows of one page of a broadcast; 0: none is under way. Call again until 0.

    MUST move the cursor in the transaction that makes the rows.
    """
    cast = await deliveries.next_broadcast(db)
    if cast is None:
        return 0
    if now >= cast.expires_at:
        await deliveries.turn_page(db, cast, cast.cursor, now)
    elif cast.kind == NoticeKind.OFFER_EXPIRING:
        await _page_of_offers(db, cast, now)
    else:
        await _page_of_contacts(db, cast, now)
    return 1


async def _page_of_offers(db: Transaction, cast: BroadcastRow, now: datetime) -> None:
    assert cast.since is not None
    assert cast.until is not None
    offers = await audience.ending(db, cast.since, cast.until, cast.cursor, CHUNK)
    for offer in offers:
        if offer.expires_at <= now:
            continue
        for contact in rules.told(await audience.readers(db, offer.creditor_id, now), NoticeKind.OFFER_EXPIRING):
            key = f"expiring:{offer.id}:{contact.id}"
            await _put(db, contact, NoticeKind.OFFER_EXPIRING, {"offer": offer.id}, key, now, offer.expires_at)
    done = len(offers) < CHUNK
    await deliveries.turn_page(db, cast, offers[-1].id if offers else cast.cursor, now if done else None)


async def _page_of_contacts(db: Transaction, cast: BroadcastRow, now: datetime) -> None:
    end = await audience.page_end(db, cast.cursor, PAGE)
    if end is None:
        await deliveries.turn_page(db, cast, cast.cursor, now)
        return
    kind = NoticeKind(cast.kind)
    if kind is NoticeKind.DIGEST:
        assert cast.timezone is not None
        assert cast.since is not None
        assert cast.until is not None
        contacts = await audience.with_news(db, cast.cursor, end, cast.timezone, cast.since, cast.until)
    else:
        contacts = await audience.holders(db, cast.cursor, end)
    for contact in contacts:
        if rules.wants(contact.muted, kind):
            key = f"{cast.name}:{contact.id}"
            await _put(db, contact, kind, cast.fields, key, now, cast.expires_at, bulk=True)
    await deliveries.turn_page(db, cast, end, None)


# ------------------------------------------------------------------------------------------ when sent


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads it: his language and his clock."""

    locale: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice that still holds, with what it says. Only what its kind needs is filled.

    status    of the claim, the offer or the settlement, as the entry left it
    pays_on   the day of a bond's payment, ISO
    shut      this channel's rules keep what follows from offers from being said
    at        when it happened
    receipt   the number of the entry's receipt
    """

    kind: NoticeKind
    reading: Reading
    event: str = ""
    number: str = ""
    status: str = ""
    at: datetime | None = None
    receipt: str = ""
    offer: OfferNews | None = None
    record_date: RecordDate | None = None
    pays_on: str | None = None
    lines: tuple[DigestLine, ...] = ()
    more: bool = False
    shut: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A notice that no longer holds, and why, in a word."""

    why: str


async def standing(db: Reader, row: DueRow | NoticeRow, may_show: MayShow, *, sent: bool = False) -> Standing | Gone:
    """Look again whether what a row says still holds, at the moment it is sent.

    `sent`: it is not to go out any more, but to be seen by whoever is asked about it; that it is over
    makes no difference then.
    MUST NOT let anything out to a contact that is no longer this creditor's, does not want it, or
    may not be shown the offer; nor a word of a settlement onto a channel whose rules shut it out.
    """
    kind, fields = NoticeKind(row.kind), row.fields
    contact = await people.contact(db, row.channel, row.address)
    if contact is None or not (contact.reachable or sent):
        return Gone("unreachable")
    if contact.creditor_id is None or contact.creditor_id != fields.get("creditor"):
        return Gone("not theirs")
    if not (sent or rules.wants(contact.muted, kind)):
        return Gone("muted")
    creditor, reading = contact.creditor_id, Reading(contact.locale, contact.timezone)
    match kind:
        case NoticeKind.CLAIM_STATUS | NoticeKind.SECURITY | NoticeKind.SETTLEMENT | NoticeKind.COUPON:
            entry = await audience.entry(db, fields["entry"])
            if entry is None:
                return Gone("no entry")
            shut = kind is not NoticeKind.SECURITY and not await may_show(db, row.channel, creditor, "")
            return replace(_of_entry(kind, reading, entry, None), shut=shut)
        case NoticeKind.OFFER_NEW | NoticeKind.OFFER_CLOSED | NoticeKind.OFFER_EXPIRING:
            return await _of_offer(db, kind, reading, row, creditor, may_show, sent=sent)
        case NoticeKind.RECORD_DATE:
            on, as_of = date.fromisoformat(fields["on"]), date.fromisoformat(fields["as_of"])
            return Standing(kind, reading, record_date=RecordDate(on, fields["source"], as_of))
        case NoticeKind.DIGEST:
            return await _of_digest(db, reading, row, creditor, may_show)
        case NoticeKind.TICKET:
            return Gone("not ours")


def _of_entry(kind: NoticeKind, reading: Reading, entry: EntryNews, offer: OfferNews | None) -> Standing:
    return Standing(
        kind,
        reading,
        event=entry.kind,
        number=entry.number or "",
        status=entry.status,
        at=entry.at,
        receipt=receipt_number(entry.leaf_hash),
        offer=offer,
        pays_on=entry.pays_on,
    )


async def _of_offer(
    db: Reader,
    kind: NoticeKind,
    reading: Reading,
    row: DueRow | NoticeRow,
    creditor_id: int,
    may_show: MayShow,
    *,
    sent: bool,
) -> Standing | Gone:
    offer = await audience.offer(db, row.fields["offer"])
    if offer is None or offer.creditor_id != creditor_id:
        return Gone("no offer")
    if not await may_show(db, row.channel, creditor_id, offer.number):
        return Gone("not shown")
    over = offer.status != OfferStatus.OPEN or offer.expires_at <= clock.now()
    if over and not sent and kind is not NoticeKind.OFFER_CLOSED:
        return Gone("not open")
    if kind is NoticeKind.OFFER_EXPIRING:
        return Standing(kind, reading, status=offer.status, offer=offer)
    entry = await audience.entry(db, row.fields["entry"])
    return Gone("no entry") if entry is None else _of_entry(kind, reading, entry, offer)


async def _of_digest(
    db: Reader, reading: Reading, row: DueRow | NoticeRow, creditor_id: int, may_show: MayShow
) -> Standing | Gone:
    since, until = datetime.fromisoformat(row.fields["since"]), datetime.fromisoformat(row.fields["until"])
    found = await audience.happened(db, creditor_id, since, until, 4 * LINES)
    shown: dict[str, bool] = {}
    lines = []
    for line in found:
        if line.offer is not None and line.offer not in shown:
            shown[line.offer] = await may_show(db, row.channel, creditor_id, line.offer)
        if line.offer is None or shown[line.offer]:
            lines.append(line)
    if not lines:
        return Gone("nothing to tell")
    return Standing(
        NoticeKind.DIGEST, reading, lines=tuple(lines[:LINES]), more=len(lines) > LINES, since=since, until=until
    )


# ------------------------------------------------------------------------------------------ settings


def mute(person: Person, kind: str) -> NoticeKind:
    """Stop telling this contact of a kind. Raises Invalid for one that cannot be switched off, or is none."""
    known = _mutable(kind)
    person.muted = person.muted | {str(known)}
    return known


def unmute(person: Person, kind: str) -> NoticeKind:
    """Tell this contact of a kind again. Raises Invalid like `mute`."""
    known = _mutable(kind)
    person.muted = person.muted - {str(known)}
    return known


def _mutable(kind: str) -> NoticeKind:
    for known in rules.MUTABLE:
        if known == kind:
            return known
    raise Invalid("kind")


def set_timezone(person: Person, name: str) -> str:
    """Keep by which clock this contact lives. Raises Invalid for a name that is not offered."""
    if name not in rules.ZONES:
        raise Invalid("timezone")
    person.timezone = name
    return name
