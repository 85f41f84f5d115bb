"""Numbers people are told: read as they are typed, refused when a character is wrong or swapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import numbers
from bot.errors import Invalid

PREFIXES = ("ZQ", "BJ", "KF")
fresh = st.sampled_from(PREFIXES).map(numbers.new)


def refused(text: str, prefix: str) -> bool:
    try:
        numbers.read(text, prefix)
    except Invalid as wrong:
        return wrong.code == "wrong_number"
    return False


@given(fresh)
def test_a_fresh_number_is_read_back(number: str) -> None:
    prefix, _dash, body = number.partition("-")
    assert len(body) == 7
    assert set(body) <= set(numbers.ALPHABET)
    assert numbers.read(number, prefix) == number
    assert numbers.read(body, prefix) == number


@given(fresh, st.integers(0, 6), st.sampled_from(numbers.ALPHABET))
def test_one_wrong_character_is_noticed(number: str, place: int, letter: str) -> None:
    prefix, _dash, body = number.partition("-")
    wrong = body[:place] + letter + body[place + 1 :]
    assert refused(f"{prefix}-{wrong}", prefix) is (wrong != body)


@given(fresh, st.integers(0, 6), st.integers(0, 6))
def test_two_swapped_characters_are_noticed(number: str, one: int, other: int) -> None:
    prefix, _dash, body = number.partition("-")
    letters = list(body)
    letters[one], letters[other] = letters[other], letters[one]
    swapped = "".join(letters)
    assert refused(f"{prefix}-{swapped}", prefix) is (swapped != body)


@given(fresh, st.sampled_from(PREFIXES))
def test_a_number_of_another_kind_never_passes(number: str, other: str) -> None:
    prefix, _dash, body = number.partition("-")
    assert refused(number, other) is (prefix != other)
    if prefix != other:
        assert refused(f"{other}-{body}", other)


@given(fresh)
def test_typed_by_a_person(number: str) -> None:
    prefix, _dash, body = number.partition("-")
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for typed in (number.lower(), f" {prefix} {body[:3]} {body[3:]} ", f"{prefix}—{body}", prefix + body, full_width):
        assert numbers.read(typed, prefix) == number
    misread = body.replace("1", "l").replace("0", "o")
    assert numbers.read(f"{prefix}-{misread}", prefix) == number


@given(st.text(max_size=40))
def test_anything_else_is_refused_in_one_way(text: str) -> None:
    for prefix in PREFIXES:
        if not refused(text, prefix):
            read = numbers.read(text, prefix)
            assert numbers.read(read, prefix) == read


@pytest.mark.parametrize("text", ["", "ZQ-", "ZQ-UUUUUUU", "9" * 10_000, "ZQ-\ud800", "ZQ-😀", "\x00"])
def test_hostile_text_is_refused(text: str) -> None:
    assert refused(text, "ZQ")


def test_numbers_differ() -> None:
    assert len({numbers.new("ZQ") for _ in range(2000)}) > 1990
