"""Registering a claim, as a person does it: every question, and every way to go astray."""

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot import ways as meant
from bot.claims import actions, dialogue, rules
from bot.conversation.engine import Engine, Pace
from bot.conversation.form import Form
from storage import claims, openings
from storage.claims import Document
from storage.connect import open_database
from storage.database import Database, Query, Row, table
from tests.claims.filing import EMAIL, files, fills, joins, number_on, pdf, png, steps, stored
from tests.fixtures import ABILITIES
from tests.person import TELEGRAM, WEBCHAT, Person
from tests.person import FakeClock as Clock

HOSTILE = [
    "长" * 3_900,
    "😀😀",
    "\u202e@35000",
    "\x00",
    "\ud800",
    "１２３４５６７８",
    "<b>x</b>",
    "'; DROP TABLE claim; --",
    "==",
]


async def documents(database: Database) -> int:
    """How many documents there are."""
    return len(await database.read().all(Query(table(Document).select().with_only_columns(table(Document).c.id), Row)))


# --- before it begins


async def test_a_stranger_is_led_to_linking(person: Person) -> None:
    await person.commands("file")
    person.sees("绑定您在 FTX 用过的邮箱").button("绑定邮箱")
    assert person.button("绑定邮箱").token == "welcome.link"


async def test_without_consent_nothing_is_asked(person: Person) -> None:
    await person.linked_as(EMAIL)
    await person.commands("file")
    person.sees("需要您同意").sees_not("第 1 步")
    assert person.button("查看并同意").token == "welcome.consents"


# --- the whole walk


async def test_every_question_to_the_receipt(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    person.sees("第 1 步，共 13 步", "不是向法院或 Kroll 申报")
    await person.taps("FTX Trading Ltd.")
    person.sees("第 2 步", "超过 50,000 美元一般是 5A 类")
    await person.taps("7A 类")
    person.sees("债权表编号（Schedule Number）")
    await person.says("９９１２ ３４５")
    person.sees("债权编号（Claim Number）")
    await person.says("99123")
    person.sees("不是债权人委员会")
    await person.says("EX-99-ABC")
    await person.taps("个人")
    await person.says("买买提•艾力")
    person.sees("三件不同的事")
    await person.says("中国")
    person.sees("实际居住")
    await person.taps("新加坡")
    await person.says("Canada")
    person.sees("截至破产申请日 2022-11-11")
    await person.says("3万5")
    person.sees("35,000.00 美元（叁万伍仟美元整）", "第 12 步，共 13 步")
    await person.sends_file("../../表\u202e.pdf", pdf())
    person.sees("已加密保存", "目前共 1 个文件")
    await person.sends_file("再来一次.pdf", pdf())
    person.sees("“再来一次.pdf”已经上传过")
    await person.taps("已上传 1 个文件")
    person.sees("不是向法院或 Kroll 提交的债权申报", "2023 年 9 月 29 日 16:00", "2024 年 5 月 15 日")
    await person.taps("我声明内容真实、完整")
    person.sees("请核对", "买买提·艾力", "9912345", "加拿大", "35,000.00 美元（叁万伍仟美元整）", "1 个：表.pdf")
    await person.taps("确认提交")
    person.sees("✅ 已登记", "下一步由专员操作", "它不证明")
    number = number_on(person)
    receipt = next(copy.value for copy in person.reply.copies if copy.label == "回执编号")

    claim = await stored(engine, number)
    assert claim.status == "submitted"
    assert {name: claim.particulars[name] for name in rules.FIGURES} == {
        "debtor": "trading",
        "plan_class": "7A",
        "schedule": "9912345",
        "claim_number": "99123",
        "ucc": "EX-99-ABC",
        "holder": "person",
        "name": "买买提·艾力",
        "nationality": "CN",
        "residence": "SG",
        "tax_residence": "CA",
        "amount": 3_500_000,
    }
    [entry] = await steps(engine, number)
    assert entry.kind == "claim:submitted"
    assert actions.receipt_of(entry) == receipt
    [document] = await claims.documents_of(engine.database.read(), claim.id)
    assert document.name == "表.pdf"
    assert await claims.document(engine.database.read(), document.handle) == pdf()

    written = person.reply.document
    assert written is not None
    assert written.name.isascii()
    text = written.content.decode("utf-8-sig")
    for words in (
        number,
        receipt,
        "买买提·艾力",
        "35,000.00 美元（叁万伍仟美元整）",
        claim.particulars["documents"][0]["sha256"],
    ):
        assert words in text


async def test_the_entry_commits_to_every_figure_as_a_string(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person, papers=True)
    [entry] = await steps(engine, number)
    opening = table(openings.LedgerOpening)
    row = await engine.database.read().one(
        Query(opening.select().with_only_columns(opening.c.payload).where(opening.c.entry_id == entry.id), Row)
    )
    assert row is not None
    payload = row.value
    assert payload["amount"] == "200000.00"
    assert payload["currency"] == "USD"
    assert payload["petition_date"] == "2022-11-11"
    assert payload["debtor"] == "FTX Trading Ltd."
    assert payload["sources"]["amount"] == "self"
    assert "claim_number" not in payload
    assert "真实、完整" in payload["declaration"]
    [document] = payload["documents"]
    assert len(document["sha256"]) == 64
    assert payload["by"] == "creditor"


async def test_a_company_has_other_questions(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await person.taps("West Realm Shires")
    await person.taps("不确定")
    for _optional in range(3):
        await person.says("没有")
    await person.taps("公司")
    person.sees("法定全称")
    await person.says("某某（新加坡）科技有限公司 No. 1")
    person.sees("注册在哪个国家或地区")
    await person.taps("新加坡")
    person.sees("营业")
    await person.taps("香港")
    await person.taps("香港")
    person.sees("2022-11-14")
    await person.says("$1,000,000.55")
    person.sees("壹佰万美元伍拾伍美分")
    await person.taps("跳过")
    await person.taps("我声明")
    await person.taps("确认提交")
    claim = await stored(engine, number_on(person))
    assert claim.particulars["holder"] == "company"
    assert claim.particulars["schedule"] is None
    assert claim.particulars["amount"] == 100_000_055


# --- back, skip, edit, cancel, later


async def test_a_mere_yes_is_no_name_and_no_code(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    for answer in ("FTX Trading Ltd.", "不确定", "没有", "没有"):
        await person.says(answer)
    for typed in ("I declare", "确认提交", "yes"):
        await person.says(typed)
        person.sees("第 5 步", "唯一客户代码")
    await person.says("没有")
    await person.says("个人")
    for typed in ("我声明", "确认提交", "submit", "下一步"):
        await person.says(typed)
        person.sees("第 7 步", "法定姓名是什么")


async def test_a_consent_may_be_typed_while_the_form_waits(person: Person) -> None:
    await joins(person, papers=False)
    await person.commands("file")
    await person.says("隐私与同意")
    person.sees("3. 证明文件", "继续填写")
    await person.says("同意 3")
    person.sees("您同意“证明文件”")
    await person.says("继续")
    person.sees("第 1 步")


async def test_back_keeps_what_was_said(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    await person.taps("FTX Japan K.K.")
    await person.taps("5A 类")
    await person.says("9912345")
    await person.says("上一步")
    person.sees("目前填写的是：9912345")
    await person.taps("上一步")
    person.sees("目前填写的是：5A 类")
    await person.taps("保留：5A 类")
    person.sees("第 4 步")


async def test_edit_one_field_from_the_review(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await fills(person)
    await person.taps("修改某一项")
    await person.taps("法定名称")
    await person.says("欧阳明月")
    person.sees("请核对", "欧阳明月", "200,000.00 美元")
    await person.taps("确认提交")
    assert (await stored(engine, number_on(person))).particulars["name"] == "欧阳明月"


async def test_another_kind_of_holder_is_asked_for_its_own_name_and_places(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    await fills(person)
    await person.taps("修改某一项")
    await person.taps("债权人类型")
    await person.taps("公司")
    person.sees("法定全称")
    await person.says("Example Holdings Ltd.")
    person.sees("注册在哪个")
    for _place in range(3):
        await person.taps("香港")
    person.sees("请核对", "Example Holdings Ltd.").sees_not("张三")


async def test_cancel_and_take_it_up_again(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    await person.taps("FTX Trading Ltd.")
    await person.taps("取消填写")
    person.sees("已取消", "没有提交任何内容")
    await person.taps("撤销取消")
    person.sees("第 2 步")


async def test_days_later_on_another_channel(person: Person, clock: Clock, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await person.taps("FTX Trading Ltd.")
    await person.taps("5A 类")
    clock.passes(timedelta(days=5))
    page = person.at(WEBCHAT, "b" * 64)
    await page.linked_as(EMAIL)
    await page.commands("file")
    page.sees("未完成的“登记债权”", "第 3 步")
    await page.taps("继续填写")
    await page.says("9912345")
    for _optional in range(2):
        await page.taps("跳过")
    await page.taps("个人")
    await page.says("张三")
    for _place in range(3):
        await page.taps("香港")
    await page.says("20万")
    await page.sends_file("a.png", png())
    await page.taps("已上传")
    await page.taps("我声明")
    await page.taps("确认提交")
    number = number_on(page)
    await person.taps_token("claims.status")
    person.sees(number)


async def test_a_form_that_changed_meanwhile_asks_what_is_new(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deploy between two answers: what was said stays, the gone question goes, the new one is asked."""
    await joins(person)
    await person.commands("file")
    await fills(person)
    form = next(step.form for step in dialogue.flow.steps if step.name == "claims.file")
    assert form is not None
    questions = tuple(q for q in form.questions if q.name != "ucc")
    extra = replace(
        questions[0], name="portal", ask=lambda _answers: "新的问题", options=None, read=lambda text, _a: text, show=str
    )
    newer: Form = replace(form, version=2, questions=(*questions, extra))
    forms = person.engine._forms._forms
    monkeypatch.setitem(forms, "claims.file", newer)
    await person.taps("确认提交")
    person.sees("有更新", "新的问题")
    await person.says("答")
    person.sees("张三").sees_not("EX-99-ABC")
    await person.taps("确认提交")
    person.sees("✅ 已登记")


# --- twice


async def test_two_taps_on_submit_make_one_claim(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await fills(person)
    submit = person.button("确认提交")
    await person.taps("确认提交")
    number = number_on(person)
    await person.repeats()
    assert person.answer.repeated
    assert number_on(person) == number
    await person.taps_token(submit.token)
    person.sees("已经提交过，没有重复提交")
    creditor = await person.creditor_id()
    assert creditor is not None
    assert len(await claims.of_creditor(engine.database.read(), creditor)) == 1


async def test_the_same_schedule_number_is_registered_once(person: Person, engine: Engine) -> None:
    await joins(person)
    number = await files(person)
    await person.taps("再登记一项")
    await fills(person, papers=True)
    await person.taps("确认提交")
    person.sees("已经用债权表编号 9912345 登记过", number)
    assert person.button(f"查看 {number}").token == f"claims.status:{number}"
    await person.says("9912346")
    person.sees("请核对", "9912346", "表.pdf")
    await person.taps("确认提交")
    person.sees("✅ 已登记")
    assert number_on(person) != number


async def test_two_channels_race_with_the_same_claim(person: Person, engine: Engine) -> None:
    await joins(person)
    page = person.at(WEBCHAT, "c" * 64)
    await page.linked_as(EMAIL)
    for one, form in ((person, "claims.file:new"), (page, "claims.file")):
        await one.taps_token(form)
        if "继续填写" in one.labels:
            await one.taps("重新填写")
        await fills(one)
    turns = [one.turn(choice=one.button("确认提交").token) for one in (person, page)]
    await asyncio.gather(person.does(turns[0]), page.does(turns[1]))
    assert sorted("✅ 已登记" in one.screen for one in (person, page)) == [False, True]
    creditor = await person.creditor_id()
    assert creditor is not None
    assert len(await claims.of_creditor(engine.database.read(), creditor)) == 1


async def test_withdrawn_it_may_be_registered_again(person: Person) -> None:
    await joins(person)
    number = await files(person)
    await person.taps_token(f"claims.withdraw_yes:{number}.mistake")
    person.sees("已撤回")
    assert await files(person) != number


# --- class and size


@pytest.mark.parametrize(
    ("plan_class", "amount", "usual"),
    [("7A", "50000.01", "5A"), ("5A", "5万", "7A"), ("5B", "1", "7B"), ("7B", "1亿", "5B")],
)
async def test_class_and_amount_that_do_not_fit_are_asked_about(
    person: Person, plan_class: str, amount: str, usual: str
) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, plan_class, amount)
    person.sees(f"通常属于 {usual} 类", f"仍填 {plan_class} 类")
    await person.taps(f"改为 {usual} 类")
    person.sees("请上传能证明这项债权的材料")
    await person.taps("跳过")
    await person.taps("我声明")
    person.sees(f"债权类别：{usual} 类").sees_not("类别核对")


async def test_the_class_may_stay_and_is_asked_again_when_the_amount_changes(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, "7A", "60000")
    await person.taps("仍填 7A 类")
    await person.taps("跳过")
    await person.taps("我声明")
    person.sees("类别核对：仍填 7A 类")
    await person.taps("修改某一项")
    await person.taps("债权金额")
    await person.says("70000")
    person.sees("通常属于 5A 类")
    await person.taps("不确定")
    await person.taps("确认提交")
    assert (await stored(engine, number_on(person))).particulars["plan_class"] == "unsure"


@pytest.mark.parametrize(("plan_class", "amount"), [("7A", "5万"), ("5A", "50000.01"), ("6A", "1"), ("不确定", "1")])
async def test_what_fits_is_not_asked_about(person: Person, plan_class: str, amount: str) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, plan_class, amount)
    person.sees("请上传能证明这项债权的材料")


async def fills_to_amount(person: Person, plan_class: str, amount: str) -> None:
    """Answer the form up to and with the amount."""
    await person.taps("FTX Trading Ltd.")
    await person.taps(plan_class)
    for _optional in range(3):
        await person.taps("跳过")
    await person.taps("个人")
    await person.says("张三")
    for _place in range(3):
        await person.taps("香港")
    await person.says(amount)


# --- documents


async def test_documents_need_their_own_consent(person: Person, database: Database) -> None:
    await joins(person, papers=False)
    await person.commands("file")
    await fills_to_amount(person, "5A", "20万")
    person.sees("单独同意")
    await person.sends_file("a.pdf", pdf())
    person.sees("这个文件还没有保存")
    assert await documents(database) == 0
    await person.taps("查看并同意：证明文件")
    await person.taps("同意：证明文件")
    await person.taps("继续填写")
    await person.sends_file("a.pdf", pdf())
    person.sees("已加密保存")
    assert await documents(database) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "是空的"),
        ("a.pdf", b"MZ\x90\x00" + b"x" * 500, "扩展名不符"),
        ("a.exe", b"MZ\x90\x00" + b"x" * 500, "不能作为材料"),
        ("a.pdf", pdf()[:60], "不完整或已损坏"),
        ("a.png", png()[:-9], "不完整或已损坏"),
        ("a.pdf", pdf().replace(b"<</Root", b"<</Encrypt 5 0 R/Root"), "设了密码"),
        ("a.pdf", None, "不超过 10 MB"),
    ],
)
async def test_files_that_are_not_kept(
    person: Person, database: Database, name: str, content: bytes | None, words: str
) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, "5A", "20万")
    await person.sends_file(name, content, size=20 * 1024 * 1024 if content is None else None)
    person.sees(words, "第 12 步")
    assert await documents(database) == 0


async def test_uploads_can_be_taken_back(person: Person, database: Database) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, "5A", "20万")
    person.sees_not("删除已上传的文件")
    await person.sends_file("a.pdf", pdf())
    await person.sends_file("b.png", png())
    await person.taps("删除已上传的文件")
    person.sees("已删除 2 个文件")
    assert await documents(database) == 0
    await person.sends_file("a.pdf", pdf())
    person.sees("目前共 1 个文件")


async def test_no_more_than_ten_files(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, "5A", "20万")
    for number in range(10):
        await person.sends_file(f"{number}.png", png(number))
    await person.sends_file("11.png", png(11))
    person.sees("最多上传 10 个文件", "已上传 10 个文件")


# --- hostile input


async def test_hostile_text_at_every_question_changes_nothing(person: Person, engine: Engine) -> None:
    """Each is answered with the same question again, with a right example or a button; nothing fails."""
    await joins(person)
    await person.commands("file")
    ways = {
        "debtor": "FTX Trading Ltd.", "plan_class": "5A 类", "schedule": "跳过", "claim_number": "跳过", "ucc": "跳过",
        "holder": "个人", "name": "", "nationality": "香港", "residence": "香港", "tax_residence": "香港", "amount": "",
        "documents": "跳过", "declaration": "我声明",
    }  # fmt: skip
    typed = {"name": "张三", "amount": "20万"}
    for number, (name, way) in enumerate(ways.items(), 1):
        for text in HOSTILE:
            if name == "ucc" and text in ("１２３４５６７８", "<b>x</b>", "'; DROP TABLE claim; --", "\u202e@35000"):
                continue  # its format was never published: it may be anything of one line
            if name == "amount" and text == "１２３４５６７８":
                continue  # a sum
            await person.says(text)
            person.sees(f"第 {number} 步")
        await person.says("长" * 10_000)
        person.sees("太长", "继续填写")
        await (person.taps(way) if way else person.says(typed[name]))
    await person.taps("确认提交")
    person.sees("✅ 已登记")
    assert (await stored(engine, number_on(person))).particulars["name"] == "张三"


async def test_hostile_names_of_files(person: Person, engine: Engine) -> None:
    await joins(person)
    await person.commands("file")
    await fills_to_amount(person, "5A", "20万")
    for number, name in enumerate(
        ["\ud800.pdf", "\x00.pdf", "a" * 5000 + ".pdf", "..\\..\\x.pdf", "\u202efdp.exe", ""], 1
    ):
        await person.sends_file(name, pdf(str(number)))
        person.sees(f"目前共 {number} 个文件")
    await person.taps("已上传 6 个文件")
    await person.taps("我声明")
    await person.taps("确认提交")
    names = [one["name"] for one in (await stored(engine, number_on(person))).particulars["documents"]]
    assert all(name.isprintable() and len(name) < 100 and "/" not in name and "\\" not in name for name in names)


# --- what changes between begin and submit


async def test_a_consent_withdrawn_on_the_way_stops_the_submission_and_loses_nothing(person: Person) -> None:
    await joins(person)
    await person.commands("file")
    await fills(person)
    await person.taps_token("welcome.revoke:claim_details")
    await person.taps("继续填写")
    await person.taps("确认提交")
    person.sees("已经撤回", "内容都保留着").sees_not("✅")
    assert person.button("查看并同意").token == "welcome.consents"
    await joins_again(person)
    await person.taps("继续填写")
    await person.taps("我声明")
    await person.taps("确认提交")
    person.sees("✅ 已登记")


async def joins_again(person: Person) -> None:
    """Give the consent once more."""
    await person.taps("查看并同意")
    await person.taps("同意：债权资料")


async def test_every_step_leads_somewhere(person: Person) -> None:
    """No reply of the walk is a dead end, and every standing button of it names a step of the house."""
    await joins(person)
    number = await files(person, papers=True)
    for step in ("status", "timeline", "receipt", "withdraw", "amend", "add"):
        await person.taps_token(f"claims.{step}:{number}")
    known = app.book().steps
    for seen in person.seen:
        buttons = [choice for row in seen.answer.reply.choices for choice in row]
        assert buttons
        for choice in buttons:
            assert len(choice.token) <= 64
            name = choice.token.partition(":")[0]
            assert name in known or name.startswith(("~", "form."))


@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
async def test_personal_words_reach_no_log(
    channel: str, engine: Engine, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    person = await joins(Person(engine, channel, "d" * 64, clock=clock))
    await files(person, papers=True)
    for secret in ("张三", "9912345", "EX-99-ABC", "200000", "20万", EMAIL, "表.pdf"):
        assert secret not in caplog.text


async def test_personal_data_lies_open_nowhere_in_the_database_file(
    sqlite_url: str, unlocked: None, clock: Clock, tmp_path: Path
) -> None:
    """A claim, an abandoned draft with a document, and a decision with its reason: the raw bytes tell nothing."""
    database = await open_database(sqlite_url)
    engine = Engine(database, app.book(), meant.vocabulary(), dict(ABILITIES), pace=Pace(burst=10**9))
    person = await joins(Person(engine, WEBCHAT, "e" * 64, clock=clock))
    number = await files(person, papers=True)
    await database.write(lambda db: actions.decide(db, number, "disputed", "alice", "金额与登记册不一致", clock.now()))
    await person.commands("file")
    await fills(person, schedule="9912346", papers=True)
    await database.close()
    raw = bytes_under(tmp_path)
    planted = ["张三", "9912345", "9912346", "EX-99-ABC", EMAIL, "表.pdf", "20000000", "200,000", "不一致", "%PDF-1.4"]
    sha256 = hashlib.sha256(pdf()).digest()
    assert [word for word in planted if word.encode() in raw] == []
    assert sha256 not in raw
    assert sha256.hex().encode() not in raw
    assert number.encode() in raw, "the search sees what is there"


def bytes_under(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
