"""An operator freezes an account: nothing of it is given up until somebody lets it go, and its owner is told."""

import pytest

from bot import desk
from bot.ledger.kinds import MoveRefused
from bot.notices import actions as notices
from storage.database import Database
from tests.claims.filing import files, joins, stored
from tests.person import FakeClock, Person


async def test_a_frozen_account_gives_nothing_up(person: Person, database: Database, clock: FakeClock) -> None:
    await joins(person)
    number = await files(person)

    async def freeze(*, frozen: bool) -> str:
        done = await desk.freeze(database, number, "alice", "mailbox taken over", clock.now(), frozen=frozen)
        return str(done["status"])

    assert await freeze(frozen=True) == "frozen"
    with pytest.raises(MoveRefused):
        await freeze(frozen=True)
    shown = await desk.show_account(database, number)
    assert (shown["status"], shown["channels"], shown["claims"], shown["under_way"]) == ("frozen", 1, 1, [])
    while await database.write(lambda db: notices.plan(db, clock.now())):
        pass
    assert len(await person.pushed("security")) == 1

    await person.taps_token(f"claims.withdraw:{number}")
    await person.taps("确认撤回，不说明原因")
    assert (await stored(person.engine, number)).status == "submitted"
    await person.taps_token("welcome.erasing")
    person.sees("冻结")

    assert await freeze(frozen=False) == "bound"
    await person.taps_token(f"claims.withdraw:{number}")
    await person.taps("确认撤回，不说明原因")
    assert (await stored(person.engine, number)).status == "withdrawn"


async def test_an_operator_sees_what_an_erasure_waits_for(person: Person, database: Database, clock: FakeClock) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token("welcome.erasing")
    await person.says(await person.mailed_code())
    shown = await desk.show_account(database, number)
    assert shown["erasure_due"] is not None
    assert any("asked to be erased" in line for line in shown["lines"])
