"""What the welcome room does: prove an address, link and unlink contacts, write consents down, erase a person."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.codes import MAIL, masked
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, StaleStatus
from bot.ledger import kinds
from bot.ledger.transition import Entry, HasStatus, Move, new_handle, transition
from bot.understanding.groups import group
from bot.understanding.meaning import Intent
from bot.welcome import rules
from storage import claims, consents, conversations, deliveries, erasure, offers, payouts, people, tickets, utterances
from storage.database import Database, Reader, Transaction
from storage.erasure import ErasureRow, UnderWay
from storage.people import CreditorRow, LinkedRow
from storage.terms import AccountStatus, NoticeKind, OfferStatus, Purpose, Review
from storage.utterances import UtteranceRow

log = logging.getLogger("bot.welcome")

#: a warning that reaches nobody within this time says nothing new
WARNING_LIVES = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is about a person: for the greeting and the account page.

    email     the proved address, masked; None before linking
    claims    how many claims are registered
    drafts    handles of unfinished forms, newest first
    consents  when each standing consent was given
    """

    email: str | None
    claims: int
    drafts: tuple[str, ...]
    consents: dict[str, datetime]

    @property
    def is_new(self) -> bool:
        """Nothing has happened yet."""
        return self.email is None and not self.drafts and not self.consents

    def agrees(self, *purposes: Purpose) -> bool:
        """Whether every one of these consents stands."""
        return all(purpose in self.consents for purpose in purposes)


async def standing(db: Reader, person: Person) -> Standing:
    """What there is about a person."""
    email, count = None, 0
    if person.creditor_id is not None:
        creditor = await people.creditor(db, person.creditor_id)
        email = masked(creditor.email) if creditor is not None else None
        count = len(await claims.of_creditor(db, person.creditor_id))
    drafts = await conversations.open_drafts(db, person.contact_id, person.creditor_id)
    rows = await consents.standing(db, person.contact_id, person.creditor_id)
    return Standing(email, count, tuple(drafts), {row.purpose: row.given_at for row in rows})


async def contacts(db: Reader, person: Person) -> list[LinkedRow]:
    """The channels linked to this person's account, this one among them."""
    return [] if person.creditor_id is None else await people.contacts_of(db, person.creditor_id)


# -- linking


@dataclass(frozen=True, slots=True)
class Linked:
    """What was found behind a proved address.

    register  rows of the imported register under it that are not registered here yet
    """

    standing: Standing
    found: int
    register: tuple[int, ...]


async def link(db: Transaction, turn: Turn, person: Person, email: str, warn: Callable[[str, str], Reply]) -> Linked:
    """Link this contact to the creditor of a proved address, who is made if there is none.

    The contact's drafts and consents become the creditor's; every other contact of the creditor is
    warned in words for its locale and time zone (`warn`). Raises MoveRefused while the account is frozen.
    MUST be called only after `try_code` for this address, in the same turn.
    """
    creditor = await _bound(db, turn, person, email)
    others = [one for one in await people.contacts_of(db, creditor.id) if one.id != person.contact_id]
    person.creditor_id = creditor.id
    await conversations.adopt_drafts(db, person.contact_id, creditor.id)
    await consents.adopt(db, person.contact_id, creditor.id)
    await utterances.adopt(db, person.contact_id, creditor.id)
    for other in others:
        if other.reachable:
            await _warn(db, turn, other, warn(other.locale, other.timezone))
    lines = await claims.register_lines(db, creditor.id)
    filed = {claim.register_id for claim in await claims.of_creditor(db, creditor.id)}
    return Linked(await standing(db, person), len(lines), tuple(line.id for line in lines if line.id not in filed))


async def _bound(db: Transaction, turn: Turn, person: Person, email: str) -> CreditorRow:
    """The creditor of this address, held, with its account bound by a signed entry."""
    said = {"channel": turn.channel.partition(":")[0], "contact": str(person.contact_id)}
    creditor = await people.creditor_of_email(db, email)
    if creditor is None:
        handle = new_handle()
        try:
            await transition(
                db,
                people.move_creditor,
                None,
                kind="account:bound",
                subject=handle,
                at=turn.received_at,
                by="creditor",
                payload=said,
                handle=handle,
                email=email,
            )
        except StaleStatus:
            pass  # another contact proved the same address a moment sooner: nothing was written, we join it
        else:
            said = {}
        creditor = await people.creditor_of_email(db, email)
        assert creditor is not None, "it was made, by us or by the other one"
    if said:
        await transition(
            db,
            people.move_creditor,
            creditor,
            kind="account:bound",
            subject=creditor.handle,
            at=turn.received_at,
            by="creditor",
            payload=said,
        )
    return creditor


async def _warn(db: Transaction, turn: Turn, other: LinkedRow, reply: Reply) -> None:
    await deliveries.put(
        db,
        channel=other.channel,
        address=other.address,
        lane=deliveries.URGENT,
        dedupe_key=f"security:{other.id}:{turn.channel}:{turn.event_id}",
        kind=NoticeKind.SECURITY,
        fields={"contact": other.id},
        body=reply.packed(),
        due_at=turn.received_at,
        expires_at=turn.received_at + WARNING_LIVES,
    )


async def unlink(
    db: Transaction, turn: Turn, person: Person, contact_id: int, warn: Callable[[str, str], Reply]
) -> bool:
    """Take a contact of this person's account away from it: this one, or another that was lost.

    The creditor keeps claims, drafts and consents. Another contact is told (`warn`), for it may be
    its owner's only one, and somebody else's hand that did this. False: that contact was not linked
    to the account. Raises MoveRefused when it was the last one and the account is frozen.
    """
    if person.creditor_id is None:
        return False
    creditor = await people.creditor_locked(db, person.creditor_id)
    assert creditor is not None
    linked = {one.id: one for one in await people.contacts_of(db, creditor.id)}
    if contact_id not in linked:
        return False
    if len(linked) == 1:
        await transition(
            db,
            people.move_creditor,
            creditor,
            kind="account:unbound",
            subject=creditor.handle,
            at=turn.received_at,
            by="creditor",
            payload={"contact": str(contact_id)},
        )
    await conversations.leave_drafts(db, contact_id, creditor.id)
    if contact_id == person.contact_id:
        person.creditor_id = None
        person.draft = None
        return True
    other = linked[contact_id]
    if other.reachable:
        await _warn(db, turn, other, warn(other.locale, other.timezone))
    return await people.unlink(db, contact_id, creditor.id)


# -- consents


async def give(db: Transaction, turn: Turn, person: Person, purpose: Purpose, words: str) -> Entry | None:
    """Write a consent down, with the hash of the words it was given to. None: it stands already."""
    if await consents.locked(db, person.contact_id, person.creditor_id, purpose):
        return None
    handle, digest = new_handle(), rules.fingerprint(words)
    return await transition(
        db,
        consents.move,
        None,
        kind="consent:given",
        subject=handle,
        at=turn.received_at,
        by="creditor",
        payload={"purpose": purpose.value, "words": digest, "locale": person.locale},
        handle=handle,
        contact=person.contact_id,
        creditor=person.creditor_id,
        purpose=purpose.value,
        words=digest,
        locale=person.locale,
    )


async def revoke(db: Transaction, turn: Turn, person: Person, purpose: Purpose) -> Entry | None:
    """End every standing consent for a purpose; the last entry. None: there was none.

    MUST delete what was kept for `UNDERSTANDING` in the same transaction: the words say so.
    """
    entry = None
    for row in await consents.locked(db, person.contact_id, person.creditor_id, purpose):
        entry = await transition(
            db,
            consents.move,
            row,
            kind="consent:withdrawn",
            subject=row.handle,
            at=turn.received_at,
            by="creditor",
            payload={"purpose": purpose.value, "words": row.words},
        )
    if purpose == Purpose.UNDERSTANDING:
        await utterances.forget(db, person.contact_id, person.creditor_id)
    return entry


# -- erasing a person


@dataclass(frozen=True, slots=True)
class Erasing:
    """What a person's erasure would be, or is to be.

    asked       the wish, once it was confirmed
    email       the proved address, masked; None: this contact is not linked, and stands for itself
    channels, claims, tickets   how many there are
    under_way   what has to come to its end first
    kept_until  until when the papers of finished deals stay; None: there are none
    """

    asked: ErasureRow | None
    email: str | None
    channels: int
    claims: int
    tickets: int
    under_way: list[UnderWay]
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class Ends:
    """When everything of a person is to be deleted; `held`: not before what is under way has ended."""

    due_at: datetime
    held: bool


async def ends(db: Reader, person: Person) -> Ends | None:
    """When this person is to be erased; None: he did not ask for it."""
    asked = await erasure.asked(db, person.contact_id, person.creditor_id)
    if asked is None:
        return None
    held = person.creditor_id is not None and bool(await erasure.under_way(db, person.creditor_id))
    return Ends(asked.due_at, held)


async def erasing(db: Reader, person: Person) -> Erasing:
    """What would be deleted of this person, what stays, and what has to end first."""
    asked = await erasure.asked(db, person.contact_id, person.creditor_id)
    mine = [one for one in await tickets.of_person(db, person.contact_id, person.creditor_id, 50) if one.due_at]
    if person.creditor_id is None:
        return Erasing(asked, None, 1, 0, len(mine), [], None)
    creditor = await people.creditor(db, person.creditor_id)
    assert creditor is not None
    return Erasing(
        asked,
        masked(creditor.email),
        len(await people.contacts_of(db, creditor.id)),
        len(await claims.of_creditor(db, creditor.id)),
        len(mine),
        await erasure.under_way(db, creditor.id),
        await _kept_until(db, creditor.id),
    )


async def _kept_until(db: Reader, creditor_id: int) -> datetime | None:
    last = await erasure.last_deal(db, creditor_id)
    return last + rules.DEALS_KEPT if last is not None else None


async def proved_email(db: Reader, person: Person) -> str | None:
    """The address a code is mailed to before anything is erased; None: there is none. Raises Frozen."""
    if person.creditor_id is None:
        return None
    creditor = await people.creditor(db, person.creditor_id)
    assert creditor is not None
    if creditor.status == AccountStatus.FROZEN:
        raise rules.Frozen
    return creditor.email


async def ask_erasure(
    db: Transaction, turn: Turn, person: Person, warn: Callable[[str, str], Reply]
) -> tuple[ErasureRow, Entry | None]:
    """Write the wish down; every other contact of the account is told, in words of `warn`. No entry: it stood already.

    MUST be called only after `try_code` for the account's address, in the same turn, where there is one.
    Raises Frozen.
    """
    if person.creditor_id is not None:
        creditor = await people.creditor_locked(db, person.creditor_id)
        if creditor is None or creditor.status == AccountStatus.FROZEN:
            raise rules.Frozen
    row, entry = await erasure.asked(db, person.contact_id, person.creditor_id), None
    if row is None:
        handle = new_handle()
        entry = await transition(
            db,
            erasure.move,
            None,
            kind="erasure:asked",
            subject=handle,
            at=turn.received_at,
            by="creditor",
            payload={},
            handle=handle,
            contact_id=person.contact_id,
            creditor_id=person.creditor_id,
            due_at=turn.received_at + rules.REGRET,
        )
        row = await erasure.asked(db, person.contact_id, person.creditor_id)
        assert row is not None
        for other in await contacts(db, person):
            if other.id != person.contact_id and other.reachable:
                await _warn(db, turn, other, warn(other.locale, other.timezone))
    return row, entry


async def keep_me(db: Transaction, turn: Turn, person: Person) -> Entry | None:
    """Take the wish back. None: there is none, or it was done."""
    if person.creditor_id is not None:
        await people.creditor_locked(db, person.creditor_id)
    asked = await erasure.asked(db, person.contact_id, person.creditor_id)
    row = await erasure.locked(db, asked.id) if asked is not None else None
    if row is None or row != asked:
        return None
    return await _wish(db, row, "erasure:withdrawn", turn.received_at, "creditor")


async def _wish(
    db: Transaction, row: ErasureRow, kind: str, at: datetime, by: str, rest_at: datetime | None = None
) -> Entry:
    return await transition(
        db, erasure.move, row, kind=kind, subject=row.handle, at=at, by=by, payload={}, rest_at=rest_at
    )


async def erase_due(db: Transaction, now: datetime) -> int:
    """Erase one person whose time has come, or look again tomorrow; 0: nobody is left to be looked at."""
    for row in await erasure.due(db, now):
        if row.creditor_id is None:
            await _erase_contact(db, row, now)
        else:
            await _erase_creditor(db, row, row.creditor_id, now)
        return 1
    for row in await erasure.rest_due(db, now):
        await _erase_rest(db, row, now)
        return 1
    return 0


async def scrub_due(database: Database, now: datetime) -> None:
    """After somebody was erased: make the database forget what it keeps of rows that were deleted."""
    if await erasure.lately(database.read(), now - rules.SCRUBBED_FOR):
        await database.scrub()


async def _erase_contact(db: Transaction, row: ErasureRow, now: datetime) -> None:
    """A contact that is not linked. One that was linked since stays: its owner came back."""
    one = await people.contact_of_id(db, row.contact_id)
    held = await people.lock_contact(db, one.channel, one.address) if one is not None else None
    if await erasure.locked(db, row.id) != row:
        return
    if one is not None and held is not None and held.creditor_id is not None:
        await _wish(db, row, "erasure:withdrawn", now, "clock")
        return
    if one is not None and held is not None:
        await _end_consents(db, held.id, None, now)
        await _end_tickets(db, held.id, now)
        await erasure.erase_contact(db, one, None)
    await _wish(db, row, "erasure:done", now, "clock")


async def _erase_creditor(db: Transaction, row: ErasureRow, creditor_id: int, now: datetime) -> None:
    """An account with all its contacts, unless something is under way: then it is looked at again."""
    everywhere = await erasure.everywhere(db, creditor_id)
    for one in everywhere:
        await people.lock_contact(db, one.channel, one.address)
    creditor = await people.creditor_locked(db, creditor_id)
    if creditor is None or await erasure.locked(db, row.id) != row:
        return
    if {one.id for one in await erasure.everywhere(db, creditor_id)} != {one.id for one in everywhere}:
        return  # another channel joined or left before all were held: once more
    if creditor.status == AccountStatus.FROZEN or await erasure.under_way(db, creditor_id):
        await erasure.put_off(db, row, now + rules.LOOK_AGAIN)
        return
    kept_until = await _kept_until(db, creditor_id)
    whole = kept_until is None or kept_until <= now
    await _end_claims(db, creditor_id, now)
    for method in await payouts.of_creditor_locked(db, creditor_id):
        await _end(db, payouts.move, method, "payout:cancelled", method.handle, now)
    await _end_consents(db, 0, creditor_id, now)
    for one in everywhere:
        await _end_tickets(db, one.id, now)
        await erasure.erase_contact(db, one, creditor_id)
    await erasure.erase_creditor(db, creditor, MAIL, whole=whole)
    await _end(db, people.move_creditor, creditor, "account:erased", creditor.handle, now)
    await _wish(db, row, "erasure:done", now, "clock", rest_at=None if whole else kept_until)


async def _erase_rest(db: Transaction, row: ErasureRow, now: datetime) -> None:
    """What finished deals were proved by has had its time."""
    creditor = await people.creditor_locked(db, row.creditor_id or 0)
    if await erasure.locked(db, row.id) != row:
        return
    if creditor is not None:
        await erasure.erase_creditor(db, creditor, MAIL, whole=True)
    await erasure.rested(db, row, now)


async def _end(
    db: Transaction, move: Move, row: HasStatus, kind: str, subject: str, at: datetime, item: str | None = None
) -> None:
    """Bring something to its end in the ledger before its row goes; what has ended stays as it is."""
    if row.status in kinds.named(kind).starts:
        await transition(db, move, row, kind=kind, subject=subject, at=at, by="clock", payload={}, item=item)


async def _end_claims(db: Transaction, creditor_id: int, now: datetime) -> None:
    """Open offers are declined and claims withdrawn, where they can be. Holds every claim."""
    for one in await claims.of_creditor(db, creditor_id):
        claim = await claims.locked(db, one.number)
        if claim is None:
            continue
        for number in await offers.open_on(db, claim.id):
            offer = await offers.locked(db, number)
            if offer is not None and offer.status == OfferStatus.OPEN:
                await _end(db, offers.move, offer, "offer:declined", claim.handle, now, str(offer.item))
        await _end(db, claims.move, claim, "claim:withdrawn", claim.handle, now)


async def _end_consents(db: Transaction, contact_id: int, creditor_id: int | None, now: datetime) -> None:
    for purpose in Purpose:
        for row in await consents.locked(db, contact_id, creditor_id, purpose):
            await _end(db, consents.move, row, "consent:withdrawn", row.handle, now)


async def _end_tickets(db: Transaction, contact_id: int, now: datetime) -> None:
    for one in await tickets.of_person(db, contact_id, None, 200):
        ticket = await tickets.locked(db, one.number)
        if ticket is not None:
            await _end(db, tickets.move, ticket, "ticket:closed", ticket.handle, now)


# -- by operators


@dataclass(frozen=True, slots=True)
class Account:
    """Where a creditor's account stands, without anything personal: for an operator.

    asked      the wish to be erased, if there is one
    under_way  what an erasure would wait for
    """

    status: str
    channels: int
    claims: int
    asked: ErasureRow | None
    under_way: list[UnderWay]


async def account(db: Reader, creditor_id: int) -> Account:
    """Where an account stands."""
    status = await people.account_status(db, creditor_id)
    assert status is not None
    return Account(
        status,
        len(await people.contacts_of(db, creditor_id)),
        len(await claims.of_creditor(db, creditor_id)),
        await erasure.asked(db, 0, creditor_id),
        await erasure.under_way(db, creditor_id),
    )


async def freeze(db: Transaction, creditor_id: int, by: str, reason: str, at: datetime, *, frozen: bool) -> Entry:
    """Let nothing of an account be given up until a person has looked; or let it go again. Raises MoveRefused."""
    creditor = await people.creditor_locked(db, creditor_id)
    assert creditor is not None
    return await transition(
        db,
        people.move_creditor,
        creditor,
        kind="account:frozen" if frozen else "account:unfrozen",
        subject=creditor.handle,
        at=at,
        by=f"operator:{by}",
        payload={"reason": " ".join(reason.split())[:300]},
    )


# -- what was not understood


async def keep_misunderstood(
    db: Transaction,
    person: Person,
    text: str,
    *,
    guess: str,
    action: str,
    confidence: int,
    why: str,
    at: datetime,
) -> None:
    """Keep what somebody said and we did not understand, if this person agreed to that.

    guess       the intent thought of first; `action` what was made of it
    confidence  of 1000
    why         one of `terms.WhyKept`

    MUST NOT keep anything without the consent, which is held until the transaction ends, so that
    nothing slips in beside its withdrawal; nor while a form is open, where an unread answer may be a
    name; nor a word that was not redacted first: if that fails, nothing is kept. It never raises on
    account of the text; a database that is away ends the turn as it would anywhere else in it.
    """
    if person.draft is not None:
        return
    if not await consents.locked(db, person.contact_id, person.creditor_id, Purpose.UNDERSTANDING):
        return
    if await utterances.kept_since(db, person.contact_id, at - rules.DAY) >= rules.MOST_KEPT_A_DAY:
        return
    known = await _known(db, person)
    try:
        words = _redacted(text, known)
    except Exception as failure:  # not a word of it: the message may quote the text
        log.error("an utterance was not kept: %s", type(failure).__name__)
        return
    if not words:
        return
    await utterances.keep(
        db,
        contact=person.contact_id,
        creditor=person.creditor_id,
        text=words,
        locale=person.locale,
        guess=guess[:32],
        action=action[:16],
        confidence=max(0, min(1000, confidence)),
        why=why[:16],
        at=at,
    )


async def _known(db: Transaction, person: Person) -> list[str]:
    """What we know this person by: no pattern finds a name, but the names of creditors are written down."""
    if person.creditor_id is None:
        return []
    creditor = await people.creditor(db, person.creditor_id)
    email = creditor.email if creditor is not None else ""
    own = await claims.of_creditor(db, person.creditor_id)
    said = (claim.particulars.get(name) for claim in own for name in ("name", "ucc"))
    return [email, email.partition("@")[0], *(str(one) for one in said if one)]


def _redacted(text: str, known: Sequence[str]) -> str:
    """What may be kept of a text; cut last, so that no secret is kept because it was cut in two."""
    from bot.understanding import identifiers  # heavy patterns; few turns need them

    kind = identifiers.Kind
    plain = rules.without(rules.on_one_line(text), known, name=f"[{kind.NAME}]", number=f"[{kind.OURS}]")
    return rules.cut(identifiers.redacted(plain))


async def chose(db: Transaction, person: Person, intent: str, at: datetime) -> None:
    """Note what this person tapped after being asked: on the newest utterance of the last ten minutes, if any."""
    await utterances.choose(db, person.contact_id, intent[:32], at - rules.CHOICE_COUNTS)


async def waiting(db: Reader, after: int, most: int) -> list[UtteranceRow]:
    """What no operator has read yet, oldest first."""
    return await utterances.standing(db, Review.OPEN, after, most)


async def label(db: Transaction, key: int, intent: str, by: str, at: datetime) -> bool:
    """Say what was meant. False: it is gone, or somebody was faster. Raises Invalid (`unknown_intent`)."""
    if intent not in set(Intent):
        raise Invalid("unknown_intent")
    return await utterances.settle(db, key, Review.LABELLED, intent, by[:64], at)


async def drop(db: Transaction, key: int, by: str, at: datetime) -> bool:
    """Set one aside. False: it is gone, or somebody was faster."""
    return await utterances.settle(db, key, Review.DROPPED, None, by[:64], at)


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """A labelled utterance as the training data hold it: intent, language group, text."""

    key: int
    line: str


async def training_lines(db: Reader, after: int, most: int) -> list[TrainingLine]:
    """What was labelled and is not in the training data yet, oldest first."""
    rows = await utterances.standing(db, Review.LABELLED, after, most)
    lines = []
    for row in rows:
        words = _as_typed(row.text)
        lines.append(TrainingLine(row.id, f"{row.label}\t{group(words, row.locale)}\t{words}"))
    return lines


def _as_typed(text: str) -> str:
    """The text with something of the kind in place of what was taken out: nobody types our marks."""
    from bot.understanding.identifiers import Kind

    instead = {Kind.NAME: "", Kind.EMAIL: "abc@mail.example", Kind.URL: "www.mail.example"}
    for kind in Kind:
        text = text.replace(f"[{kind}]", instead.get(kind, "123456"))
    return rules.on_one_line(text)


async def exported(db: Transaction, keys: Sequence[int]) -> None:
    """Note that these stand in the training data now."""
    for key in keys:
        await utterances.exported(db, key)
