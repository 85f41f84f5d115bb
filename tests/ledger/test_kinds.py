"""The closed list of kinds: every move it allows, and that it allows no other."""

import hashlib
import json
import re

import pytest
import rfc8785

from bot.errors import Refusal
from bot.ledger.kinds import (
    KINDS,
    MoveRefused,
    UnknownKind,
    has_item,
    is_system,
    kinds_json,
    may_bring_about,
    named,
    next_status,
)
from storage.terms import (
    ClaimStatus,
    CouponStatus,
    ErasureStatus,
    OfferStatus,
    Party,
    PayoutStatus,
    SettlementStatus,
    TicketStatus,
)

# The table once more, as a person would say it: what may happen in each status, and where it leads.
MOVES = {
    "claim": {
        None: {"submitted": "submitted"},
        "submitted": {
            "amended": "submitted",
            "taken_up": "under_review",
            "queried": "document_requested",
            "disputed": "disputed",
            "allowed": "allowed",
            "disallowed": "disallowed",
            "withdrawn": "withdrawn",
        },
        "under_review": {
            "amended": "submitted",
            "queried": "document_requested",
            "disputed": "disputed",
            "allowed": "allowed",
            "disallowed": "disallowed",
            "withdrawn": "withdrawn",
        },
        "document_requested": {
            "amended": "submitted",
            "taken_up": "under_review",
            "disputed": "disputed",
            "disallowed": "disallowed",
            "withdrawn": "withdrawn",
        },
        "disputed": {
            "amended": "submitted",
            "allowed": "allowed",
            "disallowed": "disallowed",
            "withdrawn": "withdrawn",
        },
        "allowed": {"disputed": "disputed", "transferred": "transferred", "paid": "paid"},
        "disallowed": {},
        "withdrawn": {},
        "transferred": {},
        "paid": {},
    },
    "offer": {
        None: {"made": "open"},
        "open": {"accepted": "accepted", "declined": "declined", "expired": "expired", "cancelled": "cancelled"},
        "accepted": {"paid": "paid", "revoked": "open", "released": "cancelled"},
        "declined": {},
        "expired": {},
        "cancelled": {"reopened": "open"},
        "paid": {},
    },
    "ticket": {
        None: {"opened": "open"},
        "open": {
            "answered": "answered",
            "held": "on_hold",
            "escalated": "open",
            "solved": "solved",
            "merged": "closed",
            "closed": "closed",
        },
        "answered": {
            "answered": "answered",
            "held": "on_hold",
            "escalated": "open",
            "solved": "solved",
            "merged": "closed",
            "closed": "closed",
            "reopened": "open",
        },
        "on_hold": {
            "answered": "answered",
            "woken": "open",
            "escalated": "open",
            "solved": "solved",
            "merged": "closed",
            "closed": "closed",
            "reopened": "open",
        },
        "solved": {"merged": "closed", "closed": "closed", "reopened": "open"},
        "closed": {"reopened": "open"},
    },
    "reveal": {None: {"granted": "granted"}, "granted": {"ended": "ended"}, "ended": {}},
    "consent": {None: {"given": "given"}, "given": {"withdrawn": "withdrawn"}, "withdrawn": {"given": "given"}},
    "payout": {
        None: {"entered": "pending"},
        "pending": {"confirmed": "cooling", "cancelled": "cancelled"},
        "cooling": {"tested": "test_sent", "activated": "active", "cancelled": "cancelled"},
        "test_sent": {"tested": "test_sent", "activated": "active", "cancelled": "cancelled"},
        "active": {"replaced": "replaced", "cancelled": "cancelled"},
        "replaced": {},
        "cancelled": {},
    },
    "account": {
        None: {"bound": "bound"},
        "bound": {"bound": "bound", "unbound": "unbound", "frozen": "frozen", "erased": "erased"},
        "unbound": {"bound": "bound", "erased": "erased"},
        "frozen": {"unfrozen": "bound"},
        "erased": {},
    },
    "erasure": {
        None: {"asked": "asked"},
        "asked": {"withdrawn": "withdrawn", "done": "done"},
        "withdrawn": {},
        "done": {},
    },
    "settlement": {
        None: {"agreed": "agreed"},
        "agreed": {"signed": "documents_signed", "failed": "failed", "returned": "returned"},
        "documents_signed": {
            "filed": "notice_filed",
            "paid": "payment_sent",
            "failed": "failed",
            "returned": "returned",
        },
        "notice_filed": {"noticed": "notice_period", "failed": "failed", "returned": "returned"},
        "notice_period": {"paid": "payment_sent", "failed": "failed", "returned": "returned"},
        "payment_sent": {"missed": "payment_sent", "received": "received", "failed": "failed"},
        "received": {},
        "failed": {"paid": "payment_sent", "returned": "returned"},
        "returned": {},
    },
    "coupon": {
        None: {"posted": "posted"},
        "posted": {"announced": "announced", "paid": "paid"},
        "announced": {"paid": "paid"},
        "paid": {},
    },
    "series": {
        None: {"published": "open"},
        "open": {"withdrawn": "withdrawn", "expired": "expired"},
        "withdrawn": {},
        "expired": {},
    },
    "rule": {
        None: {"decided": "standing"},
        "standing": {"decided": "standing", "ended": "ended"},
        "ended": {"decided": "standing"},
    },
    "log": {None: {"opened": "open"}, "open": {"closed": "closed"}, "closed": {}},
    "key": {None: {}, "open": {"added": "open", "retired": "open"}, "closed": {}},
    "fact": {None: {}, "open": {"published": "open"}, "closed": {}},
    "totals": {None: {}, "open": {"published": "open"}, "closed": {}},
}


def test_every_move_and_no_other():
    everywhere = {status for statuses in MOVES.values() for status in statuses} | {"", "draft", "approved"}
    seen = set()
    for kind in KINDS:
        noun, _, participle = kind.partition(":")
        for status in everywhere:
            to = MOVES[noun].get(status, {}).get(participle)
            if to is not None:
                assert next_status(kind, status) == to
                seen.add(kind)
            else:
                with pytest.raises(MoveRefused) as refused:
                    next_status(kind, status)
                assert (refused.value.kind, refused.value.status) == (kind, status)
    assert seen == set(KINDS), "each kind is reachable"
    named_here = {f"{noun}:{p}" for noun, by in MOVES.items() for moves in by.values() for p in moves}
    assert named_here == set(KINDS)


def test_a_refused_move_is_a_refusal_rooms_may_turn_into_words():
    assert issubclass(MoveRefused, Refusal)


@pytest.mark.parametrize("kind", ["", "claim", "claim:", "claim:approved", "Claim:submitted", "claim.submitted"])
def test_an_unknown_kind_is_a_fault(kind: str):
    with pytest.raises(UnknownKind):
        next_status(kind, None)
    with pytest.raises(UnknownKind):
        named(kind)


def test_the_list_is_closed():
    with pytest.raises(TypeError):
        KINDS["claim:approved"] = KINDS["claim:allowed"]  # type: ignore[index]
    assert all(re.fullmatch(r"[a-z]+:[a-z_]+", kind) and len(kind) <= 40 for kind in KINDS)


def test_statuses_are_the_words_that_rows_hold():
    def reached(noun: str) -> set[str]:
        return {kind.to for name, kind in KINDS.items() if name.startswith(f"{noun}:")}

    assert reached("claim") == set(ClaimStatus) - {ClaimStatus.DRAFT}
    assert reached("offer") == set(OfferStatus) - {OfferStatus.DRAFT}
    assert reached("ticket") == set(TicketStatus)
    assert reached("payout") == set(PayoutStatus)
    assert reached("settlement") == set(SettlementStatus)
    assert reached("coupon") == set(CouponStatus)
    assert reached("erasure") == set(ErasureStatus)


def test_what_a_frozen_account_stops():
    stopped = {name for name, kind in KINDS.items() if not kind.while_frozen}
    assert stopped == {
        "claim:amended",
        "claim:withdrawn",
        "claim:transferred",
        "claim:paid",
        "offer:accepted",
        "payout:entered",
        "payout:confirmed",
        "payout:tested",
        "payout:activated",
        "payout:replaced",
        "settlement:signed",
        "settlement:paid",
        "coupon:paid",
        "account:erased",
        "erasure:asked",
        "erasure:done",
    }


@pytest.mark.parametrize(
    ("kind", "by", "proposed_by"),
    [
        ("claim:allowed", "creditor", ""),
        ("claim:allowed", "clock", ""),
        ("offer:accepted", "operator:alice", ""),
        ("offer:accepted", "clock", ""),
        ("payout:confirmed", "operator:alice", ""),
        ("settlement:signed", "operator:alice", ""),
        ("settlement:received", "operator:alice", ""),
        ("consent:given", "operator:alice", ""),
        ("account:erased", "operator:alice", ""),
        ("account:unfrozen", "creditor", ""),
        ("erasure:asked", "clock", ""),
        ("claim:withdrawn", "", ""),
        ("claim:withdrawn", "Creditor", ""),
        # one pair of eyes where two are needed
        ("settlement:paid", "operator:alice", ""),
        ("settlement:paid", "operator:alice", "Alice"),
        ("coupon:paid", "operator:alice", "alice"),
        ("claim:transferred", "operator:alice", ""),
    ],
)
def test_nobody_does_what_is_for_others(kind: str, by: str, proposed_by: str):
    with pytest.raises(MoveRefused) as refused:
        may_bring_about(kind, by, proposed_by)
    assert refused.value.by == by


def test_who_may_may():
    may_bring_about("claim:withdrawn", "creditor")
    may_bring_about("claim:withdrawn", "clock")
    may_bring_about("offer:made", "series:BS-0000000")
    may_bring_about("settlement:paid", "operator:bob", "alice")
    assert {party for kind in KINDS.values() for party in kind.by} == set(Party)
    assert all(kind.by for kind in KINDS.values()), "nothing is for nobody"


def test_system_kinds_and_kinds_with_an_item():
    system = {"log:opened", "log:closed", "key:added", "key:retired", "fact:published", "totals:published"}
    assert {kind for kind in KINDS if is_system(kind)} == system
    assert {kind for kind in KINDS if has_item(kind)} == {
        kind for kind in KINDS if kind.startswith(("offer:", "coupon:"))
    }


def test_the_published_table_says_the_same():
    """A stranger with `kinds.json` and no code of ours walks to the same statuses."""
    published = json.loads(kinds_json())
    assert rfc8785.dumps(published) == kinds_json()
    assert published["v"] == 1
    assert published["kinds"].keys() == KINDS.keys()
    for name, kind in published["kinds"].items():
        noun, _, participle = name.partition(":")
        froms = [status for status, moves in MOVES[noun].items() if participle in moves]
        assert sorted(kind["from"], key=str) == sorted(froms, key=str)
        assert {MOVES[noun][status][participle] for status in froms} == {kind["to"]}
    assert {name.partition(":")[0] for name in KINDS} == published["nouns"].keys()
    assert published["nouns"]["offer"] == {"at_most_one": ["accepted", "paid"], "chain": "claim", "status": "item"}
    assert published["kinds"]["claim:transferred"]["lines"] == ["officer"]
    assert published["kinds"]["offer:paid"]["above_limit"] == ["officer"]
    assert "lines" not in published["kinds"]["claim:submitted"]


def test_a_changed_table_is_noticed():
    """Its hash stands in entry 0. Until a log is opened the table may change, but never by accident."""
    assert (
        hashlib.sha256(kinds_json()).hexdigest() == "c925ea7f9124bb4f410fdff03e299e5e08f8eb201c68573c36527207eae1dff0"
    )
