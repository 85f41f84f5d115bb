"""The road to a Bot API server: aiogram's Bot, methods and errors, with JSON both ways.

Answers come back as plain values: a subclass with another `__returning__` keeps aiogram's session
and its error classes and skips building models of what we sent ourselves.
"""

import asyncio
from functools import cache
from typing import Any, ClassVar, TypeVar, cast

import orjson
from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import TelegramMethod
from aiogram.types import BotCommand, BufferedInputFile
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from pydantic import ValidationError

from bot.channels.telegram import reader
from bot.channels.telegram.render import Call, packed
from bot.conversation.reply import Attachment
from bot.errors import Malformed

#: seconds for one call, and for making its connection
PATIENCE = 15.0
CONNECT = 5.0
#: seconds for one file, either way
FILE_PATIENCE = 60

#: what Telegram plays as a voice message
SPOKEN = "audio/ogg"

M = TypeVar("M", bound=TelegramMethod[Any])


class SendMessage(methods.SendMessage):
    """sendMessage, answered as JSON."""

    __returning__: ClassVar[Any] = dict[str, Any]
    reply_markup: Any = None  # JSON already


class EditMessageText(methods.EditMessageText):
    """editMessageText, answered as JSON."""

    __returning__: ClassVar[Any] = dict[str, Any]
    reply_markup: Any = None  # JSON already


class SendDocument(methods.SendDocument):
    """sendDocument, answered as JSON."""

    __returning__: ClassVar[Any] = dict[str, Any]
    reply_markup: Any = None  # JSON already


class SendVoice(methods.SendVoice):
    """sendVoice, answered as JSON."""

    __returning__: ClassVar[Any] = dict[str, Any]
    reply_markup: Any = None  # JSON already


class GetFile(methods.GetFile):
    """getFile, answered as JSON."""

    __returning__: ClassVar[Any] = dict[str, Any]


class GetUpdates(methods.GetUpdates):
    """getUpdates, answered as JSON: the reader reads it."""

    __returning__: ClassVar[Any] = list[Any]


CALLS: dict[str, type[SendMessage] | type[EditMessageText]] = {
    "sendMessage": SendMessage,
    "editMessageText": EditMessageText,
}


class Named(TelegramMethod[Any]):
    """Any method, by its name alone; what is asked and answered is JSON."""

    __returning__: ClassVar[Any] = Any
    __api_method__: ClassVar[str] = ""


@cache
def _named(method: str) -> type[Named]:
    class One(Named):
        __api_method__: ClassVar[str] = method

    return One


class Session(AiohttpSession):
    """aiogram's session, with a JSON body instead of a form for whatever carries no file."""

    async def create_session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=TCPConnector(**self._connector_init),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": "zhaiquantong"},
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        """Call once. Only what the caller set is sent: aiogram's defaults of a bot are not used here."""
        if isinstance(method, methods.SendDocument | methods.SendVoice):
            return await super().make_request(bot, method, timeout)
        session = await self.create_session()
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        total = self.timeout if timeout is None else timeout
        body = packed(method.model_dump(exclude_unset=True, warnings=False))
        try:
            async with session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=ClientTimeout(total=total, connect=CONNECT),
            ) as response:
                answered = await response.read()
        except (TimeoutError, ClientError) as wrong:
            # The text of such an error may hold the address that was called, and so the token.
            raise TelegramNetworkError(method=method, message=type(wrong).__name__) from wrong
        if response.status == 200:
            answer = _json(answered)
            if isinstance(answer, dict) and answer.get("ok") is True:
                return answer.get("result")
        elif response.status >= 500:
            raise TelegramServerError(method=method, message=f"HTTP {response.status}")
        return self.check_response(bot, method, response.status, answered.decode("utf-8", "replace")).result


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


class Wire:
    """One bot at one Bot API server. Raises aiogram's errors."""

    def __init__(self, token: str, base: str) -> None:
        self._session = Session(api=TelegramAPIServer.from_base(base), timeout=PATIENCE, json_loads=orjson.loads)
        self._bot = Bot(token, session=self._session)
        self._fetching = asyncio.Semaphore(4)  # ten megabytes each, at most

    @property
    def bot_id(self) -> int:
        """The bot's own id, as its token says it."""
        return self._bot.id

    async def call(self, call: Call) -> str:
        """Make a rendered call; the id of the message it made or changed."""
        message = cast(Any, await self._bot(_method(CALLS[call.method], call.fields)))
        return _message_id(message)

    async def hand_out(self, chat: int, document: Attachment, board: dict[str, Any] | None) -> str:
        """Send a document, or what is spoken as that; the id of its message."""
        file = BufferedInputFile(document.content, document.name)
        if document.media_type == SPOKEN:
            try:
                spoken = _method(SendVoice, {"chat_id": chat, "voice": file, "reply_markup": board})
                return _message_id(cast(Any, await self._bot(spoken, request_timeout=FILE_PATIENCE)))
            except TelegramBadRequest as refused:
                if "VOICE_MESSAGES_FORBIDDEN" not in refused.message.upper():
                    raise
                # Some people let nobody speak to them: then it is a file like any other.
        method = _method(SendDocument, {"chat_id": chat, "document": file, "reply_markup": board})
        return _message_id(cast(Any, await self._bot(method, request_timeout=FILE_PATIENCE)))

    async def ask(self, method: str, fields: dict[str, Any]) -> Any:
        """Call any method that takes no file; its result as JSON."""
        return cast(Any, await self._bot(_named(method)(**fields)))

    async def enclose(self, fields: dict[str, Any], document: Attachment) -> str:
        """Send a document to where `fields` say; the id of its message."""
        file = BufferedInputFile(document.content, document.name)
        method = _method(SendDocument, {**fields, "document": file})
        return _message_id(cast(Any, await self._bot(method, request_timeout=FILE_PATIENCE)))

    async def fetch(self, file_id: str, limit: int) -> bytes | None:
        """The bytes of a file, or None if it is larger than `limit` or Telegram will never hand it out."""
        async with self._fetching:
            try:
                found = cast(Any, await self._bot(GetFile(file_id=file_id)))
            except TelegramBadRequest:
                return None
            path = found.get("file_path") if isinstance(found, dict) else None
            if not isinstance(path, str):
                return None
            return await self._download(path, limit)

    async def _download(self, path: str, limit: int) -> bytes | None:
        session = await self._session.create_session()
        url = self._session.api.file_url(self._bot.token, path)
        method = GetFile(file_id="")  # what aiogram's errors want to be told
        content = bytearray()
        try:
            async with session.get(url, timeout=ClientTimeout(total=FILE_PATIENCE, connect=CONNECT)) as response:
                if response.status >= 500:
                    raise TelegramServerError(method=method, message=f"HTTP {response.status}")
                if response.status != 200:
                    return None
                async for chunk in response.content.iter_any():
                    content += chunk
                    if len(content) > limit:
                        return None
        except (TimeoutError, ClientError) as wrong:
            raise TelegramNetworkError(method=method, message=type(wrong).__name__) from wrong
        return bytes(content)

    async def updates(self, offset: int, *, wait: int, limit: int = 100) -> list[Any]:
        """Updates from `offset` on; everything before it is confirmed for good."""
        ask = GetUpdates(offset=offset, limit=limit, timeout=wait, allowed_updates=reader.ALLOWED)
        found = cast(Any, await self._bot(ask, request_timeout=wait + 10))
        if not isinstance(found, list):
            raise TelegramServerError(method=ask, message="no list of updates")
        return found

    async def acknowledge(self, query: str) -> None:
        """Stop a tapped button from spinning."""
        await self._bot(methods.AnswerCallbackQuery(callback_query_id=query))

    async def acts(self, chat: int, action: str) -> None:
        """Show what we are doing."""
        await self._bot(methods.SendChatAction(chat_id=chat, action=action))

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message."""
        await self._bot(methods.DeleteMessage(chat_id=chat, message_id=message))

    async def sign(self, chat: int, message: int, sign: str) -> None:
        """Put a sign under a message: that it was taken."""
        reaction = [{"type": "emoji", "emoji": sign}]
        await self.ask("setMessageReaction", {"chat_id": chat, "message_id": message, "reaction": reaction})

    async def use_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered to us."""
        await self._bot(methods.SetWebhook(url=url, secret_token=secret, allowed_updates=reader.ALLOWED))

    async def use_polling(self) -> None:
        """Have updates kept for us; what is waiting stays."""
        await self._bot(methods.DeleteWebhook(drop_pending_updates=False))

    async def offer_commands(self, commands: list[tuple[str, str]], language: str | None) -> None:
        """Set the command menu for clients in one language; None: for all that have no other."""
        menu = [BotCommand(command=command, description=words) for command, words in commands]
        if language is None:
            await self._bot(methods.SetMyCommands(commands=menu))
        else:
            await self._bot(methods.SetMyCommands(commands=menu, language_code=language))

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


def _method(kind: type[M], fields: dict[str, Any]) -> M:
    """aiogram's method, which checks the fields. Raises `Malformed` when they are not fit to be sent."""
    try:
        return kind(**fields)
    except ValidationError as wrong:
        raise Malformed("refused before it was sent") from wrong


def _message_id(message: Any) -> str:
    number = message.get("message_id") if isinstance(message, dict) else None
    return str(number) if number is not None else ""
