"""Signed notes: the specification's example, its rules, and each thing that must fail."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.ledger import note
from bot.ledger.note import BadKey, BadNote, BadSignature, Signer, Unsigned, VerifierKey

# The example of c2sp.org/signed-note: a note signed by other hands.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)

ALICE = Signer("alice.example/a", b"A" * 32)
BOB = Signer("bob.example/b", b"B" * 32)
TEXT = "one line\nanother 行\n"


class Witness:
    """A witness as c2sp.org/tlog-cosignature describes it; ours only reads such lines."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(name, note.COSIGNATURE, self._private.public_key().public_bytes_raw())

    def line(self, text: str, seconds: int) -> str:
        signature = self._private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        return line(self.verifier, seconds.to_bytes(8, "big") + signature)


WITNESS = Witness("witness.example/w1", b"W" * 32)


def line(key: VerifierKey, signature: bytes) -> str:
    return f"— {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def names(whole: str, *keys: VerifierKey) -> list[str]:
    return [signed.by.name for signed in note.verify(note.read(whole.encode()), keys)]


def test_the_example_of_the_specification():
    key = VerifierKey.read(SPEC_VKEY)
    assert str(key) == SPEC_VKEY
    assert key.id.hex() == "530d903a"
    assert note.read(SPEC_NOTE.encode()).text == "This is an example message.\n"
    assert names(SPEC_NOTE, key) == ["example.com/foo"]
    with pytest.raises(BadSignature):
        names(SPEC_NOTE.replace("example message", "exampel message"), key)
    with pytest.raises(BadSignature):
        names(SPEC_NOTE.replace("message.\n\n", "message.\n\n\n"), key)


def test_a_signature_line_has_the_length_of_the_specification():
    encoded = ALICE.line(TEXT).removesuffix("\n").rpartition(" ")[2]
    assert len(encoded) == 92
    assert len(WITNESS.line(TEXT, 1).removesuffix("\n").rpartition(" ")[2]) == 104


def test_the_text_ends_at_the_last_blank_line():
    text = "above\n\n— alice.example/a AAAAAAAA\n\nbelow\n\n"
    whole = ALICE.sign(text)
    assert note.read(whole).text == text
    assert note.verify(note.read(whole), [ALICE.verifier])


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        TEXT + ALICE.line(TEXT),  # no blank line
        TEXT + "\n" + ALICE.line(TEXT)[:-1],  # the last line has no end
        TEXT + "\n" + ALICE.line(TEXT) + "\n",
        TEXT + "\n" + ALICE.line(TEXT) + "Unexpected line.\n",
        TEXT + "\n" + ALICE.line(TEXT).replace("— ", "- "),
        TEXT + "\n" + ALICE.line(TEXT).replace("— ", "– "),  # en dash
        TEXT + "\n" + ALICE.line(TEXT).replace("— ", "—"),
        TEXT + "\n" + ALICE.line(TEXT).replace("— ", "—\u00a0"),
        TEXT + "\n" + ALICE.line(TEXT).replace("alice.example/a", "bad name"),
        TEXT + "\n" + ALICE.line(TEXT).replace("alice.example/a", "bad+name"),
        TEXT + "\n" + ALICE.line(TEXT).replace("alice.example/a", "bad\u2003name"),
        TEXT + "\n" + ALICE.line(TEXT).replace("alice.example/a", ""),
        TEXT + "\n" + ALICE.line(TEXT).replace("a ", "a  "),
        TEXT + "\n" + ALICE.line(TEXT).replace("\n", " \n"),
        TEXT + "\n" + ALICE.line(TEXT).replace("\n", "\r\n"),
        TEXT + "\n" + "— alice.example/a\n",
        TEXT + "\n" + "— alice.example/a \n",
        TEXT + "\n" + "— alice.example/a AAAAAA==\n",  # a key ID and no signature
        TEXT + "\n" + "— alice.example/a AAAAAAA\n",  # padding forgotten
        TEXT + "\n" + "— alice.example/a AAAAAAA_\n",  # base64url
        "\x01" + TEXT + "\n" + ALICE.line(TEXT),
        "tab\there\n\n" + ALICE.line(TEXT),
        "\r\n\n" + ALICE.line(TEXT),
        "\x00\n\n" + ALICE.line(TEXT),
    ],
)
def test_what_is_no_note(whole: str):
    with pytest.raises(BadNote):
        note.read(whole.encode())


@pytest.mark.parametrize("broken", [b"\xff", b"\xed\xa0\x80", b"\xc0\x80"])
def test_a_note_is_utf8(broken: bytes):
    with pytest.raises(BadNote, match="UTF-8"):
        note.read(broken + ALICE.sign(TEXT))


def test_one_signature_has_one_spelling():
    """Other base64 of the same bytes would be another leaf hash for the same entry."""
    first = ALICE.line(TEXT)
    assert first.endswith("=\n")
    for spelling in (first.replace("=", ""), first.replace("=", "=="), first[:60] + "\n" + first[60:]):
        with pytest.raises(BadNote):
            note.read(f"{TEXT}\n{spelling}".encode())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    stray = alphabet[alphabet.index(first[-3]) ^ 1]  # a bit that decodes to nothing
    twin = f"{first[:-3]}{stray}=\n"
    assert base64.b64decode(twin.rpartition(" ")[2]) == base64.b64decode(first.rpartition(" ")[2])
    with pytest.raises(BadNote):
        note.read(f"{TEXT}\n{twin}".encode())


def test_lines_of_unknown_keys_are_ignored():
    whole = f"{TEXT}\n{BOB.line(TEXT)}{ALICE.line(TEXT)}"
    assert names(whole, ALICE.verifier) == [ALICE.name]
    assert names(whole, BOB.verifier) == [BOB.name]
    assert names(whole, ALICE.verifier, BOB.verifier) == [BOB.name, ALICE.name]
    wrong = f"{TEXT}\n{BOB.line('something else' + chr(10))}{ALICE.line(TEXT)}"
    assert names(wrong, ALICE.verifier) == [ALICE.name]


def test_a_key_is_known_by_name_and_id_together():
    namesake = Signer(ALICE.name, b"C" * 32)
    other_name = VerifierKey("carol.example/c", note.ED25519, ALICE.verifier.public)
    for key in (namesake.verifier, other_name):
        with pytest.raises(Unsigned):
            names(ALICE.sign(TEXT).decode(), key)
    same_id = line(ALICE.verifier, b"\x00" * 64).replace(ALICE.name, BOB.name)
    same_name = namesake.line("something else\n")
    assert names(f"{TEXT}\n{same_id}{same_name}{ALICE.line(TEXT)}", ALICE.verifier) == [ALICE.name]


def test_a_bad_line_of_a_known_key_refuses_the_note():
    bad = BOB.line("something else\n")
    for lines in (bad, bad + ALICE.line(TEXT), ALICE.line(TEXT) + bad, BOB.line(TEXT) + bad):
        with pytest.raises(BadSignature):
            names(f"{TEXT}\n{lines}", ALICE.verifier, BOB.verifier)


@pytest.mark.parametrize("signature", [b"\x00", b"\x00" * 63, b"\x00" * 64, b"\x00" * 65, b"\xff" * 64])
def test_a_signature_of_the_wrong_shape_refuses_the_note(signature: bytes):
    with pytest.raises(BadSignature):
        names(f"{TEXT}\n{line(ALICE.verifier, signature)}", ALICE.verifier)
    with pytest.raises(BadSignature):
        names(f"{TEXT}\n{line(WITNESS.verifier, signature)}", WITNESS.verifier)


def test_a_note_nobody_known_signed_is_refused():
    with pytest.raises(Unsigned):
        names(ALICE.sign(TEXT).decode())
    with pytest.raises(Unsigned):
        names(ALICE.sign(TEXT).decode(), BOB.verifier)


def test_two_keys_of_one_name_and_id_are_refused():
    twin = Signer(ALICE.name, b"C" * 32).verifier
    object.__setattr__(twin, "id", ALICE.verifier.id)  # such a pair takes 2**32 tries; here it is made by hand
    with pytest.raises(BadKey):
        names(ALICE.sign(TEXT).decode(), ALICE.verifier, twin)
    assert names(ALICE.sign(TEXT).decode(), ALICE.verifier, ALICE.verifier) == [ALICE.name]


def test_many_signatures():
    signers = [Signer(f"s.example/{number}", bytes([number]) * 32) for number in range(16)]
    sixteen = TEXT + "\n" + "".join(signer.line(TEXT) for signer in signers)
    assert len(names(sixteen, *(signer.verifier for signer in signers))) == 16
    assert names(TEXT + "\n" + ALICE.line(TEXT) * note.MOST_LINES, ALICE.verifier) == [ALICE.name]
    with pytest.raises(BadNote):
        note.read((TEXT + "\n" + ALICE.line(TEXT) * (note.MOST_LINES + 1)).encode())


def test_a_witness_line_tells_its_time():
    whole = f"{TEXT}\n{ALICE.line(TEXT)}{WITNESS.line(TEXT, 1679315147)}"
    alice, witness = note.verify(note.read(whole.encode()), [WITNESS.verifier, ALICE.verifier])
    assert (alice.by, alice.at) == (ALICE.verifier, None)
    assert (witness.by, witness.at) == (WITNESS.verifier, datetime(2023, 3, 20, 12, 25, 47, tzinfo=UTC))


def test_a_witness_line_cannot_be_moved():
    good = base64.b64decode(WITNESS.line(TEXT, 1679315147).rpartition(" ")[2])[4:]
    later = (1679315148).to_bytes(8, "big") + good[8:]
    with pytest.raises(BadSignature):
        names(f"{TEXT}\n{line(WITNESS.verifier, later)}", WITNESS.verifier)
    with pytest.raises(BadSignature):
        names(f"Another {TEXT}\n{line(WITNESS.verifier, good)}", WITNESS.verifier)
    with pytest.raises(BadSignature):  # the signature alone, as a key of type 0x01 makes it
        names(f"{TEXT}\n{line(WITNESS.verifier, good[8:])}", WITNESS.verifier)


@pytest.mark.parametrize("seconds", [253402300800, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_witness_line_from_beyond_the_calendar_is_refused(seconds: int):
    with pytest.raises(BadSignature, match="impossible time"):
        names(f"{TEXT}\n{WITNESS.line(TEXT, seconds)}", WITNESS.verifier)


def test_one_key_for_two_kinds_of_line_is_two_keys():
    plain = VerifierKey(WITNESS.verifier.name, note.ED25519, WITNESS.verifier.public)
    assert plain.id != WITNESS.verifier.id
    with pytest.raises(Unsigned):
        names(f"{TEXT}\n{WITNESS.line(TEXT, 1)}", plain)


def test_a_vkey_whose_base64_holds_a_plus_sign():
    for seed in range(256):
        key = Signer("a.example", bytes([seed]) * 32).verifier
        if "+" in str(key).split("+", 2)[2]:
            assert VerifierKey.read(str(key)) == key
            return
    raise AssertionError("no such key among 256")


def test_no_part_of_a_vkey_may_be_missing_or_another():
    for vkey in (SPEC_VKEY, str(WITNESS.verifier)):
        for start in range(len(vkey)):
            for end in range(start, len(vkey) + 1):
                if (start, end) != (0, len(vkey)):
                    with pytest.raises(BadKey):
                        VerifierKey.read(vkey[start:end])
        for place in range(len(vkey)):
            with pytest.raises(BadKey):
                VerifierKey.read(vkey[:place] + chr(ord(vkey[place]) + 1) + vkey[place + 1 :])


@pytest.mark.parametrize("type_", [0x00, 0x02, 0x05, 0x06, 0xFF])
def test_a_vkey_of_another_type_is_refused(type_: int):
    raw = bytes([type_]) + ALICE.verifier.public
    with pytest.raises(BadKey, match="type"):
        VerifierKey.read(f"a.example+{note.key_id('a.example', *_split(raw)).hex()}+{base64.b64encode(raw).decode()}")


def _split(raw: bytes) -> tuple[int, bytes]:
    return raw[0], raw[1:]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_vkey_of_another_length_is_refused(length: int):
    public = b"\x05" * length
    raw = b"\x01" + public
    with pytest.raises(BadKey, match="32 bytes"):
        VerifierKey.read(f"a.example+{note.key_id('a.example', 1, public).hex()}+{base64.b64encode(raw).decode()}")


def test_points_on_which_libraries_disagree_are_refused():
    """All points whose order divides 8, found here by arithmetic, in both signs, and y beyond the field."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def doubled(y: int) -> int:
        """The y of 2P from the y of P, on the curve y² - x² = 1 + d·x²·y²."""
        x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        return (y * y + x2) * pow(2 - y * y + x2, -1, p) % p

    small = note._SMALL_ORDER
    assert len(small) == 5  # y of one point each for 1 and -1, of two points each for 0 and the others: eight in all
    for y in small:
        assert doubled(doubled(doubled(y))) == 1
    assert doubled(int.from_bytes(ALICE.verifier.public, "little") & (2**255 - 1)) not in small
    for y in [*small, *range(p, 2**255)]:
        for sign in (0, 1 << 255):
            with pytest.raises(BadKey, match="canonical"):
                VerifierKey("a.example", note.ED25519, (y | sign).to_bytes(32, "little"))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x00b", "a\u2028b", "a\u0085b"])
def test_names_that_no_key_may_have(name: str):
    assert not note.is_name(name)
    with pytest.raises(BadKey):
        Signer(name, b"A" * 32)


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\x00\n", "a\r\n", "\x1f\n"])
def test_we_sign_nothing_that_is_no_text_of_a_note(text: str):
    with pytest.raises(BadNote):
        ALICE.line(text)


def test_a_lone_surrogate_is_not_signed():
    with pytest.raises(ValueError, match="surrogate"):
        ALICE.sign("\ud800\n")


@pytest.mark.parametrize("seed", [b"", b"A" * 31, b"A" * 33])
def test_a_seed_has_32_bytes(seed: bytes):
    with pytest.raises(BadKey):
        Signer("a.example", seed)


def test_a_signer_shows_its_public_half_only():
    assert repr(ALICE) == f"<Signer {ALICE.verifier}>"
    assert "A" * 8 not in repr(ALICE)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(c) for c in range(32)]), max_size=200)
NAMES = st.from_regex(r"[^\s+\x00-\x1f]{1,40}", fullmatch=True).filter(note.is_name)


@given(st.lists(TEXTS, min_size=1, max_size=6), NAMES, st.binary(min_size=32, max_size=32))
def test_what_we_sign_is_read_back(lines: list[str], name: str, seed: bytes):
    assume(not any("\ud800" <= c <= "\udfff" for c in name))
    text = "\n".join(lines) + "\n"
    signer = Signer(name, seed)
    found = note.read(signer.sign(text))
    assert found.text == text
    assert note.verify(found, [VerifierKey.read(str(signer.verifier))])


@given(TEXTS, st.data())
def test_no_bit_can_be_flipped(body: str, data: st.DataObject):
    whole = bytearray(ALICE.sign(body + "\n"))
    place = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[place // 8] ^= 1 << place % 8
    with pytest.raises(BadNote):
        note.verify(note.read(bytes(whole)), [ALICE.verifier])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(noise: bytes):
    for whole in (noise, noise + b"\n\n" + ALICE.line(TEXT).encode(), TEXT.encode() + b"\n" + noise):
        try:
            note.verify(note.read(whole), [ALICE.verifier, WITNESS.verifier])
        except BadNote:
            continue
        assert whole == ALICE.sign(TEXT)
