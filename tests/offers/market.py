"""A small market for tests: claims that stand as they should, offers on them, and the operator's hand."""

import secrets
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from bot import numbers
from bot.ledger.transition import new_handle, transition
from bot.offers import actions, eligibility, series
from bot.offers.rules import ClassFigure, Facts, Rule, Verdict, judged, ruleset
from storage import claims, consents, ledger, offers, people
from storage.database import Database, Transaction
from storage.ledger import EntryRow
from storage.offers import OfferRow, SeriesRow
from storage.terms import Purpose
from tests.offers.sheets import BOND, SALE, sheet
from tests.person import FakeClock

CLASSES = {"5A": ClassFigure(Decimal(96), date(2026, 3, 31), "CoinDesk text, 2026-03-18")}


class Market:
    """Claims and offers in one database; `look` reads through connections of its own."""

    def __init__(self, database: Database, outside: Database, clock: FakeClock) -> None:
        self.database = database
        self.look = outside.read()
        self.clock = clock
        self._agreed: set[int] = set()

    async def creditor(self, creditor_id: int) -> int:
        """A creditor who agreed that claim details are kept; made, if there is none of this id. His id."""
        if creditor_id in self._agreed:
            return creditor_id

        async def agree(db: Transaction) -> int:
            found = await people.creditor(db, creditor_id)
            at = self.clock.now()
            if found is None:
                email, handle = f"nobody{creditor_id}@example.com", new_handle()
                await transition(
                    db, people.move_creditor, None, kind="account:bound", subject=handle, at=at, by="creditor",
                    payload={}, handle=handle, email=email,
                )  # fmt: skip
                found = await people.creditor_of_email(db, email)
                assert found is not None
            for purpose in (Purpose.CLAIM_DETAILS, Purpose.BUYERS):
                handle = new_handle()
                await transition(
                    db, consents.move, None, kind="consent:given", subject=handle, at=at, by="creditor", payload={},
                    handle=handle, contact=0, creditor=found.id, purpose=purpose, words="", locale="zh_Hans",
                )  # fmt: skip
            return found.id

        made = await self.database.write(agree)
        self._agreed.add(made)
        return made

    async def revokes_consent(self, creditor_id: int, purpose: str) -> None:
        """Take a consent back."""

        async def revoke(db: Transaction) -> None:
            for row in await consents.locked(db, 0, creditor_id, purpose):
                await transition(
                    db, consents.move, row, kind="consent:withdrawn", subject=row.handle, at=self.clock.now(),
                    by="creditor", payload={},
                )  # fmt: skip

        await self.database.write(revoke)

    async def rule(self, fact: str, value: str, kind: str, *, allowed: bool, **terms: Any) -> None:
        """An operator's rule of any kind."""
        await self.database.write(
            lambda db: eligibility.decide(
                db, fact, value, kind, allowed, terms.pop("reason", "counsel"), self.clock.now(), "alice", **terms
            )
        )

    async def gate(
        self,
        place: str,
        *kinds: str,
        allowed: bool = True,
        reason: str = "legal opinion of 2026-11-01",
        demo: bool = False,
    ) -> None:
        """Decide the gate for a place; both kinds when none is named."""
        for kind in kinds or ("sale", "bond"):

            async def decide(db: Transaction, kind: str = kind) -> None:
                await eligibility.decide(
                    db, "residence", place, kind, allowed, reason, self.clock.now(), "alice", demo=demo
                )

            await self.database.write(decide)

    async def claim(
        self, creditor_id: int, *, residence: str | None = "HK", amount: int = 200_000_00, status: str = "allowed",
        plan_class: str = "5A", **more: str,
    ) -> str:  # fmt: skip
        """A claim of 200,000 US dollars in class 5A that stands as `status` says; its number."""
        creditor_id = await self.creditor(creditor_id)
        number, handle = numbers.new("ZQ"), new_handle()
        particulars = {
            "handle": handle,
            "debtor": "trading",
            "plan_class": plan_class,
            "name": "测试 债权人",
            "residence": residence,
            "amount": amount,
            **more,
        }

        async def file(db: Transaction) -> None:
            await transition(
                db, claims.move, None, kind="claim:submitted", subject=handle, at=self.clock.now(), by="creditor",
                payload={}, number=number, handle=handle, creditor_id=creditor_id, particulars=particulars,
                register_id=None, demo=False,
            )  # fmt: skip

        await self.database.write(file)
        if status != "submitted":
            await self.decide(number, status)
        return number

    async def decide(self, number: str, status: str, particulars: Mapping[str, Any] | None = None) -> None:
        """Move a claim as its case officer would."""

        async def decide(db: Transaction) -> None:
            row = await claims.locked(db, number)
            assert row is not None
            kind = {"submitted": "claim:amended"}.get(status, f"claim:{status}")
            changes: dict[str, Any] = {} if particulars is None else {"particulars": {**row.particulars, **particulars}}
            await transition(
                db, claims.move, row, kind=kind, subject=row.handle, at=self.clock.now(),
                by="creditor" if status in ("submitted", "withdrawn") else "operator:alice",
                payload={"proposed_by": "bob"}, **changes,
            )  # fmt: skip

        await self.database.write(decide)

    async def imports(self, *rows: Mapping[str, str], demo: bool = False) -> actions.ImportReport:
        """Bring in a file."""
        return await self.database.write(
            lambda db: actions.import_offers(db, sheet(rows), CLASSES, self.clock.now(), demo=demo)
        )

    async def publishes(self, *numbers_: str, dry_run: bool = False) -> actions.PublishReport:
        """Publish these drafts; all of them when none is named."""
        return await self.database.write(
            lambda db: actions.publish(db, numbers_ or None, "alice", self.clock.now(), dry_run=dry_run)
        )

    async def withdraws(self, number: str, reason: str = "买方撤回") -> actions.Withdrawn:
        """Take an offer back."""
        return await self.database.write(lambda db: actions.withdraw(db, number, "alice", reason, self.clock.now()))

    async def sweeps(self) -> int:
        """What the clock does every minute."""
        return await self.database.write(lambda db: actions.expire_due(db, self.clock.now()))

    async def sale(self, claim: str, **differs: str) -> str:
        """A published sale; its number."""
        return await self._published(SALE, claim, differs)

    async def bond(self, claim: str, **differs: str) -> str:
        """A published bond; its number."""
        return await self._published(BOND, claim, differs)

    async def _published(self, row: Mapping[str, str], claim: str, differs: Mapping[str, str]) -> str:
        brought = await self.imports({**row, "claim": claim, "reference": secrets.token_hex(4), **differs})
        assert not brought.faults, [str(fault) for fault in brought.faults]
        number = brought.added[0].number
        report = await self.publishes(number)
        assert not report.held, [held.why for held in report.held]
        return number

    async def brings(self, raw: bytes, *, demo: bool = False) -> actions.ImportReport:
        """Bring in a file as it is."""
        return await self.database.write(
            lambda db: actions.import_offers(db, raw, CLASSES, self.clock.now(), demo=demo)
        )

    async def series(self, row: Mapping[str, str], *, publish: bool = True, **differs: str) -> str:
        """A series, published; its number."""
        brought = await self.brings(sheet([{**row, **differs}]))
        assert not brought.faults, [str(fault) for fault in brought.faults]
        number = brought.series[0].number
        if publish:
            await self.database.write(lambda db: series.publish(db, number, "alice", self.clock.now()))
        return number

    async def standing(self, number: str) -> SeriesRow:
        """A series as others see it."""
        row = await offers.series_by_number(self.look, number)
        assert row is not None
        return row

    async def offer(self, number: str) -> OfferRow:
        """An offer as others see it: committed."""
        row = await offers.by_number(self.look, number)
        assert row is not None
        return row

    async def chain(self, number: str) -> list[EntryRow]:
        """The ledger's entries of one offer, by its number on the claim."""
        claim = await offers.claim_of(self.look, number)
        assert claim is not None
        item = (await self.offer(number)).item
        return [entry for entry in await ledger.chain(self.look, claim.handle) if entry.item == str(item)]


def verdict(place: str, kind: str, decision: tuple[bool, str] | None, **facts: Any) -> Verdict:
    """What the file's rules say of somebody who has all that is needed, with an operator's word on his residence."""
    decided = []
    if decision is not None:
        kinds = frozenset({kind})
        decided.append(
            Rule(
                "decided", "residence", place, kinds, decision[0], "showing", date(2026, 1, 1), None, "counsel", "",
                said=decision[1], decided=True,
            )
        )  # fmt: skip
    agreed = frozenset({"claim_details", "buyers"})
    known: dict[str, Any] = {"residence": place, "consents": agreed, "claim_status": "allowed", "amount": 200_000_00}
    return judged(Facts(kind, date(2026, 11, 22), **{**known, **facts}), ruleset((*eligibility.written(), *decided)))
