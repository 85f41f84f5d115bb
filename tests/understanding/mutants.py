"""Utterances nobody typed: the lines of the training and dev sets taken apart, noise of every kind, and mixtures."""

import random
from collections.abc import Iterator
from pathlib import Path

from bot.understanding.training.lines import read_lines, training_lines

HERE = Path(__file__).parent
NOISE = [
    "", " ", "\n\n\t", "?", "？", "。。。", "0", "-1", "1e309", "NaN", "∞", "½", "٣٥٠٠٠", "３５，０００", "壹佰万", "5万到6万", "\x00", "\ud800", "\udfff\ud800",
    "\u202e你好", "\u200f\u200e\u061c", "مرحبا 35000", "שלום", "👍", "👨‍👩‍👧‍👦", "🙏🙏🙏", "e\u0301" * 50, "Z͑ͫ̓a̴l͢g̷o", "\ufeff\ufeff", "\u200b\u200d", "ﷺ" * 20, "𠮷野家",
    "'; DROP TABLE claim; --", "\" OR 1=1 --", "<script>alert(1)</script>", "<b>同意</b>", "{{7*7}}", "${jndi:ldap://x}", "%s%n%x", "../../etc/passwd", "\\u0000",
    "~deadbeef.amount.=", "form.undo:deadbeef", "screen.again:0", "welcome.consent:account", "offers.confirm:BJ-0000000.00000000", "/start", "/file x", "/start@bot",
    "ZQ-7K2M9QD", "BJ-0000000", "KF-AAAAAAA", "BJ-" + "A" * 60, "a@b", "a@b.cc", "@" * 30, "http://" + "a" * 200, "0x" + "f" * 64, "123456", "000000",
]  # fmt: skip
#: what comes close to a confirmation and is none
CLOSE = [
    "我没有同意", "同意不了", "不同意", "不是确认提交", "先不要确认提交", "确认提交的按钮在哪", "如果我确认提交会怎样", "“确认提交”是什么意思", "提交前要看什么", "我不确认",
    "确认转让", "确认转让，条件已核对", "确认换取债券", "确认拒绝", "确认撤回", "确认撤回，不说明原因", "接受", "我接受", "同意转让", "成交", "接受 BJ-0000000",
    "确认转让，条件已核对 BJ-0000000", "確認轉讓，條件已核對 BJ-7K2M9QD", "确认撤回：登记有误 ZQ-0000000", "撤回接受", "解除绑定", "确认解除", "取消订阅", "删除我的资料",
]  # fmt: skip
_LETTERS = "的一是不了在有我你他债权券报价金额提交取消返回跳过同意确认接受abcxyzABC 0123456789,.，。!?！？-:：\n\u202e\u200b👍ё諗嘅喺\x00\ud83d"


def lines() -> list[str]:
    """Every line of the training and dev sets."""
    dev = [line.text for line in read_lines([HERE / "dev.tsv", HERE / "exam.tsv"])]
    return dev + [line.text for line in training_lines()]


def utterances(seed: int, count: int, *, longest: int = 10_000) -> Iterator[str]:
    """So many of them, the same for the same seed."""
    chance = random.Random(seed)
    known = lines()
    for number in range(count):
        if number % 1_000 == 999:
            yield (chance.choice(known) * 2_000)[:longest]
        elif number % 1_000 == 499:
            yield "".join(chance.choices(_LETTERS, k=longest))
        else:
            yield _one(chance, known)


def _one(chance: random.Random, known: list[str]) -> str:
    kind = chance.random()
    if kind < 0.15:
        return chance.choice(NOISE) + chance.choice(("", chance.choice(NOISE), chance.choice(known)))
    if kind < 0.22:
        return chance.choice(CLOSE) + chance.choice(("", "吧", "？", "\u200b", " " + chance.choice(NOISE)))
    if kind < 0.30:
        return "".join(
            chr(chance.choice((chance.randrange(0x20, 0x3000), chance.randrange(0x3000, 0x11_0000))))
            for _ in range(chance.randrange(1, 24))
        )
    text = chance.choice(known)
    for _ in range(chance.randrange(0, 4)):
        text = _mutated(chance, text, known)
    return text


def _mutated(chance: random.Random, text: str, known: list[str]) -> str:
    place = chance.randrange(len(text) + 1)
    match chance.randrange(9):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + chance.choice(_LETTERS) + text[place:]
        case 2:
            return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
        case 3:
            return text + chance.choice(("，", " ", "。", "\n", "")) + chance.choice(known)
        case 4:
            return text[:place]
        case 5:
            return text.upper() if chance.random() < 0.5 else text.swapcase()
        case 6:
            return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
        case 7:
            return text[:place] + chance.choice(NOISE) + text[place:]
        case _:
            return chance.choice(CLOSE) + text
