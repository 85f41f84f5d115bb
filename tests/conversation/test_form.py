"""Forms: every way through, out, and back in; on two channels; over a deploy; and with taps from long ago."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation.engine import Engine, Pace, TurnFailed
from bot.conversation.form import Form, Option, Question
from bot.conversation.reply import Reply
from storage import conversations, people
from storage.database import Database
from tests import room
from tests.fixtures import ABILITIES
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person

#: a way through the whole form, as the answers of a person
CASH = ("张三", "现金", "100", "跳过", "跳过", "1234")


async def answers(person: Person, *said: str) -> None:
    """Say each, or tap it where a button says so."""
    for word in said:
        if word in person.labels:
            await person.taps(word)
        else:
            await person.says(word)


async def sheet(database: Database) -> room.Sheet:
    """The one draft there is."""
    (found,) = await room.sheets(database)
    return found


# ------------------------------------------------------------------------------------------ the way through


async def test_from_the_first_question_to_the_end(person: Person, database: Database) -> None:
    await person.commands("form")
    person.sees("第 1 步，共 6 步", "您叫什么？").sees_not("上一步", "跳过")
    await answers(person, *CASH)
    person.sees(
        "请核对", "姓名：张三", "类别：现金", "金额：100 元", "备注：（未填写）", "材料：（未填写）", "验证码：ok"
    )
    person.sees_not("代币")
    await person.taps("确认提交")
    person.sees("已提交 张三").sees_not("继续填写")
    entry = (await room.steps(database))[-1]
    assert entry.payload["answers"] == {
        "name": "张三", "kind": "cash", "amount": 10000, "note": None, "papers": None, "code": "ok", "_tries": 1,
    }  # fmt: skip
    done = await sheet(database)
    assert (done.status, done.content["answers"]) == ("sent", {}), "what was typed lies in one place only"
    assert (await person.contact()).draft is None


async def test_a_conditional_question_is_asked_when_it_applies_and_forgotten_when_not(
    person: Person, database: Database
) -> None:
    await person.commands("form")
    await answers(person, "张三", "代币")
    person.sees("第 3 步，共 7 步", "张三，哪种代币？", "张三 的 BTC")
    await answers(person, "张三 的 BTC", "100", "跳过", "跳过", "1234")
    person.sees("代币：张三 的 BTC")
    await person.taps("修改某一项")
    await person.taps("类别")
    person.sees("目前填写的是：代币")
    await person.taps("现金")
    person.sees("请核对").sees_not("BTC")
    await person.taps("确认提交")
    assert "coin" not in (await room.steps(database))[-1].payload["answers"]


async def test_a_change_that_opens_a_question_asks_it_before_anything_is_sent(
    person: Person, database: Database
) -> None:
    await person.commands("form")
    await answers(person, *CASH)
    submit = person.button("确认提交").token
    await person.taps("修改某一项")
    await person.taps("类别")
    await person.taps("代币")
    person.sees("哪种代币？")
    await person.taps_token(submit)
    person.sees("这一步已经记录", "哪种代币？")
    assert await room.effects(database) == []
    await person.taps("ETH")
    person.sees("请核对", "代币：ETH")


async def test_an_answer_may_be_typed_or_tapped(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三")
    for typed in ("随便", "cash money"):
        await person.says(typed)
        person.sees("请点选下面的一个选项", "哪一类？")
    for typed in (" 现金 ", "CASH"):
        await person.says(typed)
        person.sees("多少？")
        await person.says("上一步")
    assert (await sheet(database)).content["answers"] == {"name": "张三", "kind": "cash"}


@pytest.mark.parametrize("wrong", ["一百", "-5", "1e3", "１００", "", " ", "100 元", "9" * 13])
async def test_what_cannot_be_read_is_asked_again_with_an_example(
    person: Person, database: Database, wrong: str
) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金")
    before = await sheet(database)
    await person.says(wrong)
    person.sees("不对（not_an_amount），例如 100", "多少？")
    assert (await sheet(database)).content["answers"] == before.content["answers"]
    await person.says("100")
    person.sees("备注？")


async def test_only_what_is_optional_may_be_left_out(person: Person, database: Database) -> None:
    await person.commands("form")
    for answer, question in (("张三", "您叫什么？"), ("现金", "哪一类？"), ("100", "多少？")):
        person.sees(question)
        await person.says("跳过")
        person.sees("不能跳过", question)
        await answers(person, answer)
    await person.taps("跳过")
    await person.taps("跳过")
    person.sees("验证码？")
    assert (await sheet(database)).content["answers"] == {
        "name": "张三", "kind": "cash", "amount": 10000, "note": None, "papers": None,
    }  # fmt: skip


async def test_back_shows_what_was_said_and_keeps_it(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "100")
    await person.taps("上一步")
    person.sees("多少？", "目前填写的是：100 元", "保留：100 元")
    await person.says("上一步")
    await person.says("上一步")
    person.sees("您叫什么？", "目前填写的是：张三")
    await person.says("上一步")
    person.sees("您叫什么？")
    assert (await sheet(database)).content["answers"] == {"name": "张三", "kind": "cash", "amount": 10000}
    await person.taps("保留：张三")
    person.sees("备注？")
    await person.says("上一步")
    await person.says("跳过")
    person.sees("备注？")
    assert (await sheet(database)).content["answers"] == {"name": "张三", "kind": "cash", "amount": 10000}


async def test_back_from_the_review_and_an_edit_of_one_field(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, *CASH)
    await person.says("上一步")
    person.sees("验证码？")
    await person.says("1234")
    await person.taps("修改某一项")
    person.sees("您想修改哪一项？", "[姓名]", "[金额]").sees_not("[代币]")
    await person.taps("返回核对")
    await person.taps("修改某一项")
    await person.taps("金额")
    await person.says("250")
    person.sees("请核对", "金额：250 元", "姓名：张三")


async def test_a_refused_sending_leads_back_to_the_question(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "100", "bad", "跳过", "1234")
    await person.taps("确认提交")
    person.sees("不对（bad_note）", "备注？")
    assert await room.effects(database) == []
    await answers(person, "好")
    person.sees("请核对", "备注：好")
    await person.taps("确认提交")
    person.sees("已提交")


async def test_a_form_of_one_question_is_sent_with_its_answer(person: Person, database: Database) -> None:
    await person.commands("note")
    person.sees("想说什么？").sees_not("第 1 步")
    await person.says("你好")
    person.sees("记下了：你好")
    await person.says("你好")
    person.sees("看到").sees_not("记下了")
    assert len(await room.effects(database)) == 1


async def test_a_form_may_refuse_to_begin(person: Person, database: Database) -> None:
    await person.taps_token("room.form:no")
    person.sees("不行")
    assert await room.sheets(database) == []
    assert (await person.contact()).draft is None


# ------------------------------------------------------------------------------------------ files, codes, extras


async def test_files(person: Person, database: Database) -> None:
    await person.commands("form")
    await person.sends_file("a.png", b"x")
    person.sees("需要文字", "您叫什么？")
    assert await room.documents(database) == 0
    await answers(person, "张三", "现金", "100", "跳过")
    await person.says("这是文字")
    person.sees("需要上传文件", "请上传材料。")
    await person.sends_file("a.png", b"x")
    person.sees("已收到“a.png”", "目前共 1 个文件").sees_not("跳过")
    await person.sends_file("大.png", None, size=10**9)
    person.sees("不对（too_large）")
    await person.sends_file("b.png", b"y")
    await person.sends_file("c.png", b"z")
    person.sees("不对（too_many_files）", "已上传 2 个文件，下一步")
    await person.says("跳过")
    person.sees("验证码？")
    kept = (await sheet(database)).content["answers"]["papers"]
    assert [paper["name"] for paper in kept] == ["a.png", "b.png"], "leaving out does not throw away"
    assert await room.documents(database) == 2
    await person.says("上一步")
    await person.taps("已上传 2 个文件，下一步")
    person.sees("验证码？")


async def test_a_repeated_file_is_kept_once(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "100", "跳过")
    await person.sends_file("a.png", b"x")
    for _ in range(3):
        await person.repeats()
    assert await room.documents(database) == 1
    assert len((await sheet(database)).content["answers"]["papers"]) == 1


async def test_a_wrong_code_is_counted_although_it_is_refused(person: Person, database: Database) -> None:
    """Else a million codes could be tried."""
    await person.commands("form")
    await answers(person, *CASH[:-1])
    for number in (1, 2, 3):
        await person.says("0000")
        person.sees("不对（wrong_code）", "验证码？")
        assert (await sheet(database)).content["answers"]["_tries"] == number
    await person.says("1234")
    person.sees("请核对")


async def test_an_extra_button_does_its_thing_and_asks_again(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, *CASH[:-1])
    await person.taps("再发一次")
    person.sees("又发了一次", "验证码？")
    await person.repeats()
    await person.taps("再发一次")
    await person.taps("再发一次")
    person.sees("不对（too_often）", "验证码？")
    assert (await sheet(database)).content["answers"]["_sent"] == 4


# ------------------------------------------------------------------------------------------ out and in again


async def test_cancel_and_undo(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金")
    old = person.reply
    await person.says("取消")
    person.sees("已取消", "撤销取消").sees_not("[继续填写]")
    assert (await sheet(database)).status == "dropped"
    await person.says("你好")
    person.sees("看到").sees_not("继续填写")
    await person.taps_token(old.choices[-1][0].token)
    person.sees("按钮已经失效", "主菜单")
    assert (await sheet(database)).status == "dropped"
    await person.taps("撤销取消")
    person.sees("多少？")
    undo = person.seen[-1].turn
    await person.taps_token(undo.choice or "")
    person.sees("多少？")
    await answers(person, "100", "跳过", "跳过", "1234")
    await person.taps("确认提交")
    await person.taps_token(undo.choice or "")
    person.sees("没有可以恢复")
    assert len(await room.effects(database)) == 1


@pytest.mark.parametrize(
    ("text", "back"), [("撤销取消", True), ("继续填写", True), ("取消", False), ("确认", False), ("菜单", False)]
)
async def test_what_brings_a_cancelled_form_back(person: Person, database: Database, text: str, back: bool) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "取消")
    await person.says(text)
    assert ((await sheet(database)).status == "open") is back


async def test_an_unfinished_form_is_offered_again(
    engine: Engine, person: Person, clock: FakeClock, database: Database
) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "取消")
    await person.taps("撤销取消")
    await person.commands("note")  # something else comes between
    clock.passes(timedelta(days=9))
    await person.says("取消")
    await person.commands("form")
    person.sees("多少？")
    await _forget_the_current(engine, person)
    await person.commands("form")
    person.sees("未完成", "填到第 3 步，共 6 步", "2026-11-22 10:00", "继续填写", "重新填写")
    await person.taps("继续填写")
    person.sees("多少？")
    assert len([s for s in await room.sheets(database) if s.form == "room.form"]) == 1


async def _forget_the_current(engine: Engine, person: Person) -> None:
    """As after a link to another device: the drafts are there, none is being filled in."""
    row = await person.contact()
    await engine.database.write(
        lambda db: people.turned(
            db, row.id, creditor_id=row.creditor_id, locale=row.locale, locale_chosen=row.locale_chosen,
            timezone=row.timezone, muted=row.muted, draft=None, order=row.seen_order, at=row.seen_at,
            messages=row.messages,
        )
    )  # fmt: skip


async def test_restart_begins_afresh_about_the_same_thing(person: Person, engine: Engine, database: Database) -> None:
    await person.taps_token("room.form:ZQ-1")
    await answers(person, "张三")
    await _forget_the_current(engine, person)
    await person.taps_token("room.form:ZQ-1")
    await person.taps("重新填写")
    person.sees("您叫什么？")
    first, second = sorted(await room.sheets(database), key=lambda s: s.status)
    assert (first.status, second.status) == ("dropped", "open")
    assert second.content["answers"] == {"_argument": "ZQ-1", "_about": "ZQ-1"}
    await person.taps("重新填写")  # the old screen's button again
    person.sees("没有可以恢复")
    assert len(await room.sheets(database)) == 2


async def test_two_things_have_two_drafts(person: Person, engine: Engine, database: Database) -> None:
    """Amending one claim is not offered to whoever wants to amend another."""
    await person.taps_token("room.form:ZQ-1")
    await answers(person, "甲")
    await person.taps_token("room.form:ZQ-2")
    person.sees("您叫什么？").sees_not("未完成")
    await answers(person, "乙")
    await person.taps_token("room.form:ZQ-1")
    person.sees("未完成")
    await person.taps("继续填写")
    person.sees("哪一类？")
    await person.taps("上一步")
    person.sees("目前填写的是：甲")
    await person.taps_token("room.form:ZQ-2")
    await person.taps("继续填写")
    await person.taps("上一步")
    person.sees("目前填写的是：乙")
    await person.commands("form")  # about nothing in particular: the one at hand
    person.sees("目前填写的是：乙")


async def test_a_form_inside_a_form_leads_back(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三")
    await person.commands("note")
    await person.says("问一下")
    person.sees("记下了：问一下", "继续填写")
    await person.says("现金")
    person.sees("多少？")


async def test_what_was_finished_elsewhere_does_not_come_up_again_from_below(
    engine: Engine, person: Person, database: Database
) -> None:
    """A below B below C; meanwhile A and B are finished: leaving C must not lead back to a sent form."""
    await person.commands("form")
    await answers(person, *CASH)
    submit = person.button("确认提交").token
    handle = (await sheet(database)).handle
    await person.commands("note")
    await person.taps_token(f"form.resume:{handle}")
    await person.taps_token(submit)
    person.sees("已提交")
    (note,) = [s for s in await room.sheets(database) if s.status == "open"]
    await person.taps_token(f"form.resume:{note.handle}")
    await person.says("问一下")
    person.sees("记下了").sees_not("继续填写")
    assert (await person.contact()).draft is None


async def test_drafts_that_lie_below_each_other_end_somewhere(person: Person, database: Database) -> None:
    await person.taps_token("room.form:a")
    a = (await sheet(database)).handle
    await person.taps_token("room.form:b")
    await person.taps_token(f"form.resume:{a}")
    await person.taps_token("form.restart:" + a)
    for _ in range(4):
        await person.says("取消")
        if (await person.contact()).draft is None:
            break
    assert (await person.contact()).draft is None


# ------------------------------------------------------------------------------------------ old buttons


async def test_no_button_of_an_answered_question_does_anything(person: Person, database: Database) -> None:
    """Every button of every screen so far, tapped again at the end."""
    await person.commands("form")
    for answer in CASH:
        await answers(person, answer)
    before = await sheet(database)
    old = [c for seen in person.seen[:-1] for row in seen.answer.reply.choices for c in row if c.token.startswith("~")]
    assert len(old) > 10
    for choice in old:
        await person.taps_token(choice.token)
        person.sees("这一步已经记录", "请核对")
    after = await sheet(database)
    assert (after.at, after.status, after.content) == (before.at, before.status, before.content)
    await person.taps("确认提交")
    for choice in old:
        await person.taps_token(choice.token)
        person.sees("已经提交过")
    assert len(await room.effects(database)) == 1


async def test_a_button_of_somebody_else_does_nothing(engine: Engine, person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三")
    before = await sheet(database)
    thief = Person(engine, address="666", clock=person.clock)
    for token in (
        *(choice.token for choice in person.buttons),
        f"form.resume:{before.handle}",
        f"form.undo:{before.handle}",
        f"form.restart:{before.handle}",
    ):
        await thief.taps_token(token)
        thief.sees_not("张三", "哪一类")
    assert await sheet(database) == before


# ------------------------------------------------------------------------------------------ two channels


async def test_a_form_goes_on_where_its_person_is(engine: Engine, person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三")
    page = person.at(WEBCHAT, "c" * 64)
    await page.commands("form")
    page.sees("您叫什么？")  # nobody knows yet that they are one
    await page.says("取消")
    for one in (person, page):
        await one.taps_token("room.link:zhang@example.com")
    await page.commands("form")
    page.sees("未完成", "填到第 2 步")
    await page.taps("继续填写")
    page.sees("哪一类？")
    await page.taps("代币")
    await person.taps("现金")
    person.sees("这一步已经记录", "哪种代币？")
    await answers(page, "ETH", "100", "跳过", "跳过", "1234")
    await page.taps("确认提交")
    page.sees("已提交 张三")
    await person.says("ETH")
    person.sees("看到").sees_not("继续填写")
    await person.taps("现金")
    person.sees("已经提交过")
    assert len(await room.effects(database)) == 1


async def test_two_channels_at_the_same_moment(
    engine: Engine, second_engine: Engine, clock: FakeClock, database: Database
) -> None:
    """One draft, two contacts, two machines: no answer is lost, none is put where another belongs."""
    person, page = Person(engine, clock=clock), Person(second_engine, WEBCHAT, "c" * 64, clock=clock)
    for one in (person, page):
        await one.taps_token("room.link:zhang@example.com")
    await person.commands("form")
    handle = (await sheet(database)).handle
    await page.taps_token(f"form.resume:{handle}")
    for number in range(6):
        turns = [one.turn(text=f"{one.channel[:3]} {number}") for one in (person, page)]
        openings = [one.turn(command="form") for one in (person, page)]
        await asyncio.gather(person.does(turns[0]), page.does(turns[1]))
        name = (await sheet(database)).content["answers"]["name"]
        assert name in {turn.text for turn in turns}
        # opening the form again must not write back what stood there before somebody answered
        await asyncio.gather(person.does(openings[0]), page.does(page.turn(choice=f"~{handle}.kind.=.coin")))
        kept = (await sheet(database)).content["answers"]
        assert kept == {"name": name, "kind": "coin"}
        await person.taps_token(f"~{handle}.coin.back")
        await person.taps_token(f"~{handle}.kind.back")
        person.sees("您叫什么？")


# ------------------------------------------------------------------------------------------ a deploy


def _deployed(database: Database, form: Form) -> Engine:
    return Engine(database, room.book(form), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))


PORTAL = Question("portal", lambda: "门户", lambda _a: "门户编号？", lambda t, _a: t)
NICK = replace(room.QUESTIONS[0], name="nick", ask=lambda _a: "怎么称呼您？")
AMOUNT = replace(room.QUESTIONS[3], ask=lambda _a: "多少美分？")


@pytest.mark.parametrize(
    ("form", "asks", "kept"),
    [
        (replace(room.FORM, version=2), "多少？", {"name", "kind"}),
        (replace(room.FORM, version=2, questions=(PORTAL, *room.QUESTIONS)), "门户编号？", {"name", "kind"}),
        (replace(room.FORM, version=2, questions=(NICK, *room.QUESTIONS[1:])), "怎么称呼您？", {"kind"}),
        (replace(room.FORM, version=2, questions=(*room.QUESTIONS[:3], AMOUNT, *room.QUESTIONS[4:])), "多少美分？", {"name", "kind"}),
        (replace(room.FORM, version=1, questions=(*room.QUESTIONS[:3], *room.QUESTIONS[4:])), "备注？", {"name", "kind"}),
        (replace(room.FORM, version=0), "多少？", {"name", "kind"}),
    ],
    ids=["bump", "added", "renamed", "other meaning", "removed without a bump", "rolled back"],
)  # fmt: skip
@pytest.mark.parametrize("how", ["typed", "tapped", "skip", "back", "file", "opened", "resumed"])
async def test_a_deploy_that_changes_the_form(
    person: Person, database: Database, form: Form, asks: str, kept: set[str], how: str
) -> None:
    """What was filled in stays; what the person answers now was meant for the question on the old screen."""
    await person.commands("form")
    await answers(person, "张三", "现金")
    person.sees("多少？")
    old = person.button("上一步").token
    person.engine = _deployed(database, form)
    match how:
        case "typed":
            await person.says("777")
        case "tapped":
            await person.taps_token(old)
        case "file":
            await person.sends_file("a.png", b"x")
        case "opened":
            await person.commands("form")
        case "resumed":
            await person.taps_token("form.resume")
        case "skip":
            await person.says("跳过")
        case "back":
            await person.says("上一步")
    person.sees("有更新", asks).sees_not("这一步已经记录")
    now = await sheet(database)
    assert (set(now.content["answers"]), now.status) == (kept, "open")
    assert await room.documents(database) == 0
    await person.says("菜单")
    await person.taps("继续填写")
    person.sees(asks).sees_not("有更新")


async def test_a_deploy_before_the_sending_shows_the_review_again(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, *CASH)
    label = replace(room.QUESTIONS[3], label=lambda: "美元金额")
    person.engine = _deployed(
        database, replace(room.FORM, version=2, questions=(*room.QUESTIONS[:3], label, *room.QUESTIONS[4:]))
    )
    await person.taps("确认提交")
    person.sees("有更新", "请核对", "美元金额：100 元")
    assert await room.effects(database) == []
    await person.taps("确认提交")
    person.sees("已提交")


async def test_a_cancel_is_a_cancel_also_after_a_deploy(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, "张三")
    person.engine = _deployed(database, replace(room.FORM, version=2))
    await person.taps("取消填写")
    person.sees("已取消")


async def test_a_form_that_is_gone(person: Person, database: Database) -> None:
    """Its room was taken out: the draft waits, and nobody is led in circles."""
    await person.commands("form")
    await answers(person, "张三")
    tap = person.button("现金").token
    engine = Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))
    del engine._forms._forms["room.form"]
    del engine._book.steps["room.form"]
    whole, person.engine = person.engine, engine
    await person.taps_token("form.resume")
    person.sees("没有可以恢复").sees_not("继续填写")
    person.engine = whole
    await person.taps_token(f"form.resume:{(await sheet(database)).handle}")
    person.sees("哪一类？")
    person.engine = engine
    await person.taps_token(tap)
    person.sees("按钮已经失效").sees_not("继续填写")
    await person.says("你好")
    person.sees("看到").sees_not("继续填写")
    await person.commands("form")
    person.sees("功能现在不可用", "主菜单")
    assert (await sheet(database)).content["answers"] == {"name": "张三"}


# ------------------------------------------------------------------------------------------ faults of a room


async def test_a_form_without_a_question_can_be_sent_and_left(person: Person, database: Database) -> None:
    empty = replace(room.FORM, questions=())
    person.engine = _deployed(database, replace(empty, submit=_thanks))
    await person.commands("form")
    person.sees("请核对")
    await person.says("上一步")
    person.sees("请核对")
    await person.taps("修改某一项")
    await person.taps("返回核对")
    await person.taps("确认提交")
    person.sees("谢谢")


async def _thanks(*_args: Any) -> Reply:
    return Reply(text="谢谢")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda q: replace(q, name="a_name_longer_than_sixteen"),
        lambda q: replace(q, name="with.dot"),
        lambda q: replace(q, name="姓名"),
        lambda q: replace(q, name=""),
        lambda q: replace(q, name="kind"),
        lambda q: replace(q, name="_private"),
    ],
    ids=["long", "dot", "not ASCII", "empty", "twice", "underscore first"],
)
def test_a_question_no_button_can_name_is_refused_at_the_start(spoil: Callable[[Question], Question]) -> None:
    with pytest.raises(ValueError, match="question"):
        replace(room.FORM, questions=(spoil(room.QUESTIONS[0]), *room.QUESTIONS[1:]))


async def test_an_option_no_button_can_carry_is_a_loud_fault(person: Person, database: Database) -> None:
    kind = replace(room.QUESTIONS[1], options=lambda _a: [Option("长" * 20, lambda: "长")])
    person.engine = _deployed(database, replace(room.FORM, questions=(room.QUESTIONS[0], kind)))
    await person.commands("form")
    with pytest.raises(TurnFailed):
        await person.says("张三")


# ------------------------------------------------------------------------------------------ what it costs to look


async def test_every_token_fits_a_button(person: Person) -> None:
    await person.commands("form")
    await answers(person, *CASH)
    await person.taps("修改某一项")
    for seen in person.seen:
        for row in seen.answer.reply.choices:
            for choice in row:
                assert 0 < len(choice.token.encode()) <= 64


async def test_adopted_drafts_are_the_creditors_on_every_channel(
    engine: Engine, person: Person, database: Database
) -> None:
    await person.commands("form")
    await person.taps_token("room.link:zhang@example.com")
    creditor = await person.creditor_id()
    assert creditor is not None
    rows = await conversations.unfinished(database.read(), "room.form", 0, creditor)
    assert [row.creditor_id for row in rows] == [creditor]
    assert (await engine.locale_of(TELEGRAM, person.address)) == "zh_Hans"
