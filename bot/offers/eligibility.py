"""The gate: the rules in force, the facts they ask for, and the operator's hand on them.

Rules stand in `eligibility.toml` and, decided by operators, in a table; together they are one
version, named by its hash. What was shown, accepted or refused keeps that hash.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.clock import BEIJING
from bot.errors import Invalid
from bot.ledger.transition import Entry, new_handle, transition
from bot.offers import rules
from bot.offers.rules import Facts, Rule, Ruleset, Verdict
from storage import consents, offers, people
from storage.database import Reader, Transaction
from storage.offers import OfferedClaim, OfferRow, RuleRow
from storage.terms import OfferKind, RuleStatus

FILE = Path(__file__).with_suffix(".toml")
_KINDS = {"any": frozenset(rules.KINDS), "sale": frozenset({"sale", "ask"}), "bond": frozenset({"bond"})}


@lru_cache(maxsize=1)
def written() -> tuple[Rule, ...]:
    """The rules of the file."""
    found: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["rule"]
    return tuple(
        Rule(
            name=row["name"],
            fact=row["fact"],
            value=row["value"],
            kinds=frozenset(row["kinds"]),
            allowed=row["allowed"],
            stops=row["stops"],
            valid_from=row["valid_from"],
            valid_until=row.get("valid_until"),
            source=row["source"],
            why=row["why"],
            remedy=row["remedy"],
        )
        for row in found
    )


#: what an operator's rule stops: a claim's lien or size is no reason to hide an offer
_STOPS = {"lien": rules.ACCEPTANCE, "amount": rules.ACCEPTANCE}


@lru_cache(maxsize=8)
def _together(rows: tuple[RuleRow, ...]) -> Ruleset:
    decided = (
        Rule(
            name=f"{row.fact}-{row.value}-{row.kind}",
            fact=row.fact,
            value=row.value,
            kinds=_KINDS[row.kind],
            allowed=row.allowed,
            stops=_STOPS.get(row.fact, rules.SHOWING),
            valid_from=date.fromisoformat(row.valid_from),
            valid_until=None if row.valid_until is None else date.fromisoformat(row.valid_until),
            source=row.source,
            why="",
            said=row.reason,
            remedy=row.remedy,
            decided=True,
            demo=row.demo,
        )
        for row in rows
    )
    return rules.ruleset((*written(), *decided))


async def in_force(db: Reader) -> Ruleset:
    """Every rule there is now, with its version."""
    return _together(tuple(await offers.operator_rules(db)))


class Gate:
    """The rules within one reading: rules, consents and accounts are looked up once."""

    def __init__(self, db: Reader, at: datetime, channel: str = "") -> None:
        self._db = db
        self._on = at.astimezone(BEIJING).date()
        self._channel = channel.partition(":")[0]
        self._ruleset: Ruleset | None = None
        self._people: dict[int, tuple[str, frozenset[str]]] = {}

    async def ruleset(self) -> Ruleset:
        """The rules this reading goes by."""
        if self._ruleset is None:
            self._ruleset = await in_force(self._db)
        return self._ruleset

    async def of_offer(self, claim: OfferedClaim, offer: OfferRow) -> Verdict:
        """What the rules say of an offer on this claim."""
        return await self.of_claim(claim, offer.kind, invented=offer.demo)

    async def of_claim(self, claim: OfferedClaim, kind: str, *, invented: bool) -> Verdict:
        """What the rules say of a kind on this claim. An invented rule MUST NOT open it for a real offer."""
        account, given = await self._person(claim.creditor_id)
        return await self._judged(
            Facts(
                kind=kind,
                on=self._on,
                residence=rules.place(claim.particulars),
                nationality=rules.place(claim.particulars, "nationality"),
                tax_residence=rules.place(claim.particulars, "tax_residence"),
                identity=account,
                consents=given,
                claim=claim.number,
                claim_status=claim.status,
                amount=amount(claim.particulars),
                channel=self._channel,
                invented=invented,
            )
        )

    async def of_channel(self, kind: str) -> Verdict:
        """What the rules say of the channel alone, for screens that stand before any claim."""
        verdict = await self._judged(Facts(kind=kind, on=self._on, channel=self._channel))
        reasons = tuple(reason for reason in verdict.reasons if reason.fact == "channel")
        return Verdict(not reasons, reasons, kind, verdict.ruleset)

    async def _judged(self, facts: Facts) -> Verdict:
        return rules.judged(facts, await self.ruleset())

    async def _person(self, creditor_id: int) -> tuple[str, frozenset[str]]:
        if creditor_id not in self._people:
            creditor = await people.creditor(self._db, creditor_id)
            given = await consents.given(self._db, 0, creditor_id)
            self._people[creditor_id] = ("stranger" if creditor is None else creditor.status, given)
        return self._people[creditor_id]


def amount(particulars: Mapping[str, Any]) -> int | None:
    """The amount of a claim in cents; None if it has none."""
    said = particulars.get("amount")
    return said if isinstance(said, int) and said > 0 else None


async def noted(db: Transaction, creditor_id: int, about: str, outcome: str, verdict: Verdict, at: datetime) -> None:
    """Keep that this was decided so, under this version of the rules."""
    await offers.note(
        db,
        creditor_id=creditor_id,
        about=about,
        kind=verdict.kind,
        outcome=outcome,
        ruleset=verdict.ruleset,
        codes=verdict.codes,
        at=at,
    )


# ------------------------------------------------------------------------------------------ the operator's hand


async def decide(
    db: Transaction,
    fact: str,
    value: str,
    kind: str,
    allowed: bool,
    reason: str,
    at: datetime,
    by: str,
    *,
    source: str = "",
    remedy: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    demo: bool = False,
) -> Entry | None:
    """Write an operator's rule, by a signed entry. None: an invented rule, where a real one stands.

    `kind` is `sale`, `bond` or `any`. Raises Invalid: `fact`, `value`, `place`, `wrong_number`, `kind`,
    `reason` (empty, or longer than 300 characters), `dates`.
    """
    value = rules.rule_value(fact, value)
    if kind not in (*OfferKind, "any"):
        raise Invalid("kind")
    if not reason.strip() or len(reason) > 300 or len(remedy) > 300 or len(source) > 200:
        raise Invalid("reason")
    if allowed and fact in ("consent", "lien", "amount"):
        raise Invalid("value")  # what speaks against it is ended, not overruled
    since = valid_from or at.astimezone(BEIJING).date()
    if valid_until is not None and valid_until < since:
        raise Invalid("dates")
    row = await offers.rule_locked(db, fact, value, kind)
    if row is not None and demo and not row.demo and row.status == RuleStatus.STANDING:
        return None
    terms: dict[str, Any] = {
        "allowed": allowed,
        "reason": reason.strip(),
        "remedy": remedy.strip(),
        "source": source.strip(),
        "valid_from": since.isoformat(),
        "valid_until": None if valid_until is None else valid_until.isoformat(),
        "decided_by": by[:80],
        "demo": demo,
    }
    handle = new_handle() if row is None else row.handle
    made: dict[str, Any] = {"handle": handle, "fact": fact, "value": value, "of_kind": kind} if row is None else {}
    before = await in_force(db)
    payload = {
        "fact": fact,
        "value": value,
        "kind": kind,
        "rules_before": before.version,
        **{name: "" if term is None else term for name, term in terms.items()},
    }
    return await transition(
        db, offers.move_rule, row, kind="rule:decided", subject=handle, at=at, by=f"operator:{by}", payload=payload,
        **terms, **made,
    )  # fmt: skip


async def end(db: Transaction, fact: str, value: str, kind: str, reason: str, at: datetime, by: str) -> Entry | None:
    """Take an operator's rule back, by a signed entry: the file decides again. None: there was none."""
    value = rules.rule_value(fact, value)
    row = await offers.rule_locked(db, fact, value, kind)
    if row is None or row.status != RuleStatus.STANDING:
        return None
    before = await in_force(db)
    payload = {"fact": fact, "value": value, "kind": kind, "reason": reason.strip(), "rules_before": before.version}
    return await transition(
        db, offers.move_rule, row, kind="rule:ended", subject=row.handle, at=at, by=f"operator:{by}", payload=payload,
        decided_by=by[:80],
    )  # fmt: skip


__all__ = ["Gate", "amount", "decide", "end", "in_force", "noted", "written"]
