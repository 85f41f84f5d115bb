"""What is known about the case, read once from `data/*.csv` into typed rows.

Nothing here is assumed: every row has its source, its date and how sure we are. What is
`unverified` is kept for whoever maintains the data, and never shown.
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

DATA = Path(__file__).parent / "data"
CONFIDENCES = ("high", "medium", "low", "unverified")

#: the restricted-jurisdictions motion
MOTION_FILED = date(2025, 7, 2)
MOTION_WITHDRAWN = date(2025, 11, 3)
MOTION_NAMES = 49  # so many names stood in it; we know only those in `jurisdictions.csv`

#: claims are worth what they were worth that day; West Realm Shires (FTX.US) filed later than FTX.com
PETITION = date(2022, 11, 11)
PETITION_US = date(2022, 11, 14)
#: interest on convenience claims was counted up to this day
INTEREST_UNTIL = date(2025, 2, 18)
#: customers' claims of so many cents or less are convenience claims
CONVENIENCE = 5_000_000
Names = MappingProxyType[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """Who says it. `republished`: we read their words in another's copy."""

    name: str
    republished: bool


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution of the estate; percentages are announced cumulative figures.

    record_date  None when the date could not be verified
    classes_7    convenience classes, lowest and highest figure that sources name
    customers    False: shareholders, who are no creditors
    """

    round: str
    customers: bool
    record_date: date | None
    pay_date: date
    total_bn: Decimal | None
    total_qualifier: str
    cum_5a: Decimal | None
    cum_5b: Decimal | None
    cum_6: Decimal | None
    classes_7: tuple[Decimal, Decimal] | None
    sources: tuple[Source, ...]
    as_of: date
    confidence: str


@dataclass(frozen=True, slots=True)
class PlanClass:
    """A class of the plan.

    names     by locale
    numbered  False: the class number itself could not be verified
    paid      announced cumulative percent, or None
    ceiling   lowest and highest total that sources name; they differ where sources disagree
    shown     False: nothing about it is verified
    """

    class_id: str
    names: Names
    size: str
    paid: Decimal | None
    paid_as_of: date | None
    ceiling: tuple[Decimal, Decimal] | None
    sources: tuple[Source, ...]
    numbered: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A place and what is known of it in the motion: `named`, `reported_weakly` or `not_seen`.

    sanctions  also under sanctions of the United States, which is another matter
    """

    iso_code: str
    names: Names
    on_motion: str
    sanctions: bool
    sources: tuple[Source, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """A status as the estate's portal shows it.

    names    by locale; `en` is the portal's own wording, "" where it is not known
    wording  `exact`, `unverified` (the English words may read otherwise) or `ours` (our own term)
    """

    field: str
    status: str
    names: Names
    wording: str
    sources: tuple[Source, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Price:
    """What one asset was worth at the petition date, as the press rounded it; `usd` None: only words are known."""

    asset: str
    usd: Decimal | None
    sources: tuple[Source, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A domain, host, address or name, and whether it belongs to this case: `yes`, `no` or `unknown`.

    The same name may be genuine in one case and fake in another.
    """

    kind: str
    value: str
    case: str
    genuine: str
    sources: tuple[Source, ...]
    source_date: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field, by locale; `en` is how the court's papers and the portal say it."""

    term_id: str
    names: Names


def sources(text: str) -> tuple[Source, ...]:
    """`CoinDesk text via X, 2026-03-18; FTX Support, KYC` -> CoinDesk (republished), FTX Support. Each once."""
    found: dict[str, Source] = {}
    for part in text.split(";"):
        words = part.split(",")[0].strip()
        name = re.split(r" text\b| via ", words)[0].strip()
        if name and (name[0].isupper() or "." in name):
            found.setdefault(name, Source(name, republished=name != words))
    return tuple(found.values())


def together(rows: Iterable[tuple[Source, ...]]) -> tuple[Source, ...]:
    """The sources of several rows, each once; first-hand where any row has it first-hand."""
    found: dict[str, Source] = {}
    for row in rows:
        for source in row:
            if source.name not in found or found[source.name].republished:
                found[source.name] = source
    return tuple(found.values())


# -- reading


def _read(name: str, make: Callable[[dict[str, str]], T], folder: Path = DATA) -> tuple[T, ...]:
    """Every row of a file. Raises ValueError that names file and line of a malformed one."""
    made = []
    with (folder / name).open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, strict=True), 2):
            try:
                if None in row or None in row.values():
                    raise ValueError("too many or too few cells")
                made.append(make(row))
            except (ValueError, KeyError) as wrong:
                raise ValueError(f"{name}, row {line}: {wrong}") from wrong
    if not made:
        raise ValueError(f"{name}: no rows")
    return tuple(made)


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _range(low: str, high: str) -> tuple[Decimal, Decimal] | None:
    first, last = _number(low), _number(high)
    if first is None or last is None:
        if first is not last:
            raise ValueError("a range needs both ends")
        return None
    if first > last:
        raise ValueError(f"{first} is more than {last}")
    return first, last


def _confidence(text: str) -> str:
    if text not in CONFIDENCES:
        raise ValueError(f"confidence {text!r}")
    return text


def _sources(row: dict[str, str]) -> tuple[Source, ...]:
    if not row["source"].strip():
        raise ValueError("no source")
    return sources(row["source"])


def _names(row: dict[str, str], hans: str, hant: str, hong_kong: str, english: str) -> Names:
    if not (row[hans] and row[hant] and row[hong_kong]):
        raise ValueError("a name is missing")
    names = {"zh_Hans": row[hans], "zh_Hant": row[hant], "zh_Hant_HK": row[hong_kong], "en": row[english]}
    return MappingProxyType(names)


_FULL = ("name_zh_Hans", "name_zh_Hant_TW", "name_zh_Hant_HK", "name_en")


def _distribution(row: dict[str, str]) -> Distribution:
    pay_date, as_of = _date(row["pay_date"]), _date(row["as_of"])
    if pay_date is None or as_of is None:
        raise ValueError("pay_date and as_of must be there")
    record_date = _date(row["record_date"])
    if record_date is not None and record_date >= pay_date:
        raise ValueError("the record date must stand before the pay date")
    if row["kind"] not in ("customer", "preferred_equity"):
        raise ValueError(f"kind {row['kind']!r}")
    return Distribution(
        round=row["round"],
        customers=row["kind"] == "customer",
        record_date=record_date if _confidence(row["record_date_confidence"]) != "unverified" else None,
        pay_date=pay_date,
        total_bn=_number(row["total_usd_bn"]),
        total_qualifier=row["total_qualifier"],
        cum_5a=_number(row["cum_5A_pct"]),
        cum_5b=_number(row["cum_5B_pct"]),
        cum_6=_number(row["cum_6A_6B_pct"]),
        classes_7=_range(row["cum_7_pct_min"], row["cum_7_pct_max"]),
        sources=_sources(row),
        as_of=as_of,
        confidence=_confidence(row["confidence"]),
    )


def _plan_class(row: dict[str, str]) -> PlanClass:
    paid, paid_as_of = _number(row["cum_paid_pct"]), _date(row["cum_as_of"])
    if paid is not None and paid > 0 and paid_as_of is None:
        raise ValueError("a paid figure without its date")
    return PlanClass(
        class_id=row["class_id"],
        names=_names(row, *_FULL),
        size=row["claim_size_usd"],
        paid=paid,
        paid_as_of=paid_as_of,
        ceiling=_range(row["ceiling_pct_min"], row["ceiling_pct_max"]),
        sources=_sources(row),
        numbered=not re.search("numbers? unverified", row["note"]),
        shown=_confidence(row["confidence"]) != "unverified",
    )


def _place(row: dict[str, str]) -> Place:
    if row["status_on_motion"] not in ("named", "reported_weakly", "not_seen"):
        raise ValueError(f"status_on_motion {row['status_on_motion']!r}")
    if not re.fullmatch("[A-Z]{2}", row["iso_code"]):
        raise ValueError(f"iso_code {row['iso_code']!r}")
    return Place(
        iso_code=row["iso_code"],
        names=_names(row, *_FULL),
        on_motion=row["status_on_motion"],
        sanctions="US sanctions" in row["note"],
        sources=_sources(row),
        confidence=_confidence(row["confidence"]),
    )


def _portal_status(row: dict[str, str]) -> PortalStatus:
    english, bracket, remark = row["en"].partition("(wording ")
    wording = "exact" if not bracket else "unverified" if remark.startswith("unverified") else "ours"
    return PortalStatus(
        field=row["field"],
        status=row["status"],
        names=_names(row | {"en": english.strip()}, "zh_Hans", "zh_Hant", "zh_Hant_HK", "en"),
        wording=wording,
        sources=_sources(row),
        confidence=_confidence(row["confidence"]),
    )


def _price(row: dict[str, str]) -> Price:
    return Price(row["asset"], _number(row["petition_price_usd"]), _sources(row), _confidence(row["confidence"]))


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _month(text: str) -> str:
    """`Apr 2024` -> `2024-04`, the last of several; other texts as they are."""
    last = text.rsplit(";", maxsplit=1)[-1].strip()
    month, _space, year = last.partition(" ")
    return f"{year}-{_MONTHS.index(month) + 1:02d}" if month in _MONTHS else last


def _sender(row: dict[str, str]) -> Sender:
    if row["genuine"] not in ("yes", "no", "unknown"):
        raise ValueError(f"genuine {row['genuine']!r}")
    return Sender(
        kind=row["kind"],
        value=row["value"],
        case=row["case"],
        genuine=row["genuine"],
        sources=_sources(row),
        source_date=_month(row["source_date"]),
        confidence=_confidence(row["confidence"]),
    )


def _term(row: dict[str, str]) -> Term:
    if not re.fullmatch("[a-z0-9_]{1,40}", row["term_id"]):
        raise ValueError(f"term_id {row['term_id']!r}")
    return Term(row["term_id"], _names(row, "zh_Hans", "zh_Hant_TW", "zh_Hant_HK", "en"))


@cache
def distributions() -> tuple[Distribution, ...]:
    """Every distribution, oldest first."""
    return tuple(sorted(_read("distributions.csv", _distribution), key=lambda one: one.pay_date))


@cache
def plan_classes() -> tuple[PlanClass, ...]:
    """Every class of the plan, also those that are not shown."""
    return _read("plan_classes.csv", _plan_class)


@cache
def places() -> tuple[Place, ...]:
    """Every place we know to stand in the motion, and two that are asked about often."""
    return _read("jurisdictions.csv", _place)


@cache
def portal_statuses() -> tuple[PortalStatus, ...]:
    """Every status of the portal, also those that are not shown."""
    return _read("portal_statuses.csv", _portal_status)


@cache
def prices() -> tuple[Price, ...]:
    """The petition-date prices that are known."""
    return _read("conversion_prices.csv", _price)


@cache
def senders() -> tuple[Sender, ...]:
    """Who writes in this case and in those it is mixed up with."""
    return _read("genuine_senders.csv", _sender)


@cache
def glossary() -> MappingProxyType[str, Term]:
    """Every word of the field by its id."""
    return MappingProxyType({term.term_id: term for term in _read("glossary.csv", _term)})


# -- what follows


def newest() -> date:
    """The newest event that is recorded here: nothing later is known."""
    return max(max(one.pay_date, one.as_of) for one in distributions())


def record_dates() -> list[date]:
    """The verified record dates of the customers' distributions, oldest first."""
    return sorted(one.record_date for one in distributions() if one.customers and one.record_date is not None)


def latest_to_customers() -> Distribution:
    """The newest distribution to customers."""
    return [one for one in distributions() if one.customers][-1]


def named_places() -> tuple[Place, ...]:
    """The places good sources name as standing in the motion; weak reports are left out."""
    return tuple(place for place in places() if place.on_motion == "named")


def shown_classes() -> tuple[PlanClass, ...]:
    """The classes about which something is verified."""
    return tuple(one for one in plan_classes() if one.shown)


def statuses_of(field: str) -> tuple[PortalStatus, ...]:
    """The portal statuses of one field that may be shown; empty for a field there is none of."""
    return tuple(one for one in portal_statuses() if one.field == field and one.confidence != "unverified")


def portal_fields() -> tuple[str, ...]:
    """The fields of the portal, in the order of its steps."""
    return tuple(dict.fromkeys(one.field for one in portal_statuses()))


def place(code: str) -> Place | None:
    """What is known of a place in the motion; None: nothing, which does not make it free."""
    return next((one for one in places() if one.iso_code == code), None)


def genuine_hosts(case: str) -> tuple[Sender, ...]:
    """The sites and mail domains that belong to a case, as far as we know them."""
    return tuple(
        one
        for one in senders()
        if one.case == case and one.genuine == "yes" and one.kind in ("host", "domain") and one.confidence != "low"
    )
