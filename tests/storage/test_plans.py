"""No query of storage/ walks through a table: SQLite itself is asked how it would run each of them.

A view runs in the event loop; an indexed read costs it tens of microseconds, a scan of 300,000 rows
stops everybody. PostgreSQL has the same indexes: what this test finds there is missing there, too.
"""

import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Select, bindparam, select

import storage
from storage import ledger, people
from storage.database import Query, table
from storage.sqlite import connect_sqlite

#: query -> the one table it may read to the end, and why
MAY_SCAN: dict[str, tuple[str, str]] = {
    "health._VERSION": ("alembic_version", "one row"),
    "audience._NEWS": ("notice_pending", "the marks of what is to be done, and all of it is to be done"),
    "deliveries._LET_GO": ("lease", "a row for each thing that only one process does"),
    "operators._FORGET": ("one_time_token", "an operator's links of the last minutes"),
    "operators._CLAIMS": ("claim", "the operator's overview, opened by hand"),
    "operators._OFFERS": ("offer", "the operator's overview, opened by hand"),
    "agents._VISITS": ("agent_visit", "the newest by key, opened by hand"),
    "erasure._MAILS": ("mailbox", "the local mailbox: fifty mails, and only where there is no mail server"),
    "erasure._MAIL_TO": ("outbox", "once for each person that is erased; an index would be paid for by every message"),
    "figures._SINCE": ("ticket", "the desk's page of figures, opened by hand; two weeks of tickets"),
    "topics._NOTHING_NEW": ("ticket", "once, when a group becomes the desk"),
    "topics._HE_HAS": ("ticket", "once, when an agent comes into the group"),
    "topics._NEWS": ("desk_member", "a row for each agent in the group"),
    "topics._ANY_PRESSING": ("desk_member", "a row for each agent in the group"),
    "topics._LEISURELY": ("desk_member", "a row for each agent in the group"),
}
_SCAN = re.compile(r"^SCAN (\w+)(?! USING (COVERING )?INDEX)")


def queries() -> Iterator[tuple[str, Query[Any]]]:
    """Every Query that stands at the top of a module of storage/."""
    for found in pkgutil.iter_modules(storage.__path__):
        module = importlib.import_module(f"storage.{found.name}")
        for name, value in vars(module).items():
            if isinstance(value, Query):
                yield f"{found.name}.{name}", value


def plan(raw: sqlite3.Connection, query: Query[Any]) -> list[str]:
    """How SQLite would run it, one line a step."""
    compiled = query.on("sqlite")
    return [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {compiled.text}", [1] * len(compiled.names))]


def whole_tables(raw: sqlite3.Connection, query: Query[Any]) -> list[str]:
    """The steps that read a table from its beginning to its end."""
    steps = plan(raw, query)
    clause: Any = query.clause
    if (
        isinstance(clause, Select)
        and clause._limit_clause is not None
        and not clause._where_criteria
        and len(steps) == 1
    ):
        return []  # one table in the order of its key, and only as many rows as are wanted
    tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [step for step in steps if (scan := _SCAN.match(step)) and scan[1] in tables]


@pytest.fixture(scope="module")
def raw(sqlite_template: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect_sqlite(sqlite_template, readonly=True)) as connection:
        yield connection


NAMES = sorted(name for name, _query in queries())


def test_there_are_queries() -> None:
    assert len(NAMES) > 40
    assert set(MAY_SCAN) <= set(NAMES), "an exception for a query that is gone"


@pytest.mark.parametrize("name", NAMES)
def test_no_query_reads_a_whole_table(raw: sqlite3.Connection, name: str) -> None:
    query = dict(queries())[name]
    whole = whole_tables(raw, query)
    allowed = [f"SCAN {MAY_SCAN[name][0]}"] if name in MAY_SCAN else []
    assert sorted(set(whole)) == allowed, "\n".join(plan(raw, query))


class _Any(NamedTuple):
    value: Any


def test_control_a_scan_is_seen(raw: sqlite3.Connection) -> None:
    contact, entry = table(people.Contact).c, table(ledger.LedgerEntry)
    pending = table(ledger.NoticePending)
    scan = Query(select(contact.id).where(contact.locale == bindparam("x")).limit(1), _Any)
    assert whole_tables(raw, scan) == ["SCAN contact"]
    other_way_round = Query(
        select(entry.c.id)
        .select_from(pending.join(entry, entry.c.id == pending.c.entry_id))
        .order_by(entry.c.id)
        .limit(1),
        _Any,
    )
    assert whole_tables(raw, other_way_round) == ["SCAN ledger_entry"], "to its end, when little is pending"
