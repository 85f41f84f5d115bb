"""Questions about the case: a menu of topics, and one screen for each answer. Every step is a view."""

from collections.abc import Callable, Sequence

from bot.conversation.flow import Flow
from bot.conversation.reply import Choice, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.facts import rules, texts
from bot.facts.rules import Source
from storage.database import Reader

flow = Flow("facts")


def _about(name: str) -> Choice:
    return Choice(texts.button(name), f"facts.answer:{name}")


def _topics() -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(texts.topic(name), f"facts.answer:{name}"),) for name in texts.TOPICS)


def _answer(
    title: str, text: str, sources: Sequence[Source], *choices: tuple[Choice, ...], advice: bool = True
) -> Reply:
    last = (Choice(texts.more_topics(), "facts.topics"), human(), menu())
    told = texts.told(rules.newest(), sources, advice=advice)
    return Reply(title=title, text=f"{text}\n\n{told}", choices=(*choices, last))


@flow.view("topics")
async def topics(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """What can be asked."""
    return Reply(title=texts.menu_title(), text=texts.menu(), choices=(*_topics(), (human(), menu())))


@flow.view("answer")
async def answer(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """One topic, or one page of it (`portal.kyc`)."""
    name, _dot, page = argument.strip().lower().partition(".")
    show = _ANSWERS.get(name)
    reply = show(page) if show is not None else None
    if reply is None:
        return Reply(title=texts.menu_title(), text=texts.no_such_topic(), choices=(*_topics(), (human(), menu())))
    return reply


def _schedule(page: str) -> Reply:
    rounds = rules.distributions()
    return _answer(
        texts.topic("schedule"),
        texts.schedule(rounds),
        rules.together(one.sources for one in rounds),
        (_about("not_paid"), _about("restricted")),
        (_about("classes"), _about("portal")),
    )


def _not_paid(page: str) -> Reply:
    return _answer(
        texts.topic("not_paid"),
        texts.not_paid(),
        rules.sources("FTX Support; Paxtibi LLP FAQ; BitGo help"),
        (_portal("kyc"), _portal("claim")),
        (_portal("dsp"), _about("restricted")),
        (_about("schedule"),),
    )


def _restricted(page: str) -> Reply | None:
    known = rules.named_places()
    places = Choice(texts.see_places(), "facts.answer:restricted.list")
    motion = Choice(texts.see_motion(), "facts.answer:restricted.motion")
    match page:
        case "":
            return _answer(
                texts.topic("restricted"),
                texts.restricted(rules.MOTION_FILED, rules.MOTION_WITHDRAWN, rules.MOTION_NAMES, len(known)),
                rules.sources("The Block; Cointelegraph; Parameter; KryptoDaily"),
                (places, motion),
                (_about("not_paid"), _portal("claim")),
            )
        case "list":
            return _answer(
                texts.known_places_title(),
                texts.known_places(known, rules.MOTION_NAMES, rules.MOTION_WITHDRAWN),
                rules.together(place.sources for place in known),
                (_about("restricted"), motion),
            )
        case "motion":
            return _answer(
                texts.motion_title(),
                texts.motion(rules.MOTION_WITHDRAWN),
                rules.sources("CryptoTale; GlassGS; Paxtibi LLP; AiCoin; Gate; ForkLog; The Block; Odaily"),
                (_about("restricted"), places),
            )
    return None


def _claim_and_bond(page: str) -> Reply:
    return _answer(
        texts.topic("claim_and_bond"),
        texts.claim_and_bond(),
        (),
        (Choice(texts.what_offers_are(), "offers.what"), _about("classes")),
    )


def _classes(page: str) -> Reply:
    rows = rules.shown_classes()
    ceiling = next((one.ceiling for one in rows if one.class_id == "5A"), None)
    return _answer(
        texts.topic("classes"),
        texts.classes(rows, ceiling and ceiling[1], ceiling and ceiling[0]),
        rules.together(one.sources for one in rows),
        (_about("schedule"), _about("prices")),
        (Choice(texts.my_claims(), "claims.status"),),
    )


def _prices(page: str) -> Reply:
    rows = rules.prices()
    return _answer(
        texts.topic("prices"),
        texts.prices(rows),
        rules.together(one.sources for one in rows),
        (_about("classes"), _about("schedule")),
    )


def _portal(name: str) -> Choice:
    return Choice(texts.field(name), f"facts.answer:portal.{name}")


def _portal_answer(page: str) -> Reply | None:
    if not page:
        fields = tuple((_portal(name),) for name in rules.portal_fields())
        return _answer(texts.topic("portal"), texts.portal(), rules.sources("FTX Support"), *fields, advice=False)
    statuses = rules.statuses_of(page)
    if not statuses:
        return None
    return _answer(
        texts.portal_title(page),
        texts.portal_field(statuses),
        rules.together(one.sources for one in statuses),
        (_about("portal"), _about("not_paid")),
    )


def _scams(page: str) -> Reply:
    return _answer(
        texts.topic("scams"),
        texts.scams(),
        rules.sources("FTX Support; Mitrade; BitDegree"),
        (Choice(texts.safety(), "welcome.safety", "primary"),),
        advice=False,
    )


def _other_cases(page: str) -> Reply:
    return _answer(texts.topic("other_cases"), texts.other_cases(), (), (_about("scams"),), advice=False)


_ANSWERS: dict[str, Callable[[str], Reply | None]] = {
    "schedule": _schedule,
    "not_paid": _not_paid,
    "restricted": _restricted,
    "portal": _portal_answer,
    "classes": _classes,
    "prices": _prices,
    "claim_and_bond": _claim_and_bond,
    "scams": _scams,
    "other_cases": _other_cases,
}

__all__ = ["flow"]
