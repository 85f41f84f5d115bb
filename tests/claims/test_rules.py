"""What may be written in a claim, and what a document must look like."""

import zlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import files
from bot.claims import rules
from bot.errors import Invalid
from storage.terms import ClaimStatus
from tests.claims.filing import pdf, png


def code_of(call: object, *args: object, **named: object) -> str:
    """The code of the refusal, or "" when there is none."""
    try:
        call(*args, **named)  # type: ignore[operator]
    except Invalid as wrong:
        return wrong.code
    return ""


# --- figures

NAMES = {
    "张三": "张三",
    " 欧阳明月 ": "欧阳明月",
    "买买提•艾力": "买买提·艾力",
    "迪丽拜尔・阿不都": "迪丽拜尔·阿不都",
    "ＺＨＡＮＧ　ＳＡＮ": "ZHANG SAN",
    "O'Neill, Mary-Jane": "O'Neill, Mary-Jane",
    "张三 (ZHANG SAN)": "张三 (ZHANG SAN)",
    "𠮷野家": "𠮷野家",
    "Nguyễn Văn A": "Nguyễn Văn A",
}


@pytest.mark.parametrize("text", NAMES)
def test_names_people_have(text: str) -> None:
    assert rules.read_name(text, company=False) == NAMES[text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("王", "name_too_short"),
        ("张三1", "not_a_name"),
        ("", "not_a_name"),
        ("···", "not_a_name"),
        ("张三😀", "not_a_name"),
        ("a@b.example", "not_a_name"),
        ("https://x", "not_a_name"),
        ("赵钱孙李周吴郑王冯", "name_too_long"),
        ("A" * 121, "name_too_long"),
        ("a" + "\u0301" * 50, "not_a_name"),
        ("张三\u202e李四", "not_a_name"),
    ],
)
def test_names_nobody_has(text: str, code: str) -> None:
    assert code_of(rules.read_name, text, company=False) == code


@pytest.mark.parametrize(
    "text", ["某某（深圳）科技有限公司", "3M & Co., Ltd.", "Example Holdings Ltd.", "第9资本/香港"]
)
def test_names_companies_have(text: str) -> None:
    assert rules.read_name(text, company=True)


@given(st.text(max_size=60), st.booleans())
def test_any_name_is_kept_clean_or_refused(text: str, company: bool) -> None:
    if not code_of(rules.read_name, text, company=company):
        name = rules.read_name(text, company=company)
        assert name.isprintable()
        assert 2 <= len(name) <= 120
        assert rules.read_name(name, company=company) == name


@pytest.mark.parametrize(
    ("text", "value"),
    [("9912345", "9912345"), (" ９９１２３４５ ", "9912345"), ("991-2345", "9912345"), ("#9912345", "9912345")],
)
def test_schedule_numbers(text: str, value: str) -> None:
    assert rules.read_schedule(text) == value


def test_the_two_numbers_are_told_apart() -> None:
    assert code_of(rules.read_schedule, "99123") == "looks_like_claim_number"
    assert code_of(rules.read_claim_number, "9912345") == "looks_like_schedule"
    assert code_of(rules.read_schedule, "99123456") == "not_a_schedule"
    assert code_of(rules.read_claim_number, "123") == "not_a_claim_number"
    assert code_of(rules.read_claim_number, "٣٤٥٦") == "not_a_claim_number"
    assert rules.read_claim_number("9912") == "9912"


@pytest.mark.parametrize("text", ["EX-99123", "ａｂｃ１２３", "a.b/c_d=1"])
def test_customer_codes_are_kept_as_they_are(text: str) -> None:
    assert rules.read_ucc(text)


@pytest.mark.parametrize("text", ["", "a", "没有收到过", "x" * 65, "---", "a\nb c"])
def test_what_is_no_customer_code(text: str) -> None:
    assert code_of(rules.read_ucc, text) == "not_a_ucc"


@pytest.mark.parametrize(
    ("text", "debtor"),
    [
        ("FTX Trading Ltd", "trading"), ("ftx.com", "trading"), ("FTX.US", "wrs"), ("west realm shires services inc.", "wrs"),
        ("Liquid", "quoine"), ("ＦＴＸ Japan K.K.", "japan"), ("FTX EU", "eu"),
    ],
)  # fmt: skip
def test_debtors_by_what_people_call_them(text: str, debtor: str) -> None:
    assert rules.read_debtor(text) == debtor


def test_classes() -> None:
    assert [rules.read_class(text) for text in ("5a", "Class 7B", "６Ａ类", "5A類")] == ["5A", "7B", "6A", "5A"]
    assert {code_of(rules.read_class, text) for text in ("5", "8A", "5A 7A", "", "类")} == {"not_a_class"}
    assert rules.petition_date("wrs") == date(2022, 11, 14)
    assert rules.petition_date("trading") == date(2022, 11, 11)


@given(st.sampled_from([*rules.CLASSES, "other", "unsure"]), st.integers(1, 10**14))
def test_the_line_of_fifty_thousand(plan_class: str, cents: int) -> None:
    usual = rules.class_of_size(plan_class, cents)
    if plan_class[0] not in "57":
        assert usual is None
    elif usual is None:
        assert (plan_class[0] == "5") is (cents > 5_000_000)
    else:
        assert usual[1] == plan_class[1]
        assert rules.class_of_size(usual, cents) is None


def test_what_may_be_changed_and_what_is_over() -> None:
    assert {status for status in ClaimStatus if rules.may_change(status)} == {
        "submitted", "under_review", "document_requested", "disputed"
    }  # fmt: skip
    assert set(rules.DECISIONS) == {"taken_up", "queried", "disputed", "allowed", "disallowed", "paid", "transferred"}


def test_an_answer_remembers_its_source_until_it_is_typed_over() -> None:
    taken = rules.from_register(35, "2026-05-01")
    assert (rules.value_of(taken), rules.as_of(taken)) == (35, "2026-05-01")
    assert (rules.value_of(35), rules.as_of(35)) == (35, None)
    assert rules.as_of(None) is None


# --- documents


def jpeg(width: int = 2, height: int = 2, tail: bytes = b"") -> bytes:
    """The skeleton of a JPEG: start, frame, scan, end."""
    frame = b"\xff\xc0\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    return (
        b"\xff\xd8\xff\xe0\x00\x04JF"
        + frame
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
        + b"\x12\x34"
        + b"\xff\xd9"
        + tail
    )


def webp() -> bytes:
    """The skeleton of a WebP."""
    body = b"WEBPVP8 " + (10).to_bytes(4, "little") + b"\0" * 9 + b"x"
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def heic() -> bytes:
    """The skeleton of a HEIC."""

    def box(kind: bytes, data: bytes) -> bytes:
        return (len(data) + 8).to_bytes(4, "big") + kind + data

    return box(b"ftyp", b"heic\0\0\0\0mif1") + box(b"meta", b"\0" * 8) + box(b"mdat", b"picture")


WHOLE = {
    files.PDF: pdf(), files.JPEG: jpeg(), files.PNG: png(), files.WEBP: webp(), files.HEIC: heic(),
}  # fmt: skip


@pytest.mark.parametrize("media_type", WHOLE)
def test_a_whole_file_is_what_its_content_says_whatever_its_name(media_type: str) -> None:
    content = WHOLE[media_type]
    for name in ("a.pdf", "a.jpg", "a", "", "a.exe"):
        seen = files.evidence(name, len(content), content)
        assert (seen.media_type, seen.size) == (media_type, len(content))
        assert len(seen.sha256) == 64


def test_a_film_behind_a_photo_and_a_mark_before_a_pdf_are_no_fault() -> None:
    assert files.evidence("a", 1, jpeg(tail=b"ftypmp42" * 99)).media_type == files.JPEG
    assert files.evidence("a", 1, b"\xef\xbb\xbf\n" + pdf()).media_type == files.PDF


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_a_file_cut_off_anywhere_is_refused(media_type: str, data: st.DataObject) -> None:
    content = WHOLE[media_type]
    cut = content[: data.draw(st.integers(0, len(content) - (6 if media_type == files.PDF else 1)))]
    assert code_of(files.evidence, "a.pdf", len(cut), cut) in {"file_broken", "file_disguised", "file_empty"}


@given(st.binary(max_size=200), st.sampled_from([b"", *(content[:16] for content in WHOLE.values())]))
def test_any_bytes_are_kept_or_refused_by_a_known_code(tail: bytes, head: bytes) -> None:
    known = {"", "file_empty", "file_wrong_type", "file_broken", "file_locked"}
    assert code_of(files.evidence, "a.bin", 1, head + tail) in known


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0", b"\x7fELF", b"PK\x03\x04", b"#!/bin/sh\n", b"<html>", b"GIF89a", b"\xd0\xcf\x11\xe0"]
)
def test_what_only_calls_itself_a_document(content: bytes) -> None:
    assert code_of(files.evidence, "a.pdf", 99, content * 20) == "file_disguised"
    assert code_of(files.evidence, "a.docx", 99, content * 20) == "file_wrong_type"


def test_sizes() -> None:
    assert code_of(files.evidence, "a.pdf", 0, b"") == "file_empty"
    assert code_of(files.evidence, "a.pdf", 9, b"\0\0 \n") == "file_empty"
    assert code_of(files.evidence, "a.pdf", 5, None) == "file_too_large"
    assert code_of(files.evidence, "a.pdf", 1, pdf() + b"\0" * files.LARGEST) == "file_too_large"


def test_a_picture_that_would_burst_is_refused() -> None:
    huge = png().replace((1).to_bytes(4, "big") * 2, (60_000).to_bytes(4, "big") * 2)
    head = huge[12:29]
    huge = huge[:29] + zlib.crc32(head).to_bytes(4, "big") + huge[33:]
    assert code_of(files.evidence, "a.png", 1, huge) == "file_broken"
    assert code_of(files.evidence, "a.jpg", 1, jpeg(65_535, 65_535)) == "file_broken"
    assert code_of(files.evidence, "a.jpg", 1, jpeg(0, 5)) == "file_broken"


@pytest.mark.parametrize("parts", [b"\xff" * 9_000_000, b"\xff\xe0\x00\x02" * 2_000_000])
def test_a_file_made_to_keep_us_counting_is_refused_soon(parts: bytes) -> None:
    assert code_of(files.evidence, "a.jpg", 1, b"\xff\xd8\xff\xe0\x00\x02" + parts) == "file_broken"


def test_locked_pdfs_are_told_from_broken_ones() -> None:
    locked = pdf().replace(b"<</Root", b"<</Encrypt 5 0 R/Root")
    assert code_of(files.evidence, "a.pdf", 1, locked) == "file_locked"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/x.pdf", "x.pdf"),
        ("C:\\x\\y.PDF", "y.PDF"),
        ("a\u202ec.pdf", "ac.pdf"),
        ("\ud800", "?"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_names_of_files_are_for_reading_only(name: str, kept: str) -> None:
    assert files.evidence(name, 1, pdf()).name == kept


@given(st.text(max_size=500))
def test_any_name_of_a_file_is_made_harmless(name: str) -> None:
    kept = files.evidence(name, 1, pdf()).name
    assert kept.isprintable()
    assert 0 < len(kept) <= 90
    assert "/" not in kept
    assert "\\" not in kept
