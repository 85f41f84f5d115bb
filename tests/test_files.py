"""What may do harm is seen from a file's content, wherever it hides. What may be kept: tests/claims/test_rules.py."""

import zlib

import pytest

from bot import files
from tests.claims.filing import pdf, png
from tests.claims.test_rules import jpeg

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _pdf_with(body: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj<<" + body + b">>endobj\nstartxref\n0\n%%EOF"


@pytest.mark.parametrize("content", [EICAR, EICAR + b"\r\n", b"\0" * 3000 + EICAR, pdf() + EICAR, jpeg() + EICAR])
def test_the_virus_test_file_is_seen_wherever_it_stands(content: bytes) -> None:
    assert files.harm(content) == "virus_test"


@pytest.mark.parametrize(
    "body",
    [
        b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>",
        b"/AA<</O<</S/Launch/F(cmd.exe)>>>>",
        b"/Names<</EmbeddedFiles 3 0 R>>",
        b"/AcroForm<</XFA 4 0 R>>",
        b"/A<</S/#4a#61vaScript/J#53 5 0 R>>",
        b">>stream\r\n" + zlib.compress(b"7 0 obj<</S/JavaScript/JS(x)>>") + b"\nendstream<<",
    ],
)
def test_a_pdf_that_acts_by_itself_is_seen(body: bytes) -> None:
    assert files.harm(_pdf_with(body)) == "active"


@pytest.mark.parametrize("head", [b"MZ\x90", b"\x7fELF", b"#!/bin/sh\n", b"PK\x03\x04"])
def test_programs_and_archives_are_not_opened(head: bytes) -> None:
    assert files.harm(head + b"x" * 99) == "program"


@pytest.mark.parametrize(
    "content",
    [
        pdf(), jpeg(), png(), b"", b"plain words about /JavaScript",
        _pdf_with(b"/Type/Catalog/JSomething 1"),
        _pdf_with(b">>stream\n" + zlib.compress(b"BT (a word: /JS in a page) Tj ET") + b"\nendstream<<"),
    ],
)  # fmt: skip
def test_what_is_harmless_is_let_through(content: bytes) -> None:
    assert files.harm(content) is None


def test_a_bomb_is_not_unpacked() -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    assert files.harm(_pdf_with(b">>stream\n" + bomb + b"\nendstream<<")) is None
