"""What a free text says besides what is wanted: seven slots, and none of them in doubt."""

import re
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import slots

TODAY = date(2026, 11, 22)
OURS = "ZQ-PGGBXVV"

SAID: dict[str, dict[str, str]] = {
    "手上8w刀债换成债券划算不": {"amount": "80000", "currency": "USD"},
    "我係香港人，住喺新加坡": {"jurisdiction": "SG"},
    "我是中国人，住香港": {"jurisdiction": "HK"},
    "人在东京的能收到钱吗": {"jurisdiction": "JP"},
    "我搬到加拿大了，以前在上海": {"jurisdiction": "CA"},
    "拿新加坡护照，老家在上海": {},
    "内地居民能不能领": {"jurisdiction": "CN"},
    "中国香港算不算受限地区": {"jurisdiction": "HK"},
    "沙特可以吗": {"jurisdiction": "SA"},
    "人在澳门能领吗": {"jurisdiction": "MO"},
    "台灣人可以領嗎": {"jurisdiction": "TW"},
    "中国银行的卡可以吗": {},
    "北京时间几点打款": {},
    "i am from us": {"jurisdiction": "US"},
    "can they pay us in time": {},
    "i live in hong kong, have chinese passport": {"jurisdiction": "HK"},
    "живу в Казахстане, мне заплатят?": {"jurisdiction": "KZ"},
    "9912345 这个号帮我瞅一眼走到哪步了": {"claim_number": "9912345"},
    "幫我查吓 9923871 而家咩狀態": {"claim_number": "9923871"},
    "На каком этапе рассмотрение 9930077?": {"claim_number": "9930077"},
    "claim #99401 status": {"claim_number": "99401"},
    "编号 XY-99401": {"claim_number": "XY-99401"},
    f"{OURS} 到哪了": {"claim_number": OURS},
    "A-12 这份报价我要": {},
    "9944102 还是 9944103": {},
    "2022年的事": {},
    "收到验证码 482913 怎么填": {},
    "打 13812345678 找我": {},
    "邮箱改成 Zhang@Example.com": {"email": "zhang@example.com"},
    "a@b.co 换成 c@d.co": {},
    "2025年5月30日那批我怎么没收到": {"date": "2025-05-30"},
    "5月30日那批我怎么没收到": {},
    "下周三打款吗": {},
    "2025年5月30日和2025-06-30": {},
    "2022年11月11日破产的时候我有5万刀": {"date": "2022-11-11", "amount": "50000", "currency": "USD"},
    "2025年8月15日5万刀": {"date": "2025-08-15", "amount": "50000", "currency": "USD"},
    "HK$250,000 in my claim 12345": {"amount": "250000", "currency": "HKD", "claim_number": "12345"},
    "我有 12,000 usdt 编号 XY-99401": {"amount": "12000", "currency": "USDT", "claim_number": "XY-99401"},
    "我有三四万刀": {},
    "5万刀和3万u": {},
    "要人民币打款行吗": {"currency": "CNY"},
    "人民币还是美元": {},
    "日元可以吗": {},
    "换成繁體": {"language": "zh-Hant"},
    "轉做廣東話": {"language": "yue"},
    "换成简体中文": {"language": "zh-Hans"},
    "說中文好嗎": {"language": "zh-Hant"},
    "switch to english pls": {"language": "en"},
    "по-русски пожалуйста": {"language": "ru"},
    "能说日语吗": {"language": "ja"},
    "看不懂英文，换中文": {"language": "zh-Hans"},
    "我的英文名填错了": {},
    "你好": {},
    "": {},
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_said_is_found_and_nothing_else(text: str) -> None:
    assert slots.find(text, TODAY) == SAID[text]


FORMATS = {
    "amount": r"[0-9]+(?:\.[0-9]+)?",
    "currency": "USD|USDT|CNY|HKD|EUR",
    "claim_number": r"ZQ-[0-9A-Z]{7}|[0-9]{4,10}|[A-Za-z]{1,6}-?[0-9]{4,10}",
    "email": r"[^@\sA-Z]+@[^@\sA-Z]+",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "jurisdiction": "[A-Z]{2}",
    "language": "[a-z]{2,3}(?:-Han[st])?",
}
PIECES = st.lists(
    st.sampled_from(
        [
            "5万刀",
            "8.15",
            "12,000",
            "usdt",
            "u",
            "2025年8月15日",
            "8月15号",
            "9912345",
            "编号",
            "claim",
            "XY-99401",
            "我住在",
            "香港",
            "加拿大",
            "us",
            "US",
            "US$5",
            "a@b.co",
            "HK$",
            "简体",
            "english",
            "不懂",
            "13812345678",
            "11010519491231002X",
            "ZQ-7K3M2QX",
            "三四",
            "，",
        ]
    ),
    max_size=8,
)


@given(st.one_of(st.text(max_size=60), PIECES.map("".join), PIECES.map(" ".join)))
def test_whatever_is_typed_the_slots_keep_their_form(text: str) -> None:
    found = slots.find(text, TODAY)
    assert list(found) == [name for name in slots.NAMES if name in found]
    for name, value in found.items():
        assert re.fullmatch(FORMATS[name], value), (name, value)


@pytest.mark.parametrize(
    "piece", ["a", "1", "中", "我在", "hong ", "5万", "u.s. ", "2025-1-1 ", "a@", "1 ", "编号1", "-", "密码:"]
)
def test_ten_thousand_characters_are_no_work(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    slots.find(text, TODAY)
    best = 1.0
    for _attempt in range(3):
        began = time.process_time()
        slots.find(text, TODAY)
        best = min(best, time.process_time() - began)
    assert best < 0.05  # a bound on growth; what it costs is measured in the benchmarks
