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


@pytest.mark.parametrize(
    ("wanted", "text", "matter"),
    [
        ("distribution_schedule", "什么是登记日", "term"),
        ("bond_offers", "便利类债权是什么意思", "term"),
        ("out_of_scope", "UCC係咩嚟", "term"),
        ("claim_status", "On Hold 是什么意思？", "term"),
        ("distribution_schedule", "What is a record date?", "term"),
        ("claim_status", "我的债权状态是什么", ""),
        ("distribution_schedule", "下次分配时间是什么", ""),
        ("claim_status", "what is the status of my claim?", ""),
        ("distribution_schedule", "what is the next date", ""),
        ("out_of_scope", "今天天气不错", ""),
        ("payout_method", "用 kraken 还是 bitgo 收款", "payout"),
        ("payout_method", "改一下收款账户", ""),
        ("upload_document", "需要什么材料", "papers"),
        ("upload_document", "我要传文件", ""),
        ("check_scam", "你们是不是骗子", "genuine"),
        ("check_scam", "这封邮件是真的吗", ""),
        ("check_scam", "Is this bot real?", "genuine"),
        ("claim_status", "需要什么材料", ""),
        ("out_of_scope", "什么是" * 100, ""),
    ],
)
def test_a_finer_matter_than_what_is_wanted(wanted: str, text: str, matter: str) -> None:
    assert matters.instead(wanted, text) == matter
