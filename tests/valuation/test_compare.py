"""Hold, sell or bond on one yardstick: what must hold for any claim, and the same figures worked out another way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.valuation.compare import Arrival, Bond, Claim, Path, Sale, compared, even, further, part, reference, today

ON = date(2026, 11, 22)
YEAR = ON + timedelta(days=365)
CLAIM = Claim(200_000_00, 192_000_00)
PATHS = (Path(Decimal(96), YEAR), Path(Decimal("119.5"), YEAR), Path(Decimal(149), YEAR))
SALE = Sale("BJ-SALE", 28_000_00, 0, ON)
NINE = Decimal(9)

cents = st.integers(0, 10**10)
days = st.integers(0, 20 * 365).map(lambda n: ON + timedelta(days=n))
rates = st.integers(0, 4000).map(lambda n: Decimal(n) / 100)
flows = st.lists(st.builds(Arrival, days, cents), max_size=8)
claims = st.builds(Claim, st.integers(100, 10**12), st.integers(0, 10**10))
totals = st.lists(st.integers(0, 30_000).map(lambda n: Decimal(n) / 100), min_size=3, max_size=3).map(sorted)


def simply(arrivals: Sequence[Arrival], rate: Decimal) -> float:
    """The value today as a schoolbook has it: floats, one payment after another."""
    return sum(one.cents * float((1 + float(rate) / 100) ** (-(one.on - ON).days / 365)) for one in arrivals)


def paths(pcts: Sequence[Decimal], on: date) -> tuple[Path, ...]:
    return tuple(Path(pct, on) for pct in pcts)


# -- what must always hold


@given(flows, rates, rates)
def test_a_value_today_falls_as_the_rate_rises(arrivals, one, other):
    low, high = sorted((one, other))
    assert today(arrivals, low, ON) >= today(arrivals, high, ON)


@given(flows, rates)
def test_it_agrees_with_the_schoolbook(arrivals, rate):
    assert today(arrivals, rate, ON) == pytest.approx(simply(arrivals, rate), abs=1, rel=1e-9)


@given(flows, rates, st.data())
def test_splitting_payments_changes_nothing(arrivals, rate, data):
    parts: list[Arrival] = []
    for one in arrivals:
        cut = data.draw(st.integers(0, one.cents))
        parts += [Arrival(one.on, cut), Arrival(one.on, one.cents - cut)]
    assert today(parts, rate, ON) == today(arrivals, rate, ON)


@given(flows)
def test_at_no_rate_a_value_is_the_sum(arrivals):
    assert today(arrivals, Decimal(0), ON) == sum(one.cents for one in arrivals)


@given(claims, totals, days, rates, st.integers(1, 10**11))
def test_holding_at_break_even_is_worth_the_sale(claim, pcts, on, rate, worth):
    total = even(claim, Path(pcts[1], on), worth, rate, ON).total
    rest = further(claim, Path(total, on))
    assert abs(today([Arrival(on, rest)], rate, ON) - worth) <= 1
    assert today([Arrival(on, rest)], rate, ON) >= worth - 1


@given(claims, totals, days, rates, st.integers(1, 10**11))
def test_until_is_the_last_day_that_would_do(claim, pcts, on, rate, worth):
    found = even(claim, Path(pcts[1], on), worth, rate, ON)
    rest = further(claim, Path(pcts[1], on))
    if found.until is not None:
        assert simply([Arrival(found.until, rest)], rate) >= worth * (1 - 1e-9)
        assert simply([Arrival(found.until + timedelta(days=1), rest)], rate) <= worth * (1 + 1e-9)
        assert not found.always
    elif found.always:
        assert rest >= worth
    else:
        assert rest < worth


@given(claims, totals, days, rates, cents)
def test_every_figure_agrees_with_another_reckoning(claim, pcts, on, rate, cash):
    sale = Sale("A", cash + 1000, min(1000, cash), ON + timedelta(days=30), kept=500)
    bond = Bond("B", "USD", (Arrival(ON + timedelta(days=400), 7000), Arrival(ON + timedelta(days=800), 100_000)))
    hold, sold, bought = compared(claim, paths(pcts, on), [sale, bond], rate, ON)
    for number, pct in enumerate(pcts):
        exactly = Fraction(claim.amount) * Fraction(pct) / 100
        rest = max(int(exactly + Fraction(1, 2)) - claim.received, 0)
        assert (hold.worth[number].total, hold.worth[number].gives_up) == (rest, sale.cash)
        assert hold.worth[number].last == (on if rest else None)
        assert sold.worth[number].gives_up == rest - min(500, rest)
        held = sale.holdback if number else 0
        assert sold.worth[number].total == sale.cash - sale.holdback + held + min(500, rest)
        assert (bought.worth[number].gives_up, bought.worth[number].total) == (rest, 107_000)
    for way in (hold, sold, bought):
        assert all(a.total <= b.total for a, b in pairwise(way.worth)), "a higher path never brings less"
        assert way.worth[1].today <= way.worth[1].total


@given(claims, totals, st.integers(30, 4000).map(lambda n: ON + timedelta(days=n)), st.integers(1, 10**9))
def test_at_the_yearly_rate_holding_is_worth_the_sale(claim, pcts, on, cash):
    sale = Sale("A", cash, 0, ON)
    hold, _sold = compared(claim, paths(pcts, on), [sale], NINE, ON)
    for number, pct in enumerate(pcts):
        rate, rest = hold.worth[number].annual, further(claim, Path(pct, on))
        if rate is not None:
            years = (on - ON).days / 365
            assert float(rate) == pytest.approx(((rest / cash) ** (1 / years) - 1) * 100, abs=0.0051)
        else:
            growth = (rest / cash) ** (365 / (on - ON).days)
            assert rest == 0 or not 0.0101 < growth < 10.9, "only what nobody means has no rate"


def test_the_order_of_offers_is_the_given_one_and_no_ranking():
    dear, cheap = replace(SALE, number="A", cash=30_000_00), replace(SALE, number="B", cash=1)
    for order in ([dear, cheap], [cheap, dear]):
        assert [way.number for way in compared(CLAIM, PATHS, order, NINE, ON)] == ["", *(one.number for one in order)]
        assert reference(PATHS, order, NINE, ON) == "A"


# -- one case worked out by hand


def test_the_case_of_the_book():
    """Class 5A, 200,000 dollars, 96 % received; 28,000 in cash now, or up to 149 % in a year, at 9 %."""
    hold, sold = compared(CLAIM, PATHS, [SALE], NINE, ON)
    assert [one.total for one in hold.worth] == [0, 47_000_00, 106_000_00]
    assert [one.today for one in hold.worth] == [0, 43_119_27, 97_247_71]
    assert [one.annual for one in hold.worth] == [None, Decimal("67.86"), Decimal("278.57")]
    assert [one.gives_up for one in hold.worth] == [28_000_00] * 3
    assert [one.gives_up for one in sold.worth] == [0, 47_000_00, 106_000_00]
    assert [one.annual for one in sold.worth] == [None] * 3
    assert sold.even is not None
    assert sold.even.total == Decimal("111.26")  # 192,000 + 28,000 × 1.09 = 222,520 of 200,000
    assert sold.even.until == date(2032, 11, 23)  # ln(47 / 28) / ln 1.09 = 6.0102 years, 2,193.7 days
    assert (hold.needs, sold.needs) == (("estate_pays",), ("buyer_pays",))


def test_a_holdback_comes_with_the_path_and_not_on_the_lowest():
    sale = replace(SALE, holdback=5_000_00, recourse=True)
    sold = compared(CLAIM, PATHS, [sale], Decimal(0), ON)[1]
    assert [one.total for one in sold.worth] == [23_000_00, 28_000_00, 28_000_00]
    assert [one.last for one in sold.worth] == [ON, YEAR, YEAR]
    assert sold.needs == ("buyer_pays", "holdback", "no_recourse")


def test_a_bond_of_another_currency_is_not_converted():
    bond = Bond("B", "HKD", (Arrival(YEAR, 100_000_00),), keeps=True)
    hold, taken = compared(CLAIM, PATHS, [bond], NINE, ON)
    assert [one.total for one in taken.worth] == [100_000_00] * 3
    assert all(one.annual is None for one in (*taken.worth, *hold.worth))
    assert (taken.currency, taken.even, taken.needs) == ("HKD", None, ("issuer_pays", "no_exchange"))


def test_a_bond_whose_holder_keeps_the_distributions_gives_none_up():
    bond = Bond("B", "USD", (Arrival(YEAR, 1_000_00),), keeps=True, limited=True, clawback=True)
    taken = compared(CLAIM, PATHS, [bond], NINE, ON)[1]
    assert [one.total for one in taken.worth] == [1_000_00, 48_000_00, 107_000_00]
    assert [one.gives_up for one in taken.worth] == [0, 0, 0]
    assert taken.needs == ("assets_pay", "no_clawback")


def test_with_no_offer_holding_stands_alone():
    (hold,) = compared(replace(CLAIM, received=0), PATHS, [], NINE, ON)
    assert [one.total for one in hold.worth] == [192_000_00, 239_000_00, 298_000_00]
    assert (hold.even, hold.worth[1].annual, hold.worth[1].gives_up) == (None, None, 0)
    assert hold.needs == ("estate_pays", "reaches_you"), "who was paid nothing so far has one thing more to hope for"


def test_halves_of_cents_round_up():
    assert [part(1, Decimal(pct)) for pct in (49, 50, 149, 150)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("code", "claim", "ways", "rate", "offers"),
    [
        ("cents", Claim(0, 0), PATHS, NINE, []),
        ("cents", Claim(1, -1), PATHS, NINE, []),
        ("cents", Claim(10**15, 0), PATHS, NINE, []),
        ("rate", CLAIM, PATHS, Decimal(-1), []),
        ("rate", CLAIM, PATHS, Decimal(101), []),
        ("rate", CLAIM, PATHS, Decimal("NaN"), []),
        ("percent", CLAIM, (*PATHS[:2], Path(Decimal("Infinity"), YEAR)), NINE, []),
        ("percent", CLAIM, (Path(Decimal(-1), YEAR), *PATHS[1:]), NINE, []),
        ("paths", CLAIM, PATHS[::-1], NINE, []),
        ("paths", CLAIM, PATHS[:2], NINE, []),
        ("past", CLAIM, (*PATHS[:2], Path(Decimal(149), ON - timedelta(days=1))), NINE, []),
        ("past", CLAIM, PATHS, NINE, [replace(SALE, closing=ON - timedelta(days=1))]),
    ],
)
def test_what_cannot_be_meant_is_refused(code, claim, ways, rate, offers):
    with pytest.raises(Invalid) as refused:
        compared(claim, ways, offers, rate, ON)
    assert refused.value.code == code
