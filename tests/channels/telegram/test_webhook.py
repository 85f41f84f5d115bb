"""The door Telegram knocks at: who may come in, how the reply rides, and what is repeated."""

import asyncio
import io
import json
import logging
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.telegram import door, texts
from bot.channels.telegram.sender import Telegram
from bot.conversation.reply import Attachment, Choice, Reply
from bot.conversation.turn import File
from bot.i18n import speaking
from tests.channels.telegram.conftest import SECRET, served, webhook
from tests.channels.telegram.echo import EchoEngine
from tests.fakes.botapi import BotApi

HEADER = "X-Telegram-Bot-Api-Secret-Token"
PDF = Attachment("收据.pdf", "application/pdf", b"%PDF-1.7 receipt")


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine()


async def knocks(url: str, body: Any, secret: str | None = SECRET, **more: Any) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with ClientSession() as stranger, stranger.post(url, data=body, headers=headers, **more) as response:
        return response.status


def update(text: str = "x", number: int = 1) -> bytes:
    chat = {"id": 7, "type": "private"}
    return json.dumps(
        {"update_id": number, "message": {"message_id": 1, "date": 1, "chat": chat, "text": text}}
    ).encode()


async def test_the_reply_rides_in_the_response(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.says("你好 <b>")
        message = await person.hears()
    assert message.text == "您说：你好 <b>"
    assert message.labels == [["再来一次"]]
    (sent,) = api.made("sendMessage")
    assert sent.rode
    assert engine.turns[0].channel == "telegram:42"


async def test_a_tap_edits_in_place_and_stops_spinning(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.says("你好")
        message = await person.hears()
        await person.taps(message, "再来一次")
        again = await person.hears()
        await api.until(lambda: api.answered)
    assert again is message
    assert (again.text, again.edits) == ("您说：echo.again", 1)
    (edit,) = api.made("editMessageText")
    assert edit.rode
    assert (engine.turns[1].choice, engine.turns[1].message) == ("echo.again", str(message.id))


async def test_nothing_rides_when_nothing_is_owed(engine, telegram, api):
    engine.script["静"] = Reply(text="不会说出")
    person = api.person(7)

    async def take(turn, *, rides):
        answer = await EchoEngine.take(engine, turn, rides=rides)
        return type(answer)(answer.reply, owed=False, repeated=False, locale="zh_Hans")

    engine.take = take
    async with webhook(engine, telegram, api):
        await person.says("静")
    assert (api.delivered, person.messages) == ([200], [])


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "密", "\udcff"])
async def test_who_does_not_know_the_secret_changes_nothing(engine, telegram, api, caplog, secret):
    async with webhook(engine, telegram, api) as url:
        shown = (
            secret if secret is None else secret.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
        )
        with caplog.at_level(logging.INFO):
            assert await knocks(url, update("私密的话"), shown) == 403
    assert engine.turns == []
    assert "refused" in caplog.text
    assert "私密的话" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"update_id": 1' + b"0" * 5000 + b"}"])
async def test_what_is_no_json_is_refused(engine, telegram, api, body):
    async with webhook(engine, telegram, api) as url:
        assert await knocks(url, body) == 400
    assert engine.turns == []


@pytest.mark.parametrize("body", [b"null", b"[]", b"5", b'{"update_id": 1}', b'{"update_id": 1, "poll": {}}'])
async def test_what_is_no_update_of_ours_is_acknowledged(engine, telegram, api, body):
    async with webhook(engine, telegram, api) as url:
        assert await knocks(url, body) == 200
    assert engine.turns == []


async def test_half_a_surrogate_pair_is_read_and_answered(engine, telegram, api):
    api.person(7)
    async with webhook(engine, telegram, api) as url:
        assert await knocks(url, update("a\ud800b")) == 200
    assert engine.turns[0].text == "a\ufffdb"


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_refused(engine, telegram, api, chunked):
    async def pieces():
        for _ in range(20):
            yield b" " * 100_000

    async with webhook(engine, telegram, api) as url:
        body: Any = pieces() if chunked else io.BytesIO(b" " * (door.UPDATE_LIMIT + 1))
        assert await knocks(url, body) == 413
        assert await knocks(url, update("还在")) == 200
    assert [turn.text for turn in engine.turns] == ["还在"]


async def test_a_failed_turn_is_repeated_by_telegram_on_the_same_connection(engine, telegram, api):
    person = api.person(7)
    engine.fails["act 1"] = 2
    async with webhook(engine, telegram, api) as url:
        async with ClientSession() as client:
            for status in (500, 500, 200):
                async with client.post(url, data=update("act 1", 5), headers={HEADER: SECRET}) as response:
                    assert response.status == status
                    assert response.headers.get("Connection", "keep-alive") == "keep-alive"
        engine.fails["act 2"] = 1
        await person.says("act 2")
        assert await api.deliver() == [200]
    assert api.delivered == [500, 200]
    assert engine.effects == ["act 1", "act 2"]


async def test_a_repeat_gets_the_same_words_and_no_second_effect(engine, telegram, api):
    async with webhook(engine, telegram, api) as url, ClientSession() as client:
        bodies = []
        for _ in range(2):
            async with client.post(url, data=update("act", 5), headers={HEADER: SECRET}) as response:
                bodies.append(await response.read())
    assert bodies[0] == bodies[1] != b""
    assert engine.effects == ["act"]


async def test_a_turn_past_its_deadline_goes_on_and_the_repeat_finds_it(engine, telegram, api):
    engine.holds["慢"] = asyncio.Event()
    async with webhook(engine, telegram, api, deadline=0.05) as url:
        assert await knocks(url, update("慢", 5)) == 503
        engine.holds["慢"].set()
        assert await knocks(url, update("慢", 5)) == 200
    assert engine.effects == ["慢"]


async def test_stopping_waits_for_the_turn_in_hand(engine, telegram, api):
    engine.holds["慢"] = asyncio.Event()
    async with webhook(engine, telegram, api, deadline=0.05) as url:
        assert await knocks(url, update("慢", 5)) == 503
        asyncio.get_running_loop().call_later(0.01, engine.holds["慢"].set)
    assert engine.effects == ["慢"]


async def test_a_document_is_sent_after_the_words(engine, telegram, api):
    engine.script["收据"] = Reply(text="您的收据", document=PDF, replaces=False)
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.says("收据")
    words, document = person.messages
    assert (words.text, document.document) == ("您的收据", ("收据.pdf", PDF.content))
    assert not any(call.rode for call in api.calls)
    assert engine.outbox == []


async def test_a_long_reply_is_sent_in_parts(engine, telegram, api):
    engine.script["长"] = Reply(text="字" * 9000)
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.says("长")
    assert [len(message.text) for message in person.messages] == [4096, 4096, 808]


@pytest.mark.parametrize(
    ("word", "reply"),
    [
        ("收据", Reply(text="您的收据", document=PDF)),
        ("坏", Reply(text="x", choices=((Choice("太长", "x" * 65),),))),
    ],
    ids=["refused for now", "can never be sent"],
)
async def test_what_cannot_be_sent_is_left_to_the_outbox(engine, telegram, api, word, reply):
    engine.script[word] = reply
    person = api.person(7)
    api.fails("sendMessage", 429, retry_after=30)
    async with webhook(engine, telegram, api):
        await person.says(word)
    assert api.delivered == [200]
    assert [(turn.text, owed) for turn, owed in engine.outbox] == [(word, reply)]


async def test_a_file_comes_in(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.sends_document("结单.pdf", b"%PDF-1.7", caption="结单")
        await person.sends_document("空.pdf", b"")
        await person.sends_photo(b"\xff\xd8\xff")
    first, empty, photo = engine.turns
    assert (first.text, first.file) == ("结单", File("结单.pdf", 8, b"%PDF-1.7"))
    assert empty.file == File("空.pdf", 0, b"")
    assert photo.file is not None
    assert (photo.file.name.startswith("IMG_"), photo.file.content) == (True, b"\xff\xd8\xff")


async def test_a_file_that_is_too_large_is_never_fetched(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.sends_document("巨.pdf", b"x", size=10 * 1024 * 1024 + 1)
    (turn,) = engine.turns
    assert turn.file == File("巨.pdf", 10 * 1024 * 1024 + 1, None)
    assert api.made("getFile") == []


async def test_a_file_larger_than_announced_is_cut_off(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.sends_document("骗.pdf", b"x" * (10 * 1024 * 1024 + 1), size=5)
    assert engine.turns[0].file == File("骗.pdf", 5, None)


async def test_a_file_telegram_will_never_hand_out_is_a_turn_all_the_same(engine, telegram, api):
    person = api.person(7)
    api.fails("getFile", 400, "Bad Request: file is too big")
    async with webhook(engine, telegram, api):
        await person.sends_document("a.pdf", b"x")
    assert engine.turns[0].file == File("a.pdf", 1, None)


async def test_a_file_that_may_come_later_is_waited_for_but_not_for_ever(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        api.file_status = 502
        await person.sends_document("a.pdf", b"x")
        assert engine.turns == []
        api.file_status = 200
        assert await api.deliver() == [200]
        assert engine.turns[0].file == File("a.pdf", 1, b"x")
        api.file_status = 502
        await person.sends_document("b.pdf", b"x")
        assert [await api.deliver() for _ in range(4)] == [[500], [500], [500], [200]]
    assert engine.turns[1].file == File("b.pdf", 1, None)


async def test_blocking_is_told_to_the_engine(engine, telegram, api):
    person = api.person(7)
    async with webhook(engine, telegram, api):
        await person.blocks()
        await person.blocks(again=True)
    assert engine.standing == [("telegram:42", "7", False), ("telegram:42", "7", True)]


async def test_nobody_waits_for_the_spinning_to_stop(engine, telegram, api):
    person = api.person(7)
    api.fails("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    async with webhook(engine, telegram, api):
        await person.says("x")
        await person.taps(await person.hears(), "再来一次")
    assert api.delivered == [200, 200]
    assert len(api.made("answerCallbackQuery")) == 1


async def test_installing_tells_telegram_where_we_are(engine, telegram: Telegram, api: BotApi):
    person = api.person(7)
    api.fails("setWebhook", 500)
    api.fails("setMyCommands", 400, times=2)
    app = web.Application()
    door.install(app, engine, telegram, url="http://127.0.0.1:1", secret=SECRET)
    async with served(app) as base:
        await api.until(lambda: api.webhook and len(api.commands) == 3)
        assert api.webhook["url"] == "http://127.0.0.1:1/telegram/webhook"
        assert api.webhook["secret_token"] == SECRET
        assert {"message", "edited_message", "callback_query", "my_chat_member"} <= set(api.webhook["allowed_updates"])
        assert "drop_pending_updates" not in api.webhook
        api.webhook["url"] = base + door.PATH
        await person.says("好")
        assert (await person.hears()).text == "您说：好"
    assert set(api.commands) == {"", "zh", "en"}
    with speaking("zh_Hans"):
        words = texts.commands()
    assert [(c["command"], c["description"]) for c in api.commands["zh"]] == words
