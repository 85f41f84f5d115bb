"""The one file that knows every room and channel: what is connected to what, by hand."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import clock, i18n, keys
from bot.channels.mail.sender import LocalMailbox, Smtp
from bot.channels.webchat.door import install as install_webchat
from bot.channels.webchat.sender import WebChat
from bot.claims import dialogue as claims
from bot.conversation.channel import Abilities, Channel
from bot.conversation.engine import Engine, Vocabulary
from bot.conversation.flow import Book, Flow
from bot.errors import Misconfigured
from bot.facts import dialogue as facts
from bot.notices import dialogue as notices
from bot.offers import dialogue as offers
from bot.settings import Settings
from bot.support import dialogue as support
from bot.understanding import reader
from bot.understanding.meaning import Intent
from bot.welcome import dialogue as welcome
from storage import operators, people
from storage.database import Database, open_database

#: what a person wants -> the step that serves it
STEPS: Mapping[Intent, str] = {
    Intent.SUBMIT_CLAIM: "claims.file",
    Intent.CLAIM_STATUS: "claims.status",
    Intent.BOND_OFFERS: "offers.list",
    Intent.TELL_APART: "offers.what",
    Intent.UPLOAD_DOCUMENT: "claims.status",
    Intent.LINK_ACCOUNT: "welcome.link",
    Intent.RESTRICTED: "facts.answer:restricted",
    Intent.SCHEDULE: "facts.answer:schedule",
    Intent.CHECK_SCAM: "welcome.safety",
    Intent.CHANGE_LANGUAGE: "welcome.language",
    Intent.TALK_TO_HUMAN: "support.ask",
    Intent.DELETE_MY_DATA: "welcome.privacy",
    Intent.NOTIFICATIONS: "notices.settings",
    Intent.RECEIPT: "claims.status",
    Intent.MENU: "welcome.menu",
    Intent.GREETING: "welcome.start",
    Intent.HELP: "welcome.help",
    Intent.BACK: "welcome.menu",
    Intent.SKIP: "welcome.menu",
    Intent.CANCEL: "welcome.menu",
    Intent.OUT_OF_SCOPE: "welcome.lost",
}

COMMANDS: Mapping[str, str] = {
    "start": "welcome.start",
    "menu": "welcome.menu",
    "help": "welcome.help",
    "file": "claims.file",
    "status": "claims.status",
    "offers": "offers.list",
    "link": "welcome.link",
    "language": "welcome.language",
    "notices": "notices.settings",
    "facts": "facts.topics",
    "safety": "welcome.safety",
    "privacy": "welcome.privacy",
    "me": "welcome.me",
    "human": "support.ask",
}


def flows() -> tuple[Flow, ...]:
    """Every room's steps."""
    return (welcome.flow, claims.flow, offers.flow, notices.flow, support.flow, facts.flow)


def book() -> Book:
    """Every step of the house."""
    return Book(flows())


def vocabulary() -> Vocabulary:
    """How words become steps."""
    return Vocabulary(route=_route, exact=_exact, commands=COMMANDS)


def _route(text: str) -> tuple[str, str]:
    step, _colon, argument = STEPS[reader.read(text)].partition(":")
    return step, argument


def _exact(text: str) -> str | None:
    intent = reader.breaks_in(text)
    if intent is None:
        return None
    if intent in (Intent.BACK, Intent.SKIP, Intent.CANCEL):
        return intent.value
    return STEPS[intent]


Door = Callable[[web.Application], None]
#: asks a wire for what came in, until told to stop; ends when what is in hand is done
Poll = Callable[[asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class House:
    """One process's connections: made by `open_house`, let go by `close`.

    doors       what the web process hangs into its application
    polls       what the worker runs: wires that are asked rather than knocking (Telegram without a webhook)
    closing     what else to let go
    local_mail  mail lands on the operator's page, because no server is set
    """

    settings: Settings
    database: Database
    engine: Engine
    channels: Mapping[str, Channel]
    doors: tuple[Door, ...]
    polls: tuple[Poll, ...]
    closing: tuple[Callable[[], Awaitable[None]], ...]
    local_mail: bool

    async def close(self) -> None:
        """Let everything go; what was answered is durable already."""
        for close in self.closing:
            await close()
        await self.database.close()


async def open_house(settings: Settings) -> House:
    """Open keys, catalogues, database and channels. Raises Misconfigured with one clear line."""
    keys.unlock(settings)
    i18n.load()
    database = await open_database(settings.database_url)
    abilities: dict[str, Abilities] = {}
    engine = Engine(database, book(), vocabulary(), abilities)
    chat = WebChat(engine.bell)
    mail = _mail(settings, database)
    channels: dict[str, Channel] = {chat.name: chat, mail.name: mail}
    doors: list[Door] = [
        lambda app: install_webchat(app, engine, settings),
        lambda app: _install_operator(app, settings, database),
    ]
    polls: list[Poll] = []
    closing: list[Callable[[], Awaitable[None]]] = []
    if settings.telegram_token is not None:
        _connect_telegram(settings, engine, channels, doors, polls, closing)
    abilities.update({name: channel.can for name, channel in channels.items()})
    return House(
        settings, database, engine, channels, tuple(doors), tuple(polls), tuple(closing), settings.smtp_url is None
    )


def _connect_telegram(
    settings: Settings,
    engine: Engine,
    channels: dict[str, Channel],
    doors: list[Door],
    polls: list[Poll],
    closing: list[Callable[[], Awaitable[None]]],
) -> None:
    """The bot, by webhook if a secret is set, else polled. aiogram is imported here and nowhere sooner."""
    from bot.channels.telegram import door
    from bot.channels.telegram.sender import Telegram

    assert settings.telegram_token is not None
    bot = Telegram.connected(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    channels[bot.name] = bot
    closing.append(bot.close)
    if settings.telegram_webhook_secret is not None:
        secret = settings.telegram_webhook_secret.get_secret_value()
        doors.append(lambda app: door.install(app, engine, bot, url=settings.public_url, secret=secret))
        return

    async def poll(stop: asyncio.Event) -> None:
        polling = door.Polling(engine, bot)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(polling.run())
            waiting = tasks.create_task(stop.wait())
            await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
            polling.stop()
            waiting.cancel()

    polls.append(poll)


def _mail(settings: Settings, database: Database) -> Channel:
    """The mail server, or the local mailbox page where none is set (embedded mode only)."""

    async def find(address: str) -> str | None:
        return await people.email_at(database.read(), address)

    async def keep(mail: bytes) -> None:
        await database.write(lambda db: operators.keep_mail(db, mail, clock.now()))

    if settings.smtp_url is not None:
        return Smtp(settings.smtp_url.get_secret_value(), settings.mail_from, find)
    if not settings.embedded:
        raise Misconfigured("SMTP_URL: must be set with PostgreSQL, codes have to reach people")
    return LocalMailbox(settings.mail_from, find, keep)


__all__ = ["COMMANDS", "STEPS", "House", "book", "open_house", "vocabulary"]
