"""Sums of dollars as people write them: read exactly, or refused with the reason."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.understanding.amounts import MOST, read_dollars

READ = {
    "35000": "35000", "35,000": "35000", "35，000.50": "35000.50", "３５０００": "35000", "35 000": "35000",
    "35、000": "35000", "35000.": "35000", ".5": "0.5", "0.01": "0.01", "1000000000000": "1000000000000",
    "$35,000": "35000", "US$35,000.00": "35000", "＄35,000": "35000", "35,000 USD": "35000", "usd 35000": "35000",
    "35000美元": "35000", "35000 美金": "35000", "35000刀": "35000", "3万5美刀": "35000", "$35,000 USD": "35000",
    "3万5": "35000", "三万五": "35000", "3.5万": "35000", "3.5w": "35000", "3W5": "35000", "35k": "35000", "3.5K": "3500",
    "三点五万": "35000", "三万五千": "35000", "三萬五千": "35000", "三万零五": "30005", "3万5千2": "35200",
    "三万五千二百": "35200", "十五万": "150000", "两万": "20000", "二十": "20", "一百零五": "105", "一百十五": "115",
    "三千二": "3200", "三千零二": "3002", "1.2亿": "120000000", "一亿二": "120000000", "1亿2000万": "120000000",
    "一万亿": "1000000000000", "三五零零零": "35000", "1.5百万": "1500000", "1,500k": "1500000",
    "叁万伍仟美元整": "35000", "叁萬伍仟元整": "35000", "壹拾万元整": "100000", "參萬伍仟美元整": "35000",
    "叁万伍仟美元伍拾陆美分": "35000.56", "叁万伍仟美元零伍美分": "35000.05", "壹萬零伍佰圓整": "10500",
}  # fmt: skip

REFUSED = {
    "ambiguous_amount": "35.000 3万50 3万500 350,00 3,5000 3,5万 3.5万5千 30000-35000 3千50 1,23 12,34,567",
    "which_currency": "35000元 35000块 3万块 3万u 35000U 三万元",
    "other_currency": "人民币35000 HK$35000 35000港币 35000usdt NT$500 S$500 aus$3 ¥35000 ￥35000 3btc €5",
    "negative_amount": "-35000 −35000 负三万 (35000) （35000） $-35 -$35",
    "zero_amount": "0 0.00 零 零元整 $0",
    "too_large_amount": "1000000000001 一万亿零一 99999999999999999999",
    "too_precise_amount": "35000.005 50,000.123 0.001",
    "not_an_amount": "abc 大概3万 百万 半万 1e5 NaN ∞ ٣٥٠ 万 万万 3万3万 三三万五 😀 一千千 . , 0x10 ½",
}


@pytest.mark.parametrize("text", READ)
def test_what_people_write_is_read(text: str) -> None:
    assert read_dollars(text) == Decimal(READ[text]) * 100


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts.split()])
def test_what_cannot_be_one_sum_of_dollars_is_refused(code: str, text: str) -> None:
    if text == "零元整":
        code = "which_currency"  # no capital numeral in it: it may be yuan
    with pytest.raises(Invalid) as wrong:
        read_dollars(text)
    assert wrong.value.code == code


def test_a_very_long_text_is_refused_at_once() -> None:
    with pytest.raises(Invalid, match="not_an_amount"):
        read_dollars("9" * 10_000)


cents = st.integers(1, MOST * 100)


@given(cents)
def test_plain_and_grouped_digits_are_read_exactly(amount: int) -> None:
    whole, part = divmod(amount, 100)
    assert read_dollars(f"{whole}.{part:02d}") == amount
    assert read_dollars(f"{whole:,}.{part:02d} 美元") == amount
    assert read_dollars(f"US${whole:,}.{part:02d}") == amount
    if part == 0:
        assert read_dollars(f"{whole:,}") == amount


@given(st.integers(1, 10**8 - 1))
def test_units_multiply_exactly(hundredths: int) -> None:
    """x.yz万 is exactly x.yz times ten thousand, without a float in between."""
    text = f"{hundredths // 100}.{hundredths % 100:02d}"
    assert read_dollars(f"{text}万") == hundredths * 10_000
    assert read_dollars(f"{text}w") == hundredths * 10_000
    assert read_dollars(f"{text}k") == hundredths * 1_000


@given(st.text(max_size=40))
@example("3\u0600万")
@example("१२३")
@example("\x00")
@example("一亿亿亿亿")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        amount = read_dollars(text)
    except Invalid:
        return
    assert 0 < amount <= MOST * 100


@given(st.text("0123456789.,万亿千百十零一二两三五wkU元块$美-整", max_size=12))
def test_likely_text_is_read_or_refused(text: str) -> None:
    try:
        amount = read_dollars(text)
    except Invalid:
        return
    assert 0 < amount <= MOST * 100
