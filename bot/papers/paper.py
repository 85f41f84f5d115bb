"""A paper as data, and its pages: two languages side by side, numbered, with hash, receipt and QR code.

Drawn with fpdf2: it embeds and subsets the OpenType collections in which Noto carries Chinese, which
reportlab refuses (CFF outlines), and writes no clock of its own. The text is laid out here, because
neither knows where a Chinese line may end. fpdf2 and segno are loaded when a first page is drawn.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.papers.lines import broken

# millimetres on A4
_WIDTH, _HEIGHT, _MARGIN, _TOP, _FOOT = 210.0, 297.0, 18.0, 22.0, 24.0
_GAP = 8.0
_INNER = _WIDTH - 2 * _MARGIN
_COLUMN = (_INNER - _GAP) / 2
_LABEL = 62.0
_QR = 30.0
#: so few letters do not stand on a line of their own, if it can be helped
_WIDOW = 3

_INK, _QUIET, _RULE, _MARK = (20, 24, 32), (96, 102, 112), (200, 204, 210), (236, 222, 222)


@dataclass(frozen=True, slots=True)
class Face:
    """A font file with Chinese glyphs, and which of its faces: a collection has one for each region."""

    path: Path
    number: int = 0


@dataclass(frozen=True, slots=True)
class Both:
    """The same said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table of particulars."""

    label: Both
    value: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: heading and text, each in both languages."""

    heading: Both
    text: Both


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a paper says. The same paper MUST always give the same bytes, with the same font and library.

    at      the moment it bears, never that of drawing
    lead    below the title: which language prevails, what it is and is not
    proofs  printed below the clauses beside the QR code, whose text is `code`
    page    how pages are numbered: `第 {page} 页，共 {pages} 页`
    mark    across every page of what is invented; empty for what is real
    """

    number: str
    title: Both
    at: datetime
    lead: Both
    figures: tuple[Figure, ...]
    clauses: tuple[Clause, ...]
    proofs: tuple[Figure, ...]
    code: str
    page: str
    mark: str = ""
    signatures: tuple[Both, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    x: float
    y: float
    size: float
    text: str
    ink: tuple[int, int, int] = _INK


@dataclass(frozen=True, slots=True)
class _Line:
    y: float
    x: float = _MARGIN
    to: float = _WIDTH - _MARGIN


@dataclass(frozen=True, slots=True)
class _Square:
    x: float
    y: float
    side: float


_Op = _Text | _Line | _Square


class _Pages:
    """Lays a paper out, page by page, before anything is drawn: only then it is known how many there are."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.pages: list[list[_Op]] = [[]]
        self.y = _TOP

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """The lines of a text. A last line of a letter or two takes some from those before it."""
        self._pdf.set_font_size(size)
        found = broken(text, width, self._pdf.get_string_width)
        for share in (0.97, 0.94, 0.91, 0.88):
            if len(found) == 1 or len(found[-1]) > _WIDOW:
                break
            narrower = broken(text, width * share, self._pdf.get_string_width)
            found = narrower if len(narrower) == len(found) else found
        return found

    def room(self, height: float) -> None:
        """Turn the page unless so much room is left."""
        if self.y + height > _HEIGHT - _FOOT:
            self.pages.append([])
            self.y = _TOP

    def put(self, op: _Op) -> None:
        self.pages[-1].append(op)

    def height(self, left: str, right: str, size: float, step: float) -> float:
        """What two texts beside each other take."""
        return step * max(len(self.lines(text, _COLUMN, size)) for text in (left, right))

    def columns(self, left: str, right: str, size: float, step: float, *, ink: tuple[int, int, int] = _INK) -> None:
        """Two texts beside each other, line by line."""
        zh, en = self.lines(left, _COLUMN, size), self.lines(right, _COLUMN, size)
        for number in range(max(len(zh), len(en))):
            self.room(step)
            if number < len(zh):
                self.put(_Text(_MARGIN, self.y, size, zh[number], ink))
            if number < len(en):
                self.put(_Text(_MARGIN + _COLUMN + _GAP, self.y, size, en[number], ink))
            self.y += step

    def row(self, figure: Figure, width: float) -> None:
        """A label in both languages, and its value beside it."""
        zh, en = self.lines(figure.label.zh, _LABEL - 4, 9.5), self.lines(figure.label.en, _LABEL - 4, 7.5)
        values = self.lines(figure.value, width - _LABEL, 9.5)
        height = max(len(zh) * 4.8 + len(en) * 3.6, len(values) * 4.8) + 1.8
        self.room(height)
        y = self.y
        for line in zh:
            self.put(_Text(_MARGIN, y, 9.5, line))
            y += 4.8
        for line in en:
            self.put(_Text(_MARGIN, y - 0.4, 7.5, line, _QUIET))
            y += 3.6
        for number, line in enumerate(values):
            self.put(_Text(_MARGIN + _LABEL, self.y + number * 4.8, 9.5, line))
        self.y += height
        self.put(_Line(self.y - 1.2, to=_MARGIN + width))


def render(paper: Paper, face: Face) -> bytes:
    """The paper as a PDF."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margins(0, 0)
    pdf.c_margin = 0
    pdf.add_font("zh", fname=str(face.path), collection_font_number=face.number)
    pdf.set_font("zh", size=9.5)
    pages = _Pages(pdf)
    _lay_out(pages, paper)
    pdf.set_title(f"{paper.number} {paper.title.zh} {paper.title.en}")
    pdf.set_lang("zh")
    pdf.set_producer("")
    pdf.set_creation_date(paper.at.astimezone(UTC).replace(microsecond=0))
    for number, ops in enumerate(pages.pages, 1):
        pdf.add_page()
        if paper.mark:
            _draw_mark(pdf, paper.mark)
        for op in ops:
            _draw(pdf, op)
        _draw(pdf, _Line(_HEIGHT - _FOOT + 6))
        foot = paper.page.format(page=number, pages=len(pages.pages))
        _draw(pdf, _Text(_MARGIN, _HEIGHT - _FOOT + 8.5, 8, paper.number, _QUIET))
        pdf.set_font_size(8)
        _draw(pdf, _Text(_WIDTH - _MARGIN - pdf.get_string_width(foot), _HEIGHT - _FOOT + 8.5, 8, foot, _QUIET))
    return bytes(pdf.output())


def _lay_out(pages: _Pages, paper: Paper) -> None:
    for size, step, text in ((17.0, 8.5, paper.title.zh), (11.5, 7.0, paper.title.en)):
        for line in pages.lines(text, _INNER, size):
            pages.put(_Text(_MARGIN, pages.y, size, line))
            pages.y += step
    pages.put(_Text(_MARGIN, pages.y, 8.5, paper.number, _QUIET))
    pages.y += 7
    pages.columns(paper.lead.zh, paper.lead.en, 8.5, 4.6, ink=_QUIET)
    pages.y += 3
    pages.put(_Line(pages.y - 1.5))
    for figure in paper.figures:
        pages.row(figure, _INNER)
    pages.y += 3
    for number, clause in enumerate(paper.clauses, 1):
        pages.y += 1.5
        whole = 5.6 + pages.height(clause.text.zh, clause.text.en, 9, 4.9)
        pages.room(min(whole, _HEIGHT / 3))  # what is short is not torn apart
        pages.columns(f"{number}. {clause.heading.zh}", f"{number}. {clause.heading.en}", 10, 5.6)
        pages.columns(clause.text.zh, clause.text.en, 9, 4.9)
        pages.y += 1.5
    if paper.signatures:
        pages.room(8 + 18 * ((len(paper.signatures) + 1) // 2) + _QR + 12)  # together with what proves them
        pages.y += 6
        for place, signature in enumerate(paper.signatures):
            x = _MARGIN + (place % 2) * (_COLUMN + _GAP)
            pages.put(_Line(pages.y + 9, x, x + _COLUMN))
            pages.put(_Text(x, pages.y + 10.5, 8.5, f"{signature.zh}  {signature.en}", _QUIET))
            if place % 2 or place == len(paper.signatures) - 1:
                pages.y += 18
    _lay_out_proofs(pages, paper)


def _lay_out_proofs(pages: _Pages, paper: Paper) -> None:
    pages.room(_QR + 8 + 10)
    pages.y += 4
    top = pages.y
    for figure in paper.proofs:
        pages.row(figure, _INNER - _QR - 6)
    x = _WIDTH - _MARGIN - _QR
    matrix = _matrix(paper.code)
    side = _QR / len(matrix)
    for down, row in enumerate(matrix):
        for across, dark in enumerate(row):
            if dark:
                pages.put(_Square(x + across * side, top + down * side, side))
    pages.y = max(pages.y, top + _QR + 4)


def _matrix(text: str) -> list[list[bool]]:
    import segno

    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]


def _draw(pdf: Any, op: _Op) -> None:
    match op:
        case _Text():
            pdf.set_text_color(*op.ink)
            pdf.set_font_size(op.size)
            pdf.set_xy(op.x, op.y)
            pdf.cell(0, op.size * 0.42, op.text)
        case _Line():
            pdf.set_draw_color(*_RULE)
            pdf.set_line_width(0.2)
            pdf.line(op.x, op.y, op.to, op.y)
        case _Square():
            pdf.set_fill_color(*_INK)
            # A hair wider than it is: readers must not see light between two dark modules.
            pdf.rect(op.x, op.y, op.side + 0.02, op.side + 0.02, style="F")


def _draw_mark(pdf: Any, mark: str) -> None:
    pdf.set_font_size(64)
    pdf.set_text_color(*_MARK)
    width = pdf.get_string_width(mark)
    with pdf.rotation(52, _WIDTH / 2, _HEIGHT / 2):
        pdf.set_xy((_WIDTH - width) / 2, _HEIGHT / 2 - 12)
        pdf.cell(width, 24, mark)
