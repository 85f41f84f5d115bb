"""Sealed columns and blind indices: what must open opens, and nothing else does."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, insert, select

from storage import people, sealing
from storage.database import Database, Query, Row
from storage.sealing import SealedBytes, SealedJson, SealedText, blind, seal, unseal

FIRST, SECOND, INDEX = b"a" * 32, b"b" * 32, b"i" * 32
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    """Keys of these tests; the ring is empty afterwards, so that no other test lives on them."""
    sealing.unlock({1: FIRST}, INDEX)
    yield
    sealing._ring = sealing._Ring()


def test_a_value_opens_in_its_place_and_in_no_other() -> None:
    sealed = seal("creditor.email", "张三@example.com".encode())
    assert unseal("creditor.email", sealed).decode() == "张三@example.com"
    for place in ("creditor.emails", "email_proof.email", ""):
        with pytest.raises(InvalidTag):
            unseal(place, sealed)


def test_two_values_alike_do_not_look_alike() -> None:
    assert len({seal("a.b", b"same") for _ in range(100)}) == 100
    assert len({seal("a.b", b"same")[2:14] for _ in range(100)}) == 100, "a nonce is never used twice"


def test_thirty_bytes_more_and_none_of_the_words() -> None:
    plain = "张三 13800138000".encode()
    sealed = seal("a.b", plain)
    assert len(sealed) == len(plain) + 30
    assert plain not in sealed


def test_every_changed_bit_is_noticed() -> None:
    sealed = seal("a.b", b"12500000")
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises((InvalidTag, KeyError, ValueError)):
                unseal("a.b", bytes(changed))


def test_every_shortened_value_is_refused() -> None:
    sealed = seal("a.b", b"12500000")
    for length in range(len(sealed)):
        with pytest.raises((InvalidTag, ValueError)):
            unseal("a.b", sealed[:length])
    with pytest.raises(InvalidTag):
        unseal("a.b", sealed + b"\0")


def test_another_key_opens_nothing() -> None:
    sealed = seal("a.b", b"x")
    sealing.unlock({1: SECOND}, INDEX)
    with pytest.raises(InvalidTag):
        unseal("a.b", sealed)
    sealing.unlock({2: FIRST}, INDEX)  # the right bytes under another number
    with pytest.raises(KeyError):
        unseal("a.b", sealed)


def test_the_first_key_seals_and_all_open() -> None:
    old = seal("a.b", b"old")
    sealing.unlock({2: SECOND, 1: FIRST}, INDEX)
    new = seal("a.b", b"new")
    assert (old[1], new[1], sealing.current_key()) == (1, 2, 2)
    assert (unseal("a.b", old), unseal("a.b", new)) == (b"old", b"new")


def test_one_key_for_two_purposes_gives_two_keys() -> None:
    """Somebody who sets DATA_KEYS and INDEX_KEY to the same bytes has not made one the other."""
    sealing.unlock({1: FIRST}, FIRST)
    assert sealing._ring.index_key != FIRST
    same = sealing._derive(FIRST, b"zhaiquantong/sealed")
    assert same != sealing._ring.index_key


@pytest.mark.parametrize(
    ("data", "index"),
    [
        ({}, INDEX),
        ({1: b"short"}, INDEX),
        ({1: b""}, INDEX),
        ({0: FIRST}, INDEX),
        ({256: FIRST}, INDEX),
        ({1: FIRST}, b""),
    ],
)
def test_keys_that_are_none_are_refused(data: dict[int, bytes], index: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        sealing.unlock(data, index)
    assert unseal("a.b", seal("a.b", b"x")) == b"x", "the keys that were there still are"


def test_nothing_happens_before_unlock() -> None:
    sealing._ring = sealing._Ring()
    for touch in (lambda: seal("a.b", b"x"), lambda: unseal("a.b", b"\1\1" + b"x" * 40), lambda: blind("email", "x")):
        with pytest.raises(sealing.Locked):
            touch()


# ------------------------------------------------------------------------------------------ columns


#: which engine it is for does not matter
ANY: Any = None


def _bind(column: Any, value: Any) -> Any:
    return column.process_bind_param(value, ANY)


def test_columns_seal_and_open() -> None:
    pairs: tuple[tuple[Any, Any], ...] = (
        (SealedBytes("a.b"), b"\0\xff"),
        (SealedText("a.b"), "张三\n🧧"),
        (SealedJson("a.b"), {"金额": 12500000, "笔": [1, "二", None, True], "空": {}}),
    )
    for column, value in pairs:
        sealed = _bind(column, value)
        assert sealed[0] == 1
        assert column.process_result_value(sealed, ANY) == value
        assert _bind(column, None) is None
        assert column.process_result_value(None, ANY) is None


@pytest.mark.parametrize("value", [1.5, {"amount": 1.0}, {"list": [1, [2, 3.0]]}, [{"deep": {"deeper": 0.1}}]])
def test_no_float_gets_into_a_sealed_value(value: Any) -> None:
    with pytest.raises(TypeError, match="float"):
        _bind(SealedJson("a.b"), value)


async def test_bytes_moved_to_another_column_do_not_open(database: Database, database_url: str) -> None:
    """Somebody who can write to the database, but has no key, moves an e-mail where a name is shown."""
    sealing.unlock({1: FIRST}, INDEX)
    boxes = Table(
        "swapped", MetaData(), Column("id", Integer, primary_key=True), Column("a", SealedText("swapped.a")),
        Column("b", SealedText("swapped.b")),
    )  # fmt: skip
    await _execute(database_url, "CREATE TABLE swapped (id INTEGER PRIMARY KEY, a BLOB, b BLOB)")
    add = Query(insert(boxes).values(id=bindparam("id"), a=bindparam("a"), b=bindparam("b")))
    await database.write(lambda db: db.run(add, id=1, a="甲", b="乙"))
    both = Query(select(boxes.c.b), Row)
    assert await database.read().one(both) == ("乙",)
    await _execute(database_url, "UPDATE swapped SET b = a")
    with pytest.raises(InvalidTag):
        await database.read().one(both)


async def _execute(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            raw.execute(statement)
            raw.commit()
        return
    connection = await asyncpg.connect(url)
    await connection.execute(statement.replace("BLOB", "BYTEA"))
    await connection.close()


# ------------------------------------------------------------------------------------------ blind indices


@pytest.mark.parametrize(
    "spelling",
    [
        "Zhang.San@Example.com",
        "  zhang.san@example.com\n",
        "ＺＨＡＮＧ.ＳＡＮ＠ｅｘａｍｐｌｅ.ｃｏｍ",
        "zhang.san@EXAMPLE.COM",
    ],
)
def test_one_address_has_one_index_however_it_is_typed(spelling: str) -> None:
    assert blind("email", spelling) == blind("email", "zhang.san@example.com")
    assert people.email_index(spelling) == blind("email", "zhang.san@example.com")


@pytest.mark.parametrize("other", ["zhangsan@example.com", "zhang.san@example.co", "zhang.san+1@example.com", ""])
def test_two_addresses_have_two(other: str) -> None:
    assert blind("email", other) != blind("email", "zhang.san@example.com")


def test_an_index_depends_on_purpose_and_key_and_on_nothing_else() -> None:
    index = blind("email", "a@example.com")
    assert len(index) == 32
    assert blind("code", "a@example.com") != index
    assert blind("e", "mailx") != blind("email", "x")
    sealing.unlock({2: SECOND, 1: FIRST}, INDEX)
    assert blind("email", "a@example.com") == index, "rotating the data keys leaves the indices"
    sealing.unlock({1: FIRST}, SECOND)
    assert blind("email", "a@example.com") != index


def test_the_index_is_the_same_for_ever() -> None:
    """A release that changes it would lose everybody: a known answer."""
    known = "f646e785a84b54966f86cce0b4aacebdabd339f623e6e1aeb4640a62b8114263"
    assert blind("email", "张三@example.com").hex() == known


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_case_and_width_never_matter_twice(text: str) -> None:
    """Normalising what is normal already changes nothing: else an index made from stored text would differ."""
    once = sealing.normal(text)
    assert sealing.normal(once) == once
    assert blind("email", text) == blind("email", once)
