"""The one file that knows every room and channel: what is connected to what, by hand."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot import i18n, keys
from bot.claims import dialogue as claims
from bot.conversation.channel import Abilities, Channel
from bot.conversation.engine import Engine, Vocabulary
from bot.conversation.flow import Book, Flow
from bot.facts import dialogue as facts
from bot.notices import dialogue as notices
from bot.offers import dialogue as offers
from bot.settings import Settings
from bot.support import dialogue as support
from bot.understanding import reader
from bot.understanding.meaning import Intent
from bot.welcome import dialogue as welcome
from storage.database import Database, open_database

log = logging.getLogger("bot")

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


@dataclass(frozen=True, slots=True)
class House:
    """One process's connections: made by `open_house`, let go by `close`."""

    settings: Settings
    database: Database
    engine: Engine
    channels: Mapping[str, Channel]

    async def close(self) -> None:
        """Let everything go; what was answered is durable already."""
        await self.database.close()


async def open_house(settings: Settings) -> House:
    """Open keys, catalogues, database and channels. Raises Misconfigured with one clear line."""
    keys.unlock(settings)
    i18n.load()
    database = await open_database(settings.database_url)
    abilities: dict[str, Abilities] = {}
    engine = Engine(database, book(), vocabulary(), abilities)
    channels = connect(settings, database, engine)
    abilities.update({name: channel.can for name, channel in channels.items()})
    return House(settings, database, engine, channels)


def connect(settings: Settings, database: Database, engine: Engine) -> dict[str, Channel]:
    """Every channel this configuration has. aiogram is imported only where Telegram is configured."""
    raise NotImplementedError


__all__ = ["COMMANDS", "STEPS", "House", "book", "open_house", "vocabulary"]
