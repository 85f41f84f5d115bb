"""What a person wants -> the step that serves it. Knows every room's steps by name, and no room."""

import contextlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot import i18n, numbers
from bot.claims import texts as claims
from bot.conversation.form import Hearing
from bot.conversation.vocabulary import Heard, Vocabulary
from bot.errors import Invalid
from bot.facts import texts as facts
from bot.notices import texts as notices
from bot.offers import texts as offers
from bot.settlement import texts as settlement
from bot.support import texts as support
from bot.understanding import about_form, answers, identifiers, matters, on_screen, reader
from bot.understanding.meaning import Action, Intent, Meaning, Mood
from bot.welcome import texts as welcome

#: what is meant -> the step that serves it. What binds a person only opens its card.
STEPS: Mapping[Intent, str] = {
    Intent.SUBMIT_CLAIM: "claims.file",
    Intent.CLAIM_STATUS: "claims.status",
    Intent.BOND_OFFERS: "offers.list",
    Intent.ACCEPT_OFFER: "offers.take",
    Intent.DECLINE_OFFER: "offers.refuse",
    Intent.ESTIMATE_PAYOUT: "facts.estimate",
    Intent.UPLOAD_DOCUMENT: "claims.upload",
    Intent.LINK_ACCOUNT: "welcome.link",
    Intent.PAYOUT_METHOD: "payouts.list",
    Intent.RESTRICTED: "facts.answer:restricted",
    Intent.SCHEDULE: "facts.answer:schedule",
    Intent.CHECK_SCAM: "welcome.safety",
    Intent.CHANGE_LANGUAGE: "welcome.language",
    Intent.TALK_TO_HUMAN: "support.ask",
    Intent.DELETE_MY_DATA: "welcome.erase",
    Intent.NOTIFICATIONS: "notices.settings",
    Intent.RECEIPT: "claims.proof",
    Intent.CANCEL: "welcome.menu",
    Intent.GREETING: "welcome.start",
    Intent.HELP: "welcome.help",
    Intent.OUT_OF_SCOPE: "welcome.lost",
}

#: what answers words that nobody understood, and words that may mean several things
DOUBTFUL = ("welcome.lost", "welcome.unsure")

#: phrases that mean one thing even inside a form, where that is not the form itself
WORDS: Mapping[str, str] = {
    "menu": "welcome.menu",
    "help": "welcome.help",
    "human": "support.ask",
    "language": "welcome.language",
}

COMMANDS: Mapping[str, str] = {
    "start": "welcome.start",
    "menu": "welcome.menu",
    "help": "welcome.help",
    "file": "claims.file",
    "status": "claims.status",
    "offers": "offers.list",
    "payout": "payouts.list",
    "settlement": "settlement.list",
    "estimate": "facts.estimate",
    "link": "welcome.link",
    "language": "welcome.language",
    "notices": "notices.settings",
    "facts": "facts.topics",
    "safety": "welcome.safety",
    "privacy": "welcome.privacy",
    "me": "welcome.me",
    "human": "support.ask",
}

#: a number that is typed by itself leads to what it names
NUMBERED = {
    "ZQ": "claims.status",
    "BJ": "offers.read",
    "KF": "support.mine",
    "SK": "payouts.list",
    "JG": "settlement.read",
}
#: so one of them begins: letters and no figure may follow, and no word begins like this
_BEGINS = re.compile(rf"({'|'.join(NUMBERED)})[-_ ‐‑–—－]")
#: one of them, or what is mistyped of one: the room says that it is none
_NUMBERED = re.compile(rf"({'|'.join(NUMBERED)})[-_ ‐‑–—－]?(?=[A-Z]*[0-9])([0-9A-Z]{{5,9}})")

#: screens that whoever types the words on their buttons, in any language, is led to from anywhere
CALLED: Mapping[str, tuple[Callable[[], str], ...]] = {
    "welcome.me": (welcome.go_me, welcome.unlink_no),
    "welcome.consents": (
        welcome.consents_title,
        welcome.go_consents,
        welcome.back_to_consents,
        claims.consents_button,
        offers.to_consents,
    ),
    "welcome.privacy": (welcome.go_privacy,),
    "welcome.safety": (welcome.go_safety, facts.safety),
    "welcome.unlink": (welcome.go_unlink,),
    "welcome.erase": (welcome.go_keep_me,),
    "facts.topics": (welcome.go_facts, facts.more_topics),
    "facts.term": (facts.terms_title,),
    "offers.list": (welcome.go_offers, offers.to_list),
    "offers.what": (offers.to_tell_apart,),
    "offers.asks": (offers.to_asks,),
    "settlement.list": (offers.to_settlement, settlement.to_list),
    "notices.zones": (notices.change_zone,),
    "support.mine": (support.go_mine,),
    "notices.settings": (welcome.go_notices,),
    "payouts.list": (welcome.go_payouts,),
    "welcome.link": (offers.to_link,),
}

#: what may be asked in the middle of a form, and is answered before it goes on. Nothing that opens a form of
#: its own for the asking, and nothing that binds.
IN_BETWEEN = frozenset(
    {
        Intent.CLAIM_STATUS,
        Intent.BOND_OFFERS,
        Intent.RESTRICTED,
        Intent.SCHEDULE,
        Intent.CHECK_SCAM,
        Intent.CHANGE_LANGUAGE,
        Intent.TALK_TO_HUMAN,
        Intent.DELETE_MY_DATA,
        Intent.NOTIFICATIONS,
    }
)
#: so sure it has to be that words are no answer to the open question; and so long: "没收到" below a question
#: for a code means the code
PLAIN = 0.9
SHORTEST = 5

#: finer matters that have an answer of their own
TOPICS = {
    "other_case": "facts.answer:other_cases",
    "claim_or_bond": "offers.what",
    "thanks": "facts.courtesy:thanks",
    "robot": "facts.courtesy:robot",
    "insult": "facts.courtesy:insult",
    "pasted_mail": "welcome.safety",
}
#: finer matters that the words show
INSTEAD = {
    "term": "facts.term",
    "payout": "facts.answer:payout",
    "papers": "facts.answer:papers",
    "genuine": "facts.answer:genuine",
    "kyc": "facts.answer:portal.kyc",
    "agreement": "settlement.list",
}
#: what is said of one offer, by its number
_OFFERED = {
    Intent.ACCEPT_OFFER: "offers.take",
    Intent.DECLINE_OFFER: "offers.refuse",
    Intent.BOND_OFFERS: "offers.read",
    Intent.ESTIMATE_PAYOUT: "offers.read",
}
_EMAIL = re.compile(r"[^\s@,]{1,64}@[^\s@,]{1,190}\.[^\s@.,]{2,24}")
#: a number of ours inside a sentence
_OURS = re.compile(r"(?<![0-9A-Za-z])(ZQ|BJ)[-_ ‐‑–—－]?([0-9A-Za-z]{7})(?![0-9A-Za-z])", re.IGNORECASE)
#: the language a person asks for -> the one we speak
SPOKEN = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "yue": "zh_Hant_HK", "en": "en"}

#: where days begin for somebody whose time zone we do not know yet
_BEIJING = ZoneInfo("Asia/Shanghai")


def route(text: str, at: datetime) -> Heard:
    """What free text outside a form asks for. `at`: when it was received."""
    typed = unicodedata.normalize("NFKC", text[:16]).strip().upper()
    if len(text) <= 16 and (any(c.isdigit() for c in typed) or _BEGINS.match(typed)):
        for prefix, step in NUMBERED.items():
            with contextlib.suppress(Invalid):
                return Heard(f"{step}:{numbers.read(typed, prefix)}")
        mistyped = _NUMBERED.fullmatch(typed)
        if mistyped is not None:
            return Heard(f"{NUMBERED[mistyped[1]]}:{mistyped[1]}-{mistyped[2]}")
    if _EMAIL.fullmatch(text.strip()):
        return Heard("welcome.link", said=text.strip())  # an address where nothing was asked begins the linking
    whole = WORDS.get(reader.exact(text) or "")
    if whole == WORDS["language"]:
        return Heard(token_of(Intent.CHANGE_LANGUAGE, _read(text, at).slots))
    if whole is not None:
        return Heard(whole)
    if answers.waits(text):
        return Heard("facts.courtesy:wait")
    named = _named(text)
    if named is not None:
        return Heard(named)
    consent = on_screen.agreed(text) or on_screen.takes_back(text)
    if consent is not None and consent.numbers:
        return Heard("welcome.consents")  # the notice says so of "同意 1"; nothing else is agreed to by a number
    meaning = _read(text, at)
    if meaning.action is Action.FALLBACK and not meaning.topic and len(text) <= answers.LONGEST:
        plainer = _read(answers.core(text), at)  # "请问有人要买吗" -> "有人要买吗"
        meaning = plainer if plainer.action is Action.ACT else meaning
    if meaning.mood is Mood.CALM and on_screen.about_my_claim(text):
        return Heard("claims.status")  # its card amends and withdraws
    if meaning.mood is Mood.CALM and not meaning.corrects and matters.compares(text):
        return Heard("comparison.show")
    finer = INSTEAD.get(matters.instead(meaning.intent, text))
    if finer is not None and meaning.mood is Mood.CALM and not (meaning.topic or meaning.also or meaning.corrects):
        return Heard(finer)
    return heard(meaning)


def _named(text: str) -> str | None:
    """The screen whose button says just this."""
    return _called().get(answers.folded(text)) if len(text) <= on_screen.LONGEST else None


@i18n.kept
def _called() -> Mapping[str, str]:
    """The words of CALLED, folded -> the step."""
    found: dict[str, str] = {}
    for locale in i18n.LOCALES:
        with i18n.speaking(locale):
            for step, labels in CALLED.items():
                found.update({answers.folded(label()): step for label in labels})
    return found


def _read(text: str, at: datetime) -> Meaning:
    meaning = reader.read(text, at.astimezone(_BEIJING).date())
    ours = _numbers(text)
    return replace(meaning, slots={**meaning.slots, **ours}) if ours else meaning


def _numbers(text: str) -> dict[str, str]:
    """The claim and the offer a text names, where it names one of each kind."""
    found: dict[str, set[str]] = {}
    for prefix, rest in _OURS.findall(unicodedata.normalize("NFKC", text[:400])):
        with contextlib.suppress(Invalid):
            number = numbers.read(rest, prefix.upper())
            found.setdefault("offer" if number.startswith("BJ") else "claim", set()).add(number)
    return {kind: named.pop() for kind, named in found.items() if len(named) == 1}


def heard(meaning: Meaning) -> Heard:
    """A meaning as steps. Words of not wanting to live come before everything else."""
    if meaning.mood is Mood.DISTRESSED:
        return Heard("facts.distress")
    guess = f"{meaning.intent}.{round(meaning.confidence * 1000)}"
    match meaning.action:
        case _ if meaning.topic in TOPICS:
            token = TOPICS[meaning.topic]
        case Action.ACT:
            token = token_of(meaning.intent, meaning.slots)
        case Action.ASK:
            token = f"welcome.unsure:{guess}.{','.join(meaning.alternatives)}"
        case _ if "offer" in meaning.slots and meaning.intent in (Intent.OUT_OF_SCOPE, *_OFFERED):
            token = token_of(
                Intent.BOND_OFFERS if meaning.intent is Intent.OUT_OF_SCOPE else meaning.intent, meaning.slots
            )
        case Action.FALLBACK if "claim" in meaning.slots:
            token = token_of(Intent.CLAIM_STATUS, meaning.slots)
        case Action.FALLBACK:
            token = f"welcome.lost:{guess}"
    if meaning.corrects:
        token = f"welcome.mended:{token}"
    also = next((token_of(intent, meaning.slots) for intent in meaning.also if intent != meaning.intent), "")
    return Heard(token, also=also, angry=meaning.mood is Mood.ANGRY)


def token_of(intent: Intent, slots: Mapping[str, str]) -> str:
    """The step that serves an intent, with what was said of it."""
    dollars = "amount" in slots and slots.get("currency", "USD") == "USD"
    if intent is Intent.ESTIMATE_PAYOUT and dollars and "offer" not in slots:
        cents = Decimal(slots["amount"]) * 100
        if cents == cents.to_integral_value():
            return f"facts.estimate:{int(cents)}"
    if intent is Intent.RESTRICTED and "jurisdiction" in slots:
        return f"facts.answer:restricted.{slots['jurisdiction']}"
    if intent in _OFFERED and "offer" in slots:
        return f"{_OFFERED[intent]}:{slots['offer']}"
    if intent is Intent.CLAIM_STATUS and "claim" in slots:
        return f"claims.status:{slots['claim']}"
    if intent is Intent.CHANGE_LANGUAGE and SPOKEN.get(slots.get("language", "")) in i18n.LOCALES:
        return f"welcome.speak:{SPOKEN[slots['language']]}"
    return STEPS[intent]


def _about_form(text: str, fields: Callable[[], Mapping[str, str]]) -> tuple[str, str] | None:
    return None if answers.is_code(text) else about_form.about_form(text, fields())


def breaks_in(text: str, at: datetime) -> Heard | None:
    """What words ask for that are no answer to the open question; None unless that is plain."""
    if answers.is_code(text):
        return None
    meaning = _read(text, at)
    if meaning.mood is Mood.DISTRESSED:
        return Heard("facts.distress")
    if len(text.strip()) < SHORTEST:
        return None
    if not on_screen.is_named(meaning.intent, text):
        return None
    if meaning.action is Action.ACT and meaning.intent in IN_BETWEEN and meaning.confidence >= PLAIN:
        return Heard(token_of(meaning.intent, meaning.slots), angry=meaning.mood is Mood.ANGRY)
    return None


#: acts that only lead to another screen, or begin one
LEADS_ON = frozenset(
    {"welcome.start", "welcome.meant", "welcome.speak", "offers.list", "claims.upload", "claims.proof"}
)
#: acts that wait for a last yes
CONFIRMS = frozenset({"offers.confirm", "offers.code", "offers.decline_yes", "claims.withdraw_yes"})
#: a consent that is not given yet, and one that is
_CONSENT, _REVOKE = "welcome.consent:", "welcome.revoke:"


def pressed(text: str, buttons: Sequence[tuple[str, str]]) -> str | None:
    """The button of the newest screen that a text means: "第二个" of a list, "同意" where consents are asked for.

    A consent is given by its name or number, next to the words it is about; a mere "同意" among several
    leads to the first of them by itself. MUST NOT press a button that binds.
    """
    consents = [token for _label, token in buttons if token.startswith((_CONSENT, _REVOKE))]
    if any(token.startswith(_CONSENT) for token in consents):
        return _agreed(text, buttons, consents)
    if any(token.startswith("form.") for _label, token in buttons):
        return None  # a form waits: of all words only those of a consent are plainly no answer to it
    offer = _offer(text, [token for _label, token in buttons])
    if offer is not None:
        return offer
    number = answers.ordinal(text)
    if number is None:
        return None
    names = [token.partition(":")[0] for _label, token in buttons if ":" in token]
    listed = next((name for name in names if names.count(name) > 1), names[0] if len(names) == 1 else "")
    group = [token for _label, token in buttons if token.startswith(f"{listed}:")]
    if not listed or listed not in LISTED or number > len(group):
        return None
    return group[number - 1]


def _offer(text: str, tokens: Sequence[str]) -> str | None:
    """What is said of the offer on the screen, or of one of those listed: a screen that asks once more."""
    accepts = [token for token in tokens if token.startswith("offers.accept:")]
    declines = [token for token in tokens if token.startswith("offers.decline:")]
    if len(accepts) == 1 and on_screen.takes(text):
        return accepts[0]
    if len(declines) == 1 and len(accepts) <= 1 and on_screen.refuses(text):
        return declines[0]
    listed = [token.partition(":")[2] for token in tokens if token.startswith(("offers.read:", "offers.accept:"))]
    number, wants = on_screen.of_nth(text) or (0, False)
    if not 0 < number <= len(listed):
        return None
    return f"{'offers.accept' if wants else 'offers.read'}:{listed[number - 1]}"


#: steps that stand in lists, to be picked by their place
LISTED = frozenset(
    {
        "welcome.meant",
        "welcome.speak",
        "offers.read",
        "offers.accept",
        "offers.decline",
        "claims.status",
        "claims.file",
        "claims.add",
        "claims.receipt",
        "facts.answer",
    }
)


def _unmarked(token: str) -> str:
    """The step that shows one purpose by itself, and writes nothing."""
    return token.rpartition(".")[0]


def _agreed(text: str, buttons: Sequence[tuple[str, str]], consents: Sequence[str]) -> str | None:
    """The consent a text gives, among the consents on the screen."""
    open_ = [token for token in consents if token.startswith(_CONSENT)]
    back = on_screen.takes_back(text)
    if back is not None:
        given = [token for token in consents if token.startswith(_REVOKE)]
        meant = [consents[number - 1] for number in back.numbers if number <= len(consents)]
        meant += [token for label, token in buttons if back.name and back.name in answers.folded(label)]
        return meant[0] if len(meant) == 1 and meant[0] in given else None
    said = on_screen.agreed(text)
    if said is None and (answers.says_yes(text) or answers.goes_on(text)):
        # no word of consent: on to what the screen is for, or to the first purpose by itself
        ready = next((token for _label, token in buttons if token == "claims.file"), None)
        return ready or _unmarked(open_[0])
    if said is None:
        return None
    if said.numbers:
        named = [consents[number - 1] for number in said.numbers if number <= len(consents)]
        return next((token for token in named if token in open_), _unmarked(open_[0]))
    if said.name:
        part = [token for label, token in buttons if token in open_ and said.name in answers.folded(label)]
        return part[0] if len(part) == 1 and len(said.name) > 1 else None
    # one alone: its words are what is agreed to; of several, the first is shown by itself
    return open_[0] if len(consents) == 1 else _unmarked(open_[0])


def exact(text: str) -> str | None:
    """What a whole text means even inside a form: "back", "skip", "cancel", or a step."""
    whole = reader.exact(text)
    return WORDS.get(whole, whole) if whole is not None else _named(text)


#: what is asked of us in the same words as something is told to an agent
_AS_WELL_TOLD = (
    "facts.answer", "facts.estimate", "claims.proof", "claims.upload", "payouts.list", "welcome.link", "welcome.start",
    "welcome.help",
)  # fmt: skip


def _routed(text: str, at: datetime) -> Heard:
    """`route`; what nobody understood for sure, or what is said in the midst of a talk, may be for an agent."""
    heard = route(text, at)
    step = heard.token.partition(":")[0]
    told = step in _AS_WELL_TOLD and not (heard.said or _named(text) or _BEGINS.match(text.strip().upper()))
    return replace(heard, token=f"support.hear:{heard.token}") if told or step in DOUBTFUL else heard


def vocabulary() -> Vocabulary:
    """How words become steps."""
    return Vocabulary(
        route=_routed,
        exact=exact,
        commands=COMMANDS,
        meanings={intent.value: step for intent, step in STEPS.items()},
        breaks_in=breaks_in,
        about_form=_about_form,
        mends=about_form.mended,
        hearing=Hearing(
            agrees=answers.says_yes,
            onward=answers.goes_on,
            nothing=answers.says_nothing,
            asks=answers.asks,
            amends=answers.amends,
            waits=answers.waits,
            picks=answers.picks,
            further=answers.further,
            ordinal=answers.ordinal,
            folds=answers.folded,
            core=answers.core,
            coded=answers.is_code,
        ),
        on_screen=pressed,
        leads_on=LEADS_ON,
        confirms=CONFIRMS,
        guards=identifiers.guarded,
        stray="support.file",
        edited="support.edited",
        quoted="support.answer",
        returns="support.returned",
    )


__all__ = ["COMMANDS", "STEPS", "heard", "route", "vocabulary"]
