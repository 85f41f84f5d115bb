"""Replies agents send again and again: dated data with a version, in every language, with fields to fill in."""

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.errors import Invalid

FILE = Path(__file__).with_name("canned.toml")
#: a value of a field is a few words, not an answer of its own
LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Canned:
    """One reply. `category` "" suits any ticket; `words` by language."""

    name: str
    category: str
    fields: tuple[str, ...]
    words: Mapping[str, str]

    def said(self, locale: str, values: Mapping[str, str]) -> str:
        """The words in a language, filled in. Raises Invalid: `field_missing`, `field_unknown`, `field_wrong`."""
        for name in self.fields:
            if name not in values:
                raise Invalid("field_missing", field=name)
        for name, value in values.items():
            if name not in self.fields:
                raise Invalid("field_unknown", field=name)
            if not value.strip() or len(value) > LONGEST_VALUE or not value.isprintable():
                raise Invalid("field_wrong", field=name)
        spoken = self.words.get(locale, self.words["zh_Hans"])
        return spoken.format(**{name: value.strip() for name, value in values.items()})


def read(text: str) -> tuple[int, Mapping[str, Canned]]:
    """The version and the replies of a file. Raises ValueError where words and fields do not agree."""
    raw: dict[str, Any] = tomllib.loads(text)
    replies = {}
    for name, row in raw["reply"].items():
        words = {locale: said for locale, said in row.items() if locale not in ("category", "fields")}
        fields = tuple(row["fields"])
        for locale, said in words.items():
            asked = {field for _text, field, _spec, _conversion in string.Formatter().parse(said) if field is not None}
            if asked != set(fields):
                raise ValueError(f"{name} in {locale}: its words ask for {sorted(asked)}")
        replies[name] = Canned(name, row["category"], fields, words)
    return int(raw["version"]), replies


@lru_cache(maxsize=1)
def canned() -> tuple[int, Mapping[str, Canned]]:
    """The version in force, and its replies by name."""
    return read(FILE.read_text(encoding="utf-8"))


def reply(name: str) -> Canned:
    """A reply by its name. Raises Invalid("no_such_reply")."""
    found = canned()[1].get(name)
    if found is None:
        raise Invalid("no_such_reply")
    return found


def fitting(category: str, locale: str, words: str = "") -> list[tuple[str, str]]:
    """Names and words of the replies for a category; with `words`, those that hold them."""
    return [
        (one.name, one.words.get(locale, one.words["zh_Hans"]))
        for one in canned()[1].values()
        if category in ("", one.category) or not one.category
        if not words or words.casefold() in f"{one.name} {one.words.get(locale, '')}".casefold()
    ]
