"""What follows from what is known about the case: words found, the calculator, who writes in which case."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cache

from bot.case import known

#: more cents than this is a slip of the finger
MOST = 10**14

#: help lines by the known.place they serve, as they are dialled there. They are not ours. Looked up on 2026-11-22:
#: 12356 National Health Commission, notice of 2024-12-25, in service since 2025-05-01 (China News, 2025-12-26);
#: 18111 news.gov.hk, 2023-12-27; 2896 0000 University of Hong Kong, CSRP, "Getting help", undated;
#: 1925 Ministry of Health and Welfare (UDN, 2025-09-15); 988 SAMHSA, in service since 2022-07-16
HELP_LINES = {"CN": "12356", "HK": "18111", "HK_samaritans": "2896 0000", "TW": "1925", "US": "988"}


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was announced for a claim of this class and amount; all in whole cents, rounded down.

    announced  the announced cumulative percentage of the amount: what a claim of the class was paid
               where it was paid, not what this creditor received
    ceiling    the lowest and highest total that known.sources name; None: nobody names one
    """

    plan_class: known.PlanClass
    amount: int
    announced: int
    ceiling: tuple[int, int] | None


#: codes that have a name and are no country or region anybody lives in
_NO_PLACES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def may_be_asked_about(code: str) -> bool:
    """Whether a code can be that of a known.place at all."""
    return re.fullmatch("[A-Z]{2}", code) is not None and code not in _NO_PLACES


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    # The longest first: 受限司法管辖区 is asked about, not the 司法管辖区 in it.
    found: dict[str, str] = {}
    for term in known.glossary().values():
        for name in term.names.values():
            for one in (name, *re.split("[()]", unicodedata.normalize("NFKC", name))):
                if len(one.strip()) > 1:
                    found.setdefault(one.strip().casefold(), term.term_id)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def find_term(text: str) -> str | None:
    """The id of the word of the field that a text holds, the longest if it holds several; in any script."""
    folded = text[:200].casefold()
    for name, term_id in _spellings():
        if name.isascii():
            if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", folded):
                return term_id
        elif name in folded:
            return term_id
    return None


@cache
def _status_words() -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for one in known.portal_statuses():
        for name in one.names.values():
            if len(name) > 3 and one.confidence != "unverified":
                found.setdefault(name.casefold(), one.field)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def find_field(text: str) -> str | None:
    """The field of the portal one of whose statuses a text holds, in any language."""
    folded = text[:200].casefold()
    return next((field for name, field in _status_words() if name in folded), None)


# -- the calculator


def read_cents(argument: str) -> int | None:
    """An amount that came with a step's name, as bare digits; None if it is none."""
    if not re.fullmatch("[0-9]{1,15}", argument, re.ASCII):
        return None
    cents = int(argument)
    return cents if 0 < cents <= MOST else None


def classes_of(where: str, cents: int) -> tuple[known.PlanClass, ...]:
    """The classes a claim of this kind and size may belong to: customers' claims are told apart by their size."""
    small = cents <= known.CONVENIENCE
    com, us = ("7A", "7B") if small else ("5A", "5B")
    wanted = {"com": (com,), "us": (us,), "general": ("6A",), "loan": ("6B",), "unsure": (com, us)}[where]
    return tuple(one for one in known.plan_classes() if one.class_id in wanted)


def share(cents: int, percent: Decimal) -> int:
    """So many percent of an amount, in whole cents. MUST NOT be more than the exact figure: it is rounded down."""
    return int((cents * percent / 100).to_integral_value(ROUND_FLOOR))


def estimate(plan_class: known.PlanClass, cents: int) -> Estimate:
    """What was announced for such a claim: the cumulative figure, never a sum of steps.

    The class MUST have such a figure.
    """
    if plan_class.paid is None:
        raise ValueError(f"nothing was announced for class {plan_class.class_id}")
    low_high = plan_class.ceiling
    return Estimate(
        plan_class=plan_class,
        amount=cents,
        announced=share(cents, plan_class.paid),
        ceiling=None if low_high is None else (share(cents, low_high[0]), share(cents, low_high[1])),
    )


def near_the_limit(cents: int) -> bool:
    """Whether a slightly other amount would be of another class."""
    return known.CONVENIENCE * 9 // 10 <= cents <= known.CONVENIENCE * 11 // 10


def elapsed(start: date, today: date) -> tuple[int, int]:
    """Whole years, and the days beyond them; none before the start."""
    if today <= start:
        return 0, 0
    years = today.year - start.year - ((today.month, today.day) < (start.month, start.day))
    return years, (today - start.replace(year=start.year + years)).days


# -- other bankruptcies

#: what a question may name -> how `senders()` calls it; "": we know nothing of it
CASES = {
    "mtgox": "",
    "celsius": "Celsius",
    "blockfi": "BlockFi",
    "genesis": "",
    "voyager": "",
    "threearrows": "",
    "terra": "",
    "cryptopia": "",
    "ftxeu": "FTX EU (Backpack EU)",
    "bahamas": "FTX Digital Markets (Bahamas)",
}


def sites_of(case: str) -> tuple[known.Sender, ...]:
    """Where another case has its claims portal, as far as our facts hold one; the narrowest names only."""
    hosts = known.genuine_hosts(CASES[case])
    return tuple(one for one in hosts if one.kind == "host") or hosts
