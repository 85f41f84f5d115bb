"""No table is forgotten when somebody is erased: whoever adds one has to say what becomes of it."""

from typing import Any

from sqlalchemy import LargeBinary

from storage.erasure import CLEARED
from storage.schema import metadata
from storage.sealing import SealedBytes, SealedJson, SealedText

#: columns that lead to a person, in the clear
LEADS_TO = ("creditor_id", "contact_id", "ticket_id", "claim_id", "address", "email_index")
#: tables that stay as they are, and why
KEPT = {
    "agent": "people who work at the desk, no creditors; `secret` is theirs",
    "offer_series": "an offering side's terms for many; of whoever took it up there is nothing in it",
    "erasure": "that somebody was erased, by numbers that lead nowhere any more",
}


def _personal(table: Any) -> list[str]:
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, SealedBytes | SealedJson | SealedText) or column.name in LEADS_TO
    ]


def test_every_table_with_anything_of_a_person_is_cleared_or_named():
    tables = metadata.sorted_tables
    forgotten = {t.name: _personal(t) for t in tables if _personal(t) and t.name not in CLEARED | set(KEPT)}
    assert forgotten == {}, "say in storage/erasure.py what becomes of it, or here why it stays"
    assert {name for name in KEPT if name in CLEARED} == set(), "no table is both"
    assert set(KEPT) <= {t.name for t in tables}


def test_control_the_walk_sees_what_is_there():
    found = {t.name: _personal(t) for t in metadata.sorted_tables}
    assert "particulars" in found["claim"]
    assert "address" in found["outbox"]
    assert any(isinstance(c.type, LargeBinary) for c in metadata.tables["email_gate"].columns)
    assert "email_index" in found["email_gate"]
    assert found["lease"] == []
