"""The market, whoever the person is and whatever wire he comes by: from the gate to the money in the account.

A creditor meets the gate, says what he would want, is told of three series, puts them side by side,
accepts one with a code, takes it back, accepts it again, says where to be paid, signs, and is paid.
The operator does his part by the functions behind the command line; the clock is moved by hand.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot import desk, words
from bot.comparison import texts as comparison
from bot.offers import texts as offers
from bot.payouts import texts as payouts
from bot.settlement.actions import COURT
from tests.journeys.browser import Phone
from tests.journeys.indoors import Indoors
from tests.journeys.side import Screen
from tests.journeys.telegram import Chatter
from tests.journeys.walk import AMOUNT, Walk, register
from tests.offers.sheets import BOND_SERIES, SALE_SERIES, sheet

SALE = {
    **SALE_SERIES, "reference": "J-SALE", "tiers": "10000-:36", "basis": "net", "received": "none",
    "received_source": "register", "code_above": "10000.00", "law": "New York", "holdback_pct": "10",
    "holdback_terms": "21 days", "cooling_days": "3",
}  # fmt: skip
LOWER = {**SALE, "reference": "J-LOWER", "tiers": "10000-:31", "buyer": "Second Example LP", "cooling_days": "0"}
BOND = {
    **BOND_SERIES, "reference": "J-BOND", "law": "England", "code_above": "50000.00", "maturity": "2029-06-30",
    "call": "2028-06-30:101",
}  # fmt: skip
PRICE, FACE = "67,555.56", "112,592.00"
ASKED = "35%"
ACCOUNT = "123-456789-002"
#: noon in Hong Kong
NOON = time(4, 0, tzinfo=UTC)


@dataclass
class Deal:
    """One creditor's way through the market. `kind` is what he accepts in the end."""

    house: Indoors
    side: Phone | Chatter
    walk: Walk
    kind: str
    offers: dict[str, str] = field(default_factory=dict)
    settlement: str = ""

    async def comes(self) -> None:
        """Greeted, linked, and with a claim that the register knows and the operator allows."""
        walk = self.walk
        await walk.is_greeted()
        await walk.agrees()
        await desk.import_register(self.house.database, register(walk), self.house.clock.now())
        await walk.links()
        await walk.files_from_register()
        for decision, by in (("taken_up", "alice"), ("allowed", "alice"), ("allowed", "bob")):
            await desk.decide(self.house.database, walk.claim, decision, by, "", self.house.clock.now())
        await self.hears("claim_status", "claim_status")

    async def hears(self, *kinds: str) -> list[Screen]:
        """The worker works; notices of exactly these kinds come in, in any order, beside what the calendar brings."""
        by_the_way = {words.notice_kind(kind) for kind in ("digest", "record_date")}
        screens = [screen for screen in await self._news() if screen.title not in by_the_way]
        heard = sorted(screen.title for screen in screens)
        assert heard == sorted(words.notice_kind(kind) for kind in kinds), (heard, kinds)
        return screens

    async def _news(self) -> list[Screen]:
        """The worker works; whatever comes in."""
        count = await self.house.works()
        return [await self.walk.side.told() for _notice in range(count)]

    async def meets_the_gate(self) -> Screen:
        """Nobody has decided yet who may be shown what; then the creditor's own consent is what is missing."""
        await self._lists()
        for kind in ("sale", "bond"):
            await desk.set_gate(self.house.database, "HK", kind, True, "opinion", self.house.clock.now(), "alice")
        screen = await self._lists()
        assert [token for _label, token in screen.buttons if token.startswith("offers.read")] == []
        return screen

    async def _lists(self) -> Screen:
        """Ask for the offers in his own words."""
        return (await self.walk.side.says(OFFERS[self.walk.tongue.locale])).sees(offers.list_title())

    async def agrees_to_buyers(self) -> None:
        """Give the consent that was missing."""
        await self.walk.side.taps("welcome.consents")
        await self.walk.side.taps("welcome.consent:buyers.*")

    async def asks(self) -> Screen:
        """Say what he would want."""
        side = self.walk.side
        await self._lists()
        await side.taps("offers.asks")
        await side.taps("offers.ask")
        await side.says(ASKED)
        await side.taps("~*.!review.submit")
        return side.screen.sees(self.walk.claim, "65,679.01")

    async def is_offered(self) -> list[Screen]:
        """Three series are published; each offer arrives by itself, and the one that meets the asking price says so."""
        now, ends = self.house.passes(minutes=1), "2026-12-20T18:00:00+08:00"
        drafts: list[str] = []
        for row in (SALE, LOWER, BOND):
            brought = await desk.import_offers(self.house.database, sheet([{**row, "expires_at": ends}]), now)
            assert brought["faults"] == []
            drafts += brought["added"]
        await desk.publish(self.house.database, drafts, "alice", now, everyone=True)
        screens = await self.hears("offer_new", "offer_new", "offer_new")
        for screen in screens:
            screen.sees(self.walk.claim)
        rows = (await desk.show_offers(self.house.database, None))["offers"]
        sales = sorted(row["number"] for row in rows if row["kind"] == "sale")
        read = {number: await self.walk.side.taps(f"offers.read:{number}") for number in sales}
        self.offers["sale"] = next(number for number, screen in read.items() if PRICE in screen.words)
        self.offers["lower"] = next(number for number in sales if number != self.offers["sale"])
        self.offers["bond"] = next(row["number"] for row in rows if row["kind"] == "bond")
        return screens

    async def puts_side_by_side(self) -> Screen:
        """Every offer on the claim, each with its figures."""
        await self._lists()
        screen = await self.walk.side.taps(f"offers.beside:{self.walk.claim}")
        return screen.sees(PRICE, FACE, "Example Capital LLC", "Second Example LP", BOND["issuer"])

    async def compares(self) -> bytes:
        """Holding, selling and the bond on one yardstick; then the picture of it."""
        screen = await self.side.taps(f"comparison.show:{self.walk.claim}*")
        screen.sees(comparison.title(self.walk.claim))
        while not screen.buttons:  # what is too long for one message of Telegram comes in parts
            screen = await self.side.told()
        await self.side.taps("comparison.chart:*")
        await self.house.works()
        picture = await self.side.sees_picture()
        assert picture.startswith(b"\x89PNG")
        self.side.screen.sees(comparison.title(self.walk.claim))
        return picture

    async def reads(self) -> Screen:
        """The card."""
        screen = await self.walk.side.taps(f"offers.read:{self.offers[self.kind]}")
        return screen.sees(PRICE if self.kind == "sale" else FACE)

    async def reads_back(self) -> Screen:
        """Every figure again, before anything binds."""
        screen = await self.walk.side.taps(f"offers.accept:{self.offers[self.kind]}")
        return screen.sees(PRICE if self.kind == "sale" else FACE, AMOUNT, self.walk.claim)

    async def accepts(self) -> Screen:
        """The code from the mailbox makes it binding; the others end."""
        side, number = self.walk.side, self.offers[self.kind]
        await side.taps(f"offers.code:{number}.*")
        screen = (await side.says(await self.walk.mailbox(self.walk.email))).sees(number)
        await self._stands(accepted=True)
        return screen

    async def _stands(self, *, accepted: bool) -> None:
        rows = (await desk.show_offers(self.house.database, None))["offers"]
        mine = self.offers[self.kind]
        assert {row["number"]: row["status"] for row in rows} == {
            number: ("accepted" if number == mine else "cancelled") if accepted else "open"
            for number in self.offers.values()
        }

    async def takes_back(self) -> Screen:
        """Within the cooling-off period, and everything is open again."""
        self.house.passes(hours=1)
        screen = await self.walk.side.taps(f"offers.revoke:{self.offers[self.kind]}")
        await self._stands(accepted=False)
        return screen

    async def sets_payout(self) -> Screen:
        """Where to be paid, proved by a code; from now on it cools."""
        side = self.walk.side
        self.house.passes(hours=1)
        await side.says(PAYOUT[self.walk.tongue.locale])
        await side.taps("payouts.add")
        await side.taps("~*.currency.=.USD")
        await side.taps("~*.way.=.hk")
        for answer in ("004", ACCOUNT, "ZHAO MINGYUAN"):
            await side.says(answer)
        await side.taps("~*.!review.submit")
        screen = await side.says(await self.walk.mailbox(self.walk.email))
        return screen.sees(payouts.cooling_title())

    async def begins(self) -> list[Screen]:
        """The cooling-off period ends, and so does the one of the payout method; what was accepted is to be signed."""
        self.house.passes(days=8)
        screens = await self._news()
        assert words.notice_kind("settlement") in [screen.title for screen in screens]
        self.settlement = next(found[0] for screen in screens if (found := re.findall(r"JG-[0-9A-Z]{7}", screen.words)))
        return screens

    async def signs(self) -> bytes:
        """Read the paper, and sign exactly that one; the paper."""
        side, number = self.walk.side, self.settlement
        await side.taps(f"settlement.read:{number}")
        screen = await side.taps(f"settlement.sign:{number}")
        paper = await side.paper()
        screen.sees(hashlib.sha256(paper).hexdigest())
        await side.taps(f"settlement.confirm:{number}.*")
        assert await self._status() == "documents_signed"
        return paper

    async def waits(self) -> Screen:
        """Filed with the court, noticed, 21 days; each step arrives by itself."""
        number, clock = self.settlement, self.house.clock
        self.house.passes(minutes=1)
        await desk.settlement_filed(
            self.house.database, number, f"{clock.now().astimezone(COURT):%Y-%m-%d}", "31415", "alice", clock.now()
        )
        await self.hears("settlement")
        await desk.settlement_noticed(
            self.house.database, number, f"{clock.now().astimezone(COURT):%Y-%m-%d}", "alice", clock.now()
        )
        await self.hears("settlement")
        screen = await self.walk.side.taps(f"settlement.read:{number}")
        self.house.passes(days=25)
        return screen

    async def is_paid(self) -> Screen:
        """Two operators pay; the creditor looks at his account and says so."""
        side, number, now = self.walk.side, self.settlement, self.house.passes(minutes=1)
        due = (await desk.list_settlements(self.house.database, number, None, now, reveal=True))["settlements"][0]
        amount = due["due"].split()[0]
        await desk.propose_payment(self.house.database, number, amount, "alice", now)
        await desk.settlement_paid(self.house.database, number, amount, "WIRE 7", "bob", now)
        await self.hears("settlement")
        await side.taps(f"settlement.read:{number}")
        await side.taps(f"settlement.received:{number}")
        await side.taps(f"settlement.received_yes:{number}")
        assert await self._status() == "received"
        return await side.taps(f"settlement.read:{number}")

    async def has_his_coupon(self) -> list[Screen]:
        """A week before its day, and when it was sent."""
        number, clock = self.settlement, self.house.clock
        first = (await self._coupons())[0]
        day = datetime.combine(date.fromisoformat(first["pays_on"]), NOON)
        clock.passes(max(clock.now() + timedelta(minutes=1), day - timedelta(days=6)))
        screens = await self.hears("coupon")
        clock.passes(day)
        now = clock.now()
        await desk.propose_coupon(self.house.database, number, 1, first["amount"], "alice", now)
        await desk.coupon_paid(self.house.database, number, 1, first["amount"], "WIRE 8", "bob", now)
        return [*screens, *await self.hears("coupon")]

    async def _coupons(self) -> list[dict[str, str]]:
        found = await desk.list_settlements(
            self.house.database, self.settlement, None, self.house.clock.now(), reveal=True
        )
        coupons: list[dict[str, str]] = found["settlements"][0]["coupons"]
        return coupons

    async def _status(self) -> str:
        found = await desk.list_settlements(
            self.house.database, self.settlement, None, self.house.clock.now(), reveal=False
        )
        return str(found["settlements"][0]["status"])


#: how somebody asks for what there is
OFFERS = {
    "zh_Hans": "有什么报价吗", "zh_Hant": "有什麼報價嗎", "zh_Hant_HK": "有冇人出價呀", "en": "show me the offers",
}  # fmt: skip
#: how somebody asks where his money is to go
PAYOUT = {"zh_Hans": "收款方式", "zh_Hant": "收款方式", "zh_Hant_HK": "收款方式", "en": "payout method"}
