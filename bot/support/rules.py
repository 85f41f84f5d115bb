"""Questions to a person: what may be written, and how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Invalid, Refusal

#: so much fits into one message of every channel, with a number and a signature around it
LONGEST = 2000
LONGEST_ANSWER = 3000
LONGEST_NAME = 60

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_AN_HOUR = 10
MOST_A_DAY = 30


class TooMany(Refusal):
    """So many words came in from one contact that nobody could read more. `limit` came within `hours`."""


class NoSuchTicket(Refusal):
    """There is no ticket of this `number`, or it is somebody else's."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said; `agent` None: the creditor."""

    agent: str | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question as its creditor and the desk see it.

    changed_at  since when it stands in this status: for an open one, since when somebody waits for us
    reachable   False: the contact an answer goes to has blocked us, or is gone
    """

    number: str
    status: str
    opened_at: datetime
    changed_at: datetime
    locale: str
    reachable: bool
    lines: tuple[Line, ...] = ()


def question(text: str) -> str:
    """What a creditor typed, as it is kept. Raises Invalid("empty") or Invalid("too_long")."""
    return _text(text, LONGEST)


def answer(text: str) -> str:
    """What an agent typed, as it is sent. Raises Invalid("empty") or Invalid("too_long")."""
    return _text(text, LONGEST_ANSWER)


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
    """Whether one more message may come in after so many of this contact's. Raises TooMany.

    Words that were taken before stay taken: this only says when enough is enough.
    """
    if last_hour >= MOST_AN_HOUR:
        raise TooMany(limit=MOST_AN_HOUR, hours=1)
    if last_day >= MOST_A_DAY:
        raise TooMany(limit=MOST_A_DAY, hours=24)
