"""Utterances in, a line each; what was made of them out, one JSON object a line. For programs that examine us."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, BinaryIO, TextIO

from bot.understanding import amounts
from bot.understanding.reader import read

#: an endless line is answered from its beginning, and kept out of memory
_LONGEST_LINE = 1_000_000


def answer_meanings(source: BinaryIO, target: TextIO, today: date) -> None:
    """text, intent (the best guess whatever the action), confidence, action, buttons, slots."""

    def told(text: str) -> dict[str, Any]:
        meaning = read(text, today)
        return {
            "text": text,
            "intent": meaning.intent.value,
            "confidence": meaning.confidence,
            "action": meaning.action.value,
            "buttons": [intent.value for intent in meaning.alternatives],
            "slots": dict(meaning.slots),
        }

    _answer(source, target, told)


def answer_amounts(source: BinaryIO, target: TextIO) -> None:
    """text, amount (a plain decimal) and currency; both null where no one sum is said."""

    def told(text: str) -> dict[str, Any]:
        found = amounts.parse_amount(text)
        if found is None:
            return {"text": text, "amount": None, "currency": None}
        amount, currency = found[0], found[1]
        return {"text": text, "amount": f"{amount:f}", "currency": currency}

    _answer(source, target, told)


def _answer(source: BinaryIO, target: TextIO, told: Callable[[str], dict[str, Any]]) -> None:
    """Each line is answered before the next is read."""
    for text in _lines(source):
        target.write(json.dumps(told(text), ensure_ascii=False) + "\n")
        target.flush()


def _lines(source: BinaryIO) -> Iterator[str]:
    """Lines without their end; what is no UTF-8 is replaced, the rest of an endless line is dropped."""
    first = True
    while raw := source.readline(_LONGEST_LINE):
        rest = raw
        while rest and not rest.endswith(b"\n"):
            rest = source.readline(_LONGEST_LINE)
        text = raw.decode("utf-8", errors="replace").rstrip("\r\n")
        yield text.removeprefix("\ufeff") if first else text
        first = False
