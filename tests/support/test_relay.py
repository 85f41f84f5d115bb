"""Between a creditor and an agent: files, what a line answers, edits, what is taken back, and what did not arrive."""

from typing import Any

import pytest

from bot.conversation.turn import File
from bot.errors import Invalid
from bot.support import desk, rules
from bot.support.rules import NoSuchLine, Quarantined
from storage import tickets
from storage.database import Database
from tests.claims.filing import pdf, png
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person
from tests.support.wires import Chat, Page, drained
from tests.test_files import EICAR

PDF, PNG = pdf(), png()


async def _asks(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


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
    assert words.reply.text.startswith("请按附件操作。\n\n随信附上 2 个文件，见下方。")
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
    assert words.reply.text.startswith("随信附上 1 个文件")
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
