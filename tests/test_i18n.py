"""Which catalogue a person reads."""

import pytest

from bot import i18n


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh_SG", "zh_Hans"),
        ("zh-Hans", "zh_Hans"),
        ("zh-hans-HK", "zh_Hans"),
        ("zh-Hant", "zh_Hant"),
        ("zh-TW", "zh_Hant"),
        ("zh-Hant-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant_HK"),
        ("zh-Hant-HK", "zh_Hant_HK"),
        ("zh-MO", "zh_Hant_HK"),
        ("yue", "zh_Hant_HK"),
        ("yue-HK", "zh_Hant_HK"),
        ("yue-Hant", "zh_Hant_HK"),
        ("yue-CN", "zh_Hans"),
        ("yue-Hans", "zh_Hans"),
        ("cmn-Hant", "zh_Hant"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("fr", "zh_Hans"),
        ("", "zh_Hans"),
        (None, "zh_Hans"),
        ("-", "zh_Hans"),
        ("中文", "zh_Hans"),
    ],
)
def test_a_tag_leads_to_the_catalogue_its_reader_expects(tag, locale):
    assert i18n.negotiate(tag) == locale


def test_an_unknown_tag_keeps_what_was_read_before():
    assert i18n.negotiate("fr", default="zh_Hant") == "zh_Hant"


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh_Hant"),
        ("en-US,en;q=0.9,zh-HK;q=0.95", "en"),
        ("fr;q=1, zh-HK;q=0.5, en;q=0.4", "zh_Hant_HK"),
        ("en;q=0, zh-TW;q=0.1", "zh_Hant"),
        ("*", "zh_Hans"),
        ("zh-TW;q=x, en;q=0.3", "en"),
        ("", "zh_Hans"),
        (None, "zh_Hans"),
        (",;,;q=", "zh_Hans"),
        ("en," * 500, "en"),
    ],
)
def test_an_accept_language_header_is_weighed(header, locale):
    assert i18n.negotiate_header(header) == locale


def test_hong_kong_reads_its_own_words_over_taiwan_s():
    i18n.load()
    with i18n.speaking("zh_Hant"):
        assert i18n._("债权转让（一次性现金出售）") == "債權讓與（一次性現金出售）"
    with i18n.speaking("zh_Hant_HK"):
        assert i18n._("债权转让（一次性现金出售）") == "債權轉讓（一次性現金出售）"
        assert i18n._("主菜单") != "主菜单", "what the overlay does not say comes from below"
    with i18n.speaking("en"):
        assert "claim" in i18n._("债权转让（一次性现金出售）")
    assert i18n._("主菜单") == "主菜单"


def test_speaking_ends_with_its_block_whatever_happens():
    with pytest.raises(ValueError, match="inside"), i18n.speaking("en"):
        raise ValueError("inside")
    assert i18n.locale() == i18n.SOURCE
