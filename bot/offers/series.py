"""Series: one side's terms for many claims, the offers that follow from them, and the room they share.

A series makes its offers on demand (a creditor opens his list) or when the operator publishes it. Room
is taken when an offer is accepted, by one statement that looks and takes; a withdrawn or expired
series has none. Lock order: claim, offer, series. So whoever ends a series holds the series alone,
and its open offers are ended afterwards, claim by claim.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import numbers
from bot.errors import Invalid, Refusal, StaleStatus
from bot.ledger.transition import Entry, new_handle, transition
from bot.offers import eligibility, rules, sheet
from bot.offers.eligibility import Gate
from bot.offers.rules import Bound, ClassFigure, SeriesTerms, Verdict
from bot.offers.sheet import Fault
from storage import offers
from storage.database import Reader, Transaction
from storage.offers import OfferedClaim, OfferRow, SeriesRow
from storage.sealing import blind
from storage.terms import OfferStatus, SeriesStatus

PREFIX = "XL"
#: a page of claims looked at in one transaction
PAGE = 100


class SeriesUnknown(Refusal):
    """No such series."""


class SeriesClosed(Refusal):
    """The series is not in the status this needs: `number`, `status`."""


# ------------------------------------------------------------------------------------------ importing


@dataclass(frozen=True, slots=True)
class SeriesDrafted:
    """One version of a series that an import kept as a draft."""

    row: int
    number: str
    version: int
    kind: str


@dataclass(frozen=True, slots=True)
class SeriesReport:
    """What an import did. With `faults` it did nothing; `unchanged` series were there already, word for word."""

    added: tuple[SeriesDrafted, ...]
    unchanged: tuple[str, ...]
    faults: tuple[Fault, ...]


async def bring(
    db: Transaction,
    rows: tuple[sheet.SeriesRead, ...],
    classes: Mapping[str, ClassFigure],
    at: datetime,
    *,
    demo: bool,
) -> SeriesReport:
    """Keep the series of a file as drafts: all of them, or with a fault none.

    `classes` says what each plan class had been paid; the figures that stand now go into the terms.

    A draft is replaced. Terms that are published MUST NOT change: the next version needs an end of this one.
    """
    faults: list[Fault] = []
    fresh: list[tuple[sheet.SeriesRead, SeriesRow | None]] = []
    unchanged: list[str] = []
    figures = tuple(sorted(classes.items()))
    for row in rows:
        row = replace(row, terms=replace(row.terms, figures=figures))
        known = await offers.last_version(db, _reference(row.terms.reference))
        if known is None:
            fresh.append((row, None))
        elif known.status in (SeriesStatus.DRAFT, SeriesStatus.OPEN) and _same(known, row.terms):
            unchanged.append(known.number)
        elif known.status == SeriesStatus.OPEN:
            faults.append(Fault(row.row, "reference", "changes_live"))
        else:
            fresh.append((row, known))
    if faults:
        return SeriesReport((), (), tuple(faults))
    return SeriesReport(tuple([await _keep(db, row, known, at, demo) for row, known in fresh]), tuple(unchanged), ())


def _same(known: SeriesRow, terms: SeriesTerms) -> bool:
    """Whether two imports say the same; the figures of the classes may have moved on in between."""
    return rules.series_unpacked(known.terms) == replace(terms, figures=rules.series_unpacked(known.terms).figures)


def is_of(row: SeriesRow, reference: str) -> bool:
    """Whether a series is a version of the one with this reference."""
    return row.reference_index == _reference(reference)


def _reference(reference: str) -> bytes:
    return blind("offer_series.reference", reference)


async def _keep(
    db: Transaction, row: sheet.SeriesRead, known: SeriesRow | None, at: datetime, demo: bool
) -> SeriesDrafted:
    version, number = 1, numbers.new(PREFIX)
    if known is not None and known.status == SeriesStatus.DRAFT:
        version, number = known.version, known.number
        await offers.drop_series(db, known.id)
    elif known is not None:
        version = known.version + 1
    while await offers.series_by_number(db, number) is not None:
        number = numbers.new(PREFIX)
    kept = await offers.add_series(
        db,
        number=number,
        handle=new_handle(),
        reference_index=_reference(row.terms.reference),
        version=version,
        kind=str(row.terms.kind),
        terms=row.terms.packed(),
        terms_hash=row.terms.digest(),
        cap=row.terms.cap,
        expires_at=row.terms.expires_at,
        demo=demo,
        created_at=at,
        changed_at=at,
    )
    if not kept:
        raise StaleStatus(kind="series:imported", status=None)
    return SeriesDrafted(row.row, number, version, str(row.terms.kind))


# ------------------------------------------------------------------------------------------ one claim

#: why a series makes no offer on a claim, besides `rules.HELD` and `rules.NOT_MADE`
THERE = "there"


async def _fits(
    db: Reader,
    gate: Gate,
    series: SeriesRow,
    terms: SeriesTerms,
    claim: OfferedClaim,
    now: datetime,
) -> tuple[Bound | None, str, Verdict]:
    """What a series comes to on a claim, or the code why it makes no offer."""
    verdict = await gate.of_claim(claim, series.kind, invented=series.demo)
    amount = eligibility.amount(claim.particulars)
    if amount is None:
        return None, "amount", verdict
    plan_class = str(claim.particulars.get("plan_class") or "")
    reference = f"{series.number}/{series.version}/{series.terms_hash.hex()}"
    made = rules.offered(terms, reference, claim.number, amount, plan_class)
    if isinstance(made, str):
        return None, made, verdict
    known = await offers.by_source(db, _source(series, claim.number))
    if known is not None:
        return None, THERE, verdict
    code = rules.held_back(
        made,
        status=OfferStatus.DRAFT,
        gate=verdict,
        claim_status=claim.status,
        claim_amount=amount,
        taken=await offers.taken_on(db, claim.id) is not None,
        now=now,
    )
    return (made, "", verdict) if code is None else (None, code, verdict)


def _source(series: SeriesRow, claim: str) -> bytes:
    return blind("offer.series", f"{series.number}\0{claim}")


async def make(db: Transaction, series: SeriesRow, number: str, gate: Gate, at: datetime) -> str | None:
    """Make the offer of an open series on a claim, open and signed; None: it makes none, or it is there.

    Takes the claim's lock. The series is not held: an offer of a series that was withdrawn a moment
    ago cannot be accepted, and is ended with the others.
    """
    claim = await offers.hold_claim(db, number)
    if claim is None:
        return None
    terms = rules.series_unpacked(series.terms)
    bound, _code, verdict = await _fits(db, gate, series, terms, claim, at)
    if bound is None:
        return None
    offer = numbers.new("BJ")
    while await offers.by_number(db, offer) is not None:
        offer = numbers.new("BJ")
    kept = await offers.add(
        db,
        number=offer,
        claim_id=claim.id,
        creditor_id=claim.creditor_id,
        kind=series.kind,
        terms=bound.packed(),
        terms_hash=bound.digest(),
        source_index=_source(series, claim.number),
        series_id=series.id,
        expires_at=series.expires_at,
        demo=series.demo,
        created_at=at,
        changed_at=at,
    )
    row = await offers.locked(db, offer) if kept else None
    if row is None:
        return None
    await opened(db, claim, row, bound, verdict, f"series:{series.number}", at)
    return offer


async def opened(
    db: Transaction, claim: OfferedClaim, offer: OfferRow, bound: Bound, verdict: Verdict, by: str, at: datetime
) -> Entry:
    """Open a draft on a claim that is held: its creditor sees it and is told, also if it meets his asking price."""
    ask = await offers.ask(db, claim.id)
    meets = ask is not None and rules.meets(bound, rules.ask_unpacked(ask.price))
    offer = offer._replace(item=await offers.last_item(db, claim.id) + 1)
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:made",
        subject=claim.handle,
        item=str(offer.item),
        at=at,
        by=by,
        payload={
            "offer": offer.number,
            "kind": offer.kind,
            "terms_sha256": offer.terms_hash.hex(),
            "rules_sha256": verdict.ruleset,
        },
        meets_ask=meets,
    )
    await eligibility.noted(db, offer.creditor_id, offer.number, "shown", verdict, at)
    return entry


async def make_for(db: Transaction, claims: list[str], gate: Gate, at: datetime) -> list[str]:
    """The offers of every open series on these claims (by id), those that were not there yet; their numbers.

    Whoever opens his list again holds no claim: what is there is seen without a lock, and looked at
    again under it by `make`.
    """
    found = await offers.open_series(db, at)
    made = []
    for number in claims if found else ():
        for series in found:
            if await offers.is_there(db, _source(series, number)):
                continue
            offer = await make(db, series, number, gate, at)
            if offer is not None:
                made.append(offer)
    return made


# ------------------------------------------------------------------------------------------ the operator


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a series would come to now: claims by reason, and what all offers together would bind.

    eligible   claims it makes (or has made) an offer on
    exposure   what accepting all of them would take, in cents; more than `room` means that not all can
    """

    number: str
    status: str
    currency: str
    eligible: int
    reasons: Mapping[str, int]
    exposure: int
    cap: int
    taken: int

    @property
    def room(self) -> int:
        """What is left of the cap."""
        return self.cap - self.taken


async def dry_run(db: Reader, number: str, now: datetime) -> DryRun:
    """Count who would be offered what. Raises SeriesUnknown. Reads all claims, page by page; writes nothing."""
    series = await _series(db, number)
    terms = rules.series_unpacked(series.terms)
    reasons: Counter[str] = Counter()
    eligible = exposure = cursor = 0
    gate = Gate(db, now)
    while page := await offers.claims_after(db, cursor, PAGE):
        cursor = page[-1].id
        for claim in page:
            bound, code, _verdict = await _fits(db, gate, series, terms, claim, now)
            if code == THERE:
                known = await offers.by_source(db, _source(series, claim.number))
                if known is not None and known.status == OfferStatus.OPEN:
                    bound = rules.unpacked(known.terms)
            if bound is None:
                reasons[code] += 1
            else:
                eligible, exposure = eligible + 1, exposure + rules.exposure(bound)
    return DryRun(
        series.number, series.status, terms.currency, eligible, dict(reasons), exposure, series.cap, series.taken
    )


async def _series(db: Reader, number: str) -> SeriesRow:
    try:
        found = await offers.series_by_number(db, numbers.read(number, PREFIX))
    except Invalid:
        found = None
    if found is None:
        raise SeriesUnknown(number=number)
    return found


async def publish(db: Transaction, number: str, by: str, at: datetime) -> Entry:
    """Open a series: it makes offers from now on. Raises SeriesUnknown, SeriesClosed."""
    series = await offers.series_locked(db, (await _series(db, number)).number)
    if series is None:
        raise SeriesUnknown(number=number)
    if series.status != SeriesStatus.DRAFT or series.expires_at <= at + timedelta(minutes=5):
        raise SeriesClosed(number=series.number, status=series.status)
    return await transition(
        db,
        offers.move_series,
        series,
        kind="series:published",
        subject=series.handle,
        at=at,
        by=f"operator:{by}",
        payload={
            "series": series.number,
            "version": str(series.version),
            "kind": series.kind,
            "terms_sha256": series.terms_hash.hex(),
            "cap": str(series.cap),
            "rules_sha256": (await eligibility.in_force(db)).version,
        },
    )


async def make_page(db: Transaction, number: str, cursor: int, at: datetime, *, asked: bool) -> tuple[int, int | None]:
    """Make a series' offers on one page of claims: how many, and the next cursor (None: there is no more).

    `asked`: only on claims with an asking price, whose creditors are to hear of a bid that meets it.
    """
    series = await _series(db, number)
    if series.status != SeriesStatus.OPEN:
        return 0, None
    page = await (offers.asked_after if asked else offers.claims_after)(db, cursor, PAGE)
    gate, made = Gate(db, at), 0
    for claim in page:
        if await make(db, series, claim.number, gate, at) is not None:
            made += 1
    return made, page[-1].id if page else None


async def withdraw(db: Transaction, number: str, by: str, reason: str, at: datetime) -> SeriesRow:
    """Take a series back; a draft is forgotten. From this commit on nothing of it can be accepted.

    Raises SeriesUnknown, SeriesClosed. Its open offers are ended by `end_offers` afterwards: whoever
    holds a claim may be waiting for this series.
    """
    series = await offers.series_locked(db, (await _series(db, number)).number)
    if series is None:
        raise SeriesUnknown(number=number)
    if series.status == SeriesStatus.DRAFT:
        await offers.drop_series(db, series.id)
        return series
    if series.status != SeriesStatus.OPEN:
        raise SeriesClosed(number=series.number, status=series.status)
    said = reason.strip()[:300] or None
    await transition(
        db,
        offers.move_series,
        series,
        kind="series:withdrawn",
        subject=series.handle,
        at=at,
        by=f"operator:{by}",
        payload={"series": series.number, "taken": str(series.taken), "reason": said or ""},
        reason=said,
    )
    return series


async def expire_due(db: Transaction, now: datetime) -> int:
    """End series whose time and grace are over; how many."""
    ended = 0
    for row in await offers.series_due(db, now - rules.GRACE, PAGE):
        series = await offers.series_locked(db, row.number)
        if series is None or series.status != SeriesStatus.OPEN:
            continue
        await transition(
            db,
            offers.move_series,
            series,
            kind="series:expired",
            subject=series.handle,
            at=now,
            by="clock",
            payload={"series": series.number, "taken": str(series.taken)},
        )
        ended += 1
    return ended
