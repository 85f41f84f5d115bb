"""Fixtures of the settlements' tests."""

import pytest

from bot.conversation.engine import Engine
from bot.papers.paper import Face, Paper
from storage.database import Database
from tests.offers.market import Market
from tests.person import FakeClock
from tests.settlement.deals import Deals


@pytest.fixture
def deals(database: Database, outside: Database, clock: FakeClock, engine: Engine) -> Deals:
    """Creditors, accepted offers, and the operators' hands, in this test's database."""
    return Deals(Market(database, outside, clock), engine)


@pytest.fixture
def drawn() -> None:
    """For whoever looks at the papers: they are drawn as in earnest."""


@pytest.fixture(autouse=True)
def noted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper takes half a second to draw: where nobody looks at it, what it would say is kept in its place."""
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("bot.settlement.actions.render", _noted)


def _noted(paper: Paper, face: Face) -> bytes:
    return f"%PDF of {paper} in {face}".encode()
