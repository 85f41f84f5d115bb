"""Keywords -> one intent. Pure: no clock, table or wire.

Words live in `lexicon.toml`, as data. `exact` reads whole texts that mean one thing even inside a
form; `read` looks for the longest keyword anywhere in the text.
"""

import tomllib
import unicodedata
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


@cache
def _lexicon() -> tuple[dict[str, Intent], list[tuple[str, Intent]]]:
    words = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    exact: dict[str, Intent] = {}
    keywords: list[tuple[str, Intent]] = []
    for name, lists in words.items():
        intent = Intent(name)
        for phrase in lists.get("exact", ()):
            exact[normal(phrase)] = intent
        keywords.extend((normal(keyword), intent) for keyword in lists.get("keywords", ()))
    # the longest keyword wins: 债权证明 before 债权, 不是本人 before 本人
    keywords.sort(key=lambda pair: len(pair[0]), reverse=True)
    return exact, keywords


def normal(text: str) -> str:
    """Full width to half, lower case, no spaces and no end punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace()).strip("。.!！?？~～,，、…")


def exact(text: str) -> Intent | None:
    """What the whole text says, if it is one of the listed phrases; else None."""
    if len(text) > 40:
        return None
    return _lexicon()[0].get(normal(text))


def breaks_in(text: str) -> Intent | None:
    """`exact`, but only what counts while a form is open."""
    intent = exact(text)
    return intent if intent in BREAKS_IN else None


def read(text: str) -> Intent:
    """What a text is about; OUT_OF_SCOPE when no keyword is in it."""
    whole = exact(text)
    if whole is not None:
        return whole
    folded = normal(text[:400])
    for keyword, intent in _lexicon()[1]:
        if keyword in folded:
            return intent
    return Intent.OUT_OF_SCOPE
