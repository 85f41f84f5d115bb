"""The web chat as a channel: what it can do, and how news reach an open page."""

from bot.conversation.bell import Bell
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.reply import Reply

NAME = "webchat"


class WebChat:
    """Rings; the pages read.

    The channel keeps no history of its own (`remembers=False`): whoever sends has already put the
    message into the history, in the same transaction. A page that is closed finds it there later.
    """

    name = NAME
    can = Abilities(edits=False, remembers=False, rings=False, text_limit=20_000, file_limit=10 * 1024 * 1024)

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Wake the pages of this address that are open in this process; others look every few seconds."""
        self._bell.ring(address)
        return Receipt("")
