"""Local keys: made once, for their owner only, and never replaced where data were sealed with them."""

import stat
from datetime import UTC, datetime

import pytest

from bot import keys
from bot.errors import Misconfigured
from bot.settings import Settings
from storage import operators, sealing
from storage.connect import open_database

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def local(tmp_path, sqlite_url):
    """Embedded settings with a folder of their own."""
    return Settings(database_url=sqlite_url, var=tmp_path / "var")


def test_the_first_start_makes_keys_that_only_their_owner_reads(local):
    keys.unlock(local)
    files = sorted((local.var / "keys").iterdir())
    assert [file.name for file in files] == ["data-keys", "index-key", "service-1"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    before = {file.name: file.read_bytes() for file in files}
    sealed = sealing.seal("x", b"y")
    keys.unlock(local)
    assert {file.name: file.read_bytes() for file in files} == before
    assert sealing.unseal("x", sealed) == b"y"


def test_a_key_that_others_can_read_stops_the_start(local):
    keys.unlock(local)
    (local.var / "keys" / "data-keys").chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        keys.unlock(local)


async def test_a_lost_key_is_not_replaced_while_data_are_sealed_with_it(local):
    keys.unlock(local)
    database = await open_database(local.database_url)
    await operators.keep_mail(database, b"sealed", NOW)
    await database.close()
    lost = local.var / "keys" / "data-keys"
    lost.unlink()
    with pytest.raises(Misconfigured, match="holds data sealed with it"):
        keys.unlock(local)
    assert not lost.exists()
