"""Somebody is erased: asked for twice, taken back in time, done by the clock, and nothing of it is left to be read."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from sqlalchemy import select

from bot import desk
from bot.conversation.engine import Engine
from bot.ledger import entry as entries
from bot.ledger import note
from bot.ledger.keys import ServiceKey
from bot.ledger.transition import transition
from bot.welcome import actions, rules
from storage import erasure, ledger, people
from storage.database import Database, Query, Transaction, table
from storage.ledger import LedgerEntry
from storage.people import email_index
from storage.schema import metadata
from storage.sealing import SealedBytes, SealedJson, SealedText
from tests.claims.filing import files, joins
from tests.fixtures import ORIGIN, SERVICE_SEED
from tests.offers.market import Market
from tests.person import WEBCHAT, FakeClock, Person
from tests.settlement.deals import Deals
from tests.storage.test_no_personal_data import ADDRESS, SECRETS, plant

WEEK = timedelta(days=7)
EMAIL = "seller@example.com"


@pytest.fixture
def deals(database: Database, outside: Database, clock: FakeClock, engine: Engine) -> Deals:
    """Accepted offers, and the operators' hands."""
    return Deals(Market(database, outside, clock), engine)


async def erases(database: Database, clock: FakeClock) -> int:
    """What the clock does, until nothing is left to do."""
    done = 0
    while await database.write(lambda db: actions.erase_due(db, clock.now())):
        done += 1
    await actions.scrub_due(database, clock.now())
    return done


async def asks(person: Person) -> Person:
    """Ask for it, with the code from the mailbox."""
    await person.taps_token("welcome.erase")
    await person.taps("发送验证码并继续")
    person.sees("6 位验证码")
    await person.says(await person.mailed_code())
    return person.sees("已收到您的删除申请", "回执编号")


async def status(database: Database, creditor: int) -> str:
    """Where an account stands."""
    row = await people.creditor(database.read(), creditor)
    assert row is not None
    return row.status


async def moves(database: Database, creditor: int, kind: str, clock: FakeClock) -> None:
    """An operator freezes an account, or lets it go."""

    async def act(db: Transaction) -> None:
        row = await people.creditor_locked(db, creditor)
        assert row is not None
        await transition(
            db, people.move_creditor, row, kind=kind, subject=row.handle, at=clock.now(), by="operator:alice",
            payload={},
        )  # fmt: skip

    await database.write(act)


async def chain(database: Database, creditor: int) -> list[str]:
    """What the ledger says of an account."""
    row = await people.creditor(database.read(), creditor)
    assert row is not None
    return [entry.kind for entry in await ledger.chain(database.read(), row.handle)]


async def test_by_words_with_a_code_and_taken_back_from_another_channel(
    person: Person, database: Database, clock: FakeClock
):
    await joins(person, EMAIL)
    claim = await files(person)
    other = person.at(WEBCHAT, "b" * 64)
    await other.linked_as(EMAIL)
    clock.passes(timedelta(hours=1))

    await person.says("把我的资料全部删掉")
    person.sees("删除我的资料", "7 天的反悔期", "会删除", "债权登记 1 项", "已绑定的渠道（2 个）", "会保留", "账本记录")
    person.sees_not("还在进行中", "合同争议")
    await person.taps("发送验证码并继续")
    assert "删除您在债权通的全部资料" in (await person.mails())[-1].reply.text
    await person.says("000000")
    person.sees("验证码不对")
    await person.says(await person.mailed_code())
    person.sees("已收到您的删除申请", "回执编号", "不会另行通知")
    (warning,) = await other.pushed("security")
    assert "申请删除您账户里的全部资料" in warning.reply.text

    await other.does(other.turn(choice=warning.reply.choices[0][0].token))
    other.sees("已撤回删除申请", "没有任何改动")
    clock.passes(WEEK + timedelta(days=1))
    assert await erases(database, clock) == 0
    await person.taps_token(f"claims.status:{claim}")
    person.sees(claim)
    await other.does(other.turn(choice=warning.reply.choices[0][0].token))
    other.sees("目前没有待执行的删除申请")


async def test_a_code_that_may_not_go_out_yet_is_not_said_to_be_sent(person: Person, clock: FakeClock):
    await person.linked_as(EMAIL)
    await person.taps_token("welcome.erasing")
    sent = len(await person.mails())
    await person.taps("取消填写")
    await person.taps_token("welcome.erasing")
    person.sees("刚刚已经发过一次，请在", "发送验证码并继续").sees_not("我们向")
    assert len(await person.mails()) == sent
    clock.passes(timedelta(minutes=1))
    await person.taps("发送验证码并继续")
    await person.says(await person.mailed_code())
    person.sees("已收到您的删除申请")


async def test_a_week_later_the_clock_does_it_and_the_person_is_a_stranger(
    person: Person, database: Database, clock: FakeClock
):
    await joins(person, EMAIL)
    claim = await files(person, papers=True)
    creditor = await person.creditor_id()
    assert creditor is not None
    await asks(person)
    await person.taps_token("welcome.erase")
    person.sees("您已申请删除资料", "[撤回删除申请]")
    await person.taps_token("welcome.erasing")  # asked for twice is asked for once
    person.sees("您已申请删除资料")
    await person.taps_token("welcome.me")
    person.sees("您已申请删除资料", "邮箱")
    clock.passes(WEEK - timedelta(minutes=1))
    assert await erases(database, clock) == 0
    clock.passes(timedelta(minutes=1))
    assert await erases(database, clock) == 1
    assert await erases(database, clock) == 0

    assert (await chain(database, creditor))[-1] == "account:erased"
    await person.taps_token(f"claims.status:{claim}")
    person.sees_not("FTX Trading")
    await person.commands("start")
    person.sees("欢迎")
    await person.proves(EMAIL)
    person.sees("绑定成功")
    assert await person.creditor_id() != creditor


async def test_somebody_who_is_not_linked_confirms_twice(visitor: Person, database: Database, clock: FakeClock):
    await visitor.says("我叫欧阳璎珞")
    await visitor.taps_token("welcome.me")
    await visitor.taps("删除我的资料")
    visitor.sees("对话记录").sees_not("债权登记", "邮箱")
    await visitor.taps("继续")
    visitor.sees("确定要删除")
    await visitor.taps("确认删除")
    visitor.sees("已收到您的删除申请")
    clock.passes(WEEK)
    assert await erases(database, clock) == 1
    assert await people.contact(database.read(), visitor.channel, visitor.address) is None
    assert await visitor.history() == []


async def test_who_links_meanwhile_has_come_back(person: Person, database: Database, clock: FakeClock):
    for token in ("welcome.erase", "welcome.erase_sure", "welcome.erase_yes"):
        await person.taps_token(token)
    await joins(person, EMAIL)
    await person.taps_token("welcome.erase_yes")  # the button of before: a linked account needs its code
    person.sees_not("已收到您的删除申请")
    clock.passes(WEEK)
    assert await erases(database, clock) == 1
    assert await person.creditor_id() is not None


async def test_a_frozen_account_is_not_erased(person: Person, database: Database, clock: FakeClock):
    creditor = await person.linked_as(EMAIL)
    await asks(person)

    await moves(database, creditor, "account:frozen", clock)
    clock.passes(WEEK)
    assert await erases(database, clock) == 1
    assert await status(database, creditor) == "frozen"
    await person.taps_token("welcome.erase_back")
    person.sees("已撤回删除申请")
    await person.taps_token("welcome.erasing")
    person.sees("冻结")


async def test_it_waits_for_a_deal_and_the_deal_is_kept_as_long_as_the_law_needs_it(
    person: Person, deals: Deals, database: Database, clock: FakeClock
):
    number = await deals.noticed(person)
    creditor = await person.creditor_id()
    assert creditor is not None
    await person.taps_token("welcome.erase")
    person.sees("还在进行中", f"交割 {number}", f"至 {(await deals.standing(number)).facts['notice_until']}")
    await asks(person)
    person.sees("会顺延")
    clock.passes(WEEK)
    assert await erases(database, clock) == 1
    assert await status(database, creditor) == "bound"

    await deals.method(person)
    await deals.pays(number, "25200.00")
    await person.taps_token(f"settlement.received:{number}")
    await person.taps("确认已收到")
    await person.taps_token("welcome.erase")
    person.sees("已完成交易", "合同争议").sees_not("还在进行中")
    clock.passes(timedelta(days=1))
    assert await erases(database, clock) == 1
    row = await people.creditor(database.read(), creditor)
    assert row is not None
    assert (row.status, row.email) == ("erased", "")
    assert (await deals.standing(number)).status == "received"
    kept = await desk.list_settlements(database, number, None, clock.now(), reveal=True)
    assert kept["settlements"][0]["status"] == "received", "what is kept can be looked at"
    clock.passes(rules.DEALS_KEPT)
    assert await erases(database, clock) == 1
    with pytest.raises(AssertionError):
        await deals.standing(number)
    left = await everything(database)
    assert {name for name, rows in left.items() if rows} <= STAYS | {"creditor", "erasure", "ledger_opening"}


async def test_the_wish_waits_for_the_last_coupon(person: Person, deals: Deals, database: Database, clock: FakeClock):
    number = await deals.paid(person, "bond", "60000.00", maturity="2028-06-30")
    await person.taps_token(f"settlement.received:{number}")
    await person.taps("确认已收到")
    last = (await deals.coupons(number))[-1].pays_on
    await person.taps_token("welcome.erase")
    person.sees(f"债券 {number}", f"至 {last}")


#: what remains with nothing of a person in it
STAYS = {
    "ledger_entry", "ledger_pending", "notice_pending", "schedule_run", "offer_rule", "rate_bucket", "offer_series",
    "alembic_version", "lease",
}  # fmt: skip


async def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, as its columns read it: sealed ones opened."""
    found: dict[str, list[Any]] = {}
    for rows in metadata.sorted_tables:
        columns = list(rows.columns)
        into: Any = type("Back", (tuple,), {"_fields": tuple(c.name for c in columns)})
        found[rows.name] = await database.read().all(Query(rows.select(), into))
    return found


async def sealed(url: str) -> dict[str, set[bytes]]:
    """The sealed cells of each table, as they lie in the database."""
    names = {
        (rows.name, column.name)
        for rows in metadata.sorted_tables
        for column in rows.columns
        if isinstance(column.type, SealedBytes | SealedJson | SealedText)
    }
    told: dict[str, set[bytes]] = {}
    for name, column in names:
        statement = f'SELECT "{column}" FROM "{name}" WHERE "{column}" IS NOT NULL'
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
                cells = [row[0] for row in raw.execute(statement)]
        else:
            connection = await asyncpg.connect(url)
            cells = [row[0] for row in await connection.fetch(statement)]
            await connection.close()
        told.setdefault(name, set()).update(cells)
    return told


def words(value: object) -> Iterator[str]:
    """Every word in an opened value."""
    yield value.decode(errors="replace") if isinstance(value, bytes) else str(value)


async def test_nothing_that_was_said_can_be_read_afterwards(
    engine, database: Database, database_url: str, clock: FakeClock
):
    await plant(engine, clock)
    people_ = [Person(engine, channel, address, clock=clock) for channel, address in
               (("telegram:42", ADDRESS), (WEBCHAT, "d" * 64))]  # fmt: skip
    emails = []
    for one in people_:
        key = await one.creditor_id()
        assert key is not None
        row = await people.creditor(database.read(), key)
        assert row is not None
        emails.append(row.email)
        if row.status == "frozen":  # by the step that failed
            await moves(database, key, "account:unfrozen", clock)
        clock.passes(timedelta(hours=2))
        await asks(one)
    before = await sealed(database_url)
    assert sum(map(len, before.values())) > 100, "there is a lot to be erased"
    clock.passes(WEEK)
    assert await erases(database, clock) == 2

    after = await everything(database)
    assert {name for name, rows in after.items() if rows} <= STAYS | {"creditor", "erasure", "ledger_opening"}
    said = "\n".join(word for rows in after.values() for row in rows for value in row for word in words(value))
    assert [secret for secret in SECRETS if secret in said] == []
    assert ADDRESS not in said
    assert [row for rows in after.values() for row in rows for v in row if v in map(email_index, emails)] == []

    await _still_verifies(database)
    left = set().union(*(await sealed(database_url)).values())
    if database_url.startswith("sqlite"):
        gone = [cell for cells in before.values() for cell in cells if cell not in left]
        _not_in_the_file(Path(database_url.removeprefix("sqlite:///")), gone)


class _Line(NamedTuple):
    subject: str
    step: int
    leaf: bytes
    leaf_hash: bytes


_LINES = Query(
    select(*(table(LedgerEntry).c[name] for name in _Line._fields)).order_by(
        table(LedgerEntry).c.subject, table(LedgerEntry).c.step
    ),
    _Line,
)


async def _still_verifies(database: Database) -> None:
    """Every chain of the ledger is whole and signed, though nobody can open what was said in it."""
    lines = await database.read().all(_LINES)
    key, before = ServiceKey(ORIGIN, SERVICE_SEED), dict[str, bytes]()
    assert len(lines) > 20
    for line in lines:
        read = entries.read(line.leaf, ORIGIN)
        assert read.prev == before.get(line.subject)
        assert note.verify(read.signed, [key.verifier])
        assert entries.leaf_hash(line.leaf) == line.leaf_hash
        before[line.subject] = line.leaf_hash


def _not_in_the_file(path: Path, gone: list[bytes]) -> None:
    """Free pages, and the WAL, hold nothing of what was deleted, sealed as it was."""
    content = b"".join(Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal"))
    # the nonce and the first sealed bytes: what is longer may lie in several pages
    assert [cell[:30] for cell in gone if cell[2:30] in content] == []
    assert ADDRESS.encode() not in content


async def test_a_turn_and_the_clock_at_once(person: Person, database: Database, clock: FakeClock):
    await joins(person, EMAIL)
    await asks(person)
    clock.passes(WEEK)
    turns = [person.turn(command="start") for _ in range(4)]
    await asyncio.gather(*(person.does(turn) for turn in turns), erases(database, clock))
    await person.commands("me")
    assert await erases(database, clock) == 0
    assert await erasure.asked(database.read(), 0, 1) is None
