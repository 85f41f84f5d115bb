"""The person of the tests, tried on the little that is always there."""

from datetime import timedelta

from bot import clock as real_clock


async def test_a_person_meets_the_engine(person, visitor, clock):
    await person.says("你好")
    assert person.reply.text
    assert (await person.contact()).creditor_id is None
    assert person.answer.owed
    await person.repeats()
    await visitor.says("你好")
    assert [line.mine for line in await visitor.history()] == [True, False]
    before = clock.now()
    clock.passes(timedelta(minutes=5))
    assert real_clock.now() - before == timedelta(minutes=5)


async def test_one_mailbox_is_one_creditor(person, visitor, outside):
    first = await person.linked_as("someone@example.com")
    assert await visitor.linked_as("Someone@Example.com") == first
    assert await person.creditor_id() == await visitor.creditor_id() == first
