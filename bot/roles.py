"""Which role may do what: at the desk in the browser, in a Telegram group, on the command line. One table.

What is not in it nobody may do. An auditor only reads, and never what is masked.
"""

from collections.abc import Mapping

AGENT, SENIOR, SUPERVISOR, AUDITOR = "agent", "senior", "supervisor", "auditor"
EVERYBODY = frozenset({AGENT, SENIOR, SUPERVISOR, AUDITOR})
WORKERS = EVERYBODY - {AUDITOR}
SENIORS = frozenset({SENIOR, SUPERVISOR})
SUPERVISORS = frozenset({SUPERVISOR})

#: what may be done with a ticket, by the word in the address
_TICKETS: Mapping[str, frozenset[str]] = {
    "preview": WORKERS,
    "typing": WORKERS,
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
    "export": SUPERVISORS,  # all of it, unmasked, for a regulator
    "edit": WORKERS,
    "withdraw": WORKERS,
    "merge": WORKERS,
    "link": WORKERS,
    "read": WORKERS,  # what he was named in
}
#: what may be decided about a claim; `refuse` takes a proposal of somebody's back
_CLAIMS: Mapping[str, frozenset[str]] = {
    "taken_up": WORKERS,
    "queried": WORKERS,
    "allowed": SENIORS,
    "disputed": SENIORS,
    "disallowed": SENIORS,
    "refuse": SENIORS,
    "personal": SENIORS,  # names, amounts and accounts, as `--reveal` shows them
    "write_first": WORKERS,
}
#: commands that have no button at the desk in the browser
_COMMANDS: Mapping[str, frozenset[str]] = {
    "final": SENIORS,
    "freeze": SENIORS,
    "offers": SENIORS,
    "gate": SUPERVISORS,
    "payouts": SENIORS,
    "settlements": SENIORS,
    "label": WORKERS,
}
#: what changes something, or shows what is masked
MAY: Mapping[str, frozenset[str]] = {
    **_TICKETS,
    **_CLAIMS,
    **_COMMANDS,
    "look": EVERYBODY,
    "file": WORKERS,
    "evidence": WORKERS,
    "figures": frozenset({SENIOR, SUPERVISOR, AUDITOR}),
    "score": SUPERVISORS,
    "scores": frozenset({SUPERVISOR, AUDITOR}),  # everybody's; his own an agent sees without
}
ON_TICKETS = tuple(_TICKETS)
ON_CLAIMS = tuple(_CLAIMS)


def may(role: str, what: str) -> bool:
    """Whether a role may do this."""
    return role in MAY.get(what, frozenset())


def allowed(role: str) -> tuple[str, ...]:
    """Everything a role may do, for the page: it shows no button that would be refused."""
    return tuple(what for what in MAY if role in MAY[what])
