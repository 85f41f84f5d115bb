"""A group that becomes the desk when much is open already: what its agents have goes first, the rest as there is leisure."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from bot.conversation.engine import Engine
from bot.forumdesk import A_MINUTE
from bot.support import desk as support
from storage import agents, tickets
from storage.database import Database
from tests.fakes.botapi import COUNTED, BotApi
from tests.forumroom import ForumRoom
from tests.person import WEBCHAT, FakeClock, Person

CREDITORS = 12
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Backlog:
    """Creditors who asked before there was a group; their tickets by their places."""

    def __init__(self, room: ForumRoom, engine: Engine, clock: FakeClock) -> None:
        self.room = room
        self.people = [Person(engine, WEBCHAT, f"{number:064d}", clock=clock) for number in range(CREDITORS)]
        self.numbers: list[str] = []

    async def asks(self) -> None:
        for person in self.people:
            await person.taps_token("support.ask")
            await person.says("KYC 没有结果")
            self.numbers.append(person.reply.copies[0].value)

    async def writes(self, place: int, text: str) -> None:
        await self.people[place].taps_token(f"support.ask:{self.numbers[place]}")
        await self.people[place].says(text)

    async def given(self, place: int, agent: str | None) -> None:
        at = self.room.clock.now()
        give = partial(support.assign, number=self.numbers[place], by="chief", agent=agent, at=at)
        await self.room.database.write(give)

    async def works(self, seconds: int) -> int:
        """As the worker does it; how many messages the group was sent."""
        before = len(self.room.api.calls)
        for _second in range(seconds):
            await self.room.desk.plan()
            await self.room.drain.empty()
            self.room.clock.passes(SECOND)
        return sum(call.method in COUNTED for call in self.room.api.calls[before:])

    def has_topic(self, place: int) -> bool:
        return any(self.numbers[place] in topic.name for topic in self.room.group.topics.values())

    def says(self, place: int) -> list[str]:
        return self.room.read(self.numbers[place])


@pytest.fixture
async def backlog(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[Backlog]:
    """Tickets 0 and 1 are of an agent who comes into the group, 2 and 3 of one who does not, the others nobody's."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as room:
        made = Backlog(room, engine, clock)
        await made.asks()
        for name in ("mei", "zhou"):
            await agents.add(database, name, "agent", clock.now())
        for place, name in enumerate(("mei", "mei", "zhou", "zhou")):
            await made.given(place, name)
        room.group.per_minute = A_MINUTE
        yield made


async def test_what_its_agents_wait_for_goes_before_a_backlog_nobody_asked_for(backlog: Backlog) -> None:
    room = backlog.room
    await room.opens()
    await room.enters("mei", 900)
    await backlog.works(5)  # the backlog is begun
    assert not all(backlog.has_topic(place) for place in range(4, CREDITORS))
    await backlog.writes(1, "有新的邮件")
    await backlog.works(2)
    assert "有新的邮件" in backlog.says(1)[-1]
    for _minute in range(10):
        assert await backlog.works(60) <= A_MINUTE
    assert [backlog.has_topic(place) for place in range(CREDITORS)] == [
        place not in (2, 3) for place in range(CREDITORS)
    ]
    assert not [call.refused for call in room.api.calls if call.refused]
    for place in range(4, CREDITORS):
        assert [text.count("KYC") for text in backlog.says(place)] == [1], "the last words once, and the card"


async def test_a_ticket_of_another_desk_has_no_topic_before_the_group_has_to_do_with_it(backlog: Backlog) -> None:
    room = backlog.room
    await room.opens()
    await room.enters("mei", 900)
    for place in (2, 3):
        await backlog.writes(place, "还在等")
    await backlog.works(300)
    assert not backlog.has_topic(2)
    # handed over; put back; and its agent comes into the group: in each case somebody here has to do with it
    await backlog.given(2, "mei")
    await backlog.works(2)
    assert "还在等" in backlog.says(2)[-1]
    await backlog.given(2, "zhou")
    await backlog.writes(2, "又来问")
    await backlog.works(120)
    assert "又来问" in backlog.says(2)[-1], "a topic that is there goes on being told"
    await room.enters("zhou", 901)
    await backlog.works(120)
    assert "还在等" in backlog.says(3)[-1]


async def test_a_ticket_that_went_up_the_ladder_is_the_groups_whoever_has_it(backlog: Backlog) -> None:
    room, number = backlog.room, backlog.numbers[3]
    await room.opens()
    await room.database.write(lambda db: support.escalate(db, number, "zhou", "需要主管", room.clock.now()))
    row = await tickets.by_number(room.database.read(), number)
    assert row is not None
    assert row.tier == "senior"
    await backlog.works(400)
    assert backlog.has_topic(3)
    assert not backlog.has_topic(2)
