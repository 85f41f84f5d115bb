"""More is said than a group may be sent: it comes a little later, whole, in order, and Telegram never has to say no."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from bot.conversation.engine import Engine
from bot.conversation.reply import Reply
from bot.errors import TryLater
from bot.forumdesk import A_MINUTE
from bot.support import desk as support
from storage.database import Database
from tests.fakes.botapi import COUNTED, BotApi
from tests.forumroom import ForumRoom
from tests.person import WEBCHAT, FakeClock, Person, owed

CREDITORS, LINES = 10, 3
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
async def room(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[ForumRoom]:
    """A group that is the desk, stricter than Telegram: it takes no message above our own pace."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as made:
        await made.opens()
        await made.agent("mei", 900)
        clock.passes(2 * MINUTE)
        made.group.per_minute = A_MINUTE
        yield made


@pytest.fixture
async def workers(room: ForumRoom, outside: Database) -> AsyncIterator[list[ForumRoom]]:
    """Two processes at the same work, each with connections of its own."""
    other = room.twin(outside)
    yield [room, other]
    await other.telegram.close()


async def _work(workers: list[ForumRoom]) -> None:
    for worker in workers:
        await worker.desk.plan()
    await asyncio.gather(*(lane.empty() for worker in workers for lane in (worker.drain, worker.looks)))


async def test_all_workers_together_send_a_group_no_more_than_it_may_be_and_nothing_is_lost(
    room: ForumRoom, workers: list[ForumRoom], engine: Engine, clock: FakeClock
) -> None:
    everybody = [Person(engine, WEBCHAT, f"{number:064d}", clock=clock) for number in range(CREDITORS)]
    numbers: dict[int, str] = {}
    for line in range(LINES):
        for place, person in enumerate(everybody):
            number = numbers.get(place)
            await person.taps_token(f"support.ask:{number}" if number else "support.ask")
            await person.says(f"第 {place} 位的第 {line} 条")
            numbers[place] = person.reply.copies[0].value
    for number in numbers.values():
        await room.database.write(partial(support.take, number=number, agent="mei", at=clock.now()))
    began = clock.now()
    in_each: Counter[int] = Counter()
    while await room.desk.plan() or any(
        row.done_at is None for row in await owed(room.database, channel=room.desk.channel.name)
    ):
        second = int((clock.now() - began) / SECOND)
        before = len(room.api.calls)
        await _work(workers)
        in_each[second] += sum(call.method in COUNTED for call in room.api.calls[before:])
        clock.passes(SECOND)
        assert second < 1200, "it never comes to rest"
    for place, number in numbers.items():
        said = [text for text in room.read(number) if "条" in text]
        assert [text.count(f"第 {place} 位的第 {line} 条") for line, text in enumerate(said)] == [1] * LINES
    assert max(sum(in_each[second + more] for more in range(60)) for second in in_each) == A_MINUTE
    assert not any(call.refused for call in room.api.calls), "Telegram had to say no"
    assert sum(in_each.values()) == CREDITORS * (LINES + 1), "and a card each"


async def test_when_telegram_says_no_to_one_worker_every_one_is_silent(
    room: ForumRoom, workers: list[ForumRoom], visitor: Person, person: Person, clock: FakeClock
) -> None:
    number = await room.asked_by(visitor)
    clock.passes(2 * MINUTE)
    room.api.fails("sendMessage", 429, "Too Many Requests: retry after 90", retry_after=90)
    await visitor.taps_token(f"support.ask:{number}")
    await visitor.says("还在吗？")
    await _work(workers[:1])
    assert room.api.made("sendMessage")[-1].refused == 429
    said = len(room.api.calls)
    await person.taps_token("support.ask")  # another topic, and its card
    await person.says("名字登记错了。")
    for _second in range(89):
        clock.passes(SECOND)
        await _work(workers[1:])
    assert not [call.method for call in room.api.calls[said:] if call.method in COUNTED]
    for _second in range(20):
        clock.passes(SECOND)
        await _work(workers[1:])
    assert "还在吗" in room.last(number).text
    assert "名字登记错了" in room.last(person.reply.copies[0].value).text


async def test_one_agent_alone_is_not_the_group(room: ForumRoom, visitor: Person) -> None:
    room.api.person(900)
    for _word in range(A_MINUTE):
        await room.desk.channel.send("900", Reply(text="您的角色不能做这一步。"))
    room.api.fails("sendMessage", 429, "Too Many Requests: retry after 90", retry_after=90)
    with pytest.raises(TryLater) as refused:
        await room.desk.channel.send("900", Reply(text="您的角色不能做这一步。"))
    assert not refused.value.whole
    number = await room.asked_by(visitor)
    assert "KYC" in room.last(number).text, "the group has all its room, and nobody silenced it"
