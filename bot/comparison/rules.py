"""What is compared: a claim, what is offered for it, and the paths that its owner moves.

Everything a person moved is carried by the buttons themselves (`Board.packed`), so that looking and moving
write nothing and an old button still shows what it showed. What comes in by a button is checked like
anything else that is typed: it may be anybody's.

Where a figure of the beginning comes from
  received   what a sale's terms say; else what was announced for the class; or nothing, if the owner says so
  paths      `valuation.compare.starting`, from the dated facts about the class
  day, rate  nobody knows them. The day is an assumption of ours, and said to be one; the rate is the one at
             which the plan counts interest on convenience claims, the only rate of the case with a source
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from bot.case import known
from bot.case.known import PlanClass
from bot.errors import Invalid, Refusal
from bot.valuation import compare
from bot.valuation.compare import Bond, BreakEven, Claim, Path, Recovery, Row, Sale, Way

#: percent a year, at which the plan counts interest on convenience claims
RATE = Decimal(9)
MOST_RATE, MOST_TOTAL = Decimal(50), Decimal(300)
#: the ceilings were named for the time until then and beyond (Paxtibi LLP FAQ, 2025-07-30)
NAMED_UNTIL = date(2027, 12, 31)
#: a day further away than this is no assumption but a slip
FARTHEST = timedelta(days=365 * 30)
#: what one tap moves
POINTS, MONTHS, RATE_POINTS = Decimal(5), 6, Decimal(1)
PATHS: Mapping[str, Path] = {"l": Path.LOWEST, "n": Path.NEUTRAL, "h": Path.HIGHEST}
#: so many offers fit one screen and one picture
MOST_OFFERS = 4
_HUNDREDTH = Decimal("0.01")


class NothingToCompare(Refusal):
    """The person has no such claim, or none that could be compared."""


class NotHere(Refusal):
    """On this channel nothing may be said about offers."""


@dataclass(frozen=True, slots=True)
class Quote:
    """An open offer, as far as it is compared; `offer` None: it cannot be reckoned.

    received  what its terms take as received; None where they say nothing of it
    """

    claim: str
    number: str
    kind: str
    offer: Sale | Bond | None
    received: int | None = None
    received_source: str = ""
    currency: str = "USD"
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Owned:
    """A claim of the person's. `plan_class` empty: it is not known; `residence` an ISO code or empty."""

    number: str
    amount: int
    plan_class: str
    allowed: bool
    residence: str
    demo: bool


# ------------------------------------------------------------------------------------------ what was moved


@dataclass(frozen=True, slots=True)
class Moved:
    """What its owner says instead of what we begin with; None: nothing.

    received  whether the owner has received what was announced for the class
    totals    percent of the petition amount that each path comes to in all, received included
    """

    claim: str
    received: bool | None = None
    totals: tuple[Decimal, Decimal, Decimal] | None = None
    on: date | None = None
    rate: Decimal | None = None

    def packed(self) -> str:
        """As the argument of a step: `ZQ-….y.9600.12250.14900.271231.9`, 42 bytes at most."""
        received = {None: "", True: "y", False: "n"}[self.received]
        totals = [str(int(one * 100)) for one in self.totals] if self.totals is not None else ["", "", ""]
        on = "" if self.on is None else self.on.strftime("%y%m%d")
        rate = "" if self.rate is None else f"{self.rate:f}"
        return ".".join((self.claim, received, *totals, on, rate)).rstrip(".")


_MOVED = re.compile(
    r"(?P<claim>[A-Z]{2}-[0-9A-Z]{7})?(\.(?P<received>[yn]?))?(\.(?P<l>[0-9]{0,5})\.(?P<n>[0-9]{0,5})\.(?P<h>[0-9]{0,5}))?"
    r"(\.(?P<on>([0-9]{6})?))?(\.(?P<rate>([0-9]{1,2})?))?",
    re.ASCII,
)


def unpacked(argument: str) -> Moved:
    """What `Moved.packed` wrote; whatever else it says is as if nothing had been moved."""
    found = _MOVED.fullmatch(argument)
    if found is None:
        return Moved("")
    said = {name: value or "" for name, value in found.groupdict().items()}
    totals = [Decimal(said[name]) / 100 for name in PATHS if said[name]]
    on: date | None
    try:
        on = date(2000 + int(said["on"][:2]), int(said["on"][2:4]), int(said["on"][4:])) if said["on"] else None
    except ValueError:
        on = None
    rate = Decimal(said["rate"]) if said["rate"] else None
    return Moved(
        said["claim"],
        {"": None, "y": True, "n": False}[said["received"]],
        in_order(totals) if len(totals) == len(PATHS) and max(totals) <= MOST_TOTAL else None,
        on,
        rate if rate is not None and rate <= MOST_RATE else None,
    )


def in_order(totals: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Three totals, none below the one before."""
    lowest, neutral, highest = totals
    return lowest, max(lowest, neutral), max(lowest, neutral, highest)


# ------------------------------------------------------------------------------------------ what is compared


@dataclass(frozen=True, slots=True)
class Line:
    """One way on the board: holding, or an offer. `row` None: the offer cannot be compared."""

    way: Way
    number: str
    row: Row | None
    even: BreakEven | None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Board:
    """Everything a screen or a picture shows.

    today       the day it is counted for
    lines       holding first, then the offers in the order in which they end; never by what they are worth
    reference   number of the sale against which yearly rates are counted; empty without one
    left_out    so many more offers there are
    assumed     `received` is an assumption of ours
    """

    owned: Owned
    today: date
    claim: Claim
    figures: PlanClass | None
    totals: Mapping[Path, Decimal]
    on: date
    rate: Decimal
    lines: tuple[Line, ...]
    reference: str
    left_out: int
    assumed: bool
    received_source: str
    demo: bool
    moved: Moved

    def standing(self) -> Moved:
        """Everything as it stands, spelled out: what one tap moves starts from here."""
        totals = in_order([self.totals[path] for path in Path])
        return replace(self.moved, claim=self.owned.number, totals=totals, on=self.on, rate=self.rate)


def figures_of(plan_class: str) -> PlanClass | None:
    """What is known of a class; None: of no use here."""
    found = next((one for one in known.shown_classes() if one.class_id == plan_class), None)
    return found if found is not None and found.paid is not None else None


@lru_cache(maxsize=128)
def board(owned: Owned, quotes: tuple[Quote, ...], moved: Moved, today: date) -> Board:
    """Set the ways of one claim side by side.

    Kept for a while: it takes milliseconds, and the table, the order of its picture and the picture ask in turn.
    """
    figures = figures_of(owned.plan_class)
    here = [quote for quote in quotes if quote.claim == owned.number]
    received, source, assumed = _received(owned, here, figures, moved)
    served = next((place.on_motion != "named" for place in known.places() if place.iso_code == owned.residence), True)
    paid = (figures.paid, figures.paid) if figures is not None and figures.paid is not None else None
    ceiling = figures.ceiling if figures is not None else None
    claim = Claim(owned.amount, received, paid, ceiling, allowed=owned.allowed, served=served)
    on = _day(moved.on, today)
    totals = _totals(claim, moved, on)
    rate = RATE if moved.rate is None else moved.rate
    further = {
        path: Recovery(max(totals[path] - claim.received_pct, Decimal(0)).quantize(compare.PLACES), on) for path in Path
    }
    shown = here[:MOST_OFFERS]
    reference = _reference([quote for quote in shown if isinstance(quote.offer, Sale)], today, rate)
    sale = reference.offer if reference is not None and isinstance(reference.offer, Sale) else None
    hold = compare.compare(claim, further, today, rate, sale)
    lines = [Line(Way.HOLD, "", hold.row(Way.HOLD), None)]
    lines += [_line(quote, claim, further, today, rate, sale) for quote in shown]
    return Board(
        owned=owned,
        today=today,
        claim=claim,
        figures=figures,
        totals=totals,
        on=on,
        rate=rate,
        lines=tuple(lines),
        reference=reference.number if reference is not None else "",
        left_out=len(here) - len(shown),
        assumed=assumed,
        received_source=source,
        demo=owned.demo or any(quote.demo for quote in shown),
        moved=replace(moved, claim=owned.number),
    )


def _line(
    quote: Quote, claim: Claim, further: Mapping[Path, Recovery], today: date, rate: Decimal, sale: Sale | None
) -> Line:
    way = Way(quote.kind)
    try:
        if isinstance(quote.offer, Sale):
            made = compare.compare(claim, further, today, rate, quote.offer)
        elif quote.offer is not None:
            made = compare.compare(claim, further, today, rate, sale, quote.offer)
        else:
            return Line(way, quote.number, None, None, quote.currency)
    except Invalid:
        return Line(way, quote.number, None, None, quote.currency)  # another currency, or days that are over
    even = next(one for one in made.break_evens if one.against is way and one.path is Path.NEUTRAL)
    return Line(way, quote.number, made.row(way), even)


def _received(owned: Owned, quotes: Sequence[Quote], figures: PlanClass | None, moved: Moved) -> tuple[int, str, bool]:
    """What the owner has received, who says so, and whether it is only assumed."""
    announced = compare.part(owned.amount, figures.paid) if figures is not None and figures.paid is not None else 0
    if moved.received is not None:
        return (announced if moved.received else 0), "", False
    said = next((quote for quote in quotes if quote.received is not None), None)
    if said is not None and said.received is not None:
        return said.received, said.received_source, False
    return announced, "", figures is not None


def _totals(claim: Claim, moved: Moved, on: date) -> dict[Path, Decimal]:
    if moved.totals is not None:
        return dict(zip(Path, moved.totals, strict=True))
    begin = compare.starting(claim, dict.fromkeys(Path, on))
    received = claim.received_pct.quantize(_HUNDREDTH, ROUND_DOWN)
    return {path: min(received + begin[path].further, MOST_TOTAL) for path in Path}


def _day(moved: date | None, today: date) -> date:
    tomorrow = today + timedelta(days=1)
    if moved is not None:
        return min(max(moved, tomorrow), today + FARTHEST)
    return max(NAMED_UNTIL, today + timedelta(days=365))


def _reference(sales: Sequence[Quote], today: date, rate: Decimal) -> Quote | None:
    """The sale that pays most today: what is given up by not selling."""

    def worth(quote: Quote) -> int:
        assert isinstance(quote.offer, Sale)
        made = compare.compare(Claim(1), {Path.LOWEST: Recovery(Decimal(0), today)}, today, rate, quote.offer)
        return made.row(Way.SALE).outcomes[Path.LOWEST].value

    return max(sales, key=worth, default=None)


# ------------------------------------------------------------------------------------------ moving


def raised(standing: Moved, path: Path, points: Decimal) -> Moved:
    """One path moved by so many points; the paths above or below give way."""
    assert standing.totals is not None
    totals, place = list(standing.totals), list(Path).index(path)
    totals[place] = min(max(totals[place] + points, Decimal(0)), MOST_TOTAL)
    return replace(standing, totals=_around(totals, place))


def entered(standing: Moved, path: Path, total: Decimal, on: date | None) -> Moved:
    """One path as its owner typed it, and the day if one was typed."""
    assert standing.totals is not None
    totals, place = list(standing.totals), list(Path).index(path)
    totals[place] = total
    return replace(standing, totals=_around(totals, place), on=on or standing.on)


def _around(totals: Sequence[Decimal], place: int) -> tuple[Decimal, Decimal, Decimal]:
    held = totals[place]
    lowest, neutral, highest = (
        min(total, held) if other < place else max(total, held) for other, total in enumerate(totals)
    )
    return in_order((lowest, neutral, highest))


def put_off(standing: Moved, months: int, today: date) -> Moved:
    """The day so many months later, or earlier; never before tomorrow."""
    assert standing.on is not None
    months = standing.on.year * 12 + standing.on.month - 1 + months
    year, month = months // 12, months % 12 + 1
    day = min(standing.on.day, calendar.monthrange(year, month)[1])
    return replace(standing, on=_day(date(year, month, day), today))


def at_rate(standing: Moved, points: Decimal) -> Moved:
    """Another discount rate."""
    assert standing.rate is not None
    return replace(standing, rate=min(max(standing.rate + points, Decimal(0)), MOST_RATE))


# ------------------------------------------------------------------------------------------ what is typed


def read_total(percent: Decimal | None, text: str) -> str:
    """A path's total as it is kept: hundredths of a percent. A bare number is percent here.

    Raises Invalid: `not_a_percent`, `absurd`.
    """
    if percent is None:
        bare = re.fullmatch(r"\s*([0-9]{1,4}(?:\.[0-9]{1,4})?)\s*", text, re.ASCII)
        if bare is None:
            raise Invalid("not_a_percent")
        percent = Decimal(bare[1])
    if percent > MOST_TOTAL:
        raise Invalid("absurd")
    return str(int((percent * 100).quantize(Decimal(1), ROUND_DOWN)))


def kept_total(packed: str) -> Decimal:
    """A total as `read_total` keeps it, in percent."""
    return Decimal(packed) / 100


def read_day(day: date | None, today: date) -> str:
    """The day on which the rest comes, as it is kept. Raises Invalid: `not_a_day`, `past`, `far`."""
    if day is None:
        raise Invalid("not_a_day")
    if day <= today:
        raise Invalid("past")
    if day > today + FARTHEST:
        raise Invalid("far")
    return day.isoformat()
