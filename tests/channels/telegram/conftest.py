"""A Bot API server and a bot that talks to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.telegram import door
from bot.channels.telegram.door import Intake, Polling, Webhook
from bot.channels.telegram.sender import Telegram
from tests.fakes.botapi import TOKEN, BotApi

SECRET = "right-secret_1"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def telegram(api: BotApi) -> AsyncIterator[Telegram]:
    channel = Telegram.connected(TOKEN, api.base)
    yield channel
    await channel.close()


@asynccontextmanager
async def polling(engine: door.Engine, telegram: Telegram, *, wait: int = 5) -> AsyncIterator[Polling]:
    """A bot that polls; stopped politely at the end."""
    bot = Polling(engine, telegram, wait=wait, pause=0.01)
    running = asyncio.get_running_loop().create_task(bot.run())
    try:
        yield bot
    finally:
        bot.stop()
        await running


@asynccontextmanager
async def served(app: web.Application, port: int = 0) -> AsyncIterator[str]:
    """An application on this port, or a free one; its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def webhook(
    engine: door.Engine, telegram: Telegram, api: BotApi, *, deadline: float = door.DEADLINE
) -> AsyncIterator[str]:
    """A bot with a webhook that the server knows; the webhook's address."""
    bot = Webhook(Intake(engine, telegram), SECRET, deadline=deadline)
    app = web.Application()
    app.router.add_post(door.PATH, bot.receive)
    async with served(app) as base:
        await telegram.wire.use_webhook(base + door.PATH, SECRET)
        yield base + door.PATH
    await bot.close()
