"""What the comparison reads: the person's claims and what is offered for them. It changes nothing but the outbox."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import numbers
from bot.comparison import rules
from bot.comparison.rules import Board, Moved, NothingToCompare, Owned, Quote
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from storage import claims, deliveries, people
from storage.claims import ClaimRow
from storage.database import Reader, Transaction
from storage.deliveries import DueRow
from storage.terms import ClaimStatus

#: a picture nobody saw after so long answers a question nobody remembers
LIVES = timedelta(hours=6)
#: kind of the rows that are drawn when they are sent
CHART = "chart"
#: claims that are over have nothing to be compared
_OVER = {
    ClaimStatus.DRAFT,
    ClaimStatus.WITHDRAWN,
    ClaimStatus.DISALLOWED,
    ClaimStatus.TRANSFERRED,
    ClaimStatus.PAID,
}
_BEIJING = ZoneInfo("Asia/Shanghai")

#: the open offers a person may be shown; handed over by app.py, for rooms do not know each other
Quotes = Callable[[Reader, Person, datetime], Awaitable[list[Quote]]]


async def owned(db: Reader, person: Person) -> list[Owned]:
    """The claims of a person that can be compared, oldest first."""
    if person.creditor_id is None:
        return []
    return [_owned(row) for row in await claims.of_creditor(db, person.creditor_id) if _comparable(row)]


async def board(db: Reader, person: Person, argument: str, now: datetime, quotes: Quotes) -> Board | list[Owned]:
    """The ways of one claim side by side; several claims where it is not said which one.

    `argument` names a claim or one of its offers, and what its owner has moved. Raises NothingToCompare,
    and NotHere on a channel that says nothing about offers.
    """
    open_ = await quotes(db, person, now)
    own = await owned(db, person)
    moved = rules.unpacked(argument)
    named = _named(moved, open_)
    if named:
        own = [one for one in own if one.number == named]
    elif len(own) > 1:
        offered = {quote.claim for quote in open_}
        own = [one for one in own if one.number in offered] or own
    if not own:
        raise NothingToCompare()
    if len(own) > 1:
        return own
    today = now.astimezone(_BEIJING).date()
    return rules.board(own[0], tuple(open_), replace(moved, claim=own[0].number), today)


def _named(moved: Moved, open_: list[Quote]) -> str:
    """The claim that is named, also by one of its offers."""
    for prefix in ("ZQ", "BJ"):
        try:
            number = numbers.read(moved.claim, prefix)
        except Invalid:
            continue
        return number if prefix == "ZQ" else next((one.claim for one in open_ if one.number == number), number)
    return moved.claim


def _comparable(row: ClaimRow) -> bool:
    amount = row.particulars.get("amount")
    return row.status not in _OVER and isinstance(amount, int) and amount > 0


def _owned(row: ClaimRow) -> Owned:
    said = row.particulars
    residence = said.get("residence")
    return Owned(
        number=row.number,
        amount=said["amount"],
        plan_class=str(said.get("plan_class") or ""),
        allowed=row.status == ClaimStatus.ALLOWED,
        residence=residence.upper() if isinstance(residence, str) else "",
        demo=row.demo,
    )


async def order_chart(db: Transaction, turn: Turn, argument: str) -> None:
    """Put a picture into the outbox. It is drawn when it is sent, so that no turn waits for it.

    The row carries the step's argument only: no amount, no name. A repeat of the turn orders it once.
    In the lane of replies the answer that announces it would have to wait behind it.
    """
    await deliveries.put(
        db,
        channel=turn.channel,
        address=turn.address,
        lane=deliveries.URGENT,
        dedupe_key=f"chart:{turn.channel}:{turn.event_id}",
        kind=CHART,
        fields={"moved": argument},
        body=None,
        due_at=turn.received_at,
        expires_at=turn.received_at + LIVES,
    )


async def reader(db: Reader, row: DueRow) -> Person | None:
    """Who a picture is for, as the contact stands when it is drawn."""
    contact = await people.contact(db, row.channel, row.address)
    if contact is None:
        return None
    return Person(
        contact_id=contact.id,
        channel=row.channel,
        address=row.address,
        creditor_id=contact.creditor_id,
        locale=contact.locale,
        locale_chosen=contact.locale_chosen,
        timezone=contact.timezone,
        muted=frozenset(contact.muted.split()),
        draft=contact.draft,
    )
