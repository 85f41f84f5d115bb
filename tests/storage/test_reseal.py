"""Key rotation, on both databases."""

from datetime import UTC, datetime

from sqlalchemy import LargeBinary, func, select, type_coerce

from storage import conversations, people, sealing
from storage.connect import open_database
from storage.database import Query, Row, table
from storage.reseal import reseal

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32


async def test_every_sealed_value_moves_to_the_new_key_and_still_opens(database_url):
    sealing.unlock({1: OLD}, INDEX)
    database = await open_database(database_url)
    try:
        for number in range(1200):

            async def act(db, number=number):
                contact = await people.meet(db, "webchat", f"a{number}", "zh_Hans", NOW)
                await conversations.add_message(db, contact.id, 1, mine=True, at=NOW, body=f"张三 {number}".encode())

            await database.write(act)
        sealing.unlock({2: NEW, 1: OLD}, INDEX)
        told = []
        done = await reseal(database, lambda place, count: told.append((place, count)))
        assert done["message.body"] == 1200
        assert told == [("message.body", 500), ("message.body", 1000), ("message.body", 1200)]
        message = table(conversations.Message)
        body = type_coerce(message.c.body, LargeBinary)
        numbers = await database.read().all(Query(select(func.substr(body, 2, 1)).distinct(), Row))
        assert [bytes(row.value) for row in numbers] == [b"\x02"]
        sealing.unlock({2: NEW}, INDEX)  # the old key is gone
        contact = await people.contact(database.read(), "webchat", "a77")
        assert contact is not None
        (row,) = await conversations.messages(database.read(), contact.id)
        assert row.body.decode() == "张三 77"
        assert (await reseal(database, lambda *_: None))["message.body"] == 0
    finally:
        await database.close()
