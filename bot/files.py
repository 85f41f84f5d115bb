"""What a file is, seen from its content: whether it may be kept as evidence, and whether it may do harm when opened.

A name and a media type that a sender gives are never trusted. Pure: bytes in, a decision out.
"""

import hashlib
import re
import unicodedata
import zlib
from dataclasses import dataclass

from bot.errors import Invalid

#: the largest file that is kept
LARGEST = 10 * 1024 * 1024

PDF, JPEG, PNG, HEIC, WEBP = "application/pdf", "image/jpeg", "image/png", "image/heic", "image/webp"
MEDIA_TYPES = (PDF, JPEG, PNG, HEIC, WEBP)
#: what is spoken: only for a person to listen to, never evidence
OGG, MP3, M4A = "audio/ogg", "audio/mpeg", "audio/mp4"
_SPOKEN = (
    (OGG, 0, b"OggS"),
    (MP3, 0, b"ID3"),
    (MP3, 0, b"\xff\xfb"),
    (MP3, 0, b"\xff\xf3"),
    (M4A, 4, b"ftypM4A"),
)
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
    shown = plain_name(name)
    media_type = sniff(content)
    if media_type is None:
        ending = shown.rpartition(".")[2].casefold()
        raise Invalid("file_disguised" if ending in _ENDINGS else "file_wrong_type")
    _SOUND[media_type](content)
    return Evidence(shown, media_type, len(content), hashlib.sha256(content).hexdigest())


def recording(name: str, size: int, content: bytes | None) -> Evidence:
    """Look at something spoken. Raises Invalid: file_too_large, file_empty, file_wrong_type."""
    if content is None or max(size, len(content)) > LARGEST:
        raise Invalid("file_too_large", most=LARGEST // 1024 // 1024)
    if not content.strip(b"\0 \r\n\t"):
        raise Invalid("file_empty")
    media_type = next((kind for kind, place, first in _SPOKEN if content[place:].startswith(first)), None)
    if media_type is None:
        raise Invalid("file_wrong_type")
    return Evidence(plain_name(name), media_type, len(content), hashlib.sha256(content).hexdigest())


def plain_name(name: str) -> str:
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


# --- what may do harm -------------------------------------------------------------------------

#: the test file every scanner knows; in two pieces, so that no scanner finds it here
_EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: what makes a PDF do something by itself, or carry something along
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|GoToE|ImportData|SubmitForm)(?![A-Za-z0-9])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
#: streams of a PDF that are unpacked, and how much of each
_STREAMS, _UNPACKED = 400, 512 * 1024
#: first bytes of programs and of what runs programs
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def harm(content: bytes) -> str | None:
    """Why a file is not to be opened by anybody; None: nothing was found, which proves nothing.

    virus_test  the EICAR test file, as it is or within another
    active      a PDF that runs something or carries other files
    program     a program, an archive or an office document, which may hold one
    """
    if _EICAR in content:
        return "virus_test"
    if content.startswith(_PROGRAMS):
        return "program"
    if sniff(content) == PDF and _is_active(content):
        return "active"
    return None


def _is_active(content: bytes) -> bool:
    if _ACTIVE.search(_plain(content)):
        return True
    for count, found in enumerate(_STREAM.finditer(content)):
        if count >= _STREAMS:
            return True  # nobody could look through it
        try:
            inside = zlib.decompressobj().decompress(content[found.end() : found.end() + _UNPACKED], _UNPACKED)
        except zlib.error:
            continue
        # Names count in objects; what a page draws is text in brackets.
        if (b" obj" in inside[:64] or b"<<" in inside) and _ACTIVE.search(_plain(inside)):
            return True
    return False


def _plain(content: bytes) -> bytes:
    """The bytes with names as they are meant: `/J#53` is `/JS`."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


__all__ = [
    "HEIC",
    "JPEG",
    "LARGEST",
    "M4A",
    "MEDIA_TYPES",
    "MP3",
    "OGG",
    "PDF",
    "PNG",
    "WEBP",
    "Evidence",
    "evidence",
    "harm",
    "plain_name",
    "recording",
    "sniff",
]
