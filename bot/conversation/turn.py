"""One thing a person did, on one channel, at one moment."""

from dataclasses import dataclass
from datetime import datetime

from bot.values import value


@value
class File:
    """A file a person sent.

    `content` is None when the door refused to fetch it (too large): `size` then says how
    many bytes it was announced with. `name` is what the sender called it and is never trusted.
    `seconds` is the length of what is spoken in it; None: it is no recording.
    """

    name: str
    size: int
    content: bytes | None
    seconds: int | None = None


@value
class Turn:
    """What a door hands to the engine, already authenticated.

    channel      the account it came in by: `telegram:<bot id>`, `webchat`
    event_id     the wire's own id of this event; the same id is the same event, for ever
    address      whom to answer on that channel (a chat id, the hash of a session)
    order        grows with each event of one address; says when an event came late
    received_at  aware UTC, stamped at the door: expiry and races are judged by it
    text         what was typed, or None; beside a choice, the label that was tapped (only shown back)
    choice       the token of the button that was tapped (`reply.Choice.token`), or None
    command      a command without its slash ("start", "status"), or None
    file         what was sent with it
    language     the language tag the wire gives for this person, or None
    message      the channel's own id of the message whose button was tapped
    said         the channel's own id of what was said, where it may come again in other words
    edited       True: what was said before (`said`) has these words now
    quotes       the channel's id of the earlier message this one answers
    album        the channel's id of the album this file is one of: they come one by one and are one thing
    unread       what was sent and cannot be read here: "sticker", "location" …, or ""
    """

    channel: str
    event_id: str
    address: str
    order: int
    received_at: datetime
    text: str | None = None
    choice: str | None = None
    command: str | None = None
    file: File | None = None
    language: str | None = None
    message: str | None = None
    said: str | None = None
    edited: bool = False
    quotes: str | None = None
    album: str | None = None
    unread: str = ""


@dataclass(slots=True)
class Person:
    """Who is speaking: one contact (a creditor on one channel), as it stood when the turn began.

    An act may change `creditor_id`, `locale`, `locale_chosen`, `timezone`, `muted`, `draft` and `lost_at`:
    the engine writes them back in the same transaction. What a view changes here is forgotten.

    creditor_id  None until the person has proved an e-mail address
    locale       one of `bot.i18n.LOCALES`
    timezone     an IANA name; Asia/Shanghai unless the person chose another
    muted        notice kinds this contact does not want
    draft        the handle of the form being filled just now, or None
    lost_at      when we last had to ask what was meant, or could not say
    before       what this address typed before, if this process remembers: a hint, never a fact
    """

    contact_id: int
    channel: str
    address: str
    creditor_id: int | None
    locale: str
    locale_chosen: bool
    timezone: str
    muted: frozenset[str]
    draft: str | None
    lost_at: datetime | None = None
    before: str = ""
