"""Words about the form a person is in: back, skip, leave, "改一下金额", "不是，我是说 5 万". Pure.

Words stand in `about_form.toml`. Short texts only: a sentence of any length is an answer, or a question
of the person's own.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understanding.folding import normal

WORDS = Path(__file__).parent / "about_form.toml"
LONGEST = 40
_ADDRESS = re.compile(r"\S+@\S+")
#: longer than this, and 跳过 in the middle of it is part of a story
LONGEST_GO = 14


@dataclass(frozen=True, slots=True)
class _Words:
    go: Mapping[str, tuple[str, ...]]
    change: tuple[str, ...]
    becomes: tuple[str, ...]
    into: tuple[str, ...]
    company: re.Pattern[str]
    mend: tuple[str, ...]
    lead: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]


@cache
def _words() -> _Words:
    data = tomllib.loads(WORDS.read_text(encoding="utf-8"))

    def longest_first(words: list[str]) -> tuple[str, ...]:
        return tuple(sorted((_folded(word) for word in words), key=len, reverse=True))

    return _Words(
        go={kind: longest_first(words) for kind, words in data["go"].items()},
        change=longest_first(data["change"]["words"]),
        becomes=longest_first(data["change"]["becomes"]),
        into=longest_first(data["change"]["into"]),
        company=re.compile("|".join(data["company"]["signs"])),
        mend=longest_first(data["mend"]["words"]),
        lead=longest_first(data["mend"]["lead"]),
        fields={name: longest_first(words) for name, words in data["fields"].items()},
    )


def _folded(text: str) -> str:
    return "".join(c for c in normal(text) if c.isalnum())


def about_form(text: str, fields: Mapping[str, str]) -> tuple[str, str] | None:
    """What a text says of the form: ("back" | "skip" | "cancel", ""), or a question's name and its new answer.

    `fields`: the questions that may be named, and what their reader sees them called. The new answer is "" where
    none was said ("改一下金额"); it is given as it was typed ("金额改成 6万8" -> "6万8").
    """
    if len(text) > LONGEST:
        return None
    words, said = _words(), _folded(_ADDRESS.sub(" ", text))  # wrong@mail.example says nothing of a mistake
    if words.company.search(said) is not None:
        return None  # 跳过科技有限公司 is a name
    if len(said) <= LONGEST_GO:
        for kind in ("cancel", "skip", "back"):
            if any(word in said for word in words.go[kind]):
                return kind, ""
    if not any(word in said for word in (*words.change, *words.becomes)):
        return None
    named = _named(said, fields)
    if named is None:
        return None
    called = (_folded(fields[named]), *words.fields.get(named, ()))
    into = tuple(f"{word}{verb}" for word in called for verb in words.into)
    return named, _after(text, (*words.becomes, *into))


def _named(said: str, fields: Mapping[str, str]) -> str | None:
    """The one question a text names; the longest name wins (税务居住地 before 居住地), two are none."""
    found: dict[str, int] = {}
    for name, label in fields.items():
        called = (_folded(label), *_words().fields.get(name, ()))
        found[name] = max((len(word) for word in called if len(word) > 1 and word in said), default=0)
    best = max(found.values(), default=0)
    names = [name for name, length in found.items() if length == best]
    return names[0] if best and len(names) == 1 else None


def mended(text: str) -> str | None:
    """What a correction says instead ("不是，我是说 5 万" -> "5 万"); None if it is no correction, or says nothing more."""
    if len(text) > 2 * LONGEST:
        return None
    return _after(text, _words().mend, at_start=True) or None


def _after(text: str, marks: tuple[str, ...], *, at_start: bool = False) -> str:
    """The rest of a text behind one of some words, as it was typed; "" without any."""
    plain, places = "", []
    for place, character in enumerate(text):
        folded = _folded(character)
        plain += folded
        places += [place] * len(folded)
    places.append(len(text))
    skipped = 0
    if at_start:
        for _twice in range(2):
            lead = next((word for word in _words().lead if plain.startswith(word, skipped)), "")
            skipped += len(lead)
    for start in dict.fromkeys((0, skipped)) if at_start else range(len(plain)):
        for mark in marks:
            if plain.startswith(mark, start):
                rest = text[places[start + len(mark)] :]
                return rest.lstrip("，,。.：:；;！!、 \t\n" + unicodedata.lookup("EM DASH")).strip()
    if at_start and skipped and skipped < len(plain) and text[places[skipped] - 1] in "，,。.、 !！：:":
        return text[places[skipped] :].strip()  # "不对，5 万"
    return ""


__all__ = ["about_form", "mended"]
