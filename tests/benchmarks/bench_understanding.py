"""Reading free text: microseconds of own time an utterance, milliseconds to load, megabytes more, and the worst text."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from bot.understanding.reader import read
from bot.understanding.training.lines import read_lines

HERE = Path(__file__).parent.parent / "understanding"
TODAY = date(2026, 11, 22)
WORST = ["债" * 10_000, "a" * 10_000, "zhaiquan" * 1250, "1," * 5000, "a.com/" * 1700, "\ufdfa" * 10_000, "万" * 10_000, "不是," * 2500]  # fmt: skip

_LOADING = """
import resource, time
def held():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 2**20
import re, json, gzip, tomllib, dataclasses, unicodedata, babel  # what every process of ours holds anyway
before, begun = held(), time.process_time()
from datetime import date
from bot.understanding.reader import read
read("那笔债现在啥情况了呀", date(2026, 11, 22))
print(time.process_time() - begun, held() - before)
begun = time.process_time()
from bot.understanding import model
model.loaded(model.FILE.read_bytes())
print(time.process_time() - begun)
"""


def test_reading() -> None:
    """At most 1 ms in the middle and 3 ms for the slowest hundredth."""
    texts = [line.text for line in read_lines([HERE / "dev.tsv", HERE / "exam.tsv"])]
    for text in texts:
        read(text, TODAY)
    spent = sorted(_spent(text) for text in texts * 3)
    middle, slow = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    print(f"reading: p50 {middle * 1e6:.0f} µs, p99 {slow * 1e6:.0f} µs, slowest {spent[-1] * 1e6:.0f} µs")
    assert middle <= 0.001
    assert slow <= 0.003


def test_the_worst_texts() -> None:
    """At most 10 ms for 10,000 characters, whatever they are."""
    slowest = max(min(_spent(text) for _ in range(5)) for text in WORST)
    print(f"the worst text: {slowest * 1e3:.1f} ms")
    assert slowest <= 0.010


def test_loading() -> None:
    """At most 100 ms for the model, at most 40 MB for everything that reading needs."""
    told = subprocess.run([sys.executable, "-c", _LOADING], capture_output=True, text=True, check=True).stdout.split()
    everything, megabytes, model = map(float, told)
    print(
        f"loading: model {model * 1e3:.0f} ms, everything with its imports {everything * 1e3:.0f} ms, {megabytes:.0f} MB"
    )
    assert model <= 0.1
    assert megabytes <= 40


def _spent(text: str) -> float:
    begun = time.thread_time()
    read(text, TODAY)
    return time.thread_time() - begun
