"""How well the reader reads lines it was not trained on: `python -m bot.understanding.training.figures FILE`."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.understanding.groups import GROUPS
from bot.understanding.meaning import Action, Intent, Meaning
from bot.understanding.reader import read
from bot.understanding.training.lines import Line, read_lines

#: the lines speak of no date that a day would change
_DAY = date(2026, 11, 22)
_BINS = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """What was meant beside what was read.

    Rates over nothing are 1.0: no act is no wrong act.
    """

    pairs: tuple[tuple[Line, Meaning], ...]

    def accuracy(self, group: str | None = None) -> float:
        """How often the one intent is the right one."""
        return _rate(heard.intent is line.intent for line, heard in self.pairs if group in (None, line.group))

    def right_acts(self) -> float:
        """Of what is acted upon, how much is right; an act on what is none of ours is wrong."""
        return _rate(heard.intent is line.intent for line, heard in self._done(Action.ACT))

    def on_the_buttons(self) -> float:
        """Of what is asked about a matter of ours, how often the right button is there."""
        asked = [pair for pair in self._done(Action.ASK) if pair[0].intent is not Intent.OUT_OF_SCOPE]
        return _rate(line.intent in heard.alternatives for line, heard in asked)

    def asked_right(self) -> float:
        """The same over every question, also those about what is none of ours."""
        return _rate(line.intent in heard.alternatives for line, heard in self._done(Action.ASK))

    def wrongly_ours(self) -> float:
        """Of what is none of ours, how much is acted upon."""
        theirs = [heard.action is Action.ACT for line, heard in self.pairs if line.intent is Intent.OUT_OF_SCOPE]
        return sum(theirs) / max(1, len(theirs))

    def done(self, action: Action) -> float:
        """Of what is ours, how much ends in this action."""
        return _rate(heard.action is action for line, heard in self.pairs if line.intent is not Intent.OUT_OF_SCOPE)

    def calibration(self) -> list[tuple[float, float, int]]:
        """Mean confidence, accuracy and number of lines, a row for each tenth of confidence."""
        bins: dict[int, list[tuple[float, bool]]] = {}
        for line, heard in self.pairs:
            place = min(int(heard.confidence * _BINS), _BINS - 1)
            bins.setdefault(place, []).append((heard.confidence, heard.intent is line.intent))
        return [
            (sum(c for c, _ in each) / len(each), sum(right for _, right in each) / len(each), len(each))
            for _, each in sorted(bins.items())
        ]

    def confusions(self) -> list[tuple[Intent, Intent, int]]:
        """What was meant, what was read instead, how often; the most frequent first."""
        counted = Counter((line.intent, heard.intent) for line, heard in self.pairs if heard.intent is not line.intent)
        return [(meant, heard, count) for (meant, heard), count in counted.most_common()]

    def _done(self, action: Action) -> list[tuple[Line, Meaning]]:
        return [pair for pair in self.pairs if pair[1].action is action]


def _rate(hits: Iterable[bool]) -> float:
    every = list(hits)
    return sum(every) / len(every) if every else 1.0


def figures(lines: Iterable[Line]) -> Figures:
    """Read every line."""
    return Figures(tuple((line, read(line.text, _DAY)) for line in lines))


def report(found: Figures) -> str:
    """The figures as the model card shows them."""
    rows = [
        f"lines {len(found.pairs)}",
        f"accuracy {found.accuracy():.3f}  " + "  ".join(f"{group} {found.accuracy(group):.3f}" for group in GROUPS),
        f"acts right {found.right_acts():.3f}  out of scope acted upon {found.wrongly_ours():.3f}",
        f"truth among the buttons {found.on_the_buttons():.3f} (with out of scope {found.asked_right():.3f})",
        "of what is ours: " + "  ".join(f"{action.value} {found.done(action):.3f}" for action in Action),
        *(f"confidence {mean:.2f}  right {right:.2f}  lines {count}" for mean, right, count in found.calibration()),
        *(f"{meant.value} read as {heard.value}: {count}" for meant, heard, count in found.confusions()),
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(report(figures(read_lines(map(Path, sys.argv[1:])))))
