"""A creditor says where to be paid: entered, confirmed by mail, cooled, in use; and every way to stop it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from bot import desk, i18n
from bot.ledger.kinds import KINDS
from bot.ledger.transition import transition
from bot.notices.rules import notice_of
from bot.payouts import actions, dialogue, rules
from bot.settings import Settings
from storage import payouts, people, retention
from storage.database import Database, Query, Transaction, table
from storage.openings import LedgerOpening
from storage.terms import PayoutStatus
from tests.payouts.ways import (
    BANK_IN_HK,
    COIN,
    EMAIL,
    ERC20,
    HSBC,
    IBAN,
    SOLANA,
    TRON,
    alarms,
    enters,
    fills,
    kinds,
    letters,
    lives_in,
    method,
    methods,
    number_in,
    sets,
    settles,
    two_operators_test,
    uses,
)
from tests.person import WEBCHAT, FakeClock, Person, owed

_PAYLOADS: Query[Any] = Query(select(table(LedgerOpening).c.payload))
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def creditor(person: Person) -> Person:
    """Somebody linked, on Telegram."""
    await person.linked_as(EMAIL)
    return person


@pytest.fixture
async def page(creditor: Person) -> Person:
    """The same person on the web chat, linked as well."""
    other = creditor.at(WEBCHAT, "a" * 64)
    await other.linked_as(EMAIL)
    return other


async def freeze(person: Person) -> None:
    """An operator freezes the account."""
    key = await person.creditor_id()

    async def act(db: Transaction) -> None:
        assert key is not None
        row = await people.creditor_locked(db, key)
        assert row is not None
        await transition(
            db, people.move_creditor, row, kind="account:frozen", subject=row.handle, at=person.clock.now(),
            by="operator:alice", payload={},
        )  # fmt: skip

    await person.engine.database.write(act)


# --- the whole walk


async def test_a_stranger_is_led_to_linking(person: Person) -> None:
    await person.commands("payout")
    person.sees("已验证邮箱的账户")
    assert person.button("绑定邮箱").token == "welcome.link"
    await person.taps_token("payouts.add")
    person.sees("已验证邮箱的账户").sees_not("第 1 步")


async def test_a_bank_account_from_entering_to_use(creditor: Person, outside: Database, clock: FakeClock) -> None:
    await creditor.commands("payout")
    creditor.sees("还没有设置收款方式", "冷静期", "一键撤销")
    await fills(creditor, *HSBC)
    creditor.sees("HSBC HKHH HKH", "1234 5678 9001", "ZHANG SAN")
    await creditor.taps("确认提交")
    creditor.sees("还没有生效", "z***@p***.example", "48 小时", "····9001").sees_not("123456789001", EMAIL)
    (row,) = await methods(creditor)
    assert (row.status, row.currency, row.way, row.coin) == (PayoutStatus.PENDING, "USD", "swift", False)
    (mail,) = await creditor.mails()
    assert "更改收款方式" in mail.reply.title
    assert "····9001" in mail.reply.text
    assert "http" not in mail.reply.text
    await creditor.says(await creditor.mailed_code())
    creditor.sees("进入冷静期", "2026-11-24 10:00", f"撤销 {row.number}")
    assert (await creditor.contact()).draft is None
    assert (await method(outside, row.number)).cools_until == clock.now() + 48 * HOUR
    clock.passes(48 * HOUR - timedelta(microseconds=1))
    assert await settles(outside, clock) == 0
    clock.passes(timedelta(microseconds=1))
    assert await payouts.active(outside.read(), row.creditor_id, "USD") is None
    assert await settles(outside, clock) == 1
    assert await settles(outside, clock) == 0
    found = await payouts.active(outside.read(), row.creditor_id, "USD")
    assert found is not None
    assert found.details == {
        "handle": row.handle, "bic": "HSBCHKHHHKH", "account": "123456789001", "holder": "ZHANG SAN",
    }  # fmt: skip
    assert await kinds(outside, row.number) == ["payout:entered", "payout:confirmed", "payout:activated"]
    await creditor.commands("payout")
    creditor.sees("使用中", "····9001").sees_not("123456789001")


@pytest.mark.parametrize(
    "answers",
    [
        ("欧元（EUR）", "电汇（SWIFT）", "NWBKGB2L", IBAN, "张三"),
        ("人民币（CNY）", "转数快（FPS）", "+852 9123 4567", "张三"),
        ("港元（HKD）", "转数快（FPS）", "1234567", "ZHANG SAN"),
        BANK_IN_HK,
        COIN,
        ("USDC（稳定币）", "Solana", SOLANA),
        ("USDT（稳定币）", "波场（TRC-20）", TRON),
        ("USDT（稳定币）", "以太坊（ERC-20）", ERC20.lower()),
    ],
)
async def test_every_way(creditor: Person, answers: tuple[str, ...]) -> None:
    number = await sets(creditor, *answers)
    await creditor.commands("payout")
    creditor.sees(number, "冷静期")


async def test_an_address_without_capitals_is_read_back_with_a_warning(creditor: Person) -> None:
    await fills(creditor, *COIN[:2], ERC20.lower())
    creditor.sees("0x5aAe b605 3F3E 94C9 b9A0 9f33 6694 35E7 Ef1B eAed", "没有校验位")
    await fills(await creditor.taps("取消填写"), *COIN)
    creditor.sees("0x5aAe b605").sees_not("没有校验位")


# --- wrong input, one after the other


async def test_every_wrong_answer_is_told_with_an_example(creditor: Person) -> None:
    await creditor.taps_token("payouts.add")
    await creditor.says("比特币")
    creditor.sees("请点选")
    await creditor.taps("美元（USD）")
    creditor.sees("只支持港元和人民币").sees_not("[转数快（FPS）]")
    await creditor.taps("电汇（SWIFT）")
    for typed, told in (("HSBC", "前 6 位都是字母"), ("HSBCHKH", "8 位或 11 位"), ("HSBCZZHH", "没有“ZZ”这个代码")):
        await creditor.says(typed)
        creditor.sees(told, "例如", "第 3 步")
    await creditor.says("NWBKGB2L")
    for typed, told in (
        ("12345678", "要用 IBAN"),
        ("GB82 WEST 1234 5698 7654 33", "校验位"),
        ("DE89 3704 0044 0532 0130 00", "应当一致"),
        ("legal winner thank year wave sausage worth useful legal winner thank yellow", "助记词"),
    ):
        await creditor.says(typed)
        creditor.sees(told, "例如", "第 4 步")
    await creditor.says(IBAN)
    for typed in ("12345", "你他妈的到底管不管"):
        await creditor.says(typed)
        creditor.sees("不像账户上的户名", "例如", "第 5 步")
    await creditor.says("ZHANG SAN")
    creditor.sees("请核对", "GB82 WEST 1234 5698 7654 32")
    assert await methods(creditor) == []


async def test_every_wrong_address_is_told_with_an_example(creditor: Person) -> None:
    await creditor.taps_token("payouts.add")
    await creditor.taps("USDT")
    await creditor.taps("波场")
    for typed, told in (
        (ERC20, "以太坊（ERC-20）的地址"),
        (SOLANA, "Solana的地址"),
        (TRON[:-1], "不像波场地址"),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "合约地址"),
        ("e" * 64, "助记词或私钥"),
        ("张三", "不像波场地址"),
    ):
        await creditor.says(typed)
        creditor.sees(told, "第 3 步")
    await creditor.says(TRON)
    creditor.sees("TJRy WwFs 9wTF")


async def test_hong_kong_answers_that_are_wrong(creditor: Person) -> None:
    await creditor.taps_token("payouts.add")
    await creditor.taps("港元")
    await creditor.taps("香港银行账户")
    await creditor.says("004-123-456789-001")
    creditor.sees("只需要 3 位银行代码")
    await creditor.says("汇丰")
    creditor.sees("银行代码是 3 位数字", "例如")
    await creditor.says("004")
    await creditor.says("12345")
    creditor.sees("8 至 17 位数字", "例如")
    await creditor.says("上一步")
    creditor.sees("3 位银行代码", "目前填写的是：004")
    await creditor.taps("上一步")
    await creditor.taps("转数快")
    await creditor.says("13912349876")
    creditor.sees("7 位或 9 位数字", "例如")


async def test_a_field_can_be_changed_at_the_end(creditor: Person) -> None:
    await fills(creditor, *HSBC)
    await creditor.taps("修改某一项")
    await creditor.taps("账户姓名")
    await creditor.says("张三")
    creditor.sees("请核对", "张三", "1234 5678 9001")
    await creditor.taps("修改某一项")
    await creditor.taps("货币")
    await creditor.taps("欧元")
    creditor.sees("第 2 步").sees_not("请核对")  # what depended on it is asked again


# --- the code


async def test_without_the_code_nothing_counts(creditor: Person, outside: Database, clock: FakeClock) -> None:
    number = await enters(creditor, *HSBC)
    clock.passes(23 * HOUR)
    assert await settles(outside, clock) == 0
    await creditor.commands("payout")
    creditor.sees("待输入验证码", f"输入验证码 {number}")
    clock.passes(HOUR)
    assert await settles(outside, clock) == 1
    assert (await method(outside, number)).status == PayoutStatus.CANCELLED
    assert await letters(creditor) == []


async def test_wrong_codes_are_counted_and_a_new_one_helps(creditor: Person, clock: FakeClock) -> None:
    await enters(creditor, *HSBC)
    right = await creditor.mailed_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        await creditor.says(wrong)
        creditor.sees(f"还可以再试 {left} 次")
    await creditor.says(wrong)
    creditor.sees("已作废")
    await creditor.says(right)
    creditor.sees("已作废")
    clock.passes(MINUTE)
    await creditor.taps("重新发送验证码")
    creditor.sees("新的验证码已发出")
    await creditor.says(await creditor.mailed_code())
    creditor.sees("进入冷静期")


async def test_a_code_for_one_thing_confirms_no_other(creditor: Person, clock: FakeClock) -> None:
    first = await enters(creditor, *HSBC)
    code = await creditor.mailed_code()
    clock.passes(2 * MINUTE)
    second = await enters(creditor, *BANK_IN_HK)
    assert await creditor.mailed_code() != code or first != second
    await creditor.says(code)
    creditor.sees_not("进入冷静期")
    assert [row.status for row in await methods(creditor)] == [PayoutStatus.PENDING]


async def test_the_code_can_be_typed_later_and_soon_after_another(creditor: Person, clock: FakeClock) -> None:
    number = await enters(creditor, *HSBC)
    await creditor.says("取消")
    await creditor.taps_token(f"payouts.prove:{number}")  # within the minute: the first code still counts
    creditor.sees("验证码已发往")
    await creditor.says(await creditor.mailed_code())
    creditor.sees("进入冷静期")


async def test_the_form_waits_when_no_code_may_go_out_yet(person: Person, clock: FakeClock) -> None:
    await person.proves(EMAIL)
    await fills(person, *HSBC)
    await person.taps("确认提交")
    person.sees("验证码还没有发出", "秒后再试")
    clock.passes(MINUTE)
    await person.taps("重新发送验证码")
    await person.says(await person.mailed_code())
    person.sees("进入冷静期")


# --- everybody is told, anybody stops it


async def test_every_channel_and_the_mailbox_are_told_at_once(creditor: Person, page: Person, clock: FakeClock) -> None:
    number = await sets(creditor, *HSBC)
    assert await alarms(creditor) == []
    assert await alarms(page) == ["安全提醒：收款方式有更改"]
    (push,) = await page.pushed("security")
    assert (push.due_at, push.lane) == (clock.now(), 3)
    assert "如非您本人操作" in push.reply.text
    assert push.reply.choices[0][0].token == f"payouts.cancel:{number}"
    (letter,) = await letters(creditor)
    assert "安全提醒：收款方式有更改" in letter
    assert "没有链接" in letter
    assert "http" not in letter
    for said in (push.reply.text, letter):
        assert "····9001" in said
        assert "123456789001" not in said
        assert "ZHANG" not in said


async def test_one_tap_on_another_channel_stops_it(
    creditor: Person, page: Person, outside: Database, clock: FakeClock
) -> None:
    number = await sets(creditor, *HSBC)
    clock.passes(47 * HOUR)
    await page.taps_token(f"payouts.cancel:{number}")
    page.sees("已撤销，不会生效", "更改邮箱密码")
    clock.passes(2 * HOUR)
    assert await settles(outside, clock) == 0
    assert (await method(outside, number)).status == PayoutStatus.CANCELLED
    assert await alarms(creditor) == ["安全提醒：收款方式的更改已撤销"]
    await page.repeats()
    page.sees("已撤销，不会生效")
    await creditor.taps_token(f"payouts.cancel:{number}")
    creditor.sees("已撤销", "没有改动")
    assert await kinds(outside, number) == ["payout:entered", "payout:confirmed", "payout:cancelled"]


async def test_a_frozen_account_can_stop_a_change_and_make_none(creditor: Person, clock: FakeClock) -> None:
    number = await sets(creditor, *HSBC)
    await freeze(creditor)
    clock.passes(49 * HOUR)
    assert await settles(creditor.engine.database, clock) == 0
    await creditor.taps_token("payouts.add")
    creditor.sees("冻结")
    await creditor.taps_token(f"payouts.cancel:{number}")
    creditor.sees("已撤销")


async def test_somebody_else_sees_and_stops_nothing(creditor: Person, engine, clock: FakeClock) -> None:
    number = await sets(creditor, *HSBC)
    stranger = Person(engine, address="666", clock=clock)
    await stranger.linked_as("li@other.example")
    await stranger.commands("payout")
    stranger.sees_not(number)
    for step in ("cancel", "remove", "remove_yes", "prove", "received"):
        await stranger.taps_token(f"payouts.{step}:{number}")
        stranger.sees_not("····9001", "已移除")
    for junk in ("", "x", "SK-0000000", number[:-1], "9" * 50):
        await stranger.taps_token(f"payouts.cancel:{junk}")
        stranger.sees("没有找到")
    assert [row.status for row in await methods(creditor)] == [PayoutStatus.COOLING]


# --- one change at a time


async def test_a_second_change_waits_for_the_first(creditor: Person, page: Person) -> None:
    number = await sets(creditor, *HSBC)
    await page.taps_token("payouts.add")
    page.sees("还没有完成", number, f"撤销 {number}")
    await page.taps(f"撤销 {number}")
    await page.taps_token("payouts.add")
    page.sees("第 1 步")


async def test_of_two_changes_at_once_one_counts(creditor: Person, page: Person, outside: Database) -> None:
    await fills(creditor, *HSBC)
    handle = (await creditor.contact()).draft
    await page.taps_token("payouts.add")
    page.sees("未完成")  # one account has one form open: the second channel has to insist
    await page.taps("重新填写")
    for answer in BANK_IN_HK:
        await (page.taps(answer) if answer in page.labels else page.says(answer))
    await creditor.taps_token(f"form.undo:{handle}")
    sends = [p.turn(choice=p.button("确认提交").token) for p in (creditor, page)]
    await asyncio.gather(creditor.does(sends[0]), page.does(sends[1]))
    rows = await methods(creditor)
    assert [row.status for row in rows] == [PayoutStatus.PENDING], "the later one took the place of the earlier"
    for someone in (creditor, page):
        someone.clock.passes(MINUTE)
        await someone.taps("重新发送验证码")
    said = [await someone.mailed_code() for someone in (creditor, page)]
    turns = [someone.turn(text=code) for someone, code in zip((creditor, page), said, strict=True)]
    await asyncio.gather(creditor.does(turns[0]), page.does(turns[1]))
    rows = await methods(creditor)
    assert [row.status for row in rows] == [PayoutStatus.COOLING]
    won = [p for p in (creditor, page) if "进入冷静期" in p.screen]
    assert len(won) == 1
    assert number_in(won[0].screen) == rows[0].number


async def test_the_same_code_typed_twice_at_once_moves_once(creditor: Person, page: Person, outside: Database) -> None:
    number = await enters(creditor, *HSBC)
    code = await creditor.mailed_code()
    turns = [creditor.turn(text=code), creditor.turn(text=code)]
    await asyncio.gather(*(creditor.does(turn) for turn in turns))
    assert await kinds(outside, number) == ["payout:entered", "payout:confirmed"]
    assert len(await letters(creditor)) == 1


async def test_a_cancel_and_the_clock_at_once(creditor: Person, page: Person, outside: Database, clock) -> None:
    number = await sets(creditor, *HSBC)
    clock.passes(48 * HOUR)
    await asyncio.gather(page.taps_token(f"payouts.cancel:{number}"), settles(creditor.engine.database, clock))
    chain = await kinds(outside, number)
    assert chain[2:] in (["payout:cancelled"], ["payout:activated"])
    assert len(chain) == 3


async def test_a_new_method_takes_the_place_of_the_old_one(
    creditor: Person, outside: Database, clock: FakeClock
) -> None:
    first = await uses(creditor, *HSBC)
    await fills(creditor, *HSBC)
    await creditor.taps("确认提交")
    creditor.sees("就是正在使用的收款方式", first)
    clock.passes(HOUR)
    second = await sets(creditor, *BANK_IN_HK)
    assert {row.number: row.status for row in await methods(creditor)} == {
        first: PayoutStatus.ACTIVE, second: PayoutStatus.COOLING,
    }  # fmt: skip
    clock.passes(48 * HOUR)
    assert await settles(outside, clock) == 1
    assert (await method(outside, first)).status == PayoutStatus.REPLACED
    assert (await method(outside, second)).status == PayoutStatus.ACTIVE


async def test_removing_is_asked_about(creditor: Person, page: Person, outside: Database) -> None:
    number = await uses(creditor, *HSBC)
    await creditor.commands("payout")
    await creditor.taps(f"移除 {number}")
    creditor.sees("确定移除", "····9001")
    await creditor.taps("确认移除")
    creditor.sees("已移除")
    assert (await method(outside, number)).status == PayoutStatus.CANCELLED
    assert (await alarms(page))[-1] == "安全提醒：收款方式已移除"


# --- a payment is under way


async def test_nothing_changes_while_a_payment_is_under_way(
    creditor: Person, outside: Database, clock: FakeClock
) -> None:
    number = await uses(creditor, *HSBC)
    clock.passes(HOUR)
    other = await sets(creditor, "欧元（EUR）", "电汇（SWIFT）", "NWBKGB2L", IBAN, "张三")
    row = await method(outside, number)
    assert await outside.write(lambda db: payouts.hold(db, row, "BJ-1"))
    assert not await outside.write(lambda db: payouts.hold(db, row, "BJ-2"))
    clock.passes(48 * HOUR)
    assert await settles(outside, clock) == 0
    await creditor.commands("payout")
    creditor.sees("有一笔款项正在付出")
    for token in ("payouts.add", f"payouts.remove_yes:{number}"):
        await creditor.taps_token(token)
        creditor.sees("有一笔款项正在付出")
    assert not await outside.write(lambda db: payouts.release(db, row, "BJ-2"))
    assert await outside.write(lambda db: payouts.release(db, row, "BJ-1"))
    assert await settles(outside, clock) == 1
    assert (await method(outside, other)).status == PayoutStatus.ACTIVE


# --- coins are tried first


async def test_a_coin_address_is_tried_with_a_small_sum(
    creditor: Person, page: Person, outside: Database, clock: FakeClock
) -> None:
    number = await sets(creditor, *COIN)
    creditor.sees("小额测试转账")
    with pytest.raises(rules.StillCooling):
        await two_operators_test(outside, number, clock)
    clock.passes(48 * HOUR)
    assert await settles(outside, clock) == 0, "cooling alone is not enough"
    await creditor.commands("payout")
    creditor.sees("等待我们发出测试转账")
    await two_operators_test(outside, number, clock)
    for someone in (creditor, page):
        push = (await someone.pushed("security"))[-1].reply
        assert "3.27" not in push.text + push.title
        assert push.choices[0][0].token == f"payouts.received:{number}"
    await page.taps_token(f"payouts.received:{number}")
    await page.says("没收到")
    page.sees("只输入收到的数量", "例如")
    await page.says("3.26")
    page.sees("还可以再试 4 次")
    await page.says("3.27 USDC")
    page.sees("已生效", "····eAed")
    assert (await method(outside, number)).status == PayoutStatus.ACTIVE
    assert await kinds(outside, number) == [
        "payout:entered", "payout:confirmed", "payout:tested", "payout:activated",
    ]  # fmt: skip
    assert (await alarms(creditor))[-1] == "收款方式已生效"
    await page.taps_token(f"payouts.received:{number}")
    page.sees("使用中", "没有改动")


async def test_five_wrong_amounts_end_it(creditor: Person, outside: Database, clock: FakeClock) -> None:
    number = await sets(creditor, *COIN)
    clock.passes(48 * HOUR)
    await two_operators_test(outside, number, clock)
    await creditor.taps_token(f"payouts.received:{number}")
    for left in (4, 3, 2, 1):
        await creditor.says("9.99")
        creditor.sees(f"还可以再试 {left} 次")
    await creditor.says("9.99")
    creditor.sees("数量多次不符", "已撤销")
    assert (await method(outside, number)).status == PayoutStatus.CANCELLED


# --- four eyes


async def test_nobody_approves_what_he_proposed(creditor: Person, outside: Database, clock: FakeClock) -> None:
    number = await sets(creditor, *COIN)
    clock.passes(48 * HOUR)

    async def approves(by: str, amount: str = "3.27") -> None:
        await outside.write(lambda db: actions.approve_test(db, number, amount, by, clock.now(), dialogue.words))

    with pytest.raises(rules.NoProposal):
        await approves("bob")
    await outside.write(lambda db: actions.propose_test(db, number, "3.27", "alice", clock.now()))
    for name in ("alice", "Alice", " ALICE "):
        with pytest.raises(rules.SamePerson):
            await approves(name)
    with pytest.raises(ValueError, match="operator's name"):
        await approves("аlice")  # the first letter is Cyrillic
    with pytest.raises(rules.AnotherPayload):
        await approves("bob", "3.28")
    with pytest.raises(rules.AlreadyProposed):
        await outside.write(lambda db: actions.propose_test(db, number, "4.00", "mallory", clock.now()))
    assert (await method(outside, number)).status == PayoutStatus.COOLING
    clock.passes(24 * HOUR)
    with pytest.raises(rules.NoProposal):
        await approves("bob")
    await outside.write(lambda db: actions.propose_test(db, number, "4.01", "bob", clock.now()))
    await approves("alice", "4.01")
    assert (await method(outside, number)).test == {"amount": 401}


async def test_two_approve_at_once_and_one_test_goes_out(creditor: Person, outside: Database, clock) -> None:
    number = await sets(creditor, *COIN)
    clock.passes(48 * HOUR)
    await outside.write(lambda db: actions.propose_test(db, number, "3.27", "alice", clock.now()))

    async def approves(by: str) -> bool:
        try:
            await outside.write(lambda db: actions.approve_test(db, number, "3.27", by, clock.now(), dialogue.words))
        except (rules.NoProposal, rules.AnotherPayload):
            return False
        return True

    assert sorted(await asyncio.gather(approves("bob"), approves("carol"))) == [False, True]
    assert (await kinds(outside, number)).count("payout:tested") == 1


async def test_the_desk_masks_and_names_what_waits(creditor: Person, outside: Database, clock: FakeClock) -> None:
    number = await sets(creditor, *COIN)
    clock.passes(48 * HOUR)
    await desk.propose_test(outside, number, "3.27", "alice", clock.now())
    (line,) = (await desk.list_payouts(outside, "cooling", clock.now(), reveal=False))["lines"]
    assert "····eAed" in line
    assert ERC20 not in line
    assert "proposed by alice" in line
    (line,) = (await desk.list_payouts(outside, "cooling", clock.now(), reveal=True))["lines"]
    assert ERC20 in line
    assert (await desk.approve_test(outside, number, "3.27", "bob", clock.now()))["status"] == "test_sent"


# --- residents of the mainland


async def test_mainland_residents_are_told_of_the_quota_and_offered_no_coins(creditor: Person) -> None:
    await lives_in(creditor, "CN")
    await creditor.commands("payout")
    creditor.sees("等值 5 万美元", "不提供外汇、税务或法律建议", "2026 年 2 月 6 日")
    await creditor.taps("新增或更换收款方式")
    creditor.sees("等值 5 万美元").sees_not("[USDC", "[USDT")
    await creditor.taps("美元")
    await creditor.taps("电汇")
    await creditor.says("ICBKCNBJ")
    creditor.sees("这家银行在中国大陆", "不提供外汇")


async def test_a_draft_begun_before_the_move_to_the_mainland_is_refused(creditor: Person) -> None:
    await fills(creditor, *COIN)
    await lives_in(creditor, "CN")
    await creditor.taps("确认提交")
    creditor.sees("不向居住在大陆的人提供稳定币收款")
    assert await methods(creditor) == []


async def test_elsewhere_nobody_is_told_of_the_quota(creditor: Person) -> None:
    await lives_in(creditor, "HK")
    await creditor.commands("payout")
    creditor.sees_not("5 万美元")


# --- nothing can be read where it should not be


async def test_an_entry_holds_a_keyed_hash_and_no_account(creditor: Person, outside: Database) -> None:
    number = await sets(creditor, *HSBC)
    row = await method(outside, number)
    opened = await outside.read().all(_PAYLOADS)
    mine = [payload for (payload,) in opened if payload.get("payout") == number]
    assert [payload["account"] for payload in mine] == [row.account_index.hex()] * 2
    for payload in mine:
        assert not [secret for secret in ("123456789001", "HSBC", "ZHANG") if secret in str(payload)]
    assert row.account_index == payouts.account_index("USD|swift|HSBCHKHHHKH|123456789001")


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "zh-HK", "en"])
async def test_every_screen_in_every_language(engine, outside: Database, clock: FakeClock, language: str) -> None:
    i18n.load()
    someone = Person(engine, language=language, clock=clock)
    await someone.proves(EMAIL)
    clock.passes(MINUTE)
    await someone.taps_token("payouts.add")
    for place in (0, 1):
        await someone.taps_token(someone.buttons[place].token)
    for typed in ("HSBCZZHH", "HSBCHKHHHKH", "123-456789-001", "ZHANG SAN"):
        await someone.says(typed)
    await someone.taps_token(someone.buttons[0].token)
    await someone.says(await someone.mailed_code())
    (row,) = await methods(someone)
    assert row.status == PayoutStatus.COOLING
    assert row.number in someone.screen
    assert await owed(outside, kind="security")


# --- what else the house does with them


def test_the_room_tells_by_itself_and_notices_do_not_tell_again() -> None:
    told = {kind for kind in KINDS if kind.startswith("payout:")}
    assert len(told) == 6
    assert {notice_of(kind) for kind in told} == {None}


async def test_what_was_never_confirmed_is_forgotten_and_what_was_in_use_stays(
    creditor: Person, outside: Database, clock: FakeClock
) -> None:
    never = await enters(creditor, *BANK_IN_HK)
    clock.passes(HOUR)
    used = await uses(creditor, *HSBC)
    await creditor.taps_token(f"payouts.remove_yes:{used}")
    clock.passes(timedelta(days=8))
    await outside.write(lambda db: retention.purge(db, clock.now()))
    assert await payouts.by_number(outside.read(), never) is None
    assert (await method(outside, used)).status == PayoutStatus.CANCELLED


async def test_the_operator_sets_how_long_it_cools(creditor: Person, monkeypatch, clock: FakeClock) -> None:
    monkeypatch.setattr(actions._setting, "cooling", timedelta(hours=72), raising=False)
    await enters(creditor, *HSBC)
    creditor.sees("72 小时冷静期")
    await creditor.says(await creditor.mailed_code())
    creditor.sees("2026-11-25 10:00")
    assert Settings(payout_cooling_hours=72).payout_cooling_hours == 72
    with pytest.raises(ValidationError):
        Settings(payout_cooling_hours=0)


async def test_the_account_page_and_a_typed_number_lead_here(creditor: Person) -> None:
    await creditor.taps_token("welcome.me")
    assert creditor.button("收款方式").token == "payouts.list"
    number = await sets(creditor, *HSBC)
    await creditor.says(number)
    creditor.sees("冷静期", number)
