"""An entry: one signed transition, and the leaf it becomes in the tree.

    <origin>/entry/v1
    {"at":"…","commit":"…","kind":"…","prev":…,"subject":…,"v":1}

    — <origin>/service-<n> <base64>

The first line keeps an entry from ever being read as a checkpoint. The second is RFC 8785 JSON.
What was done stays private: the entry holds a salted hash of it (the commitment), and whoever is
given salt and payload (the opening) can check the two against each other.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import rfc8785

from bot.ledger import kinds, note

# The tile format would carry 65,535. Ours has a tenth of this; more can only be a mistake.
MOST_BYTES = 4096
# What `write` may fill of it: the rest is for the blank line and the signature lines.
MOST_TEXT = 3072

_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:00Z")
_ITEM = re.compile(r"[1-9][0-9]{0,7}")
_SERVICE = re.compile(r"service-[1-9][0-9]{0,8}")
_ALWAYS = frozenset({"at", "commit", "kind", "prev", "subject", "v"})


class BadEntry(note.BadNote):
    """This is no entry of ours. The text names the fault and never quotes the entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry taken apart. MUST NOT be believed before `note.verify(entry.signed, keys)` has named a key.

    subject  handle of the claim, ticket, consent or account; None in system entries
    prev     leaf hash of the subject's entry before this one
    item     which offer on the claim; offers only
    public   system entries only
    signed   the text and lines as received: what signatures are checked over
    """

    at: datetime
    kind: str
    subject: bytes | None
    prev: bytes | None
    commit: bytes | None
    item: str | None
    public: Mapping[str, str] | None
    signed: note.Note


@dataclass(frozen=True, slots=True)
class Opening:
    """What a commitment hides. Whoever deletes it closes the entry for ever."""

    salt: bytes
    payload: Mapping[str, Any]


def new_subject() -> bytes:
    """A handle for a new claim, ticket, consent or account. MUST be derived from nothing."""
    return os.urandom(16)


def new_salt() -> bytes:
    """MUST be new for each entry: one salt for two entries shows that they say the same."""
    return os.urandom(32)


def write(
    origin: str,
    *,
    at: datetime,
    kind: str,
    subject: bytes | None,
    prev: bytes | None,
    commit: bytes | None,
    item: str | None = None,
    public: Mapping[str, str] | None = None,
) -> str:
    """The text of an entry, ready to be signed. MUST refuse what `read` would refuse.

    `at` is cut to the minute: seconds would help a stranger find out who was talking to us.
    """
    if not note.is_name(origin):
        raise BadEntry("an origin is not empty and holds no space, plus sign or control character")
    if kind not in kinds.KINDS:
        raise BadEntry("unknown kind")
    if at.tzinfo is None:
        raise BadEntry("a time without its zone")
    if kinds.is_system(kind):
        if subject is not None or commit is not None or public is None:
            raise BadEntry("a system entry has neither subject nor commitment, and says all in public")
    elif subject is None or commit is None or public is not None:
        raise BadEntry("this kind needs a subject and a commitment, and says nothing in public")
    if (item is not None) != kinds.has_item(kind):
        raise BadEntry("offers are numbered, nothing else is")
    if item is not None and not _ITEM.fullmatch(item):
        raise BadEntry("offers are numbered 1, 2, 3 …")

    # Written by hand because this runs in every act: all these values are plain ASCII, so that
    # sorted members without a space are RFC 8785. A test compares the two.
    item_member = "" if item is None else f'"item":"{item}",'
    public_member = "" if public is None else f'"public":{_public(public)},'
    minute = at.astimezone(UTC).isoformat()[:16]
    text = (
        f'{origin}/entry/v1\n{{"at":"{minute}:00Z","commit":{_quoted(commit, 32)},{item_member}"kind":"{kind}",'
        f'"prev":{_quoted(prev, 32)},{public_member}"subject":{_quoted(subject, 16)},"v":1}}\n'
    )
    if len(text.encode()) > MOST_TEXT:
        raise BadEntry(f"more than {MOST_TEXT} bytes of text")
    return text


def _quoted(value: bytes | None, length: int) -> str:
    if value is None:
        return "null"
    if len(value) != length:
        raise BadEntry(f"{length} bytes expected")
    return f'"{base64.urlsafe_b64encode(value).decode().rstrip("=")}"'


def _public(public: Mapping[str, str]) -> str:
    if not all(isinstance(part, str) for pair in public.items() for part in pair):
        raise BadEntry("public is an object of strings")
    return _canonical(dict(public)).decode()


def read(entry: bytes, origin: str) -> Entry:
    """Take an entry of this log apart, strictly: what is odd is refused, so that one entry has one spelling."""
    if len(entry) > MOST_BYTES:
        raise BadEntry(f"more than {MOST_BYTES} bytes")
    signed = note.read(entry)
    _check_lines(signed, origin)
    header, _, line = signed.text.partition("\n")
    if header != f"{origin}/entry/v1" or line.count("\n") != 1:
        raise BadEntry("not the two lines of an entry of this log")
    members = _object(line)
    if members.keys() - _ALWAYS - {"item", "public"}:
        raise BadEntry("an unknown member")
    if _ALWAYS - members.keys():
        raise BadEntry("a missing member")
    if type(members["v"]) is not int or members["v"] != 1:
        raise BadEntry("another version")
    at = _string(members["at"])
    if not _AT.fullmatch(at):
        raise BadEntry("a time is a minute of UTC")
    # A null where the member should be missing would be a second spelling.
    if not isinstance(members.get("public", {}), dict):
        raise BadEntry("public is an object of strings")
    try:
        found = Entry(
            at=datetime.fromisoformat(at),
            kind=_string(members["kind"]),
            subject=_bytes(members["subject"]),
            prev=_bytes(members["prev"]),
            commit=_bytes(members["commit"]),
            item=_string(members["item"]) if "item" in members else None,
            public=members.get("public"),
            signed=signed,
        )
    except BadEntry:
        raise
    except ValueError as fault:
        raise BadEntry("no such minute, or no base64url") from fault
    # Whatever else is unusual (order, spaces, escapes, padding) comes out differently here.
    # Signatures are checked over the text received, never over this one.
    again = write(
        origin,
        at=found.at,
        kind=found.kind,
        subject=found.subject,
        prev=found.prev,
        commit=found.commit,
        item=found.item,
        public=found.public,
    )
    if again != signed.text:
        raise BadEntry("not the canonical spelling")
    return found


def _check_lines(signed: note.Note, origin: str) -> None:
    first = signed.signatures[0].name
    if not first.startswith(f"{origin}/") or not _SERVICE.fullmatch(first.removeprefix(f"{origin}/")):
        raise BadEntry("the first line is not of a service key of this log")
    if len({(line.name, line.key_id) for line in signed.signatures}) != len(signed.signatures):
        raise BadEntry("one key signed twice")


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962's hash of a leaf: what the next entry of the subject names as `prev`."""
    return hashlib.sha256(b"\x00" + entry).digest()


def commitment(origin: str, salt: bytes, payload: Mapping[str, Any]) -> bytes:
    """The salted hash that an entry shows in place of its payload.

    MUST refuse floats: money is a decimal string, and no two languages print floats alike.
    """
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    members = dict(payload)
    try:
        _refuse_floats(members)
    except RecursionError as fault:
        raise BadEntry("nested too deep") from fault
    return hashlib.sha256(f"{origin}/commit/v1\n".encode() + salt + _canonical(members)).digest()


def opens(entry: Entry, origin: str, opening: Opening) -> bool:
    """Whether this opening is the one the entry was made with."""
    return entry.commit is not None and entry.commit == commitment(origin, opening.salt, opening.payload)


def write_extra(entry: bytes, opening: Opening | None = None) -> bytes:
    """What a receipt carries besides its proof. Without the opening it shows the step and not what was said."""
    members: dict[str, Any] = {"entry": entry.decode()}
    if opening is not None:
        members["payload"] = dict(opening.payload)
        members["salt"] = base64.b64encode(opening.salt).decode()
    return _canonical(members)


def read_extra(extra: bytes, origin: str) -> tuple[Entry, Opening | None]:
    """Take it apart; MUST refuse an opening that does not open the entry.

    Nothing in it is signed as a whole: the caller still checks the entry's signatures, and that
    its leaf hash is the one the proof proves.
    """
    try:
        members = _object(extra.decode())
    except UnicodeDecodeError as fault:
        raise BadEntry("not UTF-8") from fault
    if members.keys() not in ({"entry"}, {"entry", "payload", "salt"}):
        raise BadEntry("entry alone, or with payload and salt")
    if _canonical(members) != extra:
        raise BadEntry("not the canonical spelling")
    entry = read(_string(members["entry"]).encode(), origin)
    if "salt" not in members:
        return entry, None
    if not isinstance(members["payload"], dict):
        raise BadEntry("a payload is an object")
    try:
        opening = Opening(note.from_base64(_string(members["salt"])), members["payload"])
        fits = opens(entry, origin, opening)
    except ValueError as fault:
        raise BadEntry("a salt is 32 bytes in base64, a payload holds no float") from fault
    if not fits:
        raise BadEntry("salt and payload do not open this entry")
    return entry, opening


def _canonical(members: dict[str, Any]) -> bytes:
    try:
        return rfc8785.dumps(members)
    except (ValueError, RecursionError) as fault:  # a lone surrogate, an integer beyond 2**53, a type JSON has not
        raise BadEntry("not expressible in RFC 8785") from fault


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise BadEntry("a float")
    if isinstance(value, dict):
        for member in value.values():
            if type(member) is not str:  # most are
                _refuse_floats(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _refuse_floats(member)


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_without_repetition, parse_float=_no_float, parse_constant=_no_float)
    except BadEntry:
        raise
    except (ValueError, RecursionError) as fault:
        raise BadEntry("not JSON") from fault
    if not isinstance(found, dict):
        raise BadEntry("not a JSON object")
    return found


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadEntry("a repeated member")
    return members


def _no_float(_: str) -> NoReturn:
    raise BadEntry("a float")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise BadEntry("a string expected")
    return value


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    encoded = _string(value)
    return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
