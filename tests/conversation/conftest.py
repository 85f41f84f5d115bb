"""The engine of these tests: the real one, with the small room behind it in place of the house."""

from collections.abc import AsyncIterator

import pytest

from bot.conversation.engine import Engine, Pace
from storage.connect import open_database
from storage.database import Database
from tests import room
from tests.fixtures import ABILITIES
from tests.person import FakeClock


@pytest.fixture
def engine(database: Database, clock: FakeClock) -> Engine:
    """Overrides the whole house. No rate check."""
    room.trouble.__init__()  # type: ignore[misc]
    return Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))


@pytest.fixture
async def second_engine(database_url: str, engine: Engine) -> AsyncIterator[Engine]:
    """Another process on the same database, as far as anybody can tell."""
    other = await open_database(database_url)
    yield Engine(other, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))
    await other.close()
