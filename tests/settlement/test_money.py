"""Four eyes, payout methods and coupons: nothing is paid twice, by one alone, or to a place that changes."""

import asyncio
import hashlib
import json
from datetime import timedelta

import pytest

from bot import desk, i18n, numbers
from bot.conversation.engine import Engine
from bot.errors import Refusal
from bot.notices import actions as notices
from bot.settlement import actions, rules
from storage import settlements
from tests.notices.test_notices import House
from tests.person import Person
from tests.settlement.deals import Deals
from tests.storage.test_no_personal_data import cells

DUE = "25200.00"


async def test_one_pair_of_eyes_is_not_enough(person: Person, deals: Deals):
    number = await deals.noticed(person)
    await deals.method(person)
    db, now = deals.database, deals.clock.now()
    with pytest.raises(rules.NoProposal):
        await desk.settlement_paid(db, number, DUE, "", "bob", now)
    with pytest.raises(rules.WrongAmount):
        await desk.propose_payment(db, number, "28000.00", "alice", now)
    await desk.propose_payment(db, number, DUE, "alice", now)
    with pytest.raises(rules.AlreadyProposed):
        await desk.propose_payment(db, number, DUE, "carol", now)
    for same in ("alice", "ALICE", " Alice "):
        with pytest.raises(rules.SamePerson):
            await desk.settlement_paid(db, number, DUE, "", same, now)
    assert (await deals.standing(number)).status == "notice_period"
    await desk.settlement_paid(db, number, DUE, "WIRE 7", "bob", now)
    assert (await deals.standing(number)).status == "payment_sent"
    with pytest.raises(rules.NotNow):
        await desk.settlement_paid(db, number, DUE, "", "carol", now)


async def test_two_operators_approve_at_once(person: Person, deals: Deals):
    number = await deals.noticed(person)
    await deals.method(person)
    now = deals.clock.now()
    await desk.propose_payment(deals.database, number, DUE, "alice", now)
    done = await asyncio.gather(
        *(desk.settlement_paid(deals.database, number, DUE, "", by, now) for by in ("bob", "carol")),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, Refusal) for one in done) == [False, True]
    assert (await deals.kinds(number)).count("settlement:paid") == 1


async def test_a_creditor_signs_on_two_channels_at_once(person: Person, visitor: Person, deals: Deals):
    number = await deals.begun(person)
    await visitor.linked_as("seller@example.com")
    turns = []
    for one in (person, visitor):
        await one.taps_token(f"settlement.sign:{number}")
        turns.append(one.turn(choice=one.button("确认签署").token))
    await asyncio.gather(person.does(turns[0]), visitor.does(turns[1]))
    assert (await deals.kinds(number)).count("settlement:signed") == 1
    assert sorted("已签署" in one.reply.text for one in (person, visitor)) == [False, True]


async def test_money_goes_only_where_nothing_changes(person: Person, deals: Deals):
    number = await deals.noticed(person)
    db = deals.database
    with pytest.raises(rules.NoMethod):
        await desk.propose_payment(db, number, DUE, "alice", deals.clock.now())
    await deals.method(person, "HKD")
    with pytest.raises(rules.NoMethod):
        await desk.propose_payment(db, number, DUE, "alice", deals.clock.now())
    await deals.method(person)
    await desk.propose_payment(db, number, DUE, "alice", deals.clock.now())
    await deals.method(person, status="cooling")  # somebody changes it after the proposal
    with pytest.raises(rules.MethodCooling):
        await desk.settlement_paid(db, number, DUE, "", "bob", deals.clock.now())


async def test_the_clock_may_be_killed_and_run_by_two(person: Person, deals: Deals):
    offer = await deals.accepted(person)

    class Killed(Exception):
        pass

    async def dies(db):
        await actions.settle_due(db, deals.clock.now())
        raise Killed

    with pytest.raises(Killed):
        await deals.database.write(dies)
    assert await settlements.of_offer(deals.look, (await deals.market.offer(offer)).id) is None
    moved = await asyncio.gather(
        *(deals.database.write(lambda db: actions.settle_due(db, deals.clock.now())) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(one for one in moved if isinstance(one, int)) == 1
    number = (await deals.of(offer)).number
    assert await deals.kinds(number) == ["settlement:agreed"]
    assert await deals.ticks() == 0


async def test_an_acceptance_that_was_let_go_ends_its_settlement(person: Person, deals: Deals):
    from bot.offers import actions as offers

    offer = await deals.accepted(person)
    await deals.ticks()
    await deals.database.write(lambda db: offers.release(db, offer, "alice", "", deals.clock.now()))
    number = (await deals.of(offer)).number
    await person.taps_token(f"settlement.sign:{number}")
    await person.taps("确认签署")
    person.sees("已经取消")
    assert await deals.ticks() == 1
    assert (await deals.standing(number)).status == "returned"
    assert await deals.ticks() == 0


async def test_a_bond_pays_on_its_days_each_once(person: Person, visitor: Person, deals: Deals):
    number = await deals.paid(person, "bond", "60000.00", maturity="2028-06-30")
    await person.taps_token(f"settlement.received:{number}")
    person.sees("债券面值 60,000.00 美元", "核对发行人的登记凭证")
    await person.taps("确认已收到")
    posted = await deals.coupons(number)
    assert [one.pays_on for one in posted] == ["2026-12-30", "2027-06-30", "2027-12-30", "2028-06-30"]
    assert actions.total(posted[-1]) == 61_800_00
    await person.taps_token(f"settlement.read:{number}")
    person.sees("付息和兑付时间表", "2027-06-30", "票息 1,800.00 美元", "本金 60,000.00 美元")

    deals.clock.passes(timedelta(days=1))
    assert [one.status for one in await deals.coupons(number)] == ["posted"] * 4
    assert await deals.ticks() == 1  # a week before
    assert await deals.ticks() == 0
    assert [one.status for one in await deals.coupons(number)] == ["announced", "posted", "posted", "posted"]
    while await deals.database.write(lambda db: notices.plan(db, deals.clock.now())):
        pass
    assert len(await person.pushed("coupon")) == 1

    amount = f"{actions.total(posted[0]) / 100:.2f}"
    with pytest.raises(rules.NoMethod):
        await desk.propose_coupon(deals.database, number, 1, amount, "alice", deals.clock.now())
    await deals.method(person)
    with pytest.raises(rules.NoCoupon):
        await desk.propose_coupon(deals.database, number, 9, amount, "alice", deals.clock.now())
    await desk.propose_coupon(deals.database, number, 1, amount, "alice", deals.clock.now())
    with pytest.raises(rules.SamePerson):
        await desk.coupon_paid(deals.database, number, 1, amount, "", "alice", deals.clock.now())
    done = await asyncio.gather(
        *(desk.coupon_paid(deals.database, number, 1, amount, "W", by, deals.clock.now()) for by in ("bob", "carol")),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, Refusal) for one in done) == [False, True]
    assert (await deals.kinds(number)).count("coupon:paid") == 1
    with pytest.raises(rules.NotNow):
        await desk.propose_coupon(deals.database, number, 1, amount, "alice", deals.clock.now())
    items = [entry.item for entry in await deals.chain(number) if entry.kind == "coupon:posted"]
    assert items == ["1", "2", "3", "4"]


async def test_a_pledge_needs_no_notice(person: Person, deals: Deals):
    number = await deals.signed(person, "bond", exchange="pledge", clawback="no", distributions_to="holder")
    with pytest.raises(rules.NoticeNotNeeded):
        await desk.settlement_filed(deals.database, number, deals.today(), "", "alice", deals.clock.now())
    await deals.pays(number, "60000.00")
    await person.taps_token(f"settlement.read:{number}")
    person.sees("债券：发行人", "对方已付出")


@pytest.mark.usefixtures("drawn")
async def test_neither_the_ledger_nor_any_table_tells_who_is_paid_what(person: Person, deals: Deals, database_url: str):
    number = await deals.paid(person)
    await person.taps_token(f"settlement.received_yes:{number}")
    row = await deals.standing(number)
    (signed, *_others) = await settlements.papers(deals.look, row.id, "agreement")
    secrets = (
        "测试", "seller@example.com", DUE, "2520000", "25,200", "Example Capital", "739182640517", "WIRE 7", "12345",
    )  # fmt: skip
    for where, content in await cells(database_url):
        for secret in secrets:
            if where != "event.order" or not secret.isdigit():
                assert secret.encode() not in content, (where, secret)
        assert b"%PDF" not in content, where
        assert hashlib.sha256(signed.content).digest() not in content, where
        if where.startswith("ledger_entry."):
            assert number.encode() not in content, where


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Settlement", "Next step is yours", "Payable to you at closing", "not confirmed")),
        ("zh-HK", ("交割", "下一步由您操作", "交割時應付給您", "紀錄日期")),
        ("zh-TW", ("交割", "債權讓與", "登記基準日")),
    ],
)
async def test_the_card_speaks_the_language_of_its_reader(
    engine: Engine, deals: Deals, language: str, words: tuple[str, ...]
):
    i18n.load()
    reader = Person(engine, address="10077", language=language, clock=deals.clock)
    await reader.commands("start")
    seller = Person(engine, address="10088", clock=deals.clock)
    number = await deals.begun(seller)
    await reader.linked_as("seller@example.com")
    await reader.taps_token(f"settlement.read:{number}")
    reader.sees(*words)


def test_the_command_line_answers_programs(tmp_path, monkeypatch: pytest.MonkeyPatch):
    from typer.testing import CliRunner

    from bot import cli
    from storage import migrate

    url = f"sqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("VAR", str(tmp_path))
    migrate.upgrade(url)
    unknown = numbers.new("JG")
    done = CliRunner().invoke(cli.app, ["settlements", "list", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["settlements"]) == (0, [])
    for command in (
        ["pay", unknown, "1.00"],
        ["paid", unknown, "1.00"],
        ["failed", unknown, "--reason", "x"],
    ):
        done = CliRunner().invoke(cli.app, ["settlements", *command, "--by", "alice"])
        assert done.exit_code == 1, done.output
        assert "settlement unknown" in done.output
    done = CliRunner().invoke(cli.app, ["settlements", "pay", "BJ-1", "1.00", "--by", "alice"])
    assert done.exit_code == 2


async def test_what_is_pushed_says_what_happened_and_no_amount(person: Person, visitor: Person, deals: Deals):
    await visitor.linked_as("seller@example.com")
    number = await deals.paid(person, "bond", "60000.00", maturity="2028-06-30")
    await person.taps_token(f"settlement.received_yes:{number}")
    deals.clock.passes(timedelta(days=1))
    await deals.ticks()
    pushes = House(deals.database, deals.clock)
    await pushes.works()
    told = [reply for reply in pushes.web.to(visitor.address) if number in reply.text]
    said = "\n".join(reply.text for reply in told)
    for words in (
        "已成交，等待签署", "文件已签署", "转让证明已提交法院", "21 天异议期内", "对方已付出，等待到账",
        "票息或本金按条款将于 2026-12-30 支付", "回执编号", "北京时间",
    ):  # fmt: skip
        assert words in said
    assert "60,000" not in said
    assert "Example" not in said
    assert all(f"settlement.read:{number}" in [c.token for row in r.choices for c in row] for r in told)
