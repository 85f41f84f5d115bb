"""Fixtures of the tests of comparing."""

import pytest

from bot import i18n
from storage.database import Database
from tests.offers.market import Market
from tests.person import FakeClock


@pytest.fixture
def market(database: Database, outside: Database, clock: FakeClock) -> Market:
    """Claims and offers in this test's database."""
    return Market(database, outside, clock)


@pytest.fixture(autouse=True, scope="session")
def _spoken() -> None:
    i18n.load()
