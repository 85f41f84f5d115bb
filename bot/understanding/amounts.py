"""What a person writes for a sum of money -> the exact value and its currency, or a refusal that says why.

One strict grammar for every script and style: 88,250.40, ７，５００, 6万8, 7.5个w, 柒万捌仟元整, eighty five
thousand, liu wan dao, 120 тыс. A wrong sum is worse than none: two readings are one too many, and a
letter or digit that is not read refuses the whole. Decimal throughout, no float.

A text is cut into tokens; tokens of numbers that touch make an expression; what is left must be words
that are known to leave the sum alone (amount_words.py).
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from bot.errors import Invalid
from bot.understanding import amount_words as words

#: more dollars than this is a slip of the finger
MOST = 10**12
#: no answer to "how much?" is longer
LONGEST = 200
#: so much of a free text is looked at
LOOK = 400


class Amount(NamedTuple):
    """A sum as it was said."""

    value: Decimal
    currency: str | None = None  #: USD USDT CNY HKD EUR, or None where none was said
    approximate: bool = False  #: "about" was said with it


class Why(StrEnum):
    """Why no sum was taken from a text."""

    NOTHING = "nothing"  #: there is no number
    UNREAD = "unread"  #: something beside the number is not understood
    AMBIGUOUS = "ambiguous"  #: one number, two readings: 3万50, 35.000
    RANGE = "range"  #: from … to …, adjacent digits, this or that
    VAGUE = "vague"  #: 几万, 两万多, at least
    TWO = "two"  #: two sums
    CURRENCY = "currency"  #: a currency or coin that is none of ours
    CURRENCIES = "currencies"  #: two currencies at one number
    PERCENT = "percent"  #: a share, no sum
    NEGATIVE = "negative"
    ZERO = "zero"
    LARGE = "large"  #: 10^12 and more, or so many digits in a run that it is another number


class _Refused(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class _Token(NamedTuple):
    """`kind` is one letter; texts of tokens are read by regular expressions over their kinds.

    n digits, c Chinese numeral, y pinyin numeral, e English numeral, g 个 — together: numbers
    m currency, s 角 分 cents, z 整; a approximate, l light, b light before a sum only
    p punctuation, space, - dash, ( ), others: a reason to refuse
    """

    kind: str
    said: str
    start: int
    end: int


class _Sum(NamedTuple):
    """An expression of number tokens that touch."""

    parts: tuple[_Token, ...]
    start: int
    end: int


_NUMBERS = frozenset("ncyeg")
_REFUSALS = {
    "?": Why.UNREAD,
    "v": Why.VAGUE,
    "r": Why.RANGE,
    "N": Why.NEGATIVE,
    "o": Why.CURRENCY,
    "%": Why.PERCENT,
}


# --- cutting into tokens ------------------------------------------------------------------------

_HIDDEN = re.compile("[\u200b-\u200f\u2060-\u2069\ufeff\ufe0f]")
_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(
    r"\d(?:[\d.,']*\d)?(?:(?<![.,']\d)(?<!\d{4}) \d{3}(?![\d])(?: \d{3}(?!\d))*(?:[.,]\d+)?)?|\.\d+", re.ASCII
)
_LETTERS = re.compile(r"[a-z]+(?:'[a-z]+)?\$?|[а-яё]+", re.ASCII)
_BETWEEN_LETTERS = re.compile(r"(?<=[a-zа-яё])-(?=[a-zа-яё])")
_JOINED = re.compile(
    r"\b(?:(mei) (jin|yuan|dao)|(ren) (min) (bi)|(gang) (bi|yuan)|(ou) (yuan)|(zuo) (you)|(da) (gai|yue)|(cha) (bu) (duo)"
    r"|(zong|yi) (gong)|(us|hk) (dollars?)|(hong) (kong) (dollars?)|(kuai) (qian)|(at) (least|most)|(bu) (dao)|(jin) (e)|(gong) (you)"
    r"|(zhang) (hu))(?![a-z])"
)
_LISTED = re.compile(r"(?<=\d)、(?=000(?!\d))", re.ASCII)
_SHORTENED = re.compile(r"(тыс|млн|долл)\.")
_SIGN = re.compile(r"\b(us|hk|nt) \$|\$ ?(us)(?![a-z])")
#: behind a number: a multiplier, a currency, or both in one word
_AFTER = re.compile(r"(w|k|m|wan|bai|qian)?(u|usdt|usd|rmb|hkd|eur|euro|cny|dao|kuai|yuan)?(\$)?", re.ASCII)
_AFTER_UNIT = {"w": "万", "k": "k", "m": "M", "wan": "万", "bai": "百", "qian": "千"}
_SYLLABLE = "yi|er|san|si|wu|liu|qi|jiu|ba|shi|bai|qian|wan|liang|ling|ban|ge|dian"
_SYLLABLES = re.compile(_SYLLABLE)
_PINYIN = re.compile(rf"((?:{_SYLLABLE})+)(dao|kuai|kuaiqian|meijin|meidao|meiyuan|yuan|u|usdt|usd|rmb)?", re.ASCII)
_CYRILLIC = re.compile("[а-яё₽]")
_PUNCTUATION = frozenset(" .,!?;:…。；、“”\"「」『』【】[]《》*~'")


@cache
def _table() -> dict[str, tuple[str, str]]:
    """Every listed word, folded -> the kind of its token and what it says. The stronger kinds win."""
    table: dict[str, tuple[str, str]] = {}

    def put(kind: str, said: Iterable[str], meant: str | None = None) -> None:
        for word in said:
            folded = word.translate(words.SAME)
            table[folded] = (kind, folded if meant is None else meant)

    put("b", words.BEFORE.split())
    put("l", words.LIGHT.split())
    put("a", words.APPROXIMATE.split())
    put("v", words.VAGUE.split())
    put("r", words.RANGE.split())
    put("N", words.NEGATIVE.split())
    put("%", words.PERCENT.split())
    put("o", words.OTHER.split())
    for currency, names in words.CURRENCIES.items():
        put("m", names.split(), currency)
    put("c", [*words.DIGITS, "十", "百", "千", "万", "亿", "半", "点", *words.SPELT])
    put("g", ["个"])
    put("e", [*words.ENGLISH, "hundred", *words.SCALES, "half", "and", "point"])
    for unit in ("千", "万", "M"):
        table.pop(unit)
    put("c", ["千", "万"])
    put("s", ["角", "毛"], "角")
    put("s", ["分"], "分")
    put("s", ["美分", "cents", "cent"], "美分")
    put("z", ["整", "正"])
    for sign in "~≈":
        put("a", [sign])
    put("-", ["-"])
    put("(", ["("])
    put(")", [")"])
    put("%", ["%", "‰"])
    return table


def _folded(text: str) -> str:
    """One spelling for every width, case and script, white space single."""
    if not text.isascii():
        for char in text:
            if char > "\u00b1" and char != "〇" and unicodedata.category(char) in ("No", "Nl"):
                raise _Refused(Why.UNREAD)  # ½ and ² would turn into digits
        text = _HIDDEN.sub("", unicodedata.normalize("NFKC", text))
    text = _SPACES.sub(" ", text.casefold().translate(words.SAME)).strip()
    if not text.isascii() or "-" in text:
        text = _BETWEEN_LETTERS.sub(" ", text)
    if "." in text and not text.isascii():
        text = _SHORTENED.sub(r"\1", text)
    if "$" in text:
        text = _SIGN.sub(lambda found: f"{found[1] or found[2]}$", text)
    if "、" in text:
        text = _LISTED.sub(",", text)
    if " " in text:
        text = _JOINED.sub(lambda found: "".join(part for part in found.groups() if part), text)
    return text


def _tokens(text: str) -> list[_Token]:
    """The folded text, cut. Never fails: what is not known is a token of the kind `?`."""
    table = _table()
    tokens: list[_Token] = []
    at, end = 0, len(text)
    while at < end:
        char = text[at]
        if char in "0123456789" or (char == "." and text[at + 1 : at + 2].isdigit()):
            found = _DIGITS.match(text, at)
            if found is None:
                tokens.append(_Token("?", char, at, at + 1))
                at += 1
                continue
            tokens.append(_Token("n", found[0], at, found.end()))
            at = found.end()
        elif found := _LETTERS.match(text, at):
            tokens.extend(_word(found[0], at, tokens))
            at = tokens[-1].end
        elif char == " ":
            tokens.append(_Token(" ", char, at, at + 1))
            at += 1
        else:
            for length in (6, 5, 4, 3, 2, 1):
                known = table.get(text[at : at + length])
                if known is not None:
                    kind, said = known
                    size = min(length, end - at)
                    if said in words.SPELT:
                        tokens.extend(_Token("c", part, at, at + size) for part in words.SPELT[said])
                    else:
                        tokens.append(_Token(kind, said, at, at + size))
                    at += size
                    break
            else:
                plain = char in _PUNCTUATION or (not char.isalnum() and unicodedata.category(char) in ("So", "Sk"))
                tokens.append(_Token("p" if plain else "?", char, at, at + 1))
                at += 1
    return tokens


def _word(word: str, at: int, before: list[_Token]) -> list[_Token]:
    """A word of Latin or Cyrillic letters. Alone, or behind a number, it may be several tokens."""
    last = next((token for token in reversed(before) if token.kind != " "), None)
    if last is not None and (last.kind in _NUMBERS or (last.kind in "al" and word == "u")):
        if word in words.RUSSIAN:
            return [_Token("c", words.RUSSIAN[word], at, at + len(word))]
        touching = before[-1].kind != " " or word in ("w", "k", "m", "u", "wan", "qian", "wu", "ku", "mu")
        after = _AFTER.fullmatch(word) if touching and not (word == "wu" and before[-1].kind in " y") else None
        if after is not None and (after[1] or after[2]):
            kind = "y" if after[1] in words.PINYIN else "c"
            tokens = [_Token(kind, _AFTER_UNIT[after[1]], at, at + len(after[1]))] if after[1] else []
            start = at + len(after[1] or "")
            if after[2]:
                tokens.append(_Token("m", _CURRENCY.get(after[2], "USDT"), start, start + len(after[2])))
                start += len(after[2])
            if after[3]:
                tokens.append(_Token("m", "dollar", start, start + 1))
            return tokens
    if word == "ba" and last is not None and last.kind == "m":
        return [_Token("l", word, at, at + 2)]
    if word in words.PINYIN:
        return [_Token("y", words.PINYIN[word], at, at + len(word))]
    known = _table().get(word)
    if known is not None:
        return [_Token(known[0], known[1], at, at + len(word))]
    if word.endswith("$"):
        return [_Token("?", word, at, at + len(word))]
    if pinyin := _PINYIN.fullmatch(word):
        tokens, start = [], at
        for syllable in _SYLLABLES.findall(pinyin[1]):
            tokens.append(_Token("y", words.PINYIN[syllable], start, start + len(syllable)))
            start += len(syllable)
        if pinyin[2]:
            tokens.append(_Token("m", _CURRENCY.get(pinyin[2], "USDT"), start, start + len(pinyin[2])))
        return tokens
    return [_Token("?", word, at, at + len(word))]


_CURRENCY = {word: currency for currency, names in words.CURRENCIES.items() for word in names.split()} | {"yuan": "CNY"}


# --- expressions --------------------------------------------------------------------------------


def _sums(tokens: list[_Token]) -> list[_Token | _Sum]:
    """Number tokens that touch become one expression; spaces go."""
    items: list[_Token | _Sum] = []
    parts: list[_Token] = []
    spaced = False

    def close() -> None:
        if not parts:
            return
        tail = parts[-1] if parts[-1].kind == "g" else None  # 5000 个 u
        kept = parts[:-1] if tail else parts
        if not kept:
            items.append(_Token("?", "个", tail.start if tail else 0, tail.end if tail else 0))
        elif all(part.kind == "e" and part.said in ("a", "an") for part in kept):
            items.append(_Token("l", "a", kept[0].start, kept[-1].end))
        elif all(part.kind == "e" and part.said in ("and", "point", "half") for part in kept):
            items.append(_Token("?", "and", kept[0].start, kept[-1].end))
        else:
            items.append(_Sum(tuple(kept), kept[0].start, kept[-1].end))
            if tail is not None:
                items.append(tail)
        parts.clear()

    for token in tokens:
        if token.kind == " ":
            spaced = True
            continue
        if token.kind in _NUMBERS:
            if spaced and parts and not _goes_on(parts[-1], token):
                close()
            parts.append(token)
        else:
            close()
            items.append(token)
        spaced = False
    close()
    return items


def _goes_on(left: _Token, right: _Token) -> bool:
    """Whether a number goes on behind a space."""
    if right.kind == "g" or (right.kind == "c" and right.said in "十百千万亿Mk半"):
        return True
    if right.kind == "y":
        return left.kind == "y" or (left.kind in "ng" and right.said in "百千万个半")
    return right.kind == "e" and (
        left.kind == "e" or (left.kind == "n" and right.said in (*words.SCALES, "hundred", "and"))
    )


def _value(parts: tuple[_Token, ...], *, comma: bool = False, euro: bool = False, money: bool = False) -> Decimal:
    """The one value of an expression.

    comma: decimals may stand behind a comma here (€, Russian); euro: one group of three behind a
    point may be thousands here; money: a currency was said.
    """
    kinds = {part.kind for part in parts}
    if "e" in kinds:
        if kinds <= {"e", "n", "c"}:
            return _english([part.said for part in parts], comma)
        raise _Refused(Why.UNREAD)
    said = [part.said for part in parts]
    if "y" in kinds and len(said) > 1 and said[-1] == "八" and said[-2] in "百千万" and parts[-1].said == "八":
        raise _Refused(Why.AMBIGUOUS)  # san wan ba: 三万八, 三万吧
    if len(said) == 1 and parts[0].kind == "n":
        return _arabic(said[0], comma=comma, euro=euro, money=money)
    for place, part in enumerate(parts):
        if part.kind == "n" and not said[place].isdigit():
            if place or not all(unit in words.UNITS or unit in "个半" for unit in said[1:]):
                raise _Refused(Why.AMBIGUOUS)
            if "、" in part.said:
                raise _Refused(Why.RANGE)
            said[place] = str(_arabic(part.said, comma=comma, euro=euro, money=money, scaled=True))
    return _chinese(said)


def _arabic(text: str, *, comma: bool, euro: bool, money: bool, scaled: bool = False) -> Decimal:
    """Digits, grouped by threes or not at all. `scaled`: a multiplier follows."""
    if text.isdigit():
        if len(text) > 1 and text[0] == "0" and text.strip("0"):
            raise _Refused(Why.AMBIGUOUS)  # a number of something, no sum
        return Decimal(text)
    if text[0] == ".":
        return Decimal("0" + text)
    for shape, marks, rule in _SHAPES:
        if shape.fullmatch(text):
            if rule == "point" and (euro or not scaled) and _THREE.fullmatch(text):
                break
            if rule == "comma" and (
                text.startswith("0,") or ((euro or (comma and scaled)) and text.count(",") == 1 and "." not in text)
            ):
                break
            if rule == "points" and not money and "," not in text:
                break
            if rule == "decimal comma" and not comma:
                break
            whole, point, part = text.partition(marks[1])
            return Decimal(whole.translate(_GROUPS) + ("." + part if point else ""))
    raise _Refused(Why.AMBIGUOUS)


_GROUPS = str.maketrans("", "", ",.' ")
_THREE = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_SHAPES = tuple(
    (re.compile(shape, re.ASCII), marks, rule)
    for shape, marks, rule in (
        (r"\d+\.\d+", ",.", "point"),
        (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", ",.", "comma"),
        (r"\d{1,3}(?: \d{3})+(?:\.\d+)?", " .", "space"),
        (r"\d{1,3}(?:'\d{3})+(?:\.\d+)?", "'.", "apostrophe"),
        (r"\d{1,3}(?: \d{3})+,\d{1,2}", " ,", "space"),
        (r"\d{1,3}(?:\.\d{3}){2,}", ".,", "points"),
        (r"\d{1,3}(?:\.\d{3})+,\d{1,2}", ".,", "points"),
        (r"\d+,\d{1,2}", " ,", "decimal comma"),
    )
)


def _chinese(said: list[str]) -> Decimal:
    """Numbers with units: 三万五, 3万5千, 1.2亿, 7.5个百万, 六个半万, 叁万伍仟, 三点五万, 三五零零零."""
    counted = "个" in said
    if counted:
        said = _without_ge(said)
    if "k" in said:
        place = said.index("k")
        shortened = (said[0] != "半" and place + 1 < len(said)) or not set(said[:place]).isdisjoint("十百")
        if shortened and set(said[:place]).isdisjoint("千万亿M半点"):  # 9k2, 六十八k
            high = _whole(said[:place]) * 1000
            return high + _after(said[place + 1 :], 1000) if said[place + 1 :] else high
        said = ["千" if part == "k" else part for part in said]
    if said[0] == "半":
        if len(said) < 2 or not all(unit in words.UNITS for unit in said[1:]) or said[1] in "十百":
            raise _Refused(Why.UNREAD)
        return Decimal(_scale(said[1:])) / 2
    if "半" in said:
        return _and_a_half(said, counted)
    if all(part in words.DIGITS for part in said):
        return _spoken_digits(said)
    if "点" in said:
        return _with_point(said)
    first, units = said[0], said[1:]
    if first[0].isdigit() and first.isascii() and all(unit in words.UNITS for unit in units):
        return Decimal(first) * _scale(units)
    if said[-1] == "M":
        return _large(said[:-1], 10**4) * 10**6
    if "M" in said or any("." in part for part in said):
        raise _Refused(Why.AMBIGUOUS)
    return _large(said, 10**13)


def _whole(said: list[str]) -> Decimal:
    """A number below a thousand, before k."""
    value = Decimal(said[0]) if len(said) == 1 and said[0].isdigit() else _large(said, 10**4)
    if not 0 < value < 1000:
        raise _Refused(Why.AMBIGUOUS)
    return value


def _without_ge(said: list[str]) -> list[str]:
    kept = []
    for place, part in enumerate(said):
        if part != "个":
            kept.append(part)
        elif (
            not place
            or place + 1 == len(said)
            or said[place + 1] not in ("半", *words.UNITS)
            or said[place + 1] == "十"
        ):
            raise _Refused(Why.UNREAD)
    return kept


def _scale(units: list[str]) -> int:
    """百万, 千万, 万亿: each smaller than the one behind it."""
    scale = 1
    for place, unit in enumerate(units):
        if (place and not words.UNITS[units[place - 1]] < words.UNITS[unit]) or (unit == "M" and place):
            raise _Refused(Why.AMBIGUOUS)
        scale *= words.UNITS[unit]
    return scale


def _and_a_half(said: list[str], counted: bool) -> Decimal:
    """六个半万 is 65,000; 三万半 is 35,000 (Cantonese)."""
    place = said.index("半")
    before, units = said[:place], said[place + 1 :]
    if "半" in units or any("." in part or "点" in part for part in before):
        raise _Refused(Why.AMBIGUOUS)
    if units:
        if not counted or not all(unit in words.UNITS for unit in units) or units[0] == "十":
            raise _Refused(Why.AMBIGUOUS)
        return (_large(before, 10**4) + Decimal("0.5")) * _scale(units)
    last = before[-1]
    if counted or len(before) < 2 or last not in ("百", "千", "万", "亿", "M"):
        raise _Refused(Why.UNREAD)  # 三点半, 五个半
    return (_large(before[:-1], 10**4) + Decimal("0.5")) * words.UNITS[last]


def _spoken_digits(said: list[str]) -> Decimal:
    """三五零零零, said digit by digit. Two of them, or three in a row, are "three or four"."""
    values = [words.DIGITS[digit] for digit in said]
    if len(said) == 1:
        return Decimal(values[0])
    steps = {right - left for left, right in pairwise(values)}
    if len(said) == 2 or "两" in said or (steps == {1} and len(said) == 3):
        raise _Refused(Why.RANGE)
    if values[0] == 0:
        raise _Refused(Why.AMBIGUOUS)
    if len(said) > 10:
        raise _Refused(Why.LARGE)
    return Decimal("".join(map(str, values)))


def _with_point(said: list[str]) -> Decimal:
    """三点五万: a number, a point, digits, and units or none."""
    point = said.index("点")
    last = len(said)
    while last > point and said[last - 1] in words.UNITS:
        last -= 1
    part = said[point + 1 : last]
    if not part or not point or not all(digit in words.DIGITS and digit != "两" for digit in part):
        raise _Refused(Why.UNREAD)
    if point > 1 and said[point - 1] in words.DIGITS and said[point - 2] in ("百", "千", "万", "亿"):
        raise _Refused(Why.AMBIGUOUS)  # 三万五点五
    if said[last:] and said[last] == "十":
        raise _Refused(Why.UNREAD)  # 三点五十: a time of day
    fraction = Decimal("0." + "".join(str(words.DIGITS[digit]) for digit in part))
    return (_large(said[:point], 10**8) + fraction) * _scale(said[last:])


def _large(said: list[str], below: int) -> Decimal:
    """What stands before and after 亿, then 万; each part is smaller than the unit before it."""
    for word in ("亿", "万"):
        if word not in said:
            continue
        unit = words.UNITS[word]
        place = len(said) - 1 - said[::-1].index(word)
        before, after = said[:place], said[place + 1 :]
        if not before or unit >= below:
            raise _Refused(Why.UNREAD)
        high = _large(before, unit * unit if word == "亿" else unit) * unit
        if after[:1] == ["零"] and after[2:3] == ["千"] and before[-1] in ("十", "百", "千"):
            after = after[1:]  # 十万零一千: the zero is the one before 万
        return high + _after(after, unit) if after else high
    return _small(said)


def _after(said: list[str], unit: int) -> Decimal:
    """The part behind 万 or 亿. A lone digit there is spoken short: 三万五 is 35,000."""
    if len(said) == 1:
        digit = _digit(said[0])
        if digit:
            return Decimal(digit * unit // 10)
        if digit == 0 or len(said[0]) != len(str(unit)) - 1:
            raise _Refused(Why.AMBIGUOUS)  # 3万50
        return Decimal(said[0])
    if said[0] == "零" and unit > 10**4 and "万" not in said and said[1:] and len(said) > 2 and said[2] == "千":
        return _large(said[1:], 10**4)  # 一亿零三千
    value = _large(said, unit)
    if not 0 < value < unit:
        raise _Refused(Why.UNREAD)
    return value


def _digit(part: str) -> int | None:
    """One digit of either script."""
    if len(part) != 1:
        return None
    return int(part) if part.isdigit() else words.DIGITS.get(part)


def _small(said: list[str]) -> Decimal:
    """Thousands, hundreds and tens, each once and falling. 三千二 is 3,200; 三千零二 is 3,002."""
    if len(said) == 1 and said[0].isascii():
        return Decimal(said[0])
    total, part, last, zero = Decimal(0), None, 10**4, False
    for word in said:
        if word in ("十", "百", "千"):
            unit = words.UNITS[word]
            if unit >= (last // 10 if zero else last) or (part is None and (unit != 10 or zero)):
                raise _Refused(Why.UNREAD)  # 十 alone is ten; 百 alone is no number
            if part is not None and part >= (1000 if unit == 1000 and not total else 10):
                raise _Refused(Why.AMBIGUOUS)
            total, part, last, zero = total + (1 if part is None else part) * unit, None, unit, False
        elif part is not None:
            raise _Refused(Why.RANGE if word in words.DIGITS and 0 < part < 10 and not zero else Why.UNREAD)
        elif word == "零":
            if zero:
                raise _Refused(Why.UNREAD)
            zero = True
        elif word in words.DIGITS:
            part = Decimal(words.DIGITS[word])
        elif word.isascii() and word.isdigit():
            part = Decimal(word)
        else:
            raise _Refused(Why.UNREAD)
    if part is None:
        if zero:
            raise _Refused(Why.UNREAD)
        return total
    if zero or last in (10, 10**4):
        if part >= (10 if zero and last < 10**4 else last):
            raise _Refused(Why.AMBIGUOUS)
        return total + part
    if part >= 10:
        if len(said[-1]) == len(str(last)) - 1:
            return total + part  # 3千500
        raise _Refused(Why.AMBIGUOUS)  # 3千50
    return total + part * (last // 10)


def _english(said: list[str], comma: bool) -> Decimal:
    """Forty two thousand five hundred; half a million; two and a half million; 3 million 200 thousand."""
    if said[0] == "and":
        said = said[1:]
    text = " ".join(said)
    if halved := re.fullmatch(r"(?:(.+) and a half|half|half an?) (\S+)", text):
        scale = words.SCALES.get(halved[2])
        if scale is None or (halved[1] is None and halved[2] == "千"):
            raise _Refused(Why.UNREAD)
        return (_english(halved[1].split(), comma) if halved[1] else 0) * scale + Decimal(scale) / 2
    if pointed := re.fullmatch(r"(\S+) point ((?:\S+ )*?\S+)(?: (\S+))?", text):
        tail = pointed[3]
        digits = pointed[2].split()
        if tail is not None and tail not in words.SCALES:
            digits, tail = [*digits, tail], None
        if not all(0 <= words.ENGLISH.get(digit, 10) <= 9 for digit in digits):
            raise _Refused(Why.UNREAD)
        fraction = Decimal("0." + "".join(str(words.ENGLISH[digit]) for digit in digits))
        return (_english([pointed[1]], comma) + fraction) * (words.SCALES[tail] if tail else 1)
    total, group, room, last = Decimal(0), Decimal(0), 1000, 10**13
    begun = False
    for word in said:
        if word == "and":
            if not begun and not total:
                raise _Refused(Why.UNREAD)
        elif word in words.ENGLISH:
            value = words.ENGLISH[word]
            if value == 0 and len(said) > 1:
                raise _Refused(Why.UNREAD)
            if value >= room or (begun and value >= 10 and room == 10):
                raise _Refused(Why.RANGE)
            group += value
            begun, room = True, 10 if value >= 20 else 1
        elif word == "hundred":
            if not begun or not 0 < group < 100 or room == 100:
                raise _Refused(Why.VAGUE)
            group, room = group * 100, 100
        elif word in words.SCALES:
            scale = words.SCALES[word]
            if not begun or scale >= last:
                raise _Refused(Why.VAGUE)
            total += group * scale
            group, room, last, begun = Decimal(0), 1000, scale, False
        elif not begun and word[0].isdigit():
            group = _arabic(word, comma=comma, euro=False, money=True, scaled=True)
            begun, room = True, 1
        else:
            raise _Refused(Why.UNREAD)
    if not begun and not total:
        raise _Refused(Why.VAGUE)
    return total + group


# --- one sum and its currency -------------------------------------------------------------------


class _Reading(NamedTuple):
    """One sum, before the last rules: those differ between a free answer and a form that asks for dollars."""

    value: Decimal
    named: frozenset[str]  #: currencies said by name
    generic: frozenset[str]  #: yuan, kuai, man, dollar
    approximate: bool
    capital: bool  #: written in capital numerals, as contracts are
    ended: bool  #: 整 stands at its end
    run: int  #: the most digits in a row

    def currency(self) -> str | None:
        """The currency. Raises for two that cannot be one (¥5000 usd)."""
        if len(self.named) > 1 or len(self.generic) > 1:
            raise _Refused(Why.CURRENCIES)
        named, generic = next(iter(self.named), None), next(iter(self.generic), None)
        if named is None:
            return words.GENERIC[generic] if generic is not None else None
        if generic == "dollar" and named not in ("USD", "HKD"):
            raise _Refused(Why.CURRENCIES)
        if generic in ("yuan", "kuai", "man") and named == "USDT":
            raise _Refused(Why.CURRENCIES)
        return named


_PLAIN_SUM = re.compile("m{0,3}Sm{0,3}z?m?")
_PARTED_SUM = re.compile("m{0,2}Sm(?:Ss)?(?:Ss?)?z?m{0,2}")
_SMALL_SUM = re.compile("Ss(?:Ss?)?m{0,2}")


def _read(text: str) -> _Reading:
    """The one sum that a text is. Raises _Refused."""
    if len(text) > LONGEST:
        raise _Refused(Why.NOTHING)
    folded = _folded(text)
    tokens = _tokens(folded)
    items = _sums(tokens)
    kept = _checked(items)
    return _made(kept, any(token.kind == "a" for token in tokens), _CYRILLIC.search(folded) is not None)


def _checked(items: list[_Token | _Sum]) -> list[_Token | _Sum]:
    """Sums, currencies and what belongs to them. Raises _Refused for anything that spoils a sum."""
    if not any(isinstance(item, _Sum) for item in items):
        raise _Refused(
            next((_REFUSALS[i.kind] for i in items if isinstance(i, _Token) and i.kind in "N%v"), Why.NOTHING)
        )
    kept: list[_Token | _Sum] = []
    inside = False
    reason: Why | None = None
    for place, item in enumerate(items):
        if isinstance(item, _Sum):
            if inside:
                raise _Refused(Why.NEGATIVE if len(items) <= 4 else Why.AMBIGUOUS)  # (35000)
            if place and _is_pinyin_ten(item) and _shi_may_be_is(items[place - 1]):
                raise _Refused(Why.AMBIGUOUS)
            kept.append(item)
        elif item.kind in "msz":
            kept.append(item)
        elif item.kind in "()":
            inside = item.kind == "("
        elif item.kind == "-":
            follows = place + 1 < len(items) and (isinstance(items[place + 1], _Sum) or _is(items[place + 1], "m"))
            if any(isinstance(one, _Sum) for one in items[:place]) and follows:
                raise _Refused(Why.RANGE)
            raise _Refused(Why.NEGATIVE if follows else Why.UNREAD)
        elif item.kind == "g":
            coin = items[place + 1] if place + 1 < len(items) else None
            if not (isinstance(coin, _Token) and coin.kind == "m" and coin.said in ("USDT", "USD")):
                reason = reason or Why.UNREAD
        elif item.kind in _REFUSALS:
            if reason is None or reason is Why.UNREAD:
                reason = _REFUSALS[item.kind]
        elif _is_stuck(items, place) or (
            item.kind == "b" and place and isinstance(left := items[place - 1], _Sum) and left.end == item.start
        ):
            reason = reason or Why.UNREAD
    if reason is not None:
        raise _Refused(reason)
    return kept


def _is(item: "_Token | _Sum", kind: str) -> bool:
    return isinstance(item, _Token) and item.kind == kind


def _is_stuck(items: list[_Token | _Sum], place: int) -> bool:
    """Whether a light word of letters touches a number: 5000le may be anything."""
    item = items[place]
    if not (isinstance(item, _Token) and item.said[0].isalpha() and item.said[0] < "\u2e80" and item.said != "ish"):
        return False
    left = items[place - 1] if place else None
    right = items[place + 1] if place + 1 < len(items) else None
    return (isinstance(left, _Sum) and left.end == item.start) or (isinstance(right, _Sum) and right.start == item.end)


def _is_pinyin_ten(item: _Sum) -> bool:
    return (
        item.parts[0].kind == "y"
        and item.parts[0].said == "十"
        and len(item.parts) > 1
        and item.parts[1].said not in "百千万"
    )


def _shi_may_be_is(item: "_Token | _Sum") -> bool:
    """Whether "shi" behind this word may be 是 as well as 十."""
    return (
        isinstance(item, _Token)
        and item.kind in "lb"
        and item.said.isascii()
        and item.said not in ("you", "haiyou", "gongyou")
    )


def _made(kept: list[_Token | _Sum], approximate: bool, russian: bool) -> _Reading:
    shape = "".join("S" if isinstance(item, _Sum) else item.kind for item in kept)
    marks = [item.said for item in kept if isinstance(item, _Token) and item.kind == "m"]
    sums = [item for item in kept if isinstance(item, _Sum)]
    named = frozenset(mark for mark in marks if mark not in words.GENERIC)
    generic = frozenset(mark for mark in marks if mark in words.GENERIC)
    euro = "EUR" in named
    value = _value(sums[0].parts, comma=euro or russian, euro=euro, money=bool(marks))
    if not _PLAIN_SUM.fullmatch(shape):
        value = _parted(value, kept, shape)
    said = [part.said for one in sums for part in one.parts]
    return _Reading(
        value,
        named,
        generic or (frozenset({"yuan"}) if _SMALL_SUM.fullmatch(shape) and not named else frozenset()),
        approximate,
        any(part in words.CAPITALS for part in said),
        "z" in shape,
        max(len(run) for part in said for run in re.findall("[0-9]+", part) or [""]),
    )


def _parted(whole: Decimal, kept: list[_Token | _Sum], shape: str) -> Decimal:
    """三元五角二分, 567 块八毛九, 三块五, 五毛, 35 dollars and fifty cents."""
    core = shape.strip("mz")
    if core not in ("SmSs", "SmSsSs", "SmSsS", "SmS", "Ss", "SsSs", "SsS") or whole != whole.to_integral_value():
        raise _Refused(_several(kept))
    first = next(place for place, item in enumerate(kept) if isinstance(item, _Sum))
    parts = kept[first:]
    money = "yuan"
    if core[1] == "m":
        mark = parts[1]
        money = mark.said if isinstance(mark, _Token) else ""
        value, rest, unit = whole, parts[2:], Decimal(1)
        if not (isinstance(left := parts[0], _Sum) and isinstance(mark, _Token)) or left.end > mark.start:
            raise _Refused(Why.TWO)
    else:
        value, rest, unit = Decimal(0), parts, Decimal(1)
    rest = [item for item in rest if isinstance(item, _Sum) or item.kind == "s"]
    place = 0
    while place < len(rest):
        item = rest[place]
        if not isinstance(item, _Sum):
            raise _Refused(Why.UNREAD)
        part = _value(item.parts[1:] if item.parts[0].said == "零" and item.parts[1:] else item.parts)
        after = rest[place + 1] if place + 1 < len(rest) else None
        name = after.said if isinstance(after, _Token) else ""
        if not name:  # 三块五, 八毛九: the smaller unit is left unsaid
            if (unit == 1 and money not in ("kuai", "man")) or (
                unit == Decimal("0.1") and money not in ("kuai", "yuan", "man")
            ):
                raise _Refused(_several(kept))
            if len(item.parts) != 1:
                raise _Refused(Why.TWO)
        size = {"角": Decimal("0.1"), "分": Decimal("0.01"), "美分": Decimal("0.01"), "": unit / 10}[name]
        most = 100 if name == "美分" or (name == "分" and money not in ("yuan", "kuai", "man", "CNY", "HKD")) else 10
        if not 0 < part < most or part != part.to_integral_value() or size >= unit or (core == "Ss" and name != "角"):
            raise _Refused(Why.TWO)
        value, unit = value + part * size, size
        place += 2
    return value


def _several(kept: list[_Token | _Sum]) -> Why:
    return Why.TWO if sum(isinstance(item, _Sum) for item in kept) > 1 else Why.CURRENCIES


def _amount(reading: _Reading) -> Amount:
    currency = reading.currency()
    if reading.value == 0:
        raise _Refused(Why.ZERO)
    if reading.value >= MOST or reading.run > 10:
        raise _Refused(Why.LARGE)
    return Amount(_plain(reading.value), currency, reading.approximate)


def _plain(value: Decimal) -> Decimal:
    """The value without an exponent and without zeros that say nothing."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def parse_amount(text: str) -> Amount | None:
    """The sum that a whole text is, light words around it or none. None: no sum, or more than one reading."""
    try:
        return _amount(_read(text))
    except _Refused:
        return None


def refusal(text: str) -> Why | None:
    """Why `parse_amount` takes no sum from a text; None if it takes one."""
    try:
        _amount(_read(text))
    except _Refused as refused:
        return refused.why
    return None


def find(text: str) -> tuple[Amount | None, str | None]:
    """The one sum that a free text names, and the one currency; each None where there is none or more than one.

    A sum is only what has a multiplier or a currency directly at its number: a bare number may be
    anything. A currency may be named without a sum (要人民币), then by a whole word.
    """
    try:
        folded = _folded(text[:LOOK])
    except _Refused:
        return None, None
    if not _WORTH_A_LOOK.search(folded):
        return None, None
    tokens = _tokens(folded)
    amount = _sum_among(_sums(tokens), _CYRILLIC.search(folded) is not None)
    if amount is not None and amount.currency is not None:
        return amount, amount.currency
    named = {
        token.said if token.kind == "m" else ""
        for token in tokens
        if token.kind in "mo" and token.end - token.start > 1 and folded[token.start : token.end] not in _OTHER_WORDS
    }
    named -= words.GENERIC.keys()
    return amount, (named.pop() or None if len(named) == 1 else None)


def find_amount(text: str) -> Amount | None:
    """The one sum that a free text names, or None."""
    return find(text)[0]


def _sum_among(items: list[_Token | _Sum], russian: bool) -> Amount | None:
    try:
        found = [amount for run in _runs(items) if (amount := _found(items, *run, russian)) is not None]
    except _Refused:
        return None
    return found[0] if len(found) == 1 else None


_WORTH_A_LOOK = re.compile(
    "[0-9一二三四五六七八九十百千万亿两半俩廿卅卌壹贰叁肆伍陆柒捌玖元币金达欧刀]|[a-z]{3}|[а-я]{3}"
)
#: currencies, but in a sentence more likely something else
_OTHER_WORDS = frozenset(
    ["dao", "yuan", "kuai", "try", "won", "dot", "link", "uni", "ton", "rm", "sol", "大饼", "聪", "新币"]
)


def _runs(items: list[_Token | _Sum]) -> Iterable[tuple[int, int]]:
    """Where sums and their currencies stand together: first item, and the one after the last."""
    place = 0
    while place < len(items):
        end = place
        while end < len(items) and _belongs(items, end) and (end == place or _near(items[end - 1], items[end])):
            end += 1
        if any(isinstance(item, _Sum) for item in items[place:end]):
            yield place, end
        place = max(end, place + 1)


def _belongs(items: list[_Token | _Sum], place: int) -> bool:
    item = items[place]
    if isinstance(item, _Sum) or item.kind in "msz":
        return True
    return item.kind == "g" and place + 1 < len(items) and _is(items[place + 1], "m")


def _near(left: "_Token | _Sum", right: "_Token | _Sum") -> bool:
    return right.start - left.end <= 1


def _found(items: list[_Token | _Sum], start: int, end: int, russian: bool) -> Amount | None:
    """The sum of a run; None if nothing in it says that it is one. Raises _Refused for what spoils it."""
    run = [item for item in items[start:end] if not _is(item, "g")]
    if _is(run[-1], "z"):
        run.pop()
    parts = [part.said for item in run if isinstance(item, _Sum) for part in item.parts if part.kind != "y"]
    marks = [item.said for item in run if isinstance(item, _Token)]
    if not marks and _MULTIPLIERS.isdisjoint(parts):
        return None
    if marks == ["kuai"] and parts == ["一"]:
        return None  # 一块 is "together", too
    left = items[start - 1] if start else None
    right = items[end] if end < len(items) else None
    if isinstance(left, _Token):
        _look_left(left, run[0], items[start - 2] if start > 1 else None)
    if isinstance(right, _Token):
        _look_right(run[-1], right, items[end + 1] if end + 1 < len(items) else None)
    about = any(item is not None and _is(item, "a") for item in (left, right))
    return _amount(_made(run, about, russian))


def _look_left(left: _Token, first: "_Token | _Sum", before: "_Token | _Sum | None") -> None:
    """Raises _Refused if what stands before a sum spoils it: nearly, minus, the first half of a range."""
    if not _near(left, first):
        return
    if left.kind in "vNo%-" or left.said == "第":
        raise _Refused(_REFUSALS.get(left.kind, Why.UNREAD))
    if left.said in _LINKS and before is not None and (isinstance(before, _Sum) or before.kind in "ms"):
        raise _Refused(Why.RANGE)
    if left.kind == "?" and left.end == first.start and left.said.isascii():
        raise _Refused(Why.UNREAD)


def _look_right(last: "_Token | _Sum", right: _Token, after: "_Token | _Sum | None") -> None:
    """Raises _Refused if what stands behind a sum spoils it: and more, per cent, people, to …"""
    marked = isinstance(last, _Token)
    if right.kind in "o%" and _near(last, right):
        raise _Refused(_REFUSALS[right.kind])
    if right.kind in "-r" and isinstance(after, _Sum):
        raise _Refused(Why.RANGE)
    if right.start != last.end:
        return
    if right.kind == "v" and not (marked and right.said in _GOES_ON):
        raise _Refused(Why.VAGUE)
    if right.kind == "g" and not marked:
        raise _Refused(Why.UNREAD)
    if right.kind == "?" and (right.said[0].isascii() or (not marked and right.said in _MEASURES)):
        raise _Refused(Why.UNREAD)


_MULTIPLIERS = frozenset({"万", "亿", "M", "k", "千", *words.SCALES})
_LINKS = frozenset("到至或、/-~") | {"还是", "或者", "or", "to", "至", "до", "или"}
#: counted loosely behind a bare number, but the beginning of the next word behind a currency
_GOES_ON = frozenset({"来", "过", "快", "近", "满", "破", "超", "最多", "最少"})
#: what makes a number of something else of it
_MEASURES = frozenset("人年月日号点时分秒天周名位家条次字股吨米里倍步张页岁件种份笔户辆台套粒斤克升度级层楼平亩公英")


def read_dollars(text: str) -> int:
    """Cents. Raises Invalid:

    not_an_amount      nothing that could be read as one sum
    ambiguous_amount   two readings ("35.000", "3万50", "350,00"), or no exact sum ("三四万", "两万多")
    which_currency     元, 块 or U: dollars were asked for, and these may be something else
    other_currency     plainly another currency
    negative_amount zero_amount too_precise_amount too_large_amount

    `why` in its data is the word of `Why`, where there is one.
    """
    try:
        reading = _read(text)
        currency = reading.currency()
    except _Refused as refused:
        raise Invalid(_CODES[refused.why], why=refused.why.value) from None
    if currency == "CNY" and not reading.named and reading.capital and reading.generic == {"yuan"}:
        currency = None  # 壹拾万元整 is how capital numerals end, whatever the money
    if currency == "USDT" and _IS_U.search(text):
        raise Invalid("which_currency")
    if currency in ("CNY", "HKD") and not reading.named:
        raise Invalid("which_currency")
    if currency not in (None, "USD"):
        raise Invalid("other_currency")
    if reading.value == 0:
        raise Invalid("zero_amount")
    if reading.value > MOST:
        raise Invalid("too_large_amount")
    cents = reading.value * 100
    if cents != cents.to_integral_value():
        raise Invalid("too_precise_amount")
    return int(cents)


_IS_U = re.compile(r"[uUｕＵ](?![sS])")
_CODES = {
    Why.NOTHING: "not_an_amount",
    Why.UNREAD: "not_an_amount",
    Why.PERCENT: "not_an_amount",
    Why.AMBIGUOUS: "ambiguous_amount",
    Why.RANGE: "ambiguous_amount",
    Why.VAGUE: "ambiguous_amount",
    Why.TWO: "ambiguous_amount",
    Why.CURRENCY: "other_currency",
    Why.CURRENCIES: "which_currency",
    Why.NEGATIVE: "negative_amount",
    Why.ZERO: "zero_amount",
    Why.LARGE: "too_large_amount",
}
