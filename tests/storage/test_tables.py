"""Every column of every table gives back what was put in, on both engines, as the same Python value."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from storage.database import Database, Instant, Query
from storage.deliveries import Ids
from storage.schema import metadata
from storage.sealing import SealedBytes, SealedJson, SealedText

MOMENT = datetime(2026, 11, 22, 12, 30, 15, 654321, tzinfo=UTC)


def value(column: Any) -> Any:
    """Something that is easily lost on the way."""
    kind = column.type
    if isinstance(kind, Instant):
        return MOMENT
    if isinstance(kind, Ids):
        return {"id": 7_000_000_000, "字": "值", "none": None, "yes": True, "list": [1, "二"]}
    if isinstance(kind, SealedJson):
        return {"cents": 12_345_678_900, "名": "张三🧧", "none": None, "no": False, "list": [1, {"a": []}]}
    if isinstance(kind, SealedText):
        return "张三\n🧧 \\ ' \" \u202f"
    if isinstance(kind, SealedBytes | LargeBinary):
        return bytes(range(256))
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, BigInteger):
        return 7_000_000_000
    if isinstance(kind, Integer):
        return 2_000_000_000
    return "字🧧'\""[: kind.length or 9]


def plain(found: Any) -> Any:
    """Equal is not enough: False is 0, and True is 1."""
    return type(found).__name__, found


@pytest.mark.parametrize("name", sorted(metadata.tables))
async def test_what_goes_in_comes_out(database: Database, name: str) -> None:
    table = metadata.tables[name]
    columns = list(table.columns)
    into: Any = type("Back", (tuple,), {"_fields": tuple(c.name for c in columns), "_make": classmethod(tuple.__new__)})
    add: Query[Any] = Query(insert(table).values({c.name: bindparam(c.name) for c in columns}))
    back: Query[Any] = Query(select(*columns), into)
    row = {c.name: value(c) for c in columns}
    await database.write(lambda db: db.run(add, **row))
    (found,) = await database.read().all(back)
    assert [plain(v) for v in found] == [plain(v) for v in row.values()]
    (within,) = await database.write(lambda db: db.all(back))
    assert [plain(v) for v in within] == [plain(v) for v in row.values()], "and inside a transaction"


@pytest.mark.parametrize(
    "name", sorted(t for t in metadata.tables if any(c.nullable for c in metadata.tables[t].columns))
)
async def test_nothing_comes_out_as_nothing(database: Database, name: str) -> None:
    table = metadata.tables[name]
    add: Query[Any] = Query(insert(table).values({c.name: bindparam(c.name) for c in table.columns}))
    nullable = [c for c in table.columns if c.nullable]
    into: Any = type(
        "Back", (tuple,), {"_fields": tuple(c.name for c in nullable), "_make": classmethod(tuple.__new__)}
    )
    await database.write(lambda db: db.run(add, **{c.name: None if c.nullable else value(c) for c in table.columns}))
    (found,) = await database.read().all(Query(select(*nullable), into))
    assert list(found) == [None] * len(nullable)
