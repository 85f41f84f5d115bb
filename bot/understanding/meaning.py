"""What a person may want, and what was made of their words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Intent(StrEnum):
    """The closed list of what a person may want; each sentence says when."""

    SUBMIT_CLAIM = "submit_claim"  #: register, complete or correct a claim; whether and how one still can
    CLAIM_STATUS = "claim_status"  #: where a claim or an identity check stands, why refused, why slow
    BOND_OFFERS = "bond_offers"  #: see offers, bids, bonds and their terms
    ACCEPT_OFFER = "accept_offer"  #: take an offer, sell, exchange into a bond, sign
    DECLINE_OFFER = "decline_offer"  #: refuse an offer, or take back an earlier acceptance
    ESTIMATE_PAYOUT = "estimate_payout"  #: how much, what part, what yield comes out
    UPLOAD_DOCUMENT = "upload_document"  #: hand papers in
    LINK_ACCOUNT = "link_account"  #: account, e-mail address, wallet log-in, codes
    PAYOUT_METHOD = "payout_method"  #: bank, card, wallet, currency or provider of the payment
    RESTRICTED = "restricted_jurisdiction_faq"  #: whether a place of residence or a passport excludes them
    SCHEDULE = "distribution_schedule"  #: when money is paid, or why it has not come
    CHECK_SCAM = "check_scam"  #: whether a message, site, person or this bot is genuine
    CHANGE_LANGUAGE = "change_language"  #: another language or script
    TALK_TO_HUMAN = "talk_to_human"  #: a person; a complaint about us
    DELETE_MY_DATA = "delete_my_data"  #: erase data or papers, close the account, withdraw consent
    NOTIFICATIONS = "notification_settings"  #: steer our messages
    RECEIPT = "proof_receipt"  #: get a paper out
    CANCEL = "cancel"  #: leave or undo the current step
    GREETING = "greeting"  #: hello, is anyone there
    HELP = "help"  #: what the bot can do, where to begin
    OUT_OF_SCOPE = "out_of_scope"  #: all else


class Action(StrEnum):
    """What the confidence allows."""

    ACT = "act"  #: serve it; what binds a person opens its card all the same and waits for a button
    ASK = "ask"  #: "您是想……？" with the alternatives as buttons
    FALLBACK = "fallback"  #: say what we do, and offer a person


class Mood(StrEnum):
    """How it was said, where that changes the answer."""

    CALM = "calm"
    ANGRY = "angry"
    DISTRESSED = "distressed"  #: words of not wanting to live: before everything else, whatever the intent


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text says.

    intent        the best guess, whatever the action
    alternatives  for ASK: the buttons, at most three, best first, never out_of_scope
    slots         amount currency claim_number email date jurisdiction language
    also          further things asked for in the same message, each sure enough to serve
    corrects      the message repairs the turn before ("不是，我是说……"); intent is that of what follows
    topic         a finer matter: other_case claim_or_bond thanks robot insult pasted_mail, or ""
    """

    intent: Intent
    confidence: float
    action: Action
    alternatives: tuple[Intent, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Intent, ...] = ()
    mood: Mood = Mood.CALM
    corrects: bool = False
    topic: str = ""
