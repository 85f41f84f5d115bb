"""Fixtures of the settlements' tests."""

import pytest

from bot.conversation.engine import Engine
from storage.database import Database
from tests.offers.market import Market
from tests.person import FakeClock
from tests.settlement.deals import Deals


@pytest.fixture
def deals(database: Database, outside: Database, clock: FakeClock, engine: Engine) -> Deals:
    """Creditors, accepted offers, and the operators' hands, in this test's database."""
    return Deals(Market(database, outside, clock), engine)
