"""Wires that remember: a chat that can do what Telegram can, and the page, which has its history from us."""

from dataclasses import dataclass

from bot.conversation.channel import Abilities, Channel, Receipt
from bot.conversation.outbox import Cancelled, Drain, Render
from bot.conversation.reply import Reply
from bot.work import note_delivery, tell_of_unsent
from storage.database import Database, Reader
from storage.deliveries import DueRow
from tests.person import TELEGRAM, WEBCHAT


@dataclass
class Sent:
    """One message that went out, and the one it stands in the place of."""

    address: str
    reply: Reply
    replacing: str | None
    message: str


class Chat:
    """Keeps what is sent to it. `wrong` is raised instead of the next sends, in order.

    Without `names` it tells no id of what it took.
    """

    name = TELEGRAM
    can = Abilities(edits=True, rest=0)

    def __init__(self, *wrong: Exception, names: bool = True) -> None:
        self.names = names
        self.sent: list[Sent] = []
        self.wrong = list(wrong)
        self.deleted: list[str] = []
        self.too_late = False

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        if self.wrong:
            raise self.wrong.pop(0)
        self.sent.append(Sent(address, reply, replacing, replacing or str(500 + len(self.sent))))
        return Receipt(self.sent[-1].message if self.names else "")

    async def withdraw(self, address: str, message: str) -> bool:
        if self.wrong:
            raise self.wrong.pop(0)
        if not self.too_late:
            self.deleted.append(message)
        return not self.too_late


class Page:
    """The page: what is sent stands in the history already."""

    name = WEBCHAT
    can = Abilities(remembers=False, rings=False)

    def __init__(self) -> None:
        self.rung: list[str] = []

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        self.rung.append(address)
        return Receipt("")


async def no_words(_db: Reader, _row: DueRow) -> Cancelled:
    return Cancelled("nothing to say")


async def at_once(_moment: object) -> None:
    """Nobody waits."""


async def drained(database: Database, channel: Channel, render: Render = no_words) -> Drain:
    """Send what is due on this wire."""
    drain = Drain(
        database,
        channel,
        render,
        unsent=tell_of_unsent,
        delivered=note_delivery,
        sleep_until=at_once,
        chance=lambda: 0.0,
    )
    await drain.empty()
    return drain
