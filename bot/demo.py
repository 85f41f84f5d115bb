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
from storage.database import Database

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
    """Take a claim up, allow it, and publish a marked sale offer and a marked bond offer on it."""
    claim = await desk.claim(database, number)
    if claim.status == "submitted":
        await desk.decide(database, claim.number, "taken_up", BY, "", clock.now())
    if claim.status in ("submitted", "under_review"):
        await desk.decide(database, claim.number, "allowed", BY, "", clock.now())
    data, amount, now = _data(), int(claim.particulars["amount"]), clock.now()
    figures = {
        "sale": {"price": _money(amount * 35 // 100), "expires_at": _in_days(3)},
        "bond": {
            "face": _money(amount * 60 // 100),
            "maturity": date(now.year + 3, 6, 30).isoformat(),
            "expires_at": _in_days(5),
        },
    }
    added: list[str] = []
    for kind, own in figures.items():
        row = {**data[kind], **own, "claim": claim.number, "reference": f"DEMO-{kind}-{now:%Y%m%d%H%M%S%f}"}
        report = await desk.import_offers(database, _csv([row]), now, demo=True)
        if report["faults"]:
            raise RuntimeError(report["faults"][0])
        added += report["added"]
    done = await desk.publish(database, added, BY, clock.now())
    return {"claim": claim.number, "published": ", ".join(done["published"]), "held back": done["refused"] or "none"}


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).replace(microsecond=0).isoformat()


def _csv(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
