"""The ledger's known answer: fixed keys, salt, subject and payload give these bytes, in any implementation."""

import base64
from datetime import UTC, datetime

from bot.ledger import entry, note
from bot.ledger.keys import ServiceKey

ORIGIN = "ledger.example/ftx"
LOG_VKEY = "ledger.example/ftx+ae78d17a+AZJzCPU9Z2VQPStkwQOrWqRyBqs5UCz+j5hEL9tUMQC3"
SERVICE_VKEY = "ledger.example/ftx/service-1+3c8b51fc+AfgMzNzkrhwHriCKKt+ZoxCuQgfgMG+gI2EQsGgnu7jQ"
SALT = bytes(range(32))
SUBJECT = bytes(range(0x40, 0x50))
PAYLOAD = {"amount": "35000.00", "currency": "USD", "remark": "示例"}
COMMIT = "eZ7h5rN_XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE8"
ENTRY = """\
ledger.example/ftx/entry/v1
{"at":"2026-11-22T13:40:00Z","commit":"eZ7h5rN_XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE8","kind":"claim:submitted","prev":null,"subject":"QEFCQ0RFRkdISUpLTE1OTw","v":1}

— ledger.example/ftx/service-1 PItR/LakxJkDFMiR12S2jaMGSzuzIrNESyeEjQXwZdowv3c+7yvzwyUHISLU0Fl3b7s8j2cnCVur2bOrVqpNFHEfmwM=
""".encode()
LEAF_HASH = "Q3IU/GJYYPgAPomKVkJHgRm+dd6hZ8NSJbyBnxGeOCA="
CHECKPOINT_LINE = "— ledger.example/ftx rnjReoER9LmAvhqpCal9Xcj1TFZhVEWbdAVJEYyEViOVUGCM34Mc5ZboxJvpB8SVdK+RKZU59AlzgJ6rUKKxvcZgqAs=\n"


def test_the_keys():
    assert str(note.Signer(ORIGIN, b"L" * 32).verifier) == LOG_VKEY
    assert str(ServiceKey(ORIGIN, b"S" * 32).verifier) == SERVICE_VKEY
    assert note.VerifierKey.read(LOG_VKEY) == note.Signer(ORIGIN, b"L" * 32).verifier
    assert note.VerifierKey.read(SERVICE_VKEY) == ServiceKey(ORIGIN, b"S" * 32).verifier


def test_the_commitment():
    commit = entry.commitment(ORIGIN, SALT, PAYLOAD)
    assert base64.urlsafe_b64encode(commit).decode().rstrip("=") == COMMIT


def test_the_entry_and_its_leaf_hash():
    text = entry.write(
        ORIGIN,
        at=datetime(2026, 11, 22, 13, 40, 59, tzinfo=UTC),
        kind="claim:submitted",
        subject=SUBJECT,
        prev=None,
        commit=entry.commitment(ORIGIN, SALT, PAYLOAD),
    )
    signed = ServiceKey(ORIGIN, b"S" * 32).sign(text)
    assert signed == ENTRY
    assert len(signed) == 318
    assert base64.b64encode(entry.leaf_hash(signed)).decode() == LEAF_HASH


def test_reading_it_back():
    found = entry.read(ENTRY, ORIGIN)
    assert found.at == datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
    assert (found.kind, found.subject, found.prev, found.item, found.public) == (
        "claim:submitted", SUBJECT, None, None, None,
    )  # fmt: skip
    assert found.commit == entry.commitment(ORIGIN, SALT, PAYLOAD)
    assert entry.opens(found, ORIGIN, entry.Opening(SALT, PAYLOAD))
    (signed,) = note.verify(found.signed, [note.VerifierKey.read(SERVICE_VKEY)])
    assert (signed.by.name, signed.at) == ("ledger.example/ftx/service-1", None)


def test_the_checkpoint_of_a_log_with_this_one_entry():
    text = f"{ORIGIN}\n1\n{LEAF_HASH}\n"
    assert note.Signer(ORIGIN, b"L" * 32).line(text) == CHECKPOINT_LINE
    assert note.verify(note.read(f"{text}\n{CHECKPOINT_LINE}".encode()), [note.VerifierKey.read(LOG_VKEY)])


def test_no_byte_of_it_can_be_another():
    """Every byte of the entry, changed in two ways, is refused by the parser or by the signature."""
    key = note.VerifierKey.read(SERVICE_VKEY)
    for place in range(len(ENTRY)):
        for change in (0x01, 0x20):
            forged = bytearray(ENTRY)
            forged[place] ^= change
            try:
                note.verify(entry.read(bytes(forged), ORIGIN).signed, [key])
            except note.BadNote:
                continue
            raise AssertionError(f"byte {place} was changed and nobody noticed")


def test_a_shortened_or_lengthened_entry_is_refused():
    for forged in (ENTRY[:-1], ENTRY[1:], ENTRY + b"\n", ENTRY + b"x", b"\n" + ENTRY, ENTRY * 2, b""):
        try:
            entry.read(forged, ORIGIN)
        except note.BadNote:
            continue
        raise AssertionError(f"accepted: {forged!r}")
