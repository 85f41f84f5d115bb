"""What a file of the claims register may say.

A fault names row (the headings are row 1), column and reason. A file with a fault brings in nothing,
so whoever made it mends all of it at once. Reads CSV, tab or semicolon separated, in UTF-8, UTF-16
or GB18030.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.claims.rules import CLASSES, DEBTORS
from bot.errors import Invalid

COLUMNS = (
    "ClaimID",
    "ScheduleNumber",
    "ClaimNumber",
    "DateFiled",
    "CreditorName",
    "TotalCurrentClaimAmount",
    "DebtorName",
    "PlanClass",
    "UCC",
    "Email",
    "AsOf",
)
REQUIRED = ("ClaimID", "CreditorName", "TotalCurrentClaimAmount", "DebtorName", "AsOf")
#: more faults than this are counted, not listed
MOST_FAULTS = 50
MOST_BYTES = 64 * 1024 * 1024
#: code of a fault -> what an operator reads
WHY: Mapping[str, str] = {
    "encoding": "the file is neither UTF-8, UTF-16 nor GB18030",
    "file_too_large": f"the file is larger than {MOST_BYTES // 1024 // 1024} MB",
    "no_rows": "there is no row of data",
    "quotes": "a quotation mark is not closed, or a cell has no end: nothing after it can be read",
    "cells": "the row has another number of cells than the headings",
    "unknown_column": "no such column",
    "column_twice": "this column is there twice",
    "column_missing": "this column is missing",
    "twice": "the same ClaimID and debtor stand in an earlier row",
    "empty": "must not be empty",
    "nul": "holds a NUL character",
    "control": "holds characters that cannot be seen",
    "too_long": "is longer than 300 characters",
    "formula": "begins like a formula (=, +, -, @)",
    "format": "is not written as it should be",
    "date": "is no date like 2026-05-01",
    "amount": "is no amount like 35000.00",
    "negative": "must not be negative",
    "too_large": "is more than 10^12",
    "unknown_value": "is none of the values this column knows",
}
#: a right one, for who wrote a wrong one
LIKE: Mapping[str, str] = {
    "ClaimID": "like C-99001: letters, digits and -, 32 at most",
    "ScheduleNumber": "seven digits",
    "ClaimNumber": "four to six digits",
    "Email": "like name@example.com",
    "DebtorName": ", ".join(DEBTORS.values()),
    "PlanClass": ", ".join(CLASSES),
}


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One row of a register file, read. `row` is its line in a spreadsheet; `debtor` is a key of DEBTORS."""

    row: int
    claim_id: str
    schedule: str | None
    claim_number: str | None
    date_filed: str | None
    name: str
    amount: int | None
    debtor: str
    plan_class: str | None
    ucc: str | None
    email: str | None
    as_of: str

    def content(self) -> dict[str, Any]:
        """What is kept of it, sealed."""
        kept = asdict(self)
        del kept["row"], kept["as_of"]
        return kept


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or with row 0 the file, was refused. MUST NOT quote the cell: it may hold personal data."""

    row: int
    column: str
    code: str

    @property
    def why(self) -> str:
        """What an operator reads."""
        right = LIKE.get(self.column, "") if self.code in ("format", "unknown_value") else ""
        return WHY[self.code] + (f" ({right})" if right else "")

    def __str__(self) -> str:
        return ", ".join(filter(None, (f"row {self.row}" if self.row else "file", self.column))) + f": {self.why}"


@dataclass(frozen=True, slots=True)
class Register:
    """A register file, read. It MUST NOT be imported while it has faults; `unlisted` counts those beyond the list."""

    rows: tuple[RegisterEntry, ...]
    faults: tuple[Fault, ...]
    unlisted: int = 0


def read(raw: bytes, headings: Mapping[str, str] | None = None) -> Register:
    """Read a register. `headings`: what a column may be called besides -> its name in COLUMNS."""
    faults: list[Fault] = []
    rows = list(_entries(raw, headings or {}, faults))
    listed = tuple(faults[:MOST_FAULTS])
    return Register(() if faults else tuple(rows), listed, len(faults) - len(listed))


def _entries(raw: bytes, headings: Mapping[str, str], faults: list[Fault]) -> Iterator[RegisterEntry]:
    if len(raw) > MOST_BYTES:
        faults.append(Fault(0, "", "file_too_large"))
        return
    text = _decoded(raw)
    if text is None:
        faults.append(Fault(0, "", "encoding"))
        return
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    seen: dict[tuple[str, str], int] = {}
    row = 0
    try:
        for row, cells in enumerate(records, 1):
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(row, cells, headings, faults)
                if columns is None:
                    return
            elif len(cells) != len(columns):
                faults.append(Fault(row, "", "cells"))
            else:
                entry = _entry(row, dict(zip(columns, cells, strict=True)), faults)
                if entry is None:
                    continue
                key = (entry.claim_id, entry.debtor)
                if seen.setdefault(key, row) != row:
                    faults.append(Fault(row, "ClaimID", "twice"))
                yield entry
    except csv.Error:
        faults.append(Fault(row + 1, "", "quotes"))
    if not seen and not faults:
        faults.append(Fault(0, "", "no_rows"))


def _decoded(raw: bytes) -> str | None:
    codecs: tuple[str, ...]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        codecs = ("utf-16",)
    elif raw[1:200:2].count(0) > len(raw[1:200:2]) // 2:
        codecs = ("utf-16-le",)
    elif raw[0:200:2].count(0) > len(raw[0:200:2]) // 2:
        codecs = ("utf-16-be",)
    else:
        codecs = ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def _columns(row: int, cells: list[str], headings: Mapping[str, str], faults: list[Fault]) -> list[str] | None:
    """The columns in the order of the file; None, with the faults noted, when they cannot be used."""
    known = {_heading(name): name for name in COLUMNS} | {_heading(name): column for name, column in headings.items()}
    columns = [known.get(_heading(cell), "") for cell in cells]
    wrong = [
        Fault(row, cell.strip()[:40], "unknown_column") for cell, name in zip(cells, columns, strict=True) if not name
    ]
    wrong += [Fault(row, name, "column_twice") for name in COLUMNS if columns.count(name) > 1]
    wrong += [Fault(row, name, "column_missing") for name in REQUIRED if name not in columns]
    faults += wrong
    return None if wrong else columns


def _heading(cell: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", cell).casefold() if c.isalnum())


def _entry(row: int, cells: dict[str, str], faults: list[Fault]) -> RegisterEntry | None:
    """One row; None, with every fault of it noted, if it cannot be taken."""
    before = len(faults)

    def cell(column: str) -> str | None:
        value = unicodedata.normalize("NFKC", cells.get(column, "")).strip()
        if "\0" in value:
            faults.append(Fault(row, column, "nul"))
        elif not value.isprintable():
            faults.append(Fault(row, column, "control"))
        elif len(value) > 300:
            faults.append(Fault(row, column, "too_long"))
        elif value[:1] in tuple("=+@-") and not (column == "TotalCurrentClaimAmount" and value[0] == "-"):
            faults.append(Fault(row, column, "formula"))
        elif value:
            return value
        elif column in REQUIRED and column != "TotalCurrentClaimAmount":
            faults.append(Fault(row, column, "empty"))
        return None

    def like(column: str, pattern: str) -> str | None:
        value = cell(column)
        if value is not None and not re.fullmatch(pattern, value, re.ASCII):
            faults.append(Fault(row, column, "format"))
            return None
        return value

    def day(column: str) -> str | None:
        value = cell(column)
        if value is None:
            return None
        for form in ("%Y-%m-%d", "%m/%d/%Y", "%Y/%m/%d"):
            try:
                return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007  a day has no time zone
            except ValueError:
                continue
        faults.append(Fault(row, column, "date"))
        return None

    def amount(column: str) -> int | None:
        value = cell(column)
        if value is None:
            return None
        try:
            return read_amount(value)
        except Invalid as wrong:
            faults.append(Fault(row, column, wrong.code))
            return None

    def one_of(column: str, choices: Mapping[str, str]) -> str | None:
        value = cell(column)
        if value is not None and _heading(value) not in choices:
            faults.append(Fault(row, column, "unknown_value"))
            return None
        return choices[_heading(value)] if value is not None else None

    claim_id = like("ClaimID", r"[0-9A-Za-z-]{1,32}")
    schedule = like("ScheduleNumber", r"[0-9]{7}")
    claim_number = like("ClaimNumber", r"[0-9]{4,6}")
    date_filed = day("DateFiled")
    name = cell("CreditorName")
    cents = amount("TotalCurrentClaimAmount")
    debtor = one_of("DebtorName", {_heading(full): code for code, full in DEBTORS.items()})
    plan_class = one_of("PlanClass", {_heading(code): code for code in CLASSES})
    ucc = cell("UCC")
    email = like("Email", r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
    as_of_day = day("AsOf")
    if len(faults) > before or claim_id is None or name is None or debtor is None or as_of_day is None:
        return None
    return RegisterEntry(
        row,
        claim_id,
        schedule,
        claim_number,
        date_filed,
        name,
        cents or None,
        debtor,
        plan_class,
        ucc,
        email,
        as_of_day,
    )


def read_amount(text: str) -> int:
    """Cents from a register's cell: plain digits, grouped or not. Raises Invalid: amount, negative, too_large."""
    found = re.fullmatch(r"(?:USD|US\$|\$)? ?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?(?: ?USD)?", text, re.ASCII)
    if found is None:
        raise Invalid("negative" if re.match(r"[-(]|\$ ?-", text) else "amount")
    cents = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    if cents > 10**14:
        raise Invalid("too_large")
    return cents
