"""One event, one transaction, one reply: repeated, doubled, late, failing, cut off, and on two machines."""

import asyncio
import contextlib
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select

from bot.conversation.engine import TRIES, Answer, Engine, Pace, TurnFailed
from bot.conversation.turn import File
from storage.database import Database, Query, Row
from storage.postgres import PostgresDatabase
from storage.schema import metadata
from tests import room
from tests.fixtures import ABILITIES
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person, owed


async def counts(database: Database) -> dict[str, int]:
    """How many rows each table holds."""
    found = {}
    for model in metadata.sorted_tables:
        row = await database.read().one(Query(select(func.count()).select_from(model), Row))
        assert row is not None
        found[model.name] = int(row.value)
    return found


# ------------------------------------------------------------------------------------------ once, and the same words


@pytest.mark.parametrize("rides", [True, False])
@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
async def test_a_repeated_event_gets_the_same_words_and_has_no_second_effect(
    engine: Engine, clock: FakeClock, database: Database, rides: bool, channel: str
) -> None:
    person = Person(engine, channel, clock=clock, rides=rides)
    await person.commands("add", "一")
    first = person.answer
    before = await counts(database)
    for _ in range(3):
        await person.repeats()
        assert person.answer == replace(first, repeated=True)
    assert await counts(database) == before
    assert await room.effects(database) == [person.seen[0].turn.event_id]


async def test_twenty_copies_at_once(engine: Engine, clock: FakeClock, database: Database) -> None:
    person = Person(engine, clock=clock)
    turn = person.turn(command="add", text="一")
    answers = await asyncio.gather(*(engine.take(turn, rides=True) for _ in range(20)))
    assert len({answer.reply for answer in answers}) == 1
    assert Counter(answer.repeated for answer in answers) == {False: 1, True: 19}
    assert await room.effects(database) == [turn.event_id]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
async def test_twenty_copies_at_once_over_two_machines(
    engine: Engine, second_engine: Engine, clock: FakeClock, database: Database, channel: str, known: bool
) -> None:
    person = Person(engine, channel, clock=clock)
    if known:
        await person.says("看")
    turn = person.turn(command="add", text="一")
    answers = await asyncio.gather(*((engine, second_engine)[i % 2].take(turn, rides=True) for i in range(20)))
    assert len({answer.reply for answer in answers}) == 1
    assert len({answer.messages for answer in answers}) == 1
    assert Counter(answer.repeated for answer in answers) == {False: 1, True: 19}
    assert await room.effects(database) == [turn.event_id]


async def test_many_events_of_one_address_at_once_are_done_in_their_order(
    engine: Engine, clock: FakeClock, database: Database
) -> None:
    person = Person(engine, clock=clock)
    turns = [person.turn(command="add", text=str(i)) for i in range(30)]
    await asyncio.gather(*(engine.take(turn, rides=True) for turn in turns))
    said = [step.payload["said"] for step in await room.steps(database) if step.kind != "account:bound"]
    assert said == [str(i) for i in range(30)]
    assert not any(event.late for event in await room.happened(database))
    assert engine._fifo == {}, "nobody waits, so nothing is kept"


async def test_many_addresses_over_two_machines(
    engine: Engine, second_engine: Engine, clock: FakeClock, database: Database
) -> None:
    """More at once than the pool has connections, each delivered twice."""
    people_ = [Person(engine, address=str(i), clock=clock) for i in range(20)]
    turns = [person.turn(command="add", text=person.address) for person in people_ for _ in range(3)]
    engines = (engine, second_engine)
    await asyncio.gather(*(e.take(turn, rides=False) for turn in turns for e in engines))
    assert sorted(await room.effects(database)) == sorted(turn.event_id for turn in turns)
    assert len(await room.happened(database)) == len(turns)
    assert len(await owed(database)) == len(turns)


async def test_the_same_id_at_another_address_is_never_answered_with_somebody_elses_words(
    engine: Engine, clock: FakeClock, database: Database
) -> None:
    """A door must make ids unique; if one does not, its event fails rather than tell a stranger."""
    person, stranger = Person(engine, clock=clock), Person(engine, address="666", clock=clock)
    await person.commands("add", "我的秘密")
    stolen = replace(person.seen[0].turn, address=stranger.address)
    with pytest.raises(TurnFailed):
        await engine.take(stolen, rides=True)
    assert len(await room.effects(database)) == 1


async def test_words_that_ended_a_form_are_not_read_again_when_the_wire_repeats_them(
    person: Person, database: Database
) -> None:
    await person.commands("note")
    await person.says("看")  # a word that is a view inside and outside of the form
    await person.says("记住这个")
    person.sees("记下了：记住这个")
    answer = person.answer
    await person.repeats()
    assert person.answer == replace(answer, repeated=True)


async def test_two_taps_on_submit_are_two_events_and_one_effect(
    engine: Engine, second_engine: Engine, person: Person, database: Database
) -> None:
    await _to_review(person)
    token = person.button("确认提交").token
    turns = [person.turn(choice=token, text="确认提交") for _ in range(6)]
    answers = await asyncio.gather(*((engine, second_engine)[i % 2].take(t, rides=True) for i, t in enumerate(turns)))
    assert len(await room.effects(database)) == 1
    told = Counter("已提交" in a.reply.text for a in answers)
    assert told == {True: 1, False: 5}
    assert all("已经提交过" in a.reply.text for a in answers if "已提交" not in a.reply.text)


async def _to_review(person: Person, name: str = "张三") -> None:
    await person.commands("form")
    await person.says(name)
    await person.taps("现金")
    await person.says("100")
    await person.says("跳过")
    await person.says("跳过")
    await person.says("1234")
    person.sees("请核对")


# ------------------------------------------------------------------------------------------ views


@pytest.fixture
def writes(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was written, by the act's name."""
    seen: list[str] = []
    write = type(database).write

    async def counted(self: Any, act: Callable[..., Any]) -> Any:
        seen.append(act.__qualname__)
        return await write(self, act)

    monkeypatch.setattr(type(database), "write", counted)
    return seen


async def test_a_view_writes_nothing(person: Person, database: Database, writes: list[str]) -> None:
    await person.commands("add")
    before = await counts(database)
    contact = await person.contact()
    writes.clear()
    for _ in range(5):
        await person.says("看看")
        await person.taps("看")
        await person.commands("look", "x")
        assert person.answer.owed, "the door delivers it"
        await person.repeats()
    assert writes == []
    assert await counts(database) == before
    assert await person.contact() == contact


async def test_the_short_way_says_what_the_long_one_says(
    engine: Engine, person: Person, database: Database, writes: list[str]
) -> None:
    await person.commands("add")
    stranger = Person(engine, address="stranger", clock=person.clock)
    before = await counts(database)
    writes.clear()
    turns = [
        person.turn(choice="room.look:1"),
        person.turn(command="look", text="2"),
        stranger.turn(choice="room.look"),
        person.turn(text="看看"),  # words: what they mean depends on an open form
        person.turn(choice="room.look:3"),  # after the words, so it must wait for them
    ]
    found = engine.at_once(turns)
    if isinstance(database, PostgresDatabase):
        assert found == [None] * 5
        return
    assert found[2:] == [None] * 3
    assert found[:2] == [await engine.take(turn, rides=True) for turn in turns[:2]]
    assert (writes, await counts(database)) == ([], before)


async def test_the_short_way_waits_for_what_is_under_way(engine: Engine, person: Person) -> None:
    await person.commands("add")
    act, view = person.turn(command="add"), person.turn(choice="room.look")
    under_way = asyncio.get_running_loop().create_task(engine.take(act, rides=True))
    await asyncio.sleep(0)
    assert engine.at_once([view]) == [None]
    await under_way


async def test_the_short_way_leaves_failures_to_the_long_one(engine: Engine, person: Person) -> None:
    await person.commands("add")
    room.trouble.left = 1
    assert engine.at_once([person.turn(choice="room.stumble"), person.turn(choice="~x.y.z")]) == [None, None]


async def test_what_a_view_cannot_send_is_owed_once(engine: Engine, person: Person, database: Database) -> None:
    await person.commands("add")
    await person.says("看看")
    turn, answer = person.seen[-1].turn, person.answer
    for _ in range(2):
        await engine.owe(turn, answer.reply)
    (row,) = await owed(database)
    assert (row.reply, row.address, row.dedupe_key) == (
        answer.reply,
        person.address,
        f"reply:{TELEGRAM}:{turn.event_id}",
    )
    assert engine.hint.is_set()


async def test_on_a_channel_without_a_memory_a_view_is_written_down(visitor: Person, database: Database) -> None:
    await visitor.says("看看")
    await visitor.says("看看")
    assert (await counts(database))["message"] == 4


async def test_a_view_inside_a_form_shows_the_way_back(person: Person) -> None:
    await person.commands("form")
    await person.says("看")
    person.sees("看到", "继续填写")
    await person.taps("继续填写")
    person.sees("您叫什么？")


# ------------------------------------------------------------------------------------------ the outbox


async def test_a_riding_reply_never_overtakes_one_that_waits(
    engine: Engine, clock: FakeClock, database: Database
) -> None:
    person = Person(engine, clock=clock, rides=False)
    await person.commands("add")
    assert not person.answer.owed
    person.rides = True
    await person.commands("add")
    assert not person.answer.owed, "the earlier reply is still in the outbox"
    rows = await owed(database)
    assert [row.reply for row in rows] == [seen.answer.reply for seen in person.seen]


async def test_the_reply_lies_in_the_outbox_with_the_effect_or_not_at_all(
    engine: Engine, clock: FakeClock, database: Database
) -> None:
    person = Person(engine, clock=clock, rides=False)
    room.trouble.left = 1
    with pytest.raises(TurnFailed):
        await person.taps_token("room.fail")
    assert await owed(database) == []
    turn = person.turn(choice="room.fail")
    await person.does(turn)
    (row,) = await owed(database)
    assert row.reply == person.reply
    assert await room.effects(database) == [turn.event_id]


# ------------------------------------------------------------------------------------------ late


async def test_a_late_event_is_done_but_moves_nothing(person: Person, database: Database) -> None:
    await person.commands("form")
    late_text, late_tap = person.turn(text="李四"), None
    await person.says("张三")
    late_tap = person.turn(choice=person.button("现金").token, text="现金")
    late_file = person.turn(file=room_file())
    await person.taps("代币")
    await person.taps("上一步")
    person.sees("哪一类？")
    for turn in (late_text, late_tap, late_file):
        await person.does(turn)
        person.sees("没有计入", "哪一类？")
        await person.repeats()
        person.sees("没有计入", "哪一类？")
    (sheet,) = await room.sheets(database)
    assert sheet.at == "kind"
    assert sheet.content["answers"] == {"name": "张三", "kind": "coin"}
    assert sorted(event.late for event in await room.happened(database)) == [False] * 4 + [True] * 3


def room_file(content: bytes | None = b"png", name: str = "a.png") -> Any:
    return File(name, len(content or b""), content)


async def test_a_late_standing_choice_is_judged_by_its_room(person: Person, database: Database) -> None:
    """ "Accept offer 42" means the same whenever it arrives; the room looks at the moment of receipt."""
    late = person.turn(choice="room.add:42")
    await person.commands("form")
    await person.says("张三")
    await person.does(late)
    person.sees("加了", "继续填写")
    (sheet,) = await room.sheets(database)
    assert sheet.at == "kind"
    assert await room.effects(database) == [late.event_id]


@pytest.mark.parametrize("moving", ["form.restart", "form.undo", "form.resume", "room.note", "room.form"])
async def test_a_late_way_into_a_form_does_not_displace_the_one_that_is_open(
    person: Person, database: Database, moving: str
) -> None:
    await person.commands("form")
    handle = (await room.sheets(database))[0].handle
    late = person.turn(choice=f"{moving}:{handle}" if moving.startswith("form.") else moving)
    await person.says("张三")
    await person.does(late)
    person.sees("没有计入", "哪一类？")
    (sheet,) = await room.sheets(database)
    assert (sheet.status, sheet.at, sheet.content["answers"]) == ("open", "kind", {"name": "张三"})
    await person.taps("现金")
    person.sees("多少？")


async def test_after_a_week_of_silence_a_wire_may_begin_again(
    engine: Engine, person: Person, clock: FakeClock, database: Database
) -> None:
    await person.commands("add")
    high = person.turn(command="add")
    await person.does(replace(high, order=10**15))
    clock.passes(timedelta(days=6, hours=23))
    await person.commands("add")
    clock.passes(timedelta(days=7))
    await person.commands("add")
    low = person.seen[-1].turn
    assert [e.late for e in await room.happened(database) if e.event_id == low.event_id] == [False]
    assert (await person.contact()).seen_order == low.order
    assert Counter(e.late for e in await room.happened(database)) == {False: 3, True: 1}
    effects = await room.effects(database)
    again = await engine.take(replace(high, order=10**15), rides=True)
    assert again.repeated, "its number is higher than any since, and it is a repeat all the same"
    assert await room.effects(database) == effects


# ------------------------------------------------------------------------------------------ failing


async def test_a_failing_step_leaves_nothing_and_the_repeat_does_it(person: Person, database: Database) -> None:
    await person.commands("add")
    before = await counts(database)
    contact = await person.contact()
    room.trouble.left = 2
    turn = person.turn(choice="room.fail")
    for _ in range(2):
        with pytest.raises(TurnFailed):
            await person.does(turn)
    assert await counts(database) == {**before, "event_failure": 1}
    assert await person.contact() == contact
    await person.does(turn)
    person.sees("终于")
    assert (await room.effects(database)).count(turn.event_id) == 1


@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
@pytest.mark.parametrize("token", ["room.fail", "room.stumble"])
async def test_a_poison_event_is_given_up_with_an_apology(
    engine: Engine, clock: FakeClock, database: Database, channel: str, token: str
) -> None:
    """Acts and views alike: a polling wire would else never get past it."""
    person = Person(engine, channel, clock=clock)
    await person.says("加")
    done = await room.effects(database)
    room.trouble.left = 10**6
    turn = person.turn(choice=token, text="加")
    for _ in range(TRIES - 1):
        with pytest.raises(TurnFailed):
            await person.does(turn)
    await person.does(turn)
    person.sees("很抱歉", "转人工", "主菜单")
    apology = person.answer
    assert not apology.repeated
    for _ in range(3):
        await person.repeats()
        assert person.answer == replace(apology, repeated=True)
    assert await room.effects(database) == done
    (failed,) = [event for event in await room.happened(database) if event.failed]
    assert failed.event_id == turn.event_id
    room.trouble.left = 0
    await person.says("加")
    person.sees("加了")


async def test_a_poison_event_inside_a_form_keeps_what_was_filled_in(person: Person, database: Database) -> None:
    await person.commands("form")
    await person.says("张三")
    room.trouble.left = 10**6
    turn = person.turn(choice="room.fail")
    for _ in range(TRIES):
        with contextlib.suppress(TurnFailed):
            await person.does(turn)
    person.sees("很抱歉", "继续填写")
    await person.taps("继续填写")
    person.sees("哪一类？")


async def test_values_no_column_can_hold_are_poison_and_not_the_databases_fault(
    engine: Engine, clock: FakeClock, database: Database
) -> None:
    """Otherwise the wire would repeat them for ever. (SQLite takes them: it has no lengths.)"""
    person = Person(engine, clock=clock)
    await person.commands("add")
    turn = person.turn(choice="room.speak:" + "x" * 40)
    told: Answer | None = None
    for _ in range(TRIES):
        with contextlib.suppress(TurnFailed):
            told = await engine.take(turn, rides=True)
    assert told is not None
    assert ("很抱歉" in told.reply.text) == isinstance(database, PostgresDatabase)


@pytest.mark.parametrize(
    "gone", [sqlite3.OperationalError("disk I/O error"), asyncpg.AdminShutdownError("bye"), OSError(101, "x")]
)
async def test_while_the_database_is_away_nothing_is_counted(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch, gone: Exception
) -> None:
    await person.commands("add")
    if isinstance(gone, sqlite3.Error):
        gone.sqlite_errorcode = sqlite3.SQLITE_IOERR
    turn = person.turn(command="add")
    write = type(database).write

    async def away(self: Any, act: Any) -> Any:
        raise gone

    monkeypatch.setattr(type(database), "write", away)
    for _ in range(2 * TRIES):
        with pytest.raises(TurnFailed):
            await person.does(turn)
    monkeypatch.setattr(type(database), "write", write)
    await person.does(turn)
    person.sees("加了")
    assert (await counts(database))["event_failure"] == 0


async def test_what_failed_is_told_to_the_log_without_a_word_of_the_person(
    person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The message of an exception quotes what it could not read. So does a traceback."""
    caplog.set_level(logging.DEBUG)
    room.trouble.left = 10**6
    for token in ("room.fail", "room.stumble"):
        turn = person.turn(choice=token, text="张三 13800138000")
        for _ in range(TRIES):
            with contextlib.suppress(TurnFailed):
                await person.does(turn)
    told = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "Broken" in told
    assert "room.py" in told, "where it happened"
    assert "attempt 5" in told
    for word in ("张三", "13800138000", "cannot read", person.address):
        assert word not in told


async def test_what_a_door_catches_shows_nobody_either(person: Person) -> None:
    """A door, or a framework under it, may log what it caught with all its causes."""
    room.trouble.left = 1
    with pytest.raises(TurnFailed) as failed:
        await person.taps_token("room.fail")
    record = logging.LogRecord("x", logging.ERROR, "", 1, "x", (), (type(failed.value), failed.value, failed.tb))
    assert "cannot read" not in logging.Formatter().format(record)


async def test_a_caller_that_goes_away_leaves_exact_data(engine: Engine, clock: FakeClock, database: Database) -> None:
    """The connection behind a webhook breaks at any moment; the wire then repeats."""
    everybody = [Person(engine, address=str(i), clock=clock, rides=False) for i in range(40)]
    turns = [person.turn(command="add") for person in everybody for _ in range(3)]
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(engine.take(turn, rides=False)) for turn in turns]
    for number, task in enumerate(tasks):
        if number % 3 == 0:
            task.cancel()
        if number % 10 == 0:
            await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*(engine.take(turn, rides=False) for turn in turns))
    assert sorted(await room.effects(database)) == sorted(turn.event_id for turn in turns)
    assert len(await owed(database)) == len(turns)
    assert engine._fifo == {}


# ------------------------------------------------------------------------------------------ odd words


@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ("张\x00三", "张三"),
        ("张\ud83d三", "张三"),
        ("\u202e张三\u2066\u200f\u061c", "张三"),
        ("张\r\x1b[31m三\x7f\x85", "张[31m三"),
        ("👨‍👩‍👧‍👦 🧧 张三", "👨‍👩‍👧‍👦 🧧 张三"),
        ("  张三\n", "张三"),
        ("𠮷野家 ﷽ é", "𠮷野家 ﷽ é"),
    ],
)
async def test_odd_words_are_taken_as_what_can_be_read(
    engine: Engine, clock: FakeClock, database: Database, channel: str, odd: str, kept: str
) -> None:
    person = Person(engine, channel, clock=clock)
    await person.says(odd)
    await person.commands("form")
    await person.says(odd)
    (sheet,) = await room.sheets(database)
    assert sheet.content["answers"] == {"name": kept}
    if channel == WEBCHAT:
        assert [m.reply.text for m in await person.history() if m.mine].count(kept) == 2


async def test_ten_thousand_characters(engine: Engine, clock: FakeClock, database: Database) -> None:
    for channel in (TELEGRAM, WEBCHAT):
        person = Person(engine, channel, clock=clock)
        await person.says("长" * 10_000)
        person.sees("太长", "主菜单")
        await person.commands("form")
        await person.says("长" * 10_000)
        person.sees("太长", "继续填写")
        (sheet,) = [s for s in await room.sheets(database) if s.status == "open"][-1:]
        assert sheet.content["answers"] == {}
    assert max(len(m.reply.text) for m in await person.history()) <= 4000


@pytest.mark.parametrize("name", ["\x00\ud83d\u202egpj.exe", "长" * 3000 + ".png", "", "../../etc/passwd", "a\nb.png"])
@pytest.mark.parametrize("channel", [TELEGRAM, WEBCHAT])
async def test_odd_file_names(engine: Engine, clock: FakeClock, database: Database, channel: str, name: str) -> None:
    person = Person(engine, channel, clock=clock)
    await person.sends_file(name, b"x")
    person.sees("没有需要文件的步骤")
    await _to_papers(person)
    await person.sends_file(name, b"x")
    person.sees("已收到", "已上传 1 个文件")
    assert await room.documents(database) == 1


async def _to_papers(person: Person) -> None:
    await person.commands("form")
    await person.says("张三")
    await person.taps("现金")
    await person.says("100")
    await person.says("跳过")
    person.sees("请上传材料。")


@pytest.mark.parametrize(
    "token",
    ["", ":", "~", "~~", "~.", "~x.y.z", "~deadbeef.name.=.x", "room.look:\x00", "room.look:\ud83d", "room.look:" + "长" * 60,
     "room.look:" + "x" * 5000, "nobody.knows", "form.resume", "form.resume:xxxxxxxx", "form.restart:", "form.undo",
     "form.undo:deadbeef", "form.", "~deadbeef.!review.submit"],
)  # fmt: skip
@pytest.mark.parametrize("known", [True, False])
async def test_tokens_we_never_made(
    engine: Engine, clock: FakeClock, database: Database, token: str, known: bool
) -> None:
    person = Person(engine, clock=clock)
    if known:
        await person.commands("add")
    before = await room.effects(database)
    await person.taps_token(token)
    assert person.buttons, "a way on"
    assert await room.effects(database) == before


# ------------------------------------------------------------------------------------------ pace


async def test_what_the_short_way_leaves_to_the_long_one_is_one_turn(database: Database, clock: FakeClock) -> None:
    engine = Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=5, per_second=1))
    person = Person(engine, clock=clock)
    late = person.turn(choice="room.look")
    await person.commands("add")
    for _ in range(5):
        assert engine.at_once([late]) == [None], "late, so it is not as simple as that"
        assert "看到" in (await engine.take(late, rides=True)).reply.text
    assert "有点快" in (await engine.take(late, rides=True)).reply.text


async def test_too_fast_is_said_and_nothing_is_done(database: Database, clock: FakeClock) -> None:
    engine = Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=5, per_second=1))
    person = Person(engine, clock=clock)
    for _ in range(6):
        await person.commands("add")
        person.sees("加了")
    await person.commands("add")
    person.sees("有点快")
    assert person.answer.owed
    refused = person.seen[-1].turn
    other = Person(engine, address="2", clock=clock)
    await other.commands("add")
    other.sees("加了")
    clock.passes(timedelta(seconds=1))
    await person.does(replace(refused, received_at=clock.now()))
    person.sees("加了")
    await person.commands("add")
    person.sees("有点快")
    assert len(await room.effects(database)) == 8


def test_the_pace_forgets_who_is_silent() -> None:
    pace = Pace(burst=1, per_second=1)
    for number in range(60_000):
        assert pace.allows("x", str(number), float(number))
    assert len(pace._arrival) < 60_000


# ------------------------------------------------------------------------------------------ history, two tabs


async def test_the_history_of_a_channel_that_keeps_none(visitor: Person) -> None:
    await visitor.says("看看")
    await visitor.taps("登记")
    await visitor.says("张三")
    await visitor.taps_token((visitor.button("现金")).token)  # a tap without its label
    await visitor.says("100")
    await visitor.says("跳过")
    await visitor.sends_file("a.png", b"x")
    lines = await visitor.history()
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert [(line.mine, line.reply.title or line.reply.text) for line in lines if line.mine] == [
        (True, "看看"),
        (True, "登记"),
        (True, "张三"),
        (True, "100"),
        (True, "跳过"),
        (True, "a.png"),
    ]
    assert [line for seen in visitor.seen for line in seen.answer.messages] == lines
    assert lines[-1].reply == visitor.reply


async def test_stretches_of_the_history(engine: Engine, visitor: Person) -> None:
    for number in range(10):
        await visitor.says(f"第 {number} 句")
    everything = await visitor.history()
    assert len(everything) == 20
    where = (WEBCHAT, visitor.address)
    assert await engine.history(*where, after=15) == everything[15:]
    assert await engine.history(*where, after=3, limit=4) == everything[3:7]
    assert await engine.history(*where, before=6) == everything[:5]
    assert await engine.history(*where, before=21, limit=3) == everything[-3:]
    assert await engine.history(WEBCHAT, "nobody") == []


async def test_a_repeated_tap_without_words_adds_and_shows_only_its_own_lines(visitor: Person) -> None:
    await visitor.commands("look")
    tap = visitor.turn(choice="room.look")
    await visitor.does(tap)
    own = visitor.answer.messages
    assert [message.mine for message in own] == [False]
    await visitor.says("然后")
    await visitor.does(tap)
    assert visitor.answer.repeated
    assert visitor.answer.messages == own


async def test_two_tabs(engine: Engine, clock: FakeClock, database: Database) -> None:
    """Two pages of one session: each sees what the other did, nothing is filled in twice."""
    left = Person(engine, WEBCHAT, "b" * 64, clock=clock)
    right = left.at(WEBCHAT)
    await left.commands("form")
    old = left.reply
    await right.commands("form")
    right.sees("您叫什么？")
    one, two = left.turn(text="左"), right.turn(text="右")
    await asyncio.gather(left.does(one), right.does(two))
    (sheet,) = await room.sheets(database)
    assert sheet.content["answers"] == {"name": "左"}
    right.sees("请点选下面的一个选项", "哪一类？")
    await left.taps("代币")
    await right.taps("现金")
    right.sees("这一步已经记录")
    (sheet,) = await room.sheets(database)
    assert sheet.content["answers"] == {"name": "左", "kind": "coin"}
    await left.taps_token(old.choices[-1][-1].token)  # cancel, on a screen long gone
    left.sees("这一步已经记录", "哪种代币？")
    lines = await left.history()
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))


async def test_two_tabs_on_two_machines_write_one_history(
    engine: Engine, second_engine: Engine, clock: FakeClock
) -> None:
    left = Person(engine, WEBCHAT, "b" * 64, clock=clock)
    right = Person(second_engine, WEBCHAT, "b" * 64, clock=clock)
    await asyncio.gather(*(tab.does(tab.turn(text=f"第 {i} 句")) for i in range(10) for tab in (left, right)))
    lines = await left.history()
    assert [line.seq for line in lines] == list(range(1, 41))
    assert [line.mine for line in lines] == [True, False] * 20


async def test_whoever_waits_is_rung_for(engine: Engine, clock: FakeClock) -> None:
    visitor = Person(engine, WEBCHAT, "b" * 64, clock=clock)
    waiting = asyncio.get_running_loop().create_task(engine.bell.wait(visitor.address, 20))
    await asyncio.sleep(0)
    await visitor.says("看看")
    assert await waiting is True
    assert await engine.bell.wait(visitor.address, 0) is False
    assert engine.bell._waiting == {}


# ------------------------------------------------------------------------------------------ who is speaking


async def test_the_language_follows_the_wire_until_one_is_chosen(engine: Engine, clock: FakeClock) -> None:
    person = Person(engine, clock=clock, language="zh-TW")
    await person.commands("add")
    assert (person.answer.locale, await engine.locale_of(TELEGRAM, person.address)) == ("zh_Hant", "zh_Hant")
    person.language = "en-GB"
    await person.commands("add")
    assert await engine.locale_of(TELEGRAM, person.address) == "en"
    await person.taps_token("room.speak:zh_Hant_HK")
    assert person.answer.locale == "zh_Hant_HK"
    await person.commands("add")
    assert (person.answer.locale, await engine.locale_of(TELEGRAM, person.address)) == ("zh_Hant_HK", "zh_Hant_HK")
    assert await engine.locale_of(TELEGRAM, "nobody") is None


async def test_who_writes_can_be_written_to_again(engine: Engine, person: Person) -> None:
    await person.commands("add")
    await engine.blocked(TELEGRAM, person.address, reachable=False)
    assert not (await person.contact()).reachable
    await person.says("看看")
    assert (await person.contact()).reachable


# ------------------------------------------------------------------------------------------ what lies in the tables


async def test_drafts_replies_and_messages_are_sealed(visitor: Person, database_url: str) -> None:
    await visitor.commands("form")
    await visitor.says("张三丰 zhang.sanfeng@example.com")
    raw = await _raw(
        database_url, "SELECT content FROM draft UNION ALL SELECT reply FROM event UNION ALL SELECT body FROM message"
    )
    assert len(raw) == 1 + 2 + 3
    for value in raw:
        assert bytes(value[:2]) == b"\x01\x01"
        assert b"example.com" not in value
        assert "张三".encode() not in value


async def _raw(url: str, statement: str) -> list[bytes]:
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            return [bytes(row[0]) for row in raw.execute(statement)]
    connection = await asyncpg.connect(url)
    try:
        return [bytes(row[0]) for row in await connection.fetch(statement)]
    finally:
        await connection.close()
