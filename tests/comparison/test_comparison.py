"""A person compares: the table, what is moved, what is typed, and the picture that comes by itself."""

import io
from datetime import timedelta
from itertools import pairwise

import pytest
from fontTools.ttLib import TTCollection
from PIL import Image

from bot import market as bridge
from bot.comparison import dialogue, texts
from bot.conversation.outbox import Cancelled, Drain
from bot.conversation.reply import Reply
from bot.errors import Misconfigured
from bot.papers import chart as charts
from bot.papers.easel import Easel, NotDrawn
from bot.papers.faces import face
from bot.ways import route
from storage import deliveries
from tests.offers.market import Market
from tests.person import MORNING, WEBCHAT, Person


class HandEasel(Easel):
    """Draws here and now, and keeps the chart."""

    def __init__(self) -> None:
        super().__init__()
        self.charts: list[charts.Chart] = []
        self.fails = False

    async def drawn(self, chart, face):
        if self.fails:
            raise NotDrawn
        self.charts.append(chart)
        return charts.draw(chart, face)


@pytest.fixture
def easel():
    return HandEasel()


@pytest.fixture
async def creditor(person: Person, market: Market) -> int:
    await market.gate("HK")
    return await person.linked_as("chen@example.com")


async def nothing_else(_db, row):
    raise AssertionError(row.kind)


async def picture(person: Person, easel: Easel) -> Reply | Cancelled:
    """What the newest picture ordered becomes when its row is sent."""
    row = (await person.pushed("chart"))[-1]
    due = deliveries.DueRow(
        row.id, row.channel, row.address, row.lane, row.kind, row.fields, row.body, row.due_at, row.expires_at, 0
    )
    return await dialogue.renderer(nothing_else, easel, bridge.quotes)(person.engine.database.read(), due)


# -- who may compare what


async def test_a_stranger_is_told_what_it_needs_and_what_works_without(person):
    await person.commands("start")
    await person.taps_token("comparison.show")
    person.sees("请先验证邮箱")
    assert [person.button(label).token for label in ("验证邮箱", "估算")] == ["welcome.link", "facts.estimate"]


async def test_without_a_claim_there_is_nothing_to_compare(person, creditor):
    await person.taps_token("comparison.show")
    person.sees("您没有可以比较的债权", "[登记债权]")


async def test_with_no_offer_holding_stands_alone(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.show:{claim}")
    person.sees("目前没有能收现金的要约", "目前没有给这项债权的要约，所以只有继续持有这一条")
    person.sees("合计：0.00 美元 / 53,000.00 美元 / 106,000.00 美元", "按这一类别已公布的比例假设")
    person.sees_not("打平")


async def test_another_persons_claim_and_nonsense_show_nothing(person, creditor, market):
    await market.claim(creditor)
    theirs = await market.claim(creditor + 1)
    for argument in (theirs, "ZQ-0000000", f"{theirs}.n.1.2.3.271231.9"):
        await person.taps_token(f"comparison.show:{argument}")
        person.sees("您没有可以比较的债权")
    await person.taps_token("comparison.show:ZQ-!!.x.99999")
    person.sees("合计：")


async def test_several_claims_ask_which_and_the_one_with_offers_goes_first(person, creditor, market):
    one, other = await market.claim(creditor), await market.claim(creditor, amount=90_000_00)
    await person.taps_token("comparison.show")
    person.sees("请选一项", f"{one}：200,000.00 美元", f"{other}：90,000.00 美元")
    await person.taps(other)
    person.sees(f"债权 {other}")
    await market.bond(one)
    await person.taps_token("comparison.show")
    person.sees(f"债权 {one}", "债券 BJ-")


@pytest.mark.parametrize("place", ["CN", "JP"])
async def test_what_the_gate_keeps_back_is_not_compared(person, creditor, market, place):
    await market.gate("JP")
    claim = await market.claim(creditor, residence="JP")
    sale = await market.sale(claim)
    await market.gate(place, allowed=False)
    await person.taps_token(f"comparison.show:{claim}")
    (person.sees if place == "CN" else person.sees_not)(sale)


# -- what the table says


async def test_three_ways_on_one_yardstick(person, creditor, market):
    claim = await market.claim(creditor)
    sale, bond = await market.sale(claim, holdback="0", holdback_terms=""), await market.bond(claim)
    await person.taps_token(f"comparison.show:{sale}")
    person.sees(f"债权 {claim}", f"债权转让 {sale}", f"债券 {bond}")
    text = person.reply.text
    assert (
        text.index("先看放弃什么") < text.index("再看带来什么") < text.index("假设，您都可以改") < text.index("来源：")
    )
    person.sees(f"放弃：债权转让 {sale} 的 28,000.00 美元，最早 2026-11-27 付")
    person.sees("按三条路径是 0.00 美元 / 53,000.00 美元 / 106,000.00 美元")
    person.sees("打平：累计清偿率到 111.39%、2027-12-31 到账时")  # 192,000 + 28,000 × 1.09^(399 / 365), of 200,000
    person.sees(
        "最低 96%，中性 122.5%，最高 149%",
        "143% 或 149%，都不是官方数字",
        "来自要约条款（债权人提供的到账记录，2026-04-02）",
    )
    person.sees("资料截至 2026-05-29", "截至 2026-11-22 10:00（北京时间）", "不构成投资或法律建议")
    person.sees("债券一直持有到期", "买方没有理由追回款项")


async def test_who_was_paid_nothing_sees_the_arrears_that_go_along(person, creditor, market):
    claim = await market.claim(creditor)
    await market.sale(claim, received="0", basis="net", price_pct="35", price="70000.00")
    await person.taps_token(f"comparison.show:{claim}")
    person.sees("对照：已经向同类债权人公布、而您还没有收到的是 192,000.00 美元", "最低 0%，中性 74.5%，最高 149%")
    person.sees("要约说这一笔仍归您；何时付没有公布")


async def test_a_bond_in_another_currency_is_named_and_not_converted(person, creditor, market):
    claim = await market.claim(creditor)
    bond = await market.bond(claim, currency="HKD")
    await person.taps_token(f"comparison.show:{claim}")
    person.sees(f"债券 {bond}", "以 HKD 计价，我们不换算")
    await person.taps("看图")


async def test_a_place_of_the_motion_must_be_served(person, creditor, market):
    claim = await market.claim(creditor, residence="CN")
    await person.taps_token(f"comparison.show:{claim}")
    person.sees("您的居住地能够收款")


async def test_a_claim_without_a_known_class_begins_at_nothing(person, creditor, market):
    claim = await market.claim(creditor, plan_class="unsure")
    await person.taps_token(f"comparison.show:{claim}")
    person.sees("没有我们能引用的类别数字", "最低 0%，中性 0%，最高 0%")


@pytest.mark.parametrize(("plan_class", "said"), [("7A", "最终上限 120.5%"), ("6A", "最终上限没有来源说明")])
async def test_each_class_has_its_own_figures(person, creditor, market, plan_class, said):
    claim = await market.claim(creditor, plan_class=plan_class, amount=40_000_00)
    await person.taps_token(f"comparison.show:{claim}")
    person.sees(said)


async def test_too_many_offers_say_how_many_are_left_out(person, creditor, market):
    claim = await market.claim(creditor)
    for _ in range(6):
        await market.sale(claim)
    await person.taps_token(f"comparison.show:{claim}")
    person.sees("还有 2 份要约没有放进来")


async def test_no_button_is_too_long_for_the_wire(person, creditor, market):
    claim = await market.claim(creditor)
    moved = f"{claim}.y.29999.30000.30000.551231.49"
    for step in ("show", "move"):
        await person.taps_token(f"comparison.{step}:{moved}")
        assert all(len(choice.token.encode()) <= 64 for choice in person.buttons)
    await person.taps_token(f"comparison.chart:{moved}")
    assert len(person.buttons) == 2


# -- moving


async def test_paths_day_and_rate_are_moved_by_taps(person, creditor, market):
    claim = await market.claim(creditor)
    await market.sale(claim)
    await person.taps_token(f"comparison.show:{claim}")
    await person.taps("调整假设")
    await person.taps("最低 +5%")
    person.sees("最低 101%，中性 122.5%，最高 149%")
    await person.taps("中性 −5%")
    person.sees("最低 101%，中性 117.5%，最高 149%")
    await person.taps("早半年到账")
    person.sees("2027-06-30")
    await person.taps("折现率 +1%")
    person.sees("折现率每年 10%")
    await person.taps("看表格")
    person.sees("最低 101%，中性 117.5%，最高 149%", "2027-06-30", "折现率每年 10%")
    await person.taps("调整假设")
    await person.taps("恢复最初的假设")
    person.sees("最低 96%，中性 122.5%，最高 149%", "2027-12-31", "折现率每年 9%")


async def test_a_path_pushes_its_neighbours(person, creditor, market):
    claim = await market.claim(creditor, plan_class="7A", amount=40_000_00)
    await person.taps_token(f"comparison.move:{claim}")
    person.sees("最低 120%，中性 120.25%，最高 120.5%")
    await person.taps("最低 +5%")
    person.sees("最低 125%，中性 125%，最高 125%")
    await person.taps("最高 −5%")
    person.sees("最低 120%，中性 120%，最高 120%")


async def test_what_was_received_is_the_owners_to_say(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.move:{claim}")
    await person.taps("我还没有收到过分配")
    person.sees("您已收到 0.00 美元（0%）", "最低 0%，中性 74.5%，最高 149%")
    await person.taps("我已收到公布的分配")
    person.sees("您已收到 192,000.00 美元（96%）", "最低 96%")


async def test_the_day_stays_between_tomorrow_and_thirty_years(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.move:{claim}")
    for _ in range(4):
        await person.taps("早半年到账")
    person.sees("在 2026-11-23 一次到账")
    await person.taps_token(f"comparison.show:{claim}..100.200.300.991231.9")
    person.sees("在 2056-11-14 一次到账")


async def test_looking_and_moving_write_nothing(person, creditor, market):
    claim = await market.claim(creditor)
    before = (await person.contact()).seen_order
    for token in (f"comparison.show:{claim}", f"comparison.move:{claim}"):
        await person.taps_token(token)
    assert (await person.contact()).seen_order == before


async def test_own_figures_are_typed(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.show:{claim}")
    await person.taps("自己填写")
    await person.taps("中性")
    await person.says("很多")
    person.sees("没有看懂这个百分比")
    await person.says("400%")
    person.sees("0 到 300% 之间")
    await person.says("110.5%")
    await person.says("2020-01-01")
    person.sees("到账日要在今天之后")
    await person.says("2028年6月30日")
    person.sees(f"债权 {claim}", "最低 96%，中性 110.5%，最高 149%", "2028-06-30")


async def test_the_day_may_be_skipped_and_a_bare_number_is_percent(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.enter:{claim}")
    await person.taps("最高")
    await person.says("130")
    await person.taps("跳过")
    person.sees("最低 96%，中性 122.5%，最高 130%", "2027-12-31")


# -- the picture


async def test_the_picture_is_ordered_in_the_turn_and_drawn_when_it_is_sent(person, creditor, market, easel):
    claim = await market.claim(creditor)
    sale = await market.sale(claim)
    await person.taps_token(f"comparison.show:{claim}")
    await person.taps("看图")
    person.sees("图正在画")
    await person.repeats()
    rows = await person.pushed("chart")
    assert len(rows) == 1, "a repeat orders nothing more"
    assert (rows[0].body, rows[0].fields) == (None, {"moved": claim}), "no amount and no name in the outbox"
    reply = await picture(person, easel)
    assert isinstance(reply, Reply)
    assert reply.document is not None
    assert Image.open(io.BytesIO(reply.document.content)).width == charts.WIDTH
    assert (reply.document.media_type, reply.document.name) == ("image/png", f"比较-{claim}-2026-11-22.png")
    assert f"债权转让 {sale}：" in reply.text, "and in words for whoever cannot see it"
    said = "\n".join(charts.words(easel.charts[0]))
    for word in ("放弃：", "143% 或 149%", "来源：", "截至 2026-11-22", "不构成投资或法律建议"):
        assert word in said


async def test_the_picture_shows_what_was_moved(person, creditor, market, easel):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.chart:{claim}.n.1000.2000.3000.280630.12")
    await picture(person, easel)
    (group,) = easel.charts[0].groups
    assert [bar.amount > 0 for bar in group.bars] == [True] * 3
    assert all(one.amount < other.amount for one, other in pairwise(group.bars))
    assert "折现率每年 12%" in easel.charts[0].lead


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant", "zh_Hant_HK", "en"])
async def test_every_letter_of_every_picture_has_a_glyph(person, creditor, market, easel, locale):
    claim = await market.claim(creditor)
    await market.sale(claim)
    await market.bond(claim)
    await market.bond(claim, currency="HKD")
    await person.taps_token(f"welcome.speak:{locale}")
    await person.taps_token(f"comparison.chart:{claim}")
    await picture(person, easel)
    one = face(locale)
    glyphs = TTCollection(str(one.path)).fonts[one.number].getBestCmap()
    letters = {letter for text in charts.words(easel.charts[0]) for letter in text if letter != "\n"}
    assert {letter for letter in letters if ord(letter) not in glyphs} == set()


async def test_an_offer_withdrawn_meanwhile_is_not_in_the_picture(person, creditor, market, easel):
    claim = await market.claim(creditor)
    sale = await market.sale(claim)
    await person.taps_token(f"comparison.chart:{claim}")
    await market.withdraws(sale)
    await picture(person, easel)
    assert [group.kind for group in easel.charts[0].groups] == ["hold"]


async def test_a_claim_withdrawn_meanwhile_gives_no_picture(person, creditor, market, easel):
    claim = await market.claim(creditor, status="submitted")
    await person.taps_token(f"comparison.chart:{claim}")
    await person.taps_token(f"claims.withdraw_yes:{claim}")
    reply = await picture(person, easel)
    assert isinstance(reply, Reply)
    assert reply.text == texts.nothing_more()
    assert reply.document is None


async def test_a_picture_that_fails_says_so_and_leads_back(person, creditor, market, easel):
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.chart:{claim}")
    easel.fails = True
    reply = await picture(person, easel)
    assert isinstance(reply, Reply)
    assert "没有画成" in reply.text
    assert reply.choices[0][0].token == f"comparison.show:{claim}"


async def test_without_a_font_the_table_stays(person, creditor, market, monkeypatch):
    def none(_locale):
        raise Misconfigured("no font")

    monkeypatch.setattr(dialogue, "face", none)
    claim = await market.claim(creditor)
    await person.taps_token(f"comparison.chart:{claim}")
    person.sees("没有中文字体，画不出图", "[看表格]")
    assert await person.pushed("chart") == []


async def test_it_arrives_on_the_web_in_the_history(person, creditor, market, easel, clock):
    claim = await market.claim(creditor)
    page = person.at(WEBCHAT, "page")
    await page.linked_as("chen@example.com")
    await page.taps_token(f"comparison.chart:{claim}")
    rings: list[str] = []

    class Chat:
        name, can = WEBCHAT, person.engine._channels[WEBCHAT]

        async def send(self, address, reply, *, replacing=None):
            rings.append(address)

    render = dialogue.renderer(nothing_else, easel, bridge.quotes)
    clock.passes(timedelta(seconds=1))
    await Drain(person.engine.database, Chat(), render).empty()
    last = (await page.history())[-1]
    assert last.reply.document is not None
    assert last.reply.document.content.startswith(b"\x89PNG")
    assert rings == ["page"]


# -- the ways here


async def test_offers_lead_here(person, creditor, market):
    claim = await market.claim(creditor)
    sale = await market.sale(claim)
    await person.taps_token(f"offers.read:{sale}")
    assert person.button("放在一起比较").token == f"comparison.show:{claim}"
    await market.sale(claim)
    await person.taps_token(f"offers.beside:{claim}")
    assert person.button("放在一起比较").token == f"comparison.show:{claim}"


@pytest.mark.parametrize(
    "text",
    ["卖掉划算还是等", "现在卖还是继续等", "应该卖掉还是持有", "卖了合算吗", "賣掉還是等", "而家賣定等", "放在一起比较",
     "should I sell or hold?", "sell or wait", "债券和卖掉哪个好"],
)  # fmt: skip
def test_words_lead_here(text):
    assert route(text, MORNING).token == "comparison.show"


@pytest.mark.parametrize("text", ["我要卖掉", "有什么要约", "我接受", "等了很久还没收到钱", "我能拿多少", "卖家是谁"])
def test_other_words_do_not(text):
    assert route(text, MORNING).token != "comparison.show"
