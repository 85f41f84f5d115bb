"""What is said back: data with few fields; how to show it is the channel's affair."""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

import orjson

from bot.values import value

Kind = Literal["text", "digits", "amount", "email", "date", "file", "none"]


@value
class Choice:
    """A button.

    label  what is read
    token  what comes back as `Turn.choice`; at most 64 bytes of ASCII. A *standing* choice is
           `step` or `step:argument` and means the same for ever; a *local* one begins with `~`
           and belongs to one question of one form: once that is answered it does nothing.
    style  `primary` for the way on, `danger` for what gives something up
    """

    label: str
    token: str
    style: Literal["", "primary", "danger"] = ""


@value
class Copyable:
    """A number worth copying (claim number, ticket number), shown with a copy button where there is one."""

    label: str
    value: str


@value
class Attachment:
    """A file that goes out with a reply (a receipt).

    kept  where its content is, when it is too large to be carried about (`storage/enclosures.py`):
          `content` is empty until it is sent or fetched
    """

    name: str
    media_type: str
    content: bytes
    kept: str = ""


@value
class Reply:
    """Exactly one of these answers a turn.

    title      one line that says where you are; channels show it in bold
    text       plain text, never markup; lines are separated by a newline
    choices    rows of buttons
    copies     numbers worth copying
    document   a file to hand out
    expects    what the person is likely to type next: the web page picks its keyboard by it
    accept     for expects="file": media types, as an HTML accept list
    replaces   True: on a channel that can edit, this stands in the place of the message whose
               button was tapped; False: it is always a new message (receipts, anything worth keeping)
    notice     a push kind ("claim_status", "offer_new" …) when nobody asked for it, else ""
    revises    places in the history whose words are others now: this line only says so
    """

    text: str
    title: str = ""
    choices: tuple[tuple[Choice, ...], ...] = ()
    copies: tuple[Copyable, ...] = ()
    document: Attachment | None = None
    expects: Kind = "text"
    accept: str = ""
    replaces: bool = True
    notice: str = ""
    revises: tuple[int, ...] = ()

    @property
    def silent(self) -> bool:
        """Nothing is said at all: what came in belongs to what was answered before."""
        return not (self.text or self.title or self.document or self.choices or self.copies)

    def with_choices(self, *rows: tuple[Choice, ...]) -> "Reply":
        """The same reply with rows of buttons added at its end."""
        return replace(self, choices=self.choices + rows)

    def packed(self) -> bytes:
        """The reply as JSON bytes, to be sealed and stored; `unpacked` reads it again."""
        return orjson.dumps(self, default=_bytes)


def _bytes(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value))


def unpacked(packed: bytes) -> Reply:
    """A stored reply, as `Reply.packed` wrote it."""
    raw = orjson.loads(packed)
    document = raw.pop("document")
    if document:
        document["content"] = bytes.fromhex(document["content"])
    return Reply(
        choices=tuple(tuple(Choice(**c) for c in row) for row in raw.pop("choices")),
        copies=tuple(Copyable(**c) for c in raw.pop("copies")),
        revises=tuple(raw.pop("revises", ())),
        document=document and Attachment(**document),
        **raw,
    )


#: says nothing. Only for a channel that keeps its own history: there a turn may pass without a word
SILENCE = Reply(text="", replaces=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A push before it has words: rendered in the reader's language when it is sent."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
