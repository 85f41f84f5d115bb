"""The desk's group: one topic for each ticket, whatever happens to it; answers, notes, warnings; and who may."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation.engine import Engine
from storage.database import Database
from tests.fakes.botapi import BotApi
from tests.forumroom import ForumRoom
from tests.person import FakeClock, Person, owed


@pytest.fixture
async def room(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[ForumRoom]:
    """A group that is the desk."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as made:
        await made.opens()
        yield made


async def _asks(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def test_a_ticket_gets_one_topic_with_a_card_and_an_answer_goes_out(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await _asks(visitor, "我的护照 E12345678 被退回，邮箱 wang@mail.example 怎么办？")
    await room.settles()
    (card, said) = room.group.read(room.topic(number))
    assert room.topic(number).pinned == [card.id]
    assert "等待答复" in card.text
    assert "E12345678" not in said.text + card.text
    assert "wang@mail.example" not in said.text + card.text
    message = await agent.writes(room.topic(number), "请把退件通知发来，我们看一下。")
    await room.settles()
    await room.intake.chores.drain()
    row = await room.row(number)
    assert (row.status, row.agent) == ("answered", "mei")
    (answer,) = await owed(room.database, kind="ticket")
    assert "请把退件通知发来" in answer.reply.text
    mine = next(m for m in room.api.chats[room.group.number] if m.id == message)
    assert mine.reactions == ["👌"]
    assert len(room.group.read(room.topic(number))) == 2, "what stands there is not said again"
    await room.repeats()
