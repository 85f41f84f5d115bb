"""PostgreSQL: questions of one round of the loop are one statement, and nobody notices but the server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import asyncpg
import pytest
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, String, Table, bindparam, func, insert, select

from storage.database import Query, Transaction
from storage.postgres import PostgresDatabase, _lost

metadata = MetaData()
word = Table(
    "word", metadata, Column("id", BigInteger, primary_key=True), Column("of", String), Column("seal", LargeBinary)
)


class Word(NamedTuple):
    id: int
    of: str | None
    seal: bytes | None


NOW = datetime(2026, 11, 22, tzinfo=UTC)
ADD: Query[Any] = Query(insert(word).values(id=bindparam("id"), of=bindparam("of"), seal=bindparam("seal")))
OF = Query(
    select(word.c.id, word.c.of, word.c.seal).where(word.c.of == bindparam("of")).order_by(word.c.id.desc()), Word
)
FIRST_OF = Query(
    select(word.c.id, word.c.of, word.c.seal).where(word.c.of == bindparam("of")).order_by(word.c.id).limit(2), Word
)
BETWEEN = Query(
    select(word.c.id, word.c.of, word.c.seal)
    .where(word.c.id >= bindparam("low"), word.c.id <= bindparam("high"))
    .order_by(word.c.id),
    Word,
)


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[PostgresDatabase]:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("CREATE TABLE word (id bigint PRIMARY KEY, of varchar, seal bytea)")
    await connection.close()
    opened = await PostgresDatabase.open(postgres_url)

    async def fill(db: Transaction) -> None:
        for number in range(300):
            await db.run(ADD, id=number, of=f"o{number % 100}", seal=bytes([number % 256]))

    await opened.write(fill)
    yield opened
    await opened.close()


class Listening:
    """The pool, and what the server is asked through it."""

    def __init__(self, database: PostgresDatabase) -> None:
        self.asked: list[str] = []
        self._pool = database._pool
        database._read._pool = self

    async def fetch(self, text: str, *args: Any) -> Any:
        self.asked.append(text)
        return await self._pool.fetch(text, *args)


@pytest.mark.parametrize("query", [OF, FIRST_OF])
async def test_everybody_gets_his_own_rows_in_their_own_order(database, query):
    db = database.read()
    alone = [await db.all(query, of=f"o{n}") for n in range(120)]
    assert alone[7][0].id == (207 if query is OF else 7)
    assert alone[110] == []
    server = Listening(database)
    assert await asyncio.gather(*(db.all(query, of=f"o{n}") for n in range(120))) == alone
    assert len(server.asked) == 2, "a hundred and twenty questions, sixty-four at once"


async def test_different_statements_and_values_side_by_side(database):
    db = database.read()
    server = Listening(database)
    found = await asyncio.gather(
        db.all(BETWEEN, low=3, high=5), db.one(OF, of="o9"), db.all(BETWEEN, low=7, high=7), db.one(OF, of=None)
    )
    assert [[row.id for row in found[0]], found[1].id, [row.id for row in found[2]], found[3]] == [
        [3, 4, 5],
        209,
        [7],
        None,
    ]
    assert found[1].seal == bytes([209])
    assert len(server.asked) == 2


async def test_one_who_asks_nonsense_fails_alone(database):
    db = database.read()
    told: Any = await asyncio.gather(
        db.all(BETWEEN, low="x", high=5), db.all(BETWEEN, low=5, high=5), return_exceptions=True
    )
    assert isinstance(told[0], asyncpg.DataError)
    assert [row.id for row in told[1]] == [5]


async def test_one_who_goes_away_takes_nothing_from_the_others(database):
    db = database.read()
    asking = [asyncio.get_running_loop().create_task(db.all(BETWEEN, low=n, high=n)) for n in range(3)]
    await asyncio.sleep(0)
    asking[0].cancel()
    told: Any = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(told[0], asyncio.CancelledError)
    assert [[row.id for row in rows] for rows in told[1:]] == [[1], [2]]


async def test_when_the_server_is_away_everybody_is_told(database):
    db = database.read()
    await db.one(OF, of="o1")
    database._pool.terminate()
    told = await asyncio.gather(*(db.one(OF, of="o1") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in told] == [asyncpg.InterfaceError] * 3


async def test_acts_keep_their_connections_and_replace_lost_ones(database, postgres_url):
    async def mine(db: Transaction) -> int:
        asked: Query[Any] = Query(select(func.pg_backend_pid()))
        row = await db.one(asked)
        assert row is not None
        return int(row.value)

    first = await database.write(mine)
    assert await database.write(mine) == first
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("SELECT pg_terminate_backend($1)", first)
    await connection.close()
    async with asyncio.timeout(10):
        while not _lost(database._kept[-1][0]):  # noqa: ASYNC110 -- the server tells nobody else
            await asyncio.sleep(0)
    assert await database.write(mine) != first
