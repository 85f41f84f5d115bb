"""What is done with offers: read, accept, decline, expire; import, publish, withdraw; the gate.

Everything that moves an offer takes the claim's row first and the offer's second. The claim's lock
is what makes two acceptances, an acceptance and a withdrawal, or two entries of one chain take turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot import numbers
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, StaleStatus
from bot.ledger.transition import Entry, transition
from bot.offers import rules, sheet
from bot.offers.rules import Bound, ClassFigure, OfferUnknown, Underlying, Verdict
from bot.offers.sheet import Fault
from storage import claims, offers
from storage.database import Reader, Transaction
from storage.offers import GateRow, OfferedClaim, OfferRow
from storage.sealing import blind
from storage.terms import ClaimStatus, OfferKind, OfferStatus

# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Shown:
    """An offer as its creditor may see it."""

    number: str
    kind: str
    status: str
    reason: str | None
    changed_at: datetime
    bound: Bound
    digest: bytes
    claim_status: str
    demo: bool

    @property
    def acceptable(self) -> bool:
        """Whether its claim could be given up just now."""
        return self.claim_status == ClaimStatus.ALLOWED


class Listing(NamedTuple):
    """What a creditor's list holds: offers that may be shown, and the places whose gate holds others back."""

    open: list[Shown]
    closed: list[Shown]
    hidden: list[Verdict]
    has_claims: bool


async def listing(db: Reader, creditor_id: int, now: datetime) -> Listing:
    """The offers to a creditor. An open one whose time is over counts as closed, swept or not.

    `hidden` depends on the claims alone: it MUST NOT tell whether an offer exists behind the gate.
    """
    gate = _Gate(db)
    live: list[Shown] = []
    over: list[Shown] = []
    found = await offers.open_of(db, creditor_id) + await offers.closed_of(db, creditor_id)
    for offer in found:
        claim = await offers.claim_of(db, offer.number)
        if claim is None or not rules.may_see(offer.status, await gate.verdict(claim, offer)):
            continue
        shown = _shown(offer, claim, now)
        (live if shown.status == OfferStatus.OPEN else over).append(shown)
    hidden: dict[tuple[str, str], Verdict] = {}
    own = [claim for claim in await claims.of_creditor(db, creditor_id) if claim.status not in rules.DEAD_CLAIMS]
    for row in own:
        for kind in OfferKind:
            verdict = await gate.at(rules.place(row.particulars), kind, invented=True)
            if not verdict.shown:
                hidden.setdefault((verdict.place, kind), verdict)
    return Listing(live, over, list(hidden.values()), bool(own) or bool(found))


async def read(db: Reader, person: Person, argument: str, now: datetime) -> Shown:
    """One of the person's own offers. Raises OfferUnknown or NotShown."""
    offer, claim = await _own(db, person, argument)
    gate = await _Gate(db).verdict(claim, offer)
    if not rules.may_see(offer.status, gate):
        raise rules.NotShown(verdict=gate)
    return _shown(offer, claim, now)


async def ready(db: Reader, person: Person, argument: str, received_at: datetime) -> Shown:
    """An offer that could be accepted at this moment. Raises the refusal an acceptance would meet."""
    offer, claim = await _own(db, person, argument)
    return await _ready(db, offer, claim, received_at)


async def answerable(db: Reader, person: Person, argument: str, received_at: datetime) -> Shown:
    """An offer that could be declined at this moment. Raises the refusal a refusal would meet."""
    offer, claim = await _own(db, person, argument)
    return await _answerable(db, offer, claim, received_at)


async def _ready(db: Reader, offer: OfferRow, claim: OfferedClaim, received_at: datetime) -> Shown:
    _in_time(offer, received_at)
    bound = rules.unpacked(offer.terms)
    taken = await offers.taken_on(db, claim.id)
    rules.may_accept(
        bound,
        gate=await _Gate(db).verdict(claim, offer),
        claim_status=claim.status,
        claim_amount=_amount(claim.particulars),
        taken=None if taken is None else (taken.number, taken.kind, taken.changed_at),
    )
    return _shown(offer, claim, received_at)


async def _answerable(db: Reader, offer: OfferRow, claim: OfferedClaim, received_at: datetime) -> Shown:
    gate = await _Gate(db).verdict(claim, offer)
    if not rules.may_see(offer.status, gate):
        raise rules.NotShown(verdict=gate)
    _in_time(offer, received_at)
    return _shown(offer, claim, received_at)


def _in_time(offer: OfferRow, received_at: datetime) -> None:
    rules.may_answer(
        offer.number, offer.kind, offer.status, offer.changed_at, offer.reason, offer.expires_at, received_at
    )


async def _own(db: Reader, person: Person, argument: str) -> tuple[OfferRow, OfferedClaim]:
    """An offer that is this person's and was published, and its claim. Takes no lock."""
    try:
        number = numbers.read(argument, "BJ")
    except Invalid:
        raise OfferUnknown() from None
    offer = await offers.by_number(db, number)
    claim = await offers.claim_of(db, number)
    return _owned(offer, claim, person)


async def _own_locked(db: Transaction, person: Person, argument: str) -> tuple[OfferRow, OfferedClaim]:
    """The same, both rows held. Nobody can hold somebody else's rows: ownership is looked at first."""
    offer, _claim = await _own(db, person, argument)
    claim = await offers.lock_claim(db, offer.number)
    return _owned(await offers.locked(db, offer.number), claim, person)


def _owned(offer: OfferRow | None, claim: OfferedClaim | None, person: Person) -> tuple[OfferRow, OfferedClaim]:
    if (
        offer is None
        or claim is None
        or person.creditor_id is None
        or offer.creditor_id != person.creditor_id
        or claim.creditor_id != person.creditor_id
        or offer.status == OfferStatus.DRAFT
    ):
        raise OfferUnknown()
    return offer, claim


def _shown(offer: OfferRow, claim: OfferedClaim, now: datetime) -> Shown:
    over = offer.status == OfferStatus.OPEN and offer.expires_at <= now
    return Shown(
        number=offer.number,
        kind=offer.kind,
        status=str(OfferStatus.EXPIRED) if over else offer.status,
        reason=offer.reason,
        changed_at=offer.changed_at,
        bound=rules.unpacked(offer.terms),
        digest=offer.terms_hash,
        claim_status=claim.status,
        demo=offer.demo,
    )


def _amount(particulars: Mapping[str, Any]) -> int | None:
    amount = particulars.get("amount")
    return amount if isinstance(amount, int) and amount > 0 else None


# ------------------------------------------------------------------------------------------ answering


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an acceptance did: its entry, and the offers on the same claim that ended with it."""

    shown: Shown
    entry: Entry
    others: tuple[str, ...]


async def accept(db: Transaction, turn: Turn, person: Person, argument: str) -> Accepted:
    """Accept exactly the terms whose hash the button carries.

    The moment that counts is `turn.received_at`. Raises the refusal that says what came first;
    then nothing was written.
    """
    number, given = rules.confirmed(argument)
    offer, claim = await _own_locked(db, person, number)
    shown = await _ready(db, offer, claim, turn.received_at)
    rules.same_terms(given, offer.terms_hash)
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:accepted",
        subject=claim.handle,
        item=str(offer.item),
        at=turn.received_at,
        by="creditor",
        payload={**_said(turn), "offer": offer.number, "terms_sha256": offer.terms_hash.hex()},
    )
    # The other offers on this claim end in the same transaction: nobody can accept a claim twice.
    others = await offers.open_on(db, claim.id)
    for other in others:
        await _end(db, claim, other, "offer:cancelled", turn.received_at, "creditor", rules.another(offer.number))
    return Accepted(shown, entry, tuple(others))


async def decline(db: Transaction, turn: Turn, person: Person, argument: str) -> tuple[Shown, Entry]:
    """Say no. Raises a refusal when something came first."""
    offer, claim = await _own_locked(db, person, argument)
    shown = await _answerable(db, offer, claim, turn.received_at)
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:declined",
        subject=claim.handle,
        item=str(offer.item),
        at=turn.received_at,
        by="creditor",
        payload={**_said(turn), "offer": offer.number, "terms_sha256": offer.terms_hash.hex()},
    )
    return shown, entry


def _said(turn: Turn) -> dict[str, Any]:
    """What the entry keeps of the turn: by which wire, which event, and the literal word."""
    return {
        "channel": turn.channel,
        "address": turn.address,
        "event_id": turn.event_id,
        "said": turn.text or "",
        "choice": turn.choice or "",
    }


async def _end(
    db: Transaction, claim: OfferedClaim, number: str, kind: str, at: datetime, by: str, reason: str | None
) -> Entry | None:
    """End an open offer on a claim that is held. None: it was not open any more."""
    offer = await offers.locked(db, number)
    if offer is None or offer.status != OfferStatus.OPEN:
        return None
    payload = {"offer": number} if reason is None else {"offer": number, "reason": reason}
    return await transition(
        db,
        offers.move,
        offer,
        kind=kind,
        subject=claim.handle,
        item=str(offer.item),
        at=at,
        by=by,
        payload=payload,
        reason=reason,
    )


CHUNK = 200


async def expire_due(db: Transaction, now: datetime) -> int:
    """End offers whose time and grace are over, one transition each; how many. At most `CHUNK` of them: call again."""
    ended = 0
    for number in await offers.due(db, now - rules.GRACE, CHUNK):
        claim = await offers.lock_claim(db, number)
        if claim is not None and await _end(db, claim, number, "offer:expired", now, "clock", None) is not None:
            ended += 1
    return ended


# ------------------------------------------------------------------------------------------ the gate


class _Gate:
    """The gate within one reading: each place and kind is looked up once."""

    def __init__(self, db: Reader) -> None:
        self._db = db
        self._known: dict[tuple[str, str, bool], Verdict] = {}

    async def verdict(self, claim: OfferedClaim, offer: OfferRow) -> Verdict:
        """What the gate says of an offer on this claim."""
        return await self.at(rules.place(claim.particulars), offer.kind, invented=offer.demo)

    async def at(self, place: str, kind: str, *, invented: bool) -> Verdict:
        """What the gate says of a kind in a place. An invented decision MUST NOT open it for a real offer."""
        key = (place, kind, invented)
        if key not in self._known:
            row = await offers.gate(self._db, place, kind) if place else None
            decision = None if row is None or (row.demo and not invented) else (row.allowed, row.reason)
            self._known[key] = rules.verdict(place, OfferKind(kind), decision)
        return self._known[key]


async def set_gate(
    db: Transaction,
    place: str,
    kind: str,
    allowed: bool,
    reason: str,
    at: datetime,
    by: str,
    *,
    demo: bool = False,
) -> None:
    """Write an operator's decision about a kind in a place (ISO 3166-1 alpha-2).

    Raises Invalid: "place", "kind", or "reason" when it is empty or longer than 300 characters.
    """
    if not rules.place({"residence": place}):
        raise Invalid("place")
    if kind not in tuple(OfferKind):
        raise Invalid("kind")
    if not reason.strip() or len(reason) > 300:
        raise Invalid("reason")
    await offers.decide(
        db,
        place=place.upper(),
        kind=kind,
        allowed=allowed,
        reason=reason.strip(),
        decided_at=at,
        decided_by=by[:80],
        demo=demo,
    )


async def gates(db: Reader) -> list[GateRow]:
    """Every decision of the gate."""
    return await offers.gates(db)


# ------------------------------------------------------------------------------------------ importing


@dataclass(frozen=True, slots=True)
class Drafted:
    """One offer that an import kept as a draft."""

    row: int
    number: str
    claim: str
    kind: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. With `faults` it did nothing; `unchanged` rows were there already, word for word."""

    added: tuple[Drafted, ...]
    unchanged: tuple[str, ...]
    faults: tuple[Fault, ...]


async def import_offers(
    db: Transaction, raw: bytes, classes: Mapping[str, ClassFigure], at: datetime, *, demo: bool = False
) -> ImportReport:
    """Keep the offers of a file as drafts: all of them, or with a fault none.

    `classes` says what each plan class had been paid; the figure that stands now goes into the terms.
    """
    read = sheet.read_offers(raw, at)
    faults = list(read.faults)
    fresh: list[tuple[sheet.Row, claims.ClaimRow, Bound]] = []
    unchanged: list[str] = []
    for row in read.rows:
        claim = await claims.by_number(db, row.claim)
        wrong, bound = _bound(row, claim, classes)
        if claim is not None and bound is not None:
            known = await offers.by_source(db, _source(row.reference))
            if known is None:
                fresh.append((row, claim, bound))
            elif _same(rules.unpacked(known.terms), bound):
                unchanged.append(known.number)
            else:
                wrong.append(Fault(row.row, "reference", "changes_terms"))
        faults += wrong
    if faults:
        return ImportReport((), (), tuple(sorted(faults, key=lambda fault: fault.row)))
    added = [Drafted(row.row, await _keep(db, claim, bound, at, demo), claim.number, bound.kind)
             for row, claim, bound in fresh]  # fmt: skip
    return ImportReport(tuple(added), tuple(unchanged), ())


def _bound(
    row: sheet.Row, claim: claims.ClaimRow | None, classes: Mapping[str, ClassFigure]
) -> tuple[list[Fault], Bound | None]:
    """A row bound to its claim, or what is wrong with it."""
    if claim is None:
        return [Fault(row.row, "claim", "no_claim")], None
    if claim.status in rules.DEAD_CLAIMS:
        return [Fault(row.row, "claim", "dead_claim")], None
    amount = _amount(claim.particulars)
    if amount is None:
        return [Fault(row.row, "claim", "no_amount")], None
    plan_class = str(claim.particulars.get("plan_class") or "")
    under = Underlying(claim.number, amount, plan_class, classes.get(plan_class))
    wrong = sheet.fits(row, under)
    return wrong, None if wrong else Bound(row.reference, row.expires_at, under, row.terms)


def _same(kept: Bound, bound: Bound) -> bool:
    """Whether two imports say the same; the figure of the class may have moved on in between."""
    return (kept.terms, kept.expires_at, kept.claim.number) == (bound.terms, bound.expires_at, bound.claim.number)


def _source(reference: str) -> bytes:
    return blind("offer.reference", reference)


async def _keep(db: Transaction, claim: claims.ClaimRow, bound: Bound, at: datetime, demo: bool) -> str:
    number = numbers.new("BJ")
    while await offers.by_number(db, number) is not None:
        number = numbers.new("BJ")
    kept = await offers.add(
        db,
        number=number,
        claim_id=claim.id,
        creditor_id=claim.creditor_id,
        kind=str(bound.kind),
        terms=bound.packed(),
        terms_hash=bound.digest(),
        source_index=_source(bound.reference),
        expires_at=bound.expires_at,
        demo=demo,
        created_at=at,
        changed_at=at,
    )
    if not kept:
        # Another import took this reference since we looked: raising takes back all of ours.
        raise StaleStatus(kind="offer:imported", status=None)
    return number


# ------------------------------------------------------------------------------------------ publishing


@dataclass(frozen=True, slots=True)
class Published:
    """An offer its creditor can see from now on (in a dry run: could)."""

    number: str
    claim: str
    kind: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A draft that was not published. `code` is one of `rules.HELD`; `place` is where its creditor lives."""

    number: str
    code: str
    place: str = ""

    @property
    def why(self) -> str:
        """What an operator reads."""
        return rules.HELD[self.code] + (f" ({self.place})" if self.code in ("undecided", "shut") else "")


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published and what was held back, each with its reason."""

    published: tuple[Published, ...]
    held: tuple[Held, ...]


async def publish(
    db: Transaction, numbers_: Sequence[str] | None, by: str, at: datetime, *, dry_run: bool = False
) -> PublishReport:
    """Open drafts: their creditors see them and are told. None: every draft.

    The gate is asked for each. What it holds back stays a draft: nobody is pushed an offer he may
    not be shown. A dry run says the same and changes nothing.
    """
    asked = list(dict.fromkeys(await offers.drafts(db) if numbers_ is None else numbers_))
    held: list[Held] = []
    found: list[OfferRow] = []
    for number in asked:
        try:
            offer = await offers.by_number(db, numbers.read(number, "BJ"))
        except Invalid:
            offer = None
        if offer is None:
            held.append(Held(number, "unknown"))
        else:
            found.append(offer)
    published: list[Published] = []
    gate = _Gate(db)
    # Claims are locked in one order, so that two publications cannot wait for each other.
    for offer in sorted(found, key=lambda offer: (offer.claim_id, offer.id)):
        outcome = await _publish(db, gate, offer.number, by, at, dry_run)
        if isinstance(outcome, Held):
            held.append(outcome)
        else:
            published.append(outcome)
    return PublishReport(tuple(published), tuple(held))


async def _publish(db: Transaction, gate: _Gate, number: str, by: str, at: datetime, dry_run: bool) -> Published | Held:
    claim = await offers.lock_claim(db, number)
    offer = await offers.locked(db, number)
    if claim is None or offer is None:
        return Held(number, "unknown")
    bound = rules.unpacked(offer.terms)
    verdict = await gate.verdict(claim, offer)
    code = rules.held_back(
        bound,
        status=offer.status,
        gate=verdict,
        claim_status=claim.status,
        claim_amount=_amount(claim.particulars),
        taken=await offers.taken_on(db, claim.id) is not None,
        now=at,
    )
    if code is not None:
        return Held(number, code, verdict.place)
    if not dry_run:
        offer = offer._replace(item=await offers.last_item(db, claim.id) + 1)
        await transition(
            db,
            offers.move,
            offer,
            kind="offer:made",
            subject=claim.handle,
            item=str(offer.item),
            at=at,
            by=f"operator:{by}",
            payload={"offer": number, "kind": offer.kind, "terms_sha256": offer.terms_hash.hex()},
        )
    return Published(number, claim.number, offer.kind, offer.expires_at)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An offer that was taken back. `dropped`: it was a draft nobody had seen, and is forgotten."""

    number: str
    dropped: bool


async def withdraw(db: Transaction, number: str, by: str, reason: str, at: datetime) -> Withdrawn:
    """Take an offer back. Raises OfferUnknown, or OfferClosed when an answer or the clock came first."""
    try:
        number = numbers.read(number, "BJ")
    except Invalid:
        raise OfferUnknown() from None
    claim = await offers.lock_claim(db, number)
    offer = await offers.locked(db, number)
    if claim is None or offer is None:
        raise OfferUnknown()
    if offer.status == OfferStatus.DRAFT:
        await offers.drop(db, offer)
        return Withdrawn(number, dropped=True)
    if offer.status != OfferStatus.OPEN:
        raise rules.OfferClosed(
            number=number,
            kind=offer.kind,
            status=offer.status,
            at=offer.changed_at,
            reason=offer.reason,
            received_at=at,
        )
    await _end(db, claim, number, "offer:cancelled", at, f"operator:{by}", reason.strip()[:300] or None)
    return Withdrawn(number, dropped=False)
