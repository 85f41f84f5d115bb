"""Short answers: that there is nothing, yes, go on, a question back, which of several. Pure.

A question has few answers, so few words are enough to tell them; a sentence of any length is not read here.
Words stand in `answers.toml`.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.understanding.folding import simplified
from bot.understanding.reader import normal

WORDS = Path(__file__).parent / "answers.toml"
LONGEST = 40
#: longer than this, and what stands on a button is only mentioned
LONGEST_PICK = 18
SHORTEST_PICK = 2
#: 日本 alone names a site, but not inside "我在日本开的户"
SHORTEST_NAME = 3

_DIGITS = {word: number for number, words in enumerate(("1一", "2二两", "3三", "4四", "5五", "6六", "7七", "8八"), 1) for word in words}  # fmt: skip
_ORDINAL = re.compile(r"第?([1-8一二三四五六七八两])(?:[个项条份]|选项)?")
_NTH = re.compile(r"第([1-8一二三四五六七八两])(?:[个项条份]|选项)?|[选拣]([1-8一二三四五六七八两])")
#: before an answer, and no answer by themselves
_FILLERS = {"嗯", "嗯嗯", "恩", "哦", "噢", "呃", "额", "啊", "哎"}
_SIGNS = re.compile(r"[\s,，.。、!！~～;；:：…]+")


@dataclass(frozen=True, slots=True)
class _Words:
    nothing: frozenset[str]
    no_more: re.Pattern[str]
    yes: frozenset[str]
    onward: frozenset[str]
    amend: frozenset[str]
    wait: frozenset[str]
    lead: re.Pattern[str]
    tail: re.Pattern[str]
    asking: re.Pattern[str]
    against: re.Pattern[str]
    options: dict[str, tuple[str, ...]]
    extras: dict[str, tuple[str, ...]]


@cache
def _words() -> _Words:
    data = tomllib.loads(WORDS.read_text(encoding="utf-8"))

    def whole(name: str) -> frozenset[str]:
        return frozenset(normal(word) for word in data[name]["words"])

    def any_of(signs: list[str]) -> str:
        return "|".join(simplified(sign) for sign in signs)

    def called(name: str) -> dict[str, tuple[str, ...]]:
        return {value: tuple(folded(word) for word in words) for value, words in data[name].items()}

    return _Words(
        nothing=whole("nothing"),
        no_more=re.compile(any_of(data["nothing"]["signs"])),
        yes=whole("yes"),
        onward=whole("onward"),
        amend=whole("amend"),
        wait=whole("wait"),
        lead=re.compile(f"(?:{any_of(data['manner']['lead'])})+"),
        tail=re.compile(f"(?:{any_of(data['manner']['tail'])})+$"),
        asking=re.compile(any_of(data["asking"]["signs"])),
        against=re.compile(any_of(data["against"]["signs"])),
        options=called("options"),
        extras=called("extras"),
    )


def folded(text: str) -> str:
    """Words as they are compared with a button: script, width, case, spaces and punctuation do not count."""
    return "".join(c for c in simplified(text).casefold() if c.isalnum())


def core(text: str) -> str:
    """A short answer without what surrounds it: 嗯，就是个人的吧 -> 个人."""
    words, said = _words(), folded(text)
    lead = words.lead.match(said)
    rest = said[lead.end() :] if lead is not None else said
    return words.tail.sub("", rest) or said


def is_code(text: str) -> bool:
    """Whether it is a number or a code, and no sentence: most answers to a form are."""
    return text.isascii() and not any(c.isspace() for c in text) and any(c.isdigit() for c in text)


def says_nothing(text: str) -> bool:
    """Whether the person says that there is nothing to say ("没有", "不知道"). MUST be asked of optional questions only."""
    if len(text) > LONGEST:
        return False
    words, said = _words(), normal(text)
    return said in words.nothing or words.no_more.fullmatch(said) is not None


def _agrees(said: str, words: _Words) -> bool:
    return said in words.yes or words.tail.sub("", said) in words.yes


def says_yes(text: str) -> bool:
    """Whether the whole text agrees. MUST only be asked where there is one thing to agree to."""
    if len(text) > LONGEST:
        return False
    words, said = _words(), normal(text)
    if _agrees(said, words):
        return True
    parts = [normal(part) for part in _SIGNS.split(simplified(text)) if part and part not in _FILLERS]
    return bool(parts) and all(_agrees(part, words) for part in parts)


def goes_on(text: str) -> bool:
    """Whether the whole text only says to go on: "继续", "好，下一步", "那接下来呢"."""
    if len(text) > LONGEST:
        return False
    words = _words()

    def onward(part: str) -> bool:
        return not words.onward.isdisjoint({part, words.tail.sub("", part), core(part)})

    if onward(normal(text)):
        return True
    parts = [normal(part) for part in _SIGNS.split(simplified(text)) if part]
    going = [onward(part) for part in parts]
    return any(going) and all(go or _agrees(part, words) for go, part in zip(going, parts, strict=True))


def amends(text: str) -> bool:
    """Whether the whole text says that something is to be changed, and not what."""
    return _whole(text, _words().amend)


def waits(text: str) -> bool:
    """Whether the whole text asks for time ("等等", "先不提交")."""
    return _whole(text, _words().wait)


def _whole(text: str, phrases: frozenset[str]) -> bool:
    said = normal(text) if len(text) <= LONGEST else ""
    return not phrases.isdisjoint({said, _words().tail.sub("", said), core(text) if said else ""})


def asks(text: str) -> bool:
    """Whether a text asks something, or says that its writer does not know what to answer."""
    return len(text) <= 3 * LONGEST and _words().asking.search(simplified(text).strip()) is not None


def ordinal(text: str) -> int | None:
    """ "第二个", "选 2", "2" -> 2; None for anything else."""
    found = _ORDINAL.fullmatch(core(text)) if len(text) <= LONGEST_PICK else None
    return _DIGITS[found[1]] if found is not None else None


def digits(folded_text: str) -> list[int]:
    """The numbers of a few characters, one a character ("1和2" -> 1, 2); none if anything but a list is said."""
    found = [_DIGITS[c] for c in folded_text if c in _DIGITS]
    rest = [c for c in folded_text if c not in _DIGITS and c not in "第项条和与及同跟、个号"]
    return [] if rest else found


def picks(text: str, options: Sequence[tuple[str, str]], closed: bool) -> str | None:
    """The one option (value, label) that a short text means; None if it means none, or more than one.

    `closed`: nothing but these options answers, so a part of a label is enough, and so is its place. MUST NOT
    be asked where a choice binds: there only the whole label counts.
    """
    if len(text) > LONGEST_PICK:
        return None
    words, said, plain = _words(), folded(text), core(text)
    if not said:
        return None
    labels = {value: folded(label) for value, label in options}
    called = {
        value: (*(() if not closed else (label,)), *words.options.get(value, ())) for value, label in labels.items()
    }
    same = [value for value, label in labels.items() if plain in (label, *words.options.get(value, ()))]
    if len(same) == 1:
        return same[0]
    nth = _NTH.fullmatch(plain) or (_ORDINAL.fullmatch(plain) if closed and len(options) > 1 else None)
    if nth is not None:
        number = _DIGITS[nth[nth.lastindex or 1]]
        return options[number - 1][0] if number <= len(options) else None
    if closed:
        part = [value for value, label in labels.items() if len(plain) >= SHORTEST_PICK and plain in label]
        if part:
            return part[0] if len(part) == 1 else None
    inside: dict[str, str] = {}
    shortest = SHORTEST_PICK if closed else SHORTEST_NAME
    for value, names in called.items():
        longest = max((name for name in names if len(name) >= shortest and name in said), key=len, default="")
        if longest:
            inside[value] = longest
    if len(inside) != 1:
        return None
    [(value, name)] = inside.items()
    return None if words.against.search(said.replace(name, "", 1)) else value


def is_doubted(text: str) -> bool:
    """Whether a short answer denies what it names, or names it beside another."""
    return _words().against.search(folded(text)) is not None


def further(text: str, values: Sequence[str]) -> str | None:
    """Which of the further buttons of a question a text asks for ("再发一次", "没收到"); None unless it is one."""
    if len(text) > LONGEST:
        return None
    said = folded(text)
    found = [value for value in values if any(word in said for word in _words().extras.get(value, ()))]
    return found[0] if len(found) == 1 else None


__all__ = [
    "amends",
    "asks",
    "digits",
    "folded",
    "further",
    "goes_on",
    "is_code",
    "ordinal",
    "picks",
    "says_nothing",
    "says_yes",
    "waits",
]
