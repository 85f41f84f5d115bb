"""What was not understood: kept only with consent, without addresses and numbers, sealed, and gone when it is taken back."""

import asyncio
import logging
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from bot import app, desk, i18n, ways
from bot.conversation.engine import Engine, Pace
from bot.conversation.flow import Book, Flow
from bot.conversation.reply import Reply
from bot.errors import Invalid
from bot.understanding import identifiers, reader
from bot.understanding.meaning import Action, Intent
from bot.welcome import actions, rules, texts
from storage import retention
from storage.database import Query, table
from storage.terms import Purpose, WhyKept
from storage.utterances import Utterance
from tests.claims.filing import files, joins
from tests.fixtures import ABILITIES
from tests.person import WEBCHAT, Person
from tests.storage.test_no_personal_data import cells

EMAIL = "Ouyang.Yingluo@secret-mail.example"
CLAIM = "ZQ-7K3M2QX"
PHONE = "13912349876"
PASSPORT = "E12345678"
WORDS = f"那个啥 {CLAIM} 咋整，我邮箱 {EMAIL}，电话 {PHONE}，护照 {PASSPORT}"


class Row(NamedTuple):
    """A row as nobody but a test reads it."""

    id: int
    contact_id: int
    creditor_id: int | None
    text: str
    locale: str
    guess: str
    action: str
    confidence: int
    why: str
    chosen: str | None
    review: str
    reviewed_by: str | None
    label: str | None


_utterance = table(Utterance).c
ROWS = Query(select(*(_utterance[name] for name in Row._fields)).order_by(_utterance.id), Row)


async def rows(database):
    return await database.read().all(ROWS)


def lost() -> Flow:
    """Steps that do what the engine's last resort does, and its buttons, whatever the model makes of the words."""
    flow = Flow("probe")

    @flow.act("lost")
    async def lost(turn, db, person, argument):
        await actions.keep_misunderstood(
            db,
            person,
            argument,
            guess="claim_status",
            action="fallback",
            confidence=187,
            why=WhyKept.FELL_BACK,
            at=turn.received_at,
        )
        return Reply(text="?")

    @flow.act("meant")
    async def meant(turn, db, person, argument):
        await actions.chose(db, person, argument, turn.received_at)
        return Reply(text="!")

    return flow


@pytest.fixture
def engine(database, clock):
    vocabulary = ways.vocabulary()
    commands = {**vocabulary.commands, "lost": "probe.lost", "meant": "probe.meant"}
    words = replace(vocabulary, commands=commands)
    return Engine(database, Book((*app.flows(), lost())), words, dict(ABILITIES), pace=Pace(burst=10**9))


async def agrees(person: Person) -> Person:
    await person.commands("start")
    await person.taps_token("welcome.consents")
    return await person.taps("同意：改进理解")


async def test_a_number_of_ours_goes_however_badly_it_was_copied(person, outside):
    await agrees(person)
    await person.commands("lost", "zq 7k3m2qx 和 ZQ-7K3M2Q 还有 bj_9999999，zq airport")
    (row,) = await rows(outside)
    assert "7k3m2q" not in row.text.lower()
    assert "9999999" not in row.text
    assert row.text.endswith("airport")


# -- consent


async def test_it_is_optional_last_and_off(person):
    assert rules.OPTIONAL[-1] is Purpose.UNDERSTANDING
    await person.commands("start")
    person.sees_not("改进理解")
    await person.taps("第一步")
    person.sees("改进理解", "最多保留 90 天", "状态：未同意")
    person.sees_not("状态：已同意")


def test_what_the_words_promise_is_what_the_clock_does():
    for locale in i18n.LOCALES:
        with i18n.speaking(locale):
            assert f"{retention.UTTERANCES.days}" in texts.purpose_words(Purpose.UNDERSTANDING)


async def test_without_consent_nothing_is_kept(person, visitor, outside):
    await person.commands("start")
    await person.commands("lost", WORDS)
    await person.taps_token("welcome.consents")
    for label in [label for label in person.labels if label.startswith("同意：") and "改进理解" not in label]:
        await person.taps(label)
    await person.commands("lost", WORDS)
    await agrees(visitor)  # somebody else's consent
    await person.commands("lost", WORDS)
    assert await rows(outside) == []


async def test_with_consent_it_is_kept_without_what_names_anybody(person, outside):
    await agrees(person)
    await person.commands("lost", WORDS)
    (row,) = await rows(outside)
    assert row.text.startswith("那个啥")
    assert "咋整" in row.text
    for secret in (EMAIL, "ouyang", CLAIM, "7K3M2QX", PHONE, PASSPORT):
        assert secret.lower() not in row.text.lower()
    assert row[4:] == ("zh_Hans", "claim_status", "fallback", 187, "fell_back", None, "open", None, None)
    assert row.contact_id == (await person.contact()).id


async def test_the_raw_database_and_the_log_do_not_say_it(person, database_url, caplog):
    caplog.set_level(logging.DEBUG)
    await agrees(person)
    await person.commands("lost", WORDS)
    content = await cells(database_url)
    assert any(where == "utterance.text" for where, _bytes in content), "it is there"
    for secret in (EMAIL, EMAIL.lower(), CLAIM, PHONE, PASSPORT, "那个啥", "咋整"):
        assert [where for where, raw in content if secret.encode() in raw] == []
        assert secret not in caplog.text


async def test_the_name_in_a_claim_is_known_and_goes(person, outside):
    await joins(person)
    await files(person)
    await agrees(person)
    await person.commands("lost", "我叫张三，ZHANG.SAN 那个邮箱，客户代码 ex-99-abc，这咋整")
    (row,) = await rows(outside)
    for secret in ("张三", "zhang.san", "ex-99-abc"):
        assert secret not in row.text.lower()
    assert "咋整" in row.text


async def test_words_in_an_open_form_are_not_kept(person, outside):
    await agrees(person)
    await person.commands("link")
    await person.commands("lost", "欧阳璎珞")
    assert await rows(outside) == []


async def test_a_repeat_is_not_kept_twice(person, outside):
    await agrees(person)
    await person.commands("lost", "嗯哼")
    await person.repeats()
    assert len(await rows(outside)) == 1


async def test_long_words_are_cut_after_they_were_redacted(person, outside):
    await agrees(person)
    before = "啊" * (rules.MOST_KEPT - 6)
    await person.commands("lost", f"{before}{PHONE}{'哦' * 300}")
    await person.commands("lost", f"甲\n\n乙\t丙\u200b{'丁' * 400}")
    first, second = await rows(outside)
    assert len(first.text) <= rules.MOST_KEPT
    assert "139" not in first.text
    assert second.text == "甲 乙 丙" + "丁" * (rules.MOST_KEPT - 5)


async def test_nobody_fills_the_queue(person, outside, clock):
    await agrees(person)
    for _time in range(rules.MOST_KEPT_A_DAY + 3):
        await person.commands("lost", "啊啊啊")
    assert len(await rows(outside)) == rules.MOST_KEPT_A_DAY
    clock.passes(timedelta(days=1, seconds=1))
    await person.commands("lost", "啊啊啊")
    assert len(await rows(outside)) == rules.MOST_KEPT_A_DAY + 1


async def test_what_cannot_be_redacted_is_not_kept_and_the_turn_goes_on(person, outside, monkeypatch, caplog):
    def fails(text: str) -> str:
        raise ValueError(text)

    await agrees(person)
    monkeypatch.setattr(identifiers, "redacted", fails)
    await person.commands("lost", WORDS)
    person.sees("?")
    assert await rows(outside) == []
    assert "ValueError" in caplog.text
    assert PHONE not in caplog.text


# -- withdrawing


async def test_withdrawing_deletes_what_was_kept_and_says_so(person, visitor, outside):
    await agrees(person)
    await agrees(visitor)
    await person.commands("lost", "嗯哼")
    await visitor.commands("lost", "唔知啊")
    await person.taps_token("welcome.consents")
    await person.taps("撤回：改进理解")
    person.sees("您撤回了对“改进理解”的同意", "已经全部删除")
    assert [row.text for row in await rows(outside)] == ["唔知啊"]
    await person.commands("lost", "嗯哼")
    assert len(await rows(outside)) == 1


async def test_withdrawing_another_purpose_deletes_nothing(person, outside):
    await agrees(person)
    await person.taps("同意：案件资讯")
    await person.commands("lost", "嗯哼")
    await person.taps_token("welcome.revoke:news")
    assert len(await rows(outside)) == 1


async def test_withdrawing_reaches_every_channel_of_the_account(person, visitor, outside, clock):
    await agrees(person)
    await person.commands("lost", "绑定之前")
    await person.proves(EMAIL)
    await person.commands("lost", "绑定之后")
    clock.passes(timedelta(minutes=2))
    await visitor.proves(EMAIL)
    await visitor.commands("lost", "另一边")
    creditor = await person.creditor_id()
    assert [row.creditor_id for row in await rows(outside)] == [creditor] * 3
    await visitor.taps_token("welcome.revoke:understanding")
    assert await rows(outside) == []


async def test_who_left_the_account_is_still_reached_by_its_withdrawal(person, visitor, outside, clock):
    await agrees(person)
    await person.proves(EMAIL)
    await person.commands("lost", "嗯哼")
    clock.passes(timedelta(minutes=2))
    await visitor.proves(EMAIL)
    await person.taps_token("welcome.unlink_yes")
    await person.commands("lost", "走了以后")
    assert len(await rows(outside)) == 1, "the consent stayed with the account"
    await visitor.taps_token("welcome.revoke:understanding")
    assert await rows(outside) == []


async def test_nothing_slips_in_beside_a_withdrawal(engine, clock, outside):
    here = Person(engine, clock=clock)
    there = Person(engine, WEBCHAT, "b" * 64, clock=clock)
    await agrees(here)
    await here.proves(EMAIL)
    clock.passes(timedelta(minutes=2))
    await there.proves(EMAIL)
    for _round in range(5):
        await here.commands("lost", "嗯哼")
        await asyncio.gather(
            here.commands("lost", "同时"),
            there.taps_token("welcome.revoke:understanding"),
            here.commands("lost", "同时"),
        )
        assert await rows(outside) == []
        await there.taps_token("welcome.consents")
        await there.taps("同意：改进理解")


# -- what was tapped then


async def test_the_tap_that_follows_is_noted_on_the_newest(person, visitor, outside, clock):
    for one in (person, visitor):
        await agrees(one)
        await one.commands("lost", "先前的")
    clock.passes(timedelta(minutes=3))
    await person.commands("lost", "刚才的")
    clock.passes(rules.CHOICE_COUNTS)
    await person.commands("meant", "bond_offers")
    await person.commands("meant", "greeting")
    assert [(row.text, row.chosen) for row in await rows(outside)] == [
        ("先前的", None),
        ("先前的", None),
        ("刚才的", "bond_offers"),
    ]


async def test_a_tap_that_comes_late_answers_something_else(person, outside, clock):
    await agrees(person)
    await person.commands("lost", "刚才的")
    clock.passes(rules.CHOICE_COUNTS + timedelta(seconds=1))
    await person.commands("meant", "bond_offers")
    (row,) = await rows(outside)
    assert row.chosen is None


# -- the house itself


async def test_what_the_house_does_not_understand_it_keeps(person, outside):
    await person.says("哐当哐当叮咚锵")
    assert await rows(outside) == []
    await agrees(person)
    await person.says("哐当哐当叮咚锵")
    (row,) = await rows(outside)
    assert (row.text, row.why, row.action) == ("哐当哐当叮咚锵", "fell_back", "fallback")


async def test_what_it_asked_about_it_keeps_with_what_was_tapped(person, outside):
    vague = ("我想弄一下那个", "进度和报价", "那个东西的情况", "文件的事", "改一下", "钱那个文件", "查一下报价进度文件")
    asked = next(text for text in vague if reader.read(text, date(2026, 11, 22)).action is Action.ASK)
    await agrees(person)
    await person.says(asked)
    await person.taps_token(next(c.token for c in person.buttons if c.token.startswith("welcome.meant:")))
    (row,) = await rows(outside)
    assert (row.text, row.why, row.action) == (asked, "asked", "ask")
    assert row.chosen in set(Intent)


async def test_what_was_corrected_is_what_was_said_before(person, outside):
    await agrees(person)
    await person.says("有没有报价")
    await person.says("不是，我是说查进度")
    assert [(row.text, row.why) for row in await rows(outside)] == [("有没有报价", "corrected")]


async def test_an_answer_to_a_form_is_not_what_was_corrected(person, outside):
    await agrees(person)
    await person.commands("human")
    await person.says("欧阳璎珞的护照被人看到了")
    await person.says("不是，我是说查进度")
    assert await rows(outside) == []


# -- how long


async def test_after_ninety_days_it_is_gone(person, database, outside, clock):
    await agrees(person)
    await person.commands("lost", "嗯哼")
    clock.passes(timedelta(days=90))
    while await database.write(lambda db: retention.purge(db, clock.now())):
        pass
    assert len(await rows(outside)) == 1
    clock.passes(timedelta(seconds=1))
    while await database.write(lambda db: retention.purge(db, clock.now())):
        pass
    assert await rows(outside) == []


# -- the operators


class Operator:
    """Somebody before the queue, who types one line after the other."""

    def __init__(self, database, clock, *lines: str) -> None:
        self.database, self.clock, self.lines = database, clock, list(lines)
        self.shown: list[dict[str, Any]] = []
        self.told: list[str] = []

    async def reviews(self) -> dict[str, Any]:
        return await desk.review_utterances(self.database, "alice", self._types, self.told.append, self.clock.now)

    def _types(self, shown: dict[str, Any]) -> str:
        self.shown.append(shown)
        return self.lines.pop(0) if self.lines else "quit"


@pytest.fixture
async def queue(person, outside):
    await agrees(person)
    for text in ("我嗰份嘢点算", "债券 offer 呢", "今天天气", "что с моей заявкой"):
        await person.commands("lost", text)
    await person.commands("meant", "claim_status")
    return outside


async def test_an_operator_labels_drops_skips_and_quits(queue, clock):
    alice = Operator(queue, clock, "claim_status\n", "who knows", "", "SKIP", "drop", "quit")
    assert await alice.reviews() == {"labelled": 1, "dropped": 1, "skipped": 1}
    assert [shown["text"] for shown in alice.shown] == [
        "我嗰份嘢点算", "债券 offer 呢", "债券 offer 呢", "债券 offer 呢", "今天天气", "что с моей заявкой",
    ]  # fmt: skip
    assert [shown["language"] for shown in alice.shown[::5]] == ["yue", "ru"]
    last = alice.shown[-1]
    assert (last["guess"], last["confidence"], last["chosen"], last["why"]) == (
        "claim_status", 0.187, "claim_status", "fell_back",
    )  # fmt: skip
    assert "out_of_scope" in alice.told[0]
    assert [(row.review, row.label, row.reviewed_by) for row in await rows(queue)] == [
        ("labelled", "claim_status", "alice"),
        ("open", None, None),
        ("dropped", None, "alice"),
        ("open", None, None),
    ]
    listed = await desk.list_utterances(queue)
    assert listed["lines"] == ["债券 offer 呢", "что с моей заявкой"]
    assert "contact" not in str(listed)


async def test_the_first_decision_counts_and_the_second_operator_is_told(queue, clock, monkeypatch):
    seen = await actions.waiting(queue.read(), 0, 1)
    await Operator(queue, clock, "greeting").reviews()
    looks = iter((seen, []))

    async def shown_before(db, after, most):
        return next(looks)

    monkeypatch.setattr("bot.welcome.desk.waiting", shown_before)
    late = Operator(queue, clock, "drop")
    assert await late.reviews() == {"labelled": 0, "dropped": 0, "skipped": 0}
    assert late.told == ["gone: it was withdrawn, or somebody else decided it"]
    first = (await rows(queue))[0]
    assert (first.review, first.label) == ("labelled", "greeting")


async def test_what_was_withdrawn_is_in_no_queue_and_no_training_line(queue, person, clock, tmp_path):
    await Operator(queue, clock, "claim_status").reviews()
    await person.taps_token("welcome.revoke:understanding")
    assert await desk.list_utterances(queue) == {"utterances": [], "lines": ["nothing waits"]}
    assert (await desk.export_utterances(queue, tmp_path / "x.tsv"))["exported"] == 0


async def test_labelled_words_become_training_lines_once(queue, clock, tmp_path):
    await Operator(queue, clock, "claim_status", "bond_offers", "out_of_scope").reviews()
    file = tmp_path / "more.tsv"
    file.write_text("greeting\tzh-Hans\t你好", encoding="utf-8")  # nobody ended the last line
    assert (await desk.export_utterances(queue, file))["exported"] == 3
    expected = [
        "greeting\tzh-Hans\t你好",
        "claim_status\tyue\t我嗰份嘢点算",
        "bond_offers\tmixed\t债券 offer 呢",
        "out_of_scope\tzh-Hans\t今天天气",
    ]
    assert file.read_text(encoding="utf-8").splitlines() == expected
    assert [row.review for row in await rows(queue)] == ["exported", "exported", "exported", "open"]
    assert (await desk.export_utterances(queue, file))["exported"] == 0
    assert file.read_text(encoding="utf-8").splitlines() == expected


async def test_a_training_line_holds_something_of_the_kind_that_was_taken_out(person, outside, clock, tmp_path):
    await agrees(person)
    await person.commands("lost", f"my mail {EMAIL} is gone, number {CLAIM}, what now")
    await Operator(outside, clock, "link_account").reviews()
    file = tmp_path / "more.tsv"
    await desk.export_utterances(outside, file)
    assert file.read_text(encoding="utf-8") == (
        "link_account\ten\tmy mail abc@mail.example is gone, number 123456, what now\n"
    )


async def test_a_crash_between_file_and_database_writes_no_line_twice(queue, clock, tmp_path, monkeypatch):
    await Operator(queue, clock, "claim_status").reviews()
    file = tmp_path / "more.tsv"

    async def crash(db, keys):
        raise OSError("power")

    with monkeypatch.context() as broken:
        broken.setattr("bot.welcome.desk.exported", crash)
        with pytest.raises(OSError, match="power"):
            await desk.export_utterances(queue, file)
    assert (await desk.export_utterances(queue, file))["exported"] == 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1
    assert (await rows(queue))[0].review == "exported"


async def test_only_intents_are_labels(queue, clock):
    with pytest.raises(Invalid, match="unknown_intent"):
        await queue.write(lambda db: actions.label(db, 1, "make_me_rich", "alice", clock.now()))
