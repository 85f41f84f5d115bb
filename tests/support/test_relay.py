"""Between a creditor and an agent: files, what a line answers, edits, what is taken back, and what did not arrive."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.conversation.turn import File
from bot.errors import Invalid, Malformed, Unknown, Unreachable
from bot.support import desk, rules
from bot.support.rules import NoSuchLine, Quarantined
from storage import tickets
from storage.database import Database, Query, table
from storage.people import Contact
from tests.claims.filing import pdf, png
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person
from tests.support.wires import Chat, Page, drained
from tests.test_files import EICAR

PDF, PNG, OGG = pdf(), png(), b"OggS" + bytes(60) + b"OpusHead" + bytes(20)


async def _asks(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def agrees(person: Person) -> None:
    """Agree to files being kept: the words are shown first."""
    await person.taps_token("welcome.consent:identity_papers")
    await person.taps_token(person.buttons[0].token)


async def _lines(database: Database, number: str) -> list[tickets.LineRow]:
    row = await tickets.by_number(database.read(), number)
    assert row is not None
    return await tickets.lines(database.read(), row.id, 99)


async def _answers(
    database: Database, clock: FakeClock, number: str, text: str = "您好。", **more: Any
) -> desk.Answered:
    return await database.write(lambda db: desk.answer(db, number, "lin", text, clock.now(), **more))


# -- files of an agent


async def test_an_agent_s_files_follow_his_words_in_order(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    files = [File("步骤.pdf", len(PDF), PDF), File("截图.png", len(PNG), PNG)]
    await _answers(database, clock, number, "请按附件操作。", files=files)
    wire = Chat()
    await drained(database, wire)
    words, first, second = wire.sent
    assert words.reply.text.startswith("请按附件操作。\n\n另附 2 个文件，见下方。")
    assert first.reply.text == f"工单 {number} 的附件（1/2）"
    handed = [one.reply.document for one in (first, second)]
    assert [(one.name, one.content) for one in handed if one is not None] == [("步骤.pdf", PDF), ("截图.png", PNG)]
    rows = await person.pushed("ticket")
    assert [row.outcome for row in rows] == ["sent"] * 3
    seen = await desk.case(database.read(), number, "lin", clock.now())
    assert [(paper.line, paper.media_type) for paper in seen.files] == [
        (seen.lines[-1].id, "application/pdf"),
        (seen.lines[-1].id, "image/png"),
    ]


async def test_the_page_hands_a_file_out_and_its_history_does_not_carry_it(
    engine: Any, database: Database, clock: FakeClock
) -> None:
    person = Person(engine, WEBCHAT, clock=clock)
    number = await _asks(person)
    await _answers(database, clock, number, "", files=[File("步骤.pdf", len(PDF), PDF)])
    await drained(database, Page())
    words, paper = (await person.history())[-2:]
    assert words.reply.text.startswith("另附 1 个文件")
    assert paper.reply.document is not None
    assert paper.reply.document.content == b""
    handed = await engine.document(WEBCHAT, person.address, paper.seq)
    assert (handed.name, handed.media_type, handed.content) == ("步骤.pdf", "application/pdf", PDF)
    assert await engine.document(WEBCHAT, "somebody-else", paper.seq) is None
    assert await engine.document(WEBCHAT, person.address, words.seq) is None


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (File("大.pdf", 40 * 1024 * 1024, None), "file_too_large"),
        (File("a.docx", 4, b"abcd"), "file_wrong_type"),
        (File("空.pdf", 0, b""), "file_empty"),
        (File("断.pdf", 9, b"%PDF-1.7\n"), "file_broken"),
    ],
)
async def test_a_file_that_cannot_be_sent_stops_the_answer_before_anything_is_kept(
    person: Person, database: Database, clock: FakeClock, file: File, code: str
) -> None:
    number = await _asks(person)
    with pytest.raises(Invalid) as refused:
        await _answers(database, clock, number, "见附件", files=[file])
    assert refused.value.code == code
    with pytest.raises(Quarantined):
        await _answers(database, clock, number, "见附件", files=[File("a.pdf", len(EICAR), EICAR)])
    with pytest.raises(Invalid):
        await _answers(database, clock, number, "", files=[])
    with pytest.raises(Invalid):
        await _answers(database, clock, number, "多", files=[File("a.png", len(PNG), PNG)] * (rules.MOST_FILES + 1))
    assert len(await _lines(database, number)) == 1
    assert await person.pushed("ticket") == []


# -- what an answer is about


async def test_an_answer_quotes_the_line_it_is_about_and_never_a_note(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person, "第一问：身份验证要多久？")
    await person.taps_token(f"support.ask:{number}")
    await person.says("第二问：可以换邮箱吗？")
    first = (await _lines(database, number))[0]
    done = await _answers(database, clock, number, "一般三到五天。", about=first.id)
    (row,) = await person.pushed("ticket")
    assert row.reply.text.startswith("回复：“第一问：身份验证要多久？”\n\n一般三到五天。")
    seen = await desk.case(database.read(), number, "lin", clock.now())
    assert (seen.lines[-1].id, seen.lines[-1].answers) == (done.line, first.id)
    noted = await database.write(lambda db: desk.note(db, number, "lin", "别告诉他", clock.now()))
    other = await _asks(Person(person.engine, TELEGRAM, "20002", clock=clock), "别人的问题")
    foreign = (await _lines(database, other))[0]
    for line in (noted.line, foreign.id, 987_654):
        with pytest.raises(NoSuchLine):
            await _answers(database, clock, number, "x", about=line)


# -- the creditor edits, answers by name, speaks, sends albums


async def test_an_edit_changes_the_line_and_keeps_the_old_words_once(
    person: Person, database: Database, clock: FakeClock
) -> None:
    await person.taps_token("support.ask")
    await person.does(person.turn(text="我的邮箱是旧的", said="71"))
    number = person.reply.copies[0].value
    await _answers(database, clock, number, "请问新邮箱？")
    await person.does(person.turn(text="我的邮箱换过了", said="71", edited=True))
    person.sees(f"已同步到工单 {number}")
    await person.repeats()
    await person.does(person.turn(text="我的邮箱换过了", said="71", edited=True))  # the wire tells of it once more
    assert person.reply.silent
    lines = await _lines(database, number)
    assert [(line.kind, line.code, line.text) for line in lines] == [
        ("said", "", "我的邮箱换过了"),
        ("said", "", "请问新邮箱？"),
        ("event", "edited", "我的邮箱是旧的"),
    ]
    assert (lines[0].edited_at, lines[2].answers) == (clock.now(), lines[0].id)
    assert (await desk.ticket(database.read(), number)).status == "open", "whoever waited looks again"
    await person.taps_token(f"support.mine:{number}")
    person.sees("我的邮箱换过了（已编辑）")
    await person.does(person.turn(text="别的", said="999", edited=True))
    person.sees("修改不会改变已经处理的内容")
    stranger = Person(person.engine, TELEGRAM, "20002", clock=clock)
    await stranger.does(stranger.turn(text="不是我的", said="71", edited=True))
    assert (await _lines(database, number))[0].text == "我的邮箱换过了"


async def test_an_edit_never_answers_a_question_or_presses_a_button(person: Person, database: Database) -> None:
    await person.taps_token("welcome.link")
    before = person.reply
    await person.does(person.turn(text="a@example.com", said="5", edited=True))
    person.sees("修改不会改变已经处理的内容")
    assert [choice.token for choice in person.buttons] == [one.token for row in before.choices for one in row]
    assert await person.mails() == []
    await person.says("取消")
    await person.does(person.turn(text="转人工", said="6", edited=True))
    person.sees("修改不会改变已经处理的内容")


async def test_a_secret_that_is_edited_in_is_withheld_too(person: Person, database: Database) -> None:
    await person.taps_token("support.ask")
    await person.does(person.turn(text="登录不了", said="8"))
    number = person.reply.copies[0].value
    await person.does(person.turn(text="登录不了，我的密码是 Tr0ub4dor&3xyz", said="8", edited=True))
    assert all("Tr0ub4dor" not in line.text for line in await _lines(database, number))


async def test_answering_a_message_by_name_goes_to_its_ticket_from_the_middle_of_a_form(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    done = await _answers(database, clock, number, "请问哪个邮箱？")
    wire = Chat()
    await drained(database, wire)
    await person.taps_token("welcome.link")
    question = person.reply.text
    await person.does(person.turn(text="是注册时的那个邮箱", said="72", quotes=wire.sent[0].message))
    person.sees(f"已写入工单 {number}", "继续")
    await person.repeats()
    last = (await _lines(database, number))[-1]
    assert (last.text, last.answers) == ("是注册时的那个邮箱", done.line)
    assert len(await _lines(database, number)) == 3 - 1 + 1
    await person.taps_token("form.resume")
    assert question in person.reply.text
    await person.does(person.turn(text="b@example.com", quotes="123456"))  # answers a question of ours
    assert len(await person.mails()) == 1


async def test_a_voice_message_is_kept_for_a_person_and_for_nobody_else(
    person: Person, database: Database, clock: FakeClock
) -> None:
    voice = File("VOICE_9.ogg", len(OGG), OGG, seconds=12)
    await person.does(person.turn(file=voice))
    person.sees("听不了语音", "转人工")
    await person.taps_token("welcome.link")
    await person.does(person.turn(file=voice))
    person.sees("听不了语音", "继续")
    await agrees(person)
    number = await _asks(person)
    await person.does(person.turn(file=voice, said="90"))
    person.sees(f"已并入工单 {number}")
    await person.repeats()
    await person.taps_token(f"support.ask:{number}")
    await person.does(person.turn(file=File("VOICE_10.ogg", len(OGG), OGG, seconds=3)))
    await person.taps("下一步")
    await person.does(person.turn(file=File("VOICE_11.ogg", 4, b"nope", seconds=3)))
    person.sees("没有保存")
    seen = await desk.case(database.read(), number, "lin", clock.now())
    assert [(one.media_type, one.seconds) for one in seen.files] == [("audio/ogg", 12), ("audio/ogg", 3)]


async def test_an_album_is_one_line_with_every_photo_and_one_reply(
    person: Person, database: Database, clock: FakeClock
) -> None:
    photo = File("IMG_1.jpg", len(PNG), PNG)
    for _each in range(3):
        await person.does(person.turn(file=photo, album="777"))
    assert [seen.answer.reply.silent for seen in person.seen] == [False, True, True], "nobody to give it to: said once"
    await agrees(person)
    number = await _asks(person)
    heard = len(person.seen)
    for place in range(5):
        await person.does(
            person.turn(file=photo, text="收据" if place == 1 else None, album="778", said=str(80 + place))
        )
        await person.repeats()
    replies = [seen.answer for seen in person.seen[heard:]]
    assert [answer.reply.silent for answer in replies] == [False, False] + [True] * 8
    assert not any(answer.owed for answer in replies[2:])
    line = (await _lines(database, number))[-1]
    assert line.text == "收据"
    seen = await desk.case(database.read(), number, "lin", clock.now())
    assert [one.line for one in seen.files] == [line.id] * 5
    assert len(await _lines(database, number)) == 2


async def test_an_album_in_a_form_is_kept_whole_and_told_once(person: Person, database: Database) -> None:
    await agrees(person)
    await person.taps_token("support.ask")
    photo = File("IMG_1.jpg", len(PNG), PNG)
    for _each in range(3):
        await person.does(person.turn(file=photo, album="779"))
    assert [seen.answer.reply.silent for seen in person.seen[-3:]] == [False, True, True]
    await person.does(person.turn(file=File("大.jpg", 50_000_000, None), album="779"))
    person.sees("太大")
    await person.taps("下一步")
    number = person.reply.copies[0].value
    row = await tickets.by_number(database.read(), number)
    assert row is not None
    assert len(await tickets.files_of(database.read(), row.id)) == 3


@pytest.mark.parametrize(
    ("kind", "words"),
    [("sticker", "表情"), ("video", "视频"), ("location", "位置"), ("contact", "名片"), ("other", "读不了")],
)
async def test_what_cannot_be_read_is_answered_kindly_and_loses_no_form(person: Person, kind: str, words: str) -> None:
    await person.does(person.turn(text="", unread=kind))
    person.sees(words)
    await person.taps_token("welcome.link")
    question = person.reply.text
    await person.does(person.turn(text="", unread=kind))
    person.sees(words, question)


# -- the agent edits and takes back


async def _changes(database: Database, clock: FakeClock, number: str, line: int, text: str) -> None:
    await database.write(lambda db: desk.change_answer(db, number, line, "lin", text, clock.now()))


async def _withdraws(database: Database, clock: FakeClock, number: str, line: int) -> desk.Answered:
    return await database.write(lambda db: desk.withdraw_answer(db, number, line, "lin", clock.now()))


async def test_an_answer_is_changed_where_it_stands_and_the_old_words_are_kept(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat()
    done = await _answers(database, clock, number, "三月五日截止。")
    await drained(database, wire)
    clock.passes(timedelta(minutes=1))
    await _changes(database, clock, number, done.line, "四月五日截止。")
    await _changes(database, clock, number, done.line, "四月五日截止。")
    await drained(database, wire)
    first, second = wire.sent
    assert (second.replacing, second.reply.replaces) == (first.message, True)
    assert second.reply.title == f"客服答复（已编辑）· {number}"
    assert second.reply.text.startswith("四月五日截止。")
    lines = await _lines(database, number)
    assert [(line.kind, line.code, line.text, line.agent) for line in lines[1:]] == [
        ("said", "", "四月五日截止。", "lin"),
        ("event", "edited", "三月五日截止。", "lin"),
    ]
    await person.does(person.turn(text="收到", quotes=second.message))
    assert (await _lines(database, number))[-1].answers == done.line, "found again after the edit"


async def test_an_answer_that_is_still_on_its_way_goes_out_in_its_new_words_only(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat()
    done = await _answers(database, clock, number, "三月五日截止。")
    await _changes(database, clock, number, done.line, "四月五日截止。")
    await drained(database, wire)
    (sent,) = wire.sent
    assert (sent.reply.title, sent.replacing) == (f"客服答复 · {number}", None)
    assert "三月" not in sent.reply.text
    assert sent.reply.text.startswith("四月五日截止。")


async def test_where_nothing_can_be_changed_in_its_place_a_correction_says_so(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat(names=False)
    done = await _answers(database, clock, number, "三月五日截止。")
    await drained(database, wire)
    await _changes(database, clock, number, done.line, "四月五日截止。")
    await drained(database, wire)
    await _withdraws(database, clock, number, done.line)
    await drained(database, wire)
    _first, second, third = wire.sent
    assert (second.reply.title, second.replacing) == (f"客服更正 · {number}", None)
    assert second.reply.text.startswith("以下内容更正此前的一条答复（已编辑）：\n\n四月五日截止。")
    assert (third.reply.title, third.replacing) == (f"客服已撤回一条答复 · {number}", None)


async def test_a_page_draws_the_changed_line_anew_and_is_told_where(
    engine: Any, database: Database, clock: FakeClock
) -> None:
    person, page = Person(engine, WEBCHAT, clock=clock), Page()
    number = await _asks(person)
    done = await _answers(database, clock, number, "三月五日截止。", files=[File("a.pdf", len(PDF), PDF)])
    await drained(database, page)
    shown = await person.history()
    words, paper = shown[-2:]
    await _changes(database, clock, number, done.line, "四月五日截止。")
    await drained(database, page)
    now = await person.history()
    assert now[-1].reply.revises == (words.seq,)
    assert now[-1].seq == len(now) == len(shown) + 1
    assert now[words.seq - 1].reply.text.startswith("四月五日截止。\n\n另附 1 个文件")
    assert [line.reply for line in now[: words.seq - 1]] == [line.reply for line in shown[: words.seq - 1]]
    await _withdraws(database, clock, number, done.line)
    await drained(database, page)
    now = await person.history()
    assert now[-1].reply.revises == (words.seq, paper.seq)
    assert "已撤回" in now[words.seq - 1].reply.text
    assert await engine.document(WEBCHAT, person.address, paper.seq) is None, "the file is taken back too"
    assert person.address in page.rung


async def test_an_answer_that_is_taken_back_is_deleted_and_stays_marked_in_the_ticket(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat()
    done = await _answers(database, clock, number, "发错了", files=[File("a.pdf", len(PDF), PDF)])
    await drained(database, wire)
    back = await _withdraws(database, clock, number, done.line)
    assert back.status == "open", "no answer is left, so he waits for us again"
    with pytest.raises(NoSuchLine):
        await _withdraws(database, clock, number, done.line)
    with pytest.raises(NoSuchLine):
        await _changes(database, clock, number, done.line, "改")
    await drained(database, wire)
    assert wire.deleted == [sent.message for sent in wire.sent]
    assert len(wire.sent) == 2
    seen = await desk.case(database.read(), number, "lin", clock.now())
    assert [(line.text, line.withdrawn_at) for line in seen.lines if line.agent and line.kind == "said"] == [
        ("发错了", clock.now())
    ]
    assert seen.lines[-1].code == "withdrawn"
    await person.taps_token(f"support.mine:{number}")
    person.sees("客服 lin：（已撤回）").sees_not("发错了")


async def test_what_is_too_old_to_be_deleted_says_in_its_place_that_it_was_taken_back(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat()
    first = await _answers(database, clock, number, "第一条")
    await _answers(database, clock, number, "第二条")
    await drained(database, wire)
    wire.too_late = True
    back = await _withdraws(database, clock, number, first.line)
    assert back.status == "answered", "the other answer stands"
    await drained(database, wire)
    assert wire.sent[-1].replacing == wire.sent[0].message
    assert "已撤回" in wire.sent[-1].reply.text
    assert wire.deleted == []


async def test_what_is_taken_back_before_it_went_out_never_goes_out(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number, wire = await _asks(person), Chat()
    done = await _answers(database, clock, number, "发错了", files=[File("a.pdf", len(PDF), PDF)])
    await _withdraws(database, clock, number, done.line)
    await drained(database, wire)
    assert (wire.sent, wire.deleted) == ([], [])


# -- what did not arrive


async def _missed(database: Database, number: str) -> list[str]:
    return [line.text for line in await _lines(database, number) if line.code == "undelivered"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [(Unreachable("forbidden"), "blocked"), (Unreachable("gone"), "blocked"), (Malformed("no"), "refused")],
)
async def test_what_the_wire_refuses_is_told_to_the_agent_with_the_reason(
    person: Person, database: Database, clock: FakeClock, wrong: Exception, why: str
) -> None:
    number = await _asks(person)
    await _answers(database, clock, number, "第一条")
    await drained(database, Chat(wrong))
    assert await _missed(database, number) == [why]
    seen = await desk.ticket(database.read(), number)
    assert ("undelivered" in seen.flags.split(), seen.priority) == (True, 2)


async def test_given_up_after_its_tries_and_too_old_are_told_too(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    await _answers(database, clock, number, "第一条")
    await drained(database, Chat(*[Unknown("no answer")] * 8))
    assert await _missed(database, number) == ["given_up"]
    await _answers(database, clock, number, "第二条")
    clock.passes(timedelta(days=31))
    await drained(database, Chat())
    assert await _missed(database, number) == ["given_up", "expired"]


async def test_who_blocked_us_misses_every_answer_and_is_offered_each_once_on_return(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    paper = [File("a.pdf", len(PDF), PDF)]
    lines = [
        (await _answers(database, clock, number, f"第 {place} 条", files=paper if place == 3 else [])).line
        for place in (1, 2, 3)
    ]
    await drained(database, Chat(Unreachable("forbidden")))
    missed = [line.answers for line in await _lines(database, number) if line.code == "undelivered"]
    assert missed == lines, "those behind it in the queue as well"
    for _again in range(2):
        await person.engine.blocked(TELEGRAM, person.address, reachable=True)
    wire = Chat()
    await drained(database, wire)
    assert [sent.reply.text.split("\n\n")[:2] for sent in wire.sent[:3]] == [
        ["这条答复之前没有送到您这里，现在补发：", f"第 {place} 条"] for place in (1, 2, 3)
    ]
    assert [sent.reply.document.content for sent in wire.sent[3:] if sent.reply.document is not None] == [PDF]
    assert "undelivered" not in (await desk.ticket(database.read(), number)).flags
    assert [line.answers for line in await _lines(database, number) if line.code == "offered_again"] == lines


async def test_who_simply_writes_again_is_offered_what_he_missed_but_not_what_was_taken_back(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    first = await _answers(database, clock, number, "第一条")
    await _answers(database, clock, number, "第二条")
    await drained(database, Chat(Unreachable("forbidden")))
    await _withdraws(database, clock, number, first.line)
    await person.says("在吗")
    await person.says("还在吗")
    wire = Chat()
    await drained(database, wire)
    again = [sent.reply.text for sent in wire.sent if "补发" in sent.reply.text]
    assert len(again) == 1
    assert "第二条" in again[0]


async def test_a_page_that_is_gone_is_told_as_well(engine: Any, database: Database, clock: FakeClock) -> None:
    person = Person(engine, WEBCHAT, clock=clock)
    number = await _asks(person)
    await _answers(database, clock, number, "第一条")
    row = table(Contact)
    await database.write(
        lambda db: db.run(
            Query(update(row).values(address="elsewhere")),
        )
    )
    await drained(database, Page())
    assert await _missed(database, number) == ["blocked"]


# -- the form that was open


@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
async def test_a_form_that_was_open_survives_the_talk(
    engine: Any, database: Database, clock: FakeClock, channel: str
) -> None:
    person = Person(engine, channel, clock=clock)
    number = await _asks(person)
    await person.taps_token("claims.file")
    await person.taps(person.labels[0])
    question, draft = person.reply.text, (await person.contact()).draft
    assert draft is not None
    await _answers(database, clock, number, "请补一张截图。")
    await drained(database, Chat() if channel == TELEGRAM else Page())
    assert (await person.contact()).draft == draft, "an answer that arrives moves nothing"
    await person.taps_token(f"support.ask:{number}")
    await person.says("截图我没有。")
    person.sees(f"已写入工单 {number}", "继续")
    await person.taps_token("form.resume")
    assert (await person.contact()).draft == draft
    assert question in person.reply.text


async def test_an_answer_that_is_changed_just_as_it_goes_out_ends_in_its_new_words(
    engine: Any, database: Database, clock: FakeClock
) -> None:
    wire, done = Chat(), {}
    for place in range(6):
        person = Person(engine, TELEGRAM, str(30_000 + place), clock=clock)
        number = await _asks(person)
        done[person.address] = number, (await _answers(database, clock, number, f"旧 {place}")).line
    changes = [_changes(database, clock, number, line, f"新 {line}") for number, line in done.values()]
    await asyncio.gather(drained(database, wire), *changes)
    await drained(database, wire)
    for address, (number, line) in done.items():
        seen = {sent.message: sent.reply.text for sent in wire.sent if sent.address == address}
        newest = list(seen.values())[-1]
        assert f"新 {line}" in newest
        assert (await _lines(database, number))[1].text == f"新 {line}"
