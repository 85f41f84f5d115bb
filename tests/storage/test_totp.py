"""Codes of a phone: the numbers of the RFCs, the drift of clocks, and no code twice."""

from datetime import UTC, datetime, timedelta

import pytest

from storage import totp

SECRET = b"12345678901234567890"

#: RFC 4226, appendix D
HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
#: RFC 6238, appendix B, the rows of SHA1: eight digits
TOTP = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def test_the_numbers_of_rfc_4226() -> None:
    assert [totp.code(SECRET, counter) for counter in range(10)] == HOTP


@pytest.mark.parametrize(("seconds", "expected"), TOTP)
def test_the_numbers_of_rfc_6238(seconds: int, expected: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code(SECRET, totp.step(at), 8) == expected
    assert totp.matching(SECRET, expected[2:], at, 0) == totp.step(at)


@pytest.mark.parametrize(("off", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_step(off: int, taken: bool) -> None:
    at = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    said = totp.code(SECRET, totp.step(at + timedelta(seconds=30 * off)))
    assert (totp.matching(SECRET, said, at, 0) is not None) is taken


def test_a_code_is_good_once() -> None:
    at = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
    said = totp.code(SECRET, totp.step(at))
    used = totp.matching(SECRET, said, at, 0)
    assert used == totp.step(at)
    assert totp.matching(SECRET, said, at, used) is None
    assert totp.matching(SECRET, said, at, used + 5) is None


@pytest.mark.parametrize("said", ["", "12345", "１２３４５６", "abcdef", "\udce9", "0" * 5000])
def test_what_is_no_code(said: str) -> None:
    assert totp.matching(SECRET, said, datetime(2026, 11, 22, 2, 0, tzinfo=UTC), 0) is None


def test_a_secret_is_spelled_as_apps_read_it() -> None:
    assert totp.spelled(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.link(SECRET, "li.na", "债权通").startswith(
        "otpauth://totp/%E5%80%BA%E6%9D%83%E9%80%9A:li.na?secret=GEZD"
    )
