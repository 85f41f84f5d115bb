"""More is said than a group may be sent: it comes a little later, whole, in order, and Telegram never has to say no."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.conversation.engine import Engine
from storage.database import Database
from tests.fakes.botapi import BotApi
from tests.forumroom import ForumRoom
from tests.person import WEBCHAT, FakeClock, Person, owed

CREDITORS, LINES, A_MINUTE = 10, 3, 20


@pytest.fixture
async def room(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[ForumRoom]:
    """A group that is the desk, as strict as Telegram."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as made:
        await made.opens()
        made.group.per_minute = A_MINUTE
        yield made


async def test_a_group_is_sent_no_more_than_it_may_be_and_nothing_is_lost(
    room: ForumRoom, engine: Engine, clock: FakeClock
) -> None:
    clock.passes(timedelta(minutes=2))
    everybody = [Person(engine, WEBCHAT, f"{number:064d}", clock=clock) for number in range(CREDITORS)]
    numbers: dict[int, str] = {}
    for line in range(LINES):
        for place, person in enumerate(everybody):
            number = numbers.get(place)
            await person.taps_token(f"support.ask:{number}" if number else "support.ask")
            await person.says(f"第 {place} 位的第 {line} 条")
            numbers[place] = person.reply.copies[0].value
    began = clock.now()
    while await room.desk.plan() or any(
        row.done_at is None for row in await owed(room.database, channel=room.desk.channel.name)
    ):
        await room.drain.empty()
        clock.passes(timedelta(seconds=1))
        assert clock.now() - began < timedelta(minutes=20), "it never comes to rest"
    for place, number in numbers.items():
        said = [text for text in room.read(number) if "条" in text]
        assert [text.count(f"第 {place} 位的第 {line} 条") for line, text in enumerate(said)] == [1] * LINES
    refused = Counter(call.refused for call in room.api.calls if call.refused)
    assert refused == {}, "Telegram had to say no"
    messages = CREDITORS * (LINES + 1)  # and a card each
    assert clock.now() - began >= timedelta(minutes=messages // A_MINUTE - 1)
