"""What agents do: look at a case, answer, note, hold, hand up, settle, and look behind the mask by a signed entry.

Locks: the creditor where a ticket may be opened, the ticket, then the outbox.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bot import files, numbers
from bot.conversation.reply import Attachment, Reply
from bot.conversation.turn import File
from bot.errors import Invalid
from bot.ledger.transition import Entry, new_handle, receipt_number, transition
from bot.support import hours, moves, rules
from bot.support.moves import ANSWERED, CLOSED, FAILED, MOST_LISTED, MOST_LOOKED, ON_HOLD, OPEN, OVER, Answered
from bot.support.rules import (
    About,
    CannotMerge,
    Line,
    NobodyThere,
    NoSuchAgent,
    NoSuchClaim,
    NoSuchFile,
    NoSuchLine,
    Notice,
    NotRevealed,
    NotTheirs,
    OthersDetails,
    Paper,
    Quarantined,
    Taken,
    Ticket,
)
from bot.understanding import identifiers
from storage import agents, claims, deliveries, ledger, offers, people, tickets
from storage.database import Reader, Transaction
from storage.deliveries import NoticeRow
from storage.people import LinkedRow
from storage.terms import Outcome
from storage.tickets import FileRow, LineRow, TicketRow

MOST_AT_THE_DESK = 200


# -- looking


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
            seen.append(moves.seen(row, (line,) if line is not None else ()))
    return seen


async def standing(db: Reader, key: int) -> Ticket | None:
    """One ticket by its key with its last words, as the queue shows it."""
    row = await tickets.by_id(db, key)
    return moves.seen(row, await moves.said(db, row, 1)) if row is not None else None


async def ticket(db: Reader, number: str, most: int = 100) -> Ticket:
    """One ticket with what was said in it, as it was said. Raises NoSuchTicket, Invalid("wrong_number")."""
    row = await moves.found(db, number)
    return moves.seen(row, await moves.said(db, row, most))


async def case(db: Reader, number: str, agent: str, now: datetime, most: int = 200) -> Ticket:
    """One ticket as an agent sees it: notes and events too, and what tells who somebody is taken out.

    MUST NOT show a word unmasked without a reveal of this agent that stands now, but for his own.
    """
    row = await moves.found(db, number)
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
    seen = moves.seen(row, tuple(lines))
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
    row = await moves.found(db, number)
    linked = await people.contacts_of(db, row.creditor_id) if row.creditor_id is not None else []
    there = {(one.channel, one.address) for one in linked} | {(row.channel, row.address)}
    told = [one for channel, address in there for one in await deliveries.notices(db, channel, address, MOST_LISTED)]
    return sorted(told, key=lambda one: one.id, reverse=True)[:MOST_LISTED]


def _paper(row: FileRow, plain: bool) -> Paper:
    name = row.name if plain else f"*.{row.name.rpartition('.')[2][:8]}" if "." in row.name else "*"
    return Paper(row.handle, row.message_id, name, row.media_type, row.size, row.harm, row.at, row.seconds)


async def paper(db: Reader, number: str, handle: str, agent: str, now: datetime) -> bytes:
    """A file of a ticket, opened. Raises NoSuchTicket, NotRevealed, NoSuchFile, Quarantined."""
    row = await moves.found(db, number)
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


# -- doing

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
    row = await moves.held(db, number)
    rules.in_step(row.revision, revision, row.agent)
    earlier = await _quotable(db, row, about)
    if not sure:
        await _not_others(db, row, " \n".join((text, *(paper.seen.name for paper in papers))))
    reopened = row.status in OVER
    if reopened:
        row = await moves.reopened(db, row, f"operator:{agent}", at)
    line = await tickets.add_line(db, row.id, agent, text, at, answers=about)
    row = await moves.moved(
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
    said = moves.spoken(row, lambda: words.says(row.number, agent, words.body(text, len(papers), earlier)))
    await moves.owe(db, row, tickets.key_of_line(line), said, at, line=line)
    for place, paper in enumerate(papers, 1):
        await _enclose(db, row, line, place, len(papers), paper, at, words)
    return moves.done(row, reopened, line)


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
    reply = replace(moves.spoken(row, lambda: words.encloses(row.number, place, count)), document=document)
    await moves.owe(db, row, tickets.key_of_line(line, place), reply, at, line=line, file=handle)


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
        found = await moves.opened(db, contact.id, contact.locale, text, at, about, f"operator:{agent}")
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
    row = await moves.held(db, number)
    said = await _own_line(db, row, line)
    if said.text == text:
        return moves.done(row, False, line)
    await _not_others(db, row, text, known=said.text)
    await moves.note_event(db, row, "edited", said.text, at, agent, answers=line)
    await tickets.edit(db, line, text, at)
    row = await tickets.keep(db, row)
    count = sum(paper.message_id == line for paper in await tickets.files_of(db, row.id))
    earlier = await tickets.line(db, row.id, said.answers) if said.answers is not None else None
    body = moves.spoken(row, lambda: words.fresh.body(text, count, earlier.text if earlier is not None else ""))
    fresh = moves.spoken(row, lambda: words.fresh.says(row.number, agent, body))
    key = tickets.key_of_line(line)
    if await deliveries.reword(db, key, fresh.packed(), at):
        return moves.done(row, False, line)
    ended = await deliveries.ended(db, key)
    there = await _stands_at(db, said)
    if there is not None:
        reply, fields = moves.spoken(row, lambda: words.edited(row.number, agent, body)), {"replacing": there[1]}
        where = row._replace(channel=there[0].channel, address=there[0].address)
    else:
        missed = ended is not None and ended.outcome in FAILED
        reply = fresh if missed else moves.spoken(row, lambda: words.corrected(row.number, agent, body))
        where, fields = row, {}
    await moves.owe(db, where, f"{key}:{row.revision}", reply, at, line=line, **fields)
    return moves.done(row, False, line)


async def withdraw_answer(
    db: Transaction, number: str, line: int, agent: str, at: datetime, words: Callable[[str], Reply]
) -> Answered:
    """Take back an answer with its files; for the desk it stays, marked.

    What did not go out yet never does. What did is deleted where the channel can, and else says in its
    place, or by a message, that it was taken back. When no other answer is left, the creditor waits
    for us again. Raises Invalid, NoSuchTicket, NoSuchLine.
    """
    agent = rules.name(agent)
    row = await moves.held(db, number)
    said = await _own_line(db, row, line)
    await tickets.withdraw(db, line, at)
    await moves.note_event(db, row, "withdrawn", "", at, agent, answers=line)
    if row.status == ANSWERED and not await _still_answered(db, row):
        row = await moves.reopened(db, row, f"operator:{agent}", at)
    else:
        row = await tickets.keep(db, row)
    files = [paper for paper in await tickets.files_of(db, row.id) if paper.message_id == line]
    keys = [tickets.key_of_line(line, place) for place in range(len(files) + 1)]
    gone = [await deliveries.drop(db, key, at) for key in keys]
    if gone[0] and all(gone):
        return moves.done(row, False, line)
    there = await _stands_at(db, said)
    sent = [await deliveries.ended(db, key) for key in keys[1:]]
    messages = [there[1]] if there is not None else []
    messages += [one.receipt for one in sent if one is not None and one.outcome == Outcome.SENT and one.receipt]
    where = row if there is None else row._replace(channel=there[0].channel, address=there[0].address)
    ended = await deliveries.ended(db, keys[0])
    if not messages and ended is not None and ended.outcome in FAILED:
        return moves.done(row, False, line)  # nobody has read it
    fields: dict[str, Any] = {"withdraws": messages} if messages else {}
    reply = moves.spoken(row, lambda: words(row.number))
    await moves.owe(db, where, f"{keys[0]}:withdrawn", reply, at, of_line=line, **fields)
    return moves.done(row, False, line)


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
    row = await moves.held(db, number)
    line = await tickets.add_line(db, row.id, agent, text, at, kind="note")
    for account_id in named:
        await agents.mention(db, line, account_id, at)
    return moves.done(await tickets.keep(db, row), False, line)


async def take(db: Transaction, number: str, agent: str, at: datetime) -> Answered:
    """Take a ticket nobody has. Raises Taken when another agent was faster."""
    agent = rules.name(agent)
    row = await moves.held(db, number)
    if row.agent not in (None, agent):
        raise Taken(by=row.agent)
    return moves.done(await tickets.keep(db, row, agent=agent), False)


async def assign(db: Transaction, number: str, by: str, agent: str | None, at: datetime) -> Answered:
    """Give a ticket to an agent, or (None) back to all of them; also when somebody else has it."""
    by, agent = rules.name(by), rules.name(agent) if agent is not None else None
    row = await moves.held(db, number)
    await moves.note_event(db, row, "assigned", agent or "", at, by)
    return moves.done(await tickets.keep(db, row, agent=agent), False)


async def link(db: Transaction, number: str, to: str, agent: str, at: datetime) -> Answered:
    """Say which claim, offer or notice (`notice.<id>`) of the creditor's a ticket is about; what he says of it joins.

    Raises Invalid, NoSuchTicket, NotTheirs.
    """
    agent = rules.name(agent)
    if to.strip().lower().startswith("notice."):
        return await _link_notice(db, await moves.held(db, number), to, agent, at)
    is_offer = to.strip().upper().startswith("BJ")
    to = numbers.read(to, "BJ" if is_offer else "ZQ")
    row = await moves.held(db, number)
    if row.creditor_id is None or not await _is_theirs(db, row, to):
        raise NotTheirs(number=to)
    about = About(offer=to) if is_offer else About(claim=to)
    await moves.note_event(db, row, "linked", to, at, agent)
    claim, offer = about.claim or row.claim, about.offer or row.offer
    return moves.done(await tickets.keep(db, row, claim=claim, offer=offer, matter=row.matter or about.matter), False)


async def _link_notice(db: Transaction, row: TicketRow, to: str, agent: str, at: datetime) -> Answered:
    told = await moves.notice_named(db, to)
    contact = await people.contact(db, told.channel, told.address) if told is not None else None
    same = contact is not None and row.creditor_id is not None and contact.creditor_id == row.creditor_id
    if told is None or contact is None or not (same or contact.id == row.contact_id):
        raise NotTheirs(number=to)
    about = await moves.about_of(db, told, row.creditor_id)
    await moves.note_notice(db, row, about.notice, at, agent)
    claim, offer = row.claim or about.claim or None, row.offer or about.offer or None
    return moves.done(await tickets.keep(db, row, claim=claim, offer=offer, matter=row.matter or about.matter), False)


async def hold(db: Transaction, number: str, agent: str, until: datetime, why: str, at: datetime) -> Answered:
    """Hold a ticket until a moment, for a reason; its clock stands. Raises Invalid, MoveRefused."""
    agent, why, until = rules.name(agent), rules.reason(why), rules.wake(until, at)
    row = await moves.held(db, number)
    used = row.used
    if row.runs_since is not None:
        used += hours.between(hours.desk_for(row.locale), row.runs_since, at)
    row = await moves.moved(
        db, row, "ticket:held", f"operator:{agent}", at, {"until": until.isoformat()},
        runs_since=None, used=used, reason=why, due_at=until,
    )  # fmt: skip
    await moves.note_event(db, row, "held", why, at, agent)
    return moves.done(row, False)


async def escalate(db: Transaction, number: str, agent: str, why: str, at: datetime) -> Answered:
    """Hand a ticket to the next level; whoever has it lets go. Raises Invalid, MoveRefused."""
    agent, why = rules.name(agent), rules.reason(why)
    row = await moves.held(db, number)
    row = await moves.raised(db, row, rules.above(row.tier).value, f"operator:{agent}", at, at, agent=None)
    await moves.note_event(db, row, "escalated", why, at, agent)
    return moves.done(row, False)


async def solve(db: Transaction, number: str, agent: str, at: datetime, words: Callable[[str], Reply]) -> Answered:
    """Consider a ticket settled, and ask its creditor how it was. Raises Invalid, NoSuchTicket, MoveRefused."""
    agent = rules.name(agent)
    row = await moves.solved(db, await moves.held(db, number), f"operator:{agent}", at)
    await moves.owe(
        db, row, f"ticket:{row.number}:solved:{row.revision}", moves.spoken(row, lambda: words(row.number)), at
    )
    return moves.done(row, False)


async def close(db: Transaction, number: str, agent: str, at: datetime, words: Callable[[str], Reply]) -> Answered:
    """Close a ticket and tell its creditor how to open it again.

    Raises Invalid for a wrong number, NoSuchTicket, and MoveRefused for one that is closed already.
    """
    agent = rules.name(agent)
    row = await moves.closed(db, await moves.held(db, number), "ticket:closed", f"operator:{agent}", at)
    await moves.owe(
        db, row, f"ticket:{row.number}:closed:{row.revision}", moves.spoken(row, lambda: words(row.number)), at
    )
    return moves.done(row, False)


async def merge(db: Transaction, number: str, into: str, agent: str, at: datetime) -> Answered:
    """Put one ticket into another of the same creditor: its words and files go over; who writes to it writes there.

    Raises Invalid, NoSuchTicket, CannotMerge, MoveRefused.
    """
    agent = rules.name(agent)
    first, second = await moves.found(db, number), await moves.found(db, into)
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
    await moves.closed(db, gone, "ticket:merged", f"operator:{agent}", at, merged_into=kept.id)
    await tickets.give(db, gone.id, kept.id)
    await moves.note_event(db, gone, "merged_into", kept.number, at, agent)
    await moves.note_event(db, kept, "merged", gone.number, at, agent)
    flags = rules.flagged(kept.flags, *gone.flags.split())
    urgency = min(kept.priority, gone.priority)
    if waits and kept.status != OPEN:  # somebody waits there now
        kept = await moves.reopened(db, kept, f"operator:{agent}", at, priority=urgency, flags=flags)
    earliest = min(filter(None, (kept.asked_at, asked)), default=None) if kept.status == OPEN else None
    tier = max(kept.tier, gone.tier, key=rules.LADDER.index)  # what was handed up stays up
    pressing = kept._replace(priority=urgency, tier=tier)
    due = moves.due(pressing) if kept.status == OPEN else kept.due_at
    begun = min(kept.opened_at, gone.opened_at)
    kept = await tickets.keep(
        db, kept, priority=urgency, tier=tier, flags=flags, asked_at=earliest, due_at=due, opened_at=begun
    )
    return moves.done(kept, False)


async def reveal(
    db: Transaction, number: str, agent: str, why: str, at: datetime, until: datetime | None = None
) -> Entry:
    """Let an agent read a ticket unmasked for a while, by a signed entry that holds the reason. Raises Invalid."""
    agent, why = rules.name(agent), rules.reason(why)
    until = until or at + rules.REVEAL_LIVES
    if not at < until <= at + rules.LONGEST_REVEAL:
        raise Invalid("wrong_moment", hours=int(rules.LONGEST_REVEAL.total_seconds()) // 3600)
    row = await moves.held(db, number)
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
    await moves.note_event(db, row, "revealed", why, at, agent)
    await tickets.keep(db, row)
    return entry


async def export(db: Transaction, number: str, agent: str, why: str, at: datetime) -> dict[str, Any]:
    """All there is about a ticket, for a regulator: as it was said, with its signed entries. A signed look by itself.

    Of a file there is what is known, and its handle; quarantined ones are named as such.
    """
    entry = await reveal(db, number, agent, why, at)
    row = await moves.found(db, number)
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
    await moves.note_event(db, row, "undelivered", why, at, answers=line)
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
            body = moves.spoken(row, partial(words.body, one.text, len(papers), ""))
            reply = moves.spoken(row, partial(words.says, row.number, one.agent, body))
            key = f"{tickets.key_of_line(one.id)}:again:{event.id}"
            await moves.owe(db, row, key, reply, at, line=one.id)
            for place, paper in enumerate(papers, 1):
                document = Attachment(paper.name, paper.media_type, b"", kept=f"ticket:{paper.handle}")
                reply = replace(
                    moves.spoken(row, partial(words.encloses, row.number, place, len(papers))), document=document
                )
                await moves.owe(db, row, f"{key}:file:{place}", reply, at, line=one.id, file=paper.handle)
            await moves.note_event(db, row, "offered_again", "", at, answers=one.id)
            owed += 1
        await tickets.keep(db, row, flags=rules.unflagged(row.flags, rules.UNDELIVERED))
    return owed
