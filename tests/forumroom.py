"""The desk's group in a test: the fake Bot API, the door's intake, the real desk, and a worker's hands for both lanes.

Nothing runs by itself: `settles` hands over what is waiting on either side until nothing is.
"""

from datetime import timedelta
from typing import Self

from bot.channels.telegram.door import Intake
from bot.channels.telegram.sender import Telegram
from bot.conversation.channel import Channel
from bot.conversation.engine import Engine
from bot.conversation.outbox import Cancelled, Drain
from bot.forumdesk import ForumDesk
from bot.work import note_delivery, tell_of_unsent
from storage import agents, tickets, topics
from storage.database import Database, Reader
from storage.deliveries import DueRow
from tests.fakes.botapi import TOKEN, BotApi, Group, Member, Message, Topic
from tests.person import FakeClock, Person


async def _no_words(_db: Reader, _row: DueRow) -> Cancelled:
    return Cancelled("nothing to say")


async def _at_once(_moment: object) -> None:
    """Nobody waits."""


class ForumRoom:
    """A group that is the desk, with agents in it."""

    def __init__(self, database: Database, engine: Engine, clock: FakeClock, api: BotApi) -> None:
        self.database = database
        self.clock = clock
        self.api = api
        self.group: Group = next(iter(api.groups.values()), None) or api.forum()
        self.engine = engine
        self.telegram = Telegram.connected(TOKEN, api.base)
        self.desk = ForumDesk(database, self.telegram.wire, lambda: None)
        self.telegram.desk = self.desk
        self.intake = Intake(engine, self.telegram)
        self.drain = self.hand(self.desk.channel)
        self.looks = self.hand(self.desk.channel.looks)
        self.creditors = self.hand(self.telegram)

    def hand(self, channel: Channel) -> Drain:
        """One more hand that sends."""
        return Drain(
            self.database, channel, self.desk.renderer(_no_words), unsent=tell_of_unsent, delivered=note_delivery,
            sleep_until=_at_once, chance=lambda: 0.0,
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.intake.chores.drain()
        await self.telegram.close()

    def twin(self, database: Database) -> "ForumRoom":
        """Another process at the same work."""
        return ForumRoom(database, self.engine, self.clock, self.api)

    async def asked_by(self, person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
        """A creditor asks, and the topic is there; the number of the ticket."""
        await person.taps_token("support.ask")
        await person.says(text)
        number = person.reply.copies[0].value
        await self.settles()
        return number

    async def opens(self) -> Member:
        """The group becomes the desk; its administrator."""
        boss = self.group.member(1, name="Boss", admin=True)
        code = await topics.code_for_group(self.database, self.clock.now())
        await boss.writes(None, f"/desk {code}")
        await self.settles()
        return boss

    async def agent(self, name: str, number: int, role: str = "agent") -> Member:
        """Somebody in the group with an account."""
        await agents.add(self.database, name, role, self.clock.now())
        return await self.enters(name, number)

    async def enters(self, name: str, number: int) -> Member:
        """Somebody who has an account comes into the group."""
        who = self.group.member(number, name=name)
        code = await topics.code_for_agent(self.database, name, self.clock.now())
        await who.writes(None, f"/bind {code}")
        await self.settles()
        return who

    async def hears(self) -> None:
        """Take the updates that wait, once each."""
        while self.api.pending:
            raw = self.api.pending.pop(0)
            told = await self.intake.take(self.intake.read(raw), rides=False)
            if told is not None:
                await self.intake.deliver(told[0], told[1].reply)

    async def settles(self, *, looks: bool = False) -> None:
        """Hand everything over until nothing waits; `looks`: titles and cards too, which wait a little."""
        if looks:
            self.clock.passes(timedelta(seconds=11))
        for _round in range(30):
            await self.hears()
            steps = await self.desk.plan()
            steps += await self.drain.empty() + await self.looks.empty() + await self.creditors.empty()
            self.clock.passes(timedelta(seconds=1))  # a chat is left to rest between two messages
            if not steps and not self.api.pending:
                await self.intake.chores.drain(patience=20)
                return
        raise AssertionError("it never comes to rest")

    async def repeats(self) -> None:
        """Nothing is told twice."""
        said = len(self.api.calls)
        await self.settles()
        assert len(self.api.calls) == said

    def topic(self, number: str) -> Topic:
        """The topic of a ticket."""
        return self.group.named(number)

    def read(self, number: str) -> list[str]:
        """What the bot said in a ticket's topic, the card left out."""
        return [message.text for message in self.group.read(self.topic(number))[1:]]

    def last(self, number: str) -> Message:
        """The newest message of the bot in a topic."""
        return self.group.read(self.topic(number))[-1]

    async def row(self, number: str) -> tickets.TicketRow:
        """The ticket."""
        row = await tickets.by_number(self.database.read(), number)
        assert row is not None
        return row
