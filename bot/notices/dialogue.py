"""Notices talk: a push in its reader's language, and the settings by which he is told or left alone."""

from dataclasses import replace
from datetime import date, datetime

from bot import clock, i18n
from bot.conversation.flow import Flow
from bot.conversation.outbox import Cancelled, DueRow, NoticeRow, Render
from bot.conversation.reply import Choice, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from bot.notices import actions, rules, texts
from bot.notices.actions import Gone, MayShow, Standing
from bot.words import notice_kind, zone_name
from storage.database import Reader, Transaction
from storage.terms import NoticeKind

flow = Flow("notices")

#: a toggle of the settings screen changes that screen; the button below a push must leave the push alone
_HERE = ".here"


# ------------------------------------------------------------------------------------------ pushes


def renderer(may_show: MayShow) -> Render:
    """What gives a notice its words when it is sent. `may_show` is the offers' gate."""

    async def render(db: Reader, row: DueRow) -> Reply | Cancelled:
        found = await actions.standing(db, row, may_show)
        if isinstance(found, Gone):
            return Cancelled(found.why)
        with i18n.speaking(found.reading.locale):
            return _push(found, row.id, clock.now())

    return render


async def told(db: Reader, row: NoticeRow, may_show: MayShow) -> str:
    """What a notice said, for whoever is asked about it; "" where that is not known any more."""
    found = await actions.standing(db, row, may_show, sent=True)
    if isinstance(found, Gone):
        return ""
    with i18n.speaking(found.reading.locale):
        said = _push(found, row.id, row.done_at or row.due_at)
        return f"{said.title}\n{said.text}"


def _push(notice: Standing, key: int, at: datetime) -> Reply:
    person = replace(human(), token=f"support.ask:notice.{key}")  # not `human(…)`, which remembers each it made
    if notice.shut and notice.kind is not NoticeKind.CLAIM_STATUS:
        return _neutral(notice, person, at)
    kind, timezone = notice.kind, notice.reading.timezone
    match kind:
        case NoticeKind.CLAIM_STATUS:
            assert notice.at is not None
            text = texts.claim_moved(notice.number, notice.status, notice.at, timezone, shut=notice.shut)
            why, source, choices = texts.why_claim(), texts.own_record(notice.receipt), [_claim(notice.number)]
        case NoticeKind.OFFER_NEW:
            assert notice.offer is not None
            offer = notice.offer
            made = texts.offer_reopened if notice.event == "offer:reopened" else texts.offer_made
            text = made(notice.number, offer.number, offer.kind, offer.expires_at, timezone)
            if offer.meets_ask:
                text += "\n" + texts.meets_ask()
            why, source = texts.why_offer(), texts.own_record(notice.receipt)
            choices = [_offer(offer.number), _claim(notice.number)]
        case NoticeKind.OFFER_EXPIRING:
            assert notice.offer is not None
            offer = notice.offer
            text = texts.offer_ending(offer.number, offer.kind, offer.expires_at, timezone)
            why, source, choices = texts.why_offer(), texts.own_records(), [_offer(offer.number)]
        case NoticeKind.OFFER_CLOSED:
            assert notice.offer is not None
            assert notice.at is not None
            offer = notice.offer
            text = texts.offer_ended(offer.number, offer.kind, notice.status, notice.at, timezone, notice.event)
            why, source = texts.why_offer(), texts.own_record(notice.receipt)
            choices = [_offer(offer.number), _claim(notice.number)]
        case NoticeKind.SETTLEMENT:
            assert notice.at is not None
            text = texts.settlement_moved(notice.number, notice.event, notice.status, notice.at, timezone)
            why, source = texts.why_settlement(), texts.own_record(notice.receipt)
            choices = [_settlement(notice.number)]
        case NoticeKind.COUPON:
            assert notice.at is not None
            assert notice.pays_on is not None
            said = texts.coupon_paid if notice.event == "coupon:paid" else texts.coupon_near
            text = said(notice.number, date.fromisoformat(notice.pays_on))
            why, source = texts.why_coupon(), texts.own_record(notice.receipt)
            choices = [_settlement(notice.number)]
        case NoticeKind.RECORD_DATE:
            assert notice.record_date is not None
            record = notice.record_date
            text = texts.record_date_near(record.on)
            why, source = texts.why_record_date(), texts.published(record.source, record.as_of)
            choices = [Choice(texts.see_schedule(), "facts.answer:schedule"), _claim("")]
        case NoticeKind.DIGEST:
            assert notice.since is not None
            assert notice.until is not None
            lines = [
                texts.digest_claim(line.number, line.status)
                if line.offer is None
                else texts.digest_offer(line.offer, line.status)
                for line in notice.lines
            ]
            text = texts.digest(notice.since, notice.until, lines, notice.more, timezone)
            why, source, choices = texts.why_digest(), texts.own_records(), [_claim("")]
        case NoticeKind.SECURITY | NoticeKind.TICKET:
            assert notice.at is not None
            text = texts.account_touched(notice.event, notice.at, timezone)
            why, source = texts.why_account(), texts.own_record(notice.receipt)
            choices = [Choice(texts.see_account(), "welcome.me")]
    if notice.event in rules.OWN:
        text += "\n" + texts.not_you()
    rows: list[tuple[Choice, ...]] = [tuple(choices), (person, Choice(texts.open_settings(), "notices.settings"))]
    if kind in rules.MUTABLE:
        rows.append((Choice(texts.mute(kind), f"notices.mute:{kind}"),))
    return Reply(
        title=notice_kind(kind),
        text=f"{text}\n\n{texts.footer(why, source, at, timezone)}",
        choices=tuple(rows),
        replaces=False,
        notice=str(kind),
    )


def _neutral(notice: Standing, person: Choice, at: datetime) -> Reply:
    """That there is something to look at, elsewhere. MUST NOT say of what, nor lead there."""
    foot = texts.footer(texts.why_linked(), texts.own_records(), at, notice.reading.timezone)
    return Reply(
        title=texts.elsewhere_title(),
        text=f"{texts.elsewhere()}\n\n{foot}",
        choices=((person, menu()),),
        replaces=False,
        notice=str(notice.kind),
    )


def _claim(number: str) -> Choice:
    return Choice(texts.see_claim(), f"claims.status:{number}" if number else "claims.status", "primary")


def _settlement(number: str) -> Choice:
    return Choice(texts.see_settlement(), f"settlement.read:{number}", "primary")


def _offer(number: str) -> Choice:
    return Choice(texts.see_offer(), f"offers.read:{number}", "primary")


# ------------------------------------------------------------------------------------------ settings


@flow.view("settings")
async def settings(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """What is told here, and by which clock."""
    return _settings(person)


def _settings(person: Person) -> Reply:
    off = [kind for kind in rules.MUTABLE if kind in person.muted]
    on = [kind for kind in rules.MUTABLE if kind not in person.muted]
    toggles = tuple(
        (
            Choice(texts.switch_off(kind), f"notices.mute:{kind}{_HERE}")
            if kind in on
            else Choice(texts.switch_on(kind), f"notices.unmute:{kind}{_HERE}"),
        )
        for kind in rules.MUTABLE
    )
    link = () if person.creditor_id is not None else ((Choice(texts.link(), "welcome.link", "primary"),),)
    return Reply(
        title=texts.settings_title(),
        text=texts.settings(
            list(on),
            list(off),
            zone_name(person.timezone),
            clock.now(),
            person.timezone,
            linked=person.creditor_id is not None,
        ),
        choices=(*link, *toggles, (Choice(texts.change_zone(), "notices.zones"), menu())),
    )


@flow.act("mute")
async def mute(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Switch a kind off for this contact."""
    return _switched(person, argument, on=False)


@flow.act("unmute")
async def unmute(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Switch a kind on again."""
    return _switched(person, argument, on=True)


def _switched(person: Person, argument: str, *, on: bool) -> Reply:
    name = argument.removesuffix(_HERE)
    try:
        kind = actions.unmute(person, name) if on else actions.mute(person, name)
    except Invalid:
        return Reply(
            text=texts.no_such_kind(),
            choices=((Choice(texts.open_settings(), "notices.settings"), menu()),),
            replaces=False,
        )
    said = texts.unmuted(kind) if on else texts.muted(kind)
    if argument.endswith(_HERE):
        screen = _settings(person)
        return replace(screen, text=f"{said}\n\n{screen.text}")
    undo = Choice(texts.switch_off(kind), f"notices.mute:{kind}")
    if not on:
        undo = Choice(texts.switch_on(kind), f"notices.unmute:{kind}")
    return Reply(
        title=texts.settings_title(),
        text=said,
        choices=((undo,), (Choice(texts.open_settings(), "notices.settings"), menu())),
        replaces=False,
    )


@flow.view("zones")
async def zones(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The clocks that can be chosen."""
    return _zones(person, "")


def _zones(person: Person, before: str) -> Reply:
    choices = [Choice(zone_name(zone), f"notices.timezone:{zone}") for zone in rules.ZONES]
    rows = tuple(tuple(choices[place : place + 3]) for place in range(0, len(choices), 3))
    text = texts.zones(zone_name(person.timezone))
    return Reply(
        title=texts.zones_title(),
        text=f"{before}\n\n{text}" if before else text,
        choices=(*rows, (Choice(texts.open_settings(), "notices.settings"), menu())),
    )


@flow.act("timezone")
async def timezone(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Choose a clock."""
    try:
        zone = actions.set_timezone(person, argument)
    except Invalid:
        return _zones(person, texts.no_such_zone())
    screen = _settings(person)
    return replace(screen, text=f"{texts.zone_set(zone_name(zone))}\n\n{screen.text}")
