"""A queue longer than a page shows: nothing an agent has is out of his sight, and nothing is read anew without need."""

from functools import partial
from typing import Any

import pytest

from bot import webdesk
from bot.support import actions, desk
from storage.database import Database
from tests.channels.desk.conftest import DeskAt
from tests.person import FakeClock, Person


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows two tickets of each status."""
    monkeypatch.setattr(actions, "MOST_AT_THE_DESK", 2)


async def _ask(engine: Any, clock: FakeClock, how_many: int) -> list[Person]:
    people = [Person(engine, address=str(number), clock=clock) for number in range(how_many)]
    for number, person in enumerate(people):
        await person.taps_token("support.ask")
        await person.says(f"第 {number} 个问题")
    return people


async def test_what_an_agent_has_is_in_his_queue_however_long_it_is(
    short: None, desk: DeskAt, engine: Any, clock: FakeClock
) -> None:
    people = await _ask(engine, clock, 4)
    numbers = [person.reply.copies[0].value for person in people]
    li, wang = await desk.comes("li.na"), await desk.comes("wang.wu")
    await li.does(f"tickets/{numbers[3]}/take")
    for agent, there in ((li, [*numbers[:2], numbers[3]]), (wang, numbers[:2])):
        rows = (await agent.sees("queue"))["tickets"]
        assert [row["number"] for row in rows] == there
        assert [row["last"] for row in rows] == [f"第 {numbers.index(number)} 个问题" for number in there]
    await people[3].taps_token(f"support.ask:{numbers[3]}")
    await people[3].says("补充一句")
    assert (await li.sees("queue"))["tickets"][2]["last"] == "补充一句"


async def test_the_mark_is_another_whatever_happens_wherever_in_the_queue(
    short: None, database: Database, engine: Any, clock: FakeClock
) -> None:
    people = await _ask(engine, clock, 4)
    number = people[3].reply.copies[0].value
    work = webdesk.Work(database)
    acts = [
        partial(desk.take, number=number, agent="lin", at=clock.now()),
        partial(desk.note, number=number, agent="lin", text="已核实", at=clock.now()),
        partial(desk.answer, number=number, agent="lin", text="好的", at=clock.now()),
        partial(desk.solve, number=number, agent="lin", at=clock.now()),
    ]
    marks = [await work.mark()]
    for act in acts:
        assert await work.mark() == marks[-1], "nothing happened"
        await database.write(act)
        marks.append(await work.mark())
    assert len(set(marks)) == len(acts) + 1


async def test_fifty_pages_that_ask_at_once_read_the_queue_once(
    monkeypatch: pytest.MonkeyPatch, database: Database, engine: Any, clock: FakeClock
) -> None:
    (person,) = await _ask(engine, clock, 1)
    reads = []
    read = desk.open_tickets

    async def counted(db: Any) -> Any:
        reads.append(db)
        return await read(db)

    monkeypatch.setattr(desk, "open_tickets", counted)
    work = webdesk.Work(database)
    for words in ("第 0 个问题", "还有"):
        for _page in range(50):
            (row,) = (await work.queue("lin"))["tickets"]
            assert row["last"] == words
        number = person.reply.copies[0].value if words != "还有" else row["number"]
        await person.taps_token(f"support.ask:{number}")
        await person.says("还有")
    assert len(reads) == 2
