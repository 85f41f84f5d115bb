"""Every table, gathered: importing this fills `metadata`."""

from storage import claims, consents, conversations, deliveries, ledger, offers, openings, people, tickets, utterances
from storage.database import metadata

__all__ = [
    "claims",
    "consents",
    "conversations",
    "deliveries",
    "ledger",
    "metadata",
    "offers",
    "openings",
    "people",
    "tickets",
    "utterances",
]
