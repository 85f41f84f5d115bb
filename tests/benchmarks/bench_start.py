"""A restart of the all-in-one process on an existing database: seconds to the first reply, memory at rest."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
import uvloop

from tests.benchmarks import processes
from tests.benchmarks.load import free_port, rss_of

ROUNDS = 3
#: seconds until the worker has looked at everything once and nothing is left to do
REST = 6


async def _first_reply(port: int) -> None:
    """A whole turn through the web chat: page, cookie, a word, its answer."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        base = f"http://127.0.0.1:{port}"
        while True:
            try:
                async with session.get(f"{base}/") as page:
                    assert page.status == 200
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        said = {"id": str(uuid4()), "order": int(time.time() * 1000), "text": "你好"}
        async with session.post(f"{base}/chat/turns", json=said, headers={"X-Zhaiquantong": "1"}) as answered:
            assert answered.status == 200
            assert (await answered.json())["messages"][-1]["text"]


async def _start(folder: Path, url: str, telegram: str) -> tuple[float, float]:
    """Seconds from the start of the process to the first reply, and MB of memory once it rests."""
    port = free_port()
    settings = processes.environment(url, folder, telegram=telegram) | {"PORT": str(port), "LOG_LEVEL": "warning"}
    with (folder / "log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: ASYNC220 -- the start is what is measured
            [sys.executable, "-m", "bot", "run"],
            env={**os.environ, **settings},
            cwd=processes.ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            async with asyncio.timeout(30):
                await _first_reply(port)
            seconds = time.perf_counter() - began
            await asyncio.sleep(REST)
            return seconds, rss_of(process.pid)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, 20)


@pytest.mark.parametrize("with_telegram", [False, True])
def test_restart(with_telegram: bool, sqlite_url: str, tmp_path: Path) -> None:
    """At most 2 s to the first reply, and 120 MB at rest; 40 MB more once free text has been read."""

    async def rounds() -> list[tuple[float, float]]:
        async with processes.bot_api() as api:
            return [await _start(tmp_path, sqlite_url, api if with_telegram else "") for _ in range(ROUNDS)]

    found = uvloop.run(rounds())
    seconds = sorted(one for one, _ in found)[ROUNDS // 2]
    megabytes = sorted(one for _, one in found)[ROUNDS // 2]
    print(f"\nrestart, {'with' if with_telegram else 'without'} Telegram: {seconds:.2f} s, {megabytes:.0f} MB at rest")
    assert seconds <= 2.0
    assert megabytes <= 120 + 40
