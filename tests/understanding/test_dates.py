"""Days as people write them: read by fixed rules, or not at all."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.dates import find_date, read_date

SUNDAY = date(2026, 11, 22)

READ = {
    "2025-08-15": "2025-08-15 2025/8/15 2025.8.15 2025年8月15日 2025年8月15号 ２０２５年８月１５日 二〇二五年八月十五日 二零二五年八月十五號 民国114年8月15日 民國114/8/15 民国一百年八月十五日x 15.08.2025 20250815 2025-08-15T10:00:00Z 是2025年8月15日吧",
    "2022-11-11": "Nov_11,_2022 November_11th,_2022 11_November_2022 11_nov_2022 11_ноября_2022_года 11.11.2022 11/11/2022 it_was_on_Nov_11_2022",
    "2026-08-15": "8.15 8/15 8月15号 八月十五号 August_15 15_августа",
    "2025-11-11": "去年11月11号 去年十一月十一日",
    "2027-01-01": "一月一号 1月1日 明年1月1日",
    "2026-11-22": "今天 今日 today сегодня T+0 0天后",
    "2026-11-23": "明天 聽日 tomorrow завтра T+1 1个工作日后 一天后",
    "2026-11-24": "后天 後天 послезавтра T＋2",
    "2026-11-25": "下周三 下個禮拜三 周三 星期三 T+3 三天后 三日後 大后天 in_3_days 3_days_later Wednesday 2026年11月25日（周三）",
    "2026-11-20": "这周五 這個星期五 本周五 两天前 T-2x",
    "2026-11-30": "十一月底前 11月底 月底 本月底 下下周一 这个月30号 6個工作日後",
    "2026-12-31": "年底 12月底 今年年底 2026年底 十二月三十一号",
    "2026-12-22": "一个月后 1個月之後",
    "2026-12-05": "下个月5号",
    "2026-12-06": "两周后 in_2_weeks 兩個星期後",
    "2026-11-15": "15号 十五号",
}
REFUSED = """
2025-02-30
13月5日
2月30日
8月1日到8月5日
8月1-5号
2025-01-01 2025-01-02
明天后天
两三天后
next friday
3/4/2025
114/8/15
2026年11月25日（周四）
农历八月十五
2022年11月
11月
下个月初
几天后
五万
1850-01-01
8月15号付了3万
没有
"""
ROWS = [
    (text.replace("_", " "), day) for day, texts in READ.items() for text in texts.split() if not text.endswith("x")
]


@pytest.mark.parametrize(("text", "day"), ROWS, ids=[text for text, _day in ROWS])
def test_what_people_write_is_read(text: str, day: str) -> None:
    assert read_date(text, SUNDAY) == date.fromisoformat(day)


@pytest.mark.parametrize("text", REFUSED.split("\n")[1:-1])
def test_anything_else_is_no_day(text: str) -> None:
    assert read_date(text, SUNDAY) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("我那笔债到2025年8月15日能拿到吗", "2025-08-15"),
        ("十一月底前能到账吗", "2026-11-30"),
        ("дали обещание до 15 августа 2025 г., но тишина", "2025-08-15"),
        ("下周三能打款不", "2026-11-25"),
    ],
)
def test_a_day_is_found_in_a_sentence(text: str, day: str) -> None:
    assert find_date(text, SUNDAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["8.15 打折", "我有8.15万", "5.5个w", "编号 20250815", "四月一号和五月一号哪个", "我住12/3号楼", "第3天"]
)
def test_sums_and_numbers_are_no_days(text: str) -> None:
    assert find_date(text, SUNDAY) is None


days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


@given(days, days)
def test_a_whole_date_is_read_in_any_style_whatever_the_day(day: date, today: date) -> None:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    for written in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{year}年{spoken(day.month)}月{spoken(day.day)}号",
        f"民国{day.year - 1911}年{day.month}月{day.day}日",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%Y%m%d}",
    ):
        assert read_date(written, today) == day, written


@given(days)
def test_a_date_without_a_year_is_the_nearest(today: date) -> None:
    for away in (-150, -30, 0, 1, 100, 170):
        day = today + timedelta(away)
        if (day.month, day.day) != (2, 29):
            assert read_date(f"{day.month}月{day.day}日", today) == day


@given(days, st.integers(0, 60))
def test_working_days_are_counted_one_by_one(today: date, number: int) -> None:
    day = read_date(f"T+{number}", today)
    assert day is not None
    between = [today + timedelta(n) for n in range(1, (day - today).days + 1)]
    assert sum(one.weekday() < 5 for one in between) == number


@given(st.one_of(st.text(max_size=30), st.text("0123456789年月日号周上下个天后前底一二三十-/.T+ ", max_size=16)), days)
def test_any_text_is_a_day_or_none(text: str, today: date) -> None:
    read_date(text, today)
    find_date(text, today)


@pytest.mark.parametrize("edge", [date(1, 1, 1), date(9999, 12, 31)])
@pytest.mark.parametrize(
    "text", ["下下周三", "999天后", "999年前", "T+99", "月底", "周一", "1月1日", "上个月15号", "去年1月1日", "15号"]
)
def test_the_edges_of_time_are_no_fault(text: str, edge: date) -> None:
    read_date(text, edge)


@pytest.mark.parametrize("piece", ["1", "1.", "年", "月", "下周", "一", "2025-1-1 ", "may ", "十", "0-", "t+"])
def test_ten_thousand_characters_are_no_work(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    best = 1.0
    for _attempt in range(3):
        began = time.process_time()
        find_date(text, SUNDAY)
        read_date(text, SUNDAY)
        best = min(best, time.process_time() - began)
    assert best < 0.05  # a bound on growth; what it costs is measured in the benchmarks
