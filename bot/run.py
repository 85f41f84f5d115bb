"""Starting the processes: everything in one, the web process, the worker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import typer

from bot import app, clock, processes
from bot.app import House
from bot.errors import Misconfigured
from bot.serve import serving
from bot.settings import Settings
from bot.work import WORK, work
from storage import deliveries, operators
from storage.database import Database

log = logging.getLogger("bot")

LINK_LIVES = timedelta(hours=1)


def run_all(settings: Settings) -> None:
    """Everything in one process, after bringing the database up to date."""

    async def main(stop: asyncio.Event) -> None:
        fresh = settings.embedded and not settings.sqlite_path.exists()
        if not await processes.migrated(settings):
            from storage import migrate  # Alembic is only loaded when there is something to migrate

            await asyncio.to_thread(migrate.upgrade, settings.database_url)
        async with app.house(settings) as house:
            if fresh:
                from bot import demo

                await demo.load(house.database)
            async with serving(house, workers=_always) as port, asyncio.TaskGroup() as tasks:
                tasks.create_task(work(house, stop))
                processes.announce(settings, port)
                typer.echo(await _banner(house, port))
                await stop.wait()

    _start(settings, main)


def serve_only(settings: Settings) -> None:
    """The web process."""

    async def main(stop: asyncio.Event) -> None:
        await _require_schema(settings)
        async with app.house(settings) as house, serving(house, workers=_delivers(house)) as port:
            log.info("listening on http://%s:%d", settings.host, port)
            await stop.wait()

    _start(settings, main)


def work_only(settings: Settings) -> None:
    """The worker."""

    async def main(stop: asyncio.Event) -> None:
        await _require_schema(settings)
        async with app.house(settings) as house:
            await work(house, stop)

    _start(settings, main)


async def _always() -> bool:
    return True


def _delivers(house: House) -> Callable[[], Awaitable[bool]]:
    """Whether some worker holds the lease that says: what is owed is being sent."""

    async def asked() -> bool:
        return await deliveries.held(house.database.read(), WORK, clock.now())

    return asked


def _start(settings: Settings, main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    processes.set_up_logging(settings)
    with processes.alone(settings):
        processes.run(main)


async def _require_schema(settings: Settings) -> None:
    if not await processes.migrated(settings):
        raise Misconfigured("DATABASE_URL: the database is not migrated; run: python -m bot release")


async def operator_link(database: Database, settings: Settings, port: int | None = None) -> str:
    """A link to the operator's page, good once and for an hour."""
    token = await operators.new_token(database, clock.now() + LINK_LIVES)
    return f"{_base(settings, port or processes.port_of(settings))}/operator?token={token}"


def desk_link(settings: Settings, token: str) -> str:
    """A link to the desk, for the agent this token was made for."""
    return f"{_base(settings, processes.port_of(settings))}/desk?token={token}"


def _base(settings: Settings, port: int) -> str:
    everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 (only compared)
    host = "127.0.0.1" if everywhere else settings.host
    return settings.public_url or f"http://{host}:{port}"


async def _banner(house: House, port: int) -> str:
    settings = house.settings
    base = _base(settings, port)
    link = await operator_link(house.database, settings, port)
    if settings.telegram_token is None:
        telegram = "get a token from @BotFather, then: TELEGRAM_TOKEN=123456:ABC… make run"
    elif settings.telegram_webhook_secret is None:
        telegram = f"bot {settings.bot_id}, long polling"
    else:
        telegram = f"bot {settings.bot_id}, webhook at {settings.public_url}/telegram/webhook"
    mail = "local mailbox on the operator's page (set SMTP_URL to send)" if house.local_mail else "by SMTP"
    data = Path(settings.database_url.removeprefix("sqlite:///")) if settings.embedded else "PostgreSQL"
    return (
        "\nZhaiquantong is running\n"
        f"  creditor's chat   {base}/\n"
        f"  operator's page   {link}   (good once, for one hour)\n"
        f"  Telegram          {telegram}\n"
        f"  e-mail codes      {mail}\n"
        f"  data              {data}\n"
        f"  stop with Ctrl-C\n"
    )
