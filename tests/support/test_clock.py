"""The clock of the desk as the worker runs it: one minute's slot, any number of workers, and a stop in the middle."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.support import desk
from bot.work import jobs, run_due
from storage import tickets
from storage.database import Database
from tests.person import FakeClock, Person, owed

MONDAY = datetime.fromisoformat("2026-11-23T10:00+08:00")


async def test_the_worker_does_what_is_due_once_after_any_silence(
    engine: Any, database: Database, outside: Database, clock: FakeClock
) -> None:
    (job,) = [one for one in jobs([]) if one.name == "tickets"]
    clock.passes(MONDAY)
    assert not await run_due(database, job, "a", clock.now()), "the first start ever only marks the moment"
    asked = []
    for address in range(5):
        person = Person(engine, address=str(address), clock=clock)
        await person.taps_token("support.ask")
        await person.says(f"问题 {address}，等了三个月")
        asked.append(person.reply.copies[0].value)
    held, answered = asked[0], asked[1]
    until = clock.now() + timedelta(days=2)
    await database.write(lambda db: desk.hold(db, held, "lin", until, "等服务商", clock.now()))
    await database.write(lambda db: desk.answer(db, answered, "lin", "请补截图。", clock.now()))
    clock.passes(timedelta(days=30))  # nobody ran for a month
    ours = await asyncio.gather(
        *(run_due(one, job, name, clock.now()) for one, name in ((database, "a"), (outside, "b")))
    )
    assert sorted(ours) == [False, True], "one of two workers has the slot"
    assert not await run_due(outside, job, "b", clock.now())
    clock.passes(timedelta(minutes=1))
    assert await run_due(outside, job, "b", clock.now())
    for number in asked:
        row = await tickets.by_number(database.read(), number)
        assert row is not None
        taken = [(step.wait, step.step) for step in await tickets.steps(database.read(), row.id)]
        assert len(taken) == len(set(taken))
        if number == answered:
            assert row.status == "solved", "silence has its end, and the rating its own time from there"
        elif number == held:
            assert row.status == "open", "it is awake, and its clock runs from when somebody was there to see it"
        else:
            assert (row.status, row.tier) == ("open", "on_call")
    told = [row.dedupe_key for row in await owed(database, kind="ticket")]
    assert len(told) == len(set(told))


async def test_a_creditor_who_writes_while_the_clock_strikes_loses_nothing(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    await person.taps_token("support.ask")
    await person.says("第一句")
    number = person.reply.copies[0].value
    for round_ in range(6):
        await database.write(lambda db: desk.answer(db, number, "lin", "请补充。", clock.now()))
        clock.passes(timedelta(days=8))
        await person.taps_token(f"support.ask:{number}")
        await asyncio.gather(
            person.says(f"补充 {round_}"),
            outside.write(lambda db: desk.tick(db, clock.now())),
            outside.write(lambda db: desk.tick(db, clock.now())),
        )
        row = await tickets.by_number(database.read(), number)
        assert row is not None
        said = [line.text for line in await tickets.said(database.read(), row.id, 99)]
        assert f"补充 {round_}" in said
        assert row.status == "open", "whoever wrote is waited for by nobody: he waits for us"
