"""Words of four languages that say the same thing, so that what is learned in one helps in the others.

`concepts.txt` holds a line for each concept: a Chinese word counts wherever it stands (after Cantonese became
Mandarin and Traditional Simplified), one in another alphabet is the beginning of a word, or with `$` the whole
word; with a space in it, a phrase. A concept decides nothing by itself: it is one more thing the model may learn from.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

FILE = Path(__file__).parent / "concepts.txt"
#: two letters begin too many words: so short a stem is a word
_SHORTEST_STEM = 4
#: of a long text the first concepts count
_MOST = 10
_WORD = re.compile(r"[a-zа-яё0-9]+")


@dataclass(frozen=True, slots=True)
class _Concepts:
    han: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    phrases: tuple[tuple[str, str], ...]
    longest: int


@cache
def _concepts() -> _Concepts:
    han: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    phrases: list[tuple[str, str]] = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        name, words = line.split(": ")
        for word in words.split(", "):
            if not word.isascii() and "\u3400" <= word[-1] <= "\u9fff":
                han[word] = (*han.get(word, ()), name)
            elif " " in word:
                phrases.append((f" {word}", name))
            else:
                stems[word] = (*stems.get(word, ()), name)
    return _Concepts(han, stems, tuple(phrases), max(map(len, han)))


def concepts(plain: str) -> set[str]:
    """`=name` for each concept in a text that is folded and without marks, and `=one two` for each pair of them."""
    known = _concepts()
    found: dict[str, int] = {}
    for at, character in enumerate(plain):
        if "\u3400" <= character <= "\u9fff":
            for end in range(at + 1, min(at + known.longest, len(plain)) + 1):
                for name in known.han.get(plain[at:end], ()):
                    found.setdefault(name, at)
    for match in _WORD.finditer(plain):
        word, at = match[0], match.start()
        for stem in (f"{word}$", word, *(word[:size] for size in range(_SHORTEST_STEM, len(word)))):
            for name in known.stems.get(stem, ()):
                found[name] = min(found.get(name, at), at)
    around = f" {plain}"
    for phrase, name in known.phrases:
        if (at := around.find(phrase)) >= 0:
            found[name] = min(found.get(name, at), at)
    first = sorted(found, key=lambda name: (found[name], name))[:_MOST]
    return {f"={name}" for name in first} | {f"={one} {two}" for one, two in combinations(sorted(first), 2)}
