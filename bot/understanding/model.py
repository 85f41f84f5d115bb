"""The classifier: which of the closed intents a folded text speaks of, and how sure that is.

A linear model over the presence of `folding.grams`, trained and written by `make model`. Each gram's weights
for all intents are one whole number with a lane for each intent, so scoring a text is one sum; numpy would not be
faster and costs 30 MB.
"""

import gzip
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understanding.folding import grams
from bot.understanding.meaning import Intent

FILE = Path(__file__).parent / "model.gz"
#: a lane must hold 255 times the grams of the longest text
_LANE = 3
_ZERO = 128


@dataclass(frozen=True, slots=True)
class Model:
    """intents in the order of lanes; the last lane holds what a gram adds to a text's length, squared."""

    intents: tuple[Intent, ...]
    weights: Mapping[str, int]
    step: tuple[float, ...]
    square: float
    bias: tuple[float, ...]
    sharpness: float

    def margins(self, found: set[str]) -> list[float] | None:
        """How far on each intent's side a text lies; None if nothing in it is known."""
        get = self.weights.get
        known = [weights for gram in found if (weights := get(gram)) is not None]
        if not known:
            return None
        lanes = sum(known).to_bytes(_LANE * (len(self.intents) + 1), "little")
        length = math.sqrt(int.from_bytes(lanes[-_LANE:], "little") * self.square)
        nothing = _ZERO * len(known)
        return [
            (int.from_bytes(lanes[_LANE * at : _LANE * (at + 1)], "little") - nothing) * step / length + bias
            for at, (step, bias) in enumerate(zip(self.step, self.bias, strict=True))
        ]

    def likely(self, folded: str) -> list[tuple[Intent, float]]:
        """Every intent with its probability, the likeliest first; empty if nothing in the text is known."""
        margins = self.margins(grams(folded))
        if margins is None:
            return []
        top = max(margins)
        parts = [math.exp(self.sharpness * (margin - top)) for margin in margins]
        whole = sum(parts)
        ranked = sorted(zip(parts, self.intents, strict=True), key=lambda pair: -pair[0])
        return [(intent, part / whole) for part, intent in ranked]


@cache
def model() -> Model:
    """The model of the house, loaded once."""
    return loaded(FILE.read_bytes())


def loaded(written: bytes) -> Model:
    """A model from the bytes that `make model` wrote: a line of JSON, a line of grams, then a row of bytes each."""
    head, names, rows = gzip.decompress(written).split(b"\n", 2)
    told = json.loads(head)
    intents = tuple(Intent(name) for name in told["intents"])
    width = len(intents) + 1
    wide = bytearray(_LANE * len(rows))
    wide[::_LANE] = rows
    across = _LANE * width
    read = int.from_bytes
    weights = {
        gram: read(wide[at : at + across], "little")
        for gram, at in zip(names.decode().split("\x1f"), range(0, len(wide), across), strict=True)
    }
    return Model(intents, weights, tuple(told["step"]), told["square"], tuple(told["bias"]), told["sharpness"])
