"""What the terms of an offer are, what they amount to, and what may be done with it.

Two kinds, which share no terms: a *sale* (债权转让) gives the claim up for one price, a *bond*
(债券) is an issuer's promise with coupon and maturity. Money is integer cents, a percentage is a
Decimal of the amount it is said of, and figures are rounded half up to the cent.

Refusal             the person may not do this now
  OfferUnknown      no such offer, or not this person's: the same words for both
  NotShown          the gate: the place of residence, not decided or decided against
  OfferClosed       too late, or something else came first
  TermsDiffer       what was confirmed is not what stands there
  ClaimNotReady     the claim underneath is not allowed just now
  ClaimChanged      the claim's amount is not the one the terms were made for
  ClaimTaken        another offer on the same claim was accepted
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

import rfc8785

from bot.errors import Refusal
from storage.terms import ClaimStatus, OfferKind, OfferStatus

# ------------------------------------------------------------------------------------------ refusals


class OfferUnknown(Refusal):
    """No such offer, or it belongs to somebody else: nobody learns which."""


class NotShown(Refusal):
    """Offers of this `kind` are not shown to residents of `place`. `decided` False: nobody has decided yet."""


class OfferClosed(Refusal):
    """Something came first: `status`, `at`, `kind`, `number`, `reason`."""


class TermsDiffer(Refusal):
    """The confirmation names other terms than the offer has."""


class ClaimNotReady(Refusal):
    """The claim is not allowed just now: `claim`, `status`."""


class ClaimChanged(Refusal):
    """The claim's amount changed after the terms were made: `claim`."""


class ClaimTaken(Refusal):
    """Another offer on this claim was accepted: `other`, its `kind`, `at`, `claim`."""


# ------------------------------------------------------------------------------------------ terms


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What a buyer offers for a claim.

    price_pct       what is quoted, in percent of the claim amount; above 100 is possible
    basis           `gross`: distributions already received are deducted; `net`: they are not
    price           what the buyer pays in the end, in US cents, before his fees: quoted price, less
                    `received` if gross
    received        distributions the creditor has received already, and who says so
    declared_to     who gets distributions announced but not yet paid
    next_to         who gets those whose record date comes after signing
    recourse        whether the buyer can take money back
    disallowance    who bears it if the claim is later disallowed or reduced
    holdback        part of the price that is paid later, under `holdback_terms`
    deposit, escrow what the buyer puts up before, and who holds the money
    fees            what the buyer takes off the price
    """

    buyer: str
    price_pct: Decimal
    basis: str
    price: int
    received: int
    received_source: str
    declared_to: str
    next_to: str
    recourse: bool
    disallowance: str
    holdback: int
    holdback_terms: str
    deposit: int
    escrow: str
    law: str
    fees: int
    settlement_days: int
    signing_note: str


@dataclass(frozen=True, slots=True)
class BondTerms:
    """What an issuer promises for a claim.

    exchange          what is done with the claim: `pledge`, `contribution` or `sale`
    clawback          whether the issuer can come back to the holder if the claim is disallowed
    recourse          who stands behind the payment: the `issuer` with all it has, or only the `assets`
    support           guarantee, collateral, reserve: in words; empty if there is none
    distributions_to  who gets the claim's distributions while the bond runs
    """

    issuer: str
    currency: str
    face: int
    issue_price_pct: Decimal
    coupon_pct: Decimal
    frequency: int
    day_count: str
    maturity: date
    redemption: str
    redemption_note: str
    seniority: str
    support: str
    recourse: str
    exchange: str
    clawback: bool
    distributions_to: str
    law: str
    settlement_days: int


Terms = SaleTerms | BondTerms


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """What the creditors of a plan class had been paid, in percent, by a date, according to a source."""

    paid_pct: Decimal
    as_of: date
    source: str


@dataclass(frozen=True, slots=True)
class Underlying:
    """The claim as it stood when the terms were made. `figure` is None when nothing is confirmed."""

    number: str
    amount: int
    plan_class: str
    figure: ClassFigure | None


@dataclass(frozen=True, slots=True)
class Bound:
    """Everything an acceptance binds: the terms, the claim they were made for, and until when they stand."""

    reference: str
    expires_at: datetime
    claim: Underlying
    terms: Terms

    @property
    def kind(self) -> OfferKind:
        """Sale or bond."""
        return OfferKind.SALE if isinstance(self.terms, SaleTerms) else OfferKind.BOND

    def packed(self) -> dict[str, Any]:
        """As JSON of strings, integers, booleans and objects: what is sealed and what is hashed."""
        return {
            "v": 1,
            "kind": str(self.kind),
            "reference": self.reference,
            "expires_at": self.expires_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "claim": _packed(self.claim),
            "terms": _packed(self.terms),
        }

    def digest(self) -> bytes:
        """SHA-256 of the packed terms in their one canonical spelling (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.packed())).digest()


def _packed(value: Any) -> Any:
    if isinstance(value, (SaleTerms, BondTerms, Underlying, ClassFigure)):
        return {field.name: _packed(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # cents may be larger than what every JSON reader keeps exact
    return value


def unpacked(packed: Mapping[str, Any]) -> Bound:
    """Packed terms, as `Bound.packed` wrote them."""
    claim, terms = packed["claim"], packed["terms"]
    figure = claim["figure"]
    return Bound(
        reference=packed["reference"],
        expires_at=datetime.fromisoformat(packed["expires_at"]),
        claim=Underlying(
            number=claim["number"],
            amount=int(claim["amount"]),
            plan_class=claim["plan_class"],
            figure=figure
            and ClassFigure(Decimal(figure["paid_pct"]), date.fromisoformat(figure["as_of"]), figure["source"]),
        ),
        terms=_unpacked(SaleTerms, terms) if packed["kind"] == OfferKind.SALE else _unpacked(BondTerms, terms),
    )


_TermsT = TypeVar("_TermsT", SaleTerms, BondTerms)
_READ_BACK: Mapping[Any, Callable[[Any], Any]] = {
    int: int,
    Decimal: Decimal,
    date: date.fromisoformat,
}


def _unpacked(kind: type[_TermsT], packed: Mapping[str, Any]) -> _TermsT:
    return kind(**{f.name: _READ_BACK.get(f.type, _as_it_is)(packed[f.name]) for f in fields(kind)})


def _as_it_is(value: Any) -> Any:
    return value


def plain(number: Decimal) -> str:
    """A decimal without exponent and without idle zeros: `110`, `5.6825`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ------------------------------------------------------------------------------------------ figures


def part(amount: int, pct: Decimal) -> int:
    """So many percent of an amount in cents, rounded half up to the cent."""
    return int((amount * pct / 100).quantize(Decimal(1), ROUND_HALF_UP))


def share(part_cents: int, of_cents: int) -> Decimal:
    """How many percent one amount is of another, rounded half up to two places."""
    return (Decimal(part_cents) * 100 / of_cents).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class SaleFigures:
    """The figures of a sale, in US cents.

    quoted      percentage times claim amount
    cash        what the creditor gets in the end: the price less the fees
    at_closing  what of it is paid at closing: without the holdback
    cash_pct    `cash` in percent of the claim amount
    class_paid  what the class had been paid, on this claim amount; None when not confirmed
    arrears     how much of that this creditor has not received
    """

    quoted: int
    cash: int
    at_closing: int
    cash_pct: Decimal
    class_paid: int | None
    arrears: int | None


def sale_figures(terms: SaleTerms, claim: Underlying) -> SaleFigures:
    """Work out what a sale means on this claim."""
    cash = terms.price - terms.fees
    class_paid = part(claim.amount, claim.figure.paid_pct) if claim.figure is not None else None
    return SaleFigures(
        quoted=part(claim.amount, terms.price_pct),
        cash=cash,
        at_closing=cash - terms.holdback,
        cash_pct=share(cash, claim.amount),
        class_paid=class_paid,
        arrears=None if class_paid is None else max(class_paid - terms.received, 0),
    )


@dataclass(frozen=True, slots=True)
class BondFigures:
    """The figures of a bond, in cents of its currency; the class's in US cents.

    issue        face times issue price
    yearly       coupon of one full year on the whole face
    each         one coupon payment of a regular period; None without coupons
    face_pct     face in percent of the claim amount; None when the bond is not in US dollars
    """

    issue: int
    yearly: int
    each: int | None
    face_pct: Decimal | None
    class_paid: int | None


def bond_figures(terms: BondTerms, claim: Underlying) -> BondFigures:
    """Work out what a bond means on this claim."""
    yearly = part(terms.face, terms.coupon_pct)
    return BondFigures(
        issue=part(terms.face, terms.issue_price_pct),
        yearly=yearly,
        each=part(terms.face, terms.coupon_pct / terms.frequency) if terms.frequency else None,
        face_pct=share(terms.face, claim.amount) if terms.currency == "USD" else None,
        class_paid=part(claim.amount, claim.figure.paid_pct) if claim.figure is not None else None,
    )


# ------------------------------------------------------------------------------------------ decisions

MAINLAND = "CN"
#: what stands there will not be allowed again: no offer can be made on it
DEAD_CLAIMS = frozenset(
    {ClaimStatus.WITHDRAWN, ClaimStatus.DISALLOWED, ClaimStatus.TRANSFERRED, ClaimStatus.PAID, ClaimStatus.DRAFT}
)
#: the end of an offer is swept this much later: a word received in time may still be on its way to the table
GRACE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of one kind in one place. Not decided means not shown."""

    place: str
    kind: OfferKind
    shown: bool
    decided: bool
    reason: str


def verdict(place: str, kind: OfferKind, decision: tuple[bool, str] | None) -> Verdict:
    """The gate's word, from the operator's decision (allowed, reason) or its absence."""
    if decision is None:
        return Verdict(place, kind, False, False, "")
    return Verdict(place, kind, decision[0], True, decision[1])


def may_see(status: str, gate: Verdict) -> bool:
    """Whether an own offer may be shown. What a person has accepted stays open to him, whatever is decided later."""
    return gate.shown or status in (OfferStatus.ACCEPTED, OfferStatus.PAID)


def may_answer(number: str, kind: str, status: str, changed_at: datetime, reason: str | None, expires_at: datetime,
               received_at: datetime) -> None:  # fmt: skip
    """Raise OfferClosed unless an answer received at this moment still finds the offer open.

    `received_at` is when the person's word reached our door, not when a worker got to it.
    """
    if status != OfferStatus.OPEN:
        at = expires_at if status == OfferStatus.EXPIRED else changed_at
        raise OfferClosed(number=number, kind=kind, status=status, at=at, reason=reason, received_at=received_at)
    if expires_at <= received_at:
        raise OfferClosed(
            number=number, kind=kind, status=str(OfferStatus.EXPIRED), at=expires_at, reason=None,
            received_at=received_at,
        )  # fmt: skip


def may_accept(
    bound: Bound,
    *,
    gate: Verdict,
    claim_status: str,
    claim_amount: int | None,
    taken: tuple[str, str, datetime] | None,
) -> None:
    """Raise a refusal unless an open offer may be accepted now. `taken`: number, kind and time of an accepted one."""
    if not gate.shown:
        raise NotShown(verdict=gate)
    if taken is not None:
        raise ClaimTaken(claim=bound.claim.number, other=taken[0], kind=taken[1], at=taken[2])
    if claim_status != ClaimStatus.ALLOWED:
        raise ClaimNotReady(claim=bound.claim.number, status=claim_status)
    if claim_amount != bound.claim.amount:
        raise ClaimChanged(claim=bound.claim.number)


_CONFIRMS = re.compile(r"(BJ-[0-9A-Z]{7})\.([0-9a-f]{8})")


def confirmed(argument: str) -> tuple[str, str]:
    """Number and terms hash a confirmation button carries. Raises OfferUnknown for anything else."""
    found = _CONFIRMS.fullmatch(argument)
    if found is None:
        raise OfferUnknown()
    return found[1], found[2]


def tag(digest: bytes) -> str:
    """The first eight hex digits of a terms hash: what a button carries and a person can compare."""
    return digest.hex()[:8]


def same_terms(given: str, digest: bytes) -> None:
    """Raise TermsDiffer unless the confirmation names exactly these terms."""
    if given != tag(digest):
        raise TermsDiffer()


_ANOTHER = re.compile(r"accepted:(BJ-[0-9A-Z]{7})")


def another(number: str) -> str:
    """The reason kept with an offer that ended because another one on its claim was accepted."""
    return f"accepted:{number}"


def other_accepted(reason: str | None) -> str | None:
    """The number of that other offer, if this is such a reason."""
    found = _ANOTHER.fullmatch(reason or "")
    return found[1] if found is not None else None


# ------------------------------------------------------------------------------------------ publishing

#: why a draft was held back -> what an operator reads
HELD: Mapping[str, str] = {
    "unknown": "no such offer",
    "not_a_draft": "it is published already",
    "over": "its time is over, or will be within minutes",
    "claim": "the claim underneath is not allowed just now",
    "amount": "the claim's amount changed after the import",
    "taken": "another offer on this claim was accepted",
    "undecided": "nobody has decided about this kind for residents of this place",
    "shut": "this kind is not shown to residents of this place",
}


def held_back(
    bound: Bound,
    *,
    status: str,
    gate: Verdict,
    claim_status: str,
    claim_amount: int | None,
    taken: bool,
    now: datetime,
) -> str | None:
    """Why a draft must not be published now, as a code of `HELD`; None: it may."""
    reasons = {
        "not_a_draft": status != OfferStatus.DRAFT,
        "over": bound.expires_at <= now + timedelta(minutes=5),
        "claim": claim_status != ClaimStatus.ALLOWED,
        "amount": claim_amount != bound.claim.amount,
        "taken": taken,
        "undecided": not gate.decided,
        "shut": not gate.shown,
    }
    return next((code for code, holds in reasons.items() if holds), None)


def place(particulars: Mapping[str, Any]) -> str:
    """The place of residence a claim names, as two capital letters; empty when it names none."""
    said = particulars.get("residence")
    return said.upper() if isinstance(said, str) and re.fullmatch(r"[A-Za-z]{2}", said) else ""
