"""Settlement talks: the list, the card with what happened and who acts next, signing in two steps, and its papers."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from bot import clock, i18n
from bot.conversation.flow import Flow
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Refusal
from bot.ledger.transition import receipt_number
from bot.papers.paper import Both, Clause, Figure, Paper
from bot.settlement import actions, rules, texts
from bot.settlement.actions import AGREEMENT, CONFIRMATION, Shown, Subject
from bot.settlement.rules import SaleDeal
from storage.database import Database, Reader, Transaction
from storage.terms import SettlementStatus

flow = Flow("settlement")

#: payments of a bond that a card lists
LISTED = 12


def _list() -> Choice:
    return Choice(texts.to_list(), "settlement.list")


def _card(number: str) -> Choice:
    return Choice(texts.to_card(number), f"settlement.read:{number}", "primary")


# ------------------------------------------------------------------------------------------ looking


@flow.view("list")
async def list_(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The person's settlements."""
    if person.creditor_id is None:
        link = Choice(texts.to_link(), "welcome.link", "primary")
        return Reply(title=texts.title(), text=texts.unlinked(), choices=((link,), (human(), menu())), expects="none")
    try:
        found = await actions.listing(db, person)
    except rules.ShutOut as refusal:
        return _refused(refusal)
    if not found:
        offers = Choice(texts.to_offers(), "offers.list", "primary")
        return Reply(title=texts.title(), text=texts.none_yet(), choices=((offers,), (menu(),)), expects="none")
    lines = []
    for row, agreed in found:
        line = texts.sale_line if isinstance(agreed, SaleDeal) else texts.bond_line
        lines.append(line(row.number, agreed.claim, row.status))
    rows = tuple((Choice(texts.to_card(row.number), f"settlement.read:{row.number}"),) for row, _agreed in found[:8])
    return Reply(
        title=texts.title(),
        text="\n".join(lines) + "\n\n" + texts.as_of(turn.received_at, person.timezone),
        choices=(*rows, (human(), menu())),
        expects="none",
    )


@flow.view("read")
async def read(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """One settlement: figures, who acts next, the clocks that run, what happened."""
    try:
        shown = await actions.read(db, person, argument, turn.received_at)
    except Refusal as refusal:
        return _refused(refusal)
    now, zone = turn.received_at, person.timezone
    parts = [texts.demo()] if shown.row.demo else []
    parts += [_head(shown), texts.actor(_actor(shown)), *_clocks(shown, now, zone)]
    if shown.coupons:
        parts.append(_schedule(shown))
    steps = [(step.kind, step.at, receipt_number(step.leaf_hash)) for step in shown.steps if step.item is None]
    parts += [texts.timeline(steps, zone), texts.as_of(now, zone)]
    return Reply(
        title=texts.card_title(shown.number),
        text="\n\n".join(parts),
        choices=_choices(shown),
        copies=(Copyable(texts.settlement_number(), shown.number),),
        expects="none",
    )


def _head(shown: Shown) -> str:
    agreed, status = shown.deal, shown.row.status
    if isinstance(agreed, SaleDeal):
        return texts.sale_head(agreed.claim, agreed.buyer, agreed.at_closing, agreed.holdback, status)
    return texts.bond_head(agreed.claim, agreed.issuer, agreed.face, agreed.currency, status)


def _actor(shown: Shown) -> str:
    status = shown.row.status
    match shown.actor:
        case "creditor":
            return "creditor_sign" if status == SettlementStatus.AGREED else "creditor_confirm"
        case "us":
            said = {SettlementStatus.AGREED: "us_papers", SettlementStatus.FAILED: "us_failed"}
            return said.get(SettlementStatus(status), "us_missing")
        case "counterparty":
            return "counterparty_sale" if isinstance(shown.deal, SaleDeal) else "counterparty_bond"
        case "court":
            return "court_filed" if status == SettlementStatus.NOTICE_FILED else "court_period"
        case _:
            return "nobody"


def _clocks(shown: Shown, now: datetime, zone: str) -> list[str]:
    """The days that count now."""
    facts, agreed, status, parts = shown.row.facts, shown.deal, shown.row.status, []
    if "reason" in facts and status in (SettlementStatus.FAILED, SettlementStatus.RETURNED):
        parts.append(texts.reason(facts["reason"]))
    if "filed_on" in facts:
        parts.append(texts.filed(date.fromisoformat(facts["filed_on"]), facts["docket"]))
    if "notice_until" in facts:
        days = [date.fromisoformat(facts[name]) for name in ("noticed_on", "notice_until")]
        parts.append(texts.notice(days[0], days[1]))
    if status == SettlementStatus.AGREED:
        if rules.needs_notice(agreed):
            record = actions.next_record_date(now.astimezone(actions.COURT).date())
            parts.append(
                texts.record_date_unknown()
                if record is None
                else texts.record_date(record.on, record.last_safe, record.lag, record.source, zone)
            )
        parts.append(texts.pay_days(int(agreed.terms["settlement_days"])))
    if status in rules.LIVE and status != SettlementStatus.PAYMENT_SENT:
        currency = rules.due(agreed)[1]
        parts.append(
            texts.method_missing(currency) if shown.method is None else texts.method_used(shown.method, currency)
        )
    return parts


def _schedule(shown: Shown) -> str:
    open_ = [one for one in shown.coupons if one.status != "paid"]
    lines = [texts.coupons_title()]
    for one in open_[:LISTED]:
        figures = one.figures
        principal = int(figures["principal"]) + int(figures["premium"])
        lines.append(
            texts.coupon_line(
                one.item,
                date.fromisoformat(one.pays_on),
                int(figures["interest"]),
                principal,
                figures["currency"],
                one.status,
                known=figures["known"],
            )
        )
    left = len(shown.coupons) - len(lines) + 1
    return "\n".join([*lines, texts.coupons_more(left)] if left else lines)


def _choices(shown: Shown) -> tuple[tuple[Choice, ...], ...]:
    number, status = shown.number, shown.row.status
    rows: list[tuple[Choice, ...]] = []
    if status == SettlementStatus.AGREED and shown.row.papers:
        rows.append((Choice(texts.to_sign(), f"settlement.sign:{number}", "primary"),))
    if status == SettlementStatus.PAYMENT_SENT:
        yes = Choice(texts.to_received(), f"settlement.received:{number}", "primary")
        no = Choice(texts.to_missing(), f"settlement.missing:{number}")
        rows.append((yes, no) if "missing_at" not in shown.row.facts else (yes,))
    if shown.method is None and status in rules.LIVE:
        rows.append((Choice(texts.to_payouts(), "payouts.list"),))
    if shown.row.papers:
        rows.append(
            (
                Choice(texts.to_agreement(), f"settlement.paper:{number}.{AGREEMENT}"),
                Choice(texts.to_confirmation(), f"settlement.paper:{number}.{CONFIRMATION}"),
            )
        )
    return (*rows, (_list(), human(), menu()))


@flow.view("paper")
async def paper(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """A paper as it was drawn."""
    number, _dot, kind = argument.partition(".")
    try:
        row, content = await actions.paper(db, person, number, kind or AGREEMENT, person.locale)
    except Refusal as refusal:
        return _refused(refusal, number)
    return Reply(
        title=texts.card_title(row.number),
        text=texts.paper_sent(hashlib.sha256(content).hexdigest()),
        document=_attached(row.number, kind or AGREEMENT, content),
        choices=((_card(row.number), menu()),),
        expects="none",
        replaces=False,
    )


def _attached(number: str, kind: str, content: bytes) -> Attachment:
    return Attachment(f"{number}-{kind}.pdf", "application/pdf", content)


# ------------------------------------------------------------------------------------------ signing


@flow.view("sign")
async def sign(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Reads every figure back, hands the paper out, and asks."""
    try:
        shown = await actions.signable(db, person, argument)
        _row, content = await actions.paper(db, person, argument, AGREEMENT, person.locale)
    except Refusal as refusal:
        return _refused(refusal, argument)
    agreed, number = shown.deal, shown.number
    if isinstance(agreed, SaleDeal):
        text = texts.sale_read_back(number, agreed.claim, agreed.buyer, agreed.at_closing, agreed.holdback)
    else:
        text = texts.bond_read_back(
            number, agreed.claim, agreed.issuer, agreed.face, agreed.currency, agreed.terms["exchange"]
        )
    parts = [texts.demo()] if shown.row.demo else []
    parts += [text, texts.read_the_paper(hashlib.sha256(content).hexdigest())]
    return Reply(
        title=texts.card_title(number),
        text="\n\n".join(parts),
        document=_attached(number, AGREEMENT, content),
        choices=(
            (Choice(texts.sign_yes(), f"settlement.confirm:{number}.{actions.tag_of(content)}", "danger"),),
            (Choice(texts.not_now(), f"settlement.read:{number}"), human()),
        ),
        expects="none",
        replaces=False,
    )


@flow.act("confirm")
async def confirm(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Signs the paper whose tag the button carries, or says what came first."""
    try:
        row, entry = await actions.sign(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, argument.partition(".")[0])
    return _done(texts.signed(row.number, entry.at, person.timezone), row.number, entry.receipt)


# ------------------------------------------------------------------------------------------ arrival


@flow.view("received")
async def received(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Asks before the end of it all is confirmed."""
    try:
        shown = await actions.read(db, person, argument, turn.received_at)
        if shown.row.status != SettlementStatus.PAYMENT_SENT:
            raise rules.NotNow(status=shown.row.status, number=shown.number)
    except Refusal as refusal:
        return _refused(refusal, argument)
    agreed, number = shown.deal, shown.number
    text = (
        texts.received_asks_sale(number, agreed.at_closing)
        if isinstance(agreed, SaleDeal)
        else texts.received_asks_bond(number, agreed.face, agreed.currency)
    )
    return Reply(
        title=texts.card_title(number),
        text=text,
        choices=(
            (Choice(texts.received_yes(), f"settlement.received_yes:{number}", "primary"),),
            (Choice(texts.to_missing(), f"settlement.missing:{number}"), human()),
        ),
        expects="none",
    )


@flow.act("received_yes")
async def received_yes(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """It arrived."""
    try:
        row, entry = await actions.arrived(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, argument)
    return _done(texts.received(row.number, entry.at, person.timezone), row.number, entry.receipt)


@flow.act("missing")
async def missing(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Nothing came."""
    try:
        row, entry = await actions.missing(db, turn, person, argument)
    except Refusal as refusal:
        return _refused(refusal, argument)
    return _done(texts.missing(row.number, entry.at, person.timezone), row.number, entry.receipt)


def _done(text: str, number: str, receipt: str) -> Reply:
    return Reply(
        title=texts.card_title(number),
        text=text,
        choices=((_card(number),), (human(), menu())),
        copies=(Copyable(texts.receipt_number(), receipt),),
        expects="none",
        replaces=False,
    )


def _refused(refusal: Refusal, number: str = "") -> Reply:
    """A refusal in words, with a way on."""
    if isinstance(refusal, rules.ShutOut):
        claims = Choice(texts.to_claims(), "claims.status", "primary")
        return Reply(text=texts.shut_out(), choices=((claims, human(), menu()),), expects="none", replaces=False)
    known = number and not isinstance(refusal, rules.SettlementUnknown)
    return Reply(
        title=texts.title(),
        text=texts.refused(type(refusal).__name__),
        choices=((_card(number) if known else _list(), human(), menu()),),
        expects="none",
        replaces=False,
    )


# ------------------------------------------------------------------------------------------ papers in words


async def draw_due(database: Database, now: datetime) -> None:
    """What the clock does about papers: draws those that are missing."""
    await actions.draw_due(database, now, compose)


def compose(subject: Subject, locale: str) -> Mapping[str, Paper]:
    """The agreement and the confirmation in this Chinese, beside English."""
    sale = isinstance(subject.deal, SaleDeal)
    figures = _figures(subject, locale)
    number = subject.row.number
    stamp, digest = _moment(subject.row.accepted_at), subject.terms_hash.hex()
    proofs = (
        _figure("offer", subject.row.offer, locale),
        _figure("receipt", subject.receipt, locale),
        _figure("terms", digest, locale),
    )

    def made(suffix: str, title: Both, lead: Both, clauses: tuple[Clause, ...], signed: tuple[Both, ...]) -> Paper:
        name = f"{number}-{suffix}"
        return Paper(
            number=name,
            title=title,
            at=subject.row.accepted_at,
            lead=lead,
            figures=(*figures, _figure("accepted", stamp, locale)),
            clauses=clauses,
            proofs=(_figure("document", name, locale), *proofs),
            code="\n".join(
                (name, f"OFFER {subject.row.offer}", f"TERMS-SHA256 {digest}", f"RECEIPT {subject.receipt}")
            ),
            page=f"{_said(texts.page, locale)} · {_said(texts.page, 'en')}",
            mark=texts.mark() if subject.row.demo else "",
            signatures=signed,
        )

    terms, claim = subject.deal.terms, subject.deal.claim
    if sale:
        clauses = _clauses(lambda: texts.sale_clauses(terms, claim), locale)
        titles = _both(texts.sale_paper_title, locale), _both(texts.sale_confirmation_title, locale)
    else:
        transferred = rules.needs_notice(subject.deal)
        clauses = _clauses(lambda: texts.bond_clauses(terms, claim, transferred=transferred), locale)
        titles = _both(texts.bond_paper_title, locale), _both(texts.bond_confirmation_title, locale)
    sides = ("seller", "buyer") if sale else ("subscriber", "issuer")
    signed = tuple(_both(partial(texts.signature, side), locale) for side in sides)
    return {
        AGREEMENT: made("A", titles[0], _both(texts.agreement_lead, locale), clauses, signed),
        CONFIRMATION: made(
            "C",
            titles[1],
            _both(texts.confirmation_lead, locale),
            _clauses(texts.confirmation_clauses, locale),
            (),
        ),
    }


def _said(what: Callable[[], str], locale: str) -> str:
    with i18n.speaking(locale):
        return what()


def _both(what: Callable[[], str], locale: str) -> Both:
    return Both(_said(what, locale), _said(what, "en"))


def _clauses(what: Callable[[], list[tuple[str, str]]], locale: str) -> tuple[Clause, ...]:
    with i18n.speaking(locale):
        chinese = what()
    with i18n.speaking("en"):
        english = what()
    return tuple(
        Clause(Both(heading, other_heading), Both(text, other))
        for (heading, text), (other_heading, other) in zip(chinese, english, strict=True)
    )


def _figure(code: str, value: str, locale: str) -> Figure:
    return Figure(_both(lambda: texts.label(code), locale), value)


def _worded(code: str, what: Callable[[], str], locale: str) -> Figure:
    """A particular whose value is a word: in both languages."""
    both = _both(what, locale)
    return _figure(code, both.zh if both.zh == both.en else f"{both.zh} / {both.en}", locale)


def _moment(at: datetime) -> str:
    """A moment the same in both languages, on two clocks."""
    local = at.astimezone(clock.BEIJING)
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC ({local:%Y-%m-%d %H:%M} UTC+8)"


def _figures(subject: Subject, locale: str) -> tuple[Figure, ...]:
    agreed, terms = subject.deal, subject.deal.terms
    name = str(subject.claim.particulars.get("name") or "")
    plan_class = str(subject.claim.particulars.get("plan_class") or "")

    def plain(code: str, value: str) -> Figure:
        return _figure(code, value, locale)

    under = [plain("claim", agreed.claim), plain("claim_amount", texts.amount(agreed.claim_amount))]
    under += [plain("plan_class", plan_class)] if plan_class else []
    if isinstance(agreed, SaleDeal):
        found = [plain("transferor", name), plain("transferee", agreed.buyer), *under, *_of_sale(agreed, locale)]
    else:
        found = [plain("subscriber", name), plain("issuer", agreed.issuer), *under, *_of_bond(terms, agreed, locale)]
    if agreed.cooling_days:
        found.append(plain("final", _moment(subject.final_at)))
    return tuple(found)


def _of_sale(agreed: SaleDeal, locale: str) -> list[Figure]:
    terms = agreed.terms
    received = texts.amount(int(terms["received"]))
    if terms["received_source"]:
        received += f" ({texts.stated_beside(terms['received_source'])})"
    return [
        _figure("quoted", texts.percent(terms["price_pct"]), locale),
        _worded("basis", lambda: texts.basis(terms["basis"]), locale),
        _figure("received", received, locale),
        _figure("price", texts.amount(agreed.price), locale),
        _figure("fees", texts.amount(agreed.fees), locale),
        _figure("holdback", texts.amount(agreed.holdback), locale),
        _figure("closing", texts.amount(agreed.at_closing), locale),
    ]


def _of_bond(terms: Mapping[str, Any], agreed: rules.BondDeal, locale: str) -> list[Figure]:
    return [
        _figure("face", texts.amount(agreed.face, agreed.currency), locale),
        _figure("issue_price", texts.percent(terms["issue_price_pct"]), locale),
        _figure("coupon", texts.percent(terms["coupon_pct"]), locale),
        _worded("frequency", lambda: texts.frequency(int(terms["frequency"])), locale),
        _figure("day_count", terms["day_count"], locale),
        _figure("maturity", terms["maturity"], locale),
        *(
            _figure(code, "; ".join(f"{day}: {texts.percent(pct)}" for day, pct in terms[code]), locale)
            for code in ("amortisation", "call", "put")
            if terms.get(code)
        ),
        *([_figure("support", texts.stated_beside(terms["support"]), locale)] if terms.get("support") else []),
        _worded("seniority", lambda: texts.seniority(terms["seniority"]), locale),
        _worded("resource", lambda: texts.resource(terms["recourse"]), locale),
        _worded("exchange", lambda: texts.exchange_word(terms["exchange"]), locale),
    ]
