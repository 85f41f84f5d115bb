"""Short answers that say nothing."""

import pytest

from bot.understanding.answers import says_nothing


@pytest.mark.parametrize(
    "text", ["没有", "沒有", " 无。", "冇", "不知道", "唔知", "忘記了", "None", "N/A", "-", "/", "Don't know"]
)
def test_nothing_is_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["", "0", "无锡", "没有编号的那一份", "不知道" * 20, "12345", "nobody"])
def test_something_is_something(text: str) -> None:
    assert not says_nothing(text)
