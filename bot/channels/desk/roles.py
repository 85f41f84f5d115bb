"""Which role may do what at the desk. One table; what is not in it nobody may do."""

from collections.abc import Mapping

AGENT, SENIOR, SUPERVISOR, AUDITOR = "agent", "senior", "supervisor", "auditor"
EVERYBODY = frozenset({AGENT, SENIOR, SUPERVISOR, AUDITOR})
#: an auditor reads only, and never what is masked
WORKERS = EVERYBODY - {AUDITOR}
SENIORS = frozenset({SENIOR, SUPERVISOR})

#: what changes something, or shows what is masked
MAY: Mapping[str, frozenset[str]] = {
    "preview": WORKERS,
    "answer": WORKERS,
    "ask_document": WORKERS,
    "note": WORKERS,
    "take": WORKERS,
    "assign": SENIORS,
    "release": WORKERS,
    "hold": WORKERS,
    "escalate": WORKERS,
    "solve": WORKERS,
    "close": WORKERS,
    "reveal": WORKERS,
    "file": WORKERS,
    "evidence": WORKERS,
    "taken_up": WORKERS,
    "queried": WORKERS,
    "allowed": SENIORS,
    "disputed": SENIORS,
    "disallowed": SENIORS,
    "refuse": SENIORS,
    "figures": frozenset({SENIOR, SUPERVISOR, AUDITOR}),
}
#: what may be done with a ticket, by the word in the address
ON_TICKETS = (
    "preview",
    "answer",
    "ask_document",
    "note",
    "take",
    "assign",
    "release",
    "hold",
    "escalate",
    "solve",
    "close",
    "reveal",
)
#: what may be decided about a claim; `refuse` takes a proposal of somebody's back
ON_CLAIMS = ("taken_up", "queried", "allowed", "disputed", "disallowed", "refuse")


def may(role: str, what: str) -> bool:
    """Whether a role may do this."""
    return role in MAY.get(what, frozenset())


def allowed(role: str) -> tuple[str, ...]:
    """Everything a role may do, for the page: it shows no button that would be refused."""
    return tuple(what for what in MAY if role in MAY[what])
