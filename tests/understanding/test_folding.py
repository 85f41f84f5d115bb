"""Many spellings become one, and the tables behind that agree with where they come from."""

from importlib.metadata import version
from pathlib import Path

import opencc
import pytest

from bot.understanding.folding import CANTONESE, LONGEST, grams, mandarin, normal, simplified, syllables
from bot.understanding.training.lines import read_lines, training_files

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("債權登記", "债权登记"),
        ("ＲＥＮＧＯＮＧ", "rengong"),
        ("３５，０００", "35,000"),
        ("取\u200b消", "取消"),
        ("點解仲未收到錢", "为什么还没收到钱"),
        ("我份嘢去到邊度", "我份东西去到哪里"),
        ("唔係，我係話", "不是,我是话"),
        ("回覆", "回复"),
        ("瞭解", "了解"),
    ],
)
def test_spellings_become_one(typed: str, folded: str) -> None:
    assert mandarin(typed) == folded


@pytest.mark.parametrize(
    ("typed", "folded"), [(" 返 回 。", "返回"), ("？", "?"), ("轉人工！！", "转人工"), ("...", "...")]
)
def test_phrases_lose_spaces_and_end_marks(typed: str, folded: str) -> None:
    assert normal(typed) == folded


@pytest.mark.parametrize("word", CANTONESE)
def test_a_cantonese_word_survives_the_fold_before_it(word: str) -> None:
    assert simplified(word) == word


@pytest.mark.parametrize("word", CANTONESE)
def test_a_cantonese_word_is_read_whole(word: str) -> None:
    assert mandarin(word) == CANTONESE[word]


def test_the_right_opencc_made_the_table() -> None:
    assert version("opencc") == "1.4.2"
    assert opencc.OpenCC("t2s").convert("債權") == "债权"


def test_one_character_for_one_gives_what_opencc_gives() -> None:
    convert = opencc.OpenCC("t2s").convert
    differ = [
        line.text
        for line in read_lines(training_files())
        if line.group in ("zh-Hant", "yue") and simplified(line.text) != simplified(convert(line.text))
    ]
    assert differ == []


@pytest.mark.parametrize(
    ("word", "cut"),
    [("shenbao", ("shen", "bao")), ("zhaiquan", ("zhai", "quan")), ("rengong", ("ren", "gong")), ("claim", ("claim",))],
)
def test_pinyin_is_cut_into_syllables(word: str, cut: tuple[str, ...]) -> None:
    assert syllables(word) == cut


def test_pinyin_meets_characters() -> None:
    assert {"~shen bao", "~zen me shen"} <= grams(mandarin("怎么申报")) & grams(mandarin("zenme shenbao"))


def test_english_is_no_pinyin() -> None:
    assert not any(gram.startswith("~") for gram in grams(mandarin("where is my money")))


def test_a_long_text_is_cut() -> None:
    assert len(mandarin("债" * 10_000)) == LONGEST
