"""The desk's group on both databases: what is new is told once, what is typed goes out once, and who may."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot import webdesk
from bot.conversation.bell import Typing
from bot.conversation.engine import Engine
from bot.support import desk as support
from storage import tickets, topics
from storage.database import Database
from tests.fakes.botapi import BotApi
from tests.forumroom import ForumRoom
from tests.person import WEBCHAT, FakeClock, Person, owed


@pytest.fixture
async def room(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[ForumRoom]:
    """A group that is the desk."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as made:
        await made.opens()
        yield made


async def test_a_ticket_gets_one_topic_with_a_card_and_an_answer_goes_out(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor, "我的护照 E12345678 被退回，邮箱 wang@mail.example 怎么办？")
    (card, said) = room.group.read(room.topic(number))
    assert room.topic(number).pinned == [card.id]
    assert "等待答复" in card.text
    assert "E12345678" not in said.text + card.text
    assert "wang@mail.example" not in said.text + card.text
    message = await agent.writes(room.topic(number), "请把退件通知发来，我们看一下。")
    await room.settles()
    row = await room.row(number)
    assert (row.status, row.agent) == ("answered", "mei")
    (answer,) = await owed(room.database, kind="ticket")
    assert "请把退件通知发来" in answer.reply.text
    mine = next(m for m in room.api.chats[room.group.number] if m.id == message)
    assert mine.reactions == ["👌"]
    assert len(room.group.read(room.topic(number))) == 2, "what stands there is not said again"
    await room.repeats()


async def test_two_workers_make_one_topic_and_say_each_thing_once(
    room: ForumRoom, outside: Database, visitor: Person
) -> None:
    await room.agent("mei", 900)
    other = room.twin(outside)
    numbers = []
    for matter in range(3):
        visitor.address = f"{matter:064x}"
        await visitor.taps_token("support.ask")
        await visitor.says(f"问题 {matter} 怎么办？")
        numbers.append(visitor.reply.copies[0].value)
        await visitor.taps_token(f"support.ask:{numbers[-1]}")
        await visitor.says(f"补充 {matter}")
    for _round in range(6):
        await asyncio.gather(room.desk.plan(), other.desk.plan())
        await asyncio.gather(room.drain.empty(), other.drain.empty())
        room.clock.passes(timedelta(seconds=3))
    for matter, number in enumerate(numbers):
        words = [message.text for message in room.group.read(room.topic(number))]
        assert [sum(f"{what} {matter}" in text for text in words[1:]) for what in ("问题", "补充")] == [1, 1]
    assert len(room.group.topics) == 3
    await other.telegram.close()


async def test_an_update_that_comes_twice_does_nothing_twice(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    await agent.writes(room.topic(number), "我们正在核对。")
    raw = room.api.pending[-1]
    await room.settles()
    room.api.pending.append(raw)
    await room.settles()
    row = await room.row(number)
    said = [line.text for line in await tickets.said(room.database.read(), row.id, 9)]
    assert said == ["KYC 一直显示 On Hold，我该怎么办？", "我们正在核对。"]
    assert len(await owed(room.database, kind="ticket")) == 1


async def test_a_note_never_goes_out_and_an_edit_corrects_the_answer(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    for words in ("// 他上周来过两次", "//内部：先看 KYC", "/note 等主管", "、、中文键盘", "／／全角"):
        await agent.writes(topic, words)
    for caption in ("// 备注", "/note 备注", "／note 备注"):
        await agent.sends_document(topic, "内部.pdf", b"%PDF-1.4", caption=caption)
        await room.settles()
        assert "文件没有发出" in room.last(number).text
    for words in ("／note 不是命令", "/nothing 这不是命令", "/note"):
        await agent.writes(topic, words)
    await room.settles()
    assert await owed(room.database, kind="ticket") == []
    row = await room.row(number)
    notes = [line.text for line in await tickets.lines(room.database.read(), row.id, 20) if line.kind == "note"]
    assert notes == ["他上周来过两次", "内部：先看 KYC", "等主管", "中文键盘", "全角"]
    assert "没有 /nothing 这个命令" in room.read(number)[-2]
    assert "请写内容" in room.read(number)[-1]
    message = await agent.writes(topic, "预计三天。")
    await room.settles()
    await agent.edits(topic, message, "预计五个工作日。")
    await room.settles()
    sent = await owed(room.database, kind="ticket")
    assert ["预计五个工作日" in one.reply.text for one in sent] == [True], "what had not gone out goes out corrected"
    for words in ("// 改成备注", "/note 改成备注", "／／ 改成备注"):
        await agent.edits(topic, message, words)
        await room.settles()
        assert "不能改成备注" in room.last(number).text
    assert all("改成备注" not in one.reply.text for one in await owed(room.database, kind="ticket"))
    await agent.writes(topic, "/undo", reply_to_message={"message_id": message})
    await room.settles()
    row = await room.row(number)
    (line,) = [one for one in await tickets.lines(room.database.read(), row.id, 20) if one.text == "预计五个工作日。"]
    assert line.withdrawn_at is not None
    assert "已撤回" in room.last(number).text
    await room.repeats()


async def test_a_message_in_a_topic_answers_what_its_line_answers(room: ForumRoom, person: Person) -> None:
    room.api.person(int(person.address))
    agent = await room.agent("mei", 900)
    number = await room.asked_by(person)
    asked = room.last(number)
    assert asked.answers is None
    typed = await agent.writes(room.topic(number), "请看那封邮件。")
    await room.settles()
    there = room.api.chats[int(person.address)][-1]
    await person.does(person.turn(text="哪一封？", quotes=str(there.id)))
    await room.settles()
    assert "哪一封" in room.last(number).text
    assert room.last(number).answers == typed
    row, now = await room.row(number), room.clock.now()
    (first, *_rest) = await tickets.said(room.database.read(), row.id, 9)
    await room.database.write(lambda db: support.answer(db, number, "lan", "先看这里。", now, about=first.id))
    await room.settles()
    assert room.last(number).answers == asked.id
    room.api.chats[room.group.number].remove(asked)  # whoever deletes a message: no word is lost for it
    await room.database.write(lambda db: support.answer(db, number, "lan", "再看这里。", now, about=first.id))
    await room.settles()
    assert "再看这里" in room.last(number).text
    assert room.last(number).answers is None


async def test_what_becomes_of_a_typed_answer_on_the_other_desk_is_told_once(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    message = await agent.writes(topic, "预计三天。")
    await room.settles()
    row = await room.row(number)
    line = (await tickets.said(room.database.read(), row.id, 9))[-1].id

    async def reads(words: str) -> None:
        now = room.clock.now()
        await room.database.write(lambda db: support.change_answer(db, number, line, "lan", words, now))

    await reads("预计四天。")
    await reads("预计五天。")
    await room.settles()
    (told,) = [one for one in room.group.read(topic) if "修改" in one.text]
    assert told.text.startswith("✏ lan")
    assert "预计五天" in told.text
    assert told.answers == message
    await agent.edits(topic, message, "预计六天。")
    await room.settles()
    assert room.last(number) is told, "nothing twice, and what he changed in the topic stands there"
    await reads("预计七天。")
    await room.settles()
    assert "预计七天" in room.last(number).text
    now = room.clock.now()
    await room.database.write(lambda db: support.withdraw_answer(db, number, line, "lan", now))
    await room.settles()
    assert "已撤回（lan）" in room.last(number).text
    assert room.last(number).answers == message


async def test_a_creditor_who_types_is_seen_in_his_topic(room: ForumRoom, engine: Engine, visitor: Person) -> None:
    work, typing = webdesk.Work(room.database), Typing(engine.bell, lambda: 0.0)
    work.shows, typing.hears = room.desk.channel.typed, work.hears
    number = await room.asked_by(visitor)
    assert await typing.heard(WEBCHAT, visitor.address)
    assert await typing.heard(WEBCHAT, visitor.address), "told a moment ago"
    (hint,) = room.api.made("sendChatAction")
    assert hint.fields["message_thread_id"] == room.topic(number).thread
    room.api.fails("sendChatAction", 429, "Too Many Requests: retry after 60", retry_after=60)
    assert await work.hears(WEBCHAT, visitor.address)
    await visitor.taps_token(f"support.ask:{number}")
    await visitor.says("还有一件事。")
    await room.settles()
    assert "还有一件事" in room.last(number).text, "a hint that failed keeps no words waiting"
    await room.group.loses(room.topic(number))
    assert await work.hears(WEBCHAT, visitor.address)


async def test_a_colleague_was_faster(room: ForumRoom, visitor: Person) -> None:
    mei, lan = await room.agent("mei", 900), await room.agent("lan", 901)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    await mei.writes(topic, "我来处理。")
    await lan.writes(topic, "我也来处理。")
    await room.settles()
    warning = room.last(number)
    assert "mei 已在" in warning.text
    assert len(await owed(room.database, kind="ticket")) == 1, "the second is told before anything is sent"
    await mei.taps(warning, "仍然发送")
    await room.settles()
    assert "不是您写的" in room.last(number).text
    await mei.writes(topic, "请补一张截图。")
    await lan.taps(warning, "仍然发送")
    await room.settles()
    assert "mei 已在" in room.last(number).text, "again, for what came since"
    await asyncio.gather(lan.taps(room.last(number), "仍然发送"), lan.taps(room.last(number), "仍然发送"))
    await room.settles()
    sent = [one.reply.text for one in await owed(room.database, kind="ticket")]
    assert [sum(words in text for text in sent) for words in ("我来处理", "请补一张截图", "我也来处理")] == [1, 1, 1]
    await mei.writes(topic, "我改主意了")
    await room.settles()
    await mei.taps(room.last(number), "不发了")
    await room.settles()
    assert len(await owed(room.database, kind="ticket")) == 3


async def test_who_may(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    stranger = room.group.member(666)
    for words in ("这是诈骗", "/take", "/solve"):
        await stranger.writes(topic, words)
    await stranger.taps(room.group.read(topic)[0], "接手")
    await room.settles()
    assert [text for text in room.read(number) if "还没有绑定" in text] == [room.read(number)[-1]]
    auditor = await room.agent("audit", 902, "auditor")
    for words in ("您好", "// 备注", "/take", "/solve", "/close", "/reveal 看看", "/assign mei", "/hold 4h 等"):
        await auditor.writes(topic, words)
        await room.settles()
        assert "您的角色不能做这一步" in room.last(number).text
    agent = await room.agent("mei", 900)
    await agent.writes(topic, "/assign mei")
    await room.settles()
    assert "您的角色不能做这一步" in room.last(number).text, "assigning is for seniors"
    await agent.writes(topic, "/take")
    await room.settles()
    assert (await room.row(number)).agent == "mei"
    await agent.leaves()
    await room.settles()
    assert (await room.row(number)).agent is None, "back to the queue"
    await agent.writes(topic, "我还在吗")
    await room.settles()
    assert await topics.member(room.database.read(), 900) is None
    assert await owed(room.database, kind="ticket") == []
    assert (await room.row(number)).status == "open"
