"""Many spellings -> one: width, case, Traditional characters, Cantonese words, toneless pinyin. For reading only.

What a person typed is stored as it was typed. The tables of characters are made by `make model` (from
opencc and pypinyin, which are not needed to run) and stand in `characters.txt`: on our eleven thousand lines
one character for one gives what opencc's phrase tables give, without its 6 MB.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from bot.understanding.concepts import concepts

CHARACTERS = Path(__file__).parent / "characters.txt"
#: so much of a text is read
LONGEST = 256
#: NFKC may lengthen a character eighteenfold; nobody's words do that
_LONGEST_RAW = 2 * LONGEST

#: what Cantonese says otherwise than Mandarin, in Simplified characters; the longest is replaced first
CANTONESE = {
    "点解": "为什么", "点样": "怎么", "点算": "怎么办", "几时": "什么时候", "而家": "现在", "依家": "现在",
    "宜家": "现在", "家阵": "现在", "几多": "多少", "几钱": "多少钱", "边个": "谁", "边度": "哪里", "边处": "哪里",
    "边间": "哪家", "边": "哪", "系咪": "是不是", "得唔得": "行不行", "可唔可以": "可不可以", "唔使": "不用",
    "唔驶": "不用", "唔好": "不要", "唔该": "麻烦", "唔知": "不知道", "唔": "不", "冇": "没有", "嘅": "的",
    "咗": "了", "喇": "了", "喺": "在", "响": "在", "攞": "拿", "俾": "给", "畀": "给", "睇": "看", "揾": "找",
    "呢": "这", "𠮶": "那", "佢": "他", "啲": "些", "咩": "什么", "乜嘢": "什么", "乜": "什么",
    "嘢": "东西", "过数": "打款", "派钱": "发钱", "呃": "骗", "户口": "账户", "银包": "钱包", "铲": "删",
    "熄": "关", "拣": "选", "应承": "同意", "入纸": "提交", "嚟": "来", "哋": "们", "返": "回", "翻": "回",
    "仲": "还", "㗎": "的", "倾": "谈", "讲": "说", "识": "会", "听日": "明天", "寻日": "昨天", "琴日": "昨天",
    "今日": "今天", "咁": "这么", "噉": "这样", "定系": "还是", "系": "是", "同埋": "另外", "即刻": "马上",
    "揿": "按", "搞掂": "搞定", "收唔收到": "收不收到", "未": "没",
}  # fmt: skip
_CANTONESE = re.compile("|".join(sorted(CANTONESE, key=len, reverse=True)))
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0F, 0xFEFF])
_APART = re.compile(r"[\W_]+")
_PART = re.compile(r"[㐀-鿿]+|[a-z]+|[^\W_]")
_HAN = re.compile("[㐀-鿿]")
_LATIN = re.compile("[a-z]+")
_WORD = re.compile(r"[a-zа-яё0-9]+")
#: from so large a part of its letters on, a text without Han characters is read as pinyin as well
_MOSTLY = 0.7
_LONGEST_SYLLABLE = 6


@dataclass(frozen=True, slots=True)
class _Characters:
    simplified: dict[int, int | None]
    syllable: dict[str, str]
    syllables: frozenset[str]


@cache
def _characters() -> _Characters:
    """The tables, read once: Traditional, Simplified, then a line for each syllable and its characters."""
    traditional, simplified, *lines = CHARACTERS.read_text(encoding="utf-8").splitlines()
    table: dict[int, int | None] = {ord(a): ord(b) for a, b in zip(traditional, simplified, strict=True)}
    said: dict[str, str] = {}
    for line in lines:
        syllable, characters = line.split("\t")
        said.update(dict.fromkeys(characters, syllable))
    return _Characters(table | _UNSEEN, said, frozenset(said.values()))


def simplified(text: str) -> str:
    """Half width, lower case, Simplified; invisible characters dropped. Punctuation stays."""
    return unicodedata.normalize("NFKC", text).lower().translate(_characters().simplified)


def mandarin(text: str) -> str:
    """`simplified`, with Mandarin for what is Cantonese; cut after `LONGEST` characters."""
    return _CANTONESE.sub(lambda found: CANTONESE[found[0]], simplified(text[:_LONGEST_RAW]))[:LONGEST]


def normal(text: str) -> str:
    """`simplified`, without spaces and without punctuation at the ends: for comparing whole phrases."""
    folded = "".join(simplified(text).casefold().split())
    # a lone question mark is a question: it is not stripped to nothing
    return folded.strip("。.!！?？~～,，、…/") or folded


def grams(folded: str) -> set[str]:
    """What the model looks at in a text that `mandarin` folded.

    Runs of one to four characters; words and pairs of words of alphabetic scripts (`_word`); runs of one to
    three syllables (`~zhai quan`), so that pinyin learns from characters, and characters from their homophones;
    concepts and pairs of them (`=pay when`).
    """
    plain = _APART.sub(" ", folded).strip()
    around = f" {plain} "
    length = len(around)
    found = {around[at : at + size] for size in (1, 2, 3, 4) for at in range(length - size + 1)}
    words = _WORD.findall(plain)
    found.update(f"_{word}" for word in words)
    found.update(f"_{one}_{two}" for one, two in pairwise(words))
    sounds = _sounds(plain)
    if sounds:
        sounds = ["^", *sounds, "$"]
        found.update(f"~{one}" for one in sounds)
        found.update(f"~{one} {two}" for one, two in pairwise(sounds))
        found.update(f"~{a} {b} {c}" for a, b, c in zip(sounds, sounds[1:], sounds[2:], strict=False))
    found.discard(" ")
    return found | concepts(plain)


def _sounds(plain: str) -> list[str]:
    """A Chinese text syllable by syllable; nothing for a text that is in another language."""
    if _HAN.search(plain) is None:
        words = _LATIN.findall(plain)
        letters = sum(map(len, words))
        if not letters or sum(len(word) for word in words if _is_pinyin(word)) < _MOSTLY * letters:
            return []
    said = _characters().syllable
    sounds: list[str] = []
    for part in _PART.findall(plain):
        if part.isascii() and part.isalpha():
            sounds += syllables(part)
        else:
            sounds += [said.get(character, character) for character in part]
    return sounds


def _is_pinyin(word: str) -> bool:
    found = syllables(word)
    return len(found) > 1 or found[0] in _characters().syllables


@lru_cache(maxsize=4096)
def syllables(word: str) -> tuple[str, ...]:
    """A word cut into as few syllables as cover it: shenbao -> shen bao; the word itself where none do."""
    known = _characters().syllables
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for at in range(len(word)):
        so_far = best[at]
        if so_far is None:
            continue
        for end in range(at + 1, min(at + _LONGEST_SYLLABLE, len(word)) + 1):
            there = best[end]
            if word[at:end] in known and (there is None or len(there) > len(so_far) + 1):
                best[end] = (*so_far, word[at:end])
    return best[-1] or (word,)
