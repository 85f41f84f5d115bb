"""Acceptance against expiry, withdrawal and a second acceptance: exactly one outcome, and every loser is told."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest

from bot.conversation.engine import Engine
from bot.conversation.turn import Turn
from bot.errors import Refusal, StaleStatus
from bot.ledger import kinds
from bot.offers import actions, rules, texts
from storage import claims, ledger, offers
from storage.database import Database, Transaction
from storage.terms import OfferStatus
from tests.offers.market import Market
from tests.offers.sheets import BOND, SALE
from tests.person import WEBCHAT, FakeClock, Person

RACES = 200
#: what the loser reads, by what came first
TOLD = {
    OfferStatus.ACCEPTED: "没有重复处理",
    OfferStatus.EXPIRED: "没有生效",
    OfferStatus.CANCELLED: "撤回这份要约，理由：买方撤回",
}


async def after(steps: int, act: Callable[[], Awaitable[object]]) -> None:
    """Do it when the loop has gone round so many times: a random moment, and no clock is waited for."""
    for _ in range(steps):
        await asyncio.sleep(0)
    await act()


async def everywhere(market: Market, people: list[Person], row: dict[str, str]) -> list[str]:
    """One published offer for each person, on a claim of his own."""
    rows = []
    for n, person in enumerate(people):
        creditor = await person.linked_as(f"creditor{n}@example.com")
        rows.append({**row, "claim": await market.claim(creditor), "reference": f"{n}"})
    brought = await market.imports(*rows)
    assert not brought.faults
    assert not (await market.publishes()).held
    return [added.number for added in brought.added]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
async def test_acceptance_against_expiry_and_withdrawal(
    database: Database, outside: Database, engine: Engine, market: Market, clock: FakeClock, seed: int
):
    chance = random.Random(seed)
    await market.gate("HK")
    people = [Person(engine, address=str(100_000 + n), clock=clock) for n in range(RACES)]
    numbers = await everywhere(market, people, SALE if seed == 1 else BOND)
    first = await market.offer(numbers[0])
    ends = first.expires_at
    clock.passes(ends - timedelta(minutes=1))

    taps: list[tuple[Person, str, Turn]] = []
    for person, number in zip(people, numbers, strict=True):
        digest = (await market.offer(number)).terms_hash.hex()[:8]
        # received before, at, or after the end, to the microsecond; some tap twice
        when = chance.choice(
            [timedelta(seconds=chance.uniform(-50, 50)), timedelta(microseconds=chance.choice([-1, 0, 1]))]
        )
        for _tap in range(chance.choice([1, 1, 2])):
            turn = person.turn(choice=f"offers.confirm:{number}.{digest}", received_at=ends + when)
            taps.append((person, number, turn))

    answers: dict[str, list[str]] = {number: [] for number in numbers}
    withdrawn: dict[str, bool] = {}

    async def tap(person: Person, number: str, turn: Turn) -> None:
        answer = await engine.take(turn, rides=True)
        answers[number].append(answer.reply.text)

    async def withdraw(number: str) -> None:
        async def act(db: Transaction) -> None:
            await actions.withdraw(db, number, "alice", "买方撤回", ends)

        try:
            await outside.write(act)
        except rules.OfferClosed:
            withdrawn[number] = False
        else:
            withdrawn[number] = True

    async def sweep() -> None:
        # a clock that has run well past the end and the grace, while words received in time are still queued
        await outside.write(lambda db: actions.expire_due(db, ends + timedelta(minutes=chance.choice([1, 2]))))

    jobs = [after(chance.randrange(2000), partial(tap, *t)) for t in taps]
    jobs += [after(chance.randrange(2000), partial(withdraw, n)) for n in numbers if chance.random() < 0.5]
    jobs += [after(chance.randrange(500, 3000), sweep) for _ in range(6)]
    chance.shuffle(jobs)
    await asyncio.gather(*jobs)
    while await outside.write(lambda db: actions.expire_due(db, ends + timedelta(minutes=2))):
        pass

    outcomes: Counter[str] = Counter()
    received = {number: turn.received_at for _person, number, turn in taps}
    for number in numbers:
        offer = await market.offer(number)
        outcomes[offer.status] += 1
        # exactly one outcome, and the ledger says the same as the table
        chain = await market.chain(number)
        assert [entry.kind for entry in chain] == ["offer:made", f"offer:{offer.status}"], number
        assert chain[-1].status == offer.status
        assert offer.status in TOLD
        # the moment of receipt decided: nobody accepted late
        if offer.status == OfferStatus.ACCEPTED:
            assert received[number] < ends
            assert offer.changed_at == received[number]
        # the operator was told the truth
        if number in withdrawn:
            assert withdrawn[number] is (offer.status == OfferStatus.CANCELLED)
        # the winner is told once, every loser what came first
        won = [
            text for text in answers[number] if "回执" not in text and "接受了" in text and "下一步由专员操作" in text
        ]
        assert len(won) == (offer.status == OfferStatus.ACCEPTED), answers[number]
        for text in answers[number]:
            if text in won:
                continue
            late = received[number] >= ends
            told = TOLD[OfferStatus(offer.status)] in text
            # who came late may have been told so before a withdrawal
            assert told or (late and TOLD[OfferStatus.EXPIRED] in text), (offer.status, text)
            assert "2026-11-25" in text, "and when"
    assert set(outcomes) == set(TOLD), f"the race was none: {outcomes}"
    assert sum(outcomes.values()) == RACES


@pytest.mark.slow
async def test_two_offers_on_one_claim_accepted_from_two_channels(engine: Engine, market: Market, clock: FakeClock):
    chance = random.Random(3)
    await market.gate("HK")
    pairs = []
    rows: list[dict[str, str]] = []
    for n in range(50):
        phone = Person(engine, address=str(200_000 + n), clock=clock)
        page = Person(engine, WEBCHAT, f"{n:064x}", clock=clock)
        creditor = await phone.linked_as(f"pair{n}@example.com")
        await page.linked_as(f"pair{n}@example.com")
        claim = await market.claim(creditor)
        rows += [{**SALE, "claim": claim, "reference": f"{n}-{k}"} for k in range(2)]
        pairs.append((phone, page))
    brought = [added.number for added in (await market.imports(*rows)).added]
    await market.publishes()
    jobs = []
    for n, pair in enumerate(pairs):
        for person, number in zip(pair, brought[2 * n : 2 * n + 2], strict=True):
            token = f"offers.confirm:{number}.{(await market.offer(number)).terms_hash.hex()[:8]}"
            turn = person.turn(choice=token)
            jobs.append(after(chance.randrange(200), partial(person.does, turn)))
    chance.shuffle(jobs)
    await asyncio.gather(*jobs)
    for n, pair in enumerate(pairs):
        numbers = brought[2 * n : 2 * n + 2]
        rows_ = [await market.offer(number) for number in numbers]
        assert sorted(row.status for row in rows_) == ["accepted", "cancelled"]
        for person, row in zip(pair, rows_, strict=True):
            if row.status == "accepted":
                person.sees("同一债权的其他 1 份要约已自动关闭")
            else:
                person.sees("您接受了同一债权的另一份要约")
        under = await offers.claim_of(market.look, numbers[0])
        assert under is not None
        await replayed(market, under.handle, {str(row.item): row.status for row in rows_})


async def replayed(market: Market, handle: str, expected: dict[str, str]) -> None:
    """An auditor's walk: the chain alone leads to the statuses the tables show."""
    standing: dict[str, str] = {}
    status: str | None = None
    for step, entry in enumerate(await ledger.chain(market.look, handle), 1):
        assert entry.step == step
        if entry.item is None:
            status = kinds.next_status(entry.kind, status)
        else:
            standing[entry.item] = kinds.next_status(entry.kind, standing.get(entry.item))
    assert standing == expected
    assert list(standing.values()).count("accepted") <= 1


@pytest.mark.slow
async def test_acceptance_against_a_change_of_the_claim(
    engine: Engine, outside: Database, market: Market, clock: FakeClock
):
    chance = random.Random(4)
    await market.gate("HK")
    people = [Person(engine, address=str(300_000 + n), clock=clock) for n in range(60)]
    numbers = await everywhere(market, people, SALE)
    rival = Market(outside, outside, clock)
    jobs = []
    for n, (person, number) in enumerate(zip(people, numbers, strict=True)):
        offer = await market.offer(number)
        turn = person.turn(choice=f"offers.confirm:{number}.{offer.terms_hash.hex()[:8]}")
        claim = await offers.claim_of(market.look, number)
        assert claim is not None
        accept, dispute = partial(person.does, turn), partial(rival.decide, claim.number, "disputed")
        # Who wins a race is the machine's business: two of them are run to the end here, one either way.
        race: list[Callable[[], Awaitable[object]]] = [accept, dispute]
        if n < 2:
            await race.pop(n)()
        jobs += [after(chance.randrange(300), act) for act in race]
    chance.shuffle(jobs)
    await asyncio.gather(*jobs)
    outcomes: Counter[str] = Counter()
    for person, number in zip(people, numbers, strict=True):
        offer = await market.offer(number)
        claim = await offers.claim_of(market.look, number)
        assert claim is not None
        row = await claims.by_number(market.look, claim.number)
        assert row is not None
        assert row.status == "disputed"
        steps = [entry.kind for entry in await ledger.chain(market.look, claim.handle)]
        outcomes[offer.status] += 1
        if offer.status == OfferStatus.ACCEPTED:
            person.sees("接受了债权转让要约")
            assert steps.index("offer:accepted") < steps.index("claim:disputed")
        else:
            person.sees("有争议（Disputed）", "没有任何改动")
            assert "offer:accepted" not in steps
    assert set(outcomes) == {"accepted", "open"}, outcomes


def test_every_refusal_has_words() -> None:
    known = {kind for kind in vars(rules).values() if isinstance(kind, type) and issubclass(kind, Refusal)}
    assert len(known - {Refusal}) == 12
    assert texts.refused(StaleStatus(kind="offer:accepted", status="open"), "Asia/Shanghai")
