"""A person on the way from the acceptance to the money, on both databases, as he sees it."""

import hashlib
from datetime import timedelta

import pytest

from bot import desk, i18n
from bot.errors import Refusal
from bot.notices import actions as notices
from bot.settlement import rules, texts
from storage import payouts
from tests.papers.poppler import words
from tests.person import Person
from tests.settlement.deals import Deals

PAID = "25200.00"


@pytest.mark.usefixtures("drawn")
async def test_a_sale_goes_its_whole_way(person: Person, deals: Deals):
    offer = await deals.accepted(person)
    await deals.ticks()
    number = (await deals.of(offer)).number
    await person.taps_token("settlement.list")
    person.sees(number, "债权转让", "已成交，等待签署", "截至", "北京时间")

    await person.taps_token(f"settlement.read:{number}")
    person.sees(
        "下一步由您操作：阅读协议并签署", "25,200.00 美元", "暂无确认信息", "您还没有可用的 USD 收款方式", "阅读并签署"
    )

    await person.taps("阅读并签署")
    person.sees("您要放弃的：债权", "Example Capital LLC", "25,200.00 美元", f"{number}-agreement.pdf")
    document = person.reply.document
    assert document is not None
    sha256 = hashlib.sha256(document.content).hexdigest()
    person.sees(sha256)
    await person.taps("确认签署")
    person.sees("已签署", "回执编号")
    assert (await deals.standing(number)).status == "documents_signed"

    today = deals.today()
    await desk.settlement_filed(deals.database, number, today, "31415", "alice", deals.clock.now())
    await person.taps_token(f"settlement.read:{number}")
    person.sees("下一步由法院书记官操作", "31415")
    done = await desk.settlement_noticed(deals.database, number, today, "alice", deals.clock.now())
    await person.taps_token(f"settlement.read:{number}")
    person.sees("21 天异议期内", done["notice_until"])

    deals.clock.passes(timedelta(days=24))
    method = await deals.method(person)
    await deals.pays(number, PAID)
    await person.taps_token(f"settlement.read:{number}")
    person.sees("对方已付出，等待到账", "核对到账", "[已收到] [没有收到]")
    row = await payouts.by_number(deals.look, method)
    assert row is not None
    assert row.paying == number

    await person.taps("已收到")
    person.sees("请先在收款账户核对")
    await person.taps("确认已收到")
    person.sees("已完成")
    await person.taps_token(f"settlement.read:{number}")
    person.sees("已收到，交割完成", "无需操作", "您确认已收到").sees_not("[已收到]")
    assert (await deals.market.offer(offer)).status == "paid"
    row = await payouts.by_number(deals.look, method)
    assert row is not None
    assert row.paying is None
    assert await deals.kinds(number) == [
        f"settlement:{done}" for done in ("agreed", "signed", "filed", "noticed", "paid", "received")
    ]


async def test_nothing_begins_before_the_cooling_off_is_over(person: Person, deals: Deals):
    offer = await deals.accepted(person, cooling_days="3")
    deals.clock.passes(timedelta(days=3))
    assert await deals.ticks() == 0  # a word received in time may still be on its way
    deals.clock.passes(rules.GRACE)
    assert await deals.ticks() == 1
    assert (await deals.of(offer)).status == "agreed"
    await person.taps_token(f"offers.revoke_yes:{offer}")
    assert (await deals.market.offer(offer)).status == "accepted"


async def test_what_was_taken_back_never_begins(person: Person, deals: Deals):
    offer = await deals.accepted(person, cooling_days="3")
    await person.taps_token(f"offers.revoke:{offer}")
    await person.taps("撤回")
    assert (await deals.market.offer(offer)).status == "open"
    deals.clock.passes(timedelta(days=2))
    assert await deals.ticks() == 0


@pytest.mark.usefixtures("drawn")
async def test_the_papers_are_what_was_agreed_in_both_languages(person: Person, deals: Deals):
    i18n.load()
    number = await deals.begun(person)
    for kind, title in (("agreement", "债权转让协议"), ("confirmation", "接受要约确认书")):
        await person.taps_token(f"settlement.paper:{number}.{kind}")
        assert person.reply.document is not None
        text = words(person.reply.document.content)
        for said in (
            title,
            "测试债权人",
            "ExampleCapitalLLC",
            "USD25,200.00",
            "两种文字不一致时",
            "theEnglishprevails",
            "Transferee",
            "第1页，共3页" if kind == "agreement" else "第1页，共2页",
        ):
            assert said in text
        assert (await deals.market.offer((await deals.standing(number)).offer)).terms_hash.hex() in text
        assert "DEMO" not in text


def test_a_term_stated_in_chinese_is_marked_in_the_english_and_nowhere_else():
    i18n.load()
    terms = {
        "settlement_days": "5", "declared_to": "seller", "next_to": "buyer", "recourse": False,
        "disallowance": "buyer", "holdback": "100", "holdback_terms": "21 天异议期届满后支付", "law": "纽约州法",
    }  # fmt: skip
    said = {}
    for locale in ("zh_Hans", "zh_Hant_HK", "en"):
        with i18n.speaking(locale):
            said[locale] = "\n".join(text for _heading, text in texts.sale_clauses(terms, "ZQ-1"))
    mark = "[stated by the other side in Chinese: "
    assert f"{mark}21 天异议期届满后支付]" in said["en"]
    assert f"governed by: {mark}纽约州法]" in said["en"]
    assert "there the Chinese prevails" in said["en"]
    for locale in ("zh_Hans", "zh_Hant_HK"):
        assert "21 天异议期届满后支付。" in said[locale]
        assert "stated by" not in said[locale]
        assert "[" not in said[locale]
    with i18n.speaking("en"):
        assert texts.as_stated("21 days") == "21 days"
        assert texts.stated_beside("register") == "register"
        assert texts.stated_beside("债权人的记录") == "债权人的记录 [stated by the other side in Chinese]"


@pytest.mark.usefixtures("drawn")
async def test_a_paper_that_was_signed_stays_as_it_was(person: Person, deals: Deals):
    number = await deals.begun(person)
    await person.taps_token(f"settlement.paper:{number}.agreement")
    assert person.reply.document is not None
    before = person.reply.document.content
    await person.taps_token(f"settlement.sign:{number}")
    await person.taps("确认签署")
    await deals.ticks()
    await person.taps_token(f"settlement.paper:{number}.agreement")
    assert person.reply.document is not None
    assert person.reply.document.content == before


async def test_another_paper_is_not_signed(person: Person, deals: Deals):
    number = await deals.begun(person)
    await person.taps_token(f"settlement.confirm:{number}.00000000")
    person.sees("不是当前这份文件")
    assert (await deals.standing(number)).status == "agreed"


async def test_signing_twice_is_told_kindly(person: Person, deals: Deals):
    number = await deals.signed(person)
    await person.repeats()
    person.sees("已签署")
    await person.taps_token(person.seen[-1].turn.choice or "")
    person.sees("没有任何改动")
    assert (await deals.kinds(number)).count("settlement:signed") == 1


async def test_somebody_else_learns_nothing(person: Person, visitor: Person, deals: Deals):
    number = await deals.begun(person)
    await visitor.linked_as("other@example.com")
    for step in ("read", "sign", "paper", "received", "received_yes", "missing"):
        await visitor.taps_token(f"settlement.{step}:{number}")
        visitor.sees("没有找到这笔交割").sees_not("Example Capital")
    await visitor.taps_token("settlement.list")
    visitor.sees("您还没有交割中的交易")


async def test_nothing_came(person: Person, deals: Deals):
    number = await deals.paid(person)
    await person.taps_token(f"settlement.read:{number}")
    await person.taps("没有收到")
    person.sees("已记录", "转人工")
    await person.taps_token(f"settlement.missing:{number}")
    person.sees("没有任何改动")
    found = await desk.list_settlements(deals.database, number, None, deals.clock.now(), reveal=False)
    assert "did not receive" in found["lines"][0]
    await desk.settlement_failed(deals.database, number, "退汇：账户名不符", "alice", deals.clock.now())
    await person.taps_token(f"settlement.read:{number}")
    person.sees("未成功", "退汇：账户名不符")
    await deals.pays(number, PAID)
    assert (await deals.standing(number)).status == "payment_sent"


async def test_what_is_returned_opens_the_others_again(person: Person, deals: Deals):
    creditor = await person.linked_as("seller@example.com")
    claim = await deals.market.claim(creditor)
    await deals.market.gate("HK")
    offer, other = await deals.market.sale(claim), await deals.market.bond(claim)
    await person.taps_token(f"offers.accept:{offer}")
    await person.taps("确认")
    await deals.ticks()
    number = (await deals.of(offer)).number
    done = await desk.settlement_returned(deals.database, number, "买方未付款", "alice", deals.clock.now())
    assert done["reopened"] == [other]
    assert (await deals.market.offer(offer)).status == "cancelled"
    await person.taps_token(f"settlement.read:{number}")
    person.sees("已取消，债权仍属于您", "买方未付款")
    assert await deals.ticks() == 0


async def test_every_step_is_pushed_once(person: Person, visitor: Person, deals: Deals):
    await visitor.linked_as("seller@example.com")
    number = await deals.paid(person)
    while await deals.database.write(lambda db: notices.plan(db, deals.clock.now())):
        pass
    assert len(await person.pushed("settlement")) == 4  # agreed, filed, noticed, paid; he signed here himself
    assert len(await visitor.pushed("settlement")) == 5
    await deals.ticks()
    while await deals.database.write(lambda db: notices.plan(db, deals.clock.now())):
        pass
    assert len(await visitor.pushed("settlement")) == 5
    assert number


async def test_the_next_record_date_counts_backwards_when_it_is_known(
    person: Person, deals: Deals, monkeypatch: pytest.MonkeyPatch
):
    from dataclasses import replace
    from datetime import date

    from bot.case import known

    one = next(row for row in known.distributions() if row.customers)
    monkeypatch.setattr(known, "distributions", lambda: (replace(one, record_date=date(2027, 2, 14)),))
    number = await deals.begun(person)
    await person.taps_token(f"settlement.read:{number}")
    # 21 days before a Sunday is a Sunday: the notice goes out on Friday 22 January, five business days after Thursday 14
    person.sees("2027-02-14", "最晚安全签约时间是 2027-01-15 06:00（北京时间）", one.sources[0].name)


async def test_an_account_that_is_frozen_signs_nothing(person: Person, deals: Deals):
    from bot.ledger.transition import transition
    from storage import people

    number = await deals.begun(person)
    creditor = await person.creditor_id()

    async def freeze(db):
        assert creditor is not None
        row = await people.creditor_locked(db, creditor)
        assert row is not None
        await transition(
            db, people.move_creditor, row, kind="account:frozen", subject=row.handle, at=deals.clock.now(),
            by="operator:alice", payload={},
        )  # fmt: skip

    await person.taps_token(f"settlement.sign:{number}")
    await deals.database.write(freeze)
    await person.taps("确认签署")
    person.sees("已被冻结")
    assert (await deals.standing(number)).status == "agreed"


async def test_without_a_font_nothing_is_lost(person: Person, deals: Deals, monkeypatch: pytest.MonkeyPatch):
    from bot.papers import faces

    with monkeypatch.context() as patch:
        patch.setattr(faces, "_PLACES", ("/nowhere",))
        faces.face.cache_clear()
        offer = await deals.accepted(person)
        await deals.ticks()
        number = (await deals.of(offer)).number
        await person.taps_token(f"settlement.read:{number}")
        person.sees("准备协议文件").sees_not("阅读并签署")
        await person.taps_token(f"settlement.sign:{number}")
        person.sees("还在准备")
    faces.face.cache_clear()
    await deals.ticks()
    await person.taps_token(f"settlement.sign:{number}")
    person.sees("确认签署")


async def test_a_payment_nobody_speaks_of_lets_the_method_go(person: Person, deals: Deals):
    number = await deals.paid(person)
    deals.clock.passes(rules.HOLD_LIVES + timedelta(minutes=1))
    assert await deals.ticks() == 1
    assert await deals.ticks() == 0
    method = await payouts.active(deals.look, await person.creditor_id() or 0, "USD")
    assert method is not None
    assert method.paying is None
    await person.taps_token(f"settlement.received_yes:{number}")
    person.sees("已完成")


async def test_an_operator_cannot_skip_the_way(person: Person, deals: Deals):
    number = await deals.begun(person)
    today, now = deals.today(), deals.clock.now()
    with pytest.raises(Refusal):
        await desk.settlement_filed(deals.database, number, today, "", "alice", now)
    with pytest.raises(rules.NotNow):
        await desk.propose_payment(deals.database, number, PAID, "alice", now)
    await person.taps_token(f"settlement.sign:{number}")
    await person.taps("确认签署")
    with pytest.raises(rules.OutOfOrder):
        await desk.settlement_filed(deals.database, number, "2030-01-01", "", "alice", now)
    await desk.settlement_filed(deals.database, number, today, "", "alice", now)
    await desk.settlement_noticed(deals.database, number, today, "alice", now)
    await deals.method(person)
    with pytest.raises(rules.NoticeRunning):
        await desk.propose_payment(deals.database, number, PAID, "alice", now)
