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

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, NamedTuple, Protocol, cast

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


class Converted(TypeDecorator[T], ABC):
    """A column whose values look otherwise outside than inside; `kept` and `read` never meet None.

    A kind of column that lacks one of them cannot be made. The road to the driver calls the two directly:
    SQLAlchemy's own detour costs more than they do.
    """

    @abstractmethod
    def kept(self, value: T) -> Any:
        """A value as the database keeps it."""

    @abstractmethod
    def read(self, value: Any) -> T:
        """A value as the database kept it."""

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


class Compiled:
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
        self._compiled: dict[str, Compiled] = {}
        fields = getattr(into, "_fields", ())
        columns = _result_columns(clause)
        if columns and len(columns) != len(fields):
            raise TypeError(f"{into.__name__} has {len(fields)} fields, the statement {len(columns)} columns")

    def on(self, engine: str) -> Compiled:
        """The statement compiled for `sqlite` or `postgres`."""
        found = self._compiled.get(engine)
        if found is None:
            found = self._compiled[engine] = Compiled(self.clause, engine)
        return found

    def rows(self, compiled: Compiled, raw: Sequence[Sequence[Any]]) -> list[R]:
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

    async def soon(self, query: Query[Any], **values: Any) -> None:
        """Write before anything else is asked, at the latest with the commit; nothing is told of it.

        Where the database is a server, `last` takes it along: a round trip less.
        """
        ...

    async def last(self, query: Query[R], **values: Any) -> R | None:
        """Write, together with what was to be done `soon`; the first row that is returned.

        MUST NOT read a table that is written `soon`: it sees all of them as they were before.
        """
        ...

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the change is durable; never if it is rolled back.

        What it raises is logged and goes no further: the change stands.
        """
        ...


class Database(Protocol):
    """SQLite or PostgreSQL; both keep the same promises."""

    engine: str

    def read(self) -> Reader:
        """A reader that sees what is committed. Takes no lock."""
        ...

    def snapshot(self) -> AbstractContextManager[None] | None:
        """Where reads never wait: inside the block they see one state, and can be driven to their end without the loop.

        None where reads do wait. MUST NOT be held over an await.
        """
        ...

    async def write(self, act: Callable[[Transaction], Coroutine[Any, Any, T]], *, lingers: bool = False) -> T:
        """Run an act in a transaction and return its answer once that is durable.

        MUST NOT return before the commit; an exception of the act rolls back this act only. The act
        runs in the caller's context (the language that is spoken), and may run more than once.

        lingers  nobody waits for the answer: where acts share a commit, this one may wait some
                 milliseconds for another's, so that it makes nobody wait for a commit of its own
        """
        ...

    def away(self, failure: BaseException) -> bool:
        """Whether the database was away, full or locked: then the same act may work later.

        Everything else (a value it cannot hold, a broken constraint, a wrong statement) fails again
        however often it is tried.
        """
        ...

    async def scrub(self) -> None:
        """Overwrite what the files still hold of rows that were deleted, as far as it is in our hands.

        PostgreSQL's own vacuum does it there.
        """
        ...

    async def close(self) -> None:
        """Finish what is being written, then let go."""
        ...


class Busy(Exception):
    """The database was locked by others for too long, or is closed; nothing was done."""


def gone(failure: BaseException) -> bool:
    """Whether the way to the database broke, whichever it is."""
    if isinstance(failure, OSError):
        return failure.filename is None  # a file that is not there is no connection that broke
    return isinstance(failure, Busy)


def ring(calls: Sequence[Callable[[], None]]) -> None:
    """Tell whoever waits for a commit. What one raises keeps nothing from the others."""
    for call in calls:
        try:
            call()
        except Exception as failure:
            log.error("after a commit: %s", type(failure).__name__)


#: what an act is told that waited
WAITED = "an act waited for something that is not the database"
