"""Working hours and holidays: time is counted only while somebody sits there."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.support import hours
from bot.valuation.calendars import Calendar, is_business_day

CN, HK = hours.desks()["CN"], hours.desks()["HK"]


def beijing(text: str) -> datetime:
    """A moment on the clock of Beijing."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(("desk", "calendar"), [(CN, Calendar.CN), (HK, Calendar.HK)])
def test_every_day_of_2026_agrees_with_another_source(desk: hours.Desk, calendar: Calendar) -> None:
    days = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    assert [day for day in days if hours.works(desk, day) != is_business_day(day, calendar)] == []
    assert hours.known(desk, days[0])
    assert not hours.known(desk, date(2027, 3, 1)), "what is not announced is not known"


def test_each_language_has_a_desk() -> None:
    assert hours.desk_for("zh_Hans") is CN
    assert {hours.desk_for(locale).name for locale in ("zh_Hant", "zh_Hant_HK", "en")} == {"HK"}
    assert hours.desk_for("ru") is CN


def test_when_somebody_is_back() -> None:
    assert hours.opens(CN, beijing("2026-11-20T18:31")) == beijing("2026-11-23T09:30"), "after Friday comes Monday"
    assert hours.opens(CN, beijing("2026-09-30T19:00")) == beijing("2026-10-08T09:30"), "a week of holidays"
    assert hours.opens(CN, beijing("2026-10-10T08:00")) == beijing("2026-10-10T09:30"), "a Saturday that is worked"
    assert hours.opens(CN, beijing("2026-11-23T12:45")) == beijing("2026-11-23T13:30"), "noon"
    assert hours.opens(HK, beijing("2026-11-23T10:15")) == beijing("2026-11-23T10:15"), "now"
    assert hours.is_open(CN, beijing("2026-11-23T09:30"))
    assert not hours.is_open(CN, beijing("2026-11-23T12:30")), "the last second is not"


def test_time_is_counted_over_noon_night_and_weekend() -> None:
    friday = beijing("2026-11-20T17:30")
    assert hours.after(CN, friday, 3600) == beijing("2026-11-20T18:30")
    assert hours.after(CN, friday, 3601) == beijing("2026-11-23T09:30:01")
    assert hours.after(CN, friday, 3600 + 4 * 3600) == beijing("2026-11-23T14:30")
    assert hours.between(CN, friday, beijing("2026-11-23T14:30")) == 5 * 3600
    assert CN.day_seconds == 8 * 3600


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(0, 400 * 3600), st.sampled_from([CN, HK]))
def test_what_was_added_is_what_lies_between(since: datetime, seconds: int, desk: hours.Desk) -> None:
    until = hours.after(desk, since, seconds)
    assert until >= since
    assert abs(hours.between(desk, since, until) - seconds) <= 1


@given(st.lists(moments, min_size=3, max_size=3))
def test_time_adds_up(three: list[datetime]) -> None:
    a, b, c = sorted(three)
    assert abs(hours.between(CN, a, b) + hours.between(CN, b, c) - hours.between(CN, a, c)) <= 2


def test_a_calendar_that_says_nothing_is_refused() -> None:
    broken = hours.FILE.read_text(encoding="utf-8").replace('off = ["01-01"', 'off = ["01-03"', 1)
    with pytest.raises(ValueError, match="2026-01-03"):
        hours.read(broken)
