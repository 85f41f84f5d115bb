"""Fixtures for tests that speak as a person: keys, clock, database, engine."""

from collections.abc import AsyncIterator

import pytest

from bot import clock as real_clock
from bot.conversation.channel import Abilities
from bot.conversation.engine import Engine, Pace
from bot.ledger import transition
from bot.ledger.keys import ServiceKey
from storage import sealing
from storage.connect import open_database
from storage.database import Database
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
    from bot import app, ways  # here, so that tests of single parts do not wait for the whole house

    return Engine(database, app.book(), ways.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))


@pytest.fixture
def person(engine: Engine, clock: FakeClock) -> Person:
    """Somebody on Telegram."""
    return Person(engine, clock=clock)


@pytest.fixture
def visitor(engine: Engine, clock: FakeClock) -> Person:
    """Somebody on the web chat."""
    return Person(engine, WEBCHAT, "a" * 64, clock=clock)
