"""Talking about payout methods: the list, the form, the code, the test, and the one tap that stops a change."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot import i18n
from bot.conversation.codes import read_code, try_code
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Extra, Form, FormWalk, Hearing, Option, Question
from bot.conversation.reply import Choice, Copyable, Reply
from bot.conversation.texts import code_again, code_label, code_sent_again, human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, Refusal
from bot.payouts import actions, rules, texts
from bot.payouts.actions import News, Shown
from bot.understanding.names import is_company, is_talk
from storage.database import Reader, Transaction
from storage.terms import NoticeKind, PayoutStatus

flow = Flow("payouts")


def _list() -> Choice:
    return Choice(texts.go_list(), "payouts.list")


# -- the list


@flow.view("list")
async def list_(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Where money goes, and what is on its way, masked."""
    try:
        listing = await actions.listing(db, person)
    except Refusal as refusal:
        return _refused(refusal, person)
    parts, rows = [], []
    for one in listing.methods:
        parts.append(_line(one, turn.received_at, person.timezone))
        rows += _ways_on(one)
    parts = ["\n".join(parts)] if parts else [texts.nothing_yet()]
    if any(one.paying for one in listing.methods):
        parts.append(texts.being_paid())
    parts.append(texts.how())
    if listing.mainland:
        parts.append(texts.mainland())
    return Reply(
        title=texts.title(),
        text="\n\n".join(parts),
        choices=((Choice(texts.add(), "payouts.add", "primary"),), *rows, (human(), menu())),
        expects="none",
    )


def _line(one: Shown, now: datetime, zone: str) -> str:
    waits = one.status == PayoutStatus.COOLING and one.cools_until is not None and one.cools_until <= now
    if waits and rules.is_coin(one.way):
        return texts.line_waits_for_test(one.number, one.currency, one.way, one.mask)
    return texts.line(one.number, one.status, one.currency, one.way, one.mask, one.cools_until, zone)


def _ways_on(one: Shown) -> list[tuple[Choice, ...]]:
    cancel = Choice(texts.go_cancel(one.number), f"payouts.cancel:{one.number}", "danger")
    match one.status:
        case PayoutStatus.PENDING:
            return [(Choice(texts.go_prove(one.number), f"payouts.prove:{one.number}"), cancel)]
        case PayoutStatus.TEST_SENT:
            return [(Choice(texts.go_received(one.number), f"payouts.received:{one.number}", "primary"), cancel)]
        case PayoutStatus.COOLING:
            return [(cancel,)]
        case _:
            return [(Choice(texts.go_remove(one.number), f"payouts.remove:{one.number}"),)]


def _refused(refusal: Refusal, person: Person) -> Reply:
    """A refusal in words, with a way on."""
    rows: list[tuple[Choice, ...]] = []
    match refusal:
        case rules.NotLinked():
            rows.append((Choice(texts.to_link(), "welcome.link", "primary"),))
        case rules.UnderWay():
            rows.append((Choice(texts.go_cancel(refusal.number), f"payouts.cancel:{refusal.number}", "danger"),))
            rows.append((_list(),))
        case _:
            rows.append((_list(),))
    return Reply(
        title=texts.title(),
        text=texts.refused(type(refusal).__name__, refusal.data, person.timezone),
        choices=(*rows, (human(), menu())),
        expects="none",
        replaces=False,
    )


# -- news, for every linked channel and the mailbox


def words(locale: str, news: News) -> Reply:
    """What happened to a method, in its reader's language."""
    with i18n.speaking(locale):
        one = news.shown
        if news.shut:
            undo = Choice(texts.go_cancel_alarm(), f"payouts.cancel:{one.number}", "danger")
            stops = news.event in ("cooling", "test_sent")
            return Reply(
                title=texts.shut_title(),
                text=texts.shut_news(news.at, news.timezone, stops=stops),
                choices=((undo,), (human(),)) if stops else ((human(),),),
                replaces=False,
                notice=NoticeKind.SECURITY,
            )
        text = texts.news(news.event, one.number, one.currency, one.way, one.mask, news.at, news.until, news.timezone)
        if news.mail:
            return Reply(title=texts.news_title(news.event), text=f"{text}\n\n{texts.mail_foot(news.event)}")
        rows: list[tuple[Choice, ...]] = []
        if news.event == "cooling":
            rows.append((Choice(texts.go_cancel_alarm(), f"payouts.cancel:{one.number}", "danger"),))
        if news.event == "test_sent":
            rows.append((Choice(texts.go_received(one.number), f"payouts.received:{one.number}", "primary"),))
            rows.append((Choice(texts.go_cancel_alarm(), f"payouts.cancel:{one.number}", "danger"),))
        return Reply(
            title=texts.news_title(news.event),
            text=text,
            choices=(*rows, (_list(), human())),
            replaces=False,
            notice=NoticeKind.SECURITY,
        )


async def settle_due(db: Transaction, now: datetime) -> int:
    """What the clock does; how many methods it moved."""
    return await actions.settle_due(db, now, words)


# -- a new method


async def _begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        mainland = await actions.may_begin(db, person)
    except Refusal as refusal:
        return _refused(refusal, person)
    return {"_mainland": mainland}


def _currencies(answers: Answers) -> list[Option]:
    found = rules.currencies(mainland=bool(answers.get("_mainland")))
    return [Option(code, partial(texts.currency, code)) for code in found]


def _ways(answers: Answers) -> list[Option]:
    found = rules.ways(str(answers.get("currency")), mainland=bool(answers.get("_mainland")))
    return [Option(name, partial(texts.way, name)) for name in found]


def _asks(field: str) -> Callable[[Answers], bool]:
    """Whether the chosen way asks for a field."""
    return lambda answers: field in rules.FIELDS.get(str(answers.get("way")), ())


def _read_account(text: str, answers: Answers) -> str:
    rules.no_secret(text)
    if answers.get("way") == "hk":
        return rules.read_hk_account(text)
    return rules.read_account(text, str(answers.get("bic", "")))


def _ask_account(answers: Answers) -> str:
    if answers.get("way") == "hk":
        return texts.ask_hk_account()
    return texts.ask_account(str(answers.get("bic", ""))[4:6])


def _read_holder(text: str, answers: Answers) -> str:
    rules.no_secret(text)
    if is_talk(text, company=is_company(text)):
        raise Invalid("not_a_name")
    return rules.read_holder(text)


def _read_address(text: str, answers: Answers) -> dict[str, object]:
    way = str(answers["way"])
    address = rules.read_address(text, way)
    return {"text": address, "checked": rules.is_checked(way, address, text)}


def _wrong(_question: Question, invalid: Invalid) -> str:
    return texts.wrong(invalid.code, invalid.data)


def _letter(one: Shown) -> Callable[[str], Reply]:
    """The mail with the code for one method: it says what the code is for."""
    return lambda code: Reply(
        title=texts.mail_subject(code), text=texts.mail_text(code, one.currency, one.way, one.mask)
    )


async def _enter(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    """Keep it, mail the code, and ask for it at once."""
    asked = {**answers, "address": (answers.get("address") or {}).get("text")}
    try:
        shown = await actions.enter(db, turn, person, str(answers["currency"]), str(answers["way"]), asked)
    except Refusal as refusal:
        return _refused(refusal, person)
    said = ""
    try:
        await actions.send(db, turn, person, shown.number, _letter)
    except Invalid as wrong:
        said = texts.code_waits(texts.wrong(wrong.code, wrong.data))
    below = actions.draft(turn, person, PROVE.name, {"_argument": shown.number, **await _asked(db, person, shown)})
    reply = await FormWalk(PROVE, below, person, turn, Hearing()).begin(db)
    return Reply(
        title=reply.title,
        text=f"{said}\n\n{reply.text}" if said else reply.text,
        choices=reply.choices,
        expects=reply.expects,
        replaces=False,
    )


async def _asked(db: Reader, person: Person, one: Shown) -> Answers:
    shown = [one.currency, one.way, one.mask]
    return {"_mailbox": await actions.mailbox(db, person), "_hours": actions.cooling_hours(), "_shown": shown}


ADD = Form(
    name="payouts.add",
    version=1,
    title=texts.add,
    questions=(
        Question(
            name="currency",
            label=texts.currency_label,
            ask=lambda answers: texts.ask_currency(bool(answers.get("_mainland"))),
            options=_currencies,
            clears=("way", "bank", "bic", "account", "holder", "proxy", "address"),
        ),
        Question(
            name="way",
            label=texts.way_label,
            ask=lambda answers: texts.ask_way(str(answers["currency"])),
            options=_ways,
            clears=("bank", "bic", "account", "holder", "proxy", "address"),
        ),
        Question(
            name="bank",
            label=texts.bank_label,
            ask=lambda _answers: texts.ask_bank(),
            read=lambda text, _answers: rules.read_bank(text),
            when=_asks("bank"),
            clears=("account",),
            expects="digits",
        ),
        Question(
            name="bic",
            label=texts.bic_label,
            ask=lambda _answers: texts.ask_bic(),
            read=lambda text, _answers: rules.read_bic(text),
            show=rules.grouped,
            when=_asks("bic"),
            clears=("account",),
        ),
        Question(
            name="account",
            label=texts.account_label,
            ask=_ask_account,
            read=_read_account,
            show=rules.grouped,
            when=_asks("account"),
        ),
        Question(
            name="proxy",
            label=texts.proxy_label,
            ask=lambda _answers: texts.ask_proxy(),
            read=lambda text, _answers: rules.read_proxy(text),
            show=rules.grouped,
            when=_asks("proxy"),
        ),
        Question(
            name="holder",
            label=texts.holder_label,
            ask=lambda _answers: texts.ask_holder(),
            read=_read_holder,
            when=_asks("holder"),
            hears="name",
        ),
        Question(
            name="address",
            label=texts.address_label,
            ask=lambda answers: texts.ask_address(str(answers["currency"]), str(answers["way"])),
            read=_read_address,
            show=lambda value: texts.address_shown(rules.grouped(str(value["text"])), checked=bool(value["checked"])),
            when=_asks("address"),
        ),
    ),
    begin=_begin,
    wrong=_wrong,
    submit=_enter,
    after=lambda: (_list(), menu()),
)


# -- the code


async def _prove_begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    """Opened again from the list: a new code, unless one went out just now."""
    try:
        await actions.send(db, turn, person, argument, _letter)
    except Invalid as wrong:
        if wrong.code == "gone":
            return _gone()
        # One is on its way, or no more may be sent for a while; the question says how to ask again.
    except Refusal as refusal:
        return _refused(refusal, person)
    return await _asked(db, person, await actions.own(db, person, argument))


def _gone() -> Reply:
    return Reply(
        title=texts.title(),
        text=texts.wrong("gone", {}),
        choices=((_list(), menu()),),
        expects="none",
        replaces=False,
    )


async def _code_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    """What is kept is that it was right, never the code."""
    row = await actions.pending(db, person, str(answers["_argument"]))
    await try_code(db, turn, person, await actions.address_to_prove(db, person), value, purpose=row.handle)
    return "right"


async def _again(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    await actions.send(db, turn, person, str(answers["_argument"]), _letter)
    return code_sent_again()


async def _prove(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    try:
        moved = await actions.confirm(db, turn, person, str(answers["_argument"]), words)
    except Refusal as refusal:
        return _refused(refusal, person)
    one = moved.shown
    assert one.cools_until is not None
    return Reply(
        title=texts.cooling_title(),
        text=texts.cooling(
            one.number, one.currency, one.way, one.mask, one.cools_until, person.timezone, coin=rules.is_coin(one.way)
        ),
        choices=((Choice(texts.go_cancel(one.number), f"payouts.cancel:{one.number}", "danger"),), (_list(), menu())),
        copies=(Copyable(texts.number_label(), one.number),),
        expects="none",
        replaces=False,
    )


PROVE = Form(
    name="payouts.prove",
    version=1,
    title=texts.prove_title,
    questions=(
        Question(
            name="code",
            label=code_label,
            ask=lambda answers: texts.ask_code(tuple(answers["_shown"]), answers["_mailbox"], answers["_hours"]),
            read=lambda text, _answers: read_code(text),
            then=_code_given,
            extras=(Extra("again", code_again, _again),),
            expects="digits",
        ),
    ),
    begin=_prove_begin,
    wrong=_wrong,
    submit=_prove,
    after=lambda: (_list(), menu()),
    review=False,
    resumes=False,
)


# -- taking back


@flow.view("remove")
async def remove(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Ask once more."""
    try:
        one = await actions.own(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal, person)
    yes = Choice(texts.remove_yes(), f"payouts.remove_yes:{one.number}", "danger")
    return Reply(
        title=texts.remove_title(),
        text=texts.remove_asks(one.number, one.currency, one.way, one.mask),
        choices=((yes, Choice(texts.keep(), "payouts.list")), (human(),)),
        expects="none",
    )


@flow.act("remove_yes")
async def remove_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Take it out of use."""
    try:
        moved = await actions.remove(db, turn, person, argument, words)
    except Refusal as refusal:
        return _refused(refusal, person)
    return _done(texts.removed(moved.shown.number))


@flow.act("cancel")
async def cancel(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """One tap, on any linked channel, and a change that does not count yet never will."""
    try:
        moved = await actions.cancel(db, turn, person, argument, words)
    except Refusal as refusal:
        return _refused(refusal, person)
    return _done(texts.cancelled(moved.shown.number))


def _done(said: str) -> Reply:
    return _said(texts.title(), said)


def _said(title: str, text: str) -> Reply:
    return Reply(title=title, text=text, choices=((_list(), human()), (menu(),)), expects="none", replaces=False)


# -- the test of a coin address


async def _received_begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        one = await actions.own(db, person, argument)
        if one.status != PayoutStatus.TEST_SENT:
            raise rules.Over(status=one.status)
    except Refusal as refusal:
        return _refused(refusal, person)
    return {"_shown": [one.currency, one.way, one.mask]}


async def _amount_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    try:
        moved = await actions.received(db, turn, person, str(answers["_argument"]), value, words)
    except Refusal as refusal:
        answers["_refused"] = [type(refusal).__name__, {k: str(v) for k, v in refusal.data.items()}]
        return value
    if moved is not None:
        answers["_done"] = True
    return value


async def _received(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    number, (currency, way, mask) = str(answers["_argument"]), answers["_shown"]
    if "_refused" in answers:
        name, data = answers["_refused"]
        text, title = texts.refused(name, data, person.timezone), texts.title()
    elif answers.get("_done"):
        text, title = texts.active(number, currency, way, mask), texts.active_title()
    else:
        text, title = texts.failed(number), texts.failed_title()
    return _said(title, text)


RECEIVED = Form(
    name="payouts.received",
    version=1,
    title=texts.received_title,
    questions=(
        Question(
            name="amount",
            label=texts.received_label,
            ask=lambda answers: texts.ask_received(*answers["_shown"]),
            read=lambda text, _answers: rules.read_received(text),
            then=_amount_given,
            expects="amount",
        ),
    ),
    begin=_received_begin,
    wrong=_wrong,
    submit=_received,
    after=lambda: (_list(), menu()),
    review=False,
    resumes=False,
)

for form in (ADD, PROVE, RECEIVED):
    flow.form(form)
