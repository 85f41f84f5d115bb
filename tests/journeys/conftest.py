"""A product of a test's own, a mail server, and the words of every language."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import i18n
from tests.fakes.mailserver import Running, Server
from tests.journeys.post import Post
from tests.journeys.product import Product


@pytest.fixture
def catalogues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every language, for looking words up; other tests in this process find it as it was."""
    monkeypatch.setattr(i18n, "_words", {})
    i18n.load()


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A real mail server."""
    running, server = Running(), Server()
    yield Post(await running.start(server), server)
    await running.stop()


@pytest.fixture
async def product(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Product]:
    """The product over an empty database; not started yet. Whatever still runs at the end is killed."""
    made = Product(tmp_path, empty_database_url)
    yield made
    await made.dies()
