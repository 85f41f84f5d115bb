"""The road to the database: SQLite (one file, one writer, group commit) or PostgreSQL (asyncpg).

SQLModel tables are the one place of the schema. A `Query` is a SQLAlchemy Core statement on
them, compiled once per engine and run on the driver itself: SQL stands in one place, types are
converted by SQLAlchemy's own processors, and a status look-up costs a fraction of a session's.

Every write of the bot goes through `Database.write`:

* SQLite: one connection. Waiting acts run side by side in one BEGIN IMMEDIATE, each in its own
  SAVEPOINT; they are answered after the COMMIT they share. An act that raises rolls back alone.
  A crash before that COMMIT leaves nothing of any of them, and none has been answered.
* PostgreSQL: one transaction an act, repeated on a serialization failure or deadlock.
"""

import asyncio
import contextvars
import itertools
import logging
import re
import sqlite3
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, cast

import asyncpg
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql.asyncpg import dialect as AsyncpgDialect
from sqlalchemy.dialects.sqlite.pysqlite import dialect as SqliteDialect
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import Select
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel
from typing_extensions import TypeVar  # its `default` is in the standard library from 3.13

log = logging.getLogger("storage")

T = TypeVar("T")


class Row(NamedTuple):
    """The answer of a query that did not say what it reads into."""

    value: Any


R = TypeVar("R", bound=tuple[Any, ...], default=Row)

#: so that Alembic can name every constraint on both engines
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

#: keys: 64 bits on both engines (SQLite's own row id must be INTEGER to count by itself)
Key = BigInteger().with_variant(Integer, "sqlite")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: up to here (the year 2096) a float of seconds is within a quarter of a microsecond: the faster road is exact
_ROUNDED = 4_000_000_000 * 1_000_000


class Converted(TypeDecorator[T]):
    """A column whose values look otherwise outside than inside; `kept` and `read` never meet None.

    The road to the driver calls the two directly: SQLAlchemy's own detour costs more than they do.
    """

    def kept(self, value: T) -> Any:
        """A value as the database keeps it."""
        raise NotImplementedError

    def read(self, value: Any) -> T:
        """A value as the database kept it."""
        raise NotImplementedError

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        return None if value is None else self.kept(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        return None if value is None else self.read(value)


class Instant(Converted[datetime]):
    """A moment: aware `datetime` outside, whole microseconds since 1970 UTC inside.

    A naive datetime raises ValueError: it does not say which moment it is.
    """

    impl = BigInteger
    cache_ok = True

    def kept(self, value: datetime) -> int:
        return micros(value)

    def read(self, value: int) -> datetime:
        if 0 <= value < _ROUNDED:
            return datetime.fromtimestamp(value / 1_000_000, UTC)
        return _EPOCH + timedelta(microseconds=value)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime: say which moment it is")
    return (moment - _EPOCH) // _MICROSECOND


def table(model: type[SQLModel]) -> Table:
    """The table behind a model."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


class _Missing:
    """The value of a parameter that the statement itself does not give."""


_MISSING: Any = _Missing()
_NO_NUMBERS = frozenset({float, Decimal})

_dialects: dict[str, Dialect] = {"sqlite": SqliteDialect(), "postgres": AsyncpgDialect()}  # type: ignore[no-untyped-call]


class _Compiled:
    """One statement for one driver: its text, and how values go in and come out."""

    __slots__ = ("binders", "names", "readers", "text")

    def __init__(self, clause: ClauseElement, engine: str) -> None:
        dialect = _dialects[engine]
        compiled = clause.compile(dialect=dialect)
        self.text = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]
        fixed = dict(compiled.params)
        self.binders: list[tuple[str, Callable[[Any], Any] | None, Any]] = []
        for name in self.names:
            bind = compiled.binds[name]  # type: ignore[attr-defined]
            kind: TypeEngine[Any] = bind.type
            value = _MISSING if bind.required else fixed.get(name)
            impl = kind.dialect_impl(dialect)
            binder = kind.kept if isinstance(kind, Converted) else impl.bind_processor(dialect)
            self.binders.append((bind.key, binder, value))
        columns = _result_columns(clause)
        self.readers: list[tuple[int, Callable[[Any], Any]]] = []
        for place, column in enumerate(columns):
            kind = column.type
            impl = kind.dialect_impl(dialect)
            reader = kind.read if isinstance(kind, Converted) else impl.result_processor(dialect, None)
            if reader is not None:
                self.readers.append((place, reader))

    def bind(self, values: dict[str, Any]) -> list[Any]:
        """Values in the order of the text; KeyError names one that is missing.

        MUST refuse floats and Decimals: without a word SQLite keeps 1.5 in a column of integers, and
        asyncpg cuts Decimal("1.50") to 1.
        """
        bound = []
        for name, convert, fixed in self.binders:
            value = values.get(name, fixed)
            if value is _MISSING:
                raise KeyError(name)
            if convert is not None and value is not None:
                value = convert(value)
            if type(value) in _NO_NUMBERS:
                raise TypeError(f"{name} is a {type(value).__name__}: money is integer cents, moments are datetimes")
            bound.append(value)
        return bound


def _result_columns(clause: ClauseElement) -> Sequence[Any]:
    if isinstance(clause, Select):
        return list(clause.selected_columns)
    if isinstance(clause, UpdateBase) and clause._returning:
        return list(clause._returning)
    return ()


class Query(Generic[R]):
    """A statement built once from SQLModel columns and `bindparam`s, and what its rows read into.

    `into` is a NamedTuple whose fields stand in the order of the selected columns.
    """

    __slots__ = ("_compiled", "clause", "into")

    def __init__(self, clause: Any, into: type[R] = Row) -> None:  # type: ignore[assignment]
        self.clause: ClauseElement = clause
        self.into = into
        self._compiled: dict[str, _Compiled] = {}
        fields = getattr(into, "_fields", ())
        columns = _result_columns(clause)
        if columns and len(columns) != len(fields):
            raise TypeError(f"{into.__name__} has {len(fields)} fields, the statement {len(columns)} columns")

    def on(self, engine: str) -> _Compiled:
        """The statement compiled for `sqlite` or `postgres`."""
        found = self._compiled.get(engine)
        if found is None:
            found = self._compiled[engine] = _Compiled(self.clause, engine)
        return found

    def rows(self, compiled: _Compiled, raw: Sequence[Sequence[Any]]) -> list[R]:
        """Driver rows as typed ones."""
        into, make, readers = self.into, tuple.__new__, compiled.readers
        if not readers:
            return [make(into, row) for row in raw]
        rows = []
        for row in raw:
            values = list(row)
            for place, read in readers:
                value = values[place]
                if value is not None:
                    values[place] = read(value)
            rows.append(make(into, values))
        return rows


class Reader(Protocol):
    """What a view may do: read."""

    async def all(self, query: Query[R], **values: Any) -> list[R]:
        """Every row."""
        ...

    async def one(self, query: Query[R], **values: Any) -> R | None:
        """The first row, or None."""
        ...


class Transaction(Reader, Protocol):
    """What an act may do: read and write, all or nothing. It MUST NOT wait for anything but the database."""

    async def run(self, query: Query[Any], **values: Any) -> int:
        """Run a statement; how many rows it touched."""
        ...

    async def many(self, query: Query[Any], rows: Sequence[dict[str, Any]]) -> None:
        """Run a statement once for each set of values."""
        ...

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the change is durable; never if it is rolled back.

        What it raises is logged and goes no further: the change stands.
        """
        ...


class Database(Protocol):
    """SQLite or PostgreSQL; both keep the same promises.

    reads_at_once  a read never waits: what only reads can be driven to its end without the loop
    """

    engine: str
    reads_at_once: bool

    def read(self) -> Reader:
        """A reader that sees what is committed. Takes no lock."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Where reads never wait: those inside the block see one state, and share the cost of finding it.

        MUST NOT be held over an await.
        """
        ...

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run an act in a transaction and return its answer once that is durable.

        MUST NOT return before the commit; an exception of the act rolls back this act only. The act
        runs in the caller's context (the language that is spoken), and may run more than once.
        """
        ...

    async def close(self) -> None:
        """Finish what is being written, then let go."""
        ...


class Busy(Exception):
    """The database was locked by others for too long, or is closed; nothing was done."""


#: of SQLite: busy, locked, no memory, read-only, interrupted, I/O, corrupt, full, cannot open, protocol, no database
_SQLITE_AWAY = {5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26}
#: classes of SQLSTATE: connection, rolled back for others, resources, intervention, system, internal
_POSTGRES_AWAY = ("08", "40", "53", "57", "58", "XX", "55P03", "25P03", "25006")


def unavailable(failure: BaseException) -> bool:
    """Whether the database was away, full or locked: then the same act may work later.

    Everything else (a value it cannot hold, a broken constraint, a wrong statement) fails again
    however often it is tried.
    """
    if isinstance(failure, sqlite3.Error):
        code = getattr(failure, "sqlite_errorcode", None)
        return (code & 0xFF) in _SQLITE_AWAY if code is not None else "closed" in str(failure)
    if isinstance(failure, asyncpg.PostgresError):
        return (failure.sqlstate or "").startswith(_POSTGRES_AWAY)
    if isinstance(failure, asyncpg.InterfaceError):
        return not isinstance(failure, ValueError)  # the driver's own word for a value of the wrong type
    if isinstance(failure, asyncpg.InternalClientError):
        return True  # the connection went away in the middle of a word
    if isinstance(failure, OSError):
        return failure.filename is None  # a file that is not there is no connection that broke
    return isinstance(failure, Busy)


def _ring(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        try:
            call()
        except Exception as failure:
            log.error("after a commit: %s", type(failure).__name__)


_WAITED = "an act waited for something that is not the database"

# --- SQLite ---------------------------------------------------------------------------------


def connect_sqlite(path: Path, *, readonly: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection with every setting this project relies on.

    FULL: power loss cannot take back an answered act. recursive_triggers: without it INSERT OR
    REPLACE slips past the triggers of the append-only tables.
    """
    if readonly:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, check_same_thread=False)
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=10000",
        *(() if readonly else ("journal_mode=WAL",)),
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "cache_size=-16384",
        "temp_store=MEMORY",
        *(("query_only=ON",) if readonly else ()),
    ):
        connection.execute("PRAGMA " + pragma)
    return connection


class _SqliteReader:
    """Reads on a kept connection, in the loop: indexed reads of tens of microseconds."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def all(self, query: Query[R], **values: Any) -> list[R]:
        compiled = query.on("sqlite")
        return query.rows(compiled, self._execute(compiled.text, compiled.bind(values)).fetchall())

    async def one(self, query: Query[R], **values: Any) -> R | None:
        compiled = query.on("sqlite")
        # Fetch all: a cursor that stays open keeps pages from going back from the WAL.
        rows = self._execute(compiled.text, compiled.bind(values)).fetchall()
        return query.rows(compiled, rows[:1])[0] if rows else None

    def _execute(self, text: str, bound: list[Any]) -> sqlite3.Cursor:
        return self._connection.execute(text, bound)


class _SqliteTransaction(_SqliteReader):
    __slots__ = ("calls", "over")

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.over = False
        self.calls: list[Callable[[], None]] = []

    async def run(self, query: Query[Any], **values: Any) -> int:
        compiled = query.on("sqlite")
        return self._execute(compiled.text, compiled.bind(values)).rowcount

    async def many(self, query: Query[Any], rows: Sequence[dict[str, Any]]) -> None:
        compiled = query.on("sqlite")
        self._check()
        self._connection.executemany(compiled.text, [compiled.bind(row) for row in rows])

    def _execute(self, text: str, bound: list[Any]) -> sqlite3.Cursor:
        self._check()
        return self._connection.execute(text, bound)

    def _check(self) -> None:
        if self.over:  # the connection is another act's by now
            raise RuntimeError("the act is over")
        # A full disk undoes the transaction by itself: an act that lived on would commit word by word.
        if not self._connection.in_transaction:
            raise Busy("the transaction was undone by the database")

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


class _Waiting:
    __slots__ = ("act", "answer", "context")

    def __init__(self, act: Callable[[Transaction], Coroutine[Any, Any, Any]], answer: asyncio.Future[Any]) -> None:
        self.act = act
        self.answer = answer
        self.context = contextvars.copy_context()

    def tell(self, answer: Any) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, failure: BaseException) -> None:
        if self.answer.done():
            return
        if isinstance(failure, Exception):
            self.answer.set_exception(failure)
        else:
            self.answer.cancel()  # the process is going down


class SqliteDatabase:
    """One file. All acts of this process share one writing connection and its commits."""

    engine = "sqlite"
    reads_at_once = True
    GROUP = 64
    PATIENCE = 10.0  # seconds another process (an operator's command) may hold the file

    def __init__(self, path: Path, *, synchronous: str = "FULL") -> None:
        self._writer = connect_sqlite(path, synchronous=synchronous)
        # our own patience is asynchronous: a lock held elsewhere must not stop the loop
        self._writer.execute("PRAGMA busy_timeout=0")
        # Pages go back from the WAL in a commit, which runs beside the loop: seldom, and many at once.
        self._writer.execute("PRAGMA wal_autocheckpoint=4000")
        self._reader = connect_sqlite(path, readonly=True)
        self._read = _SqliteReader(self._reader)
        self._queue: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None
        self._driving = False
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "sqlite-commit")

    def read(self) -> Reader:
        return self._read

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._reader.execute("BEGIN")
        try:
            yield
        finally:
            if self._reader.in_transaction:
                self._reader.execute("COMMIT")

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        if self._closed:
            raise Busy("the database is closed")
        if self._driving:
            raise RuntimeError(_WAITED)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(act, loop.create_future())
        self._queue.append(waiting)
        if self._working is None:
            self._working = loop.create_task(self._work())
        return cast(T, await waiting.answer)

    async def _work(self) -> None:
        try:
            while self._queue:
                group, self._queue = self._queue[: self.GROUP], self._queue[self.GROUP :]
                try:
                    await self._write(group)
                except BaseException as failure:
                    for waiting in group:
                        waiting.fail(failure)
                    if not isinstance(failure, Exception):
                        for waiting in self._queue:
                            waiting.fail(failure)
                        self._queue.clear()
                        raise
        finally:
            self._working = None

    async def _write(self, group: list[_Waiting]) -> None:
        writer = self._writer
        await self._begin()
        done: list[tuple[_Waiting, Any, list[Callable[[], None]]]] = []
        failed: list[tuple[_Waiting, Exception]] = []
        try:
            for waiting in group:
                if waiting.answer.cancelled():
                    continue
                transaction = _SqliteTransaction(writer)
                writer.execute("SAVEPOINT act")
                self._driving = True
                try:
                    answer = waiting.context.run(_drive, waiting.act, transaction)
                except Exception as failure:
                    if not writer.in_transaction:
                        raise  # a full disk: SQLite has undone the whole transaction, and all must be told
                    writer.execute("ROLLBACK TO act")
                    writer.execute("RELEASE act")
                    failed.append((waiting, failure))
                else:
                    writer.execute("RELEASE act")
                    done.append((waiting, answer, transaction.calls))
                finally:
                    self._driving = False
            # A crash here leaves nothing of this group, and nobody has been answered.
            interrupted = await self._commit()
            # From here on the group is durable; a crash before the answers costs a repeated event at most.
        except BaseException:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            raise
        for waiting, answer, calls in done:
            _ring(calls)
            waiting.tell(answer)
        for waiting, refused in failed:
            waiting.fail(refused)
        if interrupted is not None:
            raise interrupted

    async def _commit(self) -> asyncio.CancelledError | None:
        """COMMIT, beside the loop. It cannot be taken back, so being cancelled waits for its end, too."""
        commit = asyncio.get_running_loop().run_in_executor(self._thread, self._writer.execute, "COMMIT")
        interrupted = None
        while not commit.done():
            try:
                await asyncio.wait([commit])
            except asyncio.CancelledError as cancelled:
                interrupted = cancelled
        commit.result()
        return interrupted

    async def _begin(self) -> None:
        for attempt in itertools.count():
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as failure:
                if failure.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if attempt * 0.01 > self.PATIENCE:
                    raise Busy(str(failure)) from failure
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        self._closed = True
        while self._working is not None:
            await asyncio.wait([self._working])
        self._thread.shutdown()
        # The last to close empties the WAL into the file, which a reader may not.
        self._reader.close()
        self._writer.close()


def _drive(act: Callable[[Transaction], Coroutine[Any, Any, T]], transaction: _SqliteTransaction) -> T:
    """Run an act to its end at once. RuntimeError if it waits for anything: an act only asks the database."""
    coroutine = act(transaction)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    finally:
        transaction.over = True
    coroutine.close()
    raise RuntimeError(_WAITED)


# --- PostgreSQL -----------------------------------------------------------------------------


_CAST = re.compile(r"\$(\d+)::([A-Z]+)\b(?!\[)")


def _together(compiled: _Compiled) -> str | None:
    """The same statement for many sets of values, which come as arrays; None: it has to be asked singly.

    Its first column says whose row it is. The rows of each stay in their own order, because a lateral
    subquery is run for one set of values after the other.
    """
    kinds = dict(_CAST.findall(compiled.text))
    if not compiled.names or _CAST.sub("", compiled.text).count("$") or len(kinds) != len(compiled.names):
        return None
    numbers = range(1, len(kinds) + 1)
    arrays = ", ".join(f"${n}::{kinds[str(n)]}[]" for n in numbers)
    names = ", ".join(f"p{n}" for n in numbers)
    each = _CAST.sub(r"asked.p\1", compiled.text)
    source = f"unnest({arrays}) WITH ORDINALITY AS asked({names}, n)"
    return f"SELECT asked.n, found.* FROM {source}, LATERAL ({each}) AS found"  # noqa: S608 -- a statement of ours


_Asking = tuple[list[Any], "asyncio.Future[Sequence[Sequence[Any]]]"]


class _PostgresReader:
    """Reads on connections of the pool; each statement sees what is committed when it starts.

    What is asked by the same statement in one round of the loop is asked at once: on a busy day
    thirty look-ups cost two round trips, not sixty.
    """

    MOST = 64
    __slots__ = ("_asked", "_asking", "_pool", "_together")

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._asked: dict[_Compiled, list[_Asking]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._together: dict[_Compiled, str | None] = {}

    async def all(self, query: Query[R], **values: Any) -> list[R]:
        compiled = query.on("postgres")
        bound = compiled.bind(values)
        if compiled not in self._together:
            self._together[compiled] = _together(compiled)
        if self._together[compiled] is None:
            return query.rows(compiled, await self._pool.fetch(compiled.text, *bound))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[Sequence[Any]]] = loop.create_future()
        if compiled not in self._asked:
            self._asked[compiled] = []
            loop.call_soon(self._ask, compiled)
        self._asked[compiled].append((bound, answer))
        return query.rows(compiled, await answer)

    async def one(self, query: Query[R], **values: Any) -> R | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    def _ask(self, compiled: _Compiled) -> None:
        asked = self._asked.pop(compiled)
        for first in range(0, len(asked), self.MOST):
            asking = asyncio.get_running_loop().create_task(self._answer(compiled, asked[first : first + self.MOST]))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _answer(self, compiled: _Compiled, asked: list[_Asking]) -> None:
        """Answer everybody. MUST NOT let one's values fail another's question."""
        asked = [one for one in asked if not one[1].done()]
        try:
            answers = await self._fetch(compiled, [bound for bound, _ in asked])
        except Exception as failure:
            if len(asked) > 1 and not unavailable(failure):
                for one in asked:
                    await self._answer(compiled, [one])
                return
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(failure)
            return
        for (_, answer), rows in zip(asked, answers, strict=True):
            if not answer.done():
                answer.set_result(rows)

    async def _fetch(self, compiled: _Compiled, bound: list[list[Any]]) -> list[Any]:
        if len(bound) == 1:
            return [await self._pool.fetch(compiled.text, *bound[0])]
        text = self._together[compiled]
        assert text is not None
        answers: list[list[Sequence[Any]]] = [[] for _ in bound]
        for row in await self._pool.fetch(text, *zip(*bound, strict=True)):
            answers[row[0] - 1].append(row[1:])
        return answers


class _PostgresTransaction:
    __slots__ = ("_connection", "asking", "calls")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.asking = False
        self.calls: list[Callable[[], None]] = []

    async def all(self, query: Query[R], **values: Any) -> list[R]:
        compiled = query.on("postgres")
        self.asking = True
        try:
            raw = await self._connection.fetch(compiled.text, *compiled.bind(values))
        finally:
            self.asking = False
        return query.rows(compiled, raw)

    async def one(self, query: Query[R], **values: Any) -> R | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    async def run(self, query: Query[Any], **values: Any) -> int:
        compiled = query.on("postgres")
        self.asking = True
        try:
            tag: str = await self._connection.execute(compiled.text, *compiled.bind(values))
        finally:
            self.asking = False
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, query: Query[Any], rows: Sequence[dict[str, Any]]) -> None:
        compiled = query.on("postgres")
        self.asking = True
        try:
            await self._connection.executemany(compiled.text, [compiled.bind(row) for row in rows])
        finally:
            self.asking = False

    def after_commit(self, call: Callable[[], None]) -> None:
        self.calls.append(call)


@types.coroutine
def _watched(coroutine: Coroutine[Any, Any, T], transaction: _PostgresTransaction) -> Generator[Any, Any, T]:
    """An act as it is, but RuntimeError if it waits for anything but its own transaction: on SQLite it could not."""
    step, value = coroutine.send, None
    try:
        while True:
            waits = step(value)
            if not transaction.asking:
                coroutine.close()
                raise RuntimeError(_WAITED)
            try:
                step, value = coroutine.send, (yield waits)
            except BaseException as thrown:
                step, value = coroutine.throw, thrown
    except StopIteration as end:
        return cast(T, end.value)


#: serialization failure, deadlock, lock not available: the act has no effect outside, so it is run again
_AGAIN = {"40001", "40P01", "55P03"}


def _lost(connection: Any) -> bool:
    try:
        lost: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        return True  # the pool took it back when the line broke
    return lost


async def _as_it_is(_connection: Any) -> None:
    """Nothing."""


class PostgresDatabase:
    """A server. READ COMMITTED; rows that matter are locked by the act itself."""

    engine = "postgres"
    reads_at_once = False
    TRIES = 3
    #: connections for acts, and for reads beside them
    WRITERS, READERS = 6, 4
    #: seconds an act waits for one of them
    TURN = 5.0
    #: seconds a connection may lie idle
    REST = 60.0

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._writers = asyncio.Semaphore(self.WRITERS)
        #: kept out of the pool from act to act, since when: its own ways in and out cost as much as a statement
        self._kept: list[tuple[Any, float]] = []
        self._read = _PostgresReader(pool)
        self._writing = 0
        self._closed = False
        self._idle = asyncio.Event()

    @classmethod
    async def open(cls, url: str, *, patience: float = 20.0) -> "PostgresDatabase":
        """Connect. Raises OSError or asyncpg.PostgresError when the server cannot be reached.

        `patience`: after so many seconds without a word from the server a statement is given up.
        """
        pool = await asyncpg.create_pool(
            url.replace("postgresql+asyncpg://", "postgresql://"),
            min_size=1,
            max_size=cls.WRITERS + cls.READERS,
            timeout=5,
            command_timeout=patience,
            # asyncpg's own reset is a round trip for every statement; we leave nothing behind on a
            # connection but ended transactions, so there is nothing to reset
            reset=_as_it_is,
            server_settings={
                "lock_timeout": "5s",
                "statement_timeout": "15s",
                "idle_in_transaction_session_timeout": "30s",
                "synchronous_commit": "on",
                "timezone": "UTC",
            },
        )
        return cls(pool)

    def read(self) -> Reader:
        return self._read

    def snapshot(self) -> AbstractContextManager[None]:
        raise NotImplementedError("reads wait here")

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        if self._closed:
            raise Busy("the database is closed")
        self._writing += 1
        try:
            return await self._write(act)
        finally:
            self._writing -= 1
            if not self._writing:
                self._idle.set()

    async def _write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        for attempt in itertools.count(1):
            try:
                async with self._transaction() as transaction:
                    answer = await _watched(act(transaction), transaction)
            except asyncpg.PostgresError as failure:
                if failure.sqlstate not in _AGAIN or attempt >= self.TRIES:
                    raise
                continue
            _ring(transaction.calls)
            return answer
        raise AssertionError("unreachable")

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[_PostgresTransaction]:
        if self._writers.locked():
            async with asyncio.timeout(self.TURN):
                await self._writers.acquire()
        else:
            await self._writers.acquire()
        try:
            connection = await self._connection()
            try:
                async with connection.transaction():
                    yield _PostgresTransaction(connection)
            except BaseException:
                # Whatever state it is in: the pool brings it back to rest, or ends it.
                await self._pool.release(connection, timeout=self.TURN)
                raise
            self._kept.append((connection, asyncio.get_running_loop().time()))
        finally:
            self._writers.release()

    async def _connection(self) -> Any:
        while self._kept:
            connection, since = self._kept.pop()
            if not _lost(connection):
                if asyncio.get_running_loop().time() - since < self.REST:
                    return connection
                connection.terminate()  # a line that was silent for so long may have been cut on the way
            await self._pool.release(connection)
        return await self._pool.acquire(timeout=self.TURN)

    async def close(self) -> None:
        self._closed = True
        while self._writing:
            self._idle.clear()
            await self._idle.wait()
        while self._kept:
            await self._pool.release(self._kept.pop()[0])
        await self._pool.close()


async def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """The database behind a URL: `sqlite:///file` or `postgresql://…`."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(Path(url.removeprefix("sqlite:///")), synchronous=synchronous)
    return await PostgresDatabase.open(url)
