"""Which of our language groups a text is written in: for training lines, which are kept by group.

Only a first guess for a person to look over: a short text may belong to several.
"""

import re

GROUPS = ("zh-Hans", "zh-Hant", "yue", "en", "ru", "mixed")

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: what a redaction leaves in place of what it took, and addresses, are of no language
_GONE = re.compile(r"\[[^\[\]]{2,8}\]|\S+@\S+|www\.\S+")
#: names of the field stand in every language
_NAMES = frozenset({"ftx", "kroll", "usd", "usdt", "hkd", "cny", "btc", "eth", "app", "telegram"})
#: written in Cantonese and not in Mandarin, in either script
_CANTONESE = re.compile(
    "[嘅咗冇喺唔佢啲嚟哋嘢咩攞嗰畀揾搵睇瞓咁㗎]|而家|边个|邊個|边度|邊度|点解|點解|几时|幾時|几多|幾多|系咪|係咪|点样|點樣"
)


def group(text: str, locale: str = "zh_Hans") -> str:
    """One of `GROUPS`. Where the characters leave it open, the locale of the person decides."""
    text = _GONE.sub(" ", text)
    han = _HAN.findall(text)
    words = [word for word in _WORD.findall(text) if word.lower() not in _NAMES]
    if _CYRILLIC.search(text):
        return "mixed" if han else "ru"
    if not han:
        return "en"
    if words:
        return "mixed"
    if _CANTONESE.search(text):
        return "yue"
    traditional = sum(_only_in(c, "big5", "gb2312") for c in han)
    simplified = sum(_only_in(c, "gb2312", "big5") for c in han)
    if traditional == simplified:
        return "zh-Hant" if locale.startswith("zh_Hant") else "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _only_in(character: str, mine: str, other: str) -> bool:
    """The two old character sets hold one script each: whoever is in one of them only says which it is."""
    return _has(mine, character) and not _has(other, character)


def _has(charset: str, character: str) -> bool:
    try:
        character.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
