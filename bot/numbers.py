"""The numbers people are told: `ZQ-7K3M2QX` for a claim, `BJ-…` for an offer, `KF-…` for a ticket.

Six random characters and a check character of Crockford's alphabet, which has no I, L, O and U to
mishear or misread. The check is a weighted sum over GF(32), in which the prefix takes part: any one
wrong character and any two swapped ones are noticed, also between prefix and rest, and an offer's
number never passes for a claim's.
"""

import secrets
import unicodedata
from collections.abc import Sequence

from bot.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)} | {"I": 1, "L": 1, "O": 0}
_RANDOM = 6


def _powers() -> tuple[list[int], dict[int, int]]:
    """The powers of x in GF(32) = GF(2)[x] / (x^5 + x^2 + 1), and their logarithms."""
    power, powers = 1, []
    for _exponent in range(31):
        powers.append(power)
        power <<= 1
        if power & 32:
            power ^= 0b100101
    return powers, {value: exponent for exponent, value in enumerate(powers)}


_POWER, _LOG = _powers()


def _sum(values: Sequence[int]) -> int:
    """The values, each weighted by another power of x, added up.

    Weights that are not zero show one wrong value; weights that differ show two swapped ones.
    """
    total = 0
    for place, value in enumerate(values):
        if value:
            total ^= _POWER[(_LOG[value] + place) % 31]
    return total


def new(prefix: str) -> str:
    """A fresh number. It is random: whoever keeps it MUST see that nobody has it yet."""
    body = [secrets.randbelow(32) for _ in range(_RANDOM)]
    known = [*(_VALUE[letter] for letter in prefix), *body]
    # The sum over all places must be 0, so the check is the sum of the others divided by its own weight.
    rest = _sum(known)
    check = _POWER[(_LOG[rest] - len(known)) % 31] if rest else 0
    return f"{prefix}-" + "".join(ALPHABET[value] for value in (*body, check))


def read(text: str, prefix: str) -> str:
    """A number as somebody typed or read it aloud: any case, full width, with or without the prefix.

    Raises Invalid("wrong_number") for anything that cannot be one of ours.
    """
    folded = unicodedata.normalize("NFKC", text[:64]).upper()
    letters = "".join(c for c in folded if not c.isspace() and c not in "-_.‐‑–—－")
    if len(letters) == _RANDOM + 1 + len(prefix) and letters.startswith(prefix):
        letters = letters[len(prefix) :]
    values = [_VALUE.get(letter, -1) for letter in letters]
    if len(values) != _RANDOM + 1 or -1 in values or _sum([*(_VALUE[letter] for letter in prefix), *values]):
        raise Invalid("wrong_number")
    return f"{prefix}-" + "".join(ALPHABET[value] for value in values)
