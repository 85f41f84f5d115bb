"""What may be written in a claim, what a document must look like, what may be done when. Plain values in and out."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import files
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
LARGEST, MEDIA_TYPES = files.LARGEST, files.MEDIA_TYPES

_OPEN = {ClaimStatus.SUBMITTED, ClaimStatus.UNDER_REVIEW, ClaimStatus.DOCUMENT_REQUESTED, ClaimStatus.DISPUTED}
#: a claim in one of these is no obstacle to registering the same again
OVER = {ClaimStatus.WITHDRAWN, ClaimStatus.DISALLOWED}
#: whoever asks for a person here asks about just this claim
NEGATIVE = {ClaimStatus.DOCUMENT_REQUESTED, ClaimStatus.DISPUTED, ClaimStatus.DISALLOWED}
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
    word = unicodedata.normalize("NFKC", text[:40]).upper()
    found = set(re.findall(r"(?<![A-Z0-9])([567])\s?([AB])(?![A-Z0-9])", word.replace("CLASS", " ")))
    if len(found) != 1 or len(text) > 20:
        raise Invalid("not_a_class")
    return "".join(found.pop())


def _digits(text: str) -> str:
    """The one number in a short answer; the answer itself if it holds none, or several."""
    plain = re.sub(r"(?<=[0-9])[\s\-]+(?=[0-9])|[\s#]", "", unicodedata.normalize("NFKC", text[:60]))
    runs = re.findall(r"(?<![0-9A-Za-z.])[0-9]+(?![0-9A-Za-z.])", plain)
    said = len(plain) <= 24 and all(
        c.isalnum() or (unicodedata.category(c) == "Po" and c not in "@'\";%&*\\/!?") for c in plain
    )
    return runs[0] if len(runs) == 1 and said else plain


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
    inside = re.findall(r"[0-9A-Za-z][0-9A-Za-z_-]{3,62}[0-9A-Za-z]", code) if _HAN.search(code) else []
    if len(inside) == 1 and len(code) <= 80 and any(c.isdigit() for c in inside[0]):
        code = inside[0]
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
