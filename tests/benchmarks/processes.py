"""Starting what is measured: the floor, or the product as it is run, pinned to the first core."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.benchmarks.load import free_port

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
#: the server under the load, and the load with everything else
SERVER, LOAD = 0, 1

BOT = 42
SECRET = "benchmark-secret-0123456789"
DATA_KEY, INDEX_KEY, SERVICE_SEED = b"1" * 32, b"2" * 32, b"3" * 32


@dataclass
class Served:
    """A running server."""

    pid: int
    port: int


def environment(url: str, folder: Path, *, telegram: str = "") -> dict[str, str]:
    """The settings of the product: keys made for the benchmark, Telegram by webhook if an API base is given."""
    seed = folder / "service-seed"
    if not seed.exists():
        seed.write_text(base64.b64encode(SERVICE_SEED).decode() + "\n")
        seed.chmod(0o600)
    settings = {
        "DATABASE_URL": url,
        "VAR": str(folder / "var"),
        "DATA_KEYS": "1:" + base64.b64encode(DATA_KEY).decode(),
        "INDEX_KEY": base64.b64encode(INDEX_KEY).decode(),
        "SERVICE_KEY_FILE": str(seed),
        "LEDGER_ORIGIN": "ledger.example/benchmark",
        "SMTP_URL": "smtp://127.0.0.1:1",  # nobody is mailed here
        "LOG_LEVEL": "info",
        "LOG_FORMAT": "json",
    }
    if telegram:
        settings |= {
            "TELEGRAM_TOKEN": f"{BOT}:benchmark",
            "TELEGRAM_API_BASE": telegram,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": "http://127.0.0.1:1",
        }
    return settings


@asynccontextmanager
async def bot_api() -> AsyncIterator[str]:
    """A Bot API server that says yes to everything; its address."""

    async def yes(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", yes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def floor(what: str, url: str, folder: Path) -> AsyncIterator[Served]:
    """The bare handler."""
    port = free_port()
    async with _running([sys.executable, str(HERE / "floor.py"), what, url, str(port)], {}, port, folder) as served:
        yield served


@asynccontextmanager
async def product(url: str, folder: Path, *, telegram: str = "", command: str = "serve") -> AsyncIterator[Served]:
    """The product's own process, with every safety on."""
    port = free_port()
    settings = environment(url, folder, telegram=telegram) | {"PORT": str(port)}
    program = ["-m", "bot", command]
    if stand_in := os.environ.get("BENCH_STAND_IN"):
        program = [stand_in]
    async with _running([sys.executable, *program], settings, port, folder) as served:
        yield served


@asynccontextmanager
async def _running(command: list[str], settings: dict[str, str], port: int, folder: Path) -> AsyncIterator[Served]:
    log = (folder / "server.log").open("ab")
    process = subprocess.Popen(  # noqa: ASYNC220 -- nothing else runs in this loop yet
        ["taskset", "-c", str(SERVER), *command],
        env={**os.environ, **settings},
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    try:
        await listening(process, port, folder)
        yield Served(process.pid, port)  # taskset becomes the server: the same process id
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, 15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


async def listening(process: "subprocess.Popen[bytes]", port: int, folder: Path, pause: float = 0.02) -> None:
    """Wait until the port answers. Raises RuntimeError with the log if the process ends before."""
    while True:
        if process.poll() is not None:
            raise RuntimeError((folder / "server.log").read_text(errors="replace")[-4000:])
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(pause)
        else:
            writer.close()
            return
