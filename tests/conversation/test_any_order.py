"""Whatever a person does, in whatever order: hypothesis walks the small room's forms and looks for a way to break them."""

import asyncio
import itertools
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from bot.conversation.engine import Answer, Engine, Pace
from bot.conversation.form import REVIEW
from bot.conversation.turn import File, Turn
from storage import people
from storage.connect import open_database
from storage.database import Database
from tests import room
from tests.fixtures import ABILITIES
from tests.person import TELEGRAM, WEBCHAT, FakeClock, Person

WORDS = st.sampled_from(
    ["张三", "现金", "代币", "ETH", "btc", "100", "跳过", "上一步", "取消", "看", "菜单", "加", "登记", "留言", "1234",
     "0000", "bad", "", " ", "\x00", "\ud83d", "长" * 5000]
) | st.text(max_size=12)  # fmt: skip
STANDING = st.sampled_from(
    ["room.form", "room.form", "room.form:a", "room.form:b", "room.note", "room.add", "room.look", "welcome.menu",
     "form.resume", "form.undo", "form.restart", "room.link:{}@example.com", "nobody.knows", "~", "~x.y.z"]
)  # fmt: skip
WHO = st.integers(0, 1)
WALKS = {"sqlite": 80, "postgres": 12}

Sheets = dict[str, room.Sheet]


class Anything(RuleBasedStateMachine):
    """One person on two channels, with every button that was ever shown still on the screen."""

    runner: asyncio.Runner
    fresh: Callable[[], str]  # URL of the database of the next walk
    number = 0
    buttons: Bundle[tuple[int, str]] = Bundle("buttons")
    turns: Bundle[tuple[int, Turn]] = Bundle("turns")

    def __init__(self) -> None:
        super().__init__()
        Anything.number += 1
        self.engine = _engine(self.runner.run(open_database(type(self).fresh())))
        clock = FakeClock()
        self.who = [Person(self.engine, channel, f"a{self.number}", clock=clock) for channel in (TELEGRAM, WEBCHAT)]
        self.others = set(self.runner.run(self._all()))
        self.known: dict[tuple[str, str], Answer] = {}

    def teardown(self) -> None:
        self.runner.run(self.engine.database.close())

    async def _all(self) -> Sheets:
        return {sheet.handle: sheet for sheet in await room.sheets(self.engine.database)}

    async def _sheets(self) -> Sheets:
        return {handle: sheet for handle, sheet in (await self._all()).items() if handle not in self.others}

    async def _state(self) -> tuple[Sheets, list[room.Step], set[tuple[str, str]]]:
        events = await room.happened(self.engine.database)
        return await self._sheets(), await room.steps(self.engine.database), {(e.channel, e.event_id) for e in events}

    # -- one turn, and what must hold after it

    def _does(self, who: int, turn: Turn, *, copies: int = 1, late: bool = False) -> Any:
        return self.runner.run(self._checked(who, turn, copies, late))

    async def _checked(self, who: int, turn: Turn, copies: int, late: bool) -> Any:
        person = self.who[who]
        before, steps, events = await self._state()
        answers = await asyncio.gather(*(self.engine.take(turn, rides=True) for _ in range(copies)))
        after, steps_now, events_now = await self._state()
        key = (turn.channel, turn.event_id)

        assert len({answer.reply for answer in answers}) == 1, "copies get the same words"
        answer = answers[0]
        if key in events:
            assert answer == replace(self.known[key], repeated=True)
            assert (before, steps, events) == (after, steps_now, events_now), "a repeat changes nothing"
        elif key in events_now:
            self.known[key] = replace(next(a for a in answers if not a.repeated), repeated=False)
        else:
            assert (before, steps) == (after, steps_now), "a view changes nothing"

        assert len(steps_now) - len(steps) <= 2, "one effect, and perhaps the making of the account"
        effects = [step.payload["event"] for step in steps_now if step.kind != "account:bound"]
        assert len(effects) == len(set(effects)), "one event, one effect"
        sent = [step.payload["draft"] for step in steps_now if "draft" in step.payload]
        assert len(sent) == len(set(sent)), "a draft is sent once"

        for handle, was in before.items():
            self._check_draft(was, after[handle], late=late)
        if (turn.choice or "").startswith("~"):
            handle, _dot, rest = (turn.choice or "")[1:].partition(".")
            if handle not in before or before[handle].at != rest.partition(".")[0]:
                assert (before, steps) == (after, steps_now), "a button of a question that is not open does nothing"
        for handle in after.keys() - before.keys():
            assert after[handle].status in ("open", "sent")
        contact = await people.contact(self.engine.database.read(), turn.channel, turn.address)
        choices = [choice for row in answer.reply.choices for choice in row]
        assert choices, f"no way on from {answer.reply}"
        assert all(0 < len(c.token.encode()) <= 64 and c.token.isascii() and c.label for c in choices)
        open_now = contact is not None and contact.draft in after and after[contact.draft].status == "open"
        if open_now and not answer.repeated:
            assert any(c.token.startswith(("~", "form.")) for c in choices), "the way back to the open form"
        if turn.channel == WEBCHAT:
            lines = await person.history()
            assert [line.seq for line in lines] == list(range(len(lines) + 1))[1:][-len(lines) :] or len(lines) == 50
        return choices

    def _check_draft(self, was: room.Sheet, now: room.Sheet, *, late: bool) -> None:
        if was.status == "sent":
            assert now == was, "what was sent is over"
            return
        said, says = was.content["answers"], now.content["answers"]
        if now.status == "sent":
            assert says == {}
            return
        changed = {name for name in said.keys() | says.keys() if said.get(name, ...) != says.get(name, ...)}
        changed = {name for name in changed if not name.startswith("_")}
        refused = was.at == REVIEW and now.at in changed and now.at not in says
        assert changed <= {was.at} or refused, f"{changed} changed while {was.at} was open"
        if late:
            assert (now.at, now.status, changed) == (was.at, was.status, set()), "what comes late moves nothing"
        form = room.FORM if now.form == room.FORM.name else room.NOTE
        assert now.at == REVIEW or now.at in {question.name for question in form.asked(says)}

    # -- what may happen

    @initialize(target=buttons)
    def begins(self) -> Any:
        return self._tell(0, self._does(0, self.who[0].turn(command="form")))

    def _tell(self, who: int, choices: Any) -> Any:
        return multiple(*((who, choice.token) for choice in choices))

    @rule(target=buttons, who=WHO, word=WORDS)
    def says(self, who: int, word: str) -> Any:
        return self._tell(who, self._does(who, self.who[who].turn(text=word)))

    @rule(target=buttons, button=buttons)
    def taps(self, button: tuple[int, str]) -> Any:
        who, token = button
        return self._tell(who, self._does(who, self.who[who].turn(choice=token, text="按钮")))

    @rule(target=buttons, button=buttons, who=WHO)
    def taps_on_the_other_channel(self, button: tuple[int, str], who: int) -> Any:
        return self._tell(who, self._does(who, self.who[who].turn(choice=button[1])))

    @rule(target=buttons, button=buttons)
    def taps_twice_at_once(self, button: tuple[int, str]) -> Any:
        who, token = button
        return self._tell(who, self._does(who, self.who[who].turn(choice=token), copies=3))

    @rule(target=buttons, who=WHO, token=STANDING)
    def taps_something_from_long_ago(self, who: int, token: str) -> Any:
        token = token.format(self.who[who].address)
        return self._tell(who, self._does(who, self.who[who].turn(choice=token)))

    @rule(target=buttons, who=WHO, size=st.sampled_from([0, 1, None]))
    def sends_a_file(self, who: int, size: int | None) -> Any:
        file = File("a.png", size or 0, None if size is None else b"x" * size)
        return self._tell(who, self._does(who, self.who[who].turn(file=file)))

    @rule(target=turns, who=WHO, word=WORDS)
    def writes_what_stays_under_way(self, who: int, word: str) -> tuple[int, Turn]:
        """It arrives later, or never; the next rule brings it."""
        return who, self.who[who].turn(text=word)

    @rule(target=turns, button=buttons)
    def taps_what_stays_under_way(self, button: tuple[int, str]) -> tuple[int, Turn]:
        who, token = button
        return who, self.who[who].turn(choice=token)

    @rule(target=buttons, waiting=turns)
    def it_arrives_or_arrives_again(self, waiting: tuple[int, Turn]) -> Any:
        who, turn = waiting
        contact = self.runner.run(people.contact(self.engine.database.read(), turn.channel, turn.address))
        late = contact is not None and turn.order < contact.seen_order
        moves = (turn.choice or "").startswith("~") or turn.choice is None
        return self._tell(who, self._does(who, turn, late=late and moves and self._in_form(contact)))

    def _in_form(self, contact: people.ContactRow | None) -> bool:
        sheets = self.runner.run(self._sheets())
        return contact is not None and contact.draft in sheets and sheets[contact.draft].status == "open"

    @rule()
    def the_process_starts_again(self) -> None:
        self.engine = _engine(self.engine.database)
        for person in self.who:
            person.engine = self.engine


def _engine(database: Database) -> Engine:
    return Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_whatever_happens(kind: str, request: pytest.FixtureRequest, tmp_path: Path, unlocked: None) -> None:
    """SQLite: a file for each walk. PostgreSQL: one database, in which every walk is another person."""
    numbers = itertools.count()
    if kind == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def fresh() -> str:
            file = tmp_path / f"{next(numbers)}.db"
            shutil.copyfile(template, file)
            return f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgres_url")

        def fresh() -> str:
            return str(url)

    with asyncio.Runner() as runner:

        class Here(Anything):
            pass

        Here.runner, Here.fresh = runner, staticmethod(fresh)
        run_state_machine_as_test(
            Here,
            settings=settings(
                max_examples=WALKS[kind],
                stateful_step_count=30,
                deadline=None,
                database=None,
                derandomize=True,  # the same walks tomorrow
                suppress_health_check=list(HealthCheck),
            ),
        )
