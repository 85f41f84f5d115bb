"""Register files: every encoding and fault, by row and column."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims import sheet
from bot.claims.actions import read_register
from bot.claims.sheet import COLUMNS, Register

#: invented, outside the real range
ROW = {
    "ClaimID": "9912345",
    "ScheduleNumber": "9912345",
    "ClaimNumber": "99123",
    "DateFiled": "2023-09-01",
    "CreditorName": "张三",
    "TotalCurrentClaimAmount": "$35,000.50",
    "DebtorName": "FTX Trading Ltd.",
    "PlanClass": "7A",
    "UCC": "EX-99-ABC",
    "Email": "zhang.san@mail.example",
    "AsOf": "2026-05-01",
}
CHINESE = [
    "债权ID",
    "债权表编号",
    "债权编号",
    "申报日期",
    "债权人姓名",
    "债权金额",
    "债务人",
    "债权类别",
    "唯一客户代码",
    "邮箱",
    "截至日期",
]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """A file's text."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def table(*rows: dict[str, str], headings: Sequence[str] = COLUMNS) -> str:
    """A register with these rows, each a change of ROW."""
    return written([headings, *([(ROW | row)[column] for column in COLUMNS] for row in rows)])


def read(text: str) -> Register:
    return read_register(text.encode())


def faults(text: str) -> set[tuple[int, str, str]]:
    """Row, column and code of everything that is wrong."""
    return {(fault.row, fault.column, fault.code) for fault in read(text).faults}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "headings", [COLUMNS, CHINESE, [name.upper() for name in COLUMNS], [f" {name} " for name in COLUMNS]]
)
def test_every_encoding_and_heading(encoding: str, headings: Sequence[str]) -> None:
    found = read_register(table({}, headings=headings).encode(encoding))
    assert found.faults == ()
    [row] = found.rows
    assert row == sheet.RegisterEntry(
        row=2, claim_id="9912345", schedule="9912345", claim_number="99123", date_filed="2023-09-01", name="张三",
        amount=3_500_050, debtor="trading", plan_class="7A", ucc="EX-99-ABC", email="zhang.san@mail.example", as_of="2026-05-01",
    )  # fmt: skip


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tabs_and_semicolons(delimiter: str) -> None:
    text = written([list(COLUMNS), list((ROW | {"TotalCurrentClaimAmount": "35000"}).values())], delimiter)
    assert len(read(text).rows) == 1


def test_columns_in_any_order_and_optional_ones_left_out() -> None:
    text = (
        "AsOf,DebtorName,TotalCurrentClaimAmount,CreditorName,ClaimID\n2026-05-01,FTX EU Ltd.,,李四,9900001\n\n,,,,\n"
    )
    [row] = read(text).rows
    assert (row.claim_id, row.amount, row.email, row.debtor) == ("9900001", None, None, "eu")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", (0, "", "no_rows")),
        (",".join(COLUMNS), (0, "", "no_rows")),
        (table({}).replace("AsOf", "Stand"), (1, "Stand", "unknown_column")),
        (table({}).replace("AsOf", "Email"), (1, "Email", "column_twice")),
        (table({}).replace("ClaimID,", "UCC,"), (1, "ClaimID", "column_missing")),
        (table({}) + "1,2\r\n", (3, "", "cells")),
        (table({}, {}), (3, "ClaimID", "twice")),
        (table({}) + '"9912346', (3, "", "quotes")),
        (table({"ClaimID": ""}), (2, "ClaimID", "empty")),
        (table({"CreditorName": " "}), (2, "CreditorName", "empty")),
        (table({"AsOf": ""}), (2, "AsOf", "empty")),
        (table({"CreditorName": "张\0三"}), (2, "CreditorName", "nul")),
        (table({"CreditorName": "张\u202e三"}), (2, "CreditorName", "control")),
        (table({"CreditorName": "张\n三"}), (2, "CreditorName", "control")),
        (table({"CreditorName": "长" * 301}), (2, "CreditorName", "too_long")),
        (table({"CreditorName": '=HYPERLINK("x")'}), (2, "CreditorName", "formula")),
        (table({"CreditorName": "+1"}), (2, "CreditorName", "formula")),
        (table({"CreditorName": "-2+3|cmd"}), (2, "CreditorName", "formula")),
        (table({"UCC": "@SUM(A1)"}), (2, "UCC", "formula")),
        (table({"CreditorName": "＝1+1"}), (2, "CreditorName", "formula")),
        (table({"TotalCurrentClaimAmount": "=1+1"}), (2, "TotalCurrentClaimAmount", "formula")),
        (table({"TotalCurrentClaimAmount": "-5"}), (2, "TotalCurrentClaimAmount", "negative")),
        (table({"TotalCurrentClaimAmount": "(35.00)"}), (2, "TotalCurrentClaimAmount", "negative")),
        (table({"TotalCurrentClaimAmount": "35.000,00"}), (2, "TotalCurrentClaimAmount", "amount")),
        (table({"TotalCurrentClaimAmount": "1.234"}), (2, "TotalCurrentClaimAmount", "amount")),
        (table({"TotalCurrentClaimAmount": "1,23"}), (2, "TotalCurrentClaimAmount", "amount")),
        (table({"TotalCurrentClaimAmount": "1e5"}), (2, "TotalCurrentClaimAmount", "amount")),
        (table({"TotalCurrentClaimAmount": "3万"}), (2, "TotalCurrentClaimAmount", "amount")),
        (table({"TotalCurrentClaimAmount": "9" * 14}), (2, "TotalCurrentClaimAmount", "too_large")),
        (table({"ScheduleNumber": "99123"}), (2, "ScheduleNumber", "format")),
        (table({"ClaimNumber": "9912345"}), (2, "ClaimNumber", "format")),
        (table({"Email": "zhang.san"}), (2, "Email", "format")),
        (table({"DateFiled": "2023-02-30"}), (2, "DateFiled", "date")),
        (table({"AsOf": "soon"}), (2, "AsOf", "date")),
        (table({"DebtorName": "FTX"}), (2, "DebtorName", "unknown_value")),
        (table({"PlanClass": "4A"}), (2, "PlanClass", "unknown_value")),
    ],
)  # fmt: skip
def test_every_fault_names_row_and_column(text: str, fault: tuple[int, str, str]) -> None:
    assert fault in faults(text)
    assert read(text).rows == ()


def test_what_is_no_text_at_all() -> None:
    found = read_register(b"\x81\x20" * 50 + bytes(range(128, 256)))
    assert [fault.code for fault in found.faults] == ["encoding"]


def test_all_faults_of_a_file_are_told_up_to_fifty() -> None:
    found = read(
        table({"ClaimID": "", "AsOf": "soon"}, *({"ClaimID": str(n), "PlanClass": "x"} for n in range(9000, 9060)))
    )
    assert len(found.faults) == 50
    assert found.unlisted == 12
    assert [(fault.row, fault.column) for fault in found.faults[:3]] == [(2, "ClaimID"), (2, "AsOf"), (3, "PlanClass")]


def test_a_fault_never_quotes_the_cell() -> None:
    for fault in read(table({"CreditorName": "=secret", "Email": "secret", "ClaimID": "sec ret"})).faults:
        assert "sec" not in str(fault)
        assert fault.why


def test_dates_as_the_register_writes_them() -> None:
    [row] = read(table({"DateFiled": "9/1/2023"})).rows
    assert row.date_filed == "2023-09-01"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    found = read_register(raw)
    assert not (found.rows and found.faults)
    assert found.rows or found.faults


@given(st.lists(st.lists(st.text(max_size=8), min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=4))
def test_any_cells_are_read_or_refused(cells: list[list[str]]) -> None:
    text = written([list(COLUMNS), *cells])
    found = read_register(text.encode("utf-8", "replace"))
    assert found.rows or found.faults
    for row in found.rows:
        assert row.name.isprintable()
