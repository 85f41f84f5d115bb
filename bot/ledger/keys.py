"""The key that signs every entry, and the file it comes from.

The seed lives in a file of its own that nobody else may read, never in the environment, which
child processes and crash reports can see. Losing it is no loss of data; showing it lets others
add entries, not hide any.
"""

import base64
import os
import stat
from pathlib import Path
from typing import Self

from bot.errors import Misconfigured
from bot.ledger import note


class ServiceKey(note.Signer):
    """`<origin>/service-<n>`. MUST sign entries and nothing else: one key, one name, one kind of text."""

    __slots__ = ()

    def __init__(self, origin: str, seed: bytes, number: int = 1) -> None:
        if number < 1:
            raise note.BadKey("service keys are numbered from 1")
        super().__init__(f"{origin}/service-{number}", seed)

    @classmethod
    def load(cls, path: Path, origin: str, number: int = 1) -> Self:
        """Open the key kept in this file. `number` grows with each rotation.

        MUST refuse a file others can read: a key that may have leaked is not a key.
        """
        seed = _read_seed(path)
        try:
            return cls(origin, seed, number)
        except note.BadKey as fault:
            raise Misconfigured(f"LEDGER_ORIGIN: {fault}") from fault


def make_seed(path: Path) -> None:
    """Make a new seed in a new file, 0600 and on disk before this returns.

    MUST NOT replace a file: `FileExistsError` says that there is a seed already (or that another
    process was faster; then its seed is whole and may be loaded).
    """
    draft = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            os.fchmod(fd, 0o600)
            file.write(base64.b64encode(os.urandom(32)) + b"\n")
            file.flush()
            os.fsync(fd)
        # The draft is whole. A crash before the link leaves a seed that nobody ever used.
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read_seed(path: Path) -> bytes:
    try:
        # Not blocking: a pipe in place of the file must be refused, not waited for.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as fault:
        raise Misconfigured(f"SERVICE_KEY_FILE: {path}: {fault.strerror}") from fault
    try:
        mode = os.fstat(fd).st_mode
        if not stat.S_ISREG(mode):
            raise Misconfigured(f"SERVICE_KEY_FILE: {path} is not a file")
        # 0400 is how a supervisor hands over a credential; nothing wider than 0600 passes.
        if stat.S_IMODE(mode) not in {0o600, 0o400}:
            raise Misconfigured(f"SERVICE_KEY_FILE: {path} has mode {stat.S_IMODE(mode):04o}, must be 0600")
        content = os.read(fd, 64)
    finally:
        os.close(fd)
    try:
        seed = note.from_base64(content.decode("ascii").removesuffix("\n"))
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise Misconfigured(f"SERVICE_KEY_FILE: {path} does not hold 32 bytes in base64")
    return seed
