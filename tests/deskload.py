"""A busy day at the desk: creditors who write on both wires, agents at their pages, and somebody who counts.

The product runs in a process of its own, as `make run` has it, and is reached by nothing but its
wires: real HTTP and Server-Sent Events, and a Bot API server it polls. Every message holds a word
nobody else says. It counts when the other side *sees* it: an agent when a page of his shows it or it
stands in its topic, a creditor when the event arrives at his open page or the message at his phone. A
message is due at a fixed moment, whatever became of those before; its delay counts from then.

Some of the agents sit in a Telegram group that becomes the desk when all tickets are open already. It
takes twenty messages a minute and says no to more; so their creditors write at a pace of their own.

What is looked at for each word: seen at all, by the one it is for and by nobody else, and in the end
exactly once in the ticket and exactly once at the creditor.
"""

import asyncio
import itertools
import json
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from bot import clock, i18n
from bot.channels.desk.door import csrf
from bot.channels.webchat import session
from bot.conversation.turn import Person
from bot.ledger import transition
from bot.ledger.keys import ServiceKey
from bot.support import actions, desk
from storage import agents, people, sealing, topics, totp
from storage.connect import open_database
from storage.database import Database, Transaction
from tests.fakes.botapi import BotApi, Called, Group, Member, Message, Topic
from tests.fixtures import DATA_KEY, INDEX_KEY, ORIGIN, SERVICE_SEED

CHANNEL = "telegram:42"
FIRST = 7_000_000_000
WORD = re.compile(r"编号 ([a-z]{12})")
#: no vowel and no b: what looks like a word or a BIC by chance would be masked before an agent's eyes
LETTERS = "cdfghjklmnpqrstvwxz"
#: as the page has it: the open ticket at every event, the queue so often
QUEUE_EVERY = 0.5
#: an agent reads and types for so long; and a phone may be sent one message a second
READS = 3.0
#: tickets made in one transaction
CHUNK = 50
#: what Telegram takes of a bot in one group, and in how many seconds
A_MINUTE, MINUTE = 20, 60.0
#: people in the group, the first of them its administrator
MEMBERS = 900
#: creditors of each agent in the group who write; all his others are quiet
LIVELY = 4
#: seconds until a topic must be there in which somebody may answer
PATIENCE = 60.0
#: what a bot's message begins with in a topic when a creditor said it
BY_CREDITOR = "👤 债权人"


@dataclass
class Waited:
    """A message on its way: to the creditor of `ticket`, or to the desk. `seen` counts who saw it, by name."""

    ticket: str
    to_desk: bool
    due: float
    at: float | None = None
    seen: Counter[str] = field(default_factory=Counter)


@dataclass
class Creditor:
    """One creditor, his ticket and his way in: a page that is open, or a phone."""

    number: int
    ticket: str = ""
    cookie: str = ""
    wrote_at: float = 0.0
    told_at: float = 0.0  # when an agent last wrote to him in a topic
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    orders: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def by_page(self) -> bool:
        return self.number % 2 == 0

    @property
    def place(self) -> str:
        return "page" if self.by_page else "phone"

    @property
    def name(self) -> str:
        return f"creditor {self.number}"

    @property
    def chat(self) -> int:
        return FIRST + self.number


@dataclass
class Agent:
    """One agent before a page of his own; or in the group, where `member` is he."""

    name: str
    cookie: str
    code: str = ""  # by which his Telegram becomes his
    member: Member | None = None
    mine: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # tickets with words he has not answered
    open: str = ""
    stale: asyncio.Event = field(default_factory=asyncio.Event)
    known: dict[str, int] = field(default_factory=dict)  # number -> revision
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)


class Phones(BotApi):
    """The Bot API; tells of every message when it arrives, and forgets what it was called with.

    told    when each message of the bot came into the group
    methods what else it did there, by method
    """

    def __init__(self, arrived: Callable[[Message], None]) -> None:
        super().__init__()
        self._arrived = arrived
        self.refusals: Counter[int] = Counter()
        self.told: list[float] = []
        self.methods: Counter[str] = Counter()

    def _new(self, chat: int, **what: Any) -> Message:
        message = super()._new(chat, **what)
        if chat in self.groups:
            self.told.append(asyncio.get_running_loop().time())
        self._arrived(message)
        return message

    async def _changed(self) -> None:
        self.refusals.update(call.refused for call in self.calls if call.refused)
        self.methods.update(call.method for call in self.calls if int(call.fields.get("chat_id", 0)) in self.groups)
        self.calls: list[Called] = []
        await super()._changed()


@dataclass
class Figures:
    """What was seen. Times in seconds.

    told   when each message came into the group; `topics` it had in the end
    asked  what the bot asked for in the group, by method
    """

    sent: int
    seen: int
    delays: dict[str, list[float]]
    faults: list[str]
    refused: dict[int, int]
    answered: dict[int, int]
    told: list[float]
    topics: int
    asked: dict[str, int]

    @property
    def most_told(self) -> int:
        """The most messages that came into the group within one minute, wherever that begins."""
        return max((sum(start <= at < start + MINUTE for at in self.told) for start in self.told), default=0)

    def at(self, way: str, share: float) -> float:
        """A percentile of the delay one way."""
        ordered = sorted(self.delays[way])
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    def __str__(self) -> str:
        ways = (
            f"{way:24} {len(times):6} messages   p50 {self.at(way, 0.5):6.3f} s   p95 {self.at(way, 0.95):6.3f} s   "
            f"p99 {self.at(way, 0.99):6.3f} s   worst {max(times):6.3f} s"
            for way, times in self.delays.items()
            if times
        )
        lost = self.sent - self.seen
        group = f"the group: {self.topics} topics, at most {self.most_told} messages in a minute, asked {self.asked}"
        counted = f"sent {self.sent}, lost {lost}, faults {len(self.faults)}"
        return "\n".join((*ways, group, counted, *self.faults[:10]))


class Day:
    """Everybody, and what they saw.

    per_second  what is said by turns outside of the group
    in_group    so many of the agents sit in the group; `asked` words come to it in all, `typed` are answered there
    """

    def __init__(
        self,
        *,
        agents_there: int,
        tickets_open: int,
        per_second: float,
        seconds: float,
        in_group: int,
        asked: int,
        typed: int,
        seed: int = 1,
    ) -> None:
        self.creditors = [Creditor(number) for number in range(tickets_open)]
        self.agents: list[Agent] = []
        self._agents_there, self._in_group = agents_there, in_group
        self._words, self._asked, self._typed = int(per_second * seconds), asked, typed
        self._gap = 1 / per_second
        self._seconds = seconds
        self.due = self._words + asked + typed
        self._code = ""
        self._chance = random.Random(seed)
        self._waited: dict[str, Waited] = {}
        self._by_ticket: dict[str, Creditor] = {}
        self._holder: dict[str, Agent] = {}
        self.faults: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.phones = Phones(self._rings)
        self.group: Group = self.phones.forum()
        self.group.per_minute = A_MINUTE
        self._base = ""
        self._http: ClientSession | None = None
        self._listening = asyncio.Semaphore(0)
        self._stop = asyncio.Event()

    # -- before

    async def prepare(self, url: str) -> None:
        """Fill a migrated database: everybody known, every ticket open and in somebody's hands."""
        sealing.unlock({1: DATA_KEY}, INDEX_KEY)
        transition.sign_with(ServiceKey(ORIGIN, SERVICE_SEED), ORIGIN)
        i18n.load()
        database = await open_database(url)
        for number in range(self._agents_there):
            self.agents.append(await self._comes(database, f"agent{number}"))
        for start in range(0, len(self.creditors), CHUNK):
            chunk = self.creditors[start : start + CHUNK]
            await database.write(lambda db, chunk=chunk: self._ask(db, chunk))  # type: ignore[misc]
        self._code = await topics.code_for_group(database, clock.now())
        for place, agent in enumerate(self.agents[-self._in_group :], 1):
            agent.code = await topics.code_for_agent(database, agent.name, clock.now()) or ""
            agent.member = self.group.member(MEMBERS + place, name=agent.name)
        await database.close()

    async def _comes(self, database: Database, name: str) -> Agent:
        now = clock.now()
        token = await agents.add(database, name, "agent", now)
        half = await agents.open_link(database, token or "", now)
        there = await agents.doorstep(database.read(), half or "", now)
        assert there is not None
        assert there.secret is not None
        cookie = await agents.come_in(database, half or "", totp.code(there.secret, totp.step(now)), now)
        return Agent(name, cookie or "")

    async def _ask(self, db: Transaction, chunk: list[Creditor]) -> None:
        now = clock.now()
        for one in chunk:
            channel, address = CHANNEL, str(one.chat)
            if one.by_page:
                one.cookie = session.fresh()
                channel, address = "webchat", session.address(one.cookie) or ""
            await people.meet(db, channel, address, "zh_Hans", now)
            contact = await people.contact(db, channel, address)
            assert contact is not None
            person = Person(contact.id, channel, address, None, "zh_Hans", True, "Asia/Shanghai", frozenset(), None)
            asked = await actions.ask(db, person, "", f"我是第 {one.number} 位，KYC 一直没有结果，怎么办？", now)
            one.ticket = asked.number
            agent = self.agents[one.number % len(self.agents)]
            await desk.assign(db, one.ticket, "chief", agent.name, now)
            agent.mine.append(one.ticket)
            self._by_ticket[one.ticket], self._holder[one.ticket] = one, agent

    # -- the day

    async def passes(self, base: str) -> Figures:
        """Let it pass, and count."""
        self._base = base
        for one in self.creditors:
            if not one.by_page:
                self.phones.person(one.chat)
                self.phones.said.setdefault(one.chat, [])
        timeout = ClientTimeout(total=None, sock_connect=30)
        async with (
            ClientSession(connector=TCPConnector(limit=0), timeout=timeout) as http,
            asyncio.TaskGroup() as tasks,
        ):
            self._http = http
            pages = [one for one in self.creditors if one.by_page]
            open_pages = [tasks.create_task(self._reads(one)) for one in pages]
            open_pages += [tasks.create_task(self._watches(agent)) for agent in self.agents if agent.member is None]
            for _page in open_pages:
                await self._listening.acquire()
            await self._group_opens()
            await self._writes_and_answers(tasks)
            await self._comes_to_rest()
            self._stop.set()
            for page in open_pages:
                page.cancel()
        async with ClientSession(connector=TCPConnector(limit=20)) as http:
            self._http = http
            await self._counts()
        delays: dict[str, list[float]] = {}
        for waited in self._waited.values():
            if waited.at is not None:
                delays.setdefault(self._way(waited), []).append(waited.at - waited.due)
        phones = self.phones
        return Figures(
            len(self._waited), sum(waited.at is not None for waited in self._waited.values()), delays, self.faults,
            dict(phones.refusals), dict(self.statuses), phones.told, len(self.group.topics), dict(phones.methods),
        )  # fmt: skip

    def _way(self, waited: Waited) -> str:
        desk = "agent" if self._holder[waited.ticket].member is None else "topic"
        return f"creditor to {desk}" if waited.to_desk else f"{desk} to {self._by_ticket[waited.ticket].place}"

    async def _writes_and_answers(self, tasks: asyncio.TaskGroup) -> None:
        """A creditor writes and an agent answers by turns, and both in the group besides; each at its moment."""
        loop = asyncio.get_running_loop()
        began = loop.time() + 0.5
        outside = [one for one in self.creditors if self._holder[one.ticket].member is None]
        writers = itertools.cycle(self._chance.sample(outside, len(outside)))
        answerers = itertools.cycle([agent for agent in self.agents if agent.member is None])
        askers = itertools.cycle(self._lively())
        half = self._words // 2
        schedule = [
            *self._evenly(half, 0.0, lambda due: self._writes(next(writers), due)),
            *self._evenly(half, self._gap, lambda due: self._answers(next(answerers), due)),
            *self._evenly(self._asked, 0.0, lambda due: self._writes(next(askers), due)),
            *self._evenly(self._typed, READS, self._types),
        ]
        acts = []
        for after, act in sorted(schedule, key=lambda one: one[0]):
            due = began + after
            await asyncio.sleep(max(0.0, due - loop.time()))
            acts.append(tasks.create_task(self._safely(act(due))))
        await asyncio.gather(*acts)  # each has said its word now

    def _evenly(
        self, many: int, first: float, act: Callable[[float], Awaitable[None]]
    ) -> list[tuple[float, Callable[[float], Awaitable[None]]]]:
        """So many of the same over the day, from a moment on."""
        return [(first + number * self._seconds / many, act) for number in range(many)]

    def _lively(self) -> list[Creditor]:
        """The creditors of the group who write: the agents' by turns, and not those whose tickets are the oldest."""
        numbers = [agent.mine[-LIVELY:] for agent in self.agents if agent.member is not None]
        return [self._by_ticket[number] for each in zip(*numbers, strict=True) for number in each]

    async def _safely(self, act: Awaitable[object]) -> None:
        try:
            await act
        except (ClientError, TimeoutError, AssertionError) as fault:
            self.faults.append(f"{type(fault).__name__}: {fault}")

    async def _comes_to_rest(self) -> None:
        """Until everything is seen, or nothing more can be on its way."""
        for _look in range(600):
            if all(waited.at is not None for waited in self._waited.values()):
                return
            await asyncio.sleep(0.1)

    def _word(self, ticket: str, *, to_desk: bool, due: float) -> str:
        word = "".join(self._chance.choice(LETTERS) for _ in range(12))
        assert word not in self._waited
        self._waited[word] = Waited(ticket, to_desk, due)
        return word

    # -- creditors

    async def _writes(self, one: Creditor, due: float) -> None:
        async with one.busy:
            word = self._word(one.ticket, to_desk=True, due=due)
            text = f"请问编号 {word} 的进展？"
            if one.by_page:
                await self._posts(one, choice=f"support.ask:{one.ticket}")
                await self._posts(one, text=text)
            else:
                person = self.phones.person(one.chat)
                shown = Message(self.phones.number(), one.chat, by_bot=True, text="客服答复")  # from before
                self.phones.chats[one.chat].append(shown)
                await person.taps_token(shown, f"support.ask:{one.ticket}")
                await person.says(text)
        one.wrote_at = asyncio.get_running_loop().time()
        self._holder[one.ticket].waiting.append(one.ticket)

    async def _posts(self, one: Creditor, **said: str) -> None:
        body = {"id": str(uuid4()), "order": next(one.orders), **said}
        headers = {"X-Zhaiquantong": "1", "Cookie": f"zq={one.cookie}"}
        assert self._http is not None
        async with self._http.post(f"{self._base}/chat/turns", json=body, headers=headers) as answer:
            self.statuses[answer.status] += 1
            assert answer.status == 200, f"a turn was answered {answer.status} {await answer.text()}"
            await answer.read()

    async def _reads(self, one: Creditor) -> None:
        """The page of a creditor: its stream."""
        assert self._http is not None
        headers = {"Cookie": f"zq={one.cookie}"}
        async with self._http.get(f"{self._base}/chat/stream", headers=headers) as stream:
            self.statuses[stream.status] += 1
            self._listening.release()
            async for line in stream.content:
                if line.startswith(b"data: {"):
                    told = json.loads(line[6:])
                    if not told["mine"]:
                        self._sees(one.name, told["text"], desk=False)
        if not self._stop.is_set():
            self.faults.append("a stream of a page ended")

    def _rings(self, message: Message) -> None:
        """A message at a phone, or in the group."""
        if message.chat == self.group.number:
            self._stands(message)
        else:
            self._sees(f"creditor {message.chat - FIRST}", message.text, desk=False)

    # -- agents

    async def _watches(self, agent: Agent) -> None:
        """The page of an agent: at every news the open ticket, and the queue now and then."""
        assert self._http is not None
        headers = {"Cookie": f"zq-desk={agent.cookie}"}
        async with self._http.get(f"{self._base}/desk/stream", headers=headers) as stream:
            self.statuses[stream.status] += 1
            self._listening.release()
            news = asyncio.Event()
            changed: set[str] = set()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._opens_what_changed(agent, news, changed))
                tasks.create_task(self._looks_now_and_then(agent))
                told = False
                async for line in stream.content:
                    if told and line.startswith(b"data: "):
                        changed.update(line[6:].decode().split())
                        news.set()
                    told = line.startswith(b"event: changed")
        if not self._stop.is_set():
            self.faults.append("a stream of the desk ended")

    async def _opens_what_changed(self, agent: Agent, news: asyncio.Event, changed: set[str]) -> None:
        while True:
            await news.wait()
            news.clear()
            mine = agent.open in changed or "*" in changed
            changed.clear()
            agent.stale.set()
            if agent.open and mine:
                await self._safely(self._opens(agent, agent.open))

    async def _looks_now_and_then(self, agent: Agent) -> None:
        while True:
            await agent.stale.wait()
            agent.stale.clear()
            await self._safely(self._looks(agent))
            await asyncio.sleep(QUEUE_EVERY)

    async def _gets(self, agent: Agent, path: str) -> Any:
        assert self._http is not None
        headers = {"Cookie": f"zq-desk={agent.cookie}"}
        async with self._http.get(f"{self._base}/desk/{path}", headers=headers) as answer:
            self.statuses[answer.status] += 1
            assert answer.status == 200, f"{path} was answered {answer.status}"
            return json.loads(await answer.read())

    async def _looks(self, agent: Agent) -> None:
        found = await self._gets(agent, "queue")
        shown = {row["number"] for row in found["tickets"]}
        if lacks := set(agent.mine) - shown:
            self.faults.append(f"{len(lacks)} tickets of an agent are not in his queue")
        for row in found["tickets"]:
            if self._holder[row["number"]] is agent and agent.known.get(row["number"]) != row["revision"]:
                agent.known[row["number"]] = row["revision"]
                self._sees(agent.name, row["last"], desk=True, ticket=row["number"])

    async def _opens(self, agent: Agent, number: str) -> int:
        seen = await self._gets(agent, f"tickets/{number}")
        for line in seen["lines"]:
            if line["agent"] is None and line["kind"] == "said":
                self._sees(agent.name, line["text"], desk=True, ticket=number)
        return int(seen["revision"])

    async def _answers(self, agent: Agent, due: float) -> None:
        async with agent.busy:
            number = self._chosen(agent)
            agent.open = number
            revision = await self._opens(agent, number)
            word = self._word(number, to_desk=False, due=due)
            text = f"关于编号 {word}：已转交核对，有结果会在这里告诉您。"
            await self._does(agent, f"tickets/{number}/preview", {"text": text, "as": "answer"})
            for _try in range(5):
                done = await self._does(agent, f"tickets/{number}/answer", {"text": text, "revision": str(revision)})
                if done == 200:
                    return
                revision = await self._opens(agent, number)  # the creditor wrote in between: he looks again
            raise AssertionError("an answer was refused five times")

    # -- the group

    async def _group_opens(self) -> None:
        """Its administrator makes it the desk, and agents say who they are; all tickets are open by then."""
        boss = self.group.member(MEMBERS, admin=True)
        await boss.writes(None, f"/desk {self._code}")
        await self.phones.until(lambda: any("已设为客服群" in message.text for message in self.group.read(None)))
        for agent in self.agents:
            if agent.member is not None:
                alone = self.phones.person(agent.member.number)
                await alone.says(f"/bind {agent.code}")
                assert f"已绑定客服账号 {agent.name}" in (await alone.hears()).text

    def _topic(self, number: str) -> Topic | None:
        return next((topic for topic in self.group.topics.values() if topic.name.startswith(number)), None)

    def _stands(self, message: Message) -> None:
        """A message of the bot in a topic: its agent sees it there. Cards say again what was said."""
        topic = self.group.topics.get(message.thread or 0)
        if topic is not None and message.text.startswith(BY_CREDITOR):
            number = topic.name.partition(" ")[0]
            self._sees(self._holder[number].name, message.text, desk=True, ticket=number)

    async def _types(self, due: float) -> None:
        """Somebody in the group answers in a topic of his, where he has had the time to read."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            while (found := self._calm_topic()) is None:  # noqa: ASYNC110 -- topics come when the product makes them
                await asyncio.sleep(0.05)
        one, topic = found
        one.told_at = loop.time()
        word = self._word(one.ticket, to_desk=False, due=due)
        member = self._holder[one.ticket].member
        assert member is not None
        await member.writes(topic, f"关于编号 {word}：已转交核对，有结果会在这里告诉您。")

    def _calm_topic(self) -> tuple[Creditor, Topic] | None:
        """Whoever was not written to for the longest time."""
        long_ago = asyncio.get_running_loop().time() - READS
        known = {topic.name.partition(" ")[0]: topic for topic in self.group.topics.values()}
        calm = [
            one
            for one in map(self._by_ticket.__getitem__, known)
            if self._holder[one.ticket].member is not None and max(one.wrote_at, one.told_at) < long_ago
        ]
        one = min(calm, key=lambda one: one.told_at, default=None)
        return None if one is None else (one, known[one.ticket])

    def _chosen(self, agent: Agent) -> str:
        """Who has waited longest; never words that came a moment ago, which nobody can have read yet."""
        long_ago = asyncio.get_running_loop().time() - READS
        for number in agent.waiting:
            if self._by_ticket[number].wrote_at < long_ago:
                agent.waiting.remove(number)
                return number
        calm = [number for number in agent.mine if self._by_ticket[number].wrote_at < long_ago]
        return self._chance.choice(calm or agent.mine)

    async def _does(self, agent: Agent, path: str, said: dict[str, str]) -> int:
        assert self._http is not None
        headers = {"Cookie": f"zq-desk={agent.cookie}", "X-Desk-Csrf": csrf(agent.cookie)}
        async with self._http.post(f"{self._base}/desk/{path}", json=said, headers=headers) as answer:
            self.statuses[answer.status] += 1
            assert answer.status in (200, 409), f"{path} was answered {answer.status}"
            await answer.read()
            return answer.status

    # -- counting

    def _sees(self, who: str, text: str, *, desk: bool, ticket: str = "") -> None:
        """Somebody sees words: if there is a word in them, he must be the one it is for."""
        found = WORD.search(text)
        if found is None:
            return
        waited = self._waited.get(found[1])
        if waited is None:
            self.faults.append("a word nobody said")
            return
        if desk and not waited.to_desk:
            return  # our own words, in the queue
        right = self._holder[waited.ticket].name if desk else self._by_ticket[waited.ticket].name
        if who != right or waited.to_desk != desk or ticket not in ("", waited.ticket):
            self.faults.append(f"misdelivered: seen by {who}, not by {right}")
        waited.seen[who] += 1
        if not desk and waited.seen[who] > 1:
            self.faults.append(f"doubled: {who} got a message twice")
        if waited.at is None:
            waited.at = asyncio.get_running_loop().time()

    async def _counts(self) -> None:
        """In the end: every word in its ticket exactly once, and at its creditor exactly once."""
        by_ticket: dict[str, list[str]] = {}
        for word, waited in self._waited.items():
            by_ticket.setdefault(waited.ticket, []).append(word)
        for number in self._by_ticket:
            one, agent = self._by_ticket[number], self._holder[number]
            seen = await self._gets(agent, f"tickets/{number}")
            texts = [line["text"] for line in seen["lines"] if line["kind"] == "said"]
            self._same(f"ticket {number}", texts, by_ticket.get(number, []))
            if agent.member is not None:
                topic, asked = self._topic(number), [w for w in by_ticket.get(number, []) if self._waited[w].to_desk]
                read = self.group.read(topic) if topic is not None else []
                told = [message.text for message in read if message.text.startswith((BY_CREDITOR, "💬"))]
                self._same(f"the topic of {number}", told, asked)
            answers = [word for word in by_ticket.get(number, []) if not self._waited[word].to_desk]
            if answers or one.number % 10 == 0:
                got = await self._history(one) if one.by_page else self._phone(one)
                self._same(one.name, got, answers)

    def _same(self, where: str, texts: list[str], words: list[str]) -> None:
        found = Counter(match[1] for text in texts if (match := WORD.search(text)))
        if found != Counter(words):
            lacks, more = dict(Counter(words) - found), dict(found - Counter(words))
            self.faults.append(f"{where} lacks {lacks}, has besides {more}: {texts}")

    async def _history(self, one: Creditor) -> list[str]:
        assert self._http is not None
        headers = {"Cookie": f"zq={one.cookie}"}
        async with self._http.get(f"{self._base}/chat/messages?limit=100", headers=headers) as answer:
            return [message["text"] for message in (await answer.json())["messages"] if not message["mine"]]

    def _phone(self, one: Creditor) -> list[str]:
        return [message.text for message in self.phones.chats[one.chat] if message.by_bot]
