"""A status and its signed entry move together or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot.errors import StaleStatus
from bot.ledger import entry, note, transition
from bot.ledger.keys import ServiceKey
from bot.ledger.kinds import MoveRefused
from bot.ledger.transition import new_handle
from storage import claims, people
from storage.connect import open_database
from storage.database import Database, Query, Transaction, table
from storage.ledger import LedgerEntry, LedgerPending, NoticePending
from storage.openings import LedgerOpening
from storage.people import CreditorRow
from tests.fixtures import ORIGIN, SERVICE_SEED

NOON = datetime(2026, 11, 22, 12, 0, 30, 123456, tzinfo=UTC)


class Line(NamedTuple):
    step: int
    kind: str
    status: str
    at: datetime
    leaf: bytes
    leaf_hash: bytes
    salt: bytes
    payload: dict[str, Any]


class Marks(NamedTuple):
    ledger: int
    notice: int


_entry, _opening = table(LedgerEntry), table(LedgerOpening)
_LINES = Query(
    select(
        _entry.c.step, _entry.c.kind, _entry.c.status, _entry.c.at, _entry.c.leaf, _entry.c.leaf_hash,
        _opening.c.salt, _opening.c.payload,
    ).join(_opening, _opening.c.entry_id == _entry.c.id).order_by(_entry.c.step),
    Line,
)  # fmt: skip
_MARKS = Query(
    select(table(LedgerPending).c.entry_id, table(NoticePending).c.entry_id).join(
        table(NoticePending), table(NoticePending).c.entry_id == table(LedgerPending).c.entry_id
    ),
    Marks,
)


async def make(db: Transaction, *, at: datetime = NOON, handle: str = "", **payload: Any) -> str:
    handle = handle or new_handle()
    await transition.transition(
        db, people.move_creditor, None, kind="account:bound", subject=handle, at=at, by="creditor",
        payload=payload, handle=handle, email=f"{handle}@example.com",
    )  # fmt: skip
    return handle


async def move(db: Transaction, row: CreditorRow, kind: str, *, at: datetime = NOON, **payload: Any) -> None:
    await transition.transition(
        db,
        people.move_creditor,
        row,
        kind=kind,
        subject=row.handle,
        at=at,
        by="operator:li" if kind.endswith("frozen") else "creditor",
        payload=payload,
    )


async def creditor(database: Database) -> CreditorRow:
    found = await people.creditor(database.read(), 1)
    assert found is not None
    return found


async def test_the_exact_moment_of_receipt_is_kept_when_clocks_disagree(database: Database) -> None:
    """A host whose clock is behind must not make an entry older than the one before, nor lie about the receipt."""
    await database.write(make)
    earlier = NOON - timedelta(minutes=3, microseconds=1)
    row = await creditor(database)
    await database.write(lambda db: move(db, row, "account:frozen", at=earlier))
    first, second = await database.read().all(_LINES)
    assert first.payload["received_at"] == "2026-11-22T12:00:30.123456+00:00"
    assert second.payload["received_at"] == "2026-11-22T11:57:30.123455+00:00", "what happened"
    assert second.at == first.at == NOON, "what the chain may say"
    assert entry.read(second.leaf, ORIGIN).at == datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def test_a_moment_is_written_in_utc_wherever_it_was_taken(database: Database) -> None:
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    await database.write(lambda db: make(db, at=beijing))
    (line,) = await database.read().all(_LINES)
    assert line.payload["received_at"] == "2026-11-22T12:00:30.123456+00:00"
    assert line.at == NOON


async def test_every_entry_names_the_one_before_and_opens(database: Database) -> None:
    await database.write(lambda db: make(db, amount="12500000"))
    for number, kind in enumerate(["account:frozen", "account:unfrozen", "account:unbound", "account:bound"]):
        row = await creditor(database)
        await database.write(partial(move, row=row, kind=kind, at=NOON + timedelta(minutes=number), number=number))
    lines = await database.read().all(_LINES)
    assert [line.step for line in lines] == [1, 2, 3, 4, 5]
    before = None
    key = ServiceKey(ORIGIN, SERVICE_SEED)
    for line in lines:
        read = entry.read(line.leaf, ORIGIN)
        assert read.prev == before
        assert read.kind == line.kind
        (signed,) = note.verify(read.signed, [key.verifier])
        assert signed.by == key.verifier
        assert entry.opens(read, ORIGIN, entry.Opening(line.salt, line.payload))
        assert entry.leaf_hash(line.leaf) == line.leaf_hash
        before = line.leaf_hash
    assert len({line.salt for line in lines}) == 5
    assert len(await database.read().all(_MARKS)) == 5, "each is marked for whoever follows"


async def test_nobody_writes_who_or_when_by_way_of_the_payload(database: Database) -> None:
    await database.write(lambda db: make(db, by="operator:nobody", received_at="yesterday"))
    (line,) = await database.read().all(_LINES)
    assert (line.payload["by"], line.payload["received_at"][:10]) == ("creditor", "2026-11-22")


async def test_what_goes_wrong_later_in_the_act_undoes_both(database: Database) -> None:
    async def act(db: Transaction) -> None:
        await make(db)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(act)
    assert await database.read().all(_LINES) == []
    assert await people.creditor(database.read(), 1) is None


async def test_a_float_in_the_payload_undoes_both(database: Database) -> None:
    with pytest.raises(entry.BadEntry, match="float"):
        await database.write(lambda db: make(db, amount=1.5))
    assert await database.read().all(_LINES) == []
    assert await people.creditor(database.read(), 1) is None


async def test_a_move_the_table_does_not_have_writes_nothing(database: Database) -> None:
    await database.write(make)
    row = await creditor(database)
    with pytest.raises(MoveRefused):
        await database.write(lambda db: move(db, row, "account:unfrozen"))
    assert len(await database.read().all(_LINES)) == 1


async def test_of_two_at_once_one_wins_and_the_other_is_told(database_url: str, database: Database) -> None:
    """Both have read the same row, in two processes."""
    await database.write(make)
    row = await creditor(database)
    other = await open_database(database_url)
    try:
        told = await asyncio.gather(
            *(d.write(lambda db: move(db, row, "account:frozen")) for d in (database, other, database, other)),
            return_exceptions=True,
        )
    finally:
        await other.close()
    assert sorted(type(t).__name__ for t in told) == ["NoneType", "StaleStatus", "StaleStatus", "StaleStatus"]
    assert [line.status for line in await database.read().all(_LINES)] == ["bound", "frozen"]


async def test_somebody_made_it_first(database: Database) -> None:
    await database.write(lambda db: make(db, handle="A" * 22))
    with pytest.raises(StaleStatus):
        await database.write(lambda db: make(db, handle="A" * 22))
    assert len(await database.read().all(_LINES)) == 1


async def test_nothing_is_signed_without_a_key(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transition._signing, "key", None)
    with pytest.raises(RuntimeError, match="sign_with"):
        await database.write(make)


async def test_a_party_the_table_does_not_name_writes_nothing(database: Database) -> None:
    handle = await database.write(make)
    row = await creditor(database)
    with pytest.raises(MoveRefused):
        await database.write(
            lambda db: transition.transition(
                db, people.move_creditor, row, kind="account:frozen", subject=handle, at=NOON, by="creditor", payload={}
            )
        )
    assert [line.status for line in await database.read().all(_LINES)] == ["bound"]


async def test_while_an_account_is_frozen_nothing_of_it_is_given_up(database: Database) -> None:
    await database.write(make)
    row = await creditor(database)
    claim = await database.write(lambda db: files(db, row.id, "creditor"))
    await database.write(lambda db: move(db, row, "account:frozen"))
    with pytest.raises(MoveRefused):
        await database.write(lambda db: withdraws(db, claim))
    await database.write(lambda db: files(db, row.id, "creditor"))  # what gives nothing up goes on
    frozen = await creditor(database)
    await database.write(lambda db: move(db, frozen, "account:unfrozen"))
    await database.write(lambda db: withdraws(db, claim))


async def files(db: Transaction, creditor_id: int, by: str) -> str:
    """A claim of this creditor; its number."""
    handle = new_handle()
    await transition.transition(
        db, claims.move, None, kind="claim:submitted", subject=handle, at=NOON, by=by, payload={},
        number=f"ZQ-{handle[:7]}", handle=handle, creditor_id=creditor_id, particulars={}, register_id=None, demo=False,
    )  # fmt: skip
    return f"ZQ-{handle[:7]}"


async def withdraws(db: Transaction, number: str) -> None:
    """Its creditor takes it back."""
    row = await claims.locked(db, number)
    assert row is not None
    await transition.transition(
        db, claims.move, row, kind="claim:withdrawn", subject=row.handle, at=NOON, by="creditor", payload={}
    )
