"""What follows an acceptance, from plain values: what is due, who acts next, and which days count.

Refusal               the person, or the operator, may not do this now
  SettlementUnknown   no such settlement, or not this person's: the same words for both
  ShutOut             this channel's own rules keep it from being spoken of there
  NotNow              it is not in a status that allows this: `status`
  PapersMissing       its papers are not drawn yet
  PaperDiffers        what was confirmed is not the paper that stands there
  AcceptanceOver      the acceptance underneath is no more
  Frozen              the account is frozen
  NoticeRunning       objections may still come: `until`
  NoticeNotNeeded     nothing is transferred, so there is no notice
  NoMethod            no payout method for this currency is in use: `currency`
  MethodCooling       one is, but a change of it is cooling: `until`
  MethodBusy          another payment goes to it just now
  WrongAmount         not what the terms say: `due`
  AlreadyProposed     a proposal waits: `by`, `until`
  NoProposal          there is none, or its time is over
  SamePerson          whoever proposed it cannot approve it
  AnotherPayload      the proposal was for something else
  NoCoupon            the bond has no such payment, or it is no bond
  OutOfOrder          dates that cannot follow each other
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.errors import Invalid, Refusal
from bot.valuation import bonds
from bot.valuation.calendars import Calendar, Convention, business_days_later, is_business_day, moved
from storage.terms import OfferKind, SettlementStatus

#: a word to take an acceptance back, received in time, may still be on its way to the table
GRACE = timedelta(seconds=60)
#: objections to a transfer may come for so long after the notice (Rule 3001(e)(2))
NOTICE = timedelta(days=21)
#: business days from signing until the evidence is filed and the notice is out, unless the operator set another
FILING_LAG = 5
#: an operator's proposal that no second one approved
PROPOSAL_LIVES = timedelta(hours=24)
#: a payment nobody said anything about does not keep the creditor from changing where he is paid for ever
HOLD_LIVES = timedelta(days=10)
#: a bond's payment is told of so many days before
ANNOUNCED = timedelta(days=7)

LIVE = frozenset(SettlementStatus) - {SettlementStatus.RECEIVED, SettlementStatus.RETURNED}


class SettlementUnknown(Refusal):
    """No such settlement, or it belongs to somebody else: nobody learns which."""


class ShutOut(Refusal):
    """The channel's own rules (of an app, of a country) keep what follows from offers from being said there."""


class NotNow(Refusal):
    """It is not in a status that allows this. `status` says which it is in."""


class PapersMissing(Refusal):
    """The papers are not drawn yet."""


class PaperDiffers(Refusal):
    """What was confirmed is not the paper that stands there. `number` names the settlement."""


class AcceptanceOver(Refusal):
    """The acceptance underneath is no more."""


class Frozen(Refusal):
    """The account is frozen."""


class NoticeRunning(Refusal):
    """Objections may still come. `until` is the last day."""


class NoticeNotNeeded(Refusal):
    """Nothing is transferred, so nobody is given notice."""


class NoMethod(Refusal):
    """No payout method for `currency` is in use."""


class MethodCooling(Refusal):
    """A change of the payout method is under way. `until` it cools."""


class MethodBusy(Refusal):
    """Another payment goes to this method just now."""


class WrongAmount(Refusal):
    """Not what the terms say. `due` is."""


class AlreadyProposed(Refusal):
    """A proposal waits. `by` and `until` say whose and how long."""


class NoProposal(Refusal):
    """There is no proposal, or its time is over."""


class SamePerson(Refusal):
    """Whoever proposed something cannot approve it."""


class AnotherPayload(Refusal):
    """The proposal was for something else, or somebody decided it first."""


class NoCoupon(Refusal):
    """The bond has no such payment, or it is no bond."""


class OutOfOrder(Refusal):
    """Dates that cannot follow each other."""


# ------------------------------------------------------------------------------------------ what was agreed


@dataclass(frozen=True, slots=True)
class SaleDeal:
    """What a sale comes to, in US cents; `terms` as the offer has them."""

    claim: str
    claim_amount: int
    buyer: str
    price: int
    fees: int
    holdback: int
    cooling_days: int
    terms: Mapping[str, Any]

    @property
    def at_closing(self) -> int:
        """What is paid at closing: the price less fees and what is held back."""
        return self.price - self.fees - self.holdback


@dataclass(frozen=True, slots=True)
class BondDeal:
    """What a bond comes to, in cents of its currency; `terms` as the offer has them."""

    claim: str
    claim_amount: int
    issuer: str
    face: int
    currency: str
    cooling_days: int
    terms: Mapping[str, Any]

    @property
    def transferred(self) -> bool:
        """Whether the claim changes hands; under a pledge it does not."""
        return bool(self.terms["exchange"] != "pledge")


Deal = SaleDeal | BondDeal


def deal(packed: Mapping[str, Any]) -> Deal:
    """What was accepted, from the offer's packed terms."""
    claim, terms = packed["claim"], packed["terms"]
    number, amount, cooling = claim["number"], int(claim["amount"]), int(terms.get("cooling_days", 0))
    if packed["kind"] == OfferKind.SALE:
        return SaleDeal(
            number,
            amount,
            terms["buyer"],
            int(terms["price"]),
            int(terms["fees"]),
            int(terms["holdback"]),
            cooling,
            terms,
        )
    return BondDeal(number, amount, terms["issuer"], int(terms["face"]), terms["currency"], cooling, terms)


def needs_notice(agreed: Deal) -> bool:
    """Whether the court is told: of every transfer of the claim."""
    return isinstance(agreed, SaleDeal) or agreed.transferred


def due(agreed: Deal) -> tuple[int, str]:
    """What is paid, or issued, at closing: cents and currency."""
    return (agreed.at_closing, "USD") if isinstance(agreed, SaleDeal) else (agreed.face, agreed.currency)


def final_at(agreed: Deal, accepted_at: datetime) -> datetime:
    """From when on an acceptance cannot be taken back."""
    return accepted_at + timedelta(days=agreed.cooling_days) if agreed.cooling_days else accepted_at


def is_final(agreed: Deal, accepted_at: datetime, now: datetime) -> bool:
    """Whether its settlement may begin; a word received in time is waited for."""
    at = final_at(agreed, accepted_at)
    return now >= (at + GRACE if agreed.cooling_days else at)


def read_cents(text: str) -> int:
    """An amount as an operator types it: `28000.00`. Raises Invalid: `amount`."""
    if not re.fullmatch(r"[0-9]{1,12}\.[0-9]{2}", text.strip()):
        raise Invalid("amount")
    return int(text.strip().replace(".", ""))


# ------------------------------------------------------------------------------------------ days


def notice_until(noticed_on: date) -> date:
    """The last day for objections: 21 days after the notice; a holiday or weekend moves it on (Rule 9006(a)(1))."""
    return moved(noticed_on + NOTICE, Calendar.US, Convention.FOLLOWING)


def last_safe_signing(record_date: date, lag: int) -> date:
    """The last day on which signing still puts the transferee on the register by the record date.

    `lag` business days pass until the notice is out; then 21 days, which MUST have lapsed on the record date.
    """
    noticed = record_date - NOTICE
    while not is_business_day(noticed, Calendar.US) or notice_until(noticed) > record_date:
        noticed -= timedelta(days=1)
    return business_days_later(noticed, -lag, Calendar.US) if lag else noticed


def read_day(text: str, today: date, *, after: date | None = None) -> date:
    """A day an operator enters: not in the future, not before what came before. Raises Invalid `day`, OutOfOrder."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("day") from None
    if day > today or (after is not None and day < after):
        raise OutOfOrder(day=day.isoformat())
    return day


# ------------------------------------------------------------------------------------------ who acts next


def next_actor(status: str, facts: Mapping[str, Any], today: date, *, papers: bool) -> str:
    """Who is to act: `creditor`, `us`, `counterparty`, `court`, `nobody`."""
    match status:
        case SettlementStatus.AGREED:
            return "creditor" if papers else "us"
        case SettlementStatus.DOCUMENTS_SIGNED:
            return "counterparty"
        case SettlementStatus.NOTICE_FILED:
            return "court"
        case SettlementStatus.NOTICE_PERIOD:
            return "court" if today <= date.fromisoformat(facts["notice_until"]) else "counterparty"
        case SettlementStatus.PAYMENT_SENT:
            return "us" if "missing_at" in facts else "creditor"
        case SettlementStatus.FAILED:
            return "us"
        case _:
            return "nobody"


def may_pay(status: str, facts: Mapping[str, Any], agreed: Deal, today: date) -> None:
    """Whether the payment may be sent. Raises NotNow, NoticeRunning.

    After a failure it may be tried again, but never before the notice of a transfer was given and has lapsed.
    """
    if status not in (SettlementStatus.DOCUMENTS_SIGNED, SettlementStatus.NOTICE_PERIOD, SettlementStatus.FAILED):
        raise NotNow(status=status)
    if "signed_at" not in facts:
        raise NotNow(status=status)
    if needs_notice(agreed):
        if "notice_until" not in facts:
            raise NotNow(status=status)
        if today <= date.fromisoformat(facts["notice_until"]):
            raise NoticeRunning(until=facts["notice_until"])


def confirmed(argument: str) -> tuple[str, str]:
    """The number and the tag of the paper on a button that signs."""
    number, _dot, tag = argument.partition(".")
    return number, tag


# ------------------------------------------------------------------------------------------ what a bond pays


def schedule(agreed: BondDeal, issued: date) -> tuple[bonds.Payment, ...]:
    """Everything the bond pays if it is issued on this day. Raises the bond arithmetic's Invalid."""
    terms = agreed.terms
    repaid = [bonds.Instalment(date.fromisoformat(day), Decimal(pct)) for day, pct in terms.get("amortisation", ())]
    maturity = date.fromisoformat(terms["maturity"])
    if repaid:
        repaid.append(bonds.Instalment(maturity, 100 - sum((part.share for part in repaid), Decimal(0))))
    return bonds.payments(
        bonds.BondTerms(
            face=agreed.face,
            currency=agreed.currency,
            coupon=Decimal(terms["coupon_pct"]),
            frequency=int(terms["frequency"]),
            day_count=bonds.DayCount(terms["day_count"]),
            issued=issued,
            maturity=maturity,
            calendar=Calendar(terms.get("calendar", "none")),
            instalments=tuple(repaid),
            issue_price=Decimal(terms["issue_price_pct"]),
        )
    )
