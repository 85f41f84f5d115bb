"""Hold, sell, or take a bond: the three ways of one claim on one yardstick.

Nothing here says which way is better. The recovery paths are assumptions that the creditor moves;
whoever shows the figures shows those assumptions, their sources and their dates beside them.

How we count
  cents    Every payment is rounded half up to the cent; a value of today is the sum of its exact parts,
           rounded half up once. A claim in percent of the amount at the petition date, always.
  time     Days over 365, compounded once a year: 100 cents in d days are worth 100 / (1 + rate) ** (d / 365).
  further  What a path still brings is paid on its day, except what has been declared: that is paid on its
           own day, as far as the path brings so much.
  annual   What waiting (or the bond) earns a year on the cash of the sale that is given up for it: the rate
           at which both are worth the same. None where there is no sale, where nothing is given up first,
           or where a few days make a number that nobody means (above 1,000 % a year). -100 is a total loss.
  even     The further recovery, on the day of the path, at which holding is worth as much as the other way;
           and, for the recovery of the path, the last day on which it still is.

Invalid, by its code; `field` names what is wrong
  cents negative zero too_much    no whole number of cents, or absurd
  not_a_percent absurd            no Decimal, or far from anything that happens
  not_a_day in_the_past too_far   no date, before the day of comparison, or a century after it
  order                           a range whose lower end is above its upper end
  holdback                        larger than what is paid, or without a day
  currencies_mixed                amounts of different currencies cannot be compared
  no_path no_flows                nothing to compare
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import exp, log
from types import MappingProxyType

from bot.errors import Invalid

#: 10^12 dollars, in cents
MOST = 10**12 * 100
MOST_FURTHER = Decimal(1000)
MOST_RATE = Decimal(100)
MOST_DAYS = 36_525
#: an annual return above this is an artefact of a few days
MOST_ANNUAL = 1000
#: half up to this; a break-even so exact gives the same cents back on the largest claim
PLACES = Decimal("1e-14")
HUNDRED = Decimal(100)
_PRECISION = 40
#: how near two rates are that are one: far below the places that are shown
_NEAR = 1e-14


class Path(StrEnum):
    """How much the estate may still pay, as the creditor supposes."""

    LOWEST = "lowest"  #: 最低
    NEUTRAL = "neutral"  #: 中性
    HIGHEST = "highest"  #: 最高


class Way(StrEnum):
    """What can be done with a claim."""

    HOLD = "hold"  #: keep it and wait for the estate
    SALE = "sale"  #: 债权转让: cash, once
    BOND = "bond"  #: 债券: a promise with its own debtor


class Condition(StrEnum):
    """What must go right for the figures of a way to come true."""

    ESTATE_PAYS = "estate_pays"  #: the estate pays so much, by then
    CLAIM_ALLOWED = "claim_allowed"  #: a claim not yet allowed becomes so
    CLAIM_STAYS = "claim_stays"  #: the claim is not disallowed or reduced later
    PLACE_SERVED = "place_served"  #: somebody pays to where the creditor lives
    BUYER_PAYS = "buyer_pays"
    TRANSFER_STANDS = "transfer_stands"  #: nobody objects within the 21 days, and it is entered in the register
    HOLDBACK_RELEASED = "holdback_released"
    NO_RECOURSE = "no_recourse"  #: the buyer finds no reason to take money back
    DECLARED_PAID = "declared_paid"  #: declared distributions arrive although the claim is sold
    ISSUER_PAYS = "issuer_pays"
    HELD_TO_END = "held_to_end"  #: sold earlier, the bond brings what somebody pays for it then


class Verdict(StrEnum):
    """What time does to holding, against another way."""

    UNTIL = "until"  #: worth at least as much if paid by the day given
    NEVER = "never"  #: worth less even if paid today
    ALWAYS = "always"  #: worth at least as much whenever paid


@dataclass(frozen=True, slots=True)
class Flow:
    """A payment to the creditor, in cents."""

    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution that was announced and not yet paid, in percent of the claim amount."""

    on: date
    pct: Decimal


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim as it stands, in US cents.

    received    what has reached this creditor, not what his class was paid
    class_paid  cumulative percent paid to the class, lowest and highest figure that sources name; None: not confirmed
    ceiling     percent beyond which the plan pays nothing, likewise
    allowed     False: disputed or not yet decided
    served      False: no way to pay to the residence is known
    """

    amount: int
    received: int = 0
    class_paid: tuple[Decimal, Decimal] | None = None
    ceiling: tuple[Decimal, Decimal] | None = None
    allowed: bool = True
    served: bool = True
    declared: tuple[Declared, ...] = ()

    def __post_init__(self) -> None:
        _cents("amount", self.amount, least=1)
        _cents("received", self.received)
        for name, pair in (("class_paid", self.class_paid), ("ceiling", self.ceiling)):
            if pair is not None:
                _percent(name, pair[0], MOST_FURTHER)
                _percent(name, pair[1], MOST_FURTHER)
                if pair[0] > pair[1]:
                    raise Invalid("order", field=name)
        for one in self.declared:
            _percent("declared", one.pct, MOST_FURTHER)

    @property
    def received_pct(self) -> Decimal:
        """What has been received, in percent of the amount."""
        return _places(Decimal(self.received) * 100 / self.amount)

    @property
    def arrears(self) -> tuple[int, int] | None:
        """What others of the class have been paid and this creditor has not, by the lowest and the highest figure."""
        if self.class_paid is None:
            return None
        least, most = (max(part(self.amount, pct) - self.received, 0) for pct in self.class_paid)
        return least, most


@dataclass(frozen=True, slots=True)
class Recovery:
    """An assumption: so many percent of the claim amount are still paid, arrears included, on this day."""

    further: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Sale:
    """Cash for the claim, as the offer binds it, in cents.

    price        before fees, with received distributions already taken off if the offer does so
    holdback     the part that is paid later, on `holdback_on`, if nothing goes wrong
    keeps_declared   declared distributions stay with the creditor; else they go with the claim
    """

    price: int
    paid_on: date
    fees: int = 0
    holdback: int = 0
    holdback_on: date | None = None
    keeps_declared: bool = False
    recourse: bool = False
    currency: str = "USD"

    def __post_init__(self) -> None:
        for name in ("price", "fees", "holdback"):
            _cents(name, getattr(self, name))
        if self.price <= self.fees:
            raise Invalid("zero", field="price")
        if self.holdback > self.cash or (self.holdback and self.holdback_on is None):
            raise Invalid("holdback", field="holdback")

    @property
    def cash(self) -> int:
        """What arrives in the end, holdback included."""
        return self.price - self.fees


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond for the claim, as payments on a face value.

    flows         payments on `face`; on another face they are scaled on their running total
    exchange_pct  face in percent of the claim amount, down to the whole unit; None: the face is the creditor's own
    keeps_distributions   what the claim is paid while the bond runs goes to the creditor; else it does not
    claim_goes    False: the claim is only pledged
    clawback      the issuer can come back if the claim is disallowed
    """

    flows: tuple[Flow, ...]
    face: int
    exchange_pct: Decimal | None = None
    keeps_distributions: bool = False
    claim_goes: bool = True
    clawback: bool = False
    currency: str = "USD"

    def __post_init__(self) -> None:
        _cents("face", self.face, least=1)
        if not self.flows:
            raise Invalid("no_flows", field="flows")
        for flow in self.flows:
            _cents("flows", flow.cents)
        if self.exchange_pct is not None:
            _percent("exchange_pct", self.exchange_pct, MOST_FURTHER)

    def own_face(self, claim: Claim) -> int:
        """The face this claim is exchanged for."""
        if self.exchange_pct is None:
            return self.face
        with localcontext(prec=_PRECISION):
            return int((claim.amount * self.exchange_pct / 100).to_integral_value(ROUND_DOWN)) // 100 * 100


@dataclass(frozen=True, slots=True)
class GivesUp:
    """What a way costs; shown first. Amounts in cents.

    claim    the claim goes, for good or as a pledge
    cash     what the sale would have paid, and when its first part would have come; 0 where none is given up
    arrears  what others of the class were paid already and now goes with the claim; None: not confirmed
    stays    the terms leave the arrears with the creditor; nobody knows when they come, so no way counts them
    further  for each path, what holding would have brought beyond what this way keeps
    most     what the highest figure named for the class would have brought; None: not known
    """

    claim: bool
    cash: int
    cash_on: date | None
    arrears: tuple[int, int] | None
    stays: bool
    further: Mapping[Path, int]
    most: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way brings on one path.

    total      all that is still to come, undiscounted
    value      the same, worth today
    annual     percent a year on the cash given up, or None: see the head of this file
    last_on    when the last cent arrives; None when nothing does
    altogether received and to come, in percent of the claim amount
    """

    flows: tuple[Flow, ...]
    total: int
    value: int
    annual: Decimal | None
    last_on: date | None
    altogether: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """One way: what it costs, what it brings on each path, and what must go right."""

    way: Way
    gives_up: GivesUp
    outcomes: Mapping[Path, Outcome]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Where holding is worth as much as another way, on the day of a path; and how long, for its recovery.

    further     percent of the claim amount; None where no recovery makes them equal
    altogether  the same with what has been received
    last_day    only with Verdict.UNTIL
    """

    against: Way
    path: Path
    further: Decimal | None
    altogether: Decimal | None
    verdict: Verdict
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ways side by side, in the order hold, sale, bond. MUST NOT be turned into a recommendation."""

    on: date
    rate: Decimal
    rows: tuple[Row, ...]
    break_evens: tuple[BreakEven, ...]

    def row(self, way: Way) -> Row:
        """The row of a way that is being compared."""
        return next(row for row in self.rows if row.way == way)


# ------------------------------------------------------------------------------------------ comparing


def compare(
    claim: Claim,
    paths: Mapping[Path, Recovery],
    on: date,
    rate: Decimal,
    sale: Sale | None = None,
    bond: Bond | None = None,
) -> Comparison:
    """Set the ways side by side on a day, at a discount rate in percent a year."""
    _check(claim, paths, on, rate, sale, bond)
    with localcontext(prec=_PRECISION):
        return _compared(claim, paths, on, rate, sale, bond)


def _compared(
    claim: Claim, paths: Mapping[Path, Recovery], on: date, rate: Decimal, sale: Sale | None, bond: Bond | None
) -> Comparison:
    scene = _Scene(claim, on, rate, sale, bond)
    ways = [Way.HOLD, *([Way.SALE] if sale else []), *([Way.BOND] if bond else [])]
    order = [path for path in Path if path in paths]
    rows = []
    for way in ways:
        outcomes = {path: _outcome(scene, way, paths[path]) for path in order}
        rows.append(
            Row(
                way,
                _gives_up(scene, way, {path: paths[path] for path in order}),
                MappingProxyType(outcomes),
                _conditions(scene, way),
            )
        )
    evens = [_break_even(scene, way, path, paths[path]) for way in ways if way is not Way.HOLD for path in order]
    return Comparison(on, rate, tuple(rows), tuple(evens))


def starting(claim: Claim, days: Mapping[Path, date]) -> dict[Path, Recovery]:
    """Paths to begin with, before the creditor moves them; assumptions, each with its plain rule.

    Lowest: nothing more. Highest: up to the highest figure named for the class. Neutral: half of the highest.
    Percent with two places, rounded down.
    """
    figures = claim.ceiling or claim.class_paid
    top = max(figures[1] - claim.received_pct, Decimal(0)) if figures is not None else Decimal(0)
    shares = {Path.LOWEST: Decimal(0), Path.NEUTRAL: top / 2, Path.HIGHEST: top}
    return {path: Recovery(shares[path].quantize(Decimal("0.01"), ROUND_DOWN), day) for path, day in days.items()}


def part(amount: int, pct: Decimal) -> int:
    """So many percent of an amount in cents, half up to the cent."""
    with localcontext(prec=_PRECISION):
        return int((amount * pct / 100).quantize(Decimal(1), ROUND_HALF_UP))


def present_value(flows: Iterable[Flow], on: date, rate: Decimal) -> int:
    """What payments are worth on a day, in cents, half up."""
    return _whole(_worth(flows, on, rate))


def annual_return(given: Sequence[Flow], gained: Sequence[Flow]) -> Decimal | None:
    """Percent a year that `gained` earns on `given`, half up to 6 places; see `annual` at the head of this file."""
    by_day: dict[date, int] = {}
    for flows, sign in ((given, -1), (gained, 1)):
        for flow in flows:
            by_day[flow.on] = by_day.get(flow.on, 0) + sign * flow.cents
    net = sorted((day, cents) for day, cents in by_day.items() if cents)
    if not net or net[0][1] > 0:
        return None
    changes = sum((earlier[1] > 0) != (later[1] > 0) for earlier, later in pairwise(net))
    if changes == 0:
        return Decimal(-100)
    if changes > 1:
        return None
    timed = [((day - net[0][0]).days / 365, cents) for day, cents in net]

    def surplus(x: float) -> tuple[float, float]:
        """What is left over at a continuous rate of x, and how fast it falls."""
        worth = [(cents * exp(-x * years), years) for years, cents in timed]
        return sum(one for one, _ in worth), -sum(one * years for one, years in worth)

    low, high = -600 / timed[-1][0], log(1 + MOST_ANNUAL / 100)
    if surplus(high)[0] > 0:
        return None
    # Newton's steps, halving wherever one would leave the bracket: ten instead of sixty.
    x = 0.0
    for _ in range(200):
        value, slope = surplus(x)
        low, high = (x, high) if value > 0 else (low, x)
        nearer = x - value / slope if slope else low
        if not low < nearer < high:
            nearer = (low + high) / 2
        moved, x = abs(nearer - x), nearer
        if moved < _NEAR:
            break
    return Decimal((exp(x) - 1) * 100).quantize(Decimal("1e-6"), ROUND_HALF_UP)


# ------------------------------------------------------------------------------------------ the ways


class _Scene:
    """One claim on one day, with what is offered for it. Amounts are exact; whoever shows them rounds."""

    def __init__(self, claim: Claim, on: date, rate: Decimal, sale: Sale | None, bond: Bond | None) -> None:
        self.claim, self.on, self.rate, self.sale, self.bond = claim, on, rate, sale, bond
        self.declared = sorted(claim.declared, key=lambda one: one.on)
        self.sale_flows = _sale_flows(sale) if sale else ()
        self.bond_flows = _bond_flows(bond, claim) if bond else ()
        self.worth = {Way.SALE: _worth(self.sale_flows, on, rate), Way.BOND: _worth(self.bond_flows, on, rate)}
        self.bond_end = max((flow.on for flow in self.bond_flows), default=on)

    def estate(self, recovery: Recovery) -> list[tuple[date, Decimal, bool]]:
        """What the estate pays on the claim: day, exact cents, and whether it is declared."""
        left = self.claim.amount * recovery.further / 100
        paid = []
        for one in self.declared:
            amount = min(left, self.claim.amount * one.pct / 100)
            paid.append((one.on, amount, True))
            left -= amount
        paid.append((recovery.on, left, False))
        return [row for row in paid if row[1]]

    def kept(self, way: Way, recovery: Recovery) -> list[tuple[date, Decimal]]:
        """What of that stays with the creditor who goes this way."""
        rows = self.estate(recovery)
        if way is Way.HOLD:
            return [(day, amount) for day, amount, _ in rows]
        if way is Way.SALE:
            stays = self.sale is not None and self.sale.keeps_declared
            return [(day, amount) for day, amount, declared in rows if declared and stays]
        stays = self.bond is not None and self.bond.keeps_distributions
        return [(day, amount) for day, amount, _ in rows if stays and day <= self.bond_end]

    def flows(self, way: Way, recovery: Recovery) -> tuple[Flow, ...]:
        """Everything a way brings, in whole cents, in order."""
        own = {Way.HOLD: (), Way.SALE: self.sale_flows, Way.BOND: self.bond_flows}[way]
        kept = _rounded(self.kept(way, recovery))
        return tuple(sorted((*own, *kept), key=lambda flow: flow.on))

    def lead(self, way: Way, recovery: Recovery) -> Decimal:
        """How much more holding is worth today than another way, in exact cents."""
        lead = -self.worth[way]
        for sign, side in ((1, Way.HOLD), (-1, way)):
            for day, amount in self.kept(side, recovery):
                lead += sign * amount * _factor(self.on, day, self.rate)
        return lead


def _sale_flows(sale: Sale) -> tuple[Flow, ...]:
    flows = [Flow(sale.paid_on, sale.cash - sale.holdback)]
    if sale.holdback and sale.holdback_on is not None:
        flows.append(Flow(sale.holdback_on, sale.holdback))
    return tuple(flow for flow in flows if flow.cents)


def _bond_flows(bond: Bond, claim: Claim) -> tuple[Flow, ...]:
    """Payments on the creditor's own face; rounded on the running total, so that nothing is lost or won."""
    own = bond.own_face(claim)
    scaled, before, before_own = [], 0, 0
    for flow in sorted(bond.flows, key=lambda flow: flow.on):
        before += flow.cents
        upto = (2 * before * own + bond.face) // (2 * bond.face)
        scaled.append(Flow(flow.on, upto - before_own))
        before_own = upto
    return tuple(flow for flow in scaled if flow.cents)


def _rounded(rows: Iterable[tuple[date, Decimal]]) -> list[Flow]:
    """Exact amounts as whole cents, on their running total."""
    flows, exact, paid = [], Decimal(0), 0
    for day, amount in rows:
        exact += amount
        upto = _whole(exact)
        flows.append(Flow(day, upto - paid))
        paid = upto
    return [flow for flow in flows if flow.cents]


def _outcome(scene: _Scene, way: Way, recovery: Recovery) -> Outcome:
    flows = scene.flows(way, recovery)
    total = sum(flow.cents for flow in flows)
    annual = None
    if scene.sale is not None and way is not Way.SALE:
        annual = annual_return(scene.flows(Way.SALE, recovery), flows)
    return Outcome(
        flows=flows,
        total=total,
        value=present_value(flows, scene.on, scene.rate),
        annual=annual,
        last_on=max((flow.on for flow in flows), default=None),
        altogether=_places(Decimal(scene.claim.received + total) * 100 / scene.claim.amount),
    )


def _gives_up(scene: _Scene, way: Way, paths: Mapping[Path, Recovery]) -> GivesUp:
    claim, sale, bond = scene.claim, scene.sale, scene.bond
    cash, cash_on = 0, None
    if sale is not None and way is not Way.SALE:
        cash, cash_on = sale.cash, scene.sale_flows[0].on
    pledged = bond is not None and not bond.claim_goes and bond.keeps_distributions
    goes = way is Way.SALE or (way is Way.BOND and not pledged)
    lost = {}
    for path, recovery in paths.items():
        held = sum(flow.cents for flow in _rounded(scene.kept(Way.HOLD, recovery)))
        lost[path] = held - sum(flow.cents for flow in _rounded(scene.kept(way, recovery)))
    figures = claim.ceiling or claim.class_paid
    return GivesUp(
        claim=goes,
        cash=cash,
        cash_on=cash_on,
        arrears=claim.arrears if goes else (0, 0),
        stays=(way is Way.SALE and sale is not None and sale.keeps_declared)
        or (way is Way.BOND and bond is not None and bond.keeps_distributions),
        further=MappingProxyType(lost),
        most=(max(part(claim.amount, figures[1]) - claim.received, 0) if figures else None) if goes else 0,
    )


def _conditions(scene: _Scene, way: Way) -> tuple[Condition, ...]:
    claim, sale, bond = scene.claim, scene.sale, scene.bond
    found: list[Condition] = []
    if way is Way.HOLD:
        found += [Condition.ESTATE_PAYS, Condition.CLAIM_STAYS if claim.allowed else Condition.CLAIM_ALLOWED]
        if not claim.served:
            found.append(Condition.PLACE_SERVED)
    if way is Way.SALE and sale is not None:
        found += [Condition.BUYER_PAYS, Condition.TRANSFER_STANDS]
        if sale.holdback:
            found.append(Condition.HOLDBACK_RELEASED)
        if sale.recourse:
            found.append(Condition.NO_RECOURSE)
        if sale.keeps_declared and claim.declared:
            found.append(Condition.DECLARED_PAID)
    if way is Way.BOND and bond is not None:
        found += [Condition.ISSUER_PAYS, Condition.HELD_TO_END]
        if bond.keeps_distributions:
            found.append(Condition.ESTATE_PAYS)
        if bond.clawback:
            found.append(Condition.CLAIM_STAYS if claim.allowed else Condition.CLAIM_ALLOWED)
    return tuple(found)


# ------------------------------------------------------------------------------------------ breaking even


def _break_even(scene: _Scene, way: Way, path: Path, recovery: Recovery) -> BreakEven:
    further = _even_recovery(scene, way, recovery.on)
    verdict, last_day = _even_day(scene, way, recovery)
    altogether = None if further is None else _places(further + scene.claim.received_pct)
    return BreakEven(way, path, further, altogether, verdict, last_day)


def _even_recovery(scene: _Scene, way: Way, day: date) -> Decimal | None:
    """The further recovery at which holding leads by nothing.

    The lead never falls as the recovery rises, and is a straight line between the declared distributions.
    """
    corners, upto = [Decimal(0)], Decimal(0)
    for one in scene.declared:
        upto += one.pct
        corners.append(upto)
    corners.append(upto + HUNDRED)
    for low, high in pairwise(sorted(set(corners))):
        at_low, at_high = scene.lead(way, Recovery(low, day)), scene.lead(way, Recovery(high, day))
        last = high == corners[-1]
        if at_low == 0:
            return _places(low)
        if at_high > at_low and (at_high >= 0 or last):
            return _places(low - at_low * (high - low) / (at_high - at_low))
    return None


def _even_day(scene: _Scene, way: Way, recovery: Recovery) -> tuple[Verdict, date | None]:
    """The last day on which the path's recovery makes holding worth at least as much."""

    def leads(days: int) -> bool:
        day = date.fromordinal(scene.on.toordinal() + days)
        return scene.lead(way, Recovery(recovery.further, day)) >= 0

    if not leads(0):
        return Verdict.NEVER, None
    if leads(MOST_DAYS):
        return Verdict.ALWAYS, None
    low, high = 0, MOST_DAYS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if leads(middle) else (low, middle)
    return Verdict.UNTIL, date.fromordinal(scene.on.toordinal() + low)


# ------------------------------------------------------------------------------------------ reckoning


def _factor(on: date, day: date, rate: Decimal) -> Decimal:
    """What one cent of that day is worth on this one."""
    return _discount((day - on).days, rate)


@lru_cache(maxsize=4096)
def _discount(days: int, rate: Decimal) -> Decimal:
    with localcontext(prec=_PRECISION):
        return (-_force(rate) * days / 365).exp()


@lru_cache(maxsize=64)
def _force(rate: Decimal) -> Decimal:
    """The rate compounded continuously; its logarithm is the dear part of discounting."""
    with localcontext(prec=_PRECISION):
        return (1 + rate / 100).ln()


def _worth(flows: Iterable[Flow], on: date, rate: Decimal) -> Decimal:
    with localcontext(prec=_PRECISION):
        return sum((flow.cents * _factor(on, flow.on, rate) for flow in flows), Decimal(0))


def _whole(amount: Decimal) -> int:
    with localcontext(prec=_PRECISION):
        return int((amount + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


def _places(number: Decimal) -> Decimal:
    with localcontext(prec=_PRECISION):
        return number.quantize(PLACES, ROUND_HALF_UP)


# ------------------------------------------------------------------------------------------ what cannot be meant


def _check(
    claim: Claim, paths: Mapping[Path, Recovery], on: date, rate: Decimal, sale: Sale | None, bond: Bond | None
) -> None:
    _percent("rate", rate, MOST_RATE)
    if not paths:
        raise Invalid("no_path", field="paths")
    _day("on", on, None)
    for path in paths.values():
        _percent("further", path.further, MOST_FURTHER)
    days = [("paths", path.on) for path in paths.values()] + [("declared", one.on) for one in claim.declared]
    if sale is not None:
        days.append(("paid_on", sale.paid_on))
        if sale.holdback_on is not None:
            days.append(("holdback_on", sale.holdback_on))
    if bond is not None:
        days += [("flows", flow.on) for flow in bond.flows]
    for field, day in days:
        _day(field, day, on)
    for offer in (sale, bond):
        if offer is not None and offer.currency != "USD":
            raise Invalid("currencies_mixed", field="currency")


def _cents(field: str, cents: object, least: int = 0) -> None:
    if not isinstance(cents, int) or isinstance(cents, bool):
        raise Invalid("cents", field=field)
    if cents < 0:
        raise Invalid("negative", field=field)
    if cents < least:
        raise Invalid("zero", field=field)
    if cents > MOST:
        raise Invalid("too_much", field=field)


def _percent(field: str, pct: object, most: Decimal) -> None:
    if not isinstance(pct, Decimal) or not pct.is_finite():
        raise Invalid("not_a_percent", field=field)
    if pct < 0:
        raise Invalid("negative", field=field)
    if pct > most:
        raise Invalid("absurd", field=field)


def _day(field: str, day: object, after: date | None) -> None:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise Invalid("not_a_day", field=field)
    if after is None:
        return
    if day < after:
        raise Invalid("in_the_past", field=field)
    if (day - after).days > MOST_DAYS:
        raise Invalid("too_far", field=field)
