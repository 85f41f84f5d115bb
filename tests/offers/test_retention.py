"""What of the market is forgotten, and what stays."""

from datetime import timedelta

from sqlalchemy import func, select

from storage import claims, offers, retention
from storage.database import Query, table
from storage.offers import AskingPrice, Offer, OfferDecision, OfferSeries
from storage.terms import ClaimStatus
from tests.offers.sheets import BOND_SERIES, SALE, SALE_SERIES

COUNTS = [
    Query(select(func.count()).select_from(table(model))) for model in (Offer, OfferSeries, OfferDecision, AskingPrice)
]


async def counts(market) -> list[int]:
    rows = [await market.look.one(query) for query in COUNTS]
    return [row.value for row in rows]


async def purge(market, **passing: float) -> None:
    market.clock.passes(timedelta(**passing))
    while await market.database.write(lambda db: retention.purge(db, market.clock.now())):
        pass


async def test_what_nobody_was_shown_goes_and_what_was_decided_stays(market, person, clock):
    await market.gate("HK")
    creditor = await person.linked_as("someone@example.com")
    claim, other = await market.claim(creditor), await market.claim(creditor)
    number = await market.sale(claim)
    await market.imports({**SALE, "claim": other, "reference": "S-draft"})
    standing = await market.series(SALE_SERIES)
    await market.series(BOND_SERIES, publish=False)
    for mine in (claim, other):
        await person.taps_token(f"offers.ask:{mine}")
        await person.says("90%")
        await person.taps("提交")
    before = await counts(market)
    assert before[:2] == [2, 2]
    assert before[3] == 2
    await purge(market, days=3)
    assert await counts(market) == before
    row = await claims.by_number(market.look, other)
    await market.database.write(lambda db: claims.move(db, row, ClaimStatus.PAID, clock.now()))
    await purge(market, days=8)
    assert await counts(market) == [2, 2, before[2], 1], "an asking price ends a week after its claim"
    await purge(market, days=30)
    assert await counts(market) == [1, 1, before[2], 1], "drafts end a month after their time"
    assert (await market.offer(number)).status == "open"
    assert (await market.standing(standing)).status == "open"
    await purge(market, days=6 * 366)
    assert await counts(market) == [1, 1, 0, 1]
    assert await offers.decisions(market.look, creditor) == []
