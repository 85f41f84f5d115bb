"""What the welcome room does: prove an address, link and unlink contacts, write consents down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation.codes import masked
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import StaleStatus
from bot.ledger.transition import Entry, new_handle, transition
from bot.welcome import rules
from storage import claims, consents, conversations, deliveries, people
from storage.database import Reader, Transaction
from storage.people import CreditorRow, LinkedRow
from storage.terms import NoticeKind, Purpose

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
    """End every standing consent for a purpose; the last entry. None: there was none."""
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
    return entry
