"""Who may look at the operator's page, what it shows, and the local mailbox."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.support import desk
from storage import deliveries, operators
from storage.database import Database, Query, Transaction, table
from storage.deliveries import OneTimeToken
from storage.terms import Outcome
from tests.person import FakeClock, Person

HOUR = timedelta(hours=1)


async def test_a_link_is_good_once(database: Database, clock: FakeClock) -> None:
    link = await operators.new_token(database, clock.now() + HOUR)
    session = await operators.redeem(database, link, clock.now())
    assert session is not None
    assert await operators.session_stands(database.read(), session, clock.now())
    assert await operators.redeem(database, link, clock.now()) is None


async def test_of_two_at_once_one_gets_in(database: Database, clock: FakeClock) -> None:
    link = await operators.new_token(database, clock.now() + HOUR)
    got = await asyncio.gather(*(operators.redeem(database, link, clock.now()) for _ in range(8)))
    assert len([session for session in got if session is not None]) == 1


async def test_a_link_ends_and_a_session_ends(database: Database, clock: FakeClock) -> None:
    late = await operators.new_token(database, clock.now() + HOUR)
    in_time = await operators.new_token(database, clock.now() + 2 * HOUR)
    clock.passes(HOUR)
    assert await operators.redeem(database, late, clock.now()) is None
    session = await operators.redeem(database, in_time, clock.now())
    assert session is not None
    clock.passes(operators.SESSION_LIVES - timedelta(seconds=1))
    assert await operators.session_stands(database.read(), session, clock.now())
    clock.passes(timedelta(seconds=1))
    assert not await operators.session_stands(database.read(), session, clock.now())


async def test_a_link_is_no_session_and_a_session_no_link(database: Database, clock: FakeClock) -> None:
    link = await operators.new_token(database, clock.now() + HOUR)
    assert not await operators.session_stands(database.read(), link, clock.now())
    session = await operators.redeem(database, link, clock.now())
    assert session is not None
    assert await operators.redeem(database, session, clock.now()) is None
    for wrong in ("", "x", link + "x", "\ud83d\ude00"):
        assert await operators.redeem(database, wrong, clock.now()) is None
        assert not await operators.session_stands(database.read(), wrong, clock.now())


async def test_only_digests_are_kept_and_old_ones_forgotten(database: Database, clock: FakeClock) -> None:
    digests = Query(select(table(OneTimeToken).c.digest))
    link = await operators.new_token(database, clock.now() + HOUR)
    (row,) = await database.read().all(digests)
    assert len(row.value) == 32
    assert link.encode() not in row.value
    session = await operators.redeem(database, link, clock.now())
    clock.passes(2 * HOUR)
    await operators.redeem(database, await operators.new_token(database, clock.now() + HOUR), clock.now())
    assert len(await database.read().all(digests)) == 3, "the first link is gone, its session is not"
    assert session is not None
    assert await operators.session_stands(database.read(), session, clock.now())


async def test_the_overview_counts_and_masks(person: Person, database: Database, clock: FakeClock) -> None:
    empty = await operators.overview(database.read(), clock.now())
    assert empty == operators.Overview([], [], [], [], [], operators.OutboxHealth(0, None, 0), [])
    await person.taps_token("support.ask")
    await person.says("只有客服该看到这句话")
    number = person.reply.copies[0].value
    await database.write(lambda db: desk.answer(db, number, "lin", "答复", clock.now()))
    clock.passes(HOUR)
    seen = await operators.overview(database.read(), clock.now())
    assert seen.tickets == [operators.TicketLine(number, "answered", clock.now() - HOUR)]
    assert seen.outbox == operators.OutboxHealth(1, clock.now() - HOUR, 0)
    assert "只有客服该看到这句话" not in repr(seen)


async def test_the_overview_shows_what_could_not_be_sent(database: Database, clock: FakeClock) -> None:
    async def ended(key: str, outcome: Outcome) -> None:
        async def act(db: Transaction) -> None:
            at = clock.now()
            await deliveries.put(
                db,
                channel="webchat",
                address=key,
                lane=0,
                dedupe_key=key,
                kind="reply",
                fields={},
                body=None,
                due_at=at,
                expires_at=at + HOUR,
            )
            (row,) = await deliveries.take(db, "webchat", 0, token=key, now=at, until=at + HOUR, most=1)
            await deliveries.end(db, row, key, outcome, at)

        await database.write(act)

    await ended("a", Outcome.DEAD)
    await ended("b", Outcome.SENT)
    await ended("c", Outcome.CANCELLED)
    assert (await operators.overview(database.read(), clock.now())).failed == [operators.Counted("dead", 1)]
    clock.passes(timedelta(days=1, seconds=1))
    assert (await operators.overview(database.read(), clock.now())).failed == []


async def test_the_local_mailbox_keeps_the_newest(database: Database, clock: FakeClock) -> None:
    for number in range(operators.MOST_MAIL + 3):
        await operators.keep_mail(database, b"mail %d" % number, clock.now())
    kept = await operators.mails(database.read())
    assert len(kept) == operators.MOST_MAIL
    assert kept[0].body == b"mail %d" % (operators.MOST_MAIL + 2)
    assert kept[-1].body == b"mail 3"
