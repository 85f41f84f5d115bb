"""Secrets typed by a creditor are taken out at the engine's door, before anything reads, keeps or shows them."""

import base64
import logging
from datetime import timedelta

import pytest

from bot.support import desk
from bot.understanding import identifiers
from storage import tickets
from storage.database import Database
from tests.person import FakeClock, Person
from tests.storage.test_no_personal_data import cells

SEED = "apple banana cherry dragon eagle forest garden hammer island jacket kitten lemon"
PASSWORD = "Hunter2!xyz"
CARD = "6222021234567890128"


def _checked(digits: str) -> str:
    """The number with its last digit made right."""
    body = digits[:-1]
    return next(body + last for last in "0123456789" if identifiers.is_card(body + last))


CARD = _checked(CARD)
SECRETS = {
    f"我的密码是：{PASSWORD}": PASSWORD,
    f"助记词 {SEED}": "hammer island",
    "验证码是 482915": "482915",
    f"我的卡号 {CARD} 到账": CARD,
}


@pytest.mark.parametrize("text", SECRETS)
async def test_a_question_with_a_secret_is_kept_without_it(person: Person, outside: Database, text: str) -> None:
    await person.taps_token("support.ask")
    await person.says(f"登录不了，{text}，怎么办？")
    person.sees("我们已经隐去，没有保存", "请删除，并尽快更换", "工单编号")
    person.sees_not(SECRETS[text])
    row = await tickets.by_number(outside.read(), person.reply.copies[0].value)
    assert row is not None
    (line,) = await tickets.said(outside.read(), row.id, 9)
    assert SECRETS[text] not in line.text
    assert "[" in line.text
    assert "怎么办" in line.text, "the rest is kept"


async def test_no_secret_reaches_a_table_or_a_log_from_anywhere(
    person: Person, visitor: Person, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for one in (person, visitor):
        for text in SECRETS:
            await one.says(text)
            one.sees("我们已经隐去")
            await one.commands("status", text)
            await one.taps_token("support.ask")
            await one.sends_file(f"{text}.png", b"no picture", text=text)
            await one.says("取消")
        await one.taps_token("welcome.link")  # a form that asks for something else
        await one.says(f"我的密码是：{PASSWORD}")
        one.sees("我们已经隐去")
    found = await cells(database_url)
    seen = b"\n".join(content for _where, content in found) + caplog.text.encode()
    for secret in SECRETS.values():
        assert secret.encode() not in seen
        assert base64.b64encode(secret.encode())[:-2] not in seen
    history = [line.reply.text for line in await visitor.history()]
    assert not [text for text in history for secret in SECRETS.values() if secret in text]


async def test_a_mailed_code_is_an_answer_and_no_secret(person: Person) -> None:
    await person.taps_token("welcome.link")
    await person.says("creditor@example.com")
    await person.says(f"验证码是 {await person.mailed_code()}")
    person.sees_not("我们已经隐去")
    assert await person.creditor_id() is not None


async def test_a_repeat_is_warned_alike_and_asked_once(person: Person, outside: Database) -> None:
    await person.taps_token("support.ask")
    await person.says(f"密码：{PASSWORD}")
    before = person.screen
    await person.repeats()
    assert person.screen == before
    assert len(await desk.open_tickets(outside.read())) == 1


async def test_a_secret_at_the_end_of_a_long_text_is_found(person: Person, outside: Database) -> None:
    await person.taps_token("support.ask")
    await person.says("长" * 1930 + f" 密码：{PASSWORD} 完")
    (ticket,) = await desk.open_tickets(outside.read())
    assert PASSWORD not in ticket.lines[0].text
    for before in (1590, 1599, 1601, 1985, 1995, 2000, 3000):
        text, kinds = identifiers.guarded("长" * before + f" 密码：{PASSWORD} " + "完" * 300)
        assert (PASSWORD in text, kinds) == (False, (identifiers.Kind.PASSWORD,)), before


@pytest.mark.parametrize(
    "text",
    [
        "我的债权是 35,000 美元",
        "ZQ-7K3M2QX 到哪一步了",
        "案号 9912345",
        "密码忘了怎么办",
        "助记词是什么",
        "验证码收不到",
        "１２３",
    ],
)
def test_what_is_no_secret_stays_as_it_was_typed(text: str) -> None:
    assert identifiers.guarded(text) == (text, ())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我叫欧阳璎珞，电话 13912349876", "我叫[姓名]，电话 [电话]"),
        ("邮箱 ouyang@example.com，案号 9912345", "邮箱 [邮箱]，案号 9912345"),
        ("ZQ-7K3M2QX 的 35,000 美元呢", "ZQ-7K3M2QX 的 35,000 美元呢"),
    ],
)
def test_agents_read_what_helps_and_not_who_it_is(text: str, shown: str) -> None:
    assert identifiers.masked(text) == shown


async def test_an_agent_reads_masked_words_until_a_signed_reveal_and_for_its_time(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    await person.taps_token("support.ask")
    await person.says("我叫欧阳璎珞，电话 13912349876，邮箱收不到信")
    number = person.reply.copies[0].value

    async def reads(agent: str) -> str:
        return (await desk.case(outside.read(), number, agent, clock.now())).lines[0].text

    assert "13912349876" not in await reads("lin")
    assert "欧阳" not in await reads("")
    await database.write(lambda db: desk.reveal(db, number, "lin", "要回电话", clock.now()))
    assert "13912349876" in await reads("lin")
    assert "13912349876" not in await reads("wang"), "a reveal is one agent's"
    clock.passes(timedelta(minutes=30))
    assert "13912349876" not in await reads("lin"), "and ends by itself"
    await database.write(lambda db: desk.tick(db, clock.now()))
    row = await tickets.by_number(outside.read(), number)
    assert row is not None
    (leave,) = await tickets.reveals_of(outside.read(), row.id)
    assert (leave.status, leave.agent, leave.reason) == ("ended", "lin", "要回电话")
