"""The finer matters of the case, in the words people use for them."""

import pytest

from bot.errors import Invalid
from bot.understanding import matters


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("门头沟那边什么时候赔", "mtgox"),
        ("Mt.Gox payout?", "mtgox"),
        ("三箭的债权能登记吗", "threearrows"),
        ("我是 FTX EU 的客户", "ftxeu"),
        ("选了巴哈马程序", "bahamas"),
        ("FTX 什么时候付", ""),
        ("lunar new year", ""),
    ],
)
def test_another_bankruptcy_is_known_by_its_names(text: str, case: str) -> None:
    assert matters.find_case(text) == case
    assert matters.finer("other_cases", text) == (f"other_cases.{case}" if case else "other_cases")


@pytest.mark.parametrize(
    ("topic", "text", "page"),
    [
        ("schedule", "下一次什么时候", "schedule"),
        ("schedule", "点解仲未收到钱", "not_paid"),
        ("schedule", "别人都收到了我怎么还没", "not_paid"),
        ("schedule", "Why have I not been paid?", "not_paid"),
        ("schedule", "历次分配都是多少", "schedule.all"),
        ("restricted", "移民去新加坡有用吗", "restricted.moved"),
        ("restricted", "大陆能领吗", "restricted"),
        ("scams", "为什么", "scams"),
    ],
)
def test_words_lead_to_the_finer_page(topic: str, text: str, page: str) -> None:
    assert matters.finer(topic, text) == page


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ftx.com", "com"),
        ("FTX.US 的", "us"),
        ("国际站", "com"),
        ("美国站", "us"),
        ("7A", "com"),
        ("贷款那种", "loan"),
        ("一般无担保", "general"),
        ("我不清楚啊", "unsure"),
        ("唔記得喇", "unsure"),
        ("I don't know", "unsure"),
    ],
)
def test_a_kind_of_claim_in_words(text: str, where: str) -> None:
    assert matters.read_kind(text) == where


@pytest.mark.parametrize("text", ["FTX", "ftx.com 还是 ftx.us", "", "business", "5 万"])
def test_a_kind_is_never_guessed(text: str) -> None:
    with pytest.raises(Invalid, match="which_kind"):
        matters.read_kind(text)
