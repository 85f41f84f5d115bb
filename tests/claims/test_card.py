"""Looking at claims and changing them: the card, the timeline, the receipt, amending, adding, withdrawing, decisions."""

from datetime import timedelta
from typing import Any, cast

import pytest

from bot.claims import actions, dialogue, rules
from bot.claims.rules import NoSuchClaim, NotNow, ReasonMissing
from bot.conversation.engine import Engine, TurnFailed
from bot.conversation.turn import Person as Speaker
from storage import claims, openings
from storage.database import Database, Query, Reader, Row, table
from tests.claims.filing import files, joins, number_on, pdf, png, steps, stored
from tests.person import FakeClock as Clock
from tests.person import Person


async def decides(person: Person, number: str, decision: str, reason: str = "") -> None:
    """An operator decides."""
    at = person.clock.now()
    await person.engine.database.write(
        lambda db: actions.decide(db, number, decision, "alice", reason, at, proposed_by="bob")
    )


# --- the card


async def test_nobody_is_led_to_linking(person: Person) -> None:
    await person.says("我的债权")
    person.sees("绑定您在 FTX 用过的邮箱")
    assert person.button("绑定邮箱").token == "welcome.link"


async def test_none_yet(person: Person) -> None:
    await joins(person)
    await person.commands("status")
    person.sees("还没有登记债权")
    assert person.button("登记债权").token == "claims.file"


async def test_the_only_claim_is_shown_at_once(person: Person, clock: Clock) -> None:
    await joins(person)
    number = await files(person, plan_class="7A", amount="35,000.50")
    clock.passes(timedelta(hours=20))
    await person.commands("status")
    person.sees(
        f"债权 {number}",
        "状态：已提交（Submitted）",
        "下一步由专员操作",
        "债权金额：35,000.50 美元（破产申请日 2022-11-11 的价格）",
        "来源：您本人申报（2026-11-22）",
        "FTX Trading Ltd.，7A 类",
        "上次变更：2026-11-22 10:00（北京时间）",
        "截至 2026-11-23 06:00（北京时间）",
        *("时间线", "补充材料", "修改", "撤回", "回执", "查看要约"),
    )
    assert [copy.value for copy in person.reply.copies] == [number]


async def test_the_card_reads_on_its_readers_clock(person: Person) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token("notices.timezone:America/New_York")
    await person.taps_token(f"claims.status:{number}")
    person.sees("2026-11-21 21:00（纽约时间）")


async def test_several_are_listed_with_a_line_each(person: Person) -> None:
    await joins(person)
    first, second = (
        await files(person, plan_class="7A", amount="35000"),
        await files(person, schedule="9912346", amount="1亿"),
    )
    await person.commands("status")
    person.sees("2 项债权", f"{first}  35,000.00 美元  已提交", f"{second}  100,000,000.00 美元")
    await person.taps(f"查看 {second}")
    person.sees(f"债权 {second}")


async def test_the_look_up_is_one_query(person: Person, engine: Engine) -> None:
    class Counted:
        """A reader that counts what is asked of it."""

        def __init__(self, db: Reader) -> None:
            self.db, self.asked = db, 0

        async def all(self, query: Query[Any], **values: Any) -> list[Any]:
            self.asked += 1
            return await self.db.all(query, **values)

        async def one(self, query: Query[Any], **values: Any) -> Any:
            self.asked += 1
            return await self.db.one(query, **values)

    await joins(person)
    await files(person)
    contact = await person.contact()
    speaker = Speaker(
        contact.id, person.channel, person.address, contact.creditor_id, "zh_Hans", True, "Asia/Shanghai", frozenset(), None
    )  # fmt: skip
    db = Counted(engine.database.read())
    reply = await dialogue.status(person.turn(text="查"), cast(Reader, db), speaker, "")
    assert "状态：已提交" in reply.text
    assert db.asked == 1


async def test_a_claim_of_somebody_else_is_unknown_in_the_same_words(
    person: Person, engine: Engine, clock: Clock
) -> None:
    await joins(person)
    number = await files(person)
    other = await joins(Person(engine, address="20002", clock=clock), "li.si@mail.example")
    await other.taps_token("claims.status:ZQ-0000000")
    unknown = other.screen
    for step in ("status", "timeline", "receipt", "withdraw", "withdraw_yes", "amend", "add"):
        await other.taps_token(f"claims.{step}:{number}")
        assert other.screen == unknown
    for argument in ("", "ZQ-", "x" * 50, f"{number}.mistake", "😀", number.lower()):
        await other.taps_token(f"claims.timeline:{argument}")
        assert other.screen == unknown
    assert (await stored(engine, number)).status == "submitted"


async def test_a_number_may_be_typed_badly(person: Person) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token(f"claims.status:{number.lower().replace('-', ' ')}")
    person.sees(f"债权 {number}")


async def test_swapped_particulars_are_noticed(person: Person, engine: Engine) -> None:
    """Whoever can write to the table and puts one claim's sealed bytes under another is found out."""
    await joins(person)
    first, second = await files(person), await files(person, schedule="9912346")
    rows = table(claims.Claim)
    theirs = (await stored(engine, second)).particulars
    await engine.database.write(
        lambda db: db.run(Query(rows.update().values(particulars=theirs).where(rows.c.number == first)))
    )
    with pytest.raises(TurnFailed):
        await person.taps_token(f"claims.status:{first}")


# --- timeline and receipt


async def test_the_timeline_tells_every_step(person: Person, clock: Clock) -> None:
    await joins(person)
    number = await files(person)
    clock.passes(timedelta(days=1))
    await decides(person, number, "taken_up")
    await decides(person, number, "queried", "请补充 Customer Claim Form")
    await person.taps_token(f"claims.timeline:{number}")
    person.sees("1. 2026-11-22 10:00（北京时间）", "您提交了登记", "专员开始审核", "专员请您补充材料", "下一步由您操作")


async def test_the_receipt_can_be_had_again(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person, papers=True)
    await person.taps_token(f"claims.receipt:{number}")
    document = person.reply.document
    assert document is not None
    assert document.media_type == "text/plain"
    text = document.content.decode("utf-8-sig")
    [entry] = await steps(engine, number)
    for words in (
        number,
        actions.receipt_of(entry),
        entry.leaf_hash.hex(),
        "200,000.00 美元（贰拾万美元整）",
        "表.pdf",
        "它不证明",
    ):
        assert words in text


# --- amending


async def test_amend_shows_what_is_there_and_changes_only_that(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person, papers=True)
    await person.taps_token(f"claims.amend:{number}")
    person.sees("修改登记 · 请核对", "张三", "200,000.00 美元（贰拾万美元整）").sees_not("声明")
    await person.taps("修改某一项")
    await person.taps("居住地")
    person.sees("目前填写的是：日本")
    await person.taps("新加坡")
    person.sees("提交前，请您声明")
    await person.taps("我声明")
    await person.taps("确认提交")
    person.sees("✅ 已修改", number)
    before, after = await steps(engine, number)
    assert (before.kind, after.kind) == ("claim:submitted", "claim:amended")
    claim = await stored(engine, number)
    assert claim.particulars["residence"] == "SG"
    assert claim.particulars["name"] == "张三"
    assert len(claim.particulars["documents"]) == 1
    assert (await payload(engine.database, before.id))["residence"] == "JP"
    assert (await payload(engine.database, after.id))["residence"] == "SG"


async def payload(database: Database, entry_id: int) -> dict[str, object]:
    """The private side of an entry."""
    opening = table(openings.LedgerOpening)
    row = await database.read().one(
        Query(opening.select().with_only_columns(opening.c.payload).where(opening.c.entry_id == entry_id), Row)
    )
    assert row is not None
    return dict(row.value)


async def test_an_amendment_without_a_change_is_none(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token(f"claims.amend:{number}")
    await person.taps("确认提交")
    person.sees("没有变化")
    assert len(await steps(engine, number)) == 1


async def test_an_amendment_of_an_older_state_does_not_overwrite(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token(f"claims.amend:{number}")
    await person.taps("修改某一项")
    await person.taps("法定名称")
    await person.says("欧阳明月")
    await person.taps_token(f"claims.add:{number}")
    await person.sends_file("b.pdf", pdf("b"))
    await person.taps("已上传 1 个文件")
    person.sees("✅ 已补充材料")
    await person.taps("继续填写")
    await person.taps("我声明")
    await person.taps("确认提交")
    person.sees("已经有了更新", "没有提交")
    assert (await stored(engine, number)).particulars["name"] == "张三"


async def test_the_schedule_number_of_another_claim_is_refused(person: Person) -> None:
    await joins(person)
    first, second = await files(person), await files(person, schedule="9912346")
    await person.taps_token(f"claims.amend:{second}")
    await person.taps("修改某一项")
    await person.taps("债权表编号")
    await person.says("9912345")
    await person.taps("我声明")
    await person.taps("确认提交")
    person.sees("登记过", first)


async def test_two_amendments_keep_apart(person: Person) -> None:
    """Opening the amendment of one claim while another's waits does not continue the wrong one."""
    await joins(person)
    first, second = await files(person), await files(person, plan_class="7A", schedule="9912346", amount="5万")
    await person.taps_token(f"claims.amend:{first}")
    await person.taps_token(f"claims.amend:{second}")
    person.sees("9912346", "50,000.00 美元").sees_not("200,000.00")


# --- adding


async def test_papers_that_were_asked_for_bring_it_back(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person, papers=True)
    await decides(person, number, "queried", "请补充余额截图")
    await person.commands("status")
    person.sees("需补充材料（Document Requested）", "原因：请补充余额截图", "下一步由您操作")
    await person.taps("补充材料")
    person.sees("专员的要求：请补充余额截图")
    await person.says("在哪里？")
    person.sees("需要上传文件")
    await person.sends_file("截图.png", png())
    await person.sends_file("表.pdf", pdf())
    await person.taps("已上传 2 个文件")
    person.sees("新增 1 个文件", "另有 1 个以前已经交过")
    claim = await stored(engine, number)
    assert claim.status == "submitted"
    assert claim.reason is None
    assert [entry.kind for entry in await steps(engine, number)] == [
        "claim:submitted",
        "claim:queried",
        "claim:amended",
    ]
    assert {one.name for one in await claims.documents_of(engine.database.read(), claim.id)} == {"表.pdf", "截图.png"}


# --- withdrawing


async def test_withdrawing_takes_two_steps_and_says_it_is_for_good(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    await person.commands("status")
    await person.taps("撤回")
    person.sees("撤回后不能恢复", "不影响您在破产程序中的债权")
    assert (await stored(engine, number)).status == "submitted"
    await person.taps("不撤回")
    person.sees("已提交")
    await person.taps("撤回")
    await person.taps("确认撤回：重复登记")
    person.sees("已撤回", number)
    await person.taps_token(f"claims.withdraw_yes:{number}")
    person.sees("已撤回（Withdrawn）", "不能再修改、补充或撤回")
    assert [entry.kind for entry in await steps(engine, number)] == ["claim:submitted", "claim:withdrawn"]
    assert (await payload(engine.database, (await steps(engine, number))[1].id))["reason"] == "twice"
    await person.taps_token(f"claims.status:{number}")
    person.sees_not("[补充材料]", "[修改]", "[撤回]")


@pytest.mark.parametrize("step", ["amend", "add", "withdraw", "withdraw_yes"])
async def test_what_is_decided_is_not_changed_by_an_old_button(person: Person, engine: Engine, step: str) -> None:
    await joins(person)
    number = await files(person)
    await decides(person, number, "allowed")
    await person.taps_token(f"claims.{step}:{number}")
    person.sees("已确认（Allowed）", "不能再修改、补充或撤回")
    assert (await stored(engine, number)).status == "allowed"


async def test_a_decision_during_an_amendment_wins(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token(f"claims.amend:{number}")
    await person.taps("修改某一项")
    await person.taps("法定名称")
    await person.says("欧阳明月")
    await person.taps("我声明")
    await decides(person, number, "allowed")
    await person.taps("确认提交")
    person.sees("已确认（Allowed）", "不能再修改")
    assert (await stored(engine, number)).particulars["name"] == "张三"


# --- deciding


async def test_a_reason_is_shown_and_sealed(person: Person, engine: Engine, database_url: str) -> None:
    await joins(person)
    number = await files(person)
    await decides(person, number, "disputed", "  金额与登记册\n不一致\u202e ")
    await person.commands("status")
    person.sees("有争议（Disputed）", "原因：金额与登记册 不一致", "有争议不等于被拒绝")


async def test_reasons_are_needed_where_the_creditor_wants_to_know(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    for decision, needed in rules.DECISIONS.items():
        if needed:
            with pytest.raises(ReasonMissing):
                await decides(person, number, decision, " \n ")
    with pytest.raises(NotNow):
        await decides(person, number, "paid")
    with pytest.raises(NoSuchClaim):
        await decides(person, "ZQ-0000000", "allowed")
    with pytest.raises(ValueError, match="unknown decision"):
        await decides(person, number, "approved")
    assert (await stored(engine, number)).status == "submitted"
    assert len(await steps(engine, number)) == 1


async def test_the_way_to_payment(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    for decision, words in (("taken_up", "审核中"), ("allowed", "已确认"), ("paid", "已付款")):
        await decides(person, number, decision)
        await person.taps_token(f"claims.status:{number}")
        person.sees(words)
    assert number_on(person) == number
