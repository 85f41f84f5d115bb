"""What may be written in a claim, what a document must look like, what may be done when. Plain values in and out."""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import Invalid, Refusal
from storage.terms import ClaimStatus

# --- refusals ---------------------------------------------------------------------------------


class NoSuchClaim(Refusal):
    """There is no such claim, or it is somebody else's: the two are told apart by nobody."""


class NotNow(Refusal):
    """The claim's status does not allow this any more. `number`, `status`."""


class AlreadyFiled(Refusal):
    """This creditor has registered the same claim already. `number` is that of the first."""


class TooManyClaims(Refusal):
    """More claims than one creditor can have here. `most`."""


class ChangedMeanwhile(Refusal):
    """The claim was amended while its amendment was being written. `number`."""


class NothingChanged(Refusal):
    """An amendment that says what the claim says already. `number`."""


class OfferTaken(Refusal):
    """An offer on the claim was accepted: it cannot be taken back any more. `number`."""


class ReasonMissing(Refusal):
    """A decision against the creditor's wish needs a reason he can read."""


# --- what a claim consists of -----------------------------------------------------------------

DEBTORS: Mapping[str, str] = {
    "trading": "FTX Trading Ltd.",
    "wrs": "West Realm Shires Services Inc.",
    "eu": "FTX EU Ltd.",
    "japan": "FTX Japan K.K.",
    "quoine": "Quoine Pte Ltd.",
}
#: how people call them, folded
_CALLED = {
    "ftxcom": "trading", "ftx": "trading", "ftxtrading": "trading", "dotcom": "trading", "ftxinternational": "trading",
    "ftxus": "wrs", "westrealmshires": "wrs", "wrs": "wrs", "wrss": "wrs", "us": "wrs",
    "ftxeu": "eu", "ftxeurope": "eu", "eu": "eu", "ftxjapan": "japan", "japan": "japan",
    "quoine": "quoine", "liquid": "quoine", "liquidglobal": "quoine",
}  # fmt: skip
CLASSES = ("5A", "5B", "6A", "6B", "7A", "7B")
#: customers with more than this are in class 5, the others in the convenience class 7
LINE = 50_000_00
_OTHER_SIDE = {"5A": "7A", "5B": "7B", "7A": "5A", "7B": "5B"}

#: the figures a claim is made of, in the order they are shown
FIGURES = (
    "debtor",
    "plan_class",
    "schedule",
    "claim_number",
    "ucc",
    "holder",
    "name",
    "nationality",
    "residence",
    "tax_residence",
    "amount",
)

MOST_DOCUMENTS = 10
LARGEST = 10 * 1024 * 1024

_OPEN = {ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DOCUMENT_REQUESTED, ClaimStatus.DISPUTED}
#: a claim in one of these is no obstacle to registering the same again
OVER = {ClaimStatus.WITHDRAWN, ClaimStatus.DISALLOWED}
#: what an operator may decide, and whether the creditor must be told why
DECISIONS: Mapping[str, bool] = {
    "taken_up": False,
    "queried": True,
    "disputed": True,
    "allowed": False,
    "disallowed": True,
    "paid": False,
    "transferred": False,
}


def may_change(status: str) -> bool:
    """Whether the creditor may still amend, add to or withdraw a claim."""
    return status in _OPEN


def petition_date(debtor: str) -> date:
    """The day whose prices count."""
    return date(2022, 11, 14) if debtor == "wrs" else date(2022, 11, 11)


def class_of_size(plan_class: str, cents: int) -> str | None:
    """The class this amount would usually be in, if that is another than the one named; a question, not a verdict."""
    if plan_class not in _OTHER_SIDE:
        return None
    large = cents > LINE
    return _OTHER_SIDE[plan_class] if large is plan_class.startswith("7") else None


# --- an answer and where it comes from --------------------------------------------------------


def from_register(value: Any, as_of: str) -> dict[str, Any]:
    """An answer taken from the register; typed over, it is the creditor's own word."""
    return {"value": value, "as_of": as_of}


def value_of(answer: Any) -> Any:
    """An answer without its source."""
    return answer["value"] if isinstance(answer, dict) else answer


def as_of(answer: Any) -> str | None:
    """The date of the register an answer was taken from; None: the creditor said it."""
    return answer["as_of"] if isinstance(answer, dict) else None


# --- reading what is typed --------------------------------------------------------------------

_HAN = re.compile(r"[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_DOTS = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\u0387\u2e31", "\u00b7"))


def read_debtor(text: str) -> str:
    """The debtor somebody names, by its own name or by its site's. Raises Invalid("not_a_debtor")."""
    word = "".join(c for c in unicodedata.normalize("NFKC", text[:80]).casefold() if c.isalnum())
    for code, name in DEBTORS.items():
        if word == "".join(c for c in name.casefold() if c.isalnum()):
            return code
    if word not in _CALLED:
        raise Invalid("not_a_debtor")
    return _CALLED[word]


def read_class(text: str) -> str:
    """5A, "class 5a". Raises Invalid("not_a_class")."""
    word = unicodedata.normalize("NFKC", text[:20]).upper().replace("CLASS", "")
    found = re.fullmatch(r"[\W_]*([567][AB])\W*[\u7c7b\u985e]?[\W_]*", word)
    if found is None:
        raise Invalid("not_a_class")
    return found[1]


def _digits(text: str) -> str:
    return re.sub(r"[\s\-#]", "", unicodedata.normalize("NFKC", text[:60]))


def read_schedule(text: str) -> str:
    """Seven digits. Raises Invalid: not_a_schedule, or looks_like_claim_number."""
    digits = _digits(text)
    if re.fullmatch(r"[0-9]{7}", digits):
        return digits
    raise Invalid("looks_like_claim_number" if re.fullmatch(r"[0-9]{4,6}", digits) else "not_a_schedule")


def read_claim_number(text: str) -> str:
    """Four to six digits. Raises Invalid: not_a_claim_number, or looks_like_schedule."""
    digits = _digits(text)
    if re.fullmatch(r"[0-9]{4,6}", digits):
        return digits
    raise Invalid("looks_like_schedule" if re.fullmatch(r"[0-9]{7}", digits) else "not_a_claim_number")


def read_ucc(text: str) -> str:
    """The code as it was given: its format was never published. Raises Invalid("not_a_ucc")."""
    code = unicodedata.normalize("NFKC", text[:200]).strip()
    if not 3 <= len(code) <= 64 or not code.isprintable() or not any(c.isalnum() for c in code) or _HAN.search(code):
        raise Invalid("not_a_ucc")
    return code


def read_name(text: str, *, company: bool) -> str:
    """A legal name. Raises Invalid: not_a_name, name_too_short, name_too_long."""
    name = " ".join(unicodedata.normalize("NFKC", text[:400]).translate(_DOTS).split())
    letters = sum(unicodedata.category(c)[0] == "L" for c in name)
    marks = sum(unicodedata.category(c)[0] == "M" for c in name)
    also = " \u00b7.,'\u2019-()" + ("&/+" if company else "")
    for c in name:
        kind = unicodedata.category(c)
        if kind[0] not in "LM" and c not in also and not (company and kind == "Nd"):
            raise Invalid("not_a_name")
    if not letters or marks > letters:
        raise Invalid("not_a_name")
    if letters < 2:
        raise Invalid("name_too_short")
    only_han = _HAN.fullmatch(name) is not None
    if len(name) > 120 or (only_han and not company and len(name) > 8):
        raise Invalid("name_too_long")
    return name


# --- documents --------------------------------------------------------------------------------

PDF, JPEG, PNG, HEIC, WEBP = "application/pdf", "image/jpeg", "image/png", "image/heic", "image/webp"
MEDIA_TYPES = (PDF, JPEG, PNG, HEIC, WEBP)
_ENDINGS = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "heic": HEIC, "heif": HEIC, "webp": WEBP}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
#: more pixels than any camera makes: a picture that would burst the screen of whoever opens it
_PIXELS = 300_000_000
#: more parts than any honest picture has: what would keep us counting
_PARTS = 20_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that may be kept. `name` is for reading only; what it is was seen from its content."""

    name: str
    media_type: str
    size: int
    sha256: str


def evidence(name: str, size: int, content: bytes | None) -> Evidence:
    """Look at a file that was sent, by its content and not by its name. Raises Invalid:

    file_too_large file_empty   as they say
    file_wrong_type             something else than a PDF or a picture
    file_disguised              something else, under the name of one
    file_locked                 a PDF with a password: nobody could read it
    file_broken                 cut off, or not what its first bytes promise
    """
    if content is None or max(size, len(content)) > LARGEST:
        raise Invalid("file_too_large", most=LARGEST // 1024 // 1024)
    if not content.strip(b"\0 \r\n\t"):
        raise Invalid("file_empty")
    shown = _file_name(name)
    media_type = sniff(content)
    if media_type is None:
        ending = shown.rpartition(".")[2].casefold()
        raise Invalid("file_disguised" if ending in _ENDINGS else "file_wrong_type")
    _SOUND[media_type](content)
    return Evidence(shown, media_type, len(content), hashlib.sha256(content).hexdigest())


def _file_name(name: str) -> str:
    """What the sender called it, without a path and without anything invisible."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name[:400].encode("utf-8", "replace").decode()))[-1]
    plain = "".join(c for c in last if c.isprintable()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{stem[:80]}.{ending}"
    return plain[:88] or "file"


def sniff(content: bytes) -> str | None:
    """The media type the first bytes promise, or None."""
    if content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def _broken(why: str) -> Invalid:
    return Invalid("file_broken", why=why)


def _sound_pdf(content: bytes) -> None:
    if b"%%EOF" not in content[-2048:]:
        raise _broken("end")
    if not re.search(rb"startxref\s+\d+", content[-4096:]):
        raise _broken("table")
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", content):
        raise Invalid("file_locked")


def _sane(width: int, height: int) -> None:
    if min(width, height) < 1 or width * height > _PIXELS:
        raise _broken("pixels")


def _sound_jpeg(content: bytes) -> None:
    place, size = 2, (0, 0)
    for _segment in range(_PARTS):
        if len(content) < place + 4 or content[place] != 0xFF:
            raise _broken("segment")
        marker = content[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if length < 2 or place + 2 + length > len(content):
            raise _broken("segment")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and length >= 8:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            size = int.from_bytes(width, "big"), int.from_bytes(height, "big") or 1
        place += 2 + length
        if marker == 0xDA:
            break
    else:
        raise _broken("segment")
    _sane(*size)
    if content.find(b"\xff\xd9", place) < 0:  # phones hang a film behind the end, so not only at the end
        raise _broken("end")


def _sound_png(content: bytes) -> None:
    place, first, data = 8, True, False
    for _chunk in range(_PARTS):
        length = int.from_bytes(content[place : place + 4], "big")
        kind, end = content[place + 4 : place + 8], place + 8 + length
        if len(content) < end + 4 or (first and (kind != b"IHDR" or length != 13)):
            raise _broken("chunk")
        if zlib.crc32(content[place + 4 : end]) != int.from_bytes(content[end : end + 4], "big"):
            raise _broken("checksum")
        if first:
            _sane(*(int.from_bytes(content[place + at : place + at + 4], "big") for at in (8, 12)))
        first, data, place = False, data or kind == b"IDAT", end + 4
        if kind == b"IEND":
            break
    else:
        raise _broken("chunk")
    if not data:
        raise _broken("data")


def _sound_webp(content: bytes) -> None:
    length = int.from_bytes(content[4:8], "little")
    if length + 8 > len(content) or length < 12:
        raise _broken("length")
    if content[12:16] not in (b"VP8 ", b"VP8L", b"VP8X") or 20 + int.from_bytes(content[16:20], "little") > len(
        content
    ):
        raise _broken("chunk")


def _sound_heic(content: bytes) -> None:
    place, boxes = 0, set()
    for _box in range(_PARTS):
        if place >= len(content):
            break
        length, kind = int.from_bytes(content[place : place + 4], "big"), content[place + 4 : place + 8]
        if length == 1:
            length = int.from_bytes(content[place + 8 : place + 16], "big")
        elif length == 0:
            length = len(content) - place
        if length < 8 or place + length > len(content):
            raise _broken("box")
        boxes.add(kind)
        place += length
    if not {b"meta", b"mdat"} <= boxes:
        raise _broken("box")


_SOUND = {PDF: _sound_pdf, JPEG: _sound_jpeg, PNG: _sound_png, HEIC: _sound_heic, WEBP: _sound_webp}
