"""What happens to topics: deleted, closed, the group moved, limits, silence, other bots, cut lines; and a topic heals."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.channels.telegram.forum import reader, texts
from bot.channels.telegram.forum.sender import Post
from bot.channels.telegram.reader import Ignored
from bot.conversation.engine import Engine
from bot.forumdesk import A_MINUTE
from bot.support import desk as support
from storage import agents, erasure, people, tickets, topics
from storage.database import Database
from tests.claims.filing import pdf
from tests.fakes.botapi import _BOT, BotApi
from tests.forumroom import ForumRoom
from tests.person import FakeClock, Person, owed
from tests.test_files import EICAR


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: what both must keep is in test_forum.py."""
    return sqlite_url


@pytest.fixture
async def room(database: Database, engine: Engine, clock: FakeClock) -> AsyncIterator[ForumRoom]:
    """A group that is the desk, with one agent."""
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as made:
        await made.opens()
        yield made


async def _says_more(room: ForumRoom, person: Person, number: str, text: str) -> None:
    await person.taps_token(f"support.ask:{number}")
    await person.says(text)
    await room.settles()


# -- binding


async def test_a_group_becomes_the_desk_by_a_code_an_administrator_types(
    database: Database, engine: Engine, clock: FakeClock, visitor: Person
) -> None:
    async with BotApi() as api, ForumRoom(database, engine, clock, api) as room:
        number = await room.asked_by(visitor)
        assert not room.group.topics, "nothing is told where there is no group"
        boss, member = room.group.member(1, admin=True), room.group.member(2)

        async def told(who: Any, words: str) -> str:
            await who.writes(None, words)
            await room.settles()
            return room.group.read(None)[-1].text

        code = await topics.code_for_group(database, clock.now())
        assert "绑定码不对" in await told(boss, "/desk WRONG")
        assert "只有本群管理员" in await told(member, f"/desk {code}")
        room.group.rights = False
        assert "管理话题" in await told(boss, f"/desk {code}")
        room.group.rights = True
        await agents.add(database, "mei", "agent", clock.now())
        own = await topics.code_for_agent(database, "mei", clock.now())
        assert "绑定码不对" in await told(boss, f"/desk {own}"), "an agent's code is not the group's"
        assert "已设为客服群" in await told(boss, f"/desk {code}")
        assert "绑定码不对" in await told(boss, f"/desk {code}"), "good once"
        assert "绑定码不对" in await told(member, f"/bind {code}")
        clock.passes(timedelta(hours=2))
        assert "绑定码不对" in await told(member, f"/bind {own}"), "good for an hour"
        assert room.read(number) == ["👤 债权人\n\nKYC 一直显示 On Hold，我该怎么办？"], (
            "who waited before is there too"
        )


async def test_an_agent_binds_himself_in_a_chat_with_the_bot(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    await agents.add(room.database, "mei", "agent", room.clock.now())
    code = await topics.code_for_agent(room.database, "mei", room.clock.now())
    person = room.api.person(900)
    await person.says(f"/bind {code}")
    await room.settles()
    assert "已绑定客服账号 mei" in person.messages[-1].text
    agent = room.group.member(900)
    await agent.writes(room.topic(number), "/take")
    await room.settles()
    assert (await room.row(number)).agent == "mei"
    await agents.revoke(room.database, "mei", room.clock.now())
    await agent.writes(room.topic(number), "您好")
    await room.settles()
    assert "还没有绑定" in room.last(number).text
    assert await owed(room.database, kind="ticket") == []


# -- topics that break


async def test_a_deleted_topic_is_made_again_and_the_words_arrive(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    await room.group.loses(room.topic(number))
    await _says_more(room, visitor, number, "还在吗？")
    (card, said) = room.group.read(room.topic(number))
    assert "还在吗" in said.text
    assert room.topic(number).pinned == [card.id]
    assert len(room.api.made("createForumTopic")) == 2


async def test_a_closed_topic_is_opened_and_the_words_arrive(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    boss = room.group.member(1, admin=True)
    await room.group.closes(room.topic(number), boss)
    await _says_more(room, visitor, number, "还在吗？")
    assert not room.topic(number).closed
    assert "还在吗" in room.last(number).text


async def test_a_group_that_moved_is_followed(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    room.group = await room.group.moves(-1_002_000_000_002, told=False)
    await _says_more(room, visitor, number, "还在吗？")
    assert "还在吗" in room.last(number).text
    agent.group = room.group
    await agent.writes(room.topic(number), "在的。")
    await room.settles()
    assert len(await owed(room.database, kind="ticket")) == 1
    room.group = await room.group.moves(-1_002_000_000_003)
    await room.settles()
    await room.api.update(message={**room.group.message(None), "migrate_from_chat_id": -1_002_000_000_002})
    await room.settles()
    found = await topics.group(room.database.read())
    assert found is not None
    assert found.chat == -1_002_000_000_003


async def test_the_limit_of_a_group_parks_the_desk_only(room: ForumRoom, visitor: Person, person: Person) -> None:
    number = await room.asked_by(visitor)
    room.group.per_minute = 3
    for words in ("一", "二", "三", "四", "五", "六"):
        await visitor.taps_token(f"support.ask:{number}")
        await visitor.says(f"第{words}条")
    room.api.person(int(person.address))
    await support_answer(room, await room.asked_by(person), "您好，正在看。")
    await room.settles()
    assert any("正在看" in message.text for message in room.api.chats[int(person.address)]), "creditors do not wait"
    assert any(call.refused == 429 for call in room.api.made("sendMessage"))
    for _minute in range(12):
        room.clock.passes(timedelta(minutes=1))
        await room.settles()
    said = "\n".join(room.read(number))
    assert [said.count(f"第{words}条") for words in "一二三四五六"] == [1] * 6
    order = [said.index(f"第{words}条") for words in "一二三四五六"]
    assert order == sorted(order)


async def support_answer(room: ForumRoom, number: str, words: str) -> None:
    """Somebody answers on the web desk."""
    await room.database.write(lambda db: support.answer(db, number, "lan", words, room.clock.now()))


async def test_a_limit_on_titles_keeps_no_words_waiting(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    room.api.fails("editMessageText", 429, "Too Many Requests: retry after 600", retry_after=600)
    agent = await room.agent("mei", 900)
    await agent.writes(room.topic(number), "/take")
    await room.settles(looks=True)
    assert any(call.refused == 429 for call in room.api.made("editMessageText"))
    await _says_more(room, visitor, number, "还在吗？")
    assert "还在吗" in room.last(number).text
    assert "负责人：无人负责" in room.group.read(room.topic(number))[0].text
    room.clock.passes(timedelta(minutes=11))
    await room.settles(looks=True)
    assert "负责人：mei" in room.group.read(room.topic(number))[0].text, "as it is now, not as it was"


async def test_we_stop_before_telegram_says_so(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    room.group.per_minute = A_MINUTE + 2
    row = await room.row(number)
    for turn in range(A_MINUTE + 6):

        async def adds(db: Any, turn: int = turn) -> None:
            held = await tickets.locked(db, row.number)
            assert held is not None
            await tickets.add_line(db, row.id, None, f"话 {turn}。", room.clock.now())
            await tickets.keep(db, held)

        await room.database.write(adds)
    await room.settles()
    assert sum("话 " in text for text in room.read(number)) < A_MINUTE
    await agent.writes(room.topic(number), "/help")
    for _minute in range(3):
        room.clock.passes(timedelta(minutes=1))
        await room.settles()
    read = room.read(number)
    assert sum("话 " in text for text in read) == A_MINUTE + 6
    asked = next(place for place, text in enumerate(read) if "直接写字" in text)
    assert any("话 " in text for text in read[asked:]), "what an agent asks for goes before what waits"
    assert not any(call.refused for call in room.api.made("sendMessage"))


async def test_title_and_picture_follow_with_few_calls(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    assert (room.topic(number).icon, "无人负责" in room.topic(number).name) == ("💬", True)
    for words in ("/take", "/release", "/take", "请稍等。", "再补一句。"):
        await agent.writes(room.topic(number), words)
        await room.hears()
        await room.desk.plan()
    before = len(room.api.made("editForumTopic"))
    await room.settles(looks=True)
    assert len(room.api.made("editForumTopic")) == before + 1, "many changes, one call"
    assert room.topic(number).icon == "✍"
    assert "mei" in room.topic(number).name
    card = room.group.read(room.topic(number))[0]
    assert "负责人：mei" in card.text
    await room.settles(looks=True)
    assert len(room.api.made("editForumTopic")) == before + 1, "what is right is left alone"
    room.api.chats[room.group.number].remove(card)
    await _says_more(room, visitor, number, "好的")
    await room.settles(looks=True)
    assert len(room.topic(number).pinned) == 2, "a card that is gone is written anew"


async def test_a_line_cut_while_a_topic_is_made_leaves_one_register(room: ForumRoom, visitor: Person) -> None:
    room.api.hangs_up("createForumTopic", after_doing=True)
    await visitor.taps_token("support.ask")
    await visitor.says("还在吗？")
    number = visitor.reply.copies[0].value
    await room.settles()
    assert [len(room.group.read(topic)) for topic in room.group.topics.values()] == [0], "it may be there: nobody knows"
    room.clock.passes(timedelta(minutes=2))
    await room.settles()
    known = await topics.topic(room.database.read(), number)
    assert known is not None
    assert known.thread is not None
    assert "还在吗" in room.group.read(room.group.topics[known.thread])[-1].text


async def test_what_fails_for_a_while_arrives_once(room: ForumRoom, visitor: Person) -> None:
    room.group.kicked = True
    await visitor.taps_token("support.ask")
    await visitor.says("还在吗？")
    number = visitor.reply.copies[0].value
    await room.settles()
    assert not room.group.topics
    room.group.kicked, room.group.rights = False, False
    room.clock.passes(timedelta(minutes=3))
    await room.settles()
    assert not room.group.topics
    room.group.rights = True
    room.api.fails("pinChatMessage", 400, "Bad Request: not enough rights to pin a message")
    room.clock.passes(timedelta(minutes=3))
    await room.settles()
    assert sum("还在吗" in text for text in room.read(number)) == 1


# -- what is no word of an agent's


async def test_what_is_ignored(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic, group = room.topic(number), room.group
    before = len(room.api.made("sendMessage"))
    me = {"id": 900, "is_bot": False, "first_name": "Mei"}
    by_hand = 777_777
    for message in (
        {**group.message(None), "from": me, "text": "大家早"},
        {**group.message(topic), "from": _BOT, "text": "我是别的机器人"},
        {**group.message(topic), "from": me, "sender_chat": {"id": -5, "type": "channel"}, "text": "以频道的名义"},
        {**group.message(topic), "from": me, "pinned_message": {"message_id": 1}},
        {**group.message(topic), "from": me, "forum_topic_edited": {"name": "x"}},
        {**group.message(topic), "from": me, "new_chat_members": [me]},
        {**group.message(None), "message_thread_id": by_hand, "is_topic_message": True, "from": me, "text": "闲聊"},
        {**group.message(None), "message_thread_id": topic.thread, "from": me, "text": "General 里的回复"},
    ):
        await room.api.update(message=message)
    await room.api.update(my_chat_member={"chat": group.chat(), "from": me, "new_chat_member": {"status": "member"}})
    await room.api.update(callback_query={"id": "1", "from": me, "data": "x" * 80, "message": group.message(topic)})
    stranger = room.api.forum(-1_009)
    await stranger.member(900).writes(None, "/take")
    await room.settles()
    assert len(room.api.made("sendMessage")) == before
    assert (await room.row(number)).revision == 1
    nameless = {**group.message(topic), "from": _BOT, "sender_chat": group.chat(), "text": "匿名管理员的答复"}
    await room.api.update(message=nameless)
    await room.settles()
    assert "请关闭匿名" in room.last(number).text
    await agent.writes(topic, "", sticker={"file_id": "s"})
    room.api.pending[-1]["message"].pop("text")
    await room.settles()
    assert "转不了" in room.last(number).text


@pytest.mark.parametrize(
    "raw",
    [
        {}, {"update_id": -1, "message": {"chat": {"type": "group"}}}, {"update_id": 1, "message": {"chat": {"type": "group"}}},
        {"update_id": 1, "message": {"chat": {"type": "group", "id": "x"}, "from": 3, "text": 5}},
        {"update_id": 1, "callback_query": {"message": {"chat": {"type": "group", "id": 4}}, "data": 7}},
        {"update_id": 1, "chat_member": {"chat": {"type": "group", "id": 4}, "new_chat_member": []}},
        {"update_id": 1, "edited_message": {"chat": {"type": "supergroup", "id": 4}, "from": {"id": 2}, "message_id": True}},
    ],
)  # fmt: skip
def test_no_update_is_an_error(raw: Any, clock: FakeClock) -> None:
    if reader.concerns(raw):
        assert isinstance(reader.read(raw, clock.now()), Ignored)


# -- what agents do


async def test_a_closed_ticket_says_so_and_opens_on_a_second_tap(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    await agent.writes(topic, "好了。")
    await agent.taps(room.group.read(topic)[0], "结束")
    await room.settles(looks=True)
    await room.settles(looks=True)
    assert topic.closed
    assert topic.icon == "🏁"
    topic.closed = False  # an administrator may write in a closed topic all the same
    await agent.writes(topic, "还有一句")
    topic.closed = True
    await room.settles()
    warning = room.last(number)
    assert "已结束，您的这条还没有发出" in warning.text
    assert topic.closed, "what is said in a closed topic leaves it closed"
    await agent.taps(warning, "重新打开并发送")
    await room.settles(looks=True)
    await room.settles(looks=True)
    assert (await room.row(number)).status == "answered"
    assert not topic.closed
    assert "还有一句" in (await owed(room.database, kind="ticket"))[-1].reply.text


async def test_another_creditors_details_are_warned_of(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    await agent.writes(topic, "请写信到 li.si@mail.example")
    await room.settles()
    warning = room.last(number)
    assert "像是别人的信息" in warning.text
    await agent.taps(warning, "改为备注")
    await room.settles()
    assert await owed(room.database, kind="ticket") == []
    message = await agent.writes(topic, "请写信到 hlep@mail.example")
    await room.settles()
    await agent.edits(topic, message, "请写信到 help@mail.example")
    await agent.taps(room.last(number), "核对过，发送")
    await room.settles()
    (sent,) = await owed(room.database, kind="ticket")
    assert "help@mail.example" in sent.reply.text
    assert "hlep" not in sent.reply.text, "what waits is sent as it reads now"


async def test_files_go_out_and_harm_does_not(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    await agent.sends_document(topic, "表.pdf", pdf("一张表"), caption="请填这张表。")
    await room.settles()
    words, file = await owed(room.database, kind="ticket")
    assert "请填这张表" in words.reply.text
    assert file.reply.document is not None
    assert file.reply.document.name == "表.pdf"
    for name, content, why in (("病毒.pdf", EICAR, "有害"), ("a.exe", b"MZ\0\0", ""), ("空.pdf", b"", "空")):
        await agent.sends_document(topic, name, content)
        await room.settles()
        assert why in room.last(number).text
        assert "✖" in room.last(number).text
    await agent.sends_document(topic, "大.pdf", pdf("x"))
    room.api.pending[-1]["message"]["document"]["file_size"] = 40 * 1024 * 1024
    await room.settles()
    assert "太大" in room.last(number).text
    assert len(await owed(room.database, kind="ticket")) == 2


async def test_a_file_waits_for_the_second_tap_too(room: ForumRoom, visitor: Person) -> None:
    mei, lan = await room.agent("mei", 900), await room.agent("lan", 901)
    number = await room.asked_by(visitor)
    await mei.writes(room.topic(number), "请看。")
    await lan.sends_document(room.topic(number), "表.pdf", pdf("一张表"), caption="表在这里。")
    await room.settles()
    assert len(await owed(room.database, kind="ticket")) == 1
    await lan.taps(room.last(number), "仍然发送")
    await room.settles()
    _first, words, file = await owed(room.database, kind="ticket")
    assert "表在这里" in words.reply.text
    assert file.reply.document is not None


async def test_an_album_is_one_message_that_grows(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    row = await room.row(number)
    line = 0
    for place in range(3):

        async def comes(db: Any, place: int = place) -> None:
            nonlocal line
            held = await tickets.locked(db, number)
            assert held is not None
            now = room.clock.now()
            line = line or await tickets.add_line(db, row.id, None, "截图", now, album="a")
            await tickets.add_file(
                db, handle=f"h{place}", contact_id=row.contact_id, ticket_id=row.id, message_id=line, sha256=str(place),
                media_type="image/png", name=f"{place}.png", content=b"x" * 2048, harm=None, at=now,
            )  # fmt: skip
            await tickets.keep(db, held)

        await room.database.write(comes)
        await room.settles()
    assert [text.count("📎") for text in room.read(number) if "截图" in text] == [3]


async def test_ready_replies_are_shown_before_they_go(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    for words, told in (
        ("/r", "need_document"),
        ("/r need_document", "字段没有填"),
        ("/r need_document document=持仓截图", "持仓截图"),
    ):
        await agent.writes(topic, words)
        await room.settles()
        assert told in room.last(number).text
    assert await owed(room.database, kind="ticket") == []
    await agent.taps(room.last(number), "发送")
    await room.settles()
    assert "持仓截图" in (await owed(room.database, kind="ticket"))[0].reply.text
    assert "💬 mei 答复" in room.last(number).text, "what was not typed is shown"
    card = room.group.read(topic)[0]
    label = next(label for row in card.labels for label in row if label.startswith("💡"))
    await agent.taps(card, label)
    await room.settles()
    assert room.last(number).labels == [["发送", "不发了"]]


async def test_commands_and_buttons_move_the_ticket(room: ForumRoom, visitor: Person) -> None:
    senior = await room.agent("lan", 901, "senior")
    await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    card = room.group.read(topic)[0]

    async def told(words: str) -> str:
        await senior.writes(topic, words)
        await room.settles()
        return room.last(number).text

    assert "没有" in await told("/assign nobody") or "账号名" in room.last(number).text
    assert "负责人改为 mei" in await told("/assign mei")
    assert "请写时长" in await told("/hold 等")
    assert "已挂起（lan）：等 Kroll" in await told("/hold 2d 等 Kroll")
    assert (await room.row(number)).status == "on_hold"
    await senior.taps(card, "升级")
    await room.settles()
    await senior.taps(room.last(number), texts.ESCALATE_FOR[1])
    await room.settles()
    assert "涉及法律" in room.last(number).text
    assert (await room.row(number)).tier == "senior"
    await senior.taps(card, "挂起")
    await room.settles()
    await senior.taps(room.last(number), "4 小时 · 等内部答复")
    await room.settles()
    assert (await room.row(number)).status == "on_hold"
    assert "请补截图" not in await told("/ask 请补截图")
    assert "请补截图" in (await owed(room.database, kind="ticket"))[-1].reply.text
    assert "状态：" in await told("/status")
    assert "答复债权人" in await told("/help")
    assert "已标为已解决" in await told("/solve")
    assert "已结束" in await told("/close")
    assert "✖" in await told("/close")


async def test_an_answer_to_one_message_quotes_it(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor, "第一问")
    await _says_more(room, visitor, number, "第二问")
    first = next(message for message in room.group.read(room.topic(number))[1:] if "第一问" in message.text)
    await agent.writes(room.topic(number), "答第一问。", reply_to_message={"message_id": first.id})
    await room.settles()
    (answer,) = await owed(room.database, kind="ticket")
    assert "第一问" in answer.reply.text.replace("答第一问", "")
    assert "第二问" not in answer.reply.text


async def test_what_is_masked_is_shown_to_one_agent_alone(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    alone = room.api.person(900)
    number = await room.asked_by(visitor, "我的护照 E12345678 被退回")
    assert "请写查看原因" in await _told(room, agent, number, "/reveal")
    assert "私聊" in await _told(room, agent, number, "/reveal 核对身份")
    assert "E12345678" in alone.messages[-1].text
    assert not any("E12345678" in message.text for message in room.group.read(room.topic(number)))
    room.clock.passes(timedelta(minutes=31))
    await room.settles()
    assert not any("E12345678" in message.text for message in alone.messages), "when the time is over, it goes"


async def test_an_edit_by_a_slower_clock_is_told_too(room: ForumRoom, visitor: Person) -> None:
    number, lines = await room.asked_by(visitor), []
    for words in ("预计三天。", "请看附件。"):
        await support_answer(room, number, words)
        row = await room.row(number)
        lines.append((await tickets.said(room.database.read(), row.id, 9))[-1].id)
    await room.settles()
    now = room.clock.now()
    for line, words, at in ((lines[1], "请看邮件。", now), (lines[0], "预计五天。", now - timedelta(seconds=9))):

        async def edits(db: Any, line: int = line, words: str = words, at: datetime = at) -> None:
            await support.change_answer(db, number, line, "lan", words, at)

        await room.database.write(edits)
        await room.settles()
    read = "".join(room.read(number))
    assert ("预计五天" in read, "请看邮件" in read) == (True, True)
    assert ("预计三天" in read, "请看附件" in read) == (False, False)


async def test_an_agents_own_chat_keeps_nobody_waiting(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor, "我的护照 E12345678 被退回")
    assert "私聊" in await _told(room, agent, number, "/reveal 核对"), "he never began a chat with the bot"
    alone = room.api.person(900)
    assert "私聊" in await _told(room, agent, number, "/reveal 再核对")
    await alone.blocks()
    room.clock.passes(timedelta(minutes=31))  # what he was shown cannot be deleted any more
    room.api.pending.clear()
    await room.settles()
    assert any(call.refused for call in room.api.made("deleteMessage"))
    await _says_more(room, visitor, number, "还在吗？")
    assert "还在吗" in room.last(number).text
    rows = await owed(room.database, channel=room.desk.channel.name)
    assert [row for row in rows if row.done_at is None] == []


async def test_a_topic_to_be_deleted_is_found_in_a_group_that_moved(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    old = room.group.number
    room.group = await room.group.moves(-1_002_000_000_005, told=False)
    await room.desk.channel.send(str(old), Post(text="", drops=topic.thread))
    assert room.group.topics == {}


async def test_what_is_shown_to_one_agent_goes_however_long_and_never_comes_late(
    room: ForumRoom, visitor: Person
) -> None:
    agent = await room.agent("mei", 900)
    alone = room.api.person(900)
    number = await room.asked_by(visitor, "我的护照 E12345678 被退回")
    long = [f"{place}-" + "🙂" * 1990 for place in range(9)]
    row, now = await room.row(number), room.clock.now()
    for words in long:

        async def adds(db: Any, words: str = words) -> None:
            await tickets.add_line(db, row.id, None, words, now)

        await room.database.write(adds)
    await agent.writes(room.topic(number), "/reveal 核对身份")
    await room.settles()
    shown = "".join(message.text for message in alone.messages)
    assert [words[:2] in shown for words in long] == [True] * 9
    assert max(len(message.text.encode("utf-16-le")) for message in alone.messages) <= 2 * 4096
    room.clock.passes(timedelta(minutes=31))
    await room.settles()
    assert alone.messages == [], "when the time is over, all of it goes"
    await agent.writes(room.topic(number), "/reveal 再核对")
    await room.hears()
    room.clock.passes(timedelta(minutes=31))
    await room.settles()
    assert alone.messages == [], "too late to be shown"


async def _minutes(room: ForumRoom, count: int) -> None:
    for _minute in range(count):
        room.clock.passes(timedelta(minutes=1))
        await room.settles(looks=True)


@pytest.mark.parametrize("role", ["supervisor", "auditor"])
async def test_no_command_shows_the_group_what_is_masked(room: ForumRoom, visitor: Person, role: str) -> None:
    agent = await room.agent("mei", 900, role)
    alone = room.api.person(900)
    secrets = ("E12345678", "wang.er@mail.example", "13912349876")
    number = await room.asked_by(visitor, f"护照 {secrets[0]}，邮箱 {secrets[1]}，电话 {secrets[2]}")
    commands = set(re.findall("/([a-z]+)", texts.help_text())) | {"help", "start", "merge", "export", "paper", "file"}
    assert {"status", "reveal", "solve", "r", "undo"} <= commands
    for command in sorted(commands):
        for words in (f"/{command}", f"/{command} 4h mei 核对"):
            await agent.writes(room.topic(number), words)
    await room.hears()
    await _minutes(room, 4)
    told = room.group.read(room.topic(number))
    tokens = {b["callback_data"]: m for m in told for row in m.rows for b in row if "callback_data" in b}
    for token, message in tokens.items():
        await agent.taps_token(message, token)
    await room.hears()
    await _minutes(room, 4)
    said = [m.text for m in room.api.chats[room.group.number]] + [topic.name for topic in room.group.topics.values()]
    assert len(said) > 10
    assert not [secret for secret in secrets if any(secret in text for text in said)]
    shown = any(secrets[0] in m.text for m in room.api.said.get(900, []) if m.chat == alone.number)
    assert shown is (role != "auditor"), "to one agent alone, for a reason; to an auditor never"


async def test_of_an_erased_creditor_nothing_stays_in_the_group(room: ForumRoom, visitor: Person) -> None:
    number = await room.asked_by(visitor)
    topic = room.topic(number)
    contact = await people.contact(room.database.read(), visitor.channel, visitor.address)
    assert contact is not None
    await _says_later(visitor, number)

    async def erases(db: Any) -> None:
        linked = people.LinkedRow(
            contact.id, visitor.channel, visitor.address, contact.locale, contact.timezone, True, contact.seen_at
        )
        await erasure.erase_contact(db, linked, None)

    await room.desk.plan()
    await room.database.write(erases)
    await room.settles()
    await room.settles(looks=True)  # what nobody waits for goes out after the rest
    assert topic.thread not in room.group.topics
    assert not any("还在吗" in message.text for message in room.api.chats[room.group.number])
    await room.repeats()


async def _says_later(person: Person, number: str) -> None:
    await person.taps_token(f"support.ask:{number}")
    await person.says("还在吗？")


async def _told(room: ForumRoom, agent: Any, number: str, words: str) -> str:
    await agent.writes(room.topic(number), words)
    await room.settles()
    return next(text for text in reversed(room.read(number)) if "查看了完整内容" not in text)


async def test_a_merged_ticket_sends_its_agents_on(room: ForumRoom, visitor: Person) -> None:
    agent = await room.agent("mei", 900)
    first = await room.asked_by(visitor)
    second = await room.database.write(
        lambda db: _another(db, room, first)  # the same creditor, another matter
    )
    await room.settles()
    await room.database.write(lambda db: support.merge(db, second, first, "mei", room.clock.now()))
    await room.settles()
    assert f"已并到 {first}" in "\n".join(room.read(second))
    await agent.writes(room.topic(second), "您好")
    await room.settles()
    assert f"请到 {first} 的话题里写" in room.last(second).text
    assert await owed(room.database, kind="ticket") == []


async def _another(db: Any, room: ForumRoom, first: str) -> str:
    from bot.support import moves
    from bot.support.rules import About

    row = await tickets.by_number(db, first)
    assert row is not None
    about = About(form="claims.file", question="x")
    made = await moves.opened(db, row.contact_id, row.locale, "另一件事", room.clock.now(), about, "creditor")
    return made.number


async def test_a_tap_is_acknowledged_and_an_update_delivered_thrice_at_once_is_done_once(
    room: ForumRoom, visitor: Person
) -> None:
    agent = await room.agent("mei", 900)
    number = await room.asked_by(visitor)
    await agent.taps(room.group.read(room.topic(number))[0], "接手")
    await room.settles()
    assert len(room.api.answered) == 1
    message = {**room.group.message(room.topic(number)), "from": {"id": 900}, "text": "a"}
    posted = room.intake.read({"update_id": 5, "message": message})
    assert isinstance(posted, reader.Posted)
    await asyncio.gather(*(room.desk.take(posted) for _again in range(3)))
    row = await room.row(number)
    assert [line.text for line in await tickets.said(room.database.read(), row.id, 9)][1:] == ["a"]
