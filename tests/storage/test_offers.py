"""Statements on offers: each reaches its rows by an index, on both engines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from storage import offers
from storage.database import Database, Query
from storage.terms import OfferKind

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
VALUES: dict[str, Any] = {
    "number": "BJ-0000000", "source": b"0" * 32, "creditor": 1, "claim": 1, "most": 50, "before": NOW, "key": 1,
    "from_status": "open", "to_status": "accepted", "now": NOW, "to_reason": None, "received_at": NOW, "to_item": 1,
    "kind": OfferKind.SALE, "to_meets_ask": False, "series": 1, "more": 1, "less": 1, "cursor": 0, "reference": b"0" * 32,
    "fact": "residence", "value": "HK", "to_allowed": True, "to_remedy": "", "to_source": "",
    "to_valid_from": "2026-11-22", "to_valid_until": None, "to_decided_at": NOW, "to_decided_by": "", "to_demo": False,
}  # fmt: skip
#: what walks a whole table knowingly: there are few rules, the operator's lists end after fifty
KNOWN = {"_RULES", "_NEWEST", "_SERIES_NEWEST"}
STATEMENTS = {
    name: query
    for name, query in vars(offers).items()
    if isinstance(query, Query) and name not in KNOWN and "INSERT" not in str(query.clause)
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_reaches_its_rows_by_an_index(database: Database, name: str) -> None:
    compiled = STATEMENTS[name].on(database.engine)
    plan = await explained(database, compiled)
    assert "SCAN offer" not in plan, plan
    assert "SCAN claim" not in plan, plan
    assert "Seq Scan" not in plan, plan


async def explained(database: Database, compiled: Any) -> str:
    """The plan of a statement, as its engine tells it."""
    if database.engine == "sqlite":
        rows = database._reader.execute("EXPLAIN QUERY PLAN " + compiled.text, compiled.bind(VALUES))  # type: ignore[attr-defined]
        return "\n".join(row[3] for row in rows)
    async with database._pool.acquire() as connection:  # type: ignore[attr-defined]
        await connection.execute("SET enable_seqscan = off")  # empty tables would be read whole, whatever the index
        rows = await connection.fetch("EXPLAIN (FORMAT JSON) " + compiled.text, *compiled.bind(VALUES))
        return json.dumps(json.loads(rows[0][0]))


def test_the_list_of_statements_is_not_empty() -> None:
    assert {"_BY_NUMBER", "_LOCKED", "_LOCK_CLAIM", "_DUE", "_OPEN", "_MOVE_IN_TIME", "_TAKE_ROOM"} <= set(STATEMENTS)


async def test_the_look_at_plans_can_see(database: Database) -> None:
    plan = await explained(database, offers._RULES.on(database.engine))
    assert "SCAN offer_rule" in plan or "Index Scan" in plan
