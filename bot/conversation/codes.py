"""Six digits by mail: the proof that somebody holds a mailbox, wherever a room needs one.

A code is good for one contact, one address and one purpose: one that was mailed to link an account
confirms nothing else.
"""

import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from storage import deliveries, people
from storage.database import Transaction

#: the account on the mail channel; its addresses are blind indices, in hex
MAIL = "mail"
#: a code is good for so long and so many tries
CODE_LIVES = timedelta(minutes=10)
TRIES = 5
#: a new one may be asked for after so long, and so often within an hour, by one contact and for one address
RESEND_AFTER = timedelta(seconds=60)
HOUR = timedelta(hours=1)
MOST_PER_HOUR = 5

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")


def read_code(text: str) -> str:
    """The six digits of a code, from whatever digits and separators were typed.

    Raises Invalid: `email_not_code`, `not_six_digits`.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    if "@" in plain:
        raise Invalid("email_not_code")
    groups: list[str] = re.findall(r"[0-9]+", re.sub(r"(?<=[0-9])[\s\-.·]+(?=[0-9])", "", plain))
    if len(groups) != 1 or len(groups[0]) != 6:
        raise Invalid("not_six_digits")
    return groups[0]


def masked(email: str) -> str:
    """An address as its owner recognises it and nobody else can write to it: `z***@g***.com`."""
    local, _at, domain = email.partition("@")
    name, _dot, ending = domain.rpartition(".")
    return f"{local[:1]}***@{name[:1]}***.{ending}"


def may_send(mine: Sequence[datetime], theirs: Sequence[datetime], now: datetime) -> None:
    """Whether one more code may go out; `mine` and `theirs` are the sendings of the last hour, newest first.

    mine    for this contact, to whatever address
    theirs  to this address, for whatever contact

    Raises Invalid: `too_soon` (`seconds` to wait), `too_many` (`until` when).
    """
    newest = max([*mine[:1], *theirs[:1]], default=None)
    if newest is not None and now < newest + RESEND_AFTER:
        wait = newest + RESEND_AFTER - now
        raise Invalid("too_soon", seconds=-(-wait // timedelta(seconds=1)))
    for sent in (mine, theirs):
        recent = [at for at in sent if at > now - HOUR]
        if len(recent) >= MOST_PER_HOUR:
            raise Invalid("too_many", until=recent[MOST_PER_HOUR - 1] + HOUR)


class Code(Protocol):
    """A code that was mailed."""

    @property
    def email_index(self) -> bytes: ...
    @property
    def code_index(self) -> bytes: ...
    @property
    def tries(self) -> int: ...
    @property
    def expires_at(self) -> datetime: ...


def still_good(code: Code | None, email_index: bytes, now: datetime) -> bool:
    """Whether a code for this address is still waiting to be typed."""
    return (
        code is not None
        and hmac.compare_digest(code.email_index, email_index)
        and code.tries < TRIES
        and now < code.expires_at
    )


def is_right(code: Code | None, email_index: bytes, code_index: bytes, now: datetime) -> bool:
    """Whether the typed code proves the address, compared in constant time.

    False: it is wrong, and a try is to be counted. Raises Invalid when no code can be right any
    more: `no_code` (another address, or none was sent), `spent` (too many tries), `expired`.
    `now` is when the words reached our door.
    """
    if code is None or not hmac.compare_digest(code.email_index, email_index):
        raise Invalid("no_code")
    if code.tries >= TRIES:
        raise Invalid("spent")
    if now >= code.expires_at:
        raise Invalid("expired")
    return hmac.compare_digest(code.code_index, code_index)


async def send_code(
    db: Transaction,
    turn: Turn,
    person: Person,
    email: str,
    letter: Callable[[str], Reply],
    *,
    again: bool = False,
    purpose: str = "",
    about: Mapping[str, str] = {},
) -> bool:
    """Mail a new code, unless one for this address is still good and nobody asked for another (`again`).

    `about` is what the room wants to be told, should the mail not go out.


    MUST NOT look at creditors or the register: what happens, and how long it takes, is the same
    for an address we know and for one we do not. Raises Invalid (`too_soon`, `too_many`).
    """
    at = turn.received_at
    waiting = await people.proof(db, person.contact_id)
    if not again and still_good(waiting, people.email_index(email), at):
        return False
    mine, theirs = await people.sendings(db, person.contact_id, email, at - HOUR)
    try:
        may_send(mine, theirs, at)
    except Invalid as wrong:
        wrong.data["timezone"] = person.timezone
        raise
    code = f"{secrets.randbelow(1_000_000):06d}"
    until = at + CODE_LIVES
    await people.keep_proof(db, person.contact_id, email, _bound(code, purpose), at, until)
    await people.note_sending(db, person.contact_id, email, at)
    await deliveries.put(
        db,
        channel=MAIL,
        address=people.email_index(email).hex(),
        lane=deliveries.REPLY,
        dedupe_key=f"code:{turn.channel}:{turn.event_id}",
        kind="code",
        # whom to tell, should the mail not go out
        fields={"contact": person.contact_id, **about},
        body=letter(code).packed(),
        due_at=at,
        expires_at=until,
    )
    # A crash before the turn's COMMIT sends nothing; after it the outbox sends it, at the latest until it expires.
    return True


async def try_code(db: Transaction, turn: Turn, person: Person, email: str, code: str, *, purpose: str = "") -> None:
    """Try a code; it works once. Raises Invalid: `wrong_code` (`left` tries), `spent`, `expired`, `no_code`.

    A wrong try is counted in this very transaction, so nobody tries for nothing.
    """
    mailed = await people.proof(db, person.contact_id)
    index = people.code_index(person.contact_id, email, _bound(code, purpose))
    if is_right(mailed, people.email_index(email), index, turn.received_at):
        await people.drop_proof(db, person.contact_id)
        return
    await people.count_try(db, person.contact_id)
    tries = mailed.tries + 1 if mailed is not None else TRIES
    if tries >= TRIES:
        raise Invalid("spent")
    raise Invalid("wrong_code", left=TRIES - tries)


def _bound(code: str, purpose: str) -> str:
    return f"{purpose}:{code}" if purpose else code
