"""SQLite: one file, one writer, group commit."""

import asyncio
import contextvars
import itertools
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from storage.database import WAITED, Busy, Query, R, Reader, T, Transaction, gone, ring

#: busy, locked, no memory, read-only, interrupted, I/O, corrupt, full, cannot open, protocol, no database
_AWAY = {5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26}


def away(failure: BaseException) -> bool:
    """See `Database.away`."""
    if isinstance(failure, sqlite3.Error):
        code = getattr(failure, "sqlite_errorcode", None)
        return (code & 0xFF) in _AWAY if code is not None else "closed" in str(failure)
    return gone(failure)


def connect_sqlite(path: Path, *, readonly: bool = False, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection with every setting this project relies on.

    FULL: power loss cannot take back an answered act. recursive_triggers: without it INSERT OR
    REPLACE slips past the triggers of the append-only tables. secure_delete: what was deleted or
    changed is overwritten with zeros, so that an erased person is not left in free pages.
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
        "secure_delete=ON",
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

    async def soon(self, query: Query[Any], **values: Any) -> None:
        await self.run(query, **values)

    async def last(self, query: Query[R], **values: Any) -> R | None:
        return await self.one(query, **values)

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
    GROUP = 64
    LINGER = 0.005  # seconds
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
        self._pressing = False  # somebody waits for an act in the queue
        self._lingering: asyncio.TimerHandle | None = None
        self._driving = False
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "sqlite-commit")

    def read(self) -> Reader:
        return self._read

    def away(self, failure: BaseException) -> bool:
        return away(failure)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._reader.execute("BEGIN")
        try:
            yield
        finally:
            if self._reader.in_transaction:
                self._reader.execute("COMMIT")

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]], *, lingers: bool = False) -> T:
        if self._closed:
            raise Busy("the database is closed")
        if self._driving:
            raise RuntimeError(WAITED)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(act, loop.create_future())
        self._queue.append(waiting)
        if not lingers:
            self._press()
        elif self._lingering is None:
            self._lingering = loop.call_later(self.LINGER, self._press)
        return cast(T, await waiting.answer)

    def _press(self) -> None:
        """Whatever is in the queue goes into the next commit."""
        if self._lingering is not None:
            self._lingering.cancel()
            self._lingering = None
        self._pressing = True
        if self._working is None:
            self._working = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        try:
            while self._pressing:
                group, self._queue = self._queue[: self.GROUP], self._queue[self.GROUP :]
                self._pressing = bool(self._queue)
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
            ring(calls)
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

    async def scrub(self) -> None:
        """Empty the WAL, which holds pages as they were, into the file. A reader elsewhere may put that off."""
        while self._working is not None:
            await asyncio.wait([self._working])
        # No await between the look and the work: nobody else is in the middle of anything.
        if not self._closed:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    async def close(self) -> None:
        self._closed = True
        if self._lingering is not None:
            self._press()
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
    raise RuntimeError(WAITED)
