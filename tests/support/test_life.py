"""The life of a ticket: who waits for whom, what the clock does once, and that nothing is ever out of reach."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot import numbers
from bot.claims.actions import decide as claims_decide
from bot.conversation.turn import Person as Speaker
from bot.errors import Invalid, StaleStatus
from bot.ledger.kinds import MoveRefused
from bot.support import actions, desk, hours, rules
from bot.support.rules import CannotMerge, OthersDetails, Overtaken, Taken
from bot.work import tell_of_unsent
from storage import deliveries, ledger, tickets
from storage.database import Database
from storage.terms import TicketStatus
from storage.tickets import TicketRow
from tests.claims.filing import files as registers
from tests.claims.filing import joins, pdf, png
from tests.person import FakeClock, Person, owed
from tests.test_files import EICAR

MONDAY = datetime.fromisoformat("2026-11-23T10:00+08:00")
HOUR = timedelta(hours=1)


async def _asks(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？", about: str = "") -> str:
    await person.taps_token(f"support.ask:{about}" if about else "support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def _row(database: Database, number: str) -> TicketRow:
    row = await tickets.by_number(database.read(), number)
    assert row is not None
    return row


async def _events(database: Database, number: str) -> list[str]:
    row = await _row(database, number)
    return [line.code for line in await tickets.lines(database.read(), row.id, 99) if line.kind == "event"]


async def _ticks(database: Database, clock: FakeClock) -> int:
    done = 0
    while count := await database.write(lambda db: desk.tick(db, clock.now())):
        done += count
    return done


async def _agrees(person: Person) -> None:
    """Agree to files being kept: the words are shown first."""
    await person.taps_token("welcome.consent:identity_papers")
    await person.taps_token(person.buttons[0].token)


# -- the clock


async def test_the_ladder_takes_each_step_once_and_only_in_working_hours(
    person: Person, database: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    number = await _asks(person)
    assert await _ticks(database, clock) == 0
    clock.passes(MONDAY + timedelta(hours=6, minutes=59))  # an hour at noon does not count
    assert await _ticks(database, clock) == 0
    clock.passes(timedelta(minutes=1))
    assert await _ticks(database, clock) == 1
    assert await _events(database, number) == ["reminder"]
    clock.passes(datetime.fromisoformat("2026-11-24T09:59+08:00"))
    assert await _ticks(database, clock) == 0, "the night does not count"
    clock.passes(timedelta(minutes=1))
    await _ticks(database, clock)
    row = await _row(database, number)
    assert (row.tier, row.asked_at) == ("senior", MONDAY), "he still waits since he asked"
    (late,) = await person.pushed("ticket")
    assert "没有在目标时间内答复" in late.reply.text
    clock.passes(timedelta(days=20))
    await _ticks(database, clock)
    row = await _row(database, number)
    assert (row.tier, row.due_at, row.status) == ("on_call", None, "open")
    assert await _events(database, number) == ["reminder", "escalated", "escalated", "escalated"]
    steps = {step.step for step in await tickets.steps(database.read(), row.id)}
    assert steps == {"reminder", "senior", "told_late", "supervisor", "on_call"}
    assert len(await person.pushed("ticket")) == 1, "the creditor is told once"
    assert await _ticks(database, clock) == 0
    kinds = [entry.kind for entry in await ledger.chain(database.read(), row.handle)]
    assert kinds == ["ticket:opened", "ticket:escalated", "ticket:escalated", "ticket:escalated"]


async def test_two_clocks_at_once_and_again_do_each_thing_once(
    engine: Any, database: Database, outside: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    asked = [await _asks(Person(engine, address=str(number), clock=clock), f"问题 {number}") for number in range(6)]
    clock.passes(timedelta(days=30))
    for _again in range(3):
        await asyncio.gather(*(_ticks(one, clock) for one in (database, outside)))
    for number in asked:
        assert await _events(database, number) == ["reminder", "escalated", "escalated", "escalated"]
    assert len(await owed(database, kind="ticket")) == 6


async def test_a_step_that_broke_off_is_taken_whole_the_next_time(
    person: Person, database: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    number = await _asks(person)
    clock.passes(timedelta(days=5))

    async def breaks(db: Any) -> None:
        await desk.tick(db, clock.now())
        raise ConnectionError

    for _crash in range(3):
        with pytest.raises(ConnectionError):
            await database.write(breaks)
    assert await _events(database, number) == []
    assert await person.pushed("ticket") == []
    await _ticks(database, clock)
    assert (await _events(database, number))[0] == "reminder"
    assert len(await person.pushed("ticket")) == 1


async def test_the_clock_stands_while_the_creditor_has_to_act_and_while_it_is_held(
    person: Person, database: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    number = await _asks(person)
    clock.passes(2 * HOUR)
    until = clock.now() + timedelta(days=7)
    await database.write(lambda db: desk.hold(db, number, "lin", until, "等交易所回复", clock.now()))
    row = await _row(database, number)
    assert (row.status, row.used, row.runs_since, row.due_at) == ("on_hold", 2 * 3600, None, until)
    clock.passes(timedelta(days=6))
    assert await _ticks(database, clock) == 0
    clock.passes(until)
    await _ticks(database, clock)
    row = await _row(database, number)
    assert (row.status, row.used, row.runs_since, row.reason) == ("open", 2 * 3600, until, None)
    assert await _events(database, number) == ["held", "woken"]
    await database.write(lambda db: desk.answer(db, number, "lin", "有结果了。", clock.now()))
    row = await _row(database, number)
    assert (row.asked_at, row.runs_since) == (None, None)
    clock.passes(2 * HOUR)
    await person.taps_token(f"support.ask:{number}")
    await person.says("收到，还有一问。")
    row = await _row(database, number)
    assert (row.wait, row.used, row.asked_at) == (2, 0, clock.now()), "a new wait begins"


async def test_a_creditor_who_is_silent_is_asked_once_then_it_counts_as_settled_and_is_closed(
    person: Person, database: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    number = await _asks(person)
    await database.write(lambda db: desk.answer(db, number, "lin", "请补一张截图。", clock.now()))
    seen = []
    for _day in range(14):
        clock.passes(timedelta(days=1))
        await _ticks(database, clock)
        seen.append((await _row(database, number)).status)
    assert seen == ["answered"] * 6 + ["solved"] * 3 + ["closed"] * 5
    titles = [row.reply.title.partition(" · ")[0].partition("·")[0] for row in await person.pushed("ticket")]
    assert titles == ["客服答复", "客服在等您回复", "工单已标为已解决", "这次的服务怎么样？"], "each said once"
    await person.taps_token(f"support.ask:{number}")
    await person.says("还在吗")
    assert (await _row(database, number)).status == "open", "even then by writing"


async def test_reminders_do_not_wake_anybody(person: Person, database: Database, clock: FakeClock) -> None:
    clock.passes(datetime.fromisoformat("2026-11-23T22:30+08:00"))
    number = await _asks(person)
    await database.write(lambda db: desk.answer(db, number, "lin", "请补一张截图。", clock.now()))
    clock.passes(rules.NUDGE_AFTER)
    await _ticks(database, clock)
    nudge = (await person.pushed("ticket"))[-1]
    assert nudge.due_at == datetime.fromisoformat("2026-11-27T09:00+08:00")


# -- what it is about


async def test_one_ticket_per_matter(person: Person, database: Database) -> None:
    await person.taps_token("welcome.link")
    for _wrong in range(3):
        await person.says("abc")
    stuck = person.button("转人工").token
    assert stuck == "support.ask:form.welcome.link.email"
    await person.taps_token(stuck)
    await person.says("邮箱怎么都填不上")
    number = person.reply.copies[0].value
    row = await _row(database, number)
    assert (row.matter, row.category) == ("form:welcome.link", "account")
    lines = await tickets.lines(database.read(), row.id, 9)
    assert [(line.code, line.text) for line in lines if line.kind == "event"] == [("stuck", "welcome.link email")]
    await person.taps_token(stuck)
    await person.says("补充")
    assert person.reply.copies[0].value == number, "the same matter joins"


async def test_who_is_in_distress_goes_first_and_to_a_senior(engine: Any, database: Database, clock: FakeClock) -> None:
    calm, second, third = (Person(engine, address=str(number), clock=clock) for number in range(3))
    first = await _asks(calm)
    angry = await _asks(second, "气死我了，三个月没人理！")
    low = await _asks(third, "我不想活了，钱全没了")
    third.sees("您排在最前面", "您不是一个人", "求助电话")
    assert third.button("求助电话").token == "facts.distress"
    seen = await desk.open_tickets(database.read())
    assert [ticket.number for ticket in seen] == [low, angry, first]
    assert (seen[0].tier, seen[0].priority, seen[0].flags) == ("senior", rules.Priority.URGENT, "distress")
    await calm.taps_token(f"support.mine:{first}")
    calm.sees("您前面还有 2 个工单")


def test_priorities_are_plain() -> None:
    now = MONDAY
    signals = rules.Signals
    assert rules.priority(signals(), now) is rules.Priority.NORMAL
    assert rules.priority(signals(deadline=now + 47 * HOUR), now) is rules.Priority.URGENT
    assert rules.priority(signals(deadline=now + timedelta(days=6)), now) is rules.Priority.HIGH
    assert rules.priority(signals(deadline=now - HOUR), now) is rules.Priority.NORMAL, "what is over presses no more"
    assert rules.priority(signals(cents=rules.LARGE), now) is rules.Priority.HIGH
    assert rules.priority(signals(cents=rules.LARGE - 1), now) is rules.Priority.NORMAL
    assert rules.priority(signals(negative=True), now) is rules.Priority.HIGH
    assert rules.priority(signals(category=rules.Category.PLACE), now) is rules.Priority.LOW
    assert rules.priority(signals(distressed=True, category=rules.Category.PLACE), now) is rules.Priority.URGENT


# -- files and messages


async def test_files_go_with_the_words_and_without_words(person: Person, database: Database, clock: FakeClock) -> None:
    await person.taps_token("support.ask")
    await person.sends_file("截图.png", png())
    person.sees("需要您单独同意")
    await _agrees(person)
    await person.taps_token("support.ask")
    await person.sends_file("截图.png", png(), text="这是截图")
    person.sees("已收到“截图.png”")
    await person.taps("已上传 1 个文件")
    number = person.reply.copies[0].value
    await person.taps_token("support.ask")
    await person.sends_file("表.pdf", pdf())
    await person.says("还有这份表")
    await person.sends_file("再来一张.png", png(1))  # outside any form it belongs to the open ticket
    person.sees(f"已并入工单 {number}")
    seen = await desk.case(database.read(), number, "", clock.now())
    assert [line.text for line in seen.lines] == ["这是截图", "还有这份表", ""]
    assert [(one.media_type, one.line) for one in seen.files] == [
        ("image/png", seen.lines[0].id), ("application/pdf", seen.lines[1].id), ("image/png", seen.lines[2].id),
    ]  # fmt: skip
    assert [one.name for one in seen.files] == ["*.png", "*.pdf", "*.png"]
    await database.write(lambda db: desk.reveal(db, number, "lin", "看材料", clock.now()))
    assert await desk.paper(database.read(), number, seen.files[0].handle, "lin", clock.now()) == png()
    with pytest.raises(rules.NotRevealed):
        await desk.paper(database.read(), number, seen.files[0].handle, "wang", clock.now())


@pytest.mark.parametrize(
    ("name", "content"),
    [("eicar.com", EICAR), ("表.pdf", pdf() + EICAR), ("表.pdf", pdf("x").replace(b"/Catalog", b"/Catalog/JS(1)"))],
)
async def test_what_may_do_harm_is_kept_apart_with_a_kind_answer(
    person: Person, database: Database, clock: FakeClock, name: str, content: bytes
) -> None:
    await _agrees(person)
    await person.taps_token("support.ask")
    await person.sends_file(name, content)
    person.sees("已经隔离", "打印为 PDF")
    await person.says("请看附件")
    number = person.reply.copies[0].value
    (paper,) = (await desk.case(database.read(), number, "", clock.now())).files
    assert paper.harm in ("virus_test", "active")
    await database.write(lambda db: desk.reveal(db, number, "lin", "看材料", clock.now()))
    with pytest.raises(rules.Quarantined):
        await desk.paper(database.read(), number, paper.handle, "lin", clock.now())


async def test_a_large_file_is_refused_with_its_limit(person: Person) -> None:
    await _agrees(person)
    await person.taps_token("support.ask")
    await person.sends_file("录像.mp4", None, size=40_000_000)
    person.sees("最大 10 MB")
    await person.sends_file("a.exe", b"MZ" + b"x" * 99)
    person.sees("这种文件不能收")


async def test_a_note_never_reaches_the_creditor(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    await database.write(lambda db: desk.note(db, number, "lin", "疑似代办，先核实", clock.now()))
    await person.taps_token(f"support.mine:{number}")
    person.sees_not("代办")
    await person.taps_token("support.mine")
    person.sees_not("代办")
    assert await person.pushed("ticket") == []
    kinds = [line.kind for line in (await desk.case(database.read(), number, "", clock.now())).lines]
    assert kinds == ["said", "note"]


async def test_edits_are_shown_as_edits_on_both_sides(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    ref = person.seen[-1].turn.event_id

    contact = await person.contact()
    speaker = Speaker(contact.id, person.channel, person.address, None, "zh_Hans", True, "UTC", frozenset(), None)
    for wire, ticket in (("unknown", None), (ref, number)):
        done = await database.write(partial(actions.edited, person=speaker, ref=wire, text="改过的话", at=clock.now()))
        assert done == ticket
    line, event = (await desk.case(database.read(), number, "", clock.now())).lines
    assert (line.text, line.edited_at) == ("改过的话", clock.now())
    assert (event.kind, event.code, event.answers) == ("event", "edited", line.id)
    await person.taps_token(f"support.mine:{number}")
    person.sees("改过的话（已编辑）")


async def test_the_desk_is_told_why_an_answer_did_not_arrive(
    person: Person, engine: Any, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    await database.write(lambda db: desk.answer(db, number, "lin", "您好", clock.now()))
    (due,) = [row for row in await _taken(database, person, clock) if row.kind == "ticket"]
    await engine.blocked(person.channel, person.address, reachable=False)
    await database.write(lambda db: tell_of_unsent(db, due, True))
    seen = await desk.case(database.read(), number, "", clock.now())
    assert [(line.code, line.text) for line in seen.lines if line.kind == "event"] == [("undelivered", "blocked")]
    assert seen.flags == "undelivered"
    await database.write(lambda db: desk.answer(db, number, "lin", "再试一次", clock.now()))
    assert (await desk.case(database.read(), number, "", clock.now())).flags == ""


async def _taken(database: Database, person: Person, clock: FakeClock) -> list[deliveries.DueRow]:
    until = clock.now() + HOUR
    return await database.write(
        lambda db: deliveries.take(db, person.channel, 0, token="t", now=clock.now(), until=until, most=9)
    )


async def test_what_is_not_understood_while_we_wait_is_the_answer(
    person: Person, database: Database, clock: FakeClock
) -> None:
    await person.says("就是上次那个蓝色的")
    person.sees_not("已写入工单")
    number = await _asks(person)
    await database.write(lambda db: desk.answer(db, number, "lin", "您用的是哪家？", clock.now()))
    for words in ("我用的是 Sumsub", "就是上次那个蓝色的"):
        await database.write(lambda db: desk.answer(db, number, "lin", "还有呢？", clock.now()))
        await person.says(words)
        person.sees("这条像是写给客服的，已写入工单", number)
        assert (await _row(database, number)).status == "open"
    await person.says("我的债权到哪一步了")
    person.sees_not("已写入工单", "已并入工单")


async def test_a_ticket_goes_on_by_simply_writing(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    await person.says("还是不行啊，昨天试了也没用")  # it is open: nobody need wait for an answer to say more
    person.sees("这条像是写给客服的，已写入工单", number)
    await database.write(lambda db: desk.solve(db, number, "lin", clock.now()))
    assert (await _row(database, number)).status == "solved"
    await person.says("就是上次那个蓝色的")
    person.sees("这条像是写给客服的，已写入工单", number)
    assert (await _row(database, number)).status == "open"
    await database.write(lambda db: desk.close(db, number, "lin", clock.now()))
    await person.says("就是上次那个蓝色的")
    person.sees_not("已写入工单")


@pytest.mark.parametrize(
    ("said", "screen"), [("对账单在哪里下载", "绑定"), ("在吗", "欢迎"), ("下一次分配是什么时候", "分配")]
)
async def test_in_the_midst_of_a_talk_words_we_understand_go_to_the_agent_and_our_answer_is_one_tap_away(
    person: Person, database: Database, clock: FakeClock, said: str, screen: str
) -> None:
    number = await _asks(person)
    await person.says(said)
    person.sees_not("已写入工单")  # nobody has answered yet: we do
    await database.write(lambda db: desk.answer(db, number, "lin", "请问您是怎么拿到的？", clock.now()))
    clock.passes(timedelta(minutes=5))
    for one in (said, "再说一句，" + said):
        await person.says(one)
        person.sees("这条像是写给客服的，已写入工单", number)
    await person.says(said)
    await person.taps("看自动答复")
    person.sees(screen)
    person.sees_not("已写入工单")
    clock.passes(timedelta(minutes=31))
    await person.says(said)
    person.sees_not("已写入工单")
    await person.says("谢谢")
    person.sees_not("已写入工单")


# -- agents


async def test_the_second_agent_is_warned_before_sending(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    before = (await desk.case(database.read(), number, "lin", clock.now())).revision
    answers = await asyncio.gather(
        *(
            database.write(
                partial(desk.answer, number=number, agent=who, text=f"我是 {who}", at=clock.now(), revision=before)
            )
            for who in ("lin", "wang")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in answers) == ["Answered", "Overtaken"]
    assert len(await person.pushed("ticket")) == 1
    with pytest.raises(Overtaken):
        await database.write(lambda db: desk.answer(db, number, "wang", "晚了", clock.now(), revision=before))


async def test_one_of_two_takes_it_and_the_first_answer_takes_it(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    tried = await asyncio.gather(
        *(database.write(partial(desk.take, number=number, agent=who, at=clock.now())) for who in ("lin", "wang")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tried) == ["Answered", "Taken"]
    holder = (await _row(database, number)).agent
    other = {"lin": "wang", "wang": "lin"}[holder or ""]
    with pytest.raises(Taken):
        await database.write(lambda db: desk.take(db, number, other, clock.now()))
    await database.write(lambda db: desk.assign(db, number, "chief", other, clock.now()))
    assert (await _row(database, number)).agent == other
    await database.write(lambda db: desk.escalate(db, number, other, "要法务看", clock.now()))
    row = await _row(database, number)
    assert (row.agent, row.tier) == (None, "senior")


async def test_an_agent_who_pastes_somebody_else_s_number_is_warned(
    person: Person, engine: Any, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    other = await _asks(Person(engine, address="2", clock=clock))
    for text in (f"见 {other}", "联系 someone@example.com", "电话 13912349876"):
        with pytest.raises(OthersDetails):
            await database.write(partial(desk.answer, number=number, agent="lin", text=text, at=clock.now()))
    await database.write(lambda db: desk.answer(db, number, "lin", f"您的工单 {number}", clock.now()))
    await database.write(lambda db: desk.answer(db, number, "lin", "电话 13912349876", clock.now(), sure=True))


async def test_two_tickets_become_one_and_both_numbers_lead_there(
    person: Person, engine: Any, database: Database, clock: FakeClock
) -> None:
    first = await _asks(person, "第一个问题")
    await database.write(lambda db: desk.close(db, first, "lin", clock.now()))
    second = await _asks(person, "第二个问题")
    stranger = await _asks(Person(engine, address="2", clock=clock))
    with pytest.raises(CannotMerge):
        await database.write(lambda db: desk.merge(db, second, stranger, "lin", clock.now()))
    with pytest.raises(CannotMerge):
        await database.write(lambda db: desk.merge(db, second, second, "lin", clock.now()))
    await database.write(lambda db: desk.escalate(db, second, "lin", "要法务看", clock.now()))
    await database.write(lambda db: desk.merge(db, second, first, "lin", clock.now()))
    row = await _row(database, first)
    assert row.status == "open", "somebody waits there now"
    assert row.tier == "senior", "what was handed up stays up"
    said = [line.text for line in await tickets.said(database.read(), row.id, 9)]
    assert said == ["第一个问题", "第二个问题"]
    await person.taps_token(f"support.ask:{second}")
    await person.says("写给旧号")
    assert person.reply.copies[0].value == first
    with pytest.raises(MoveRefused):
        await database.write(lambda db: desk.close(db, second, "lin", clock.now()))


async def test_what_goes_into_a_younger_ticket_has_waited_since_it_was_asked(
    person: Person, database: Database, clock: FakeClock
) -> None:
    await joins(person)
    claim = await registers(person)
    begun = clock.now()
    first = await _asks(person, "第一个问题")
    clock.passes(HOUR)
    younger = await database.write(lambda db: desk.write_first(db, claim, "lin", "姓名与登记册不一致。", clock.now()))
    await database.write(lambda db: desk.merge(db, first, younger.number, "lin", clock.now()))
    assert (await _row(database, younger.number)).opened_at == begun


async def test_an_agent_writes_first_and_a_negative_claim_leads_to_a_ticket_of_its_own(
    person: Person, database: Database, clock: FakeClock
) -> None:
    await joins(person)
    claim = await registers(person)
    done = await database.write(lambda db: desk.write_first(db, claim, "lin", "姓名与登记册不一致。", clock.now()))
    assert done.status == "answered"
    (row,) = await person.pushed("ticket")
    assert "客服就您的债权联系您" in row.reply.title
    again = await database.write(lambda db: desk.write_first(db, claim, "lin", "补充一句。", clock.now()))
    assert again.number == done.number, "the same matter"
    await database.write(lambda db: claims_decide(db, claim, "disputed", "mei", "姓名不一致", clock.now()))
    await person.taps_token(f"claims.status:{claim}")
    about = person.button("转人工").token
    assert about == f"support.ask:{claim}"
    await person.taps_token(about)
    await person.says("为什么有争议？")
    assert person.reply.copies[0].value == done.number
    ticket = await _row(database, done.number)
    assert (ticket.claim, ticket.matter, ticket.category, ticket.priority) == (
        claim, f"claim:{claim}", "claim", rules.Priority.HIGH,
    )  # fmt: skip
    with pytest.raises(rules.NoSuchClaim):
        await database.write(lambda db: desk.write_first(db, numbers.new("ZQ"), "lin", "x", clock.now()))


# -- how it was


async def test_one_tap_says_how_it_was_and_a_bad_one_opens_it_again(
    person: Person, database: Database, clock: FakeClock
) -> None:
    clock.passes(MONDAY)
    number = await _asks(person)
    await database.write(lambda db: desk.answer(db, number, "lin", "好了。", clock.now()))
    await database.write(lambda db: desk.solve(db, number, "lin", clock.now()))
    (solved,) = [row for row in await person.pushed("ticket") if "打几分" in row.reply.text]
    tokens = [choice.token for choice in solved.reply.choices[0]]
    assert tokens == [f"support.score:{number}.{score}" for score in range(1, 6)]
    await person.taps_token(tokens[1])
    person.sees("由更高一级的同事再看一次")
    row = await _row(database, number)
    assert (row.status, row.tier, row.flags) == ("open", "senior", "low_rating")
    await person.taps_token(tokens[4])
    person.sees("这次评分没有计入")
    await database.write(lambda db: desk.solve(db, number, "lin", clock.now()))
    await person.taps_token(tokens[4])
    person.sees("谢谢您的评分")
    clock.passes(timedelta(days=3))
    pushed = len(await person.pushed("ticket"))
    await _ticks(database, clock)
    assert (await _row(database, number)).status == "closed"
    assert len(await person.pushed("ticket")) == pushed, "who has said it is not reminded"
    await person.taps_token(f"support.score:{number}.9")
    person.sees("没有找到")


async def test_the_creditor_may_say_that_it_is_settled(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    await person.taps_token(f"support.mine:{number}")
    await person.taps("问题已解决")
    person.sees("打几分")
    assert (await _row(database, number)).status == "solved"
    await person.taps_token(f"support.done:{number}")
    person.sees("打几分")


# -- nothing is out of reach


async def test_from_every_state_somebody_can_go_on_and_every_wait_ends(
    person: Person, database: Database, clock: FakeClock
) -> None:
    """Every state is reached, every act is tried in it, and the clock alone brings every wait to its end."""
    clock.passes(MONDAY)

    def agents(number: str) -> dict[str, Callable[[Any], Coroutine[Any, Any, Any]]]:
        now = clock.now()
        return {
            "answer": lambda db: desk.answer(db, number, "lin", "好", now),
            "hold": lambda db: desk.hold(db, number, "lin", now + timedelta(days=1), "等", now),
            "escalate": lambda db: desk.escalate(db, number, "lin", "看", now),
            "solve": lambda db: desk.solve(db, number, "lin", now),
            "close": lambda db: desk.close(db, number, "lin", now),
        }

    reached = {
        "open": (), "answered": ("answer",), "on_hold": ("hold",), "solved": ("solve",), "closed": ("close",),
        "held while it waits for the creditor": ("answer", "hold"), "escalated": ("escalate", "escalate", "escalate"),
    }  # fmt: skip
    statuses = set()
    for path in reached.values():
        for act in agents(""):
            number = await _fresh(person, database, clock)
            for step in path:
                await database.write(agents(number)[step])
            row = await _row(database, number)
            statuses.add(row.status)
            _sane(row)
            try:
                await database.write(agents(number)[act])
            except (MoveRefused, StaleStatus):
                assert row.status in ("on_hold", "solved", "closed"), (path, act)
            _sane(await _row(database, number))
        # the creditor, by writing
        number = await _fresh(person, database, clock)
        for step in path:
            await database.write(agents(number)[step])
        clock.passes(timedelta(hours=2))
        await person.taps_token(f"support.ask:{number}")
        await person.says("我再写一句")
        assert (await _row(database, number)).status == "open", path
        # the clock alone
        number = await _fresh(person, database, clock)
        for step in path:
            await database.write(agents(number)[step])
        for _day in range(40):
            clock.passes(timedelta(days=1))
            await _ticks(database, clock)
            _sane(await _row(database, number))
        row = await _row(database, number)
        assert (row.status, row.tier) == ("open", "on_call") or row.status == "closed", path
    assert statuses == {status.value for status in TicketStatus}


async def _fresh(person: Person, database: Database, clock: FakeClock) -> str:
    """A ticket of its own: whatever stood before is closed."""
    for ticket in await desk.open_tickets(database.read()):
        await database.write(partial(desk.close, number=ticket.number, agent="lin", at=clock.now()))
    while settled := await tickets.standing(database.read(), "solved", 9):
        for row in settled:
            await database.write(partial(desk.close, number=row.number, agent="lin", at=clock.now()))
    clock.passes(timedelta(hours=2))
    return await _asks(person)


def _sane(row: TicketRow) -> None:
    """What holds of a ticket in any state: somebody, or the clock, comes back to it."""
    waits = row.status == "open"
    assert (row.asked_at is not None) == waits or row.status == "on_hold", row.status
    assert (row.runs_since is not None) == waits, row.status
    match row.status:
        case "open":
            assert row.due_at is not None or row.tier == "on_call", "the ladder goes on to its end"
        case "closed":
            assert row.due_at is None
        case _:
            assert row.due_at is not None, "every wait has an end"


def test_the_ladder_of_every_priority_ends() -> None:
    for urgency in rules.Priority:
        for start in rules.LADDER:
            tier, reminded, since, steps = start.value, False, MONDAY, 0
            while step := rules.next_step(urgency, tier, reminded, since, 0, hours.desks()["CN"]):
                assert step.at >= since
                steps += 1
                assert steps < 10
                if step.name == rules.REMINDER:
                    reminded = True
                else:
                    tier, since = step.name, step.at
            assert tier == "on_call"


def test_a_hold_has_a_reason_and_an_end() -> None:
    for until in (MONDAY, MONDAY - HOUR, MONDAY + timedelta(days=31)):
        with pytest.raises(Invalid):
            rules.wake(until, MONDAY)
    with pytest.raises(Invalid):
        rules.reason("  ")
