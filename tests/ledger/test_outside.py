"""OpenSSL, which shares no line with us, agrees on every kind of signature we make or believe."""

import base64
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ledger import entry, note
from bot.ledger.keys import ServiceKey

ORIGIN = "ledger.example/ftx"
SERVICE = ServiceKey(ORIGIN, b"S" * 32)


def openssl_verifies(folder: Path, public: bytes, message: bytes, signature: bytes) -> bool:
    (folder / "pub").write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
    (folder / "text").write_bytes(message)
    (folder / "sig").write_bytes(signature)
    command = "openssl pkeyutl -verify -pubin -keyform DER -inkey pub -rawin -in text -sigfile sig"
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, timeout=60)
    verdict = (done.returncode, done.stdout.strip())
    assert verdict in {(0, "Signature Verified Successfully"), (1, "Signature Verification Failure")}, done.stderr
    return done.returncode == 0


@pytest.fixture
def signed() -> bytes:
    subject, salt = entry.new_subject(), entry.new_salt()
    text = entry.write(
        ORIGIN,
        at=datetime(2026, 11, 22, 13, 40, tzinfo=UTC),
        kind="claim:submitted",
        subject=subject,
        prev=None,
        commit=entry.commitment(ORIGIN, salt, {"amount": "35000.00"}),
    )
    return SERVICE.sign(text)


def test_openssl_verifies_an_entry(tmp_path: Path, signed: bytes):
    # Taken apart here by hand, not by our parser.
    text, _, line = signed.rpartition(b"\n\n")
    text += b"\n"
    signature = base64.b64decode(line.split(b" ")[2])[4:]
    public = base64.b64decode(str(SERVICE.verifier).split("+", 2)[2])[1:]
    assert openssl_verifies(tmp_path, public, text, signature)

    assert not openssl_verifies(tmp_path, public, text[:-1], signature)
    assert not openssl_verifies(tmp_path, public, text + b"\n", signature)
    assert not openssl_verifies(tmp_path, public, text.replace(b"13:40", b"13:41"), signature)
    assert not openssl_verifies(tmp_path, public, text, bytes([signature[0] ^ 1]) + signature[1:])
    stranger = note.Signer("stranger.example", b"X" * 32).verifier
    assert not openssl_verifies(tmp_path, stranger.public, text, signature)


def test_we_believe_what_openssl_signs(tmp_path: Path):
    """A key, a signature and a witness's line made by OpenSSL; only the framing is written here."""
    for command in ("genpkey -algorithm ed25519 -out key", "pkey -in key -pubout -outform DER -out pub"):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, capture_output=True, check=True, timeout=60)
    public = (tmp_path / "pub").read_bytes()[-32:]
    text = f"{ORIGIN}\n1\nQ3IU/GJYYPgAPomKVkJHgRm+dd6hZ8NSJbyBnxGeOCA=\n"

    def sign(message: str) -> bytes:
        (tmp_path / "text").write_text(message)
        command = "openssl pkeyutl -sign -inkey key -rawin -in text -out sig"
        subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=True, timeout=60)
        return (tmp_path / "sig").read_bytes()

    log = note.VerifierKey("log.example", note.ED25519, public)
    witness = note.VerifierKey("witness.example", note.COSIGNATURE, public)
    lines = {
        log: sign(text),
        witness: (1679315147).to_bytes(8, "big") + sign(f"cosignature/v1\ntime 1679315147\n{text}"),
    }
    whole = text + "\n"
    for key, signature in lines.items():
        whole += f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"
    assert [signed.by for signed in note.verify(note.read(whole.encode()), lines)] == [log, witness]
    for key in lines:
        with pytest.raises(note.BadSignature):
            note.verify(note.read(whole.replace("\n1\n", "\n2\n").encode()), [key])
