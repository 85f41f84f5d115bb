"""Signed notes (c2sp.org/signed-note v1.0.0): a text, a blank line, one signature line for each key.

Entries, checkpoints and witness lines all have this form, so verifiers written by others read ours.
Two kinds of line are checked: 0x01, Ed25519 over the text, and 0x04, a witness's Ed25519 line that
carries its time (c2sp.org/tlog-cosignature v1.0.1). Lines of any other kind are carried and ignored.

BadNote           these bytes are no signed note
  BadSignature    a line of a known key does not verify: the whole note is refused
  Unsigned        no known key signed it
BadKey            this is no key that may verify a note
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04

# Go's checksum database stops here as well; the specification asks for at least 16.
MOST_LINES = 100

_DASH = "— "  # U+2014 and a space: what every signature line begins with
_NAME = re.compile(r"[^\s+\x00-\x1f]+")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")

_P = 2**255 - 19
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})


class BadNote(ValueError):
    """These bytes are no signed note."""


class BadSignature(BadNote):
    """A line of a known key does not verify: the whole note is refused."""


class Unsigned(BadNote):
    """No known key signed this note."""


class BadKey(ValueError):
    """This is no key that may verify a note."""


def is_name(name: str) -> bool:
    """Whether a key or a log may be called so."""
    return _NAME.fullmatch(name) is not None


def from_base64(encoded: str) -> bytes:
    """Decode RFC 4648 base64 in its one padded spelling, and refuse every other with `ValueError`.

    Python's own decoder lets stray bits and surplus padding pass, which would give one
    signature several spellings, hence one entry several leaf hashes.
    """
    decoded = binascii.a2b_base64(encoded)
    if base64.b64encode(decoded).decode() != encoded:
        raise ValueError("not the canonical base64")
    return decoded


def key_id(name: str, type_: int, public: bytes) -> bytes:
    """The four bytes by which a signature line says which key made it."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([type_]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: what a verifier pins.

    MUST refuse points of small order and encodings that are not canonical: on those,
    libraries disagree about what a valid signature is.
    """

    name: str
    type: int
    public: bytes
    id: bytes = field(init=False, repr=False)
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadKey("a key name is not empty and holds no space, plus sign or control character")
        if self.type not in {ED25519, COSIGNATURE}:
            raise BadKey(f"unknown key type {self.type}")
        if len(self.public) != 32:
            raise BadKey("an Ed25519 key has 32 bytes")
        y = int.from_bytes(self.public, "little") & (2**255 - 1)
        if y >= _P or y in _SMALL_ORDER:
            raise BadKey("not a canonical point of large order")
        object.__setattr__(self, "id", key_id(self.name, self.type, self.public))
        object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.public))

    @classmethod
    def read(cls, vkey: str) -> Self:
        """Read `<name>+<key ID>+<base64>`. The base64 may itself hold plus signs."""
        name, _, rest = vkey.partition("+")
        hex_id, _, encoded = rest.partition("+")
        try:
            raw = from_base64(encoded)
        except ValueError as fault:
            raise BadKey("the key itself is not base64") from fault
        if not raw:
            raise BadKey("the key itself is missing")
        key = cls(name, raw[0], raw[1:])
        if key.id.hex() != hex_id:
            raise BadKey("the key ID belongs to another name or key")
        return key

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.type]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    def check(self, text: str, signature: bytes) -> datetime | None:
        """Raise `BadSignature` unless this key signed this text; a witness's time is returned."""
        message, time = text.encode(), None
        if self.type == COSIGNATURE:
            seconds, signature = int.from_bytes(signature[:8]), signature[8:]
            try:
                time = datetime.fromtimestamp(seconds, UTC)
            except (ValueError, OverflowError, OSError) as fault:
                # The specification stops at 2**63 - 1 and lets us refuse the far future: year 9999 it is.
                raise BadSignature(f"{self.name} signed at an impossible time") from fault
            message = b"cosignature/v1\ntime %d\n" % seconds + message
        try:
            self._key.verify(signature, message)
        except InvalidSignature as fault:
            raise BadSignature(f"{self.name}+{self.id.hex()} did not sign this") from fault
        return time


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line as it was written; nothing is known about it yet."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. Its text MUST NOT be believed before `verify` has named a key."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Signed:
    """A key whose line verified, and the time that line states (witnesses only)."""

    by: VerifierKey
    at: datetime | None


def read(note: bytes) -> Note:
    """Take a note apart: the text ends at the last blank line, and keeps its own last newline."""
    try:
        whole = note.decode()
    except UnicodeDecodeError as fault:
        raise BadNote("not UTF-8") from fault
    if _CONTROL.search(whole):
        raise BadNote("a control character other than newline")
    text, blank, tail = whole.rpartition("\n\n")
    if not blank:
        raise BadNote("no blank line before the signatures")
    if not tail.endswith("\n"):
        raise BadNote("the last signature line has no end")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_LINES:
        raise BadNote(f"more than {MOST_LINES} signature lines")
    return Note(text + "\n", tuple(_read_line(line) for line in lines))


def _read_line(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not is_name(name):
        raise BadNote("a signature line is: em dash, space, key name, space, base64")
    try:
        raw = from_base64(encoded)
    except ValueError as fault:
        raise BadNote("a signature is not base64") from fault
    if len(raw) < 5:
        raise BadNote("a signature line holds four bytes of key ID and a signature")
    return Signature(name, raw[:4], raw[4:])


def verify(note: Note, keys: Iterable[VerifierKey]) -> tuple[Signed, ...]:
    """Say which of these keys signed, in the order of the lines.

    MUST raise `Unsigned` rather than return nothing. A line whose name and key ID are not
    both known is ignored; a bad line of a known key refuses the note, whatever else stands there.
    """
    known: dict[tuple[str, bytes], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.id), key) != key:
            raise BadKey(f"two keys answer to {key.name}+{key.id.hex()}")
    signed: dict[VerifierKey, Signed] = {}
    for line in note.signatures:
        by = known.get((line.name, line.key_id))
        if by is not None:
            signed.setdefault(by, Signed(by, by.check(note.text, line.signature)))
    if not signed:
        raise Unsigned("no known key signed this note")
    return tuple(signed.values())


class Signer:
    """An Ed25519 key that signs notes under one name (type 0x01). The key is opened once and kept."""

    __slots__ = ("_prefix", "_private", "verifier")

    def __init__(self, name: str, seed: bytes) -> None:
        if len(seed) != 32:
            raise BadKey("an Ed25519 seed has 32 bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, ED25519, self._private.public_key().public_bytes_raw())
        self._prefix = f"{_DASH}{name} "

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.verifier}>"

    @property
    def name(self) -> str:
        return self.verifier.name

    def line(self, text: str) -> str:
        """The signature line for this text. MUST NOT sign what no reader would accept as a note's text."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise BadNote("a note's text ends in a newline and holds no other control character")
        raw = self.verifier.id + self._private.sign(text.encode())
        return f"{self._prefix}{base64.b64encode(raw).decode()}\n"

    def sign(self, text: str) -> bytes:
        """The whole note: text, blank line, our line."""
        return f"{text}\n{self.line(text)}".encode()
