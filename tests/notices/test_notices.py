"""Notices from the entry to the screen: who hears what, when, and what is held back at the last moment."""

import asyncio
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import app, ways
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.engine import Engine
from bot.conversation.outbox import Drain
from bot.conversation.reply import Choice, Reply
from bot.notices import actions, rules
from bot.notices.actions import RecordDate
from bot.notices.dialogue import renderer
from bot.offers.actions import may_speak
from bot.payouts import actions as payouts
from bot.settlement import actions as settlements
from bot.work import may_show
from storage import audience, deliveries, people
from storage.database import Database
from storage.terms import NoticeKind
from tests.offers.market import Market
from tests.payouts.ways import BANK_IN_HK, enters
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person, owed
from tests.settlement.deals import Deals

BEIJING = ZoneInfo("Asia/Shanghai")


class Wire:
    """Keeps what was sent; a channel that keeps no history only rings."""

    def __init__(self, name: str, can: Abilities) -> None:
        self.name = name
        self.can = can
        self.sent: list[tuple[str, Reply]] = []

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Keep it."""
        self.sent.append((address, reply))
        return Receipt("1")

    def to(self, address: str) -> list[Reply]:
        """What this address was sent."""
        return [reply for where, reply in self.sent if where == address]


class House:
    """What the worker does, by hand: plan, page through broadcasts, send."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.telegram = Wire(TELEGRAM, Abilities(rest=0))
        self.web = Wire(WEBCHAT, Abilities(remembers=False, rings=False, rest=0))

    async def plans(self) -> None:
        """Look at everything that is new."""
        while await self.database.write(lambda db: actions.plan(db, self.clock.now(), {WEBCHAT})):
            pass
        while await self.database.write(lambda db: actions.broadcast(db, self.clock.now())):
            pass

    async def sends(self) -> None:
        """Send what is due."""

        async def at_once(moment: datetime) -> None:
            """No waiting for the pace here."""

        for wire in (self.telegram, self.web):
            await Drain(self.database, wire, renderer(may_show), sleep_until=at_once).empty()

    async def works(self) -> None:
        """Both."""
        await self.plans()
        await self.sends()


@pytest.fixture
def market(database: Database, outside: Database, clock: FakeClock) -> Market:
    """Claims and offers."""
    return Market(database, outside, clock)


@pytest.fixture
def house(database: Database, clock: FakeClock) -> House:
    """The worker's hands."""
    return House(database, clock)


@pytest.fixture
async def creditor(person: Person) -> int:
    """The person on Telegram, with a proved address."""
    return await person.linked_as("someone@example.com")


def tokens(reply: Reply) -> list[str]:
    """Where the buttons lead."""
    return [choice.token for row in reply.choices for choice in row]


# ------------------------------------------------------------------------------------------ from entry to screen


async def test_a_bid_that_meets_the_asking_price_says_so(house, market, person, creditor, clock):
    await market.gate("HK")
    claim = await market.claim(creditor)
    await person.taps_token(f"offers.ask:{claim}")
    await person.says("14%")
    await person.taps("提交")
    await house.works()
    house.telegram.sent.clear()
    clock.passes(timedelta(minutes=1))
    await market.sale(claim)
    await market.sale(claim, price="27999.99")
    await house.works()
    told = [reply.text for reply in house.telegram.to(person.address) if reply.notice == "offer_new"]
    assert ["达到了您为这项债权设置的要价" in text for text in told] == [True, False]


async def test_what_opens_again_and_what_was_taken_back_is_told_on_the_other_channel(
    house, market, person, creditor, visitor, clock, engine
):
    await market.gate("HK")
    await visitor.linked_as("someone@example.com")
    claim = await market.claim(creditor)
    sale, other = await market.sale(claim, cooling_days="3"), await market.sale(claim)
    await person.taps_token(f"offers.accept:{sale}")
    await person.taps("确认转让")
    await house.works()
    house.telegram.sent.clear()
    clock.passes(timedelta(minutes=1))
    await person.taps("撤回接受")
    await house.works()
    assert house.telegram.to(person.address) == [], "who did it knows already"
    told = "\n".join(message.reply.text for message in await engine.history(WEBCHAT, visitor.address))
    assert "接受已在冷静期内撤回" in told
    assert f"编号 {other}，因为您先前接受的另一份已经撤回或取消" in told


async def test_a_change_of_status_arrives_with_reason_source_moment_and_a_way_to_mute(
    house, market, person, creditor, clock
):
    number = await market.claim(creditor, status="submitted")
    clock.passes(timedelta(minutes=1))
    await market.decide(number, "taken_up")
    await house.works()
    first, second = house.telegram.to(person.address)
    assert "已提交" in first.text
    assert first.notice == "claim_status"
    assert second.title == "债权状态变化"
    for words in (
        number,
        "审核中（Under Review）",
        "下一步由专员操作",
        "为什么收到",
        "来源：",
        "回执编号",
        "截至 2026-11-22 10:01（北京时间）",
    ):
        assert words in second.text
    row = (await owed(house.database, kind="claim_status"))[-1]
    person_about_it = f"support.ask:notice.{row.id}"
    assert tokens(second) == [
        f"claims.status:{number}",
        person_about_it,
        "notices.settings",
        "notices.mute:claim_status",
    ]
    assert not second.replaces
    assert all(len(token.encode()) <= 64 for token in tokens(second))


async def test_planning_twice_or_by_two_at_once_tells_once(house, market, person, creditor, database, clock):
    for _ in range(3):
        await market.claim(creditor, status="allowed")
    await asyncio.gather(*(database.write(lambda db: actions.plan(db, clock.now())) for _ in range(4)))
    await house.works()
    await house.works()
    assert len(house.telegram.sent) == 6
    assert not await audience.any_news(database.read())


async def test_a_failing_plan_leaves_the_marks(house, market, person, creditor, database, outside, clock, monkeypatch):
    await market.claim(creditor, status="allowed")
    real = deliveries.put

    async def dies(*args: object, **fields: object) -> bool:
        raise OSError("killed before the commit")

    monkeypatch.setattr(deliveries, "put", dies)
    with pytest.raises(OSError, match="killed"):
        await database.write(lambda db: actions.plan(db, clock.now()))
    assert await audience.any_news(outside.read())
    monkeypatch.setattr(deliveries, "put", real)
    await house.works()
    assert len(house.telegram.sent) == 2


async def test_who_did_it_is_not_told_and_his_other_channel_is(house, market, person, visitor, creditor, engine, clock):
    await visitor.linked_as("someone@example.com")
    number = await market.claim(creditor, status="submitted")
    await house.works()
    house.telegram.sent.clear()
    clock.passes(timedelta(minutes=1))
    await person.taps_token("notices.timezone:Asia/Shanghai")  # this turn is the deed: the entry bears its moment
    await market.decide(number, "submitted")
    await house.works()
    assert house.telegram.sent == []
    [line] = (await engine.history(WEBCHAT, visitor.address))[-1:]
    assert "不是您本人操作" in line.reply.text
    clock.passes(timedelta(minutes=1))
    await market.decide(number, "allowed")
    await house.works()
    assert len(house.telegram.sent) == 1
    assert "不是您本人操作" not in house.telegram.sent[0][1].text


async def test_on_one_channel_only_the_contact_used_last_is_told(house, market, person, creditor, clock):
    old = person
    clock.passes(timedelta(minutes=1))
    new = person.at(TELEGRAM, "20002")
    await new.says("你好")
    await new.linked_as("someone@example.com")
    clock.passes(timedelta(minutes=1))
    await market.claim(creditor, status="submitted")
    await house.works()
    assert len(house.telegram.to(new.address)) == 1
    assert house.telegram.to(old.address) == []


async def test_each_reader_is_told_in_his_language_and_by_his_clock(house, market, person, creditor, clock):
    await person.taps_token("notices.timezone:America/New_York")
    clock.passes(timedelta(hours=12))
    await market.claim(creditor, status="submitted")
    await house.works()
    [(_, reply)] = house.telegram.sent
    assert "截至 2026-11-22 09:00（纽约时间）" in reply.text


# ------------------------------------------------------------------------------------------ held back


async def test_muted_before_and_after_it_was_planned(house, market, person, creditor, clock):
    await person.taps_token("notices.mute:claim_status")
    clock.passes(timedelta(seconds=1))
    await market.claim(creditor, status="submitted")
    await house.plans()
    assert await owed(house.database, kind="claim_status") == []
    await person.taps_token("notices.unmute:claim_status")
    clock.passes(timedelta(seconds=1))
    await market.claim(creditor, status="submitted")
    await house.plans()
    await person.taps_token("notices.mute:claim_status")
    await house.sends()
    assert house.telegram.sent == []
    assert [row.outcome for row in await owed(house.database, kind="claim_status")] == ["cancelled"]


async def test_nothing_reaches_a_contact_that_is_no_longer_the_creditors(house, market, person, creditor, database):
    await market.claim(creditor, status="submitted")
    await house.plans()
    await person.linked_as("somebody-else@example.com")
    await house.sends()
    assert house.telegram.sent == []


async def test_an_unreachable_contact_is_left_alone(house, market, person, creditor, database):
    await market.claim(creditor, status="submitted")
    await house.plans()
    await database.write(lambda db: people.set_reachable(db, TELEGRAM, person.address, False))
    await house.sends()
    assert house.telegram.sent == []


async def test_at_night_a_status_waits_for_eight_o_clock_and_what_is_urgent_does_not(
    house, market, person, creditor, clock
):
    clock.passes(datetime(2026, 11, 22, 23, 30, tzinfo=BEIJING))
    await market.claim(creditor, status="submitted")
    await house.works()
    assert house.telegram.sent == []
    [row] = await owed(house.database, kind="claim_status")
    assert row.due_at == datetime(2026, 11, 23, 8, 0, tzinfo=BEIJING)
    assert row.lane == deliveries.STATUS
    clock.passes(row.due_at)
    await house.works()
    assert len(house.telegram.sent) == 1


async def test_a_channel_that_does_not_ring_shows_it_at_night_too(house, market, visitor, clock):
    creditor = await visitor.linked_as("night@example.com")
    clock.passes(datetime(2026, 11, 22, 23, 30, tzinfo=BEIJING))
    number = await market.claim(creditor, status="submitted")
    await house.works()
    assert any(number in message.reply.text for message in await visitor.history())


# ------------------------------------------------------------------------------------------ offers


async def test_an_offer_is_told_its_kind_said_and_its_figures_not(house, market, person, creditor, clock):
    await market.gate("HK")
    claim = await market.claim(creditor)
    sale, bond = await market.sale(claim), await market.bond(claim)
    await house.works()
    one, other = [reply for reply in house.telegram.to(person.address) if reply.notice == "offer_new"]
    assert f"债权转让（一次性现金出售），编号 {sale}" in one.text
    assert f"债券（以债权为偿付来源），编号 {bond}" in other.text
    assert tokens(one)[0] == f"offers.read:{sale}"
    assert "美元" not in one.text


async def test_the_gate_that_closes_before_the_push_keeps_it_in(house, market, person, creditor):
    await market.gate("HK")
    claim = await market.claim(creditor)
    await market.sale(claim)
    await house.plans()
    await market.gate("HK", allowed=False)
    await house.sends()
    assert [reply for reply in house.telegram.to(person.address) if reply.notice.startswith("offer")] == []
    assert {row.outcome for row in await owed(house.database, kind="offer_new")} == {"cancelled"}


async def test_a_channel_with_a_rule_of_its_own_is_pushed_no_word_of_an_offer(house, market, person, creditor, visitor):
    """Not even of one that was accepted elsewhere; what is no offer goes through."""
    await market.gate("HK")
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    await market.rule("channel", "telegram", "any", allowed=False)
    await house.works()
    await visitor.linked_as("someone@example.com")
    await visitor.taps_token(f"offers.accept:{number}")
    await visitor.taps("确认转让，条件已核对")
    visitor.sees("回执编号")
    await house.works()
    assert [reply for reply in house.telegram.to(person.address) if reply.notice.startswith("offer")] == []
    assert {row.outcome for row in await owed(house.database, channel=person.channel, kind="offer_new")} == {
        "cancelled"
    }


async def test_an_offer_taken_back_before_the_push_is_not_announced_any_more(house, market, person, creditor):
    await market.gate("HK")
    number = await market.sale(await market.claim(creditor))
    await house.plans()
    await market.withdraws(number)
    await house.works()
    told = [reply for reply in house.telegram.to(person.address) if reply.notice.startswith("offer")]
    assert [reply.notice for reply in told] == ["offer_closed"]
    assert "已失效" in told[0].text


async def test_an_offer_near_its_end_is_reminded_of_once(house, market, person, creditor, clock, database):
    await market.gate("HK")
    number = await market.sale(await market.claim(creditor))
    ends = (await market.offer(number)).expires_at
    await house.works()
    house.telegram.sent.clear()
    clock.passes(ends - timedelta(hours=24, minutes=1))
    before = clock.now()
    for _ in range(3):
        since, until = before, clock.passes(timedelta(minutes=1))
        await database.write(lambda db, since=since, until=until: actions.remind_of_expiry(db, since, until))
        before = until
        await house.plans()
    [row] = await owed(database, kind="offer_expiring")
    clock.passes(max(clock.now(), row.due_at))
    await house.sends()
    [(_, reply)] = house.telegram.sent
    assert "到期" in reply.text
    assert reply.notice == "offer_expiring"


async def test_an_offer_that_ends_tonight_is_said_tonight(house, market, person, creditor, clock, database):
    await market.gate("HK")
    number = await market.sale(await market.claim(creditor))
    ends = (await market.offer(number)).expires_at
    # on a clock on which it is night now, and still will be when the offer ends
    clock.passes(ends - timedelta(hours=2))
    zone = next(
        zone for zone in rules.ZONES if rules.is_quiet(clock.now(), zone) and ends <= rules.morning(clock.now(), zone)
    )
    await person.taps_token(f"notices.timezone:{zone}")
    await database.write(
        lambda db: actions.remind_of_expiry(db, ends - timedelta(hours=24, minutes=1), clock.now() - timedelta(hours=1))
    )
    await house.plans()
    [row] = await owed(database, kind="offer_expiring")
    assert row.due_at == clock.now()
    assert row.lane == deliveries.URGENT, "what waits for the morning in the other lane does not hold it up"


# ------------------------------------------------------------------------------------------ record dates and digest


async def test_a_record_date_reaches_everybody_who_holds_a_claim_once(
    house, market, person, creditor, engine, clock, database
):
    other = person.at(TELEGRAM, "30003")
    someone = await other.linked_as("other@example.com")
    without = person.at(TELEGRAM, "40004")
    await without.linked_as("third@example.com")
    await market.claim(creditor, status="submitted")
    withdrawn = await market.claim(someone, status="submitted")
    await market.decide(withdrawn, "withdrawn")
    await house.works()
    house.telegram.sent.clear()
    record = RecordDate(date(2026, 11, 28), "公告，示例", date(2026, 11, 1))
    for _ in range(3):
        await database.write(lambda db: actions.remind_of_record_dates(db, [record], clock.now()))
        await house.works()
    [(address, reply)] = house.telegram.sent
    assert address == person.address
    assert "2026-11-28" in reply.text
    assert "公告，示例（2026-11-01）" in reply.text


async def test_the_digest_tells_what_happened_and_stays_away_when_nothing_did(
    house, market, person, visitor, creditor, clock, database, engine
):
    await visitor.linked_as("someone@example.com")
    await market.gate("HK")
    yesterday, today = clock.now(), clock.now() + timedelta(days=1)
    claim = await market.claim(creditor)
    sale = await market.sale(claim)
    await house.works()
    house.telegram.sent.clear()
    clock.passes(today)
    await person.taps_token("notices.mute:claim_status")
    await database.write(lambda db: actions.digest(db, "Asia/Shanghai", yesterday - timedelta(minutes=1), today))
    await database.write(lambda db: actions.digest(db, "Asia/Tokyo", yesterday - timedelta(minutes=1), today))
    await house.works()
    [reply] = house.telegram.to(person.address)
    assert reply.title == "每日摘要"
    assert f"· 债权 {claim}：已确认（Allowed）" in reply.text
    assert f"· 要约 {sale}：有效，等待您答复" in reply.text
    assert (await engine.history(WEBCHAT, visitor.address))[-1].reply.title == "每日摘要"
    clock.passes(timedelta(days=1))
    await database.write(lambda db: actions.digest(db, "Asia/Shanghai", today, clock.now()))
    await house.works()
    assert len(house.telegram.sent) == 1


async def test_a_broadcast_goes_on_where_it_stopped(house, market, person, creditor, clock, database, monkeypatch):
    monkeypatch.setattr(actions, "PAGE", 2)
    for number in range(7):
        one = person.at(TELEGRAM, str(50000 + number))
        await market.claim(await one.linked_as(f"c{number}@example.com"), status="submitted")
    await database.write(lambda db: actions.digest(db, "Asia/Shanghai", clock.now() - timedelta(days=1), clock.now()))
    await database.write(lambda db: actions.broadcast(db, clock.now()))
    first = len(await owed(database, kind="digest"))
    assert 0 < first < 7
    await asyncio.gather(*(database.write(lambda db: actions.broadcast(db, clock.now())) for _ in range(4)))
    await house.plans()
    assert len(await owed(database, kind="digest")) == 7
    assert await database.write(lambda db: actions.broadcast(db, clock.now())) == 0


# ------------------------------------------------------------------------------------------ settings


async def test_settings_show_and_switch_each_kind(person, creditor):
    await person.taps_token("notices.settings")
    person.sees("通知设置", "债权状态变化", "每日摘要", "北京、上海", "22:00", "客服答复和账户安全提醒始终发送")
    person.sees_not("验证邮箱")
    await person.taps("关闭：每日摘要")
    person.sees("已关闭“每日摘要”", "[打开：每日摘要]", "已关闭：每日摘要。")
    assert person.reply.replaces
    await person.taps("打开：每日摘要")
    person.sees("已打开“每日摘要”", "[关闭：每日摘要]")


async def test_muting_from_a_push_leaves_the_push_and_can_be_undone(person, creditor):
    await person.taps_token("notices.mute:offer_new")
    person.sees("已关闭“新的要约”")
    assert not person.reply.replaces
    await person.taps("打开：新的要约")
    person.sees("已打开")
    assert (await person.contact()).muted == ""


@pytest.mark.parametrize(
    "token", ["notices.mute:ticket", "notices.mute:security", "notices.mute:", "notices.mute:x.here"]
)
async def test_what_cannot_be_muted_is_not(person, token):
    await person.taps_token(token)
    person.sees("不能关闭，没有任何改动")
    assert (await person.contact()).muted == ""


async def test_a_clock_is_chosen_from_the_list(person):
    await person.taps_token("notices.settings")
    person.sees("验证邮箱")
    await person.taps("更改时区")
    person.sees("香港", "台北", "新加坡", "东京", "伦敦", "纽约", "洛杉矶")
    await person.taps("台北")
    person.sees("时区已改为：台北", "台北时间")
    assert (await person.contact()).timezone == "Asia/Taipei"
    await person.taps_token("notices.timezone:Mars/Olympus")
    person.sees("没有这个时区")
    assert (await person.contact()).timezone == "Asia/Taipei"


async def test_every_button_of_every_screen_fits_the_wire(person):
    for step in ("notices.settings", "notices.zones"):
        await person.taps_token(step)
        buttons: list[Choice] = person.buttons
        assert all(len(choice.token.encode()) <= 64 for choice in buttons)
    assert set(NoticeKind) - set(rules.MUTABLE) == rules.ALWAYS


# ------------------------------------------------------------------------------------------ channels that are shut


#: what a channel under rule 3.24 must not say, nor lead to
NEVER = (
    "要约",
    "报价",
    "价格",
    "转让",
    "债券",
    "买方",
    "交割",
    "付息",
    "收款",
    "USD",
    "美元",
    "settlement.",
    "offers.",
    "payouts.read",
)


async def test_a_shut_channel_hears_that_there_is_something_and_not_what(
    engine: Engine, market: Market, person: Person, clock: FakeClock, database: Database
):
    deals = Deals(market, engine)
    payouts.speak_where(may_speak)
    settlements.speak_where(may_speak)
    number = await deals.paid(person, "bond", "60000.00", maturity="2028-06-30")
    shut = Person(Engine(database, app.book(), ways.vocabulary(), {"wechat:1": Abilities()}), "wechat:1", "openid",
                  clock=clock)  # fmt: skip
    await shut.linked_as("seller@example.com")
    await person.taps_token(f"settlement.received_yes:{number}")
    pays_on = (await deals.coupons(number))[0].pays_on
    clock.passes(datetime.fromisoformat(f"{pays_on}T04:00+00:00") - timedelta(days=6))
    await deals.ticks()
    house = House(database, clock)
    house.web = Wire("wechat:1", Abilities(rest=0))
    await house.works()
    for step in ("list", f"read:{number}", f"paper:{number}.agreement", f"sign:{number}", f"received:{number}"):
        await shut.taps_token(f"settlement.{step}")
        shut.sees("这个渠道不能显示这项内容", "[查看债权]").sees_not(*NEVER)
    heard = house.web.to("openid")
    assert "您的账户有新进展" in [reply.title for reply in heard]
    # a payout method is changed elsewhere
    clock.passes(timedelta(hours=2))
    await enters(person, *BANK_IN_HK)
    await person.says(await person.mailed_code())
    await house.sends()
    heard = house.web.to("openid")
    assert [reply.title for reply in heard if reply.notice == "security"][-1] == "安全提醒：账户设置有变更"
    words = "\n".join(reply.packed().decode() for reply in heard)
    assert [(never, reply) for never in NEVER for reply in heard if never in reply.packed().decode()] == []
    assert "payouts.cancel:" in words, "and it can be stopped there"
    assert any("债券" in reply.text for reply in house.telegram.to(person.address)), "elsewhere it is said"
