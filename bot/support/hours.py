"""When people sit at the desks: working hours and holidays as dated data, and time counted in them.

Everything is asked with aware moments and answered in UTC. Beyond the last year of `calendar.toml`
only weekends are known: `known` says so, and whoever names a day to a creditor reads it there.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FILE = Path(__file__).with_name("calendar.toml")
#: nobody rests longer than this; a calendar that says so is broken
LONGEST_REST = 60
#: so far ahead time is counted: a ladder of five years is a fault
FAR = 5 * 366


@dataclass(frozen=True, slots=True)
class Desk:
    """One place where agents sit.

    hours     stretches of a working day, on its own clock
    off, on   days that are none though Monday to Friday, and weekends that are
    complete  years whose every day is known
    """

    name: str
    timezone: str
    hours: tuple[tuple[time, time], ...]
    languages: tuple[str, ...]
    off: frozenset[date]
    on: frozenset[date]
    complete: frozenset[int]

    @property
    def day_seconds(self) -> int:
        """How long a working day is."""
        return sum(_seconds(begin, end) for begin, end in self.hours)


def _seconds(begin: time, end: time) -> int:
    midnight = date(2000, 1, 1)
    return int((datetime.combine(midnight, end) - datetime.combine(midnight, begin)).total_seconds())


def read(text: str) -> Mapping[str, Desk]:
    """The desks of a calendar file. Raises ValueError for days that cannot be, and KeyError for what is missing."""
    raw: dict[str, Any] = tomllib.loads(text)
    desks = {}
    for name, desk in raw["desk"].items():
        off: set[date] = set()
        on: set[date] = set()
        for year, days in desk["year"].items():
            off |= {date.fromisoformat(f"{year}-{day}") for day in days["off"]}
            on |= {date.fromisoformat(f"{year}-{day}") for day in days["on"]}
        if wrong := [day for day in off if day.weekday() > 4] + [day for day in on if day.weekday() < 5]:
            raise ValueError(f"{name}: {min(wrong)} says nothing that its weekday does not")
        desks[name] = Desk(
            name,
            ZoneInfo(desk["timezone"]).key,
            tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in desk["hours"]),
            tuple(desk["languages"]),
            frozenset(off),
            frozenset(on),
            frozenset(int(year) for year, days in desk["year"].items() if days["complete"]),
        )
    return desks


@lru_cache(maxsize=1)
def desks() -> Mapping[str, Desk]:
    """The desks there are."""
    return read(FILE.read_text(encoding="utf-8"))


def desk_for(locale: str) -> Desk:
    """The desk that speaks a language; the first one where none does."""
    return next((desk for desk in desks().values() if locale in desk.languages), next(iter(desks().values())))


def works(desk: Desk, day: date) -> bool:
    """Whether anybody sits there on this day."""
    return day in desk.on or (day.weekday() < 5 and day not in desk.off)


def known(desk: Desk, day: date) -> bool:
    """Whether the calendar is complete for this day."""
    return day.year in desk.complete


def _stretches(desk: Desk, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work that end after a moment, in order, as UTC."""
    zone = ZoneInfo(desk.timezone)
    first = since.astimezone(zone).date()
    for ahead in range(FAR):
        day = first + timedelta(days=ahead)
        if not works(desk, day):
            continue
        for begin, end in desk.hours:
            opens = datetime.combine(day, begin, zone).astimezone(UTC)
            shuts = datetime.combine(day, end, zone).astimezone(UTC)
            if shuts > since:
                yield opens, shuts


def is_open(desk: Desk, at: datetime) -> bool:
    """Whether somebody sits there at this moment."""
    return next(_stretches(desk, at))[0] <= at


def opens(desk: Desk, at: datetime) -> datetime:
    """When somebody is there: this moment, or the next that is within hours."""
    return max(next(_stretches(desk, at))[0], at)


def after(desk: Desk, since: datetime, seconds: int) -> datetime:
    """The moment after so many seconds of work."""
    left = seconds
    for begin, end in _stretches(desk, since):
        start = max(begin, since)
        here = int((end - start).total_seconds())
        if left <= here:
            return start + timedelta(seconds=left)
        left -= here
    raise ValueError("too far ahead")


def between(desk: Desk, since: datetime, until: datetime) -> int:
    """How many whole seconds of work lie between two moments."""
    total = timedelta()
    for begin, end in _stretches(desk, since):
        if begin >= until:
            break
        total += min(end, until) - max(begin, since)
    return max(0, int(total.total_seconds()))
