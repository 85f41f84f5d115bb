"""Where a line of Chinese, English or both may end.

Between two Chinese characters it may end anywhere, but no line begins with a mark that closes
something and none ends with one that opens (避头尾). A Latin word, a number or an address stays
whole unless it is longer than a line.
"""

from collections.abc import Callable, Iterator
from itertools import groupby

#: MUST NOT begin a line
CLOSING = frozenset("，。、：；？！）》」』】〉〕｝”’…—～·％‰℃℉" + ",.:;?!)]}%°" + "々ー")
#: MUST NOT end a line
OPENING = frozenset("（《「『【〈〔｛“‘" + "([{" + "￥$€£#")

Measure = Callable[[str], float]


def is_wide(letter: str) -> bool:
    """Whether a line may end beside this letter: Chinese characters and full-width marks."""
    point = ord(letter)
    return 0x2E80 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0xFF00 <= point <= 0xFFEF or point >= 0x20000


def pieces(text: str) -> Iterator[str]:
    """What cannot be divided, in order; a space is a piece of its own, where a line may end."""
    raw: list[str] = []
    for wide, letters in groupby(text, key=lambda letter: " " if letter.isspace() else is_wide(letter)):
        joined = "".join(letters)
        raw += [" "] if wide == " " else list(joined) if wide else [joined]
    held = ""
    for number, piece in enumerate(raw):
        held += piece
        after = raw[number + 1] if number + 1 < len(raw) else ""
        if piece != " " and (piece[-1] in OPENING or (after and after[0] in CLOSING)):
            continue  # the next piece belongs to this one
        yield held
        held = ""
    if held:
        yield held


def broken(text: str, width: float, measure: Measure) -> list[str]:
    """A paragraph as lines no wider than `width`. MUST keep every letter but the spaces at which lines end."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if measure(line + piece.rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = "" if piece == " " else piece
            while measure(line) > width and len(line) > 1:
                fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or measure(line[:n]) <= width)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line.rstrip())
    return lines
