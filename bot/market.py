"""What the room of offers shows, as the room of comparison takes it: the two never import each other.

Only what a person may be shown is handed over: the gate of the offers is asked here as it is for a card.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.comparison.rules import NotHere, Quote
from bot.conversation.turn import Person
from bot.errors import Invalid
from bot.offers import actions as offers
from bot.offers import rules
from bot.offers.actions import Shown
from bot.offers.rules import BondTerms, SaleTerms
from bot.valuation import bonds
from bot.valuation.compare import Bond, Flow, Sale
from storage.database import Reader

#: a holdback has conditions but seldom a day: an assumption, and said to be one
HOLDBACK = timedelta(days=90)
_BEIJING = ZoneInfo("Asia/Shanghai")


async def quotes(db: Reader, person: Person, now: datetime) -> list[Quote]:
    """The open offers a person may be shown. Raises NotHere on a channel that says nothing about offers."""
    verdict = await offers.channel_verdict(db, person, now)
    if not verdict.shown:
        raise NotHere()
    today = now.astimezone(_BEIJING).date()
    return [quote(shown, today) for shown in await offers.open_to(db, person, now)]


def quote(shown: Shown, today: date) -> Quote:
    """One offer as it is compared, were it accepted today."""
    bound = shown.bound
    if isinstance(bound.terms, SaleTerms):
        return Quote(
            claim=bound.claim.number,
            number=shown.number,
            kind="sale",
            offer=_sale(bound.terms, today),
            received=bound.terms.received,
            received_source=bound.terms.received_source,
            demo=shown.demo,
        )
    return Quote(
        claim=bound.claim.number,
        number=shown.number,
        kind="bond",
        offer=_bond(bound.terms, today),
        currency=bound.terms.currency,
        demo=shown.demo,
    )


def _sale(terms: SaleTerms, today: date) -> Sale | None:
    paid_on = today + timedelta(days=terms.settlement_days)
    try:
        return Sale(
            price=terms.price,
            paid_on=paid_on,
            fees=terms.fees,
            holdback=terms.holdback,
            holdback_on=paid_on + HOLDBACK if terms.holdback else None,
            keeps_declared=terms.declared_to == "seller",
            recourse=terms.recourse,
        )
    except Invalid:
        return None


@lru_cache(maxsize=256)  # half a millisecond of dates, the same for everybody who is offered the series
def _bond(terms: BondTerms, today: date) -> Bond | None:
    issued = today + timedelta(days=terms.settlement_days)
    try:
        paid = bonds.payments(rules.reckoned(terms, issued))
        return Bond(
            flows=tuple(Flow(one.on, one.total) for one in paid if one.total),
            face=terms.face,
            keeps_distributions=terms.distributions_to == "holder",
            claim_goes=terms.exchange != "pledge",
            clawback=terms.clawback,
            currency=terms.currency,
        )
    except Invalid:
        return None
