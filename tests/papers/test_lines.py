"""Where lines end: by what must never begin or end one, and by what must not be lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.lines import CLOSING, OPENING, broken, is_wide


def wide(text: str) -> float:
    """A Chinese character is two wide, all else one."""
    return float(sum(2 if is_wide(letter) else 1 for letter in text))


LETTERS = st.sampled_from("债权转让人受付款，。、：；？！（）《》“”…—10,.%$ aZ-")


def test_a_closing_mark_goes_down_with_the_word_before_it():
    assert broken("转让人转让债权。", 14, wide) == ["转让人转让债", "权。"]


def test_an_opening_mark_goes_down_with_the_word_after_it():
    assert broken("转让人转让（债权）", 12, wide) == ["转让人转让", "（债权）"]


def test_words_numbers_and_amounts_stay_whole():
    assert broken("付款 28,000.00 美元 to FTX Trading Ltd.", 14, wide) == [
        "付款 28,000.00", "美元 to FTX", "Trading Ltd.",
    ]  # fmt: skip


def test_what_is_longer_than_a_line_is_cut_and_loses_nothing():
    assert broken("ab" * 8, 6, wide) == ["ababab", "ababab", "abab"]


def test_a_paragraph_of_its_own_stays_one():
    assert broken("一\n\n二", 20, wide) == ["一", "", "二"]


@given(st.text(LETTERS, max_size=120), st.integers(12, 60))
def test_every_letter_stays_and_no_line_is_too_wide(text: str, width: int):
    lines = broken(text, width, wide)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(wide(line) <= width for line in lines)


@given(st.lists(st.sampled_from(["债权", "转让人", "（附件）", "，", "。", "《协议》", "USD", "35%"]), max_size=40))
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(parts: list[str]):
    # Two marks in a row, or one at the very beginning, leave no choice; texts have none.
    text = "本" + "".join(
        part for before, part in zip(["，", *parts], parts, strict=False) if not {before, part} <= {"，", "。"}
    )
    for line in broken(text, 24, wide):
        assert line[:1] not in CLOSING
        assert line[-1:] not in OPENING


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_nothing_is_no_fault(text: str):
    assert "".join(broken(text, 10, wide)) == ""
