"""A person asks for a person: one question, a number, an honest time, and further words join it."""

import asyncio
from datetime import timedelta

import pytest

from bot import numbers
from bot.errors import Invalid
from bot.ledger.kinds import MoveRefused
from bot.support import desk, rules
from bot.support.rules import NoSuchTicket
from storage import ledger, tickets
from storage.database import Database
from tests.person import WEBCHAT, FakeClock, Person


async def _answered(
    database: Database, clock: FakeClock, number: str, text: str = "您好，请把截图发来。"
) -> desk.Answered:
    return await database.write(lambda db: desk.answer(db, number, "lin", text, clock.now()))


async def _closed(database: Database, clock: FakeClock, number: str) -> desk.Answered:
    return await database.write(lambda db: desk.close(db, number, "lin", clock.now()))


async def _asked(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
    """Ask something; the ticket's number."""
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def test_a_question_becomes_a_ticket_with_an_honest_expectation(person: Person, outside: Database) -> None:
    await person.taps_token("support.ask")
    person.sees("请把问题写在一条消息里", "可以附上图片或 PDF", "取消填写")
    await person.says("KYC 一直显示 On Hold，我该怎么办？")
    person.sees("已转给客服", "工单编号", "真人客服答复", "您排在最前面", "重复提交不会更快")
    person.sees("现在是非工作时间，客服 2026-11-23 09:30（北京时间）回来", "目标是工作时间内 8 小时答复。这是目标")
    person.sees_not("通常", "尽快", "保证")
    number = person.reply.copies[0].value
    assert number.startswith("KF-")
    row = await tickets.by_number(outside.read(), number)
    assert row is not None
    assert row.status == "open"
    assert [line.text for line in await tickets.lines(outside.read(), row.id, 10)] == [
        "KYC 一直显示 On Hold，我该怎么办？"
    ]
    assert [entry.kind for entry in await ledger.chain(outside.read(), row.handle)] == ["ticket:opened"]


async def test_a_repeated_event_makes_no_second_ticket(person: Person, outside: Database) -> None:
    number = await _asked(person)
    await person.repeats()
    assert person.answer.repeated
    assert person.reply.copies[0].value == number
    assert len(await desk.open_tickets(outside.read())) == 1


async def test_further_words_join_the_ticket_and_are_told_so(person: Person, outside: Database) -> None:
    number = await _asked(person)
    await person.taps("补充说明")
    person.sees(f"工单 {number}（等待客服答复）", "会并入这个工单，不会另开一个")
    await person.says("补充：从 3 月开始就是这样。")
    person.sees(f"已并入工单 {number}")
    await person.taps_token("support.ask")  # and so without naming it
    await person.says("还有一件事。")
    person.sees(f"已并入工单 {number}")
    (ticket,) = await desk.open_tickets(outside.read())
    assert [line.text for line in (await desk.ticket(outside.read(), number)).lines] == [
        "KYC 一直显示 On Hold，我该怎么办？",
        "补充：从 3 月开始就是这样。",
        "还有一件事。",
    ]
    assert ticket.number == number


async def test_the_answer_comes_to_the_chat_and_can_be_answered(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    number = await _asked(person)
    clock.passes(timedelta(days=1))
    answered = await _answered(database, clock, number)
    assert (answered.status, answered.reopened, answered.reachable) == ("answered", False, True)
    (row,) = await person.pushed("ticket")
    assert row.lane == 0
    assert row.due_at == clock.now()
    assert row.fields == {"line": answered.line}, "nothing to read outside the sealed words"
    assert row.reply.title == f"客服答复 · {number}"
    assert row.reply.text.startswith("您好，请把截图发来。")
    assert f"客服 lin，工单 {number}" in row.reply.text
    assert row.reply.notice == "ticket"
    assert not row.reply.replaces
    back = row.reply.choices[0][0]
    assert (back.label, back.token) == ("回复", f"support.ask:{number}")
    await person.taps_token(back.token)
    person.sees("客服已答复", "会并入这个工单")
    await person.says("截图我没有。")
    person.sees(f"已写入工单 {number}，并请客服再看一次")
    seen = await desk.ticket(outside.read(), number)
    assert seen.status == "open"
    assert seen.changed_at == clock.now(), "the wait counts from the last word, not from the first"
    assert [line.agent for line in seen.lines] == [None, "lin", None]
    subject = await tickets.by_number(outside.read(), number)
    assert subject is not None
    kinds = [entry.kind for entry in await ledger.chain(outside.read(), subject.handle)]
    assert kinds == ["ticket:opened", "ticket:answered", "ticket:reopened"]


async def test_two_answers_are_two_messages(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asked(person)
    await _answered(database, clock, number, "第一条")
    await _answered(database, clock, number, "第二条")
    texts = [row.reply.text.partition("\n")[0] for row in await person.pushed("ticket")]
    assert texts == ["第一条", "第二条"]


async def test_the_answer_speaks_the_creditor_s_language(engine, database: Database, clock: FakeClock) -> None:
    person = Person(engine, clock=clock, language="en")
    number = await _asked(person, "Why is it on hold?")
    await _answered(database, clock, number)
    assert len(await person.pushed("ticket")) == 1
    row = await tickets.by_number(database.read(), number)
    assert row is not None
    assert row.locale == "en"


async def test_a_closed_ticket_says_so_and_opens_again(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    number = await _asked(person)
    await _closed(database, clock, number)
    (row,) = await person.pushed("ticket")
    assert "工单已结束" in row.reply.title
    assert await desk.open_tickets(outside.read()) == []
    with pytest.raises(MoveRefused):
        await _closed(database, clock, number)
    await person.taps_token(f"support.ask:{number}")
    person.sees("已结束。再写一条，就会重新打开")
    await person.says("问题还在。")
    person.sees(f"已写入工单 {number}")
    assert [ticket.number for ticket in await desk.open_tickets(outside.read())] == [number]
    await _closed(database, clock, number)
    other = await _asked(person, "另一个问题")
    assert other != number, "without naming the closed one it is a new question"


async def test_answering_a_closed_ticket_opens_it_first(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    number = await _asked(person)
    await _closed(database, clock, number)
    answered = await _answered(database, clock, number, "还有一点补充。")
    assert answered.reopened
    row = await tickets.by_number(outside.read(), number)
    assert row is not None
    assert row.status == "answered"
    assert [e.kind for e in await ledger.chain(outside.read(), row.handle)][-2:] == [
        "ticket:reopened",
        "ticket:answered",
    ]


@pytest.mark.parametrize(
    ("typed", "status", "score"), [("5", "solved", 5), ("４ ★", "solved", 4), ("1 ★", "open", 1), ("9", "open", None)]
)
async def test_a_rating_may_be_typed(
    person: Person, outside: Database, clock: FakeClock, typed: str, status: str, score: int | None
) -> None:
    number = await _asked(person)
    await outside.write(lambda db: desk.solve(db, number, "lin", clock.now()))
    await person.says(typed)
    row = await tickets.by_number(outside.read(), number)
    assert row is not None
    assert (row.status, row.score) == (status, score)


# -- the form


async def test_the_word_itself_is_no_question(person: Person, outside: Database) -> None:
    await person.says("转人工")
    person.sees("请把问题写在一条消息里")
    await person.says("我要轉真人！")
    await person.says("人工")
    person.sees("请把问题写在一条消息里")
    await person.commands("human")
    person.sees("请把问题写在一条消息里")
    for nothing in ("好", "係", "下一步"):
        await person.says(nothing)
        person.sees("请把问题写在一条消息里").sees_not("工单编号")
    await person.says("人工审核要多久？")  # a sentence is one
    person.sees("工单编号")


async def test_a_mere_yes_is_an_answer_to_an_agent(
    person: Person, database: Database, clock: FakeClock, outside: Database
) -> None:
    number = await _asked(person)
    await _answered(database, clock, number, "可以请您补寄一份吗？")
    await person.taps_token(f"support.ask:{number}")
    await person.says("好的")
    person.sees("已写入工单", number)
    row = await tickets.by_number(outside.read(), number)
    assert row is not None
    assert (await tickets.lines(outside.read(), row.id, 10))[-1].text == "好的"


async def test_it_interrupts_another_form_and_leads_back(person: Person) -> None:
    await person.taps_token("welcome.link")
    before = person.screen
    await person.says("转人工")
    await person.says("邮箱打不开了")
    person.sees("工单编号", "继续填写")
    await person.taps("继续填写")
    assert person.screen == before


async def test_a_second_tap_on_the_menu_does_not_leave_a_form_below(person: Person, outside: Database) -> None:
    for _ in range(3):
        await person.taps_token("support.ask")
    await person.says("只有这一条")
    assert (await person.contact()).draft is None
    (ticket,) = await desk.open_tickets(outside.read())
    assert len((await desk.ticket(outside.read(), ticket.number)).lines) == 1


async def test_it_can_be_left(person: Person, outside: Database) -> None:
    await person.taps_token("support.ask")
    await person.says("取消")
    person.sees("已取消")
    assert await desk.open_tickets(outside.read()) == []


async def test_too_long_is_told_with_numbers(person: Person, outside: Database) -> None:
    await person.taps_token("support.ask")
    await person.says("长" * 2001)
    person.sees("这条有 2001 个字，最多 2000 个字")
    await person.says("长" * 2000)
    person.sees("工单编号")


@pytest.mark.parametrize(
    "text", ["😀😀", "<b>bold</b> & *stars* _x_", "'; DROP TABLE ticket; --", "\u202eabc\x00def", "１２３", "a\nb"]
)
async def test_odd_words_are_kept_as_they_are(person: Person, outside: Database, text: str) -> None:
    number = await _asked(person, text)
    (line,) = (await desk.ticket(outside.read(), number)).lines
    assert line.text == text.replace("\u202e", "").replace("\x00", "")


async def test_a_flood_is_refused_and_nothing_before_it_is_lost(
    person: Person, outside: Database, clock: FakeClock
) -> None:
    for number in range(rules.MOST_AN_HOUR):
        await _asked(person, f"第 {number} 条")
    await person.taps_token("support.ask")
    person.sees("1 小时内已经写来 10 条，都已收到", "我的工单")
    person.sees_not("取消填写")
    (ticket,) = await desk.open_tickets(outside.read())
    assert len((await desk.ticket(outside.read(), ticket.number)).lines) == rules.MOST_AN_HOUR
    clock.passes(timedelta(hours=1, seconds=1))
    await _asked(person, "一小时以后")
    person.sees("已并入工单")


async def test_who_is_answered_may_go_on(person: Person, outside: Database, clock: FakeClock) -> None:
    for number in range(rules.MOST_AN_HOUR):
        await _asked(person, f"第 {number} 条")
    (ticket,) = await desk.open_tickets(outside.read())
    await outside.write(lambda db: desk.answer(db, ticket.number, "lin", "您用的是哪家？", clock.now()))
    await _asked(person, "我用的是 Sumsub")
    person.sees("已写入工单")


async def test_the_limit_also_holds_for_a_form_that_was_left_open(person: Person, outside: Database) -> None:
    for number in range(rules.MOST_AN_HOUR - 1):
        await _asked(person, f"第 {number} 条")
    await person.taps_token("support.ask")
    await person.says("取消")
    undo = person.button("撤销取消").token
    await _asked(person, "最后一条")
    await person.taps_token(undo)
    await person.says("再来一条")
    person.sees("1 小时内已经写来 10 条", "取消填写")
    (ticket,) = await desk.open_tickets(outside.read())
    assert len((await desk.ticket(outside.read(), ticket.number)).lines) == rules.MOST_AN_HOUR


# -- my tickets


async def test_my_tickets(person: Person, database: Database, clock: FakeClock) -> None:
    await person.taps_token("support.mine")
    person.sees("您还没有工单", "转人工")
    first = await _asked(person, "第一个问题" * 30)
    await _closed(database, clock, first)
    second = await _asked(person, "第二个问题")
    await _answered(database, clock, second, "这是答复")
    await person.taps_token("support.mine")
    person.sees(f"▪ {first} · 已结束", f"▪ {second} · 客服已答复", "客服 lin：这是答复", "（北京时间）", "…")
    assert person.screen.index(second) < person.screen.index(first), "the newest first"
    await person.taps(f"查看 {second}")
    person.sees("状态：客服已答复", "您：第二个问题", "客服 lin：这是答复", "补充说明")
    await person.taps_token(f"support.mine:{first}")
    person.sees("重新打开")


async def test_somebody_else_s_ticket_is_not_there(
    person: Person, engine, database: Database, outside: Database, clock: FakeClock
) -> None:
    number = await _asked(person, "我的秘密问题")
    other = Person(engine, address="20002", clock=clock)
    await other.taps_token(f"support.mine:{number}")
    other.sees("没有找到这个编号的工单")
    other.sees_not("秘密")
    await other.taps_token("support.mine:KF-0000000")
    other.sees("没有找到这个编号的工单")
    await other.taps_token(f"support.ask:{number}")
    other.sees_not(number)
    await other.says("我想混进去")
    other.sees("您的问题已记下")
    assert len((await desk.ticket(outside.read(), number)).lines) == 1


async def test_a_linked_creditor_goes_on_from_another_channel(
    person: Person, database: Database, outside: Database, clock: FakeClock
) -> None:
    await person.linked_as("creditor@example.com")
    number = await _asked(person, "从 Telegram 写的")
    web = person.at(WEBCHAT, "b" * 64)
    await web.linked_as("creditor@example.com")
    await web.taps_token("support.mine")
    web.sees(number, "从 Telegram 写的")
    await web.taps_token("support.ask")
    await web.says("从网页写的")
    web.sees(f"已并入工单 {number}")
    await _answered(database, clock, number)
    assert await person.pushed("ticket") == []
    assert len(await web.pushed("ticket")) == 1, "the answer goes where the creditor wrote last"


# -- the desk


async def test_the_desk_sees_who_waits_longest_first(engine, database: Database, clock: FakeClock) -> None:
    told = []
    for address in ("1", "2", "3"):
        told.append(await _asked(Person(engine, address=address, clock=clock), f"问题 {address}"))
        clock.passes(timedelta(minutes=5))
    await _answered(database, clock, told[0])
    seen = await desk.open_tickets(database.read())
    assert [ticket.number for ticket in seen] == [told[1], told[2], told[0]]
    assert seen[0].lines[-1].text == "问题 2"


@pytest.mark.parametrize(
    ("number", "agent", "text", "refusal"),
    [
        ("KF-0000000", "lin", "好", Invalid),
        ("nonsense", "lin", "好", Invalid),
        (None, "lin", "  \n", Invalid),
        (None, "lin", "长" * 3001, Invalid),
        (None, "", "好", Invalid),
        (None, "li\nn", "好", Invalid),
        ("a ticket that never was", "lin", "好", NoSuchTicket),
    ],
)
async def test_a_wrong_answer_is_refused_and_nothing_moves(
    person: Person,
    database: Database,
    clock: FakeClock,
    number: str | None,
    agent: str,
    text: str,
    refusal: type[Exception],
) -> None:
    mine = await _asked(person)
    if number is not None and " " in number:
        number = numbers.new("KF")
    with pytest.raises(refusal):
        await database.write(lambda db: desk.answer(db, number or mine, agent, text, clock.now()))
    assert await person.pushed("ticket") == []
    assert (await desk.ticket(database.read(), mine)).status == "open"


async def test_a_number_read_aloud_is_understood(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asked(person)
    spoken = number.lower().replace("-", " ").replace("0", "o")
    assert (await _answered(database, clock, spoken)).number == number


async def test_the_desk_is_told_that_nobody_is_there(
    person: Person, engine, database: Database, clock: FakeClock
) -> None:
    number = await _asked(person)
    await engine.blocked(person.channel, person.address, reachable=False)
    assert not (await _answered(database, clock, number)).reachable


async def test_words_and_an_answer_at_the_same_moment_both_stand(
    engine, database: Database, outside: Database, clock: FakeClock
) -> None:
    for address in range(8):
        person = Person(engine, address=str(address), clock=clock)
        number = await _asked(person)
        await person.taps_token("support.ask")
        await asyncio.gather(person.says("补充"), _answered(database, clock, number))
        seen = await desk.ticket(outside.read(), number)
        row = await tickets.by_number(outside.read(), number)
        assert row is not None
        chain = await ledger.chain(outside.read(), row.handle)
        assert sorted(line.agent or "" for line in seen.lines) == ["", "", "lin"], "nothing is lost"
        assert chain[-1].status == seen.status, "the row and its signed entries agree"
        assert (seen.lines[-1].agent is None) == (seen.status == "open"), "whoever spoke last decides who waits"
        assert len(await person.pushed("ticket")) == 1
