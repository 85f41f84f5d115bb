"""What a person reads about the case: every screen, its figures, its age, its sources, and what is never said."""

import re

import pytest

from bot.conversation.reply import Reply
from bot.facts import dialogue, rules, texts
from tests.person import Person

PAGES = (
    *texts.TOPICS,
    "restricted.list",
    "restricted.motion",
    *(f"portal.{field}" for field in rules.portal_fields()),
)
#: what no answer may say: a promise, advice, the insurers' words, and a word that parts of the press got wrong
NEVER = re.compile(
    r"一定会(?!丧失)|保证(?!金)|必定|肯定会|放心|建议您(出售|购买|持有)|稳赚|无条件|理赔|赔付|赔偿|(?<!客户)索赔|没收|收益率高"
)


async def _page(page: str) -> Reply:
    show = dialogue._ANSWERS[page.partition(".")[0]]
    reply = show(page.partition(".")[2])
    assert reply is not None
    return reply


@pytest.mark.parametrize("page", PAGES)
async def test_every_answer_is_short_dated_and_leads_on(page: str) -> None:
    reply = await _page(page)
    assert reply.title
    assert "资料截至 2026-05-29，之后的情况我们没有资料。" in reply.text
    assert len(reply.text) < 1000, "short enough to be read on a phone"
    assert not NEVER.search(reply.text), NEVER.search(reply.text)
    tokens = [choice.token for row in reply.choices for choice in row]
    assert tokens[-3:] == ["facts.topics", "support.ask", "welcome.menu"]
    assert len(tokens) == len(set(tokens))
    assert all(len(token.encode()) <= 64 and token.isascii() for token in tokens)
    for token in tokens:
        if token.startswith("facts.answer:"):
            assert (await _page(token.partition(":")[2])).text, "no button leads nowhere"


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("claim_and_bond", "other_cases")])
async def test_every_answer_with_figures_names_its_sources(page: str) -> None:
    assert "\n来源：" in (await _page(page)).text


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("portal", "scams", "other_cases")])
async def test_what_may_be_taken_for_advice_says_that_it_is_none(page: str) -> None:
    assert "不构成投资或法律建议" in (await _page(page)).text


def test_every_portal_status_that_is_shown_has_its_words_and_no_other() -> None:
    shown = {(one.field, one.status) for field in rules.portal_fields() for one in rules.statuses_of(field)}
    assert set(texts._MEANS) == shown
    assert set(texts._FIELD) == set(rules.portal_fields())


# -- as a person


async def test_the_menu_leads_to_every_topic(person: Person) -> None:
    await person.taps_token("facts.topics")
    person.sees("常见问题", "没有确认")
    for label in list(person.labels)[: len(texts.TOPICS)]:
        await person.taps(label)
        person.sees("资料截至")
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
    assert person.button("两种报价的区别").token == "offers.what"


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


@pytest.mark.parametrize("argument", ["", "nothing", "portal.nothing", "restricted.all", "SCHEDULE", "schedule ", "😀"])
async def test_a_topic_that_is_not_there_leads_to_those_that_are(person: Person, argument: str) -> None:
    await person.taps_token(f"facts.answer:{argument}")
    person.sees("更多问题" if argument.strip().lower() == "schedule" else "这个主题现在没有内容")


@pytest.mark.parametrize(
    ("said", "sees"),
    [
        ("大陆用户能领吗", "受限司法管辖区"),
        ("幾時派錢", "下一次分配"),
        ("为什么还没收到钱", "下一次分配"),
    ],
)
async def test_free_words_find_the_answer(person: Person, said: str, sees: str) -> None:
    await person.taps_token("facts.topics")
    await person.says(said)
    person.sees(sees)
