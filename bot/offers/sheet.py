"""What an import file may say: offers to persons, or series of offers to the market; one file, one kind.

A fault names row (the heading is row 1), field and reason. A file with a fault brings in nothing,
so whoever made it mends all of it at once. Reads CSV in UTF-8 or GB18030 and TOML, amounts as people
write them, and never guesses: what can be meant in two ways is refused.
"""

import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from bot import numbers
from bot.errors import Invalid
from bot.offers.rules import BondTerms, Dated, SaleTerms, SeriesTerms, Terms, Tier, Underlying, part, plain, reckoned
from storage.terms import OfferKind

T = TypeVar("T")

COMMON = ("claim", "kind", "reference", "expires_at")
SALE_COLUMNS = tuple(field.name for field in fields(SaleTerms))
BOND_COLUMNS = tuple(field.name for field in fields(BondTerms))
#: may be left out of a file: what stands in the cell then
OPTIONAL: Mapping[str, str] = {
    "interest_to": "",
    "cooling_days": "0",
    "received_assumed": "no",
    "calendar": "none",
    "amortisation": "",
    "call": "",
    "put": "",
    "minimum": "0",
    "exchange_pct": "",
    "code_above": "",
    "holdback_pct": "0",
    "fees_pct": "0",
}
SERIES_COMMON = ("reference", "kind", "expires_at", "cap", "tiers", "code_above")
#: in a series these follow from the claim
_FOLLOWS_SALE = frozenset({"price_pct", "price", "received", "received_assumed", "holdback", "fees"})
_FOLLOWS_BOND = frozenset({"face", "exchange_pct"})
SALE_SERIES_COLUMNS = (*(c for c in SALE_COLUMNS if c not in _FOLLOWS_SALE), "received", "holdback_pct", "fees_pct")
BOND_SERIES_COLUMNS = tuple(c for c in BOND_COLUMNS if c not in _FOLLOWS_BOND)

#: all with cents
CURRENCIES = ("USD", "HKD", "CNY", "EUR", "SGD")
BASES = ("gross", "net")
SIDES = ("buyer", "seller")
EXCHANGES = ("pledge", "contribution", "sale")
SENIORITIES = ("secured", "senior", "subordinated")
RECOURSES = ("issuer", "assets")
REDEMPTIONS = ("bullet", "amortizing")
HOLDERS = ("holder", "issuer")
DAY_COUNTS = ("30/360", "ACT/360", "ACT/365", "ACT/ACT")
CALENDARS = ("none", "US", "HK", "CN")
RECEIVED = ("class", "none")
FREQUENCIES = (0, 1, 2, 4, 12)

#: 10^12 units of any currency, in cents
MOST_MONEY = 10**12 * 100
MOST_RECEIVED_PCT = 300

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
SOONEST = timedelta(hours=1)
LATEST = timedelta(days=366)

#: code of a fault -> what an operator reads
WHY: Mapping[str, str] = {
    "encoding": "the file is neither UTF-8 nor GB18030",
    "not_csv": "the file cannot be read as CSV",
    "file_too_large": f"the file is larger than {MOST_BYTES // 1024 // 1024} MB or has more than {MOST_ROWS:,} rows",
    "empty": "the file has no rows",
    "missing_column": "this column is missing",
    "unknown_column": "no such column for this kind of offer",
    "repeated_column": "this column is there twice",
    "mixed_columns": "the file mixes columns of a sale with columns of a bond: one file, one kind",
    "cells": "the row has another number of cells than the heading",
    "characters": "control characters are not allowed",
    "missing": "must not be empty",
    "too_long": "too long",
    "not_a_claim": "is no claim number like ZQ-7K3M2QX",
    "not_a_kind": "kind is sale or bond",
    "other_kind": "this row's kind is not the one the file's columns are for",
    "not_a_moment": "is no date and time like 2026-12-31T18:00:00+08:00",
    "no_zone": "a time needs its zone, like 2026-12-31T18:00:00+08:00",
    "too_soon": "must be at least one hour from now",
    "too_far": "is too far in the future",
    "not_an_amount": "is no amount like 28000.00",
    "negative": "must not be negative",
    "zero": "must be more than zero",
    "cents": "fractions of a cent cannot be paid",
    "too_much": "is more than 10^12",
    "currency": "amounts of one offer are in one currency: this one names another",
    "not_a_percent": "is no percentage like 35 or 5.25",
    "absurd": "is outside what can be meant",
    "not_yes_no": "is yes or no",
    "not_one_of": "is none of the words this column knows",
    "not_whole": "is no whole number",
    "not_a_day": "is no date like 2029-06-30",
    "matures_early": "the maturity must come after the offer's expiry",
    "day_count": "the day count is 30/360, ACT/360, ACT/365 or ACT/ACT",
    "no_frequency": "a coupon needs a frequency of 1, 2, 4 or 12 a year",
    "idle_frequency": "without a coupon the frequency is 0",
    "no_terms": "a holdback needs its terms",
    "nothing_left": "fees and holdback take up the whole price",
    "repeated": "this reference is in the file twice",
    "not_toml": "the file cannot be read as TOML: tables [[offer]] or [[series]] of plain values",
    "mixed_tables": "the file holds offers and series: one file, one of the two",
    "no_cap": "a series needs a cap",
    "no_tiers": "a series needs tiers like 10000-50000:85; 50000-:98",
    "not_tiers": "is no list of tiers like 10000-50000:85; 50000-:98",
    "tiers_overlap": "two tiers are for claims of the same size",
    "tier_empty": "a tier ends where it begins, or before",
    "not_dated": "is no list of days with percent of face like 2028-06-30:101",
    "dated_order": "days must come one after another, after the offer's expiry and not after the maturity",
    "instalment_days": "repayments lie on coupon days of the bond, one after another",
    "right_days": "a call or put lies within the life of the bond",
    "right_overlaps": "two calls, or two puts, are on one day",
    "not_reckoned": "these terms cannot be reckoned with",
    "amortises_wrongly": "an amortizing bond repays parts before maturity, less than 100 percent in all; a bullet none",
    "below_minimum": "the face is below the minimum",
    "changes_live": "this series is published: its terms never change; withdraw it, then import the next version",
    # what only the tables know
    "no_claim": "no such claim",
    "dead_claim": "the claim is withdrawn, disallowed, transferred or paid",
    "no_amount": "the claim has no amount",
    "price_differs": "is not the percentage of the claim amount (gross: less what was received)",
    "received_absurd": "is more than three times the claim amount",
    "face_absurd": "is more than three times the claim amount",
    "changes_terms": "this reference was imported before with other terms: an offer's terms never change",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or with row 0 the file, was refused. MUST NOT quote the cell: it may hold personal data."""

    row: int
    field: str
    code: str

    @property
    def why(self) -> str:
        """What an operator reads."""
        return WHY[self.code]

    def __str__(self) -> str:
        return ", ".join(filter(None, (f"row {self.row}" if self.row else "file", self.field))) + f": {self.why}"


@dataclass(frozen=True, slots=True)
class Row:
    """One offer of a file, read but not yet compared with the claim it names."""

    row: int
    claim: str
    reference: str
    expires_at: datetime
    terms: Terms


@dataclass(frozen=True, slots=True)
class SeriesRead:
    """One series of a file."""

    row: int
    terms: SeriesTerms


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read: `rows` or `series`. With a fault in it MUST nothing of it be kept."""

    kind: OfferKind | None
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    series: tuple[SeriesRead, ...] = ()


class _Wrong(Exception):
    """A cell cannot be read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_offers(raw: bytes, now: datetime) -> Sheet:
    """Read an import file. Never raises: whatever is wrong stands in the faults."""
    try:
        tables = _tables(raw)
        records = _records(raw) if tables is None else tables
    except _Wrong as wrong:
        return Sheet(None, (), (Fault(0, "", wrong.code),))
    heading, body = [cell.lower() for cell in records[0][1]], records[1:]
    serial = "cap" in heading or "tiers" in heading
    kind, faults = _kind_of(heading, serial=serial)
    if kind is None or faults:
        return Sheet(kind, (), tuple(faults))
    rows: list[Row] = []
    series: list[SeriesRead] = []
    seen: set[str] = set()
    for number, cells in body:
        if len(cells) != len(heading):
            faults.append(Fault(number, "", "cells"))
            continue
        reader = _RowReader(number, {**OPTIONAL, **dict(zip(heading, cells, strict=True))}, now)
        row = None if serial else reader.row(kind)
        one = reader.series(kind) if serial else None
        folded = unicodedata.normalize("NFKC", reader.cells["reference"]).strip().casefold()
        if folded and folded in seen:
            reader.fault("reference", "repeated")
        seen.add(folded)
        faults += reader.faults
        if reader.faults:
            continue
        if row is not None:
            rows.append(row)
        if one is not None:
            series.append(one)
    if not body:
        faults.append(Fault(0, "", "empty"))
    return Sheet(kind, tuple(rows), tuple(faults), tuple(series))


_TABLE = re.compile(rb"^\s*\[\[\s*(offer|series)\s*\]\]", re.MULTILINE)


def _tables(raw: bytes) -> list[tuple[int, list[str]]] | None:
    """The tables of a TOML file as records under one heading; None: it is no TOML file.

    Rows are counted like those of a CSV file: the first table is row 2. What one table leaves out is
    an empty cell, so that the fault names it.
    """
    if not _TABLE.search(raw[:MOST_BYTES]):
        return None
    if len(raw) > MOST_BYTES:
        raise _Wrong("file_too_large")
    try:
        # numbers stay as they were written: a float has no cents
        said = tomllib.loads(_text(raw), parse_float=str)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise _Wrong("not_toml") from fault
    if len(said) > 1:
        raise _Wrong("mixed_tables" if said.keys() <= {"offer", "series"} else "not_toml")
    ((name, rows),) = said.items()
    if name not in ("offer", "series") or not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise _Wrong("not_toml")
    heading = list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))
    if name == "series":
        heading += [column for column in ("cap", "tiers") if column not in heading]
    records = [(1, heading)]
    for number, row in enumerate(rows, 2):
        if not isinstance(row, dict):
            raise _Wrong("not_toml")
        cells = [_cell(row[key]) if key in row else OPTIONAL.get(key, "") for key in heading]
        records.append((number, cells))
    return records


def _cell(value: Any) -> str:
    """A TOML value as the cell of a CSV file would hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | str):
        return unicodedata.normalize("NFC", str(value)).strip()
    if isinstance(value, list):
        return "; ".join(_tier_cell(one) if isinstance(one, dict) else _cell(one) for one in value)
    raise _Wrong("not_toml")


def _tier_cell(one: Mapping[str, Any]) -> str:
    if one.keys() <= {"day", "pct"}:
        return f"{_cell(one.get('day', ''))}:{_cell(one.get('pct', ''))}"
    if not one.keys() <= {"from", "to", "pct"}:
        raise _Wrong("not_toml")
    return f"{_cell(one.get('from', ''))}-{_cell(one.get('to', ''))}:{_cell(one.get('pct', ''))}"


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _Wrong("file_too_large")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _Wrong("encoding")


def _records(raw: bytes) -> list[tuple[int, list[str]]]:
    """Rows with their number; empty ones are left out but counted."""
    records: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(_text(raw), newline=""), strict=True), 1):
            stripped = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
            if any(stripped):
                records.append((number, stripped))
            if number > MOST_ROWS + 1:
                raise _Wrong("file_too_large")
    except csv.Error as fault:
        raise _Wrong("not_csv") from fault
    if not records:
        raise _Wrong("empty")
    return records


def _kind_of(heading: Sequence[str], *, serial: bool) -> tuple[OfferKind | None, list[Fault]]:
    """Which kind a file's columns are for, and what is wrong with them."""
    there = set(heading)
    sales, bonds = (SALE_SERIES_COLUMNS, BOND_SERIES_COLUMNS) if serial else (SALE_COLUMNS, BOND_COLUMNS)
    sale = there & (set(sales) - set(bonds))
    bond = there & (set(bonds) - set(sales))
    if sale and bond:
        fewer = sale if len(sale) < len(bond) else bond
        return None, [Fault(1, name, "mixed_columns") for name in heading if name in fewer]
    kind, columns = (OfferKind.BOND, bonds) if bond else (OfferKind.SALE, sales)
    known = (*(SERIES_COMMON if serial else COMMON), *columns)
    faults = [Fault(1, name, "missing_column") for name in known if name not in there and name not in OPTIONAL]
    for place, name in enumerate(heading, 1):
        if name not in known:
            # by its place: in a file without a heading this is a person's cell
            faults.append(Fault(1, f"column {place}", "unknown_column"))
        elif name in heading[: place - 1]:
            faults.append(Fault(1, name, "repeated_column"))
    return kind, faults


class _RowReader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, number: int, cells: Mapping[str, str], now: datetime) -> None:
        self.number = number
        self.cells = cells
        self.now = now
        self.faults: list[Fault] = []

    def fault(self, name: str, code: str) -> None:
        self.faults.append(Fault(self.number, name, code))

    def read(self, name: str, how: Callable[[str], Any]) -> Any:
        """A cell, read; None with a fault noted."""
        try:
            return how(self.cells[name])
        except _Wrong as wrong:
            self.fault(name, wrong.code)
            return None

    def row(self, kind: OfferKind) -> Row | None:
        """The row; None when a fault was noted on the way."""
        claim = self.read("claim", _claim_number)
        said = self.read("kind", _one_of(tuple(OfferKind), "not_a_kind"))
        reference = self.read("reference", _words(80))
        expires_at = self.read("expires_at", lambda cell: _moment(cell, self.now))
        if said is not None and said != kind:
            self.fault("kind", "other_kind")
            return None
        terms: Terms | None = self.sale() if kind == OfferKind.SALE else self.bond(expires_at)
        if self.faults or terms is None:
            return None
        return Row(self.number, claim, reference, expires_at, terms)

    def sale(self) -> SaleTerms | None:
        """The terms of a sale (债权转让)."""
        usd = _money("USD")
        terms = {
            "buyer": self.read("buyer", _words(80)),
            "price_pct": self.read("price_pct", _percent(Decimal(0), Decimal(200), above=True)),
            "basis": self.read("basis", _one_of(BASES)),
            "price": self.read("price", _money("USD", above=True)),
            "received": self.read("received", usd),
            "received_source": self.read("received_source", _words(120)),
            "declared_to": self.read("declared_to", _one_of(SIDES)),
            "next_to": self.read("next_to", _one_of(SIDES)),
            "recourse": self.read("recourse", _yes_no),
            "disallowance": self.read("disallowance", _one_of(SIDES)),
            "holdback": self.read("holdback", usd),
            "holdback_terms": self.read("holdback_terms", _words(200, empty=True)),
            "deposit": self.read("deposit", usd),
            "escrow": self.read("escrow", _words(120, empty=True)),
            "law": self.read("law", _words(80)),
            "fees": self.read("fees", usd),
            "settlement_days": self.read("settlement_days", _whole(0, 365)),
            "signing_note": self.read("signing_note", _words(200, empty=True)),
            "interest_to": self.read("interest_to", _or_empty(_one_of(SIDES))),
            "cooling_days": self.read("cooling_days", _whole(0, 60)),
            "received_assumed": self.read("received_assumed", _yes_no),
        }
        if None not in (terms["price"], terms["fees"], terms["holdback"]):
            if terms["price"] <= terms["fees"] + terms["holdback"]:
                self.fault("price", "nothing_left")
            if terms["holdback"] and terms["holdback_terms"] == "":
                self.fault("holdback_terms", "no_terms")
        return None if self.faults else SaleTerms(**terms)

    def bond(self, expires_at: datetime | None, *, serial: bool = False) -> BondTerms | None:
        """The terms of a bond (债券); in a series its face follows from the claim."""
        currency = self.read("currency", _one_of(CURRENCIES))
        after = expires_at or self.now
        terms = {
            "issuer": self.read("issuer", _words(80)),
            "currency": currency,
            "face": 0 if serial else self.read("face", _money(currency or "USD", above=True)),
            "issue_price_pct": self.read("issue_price_pct", _percent(Decimal(0), Decimal(200), above=True)),
            "coupon_pct": self.read("coupon_pct", _percent(Decimal(0), Decimal(50))),
            "frequency": self.read("frequency", _whole(0, 12, among=FREQUENCIES)),
            "day_count": self.read("day_count", _one_of(DAY_COUNTS, "day_count")),
            "maturity": self.read("maturity", lambda cell: _maturity(cell, after)),
            "redemption": self.read("redemption", _one_of(REDEMPTIONS)),
            "redemption_note": self.read("redemption_note", _words(200, empty=True)),
            "seniority": self.read("seniority", _one_of(SENIORITIES)),
            "support": self.read("support", _words(200, empty=True)),
            "recourse": self.read("recourse", _one_of(RECOURSES)),
            "exchange": self.read("exchange", _one_of(EXCHANGES)),
            "clawback": self.read("clawback", _yes_no),
            "distributions_to": self.read("distributions_to", _one_of(HOLDERS)),
            "law": self.read("law", _words(80)),
            "settlement_days": self.read("settlement_days", _whole(0, 365)),
            "calendar": self.read("calendar", _one_of(CALENDARS)),
            "amortisation": self.read("amortisation", _dated),
            "call": self.read("call", _dated),
            "put": self.read("put", _dated),
            "minimum": self.read("minimum", _money(currency or "USD")),
            "exchange_pct": None
            if serial
            else self.read("exchange_pct", _or_none(_percent(Decimal(0), Decimal(300), above=True))),
            "cooling_days": self.read("cooling_days", _whole(0, 60)),
        }
        for name in ("amortisation", "call", "put"):
            days = [after.date(), *(day for day, _pct in terms[name] or ())]
            if terms["maturity"] is not None and (
                any(one >= two for one, two in pairwise(days)) or days[-1] > terms["maturity"]
            ):
                self.fault(name, "dated_order")
        if terms["amortisation"] is not None and terms["redemption"] is not None:
            repaid = sum((pct for _day, pct in terms["amortisation"]), Decimal(0))
            if repaid >= 100 or (terms["redemption"] == "bullet" and repaid):
                self.fault("amortisation", "amortises_wrongly")
        if not serial and None not in (terms["face"], terms["minimum"]) and terms["face"] < terms["minimum"]:
            self.fault("face", "below_minimum")
        if terms["coupon_pct"] is not None and terms["frequency"] is not None:
            if terms["coupon_pct"] and not terms["frequency"]:
                self.fault("frequency", "no_frequency")
            if not terms["coupon_pct"] and terms["frequency"]:
                self.fault("frequency", "idle_frequency")
        if not self.faults:
            made = BondTerms(**{**terms, "face": terms["face"] or 100})
            self.faults += [Fault(self.number, name, code) for name, code in _reckoned(made, after.date())]
        return None if self.faults else BondTerms(**terms)

    def series(self, kind: OfferKind) -> SeriesRead | None:
        """A series; None when a fault was noted on the way."""
        said = self.read("kind", _one_of(tuple(OfferKind), "not_a_kind"))
        reference = self.read("reference", _words(80))
        expires_at = self.read("expires_at", lambda cell: _moment(cell, self.now))
        if said is not None and said != kind:
            self.fault("kind", "other_kind")
            return None
        terms: Terms | None
        if kind == OfferKind.SALE:
            # The same reader reads the template: what follows from the claim is given a value it takes.
            self.cells = {**self.cells, "price_pct": "100", "price": "1", "holdback": "0", "fees": "0"}
            received, self.cells["received"] = self.read("received", _one_of(RECEIVED)), "0"
            holdback = self.read("holdback_pct", _percent(Decimal(0), Decimal(100)))
            fees = self.read("fees_pct", _percent(Decimal(0), Decimal(100)))
            currency, terms = "USD", self.sale()
            if holdback and self.cells["holdback_terms"] == "":
                self.fault("holdback_terms", "no_terms")
            if None not in (holdback, fees) and holdback + fees >= 100:
                self.fault("fees_pct", "nothing_left")
            if terms is not None:
                terms = replace(terms, price_pct=Decimal(0), price=0)
        else:
            received, holdback, fees = "none", Decimal(0), Decimal(0)
            terms = self.bond(expires_at, serial=True)
            currency = terms.currency if terms is not None else self.cells["currency"].upper()
        if not self.cells["cap"]:
            self.fault("cap", "no_cap")
            cap = None
        else:
            cap = self.read("cap", _money(currency, above=True))
        tiers = self.read("tiers", _tiers)
        code_above = self.read("code_above", _or_none(_money(currency)))
        if self.faults or terms is None or cap is None:
            return None
        made = SeriesTerms(reference, expires_at, currency, cap, tiers, received, holdback, fees, code_above, terms)
        return SeriesRead(self.number, made)


#: fields and faults of the reckoning, where it has another name for them
_FIELDS: Mapping[str, str] = {
    "coupon": "coupon_pct",
    "issue_price": "issue_price_pct",
    "instalments": "amortisation",
    "calls": "call",
    "puts": "put",
}
_FAULTS: Mapping[str, str] = {"instalment_shares": "amortises_wrongly", "too_early": "absurd"}


def _reckoned(terms: BondTerms, issued: date) -> list[tuple[str, str]]:
    """What the bond arithmetic has against these terms: the field and the code of the fault."""
    try:
        reckoned(terms, issued)
    except Invalid as wrong:
        code = _FAULTS.get(wrong.code, wrong.code)
        field = str(wrong.data.get("field", ""))
        return [(_FIELDS.get(field, field), code if code in WHY else "not_reckoned")]
    return []


_BAD = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
#: direction overrides make a figure read as another one
_BIDI = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)))


def _words(longest: int, *, empty: bool = False) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if not cell and not empty:
            raise _Wrong("missing")
        if any(c in _BIDI or unicodedata.category(c) in _BAD for c in cell):
            raise _Wrong("characters")
        if len(cell) > longest:
            raise _Wrong("too_long")
        return cell

    return read


def _or_empty(how: Callable[[str], str]) -> Callable[[str], str]:
    return lambda cell: how(cell) if cell else ""


def _or_none(how: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda cell: how(cell) if cell else None


def _dated(cell: str) -> Dated:
    """Days with percent of face: `2027-06-30:25; 2028-06-30:25`."""
    rows = []
    for one in filter(None, (part_.strip() for part_ in unicodedata.normalize("NFKC", cell).split(";"))):
        day, colon, pct = one.partition(":")
        try:
            if not colon or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day.strip()):
                raise ValueError(one)
            rows.append((date.fromisoformat(day.strip()), _percent(Decimal(0), Decimal(200), above=True)(pct.strip())))
        except ValueError as fault:
            raise _Wrong("not_dated") from fault
    return tuple(rows)


def _tiers(cell: str) -> tuple[Tier, ...]:
    """Tiers by the size of the claim: `10000-50000:85; 50000-:98`. MUST NOT overlap; gaps are no fault."""
    if not cell:
        raise _Wrong("no_tiers")
    money, percent = _money("USD"), _percent(Decimal(0), Decimal(200), above=True)
    tiers = []
    for one in filter(None, (part_.strip() for part_ in unicodedata.normalize("NFKC", cell).split(";"))):
        size, colon, pct = one.rpartition(":")
        least, dash, below = size.partition("-")
        if not colon or not dash or "-" in below:
            raise _Wrong("not_tiers")
        least, below = least.strip(), below.strip()
        tier = Tier(money(least) if least else 0, money(below) if below else None, percent(pct.strip()))
        if tier.below is not None and tier.below <= tier.least:
            raise _Wrong("tier_empty")
        tiers.append(tier)
    if not tiers:
        raise _Wrong("no_tiers")
    tiers.sort(key=lambda tier: tier.least)
    if any(one.below is None or one.below > two.least for one, two in pairwise(tiers)):
        raise _Wrong("tiers_overlap")
    return tuple(tiers)


def _folded(cell: str) -> str:
    """Full width to half; an empty cell is missing."""
    if not cell:
        raise _Wrong("missing")
    return unicodedata.normalize("NFKC", cell).strip()


def _claim_number(cell: str) -> str:
    try:
        return numbers.read(_folded(cell), "ZQ")
    except Invalid as wrong:
        raise _Wrong("not_a_claim") from wrong


def _one_of(words: Sequence[str], code: str = "not_one_of") -> Callable[[str], str]:
    known = {word.casefold(): str(word) for word in words}

    def read(cell: str) -> str:
        word = _folded(cell).casefold()
        if word not in known:
            raise _Wrong(code)
        return known[word]

    return read


def _yes_no(cell: str) -> bool:
    match _folded(cell).casefold():
        case "yes" | "y":
            return True
        case "no" | "n":
            return False
        case _:
            raise _Wrong("not_yes_no")


def _whole(least: int, most: int, *, among: Sequence[int] = ()) -> Callable[[str], int]:
    def read(cell: str) -> int:
        text = _folded(cell)
        if text.startswith("-"):
            raise _Wrong("negative")
        if not re.fullmatch(r"[0-9]{1,6}", text):
            raise _Wrong("not_whole")
        number = int(text)
        if among and number not in among:
            raise _Wrong("not_one_of")
        if not least <= number <= most:
            raise _Wrong("absurd")
        return number

    return read


_PERCENT = re.compile(r"([+-]?)([0-9]{1,6})(\.[0-9]{1,4})? ?%?")


def _percent(least: Decimal, most: Decimal, *, above: bool = False) -> Callable[[str], Decimal]:
    def read(cell: str) -> Decimal:
        found = _PERCENT.fullmatch(_folded(cell))
        if found is None:
            raise _Wrong("not_a_percent")
        if found[1] == "-":
            raise _Wrong("negative")
        number = Decimal(plain(Decimal(found[2] + (found[3] or ""))))
        if above and not number:
            raise _Wrong("zero")
        if not least <= number <= most:
            raise _Wrong("absurd")
        return number

    return read


_SIGNS = {"US$": "USD", "HK$": "HKD", "S$": "SGD", "$": "USD", "€": "EUR", "¥": "CNY"}
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?) ?(?P<before>US\$|HK\$|S\$|\$|€|¥|[A-Z]{3,4})? ?(?P<minus>-?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,24})(?:\.(?P<part>[0-9]{1,12}))? ?(?P<after>[A-Z]{3,4})?"
)


def _money(currency: str, *, above: bool = False) -> Callable[[str], int]:
    """Reads an amount into cents of `currency`; another currency's sign or code is refused."""

    def read(cell: str) -> int:
        found = _AMOUNT.fullmatch(_folded(cell).upper())
        if found is None:
            raise _Wrong("not_an_amount")
        for mark in (found["before"], found["after"]):
            if mark and _SIGNS.get(mark, mark) != currency:
                raise _Wrong("currency")
        part_ = (found["part"] or "").rstrip("0")
        if len(part_) > 2:
            raise _Wrong("cents")
        cents = int(found["whole"].replace(",", "")) * 100 + int(part_.ljust(2, "0"))
        if cents and (found["sign"] == "-" or found["minus"]):
            raise _Wrong("negative")
        if cents > MOST_MONEY:
            raise _Wrong("too_much")
        if above and not cents:
            raise _Wrong("zero")
        return cents

    return read


def _moment(cell: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(_folded(cell))
    except ValueError as fault:
        raise _Wrong("not_a_moment") from fault
    if at.tzinfo is None:
        raise _Wrong("no_zone")
    try:
        at = at.astimezone(UTC)
    except OverflowError as fault:
        raise _Wrong("absurd") from fault
    if at < now + SOONEST:
        raise _Wrong("too_soon")
    if at > now + LATEST:
        raise _Wrong("too_far")
    return at


_LAST_MATURITY = date(2200, 1, 1)


def _maturity(cell: str, after: datetime) -> date:
    text = _folded(cell)
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        day = date.fromisoformat(text)
    except ValueError as fault:
        raise _Wrong("not_a_day") from fault
    if day <= after.date():
        raise _Wrong("matures_early")
    if day >= _LAST_MATURITY:
        raise _Wrong("too_far")
    return day


# ------------------------------------------------------------------------------------------ against the claim


def fits(row: Row, claim: Underlying) -> list[Fault]:
    """What is wrong with a row's terms once the amount of its claim is known."""
    faults = []
    if isinstance(row.terms, SaleTerms):
        quoted = part(claim.amount, row.terms.price_pct)
        price = quoted - row.terms.received if row.terms.basis == "gross" else quoted
        if abs(price - row.terms.price) > 1:
            faults.append(Fault(row.row, "price", "price_differs"))
        if row.terms.received > part(claim.amount, Decimal(MOST_RECEIVED_PCT)):
            faults.append(Fault(row.row, "received", "received_absurd"))
    elif row.terms.currency == "USD" and row.terms.face > 3 * claim.amount:
        faults.append(Fault(row.row, "face", "face_absurd"))
    return faults
