"""Hold, sell or bond on one yardstick: domain cases, properties, and a second reckoning by floats."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.valuation.compare import (
    MOST,
    Bond,
    Claim,
    Comparison,
    Condition,
    Declared,
    Flow,
    Path,
    Recovery,
    Sale,
    Verdict,
    Way,
    annual_return,
    compare,
    part,
    present_value,
    starting,
)

D = Decimal
ON = date(2026, 11, 22)
PAID = Claim(200_000_00, 192_000_00, (D(96), D(96)), (D(143), D(149)))
UNPAID = Claim(200_000_00, 0, (D(96), D(96)), (D(143), D(149)), allowed=False, served=False)
DAYS = {Path.LOWEST: date(2028, 12, 31), Path.NEUTRAL: date(2028, 6, 30), Path.HIGHEST: date(2027, 12, 31)}
SALE = Sale(28_000_00, date(2026, 12, 20), holdback=2_800_00, holdback_on=date(2027, 1, 31))
BOND = Bond((Flow(date(2027, 11, 22), 6_00), Flow(date(2028, 11, 22), 106_00)), 100_00, D(14))


def after(days: int) -> date:
    return ON + timedelta(days=days)


# ------------------------------------------------------------------------------------------ known cases


def test_a_zero_at_80_repaid_at_96_after_one_year_earns_twenty_percent():
    assert annual_return([Flow(ON, 80_00)], [Flow(after(365), 96_00)]) == D(20)


def test_holding_earns_on_the_cash_that_is_given_up():
    sale = Sale(100_00, ON)
    found = compare(Claim(1_000_00), {Path.NEUTRAL: Recovery(D(11), after(365))}, ON, D(5), sale)
    held = found.row(Way.HOLD).outcomes[Path.NEUTRAL]
    assert (held.total, held.annual, held.value) == (110_00, D(10), 104_76)
    assert found.row(Way.SALE).outcomes[Path.NEUTRAL].annual is None


def test_nothing_more_is_a_total_loss_of_the_cash_and_not_an_error():
    held = compare(PAID, starting(PAID, DAYS), ON, D(8), SALE).row(Way.HOLD).outcomes[Path.LOWEST]
    assert (held.flows, held.total, held.value, held.last_on, held.annual) == ((), 0, 0, None, D(-100))


@pytest.mark.parametrize(
    ("given_up", "gained"),
    [
        ([], [Flow(after(10), 5)]),  # nothing is given up
        ([Flow(after(20), 5)], [Flow(after(10), 6)]),  # paid before anything is given up
        ([Flow(ON, 100_00)], [Flow(after(3), 110_00)]),  # three days make 10^6 % a year
        ([Flow(ON, 10), Flow(after(50), 30)], [Flow(after(20), 30), Flow(after(90), 10)]),  # more than one answer
        ([Flow(ON, 10)], [Flow(ON, 10)]),  # nothing moves
    ],
)
def test_a_return_that_nobody_can_mean_is_none(given_up, gained):
    assert annual_return(given_up, gained) is None


def test_a_paid_creditor_is_measured_against_what_is_still_to_come():
    """The domain's example: A = 200,000, received 96 %, 110 % gross is 28,000 in cash."""
    found = compare(PAID, starting(PAID, DAYS), ON, D(8), SALE, BOND)
    assert [row.way for row in found.rows] == [Way.HOLD, Way.SALE, Way.BOND]
    sale = found.row(Way.SALE)
    assert sale.outcomes[Path.LOWEST].total == 28_000_00
    assert sale.outcomes[Path.LOWEST].altogether == D(110)
    assert sale.outcomes[Path.LOWEST].last_on == date(2027, 1, 31)
    assert sale.gives_up.claim
    assert sale.gives_up.arrears == (0, 0)
    assert sale.gives_up.further == {Path.LOWEST: 0, Path.NEUTRAL: 53_000_00, Path.HIGHEST: 106_000_00}
    assert sale.gives_up.most == 106_000_00
    hold = found.row(Way.HOLD)
    assert (hold.gives_up.claim, hold.gives_up.cash, hold.gives_up.cash_on) == (False, 28_000_00, date(2026, 12, 20))


def test_an_unpaid_creditor_hands_over_what_others_were_already_paid():
    found = compare(UNPAID, starting(UNPAID, DAYS), ON, D(8), Sale(70_000_00, after(30)))
    assert found.row(Way.SALE).gives_up.arrears == (192_000_00, 192_000_00)
    assert Condition.CLAIM_ALLOWED in found.row(Way.HOLD).conditions
    assert Condition.PLACE_SERVED in found.row(Way.HOLD).conditions


def test_conflicting_figures_stay_a_range():
    claim = Claim(40_000_00, 47_600_00, (D(119), D(120)), (D("120.5"), D("120.5")))
    found = compare(claim, starting(claim, DAYS), ON, D(8), Sale(100_00, after(30)))
    assert found.row(Way.SALE).gives_up.arrears == (0, 400_00)


def test_what_is_not_confirmed_is_none_and_not_nothing():
    claim = Claim(40_000_00)
    gives_up = compare(claim, starting(claim, DAYS), ON, D(8), Sale(1_00, after(30))).row(Way.SALE).gives_up
    assert (gives_up.arrears, gives_up.most) == (None, None)


def test_starting_paths_follow_their_plain_rule():
    assert {path: one.further for path, one in starting(PAID, DAYS).items()} == {
        Path.LOWEST: D(0), Path.NEUTRAL: D("26.5"), Path.HIGHEST: D(53),
    }  # fmt: skip
    assert starting(Claim(100, 200, None, (D(143), D(149))), DAYS)[Path.HIGHEST].further == 0
    assert starting(Claim(100), DAYS)[Path.HIGHEST].further == 0


def test_each_way_names_what_must_go_right():
    sale = replace(SALE, recourse=True, keeps_declared=True)
    claim = replace(PAID, declared=(Declared(after(20), D(2)),))
    found = compare(claim, starting(claim, DAYS), ON, D(8), sale, replace(BOND, clawback=True))
    assert found.row(Way.HOLD).conditions == (Condition.ESTATE_PAYS, Condition.CLAIM_STAYS)
    assert found.row(Way.SALE).conditions == (
        Condition.BUYER_PAYS, Condition.TRANSFER_STANDS, Condition.HOLDBACK_RELEASED, Condition.NO_RECOURSE,
        Condition.DECLARED_PAID,
    )  # fmt: skip
    assert found.row(Way.BOND).conditions == (Condition.ISSUER_PAYS, Condition.HELD_TO_END, Condition.CLAIM_STAYS)


def test_declared_distributions_go_to_whom_the_terms_say():
    claim = replace(PAID, declared=(Declared(after(40), D(5)),))
    paths = {Path.NEUTRAL: Recovery(D(20), after(700)), Path.LOWEST: Recovery(D(3), after(700))}
    goes, stays = (compare(claim, paths, ON, D(8), replace(SALE, keeps_declared=kept)) for kept in (False, True))
    held = goes.row(Way.HOLD).outcomes[Path.NEUTRAL]
    assert held.flows == (Flow(after(40), 10_000_00), Flow(after(700), 30_000_00))
    assert goes.row(Way.SALE).outcomes[Path.NEUTRAL].total == 28_000_00
    assert stays.row(Way.SALE).outcomes[Path.NEUTRAL].total == 38_000_00
    assert stays.row(Way.SALE).outcomes[Path.LOWEST].total == 34_000_00  # the path brings no more than 3 %
    assert stays.row(Way.SALE).gives_up.further == {Path.NEUTRAL: 30_000_00, Path.LOWEST: 0}


def test_a_bond_is_exchanged_for_whole_units_and_loses_no_cent():
    claim = Claim(123_456_78)
    bond = Bond(tuple(Flow(after(100 * n), 33_33) for n in range(1, 4)), 99_99, D(50))
    own = bond.own_face(claim)
    assert own == 61_728_00
    paid = compare(claim, {Path.LOWEST: Recovery(D(0), ON)}, ON, D(3), None, bond).row(Way.BOND).outcomes[Path.LOWEST]
    assert paid.total == 61_728_00
    assert {flow.cents for flow in paid.flows} == {20_576_00}


def test_a_pledge_that_keeps_the_distributions_gives_nothing_up():
    bond = Bond((Flow(after(900), 50_000_00),), 50_000_00, keeps_distributions=True, claim_goes=False)
    found = compare(PAID, starting(PAID, DAYS), ON, D(8), None, bond)
    row = found.row(Way.BOND)
    assert not row.gives_up.claim
    assert row.gives_up.further[Path.HIGHEST] == 0
    assert row.outcomes[Path.HIGHEST].total == 156_000_00
    assert all(even.verdict is Verdict.NEVER for even in found.break_evens)


def test_without_offers_there_is_holding_and_nothing_to_break_even_with():
    found = compare(PAID, starting(PAID, DAYS), ON, D(8))
    assert [row.way for row in found.rows] == [Way.HOLD]
    assert found.break_evens == ()
    assert found.row(Way.HOLD).gives_up.cash == 0


def test_a_break_even_day_reckoned_by_hand():
    """100 now against 121 later at 10 %: two years of 365 days, to the day."""
    claim = Claim(1_000_00)
    found = compare(claim, {Path.NEUTRAL: Recovery(D("12.1"), after(100))}, ON, D(10), Sale(100_00, ON))
    (even,) = found.break_evens
    assert (even.verdict, even.last_day) == (Verdict.UNTIL, after(730))


def test_time_costs_nothing_at_a_rate_of_zero():
    paths = {Path.LOWEST: Recovery(D("9.99"), after(9)), Path.HIGHEST: Recovery(D(10), after(9))}
    found = compare(Claim(1_000_00), paths, ON, D(0), Sale(100_00, after(500)))
    assert [(even.verdict, even.further) for even in found.break_evens] == [
        (Verdict.NEVER, D(10)), (Verdict.ALWAYS, D(10)),
    ]  # fmt: skip


def test_the_largest_claim_is_exact():
    claim = Claim(MOST)
    found = compare(claim, {Path.NEUTRAL: Recovery(D("33.33"), after(365))}, ON, D(0), Sale(MOST // 3, ON))
    assert found.row(Way.HOLD).outcomes[Path.NEUTRAL].value == MOST * 3333 // 10000
    even = found.break_evens[0].further
    assert even is not None
    assert part(MOST, even) == MOST // 3


# ------------------------------------------------------------------------------------------ properties

cents = st.integers(1, 10**12)
rates = st.decimals(0, 60, places=3)
percents = st.decimals(0, 200, places=4)
days = st.integers(0, 4000).map(after)
flows = st.lists(st.builds(Flow, days, cents), min_size=1, max_size=8)
claims = st.builds(
    Claim,
    st.integers(100_00, 10**12),
    declared=st.lists(st.builds(Declared, days, st.decimals(0, 30, places=2)), max_size=3).map(tuple),
)
sales = st.builds(
    lambda price, share, on, later, kept: Sale(price, on, 0, price * share // 100, on + timedelta(later), kept),
    cents, st.integers(0, 100), days, st.integers(0, 400), st.booleans(),
)  # fmt: skip
bonds = st.builds(
    lambda paid, face, pct: Bond(tuple(paid), face, pct), flows, cents, st.none() | st.decimals(1, 200, places=2)
)
recoveries = st.builds(Recovery, percents, days)


@given(flows, rates, rates)
def test_worth_falls_as_the_rate_rises(paid, one, other):
    low, high = sorted((one, other))
    assert present_value(paid, ON, low) >= present_value(paid, ON, high)
    assert present_value(paid, ON, D(0)) == sum(flow.cents for flow in paid)


@given(flows, st.lists(st.integers(0, 100), min_size=8, max_size=8), rates)
def test_splitting_payments_changes_nothing(paid, shares, rate):
    split = [
        piece
        for flow, share in zip(paid, shares, strict=False)
        for piece in (Flow(flow.on, flow.cents * share // 100), Flow(flow.on, flow.cents - flow.cents * share // 100))
    ]
    assert present_value(split, ON, rate) == present_value(paid, ON, rate)
    given_up = [Flow(ON, 10**6)]
    assert annual_return(given_up, split) == annual_return(given_up, paid)


@given(flows, st.integers(1, 10**13))
def test_at_its_annual_return_both_are_worth_the_same(paid, price):
    earned = annual_return([Flow(ON, price)], paid)
    if earned is None or earned == -100 or not earned > -99:
        return
    rate = float(earned) / 100
    worth = sum(flow.cents / (1 + rate) ** ((flow.on - ON).days / 365) for flow in paid)
    assert worth == pytest.approx(price, rel=1e-5)


@settings(max_examples=150)
@given(claims, sales, bonds, recoveries, rates)
def test_at_break_even_holding_is_worth_the_other_way(claim, sale, bond, recovery, rate):
    before = compare(claim, {Path.NEUTRAL: recovery}, ON, rate, sale, bond)
    for even in before.break_evens:
        assert even.further is not None
        if even.further > 1000:
            continue  # such a path may not be entered
        there = compare(claim, {Path.NEUTRAL: replace(recovery, further=even.further)}, ON, rate, sale, bond)
        held, other = (there.row(way).outcomes[Path.NEUTRAL].value for way in (Way.HOLD, even.against))
        assert abs(held - other) <= 2  # each side rounds its payments


@settings(max_examples=150)
@given(claims, sales, bonds, recoveries, rates)
def test_until_its_last_day_holding_is_worth_as_much_and_after_it_less(claim, sale, bond, recovery, rate):
    def lead(found: Comparison, against: Way) -> int:
        held, other = (found.row(way).outcomes[Path.NEUTRAL].value for way in (Way.HOLD, against))
        return held - other

    for even in compare(claim, {Path.NEUTRAL: recovery}, ON, rate, sale, bond).break_evens:
        at = {
            day: lead(compare(claim, {Path.NEUTRAL: replace(recovery, on=day)}, ON, rate, sale, bond), even.against)
            for day in ([ON] if even.last_day is None else [ON, even.last_day, even.last_day + timedelta(1)])
            if (day - ON).days <= 36_525
        }
        if even.verdict is Verdict.NEVER:
            assert at[ON] <= 2
        else:
            assert at[ON] >= -2
        if even.last_day is not None:
            assert at[even.last_day] >= -2
            assert at[even.last_day + timedelta(1)] <= 2


@settings(max_examples=150)
@given(claims, sales, bonds, recoveries, rates)
def test_a_second_reckoning_by_floats_agrees(claim, sale, bond, recovery, rate):
    left = claim.amount * float(recovery.further) / 100
    estate, passed = [], []
    for one in sorted(claim.declared, key=lambda one: one.on):
        now = min(left, claim.amount * float(one.pct) / 100)
        estate.append((one.on, now))
        passed.append((one.on, now if sale.keeps_declared else 0.0))
        left -= now
    estate.append((recovery.on, left))
    sold = [
        (sale.paid_on, float(sale.price - sale.fees - sale.holdback)),
        (sale.holdback_on, float(sale.holdback)),
        *passed,
    ]
    scale = bond.own_face(claim) / bond.face
    lent = [(flow.on, flow.cents * scale) for flow in bond.flows]
    found = compare(claim, {Path.NEUTRAL: recovery}, ON, rate, sale, bond)
    for way, paid in ((Way.HOLD, estate), (Way.SALE, sold), (Way.BOND, lent)):
        outcome = found.row(way).outcomes[Path.NEUTRAL]
        worth = sum(c / (1 + float(rate) / 100) ** ((day - ON).days / 365) for day, c in paid)
        assert outcome.value == pytest.approx(worth, abs=3, rel=1e-9)
        assert outcome.total == pytest.approx(sum(c for _, c in paid), abs=2, rel=1e-9)
        assert [flow.on for flow in outcome.flows] == sorted(flow.on for flow in outcome.flows)
        assert all(earlier.on <= later.on for earlier, later in pairwise(outcome.flows))


# ------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("cents", lambda: Claim(D("1.5"))),  # type: ignore[arg-type]
        ("cents", lambda: Claim(True)),
        ("zero", lambda: Claim(0)),
        ("negative", lambda: Claim(1, -1)),
        ("too_much", lambda: Claim(MOST + 1)),
        ("order", lambda: Claim(1, 0, (D(2), D(1)))),
        ("not_a_percent", lambda: Claim(1, 0, (D("NaN"), D(1)))),
        ("negative", lambda: Claim(1, declared=(Declared(ON, D(-1)),))),
        ("zero", lambda: Sale(100, ON, fees=100)),
        ("holdback", lambda: Sale(100, ON, holdback=101, holdback_on=ON)),
        ("holdback", lambda: Sale(100, ON, holdback=1)),
        ("no_flows", lambda: Bond((), 100)),
        ("negative", lambda: Bond((Flow(ON, -1),), 100)),
        ("zero", lambda: Bond((Flow(ON, 1),), 0)),
        ("absurd", lambda: Bond((Flow(ON, 1),), 1, D(1001))),
    ],
)
def test_what_cannot_be_meant_is_refused_when_made(code, bad):
    with pytest.raises(Invalid) as refused:
        bad()
    assert refused.value.code == code
    assert refused.value.data["field"]


ONE = D(1)


def paths(further: Any = ONE, on: Any = ON) -> dict[Path, Recovery]:
    return {Path.NEUTRAL: Recovery(further, on)}


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("no_path", lambda: compare(PAID, {}, ON, D(1))),
        ("negative", lambda: compare(PAID, paths(), ON, D(-1))),
        ("absurd", lambda: compare(PAID, paths(), ON, D(101))),
        ("not_a_percent", lambda: compare(PAID, paths(), ON, 5.0)),  # type: ignore[arg-type]
        ("absurd", lambda: compare(PAID, paths(D(1001)), ON, D(1))),
        ("negative", lambda: compare(PAID, paths(D(-1)), ON, D(1))),
        ("in_the_past", lambda: compare(PAID, paths(on=after(-1)), ON, D(1))),
        ("too_far", lambda: compare(PAID, paths(on=date(2150, 1, 1)), ON, D(1))),
        ("not_a_day", lambda: compare(PAID, paths(on=datetime(2027, 1, 1)), ON, D(1))),  # noqa: DTZ001 - what must fail
        ("in_the_past", lambda: compare(PAID, paths(), ON, D(1), Sale(1, after(-1)))),
        ("in_the_past", lambda: compare(PAID, paths(), ON, D(1), None, Bond((Flow(after(-1), 1),), 1))),
        ("in_the_past", lambda: compare(replace(PAID, declared=(Declared(after(-1), D(1)),)), paths(), ON, D(1))),
        ("currencies_mixed", lambda: compare(PAID, paths(), ON, D(1), replace(SALE, currency="HKD"))),
        ("currencies_mixed", lambda: compare(PAID, paths(), ON, D(1), None, replace(BOND, currency="CNY"))),
    ],
)
def test_what_cannot_be_compared_is_refused(code, ask):
    with pytest.raises(Invalid) as refused:
        ask()
    assert refused.value.code == code
