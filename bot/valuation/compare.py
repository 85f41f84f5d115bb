"""Hold, sell, or take a bond: what each of the three brings on one claim, on one yardstick. It never says which.

What comes in are whole cents, dates and Decimals; floats live only in the search for a rate. A claim
has paths, each a total that the estate will have paid one day, in percent of the petition amount.
What is still to come on a path is that total less what was received; never less than nothing.

How we count
  value today   cents / (1 + rate) ^ (days / 365), added up exactly and rounded half up to the cent once:
                so it makes no difference into how many parts a payment is split
  sale          the price less its holdback on the closing day. The holdback comes on the day of the path,
                on the lowest path not at all; distributions that stay with the seller come with the path
  bond          what was promised, on every path alike; whether it is kept is no matter of arithmetic. What the
                estate pays is added where the holder keeps it. In another currency nothing is converted
  a year        the yearly rate at which a way is worth exactly the reference, the sale worth most today. None
                without a sale, and where money flows to and fro more than once: no single rate says it then
  break-even    the total of the estate, due on the neutral path's day, at which holding is worth the offer,
                rounded up at the twelfth place; and the last day on which the neutral path's money would do

Invalid, by its code; `field` names what it is about
  amount received cents       no whole number of cents, or absurd
  percent rate                no percentage, or absurd
  paths                       not three in order, none below the one before
  past                        something is due before the day that is asked about
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal, localcontext
from itertools import pairwise
from math import log

from bot.errors import Invalid

#: 10^12 units, in cents
MOST = 10**12 * 100
#: of totals of the estate, in percent
MOST_TOTAL = Decimal(1000)
MOST_RATE = Decimal(100)
LOWEST, NEUTRAL, HIGHEST = PATHS = ("lowest", "neutral", "highest")
_EXACT = Context(prec=50)
_YEAR = 365
#: the last day there is to be asked for lies so many days ahead
_FAR = 100 * _YEAR


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that comes on a day, in cents."""

    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Path:
    """What the estate will have paid in all, in percent of the petition amount, and when the rest of it comes."""

    total: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim at petition prices, and what its owner has received on it."""

    amount: int
    received: int


@dataclass(frozen=True, slots=True)
class Sale:
    """A price for the claim.

    cash      what the seller gets in the end, the holdback included
    kept      distributions, announced and not yet paid, that stay with the seller
    recourse  the buyer can take money back
    """

    number: str
    cash: int
    holdback: int
    closing: date
    kept: int = 0
    recourse: bool = False


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond for the claim.

    keeps    the claim's distributions stay with the holder
    limited  only the assets behind it pay, not the issuer with all it has
    """

    number: str
    currency: str
    arrivals: tuple[Arrival, ...]
    keeps: bool = False
    limited: bool = False
    clawback: bool = False


Offer = Sale | Bond


@dataclass(frozen=True, slots=True)
class Worth:
    """What a way comes to on one path.

    gives_up  what would have come on this path otherwise: from the estate, or (holding) from the reference
    annual    percent a year against the reference, two places; None where it has no meaning
    last      the day of the last payment; None when nothing comes
    """

    gives_up: int
    total: int
    today: int
    annual: Decimal | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Even:
    """When holding is worth an offer.

    total   the estate's total, in percent, on the day of the neutral path
    until   the last day on which the neutral path's money would do; None with `always`: any day; without: none
    """

    total: Decimal
    until: date | None
    always: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways, path by path.

    kind    `hold`, `sale` or `bond`
    number  of the offer; empty for holding
    needs   codes of what has to go right
    even    None for holding, and for what cannot be compared
    """

    kind: str
    number: str
    currency: str
    worth: tuple[Worth, Worth, Worth]
    needs: tuple[str, ...]
    even: Even | None


def part(amount: int, percent: Decimal) -> int:
    """So many percent of an amount in cents, rounded half up to the cent."""
    return int((amount * percent / 100).quantize(Decimal(1), ROUND_HALF_UP, _EXACT))


def further(claim: Claim, path: Path) -> int:
    """What is still to come from the estate on a path."""
    return max(part(claim.amount, path.total) - claim.received, 0)


def today(arrivals: Sequence[Arrival], rate: Decimal, on: date) -> int:
    """What later payments are worth on a day, at so many percent a year."""
    return int(_exactly(arrivals, rate, on).quantize(Decimal(1), ROUND_HALF_UP, _EXACT))


def compared(claim: Claim, paths: Sequence[Path], offers: Sequence[Offer], rate: Decimal, on: date) -> tuple[Way, ...]:
    """Holding first, then the offers as they were given. MUST NOT order or choose them by what they are worth."""
    _check(claim, paths, rate, on)
    _check_days(offers, on)
    against = _reference(paths, offers, rate, on)
    return tuple(_way(claim, paths, way, against, rate, on) for way in (None, *offers))


def reference(paths: Sequence[Path], offers: Sequence[Offer], rate: Decimal, on: date) -> str:
    """The number of the sale that is worth most if all goes well: the yardstick of yearly rates; empty without one."""
    found = _reference(paths, offers, rate, on)
    return found.number if found is not None else ""


def even(claim: Claim, neutral: Path, worth: int, rate: Decimal, on: date) -> Even:
    """When holding is worth so much today."""
    with localcontext(_EXACT):
        needed = int((worth * _growth(rate, (neutral.on - on).days)).to_integral_value(ROUND_CEILING))
        total = (Decimal(claim.received + needed) * 100 / claim.amount).quantize(Decimal("1e-12"), ROUND_CEILING)
    return Even(total, *_until(further(claim, neutral), worth, rate, on))


# ------------------------------------------------------------------------------------------ pieces


def _way(
    claim: Claim, paths: Sequence[Path], offer: Offer | None, against: Sale | None, rate: Decimal, on: date
) -> Way:
    found: list[Worth] = []
    for place, path in enumerate(paths):
        come = _arrivals(claim, path, offer, PATHS[place])
        other = [] if against is None else _arrivals(claim, path, against, NEUTRAL)
        priced = against is not None and not isinstance(offer, Sale) and _currency(offer) == "USD"
        found.append(
            Worth(
                gives_up=_gives_up(claim, path, offer, against),
                total=sum(one.cents for one in come),
                today=today(come, rate, on),
                annual=_annual(come, other, on) if priced else None,
                last=max((one.on for one in come if one.cents), default=None),
            )
        )
    lowest, neutral, highest = found
    balanced = offer is not None and _currency(offer) == "USD"
    return Way(
        kind="hold" if offer is None else "sale" if isinstance(offer, Sale) else "bond",
        number="" if offer is None else offer.number,
        currency=_currency(offer),
        worth=(lowest, neutral, highest),
        needs=_needs(claim, offer),
        even=even(claim, paths[1], neutral.today, rate, on) if balanced else None,
    )


def _arrivals(claim: Claim, path: Path, offer: Offer | None, name: str) -> list[Arrival]:
    """What comes, in order."""
    rest = further(claim, path)
    match offer:
        case None:
            come = [Arrival(path.on, rest)]
        case Sale():
            held = offer.holdback if name != LOWEST else 0
            come = [
                Arrival(offer.closing, offer.cash - offer.holdback),
                Arrival(max(path.on, offer.closing), held + min(offer.kept, rest)),
            ]
        case Bond():
            come = [*offer.arrivals, *([Arrival(path.on, rest)] if offer.keeps and offer.currency == "USD" else [])]
    return sorted((one for one in come if one.cents), key=lambda one: one.on)


def _gives_up(claim: Claim, path: Path, offer: Offer | None, against: Sale | None) -> int:
    rest = further(claim, path)
    match offer:
        case None:
            return against.cash if against is not None else 0
        case Sale():
            return rest - min(offer.kept, rest)
        case Bond():
            return 0 if offer.keeps else rest


def _needs(claim: Claim, offer: Offer | None) -> tuple[str, ...]:
    match offer:
        case None:
            return ("estate_pays", *(("reaches_you",) if not claim.received else ()))
        case Sale():
            return (
                "buyer_pays",
                *(("holdback",) if offer.holdback else ()),
                *(("no_recourse",) if offer.recourse else ()),
            )
        case Bond():
            return (
                "assets_pay" if offer.limited else "issuer_pays",
                *(("no_clawback",) if offer.clawback else ()),
                *(("no_exchange",) if offer.currency != "USD" else ()),
            )


def _reference(paths: Sequence[Path], offers: Sequence[Offer], rate: Decimal, on: date) -> Sale | None:
    # what stays with the seller depends on the claim, and is no part of the price
    bare = Claim(1, part(1, MOST_TOTAL))
    sales = [one for one in offers if isinstance(one, Sale)]
    return max(sales, key=lambda one: today(_arrivals(bare, paths[1], one, NEUTRAL), rate, on), default=None)


def _currency(offer: Offer | None) -> str:
    return offer.currency if isinstance(offer, Bond) else "USD"


def _growth(rate: Decimal, days: int) -> Decimal:
    """What one becomes in so many days. MUST be called with the exact context."""
    return (1 + rate / 100) ** (Decimal(days) / _YEAR)


def _exactly(arrivals: Sequence[Arrival], rate: Decimal, on: date) -> Decimal:
    with localcontext(_EXACT):
        return sum((one.cents / _growth(rate, (one.on - on).days) for one in arrivals), Decimal(0))


def _until(rest: int, worth: int, rate: Decimal, on: date) -> tuple[date | None, bool]:
    """The last day on which so much would be worth so much today, and whether any day would do."""
    if rest < worth:
        return None, False
    if not worth or not rate:
        return None, True
    days = min(int(log(rest / worth) / log(1 + float(rate) / 100) * _YEAR), _FAR)
    with localcontext(_EXACT):
        while days > 0 and rest < worth * _growth(rate, days):
            days -= 1
        while days < _FAR and rest >= worth * _growth(rate, days + 1):
            days += 1
    return (None, True) if days >= _FAR else (on + timedelta(days=days), False)


def _annual(come: Sequence[Arrival], other: Sequence[Arrival], on: date) -> Decimal | None:
    """The rate at which both are worth the same."""
    days: dict[int, int] = {}
    for sign, arrivals in ((1, come), (-1, other)):
        for one in arrivals:
            days[(one.on - on).days] = days.get((one.on - on).days, 0) + sign * one.cents
    flows = [(day, cents) for day, cents in sorted(days.items()) if cents]
    turns = sum((a > 0) != (b > 0) for (_, a), (_, b) in pairwise(flows))
    if turns != 1:
        return None  # by Descartes' rule one change of sign has exactly one rate

    def worth(rate: float) -> float:
        first = flows[0][0]  # counted from the first payment: the sign is the same, and nothing overflows
        return sum(cents * float((1 + rate) ** (-(day - first) / _YEAR)) for day, cents in flows)

    low, high = -0.99, 10.0
    rises = flows[0][1] > 0
    if (worth(low) > 0) is rises or (worth(high) > 0) is not rises:
        return None
    while low < (middle := (low + high) / 2) < high and high - low > 1e-9:
        if (worth(middle) > 0) is rises:
            high = middle
        else:
            low = middle
    return Decimal(middle * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _check(claim: Claim, paths: Sequence[Path], rate: Decimal, on: date) -> None:
    if not 0 < claim.amount <= MOST:
        raise Invalid("cents", field="amount")
    if not 0 <= claim.received <= MOST:
        raise Invalid("cents", field="received")
    if not rate.is_finite() or not 0 <= rate <= MOST_RATE:
        raise Invalid("rate", field="rate")
    if any(not path.total.is_finite() or not 0 <= path.total <= MOST_TOTAL for path in paths):
        raise Invalid("percent", field="paths")
    totals = [path.total for path in paths]
    if len(totals) != len(PATHS) or totals != sorted(totals):
        raise Invalid("paths", field="paths")
    if any(path.on < on for path in paths):
        raise Invalid("past", field="paths")


def _check_days(offers: Sequence[Offer], on: date) -> None:
    for offer in offers:
        days = [offer.closing] if isinstance(offer, Sale) else [one.on for one in offer.arrivals]
        if any(day < on for day in days):
            raise Invalid("past", field=offer.number)
