"""A reply as calls of the Bot API: plain JSON values, made without aiogram.

The same calls ride in the response to a webhook and are sent by the wire.
"""

from html import escape
from typing import Any

import orjson

from bot.conversation.reply import Choice, Copyable, Reply
from bot.errors import Malformed
from bot.values import value

TEXT_LIMIT = 4096
COPY_LIMIT = 256
TOKEN_LIMIT = 64


@value
class Call:
    """One method of the Bot API and its fields."""

    method: str
    fields: dict[str, Any]


def calls(address: str, reply: Reply, *, replacing: str | None = None, styles: bool = False) -> list[Call]:
    """The messages of a reply, in order; its document, if any, goes out after them.

    `replacing` is the message to write over. A text too long for one message is never squeezed
    into an old one: then all of it is new. The buttons stand under the last part.
    """
    chat = chat_of(address)
    board = keyboard(reply, styles=styles)
    out = [Call("sendMessage", {"chat_id": chat, "text": text, "parse_mode": "HTML"}) for text in _parts(reply)]
    if not out:
        if reply.document is None:
            raise Malformed("a reply without a word")
        return []
    if board is not None:
        out[-1].fields["reply_markup"] = board
    if replacing is not None and reply.replaces and len(out) == 1:
        fields = {"message_id": number_of(replacing), **out[0].fields}
        return [Call("editMessageText", fields)]
    return out


def riding(address: str, reply: Reply, *, replacing: str | None = None, styles: bool = False) -> bytes | None:
    """The reply as the body of a webhook response, or None if it is more than one call without files."""
    if reply.document is not None:
        return None
    made = calls(address, reply, replacing=replacing, styles=styles)
    return packed({"method": made[0].method, **made[0].fields}) if len(made) == 1 else None


def packed(fields: dict[str, Any]) -> bytes:
    """JSON bytes. Raises `Malformed` for text that no JSON can carry."""
    try:
        return orjson.dumps(fields)
    except orjson.JSONEncodeError as wrong:
        raise Malformed("text that cannot be encoded") from wrong


def keyboard(reply: Reply, *, styles: bool = False) -> dict[str, Any] | None:
    """The buttons under a reply: numbers to copy first, then the choices."""
    rows = [[_copy(each)] for each in reply.copies if 0 < len(each.value) <= COPY_LIMIT]
    rows += [[_button(choice, styles) for choice in row] for row in reply.choices if row]
    return {"inline_keyboard": rows} if rows else None


def chat_of(address: str) -> int:
    """The chat id in an address. Raises `Malformed` if there is none."""
    return number_of(address)


def number_of(text: str) -> int:
    """An id of Telegram's as the number it is. Raises `Malformed` for anything else."""
    try:
        return int(text)
    except ValueError as wrong:
        raise Malformed("not an id of Telegram's") from wrong


def _copy(number: Copyable) -> dict[str, Any]:
    # The value is shown on the button too: clients older than copy buttons still let it be read.
    return {"text": f"📋 {number.label} {number.value}", "copy_text": {"text": number.value}}


def _button(choice: Choice, styles: bool) -> dict[str, Any]:
    label, token = choice.label, choice.token
    if not label or not token.isascii() or not 0 < len(token) <= TOKEN_LIMIT:
        raise Malformed("a button Telegram would refuse")
    if styles and choice.style:
        return {"text": label, "callback_data": token, "style": choice.style}
    return {"text": label, "callback_data": token}


def _parts(reply: Reply) -> list[str]:
    """The words of a reply as HTML, one string a message."""
    title, text = reply.title.strip(), reply.text.strip()
    # At most two of Telegram's units a character: this needs no counting.
    if 2 * (len(title) + len(text) + 2) <= TEXT_LIMIT:
        words = _bold(title, text)
        return [words] if words else []
    if _units(title) > TEXT_LIMIT:
        title, text = "", f"{title}\n\n{text}"
    first = TEXT_LIMIT - (_units(title) + 2 if title else 0)
    pieces = split(text, first) or [""]
    return [_bold(title, pieces[0]), *(escape(piece, quote=False) for piece in pieces[1:])]


def _bold(title: str, text: str) -> str:
    words = escape(text, quote=False)
    if not title:
        return words
    heading = f"<b>{escape(title, quote=False)}</b>"
    return f"{heading}\n\n{words}" if words else heading


def split(text: str, first: int) -> list[str]:
    """A long text in pieces of at most 4096 units (the first of at most `first`), cut at line ends where it can be."""
    pieces: list[str] = []
    room, rest = first, text.strip()
    while _units(rest) > room:
        window = _fitting(rest, room)
        cut = _cut(window)
        if piece := rest[:cut].strip():
            pieces.append(piece)
        elif not pieces:
            pieces.append("")  # nothing fits beside the title: the text begins in the next message
        rest, room = rest[cut:].strip(), TEXT_LIMIT
    return [*pieces, rest] if rest else pieces


def _fitting(text: str, room: int) -> str:
    """The longest beginning of at most `room` units."""
    units = 0
    for place, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > room:
            return text[:place]
    return text


def _cut(window: str) -> int:
    """Where to cut: at the last line end, else after the last sentence, if that leaves no stump."""
    for marks in ("\n", "。！？；", " "):
        place = max(window.rfind(mark) for mark in marks) + 1
        if place > len(window) // 2:
            return place
    return len(window)


def _units(text: str) -> int:
    """Telegram's measure of a text: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)
