"""Words: money in capital numerals, places, and a right example for every wrong answer."""

import inspect
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import files, i18n, words
from bot.claims import actions, dialogue, rules, texts
from bot.errors import Invalid
from bot.understanding import amounts, places
from bot.understanding.amounts import MOST, read_dollars

KNOWN = {
    1: "零美元零壹美分",
    10: "零美元壹拾美分",
    100: "壹美元整",
    3_500_000: "叁万伍仟美元整",
    3_500_056: "叁万伍仟美元伍拾陆美分",
    1_000_500: "壹万零伍美元整",
    10_050_000: "壹拾万零伍佰美元整",
    100_100_00: "壹拾万零壹佰美元整",
    120_000_000_00: "壹亿贰仟万美元整",
    100_000_001_00: "壹亿零壹美元整",
    MOST * 100: "壹万亿美元整",
}


@pytest.mark.parametrize("cents", KNOWN)
def test_capital_numerals(cents: int) -> None:
    assert texts.capital(cents, "zh_Hans") == KNOWN[cents]


def test_capital_numerals_in_other_languages() -> None:
    assert texts.capital(3_500_056, "zh_Hant") == "參萬伍仟美元伍拾陸美分"
    assert texts.capital(3_500_056, "zh_Hant_HK") == "參萬伍仟美元伍拾陸美分"
    assert texts.capital(3_500_001, "en") == "Thirty-five thousand US dollars and one cent"
    assert texts.capital(100, "en") == "One US dollar"
    assert texts.capital(12_345_678_90, "en") == (
        "Twelve million three hundred forty-five thousand six hundred seventy-eight US dollars and ninety cents"
    )


@given(st.integers(1, MOST * 100), st.sampled_from(["zh_Hans", "zh_Hant", "zh_Hant_HK"]))
@example(1_010_10, "zh_Hans")
@example(100_000_000_000_05, "zh_Hant")
def test_what_we_write_we_read(cents: int, locale: str) -> None:
    """Every amount in capital numerals reads back as itself: the two halves check each other."""
    assert read_dollars(texts.capital(cents, locale)) == cents


def test_places_have_names_in_every_language() -> None:
    for locale, name in (("zh_Hans", "加拿大"), ("zh_Hant", "加拿大"), ("en", "Canada")):
        with i18n.speaking(locale):
            assert words.place("CA") == name
    assert words.place("HK") == "香港"
    assert words.place("??") == "??"


def codes() -> set[str]:
    """Every code an answer can be refused with: what stands beside an `Invalid(` in the code that reads answers."""
    lines = [
        line
        for module in (rules, amounts, places, dialogue, actions, files)
        for line in inspect.getsource(module).splitlines()
        if "Invalid(" in line
    ]
    return {code for line in lines for code in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', line)} | {"too_many_files"}


def test_the_codes_are_found() -> None:
    assert {
        "not_a_name",
        "looks_like_schedule",
        "file_disguised",
        "which_china",
        "already_filed",
        "file_twice",
    } <= codes()


DATA = {"places": ("CG", "CD"), "most": 10, "name": "a.pdf", "schedule": "9912345", "number": "ZQ-0000000"}


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_refusal_has_words_of_its_own(code: str) -> None:
    said = texts.wrong("amount", Invalid(code, **DATA))
    assert "换一种写法" not in said, code
    assert said.endswith(("。", "？", ".", "CA", "SAN", "整", "元", "0", "”", "CG", "A")), said


@pytest.mark.parametrize("code", sorted(code for code in codes() if code.endswith(("_amount", "_currency"))))
def test_the_examples_for_amounts_are_right(code: str) -> None:
    """What a person is told to type is read."""
    said = texts.wrong("amount", Invalid(code))
    examples = re.findall(r"[\d,]+(?:\.\d\d)?(?: 美元)?|3万5|叁万伍仟美元整", said.partition("例如")[2])
    assert examples
    for shown in examples:
        if shown.strip(","):
            assert read_dollars(shown) > 0


@pytest.mark.parametrize(("name", "shown"), [("schedule", "9912345"), ("claim_number", "99123"), ("ucc", "EX-99123")])
def test_the_examples_for_numbers_are_right(name: str, shown: str) -> None:
    read = {"schedule": rules.read_schedule, "claim_number": rules.read_claim_number, "ucc": rules.read_ucc}[name]
    said = texts.wrong(
        name, Invalid({"schedule": "not_a_schedule", "claim_number": "not_a_claim_number", "ucc": "not_a_ucc"}[name])
    )
    assert shown in said
    assert read(shown) == shown


def test_the_examples_for_names_and_places_are_right() -> None:
    for shown in ("张三", "欧阳明月", "买买提·艾力", "ZHANG SAN"):
        assert shown in texts.ask_name(company=False)
        assert rules.read_name(shown, company=False) == shown
    for shown in ("某某科技有限公司", "Example Holdings Ltd."):
        assert shown in texts.ask_name(company=True)
        assert rules.read_name(shown, company=True) == shown
    for shown in ("日本", "Canada", "CA"):
        assert shown in texts.wrong("residence", Invalid("not_a_place"))
        assert places.read_place(shown)


def test_claim_and_bond_are_never_mixed_up_here() -> None:
    assert "债券" not in inspect.getsource(texts)
