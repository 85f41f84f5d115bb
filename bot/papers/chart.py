"""A chart as data, and its picture: ways to go as groups of bars, for the width of a phone.

Everything said comes in translated. What a way gives up stands before what it brings, every bar has its
value beside it, and no text is cut: what is too long goes on in the next line, and the picture grows. The
hue says the kind of a way and the shade the path (Okabe and Ito's colours, which colour-blind readers tell
apart); nothing is said by colour alone. Pillow is loaded when a first picture is drawn.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from bot.papers.lines import broken
from bot.papers.paper import Face

WIDTH = 1080
MARGIN = 56
INNER = WIDTH - 2 * MARGIN

#: letter heights in pixels, and how much a line takes of them
TITLE, HEAD, BODY, NOTE = 46, 36, 29, 24
_LEADING = 1.42
_BAR, _BETWEEN, _GAP = 44, 12, 22
_LEAST = 4  # even nothing is a mark that can be seen

Colour = tuple[int, int, int]
_PAPER: Colour = (255, 255, 255)
_INK: Colour = (20, 24, 32)
_QUIET: Colour = (88, 94, 104)
_RULE: Colour = (208, 212, 218)
_GIVES: Colour = (122, 52, 0)
#: by kind, from the lowest path to the highest
_SHADES: Mapping[str, tuple[Colour, Colour, Colour]] = {
    "hold": ((153, 199, 224), (51, 142, 193), (0, 90, 140)),
    "sale": ((238, 191, 153), (221, 126, 51), (176, 78, 0)),
    "bond": ((153, 216, 199), (51, 177, 143), (0, 118, 86)),
}
#: so many steps of each ink on paper: the soft edges of letters
_STEPS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One path: its name, its value, and how the value is written."""

    label: str
    amount: int
    shown: str


@dataclass(frozen=True, slots=True)
class Group:
    """One way: `hold`, `sale` or `bond`; what it gives up, its bars from low to high, and lines below them."""

    kind: str
    title: str
    gives_up: str
    bars: tuple[Bar, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a picture says. `foot` is its last word, larger than the notes."""

    title: str
    lead: str
    groups: tuple[Group, ...]
    notes: tuple[str, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, with the place it takes."""

    x: float
    y: float
    width: float
    size: int
    text: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Patch:
    """A coloured rectangle."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


Measure = Callable[[str, int], float]


def laid_out(chart: Chart, measure: Measure) -> tuple[list[Words | Patch], int]:
    """Where everything stands, and how tall that is. MUST keep every text within the margins and off the others."""
    y = float(MARGIN)
    found: list[Words | Patch] = []

    def say(text: str, size: int, colour: Colour, *, indent: float = 0, after: float = 0) -> None:
        nonlocal y
        for line in broken(text, INNER - indent, lambda words: measure(words, size)):
            found.append(Words(MARGIN + indent, y, measure(line, size), size, line, colour))
            y += size * _LEADING
        y += after

    say(chart.title, TITLE, _INK, after=8)
    say(chart.lead, BODY, _QUIET, after=_GAP)
    bars = [bar for group in chart.groups for bar in group.bars]
    labels = max((measure(bar.label, BODY) for bar in bars), default=0) + 20
    values = max((measure(bar.shown, BODY) for bar in bars), default=0) + 20
    longest = max(INNER - labels - values, _LEAST)
    most = max((bar.amount for bar in bars), default=0) or 1
    for group in chart.groups:
        found.append(Patch(MARGIN, y, INNER, 2, _RULE))
        y += _GAP
        shades = _SHADES[group.kind]
        found.append(Patch(MARGIN, y + 8, 10, HEAD, shades[1]))
        say(group.title, HEAD, _INK, indent=26, after=4)
        say(group.gives_up, BODY, _GIVES, after=10)
        for place, bar in enumerate(group.bars):
            middle = y + (_BAR - BODY * _LEADING) / 2
            length = max(longest * bar.amount / most, _LEAST)
            shade = shades[min(place, len(shades) - 1)]
            found.append(Words(MARGIN, middle, measure(bar.label, BODY), BODY, bar.label, _INK))
            found.append(Patch(MARGIN + labels, y, length, _BAR, shade))
            at = MARGIN + labels + length + 12
            found.append(Words(at, middle, measure(bar.shown, BODY), BODY, bar.shown, _INK))
            y += _BAR + _BETWEEN
        for line in group.lines:
            say(line, NOTE, _INK)
        y += _GAP
    found.append(Patch(MARGIN, y, INNER, 2, _RULE))
    y += _GAP
    for note in chart.notes:
        say(note, NOTE, _QUIET, after=6)
    y += 6
    say(chart.foot, BODY, _INK)
    return found, round(y + MARGIN)


def draw(chart: Chart, face: Face) -> bytes:
    """The picture as PNG. It takes some hundredths of a second and MUST NOT be called in an event loop."""
    from PIL import Image, ImageDraw

    found, height = laid_out(chart, partial(_length, face))
    image = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(image)
    for one in found:
        match one:
            case Patch():
                corners = (one.x, one.y, one.x + one.width, one.y + one.height)
                pen.rectangle(tuple(round(corner) for corner in corners), fill=one.colour)
            case Words():
                pen.text((one.x, one.y), one.text, fill=one.colour, font=_font(face, one.size))
    # few colours, known beforehand: the picture is small, for it is kept in histories, and quickly packed
    few = Image.new("P", (1, 1))
    few.putpalette([part for colour in _palette() for part in colour])
    out = io.BytesIO()
    image.quantize(palette=few, dither=Image.Dither.NONE).save(out, "PNG", compress_level=4)
    return out.getvalue()


@cache
def _palette() -> tuple[Colour, ...]:
    """Every colour of a picture: the flat ones, and each ink in steps from the paper."""
    flat = (_PAPER, _RULE, *(shade for shades in _SHADES.values() for shade in shades))
    soft = (
        tuple(round(paper + (part - paper) * step / _STEPS) for paper, part in zip(_PAPER, ink, strict=True))
        for ink in (_INK, _QUIET, _GIVES)
        for step in range(1, _STEPS + 1)
    )
    return (*flat, *((red, green, blue) for red, green, blue in soft))


def words(chart: Chart) -> Iterator[str]:
    """Every text of a chart."""
    yield from (chart.title, chart.lead, *chart.notes, chart.foot)
    for group in chart.groups:
        yield from (group.title, group.gives_up, *group.lines)
        for bar in group.bars:
            yield from (bar.label, bar.shown)


@cache
def _font(face: Face, size: int) -> Any:
    from PIL import ImageFont

    # the plain layout engine: raqm is not on every machine, and pictures are to be alike
    return ImageFont.truetype(str(face.path), size, face.number, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=20_000)
def _advance(face: Face, letter: str, size: int) -> float:
    return float(_font(face, size).getlength(letter))


def _length(face: Face, text: str, size: int) -> float:
    """How wide a text is: in the plain layout, as wide as its letters one by one. A line is measured many times."""
    return sum(_advance(face, letter, size) for letter in text)


__all__ = ["Bar", "Chart", "Group", "Patch", "Words", "draw", "laid_out", "words"]
