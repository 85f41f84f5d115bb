"""Alembic's environment: SQLite through its own driver, PostgreSQL through asyncpg.

All steps of an upgrade are one transaction on both: one that fails leaves the database as it was, and
of two at the same moment the second waits, and finds it done.
"""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool, text
from sqlalchemy.engine import url as engine_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.sql.sqltypes import AutoString

from storage.database import Instant
from storage.deliveries import Ids
from storage.migrate import async_url
from storage.schema import metadata
from storage.sealing import SealedBytes, SealedJson, SealedText

URL: str = context.config.attributes["url"]
#: one migration at a time over all replicas
LOCK = 7_240_421_001


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name plain types: they must still run when today's classes are gone."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Ids):
        return "sa.Text()"
    if kind == "type" and isinstance(item, SealedBytes | SealedText | SealedJson):
        return "sa.LargeBinary()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_render,
        include_object=lambda _object, name, *_rest: not (name or "").startswith("_litestream_"),
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise RuntimeError(f"foreign keys broken in {sorted({row[0] for row in broken})}")


async def _run_on_server() -> None:
    engine = create_async_engine(async_url(URL), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


def _prepare(driver: Any, _record: Any) -> None:
    # BEGIN is ours: the driver's own would leave CREATE and DROP outside of every transaction, so that
    # a migration that fails half way would stay half done.
    driver.isolation_level = None
    # A batch step rebuilds its table: with foreign keys on, the DROP would empty its children.
    for pragma in ("busy_timeout=60000", "foreign_keys=OFF", "journal_mode=WAL", "synchronous=FULL"):
        driver.execute(f"PRAGMA {pragma}")


def _run_on_file() -> None:
    engine = create_engine(
        engine_url.URL.create("sqlite", database=URL.removeprefix("sqlite:///")), poolclass=pool.NullPool
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        _run(connection)
        connection.commit()
    engine.dispose()


if URL.startswith("sqlite"):
    _run_on_file()
else:
    asyncio.run(_run_on_server())
