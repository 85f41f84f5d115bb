"""The desk's group killed at any moment, while creditors' words go into topics and agents' words come back.

The parent is Telegram (the fake Bot API, which outlives every life), creditors on the web chat and
agents in the group. Each life ends with SIGKILL at a call to Telegram, before or after it was done,
or at an answer to a creditor. Afterwards everything is counted.
"""

import asyncio
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot import app, ways
from bot.conversation.engine import Engine, Pace
from bot.conversation.reply import unpacked
from storage import tickets, topics
from storage.connect import open_database
from storage.database import Database
from storage.tickets import LineRow, TicketRow
from tests.fakes.botapi import BotApi, Group, Member, Topic
from tests.fixtures import ABILITIES
from tests.forumroom import ForumRoom
from tests.kill.test_desk import _OUT, _SAID, Creditor, House
from tests.person import WEBCHAT, FakeClock

KILLS = 12
CREDITORS = 9

#: calls at which a life may end, before they are done or when they are
DEADLY = frozenset({
    "createForumTopic", "editForumTopic", "editMessageText", "pinChatMessage", "sendMessage", "setMessageReaction",
})  # fmt: skip


class Telegram(BotApi):
    """The Bot API, at which a life may end."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self._house = house

    async def _do(self, method: str, fields: dict[str, Any]) -> Any:
        if method in DEADLY:
            await self._house.point()
        done = await super()._do(method, fields)
        if method in DEADLY or method == "getUpdates":
            await self._house.point()
        return done


@dataclass
class Visitor(Creditor):
    """A creditor on the web chat, and what an agent told him."""

    told: list[str] = field(default_factory=list)

    @property
    def channel(self) -> str:
        return WEBCHAT


def _topic(group: Group, number: str) -> Topic | None:
    """The topic of a ticket in which something stands: one that was made and not noted stays empty, and unread."""
    found = [topic for topic in group.topics.values() if number in topic.name and group.read(topic)]
    assert len(found) < 2, "two topics that speak"
    return found[0] if found else None


@pytest.mark.slow
async def test_the_group_killed_at_any_moment(database_url: str, unlocked: None, clock: FakeClock) -> None:
    house = House(database_url, random.Random(5), points=(5, 40))
    async with Telegram(house) as api:
        house.child = ("tests.kill.forum_child", api.base)
        visitors = [Visitor(house, number) for number in range(CREDITORS)]
        database = await open_database(database_url)
        engine = Engine(database, app.book(), ways.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))
        async with ForumRoom(database, engine, clock, api) as room:
            await room.opens()
            agents = [await room.agent(name, 900 + place) for place, name in enumerate(("mei", "lan"))]
        await database.close()

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(house.lives_on(KILLS))
            tasks.create_task(_days(house, room.group, visitors, agents))
        print(dict(house.tally), Counter(call.method for call in api.calls))
        assert house.tally["killed"] == KILLS

        database = await open_database(database_url)
        try:
            for visitor in visitors:
                await _at_both_ends_once(database, visitor)
                await _in_the_group(database, room.group, visitor)
        finally:
            await database.close()


async def _days(house: House, group: Group, visitors: list[Visitor], agents: list[Member]) -> None:
    """Some write, some are answered, all at once, until every life but the last was taken; then all comes to rest."""
    chance = house.chance
    while house.tally["killed"] < KILLS:
        await asyncio.gather(*(visitor.writes() for visitor in chance.sample(visitors, 3)))
        for place, visitor in enumerate(visitors):
            topic = _topic(group, visitor.ticket) if visitor.ticket else None
            if topic is not None and chance.random() < 0.3:
                word = house.word()
                visitor.told.append(word)
                await agents[place % len(agents)].writes(topic, f"关于 {word}：已在处理")
        house.now += timedelta(minutes=20)  # nobody writes more than he may
    await asyncio.gather(*(visitor.writes() for visitor in visitors))
    while (await house.asks("rest", again=True))["owed"] or group.api.pending:  # noqa: ASYNC110
        await asyncio.sleep(0.05)  # another process can only be looked at
    house.over = True
    await house.asks("rest", again=True)


async def _at_both_ends_once(database: Database, visitor: Visitor) -> None:
    """Every word stands in the ticket once, in order; an agent's once in the creditor's history as well."""
    row, said = await _ticket(database, visitor)
    assert [line.text for line in said if line.agent is None] == [f"请看编号 {word} 的情况" for word in visitor.words]
    told = [f"关于 {word}：已在处理" for word in visitor.told]
    assert [line.text for line in said if line.agent is not None] == told
    mine = [unpacked(line.body).text for line in await database.read().all(_SAID) if line.contact_id == row.contact_id]
    assert [text.split("\n")[0] for text in mine if text.startswith("关于 ")] == told


async def _in_the_group(database: Database, group: Group, visitor: Visitor) -> None:
    """Every word of a creditor stands in his topic, in order; again only where a try of its row was cut off."""
    topic, known = _topic(group, visitor.ticket), await topics.topic(database.read(), visitor.ticket)
    assert topic is not None
    assert known is not None
    assert known.thread == topic.thread
    passed = [message for message in group.read(topic) if message.bold.startswith(("👤", "💬"))]
    assert {message.bold for message in passed} == {"👤 债权人"}, "what an agent typed there is not said again"
    copies = [next(word for word in visitor.words if word in message.text) for message in passed]
    assert [word for word, _again in itertools.groupby(copies)] == visitor.words
    _row, said = await _ticket(database, visitor)
    rows = {row.dedupe_key: row for row in await database.read().all(_OUT)}
    for line in said:
        if line.agent is None:
            row = rows[f"topic:line:{line.id}"]
            assert row.outcome == "sent"
            assert 1 <= sum(word in line.text for word in copies) <= row.attempts
        else:
            assert f"topic:line:{line.id}" not in rows


async def _ticket(database: Database, visitor: Visitor) -> tuple[TicketRow, list[LineRow]]:
    """A ticket, and what was said in it."""
    db = database.read()
    row = await tickets.by_number(db, visitor.ticket)
    assert row is not None
    return row, [line for line in await tickets.lines(db, row.id, 10_000) if line.kind == "said"]
