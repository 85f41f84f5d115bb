"""The closed list of what may happen to whom, as data: each kind with the statuses it leads from and to.

An entry's kind is `noun:participle`. An auditor who replays a subject's entries through this table
arrives at the statuses we show; `next_status` is the same table for us.

Two claim kinds do not name the status they lead to, because a participle tells what was done:

claim:taken_up   somebody began to look at it -> under_review. "Examined" or "reviewed" would tell
                 the creditor that the review is over; "assigned" and "admitted" have other meanings
                 in claims law (a transfer, an allowance).
claim:queried    a document was asked of the creditor -> document_requested. The claim is neither
                 doubted nor refused, so not "disputed" and not "questioned".

The statuses themselves are defined, with a sentence each, in `storage.terms`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import rfc8785

from bot.errors import Refusal
from storage.terms import Party


class MoveRefused(Refusal):
    """This status does not allow that move. `kind` and `status` say which."""


class UnknownKind(ValueError):
    """No such kind is in the closed list: a fault in the program, or a newer ledger."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that may happen.

    starts       statuses it leads from; None stands for "there is nothing yet"
    to           the status it leads to
    lines        whose signature lines the entry needs besides the service key's
    above_limit  the same, only for payouts above the operator's limit
    while_frozen whether it may happen while the creditor's account is frozen
    by           who may bring it about

    No officer has a key of his own yet: until then his line is kept as two operators, of whom the second
    does what the first proposed (`two_operators`); the limit is nought.
    """

    starts: tuple[str | None, ...]
    to: str
    lines: tuple[str, ...] = ()
    above_limit: tuple[str, ...] = ()
    while_frozen: bool = True
    by: frozenset[Party] = frozenset({Party.OPERATOR})

    @property
    def two_operators(self) -> bool:
        """Whether an operator who brings it about must be the second one."""
        return "officer" in (*self.lines, *self.above_limit)


_C, _O = frozenset({Party.CREDITOR}), frozenset({Party.OPERATOR})
_S, _T = frozenset({Party.SERIES}), frozenset({Party.CLOCK})


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "claim:submitted": Kind((None,), "submitted", by=_C),
        "claim:amended": Kind(
            ("submitted", "under_review", "document_requested", "disputed"), "submitted", while_frozen=False, by=_C
        ),
        "claim:taken_up": Kind(("submitted", "document_requested"), "under_review", by=_O),
        "claim:queried": Kind(("submitted", "under_review"), "document_requested", by=_O),
        "claim:disputed": Kind(("submitted", "under_review", "document_requested", "allowed"), "disputed", by=_O),
        "claim:allowed": Kind(("submitted", "under_review", "disputed"), "allowed", by=_O),
        "claim:disallowed": Kind(("submitted", "under_review", "document_requested", "disputed"), "disallowed", by=_O),
        "claim:withdrawn": Kind(
            ("submitted", "under_review", "document_requested", "disputed"),
            "withdrawn",
            while_frozen=False,
            by=_C | _T,
        ),
        "claim:transferred": Kind(("allowed",), "transferred", lines=("officer",), while_frozen=False, by=_O),
        "claim:paid": Kind(("allowed",), "paid", above_limit=("officer",), while_frozen=False, by=_O),
        # An offer stands in its claim's chain; its status is kept by the entry's `item`.
        "offer:made": Kind((None,), "open", by=_O | _S),
        "offer:accepted": Kind(("open",), "accepted", while_frozen=False, by=_C),
        "offer:declined": Kind(("open",), "declined", by=_C | _T),
        "offer:expired": Kind(("open",), "expired", by=_T),
        "offer:cancelled": Kind(("open",), "cancelled", by=_C | _O | _T),
        "offer:paid": Kind(("accepted",), "paid", above_limit=("officer",), by=_C),
        # Taken back by the creditor within the cooling-off period, or let go by the offering side;
        # either way the offers that had ended with the acceptance are open again.
        "offer:revoked": Kind(("accepted",), "open", by=_C),
        "offer:released": Kind(("accepted",), "cancelled", by=_O),
        "offer:reopened": Kind(("cancelled",), "open", by=_C | _O),
        # A series makes offers for many claims; a rule says who may be shown them.
        "series:published": Kind((None,), "open", by=_O),
        "series:withdrawn": Kind(("open",), "withdrawn", by=_O),
        "series:expired": Kind(("open",), "expired", by=_T),
        "rule:decided": Kind((None, "standing", "ended"), "standing", by=_O),
        "rule:ended": Kind(("standing",), "ended", by=_O),
        "ticket:opened": Kind((None,), "open", by=_C | _O | _T),
        "ticket:answered": Kind(("open", "answered", "on_hold"), "answered", by=_O),
        # Held until a stated moment, woken by the clock when it comes.
        "ticket:held": Kind(("open", "answered"), "on_hold", by=_O),
        "ticket:woken": Kind(("on_hold",), "open", by=_T),
        # Handed to the next level; the clock hands over what waits too long.
        "ticket:escalated": Kind(("open", "answered", "on_hold"), "open", by=_C | _O | _T),
        "ticket:solved": Kind(("open", "answered", "on_hold"), "solved", by=_C | _O | _T),
        "ticket:merged": Kind(("open", "answered", "on_hold", "solved"), "closed", by=_O),
        "ticket:closed": Kind(("open", "answered", "on_hold", "solved"), "closed", by=_C | _O | _T),
        "ticket:reopened": Kind(("answered", "on_hold", "solved", "closed"), "open", by=_C | _O | _T),
        # An agent's look at what is masked has a chain of its own.
        "reveal:granted": Kind((None,), "granted", by=_O),
        "reveal:ended": Kind(("granted",), "ended", by=_O | _T),
        "consent:given": Kind((None, "withdrawn"), "given", by=_C),
        "consent:withdrawn": Kind(("given",), "withdrawn", by=_C | _T),
        # A payout method: entered, confirmed by code, waiting, tried (coins only), and in use.
        "payout:entered": Kind((None,), "pending", while_frozen=False, by=_C),
        "payout:confirmed": Kind(("pending",), "cooling", while_frozen=False, by=_C),
        "payout:tested": Kind(("cooling", "test_sent"), "test_sent", while_frozen=False, by=_O),
        "payout:activated": Kind(("cooling", "test_sent"), "active", while_frozen=False, by=_C | _T),
        "payout:replaced": Kind(("active",), "replaced", while_frozen=False, by=_C | _T),
        "payout:cancelled": Kind(("pending", "cooling", "test_sent", "active"), "cancelled", by=_C | _O | _T),
        # A settlement is the way of one acceptance to its end. "missed" is the creditor's word that nothing came.
        "settlement:agreed": Kind((None,), "agreed", by=_T),
        "settlement:signed": Kind(("agreed",), "documents_signed", while_frozen=False, by=_C),
        "settlement:filed": Kind(("documents_signed",), "notice_filed", by=_O),
        "settlement:noticed": Kind(("notice_filed",), "notice_period", by=_O),
        "settlement:paid": Kind(
            ("documents_signed", "notice_period", "failed"),
            "payment_sent",
            above_limit=("officer",),
            while_frozen=False,
            by=_O,
        ),
        "settlement:missed": Kind(("payment_sent",), "payment_sent", by=_C),
        "settlement:received": Kind(("payment_sent",), "received", by=_C),
        "settlement:failed": Kind(
            ("agreed", "documents_signed", "notice_filed", "notice_period", "payment_sent"), "failed", by=_O
        ),
        "settlement:returned": Kind(
            ("agreed", "documents_signed", "notice_filed", "notice_period", "failed"), "returned", by=_O | _T
        ),
        # What a bond pays, one by one, in the settlement's chain; `item` numbers the payments.
        "coupon:posted": Kind((None,), "posted", by=_T),
        "coupon:announced": Kind(("posted",), "announced", by=_T),
        "coupon:paid": Kind(("posted", "announced"), "paid", above_limit=("officer",), while_frozen=False, by=_O),
        # An account is bound again when a second channel joins it, unbound when the last one leaves.
        "account:bound": Kind((None, "bound", "unbound"), "bound", by=_C),
        "account:unbound": Kind(("bound",), "unbound", by=_C),
        "account:frozen": Kind(("bound",), "frozen", by=_O),
        "account:unfrozen": Kind(("frozen",), "bound", by=_O),
        "account:erased": Kind(("bound", "unbound"), "erased", while_frozen=False, by=_T),
        # A person's wish to be erased; the clock does it when its cooling time is over.
        "erasure:asked": Kind((None,), "asked", while_frozen=False, by=_C),
        "erasure:withdrawn": Kind(("asked",), "withdrawn", by=_C | _T),
        "erasure:done": Kind(("asked",), "done", while_frozen=False, by=_T),
        # System entries: one chain without a subject, the log's own.
        "log:opened": Kind((None,), "open", lines=("offline",)),
        "key:added": Kind(("open",), "open", lines=("offline",)),
        "key:retired": Kind(("open",), "open", lines=("offline",)),
        "fact:published": Kind(("open",), "open"),
        "totals:published": Kind(("open",), "open", lines=("officer",)),
        "log:closed": Kind(("open",), "closed", lines=("offline",)),
    }
)

_SYSTEM = frozenset(kind for kind in KINDS if kind.startswith(("log:", "key:", "fact:", "totals:")))
_ITEMS = frozenset(kind for kind in KINDS if kind.startswith(("offer:", "coupon:")))


def named(kind: str) -> Kind:
    """The kind of this name, or `UnknownKind`."""
    try:
        return KINDS[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def is_system(kind: str) -> bool:
    """Whether it concerns the log itself, hence has no subject."""
    return kind in _SYSTEM


def has_item(kind: str) -> bool:
    """Whether its status belongs to one numbered thing in the chain: an offer on the claim, a payment of a bond."""
    return kind in _ITEMS


def may_bring_about(kind: str, by: str, proposed_by: str = "") -> None:
    """Whether somebody (`creditor`, `operator:<name>`, `series:<number>`, `clock`) may do this.

    MUST raise `MoveRefused` for another party than the table holds, and for an operator who does alone
    what takes two.
    """
    move = named(kind)
    party, _colon, name = by.partition(":")
    if party not in move.by:
        raise MoveRefused(kind=kind, status=None, by=by)
    if party == Party.OPERATOR and move.two_operators and proposed_by.casefold() in ("", name.casefold()):
        raise MoveRefused(kind=kind, status=None, by=by)


def next_status(kind: str, status: str | None) -> str:
    """The status this kind leads to. MUST raise `MoveRefused` for a move the table does not hold.

    `status` is the offer's own for offers, the account's for accounts; None when nothing is there yet.
    """
    move = named(kind)
    if status not in move.starts:
        raise MoveRefused(kind=kind, status=status)
    return move.to


def kinds_json() -> bytes:
    """The table as it is published (RFC 8785). Its SHA-256 goes into entry 0, so a changed byte is a new table.

    `while_frozen` and `by` are left out: a handle does not tell whose claim it is, and who did it is private: no
    stranger could check them.
    """
    return rfc8785.dumps(
        {
            "kinds": {name: _published(kind) for name, kind in KINDS.items()},
            "nouns": {
                "account": {"chain": "account", "status": "subject"},
                "claim": {"chain": "claim", "status": "subject"},
                "consent": {"chain": "consent", "status": "subject"},
                "coupon": {"chain": "settlement", "status": "item"},
                "erasure": {"chain": "erasure", "status": "subject"},
                "fact": {"chain": "log", "status": "log"},
                "key": {"chain": "log", "status": "log"},
                "log": {"chain": "log", "status": "log"},
                "offer": {"at_most_one": ["accepted", "paid"], "chain": "claim", "status": "item"},
                "payout": {"chain": "payout", "status": "subject"},
                "reveal": {"chain": "reveal", "status": "subject"},
                "rule": {"chain": "rule", "status": "subject"},
                "series": {"chain": "series", "status": "subject"},
                "settlement": {"chain": "settlement", "status": "subject"},
                "ticket": {"chain": "ticket", "status": "subject"},
                "totals": {"chain": "log", "status": "log"},
            },
            "v": 1,
        }
    )


def _published(kind: Kind) -> dict[str, Any]:
    members: dict[str, Any] = {"from": list(kind.starts), "to": kind.to}
    if kind.lines:
        members["lines"] = list(kind.lines)
    if kind.above_limit:
        members["above_limit"] = list(kind.above_limit)
    return members
