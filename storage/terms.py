"""Every status and kind, each with one sentence behind it."""

from enum import StrEnum


class ClaimStatus(StrEnum):
    """Where a claim stands with the operator of this service, in the estate's words."""

    DRAFT = "draft"  #: being filled in; nothing has been sent (lives in `draft`, never in `claim`)
    SUBMITTED = "submitted"  #: the creditor sent it; nobody has looked at it yet
    UNDER_REVIEW = "under_review"  #: a case officer is reading it
    DOCUMENT_REQUESTED = "document_requested"  #: the case officer needs something from the creditor
    ALLOWED = "allowed"  #: recognised at the amount shown
    DISPUTED = "disputed"  #: not decided; not a rejection
    DISALLOWED = "disallowed"  #: not recognised, with the reason given
    WITHDRAWN = "withdrawn"  #: the creditor took it back
    TRANSFERRED = "transferred"  #: it belongs to somebody else now
    PAID = "paid"  #: money was sent to the creditor


class OfferKind(StrEnum):
    """The two kinds, which never share a function, a text or a table cell."""

    SALE = "sale"  #: 债权转让: the claim is given up for one price
    BOND = "bond"  #: 债券: an issuer's promise with coupon and maturity, backed by claims


class OfferStatus(StrEnum):
    """Where an offer stands."""

    DRAFT = "draft"  #: imported, not shown to anybody
    OPEN = "open"  #: may be accepted until `expires_at`, judged by the moment of receipt
    ACCEPTED = "accepted"  #: the creditor agreed; nothing has been paid
    DECLINED = "declined"  #: the creditor said no
    EXPIRED = "expired"  #: the time passed without an answer
    CANCELLED = "cancelled"  #: the operator took it back before an answer
    PAID = "paid"  #: the price, or the first payment, was sent


class SeriesStatus(StrEnum):
    """Where a series of offers stands."""

    DRAFT = "draft"  #: imported, makes no offers
    OPEN = "open"  #: makes offers, which may be accepted while there is room
    WITHDRAWN = "withdrawn"  #: the operator took it back; what was accepted stands
    EXPIRED = "expired"  #: its time is over


class RuleStatus(StrEnum):
    """Where an operator's rule of eligibility stands."""

    STANDING = "standing"  #: it decides, within its dates
    ENDED = "ended"  #: taken back; the rules of the file decide again


class SettlementStatus(StrEnum):
    """Where the settlement of an acceptance stands."""

    AGREED = "agreed"  #: the acceptance is final; the documents are to be signed
    DOCUMENTS_SIGNED = "documents_signed"  #: the creditor signed; the counterparty files the transfer, or pays
    NOTICE_FILED = "notice_filed"  #: evidence of the transfer was filed; the clerk has not sent the notice yet
    NOTICE_PERIOD = "notice_period"  #: the notice is out; objections may come for 21 days
    PAYMENT_SENT = "payment_sent"  #: the money, or the bond, is on its way
    RECEIVED = "received"  #: the creditor says that it arrived
    FAILED = "failed"  #: something went wrong; it is tried again, or the claim goes back
    RETURNED = "returned"  #: the acceptance was undone; the claim is the creditor's own again


class CouponStatus(StrEnum):
    """Where one payment of a bond stands."""

    POSTED = "posted"  #: it stands in the schedule
    ANNOUNCED = "announced"  #: the creditor was told that its day is near
    PAID = "paid"  #: the issuer's side says that it was sent


class TicketStatus(StrEnum):
    """Where a question to a person stands."""

    OPEN = "open"  #: the creditor waits for us: only here its clock runs
    ANSWERED = "answered"  #: a person has answered; we wait for the creditor
    ON_HOLD = "on_hold"  #: an agent waits for somebody else, for a stated reason and until a stated moment
    SOLVED = "solved"  #: the desk considers it settled; the creditor is asked how it was
    CLOSED = "closed"  #: settled; writing again reopens it


class RevealStatus(StrEnum):
    """Where an agent's look at what is masked stands."""

    GRANTED = "granted"  #: one agent may read one ticket unmasked, until a stated moment
    ENDED = "ended"  #: the moment has passed


class PayoutStatus(StrEnum):
    """Where a payout method stands; only an active one is paid to."""

    PENDING = "pending"  #: entered; the code that was mailed has not been typed yet
    COOLING = "cooling"  #: confirmed by code; it does not count before the cooling period is over
    TEST_SENT = "test_sent"  #: a small sum is on its way to the address; its owner is to say how much arrived
    ACTIVE = "active"  #: payments in this currency go here
    REPLACED = "replaced"  #: another method took its place
    CANCELLED = "cancelled"  #: taken back or removed; nothing is paid to it


class AccountStatus(StrEnum):
    """Where a creditor's account stands: whether any channel may act for it."""

    BOUND = "bound"  #: at least one channel has proved the e-mail address
    UNBOUND = "unbound"  #: the last channel left; the claims stay
    FROZEN = "frozen"  #: nothing may be given up until a person has looked
    ERASED = "erased"  #: the personal data is gone; the entries remain


class Party(StrEnum):
    """Who may bring something about: the first word of an entry's `by`."""

    CREDITOR = "creditor"  #: the person himself, by a turn of his own
    OPERATOR = "operator"  #: somebody who works here, by name
    SERIES = "series"  #: an operator's published terms for many, met by a claim
    CLOCK = "clock"  #: nobody: its time has come


class ErasureStatus(StrEnum):
    """Where a person's wish to be erased stands."""

    ASKED = "asked"  #: confirmed; it is done when the cooling time is over and nothing is under way
    WITHDRAWN = "withdrawn"  #: taken back in time; nothing was touched
    DONE = "done"  #: the personal data is gone


class ConsentStatus(StrEnum):
    """Where one consent stands. It is never overwritten: agreeing again is a new consent."""

    GIVEN = "given"  #: agreed to, in the words its row names
    WITHDRAWN = "withdrawn"  #: taken back; what was done before stays lawful


class DraftStatus(StrEnum):
    """Where a form being filled in stands."""

    OPEN = "open"  #: may be continued on any channel of its owner
    SENT = "sent"  #: it became what it was for
    DROPPED = "dropped"  #: cancelled by the person; may be taken back until it is purged


class Purpose(StrEnum):
    """One purpose, one consent. The words a person agreed to are named by their version."""

    ACCOUNT = "account"  #: keep a record of who you are and what you said here
    CLAIM_DETAILS = "claim_details"  #: keep and read claim details (PIPL art. 13, 14)
    IDENTITY_PAPERS = "identity_papers"  #: keep documents with sensitive data (PIPL art. 29: separate)
    ABROAD = "abroad"  #: keep them outside the mainland (PIPL art. 39: separate)
    BUYERS = "buyers"  #: let buyers see that a claim of this size exists, without a name
    NEWS = "news"  #: write first about things that are not about an own claim
    UNDERSTANDING = "understanding"  #: keep, without addresses and numbers, what we did not understand


class WhyKept(StrEnum):
    """Why an utterance was kept."""

    FELL_BACK = "fell_back"  #: we had to say that we did not understand
    ASKED = "asked"  #: we had to ask what was meant
    CORRECTED = "corrected"  #: the person said that we had understood something else


class Review(StrEnum):
    """Where a kept utterance stands with the operators."""

    OPEN = "open"  #: nobody has read it
    LABELLED = "labelled"  #: an operator said what was meant
    EXPORTED = "exported"  #: it became a training line
    DROPPED = "dropped"  #: of no use, or it says who somebody is


class Source(StrEnum):
    """Where a figure comes from."""

    REGISTER = "register"  #: the imported claims register
    SELF = "self"  #: the creditor's own word


class Outcome(StrEnum):
    """How a delivery ended."""

    SENT = "sent"  #: the wire took it
    DEAD = "dead"  #: refused for good, or given up
    CANCELLED = "cancelled"  #: no longer true, no longer wanted, or the contact is gone
    EXPIRED = "expired"  #: too late to be of use
    UNKNOWN = "unknown"  #: it may have arrived; a person looks


class NoticeKind(StrEnum):
    """What may be pushed; each can be muted by itself."""

    CLAIM_STATUS = "claim_status"  #: a claim of yours changed its status
    OFFER_NEW = "offer_new"  #: an offer on a claim of yours was published
    OFFER_EXPIRING = "offer_expiring"  #: an open offer ends within a day
    RECORD_DATE = "record_date"  #: a record date of the estate is near
    DIGEST = "digest"  #: what happened since yesterday, at nine in the morning
    TICKET = "ticket"  #: a person answered you (cannot be muted: you asked)
    OFFER_CLOSED = "offer_closed"  #: an offer ended: accepted, expired or taken back
    SETTLEMENT = "settlement"  #: an accepted offer went a step on
    COUPON = "coupon"  #: a bond of yours pays, or paid
    SECURITY = "security"  #: something was done with your account elsewhere (cannot be muted)
