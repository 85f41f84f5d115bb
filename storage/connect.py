"""Which database is behind a URL. Its driver is loaded here and nowhere sooner."""

from pathlib import Path

from storage.database import Database


async def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """The database behind a URL: `sqlite:///file` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        from storage.sqlite import SqliteDatabase

        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), synchronous=synchronous)
    from storage.postgres import PostgresDatabase

    return await PostgresDatabase.open(url)
