"""The agents' side: what the command line calls. The words a creditor reads come from `texts`."""

from datetime import datetime

from bot.support import actions, texts
from bot.support.actions import Answered, open_tickets, ticket
from storage.database import Transaction


async def answer(db: Transaction, number: str, agent: str, text: str, at: datetime) -> Answered:
    """Answer a ticket in the creditor's chat. Raises Invalid and NoSuchTicket."""
    return await actions.answer(db, number, agent, text, at, texts.answered)


async def close(db: Transaction, number: str, agent: str, at: datetime) -> Answered:
    """Close a ticket and say so in the creditor's chat. Raises Invalid, NoSuchTicket and MoveRefused."""
    return await actions.close(db, number, agent, at, texts.closed)


__all__ = ["Answered", "answer", "close", "open_tickets", "ticket"]
