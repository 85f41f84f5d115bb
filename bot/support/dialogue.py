"""The way to a person: one question, and a look at what became of it."""

from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Form, Question
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from bot.errors import Invalid
from bot.support import actions, rules, texts
from bot.support.rules import NoSuchTicket, TooMany
from storage.database import Reader, Transaction

flow = Flow("support")
LINES_SHOWN = 8


async def _begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    try:
        await actions.pace(db, person, turn.received_at)
    except TooMany as refusal:
        return texts.refused(refusal)
    ticket = await actions.waiting(db, person, argument)
    if ticket is None:
        return {}
    return {"_ticket": ticket.number, "_status": ticket.status}


def _ask(answers: Answers) -> str:
    if "_ticket" in answers:
        return texts.ask_more(answers["_ticket"], answers["_status"])
    return texts.ask()


async def _submit(turn: Turn, db: Transaction, person: Person, draft: str, answers: Answers) -> Reply:
    try:
        asked = await actions.ask(db, person, answers.get("_ticket", ""), answers["words"], turn.received_at)
    except TooMany as refusal:
        raise Invalid("too_many", question="words", **refusal.data) from refusal
    return texts.asked(asked.number, asked.kind)


flow.form(
    Form(
        name="support.ask",
        version=1,
        title=texts.title,
        questions=(
            Question(
                name="words",
                label=texts.field,
                ask=_ask,
                read=lambda text, _answers: rules.question(text),
                hears="anything",
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


@flow.view("mine")
async def mine(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The person's tickets; with a number, one of them."""
    if argument:
        try:
            return texts.one(await actions.one_of_mine(db, person, argument, LINES_SHOWN), person.timezone)
        except NoSuchTicket:
            return texts.not_yours()
    found = await actions.mine(db, person)
    return texts.mine(found, person.timezone) if found else texts.none_yet()


__all__ = ["flow"]
