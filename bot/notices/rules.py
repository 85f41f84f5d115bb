"""What is due to whom, and when: kinds, quiet hours, and who is told. Plain values in, a decision out."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from storage.terms import NoticeKind

#: nobody is woken for what can wait; on the reader's own clock
QUIET_FROM = time(22)
QUIET_UNTIL = time(8)
#: the daily digest, on the reader's own clock
DIGEST_AT = time(9)

#: an open offer that ends within this is worth a reminder
NEAR_EXPIRY = timedelta(hours=24)
#: how many days before a record date it is told of
RECORD_DAYS = (7, 1)

#: said at any hour: somebody answered, or something happened to the account
URGENT = frozenset({NoticeKind.TICKET, NoticeKind.SECURITY})
#: cannot be switched off: the person asked, or must know
ALWAYS = frozenset({NoticeKind.TICKET, NoticeKind.SECURITY})
MUTABLE = tuple(kind for kind in NoticeKind if kind not in ALWAYS)

#: what is told late is of no use
LIVES = timedelta(days=7)
DIGEST_LIVES = timedelta(hours=20)

#: clocks a person can choose by a button; any other IANA name is refused, for the digest goes by this list
ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Macau",
    "Asia/Singapore",
    "Asia/Kuala_Lumpur",
    "Asia/Bangkok",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Dubai",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Vancouver",
    "America/Toronto",
    "America/Sao_Paulo",
    "UTC",
)

#: what a creditor does himself; told to his other contacts, in case it was not him
OWN = frozenset(
    {
        "claim:submitted",
        "claim:amended",
        "claim:withdrawn",
        "offer:accepted",
        "offer:declined",
        "offer:revoked",
        "settlement:signed",
        "settlement:missed",
    }
)

#: what the turn of a contact may have brought about: accepting one offer ends the others on the claim,
#: taking that back opens them again, opening the list makes the offers of series, and who says that the money
#: is there ends the offer
BY_TURN = OWN | {"offer:cancelled", "offer:reopened", "offer:made", "offer:paid"}

#: told by the room that does it, in the same transaction, or by another entry of that transaction (of an
#: acceptance that ends, the offer's): a second telling would only frighten
_TOLD_ELSEWHERE = frozenset(
    {"account:bound", "account:unbound", "account:erased"}
    | {"settlement:received", "settlement:returned", "coupon:posted"}
)
_BY_NOUN = {
    "claim": NoticeKind.CLAIM_STATUS,
    "account": NoticeKind.SECURITY,
    "settlement": NoticeKind.SETTLEMENT,
    "coupon": NoticeKind.COUPON,
}


def notice_of(kind: str) -> NoticeKind | None:
    """What a ledger entry of this kind is told as; None: it is not told by this room.

    Tickets are not: the answer itself is what arrives, and the room of support sends it. Nor is a
    channel that joins an account, nor a payout method: their rooms warn everybody at once.
    """
    if kind in _TOLD_ELSEWHERE:
        return None
    noun = kind.partition(":")[0]
    if noun == "offer":
        return NoticeKind.OFFER_NEW if kind in ("offer:made", "offer:reopened") else NoticeKind.OFFER_CLOSED
    return _BY_NOUN.get(noun)


def is_quiet(now: datetime, timezone: str) -> bool:
    """Whether it is night on this clock."""
    local = now.astimezone(ZoneInfo(timezone)).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def morning(now: datetime, timezone: str) -> datetime:
    """When the night that is now ends on this clock; the next end of a night, by day."""
    zone = ZoneInfo(timezone)
    local = now.astimezone(zone)
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    end = datetime.combine(day, QUIET_UNTIL, zone).astimezone(now.tzinfo)
    # Where a clock jumps over eight o'clock, the first moment after it.
    return end if not is_quiet(end, timezone) else end + timedelta(hours=1)


def due(kind: NoticeKind, now: datetime, timezone: str, expires_at: datetime) -> datetime:
    """When this is to be said. MUST NOT be at night, but for what is urgent or would be over by the morning."""
    if kind in URGENT or not is_quiet(now, timezone):
        return now
    end = morning(now, timezone)
    return now if expires_at <= end else end


class Contact(Protocol):
    """A contact as far as it decides who is told."""

    @property
    def id(self) -> int: ...
    @property
    def channel(self) -> str: ...
    @property
    def muted(self) -> str: ...
    @property
    def acted(self) -> bool: ...


ContactT = TypeVar("ContactT", bound=Contact)


def told(contacts: Iterable[ContactT], kind: NoticeKind, event: str = "") -> list[ContactT]:
    """Which of a creditor's contacts are told, given the one used last leading.

    `event` is the kind of the ledger entry. The contact whose own turn did it knows already. Of the
    others, one for each channel, the one used last; of a thing that touches the account itself,
    every one: an intruder's browser would else be the one used last.
    """
    chosen: list[ContactT] = []
    served: set[str] = set()
    for contact in contacts:
        if contact.acted and event in BY_TURN:
            continue
        first = contact.channel not in served
        served.add(contact.channel)
        if not first and kind is not NoticeKind.SECURITY:
            continue
        if wants(contact.muted, kind):
            chosen.append(contact)
    return chosen


def wants(muted: str, kind: str) -> bool:
    """Whether a contact that muted these kinds is told of this one."""
    return kind in ALWAYS or kind not in muted.split()


def days_before(record_date: date, today: date) -> int | None:
    """Which reminder of a record date has its time: 7 or 1 days before; None before, between nothing is repeated.

    A day on which nothing ran is made up for: from seven days on the first stands, from one the second.
    """
    left = (record_date - today).days
    return min((days for days in RECORD_DAYS if 0 <= left <= days), default=None)
