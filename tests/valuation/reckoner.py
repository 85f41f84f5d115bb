"""Bonds reckoned a second time, by plain Python: what bot.valuation is compared with.

Shares no line with it and knows nothing of QuantLib. Reads the fields of the terms and reckons in
floats: own months, own day counts, own discounting, a yield by halving.
"""

import calendar
from bisect import bisect_right
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

from bot.valuation.bonds import BondTerms, Exit


def months_before(day: date, months: int, end_of_month: bool) -> date:
    """The same day of an earlier month, or its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, last if end_of_month else min(day.day, last))


def days_360(a: date, b: date) -> int:
    """Days between two days if every month has thirty, as spreadsheets count them (NASD)."""

    def ends_february(day: date) -> bool:
        return day.month == 2 and day.day == calendar.monthrange(day.year, 2)[1]

    from_day, to_day = a.day, b.day
    if ends_february(a) and ends_february(b):
        to_day = 30
    if ends_february(a):
        from_day = 30
    if to_day == 31 and from_day >= 30:
        to_day = 30
    if from_day == 31:
        from_day = 30
    return (b.year - a.year) * 360 + (b.month - a.month) * 30 + to_day - from_day


class Reckoner:
    """One bond, until one exit."""

    def __init__(self, terms: BondTerms, until: Exit | None = None) -> None:
        self.terms = terms
        self.until = until or Exit(terms.at_maturity.kind, terms.maturity, Decimal(100))
        self.a_year = terms.frequency or 1
        days = [terms.maturity]
        while days[0] > terms.issued:
            days.insert(0, months_before(terms.maturity, len(days) * 12 // self.a_year, terms.end_of_month))
        self.marks = days
        self.coupons = [
            day
            for day in days
            if terms.frequency and day > terms.issued and day >= (terms.first_coupon or terms.issued)
        ]

    def owed(self, on: date) -> float:
        """What is owed of 1 after a day."""
        if not self.terms.instalments:
            return 1.0 if on < self.terms.maturity else 0.0
        return float(100 - sum(part.share for part in self.terms.instalments if part.on <= on)) / 100

    def year_part(self, start: date, to: date) -> float:
        """Interest-bearing part of a year."""
        count = str(self.terms.day_count)
        if count == "ACT/360":
            return (to - start).days / 360
        if count == "ACT/365":
            return (to - start).days / 365
        if count == "ACT/ACT":
            whole = 0.0
            for a, b in zip(self.marks, self.marks[1:], strict=False):
                inside = (min(to, b) - max(start, a)).days
                if inside > 0:
                    whole += inside / (b - a).days / self.a_year
            return whole
        if start in self.marks and to in self.marks and self.marks.index(to) == self.marks.index(start) + 1:
            return 1 / self.a_year
        return days_360(start, to) / 360

    def accrued(self, on: date) -> float:
        """In percent of what is owed."""
        before = [day for day in self.coupons if day <= on]
        return float(self.terms.coupon) * self.year_part(before[-1] if before else self.terms.issued, on)

    def place(self, on: date) -> float:
        """Where a day lies, in periods since the first mark."""
        at = bisect_right(self.marks, on) - 1
        if on == self.marks[at]:
            return float(at)
        if str(self.terms.day_count) == "30/360":
            return at + min(1.0, days_360(self.marks[at], on) * self.a_year / 360)
        return at + (on - self.marks[at]).days / (self.marks[at + 1] - self.marks[at]).days

    def flows(self, on: date) -> list[tuple[float, float]]:
        """(periods from a day, percent of what is owed on it)."""
        found = []
        start = self.terms.issued
        for due in self.coupons or [self.terms.maturity]:
            end = min(due, self.until.on)
            amount = self.owed(start) * float(self.terms.coupon) * self.year_part(start, end)
            amount += 100 * (self.owed(start) - self.owed(end))
            if end == self.until.on:
                amount += self.owed(end) * float(self.until.price)
            if end > on and amount:
                found.append((self.place(end) - self.place(on), amount / self.owed(on)))
            start = due
            if end == self.until.on:
                break
        return found

    def simple(self, on: date) -> bool:
        """One payment within the current period is discounted simply."""
        flows = self.flows(on)
        return len(flows) == 1 and flows[0][0] < 1 + 1e-9

    def worth(self, on: date, rate: float) -> float:
        """Percent of what is owed."""
        per = rate / self.a_year
        if self.simple(on):
            return sum((amount / (1 + per * time) for time, amount in self.flows(on)), 0.0)
        return sum((float(amount * (1 + per) ** -time) for time, amount in self.flows(on)), 0.0)

    def rate(self, on: date, dirty: float) -> float:
        """The yield, by halving."""
        flows = self.flows(on)
        simple = self.simple(on)

        def above(rate: float) -> bool:
            per = rate / self.a_year
            if simple:
                return flows[0][1] / (1 + per * flows[0][0]) > dirty
            total = 0.0
            for time, amount in flows:
                try:
                    total += amount * (1 + per) ** -time
                except OverflowError:
                    return True
            return total > dirty

        low, high = (-self.a_year / flows[0][0] if simple else -self.a_year) * (1 - 1e-6), 2000.0
        for _ in range(200):
            middle = (low + high) / 2
            if above(middle):
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def sensitivities(self, on: date, rate: float) -> tuple[float, float, float]:
        """Macaulay, modified, convexity; by their definitions, time in years."""
        flows = [(time / self.a_year, amount) for time, amount in self.flows(on)]
        worth = self.worth(on, rate)
        if self.simple(on):
            [(time, _)] = flows
            held = 1 + rate * time
            return time, time / held, 2 * time * time / held**2
        growth = 1 + rate / self.a_year
        present = [(time, amount * growth ** (-time * self.a_year)) for time, amount in flows]
        macaulay = sum(time * value for time, value in present) / worth
        convexity = sum(time * (time + 1 / self.a_year) * value for time, value in present) / worth / growth**2
        return macaulay, macaulay / growth, convexity

    def cents(self) -> list[tuple[date, int, int]]:
        """(due, interest, principal) until maturity, in fifty decimals and rounded half up."""
        with localcontext() as context:
            context.prec = 60
            rows, start, repaid, share = [], self.terms.issued, 0, Decimal(0)
            parts = {part.on: part.share for part in self.terms.instalments} or {self.terms.maturity: Decimal(100)}
            for due in self.coupons or [self.terms.maturity]:
                over, days = self._exact(start, due)
                interest = (self.terms.face - repaid) * self.terms.coupon * days / over / 100
                share += parts.get(due, Decimal(0))
                until_now = int((self.terms.face * share / 100).quantize(Decimal(1), ROUND_HALF_UP))
                rows.append((due, int(interest.quantize(Decimal(1), ROUND_HALF_UP)), until_now - repaid))
                start, repaid = due, until_now
            return rows

    def _exact(self, start: date, to: date) -> tuple[Decimal, Decimal]:
        """A part of a year as (over, days)."""
        count = str(self.terms.day_count)
        if count in ("ACT/360", "ACT/365"):
            return Decimal(int(count[-3:])), Decimal((to - start).days)
        if count == "30/360":
            if start in self.marks and self.marks.index(to) == self.marks.index(start) + 1:
                return Decimal(self.a_year), Decimal(1)
            return Decimal(360), Decimal(days_360(start, to))
        over, days = 1, 0
        for a, b in zip(self.marks, self.marks[1:], strict=False):
            inside = max(0, (min(to, b) - max(start, a)).days)
            days, over = days * (b - a).days + inside * over, over * (b - a).days
        return Decimal(over * self.a_year), Decimal(days)
