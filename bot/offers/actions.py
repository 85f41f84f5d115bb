"""What is done with offers: read, accept, take back, decline, expire; import, publish, withdraw; asking prices.

Everything that moves an offer takes the claim's row first and the offer's second. The claim's lock
is what makes two acceptances, an acceptance and a withdrawal, or two entries of one chain take turns.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from bot import numbers
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, Refusal, StaleStatus
from bot.ledger.transition import Entry, transition
from bot.offers import rules, series, sheet
from bot.offers.eligibility import Gate, amount, noted
from bot.offers.rules import Ask, Bound, ClassFigure, OfferUnknown, Underlying, Verdict
from bot.offers.series import SeriesDrafted
from bot.offers.sheet import Fault
from storage import claims, offers, people
from storage.database import Reader, Transaction
from storage.offers import OfferedClaim, OfferRow, SeriesRow
from storage.sealing import blind
from storage.terms import ClaimStatus, OfferKind, OfferStatus, SeriesStatus

# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Shown:
    """An offer as its creditor may see it. `ruleset`: the version of the rules that let him, where it is read back."""

    number: str
    kind: str
    status: str
    reason: str | None
    changed_at: datetime
    bound: Bound
    digest: bytes
    claim_status: str
    demo: bool
    ruleset: str = ""

    @property
    def acceptable(self) -> bool:
        """Whether its claim could be given up just now."""
        return self.claim_status == ClaimStatus.ALLOWED


class Listing(NamedTuple):
    """What a creditor's list holds: offers that may be shown, and what the rules hold back, by kind.

    several  claims with more than one open offer
    behind   claims of which something is held back
    """

    open: list[Shown]
    closed: list[Shown]
    hidden: list[Verdict]
    behind: list[str]
    has_claims: bool
    several: list[str]


async def listing(db: Transaction, person: Person, now: datetime) -> Listing:
    """The offers to a creditor; open series make theirs now. An open one whose time is over counts as closed.

    `hidden` depends on the claims alone: it MUST NOT tell whether an offer exists behind the gate.
    What is shown and what is hidden is noted with the version of the rules.
    """
    assert person.creditor_id is not None
    gate, creditor_id = Gate(db, now, person.channel), person.creditor_id
    own = [claim for claim in await claims.of_creditor(db, creditor_id) if claim.status not in rules.DEAD_CLAIMS]
    await series.make_for(db, [claim.number for claim in own], gate, now)
    live: list[Shown] = []
    over: list[Shown] = []
    found = await offers.open_of(db, creditor_id) + await offers.closed_of(db, creditor_id)
    for offer in found:
        claim = await offers.claim_of(db, offer.number)
        if claim is None:
            continue
        verdict = await gate.of_offer(claim, offer)
        if not rules.may_see(offer.status, verdict):
            continue
        shown = _shown(offer, claim, now)
        if shown.status == OfferStatus.OPEN:
            await noted(db, creditor_id, offer.number, "shown", verdict, now)
            live.append(shown)
        else:
            over.append(shown)
    hidden: dict[tuple[str, ...], Verdict] = {}
    behind: dict[str, None] = {}
    for row in own:
        claim = await offers.claim(db, row.number)
        for kind in OfferKind if claim is not None else ():
            assert claim is not None
            verdict = await gate.of_claim(claim, kind, invented=True)
            if not verdict.shown:
                await noted(db, creditor_id, claim.number, "hidden", verdict, now)
                behind[claim.number] = None
                hidden.setdefault((kind, *(f"{r.rule.name} {r.met}" for r in verdict.against_showing)), verdict)
    counted = Counter(shown.bound.claim.number for shown in live)
    several = [number for number, count in counted.items() if count > 1]
    return Listing(live, over, list(hidden.values()), list(behind), bool(own) or bool(found), several)


class Beside(NamedTuple):
    """The open offers on one claim, the one that ends first leading; `pending` is the accepted one, if there is."""

    claim: str
    amount: int
    open: list[Shown]
    pending: Shown | None


async def beside(db: Reader, person: Person, argument: str, now: datetime) -> Beside:
    """The offers on one claim side by side; without an argument, on the claim that has most.

    Raises OfferUnknown when there is none to be shown.
    """
    live, over = await _visible(db, person, now)
    taken = [shown for shown in over if shown.status in (OfferStatus.ACCEPTED, OfferStatus.PAID)]
    counted = Counter(shown.bound.claim.number for shown in [*live, *taken])
    number = argument or next((number for number, _count in counted.most_common(1)), "")
    there = [shown for shown in live if shown.bound.claim.number == number]
    pending = next((shown for shown in taken if shown.bound.claim.number == number), None)
    if not there and pending is None:
        raise OfferUnknown()
    amount_ = (there[0] if pending is None else pending).bound.claim.amount
    return Beside(number, amount_, there, pending)


async def open_to(db: Reader, person: Person, now: datetime) -> list[Shown]:
    """The open offers a person may be shown, without making new ones."""
    try:
        return (await _visible(db, person, now))[0]
    except OfferUnknown:
        return []


async def revocable(db: Reader, person: Person, now: datetime) -> list[Shown]:
    """What the person accepted and may still take back."""
    accepted = (await _visible(db, person, now))[1] if person.creditor_id is not None else []
    return [
        shown
        for shown in accepted
        if shown.status == OfferStatus.ACCEPTED
        and (until := rules.revocable_until(shown.bound, shown.changed_at)) is not None
        and now < until
    ]


async def _visible(db: Reader, person: Person, now: datetime) -> tuple[list[Shown], list[Shown]]:
    if person.creditor_id is None:
        raise OfferUnknown()
    gate = Gate(db, now, person.channel)
    live: list[Shown] = []
    over: list[Shown] = []
    for offer in await offers.open_of(db, person.creditor_id) + await offers.closed_of(db, person.creditor_id):
        claim = await offers.claim_of(db, offer.number)
        if claim is None or not rules.may_see(offer.status, await gate.of_offer(claim, offer)):
            continue
        shown = _shown(offer, claim, now)
        (live if shown.status == OfferStatus.OPEN else over).append(shown)
    return live, over


async def read(db: Reader, person: Person, argument: str, now: datetime) -> Shown:
    """One of the person's own offers. Raises OfferUnknown or NotShown."""
    offer, claim = await _own(db, person, argument)
    verdict = await Gate(db, now, person.channel).of_offer(claim, offer)
    if not rules.may_see(offer.status, verdict):
        raise rules.NotShown(verdict=verdict)
    return _shown(offer, claim, now)


async def ready(db: Reader, person: Person, argument: str, received_at: datetime) -> tuple[Shown, bool]:
    """An offer that could be accepted at this moment, and whether that takes a code from the mailbox.

    Raises the refusal an acceptance would meet.
    """
    offer, claim = await _own(db, person, argument)
    shown, verdict = await _ready(db, person, offer, claim, received_at)
    if not verdict.allowed:
        raise rules.NotAllowed(verdict=verdict)
    return replace(shown, ruleset=verdict.ruleset), await _coded(db, offer, shown.bound)


async def answerable(db: Reader, person: Person, argument: str, received_at: datetime) -> Shown:
    """An offer that could be declined at this moment. Raises the refusal a refusal would meet."""
    offer, claim = await _own(db, person, argument)
    return await _answerable(db, person, offer, claim, received_at)


async def channel_verdict(db: Reader, person: Person, now: datetime) -> Verdict:
    """What the rules say of this channel, before any claim is looked at."""
    return await Gate(db, now, person.channel).of_channel("sale")


async def may_speak(db: Reader, channel: str, at: datetime) -> bool:
    """Whether the rules let anything about offers, and what follows from them, be said on a channel at all."""
    return (await Gate(db, at, channel).of_channel("sale")).shown


async def _ready(
    db: Reader, person: Person, offer: OfferRow, claim: OfferedClaim, received_at: datetime
) -> tuple[Shown, Verdict]:
    _in_time(offer, received_at)
    bound = rules.unpacked(offer.terms)
    taken = await offers.taken_on(db, claim.id)
    verdict = await Gate(db, received_at, person.channel).of_offer(claim, offer)
    rules.may_accept(
        bound,
        gate=verdict,
        claim_status=claim.status,
        claim_amount=amount(claim.particulars),
        taken=None if taken is None else (taken.number, taken.kind, taken.changed_at),
    )
    if offer.series_id is not None:
        found = await offers.series(db, offer.series_id)
        if found is None or found.status != SeriesStatus.OPEN:
            raise _series_over(offer, found, received_at)
        if found.taken + rules.exposure(bound) > found.cap:
            raise rules.SeriesFull(number=offer.number)
    return _shown(offer, claim, received_at), verdict


def _series_over(offer: OfferRow, found: SeriesRow | None, received_at: datetime) -> Refusal:
    """What the creditor of an open offer meets whose series has ended, before its offers were."""
    expired = found is not None and found.status == SeriesStatus.EXPIRED
    return rules.OfferClosed(
        number=offer.number,
        kind=offer.kind,
        status=str(OfferStatus.EXPIRED if expired else OfferStatus.CANCELLED),
        at=offer.expires_at if expired or found is None else found.changed_at,
        reason=None if found is None else found.reason,
        received_at=received_at,
    )


async def _coded(db: Reader, offer: OfferRow, bound: Bound) -> bool:
    """Whether this offer is accepted with a code: its series says from which size on."""
    if offer.series_id is None:
        return False
    found = await offers.series(db, offer.series_id)
    above = None if found is None else rules.series_unpacked(found.terms).code_above
    return above is not None and rules.exposure(bound) > above


async def _answerable(db: Reader, person: Person, offer: OfferRow, claim: OfferedClaim, received_at: datetime) -> Shown:
    verdict = await Gate(db, received_at, person.channel).of_offer(claim, offer)
    if not rules.may_see(offer.status, verdict):
        raise rules.NotShown(verdict=verdict)
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


# ------------------------------------------------------------------------------------------ answering


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an acceptance did: its entry, and the offers on the same claim that ended with it."""

    shown: Shown
    entry: Entry
    others: tuple[str, ...]


async def accept(db: Transaction, turn: Turn, person: Person, argument: str, *, proved: bool = False) -> Accepted:
    """Accept exactly the terms whose hash the button carries. `proved`: the code from the mailbox was right.

    The moment that counts is `turn.received_at`. Raises the refusal that says what came first; then
    nothing was moved, and a refusal by the rules is noted with their version. MUST take the room of
    a series in this transaction, after the claim and the offer are held.
    """
    number, given = rules.confirmed(argument)
    offer, claim = await _own_locked(db, person, number)
    try:
        shown, verdict = await _ready(db, person, offer, claim, turn.received_at)
    except (rules.NotShown, rules.NotAllowed) as refusal:
        await noted(db, offer.creditor_id, offer.number, "refused", refusal.verdict, turn.received_at)
        raise
    rules.same_terms(given, offer.terms_hash)
    if not proved and await _coded(db, offer, shown.bound):
        raise rules.CodeNeeded(number=offer.number, tag=given)
    if offer.series_id is not None and not await offers.take_room(db, offer.series_id, rules.exposure(shown.bound)):
        # Others were faster, or the operator: looked at above, decided here.
        found = await offers.series(db, offer.series_id)
        if found is None or found.status != SeriesStatus.OPEN:
            raise _series_over(offer, found, turn.received_at)
        raise rules.SeriesFull(number=offer.number)
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:accepted",
        subject=claim.handle,
        item=str(offer.item),
        at=turn.received_at,
        by="creditor",
        payload={
            **_said(turn),
            "offer": offer.number,
            "terms_sha256": offer.terms_hash.hex(),
            "rules_sha256": verdict.ruleset,
            "code": "mailed" if proved else "",
        },
    )
    await noted(db, offer.creditor_id, offer.number, "accepted", verdict, turn.received_at)
    # The other offers on this claim end in the same transaction: nobody can accept a claim twice.
    others = await offers.open_on(db, claim.id)
    for other in others:
        await _end(db, claim, other, "offer:cancelled", turn.received_at, "creditor", rules.another(offer.number))
    return Accepted(shown, entry, tuple(others))


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an acceptance back did: its entry, and the offers on the same claim that are open again."""

    shown: Shown
    entry: Entry
    reopened: tuple[str, ...]


async def revoke(db: Transaction, turn: Turn, person: Person, argument: str) -> Undone:
    """Take an acceptance back within its cooling-off period: one tap, no reason asked.

    The offer is open again (if its time is not over), the claim free, the room of the series given
    back, and the offers that ended with the acceptance are open again. Raises NotRevocable, or
    OfferClosed when the offer is not an accepted one.
    """
    offer, claim = await _own_locked(db, person, argument)
    bound, at = rules.unpacked(offer.terms), turn.received_at
    if offer.status != OfferStatus.ACCEPTED:
        raise rules.OfferClosed(
            number=offer.number, kind=offer.kind, status=offer.status, at=offer.changed_at, reason=offer.reason,
            received_at=at,
        )  # fmt: skip
    rules.may_revoke(bound, offer.number, offer.changed_at, at)
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:revoked",
        subject=claim.handle,
        item=str(offer.item),
        at=at,
        by="creditor",
        payload={**_said(turn), "offer": offer.number, "terms_sha256": offer.terms_hash.hex()},
    )
    reopened = await _free(db, claim, offer, bound, at, "creditor")
    again = await offers.locked(db, offer.number)
    assert again is not None
    again = await _ended_with_its_series(db, claim, again, at)
    return Undone(_shown(again, claim, at), entry, reopened)


async def release(db: Transaction, number: str, by: str, reason: str, at: datetime) -> tuple[Entry, tuple[str, ...]]:
    """Let an acceptance go because the offering side does not go through with it: the offer ends, the others reopen.

    For the operator and the room of settlement. Raises OfferUnknown, OfferClosed.
    """
    claim = await offers.lock_claim(db, number)
    offer = await offers.locked(db, number)
    if claim is None or offer is None:
        raise OfferUnknown()
    if offer.status != OfferStatus.ACCEPTED:
        raise rules.OfferClosed(
            number=number, kind=offer.kind, status=offer.status, at=offer.changed_at, reason=offer.reason,
            received_at=at,
        )  # fmt: skip
    said = reason.strip()[:300] or None
    entry = await transition(
        db,
        offers.move,
        offer,
        kind="offer:released",
        subject=claim.handle,
        item=str(offer.item),
        at=at,
        by=f"operator:{by}",
        payload={"offer": number, "reason": said or ""},
        reason=said,
    )
    return entry, await _free(db, claim, offer, rules.unpacked(offer.terms), at, f"operator:{by}")


async def _free(
    db: Transaction, claim: OfferedClaim, offer: OfferRow, bound: Bound, at: datetime, by: str
) -> tuple[str, ...]:
    """After an acceptance ended: give its room back, and open again what had ended with it and still stands."""
    reopened = []
    for other in await offers.cancelled_on(db, claim.id, at):
        if rules.other_accepted(other.reason) != offer.number:
            continue
        if other.series_id is not None:
            found = await offers.series(db, other.series_id)
            if found is None or found.status != SeriesStatus.OPEN:
                continue
        row = await offers.locked(db, other.number)
        if row is None or row.status != OfferStatus.CANCELLED:
            continue
        await transition(
            db,
            offers.move,
            row,
            kind="offer:reopened",
            subject=claim.handle,
            item=str(row.item),
            at=at,
            by=by,
            payload={"offer": row.number, "after": offer.number},
        )
        reopened.append(row.number)
    if offer.series_id is not None:
        await offers.give_room(db, offer.series_id, rules.exposure(bound))
    return tuple(reopened)


async def _ended_with_its_series(db: Transaction, claim: OfferedClaim, offer: OfferRow, at: datetime) -> OfferRow:
    """An offer whose series is no longer open cannot be open either."""
    found = None if offer.series_id is None else await offers.series(db, offer.series_id)
    if found is None or found.status != SeriesStatus.WITHDRAWN:
        return offer
    await _end(db, claim, offer.number, "offer:cancelled", at, "clock", found.reason)
    ended = await offers.locked(db, offer.number)
    assert ended is not None
    return ended


# ------------------------------------------------------------------------------------------ the code from the mailbox


async def mailbox(db: Reader, person: Person) -> str:
    """The address that is asked for a code. MUST be asked of somebody who is linked."""
    assert person.creditor_id is not None
    creditor = await people.creditor(db, person.creditor_id)
    assert creditor is not None
    return creditor.email


async def decline(db: Transaction, turn: Turn, person: Person, argument: str) -> tuple[Shown, Entry]:
    """Say no. Raises a refusal when something came first."""
    offer, claim = await _own_locked(db, person, argument)
    shown = await _answerable(db, person, offer, claim, turn.received_at)
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
    """End series and offers whose time and grace are over, one transition each, and what was left open of withdrawn
    series; how many. At most `CHUNK` offers: call again."""
    ended = await series.expire_due(db, now)
    for number in await offers.due(db, now - rules.GRACE, CHUNK):
        claim = await offers.lock_claim(db, number)
        if claim is not None and await _end(db, claim, number, "offer:expired", now, "clock", None) is not None:
            ended += 1
    return ended or await end_withdrawn(db, now)


async def end_withdrawn(db: Transaction, now: datetime) -> int:
    """End what is left open of withdrawn series; how many. At most `CHUNK` of them: call again."""
    ended = 0
    for number in await offers.of_withdrawn_series(db, CHUNK):
        claim = await offers.lock_claim(db, number)
        offer = await offers.locked(db, number)
        found = None if offer is None or offer.series_id is None else await offers.series(db, offer.series_id)
        if claim is None or found is None:
            continue
        if await _end(db, claim, number, "offer:cancelled", now, "clock", found.reason) is not None:
            ended += 1
    return ended


# ------------------------------------------------------------------------------------------ asking prices


@dataclass(frozen=True, slots=True)
class Asked:
    """An asking price as its creditor sees it. `met`: numbers of the open offers that come up to it."""

    claim: str
    claim_amount: int
    ask: Ask
    at: datetime
    met: tuple[str, ...]


async def askable(db: Reader, person: Person, now: datetime) -> tuple[list[tuple[str, int]], list[Verdict]]:
    """The person's claims an asking price may be set for, with their amounts, and what stands against the others."""
    if person.creditor_id is None:
        raise OfferUnknown()
    gate, may, against = Gate(db, now, person.channel), [], []
    for row in await claims.of_creditor(db, person.creditor_id):
        claim = await offers.claim(db, row.number)
        if claim is None or claim.status in rules.DEAD_CLAIMS:
            continue
        verdict, cents = await gate.of_claim(claim, "ask", invented=True), amount(claim.particulars)
        if verdict.allowed and cents is not None:
            may.append((claim.number, cents))
        elif not verdict.allowed:
            against.append(verdict)
    return may, against


async def set_ask(db: Transaction, person: Person, number: str, ask: Ask, at: datetime) -> Asked:
    """Set what a creditor would want for a claim. Raises OfferUnknown, NotShown."""
    claim = await offers.hold_claim(db, number)
    if claim is None or person.creditor_id is None or claim.creditor_id != person.creditor_id:
        raise OfferUnknown()
    verdict, cents = await Gate(db, at, person.channel).of_claim(claim, "ask", invented=True), amount(claim.particulars)
    if not verdict.allowed or cents is None:
        await noted(db, claim.creditor_id, claim.number, "refused", verdict, at)
        raise rules.NotShown(verdict=verdict)
    await offers.set_ask(db, claim.id, claim.creditor_id, ask.packed(), at)
    await noted(db, claim.creditor_id, claim.number, "accepted", verdict, at)
    return Asked(claim.number, cents, ask, at, await _met(db, person, claim.number, ask, at))


async def _met(db: Reader, person: Person, claim: str, ask: Ask, now: datetime) -> tuple[str, ...]:
    live = await open_to(db, person, now)
    return tuple(s.number for s in live if s.bound.claim.number == claim and rules.meets(s.bound, ask))


async def asked(db: Reader, person: Person, now: datetime) -> list[Asked]:
    """The person's asking prices."""
    if person.creditor_id is None:
        raise OfferUnknown()
    found = {row.claim_id: row for row in await offers.asks_of(db, person.creditor_id)}
    result = []
    for claim in await claims.of_creditor(db, person.creditor_id):
        row, cents = found.get(claim.id), amount(claim.particulars)
        if row is not None and cents is not None:
            ask = rules.ask_unpacked(row.price)
            result.append(Asked(claim.number, cents, ask, row.at, await _met(db, person, claim.number, ask, now)))
    return result


async def drop_ask(db: Transaction, person: Person, argument: str) -> str:
    """Take an asking price back; the claim's number. Raises NoAsk."""
    try:
        number = numbers.read(argument, "ZQ")
    except Invalid:
        raise rules.NoAsk(claim=argument) from None
    claim = await offers.hold_claim(db, number)
    if claim is None or claim.creditor_id != person.creditor_id or not await offers.drop_ask(db, claim.id):
        raise rules.NoAsk(claim=number)
    return number


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
    series: tuple[SeriesDrafted, ...] = ()


async def import_offers(
    db: Transaction, raw: bytes, classes: Mapping[str, ClassFigure], at: datetime, *, demo: bool = False
) -> ImportReport:
    """Keep the offers, or the series, of a file as drafts: all of them, or with a fault none.

    `classes` says what each plan class had been paid; the figure that stands now goes into the terms.
    """
    read = sheet.read_offers(raw, at)
    faults = list(read.faults)
    if read.series and not faults:
        brought = await series.bring(db, read.series, classes, at, demo=demo)
        return ImportReport((), brought.unchanged, brought.faults, brought.added)
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
    cents = amount(claim.particulars)
    if cents is None:
        return [Fault(row.row, "claim", "no_amount")], None
    plan_class = str(claim.particulars.get("plan_class") or "")
    under = Underlying(claim.number, cents, plan_class, classes.get(plan_class))
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
        series_id=None,
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
    """A draft that was not published. `code` is one of `rules.HELD`; `place` is the one the rule met."""

    number: str
    code: str
    place: str = ""

    @property
    def why(self) -> str:
        """What an operator reads."""
        return rules.HELD[self.code] + (f" ({self.place})" if self.place else "")


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
    gate = Gate(db, at)
    # Claims are locked in one order, so that two publications cannot wait for each other.
    for offer in sorted(found, key=lambda offer: (offer.claim_id, offer.id)):
        outcome = await _publish(db, gate, offer.number, by, at, dry_run)
        if isinstance(outcome, Held):
            held.append(outcome)
        else:
            published.append(outcome)
    return PublishReport(tuple(published), tuple(held))


async def _publish(db: Transaction, gate: Gate, number: str, by: str, at: datetime, dry_run: bool) -> Published | Held:
    claim = await offers.lock_claim(db, number)
    offer = await offers.locked(db, number)
    if claim is None or offer is None:
        return Held(number, "unknown")
    bound = rules.unpacked(offer.terms)
    verdict = await gate.of_offer(claim, offer)
    code = rules.held_back(
        bound,
        status=offer.status,
        gate=verdict,
        claim_status=claim.status,
        claim_amount=amount(claim.particulars),
        taken=await offers.taken_on(db, claim.id) is not None,
        now=at,
    )
    if code is not None:
        met = next(
            (r.met for r in verdict.against_showing if r.fact in ("residence", "nationality", "tax_residence")), ""
        )
        return Held(number, code, met if code in ("undecided", "shut", "nationality", "tax_residence") else "")
    if not dry_run:
        await series.opened(db, claim, offer, bound, verdict, f"operator:{by}", at)
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
