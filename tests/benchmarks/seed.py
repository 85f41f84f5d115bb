"""Creditors for the benchmarks: as many chats as a busy day has, each linked, each with claims."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from bot import numbers
from bot.conversation.form import Form
from storage import people, sealing
from storage.claims import Claim
from storage.connect import open_database
from storage.conversations import Draft
from storage.database import Query, Transaction
from storage.people import Contact, Creditor
from storage.terms import AccountStatus, ClaimStatus, DraftStatus
from tests.benchmarks.processes import BOT, DATA_KEY, INDEX_KEY

CHANNEL = f"telegram:{BOT}"
#: chat ids as Telegram has them: 64 bits, ten digits
FIRST = 5_000_000_000
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
NAMES = ("陈大文", "王小明", "李国强", "张伟", "林美玲", "黄志豪", "欧阳娜娜", "Chan Tai Man")
STATUSES = (
    ClaimStatus.SUBMITTED,
    ClaimStatus.UNDER_REVIEW,
    ClaimStatus.DOCUMENT_REQUESTED,
    ClaimStatus.ALLOWED,
    ClaimStatus.DISPUTED,
)


def _add(model: Any, *names: str) -> Query[Any]:
    return Query(insert(model).values({name: bindparam(name) for name in names}))


_CREDITOR = _add(Creditor, "id", "handle", "email", "email_index", "status", "created_at")
_CONTACT = _add(
    Contact, "id", "channel", "address", "creditor_id", "locale", "locale_chosen", "timezone", "reachable", "muted",
    "draft", "seen_order", "seen_at", "messages", "created_at",
)  # fmt: skip
_CLAIM = _add(
    Claim, "id", "number", "handle", "creditor_id", "status", "particulars", "demo", "created_at", "changed_at"
)
_DRAFT = _add(Draft, "handle", "form", "version", "contact_id", "creditor_id", "status", "at", "content", "changed_at")


def chat(number: int) -> int:
    """The chat id of the n-th creditor."""
    return FIRST + number


def _fresh(used: set[str]) -> str:
    while (number := numbers.new("ZQ")) in used:
        pass
    used.add(number)
    return number


def particulars(chance: random.Random, handle: str, name: str) -> dict[str, Any]:
    """What a claim holds, as a person would have filled it in."""
    return {
        "handle": handle,
        "debtor": "trading",
        "plan_class": "5A",
        "schedule": str(chance.randrange(10_000_000)),
        "claim_number": str(chance.randrange(100_000)),
        "ucc": str(chance.randrange(10_000_000)).zfill(8),
        "holder": "person",
        "name": name,
        "nationality": "CN",
        "residence": "SG",
        "tax_residence": "SG",
        "amount": chance.randrange(10_000, 50_000_000),
        "register": None,
        "declared_on": "2026-11-19",
        "documents": [
            {
                "handle": f"{chance.getrandbits(100):022x}"[:22],
                "name": "交易所余额截图.png",
                "media_type": "image/png",
                "size": chance.randrange(2_000_000),
                "sha256": f"{chance.getrandbits(256):064x}",
            }
        ],
    }


async def fill(
    url: str, chats: int, *, form: Form | None = None, at: str = "", answers: dict[str, Any] | None = None
) -> dict[int, list[str]]:
    """Creditors with one claim or two each; with a form, each with a draft of it. Claim numbers by chat id."""
    sealing.unlock({1: DATA_KEY}, INDEX_KEY)
    chance = random.Random(1)
    database = await open_database(url)
    told: dict[int, list[str]] = {}
    used: set[str] = set()
    claim_id = 0
    for start in range(0, chats, 5000):
        creditors, contacts, claims, drafts = [], [], [], []
        for n in range(start, min(start + 5000, chats)):
            email = f"creditor{n}@example.com"
            key = n + 1
            draft = f"d{n:07d}" if form is not None else None
            creditors.append({
                "id": key, "handle": f"cr{n:020d}", "email": email, "email_index": people.email_index(email),
                "status": AccountStatus.BOUND, "created_at": AT,
            })  # fmt: skip
            contacts.append({
                "id": key, "channel": CHANNEL, "address": str(chat(n)), "creditor_id": key, "locale": "zh_Hans",
                "locale_chosen": True, "timezone": "Asia/Shanghai", "reachable": True, "muted": "", "draft": draft,
                "seen_order": 0, "seen_at": AT, "messages": 0, "created_at": AT,
            })  # fmt: skip
            told[chat(n)] = []
            for _ in range(chance.choice((1, 2))):
                number, handle = _fresh(used), f"cl{claim_id:020d}"
                claim_id += 1
                told[chat(n)].append(number)
                changed = AT + timedelta(seconds=chance.randrange(86_400))
                claims.append({
                    "id": claim_id, "number": number, "handle": handle, "creditor_id": key,
                    "status": chance.choice(STATUSES), "particulars": particulars(chance, handle, chance.choice(NAMES)),
                    "demo": False, "created_at": AT, "changed_at": changed,
                })  # fmt: skip
            if form is not None:
                drafts.append({
                    "handle": draft, "form": form.name, "version": form.version, "contact_id": key,
                    "creditor_id": key, "status": DraftStatus.OPEN, "at": at,
                    "content": {"answers": answers or {}, "below": None}, "changed_at": AT,
                })  # fmt: skip

        async def add(
            db: Transaction,
            creditors: list[dict[str, Any]] = creditors,
            contacts: list[dict[str, Any]] = contacts,
            claims: list[dict[str, Any]] = claims,
            drafts: list[dict[str, Any]] = drafts,
        ) -> None:
            await db.many(_CREDITOR, creditors)
            await db.many(_CONTACT, contacts)
            await db.many(_CLAIM, claims)
            if drafts:
                await db.many(_DRAFT, drafts)

        await database.write(add)
    await database.close()
    return told
