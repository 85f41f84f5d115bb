"""A status look-up through the Telegram webhook, every safety on, against a bare handler doing the same query."""

import shutil
from pathlib import Path

import pytest
import uvloop

from tests.benchmarks import measure, processes, seed
from tests.benchmarks.load import Make, Run, saturate

CHATS = 20_000


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[int, list[str]]]:
    path = tmp_path_factory.mktemp("view") / "filled.db"
    shutil.copyfile(sqlite_template, path)
    return path, uvloop.run(seed.fill(f"sqlite:///{path}", CHATS))


def test_view(filled: tuple[Path, dict[int, list[str]]], tmp_path: Path) -> None:
    """At most twice the CPU of the floor; the slowest hundredth waits at most three times as long as the middle."""
    template, told = filled
    runs: dict[str, list[Run]] = {"floor": [], "product": []}
    make = measure.says_status(CHATS)
    for place in range(measure.ROUNDS):
        for name, each in runs.items():
            folder = tmp_path / f"{name}{place}"
            folder.mkdir()
            shutil.copyfile(template, folder / "bot.db")
            each.append(uvloop.run(_run(name, f"sqlite:///{folder / 'bot.db'}", folder, make, told)))
    print(measure.table("view, SQLite", runs, "floor"))
    assert measure.ratio(runs, "product", "floor") <= 2.0
    assert measure.median([run.at(0.99) / run.at(0.5) for run in runs["product"]]) <= 3.0


async def _run(name: str, url: str, folder: Path, make: Make, told: dict[int, list[str]]) -> Run:
    right = measure.shows_status(CHATS, told, all_of_them=name != "floor")
    with measure.on_second_core():
        if name == "floor":
            async with processes.floor("view", url, folder) as served:
                return await saturate(served.port, served.pid, make, right)
        async with processes.bot_api() as api, processes.product(url, folder, telegram=api) as served:
            return await saturate(served.port, served.pid, make, right)
