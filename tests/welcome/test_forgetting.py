"""Addresses of people who never typed their code do not stay."""

from datetime import timedelta

from sqlalchemy import func, select

from storage import retention
from storage.database import Query, table
from storage.people import EmailGate, EmailProof, EmailSending
from tests.person import Person

COUNTS = [Query(select(func.count()).select_from(table(model))) for model in (EmailProof, EmailSending, EmailGate)]


async def counts(database) -> list[int]:
    rows = [await database.read().one(query) for query in COUNTS]
    return [row.value for row in rows if row is not None]


async def purge(database, clock) -> None:
    while await database.write(lambda db: retention.purge(db, clock.now())):
        pass


async def test_an_address_that_was_never_proved_is_forgotten(person, engine, database, clock):
    await person.commands("link")
    await person.says("zhao.liu@private-mail.example")
    clock.passes(timedelta(hours=2))
    late = Person(engine, address="2", clock=clock)
    await late.commands("link")
    await late.says("qian.qi@private-mail.example")
    await purge(database, clock)
    assert await counts(database) == [2, 2, 2]
    clock.passes(timedelta(hours=23))
    await purge(database, clock)
    assert await counts(database) == [1, 1, 1]
    clock.passes(timedelta(days=1))
    await purge(database, clock)
    assert await counts(database) == [0, 0, 0]
    await late.says("123456")
    late.sees("已经失效", "重新发送验证码")
    await late.taps("重新发送验证码")
    await late.says(await late.mailed_code())
    late.sees("绑定成功")
