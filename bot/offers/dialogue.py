"""Talking about offers: list, card, the read-back before an answer, the answer, and what an owner asks for."""

from dataclasses import replace
from typing import Any

from bot.conversation.codes import read_code, send_code, try_code
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Extra, Form, Option, Question
from bot.conversation.reply import Choice, Copyable, Reply
from bot.conversation.texts import code_again, code_label, code_sent_again, code_wrong, human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, Refusal
from bot.offers import actions, rules, texts
from bot.offers.actions import Accepted, Shown
from bot.offers.rules import Ask, SaleTerms, Verdict
from bot.understanding.amounts import read_dollars
from bot.understanding.percents import read_percent
from storage.database import Reader, Transaction
from storage.terms import OfferStatus

flow = Flow("offers")

PAGE = 5


@flow.act("list")
async def list_(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """The offers to this person, open ones first. An act: open series make theirs now."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    if person.creditor_id is None:
        return Reply(
            title=texts.list_title(),
            text=texts.unlinked(),
            choices=((Choice(texts.to_link(), "welcome.link", "primary"),), (_what(), menu())),
            expects="none",
        )
    now, zone = turn.received_at, person.timezone
    listing = await actions.listing(db, person, now)
    if not listing.has_claims:
        file = Choice(texts.to_file(), "claims.file", "primary")
        return Reply(title=texts.list_title(), text=texts.no_claims(), choices=((file,), (_what(), menu())))
    everything = [*listing.open, *listing.closed]
    first = min(int(argument), len(everything)) if argument.isdecimal() and len(argument) < 4 else 0
    page = everything[first : first + PAGE]
    live = [shown for shown in page if shown.status == OfferStatus.OPEN]
    over = [shown for shown in page if shown.status != OfferStatus.OPEN]
    parts: list[str] = []
    if live:
        parts += [texts.list_open(len(listing.open)), *(_line(shown, turn, zone) for shown in live)]
    if over:
        parts += [texts.list_closed(), *(_line(shown, turn, zone) for shown in over)]
    if not everything and not listing.hidden:
        parts.append(texts.no_offers())
    if listing.hidden:
        parts.append(texts.hidden(listing.hidden, listing.behind if everything else ()))
    if everything:
        parts.append(texts.list_foot(now, zone, live=bool(live)))
    rows: list[tuple[Choice, ...]] = [
        (Choice(texts.to_offer(shown.kind, shown.number), f"offers.read:{shown.number}"),) for shown in page
    ]
    rows += [(Choice(texts.to_beside(claim), f"offers.beside:{claim}"),) for claim in listing.several[:3]]
    if first + PAGE < len(everything):
        rows.append((Choice(texts.more(), f"offers.list:{first + PAGE}"),))
    for verdict in listing.hidden:
        rows += [row for row in _remedies(verdict) if row not in rows]
    if listing.hidden:
        rows.append((Choice(texts.to_claims(), "claims.status"), human()))
    else:
        rows.append((Choice(texts.to_asks(), "offers.asks"),))
    return Reply(
        title=texts.list_title(),
        text=texts.join(parts),
        choices=(*rows, (_what(), menu())),
        expects="none",
    )


async def _closed(turn: Turn, db: Reader, person: Person) -> Reply | None:
    """What is said on a channel where nothing may be said about offers; None: it may."""
    verdict = await actions.channel_verdict(db, person, turn.received_at)
    return None if verdict.shown else _shut(verdict)


def _shut(verdict: Verdict) -> Reply:
    """On this channel nothing about offers is said, not even a link to them."""
    return Reply(
        text=texts.not_shown(verdict),
        choices=((Choice(texts.to_claims(), "claims.status"), human()), (menu(),)),
        expects="none",
    )


def _remedies(verdict: Verdict) -> list[tuple[Choice, ...]]:
    """Buttons that lead to what would change a verdict."""
    wanted = {reason.rule.remedy for reason in verdict.reasons}
    rows: list[tuple[Choice, ...]] = []
    if "consent" in wanted:
        rows.append((Choice(texts.to_consents(), "welcome.consents", "primary"),))
    if "link" in wanted:
        rows.append((Choice(texts.to_link(), "welcome.link", "primary"),))
    return rows


def _line(shown: Shown, turn: Turn, zone: str) -> str:
    return texts.list_line(
        shown.number,
        shown.status,
        shown.bound,
        shown.changed_at,
        shown.reason,
        turn.received_at,
        zone,
        invented=shown.demo,
    )


@flow.view("read")
async def read(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """One offer's card."""
    try:
        shown = await actions.read(db, person, argument, turn.received_at)
    except Refusal as refusal:
        return _refused(refusal, person)
    return _card(shown, turn, person)


def _card(shown: Shown, turn: Turn, person: Person) -> Reply:
    bound, now, zone = shown.bound, turn.received_at, person.timezone
    live = shown.status == OfferStatus.OPEN
    if isinstance(bound.terms, SaleTerms):
        title, card = texts.sale_title(shown.number), texts.sale_card(bound, bound.terms, now, zone, live=live)
        accept = texts.accept_sale()
    else:
        title, card = texts.bond_title(shown.number), texts.bond_card(bound, bound.terms, now, zone, live=live)
        accept = texts.accept_bond()
    rows: list[tuple[Choice, ...]] = []
    if not live:
        card = texts.join([texts.outcome(shown.status, shown.changed_at, bound.expires_at, shown.reason, zone), card])
        until = rules.revocable_until(bound, shown.changed_at) if shown.status == OfferStatus.ACCEPTED else None
        if until is not None and now < until:
            rows.append((Choice(texts.revoke(), f"offers.revoke:{shown.number}", "danger"),))
    elif not shown.acceptable:
        card = texts.join([texts.not_ready(bound.claim.number, shown.claim_status), card])
        rows.append((Choice(texts.to_claim(bound.claim.number), f"claims.status:{bound.claim.number}"),))
        rows.append((Choice(texts.decline(), f"offers.decline:{shown.number}"),))
    else:
        rows.append(
            (
                Choice(accept, f"offers.accept:{shown.number}", "primary"),
                Choice(texts.decline(), f"offers.decline:{shown.number}"),
            )
        )
    return Reply(
        title=title,
        text=_marked(shown, card),
        choices=(*rows, *_compared(bound.claim.number, live=live), (_what(), human(shown.number)), (_list(), menu())),
        copies=(Copyable(texts.offer_number(), shown.number),),
        expects="none",
    )


def _marked(shown: Shown, text: str) -> str:
    """An invented offer says so before anything else."""
    return texts.join([texts.demo(), text]) if shown.demo else text


@flow.view("accept")
async def accept(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Reads every figure back; the button below it carries the hash of exactly these terms."""
    try:
        shown, coded = await actions.ready(db, person, argument, turn.received_at)
    except Refusal as refusal:
        return _refused(refusal, person)
    return _read_back(shown, turn, person, coded=coded)


def _read_back(shown: Shown, turn: Turn, person: Person, *, coded: bool) -> Reply:
    bound, now, zone, tag = shown.bound, turn.received_at, person.timezone, rules.tag(shown.digest)
    if isinstance(bound.terms, SaleTerms):
        title = texts.sale_confirm_title(shown.number)
        text = texts.sale_read_back(bound, bound.terms, now, zone, tag)
        confirm = texts.confirm_sale()
    else:
        title = texts.bond_confirm_title(shown.number)
        text = texts.bond_read_back(bound, bound.terms, now, zone, tag)
        confirm = texts.confirm_bond()
    named = f"{shown.number}.{tag}"
    text = texts.join([text, texts.rules_tag(shown.ruleset)])
    second = Choice(texts.to_code(), f"offers.code:{named}") if coded else Choice(confirm, f"offers.confirm:{named}")
    text = texts.join([text, texts.typed_so(second.label if coded else f"{confirm} {shown.number}")])
    return Reply(
        title=title,
        text=_marked(shown, text),
        choices=(
            (replace(second, style="danger"),),
            (Choice(texts.not_now(), f"offers.read:{shown.number}"), human(shown.number)),
        ),
        expects="none",
    )


@flow.act("confirm")
async def confirm(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Accepts, or says what came first."""
    try:
        accepted = await actions.accept(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, person, argument.partition(".")[0])
    return _accepted(accepted, turn, person)


def _accepted(accepted: Accepted, turn: Turn, person: Person) -> Reply:
    shown, others, tag = accepted.shown, len(accepted.others), rules.tag(accepted.shown.digest)
    bound, at, zone = shown.bound, turn.received_at, person.timezone
    if isinstance(bound.terms, SaleTerms):
        title = texts.sale_accepted_title(shown.number)
        text = texts.sale_accepted(bound, bound.terms, at, zone, tag, others)
    else:
        title = texts.bond_accepted_title(shown.number)
        text = texts.bond_accepted(bound, bound.terms, at, zone, tag, others)
    revoke = Choice(texts.revoke(), f"offers.revoke:{shown.number}", "danger")
    return Reply(
        title=title,
        text=_marked(shown, text),
        choices=(
            *(((revoke,),) if rules.revocable_until(bound, at) is not None else ()),
            (
                Choice(texts.to_claim(bound.claim.number), f"claims.status:{bound.claim.number}"),
                Choice(texts.to_settlement(), "settlement.list"),
            ),
            (human(shown.number), menu()),
        ),
        copies=(
            Copyable(texts.offer_number(), shown.number),
            Copyable(texts.receipt_number(), accepted.entry.receipt),
        ),
        expects="none",
        replaces=False,
    )


@flow.act("revoke")
async def revoke(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Takes an acceptance back within its cooling-off period, in one tap."""
    try:
        undone = await actions.revoke(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, person, argument)
    shown, live = undone.shown, undone.shown.status == OfferStatus.OPEN
    text = texts.revoked(shown.number, turn.received_at, person.timezone, live=live, reopened=undone.reopened)
    rows: list[tuple[Choice, ...]] = []
    if live:
        again = Choice(texts.read_again(), f"offers.read:{shown.number}")
        rows.append((again, Choice(texts.decline(), f"offers.decline:{shown.number}")))
    return Reply(
        text=_marked(shown, text),
        choices=(*rows, (_list(), menu())),
        copies=(Copyable(texts.receipt_number(), undone.entry.receipt),),
        expects="none",
        replaces=False,
    )


# ------------------------------------------------------------------------------------------ the code from the mailbox


async def _begin_code(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    """Mail the code, if the offer could be accepted just now."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    try:
        number, tag = rules.confirmed(argument)
        shown, _coded = await actions.ready(db, person, number, turn.received_at)
        rules.same_terms(tag, shown.digest)
    except Refusal as refusal:
        return _refused(refusal, person, argument.partition(".")[0])
    try:
        await _send_code(turn, db, person, f"{number}.{tag}")
    except Invalid as wrong:
        return Reply(
            title=texts.code_title(),
            text=code_wrong(wrong.code, wrong.data),
            choices=((Choice(texts.read_again(), f"offers.read:{number}"), human(number)), (menu(),)),
            expects="none",
        )
    return {"_named": f"{number}.{tag}"}


async def _send_code(turn: Turn, db: Transaction, person: Person, named: str) -> None:
    def letter(code: str) -> Reply:
        return Reply(title=texts.mail_subject(code), text=texts.mail_text(code, named.partition(".")[0]))

    # good for these terms only; the offer is named, should the mail not go out
    about = {"offer": named.partition(".")[0]}
    email = await actions.mailbox(db, person)
    await send_code(db, turn, person, email, letter, again=True, purpose=named, about=about)


def mail_failed(number: str) -> Reply:
    """What the person is told when the mail with the code for an offer did not go out."""
    return Reply(
        title=texts.code_title(),
        text=texts.mail_failed(number),
        choices=((Choice(texts.read_again(), f"offers.read:{number}", "primary"), human(number)),),
        replaces=False,
    )


async def _code_given(turn: Turn, db: Transaction, person: Person, answers: Answers, value: str) -> str:
    """What is kept is that a code was right, never the code."""
    await try_code(db, turn, person, await actions.mailbox(db, person), value, purpose=str(answers["_named"]))
    return "right"


async def _code_again(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    await _send_code(turn, db, person, str(answers["_named"]))
    return code_sent_again()


async def _submit_code(turn: Turn, db: Transaction, person: Person, _draft: str, answers: Answers) -> Reply:
    named = str(answers["_named"])
    try:
        accepted = await actions.accept(db, turn, person, named, proved=True)
    except Refusal as refusal:
        return _refused(refusal, person, named.partition(".")[0])
    return _accepted(accepted, turn, person)


flow.form(
    Form(
        name="offers.code",
        version=1,
        title=texts.code_title,
        questions=(
            Question(
                name="code",
                label=code_label,
                ask=lambda answers: texts.ask_code(str(answers["_named"]).partition(".")[0]),
                read=lambda text, _answers: read_code(text),
                then=_code_given,
                extras=(Extra("again", code_again, _code_again),),
                expects="digits",
            ),
        ),
        begin=_begin_code,
        wrong=lambda _question, invalid: code_wrong(invalid.code, invalid.data),
        submit=_submit_code,
        after=lambda: (Choice(texts.to_list(), "offers.list"), menu()),
        review=False,
        resumes=False,
    )
)


@flow.view("decline")
async def decline(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Asks before an offer is ended for good."""
    try:
        shown = await actions.answerable(db, person, argument, turn.received_at)
    except Refusal as refusal:
        return _refused(refusal, person)
    sale = isinstance(shown.bound.terms, SaleTerms)
    return Reply(
        title=texts.sale_title(shown.number) if sale else texts.bond_title(shown.number),
        text=texts.sale_decline(shown.number) if sale else texts.bond_decline(shown.number),
        choices=(
            (
                Choice(texts.decline_yes(), f"offers.decline_yes:{shown.number}", "danger"),
                Choice(texts.not_now(), f"offers.read:{shown.number}"),
            ),
        ),
        expects="none",
    )


@flow.act("decline_yes")
async def decline_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Declines, or says what came first."""
    try:
        shown, entry = await actions.decline(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, person, argument)
    at, zone = turn.received_at, person.timezone
    sale = isinstance(shown.bound.terms, SaleTerms)
    return Reply(
        text=texts.sale_declined(shown.number, at, zone) if sale else texts.bond_declined(shown.number, at, zone),
        choices=((_list(), menu()),),
        copies=(Copyable(texts.receipt_number(), entry.receipt),),
        expects="none",
        replaces=False,
    )


# ------------------------------------------------------------------------------------------ by free words


@flow.view("take")
async def take(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """ "我接受": the read-back of the one open offer, or which one, or that there is none. Never accepts by itself."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    if argument:
        return await accept(turn, db, person, argument)
    live = await actions.open_to(db, person, turn.received_at)
    if len(live) == 1:
        return await accept(turn, db, person, live[0].number)
    if not live:
        return _none(texts.take_none(), person)
    rows = tuple((Choice(texts.to_offer(one.kind, one.number), f"offers.accept:{one.number}"),) for one in live[:8])
    return Reply(
        title=texts.list_title(), text=texts.take_which(len(live)), choices=(*rows, (_list(), menu())), expects="none"
    )


@flow.view("refuse")
async def refuse(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """ "我不要了": what was accepted and may be taken back leads; else the open offers. Never does it by itself."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    now = turn.received_at
    taken = await actions.revocable(db, person, now)
    live = await actions.open_to(db, person, now)
    if argument:
        taken = [one for one in taken if one.number == argument.upper()]
        live = []
    if argument and not taken:
        return await decline(turn, db, person, argument)
    if len(taken) + len(live) == 0:
        return _none(texts.refuse_none(), person)
    if not taken and len(live) == 1:
        return await decline(turn, db, person, live[0].number)
    if len(taken) == 1 and not live:
        until = rules.revocable_until(taken[0].bound, taken[0].changed_at)
        assert until is not None
        return Reply(
            title=texts.list_title(),
            text=texts.revoke_asks(taken[0].number, until, person.timezone),
            choices=(
                (Choice(texts.revoke(), f"offers.revoke:{taken[0].number}", "danger"),),
                (Choice(texts.not_now(), f"offers.read:{taken[0].number}"), human(taken[0].number)),
            ),
            expects="none",
        )
    rows = [(Choice(texts.to_revoke(one.number), f"offers.revoke:{one.number}", "danger"),) for one in taken[:4]]
    rows += [(Choice(texts.to_decline(one.kind, one.number), f"offers.decline:{one.number}"),) for one in live[:6]]
    return Reply(
        title=texts.list_title(),
        text=texts.refuse_which(len(taken) + len(live)),
        choices=(*rows, (_list(), menu())),
        expects="none",
    )


def _none(text: str, person: Person) -> Reply:
    """Nothing there, and ways on."""
    first = (
        (Choice(texts.to_link(), "welcome.link", "primary"),)
        if person.creditor_id is None
        else (Choice(texts.to_claims(), "claims.status"),)
    )
    said = texts.unlinked() if person.creditor_id is None else text
    return Reply(title=texts.list_title(), text=said, choices=(first, (_list(), human()), (menu(),)), expects="none")


@flow.view("beside")
async def beside(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The open offers on one claim side by side."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    now, zone = turn.received_at, person.timezone
    try:
        claim, amount, there, pending = await actions.beside(db, person, argument, now)
        asking = {one.claim: one.ask for one in await actions.asked(db, person, now)}
    except Refusal:
        return _none(texts.take_none(), person)
    marked = [(one.number, one.bound) for one in there]
    if pending is not None:
        text = texts.pending(claim, pending.number, pending.changed_at, now, zone)
        there = [pending]
    else:
        text = texts.beside(amount, marked, asking.get(claim), now, zone)
    rows = tuple((Choice(texts.to_offer(one.kind, one.number), f"offers.read:{one.number}"),) for one in there[:8])
    if any(one.demo for one in there):
        text = texts.join([texts.demo(), text])
    return Reply(
        title=texts.beside_title(claim),
        text=text,
        choices=(*rows, *_compared(claim, live=pending is None), (_what(), human(claim)), (_list(), menu())),
        expects="none",
    )


# ------------------------------------------------------------------------------------------ asking prices


async def _begin_ask(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    try:
        may, against = await actions.askable(db, person, turn.received_at)
    except Refusal:
        return _none(texts.take_none(), person)
    if not may:
        if not against:
            file = Choice(texts.to_file(), "claims.file", "primary")
            return Reply(title=texts.ask_title(), text=texts.no_claims(), choices=((file,), (_list(), menu())))
        rows = _remedies(against[0])
        text = texts.not_shown(against[0]) if not against[0].shown else texts.not_allowed(against[0])
        return Reply(title=texts.ask_title(), text=text, choices=(*rows, (_list(), human()), (menu(),)), expects="none")
    answers: Answers = {"_claims": {claim: str(amount) for claim, amount in may}}
    if len(may) == 1 or argument in answers["_claims"]:
        answers["claim"] = argument if argument in answers["_claims"] else may[0][0]
    return answers


def _ask_claims(answers: Answers) -> list[Option]:
    return [_ask_option(claim, int(amount)) for claim, amount in answers["_claims"].items()]


def _ask_option(claim: str, amount: int) -> Option:
    return Option(claim, lambda: texts.ask_option(claim, amount))


def _read_ask(text: str, _answers: Answers) -> dict[str, str]:
    pct = read_percent(text)
    return (rules.ask_of(pct) if pct is not None else Ask(cents=read_dollars(text))).packed()


async def _submit_ask(turn: Turn, db: Transaction, person: Person, _draft: str, answers: Answers) -> Reply:
    now, zone = turn.received_at, person.timezone
    try:
        asked = await actions.set_ask(db, person, answers["claim"], rules.ask_unpacked(answers["price"]), now)
    except Refusal as refusal:
        return _refused(refusal, person)
    rows = tuple((Choice(texts.to_offer("sale", one), f"offers.read:{one}"),) for one in asked.met[:5])
    return Reply(
        title=texts.ask_title(),
        text=texts.ask_set(asked.claim, asked.ask, asked.claim_amount, asked.met, now, zone),
        choices=(*rows, (Choice(texts.to_asks(), "offers.asks"), _list()), (menu(),)),
        expects="none",
        replaces=False,
    )


def _shown_ask(packed: Any) -> str:
    return texts.ask_said(rules.ask_unpacked(packed), None)


flow.form(
    Form(
        name="offers.ask",
        version=1,
        title=texts.ask_title,
        questions=(
            Question(
                name="claim",
                label=texts.ask_claim_label,
                ask=lambda _answers: texts.ask_which(),
                options=_ask_claims,
            ),
            Question(
                name="price",
                label=texts.ask_price_label,
                ask=lambda _answers: texts.ask_price(),
                read=_read_ask,
                show=_shown_ask,
                expects="amount",
            ),
        ),
        begin=_begin_ask,
        wrong=lambda _question, invalid: texts.ask_wrong(invalid.code),
        submit=_submit_ask,
        after=lambda: (Choice(texts.to_asks(), "offers.asks"), menu()),
    )
)


@flow.view("asks")
async def asks(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The asking prices this person has set."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    now = turn.received_at
    try:
        found = await actions.asked(db, person, now)
    except Refusal:
        return _none(texts.take_none(), person)
    lines = [(one.claim, one.ask, one.claim_amount, one.at, one.met) for one in found]
    rows = tuple((Choice(texts.ask_drop(one.claim), f"offers.ask_drop:{one.claim}"),) for one in found[:8])
    return Reply(
        title=texts.to_asks(),
        text=texts.asks(lines, now, person.timezone),
        choices=((Choice(texts.to_ask(), "offers.ask"),), *rows, (_list(), menu())),
        expects="none",
    )


@flow.act("ask_drop")
async def ask_drop(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Takes an asking price back."""
    try:
        claim = await actions.drop_ask(db, person, argument)
    except Refusal as refusal:
        return _refused(refusal, person)
    return Reply(
        title=texts.to_asks(),
        text=texts.ask_dropped(claim),
        choices=((Choice(texts.to_ask(), f"offers.ask:{claim}"), _list()), (menu(),)),
        expects="none",
    )


@flow.view("what")
async def what(turn: Turn, db: Reader, person: Person, _argument: str) -> Reply:
    """债权转让 and 债券 told apart."""
    if (closed := await _closed(turn, db, person)) is not None:
        return closed
    return Reply(
        title=texts.what_title(),
        text=texts.what(),
        choices=((_list(), human()), (menu(),)),
        expects="none",
    )


def _refused(refusal: Refusal, person: Person, number: str = "") -> Reply:
    """A refusal in words, with a way on."""
    rows: list[tuple[Choice, ...]] = []
    if isinstance(refusal, rules.NotShown) and any(one.fact == "channel" for one in refusal.verdict.reasons):
        return _shut(refusal.verdict)
    match refusal:
        case rules.NotShown() | rules.NotAllowed():
            rows += [*_remedies(refusal.verdict), (Choice(texts.to_claims(), "claims.status"),)]
        case rules.CodeNeeded():
            rows.append((Choice(texts.to_code(), f"offers.code:{refusal.number}.{refusal.tag}", "primary"),))
        case rules.SeriesFull() | rules.NotRevocable():
            rows.append((Choice(texts.read_again(), f"offers.read:{refusal.number}"),))
        case rules.NoAsk():
            rows.append((Choice(texts.to_asks(), "offers.asks"),))
        case rules.ClaimNotReady() | rules.ClaimChanged():
            rows.append((Choice(texts.to_claims(), "claims.status"),))
        case rules.OfferClosed() | rules.TermsDiffer():
            rows.append((Choice(texts.read_again(), f"offers.read:{refusal.data.get('number', number)}"),))
        case rules.ClaimTaken():
            rows.append((Choice(texts.to_offer(refusal.kind, refusal.other), f"offers.read:{refusal.other}"),))
        case _:
            pass
    return Reply(
        text=texts.refused(refusal, person.timezone),
        choices=(*rows, (_list(), human()), (menu(),)),
        expects="none",
        replaces=False,
    )


def _compared(claim: str, *, live: bool) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(texts.to_comparison(), f"comparison.show:{claim}"),),) if live else ()


def _what() -> Choice:
    return Choice(texts.to_tell_apart(), "offers.what")


def _list() -> Choice:
    return Choice(texts.to_list(), "offers.list")
