"""Charts: nothing is cut, nothing lies on something else, every letter has a glyph, and no process is needed twice."""

import asyncio
import io
import os
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import combinations

import pytest
from fontTools.ttLib import TTCollection
from PIL import Image

from bot.papers import chart as charts
from bot.papers.chart import INNER, MARGIN, WIDTH, Bar, Chart, Group, Patch, Words, draw, laid_out, words
from bot.papers.easel import Easel, NotDrawn
from bot.papers.faces import face
from tests.papers.charts import LONG, PLAIN, bars

HANS = face("zh_Hans")
MEASURE = partial(charts._length, HANS)


def lay(chart: Chart) -> tuple[list[Words], list[Patch], int]:
    found, height = laid_out(chart, MEASURE)
    return [one for one in found if isinstance(one, Words)], [one for one in found if isinstance(one, Patch)], height


@pytest.mark.parametrize("chart", [PLAIN, LONG, replace(PLAIN, groups=())])
def test_everything_stands_within_the_picture(chart):
    said, patches, height = lay(chart)
    for one in said:
        assert one.x >= MARGIN
        assert one.x + one.width <= MARGIN + INNER + 0.01, one.text
        assert 0 <= one.y <= height - MARGIN - one.size
    for patch in patches:
        assert patch.x >= MARGIN
        assert patch.x + patch.width <= WIDTH - MARGIN + 0.01


@pytest.mark.parametrize("chart", [PLAIN, LONG])
def test_no_text_lies_on_another_or_on_a_bar(chart):
    said, patches, _height = lay(chart)
    for one, other in combinations(said, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.size <= other.y or other.y + other.size <= one.y, (one.text, other.text)
    for one in said:
        for patch in patches:
            beside = one.x + one.width <= patch.x or patch.x + patch.width <= one.x
            assert beside or one.y + one.size <= patch.y or patch.y + patch.height <= one.y, one.text


@pytest.mark.parametrize("chart", [PLAIN, LONG])
def test_no_word_is_lost(chart):
    said = "".join(one.text for one in lay(chart)[0]).replace(" ", "")
    for text in words(chart):
        for letter in set(text.replace(" ", "")):
            assert letter in said
    assert len(said) == sum(len(text.replace(" ", "")) for text in words(chart))


def test_what_is_given_up_stands_before_what_it_brings():
    said, patches, _height = lay(PLAIN)
    gives = {one.text: one.y for one in said}["放弃：28,000.00 美元"]
    assert all(patch.y > gives for patch in patches if patch.height == charts._BAR)


def test_bars_are_as_long_as_their_values_and_nothing_is_still_a_mark():
    group = Group("hold", "持有", "放弃：无", bars(0, 50_00, 100_00))
    lengths = [patch.width for patch in lay(replace(PLAIN, groups=(group,)))[1] if patch.height == charts._BAR]
    assert lengths[0] == charts._LEAST
    assert lengths[1] == pytest.approx(lengths[2] / 2)


def test_a_length_is_what_pillow_draws():
    for size in (charts.TITLE, charts.BODY, charts.NOTE):
        for text in words(PLAIN):
            assert MEASURE(text, size) == pytest.approx(charts._font(HANS, size).getlength(text), abs=1)


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant", "zh_Hant_HK", "en"])
def test_every_letter_has_a_glyph_and_the_picture_is_one(locale):
    one = face(locale)
    glyphs = TTCollection(str(one.path)).fonts[one.number].getBestCmap()
    assert {letter for text in words(PLAIN) for letter in text if ord(letter) not in glyphs} == set()
    picture = Image.open(io.BytesIO(draw(PLAIN, one)))
    assert (picture.format, picture.width) == ("PNG", WIDTH)
    assert picture.height == lay(PLAIN)[2]


def test_shades_differ_for_every_eye():
    """Paths of one way differ in lightness, which no colour blindness takes away."""
    for shades in charts._SHADES.values():
        light = [0.299 * red + 0.587 * green + 0.114 * blue for red, green, blue in shades]
        assert light[0] - light[1] > 40
        assert light[1] - light[2] > 35


# -- the process that draws


@pytest.fixture
async def easel():
    one = Easel()
    yield one
    await one.close()


async def test_a_process_draws_what_we_would(easel):
    assert await easel.drawn(PLAIN, HANS) == draw(PLAIN, HANS)


async def test_many_at_once_each_get_their_own(easel):
    asked = [replace(PLAIN, title=f"第 {number} 张") for number in range(5)]
    drawn = await asyncio.gather(*(easel.drawn(one, HANS) for one in asked))
    assert drawn == [draw(one, HANS) for one in asked]


async def test_after_its_death_another_one_draws(easel):
    await easel.drawn(PLAIN, HANS)
    os.kill(easel._process.pid, signal.SIGKILL)
    assert await easel.drawn(PLAIN, HANS) == draw(PLAIN, HANS)


async def test_a_chart_that_cannot_be_drawn_harms_no_other(easel, capfd):
    broken = replace(PLAIN, groups=(Group("gold", "秘密", "", (Bar("", 0, ""),)),))
    with pytest.raises(NotDrawn):
        await easel.drawn(broken, HANS)
    assert await easel.drawn(PLAIN, HANS) == draw(PLAIN, HANS)
    assert capfd.readouterr().err == "a chart was not drawn: KeyError\n", "and nothing of the chart is logged"


async def test_who_gives_up_waiting_leaves_no_picture_for_the_next(easel):
    await easel.drawn(PLAIN, HANS)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.001):
            await easel.drawn(LONG, HANS)
    assert await easel.drawn(PLAIN, HANS) == draw(PLAIN, HANS)


def test_pillow_is_not_loaded_before_it_is_needed():
    look = "import sys, bot.papers.easel, bot.papers.faces; print('PIL' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
