"""Keywords -> one subject: how texts were read before `reader`, kept until everyone asks that. Pure.

Words live in `phrases.toml`, as data. `exact` reads whole texts that mean one thing even inside a
form; `read` looks for the longest keyword anywhere in the text.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.understanding.folding import normal


class Subject(StrEnum):
    """What the keywords tell apart."""

    SUBMIT_CLAIM = "submit_claim"
    CLAIM_STATUS = "claim_status"
    BOND_OFFERS = "bond_offers"
    TELL_APART = "tell_apart"
    UPLOAD_DOCUMENT = "upload_document"
    LINK_ACCOUNT = "link_account"
    RESTRICTED = "restricted_jurisdiction_faq"
    SCHEDULE = "distribution_schedule"
    CHECK_SCAM = "check_scam"
    CHANGE_LANGUAGE = "change_language"
    TALK_TO_HUMAN = "talk_to_human"
    DELETE_MY_DATA = "delete_my_data"
    NOTIFICATIONS = "notification_settings"
    RECEIPT = "proof_receipt"
    MENU = "menu"
    GREETING = "greeting"
    HELP = "help"
    BACK = "back"
    SKIP = "skip"
    CANCEL = "cancel"
    OUT_OF_SCOPE = "out_of_scope"


LEXICON = Path(__file__).parent / "phrases.toml"
#: what may be said inside a form without being an answer to it
BREAKS_IN = {
    Subject.BACK,
    Subject.SKIP,
    Subject.CANCEL,
    Subject.HELP,
    Subject.MENU,
    Subject.TALK_TO_HUMAN,
    Subject.CHANGE_LANGUAGE,
}
#: a longer text is a sentence: it breaks into no form
LONGEST_PHRASE = 40
#: so much of a text is looked at
LONGEST_LOOK = 400


@dataclass(frozen=True, slots=True)
class _Lexicon:
    exact: dict[str, Subject]
    keywords: tuple[tuple[str, Subject], ...]


@cache
def _lexicon() -> _Lexicon:
    """The lexicon, read once. Raises ValueError for a phrase that two intents claim."""
    words = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    exact: dict[str, Subject] = {}
    keywords: dict[str, Subject] = {}
    for name, lists in words.items():
        intent = Subject(name)
        for phrases, kept in ((lists.get("exact", ()), exact), (lists.get("keywords", ()), keywords)):
            for phrase in phrases:
                if kept.setdefault(normal(phrase), intent) is not intent:
                    raise ValueError(f"{phrase!r} stands under {kept[normal(phrase)]} and {intent}")
    # the longest keyword wins: 冒充客服 before 客服, 债权还是债券 before 债券
    longest_first = sorted(keywords.items(), key=lambda pair: len(pair[0]), reverse=True)
    return _Lexicon(exact, tuple(longest_first))


def exact(text: str) -> Subject | None:
    """What the whole text says, if it is one of the listed phrases; else None."""
    if len(text) > LONGEST_PHRASE:
        return None
    return _lexicon().exact.get(normal(text))


def breaks_in(text: str) -> Subject | None:
    """`exact`, but only what counts while a form is open."""
    intent = exact(text)
    return intent if intent in BREAKS_IN else None


def read(text: str) -> Subject:
    """What a text is about; OUT_OF_SCOPE when no keyword is in it."""
    whole = exact(text)
    if whole is not None:
        return whole
    folded = normal(text[:LONGEST_LOOK])
    for keyword, intent in _lexicon().keywords:
        if keyword in folded:
            return intent
    return Subject.OUT_OF_SCOPE
