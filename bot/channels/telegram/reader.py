"""One update of the Bot API, as raw JSON, read as what a person did.

No model of aiogram stands here: few fields are used, and each is type-checked where it is read,
so an update that is not as Telegram documents it is ignored and never an error. Whatever text
comes out can be stored and sent: no NUL, no half of a surrogate pair.
"""

import re
from datetime import datetime
from typing import Any

from bot.conversation.turn import File, Turn
from bot.values import value

#: the kinds asked for; Telegram sends no other
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
#: what people send that we cannot use, and what it is called: answered in words, never with silence
UNREADABLE = {
    "sticker": "sticker", "dice": "sticker", "animation": "sticker", "game": "sticker",
    "video": "video", "video_note": "video", "story": "video",
    "venue": "location", "location": "location", "contact": "contact",
    "checklist": "other", "paid_media": "other", "poll": "other",
}  # fmt: skip
#: what is spoken, and what it is called when it has no name of its own
SPOKEN = {"voice": "VOICE_{number}.ogg", "audio": "AUDIO_{number}.mp3"}

#: commands that are words: what they do, the open form decides
WALKS = frozenset({"back", "skip", "cancel"})

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?=\s|$)")
_UNSTORABLE = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63 - 1


@value
class Heard:
    """A turn, and what the door owes Telegram besides.

    file_id  a file to fetch before the turn is taken, or ""
    query    a tap to acknowledge, so that the button stops spinning, or ""
    """

    turn: Turn
    file_id: str = ""
    query: str = ""


@value
class Standing:
    """The person blocked the bot, or took the block away."""

    event_id: str
    address: str
    reachable: bool


@value
class Ignored:
    """Nothing for the engine. `why` is for the log and names no content."""

    event_id: str
    why: str
    query: str = ""


def read(raw: Any, channel: str, received_at: datetime) -> Heard | Standing | Ignored:
    """Read one update. MUST NOT raise, whatever JSON it is given."""
    if not isinstance(raw, dict):
        return Ignored("", "not an object")
    order = _number(raw.get("update_id"))
    if order is None or order < 0:
        return Ignored("", "no update_id")
    if (message := _object(raw.get("message"))) is not None:
        return _message(message, channel, order, received_at)
    if (message := _object(raw.get("edited_message"))) is not None:
        return _edited(message, channel, order, received_at)
    if (query := _object(raw.get("callback_query"))) is not None:
        return _tap(query, channel, order, received_at)
    if (member := _object(raw.get("my_chat_member"))) is not None:
        return _standing(member, order)
    return Ignored(str(order), "a kind nobody asked for")


def order_of(raw: Any) -> int | None:
    """The update_id, which polling counts by; None if there is none."""
    return _number(raw.get("update_id")) if isinstance(raw, dict) else None


def _message(message: dict[str, Any], channel: str, order: int, received_at: datetime) -> Heard | Ignored:
    event_id = str(order)
    address = _private(message)
    if address is None:
        return Ignored(event_id, "not a private chat")
    sender = _object(message.get("from")) or {}
    if sender.get("is_bot") is True:
        return Ignored(event_id, "sent by a bot")
    text = _text(message.get("text"))
    command: str | None = None
    file: File | None = None
    file_id = unread = ""
    if text is not None:
        if text.startswith("/") and (match := _COMMAND.match(text)):
            # What follows a command (a deep link's payload) is a stranger's word: it does nothing.
            command, text = match[1].lower(), None
            if command in WALKS:
                command, text = None, f"/{command}"
    elif (found := _file(message)) is not None:
        file, file_id = found
        text = _text(message.get("caption"))
    elif (kind := next((kind for kind in UNREADABLE if kind in message), None)) is not None:
        text, unread = "", UNREADABLE[kind]
    elif any(kind in message for kind in SPOKEN):  # without anything to fetch
        text, unread = "", "other"
    else:
        return Ignored(event_id, "a service message")
    turn = Turn(
        channel=channel,
        event_id=event_id,
        address=address,
        order=order,
        received_at=received_at,
        text=text,
        command=command,
        file=file,
        language=_text(sender.get("language_code")),
        said=_id(message.get("message_id")),
        quotes=_id((_object(message.get("reply_to_message")) or {}).get("message_id")),
        album=(_text(message.get("media_group_id")) or "")[:64] or None if file is not None else None,
        unread=unread,
    )
    return Heard(turn, file_id=file_id)


def _edited(message: dict[str, Any], channel: str, order: int, received_at: datetime) -> Heard | Ignored:
    """Other words for a message, or for what stands under a file. Of the file itself nothing can be edited here.

    A place that is shared live is "edited" every few seconds, and a command is done once: neither is news.
    """
    event_id = str(order)
    address, said = _private(message), _id(message.get("message_id"))
    sender = _object(message.get("from")) or {}
    text = _text(message.get("text"))
    if text is None:
        text = _text(message.get("caption"))
    if address is None or sender.get("is_bot") is True:
        return Ignored(event_id, "not a private chat")
    if said is None or not text or _COMMAND.match(text):
        return Ignored(event_id, "an edit of no words")
    turn = Turn(
        channel=channel,
        event_id=event_id,
        address=address,
        order=order,
        received_at=received_at,
        text=text,
        language=_text(sender.get("language_code")),
        said=said,
        edited=True,
    )
    return Heard(turn)


def _tap(query: dict[str, Any], channel: str, order: int, received_at: datetime) -> Heard | Ignored:
    event_id = str(order)
    query_id = _text(query.get("id")) or ""
    message = _object(query.get("message"))
    address = _private(message) if message is not None else None
    if message is None or address is None:
        return Ignored(event_id, "a tap outside a private chat", query_id)
    token = query.get("data")
    if not isinstance(token, str) or not (token.isascii() and token.isprintable() and 0 < len(token) <= 64):
        return Ignored(event_id, "a tap on no button of ours", query_id)
    number = _number(message.get("message_id"))
    # A date of 0 marks a message that is out of reach, and a message that carries a file has no
    # text to edit: neither can be written over.
    editable = number is not None and message.get("date") != 0 and _file(message) is None
    sender = _object(query.get("from")) or {}
    turn = Turn(
        channel=channel,
        event_id=event_id,
        address=address,
        order=order,
        received_at=received_at,
        choice=token,
        language=_text(sender.get("language_code")),
        message=str(number) if editable else None,
    )
    return Heard(turn, query=query_id)


def _standing(member: dict[str, Any], order: int) -> Standing | Ignored:
    event_id = str(order)
    address = _private(member)
    now = (_object(member.get("new_chat_member")) or {}).get("status")
    if address is None or not isinstance(now, str):
        return Ignored(event_id, "membership elsewhere")
    return Standing(event_id, address, reachable=now not in {"kicked", "left"})


def _file(message: dict[str, Any]) -> tuple[File, str] | None:
    """The document, the largest rendering of the photo, or what was spoken: what it is, and the id to fetch it by."""
    seconds: int | None = None
    spoken = next((kind for kind in SPOKEN if kind in message), None)
    if spoken is not None:
        document = _object(message.get(spoken))
        if document is None:
            return None
        number = _number(message.get("message_id")) or 0
        name = _text(document.get("file_name")) or SPOKEN[spoken].format(number=number)
        seconds = min(max(_number(document.get("duration")) or 0, 0), 86_400)
    elif (document := _object(message.get("document"))) is not None and "animation" not in message:
        name = _text(document.get("file_name")) or ""
    else:
        renderings = message.get("photo")
        if not isinstance(renderings, list):
            return None
        sizes = [size for size in map(_object, renderings) if size is not None]
        document = max(sizes, key=lambda size: _number(size.get("width")) or 0, default=None)
        if document is None:
            return None
        name = f"IMG_{_number(message.get('message_id')) or 0}.jpg"
    file_id = _text(document.get("file_id"))
    if not file_id:
        return None
    size = max(_number(document.get("file_size")) or 0, 0)
    return File(name=name, size=size, content=None, seconds=seconds), file_id


def _private(message: dict[str, Any]) -> str | None:
    """The address of the private chat a message belongs to."""
    chat = _object(message.get("chat")) or {}
    number = _number(chat.get("id"))
    return str(number) if chat.get("type") == "private" and number is not None and number > 0 else None


def _id(value: Any) -> str | None:
    number = _number(value)
    return str(number) if number is not None and number > 0 else None


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int and abs(value) <= _LARGEST else None


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if value.isascii() and "\0" not in value:
        return value
    return _UNSTORABLE.sub("\ufffd", value).replace("\0", "")
