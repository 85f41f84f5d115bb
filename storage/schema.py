"""Every table, gathered: importing this fills `metadata`."""

from storage import (
    agents,
    approvals,
    claims,
    consents,
    conversations,
    deliveries,
    erasure,
    ledger,
    offers,
    openings,
    payouts,
    people,
    quality,
    settlements,
    tickets,
    topics,
    utterances,
)
from storage.database import metadata

__all__ = [
    "agents",
    "approvals",
    "claims",
    "consents",
    "conversations",
    "deliveries",
    "erasure",
    "ledger",
    "metadata",
    "offers",
    "openings",
    "payouts",
    "people",
    "quality",
    "settlements",
    "tickets",
    "topics",
    "utterances",
]
