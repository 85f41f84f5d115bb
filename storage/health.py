"""Is the database there, and is its schema the one this code expects?"""

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import column, select
from sqlalchemy import table as name_of

from storage.database import Query, Reader

#: the newest migration; a test compares it with the files (asking Alembic costs 0.2 s at start)
HEAD = "0004_pre_notices"


class _Version(NamedTuple):
    version_num: str


_VERSION = Query(select(column("version_num")).select_from(name_of("alembic_version")), _Version)


async def revision(db: Reader) -> str | None:
    """The revision a database stands at; None when it was never migrated.

    Raises the driver's own error when the database cannot be asked.
    """
    try:
        row = await db.one(_VERSION)
    except Exception as failure:
        if "alembic_version" in str(failure):
            return None
        raise
    return row.version_num if row is not None else None


def sqlite_in_use(path: Path) -> bool:
    """Whether an SQLite file holds anybody's data: then a lost key must not be replaced by a new one.

    Sealed values are bytes, so a row in any table with a column of bytes counts (an imported
    register is there before anybody has spoken).
    """
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        tables = [
            name
            for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if any(column[2] == "BLOB" for column in db.execute(f'PRAGMA table_info("{name}")'))
        ]
        return any(db.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in tables)  # noqa: S608 - our own names


__all__ = ["HEAD", "revision", "sqlite_in_use"]
