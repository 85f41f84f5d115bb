"""Questions about the case: a menu of topics, one screen for each answer, words explained, and the calculator.

Every step but the calculator is a view. The calculator is a form, because it waits for an amount; it
needs no account and registers nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.case import known
from bot.case.known import Source
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Form, Option, Question
from bot.conversation.reply import Choice, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from bot.facts import rules, texts
from bot.understanding import matters
from bot.understanding.amounts import find_amount, read_dollars
from bot.words import money
from bot.words import place as place_name
from storage.database import Reader, Transaction

flow = Flow("facts")


def _about(name: str) -> Choice:
    return Choice(texts.button(name), f"facts.answer:{name}")


def _topics() -> tuple[tuple[Choice, ...], ...]:
    calculator = Choice(texts.go_estimate(), "facts.estimate", "primary")
    words = Choice(texts.terms_title(), "facts.term")
    return ((calculator,), *_in_pairs([_about(name) for name in texts.TOPICS] + [words]))


def _in_pairs(choices: Sequence[Choice]) -> tuple[tuple[Choice, ...], ...]:
    return tuple(tuple(choices[place : place + 2]) for place in range(0, len(choices), 2))


def _answer(
    title: str, text: str, sources: Sequence[Source], *choices: tuple[Choice, ...], advice: bool = True
) -> Reply:
    last = (Choice(texts.more_topics(), "facts.topics"), human(), menu())
    told = texts.told(known.newest(), sources, advice=advice)
    return Reply(title=title, text=f"{text}\n\n{told}", choices=(*choices, last))


@flow.view("topics")
async def topics(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """What can be asked."""
    return Reply(title=texts.menu_title(), text=texts.menu(), choices=(*_topics(), (human(), menu())))


@flow.view("answer")
async def answer(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """One topic, or one page of it (`portal.kyc`); if words led here, the page of the topic that they ask for."""
    wanted = argument.strip().lower()
    if turn.choice is None and turn.text and wanted in _ANSWERS:
        wanted = matters.finer(wanted, turn.text)
    name, _dot, page = wanted.partition(".")
    show = _ANSWERS.get(name)
    reply = show(page) if show is not None else None
    if reply is None:
        return Reply(title=texts.menu_title(), text=texts.no_such_topic(), choices=(*_topics(), (human(), menu())))
    return reply


def _schedule(page: str) -> Reply | None:
    rounds = known.distributions()
    if page == "all":
        return _answer(
            texts.all_rounds_title(),
            texts.all_rounds(rounds),
            known.together(one.sources for one in rounds),
            (_about("schedule"), _about("classes")),
        )
    if page:
        return None
    latest = known.latest_to_customers()
    return _answer(
        texts.topic("schedule"),
        texts.schedule(latest),
        known.together((known.sources("FTX Support; Paxtibi LLP FAQ"), latest.sources)),
        (
            Choice(texts.go_estimate(), "facts.estimate", "primary"),
            Choice(texts.see_all_rounds(), "facts.answer:schedule.all"),
        ),
        (_about("not_paid"), _about("restricted")),
        (_about("payout"), _about("classes")),
    )


def _not_paid(page: str) -> Reply:
    return _answer(
        texts.topic("not_paid"),
        texts.not_paid(),
        known.sources("FTX Support; Paxtibi LLP FAQ; BitGo help"),
        (_portal("kyc"), _portal("claim")),
        (_portal("dsp"), _about("restricted")),
        (_about("payout"), _about("schedule")),
    )


def _restricted(page: str) -> Reply | None:
    named = known.named_places()
    places = Choice(texts.see_places(), "facts.answer:restricted.list")
    motion = Choice(texts.see_motion(), "facts.answer:restricted.motion")
    match page:
        case "":
            return _answer(
                texts.topic("restricted"),
                texts.restricted(known.MOTION_FILED, known.MOTION_WITHDRAWN, known.MOTION_NAMES, len(named)),
                known.sources("The Block; Cointelegraph; Parameter; KryptoDaily"),
                (places, motion),
                (_moved(), _about("not_paid")),
                (_about("payout"), _portal("claim")),
            )
        case "moved":
            return _answer(
                texts.moved_title(),
                texts.moved(),
                known.sources("FTX Support; crypto.news; Paxtibi LLP"),
                (_about("restricted"), _about("payout")),
            )
        case "list":
            return _answer(
                texts.known_places_title(),
                texts.known_places(named, known.MOTION_NAMES, known.MOTION_WITHDRAWN),
                known.together(place.sources for place in named),
                (_about("restricted"), motion),
            )
        case "motion":
            return _answer(
                texts.motion_title(),
                texts.motion(known.MOTION_WITHDRAWN),
                known.sources("CryptoTale; GlassGS; Paxtibi LLP; AiCoin; Gate; ForkLog; The Block; Odaily"),
                (_about("restricted"), places),
            )
    return _place(page.upper())


def _moved() -> Choice:
    return Choice(texts.see_moved(), "facts.answer:restricted.moved")


def _place(code: str) -> Reply | None:
    found = known.place(code)
    if not rules.may_be_asked_about(code) or (found is None and place_name(code) == code):
        return None
    verified = known.named_places()
    seen = found is not None and found.on_motion != "not_seen"
    # That a place was not seen is our own reading of the lists: they are the source.
    here = found.sources if found is not None and seen else known.sources("The Block; Cointelegraph; ForkLog")
    return _answer(
        texts.place_title(code, found),
        texts.about_place(code, found, len(verified)),
        known.together((here, known.sources("Parameter; KryptoDaily"))),
        (_about("restricted"), _moved()),
        (_about("not_paid"), _about("payout")),
    )


def _claim_and_bond(page: str) -> Reply:
    return _answer(
        texts.topic("claim_and_bond"),
        texts.claim_and_bond(),
        (),
        (Choice(texts.what_offers_are(), "offers.what"), Choice(texts.terms_title(), "facts.term")),
    )


def _classes(page: str) -> Reply:
    rows = known.shown_classes()
    ceiling = next((one.ceiling for one in rows if one.class_id == "5A"), None)
    return _answer(
        texts.topic("classes"),
        texts.classes(rows, ceiling and ceiling[1], ceiling and ceiling[0]),
        known.together(one.sources for one in rows),
        (Choice(texts.go_estimate(), "facts.estimate", "primary"),),
        (_about("schedule"), _about("prices")),
        (Choice(texts.my_claims(), "claims.status"),),
    )


def _prices(page: str) -> Reply:
    rows = known.prices()
    return _answer(
        texts.topic("prices"),
        texts.prices(rows),
        known.together(one.sources for one in rows),
        (_about("classes"), _about("schedule")),
    )


def _portal(name: str) -> Choice:
    return Choice(texts.field(name), f"facts.answer:portal.{name}")


def _portal_answer(page: str) -> Reply | None:
    if not page:
        fields = tuple((_portal(name),) for name in known.portal_fields())
        return _answer(texts.topic("portal"), texts.portal(), known.sources("FTX Support"), *fields, advice=False)
    statuses = known.statuses_of(page)
    if not statuses:
        return None
    return _answer(
        texts.portal_title(page),
        texts.portal_field(statuses),
        known.together(one.sources for one in statuses),
        (_about("portal"), _about("not_paid")),
    )


def _scams(page: str) -> Reply | None:
    safety = Choice(texts.safety(), "welcome.safety", "primary")
    if page == "senders":
        hosts = known.genuine_hosts("FTX")
        return _answer(
            texts.senders_title(),
            texts.senders(hosts),
            known.together(one.sources for one in hosts),
            (safety,),
            (_about("scams"),),
            advice=False,
        )
    if page:
        return None
    return _answer(
        texts.topic("scams"),
        texts.scams(),
        known.sources("FTX Support; Mitrade; BitDegree"),
        (safety,),
        (Choice(texts.see_senders(), "facts.answer:scams.senders"), _about("genuine")),
        advice=False,
    )


def _payout(page: str) -> Reply:
    return _answer(
        texts.topic("payout"),
        texts.payout(),
        known.sources("FTX Support; CoinDesk text via gdgz.link; BitGo help; Binance Square; Airwallex; Worldpay"),
        (_portal("dsp"), _portal("bitgo_kyc")),
        (_about("not_paid"), _about("restricted")),
        advice=False,
    )


def _papers(page: str) -> Reply:
    return _answer(
        texts.topic("papers"),
        texts.papers(),
        known.sources("FTX Support"),
        (Choice(texts.register_claim(), "claims.file"), Choice(texts.my_claims(), "claims.status")),
        (_portal("kyc"), _about("scams")),
        advice=False,
    )


def _genuine(page: str) -> Reply:
    return _ours(
        "genuine",
        texts.genuine(),
        (Choice(texts.safety(), "welcome.safety", "primary"),),
        (_about("scams"), _about("privacy")),
    )


def _privacy(page: str) -> Reply:
    see = (Choice(texts.see_privacy(), "welcome.privacy"), Choice(texts.see_consents(), "welcome.consents"))
    return _ours("privacy", texts.privacy(), see)


def _ours(name: str, text: str, *choices: tuple[Choice, ...]) -> Reply:
    last = (Choice(texts.more_topics(), "facts.topics"), human(), menu())
    return Reply(title=texts.topic(name), text=text, choices=(*choices, last))


def _other_cases(page: str) -> Reply:
    more = (_about("scams"), Choice(texts.register_claim(), "claims.file"))
    if page not in rules.CASES:
        return _answer(texts.topic("other_cases"), texts.other_cases(), (), more, advice=False)
    sites = rules.sites_of(page)
    return _answer(
        texts.other_case_title(page),
        texts.other_case(page, sites),
        known.together(one.sources for one in sites),
        more,
        advice=False,
    )


_ANSWERS: dict[str, Callable[[str], Reply | None]] = {
    "schedule": _schedule,
    "not_paid": _not_paid,
    "restricted": _restricted,
    "payout": _payout,
    "papers": _papers,
    "portal": _portal_answer,
    "classes": _classes,
    "prices": _prices,
    "claim_and_bond": _claim_and_bond,
    "scams": _scams,
    "genuine": _genuine,
    "privacy": _privacy,
    "other_cases": _other_cases,
}

# -- words of the field


@flow.view("term")
async def term(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """One word (`facts.term:record_date`), a group of words (`facts.term:.payment`), or the groups.

    If words led here without an argument, the word they ask about.
    """
    wanted = argument.strip().lower()
    if not wanted and turn.choice is None and turn.text:
        wanted = rules.find_term(turn.text) or "?"
        field = rules.find_field(turn.text)
        if field is not None and not texts.is_explained(wanted):
            return _ANSWERS["portal"](field) or await topics(turn, db, person, "")
    group = texts.TERM_GROUPS.get(wanted.removeprefix("."))
    last = (Choice(texts.more_topics(), "facts.topics"), human(), menu())
    if wanted.startswith(".") and group is not None:
        words = [Choice(texts.term(one), f"facts.term:{one}") for one in group]
        title = texts.term_group(wanted[1:])
        return Reply(title=title, text=texts.terms(), choices=(*_in_pairs(words), (_terms(),), last))
    if wanted not in known.glossary():
        groups = tuple((Choice(texts.term_group(name), f"facts.term:.{name}"),) for name in texts.TERM_GROUPS)
        said = texts.no_such_term() if wanted else texts.terms()
        return Reply(title=texts.terms_title(), text=said, choices=(*groups, last))
    return _answer(
        texts.term_title(wanted),
        texts.explained(wanted),
        known.sources(_term_sources(wanted)),
        *_in_pairs([_about(name) for name in _TERM_LEADS.get(wanted, ())]),
        (_terms(),),
        advice=False,
    )


def _terms() -> Choice:
    return Choice(texts.terms_title(), "facts.term")


def _term_sources(term_id: str) -> str:
    """Words of the case come from those who run it; words of the market are everybody's."""
    if term_id == "transfer_notice_period":
        return "Rule 3001(e); PR Newswire text via MENAFN"
    if not texts.is_explained(term_id) or term_id in texts.TERM_GROUPS["offers"]:
        return ""
    return "FTX Support; Blockchain.News; Paxtibi LLP FAQ"


#: words that a topic says more about
_TERM_LEADS = {
    "claim": ("claim_and_bond",),
    "bond": ("claim_and_bond",),
    "claim_transfer": ("claim_and_bond",),
    "record_date": ("schedule", "not_paid"),
    "payment_date": ("schedule", "not_paid"),
    "distribution": ("schedule", "payout"),
    "cumulative_recovery": ("classes", "prices"),
    "class": ("classes",),
    "convenience": ("classes", "schedule"),
    "customer_entitlement": ("classes", "schedule"),
    "dsp": ("payout", "not_paid"),
    "deferred": ("restricted", "payout"),
    "restricted_jurisdiction": ("restricted",),
    "without_prejudice": ("restricted",),
    "disputed": ("portal", "not_paid"),
    "allowed": ("portal",),
    "disallowed": ("portal",),
    "petition_date": ("prices",),
    "kyc": ("papers", "portal"),
    "w8ben": ("papers", "portal"),
    "proof_of_claim": ("papers",),
}


# -- the calculator


async def _begin_estimate(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    amount, _dot, where = argument.strip().partition(".")
    cents = rules.read_cents(amount)
    if cents is not None and where in matters.KINDS:
        return _estimated(turn, person, cents, where)
    return {} if cents is None else {"amount": cents}


async def _estimate(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    return _estimated(turn, person, answers["amount"], answers["where"])


def _estimated(turn: Turn, person: Person, cents: int, where: str) -> Reply:
    """The one screen of the calculator: announced figures, what is unknown, whom it may not hold for."""
    found = [rules.estimate(one, cents) for one in rules.classes_of(where, cents)]
    start = known.PETITION_US if where == "us" else known.PETITION
    today = turn.received_at.astimezone(ZoneInfo(person.timezone)).date()
    customer = where not in ("general", "loan")
    told = _answer(
        texts.estimate_title(),
        texts.estimate(
            cents,
            found,
            (start, rules.elapsed(start, today)),
            near_the_limit=rules.near_the_limit(cents),
            customer=customer,
        ),
        known.together(one.plan_class.sources for one in found),
        (Choice(texts.register_claim(), "claims.file", "primary"),),
        (Choice(texts.estimate_again(), "facts.estimate"), Choice(texts.other_class(), f"facts.estimate:{cents}")),
        (_about("schedule"), _about("classes")),
        (_about("restricted"), _about("not_paid")),
    )
    return replace(told, replaces=False)  # two of them are worth comparing


def _wrong(question: Question, invalid: Invalid) -> str:
    return texts.wrong(invalid.code)


def _read_amount(text: str, _answers: Answers) -> int:
    """An amount, or the dollars somebody names in his question ("5 万刀能拿多少"): an estimate binds nobody."""
    try:
        return read_dollars(text)
    except Invalid:
        named = find_amount(text)
        if named is None or named.currency != "USD":
            raise
        return read_dollars(f"{named.value} USD")


flow.form(
    Form(
        name="facts.estimate",
        version=1,
        title=texts.estimate_title,
        questions=(
            Question(
                name="amount",
                label=texts.amount_label,
                ask=lambda _answers: texts.ask_amount(),
                read=_read_amount,
                show=money,
                expects="amount",
            ),
            Question(
                name="where",
                label=texts.where_label,
                ask=lambda answers: texts.ask_where(answers["amount"]),
                read=lambda text, _answers: matters.read_kind(text),
                options=lambda _answers: [Option(one, _label(one)) for one in matters.KINDS],
            ),
        ),
        begin=_begin_estimate,
        wrong=_wrong,
        submit=_estimate,
        after=lambda: (Choice(texts.estimate_again(), "facts.estimate"), menu()),
        review=False,
        resumes=False,
    )
)


def _label(where: str) -> Callable[[], str]:
    return lambda: texts.where(where)


# -- manners, and somebody in need


@flow.view("courtesy")
async def courtesy(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Thanks, an insult, or the question whether this is a robot: one line, and the ways on."""
    return Reply(text=texts.courtesy(argument.strip().lower()), choices=((human(), menu()),), replaces=False)


@flow.view("distress")
async def distress(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Somebody who may harm himself: a person first. MUST NOT be edited away by what comes next."""
    return Reply(title=texts.distress_title(), text=texts.distress(), choices=((human(),), (menu(),)), replaces=False)


__all__ = ["flow"]
