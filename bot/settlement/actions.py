"""What is done with settlements: begin, draw papers, sign, file, pay with four eyes, confirm, undo; coupons.

Whoever moves a settlement holds its creditor first (payments hold his payout method), then the claim,
the offer and the settlement. Papers are drawn in a thread, outside every transaction, and kept as
they were drawn: what was signed does not change with fonts or libraries.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot import clock, numbers
from bot.case import known
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, Misconfigured
from bot.ledger.transition import Entry, new_handle, receipt_number, transition
from bot.papers.faces import face
from bot.papers.paper import Paper, render
from bot.settlement import rules
from bot.settlement.rules import BondDeal, Deal
from storage import approvals, claims, ledger, offers, payouts, people, settlements
from storage.approvals import ApprovalRow
from storage.claims import ClaimRow
from storage.database import Database, Reader, Transaction
from storage.ledger import EntryRow
from storage.offers import OfferedClaim, OfferRow
from storage.payouts import PayoutRow
from storage.settlements import CouponRow, PaperRow, SettlementRow
from storage.terms import AccountStatus, CouponStatus, OfferStatus, PayoutStatus, SettlementStatus

log = logging.getLogger("bot.settlement")

#: rows of one transaction of the clock
CHUNK = 50
PAGE = 200
PREFIX = "JG"
AGREEMENT, CONFIRMATION = "agreement", "confirmation"
PAYMENT, COUPON = "settlement_pay", "coupon_pay"
#: where the court sits, and where its days begin
COURT = ZoneInfo("America/New_York")
#: when a court's working day ends
CLOSES = 17


#: whether a channel's own rules let anything that follows from offers be said there
MaySpeak = Callable[[Reader, str, datetime], Awaitable[bool]]


async def _everywhere(db: Reader, channel: str, at: datetime) -> bool:
    return True


class _Setting:
    """How many business days the filing takes, and where it may be spoken of; one process serves one setting."""

    lag: int = rules.FILING_LAG
    may_speak: MaySpeak = staticmethod(_everywhere)


_setting = _Setting()


def filing_takes(days: int) -> None:
    """Hand over the filing lag, once, at start."""
    _setting.lag = days


def speak_where(may_speak: MaySpeak) -> None:
    """Hand over who knows the channels' rules (the room of offers), once, at start."""
    _setting.may_speak = may_speak


async def _speaks(db: Reader, person: Person) -> None:
    """Raise ShutOut where nothing of a settlement may be said."""
    if not await _setting.may_speak(db, person.channel, clock.now()):
        raise rules.ShutOut()


# ------------------------------------------------------------------------------------------ reading


@dataclass(frozen=True, slots=True)
class RecordDate:
    """The next record date that is known, the last safe day to sign before it, and who says so.

    `lag`: business days from signing until the notice is out, as they were counted.
    """

    on: date
    last_safe: datetime
    source: str
    lag: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A settlement as its creditor sees it."""

    row: SettlementRow
    deal: Deal
    terms_hash: bytes
    steps: tuple[EntryRow, ...]
    coupons: tuple[CouponRow, ...]
    method: str | None
    actor: str

    @property
    def number(self) -> str:
        """What people call it."""
        return self.row.number


def next_record_date(today: date) -> RecordDate | None:
    """The next record date the facts hold; None: none is known, and nobody guesses one."""
    dated = [one for one in known.distributions() if one.customers and one.record_date and one.record_date >= today]
    if not dated:
        return None
    first = min(dated, key=lambda one: one.record_date or date.max)
    assert first.record_date is not None
    day = rules.last_safe_signing(first.record_date, _setting.lag)
    moment = datetime(day.year, day.month, day.day, CLOSES, tzinfo=COURT)
    return RecordDate(first.record_date, moment, "；".join(source.name for source in first.sources), _setting.lag)


async def listing(db: Reader, person: Person) -> list[tuple[SettlementRow, Deal]]:
    """The person's settlements, newest first. Raises ShutOut."""
    if person.creditor_id is None:
        raise rules.SettlementUnknown()
    await _speaks(db, person)
    found = []
    for row in await settlements.of_creditor(db, person.creditor_id):
        offer = await offers.by_number(db, row.offer)
        assert offer is not None
        found.append((row, rules.deal(offer.terms)))
    return found


async def read(db: Reader, person: Person, argument: str, now: datetime) -> Shown:
    """One of the person's own settlements. Raises SettlementUnknown."""
    row = await _own(db, person, argument)
    offer = await offers.by_number(db, row.offer)
    assert offer is not None
    agreed = rules.deal(offer.terms)
    method = None
    if row.status in rules.LIVE:
        found = await payouts.active(db, row.creditor_id, rules.due(agreed)[1])
        method = None if found is None else found.number
    return Shown(
        row,
        agreed,
        offer.terms_hash,
        tuple(await ledger.chain(db, row.handle)),
        tuple(await settlements.coupons(db, row.id)),
        method,
        rules.next_actor(row.status, row.facts, now.astimezone(COURT).date(), papers=row.papers),
    )


async def _own(db: Reader, person: Person, argument: str) -> SettlementRow:
    await _speaks(db, person)
    try:
        number = numbers.read(argument, PREFIX)
    except Invalid:
        raise rules.SettlementUnknown() from None
    row = await settlements.by_number(db, number)
    if row is None or person.creditor_id is None or row.creditor_id != person.creditor_id:
        raise rules.SettlementUnknown()
    return row


async def paper(db: Reader, person: Person, argument: str, kind: str, locale: str) -> tuple[SettlementRow, bytes]:
    """A paper in the Chinese of its reader, or in what there is. Raises SettlementUnknown, PapersMissing."""
    row = await _own(db, person, argument)
    drawn = await settlements.papers(db, row.id, kind)
    if not drawn:
        raise rules.PapersMissing(number=row.number)
    wanted = chinese_of(locale)
    signed = row.facts.get("signed_locale", wanted)
    for one in (signed, wanted, drawn[0].locale):
        for found in drawn:
            if found.locale == one:
                return row, found.content
    raise AssertionError


def chinese_of(locale: str) -> str:
    """The Chinese a paper is set in for somebody who reads this."""
    return locale if locale in ("zh_Hans", "zh_Hant", "zh_Hant_HK") else "zh_Hans"


def tag_of(content: bytes) -> str:
    """What a button that signs carries of its paper."""
    return hashlib.sha256(content).hexdigest()[:8]


async def signable(db: Reader, person: Person, argument: str) -> Shown:
    """A settlement whose agreement can be signed now. Raises SettlementUnknown, NotNow, PapersMissing, Frozen."""
    shown = await read(db, person, argument, clock.now())
    if shown.row.status != SettlementStatus.AGREED:
        raise rules.NotNow(status=shown.row.status, number=shown.number)
    if not shown.row.papers:
        raise rules.PapersMissing(number=shown.number)
    creditor = await people.creditor(db, shown.row.creditor_id)
    if creditor is None or creditor.status == AccountStatus.FROZEN:
        raise rules.Frozen()
    return shown


# ------------------------------------------------------------------------------------------ holding


@dataclass(frozen=True, slots=True)
class _Held:
    """Everything a move of a settlement depends on, held until the transaction ends."""

    row: SettlementRow
    deal: Deal
    claim: OfferedClaim
    offer: OfferRow
    frozen: bool


async def _hold(db: Transaction, number: str) -> _Held:
    """Hold a settlement with its creditor, claim and offer. Raises SettlementUnknown."""
    found = await settlements.by_number(db, number)
    if found is None:
        raise rules.SettlementUnknown(number=number)
    creditor = await people.creditor_locked(db, found.creditor_id)
    claim = await offers.lock_claim(db, found.offer)
    offer = await offers.locked(db, found.offer)
    row = await settlements.locked(db, number)
    assert creditor is not None
    assert claim is not None
    assert offer is not None
    assert row is not None
    return _Held(row, rules.deal(offer.terms), claim, offer, creditor.status == AccountStatus.FROZEN)


async def _move(
    db: Transaction, row: SettlementRow, kind: str, at: datetime, by: str, payload: Mapping[str, Any], **changes: Any
) -> Entry:
    return await transition(
        db,
        settlements.move,
        row,
        kind=kind,
        subject=row.handle,
        at=at,
        by=by,
        payload={"settlement": row.number, **payload},
        **changes,
    )


def _said(turn: Turn) -> dict[str, Any]:
    return {
        "channel": turn.channel,
        "address": turn.address,
        "event_id": turn.event_id,
        "said": turn.text or "",
        "choice": turn.choice or "",
    }


# ------------------------------------------------------------------------------------------ what the creditor does


async def sign(db: Transaction, turn: Turn, person: Person, argument: str) -> tuple[SettlementRow, Entry]:
    """Sign exactly the paper whose tag the button carries. The entry holds its whole SHA-256.

    Raises SettlementUnknown, NotNow, PapersMissing, PaperDiffers, AcceptanceOver, Frozen.
    """
    given, tag = rules.confirmed(argument)
    number = (await _own(db, person, given)).number
    held = await _hold(db, number)
    if held.row.status != SettlementStatus.AGREED:
        raise rules.NotNow(status=held.row.status, number=number)
    if held.frozen:
        raise rules.Frozen()
    if held.offer.status != OfferStatus.ACCEPTED:
        raise rules.AcceptanceOver(number=number)
    drawn = await settlements.papers(db, held.row.id, AGREEMENT)
    if not drawn:
        raise rules.PapersMissing(number=number)
    signed = next((one for one in drawn if tag_of(one.content) == tag), None)
    if signed is None:
        raise rules.PaperDiffers(number=number)
    at = turn.received_at
    entry = await _move(
        db,
        held.row,
        "settlement:signed",
        at,
        "creditor",
        _said(turn)
        | {
            "paper": AGREEMENT,
            "paper_sha256": hashlib.sha256(signed.content).hexdigest(),
            "terms_sha256": held.offer.terms_hash.hex(),
        },
        facts={"signed_at": at.isoformat(), "signed_locale": signed.locale},
    )
    return held.row, entry


async def arrived(db: Transaction, turn: Turn, person: Person, argument: str) -> tuple[SettlementRow, Entry]:
    """What was sent is there, by the creditor's word: the offer ends as paid, and a bond's payments are posted.

    Raises SettlementUnknown, NotNow.
    """
    held = await _hold(db, (await _own(db, person, argument)).number)
    if held.row.status != SettlementStatus.PAYMENT_SENT:
        raise rules.NotNow(status=held.row.status, number=held.row.number)
    at = turn.received_at
    await _release(db, held.row)
    entry = await _move(db, held.row, "settlement:received", at, "creditor", _said(turn), payout_id=None)
    if held.offer.status == OfferStatus.ACCEPTED:
        await transition(
            db,
            offers.move,
            held.offer,
            kind="offer:paid",
            subject=held.claim.handle,
            item=str(held.offer.item),
            at=at,
            by="creditor",
            payload={"offer": held.offer.number, "settlement": held.row.number},
        )
    if isinstance(held.deal, BondDeal):
        await _post(db, held.row, held.deal, date.fromisoformat(held.row.facts["paid_on"]), at)
    return held.row, entry


async def missing(db: Transaction, turn: Turn, person: Person, argument: str) -> tuple[SettlementRow, Entry]:
    """The creditor says that nothing came: kept in the ledger, and an operator sees it first.

    Said again it changes nothing. Raises SettlementUnknown, NotNow.
    """
    held = await _hold(db, (await _own(db, person, argument)).number)
    if held.row.status != SettlementStatus.PAYMENT_SENT or "missing_at" in held.row.facts:
        raise rules.NotNow(status=held.row.status, number=held.row.number)
    at = turn.received_at
    entry = await _move(
        db, held.row, "settlement:missed", at, "creditor", _said(turn), facts={"missing_at": at.isoformat()}
    )
    return held.row, entry


async def _release(db: Transaction, row: SettlementRow) -> None:
    """Let the payout method go that a payment held. MUST be called with the creditor held."""
    if row.payout_id is None:
        return
    for method in await payouts.of_creditor_locked(db, row.creditor_id):
        if method.id == row.payout_id:
            await payouts.release(db, method, row.number)


# ------------------------------------------------------------------------------------------ by the clock


async def settle_due(db: Transaction, now: datetime) -> int:
    """Everything the clock does with settlements; how many were moved. At most `CHUNK` of each: call again until 0.

    Begins one for each acceptance that is final, ends those whose acceptance is no more, lets payout
    methods go that were held too long, and tells of payments of bonds. Each step is done once,
    whoever comes first and however often it is tried.
    """
    moved = await _begin_due(db, now)
    for number in await settlements.orphans(db, CHUNK):
        moved += await _orphaned(db, number, now)
    for number in await settlements.holding(db, now - rules.HOLD_LIVES, CHUNK):
        held = await _hold(db, number)
        await _release(db, held.row)
        await settlements.let_go(db, held.row)
        moved += 1
    until = (now.astimezone(clock.BEIJING).date() + rules.ANNOUNCED).isoformat()
    for number, item in await settlements.coupons_due(db, until, CHUNK):
        moved += await _announce(db, number, item, now)
    return moved


async def _begin_due(db: Transaction, now: datetime) -> int:
    begun, after = 0, 0
    while begun < CHUNK:
        page = await settlements.beginning(db, after, PAGE)
        for one in page:
            if rules.is_final(rules.deal(one.terms), one.accepted_at, now):
                begun += await _begin(db, one.number, now)
        if len(page) < PAGE:
            break
        after = page[-1].id
    return begun


async def _begin(db: Transaction, number: str, now: datetime) -> int:
    """Begin the settlement of an acceptance; 0: somebody else did, or it is no more."""
    claim = await offers.lock_claim(db, number)
    offer = await offers.locked(db, number)
    if claim is None or offer is None or offer.status != OfferStatus.ACCEPTED:
        return 0
    agreed = rules.deal(offer.terms)
    if not rules.is_final(agreed, offer.changed_at, now) or await settlements.of_offer(db, offer.id) is not None:
        return 0
    name, handle = numbers.new(PREFIX), new_handle()
    while await settlements.by_number(db, name) is not None:
        name = numbers.new(PREFIX)
    await transition(
        db,
        settlements.move,
        None,
        kind="settlement:agreed",
        subject=handle,
        at=now,
        by="clock",
        payload={"settlement": name, "offer": number, "terms_sha256": offer.terms_hash.hex()},
        number=name,
        handle=handle,
        offer_id=offer.id,
        offer=number,
        creditor_id=offer.creditor_id,
        kind_=offer.kind,
        accepted_at=offer.changed_at,
        demo=offer.demo,
    )
    return 1


async def _orphaned(db: Transaction, number: str, now: datetime) -> int:
    held = await _hold(db, number)
    if held.offer.status in (OfferStatus.ACCEPTED, OfferStatus.PAID) or held.row.status not in rules.LIVE:
        return 0
    await _move(db, held.row, "settlement:returned", now, "clock", {"offer": held.offer.number})
    return 1


# ------------------------------------------------------------------------------------------ papers

#: (settlement, deal, claim, acceptance's entry, terms' hash, locale) -> the two papers in words
Compose = Callable[["Subject", str], Mapping[str, Paper]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the papers of a settlement speak of."""

    row: SettlementRow
    deal: Deal
    claim: ClaimRow
    terms_hash: bytes
    receipt: str
    final_at: datetime


async def draw_due(database: Database, now: datetime, compose: Compose) -> None:
    """Draw and keep the papers of settlements that have none. Harmless to run again, and beside another.

    A paper that cannot be drawn is logged and stays due; the others are drawn all the same.
    """
    reader, after = database.read(), 0
    while rows := await settlements.without_papers(reader, after, CHUNK):
        after = rows[-1].id
        for row in rows:
            try:
                drawn = await _draw(reader, row, compose)
            except Misconfigured as wrong:
                log.error("papers: %s", wrong)
                return
            except Exception as failure:
                log.error("a paper failed: %s", type(failure).__name__)
                log.debug("a paper failed", exc_info=failure)
                continue
            await database.write(partial(settlements.keep_papers, settlement_id=row.id, drawn=drawn, at=now))


async def _draw(db: Reader, row: SettlementRow, compose: Compose) -> list[PaperRow]:
    subject = await _subject(db, row)
    contacts = await people.contacts_of(db, row.creditor_id)
    drawn = []
    for locale in sorted({chinese_of(contact.locale) for contact in contacts} or {"zh_Hans"}):
        for kind, one in compose(subject, locale).items():
            content = await asyncio.to_thread(render, one, face(locale))
            drawn.append(PaperRow(kind, locale, content))
    return drawn


async def _subject(db: Reader, row: SettlementRow) -> Subject:
    offer = await offers.by_number(db, row.offer)
    assert offer is not None
    agreed = rules.deal(offer.terms)
    claim = await claims.by_number(db, agreed.claim)
    assert claim is not None
    accepted = [
        entry
        for entry in await ledger.chain(db, claim.handle)
        if entry.kind == "offer:accepted" and entry.item == str(offer.item)
    ]
    receipt = receipt_number(accepted[-1].leaf_hash)
    return Subject(row, agreed, claim, offer.terms_hash, receipt, rules.final_at(agreed, row.accepted_at))


# ------------------------------------------------------------------------------------------ the operator's side


def _named(argument: str) -> str:
    return numbers.read(argument, PREFIX)


def _by(name: str) -> str:
    return f"operator:{approvals.operator(name)}"


async def filed(db: Transaction, argument: str, on: str, docket: str, by: str, at: datetime) -> SettlementRow:
    """The evidence of the transfer was filed on this day. Raises NotNow, NoticeNotNeeded, OutOfOrder."""
    held = await _hold(db, _named(argument))
    if not rules.needs_notice(held.deal):
        raise rules.NoticeNotNeeded()
    signed = datetime.fromisoformat(held.row.facts["signed_at"]) if "signed_at" in held.row.facts else None
    day = rules.read_day(
        on, at.astimezone(COURT).date(), after=None if signed is None else signed.astimezone(COURT).date()
    )
    facts = {"filed_on": day.isoformat(), "docket": docket.strip()[:40]}
    await _move(db, held.row, "settlement:filed", at, _by(by), facts, facts=facts)
    return held.row


async def noticed(db: Transaction, argument: str, on: str, by: str, at: datetime) -> tuple[SettlementRow, date]:
    """The clerk gave notice on this day; the last day for objections. Raises NotNow, OutOfOrder."""
    held = await _hold(db, _named(argument))
    after = date.fromisoformat(held.row.facts["filed_on"]) if "filed_on" in held.row.facts else None
    day = rules.read_day(on, at.astimezone(COURT).date(), after=after)
    until = rules.notice_until(day)
    facts = {"noticed_on": day.isoformat(), "notice_until": until.isoformat()}
    await _move(db, held.row, "settlement:noticed", at, _by(by), facts, facts=facts)
    return held.row, until


async def _method(db: Transaction, creditor_id: int, currency: str) -> PayoutRow:
    """Where a payment goes, held. Raises NoMethod, MethodCooling. MUST be called with the creditor held."""
    rows = await payouts.of_creditor_locked(db, creditor_id)
    changing = [
        r for r in rows if r.currency == currency and r.status in (PayoutStatus.COOLING, PayoutStatus.TEST_SENT)
    ]
    if changing:
        until = changing[0].cools_until
        raise rules.MethodCooling(number=changing[0].number, until=None if until is None else until.isoformat())
    active = next((r for r in rows if r.currency == currency and r.status == PayoutStatus.ACTIVE), None)
    if active is None:
        raise rules.NoMethod(currency=currency)
    return active


async def _payable(
    db: Transaction, argument: str, amount: str, at: datetime
) -> tuple[_Held, PayoutRow | None, dict[str, Any]]:
    """A settlement that may be paid just so, the method it goes to (none: a bond is issued), and what is approved."""
    held = await _hold(db, _named(argument))
    rules.may_pay(held.row.status, held.row.facts, held.deal, at.astimezone(COURT).date())
    if held.frozen:
        raise rules.Frozen()
    if held.offer.status != OfferStatus.ACCEPTED:
        raise rules.AcceptanceOver(number=held.row.number)
    cents, currency = rules.due(held.deal)
    if rules.read_cents(amount) != cents:
        raise rules.WrongAmount(due=f"{cents // 100}.{cents % 100:02d} {currency}")
    payload: dict[str, Any] = {"settlement": held.row.number, "cents": str(cents), "currency": currency}
    if isinstance(held.deal, BondDeal):
        return held, None, payload
    method = await _method(db, held.row.creditor_id, currency)
    return held, method, payload | {"payout": method.number, "account": method.account_index.hex()}


async def _propose(db: Transaction, purpose: str, subject: str, payload: dict[str, Any], by: str, at: datetime) -> None:
    done = await approvals.propose(
        db, purpose=purpose, subject=subject, payload=payload, by=by, at=at, expires_at=at + rules.PROPOSAL_LIVES
    )
    if not done:
        waits = await approvals.waiting(db, purpose, subject, at)
        assert waits is not None
        raise rules.AlreadyProposed(by=waits.proposed_by, until=f"{waits.expires_at:%Y-%m-%d %H:%M} UTC")


async def _approve(
    db: Transaction, purpose: str, subject: str, payload: dict[str, Any], by: str, at: datetime
) -> ApprovalRow:
    proposal = await approvals.waiting(db, purpose, subject, at)
    if proposal is None:
        raise rules.NoProposal()
    if not await approvals.approve(db, proposal, payload, by, at):
        raise rules.SamePerson() if proposal.proposed_by == approvals.operator(by) else rules.AnotherPayload()
    return proposal


async def propose_payment(db: Transaction, argument: str, amount: str, by: str, at: datetime) -> SettlementRow:
    """Propose to pay; a second operator approves it (`paid`). Raises what `may_pay` and `_method` raise, WrongAmount,
    AlreadyProposed."""
    held, _to, payload = await _payable(db, argument, amount, at)
    await _propose(db, PAYMENT, held.row.number, payload, by, at)
    return held.row


async def paid(db: Transaction, argument: str, amount: str, reference: str, by: str, at: datetime) -> SettlementRow:
    """Say, as a second operator, that it was paid: from now on the payout method cannot change until it is there.

    MUST be for exactly what was proposed, to the same account. Raises NoProposal, SamePerson,
    AnotherPayload, MethodBusy, and what `propose_payment` raises.
    """
    held, method, payload = await _payable(db, argument, amount, at)
    proposal = await _approve(db, PAYMENT, held.row.number, payload, by, at)
    if method is not None and not await payouts.hold(db, method, held.row.number):
        raise rules.MethodBusy()
    facts = {"paid_on": at.astimezone(clock.BEIJING).date().isoformat(), "reference": reference.strip()[:80]}
    await _move(
        db,
        held.row,
        "settlement:paid",
        at,
        _by(by),
        payload | {"proposed_by": proposal.proposed_by, "approved": proposal.payload_hash.hex(), **facts},
        facts=facts,
        payout_id=None if method is None else method.id,
    )
    return held.row


async def failed(db: Transaction, argument: str, reason: str, by: str, at: datetime) -> SettlementRow:
    """A step went wrong: an objection, a payment that came back. The reason is shown to the creditor."""
    held = await _hold(db, _named(argument))
    said = reason.strip()[:300]
    if not said:
        raise Invalid("reason")
    await _release(db, held.row)
    facts = {"reason": said}
    await _move(db, held.row, "settlement:failed", at, _by(by), facts, facts=facts, payout_id=None)
    return held.row


async def returned(db: Transaction, argument: str, reason: str, by: str, at: datetime) -> SettlementRow:
    """Undo the acceptance. MUST be followed, in the same transaction, by the release of the offer (`bot.desk`)."""
    held = await _hold(db, _named(argument))
    if held.offer.status != OfferStatus.ACCEPTED:
        raise rules.AcceptanceOver(number=held.row.number)
    said = reason.strip()[:300]
    if not said:
        raise Invalid("reason")
    await _move(db, held.row, "settlement:returned", at, _by(by), {"reason": said}, facts={"reason": said})
    return held.row


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A settlement as an operator sees it; amounts are the creditor's."""

    row: SettlementRow
    deal: Deal
    proposal: ApprovalRow | None
    coupons: tuple[CouponRow, ...]


async def on_desk(db: Reader, number: str | None, status: str | None, now: datetime) -> list[OnDesk]:
    """Settlements for the operator: one, those of one status, or the newest."""
    if number is None:
        rows = await settlements.newest(db, status)
    else:
        found = await settlements.by_number(db, _named(number))
        if found is None:
            raise rules.SettlementUnknown(number=number)
        rows = [found]
    result = []
    for row in rows:
        offer = await offers.by_number(db, row.offer)
        assert offer is not None
        waits = await approvals.waiting(db, PAYMENT, row.number, now)
        result.append(OnDesk(row, rules.deal(offer.terms), waits, tuple(await settlements.coupons(db, row.id))))
    return result


# ------------------------------------------------------------------------------------------ what a bond pays


async def _post(db: Transaction, row: SettlementRow, agreed: BondDeal, issued: date, at: datetime) -> None:
    """Post the schedule of a bond, payment by payment. Called once, with the settlement held."""
    payments = [one for one in rules.schedule(agreed, issued) if one.total]
    for item, one in enumerate(payments, 1):
        figures = {
            "due": one.due.isoformat(),
            "interest": str(one.interest),
            "principal": str(one.principal),
            "premium": str(one.premium),
            "owed": str(one.owed),
            "currency": agreed.currency,
            "known": one.known,
        }
        await transition(
            db,
            settlements.move_coupon,
            None,
            kind="coupon:posted",
            subject=row.handle,
            item=str(item),
            at=at,
            by="clock",
            payload={"settlement": row.number, "pays_on": one.on.isoformat(), **figures},
            settlement_id=row.id,
            item_=item,
            pays_on=one.on.isoformat(),
            figures=figures,
        )


async def _announce(db: Transaction, number: str, item: int, now: datetime) -> int:
    held = await _hold(db, number)
    coupon = await settlements.coupon_locked(db, held.row.id, item)
    if coupon is None or coupon.status != CouponStatus.POSTED:
        return 0
    await _move_coupon(db, held.row, coupon, "coupon:announced", now, "clock", {})
    return 1


async def _move_coupon(
    db: Transaction, row: SettlementRow, coupon: CouponRow, kind: str, at: datetime, by: str, payload: dict[str, Any]
) -> Entry:
    return await transition(
        db,
        settlements.move_coupon,
        coupon,
        kind=kind,
        subject=row.handle,
        item=str(coupon.item),
        at=at,
        by=by,
        payload={"settlement": row.number, "pays_on": coupon.pays_on, **payload},
    )


def total(coupon: CouponRow) -> int:
    """What a payment comes to, in cents."""
    return sum(int(coupon.figures[part]) for part in ("interest", "principal", "premium"))


async def _coupon(db: Transaction, argument: str, item: int, amount: str) -> tuple[_Held, CouponRow, dict[str, Any]]:
    held = await _hold(db, _named(argument))
    coupon = await settlements.coupon_locked(db, held.row.id, item)
    if coupon is None:
        raise rules.NoCoupon(number=held.row.number, item=item)
    if coupon.status == CouponStatus.PAID:
        raise rules.NotNow(status=coupon.status)
    if held.frozen:
        raise rules.Frozen()
    cents, currency = total(coupon), str(coupon.figures["currency"])
    if rules.read_cents(amount) != cents:
        raise rules.WrongAmount(due=f"{cents // 100}.{cents % 100:02d} {currency}")
    method = await _method(db, held.row.creditor_id, currency)
    if method.paying is not None:
        raise rules.MethodBusy()
    return held, coupon, {
        "settlement": held.row.number,
        "item": str(item),
        "cents": str(cents),
        "currency": currency,
        "payout": method.number,
        "account": method.account_index.hex(),
    }  # fmt: skip


async def propose_coupon(db: Transaction, argument: str, item: int, amount: str, by: str, at: datetime) -> CouponRow:
    """Propose to pay one payment of a bond; a second operator approves it (`coupon_paid`)."""
    held, coupon, payload = await _coupon(db, argument, item, amount)
    await _propose(db, COUPON, f"{held.row.number}/{item}", payload, by, at)
    return coupon


async def coupon_paid(
    db: Transaction, argument: str, item: int, amount: str, reference: str, by: str, at: datetime
) -> CouponRow:
    """Say, as a second operator, that it was paid. Each payment MUST be marked once, whoever is faster."""
    held, coupon, payload = await _coupon(db, argument, item, amount)
    proposal = await _approve(db, COUPON, f"{held.row.number}/{item}", payload, by, at)
    await _move_coupon(
        db,
        held.row,
        coupon,
        "coupon:paid",
        at,
        _by(by),
        payload
        | {
            "proposed_by": proposal.proposed_by,
            "approved": proposal.payload_hash.hex(),
            "reference": reference.strip()[:80],
        },
    )
    return coupon
