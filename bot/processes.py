"""How a process of the house starts and stops: one lock, one migration check, one stop signal.

It knows nothing of the house itself: a command asks it for the database, and need not load every room.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from bot.errors import Misconfigured
from bot.settings import Settings
from storage import health
from storage.connect import open_database

log = logging.getLogger("bot")


class _Json(logging.Formatter):
    """One JSON object a line. Event ids and names of failures only: never what a person wrote."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "name": record.name,
            "text": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["failure"] = record.exc_info[0].__name__
        return orjson.dumps(line).decode()


def set_up_logging(settings: Settings) -> None:
    """Lines on standard error, for people or for machines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Json()
        if settings.log_format == "json"
        else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for noisy in ("aiogram", "aiohttp", "alembic.runtime.plugins", "apscheduler", "asyncio", "aiosmtplib"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the SQLite file for this process. Raises Misconfigured when another one serves it.

    SQLite has one writer: a second web or worker process would break the order of turns. The
    operating system frees the lock when a process dies, however it dies.
    """
    if not settings.embedded:
        yield
        return
    path = _lock(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("w")
    except OSError as fault:
        raise Misconfigured(f"DATABASE_URL: {path.parent}: {fault.strerror}") from None
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"DATABASE_URL: {settings.sqlite_path} is being served by another process; "
                "SQLite takes one (python -m bot run), several need PostgreSQL"
            ) from None
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(settings: Settings) -> Path:
    return settings.sqlite_path.with_suffix(".lock")


def announce(settings: Settings, port: int) -> None:
    """Say on which port this process listens, to commands typed beside it."""
    if settings.embedded:
        _lock(settings).write_text(f"{os.getpid()} {port}")


def port_of(settings: Settings) -> int:
    """The port of the process that serves this SQLite file now, wherever it was told; else the one that is set."""
    if not settings.embedded:
        return settings.port
    try:
        pid, port = map(int, _lock(settings).read_text().split())
        os.kill(pid, 0)  # signal 0 only asks whether it lives
    except (OSError, ValueError):
        return settings.port
    return port


async def migrated(settings: Settings) -> bool:
    """Whether the database stands at the revision this code expects. Raises Misconfigured if it cannot be reached."""
    if settings.embedded and not settings.sqlite_path.exists():
        return False
    try:
        database = await open_database(settings.database_url)
        try:
            return await health.revision(database.read()) == health.HEAD
        finally:
            await database.close()
    except Exception as fault:
        # Whatever the driver says, by its name alone: its words may quote the URL, and so a password.
        log.debug("the database cannot be opened", exc_info=fault)
        raise Misconfigured(f"DATABASE_URL: the database cannot be opened ({type(fault).__name__})") from None


def run(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run a process's main coroutine until it ends, SIGTERM or SIGINT; uvloop where it is installed."""

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await main(stop)

    try:
        import uvloop  # not on every platform
    except ImportError:
        asyncio.run(until_told())
    else:
        uvloop.run(until_told())
