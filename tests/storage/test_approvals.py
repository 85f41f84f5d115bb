"""Four eyes: who proposes does not approve, and what is approved is what was proposed."""

from datetime import timedelta

import pytest

from storage import approvals
from storage.approvals import ApprovalRow
from storage.database import Database
from tests.person import MORNING

HOUR = timedelta(hours=1)
PAYLOAD = {"cents": 327, "to": "a" * 64}


async def proposes(database: Database, by: str = "alice", at=MORNING, payload=PAYLOAD) -> bool:
    return await database.write(
        lambda db: approvals.propose(
            db, purpose="payment", subject="BJ-1", payload=payload, by=by, at=at, expires_at=at + 24 * HOUR
        )
    )


async def waits(database: Database, at=MORNING) -> ApprovalRow:
    row = await approvals.waiting(database.read(), "payment", "BJ-1", at)
    assert row is not None
    return row


async def approves(database: Database, row: ApprovalRow, by: str, at=MORNING, payload=PAYLOAD) -> bool:
    return await database.write(lambda db: approvals.approve(db, row, payload, by, at))


async def test_a_second_operator_approves_once(database: Database) -> None:
    assert await proposes(database)
    row = await waits(database)
    assert (row.proposed_by, row.payload) == ("alice", PAYLOAD)
    assert not await approves(database, row, "Alice ")
    assert not await approves(database, row, "bob", payload={**PAYLOAD, "cents": 328})
    assert await approves(database, row, "bob")
    assert not await approves(database, row, "carol")
    assert await approvals.waiting(database.read(), "payment", "BJ-1", MORNING) is None


async def test_the_order_of_a_payload_does_not_matter(database: Database) -> None:
    await proposes(database)
    assert await approves(database, await waits(database), "bob", payload=dict(reversed(PAYLOAD.items())))


async def test_one_proposal_waits_at_a_time_and_not_for_ever(database: Database) -> None:
    assert await proposes(database)
    row = await waits(database)
    assert not await proposes(database, "bob")
    late = MORNING + 24 * HOUR
    assert not await approves(database, row, "bob", at=late)
    assert await approvals.waiting(database.read(), "payment", "BJ-1", late) is None
    assert await proposes(database, "bob", at=late)
    assert not await approves(database, row, "carol", at=late)
    assert await approves(database, await waits(database, late), "carol", at=late)


async def test_a_proposal_can_be_taken_back(database: Database) -> None:
    await proposes(database)
    row = await waits(database)
    assert await database.write(lambda db: approvals.withdraw(db, row, "alice", MORNING))
    assert not await approves(database, row, "bob")
    assert await proposes(database, "bob")


async def test_a_proposal_for_one_thing_is_none_for_another(database: Database) -> None:
    await proposes(database)
    assert await approvals.waiting(database.read(), "payment", "BJ-2", MORNING) is None
    assert await approvals.waiting(database.read(), "payout_test", "BJ-1", MORNING) is None
    assert approvals.payload_hash("payment", "BJ-1", PAYLOAD) != approvals.payload_hash("payment", "BJ-2", PAYLOAD)


@pytest.mark.parametrize("name", ["", " ", "-alice", "аlice", "alice bob", "a" * 41, "艾丽丝", "alice\n#"])
async def test_names_that_could_pass_for_another(database: Database, name: str) -> None:
    with pytest.raises(ValueError, match="operator's name"):
        await proposes(database, name)
