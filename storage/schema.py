"""Every table, gathered: importing this fills `metadata`."""

from storage import (
    approvals,
    claims,
    consents,
    conversations,
    deliveries,
    ledger,
    offers,
    openings,
    payouts,
    people,
    settlements,
    tickets,
    utterances,
)
from storage.database import metadata

__all__ = [
    "approvals",
    "claims",
    "consents",
    "conversations",
    "deliveries",
    "ledger",
    "metadata",
    "offers",
    "openings",
    "payouts",
    "people",
    "settlements",
    "tickets",
    "utterances",
]
