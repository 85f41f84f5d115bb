"""What a channel declares, and what it may answer when it sends."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.conversation.reply import Reply
from bot.errors import Unsent


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do. Nothing outside `channels/` asks which channel it is: it asks this.

    buttons     taps come back as `Turn.choice`; without, choices are numbered in the text
    edits       a sent message can be replaced by a newer one
    files       files come in, and documents go out
    remembers   the channel keeps its own history; without, the engine stores every message
    rings       a message makes a phone ring; without, quiet hours have nothing to keep quiet
    text_limit  the longest text of one message, in characters
    file_limit  the largest file that comes in, in bytes
    per_second  how many messages nobody waits for may go out by this account in a second
    rest        seconds an address is left alone after a message, when more is waiting for it
    """

    buttons: bool = True
    edits: bool = False
    files: bool = True
    remembers: bool = True
    rings: bool = True
    text_limit: int = 4096
    file_limit: int = 10 * 1024 * 1024
    per_second: float = 25.0
    rest: float = 1.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the wire said when it took a message: its own id of it."""

    message: str


class Channel(Protocol):
    """One way to reach people.

    `name` is the account, the same string as `Turn.channel` of what comes in by it.
    """

    name: str
    can: Abilities

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Send once; `replacing` is the channel's id of an earlier message to stand in for.

        MUST raise rather than drop a word in silence: `Unreachable` (blocked, gone), `TryLater`
        (carry on after so many seconds), `Unknown` (it may or may not have arrived),
        `Malformed` (the wire refuses it and always will).
        """
        ...


@runtime_checkable
class Withdraws(Protocol):
    """A channel that can take back what it sent."""

    async def withdraw(self, address: str, message: str) -> bool:
        """Take a message back. False: it stands there and cannot be taken back any more. Raises as `Channel.send`."""
        ...


@runtime_checkable
class ShowsTyping(Protocol):
    """A channel that can show for a few seconds that somebody is writing."""

    async def typing(self, address: str) -> None:
        """Show it once. Raises as `Channel.send`."""
        ...


__all__ = ["Abilities", "Channel", "Receipt", "ShowsTyping", "Unsent", "Withdraws"]
