"""Key rotation: seal every sealed value again with the current key, in small steps, beside a running service."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, bindparam, func, select, type_coerce, update

from storage.database import Database, Query, Transaction
from storage.schema import metadata
from storage.sealing import SealedBytes, SealedJson, SealedText, current_key, seal, unseal

BATCH = 500


class _Columns(tuple[Any, ...]):
    """Key columns and the sealed bytes, as many as the table has."""

    _fields: tuple[str, ...] = ()

    @classmethod
    def _make(cls, row: Any) -> "_Columns":
        return cls(row)


def _sealed_columns() -> list[tuple[Table, Column[Any], str]]:
    return [
        (table, column, column.type.place)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, SealedBytes | SealedText | SealedJson)
    ]


async def reseal(database: Database, tell: Callable[[str, int], None]) -> dict[str, int]:
    """Seal again whatever an older key sealed; how many values, by column.

    Each batch is a transaction of its own. An edit in between wins: the row is only replaced while
    it still holds the bytes that were read. A crash leaves both keys in use; run it again.
    """
    done: dict[str, int] = {}
    for table, column, place in _sealed_columns():
        count = 0
        while step := await database.write(_batch(table, column, place)):
            count += step
            tell(place, count)
        done[place] = count
    return done


def _batch(table: Table, column: Column[Any], place: str) -> Callable[[Transaction], Any]:
    keys = list(table.primary_key.columns)
    raw = type_coerce(column, LargeBinary)
    into: Any = type("Old", (_Columns,), {"_fields": (*(key.name for key in keys), column.name)})
    old: Query[Any] = Query(
        select(*keys, raw).where(func.substr(raw, 2, 1) != bindparam("current", type_=LargeBinary)).limit(BATCH), into
    )
    new: Query[Any] = Query(
        update(table)
        .values({column.name: bindparam("sealed", type_=LargeBinary)})
        .where(*(key == bindparam(f"key_{key.name}", type_=key.type) for key in keys))
        .where(raw == bindparam("was", type_=LargeBinary))
    )

    async def act(db: Transaction) -> int:
        rows = await db.all(old, current=bytes((current_key(),)))
        for *values, was in rows:
            sealed = seal(place, unseal(place, was))
            await db.run(new, sealed=sealed, was=was, **{f"key_{k.name}": v for k, v in zip(keys, values, strict=True)})
        return len(rows)

    return act
