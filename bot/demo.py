"""Marked demo data, for embedded mode only: invented register rows outside the real range, and the
hand of an operator for newcomers who want to see a claim move.
"""

import csv
import io
from datetime import date, timedelta
from typing import Any

from bot import clock, desk
from storage.database import Database

#: who decides in demo data; stands in the ledger entries
BY = "demo"
#: e-mail addresses of the invented register rows; nobody can receive mail there (RFC 2606)
PEOPLE = ("demo@example.com", "demo2@example.com", "demo3@example.com")
#: places whose gate the demo opens; the mainland stays shut, as the notice of 2026-02-06 asks
OPEN_PLACES = ("HK", "TW", "MO", "SG", "MY", "JP", "US", "CA", "GB", "AU")

_REGISTER = (
    ("9900001", "9900001", "99001", "示例一", "35000.00", "FTX Trading Ltd.", "7A", "DEMO-UCC-0001", PEOPLE[0]),
    ("9900002", "9900002", "99002", "示例一", "128000.50", "FTX Trading Ltd.", "5A", "DEMO-UCC-0001", PEOPLE[0]),
    ("9900003", "9900003", "99003", "示例二", "86000.00", "FTX Trading Ltd.", "5A", "DEMO-UCC-0002", PEOPLE[1]),
    ("9900004", "9900004", "", "示例三", "12400.75", "West Realm Shires Services Inc.", "7B", "", PEOPLE[2]),
)  # fmt: skip
_HEADINGS = (
    "ClaimID", "ScheduleNumber", "ClaimNumber", "CreditorName", "TotalCurrentClaimAmount", "DebtorName", "PlanClass",
    "UCC", "Email",
)  # fmt: skip


async def load(database: Database) -> dict[str, Any]:
    """Invented register rows, and the gate for some places. Running it again changes nothing."""
    rows = [dict(zip(_HEADINGS, row, strict=True)) | {"AsOf": "2026-03-31"} for row in _REGISTER]
    done = await desk.import_register(database, _csv(rows), clock.now(), demo=True)
    if done["faults"]:
        raise RuntimeError(done["faults"][0])
    for place in OPEN_PLACES:
        for kind in ("sale", "bond"):
            await desk.set_gate(database, place, kind, True, "演示数据，不是法律意见", clock.now(), BY, demo=True)
    return {"register rows": len(rows), "e-mail": ", ".join(PEOPLE), "gate open for": ", ".join(OPEN_PLACES)}


async def play(database: Database, number: str) -> dict[str, Any]:
    """Take a claim up, allow it, and publish a marked sale offer and a marked bond offer on it."""
    claim = await desk.claim(database, number)
    if claim.status == "submitted":
        await desk.decide(database, claim.number, "taken_up", BY, "", clock.now())
    if claim.status in ("submitted", "under_review"):
        await desk.decide(database, claim.number, "allowed", BY, "", clock.now())
    amount = claim.particulars["amount"]
    added: list[str] = []
    for terms in (_sale(claim.number, amount), _bond(claim.number, amount)):
        report = await desk.import_offers(database, _csv([terms]), clock.now(), demo=True)
        if report["faults"]:
            raise RuntimeError(report["faults"][0])
        added += report["added"]
    done = await desk.publish(database, added, BY, clock.now())
    return {"claim": claim.number, "published": done["published"], "held back": done["refused"]}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _expiry(days: int) -> str:
    return (clock.now() + timedelta(days=days)).replace(microsecond=0).isoformat()


def _sale(number: str, amount: int) -> dict[str, str]:
    price = round(amount * 35 / 100)
    return {
        "claim": number,
        "kind": "sale",
        "reference": f"DEMO-SALE-{number}",
        "expires_at": _expiry(3),
        "buyer": "演示买方 Demo Buyer Ltd.",
        "price_pct": "35",
        "basis": "net",
        "price": _money(price),
        "received": "0",
        "received_source": "演示数据",
        "declared_to": "seller",
        "next_to": "buyer",
        "recourse": "yes",
        "disallowance": "seller",
        "holdback": "0",
        "holdback_terms": "",
        "deposit": "0",
        "escrow": "演示托管 Demo Escrow Ltd.",
        "law": "纽约州法",
        "fees": "0",
        "settlement_days": "5",
        "signing_note": "演示数据，不是真实报价",
    }


def _bond(number: str, amount: int) -> dict[str, str]:
    today = clock.now().date()
    return {
        "claim": number,
        "kind": "bond",
        "reference": f"DEMO-BOND-{number}",
        "expires_at": _expiry(5),
        "issuer": "演示发行人 Demo Notes Ltd.",
        "currency": "USD",
        "face": _money(round(amount * 60 / 100)),
        "issue_price_pct": "98",
        "coupon_pct": "6",
        "frequency": "2",
        "day_count": "30/360",
        "maturity": date(today.year + 3, 6, 30).isoformat(),
        "redemption": "bullet",
        "redemption_note": "",
        "seniority": "senior",
        "support": "",
        "recourse": "assets",
        "exchange": "contribution",
        "clawback": "yes",
        "distributions_to": "issuer",
        "law": "英国法",
        "settlement_days": "10",
    }


def _csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
