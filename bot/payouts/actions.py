"""What is done with payout methods: enter, confirm by code, wait, test, put to use, take back.

Whoever moves a method holds its creditor's row first and the creditor's methods after it: two
changes, or a change and a payment, take turns. Nothing counts by chat alone: a code by mail, then
the cooling period, with every linked channel and the mailbox told at once.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import numbers
from bot.conversation.codes import MAIL, masked, send_code
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from bot.ledger.transition import Entry, new_handle, transition
from bot.payouts import rules
from storage import approvals, claims, deliveries, payouts, people
from storage.approvals import ApprovalRow
from storage.conversations import DraftRow
from storage.database import Reader, Transaction
from storage.payouts import PayoutRow
from storage.people import CreditorRow
from storage.terms import AccountStatus, DraftStatus, NoticeKind, PayoutStatus

#: rows looked at in one transaction of the clock
CHUNK = 50
#: what is told of an account is of use for so long
TOLD_LIVES = timedelta(days=3)
TEST = "payout_test"


#: whether a channel's own rules let it carry what is said of money and coins
MaySpeak = Callable[[Reader, str, datetime], Awaitable[bool]]


async def _everywhere(db: Reader, channel: str, at: datetime) -> bool:
    return True


class _Setting:
    """How long a method cools, and where it may be spoken of, as set at start; one process serves one setting."""

    cooling: timedelta = rules.COOLING
    may_speak: MaySpeak = staticmethod(_everywhere)


_setting = _Setting()


def cool_for(time: timedelta) -> None:
    """Hand over the cooling period, once, at start."""
    _setting.cooling = time


def speak_where(may_speak: MaySpeak) -> None:
    """Hand over who knows the channels' rules (the room of offers), once, at start."""
    _setting.may_speak = may_speak


def cooling_hours() -> int:
    """The cooling period in whole hours, as it is told."""
    return -(-_setting.cooling // timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Shown:
    """A method as its owner sees it: masked, with where it stands."""

    number: str
    status: str
    currency: str
    way: str
    mask: str
    cools_until: datetime | None
    changed_at: datetime
    paying: bool


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to a method, to be put into words for one reader.

    event   cooling cancelled removed replaced active test_sent failed
    at      when; `until` is the end of the cooling, where there is one
    mail    it goes by mail: no buttons there, and no link
    shut    the channel's rules keep it from being said: only that something changed
    """

    event: str
    shown: Shown
    at: datetime
    until: datetime | None
    mail: bool
    timezone: str
    shut: bool = False


#: puts news into words, in the language that is being spoken
Words = Callable[[str, News], Reply]


def shown(row: PayoutRow) -> Shown:
    """A row without anything that could be used."""
    return Shown(
        row.number,
        row.status,
        row.currency,
        row.way,
        rules.masked(row.way, row.details),
        row.cools_until,
        row.changed_at,
        row.paying is not None,
    )


# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class Listing:
    """A creditor's methods; `mainland`: he lives there, by what he registered."""

    methods: tuple[Shown, ...]
    mainland: bool


async def listing(db: Reader, person: Person) -> Listing:
    """The methods in use and on their way. Raises NotLinked."""
    if person.creditor_id is None:
        raise rules.NotLinked()
    rows = await payouts.of_creditor(db, person.creditor_id)
    return Listing(tuple(shown(row) for row in rows), await in_mainland(db, person.creditor_id))


async def in_mainland(db: Reader, creditor_id: int) -> bool:
    """Whether any claim of this creditor names mainland China as his residence."""
    return any(claim.particulars.get("residence") == "CN" for claim in await claims.of_creditor(db, creditor_id))


async def own(db: Reader, person: Person, argument: str) -> Shown:
    """One of the person's own methods. Raises PayoutUnknown."""
    return shown(await _own(db, person, argument))


async def _own(db: Reader, person: Person, argument: str) -> PayoutRow:
    try:
        number = numbers.read(argument, "SK")
    except Invalid:
        raise rules.PayoutUnknown() from None
    row = await payouts.by_number(db, number)
    if row is None or person.creditor_id is None or row.creditor_id != person.creditor_id:
        raise rules.PayoutUnknown()
    return row


async def may_begin(db: Reader, person: Person) -> bool:
    """Whether a new method may be entered; whether the person lives in the mainland.

    Raises NotLinked, Frozen, Paying, UnderWay.
    """
    if person.creditor_id is None:
        raise rules.NotLinked()
    creditor = await people.creditor(db, person.creditor_id)
    if creditor is None or creditor.status == AccountStatus.FROZEN:
        raise rules.Frozen()
    rules.may_enter(await payouts.of_creditor(db, person.creditor_id))
    return await in_mainland(db, person.creditor_id)


# ------------------------------------------------------------------------------------------ what the creditor does


async def _held(
    db: Transaction, creditor_id: int | None, *, frozen: bool = False
) -> tuple[CreditorRow, list[PayoutRow]]:
    """The creditor and his methods, held. Raises NotLinked, and Frozen unless that does not matter (`frozen`)."""
    creditor = await people.creditor_locked(db, creditor_id) if creditor_id is not None else None
    if creditor is None:
        raise rules.NotLinked()
    if creditor.status == AccountStatus.FROZEN and not frozen:
        raise rules.Frozen()
    return creditor, await payouts.of_creditor_locked(db, creditor.id)


async def _one_held(
    db: Transaction, person: Person, argument: str, *, frozen: bool = False
) -> tuple[CreditorRow, list[PayoutRow], PayoutRow]:
    found = await _own(db, person, argument)
    creditor, rows = await _held(db, person.creditor_id, frozen=frozen)
    row = next((row for row in rows if row.number == found.number), None)
    if row is None:
        raise rules.Over(status=(await _own(db, person, argument)).status)
    return creditor, rows, row


async def enter(db: Transaction, turn: Turn, person: Person, currency: str, way: str, asked: dict[str, Any]) -> Shown:
    """Keep what was entered, waiting for its code; an earlier one that waits gives way.

    Raises NotLinked, Frozen, Paying, UnderWay, SameAccount, NotForMainland.
    """
    creditor, rows = await _held(db, person.creditor_id)
    rules.may_enter(rows)
    if rules.is_coin(way) and await in_mainland(db, creditor.id):
        raise rules.NotForMainland()
    if way not in rules.ways(currency, mainland=False):
        raise rules.PayoutUnknown()
    details = {name: asked[name] for name in rules.FIELDS[way]}
    index = payouts.account_index(rules.canonical(currency, way, details))
    for row in rows:
        if (
            row.status == PayoutStatus.ACTIVE
            and row.account_index == index
            and row.details.get("holder") == details.get("holder")
        ):
            raise rules.SameAccount(number=row.number)
        if row.status == PayoutStatus.PENDING:
            await _move(
                db, row, "payout:cancelled", turn.received_at, "creditor", _said(turn) | {"why": "entered anew"}
            )
    handle, number = new_handle(), numbers.new("SK")
    while await payouts.by_number(db, number) is not None:
        number = numbers.new("SK")
    await transition(
        db,
        payouts.move,
        None,
        kind="payout:entered",
        subject=handle,
        at=turn.received_at,
        by="creditor",
        # Never the account itself: whoever is shown an opening learns by the keyed hash that it is the same one.
        payload={**_said(turn), "payout": number, "currency": currency, "way": way, "account": index.hex()},
        number=number,
        handle=handle,
        creditor_id=creditor.id,
        currency=currency,
        way=way,
        coin=rules.is_coin(way),
        details={"handle": handle, **details},
        account_index=index,
    )
    made = await payouts.by_number(db, number)
    assert made is not None
    return shown(made)


def _said(turn: Turn) -> dict[str, Any]:
    """What the entry keeps of the turn. Never its text: it may be the account."""
    return {"channel": turn.channel, "address": turn.address, "event_id": turn.event_id}


async def _move(
    db: Transaction, row: PayoutRow, kind: str, at: datetime, by: str, payload: dict[str, Any], **changes: Any
) -> Entry:
    return await transition(
        db,
        payouts.move,
        row,
        kind=kind,
        subject=row.handle,
        at=at,
        by=by,
        payload={"payout": row.number, "account": row.account_index.hex(), **payload},
        **changes,
    )


def draft(turn: Turn, person: Person, form: str, answers: dict[str, Any]) -> DraftRow:
    """A draft of another form that follows at once; what lies below it stays below."""
    made = DraftRow(
        handle=secrets.token_hex(4),
        form=form,
        version=1,
        contact_id=person.contact_id,
        creditor_id=person.creditor_id,
        status=DraftStatus.OPEN,
        at="!review",
        content={"answers": answers, "below": person.draft},
        changed_at=turn.received_at,
    )
    person.draft = made.handle
    return made


async def mailbox(db: Reader, person: Person) -> str:
    """Where codes go, masked: whoever sits here need not be its owner. Raises NotLinked."""
    return masked(await _email(db, person))


async def _email(db: Reader, person: Person) -> str:
    creditor = await people.creditor(db, person.creditor_id) if person.creditor_id is not None else None
    if creditor is None:
        raise rules.NotLinked()
    return creditor.email


async def send(
    db: Transaction, turn: Turn, person: Person, argument: str, letter: Callable[[Shown], Callable[[str], Reply]]
) -> None:
    """Mail a code for one method that waits for it. Raises Invalid (`too_soon`, `too_many`, `gone`)."""
    row = await pending(db, person, argument)
    email = await _email(db, person)
    await send_code(db, turn, person, email, letter(shown(row)), again=True, purpose=row.handle)


async def pending(db: Reader, person: Person, argument: str) -> PayoutRow:
    """A method of this person that waits for its code. Raises Invalid: `gone`."""
    try:
        row = await _own(db, person, argument)
    except rules.PayoutUnknown:
        raise Invalid("gone") from None
    if row.status != PayoutStatus.PENDING:
        raise Invalid("gone")
    return row


async def address_to_prove(db: Reader, person: Person) -> str:
    """The address a code is tried for. Raises NotLinked."""
    return await _email(db, person)


@dataclass(frozen=True, slots=True)
class Moved:
    """A method after its move, and the entry's receipt."""

    shown: Shown
    receipt: str


async def confirm(db: Transaction, turn: Turn, person: Person, argument: str, words: Words) -> Moved:
    """The code was right: the cooling begins, and everybody who speaks for this account is told.

    MUST be called only after the code was tried, in the same turn. Raises Frozen, Paying, UnderWay, Over.
    """
    creditor, rows, row = await _one_held(db, person, argument)
    if row.status != PayoutStatus.PENDING:
        raise rules.Over(status=row.status)
    rules.may_enter([other for other in rows if other.id != row.id])
    until = turn.received_at + _setting.cooling
    entry = await _move(
        db,
        row,
        "payout:confirmed",
        turn.received_at,
        "creditor",
        _said(turn) | {"cools_until": until.isoformat()},
        cools_until=until,
    )
    row = row._replace(status=PayoutStatus.COOLING, cools_until=until, changed_at=turn.received_at)
    await _tell(db, creditor, row, entry, "cooling", turn.received_at, words, but=person.contact_id)
    return Moved(shown(row), entry.receipt)


async def cancel(db: Transaction, turn: Turn, person: Person, argument: str, words: Words) -> Moved:
    """Take a change back before it counts: one tap, on any linked channel, also while the account is frozen.

    Raises PayoutUnknown, Over.
    """
    creditor, _rows, row = await _one_held(db, person, argument, frozen=True)
    if row.status == PayoutStatus.ACTIVE:
        raise rules.Over(status=row.status)
    return await _end(db, turn, person, creditor, row, words, "cancelled")


async def remove(db: Transaction, turn: Turn, person: Person, argument: str, words: Words) -> Moved:
    """Take a method out of use. Raises PayoutUnknown, Over, Frozen, Paying."""
    creditor, rows, row = await _one_held(db, person, argument)
    if row.status != PayoutStatus.ACTIVE:
        raise rules.Over(status=row.status)
    if any(other.paying for other in rows):
        raise rules.Paying()
    return await _end(db, turn, person, creditor, row, words, "removed")


async def _end(
    db: Transaction, turn: Turn, person: Person, creditor: CreditorRow, row: PayoutRow, words: Words, event: str
) -> Moved:
    at = turn.received_at
    entry = await _move(db, row, "payout:cancelled", at, "creditor", _said(turn) | {"why": event})
    told = row.status != PayoutStatus.PENDING  # nobody was told of a method whose code was never typed
    row = row._replace(status=PayoutStatus.CANCELLED, changed_at=at)
    if told:
        await _tell(db, creditor, row, entry, event, at, words, but=person.contact_id)
    return Moved(shown(row), entry.receipt)


async def received(
    db: Transaction, turn: Turn, person: Person, argument: str, amount: str, words: Words
) -> Moved | None:
    """What arrived, by the owner's word: exactly what was sent puts the address to use. None: tries are over.

    Raises Invalid `wrong_amount` (`left`), and PayoutUnknown, Over, Frozen, Paying.
    """
    creditor, rows, row = await _one_held(db, person, argument)
    if row.status != PayoutStatus.TEST_SENT or row.test is None:
        raise rules.Over(status=row.status)
    if any(other.paying for other in rows):
        raise rules.Paying()
    at = turn.received_at
    if not rules.is_exact(amount, int(row.test["amount"])):
        await payouts.count_try(db, row)
        left = rules.TRIES - row.tries - 1
        if left > 0:
            raise Invalid("wrong_amount", left=left)
        entry = await _move(db, row, "payout:cancelled", at, "creditor", _said(turn) | {"why": "test failed"})
        row = row._replace(status=PayoutStatus.CANCELLED, changed_at=at)
        await _tell(db, creditor, row, entry, "failed", at, words, but=person.contact_id)
        return None
    return await _activate(db, creditor, rows, row, at, "creditor", _said(turn), words, but=person.contact_id)


async def _activate(
    db: Transaction,
    creditor: CreditorRow,
    rows: list[PayoutRow],
    row: PayoutRow,
    at: datetime,
    by: str,
    payload: dict[str, Any],
    words: Words,
    *,
    but: int | None,
) -> Moved:
    for other in rows:
        if other.status == PayoutStatus.ACTIVE and other.currency == row.currency:
            await _move(db, other, "payout:replaced", at, by, {"replaced_by": row.number})
    entry = await _move(db, row, "payout:activated", at, by, payload)
    row = row._replace(status=PayoutStatus.ACTIVE, changed_at=at)
    await _tell(db, creditor, row, entry, "active", at, words, but=but)
    return Moved(shown(row), entry.receipt)


async def _tell(
    db: Transaction,
    creditor: CreditorRow,
    row: PayoutRow,
    entry: Entry,
    event: str,
    at: datetime,
    words: Words,
    *,
    but: int | None = None,
) -> None:
    """Tell every linked channel (but the one that did it) and the mailbox, at once and at any hour."""
    contacts = await people.contacts_of(db, creditor.id)
    seen = sorted(contacts, key=lambda one: one.seen_at)
    for one in contacts:
        if one.reachable and one.id != but:
            shut = not await _setting.may_speak(db, one.channel, at)
            news = News(event, shown(row), at, row.cools_until, mail=False, timezone=one.timezone, shut=shut)
            await _put(db, one.channel, one.address, f"payout:{entry.id}:{one.id}", {"contact": one.id},
                       words(one.locale, news), at)  # fmt: skip
    if seen:
        news = News(event, shown(row), at, row.cools_until, mail=True, timezone=seen[-1].timezone)
        await _put(db, MAIL, people.email_index(creditor.email).hex(), f"payout:{entry.id}:mail",
                   {"creditor": creditor.id}, words(seen[-1].locale, news), at)  # fmt: skip


async def _put(
    db: Transaction, channel: str, address: str, key: str, fields: dict[str, Any], reply: Reply, at: datetime
) -> None:
    await deliveries.put(
        db,
        channel=channel,
        address=address,
        lane=deliveries.URGENT,
        dedupe_key=key,
        kind=NoticeKind.SECURITY,
        fields=fields,
        body=reply.packed(),
        due_at=at,
        expires_at=at + TOLD_LIVES,
    )


# ------------------------------------------------------------------------------------------ by the clock


async def settle_due(db: Transaction, now: datetime, words: Words) -> int:
    """Put to use what has cooled and needs no test, give up what nobody confirmed; how many were moved.

    At most `CHUNK` of each: call again until 0. A creditor who is being paid, or is frozen, waits.
    """
    moved = 0
    for number, creditor_id in await payouts.due(db, now, CHUNK):
        moved += await _settle(db, number, creditor_id, now, words)
    for number, creditor_id in await payouts.unproved(db, now - rules.UNPROVED_LIVES, CHUNK):
        _creditor, rows = await _held(db, creditor_id, frozen=True)
        for row in rows:
            if row.number == number and row.status == PayoutStatus.PENDING:
                await _move(db, row, "payout:cancelled", now, "clock", {"why": "not confirmed"})
                moved += 1
    return moved


async def _settle(db: Transaction, number: str, creditor_id: int, now: datetime, words: Words) -> int:
    creditor, rows = await _held(db, creditor_id, frozen=True)
    row = next((row for row in rows if row.number == number), None)
    if (
        row is None
        or row.status != PayoutStatus.COOLING
        or row.cools_until is None
        or row.cools_until > now
        or creditor.status == AccountStatus.FROZEN
        or any(other.paying for other in rows)
    ):
        return 0
    await _activate(db, creditor, rows, row, now, "clock", {}, words, but=None)
    return 1


# ------------------------------------------------------------------------------------------ the operator's side


async def on_desk(db: Reader, status: str, now: datetime) -> list[tuple[PayoutRow, ApprovalRow | None]]:
    """The methods of one status, newest first, each with the proposal that waits on it."""
    return [(row, await approvals.waiting(db, TEST, row.number, now)) for row in await payouts.newest(db, status)]


async def _desk(db: Transaction, argument: str) -> tuple[CreditorRow, list[PayoutRow], PayoutRow]:
    number = numbers.read(argument, "SK")
    found = await payouts.by_number(db, number)
    if found is None:
        raise rules.PayoutUnknown(number=number)
    creditor, rows = await _held(db, found.creditor_id)
    row = next((row for row in rows if row.number == number), None)
    if row is None:
        raise rules.Over(status=found.status)
    return creditor, rows, row


def _payload(row: PayoutRow, cents: int) -> dict[str, Any]:
    return {"payout": row.number, "account": row.account_index.hex(), "cents": cents}


async def propose_test(db: Transaction, argument: str, amount: str, by: str, at: datetime) -> PayoutRow:
    """Propose to send this sum to an address whose cooling is over. A second operator approves it (`approve_test`)."""
    cents = rules.read_test_amount(amount)
    creditor, _rows, row = await _desk(db, argument)
    if await in_mainland(db, creditor.id):
        raise rules.NotForMainland()
    rules.may_test(row.status, row.way, row.cools_until, at)
    done = await approvals.propose(
        db,
        purpose=TEST,
        subject=row.number,
        payload=_payload(row, cents),
        by=by,
        at=at,
        expires_at=at + rules.PROPOSAL_LIVES,
    )
    if not done:
        waits = await approvals.waiting(db, TEST, row.number, at)
        assert waits is not None
        raise rules.AlreadyProposed(by=waits.proposed_by, until=f"{waits.expires_at:%Y-%m-%d %H:%M} UTC")
    return row


async def approve_test(db: Transaction, argument: str, amount: str, by: str, at: datetime, words: Words) -> PayoutRow:
    """Approve it, as somebody else: the test is on its way, and the owner is asked what arrives.

    Raises NoProposal, SamePerson, AnotherPayload, and what `propose_test` raises.
    """
    cents = rules.read_test_amount(amount)
    creditor, _rows, row = await _desk(db, argument)
    rules.may_test(row.status, row.way, row.cools_until, at)
    proposal = await approvals.waiting(db, TEST, row.number, at)
    if proposal is None:
        raise rules.NoProposal()
    if not await approvals.approve(db, proposal, _payload(row, cents), by, at):
        raise rules.SamePerson() if proposal.proposed_by == approvals.operator(by) else rules.AnotherPayload()
    entry = await _move(
        db,
        row,
        "payout:tested",
        at,
        f"operator:{approvals.operator(by)}",
        # Not the sum: its owner is to tell it to us, and a receipt opens to him.
        {"proposed_by": proposal.proposed_by, "approved": proposal.payload_hash.hex()},
        test={"amount": cents},
    )
    row = row._replace(status=PayoutStatus.TEST_SENT, changed_at=at)
    await _tell(db, creditor, row, entry, "test_sent", at, words)
    return row
