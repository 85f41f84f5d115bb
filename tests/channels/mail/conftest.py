"""A mail server for the tests of the mail channel."""

import pytest

from tests.fakes.mailserver import Running


@pytest.fixture
async def started():
    """Starts a server; answers its port."""
    running = Running()
    yield running.start
    await running.stop()
