"""The keys of this process: from the environment, or made locally in embedded mode."""

import base64
import logging
import os
from collections.abc import Callable
from pathlib import Path

from bot.errors import Misconfigured
from bot.ledger import transition
from bot.ledger.keys import ServiceKey, make_seed
from bot.settings import Settings, _key, _parse_keys
from storage import health, sealing

log = logging.getLogger("bot.keys")


def unlock(settings: Settings) -> None:
    """Open the data keys, the index key and the service key for this process.

    Embedded mode makes what is missing under VAR/keys with mode 0600; with PostgreSQL a missing
    key stops the start. MUST NOT make a new data key where sealed data may already exist.
    """
    try:
        _unlock(settings, settings.var / "keys")
    except OSError as fault:
        raise Misconfigured(f"VAR: {fault.filename}: {fault.strerror}") from None


def _unlock(settings: Settings, folder: Path) -> None:
    if settings.data_keys is not None:
        keys = _parse_keys(settings.data_keys.get_secret_value())
    else:
        keys = _parse_keys(_local(folder / "data-keys", settings, lambda: "1:" + _fresh()))
    if settings.index_key is not None:
        index = _key(settings.index_key.get_secret_value())
    else:
        index = _key(_local(folder / "index-key", settings, _fresh))
    sealing.unlock(keys, index)
    seed = settings.service_key_file or folder / "service-1"
    if not seed.exists() and settings.service_key_file is None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_seed(seed)
    transition.sign_with(ServiceKey.load(seed, settings.ledger_origin), settings.ledger_origin)


def _fresh() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _local(path: Path, settings: Settings, make: Callable[[], str]) -> str:
    if not path.exists():
        if health.sqlite_in_use(settings.sqlite_path):
            raise Misconfigured(f"{path} is missing, but {settings.sqlite_path} holds data sealed with it")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(fd)
        # A crash before this line leaves no data sealed with the key: the database is still empty.
        log.warning("made a new key: %s — back it up, apart from the database", path)
    if path.stat().st_mode & 0o077:
        raise Misconfigured(f"{path} can be read by others: chmod 600 it")
    return path.read_text().strip()
