"""The main job, whoever the person is and whatever wire he comes by: from the greeting to the answer of a person.

A creditor files a claim, looks it up, is told of every change, is made an offer, accepts it in two
steps and writes to a person; an operator does his part from the command line. What is tapped is
found by what a button sends, what is read is looked up in the person's language.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import clock, i18n, words
from bot.notices.rules import ZONES
from bot.welcome import texts as welcome
from tests.claims.filing import pdf
from tests.journeys.product import Product
from tests.journeys.side import Side
from tests.journeys.tongue import Tongue
from tests.offers.sheets import BOND, SALE, sheet

#: what the creditor brings; no two of them stand anywhere else
UCC = "EX-77-QWX"
SCHEDULE = "6543217"
AMOUNT = "187,654.32"
PAPER = "blue-envelope-statement.pdf"
AGENT = "mei"

#: reads the newest code that was mailed to an address
Mailbox = Callable[[str], Awaitable[str]]


@dataclass
class Walk:
    """One creditor's way through the house.

    by_register  the claim is found in an imported register; else every question is answered by hand
    kinds        what is offered on the claim; the first is accepted
    """

    product: Product
    side: Side
    tongue: Tongue
    mailbox: Mailbox
    email: str
    by_register: bool = False
    kinds: tuple[str, ...] = ("sale",)
    claim: str = ""
    offers: dict[str, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        """What the person told us, as it might stand in a log or a file."""
        tongue = self.tongue
        digits = re.sub(r"\D", "", AMOUNT)
        return [
            *(self.email, self.email.partition("@")[0], tongue.name, UCC, AMOUNT, AMOUNT.replace(",", ""), digits),
            *(SCHEDULE, PAPER, tongue.question, tongue.answer, tongue.status),
        ]

    async def all(self) -> None:
        """The whole way."""
        with i18n.speaking(self.tongue.locale):
            await self.is_greeted()
            await self.agrees()
            await self.links()
            await (self.files_from_register() if self.by_register else self.files())
            await self.asks_for_status("submitted")
            await self.sets_the_clock()
            await self.is_decided()
            await self.is_offered()
            await self.reads_the_offer()
            await self.accepts()
            await self.reads_the_timeline()
            await self.asks_a_person()
        await self.side.looks_back()
        self.tongue.spoke(self.side.heard)

    async def is_greeted(self) -> None:
        """Who we are, in the language the wire asked for."""
        screen = await self.side.comes()
        assert screen.title == welcome.hello_title()
        assert screen.text == welcome.hello()
        screen.sees(self.tongue.word, welcome.LANGUAGES[self.tongue.locale])

    async def agrees(self) -> None:
        """Each purpose by itself."""
        await self.side.taps("welcome.consents")
        for purpose in ("account", "claim_details", "identity_papers"):
            screen = await self.side.taps(f"welcome.consent:{purpose}.*")
            assert [token for _label, token in screen.buttons if token == f"welcome.revoke:{purpose}"]

    async def links(self) -> None:
        """Prove the mailbox."""
        await self.side.taps("welcome.link")
        (await self.side.says(self.email.upper())).sees(self.email)
        screen = await self.side.says(await self.mailbox(self.email))
        assert screen.title == welcome.linked_title()

    async def sets_the_clock(self) -> None:
        """Choose a place where it is day: at night nobody is rung. What a calendar brings by itself is not wanted."""
        await self.side.says(self.tongue.notices)
        for kind in ("digest", "record_date"):
            await self.side.taps(f"notices.mute:{kind}*")
        await self.side.taps("notices.zones")
        await self.side.taps(f"notices.timezone:{_daytime()}")

    async def files(self) -> None:
        """Every question of the form, by tap or by word, in both directions."""
        side, tongue = self.side, self.tongue
        await side.taps("claims.file*")
        await side.taps("~*.debtor.=.trading")
        await side.taps("~*.plan_class.=.5A")
        await side.says(SCHEDULE)
        await side.taps("~*.claim_number.skip")
        await side.says(UCC)
        await side.taps("~*.holder.=.person")
        await side.says(tongue.name)
        await side.taps("~*.nationality.=.CN")
        await side.taps("~*.residence.back")
        await side.taps("~*.nationality.keep")
        await side.says(tongue.residence)
        await side.taps("~*.tax_residence.=.SG")
        (await side.says(tongue.amount)).sees(AMOUNT)
        await self._submits()

    async def files_from_register(self) -> None:
        """What the register knows is not asked."""
        side = self.side
        await side.taps("claims.file:*")
        await side.taps("~*.holder.=.person")
        await side.taps("~*.nationality.=.CN")
        await side.taps("~*.residence.=.HK")
        await side.taps("~*.tax_residence.=.SG")
        await self._submits()

    async def _submits(self) -> None:
        side, content = self.side, pdf(self.email)
        (await side.sends(PAPER, content)).sees(PAPER)
        await side.taps("~*.documents.done")
        review = await side.taps("~*.declaration.=.yes")
        review.sees(self.tongue.name, AMOUNT, UCC, SCHEDULE, PAPER)
        screen = await side.taps("~*.!review.submit")
        self.claim, receipt = screen.copies
        assert re.fullmatch(r"ZQ-[0-9A-Z]{7}", self.claim)
        self.receipts.append(receipt)
        kept = (await side.paper()).decode("utf-8-sig")
        missing = [
            part for part in (self.claim, receipt, AMOUNT, hashlib.sha256(content).hexdigest()) if part not in kept
        ]
        assert not missing

    async def asks_for_status(self, status: str) -> None:
        """In his own words."""
        screen = await self.side.says(self.tongue.status)
        screen.sees(self.claim, words.claim_status(status), words.claim_next(status), AMOUNT)

    async def is_decided(self) -> None:
        """The operator takes the claim up and allows it; each step arrives by itself."""
        for decision, status in (("taken_up", "under_review"), ("allowed", "allowed")):
            done = await self.product.command("claims", "decide", self.claim, decision, "--by", AGENT)
            if decision == "allowed":  # so large a claim takes two
                assert done["proposed"]
                done = await self.product.command("claims", "decide", self.claim, decision, "--by", "bob")
            assert done["status"] == status
            self.receipts.append(done["receipt"])
            screen = await self.side.told()
            assert screen.title == words.notice_kind("claim_status")
            screen.sees(self.claim, words.claim_status(status), done["receipt"])
        await self.side.taps(f"claims.status:{self.claim}")
        self.side.screen.sees(words.claim_status("allowed"))

    async def is_offered(self) -> None:
        """The operator brings offers in, opens the gate, publishes; each offer arrives by itself."""
        drafts = []
        for kind in self.kinds:
            file = self.product.folder / f"{kind}.csv"
            file.write_bytes(sheet([_offer(kind, self.claim)]))
            brought = await self.product.command("import", "offers", str(file))
            assert brought["faults"] == []
            drafts += brought["added"]
            self.offers[kind] = brought["added"][0]
        held = await self.product.command("offers", "publish", "--by", AGENT, "--dry-run")
        assert set(held["refused"]) == set(drafts), "nobody has decided yet who may be shown them"
        for kind in self.kinds:
            opened = ("HK", kind, "open", "--reason", "legal opinion", "--by", AGENT)
            await self.product.command("offers", "gate", *opened)
        done = await self.product.command("offers", "publish", "--by", AGENT)
        assert set(done["published"]) == set(drafts)
        screens = [await self.side.told() for _offer in drafts]
        assert {screen.title for screen in screens} == {words.notice_kind("offer_new")}
        for kind, number in self.offers.items():
            (screen,) = (screen for screen in screens if number in screen.words)
            screen.sees(self.claim, words.offer_kind(kind))

    async def reads_the_offer(self) -> None:
        """Who offers what."""
        number = self.offers[self.kinds[0]]
        (await self.side.taps(f"offers.read:{number}")).sees(number, *self._figures())

    async def accepts(self) -> None:
        """Have the figures read back, confirm; and confirm once more, which does nothing."""
        side, number = self.side, self.offers[self.kinds[0]]
        (await side.taps(f"offers.accept:{number}")).sees(number, *self._figures(), AMOUNT)
        screen = await side.taps(f"offers.confirm:{number}.*")
        assert screen.copies[0] == number
        self.receipts.append(screen.copies[1])
        again = await side.taps(f"offers.confirm:{number}.*")
        assert self.receipts[-1] not in again.copies
        shown = await self.product.command("offers", "show")
        assert {one["number"]: one["status"] for one in shown["offers"]} == {
            other: "accepted" if other == number else "cancelled" for other in self.offers.values()
        }

    def _figures(self) -> tuple[str, str]:
        """Who makes the first offer, and its figure."""
        kind = self.kinds[0]
        terms = _offer(kind, self.claim)
        return (terms["buyer"], "93,827.16") if kind == "sale" else (terms["issuer"], "60,000.00")

    async def reads_the_timeline(self) -> None:
        """Every step with its receipt."""
        await self.side.taps(f"claims.status:{self.claim}")
        (await self.side.taps(f"claims.timeline:{self.claim}")).sees(*self.receipts)
        known = await self.product.command("claims", "show", self.claim)
        ours = [step["receipt"] for step in known["claims"][0]["timeline"]]
        assert [receipt for receipt in ours if receipt in self.receipts] == self.receipts

    async def asks_a_person(self) -> None:
        """A question, a number for it, and the answer of a person."""
        await self.side.says(self.tongue.human)
        screen = await self.side.says(self.tongue.question)
        (ticket,) = screen.copies
        waiting = await self.product.command("tickets", "list")
        assert [one["number"] for one in waiting["tickets"]] == [ticket]
        done = await self.product.command("tickets", "answer", ticket, self.tongue.answer, "--by", AGENT)
        assert done["reachable"]
        (await self.side.told()).sees(ticket, self.tongue.answer)


def _offer(kind: str, claim: str) -> dict[str, str]:
    """An offer on the claim in words of no language of ours, which lasts for days.

    It can be taken back for days, too: until then the settlement's clock, which is the real one, has nothing to say.
    """
    ends = (clock.now() + timedelta(days=5)).replace(microsecond=0).isoformat()
    row = {**(SALE if kind == "sale" else BOND), "claim": claim, "reference": f"J-{kind}", "expires_at": ends}
    row["cooling_days"] = "3"
    if kind == "sale":
        return row | {
            "price_pct": "50", "basis": "net", "price": "93827.16", "received": "0", "received_source": "creditor",
            "holdback": "0", "holdback_terms": "", "law": "New York", "signing_note": "",
        }  # fmt: skip
    return row | {"law": "England"}


def register(walk: Walk) -> bytes:
    """A register that knows the person."""
    row = {
        "ClaimID": SCHEDULE, "ScheduleNumber": SCHEDULE, "ClaimNumber": "99123", "CreditorName": walk.tongue.name,
        "TotalCurrentClaimAmount": AMOUNT.replace(",", ""), "DebtorName": "FTX Trading Ltd.", "PlanClass": "5A",
        "UCC": UCC, "Email": walk.email, "AsOf": "2026-03-31",
    }  # fmt: skip
    return sheet([row])


def _daytime() -> str:
    """A place on the list where it is neither night, nor morning with its digest, for the next hours."""
    now = clock.now()
    return next(zone for zone in ZONES if 10 <= now.astimezone(ZoneInfo(zone)).hour < 19)
