"""How long rows are kept that are of no use afterwards. Each call removes one chunk: a turn never waits for more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, or_, select, text, tuple_

from storage.agents import AgentToken, AgentVisit
from storage.claims import Claim, Document
from storage.conversations import Draft, Event, EventFailure
from storage.database import Query, Transaction, table
from storage.deliveries import Broadcast, Lease, OneTimeToken, Outbox, ScheduleRun
from storage.offers import AskingPrice, Offer, OfferDecision, OfferSeries
from storage.payouts import PayoutMethod
from storage.people import EmailGate, EmailProof, EmailSending
from storage.terms import ClaimStatus, DraftStatus, OfferStatus, PayoutStatus, SeriesStatus
from storage.tickets import TicketFile
from storage.topics import DeskCode, DeskUpdate, TopicMessage
from storage.utterances import Utterance

#: longer than any wire repeats an event, shorter than the silence after which it may number anew
EVENTS = timedelta(hours=72)
DELIVERIES = timedelta(days=30)
#: a sent form has become what it was for; a dropped one may still be taken back for a while
SENT_DRAFTS = timedelta(days=7)
DROPPED_DRAFTS = timedelta(days=30)
SLOTS = timedelta(days=2)
TOKENS = timedelta(days=1)
TOPIC_MESSAGES = timedelta(days=90)
#: who came to the desk, and who tried: a year, for whoever asks afterwards
VISITS = timedelta(days=365)
#: what the consent says (bot/welcome/texts.py), labelled or not
UTTERANCES = timedelta(days=90)
#: why somebody was or was not shown an offer: as long as a claim over a sale can be brought in New York (CPLR 213)
DECISIONS = timedelta(days=6 * 366)

_event = table(Event)
_failure = table(EventFailure)
_draft = table(Draft)
_document = table(Document)
_outbox = table(Outbox)
_run = table(ScheduleRun)
_lease = table(Lease)
_token = table(OneTimeToken)
_broadcast = table(Broadcast)
_agent_token = table(AgentToken)
_agent_visit = table(AgentVisit)
_proof = table(EmailProof)
_sending = table(EmailSending)
_gate = table(EmailGate)
_utterance = table(Utterance)
_ticket_file = table(TicketFile)
_desk_update = table(DeskUpdate)
_desk_code = table(DeskCode)
_topic_message = table(TopicMessage)
_payout = table(PayoutMethod)
_offer = table(Offer)
_series = table(OfferSeries)
_decision = table(OfferDecision)
_asking = table(AskingPrice)
_claim = table(Claim)

_before: BindParameter[Any] = bindparam("before")
_most: BindParameter[Any] = bindparam("most")


def _old(rows: Any, *where: Any) -> Query[Any]:
    """Delete so many rows of a table that fit."""
    keys = list(rows.primary_key.columns)
    some = select(*keys).where(*where).limit(_most)
    return Query(delete(rows).where((tuple_(*keys) if len(keys) > 1 else keys[0]).in_(some)))


# The newest slot of a job stays, however old: it says where the job goes on.
_later = _run.alias("later")
_newest = select(func.max(_later.c.slot)).where(_later.c.job == _run.c.job).scalar_subquery()

_ended = text("draft.status <> 'open'")  # in the words of the index, or it is not used
_wanted = exists().where(_draft.c.handle == _document.c.draft)

_gone = exists().where(
    _claim.c.id == _asking.c.claim_id,
    or_(*(_claim.c.status == status for status in (ClaimStatus.TRANSFERRED, ClaimStatus.PAID, ClaimStatus.WITHDRAWN))),
    _claim.c.changed_at < _before,
)

_counted = exists().where(_sending.c.email_index == _gate.c.email_index)

_RULES: tuple[tuple[Query[Any], timedelta], ...] = (
    (_old(_event, _event.c.at < _before), EVENTS),
    (_old(_failure, _failure.c.at < _before), EVENTS),
    (_old(_outbox, _outbox.c.done_at < _before), DELIVERIES),
    (_old(_draft, _ended, _draft.c.status == DraftStatus.SENT, _draft.c.changed_at < _before), SENT_DRAFTS),
    (_old(_draft, _ended, _draft.c.status == DraftStatus.DROPPED, _draft.c.changed_at < _before), DROPPED_DRAFTS),
    # Evidence that was sent for a form which is gone, and never became part of a claim.
    (_old(_document, _document.c.claim_id.is_(None), _document.c.at < _before, ~_wanted), DROPPED_DRAFTS),
    # Files for a person that were never sent with words.
    (_old(_ticket_file, _ticket_file.c.ticket_id.is_(None), _ticket_file.c.at < _before), DROPPED_DRAFTS),
    (_old(_run, _run.c.slot < _before, _run.c.slot < _newest), SLOTS),
    (_old(_lease, _lease.c.until < _before), TOKENS),
    (_old(_token, or_(_token.c.expires_at < _before, and_(_token.c.used_at.is_not(None), _token.c.used_at < _before))),
     TOKENS),
    (_old(_agent_token, _agent_token.c.expires_at < _before), TOKENS),
    (_old(_desk_update, _desk_update.c.at < _before), EVENTS),
    (_old(_desk_code, _desk_code.c.expires_at < _before), TOKENS),
    # Which message of the group is which line: for edits and answers, of which there are none after so long.
    (_old(_topic_message, _topic_message.c.at < _before), TOPIC_MESSAGES),
    (_old(_agent_visit, _agent_visit.c.at < _before), VISITS),
    (_old(_broadcast, _broadcast.c.done_at < _before), DELIVERIES),
    # Addresses of people who never typed their code; and the counting of codes, which looks back an hour.
    (_old(_proof, _proof.c.expires_at < _before), TOKENS),
    (_old(_sending, _sending.c.at < _before), TOKENS),
    (_old(_gate, ~_counted), TOKENS),
    (_old(_utterance, _utterance.c.kept_at < _before), UTTERANCES),
    # An account somebody typed and never confirmed by code. What was in use once stays: it may have been paid to.
    (_old(_payout, _payout.c.status == PayoutStatus.CANCELLED, _payout.c.cools_until.is_(None),
          _payout.c.changed_at < _before), SENT_DRAFTS),
    # What an offering side sent in and nobody published in time: no creditor ever saw it.
    (_old(_offer, _offer.c.status == OfferStatus.DRAFT, _offer.c.expires_at < _before), DROPPED_DRAFTS),
    (_old(_series, _series.c.status == SeriesStatus.DRAFT, _series.c.expires_at < _before), DROPPED_DRAFTS),
    # A wish for a claim that is no longer there to be sold.
    (_old(_asking, _gone), SENT_DRAFTS),
    (_old(_decision, _decision.c.at < _before), DECISIONS),
)  # fmt: skip


async def purge(db: Transaction, now: datetime, most: int = 500) -> int:
    """Remove one chunk of what has had its time; how many rows. 0: nothing is left to remove.

    MUST NOT remove what is not done: undone deliveries, open drafts, unfinished broadcasts stay.
    """
    removed = 0
    for query, keep in _RULES:
        removed += await db.run(query, before=now - keep, most=most - removed)
        if removed >= most:
            break
    return removed
