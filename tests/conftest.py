"""What every test stands on: real databases, no network, and no skipped test in CI.

Databases are real ones. SQLite is a file of its own per test; PostgreSQL is one server per run,
ours (fresh, on a free port, gone afterwards) or the one TEST_DATABASE_URL names, and a database of
its own per test. Both are copies of a template that is migrated once per run; a PostgreSQL copy that a
test left as it found it, but for rows, is emptied for the next one, because a copy costs a tenth of a
second. Where no server can be had the test fails: what was not tried has not passed.
"""

import asyncio
import fcntl
import ipaddress
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import hypothesis
import pytest

from tests.ports import free_port

# A busy machine is slow now and then: that is no fault of what is tried.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")

RUN = pytest.StashKey[Path]()
pytest_plugins = ["tests.fixtures"]

# ------------------------------------------------------------------------------------------ one folder per run


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one folder that all its workers share, and shut the network."""
    given = getattr(config, "workerinput", {}).get("run")
    if given is None:
        run = Path(tempfile.mkdtemp(prefix="zhaiquantong-tests-"))
        run.chmod(0o755)  # the database server runs as another user and must reach its folder below
    else:
        run = Path(given)
    config.stash[RUN] = run
    _shut_network()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the run's folder is."""
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove the folder, once all workers have ended."""
    run = config.stash.get(RUN, None)
    if run is None or hasattr(config, "workerinput"):
        return
    if (run / "server.json").exists():
        server = json.loads((run / "server.json").read_text())
        if server["data"]:
            _pg_ctl("stop", "-D", server["data"], "-m", "immediate")
        elif server["template"]:
            _aside(_drop, server["url"], server["template"])
    shutil.rmtree(run, ignore_errors=True)


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Only one worker at a time: the first makes what the others find."""
    with (run / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _aside(work: Callable[..., None], *args: str) -> None:
    """Run to its end in a thread, where `asyncio.run` cannot disturb the loop of the test."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work, *args).result()


# ------------------------------------------------------------------------------------------ a skip is a failure in CI


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test fails the run."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say so, or nobody understands the exit code."""
    if skipped := _skipped(config):
        terminalreporter.write_line(f"CI: {skipped} skipped, which counts as failed: make it run here.", red=True)


def _skipped(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI", "").lower() in {"", "0", "false"}:
        return 0
    return len(reporter.stats.get("skipped", []))


# ------------------------------------------------------------------------------------------ no network


class NetworkRefused(RuntimeError):
    """A test reached for another machine. Deliberately no OSError: code under test would take it for bad luck."""


def _shut_network() -> None:
    """Refuse every connection and every look-up that leaves this machine."""

    def here(host: object) -> bool:
        if host in {None, "", "localhost", b"localhost"}:
            return True
        try:
            return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
        except ValueError:
            return False

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def connect_here(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6} and not here(address[0]):
                raise NetworkRefused(f"refused in tests: a connection to {address[0]}")
            return connect(self, address)

        return connect_here

    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            numeric = ipaddress.ip_address(str(host).partition("%")[0]) is not None
        except ValueError:
            numeric = False
        if not (numeric or here(host)):  # a number is looked up without asking anybody
            raise NetworkRefused(f"refused in tests: looking up {host}")
        return look_up(host, *args, **kwargs)

    socket.socket.connect = guarded(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded(socket.socket.connect_ex)  # type: ignore[method-assign]
    socket.getaddrinfo = look_up_here


# ------------------------------------------------------------------------------------------ PostgreSQL


def _programs() -> Path:
    """Where initdb and pg_ctl are: the newest under Debian's folder, else on PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    if found is None:
        pytest.fail("No PostgreSQL server here: `make machine` installs one; or set TEST_DATABASE_URL.", pytrace=False)
    return Path(found).parent


def _as_server(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a server program; PostgreSQL refuses root, so root steps down first."""
    account = "postgres" if os.geteuid() == 0 else None
    return subprocess.run(
        [str(part) for part in command],
        user=account, group=account, extra_groups=[] if account else None,
        cwd="/", env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _pg_ctl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _as_server(_programs() / "pg_ctl", "-s", "-w", "-t", "60", *arguments)


#: fsync saves what is written from a power cut, and no test cuts the power: what is committed (synchronous_commit
#: stays on) outlives the killing of any process, the server's too, because the kernel has it. And what vacuums a
#: table, or learns its statistics, at a moment of its own would make rows come in another order now and then.
#: The kill test and the benchmarks turn them on again.
_HASTE = "\nfsync = off\nfull_page_writes = off\nautovacuum = off\n"


def _start_server(run: Path) -> tuple[str, Path]:
    """A fresh cluster in the run's folder; its URL and its data folder."""
    home = run / "postgres"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        try:
            shutil.chown(home, "postgres", "postgres")
        except LookupError:
            pytest.fail("root cannot run PostgreSQL, and there is no account `postgres` to run it as.", pytrace=False)
    data, log = home / "data", home / "log"
    made = _as_server(
        _programs() / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
    )
    if made.returncode:
        pytest.fail(f"initdb: {made.stderr}", pytrace=False)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(_HASTE)
    for _attempt in range(3):  # somebody may take the port between the look and the start
        port = free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c max_connections=200"
        if _pg_ctl("start", "-D", data, "-l", log, "-o", options).returncode == 0:
            return f"postgresql://postgres@127.0.0.1:{port}/postgres", data
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}", pytrace=False)


def _named(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _say(url: str, statement: str) -> None:
    async def say() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(say())


def _drop(url: str, database: str) -> None:
    _say(url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def run_folder(request: pytest.FixtureRequest) -> Path:
    """The one folder all workers of this run share; removed at its end."""
    return request.config.stash[RUN]


@pytest.fixture(scope="session")
def postgres_server(run_folder: Path) -> str:
    """URL of a PostgreSQL server that may be filled with databases, as a superuser. One per run."""
    known = run_folder / "server.json"
    with _alone(run_folder):
        if not known.exists():
            given = os.environ.get("TEST_DATABASE_URL", "").replace("+asyncpg", "")
            url, data = (given, "") if given else _start_server(run_folder)
            known.write_text(json.dumps({"url": url, "data": str(data), "template": ""}))
        return str(json.loads(known.read_text())["url"])


@pytest.fixture(scope="session")
def postgres_template(run_folder: Path, postgres_server: str) -> str:
    """Name of a migrated database to copy from. Made once per run."""
    known = run_folder / "server.json"
    with _alone(run_folder):
        server = json.loads(known.read_text())
        if not server["template"]:
            from storage import migrate

            name = f"template_{uuid.uuid4().hex[:12]}"
            _aside(_say, postgres_server, f'CREATE DATABASE "{name}"')
            _aside(migrate.upgrade, _named(postgres_server, name))
            frame: list[str] = []
            _aside(lambda url: frame.append(_frame(url)), _named(postgres_server, name))
            known.write_text(json.dumps(server | {"template": name, "frame": frame[0]}))
            return name
        return str(server["template"])


@contextmanager
def _database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    _aside(_say, server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _named(server, name)
    _aside(_drop, server, name)


#: what a database is but for its rows. A change of the schema, of a trigger or of a setting writes catalogue
#: rows anew, and those bear the number of the transaction that wrote them; TRUNCATE writes none of these.
_FRAME = f"""SELECT md5(concat_ws('/', {
    ", ".join(
        f"(SELECT ROW(count(*), sum(xmin::text::numeric)) FROM {catalogue})"
        for catalogue in ("pg_attribute", "pg_constraint", "pg_trigger", "pg_proc", "alembic_version")
    )
}, (SELECT ROW(datallowconn, datconnlimit) FROM pg_database WHERE datname = current_database()),
(SELECT count(*) FROM pg_db_role_setting WHERE setdatabase <> 0)))"""
_OTHERS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
_WRITTEN = """SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
AND pg_relation_size(oid) > 0"""
_COUNTED = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
FROM pg_sequences WHERE last_value IS NOT NULL"""


def _frame(url: str) -> str:
    async def look() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(_FRAME))
        finally:
            await connection.close()

    return asyncio.run(look())


def _emptied(url: str, frame: str) -> bool:
    """Make it what a new copy would be. False: nobody may have it after this test.

    MUST NOT give on a database that somebody is still connected to, or whose schema a test has changed.
    TRUNCATE makes the files of a table anew, so rows lie in the order in which they are written, as in a copy.
    """

    async def empty() -> bool:
        connection = await asyncpg.connect(url, timeout=10, command_timeout=10)
        try:
            for _look in range(50):  # the server hears a little later that a connection was closed
                if await connection.fetchval(_OTHERS) == 0:
                    break
                await asyncio.sleep(0.01)
            else:
                return False
            if await connection.fetchval(_FRAME) != frame:
                return False
            if written := await connection.fetchval(_WRITTEN):
                # the ledger's triggers refuse to forget: not in this session
                await connection.execute(f"SET session_replication_role = replica; TRUNCATE {written}")
            await connection.fetch(_COUNTED)
            return True
        finally:
            await connection.close(timeout=10)

    try:
        return asyncio.run(empty())
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


#: after so many tests a copy is thrown away: what TRUNCATE leaves behind in the catalogues grows
_ROUNDS = 40


@pytest.fixture(scope="session")
def postgres_spare(run_folder: Path, postgres_server: str, postgres_template: str) -> Iterator[list[tuple[str, int]]]:
    """Emptied databases of this worker, each with the number of tests it has served."""
    spare: list[tuple[str, int]] = []
    yield spare
    for url, _served in spare:
        _aside(_drop, postgres_server, urlsplit(url).path[1:])


@pytest.fixture
def postgres_url(
    run_folder: Path, postgres_server: str, postgres_template: str, postgres_spare: list[tuple[str, int]]
) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    frame = str(json.loads((run_folder / "server.json").read_text())["frame"])
    if postgres_spare:
        url, served = postgres_spare.pop()
    else:
        url, served = _named(postgres_server, f"test_{uuid.uuid4().hex[:12]}"), 0
        _aside(_say, postgres_server, f'CREATE DATABASE "{urlsplit(url).path[1:]}" TEMPLATE "{postgres_template}"')
    yield url
    with ThreadPoolExecutor(1) as thread:  # see _aside
        if served + 1 < _ROUNDS and thread.submit(_emptied, url, frame).result():
            postgres_spare.append((url, served + 1))
        else:
            thread.submit(_drop, postgres_server, urlsplit(url).path[1:]).result()


# ------------------------------------------------------------------------------------------ SQLite


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """A migrated SQLite file to copy from. Made once per run."""
    ready = run_folder / "template.db"
    with _alone(run_folder):
        if not ready.exists():
            from storage import migrate

            fresh = run_folder / "fresh.db"
            _aside(migrate.upgrade, f"sqlite:///{fresh}")
            with closing(sqlite3.connect(fresh)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it into the one file that is copied
            fresh.rename(ready)
    return ready


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    shutil.copyfile(sqlite_template, tmp_path / "bot.db")
    return f"sqlite:///{tmp_path / 'bot.db'}"


# ------------------------------------------------------------------------------------------ either of them


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test's own; the test runs once on each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, for tests of the migrations themselves; once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _database(request.getfixturevalue("postgres_server"), "template0") as url:
        yield url
