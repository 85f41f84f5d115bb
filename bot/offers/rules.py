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
  NotAllowed        a rule of eligibility stops the acceptance, though the offer may be shown
  SeriesFull        the series the offer belongs to has no room for it any more
  CodeNeeded        it is large enough that a code from the mailbox is asked for
  NotRevocable      there is no cooling-off period, or it is over
  NoAsk             no asking price is set for this claim
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

import rfc8785

from bot import numbers
from bot.errors import Invalid, Refusal
from bot.valuation import bonds
from bot.valuation.calendars import Calendar
from storage.terms import ClaimStatus, OfferKind, OfferStatus

# ------------------------------------------------------------------------------------------ refusals


class OfferUnknown(Refusal):
    """No such offer, or it belongs to somebody else: nobody learns which."""


class NotShown(Refusal):
    """The rules of eligibility keep the offer from being shown: `verdict` says which and why."""


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


class NotAllowed(Refusal):
    """The rules of eligibility stop the acceptance: `verdict` says which and why."""


class SeriesFull(Refusal):
    """The series of offer `number` has less room left than it needs."""


class CodeNeeded(Refusal):
    """Offer `number` is accepted with a code from the mailbox; `tag` is of its terms."""


class NotRevocable(Refusal):
    """The acceptance of offer `number` cannot be taken back: `until` when it could be, None if it never could."""


class NoAsk(Refusal):
    """No asking price is set for `claim`."""


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
    interest_to     who gets interest the estate pays on the claim; empty: the offer does not say
    cooling_days    for so many days after accepting the creditor may take it back
    received_assumed  `received` is what the class had been paid, not what is known of this creditor
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
    interest_to: str = ""
    cooling_days: int = 0
    received_assumed: bool = False


#: days on which so many percent of the face are paid
Dated = tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True, slots=True)
class BondTerms:
    """What an issuer promises for a claim.

    exchange          what is done with the claim: `pledge`, `contribution` or `sale`
    clawback          whether the issuer can come back to the holder if the claim is disallowed
    recourse          who stands behind the payment: the `issuer` with all it has, or only the `assets`
    support           guarantee, collateral, reserve: in words; empty if there is none
    distributions_to  who gets the claim's distributions while the bond runs
    calendar          whose business days payments move by: `US`, `HK`, `CN`, or `none`
    amortisation      what is repaid before maturity: (day, percent of face); empty for a bullet
    call, put         when the issuer may redeem early, or the holder give it back: (day, percent of face)
    minimum           the smallest face that is issued
    exchange_pct      face in percent of the claim amount; None where only the face itself was agreed
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
    calendar: str = "none"
    amortisation: Dated = ()
    call: Dated = ()
    put: Dated = ()
    minimum: int = 0
    exchange_pct: Decimal | None = None
    cooling_days: int = 0


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
    if isinstance(value, tuple):
        return [_packed(part) for part in value]
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
            figure=figure and _figure(figure),
        ),
        terms=_unpacked(SaleTerms, terms) if packed["kind"] == OfferKind.SALE else _unpacked(BondTerms, terms),
    )


def _figure(packed: Mapping[str, Any]) -> ClassFigure:
    return ClassFigure(Decimal(packed["paid_pct"]), date.fromisoformat(packed["as_of"]), packed["source"])


_TermsT = TypeVar("_TermsT", SaleTerms, BondTerms)
_READ_BACK: Mapping[Any, Callable[[Any], Any]] = {
    int: int,
    Decimal: Decimal,
    date: date.fromisoformat,
    Decimal | None: lambda said: None if said is None else Decimal(said),
    Dated: lambda rows: tuple((date.fromisoformat(day), Decimal(pct)) for day, pct in rows),
}


def _unpacked(kind: type[_TermsT], packed: Mapping[str, Any]) -> _TermsT:
    return kind(**{f.name: _READ_BACK.get(f.type, _as_it_is)(packed[f.name]) for f in fields(kind)})


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Tier:
    """Claims from `least` up to, but not including, `below` cents; None: however large."""

    least: int
    below: int | None
    pct: Decimal


@dataclass(frozen=True, slots=True)
class SeriesTerms:
    """What is offered to every claim that fits, from which the terms for one claim follow.

    cap           what the offering side will pay (a sale) or issue (a bond) in all, in cents of `currency`
    tiers         by the size of the claim: the price (a sale) or the face (a bond) in percent of it
    received      of a sale: `class` takes what the plan class had been paid as received, `none` nothing
    holdback_pct  of a sale: part of the price that is paid later
    fees_pct      of a sale: what the buyer takes off, in percent of the price
    code_above    an offer of more than this is accepted with a code from the mailbox; None: never
    template      all other terms; its amounts are zero
    figures       what each plan class had been paid when the series was imported
    """

    reference: str
    expires_at: datetime
    currency: str
    cap: int
    tiers: tuple[Tier, ...]
    received: str
    holdback_pct: Decimal
    fees_pct: Decimal
    code_above: int | None
    template: Terms
    figures: tuple[tuple[str, ClassFigure], ...] = ()

    @property
    def kind(self) -> OfferKind:
        """Sale or bond."""
        return OfferKind.SALE if isinstance(self.template, SaleTerms) else OfferKind.BOND

    def packed(self) -> dict[str, Any]:
        """As JSON, like `Bound.packed`."""
        return {
            "v": 1,
            "kind": str(self.kind),
            "reference": self.reference,
            "expires_at": self.expires_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "currency": self.currency,
            "cap": str(self.cap),
            "tiers": [{"least": str(t.least), "below": _packed(t.below), "pct": plain(t.pct)} for t in self.tiers],
            "received": self.received,
            "holdback_pct": plain(self.holdback_pct),
            "fees_pct": plain(self.fees_pct),
            "code_above": _packed(self.code_above),
            "template": _packed(self.template),
            "figures": {plan_class: _packed(figure) for plan_class, figure in self.figures},
        }

    def digest(self) -> bytes:
        """SHA-256 of the packed terms in their one canonical spelling (RFC 8785)."""
        return hashlib.sha256(rfc8785.dumps(self.packed())).digest()


def series_unpacked(packed: Mapping[str, Any]) -> SeriesTerms:
    """Packed terms of a series, as `SeriesTerms.packed` wrote them."""
    template, sale = packed["template"], packed["kind"] == OfferKind.SALE
    return SeriesTerms(
        reference=packed["reference"],
        expires_at=datetime.fromisoformat(packed["expires_at"]),
        currency=packed["currency"],
        cap=int(packed["cap"]),
        tiers=tuple(
            Tier(int(t["least"]), None if t["below"] is None else int(t["below"]), Decimal(t["pct"]))
            for t in packed["tiers"]
        ),
        received=packed["received"],
        holdback_pct=Decimal(packed["holdback_pct"]),
        fees_pct=Decimal(packed["fees_pct"]),
        code_above=None if packed["code_above"] is None else int(packed["code_above"]),
        template=_unpacked(SaleTerms, template) if sale else _unpacked(BondTerms, template),
        figures=tuple((plan_class, _figure(figure)) for plan_class, figure in packed["figures"].items()),
    )


#: why a series makes no offer on a claim -> what an operator reads
NOT_MADE: Mapping[str, str] = {
    "no_tier": "no tier is for a claim of this size",
    "no_figure": "what the claim's class had been paid is not confirmed, and the price depends on it",
    "nothing_left": "after what was received, fees and holdback nothing would be paid",
    "below_minimum": "the face would be below the minimum",
}


def offered(series: SeriesTerms, reference: str, number: str, amount: int, plan_class: str) -> Bound | str:
    """What a series comes to for one claim, or the code of `NOT_MADE` why it comes to nothing.

    The price is rounded half up to the cent; the face of a bond down to the whole unit of its currency.
    """
    claim = Underlying(number, amount, plan_class, dict(series.figures).get(plan_class))
    tier = next((t for t in series.tiers if t.least <= amount and (t.below is None or amount < t.below)), None)
    if tier is None:
        return "no_tier"
    template = series.template
    if isinstance(template, BondTerms):
        face = int(amount * tier.pct / 100) // 100 * 100
        if face < max(template.minimum, 100):
            return "below_minimum"
        return Bound(reference, series.expires_at, claim, replace(template, face=face, exchange_pct=tier.pct))
    received, source = 0, template.received_source
    if series.received == "class":
        if claim.figure is None:
            return "no_figure"
        received, source = part(amount, claim.figure.paid_pct), claim.figure.source
    quoted = part(amount, tier.pct)
    price = quoted - received if template.basis == "gross" else quoted
    fees, holdback = part(max(price, 0), series.fees_pct), part(max(price, 0), series.holdback_pct)
    if price <= fees + holdback:
        return "nothing_left"
    return Bound(
        reference,
        series.expires_at,
        claim,
        replace(
            template,
            price_pct=tier.pct,
            price=price,
            received=received,
            received_source=source,
            received_assumed=series.received == "class",
            fees=fees,
            holdback=holdback,
        ),
    )


def reckoned(terms: BondTerms, issued: date) -> bonds.BondTerms:
    """A bond's terms as the bond arithmetic takes them, for a bond issued on this day. Raises its Invalid."""
    repaid = [bonds.Instalment(day, pct) for day, pct in terms.amortisation]
    if repaid:
        repaid.append(bonds.Instalment(terms.maturity, 100 - sum((part.share for part in repaid), Decimal(0))))
    return bonds.BondTerms(
        face=terms.face,
        currency=terms.currency,
        coupon=terms.coupon_pct,
        frequency=terms.frequency,
        day_count=bonds.DayCount(terms.day_count),
        issued=issued,
        maturity=terms.maturity,
        calendar=Calendar(terms.calendar),
        instalments=tuple(repaid),
        calls=tuple(bonds.Right(day, pct) for day, pct in terms.call),
        puts=tuple(bonds.Right(day, pct) for day, pct in terms.put),
        issue_price=terms.issue_price_pct,
    )


def exposure(bound: Bound) -> int:
    """What an acceptance binds the offering side to: the price of a sale, the face of a bond, in cents."""
    return bound.terms.price if isinstance(bound.terms, SaleTerms) else bound.terms.face


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


# ------------------------------------------------------------------------------------------ eligibility

#: what a rule may be about, in the order reasons are given
FACTS = (
    "channel",
    "identity",
    "residence",
    "nationality",
    "tax_residence",
    "consent",
    "claim_status",
    "lien",
    "amount",
)
#: facts of which every rule that fits counts; of the others the most particular one decides
_EACH = frozenset({"consent", "lien", "amount"})
#: what may be asked of the gate: the two kinds of offer, and setting an asking price
KINDS = ("sale", "bond", "ask")
SHOWING, ACCEPTANCE = "showing", "acceptance"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of eligibility, for so long.

    fact, value  of whom it speaks: `residence` `HK`; `*` is everybody of whom no other rule speaks. A
                 `consent` is one that is missing, a `lien` names a claim, an `amount` is a range of cents
    kinds        of which kinds
    stops        what it stops if not `allowed`: the showing (and with it all else), or the acceptance alone
    source       who says so
    why          code of the reason in the room's words; empty for an operator's rule, whose `said` is shown
    remedy       what would change it: a code as well, or the operator's words
    decided      an operator decided it: it goes before an equally particular rule of the file
    demo         invented: it counts for invented offers only
    """

    name: str
    fact: str
    value: str
    kinds: frozenset[str]
    allowed: bool
    stops: str
    valid_from: date
    valid_until: date | None
    source: str
    why: str
    said: str = ""
    remedy: str = ""
    decided: bool = False
    demo: bool = False

    def in_force(self, on: date) -> bool:
        """Whether it counts on a day; its last day included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Every rule there is, and the SHA-256 that names just these."""

    rules: tuple[Rule, ...]
    version: str


def ruleset(rules: Iterable[Rule]) -> Ruleset:
    """Rules as a set with its version: the hash of what they say in canonical JSON, in the order of their names."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.name))
    said = [{f.name: _plainly(getattr(rule, f.name)) for f in fields(Rule)} for rule in ordered]
    return Ruleset(ordered, hashlib.sha256(rfc8785.dumps({"v": 1, "rules": said})).hexdigest())


def _plainly(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a creditor and a claim, as far as the rules ask. Places are ISO codes, empty if not given."""

    kind: str
    on: date
    residence: str = ""
    nationality: str = ""
    tax_residence: str = ""
    identity: str = "bound"
    consents: frozenset[str] = frozenset()
    claim: str = ""
    claim_status: str = ""
    amount: int | None = None
    channel: str = ""
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that speaks against it, and the value it met."""

    rule: Rule
    met: str

    @property
    def fact(self) -> str:
        """What it is about."""
        return self.rule.fact


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of one kind for one creditor and claim.

    allowed   nothing speaks against showing it and accepting it
    reasons   every rule that speaks against it, in the order of `FACTS`
    ruleset   version of the rules that were asked
    """

    allowed: bool
    reasons: tuple[Reason, ...]
    kind: str = ""
    ruleset: str = ""

    @property
    def shown(self) -> bool:
        """Whether it may be shown, even if not accepted just now."""
        return not self.against_showing

    @property
    def against_showing(self) -> tuple[Reason, ...]:
        """The reasons that stop the showing."""
        return tuple(reason for reason in self.reasons if reason.rule.stops == SHOWING)

    @property
    def codes(self) -> str:
        """The names of the rules against it, for the record."""
        return " ".join(reason.rule.name for reason in self.reasons)


def judged(facts: Facts, rules: Ruleset) -> Verdict:
    """What the rules say of these facts.

    Default shut: a fact that must be decided and is not has a rule of its own in the file (`residence` `*`).
    """
    reasons: list[Reason] = []
    asked = [
        rule
        for rule in rules.rules
        if facts.kind in rule.kinds and rule.in_force(facts.on) and (facts.invented or not rule.demo)
    ]
    for fact in FACTS:
        fitting = [(rule, met) for rule in asked if rule.fact == fact and (met := _met(rule, facts)) is not None]
        if fact not in _EACH:
            fitting = sorted(fitting, key=lambda pair: _weight(pair[0]))[-1:]
        reasons += [Reason(rule, met) for rule, met in fitting if not rule.allowed]
    return Verdict(not reasons, tuple(reasons), facts.kind, rules.version)


def _weight(rule: Rule) -> tuple[bool, bool, bool, date, str]:
    """Which of two rules on the same fact counts: the particular, the operator's, the real, the newer one."""
    return (rule.value != "*", rule.decided, not rule.demo, rule.valid_from, rule.name)


def _met(rule: Rule, facts: Facts) -> str | None:
    """The value by which a rule fits these facts; None: it does not."""
    match rule.fact:
        case "consent":
            return rule.value if rule.value not in facts.consents else None
        case "lien":
            return facts.claim if facts.claim and rule.value == facts.claim else None
        case "amount":
            least, most = _range(rule.value)
            fits = facts.amount is not None and least <= facts.amount and (most is None or facts.amount <= most)
            return str(facts.amount) if fits else None
        case fact:
            value: str = getattr(facts, fact)
            return value if rule.value in ("*", value) else None


def _range(value: str) -> tuple[int, int | None]:
    least, _dash, most = value.partition("-")
    return int(least or 0), int(most) if most else None


_CODE = re.compile(r"[A-Z]{2}")
_RANGE = re.compile(r"(?=.*[0-9])[0-9]{0,15}-[0-9]{0,15}")
_IDENTITIES = ("bound", "unbound", "frozen", "erased", "stranger")
_WORD = re.compile(r"[a-z_]{1,32}")


def rule_value(fact: str, value: str) -> str:
    """The value a rule of an operator may have, in its one spelling. Raises Invalid: `fact`, `value`, `place`."""
    folded = value.strip()
    match fact:
        case "residence" | "nationality" | "tax_residence":
            if not _CODE.fullmatch(folded.upper()):
                raise Invalid("place")
            return folded.upper()
        case "lien":
            return numbers.read(folded, "ZQ")
        case "amount":
            if not _RANGE.fullmatch(folded):
                raise Invalid("value")
            return folded
        case "channel" | "consent" | "claim_status":
            if not _WORD.fullmatch(folded.lower()):
                raise Invalid("value")
            return folded.lower()
        case "identity" if folded in _IDENTITIES:
            return folded
        case "identity":
            raise Invalid("value")
    raise Invalid("fact")


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
    if claim_status != ClaimStatus.ALLOWED or any(reason.fact == "claim_status" for reason in gate.reasons):
        raise ClaimNotReady(claim=bound.claim.number, status=claim_status)
    if not gate.allowed:
        raise NotAllowed(verdict=gate)
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
    "nationality": "this kind is not shown to nationals of this place",
    "tax_residence": "this kind is not shown to tax residents of this place",
    "consent": "the creditor's consent to keeping claim details does not stand",
    "identity": "no channel is linked to the creditor's account, or it is erased",
    "channel": "not on this channel",
    "lien": "a lien on the claim was noted",
    "size": "a rule stops claims of this size",
    "series": "its series is not open any more",
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
    }
    return next((code for code, holds in reasons.items() if holds), None) or kept_from(gate)


def kept_from(gate: Verdict) -> str | None:
    """The first reason of a verdict as a code of `HELD`; None if nothing speaks against it but the claim's status."""
    for reason in gate.reasons:
        match reason.fact:
            case "claim_status":
                continue
            case "identity" if reason.rule.stops != SHOWING:
                continue  # a frozen account may be shown what it cannot accept just now
            case "residence":
                return "undecided" if reason.rule.value == "*" else "shut"
            case "amount":
                return "size"
            case fact:
                return fact
    return None


def place(particulars: Mapping[str, Any], name: str = "residence") -> str:
    """A place a claim names, of residence if nothing else is asked, as two capital letters; empty if it names none."""
    said = particulars.get(name)
    return said.upper() if isinstance(said, str) and re.fullmatch(r"[A-Za-z]{2}", said) else ""


# ------------------------------------------------------------------------------------------ taking an acceptance back


def revocable_until(bound: Bound, accepted_at: datetime) -> datetime | None:
    """Until when an acceptance may be taken back; None: the terms grant no cooling-off period."""
    days = bound.terms.cooling_days
    return accepted_at + timedelta(days=days) if days else None


def may_revoke(bound: Bound, number: str, accepted_at: datetime, received_at: datetime) -> None:
    """Raise NotRevocable unless a word received at this moment is within the cooling-off period."""
    until = revocable_until(bound, accepted_at)
    if until is None or received_at >= until:
        raise NotRevocable(number=number, until=until)


# ------------------------------------------------------------------------------------------ asking prices


@dataclass(frozen=True, slots=True)
class Ask:
    """What a creditor would want to receive for a claim: percent of its amount, or US cents. One of the two is set."""

    pct: Decimal | None = None
    cents: int | None = None

    def packed(self) -> dict[str, str]:
        """As JSON of strings."""
        return {"pct": plain(self.pct)} if self.pct is not None else {"cents": str(self.cents)}

    def amount(self, claim_amount: int) -> int:
        """What it comes to on a claim."""
        if self.pct is not None:
            return part(claim_amount, self.pct)
        assert self.cents is not None
        return self.cents


def ask_unpacked(packed: Mapping[str, str]) -> Ask:
    """An asking price, as `Ask.packed` wrote it."""
    return Ask(pct=Decimal(packed["pct"])) if "pct" in packed else Ask(cents=int(packed["cents"]))


def ask_of(pct: Decimal) -> Ask:
    """An asking price in percent of the claim. Raises Invalid: `absurd_ask`."""
    if not 0 < pct <= 300:
        raise Invalid("absurd_ask")
    return Ask(pct=pct)


def meets(bound: Bound, ask: Ask) -> bool:
    """Whether a bid comes up to an asking price: what the creditor gets in the end. A bond is no price: never."""
    if not isinstance(bound.terms, SaleTerms):
        return False
    return sale_figures(bound.terms, bound.claim).cash >= ask.amount(bound.claim.amount)
