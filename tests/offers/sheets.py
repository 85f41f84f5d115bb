"""Import files for tests: one good row of each kind, and what differs from it."""

import csv
import io
from collections.abc import Iterable, Mapping

SALE = {
    "claim": "ZQ-0000000",
    "kind": "sale",
    "reference": "S-1",
    "expires_at": "2026-11-25T18:00:00+08:00",
    "buyer": "Example Capital LLC",
    "price_pct": "110",
    "basis": "gross",
    "price": "28000.00",
    "received": "192000.00",
    "received_source": "债权人提供的到账记录，2026-04-02",
    "declared_to": "seller",
    "next_to": "buyer",
    "recourse": "yes",
    "disallowance": "seller",
    "holdback": "2800.00",
    "holdback_terms": "21 天异议期届满后支付",
    "deposit": "0",
    "escrow": "Example Escrow Ltd.",
    "law": "纽约州法",
    "fees": "0",
    "settlement_days": "5",
    "signing_note": "2026-12-04 前签约，赶上下一个登记日",
}
BOND = {
    "claim": "ZQ-0000000",
    "kind": "bond",
    "reference": "B-1",
    "expires_at": "2026-11-25T18:00:00+08:00",
    "issuer": "Example Recovery Notes Ltd.",
    "currency": "USD",
    "face": "60,000.00",
    "issue_price_pct": "98",
    "coupon_pct": "6",
    "frequency": "2",
    "day_count": "30/360",
    "maturity": "2029-06-30",
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

SALE_SERIES = {
    "kind": "sale",
    "reference": "SERIES-1",
    "expires_at": "2026-11-25T18:00:00+08:00",
    "cap": "1,000,000.00",
    "tiers": "10000-50000:98; 50000-250000:108; 250000-:112",
    "code_above": "",
    "buyer": "Example Capital LLC",
    "basis": "gross",
    "received": "class",
    "received_source": "按同类债权推算",
    "declared_to": "seller",
    "next_to": "buyer",
    "interest_to": "buyer",
    "recourse": "no",
    "disallowance": "buyer",
    "holdback_pct": "0",
    "holdback_terms": "",
    "deposit": "0",
    "escrow": "",
    "law": "纽约州法",
    "fees_pct": "0",
    "settlement_days": "5",
    "signing_note": "",
    "cooling_days": "3",
}
BOND_SERIES = {
    **{name: cell for name, cell in BOND.items() if name not in ("claim", "face")},
    "reference": "SERIES-2",
    "cap": "500,000.00",
    "tiers": "0-:60",
    "minimum": "1000",
    "calendar": "HK",
    "call": "2028-06-30:101",
    "cooling_days": "7",
}


def sheet(rows: Iterable[Mapping[str, str]], *, encoding: str = "utf-8") -> bytes:
    """A CSV file with these rows; its heading is the first row's keys."""
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(listed[0])
    writer.writerows(row.values() for row in listed)
    return out.getvalue().encode(encoding)
