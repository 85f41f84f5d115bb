"""What agents do at the desk: answer after a read-back, two at once, hold and solve; claims reviewed by one or by two."""

import asyncio
import re
from datetime import timedelta

import pytest

from storage import agents, ledger
from storage.database import Database
from tests.channels.desk.conftest import DeskAt
from tests.claims import filing
from tests.person import FakeClock, Person
from tests.test_files import EICAR

OTHERS = "zhao.liu@mail.example"


async def _asked(person: Person, text: str = "KYC 一直显示 On Hold，我该怎么办？") -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def _answers(person: Person) -> list[str]:
    return [row.reply.text for row in await person.pushed("ticket")]


async def test_an_answer_is_read_back_sent_once_and_leaves_the_queue_of_who_waits(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    (row,) = (await agent.sees("queue"))["tickets"]
    assert (row["number"], row["status"], row["locale"]) == (number, "open", "zh_Hans")
    seen = await agent.sees(f"tickets/{number}")
    back = await agent.does(f"tickets/{number}/preview", text="请把 KYC 页面的截图发来。")
    assert back["text"].startswith("请把 KYC 页面的截图发来。")
    assert "li.na" in back["text"]
    assert await _answers(person) == [], "a look sends nothing"
    done = await agent.does(
        f"tickets/{number}/answer", text="请把 KYC 页面的截图发来。", revision=str(seen["revision"])
    )
    assert done == {"status": "answered", "reachable": True}
    assert await _answers(person) == [back["text"]], "exactly what was read back"
    assert (await agent.sees("queue"))["tickets"][0]["status"] == "answered"


async def test_the_second_of_two_is_warned_before_anything_goes_out(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu")
    revision = str((await one.sees(f"tickets/{number}"))["revision"])
    answers = await asyncio.gather(
        one.posts(f"tickets/{number}/answer", text="第一个答复", revision=revision),
        other.posts(f"tickets/{number}/answer", text="第二个答复", revision=revision),
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    late = next(answer for answer in answers if answer.status == 409)
    told = await late.json()
    assert told["error"] == "Overtaken"
    assert len(await _answers(person)) == 1
    now = str((await other.sees(f"tickets/{number}"))["revision"])
    await other.does(f"tickets/{number}/answer", text="再补充一句", revision=now)
    assert len(await _answers(person)) == 2


async def test_words_of_the_creditor_in_between_warn_too(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    revision = str((await agent.sees(f"tickets/{number}"))["revision"])
    await person.taps_token(f"support.ask:{number}")
    await person.says("已经好了，不用了。")
    assert await agent.refused(f"tickets/{number}/answer", text="还没有", revision=revision) == "Overtaken"


async def test_a_note_never_reaches_the_creditor(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    await agent.does(f"tickets/{number}/note", text="这位先等等")
    assert [line["kind"] for line in (await agent.sees(f"tickets/{number}"))["lines"]] == ["said", "note"]
    await person.taps_token(f"support.mine:{number}")
    person.sees_not("这位先等等")
    assert await _answers(person) == []


async def test_somebody_else_s_details_need_a_second_thought(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    assert await agent.refused(f"tickets/{number}/answer", text=f"请写信到 {OTHERS}") == "OthersDetails"
    assert await _answers(person) == []
    await agent.does(f"tickets/{number}/answer", text=f"请写信到 {OTHERS}", sure="yes")
    assert len(await _answers(person)) == 1


async def test_files_and_a_quoted_line_go_with_an_answer(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    (line,) = (await agent.sees(f"tickets/{number}"))["lines"]
    said = {"text": "请按附件操作。", "about": str(line["id"])}
    back = await agent.does(f"tickets/{number}/preview", **said, files="2")
    papers = [("步骤.pdf", filing.pdf()), ("截图.png", filing.png(1))]
    assert (await agent.sends(f"tickets/{number}/answer", *papers, **said)).status == 200
    words, *files = [row.reply for row in await person.pushed("ticket")]
    assert words.text == back["text"], "exactly what was read back"
    assert "KYC 一直显示" in words.text
    assert [reply.document and reply.document.name for reply in files] == ["步骤.pdf", "截图.png"]
    seen = await agent.sees(f"tickets/{number}")
    assert [one["line"] for one in seen["files"]] == [seen["lines"][-1]["id"]] * 2
    assert seen["lines"][-1]["answers"] == line["id"]


async def test_a_file_that_cannot_be_sent_sends_nothing(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    bad = {
        "file_too_large": ("大.pdf", bytes(11 * 1024 * 1024)),
        "file_wrong_type": ("a.docx", b"abcd"),
        "Quarantined": ("b.pdf", EICAR),
        "file_empty": ("c.pdf", b""),
    }
    for code, paper in bad.items():
        answer = await agent.sends(f"tickets/{number}/answer", paper, text="见附件")
        assert (answer.status, (await answer.json())["error"]) == (409, code)
        assert not (await answer.json())["text"].isascii(), "said in words"
    many = await agent.sends(f"tickets/{number}/answer", *[("a.png", filing.png())] * 12, text="多")
    assert (await many.json())["error"] == "too_many_files"
    note = await agent.sends(f"tickets/{number}/note", ("a.png", filing.png()), text="x")
    assert note.status == 400
    torn = await agent.client.post(
        f"/desk/tickets/{number}/answer", data=b"--x\r\nno", headers={
            "X-Desk-Csrf": agent.csrf, "Content-Type": "multipart/form-data; boundary=y",
        },
    )  # fmt: skip
    assert torn.status == 400
    assert await _answers(person) == []


async def test_an_answer_is_changed_taken_back_and_merged(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    await agent.does(f"tickets/{number}/answer", text="三月五日截止。")
    line = str((await agent.sees(f"tickets/{number}"))["lines"][-1]["id"])
    await agent.does(f"tickets/{number}/edit", line=line, text="三月十五日截止。")
    (changed,) = [one for one in (await agent.sees(f"tickets/{number}"))["lines"] if str(one["id"]) == line]
    assert (changed["text"], changed["edited"]) == ("三月十五日截止。", True)
    await agent.does(f"tickets/{number}/withdraw", line=line)
    (gone,) = [one for one in (await agent.sees(f"tickets/{number}"))["lines"] if str(one["id"]) == line]
    assert gone["withdrawn"]
    for what in ("edit", "withdraw"):
        assert await agent.refused(f"tickets/{number}/{what}", line="999999", text="x") in {"not_found", "NoSuchLine"}
    assert await agent.refused(f"tickets/{number}/merge", text=number) == "CannotMerge"


async def test_a_ticket_is_linked_to_the_creditor_s_own_claim_only(
    desk: DeskAt, person: Person, visitor: Person
) -> None:
    await filing.joins(person)
    claim = await filing.files(person)
    number, other = await _asked(person, "请问进度如何？"), await _asked(visitor, "请问进度怎样了？")
    agent = await desk.comes("li.na")
    assert await agent.refused(f"tickets/{other}/link", text=claim) == "NotTheirs"
    assert await agent.refused(f"tickets/{number}/link", text="ZQ-1") == "not_found"
    await agent.does(f"tickets/{number}/link", text=claim.lower())
    seen = await agent.sees(f"tickets/{number}")
    assert (seen["claim"], seen["card"]["number"]) == (claim, claim)
    assert [line["text"] for line in seen["lines"] if line["code"] == "linked"] == [claim]


async def test_the_creditor_sees_that_somebody_writes(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    assert await agent.does(f"tickets/{number}/typing") == {"told": True}
    assert desk.written == [(person.channel, person.address)]


async def test_an_agent_writes_first_about_a_claim(desk: DeskAt, person: Person) -> None:
    await filing.joins(person)
    claim = await filing.files(person)
    agent = await desk.comes("li.na")
    done = await agent.does(f"claims/{claim}/write_first", text="姓名与登记册不一致，请核对。")
    assert (await agent.sees(f"tickets/{done['ticket']}"))["claim"] == claim
    assert "姓名与登记册不一致" in (await _answers(person))[-1]


async def test_asking_for_a_document_brings_a_button_that_takes_it(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    agent = await desk.comes("li.na")
    back = await agent.does(f"tickets/{number}/preview", text="请补交住址证明。", **{"as": "ask_document"})
    await agent.does(f"tickets/{number}/ask_document", text="请补交住址证明。")
    assert await _answers(person) == [back["text"]]
    (sent,) = await person.pushed("ticket")
    assert f"support.ask:{number}" in str(sent.reply.choices)
    assert (await agent.sees(f"tickets/{number}"))["status"] == "answered"


async def test_taking_giving_holding_raising_solving(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    one, other, head = (
        await desk.comes("li.na"), await desk.comes("wang.wu"), await desk.comes("sun.qi", "supervisor")
    )  # fmt: skip
    await one.does(f"tickets/{number}/take")
    assert await other.refused(f"tickets/{number}/take") == "Taken"
    assert await other.refused(f"tickets/{number}/assign", text="wang.wu") == "not_your_role"
    await desk.comes("shen.ji", "auditor")
    for nobody in ("nobody", "shen.ji"):  # who only reads would leave it lying
        assert await head.refused(f"tickets/{number}/assign", text=nobody) == "NoSuchAgent"
    await head.does(f"tickets/{number}/assign", text="Wang.Wu")
    assert (await one.sees(f"tickets/{number}"))["agent"] == "wang.wu"
    for hours in ("0", "721", "99999"):
        assert await other.refused(f"tickets/{number}/hold", text="等托管方回复", hours=hours) == "wrong_moment"
    assert await other.refused(f"tickets/{number}/hold", text="", hours="5") == "no_reason"
    await other.does(f"tickets/{number}/hold", text="等托管方回复", hours="5")
    held = await other.sees(f"tickets/{number}")
    assert (held["status"], held["reason"]) == ("on_hold", "等托管方回复")
    await other.does(f"tickets/{number}/escalate", text="需要主管看")
    raised = await other.sees(f"tickets/{number}")
    assert (raised["status"], raised["tier"], raised["agent"]) == ("open", "senior", None)
    await head.does(f"tickets/{number}/solve")
    assert await head.refused(f"tickets/{number}/solve") == "MoveRefused"
    assert (await head.sees("queue"))["tickets"] == []


async def test_open_pages_hear_of_news(desk: DeskAt, person: Person) -> None:
    agent = await desk.comes("li.na")
    async with asyncio.timeout(20):
        stream = await agent.gets("stream")
        assert stream.content_type == "text/event-stream"
        first = await stream.content.readuntil(b"event: changed\n")
        assert first.startswith(b"retry:")
        await _asked(person)
        await stream.content.readuntil(b"event: changed\n")
        stream.close()


async def test_open_pages_hear_that_a_creditor_types(
    desk: DeskAt, person: Person, visitor: Person, clock: FakeClock
) -> None:
    agent = await desk.comes("li.na")
    await person.commands("start")
    assert not await desk.work.hears(person.channel, person.address), "he has no ticket"
    assert not await desk.work.hears("webchat", "nobody")
    number = await _asked(person)
    await _asked(visitor)
    assert await desk.work.hears(person.channel, person.address)
    async with asyncio.timeout(20):
        stream = await agent.gets("stream")
        await stream.content.readuntil(b"event: changed\n")  # what was typed before is told to nobody
        assert await desk.work.hears(person.channel, person.address)
        heard = await stream.content.readuntil(b"event: typing\n")
        assert b"event: typing" not in heard.removesuffix(b"event: typing\n")
        assert await stream.content.readline() == b"data: %s\n" % number.encode()
        stream.close()
    await agent.does(f"tickets/{number}/close")
    assert not await desk.work.hears(person.channel, person.address), "nobody waits for it"


async def test_figures(desk: DeskAt, person: Person, clock: FakeClock) -> None:
    number = await _asked(person)
    agent, head = await desk.comes("li.na"), await desk.comes("sun.qi", "supervisor")
    assert (await agent.gets("figures")).status == 403
    clock.passes(timedelta(minutes=30))
    await agent.does(f"tickets/{number}/answer", text="您好。")
    clock.passes(timedelta(minutes=90))
    await agent.does(f"tickets/{number}/solve")
    found = await head.sees("figures?days=7")
    reckoned = {"tickets": 1, "first": 30, "whole": 2.0, "kept": 100, "score": None, "rated": 0}
    assert found["whole"] == {"name": "", **reckoned}
    assert found["agents"] == [{"name": "li.na", **reckoned, "quality": None}]
    assert found["categories"] == [{"name": "claim", **reckoned}]
    assert [day["name"] for day in found["by_day"]] == [f"11-{day}" for day in range(16, 23)]
    assert (found["by_day"][-1]["tickets"], found["by_day"][-1]["solved"]) == (1, 1)
    assert found["load"] == {"open": 0, "on_hold": 0, "answered": 0}
    assert (await head.gets("figures?days=8")).status == 400


async def test_a_ticket_that_went_into_another_is_counted_and_drawn_once(
    desk: DeskAt, person: Person, clock: FakeClock
) -> None:
    await filing.joins(person)
    claim = await filing.files(person)
    number = await _asked(person)
    agent, head = await desk.comes("li.na"), await desk.comes("sun.qi", "supervisor")
    other = (await agent.does(f"claims/{claim}/write_first", text="请核对姓名。"))["ticket"]
    assert other != number
    await agent.does(f"tickets/{other}/merge", text=number)
    assert (await head.sees("figures"))["whole"]["tickets"] == 1
    assert (await head.sees(f"quality?week={clock.now():%G-W%V}"))["sample"] == []


async def test_what_was_promised_is_kept_in_working_hours(desk: DeskAt, person: Person, clock: FakeClock) -> None:
    await _asked(person)  # on a Sunday: nobody sits there
    clock.passes(timedelta(hours=12))
    head = await desk.comes("sun.qi", "supervisor")
    assert (await head.sees("figures"))["whole"]["kept"] is None, "neither answered nor over"
    (row,) = (await head.sees("queue"))["tickets"]
    assert "2026-11-23" < row["promised_at"] < "2026-11-25"
    clock.passes(timedelta(days=4))
    head = await desk.comes("sun.qi", "supervisor")
    assert (await head.sees("figures"))["whole"]["kept"] == 0


# -- named in a note, alike, suggested


async def test_who_is_named_in_a_note_finds_it_until_he_read_it(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    one, mei = await desk.comes("li.na"), await desk.comes("mei")
    await desk.comes("shen.ji", "auditor")
    for nobody in ("@zhang3 请看", "请@shen.ji看"):
        assert await one.refused(f"tickets/{number}/note", text=nobody) == "NoSuchAgent"
    assert len((await one.sees(f"tickets/{number}"))["lines"]) == 1, "and nothing is kept"
    await one.does(f"tickets/{number}/note", text="请@Mei看一下，邮件 a@mei.example 不是他")
    assert [row["mentioned"] for row in (await one.sees("queue"))["tickets"]] == [False]
    assert [row["mentioned"] for row in (await mei.sees("queue"))["tickets"]] == [True]
    await one.does(f"tickets/{number}/solve")
    assert [row["number"] for row in (await mei.sees("queue"))["tickets"]] == [number], "also of what is settled"
    assert (await mei.sees(f"tickets/{number}"))["mentioned"]
    await mei.does(f"tickets/{number}/read")
    assert (await mei.sees("queue"))["tickets"] == []
    assert not (await mei.sees(f"tickets/{number}"))["mentioned"]


async def test_a_note_shows_who_is_named_in_it_and_masks_the_rest(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu")
    await one.does(f"tickets/{number}/note", text="@wang.wu 请看姓名是否一致，他的微信 zhang_san_88")
    assert (await other.sees(f"tickets/{number}"))["lines"][-1]["text"] == "@wang.wu 请看姓名是否一致，他的微信 [账号]"


async def test_an_answer_is_edited_from_ones_own_words(desk: DeskAt, person: Person) -> None:
    number = await _asked(person)
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu")
    said = "请写信给 help@estate.example。"
    assert await one.refused(f"tickets/{number}/answer", text=said) == "OthersDetails"
    await one.does(f"tickets/{number}/answer", text=said, sure="yes")
    line = (await one.sees(f"tickets/{number}"))["lines"][-1]
    assert line["text"] == said, "what is masked here would be sent masked"
    assert (await other.sees(f"tickets/{number}"))["lines"][-1]["text"] == "请写信给 [邮箱]。"
    await one.does(f"tickets/{number}/edit", text=f"您好！{said}", line=str(line["id"]))
    other_address = said.replace("help", "zhang.san")
    assert await one.refused(f"tickets/{number}/edit", text=other_address, line=str(line["id"])) == "OthersDetails"


async def test_the_same_words_in_another_ticket_are_found(desk: DeskAt, person: Person, visitor: Person) -> None:
    first = await _asked(person, "我的 KYC 一直显示 On Hold，已经 30 天了！")
    other = await _asked(visitor, "我的KYC一直显示on hold，已经 45 天了")
    agent = await desk.comes("li.na")
    assert (await agent.sees(f"tickets/{first}"))["alike"] == [other]
    await agent.does(f"tickets/{other}/close")
    assert (await agent.sees(f"tickets/{first}"))["alike"] == []


async def test_what_may_be_answered_stands_beside_the_case(desk: DeskAt, person: Person) -> None:
    number = await _asked(person, "我被骗光了，活不下去了，不想活了")
    agent = await desk.comes("li.na")
    seen = await agent.sees(f"tickets/{number}")
    assert "distress" in seen["flags"]
    assert "热线" in seen["suggested"]["help_lines"] or "电话" in seen["suggested"]["help_lines"]
    asked = await _asked(person, "KYC 一直显示 On Hold，我该怎么办？")
    assert asked == number or (await agent.sees(f"tickets/{asked}"))["suggested"]["facts"]["text"]
    found = (await agent.sees("words?q=Record"))["terms"]
    assert [term["zh_Hans"] for term in found] == ["登记日"]
    assert (await agent.sees("words?q=登记日"))["terms"][0]["en"] == "record date"


# -- the sample


async def test_a_week_s_sample_is_scored_and_nobody_reads_another_s_score(
    desk: DeskAt, person: Person, clock: FakeClock
) -> None:
    one = await desk.comes("li.na")
    own = await _asked(person)
    await one.does(f"tickets/{own}/answer", text="您好。")
    await one.does(f"tickets/{own}/solve")
    clock.passes(timedelta(days=2))
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu", "senior")
    head, auditor = await desk.comes("sun.qi", "supervisor"), await desk.comes("shen.ji", "auditor")
    week = "2026-W47"
    drawn = (await head.sees("quality"))["sample"]
    assert [(row["number"], row["agent"], row["scored"]) for row in drawn] == [(own, "li.na", None)]
    assert (await head.sees(f"quality?week={week}"))["sample"] == drawn, "the last week that is over; the same again"
    said = {"score": "4", "text": "答得清楚，少了一句安慰", "week": week}
    for agent in (one, other, auditor):
        assert await agent.refused(f"quality/{own}", **said) == "not_your_role"
    assert await head.refused(f"quality/{own}", **{**said, "score": "6"}) == "no_score"
    assert await head.refused(f"quality/{own}", **{**said, "text": " "}) == "no_reason"
    assert await head.refused(f"quality/{own}", **{**said, "week": "2026-W46"}) == "NotInTheSample"
    await head.does(f"quality/{own}", **said)
    for reader in (head, auditor):
        (row,) = (await reader.sees(f"quality?week={week}"))["sample"]
        assert (row["scored"]["score"], row["scored"]["by"]) == (4, "sun.qi")
    assert [(row["score"], row["remark"]) for row in (await one.sees(f"quality?week={week}"))["own"]] == [
        (4, said["text"])
    ]
    assert (await other.sees(f"quality?week={week}"))["own"] == []
    assert [row["quality"] for row in (await head.sees("figures"))["agents"]] == [4.0]
    assert [row["quality"] for row in (await other.sees("figures"))["agents"]] == [None]
    assert (await head.gets("quality?week=2026-W99")).status == 409


# -- claims


async def test_a_claim_is_reviewed_and_its_creditor_told(desk: DeskAt, person: Person) -> None:
    await filing.joins(person)
    claim = await filing.files(person, amount="6万")
    agent, senior = await desk.comes("li.na"), await desk.comes("zhou.ba", "senior")
    assert [row["number"] for row in (await agent.sees("claims"))["claims"]] == [claim]
    assert (await agent.does(f"claims/{claim}/taken_up"))["status"] == "under_review"
    assert await agent.refused(f"claims/{claim}/queried", text="  ") == "ReasonMissing"
    assert (await agent.does(f"claims/{claim}/queried", text="请补交住址证明"))["status"] == "document_requested"
    assert await agent.refused(f"claims/{claim}/allowed") == "not_your_role"
    assert await senior.refused(f"claims/{claim}/allowed") == "NotNow"
    await agent.does(f"claims/{claim}/taken_up")
    assert (await senior.does(f"claims/{claim}/allowed"))["status"] == "allowed"
    await person.taps_token(f"claims.status:{claim}")
    person.sees("已确认")


async def test_a_large_claim_takes_two_people(desk: DeskAt, person: Person, database: Database) -> None:
    await filing.joins(person)
    claim = await filing.files(person, amount="20万")
    one, other, third = (
        await desk.comes("zhou.ba", "senior"), await desk.comes("sun.qi", "supervisor"), await desk.comes("wu.shi", "senior")
    )  # fmt: skip
    await one.does(f"claims/{claim}/taken_up")
    assert await one.refused(f"claims/{claim}/disallowed") == "ReasonMissing"
    assert await one.does(f"claims/{claim}/disallowed", text="材料与登记册不符") == {"proposed": True}
    seen = await other.sees(f"claims/{claim}")
    assert (seen["status"], seen["proposed"]["by"], seen["proposed"]["decision"]) == (
        "under_review", "zhou.ba", "disallowed",
    )  # fmt: skip
    assert await one.refused(f"claims/{claim}/disallowed", text="x") == "SamePerson"
    assert await other.refused(f"claims/{claim}/allowed") == "AnotherDecision"
    answers = await asyncio.gather(other.posts(f"claims/{claim}/disallowed"), third.posts(f"claims/{claim}/disallowed"))
    assert sorted(answer.status for answer in answers) == [200, 409], "one approves; the other is late"
    seen = await other.sees(f"claims/{claim}")
    assert seen["status"] == "disallowed"
    assert seen["reason"] == "材料与登记册不符", "the first one's words"


async def test_a_proposal_can_be_taken_back_and_is_void_once_the_claim_changed(desk: DeskAt, person: Person) -> None:
    await filing.joins(person)
    claim = await filing.files(person, amount="20万")
    one, other = await desk.comes("zhou.ba", "senior"), await desk.comes("sun.qi", "supervisor")
    await one.does(f"claims/{claim}/allowed")
    await person.taps_token(f"claims.add:{claim}")
    await person.sends_file("证明.png", filing.png(7))
    await person.taps("已上传 1 个文件")
    await person.taps("确认")
    assert await other.refused(f"claims/{claim}/allowed") == "ChangedMeanwhile"
    await other.does(f"claims/{claim}/refuse")
    assert await other.refused(f"claims/{claim}/refuse") == "NoProposal"
    assert await one.does(f"claims/{claim}/allowed") == {"proposed": True}
    assert (await other.does(f"claims/{claim}/allowed"))["status"] == "allowed"


async def test_evidence_runs_nothing_and_every_look_is_noted(desk: DeskAt, person: Person, database: Database) -> None:
    await filing.joins(person)
    claim = await filing.files(person, papers=True)
    await person.taps_token(f"claims.add:{claim}")
    await person.sends_file('照片"\r\nX-Evil: 1.png', filing.png(3))
    await person.taps("已上传 1 个文件")
    await person.taps("确认")
    agent, auditor = await desk.comes("li.na"), await desk.comes("shen.ji", "auditor")
    listed = (await agent.sees(f"claims/{claim}"))["evidence"]
    assert [one["media_type"] for one in listed] == ["application/pdf", "image/png"]
    pdf, png = [await agent.gets(f"claims/{claim}/evidence/{one['handle']}") for one in listed]
    for paper in (pdf, png):
        assert paper.status == 200
        assert paper.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert paper.headers["X-Content-Type-Options"] == "nosniff"
        assert paper.headers["Cache-Control"] == "no-store"
        assert "X-Evil" not in paper.headers
    assert pdf.headers["Content-Disposition"].startswith("attachment;")
    assert pdf.headers["Content-Type"] == "application/octet-stream"
    assert png.headers["Content-Disposition"].startswith("inline;")
    assert png.headers["Content-Type"] == "image/png"
    assert await png.read() == filing.png(3)
    for handle in (listed[0]["handle"], "nothing"):
        assert (await auditor.gets(f"claims/{claim}/evidence/{handle}")).status == 403
    assert (await agent.gets(f"claims/{claim}/evidence/nothing")).status == 404
    looks = [(one.name, one.subject) for one in await agents.visits(database.read()) if one.what == "opened"]
    assert looks == [("li.na", claim), ("li.na", claim)]


async def test_evidence_of_another_claim_is_not_there(desk: DeskAt, person: Person) -> None:
    await filing.joins(person)
    first = await filing.files(person, papers=True)
    second = await filing.files(person, schedule="9912346")
    agent = await desk.comes("li.na")
    (one,) = (await agent.sees(f"claims/{first}"))["evidence"]
    assert (await agent.gets(f"claims/{second}/evidence/{one['handle']}")).status == 404


async def test_a_decision_of_two_names_both_in_the_ledger(desk: DeskAt, person: Person, database: Database) -> None:
    await filing.joins(person)
    claim = await filing.files(person, amount="20万")
    one, other = await desk.comes("zhou.ba", "senior"), await desk.comes("sun.qi", "supervisor")
    await one.does(f"claims/{claim}/allowed")
    done = await other.does(f"claims/{claim}/allowed")
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", done["receipt"])
    row = await filing.stored(person.engine, claim)
    assert [entry.kind for entry in await ledger.chain(database.read(), row.handle)] == [
        "claim:submitted",
        "claim:allowed",
    ]


@pytest.mark.parametrize("role", ["agent", "auditor"])
async def test_who_decides_nothing_final(desk: DeskAt, person: Person, role: str) -> None:
    await filing.joins(person)
    claim = await filing.files(person)
    agent = await desk.comes("li.na", role)
    for what in ("allowed", "disputed", "disallowed", "refuse"):
        assert await agent.refused(f"claims/{claim}/{what}", text="x") == "not_your_role"
