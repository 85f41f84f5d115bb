"""Free text -> what was meant, and what may be done about it. Pure: no clock, table or wire; never raises.

Words that decide by themselves come first, then the classifier, then the traps: sentences on which the classifier
is sure and wrong. Where money or data is at stake, a doubt becomes a question.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bot.understanding import slots
from bot.understanding.folding import mandarin, normal, simplified
from bot.understanding.meaning import Action, Intent, Meaning, Mood
from bot.understanding.model import model

LEXICON = Path(__file__).parent / "lexicon.toml"
#: from here on a guess is served; see docs/understanding.md for how often it was right
SURE = 0.80
#: so likely to be none of ours, and it is not served
DOUBT = 0.03
#: below this the likeliest is no better than a draw, and the person is told what we do
WORTH_ASKING = 0.20
#: so much of the probability must stand on the buttons
ON_THE_BUTTONS = 0.82
#: below this, what seems to be none of ours may be asked about
SURELY_NOT_OURS = 0.50
#: each of two wishes in one message must stand by itself
SURE_OF_A_PART = 0.85
SHORTEST_PART = 4
BUTTONS = 3
#: a longer text is a sentence: it is no phrase
LONGEST_PHRASE = 40
#: so much of a text is looked through for words
LONGEST_LOOK = 1000
#: a text of this length with a link in it was written by somebody else
PASTED = 160

#: what is said by itself, and beside another wish is only manners
_MANNERS = {Intent.GREETING, Intent.OUT_OF_SCOPE, Intent.CANCEL, Intent.HELP}
_OFFER = (Intent.ACCEPT_OFFER, Intent.DECLINE_OFFER)
#: the one character that NFKC makes eighteen of
_GROWS = "\ufdfa"
_LINK = re.compile(r"https?://|www\.|\b[a-z0-9-]{2,40}\.(?:com|net|org|io|top|xyz|cc|info|vip|site|online|app|me|co)\b")

#: nothing but a number, a sum or an address: an answer where nothing was asked
_NO_WORDS = re.compile(r"[\d\W_wkmu万亿千百十元块刀美金整]*(?:usdt?|cny|hkd|eur|rmb)?\W*|\S+@\S+")

Seen = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    form: dict[str, str]
    whole: dict[str, Intent]
    ours: Seen
    dead: Seen
    living: Seen
    unclear: Seen
    claim_or_bond: frozenset[str]
    apart: Seen
    difference: Seen
    accept: Seen
    decline: Seen
    slip: Seen
    held: Seen
    correction: re.Pattern[str]
    manners: re.Pattern[str]
    not_ours: tuple[tuple[str, Seen], ...]
    between: re.Pattern[str]
    distressed: Seen
    angry: Seen
    topics: tuple[tuple[str, Seen], ...]


@cache
def _lexicon() -> _Lexicon:
    """The lexicon, read once. Raises ValueError for a phrase that two lists claim."""
    words = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    alone = set(words["other_cases"]["alone"])

    def names(listed: list[str]) -> Seen:
        return _any(
            rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name in alone else re.escape(name) for name in listed
        )

    unclear, offer, mood = words["claim_or_bond"], words["offer"], words["mood"]
    return _Lexicon(
        form=_phrases(words["form"]),
        whole={phrase: Intent(name) for phrase, name in _phrases(words["whole"]).items()},
        ours=names(words["case"]["ours"]),
        dead=names(words["other_cases"]["dead"]),
        living=names(words["other_cases"]["living"]),
        unclear=_any(unclear["unclear"]),
        claim_or_bond=frozenset(unclear["alone"]),
        apart=_any(unclear["apart"]),
        difference=_any(unclear["difference"]),
        accept=_any(offer["accept"]),
        decline=_any(offer["decline"]),
        slip=_any(offer["slip"]),
        held=_any(offer["held"]),
        correction=re.compile("|".join(words["correction"]["signs"])),
        manners=re.compile("|".join(words["manners"]["signs"])),
        not_ours=tuple((name, _any(listed)) for name, listed in words["not_ours"].items()),
        between=re.compile("|".join(words["apart"]["signs"])),
        distressed=_any(mood["distressed"]),
        angry=_any(mood["angry"]),
        topics=tuple((name, _any(listed)) for name, listed in words["topic"].items()),
    )


def _any(patterns: Iterable[str]) -> Seen:
    return re.compile("|".join(patterns)).search


def _phrases(lists: dict[str, list[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, phrases in lists.items():
        for phrase in phrases:
            if found.setdefault(normal(phrase), name) != name:
                raise ValueError(f"{phrase!r} stands under {found[normal(phrase)]} and {name}")
    return found


def exact(text: str) -> str | None:
    """What a whole text says even inside a form: back skip cancel menu help human language; else None.

    MUST NOT find a phrase inside a longer text: that one is an answer.
    """
    return _lexicon().form.get(normal(text)) if len(text) <= LONGEST_PHRASE else None


#: what the phrases of a form mean where no form is open
_OUTSIDE = {
    "back": Intent.CANCEL,
    "skip": Intent.CANCEL,
    "cancel": Intent.CANCEL,
    "menu": Intent.CANCEL,
    "help": Intent.HELP,
    "human": Intent.TALK_TO_HUMAN,
    "language": Intent.CHANGE_LANGUAGE,
}


def read(text: str, today: date) -> Meaning:
    """What a text says.

    MUST NOT raise, whatever is typed. MUST NOT act on an acceptance that is negated, conditional, or said
    together with a refusal.
    """
    words = _lexicon()
    text = text.replace(_GROWS, " ")
    if len(text) <= LONGEST_PHRASE and (phrase := _whole(text, words)) is not None:
        return Meaning(phrase, 1.0, Action.ACT, slots=slots.find(text, today))
    look = simplified(text[:LONGEST_LOOK])[:LONGEST_LOOK]
    folded = mandarin(text).strip()
    corrected = words.correction.match(folded)
    corrects = corrected is not None and len(folded[corrected.end() :].strip()) > 1
    if corrected is not None and corrects:
        folded = folded[corrected.end() :]
    folded = _without_manners(folded, words)
    found = _meaning(text, look, folded, words, corrects=corrects)
    return Meaning(
        intent=found.intent,
        confidence=round(found.confidence, 4),
        action=found.action,
        alternatives=found.alternatives,
        slots={} if found.topic == "pasted_mail" else slots.find(text, today),
        also=found.also,
        mood=_mood(look, mandarin(text), words),
        corrects=corrects,
        topic=found.topic,
    )


def _mood(look: str, folded: str, words: _Lexicon) -> Mood:
    """How it was said; words of despair come before words of anger."""
    if words.distressed(look) or words.distressed(folded):
        return Mood.DISTRESSED
    return Mood.ANGRY if words.angry(look) else Mood.CALM


def _without_manners(folded: str, words: _Lexicon) -> str:
    """The wish that follows a greeting; the whole, if what follows is no wish ("你好呀，吃饭了没")."""
    greeted = words.manners.match(folded)
    if greeted is None or len(folded) - greeted.end() < SHORTEST_PART:
        return folded
    wish = folded[greeted.end() :]
    likely = model().likely(wish)
    return wish if likely and likely[0][0] not in (Intent.OUT_OF_SCOPE, Intent.GREETING) else folded


def _whole(text: str, words: _Lexicon) -> Intent | None:
    plain = normal(text)
    listed = words.form.get(plain)
    return _OUTSIDE[listed] if listed is not None else words.whole.get(plain)


def _meaning(text: str, look: str, folded: str, words: _Lexicon, *, corrects: bool) -> Meaning:
    """Intent, confidence, action, buttons, further wishes and topic."""
    likely = [] if _NO_WORDS.fullmatch(folded) else model().likely(folded)
    if not likely:
        return Meaning(Intent.OUT_OF_SCOPE, 0.0, Action.FALLBACK)
    intent, confidence = likely[0]
    buttons = tuple(one for one, _ in likely if one is not Intent.OUT_OF_SCOPE)
    if len(text) >= PASTED and _LINK.search(look):
        return Meaning(
            Intent.CHECK_SCAM, confidence, Action.ASK, _first(Intent.CHECK_SCAM, buttons), topic="pasted_mail"
        )
    if words.dead(look) and not words.ours(look) and intent not in (Intent.CHECK_SCAM, Intent.PAYOUT_METHOD):
        return Meaning(Intent.OUT_OF_SCOPE, 1.0, Action.FALLBACK, topic="other_case")
    for topic, seen in words.not_ours:
        if seen(folded):
            return Meaning(Intent.OUT_OF_SCOPE, 1.0, Action.FALLBACK, topic="" if topic == "order" else topic)
    if _is_unclear(folded, words):
        likeliest = intent if intent is not Intent.OUT_OF_SCOPE else Intent.BOND_OFFERS
        pair = Intent.CLAIM_STATUS if likeliest is Intent.BOND_OFFERS else Intent.BOND_OFFERS
        shown = _first(likeliest, (pair, *buttons))
        return Meaning(likeliest, confidence, Action.ASK, shown, topic="claim_or_bond")
    if intent is Intent.OUT_OF_SCOPE:
        return _not_ours(look, folded, likely, buttons, words)
    topic = "claim_or_bond" if words.apart(folded) and words.difference(folded) else ""
    if _is_trap(intent, folded, words, corrects=corrects):
        other = Intent.DECLINE_OFFER if intent is Intent.ACCEPT_OFFER else Intent.ACCEPT_OFFER
        return Meaning(intent, confidence, Action.ASK, _first(intent, (other, *buttons)), topic=topic)
    if confidence >= SURE and dict(likely)[Intent.OUT_OF_SCOPE] < DOUBT:
        return Meaning(intent, confidence, Action.ACT, also=_also(folded, intent, words), topic=topic)
    parts = _parts(folded, words)
    if parts:
        return Meaning(parts[0], confidence, Action.ACT, also=tuple(parts[1:]), topic=topic)
    if _are_worth_asking(likely, buttons):
        return Meaning(intent, confidence, Action.ASK, buttons[:BUTTONS], topic=topic)
    return Meaning(intent, confidence, Action.FALLBACK, topic=topic)


def _not_ours(
    look: str, folded: str, likely: list[tuple[Intent, float]], buttons: tuple[Intent, ...], words: _Lexicon
) -> Meaning:
    """A text that is about nothing we do, or that only seems so."""
    confidence = likely[0][1]
    if not words.ours(look) and words.living(look):
        return Meaning(Intent.OUT_OF_SCOPE, confidence, Action.FALLBACK, topic="other_case")
    topic = next((name for name, seen in words.topics if seen(look) or seen(folded)), "")
    if not topic and confidence < SURELY_NOT_OURS and _are_worth_asking(likely, buttons):
        return Meaning(Intent.OUT_OF_SCOPE, confidence, Action.ASK, buttons[:BUTTONS])
    return Meaning(Intent.OUT_OF_SCOPE, confidence, Action.FALLBACK, topic=topic)


def _are_worth_asking(likely: list[tuple[Intent, float]], buttons: tuple[Intent, ...]) -> bool:
    """Whether what is meant is likely to be on the buttons, and one of them more than a draw."""
    shown = buttons[:BUTTONS]
    parts = [part for intent, part in likely if intent in shown]
    return parts[0] >= WORTH_ASKING and sum(parts) >= ON_THE_BUTTONS


def _is_unclear(folded: str, words: _Lexicon) -> bool:
    """Whether a claim and a bond cannot be told apart by what was typed."""
    return (
        bool(words.unclear(folded))
        or folded.strip(" 。.!?") in words.claim_or_bond
        or re.search(r"(?<![a-z])zq(?![a-z-])", folded) is not None
    )


def _is_trap(intent: Intent, folded: str, words: _Lexicon, *, corrects: bool) -> bool:
    """Whether a text about an offer says two things, or says yes with a condition."""
    if intent not in _OFFER:
        return False
    if words.accept(folded) and words.decline(folded):
        return True
    if words.slip(folded) or corrects:
        return True
    return intent is Intent.ACCEPT_OFFER and bool(words.held(folded))


def _first(intent: Intent, others: Iterable[Intent]) -> tuple[Intent, ...]:
    return tuple(dict.fromkeys((intent, *others)))[:BUTTONS]


def _parts(folded: str, words: _Lexicon) -> list[Intent]:
    """What the parts of a message ask for, where each is sure; manners do not count."""
    found: dict[Intent, None] = {}
    for part in words.between.split(folded):
        if len(part.strip()) < SHORTEST_PART:
            continue
        likely = model().likely(part)
        if likely and likely[0][1] >= SURE_OF_A_PART and likely[0][0] not in _MANNERS:
            if _is_trap(likely[0][0], part, words, corrects=False):
                return []
            found[likely[0][0]] = None
    # yes and no in one message are not two wishes
    return [] if found.keys() >= set(_OFFER) else list(found)


def _also(folded: str, intent: Intent, words: _Lexicon) -> tuple[Intent, ...]:
    """What else a message asks for besides its first wish."""
    if words.between.search(folded) is None:
        return ()
    parts = _parts(folded, words)
    return tuple(part for part in parts if part is not intent)[:BUTTONS] if intent in parts else ()


__all__ = ["exact", "normal", "read"]
