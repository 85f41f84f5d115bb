"""Both ways in against a Bot API server written by others, in a process of its own.

Our own fake may share our misunderstandings; this one does not, and refuses any field it does not know.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.channels.telegram import door
from bot.channels.telegram.sender import Telegram
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from tests.channels.telegram.conftest import SECRET, polling, served
from tests.channels.telegram.echo import EchoEngine
from tests.fakes.emulator import TOKEN, Emulator, message, tap

PDF = Attachment("收据.pdf", "application/pdf", b"%PDF-1.7 receipt")
START: dict[str, Any] = {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}


@pytest.fixture
def engine() -> EchoEngine:
    return EchoEngine(
        start=Reply(
            title="债权通 <&>",
            text="欢迎",
            copies=(Copyable("编号", "ZQ-1"),),
            choices=((Choice("登记债权", "claims.file", "primary"), Choice("撤回", "~x", "danger")),),
        ),
        claims_file=Reply(text="第 1 步"),
        收据=Reply(text="您的收据", document=PDF),
        长=Reply(text="字" * 9000, choices=((Choice("好", "ok"),),)),
    )


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with Emulator(tmp_path) as running:
        yield running


@pytest.fixture
async def telegram(emulator: Emulator) -> AsyncIterator[Telegram]:
    channel = Telegram.connected(TOKEN, emulator.base)
    yield channel
    await channel.close()


async def test_polling(engine, telegram, emulator):
    async with polling(engine, telegram):
        await emulator.update(message=message(**START))
        await emulator.until(lambda: emulator.calls("sendMessage") == 1)
        await emulator.update(callback_query=tap(1, "claims.file"))
        await emulator.until(lambda: emulator.calls("editMessageText") == emulator.calls("answerCallbackQuery") == 1)
        await emulator.update(message=message(text="收据"))
        await emulator.until(lambda: emulator.calls("sendDocument") == 1)
        await emulator.update(message=message(text="长"))
        await emulator.until(lambda: emulator.calls("sendMessage") == 5)
        sent = await telegram.wire.hand_out(7, PDF, None)
        document = {"file_id": f"fixture-document-{sent}", "file_unique_id": "u", "file_name": "结单.pdf"}
        await emulator.update(message=message(document=document))
        await emulator.until(lambda: emulator.calls("sendMessage") == 6)
        await emulator.until(lambda: emulator.calls("setMyCommands") == 3)
    start, choice, *_others, file = engine.turns
    assert (start.command, start.language, choice.choice, choice.message) == ("start", "zh-hans", "claims.file", "1")
    assert file.file is not None
    assert (file.file.name, file.file.content) == ("结单.pdf", PDF.content)
    fine, why = emulator.verdict("--require-response", "--require-method", "deleteWebhook")
    assert fine, why


async def test_polling_confirms_nothing_it_has_not_done(engine, telegram, emulator):
    engine.fails["act 坏"] = 10**9
    for text in ("act 先", "act 坏", "act 后"):
        await emulator.update(message=message(text=text))
    for _restart in range(2):
        tries = len(engine.turns)
        async with polling(engine, telegram):
            await emulator.until(lambda tries=tries: len(engine.turns) > tries + 3)
    assert engine.effects == ["act 先"]
    engine.fails.clear()
    async with polling(engine, telegram):
        await emulator.until(lambda: len(engine.effects) == 3)
    assert engine.effects == ["act 先", "act 坏", "act 后"]


async def test_webhook(engine, telegram, emulator):
    app = web.Application()
    where = web.Application()
    async with served(where) as reserved:
        pass  # a port that is free now
    port = int(reserved.rpartition(":")[2])
    door.install(app, engine, telegram, url=reserved, secret=SECRET)
    async with served(app, port=port):
        await emulator.until(lambda: emulator.calls("setWebhook") == 1 and emulator.calls("setMyCommands") == 3)
        await emulator.update(message=message(**START))
        await emulator.update(callback_query=tap(1, "claims.file"))
        await emulator.update(message=message(text="收据"))
        engine.fails["act"] = 1
        await emulator.update(message=message(text="act"))
        assert engine.effects == ["start", "claims.file", "收据"]
        assert await emulator.deliver() == 1
        await emulator.until(lambda: emulator.calls("answerCallbackQuery") == 1)
    assert engine.effects == ["start", "claims.file", "收据", "act"]
    assert [entry["status"] for entry in emulator.journal() if entry.get("event") == "webhook"] == [
        200,
        200,
        200,
        500,
        200,
    ]
    # Replies ride, and the emulator has no ears for that: only what cannot ride was sent.
    assert emulator.calls("sendMessage") == emulator.calls("sendDocument") == 1
    fine, why = emulator.verdict("--require-response", "--allow-refusal", "webhook:500")
    assert fine, why
