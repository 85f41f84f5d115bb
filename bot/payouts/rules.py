"""What a payout method may be, read as people type it: bank, SWIFT, FPS and coin addresses, each with its check.

IBAN and BIC are checked by python-stdnum, which carries SWIFT's registry of some ninety countries.
What it has nothing for, or what is three lines, stands here: Keccak-256 for the capitals of an
Ethereum address (hashlib has only the later SHA3-256, which pads differently) and base58.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.errors import Invalid, Refusal
from storage.terms import PayoutStatus

#: how long a new method waits before it counts, unless the operator set another time
COOLING = timedelta(hours=48)
#: a method whose code nobody typed is given up
UNPROVED_LIVES = timedelta(hours=24)
#: wrong amounts before a test is void
TRIES = 5
#: an operator's proposal that no second one approved
PROPOSAL_LIVES = timedelta(hours=24)
#: what is sent to try an address, in cents of the coin: small, and too many to guess in TRIES
LEAST_TEST, MOST_TEST = 101, 1999

BANKS = ("hk", "fps", "swift")
COINS = ("erc20", "tron", "solana")
#: which way money of a currency can go: FPS carries no US dollars, and USDT and USDC each live on chains of their own
WAYS: Mapping[str, tuple[str, ...]] = {
    "USD": ("hk", "swift"),
    "HKD": ("hk", "fps", "swift"),
    "CNY": ("hk", "fps"),
    "EUR": ("swift",),
    "USDC": ("erc20", "solana"),
    "USDT": ("erc20", "tron"),
}
#: what each way asks for, beside currency and way
FIELDS: Mapping[str, tuple[str, ...]] = {
    "hk": ("bank", "account", "holder"),
    "fps": ("proxy", "holder"),
    "swift": ("bic", "account", "holder"),
    "erc20": ("address",),
    "tron": ("address",),
    "solana": ("address",),
}
#: where money is: the part that says to whom it goes
_TARGET = {"hk": "account", "fps": "proxy", "swift": "account", "erc20": "address", "tron": "address",
           "solana": "address"}  # fmt: skip

#: countries whose banks take an IBAN and nothing else
_IBAN_ONLY = frozenset(
    (
        *("AD", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR", "HU"),
        *("IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "SM"),
        "VA",
    )
)
#: banks there have an IBAN of the country behind the arrow
_IBAN_OF = {
    "GG": "GB", "IM": "GB", "JE": "GB", "BL": "FR", "GF": "FR", "GP": "FR", "MF": "FR", "MQ": "FR", "NC": "FR",
    "PF": "FR", "PM": "FR", "RE": "FR", "TF": "FR", "WF": "FR", "YT": "FR", "AX": "FI",
}  # fmt: skip

#: contracts, not wallets: what is sent there is lost
_CONTRACTS = frozenset(
    (
        "0x0000000000000000000000000000000000000000",
        "0xdac17f958d2ee523a2206206994597c13d831ec7",  # USDT on Ethereum
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",  # USDC on Ethereum
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",  # USDT on TRON
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",  # USDC on Solana
        "11111111111111111111111111111111",  # Solana's system program
    )
)


class PayoutUnknown(Refusal):
    """There is no such payout method, or it is somebody else's."""


class NotLinked(Refusal):
    """Nobody has proved an e-mail address on this channel."""


class Frozen(Refusal):
    """The account is frozen."""


class Paying(Refusal):
    """A payment is under way: where it goes MUST NOT change now."""


class UnderWay(Refusal):
    """Another change has not come to its end. `number` names it."""


class SameAccount(Refusal):
    """That is the method in use. `number` names it."""


class NotForMainland(Refusal):
    """Coins are not offered to residents of the mainland."""


class Over(Refusal):
    """It is not in a status that allows this. `status` says which it is in."""


class StillCooling(Refusal):
    """The cooling period is not over. `until` says when it is."""


class NoTestNeeded(Refusal):
    """Only coin addresses are tested."""


class AlreadyProposed(Refusal):
    """A proposal waits for a second operator. `by` and `until` say whose and how long."""


class NoProposal(Refusal):
    """Nothing was proposed, or the time for it is over."""


class SamePerson(Refusal):
    """Who proposed it must not approve it."""


class AnotherPayload(Refusal):
    """What was proposed is something else than what was approved."""


# ------------------------------------------------------------------------------------------ as people type

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffc]")
_BETWEEN = re.compile(r"[\s\-‐‑‒–—_./·,]+")
_MNEMONIC = re.compile(r"(?:[a-z]{3,8}\s+){11,23}[a-z]{3,8}")
_WIDE = 200


def _plain(text: str) -> str:
    """NFKC, without what cannot be seen; a paste of pages is cut before anything looks at it."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text[: 4 * _WIDE])).strip()


def _joined(text: str) -> str:
    """The same in capitals, without spaces, hyphens and stops."""
    return _BETWEEN.sub("", _plain(text)).upper()


def no_secret(text: str) -> None:
    """MUST refuse what nobody may be told: a seed phrase or a private key. Raises Invalid: `secret`."""
    plain = _plain(text)
    if _MNEMONIC.fullmatch(plain.lower()) or re.fullmatch(r"(0[xX])?[0-9a-fA-F]{64}", re.sub(r"\s", "", plain)):
        raise Invalid("secret")


def read_bank(text: str) -> str:
    """The three digits of a Hong Kong bank. Raises Invalid: `not_a_bank`, `whole_account`."""
    digits = _joined(text)
    found = re.findall(r"[0-9]+", digits)
    if len(found) == 1 and len(found[0]) > 3:
        raise Invalid("whole_account")
    if len(found) != 1 or len(found[0]) != 3 or found[0] == "000":
        raise Invalid("not_a_bank")
    return str(found[0])


def read_hk_account(text: str) -> str:
    """Branch and account number, 8 to 17 digits. Raises Invalid: `not_an_account`."""
    digits = _joined(text)
    if not re.fullmatch(r"[0-9]{8,17}", digits) or not digits.strip("0"):
        raise Invalid("not_an_account")
    return digits


def read_holder(text: str) -> str:
    """The name of the account's holder, as the bank writes it. Raises Invalid: `not_a_name`."""
    name = re.sub(r"\s+", " ", _plain(text))
    letters = sum(c.isalpha() for c in name)
    allowed = all(c.isalpha() or c.isdigit() or unicodedata.combining(c) or c in " .,'’·•-&()/" for c in name)
    if not 2 <= len(name) <= 70 or letters < 2 or not allowed or sum(c.isdigit() for c in name) > letters:
        raise Invalid("not_a_name")
    return name


def read_bic(text: str) -> str:
    """A SWIFT/BIC of 8 or 11 characters in a country that exists. Raises Invalid: `not_a_bic`, `bic_length`,
    `bic_country`."""
    from stdnum import bic  # its tables are read at import: not before somebody needs them
    from stdnum.exceptions import InvalidComponent, InvalidLength, ValidationError

    code = _joined(text).removeprefix("SWIFT").removeprefix("BIC").lstrip(":")
    if not re.fullmatch(r"[A-Z0-9]+", code):
        raise Invalid("not_a_bic")
    try:
        return str(bic.validate(code))
    except InvalidLength:
        raise Invalid("bic_length" if 6 <= len(code) <= 12 else "not_a_bic") from None
    except InvalidComponent:
        raise Invalid("bic_country", country=code[4:6]) from None
    except ValidationError:
        raise Invalid("not_a_bic") from None


def read_account(text: str, bic: str) -> str:
    """An IBAN of the bank's country, or an account number where banks have none.

    Raises Invalid: `iban` (a wrong digit), `iban_country`, `iban_needed`, `not_an_account_abroad`.
    """
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    number = _joined(text).removeprefix("IBAN").lstrip(":")
    country = bic[4:6]
    if re.match(r"[A-Z]{2}[0-9]{2}", number) and re.fullmatch(r"[A-Z0-9]{15,34}", number):
        try:
            # Not the check of each country: some of those refuse numbers that banks did give out.
            number = iban.validate(number, check_country=False)
        except ValidationError:
            raise Invalid("iban") from None
        if number[:2] != _IBAN_OF.get(country, country):
            raise Invalid("iban_country", bank=country, iban=number[:2])
        return number
    if country in _IBAN_ONLY:
        raise Invalid("iban_needed")
    if not re.fullmatch(r"[A-Z0-9]{5,34}", number) or sum(c.isdigit() for c in number) < 5 or not number.strip("0"):
        raise Invalid("not_an_account_abroad")
    return number


def read_proxy(text: str) -> str:
    """What FPS finds an account by: an FPS number of 7 or 9 digits, a Hong Kong telephone, an e-mail address.

    Raises Invalid: `not_a_proxy`.
    """
    plain = _plain(text)
    if "@" in plain:
        email = plain.lower()
        if not re.fullmatch(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", email) or len(email) > 254:
            raise Invalid("not_a_proxy")
        return email
    digits = re.sub(r"[()]", "", _joined(plain))
    if phone := re.fullmatch(r"(?:\+|00)?852([2-9][0-9]{7})|([2-9][0-9]{7})", digits):
        return f"+852{phone[1] or phone[2]}"
    if re.fullmatch(r"[0-9]{7}|[0-9]{9}", digits):
        return digits
    raise Invalid("not_a_proxy")


def read_address(text: str, way: str) -> str:
    """An address of this chain, in its one right spelling.

    Raises Invalid: `secret`, `other_chain` (`chain`), `contract`, `erc20`, `erc20_capitals`, `tron`, `solana`.
    """
    no_secret(text)
    address = re.sub(r"\s+", "", _plain(text)).strip("\"'“”`")
    kind = chain_of(address)
    if address.lower() in _CONTRACTS or address in _CONTRACTS:
        raise Invalid("contract")
    if kind is not None and kind != way:
        raise Invalid("other_chain", chain=kind)
    if way == "erc20":
        return _erc20(address)
    decoded = _from_base58(address)
    if way == "tron":
        if decoded is None or len(decoded) != 25 or decoded[0] != 0x41 or _checksum(decoded[:21]) != decoded[21:]:
            raise Invalid("tron")
    elif decoded is None or len(decoded) != 32:
        raise Invalid("solana")
    return address


def chain_of(address: str) -> str | None:
    """Which chain an address looks to be of, right or wrong; None: of none we know."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}", address):
        return "erc20"
    decoded = _from_base58(address)
    if decoded is not None and len(decoded) == 25 and address.startswith("T"):
        return "tron"
    return "solana" if decoded is not None and len(decoded) == 32 else None


def is_checked(way: str, address: str, typed: str) -> bool:
    """Whether the address as it was typed carried something that shows a slip: a checksum, or capitals (EIP-55)."""
    if way == "erc20":
        body = re.sub(r"\s+", "", _plain(typed))[2:]
        return body != body.lower() and body != body.upper()
    return way == "tron"


def _erc20(address: str) -> str:
    if not re.fullmatch(r"0[xX][0-9a-fA-F]{40}", address):
        raise Invalid("erc20")
    body = address[2:]
    digest = keccak256(body.lower().encode()).hex()
    right = "".join(c.upper() if int(nibble, 16) > 7 else c for c, nibble in zip(body.lower(), digest, strict=False))
    # All small or all capital: EIP-55 says that such an address carries no checksum.
    if body not in (body.lower(), body.upper()) and body != right:
        raise Invalid("erc20_capitals")
    return f"0x{right}"


_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _from_base58(text: str) -> bytes | None:
    """The bytes behind base58; None for what is none. Longer than any address is none."""
    if not text or len(text) > 64 or any(c not in _ALPHABET for c in text):
        return None
    number = 0
    for letter in text:
        number = number * 58 + _ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]


_ROTATION = (
    (0, 36, 3, 41, 18), (1, 44, 10, 45, 2), (62, 6, 43, 15, 61), (28, 55, 25, 21, 56), (27, 20, 39, 8, 14),
)  # fmt: skip
_LANE = (1 << 64) - 1


def _round_constants() -> list[int]:
    constants, register = [], 1
    for _round in range(24):
        constant = 0
        for bit in range(7):
            if register & 1:
                constant ^= 1 << ((1 << bit) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


_CONSTANTS = _round_constants()


def _turned(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _LANE if by else lane


def _permuted(a: list[list[int]]) -> list[list[int]]:
    """Keccak-f[1600] on five by five lanes, `a[x][y]`."""
    for constant in _CONSTANTS:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[(x - 1) % 5] ^ _turned(c[(x + 1) % 5], 1) for x in range(5)]
        b = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                b[y][(2 * x + 3 * y) % 5] = _turned(a[x][y] ^ d[x], _ROTATION[x][y])
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] ^= constant
    return a


def keccak256(content: bytes, padding: int = 0x01) -> bytes:
    """Keccak-256 as Ethereum uses it; with `padding` 0x06 it is SHA3-256, by which the tests prove it."""
    rate = 136
    padded = bytearray(content) + bytes(rate - len(content) % rate)
    padded[len(content)] ^= padding
    padded[-1] ^= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), rate):
        for lane in range(rate // 8):
            at = start + 8 * lane
            a[lane % 5][lane // 5] ^= int.from_bytes(padded[at : at + 8], "little")
        a = _permuted(a)
    return b"".join(a[lane % 5][lane // 5].to_bytes(8, "little") for lane in range(4))


# ------------------------------------------------------------------------------------------ as it is shown


def grouped(value: str) -> str:
    """A number or an address in fours, as it is read back: `0x5aAe b605 3F3E …`."""
    head, body = (value[:2], value[2:]) if value[:2] in ("0x", "+8") else ("", value)
    if "@" in value or value.startswith("+"):
        return value if "@" in value else f"{value[:4]} {value[4:8]} {value[8:]}"
    fours = [body[at : at + 4] for at in range(0, len(body), 4)]
    return " ".join([head + fours[0], *fours[1:]]) if fours else head


def masked(way: str, details: Mapping[str, Any]) -> str:
    """A method as its owner recognises it and nobody else can use it: `····8192`."""
    target = str(details[_TARGET[way]])
    if "@" in target:
        return f"{target[:1]}····@····"
    return f"····{target[-4:]}" if len(target) >= 8 else f"····{target[-2:]}"


def canonical(currency: str, way: str, details: Mapping[str, Any]) -> str:
    """One spelling of where money goes: two methods with the same one are the same. The name does not count."""
    where = details.get("bank") or details.get("bic") or ""
    return f"{currency}|{way}|{where}|{details[_TARGET[way]]}"


# ------------------------------------------------------------------------------------------ what may be done


def ways(currency: str, *, mainland: bool) -> tuple[str, ...]:
    """How money of this currency may go to this person."""
    found = WAYS.get(currency, ())
    return tuple(way for way in found if not (mainland and way in COINS))


def currencies(*, mainland: bool) -> tuple[str, ...]:
    """Currencies a person may choose."""
    return tuple(currency for currency in WAYS if ways(currency, mainland=mainland))


def is_coin(way: str) -> bool:
    """Whether it is tried with a small sum before it counts."""
    return way in COINS


def may_enter(rows: Sequence[Any]) -> None:
    """Whether a new method may be entered beside these. Raises Paying or UnderWay."""
    if any(row.paying for row in rows):
        raise Paying()
    for row in rows:
        if row.status in (PayoutStatus.COOLING, PayoutStatus.TEST_SENT):
            raise UnderWay(number=row.number)


def may_test(status: str, way: str, cools_until: datetime | None, now: datetime) -> None:
    """Whether a test may be sent. Raises NoTestNeeded, Over, StillCooling."""
    if not is_coin(way):
        raise NoTestNeeded()
    if status not in (PayoutStatus.COOLING, PayoutStatus.TEST_SENT):
        raise Over(status=status)
    if cools_until is None or now < cools_until:
        raise StillCooling(until=cools_until)


def read_test_amount(text: str) -> int:
    """What an operator sends as a test, in cents. Raises Invalid: `test_amount`."""
    if not re.fullmatch(r"[0-9]{1,2}\.[0-9]{2}", text.strip()):
        raise Invalid("test_amount")
    cents = int(Decimal(text.strip()) * 100)
    if not LEAST_TEST <= cents <= MOST_TEST:
        raise Invalid("test_amount")
    return cents


def read_received(text: str) -> str:
    """What a person says arrived, as an exact decimal of at most six places. Raises Invalid: `not_an_amount`."""
    found = re.fullmatch(r"[^\d+\-.,]*([0-9]{1,6}(?:[.,][0-9]{1,6})?)[^\d\-.,]*", _plain(text))
    if found is None:
        raise Invalid("not_an_amount")
    plain = found[1].replace(",", ".")
    return format(Decimal(plain).normalize(), "f")


def is_exact(received: str, cents: int) -> bool:
    """Whether it is what was sent, to the last place."""
    return Decimal(received) * 100 == cents
