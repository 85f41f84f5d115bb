"""What a person reads about the case: every screen in every language, its length, its age, its sources, its buttons."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import i18n
from bot.case import known
from bot.conversation.reply import Reply
from bot.facts import dialogue, rules, texts
from bot.understanding import matters
from tests.person import Person

PAGES = (
    *texts.TOPICS,
    "schedule.all",
    "restricted.list",
    "restricted.motion",
    "restricted.moved",
    *(f"restricted.{code}" for code in ("cn", "hk", "tw", "mo", "sg", "jp", "kp", "kh", "ir")),
    "scams.senders",
    *(f"other_cases.{case}" for case in rules.CASES),
    *(f"portal.{field}" for field in known.portal_fields()),
)
#: lists to look something up in, which may be longer than a screen
LISTS = {"schedule.all", "restricted.list", "scams.senders"} | {f"portal.{field}" for field in known.portal_fields()}
FIGURE = re.compile(r"\d ?%|\d美元|\d 美元|USD \d|\d{4}-\d{2}-\d{2}")
AS_OF = {
    "zh_Hans": "资料截至 2026-05-29，之后的情况我们没有资料。",
    "zh_Hant": "資料截至 2026-05-29，之後的情況我們沒有資料。",
    "zh_Hant_HK": "資料截至 2026-05-29，之後的情況我們沒有資料。",
    "en": "Information as of 2026-05-29; we have none about what happened later.",
}
SOURCE = {"zh_Hans": "\n来源：", "zh_Hant": "\n來源：", "zh_Hant_HK": "\n來源：", "en": "\nSource: "}


@pytest.fixture(autouse=True)
def _catalogues() -> None:
    i18n.load()


def _page(page: str) -> Reply:
    show = dialogue._ANSWERS[page.partition(".")[0]]
    reply = show(page.partition(".")[2])
    assert reply is not None
    return reply


def _lines(reply: Reply) -> int:
    """How many lines a phone makes of it: twenty-one Chinese characters, or forty-two Latin ones, stand in one."""

    def wide(line: str) -> int:
        return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in line)

    return sum(max(1, -(-wide(line) // 42)) for line in f"{reply.title}\n{reply.text}".split("\n"))


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_every_answer_is_short_dated_and_leads_on(page: str, locale: str) -> None:
    with i18n.speaking(locale):
        reply = _page(page)
        assert reply.title
        ours = page in texts.OURS
        assert (AS_OF[locale] in reply.text) != ours
        if page not in LISTS:
            assert _lines(reply) <= (42 if locale == "en" else 32), "about one screen of a phone"
        tokens = [choice.token for row in reply.choices for choice in row]
        assert tokens[-3:] == ["facts.topics", "support.ask", "welcome.menu"]
        assert len(tokens) == len(set(tokens))
        assert all(len(token.encode()) <= 64 and token.isascii() for token in tokens)
        for token in tokens:
            if token.startswith("facts.answer:"):
                assert _page(token.partition(":")[2]).text, "no button leads nowhere"


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("page", PAGES)
def test_every_answer_with_figures_names_its_sources(page: str, locale: str) -> None:
    with i18n.speaking(locale):
        text = _page(page).text
    said = text.replace(AS_OF[locale], "")
    if FIGURE.search(said):
        assert SOURCE[locale] in text, "a figure without its source"
        assert AS_OF[locale] in text, "a figure without its date"


@pytest.mark.parametrize("locale", i18n.LOCALES)
async def test_every_word_is_dated_and_with_figures_sourced(locale: str, turn: Any, reader: Any) -> None:
    with i18n.speaking(locale):
        for term_id in known.glossary():
            reply = await dialogue.term(turn, reader, reader, term_id)
            assert AS_OF[locale] in reply.text
            if FIGURE.search(reply.text.replace(AS_OF[locale], "")):
                assert SOURCE[locale] in reply.text, term_id
            assert _lines(reply) <= 20, term_id


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("where", matters.KINDS)
@pytest.mark.parametrize("cents", [1, 5_000_000, 5_000_001, rules.MOST])
def test_every_estimate_is_short_dated_and_sourced(cents: int, where: str, locale: str, turn: Any, reader: Any) -> None:
    with i18n.speaking(locale):
        reply = dialogue._estimated(turn, reader, cents, where)
    assert AS_OF[locale] in reply.text
    assert SOURCE[locale] in reply.text
    assert "2026-03-31" in reply.text, "the day of the announced figure"
    assert _lines(reply) <= (44 if locale == "en" else 34)


@pytest.fixture
def turn() -> Any:
    """A turn of which only the moment is looked at."""
    return _Of(received_at=datetime(2026, 11, 22, 2, tzinfo=UTC))


@pytest.fixture
def reader() -> Any:
    """Somebody in Beijing, of whom nothing else is looked at."""
    return _Of(timezone="Asia/Shanghai")


class _Of:
    def __init__(self, **fields: Any) -> None:
        self.__dict__ |= fields


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.partition(".")[0] in ("restricted", "schedule", "classes")]
)
def test_what_may_be_taken_for_advice_says_that_it_is_none(page: str) -> None:
    assert "不构成投资或法律建议" in _page(page).text


def test_what_is_explained_are_words_of_the_glossary() -> None:
    grouped = [one for group in texts.TERM_GROUPS.values() for one in group]
    assert set(texts._EXPLAINED) == set(grouped) <= set(known.glossary())
    assert len(grouped) == len(set(grouped))
    assert set(texts._TERM_GROUP) == set(texts.TERM_GROUPS)
    assert set(dialogue._TERM_LEADS) <= set(grouped)
    assert {name for names in dialogue._TERM_LEADS.values() for name in names} <= set(texts.TOPICS)
    assert set(texts._CASE) == set(rules.CASES)


def test_every_portal_status_that_is_shown_has_its_words_and_no_other() -> None:
    shown = {(one.field, one.status) for field in known.portal_fields() for one in known.statuses_of(field)}
    assert set(texts._MEANS) == shown
    assert set(texts._FIELD) == set(known.portal_fields())


# -- as a person


async def test_the_menu_leads_to_every_topic(person: Person) -> None:
    await person.taps_token("facts.topics")
    person.sees("常见问题", "没有确认")
    for name in texts.TOPICS:
        await person.taps(texts.button(name))
        person.sees(texts.topic(name))
        await person.taps("更多问题")


async def test_restricted_places_are_neither_promised_nor_written_off(person: Person) -> None:
    await person.taps_token("facts.answer:restricted")
    person.sees("2025-07-02", "2025-11-03", "不影响再次提出（without prejudice）", "49 个里我们只核到 25 个")
    person.sees("中国内地居民是否收到过分配：暂无确认信息", "不能说您会收到款项，也不能说您的债权已经丧失")
    await person.taps("已核到的名单")
    person.sees("中国内地（大陆）", "澳门", "共 49 个，完整名单我们没有", "不等于不受影响")
    person.sees_not("香港", "台湾", "朝鲜", "柬埔寨", "缅甸")
    await person.taps("动议的内容")
    person.sees("没有实施", "45 天", "来源说法不一", "Odaily", "The Block")


async def test_the_schedule_shows_announced_figures(person: Person) -> None:
    await person.taps_token("facts.answer:schedule")
    person.sees("第 4 轮：登记日 2026-02-14，付款日 2026-03-31，约 22 亿美元", "5A 类 96%、5B 类 100%")
    person.sees("下一次分配的登记日和付款日：暂无确认信息")
    await person.taps("历次分配")
    person.sees("便利类 119% 至 120%（来源说法不一）", "第 2 轮：登记日 未核实")
    person.sees("下一次分配的登记日和付款日：暂无确认信息")
    assert person.screen.index("第 4 轮") < person.screen.index("第 1 轮"), "the newest first"


async def test_a_disagreement_is_a_range_with_who_says_it(person: Person) -> None:
    await person.taps_token("facts.answer:classes")
    person.sees("143%（一位债权人代表）、149%（Paxtibi LLP 律师事务所）", "都不是官方数字，也不是承诺")
    person.sees("7A 类 FTX.com 便利类债权（5 万美元及以下）：120%（截至 2026-03-31），封顶 120.5%")
    person.sees("▪ 优先股权益：", "FTT 代币债权：按计划不清偿")
    person.sees_not("NFT", "12 类")


async def test_claim_and_bond_are_told_apart(person: Person) -> None:
    await person.taps_token("facts.answer:claim_and_bond")
    person.sees("债权（claim）", "债券（bond）", "债权转让", "没有查到任何已经发行的")
    assert person.button("两种要约的区别").token == "offers.what"


async def test_a_portal_status_keeps_its_english(person: Person) -> None:
    await person.taps_token("facts.answer:portal")
    await person.taps("第 3 步")
    person.sees("人工复核中（搁置）（On Hold）", "已验证（Verified）", "绝不用邮件发送")
    person.sees_not("Rejected", "未开始")
    await person.taps("门户状态")
    await person.taps("债权状态")
    person.sees("有争议（Disputed）", "不等于被拒绝", "不予确认并注销（Disallowed and expunged）")
    await person.taps("门户状态")
    await person.taps("第 7 步")
    person.sees("税表已完成（Complete，英文措辞未核实）")


async def test_not_paid_yet_leads_to_where_one_can_look(person: Person) -> None:
    await person.taps_token("facts.answer:schedule")
    await person.taps("为什么没收到")
    person.sees("第 7 步税表", "暂缓不等于丧失", "我们看不到您在官方门户的账户")
    await person.taps("债权状态")
    person.sees("Disputed")


async def test_other_cases_and_scams(person: Person) -> None:
    await person.taps_token("facts.answer:other_cases")
    person.sees("Mt. Gox", "Celsius", "只处理 FTX 破产案")
    await person.taps("防骗")
    person.sees("助记词", "Kroll")
    assert person.button("安全须知").token == "welcome.safety"


async def test_a_place_is_named_reported_or_not_seen_and_never_decided(person: Person) -> None:
    await person.taps_token("facts.answer:restricted.CN")
    person.sees("受限司法管辖区 · 中国内地（大陆）", "列为“潜在受限司法管辖区”之一", "2025-11-03：该动议撤回")
    person.sees("之后是否收到过分配：暂无确认信息", "不能说您会收到款项，也不能说您的债权已经丧失")
    await person.taps("搬家有用吗")
    person.sees("新加坡税务居民", "没有公布过规则", "不要填写不实的居住地")
    await person.taps_token("facts.answer:restricted.HK")
    person.sees("我们核到 25 个，其中没有香港", "没看到不等于不受影响")
    await person.taps_token("facts.answer:restricted.jp")
    person.sees("其中没有日本", "名单不完整")
    await person.taps_token("facts.answer:restricted.KP")
    person.sees("个别媒体说", "没有核实到", "美国的制裁措施")


async def test_how_one_is_paid_and_what_we_never_ask(person: Person) -> None:
    await person.taps_token("facts.answer:payout")
    person.sees("BitGo、Kraken、Payoneer", "居住地", "不能更改，也不能拆分", "只收港元和人民币", "银行卡号、钱包地址")


async def test_which_papers_and_who_never_asks_for_them(person: Person) -> None:
    await person.taps_token("facts.answer:papers")
    person.sees("Customer Claim Form", "这里不需要身份证件", "不会通过邮件索要")
    assert person.button("登记债权").token == "claims.file"


async def test_other_cases_are_told_apart_politely(person: Person) -> None:
    await person.taps_token("facts.answer:other_cases.mtgox")
    person.sees("Mt. Gox（门头沟）", "很抱歉", "我们的资料里没有")
    await person.taps_token("facts.answer:other_cases.celsius")
    person.sees("celsiusdistribution.stretto.com（2024-04 的资料）", "来源：Celsius distribution FAQ")
    await person.taps_token("facts.answer:other_cases.unheard_of")
    person.sees("都是另外的案子")


async def test_whether_this_is_genuine_leads_to_the_safety_notes(person: Person) -> None:
    await person.taps_token("facts.answer:genuine")
    person.sees("不是 FTX、法院或 Kroll", "签名回执")
    assert person.button("安全须知").token == "welcome.safety"
    await person.taps("隐私与删除")
    person.sees("删除我的资料", "索取副本，请转人工")
    assert {"welcome.privacy", "welcome.consents"} <= {choice.token for choice in person.buttons}


async def test_a_fake_sender_is_not_among_the_official_domains(person: Person) -> None:
    await person.taps_token("facts.answer:scams")
    await person.taps("官方域名")
    person.sees("claims.ftx.com", "bitgo.info", "发件人可以伪造")
    person.sees_not("clientid-ftxclaims.com", "digitaldisbursements", "pwc.com", "stretto")


async def test_words_are_explained(person: Person) -> None:
    await person.taps_token("facts.term:record_date")
    person.sees("登记日（record date）", "它不是付款日", "来源：FTX Support")
    await person.taps("名词解释")
    await person.taps("转让与债券")
    await person.taps("债券")
    person.sees("债券（bond）", "它不是债权")
    await person.taps_token("facts.term:note")
    person.sees("票据（note）", "还没有写解释")
    await person.taps_token("facts.term:nothing_of_the_kind")
    person.sees("没有收录")


# -- the calculator


async def test_an_estimate_needs_no_account(person: Person) -> None:
    await person.taps_token("facts.estimate")
    person.sees("截至破产申请日 2022-11-11，您的债权金额是多少美元？", "不需要账户")
    await person.says("20万刀")
    person.sees("按申请日金额 200,000.00 美元估算", "不清楚：FTX.com 和 FTX.US 一起算")
    await person.taps("FTX.com 客户")
    person.sees("5A 类 FTX.com 客户权益债权", "截至 2026-03-31，已公布累计分配 96%，按此折合 192,000.00 美元")
    person.sees("143%，即 286,000.00 美元（一位债权人代表）；149%，即 298,000.00 美元（Paxtibi LLP 律师事务所）")
    person.sees("都不是官方数字", "下一次分配的日期和比例：暂无确认信息", "4 年零 11 天", "中国内地、澳门")
    person.sees("不代表您已收到或会收到", "来源：", "不构成投资或法律建议")
    assert {"claims.file", "facts.answer:schedule", "facts.answer:classes", "support.ask"} <= {
        choice.token for choice in person.buttons
    }
    assert (await person.contact()).creditor_id is None
    await person.taps("换一种债权")
    person.sees("200,000.00 美元")
    await person.says("不知道啊")
    person.sees("5A 类", "5B 类 FTX.US 客户权益债权", "按此折合 200,000.00 美元")


async def test_the_amount_in_a_question_answers_the_question_for_it(person: Person) -> None:
    await person.taps_token("facts.estimate")
    await person.says("5万刀能拿多少")
    person.sees("按申请日金额 50,000.00 美元估算")


async def test_whoever_is_angry_in_the_middle_of_a_form_is_heard(person: Person) -> None:
    await person.taps_token("facts.estimate")
    await person.says("你他妈的到底管不管，气死我了")
    person.sees("着急、生气都很正常", "没有读出金额", "转人工")


async def test_an_amount_from_the_conversation_lands_on_the_kind(person: Person) -> None:
    await person.taps_token("facts.estimate:5000000")
    person.sees("按申请日金额 50,000.00 美元估算", "哪一种债权")
    await person.says("ftx.us")
    person.sees("7B 类 FTX.US 便利类债权", "120%，按此折合 60,000.00 美元", "以 120.5% 封顶，即 60,250.00 美元")
    person.sees("2022-11-14 到今天：4 年零 8 天", "5 万美元分界附近")


async def test_both_are_there_at_once(person: Person) -> None:
    await person.taps_token("facts.estimate:123457.unsure")
    person.sees("7A 类 FTX.com 便利类债权\n7B 类 FTX.US 便利类债权\n截至", "1,481.48 美元")


@pytest.mark.parametrize("argument", ["", "0", "abc", "5000000x", "9" * 20, "5000000.moon"])
async def test_a_strange_argument_is_a_question(person: Person, argument: str) -> None:
    await person.taps_token(f"facts.estimate:{argument}")
    person.sees("您的债权金额是多少美元" if argument != "5000000.moon" else "哪一种债权")


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ("不告诉你", "没有读出金额"),
        ("3万50", "两种读法"),
        ("5万块", "不确定您写的是美元"),
        ("10 btc", "不是其他货币或代币"),
        ("-5", "不能是负数"),
        ("0", "要大于零"),
        ("1.234", "读法"),
        ("99999999999999", "太大"),
    ],
)
async def test_an_amount_that_is_none_is_asked_again(person: Person, said: str, sees: str) -> None:
    await person.taps_token("facts.estimate")
    await person.says(said)
    person.sees(sees, "您的债权金额是多少美元")


async def test_a_kind_that_is_none_is_asked_again(person: Person) -> None:
    await person.taps_token("facts.estimate:5000000")
    await person.says("就是那个平台")
    person.sees("没有认出是哪一种", "哪一种债权")


async def test_an_estimate_in_traditional_script_and_in_english(person: Person) -> None:
    hong_kong = Person(person.engine, address="10002", language="zh-HK", clock=person.clock)
    await hong_kong.taps_token("facts.estimate:20000000.com")
    hong_kong.sees("呈請日金額", "已公布累計分派 96%", "暫無確認資料")
    english = Person(person.engine, address="10003", language="en", clock=person.clock)
    await english.taps_token("facts.estimate:20000000.com")
    english.sees("announced so far: 96%, which is USD 192,000.00", "not confirmed", "not investment or legal advice")


# -- manners, and somebody in need


async def test_somebody_in_distress_finds_a_person_and_help_lines(person: Person) -> None:
    await person.taps_token("facts.distress")
    person.sees("转人工", "12356", "18111", "2896 0000", "1925", "988", "当地的紧急求助电话", "热线不是我们开的")
    person.sees_not("美元", "分配", "报价")
    assert [choice.token for choice in person.buttons] == ["support.ask", "welcome.menu"]
    assert not person.reply.replaces, "it stays where it is"


@pytest.mark.parametrize(
    ("locale", "first"), [("zh_Hans", "12356"), ("zh_Hant", "1925"), ("zh_Hant_HK", "18111"), ("en", "988")]
)
def test_the_nearest_help_line_stands_first(locale: str, first: str) -> None:
    with i18n.speaking(locale):
        said = texts.distress()
    assert min(rules.HELP_LINES.values(), key=said.index) == first


@pytest.mark.parametrize(
    ("about", "sees"), [("robot", "不是真人"), ("thanks", "不客气"), ("insult", "抱歉"), ("x", "不客气")]
)
async def test_one_courteous_line(person: Person, about: str, sees: str) -> None:
    await person.taps_token(f"facts.courtesy:{about}")
    person.sees(sees, "转人工")
    assert "\n" not in person.reply.text


@pytest.mark.parametrize(
    "argument",
    ["", "nothing", "portal.nothing", "restricted.all", "restricted.zz", "schedule.x", "SCHEDULE", "schedule ", "😀"],
)
async def test_a_topic_that_is_not_there_leads_to_those_that_are(person: Person, argument: str) -> None:
    await person.taps_token(f"facts.answer:{argument}")
    person.sees("更多问题" if argument.strip().lower() == "schedule" else "这个主题现在没有内容")


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ("大陆用户能领吗", "受限司法管辖区"),
        ("幾時派錢", "下一次分配"),
        ("为什么还没收到钱", "第 7 步税表"),
        ("什么是登记日", "登记日（record date）"),
        ("On Hold 是什么意思", "人工复核中（搁置）（On Hold）"),
        ("什么是量子力学", "这个词我们没有收录"),
        ("需要什么材料", "这里不需要身份证件"),
    ],
)
async def test_free_words_find_the_answer(person: Person, said: str, sees: str) -> None:
    await person.taps_token("facts.topics")
    await person.says(said)
    person.sees(sees)
