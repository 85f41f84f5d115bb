"""A person and the offers: list, card, the two steps of an answer, and every way it can be too late."""

from datetime import timedelta

import pytest

from bot import numbers
from bot.webdesk import Work
from storage import people
from storage.terms import OfferStatus
from tests.offers.market import Market
from tests.offers.sheets import SALE
from tests.person import WEBCHAT, Person

WEEK = timedelta(days=7)


@pytest.fixture
async def creditor(person: Person, market: Market) -> int:
    """The person is linked, and lives where both kinds may be shown."""
    await market.gate("HK")
    return await person.linked_as("chen@example.com")


async def test_a_stranger_is_asked_to_prove_an_address_first(person):
    await person.commands("start")
    await person.taps_token("offers.list")
    person.sees("请先验证您的邮箱")
    assert person.button("验证邮箱").token == "welcome.link"


async def test_without_a_claim_there_is_a_way_to_one(person, creditor):
    await person.taps_token("offers.list")
    person.sees("您还没有登记债权")
    assert person.button("登记债权").token == "claims.file"


async def test_without_offers_nothing_is_promised(person, creditor, market):
    await market.claim(creditor)
    await person.taps_token("offers.list")
    person.sees("目前没有给您的要约", "[主菜单]")


async def test_the_list_names_kind_and_leads_with_what_is_open(person, creditor, market):
    claim, other = await market.claim(creditor), await market.claim(creditor)
    sale, bond = await market.sale(claim), await market.bond(other)
    await person.taps_token(f"offers.decline_yes:{sale}")
    await person.taps_token("offers.list")
    person.sees("等待您答复的要约：1 份", f"债券 {bond}：以债权 {other} 换取面值 60,000.00 美元", "还剩 3 天 8 小时")
    person.sees("已结束的要约", f"债权转让 {sale}：出售债权 {claim}，实得 28,000.00 美元", "拒绝这份要约")
    assert person.screen.index(bond) < person.screen.index(sale)
    assert person.labels[:2] == [f"债券 {bond}", f"债权转让 {sale}"]


async def test_a_long_list_has_pages(person, creditor, market):
    numbers_ = [await market.sale(await market.claim(creditor), reference=f"r{n}") for n in range(7)]
    await person.taps_token("offers.list")
    seen = [number for number in numbers_ if number in person.screen]
    assert len(seen) == 5
    person.sees("等待您答复的要约：7 份")
    await person.taps("下一页")
    rest = [number for number in numbers_ if number in person.screen]
    assert sorted(seen + rest) == sorted(numbers_)
    person.sees_not("下一页")
    await person.taps_token("offers.list:999")
    await person.taps_token("offers.list:x")
    person.sees("等待您答复的要约：7 份")


async def test_a_sale_is_accepted_in_two_steps(person, creditor, market, clock):
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    await person.taps_token("offers.list")
    await person.taps(f"债权转让 {number}")
    person.sees("您放弃什么", "您合计实得：28,000.00 美元，相当于债权金额的 14.00%", "不构成投资或法律建议")
    await person.taps("接受：转让债权")
    person.sees("请逐项核对", "价格：债权金额的 110%", "即 220,000.00 美元", "追索权：有", "这是债权转让，不是债券")
    assert (await market.offer(number)).status == OfferStatus.OPEN, "reading back changes nothing"
    digest = (await market.offer(number)).terms_hash
    assert person.button("确认转让").token == f"offers.confirm:{number}.{digest.hex()[:8]}"
    clock.passes(timedelta(minutes=3))
    await person.taps("确认转让")
    person.sees("您于 2026-11-22 10:03（北京时间）接受了债权转让要约", "目前还没有付款", "回执编号")
    offer = await market.offer(number)
    assert (offer.status, offer.changed_at) == (OfferStatus.ACCEPTED, clock.now())
    assert [entry.kind for entry in await market.chain(number)] == ["offer:made", "offer:accepted"]
    await person.taps_token("offers.list")
    person.sees("已结束的要约", "您已于 2026-11-22 10:03（北京时间）接受这份要约")


async def test_a_bond_is_accepted_in_words_of_its_own(person, creditor, market):
    number = await market.bond(await market.claim(creditor), exchange="pledge", support="由母公司保证")
    await person.taps_token(f"offers.read:{number}")
    person.sees("将质押给发行人", "票面利率：每年 6%", "到期日：2029-06-30", "担保与增信：由母公司保证")
    person.sees_not("实得", "追索权：")
    await person.taps("接受：换取债券")
    person.sees("这是债券，不是卖债权换现金")
    await person.taps("确认换取债券")
    person.sees("接受了债券要约", "债券还没有发行给您")
    assert (await market.offer(number)).status == OfferStatus.ACCEPTED


async def test_a_second_tap_is_told_that_it_is_done(person, creditor, market, clock):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    await person.taps("确认转让")
    first = person.screen
    await person.repeats()
    assert person.screen == first
    assert person.answer.repeated
    clock.passes(timedelta(minutes=1))
    await person.taps("确认转让")
    person.sees("您已于 2026-11-22 10:00（北京时间）接受这份要约，没有重复处理")
    await person.taps_token(f"offers.decline:{number}")
    person.sees("接受这份要约，没有重复处理")
    await person.taps_token(f"offers.decline_yes:{number}")
    person.sees("接受这份要约，没有重复处理")
    assert len(await market.chain(number)) == 2


async def test_declining_ends_it_for_good(person, creditor, market):
    number = await market.bond(await market.claim(creditor))
    await person.taps_token(f"offers.read:{number}")
    await person.taps("拒绝")
    person.sees("要拒绝债券要约", "您的债权仍然属于您")
    await person.taps("暂不决定")
    person.sees("您放弃什么")
    await person.taps_token(f"offers.decline:{number}")
    await person.taps("确认拒绝")
    person.sees("拒绝债券要约", "您的债权没有变化")
    assert (await market.offer(number)).status == OfferStatus.DECLINED
    assert [entry.kind for entry in await market.chain(number)] == ["offer:made", "offer:declined"]
    await person.taps_token(f"offers.accept:{number}")
    person.sees("拒绝这份要约，它已经结束")


async def test_the_moment_of_receipt_decides(person, creditor, market, clock):
    numbers_ = [await market.sale(await market.claim(creditor)) for _ in range(2)]
    ends = (await market.offer(numbers_[0])).expires_at
    tokens = []
    for number in numbers_:
        await person.taps_token(f"offers.accept:{number}")
        tokens.append(person.button("确认转让").token)
    clock.passes(ends + timedelta(seconds=30))
    in_time = person.turn(choice=tokens[0], received_at=ends - timedelta(microseconds=1))
    await person.does(in_time)
    person.sees("接受了债权转让要约")
    await person.does(person.turn(choice=tokens[1], received_at=ends))
    person.sees("过期", "没有生效", "2026-11-25 18:00:00")
    assert await market.sweeps() == 0, "the grace is not over"
    clock.passes(timedelta(seconds=30))
    assert await market.sweeps() == 1
    assert (await market.offer(numbers_[0])).status == OfferStatus.ACCEPTED
    assert (await market.offer(numbers_[1])).status == OfferStatus.EXPIRED


async def test_a_late_yes_is_told_kindly(person, creditor, market, clock):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    clock.passes(WEEK)
    await person.taps_token(f"offers.read:{number}")
    person.sees("这份要约已于 2026-11-25 18:00（北京时间）过期")
    person.sees_not("[接受")
    await person.taps("确认转让")
    person.sees("过期。您的答复在 2026-11-29 10:00:00 收到", "没有任何改动")
    assert person.button("重新查看").token == f"offers.read:{number}"
    await market.sweeps()
    await person.taps("确认转让")
    person.sees("2026-11-25 18:00（北京时间）过期", "没有任何改动")


async def test_a_withdrawal_is_told_with_its_reason(person, creditor, market, clock):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    clock.passes(timedelta(minutes=10))
    await market.withdraws(number, "买方资金安排有变")
    clock.passes(timedelta(minutes=1))
    await person.taps("确认转让")
    person.sees("对方已于 2026-11-22 10:10（北京时间）撤回这份要约，理由：买方资金安排有变。", "没有任何改动")
    await person.taps("重新查看")
    person.sees("理由：买方资金安排有变", "原定有效期至")


async def test_other_terms_are_not_accepted_by_an_old_button(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.confirm:{number}.00000000")
    person.sees("条件不一致", "没有接受")
    assert (await market.offer(number)).status == OfferStatus.OPEN


async def test_one_claim_is_given_up_once(person, creditor, market):
    claim = await market.claim(creditor)
    sale, bond = await market.sale(claim), await market.bond(claim)
    third = await market.sale(claim)
    for number in (sale, bond, third):
        await person.taps_token(f"offers.accept:{number}")
    await person.taps("确认换取债券")
    person.sees("同一债权的其他 2 份要约已自动关闭")
    assert [(await market.offer(number)).status for number in (sale, bond, third)] == [
        "cancelled",
        "accepted",
        "cancelled",
    ]
    await person.taps_token(f"offers.accept:{sale}")
    person.sees(f"您接受了同一债权的另一份要约 {bond}")
    assert [entry.kind for entry in await market.chain(sale)] == ["offer:made", "offer:cancelled"]


async def test_a_claim_that_changed_cannot_be_given_up(person, creditor, market):
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    await person.taps_token(f"offers.accept:{number}")
    await market.decide(claim, "disputed")
    await person.taps("确认转让")
    person.sees(f"债权 {claim} 目前的状态是“有争议（Disputed）”", "没有任何改动")
    await person.taps_token(f"offers.read:{number}")
    person.sees("暂时不能接受", "有争议（Disputed）", "[拒绝]")
    person.sees_not("[接受")
    await market.decide(claim, "submitted", {"amount": 150_000_00})
    await market.decide(claim, "allowed")
    await person.taps("确认转让")
    person.sees("金额在这份要约提出之后有变化")
    assert (await market.offer(number)).status == OfferStatus.OPEN


async def test_an_invented_offer_says_so_everywhere(person, creditor, market):
    claim = await market.claim(creditor)
    row = {**SALE, "claim": claim}
    (drafted,) = (await market.imports(row, demo=True)).added
    await market.publishes()
    for token in ("offers.list", f"offers.read:{drafted.number}", f"offers.accept:{drafted.number}"):
        await person.taps_token(token)
        person.sees("【演示")
    await person.taps("确认转让")
    person.sees("【演示数据】", "接受了债权转让要约")


# --- whose offer it is ------------------------------------------------------------------------


async def test_a_foreign_offer_reads_like_no_offer(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    digest = (await market.offer(number)).terms_hash.hex()[:8]
    stranger, other = person.at("telegram:42", "20002"), person.at(WEBCHAT, "b" * 64)
    await stranger.commands("start")
    await other.linked_as("wang@example.com")
    mistyped = number[:-1] + ("0" if number[-1] != "0" else "1")
    for somebody in (stranger, other):
        for step in ("read", "accept", "decline", "decline_yes"):
            words = set()
            for argument in (number, numbers.new("BJ"), mistyped, "", "x" * 40):
                await somebody.taps_token(f"offers.{step}:{argument}")
                words.add(somebody.screen)
            assert len(words) == 1, words
            somebody.sees("没有找到这份要约")
        for argument in (f"{number}.{digest}", f"{numbers.new('BJ')}.{digest}", number, "x"):
            await somebody.taps_token(f"offers.confirm:{argument}")
            somebody.sees("没有找到这份要约")
    assert (await market.offer(number)).status == OfferStatus.OPEN
    await other.taps_token("offers.list")
    other.sees_not(number)


async def test_a_draft_reads_like_no_offer(person, creditor, market):
    brought = await market.imports({**SALE, "claim": await market.claim(creditor)})
    number = brought.added[0].number
    for step in ("read", "accept", "decline_yes"):
        await person.taps_token(f"offers.{step}:{number}")
        person.sees("没有找到这份要约")


async def test_the_creditor_finds_his_offer_on_another_channel(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    elsewhere = person.at(WEBCHAT, "c" * 64)
    await elsewhere.linked_as("chen@example.com")
    await elsewhere.taps_token(f"offers.accept:{number}")
    await elsewhere.taps("确认转让")
    elsewhere.sees("接受了债权转让要约")
    await person.taps_token(f"offers.read:{number}")
    person.sees("接受这份要约。目前还没有付款或交付的记录")


# --- the gate ---------------------------------------------------------------------------------


async def test_the_mainland_is_told_why_and_what_remains(person, creditor, market):
    await market.claim(creditor, residence="CN")
    await person.taps_token("offers.list")
    person.sees("您登记的居住地是中国内地", "银发〔2026〕42 号", "2026-02-06", "您仍然可以：查看债权状态、补充材料")
    assert person.screen.count("银发〔2026〕42 号") == 1
    assert person.button("我的债权").token == "claims.status"
    assert person.button("转人工").token == "support.ask"


async def test_beside_offers_that_are_shown_the_claim_behind_the_gate_is_named(person, creditor, market):
    behind = await market.claim(creditor, residence="CN")
    number = await market.sale(await market.claim(creditor))
    await person.taps_token("offers.list")
    person.sees(number, f"关于债权 {behind}：\n\n您登记的居住地是中国内地")


async def test_the_gate_is_asked_again_at_every_step(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    await market.gate("HK", "sale", allowed=False, reason="等待法律意见")
    await person.taps("确认转让")
    person.sees("不展示债权转让要约", "原因：等待法律意见")
    assert (await market.offer(number)).status == OfferStatus.OPEN
    for step in ("read", "accept", "decline", "decline_yes"):
        await person.taps_token(f"offers.{step}:{number}")
        person.sees("不展示债权转让要约")
        person.sees_not("28,000.00", "Example Capital")
    await person.taps_token("offers.list")
    person.sees_not(number, "28,000.00")
    person.sees("不展示债权转让要约")
    assert (await market.offer(number)).status == OfferStatus.OPEN


async def test_the_list_does_not_tell_whether_there_is_something_behind_the_gate(person, creditor, market):
    claim = await market.claim(creditor)
    await market.gate("HK", allowed=False, reason="r")
    await person.taps_token("offers.list")
    without = person.screen
    await market.gate("HK")
    await market.sale(claim)
    await market.gate("HK", allowed=False, reason="r")
    await person.taps_token("offers.list")
    assert person.screen == without


async def test_one_kind_may_be_shown_and_the_other_not(person, creditor, market):
    await market.gate("SG", "sale")
    number = await market.sale(await market.claim(creditor, residence="SG"))
    await person.taps_token("offers.list")
    person.sees(number, "能否展示债券要约，我们还没有完成合规审查")


async def test_what_was_accepted_stays_readable_behind_the_gate(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    await person.taps("确认转让")
    await market.gate("HK", allowed=False, reason="r")
    await person.taps_token(f"offers.read:{number}")
    person.sees("接受这份要约", "28,000.00 美元")
    await person.taps_token("offers.list")
    person.sees(number)


async def test_without_a_residence_nothing_is_shown(person, creditor, market):
    await market.claim(creditor, residence=None)
    await person.taps_token("offers.list")
    person.sees("没有填写居住地")


# --- told apart -------------------------------------------------------------------------------


async def test_the_two_kinds_are_told_apart(person, creditor):
    await person.taps_token("offers.what")
    person.sees("债权转让（一次性现金出售）", "债券（以债权为偿付来源）", "不能在同一份要约里互换")


async def test_the_expiry_is_told_on_the_person_s_clock(person, creditor, market):
    number = await market.sale(await market.claim(creditor))

    async def move(db):
        row = await people.lock_contact(db, person.channel, person.address)
        assert row is not None
        await people.turned(
            db, row.id, creditor_id=creditor, locale="zh_Hans", locale_chosen=True, timezone="America/New_York",
            muted="", draft=None, order=0, at=person.clock.now(), messages=0,
        )  # fmt: skip

    await person.engine.database.write(move)
    await person.taps_token(f"offers.read:{number}")
    person.sees("有效期至：2026-11-25 05:00（纽约时间），还剩 3 天 8 小时")


async def test_a_question_asked_from_an_offer_s_card_knows_the_offer(person, creditor, market, database):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.read:{number}")
    assert person.button("转人工").token == f"support.ask:{number}"
    await person.taps("转人工")
    await person.says("保留款什么时候付？")
    seen = await Work(database).ticket(person.reply.copies[0].value, "li.na")
    assert seen["offer_card"] == {
        "number": number, "kind": "sale", "status": "open", "expires_at": seen["offer_card"]["expires_at"],
    }  # fmt: skip
    assert "28,000" not in str(seen["offer_card"])
