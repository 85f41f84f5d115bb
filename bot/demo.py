"""Marked demo data, for embedded mode only: an invented register, and the hand of an operator for
newcomers who want to see a claim move. The data stand in `demo.toml`.
"""

import csv
import io
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot import clock, desk
from bot.claims import actions as claims
from bot.offers import series
from bot.offers.eligibility import Gate
from storage import offers
from storage.claims import ClaimRow
from storage.database import Database, Transaction
from storage.terms import OfferKind

#: who decides in demo data; stands in the ledger entries
BY = "demo"
DATA = Path(__file__).with_suffix(".toml")


def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


async def load(database: Database) -> dict[str, Any]:
    """An invented register, and the gate for some places. Running it again changes nothing."""
    data = _data()
    rows: list[dict[str, str]] = data["register"]
    done = await desk.import_register(database, _csv(rows), clock.now(), demo=True)
    if done["faults"]:
        raise RuntimeError(done["faults"][0])
    for place in data["gate_open"]:
        for kind in ("sale", "bond"):
            await desk.set_gate(database, place, kind, True, data["gate_reason"], clock.now(), BY, demo=True)
    return {
        "register rows": len(rows),
        "e-mail": ", ".join(dict.fromkeys(row["Email"] for row in rows)),
        "gate open for": ", ".join(data["gate_open"]),
    }


async def play(database: Database, number: str) -> dict[str, Any]:
    """Take a claim up, allow it, and let the marked series of `demo.toml` make their offers on it."""
    claim = await desk.claim(database, number)
    if claim.status == "submitted":
        await _decides(database, claim.number, "taken_up")
    if claim.status in ("submitted", "under_review"):
        await _decides(database, claim.number, "allowed")
    for one in _data()["series"]:
        await _opens(database, one)
    at = clock.now()

    async def make(db: Transaction) -> tuple[list[str], list[str]]:
        gate = Gate(db, at)
        return await series.make_for(db, [claim.number], gate, at), await _against(db, gate, claim)

    made, against = await database.write(make)
    return {
        "claim": claim.number,
        "published": ", ".join(made) or "nothing new",
        "against it": ", ".join(against) or "nothing",
    }


async def _decides(database: Database, number: str, decision: str) -> None:
    # by one hand however large the claim is: who plays has no second one
    await database.write(lambda db: claims.decide(db, number, decision, BY, "", clock.now()))


async def _opens(database: Database, one: dict[str, Any]) -> None:
    """Open a series, unless it still is."""
    own, now = dict(one), clock.now()
    ends = (now + timedelta(days=own.pop("days"))).replace(microsecond=0)
    if "years" in own:
        own["maturity"] = date(now.year + own.pop("years"), 6, 30).isoformat()
    open_ = [row for row in await offers.open_series(database.read(), now + timedelta(hours=1)) if row.demo]
    if any(series.is_of(row, own["reference"]) for row in open_):
        return
    report = await desk.import_offers(database, _csv([own | {"expires_at": ends.isoformat()}]), now, demo=True)
    if report["faults"]:
        raise RuntimeError(report["faults"][0])
    await desk.publish(database, report["added"], BY, clock.now())


async def _against(db: Transaction, gate: Gate, claim: ClaimRow) -> list[str]:
    """The rules that keep offers from this claim's owner, or him from accepting them."""
    held = await offers.claim(db, claim.number)
    assert held is not None
    verdicts = [await gate.of_claim(held, kind, invented=True) for kind in OfferKind]
    return list(dict.fromkeys(reason.rule.name for verdict in verdicts for reason in verdict.reasons))


def _csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
