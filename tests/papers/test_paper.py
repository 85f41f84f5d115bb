"""Papers as others read them: poppler finds the words, pypdf the pages and the embedded font of what fpdf2 wrote."""

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pypdf import PdfReader

from bot.papers.faces import face
from bot.papers.paper import Both, Clause, Figure, Paper, render
from tests.papers.poppler import words

PAPER = Paper(
    number="JG-ABCDEFG-A",
    title=Both("债权转让协议", "Assignment of Claim Agreement"),
    at=datetime(2026, 1, 1, tzinfo=UTC),
    lead=Both("以英文为准。", "The English prevails."),
    figures=(Figure(Both("受让人", "Transferee"), "Example Capital LP"),),
    clauses=tuple(
        Clause(Both("转让", "Assignment"), Both("转让人转让债权（含利息）。" * 20, "The Transferor assigns. " * 20))
        for _ in range(8)
    ),
    proofs=(Figure(Both("条款哈希", "Terms hash"), "ab" * 32),),
    code="JG-ABCDEFG-A\nTERMS " + "ab" * 32,
    page="第 {page} 页，共 {pages} 页",
)


def pages(content: bytes) -> list[Any]:
    return list(PdfReader(io.BytesIO(content)).pages)


def test_the_same_paper_has_the_same_bytes_also_in_another_process():
    here = hashlib.sha256(render(PAPER, face("zh_Hans"))).hexdigest()
    asked = (
        "import hashlib; from tests.papers.test_paper import PAPER, render, face; "
        "print(hashlib.sha256(render(PAPER, face('zh_Hans'))).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert here == there.stdout.strip()


def test_one_changed_letter_changes_the_bytes():
    changed = replace(PAPER, number="JG-ABCDEFH-A")
    assert render(PAPER, face("zh_Hans")) != render(changed, face("zh_Hans"))


def test_every_page_says_which_it_is():
    content = render(PAPER, face("zh_Hans"))
    text, count = words(content), len(pages(content))
    assert count >= 2
    for number in range(1, count + 1):
        assert f"第{number}页，共{count}页" in text


def test_both_languages_and_the_proofs_are_text():
    text = words(render(PAPER, face("zh_Hans")))
    for said in ("债权转让协议", "AssignmentofClaimAgreement", "ExampleCapitalLP", "以英文为准", "ab" * 20):
        assert said in text


def test_the_font_is_embedded_and_only_what_is_used_of_it():
    content = render(PAPER, face("zh_Hans"))
    assert len(content) < 150_000
    for page in pages(content):
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "+" in inner["/FontName"]  # a subset is named ABCDEF+Name
            assert {"/FontFile2", "/FontFile3"} & set(inner)


def test_only_what_is_invented_is_marked():
    demo = words(render(replace(PAPER, mark="演示 / DEMO"), face("zh_Hans")))
    assert demo.count("演示/DEMO") == len(pages(render(PAPER, face("zh_Hans"))))
    assert "DEMO" not in words(render(PAPER, face("zh_Hans")))


def test_hong_kong_has_a_face_of_its_own():
    paper = replace(PAPER, title=Both("債權轉讓協議", PAPER.title.en))
    assert "債權轉讓協議" in words(render(paper, face("zh_Hant_HK")))
    assert face("zh_Hant_HK") != face("zh_Hans")


def test_nothing_is_loaded_before_a_page_is_drawn():
    asked = "import sys, bot.papers.paper, bot.papers.faces; print([n for n in ('fpdf', 'segno', 'PIL') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
