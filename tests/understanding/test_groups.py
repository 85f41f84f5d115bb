"""Which language group a text is in."""

import pytest

from bot.understanding.groups import GROUPS, group


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("我的债权到哪一步了", "zh_Hant", "zh-Hans"),
        ("我的債權到哪一步了", "zh_Hans", "zh-Hant"),
        ("你好", "zh_Hans", "zh-Hans"),
        ("你好", "zh_Hant_HK", "zh-Hant"),
        ("想睇吓我份嘢去到邊", "zh_Hans", "yue"),
        ("幾時有錢收", "zh_Hans", "yue"),
        ("where is my claim", "zh_Hans", "en"),
        ("что с моей заявкой", "zh_Hans", "ru"),
        ("我的 claim 到哪了", "zh_Hans", "mixed"),
        ("FTX 什么时候赔 USDT", "zh_Hans", "zh-Hans"),
        ("邮箱 [SWIFT] 换了", "zh_Hans", "zh-Hans"),
        ("my mail [邮箱] is gone", "zh_Hans", "en"),
        ("邮箱 abc@mail.example 换了", "zh_Hans", "zh-Hans"),
        ("", "zh_Hans", "en"),
        ("？？？", "zh_Hans", "en"),
    ],
)
def test_the_group(text: str, locale: str, expected: str) -> None:
    assert group(text, locale) == expected
    assert expected in GROUPS
