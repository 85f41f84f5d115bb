"""The product itself in processes of its own, as an operator starts it, and the operator's command line.

Nothing of it is imported by a journey: what goes in and what comes out are bytes on a wire, and
words of the command line.
"""

import asyncio
import base64
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientError, ClientSession

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 30.0

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T | None]], seconds: float = PATIENCE) -> T:
    """Look until there is something to see. Raises TimeoutError if there never is.

    Another process cannot be waited on, only looked at.
    """
    async with asyncio.timeout(seconds):
        while (found := await look()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.03)
        return found


class Refused(Exception):
    """A command that ended with another code than 0; its code, and what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code = code
        self.said = said


class Product:
    """The product over one database. Its folder holds its keys, and what its processes printed.

    url       the database: SQLite is served by `run`, PostgreSQL by `serve` and `work` after `release`
    settings  what is set besides
    """

    def __init__(self, folder: Path, url: str, **settings: str) -> None:
        self.folder = folder
        self.url = url
        self.port = 0
        self.settings = {"DATABASE_URL": url, "VAR": str(folder / "var"), "LOG_LEVEL": "debug", **settings}
        if not self.embedded:
            self.settings |= make_keys(folder)
        self._running: list[asyncio.subprocess.Process] = []

    @property
    def embedded(self) -> bool:
        """One process over one file."""
        return self.url.startswith("sqlite")

    @property
    def base(self) -> str:
        """Where the web server listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def printed(self) -> str:
        """What it printed for the operator."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.out")))

    @property
    def log(self) -> str:
        """What it logged, in all its lives."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    async def start(self) -> None:
        """Start what an operator would start, and wait until it is ready."""
        if self.embedded:
            await self._starts("run")
        else:
            await self.command("release")
            await self._starts("serve")
            await self._starts("work")
        self.port = await until(self._listens)
        await until(self._is_ready)

    async def stop(self) -> None:
        """Ask it to stop, as a supervisor does. It MUST end by itself, and well."""
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            codes = [await process.wait() for process in self._running]
        self._running.clear()
        assert codes == [0] * len(codes), f"ended with {codes}\n{self.log[-3000:]}"

    async def dies(self) -> None:
        """Kill it at once, with no time to put anything in order."""
        for process in self._running:
            process.kill()
            await process.wait()
        self._running.clear()

    async def command(self, *words: str) -> Any:
        """Run a command as an operator's script does; what it answers, read as JSON. Raises Refused."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words, "--json"),
            cwd=ROOT,
            env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate()
        if process.returncode:
            raise Refused(process.returncode, err.decode() + out.decode())
        return json.loads(out)

    async def _starts(self, command: str) -> None:
        life = len(list(self.folder.glob(f"*-{command}.log")))
        name = f"{life}-{command}"
        with (self.folder / f"{name}.out").open("wb") as out, (self.folder / f"{name}.log").open("wb") as log:
            port = self.settings.get("PORT", "0")
            program = [sys.executable, "-m", "bot", command, *(["--port", port] if command != "work" else [])]
            process = await asyncio.create_subprocess_exec(
                *program, cwd=ROOT, env=self._environment(), stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=log
            )
        self._running.append(process)

    def _environment(self) -> dict[str, str]:
        # Nothing of this machine's: a setting that happens to be set here would decide the journey.
        return {"PATH": os.environ["PATH"], **self.settings}

    async def _listens(self) -> int | None:
        """The port it took, once it says so."""
        self._all_live()
        if "PORT" in self.settings:
            return int(self.settings["PORT"])
        lives = sorted((*self.folder.glob("*-run.out"), *self.folder.glob("*-serve.log")))
        found = re.search(r"http://127\.0\.0\.1:([1-9]\d*)", lives[-1].read_text())
        return int(found[1]) if found else None

    async def _is_ready(self) -> bool | None:
        self._all_live()
        try:
            async with ClientSession() as client, client.get(f"{self.base}/readyz") as answer:
                return answer.status == 200 or None
        except ClientError:
            return None

    def _all_live(self) -> None:
        ended = [process.returncode for process in self._running if process.returncode is not None]
        assert not ended, f"ended with {ended} instead of starting\n{self.log[-3000:]}"

    # -- what it leaves behind

    def kept_quiet(self, secrets: Iterable[str]) -> None:
        """It logged nothing that somebody ought to look at, and nothing of what people told it."""
        log = self.log
        looked_at = [
            line
            for line in log.splitlines()
            if re.search(r" (WARNING|ERROR|CRITICAL) |Traceback", line) and "made a new key" not in line
        ]
        assert looked_at == []
        assert [secret for secret in secrets if secret in log] == []

    def sealed(self, secrets: Iterable[str]) -> None:
        """SQLite: stopping left one file, and nobody can read in it what people told."""
        file = Path(self.url.removeprefix("sqlite:///"))
        assert [path.name for path in file.parent.glob(f"{file.name}-*")] == []
        content = file.read_bytes()
        assert [secret for secret in secrets if secret.encode() in content] == []


def make_keys(folder: Path) -> dict[str, str]:
    """Keys as an operator of several processes sets them."""
    seed = folder / "service-key"
    seed.write_text(base64.b64encode(os.urandom(32)).decode() + "\n")
    seed.chmod(0o600)
    return {
        "DATA_KEYS": "1:" + base64.b64encode(os.urandom(32)).decode(),
        "INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
        "SERVICE_KEY_FILE": str(seed),
    }
