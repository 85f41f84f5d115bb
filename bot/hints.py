"""What helps an agent to answer: the page of the facts, ready replies, what somebody was told, the words of the field.

Knows the rooms of support, facts and notices, which do not know each other; nothing here is sent by itself.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot import clock, i18n
from bot.case import known
from bot.conversation.outbox import NoticeRow
from bot.conversation.turn import Person, Turn
from bot.facts import dialogue as facts
from bot.notices import dialogue as notices
from bot.offers.actions import may_speak
from bot.support import sheet
from bot.support.rules import DISTRESS, Notice
from bot.understanding import identifiers
from storage import deliveries
from storage.database import Reader

Found = dict[str, Any]

#: what a ticket is about -> the page of the facts that answers most of it
_PAGES = {
    "claim": "not_paid",
    "offer": "claim_and_bond",
    "payout": "payout",
    "safety": "genuine",
    "place": "restricted",
    "privacy": "privacy",
}
MOST_TERMS = 8


async def suggest(db: Reader, category: str, flags: Collection[str], locale: str, at: datetime) -> Found:
    """What may be answered, in the creditor's language: ready replies, and the page of the facts with its sources.

    Somebody in distress is answered with help lines first, whatever he asks about.
    """
    page = _PAGES.get(category)
    found: Found = {
        "canned": [
            {"name": name, "text": text, "fields": list(sheet.reply(name).fields)}
            for name, text in sheet.fitting(category, locale)
        ],
        "facts": {"page": page, "text": await _told(db, f"facts.answer:{page}", locale, at)} if page else None,
        "help_lines": None,
    }
    if DISTRESS in flags:
        found["help_lines"] = await _told(db, "facts.distress", locale, at)
    return found


async def _told(db: Reader, step: str, locale: str, at: datetime) -> str:
    """What a view of the facts says, to nobody in particular."""
    name, _colon, argument = step.partition(":")
    show = facts.answer if name == "facts.answer" else facts.distress
    asked = Turn("desk", step, "", 0, at, choice=step)
    nobody = Person(0, "desk", "", None, locale, True, "Asia/Shanghai", frozenset(), None)
    with i18n.speaking(locale):
        return (await show(asked, db, nobody, argument)).text


async def notice(db: Reader, about: Notice, *, masked: bool) -> Found:
    """A notice a ticket is about: its kind; and as long as its row is kept when it was sent, how, and its words."""
    row = await deliveries.notice(db, about.id)
    if row is None:
        return {"id": about.id, "kind": about.kind, "at": None, "outcome": None, "words": ""}
    return await told(db, row, masked=masked)


async def told(db: Reader, row: NoticeRow, *, masked: bool = True) -> Found:
    """A notice as an agent sees it. `at`: when it went out, or is to go out; `outcome` None: it has not yet."""
    words = await notices.told(db, row, _may_show)
    return {
        "id": row.id,
        "kind": row.kind,
        "at": row.done_at or row.due_at,
        "outcome": row.outcome,
        "words": identifiers.masked(words) if masked else words,
    }


async def _may_show(db: Reader, channel: str, _creditor_id: int, _number: str) -> bool:
    return await may_speak(db, channel, clock.now())


def terms(words: str) -> list[dict[str, str]]:
    """The words of the field that hold these words in any language, each in all of them; the shortest first."""
    wanted = words.strip().casefold()
    if not wanted:
        return []
    found = [
        dict(term.names)
        for term in known.glossary().values()
        if any(wanted in name.casefold() for name in term.names.values())
    ]
    nearest = sorted(found, key=lambda term: min(len(name) for name in term.values() if wanted in name.casefold()))
    return nearest[:MOST_TERMS]
