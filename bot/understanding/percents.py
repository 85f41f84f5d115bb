"""Percentages as people write them: `85%`, `85 ％`, `百分之85`. Pure; no float is touched."""

import re
import unicodedata
from decimal import Decimal

_PERCENT = re.compile(
    r"(?P<before>百分之)?\s*(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4})?)\s*(?P<behind>%|趴|个百分点|個百分點)?"
)


def read_percent(text: str) -> Decimal | None:
    """The percentage the whole text is; None when it is none, a bare number among it."""
    found = _PERCENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not (found["before"] or found["behind"]):
        return None
    return Decimal(found["number"])


__all__ = ["read_percent"]
