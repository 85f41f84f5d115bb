"""Percentages as people write them."""

from decimal import Decimal

import pytest

from bot.understanding.percents import read_percent


@pytest.mark.parametrize(
    ("text", "pct"),
    [
        ("85%", "85"),
        (" 85.5 ％ ", "85.5"),
        ("８５％", "85"),
        ("百分之85", "85"),
        ("85 个百分点", "85"),
        ("120%", "120"),
    ],
)
def test_a_percentage_is_read(text, pct):
    assert read_percent(text) == Decimal(pct)


@pytest.mark.parametrize("text", ["", "85", "-5%", "八五折", "85% 或 90%", "85,000", "%", "1e3%", "0.123456%"])
def test_what_is_none_is_none(text):
    assert read_percent(text) is None
