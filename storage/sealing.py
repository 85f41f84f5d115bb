"""Personal data at rest: sealed columns, and blind indices to look them up.

A sealed value is `0x01 | key id | nonce (12) | AES-256-GCM(plain, aad=place)`: 30 bytes more than
the plain one. `place` ("creditor.email") binds it to its column: bytes moved elsewhere do not open.
"""

import hashlib
import hmac
import os
import unicodedata
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary

from storage.database import Converted, T

_VERSION = 1
_LEAST = 30  # version, key number, nonce, tag


class Locked(RuntimeError):
    """A sealed value was touched before `unlock`."""


class _Ring:
    """The keys of this process. One process serves one database, so one ring is enough."""

    def __init__(self) -> None:
        self.ciphers: dict[int, AESGCM] = {}
        self.current = 0
        self.index_key = b""


_ring = _Ring()


def unlock(keys: Mapping[int, bytes], index_key: bytes) -> None:
    """Hand over the keys: the first of `keys` seals, all of them open.

    All are stretched by HKDF (RFC 5869), so that the same bytes never serve two purposes. Raises
    ValueError for what is no key of 32 bytes, numbered from 1 to 255: then the old keys stay.
    """
    if not keys or not all(0 < number < 256 for number in keys):
        raise ValueError("data keys are numbered from 1 to 255")
    if not all(len(key) == 32 for key in (*keys.values(), index_key)):
        raise ValueError("a key is 32 bytes")
    _ring.ciphers = {number: AESGCM(_derive(key, b"zhaiquantong/sealed")) for number, key in keys.items()}
    _ring.current = next(iter(keys))
    _ring.index_key = _derive(index_key, b"zhaiquantong/index")


def current_key() -> int:
    """The number of the key that seals now."""
    return _ring.current


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def seal(place: str, plain: bytes) -> bytes:
    """Seal bytes for one place. Raises Locked before `unlock`."""
    if not _ring.ciphers:
        raise Locked("no data keys: call storage.sealing.unlock first")
    nonce = os.urandom(12)
    sealed = _ring.ciphers[_ring.current].encrypt(nonce, plain, place.encode())
    return bytes((_VERSION, _ring.current)) + nonce + sealed


def unseal(place: str, sealed: bytes) -> bytes:
    """Open what `seal` made.

    Raises InvalidTag for another place or changed bytes, KeyError for a lost key, ValueError for
    what was never sealed.
    """
    if not _ring.ciphers:
        raise Locked("no data keys: call storage.sealing.unlock first")
    if len(sealed) < _LEAST or sealed[0] != _VERSION:
        raise ValueError("not a sealed value of this version")
    return _ring.ciphers[sealed[1]].decrypt(sealed[2:14], sealed[14:], place.encode())


def blind(purpose: str, value: str) -> bytes:
    """A 32-byte index of a value that can be compared but not read.

    Low-entropy values rest on the secrecy of the index key alone.
    """
    if not _ring.index_key:
        raise Locked("no index key: call storage.sealing.unlock first")
    return hmac.digest(_ring.index_key, f"{purpose}\0{normal(value)}".encode(), hashlib.sha256)


def normal(value: str) -> str:
    """One spelling for what people type in several: width, case, blanks around it. Stays when normalised again."""
    while (again := unicodedata.normalize("NFKC", value).strip().casefold()) != value:
        value = again
    return value


class _Sealed(Converted[T]):
    """A value, sealed for `place`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


class SealedBytes(_Sealed[bytes]):
    """Bytes, sealed for `place`."""

    cache_ok = True

    def kept(self, value: bytes) -> bytes:
        return seal(self.place, value)

    def read(self, value: bytes) -> bytes:
        return unseal(self.place, value)


class SealedText(_Sealed[str]):
    """Text, sealed for `place`."""

    cache_ok = True

    def kept(self, value: str) -> bytes:
        return seal(self.place, value.encode())

    def read(self, value: bytes) -> str:
        return unseal(self.place, value).decode()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a float: money is integer cents")
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        if type(member) is not str:  # most are
            _refuse_floats(member)


class SealedJson(_Sealed[Any]):
    """A JSON value (strings, integers, lists, objects), sealed for `place`. MUST refuse floats.

    Assign a new value: nothing watches for changes inside the old one.
    """

    cache_ok = True

    def kept(self, value: Any) -> bytes:
        _refuse_floats(value)
        return seal(self.place, orjson.dumps(value))

    def read(self, value: bytes) -> Any:
        return orjson.loads(unseal(self.place, value))
