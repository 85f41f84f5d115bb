"""One form answer, committed with synchronous=FULL, against a bare handler doing one insert.

Every chat stands at the same typed question of `claims.file` (the customer code) and answers it
once: the turn locks the contact, keeps the sealed draft, records the event with its sealed reply,
and commits before the webhook is answered.
"""

import shutil
from pathlib import Path

import orjson
import pytest
import uvloop

from bot.claims.dialogue import flow
from bot.conversation.form import Form
from tests.benchmarks import measure, processes, seed
from tests.benchmarks.load import Make, Right, Run, saturate

CHATS = 60_000
ANSWERS = {"debtor": "trading", "plan_class": "5A", "schedule": None, "claim_number": None}


def form() -> Form:
    """The form whose question is answered."""
    found = next(step.form for step in flow.steps if step.name == "claims.file")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("act") / "filled.db"
    shutil.copyfile(sqlite_template, path)
    uvloop.run(seed.fill(f"sqlite:///{path}", CHATS, form=form(), at="ucc", answers=ANSWERS))
    return path


def answers() -> Make:
    """Each chat types its customer code, once."""

    def make(number: int) -> bytes:
        if number >= CHATS:
            raise RuntimeError("more updates than chats: seed more")
        return measure.update(number, seed.chat(number), f"UCC-{number:07d}")

    return make


def moves_on(*, floor: bool) -> Right:
    """The floor says ok; the product asks the next question of the chat that answered."""

    def right(number: int, status: int, body: bytes) -> bool:
        if status != 200 or not body:
            return False
        called = orjson.loads(body)
        said = called["text"]
        return called["chat_id"] == seed.chat(number) and (said == "ok" if floor else "第 6 步" in said)

    return right


async def run(name: str, url: str, folder: Path) -> Run:
    """One variant, saturated."""
    with measure.on_second_core():
        if name == "floor":
            async with processes.floor("act", url, folder) as served:
                return await saturate(served.port, served.pid, answers(), moves_on(floor=True))
        async with processes.bot_api() as api, processes.product(url, folder, telegram=api) as served:
            return await saturate(served.port, served.pid, answers(), moves_on(floor=False))


def test_act(filled: Path, tmp_path: Path) -> None:
    """At most three times the CPU of the bare insert."""
    runs: dict[str, list[Run]] = {"floor": [], "product": []}
    for place in range(measure.ROUNDS):
        for name, each in runs.items():
            folder = tmp_path / f"{name}{place}"
            folder.mkdir()
            shutil.copyfile(filled, folder / "bot.db")
            each.append(uvloop.run(run(name, f"sqlite:///{folder / 'bot.db'}", folder)))
    print(measure.table("act, SQLite, synchronous=FULL", runs, "floor"))
    assert measure.ratio(runs, "product", "floor") <= 3.0
