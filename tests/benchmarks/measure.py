"""What one variant costs, and how two are compared: side by side, by turns, in fresh processes."""

import os
import statistics
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import orjson

from tests.benchmarks.load import Make, Right, Run, post
from tests.benchmarks.processes import LOAD, SECRET
from tests.benchmarks.seed import chat

PATH = "/telegram/webhook"
ROUNDS = 3
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

Measured = Callable[[], Awaitable[Run]]


def update(number: int, chat_id: int, text: str, *, command: int = 0) -> bytes:
    """One message as Telegram sends it; `command` is the length of the command it begins with."""
    message = {
        "message_id": number + 1,
        "from": {"id": chat_id, "is_bot": False, "first_name": "陈", "last_name": "大文", "language_code": "zh-hans"},
        "chat": {"id": chat_id, "first_name": "陈", "last_name": "大文", "type": "private"},
        "date": 1763800000 + number // 1000,
        "text": text,
    }
    if command:
        message["entities"] = [{"offset": 0, "length": command, "type": "bot_command"}]
    return post(PATH, orjson.dumps({"update_id": 700_000_000 + number, "message": message}), HEADERS)


def says_status(chats: int) -> Make:
    """`/status`, each chat in its turn, never twice the same words after it."""

    def make(number: int) -> bytes:
        return update(number, chat(number % chats), f"/status {number:x}", command=7)

    return make


def shows_status(chats: int, told: dict[int, list[str]], *, all_of_them: bool) -> Right:
    """The answer goes to the chat that asked and names its claims: each of them, or the first for the floor."""

    def right(number: int, status: int, body: bytes) -> bool:
        if status != 200 or not body:
            return False
        called = orjson.loads(body)
        asked = chat(number % chats)
        wanted = told[asked] if all_of_them else told[asked][:1]
        return (
            called["method"] == "sendMessage"
            and called["chat_id"] == asked
            and all(claim in called["text"] for claim in wanted)
        )

    return right


@contextmanager
def on_second_core() -> Iterator[None]:
    """Keep this process, and what it starts without saying otherwise, off the core of the server."""
    before = os.sched_getaffinity(0)
    if len(before) < 2:
        raise RuntimeError("a benchmark needs two cores: one for the server, one for the load")
    os.sched_setaffinity(0, {LOAD})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def table(title: str, runs: dict[str, list[Run]], base: str) -> str:
    """A table of medians; the ratio is the median of the ratios within each round."""
    lines = [
        f"\n{title}  ({len(runs[base])} rounds, load average {os.getloadavg()[0]:.1f})",
        f"{'':28}{'x floor':>9}{'us/update':>11}{'updates/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'p99/p50':>9}{'load':>7}",
    ]
    for name, each in runs.items():
        times = ratio(runs, name, base)
        lines.append(
            f"{name:28}{times:>9.2f}{median([r.micros for r in each]):>11.1f}{median([r.rate for r in each]):>11.0f}"
            f"{median([r.at(0.5) for r in each]):>9.2f}{median([r.at(0.99) for r in each]):>9.2f}"
            f"{median([r.at(0.99) / r.at(0.5) for r in each]):>9.2f}{median([r.busy for r in each]):>7.0%}"
        )
    return "\n".join(lines)


def ratio(runs: dict[str, list[Run]], name: str, base: str) -> float:
    """CPU against the base, the median over the rounds."""
    return median([mine.micros / floor.micros for mine, floor in zip(runs[name], runs[base], strict=True)])
