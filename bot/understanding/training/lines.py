"""Training and test lines: `intent<TAB>group<TAB>text`, one a line, sorted."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from bot.understanding.folding import mandarin
from bot.understanding.groups import GROUPS
from bot.understanding.meaning import Intent

HERE = Path(__file__).parent


class Line(NamedTuple):
    """One utterance, what it means, and the language group it is written in."""

    intent: Intent
    group: str
    text: str


def read_lines(paths: Iterable[Path]) -> list[Line]:
    """Every line of some files, in order. Raises ValueError for a line that is none."""
    found: list[Line] = []
    for path in paths:
        for place, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            parts = row.split("\t")
            if len(parts) != 3 or parts[1] not in GROUPS or not parts[2].strip():
                raise ValueError(f"{path.name}:{place}: not intent, group and text with tabs between")
            found.append(Line(Intent(parts[0]), parts[1], parts[2]))
    return found


def training_files() -> list[Path]:
    """The files of the training lines, in a fixed order."""
    return sorted(HERE.glob("*.tsv"))


def same(text: str) -> str:
    """Two lines are one when this is equal: letters and digits only, folded."""
    return "".join(character for character in mandarin(text) if character.isalnum())


def training_lines() -> list[Line]:
    """What the model learns from; of lines that are the same the first counts."""
    first: dict[str, Line] = {}
    for line in read_lines(training_files()):
        first.setdefault(same(line.text), line)
    first.pop("", None)
    return list(first.values())
