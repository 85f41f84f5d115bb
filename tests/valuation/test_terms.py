"""Terms that cannot be meant are refused by name; what can be meant pays to the cent."""

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.errors import Invalid
from bot.valuation import bonds
from bot.valuation.bonds import BondTerms, DayCount, Exit, ExitKind, Instalment, Right
from bot.valuation.calendars import Calendar, Convention

GOOD: dict[str, Any] = {
    "face": 100_000_00,
    "currency": "USD",
    "coupon": Decimal("6.5"),
    "frequency": 2,
    "day_count": DayCount.THIRTY_360,
    "issued": date(2026, 3, 16),
    "maturity": date(2029, 6, 30),
}


def terms(**other: Any) -> BondTerms:
    """A bond in order, with some terms changed."""
    return BondTerms(**GOOD | other)


def parts(*told: tuple[date, str]) -> tuple[Instalment, ...]:
    return tuple(Instalment(day, Decimal(share)) for day, share in told)


def rights(*told: tuple[date, str]) -> tuple[Right, ...]:
    return tuple(Right(day, Decimal(price)) for day, price in told)


ENDS = [date(2028, 6, 30), date(2029, 6, 30)]


@pytest.mark.parametrize(
    ("field", "code", "changes"),
    [
        ("face", "cents", {"face": Decimal("100000.005")}),
        ("face", "cents", {"face": 100000.0}),
        ("face", "cents", {"face": True}),
        ("face", "zero", {"face": 0}),
        ("face", "negative", {"face": -1}),
        ("face", "too_much", {"face": 10**14 + 1}),
        ("currency", "currency", {"currency": "JPY"}),
        ("currency", "currency", {"currency": "usd"}),
        ("coupon", "negative", {"coupon": Decimal("-0.01")}),
        ("coupon", "absurd", {"coupon": Decimal("50.01")}),
        ("coupon", "not_a_percent", {"coupon": Decimal("NaN")}),
        ("coupon", "not_a_percent", {"coupon": Decimal("Infinity")}),
        ("coupon", "not_a_percent", {"coupon": 6.5}),
        ("coupon", "not_a_percent", {"coupon": Decimal("6.00000000001")}),
        ("frequency", "frequency", {"frequency": 3}),
        ("frequency", "frequency", {"frequency": Decimal(2)}),
        ("frequency", "frequency", {"frequency": -2}),
        ("frequency", "no_frequency", {"frequency": 0}),
        ("frequency", "idle_frequency", {"coupon": Decimal(0)}),
        ("day_count", "day_count", {"day_count": "ACT/364"}),
        ("day_count", "day_count", {"day_count": None}),
        ("calendar", "calendar", {"calendar": "JP"}),
        ("convention", "convention", {"convention": "nearest"}),
        ("issued", "not_a_day", {"issued": datetime(2026, 3, 16, tzinfo=UTC)}),
        ("maturity", "not_a_day", {"maturity": "2029-06-30"}),
        ("issued", "too_early", {"issued": date(1969, 12, 31)}),
        ("maturity", "too_far", {"maturity": date(2127, 3, 16)}),
        ("maturity", "too_far", {"issued": date(2150, 1, 1), "maturity": date(2199, 1, 1)}),
        ("maturity", "matures_early", {"maturity": date(2026, 3, 16)}),
        ("maturity", "matures_early", {"maturity": date(2020, 3, 16)}),
        ("end_of_month", "end_of_month", {"maturity": date(2029, 6, 29), "end_of_month": True}),
        ("first_coupon", "first_coupon", {"first_coupon": date(2026, 7, 1)}),
        ("first_coupon", "first_coupon", {"first_coupon": date(2025, 12, 30)}),
        ("first_coupon", "first_coupon", {"first_coupon": date(2029, 12, 30)}),
        ("first_coupon", "first_coupon", {"coupon": Decimal(0), "frequency": 0, "first_coupon": date(2027, 6, 30)}),
        ("first_coupon", "not_a_day", {"first_coupon": "2026-12-30"}),
        ("instalments", "instalment_days", {"instalments": parts((date(2028, 6, 29), "50"), (ENDS[1], "50"))}),
        ("instalments", "instalment_days", {"instalments": parts((ENDS[1], "50"), (ENDS[0], "50"))}),
        ("instalments", "instalment_days", {"instalments": parts((ENDS[1], "50"), (ENDS[1], "50"))}),
        (
            "instalments",
            "instalment_days",
            {"instalments": parts((date(2026, 6, 30), "50"), (ENDS[1], "50")), "first_coupon": date(2026, 12, 30)},
        ),
        (
            "instalments",
            "instalment_days",
            {"coupon": Decimal(0), "frequency": 0, "instalments": parts((ENDS[0], "50"), (ENDS[1], "50"))},
        ),
        ("instalments", "instalment_shares", {"instalments": parts((ENDS[0], "50"), (ENDS[1], "49.99"))}),
        ("instalments", "instalment_shares", {"instalments": parts((ENDS[0], "100"))}),
        ("instalments", "negative", {"instalments": parts((ENDS[0], "-1"), (ENDS[1], "101"))}),
        ("instalments", "absurd", {"instalments": parts((ENDS[0], "0"), (ENDS[1], "100"))}),
        ("calls", "right_days", {"calls": rights((date(2026, 3, 16), "101"))}),
        ("calls", "right_days", {"calls": rights((date(2029, 6, 30), "101"))}),
        ("puts", "right_days", {"puts": rights((date(2030, 6, 30), "99"))}),
        ("calls", "right_overlaps", {"calls": rights((ENDS[0], "101"), (ENDS[0], "102"))}),
        ("puts", "right_overlaps", {"puts": rights((ENDS[0], "99"), (date(2027, 6, 30), "99"))}),
        ("calls", "absurd", {"calls": rights((ENDS[0], "0"))}),
        ("calls", "absurd", {"calls": rights((ENDS[0], "200.01"))}),
        ("issue_price", "absurd", {"issue_price": Decimal(0)}),
        ("issue_price", "absurd", {"issue_price": Decimal(201)}),
        ("issue_price", "negative", {"issue_price": Decimal(-1)}),
    ],
)
def test_a_fault_is_named(field: str, code: str, changes: dict[str, Any]):
    with pytest.raises(Invalid) as fault:
        terms(**changes)
    assert (fault.value.data["field"], fault.value.code) == (field, code)


def test_terms_in_order_pass_and_do_not_change():
    told = terms(
        day_count="ACT/365",
        calendar="HK",
        convention="modified_following",
        first_coupon=date(2026, 12, 30),
        instalments=parts((ENDS[0], "40"), (ENDS[1], "60")),
        calls=rights((date(2027, 6, 30), "102"), (date(2028, 6, 30), "101")),
        puts=rights((date(2028, 6, 30), "99")),
        issue_price=Decimal("98.25"),
    )
    assert told.day_count == DayCount.ACT_365
    with pytest.raises(dataclasses.FrozenInstanceError):
        told.face = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 3, 15), "before_issue"),
        (date(2029, 6, 30), "matured"),
        (date(2031, 1, 1), "matured"),
        (datetime(2027, 1, 1, tzinfo=UTC), "not_a_day"),
    ],
)
def test_a_bond_is_reckoned_within_its_life_only(on: date, code: str):
    told = terms()
    for ask in (
        lambda: bonds.check_live(told, on),
        lambda: bonds.accrued(told, on),
        lambda: bonds.accrued_cents(told, on),
        lambda: bonds.cost(told, on, Decimal(99)),
        lambda: bonds.exits(told, on),
        lambda: bonds.clean_price(told, on, Decimal(6)),
        lambda: bonds.yield_of(told, on, Decimal(99)),
        lambda: bonds.figures(told, on, Decimal(99)),
    ):
        with pytest.raises(Invalid) as fault:
            ask()
        assert fault.value.code == code


@pytest.mark.parametrize("clean", [Decimal(0), Decimal(-1), Decimal("200.01"), Decimal("NaN"), 99.0])
def test_a_price_that_is_none(clean: Any):
    for ask in (bonds.figures, bonds.yield_of, bonds.cost, bonds.yield_to_worst):
        with pytest.raises(Invalid):
            ask(terms(), date(2027, 1, 5), clean)


@pytest.mark.parametrize("asked", [Decimal(-200), Decimal(-1000), Decimal(100_001), Decimal("NaN"), 6.5])
def test_a_yield_that_is_none(asked: Any):
    with pytest.raises(Invalid):
        bonds.clean_price(terms(), date(2027, 1, 5), asked)


# ------------------------------------------------------------------------------------------ payments


def test_a_short_first_period_and_holidays():
    """Issued between coupon dates; 2026-12-30 and 2027-06-30 are ordinary days, 2028-12-30 is a Saturday."""
    paid = bonds.payments(terms(calendar=Calendar.HK))
    assert [(one.due, one.on) for one in paid] == [
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 12, 30), date(2026, 12, 30)),
        (date(2027, 6, 30), date(2027, 6, 30)),
        (date(2027, 12, 30), date(2027, 12, 30)),
        (date(2028, 6, 30), date(2028, 6, 30)),
        (date(2028, 12, 30), date(2029, 1, 2)),
        (date(2029, 6, 30), date(2029, 7, 3)),  # Saturday, Sunday, and Monday the 2nd for 1 July
    ]
    # 104 days of 360 at 6.5 % of 100,000, then 3,250.00 each
    assert [one.interest for one in paid] == [1877_78, *[3250_00] * 6]
    assert [one.total for one in paid][-1] == 103_250_00
    assert [one.known for one in paid] == [True, True, False, False, False, False, False]


def test_days_nobody_moves_are_known():
    assert all(one.known for one in bonds.payments(terms()))
    assert all(one.known for one in bonds.payments(terms(calendar=Calendar.CN, convention=Convention.UNADJUSTED)))


def test_coupon_dates_at_the_end_of_months():
    plain = terms(issued=date(2026, 6, 30), maturity=date(2028, 6, 30))
    assert bonds.coupon_dates(plain)[0] == date(2026, 12, 30)
    assert bonds.coupon_dates(dataclasses.replace(plain, end_of_month=True))[0] == date(2026, 12, 31)
    leap = terms(issued=date(2026, 2, 28), maturity=date(2028, 8, 31))
    assert bonds.coupon_dates(leap)[-2] == date(2028, 2, 29)
    assert bonds.coupon_dates(leap)[1] == date(2027, 2, 28)


def test_periods_that_touch_february_bear_equal_interest_by_30_360():
    told = terms(issued=date(2026, 8, 31), maturity=date(2029, 8, 31))
    assert {one.interest for one in bonds.payments(told)} == {3250_00}
    assert bonds.accrued_cents(told, date(2027, 2, 27)) == 3195_83  # 177 days


def test_a_long_first_period():
    told = terms(first_coupon=date(2026, 12, 30))
    first, second, *_ = bonds.payments(told)
    assert (first.due, first.interest) == (date(2026, 12, 30), 5127_78)  # 284 days
    assert second.interest == 3250_00


def test_thirds_of_a_face_that_is_no_multiple_of_three():
    days = [date(2027, 6, 30), date(2028, 6, 30), date(2029, 6, 30)]
    told = terms(face=100, instalments=parts((days[0], "33.33"), (days[1], "33.33"), (days[2], "33.34")))
    assert [one.principal for one in bonds.payments(told) if one.principal] == [33, 34, 33]
    assert [bonds.owed(told, day) for day in (date(2027, 6, 29), *days[:2])] == [100, 67, 33]


def test_half_a_cent_is_rounded_up():
    told = terms(face=100, coupon=Decimal(1), issued=date(2026, 6, 30))
    assert {one.interest for one in bonds.payments(told)} == {1}  # half a cent each
    assert {one.interest for one in bonds.payments(dataclasses.replace(told, coupon=Decimal("0.9999")))} == {0}


def test_money_stays_exact_where_floats_would_not():
    told = terms(face=10**14, coupon=Decimal("7.0000000001"), frequency=1, issued=date(2026, 6, 30))
    assert bonds.payments(told)[0].interest == 7_000_000_000_100


def test_a_zero_pays_once():
    told = terms(coupon=Decimal(0), frequency=0)
    [only] = bonds.payments(told)
    assert (only.due, only.interest, only.principal, only.owed) == (date(2029, 6, 30), 0, 100_000_00, 0)
    assert bonds.coupon_dates(told) == ()
    assert bonds.current_yield(told, Decimal(80)) == 0


# ------------------------------------------------------------------------------------------ early ends


def test_a_call_between_coupon_dates_pays_accrued_interest_and_its_price():
    told = terms(calls=rights((date(2028, 3, 15), "102.5")))
    way = Exit(ExitKind.CALL, date(2028, 3, 15), Decimal("102.5"))
    last = bonds.payments(told, way)[-1]
    assert (last.due, last.principal, last.premium, last.owed) == (date(2028, 3, 15), 100_000_00, 2_500_00, 0)
    assert last.interest == bonds.accrued_cents(told, date(2028, 3, 15)) == 1354_17  # 75 days
    assert way in bonds.exits(told, date(2028, 3, 14))
    assert way not in bonds.exits(told, date(2028, 3, 15))


def test_a_call_after_an_instalment_ends_what_is_left():
    told = terms(instalments=parts((ENDS[0], "40"), (ENDS[1], "60")), calls=rights((ENDS[0], "101")))
    last = bonds.payments(told, Exit(ExitKind.CALL, ENDS[0], Decimal(101)))[-1]
    assert (last.principal, last.premium, last.owed) == (100_000_00, 600_00, 0)


def test_the_worst_is_the_early_call_when_bought_above_it():
    told = terms(calls=rights((date(2027, 6, 30), "101"), (ENDS[0], "100")), puts=rights((date(2026, 12, 30), "90")))
    worst, least = bonds.yield_to_worst(told, date(2026, 6, 30), Decimal(104))
    assert (worst.kind, worst.on) == (ExitKind.CALL, date(2027, 6, 30))
    assert least < bonds.yield_of(told, date(2026, 6, 30), Decimal(104))
    worst, least = bonds.yield_to_worst(told, date(2026, 6, 30), Decimal(95))
    assert worst == told.at_maturity
    assert least == bonds.figures(told, date(2026, 6, 30), Decimal(95)).yield_to_maturity


def test_a_call_tomorrow_far_above_the_price_is_not_the_worst():
    told = terms(calls=rights((date(2027, 3, 2), "150")))
    on = date(2027, 3, 1)
    with pytest.raises(Invalid, match="no_yield"):
        bonds.yield_of(told, on, Decimal(30), bonds.exits(told, on)[1])
    worst, _ = bonds.yield_to_worst(told, on, Decimal(30))
    assert worst == told.at_maturity


def test_prices_are_of_what_is_still_owed():
    told = terms(instalments=parts((ENDS[0], "40"), (ENDS[1], "60")))
    on = ENDS[0]
    said = bonds.figures(told, on, Decimal(98))
    assert said.cost == 58_800_00
    rest = terms(face=60_000_00, issued=on)
    assert said == bonds.figures(rest, on, Decimal(98))


def test_the_yield_of_a_whole_year_is_told_too():
    said = bonds.figures(terms(frequency=12, day_count="ACT/ACT"), date(2026, 6, 30), Decimal(100))
    assert float(said.annual or 0) == pytest.approx(
        ((1 + float(said.yield_to_maturity) / 1200) ** 12 - 1) * 100, abs=1e-8
    )
    almost_over = bonds.figures(terms(coupon=Decimal(0), frequency=0), date(2029, 6, 27), Decimal(40))
    assert almost_over.annual is None


@pytest.mark.parametrize("day", [date(2026, 3, 16), date(2025, 1, 1), date(2029, 7, 1)])
def test_no_end_lies_outside_the_life(day: date):
    way = Exit(ExitKind.CALL, day, Decimal(101))
    for ask in (
        lambda: bonds.payments(terms(), way),
        lambda: bonds.yield_of(terms(), date(2026, 3, 16), Decimal(99), way),
        lambda: bonds.dirty_price(terms(), date(2026, 3, 16), Decimal(6), way),
    ):
        with pytest.raises(Invalid, match="right_days"):
            ask()
