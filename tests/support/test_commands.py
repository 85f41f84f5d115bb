"""What agents type: a case in full, masked; canned replies with fields; suggestions from the facts; an export."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot import desk as commands
from bot.errors import Invalid
from bot.support import sheet
from bot.support.rules import NoSuchLine, Overtaken
from storage.database import Database
from tests.person import FakeClock, Person

NAME, PHONE = "欧阳璎珞", "13912349876"


async def _asks(person: Person, text: str = f"我叫{NAME}，电话 {PHONE}，这封邮件是真的吗") -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def test_a_case_shows_all_that_helps_and_nobody_s_name(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    await commands.note_ticket(database, number, "lin", f"回电 {PHONE}", clock.now())
    shown = await commands.show_ticket(database, number, "lin", clock.now())
    listed = await commands.list_tickets(database)
    for found in (shown, listed):
        words = json.dumps(found, ensure_ascii=False)
        assert NAME not in words
        assert PHONE not in words, "a note is masked too"
    assert (shown["category"], shown["priority"], shown["masked"]) == ("safety", "high", True)
    assert [line["kind"] for line in shown["lines_said"]] == ["said", "note"]
    assert shown["suggested"]["facts"]["page"] == "genuine"
    assert "suspicious_mail" in [one["name"] for one in shown["suggested"]["canned"]]
    revealed = await commands.reveal_ticket(database, number, "lin", "回电", 10, clock.now())
    assert NAME in json.dumps(revealed, ensure_ascii=False)
    assert len(revealed["receipt"]) == 9


async def test_an_answer_by_a_canned_reply(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    seen = await commands.show_ticket(database, number, "lin", clock.now())
    with pytest.raises(Invalid, match="field_missing"):
        await commands.answer_ticket(database, number, "lin", "", clock.now(), reply="need_document")
    with pytest.raises(Invalid, match="no_such_reply"):
        await commands.answer_ticket(database, number, "lin", "", clock.now(), reply="nothing")
    done = await commands.answer_ticket(
        database, number, "lin", "谢谢。", clock.now(), reply="need_document", fields={"document": "邮件截图"},
        revision=seen["revision"],
    )  # fmt: skip
    assert done["canned"] == f"need_document@{sheet.canned()[0]}"
    (row,) = await person.pushed("ticket")
    assert "还需要您补充：邮件截图" in row.reply.text
    with pytest.raises(Overtaken):
        await commands.answer_ticket(database, number, "wang", "重复", clock.now(), revision=seen["revision"])
    asked = await commands.ask_for_document(database, number, "lin", "身份证明", clock.now())
    assert asked["status"] == "answered"
    assert (await person.pushed("ticket"))[-1].reply.choices[0][0].label == "发送材料"


async def test_an_answer_is_taken_back(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    done = await commands.answer_ticket(database, number, "lin", "发错了", clock.now())
    back = await commands.withdraw_answer(database, number, done["line"], "lin", clock.now())
    assert back["status"] == "open", "he waits again"
    assert [row.outcome for row in await person.pushed("ticket")] == ["cancelled"], "it never goes out"
    for line in (done["line"], 1):  # once is enough, and the creditor's own words are his
        with pytest.raises(NoSuchLine):
            await commands.withdraw_answer(database, number, line, "lin", clock.now())


async def test_every_command_moves_the_ticket_it_names(person: Person, database: Database, clock: FakeClock) -> None:
    number = await _asks(person)
    at = clock.now()
    steps: list[tuple[Any, str]] = [
        (commands.take_ticket(database, number, "lin", at), "open"),
        (commands.assign_ticket(database, number, "lin", "wang", at), "open"),
        (commands.hold_ticket(database, number, "wang", at + timedelta(hours=5), "等服务商", at), "on_hold"),
        (commands.escalate_ticket(database, number, "wang", "法务", at), "open"),
        (commands.solve_ticket(database, number, "wang", at), "solved"),
    ]
    for step, status in steps:
        assert (await step)["status"] == status
    assert (await commands.close_ticket(database, number, "wang", at))["status"] == "closed"


async def test_an_export_is_whole_and_is_itself_a_signed_look(
    person: Person, database: Database, clock: FakeClock
) -> None:
    number = await _asks(person)
    await commands.answer_ticket(database, number, "lin", "已查。", clock.now())
    found = await commands.export_ticket(database, number, "chief", "监管 2026-114", clock.now())
    words = json.dumps(found, ensure_ascii=False)
    assert NAME in words
    assert PHONE in words
    assert [one["kind"] for one in found["entries"]] == ["ticket:opened", "ticket:answered"]
    assert [(one["by"], one["reason"]) for one in found["reveals"]] == [("chief", "监管 2026-114")]
    assert [line["by"] for line in found["lines"] if line["kind"] == "said"] == ["creditor", "lin"]


def test_canned_replies_are_whole_in_every_language() -> None:
    version, replies = sheet.canned()
    assert version >= 1
    for one in replies.values():
        assert set(one.words) == {"zh_Hans", "zh_Hant", "zh_Hant_HK", "en"}, one.name
        for locale in one.words:
            values = dict.fromkeys(one.fields, "某某")
            assert "{" not in one.said(locale, values)
            with pytest.raises(Invalid, match="field_unknown"):
                one.said(locale, values | {"other": "x"})
    assert [name for name, _words in sheet.fitting("", "zh_Hans", "截图")] == ["kyc_on_hold"]
    broken = sheet.FILE.read_text(encoding="utf-8").replace("{document}", "{paper}", 1)
    with pytest.raises(ValueError, match="need_document"):
        sheet.read(broken)
    assert commands.show_canned("safety", "en", "")["lines"]
