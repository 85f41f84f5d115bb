"""A short busy spell at the desk: nothing lost, doubled or misdelivered. The long one is tests/benchmarks/bench_desk.py."""

from pathlib import Path

import pytest

from tests.benchmarks.processes import environment
from tests.deskload import A_MINUTE, Day
from tests.journeys.product import Product

pytestmark = pytest.mark.slow


async def test_a_busy_spell_at_the_desk(tmp_path: Path, sqlite_url: str) -> None:
    day = Day(agents_there=10, tickets_open=200, per_second=10.0, seconds=20.0, in_group=2, asked=4, typed=8)
    await day.prepare(sqlite_url)
    async with day.phones as phones:
        telegram = {"TELEGRAM_TOKEN": phones.token, "TELEGRAM_API_BASE": phones.base}
        product = Product(tmp_path, sqlite_url, **(environment(sqlite_url, tmp_path) | telegram))
        try:
            await product.start()
            figures = await day.passes(product.base)
            await product.stop()
        finally:
            await product.dies()
    print(figures)
    assert figures.faults == []
    assert figures.seen == figures.sent == day.due
    assert figures.refused == {}
    assert 0 < figures.most_told <= A_MINUTE
