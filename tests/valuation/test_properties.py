"""What holds for every bond, whatever its terms."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.valuation import bonds
from bot.valuation.bonds import BondTerms, DayCount, Exit, ExitKind, Instalment, Right
from bot.valuation.calendars import Calendar, Convention, quantlib
from tests.valuation.reckoner import months_before

#: loading QuantLib and making the first calendar takes longer than one example may
settings.register_profile("bonds", deadline=None, max_examples=60)
pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture(scope="module")
def loaded() -> None:
    """The library, before the clock of an example runs."""
    quantlib()


def percents(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=4)


@st.composite
def terms_of(draw: st.DrawFn, frequencies: tuple[int, ...] = bonds.FREQUENCIES) -> BondTerms:
    """A bond with or without coupons and instalments."""
    frequency = draw(st.sampled_from(frequencies))
    maturity = draw(st.dates(date(2024, 1, 1), date(2055, 12, 31)))
    step = 12 // (frequency or 1)
    count = draw(st.integers(1, 40))
    issued = months_before(maturity, step * count, False) - timedelta(days=draw(st.integers(0, 25)))
    instalments: tuple[Instalment, ...] = ()
    if frequency and count > 2 and draw(st.booleans()):
        backs = draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=4))
        days = sorted(months_before(maturity, step * back, False) for back in backs)
        days = [day for day in days if day > issued]
        shares = [Decimal(draw(st.integers(1, 20))) for _ in days]
        instalments = tuple(Instalment(day, share) for day, share in zip(days, shares, strict=True))
        instalments = (*instalments, Instalment(maturity, 100 - sum(shares, Decimal(0))))
    return BondTerms(
        face=draw(st.integers(1, bonds.MOST_FACE)),
        currency=draw(st.sampled_from(bonds.CURRENCIES)),
        coupon=draw(percents("0.01", "20")) if frequency else Decimal(0),
        frequency=frequency,
        day_count=draw(st.sampled_from(list(DayCount))),
        issued=issued,
        maturity=maturity,
        calendar=draw(st.sampled_from(list(Calendar))),
        convention=draw(st.sampled_from(list(Convention))),
        instalments=instalments,
    )


@st.composite
def held(draw: st.DrawFn, frequencies: tuple[int, ...] = bonds.FREQUENCIES) -> tuple[BondTerms, date]:
    """A bond and a day of its life. Not the last: in a 30/360 month no time passes from the 30th to the 31st."""
    terms = draw(terms_of(frequencies))
    days = (terms.maturity - terms.issued).days
    assume(days > 3)
    return terms, terms.issued + timedelta(days=draw(st.integers(0, days - 3)))


@given(held(), percents("-5", "60"), percents("0.01", "20"))
@settings(settings.get_profile("bonds"))
def test_the_price_falls_as_the_yield_rises(bond: tuple[BondTerms, date], low: Decimal, more: Decimal):
    terms, on = bond
    assert bonds.dirty_price(terms, on, low + more) < bonds.dirty_price(terms, on, low)


@given(held(), percents("-5", "60"))
@settings(settings.get_profile("bonds"))
def test_a_yield_comes_back_from_its_price(bond: tuple[BondTerms, date], asked: Decimal):
    terms, on = bond
    clean = bonds.clean_price(terms, on, asked)
    assume(Decimal(0) < clean <= bonds.MOST_PRICE)
    duration = bonds.figures(terms, on, clean).modified
    assume(duration > Decimal("0.001"))  # days before the end the ten decimals of a price do not hold a yield
    # ten decimals of a price are so many decimals of a yield
    slack = Decimal("1e-8") + Decimal("1e-10") * 100 / (duration * clean)
    assert abs(bonds.yield_of(terms, on, clean) - asked) <= slack


@given(held(), percents("20", "180"))
@settings(settings.get_profile("bonds"))
def test_a_price_comes_back_from_its_yield(bond: tuple[BondTerms, date], clean: Decimal):
    terms, on = bond
    found = bonds.yield_of(terms, on, clean)
    assert abs(bonds.clean_price(terms, on, found) - clean) <= Decimal("1e-8")


@given(terms_of((1, 2, 4, 12)), st.integers(0, 39))
@settings(settings.get_profile("bonds"))
def test_on_a_coupon_date_a_bond_at_par_yields_its_coupon(terms: BondTerms, which: int):
    assume(terms.day_count in (DayCount.THIRTY_360, DayCount.ACT_ACT))  # the two with equal coupons
    dates = bonds.coupon_dates(terms)[:-1]
    assume(dates)
    on = dates[which % len(dates)]
    assert bonds.clean_price(terms, on, terms.coupon) == pytest.approx(Decimal(100), abs=Decimal("1e-8"))
    said = bonds.figures(terms, on, Decimal(100))
    assert said.yield_to_maturity == pytest.approx(terms.coupon, abs=Decimal("1e-8"))
    assert said.accrued == 0
    assert said.current_yield == terms.coupon


@given(held(), percents("-2", "40"))
@settings(settings.get_profile("bonds"))
def test_repaying_in_parts_is_holding_a_bond_for_every_part(bond: tuple[BondTerms, date], asked: Decimal):
    """Splitting cash flows changes nothing: instalments are worth what bonds maturing with them are worth."""
    terms, on = bond
    rest = [part for part in terms.instalments if part.on > on]
    assume(rest and terms.first_coupon is None)
    owed = sum(part.share for part in rest)
    last = max(rest, key=lambda part: part.on)
    parts = Decimal(0)
    for part in rest:
        # a period too long for its bond's own grid is the first one: the same in all of them
        alone = replace(terms, maturity=part.on, instalments=())
        assume(set(bonds.coupon_dates(alone)) == {day for day in bonds.coupon_dates(terms) if day <= part.on})
        only_one_day = part is not last and sum(day > on for day in bonds.coupon_dates(alone)) == 1
        assume(not only_one_day)  # by itself it would be discounted simply
        parts += bonds.dirty_price(alone, on, asked) * part.share / owed
    assert abs(bonds.dirty_price(terms, on, asked) - parts) <= Decimal("1e-8")


@given(held(), percents("20", "180"))
@settings(settings.get_profile("bonds"))
def test_one_instalment_of_everything_is_no_instalment(bond: tuple[BondTerms, date], clean: Decimal):
    terms, on = bond
    plain = replace(terms, instalments=())
    told = replace(terms, instalments=(Instalment(terms.maturity, Decimal(100)),))
    assert bonds.payments(told) == bonds.payments(plain)
    assert bonds.figures(told, on, clean) == bonds.figures(plain, on, clean)


@given(held(), percents("20", "180"), st.integers(1, 99))
@settings(settings.get_profile("bonds"))
def test_two_holdings_pay_what_one_of_their_sum_pays(bond: tuple[BondTerms, date], clean: Decimal, part: int):
    terms, on = bond
    assume(terms.face > 1)
    one = max(1, terms.face * part // 100)
    small, large = replace(terms, face=one), replace(terms, face=terms.face - one)
    assert bonds.yield_of(small, on, clean) == bonds.yield_of(terms, on, clean)
    rows = zip(bonds.payments(small), bonds.payments(large), bonds.payments(terms), strict=True)
    for a, b, whole in rows:
        assert (a.due, a.on) == (whole.due, whole.on)
        assert abs(a.interest + b.interest - whole.interest) <= 2  # each is rounded, and on rounded principal
        assert abs(a.principal + b.principal - whole.principal) <= 2


@given(terms_of())
@settings(settings.get_profile("bonds"))
def test_principal_adds_up_to_the_face_value(terms: BondTerms):
    paid = bonds.payments(terms)
    assert sum(one.principal for one in paid) == terms.face
    assert paid[-1].owed == 0
    assert all(one.interest >= 0 and one.principal >= 0 and one.premium == 0 for one in paid)
    assert [one.due for one in paid] == sorted({one.due for one in paid})
    for one in paid:
        assert bonds.owed(terms, one.due) == one.owed if one.due < terms.maturity else one.owed == 0


@given(terms_of((1, 2, 4, 12)))
@settings(settings.get_profile("bonds"), max_examples=25)
def test_interest_accrues_from_nothing_to_the_coupon_and_never_falls(terms: BondTerms):
    start, before = terms.issued, Decimal(0)
    for paid in bonds.payments(terms)[:3]:
        for day in range((paid.due - start).days):
            now = bonds.accrued(terms, start + timedelta(days=day))
            assert now >= before
            before = now
        assert bonds.accrued_cents(terms, paid.due - timedelta(days=1)) <= paid.interest + 1
        start, before = paid.due, Decimal(0)
        if paid.due < terms.maturity:
            assert bonds.accrued(terms, paid.due) == 0


@given(held(), percents("40", "160"))
@settings(settings.get_profile("bonds"))
def test_duration_and_convexity_tell_how_the_price_moves(bond: tuple[BondTerms, date], clean: Decimal):
    terms, on = bond
    said = bonds.figures(terms, on, clean)
    assume(said.modified > Decimal("0.01") and said.yield_to_maturity < 500)
    step = Decimal("0.001")  # percent
    up = bonds.dirty_price(terms, on, said.yield_to_maturity + step)
    down = bonds.dirty_price(terms, on, said.yield_to_maturity - step)
    slope = float(down - up) / float(2 * step / 100) / float(said.dirty)
    bend = float(down + up - 2 * said.dirty) / float(step / 100) ** 2 / float(said.dirty)
    assert slope == pytest.approx(float(said.modified), rel=1e-4)
    assert bend == pytest.approx(float(said.convexity), rel=1e-2, abs=0.1)
    assert said.macaulay >= said.modified or said.yield_to_maturity < 0


@given(held(), percents("40", "160"), st.lists(st.integers(1, 10_000), min_size=1, max_size=4), percents("90", "115"))
@settings(settings.get_profile("bonds"))
def test_the_worst_is_no_better_than_any_other_end(
    bond: tuple[BondTerms, date], clean: Decimal, after: list[int], price: Decimal
):
    terms, on = bond
    life = (terms.maturity - terms.issued).days
    days = sorted({terms.issued + timedelta(days=1 + day % (life - 2)) for day in after})
    rights = tuple(Right(day, price) for day in days)
    terms = replace(terms, calls=rights, puts=rights)
    worst, least = bonds.yield_to_worst(terms, on, clean)
    assert worst.kind is not ExitKind.PUT
    assert least == bonds.yield_of(terms, on, clean, worst)
    assert all(least <= found for way in bonds.exits(terms, on) if (found := meant_yield(terms, on, clean, way)))
    for way in bonds.exits(terms, on):
        paid = bonds.payments(terms, way)
        assert sum(one.principal for one in paid) == terms.face
        assert paid[-1].due == way.on
        assert paid[-1].owed == 0


def meant_yield(terms: BondTerms, on: date, clean: Decimal, way: Exit) -> Decimal | None:
    """The yield until an exit; None when it is above all that is meant."""
    try:
        return bonds.yield_of(terms, on, clean, way)
    except Invalid as fault:
        if fault.code == "no_yield" and fault.data["above"]:
            return None
        raise


def test_threads_do_not_disturb_each_other():
    """Charts are drawn beside the loop: figures asked for from many threads are those of one."""
    lives = [
        BondTerms(10**7, "USD", Decimal(coupon), 4, day_count, date(2026, 1, 31), date(2036, 1, 31), Calendar.CN)
        for coupon in range(1, 9)
        for day_count in DayCount
    ]

    def ask(terms: BondTerms) -> object:
        return bonds.figures(terms, date(2026, 8, 5), Decimal(97)), bonds.payments(terms)

    alone = [ask(terms) for terms in lives]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(ask, lives)) == alone
