"""PostgreSQL (asyncpg): one transaction an act."""

import asyncio
import itertools
import re
import types
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, cast

import asyncpg
from sqlalchemy.sql.dml import UpdateBase

from storage.database import WAITED, Busy, Compiled, Query, R, Reader, T, Transaction, gone, ring

#: classes of SQLSTATE: connection, rolled back for others, resources, intervention, system, internal
_AWAY = ("08", "40", "53", "57", "58", "XX", "55P03", "25P03", "25006")


def away(failure: BaseException) -> bool:
    """See `Database.away`."""
    if isinstance(failure, asyncpg.PostgresError):
        return (failure.sqlstate or "").startswith(_AWAY)
    if isinstance(failure, asyncpg.InterfaceError):
        return not isinstance(failure, ValueError)  # the driver's own word for a value of the wrong type
    if isinstance(failure, asyncpg.InternalClientError):
        return True  # the connection went away in the middle of a word
    return gone(failure)


_CAST = re.compile(r"\$(\d+)::([A-Z]+)\b(?!\[)")
_VALUE = re.compile(r"\$(\d+)")


def _together(compiled: Compiled) -> str | None:
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


def _table(query: Query[Any]) -> Any:
    """The table a statement writes to."""
    return cast(UpdateBase, query.clause).table


@lru_cache(maxsize=64)
def _in_one(*statements: Compiled) -> str:
    """Several statements as one, whose rows are those of the last."""
    texts, before = [], 0
    for one in statements:
        texts.append(_VALUE.sub(lambda found, by=before: f"${int(found[1]) + by}", one.text))  # type: ignore[misc]
        before += len(one.names)
    *first, last = texts
    return f"WITH {', '.join(f'_{n} AS ({text})' for n, text in enumerate(first))} {last}" if first else last


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
        self._asked: dict[Compiled, list[_Asking]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._together: dict[Compiled, str | None] = {}

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

    def _ask(self, compiled: Compiled) -> None:
        asked = self._asked.pop(compiled)
        for first in range(0, len(asked), self.MOST):
            asking = asyncio.get_running_loop().create_task(self._answer(compiled, asked[first : first + self.MOST]))
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)

    async def _answer(self, compiled: Compiled, asked: list[_Asking]) -> None:
        """Answer everybody. MUST NOT let one's values fail another's question."""
        asked = [one for one in asked if not one[1].done()]
        try:
            answers = await self._fetch(compiled, [bound for bound, _ in asked])
        except Exception as failure:
            if len(asked) > 1 and not away(failure):
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

    async def _fetch(self, compiled: Compiled, bound: list[list[Any]]) -> list[Any]:
        if len(bound) == 1:
            return [await self._pool.fetch(compiled.text, *bound[0])]
        text = self._together[compiled]
        assert text is not None
        answers: list[list[Sequence[Any]]] = [[] for _ in bound]
        for row in await self._pool.fetch(text, *zip(*bound, strict=True)):
            answers[row[0] - 1].append(row[1:])
        return answers


class _PostgresTransaction:
    __slots__ = ("_connection", "_soon", "asking", "calls")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        #: by the table each writes to: two writes to one table are never one statement
        self._soon: dict[Any, tuple[Compiled, list[Any]]] = {}
        self.asking = False
        self.calls: list[Callable[[], None]] = []

    async def all(self, query: Query[R], **values: Any) -> list[R]:
        compiled = query.on("postgres")
        bound = compiled.bind(values)
        if self._soon:
            await self.settle()
        return query.rows(compiled, await self._asked(self._connection.fetch, compiled.text, bound))

    async def one(self, query: Query[R], **values: Any) -> R | None:
        rows = await self.all(query, **values)
        return rows[0] if rows else None

    async def run(self, query: Query[Any], **values: Any) -> int:
        compiled = query.on("postgres")
        bound = compiled.bind(values)
        if self._soon:
            await self.settle()
        tag: str = await self._asked(self._connection.execute, compiled.text, bound)
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, query: Query[Any], rows: Sequence[dict[str, Any]]) -> None:
        compiled = query.on("postgres")
        bound = [compiled.bind(row) for row in rows]
        await self.settle()
        await self._asked(self._connection.executemany, compiled.text, [bound])

    async def soon(self, query: Query[Any], **values: Any) -> None:
        compiled = query.on("postgres")
        bound = compiled.bind(values)
        if _table(query) in self._soon:
            await self.settle()
        self._soon[_table(query)] = compiled, bound

    async def last(self, query: Query[R], **values: Any) -> R | None:
        compiled = query.on("postgres")
        bound = compiled.bind(values)
        if _table(query) in self._soon:
            await self.settle()
        first = list(self._soon.values())
        self._soon = {}
        text = _in_one(*(one for one, _ in first), compiled)
        rows = await self._asked(self._connection.fetch, text, [*(v for _, values in first for v in values), *bound])
        found = query.rows(compiled, rows)
        return found[0] if found else None

    async def settle(self) -> None:
        """Do what was to be done soon."""
        soon, self._soon = self._soon, {}
        for compiled, bound in soon.values():
            await self._asked(self._connection.execute, compiled.text, bound)

    async def _asked(self, ask: Callable[..., Coroutine[Any, Any, Any]], text: str, bound: list[Any]) -> Any:
        self.asking = True
        try:
            return await ask(text, *bound)
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
                raise RuntimeError(WAITED)
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

    def away(self, failure: BaseException) -> bool:
        return away(failure)

    def snapshot(self) -> None:
        return None

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]], *, lingers: bool = False) -> T:
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
                    await transaction.settle()
            except asyncpg.PostgresError as failure:
                if failure.sqlstate not in _AGAIN or attempt >= self.TRIES:
                    raise
                continue
            ring(transaction.calls)
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

    async def scrub(self) -> None:
        """Nothing: dead rows are removed by the server's own vacuum."""

    async def close(self) -> None:
        self._closed = True
        while self._writing:
            self._idle.clear()
            await self._idle.wait()
        while self._kept:
            await self._pool.release(self._kept.pop()[0])
        await self._pool.close()
