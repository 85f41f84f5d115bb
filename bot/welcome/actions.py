"""What the welcome room does: prove an address, link and unlink contacts, write consents down."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.codes import masked
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid, StaleStatus
from bot.ledger.transition import Entry, new_handle, transition
from bot.understanding.groups import group
from bot.understanding.meaning import Intent
from bot.welcome import rules
from storage import claims, consents, conversations, deliveries, people, utterances
from storage.database import Reader, Transaction
from storage.people import CreditorRow, LinkedRow
from storage.terms import NoticeKind, Purpose, Review
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
