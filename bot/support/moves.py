"""How a ticket moves, by hand or by the clock: its status, its wait, what it owes the creditor, and what is said of it.

Every move of a status goes by `transition`, and its entry names lines by their ids: no word of
anybody stands in an entry. MUST be called with the ticket held, where a ticket is handed in to be changed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot import i18n, numbers
from bot.conversation.reply import Reply
from bot.ledger.transition import new_handle, transition
from bot.support import hours, rules
from bot.support.rules import About, Expectation, Line, NoSuchTicket, Signals, Ticket
from bot.understanding import reader
from bot.understanding.meaning import Mood
from storage import audience, claims, deliveries, offers, tickets
from storage.database import Reader, Transaction
from storage.deliveries import NoticeRow
from storage.terms import NoticeKind, OfferStatus, Outcome, TicketStatus
from storage.tickets import TicketRow

T = TypeVar("T")

#: an answer nobody fetched for so long is no answer any more
ANSWER_LIVES = rules.DAY * 30
MOST_LISTED = 5
MOST_LOOKED = 50
#: tickets the clock looks at in one transaction
CHUNK = 20

OPEN, ANSWERED, ON_HOLD, SOLVED, CLOSED = (status.value for status in TicketStatus)
#: how the way of a message ends that its reader never saw
FAILED = (Outcome.DEAD.value, Outcome.EXPIRED.value, Outcome.CANCELLED.value)
#: nobody has anything to do here any more
OVER = (SOLVED, CLOSED)


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


# -- opening, and what it is about


async def opened(
    db: Transaction, contact_id: int, locale: str, text: str, at: datetime, about: About, by: str
) -> TicketRow:
    """A new ticket, waiting for us."""
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


async def pressing(db: Reader, row: TicketRow, text: str, at: datetime) -> dict[str, Any]:
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


async def notice_named(db: Reader, named: str) -> NoticeRow | None:
    """A notice by how it is named: `notice.<id>`."""
    key = named.strip().lower().removeprefix("notice.")
    return await deliveries.notice(db, int(key)) if re.fullmatch("[0-9]{1,15}", key) else None


async def about_of(db: Reader, row: NoticeRow, creditor_id: int | None) -> About:
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


async def note_notice(db: Transaction, row: TicketRow, key: str, at: datetime, agent: str | None = None) -> None:
    """Note which notice a ticket is about, once. Its words are read again where they are shown."""
    told, ref = await notice_named(db, key), f"{rules.ABOUT_NOTICE}:{key}"
    noted = await tickets.line_of_ref(db, ref)
    if told is not None and (noted is None or noted.ticket_id != row.id):
        await tickets.add_line(db, row.id, agent, told.kind, at, kind="event", code=rules.ABOUT_NOTICE, ref=ref)


async def expectation(db: Reader, row: TicketRow, at: datetime) -> Expectation:
    """What a creditor may be told of his wait."""
    ahead = await tickets.ahead(db, row)
    return rules.expectation(ahead, row.priority, row.tier, hours.desk_for(row.locale), at)


# -- moving


def due(row: TicketRow) -> datetime | None:
    """When the clock has to look at a ticket that waits for us."""
    assert row.runs_since is not None
    desk = hours.desk_for(row.locale)
    step = rules.next_step(row.priority, row.tier, row.reminded, row.runs_since, row.used, desk)
    return step.at if step is not None else None


async def reopened(db: Transaction, row: TicketRow, by: str, at: datetime, **changes: Any) -> TicketRow:
    """Somebody waits for us again: a new wait, or, if it was held, the same one going on."""
    if row.status == ON_HOLD and row.asked_at is not None:
        wait: dict[str, Any] = {"runs_since": at}
    else:
        wait = {"wait": row.wait + 1, "asked_at": at, "runs_since": at, "used": 0, "reminded": False}
    now = row._replace(**wait, **changes)
    return await moved(
        db, row, "ticket:reopened", by, at, {}, reason=None, due_at=due(now), solved_at=None, **wait, **changes
    )


async def raised(
    db: Transaction, row: TicketRow, tier: str, by: str, at: datetime, since: datetime, **changes: Any
) -> TicketRow:
    """To another tier, whose clock runs from `since`."""
    now = row._replace(tier=tier, runs_since=since, used=0, asked_at=row.asked_at or at)
    return await moved(
        db, row, "ticket:escalated", by, at, {"tier": tier},
        tier=tier, runs_since=since, used=0, asked_at=now.asked_at, reason=None, due_at=due(now), **changes,
    )  # fmt: skip


async def solved(db: Transaction, row: TicketRow, by: str, at: datetime) -> TicketRow:
    """It counts as settled; its creditor is asked how it was."""
    return await moved(
        db, row, "ticket:solved", by, at, {},
        asked_at=None, runs_since=None, used=0, reminded=False, reason=None, score=None, due_at=at + rules.RATE_AGAIN,
        solved_at=at,
    )  # fmt: skip


async def closed(db: Transaction, row: TicketRow, kind: str, by: str, at: datetime, **changes: Any) -> TicketRow:
    """Nobody has anything to do here any more, unless the creditor writes again."""
    return await moved(
        db, row, kind, by, at, {},
        asked_at=None, runs_since=None, used=0, reminded=False, reason=None, due_at=None,
        solved_at=row.solved_at or at, **changes,
    )  # fmt: skip


async def moved(
    db: Transaction, row: TicketRow, kind: str, by: str, at: datetime, payload: dict[str, str], **changes: Any
) -> TicketRow:
    """Move the status, by a signed entry; the row as it stands now."""
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


async def note_event(
    db: Transaction,
    row: TicketRow,
    code: str,
    text: str,
    at: datetime,
    agent: str | None = None,
    answers: int | None = None,
) -> int:
    """Note what came about, for the desk; the id of its line."""
    return await tickets.add_line(db, row.id, agent, text, at, kind="event", code=code, answers=answers)


def spoken(row: TicketRow, words: Callable[[], T]) -> T:
    """Words in the creditor's language."""
    with i18n.speaking(row.locale):
        return words()


async def owe(db: Transaction, row: TicketRow, key: str, reply: Reply, at: datetime, **fields: Any) -> None:
    """Owe the creditor a message, to the contact he wrote from last."""
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
    count = 0
    for status, do in ((OPEN, _waits), (ON_HOLD, _wakes), (ANSWERED, _answers_not), (SOLVED, _says_not)):
        for row in await tickets.due(db, status, now, CHUNK):
            await do(db, row, now, sayings)
            count += 1
    for leave in await tickets.reveals_due(db, now, CHUNK):
        await transition(
            db, tickets.move_reveal, leave, kind="reveal:ended", subject=leave.handle, at=now, by="clock", payload={}
        )
        count += 1
    return count


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
        row = await tickets.keep(db, row, reminded=True, due_at=due(now_row))
        if first:
            await note_event(db, row, "reminder", row.tier, now)
        return
    promised = row.tier
    # The next tier's time counts from when this one's was over, not from when we came to look.
    row = await raised(db, row, step.name, "clock", now, max(step.at, since))
    if not first:
        return
    await note_event(db, row, "escalated", step.name, now)
    if await tickets.take_step(db, row, "told_late", now):
        expected = await expectation(db, row, now)
        reply = spoken(row, lambda: sayings.late(row.number, expected, row.timezone))
        at = rules.by_day(now, row.timezone)
        await owe(db, row, f"ticket:{row.number}:late:{row.wait}:{promised}", reply, at)


async def _wakes(db: Transaction, row: TicketRow, now: datetime, _sayings: Sayings) -> None:
    """What was held is looked at again."""
    asked = row.asked_at or now
    woken = row._replace(runs_since=now, asked_at=asked)
    row = await moved(
        db, row, "ticket:woken", "clock", now, {}, runs_since=now, asked_at=asked, reason=None, due_at=due(woken)
    )
    await note_event(db, row, "woken", "", now)


async def _answers_not(db: Transaction, row: TicketRow, now: datetime, sayings: Sayings) -> None:
    """We wait for the creditor: one reminder, and then it counts as settled."""
    if not row.reminded:
        await tickets.keep(db, row, reminded=True, due_at=row.changed_at + rules.SILENCE)
        if await tickets.take_step(db, row, "nudge", now):
            reply = spoken(row, lambda: sayings.nudge(row.number))
            await owe(db, row, f"ticket:{row.number}:nudge:{row.revision}", reply, rules.by_day(now, row.timezone))
        return
    row = await solved(db, row, "clock", now)
    reply = spoken(row, lambda: sayings.silent(row.number))
    await owe(db, row, f"ticket:{row.number}:silent:{row.revision}", reply, rules.by_day(now, row.timezone))


async def _says_not(db: Transaction, row: TicketRow, now: datetime, sayings: Sayings) -> None:
    """It is settled: one reminder to say how it was, and then it is closed."""
    if row.reminded:
        await closed(db, row, "ticket:closed", "clock", now)
        return
    await tickets.keep(db, row, reminded=True, due_at=row.changed_at + rules.CLOSE_AFTER)
    if await tickets.take_step(db, row, "rate", now):
        reply = spoken(row, lambda: sayings.rate(row.number))
        await owe(db, row, f"ticket:{row.number}:rate:{row.revision}", reply, rules.by_day(now, row.timezone))


# -- rows as the room's own words


async def held(db: Transaction, number: str) -> TicketRow:
    """A ticket by the number somebody typed, held until the transaction ends. Raises Invalid, NoSuchTicket."""
    row = await tickets.locked(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return row


async def found(db: Reader, number: str) -> TicketRow:
    """A ticket by the number somebody typed. Raises Invalid, NoSuchTicket."""
    row = await tickets.by_number(db, numbers.read(number, "KF"))
    if row is None:
        raise NoSuchTicket(number=number)
    return row


def done(row: TicketRow, reopened: bool, line: int = 0) -> Answered:
    """What became of it, for whoever did it."""
    return Answered(row.number, row.status, reopened, row.reachable, row.revision, line)


async def said(db: Reader, row: TicketRow, most: int) -> tuple[Line, ...]:
    """The last things said, as the room has them. MUST NOT hold a note."""
    return tuple(
        Line(line.agent, line.text, line.at, line.id, edited_at=line.edited_at, withdrawn_at=line.withdrawn_at)
        for line in await tickets.said(db, row.id, most)
    )


def seen(row: TicketRow, lines: tuple[Line, ...] = ()) -> Ticket:
    """A ticket as the room has it."""
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
