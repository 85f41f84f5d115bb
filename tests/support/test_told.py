"""Somebody asks about a notice he was sent: his words land in a ticket that says which, and the desk sees it."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot import hints
from bot.claims import actions as claims
from bot.conversation.turn import File
from bot.errors import Unreachable
from bot.notices import actions as notices
from bot.notices.dialogue import renderer
from bot.support import desk
from bot.support.rules import Notice, NotTheirs
from bot.work import may_show
from storage import deliveries
from storage.database import Database
from tests.claims import filing
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person, owed
from tests.support.wires import Chat, Sent, drained


@pytest.fixture
async def claim(person: Person) -> str:
    """The person has registered a claim."""
    await filing.joins(person)
    return await filing.files(person)


async def told(database: Database, clock: FakeClock, claim: str, *wrong: Exception) -> Chat:
    """The claim is taken up, and its creditor is told on Telegram."""
    await database.write(lambda db: claims.review(db, claim, "taken_up", "lin", "", clock.now()))
    while await database.write(lambda db: notices.plan(db, clock.now())):
        pass
    wire = Chat(*wrong)
    await drained(database, wire, renderer(may_show))
    return wire


def person_of(sent: Sent) -> str:
    """Where the button to a person leads."""
    rows = sent.reply.choices
    return next(choice.token for row in rows for choice in row if choice.token.startswith("support.ask"))


async def case(database: Database, clock: FakeClock, number: str) -> tuple[Any, Any]:
    """The case as an agent sees it, and the card of its notice."""
    seen = await desk.case(database.read(), number, "lin", clock.now())
    return seen, await hints.notice(database.read(), seen.notice, masked=True) if seen.notice else None


async def test_the_button_below_a_notice(person: Person, claim: str, database: Database, clock: FakeClock) -> None:
    wire = await told(database, clock, claim)
    await person.taps_token(person_of(wire.sent[-1]))
    await person.says("为什么开始审核了？我的邮箱是 a@b.example")
    number = person.reply.copies[0].value
    seen, card = await case(database, clock, number)
    assert (seen.claim, seen.matter) == (claim, f"claim:{claim}")
    first = seen.lines[0]
    assert (first.kind, first.code, first.text) == ("event", "notice", "claim_status")
    assert (card["kind"], card["at"], card["outcome"]) == ("claim_status", clock.now(), "sent")
    assert claim in card["words"]
    assert "审核中" in card["words"]
    await person.taps_token(person_of(wire.sent[-1]))  # once more: it is noted once
    await person.says("还有一个问题")
    again, _card = await case(database, clock, number)
    assert [line.code for line in again.lines].count("notice") == 1
    assert [line.text for line in again.lines][-1] == "还有一个问题"


async def test_a_notice_answered_by_name(person: Person, claim: str, database: Database, clock: FakeClock) -> None:
    wire = await told(database, clock, claim)
    message = wire.sent[-1].message
    clock.passes(timedelta(days=2))
    await person.commands("file")  # out of any form
    await person.does(person.turn(text="为什么还在审核？", quotes=message))
    number = person.reply.copies[0].value
    seen, card = await case(database, clock, number)
    assert seen.notice == Notice(card["id"], "claim_status")
    assert seen.lines[-1].text == "为什么还在审核？"
    await person.taps_token("welcome.consent:identity_papers")
    image = filing.png()
    await person.does(person.turn(file=File("截图.png", len(image), image), quotes=message))
    seen, _card = await case(database, clock, number)
    assert len(seen.files) == 1
    for words in ("谢谢", "关闭通知", "菜单"):  # are answered at once, by nobody
        await person.does(person.turn(text=words, quotes=message))
        assert person.reply.copies == ()
    seen, _card = await case(database, clock, number)
    assert not {"谢谢", "关闭通知", "菜单"} & {line.text for line in seen.lines}


async def test_a_person_is_asked_for_right_after_a_notice(
    person: Person, claim: str, database: Database, clock: FakeClock
) -> None:
    await told(database, clock, claim)
    clock.passes(timedelta(minutes=5))
    await person.says("人工")
    await person.says("这是什么意思？")
    seen, card = await case(database, clock, person.reply.copies[0].value)
    assert card["kind"] == "claim_status"
    assert seen.claim == claim


async def test_long_after_it_a_person_is_asked_for_in_general(
    person: Person, claim: str, database: Database, clock: FakeClock
) -> None:
    await told(database, clock, claim)
    clock.passes(timedelta(hours=2))
    await person.says("人工")
    await person.says("你好，请问一下")
    seen, card = await case(database, clock, person.reply.copies[0].value)
    assert (seen.notice, card, seen.matter) == (None, None, "")


async def test_nobody_asks_about_what_somebody_else_was_told(
    person: Person, visitor: Person, claim: str, database: Database, clock: FakeClock
) -> None:
    wire = await told(database, clock, claim)
    await visitor.taps_token(person_of(wire.sent[-1]))
    await visitor.says("这是什么？")
    number = visitor.reply.copies[0].value
    seen, card = await case(database, clock, number)
    assert (seen.claim, card) == (None, None)
    row = (await owed(database, channel=TELEGRAM, kind="claim_status"))[-1]
    with pytest.raises(NotTheirs):
        await database.write(lambda db: desk.link(db, number, f"notice.{row.id}", "lin", clock.now()))
    for wrong in ("notice.0", "notice.999999", "notice.x"):
        with pytest.raises(NotTheirs):
            await database.write(partial(desk.link, number=number, to=wrong, agent="lin", at=clock.now()))


async def test_an_agent_says_which_notice_it_is_about(
    engine: Any, person: Person, claim: str, database: Database, clock: FakeClock
) -> None:
    """The question comes from another channel of the same creditor, and the notice never arrived."""
    page = Person(engine, WEBCHAT, clock=clock)
    await page.linked_as(filing.EMAIL)
    clock.passes(timedelta(hours=2))
    await page.taps_token("support.ask")
    await page.says("我没有收到通知")
    number = page.reply.copies[0].value
    clock.passes(timedelta(hours=2))
    await told(database, clock, claim, Unreachable())
    found = await desk.notices(database.read(), number)
    lost = next(one for one in found if one.channel == TELEGRAM)
    await database.write(lambda db: desk.link(db, number, f"notice.{lost.id}", "lin", clock.now()))
    seen, card = await case(database, clock, number)
    assert (card["id"], card["outcome"], seen.claim) == (lost.id, "dead", claim)
    assert seen.lines[-1].agent == "lin"
    exported = await database.write(lambda db: desk.export(db, number, "lin", "request", clock.now()))
    assert [line["text"] for line in exported["lines"] if line["code"] == "notice"] == ["claim_status"]


async def test_what_is_not_known_any_more(database: Database) -> None:
    card = await hints.notice(database.read(), Notice(77, "digest"), masked=True)
    assert (card["kind"], card["at"], card["outcome"], card["words"]) == ("digest", None, None, "")
    assert await deliveries.notice_at(database.read(), TELEGRAM, "10001", "1") is None
