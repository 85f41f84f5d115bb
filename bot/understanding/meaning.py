"""The closed list of what a person may want."""

from enum import StrEnum


class Intent(StrEnum):
    """What a person wants; each sentence says when."""

    SUBMIT_CLAIM = "submit_claim"  #: register, complete or correct a claim
    CLAIM_STATUS = "claim_status"  #: know where a claim stands
    BOND_OFFERS = "bond_offers"  #: see offers and their terms
    TELL_APART = "tell_apart"  #: 债权 and 债券 mixed up, or a word that may be either: ask
    UPLOAD_DOCUMENT = "upload_document"  #: hand papers in
    LINK_ACCOUNT = "link_account"  #: prove an e-mail address, connect a channel
    RESTRICTED = "restricted_jurisdiction_faq"  #: whether a place of residence excludes them
    SCHEDULE = "distribution_schedule"  #: when money is paid
    CHECK_SCAM = "check_scam"  #: whether a message, site or person is genuine
    CHANGE_LANGUAGE = "change_language"  #: another language or script
    TALK_TO_HUMAN = "talk_to_human"  #: a person
    DELETE_MY_DATA = "delete_my_data"  #: erase data, withdraw consent
    NOTIFICATIONS = "notification_settings"  #: steer our messages
    RECEIPT = "proof_receipt"  #: get a paper out
    MENU = "menu"  #: the main menu
    GREETING = "greeting"  #: hello
    HELP = "help"  #: what the bot can do
    BACK = "back"  #: the step before
    SKIP = "skip"  #: leave a question out
    CANCEL = "cancel"  #: leave the form
    OUT_OF_SCOPE = "out_of_scope"  #: all else
