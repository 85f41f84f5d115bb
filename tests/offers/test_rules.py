"""Decisions about offers, from plain values alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.offers import rules
from bot.offers.rules import BondTerms, Bound, ClassFigure, SaleTerms, Underlying
from storage.terms import ClaimStatus, OfferKind, OfferStatus
from tests.offers.market import verdict

ENDS = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
FIGURE = ClassFigure(Decimal(96), date(2026, 3, 31), "a source")
UNDER = Underlying("ZQ-0000000", 200_000_00, "5A", FIGURE)
SALE = SaleTerms(
    buyer="B", price_pct=Decimal(110), basis="gross", price=28_000_00, received=192_000_00, received_source="s",
    declared_to="seller", next_to="buyer", recourse=True, disallowance="seller", holdback=2_800_00, holdback_terms="t",
    deposit=0, escrow="", law="l", fees=500_00, settlement_days=5, signing_note="",
)  # fmt: skip
BOND = BondTerms(
    issuer="I", currency="USD", face=60_000_00, issue_price_pct=Decimal(98), coupon_pct=Decimal(6), frequency=2,
    day_count="30/360", maturity=date(2029, 6, 30), redemption="bullet", redemption_note="", seniority="senior",
    support="", recourse="assets", exchange="pledge", clawback=False, distributions_to="holder", law="l",
    settlement_days=5,
)  # fmt: skip
BOUND = Bound("S-1", ENDS, UNDER, SALE)
OPEN_GATE = verdict("HK", OfferKind.SALE, (True, "an opinion"))


def accepts(
    gate: rules.Verdict = OPEN_GATE,
    status: str = ClaimStatus.ALLOWED,
    amount: int | None = 200_000_00,
    taken: tuple[str, str, datetime] | None = None,
) -> None:
    rules.may_accept(BOUND, gate=gate, claim_status=status, claim_amount=amount, taken=taken)


def test_an_open_offer_on_an_allowed_claim_may_be_accepted():
    accepts()


@pytest.mark.parametrize(
    ("differs", "refusal"),
    [
        ({"gate": verdict("CN", OfferKind.SALE, None)}, rules.NotShown),
        ({"gate": verdict("US", OfferKind.SALE, (False, "no"))}, rules.NotShown),
        ({"taken": ("BJ-0000000", "bond", ENDS)}, rules.ClaimTaken),
        ({"amount": 200_000_01}, rules.ClaimChanged),
        ({"amount": None}, rules.ClaimChanged),
        *(({"status": status}, rules.ClaimNotReady) for status in ClaimStatus if status != ClaimStatus.ALLOWED),
    ],
)
def test_what_stands_against_an_acceptance(differs, refusal):
    with pytest.raises(refusal):
        accepts(**differs)


def answers(status: str, received_at: datetime) -> None:
    rules.may_answer("BJ-0000000", "sale", status, ENDS - timedelta(days=1), None, ENDS, received_at)


def test_the_last_microsecond_still_counts_and_the_next_does_not():
    answers(OfferStatus.OPEN, ENDS - timedelta(microseconds=1))
    with pytest.raises(rules.OfferClosed) as refused:
        answers(OfferStatus.OPEN, ENDS)
    assert (refused.value.status, refused.value.at) == (OfferStatus.EXPIRED, ENDS)


@pytest.mark.parametrize(
    "status", [status for status in OfferStatus if status not in (OfferStatus.OPEN, OfferStatus.DRAFT)]
)
def test_a_closed_offer_says_what_came_first(status):
    with pytest.raises(rules.OfferClosed) as refused:
        answers(status, ENDS - timedelta(hours=1))
    assert refused.value.status == status
    assert refused.value.at == (ENDS if status == OfferStatus.EXPIRED else ENDS - timedelta(days=1))


def test_a_confirmation_names_number_and_terms():
    assert rules.confirmed("BJ-4T9XW2C.1a2b3c4d") == ("BJ-4T9XW2C", "1a2b3c4d")
    rules.same_terms(rules.tag(BOUND.digest()), BOUND.digest())
    with pytest.raises(rules.TermsDiffer):
        rules.same_terms("00000000", BOUND.digest())


@pytest.mark.parametrize(
    "argument", ["", "BJ-4T9XW2C", "BJ-4T9XW2C.", "BJ-4T9XW2C.1A2B3C4D", "BJ-4T9XW2C.1a2b3c4d5", "x.y"]
)
def test_no_other_argument_is_a_confirmation(argument):
    with pytest.raises(rules.OfferUnknown):
        rules.confirmed(argument)


def test_every_refusal_is_one():
    assert all(
        issubclass(kind, Refusal)
        for kind in (
            rules.OfferUnknown, rules.NotShown, rules.OfferClosed, rules.TermsDiffer, rules.ClaimNotReady,
            rules.ClaimChanged, rules.ClaimTaken,
        )
    )  # fmt: skip


# --- the gate ---------------------------------------------------------------------------------


def test_undecided_means_not_shown():
    undecided = verdict("SG", OfferKind.BOND, None)
    assert (undecided.shown, rules.kept_from(undecided)) == (False, "undecided")
    assert verdict("SG", OfferKind.BOND, (True, "x")).shown
    assert not verdict("SG", OfferKind.BOND, (False, "x")).shown


@pytest.mark.parametrize("status", OfferStatus)
def test_what_was_accepted_stays_open_to_its_creditor(status):
    shut = verdict("CN", OfferKind.SALE, None)
    assert rules.may_see(status, shut) is (status in (OfferStatus.ACCEPTED, OfferStatus.PAID))
    assert rules.may_see(status, OPEN_GATE)


@pytest.mark.parametrize(
    ("said", "place"), [("HK", "HK"), ("hk", "HK"), ("", ""), (None, ""), ("HKG", ""), (7, ""), ("中国", "")]
)
def test_a_place_is_two_letters_or_nothing(said, place):
    assert rules.place({"residence": said}) == place
    assert rules.place({}) == ""


HELD_BACK: dict[str, dict[str, Any]] = {
    "not_a_draft": {"status": OfferStatus.OPEN},
    "over": {"now": ENDS - timedelta(minutes=5)},
    "claim": {"claim_status": ClaimStatus.UNDER_REVIEW},
    "amount": {"claim_amount": 1},
    "taken": {"taken": True},
    "undecided": {"gate": verdict("SG", OfferKind.SALE, None)},
    "shut": {"gate": verdict("SG", OfferKind.SALE, (False, "no"))},
}


@pytest.mark.parametrize("code", HELD_BACK)
def test_why_a_draft_is_held_back(code):
    good: dict[str, Any] = {
        "status": OfferStatus.DRAFT, "gate": OPEN_GATE, "claim_status": ClaimStatus.ALLOWED,
        "claim_amount": 200_000_00, "taken": False, "now": ENDS - timedelta(hours=1),
    }  # fmt: skip
    assert rules.held_back(BOUND, **good) is None
    assert rules.held_back(BOUND, **(good | HELD_BACK[code])) == code
    assert rules.HELD[code]


# --- figures ----------------------------------------------------------------------------------


def test_a_gross_quote_is_a_small_sum_for_a_creditor_who_was_paid():
    figures = rules.sale_figures(SALE, UNDER)
    assert figures == rules.SaleFigures(
        quoted=220_000_00, cash=27_500_00, at_closing=24_700_00, cash_pct=Decimal("13.75"), class_paid=192_000_00,
        arrears=0,
    )  # fmt: skip


def test_a_creditor_who_was_not_paid_hands_the_arrears_over():
    terms = SaleTerms(
        **{f: getattr(SALE, f) for f in SALE.__slots__} | {"received": 0, "price_pct": Decimal(35), "price": 70_000_00}
    )
    assert rules.sale_figures(terms, UNDER).arrears == 192_000_00
    unknown = Underlying("ZQ-0000000", 200_000_00, "unsure", None)
    assert rules.sale_figures(terms, unknown).arrears is None


def test_the_figures_of_a_bond():
    assert rules.bond_figures(BOND, UNDER) == rules.BondFigures(
        issue=58_800_00, yearly=3_600_00, each=1_800_00, face_pct=Decimal("30.00"), class_paid=192_000_00
    )


def test_a_bond_in_another_currency_is_no_share_of_the_claim():
    terms = BondTerms(
        **{f: getattr(BOND, f) for f in BOND.__slots__} | {"currency": "HKD", "coupon_pct": Decimal(0), "frequency": 0}
    )
    figures = rules.bond_figures(terms, UNDER)
    assert (figures.face_pct, figures.each, figures.yearly) == (None, None, 0)


@given(st.integers(1, 10**14), st.decimals(0, 200, places=4))
def test_a_part_is_rounded_half_up_to_the_cent(amount, pct):
    exact = Decimal(amount) * pct / 100
    assert abs(rules.part(amount, pct) - exact) <= Decimal("0.5")
    assert rules.part(amount, Decimal(100)) == amount


@given(st.decimals(0, 10**6, places=6))
def test_a_percentage_is_written_plainly(number):
    text = rules.plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


def test_the_other_acceptance_is_found_in_the_reason():
    assert rules.other_accepted(rules.another("BJ-4T9XW2C")) == "BJ-4T9XW2C"
    assert rules.other_accepted("buyer gone") is None
    assert rules.other_accepted(None) is None
