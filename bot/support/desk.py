"""The agents' side: what the command line, the clock and the desks call. Words for creditors come from `texts`."""

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.turn import File
from bot.support import answers, moves, texts
from bot.support.answers import (
    Rewording,
    Wording,
    assign,
    case,
    delivered,
    escalate,
    export,
    hold,
    link,
    merge,
    note,
    notices,
    open_tickets,
    paper,
    reveal,
    standing,
    take,
    ticket,
    undelivered,
)
from bot.support.moves import Answered, Sayings
from bot.support.rules import Ticket
from storage.database import Transaction

_SAYINGS = Sayings(texts.late, texts.nudge, texts.silent, texts.rate)
_ANSWER = Wording(texts.answered, texts.body, texts.enclosed)
_ASK_DOCUMENT = Wording(texts.asks_document, texts.body, texts.enclosed)
_CHANGED = Rewording(_ANSWER, texts.edited, texts.corrected)
_FIRST = Wording(texts.written_first, texts.body, texts.enclosed)


async def answer(
    db: Transaction,
    number: str,
    agent: str,
    text: str,
    at: datetime,
    *,
    revision: int | None = None,
    sure: bool = False,
    files: Sequence[File] = (),
    about: int | None = None,
) -> Answered:
    """Answer a ticket in the creditor's chat: words, files, or both; `about` names the line that is quoted.

    Raises Invalid, NoSuchTicket, NoSuchLine, Quarantined, Overtaken and OthersDetails.
    """
    return await answers.answer(
        db, number, agent, text, at, _ANSWER, revision=revision, sure=sure, files=files, about=about
    )


async def ask_document(
    db: Transaction, number: str, agent: str, text: str, at: datetime, *, revision: int | None = None
) -> Answered:
    """Ask the creditor for a document, with a button that takes it. Raises as `answer`."""
    return await answers.answer(db, number, agent, text, at, _ASK_DOCUMENT, revision=revision)


async def write_first(db: Transaction, claim: str, agent: str, text: str, at: datetime) -> Answered:
    """Write to the creditor of a claim before he asks. Raises Invalid, NoSuchClaim and NobodyThere."""
    return await answers.write_first(db, claim, agent, text, at, _FIRST)


async def change_answer(db: Transaction, number: str, line: int, agent: str, text: str, at: datetime) -> Answered:
    """Put other words in an answer: in its place where the channel can, else as a correction.

    Raises Invalid, NoSuchTicket, NoSuchLine and OthersDetails.
    """
    return await answers.change_answer(db, number, line, agent, text, at, _CHANGED)


async def withdraw_answer(db: Transaction, number: str, line: int, agent: str, at: datetime) -> Answered:
    """Take back an answer with its files, where the channel can; the creditor is told where it cannot.

    Raises Invalid, NoSuchTicket and NoSuchLine.
    """
    return await answers.withdraw_answer(db, number, line, agent, at, texts.withdrawn)


async def solve(db: Transaction, number: str, agent: str, at: datetime) -> Answered:
    """Consider a ticket settled and ask how it was. Raises Invalid, NoSuchTicket and MoveRefused."""
    return await answers.solve(db, number, agent, at, texts.solved)


async def close(db: Transaction, number: str, agent: str, at: datetime) -> Answered:
    """Close a ticket and say so in the creditor's chat. Raises Invalid, NoSuchTicket and MoveRefused."""
    return await answers.close(db, number, agent, at, texts.closed)


async def tick(db: Transaction, now: datetime) -> int:
    """Do what is due by the clock for some tickets; how many. Call again until 0."""
    return await moves.tick(db, now, _SAYINGS)


__all__ = [
    "Answered",
    "Ticket",
    "answer",
    "ask_document",
    "assign",
    "case",
    "change_answer",
    "close",
    "delivered",
    "escalate",
    "export",
    "hold",
    "link",
    "merge",
    "note",
    "notices",
    "open_tickets",
    "paper",
    "reveal",
    "solve",
    "standing",
    "take",
    "tick",
    "ticket",
    "undelivered",
    "withdraw_answer",
    "write_first",
]
