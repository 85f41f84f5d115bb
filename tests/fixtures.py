"""Fixtures for tests that speak as a person: keys, clock, database, engine."""

import importlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import clock as real_clock
from bot.conversation.channel import Abilities
from bot.conversation.engine import Engine, Pace, Vocabulary
from bot.conversation.flow import Book
from bot.ledger import transition
from bot.ledger.keys import ServiceKey
from storage import sealing
from storage.database import Database, open_database
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person

#: keys of the tests: fixed, so that a failure looks the same tomorrow
DATA_KEY = b"1" * 32
INDEX_KEY = b"2" * 32
SERVICE_SEED = b"3" * 32
ORIGIN = "ledger.example/zhaiquantong"

ABILITIES = {
    TELEGRAM: Abilities(edits=True),
    WEBCHAT: Abilities(remembers=False, text_limit=20_000),
}
ROOMS = ("welcome", "claims", "offers", "notices", "support", "facts")


@pytest.fixture
def unlocked() -> None:
    """The test keys, open in this process."""
    sealing.unlock({1: DATA_KEY}, INDEX_KEY)
    transition.sign_with(ServiceKey(ORIGIN, SERVICE_SEED), ORIGIN)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """A clock that stands still; also what `bot.clock.now` shows."""
    fake = FakeClock()
    monkeypatch.setattr(real_clock, "now", fake.now)
    return fake


@pytest.fixture
async def database(database_url: str, unlocked: None) -> AsyncIterator[Database]:
    """A migrated database of this test's own; the test runs once on each engine."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def outside(database_url: str, database: Database) -> AsyncIterator[Database]:
    """The same database through connections of its own: sees only what was committed."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def engine(database: Database, clock: FakeClock) -> Engine:
    """The real engine with the whole house behind it, for a Telegram bot and the web chat. No rate check."""
    book, vocabulary = _house()
    return Engine(database, book, vocabulary, dict(ABILITIES), pace=Pace(burst=10**9))


@pytest.fixture
def person(engine: Engine, clock: FakeClock) -> Person:
    """Somebody on Telegram."""
    return Person(engine, clock=clock)


@pytest.fixture
def visitor(engine: Engine, clock: FakeClock) -> Person:
    """Somebody on the web chat."""
    return Person(engine, WEBCHAT, "a" * 64, clock=clock)


def _house() -> tuple[Book, Vocabulary]:
    """The house, or what of it can be imported while it is being built."""
    try:
        from bot import app

        return app.book(), app.vocabulary()
    except ImportError as missing:
        print(f"the whole house cannot be imported yet ({missing}): only the rooms that can")
    flows = []
    for room in ROOMS:
        if not (Path(__file__).parent.parent / "bot" / room / "dialogue.py").exists():
            continue
        try:
            flows.append(importlib.import_module(f"bot.{room}.dialogue").flow)
        except Exception as failure:
            print(f"room {room} is left out: {type(failure).__name__}: {failure}")
    book = Book(flows)
    walk = {"上一步": "back", "跳过": "skip", "取消": "cancel", "菜单": "welcome.menu"}
    return book, Vocabulary(
        route=lambda text: (walk.get(text, "welcome.lost"), ""),
        exact=walk.get,
        commands={"start": "welcome.start", "menu": "welcome.menu", "link": "welcome.link"},
    )
