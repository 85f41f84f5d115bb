"""Series: what a file may say, on whom offers fall, the room they share, and how an acceptance ends."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot import desk, work
from bot.conversation.codes import try_code
from bot.conversation.turn import Person as Contact
from bot.errors import Invalid
from bot.offers import actions, rules, series, sheet
from bot.offers.rules import SaleTerms
from storage import claims, deliveries, ledger, offers
from storage.database import Transaction
from storage.terms import OfferStatus, SeriesStatus
from tests.offers.market import Market
from tests.offers.sheets import BOND_SERIES, SALE, SALE_SERIES
from tests.offers.sheets import sheet as file
from tests.person import MORNING, Person

DAY = timedelta(days=1)


@pytest.fixture
async def creditor(person: Person, market: Market) -> int:
    """The person is linked, agreed to what is needed, and lives where both kinds may be shown."""
    await market.gate("HK")
    return await market.creditor(await person.linked_as("chen@example.com"))


async def series_of(market: Market, offer: str) -> str:
    """The number of the series an offer came from."""
    key = (await market.offer(offer)).series_id
    assert key is not None
    found = await offers.series(market.look, key)
    assert found is not None
    return found.number


async def offer_of(market: Market, creditor: int) -> offers.OfferRow:
    (row,) = await offers.open_of(market.look, creditor)
    return row


# --- the file ---------------------------------------------------------------------------------


def faults(**differs: str) -> list[tuple[int, str, str]]:
    read = sheet.read_offers(file([{**SALE_SERIES, **differs}]), MORNING)
    assert bool(read.faults) is not bool(read.series)
    return [(fault.row, fault.field, fault.code) for fault in read.faults]


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("cap", "", "no_cap"),
        ("cap", "-5", "negative"),
        ("cap", "0", "zero"),
        ("cap", "1000000000000.01", "too_much"),
        ("cap", "1.005", "cents"),
        ("cap", "HK$ 1000", "currency"),
        ("tiers", "", "no_tiers"),
        ("tiers", "10000:85", "not_tiers"),
        ("tiers", "0-100:85; 50-200:90", "tiers_overlap"),
        ("tiers", "0-:85; 50000-:90", "tiers_overlap"),
        ("tiers", "100-100:85", "tier_empty"),
        ("tiers", "0-:-85", "negative"),
        ("tiers", "0-:900", "absurd"),
        ("code_above", "1.001", "cents"),
        ("tiers", "0-;85", "not_tiers"),
        ("fees_pct", "100", "nothing_left"),
        ("received", "192000", "not_one_of"),
        ("cooling_days", "61", "absurd"),
        ("expires_at", "2026-11-22T09:00:00+08:00", "too_soon"),
    ],
)
def test_a_series_without_sense_is_refused_with_its_reason(field, cell, code):
    assert (2, field, code) in faults(**{field: cell})


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("maturity", "2020-01-01", "matures_early"),
        ("day_count", "30E/400", "day_count"),
        ("coupon_pct", "-1", "negative"),
        ("call", "2031-01-01:101", "dated_order"),
        ("put", "2028-01-01", "not_dated"),
        ("amortisation", "2028-06-30:50", "amortises_wrongly"),
        ("minimum", "EUR 5", "currency"),
        ("calendar", "MARS", "not_one_of"),
    ],
)
def test_a_series_of_bonds_without_sense_is_refused_with_its_reason(field, cell, code):
    read = sheet.read_offers(file([{**BOND_SERIES, field: cell}]), MORNING)
    assert (2, field, code) in [(fault.row, fault.field, fault.code) for fault in read.faults]
    assert read.series == ()


def test_toml_and_csv_say_the_same():
    csv = sheet.read_offers(file([SALE_SERIES]), MORNING)
    assert csv.faults == ()
    tables = {**SALE_SERIES, "tiers": ""}
    lines = ["[[series]]", *(f"{name} = {cell!r}" for name, cell in tables.items() if name != "tiers")]
    lines.append("tiers = [{from=10000, to=50000, pct=98}, {from=50000, to=250000, pct=108}, {from=250000, pct=112.0}]")
    toml = sheet.read_offers("\n".join(lines).encode(), MORNING)
    assert [str(fault) for fault in toml.faults] == []
    assert toml.series[0].terms == csv.series[0].terms


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[[series]]\nkind = ", "not_toml"),
        (b"[[series]]\nkind = 'sale'\n[[offer]]\nkind = 'sale'\n", "mixed_tables"),
        (b"[[series]]\nkind = {a = 1}\n", "not_toml"),
    ],
)
def test_bad_toml_is_refused(raw, code):
    assert [fault.code for fault in sheet.read_offers(raw, MORNING).faults] == [code]


def test_offers_to_persons_may_stand_in_toml():
    row = {**SALE, "claim": "ZQ-ECCD6ED"}
    raw = "\n".join(["[[offer]]", *(f"{name} = {cell!r}" for name, cell in row.items())]).encode()
    read = sheet.read_offers(raw, MORNING)
    assert [str(fault) for fault in read.faults] == []
    assert isinstance(read.rows[0].terms, SaleTerms)


async def test_what_is_live_does_not_change_and_the_next_version_waits_for_its_end(market):
    number = await market.series(SALE_SERIES)
    assert (await market.brings(file([SALE_SERIES]))).unchanged == (number,)
    changed = file([{**SALE_SERIES, "cap": "2,000,000.00"}])
    assert [fault.code for fault in (await market.brings(changed)).faults] == ["changes_live"]
    assert (await market.standing(number)).cap == 1_000_000_00
    await desk.withdraw(market.database, number, "alice", "改条件", market.clock.now())
    brought = await market.brings(changed)
    assert [(one.version, one.kind) for one in brought.series] == [(2, "sale")]
    assert brought.series[0].number != number


async def test_a_draft_is_replaced(market):
    number = await market.series(SALE_SERIES, publish=False)
    again = await market.brings(file([{**SALE_SERIES, "cap": "5000.00"}]))
    assert [(one.number, one.version) for one in again.series] == [(number, 1)]
    assert (await market.standing(number)).cap == 5000_00


# --- on whom offers fall ----------------------------------------------------------------------


async def test_opening_the_list_makes_the_offers_of_open_series_once(person, creditor, market):
    claim = await market.claim(creditor)
    sale, bond = await market.series(SALE_SERIES), await market.series(BOND_SERIES)
    await market.series(SALE_SERIES, publish=False, reference="DRAFT")
    await person.taps_token("offers.list")
    person.sees("等待您答复的要约：2 份", "债权转让", "面值 120,000.00 美元")
    rows = await offers.open_of(market.look, creditor)
    await person.taps_token("offers.list")
    assert await offers.open_of(market.look, creditor) == rows
    by_series = {await series_of(market, row.number): row for row in rows}
    assert set(by_series) == {sale, bond}
    terms = rules.unpacked(by_series[sale].terms).terms
    assert isinstance(terms, SaleTerms)
    # 108 % of 200,000 less the 96 % its class has had
    assert (terms.price_pct, terms.received, terms.price) == (Decimal(108), 192_000_00, 24_000_00)
    under = await offers.claim(market.look, claim)
    assert under is not None
    await person.taps_token(f"offers.read:{by_series[sale].number}")
    person.sees("推算您已收分配款：192,000.00 美元", "这不是您的到账记录")
    chain = await ledger.chain(market.look, under.handle)
    assert [entry.kind for entry in chain][-2:] == ["offer:made", "offer:made"]


async def test_a_dry_run_counts_by_reason_and_against_the_cap(person, creditor, market, clock):
    number = await market.series(SALE_SERIES, publish=False, cap="40000.00")
    await market.claim(creditor)
    await market.claim(creditor, amount=60_000_00)
    await market.claim(creditor, amount=5_000_00)
    await market.claim(creditor, residence="CN")
    await market.claim(creditor, residence="SG")
    await market.claim(creditor, status="submitted")
    await market.claim(creditor, plan_class="12")
    run = await series.dry_run(market.look, number, clock.now())
    assert run.eligible == 2
    assert run.reasons == {"no_tier": 1, "shut": 1, "undecided": 1, "claim": 1, "no_figure": 1}
    assert run.exposure == 24_000_00 + 7_200_00
    assert (run.room, run.status) == (40_000_00, "draft")
    assert await offers.open_of(market.look, creditor) == [], "a dry run makes nothing"
    told = await desk.dry_run_series(market.database, number, clock.now())
    assert told["exposure"] == "31200.00"
    assert any("1 not: no tier" in line for line in told["lines"])


async def test_publishing_to_everyone_makes_all_offers_at_once(person, creditor, market, clock):
    await market.claim(creditor)
    other = await market.creditor(99)
    await market.claim(other, residence="CN")
    number = await market.series(SALE_SERIES, publish=False)
    done = await desk.publish(market.database, [number], "alice", clock.now(), everyone=True)
    assert done["lines"] == [f"{number}: published, 1 offer(s) made"]
    assert (await offer_of(market, creditor)).status == OfferStatus.OPEN
    assert await offers.open_of(market.look, other) == []
    with pytest.raises(series.SeriesClosed):
        await desk.publish(market.database, [number], "alice", clock.now())


async def test_a_withdrawn_series_takes_its_open_offers_along(person, creditor, market, clock):
    await market.claim(creditor)
    number = await market.series(SALE_SERIES)
    await person.taps_token("offers.list")
    row = await offer_of(market, creditor)
    await person.taps_token(f"offers.accept:{row.number}")
    done = await desk.withdraw(market.database, number, "alice", "资金安排有变", clock.now())
    assert (done["status"], done["ended"]) == ("withdrawn", 1)
    await person.taps("确认转让")
    person.sees("撤回这份要约，理由：资金安排有变", "没有任何改动")
    assert (await market.offer(row.number)).status == OfferStatus.CANCELLED
    kinds = [entry.kind for entry in await ledger.chain(market.look, (await market.standing(number)).handle)]
    assert kinds == ["series:published", "series:withdrawn"]


async def test_a_series_that_was_just_withdrawn_accepts_nothing_even_before_its_offers_end(person, creditor, market):
    await market.claim(creditor)
    number = await market.series(SALE_SERIES)
    await person.taps_token("offers.list")
    row = await offer_of(market, creditor)
    await person.taps_token(f"offers.accept:{row.number}")
    await market.database.write(lambda db: series.withdraw(db, number, "alice", "买方撤回", market.clock.now()))
    assert (await market.offer(row.number)).status == OfferStatus.OPEN
    await person.taps("确认转让")
    person.sees("买方撤回", "没有任何改动")
    assert (await market.standing(number)).taken == 0


async def test_a_full_series_says_so(person, creditor, market):
    other = person.at("telegram:42", "555")
    second = await other.linked_as("wang@example.com")
    await market.claim(creditor)
    await market.claim(second)
    await market.series(SALE_SERIES, cap="30000.00")
    for one in (person, other):
        await one.taps_token("offers.list")
        await one.taps_token(f"offers.accept:{(await offer_of(market, await one.creditor_id())).number}")
    await person.taps("确认转让")
    await other.taps("确认转让")
    other.sees("接受到上限", "没有任何改动")
    assert (await offer_of(market, second)).status == OfferStatus.OPEN


async def test_the_clock_ends_a_series_with_a_signed_entry(market, clock):
    number = await market.series(SALE_SERIES)
    clock.passes((await market.standing(number)).expires_at + timedelta(minutes=2))
    assert await market.sweeps() == 1
    assert (await market.standing(number)).status == SeriesStatus.EXPIRED
    assert await market.sweeps() == 0


# --- an acceptance that is taken back ---------------------------------------------------------


async def accepts_one(person: Person, market: Market, creditor: int) -> tuple[str, str]:
    """A series' sale accepted, beside a bond offered to the person; their numbers."""
    claim = await market.claim(creditor)
    bond = await market.bond(claim)
    await market.series(SALE_SERIES)
    await person.taps_token("offers.list")
    sale = next(row.number for row in await offers.open_of(market.look, creditor) if row.series_id is not None)
    await person.taps_token(f"offers.accept:{sale}")
    person.sees("冷静期：接受后 3 天内可以一键撤回")
    await person.taps("确认转让")
    person.sees("冷静期到 2026-11-25 10:00（北京时间）为止", "同一债权的其他 1 份要约已自动关闭")
    return sale, bond


async def test_one_tap_takes_an_acceptance_back_and_reopens_the_others(person, creditor, market, clock):
    sale, bond = await accepts_one(person, market, creditor)
    number = await series_of(market, sale)
    assert (await market.standing(number)).taken == 24_000_00
    clock.passes(2 * DAY)
    await person.taps("撤回接受")
    person.sees("撤回对要约", "债权仍然属于您", f"其他要约重新有效：{bond}")
    assert [(await market.offer(one)).status for one in (sale, bond)] == ["open", "open"]
    assert (await market.standing(number)).taken == 0
    kinds = [entry.kind for entry in await market.chain(sale)]
    assert kinds == ["offer:made", "offer:accepted", "offer:revoked"]
    assert [entry.kind for entry in await market.chain(bond)] == ["offer:made", "offer:cancelled", "offer:reopened"]
    await person.taps_token(f"offers.revoke:{sale}")
    person.sees("没有任何改动")
    await person.taps_token(f"offers.accept:{bond}")
    await person.taps("确认换取债券")
    person.sees("接受了债券要约")


async def test_the_last_microsecond_of_the_cooling_off_counts_and_the_next_does_not(person, creditor, market, clock):
    sale, _bond = await accepts_one(person, market, creditor)
    ends = (await market.offer(sale)).changed_at + 3 * DAY
    clock.passes(ends)
    await person.does(person.turn(choice=f"offers.revoke:{sale}", received_at=ends))
    person.sees("冷静期已于", "不能再撤回")
    await person.does(person.turn(choice=f"offers.revoke:{sale}", received_at=ends - timedelta(microseconds=1)))
    person.sees("撤回对要约")


async def test_without_a_cooling_off_nothing_is_taken_back(person, creditor, market):
    number = await market.sale(await market.claim(creditor))
    await person.taps_token(f"offers.accept:{number}")
    person.sees("冷静期：无")
    await person.taps("确认转让")
    person.sees_not("[撤回接受]")
    await person.taps_token(f"offers.revoke:{number}")
    person.sees("没有约定冷静期", "没有任何改动")
    assert (await market.offer(number)).status == OfferStatus.ACCEPTED


async def test_what_is_taken_back_after_the_series_ended_stays_ended(person, creditor, market, clock):
    sale, bond = await accepts_one(person, market, creditor)
    number = await series_of(market, sale)
    await desk.withdraw(market.database, number, "alice", "买方撤回", clock.now())
    assert (await market.offer(sale)).status == OfferStatus.ACCEPTED, "an acceptance that came first stands"
    await person.taps("撤回接受")
    person.sees("已经结束", f"重新有效：{bond}")
    assert (await market.offer(sale)).status == OfferStatus.CANCELLED


async def test_an_acceptance_the_buyer_lets_go_reopens_the_others(person, creditor, market, clock):
    sale, bond = await accepts_one(person, market, creditor)
    _entry, reopened = await market.database.write(
        lambda db: actions.release(db, sale, "alice", "买方未签约", clock.now())
    )
    assert reopened == (bond,)
    assert [(await market.offer(one)).status for one in (sale, bond)] == ["cancelled", "open"]
    number = await series_of(market, sale)
    assert (await market.standing(number)).taken == 0


async def test_the_claim_s_chain_replays_through_all_of_it(person, creditor, market, clock):
    sale, _bond = await accepts_one(person, market, creditor)
    await person.taps("撤回接受")
    found = await offers.claim_of(market.look, sale)
    assert found is not None
    row = await claims.by_number(market.look, found.number)
    assert row is not None
    assert row.status == "allowed"
    await person.taps_token(f"claims.timeline:{row.number}")
    person.sees("冷静期内撤回", "重新有效")


# --- the code from the mailbox ----------------------------------------------------------------


@pytest.fixture
async def large(person: Person, market: Market, creditor: int) -> tuple[str, str]:
    """An offer that is accepted with a code; its number, and the token of the short way."""
    await market.claim(creditor)
    await market.series(SALE_SERIES, code_above="20000")
    await person.taps_token("offers.list")
    row = await offer_of(market, creditor)
    return row.number, f"offers.confirm:{row.number}.{row.terms_hash.hex()[:8]}"


async def test_a_large_offer_is_accepted_with_a_code(person, large, market):
    number, short = large
    await person.taps_token(short)
    person.sees("需要输入发到您邮箱的验证码", "没有任何改动")
    await person.taps_token(f"offers.accept:{number}")
    await person.says("确认")
    person.sees("为免误操作，这一步要点按钮，或照原样发送：\n条件已核对，发送验证码")
    await person.taps("条件已核对，发送验证码")
    person.sees("6 位验证码")
    mail = (await person.mails())[-1]
    assert mail.channel == "mail"
    assert number in mail.reply.text
    assert "24,000" not in mail.reply.text, "no figure travels by mail"
    await person.says("000000" if await person.mailed_code() != "000000" else "111111")
    person.sees("验证码不对，还可以再试 4 次")
    assert (await market.offer(number)).status == OfferStatus.OPEN
    await person.says(await person.mailed_code())
    person.sees("接受了债权转让要约", "回执编号")
    assert (await market.offer(number)).status == OfferStatus.ACCEPTED


async def test_a_code_is_for_one_offer_and_for_ten_minutes(person, creditor, large, market, clock):
    number, _short = large
    await person.taps_token(f"offers.accept:{number}")
    await person.taps("发送验证码")
    code = await person.mailed_code()
    clock.passes(timedelta(minutes=10))
    await person.says(code)
    person.sees("超过 10 分钟")
    await person.taps("重新发送验证码")
    for _try in range(5):
        await person.says("000000" if await person.mailed_code() != "000000" else "111111")
    person.sees("已作废")
    await person.says(await person.mailed_code())
    person.sees("已作废")
    assert (await market.offer(number)).status == OfferStatus.OPEN


async def test_a_code_for_other_terms_is_no_code(person, large, market, clock):
    _number, _short = large
    row = await market.offer(_number)
    contact = await person.contact()
    await person.taps_token(f"offers.code:{_number}.{row.terms_hash.hex()[:8]}")
    code = await person.mailed_code()
    turn = person.turn(text=code)
    speaker = Contact(
        contact.id,
        person.channel,
        person.address,
        contact.creditor_id,
        "zh_Hans",
        True,
        "Asia/Shanghai",
        frozenset(),
        None,
    )

    async def for_other_terms(db: Transaction) -> None:
        email = await actions.mailbox(db, speaker)
        await try_code(db, turn, speaker, email, code, purpose="BJ-0000000.00000000")

    with pytest.raises(Invalid) as refused:
        await market.database.write(for_other_terms)
    assert refused.value.code == "wrong_code"


async def test_what_came_first_is_told_after_the_code_too(person, large, market, clock):
    number, _short = large
    await person.taps_token(f"offers.accept:{number}")
    await person.taps("发送验证码")
    await market.withdraws(number)
    await person.says(await person.mailed_code())
    person.sees("撤回这份要约", "没有任何改动")


# --- asking prices ----------------------------------------------------------------------------


async def test_an_asking_price_is_read_back_set_seen_and_withdrawn(person, creditor, market):
    claim = await market.claim(creditor)
    await person.taps_token("offers.ask")
    await person.says("85％")
    person.sees("债权金额的 85%")
    await person.taps("提交")
    person.sees(f"债权 {claim} 的要价是债权金额的 85%，即 170,000.00 美元", "没有达到要价", "没有约束力")
    await person.taps_token("offers.asks")
    person.sees(claim, "170,000.00 美元")
    await person.taps("撤回")
    person.sees("已撤回")
    await person.taps_token("offers.asks")
    person.sees("还没有设置要价")


async def test_an_asking_price_in_dollars_and_nonsense(person, creditor, market):
    await market.claim(creditor)
    await person.taps_token("offers.ask")
    for words in ("很多", "900%", "-5%"):
        await person.says(words)
        person.sees("例如")
    await person.says("2.4 万美元")
    await person.taps("提交")
    person.sees("24,000.00 美元，相当于债权金额的 12.00%")


async def test_a_bid_that_meets_it_is_told_through_the_outbox(person, creditor, market, clock):
    claim, other = await market.claim(creditor), await market.claim(creditor)
    for number, price in ((claim, "24000 美元"), (other, "24000.01 美元")):
        await person.taps_token(f"offers.ask:{number}")
        await person.says(price)
        await person.taps("提交")
    number = await market.series(SALE_SERIES, publish=False)
    done = await desk.publish(market.database, [number], "alice", clock.now())
    assert done["lines"] == [f"{number}: published, 2 offer(s) made"]
    met = {rules.unpacked(row.terms).claim.number: row.meets_ask for row in await offers.open_of(market.look, creditor)}
    assert met == {claim: True, other: False}


async def test_an_asking_price_needs_the_consent_to_tell_buyers(person, creditor, market):
    await market.claim(creditor)
    await market.revokes_consent(creditor, "buyers")
    await person.taps_token("offers.ask")
    person.sees("还缺少您对“向买方展示概况”的同意", "什么会改变它")
    assert person.button("我的同意").token == "welcome.consents"


# --- side by side, and by free words ----------------------------------------------------------


async def test_several_buyers_stand_on_one_screen(person, creditor, market):
    claim = await market.claim(creditor)
    sale = await market.sale(claim, buyer="First Buyer")
    other, bond = await market.sale(claim, buyer="Second Buyer"), await market.bond(claim)
    await person.taps_token("offers.list")
    await person.taps(f"并排查看 {claim} 的要约")
    person.sees("要约 3 份", "First Buyer", "Second Buyer", "Example Recovery Notes", "不代表优劣")
    assert all(number in person.screen for number in (sale, other, bond))


async def test_a_claim_with_an_accepted_offer_is_pending_and_open_again_when_it_is_taken_back(person, creditor, market):
    sale, bond = await accepts_one(person, market, creditor)
    await person.taps_token("offers.beside")
    person.sees("待完成", f"接受要约 {sale}")
    await person.taps("撤回接受")
    await person.taps_token("offers.beside")
    person.sees("要约 2 份", sale, bond)


async def test_a_code_that_cannot_be_mailed_is_told_with_the_offer(person, large, market, outside):
    number, _short = large
    await person.taps_token(f"offers.accept:{number}")
    await person.taps("发送验证码")
    mail = (await person.mails())[-1]
    assert mail.fields["offer"] == number
    row = deliveries.DueRow(
        id=mail.id, channel=mail.channel, address=mail.address, lane=mail.lane, kind=mail.kind, fields=mail.fields,
        body=mail.body, due_at=mail.due_at, expires_at=mail.expires_at, attempts=1,
    )  # fmt: skip
    await market.database.write(lambda db: work.tell_of_mail(db, row, final=True))
    (told,) = await person.pushed("security")
    assert f"要约 {number} 还没有接受" in told.reply.text


async def test_taking_by_words_reads_back_and_never_accepts(person, creditor, market):
    await person.taps_token("offers.take")
    person.sees("没有可以接受的")
    claim = await market.claim(creditor)
    number = await market.sale(claim)
    await person.taps_token("offers.take")
    person.sees("请逐项核对", number)
    await person.taps_token(f"offers.take:{number}")
    person.sees("请逐项核对")
    await market.bond(claim)
    await person.taps_token("offers.take")
    person.sees("您有 2 份要约等待答复，要接受哪一份")
    assert (await market.offer(number)).status == OfferStatus.OPEN


async def test_refusing_by_words_asks_first(person, creditor, market):
    await person.taps_token("offers.refuse")
    person.sees("没有可以拒绝或撤回的")
    sale, bond = await accepts_one(person, market, creditor)
    await person.taps_token("offers.refuse")
    person.sees(f"您接受了要约 {sale}", "要撤回吗")
    await person.taps("撤回接受")
    await person.taps_token("offers.refuse")
    person.sees("您要拒绝或撤回的是哪一份？共有 2 份")
    await person.taps_token(f"offers.refuse:{bond}")
    person.sees("要拒绝债券要约")


async def test_a_stranger_is_led_to_prove_an_address(person):
    for step in ("take", "refuse", "beside", "asks", "ask"):
        await person.taps_token(f"offers.{step}")
        person.sees("请先验证您的邮箱")


def test_a_holdback_needs_its_terms():
    assert (2, "holdback_terms", "no_terms") in faults(holdback_pct="5")


def test_an_amortizing_bond_repays_on_its_coupon_days():
    def says(cell: str) -> list[str]:
        row = {**BOND_SERIES, "redemption": "amortizing", "amortisation": cell}
        return [fault.code for fault in sheet.read_offers(file([row]), MORNING).faults]

    assert says("2027-06-30:25; 2028-06-30:25") == []
    assert says("2027-05-01:25") == ["instalment_days"]
    assert says("2028-06-30:25; 2027-06-30:25") == ["dated_order"]
    assert says("2027-06-30:100") == ["amortises_wrongly"]
