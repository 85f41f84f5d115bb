"""Linking: the mailbox proves who somebody is, and nothing else does."""

import asyncio
import logging
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, update

from bot.conversation.engine import Engine, Pace
from bot.conversation.flow import Book, Flow
from bot.conversation.form import Form, Question
from bot.conversation.reply import Reply
from bot.conversation.vocabulary import Heard, Vocabulary
from bot.welcome import dialogue
from storage import claims, ledger, people
from storage.database import Query, table
from storage.people import Creditor, CreditorRow
from storage.terms import AccountStatus
from tests.fixtures import ABILITIES
from tests.person import TELEGRAM, WEBCHAT, Person, owed

EMAIL = "zhang.san@private-mail.example"
MINUTE = timedelta(minutes=1)


def other_than(code: str) -> str:
    """A code that is certainly wrong."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def creditor_of(database, creditor_id: int | None) -> CreditorRow:
    assert creditor_id is not None
    row = await people.creditor(database.read(), creditor_id)
    assert row is not None
    return row


async def kinds_of(database, creditor_id: int | None) -> list[str]:
    handle = (await creditor_of(database, creditor_id)).handle
    return [one.kind for one in await ledger.chain(database.read(), handle)]


async def register(database, email: str, count: int = 1) -> None:
    async def add(db):
        for number in range(count):
            await claims.add_register_line(
                db,
                key_index=claims.register_key(f"99{number:05d}", "trading"),
                email_index=people.email_index(email),
                content={"schedule": f"99{number:05d}"},
                as_of="2026-05-01",
                demo=True,
            )

    await database.write(add)


# -- the way it is meant


async def test_a_mailbox_is_proved_by_a_code(person, outside):
    await person.commands("link")
    person.sees("第 1 步，共 2 步", "注册 FTX 时用的邮箱", "例如")
    assert person.reply.expects == "email"
    await person.says(EMAIL)
    person.sees("第 2 步，共 2 步", EMAIL, "10 分钟内有效")
    assert person.reply.expects == "digits"
    assert await person.creditor_id() is None
    await person.says(await person.mailed_code())
    person.sees("绑定成功", "z***@p***.example", "没有与这个邮箱对应的记录", "这不表示您没有债权", "[登记债权]")
    person.sees_not(EMAIL)
    creditor = await creditor_of(outside, await person.creditor_id())
    assert (creditor.email, creditor.status) == (EMAIL, AccountStatus.BOUND)
    assert await kinds_of(outside, creditor.id) == ["account:bound"]
    assert (await person.contact()).draft is None


async def test_the_mail_says_what_it_is_and_holds_no_link(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    (mail,) = await person.mails()
    code = await person.mailed_code()
    assert mail.reply.title == f"债权通验证码：{code}"
    assert "http" not in mail.reply.text
    assert "如果不是您本人" in mail.reply.text
    assert mail.expires_at == clock.now() + 10 * MINUTE
    assert mail.due_at == clock.now()
    assert (mail.kind, mail.lane) == ("code", 0)
    assert await people.email_at(person.engine.database.read(), mail.address) == EMAIL


async def test_codes_and_addresses_may_be_typed_full_width(person):
    await person.commands("link")
    await person.says("我的邮箱是ｚｈａｎｇ．ｓａｎ＠ｐｒｉｖａｔｅ－ｍａｉｌ．ｅｘａｍｐｌｅ，谢谢")
    code = await person.mailed_code()
    await person.says("验证码：" + " ".join(chr(ord(digit) + 0xFEE0) for digit in code) + "。")
    person.sees("绑定成功")


async def test_what_the_register_holds_is_offered(person):
    await register(person.engine.database, EMAIL, 2)
    await person.commands("start")
    await person.proves(EMAIL.upper())
    person.sees("找到 2 条", "核对并登记第 1 条", "核对并登记第 2 条", "隐私与同意")
    tokens = [choice.token for choice in person.buttons if choice.label.startswith("核对并登记")]
    assert all(re.fullmatch(r"claims\.file:\d+", token) for token in tokens)
    assert len(set(tokens)) == 2


async def test_the_account_page_shows_who_is_linked(person):
    await person.commands("start")
    await person.proves(EMAIL)
    await person.taps_token("welcome.me")
    person.sees("z***@p***.example", "Telegram（当前渠道）", "解除绑定", "时区：北京、上海")
    person.sees_not(EMAIL)
    await person.taps_token("welcome.link")
    person.sees("已经绑定", "z***@p***.example", "解除绑定")
    assert len(await person.mails()) == 1


async def test_the_greeting_knows_who_is_linked(person):
    await person.commands("start")
    await person.proves(EMAIL)
    await person.commands("start")
    person.sees("欢迎回来", "z***@p***.example", "还没有登记债权")


# -- slips of the finger


async def test_a_slip_is_asked_about(person):
    await person.commands("link")
    await person.says("zhang@gmial.com")
    person.sees("是不是想写 zhang@gmail.com", "没有写错")
    assert await owed(person.engine.database, channel="mail") == []
    await person.taps("改为")
    person.sees("zhang@gmail.com", "第 2 步")
    assert await people.email_at(person.engine.database.read(), (await person.mails())[0].address) == "zhang@gmail.com"


@pytest.mark.parametrize("way", ["tap", "type"])
async def test_an_odd_address_may_be_right(person, way):
    await person.commands("link")
    await person.says("zhang@gmial.com")
    await (person.taps("没有写错") if way == "tap" else person.says("zhang@gmial.com"))
    person.sees("第 2 步", "zhang@gmial.com")


async def test_another_address_instead_of_an_answer(person):
    await person.commands("link")
    await person.says("zhang@gmial.com")
    await person.says("li@qq.com")
    person.sees("第 2 步", "li@qq.com")


@pytest.mark.parametrize("typed", ["张三", "zhang@", "a@qq.com b@qq.com", "35000", "😀", "x" * 3000])
async def test_what_is_no_address_is_told_with_an_example(person, typed):
    await person.commands("link")
    await person.says(typed)
    person.sees("第 1 步")
    assert "例如" in person.reply.text
    assert await owed(person.engine.database, channel="mail") == []


async def test_name_and_number_prove_nothing(person):
    await person.commands("link")
    await person.taps("为什么不能用姓名或编号验证")
    person.sees("姓名、债权金额、客户代码和债权编号都不能证明身份", "2023 年 8 月", "Kroll", "第 1 步")
    await person.taps("这个邮箱已经用不了")
    person.sees("转人工", "第 1 步")


# -- wrong codes


async def test_five_wrong_codes_end_a_code(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    for left in (4, 3, 2, 1):
        await person.says(other_than(code))
        person.sees(f"还可以再试 {left} 次")
    await person.says(other_than(code))
    person.sees("已经输错 5 次", "重新发送验证码")
    await person.says(code)
    person.sees("已作废")
    assert await person.creditor_id() is None
    clock.passes(MINUTE)
    await person.taps("重新发送验证码")
    person.sees("新的验证码已发出")
    await person.says(await person.mailed_code())
    person.sees("绑定成功")


async def test_the_wire_repeating_a_wrong_code_costs_no_second_try(person):
    await person.commands("link")
    await person.says(EMAIL)
    await person.says(other_than(await person.mailed_code()))
    person.sees("还可以再试 4 次")
    for _ in range(5):
        await person.repeats()
        person.sees("还可以再试 4 次")
        assert person.answer.repeated


@pytest.mark.parametrize("typed", ["12345", "1234567", "abcdef", "找不到"])
async def test_what_is_no_code_costs_no_try(person, typed):
    await person.commands("link")
    await person.says(EMAIL)
    for _ in range(6):
        await person.says(typed)
        person.sees("验证码是 6 位数字，例如：482913")
    await person.says(await person.mailed_code())
    person.sees("绑定成功")


async def test_an_address_in_the_place_of_the_code(person):
    await person.commands("link")
    await person.says(EMAIL)
    await person.says("li.si@qq.com")
    person.sees("上一步")
    await person.taps("上一步")
    person.sees("第 1 步")


async def test_a_code_is_good_for_ten_minutes_judged_by_the_moment_it_arrived(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    in_time = person.turn(text=code, received_at=clock.now() + 10 * MINUTE - timedelta(microseconds=1))
    clock.passes(11 * MINUTE)
    await person.does(in_time)
    person.sees("绑定成功")


async def test_after_ten_minutes_a_code_is_nothing(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    clock.passes(10 * MINUTE)
    await person.says(code)
    person.sees("已超过 10 分钟", "重新发送验证码")
    assert await person.creditor_id() is None
    await person.taps("重新发送验证码")
    await person.says(await person.mailed_code())
    person.sees("绑定成功")


async def test_a_code_works_once(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    await person.says(code)
    await person.taps_token("welcome.unlink_yes")
    clock.passes(2 * MINUTE)
    await person.taps_token("welcome.link")
    await person.says(EMAIL)
    if await person.mailed_code() != code:
        await person.says(code)
        person.sees("验证码不对")


async def test_an_older_code_is_worth_nothing(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    clock.passes(MINUTE)
    await person.taps("重新发送验证码")
    if await person.mailed_code() != code:
        await person.says(code)
        person.sees("以最新一封邮件里的验证码为准")


async def test_the_code_of_somebody_else_is_worth_nothing(person, engine, clock):
    thief = Person(engine, TELEGRAM, "666", clock=clock)
    await person.commands("link")
    await person.says(EMAIL)
    clock.passes(MINUTE)
    await thief.commands("link")
    await thief.says(EMAIL)
    if await person.mailed_code() == await thief.mailed_code():
        pytest.fail("one in a million; run it again")
    await thief.says(await person.mailed_code())
    thief.sees("验证码不对")
    assert await thief.creditor_id() is None


async def test_a_code_for_one_address_proves_no_other(person, clock):
    await person.commands("link")
    await person.says("thief@private-mail.example")
    code = await person.mailed_code()
    await person.taps("上一步")
    clock.passes(MINUTE)
    await person.says(EMAIL)
    assert len(await person.mails()) == 2
    if await person.mailed_code() != code:
        await person.says(code)
        person.sees("验证码不对")
    assert await person.creditor_id() is None


# -- limits


async def test_a_new_code_waits_a_minute(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    clock.passes(timedelta(seconds=59))
    await person.taps("重新发送验证码")
    person.sees("请在 1 秒后再试")
    assert len(await person.mails()) == 1
    clock.passes(timedelta(seconds=1))
    await person.taps("重新发送验证码")
    person.sees("新的验证码已发出")
    assert len(await person.mails()) == 2


async def test_five_codes_an_hour_for_one_person(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    for _ in range(4):
        clock.passes(2 * MINUTE)
        await person.taps("重新发送验证码")
    clock.passes(2 * MINUTE)
    await person.taps("重新发送验证码")
    person.sees("一小时内最多发送 5 次", "2026-11-22 11:00（北京时间）", "转人工")
    await person.taps("上一步")
    await person.says("somebody.else@private-mail.example")
    person.sees("一小时内最多发送 5 次")
    assert len(await person.mails()) == 5
    clock.passes(50 * MINUTE)
    await person.says(EMAIL)
    person.sees("第 2 步")
    assert len(await person.mails()) == 6


async def test_five_codes_an_hour_to_one_address(engine, clock):
    for number in range(5):
        person = Person(engine, TELEGRAM, str(100 + number), clock=clock)
        await person.commands("link")
        await person.says(EMAIL)
        person.sees("第 2 步")
        clock.passes(2 * MINUTE)
    sixth = Person(engine, TELEGRAM, "106", clock=clock)
    await sixth.commands("link")
    await sixth.says(EMAIL)
    sixth.sees("一小时内最多发送 5 次", "第 1 步")
    assert len(await owed(engine.database, channel="mail")) == 5


async def test_many_at_once_cannot_flood_one_mailbox(engine, clock):
    crowd = [Person(engine, TELEGRAM, str(200 + number), clock=clock) for number in range(6)]
    for one in crowd:
        await one.commands("link")
    await asyncio.gather(*(one.says(EMAIL) for one in crowd))
    assert len(await owed(engine.database, channel="mail")) == 1
    assert sum("第 2 步" in one.screen for one in crowd) == 1
    assert sum("请在 60 秒后再试" in one.screen for one in crowd) == 5


async def test_going_back_and_on_sends_no_second_code(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    await person.taps("上一步")
    await person.says(EMAIL)
    person.sees("第 2 步")
    assert len(await person.mails()) == 1
    await person.says(code)
    person.sees("绑定成功")


async def test_the_wire_repeating_an_address_mails_once(person):
    await person.commands("link")
    await person.says(EMAIL)
    await person.repeats()
    assert person.answer.repeated
    assert len(await person.mails()) == 1


# -- nothing is told to strangers


async def test_a_stranger_learns_nothing_about_an_address(engine, clock, monkeypatch):
    known, listed, unknown = (f"{name}.person@private-mail.example" for name in ("known", "lists", "blank"))
    owner = Person(engine, WEBCHAT, "b" * 64, clock=clock)
    await owner.linked_as(known)
    await register(engine.database, listed)
    asked: list[str] = []
    look = Query.on

    def noted(self, engine):
        asked.append(str(self.clause))
        return look(self, engine)

    monkeypatch.setattr(Query, "on", noted)
    told, work = [], []
    for number, email in enumerate((known, listed, unknown)):
        stranger = Person(engine, TELEGRAM, str(300 + number), clock=clock)
        await stranger.commands("start")
        await stranger.commands("link")
        screens = []
        asked.clear()
        await stranger.says(email)
        screens.append(stranger.screen)
        mail = (await stranger.mails())[-1].reply.text
        code = await stranger.mailed_code()
        screens.append(mail.replace(code, "CODE"))
        await stranger.says(other_than(code))
        screens.append(stranger.screen)
        await stranger.taps("重新发送验证码")
        screens.append(stranger.screen)
        clock.passes(11 * MINUTE)
        await stranger.says(code)
        screens.append(stranger.screen)
        told.append([screen.replace(email, "EMAIL") for screen in screens])
        work.append(list(asked))
    assert told[0] == told[1] == told[2]
    assert work[0] == work[1] == work[2], "the same statements in the same order"
    assert not any("register_row" in statement or "FROM creditor" in statement for statement in work[0])


async def test_nobody_else_hears_of_a_code_that_was_only_asked_for(engine, clock):
    owner = Person(engine, TELEGRAM, "10001", clock=clock)
    await owner.linked_as(EMAIL)
    stranger = Person(engine, TELEGRAM, "666", clock=clock)
    await stranger.commands("link")
    await stranger.says(EMAIL)
    assert await owner.pushed() == []


async def test_no_personal_data_in_log_or_file(person, caplog, database_url, sqlite_template):
    caplog.set_level(logging.DEBUG)
    await person.commands("link")
    await person.says("no such address")
    await person.says(EMAIL)
    code = await person.mailed_code()
    await person.says(other_than(code))
    await person.says(code)
    await person.taps_token("welcome.me")
    assert EMAIL not in caplog.text
    assert EMAIL.partition("@")[0] not in caplog.text
    assert not re.search(rf"\b{code}\b", caplog.text)
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(file)) as look:
            look.execute("PRAGMA wal_checkpoint(FULL)")
            dump = "\n".join(look.iterdump()).encode()
        for written in file.parent.glob(f"{file.name}*"):
            dump += written.read_bytes()
        assert EMAIL.encode() not in dump
        assert EMAIL.partition("@")[0].encode() not in dump


# -- several channels


async def test_a_second_channel_proves_the_same_mailbox(person, visitor, outside, clock):
    await person.commands("start")
    await person.proves(EMAIL)
    clock.passes(MINUTE)
    await visitor.commands("start")
    await visitor.proves(EMAIL)
    assert await visitor.creditor_id() == await person.creditor_id()
    assert await kinds_of(outside, await person.creditor_id()) == ["account:bound", "account:bound"]
    await visitor.taps_token("welcome.me")
    visitor.sees("网页聊天（当前渠道）", "渠道 1：Telegram，最近使用 2026-11-22")


async def test_the_other_channels_are_warned(person, visitor, clock):
    await person.commands("start")
    await person.proves(EMAIL)
    assert await person.pushed("security") == []
    clock.passes(MINUTE)
    await visitor.commands("start")
    await visitor.proves(EMAIL)
    (warning,) = await person.pushed("security")
    assert warning.reply.title == "安全提醒：您的账户刚在新的渠道上登录"
    assert "网页聊天" in warning.reply.text
    assert "2026-11-22 10:01（北京时间）" in warning.reply.text
    assert "如果不是您本人" in warning.reply.text
    assert EMAIL not in warning.reply.text
    assert {choice.token for row in warning.reply.choices for choice in row} == {"welcome.me", "support.ask"}
    assert warning.reply.notice == "security"
    assert await visitor.pushed("security") == []
    await visitor.repeats()
    assert len(await person.pushed("security")) == 1


async def test_a_lost_channel_is_thrown_out_from_another(person, visitor, outside, clock):
    await person.commands("start")
    await person.proves(EMAIL)
    clock.passes(MINUTE)
    await visitor.commands("start")
    await visitor.proves(EMAIL)
    await person.taps_token("welcome.me")
    await person.taps("解除渠道 2 的绑定")
    person.sees("解除绑定？", "网页聊天", "确认解除", "不解除")
    assert await visitor.creditor_id() is not None
    await person.taps("确认解除")
    person.sees("已解除绑定", "更改邮箱密码")
    assert await visitor.creditor_id() is None
    (warning,) = await visitor.pushed("security")
    assert "这个渠道已与您的账户解除绑定" in warning.reply.title
    assert "在“Telegram”上操作" in warning.reply.text
    await visitor.taps_token("welcome.me")
    visitor.sees("还没有绑定")
    await person.taps("确认解除")  # the old button
    person.sees("没有任何改动")
    assert await kinds_of(outside, await person.creditor_id()) == ["account:bound", "account:bound"]


async def test_the_last_channel_leaves_and_comes_back(person, outside, clock):
    await person.commands("start")
    await person.proves(EMAIL)
    creditor = await person.creditor_id()
    await person.taps_token("welcome.me")
    await person.taps("解除绑定")
    person.sees("最后一个已绑定的渠道", "确认解除")
    await person.taps("确认解除")
    person.sees("已解除绑定", "重新验证邮箱")
    assert await person.creditor_id() is None
    assert (await creditor_of(outside, creditor)).status == AccountStatus.UNBOUND
    clock.passes(MINUTE)
    await person.proves(EMAIL)
    assert await person.creditor_id() == creditor
    assert await kinds_of(outside, creditor) == ["account:bound", "account:unbound", "account:bound"]


async def test_a_stranger_cannot_unlink_others(person, visitor):
    await person.commands("start")
    await person.proves(EMAIL)
    await visitor.commands("start")
    await visitor.proves("mallory@private-mail.example")
    victim = (await person.contact()).id
    await visitor.taps_token(f"welcome.unlink:{victim}")
    visitor.sees("没有绑定")
    await visitor.taps_token(f"welcome.unlink_yes:{victim}")
    visitor.sees("没有任何改动")
    assert await person.creditor_id() is not None


async def test_two_who_prove_one_new_mailbox_at_once_are_one_creditor(engine, clock, outside):
    one, two = (Person(engine, TELEGRAM, address, clock=clock) for address in ("1", "2"))
    for person in (one, two):
        await person.commands("link")
        await person.says(EMAIL)
        clock.passes(MINUTE)
    codes = [await one.mailed_code(), await two.mailed_code()]
    await asyncio.gather(one.says(codes[0]), two.says(codes[1]))
    assert await one.creditor_id() == await two.creditor_id() is not None
    for person in (one, two):
        person.sees("绑定成功")
    assert await kinds_of(outside, await one.creditor_id()) == ["account:bound", "account:bound"]


async def test_the_same_code_twice_at_once_links_once(person, outside):
    await person.commands("link")
    await person.says(EMAIL)
    code = await person.mailed_code()
    await asyncio.gather(person.does(person.turn(text=code)), person.does(person.turn(text=code)))
    assert sum("绑定成功" in f"{seen.answer.reply.title}" for seen in person.seen) == 1
    assert await kinds_of(outside, await person.creditor_id()) == ["account:bound"]


async def test_a_frozen_account_takes_no_new_channel(person, visitor, engine, clock):
    await person.commands("start")
    await person.proves(EMAIL)
    creditor = table(Creditor).c
    freeze = Query(update(Creditor).values(status=AccountStatus.FROZEN).where(creditor.id == bindparam("key")))
    key = await person.creditor_id()
    await engine.database.write(lambda db: db.run(freeze, key=key))
    clock.passes(MINUTE)
    await visitor.commands("start")
    await visitor.proves(EMAIL)
    visitor.sees("冻结", "转人工")
    assert await visitor.creditor_id() is None
    await person.taps_token("welcome.unlink_yes")
    person.sees("冻结", "转人工")
    assert await person.creditor_id() == key
    assert await engine.database.read().one(Query(select(creditor.status))) == (AccountStatus.FROZEN,)


# -- drafts and the way back


def other_room() -> Flow:
    """A form of some other room."""
    flow = Flow("other")

    async def begin(turn, db, person, argument):
        return {}

    async def submit(turn, db, person, handle, answers):
        return Reply(text="收到 " + "、".join(answers.values()))

    def ask(words):
        return Question(words, lambda: words, lambda _answers: f"请填写{words}", lambda text, _answers: text)

    flow.form(Form("other.form", 1, lambda: "某个表单", (ask("one"), ask("two")), begin, lambda _q, _w: "不对", submit))
    return flow


@pytest.fixture
def two_rooms(database, clock):
    vocabulary = Vocabulary(
        lambda text, at: Heard("welcome.lost"), lambda text: None, {"start": "welcome.start", "link": "welcome.link"}
    )
    return Engine(database, Book([dialogue.flow, other_room()]), vocabulary, dict(ABILITIES), pace=Pace(burst=10**9))


async def test_a_form_left_for_linking_goes_on_afterwards(two_rooms, clock):
    person = Person(two_rooms, clock=clock)
    await person.taps_token("other.form")
    await person.says("甲")
    await person.proves(EMAIL)
    person.sees("绑定成功", "继续填写")
    await person.taps("继续填写")
    person.sees("某个表单", "请填写two")
    await person.says("乙")
    await person.taps("确认提交")
    person.sees("收到 甲、乙")


async def test_a_draft_begun_on_one_channel_goes_on_on_another(two_rooms, clock):
    phone, page = Person(two_rooms, clock=clock), Person(two_rooms, WEBCHAT, "c" * 64, clock=clock)
    await phone.taps_token("other.form")
    await phone.says("甲")
    await phone.proves(EMAIL)
    clock.passes(MINUTE)
    await page.proves(EMAIL)
    page.sees("绑定成功", "未完成的填写")
    await page.taps("继续填写")
    page.sees("请填写two")
    await page.says("乙")
    await page.taps("确认提交")
    page.sees("收到 甲、乙")


async def test_who_leaves_an_account_leaves_its_drafts(two_rooms, clock):
    phone, page = Person(two_rooms, clock=clock), Person(two_rooms, WEBCHAT, "c" * 64, clock=clock)
    await phone.taps_token("other.form")
    await phone.says("甲")
    await phone.proves(EMAIL)
    clock.passes(MINUTE)
    await page.proves(EMAIL)
    await phone.taps_token("welcome.unlink_yes")
    phone.sees_not("继续填写")
    await phone.taps_token("other.form")
    phone.sees("请填写one")
    phone.sees_not("未完成")
    await page.taps_token("other.form")
    page.sees("未完成", "第 2 步")


async def test_the_form_survives_days(person, clock):
    await person.commands("link")
    await person.says(EMAIL)
    clock.passes(timedelta(days=3))
    await person.taps_token("welcome.menu")
    person.sees("继续填写")
    await person.taps("继续填写")
    person.sees("第 2 步", EMAIL)
    await person.taps("重新发送验证码")
    await person.says(await person.mailed_code())
    person.sees("绑定成功")


async def test_the_warning_speaks_the_language_of_its_reader(two_rooms, clock, monkeypatch):
    from bot import i18n

    words = {"en": {"安全提醒：您的账户刚在新的渠道上登录": "Security: your account was just opened on a new channel"}}
    monkeypatch.setattr(i18n, "_words", words)
    reader = Person(two_rooms, language="en", clock=clock)
    await reader.taps_token("welcome.speak:en")
    await reader.proves(EMAIL)
    clock.passes(MINUTE)
    page = Person(two_rooms, WEBCHAT, "c" * 64, clock=clock)
    await page.proves(EMAIL)
    (warning,) = await reader.pushed("security")
    assert warning.reply.title == "Security: your account was just opened on a new channel"
    page.sees("绑定成功")


async def test_what_is_said_when_the_mail_did_not_go_out():
    reply = dialogue.mail_failed()
    assert "没有发送成功" in reply.text
    assert [choice.token for row in reply.choices for choice in row] == ["welcome.link", "support.ask"]
