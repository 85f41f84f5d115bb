"""Draws charts in a process of its own, one at a time, so that no turn waits while one is drawn.

A thread would not do: Pillow holds the interpreter's lock while it draws letters and packs the picture. The
process is started with the first chart, knows nothing but `bot.papers`, gives way to the others (nice), ends
with its input, and is started anew if it dies. What goes in is a length and JSON, what comes out a length and
a picture; nothing of it is ever written to a file.
"""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from bot.papers.chart import Bar, Chart, Group, draw
from bot.papers.paper import Face

#: a chart takes a tenth of a second; what takes as long as this hangs
PATIENCE = 15.0
_LENGTH = 4
_ROOT = Path(__file__).parent.parent.parent


class NotDrawn(Exception):
    """The process died, hung, or could not draw this chart; what it was about stays unsaid."""


class Easel:
    """One process that draws. MUST be closed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def drawn(self, chart: Chart, face: Face) -> bytes:
        """The picture as PNG. Raises NotDrawn, after a second try in a new process."""
        asked = orjson.dumps({"chart": chart, "path": str(face.path), "number": face.number})
        async with self._turn:
            for again in (True, False):
                try:
                    async with asyncio.timeout(PATIENCE):
                        picture = await self._ask(asked)
                    break
                except (OSError, EOFError, TimeoutError):
                    await self._end()
                    if not again:
                        raise NotDrawn from None
                except asyncio.CancelledError:
                    await self._end()  # its answer would be taken for that of the next chart
                    raise
        if not picture:
            raise NotDrawn
        return picture

    async def close(self) -> None:
        """Let the process go."""
        async with self._turn:
            await self._end()

    async def _ask(self, asked: bytes) -> bytes:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.papers.easel",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=_ROOT,
            )  # fmt: skip
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        into.write(len(asked).to_bytes(_LENGTH, "big") + asked)
        await into.drain()
        return await out.readexactly(int.from_bytes(await out.readexactly(_LENGTH), "big"))

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


# ------------------------------------------------------------------------------------------ in that process


def main() -> None:
    """Draw what comes in until nothing comes any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the end of the input ends us
    os.nice(5)
    into, out = sys.stdin.buffer, sys.stdout.buffer
    while (asked := _read(into)) is not None:
        try:
            picture = _drawn(orjson.loads(asked))
        except Exception as fault:
            # By its name alone: its words may quote the chart.
            sys.stderr.write(f"a chart was not drawn: {type(fault).__name__}\n")
            picture = b""
        out.write(len(picture).to_bytes(_LENGTH, "big") + picture)
        out.flush()


def _read(into: BinaryIO) -> bytes | None:
    head = into.read(_LENGTH)
    return into.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else None


def _drawn(asked: dict[str, Any]) -> bytes:
    return draw(chart_of(asked["chart"]), Face(Path(asked["path"]), asked["number"]))


def chart_of(packed: dict[str, Any]) -> Chart:
    """A chart, as its JSON has it."""
    groups = (
        Group(**one | {"bars": tuple(Bar(**bar) for bar in one["bars"]), "lines": tuple(one["lines"])})
        for one in packed["groups"]
    )
    return Chart(**packed | {"groups": tuple(groups), "notes": tuple(packed["notes"])})


if __name__ == "__main__":
    main()

__all__ = ["Easel", "NotDrawn"]
