"""Keywords -> one intent. Pure: no clock, table or wire.

Words live in `lexicon.toml`, as data. `exact` reads whole texts that mean one thing even inside a
form; `read` looks for the longest keyword anywhere in the text.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understanding.meaning import Intent

LEXICON = Path(__file__).parent / "lexicon.toml"
#: what may be said inside a form without being an answer to it
BREAKS_IN = {
    Intent.BACK,
    Intent.SKIP,
    Intent.CANCEL,
    Intent.HELP,
    Intent.MENU,
    Intent.TALK_TO_HUMAN,
    Intent.CHANGE_LANGUAGE,
}
#: a longer text is a sentence: it breaks into no form
LONGEST_PHRASE = 40
#: so much of a text is looked at
LONGEST_LOOK = 400


@dataclass(frozen=True, slots=True)
class _Lexicon:
    script: dict[int, int]
    exact: dict[str, Intent]
    keywords: tuple[tuple[str, Intent], ...]


@cache
def _lexicon() -> _Lexicon:
    """The lexicon, read once. Raises ValueError for a phrase that two intents claim."""
    words = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    script = str.maketrans(words["script"]["hant"], words["script"]["hans"])
    exact: dict[str, Intent] = {}
    keywords: dict[str, Intent] = {}
    for name, lists in words.items():
        if name == "script":
            continue
        intent = Intent(name)
        for phrases, kept in ((lists.get("exact", ()), exact), (lists.get("keywords", ()), keywords)):
            for phrase in phrases:
                if kept.setdefault(_folded(phrase, script), intent) is not intent:
                    raise ValueError(f"{phrase!r} stands under {kept[_folded(phrase, script)]} and {intent}")
    # the longest keyword wins: 冒充客服 before 客服, 债权还是债券 before 债券
    longest_first = sorted(keywords.items(), key=lambda pair: len(pair[0]), reverse=True)
    return _Lexicon(script, exact, tuple(longest_first))


def _folded(text: str, script: dict[int, int]) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(script)
    folded = "".join(c for c in folded if not c.isspace())
    # a lone question mark is a question: it is not stripped to nothing
    return folded.strip("。.!！?？~～,，、…/") or folded


def normal(text: str) -> str:
    """Full width to half, lower case, Traditional to Simplified, no spaces and no end punctuation.

    For matching only: the fold is one character for one and knows no words.
    """
    return _folded(text, _lexicon().script)


def exact(text: str) -> Intent | None:
    """What the whole text says, if it is one of the listed phrases; else None."""
    if len(text) > LONGEST_PHRASE:
        return None
    return _lexicon().exact.get(normal(text))


def breaks_in(text: str) -> Intent | None:
    """`exact`, but only what counts while a form is open."""
    intent = exact(text)
    return intent if intent in BREAKS_IN else None


def read(text: str) -> Intent:
    """What a text is about; OUT_OF_SCOPE when no keyword is in it."""
    whole = exact(text)
    if whole is not None:
        return whole
    folded = normal(text[:LONGEST_LOOK])
    for keyword, intent in _lexicon().keywords:
        if keyword in folded:
            return intent
    return Intent.OUT_OF_SCOPE
