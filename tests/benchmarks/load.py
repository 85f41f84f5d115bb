"""The load: a closed loop of plain HTTP/1.1 over kept connections, and what the server under it costs.

The figure is microseconds of CPU per finished update: user and system time of all threads of the
server, over updates whose answer was seen and was right. So work that is moved to a thread counts.

The load must not be the limit: it speaks HTTP by hand on uvloop, and says how busy it was itself.
"""

import asyncio
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")

#: builds the n-th request
Make = Callable[[int], bytes]
#: judges the answer to the n-th request
Right = Callable[[int, int, bytes], bool]


class Void(RuntimeError):
    """Something was answered wrong, or the load was the limit: the figures mean nothing."""


@dataclass
class Run:
    """What one saturated run showed. `sent` counts every request, before, during and after the measured time."""

    sent: int = 0
    finished: int = 0
    cpu: float = 0.0  # seconds of the server
    wall: float = 0.0  # seconds
    busy: float = 0.0  # share of its core the load used
    latencies: list[float] = field(default_factory=list, repr=False)  # seconds

    @property
    def micros(self) -> float:
        """CPU per finished update."""
        return self.cpu / self.finished * 1e6

    @property
    def rate(self) -> float:
        """Updates per second."""
        return self.finished / self.wall

    def at(self, share: float) -> float:
        """A percentile of latency, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3


def cpu_of(pid: int) -> float:
    """Seconds of user and system time of a process, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss_of(pid: int) -> float:
    """Resident memory of a process, in MB (10^6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("no VmRSS")


class _Saturation:
    """One run: warm, then measured, then the answers still on their way."""

    def __init__(self, pid: int, make: Make, right: Right, *, seconds: float, warm: int) -> None:
        self.run = Run()
        self.over = asyncio.get_running_loop().create_future()
        self.open = 0
        self._pid, self._make, self._right = pid, make, right
        self._seconds, self._warm = seconds, warm
        self._answered = 0
        self._began = self._used = self._own = 0.0
        self._end = float("inf")
        self._ended = False

    def next(self) -> tuple[int, bytes] | None:
        """The next request, or None when the time is over."""
        if self._ended:
            return None
        number = self.run.sent
        try:
            request = self._make(number)
        except Exception as failure:
            self.fail(failure)
            return None
        self.run.sent += 1
        return number, request

    def answered(self, number: int, status: int, body: bytes, asked: float) -> None:
        """Judge one answer."""
        if not self._right(number, status, body):
            self.fail(Void(f"request {number} was answered {status} {body[:400]!r}"))
            return
        now = time.perf_counter()
        if self._began and not self._ended:
            self.run.finished += 1
            self.run.latencies.append(now - asked)
            if now >= self._end:
                self._ended = True
                self.run.wall = now - self._began
                self.run.cpu = cpu_of(self._pid) - self._used
                self.run.busy = (time.process_time() - self._own) / self.run.wall
        elif not self._ended:
            self._answered += 1
            if self._answered >= self._warm:
                self._used, self._own = cpu_of(self._pid), time.process_time()
                self._began = time.perf_counter()
                self._end = self._began + self._seconds

    def fail(self, failure: Exception) -> None:
        self._ended = True
        if not self.over.done():
            self.over.set_exception(failure)

    def closed(self) -> None:
        self.open -= 1
        if self.open == 0 and not self.over.done():
            self.over.set_result(None)


class _Connection(asyncio.Protocol):
    """One request at a time, the next as soon as the answer is there."""

    def __init__(self, saturation: _Saturation) -> None:
        self._saturation = saturation
        self._buffer = b""
        self._number = 0
        self._asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._saturation.open += 1
        self._ask()

    def _ask(self) -> None:
        following = self._saturation.next()
        if following is None:
            self._transport.close()
            return
        self._number, request = following
        self._asked = time.perf_counter()
        self._transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        head = buffer.find(b"\r\n\r\n")
        if head >= 0:
            place = buffer.find(b"Content-Length: ", 0, head)
            length = int(buffer[place + 16 : buffer.index(b"\r", place)]) if place >= 0 else 0
            if len(buffer) >= head + 4 + length:
                self._buffer = b""
                self._saturation.answered(self._number, int(buffer[9:12]), buffer[head + 4 :], self._asked)
                self._ask()
                return
        self._buffer = buffer

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or self._buffer:
            self._saturation.fail(Void(f"the connection was lost: {exc}"))
        self._saturation.closed()


async def saturate(
    port: int, pid: int, make: Make, right: Right, *, seconds: float = 4.0, connections: int = 32, warm: int = 4000
) -> Run:
    """Keep `connections` requests in flight. Raises Void when one is answered wrong."""
    saturation = _Saturation(pid, make, right, seconds=seconds, warm=warm)
    loop = asyncio.get_running_loop()
    for _ in range(connections):
        await loop.create_connection(lambda: _Connection(saturation), "127.0.0.1", port)
    await saturation.over
    if saturation.run.busy > 0.75:
        print(f"the load used {saturation.run.busy:.0%} of its core: it may be the limit", file=sys.stderr)
    return saturation.run


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One request as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{lines}\r\n"
    ).encode() + body


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
