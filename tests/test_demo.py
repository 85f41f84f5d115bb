"""Demo data play the operator: a submitted claim is allowed and three marked series make their offers on it."""

import pytest

from bot import demo
from storage import claims, offers
from tests.offers.market import Market


@pytest.fixture
def market(database, outside, clock):
    return Market(database, outside, clock)


async def test_a_newcomer_sees_a_market(market, person):
    await demo.load(market.database)
    creditor = await person.linked_as("someone@example.com")
    claim, other = [await market.claim(creditor, status="submitted") for _claim in range(2)]
    done = await demo.play(market.database, claim)
    assert done["against it"] == "nothing"
    numbers = done["published"].split(", ")
    rows = [await market.offer(number) for number in numbers]
    assert [(row.kind, row.status, row.demo) for row in rows] == [
        ("sale", "open", True), ("sale", "open", True), ("bond", "open", True),
    ]  # fmt: skip
    await person.taps_token(f"offers.beside:{claim}")
    person.sees("演示", "Demo Buyer A Ltd.", "Demo Buyer B Ltd.", "Demo Notes Ltd.")
    assert (await demo.play(market.database, claim))["published"] == "nothing new"
    assert len((await demo.play(market.database, other))["published"].split(", ")) == 3
    assert len(await offers.open_series(market.look, market.clock.now())) == 3, "the same three for everybody"
    row = await claims.by_number(market.look, claim)
    assert row is not None
    assert row.status == "allowed"


async def test_what_speaks_against_it_is_said(market, person):
    await demo.load(market.database)
    claim = await market.claim(await person.linked_as("someone@example.com"), residence="CN", status="submitted")
    done = await demo.play(market.database, claim)
    assert done["published"] == "nothing new"
    assert "mainland" in done["against it"]
