"""The frame itself: pinned versions, a shut network, fresh databases, and no skipped test in CI."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import asyncpg
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from storage import health

ROOT = Path(__file__).parent.parent.parent


def test_every_requirement_is_pinned_within_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = (ROOT / "constraints.txt").read_text().split()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == [], (
        "names and versions only"
    )
    pinned = dict(line.split("==") for line in lines)
    for text in project["project"]["dependencies"] + project["dependency-groups"]["dev"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), text


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])  # reserved for documentation: nobody is there
def test_a_connection_to_another_machine_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as one, pytest.raises(RuntimeError, match="refused in tests"):
        one.connect((address, 9))


def test_looking_up_a_name_is_refused() -> None:
    with pytest.raises(RuntimeError, match="refused in tests"):
        socket.getaddrinfo("example.invalid", 80)


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])),
    ):
        pass


async def test_postgres_forgets_nothing_in_a_crash(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    try:
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "round_",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE creditor ALTER COLUMN status DROP NOT NULL",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "UPDATE alembic_version SET version_num = '0000'",
        "INSERT INTO lease (name, owner, until) VALUES ('clock', 'me', 1)",
        "SELECT nextval('contact_id_seq')",
        "SELECT 1",
    ],
)
async def test_a_database_is_a_test_s_own(postgres_url: str, round_: str) -> None:
    """Whatever the test before did to it."""
    connection = await asyncpg.connect(postgres_url)
    try:
        tables = [
            name for (name,) in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        assert "mine" not in tables
        assert [name for name in tables if await connection.fetchval(f"SELECT count(*) FROM {name}")] == [
            "alembic_version"
        ]
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == health.HEAD
        assert await connection.fetchval("SELECT nextval('contact_id_seq')") == 1
        assert not await connection.fetchval(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
        )
        assert await connection.fetchval(
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'creditor'::regclass AND attname = 'status'"
        )
        await connection.execute(round_)
    finally:
        await connection.close()


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skip_fails_the_run_in_ci_only(tmp_path: Path, ci: str, code: int, workers: str) -> None:
    frame = (ROOT / "tests/conftest.py").read_text()
    whole_house = 'pytest_plugins = ["tests.fixtures"]'  # seconds to load, and nothing to do with skips
    assert whole_house in frame
    (tmp_path / "conftest.py").write_text(frame.replace(whole_house, ""))
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    (tmp_path / "test_it.py").write_text(
        "import pytest\n\ndef test_passes():\n    pass\n\ndef test_is_left_out():\n    pytest.skip('not here')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", workers, "-p", "no:cacheprovider", "."],
        cwd=tmp_path, env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ("counts as failed" in ran.stdout) is (code == 1)
