"""A number of ours that is typed by itself leads to what it names, whatever chance made of it."""

from datetime import UTC, datetime

import pytest

from bot import numbers, ways
from bot.errors import Invalid

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def made(prefix: str, body: str) -> str:
    """A number of these six characters, with its check character."""
    for check in numbers.ALPHABET:
        try:
            return numbers.read(body + check, prefix)
        except Invalid:
            continue
    raise AssertionError("one of them fits")


@pytest.mark.parametrize(("prefix", "step"), ways.NUMBERED.items())
@pytest.mark.parametrize("body", ["JZFTNH", "ENQTJW", "000000", "3K7M2Q", "ZZZZZZ"])
def test_it_leads_there(prefix: str, step: str, body: str) -> None:
    number = made(prefix, body)
    for typed in (number, number.lower(), f" {number} ", number.replace("-", " "), number.replace("-", "－")):
        assert ways.route(typed, NOW).token == f"{step}:{number}"


@pytest.mark.parametrize("text", ["skeletons", "bjorn", "welcome", "skydiving", "kf", "SK-II"])
def test_a_word_that_begins_alike_is_no_number(text: str) -> None:
    assert ways.route(text, NOW).token.partition(":")[0] not in ways.NUMBERED.values()
