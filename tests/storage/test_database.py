"""The road to the database, on both engines: nothing lost, nothing half done, nobody told a lie."""

import asyncio
import contextlib
import random
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from sqlalchemy import BigInteger, Column, MetaData, String, Table, bindparam, func, null, select, update
from sqlalchemy.dialects.postgresql import insert

from storage import postgres as server
from storage import sqlite as file
from storage.connect import open_database
from storage.database import Busy, Converted, Database, Instant, Key, Query, Transaction
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase, connect_sqlite

NOW = datetime(2026, 11, 22, 12, 30, 15, 123456, tzinfo=UTC)

_things = Table(
    "thing",
    MetaData(),
    Column("id", Key, primary_key=True),
    Column("n", BigInteger),
    Column("at", Instant),
    Column("note", String),
)
_thing = _things.c
DDL = (
    "CREATE TABLE thing (id BIGINT PRIMARY KEY, n BIGINT, at BIGINT, note VARCHAR(20))",
    "CREATE TABLE child (id BIGINT PRIMARY KEY, n BIGINT REFERENCES thing(id) DEFERRABLE INITIALLY DEFERRED)",
)
_children = Table("child", MetaData(), Column("id", BigInteger, primary_key=True), Column("n", BigInteger))


class Thing(NamedTuple):
    id: int
    n: int | None
    at: datetime | None
    note: str | None


class Count(NamedTuple):
    n: int


class Made(NamedTuple):
    id: int
    n: int


ADD = Query(
    insert(_things)
    .values({name: bindparam(name) for name in Thing._fields})
    .on_conflict_do_nothing(index_elements=["id"])
)
ADD_AGAIN = Query(insert(_things).values({name: bindparam(name) for name in Thing._fields}))
ORPHAN = Query(insert(_children).values(id=bindparam("id"), n=bindparam("n")))
ONE = Query(select(*_things.c).where(_thing.id == bindparam("id")), Thing)
HELD = Query(select(*_things.c).where(_thing.id == bindparam("id")).with_for_update(key_share=True), Thing)
ALL = Query(select(*_things.c).order_by(_thing.id), Thing)
SET = Query(update(_things).values(n=bindparam("to_n")).where(_thing.id == bindparam("key")))
UP = Query(update(_things).values(n=_thing.n + 1).where(_thing.id == bindparam("key")))


async def ddl(url: str, *statements: str) -> None:
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            for statement in statements:
                raw.execute(statement)
            raw.commit()
        return
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def url(database_url: str) -> str:
    """A database with the two tables of this file besides ours."""
    await ddl(database_url, *DDL)
    return database_url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await open_database(url)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[SqliteDatabase]:
    await ddl(sqlite_url, *DDL)
    opened = await open_database(sqlite_url)
    assert isinstance(opened, SqliteDatabase)
    yield opened
    await opened.close()


def beside(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run something beside the test, which then cancels it, closes under it, or waits for it."""
    return asyncio.get_running_loop().create_task(coroutine)


def adding(number: int, n: int | None = 0, at: datetime | None = NOW, note: str | None = None) -> Any:
    async def add(db: Transaction) -> int:
        return await db.run(ADD, id=number, n=n, at=at, note=note)

    return add


async def outside(url: str) -> list[Thing]:
    """Every row, as a connection of its own sees it."""
    opened = await open_database(url)
    try:
        return await opened.read().all(ALL)
    finally:
        await opened.close()


# ------------------------------------------------------------------------------------------ nothing is lost

WRITERS, TIMES = 8, 40


async def _read_and_write(db: Transaction) -> None:
    row = await db.one(HELD, id=1)
    assert row is not None
    assert row.n is not None
    await db.run(SET, key=1, to_n=row.n + 1)


async def test_no_update_is_lost(url: str) -> None:
    """Eight threads, each with its own loop and its own database, as eight processes would be."""
    seed = await open_database(url)
    await seed.write(adding(1))
    await seed.close()
    errors: list[BaseException] = []

    async def one_process() -> None:
        database = await open_database(url)
        try:
            for _ in range(TIMES):
                await database.write(_read_and_write)
        finally:
            await database.close()

    def run() -> None:
        try:
            asyncio.run(one_process())
        except BaseException as failure:
            errors.append(failure)

    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert errors == []
    assert [row.n for row in await outside(url)] == [WRITERS * TIMES]


async def test_control_the_driver_as_it_comes_loses_updates(url: str) -> None:
    """Without this the test above would prove nothing: the same work in the drivers' default mode."""
    seed = await open_database(url)
    await seed.write(adding(1))
    await seed.close()
    barrier = threading.Barrier(WRITERS)

    def run_sqlite() -> None:
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as raw:
            for _ in range(TIMES):
                (n,) = raw.execute("SELECT n FROM thing WHERE id = 1").fetchone()
                barrier.wait()
                raw.execute("UPDATE thing SET n = ? WHERE id = 1", (n + 1,))
                raw.commit()

    async def on_server() -> None:
        connection = await asyncpg.connect(url)
        for _ in range(TIMES):
            n = await connection.fetchval("SELECT n FROM thing WHERE id = 1")
            await asyncio.to_thread(barrier.wait)
            await connection.execute("UPDATE thing SET n = $1 WHERE id = 1", n + 1)
        await connection.close()

    run = run_sqlite if url.startswith("sqlite") else (lambda: asyncio.run(on_server()))
    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    (row,) = await outside(url)
    assert row.n is not None
    assert row.n < WRITERS * TIMES // 2


async def test_an_act_that_raises_leaves_nothing_and_the_others_stay(url: str, database: Database) -> None:
    async def half(db: Transaction) -> None:
        await db.run(ADD, id=100, n=1, at=NOW, note=None)
        raise LookupError("half way")

    told = await asyncio.gather(
        *(database.write(adding(i)) for i in range(5)),
        database.write(half),
        *(database.write(adding(i)) for i in range(5, 10)),
        return_exceptions=True,
    )
    assert [t for t in told if t != 1] == [told[5]]
    assert isinstance(told[5], LookupError)
    assert [row.id for row in await outside(url)] == list(range(10))


async def test_an_act_that_breaks_a_constraint_leaves_nothing_and_the_others_stay(url: str, database: Database) -> None:
    async def twice(db: Transaction) -> None:
        for _ in range(2):
            await db.run(ADD_AGAIN, id=100, n=1, at=NOW, note=None)

    told = await asyncio.gather(
        database.write(adding(1)), database.write(twice), database.write(adding(2)), return_exceptions=True
    )
    assert isinstance(told[1], sqlite3.IntegrityError | asyncpg.UniqueViolationError)
    assert not database.away(told[1]), "the act is at fault, not the database"
    assert [row.id for row in await outside(url)] == [1, 2]


async def test_an_act_may_not_wait_for_anything_but_the_database(url: str, database: Database) -> None:
    async def dozes(db: Transaction) -> None:
        await db.run(ADD, id=1, n=1, at=NOW, note=None)
        await asyncio.sleep(0)

    async def asks_the_pool(db: Transaction) -> None:
        await db.run(ADD, id=2, n=1, at=NOW, note=None)
        await database.write(adding(3))

    async def side_by_side(db: Transaction) -> None:
        await asyncio.gather(db.run(ADD, id=4, n=1, at=NOW, note=None), db.one(ONE, id=4))

    for act in (dozes, asks_the_pool, side_by_side):
        with pytest.raises(RuntimeError, match="not the database"):
            await database.write(act)
    assert await outside(url) == []
    assert await database.write(adding(9)) == 1, "the next act finds a clean connection"


async def test_nobody_is_answered_before_it_is_durable(url: str, database: Database) -> None:
    async def one(number: int) -> None:
        await database.write(adding(number))
        assert any(row.id == number for row in await outside(url))

    await asyncio.gather(*(one(i) for i in range(8)))


async def test_a_failed_commit_is_told_and_leaves_nothing(url: str, database: Database) -> None:
    """A deferred foreign key is checked by COMMIT itself."""
    rung: list[str] = []

    async def orphan(db: Transaction) -> None:
        await db.run(ORPHAN, id=1, n=404)
        db.after_commit(lambda: rung.append("orphan"))

    async def fine(db: Transaction) -> None:
        await db.run(ADD, id=1, n=1, at=NOW, note=None)
        db.after_commit(lambda: rung.append("fine"))

    told = await asyncio.gather(database.write(fine), database.write(orphan), return_exceptions=True)
    assert isinstance(told[1], sqlite3.IntegrityError | asyncpg.ForeignKeyViolationError)
    if url.startswith("sqlite"):
        # They share the commit, so the innocent one is told as well, and nothing of it is there.
        assert isinstance(told[0], sqlite3.IntegrityError)
        assert (rung, await outside(url)) == ([], [])
        await database.write(fine)
    assert rung == ["fine"]
    assert [row.id for row in await outside(url)] == [1]


async def test_after_commit_is_called_once_and_never_after_a_rollback(database: Database) -> None:
    rung: list[str] = []

    async def good(db: Transaction) -> None:
        db.after_commit(lambda: rung.append("good"))
        await db.run(ADD, id=1, n=1, at=NOW, note=None)
        assert rung == []

    async def bad(db: Transaction) -> None:
        db.after_commit(lambda: rung.append("bad"))
        raise LookupError

    await asyncio.gather(database.write(good), database.write(bad), return_exceptions=True)
    assert rung == ["good"]


async def test_what_rings_after_the_commit_cannot_undo_the_answer(url: str, database: Database) -> None:
    """It is durable: whoever is told "failed" now would do it again."""
    rung: list[str] = []

    def broken() -> None:
        raise LookupError("a bell without a clapper")

    async def act(db: Transaction) -> str:
        await db.run(ADD, id=1, n=1, at=NOW, note=None)
        db.after_commit(broken)
        db.after_commit(lambda: rung.append("second"))
        return "done"

    told = await asyncio.gather(database.write(act), database.write(adding(2)), return_exceptions=True)
    assert list(told) == ["done", 1]
    assert rung == ["second"]
    assert len(await outside(url)) == 2


async def test_cancelled_callers_leave_exact_data(url: str, database: Database) -> None:
    await database.write(adding(0))

    async def counted(db: Transaction, number: int) -> None:
        if await db.run(ADD, id=number, n=0, at=NOW, note=None):
            await db.run(UP, key=0)

    chance = random.Random(7)
    numbers = range(1, 401)
    tasks = [beside(database.write(partial(counted, number=i))) for i in numbers]
    while not all(task.done() for task in tasks):
        chance.choice(tasks[::2]).cancel()  # the first before anything is done; the others of the group are let be
        await asyncio.sleep(0)
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(t) for t in told} == {type(None), asyncio.CancelledError}
    rows = {row.id for row in await outside(url)}
    assert {i for i, t in zip(numbers, told, strict=True) if t is None} <= rows, "an answered act is there"
    # The wire repeats what was not answered.
    await asyncio.gather(*(database.write(partial(counted, number=i)) for i in numbers))
    everything = await outside(url)
    assert [row.id for row in everything] == [0, *numbers]
    assert everything[0].n == 400
    if isinstance(database, PostgresDatabase):
        idle = database._pool.get_idle_size() + len(database._kept)
        assert idle == database._pool.get_size(), "no connection is lost"


async def test_closing_finishes_what_was_begun_and_refuses_the_rest(url: str) -> None:
    database = await open_database(url)
    writes = [beside(database.write(adding(i), lingers=i % 2 == 1)) for i in range(200)]
    await asyncio.sleep(0)
    closing = beside(database.close())
    more: list[asyncio.Task[int]] = []
    while not closing.done():
        more.append(beside(database.write(adding(1000 + len(more)))))
        await asyncio.sleep(0)
    told = await asyncio.wait_for(asyncio.gather(*writes, *more, return_exceptions=True), 20)
    assert told[:200] == [1] * 200
    assert [t for t in told if t != 1 and not database.away(t)] == []
    assert len(await outside(url)) == told.count(1), "who was refused has left nothing"
    with pytest.raises(Exception) as refused:  # noqa: PT011 - each engine has its own
        await database.write(adding(5000))
    assert database.away(refused.value)


# ------------------------------------------------------------------------------------------ readers


async def test_a_reader_waits_for_no_writer(url: str, database: Database) -> None:
    await database.write(adding(1, 10))
    async with _writer_that_dawdles(url, "UPDATE thing SET n = 11"):
        writing = beside(database.write(_read_and_write))
        for _ in range(20):
            await asyncio.sleep(0)
            row = await asyncio.wait_for(database.read().one(ONE, id=1), 5)
            assert row is not None
            assert row.n == 10, "what is not committed is not seen"
        assert not writing.done()
    await writing
    assert [row.n for row in await outside(url)] == [12]


@contextlib.asynccontextmanager
async def _writer_that_dawdles(url: str, statement: str) -> AsyncIterator[None]:
    """Somebody else holds the file (or the row), and commits only when the block ends."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(statement)
            yield
            raw.execute("COMMIT")
        return
    connection = await asyncpg.connect(url)
    async with connection.transaction():
        await connection.execute(statement)
        yield
    await connection.close()


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((AttributeError, sqlite3.OperationalError)):
        await database.read().run(ADD, id=1, n=1, at=NOW, note=None)  # type: ignore[attr-defined]
    if isinstance(database, SqliteDatabase):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database._reader.execute("DELETE FROM thing")


# ------------------------------------------------------------------------------------------ SQLite alone


async def test_a_group_shares_one_commit(sqlite: SqliteDatabase) -> None:
    said: list[str] = []
    sqlite._writer.set_trace_callback(said.append)

    async def fails(db: Transaction) -> None:
        await db.run(ADD, id=50, n=1, at=NOW, note=None)
        raise LookupError

    await asyncio.gather(*(sqlite.write(adding(i)) for i in range(50)), sqlite.write(fails), return_exceptions=True)
    sqlite._writer.set_trace_callback(None)
    assert [s for s in said if s in ("BEGIN IMMEDIATE", "COMMIT")] == ["BEGIN IMMEDIATE", "COMMIT"]
    assert said.count("SAVEPOINT act") == 51
    assert said.count("ROLLBACK TO act") == 1


async def test_an_act_that_lingers_shares_the_commit_of_the_next(
    sqlite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LINGER", 3600.0)
    said: list[str] = []
    sqlite._writer.set_trace_callback(said.append)
    patient = beside(sqlite.write(adding(1), lingers=True))
    await asyncio.sleep(0)
    assert said == [], "it waits for another"
    assert await sqlite.write(adding(2)) == 1
    assert await patient == 1
    sqlite._writer.set_trace_callback(None)
    assert said.count("COMMIT") == 1


async def test_acts_that_only_linger_are_done_by_themselves(sqlite: SqliteDatabase) -> None:
    assert await asyncio.gather(*(sqlite.write(adding(i), lingers=True) for i in range(3))) == [1, 1, 1]
    assert await sqlite.write(adding(3), lingers=True) == 1


async def test_closing_does_what_still_lingers(
    sqlite_url: str, sqlite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LINGER", 3600.0)
    patient = beside(sqlite.write(adding(1), lingers=True))
    await asyncio.sleep(0)
    await sqlite.close()
    assert await patient == 1
    assert len(await outside(sqlite_url)) == 1


async def test_more_than_a_group_is_not_left_behind(sqlite: SqliteDatabase) -> None:
    told = await asyncio.gather(*(sqlite.write(adding(i)) for i in range(3 * sqlite.GROUP + 1)))
    assert sum(told) == 3 * sqlite.GROUP + 1


async def test_busy_when_another_process_holds_the_file_and_well_again_later(
    sqlite_url: str, sqlite: SqliteDatabase
) -> None:
    sqlite.PATIENCE = 0.05
    async with _writer_that_dawdles(sqlite_url, "DELETE FROM thing"):
        told = await asyncio.gather(*(sqlite.write(adding(i)) for i in range(3)), return_exceptions=True)
        assert [type(t) for t in told] == [Busy] * 3
        assert all(sqlite.away(t) for t in told)
        assert await sqlite.read().all(ALL) == [], "the loop and its readers go on meanwhile"
    assert await sqlite.write(adding(1)) == 1
    assert [row.id for row in await outside(sqlite_url)] == [1]


async def test_a_short_wait_for_the_file_is_not_seen_by_anybody(sqlite_url: str, sqlite: SqliteDatabase) -> None:
    async with _writer_that_dawdles(sqlite_url, "DELETE FROM thing"):
        writing = beside(sqlite.write(adding(1)))
        for _ in range(3):
            await asyncio.sleep(0.01)  # time for it to meet the lock; nothing depends on how long
        assert not writing.done()
    assert await writing == 1


async def test_a_full_disk_is_told_to_the_whole_group_and_leaves_nothing(
    sqlite_url: str, sqlite: SqliteDatabase
) -> None:
    """SQLite undoes the whole transaction by itself then, also what came before in the group."""
    (pages,) = sqlite._writer.execute("PRAGMA page_count").fetchone()
    sqlite._writer.execute(f"PRAGMA max_page_count={pages}")

    async def large(db: Transaction) -> None:
        for number in range(100, 500):
            await db.run(ADD, id=number, n=1, at=NOW, note="x" * 2000)

    async def lives_on(db: Transaction) -> None:
        with contextlib.suppress(sqlite3.Error):
            await large(db)
        await db.run(ADD, id=900, n=1, at=NOW, note=None)

    for act in (large, lives_on):
        told = await asyncio.gather(
            sqlite.write(adding(1)), sqlite.write(act), sqlite.write(adding(2)), return_exceptions=True
        )
        assert all(isinstance(t, Exception) and sqlite.away(t) for t in told), told
        assert await outside(sqlite_url) == []
    sqlite._writer.execute("PRAGMA max_page_count=1000000")
    assert await sqlite.write(adding(2)) == 1


async def test_shutting_down_in_the_middle_of_a_commit(sqlite_url: str, sqlite: SqliteDatabase) -> None:
    """A commit under way cannot be taken back: whoever waits for it is told what became of it."""
    committing, go_on = threading.Event(), threading.Event()

    def stop_at_commit(statement: str) -> None:
        if statement == "COMMIT":
            committing.set()
            go_on.wait(20)

    sqlite._writer.set_trace_callback(stop_at_commit)
    writing = beside(sqlite.write(adding(1)))
    await asyncio.to_thread(committing.wait, 20)
    worker = sqlite._working
    assert worker is not None
    worker.cancel()
    threading.Timer(0.05, go_on.set).start()
    told = (await asyncio.gather(writing, return_exceptions=True))[0]
    sqlite._writer.set_trace_callback(None)
    await asyncio.gather(worker, return_exceptions=True)
    assert told == 1
    assert [row.id for row in await outside(sqlite_url)] == [1]
    assert await sqlite.write(adding(2)) == 1


async def test_an_act_that_ends_the_process_leaves_nobody_waiting(sqlite: SqliteDatabase) -> None:
    class Stop(BaseException):
        pass

    async def stops(db: Transaction) -> None:
        raise Stop

    sqlite.GROUP = 2
    waiting = [beside(sqlite.write(act)) for act in (adding(1), stops, adding(2), adding(3))]
    await asyncio.sleep(0)
    worker = sqlite._working
    assert worker is not None
    with contextlib.suppress(Stop):
        await worker
    told = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    assert [type(t) for t in told] == [asyncio.CancelledError] * 4
    assert await sqlite.read().all(ALL) == []


async def test_the_file_may_lie_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "资料 50% #1?"
    database = SqliteDatabase(folder / "bot.db")
    try:
        database._writer.execute(DDL[0])
        await database.write(adding(1))
        assert len(await database.read().all(ALL)) == 1
    finally:
        await database.close()


async def test_what_every_connection_is_set_to(sqlite: SqliteDatabase) -> None:
    def setting(connection: sqlite3.Connection, name: str) -> Any:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    for connection in (sqlite._writer, sqlite._reader):
        assert setting(connection, "journal_mode") == "wal"
        assert setting(connection, "foreign_keys") == 1
        assert setting(connection, "recursive_triggers") == 1
        assert setting(connection, "synchronous") == 2  # FULL
    assert setting(sqlite._writer, "busy_timeout") == 0
    assert setting(sqlite._reader, "query_only") == 1


async def test_connections_for_others_wait_for_the_writer(sqlite_url: str) -> None:
    connection = connect_sqlite(Path(sqlite_url.removeprefix("sqlite:///")))
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (10000,)
    connection.close()


# ------------------------------------------------------------------------------------------ PostgreSQL alone


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    await ddl(postgres_url, *DDL)
    opened = await open_database(postgres_url)
    assert isinstance(opened, PostgresDatabase)
    yield opened
    await opened.close()


async def test_a_deadlock_is_run_again(postgres_url: str, postgres: PostgresDatabase) -> None:
    await postgres.write(adding(1))
    await postgres.write(adding(2))
    runs = 0
    both = asyncio.Barrier(2)

    def crossing(first: int, second: int) -> Callable[[Transaction], Coroutine[Any, Any, None]]:
        met = False

        async def act(db: Transaction) -> None:
            nonlocal runs, met
            runs += 1
            await db.run(UP, key=first)
            if not met:  # both hold their first row before either asks for its second
                met = True
                await postgres_asks(db, both)
            await db.run(UP, key=second)

        return act

    await asyncio.gather(postgres.write(crossing(1, 2)), postgres.write(crossing(2, 1)))
    assert runs > 2, "one of them was the victim, and ran again"
    assert [row.n for row in await outside(postgres_url)] == [2, 2]


async def postgres_asks(db: Transaction, barrier: asyncio.Barrier) -> None:
    """Let the other transaction catch up. Only a test may wait here: it pretends to ask the database."""
    db.asking = True  # type: ignore[attr-defined]
    await barrier.wait()
    db.asking = False  # type: ignore[attr-defined]


async def test_a_lost_connection_is_told_and_the_next_act_has_a_new_one(
    postgres_url: str, postgres: PostgresDatabase
) -> None:
    kill = Query(select(func.pg_terminate_backend(func.pg_backend_pid())))

    async def act(db: Transaction) -> None:
        await db.run(ADD, id=1, n=1, at=NOW, note=None)
        with contextlib.suppress(asyncpg.PostgresError):
            await db.one(kill)
        await db.run(ADD, id=2, n=1, at=NOW, note=None)

    with pytest.raises(Exception) as lost:  # noqa: PT011 - the driver knows several ways to say it
        await postgres.write(act)
    assert postgres.away(lost.value)
    assert await postgres.write(adding(3)) == 1
    assert [row.id for row in await outside(postgres_url)] == [3]


class _Cable:
    """A line to the server that can be cut without either end being told."""

    def __init__(self, url: str) -> None:
        self.server = urlsplit(url)
        self.open = asyncio.Event()
        self.open.set()
        self.ends: list[asyncio.StreamWriter] = []

    async def plug(self) -> tuple[asyncio.Server, str]:
        listening = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        return listening, urlunsplit(self.server._replace(netloc=f"postgres@127.0.0.1:{port}"))

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self.server.hostname, self.server.port)
        self.ends += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(there, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while content := await reader.read(65536):
                await self.open.wait()
                writer.write(content)
            writer.close()


async def test_a_line_that_went_dead_is_given_up(postgres_url: str) -> None:
    """Nobody says that it is dead: without patience of our own an address would wait behind it for ever."""
    await ddl(postgres_url, *DDL)
    cable = _Cable(postgres_url)
    listening, url = await cable.plug()
    database = await PostgresDatabase.open(url, patience=0.3)
    await database.write(adding(1))
    cable.open.clear()
    for asked in (database.read().one(ONE, id=1), database.write(adding(2))):
        asking = beside(asked)
        await asyncio.wait([asking], timeout=15)
        assert asking.done(), "somebody would still wait"
        failure = asking.exception()
        assert failure is not None
        assert database.away(failure)
    cable.open.set()
    assert await database.write(adding(3)) == 1
    await database.close()
    listening.close()
    for end in cable.ends:
        end.close()
    assert {row.id for row in await outside(postgres_url)} >= {1, 3}


async def test_what_every_session_is_set_to(postgres: PostgresDatabase) -> None:
    async with postgres._pool.acquire() as connection:
        for name, value in (
            ("synchronous_commit", "on"),
            ("lock_timeout", "5s"),
            ("statement_timeout", "15s"),
            ("idle_in_transaction_session_timeout", "30s"),
            ("default_transaction_isolation", "read committed"),
            ("timezone", "UTC"),
        ):
            assert await connection.fetchval(f"SHOW {name}") == value


# ------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
async def test_moments_come_back_to_the_microsecond_and_aware(database: Database, moment: datetime) -> None:
    await database.write(adding(1, at=moment))
    await database.write(adding(2, at=moment.astimezone(timezone(timedelta(hours=-8)))))
    rows = await database.read().all(ALL)
    assert [row.at for row in rows] == [moment, moment]
    assert all(row.at is not None and row.at.tzinfo is UTC for row in rows)


async def test_a_naive_moment_is_refused(url: str, database: Database) -> None:
    with pytest.raises(ValueError, match="naive"):
        await database.write(adding(1, at=datetime(2026, 11, 22)))  # noqa: DTZ001 - that is what is refused
    assert await outside(url) == []


async def test_sixty_four_bits(url: str, database: Database) -> None:
    largest = 2**63 - 1
    await database.write(adding(largest, -largest - 1))
    await database.write(adding(7_000_000_000, 7_000_000_000))
    assert [(row.id, row.n) for row in await outside(url)] == [
        (7_000_000_000, 7_000_000_000),
        (largest, -largest - 1),
    ]
    with pytest.raises((OverflowError, asyncpg.DataError)) as refused:
        await database.write(adding(largest + 1))
    assert not database.away(refused.value)


@pytest.mark.parametrize("amount", [1.5, 2.0, Decimal("1.50"), float("nan")])
async def test_money_is_never_a_float_or_a_decimal(url: str, database: Database, amount: Any) -> None:
    """SQLite would keep 1.5 in a column of integers without a word."""
    with pytest.raises((TypeError, sqlite3.Error, asyncpg.DataError)) as refused:
        await database.write(adding(1, amount))
    assert not database.away(refused.value)
    assert await outside(url) == []


async def test_a_value_that_was_forgotten_is_named(database: Database) -> None:
    async def forgets(db: Transaction) -> None:
        await db.run(ADD, id=1, n=1, at=NOW)

    with pytest.raises(KeyError, match="note"):
        await database.write(forgets)


async def test_a_statement_may_hold_values_of_its_own_even_none(database: Database) -> None:
    fixed = Query(insert(_things).values(id=bindparam("id"), n=7, at=NOW, note=None))
    emptied = Query(update(_things).values(n=None, at=null()).where(_thing.id == bindparam("key")))

    async def act(db: Transaction) -> None:
        await db.run(fixed, id=1)
        await db.run(fixed, id=2)
        await db.run(emptied, key=2)

    await database.write(act)
    assert await database.read().all(ALL) == [Thing(1, 7, NOW, None), Thing(2, None, None, None)]


async def test_on_conflict_tells_whether_it_was_first(database: Database) -> None:
    assert await database.write(adding(1, 1)) == 1
    assert await database.write(adding(1, 2)) == 0
    upsert = insert(_things).values(id=bindparam("id"), n=1)
    counted = Query(
        upsert.on_conflict_do_update(index_elements=["id"], set_={"n": _thing.n + upsert.excluded.n}).returning(
            _thing.n
        ),
        Count,
    )
    assert [await database.write(lambda db: db.one(counted, id=5)) for _ in range(3)] == [(1,), (2,), (3,)]


async def test_many_rows_all_or_none(url: str, database: Database) -> None:
    rows = [{"id": i, "n": i, "at": NOW, "note": None} for i in range(50)]
    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await database.write(lambda db: db.many(ADD_AGAIN, [*rows, rows[7]]))
    assert await outside(url) == []
    await database.write(lambda db: db.many(ADD_AGAIN, rows))
    assert len(await outside(url)) == 50


async def test_fields_and_columns_must_match() -> None:
    with pytest.raises(TypeError, match="Count has 1 fields, the statement 4 columns"):
        Query(select(*_things.c), Count)


_language: ContextVar[str] = ContextVar("language", default="nobody's")


async def test_an_act_runs_in_the_context_of_whoever_asked_for_it(database: Database) -> None:
    """The language that is spoken is a context variable: on SQLite one task runs the acts of all."""

    async def asks(language: str) -> str:
        _language.set(language)

        async def act(db: Transaction) -> str:
            await db.one(ONE, id=1)
            heard = _language.get()
            _language.set("left behind")
            return heard

        return await database.write(act)

    spoken = [f"language {i}" for i in range(10)]
    tasks = [beside(asks(language)) for language in spoken]
    assert await asyncio.gather(*tasks) == spoken


# ------------------------------------------------------------------------------------------ whose fault


def test_whose_fault() -> None:
    """Away, full, locked: the same act may work later. Anything else will fail again however often it is tried."""
    for away in (file.away, server.away):
        assert away(Busy("locked"))
        assert away(ConnectionRefusedError())
        assert away(TimeoutError())
        assert not away(FileNotFoundError(2, "no such file", "receipt.html"))
        assert not away(ValueError("x"))
    assert server.away(asyncpg.AdminShutdownError("x"))
    assert server.away(asyncpg.DeadlockDetectedError("x"))
    assert server.away(asyncpg.TooManyConnectionsError("x"))
    assert server.away(asyncpg.InterfaceError("pool is closed"))
    assert not server.away(asyncpg.exceptions._base.DataError("expected str, got int"))
    assert not server.away(asyncpg.CharacterNotInRepertoireError("x"))
    assert not server.away(asyncpg.StringDataRightTruncationError("x"))
    assert not server.away(asyncpg.UniqueViolationError("x"))
    assert not file.away(sqlite3.IntegrityError("x"))
    with contextlib.closing(sqlite3.connect(":memory:")) as raw:
        with pytest.raises(sqlite3.OperationalError) as wrong:
            raw.execute("SELECT nothing FROM nowhere")
        assert not file.away(wrong.value)


# --- writes that may wait for the last one

OUR_OWN = Query(
    insert(_things).values({name: bindparam(name) for name in Thing._fields}).returning(_thing.id, _thing.n),
    Made,
)
CHILD = Query(insert(_children).values(id=bindparam("id"), n=bindparam("n")).returning(_children.c.id), Count)
MOVE = Query(update(_children).values(n=bindparam("to_n")).where(_children.c.id == bindparam("key")))
CHILDREN = Query(select(_children.c.n).order_by(_children.c.id), Count)


async def test_what_is_to_be_done_soon_is_done_before_anything_is_asked(database):
    async def act(db: Transaction) -> int | None:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)
        await db.soon(SET, key=1, to_n=7)
        read = await db.one(ONE, id=1)
        assert read is not None
        await db.soon(SET, key=1, to_n=8)
        assert await db.run(UP, key=1) == 1
        await db.soon(SET, key=1, to_n=20)
        await db.many(UP, [{"key": 1}, {"key": 1}])
        return read.n

    assert await database.write(act) == 7
    assert (await database.read().one(ONE, id=1)).n == 22


async def test_what_is_to_be_done_soon_is_done_at_the_latest_with_the_commit_and_in_order(database):
    async def act(db: Transaction) -> None:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)
        await db.soon(SET, key=1, to_n=7)
        await db.soon(UP, key=1)
        await db.soon(UP, key=1)

    await database.write(act)
    assert (await database.read().one(ONE, id=1)).n == 9


async def test_the_last_write_takes_along_what_was_to_be_done_soon(database):
    async def act(db: Transaction) -> Any:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)
        await db.run(ORPHAN, id=1, n=1)
        await db.soon(UP, key=1)
        await db.soon(MOVE, key=1, to_n=2)
        made = await db.last(OUR_OWN, id=2, n=5, at=NOW, note="二")
        await db.soon(SET, key=1, to_n=7)
        none = await db.last(CHILD, id=2, n=2)
        return made, none

    made, child = await database.write(act)
    assert (made, child) == ((2, 5), (2,))
    db = database.read()
    assert [(row.id, row.n, row.at) for row in await db.all(ALL)] == [(1, 7, NOW), (2, 5, NOW)]
    assert [row.n for row in await db.all(CHILDREN)] == [2, 2]


async def test_the_last_write_answers_nothing_where_nothing_was_written(database):
    again = Query(
        insert(_things)
        .values({name: bindparam(name) for name in Thing._fields})
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(_thing.n),
        Count,
    )

    async def act(db: Transaction) -> Count | None:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)
        await db.run(ORPHAN, id=1, n=1)
        await db.soon(MOVE, key=1, to_n=1)
        return await db.last(again, id=1, n=1, at=NOW, note=None)

    assert await database.write(act) is None


async def test_what_was_to_be_done_soon_is_undone_with_its_act(database):
    async def add(db: Transaction) -> None:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)

    async def act(db: Transaction) -> None:
        await db.soon(UP, key=1)
        await db.last(CHILD, id=1, n=1)
        await db.soon(UP, key=1)
        raise LookupError

    await database.write(add)
    with pytest.raises(LookupError):
        await database.write(act)
    assert (await database.read().one(ONE, id=1)).n == 0
    assert await database.read().all(CHILDREN) == []


async def test_what_is_to_be_done_soon_and_cannot_fails_its_act(database):
    async def act(db: Transaction) -> None:
        await db.run(ADD, id=1, n=0, at=NOW, note=None)
        await db.soon(ADD_AGAIN, id=1, n=1, at=NOW, note=None)

    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await database.write(act)
    assert await database.read().all(ALL) == []


def test_a_kind_of_column_says_both_ways_or_is_none() -> None:
    class OneWay(Converted[int]):
        impl = BigInteger
        cache_ok = True

        def kept(self, value: int) -> int:
            return value

    with pytest.raises(TypeError, match="read"):
        OneWay()  # type: ignore[abstract]
