"""Questions to a person: what may be written, how pressing it is, and what the clock does when nobody answers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from bot.errors import Invalid, Refusal
from bot.support import hours
from bot.support.hours import Desk

#: so much fits into one message of every channel, with a number and a signature around it
LONGEST = 2000
LONGEST_ANSWER = 3000
LONGEST_NAME = 60
LONGEST_REASON = 300

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_AN_HOUR = 10
MOST_A_DAY = 30

#: files that wait beside words that are not sent yet
MOST_FILES = 10


class TooMany(Refusal):
    """So many words came in from one contact that nobody could read more. `limit` came within `hours`."""


class NoSuchTicket(Refusal):
    """There is no ticket of this `number`, or it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said; `agent` None: the creditor.

    kind      said, note (for agents only) or event; `code` says which event
    delivery  of an agent's words: how their way ended, "" while they are on it
    answers   the line it answers; of an event, the line it is about
    """

    agent: str | None
    text: str
    at: datetime
    id: int = 0
    kind: str = "said"
    code: str = ""
    edited_at: datetime | None = None
    delivery: str = ""
    answers: int | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A file in a ticket; `harm` says why nobody opens it, `seconds` how long it is spoken."""

    handle: str
    line: int | None
    name: str
    media_type: str
    size: int
    harm: str | None
    at: datetime
    seconds: int | None = None


#: the event that says which notice a ticket is about; its text is the kind
ABOUT_NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice a ticket is about, by its row of the outbox; the kind is known for longer than the row is."""

    id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question as its creditor and the desk see it.

    changed_at  since when it stands in this status
    asked_at    since when the creditor waits for us, if he does
    due_at      when the clock does something, if ever
    promised_at until when we mean to have answered, if he waits
    reachable   False: the contact an answer goes to has blocked us, or is gone
    notice      the last notice it is about
    others      further tickets of the same creditor that are not closed
    alike       tickets of others in which the same was said
    masked      whether what tells who somebody is was taken out of the words
    """

    number: str
    status: str
    opened_at: datetime
    changed_at: datetime
    locale: str
    reachable: bool
    lines: tuple[Line, ...] = ()
    category: str = "other"
    priority: int = 3
    tier: str = "agent"
    agent: str | None = None
    flags: str = ""
    revision: int = 0
    claim: str | None = None
    offer: str | None = None
    matter: str = ""
    asked_at: datetime | None = None
    due_at: datetime | None = None
    reason: str | None = None
    score: int | None = None
    promised_at: datetime | None = None
    files: tuple[Paper, ...] = ()
    notice: Notice | None = None
    others: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    masked: bool = False


def question(text: str) -> str:
    """What a creditor typed, as it is kept. Raises Invalid("empty") or Invalid("too_long")."""
    return _text(text, LONGEST)


def answer(text: str) -> str:
    """What an agent typed, as it is sent. Raises Invalid("empty") or Invalid("too_long")."""
    return _text(text, LONGEST_ANSWER)


def few_enough(papers: int) -> None:
    """Whether so many files may go out with one answer. Raises Invalid("too_many_files")."""
    if papers > MOST_FILES:
        raise Invalid("too_many_files", most=MOST_FILES)


def _text(text: str, longest: int) -> str:
    text = text.strip()
    if not text:
        raise Invalid("empty")
    if len(text) > longest:
        raise Invalid("too_long", limit=longest, length=len(text))
    return text


def name(agent: str) -> str:
    """The name an agent signs with; it stands in the ledger and under the answer. Raises Invalid("no_name")."""
    agent = agent.strip()
    if not agent or len(agent) > LONGEST_NAME or not agent.isprintable():
        raise Invalid("no_name")
    return agent


def may_write(last_hour: int, last_day: int) -> None:
    """Whether one more message may come in after so many of this contact's that nobody answered. Raises TooMany.

    Who talks with an agent is in no flood. Words that were taken before stay taken.
    """
    if last_hour >= MOST_AN_HOUR:
        raise TooMany(limit=MOST_AN_HOUR, hours=1)
    if last_day >= MOST_A_DAY:
        raise TooMany(limit=MOST_A_DAY, hours=24)


class Taken(Refusal):
    """Another agent has the ticket. `by`."""


class Overtaken(Refusal):
    """The ticket is not what the agent had before him: it stands at `revision`, changed by `by`."""


class OthersDetails(Refusal):
    """Words for one creditor hold what belongs to another. `found`: how many such things."""


class CannotMerge(Refusal):
    """These two are not one creditor's, or are one ticket. `number`, `into`."""


class NoSuchClaim(Refusal):
    """There is no claim of this `number`."""


class NobodyThere(Refusal):
    """The creditor of this `number` can be reached by no channel."""


class NotTheirs(Refusal):
    """This claim, offer or notice is not this creditor's. `number`."""


class NotRevealed(Refusal):
    """What is masked was not revealed to this agent, or the time is over. `number`."""


class Quarantined(Refusal):
    """A file that may do harm is handed out to nobody. `why`."""


class NoSuchFile(Refusal):
    """The ticket has no such file."""


class NoSuchAgent(Refusal):
    """Nobody of this `name` answers here: there is no such account, it was revoked, or it only reads."""


_MENTION = re.compile(r"(?<![a-z0-9._@/-])@([a-z0-9][a-z0-9._-]{0,39})", re.IGNORECASE | re.ASCII)


def mentioned(text: str) -> tuple[str, ...]:
    """Who is named in a note as @name, each once; an address (a@b.c) names nobody."""
    return tuple(dict.fromkeys(found[1].lower().rstrip("._-") for found in _MENTION.finditer(text)))


def beside_mentions(changed: Callable[[str], str], text: str) -> str:
    """A note with everything changed but the names of the agents in it."""
    parts, last = [], 0
    for found in _MENTION.finditer(text):
        parts += [changed(text[last : found.start()]), found[0]]
        last = found.end()
    return "".join((*parts, changed(text[last:])))


class NoSuchLine(Refusal):
    """The ticket has no such line, or none the creditor may see."""


# --- what it is about, and how pressing -------------------------------------------------------


class Category(StrEnum):
    """What a ticket is about."""

    CLAIM = "claim"
    OFFER = "offer"
    PAYOUT = "payout"
    ACCOUNT = "account"
    SAFETY = "safety"
    PLACE = "place"
    PRIVACY = "privacy"
    OTHER = "other"


class Priority(IntEnum):
    """How pressing it is; the smaller goes first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Tier(StrEnum):
    """Whose eyes are on it; the ladder goes up and never down."""

    AGENT = "agent"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    ON_CALL = "on_call"


LADDER = (Tier.AGENT, Tier.SENIOR, Tier.SUPERVISOR, Tier.ON_CALL)

#: what was understood of the words (bot.understanding.meaning.Intent) -> what the ticket is about
_ABOUT: Mapping[str, Category] = {
    "submit_claim": Category.CLAIM,
    "claim_status": Category.CLAIM,
    "upload_document": Category.CLAIM,
    "receipt": Category.CLAIM,
    "bond_offers": Category.OFFER,
    "accept_offer": Category.OFFER,
    "decline_offer": Category.OFFER,
    "estimate_payout": Category.PAYOUT,
    "payout_method": Category.PAYOUT,
    "schedule": Category.PAYOUT,
    "link_account": Category.ACCOUNT,
    "change_language": Category.ACCOUNT,
    "notifications": Category.ACCOUNT,
    "check_scam": Category.SAFETY,
    "restricted": Category.PLACE,
    "delete_my_data": Category.PRIVACY,
}
_OF_ROOM: Mapping[str, Category] = {
    "claims": Category.CLAIM,
    "offers": Category.OFFER,
    "payouts": Category.PAYOUT,
    "welcome": Category.ACCOUNT,
}
#: statuses of a claim that a creditor asks about with reason
NEGATIVE = frozenset({"disputed", "disallowed", "document_requested"})
#: from this many cents a matter goes before others
LARGE = 10_000_000
SOON, NEAR = timedelta(hours=48), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class About:
    """What a person was at when asking for us.

    claim, offer  its number
    form          the form he was stuck in, and the `question`
    notice        the id of the notice he was sent
    """

    claim: str = ""
    offer: str = ""
    form: str = ""
    question: str = ""
    notice: str = ""

    @property
    def matter(self) -> str:
        """What tells one matter from another; "" is none in particular."""
        if self.offer:
            return f"offer:{self.offer}"
        if self.claim:
            return f"claim:{self.claim}"
        if self.form:
            return f"form:{self.form}"
        return f"notice:{self.notice}" if self.notice else ""


@dataclass(frozen=True, slots=True)
class Signals:
    """What decides how pressing a ticket is.

    deadline  the nearest moment after which something is lost: an offer's end
    cents     what it is about, as a claim or an offer has it
    """

    category: Category = Category.OTHER
    distressed: bool = False
    angry: bool = False
    negative: bool = False
    deadline: datetime | None = None
    cents: int | None = None


def category(intent: str, about: About) -> Category:
    """What a ticket is about: what it hangs on, else what the words say."""
    if about.offer:
        return Category.OFFER
    if about.claim:
        return Category.CLAIM
    return _OF_ROOM.get(about.form.partition(".")[0]) or _ABOUT.get(intent, Category.OTHER)


def priority(signals: Signals, now: datetime) -> Priority:
    """How pressing a ticket is. Somebody in distress, and what is lost within two days, go before everything."""
    left = signals.deadline - now if signals.deadline is not None else None
    ahead = left is not None and left > timedelta(0)
    if signals.distressed or (ahead and left is not None and left <= SOON):
        return Priority.URGENT
    if (
        signals.angry
        or signals.negative
        or signals.category is Category.SAFETY
        or (signals.cents is not None and signals.cents >= LARGE)
        or (ahead and left is not None and left <= NEAR)
    ):
        return Priority.HIGH
    return Priority.LOW if signals.category is Category.PLACE else Priority.NORMAL


# --- the clock --------------------------------------------------------------------------------

_MINUTES: Mapping[Priority, Mapping[Tier, int]] = {
    Priority.URGENT: {Tier.AGENT: 30, Tier.SENIOR: 30, Tier.SUPERVISOR: 60},
    Priority.HIGH: {Tier.AGENT: 120, Tier.SENIOR: 60, Tier.SUPERVISOR: 120},
    Priority.NORMAL: {Tier.AGENT: 480, Tier.SENIOR: 240, Tier.SUPERVISOR: 480},
    Priority.LOW: {Tier.AGENT: 960, Tier.SENIOR: 480, Tier.SUPERVISOR: 960},
}
#: the reminder of whoever has it goes out when so much of the time is over
WARN = (3, 4)
REMINDER = "reminder"

#: so long after an agent's words, and with so few lines since, what is said is likely said to him
TALK, TALK_LINES = timedelta(minutes=30), 12
#: we wait for the creditor: one reminder, then it counts as settled
NUDGE_AFTER = timedelta(days=3)
SILENCE = timedelta(days=7)
#: settled: one reminder to say how it was, then it is closed
RATE_AGAIN = timedelta(days=1)
CLOSE_AFTER = timedelta(days=3)
#: a ticket may be held for so long, and then again
LONGEST_HOLD = timedelta(days=30)
#: how long an agent may read unmasked
REVEAL_LIVES = timedelta(minutes=30)
LONGEST_REVEAL = timedelta(hours=4)

#: a rating up to this opens the ticket again
BAD = 2
BEST = 5

#: on the creditor's clock: nobody is woken by a reminder
MORNING, EVENING = time(9), time(21)


def target(urgency: int, tier: str) -> int:
    """Seconds of work a tier has for an answer; 0 for the last one, whom nobody follows."""
    return _MINUTES[Priority(urgency)].get(Tier(tier), 0) * 60


@dataclass(frozen=True, slots=True)
class Step:
    """What the clock does next for somebody who waits: `name` is REMINDER or the tier it goes to."""

    name: str
    at: datetime


def next_step(urgency: int, tier: str, reminded: bool, runs_since: datetime, used: int, desk: Desk) -> Step | None:
    """The next step of the ladder; None: its end. MUST count only time in which somebody sits at the desk."""
    seconds = target(urgency, tier)
    if not seconds:
        return None
    if not reminded:
        warn = seconds * WARN[0] // WARN[1]
        return Step(REMINDER, hours.after(desk, runs_since, max(0, warn - used)))
    above = LADDER[LADDER.index(Tier(tier)) + 1]
    return Step(above.value, hours.after(desk, runs_since, max(0, seconds - used)))


def above(tier: str) -> Tier:
    """The next tier; the last one stays."""
    place = LADDER.index(Tier(tier))
    return LADDER[min(place + 1, len(LADDER) - 1)]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a creditor may honestly be told.

    ahead    how many are answered before him
    minutes  of work within which we mean to answer; 0: nobody can say
    is_open  somebody sits there now
    back     when somebody is there
    known    False: the calendar of that day is not complete
    """

    ahead: int
    minutes: int
    is_open: bool
    back: datetime
    known: bool


def expectation(ahead: int, urgency: int, tier: str, desk: Desk, now: datetime) -> Expectation:
    """What may be said of a wait that begins, or goes on, now."""
    back = hours.opens(desk, now)
    known = hours.known(desk, back.astimezone(ZoneInfo(desk.timezone)).date())
    return Expectation(ahead, target(urgency, tier) // 60, back == now, back, known)


def by_day(at: datetime, timezone: str) -> datetime:
    """This moment, or the next morning on the reader's clock if it is night there."""
    local = at.astimezone(ZoneInfo(timezone))
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() if local.time() < MORNING else local.date() + DAY
    return datetime.combine(day, MORNING, local.tzinfo).astimezone(at.tzinfo)


def wake(until: datetime, now: datetime) -> datetime:
    """Until when a ticket is held. Raises Invalid("wrong_moment") for what is past or too far."""
    if not now < until <= now + LONGEST_HOLD:
        raise Invalid("wrong_moment", days=LONGEST_HOLD.days)
    return until


def reason(text: str) -> str:
    """Why somebody does something; it is kept. Raises Invalid("no_reason")."""
    said = " ".join(text.split())
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise Invalid("no_reason")
    return said


def note(text: str) -> str:
    """What an agent notes for the others. Raises Invalid("empty") or Invalid("too_long")."""
    return _text(text, LONGEST_ANSWER)


def score(text: str) -> int:
    """A rating from 1 to 5. Raises Invalid("no_score")."""
    if text not in {str(number) for number in range(1, BEST + 1)}:
        raise Invalid("no_score")
    return int(text)


def in_step(held: int, expected: int | None, by: str | None) -> None:
    """Whether an agent answers the ticket he had before him. Raises Overtaken; None: he did not say."""
    if expected is not None and expected != held:
        raise Overtaken(revision=held, by=by or "the creditor")


# --- flags ------------------------------------------------------------------------------------

DISTRESS, ANGER, LOW_RATING, UNDELIVERED = "distress", "anger", "low_rating", "undelivered"


def flagged(flags: str, *more: str) -> str:
    """Flags with some more, each once, in a fixed order."""
    return " ".join(sorted({*flags.split(), *filter(None, more)}))


def unflagged(flags: str, flag: str) -> str:
    """Flags without one of them."""
    return " ".join(word for word in flags.split() if word != flag)
