"""Catalogues, and which one a person reads.

The source language is zh_Hans: the words in every `texts.py` are what a reader in the mainland
reads, so no catalogue stands between the author and the tone. The other locales are gettext
catalogues (`locales/<locale>/LC_MESSAGES/messages.po`) whose msgid is that Chinese text.
zh_Hant_HK is an overlay: it holds only what Hong Kong says otherwise than Taiwan.
"""

import gettext as gnu
from collections.abc import Callable
from contextvars import ContextVar, Token
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LOCALES = ("zh_Hans", "zh_Hant", "zh_Hant_HK", "en")
SOURCE = "zh_Hans"
#: where a catalogue looks next when it has no word of its own
FALLBACK = {"zh_Hant_HK": "zh_Hant"}
CATALOGUES = Path(__file__).parent.parent / "locales"

_words: dict[str, dict[str, str]] = {}
_NONE: dict[str, str] = {}
_speaking: ContextVar[str] = ContextVar("speaking", default=SOURCE)
_kept: list[Callable[[], None]] = []


def load(folder: Path = CATALOGUES) -> None:
    """Read every compiled catalogue once, at start.

    Raises FileNotFoundError when a catalogue has not been compiled (`make catalogs`).
    """
    for locale in LOCALES:
        if locale == SOURCE:
            _words[locale] = {}
            continue
        with (folder / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
            catalogue = gnu.GNUTranslations(file)
        own = {k: v for k, v in catalogue._catalog.items() if k and isinstance(k, str)}  # type: ignore[attr-defined]
        _words[locale] = own
    for locale, below in FALLBACK.items():
        _words[locale] = _words[below] | _words[locale]
    for forget in _kept:
        forget()


def _(text: str) -> str:
    """The text in the language that is being spoken just now; the Chinese text where none is loaded."""
    return _words.get(_speaking.get(), _NONE).get(text, text)


def N_(text: str) -> str:
    """Mark a text for the catalogues without translating it yet (tables filled at import)."""
    return text


def locale() -> str:
    """The locale being spoken just now."""
    return _speaking.get()


class speaking:  # noqa: N801 -- read as a verb: `with speaking("en"):`
    """Speak this locale inside the block. A class, because a turn begins with it and a generator costs more."""

    __slots__ = ("_locale", "_token")

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def __enter__(self) -> None:
        self._token: Token[str] = _speaking.set(self._locale)

    def __exit__(self, *_raised: object) -> None:
        _speaking.reset(self._token)


def kept(words: Callable[P, T]) -> Callable[P, T]:
    """Words (or a button) that few different arguments ask for again and again: made once in each language.

    What they are made of MUST be in the arguments alone, and what is made MUST NOT be changed.
    """

    @lru_cache(maxsize=1024)
    def made(_locale: str, *args: Any, **named: Any) -> Any:
        return words(*args, **named)

    @wraps(words)
    def found(*args: P.args, **named: P.kwargs) -> T:
        known: T = made(_speaking.get(), *args, **named)  # type: ignore[arg-type]
        return known

    _kept.append(made.cache_clear)
    return found


_HANT_PLACES = {"tw": "zh_Hant", "hk": "zh_Hant_HK", "mo": "zh_Hant_HK"}
_CHINESE = {"zh", "yue", "cmn", "wuu", "nan", "hak", "gan"}


def negotiate(tag: str | None, default: str = SOURCE) -> str:
    """The locale for one BCP 47 tag (`zh-TW`, `yue`, `zh_Hant_HK`, `en-GB`), else `default`.

    Script decides before territory; a bare `zh` is Simplified, a bare `yue` is Hong Kong;
    Macau reads as Hong Kong. RFC 4647 look-up alone gives wrong results for Chinese.
    """
    language, *rest = (tag or "").strip().replace("_", "-").lower().split("-")
    if language == "en":
        return "en"
    if language not in _CHINESE:
        return default
    place = next((_HANT_PLACES[part] for part in rest if part in _HANT_PLACES), None)
    if "hans" in rest:
        return "zh_Hans"
    if place:
        return place
    if "hant" in rest:
        return "zh_Hant_HK" if language == "yue" else "zh_Hant"
    if language == "yue" and not {"cn", "sg", "my"} & set(rest):
        return "zh_Hant_HK"
    return "zh_Hans"


def negotiate_header(header: str | None, default: str = SOURCE) -> str:
    """The locale for an Accept-Language header (RFC 9110 section 12.5.4); malformed parts are skipped."""
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate((header or "").split(",")[:20]):
        tag, _sep, quality = part.strip().partition(";")
        try:
            q = float(quality.strip().removeprefix("q=")) if quality else 1.0
        except ValueError:
            continue
        if tag and q > 0:
            wishes.append((-q, place, tag))
    for _q, _place, tag in sorted(wishes):
        if tag.replace("_", "-").lower().split("-")[0] in _CHINESE | {"en"}:
            return negotiate(tag, default)
    return default
