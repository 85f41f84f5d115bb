"""Telegram as a channel: how a reply is sent, and what each refusal of the wire means."""

import logging
from typing import Any

from aiogram.exceptions import (
    AiogramError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError

from bot.channels.telegram import render
from bot.channels.telegram.render import Call
from bot.channels.telegram.wire import Wire
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.reply import Reply
from bot.errors import Malformed, TryLater, Unknown, Unreachable, Unsent

log = logging.getLogger(__name__)

OFFICIAL = "https://api.telegram.org"
#: seconds to wait when the server is down or knows nothing of our token
PAUSE = 5.0
LONG_PAUSE = 60.0

_GONE = ("chat not found", "user not found", "user is deactivated", "user_deactivated", "peer_id_invalid")
_UNCHANGED = "message is not modified"
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message to edit",
    "message_id_invalid",
    "message identifier is not specified",
)


class Telegram:
    """A bot as a channel.

    `styles` colours buttons (Bot API 9.4): on for Telegram's own server, which ignores it towards
    clients that are too old; off for any other, since a compatible server may refuse the field and
    with it the message.
    """

    can = Abilities(buttons=True, edits=True, files=True, remembers=True, text_limit=render.TEXT_LIMIT)

    def __init__(self, wire: Wire, *, styles: bool = False) -> None:
        self.wire = wire
        self.name = f"telegram:{wire.bot_id}"
        self.desk: Any = None  # where what is done in the desk's group goes (forum.reader.Desk)
        self.styles = styles

    @classmethod
    def connected(cls, token: str, base: str = OFFICIAL) -> "Telegram":
        """The channel of a bot token. Nothing is sent yet."""
        return cls(Wire(token, base), styles=base.rstrip("/") == OFFICIAL)

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Send once: the words, then the document. The receipt is for the message with the buttons.

        A reply of several messages may end half-way; sending it again then repeats the first ones.
        MUST raise rather than drop a word in silence.
        """
        calls = render.calls(address, reply, replacing=replacing, styles=self.styles)
        chat = render.chat_of(address)
        try:
            return await self._send(chat, calls, reply)
        except TelegramMigrateToChat as moved:
            log.info("a chat has a new id: sending there")
            try:
                return await self._send(moved.migrate_to_chat_id, _moved(calls, moved.migrate_to_chat_id), reply)
            except AiogramError as wrong:
                raise unsent(wrong, group=True) from None
        except AiogramError as wrong:
            # `from None`: the cause may name the address that was called, and so the token.
            raise unsent(wrong, group=chat < 0) from None

    async def typing(self, address: str) -> None:
        """Show "typing…"; Telegram takes it away after five seconds, or with the next message."""
        try:
            await self.wire.acts(render.chat_of(address), "typing")
        except AiogramError as wrong:
            raise unsent(wrong, group=False) from None

    async def withdraw(self, address: str, message: str) -> bool:
        """Delete a message of ours; Telegram allows it for 48 hours. False: it stands, and may be edited at most."""
        try:
            await self.wire.delete(render.chat_of(address), render.number_of(message))
        except TelegramBadRequest as refused:
            says = refused.message.lower()
            if "message to delete not found" in says:
                return True  # the person was faster
            if "can't be deleted" in says or "message_delete_forbidden" in says:
                return False
            raise unsent(refused, group=False) from None
        except AiogramError as wrong:
            raise unsent(wrong, group=False) from None
        return True

    def riding(self, address: str, reply: Reply, *, replacing: str | None = None) -> bytes | None:
        """The reply as the body of a webhook response, or None when it has to be sent."""
        return render.riding(address, reply, replacing=replacing, styles=self.styles)

    async def close(self) -> None:
        """Close all connections."""
        await self.wire.close()

    async def _send(self, chat: int, calls: list[Call], reply: Reply) -> Receipt:
        receipt = ""
        for call in calls:
            receipt = await self._edit(call) if call.method == "editMessageText" else await self.wire.call(call)
        if reply.document is not None:
            board = None if calls else render.keyboard(reply, styles=self.styles)
            handed = await self.wire.hand_out(chat, reply.document, board)
            receipt = receipt or handed
        return Receipt(receipt)

    async def _edit(self, call: Call) -> str:
        try:
            return await self.wire.call(call)
        except TelegramBadRequest as refused:
            says = refused.message.lower()
            if _UNCHANGED in says:
                return str(call.fields["message_id"])
            if not any(reason in says for reason in _NOT_EDITABLE):
                raise
        fields = {name: value for name, value in call.fields.items() if name != "message_id"}
        return await self.wire.call(Call("sendMessage", fields))


def _moved(calls: list[Call], chat: int) -> list[Call]:
    """The same calls for the chat's new id, where old messages cannot be edited."""
    out: list[Call] = []
    for call in calls:
        fields: dict[str, Any] = {**call.fields, "chat_id": chat}
        fields.pop("message_id", None)
        out.append(Call("sendMessage", fields))
    return out


def unsent(wrong: AiogramError, *, group: bool) -> Unsent:
    """What an error of the wire means for the message.

    MUST be `Unknown` whenever the message may have arrived: only a connection that was never made,
    or an answer that says no, is proof that it did not.
    """
    match wrong:
        case TelegramRetryAfter():
            return TryLater(float(wrong.retry_after), whole=not group)
        case TelegramForbiddenError():
            return Unreachable("forbidden")
        case TelegramBadRequest():
            says = wrong.message.lower()
            if any(reason in says for reason in _GONE):
                return Unreachable("gone")
            return Malformed("refused")
        case TelegramEntityTooLarge():
            return Malformed("too large")
        case TelegramUnauthorizedError() | TelegramNotFound() | TelegramConflictError():
            log.error("the Bot API refuses this bot (%s): is TELEGRAM_TOKEN right?", type(wrong).__name__)
            return TryLater(LONG_PAUSE)
        case TelegramServerError():
            return Unknown("gateway time-out") if "504" in wrong.message else TryLater(PAUSE)
        case TelegramNetworkError():
            never_sent = isinstance(wrong.__cause__, ClientConnectorError | ConnectionTimeoutError)
            return TryLater(PAUSE) if never_sent else Unknown("no answer")
        case TelegramMigrateToChat():
            return Unreachable("moved twice")
        case TelegramAPIError():
            return Malformed("refused")
        case _:
            return Unknown("an answer that cannot be read")
