"""Replies and notices on their way out."""

from datetime import timedelta

from bot.conversation.reply import Reply
from bot.conversation.turn import Turn
from storage import deliveries
from storage.database import Reader, Transaction

#: a reply older than this answers a question nobody remembers
REPLY_LIVES = timedelta(days=3)


async def put_reply(db: Transaction, turn: Turn, reply: Reply) -> None:
    """Owe the reply of a turn to its address."""
    await deliveries.put(
        db,
        channel=turn.channel,
        address=turn.address,
        lane=0,
        dedupe_key=f"reply:{turn.channel}:{turn.event_id}",
        kind="reply",
        fields={"replacing": turn.message},
        body=reply.packed(),
        due_at=turn.received_at,
        expires_at=turn.received_at + REPLY_LIVES,
    )


async def waits(db: Reader, channel: str, address: str) -> bool:
    """Whether an earlier reply to this address is still on its way."""
    return await deliveries.waiting(db, channel, address)
