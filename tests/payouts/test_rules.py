"""Every check of an account or address, against published examples and against slips of one character."""

import hashlib
import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Invalid
from bot.payouts import rules
from storage.terms import PayoutStatus
from tests.payouts.ways import ERC20, OTHER_ERC20, SOLANA, TRON
from tests.person import MORNING


def refused(read, *given):
    with pytest.raises(Invalid) as wrong:
        read(*given)
    return wrong.value.code


# --- Keccak


@given(st.binary(max_size=500))
def test_keccak_is_sha3_but_for_its_padding(content):
    assert rules.keccak256(content, 0x06) == hashlib.sha3_256(content).digest()


def test_keccak_of_nothing_is_what_ethereum_knows():
    assert rules.keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


# --- addresses

EIP55 = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)


@pytest.mark.parametrize("address", EIP55)
def test_the_examples_of_eip_55(address):
    assert rules.read_address(address, "erc20") == address
    assert rules.read_address(address.lower(), "erc20") == address
    assert rules.read_address("0x" + address[2:].upper(), "erc20") == address
    assert rules.read_address(f"  “{address[:20]} {address[20:]}” ", "erc20") == address


@given(st.integers(2, 41))
def test_one_wrong_capital_is_noticed(at):
    letter = ERC20[at]
    slip = ERC20[:at] + letter.swapcase() + ERC20[at + 1 :]
    if letter.isalpha():
        assert refused(rules.read_address, slip, "erc20") == "erc20_capitals"


@pytest.mark.parametrize(
    "typed", ["", "0x", ERC20[:-1], ERC20 + "0", ERC20.replace("A", "G"), "张三", "x" * 3000, "\x00"]
)
def test_what_is_no_ethereum_address(typed):
    assert refused(rules.read_address, typed, "erc20") == "erc20"


def test_whether_an_address_carries_a_check():
    assert rules.is_checked("erc20", ERC20, ERC20)
    assert not rules.is_checked("erc20", ERC20, ERC20.lower())
    assert rules.is_checked("tron", TRON, TRON)
    assert not rules.is_checked("solana", SOLANA, SOLANA)


def test_a_tron_address():
    assert rules.read_address(TRON, "tron") == TRON


@given(st.integers(1, len(TRON) - 1), st.sampled_from(rules._ALPHABET))
def test_one_wrong_character_of_a_tron_address_is_noticed(at, letter):
    if TRON[at] != letter:
        assert refused(rules.read_address, TRON[:at] + letter + TRON[at + 1 :], "tron") == "tron"


@pytest.mark.parametrize(
    "typed", ["", TRON[:-1], TRON + "1", TRON.replace("J", "0"), TRON.lower(), "一" * 34, "T" * 34]
)
def test_what_is_no_tron_address(typed):
    assert refused(rules.read_address, typed, "tron") == "tron"


def test_a_solana_address():
    assert rules.read_address(f" {SOLANA}\n", "solana") == SOLANA


@pytest.mark.parametrize("typed", ["", SOLANA[:-3], SOLANA + "1", SOLANA.replace("u", "l"), "0" * 43, "🧧" * 32])
def test_what_is_no_solana_address(typed):
    assert refused(rules.read_address, typed, "solana") == "solana"


@pytest.mark.parametrize(
    ("address", "way", "chain"),
    [(ERC20, "tron", "erc20"), (ERC20, "solana", "erc20"), (TRON, "erc20", "tron"), (TRON, "solana", "tron"),
     (SOLANA, "erc20", "solana"), (SOLANA, "tron", "solana")],
)  # fmt: skip
def test_an_address_of_another_chain_is_named(address, way, chain):
    with pytest.raises(Invalid) as wrong:
        rules.read_address(address, way)
    assert (wrong.value.code, wrong.value.data["chain"]) == ("other_chain", chain)


@pytest.mark.parametrize(
    ("address", "way"),
    [("0xdAC17F958D2ee523a2206206994597C13D831ec7", "erc20"), ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "tron"),
     ("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "solana"), ("0x" + "0" * 40, "erc20")],
)  # fmt: skip
def test_what_is_sent_to_a_contract_is_lost(address, way):
    assert refused(rules.read_address, address, way) == "contract"


@pytest.mark.parametrize(
    "typed",
    [" ".join(["apple"] * 12), "abandon " * 23 + "about", "e" * 64, "0x" + "1f" * 32, "ＡＢ" * 32],
)
def test_a_seed_or_a_private_key_is_refused_by_its_name(typed):
    assert refused(rules.read_address, typed, "erc20") == "secret"
    assert refused(rules.no_secret, typed) == "secret"


@given(st.text(max_size=200), st.sampled_from(rules.COINS))
def test_whatever_is_typed_is_an_address_or_refused(text, way):
    try:
        address = rules.read_address(text, way)
    except Invalid:
        return
    assert rules.read_address(address, way) == address


# --- banks


@pytest.mark.parametrize("typed", ["004", " ００４ ", "0 0 4", "银行代码004"])
def test_a_bank_code(typed):
    assert rules.read_bank(typed) == "004"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "not_a_bank"), ("4", "not_a_bank"), ("000", "not_a_bank"), ("汇丰", "not_a_bank"),
     ("004-123-456789", "whole_account")],
)  # fmt: skip
def test_what_is_no_bank_code(typed, code):
    assert refused(rules.read_bank, typed) == code


@pytest.mark.parametrize("typed", ["123-456789-001", "１２３ ４５６７８９ ００１", "123456789001", "123.456789/001"])
def test_an_account_in_hong_kong(typed):
    assert rules.read_hk_account(typed) == "123456789001"


@pytest.mark.parametrize("typed", ["", "1234567", "1" * 18, "00000000", "12345678a", "张三的账户", "😀"])
def test_what_is_no_account_in_hong_kong(typed):
    assert refused(rules.read_hk_account, typed) == "not_an_account"


@pytest.mark.parametrize(
    "typed", ["HSBCHKHHHKH", "hsbc hk hh hkh", "ＨＳＢＣＨＫＨＨＨＫＨ", "SWIFT: HSBCHKHHHKH", "BIC HSBCHKHHHKH"]
)
def test_a_bic(typed):
    assert rules.read_bic(typed) == "HSBCHKHHHKH"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "not_a_bic"), ("HSBCHKH", "bic_length"), ("HSBCHKHHH", "bic_length"), ("HSBCHKHHHKHX", "bic_length"),
     ("HSBCZZHH", "bic_country"), ("12345678", "not_a_bic"), ("汇丰银行香港总行", "not_a_bic"),
     ("H5BCHKHH", "not_a_bic"), ("x" * 3000, "not_a_bic")],
)  # fmt: skip
def test_what_is_no_bic(typed, code):
    assert refused(rules.read_bic, typed) == code


# the examples of SWIFT's registry
IBANS = {
    "GB82 WEST 1234 5698 7654 32": "NWBKGB2L", "DE89 3704 0044 0532 0130 00": "COBADEFF",
    "FR14 2004 1010 0505 0001 3M02 606": "PSSTFRPP", "NL91 ABNA 0417 1643 00": "ABNANL2A",
    "CH93 0076 2011 6238 5295 7": "UBSWCHZH", "AE07 0331 2345 6789 0123 456": "BOMLAEAD",
    "NO93 8601 1117 947": "DNBANOKK", "MT84 MALT 0110 0001 2345 MTLC AST0 01S": "VALLMTMT",
}  # fmt: skip


@pytest.mark.parametrize(("iban", "bic"), IBANS.items())
def test_the_examples_of_the_iban_registry(iban, bic):
    plain = iban.replace(" ", "")
    assert rules.read_account(iban, bic) == plain
    assert rules.read_account(f"IBAN: {iban.lower()}", bic) == plain


@pytest.mark.parametrize(("iban", "bic"), IBANS.items())
def test_one_wrong_digit_of_an_iban_is_noticed(iban, bic):
    plain = iban.replace(" ", "")
    for at in range(4, len(plain)):
        if plain[at].isdigit():
            slip = plain[:at] + string.digits[(int(plain[at]) + 1) % 10] + plain[at + 1 :]
            assert refused(rules.read_account, slip, bic) == "iban"


def test_an_iban_belongs_to_the_country_of_its_bank():
    assert refused(rules.read_account, "GB82WEST12345698765432", "COBADEFF") == "iban_country"
    assert rules.read_account("GB82WEST12345698765432", "HSBCJESH"), "Jersey's banks have British ones"


def test_where_banks_take_an_iban_a_number_is_not_enough():
    assert refused(rules.read_account, "12345678", "NWBKGB2L") == "iban_needed"
    assert rules.read_account("6222 0212 3456 7890 123", "ICBKCNBJ") == "6222021234567890123"


@pytest.mark.parametrize("typed", ["", "1234", "0000000000", "ABCDEFGH", "1" * 35, "账号", "12_34?"])
def test_what_is_no_account_abroad(typed):
    assert refused(rules.read_account, typed, "ICBKCNBJ") == "not_an_account_abroad"


@pytest.mark.parametrize(
    ("typed", "proxy"),
    [("1234567", "1234567"), ("123 456 789", "123456789"), ("+852 9123 4567", "+85291234567"),
     ("9123-4567", "+85291234567"), ("（852）91234567", "+85291234567"), ("Zhang@Mail.example", "zhang@mail.example")],
)  # fmt: skip
def test_what_fps_finds_an_account_by(typed, proxy):
    assert rules.read_proxy(typed) == proxy


@pytest.mark.parametrize("typed", ["", "123456", "+86 139 1234 9876", "12345678", "张三", "@", "a@b", "1234567890"])
def test_what_fps_does_not_know(typed):
    assert refused(rules.read_proxy, typed) == "not_a_proxy"


@pytest.mark.parametrize(
    "name", ["ZHANG SAN", "张三", "买买提·艾力", "O'Neil, Seán", "ACME (HK) 88 Ltd.", "Nguyễn Văn A"]
)
def test_a_name(name):
    assert rules.read_holder(f" {name} ") == name


@pytest.mark.parametrize("typed", ["", "Z", "123456", "a@b.example", "A1234567", "=1+1", "<b>x</b>", "x" * 71, "😀😀"])
def test_what_is_no_name(typed):
    assert refused(rules.read_holder, typed) == "not_a_name"


# --- showing


def test_read_back_in_fours():
    assert rules.grouped(ERC20) == "0x5aAe b605 3F3E 94C9 b9A0 9f33 6694 35E7 Ef1B eAed"
    assert rules.grouped("GB82WEST12345698765432") == "GB82 WEST 1234 5698 7654 32"
    assert rules.grouped("+85291234567") == "+852 9123 4567"
    assert rules.grouped("004") == "004"


@pytest.mark.parametrize(
    ("way", "details", "mask"),
    [("hk", {"account": "123456789001"}, "····9001"), ("erc20", {"address": ERC20}, "····eAed"),
     ("fps", {"proxy": "1234567"}, "····67"), ("fps", {"proxy": "zhang@mail.example"}, "z····@····")],
)  # fmt: skip
def test_masked(way, details, mask):
    assert rules.masked(way, details) == mask


def test_where_money_goes_is_one_spelling():
    one = rules.canonical("USDC", "erc20", {"address": ERC20})
    assert one != rules.canonical("USDC", "erc20", {"address": OTHER_ERC20})
    assert one != rules.canonical("USDT", "erc20", {"address": ERC20})


# --- what may be done


def test_currencies_and_their_ways():
    assert "fps" not in rules.WAYS["USD"], "FPS carries Hong Kong dollars and renminbi only"
    assert {c for c, ways in rules.WAYS.items() if "fps" in ways} == {"HKD", "CNY"}
    assert {c for c, ways in rules.WAYS.items() if "solana" in ways} == {"USDC"}
    assert set(rules.currencies(mainland=True)) == {"USD", "HKD", "CNY", "EUR"}
    assert set(rules.currencies(mainland=False)) == set(rules.WAYS)
    assert {way for ways in rules.WAYS.values() for way in ways} == set(rules.FIELDS)


def test_a_test_waits_for_the_cooling():
    until = MORNING
    rules.may_test(PayoutStatus.COOLING, "tron", until, until)
    rules.may_test(PayoutStatus.TEST_SENT, "tron", until, until)
    with pytest.raises(rules.StillCooling):
        rules.may_test(PayoutStatus.COOLING, "tron", until, until - timedelta(microseconds=1))
    with pytest.raises(rules.NoTestNeeded):
        rules.may_test(PayoutStatus.COOLING, "hk", until, until)
    for status in (PayoutStatus.PENDING, PayoutStatus.ACTIVE, PayoutStatus.CANCELLED, PayoutStatus.REPLACED):
        with pytest.raises(rules.Over):
            rules.may_test(status, "tron", until, until)


@pytest.mark.parametrize("typed", ["3", "3.2", "3.270", "1.00", "20.00", "-3.27", "0.58", "3,27", "", "³.27"])
def test_what_no_operator_may_send(typed):
    assert refused(rules.read_test_amount, typed) == "test_amount"


@pytest.mark.parametrize("typed", ["3.27", "3,27", "３．２７", "收到了 3.27 USDC", "3.270000", " 3.27个"])
def test_what_arrived(typed):
    assert rules.is_exact(rules.read_received(typed), 327)


@pytest.mark.parametrize("typed", ["3.26", "3.2700001", "327", "3.270001", "0", "3"])
def test_what_arrived_is_exact_or_it_is_not(typed):
    try:
        amount = rules.read_received(typed)
    except Invalid:
        return
    assert not rules.is_exact(amount, 327)


@pytest.mark.parametrize("typed", ["", "没收到", "3.2.7", "1e3", "-3.27", "∞", "NaN"])
def test_what_is_no_amount(typed):
    assert refused(rules.read_received, typed) == "not_an_amount"
