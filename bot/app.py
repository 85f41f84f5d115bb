"""The one file that knows every room and channel: what is connected to what, by hand."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot import clock, i18n, keys, market, ways, webdesk
from bot.channels.desk.door import install as install_desk
from bot.channels.mail.sender import LocalMailbox, Smtp
from bot.channels.operator.door import install as install_operator
from bot.channels.webchat.door import install as install_webchat
from bot.channels.webchat.sender import WebChat
from bot.claims import dialogue as claims
from bot.comparison import dialogue as comparison
from bot.conversation.channel import Abilities, Channel, ShowsTyping
from bot.conversation.engine import Engine
from bot.conversation.flow import Book, Flow
from bot.errors import Misconfigured
from bot.facts import dialogue as facts
from bot.notices import dialogue as notices
from bot.offers import actions as offer_actions
from bot.offers import dialogue as offers
from bot.payouts import actions as payout_actions
from bot.payouts import dialogue as payouts
from bot.settings import Settings
from bot.settlement import actions as settlement_actions
from bot.settlement import dialogue as settlement
from bot.support import dialogue as support
from bot.welcome import dialogue as welcome
from storage import operators, people
from storage.connect import open_database
from storage.database import Database


def flows() -> tuple[Flow, ...]:
    """Every room's steps."""
    rooms = (welcome, claims, offers, settlement, payouts, notices, support, facts)
    return (*(room.flow for room in rooms), comparison.flow(market.quotes))


def book() -> Book:
    """Every step of the house."""
    return Book(flows())


Door = Callable[[web.Application], None]


@dataclass(frozen=True, slots=True)
class House:
    """One process's connections: made by `open_house`, let go by `close`.

    doors       what the web process hangs into its application
    telegram    the bot, where one is configured; the worker polls it if no webhook is set. Its type
                stays unnamed here, for naming it would load aiogram everywhere
    local_mail  mail lands on the operator's page, because no server is set
    """

    settings: Settings
    database: Database
    engine: Engine
    channels: Mapping[str, Channel]
    doors: tuple[Door, ...]
    telegram: Any
    local_mail: bool

    async def close(self) -> None:
        """Let everything go; what was answered is durable already."""
        if self.telegram is not None:
            await self.telegram.close()
        await self.database.close()


async def open_house(settings: Settings) -> House:
    """Open keys, catalogues, database and channels. Raises Misconfigured with one clear line."""
    keys.unlock(settings)
    i18n.load()
    settlement_actions.filing_takes(settings.filing_lag_days)
    settlement_actions.speak_where(offer_actions.may_speak)
    payout_actions.speak_where(offer_actions.may_speak)
    payout_actions.cool_for(timedelta(hours=settings.payout_cooling_hours))
    database = await open_database(settings.database_url)
    abilities: dict[str, Abilities] = {}
    engine = Engine(database, book(), ways.vocabulary(), abilities)
    chat = WebChat(engine.bell)
    mail = _mail(settings, database)
    channels: dict[str, Channel] = {chat.name: chat, mail.name: mail}
    work = webdesk.Work(database, engine.typing.writes)
    engine.typing.hears = work.hears
    doors: list[Door] = [
        lambda app: install_webchat(app, engine, settings),
        lambda app: _install_operator(app, settings, database),
        lambda app: install_desk(
            app,
            webdesk.Entrance(database),
            work,
            public_url=settings.public_url,
        ),
    ]
    telegram = None
    if settings.telegram_token is not None:
        telegram, door = _telegram(settings, settings.telegram_token.get_secret_value(), engine, database)
        channels[telegram.name] = telegram
        work.shows = telegram.desk.channel.typed
        for channel in (telegram.desk.channel, telegram.desk.channel.looks):
            channels[channel.name] = channel
        doors += [door] if door is not None else []
    abilities.update({name: channel.can for name, channel in channels.items()})
    engine.typing.tells.update(
        {name: channel.typing for name, channel in channels.items() if isinstance(channel, ShowsTyping)}
    )
    return House(settings, database, engine, channels, tuple(doors), telegram, settings.smtp_url is None)


@contextlib.asynccontextmanager
async def house(settings: Settings) -> AsyncIterator[House]:
    """An open house; closed at the end whatever happens."""
    opened = await open_house(settings)
    try:
        yield opened
    finally:
        await opened.close()


def _telegram(settings: Settings, token: str, engine: Engine, database: Database) -> tuple[Any, Door | None]:
    """The bot with its desk, and its webhook if a secret is set. aiogram is imported here and nowhere sooner."""
    from bot.channels.telegram import door
    from bot.channels.telegram.sender import Telegram
    from bot.forumdesk import ForumDesk

    bot = Telegram.connected(token, settings.telegram_api_base)
    bot.desk = ForumDesk(database, bot.wire, engine.hint.set, styles=bot.styles)
    if settings.telegram_webhook_secret is None:
        return bot, None
    secret = settings.telegram_webhook_secret.get_secret_value()
    return bot, lambda app: door.install(app, engine, bot, url=settings.public_url, secret=secret)


def _install_operator(app: web.Application, settings: Settings, database: Database) -> None:
    """The operator's page, with plain functions in place of tables."""
    db = database.read()
    install_operator(
        app,
        redeem=lambda token: operators.redeem(database, token, clock.now()),
        check_token=lambda token: operators.session_stands(db, token, clock.now()),
        overview=lambda: operators.overview(db, clock.now()),
        mailbox=(lambda: operators.mails(db)) if settings.smtp_url is None else None,
        secure=settings.public_url.startswith("https:"),
        command=".venv/bin/python -m bot" if settings.embedded else "python -m bot",
        demo=settings.embedded,
    )


def _mail(settings: Settings, database: Database) -> Channel:
    """The mail server, or the local mailbox page where none is set (embedded mode only)."""

    async def find(address: str) -> str | None:
        return await people.email_at(database.read(), address)

    async def keep(mail: bytes) -> None:
        await operators.keep_mail(database, mail, clock.now())

    if settings.smtp_url is not None:
        return Smtp(settings.smtp_url.get_secret_value(), settings.mail_from, find)
    if not settings.embedded:
        raise Misconfigured("SMTP_URL: must be set with PostgreSQL, codes have to reach people")
    return LocalMailbox(settings.mail_from, find, keep)


__all__ = ["House", "book", "house", "open_house"]
