"""Entries: one spelling each, strictly read, and a commitment that only its opening opens."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.ledger import entry, note
from bot.ledger.entry import BadEntry, Opening
from bot.ledger.keys import ServiceKey
from bot.ledger.kinds import KINDS, has_item, is_system

ORIGIN = "ledger.example/ftx"
SERVICE = ServiceKey(ORIGIN, b"S" * 32)
AT = datetime(2026, 11, 22, 13, 40, tzinfo=UTC)
SUBJECT = bytes(range(0x40, 0x50))
SALT = bytes(range(32))
PAYLOAD: dict[str, Any] = {"amount": "35000.00", "currency": "USD", "remark": "示例"}
COMMIT = entry.commitment(ORIGIN, SALT, PAYLOAD)
PREV = bytes(range(0x80, 0xA0))

CLAIM: dict[str, Any] = {"at": AT, "kind": "claim:amended", "subject": SUBJECT, "prev": PREV, "commit": COMMIT}
OFFER: dict[str, Any] = {**CLAIM, "kind": "offer:accepted", "item": "2"}
SYSTEM: dict[str, Any] = {
    "at": AT,
    "kind": "key:added",
    "subject": None,
    "prev": PREV,
    "commit": None,
    "public": {"vkey": "示例", "": "a\nb"},
}


def signed(line: str, origin: str = ORIGIN) -> bytes:
    """An entry with whatever second line, properly signed."""
    return SERVICE.sign(f"{origin}/entry/v1\n{line}\n")


def members(values: dict[str, Any] = CLAIM) -> dict[str, Any]:
    found = json.loads(entry.write(ORIGIN, **values).split("\n")[1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("values", [CLAIM, OFFER, SYSTEM, {**CLAIM, "kind": "claim:submitted", "prev": None}])
def test_what_is_written_is_read_back(values: dict[str, Any]):
    text = entry.write(ORIGIN, **values)
    found = entry.read(SERVICE.sign(text), ORIGIN)
    for name, value in values.items():
        assert getattr(found, name) == value
    assert found.signed.text == text
    assert note.verify(found.signed, [SERVICE.verifier])
    header, line, end = text.split("\n")
    assert (header, end) == ("ledger.example/ftx/entry/v1", "")
    assert rfc8785.dumps(json.loads(line)).decode() == line


def test_the_members_are_those_of_the_specification():
    assert members() == {
        "at": "2026-11-22T13:40:00Z",
        "commit": "eZ7h5rN_XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE8",
        "kind": "claim:amended",
        "prev": "gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp8",
        "subject": "QEFCQ0RFRkdISUpLTE1OTw",
        "v": 1,
    }
    assert members(OFFER)["item"] == "2"
    assert members(SYSTEM)["public"] == {"vkey": "示例", "": "a\nb"}


def test_time_is_cut_to_the_minute_in_utc():
    beijing = timezone(timedelta(hours=8))
    late = datetime(2026, 11, 23, 7, 59, 59, 999999, tzinfo=beijing)
    assert members({**CLAIM, "at": late})["at"] == "2026-11-22T23:59:00Z"


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 22, 13, 40)},  # noqa: DTZ001  a naive time is what must fail
        {"kind": "claim:approved"},
        {"kind": "offer:accepted"},  # an offer without its number
        {"item": "1"},  # a number without an offer
        {"kind": "key:added"},
        {"subject": None},
        {"subject": b""},
        {"subject": b"x" * 15},
        {"subject": b"x" * 17},
        {"commit": None},
        {"commit": b"x" * 31},
        {"prev": b"x" * 33},
        {"public": {}},
    ],
)
def test_what_is_not_written(change: dict[str, Any]):
    with pytest.raises(BadEntry):
        entry.write(ORIGIN, **{**CLAIM, **change})


@pytest.mark.parametrize("item", ["", "0", "01", "-1", "1.0", "a", "１", "1\n", "123456789"])
def test_offers_are_numbered_from_1(item: str):
    with pytest.raises(BadEntry):
        entry.write(ORIGIN, **{**OFFER, "item": item})


@pytest.mark.parametrize(
    "change",
    [
        {"public": None},
        {"public": {"a": 1}},
        {"public": {"a": None}},
        {"public": {1: "a"}},
        {"public": {"a": {"b": "c"}}},
        {"public": {"a": "\ud800"}},
        {"public": {"\udfff": "a"}},
        {"subject": SUBJECT},
        {"commit": COMMIT},
        {"item": "1"},
    ],
)
def test_what_is_not_written_into_a_system_entry(change: dict[str, Any]):
    with pytest.raises(BadEntry):
        entry.write(ORIGIN, **{**SYSTEM, **change})


@pytest.mark.parametrize("origin", ["", "a b", "a\nb", "a+b"])
def test_an_origin_that_would_break_the_frame(origin: str):
    with pytest.raises(BadEntry):
        entry.write(origin, **CLAIM)


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda found: {key: value for key, value in found.items() if key != name}


def having(**more: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda found: {**found, **more}


@pytest.mark.parametrize(
    "change",
    [
        *[without(name) for name in ("at", "commit", "kind", "prev", "subject", "v")],
        having(note="x"),
        having(At="2026-11-22T13:40:00Z"),
        having(item="1"),
        having(item=None),
        having(public=None),
        having(public={}),
        having(v=2),
        having(v=0),
        having(v=True),
        having(v="1"),
        having(v=None),
        having(v=10**40),
        having(kind="claim:approved"),
        having(kind="offer:accepted"),
        having(kind="log:opened"),
        having(kind=None),
        having(kind=["claim:amended"]),
        having(subject=None),
        having(subject=""),
        having(subject="QEFCQ0RFRkdISUpLTE1OTw=="),
        having(subject="QEFCQ0RFRkdISUpLTE1OTx"),  # a stray bit
        having(subject="QEFCQ0RFRkdISUpLTE1O"),
        having(subject="示例"),
        having(subject=7),
        having(commit=None),
        having(commit="eZ7h5rN/XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE8"),  # the other alphabet
        having(commit="eZ7h5rN_XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE8="),
        having(commit="eZ7h5rN_XxzSdyYbD5DQGWWMPsxmwYWCGlOwrdiukE9"),  # a stray bit
        having(prev="eZ7h"),
        having(prev=False),
        having(at="2026-11-22T13:40:01Z"),
        having(at="2026-11-22T13:40:00.000Z"),
        having(at="2026-11-22T13:40:00+00:00"),
        having(at="2026-11-22T13:40:00z"),
        having(at="2026-11-22 13:40:00Z"),
        having(at="2026-11-22T13:40Z"),
        having(at="2026-11-22T13:40:00Z\n"),
        having(at="2026-11-22T24:00:00Z"),
        having(at="2026-02-30T13:40:00Z"),
        having(at="0000-01-01T00:00:00Z"),
        having(at="２０２６-11-22T13:40:00Z"),
        having(at="2026-W47-7T13:40:00Z"),
        having(at="0001-01-01T00:00:00+23:59"),
        having(at=1795354800),
        having(at=None),
    ],
)
def test_members_that_are_refused(change: Callable[[dict[str, Any]], dict[str, Any]]):
    entry.read(signed(rfc8785.dumps(members()).decode()), ORIGIN)  # before the change it is an entry
    line = json.dumps(change(members()), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    with pytest.raises(BadEntry):
        entry.read(signed(line), ORIGIN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"v":1', '"v":1,"v":1'),
        ('"v":1', '"v":1.0'),
        ('"v":1', '"v":1e0'),
        ('"v":1', '"v":01'),
        ('"v":1', '"v":+1'),
        ('"v":1', '"v":NaN'),
        ('"v":1', '"v":Infinity'),
        ('"v":1', '"v":' + "1" * 3000),
        ('"v":1', '"v": 1'),
        ('"v":1}', '"v":1} '),
        ('"v":1}', '"v":1}}'),
        ('"v":1}', '"v":1}\n'),
        ('"v":1}', '"v":1'),
        ('{"at"', ' {"at"'),
        ('{"at"', '\ufeff{"at"'),
        ('{"at"', '{"\\u0061t"'),
        ("claim:amended", "claim:amende\\u0064"),
        ("claim:amended", "claim:amended\\ud800"),
        ("claim:amended", "claim\\u003aamended"),
        ('"kind":"claim:amended",', '"kind":"claim:amended","kind":"claim:amended",'),
        ('"kind":"claim:amended",', '"kind":"claim:allowed","kind":"claim:amended",'),
        ('"kind":"claim:amended",', '"ki\\u006ed":"claim:amended","kind":"claim:amended",'),
        ('{"at":', '{"v":1,"at":'),
    ],
)
def test_spellings_that_are_refused(old: str, new: str):
    line = rfc8785.dumps(members()).decode()
    assert old in line
    with pytest.raises(BadEntry):
        entry.read(signed(line.replace(old, new)), ORIGIN)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"v":1', '"v":1,"w":1', "unknown member"),
        (',"v":1', "", "missing member"),
        ('"v":1', '"v":1,"v":1', "repeated member"),
        ('"v":1', '"v":true', "another version"),
        ('"v":1', '"v":1.0', "float"),
        ('"v":1', '"v":NaN', "float"),
        ("13:40:00Z", "13:40:30Z", "a minute of UTC"),
        ("13:40:00Z", "13:61:00Z", "no such minute"),
        ("/entry/v1", "/entry/v2", "two lines"),
        ("}\n", "}\n\n", "two lines"),
        ('"v":1', '"v":1 ', "canonical"),
    ],
)
def test_the_fault_is_named(old: str, new: str, fault: str):
    text = entry.write(ORIGIN, **CLAIM)
    assert text.count(old) == 1
    with pytest.raises(BadEntry, match=fault):
        entry.read(SERVICE.sign(text.replace(old, new)), ORIGIN)


def test_members_in_another_order_are_refused():
    line = json.dumps(dict(reversed(members().items())), separators=(",", ":"))
    with pytest.raises(BadEntry, match="canonical"):
        entry.read(signed(line), ORIGIN)


def test_public_members_are_read_as_strictly():
    good = entry.write(ORIGIN, **SYSTEM)
    for old, new in (
        ('"vkey":', '"vkey":"x","vkey":'),
        ('"示例"', "1"),
        ('"示例"', "1.5"),
        ('"示例"', "null"),
        ('"示例"', '{"a":"b"}'),
        ('"示例"', '"\\ud800"'),
        ('"示例"', '"\\u793a\\u4f8b"'),
        ('{"":"a\\nb","vkey":"示例"}', '{"vkey":"示例","":"a\\nb"}'),
        ('{"":"a\\nb","vkey":"示例"}', '["vkey"]'),
        ('{"":"a\\nb","vkey":"示例"}', "null"),
    ):
        assert old in good
        with pytest.raises(BadEntry):
            entry.read(SERVICE.sign(good.replace(old, new)), ORIGIN)


@pytest.mark.parametrize("line", ["", "null", "[]", '"x"', "1", "{}", "[" * 3900, '{"a":' * 700])
def test_a_second_line_that_is_no_entry(line: str):
    with pytest.raises(BadEntry):
        entry.read(signed(line), ORIGIN)


def test_the_header_separates_logs_and_formats():
    line = rfc8785.dumps(members()).decode()
    for origin in ("ledger.example/ft", "ledger.example/ftx2", "other.example", "", "ledger.example/ftx/entry/v1"):
        with pytest.raises(BadEntry):
            entry.read(signed(line, origin), ORIGIN)
    for text in (
        f"{ORIGIN}/entry/v2\n{line}\n",
        f"{ORIGIN}\n{line}\n",
        f"{line}\n",
        f"\n{ORIGIN}/entry/v1\n{line}\n",
        f"{ORIGIN}/entry/v1\n\n{line}\n",
        f"{ORIGIN}/entry/v1\n{line}\n\n",
        f"{ORIGIN}/entry/v1\n{line}\nmore\n",
        f"{ORIGIN}\n1\nQ3IU/GJYYPgAPomKVkJHgRm+dd6hZ8NSJbyBnxGeOCA=\n",  # a checkpoint
    ):
        with pytest.raises(BadEntry):
            entry.read(SERVICE.sign(text), ORIGIN)
    with pytest.raises(BadEntry):
        entry.read(signed(line), "other.example")


def test_the_first_line_is_a_service_key_s():
    text = entry.write(ORIGIN, **CLAIM)
    officer = note.Signer(f"{ORIGIN}/officer-1", b"O" * 32)
    both = f"{text}\n{SERVICE.line(text)}{officer.line(text)}".encode()
    found = entry.read(both, ORIGIN)
    assert [line.name for line in found.signed.signatures] == [SERVICE.name, officer.name]
    assert len(note.verify(found.signed, [SERVICE.verifier, officer.verifier])) == 2
    for lines in (
        officer.line(text),
        officer.line(text) + SERVICE.line(text),
        SERVICE.line(text) * 2,
        note.Signer(ORIGIN, b"L" * 32).line(text),  # the log key never signs an entry
        ServiceKey("other.example", b"S" * 32).line(text),
        note.Signer(f"{ORIGIN}/service-0", b"S" * 32).line(text),
        note.Signer(f"{ORIGIN}/service-1x", b"S" * 32).line(text),
        note.Signer("service-1", b"S" * 32).line(text),
    ):
        with pytest.raises(BadEntry):
            entry.read(f"{text}\n{lines}".encode(), ORIGIN)


def test_reading_is_not_believing():
    """`read` takes any well-formed entry apart; only `note.verify` says whose it is."""
    forged = ServiceKey(ORIGIN, b"X" * 32).sign(entry.write(ORIGIN, **CLAIM))
    found = entry.read(forged, ORIGIN)
    with pytest.raises(note.Unsigned):
        note.verify(found.signed, [SERVICE.verifier])


def test_sizes():
    def of(length: int) -> str:
        return entry.write(ORIGIN, **{**SYSTEM, "public": {"a": "x" * length}})

    room = entry.MOST_TEXT - len(of(0).encode())
    longest = of(room)
    keys = [SERVICE, note.Signer(f"{ORIGIN}/officer-1", b"O" * 32), note.Signer(f"{ORIGIN}/offline", b"F" * 32)]
    whole = (longest + "\n" + "".join(key.line(longest) for key in keys)).encode()
    assert len(whole) <= entry.MOST_BYTES, "the longest text leaves room for every line an entry may need"
    assert entry.read(whole, ORIGIN).signed.text == longest
    with pytest.raises(BadEntry):
        of(room + 1)
    with pytest.raises(BadEntry):
        of(10**6)

    text = entry.write(ORIGIN, **CLAIM)
    lines = SERVICE.line(text)
    number = 1
    while len(f"{text}\n{lines}".encode()) <= entry.MOST_BYTES:
        assert entry.read(f"{text}\n{lines}".encode(), ORIGIN).signed.text == text
        lines += note.Signer(f"{ORIGIN}/officer-{number}", b"O" * 32).line(text)
        number += 1
    with pytest.raises(BadEntry, match="4096"):
        entry.read(f"{text}\n{lines}".encode(), ORIGIN)


def test_a_leaf_hash_is_rfc_6962():
    # The hash of the empty leaf, from RFC 6962's reference trees.
    empty = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert entry.leaf_hash(b"").hex() == empty


STRINGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MINUTES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | STRINGS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(STRINGS, inner, max_size=4),
    max_leaves=12,
)
PAYLOADS = st.dictionaries(STRINGS, PLAIN, max_size=6)


@st.composite
def values(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    system = is_system(kind)
    return {
        "at": draw(MINUTES),
        "kind": kind,
        "subject": None if system else draw(st.binary(min_size=16, max_size=16)),
        "prev": draw(st.none() | st.binary(min_size=32, max_size=32)),
        "commit": None if system else draw(st.binary(min_size=32, max_size=32)),
        "item": str(draw(st.integers(1, 99999999))) if has_item(kind) else None,
        "public": draw(st.dictionaries(STRINGS, STRINGS, max_size=4)) if system else None,
    }


@given(values())
def test_any_entry_round_trips(drawn: dict[str, Any]):
    text = entry.write(ORIGIN, **drawn)
    assert rfc8785.dumps(json.loads(text.split("\n")[1])).decode() == text.split("\n")[1]
    found = entry.read(SERVICE.sign(text), ORIGIN)
    assert found.at == drawn["at"].replace(second=0, microsecond=0)
    for name in ("kind", "subject", "prev", "commit", "item", "public"):
        assert getattr(found, name) == drawn[name]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*members(OFFER), "public", "x"]), inner)
    ),
)


@given(JSON, st.booleans())
def test_any_line_is_read_or_refused(line: Any, keep: bool):
    """Nothing but `BadNote` leaves the parser, whatever stands there."""
    found = {**members(), **line} if keep and isinstance(line, dict) else line
    try:
        whole = signed(json.dumps(found))
    except ValueError:
        return
    try:
        again = entry.read(whole, ORIGIN)
    except note.BadNote:
        return
    assert again.signed.text == note.read(whole).text


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise: bytes):
    for whole in (noise, SERVICE.sign(entry.write(ORIGIN, **CLAIM)) + noise):
        try:
            entry.read(whole, ORIGIN)
        except note.BadNote:
            continue
        assert not noise


def test_a_commitment_binds_origin_salt_and_payload():
    assert entry.commitment(ORIGIN, SALT, PAYLOAD) == COMMIT
    others = [
        entry.commitment("ledger.example/ft", SALT, PAYLOAD),
        entry.commitment(ORIGIN, bytes(32), PAYLOAD),
        entry.commitment(ORIGIN, SALT, {**PAYLOAD, "amount": "35000.0"}),
        entry.commitment(ORIGIN, SALT, {**PAYLOAD, "more": None}),
        entry.commitment(ORIGIN, SALT, {}),
    ]
    assert len({COMMIT, *others}) == len(others) + 1
    assert entry.commitment(ORIGIN, SALT, dict(reversed(PAYLOAD.items()))) == COMMIT


@pytest.mark.parametrize(
    "payload",
    [
        {"amount": 35000.0},
        {"amount": float("nan")},
        {"list": ["a", {"b": [1, 2.5]}]},
        {"pair": ("a", 0.5)},
        {"text": "\ud800"},
        {"\ud800": "text"},
        {"big": 2**53},
        {"when": AT},
        {"raw": b"bytes"},
        {1: "a"},
        {"set": {"a"}},
    ],
)
def test_payloads_that_are_refused(payload: dict[str, Any]):
    with pytest.raises(BadEntry):
        entry.commitment(ORIGIN, SALT, payload)


def test_a_payload_without_a_bottom_is_refused():
    endless: list[Any] = []
    for _ in range(5000):
        endless = [endless]
    with pytest.raises(BadEntry):
        entry.commitment(ORIGIN, SALT, {"deep": endless})


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_has_32_bytes(salt: bytes):
    with pytest.raises(ValueError, match="32 bytes"):
        entry.commitment(ORIGIN, salt, PAYLOAD)


def test_salts_and_subjects_are_new_each_time():
    assert len({entry.new_salt() for _ in range(100)}) == 100
    assert len({entry.new_subject() for _ in range(100)}) == 100
    assert (len(entry.new_salt()), len(entry.new_subject())) == (32, 16)


@given(st.binary(min_size=32, max_size=32), PAYLOADS, PAYLOADS)
def test_only_its_own_opening_opens_an_entry(salt: bytes, payload: dict[str, Any], other: dict[str, Any]):
    commit = entry.commitment(ORIGIN, salt, payload)
    whole = SERVICE.sign(entry.write(ORIGIN, **{**CLAIM, "commit": commit}))
    found = entry.read(whole, ORIGIN)
    assert entry.opens(found, ORIGIN, Opening(salt, payload))
    same = rfc8785.dumps(other) == rfc8785.dumps(payload)
    assert entry.opens(found, ORIGIN, Opening(salt, other)) == same
    assert not entry.opens(found, ORIGIN, Opening(bytes([salt[0] ^ 1]) + salt[1:], payload))
    assert not entry.opens(found, "other.example", Opening(salt, payload))
    assert entry.read_extra(entry.write_extra(whole, Opening(salt, payload)), ORIGIN) == (found, Opening(salt, payload))


def test_a_system_entry_has_nothing_to_open():
    found = entry.read(SERVICE.sign(entry.write(ORIGIN, **SYSTEM)), ORIGIN)
    assert not entry.opens(found, ORIGIN, Opening(SALT, PAYLOAD))


WHOLE = SERVICE.sign(entry.write(ORIGIN, **CLAIM))


def test_the_extra_of_a_receipt():
    opened = entry.write_extra(WHOLE, Opening(SALT, PAYLOAD))
    assert json.loads(opened) == {
        "entry": WHOLE.decode(),
        "payload": PAYLOAD,
        "salt": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    }
    assert rfc8785.dumps(json.loads(opened)) == opened
    assert entry.read_extra(opened, ORIGIN) == (entry.read(WHOLE, ORIGIN), Opening(SALT, PAYLOAD))


def test_the_public_variant_opens_nothing():
    public = entry.write_extra(WHOLE)
    assert json.loads(public) == {"entry": WHOLE.decode()}
    assert b"35000" not in public
    assert entry.read_extra(public, ORIGIN) == (entry.read(WHOLE, ORIGIN), None)


def _extra(**change: Any) -> bytes:
    return rfc8785.dumps(
        {
            "entry": WHOLE.decode(),
            "payload": PAYLOAD,
            "salt": base64.b64encode(SALT).decode(),
            **change,
        }
    )


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        _extra() + b"\n",
        b" " + _extra(),
        _extra().replace(b'"payload"', b'"payload":{},"payload"'),
        _extra(more="x"),
        _extra(entry=None),
        _extra(entry=""),
        _extra(entry=WHOLE.decode() + "\n"),
        _extra(payload={**PAYLOAD, "amount": "35001.00"}),
        _extra(payload={}),
        _extra(payload=None),
        _extra(payload=[]),
        _extra(payload={**PAYLOAD, "fee": 0.5}),
        _extra(salt=base64.b64encode(bytes(32)).decode()),
        _extra(salt=base64.b64encode(SALT[:31]).decode()),
        _extra(salt=base64.urlsafe_b64encode(SALT).decode().rstrip("=")),
        _extra(salt="示例"),
        _extra(salt=None),
        rfc8785.dumps({"entry": WHOLE.decode(), "payload": PAYLOAD}),
        rfc8785.dumps({"entry": WHOLE.decode(), "salt": base64.b64encode(SALT).decode()}),
        rfc8785.dumps({"payload": PAYLOAD, "salt": base64.b64encode(SALT).decode()}),
        b'{"entry":' * 5000,
    ],
)
def test_an_extra_that_is_refused(forged: bytes):
    with pytest.raises(note.BadNote):
        entry.read_extra(forged, ORIGIN)
