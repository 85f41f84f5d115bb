"""T1: a status and its signed entry move together or not at all. No other code moves a status."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from bot.errors import StaleStatus
from bot.ledger import entry, kinds
from bot.ledger.keys import ServiceKey
from storage import ledger, openings, people
from storage.database import Transaction
from storage.terms import AccountStatus


class HasStatus(Protocol):
    """A row with a status, as it was read and locked."""

    @property
    def status(self) -> str: ...


RowT = TypeVar("RowT", bound=HasStatus)
Move = Callable[..., Awaitable[bool]]


class _Signing:
    """What this process signs with; one process serves one ledger."""

    key: ServiceKey | None = None
    origin: str = ""


_signing = _Signing()


def sign_with(key: ServiceKey, origin: str) -> None:
    """Hand over the service key, once, at start."""
    _signing.key = key
    _signing.origin = origin


@dataclass(frozen=True, slots=True)
class Entry:
    """What was appended: its subject's step, the status it moved to, and the receipt number people see."""

    id: int
    kind: str
    step: int
    status: str
    at: datetime
    leaf_hash: bytes

    @property
    def receipt(self) -> str:
        """The first 40 bits of the leaf hash in Crockford's base 32, as `K7QF-29MX`."""
        return receipt_number(self.leaf_hash)


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def receipt_number(leaf_hash: bytes) -> str:
    """The receipt number of an entry, from its leaf hash."""
    bits = int.from_bytes(leaf_hash[:5], "big")
    letters = "".join(_CROCKFORD[(bits >> shift) & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def new_handle() -> str:
    """A subject for a new claim, ticket, consent or account: 16 random bytes, base64url, 22 characters."""
    return base64.urlsafe_b64encode(entry.new_subject()).rstrip(b"=").decode()


async def transition(
    db: Transaction,
    move: Move,
    row: HasStatus | None,
    *,
    kind: str,
    subject: str,
    at: datetime,
    by: str,
    payload: dict[str, Any],
    item: str | None = None,
    **changes: Any,
) -> Entry:
    """Move a status and append its signed entry, in the caller's transaction.

    `move(db, row, to, at, **changes)` is the storage function that moves (or, with `row` None,
    makes) the row; it answers whether it did. `by` says who: `creditor`, `operator:<name>`, `clock`.
    `at` is the moment that counts (of receipt, for what a person did). `payload` holds strings,
    integers, lists and objects, money as decimal strings: it is private and only committed to; `by`
    and the exact moment of receipt are added to it.

    The caller MUST hold the row's lock. Raises MoveRefused for a move the table of kinds does not
    have, for a party it does not give it to, for one operator where it takes two (`payload["proposed_by"]`
    names the first), and while the account is frozen; StaleStatus when somebody was faster: then nothing
    was written.
    """
    key = _signing.key
    if key is None:
        raise RuntimeError("no service key: call bot.ledger.transition.sign_with first")
    status = None if row is None or row.status == "draft" else row.status
    to = kinds.next_status(kind, status)
    kinds.may_bring_about(kind, by, str(payload.get("proposed_by", "")))
    if not kinds.named(kind).while_frozen:
        await _not_frozen(db, kind, status, getattr(row, "creditor_id", changes.get("creditor_id")))
    if not await move(db, row, to, at, **changes):
        raise StaleStatus(kind=kind, status=status)
    last = await ledger.last(db, subject)
    received_at = at.astimezone(UTC).isoformat(timespec="microseconds")
    if last is not None and at < last.at:
        at = last.at  # time never falls within a subject; the exact moment of receipt is in the payload
    salt = entry.new_salt()
    opened = {**payload, "by": by, "received_at": received_at}
    text = entry.write(
        _signing.origin,
        at=at,
        kind=kind,
        subject=base64.urlsafe_b64decode(subject + "=="),
        prev=last.leaf_hash if last is not None else None,
        commit=entry.commitment(_signing.origin, salt, opened),
        item=item,
    )
    leaf = key.sign(text)
    leaf_hash = entry.leaf_hash(leaf)
    step = last.step + 1 if last is not None else 1
    entry_id = await ledger.append(
        db, subject=subject, step=step, kind=kind, item=item, status=to, at=at, leaf=leaf, leaf_hash=leaf_hash
    )
    await openings.keep(db, entry_id, salt, opened)
    # Until the turn's COMMIT none of this is there; after it the status, the entry and its opening all are.
    return Entry(entry_id, kind, step, to, at, leaf_hash)


async def _not_frozen(db: Transaction, kind: str, status: str | None, creditor_id: int | None) -> None:
    """Whose account it is must not be frozen. A row that does not say whose it is was asked about by its room."""
    if creditor_id is not None and await people.account_status(db, creditor_id) == AccountStatus.FROZEN:
        raise kinds.MoveRefused(kind=kind, status=status)


__all__ = ["Entry", "HasStatus", "Move", "new_handle", "receipt_number", "sign_with", "transition"]
