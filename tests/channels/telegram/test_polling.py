"""Long polling: nothing is confirmed before it is done, and nothing is done twice."""

import asyncio
import logging
from typing import Any

import pytest
from aiohttp import web

from bot.channels.telegram.door import Polling
from bot.channels.telegram.sender import Telegram
from bot.conversation.reply import Attachment, Choice, Reply
from tests.channels.telegram.conftest import polling, served
from tests.channels.telegram.echo import EchoEngine
from tests.fakes.botapi import TOKEN


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


async def test_a_conversation(engine, telegram, api):
    person = api.person(7)
    api.webhook = {"url": "http://127.0.0.1:1/"}  # left by an earlier start
    api.pending.append({"update_id": 1, "message": {"chat": {"id": 7, "type": "private"}, "text": "之前"}})
    async with polling(engine, telegram):
        assert (await person.hears()).text == "您说：之前"
        await person.says("你好")
        message = await person.hears()
        await person.taps(message, "再来一次")
        again = await person.hears()
        await api.until(lambda: api.answered and len(api.commands) == 3)
    assert again is message
    assert again.text == "您说：echo.again"
    assert api.pending == []


async def test_an_act_is_answered_by_the_outbox(engine, telegram, api):
    person = api.person(7)
    async with polling(engine, telegram):
        await person.says("act")
        await api.until(lambda: not api.pending)
    assert [turn.text for turn, _reply in engine.outbox] == ["act"]
    assert person.messages == []


async def test_what_cannot_be_sent_now_is_left_to_the_outbox(engine, telegram, api):
    person = api.person(7)
    api.fails("sendMessage", 429, retry_after=30)
    async with polling(engine, telegram):
        await person.says("看")
        await api.until(lambda: not api.pending)
    assert [turn.text for turn, _reply in engine.outbox] == ["看"]


async def test_a_document_goes_out_and_a_file_comes_in(engine, telegram, api):
    engine.script["收据"] = Reply(text="您的收据", document=Attachment("收据.pdf", "application/pdf", b"%PDF"))
    person = api.person(7)
    async with polling(engine, telegram):
        await person.says("收据")
        await person.hears()
        assert (await person.hears()).document == ("收据.pdf", b"%PDF")
        await person.sends_document("结单.pdf", b"%PDF-1.7")
        assert (await person.hears()).text == "您说：结单.pdf"
    assert engine.turns[1].file is not None
    assert engine.turns[1].file.content == b"%PDF-1.7"


async def test_a_failing_turn_holds_its_chat_and_no_other(engine, telegram, api):
    one, two = api.person(1), api.person(2)
    engine.fails["act 坏"] = 10**9
    async with polling(engine, telegram):
        await one.says("act 先")
        bad = await one.says("act 坏")
        await one.says("act 后")
        await two.says("act 别人")
        await api.until(lambda: sum(turn.text == "act 坏" for turn in engine.turns) >= 5)
        assert engine.effects == ["act 先", "act 别人"] or engine.effects == ["act 别人", "act 先"]
        assert api.confirmed <= bad
        await two.says("act 还在")
        await api.until(lambda: "act 还在" in engine.effects)
        # Taken once, however often it is handed out again while the other one fails.
        assert sum(turn.text == "act 别人" for turn in engine.turns) == 1
        engine.fails.clear()
        await api.until(lambda: not api.pending)
    assert engine.effects.count("act 坏") == engine.effects.count("act 后") == 1
    assert engine.effects.index("act 坏") < engine.effects.index("act 后")


async def test_a_restart_with_a_failing_turn_loses_nothing(engine, telegram, api):
    people = [api.person(number) for number in (1, 2, 3)]
    said = []
    engine.fails["act 1-5"] = 10**9
    for round in range(10):
        for person in people:
            said.append(f"act {person.number}-{round}")
            await person.says(said[-1])
    for _restart in range(3):
        before = len(engine.turns)
        async with polling(engine, telegram):
            await api.until(lambda: len(engine.turns) > before + 3)  # noqa: B023
        assert api.confirmed <= 1000 + 1 + said.index("act 1-5")
    assert {text for text in said if text not in engine.effects} == {f"act 1-{round}" for round in range(5, 10)}
    engine.fails.clear()
    async with polling(engine, telegram):
        await api.until(lambda: not api.pending)
    assert sorted(engine.effects) == sorted(said)
    for person in people:
        own = [text for text in engine.effects if text.startswith(f"act {person.number}-")]
        assert own == sorted(own)


async def test_nothing_is_confirmed_while_it_is_in_hand(engine, telegram, api):
    person = api.person(7)
    engine.holds["act 慢"] = asyncio.Event()
    async with polling(engine, telegram) as bot:
        slow = await person.says("act 慢")
        await engine.held.wait()
        assert api.confirmed <= slow
        bot.stop()  # in the middle of the turn
        asyncio.get_running_loop().call_later(0.01, engine.holds["act 慢"].set)
    assert engine.effects == ["act 慢"]
    assert api.confirmed == slow + 1
    assert api.pending == []


async def test_a_view_answered_before_a_restart_is_not_answered_again(engine, telegram, api):
    person = api.person(7)
    async with polling(engine, telegram):
        await person.says("看")
        await person.hears()
    async with polling(engine, telegram):
        await person.says("再看")
        await api.until(lambda: not api.pending)
    assert [message.text for message in person.messages] == ["您说：看", "您说：再看"]


async def test_a_reply_that_fails_in_an_unforeseen_way_does_not_repeat_the_turn(engine, telegram, api, monkeypatch):
    async def broken(*_args, **_more):
        raise RuntimeError("a fault of ours")

    person = api.person(7)
    monkeypatch.setattr(telegram, "send", broken)
    async with polling(engine, telegram):
        await person.says("看")
        await api.until(lambda: not api.pending)
    assert len(engine.turns) == len(engine.outbox) == 1


async def test_trouble_with_the_server_is_waited_out(engine, telegram, api, caplog):
    person = api.person(7)
    api.fails("getUpdates", 409, "Conflict: terminated by other getUpdates request")
    api.fails("getUpdates", 502, times=2)
    api.fails("getUpdates", 429, retry_after=1)
    api.hangs_up("getUpdates")
    api.fails("deleteWebhook", 500)
    with caplog.at_level(logging.INFO):
        async with polling(engine, telegram):
            await person.says("还在吗")
            assert (await person.hears()).text == "您说：还在吗"
    assert TOKEN not in caplog.text
    assert "还在吗" not in caplog.text


async def test_updates_that_are_none_do_not_stop_the_others(engine, telegram, api):
    person = api.person(7)
    strange: list[dict[str, Any]] = [{"poll": {}}, {"message": {"text": 5}}, {"edited_message": {}}, {}]
    for number, raw in enumerate(strange, 1):
        api.pending.append({"update_id": number, **raw})
    async with polling(engine, telegram):
        await person.says("好")
        assert (await person.hears()).text == "您说：好"
        await api.until(lambda: not api.pending)


async def test_numbering_that_begins_anew_is_followed(engine, telegram, api):
    person = api.person(7)
    async with polling(engine, telegram, wait=0):
        await person.says("高")
        await person.hears()
        await api.until(lambda: api.confirmed and api.made("getUpdates")[-1].fields["offset"] == 0)
        await api.raw_update({"update_id": 5, "message": {"chat": {"id": 7, "type": "private"}, "text": "低"}})
        assert (await person.hears()).text == "您说：低"


@pytest.mark.parametrize("answer", [{"ok": True}, {"ok": True, "result": {"a": 1}}, {"ok": True, "result": [5, {}]}])
async def test_a_server_that_answers_nonsense_is_asked_calmly(engine, answer):
    asked = 0
    often = asyncio.Event()

    async def nonsense(request: web.Request) -> web.Response:
        nonlocal asked
        asked += request.path.endswith("getUpdates")
        if asked == 4:
            often.set()
        return web.json_response(answer)

    app = web.Application()
    app.router.add_post("/{path:.*}", nonsense)
    async with served(app) as base:
        telegram = Telegram.connected(TOKEN, base)
        bot = Polling(engine, telegram, wait=1, pause=0.01)
        running = asyncio.get_running_loop().create_task(bot.run())
        async with asyncio.timeout(10):
            await often.wait()
        assert not running.done()
        bot.stop()
        await running
        await telegram.close()
    assert engine.turns == []


async def test_a_choice_whose_message_is_gone_is_answered_below(engine, telegram, api):
    engine.script["echo_again"] = Reply(text="新消息", choices=((Choice("好", "echo.ok"),),))
    person = api.person(7)
    async with polling(engine, telegram):
        await person.says("x")
        old = await person.hears()
        api.chats[7].remove(old)
        await person.taps(old, "再来一次")
        new = await person.hears()
    assert (new.text, new.edits, new.id > old.id) == ("新消息", 0, True)
