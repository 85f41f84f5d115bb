"""The same two on PostgreSQL, each against its own floor on asyncpg.

The server of the database shares the second core with the load and is not counted; no latency is
claimed from here.
"""

import asyncio
from pathlib import Path

import asyncpg
import pytest
import uvloop

from tests.benchmarks import bench_act, measure, processes, seed
from tests.benchmarks.load import Run, saturate

VIEWS = 20_000


@pytest.fixture(autouse=True)
def as_in_earnest(postgres_server: str) -> None:
    """What the tests' server leaves out for haste, it does here."""

    async def set_up() -> None:
        connection = await asyncpg.connect(postgres_server)
        try:
            for setting in ("fsync", "full_page_writes", "autovacuum"):
                await connection.execute(f"ALTER SYSTEM SET {setting} = on")
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()

    asyncio.run(set_up())


async def _view(name: str, url: str, folder: Path, told: dict[int, list[str]]) -> Run:
    right = measure.shows_status(VIEWS, told, all_of_them=name != "floor")
    make = measure.says_status(VIEWS)
    with measure.on_second_core():
        if name == "floor":
            async with processes.floor("view", url, folder) as served:
                return await saturate(served.port, served.pid, make, right)
        async with processes.bot_api() as api, processes.product(url, folder, telegram=api) as served:
            return await saturate(served.port, served.pid, make, right)


def test_view(postgres_url: str, tmp_path: Path) -> None:
    """A look-up: at most twice the CPU of the floor."""
    told = uvloop.run(seed.fill(postgres_url, VIEWS))
    runs: dict[str, list[Run]] = {"floor": [], "product": []}
    for place in range(measure.ROUNDS):
        for name, each in runs.items():
            folder = tmp_path / f"{name}{place}"
            folder.mkdir()
            each.append(uvloop.run(_view(name, postgres_url, folder, told)))
    print(measure.table("view, PostgreSQL", runs, "floor"))
    assert measure.ratio(runs, "product", "floor") <= 2.0


async def _begin_again(url: str) -> None:
    """Every chat stands at its question again, as if nothing had been answered."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    await connection.execute("TRUNCATE event")
    await connection.execute("DROP TABLE IF EXISTS floor")
    await connection.execute("UPDATE draft SET at = 'ucc'")
    await connection.execute("UPDATE contact SET seen_order = 0")
    await connection.execute("VACUUM")
    await connection.close()


def test_act(postgres_url: str, tmp_path: Path) -> None:
    """A form answer: at most six times the CPU of the bare insert."""
    asyncio.run(seed.fill(postgres_url, bench_act.CHATS, form=bench_act.form(), at="ucc", answers=bench_act.ANSWERS))
    runs: dict[str, list[Run]] = {"floor": [], "product": []}
    for place in range(measure.ROUNDS):
        for name, each in runs.items():
            folder = tmp_path / f"{name}{place}"
            folder.mkdir()
            asyncio.run(_begin_again(postgres_url))
            each.append(uvloop.run(bench_act.run(name, postgres_url, folder)))
    print(measure.table("act, PostgreSQL", runs, "floor"))
    assert measure.ratio(runs, "product", "floor") <= 6.0
