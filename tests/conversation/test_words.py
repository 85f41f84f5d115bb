"""Words instead of buttons: inside a form, in between, and on the newest screen."""

from datetime import timedelta

from bot.conversation.engine import Engine
from storage.database import Database
from tests import room
from tests.conversation.test_form import CASH, answers, sheet
from tests.person import FakeClock, Person

# ------------------------------------------------------------------------------------------ inside a form


async def test_a_field_is_named_and_changed(person: Person) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "100")
    await person.says("改一下姓名")
    person.sees("您叫什么？", "目前填写的是：张三")
    await person.says("李四")
    person.sees("备注？")
    await person.says("金额写错了，应该是 250")
    person.sees("备注？")
    await answers(person, "跳过", "跳过", "1234")
    person.sees("请核对", "姓名：李四", "金额：250 元")
    await person.says("金额改成 300")
    person.sees("请核对", "金额：300 元")
    await person.says("金额改成三百吧")
    person.sees("多少？")
    await person.says("400")
    person.sees("请核对", "金额：400 元")


async def test_back_skip_and_leave_in_other_words(person: Person) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金")
    await person.says("我想返回上一步看看")
    person.sees("哪一类？")
    await person.says("现金")
    await person.says("100")
    await person.says("这个先不填吧")
    person.sees("请上传材料")
    await person.says("我不想填了")
    person.sees("已取消", "撤销取消")
    await person.says("撤销取消，继续填写")
    person.sees("请上传材料")


async def test_a_correction_answers_the_question_before(person: Person) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金", "100")
    person.sees("备注？")
    await person.says("跳过")
    await person.says("不是，我是说 150")
    person.sees_not("不对（")
    await answers(person, "跳过", "1234")
    person.sees("金额：100 元")  # the question before was the note, which takes words: nothing was guessed
    await person.says("改一下金额")
    await person.says("不对，是 150")
    person.sees("请核对", "金额：150 元")


async def test_a_question_in_between_is_answered_and_the_form_goes_on(person: Person, database: Database) -> None:
    await person.commands("form")
    await person.says("什么时候付款？")
    person.sees("看到", "中途", "[继续填写]").sees_not("类别")
    await person.says("张三")
    person.sees("哪一类？")
    await person.says("这是什么意思？")
    person.sees("中途", "[继续填写]")
    await person.taps("继续填写")
    await answers(person, "现金")
    await person.says("要手续费吗？")
    person.sees("中途")
    await person.says("100")
    person.sees("备注？")
    assert (await sheet(database)).content["answers"]["amount"] == 10000


async def test_every_word_of_a_message_to_a_person_is_the_message(person: Person, database: Database) -> None:
    await person.commands("note")
    await person.says("我想取消之前的申请，金额写错了，怎么办？")
    person.sees("记下了：我想取消之前的申请，金额写错了，怎么办？")


async def test_after_two_wrong_answers_a_person_is_offered(person: Person) -> None:
    await person.commands("form")
    await answers(person, "张三", "现金")
    await person.says("很多钱")
    person.sees("不对（not_an_amount）").sees_not("[转人工]")
    await person.says("非常多")
    person.sees("不对（not_an_amount）", "[转人工]")
    await person.says("100")
    person.sees("备注？")
    await answers(person, "跳过", "跳过")
    await person.says("0000")
    person.sees("不对").sees_not("[转人工]")


async def test_the_review_screen_understands_words(person: Person, database: Database) -> None:
    await person.commands("form")
    await answers(person, *CASH)
    await person.says("随便")
    person.sees("没有读懂这句话", "请核对")
    await person.says("修改某一项")
    person.sees("您想修改哪一项")
    await person.says("金额")
    person.sees("多少？")
    await person.says("200")
    await person.says("确认")
    person.sees("已提交 张三")


async def test_extra_buttons_can_be_typed(person: Person) -> None:
    await person.commands("form")
    await answers(person, *CASH[:-1])
    await person.says("再发一次")
    person.sees("又发了一次", "验证码？")


# ------------------------------------------------------------------------------------------ outside


async def test_what_is_on_a_button_can_be_typed(person: Person, database: Database) -> None:
    await person.commands("look")
    await person.says(" 加！")
    person.sees("加了", "第 2 步")
    await person.says("再加")
    person.sees("第 3 步")


async def test_a_numbered_thing_is_only_done_by_its_number(person: Person, database: Database, engine: Engine) -> None:
    await person.taps_token("room.card:ZQ-7K2M9QD")
    await person.says("确认划掉")
    person.sees("照原样发送：\n确认划掉 ZQ-7K2M9QD", "卡片 ZQ-7K2M9QD").sees_not("划掉了")
    await person.taps_token("room.card:ZQ-7K2M9QD")
    await person.says("确认划掉 ZQ-AAAAAAA")
    person.sees_not("划掉了")
    await person.taps_token("room.card:ZQ-7K2M9QD")
    await person.says("确认划掉 zq-7k2m9qd")
    person.sees("划掉了 ZQ-7K2M9QD.1a2b")
    assert len(await room.steps(database)) == 2  # the account, and the one stroke


async def test_two_things_asked_at_once_are_both_answered(person: Person) -> None:
    await person.commands("add")
    await person.says("两件")
    person.sees("看到", "甲", "主菜单")
    assert person.labels.count("看") <= 1


async def test_an_angry_person_is_heard_first(person: Person) -> None:
    await person.says("气死了")
    person.sees("着急、生气都很正常", "加了", "[转人工]")


async def test_an_act_may_let_another_step_answer(person: Person, database: Database, clock: FakeClock) -> None:
    await person.says("转")
    person.sees("看到", "乙")
    before = await room.steps(database)
    clock.passes(timedelta(minutes=1))
    await person.repeats()
    person.sees("看到", "乙")
    assert await room.steps(database) == before
