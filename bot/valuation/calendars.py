"""Which days are business days where a bond is paid, and how far anybody knows them.

Holidays are QuantLib's. Hong Kong and the mainland announce theirs a year at a time, so QuantLib
has tables: complete for 2004 to 2026 in version 1.44. Later years have only weekends and holidays
of a fixed date, no lunar new year: a date worked out there may move by days, and whoever shows it
MUST say so when `known` is False. For 2027 the days that follow from the law and the lunar calendar
are added here, worked out and not announced: they are still not `known`. The days of the Federal
Reserve follow from rules of law and have no end, unless the law changes.

QuantLib is loaded by the first question, never at the start of a process.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any


class Calendar(StrEnum):
    """Where a payment must be possible."""

    NONE = "none"  #: nowhere in particular: every day counts, weekends too
    US = "US"  #: the Federal Reserve: days on which dollars move between banks
    HK = "HK"  #: Hong Kong: general holidays
    CN = "CN"  #: the mainland inter-bank market: holidays, and the weekends worked in exchange for them


class Convention(StrEnum):
    """Where a payment goes whose day is no business day. Interest does not change by it."""

    UNADJUSTED = "unadjusted"  #: nowhere
    FOLLOWING = "following"  #: to the next business day
    MODIFIED_FOLLOWING = "modified_following"  #: to the next; if that is in the next month, to the one before
    PRECEDING = "preceding"  #: to the business day before


#: the years for which every holiday is known; None: no end
REACH: Mapping[Calendar, tuple[int, int | None]] = {
    Calendar.US: (2022, None),  # with Juneteenth, a holiday since 2021
    Calendar.HK: (2004, 2026),
    Calendar.CN: (2004, 2026),
}

#: 2027 as far as it can be worked out: Hong Kong's General Holidays Ordinance; the mainland's days of rest by law
#: (State Council order 795, 2024-11-10) with those on a weekend in lieu on the next working days. Both agree with
#: the library holidays 0.109 on 2026-11-22. UNVERIFIED: neither Gazette nor the State Council's notice was found,
#: and the notice moves the mainland's days and makes weekends worked.
_WORKED_OUT: Mapping[Calendar, tuple[str, ...]] = {
    Calendar.HK: (
        "2027-02-08", "2027-02-09", "2027-03-26", "2027-03-29", "2027-04-05", "2027-05-13", "2027-06-09",
        "2027-09-16", "2027-10-01", "2027-10-08", "2027-12-27",
    ),
    Calendar.CN: (
        "2027-02-05", "2027-02-08", "2027-02-09", "2027-02-10", "2027-04-05", "2027-05-03", "2027-05-04",
        "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-04", "2027-10-05",
    ),
}  # fmt: skip


def known(calendar: Calendar, *days: date) -> bool:
    """Whether all holidays of these days' years are known."""
    if calendar not in REACH:
        return True
    first, last = REACH[calendar]
    return all(first <= day.year and (last is None or day.year <= last) for day in days)


def is_business_day(day: date, calendar: Calendar) -> bool:
    """Whether payments are made on this day."""
    return bool(_calendar(calendar).isBusinessDay(to_quantlib(day)))


def moved(day: date, calendar: Calendar, convention: Convention) -> date:
    """The day on which a payment that falls due on `day` is made."""
    ql = quantlib()
    how = {
        Convention.UNADJUSTED: ql.Unadjusted,
        Convention.FOLLOWING: ql.Following,
        Convention.MODIFIED_FOLLOWING: ql.ModifiedFollowing,
        Convention.PRECEDING: ql.Preceding,
    }[convention]
    return from_quantlib(_calendar(calendar).adjust(to_quantlib(day), how))


def business_days_later(day: date, days: int, calendar: Calendar) -> date:
    """So many business days after a day; before it when `days` is negative."""
    ql = quantlib()
    return from_quantlib(_calendar(calendar).advance(to_quantlib(day), days, ql.Days))


@cache
def quantlib() -> Any:
    """The library, loaded when first needed: it takes a tenth of a second and some 40 MB."""
    import QuantLib

    return QuantLib


def to_quantlib(day: date) -> Any:
    """A day as QuantLib has it."""
    return quantlib().Date(day.day, day.month, day.year)


def from_quantlib(day: Any) -> date:
    """A day as Python has it."""
    return date(day.year(), int(day.month()), day.dayOfMonth())


@cache
def _calendar(calendar: Calendar) -> Any:
    ql = quantlib()
    match calendar:
        case Calendar.US:
            found = ql.UnitedStates(ql.UnitedStates.FederalReserve)
        case Calendar.HK:
            found = ql.HongKong()
        case Calendar.CN:
            found = ql.China(ql.China.IB)
        case Calendar.NONE:
            found = ql.NullCalendar()
    for day in _WORKED_OUT.get(calendar, ()):
        found.addHoliday(to_quantlib(date.fromisoformat(day)))
    return found
