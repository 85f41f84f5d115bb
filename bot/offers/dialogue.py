"""Talking about offers: list, card, the read-back before an answer, and the answer."""

from bot.conversation.flow import Flow
from bot.conversation.reply import Choice, Copyable, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Refusal
from bot.offers import actions, rules, texts
from bot.offers.actions import Shown
from bot.offers.rules import SaleTerms
from storage.database import Reader, Transaction
from storage.terms import OfferStatus

flow = Flow("offers")

PAGE = 5


@flow.view("list")
async def list_(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The offers to this person, open ones first."""
    if person.creditor_id is None:
        return Reply(
            title=texts.list_title(),
            text=texts.unlinked(),
            choices=((Choice(texts.to_link(), "welcome.link", "primary"),), (_what(), menu())),
            expects="none",
        )
    now, zone = turn.received_at, person.timezone
    listing = await actions.listing(db, person.creditor_id, now)
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
    parts += dict.fromkeys(texts.not_shown(verdict) for verdict in listing.hidden)
    if everything:
        parts.append(texts.list_foot(now, zone, live=bool(live)))
    rows: list[tuple[Choice, ...]] = [
        (Choice(texts.to_offer(shown.kind, shown.number), f"offers.read:{shown.number}"),) for shown in page
    ]
    if first + PAGE < len(everything):
        rows.append((Choice(texts.more(), f"offers.list:{first + PAGE}"),))
    if listing.hidden:
        rows.append((Choice(texts.to_claims(), "claims.status"), human()))
    return Reply(
        title=texts.list_title(),
        text=texts.join(parts),
        choices=(*rows, (_what(), menu())),
        expects="none",
    )


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
        choices=(*rows, (_what(), human()), (_list(), menu())),
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
        shown = await actions.ready(db, person, argument, turn.received_at)
    except Refusal as refusal:
        return _refused(refusal, person)
    bound, now, zone, tag = shown.bound, turn.received_at, person.timezone, rules.tag(shown.digest)
    if isinstance(bound.terms, SaleTerms):
        title = texts.sale_confirm_title(shown.number)
        text = texts.sale_read_back(bound, bound.terms, now, zone, tag)
        confirm = texts.confirm_sale()
    else:
        title = texts.bond_confirm_title(shown.number)
        text = texts.bond_read_back(bound, bound.terms, now, zone, tag)
        confirm = texts.confirm_bond()
    return Reply(
        title=title,
        text=_marked(shown, text),
        choices=(
            (Choice(confirm, f"offers.confirm:{shown.number}.{tag}", "danger"),),
            (Choice(texts.not_now(), f"offers.read:{shown.number}"), human()),
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
    shown, others, tag = accepted.shown, len(accepted.others), rules.tag(accepted.shown.digest)
    bound, at, zone = shown.bound, turn.received_at, person.timezone
    if isinstance(bound.terms, SaleTerms):
        title = texts.sale_accepted_title(shown.number)
        text = texts.sale_accepted(bound, bound.terms, at, zone, tag, others)
    else:
        title = texts.bond_accepted_title(shown.number)
        text = texts.bond_accepted(bound, bound.terms, at, zone, tag, others)
    return Reply(
        title=title,
        text=_marked(shown, text),
        choices=(
            (Choice(texts.to_claim(bound.claim.number), f"claims.status:{bound.claim.number}"),),
            (human(), menu()),
        ),
        copies=(
            Copyable(texts.offer_number(), shown.number),
            Copyable(texts.receipt_number(), accepted.entry.receipt),
        ),
        expects="none",
        replaces=False,
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


@flow.view("what")
async def what(_turn: Turn, _db: Reader, _person: Person, _argument: str) -> Reply:
    """债权转让 and 债券 told apart."""
    return Reply(
        title=texts.what_title(),
        text=texts.what(),
        choices=((_list(), human()), (menu(),)),
        expects="none",
    )


def _refused(refusal: Refusal, person: Person, number: str = "") -> Reply:
    """A refusal in words, with a way on."""
    rows: list[tuple[Choice, ...]] = []
    match refusal:
        case rules.NotShown() | rules.ClaimNotReady() | rules.ClaimChanged():
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


def _what() -> Choice:
    return Choice(texts.to_tell_apart(), "offers.what")


def _list() -> Choice:
    return Choice(texts.to_list(), "offers.list")
