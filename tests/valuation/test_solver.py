"""A thousand bonds made by chance: QuantLib, wrapped, and a solver written for this test say the same."""

import calendar as months
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

import pytest

from bot.errors import Invalid
from bot.valuation import bonds
from bot.valuation.bonds import BondTerms, DayCount, Exit, ExitKind, Instalment, Right
from bot.valuation.calendars import Calendar, Convention
from tests.valuation.reckoner import Reckoner, months_before

BONDS = 1000


def chance_bond(chance: Random) -> BondTerms:
    """Any bond that may be: odd first periods, month ends, instalments, calls."""
    frequency = chance.choice((0, 1, 2, 2, 2, 4, 12))
    issued = date(2000, 1, 1) + timedelta(days=chance.randrange(45 * 365))
    maturity = issued + timedelta(days=chance.randrange(20, (30 if frequency < 12 else 8) * 365))
    if chance.random() < 0.4:
        maturity = maturity.replace(day=months.monthrange(maturity.year, maturity.month)[1])
    end_of_month = (maturity + timedelta(days=1)).day == 1 and chance.random() < 0.5
    if maturity <= issued:
        maturity, end_of_month = issued + timedelta(days=200), False
    step = 12 // (frequency or 1)
    marks = [months_before(maturity, step * back, end_of_month) for back in range(400)]
    dates = sorted(day for day in marks if day > issued) if frequency else []
    if chance.random() < 0.3:
        issued = max(day for day in marks if day <= issued)  # a regular first period
        dates = sorted(day for day in marks if day > issued) if frequency else []
    first = chance.choice(dates[:3]) if dates and chance.random() < 0.3 else None
    dates = [day for day in dates if first is None or day >= first]
    instalments: tuple[Instalment, ...] = ()
    if len(dates) > 2 and chance.random() < 0.25:
        days = [*sorted(chance.sample(dates[:-1], chance.randrange(1, min(6, len(dates))))), maturity]
        share = (Decimal(100) / len(days)).quantize(Decimal("0.01"))
        instalments = tuple(Instalment(day, share) for day in days[:-1])
        instalments += (Instalment(maturity, 100 - share * len(instalments)),)
    calls: tuple[Right, ...] = ()
    if (maturity - issued).days > 400 and chance.random() < 0.3:
        span = (maturity - issued).days
        days = sorted({issued + timedelta(days=chance.randrange(1, span)) for _ in range(chance.randrange(1, 5))})
        calls = tuple(Right(day, Decimal(chance.randrange(9900, 10600)) / 100) for day in days)
    return BondTerms(
        face=chance.randrange(1, 10**12),
        currency=chance.choice(bonds.CURRENCIES),
        coupon=Decimal(chance.randrange(1, 150_000)) / 10_000 if frequency else Decimal(0),
        frequency=frequency,
        day_count=chance.choice(list(DayCount)),
        issued=issued,
        maturity=maturity,
        calendar=chance.choice(list(Calendar)),
        convention=chance.choice(list(Convention)),
        first_coupon=first,
        end_of_month=end_of_month,
        instalments=instalments,
        calls=calls,
    )


def close(ours: Decimal, theirs: float, what: object) -> None:
    """The same to 1e-8; of large figures, to 1e-8 of themselves."""
    assert float(ours) == pytest.approx(theirs, abs=1e-8, rel=1e-8), what


def test_a_thousand_bonds_made_by_chance_agree_with_an_independent_solver():
    chance = Random(20261122)
    kinds = set()
    for number, terms in enumerate(islice(iter(lambda: chance_bond(chance), None), BONDS)):
        assert terms is not None
        on = terms.issued + timedelta(days=chance.randrange((terms.maturity - terms.issued).days))
        clean = Decimal(chance.randrange(40_00, 150_00)) / 100
        plain = Reckoner(terms)
        what = (number, terms, on, clean)

        paid = bonds.payments(terms)
        assert [(one.due, one.interest, one.principal) for one in paid] == plain.cents(), what
        assert sum(one.principal for one in paid) == terms.face, what

        close(bonds.accrued(terms, on), plain.accrued(on), what)
        dirty = float(clean) + plain.accrued(on)
        rate = plain.rate(on, dirty)
        said = bonds.figures(terms, on, clean)
        close(said.yield_to_maturity, rate * 100, what)
        macaulay, modified, convexity = plain.sensitivities(on, rate)
        close(said.macaulay, macaulay, what)
        close(said.modified, modified, what)
        close(said.convexity, convexity, what)

        asked = Decimal(chance.randrange(-200, 4000)) / 100
        close(bonds.dirty_price(terms, on, asked), plain.worth(on, float(asked) / 100), what)

        ways = [Exit(ExitKind.CALL, right.on, right.price) for right in terms.calls if right.on > on]
        rates = [rate] + [Reckoner(terms, way).rate(on, dirty) for way in ways]
        close(said.yield_to_worst, min(rates) * 100, what)
        kinds.add((terms.frequency, terms.day_count, bool(terms.instalments), bool(ways), terms.first_coupon is None))
    assert len(kinds) > 80, "chance made too few kinds of bonds"


@pytest.mark.parametrize("clean", [Decimal("0.01"), Decimal("0.5"), Decimal(5), Decimal(150), Decimal(200)])
@pytest.mark.parametrize("days", [1, 40, 400, 4000, 10_000])
def test_prices_far_out_find_their_yield_or_are_told_there_is_none(clean: Decimal, days: int):
    for frequency, coupon in ((0, "0"), (2, "7.25"), (12, "30")):
        for day_count in DayCount:
            maturity = date(2050, 5, 31)
            terms = BondTerms(
                10**7, "USD", Decimal(coupon), frequency, day_count, maturity - timedelta(days=10_100), maturity
            )
            on = maturity - timedelta(days=days)
            plain = Reckoner(terms)
            if not plain.flows(on)[-1][0]:  # 30/360: from the 30th to the 31st no time passes
                with pytest.raises(Invalid, match="no_yield"):
                    bonds.yield_of(terms, on, clean)
                continue
            rate = plain.rate(on, float(clean) + plain.accrued(on))
            if rate > bonds.MOST_YIELD:
                with pytest.raises(Invalid, match="no_yield"):
                    bonds.yield_of(terms, on, clean)
            else:
                close(bonds.yield_of(terms, on, clean), rate * 100, (terms, on, clean))
