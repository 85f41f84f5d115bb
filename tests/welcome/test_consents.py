"""Consents: one purpose, one tap, one signed entry, and the exact words somebody agreed to."""

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from bot import i18n
from bot.welcome import texts
from storage import consents, ledger
from storage.consents import Consent
from storage.database import Query, table
from storage.openings import LedgerOpening
from storage.terms import Purpose
from tests.person import Person

EMAIL = "wang.wu@private-mail.example"


class Row(NamedTuple):
    purpose: str
    status: str
    words: str
    locale: str
    given_at: datetime
    withdrawn_at: datetime | None
    handle: str
    creditor: int | None


_consent = table(Consent).c
ROWS = Query(
    select(
        _consent.purpose,
        _consent.status,
        _consent.words,
        _consent.locale,
        _consent.given_at,
        _consent.withdrawn_at,
        _consent.handle,
        _consent.creditor_id,
    ).order_by(_consent.id),
    Row,
)


async def rows(database):
    return await database.read().all(ROWS)


async def kinds(database, handle: str) -> list[str]:
    return [entry.kind for entry in await ledger.chain(database.read(), handle)]


async def stand(person) -> frozenset[str]:
    contact = await person.contact()
    return await consents.given(person.engine.database.read(), contact.id, contact.creditor_id)


@pytest.fixture
async def reader(person):
    """Somebody who is looking at the purposes."""
    await person.commands("start")
    await person.taps("第一步：隐私与同意")
    return person


async def test_a_consent_names_the_words_the_language_and_the_moment(reader, outside, clock):
    await reader.taps("同意：债权资料")
    (row,) = await rows(outside)
    words = "债权资料：保存并使用您填写的债权资料，包括姓名或公司名称、编号、客户代码、金额、国籍、居住地和税务居民身份，用于登记、核对和查询您的债权。"
    assert row.words == hashlib.sha256(words.encode()).hexdigest()
    assert (row.purpose, row.status, row.locale) == ("claim_details", "given", "zh_Hans")
    assert (row.given_at, row.withdrawn_at) == (clock.now(), None)
    assert await kinds(outside, row.handle) == ["consent:given"]
    opening = table(LedgerOpening).c
    payload = (await outside.read().one(Query(select(opening.payload)))).value
    assert payload["purpose"] == "claim_details"
    assert payload["words"] == row.words
    assert payload["by"] == "creditor"


async def test_what_is_shown_is_what_is_agreed_to(reader):
    for purpose in Purpose:
        reader.sees(texts.purpose_words(purpose))


async def test_agreeing_to_one_is_agreeing_to_one(reader):
    await reader.taps("同意：证明文件")
    assert await stand(reader) == {"identity_papers"}


async def test_withdrawing_is_one_tap_too(reader, outside, clock):
    await reader.taps("同意：向买方展示概况")
    clock.passes(timedelta(hours=1))
    await reader.taps("撤回：向买方展示概况")
    reader.sees(
        "您撤回了对“向买方展示概况”的同意",
        "2026-11-22 11:00（北京时间）",
        "不再向买方展示",
        "回执编号",
        "同意：向买方展示概况",
    )
    assert await stand(reader) == frozenset()
    (row,) = await rows(outside)
    assert (row.status, row.withdrawn_at) == ("withdrawn", clock.now())
    assert await kinds(outside, row.handle) == ["consent:given", "consent:withdrawn"]


async def test_agreeing_again_is_a_new_consent(reader, outside, clock):
    await reader.taps("同意：案件资讯")
    await reader.taps("撤回：案件资讯")
    clock.passes(timedelta(days=1))
    await reader.taps("同意：案件资讯")
    assert [row.status for row in await rows(outside)] == ["withdrawn", "given"]
    assert len({row.handle for row in await rows(outside)}) == 2
    assert await stand(reader) == {"news"}


async def test_the_second_tap_is_told_and_writes_nothing(reader, outside):
    await reader.taps("同意：账户记录")
    await reader.does(reader.turn(choice=reader.seen[-1].turn.choice))
    reader.sees("之前已经同意，没有重复记录")
    await reader.repeats()
    assert len(await rows(outside)) == 1
    await reader.taps("撤回：账户记录")
    await reader.does(reader.turn(choice=reader.seen[-1].turn.choice))
    reader.sees("无需撤回")
    (row,) = await rows(outside)
    assert await kinds(outside, row.handle) == ["consent:given", "consent:withdrawn"]


async def test_two_taps_at_once_are_one_consent(reader, outside):
    token = reader.button("同意：账户记录").token
    await asyncio.gather(*(reader.does(reader.turn(choice=token)) for _ in range(4)))
    assert len(await rows(outside)) == 1


async def test_old_words_are_never_agreed_to(reader, outside):
    token = reader.button("同意：境外处理").token
    await reader.taps_token(token[:-8] + "00000000")
    reader.sees("说明文字有更新", texts.purpose_words(Purpose.ABROAD), "这一项是可选的")
    assert await rows(outside) == []
    await reader.taps("同意：境外处理")
    assert await stand(reader) == {"abroad"}


async def test_another_room_may_ask_for_one_purpose(person, outside):
    await person.commands("start")
    await person.taps_token("welcome.consent:claim_details")
    person.sees("登记债权前需要您同意这一项", texts.purpose_words(Purpose.CLAIM_DETAILS), "查看全部用途")
    assert await rows(outside) == []
    await person.taps("同意：债权资料")
    assert await stand(person) == {"claim_details"}


@pytest.mark.parametrize("argument", ["", "everything", "account.", "account.1234", "x" * 40, "account.account"])
async def test_odd_buttons_write_nothing(person, outside, argument):
    await person.commands("start")
    await person.taps_token(f"welcome.consent:{argument}")
    await person.taps_token(f"welcome.revoke:{argument}")
    assert await rows(outside) == []
    person.sees("隐私与同意")


async def test_words_in_another_language_are_other_words(reader, outside, monkeypatch):
    spoken = {"en": {"{purpose}：{words}": "{purpose}: {words}", "案件资讯": "Case news"}}
    monkeypatch.setattr(i18n, "_words", spoken)
    await reader.taps_token("welcome.speak:en")
    await reader.taps("同意：案件资讯")  # the old button, with the Chinese words beside it
    reader.sees("Case news")
    assert await rows(outside) == []
    await reader.taps(reader.buttons[0].label)
    (row,) = await rows(outside)
    assert row.locale == "en"
    with i18n.speaking("en"):
        assert row.words == hashlib.sha256(texts.purpose_words(Purpose.NEWS).encode()).hexdigest()


async def test_consents_follow_the_creditor_to_every_channel(reader, visitor, outside, clock):
    await reader.taps("同意：账户记录")
    await reader.proves(EMAIL)
    (row,) = await rows(outside)
    assert row.creditor == await reader.creditor_id()
    clock.passes(timedelta(minutes=1))
    await visitor.commands("start")
    assert await stand(visitor) == frozenset()
    await visitor.proves(EMAIL)
    assert await stand(visitor) == {"account"}
    await visitor.taps_token("welcome.consents")
    await visitor.taps("撤回：账户记录")
    assert await stand(reader) == frozenset()
    assert await kinds(outside, row.handle) == ["consent:given", "consent:withdrawn"]


async def test_a_consent_given_twice_before_linking_is_ended_whole(reader, visitor, outside, clock):
    await reader.taps("同意：案件资讯")
    await visitor.commands("start")
    await visitor.taps_token("welcome.consents")
    await visitor.taps("同意：案件资讯")
    await reader.proves(EMAIL)
    clock.passes(timedelta(minutes=1))
    await visitor.proves(EMAIL)
    await reader.taps_token("welcome.consents")
    await reader.taps("撤回：案件资讯")
    assert await stand(reader) == await stand(visitor) == frozenset()
    assert [row.status for row in await rows(outside)] == ["withdrawn", "withdrawn"]


async def test_who_leaves_an_account_leaves_its_consents(reader, outside):
    await reader.taps("同意：账户记录")
    await reader.proves(EMAIL)
    await reader.taps_token("welcome.unlink_yes")
    assert await stand(reader) == frozenset()
    (row,) = await rows(outside)
    assert row.status == "given"


async def test_a_stranger_sees_nobody_elses_consents(reader, engine, clock):
    await reader.taps("同意：账户记录")
    stranger = Person(engine, address="666", clock=clock)
    await stranger.commands("start")
    await stranger.taps_token("welcome.consents")
    stranger.sees_not("状态：已同意")
    await stranger.taps_token("welcome.revoke:account")
    stranger.sees("无需撤回")
    assert await stand(reader) == {"account"}
