"""Five hundred creditors and a series with room for a hundred, while it is withdrawn or its time ends."""

import asyncio
import random
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from bot import numbers
from bot.conversation.engine import Engine
from bot.conversation.turn import Turn
from bot.ledger import kinds
from bot.ledger.transition import new_handle, transition
from bot.offers import actions, series
from storage import claims, consents, ledger, offers, people
from storage.database import Database, Transaction
from storage.terms import OfferStatus, Purpose, SeriesStatus
from tests.offers.market import Market
from tests.offers.sheets import SALE_SERIES
from tests.person import TELEGRAM, FakeClock, Person

CROWD, ROOM = 500, 100
PRICE = 10_000_00


async def gathers(market: Market, engine: Engine, clock: FakeClock) -> list[Person]:
    """So many people, each linked, agreed, and with an allowed claim of 20,000 dollars."""
    crowd = [Person(engine, address=str(700_000 + n), clock=clock) for n in range(CROWD)]

    async def arrive(db: Transaction) -> None:
        at = clock.now()
        step = partial(transition, db, at=at, by="creditor", payload={})
        for person in crowd:
            email, account, agreed, claim = f"p{person.address}@example.com", new_handle(), new_handle(), new_handle()
            await step(people.move_creditor, None, kind="account:bound", subject=account, handle=account, email=email)
            creditor = await people.creditor_of_email(db, email)
            assert creditor is not None
            await people.meet(db, TELEGRAM, person.address, "zh_Hans", at)
            await person.joins(db, creditor.id)
            await step(
                consents.move, None, kind="consent:given", subject=agreed, handle=agreed, contact=0,
                creditor=creditor.id, purpose=Purpose.CLAIM_DETAILS, words="", locale="zh_Hans",
            )  # fmt: skip
            number = numbers.new("ZQ")
            particulars = {"handle": claim, "debtor": "trading", "plan_class": "5A", "name": "某人", "residence": "HK",
                           "amount": 2 * PRICE}  # fmt: skip
            await step(
                claims.move, None, kind="claim:submitted", subject=claim, number=number, handle=claim,
                creditor_id=creditor.id, particulars=particulars, register_id=None, demo=False,
            )  # fmt: skip
            row = await claims.locked(db, number)
            assert row is not None
            await step(claims.move, row, kind="claim:allowed", subject=claim, by="operator:alice")

    await market.database.write(arrive)
    return crowd


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["withdrawn", "expires"])
async def test_a_series_is_never_oversold(
    database: Database, outside: Database, engine: Engine, market: Market, clock: FakeClock, ends: str
):
    chance = random.Random(ends)
    await market.gate("HK")
    crowd = await gathers(market, engine, clock)
    cap = f"{ROOM * PRICE // 100}.00"
    terms: dict[str, str] = {"tiers": "0-:50", "basis": "net", "received": "none", "cap": cap, "cooling_days": "0"}
    number = await market.series({**SALE_SERIES, **terms})
    over = (await market.standing(number)).expires_at

    async def offer(db: Transaction) -> int:
        return (await series.make_page(db, number, cursor, clock.now(), asked=False))[0]

    cursor = made = 0
    while page := await offers.claims_after(market.look, cursor, series.PAGE):
        made += await database.write(offer)
        cursor = page[-1].id
    assert made == CROWD
    clock.passes(over - timedelta(minutes=1))

    taps: list[tuple[Person, Turn]] = []
    theirs: dict[str, str] = {}
    for person in crowd:
        creditor = await person.creditor_id()
        assert creditor is not None
        (row,) = await offers.open_of(market.look, creditor)
        theirs[person.address] = row.number
        # one in ten taps a second too late, to the microsecond; one in ten twice
        late = chance.random() < 0.1
        when = over if late else over - timedelta(microseconds=chance.randrange(1, 30_000_000))
        for _tap in range(chance.choice([1] * 9 + [2])):
            choice = f"offers.confirm:{row.number}.{row.terms_hash.hex()[:8]}"
            taps.append((person, person.turn(choice=choice, received_at=when)))
    answers: list[str] = []
    # Withdrawn while there is room still; swept by a clock that runs ahead, once the room is all taken.
    trigger, pulled = (60 if ends == "withdrawn" else 250), asyncio.Event()
    won: Counter[str] = Counter()

    # As many at once as doors and a busy machine's pool of connections let in.
    let_in = asyncio.Semaphore(60)

    async def tap(person: Person, turn: Turn) -> None:
        async with let_in:
            answer = await engine.take(turn, rides=True)
        answers.append(answer.reply.text)
        if len(answers) == trigger:
            pulled.set()
        won[person.address] += "下一步由专员操作" in answer.reply.text

    async def withdraw() -> None:
        await pulled.wait()
        await outside.write(lambda db: series.withdraw(db, number, "alice", "买方撤回", over))
        while await outside.write(lambda db: actions.end_withdrawn(db, over)):
            pass

    async def sweep() -> None:
        await pulled.wait()
        await outside.write(lambda db: actions.expire_due(db, over + timedelta(minutes=2)))

    jobs = [tap(*one) for one in taps]
    chance.shuffle(jobs)
    jobs.append(withdraw() if ends == "withdrawn" else sweep())
    await asyncio.gather(*jobs)
    while await outside.write(lambda db: actions.expire_due(db, over + timedelta(minutes=2))):
        pass

    standing = await market.standing(number)
    rows = {address: await market.offer(offer_number) for address, offer_number in theirs.items()}
    outcomes = Counter(row.status for row in rows.values())
    accepted = outcomes[OfferStatus.ACCEPTED]
    assert 0 < accepted <= ROOM, outcomes
    assert standing.taken == accepted * PRICE, "the room taken is what was accepted, to the cent"
    assert standing.taken <= standing.cap
    if ends == "expires":
        assert accepted == ROOM, "whoever came in time found all of the room"
        assert standing.status == SeriesStatus.EXPIRED
        assert any("达到" in text or "上限" in text for text in answers)
    else:
        assert standing.status == SeriesStatus.WITHDRAWN
        assert outcomes[OfferStatus.CANCELLED] >= CROWD - ROOM - 100
    assert set(outcomes) <= {OfferStatus.ACCEPTED, OfferStatus.CANCELLED, OfferStatus.EXPIRED}, outcomes
    received = {person.address: turn.received_at for person, turn in taps}
    for address, row in rows.items():
        chain = await market.chain(row.number)
        kinds_of = [entry.kind for entry in chain]
        assert kinds_of == ["offer:made", f"offer:{row.status}"], "one outcome, and the ledger says the same"
        assert won[address] == (row.status == OfferStatus.ACCEPTED), "the winner is told once, nobody else"
        if row.status == OfferStatus.ACCEPTED:
            assert received[address] < over
            assert row.changed_at == received[address]
    status: str | None = None
    for entry in await ledger.chain(market.look, standing.handle):
        status = kinds.next_status(entry.kind, status)
    assert status == standing.status


@pytest.mark.slow
async def test_room_that_is_given_back_is_taken_again(engine: Engine, market: Market, clock: FakeClock):
    """Acceptances and revocations at once, with room for two of ten: what stands in the end fits the room."""
    chance = random.Random(7)
    await market.gate("HK")
    number = await market.series(
        SALE_SERIES, tiers="0-:50", basis="net", received="none", cap="200000.00", cooling_days="3"
    )
    crowd = [Person(engine, address=str(800_000 + n), clock=clock) for n in range(10)]
    tokens = {}
    for n, person in enumerate(crowd):
        creditor = await person.linked_as(f"again{n}@example.com")
        await market.claim(creditor)
        await person.taps_token("offers.list")
        (row,) = await offers.open_of(market.look, creditor)
        assert row.series_id == (await market.standing(number)).id
        tokens[person.address] = (row.number, row.terms_hash.hex()[:8])

    async def wavers(person: Person) -> None:
        offer, tag = tokens[person.address]
        for _turn in range(6):
            await person.taps_token(f"offers.confirm:{offer}.{tag}")
            for _ in range(chance.randrange(20)):
                await asyncio.sleep(0)
            await person.taps_token(f"offers.revoke:{offer}")
        await person.taps_token(f"offers.confirm:{offer}.{tag}")

    await asyncio.gather(*(wavers(person) for person in crowd))
    rows = [await market.offer(offer) for offer, _tag in tokens.values()]
    accepted = sum(row.status == OfferStatus.ACCEPTED for row in rows)
    assert accepted == 2
    assert (await market.standing(number)).taken == 200_000_00
    for row in rows:
        chain = await market.chain(row.number)
        status: str | None = None
        for entry in chain:
            status = kinds.next_status(entry.kind, status)
        assert status == row.status
