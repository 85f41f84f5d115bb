"""The import file: what is read, what is refused, and that every fault names its row and field."""

import csv
import inspect
import io
import string
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import numbers
from bot.offers import actions, rules, series, sheet
from bot.offers.rules import BondTerms, Bound, ClassFigure, SaleTerms, Underlying
from bot.offers.sheet import Fault
from bot.valuation import bonds
from storage.terms import OfferKind
from tests.offers.sheets import BOND, SALE
from tests.offers.sheets import sheet as file

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CLAIM = numbers.read("ZQ-ECCD6ED", "ZQ")
GOOD = {OfferKind.SALE: {**SALE, "claim": CLAIM}, OfferKind.BOND: {**BOND, "claim": CLAIM}}


def read_one(kind: OfferKind, /, **differs: str) -> sheet.Sheet:
    return sheet.read_offers(file([{**GOOD[kind], **differs}]), NOW)


def faults(kind: OfferKind, /, **differs: str) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.field, fault.code) for fault in read_one(kind, **differs).faults]


def test_a_sale_is_read_as_it_was_meant():
    read = read_one(OfferKind.SALE)
    assert read.faults == ()
    assert read.kind == OfferKind.SALE
    (row,) = read.rows
    assert (row.row, row.claim, row.reference) == (2, CLAIM, "S-1")
    assert row.expires_at == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    assert row.terms == SaleTerms(
        buyer="Example Capital LLC", price_pct=Decimal(110), basis="gross", price=28_000_00, received=192_000_00,
        received_source="债权人提供的到账记录，2026-04-02", declared_to="seller", next_to="buyer", recourse=True,
        disallowance="seller", holdback=2_800_00, holdback_terms="21 天异议期届满后支付", deposit=0,
        escrow="Example Escrow Ltd.", law="纽约州法", fees=0, settlement_days=5,
        signing_note="2026-12-04 前签约，赶上下一个登记日",
    )  # fmt: skip


def test_a_bond_is_read_as_it_was_meant():
    read = read_one(OfferKind.BOND)
    assert read.faults == ()
    assert read.kind == OfferKind.BOND
    assert read.rows[0].terms == BondTerms(
        issuer="Example Recovery Notes Ltd.", currency="USD", face=60_000_00, issue_price_pct=Decimal(98),
        coupon_pct=Decimal(6), frequency=2, day_count="30/360", maturity=date(2029, 6, 30), redemption="bullet",
        redemption_note="", seniority="senior", support="", recourse="assets", exchange="contribution", clawback=True,
        distributions_to="issuer", law="英国法", settlement_days=10,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_of_a_chinese_spreadsheet_are_read(encoding):
    read = sheet.read_offers(file([GOOD[OfferKind.SALE]], encoding=encoding), NOW)
    assert read.faults == ()
    assert isinstance(read.rows[0].terms, SaleTerms)
    assert read.rows[0].terms.law == "纽约州法"


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("28000", 28_000_00),
        ("28,000.00", 28_000_00),
        ("US$ 28,000.5", 28_000_50),
        ("28000.00 USD", 28_000_00),
        ("２８０００．００", 28_000_00),
        ("28000.1000", 28_000_10),
    ],
)
def test_an_amount_as_people_write_it(cell, cents):
    read = read_one(OfferKind.SALE, price=cell)
    assert read.faults == ()
    assert isinstance(read.rows[0].terms, SaleTerms)
    assert read.rows[0].terms.price == cents


SALE_FAULTS = [
    ("claim", "", "missing"),
    ("claim", "ZQ-7K3M2Q", "not_a_claim"),
    ("claim", CLAIM.replace("ZQ", "BJ"), "not_a_claim"),
    ("kind", "swap", "not_a_kind"),
    ("kind", "bond", "other_kind"),
    ("reference", "", "missing"),
    ("reference", "x" * 81, "too_long"),
    ("reference", "a\tb", "characters"),
    ("buyer", "a\u202eb", "characters"),
    ("expires_at", "tomorrow", "not_a_moment"),
    ("expires_at", "2026-11-25T18:00:00", "no_zone"),
    ("expires_at", "2026-11-22T10:59:59+08:00", "too_soon"),
    ("expires_at", "2020-01-01T00:00:00Z", "too_soon"),
    ("expires_at", "2028-01-01T00:00:00Z", "too_far"),
    ("expires_at", "0001-01-01T00:00:00+14:00", "absurd"),
    ("price_pct", "-35", "negative"),
    ("price_pct", "0", "zero"),
    ("price_pct", "201", "absurd"),
    ("price_pct", "35.12345", "not_a_percent"),
    ("price_pct", "35‰", "not_a_percent"),
    ("basis", "both", "not_one_of"),
    ("price", "-1", "negative"),
    ("price", "0.00", "zero"),
    ("price", "1.005", "cents"),
    ("price", "1000000000000.01", "too_much"),
    ("price", "1e6", "not_an_amount"),
    ("price", "12,00", "not_an_amount"),
    ("price", "NaN", "not_an_amount"),
    ("price", "HK$ 28000", "currency"),
    ("price", "28000 USDT", "currency"),
    ("price", "2800", "nothing_left"),
    ("received", "-192000", "negative"),
    ("received_source", "", "missing"),
    ("declared_to", "court", "not_one_of"),
    ("recourse", "maybe", "not_yes_no"),
    ("holdback_terms", "", "no_terms"),
    ("fees", "1.001", "cents"),
    ("settlement_days", "-5", "negative"),
    ("settlement_days", "366", "absurd"),
    ("settlement_days", "5.5", "not_whole"),
    ("signing_note", "x" * 201, "too_long"),
]
BOND_FAULTS = [
    ("kind", "sale", "other_kind"),
    ("currency", "BTC", "not_one_of"),
    ("face", "60000 HKD", "currency"),
    ("face", "1000000000001", "too_much"),
    ("issue_price_pct", "0", "zero"),
    ("coupon_pct", "-6", "negative"),
    ("coupon_pct", "51", "absurd"),
    ("frequency", "3", "not_one_of"),
    ("frequency", "0", "no_frequency"),
    ("coupon_pct", "0", "idle_frequency"),
    ("day_count", "ACT/364", "day_count"),
    ("maturity", "2029-02-30", "not_a_day"),
    ("maturity", "30.6.2029", "not_a_day"),
    ("maturity", "2020-06-30", "matures_early"),
    ("maturity", "2026-11-25", "matures_early"),
    ("maturity", "2200-01-01", "too_far"),
    ("redemption", "sometime", "not_one_of"),
    ("seniority", "first", "not_one_of"),
    ("recourse", "yes", "not_one_of"),
    ("exchange", "gift", "not_one_of"),
    ("clawback", "", "missing"),
    ("distributions_to", "buyer", "not_one_of"),
]


@pytest.mark.parametrize(("name", "cell", "code"), SALE_FAULTS)
def test_a_sale_that_cannot_be_meant_is_refused(name, cell, code):
    where = "frequency" if code == "idle_frequency" else name
    assert faults(OfferKind.SALE, **{name: cell}) == [(2, where, code)]


@pytest.mark.parametrize(("name", "cell", "code"), BOND_FAULTS)
def test_a_bond_that_cannot_be_meant_is_refused(name, cell, code):
    where = "frequency" if code == "idle_frequency" else name
    assert faults(OfferKind.BOND, **{name: cell}) == [(2, where, code)]


def test_a_zero_coupon_bond_has_no_frequency():
    assert faults(OfferKind.BOND, coupon_pct="0", frequency="0") == []


def test_every_fault_of_every_row_is_named():
    rows = [GOOD[OfferKind.SALE], {**GOOD[OfferKind.SALE], "reference": "S-2", "price": "-1", "law": ""}]
    rows.append({**GOOD[OfferKind.SALE], "reference": " s-1 "})
    read = sheet.read_offers(file(rows), NOW)
    assert [str(fault) for fault in read.faults] == [
        "row 3, price: must not be negative",
        "row 3, law: must not be empty",
        "row 4, reference: this reference is in the file twice",
    ]


def heading(raw_columns: list[str], *rows: list[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([raw_columns, *rows])
    return out.getvalue().encode()


def test_columns_of_the_two_kinds_are_never_mixed():
    mixed = {**GOOD[OfferKind.SALE], "coupon_pct": "6"}
    read = sheet.read_offers(file([mixed]), NOW)
    assert read.rows == ()
    assert read.faults == (Fault(1, "coupon_pct", "mixed_columns"),)


def test_wrong_columns_are_named():
    columns = [name for name in GOOD[OfferKind.BOND] if name != "maturity"]
    read = sheet.read_offers(heading([*columns, "issuer", "张三"], ["x"] * (len(columns) + 2)), NOW)
    assert read.faults == (
        Fault(1, "maturity", "missing_column"),
        Fault(1, "issuer", "repeated_column"),
        Fault(1, f"column {len(columns) + 2}", "unknown_column"),
    )
    assert "张三" not in "".join(map(str, read.faults)), "a file without a heading begins with somebody's name"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"\xff\xfe\x00\xff", "encoding"),
        (b'a,"b\n', "not_csv"),
        (b"x" * (sheet.MOST_BYTES + 1), "file_too_large"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_whole(raw, code):
    assert sheet.read_offers(raw, NOW) == sheet.Sheet(None, (), (Fault(0, "", code),))


def test_a_heading_alone_is_empty():
    assert sheet.read_offers(heading(list(GOOD[OfferKind.SALE])), NOW).faults == (Fault(0, "", "empty"),)


def test_a_row_with_too_few_cells_is_named():
    raw = heading(list(GOOD[OfferKind.SALE]), ["only", "two"])
    assert sheet.read_offers(raw, NOW).faults == (Fault(2, "", "cells"),)


def test_empty_rows_are_left_out_and_counted():
    raw = heading(list(GOOD[OfferKind.SALE]), [], list(GOOD[OfferKind.SALE].values()))
    read = sheet.read_offers(raw, NOW)
    assert (read.faults, [row.row for row in read.rows]) == ((), [3])


UNDER = Underlying(CLAIM, 200_000_00, "5A", ClassFigure(Decimal(96), date(2026, 3, 31), "a source"))


@pytest.mark.parametrize(
    ("differs", "found"),
    [
        ({}, []),
        ({"price": "28000.01"}, []),  # one cent of rounding
        ({"price": "28000.02"}, [("price", "price_differs")]),
        ({"price": "220000"}, [("price", "price_differs")]),
        ({"basis": "net", "price": "220000"}, []),
        ({"basis": "net", "received": "700000", "price": "220000"}, [("received", "received_absurd")]),
        ({"received": "220000.00", "price": "5000"}, [("price", "price_differs")]),
    ],
)
def test_the_price_is_what_percentage_and_claim_say(differs, found):
    (row,) = read_one(OfferKind.SALE, **differs).rows
    assert [(fault.field, fault.code) for fault in sheet.fits(row, UNDER)] == found


@pytest.mark.parametrize(
    ("face", "currency", "bad"), [("600000", "USD", 0), ("600000.01", "USD", 1), ("9e", "", 0), ("4000000", "HKD", 0)]
)
def test_a_face_of_more_than_three_claims_is_absurd(face, currency, bad):
    read = read_one(OfferKind.BOND, face=face, **({"currency": currency} if currency else {}))
    assert sum(len(sheet.fits(row, UNDER)) for row in read.rows) == bad


def test_every_reason_has_words_and_every_word_a_use():
    text = inspect.getsource(sheet) + inspect.getsource(actions) + inspect.getsource(series) + inspect.getsource(bonds)
    assert [code for code in sheet.WHY if text.count(f'"{code}"') < 2] == []


def test_the_operator_s_page_names_every_column_and_word():
    page = (Path(__file__).parents[2] / "docs" / "import-offers.md").read_text(encoding="utf-8")
    words = [*sheet.COMMON, *sheet.SALE_COLUMNS, *sheet.BOND_COLUMNS, *sheet.CURRENCIES, *sheet.BASES, *sheet.SIDES,
             *sheet.EXCHANGES, *sheet.SENIORITIES, *sheet.RECOURSES, *sheet.REDEMPTIONS, *sheet.HOLDERS,
             *sheet.DAY_COUNTS]  # fmt: skip
    assert [word for word in words if f"`{word}`" not in page] == []


# --- properties -------------------------------------------------------------------------------

WORDS = (
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(bool)
)
CENTS = st.integers(0, sheet.MOST_MONEY)
SIDE = st.sampled_from(sheet.SIDES)
DAYS = st.integers(0, 365)


def percent(least: str, most: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(least, most, places=4).map(lambda d: Decimal(rules.plain(d)))


@st.composite
def sales(draw: st.DrawFn) -> SaleTerms:
    price = draw(st.integers(1, sheet.MOST_MONEY))
    holdback = draw(st.integers(0, price - 1))
    return SaleTerms(
        buyer=draw(WORDS), price_pct=draw(percent("0.0001", "200")), basis=draw(st.sampled_from(sheet.BASES)),
        price=price, received=draw(CENTS), received_source=draw(WORDS), declared_to=draw(SIDE), next_to=draw(SIDE),
        recourse=draw(st.booleans()), disallowance=draw(SIDE), holdback=holdback, holdback_terms=draw(WORDS),
        deposit=draw(CENTS), escrow=draw(WORDS | st.just("")), law=draw(WORDS),
        fees=draw(st.integers(0, price - holdback - 1)), settlement_days=draw(DAYS), signing_note=draw(WORDS | st.just("")),
        interest_to=draw(SIDE | st.just("")), cooling_days=draw(st.integers(0, 60)), received_assumed=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def bond_terms(draw: st.DrawFn) -> BondTerms:
    coupon, face = draw(percent("0", "50")), draw(st.integers(1, sheet.MOST_MONEY))
    redemption = draw(st.sampled_from(sheet.REDEMPTIONS))
    days = sorted(draw(st.sets(st.dates(date(2026, 11, 26), date(2060, 1, 1)), max_size=3)))
    maturity = draw(st.dates(days[-1] + timedelta(days=1) if days else date(2026, 11, 26), date(2120, 12, 31)))
    dated = tuple((day, draw(percent("0.0001", "33"))) for day in days)
    return BondTerms(
        issuer=draw(WORDS), currency=draw(st.sampled_from(sheet.CURRENCIES)), face=face,
        issue_price_pct=draw(percent("0.0001", "200")), coupon_pct=coupon,
        frequency=draw(st.sampled_from(sheet.FREQUENCIES[1:])) if coupon else 0,
        day_count=draw(st.sampled_from(sheet.DAY_COUNTS)),
        maturity=maturity, redemption=redemption, redemption_note=draw(WORDS | st.just("")),
        seniority=draw(st.sampled_from(sheet.SENIORITIES)), support=draw(WORDS | st.just("")),
        recourse=draw(st.sampled_from(sheet.RECOURSES)), exchange=draw(st.sampled_from(sheet.EXCHANGES)),
        clawback=draw(st.booleans()), distributions_to=draw(st.sampled_from(sheet.HOLDERS)), law=draw(WORDS),
        settlement_days=draw(DAYS), calendar=draw(st.sampled_from(sheet.CALENDARS)),
        call=dated, put=dated if draw(st.booleans()) else (),
        minimum=draw(st.integers(0, face)), exchange_pct=draw(st.none() | percent("0.0001", "300")),
        cooling_days=draw(st.integers(0, 60)),
    )  # fmt: skip


def written(terms: SaleTerms | BondTerms) -> dict[str, str]:
    """Terms as an operator would type them."""
    money = {"price", "received", "holdback", "deposit", "fees", "face", "minimum"}
    row = dict(GOOD[OfferKind.SALE if isinstance(terms, SaleTerms) else OfferKind.BOND])
    for name in sheet.SALE_COLUMNS if isinstance(terms, SaleTerms) else sheet.BOND_COLUMNS:
        value = getattr(terms, name)
        if name in money:
            row[name] = f"{value // 100:,}.{value % 100:02d}"
        elif isinstance(value, bool):
            row[name] = "yes" if value else "no"
        elif isinstance(value, tuple):
            row[name] = "; ".join(f"{day}:{pct}" for day, pct in value)
        elif value is None:
            row[name] = ""
        else:
            row[name] = str(value)
    return row


@settings(max_examples=150, deadline=None)
@given(sales() | bond_terms(), st.sampled_from(["utf-8", "gb18030"]))
def test_what_is_written_is_what_is_read(terms, encoding):
    read = sheet.read_offers(file([written(terms)], encoding=encoding), NOW)
    assert read.faults == ()
    assert read.rows[0].terms == terms


def bound(terms: SaleTerms | BondTerms) -> Bound:
    return Bound("ref", NOW + timedelta(days=3), UNDER, terms)


@settings(max_examples=150, deadline=None)
@given(sales() | bond_terms())
def test_terms_survive_the_table(terms):
    assert rules.unpacked(bound(terms).packed()) == bound(terms)


@settings(max_examples=150, deadline=None)
@given(sales() | bond_terms(), sales() | bond_terms())
def test_one_hash_one_set_of_terms(one, other):
    assert (bound(one).digest() == bound(other).digest()) is (one == other)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fall_over(raw):
    read = sheet.read_offers(raw, NOW)
    assert read.rows == ()
    assert read.faults


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(OfferKind)), st.data())
def test_no_cell_makes_the_reader_fall_over(kind, data):
    name = data.draw(st.sampled_from(list(GOOD[kind])))
    text = st.text(st.characters(codec="utf-8"), max_size=60)
    cell = data.draw(text | st.text(string.digits + ".,-+eE%$¥ ", max_size=20))
    read = sheet.read_offers(file([{**GOOD[kind], name: cell}]), NOW)
    assert bool(read.faults) is not bool(read.rows)
