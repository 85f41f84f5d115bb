"""Bonds that others have published figures for: each case names who, so that it can be looked up again."""

from datetime import date
from decimal import Decimal

import pytest

from bot.valuation import bonds
from bot.valuation.bonds import BondTerms, DayCount


def bond(
    coupon: str,
    frequency: int,
    day_count: str,
    issued: date,
    maturity: date,
    *,
    face: int = 10_000_000,
    first_coupon: date | None = None,
    end_of_month: bool = False,
) -> BondTerms:
    """A bullet bond, as the published ones are."""
    return BondTerms(
        face,
        "USD",
        Decimal(coupon),
        frequency,
        DayCount(day_count),
        issued,
        maturity,
        first_coupon=first_coupon,
        end_of_month=end_of_month,
    )


# ------------------------------------------------------------------- examples of spreadsheet documentation
# Microsoft's pages show few decimals; the others are what several open reimplementations of the functions agree on.


@pytest.mark.parametrize(
    ("day_count", "price"),
    [("30/360", 94.63436162132213), ("ACT/ACT", 94.6354492078)],
    ids=["basis 0", "basis 1"],
)
def test_price(day_count: str, price: float):
    """PRICE(2008-02-15, 2017-11-15, 5.75%, 6.5%, 100, 2, basis)."""
    terms = bond("5.75", 2, day_count, date(2007, 11, 15), date(2017, 11, 15))
    assert float(bonds.clean_price(terms, date(2008, 2, 15), Decimal("6.5"))) == pytest.approx(price, abs=1e-8)


def test_yield():
    """YIELD(2008-02-15, 2016-11-15, 5.75%, 95.04287, 100, 2, 0) = 6.5 %: the price is given to five decimals."""
    terms = bond("5.75", 2, "30/360", date(2007, 11, 15), date(2016, 11, 15))
    on = date(2008, 2, 15)
    assert float(bonds.yield_of(terms, on, Decimal("95.04287"))) == pytest.approx(6.5, abs=1e-6)
    assert bonds.clean_price(terms, on, Decimal("6.5")).quantize(Decimal("0.00001")) == Decimal("95.04287")


def test_duration():
    """DURATION(2018-07-01, 2048-01-01, 8%, 9%, 2, 1) = 10.9191453."""
    terms, on = bond("8", 2, "ACT/ACT", date(2018, 1, 1), date(2048, 1, 1)), date(2018, 7, 1)
    said = bonds.figures(terms, on, bonds.clean_price(terms, on, Decimal(9)))
    assert float(said.macaulay) == pytest.approx(10.919145281591925, abs=1e-8)


def test_mduration():
    """MDURATION(2008-01-01, 2016-01-01, 8%, 9%, 2, 1) = 5.73567, and DURATION of the same 5.993775."""
    terms, on = bond("8", 2, "ACT/ACT", date(2008, 1, 1), date(2016, 1, 1)), date(2008, 1, 1)
    said = bonds.figures(terms, on, bonds.clean_price(terms, on, Decimal(9)))
    assert float(said.modified) == pytest.approx(5.735669813918838, abs=1e-8)
    assert float(said.macaulay) == pytest.approx(5.993774955545, abs=1e-8)


@pytest.mark.parametrize(
    ("issued", "until", "interest"),
    [
        (date(2008, 3, 1), date(2008, 5, 1), 16.666667),  # Microsoft's first example
        (date(2008, 3, 5), date(2008, 5, 1), 15.555556),  # its second
        (date(2008, 4, 5), date(2008, 5, 1), 7.2222222),  # its third
        (date(2001, 2, 28), date(2001, 5, 1), 16.94444),  # OpenOffice's: the end of February is a 30th
    ],
)
def test_accrint(issued: date, until: date, interest: float):
    """ACCRINT(issue, 31 August, settlement, 10%, 1000, 2, 0)."""
    terms = bond("10", 2, "30/360", issued, date(issued.year + 2, 8, 31), face=1000_00, end_of_month=True)
    assert float(bonds.accrued(terms, until)) * 10 == pytest.approx(interest, abs=5e-6)
    assert bonds.accrued_cents(terms, until) == round(interest * 100)


@pytest.mark.parametrize(("day_count", "price"), [("ACT/ACT", 113.59771747407883), ("30/360", 113.59920582823823)])
def test_oddfprice(day_count: str, price: float):
    """ODDFPRICE(2008-11-11, 2021-03-01, 2008-10-15, 2009-03-01, 7.85%, 6.25%, 100, 2, basis): a short first period."""
    terms = bond("7.85", 2, day_count, date(2008, 10, 15), date(2021, 3, 1), first_coupon=date(2009, 3, 1))
    assert float(bonds.clean_price(terms, date(2008, 11, 11), Decimal("6.25"))) == pytest.approx(price, abs=1e-8)


def test_oddfyield():
    """ODDFYIELD(2008-11-11, 2021-03-01, 2008-10-15, 2009-03-01, 5.75%, 84.5, 100, 2, 0) = 7.72 %."""
    terms = bond("5.75", 2, "30/360", date(2008, 10, 15), date(2021, 3, 1))
    found = bonds.yield_of(terms, date(2008, 11, 11), Decimal("84.5"))
    assert found.quantize(Decimal("0.01")) == Decimal("7.72")


def test_the_last_period_is_discounted_simply():
    """PRICE with one coupon left: (100 + C) / (1 + y·w/2) - A, as its page writes the formula."""
    terms = bond("6", 2, "30/360", date(2024, 1, 15), date(2026, 1, 15))
    part = 75 / 180  # 30 October to 15 January
    price = 103 / (1 + 0.07 / 2 * part) - 3 * (1 - part)
    assert float(bonds.clean_price(terms, date(2025, 10, 30), Decimal(7))) == pytest.approx(price, abs=1e-8)


# ------------------------------------------------------------------- ICMA: actual/actual


@pytest.mark.parametrize(
    ("issued", "first", "maturity", "frequency", "fraction"),
    [
        (date(2003, 11, 1), None, date(2004, 5, 1), 2, "0.5"),
        (date(1999, 2, 1), date(1999, 7, 1), date(2000, 7, 1), 1, "0.410958904110"),  # short first period
        (date(2002, 8, 15), date(2003, 7, 15), date(2004, 1, 15), 2, "0.915760869565"),  # long first period
        (date(1999, 7, 30), None, date(2000, 1, 30), 2, "0.5"),
    ],
)
def test_icma_fractions(issued: date, first: date | None, maturity: date, frequency: int, fraction: str):
    """The cases of ISDA's memorandum of 1998 on EMU and market conventions, as QuantLib's test suite has them."""
    terms = bond("10", frequency, "ACT/ACT", issued, maturity, face=10**12 * 100, first_coupon=first)
    paid = bonds.payments(terms)
    assert Decimal(paid[0].interest) / 10**13 == pytest.approx(Decimal(fraction), abs=Decimal("1e-11"))
    regular = [one.interest for one in paid[1:]]
    assert regular == [10**13 // frequency] * len(regular)


def test_icma_within_a_shorter_last_period_of_the_memorandum():
    """30 January to 30 June 2000 in a period that would have ended on 30 July: 0.417582417582, here as accrued."""
    terms = bond("10", 2, "ACT/ACT", date(1999, 7, 30), date(2000, 7, 30))
    assert float(bonds.accrued(terms, date(2000, 6, 30))) == pytest.approx(4.17582417582, abs=1e-9)


# ------------------------------------------------------------------- QuantLib's own test values, checked with Bloomberg


def test_a_british_gilt():
    """testExCouponGilt, the day still cum coupon: GB0009997999 on 29 May 2013 at 103."""
    terms, on = bond("8", 2, "ACT/ACT", date(1996, 2, 29), date(2021, 6, 7)), date(2013, 5, 29)
    said = bonds.figures(terms, on, Decimal(103))
    assert float(said.accrued) == pytest.approx(3.8021978, abs=1e-7)
    assert float(said.dirty) == pytest.approx(106.8021978, abs=1e-7)
    assert float(said.yield_to_maturity) == pytest.approx(7.495180593, abs=1e-8)
    assert float(said.modified) == pytest.approx(5.676044458, abs=1e-8)
    assert float(said.convexity) == pytest.approx(42.15314859, abs=1e-7)
    assert bonds.payments(terms)[0].due == date(1996, 6, 7)


def test_an_australian_bond():
    """testExCouponAustralianBond, the day still cum coupon: 7 August 2014 at 103."""
    terms, on = bond("6", 2, "ACT/ACT", date(2004, 2, 15), date(2017, 2, 15)), date(2014, 8, 7)
    said = bonds.figures(terms, on, Decimal(103))
    assert float(said.accrued) == pytest.approx(2.8670, abs=1e-3)
    assert float(said.yield_to_maturity) == pytest.approx(4.723, abs=1e-3)
    assert float(said.modified) == pytest.approx(2.26276, abs=1e-4)
    assert float(said.convexity) == pytest.approx(6.54870, abs=1e-3)


def test_an_american_agency_bond_on_a_31st():
    """testThirty360BondWithSettlementOn31st: 3130A0X70 on 31 July 2017 at 100."""
    terms, on = bond("1.5", 2, "30/360", date(2014, 2, 13), date(2018, 8, 13)), date(2017, 7, 31)
    said = bonds.figures(terms, on, Decimal(100))
    assert said.accrued == Decimal("0.7")
    assert float(said.yield_to_maturity) == pytest.approx(1.5, abs=1e-2)
    assert float(said.macaulay) == pytest.approx(1.022, abs=1e-3)
    assert float(said.convexity) == pytest.approx(1.5, abs=0.1)


# ------------------------------------------------------------------- MATLAB's documentation, basis 0 (actual/actual)


@pytest.mark.parametrize(("asked", "price"), [("4", 104.8106), ("5", 99.9951), ("6", 95.4384)])
def test_bndprice(asked: str, price: float):
    terms, on = bond("5", 2, "ACT/ACT", date(1996, 6, 15), date(2002, 6, 15)), date(1997, 1, 20)
    assert float(bonds.clean_price(terms, on, Decimal(asked))) == pytest.approx(price, abs=5e-5)
    assert float(bonds.accrued(terms, on)) == pytest.approx(0.4945, abs=5e-5)


@pytest.mark.parametrize(("price", "found"), [("95", 6.10), ("100", 5.00), ("105", 3.96)])
def test_bndyield(price: str, found: float):
    terms = bond("5", 2, "ACT/ACT", date(1996, 6, 15), date(2002, 6, 15))
    assert float(bonds.yield_of(terms, date(1997, 1, 20), Decimal(price))) == pytest.approx(found, abs=5e-3)


@pytest.mark.parametrize(
    ("price", "modified", "macaulay"),
    [("106", 4.2400, 4.3275), ("100", 4.1925, 4.3077), ("98", 4.1759, 4.3007)],
)
def test_bnddurp(price: str, modified: float, macaulay: float):
    terms = bond("5.5", 2, "ACT/ACT", date(1998, 12, 15), date(2004, 6, 15))
    said = bonds.figures(terms, date(1999, 8, 2), Decimal(price))
    assert float(said.modified) == pytest.approx(modified, abs=5e-5)
    assert float(said.macaulay) == pytest.approx(macaulay, abs=5e-5)


@pytest.mark.parametrize(("asked", "convexity"), [("4", 21.4825), ("5.5", 21.0358), ("6", 20.8885)])
def test_bndconvy(asked: str, convexity: float):
    terms, on = bond("5.5", 2, "ACT/ACT", date(1998, 12, 15), date(2004, 6, 15)), date(1999, 8, 2)
    said = bonds.figures(terms, on, bonds.clean_price(terms, on, Decimal(asked)))
    assert float(said.convexity) == pytest.approx(convexity, abs=5e-5)


# ------------------------------------------------------------------- the vectors of our own research


def test_quam():
    """Face 200,000 at 6 %, 30/360: 10 days accrue 333.33, at 99 that is 198,333.33; 24 days accrue 800.00."""
    terms = bond("6", 2, "30/360", date(2025, 1, 1), date(2027, 1, 1), face=200_000_00)
    assert bonds.accrued_cents(terms, date(2025, 1, 11)) == 333_33
    assert bonds.cost(terms, date(2025, 1, 11), Decimal(99)) == 198_333_33
    assert bonds.accrued_cents(terms, date(2025, 1, 25)) == 800_00


@pytest.mark.parametrize("day_count", ["30/360", "ACT/ACT"])
def test_three_years_at_92(day_count: str):
    terms = bond("6", 2, day_count, date(2023, 1, 1), date(2026, 1, 1))
    found = bonds.yield_of(terms, date(2023, 1, 1), Decimal(92))
    assert found.quantize(Decimal("0.0001")) == Decimal("9.1074")


@pytest.mark.parametrize("day_count", list(DayCount))
def test_a_zero_bought_at_80_and_repaid_at_96_after_a_year(day_count: DayCount):
    terms = bond("0", 0, day_count, date(2025, 1, 1), date(2026, 1, 1), face=96_00)
    said = bonds.figures(terms, date(2025, 1, 1), Decimal("83.3333333333"))
    assert said.cost == 80_00
    assert float(said.yield_to_maturity) == pytest.approx(20.0, abs=1e-8)
