"""Alembic's environment: SQLite through its own driver, PostgreSQL through asyncpg."""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text
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
        compare_type=False,
        render_item=_render,
        include_object=lambda _object, name, *_rest: not (name or "").startswith("_litestream_"),
        transaction_per_migration=False,
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


if URL.startswith("sqlite"):
    _engine = create_engine(URL, poolclass=pool.NullPool)
    with _engine.connect() as _connection:
        # A batch step rebuilds its table: with foreign keys on, the DROP would empty its children.
        _connection.execute(text("PRAGMA foreign_keys=OFF"))
        _connection.execute(text("PRAGMA journal_mode=WAL"))
        _connection.commit()
        _run(_connection)
        _connection.commit()
    _engine.dispose()
else:
    asyncio.run(_run_on_server())
