"""What is sent, and what each refusal means for the message."""

import pytest
from aiohttp import web

from bot.channels.telegram.sender import OFFICIAL, Telegram
from bot.conversation.channel import Receipt
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.errors import Malformed, TryLater, Unknown, Unreachable, Unsent
from tests.channels.telegram.conftest import served
from tests.fakes.botapi import TOKEN, BotApi

MENU = ((Choice("主菜单", "welcome.menu"),),)
PDF = Attachment("收据.pdf", "application/pdf", b"%PDF-1.7 receipt")


async def test_a_reply_arrives_as_it_was_meant(api: BotApi, telegram: Telegram):
    person = api.person(7)
    reply = Reply(title="已登记 <1>", text="编号 & 日期", copies=(Copyable("编号", "ZQ-1"),), choices=MENU)
    receipt = await telegram.send("7", reply)
    (message,) = person.messages
    assert receipt == Receipt(str(message.id))
    assert (message.bold, message.text) == ("已登记 <1>", "已登记 <1>\n\n编号 & 日期")
    assert message.labels == [["📋 编号 ZQ-1"], ["主菜单"]]


async def test_a_message_is_edited_in_place(api: BotApi, telegram: Telegram):
    person = api.person(7)
    first = await telegram.send("7", Reply(text="一", choices=MENU))
    again = await telegram.send("7", Reply(text="二"), replacing=first.message)
    (message,) = person.messages
    assert again == first
    assert (message.text, message.rows, message.edits) == ("二", [], 1)


async def test_an_edit_that_changes_nothing_is_a_success(api: BotApi, telegram: Telegram):
    api.person(7)
    first = await telegram.send("7", Reply(text="一"))
    assert await telegram.send("7", Reply(text="一"), replacing=first.message) == first


async def test_a_lost_message_is_written_anew(api: BotApi, telegram: Telegram):
    person = api.person(7)
    receipt = await telegram.send("7", Reply(text="二", choices=MENU), replacing="555")
    assert [message.text for message in person.messages] == ["二"]
    assert receipt.message == str(person.messages[0].id)


@pytest.mark.parametrize(
    "says", ["message can't be edited", "there is no text in the message to edit", "MESSAGE_ID_INVALID"]
)
async def test_a_message_that_cannot_be_edited_is_written_anew(api: BotApi, telegram: Telegram, says):
    person = api.person(7)
    first = await telegram.send("7", Reply(text="一"))
    api.fails("editMessageText", 400, f"Bad Request: {says}")
    await telegram.send("7", Reply(text="二"), replacing=first.message)
    assert [message.text for message in person.messages] == ["一", "二"]


async def test_a_document_follows_the_words(api: BotApi, telegram: Telegram):
    person = api.person(7)
    receipt = await telegram.send("7", Reply(text="您的收据", document=PDF, choices=MENU))
    words, document = person.messages
    assert (words.text, words.labels, receipt.message) == ("您的收据", [["主菜单"]], str(words.id))
    assert (document.document, document.rows) == (("收据.pdf", PDF.content), [])


async def test_a_document_without_words_carries_the_buttons(api: BotApi, telegram: Telegram):
    person = api.person(7)
    await telegram.send("7", Reply(text="", document=PDF, choices=MENU))
    (document,) = person.messages
    assert (document.document, document.labels) == (("收据.pdf", PDF.content), [["主菜单"]])


async def test_a_long_text_arrives_in_parts(api: BotApi, telegram: Telegram):
    person = api.person(7)
    await telegram.send("7", Reply(text="\n".join("字" * 99 for _ in range(100)), choices=MENU))
    assert [message.labels for message in person.messages] == [[], [], [["主菜单"]]]


async def fails_with(telegram: Telegram, reply: Reply | None = None) -> Unsent:
    with pytest.raises(Unsent) as caught:
        await telegram.send("7", reply or Reply(text="x"))
    assert TOKEN not in "".join(str(wrong) for wrong in (caught.value, caught.value.__cause__))
    return caught.value


async def test_a_person_who_blocked_us_is_unreachable(api: BotApi, telegram: Telegram):
    await api.person(7).blocks()
    assert type(await fails_with(telegram)) is Unreachable
    assert type(await fails_with(telegram, Reply(text="x", document=PDF))) is Unreachable


async def test_a_stranger_is_unreachable(telegram: Telegram):
    assert type(await fails_with(telegram)) is Unreachable


@pytest.mark.parametrize(
    ("status", "says", "means"),
    [
        (403, "Forbidden: user is deactivated", Unreachable),
        (403, "Forbidden: bot can't initiate conversation with a user", Unreachable),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable),
        (400, "Bad Request: can't parse entities", Malformed),
        (413, "Request Entity Too Large", Malformed),
        (500, "Internal Server Error", TryLater),
        (502, "Bad Gateway", TryLater),
        (504, "Gateway Timeout", Unknown),
        (401, "Unauthorized", TryLater),
        (404, "Not Found", TryLater),
    ],
)
async def test_what_a_refusal_means(api: BotApi, telegram: Telegram, status, says, means):
    api.person(7)
    api.fails("sendMessage", status, says)
    assert type(await fails_with(telegram)) is means
    api.fails("sendDocument", status, says)
    if status != 504:
        assert type(await fails_with(telegram, Reply(text="", document=PDF))) is means


async def test_patience_is_asked_for_in_seconds(api: BotApi, telegram: Telegram):
    api.person(7)
    api.fails("sendMessage", 429, "Too Many Requests: retry after 17", retry_after=17)
    wrong = await fails_with(telegram)
    assert isinstance(wrong, TryLater)
    assert (wrong.after, wrong.whole) == (17.0, True)


async def test_a_group_that_is_too_busy_stalls_nobody_else(api: BotApi, telegram: Telegram):
    api.fails("sendMessage", 429, retry_after=3)
    with pytest.raises(TryLater) as caught:
        await telegram.send("-100", Reply(text="x"))
    assert caught.value.whole is False


async def test_a_chat_that_moved_is_followed_once(api: BotApi, telegram: Telegram):
    group = api.person(-1009)
    api.fails("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
    await telegram.send("-5", Reply(text="x", choices=MENU))
    assert [message.text for message in group.messages] == ["x"]
    api.fails("sendMessage", 400, "Bad Request: group chat was upgraded", times=2, migrate_to_chat_id=-1009)
    with pytest.raises(Unreachable):
        await telegram.send("-5", Reply(text="x"))


@pytest.mark.parametrize("after_doing", [False, True])
async def test_a_cut_line_leaves_it_open_whether_the_message_arrived(api: BotApi, telegram: Telegram, after_doing):
    api.person(7)
    api.hangs_up("sendMessage", after_doing=after_doing)
    assert type(await fails_with(telegram)) is Unknown


async def test_a_connection_that_was_never_made_sent_nothing():
    async with served(web.Application()) as base:
        pass  # nobody listens there any more
    telegram = Telegram.connected(TOKEN, base)
    try:
        assert type(await fails_with(telegram)) is TryLater
        assert type(await fails_with(telegram, Reply(text="", document=PDF))) is TryLater
    finally:
        await telegram.close()


@pytest.mark.parametrize(("status", "means"), [(200, Unknown), (400, Unknown), (502, TryLater)])
async def test_an_answer_that_is_no_json(status, means):
    async def page(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>nginx</html>")

    app = web.Application()
    app.router.add_post("/{path:.*}", page)
    async with served(app) as base:
        telegram = Telegram.connected(TOKEN, base)
        assert type(await fails_with(telegram)) is means
        await telegram.close()


async def test_text_that_cannot_be_encoded_is_malformed(api: BotApi, telegram: Telegram):
    api.person(7)
    assert type(await fails_with(telegram, Reply(text="\ud800"))) is Malformed


async def test_colours_are_for_telegram_itself(api: BotApi):
    for base, styles in ((OFFICIAL, True), (OFFICIAL + "/", True), (api.base, False)):
        telegram = Telegram.connected(TOKEN, base)
        assert telegram.styles is styles
        await telegram.close()


async def test_colours_are_sent_when_wanted(api: BotApi, telegram: Telegram):
    person = api.person(7)
    telegram.styles = True
    await telegram.send(
        "7", Reply(text="x", choices=((Choice("确认", "~a", "primary"), Choice("撤回", "~b", "danger")),))
    )
    (message,) = person.messages
    assert [button["style"] for button in message.rows[0]] == ["primary", "danger"]


def test_the_channel_says_who_it_is_and_what_it_can(telegram: Telegram):
    assert telegram.name == "telegram:42"
    assert (telegram.can.buttons, telegram.can.edits, telegram.can.files, telegram.can.remembers) == (True,) * 4
    assert telegram.can.text_limit == 4096


async def test_what_is_spoken_is_played_where_the_person_lets_us_speak(api: BotApi, telegram: Telegram):
    person = api.person(7)
    voice = Attachment("VOICE.ogg", "audio/ogg", b"OggS spoken")
    await telegram.send("7", Reply(text="", document=voice))
    api.fails("sendVoice", 400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    await telegram.send("7", Reply(text="", document=voice))
    assert [message.document for message in person.messages] == [("VOICE.ogg", b"OggS spoken")] * 2
    assert [call.method for call in api.calls] == ["sendVoice", "sendVoice", "sendDocument"]
    api.fails("sendVoice", 400, "Bad Request: something else")
    with pytest.raises(Malformed):
        await telegram.send("7", Reply(text="", document=voice))


async def test_a_message_is_taken_back_while_that_can_be_done(api: BotApi, telegram: Telegram):
    person = api.person(7)
    first = await telegram.send("7", Reply(text="一"))
    second = await telegram.send("7", Reply(text="二"))
    assert await telegram.withdraw("7", first.message)
    assert [message.text for message in person.messages] == ["二"]
    assert await telegram.withdraw("7", first.message), "gone already is as good"
    api.fails("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    assert not await telegram.withdraw("7", second.message)
    api.fails("deleteMessage", 500)
    with pytest.raises(Unsent):
        await telegram.withdraw("7", second.message)
    await person.blocks()
    with pytest.raises(Unreachable):
        await telegram.withdraw("7", second.message)


async def test_typing_is_shown(api: BotApi, telegram: Telegram):
    person = api.person(7)
    await telegram.typing("7")
    (called,) = api.made("sendChatAction")
    assert called.fields == {"chat_id": 7, "action": "typing"}
    await person.blocks()
    with pytest.raises(Unreachable):
        await telegram.typing("7")
