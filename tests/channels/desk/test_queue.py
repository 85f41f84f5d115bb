"""A queue longer than a page shows: nothing an agent has is out of his sight, and nothing is read anew without need."""

import asyncio
from functools import partial
from typing import Any

import pytest

from bot import webdesk
from bot.support import desk
from storage.database import Database
from tests.channels.desk.conftest import DeskAt
from tests.person import FakeClock, Person


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows two tickets of each status."""
    monkeypatch.setattr(webdesk, "MOST", 2)


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


async def test_a_ticket_is_read_again_when_something_has_changed_in_it_and_never_else(
    monkeypatch: pytest.MonkeyPatch, database: Database, engine: Any, clock: FakeClock
) -> None:
    people = await _ask(engine, clock, 3)
    numbers = [person.reply.copies[0].value for person in people]
    reads = []
    read = desk.standing

    async def counted(db: Any, key: int) -> Any:
        reads.append(key)
        return await read(db, key)

    monkeypatch.setattr(desk, "standing", counted)
    work = webdesk.Work(database)
    for _page in range(50):
        assert [row["number"] for row in (await work.queue("lin"))["tickets"]] == numbers
    assert len(reads) == 3
    mark = await work.mark()
    assert work.changed(mark) == []
    await people[1].taps_token(f"support.ask:{numbers[1]}")
    await people[1].says("还有")
    queues = await asyncio.gather(*(work.queue("lin") for _page in range(50)))
    assert all(queue["tickets"][1]["last"] == "还有" for queue in queues)
    assert len(reads) == 4
    await database.write(partial(desk.close, number=numbers[0], agent="lin", at=clock.now()))
    await work.mark()
    assert work.changed(mark) == sorted(numbers[:2])
    assert [row["number"] for row in (await work.queue("lin"))["tickets"]] == numbers[1:]
    assert work.changed("") is None, "a page that has just come knows nothing"
