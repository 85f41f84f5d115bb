"""A talk with a person over the wire: real updates in, real calls out, and the whole house between them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.telegram.sender import Telegram
from bot.conversation.engine import Engine
from bot.conversation.turn import File
from bot.support import desk
from storage import tickets
from storage.database import Database
from tests.channels.telegram.conftest import webhook
from tests.claims.filing import pdf, png
from tests.fakes.botapi import BotApi, Message, Person
from tests.person import FakeClock
from tests.support.wires import drained

PDF, PNG, OGG = pdf(), png(), b"OggS" + bytes(60) + b"OpusHead" + bytes(20)


class Talk:
    """A creditor in Telegram, and an agent who answers from elsewhere."""

    def __init__(self, api: BotApi, engine: Engine, telegram: Telegram, clock: FakeClock) -> None:
        self.api, self.engine, self.telegram, self.clock = api, engine, telegram, clock
        self.person: Person = api.person(7)
        self.number = ""

    @property
    def database(self) -> Database:
        return self.engine.database

    async def sends(self, **what: Any) -> int:
        """A message of any kind; its id."""
        message = self.person._message(**what)
        await self.api.update(message=message)
        return int(message["message_id"])

    async def edits(self, number: int, **what: Any) -> None:
        message = {**self.person._message(**what), "message_id": number, "edit_date": 1_790_000_100}
        await self.api.update(edited_message=message)

    def file(self, content: bytes) -> dict[str, Any]:
        file_id = f"file-{self.api.number()}"
        self.api.files[file_id] = content
        return {"file_id": file_id, "file_unique_id": "u", "file_size": len(content)}

    async def asks(self, text: str) -> int:
        await self.person.says("/human")
        number = await self.sends(text=text)
        (ticket,) = await desk.open_tickets(self.database.read())
        self.number = ticket.number
        return number

    async def agrees(self) -> None:
        await self.person.taps_token(self.last, "welcome.consent:identity_papers")
        await self.person.taps_token(self.last, self.last.rows[0][0]["callback_data"])

    async def answers(self, text: str, **more: Any) -> desk.Answered:
        """What the agent says, and how it arrives."""
        act = desk.answer
        done = await self.database.write(lambda db: act(db, self.number, "lin", text, self.clock.now(), **more))
        await self.arrives()
        return done

    async def arrives(self) -> None:
        for _message in range(3):  # a chat is left to rest between two messages
            await drained(self.database, self.telegram)
            self.clock.passes(timedelta(seconds=2))

    async def lines(self) -> list[tickets.LineRow]:
        row = await tickets.by_number(self.database.read(), self.number)
        assert row is not None
        return await tickets.lines(self.database.read(), row.id, 99)

    @property
    def last(self) -> Message:
        return self.person.messages[-1]


@pytest.fixture
async def talk(api: BotApi, telegram: Telegram, engine: Engine, clock: FakeClock) -> AsyncIterator[Talk]:
    async with webhook(engine, telegram, api):
        yield Talk(api, engine, telegram, clock)


async def test_edits_and_answers_by_name_cross_both_ways(talk: Talk) -> None:
    first = await talk.asks("邮箱是旧的")
    assert "已转给客服" in talk.last.bold
    done = await talk.answers("请问新邮箱？", about=(await talk.lines())[0].id)
    answer = talk.last
    assert "回复：“邮箱是旧的”" in answer.text
    await talk.edits(first, text="邮箱换过了")
    assert "已同步到工单" in talk.last.text
    heard = len(talk.person.messages)
    await talk.edits(first, text="邮箱换过了")
    assert len(talk.person.messages) == heard, "an edit that changes nothing is answered by nothing"
    await talk.sends(text="就是注册的那个", reply_to_message={"message_id": answer.id, "date": 1, "chat": {"id": 7}})
    lines = await talk.lines()
    assert [(line.kind, line.code, line.text, line.answers) for line in lines] == [
        ("said", "", "邮箱换过了", None),
        ("said", "", "请问新邮箱？", lines[0].id),
        ("event", "edited", "邮箱是旧的", lines[0].id),
        ("said", "", "就是注册的那个", done.line),
    ]
    act = desk.change_answer
    await talk.database.write(lambda db: act(db, talk.number, done.line, "lin", "请写新邮箱。", talk.clock.now()))
    await talk.arrives()
    assert (answer.edits, answer.bold) == (1, f"客服答复（已编辑）· {talk.number}")
    assert "请写新邮箱。" in answer.text
    back = desk.withdraw_answer
    await talk.database.write(lambda db: back(db, talk.number, done.line, "lin", talk.clock.now()))
    await talk.arrives()
    assert answer not in talk.person.messages
    assert [call.method for call in talk.api.calls if call.refused] == []


async def test_voice_albums_and_papers_cross_both_ways(talk: Talk) -> None:
    await talk.sends(voice={**talk.file(OGG), "duration": 5})
    assert "听不了语音" in talk.last.text
    await talk.agrees()
    await talk.asks("附上材料")
    await talk.sends(voice={**talk.file(OGG), "duration": 5})
    heard = len(talk.person.messages)
    for place in range(3):
        photo = [{**talk.file(PNG), "width": 90, "height": 90}]
        await talk.sends(photo=photo, media_group_id="g", **({"caption": "三张"} if place == 0 else {}))
    await talk.api.deliver()
    assert len(talk.person.messages) == heard + 1, "one reply, not three"
    assert [line.text for line in await talk.lines()] == ["附上材料", "", "三张"]
    seen = await desk.case(talk.database.read(), talk.number, "lin", talk.clock.now())
    assert [(one.media_type, one.seconds) for one in seen.files] == [("audio/ogg", 5)] + [("image/png", None)] * 3
    await talk.sends(sticker={"file_id": "s"})
    assert "表情" in talk.last.text
    await talk.answers("请看附件", files=[File("步骤.pdf", len(PDF), PDF)])
    assert talk.last.document == ("步骤.pdf", PDF)


async def test_who_blocks_the_bot_is_offered_the_answer_when_he_comes_back(talk: Talk) -> None:
    await talk.asks("在吗")
    await talk.person.blocks()
    await talk.answers("在的，请讲。")
    assert [line.text for line in await talk.lines() if line.code == "undelivered"] == ["blocked"]
    await talk.person.blocks(again=True)
    await talk.arrives()
    assert "现在补发" in talk.last.text
    assert "在的，请讲。" in talk.last.text
