"""One update of the desk's group, as raw JSON, read as what somebody did there.

What a relay that looks less closely trips over is named and ignored: service messages, pins, other
bots, the topic General, messages sent in the name of a chat.
"""

import re
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.channels.telegram.forum import texts
from bot.channels.telegram.reader import Ignored
from bot.conversation.turn import File
from bot.values import value

Kind = Literal["words", "edit", "tap", "left", "back", "moved"]

_GROUPS = frozenset({"group", "supergroup"})
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(@[A-Za-z0-9_]+)?(?:\s+|$)", re.ASCII)
_UNSTORABLE = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63 - 1
#: the user of messages that an administrator sent without his name
NAMELESS = 0
#: commands somebody may type to us alone
_PRIVATE = frozenset({"bind"})
#: what is said with no words of its own and cannot be passed on
_UNREADABLE = frozenset({
    "animation", "checklist", "contact", "dice", "game", "location", "paid_media", "poll", "sticker", "story", "venue",
    "video", "video_note",
})  # fmt: skip


@value
class Posted:
    """Something done in the group, or typed to us alone (`private`).

    thread    the topic it stands in; None: General
    command   the word behind the slash, or ""; `text` is then what follows it
    answers   the message it is a reply to
    query     a tap to acknowledge; `token` is the button's
    other     for `moved`: the group's new id
    unusable  it is a sticker, a place or the like
    """

    event_id: str
    order: int
    kind: Kind
    chat: int
    user: int
    received_at: datetime
    private: bool = False
    forum: bool = False
    thread: int | None = None
    message: int = 0
    text: str = ""
    command: str = ""
    file: File | None = None
    file_id: str = ""
    answers: int | None = None
    query: str = ""
    token: str = ""
    other: int = 0
    unusable: bool = False

    @property
    def lane(self) -> str:
        """What has to go in order: a topic, or a person's own chat."""
        return f"{self.chat}:{self.thread or 0}"


@value
class Done:
    """What the door still owes Telegram for an update: a sign under the message it is about."""

    chat: int = 0
    message: int = 0
    sign: str = ""


class Desk(Protocol):
    """Where what is done in the group goes (`bot.forumdesk`)."""

    async def take(self, posted: Posted) -> Done:
        """Do it, durably; a repeat does nothing."""
        ...


def concerns(raw: Any) -> bool:
    """Whether an update is the desk's: of a group, or one of the desk's commands typed to us alone."""
    if not isinstance(raw, dict):
        return False
    for kind in ("message", "edited_message", "chat_member", "my_chat_member"):
        held = _object(raw.get(kind))
        if held is not None:
            chat = _object(held.get("chat")) or {}
            if chat.get("type") in _GROUPS:
                return True
            return kind == "message" and chat.get("type") == "private" and _command(held)[0] in _PRIVATE
    query = _object(raw.get("callback_query")) or {}
    message = _object(query.get("message")) or {}
    return (_object(message.get("chat")) or {}).get("type") in _GROUPS


def read(raw: dict[str, Any], received_at: datetime) -> Posted | Ignored:
    """Read one update that `concerns` us. MUST NOT raise, whatever JSON it is given."""
    order = _number(raw.get("update_id"))
    if order is None or order < 0:
        return Ignored("", "no update_id")
    for kind in ("message", "edited_message"):
        if (message := _object(raw.get(kind))) is not None:
            return _message(message, order, received_at, edited=kind == "edited_message")
    if (query := _object(raw.get("callback_query"))) is not None:
        return _tap(query, order, received_at)
    if (member := _object(raw.get("chat_member"))) is not None:
        return _member(member, order, received_at)
    return Ignored(str(order), "the bot's own standing in a group")


def _message(message: dict[str, Any], order: int, received_at: datetime, *, edited: bool) -> Posted | Ignored:
    event_id = str(order)
    chat, private, forum = _chat(message)
    sender = _object(message.get("from")) or {}
    user, number = _number(sender.get("id")), _number(message.get("message_id"))
    moved = _number(message.get("migrate_to_chat_id"))
    if moved is not None and chat is not None:
        return Posted(event_id, order, "moved", chat, 0, received_at, other=moved)
    came = _number(message.get("migrate_from_chat_id"))
    if came is not None and chat is not None:
        return Posted(event_id, order, "moved", came, 0, received_at, other=chat)
    if chat is None or user is None or number is None:
        return Ignored(event_id, "a message of nobody")
    if (gone := _object(message.get("left_chat_member"))) is not None:
        who = _number(gone.get("id"))
        return Posted(event_id, order, "left", chat, who, received_at) if who else Ignored(event_id, "nobody left")
    if _number((_object(message.get("sender_chat")) or {}).get("id")) == chat:
        user = NAMELESS  # an administrator without a name: nobody knows who that is, and he is to be told
    elif sender.get("is_bot") is True or "sender_chat" in message or "via_bot" in message:
        return Ignored(event_id, "sent by a bot, or in the name of a chat")
    thread = _number(message.get("message_thread_id")) if message.get("is_topic_message") is True else None
    words = _text(message.get("text"))
    file, file_id = _file(message)
    if words is None and file is None and _UNREADABLE.isdisjoint(message):
        return Ignored(event_id, "a service message")
    command, rest = _command(message)
    if thread is None and not command:
        return Ignored(event_id, "words in General")
    replied = _object(message.get("reply_to_message"))
    answers = _number(replied.get("message_id")) if replied is not None else None
    return Posted(
        event_id, order, "edit" if edited else "words", chat, user, received_at,
        private=private, forum=forum, thread=thread, message=number, text=rest, command=command, file=file,
        file_id=file_id, answers=answers if answers != thread else None, unusable=words is None and file is None,
    )  # fmt: skip


def _tap(query: dict[str, Any], order: int, received_at: datetime) -> Posted | Ignored:
    event_id, query_id = str(order), _text(query.get("id")) or ""
    message = _object(query.get("message")) or {}
    chat, _private, forum = _chat(message)
    user, number = _number((_object(query.get("from")) or {}).get("id")), _number(message.get("message_id"))
    token = query.get("data")
    if chat is None or user is None or number is None or not isinstance(token, str) or not 0 < len(token) <= 64:
        return Ignored(event_id, "a tap on no button of ours", query_id)
    thread = _number(message.get("message_thread_id"))
    return Posted(
        event_id, order, "tap", chat, user, received_at,
        forum=forum, thread=thread, message=number, query=query_id, token=token,
    )  # fmt: skip


def _member(member: dict[str, Any], order: int, received_at: datetime) -> Posted | Ignored:
    chat, _private, _forum = _chat(member)
    now = _object(member.get("new_chat_member")) or {}
    user = _number((_object(now.get("user")) or {}).get("id"))
    if chat is None or user is None:
        return Ignored(str(order), "membership of nobody")
    there = now.get("status") not in {"left", "kicked"} and now.get("is_member") is not False
    return Posted(str(order), order, "back" if there else "left", chat, user, received_at)


def _command(message: dict[str, Any]) -> tuple[str, str]:
    """The command in a message or under a file, and what follows it; without one, the words.

    MUST NOT take for words what begins with a slash of any width: it was not meant for a creditor.
    """
    words = (_text(message.get("text")) or _text(message.get("caption")) or "").strip()
    if words.startswith(texts.NOTES):
        return "note", words[2:].strip()
    found = _COMMAND.match(words)
    if found:
        return found[1].lower(), words[found.end() :].strip()
    return (words[:32], "") if words.startswith(texts.SLASHES) else ("", words)


def _chat(message: dict[str, Any]) -> tuple[int | None, bool, bool]:
    chat = _object(message.get("chat")) or {}
    return _number(chat.get("id")), chat.get("type") == "private", chat.get("is_forum") is True


def _file(message: dict[str, Any]) -> tuple[File | None, str]:
    """The document, the largest rendering of the photo, or what was spoken; and the id to fetch it by."""
    seconds = None
    if (found := _object(message.get("document"))) is not None:
        name = _text(found.get("file_name")) or ""
    elif (found := _object(message.get("voice")) or _object(message.get("audio"))) is not None:
        name, seconds = _text(found.get("file_name")) or "voice.ogg", max(_number(found.get("duration")) or 0, 0)
    else:
        renderings = message.get("photo")
        sizes = [size for size in map(_object, renderings) if size] if isinstance(renderings, list) else []
        found = max(sizes, key=lambda size: _number(size.get("width")) or 0, default=None)
        name = f"IMG_{_number(message.get('message_id')) or 0}.jpg"
    file_id = _text(found.get("file_id")) if found is not None else None
    if found is None or not file_id:
        return None, ""
    return File(name, max(_number(found.get("file_size")) or 0, 0), None, seconds), file_id


def _object(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _number(value: Any) -> int | None:
    return value if type(value) is int and abs(value) <= _LARGEST else None


def _text(value: Any) -> str | None:
    return _UNSTORABLE.sub("\ufffd", value).replace("\0", "") if isinstance(value, str) else None
