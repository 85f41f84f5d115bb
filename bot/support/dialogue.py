"""The way to a person: one question with files, a look at what became of it, and one tap on how it was."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, fields
from functools import partial
from typing import Any

from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Form, Question
from bot.conversation.reply import SILENCE, Choice, Reply
from bot.conversation.turn import File, Person, Turn
from bot.errors import Invalid
from bot.support import actions, answers, rules, texts
from bot.support.actions import NotAgreed
from bot.support.moves import SOLVED
from bot.support.rules import About, NoSuchTicket, TooMany
from storage.database import Reader, Transaction

flow = Flow("support")
LINES_SHOWN = 8
_AGAIN = answers.Wording(texts.offered_again, texts.body, texts.enclosed)


async def _begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        await actions.pace(db, person, turn.received_at)
    except TooMany as refusal:
        return texts.refused(refusal)
    about = await actions.about(db, person, argument)
    if turn.quotes is not None and not about.matter:
        about = await actions.about_notice(db, person, turn.quotes)
    ticket = await actions.waiting(db, person, argument, about.matter)
    if ticket is None and not about.matter:
        about = await actions.just_told(db, person, turn.received_at)
    first: Answers = {f"_{name}": value for name, value in asdict(about).items()}
    if ticket is None:
        return first
    return {**first, "_ticket": ticket.number, "_status": ticket.status}


def _ask(answers: Answers) -> str:
    if "_ticket" in answers:
        return texts.ask_more(answers["_ticket"], answers["_status"])
    return texts.ask()


async def _keep(turn: Turn, db: Transaction, person: Person, draft: str, file: File) -> dict[str, Any]:
    try:
        kept = await actions.keep_file(db, person, draft, file, turn.received_at)
    except NotAgreed:
        agree = Choice(texts.agree_button(), "welcome.consent:identity_papers", "primary")
        raise Invalid("file_not_agreed", choices=(agree,)) from None
    return {**kept, "caption": (turn.text or "")[: rules.LONGEST]}


def _said(words: Any) -> str:
    """What was typed; with files alone, what was typed beside them."""
    if isinstance(words, str):
        return words
    return "\n".join(one["caption"] for one in words if one["caption"])[: rules.LONGEST]


async def _submit(turn: Turn, db: Transaction, person: Person, draft: str, answers: Answers) -> Reply:
    about = About(**{field.name: answers.get(f"_{field.name}", "") for field in fields(About)})
    try:
        asked = await actions.ask(
            db,
            person,
            answers.get("_ticket", ""),
            _said(answers["words"]),
            turn.received_at,
            about=about,
            draft=draft,
            ref=_ref(turn),
            answers=turn.quotes,
        )
    except TooMany as refusal:
        raise Invalid("too_many", question="words", **refusal.data) from refusal
    reply = texts.asked(asked.number, asked.kind, asked.expected, person.timezone)
    return texts.gently(reply) if asked.distressed else reply


flow.form(
    Form(
        name="support.ask",
        version=2,
        title=texts.title,
        questions=(
            Question(
                name="words",
                label=texts.field,
                ask=_ask,
                read=lambda text, _answers: rules.question(text),
                take=_keep,
                most_files=rules.MOST_FILES,
                hears="anything",
                agreeable=lambda answers: bool(answers.get("_ticket")),
            ),
        ),
        begin=_begin,
        wrong=lambda _question, refusal: texts.wrong(refusal),
        submit=_submit,
        after=texts.after,
        review=False,
        resumes=False,
    )
)


#: how it was, typed and not tapped
_SCORE = re.compile(r"([1-5])\W*")


@flow.act("hear")
async def hear(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """Free words that may be for an agent; the argument is where they go if they are not.

    Words nobody understood are, while a ticket of his is not settled; words we did understand are in the
    midst of a talk with an agent, and our own answer to them is one tap away.
    """
    rated = await _rated_by_typing(turn, db, person)
    if rated is not None:
        return await score(turn, db, person, rated)
    doubtful = argument.startswith("welcome.lost"), argument.startswith("welcome.unsure")
    if any(doubtful):
        ticket = await actions.in_talk(db, person, lost=doubtful[0])
    else:
        ticket = await actions.talked_with(db, person, turn.received_at)
    if ticket is None or not turn.text:
        return argument
    instead = "" if any(doubtful) else argument
    return await _words(turn, db, person, ticket.number, partial(texts.joined_by_writing, instead))


async def _rated_by_typing(turn: Turn, db: Transaction, person: Person) -> str | None:
    """The rating that a bare "5" or "４ ★" is, after "how was it?"; None: nothing is to be rated, or it is none.

    It MUST NOT be taken for more words, which would open again what is settled.
    """
    given = _SCORE.fullmatch(unicodedata.normalize("NFKC", turn.text or "").strip())
    ticket = await actions.waiting(db, person, "") if given is not None else None
    if given is None or ticket is None or ticket.status != SOLVED:
        return None
    return f"{ticket.number}.{given[1]}"


async def _words(
    turn: Turn, db: Transaction, person: Person, number: str, says: Callable[..., Reply], about: About | None = None
) -> Reply:
    """What was written outside the form, into a ticket; `says` puts where it went."""
    try:
        words = rules.question(turn.text or "")
        asked = await actions.ask(
            db, person, number, words, turn.received_at, about=about, ref=_ref(turn), answers=turn.quotes
        )
    except TooMany as refusal:
        return texts.refused(refusal)
    except Invalid as refusal:
        return texts.file_wrong(refusal)
    reply = says(asked.number, asked.kind, asked.expected, person.timezone)
    return texts.gently(reply) if asked.distressed else reply


@flow.act("answer")
async def answer(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """What answers a message of a ticket or a notice by name goes there, whatever else is open; "" if it is neither."""
    number, about = await actions.ticket_said(db, person, turn.quotes or ""), About()
    if number is None and actions.asks_somebody(turn.text or "", turn.received_at):
        about = await actions.about_notice(db, person, turn.quotes or "")
    if number is None and about.matter:
        joined = await actions.waiting(db, person, "", about.matter)
        number = joined.number if joined is not None else ""
    if number is None or (turn.file is None and not turn.text):
        return ""
    if turn.file is not None:
        return await _into(turn, db, person, number, about)
    return await _words(turn, db, person, number, texts.asked, about)


@flow.act("edited")
async def edited(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply | str:
    """Other words for what stands in a ticket; "" if it stands in none."""
    try:
        number = await actions.edited(db, person, _ref(turn), turn.text or "", turn.received_at)
    except Invalid as refusal:
        return texts.file_wrong(refusal)
    if number is None:
        return ""
    return texts.edit_seen(number) if number else SILENCE


@flow.act("returned")
async def returned(turn: Turn, db: Transaction, person: Person, argument: str) -> str:
    """This address can be written to again: what of our answers did not arrive is owed once more."""
    await answers.offer_again(db, person.contact_id, turn.received_at, _AGAIN)
    return ""


@flow.act("file")
async def file(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """A file outside any form, or something spoken: it belongs to the ticket that is not settled, if there is one."""
    ticket = await actions.unsettled(db, person)
    if turn.file is None or (ticket is None and turn.file.seconds is None):
        return texts.file_nowhere()
    if ticket is None:
        return texts.unheard()
    return await _into(turn, db, person, ticket.number)


async def _into(turn: Turn, db: Transaction, person: Person, number: str, about: About | None = None) -> Reply:
    """A file into a ticket: one line, and for an album one line and one reply for all of it."""
    assert turn.file is not None
    draft, caption = actions.loose(person), (turn.text or "")[: rules.LONGEST]
    try:
        further = turn.album is not None and await actions.in_album(db, person, number, turn.album)
        if not further:
            await actions.pace(db, person, turn.received_at)
        await actions.keep_file(db, person, draft, turn.file, turn.received_at)
    except NotAgreed:
        return texts.file_wrong(Invalid("file_not_agreed"))
    except TooMany as refusal:
        return texts.refused(refusal)
    except Invalid as refusal:
        if refusal.code == "file_quarantined":
            # The desk is to know that something was sent.
            await actions.ask(db, person, number, caption, turn.received_at, about=about, draft=draft, ref=_ref(turn))
        return texts.file_wrong(refusal)
    if further and turn.album is not None:
        await actions.add_to_album(db, person, number, turn.album, caption, draft)
        return SILENCE
    asked = await actions.ask(
        db, person, number, caption, turn.received_at, about=about, draft=draft, ref=_ref(turn), answers=turn.quotes,
        album=turn.album,
    )  # fmt: skip
    reply = texts.asked(asked.number, asked.kind, asked.expected, person.timezone)
    return texts.of_album(reply) if turn.album is not None else reply


def _ref(turn: Turn) -> str:
    """What a line is found by again, when its words are edited or answered."""
    return turn.said or turn.event_id


@flow.act("done")
async def done(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """The creditor says that it is settled."""
    try:
        ticket = await actions.settle(db, person, argument, turn.received_at)
    except NoSuchTicket:
        return texts.not_yours()
    return texts.solved(ticket.number)


@flow.act("score")
async def score(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """How it was: `KF-….4`. A bad one opens the ticket again."""
    number, _dot, given = argument.partition(".")
    try:
        ticket, again = await actions.rate(db, person, number, rules.score(given), turn.received_at)
    except (NoSuchTicket, Invalid):
        return texts.not_yours()
    if again:
        return texts.rated_badly(ticket.number)
    return texts.rated(ticket.number) if ticket.score == rules.score(given) else texts.rated_before(ticket.number)


@flow.view("mine")
async def mine(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The person's tickets; with a number, one of them."""
    if argument:
        try:
            ticket = await actions.one_of_mine(db, person, argument, LINES_SHOWN)
        except NoSuchTicket:
            return texts.not_yours()
        expected = await actions.expected(db, ticket.number, turn.received_at)
        return texts.one(ticket, person.timezone, expected)
    found = await actions.mine(db, person)
    return texts.mine(found, person.timezone) if found else texts.none_yet()


__all__ = ["flow"]
