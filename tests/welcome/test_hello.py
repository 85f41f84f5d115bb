"""First contact, menu, language, safety: what a stranger reads."""

import pytest

from bot import i18n
from bot.conversation.channel import Abilities
from bot.welcome import rules
from tests.person import Person


async def test_the_first_word_says_who_we_are(person):
    await person.commands("start")
    person.sees("不是 FTX", "不是法院", "Kroll", "从不索要密码", "助记词", "双重验证码", "不收取任何费用")
    person.sees("登记不等于向法院申报", "现在使用简体中文", "语言 / Language", "第一步：隐私与同意")
    assert not person.reply.replaces


async def test_a_stranger_who_starts_again_is_greeted_the_same(person):
    await person.commands("start")
    first = person.screen
    await person.commands("start")
    assert person.screen == first


async def test_start_takes_whatever_a_link_carries(person):
    await person.commands("start", "x" * 64)
    person.sees("欢迎使用债权通")


async def test_the_menu_leads_everywhere(person):
    await person.commands("menu")
    person.sees("登记债权", "查询进度", "查看要约", "常见问题", "防骗提示", "转人工", "我的账户", "语言 / Language")
    steps = [choice.token for choice in person.buttons]
    assert steps == [
        "claims.file",
        "claims.status",
        "offers.list",
        "facts.topics",
        "welcome.safety",
        "support.ask",
        "welcome.me",
        "welcome.language",
    ]


async def test_views_write_nothing(person):
    await person.commands("start")
    before = await person.contact()
    for step in ("menu", "language", "privacy", "consents", "safety", "me", "help", "none", "unlink"):
        await person.taps_token(f"welcome.{step}")
        assert person.answer.owed
    assert await person.contact() == before


async def test_every_button_of_every_screen_is_short_enough(person):
    await person.commands("start")
    for step in ("start", "menu", "language", "privacy", "consents", "safety", "me", "help", "lost"):
        await person.taps_token(f"welcome.{step}")
        for choice in person.buttons:
            assert len(choice.token.encode()) <= 64
            assert choice.token.isascii()
        assert len(person.reply.title) + len(person.reply.text) < Abilities().text_limit / 2


async def test_how_to_tell_us_from_a_fake(person):
    await person.commands("start")
    await person.taps("防骗提示")
    person.sees("2025 年 10 月", "clientid-ftxclaims.com", "2023 年 8 月", "Kroll", "claims.ftx.com", "转人工")
    person.sees("截至 2026-05-29", "8BTC", "Mitrade，2025-10-05")


async def test_nobody_is_left_without_a_way_on(person):
    await person.commands("start")
    await person.taps_token("welcome.lost")
    person.sees("没有理解", "转人工", "登记债权")
    await person.taps_token("welcome.no_such_thing")
    person.sees("主菜单")


# -- language


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant_HK"),
        ("zh-Hant", "zh_Hant"),
        ("yue", "zh_Hant_HK"),
        ("en-GB", "en"),
        ("de", "zh_Hans"),
        (None, "zh_Hans"),
    ],
)
async def test_the_language_comes_from_the_channel(engine, clock, tag, locale):
    person = Person(engine, language=tag, clock=clock)
    await person.commands("start")
    assert person.answer.locale == locale
    assert (await person.contact()).locale == locale


@pytest.fixture
def catalogues(monkeypatch):
    """Small catalogues, so that a language can be heard."""
    words = {
        "zh_Hans": {},
        "zh_Hant": {"好的，从现在起我用{language}和您交谈。": "好的，從現在起我用{language}和您交談。"},
        "zh_Hant_HK": {"好的，从现在起我用{language}和您交谈。": "好，由而家起我用{language}同您傾。"},
        "en": {
            "好的，从现在起我用{language}和您交谈。": "From now on I speak {language} with you.",
            "{purpose}：{words}": "{purpose}: {words}",
            "安全提醒：您的账户刚在新的渠道上登录": "Security: your account was just opened on a new channel",
        },
    }
    monkeypatch.setattr(i18n, "_words", words)


@pytest.mark.parametrize(
    ("label", "said", "locale"),
    [
        ("简体中文", "我用简体中文和您交谈", "zh_Hans"),
        ("繁體中文（台灣）", "我用繁體中文（台灣）和您交談", "zh_Hant"),
        ("繁體中文（香港）", "我用繁體中文（香港）同您傾", "zh_Hant_HK"),
        ("English", "From now on I speak English", "en"),
    ],
)
async def test_a_language_is_confirmed_in_itself_and_sticks(person, catalogues, label, said, locale):
    await person.commands("start")
    await person.taps("语言 / Language")
    person.sees("简体中文", "繁體中文（台灣）", "繁體中文（香港）", "English", "Please choose a language")
    await person.taps(label)
    person.sees(said)
    assert person.answer.locale == locale
    person.language = "zh-CN"  # whatever the wire says from now on
    await person.commands("menu")
    contact = await person.contact()
    assert (contact.locale, contact.locale_chosen) == (locale, True)
    assert person.answer.locale == locale


async def test_the_language_follows_the_wire_until_one_is_chosen(person):
    await person.commands("start")
    person.language = "en"
    await person.commands("start")
    assert person.answer.locale == "en"
    await person.taps_token("welcome.speak:zh_Hant")
    await person.commands("menu")
    assert person.answer.locale == "zh_Hant"


async def test_an_unknown_language_changes_nothing(person):
    await person.commands("start")
    await person.taps_token("welcome.speak:tlh")
    person.sees("没有这种语言", "English")
    assert not (await person.contact()).locale_chosen


# -- the account of a stranger


async def test_a_stranger_has_no_account(person):
    await person.commands("start")
    await person.taps_token("welcome.me")
    person.sees("还没有绑定", "时区：北京、上海", "绑定账户", "隐私与同意")
    for step in ("welcome.unlink", "welcome.unlink_yes", "welcome.unlink_yes:1", "welcome.unlink:99999999999999999999"):
        await person.taps_token(step)
        person.sees("没有绑定")


# -- consents


async def test_every_purpose_has_its_own_button(person):
    await person.commands("start")
    await person.taps("第一步：隐私与同意")
    person.sees("登记债权前需要", "可选", "分别同意")
    person.sees_not("状态：已同意")
    assert [choice.label for choice in person.buttons if choice.label.startswith("同意：")] == [
        "同意：账户记录",
        "同意：债权资料",
        "同意：证明文件",
        "同意：境外处理",
        "同意：向买方展示概况",
        "同意：案件资讯",
        "同意：改进理解",
    ]
    assert len({choice.token for choice in person.buttons}) == len(person.buttons)


async def test_the_way_to_a_claim_opens_with_the_two_that_are_needed(person):
    await person.commands("start")
    await person.taps("第一步")
    await person.taps("同意：账户记录")
    person.sees("您同意“账户记录”", "（北京时间）", "回执编号", "状态：已同意", "撤回：账户记录", "同意：债权资料")
    person.sees_not("可以开始了", "[登记债权]")
    await person.taps("同意：债权资料")
    person.sees("可以开始了", "[登记债权]")


async def test_the_purposes_are_those_of_the_table():
    from storage.terms import Purpose

    assert set(rules.PURPOSES) == set(Purpose)
