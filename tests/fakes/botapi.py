"""A Bot API server that remembers: chats, messages, files, updates and webhooks, over real HTTP.

It is strict where Telegram is strict (lengths, buttons, HTML, unknown chats, unchanged edits), so a
test that is green here has sent nothing Telegram would refuse. What it cannot know is in
tests/channels/telegram/test_emulator.py, which asks a server written by others.

    async with BotApi() as api:
        person = api.person(7, language="zh-hans")
        await person.says("/start")
        message = await person.hears()
        await person.taps(message, "登记债权")

        group = api.forum()
        agent = group.member(900, admin=True)
        await agent.writes(None, "/desk CODE")        # None: the topic everybody calls General
        await agent.writes(group.named("KF-…"), "您好")
"""

import asyncio
import html.parser
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot import clock

TOKEN = "42:TEST"

#: method -> the fields it knows; anything else is refused, as a compatible server may do
KNOWN: dict[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"offset", "limit", "timeout", "allowed_updates"}),
    "setWebhook": frozenset({"url", "secret_token", "allowed_updates", "max_connections", "drop_pending_updates"}),
    "deleteWebhook": frozenset({"drop_pending_updates"}),
    "getWebhookInfo": frozenset(),
    "setMyCommands": frozenset({"commands", "scope", "language_code"}),
    "sendMessage": frozenset({
        "chat_id", "text", "parse_mode", "reply_markup", "message_thread_id", "disable_notification", "protect_content",
        "reply_parameters",
    }),
    "editMessageText": frozenset({"chat_id", "message_id", "text", "parse_mode", "reply_markup"}),
    "sendVoice": frozenset({"chat_id", "voice", "reply_markup"}),
    "sendDocument": frozenset({"chat_id", "document", "reply_markup", "message_thread_id", "protect_content"}),
    "deleteMessage": frozenset({"chat_id", "message_id"}),
    "sendChatAction": frozenset({"chat_id", "action", "message_thread_id"}),
    "answerCallbackQuery": frozenset({"callback_query_id", "text"}),
    "getFile": frozenset({"file_id"}),
    "getChatMember": frozenset({"chat_id", "user_id"}),
    "getForumTopicIconStickers": frozenset(),
    "createForumTopic": frozenset({"chat_id", "name", "icon_color", "icon_custom_emoji_id"}),
    "editForumTopic": frozenset({"chat_id", "message_thread_id", "name", "icon_custom_emoji_id"}),
    "closeForumTopic": frozenset({"chat_id", "message_thread_id"}),
    "reopenForumTopic": frozenset({"chat_id", "message_thread_id"}),
    "deleteForumTopic": frozenset({"chat_id", "message_thread_id"}),
    "pinChatMessage": frozenset({"chat_id", "message_id", "disable_notification"}),
    "setMessageReaction": frozenset({"chat_id", "message_id", "reaction"}),
}  # fmt: skip
#: what a group counts against its limit
COUNTED = frozenset({"sendMessage", "sendDocument"})
#: pictures a topic may carry, and what Telegram calls them
ICONS = {f"{5_300_000_000 + place}": sign for place, sign in enumerate("💬❗‼✍📆✅🏁⁉")}
#: reactions a bot may give, a few of them
REACTIONS = frozenset({"👌", "✍", "👀", "👍"})

#: fields that carry a file
FILES = frozenset({"document", "voice"})


class Refused(Exception):
    """What the server answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass
class Called:
    """One call the bot made: by its method, or riding in the response to a webhook."""

    method: str
    fields: dict[str, Any]
    refused: int = 0
    rode: bool = False


@dataclass
class Message:
    """A message in a chat, as a person sees it."""

    id: int
    chat: int
    by_bot: bool
    text: str = ""
    bold: str = ""
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    document: tuple[str, bytes] | None = None
    edits: int = 0
    thread: int | None = None
    protected: bool = False
    reactions: list[str] = field(default_factory=list)
    answers: int | None = None

    def button(self, label: str) -> dict[str, Any]:
        """The button with this label."""
        return next(b for row in self.rows for b in row if b["text"] == label)

    @property
    def labels(self) -> list[list[str]]:
        """What the buttons say, row by row."""
        return [[b["text"] for b in row] for row in self.rows]


class BotApi:
    """The server. Everything a test wants to look at is a public field."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.base = ""
        self.calls: list[Called] = []
        self.chats: dict[int, list[Message]] = {}
        self.said: dict[int, list[Message]] = {}
        self.blocked: set[int] = set()
        self.pending: list[dict[str, Any]] = []
        self.confirmed = 0
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.answered: list[str] = []
        self.webhook: dict[str, Any] = {}
        self.delivered: list[int] = []
        self.files: dict[str, bytes] = {}
        self.file_status = 200
        self.groups: dict[int, Group] = {}
        self._faults: list[tuple[str, Refused | str]] = []
        self._next_update = 1000
        self._next_id = 1
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._client: ClientSession | None = None
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/bot{token}/{method}", self._receive)
        app.router.add_get("/file/bot{token}/{path:.*}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._client = ClientSession(timeout=ClientTimeout(total=70))
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._closing.set()
        await self._changed()
        assert self._runner is not None
        assert self._client is not None
        await self._client.close()
        await self._runner.cleanup()

    # -- what a test does

    def person(self, number: int, *, language: str | None = "zh-hans") -> "Person":
        """Somebody with a private chat with the bot."""
        self.chats.setdefault(number, [])
        return Person(self, number, language)

    def forum(self, number: int = -1_001_000_000_001) -> "Group":
        """A supergroup with topics, in which the bot may manage them."""
        self.chats.setdefault(number, [])
        self.groups[number] = Group(self, number)
        return self.groups[number]

    def fails(self, method: str, status: int, description: str = "", *, times: int = 1, **parameters: int) -> None:
        """Refuse the next calls of a method."""
        self._faults += [(method, Refused(status, description or f"Error {status}", **parameters))] * times

    def hangs_up(self, method: str, *, after_doing: bool = False) -> None:
        """Cut the line at the next call of a method, before or after it was done."""
        self._faults.append((method, "after" if after_doing else "before"))

    def made(self, method: str) -> list[Called]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def update(self, **kind: Any) -> int:
        """A new update; delivered at once if there is a webhook."""
        self._next_update += 1
        return await self.raw_update({"update_id": self._next_update, **kind})

    async def raw_update(self, update: dict[str, Any]) -> int:
        """Any update, even one Telegram would never make."""
        self.pending.append(update)
        await self._changed()
        if self.webhook.get("url"):
            await self.deliver()
        return int(update["update_id"])

    async def deliver(self) -> list[int]:
        """Deliver what waits to the webhook, in order; stop at the first that is not accepted. The statuses."""
        assert self._client is not None
        statuses = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        while self.pending:
            update = self.pending[0]
            try:
                async with self._client.post(self.webhook["url"], json=update, headers=headers) as response:
                    status, body = response.status, await response.read()
            except ClientError:
                status, body = 0, b""
            statuses.append(status)
            self.delivered.append(status)
            if status // 100 != 2:
                break
            self.pending.remove(update)
            if body:
                await self._ride(json.loads(body))
            await self._changed()
        return statuses

    async def until(self, true: Callable[[], Any], seconds: float = 20) -> None:
        """Wait until something is so. Raises TimeoutError if it never is."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: bool(true()))

    # -- what the bot does

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields = await self._fields(request)
        called = Called(method, fields)
        fault = next((found for found in self._faults if found[0] == method), None)
        if fault is not None:
            self._faults.remove(fault)
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            if fault is not None and isinstance(fault[1], Refused):
                raise fault[1]
            if fault is not None and fault[1] == "before":
                return self._cut(request, called)
            result = await self._do(method, fields)
            self.calls.append(called)
            if fault is not None:
                return self._cut(request, None)
            return web.json_response({"ok": True, "result": result})
        except Refused as refused:
            called.refused = refused.status
            self.calls.append(called)
            body = {"ok": False, "error_code": refused.status, "description": refused.description}
            if refused.parameters:
                body["parameters"] = refused.parameters
            return web.json_response(body, status=refused.status)
        finally:
            await self._changed()

    def _cut(self, request: web.Request, called: Called | None) -> web.Response:
        if called is not None:
            self.calls.append(called)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def _fields(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        fields: dict[str, Any] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                fields[name] = (value.filename, value.file.read())
            else:
                fields[name] = value
        for name, value in fields.items():
            if isinstance(value, str) and value.startswith("attach://"):
                fields[name] = fields[value.removeprefix("attach://")]
            elif name == "reply_markup" and isinstance(value, str):
                fields[name] = json.loads(value)
        kept = {name: value for name, value in fields.items() if not isinstance(value, tuple) or name in FILES}
        return {name: value == "true" if value in ("true", "false") else value for name, value in kept.items()}

    async def _ride(self, fields: dict[str, Any]) -> None:
        """Do what stands in the response to a webhook. Its result and its errors go nowhere."""
        method = fields.pop("method")
        called = Called(method, fields, rode=True)
        self.calls.append(called)
        try:
            await self._do(method, fields)
        except Refused as refused:
            called.refused = refused.status

    async def _do(self, method: str, fields: dict[str, Any]) -> Any:
        if method not in KNOWN:
            raise Refused(404, "Not Found: method not found")
        if unknown := set(fields) - KNOWN[method]:
            raise Refused(400, f"Bad Request: unknown fields {sorted(unknown)}")
        match method:
            case "getUpdates":
                return await self._get_updates(fields)
            case "setWebhook" | "deleteWebhook":
                self.webhook = fields if fields.get("url") else {}
                if fields.get("drop_pending_updates"):
                    self.pending.clear()
                return True
            case "setMyCommands":
                self.commands[fields.get("language_code", "")] = fields["commands"]
                return True
            case "sendMessage":
                return self._seen(self._write(fields))
            case "editMessageText":
                return self._seen(self._rewrite(fields))
            case "sendDocument" | "sendVoice":
                name, content = fields["voice" if method == "sendVoice" else "document"]
                message = self._new(
                    self._chat(fields), rows=_rows(fields), document=(name, content), **self._place(fields)
                )
                self.files[f"doc-{message.id}"] = content
                return self._seen(message)
            case "answerCallbackQuery":
                self.answered.append(str(fields["callback_query_id"]))
                return True
            case "getFile":
                if fields["file_id"] not in self.files:
                    raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
                content = self.files[fields["file_id"]]
                return {"file_id": fields["file_id"], "file_size": len(content), "file_path": f"f/{fields['file_id']}"}
            case "deleteMessage":
                chat, number = self._chat(fields), int(fields["message_id"])
                if all(m.id != number for m in self.chats[chat]):
                    raise Refused(400, "Bad Request: message to delete not found")
                self.chats[chat] = [m for m in self.chats[chat] if m.id != number]
                return True
            case "sendChatAction":
                chat = self._chat(fields)
                if "message_thread_id" in fields and int(fields["message_thread_id"]) not in self.groups[chat].topics:
                    raise Refused(400, "Bad Request: message thread not found")
                return True
            case "setMessageReaction":
                chat = self._chat(fields)
                found = next((m for m in self.chats[chat] if m.id == int(fields["message_id"])), None)
                if found is None:
                    raise Refused(400, "Bad Request: message to react not found")
                signs = [one["emoji"] for one in fields["reaction"]]
                if not REACTIONS.issuperset(signs) or len(signs) > 1:
                    raise Refused(400, "Bad Request: REACTION_INVALID")
                found.reactions = signs
                return True
            case "getForumTopicIconStickers":
                return [{"custom_emoji_id": key, "emoji": sign, "type": "custom_emoji"} for key, sign in ICONS.items()]
            case _ if method.endswith("ForumTopic") or method in ("getChatMember", "pinChatMessage"):
                return await self._group(fields).does(method, fields)
            case _:
                return {"id": 42, "is_bot": True, "first_name": "Bot"}

    async def _get_updates(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(fields.get("offset", 0))
        if offset:
            self.confirmed = max(self.confirmed, offset)
            self.pending = [u for u in self.pending if u.get("update_id", 0) >= offset]
        try:
            async with asyncio.timeout(float(fields.get("timeout", 0))), self._news:
                self._news.notify_all()
                await self._news.wait_for(lambda: self.pending or self._closing.is_set())
        except TimeoutError:
            pass
        return self.pending[: int(fields.get("limit", 100))]

    async def _download(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"].removeprefix("f/"))
        if content is None or request.match_info["token"] != self.token:
            return web.Response(status=404)
        if self.file_status != 200:
            return web.Response(status=self.file_status)
        return web.Response(body=content)

    # -- messages

    def _chat(self, fields: dict[str, Any]) -> int:
        chat = int(fields["chat_id"])
        if chat not in self.chats:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat in self.groups:
            self.groups[chat].is_there()
        return chat

    def _group(self, fields: dict[str, Any]) -> "Group":
        group = self.groups.get(self._chat(fields))
        if group is None:
            raise Refused(400, "Bad Request: method is available only for supergroups")
        return group

    def _place(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Where in its chat a new message stands. Raises what Telegram says of a topic that is not there."""
        thread = int(fields["message_thread_id"]) if "message_thread_id" in fields else None
        group = self.groups.get(int(fields["chat_id"]))
        if thread is not None:
            if group is None or thread not in group.topics:
                raise Refused(400, "Bad Request: message thread not found")
            if group.topics[thread].closed:
                raise Refused(400, "Bad Request: TOPIC_CLOSED")
        if group is not None:
            group.counts()
        return {"thread": thread, "protected": bool(fields.get("protect_content")), "answers": self._answered(fields)}

    def _answered(self, fields: dict[str, Any]) -> int | None:
        """The message that a new one replies to."""
        asked = fields.get("reply_parameters")
        if asked is None:
            return None
        if all(message.id != asked["message_id"] for message in self.chats[int(fields["chat_id"])]):
            if not asked.get("allow_sending_without_reply"):
                raise Refused(400, "Bad Request: message to be replied not found")
            return None
        return int(asked["message_id"])

    def _new(self, chat: int, **what: Any) -> Message:
        message = Message(self._next_id, chat, by_bot=True, **what)
        self._next_id += 1
        self.chats[chat].append(message)
        self.said.setdefault(chat, []).append(message)
        return message

    def _write(self, fields: dict[str, Any]) -> Message:
        text, bold = _plain(fields)
        chat, rows = self._chat(fields), _rows(fields)
        return self._new(chat, text=text, bold=bold, rows=rows, **self._place(fields))

    def _rewrite(self, fields: dict[str, Any]) -> Message:
        chat = self._chat(fields)
        text, bold = _plain(fields)
        rows = _rows(fields)
        message = next((m for m in self.chats[chat] if m.id == int(fields["message_id"]) and m.by_bot), None)
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if message.document is not None:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        if (message.text, message.bold, message.rows) == (text, bold, rows):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.text, message.bold, message.rows = text, bold, rows
        message.edits += 1
        self.said[chat].append(message)
        return message

    def _seen(self, message: Message) -> dict[str, Any]:
        return {"message_id": message.id, "date": 1_790_000_000, "chat": {"id": message.chat, "type": "private"}}

    def number(self) -> int:
        """The next message id: people's messages count too."""
        self._next_id += 1
        return self._next_id - 1

    async def _changed(self) -> None:
        async with self._news:
            self._news.notify_all()


@dataclass
class Topic:
    """A topic of a group, as its members see it."""

    thread: int
    name: str
    icon: str = ""
    closed: bool = False
    pinned: list[int] = field(default_factory=list)


class Group:
    """A supergroup with topics: its members, what they do to it, and what the bot may do there.

    per_minute  so many messages of the bot, then 429 until the oldest is a minute old; None: no limit
    rights      whether the bot may manage topics and pin
    """

    def __init__(self, api: BotApi, number: int) -> None:
        self.api = api
        self.number = number
        self.topics: dict[int, Topic] = {}
        self.members: dict[int, str] = {}
        self.per_minute: int | None = None
        self.rights = True
        self.kicked = False
        self.moved_to = 0
        self._sent: deque[datetime] = deque()

    # -- what a test does

    def member(self, number: int, *, name: str = "Agent", admin: bool = False) -> "Member":
        """Somebody in the group."""
        self.members[number] = "administrator" if admin else "member"
        return Member(self, number, name)

    def named(self, words: str) -> Topic:
        """The one topic whose name holds these words."""
        (found,) = (topic for topic in self.topics.values() if words in topic.name)
        return found

    def read(self, topic: Topic | None, *, by_bot: bool = True) -> list[Message]:
        """What stands in a topic, oldest first, as it reads now."""
        thread = topic.thread if topic is not None else None
        return [m for m in self.api.chats[self.number] if m.thread == thread and m.by_bot is by_bot]

    async def loses(self, topic: Topic) -> None:
        """Somebody deletes a topic with all that is in it. Bots are not told."""
        del self.topics[topic.thread]
        self.api.chats[self.number] = [m for m in self.api.chats[self.number] if m.thread != topic.thread]

    async def closes(self, topic: Topic, by: "Member") -> int:
        """Somebody closes a topic by hand."""
        topic.closed = True
        return await by.serves(topic, forum_topic_closed={})

    async def moves(self, number: int, *, told: bool = True) -> "Group":
        """The group gets another id; the old one knows only where it went. `told`: the service messages arrive."""
        other = self.api.forum(number)
        other.members, other.topics = dict(self.members), self.topics
        self.api.chats[number] = self.api.chats[self.number]
        self.api.said[number] = self.api.said.setdefault(self.number, [])
        self.moved_to = number
        if told:
            await self.api.update(message={**self.message(None), "migrate_to_chat_id": number})
        return other

    def message(self, topic: Topic | None, number: int | None = None) -> dict[str, Any]:
        """What every message of this group has."""
        where = {} if topic is None else {"message_thread_id": topic.thread, "is_topic_message": True}
        number = self.api.number() if number is None else number
        return {"message_id": number, "date": 1_790_000_000, "chat": self.chat(), **where}

    def chat(self) -> dict[str, Any]:
        """The group, as updates show it."""
        return {"id": self.number, "type": "supergroup", "title": "Desk", "is_forum": True}

    # -- what the bot does

    def is_there(self) -> None:
        """Raises Refused where the bot has no business."""
        if self.moved_to:
            raise Refused(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=self.moved_to,
            )
        if self.kicked:
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")

    def counts(self) -> None:
        """One more message. Raises Refused when it is one too many."""
        if self.per_minute is None:
            return
        now = clock.now()
        while self._sent and now - self._sent[0] >= timedelta(minutes=1):
            self._sent.popleft()
        if len(self._sent) >= self.per_minute:
            wait = timedelta(minutes=1) - (now - self._sent[0])
            after = int(wait.total_seconds()) + 1
            raise Refused(429, f"Too Many Requests: retry after {after}", retry_after=after)
        self._sent.append(now)

    async def does(self, method: str, fields: dict[str, Any]) -> Any:
        """A call about this group."""
        if method == "getChatMember":
            number = int(fields["user_id"])
            if number == 42:
                return {"user": _BOT, "status": "administrator", "can_manage_topics": self.rights}
            status = self.members.get(number, "left")
            return {"user": {"id": number, "is_bot": False, "first_name": "Test"}, "status": status}
        if not self.rights:
            raise Refused(400, "Bad Request: not enough rights to manage topics")
        if method == "pinChatMessage":
            return await self._pins(int(fields["message_id"]))
        icon = fields.get("icon_custom_emoji_id")
        if icon and icon not in ICONS:
            raise Refused(400, "Bad Request: DOCUMENT_INVALID")
        if "name" in fields and not 0 < len(fields["name"]) <= 128:
            raise Refused(400, "Bad Request: TOPIC_TITLE_EMPTY")
        if method == "createForumTopic":
            return await self._creates(fields["name"], icon)
        topic = self.topics.get(int(fields["message_thread_id"]))
        if topic is None:
            raise Refused(400, "Bad Request: message thread not found")
        match method:
            case "editForumTopic":
                name, sign = fields.get("name", topic.name), ICONS[icon] if icon else topic.icon
                if (name, sign) == (topic.name, topic.icon):
                    raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
                topic.name, topic.icon = name, sign
                await self._serves(topic, forum_topic_edited={"name": name})
            case "closeForumTopic" | "reopenForumTopic":
                closing = method.startswith("close")
                if topic.closed is closing:
                    raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
                topic.closed = closing
                await self._serves(topic, **{"forum_topic_closed" if closing else "forum_topic_reopened": {}})
            case _:
                await self.loses(topic)
        return True

    async def _creates(self, name: str, icon: str | None) -> dict[str, Any]:
        topic = Topic(self.api.number(), name, ICONS[icon] if icon else "")
        self.topics[topic.thread] = topic
        await self._serves(topic, forum_topic_created={"name": name, "icon_color": 7322096})
        return {"message_thread_id": topic.thread, "name": name, "icon_color": 7322096}

    async def _pins(self, number: int) -> bool:
        found = next((m for m in self.api.chats[self.number] if m.id == number), None)
        if found is None:
            raise Refused(400, "Bad Request: message to pin not found")
        topic = self.topics.get(found.thread) if found.thread is not None else None
        if topic is not None:
            topic.pinned.append(number)
        await self._serves(topic, pinned_message={**self.message(topic, number), "from": _BOT, "text": found.text})
        return True

    async def _serves(self, topic: Topic | None, **what: Any) -> None:
        """A service message of the bot's own doing, which naive relays take for somebody's words."""
        self.api._next_update += 1
        update = {"update_id": self.api._next_update, "message": {**self.message(topic), "from": _BOT, **what}}
        self.api.pending.append(update)


@dataclass
class Member:
    """Somebody in a group: writes in topics, taps, edits, sends files, leaves."""

    group: Group
    number: int
    name: str

    async def writes(self, topic: Topic | None, text: str, **more: Any) -> int:
        """Type something in a topic, or in General; the number of the message."""
        message = {**self.group.message(topic), "from": self._self(), "text": text, **more}
        self._keeps(message, text)
        await self.group.api.update(message=message)
        return int(message["message_id"])

    async def edits(self, topic: Topic | None, number: int, text: str) -> int:
        """Put other words in a message of one's own."""
        message = {**self.group.message(topic, number), "from": self._self(), "text": text, "edit_date": 1_790_000_001}
        return await self.group.api.update(edited_message=message)

    async def sends_document(self, topic: Topic | None, name: str, content: bytes, *, caption: str = "") -> int:
        """Send a file into a topic."""
        file_id = f"file-{self.group.api.number()}"
        self.group.api.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": "u", "file_name": name, "file_size": len(content)}
        message = {**self.group.message(topic), "from": self._self(), "document": document}
        if caption:
            message["caption"] = caption
        self._keeps(message, caption)
        await self.group.api.update(message=message)
        return int(message["message_id"])

    async def serves(self, topic: Topic | None, **what: Any) -> int:
        """Do something that Telegram reports as a service message."""
        return await self.group.api.update(message={**self.group.message(topic), "from": self._self(), **what})

    async def taps(self, message: Message, label: str) -> int:
        """Tap the button with this label."""
        return await self.taps_token(message, message.button(label)["callback_data"])

    async def taps_token(self, message: Message, token: str) -> int:
        """Send the token of a button."""
        topic = self.group.topics.get(message.thread) if message.thread is not None else None
        shown = {**self.group.message(topic, message.id), "from": _BOT, "text": message.text}
        query = {"id": f"q{self.group.api.number()}", "from": self._self(), "chat_instance": "1", "message": shown}
        return await self.group.api.update(callback_query={**query, "data": token})

    async def leaves(self) -> int:
        """Leave the group, or be removed from it."""
        self.group.members.pop(self.number, None)
        user = self._self()
        return await self.group.api.update(
            chat_member={
                "chat": self.group.chat(), "from": user, "date": 1,
                "old_chat_member": {"user": user, "status": "member"},
                "new_chat_member": {"user": user, "status": "left"},
            }
        )  # fmt: skip

    def _keeps(self, message: dict[str, Any], text: str) -> None:
        number, thread = int(message["message_id"]), message.get("message_thread_id")
        self.group.api.chats[self.group.number].append(
            Message(number, self.group.number, by_bot=False, text=text, thread=thread)
        )

    def _self(self) -> dict[str, Any]:
        return {"id": self.number, "is_bot": False, "first_name": self.name, "language_code": "zh-hans"}


@dataclass
class Person:
    """A person at the other end of a private chat."""

    api: BotApi
    number: int
    language: str | None
    _heard: int = 0

    @property
    def messages(self) -> list[Message]:
        """What the bot has said, oldest first, as it reads now."""
        return [message for message in self.api.chats[self.number] if message.by_bot]

    async def says(self, text: str) -> int:
        """Type something."""
        return await self.api.update(message=self._message(text=text))

    async def taps(self, message: Message, label: str) -> int:
        """Tap the button with this label."""
        return await self.taps_token(message, message.button(label)["callback_data"])

    async def taps_token(self, message: Message, token: str, **other: Any) -> int:
        """Send the token of a button, whether the message has it or not."""
        shown: dict[str, Any] = {"message_id": message.id, "date": 1_790_000_000, "chat": self._chat(), **other}
        if message.document is None:
            shown.setdefault("text", message.text)
        else:
            shown["document"] = {"file_id": f"doc-{message.id}", "file_unique_id": "u"}
        query = {"id": f"q{self.api.number()}", "from": self._self(), "chat_instance": "1", "message": shown}
        return await self.api.update(callback_query={**query, "data": token})

    async def sends_document(self, name: str, content: bytes, *, caption: str | None = None, size: int = -1) -> int:
        """Send a file. `size` is what is announced, if it is not the truth."""
        file_id = f"file-{self.api.number()}"
        self.api.files[file_id] = content
        document = {"file_id": file_id, "file_unique_id": "u", "file_name": name, "mime_type": "application/pdf"}
        document["file_size"] = len(content) if size < 0 else size  # type: ignore[assignment]
        extra = {"caption": caption} if caption is not None else {}
        return await self.api.update(message=self._message(document=document, **extra))

    async def sends_photo(self, content: bytes) -> int:
        """Send a photo, in the sizes Telegram makes of it."""
        sizes = []
        for width, part in ((90, content[:1]), (1280, content)):
            file_id = f"file-{self.api.number()}"
            self.api.files[file_id] = part
            sizes.append({"file_id": file_id, "file_unique_id": "u", "width": width, "height": width})
        return await self.api.update(message=self._message(photo=sizes))

    async def blocks(self, *, again: bool = False) -> int:
        """Block the bot; `again`: take the block away."""
        (self.api.blocked.discard if again else self.api.blocked.add)(self.number)
        status = "member" if again else "kicked"
        member = {"user": {"id": 42, "is_bot": True, "first_name": "Bot"}, "status": status}
        return await self.api.update(
            my_chat_member={"chat": self._chat(), "from": self._self(), "date": 1, "new_chat_member": member}
        )

    async def hears(self) -> Message:
        """The next thing the bot says; an edit counts as saying, and the message reads as it does now."""
        said = self.api.said.setdefault(self.number, [])
        await self.api.until(lambda: len(said) > self._heard)
        self._heard += 1
        return said[self._heard - 1]

    def _message(self, **what: Any) -> dict[str, Any]:
        number = self.api.number()
        self.api.chats[self.number].append(Message(number, self.number, by_bot=False, text=what.get("text", "")))
        return {"message_id": number, "date": 1_790_000_000, "chat": self._chat(), "from": self._self(), **what}

    def _chat(self) -> dict[str, Any]:
        return {"id": self.number, "type": "private", "first_name": "Test"}

    def _self(self) -> dict[str, Any]:
        me = {"id": self.number, "is_bot": False, "first_name": "Test"}
        return me if self.language is None else {**me, "language_code": self.language}


_BOT = {"id": 42, "is_bot": True, "first_name": "Bot"}


class _Html(html.parser.HTMLParser):
    """Telegram's HTML: few tags, properly nested, every other < and & written as an entity."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.bold = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"b", "i", "u", "s", "code", "pre", "a"}:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        if "<" in data or "&" in data:
            raise Refused(400, "Bad Request: can't parse entities")
        self._add(data)

    def handle_entityref(self, name: str) -> None:
        if name not in {"lt", "gt", "amp", "quot"}:
            raise Refused(400, "Bad Request: can't parse entities: unknown entity")
        self._add({"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[name])

    def _add(self, text: str) -> None:
        self.text += text
        if "b" in self._open:
            self.bold += text

    def close(self) -> None:
        super().close()
        if self._open:
            raise Refused(400, "Bad Request: can't parse entities: Can't find end tag")


def _plain(fields: dict[str, Any]) -> tuple[str, str]:
    """The text a person sees, and what of it is bold."""
    text = fields.get("text")
    if not isinstance(text, str):
        raise Refused(400, "Bad Request: message text is empty")
    bold = ""
    if fields.get("parse_mode") == "HTML":
        parser = _Html()
        parser.feed(text)
        parser.close()
        text, bold = parser.text, parser.bold
    text = text.strip()
    if not text:
        raise Refused(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refused(400, "Bad Request: message is too long")
    return text, bold


def _rows(fields: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The inline keyboard, checked as Telegram checks it."""
    markup = fields.get("reply_markup")
    if markup is None:
        return []
    rows = markup["inline_keyboard"]
    for row in rows:
        if not 0 < len(row) <= 8:
            raise Refused(400, "Bad Request: wrong number of buttons in a row")
        for button in row:
            kinds = set(button) - {"text", "style"}
            if not button.get("text") or len(kinds) != 1 or not kinds <= {"callback_data", "copy_text", "url"}:
                raise Refused(400, "Bad Request: BUTTON_TYPE_INVALID")
            if "callback_data" in button and not 0 < len(button["callback_data"].encode()) <= 64:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
            if "copy_text" in button and not 0 < len(button["copy_text"]["text"]) <= 256:
                raise Refused(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")
            if button.get("style", "primary") not in {"primary", "success", "danger"}:
                raise Refused(400, "Bad Request: BUTTON_STYLE_INVALID")
    return list(rows)
