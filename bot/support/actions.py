"""What a creditor does: words and files come in, join a ticket or open one, and say how it was.

One matter has one ticket that is not closed: further words join it, so that whoever answers sees all
of them. The answer goes to the contact the words came from last.

Locks: the contact (held by the engine in a turn), the creditor, the ticket, then the outbox.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from bot import files, numbers
from bot.conversation.turn import File, Person
from bot.errors import Invalid, Refusal
from bot.ledger.transition import new_handle
from bot.support import moves, rules
from bot.support.moves import ANSWERED, CLOSED, MOST_LISTED, MOST_LOOKED, OPEN, OVER, SOLVED
from bot.support.rules import About, Expectation, NoSuchTicket, Ticket
from bot.understanding import reader
from bot.understanding.meaning import Action, Intent
from storage import claims, consents, conversations, deliveries, offers, people, tickets
from storage.database import Reader, Transaction
from storage.terms import Outcome, Purpose
from storage.tickets import TicketRow


class NotAgreed(Refusal):
    """Files need a consent of their own (PIPL art. 29), and it was not given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where words went: into a new ticket, one that waits for us, or one that is open again; and what may be said."""

    number: str
    kind: Literal["opened", "joined", "reopened"]
    expected: Expectation
    distressed: bool = False


async def pace(db: Reader, person: Person, at: datetime) -> None:
    """Refuse who has written more than anybody could read. Raises rules.TooMany."""
    rules.may_write(
        await tickets.said_since(db, person.contact_id, at - rules.HOUR),
        await tickets.said_since(db, person.contact_id, at - rules.DAY),
    )


async def about(db: Reader, person: Person, argument: str) -> About:
    """What a person asks about: a claim, an offer, `form.<name>.<question>`, `notice.<id>`; or the open form.

    A number MUST be the person's own, or it is nothing.
    """
    if argument.startswith("notice."):
        row = await moves.notice_named(db, argument)
        own = row is not None and (row.channel, row.address) == (person.channel, person.address)
        return await moves.about_of(db, row, person.creditor_id) if row is not None and own else About()
    form, _dot, question = argument.removeprefix("form.").rpartition(".")
    if argument.startswith("form."):
        return About(form=form[:40], question=question[:40])
    if argument.startswith("ZQ-"):
        claim = await claims.by_number(db, argument)
        own = claim is not None and claim.creditor_id == person.creditor_id
        return About(claim=argument if own else "")
    if argument.startswith("BJ-"):
        offer = await offers.by_number(db, argument)
        own = offer is not None and offer.creditor_id == person.creditor_id
        return About(offer=argument if own else "")
    draft = await conversations.draft_as_is(db, person.draft) if person.draft is not None else None
    if draft is not None and int(draft.content.get("missed", 0)):
        return About(form=draft.form, question=draft.at)
    return About()


async def about_notice(db: Reader, person: Person, wire: str) -> About:
    """What the notice that stands at this person as the wire's message of this id is about; nothing, if none does."""
    row = await deliveries.notice_at(db, person.channel, person.address, wire)
    return await moves.about_of(db, row, person.creditor_id) if row is not None else About()


#: wishes that we serve at once, whatever message they answer
_STEERS = (Intent.NOTIFICATIONS, Intent.CHANGE_LANGUAGE, Intent.GREETING, Intent.ACCEPT_OFFER, Intent.DECLINE_OFFER)


def asks_somebody(text: str, at: datetime) -> bool:
    """Whether words that answer a notice are for a person to read: no thanks, no order, no word for the menu."""
    meaning = reader.read(text, at.date())
    steers = meaning.action is Action.ACT and meaning.intent in _STEERS
    return not text or not (steers or meaning.topic or reader.exact(text))


async def just_told(db: Reader, person: Person, at: datetime) -> About:
    """What the last notice was about, if it came within the hour and this person has done nothing since."""
    told = await deliveries.notices(db, person.channel, person.address, 1)
    sent = told[0].done_at if told and told[0].outcome == Outcome.SENT else None
    contact = await people.contact(db, person.channel, person.address)
    if sent is None or contact is None or not max(contact.seen_at, at - rules.HOUR) <= sent:
        return About()
    return await moves.about_of(db, told[0], person.creditor_id)


async def waiting(db: Reader, person: Person, number: str, matter: str = "") -> Ticket | None:
    """The ticket that words of this person would join: the one named, if it is his, else the one not closed."""
    row = await _joined(db, person, number, matter)
    return moves.seen(row) if row is not None else None


async def in_talk(db: Reader, person: Person, *, lost: bool) -> Ticket | None:
    """The ticket in which we wait for this person: what he writes now is likely the answer.

    Words that mean nothing to us at all (`lost`) are for whoever reads any ticket of his that is not closed.
    """
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    answered = next((moves.seen(row) for row in rows if row.status == ANSWERED), None)
    return answered or (await waiting(db, person, "") if lost else None)


async def talked_with(db: Reader, person: Person, at: datetime) -> Ticket | None:
    """The ticket in which an agent has spoken to this person a moment ago, and which is not settled."""
    for row in await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED):
        if row.status in (OPEN, ANSWERED):
            said = await moves.said(db, row, rules.TALK_LINES)
            if any(line.agent is not None and line.at > at - rules.TALK for line in said):
                return moves.seen(row)
    return None


async def unsettled(db: Reader, person: Person) -> Ticket | None:
    """The person's newest ticket that is not settled."""
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return next((moves.seen(row) for row in rows if row.status not in OVER), None)


def loose(person: Person) -> str:
    """In the place of a draft: what holds a file from its coming until the end of the same turn."""
    return f"c{person.contact_id}"[:12]


async def ask(
    db: Transaction,
    person: Person,
    number: str,
    text: str,
    at: datetime,
    *,
    about: About | None = None,
    draft: str = "",
    ref: str | None = None,
    answers: str | None = None,
    album: str | None = None,
) -> Asked:
    """Hand words, and the files a draft holds, to the desk. Raises rules.TooMany.

    ref, answers  the wire's own ids of these words and of the earlier message they answer
    """
    await pace(db, person, at)
    if person.creditor_id is not None:
        # One creditor opens one ticket at a time, from however many channels: else two could be the same matter.
        await people.creditor_locked(db, person.creditor_id)
    about = about or About()
    found = await _joined(db, person, number, about.matter)
    row = await tickets.locked(db, found.number) if found is not None else None
    if row is None:
        row = await moves.opened(db, person.contact_id, person.locale, text, at, about, "creditor")
        kind: Literal["opened", "joined", "reopened"] = "opened"
    else:
        row, kind = await _again(db, person, row, text, at)
    if about.notice:
        await moves.note_notice(db, row, about.notice, at)
    earlier = await tickets.line_of_ref(db, _at(person, answers)) if answers is not None else None
    line = await tickets.add_line(
        db,
        row.id,
        None,
        text,
        at,
        ref=_at(person, ref) if ref is not None else None,
        answers=earlier.id if earlier is not None and earlier.ticket_id == row.id else None,
        album=album,
    )
    if draft:
        await tickets.attach(db, draft, row.id, line)
    if kind == "opened" and about.form:
        await moves.note_event(db, row, "stuck", f"{about.form} {about.question}", at)
    distressed = rules.DISTRESS in row.flags.split()
    return Asked(row.number, kind, await moves.expectation(db, row, at), distressed)


async def _again(
    db: Transaction, person: Person, row: TicketRow, text: str, at: datetime
) -> tuple[TicketRow, Literal["joined", "reopened"]]:
    """More words for a ticket there is: it is looked at again, and may have become more pressing."""
    pressing = await moves.pressing(db, row, text, at)
    changes: dict[str, Any] = {"contact_id": person.contact_id, **pressing}
    if row.status == OPEN:
        sooner = row._replace(**changes)
        return await tickets.keep(db, row, **changes, due_at=moves.due(sooner)), "joined"
    return await moves.reopened(db, row, "creditor", at, **changes), "reopened"


async def mine(db: Reader, person: Person) -> list[Ticket]:
    """The person's last tickets, the newest first, each with its last line."""
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return [moves.seen(row, await moves.said(db, row, 1)) for row in rows]


async def one_of_mine(db: Reader, person: Person, number: str, most: int) -> Ticket:
    """One ticket of the person with its last lines. Raises NoSuchTicket, also for somebody else's."""
    row = await _owned(db, person, number)
    if row is None:
        raise NoSuchTicket(number=number)
    return moves.seen(row, await moves.said(db, row, most))


async def expected(db: Reader, number: str, at: datetime) -> Expectation | None:
    """What may be said of the wait for a ticket; None: nobody waits."""
    row = await tickets.by_number(db, number)
    return await moves.expectation(db, row, at) if row is not None and row.asked_at is not None else None


async def settle(db: Transaction, person: Person, number: str, at: datetime) -> Ticket:
    """The creditor says that it is settled. Raises NoSuchTicket; of one that is settled already nothing changes."""
    row = await _owned_held(db, person, number)
    if row.status not in OVER:
        row = await moves.solved(db, row, "creditor", at)
    return moves.seen(row)


async def rate(db: Transaction, person: Person, number: str, score: int, at: datetime) -> tuple[Ticket, bool]:
    """How it was, from 1 to 5; the ticket, and whether it is open again for it. The first rating of a wait stands.

    Raises NoSuchTicket.
    """
    row = await _owned_held(db, person, number)
    if row.status not in OVER or row.score is not None:
        return moves.seen(row), False
    await moves.note_event(db, row, "rated", str(score), at)
    if score > rules.BAD:
        # Nothing is reminded of any more; what was to be closed is closed when it would have been.
        due = row.changed_at + rules.CLOSE_AFTER if row.status == SOLVED else None
        return moves.seen(await tickets.keep(db, row, score=score, reminded=True, due_at=due)), False
    tier = rules.above(row.tier) if row.tier == rules.Tier.AGENT else row.tier
    row = await moves.reopened(
        db, row, "creditor", at, score=score, tier=str(tier), flags=rules.flagged(row.flags, rules.LOW_RATING)
    )
    return moves.seen(row), True


def _at(person: Person, wire: str) -> str:
    """What a line is found by: the wire's id of it, and whose wire."""
    return f"{person.contact_id}:{wire}"[:64]


async def ticket_said(db: Reader, person: Person, wire: str) -> str | None:
    """The ticket in which the wire's message of this id was said, by either side; None: in none."""
    line = await tickets.line_of_ref(db, _at(person, wire))
    row = await tickets.by_id(db, line.ticket_id) if line is not None else None
    return row.number if row is not None else None


async def edited(db: Transaction, person: Person, ref: str, text: str, at: datetime) -> str | None:
    """The creditor edited a message of his on the wire: the line says what it says now, and the old words are kept.

    Whoever waited for him looks again. The ticket's number; "": nothing has changed; None: that
    message is in no ticket. Raises Invalid.
    """
    line = await tickets.line_of_ref(db, _at(person, ref))
    row = await tickets.locked_id(db, line.ticket_id) if line is not None else None
    said = await tickets.line(db, row.id, line.id) if row is not None and line is not None else None
    if row is None or said is None or said.agent is not None or said.kind != "said":
        return None
    text = rules.question(text)
    if said.text == text:
        return ""
    await moves.note_event(db, row, "edited", said.text, at, answers=said.id)
    await tickets.edit(db, said.id, text, at)
    pressing = await moves.pressing(db, row, text, at)
    if row.status == ANSWERED:
        await moves.reopened(db, row, "creditor", at, **pressing)
    elif row.status == OPEN:
        await tickets.keep(db, row, **pressing, due_at=moves.due(row._replace(**pressing)))
    else:
        await tickets.keep(db, row)
    return row.number


async def in_album(db: Reader, person: Person, number: str, album: str) -> bool:
    """Whether an earlier picture of this album stands in the ticket."""
    row = await tickets.by_number(db, number)
    return row is not None and await tickets.line_of_album(db, row.id, album) is not None


async def add_to_album(db: Transaction, person: Person, number: str, album: str, caption: str, draft: str) -> None:
    """One more picture of an album: to the line of the first one."""
    row = await moves.held(db, number)
    line = await tickets.line_of_album(db, row.id, album)
    assert line is not None
    await tickets.attach(db, draft, row.id, line.id)
    if caption:
        await tickets.write(db, line.id, f"{line.text}\n{caption}".strip()[: rules.LONGEST])
    await tickets.keep(db, row)


async def _owned(db: Reader, person: Person, number: str) -> TicketRow | None:
    """A ticket of this person by its number; one that was merged stands for the one it went into."""
    try:
        row = await tickets.by_number(db, numbers.read(number, "KF"))
    except Invalid:
        return None
    if row is None or not _is_his(row, person):
        return None
    for _merge in range(MOST_LISTED):
        if row is None or row.merged_into is None:
            break
        row = await tickets.by_id(db, row.merged_into)
    return row


def _is_his(row: TicketRow, person: Person) -> bool:
    same = person.creditor_id is not None and row.creditor_id == person.creditor_id
    return same or row.contact_id == person.contact_id


async def _owned_held(db: Transaction, person: Person, number: str) -> TicketRow:
    found = await _owned(db, person, number)
    row = await tickets.locked(db, found.number) if found is not None else None
    if row is None:
        raise NoSuchTicket(number=number)
    return row


async def _joined(db: Reader, person: Person, number: str, matter: str) -> TicketRow | None:
    named = await _owned(db, person, number) if number else None
    if named is not None:
        return named
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LOOKED)
    return next((row for row in rows if row.status != CLOSED and matter in ("", row.matter)), None)


# -- files


async def papers_agreed(db: Reader, person: Person) -> bool:
    """Whether files of this person may be kept."""
    return Purpose.IDENTITY_PAPERS in await consents.given(db, person.contact_id, person.creditor_id)


async def keep_file(db: Transaction, person: Person, draft: str, file: File, at: datetime) -> dict[str, Any]:
    """Keep one file for words that are not sent yet, sealed; what the draft remembers of it.

    Raises NotAgreed, and Invalid with the codes of `files.evidence`, and file_quarantined: such a
    file is kept apart, so that the desk knows of it, and MUST NOT be opened by anybody.
    """
    if not await papers_agreed(db, person):
        raise NotAgreed
    harm = files.harm(file.content) if file.content is not None and len(file.content) <= files.LARGEST else None
    if harm is not None and harm != "program":
        assert file.content is not None
        name = files.plain_name(file.name)
        media_type = files.sniff(file.content) or "application/octet-stream"
        sha256 = hashlib.sha256(file.content).hexdigest()
        await _add_file(db, person, draft, name, media_type, sha256, file.content, harm, at)
        raise Invalid("file_quarantined", name=name, why=harm)
    look = files.evidence if file.seconds is None else files.recording
    seen = look(file.name, file.size, file.content)
    assert file.content is not None
    handle = await _add_file(
        db, person, draft, seen.name, seen.media_type, seen.sha256, file.content, None, at, file.seconds
    )
    return {"handle": handle, "name": seen.name, "size": seen.size}


async def _add_file(
    db: Transaction,
    person: Person,
    draft: str,
    name: str,
    media_type: str,
    sha256: str,
    content: bytes,
    harm: str | None,
    at: datetime,
    seconds: int | None = None,
) -> str:
    handle = new_handle()
    await tickets.add_file(
        db,
        handle=handle,
        contact_id=person.contact_id,
        draft=draft,
        media_type=media_type,
        sha256=sha256,
        name=name,
        content=content,
        harm=harm,
        seconds=seconds,
        at=at,
    )
    return handle


async def papers_in(db: Reader, draft: str) -> int:
    """How many files a draft holds."""
    return len(await tickets.files_in(db, draft))
