"""The desk's group as a channel: a topic for each ticket, made once, healed when it is gone, never probed for.

An address is the number of a ticket, or the id of a chat in which an agent is alone with the bot.
What we know of a topic stands in a register that outlives us; Telegram is only told, never asked.
Where a crash may leave something twice: a topic or a message that was made and not noted is made again.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakValueDictionary

from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot.channels.telegram import render
from bot.channels.telegram.sender import unsent
from bot.channels.telegram.wire import Wire
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.reply import Reply
from bot.errors import TryLater, Unreachable
from bot.values import value

log = logging.getLogger(__name__)

#: so many words nobody asked for go out in a second, while the minute is not full
TOLD = 6.0
#: what is shown around the words (titles, pictures, cards) is changed so often at most, in a second
SHOWN = 0.5
#: seconds until a group that is not there, or throws us out, is tried again
LONG_PAUSE = 60.0
#: seconds until a topic is looked for that somebody else is making
ELSEWHERE = 2.0
#: seconds after which a hint is worth nothing any more
HINT = 3.0
#: so many ids of one reply fit into its receipt
MOST_NOTED = 5
#: a topic that is gone, closed or moved is set right so often for one message
HEALINGS = 4

_GONE = ("message thread not found", "topic_id_invalid", "topic_deleted", "topic not found")
_SAME = ("topic_not_modified", "message is not modified")
_NO_MESSAGE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message to pin not found")
_NO_RIGHTS = ("not enough rights", "not a forum", "chat_admin_required")


@value
class Post(Reply):
    """What is said in a topic.

    line     the line of the ticket this is: noted with the message, so that edits and replies find it
    answers  the line it answers, or is about
    edits    it stands in the place of the message that shows the line
    look     nothing is said; title, picture and card are set right
    hides    nothing is said; these messages of the chat are deleted
    drops    nothing is said; this topic of the chat is deleted with all that stands in it
    """

    line: int = 0
    answers: int = 0
    edits: bool = False
    look: bool = False
    hides: tuple[int, ...] = ()
    drops: int = 0


@value
class Known:
    """A topic as the register has it; `thread` None: there is none (any more)."""

    chat: int
    thread: int | None
    title: str
    icon: str
    closed: bool
    card: int | None
    drawn: str


@value
class Shown:
    """Where a line stands: `number` is the ticket whose topic it is; `typed`: an agent typed it there himself."""

    chat: int
    message: int
    number: str
    typed: bool


@value
class Look:
    """How a topic should look now: `drawn` tells one card from another."""

    title: str
    icon: str
    closed: bool
    card: Reply
    drawn: str


class Register(Protocol):
    """What outlives this process (`bot.forumdesk`)."""

    async def group(self) -> int | None:
        """The group's id."""
        ...

    async def speaks(self, messages: int) -> float:
        """Count messages to the group, all or none. More than 0: there is no room for so many seconds."""
        ...

    async def hushed(self, seconds: float) -> None:
        """Telegram wants no message in the group for so long."""
        ...

    async def topic(self, number: str) -> Known | None:
        """The topic of a ticket."""
        ...

    async def claim(self, number: str, chat: int) -> bool:
        """Take it upon oneself to make a topic. False: somebody else is at it."""
        ...

    async def free(self, number: str) -> None:
        """It was certainly not made."""
        ...

    async def made(self, number: str, thread: int, title: str, icon: str) -> None:
        """It is there."""
        ...

    async def lost(self, number: str, thread: int) -> None:
        """It was deleted."""
        ...

    async def named(self, number: str, title: str, icon: str) -> None:
        """This is what it is called now."""
        ...

    async def shut(self, number: str, closed: bool) -> None:
        """It is closed, or open."""
        ...

    async def carded(self, number: str, card: int | None, drawn: str) -> None:
        """This is its card."""
        ...

    async def moved(self, chat: int, to: int) -> None:
        """The group has another id."""
        ...

    async def shows(self, line: int) -> Shown | None:
        """The newest message that shows a line."""
        ...

    async def sent(self, number: str, chat: int, message: int, line: int) -> None:
        """This message shows that line."""
        ...

    async def look(self, number: str) -> Look:
        """How the topic should look now."""
        ...


class Looks:
    """Titles, pictures and cards on their way to the group."""

    can = Abilities(edits=True, files=False, per_second=SHOWN, rest=0.0)

    def __init__(self, forum: "Forum") -> None:
        self.name = f"{forum.name}:looks"
        self._forum = forum

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Set a topic right."""
        return await self._forum.look(address)


class _Gone(Exception):
    """The topic is not there."""


class _Closed(Exception):
    """The topic is closed."""


class Forum:
    """The desk's group. Its pace is its own: what Telegram asks of it never keeps a creditor waiting.

    Messages to it are counted in the register, for all processes together; Telegram takes twenty a minute.

    looks  how titles, pictures and cards go out: with a pace of their own again, so that they never keep words waiting
    """

    can = Abilities(edits=True, files=True, per_second=TOLD, rest=0.0, text_limit=render.TEXT_LIMIT)

    def __init__(self, wire: Wire, register: Register, *, styles: bool = False) -> None:
        self.name = f"forum:{wire.bot_id}"
        self.wire = wire
        self._register = register
        self._styles = styles
        self._icons: dict[str, str] | None = None
        self._asking = asyncio.Lock()
        self._hands: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.looks = Looks(self)

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Say something in a ticket's topic, or to one agent alone.

        MUST make a topic that is not there, open one that is closed, and follow a group that moved.
        """
        alone = address.lstrip("-").isdigit()  # a chat by its id: what is wrong there keeps nobody else waiting
        try:
            if isinstance(reply, Post) and (reply.hides or reply.drops):
                return await self._deletes(int(address), reply)
            if alone:
                return await self._alone(int(address), reply)
            # Words and looks come by two ways: one hand at a topic, or each would write a card.
            hand = self._hands.setdefault(address, asyncio.Lock())
            async with hand:
                return await self._in_topic(address, reply)
        except TelegramRetryAfter as wrong:
            # Of this lane only: the channel of creditors has another name, and so another pace.
            raise TryLater(float(wrong.retry_after), whole=not alone) from None
        except AiogramError as wrong:
            failure = unsent(wrong, group=False)
            barred = isinstance(failure, Unreachable) or (
                isinstance(wrong, TelegramBadRequest) and any(words in wrong.message.lower() for words in _NO_RIGHTS)
            )
            if not barred or (alone and not (isinstance(reply, Post) and reply.drops)):
                raise failure from None
            # Whatever is wrong with the group, what is owed to it waits until somebody sets it right.
            log.warning("the desk's group does not let the bot in, or not manage topics")
            raise TryLater(LONG_PAUSE, whole=not alone) from None

    async def typed(self, number: str) -> None:
        """Show in a ticket's topic that its creditor types. A hint: MUST neither wait for anything nor fail."""
        topic = await self._register.topic(number)
        if topic is None or topic.thread is None or topic.closed:
            return
        place = {"chat_id": topic.chat, "message_thread_id": topic.thread}
        with suppress(AiogramError, TimeoutError):
            async with asyncio.timeout(HINT):
                await self.wire.ask("sendChatAction", {**place, "action": "typing"})

    async def _alone(self, chat: int, reply: Reply) -> Receipt:
        made = await self._say({"chat_id": chat}, reply, counts=chat == await self._register.group())
        return Receipt(",".join(map(str, made[:MOST_NOTED])))

    async def _deletes(self, chat: int, reply: Post) -> Receipt:
        """Delete messages, or a topic; what is not there (any more) is no fault."""
        for message in reply.hides:
            try:
                await self.wire.delete(chat, message)
            except TelegramBadRequest as refused:
                log.info("a message was not deleted: %s", type(refused).__name__)
        if reply.drops:
            try:
                await self._about("deleteForumTopic", chat, reply.drops)
            except _Gone:
                log.info("a topic to be deleted was not there")
            except TelegramMigrateToChat as moved:
                return await self._deletes(moved.migrate_to_chat_id, reply)
        return Receipt("")

    # -- in a topic

    async def _in_topic(self, number: str, reply: Reply) -> Receipt:
        reopened = False
        for _healing in range(HEALINGS):
            chat = await self._register.group()
            if chat is None:
                raise TryLater(LONG_PAUSE)
            thread = 0
            try:
                topic = await self._there(number, chat)
                assert topic.thread is not None
                thread = topic.thread
                message = await self._posts(number, topic, reply)
            except TelegramMigrateToChat as moved:
                log.info("the desk's group has a new id")
                await self._register.moved(chat, moved.migrate_to_chat_id)
            except _Gone:
                log.info("the topic of a ticket was deleted: making another")
                await self._register.lost(number, thread)
            except _Closed:
                await self._opens(number, chat, thread)
                reopened = True
            else:
                if reopened and (await self._register.look(number)).closed:
                    await self._shuts(number, chat, thread, True)
                return Receipt(str(message) if message else "")
        raise TryLater(LONG_PAUSE, whole=False)

    async def look(self, number: str) -> Receipt:
        """Set right what is shown around the words, if there is a topic; whoever makes one shows it as it is then."""
        topic = await self._register.topic(number)
        if topic is None or topic.thread is None or topic.card is None:
            return Receipt("")
        return await self.send(number, Post(text="", look=True))

    async def _there(self, number: str, chat: int) -> Known:
        """The topic, made if it is not there, with its card on top."""
        topic = await self._register.topic(number)
        if topic is None or topic.thread is None or topic.chat != chat:
            await self._make(number, chat)
            topic = await self._register.topic(number)
            assert topic is not None
            assert topic.thread is not None
        if topic.card is None:
            await self._card(number, chat, topic.thread)
            topic = await self._register.topic(number)
            assert topic is not None
        return topic

    async def _make(self, number: str, chat: int) -> None:
        """Make a topic. MUST be done by one hand only, however many messages wait for it."""
        if not await self._register.claim(number, chat):
            raise TryLater(ELSEWHERE, whole=False)
        look = await self._register.look(number)
        icon = await self._icon(look.icon)
        fields: dict[str, Any] = {"chat_id": chat, "name": look.title}
        if icon:
            fields["icon_custom_emoji_id"] = icon
        try:
            made = await self.wire.ask("createForumTopic", fields)
        except (TelegramNetworkError, TelegramServerError):
            raise  # it may be there: the claim runs out by itself, and then another one is made
        except AiogramError:
            await self._register.free(number)
            raise
        await self._register.made(number, int(made["message_thread_id"]), look.title, look.icon if icon else "")

    async def _card(self, number: str, chat: int, thread: int) -> None:
        look = await self._register.look(number)
        message, *_more = await self._say({"chat_id": chat, "message_thread_id": thread}, look.card)
        await self._register.carded(number, message, look.drawn)
        await self._pin(chat, message)

    async def _pin(self, chat: int, message: int) -> None:
        try:
            await self.wire.ask(
                "pinChatMessage", {"chat_id": chat, "message_id": message, "disable_notification": True}
            )
        except TelegramBadRequest as refused:
            log.info("a card was not pinned: %s", type(refused).__name__)

    async def _posts(self, number: str, topic: Known, reply: Reply) -> int:
        if isinstance(reply, Post) and reply.look:
            await self._looks(number, topic)
            return 0
        place: dict[str, Any] = {"chat_id": topic.chat, "message_thread_id": topic.thread}
        post = reply if isinstance(reply, Post) else Post(text="")
        shown = await self._register.shows(post.line) if post.edits else None
        ours = shown is not None and shown.chat == topic.chat and not shown.typed
        if shown is not None and ours and await self._edits(shown.chat, shown.message, reply):
            return shown.message
        about = await self._register.shows(post.answers) if post.answers else None
        if about is not None and (about.chat, about.number) == (topic.chat, number):
            place["reply_parameters"] = {"message_id": about.message, "allow_sending_without_reply": True}
        message, *_more = await self._say(place, reply)
        if post.line:
            await self._register.sent(number, topic.chat, message, post.line)
        return message

    async def _edits(self, chat: int, message: int, reply: Reply) -> bool:
        """Write over a message of ours. False: it is not there."""
        calls = render.calls(str(chat), reply, replacing=str(message), styles=self._styles)
        if len(calls) != 1 or calls[0].method != "editMessageText":
            return False
        try:
            await self.wire.ask(calls[0].method, calls[0].fields)
        except TelegramBadRequest as refused:
            says = refused.message.lower()
            if any(words in says for words in _SAME):
                return True
            if any(words in says for words in _NO_MESSAGE):
                return False
            raise
        return True

    async def _say(self, place: dict[str, Any], reply: Reply, *, counts: bool = True) -> list[int]:
        """Send a reply's messages; their numbers. MUST begin only when the group has room for them all.

        `counts`: they go to the group.
        """
        calls = render.calls(str(place["chat_id"]), reply, styles=self._styles)
        if counts and (wait := await self._register.speaks(len(calls) + (reply.document is not None))) > 0:
            raise TryLater(wait)
        sent = []
        try:
            for call in calls:
                made = await self.wire.ask(call.method, {**call.fields, **place})
                sent.append(int(made["message_id"]))
            if reply.document is not None:
                sent.append(int(await self.wire.enclose({**place, "protect_content": True}, reply.document)))
        except TelegramRetryAfter as wrong:
            if counts:
                await self._register.hushed(wrong.retry_after)
            raise
        except TelegramBadRequest as refused:
            says = refused.message.lower()
            if any(words in says for words in _GONE):
                raise _Gone from None
            if "topic_closed" in says:
                raise _Closed from None
            raise
        return sent

    # -- how it looks

    async def _looks(self, number: str, topic: Known) -> None:
        """Set title, picture, card and door right. MUST call nothing for what is right already."""
        look = await self._register.look(number)
        icon = await self._icon(look.icon)
        wanted = (look.title, look.icon if icon else "")
        assert topic.thread is not None
        if (topic.title, topic.icon) != wanted:
            fields: dict[str, Any] = {"name": look.title} if look.title != topic.title else {}
            if icon and look.icon != topic.icon:
                fields["icon_custom_emoji_id"] = icon
            if fields:
                await self._about("editForumTopic", topic.chat, topic.thread, **fields)
            await self._register.named(number, *wanted)
        if topic.card is not None and topic.drawn != look.drawn:
            if await self._edits(topic.chat, topic.card, look.card):
                await self._register.carded(number, topic.card, look.drawn)
            else:
                await self._register.carded(number, None, "")
                await self._card(number, topic.chat, topic.thread)
        if topic.closed != look.closed:
            await self._shuts(number, topic.chat, topic.thread, look.closed)

    async def _opens(self, number: str, chat: int, thread: int) -> None:
        await self._shuts(number, chat, thread, False)

    async def _shuts(self, number: str, chat: int, thread: int, closed: bool) -> None:
        try:
            await self._about("closeForumTopic" if closed else "reopenForumTopic", chat, thread)
        except _Gone:
            await self._register.lost(number, thread)
            return
        await self._register.shut(number, closed)

    async def _about(self, method: str, chat: int, thread: int, **fields: Any) -> None:
        """Change a topic; that it is so already is no fault."""
        try:
            await self.wire.ask(method, {"chat_id": chat, "message_thread_id": thread, **fields})
        except TelegramBadRequest as refused:
            says = refused.message.lower()
            if any(words in says for words in _GONE):
                raise _Gone from None
            if not any(words in says for words in _SAME):
                raise

    async def _icon(self, sign: str) -> str:
        """What Telegram calls a picture for topics; "" where it is not to be had."""
        async with self._asking:
            if self._icons is None:
                try:
                    stickers = await self.wire.ask("getForumTopicIconStickers", {})
                except AiogramError as wrong:
                    log.info("no pictures for topics: %s", type(wrong).__name__)
                    return ""
                self._icons = {
                    str(one.get("emoji", "")).replace("\ufe0f", ""): str(one.get("custom_emoji_id", ""))
                    for one in stickers
                }
        return self._icons.get(sign, "")


__all__ = ["Forum", "Known", "Look", "Post", "Register", "Shown"]
