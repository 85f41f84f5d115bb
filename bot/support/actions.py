"""Tickets: words come in, a person answers, the answer goes out by the outbox, and the clock watches who waits.

One matter has one ticket that is not closed: further words join it, so that whoever answers sees all
of them. The answer goes to the contact the words came from last. Every move of a status goes by
`transition`, and its entry names lines by their ids: no word of anybody stands in an entry.

Locks: the contact (held by the engine in a turn), the creditor, the ticket, then the outbox.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

from bot import files, i18n, numbers
from bot.conversation.reply import Attachment, Reply
from bot.conversation.turn import File, Person
from bot.errors import Invalid, Refusal
from bot.ledger.transition import Entry, new_handle, receipt_number, transition
from bot.support import hours, rules
from bot.support.rules import (
    About,
    CannotMerge,
    Expectation,
    Line,
    NobodyThere,
    NoSuchAgent,
    NoSuchClaim,
    NoSuchFile,
    NoSuchLine,
    NoSuchTicket,
    Notice,
    NotRevealed,
    NotTheirs,
    OthersDetails,
    Paper,
    Quarantined,
    Signals,
    Taken,
    Ticket,
)
from bot.understanding import identifiers, reader
from bot.understanding.meaning import Action, Intent, Mood
from storage import agents, audience, claims, consents, conversations, deliveries, ledger, offers, people, tickets
from storage.database import Reader, Transaction
from storage.deliveries import NoticeRow
from storage.people import LinkedRow
from storage.terms import NoticeKind, OfferStatus, Outcome, Purpose, TicketStatus
from storage.tickets import FileRow, LineRow, TicketRow

T = TypeVar("T")

#: an answer nobody fetched for so long is no answer any more
ANSWER_LIVES = rules.DAY * 30
MOST_LISTED = 5
MOST_LOOKED = 50
MOST_AT_THE_DESK = 200
#: tickets the clock looks at in one transaction
CHUNK = 20

OPEN, ANSWERED, ON_HOLD, SOLVED, CLOSED = (status.value for status in TicketStatus)
#: how the way of a message ends that its reader never saw
FAILED = (Outcome.DEAD.value, Outcome.EXPIRED.value, Outcome.CANCELLED.value)
#: nobody has anything to do here any more
OVER = (SOLVED, CLOSED)


class NotAgreed(Refusal):
    """Files need a consent of their own (PIPL art. 29), and it was not given."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where words went: into a new ticket, one that waits for us, or one that is open again; and what may be said."""

    number: str
    kind: Literal["opened", "joined", "reopened"]
    expected: Expectation
    distressed: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of what an agent did.

    reopened   the ticket had been settled
    reachable  False: the creditor's contact has blocked us, so the answer will not arrive there
    revision   of the ticket now
    line       the answer's own
    """

    number: str
    status: str
    reopened: bool
    reachable: bool
    revision: int = 0
    line: int = 0


# -- the creditor's side


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
        row = await _notice(db, argument)
        own = row is not None and (row.channel, row.address) == (person.channel, person.address)
        return await _about(db, row, person.creditor_id) if row is not None and own else About()
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
    return await _about(db, row, person.creditor_id) if row is not None else About()


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
    return await _about(db, told[0], person.creditor_id)


async def _notice(db: Reader, named: str) -> NoticeRow | None:
    """A notice by how it is named: `notice.<id>`."""
    key = named.strip().lower().removeprefix("notice.")
    return await deliveries.notice(db, int(key)) if re.fullmatch("[0-9]{1,15}", key) else None


async def _about(db: Reader, row: NoticeRow, creditor_id: int | None) -> About:
    """What a notice is about: its offer or its claim, as far as it is this creditor's."""
    about = About(notice=str(row.id))
    if creditor_id is None or row.fields.get("creditor") != creditor_id:
        return about
    offer = await audience.offer(db, row.fields["offer"]) if "offer" in row.fields else None
    if offer is not None:
        return replace(about, offer=offer.number)
    entry = await audience.entry(db, row.fields["entry"]) if "entry" in row.fields else None
    number = entry.number or "" if entry is not None else ""
    return replace(about, claim=number) if number.startswith("ZQ-") else about


async def waiting(db: Reader, person: Person, number: str, matter: str = "") -> Ticket | None:
    """The ticket that words of this person would join: the one named, if it is his, else the one not closed."""
    row = await _joined(db, person, number, matter)
    return _seen(row) if row is not None else None


async def in_talk(db: Reader, person: Person, *, lost: bool) -> Ticket | None:
    """The ticket in which we wait for this person: what he writes now is likely the answer.

    Words that mean nothing to us at all (`lost`) are for whoever reads any ticket of his that is not closed.
    """
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    answered = next((_seen(row) for row in rows if row.status == ANSWERED), None)
    return answered or (await waiting(db, person, "") if lost else None)


async def unsettled(db: Reader, person: Person) -> Ticket | None:
    """The person's newest ticket that is not settled."""
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return next((_seen(row) for row in rows if row.status not in OVER), None)


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
        row = await _opened(db, person.contact_id, person.locale, text, at, about, "creditor")
        kind: Literal["opened", "joined", "reopened"] = "opened"
    else:
        row, kind = await _again(db, person, row, text, at)
    if about.notice:
        await _note_notice(db, row, about.notice, at)
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
        await _note_event(db, row, "stuck", f"{about.form} {about.question}", at)
    distressed = rules.DISTRESS in row.flags.split()
    return Asked(row.number, kind, await _expected(db, row, at), distressed)


async def _note_notice(db: Transaction, row: TicketRow, key: str, at: datetime, agent: str | None = None) -> None:
    """Note which notice a ticket is about, once. Its words are read again where they are shown."""
    told, ref = await _notice(db, key), f"{rules.ABOUT_NOTICE}:{key}"
    noted = await tickets.line_of_ref(db, ref)
    if told is not None and (noted is None or noted.ticket_id != row.id):
        await tickets.add_line(db, row.id, agent, told.kind, at, kind="event", code=rules.ABOUT_NOTICE, ref=ref)


async def _again(
    db: Transaction, person: Person, row: TicketRow, text: str, at: datetime
) -> tuple[TicketRow, Literal["joined", "reopened"]]:
    """More words for a ticket there is: it is looked at again, and may have become more pressing."""
    pressing = await _pressing(db, row, text, at)
    changes: dict[str, Any] = {"contact_id": person.contact_id, **pressing}
    if row.status == OPEN:
        sooner = row._replace(**changes)
        return await tickets.keep(db, row, **changes, due_at=_due(sooner)), "joined"
    return await _reopened(db, row, "creditor", at, **changes), "reopened"


async def _opened(
    db: Transaction, contact_id: int, locale: str, text: str, at: datetime, about: About, by: str
) -> TicketRow:
    number = numbers.new("KF")
    while await tickets.by_number(db, number) is not None:
        number = numbers.new("KF")
    handle = new_handle()
    meaning = reader.read(text, at.date())
    signals = Signals(
        category=rules.category(meaning.intent.value, about),
        distressed=meaning.mood is Mood.DISTRESSED,
        angry=meaning.mood is Mood.ANGRY,
        **await _stakes(db, about.claim, about.offer),
    )
    urgency = rules.priority(signals, at)
    flags = rules.flagged("", _flag(signals.distressed, rules.DISTRESS), _flag(signals.angry, rules.ANGER))
    tier = rules.Tier.SENIOR if signals.distressed else rules.Tier.AGENT
    step = rules.next_step(urgency, tier, False, at, 0, hours.desk_for(locale))
    await transition(
        db,
        tickets.move,
        None,
        kind="ticket:opened",
        subject=handle,
        at=at,
        by=by,
        payload={"number": number},
        number=number,
        handle=handle,
        contact_id=contact_id,
        matter=about.matter,
        claim=about.claim or None,
        offer=about.offer or None,
        category=signals.category.value,
        priority=int(urgency),
        tier=tier.value,
        flags=flags,
        asked_at=at,
        runs_since=at,
        due_at=step.at if step is not None else None,
    )
    row = await tickets.by_number(db, number)
    assert row is not None
    return row


def _flag(holds: bool, flag: str) -> str:
    return flag if holds else ""


async def _stakes(db: Reader, claim: str | None, offer: str | None) -> dict[str, Any]:
    """What a claim or an offer says about how pressing it is."""
    stakes: dict[str, Any] = {}
    row = await claims.by_number(db, claim) if claim else None
    if row is not None:
        stakes = {"negative": row.status in rules.NEGATIVE, "cents": row.particulars.get("amount")}
    made = await offers.by_number(db, offer) if offer else None
    if made is not None and made.status == OfferStatus.OPEN:
        stakes["deadline"] = made.expires_at
    return stakes


async def _pressing(db: Reader, row: TicketRow, text: str, at: datetime) -> dict[str, Any]:
    """How pressing a ticket is with these words too. It never becomes less so by itself."""
    meaning = reader.read(text, at.date())
    distressed, angry = meaning.mood is Mood.DISTRESSED, meaning.mood is Mood.ANGRY
    flags = rules.flagged(row.flags, _flag(distressed, rules.DISTRESS), _flag(angry, rules.ANGER))
    signals = Signals(
        rules.Category(row.category),
        distressed,
        rules.ANGER in flags.split(),
        **await _stakes(db, row.claim, row.offer),
    )
    tier = rules.Tier.SENIOR.value if distressed and row.tier == rules.Tier.AGENT else row.tier
    return {"priority": min(row.priority, int(rules.priority(signals, at))), "flags": flags, "tier": tier}


async def mine(db: Reader, person: Person) -> list[Ticket]:
    """The person's last tickets, the newest first, each with its last line."""
    rows = await tickets.of_person(db, person.contact_id, person.creditor_id, MOST_LISTED)
    return [_seen(row, await _said(db, row, 1)) for row in rows]


async def one_of_mine(db: Reader, person: Person, number: str, most: int) -> Ticket:
    """One ticket of the person with its last lines. Raises NoSuchTicket, also for somebody else's."""
    row = await _owned(db, person, number)
    if row is None:
        raise NoSuchTicket(number=number)
    return _seen(row, await _said(db, row, most))


async def expected(db: Reader, number: str, at: datetime) -> Expectation | None:
    """What may be said of the wait for a ticket; None: nobody waits."""
    row = await tickets.by_number(db, number)
    return await _expected(db, row, at) if row is not None and row.asked_at is not None else None


async def _expected(db: Reader, row: TicketRow, at: datetime) -> Expectation:
    ahead = await tickets.ahead(db, row)
    return rules.expectation(ahead, row.priority, row.tier, hours.desk_for(row.locale), at)


async def settle(db: Transaction, person: Person, number: str, at: datetime) -> Ticket:
    """The creditor says that it is settled. Raises NoSuchTicket; of one that is settled already nothing changes."""
    row = await _owned_held(db, person, number)
    if row.status not in OVER:
        row = await _solved(db, row, "creditor", at)
    return _seen(row)


async def rate(db: Transaction, person: Person, number: str, score: int, at: datetime) -> tuple[Ticket, bool]:
    """How it was, from 1 to 5; the ticket, and whether it is open again for it. The first rating of a wait stands.

    Raises NoSuchTicket.
    """
    row = await _owned_held(db, person, number)
    if row.status not in OVER or row.score is not None:
        return _seen(row), False
    await _note_event(db, row, "rated", str(score), at)
    if score > rules.BAD:
        # Nothing is reminded of any more; what was to be closed is closed when it would have been.
        due = row.changed_at + rules.CLOSE_AFTER if row.status == SOLVED else None
        return _seen(await tickets.keep(db, row, score=score, reminded=True, due_at=due)), False
    tier = rules.above(row.tier) if row.tier == rules.Tier.AGENT else row.tier
    row = await _reopened(
        db, row, "creditor", at, score=score, tier=str(tier), flags=rules.flagged(row.flags, rules.LOW_RATING)
    )
    return _seen(row), True


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
    await _note_event(db, row, "edited", said.text, at, answers=said.id)
    await tickets.edit(db, said.id, text, at)
    pressing = await _pressing(db, row, text, at)
    if row.status == ANSWERED:
        await _reopened(db, row, "creditor", at, **pressing)
    elif row.status == OPEN:
        await tickets.keep(db, row, **pressing, due_at=_due(row._replace(**pressing)))
    else:
        await tickets.keep(db, row)
    return row.number


async def in_album(db: Reader, person: Person, number: str, album: str) -> bool:
    """Whether an earlier picture of this album stands in the ticket."""
    row = await tickets.by_number(db, number)
    return row is not None and await tickets.line_of_album(db, row.id, album) is not None


async def add_to_album(db: Transaction, person: Person, number: str, album: str, caption: str, draft: str) -> None:
    """One more picture of an album: to the line of the first one."""
    row = await _held(db, number)
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


# -- the desk's side: looking


async def open_tickets(db: Reader) -> list[Ticket]:
    """What the desk looks at: who waits, the most pressing first, then held, then where we wait for the creditor."""
    seen = []
    for status in (OPEN, ON_HOLD, ANSWERED):
        said = await tickets.last_said(db, status, MOST_AT_THE_DESK)
        for row in await tickets.standing(db, status, MOST_AT_THE_DESK):
            last = said.get(row.id)
            line = (
                Line(last.agent, last.text, last.at, edited_at=last.edited_at, withdrawn_at=last.withdrawn_at)
                if last is not None
                else None
            )
            seen.append(_seen(row, (line,) if line is not None else ()))
    return seen


async def standing(db: Reader, key: int) -> Ticket | None:
    """One ticket by its key with its last words, as the queue shows it."""
    row = await tickets.by_id(db, key)
    return _seen(row, await _said(db, row, 1)) if row is not None else None


async def ticket(db: Reader, number: str, most: int = 100) -> Ticket:
    """One ticket with what was said in it, as it was said. Raises NoSuchTicket, Invalid("wrong_number")."""
    row = await _found(db, number)
    return _seen(row, await _said(db, row, most))


async def case(db: Reader, number: str, agent: str, now: datetime, most: int = 200) -> Ticket:
    """One ticket as an agent sees it: notes and events too, and what tells who somebody is taken out.

    MUST NOT show a word unmasked without a reveal of this agent that stands now, but for his own.
    """
    row = await _found(db, number)
    plain = bool(agent) and await tickets.revealed(db, row.id, agent, now) is not None
    lines = []
    notice = None
    for line in await tickets.lines(db, row.id, most):
        if line.code == rules.ABOUT_NOTICE and line.ref is not None:
            notice = Notice(int(line.ref.partition(":")[2]), line.text)
        sent = await tickets.delivery(db, line.id) if line.agent is not None and line.kind == "said" else None
        lines.append(
            Line(
                line.agent,
                line.text if plain else _masked(line, agent),
                line.at,
                line.id,
                line.kind,
                line.code,
                line.edited_at,
                (sent.outcome or "") if sent is not None else "",
                line.answers,
                line.withdrawn_at,
            )
        )
    seen = _seen(row, tuple(lines))
    others = await tickets.of_person(db, row.contact_id, row.creditor_id, MOST_LOOKED)
    theirs = {other.number for other in others}
    return replace(
        seen,
        files=tuple(_paper(one, plain) for one in await tickets.files_of(db, row.id)),
        notice=notice,
        others=tuple(other.number for other in others if other.id != row.id and other.status not in OVER),
        alike=tuple(one for one in await tickets.alike(db, row.id, MOST_LISTED) if one not in theirs),
        masked=not plain,
    )


def _masked(line: LineRow, by: str) -> str:
    """A line's words without what tells who somebody is; who wrote an answer goes on from his own words."""
    if line.kind == "note":
        return rules.beside_mentions(identifiers.masked, line.text)
    if line.kind == "said" and line.agent is not None and line.agent == by:
        return line.text
    return identifiers.masked(line.text)


async def notices(db: Reader, number: str) -> list[NoticeRow]:
    """The last notices the creditor of a ticket was sent, the newest first. Raises NoSuchTicket."""
    row = await _found(db, number)
    linked = await people.contacts_of(db, row.creditor_id) if row.creditor_id is not None else []
    there = {(one.channel, one.address) for one in linked} | {(row.channel, row.address)}
    told = [one for channel, address in there for one in await deliveries.notices(db, channel, address, MOST_LISTED)]
    return sorted(told, key=lambda one: one.id, reverse=True)[:MOST_LISTED]


def _paper(row: FileRow, plain: bool) -> Paper:
    name = row.name if plain else f"*.{row.name.rpartition('.')[2][:8]}" if "." in row.name else "*"
    return Paper(row.handle, row.message_id, name, row.media_type, row.size, row.harm, row.at, row.seconds)


async def paper(db: Reader, number: str, handle: str, agent: str, now: datetime) -> bytes:
    """A file of a ticket, opened. Raises NoSuchTicket, NotRevealed, NoSuchFile, Quarantined."""
    row = await _found(db, number)
    if await tickets.revealed(db, row.id, agent, now) is None:
        raise NotRevealed(number=row.number)
    known = next((one for one in await tickets.files_of(db, row.id) if one.handle == handle), None)
    if known is None:
        raise NoSuchFile
    if known.harm is not None:
        raise Quarantined(why=known.harm)
    content = await tickets.file(db, row.id, handle)
    assert content is not None
    return content


async def _found(db: Reader, number: str) -> TicketRow:
    row = await tickets.by_number(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return row


# -- the desk's side: doing

Words = Callable[[str, str, str], Reply]


@dataclass(frozen=True, slots=True)
class Wording:
    """How an answer is put, each called in the creditor's language.

    says      (number, agent, text): the message
    body      (text, count of files, words it is about or ""): its text
    encloses  (number, place, count): what comes with one of its files
    """

    says: Words
    body: Callable[[str, int, str], str]
    encloses: Callable[[str, int, int], Reply]


async def answer(
    db: Transaction,
    number: str,
    agent: str,
    text: str,
    at: datetime,
    words: Wording,
    *,
    revision: int | None = None,
    sure: bool = False,
    files: Sequence[File] = (),
    about: int | None = None,
) -> Answered:
    """Answer a ticket: keep the words and files, move the status, owe them to the creditor's contact.

    `revision` names the ticket the agent had before him; `about` the line he answers, quoted for the
    creditor. With files the words may be empty. A ticket that was settled is opened again first.
    Raises Invalid for a wrong number, empty words or a file that cannot be sent, NoSuchTicket,
    NoSuchLine, Quarantined, Overtaken, and OthersDetails unless `sure`. MUST NOT keep or send
    anything when it raises.
    """
    agent = rules.name(agent)
    text = rules.answer(text) if text.strip() or not files else ""
    rules.few_enough(len(files))
    papers = [_looked(one) for one in files]
    row = await _held(db, number)
    rules.in_step(row.revision, revision, row.agent)
    earlier = await _quotable(db, row, about)
    if not sure:
        await _not_others(db, row, " \n".join((text, *(paper.seen.name for paper in papers))))
    reopened = row.status in OVER
    if reopened:
        row = await _reopened(db, row, f"operator:{agent}", at)
    line = await tickets.add_line(db, row.id, agent, text, at, answers=about)
    row = await _moved(
        db,
        row,
        "ticket:answered",
        f"operator:{agent}",
        at,
        {"line": str(line)},
        agent=row.agent or agent,
        asked_at=None,
        runs_since=None,
        used=0,
        reminded=False,
        reason=None,
        flags=rules.unflagged(row.flags, rules.UNDELIVERED),
        due_at=at + rules.NUDGE_AFTER,
    )
    said = _spoken(row, lambda: words.says(row.number, agent, words.body(text, len(papers), earlier)))
    await _owe(db, row, tickets.key_of_line(line), said, at, line=line)
    for place, paper in enumerate(papers, 1):
        await _enclose(db, row, line, place, len(papers), paper, at, words)
    return _done(row, reopened, line)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file an agent sends, seen from its content."""

    seen: files.Evidence
    content: bytes
    seconds: int | None


def _looked(file: File) -> _Looked:
    """What an agent's file is. Raises Invalid with the codes of `files.evidence`, and Quarantined."""
    harm = files.harm(file.content) if file.content is not None and len(file.content) <= files.LARGEST else None
    if harm is not None:
        raise Quarantined(why=harm)
    look = files.evidence if file.seconds is None else files.recording
    seen = look(file.name, file.size, file.content)
    assert file.content is not None
    return _Looked(seen, file.content, file.seconds)


async def _quotable(db: Reader, row: TicketRow, key: int | None) -> str:
    """The words an answer is about, "" without. MUST NOT be a note. Raises NoSuchLine."""
    line = await tickets.line(db, row.id, key) if key is not None else None
    if key is not None and (line is None or line.kind != "said" or line.withdrawn_at is not None):
        raise NoSuchLine
    return line.text if line is not None else ""


async def _enclose(
    db: Transaction, row: TicketRow, line: int, place: int, count: int, paper: _Looked, at: datetime, words: Wording
) -> None:
    """Keep one file of an answer, and owe it to the creditor behind the words."""
    seen, handle = paper.seen, new_handle()
    await tickets.add_file(
        db,
        handle=handle,
        contact_id=row.contact_id,
        ticket_id=row.id,
        message_id=line,
        media_type=seen.media_type,
        sha256=seen.sha256,
        name=seen.name,
        content=paper.content,
        harm=None,
        seconds=paper.seconds,
        at=at,
    )
    document = Attachment(seen.name, seen.media_type, b"", kept=f"ticket:{handle}")
    reply = replace(_spoken(row, lambda: words.encloses(row.number, place, count)), document=document)
    await _owe(db, row, tickets.key_of_line(line, place), reply, at, line=line, file=handle)


async def write_first(db: Transaction, claim: str, agent: str, text: str, at: datetime, words: Wording) -> Answered:
    """An agent writes first, about a claim: into its ticket that is not closed, or a new one.

    It goes to the contact its creditor used last. Raises Invalid, NoSuchClaim, NobodyThere.
    """
    agent, text = rules.name(agent), rules.answer(text)
    number = numbers.read(claim, "ZQ")
    row = await claims.by_number(db, number)
    if row is None:
        raise NoSuchClaim(number=claim)
    there = [one for one in await people.contacts_of(db, row.creditor_id) if one.reachable]
    if not there:
        raise NobodyThere(number=number)
    contact = max(there, key=lambda one: one.seen_at)
    await people.creditor_locked(db, row.creditor_id)
    about = About(claim=number)
    known = await tickets.of_person(db, contact.id, row.creditor_id, MOST_LOOKED)
    found = next((one for one in known if one.status != CLOSED and one.matter == about.matter), None)
    if found is None:
        found = await _opened(db, contact.id, contact.locale, text, at, about, f"operator:{agent}")
    return await answer(db, found.number, agent, text, at, words)


@dataclass(frozen=True, slots=True)
class Rewording:
    """How an answer with other words is put: not sent yet, in the place of the old one, or as a correction."""

    fresh: Wording
    edited: Words
    corrected: Words


async def change_answer(
    db: Transaction, number: str, line: int, agent: str, text: str, at: datetime, words: Rewording
) -> Answered:
    """Put other words in an answer; the old ones are kept.

    What did not go out yet goes out in the new words. What did is changed in its place where the
    channel can, and else corrected by a message. Raises Invalid, NoSuchTicket, NoSuchLine, OthersDetails.
    """
    agent, text = rules.name(agent), rules.answer(text)
    row = await _held(db, number)
    said = await _own_line(db, row, line)
    if said.text == text:
        return _done(row, False, line)
    await _not_others(db, row, text, known=said.text)
    await _note_event(db, row, "edited", said.text, at, agent, answers=line)
    await tickets.edit(db, line, text, at)
    row = await tickets.keep(db, row)
    count = sum(paper.message_id == line for paper in await tickets.files_of(db, row.id))
    earlier = await tickets.line(db, row.id, said.answers) if said.answers is not None else None
    body = _spoken(row, lambda: words.fresh.body(text, count, earlier.text if earlier is not None else ""))
    fresh = _spoken(row, lambda: words.fresh.says(row.number, agent, body))
    key = tickets.key_of_line(line)
    if await deliveries.reword(db, key, fresh.packed(), at):
        return _done(row, False, line)
    ended = await deliveries.ended(db, key)
    there = await _stands_at(db, said)
    if there is not None:
        reply, fields = _spoken(row, lambda: words.edited(row.number, agent, body)), {"replacing": there[1]}
        where = row._replace(channel=there[0].channel, address=there[0].address)
    else:
        missed = ended is not None and ended.outcome in FAILED
        reply = fresh if missed else _spoken(row, lambda: words.corrected(row.number, agent, body))
        where, fields = row, {}
    await _owe(db, where, f"{key}:{row.revision}", reply, at, line=line, **fields)
    return _done(row, False, line)


async def withdraw_answer(
    db: Transaction, number: str, line: int, agent: str, at: datetime, words: Callable[[str], Reply]
) -> Answered:
    """Take back an answer with its files; for the desk it stays, marked.

    What did not go out yet never does. What did is deleted where the channel can, and else says in its
    place, or by a message, that it was taken back. When no other answer is left, the creditor waits
    for us again. Raises Invalid, NoSuchTicket, NoSuchLine.
    """
    agent = rules.name(agent)
    row = await _held(db, number)
    said = await _own_line(db, row, line)
    await tickets.withdraw(db, line, at)
    await _note_event(db, row, "withdrawn", "", at, agent, answers=line)
    if row.status == ANSWERED and not await _still_answered(db, row):
        row = await _reopened(db, row, f"operator:{agent}", at)
    else:
        row = await tickets.keep(db, row)
    files = [paper for paper in await tickets.files_of(db, row.id) if paper.message_id == line]
    keys = [tickets.key_of_line(line, place) for place in range(len(files) + 1)]
    gone = [await deliveries.drop(db, key, at) for key in keys]
    if gone[0] and all(gone):
        return _done(row, False, line)
    there = await _stands_at(db, said)
    sent = [await deliveries.ended(db, key) for key in keys[1:]]
    messages = [there[1]] if there is not None else []
    messages += [one.receipt for one in sent if one is not None and one.outcome == Outcome.SENT and one.receipt]
    where = row if there is None else row._replace(channel=there[0].channel, address=there[0].address)
    ended = await deliveries.ended(db, keys[0])
    if not messages and ended is not None and ended.outcome in FAILED:
        return _done(row, False, line)  # nobody has read it
    fields: dict[str, Any] = {"withdraws": messages} if messages else {}
    reply = _spoken(row, lambda: words(row.number))
    await _owe(db, where, f"{keys[0]}:withdrawn", reply, at, of_line=line, **fields)
    return _done(row, False, line)


async def _own_line(db: Reader, row: TicketRow, line: int) -> LineRow:
    """An answer of the desk that stands. Raises NoSuchLine."""
    said = await tickets.line(db, row.id, line)
    if said is None or said.agent is None or said.kind != "said" or said.withdrawn_at is not None:
        raise NoSuchLine
    return said


async def _stands_at(db: Reader, said: LineRow) -> tuple[LinkedRow, str] | None:
    """The contact at which an answer stands, and the wire's own id of it there."""
    contact, _colon, wire = (said.ref or "").partition(":")
    linked = await people.contact_of_id(db, int(contact)) if contact.isdecimal() and wire else None
    return (linked, wire) if linked is not None else None


async def _still_answered(db: Reader, row: TicketRow) -> bool:
    """Whether an answer that stands came after the creditor's last words."""
    for one in reversed(await tickets.said(db, row.id, MOST_LOOKED)):
        if one.agent is None:
            return False
        if one.withdrawn_at is None:
            return True
    return False


async def delivered(db: Transaction, line: int, contact_id: int, wire: str) -> None:
    """An answer went out: by this id it is found again, when it is edited, taken back or answered."""
    await tickets.set_ref(db, line, f"{contact_id}:{wire}"[:64])


async def _not_others(db: Reader, row: TicketRow, text: str, *, known: str = "") -> None:
    """Refuse words that hold a number or an address of somebody else that was not sent before (`known`).

    Raises OthersDetails.
    """
    found = 0
    sent = {one.value for one in identifiers.find(known)}
    for one in identifiers.find(text):
        if one.value in sent:
            continue
        if one.kind is identifiers.Kind.EMAIL:
            creditor = await people.creditor(db, row.creditor_id) if row.creditor_id is not None else None
            if creditor is None or creditor.email.casefold() != one.value.casefold():
                found += 1
        elif (
            one.kind is identifiers.Kind.OURS and not await _is_theirs(db, row, one.value)
        ) or one.kind in identifiers.PERSONAL:
            found += 1
    if found:
        raise OthersDetails(found=found)


async def _is_theirs(db: Reader, row: TicketRow, number: str) -> bool:
    match number[:2]:
        case "ZQ":
            claim = await claims.by_number(db, number)
            return claim is not None and claim.creditor_id == row.creditor_id
        case "BJ":
            offer = await offers.by_number(db, number)
            return offer is not None and offer.creditor_id == row.creditor_id
    other = await tickets.by_number(db, number)
    if other is None:
        return False
    return other.contact_id == row.contact_id or (row.creditor_id is not None and other.creditor_id == row.creditor_id)


async def note(db: Transaction, number: str, agent: str, text: str, at: datetime) -> Answered:
    """Note something for the other agents; whoever is named (@mei) finds it in his queue. Raises NoSuchAgent.

    MUST NOT reach the creditor by any way.
    """
    agent, text = rules.name(agent), rules.note(text)
    named = []
    for name in rules.mentioned(text):
        account = await agents.named_as(db, name)
        if account is None or account.revoked_at is not None or account.role == "auditor":
            raise NoSuchAgent(name=name)
        named.append(account.id)
    row = await _held(db, number)
    line = await tickets.add_line(db, row.id, agent, text, at, kind="note")
    for account_id in named:
        await agents.mention(db, line, account_id, at)
    return _done(await tickets.keep(db, row), False, line)


async def take(db: Transaction, number: str, agent: str, at: datetime) -> Answered:
    """Take a ticket nobody has. Raises Taken when another agent was faster."""
    agent = rules.name(agent)
    row = await _held(db, number)
    if row.agent not in (None, agent):
        raise Taken(by=row.agent)
    return _done(await tickets.keep(db, row, agent=agent), False)


async def assign(db: Transaction, number: str, by: str, agent: str | None, at: datetime) -> Answered:
    """Give a ticket to an agent, or (None) back to all of them; also when somebody else has it."""
    by, agent = rules.name(by), rules.name(agent) if agent is not None else None
    row = await _held(db, number)
    await _note_event(db, row, "assigned", agent or "", at, by)
    return _done(await tickets.keep(db, row, agent=agent), False)


async def link(db: Transaction, number: str, to: str, agent: str, at: datetime) -> Answered:
    """Say which claim, offer or notice (`notice.<id>`) of the creditor's a ticket is about; what he says of it joins.

    Raises Invalid, NoSuchTicket, NotTheirs.
    """
    agent = rules.name(agent)
    if to.strip().lower().startswith("notice."):
        return await _link_notice(db, await _held(db, number), to, agent, at)
    is_offer = to.strip().upper().startswith("BJ")
    to = numbers.read(to, "BJ" if is_offer else "ZQ")
    row = await _held(db, number)
    if row.creditor_id is None or not await _is_theirs(db, row, to):
        raise NotTheirs(number=to)
    about = About(offer=to) if is_offer else About(claim=to)
    await _note_event(db, row, "linked", to, at, agent)
    claim, offer = about.claim or row.claim, about.offer or row.offer
    return _done(await tickets.keep(db, row, claim=claim, offer=offer, matter=row.matter or about.matter), False)


async def _link_notice(db: Transaction, row: TicketRow, to: str, agent: str, at: datetime) -> Answered:
    told = await _notice(db, to)
    contact = await people.contact(db, told.channel, told.address) if told is not None else None
    same = contact is not None and row.creditor_id is not None and contact.creditor_id == row.creditor_id
    if told is None or contact is None or not (same or contact.id == row.contact_id):
        raise NotTheirs(number=to)
    about = await _about(db, told, row.creditor_id)
    await _note_notice(db, row, about.notice, at, agent)
    claim, offer = row.claim or about.claim or None, row.offer or about.offer or None
    return _done(await tickets.keep(db, row, claim=claim, offer=offer, matter=row.matter or about.matter), False)


async def hold(db: Transaction, number: str, agent: str, until: datetime, why: str, at: datetime) -> Answered:
    """Hold a ticket until a moment, for a reason; its clock stands. Raises Invalid, MoveRefused."""
    agent, why, until = rules.name(agent), rules.reason(why), rules.wake(until, at)
    row = await _held(db, number)
    used = row.used
    if row.runs_since is not None:
        used += hours.between(hours.desk_for(row.locale), row.runs_since, at)
    row = await _moved(
        db, row, "ticket:held", f"operator:{agent}", at, {"until": until.isoformat()},
        runs_since=None, used=used, reason=why, due_at=until,
    )  # fmt: skip
    await _note_event(db, row, "held", why, at, agent)
    return _done(row, False)


async def escalate(db: Transaction, number: str, agent: str, why: str, at: datetime) -> Answered:
    """Hand a ticket to the next level; whoever has it lets go. Raises Invalid, MoveRefused."""
    agent, why = rules.name(agent), rules.reason(why)
    row = await _held(db, number)
    row = await _raised(db, row, rules.above(row.tier).value, f"operator:{agent}", at, at, agent=None)
    await _note_event(db, row, "escalated", why, at, agent)
    return _done(row, False)


async def _raised(
    db: Transaction, row: TicketRow, tier: str, by: str, at: datetime, since: datetime, **changes: Any
) -> TicketRow:
    """To another tier, whose clock runs from `since`."""
    now = row._replace(tier=tier, runs_since=since, used=0, asked_at=row.asked_at or at)
    return await _moved(
        db, row, "ticket:escalated", by, at, {"tier": tier},
        tier=tier, runs_since=since, used=0, asked_at=now.asked_at, reason=None, due_at=_due(now), **changes,
    )  # fmt: skip


async def solve(db: Transaction, number: str, agent: str, at: datetime, words: Callable[[str], Reply]) -> Answered:
    """Consider a ticket settled, and ask its creditor how it was. Raises Invalid, NoSuchTicket, MoveRefused."""
    agent = rules.name(agent)
    row = await _solved(db, await _held(db, number), f"operator:{agent}", at)
    await _owe(db, row, f"ticket:{row.number}:solved:{row.revision}", _spoken(row, lambda: words(row.number)), at)
    return _done(row, False)


async def _solved(db: Transaction, row: TicketRow, by: str, at: datetime) -> TicketRow:
    return await _moved(
        db, row, "ticket:solved", by, at, {},
        asked_at=None, runs_since=None, used=0, reminded=False, reason=None, score=None, due_at=at + rules.RATE_AGAIN,
        solved_at=at,
    )  # fmt: skip


async def close(db: Transaction, number: str, agent: str, at: datetime, words: Callable[[str], Reply]) -> Answered:
    """Close a ticket and tell its creditor how to open it again.

    Raises Invalid for a wrong number, NoSuchTicket, and MoveRefused for one that is closed already.
    """
    agent = rules.name(agent)
    row = await _closed(db, await _held(db, number), "ticket:closed", f"operator:{agent}", at)
    await _owe(db, row, f"ticket:{row.number}:closed:{row.revision}", _spoken(row, lambda: words(row.number)), at)
    return _done(row, False)


async def _closed(db: Transaction, row: TicketRow, kind: str, by: str, at: datetime, **changes: Any) -> TicketRow:
    return await _moved(
        db, row, kind, by, at, {},
        asked_at=None, runs_since=None, used=0, reminded=False, reason=None, due_at=None,
        solved_at=row.solved_at or at, **changes,
    )  # fmt: skip


async def merge(db: Transaction, number: str, into: str, agent: str, at: datetime) -> Answered:
    """Put one ticket into another of the same creditor: its words and files go over; who writes to it writes there.

    Raises Invalid, NoSuchTicket, CannotMerge, MoveRefused.
    """
    agent = rules.name(agent)
    first, second = await _found(db, number), await _found(db, into)
    held = {}
    for key in sorted({first.id, second.id}):  # always in this order: two merges never wait for each other
        held[key] = await tickets.locked_id(db, key)
    gone, kept = held[first.id], held[second.id]
    assert gone is not None
    assert kept is not None
    same = gone.contact_id == kept.contact_id or (gone.creditor_id is not None and gone.creditor_id == kept.creditor_id)
    if gone.id == kept.id or not same or kept.merged_into is not None:
        raise CannotMerge(number=gone.number, into=kept.number)
    waits = gone.status == OPEN
    asked = gone.asked_at
    await _closed(db, gone, "ticket:merged", f"operator:{agent}", at, merged_into=kept.id)
    await tickets.give(db, gone.id, kept.id)
    await _note_event(db, gone, "merged_into", kept.number, at, agent)
    await _note_event(db, kept, "merged", gone.number, at, agent)
    flags = rules.flagged(kept.flags, *gone.flags.split())
    urgency = min(kept.priority, gone.priority)
    if waits and kept.status != OPEN:  # somebody waits there now
        kept = await _reopened(db, kept, f"operator:{agent}", at, priority=urgency, flags=flags)
    earliest = min(filter(None, (kept.asked_at, asked)), default=None) if kept.status == OPEN else None
    pressing = kept._replace(priority=urgency)
    due = _due(pressing) if kept.status == OPEN else kept.due_at
    kept = await tickets.keep(db, kept, priority=urgency, flags=flags, asked_at=earliest, due_at=due)
    return _done(kept, False)


async def reveal(
    db: Transaction, number: str, agent: str, why: str, at: datetime, until: datetime | None = None
) -> Entry:
    """Let an agent read a ticket unmasked for a while, by a signed entry that holds the reason. Raises Invalid."""
    agent, why = rules.name(agent), rules.reason(why)
    until = until or at + rules.REVEAL_LIVES
    if not at < until <= at + rules.LONGEST_REVEAL:
        raise Invalid("wrong_moment", hours=int(rules.LONGEST_REVEAL.total_seconds()) // 3600)
    row = await _held(db, number)
    handle = new_handle()
    entry = await transition(
        db,
        tickets.move_reveal,
        None,
        kind="reveal:granted",
        subject=handle,
        at=at,
        by=f"operator:{agent}",
        payload={"ticket": row.number, "reason": why, "until": until.isoformat()},
        handle=handle,
        ticket_id=row.id,
        agent=agent,
        reason=why,
        until=until,
    )
    await _note_event(db, row, "revealed", why, at, agent)
    await tickets.keep(db, row)
    return entry


async def export(db: Transaction, number: str, agent: str, why: str, at: datetime) -> dict[str, Any]:
    """All there is about a ticket, for a regulator: as it was said, with its signed entries. A signed look by itself.

    Of a file there is what is known, and its handle; quarantined ones are named as such.
    """
    entry = await reveal(db, number, agent, why, at)
    row = await _found(db, number)
    kept = await tickets.files_of(db, row.id)
    return {
        "exported_at": at.isoformat(),
        "by": agent,
        "reason": why,
        "receipt": entry.receipt,
        "ticket": {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in row._asdict().items()
            if name not in ("id", "contact_id", "creditor_id", "merged_into")
        },
        "lines": [
            {
                "line": line.id,
                "by": line.agent or ("creditor" if line.kind == "said" else "clock"),
                "kind": line.kind,
                "code": line.code,
                "text": line.text,
                "at": line.at.isoformat(),
                "edited_at": line.edited_at.isoformat() if line.edited_at is not None else None,
                "withdrawn_at": line.withdrawn_at.isoformat() if line.withdrawn_at is not None else None,
                "answers": line.answers,
            }
            for line in await tickets.lines(db, row.id, 100_000)
        ],
        "files": [one._asdict() | {"at": one.at.isoformat()} for one in kept],
        "steps": [one._asdict() | {"at": one.at.isoformat()} for one in await tickets.steps(db, row.id)],
        "reveals": [
            {"by": one.agent, "reason": one.reason, "at": one.at.isoformat(), "until": one.until.isoformat()}
            for one in await tickets.reveals_of(db, row.id)
        ],
        "entries": [
            {"step": one.step, "kind": one.kind, "status": one.status, "at": one.at.isoformat(),
             "receipt": receipt_number(one.leaf_hash)}
            for one in await ledger.chain(db, row.handle)
        ],
    }  # fmt: skip


async def undelivered(db: Transaction, line: int, why: str, at: datetime) -> None:
    """Tell the desk that an answer did not arrive, and why: blocked, refused, expired or given_up.

    The ticket is flagged until the next answer, and goes before others: who waits for a creditor that
    heard nothing waits in vain.
    """
    ticket_id = await tickets.ticket_of_line(db, line)
    row = await tickets.locked_id(db, ticket_id) if ticket_id is not None else None
    if row is None or await _missed(db, row, line):
        return
    await _note_event(db, row, "undelivered", why, at, answers=line)
    urgency = min(row.priority, int(rules.Priority.HIGH))
    await tickets.keep(db, row, flags=rules.flagged(row.flags, rules.UNDELIVERED), priority=urgency)


async def _missed(db: Reader, row: TicketRow, line: int) -> bool:
    """Whether the desk knows already that this answer, or a file of it, did not arrive."""
    told = [one.code for one in await tickets.lines(db, row.id, MOST_LOOKED) if one.answers == line]
    return bool(told) and told[-1] == "undelivered"


async def offer_again(db: Transaction, contact_id: int, at: datetime, words: Wording) -> int:
    """An address can be written to again: what of our answers did not arrive there is owed once more; how many.

    MUST be called with the contact held. A second call finds nothing left to owe.
    """
    owed = 0
    for found in await tickets.of_person(db, contact_id, None, MOST_LISTED):
        if rules.UNDELIVERED not in found.flags.split():
            continue
        row = await tickets.locked_id(db, found.id)
        assert row is not None
        lines = await tickets.lines(db, row.id, MOST_LOOKED)
        told = [one for one in lines if one.kind == "event" and one.code in ("undelivered", "offered_again")]
        newest = {one.answers: one for one in told}
        for one in lines:
            event = newest.get(one.id)
            if event is None or event.code != "undelivered" or one.agent is None or one.withdrawn_at is not None:
                continue
            papers = [
                paper for paper in await tickets.files_of(db, row.id) if paper.message_id == one.id and not paper.harm
            ]
            body = _spoken(row, partial(words.body, one.text, len(papers), ""))
            reply = _spoken(row, partial(words.says, row.number, one.agent, body))
            key = f"{tickets.key_of_line(one.id)}:again:{event.id}"
            await _owe(db, row, key, reply, at, line=one.id)
            for place, paper in enumerate(papers, 1):
                document = Attachment(paper.name, paper.media_type, b"", kept=f"ticket:{paper.handle}")
                reply = replace(
                    _spoken(row, partial(words.encloses, row.number, place, len(papers))), document=document
                )
                await _owe(db, row, f"{key}:file:{place}", reply, at, line=one.id, file=paper.handle)
            await _note_event(db, row, "offered_again", "", at, answers=one.id)
            owed += 1
        await tickets.keep(db, row, flags=rules.unflagged(row.flags, rules.UNDELIVERED))
    return owed


# -- the clock


@dataclass(frozen=True, slots=True)
class Sayings:
    """What the clock says to creditors, each called in the creditor's language.

    late    (number, expectation, time zone): his time is over and somebody else looks now
    nudge   (number): we wait for him
    silent  (number): nothing was heard, so it counts as settled; asks how it was
    rate    (number): the one reminder to say how it was
    """

    late: Callable[[str, Expectation, str], Reply]
    nudge: Callable[[str], Reply]
    silent: Callable[[str], Reply]
    rate: Callable[[str], Reply]


async def tick(db: Transaction, now: datetime, sayings: Sayings) -> int:
    """Do what is due by the clock, for a few tickets; how many. Call again until 0.

    MUST be harmless to run again after any crash: each ticket's next moment moves on in the
    transaction that does the thing, and a step of the ladder is a row that can be made only once.
    """
    done = 0
    for status, do in ((OPEN, _waits), (ON_HOLD, _wakes), (ANSWERED, _answers_not), (SOLVED, _says_not)):
        for row in await tickets.due(db, status, now, CHUNK):
            await do(db, row, now, sayings)
            done += 1
    for leave in await tickets.reveals_due(db, now, CHUNK):
        await transition(
            db, tickets.move_reveal, leave, kind="reveal:ended", subject=leave.handle, at=now, by="clock", payload={}
        )
        done += 1
    return done


async def _waits(db: Transaction, row: TicketRow, now: datetime, sayings: Sayings) -> None:
    """Somebody waits for us: the next step of the ladder."""
    assert row.runs_since is not None
    since, desk = row.runs_since, hours.desk_for(row.locale)
    step = rules.next_step(row.priority, row.tier, row.reminded, since, row.used, desk)
    if step is None or step.at > now:  # it has become less pressing since: nothing to do yet
        await tickets.keep(db, row, due_at=step.at if step is not None else None)
        return
    first = await tickets.take_step(db, row, step.name, now)
    if step.name == rules.REMINDER:
        now_row = row._replace(reminded=True)
        row = await tickets.keep(db, row, reminded=True, due_at=_due(now_row))
        if first:
            await _note_event(db, row, "reminder", row.tier, now)
        return
    promised = row.tier
    # The next tier's time counts from when this one's was over, not from when we came to look.
    row = await _raised(db, row, step.name, "clock", now, max(step.at, since))
    if not first:
        return
    await _note_event(db, row, "escalated", step.name, now)
    if await tickets.take_step(db, row, "told_late", now):
        expected = await _expected(db, row, now)
        reply = _spoken(row, lambda: sayings.late(row.number, expected, row.timezone))
        at = rules.by_day(now, row.timezone)
        await _owe(db, row, f"ticket:{row.number}:late:{row.wait}:{promised}", reply, at)


async def _wakes(db: Transaction, row: TicketRow, now: datetime, _sayings: Sayings) -> None:
    """What was held is looked at again."""
    asked = row.asked_at or now
    woken = row._replace(runs_since=now, asked_at=asked)
    row = await _moved(
        db, row, "ticket:woken", "clock", now, {}, runs_since=now, asked_at=asked, reason=None, due_at=_due(woken)
    )
    await _note_event(db, row, "woken", "", now)


async def _answers_not(db: Transaction, row: TicketRow, now: datetime, sayings: Sayings) -> None:
    """We wait for the creditor: one reminder, and then it counts as settled."""
    if not row.reminded:
        await tickets.keep(db, row, reminded=True, due_at=row.changed_at + rules.SILENCE)
        if await tickets.take_step(db, row, "nudge", now):
            reply = _spoken(row, lambda: sayings.nudge(row.number))
            await _owe(db, row, f"ticket:{row.number}:nudge:{row.revision}", reply, rules.by_day(now, row.timezone))
        return
    row = await _solved(db, row, "clock", now)
    reply = _spoken(row, lambda: sayings.silent(row.number))
    await _owe(db, row, f"ticket:{row.number}:silent:{row.revision}", reply, rules.by_day(now, row.timezone))


async def _says_not(db: Transaction, row: TicketRow, now: datetime, sayings: Sayings) -> None:
    """It is settled: one reminder to say how it was, and then it is closed."""
    if row.reminded:
        await _closed(db, row, "ticket:closed", "clock", now)
        return
    await tickets.keep(db, row, reminded=True, due_at=row.changed_at + rules.CLOSE_AFTER)
    if await tickets.take_step(db, row, "rate", now):
        reply = _spoken(row, lambda: sayings.rate(row.number))
        await _owe(db, row, f"ticket:{row.number}:rate:{row.revision}", reply, rules.by_day(now, row.timezone))


# -- moving


def _due(row: TicketRow) -> datetime | None:
    """When the clock has to look at a ticket that waits for us."""
    assert row.runs_since is not None
    desk = hours.desk_for(row.locale)
    step = rules.next_step(row.priority, row.tier, row.reminded, row.runs_since, row.used, desk)
    return step.at if step is not None else None


async def _reopened(db: Transaction, row: TicketRow, by: str, at: datetime, **changes: Any) -> TicketRow:
    """Somebody waits for us again: a new wait, or, if it was held, the same one going on."""
    if row.status == ON_HOLD and row.asked_at is not None:
        wait: dict[str, Any] = {"runs_since": at}
    else:
        wait = {"wait": row.wait + 1, "asked_at": at, "runs_since": at, "used": 0, "reminded": False}
    now = row._replace(**wait, **changes)
    return await _moved(
        db, row, "ticket:reopened", by, at, {}, reason=None, due_at=_due(now), solved_at=None, **wait, **changes
    )


async def _held(db: Transaction, number: str) -> TicketRow:
    row = await tickets.locked(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return row


async def _moved(
    db: Transaction, row: TicketRow, kind: str, by: str, at: datetime, payload: dict[str, str], **changes: Any
) -> TicketRow:
    entry = await transition(
        db,
        tickets.move,
        row,
        kind=kind,
        subject=row.handle,
        at=at,
        by=by,
        payload={"number": row.number, **payload},
        **changes,
    )
    return row._replace(status=entry.status, changed_at=at, revision=row.revision + 1, **changes)


async def _note_event(
    db: Transaction,
    row: TicketRow,
    code: str,
    text: str,
    at: datetime,
    agent: str | None = None,
    answers: int | None = None,
) -> int:
    return await tickets.add_line(db, row.id, agent, text, at, kind="event", code=code, answers=answers)


def _spoken(row: TicketRow, words: Callable[[], T]) -> T:
    with i18n.speaking(row.locale):
        return words()


async def _owe(db: Transaction, row: TicketRow, key: str, reply: Reply, at: datetime, **fields: Any) -> None:
    await deliveries.put(
        db,
        channel=row.channel,
        address=row.address,
        lane=0,
        dedupe_key=key,
        kind=NoticeKind.TICKET,
        fields=fields,
        body=reply.packed(),
        due_at=at,
        expires_at=at + ANSWER_LIVES,
    )
    # A crash after the commit loses nothing: the row is sent by whichever sender comes next.


# -- rows as the room's own words


def _done(row: TicketRow, reopened: bool, line: int = 0) -> Answered:
    return Answered(row.number, row.status, reopened, row.reachable, row.revision, line)


async def _said(db: Reader, row: TicketRow, most: int) -> tuple[Line, ...]:
    return tuple(
        Line(line.agent, line.text, line.at, line.id, edited_at=line.edited_at, withdrawn_at=line.withdrawn_at)
        for line in await tickets.said(db, row.id, most)
    )


def _seen(row: TicketRow, lines: tuple[Line, ...] = ()) -> Ticket:
    return Ticket(
        row.number,
        row.status,
        row.opened_at,
        row.changed_at,
        row.locale,
        row.reachable,
        lines,
        category=row.category,
        priority=row.priority,
        tier=row.tier,
        agent=row.agent,
        flags=row.flags,
        revision=row.revision,
        claim=row.claim,
        offer=row.offer,
        matter=row.matter,
        asked_at=row.asked_at,
        due_at=row.due_at,
        reason=row.reason,
        score=row.score,
        promised_at=_promised(row),
    )


def _promised(row: TicketRow) -> datetime | None:
    if row.status != OPEN or row.runs_since is None:
        return None
    step = rules.next_step(row.priority, row.tier, True, row.runs_since, row.used, hours.desk_for(row.locale))
    return step.at if step is not None else None


__all__ = [
    "Answered",
    "Asked",
    "NotAgreed",
    "Sayings",
    "answer",
    "ask",
    "close",
    "open_tickets",
    "tick",
    "ticket",
]
