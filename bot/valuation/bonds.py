"""Bonds: what they pay and when, and what a price means as a yield.

Terms come in as whole cents, dates and Decimals, figures go out as whole cents and Decimals; floats
live only between QuantLib and this file. Prices and yields are in percent: 98.5 is 98.5 % of the
principal still owed, 6.5 is 6.5 % a year.

How we count, since houses differ
  dates      Coupon dates lie whole periods before the maturity; a first period may be short or, with
             `first_coupon`, long. With `end_of_month` they are the last days of their months.
  payments   What falls due on a holiday is paid as the convention says, without further interest.
  interest   30/360 is the American kind (NASD, basis 0 of spreadsheets). A regular period of 30/360
             and ACT/ACT (ICMA) bears exactly its part of the coupon; ACT/360 and ACT/365 count its days.
  cents      Every payment of interest is rounded half up to the cent. Principal is rounded on its
             running total, so that the payments add up to the face value, always.
  yield      Compounded as often as coupons are paid, once a year without coupons. Time is counted in
             coupon periods (ICMA rule 803): by days within the current one, whole ones after it.
             Holidays move no yield. What is due on one single day within the current period is
             discounted simply, as spreadsheets and the Chinese inter-bank market do.
  before     The holder on the day of a payment gets it; there is no ex-coupon time.

Invalid, by its code; `field` names the term
  cents negative zero too_much    the face value is no whole number of cents, or absurd
  currency frequency day_count calendar convention    none of the words known here
  not_a_percent negative absurd   a rate or a price that is none
  no_frequency idle_frequency     a coupon needs a frequency; without one it is 0
  not_a_day too_early too_far     a date that is none, or that no table reaches
  matures_early                   the maturity does not come after the issue
  matured before_issue            the bond is over, or not there yet, on the day asked for
  first_coupon end_of_month       cannot be with this maturity
  instalment_days instalment_shares   not coupon dates in order, or not 100 % ending with the maturity
  right_days right_overlaps       a call or put outside the bond's life, or two of a kind on one day or out of order
  no_yield                        no yield gives this price, or no time is left to earn one
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import floor, inf
from typing import Any

from bot.errors import Invalid
from bot.valuation.calendars import Calendar, Convention, from_quantlib, known, moved, quantlib, to_quantlib

#: all with cents
CURRENCIES = ("USD", "HKD", "CNY", "EUR", "SGD")
#: coupons a year; 0 for none
FREQUENCIES = (0, 1, 2, 4, 12)
#: 10^12 units, in cents
MOST_FACE = 10**12 * 100
MOST_COUPON = Decimal(50)
MOST_PRICE = Decimal(200)
MOST_YEARS = 100
FIRST_YEAR = 1970
#: QuantLib knows no later days
LAST_YEAR = 2198
#: a yield above 100,000 % a year is a slip of the pen
MOST_YIELD = 1000.0
#: and so is a value of many times the principal
MOST_WORTH = 1e12
PLACES = Decimal("1e-10")


class DayCount(StrEnum):
    """How days become interest."""

    THIRTY_360 = "30/360"  #: every month has 30 days (NASD)
    ACT_360 = "ACT/360"  #: days over 360
    ACT_365 = "ACT/365"  #: days over 365, in leap years too
    ACT_ACT = "ACT/ACT"  #: ICMA rule 251: days over the days of the coupon period


class ExitKind(StrEnum):
    """Why a bond ends."""

    MATURITY = "maturity"  #: as agreed
    CALL = "call"  #: the issuer repays early
    PUT = "put"  #: the holder asks for his money early


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the face value, in percent, repaid on a coupon date."""

    on: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class Right:
    """On this one day the bond may be ended at this price, in percent of the principal still owed."""

    on: date
    price: Decimal


@dataclass(frozen=True, slots=True)
class Exit:
    """A way for the bond to end."""

    kind: ExitKind
    on: date
    price: Decimal


@dataclass(frozen=True, slots=True)
class BondTerms:
    """What an issuer promises, as far as it can be reckoned. Raises Invalid when it cannot be meant.

    coupon        percent a year
    instalments   empty: all is repaid at maturity; else all repayments, the last at maturity
    calls, puts   single days, in order
    issue_price   percent
    """

    face: int
    currency: str
    coupon: Decimal
    frequency: int
    day_count: DayCount
    issued: date
    maturity: date
    calendar: Calendar = Calendar.NONE
    convention: Convention = Convention.FOLLOWING
    first_coupon: date | None = None
    end_of_month: bool = False
    instalments: tuple[Instalment, ...] = ()
    calls: tuple[Right, ...] = ()
    puts: tuple[Right, ...] = ()
    issue_price: Decimal = Decimal(100)

    def __post_init__(self) -> None:
        _check_face(self.face)
        _one_of("currency", self.currency, CURRENCIES)
        _one_of("frequency", self.frequency, FREQUENCIES)
        _one_of("day_count", self.day_count, DayCount)
        _one_of("calendar", self.calendar, Calendar)
        _one_of("convention", self.convention, Convention)
        _percent("coupon", self.coupon, MOST_COUPON, zero=True)
        _percent("issue_price", self.issue_price, MOST_PRICE)
        if self.coupon and not self.frequency:
            raise Invalid("no_frequency", field="frequency")
        if not self.coupon and self.frequency:
            raise Invalid("idle_frequency", field="frequency")
        _check_day("issued", self.issued)
        _check_day("maturity", self.maturity)
        if self.maturity <= self.issued:
            raise Invalid("matures_early", field="maturity")
        if self.maturity.year - self.issued.year > MOST_YEARS:
            raise Invalid("too_far", field="maturity")
        if self.end_of_month and (self.maturity + timedelta(days=1)).day != 1:
            raise Invalid("end_of_month", field="end_of_month")
        if self.first_coupon is not None:
            _check_day("first_coupon", self.first_coupon)
        grid = _grid(self)
        if self.first_coupon is not None and not (
            self.frequency and self.first_coupon > self.issued and self.first_coupon in grid
        ):
            raise Invalid("first_coupon", field="first_coupon")
        self._check_instalments()
        _check_rights("calls", self.calls, self.issued, self.maturity)
        _check_rights("puts", self.puts, self.issued, self.maturity)

    def _check_instalments(self) -> None:
        if not self.instalments:
            return
        days = [part.on for part in self.instalments]
        for day in days:
            _check_day("instalments", day)
        for part in self.instalments:
            _percent("instalments", part.share, Decimal(100))
        allowed = set(coupon_dates(self)) or {self.maturity}
        if any(later <= earlier for earlier, later in pairwise(days)) or not set(days) <= allowed:
            raise Invalid("instalment_days", field="instalments")
        if days[-1] != self.maturity or sum(part.share for part in self.instalments) != 100:
            raise Invalid("instalment_shares", field="instalments")

    @property
    def at_maturity(self) -> Exit:
        """The exit that was agreed."""
        return Exit(ExitKind.MATURITY, self.maturity, Decimal(100))


@dataclass(frozen=True, slots=True)
class Payment:
    """What one day brings, in cents.

    due, on    when it is owed, and when it is paid
    premium    what an early end brings above (or, negative, below) the principal
    owed       principal still owed afterwards
    known      False: holidays of that year are not known yet, `on` may move
    """

    due: date
    on: date
    interest: int
    principal: int
    premium: int
    owed: int
    known: bool

    @property
    def total(self) -> int:
        """What arrives."""
        return self.interest + self.principal + self.premium


@dataclass(frozen=True, slots=True)
class Figures:
    """What a clean price means on a day. All in percent, durations in years, `accrued_cents` and `cost` in cents.

    annual         the yield to maturity as if compounded once a year, to be compared with other things; None when
                   it has no meaning: days before the end, far from par
    worst          the exit with the lowest yield among maturity and calls; a put is the holder's own choice
    current_yield  a year's coupon over the clean price
    cost           what the principal still owed costs at this price, with accrued interest
    """

    on: date
    clean: Decimal
    accrued: Decimal
    dirty: Decimal
    yield_to_maturity: Decimal
    annual: Decimal | None
    worst: Exit
    yield_to_worst: Decimal
    current_yield: Decimal
    macaulay: Decimal
    modified: Decimal
    convexity: Decimal
    accrued_cents: int
    cost: int


# ------------------------------------------------------------------------------------------ what is paid


def check_live(terms: BondTerms, on: date) -> None:
    """Raise Invalid unless the bond is issued and not yet repaid on this day."""
    _check_day("on", on)
    if on < terms.issued:
        raise Invalid("before_issue", field="on")
    if on >= terms.maturity:
        raise Invalid("matured", field="maturity")


def coupon_dates(terms: BondTerms) -> tuple[date, ...]:
    """When interest falls due, before holidays; empty without coupons."""
    if not terms.frequency:
        return ()
    first = terms.first_coupon or terms.issued
    return tuple(day for day in _grid(terms) if day > terms.issued and day >= first)


def payments(terms: BondTerms, until: Exit | None = None) -> tuple[Payment, ...]:
    """Everything the bond pays from issue to its end, in order. Principal MUST add up to the face value."""
    end = until or terms.at_maturity
    if not terms.issued < end.on <= terms.maturity:
        raise Invalid("right_days", field="until")
    paid: list[Payment] = []
    repaid = 0
    share = Decimal(0)
    for start, due in _periods(terms, end.on):
        owed = terms.face - repaid
        interest = _cents(owed * _rate(terms) * _accrual(terms, start, due))
        principal = 0
        for part in terms.instalments or (Instalment(terms.maturity, Decimal(100)),):
            if part.on == due:
                share += part.share
                principal = _cents(terms.face * Fraction(share) / 100) - repaid
        repaid += principal
        premium = 0
        if due == end.on and end.kind is not ExitKind.MATURITY:
            rest = terms.face - repaid
            premium = _cents(rest * Fraction(end.price) / 100) - rest
            principal, repaid = principal + rest, terms.face
        on = moved(due, terms.calendar, terms.convention)
        paid.append(Payment(due, on, interest, principal, premium, terms.face - repaid, _known(terms, due, on)))
    return tuple(paid)


def owed(terms: BondTerms, on: date) -> int:
    """Principal still owed at the end of a day, in cents."""
    check_live(terms, on)
    return terms.face - _cents(terms.face * (1 - _owed_share(terms, on)))


def accrued_cents(terms: BondTerms, on: date) -> int:
    """Interest earned since the last coupon date on the principal still owed, half up to the cent."""
    return _cents(owed(terms, on) * _accrued(terms, on))


def accrued(terms: BondTerms, on: date) -> Decimal:
    """Interest earned since the last coupon date, in percent of the principal still owed."""
    check_live(terms, on)
    return _decimal(_accrued(terms, on) * 100)


def cost(terms: BondTerms, on: date, clean: Decimal) -> int:
    """What the principal still owed costs at a clean price, with accrued interest, in cents."""
    _percent("clean", clean, MOST_PRICE)
    return _cents(owed(terms, on) * Fraction(clean) / 100) + accrued_cents(terms, on)


# ------------------------------------------------------------------------------------------ what it is worth


def exits(terms: BondTerms, on: date) -> tuple[Exit, ...]:
    """Every way the bond can still end after a day: maturity, then calls, then puts."""
    check_live(terms, on)
    return (
        terms.at_maturity,
        *(Exit(ExitKind.CALL, right.on, right.price) for right in terms.calls if right.on > on),
        *(Exit(ExitKind.PUT, right.on, right.price) for right in terms.puts if right.on > on),
    )


def dirty_price(terms: BondTerms, on: date, yield_pct: Decimal, until: Exit | None = None) -> Decimal:
    """The price with accrued interest at which the bond yields so much."""
    return _decimal(_Leg(terms, on, until or terms.at_maturity).value(_rate_of(yield_pct)))


def clean_price(terms: BondTerms, on: date, yield_pct: Decimal, until: Exit | None = None) -> Decimal:
    """The price without accrued interest at which the bond yields so much."""
    worth = _Leg(terms, on, until or terms.at_maturity).value(_rate_of(yield_pct))
    return _decimal(worth - float(_accrued(terms, on) * 100))


def yield_of(terms: BondTerms, on: date, clean: Decimal, until: Exit | None = None) -> Decimal:
    """The yield at a clean price, to maturity or until another exit."""
    return _decimal(_solved(_Leg(terms, on, until or terms.at_maturity), terms, on, clean) * 100)


def yield_to_worst(terms: BondTerms, on: date, clean: Decimal) -> tuple[Exit, Decimal]:
    """The exit, among maturity and the issuer's calls, at which the holder earns least, and what he earns."""
    found: list[tuple[Decimal, date, Exit]] = []
    for way in exits(terms, on):
        if way.kind == ExitKind.PUT:
            continue
        try:
            found.append((yield_of(terms, on, clean, way), way.on, way))
        except Invalid as fault:
            if way.kind == ExitKind.MATURITY or not fault.data.get("above"):
                raise
            # a call in a few days that earns more than anybody means is not the worst
    least, _, worst = min(found, key=lambda one: one[:2])
    return worst, least


def current_yield(terms: BondTerms, clean: Decimal) -> Decimal:
    """A year's coupon over the clean price."""
    _percent("clean", clean, MOST_PRICE)
    return _decimal(Fraction(terms.coupon) / Fraction(clean) * 100)


def figures(terms: BondTerms, on: date, clean: Decimal) -> Figures:
    """Everything said of a bond at a clean price on a day."""
    leg = _Leg(terms, on, terms.at_maturity)
    rate = _solved(leg, terms, on, clean)
    annual = leg.annual(rate)
    macaulay, modified, convexity = leg.sensitivities(rate)
    worst, at_worst = yield_to_worst(terms, on, clean)
    return Figures(
        on=on,
        clean=clean,
        accrued=accrued(terms, on),
        dirty=clean + accrued(terms, on),
        yield_to_maturity=_decimal(rate * 100),
        annual=None if annual is None else _decimal(annual * 100),
        worst=worst,
        yield_to_worst=at_worst,
        current_yield=current_yield(terms, clean),
        macaulay=_decimal(macaulay),
        modified=_decimal(modified),
        convexity=_decimal(convexity),
        accrued_cents=accrued_cents(terms, on),
        cost=cost(terms, on, clean),
    )


class _Leg:
    """What is still to come, per 100 of principal owed, as QuantLib discounts it."""

    def __init__(self, terms: BondTerms, on: date, until: Exit) -> None:
        check_live(terms, on)
        if not on < until.on <= terms.maturity:
            raise Invalid("right_days", field="until")
        ql = quantlib()
        self._count, place = _line(terms)
        self._on = place(on)
        flows = _flows(terms, on, until)
        self._flows = [ql.SimpleCashFlow(float(amount), place(day)) for day, amount in flows]
        self._a_year = terms.frequency or 1
        time = self._count.yearFraction(self._on, place(until.on))
        # one single day within the current period: what is left is a deposit, not a bond
        self._simple = len(flows) == 1 and time * self._a_year < 1 + 1e-9
        self._how = ql.Simple if self._simple else ql.Compounded
        #: 1 + rate over a period must stay above zero
        self._least = -float(self._a_year) if not self._simple else -1 / time if time else -inf
        self._time = time

    def value(self, rate: float) -> float:
        """Present value at this rate."""
        if not self._least < rate <= MOST_YIELD:
            raise Invalid("absurd", field="yield")
        worth = self._worth(rate)
        if not worth < MOST_WORTH:
            raise Invalid("absurd", field="yield")
        return worth

    def rate(self, value: float) -> float:
        """The rate at this present value. Invalid says whether it would be `above` everything meant."""
        if not self._time:  # in a 30/360 month the 31st is no day after the 30th
            raise Invalid("no_yield", field="clean", above=self._worth(0) >= value)
        if self._worth(MOST_YIELD) > value:
            raise Invalid("no_yield", field="clean", above=True)
        ql = quantlib()
        try:
            how = (self._count, self._how, self._a_year, False, self._on, self._on)
            found = float(ql.CashFlows.yieldRate(self._flows, value, *how, 1e-13, 1000, 0.05))
        except RuntimeError:
            return self._bisected(value)
        return found if self._least < found <= MOST_YIELD else self._bisected(value)

    def annual(self, rate: float) -> float | None:
        """The same rate as if compounded once a year; None when beyond all meaning."""
        time = self._time if self._simple else 1 / self._a_year
        try:
            found = (1 + rate * time) ** (1 / time) - 1
        except OverflowError:
            return None
        return found if found <= MOST_YIELD else None

    def sensitivities(self, rate: float) -> tuple[float, float, float]:
        """Macaulay and modified duration, and convexity."""
        ql = quantlib()
        at = self._rate(rate)
        # `Duration.Simple` is the mean time of what is to come, weighted by present value: Macaulay's, for any
        # compounding; QuantLib's own `Duration.Macaulay` refuses simple rates
        macaulay, modified = (
            float(ql.CashFlows.duration(self._flows, at, kind, False, self._on))
            for kind in (ql.Duration.Simple, ql.Duration.Modified)
        )
        return macaulay, modified, float(ql.CashFlows.convexity(self._flows, at, False, self._on, self._on))

    def _rate(self, rate: float) -> Any:
        return quantlib().InterestRate(rate, self._count, self._how, self._a_year)

    def _worth(self, rate: float) -> float:
        return float(quantlib().CashFlows.npv(self._flows, self._rate(rate), False, self._on, self._on))

    def _bisected(self, value: float) -> float:
        """For prices so far out that QuantLib's own search loses its way."""
        low, high = self._least * (1 - 1e-12), MOST_YIELD
        if self._worth(low) < value:
            raise Invalid("no_yield", field="clean", above=False)
        while low < (middle := (low + high) / 2) < high:
            if self._worth(middle) > value:
                low = middle
            else:
                high = middle
        return middle


def _solved(leg: _Leg, terms: BondTerms, on: date, clean: Decimal) -> float:
    _percent("clean", clean, MOST_PRICE)
    return leg.rate(float(Fraction(clean) + _accrued(terms, on) * 100))


def _flows(terms: BondTerms, on: date, until: Exit) -> list[tuple[date, Fraction]]:
    """What comes after a day, exactly, in percent of the principal then owed."""
    left = _owed_share(terms, on)
    flows: list[tuple[date, Fraction]] = []
    for start, due in _periods(terms, until.on):
        if due <= on:
            continue
        before, after = _owed_share(terms, start), _owed_share(terms, due)
        amount = before * _rate(terms) * _accrual(terms, start, due) + (before - after)
        if due == until.on and until.kind is not ExitKind.MATURITY:
            amount += after * Fraction(until.price) / 100
        if amount:
            flows.append((due, amount * 100 / left))
    return flows


# ------------------------------------------------------------------------------------------ days


@lru_cache(maxsize=512)
def _grid_days(maturity: date, issued: date, months: int, end_of_month: bool) -> tuple[date, ...]:
    """Days whole periods before the maturity, back to the issue or just before it."""
    ql = quantlib()
    calendar, last = ql.NullCalendar(), to_quantlib(maturity)
    days = [maturity]
    while days[-1] > issued:
        back = ql.Period(-len(days) * months, ql.Months)
        days.append(from_quantlib(calendar.advance(last, back, ql.Unadjusted, end_of_month)))
    return tuple(reversed(days))


def _grid(terms: BondTerms) -> tuple[date, ...]:
    return _grid_days(terms.maturity, terms.issued, 12 // (terms.frequency or 1), terms.end_of_month)


def _periods(terms: BondTerms, end: date) -> list[tuple[date, date]]:
    """The periods of interest from the issue to an end, which may cut the last one short."""
    dates = coupon_dates(terms) or (terms.maturity,)
    return [(start, min(due, end)) for start, due in pairwise((terms.issued, *dates)) if start < end]


def _accrual(terms: BondTerms, start: date, to: date) -> Fraction:
    """The part of a year for which interest is borne from the beginning of a period to a day in it."""
    days = (to - start).days
    match terms.day_count:
        case DayCount.ACT_360:
            return Fraction(days, 360)
        case DayCount.ACT_365:
            return Fraction(days, 365)
    grid, a_year = _grid(terms), terms.frequency or 1
    spans = pairwise(grid[bisect_right(grid, start) - 1 : bisect_left(grid, to) + 1])
    if terms.day_count == DayCount.ACT_ACT:
        parts = (Fraction((min(to, b) - max(start, a)).days, (b - a).days * a_year) for a, b in spans)
        return sum(parts, Fraction(0))
    return Fraction(1, a_year) if [*spans] == [(start, to)] else Fraction(_days_360(start, to), 360)


def _accrued(terms: BondTerms, on: date) -> Fraction:
    start = max((day for day in coupon_dates(terms) if day <= on), default=terms.issued)
    return _rate(terms) * _accrual(terms, start, on)


def _days_360(start: date, to: date) -> int:
    ql = quantlib()
    return int(ql.Thirty360(ql.Thirty360.USA).dayCount(to_quantlib(start), to_quantlib(to)))


def _line(terms: BondTerms) -> tuple[Any, Callable[[date], Any]]:
    """How QuantLib counts the time to what is to come: a day count, and where it sees a day.

    In coupon periods of actual days QuantLib's ICMA count does it on the days themselves. The American
    30/360 counts some periods that touch the end of February as 178 or 183 days, which no coupon
    follows. So days are laid on a line where every period is as long as it should be.
    """
    ql = quantlib()
    grid, months = _grid(terms), 12 // (terms.frequency or 1)
    if terms.day_count != DayCount.THIRTY_360:
        days = ql.Schedule(
            [to_quantlib(day) for day in grid],
            ql.NullCalendar(),
            ql.Unadjusted,
            ql.Unadjusted,
            ql.Period(months, ql.Months),
            ql.DateGeneration.Backward,
            terms.end_of_month,
            [True] * (len(grid) - 1),
        )
        return ql.ActualActual(ql.ActualActual.ISMA, days), to_quantlib
    origin = ql.Date(1, 1, 1950)

    def place(day: date) -> Any:
        period = bisect_right(grid, day) - 1
        return origin + period * months * 30 + _days_360(grid[period], day)

    return ql.Actual360(), place


def _known(terms: BondTerms, *days: date) -> bool:
    return terms.convention == Convention.UNADJUSTED or known(terms.calendar, *days)


# ------------------------------------------------------------------------------------------ numbers


def _rate(terms: BondTerms) -> Fraction:
    return Fraction(terms.coupon) / 100


def _owed_share(terms: BondTerms, on: date) -> Fraction:
    """What is still owed of one, after the payments of a day."""
    if not terms.instalments:
        return Fraction(on < terms.maturity)
    return 1 - sum((Fraction(part.share) / 100 for part in terms.instalments if part.on <= on), Fraction(0))


def _cents(amount: Fraction) -> int:
    """Rounded half up."""
    return floor(amount + Fraction(1, 2))


def _decimal(number: float | Fraction) -> Decimal:
    """Ten decimals, rounded half up."""
    if isinstance(number, Fraction):
        return Decimal(floor(number * 10**10 + Fraction(1, 2))).scaleb(-10)
    return Decimal(number).quantize(PLACES, ROUND_HALF_UP)


def _rate_of(percent: object) -> float:
    if not isinstance(percent, Decimal) or not percent.is_finite():
        raise Invalid("not_a_percent", field="yield")
    return float(percent / 100)


# ------------------------------------------------------------------------------------------ checks


def _check_face(face: object) -> None:
    if not isinstance(face, int) or isinstance(face, bool):
        raise Invalid("cents", field="face")
    if face < 0:
        raise Invalid("negative", field="face")
    if face == 0:
        raise Invalid("zero", field="face")
    if face > MOST_FACE:
        raise Invalid("too_much", field="face")


def _one_of(field: str, value: object, allowed: Iterable[object]) -> None:
    if not any(type(value) in (type(word), str) and value == word for word in allowed):
        raise Invalid(field, field=field)


def _percent(field: str, value: object, most: Decimal, *, zero: bool = False) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Invalid("not_a_percent", field=field)
    if value < 0:
        raise Invalid("negative", field=field)
    if value > most or (value == 0 and not zero):
        raise Invalid("absurd", field=field)
    if value != value.quantize(PLACES):
        raise Invalid("not_a_percent", field=field)


def _check_day(field: str, day: object) -> None:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise Invalid("not_a_day", field=field)
    if day.year < FIRST_YEAR:
        raise Invalid("too_early", field=field)
    if day.year > LAST_YEAR:
        raise Invalid("too_far", field=field)


def _check_rights(field: str, rights: Sequence[Right], issued: date, maturity: date) -> None:
    for right in rights:
        _check_day(field, right.on)
        _percent(field, right.price, MOST_PRICE)
        if not issued < right.on < maturity:
            raise Invalid("right_days", field=field)
    if any(later.on <= earlier.on for earlier, later in pairwise(rights)):
        raise Invalid("right_overlaps", field=field)
