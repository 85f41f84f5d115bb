"""The claims room talks: the forms that register, amend and add to a claim, and the screens that show one."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from bot import words
from bot.claims import actions, rules, texts
from bot.claims.actions import Claim, Filed, NotAgreed, NotLinked, NotYourLine
from bot.claims.rules import (
    AlreadyFiled,
    ChangedMeanwhile,
    NoSuchClaim,
    NothingChanged,
    NotNow,
    OfferTaken,
    TooManyClaims,
)
from bot.conversation import texts as common
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Extra, Form, Option, Question
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.conversation.turn import File, Person, Turn
from bot.errors import Invalid, Refusal
from bot.understanding.amounts import read_dollars
from bot.understanding.answers import is_doubted, says_nothing
from bot.understanding.names import is_talk, said_name
from bot.understanding.places import read_place, same_as
from storage.database import Reader, Transaction
from storage.terms import ClaimStatus

flow = Flow("claims")

# --- ways on ----------------------------------------------------------------------------------


def _look(number: str) -> Choice:
    return Choice(texts.look_button(number), f"claims.status:{number}")


def _file(argument: str = "") -> Choice:
    return Choice(texts.file_button(), f"claims.file:{argument}" if argument else "claims.file", "primary")


def _link() -> Choice:
    return Choice(texts.link_button(), "welcome.link", "primary")


def _agree() -> Choice:
    return Choice(texts.consents_button(), "welcome.consents", "primary")


def _said(text: str, *ways: Choice) -> Reply:
    """Words, and where they lead: never a dead end."""
    return Reply(text=text, choices=(*((way,) for way in ways), (common.human(), common.menu())))


def _refused(refusal: Refusal) -> Reply:
    """A refusal in words, with a way on."""
    match refusal:
        case NotLinked():
            return _said(texts.link_first(), _link())
        case NotAgreed():
            return _said(texts.agree_first(), _agree())
        case NoSuchClaim():
            return _said(texts.no_such_claim(), Choice(texts.list_button(), "claims.status"))
        case NotNow():
            return _said(texts.not_now(refusal.number, refusal.status), _look(refusal.number))
        case TooManyClaims():
            return _said(texts.too_many(refusal.most), Choice(texts.list_button(), "claims.status"))
        case AlreadyFiled():
            return _said(texts.already_filed(refusal.number), _look(refusal.number))
        case NotYourLine():
            return _said(texts.not_your_line(), _file("new"))
        case ChangedMeanwhile():
            again = Choice(texts.amend_button(), f"claims.amend:{refusal.number}", "primary")
            return _said(texts.changed_meanwhile(refusal.number), again)
        case NothingChanged():
            return _said(texts.nothing_changed(refusal.number), _look(refusal.number))
        case OfferTaken():
            return _said(texts.offer_taken(refusal.number), _look(refusal.number))
    raise refusal


# --- the questions ----------------------------------------------------------------------------


def _value(answers: Answers, name: str) -> Any:
    return rules.value_of(answers.get(name))


def _company(answers: Answers) -> bool:
    return bool(_value(answers, "holder") == "company")


def _usual_class(answers: Answers) -> str | None:
    """The class the amount points to, if it is not the one that was named."""
    plan_class, cents = _value(answers, "plan_class"), _value(answers, "amount")
    return rules.class_of_size(plan_class, cents) if plan_class and cents else None


def _optional(read: Callable[[str], str]) -> Callable[[str, Answers], str | None]:
    return lambda text, _answers: None if says_nothing(text) else read(text)


_SHOWN: dict[str, Callable[[Any], str]] = {
    "debtor": lambda code: rules.DEBTORS[code],
    "plan_class": texts.class_name,
    "holder": texts.holder,
    "nationality": words.place,
    "residence": words.place,
    "tax_residence": words.place,
    "amount": texts.money,
}


def _shown(name: str) -> Callable[[Any], str]:
    """How an answer reads, with its source behind it."""
    say = _SHOWN.get(name, str)
    return lambda answer: say(rules.value_of(answer)) + texts.source_short(rules.as_of(answer))


def _places(_answers: Answers) -> list[Option]:
    return [Option(code, partial(words.place, code)) for code in texts.QUICK_PLACES]


def _class_options(_answers: Answers) -> list[Option]:
    codes = (*rules.CLASSES, "other", "unsure")
    return [Option(code, partial(texts.plan_class, code)) for code in codes]


def _class_check_options(answers: Answers) -> list[Option]:
    named, usual = _value(answers, "plan_class"), _usual_class(answers)
    return [
        Option("change", lambda: texts.class_change(usual)),
        Option("keep", lambda: texts.class_keep(named)),
        Option("unsure", lambda: texts.plan_class("unsure")),
    ]


async def _class_checked(_turn: Turn, _db: Transaction, _person: Person, answers: Answers, value: Any) -> Any:
    if value == "change":
        answers["plan_class"] = _usual_class(answers)
    elif value == "unsure":
        answers["plan_class"] = "unsure"
    return value


async def _take(turn: Turn, db: Transaction, person: Person, draft: str, file: File) -> dict[str, Any]:
    try:
        return await actions.keep_document(db, turn, person, draft, file)
    except NotAgreed:
        agree = Choice(texts.agree_papers_button(), "welcome.consent:identity_papers", "primary")
        raise Invalid("file_not_agreed", choices=(agree,)) from None


async def _drop(_turn: Turn, db: Transaction, _person: Person, answers: Answers) -> str:
    dropped = answers.pop("documents", None) or []
    await actions.drop_documents(db, dropped)
    return texts.documents_dropped(len(dropped))


def _documents(ask: Callable[[Answers], str], *, optional: bool) -> Question:
    return Question(
        "documents",
        texts.label("documents"),
        ask,
        show=lambda kept: texts.documents([one["name"] for one in kept]),
        optional=optional,
        take=_take,
        most_files=rules.MOST_DOCUMENTS,
        extras=(Extra("drop", texts.drop_documents, _drop, when=lambda answers: bool(answers.get("documents"))),),
        expects="file",
        accept=",".join((*rules.MEDIA_TYPES, ".heic")),
    )


def _from_register(answers: Answers) -> tuple[list[str], str]:
    """The names of the figures that the register gave, and its date."""
    taken = [name for name in rules.FIGURES if rules.as_of(answers.get(name)) is not None]
    return taken, (rules.as_of(answers[taken[0]]) or "") if taken else ""


#: the place that was asked for before
_ABOVE = {"residence": "nationality", "tax_residence": "residence"}


def _read_place(name: str, text: str, answers: Answers) -> str:
    same = same_as(text)
    before = _value(answers, same or _ABOVE.get(name, "")) if same is not None else None
    return str(before) if before else read_place(text, nationality=name == "nationality")


def _read_class(text: str, _answers: Answers) -> str:
    if is_doubted(text):  # "不是 5A", "5A 还是 7A"
        raise Invalid("not_a_class")
    return rules.read_class(text)


def _read_name(text: str, answers: Answers) -> str:
    company = _company(answers)
    said = said_name(text, company=company)
    if is_talk(said, company=company):
        raise Invalid("no_name")
    return rules.read_name(said, company=company)


def _place_question(name: str, ask: Callable[[bool], str]) -> Question:
    return Question(
        name,
        texts.label(name),
        lambda answers: ask(_company(answers)),
        lambda text, answers: _read_place(name, text, answers),
        _shown(name),
        options=_places,
    )


def _figures() -> tuple[Question, ...]:
    """The questions a claim consists of, for registering and for amending it."""
    return (
        Question(
            "debtor",
            texts.label("debtor"),
            lambda _answers: texts.ask_debtor(),
            lambda text, _answers: rules.read_debtor(text),
            _shown("debtor"),
            options=lambda _answers: [Option(code, partial(str, name)) for code, name in rules.DEBTORS.items()],
        ),
        Question(
            "plan_class",
            texts.label("plan_class"),
            lambda _answers: texts.ask_class(),
            _read_class,
            _shown("plan_class"),
            options=_class_options,
            clears=("class_check",),
        ),
        Question(
            "schedule",
            texts.label("schedule"),
            lambda _answers: texts.ask_schedule(),
            _optional(rules.read_schedule),
            _shown("schedule"),
            optional=True,
            expects="digits",
        ),
        Question(
            "claim_number",
            texts.label("claim_number"),
            lambda _answers: texts.ask_claim_number(),
            _optional(rules.read_claim_number),
            _shown("claim_number"),
            optional=True,
            expects="digits",
        ),
        Question(
            "ucc",
            texts.label("ucc"),
            lambda _answers: texts.ask_ucc(),
            _optional(rules.read_ucc),
            _shown("ucc"),
            optional=True,
            hears="name",
        ),
        Question(
            "holder",
            texts.label("holder"),
            lambda answers: texts.ask_holder(*_from_register(answers)),
            show=_shown("holder"),
            options=lambda _answers: [Option(code, partial(texts.holder, code)) for code in ("person", "company")],
            # A person's name and passport are not a company's name and seat.
            clears=("name", "nationality", "residence", "tax_residence"),
        ),
        Question(
            "name",
            texts.label("name"),
            lambda answers: texts.ask_name(_company(answers)),
            _read_name,
            _shown("name"),
            hears="name",
        ),
        _place_question("nationality", texts.ask_nationality),
        _place_question("residence", texts.ask_residence),
        _place_question("tax_residence", texts.ask_tax_residence),
        Question(
            "amount",
            texts.label("amount"),
            lambda answers: texts.ask_amount(rules.petition_date(_value(answers, "debtor") or "trading")),
            lambda text, _answers: read_dollars(text),
            _shown("amount"),
            clears=("class_check",),
            expects="amount",
        ),
        Question(
            "class_check",
            texts.label("class_check"),
            lambda answers: texts.ask_class_check(
                _value(answers, "plan_class"), _usual_class(answers) or "", _value(answers, "amount")
            ),
            options=_class_check_options,
            when=lambda answers: _usual_class(answers) is not None,
            then=_class_checked,
        ),
    )


def _declaration(when: Callable[[Answers], bool]) -> Question:
    return Question(
        "declaration",
        texts.label("declaration"),
        lambda _answers: texts.ask_declaration(),
        options=lambda _answers: [Option("yes", texts.declare)],
        when=when,
    )


def _wrong(question: Question, invalid: Invalid) -> str:
    return texts.wrong(question.name, invalid)


def _after() -> tuple[Choice, ...]:
    return (Choice(texts.list_button(), "claims.status"), common.menu())


# --- registering ------------------------------------------------------------------------------


async def _begin_file(_turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        await actions.may_file(db, person)
        papers = {"_papers": await actions.papers_agreed(db, person)}
        if argument.isascii() and argument.isdigit() and len(argument) < 18:
            return {"_argument": argument, **papers, **await actions.prefilled(db, person, int(argument))}
        if argument == "new":
            return {"_argument": argument, **papers}
        lines = await actions.found_in_register(db, person)
    except Refusal as refusal:
        return _refused(refusal)
    if not lines:
        return {"_argument": "", **papers}
    known = [(line.content["schedule"] or line.content["claim_id"], line) for line in lines]
    shown = [(number, line.content["amount"], line.content["debtor"], line.as_of) for number, line in known]
    rows = [
        (Choice(texts.line_button(n, number), f"claims.file:{line.id}", "primary"),)
        for n, (number, line) in enumerate(known, 1)
    ]
    by_hand = Choice(texts.file_by_hand(), "claims.file:new")
    return Reply(
        title=texts.file_title(),
        text=texts.choose_line(shown),
        choices=(*rows, (by_hand,), (common.human(), common.menu())),
    )


async def _submit_file(turn: Turn, db: Transaction, person: Person, draft: str, answers: Answers) -> Reply:
    try:
        filed = await actions.file(db, turn, person, draft, answers, texts.declaration())
    except NotLinked:
        raise Invalid("not_linked", question="declaration", choices=(_link(),)) from None
    except NotAgreed:
        raise Invalid("not_agreed", question="declaration", choices=(_agree(),)) from None
    except NotYourLine:
        raise Invalid("not_your_line", question="declaration", choices=(common.human(),)) from None
    except AlreadyFiled as refusal:
        if refusal.schedule is None:
            return _refused(refusal)
        raise _twice(refusal) from None
    except Refusal as refusal:
        return _refused(refusal)
    at = words.moment(filed.entry.at, person.timezone)
    text = texts.filed(filed.claim.number, filed.entry.receipt, at, filed.claim.status)
    more = Choice(texts.another_button(), "claims.file")
    return await _done(turn, db, person, texts.filed_title(), text, filed, (more, common.menu()))


def _twice(refusal: AlreadyFiled) -> Invalid:
    """The schedule number of another claim of theirs: back to that question, with the way to the other claim."""
    number, schedule = refusal.number, refusal.schedule
    return Invalid("already_filed", question="schedule", number=number, schedule=schedule, choices=(_look(number),))


async def _done(
    turn: Turn, db: Reader, person: Person, title: str, text: str, filed: Filed, last: tuple[Choice, ...]
) -> Reply:
    """After a step that gives a receipt: number, receipt number and the file to keep."""
    number = filed.claim.number
    return Reply(
        title=title,
        text=text,
        choices=((_look(number),), last),
        copies=(
            Copyable(texts.number_label(), number),
            Copyable(texts.receipt_label(), filed.entry.receipt),
        ),
        document=await _receipt(turn, db, person, filed.claim),
        replaces=False,
    )


flow.form(
    Form(
        "claims.file",
        1,
        texts.file_title,
        (
            *_figures(),
            _documents(
                lambda answers: texts.ask_documents(_value(answers, "amount"), answers["_papers"]), optional=True
            ),
            _declaration(lambda _answers: True),
        ),
        _begin_file,
        _wrong,
        _submit_file,
        after=_after,
    )
)

# --- amending ---------------------------------------------------------------------------------


async def _begin_amend(_turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        claim = await actions.changeable(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal)
    answers = actions.answers_of(claim)
    was = {name: rules.value_of(answer) for name, answer in answers.items()}
    settled = {"class_check": "keep"} if _usual_class(answers) is not None else {}
    base = actions.fingerprint(claim)
    return {"_argument": argument, "_number": claim.number, "_base": base, "_was": was, **answers, **settled}


def _differs(answers: Answers) -> bool:
    """Whether an amendment says anything new, so that it is to be declared true once more."""
    was: dict[str, Any] = answers.get("_was", {})
    return any(_value(answers, name) != was.get(name) for name in rules.FIGURES)


async def _submit_amend(turn: Turn, db: Transaction, person: Person, _draft: str, answers: Answers) -> Reply:
    try:
        filed = await actions.amend(
            db, turn, person, answers["_number"], answers["_base"], answers, texts.declaration()
        )
    except AlreadyFiled as refusal:
        raise _twice(refusal) from None
    except Refusal as refusal:
        return _refused(refusal)
    at = words.moment(filed.entry.at, person.timezone)
    text = texts.amended(filed.claim.number, filed.entry.receipt, at, filed.claim.status)
    return await _done(turn, db, person, texts.amended_title(), text, filed, (common.menu(),))


flow.form(
    Form(
        "claims.amend",
        1,
        texts.amend_title,
        (*_figures(), _declaration(_differs)),
        _begin_amend,
        _wrong,
        _submit_amend,
        after=_after,
    )
)

# --- more documents ---------------------------------------------------------------------------


async def _begin_add(_turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        claim = await actions.changeable(db, person, argument)
        papers = await actions.papers_agreed(db, person)
    except Refusal as refusal:
        return _refused(refusal)
    wanted = claim.reason if claim.status == ClaimStatus.DOCUMENT_REQUESTED else None
    return {"_argument": argument, "_number": claim.number, "_reason": wanted, "_papers": papers}


async def _submit_add(turn: Turn, db: Transaction, person: Person, draft: str, answers: Answers) -> Reply:
    try:
        filed, again = await actions.add_documents(db, turn, person, draft, answers["_number"], answers["documents"])
    except Refusal as refusal:
        return _refused(refusal)
    at, count = words.moment(filed.entry.at, person.timezone), len(answers["documents"]) - again
    text = texts.added(filed.claim.number, count, again, filed.entry.receipt, at, filed.claim.status)
    return await _done(turn, db, person, texts.added_title(), text, filed, (common.menu(),))


flow.form(
    Form(
        "claims.add",
        1,
        texts.add_title,
        (
            _documents(
                lambda answers: texts.ask_more_documents(answers["_number"], answers["_reason"], answers["_papers"]),
                optional=False,
            ),
        ),
        _begin_add,
        _wrong,
        _submit_add,
        after=_after,
        review=False,
    )
)

# --- looking ----------------------------------------------------------------------------------


@flow.view("status")
async def status(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Where a claim stands. Without a number: the only one's card, or a list; one indexed query."""
    try:
        if argument:
            return _card(turn, person, await actions.own(db, person, argument))
        rows = await actions.mine(db, person)
        if not rows:
            return _said(texts.none_yet(len(await actions.found_in_register(db, person))), _file())
    except Refusal as refusal:
        return _refused(refusal)
    if len(rows) == 1:
        return _card(turn, person, rows[0])
    lines = [(row.number, row.particulars["amount"], row.status) for row in rows]
    choices = [(Choice(texts.look_button(row.number), f"claims.status:{row.number}"),) for row in rows]
    return Reply(
        title=texts.list_title(),
        text=texts.list_text(lines, words.as_of(turn.received_at, person.timezone)),
        choices=(*choices, (Choice(texts.another_button(), "claims.file"), common.menu())),
    )


@flow.act("upload")
async def upload(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """The form for more documents, of the one claim that takes any; of several, a choice."""
    return await _one_of(db, person, "claims.add", texts.upload_title(), texts.upload_which(), changeable=True)


@flow.act("proof")
async def proof(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """The receipt of the one claim there is; of several, a choice."""
    return await _one_of(db, person, "claims.receipt", texts.proof_title(), texts.proof_which(), changeable=False)


async def _one_of(db: Reader, person: Person, step: str, title: str, which: str, *, changeable: bool) -> Reply | str:
    try:
        rows = [row for row in await actions.mine(db, person) if not changeable or rules.may_change(row.status)]
    except Refusal as refusal:
        return _refused(refusal)
    if not rows:
        return "claims.status"
    if len(rows) == 1:
        return f"{step}:{rows[0].number}"
    choices = [(Choice(texts.look_button(row.number), f"{step}:{row.number}"),) for row in rows]
    return Reply(title=title, text=which, choices=(*choices, (common.human(), common.menu())))


def _card(turn: Turn, person: Person, claim: Claim) -> Reply:
    number, timezone = claim.number, person.timezone
    looks = (
        Choice(texts.timeline_button(), f"claims.timeline:{number}"),
        Choice(texts.receipt_button(), f"claims.receipt:{number}"),
        Choice(texts.offers_button(), "offers.list"),
    )
    changes: Sequence[tuple[Choice, ...]] = ()
    if rules.may_change(claim.status):
        wanted = claim.status == ClaimStatus.DOCUMENT_REQUESTED
        changes = (
            (
                Choice(texts.add_button(), f"claims.add:{number}", "primary" if wanted else ""),
                Choice(texts.amend_button(), f"claims.amend:{number}"),
                Choice(texts.withdraw_button(), f"claims.withdraw:{number}", "danger"),
            ),
        )
    return Reply(
        title=texts.card_title(number, claim.demo),
        text=texts.card(
            claim.status,
            claim.reason,
            claim.particulars,
            words.moment(claim.changed_at, timezone),
            words.as_of(turn.received_at, timezone),
        ),
        choices=(looks, *changes, (common.human(number if claim.status in rules.NEGATIVE else ""), common.menu())),
        copies=(Copyable(texts.number_label(), number),),
    )


@flow.view("timeline")
async def timeline(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Every signed step of a claim, its offers included."""
    try:
        claim = await actions.own(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal)
    steps = [
        (words.moment(entry.at, person.timezone), texts.event(entry.kind, entry.item), actions.receipt_of(entry))
        for entry in await actions.chain(db, claim)
    ]
    as_of = words.as_of(turn.received_at, person.timezone)
    return Reply(
        title=texts.timeline_title(claim.number),
        text=texts.timeline(steps, words.claim_next(claim.status), as_of),
        choices=((_look(claim.number),), (common.human(), common.menu())),
    )


@flow.view("receipt")
async def receipt(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The receipt of a claim as it stands, as a file."""
    try:
        claim = await actions.own(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal)
    last = (await actions.chain(db, claim))[-1]
    number = actions.receipt_of(last)
    return Reply(
        title=texts.receipt_title(claim.number),
        text=texts.receipt_text(number, words.moment(last.at, person.timezone)),
        choices=((_look(claim.number),), (common.menu(),)),
        copies=(Copyable(texts.receipt_label(), number),),
        document=await _receipt(turn, db, person, claim),
        replaces=False,
    )


async def _receipt(turn: Turn, db: Reader, person: Person, claim: Claim) -> Attachment:
    chain = await actions.chain(db, claim)
    answers = actions.answers_of(claim)
    figures = [
        (texts.label(name)(), _shown(name)(answer) if rules.value_of(answer) is not None else common.not_given())
        for name, answer in answers.items()
    ]
    kept = [(one["name"], one["size"], one["sha256"]) for one in claim.particulars["documents"]]
    steps = [
        (
            words.moment(entry.at, person.timezone),
            texts.event(entry.kind, entry.item),
            actions.receipt_of(entry),
            entry.leaf_hash.hex(),
        )
        for entry in chain
    ]
    written = texts.receipt_file(
        number=claim.number,
        status=claim.status,
        figures=figures,
        documents=kept,
        steps=steps,
        as_of=words.as_of(turn.received_at, person.timezone),
        demo=claim.demo,
    )
    # The mark tells older editors that this is UTF-8, or they show the Chinese as rubbish.
    content = b"\xef\xbb\xbf" + written.encode()
    return Attachment(texts.receipt_name(claim.number, actions.receipt_of(chain[-1])), "text/plain", content)


# --- taking back ------------------------------------------------------------------------------


@flow.view("withdraw")
async def withdraw(_turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The first of two steps: says what cannot be undone."""
    try:
        claim = await actions.changeable(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal)
    number = claim.number
    yes = [
        (Choice(texts.withdraw_yes(why), f"claims.withdraw_yes:{number}{'.' * bool(why)}{why}", "danger"),)
        for why in texts.WHYS
    ]
    no = (
        Choice(texts.withdraw_no(), f"claims.status:{number}", "primary"),
        Choice(texts.amend_button(), f"claims.amend:{number}"),
    )
    return Reply(title=texts.card_title(number, claim.demo), text=texts.ask_withdraw(number), choices=(no, *yes))


@flow.act("withdraw_yes")
async def withdraw_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """The second step: `number` or `number.why`."""
    number, _dot, why = argument.partition(".")
    try:
        filed = await actions.withdraw(db, turn, person, number, why if why in texts.WHYS else "")
    except Refusal as refusal:
        return _refused(refusal)
    at = words.moment(filed.entry.at, person.timezone)
    return Reply(
        title=texts.withdrawn_title(),
        text=texts.withdrawn(filed.claim.number, filed.entry.receipt, at),
        choices=((_look(filed.claim.number),), (_file(), common.menu())),
        copies=(Copyable(texts.receipt_label(), filed.entry.receipt),),
        replaces=False,
    )
