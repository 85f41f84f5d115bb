"""`make model`: training lines in, `model.gz` and `characters.txt` out, the same bytes every time.

Needs scikit-learn, opencc and pypinyin, which only developers have. Nothing is drawn by chance that is not
seeded, features are sorted, weights are rounded to a byte each and the archive carries no time.
"""

import gzip
import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import opencc
from pypinyin import lazy_pinyin
from scipy.sparse import csr_matrix, diags
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from bot.understanding import folding
from bot.understanding.folding import CHARACTERS, grams, mandarin
from bot.understanding.meaning import Intent
from bot.understanding.model import FILE
from bot.understanding.training.lines import Line, training_lines

#: of what opencc knows only in phrases, what people write to us
_ONLY_IN_PHRASES = {"覆": "复", "瞭": "了"}
#: a gram seen once teaches the model one person's sentence
LEAST_SEEN = 2
#: Han characters say in three what takes four letters
LONGEST_HAN = 3
#: so many grams stay, those with the most weight: less is worse, more is not better
KEPT = 40_000
REGULARITY = 1.0
#: a concept says more than the letters it is written with
CONCEPT = 1.5
#: softmax(sharpness x margins): what is said to be sure to 0.7 was right 7 times in 10, on lines kept out of training
SHARPNESS = 4.4


def characters() -> str:
    """`characters.txt`: opencc's characters one for one, pypinyin's first reading of the common ones."""
    simplify = opencc.OpenCC("t2s").convert
    if simplify("債權") != "债权":
        raise SystemExit("another package named opencc is installed: pip install opencc==1.4.2")
    pairs = {chr(code): simplify(chr(code)) for code in range(0x3400, 0xA000)} | _ONLY_IN_PHRASES
    pairs = {a: b for a, b in pairs.items() if a != b and len(b) == 1}
    said: dict[str, str] = {}
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            character = bytes((row, cell)).decode("gb2312", errors="ignore")
            reading = lazy_pinyin(character)[0] if character else ""
            if reading.isascii() and reading.isalpha():
                said.setdefault(reading, "")
                said[reading] += character
    lines = ["".join(pairs), "".join(pairs.values()), *(f"{syllable}\t{said[syllable]}" for syllable in sorted(said))]
    return "\n".join(lines) + "\n"


def features(lines: list[Line]) -> tuple[list[set[str]], list[str]]:
    """The grams of each line, and those worth learning, sorted."""
    found = [grams(mandarin(line.text)) for line in lines]
    seen = Counter(gram for each in found for gram in each)
    names = sorted(gram for gram, count in seen.items() if count >= LEAST_SEEN and not _too_long(gram))
    return found, names


def _too_long(gram: str) -> bool:
    return len(gram) > LONGEST_HAN and gram[0] not in "_~=" and any("㐀" <= character <= "鿿" for character in gram)


def matrix(found: list[set[str]], names: list[str]) -> Any:
    """Presence of each gram, a row for each line."""
    place = {gram: at for at, gram in enumerate(names)}
    columns = [sorted(place[gram] for gram in each if gram in place) for each in found]
    starts = np.cumsum([0, *map(len, columns)])
    flat = np.array([at for each in columns for at in each], dtype=np.int32)
    return csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(found), len(names)))


def trained(lines: list[Line]) -> bytes:
    """The bytes of `model.gz`."""
    found, names = features(lines)
    meant = np.array([line.intent.value for line in lines])
    rarity, fitted = _fitted(matrix(found, names), names, meant)
    weight = np.abs(fitted.coef_ * rarity).max(axis=0)
    kept = sorted(np.argsort(-weight, kind="stable")[:KEPT])
    names = [names[at] for at in kept]
    rarity, fitted = _fitted(matrix(found, names), names, meant)
    weights = (fitted.coef_ * rarity).T
    step = np.abs(weights).max(axis=0) / 127
    square = float((rarity**2).max() / 255)
    rows = np.hstack([np.rint(weights / step) + 128, np.rint(rarity**2 / square)[:, None]]).astype(np.uint8)
    intents = [Intent(name).value for name in fitted.classes_]
    head = {
        "intents": intents,
        "step": [float(f"{one:.6g}") for one in step],
        "square": float(f"{square:.6g}"),
        "bias": [float(f"{one:.6g}") for one in fitted.intercept_],
        "sharpness": SHARPNESS,
        "lines": len(lines),
        "read": hashlib.sha256("\n".join("\t".join(line) for line in lines).encode()).hexdigest(),
    }
    plain = json.dumps(head).encode() + b"\n" + "\x1f".join(names).encode() + b"\n" + rows.tobytes()
    return gzip.compress(plain, 9, mtime=0)


def _fitted(present: Any, names: list[str], meant: Any) -> tuple[Any, Any]:
    count, seen = present.shape[0], np.asarray(present.sum(axis=0)).ravel()
    rarity = (np.log((1 + count) / (1 + seen)) + 1) * [CONCEPT if name[0] == "=" else 1.0 for name in names]
    return rarity, LinearSVC(C=REGULARITY, random_state=0).fit(normalize(present @ diags(rarity)), meant)


def main(target: Path = FILE) -> None:
    """Write both files and say what was made."""
    CHARACTERS.write_text(characters(), encoding="utf-8")
    folding._characters.cache_clear()
    lines = training_lines()
    written = trained(lines)
    target.write_bytes(written)
    digest = hashlib.sha256(written).hexdigest()
    sys.stdout.write(f"{target.name}: {len(lines)} lines, {len(written):,} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
