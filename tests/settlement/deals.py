"""What a test of settlements needs: somebody who accepted, the clock, two operators, and a second pair of eyes."""

from datetime import timedelta
from typing import Any

from bot import desk
from bot.conversation.engine import Engine
from bot.ledger.transition import new_handle, transition
from bot.settlement import actions, dialogue
from storage import ledger, payouts, settlements
from storage.database import Database, Transaction
from storage.ledger import EntryRow
from storage.settlements import CouponRow, SettlementRow
from tests.offers.market import Market
from tests.person import FakeClock, Person


class Deals:
    """Accepted offers on their way. `look` reads through connections of its own."""

    def __init__(self, market: Market, engine: Engine) -> None:
        self.market = market
        self.engine = engine
        self.database: Database = market.database
        self.look = market.look
        self.clock: FakeClock = market.clock

    async def accepted(self, person: Person, kind: str = "sale", **differs: str) -> str:
        """An offer that this person accepted by two taps; its number."""
        creditor = await person.linked_as("seller@example.com")
        claim = await self.market.claim(creditor)
        await self.market.gate("HK")
        offer = await getattr(self.market, kind)(claim, **differs)
        await person.taps_token(f"offers.accept:{offer}")
        await person.taps("确认")
        assert (await self.market.offer(offer)).status == "accepted"
        return str(offer)

    async def ticks(self) -> int:
        """What the clock does every minute, until nothing is left to do; how many moves that were."""
        moved = 0
        while done := await self.database.write(lambda db: actions.settle_due(db, self.clock.now())):
            moved += done
        await dialogue.draw_due(self.database, self.clock.now())
        return moved

    async def begun(self, person: Person, kind: str = "sale", **differs: str) -> str:
        """A settlement whose papers are ready; its number."""
        offer = await self.accepted(person, kind, **differs)
        await self.ticks()
        return (await self.of(offer)).number

    async def signed(self, person: Person, kind: str = "sale", **differs: str) -> str:
        """A settlement whose agreement the person signed."""
        number = await self.begun(person, kind, **differs)
        await person.taps_token(f"settlement.sign:{number}")
        await person.taps("确认签署")
        return number

    async def noticed(self, person: Person, kind: str = "sale", **differs: str) -> str:
        """A settlement whose 21 days are over."""
        number = await self.signed(person, kind, **differs)
        today = self.today()
        await desk.settlement_filed(self.database, number, today, "12345", "alice", self.clock.now())
        await desk.settlement_noticed(self.database, number, today, "alice", self.clock.now())
        self.clock.passes(timedelta(days=30))
        return number

    async def paid(self, person: Person, kind: str = "sale", amount: str = "25200.00", **differs: str) -> str:
        """A settlement that two operators paid."""
        number = await self.noticed(person, kind, **differs)
        if kind == "sale":
            await self.method(person)
        await self.pays(number, amount)
        return number

    async def pays(self, number: str, amount: str) -> None:
        """One operator proposes, another one says that it was paid."""
        await desk.propose_payment(self.database, number, amount, "alice", self.clock.now())
        await desk.settlement_paid(self.database, number, amount, "WIRE 7", "bob", self.clock.now())

    def today(self) -> str:
        """The day it is at the court."""
        return f"{self.clock.now().astimezone(actions.COURT):%Y-%m-%d}"

    async def method(self, person: Person, currency: str = "USD", status: str = "active") -> str:
        """A payout method of this person, brought to this status without the walk through the mail; its number."""
        creditor = await person.creditor_id()
        assert creditor is not None
        handle, number = new_handle(), f"SK-{new_handle()[:7].upper()}"

        async def make(db: Transaction) -> None:
            await transition(
                db, payouts.move, None, kind="payout:entered", subject=handle, at=self.clock.now(), by="creditor",
                payload={}, number=number, handle=handle, creditor_id=creditor, currency=currency, way="hk", coin=False,
                details={"handle": handle, "bank": "004", "account": "739182640517", "holder": "TEST"},
                account_index=payouts.account_index(handle),
            )  # fmt: skip
            steps: dict[str, dict[str, Any]] = {
                "payout:confirmed": {"cools_until": self.clock.now() + timedelta(hours=48)},
                "payout:activated": {},
            }
            for kind, changes in steps.items():
                row = await payouts.by_number(db, number)
                if row is not None and row.status != status:
                    await transition(
                        db, payouts.move, row, kind=kind, subject=handle, at=self.clock.now(),
                        by="creditor" if changes else "clock", payload={}, **changes,
                    )  # fmt: skip

        await self.database.write(make)
        return number

    async def of(self, offer: str) -> SettlementRow:
        """The settlement of an offer, as others see it."""
        row = await settlements.of_offer(self.look, (await self.market.offer(offer)).id)
        assert row is not None
        return row

    async def standing(self, number: str) -> SettlementRow:
        """A settlement as others see it: committed."""
        row = await settlements.by_number(self.look, number)
        assert row is not None
        return row

    async def chain(self, number: str) -> list[EntryRow]:
        """Its entries in the ledger."""
        return await ledger.chain(self.look, (await self.standing(number)).handle)

    async def kinds(self, number: str) -> list[str]:
        """What happened to it."""
        return [entry.kind for entry in await self.chain(number)]

    async def coupons(self, number: str) -> list[CouponRow]:
        """What its bond pays."""
        return await settlements.coupons(self.look, (await self.standing(number)).id)
