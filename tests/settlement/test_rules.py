"""Days that count, who acts next, and what may be paid: from plain values."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.errors import Invalid
from bot.settlement import rules
from bot.settlement.rules import BondDeal, SaleDeal, last_safe_signing, notice_until
from bot.valuation.calendars import Calendar, is_business_day
from storage.terms import SettlementStatus

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def sale(**terms: Any) -> SaleDeal:
    return SaleDeal("ZQ-0000000", 200_000_00, "Example", 28_000_00, 100_00, 2_800_00, 0, terms)


def bond(exchange: str = "contribution") -> BondDeal:
    terms = {
        "exchange": exchange, "coupon_pct": "6", "frequency": "2", "day_count": "30/360", "maturity": "2028-06-30",
        "issue_price_pct": "98", "calendar": "none",
    }  # fmt: skip
    return BondDeal("ZQ-0000000", 200_000_00, "Example", 60_000_00, "USD", 0, terms)


@pytest.mark.parametrize(
    ("noticed", "until"),
    [
        ("2026-01-23", "2026-02-13"),
        ("2026-12-04", "2026-12-28"),  # Christmas is a Friday
        ("2026-06-13", "2026-07-06"),  # Independence Day is a Saturday
        ("2026-12-11", "2027-01-04"),  # New Year's Day is a Friday
    ],
)
def test_a_holiday_moves_the_end_of_the_notice_on(noticed: str, until: str):
    assert notice_until(date.fromisoformat(noticed)).isoformat() == until


@pytest.mark.parametrize(
    ("record", "lag", "safe"),
    [
        ("2025-08-15", 0, "2025-07-25"),
        ("2026-02-14", 0, "2026-01-23"),  # 21 days before is a Saturday
        ("2026-02-14", 5, "2026-01-15"),  # Martin Luther King's day is no business day
    ],
)
def test_the_last_safe_day_to_sign(record: str, lag: int, safe: str):
    assert last_safe_signing(date.fromisoformat(record), lag).isoformat() == safe


def test_on_every_record_date_of_two_years_the_notice_has_lapsed_and_one_day_later_it_would_not_have():
    for days in range(730):
        record = date(2026, 1, 1) + timedelta(days=days)
        safe = last_safe_signing(record, 0)
        assert notice_until(safe) <= record
        later = safe + timedelta(days=1)
        while not is_business_day(later, Calendar.US):
            later += timedelta(days=1)
        assert notice_until(later) > record


def test_cooling_off_ends_a_minute_after_its_last_moment():
    agreed = SaleDeal("ZQ-0000000", 1, "B", 1, 0, 0, 3, {})
    end = AT + timedelta(days=3)
    assert not rules.is_final(agreed, AT, end)
    assert rules.is_final(agreed, AT, end + rules.GRACE)
    assert rules.is_final(sale(), AT, AT)


def test_what_is_due_at_closing():
    assert rules.due(sale()) == (25_100_00, "USD")
    assert rules.due(bond()) == (60_000_00, "USD")


@pytest.mark.parametrize(("text", "cents"), [("28000.00", 28_000_00), (" 0.05 ", 5)])
def test_an_amount_is_typed_to_the_cent(text: str, cents: int):
    assert rules.read_cents(text) == cents


@pytest.mark.parametrize("text", ["28000", "28,000.00", "-1.00", "1.0", "1e3", "", "٢٨.٠٠"])
def test_anything_else_is_no_amount(text: str):
    with pytest.raises(Invalid):
        rules.read_cents(text)


def test_a_payment_waits_for_signature_notice_and_its_end():
    signed, noticed = {"signed_at": "x"}, {"signed_at": "x", "notice_until": "2026-12-14"}
    day = date(2026, 12, 14)
    with pytest.raises(rules.NotNow):
        rules.may_pay(SettlementStatus.AGREED, {}, sale(), day)
    with pytest.raises(rules.NotNow):
        rules.may_pay(SettlementStatus.FAILED, {}, sale(), day)  # it failed before anything was signed
    with pytest.raises(rules.NotNow):
        rules.may_pay(SettlementStatus.DOCUMENTS_SIGNED, signed, sale(), day)
    with pytest.raises(rules.NoticeRunning):
        rules.may_pay(SettlementStatus.NOTICE_PERIOD, noticed, sale(), day)
    rules.may_pay(SettlementStatus.NOTICE_PERIOD, noticed, sale(), day + timedelta(days=1))
    rules.may_pay(SettlementStatus.DOCUMENTS_SIGNED, signed, bond("pledge"), day)
    with pytest.raises(rules.NotNow):
        rules.may_pay(SettlementStatus.DOCUMENTS_SIGNED, signed, bond("sale"), day)


def test_somebody_acts_next_in_every_status():
    facts = {"notice_until": "2026-12-14"}
    for status in SettlementStatus:
        assert rules.next_actor(status, facts, date(2026, 12, 1), papers=True)
    assert rules.next_actor("notice_period", facts, date(2026, 12, 14), papers=True) == "court"
    assert rules.next_actor("notice_period", facts, date(2026, 12, 15), papers=True) == "counterparty"
    assert rules.next_actor("agreed", {}, date(2026, 12, 1), papers=False) == "us"


def test_a_bond_pays_what_its_terms_say():
    paid = rules.schedule(bond(), date(2026, 12, 30))
    assert [one.on.isoformat() for one in paid] == ["2027-06-30", "2027-12-30", "2028-06-30"]
    assert [one.interest for one in paid] == [1800_00] * 3
    assert [one.principal for one in paid] == [0, 0, 60_000_00]
