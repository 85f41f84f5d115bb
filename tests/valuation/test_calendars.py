"""Business days, and how far the tables of holidays reach."""

from datetime import date, timedelta

import pytest

from bot.valuation.calendars import (
    REACH,
    Calendar,
    Convention,
    business_days_later,
    is_business_day,
    known,
    moved,
)

#: new year of the lunar calendar: business in neither place, in any year
LUNAR_NEW_YEAR = {
    2004: date(2004, 1, 22),
    2015: date(2015, 2, 19),
    2025: date(2025, 1, 29),
    2026: date(2026, 2, 17),
    # 2027 is added by us, worked out
    2028: date(2028, 1, 26),
}


@pytest.mark.parametrize("calendar", [Calendar.HK, Calendar.CN])
def test_the_tables_reach_as_far_as_we_say(calendar: Calendar):
    """Fails when a newer QuantLib knows more: then REACH is to be moved, and this with it."""
    for year, day in LUNAR_NEW_YEAR.items():
        assert is_business_day(day, calendar) != known(calendar, date(year, 6, 1)), year


def test_what_is_known():
    assert known(Calendar.CN, date(2026, 12, 31))
    assert not known(Calendar.CN, date(2026, 12, 31), date(2027, 1, 4))
    assert not known(Calendar.HK, date(2003, 12, 31))
    assert known(Calendar.US, date(2090, 7, 4))
    assert known(Calendar.NONE, date(1990, 1, 1), date(2190, 1, 1))
    assert set(REACH) == set(Calendar) - {Calendar.NONE}


@pytest.mark.parametrize(
    ("calendar", "closed"),
    [
        # the State Council's notice for 2026: seven holidays, with the working days between
        (
            Calendar.CN,
            "01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07",
        ),
        # the Government's list of general holidays for 2026, without those on weekends
        (Calendar.HK, "01-01 02-17 02-18 02-19 04-03 04-06 04-07 05-01 05-25 06-19 07-01 10-01 10-19 12-25"),
        # the Federal Reserve's: the 4th of July is a Saturday, so Friday is open
        (Calendar.US, "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25"),
    ],
)
def test_the_holidays_of_2026(calendar: Calendar, closed: str):
    days = (date(2026, 1, 1) + timedelta(days=day) for day in range(365))
    found = [day for day in days if day.weekday() < 5 and not is_business_day(day, calendar)]
    assert [f"{day:%m-%d}" for day in found] == closed.split()


@pytest.mark.parametrize(
    ("calendar", "before", "after"),
    [
        (Calendar.HK, date(2027, 2, 5), date(2027, 2, 10)),  # lunar new year
        (Calendar.HK, date(2027, 3, 25), date(2027, 3, 30)),  # Easter
        (Calendar.CN, date(2027, 2, 4), date(2027, 2, 11)),
        (Calendar.CN, date(2027, 9, 30), date(2027, 10, 6)),
    ],
)
def test_2027_is_worked_out_and_said_to_be_unknown(calendar: Calendar, before: date, after: date):
    assert business_days_later(before, 1, calendar) == after
    assert not known(calendar, before)


def test_weekends_worked_on_the_mainland_are_business_days_there():
    worked = [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    assert all(day.weekday() >= 5 and is_business_day(day, Calendar.CN) for day in worked)
    assert not any(is_business_day(day, Calendar.HK) or is_business_day(day, Calendar.US) for day in worked)


@pytest.mark.parametrize(
    ("convention", "paid"),
    [
        (Convention.UNADJUSTED, date(2026, 5, 31)),
        (Convention.FOLLOWING, date(2026, 6, 1)),
        (Convention.MODIFIED_FOLLOWING, date(2026, 5, 29)),
        (Convention.PRECEDING, date(2026, 5, 29)),
    ],
)
def test_a_sunday_at_the_end_of_a_month(convention: Convention, paid: date):
    assert moved(date(2026, 5, 31), Calendar.HK, convention) == paid
    assert moved(date(2026, 5, 31), Calendar.NONE, convention) == date(2026, 5, 31)


def test_business_days_are_counted_over_holidays_and_back():
    assert business_days_later(date(2026, 2, 13), 3, Calendar.CN) == date(2026, 2, 25)
    assert business_days_later(date(2026, 2, 25), -3, Calendar.CN) == date(2026, 2, 13)
    assert business_days_later(date(2026, 7, 2), 1, Calendar.US) == date(2026, 7, 3)
