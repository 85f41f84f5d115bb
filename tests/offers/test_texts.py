"""The words: what a card leads with, what it never says, and that the two kinds cannot be mistaken."""

import re
from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings

from bot import words
from bot.i18n import speaking
from bot.offers import rules, texts
from bot.offers.rules import BondTerms, Bound, SaleTerms, Underlying
from storage.terms import ClaimStatus, OfferKind, OfferStatus
from tests.offers.market import verdict
from tests.offers.test_rules import BOND, ENDS, FIGURE, SALE, UNDER
from tests.offers.test_sheet import bond_terms, sales

ZONE = "Asia/Shanghai"
NOW = ENDS - timedelta(days=2, hours=3, minutes=4)
#: words of advice, promise or haste, and words that name neither kind rightly
NEVER = re.compile(
    "建议您(接受|拒绝|出售|持有)|推荐您|保证|承诺|稳赚|保本|一定会|必然|抓紧|尽快|机会难得|最后机会|高收益|无风险|理赔|索赔|赔付|债卷|债圈"
)


def card(terms: SaleTerms | BondTerms, under: Underlying = UNDER) -> str:
    bound = Bound("ref", ENDS, under, terms)
    if isinstance(terms, SaleTerms):
        return texts.sale_card(bound, terms, NOW, ZONE)
    return texts.bond_card(bound, terms, NOW, ZONE)


def read_back(terms: SaleTerms | BondTerms) -> str:
    bound = Bound("ref", ENDS, UNDER, terms)
    if isinstance(terms, SaleTerms):
        return texts.sale_read_back(bound, terms, NOW, ZONE, "1a2b3c4d")
    return texts.bond_read_back(bound, terms, NOW, ZONE, "1a2b3c4d")


def places(text: str, *words: str) -> list[int]:
    found = [text.find(word) for word in words]
    assert -1 not in found, dict(zip(words, found, strict=True))
    return found


def test_a_sale_leads_with_what_is_given_up():
    text = card(SALE)
    order = places(
        text, "您放弃什么", "谁向您付款", "价格：", "您合计实得", "追索权", "付款时间", "有效期至", "同类债权", "不构成投资或法律建议", "截至"
    )  # fmt: skip
    assert order[:-1] == sorted(order[:-1])
    assert text.startswith("您放弃什么：债权 ZQ-0000000 的全部（债权金额 200,000.00 美元）")
    assert "即 220,000.00 美元" in text
    assert "您合计实得：27,500.00 美元，相当于债权金额的 13.75%" in text
    assert "同类债权（5A 类）截至 2026-03-31 已累计获分配 96%（来源：a source）" in text


def test_a_bond_leads_with_what_is_given_up():
    text = card(BOND)
    order = places(
        text, "您放弃什么", "谁欠您钱", "面值：", "票面利率：", "到期日：", "清偿顺位", "追索范围", "有效期至", "同类债权", "不构成投资或法律建议"
    )  # fmt: skip
    assert order == sorted(order)
    assert "质押" in text.split("\n")[0]
    assert "每年 6%，每半年一次，每次 1,800.00 美元，一年共 3,600.00 美元" in text


@pytest.mark.parametrize(("exchange", "word"), [("pledge", "质押"), ("contribution", "投入"), ("sale", "卖给发行人")])
def test_a_bond_says_what_happens_to_the_claim(exchange, word):
    assert word in card(replace(BOND, exchange=exchange)).split("\n")[0]


def test_the_arrears_are_on_the_card_of_who_was_not_paid():
    unpaid = replace(SALE, received=0, price_pct=Decimal(35), price=70_000_00, declared_to="buyer")
    text = card(unpaid)
    assert "即未曾收到" in text
    assert "按您的债权金额计算为 192,000.00 美元，您已收 0.00 美元" in text
    assert "差额 192,000.00 美元，将随债权一并转给买方" in text
    assert "仍归您" in card(replace(unpaid, declared_to="seller"))


@pytest.mark.parametrize(
    ("plan_class", "words"),
    [("12", "12 类）已获分配多少：暂无确认信息"), ("unsure", "类别尚未确定"), ("", "类别尚未确定")],
)
def test_an_unknown_class_is_said_to_be_unknown(plan_class, words):
    under = Underlying("ZQ-0000000", 200_000_00, plan_class, None)
    assert words in card(SALE, under)
    assert words in card(BOND, under)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=2, hours=3, minutes=59), "还剩 2 天 3 小时"),
        (timedelta(days=1), "还剩 1 天 0 小时"),
        (timedelta(hours=23, minutes=59, seconds=59), "还剩 23 小时 59 分钟"),
        (timedelta(minutes=59), "还剩 59 分钟"),
        (timedelta(seconds=59), "还剩不到 1 分钟"),
        (timedelta(0), "已过期"),
        (timedelta(seconds=-1), "已过期"),
    ],
)
def test_the_countdown(before, words):
    assert texts.left(ENDS, ENDS - before) == words


def test_the_expiry_is_shown_on_the_reader_s_clock():
    assert texts.expiry(ENDS, NOW, ZONE) == "有效期至：2026-11-25 18:00（北京时间），还剩 2 天 3 小时"
    assert "2026-11-25 05:00（纽约时间）" in texts.expiry(ENDS, NOW, "America/New_York")
    assert "还剩" not in texts.expiry(ENDS, NOW, ZONE, live=False)


def test_the_two_kinds_cannot_be_mistaken():
    sale_words = [texts.accept_sale(), texts.confirm_sale(), texts.sale_title("N"), texts.sale_confirm_title("N"),
                  texts.sale_accepted_title("N"), texts.sale_decline("N"), texts.to_offer("sale", "N")]  # fmt: skip
    bond_words = [texts.accept_bond(), texts.confirm_bond(), texts.bond_title("N"), texts.bond_confirm_title("N"),
                  texts.bond_accepted_title("N"), texts.bond_decline("N"), texts.to_offer("bond", "N")]  # fmt: skip
    assert all("转让" in words and "债券" not in words for words in sale_words)
    assert all("债券" in words and "转让" not in words for words in bond_words)


@settings(max_examples=60, deadline=None)
@given(sales() | bond_terms())
def test_no_card_advises_promises_or_overflows(terms):
    for text in (card(terms), read_back(terms)):
        assert len(text) < 3500  # Telegram takes 4,096, title and buttons included
    ours = replace(terms, law="L", **({"buyer": "B", "received_source": "S", "holdback_terms": "H", "escrow": "", "signing_note": ""}
                   if isinstance(terms, SaleTerms) else {"issuer": "I", "support": "", "redemption_note": ""}))  # fmt: skip
    for text in (card(ours), read_back(ours), texts.what()):
        assert not NEVER.search(text), NEVER.search(text)
        assert "不构成投资或法律建议" in text


def test_the_longest_terms_still_fit():
    long = replace(
        SALE, buyer="买" * 80, received_source="源" * 120, holdback_terms="条" * 200, escrow="托" * 120, law="法" * 80,
        signing_note="签" * 200, deposit=rules.part(10**14, Decimal(100)),
    )  # fmt: skip
    under = replace(UNDER, figure=replace(FIGURE, source="来" * 300))
    assert len(card(long, under)) < 3800


@pytest.mark.parametrize(
    "status", [status for status in OfferStatus if status not in (OfferStatus.OPEN, OfferStatus.DRAFT)]
)
def test_whoever_comes_late_is_told_what_was_first(status):
    refusal = rules.OfferClosed(
        number="N", kind="sale", status=status, at=NOW, reason=None, received_at=NOW + timedelta(seconds=5)
    )
    assert "2026-11-23 14:56（北京时间）" in texts.refused(refusal, ZONE)
    assert "没有" in texts.refused(refusal, ZONE)


def test_the_expired_are_told_when_their_word_came():
    refusal = rules.OfferClosed(
        number="N", kind="sale", status="expired", at=ENDS, reason=None, received_at=ENDS + timedelta(seconds=2)
    )
    assert "已于 2026-11-25 18:00（北京时间）过期。您的答复在 2026-11-25 18:00:02 收到" in texts.refused(refusal, ZONE)


def test_a_reason_is_passed_on_without_a_double_stop():
    assert texts.cancelled("买方退出。", NOW, ZONE).endswith("理由：买方退出。")
    assert "另一份要约 BJ-4T9XW2C" in texts.cancelled(rules.another("BJ-4T9XW2C"), NOW, ZONE)


@pytest.mark.parametrize("kind", OfferKind)
@pytest.mark.parametrize("decision", [None, (False, "legal opinion of 2026-11-01")])
def test_the_gate_says_why_and_what_remains(kind, decision):
    for place in ("CN", "HK", "", "ZZ"):
        words = texts.not_shown(verdict(place, kind, decision))
        assert "债权状态" in words
        assert "转人工" in words
        if place == "CN":
            assert "银发〔2026〕42 号" in words
            assert "2026-02-06" in words
            assert "尚无定论" in words
        if place == "HK" and decision:
            assert "legal opinion of 2026-11-01" in words


def test_places_are_named_in_the_reader_s_language():
    assert "香港" in words.place("HK")
    with speaking("en"):
        assert words.place("CA") == "Canada"
    assert words.place("QQ") == "QQ"


@pytest.mark.parametrize("status", [status for status in ClaimStatus if status != ClaimStatus.ALLOWED])
def test_a_claim_that_cannot_be_given_up_is_named_with_its_status(status):
    words = texts.refused(rules.ClaimNotReady(claim="ZQ-0000000", status=status), ZONE)
    assert "ZQ-0000000" in words
    assert "已确认（Allowed）" in words


def test_zones_are_only_a_matter_of_show():
    moved = Bound("ref", ENDS.astimezone(timezone(timedelta(hours=8))), UNDER, SALE)
    assert moved.digest() == Bound("ref", ENDS, UNDER, SALE).digest()
