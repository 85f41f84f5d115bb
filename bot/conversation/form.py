"""Forms: questions as data, and the one engine that walks them.

Every answer is kept as a sealed draft in the transaction of its turn, so a form survives a
restart, a deploy that changed it, days of silence, and a change of channel. A *local* token
(`~<draft>.<question>.<verb>[.<value>]`) belongs to one question of one draft: when the draft
stands elsewhere the tap changes nothing and the person is told where things stand.
"""

import re
import secrets
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.conversation import texts
from bot.conversation.reply import SILENCE, Choice, Kind, Reply
from bot.conversation.turn import File, Person, Turn
from bot.errors import Invalid
from storage import conversations
from storage.conversations import DraftRow
from storage.database import Transaction
from storage.terms import DraftStatus

Answers = dict[str, Any]
REVIEW = "!review"
#: so many wrong answers to one question, and a person is offered beside it
PATIENCE = 2
_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,15}")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers a question offers. `label` is called when it is shown, in the reader's language."""

    value: str
    label: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Extra:
    """A button beside the answers that does something and asks again ("send the code again").

    `run` returns the words that stand before the question. It may raise Invalid. The button is
    shown while `when` holds.
    """

    value: str
    label: Callable[[], str]
    run: Callable[[Turn, Transaction, Person, Answers], Awaitable[str]]
    when: Callable[[Answers], bool] = lambda _answers: True


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form.

    name      at most 16 ASCII letters or underscores, a letter first; the key of its answer
    label     the name of the field on the review screen
    ask       the words of the question, with a hint or an example
    read      typed text -> a JSON value (never a float); raises Invalid. None: only the options count
    show      the value as the review screen shows it
    options   closed answers, as buttons; the value of an option is stored as it is
    optional  may be skipped
    when      asked only if this holds for the answers so far
    take      for questions that want files: keeps one file and returns what to remember of it
              (the answer is the list of these); raises Invalid
    then      an effect of the answer (send a code, check it); what it returns is stored; raises Invalid
    extras    further buttons
    clears    names of questions whose answers no longer hold once this one's answer is changed
    hears     how much of what is typed is an answer. "value": what `read` takes, and nothing else (a sum, a
              place); "name": nearly any words would pass `read`, so what is plainly a question of the
              person's own is answered first; "anything": every word is meant for this field
    agreeable whether a mere yes is an answer, where nearly any words are; else it only agrees to be asked
    expects   what the page's keyboard should offer
    """

    name: str
    label: Callable[[], str]
    ask: Callable[[Answers], str]
    read: Callable[[str, Answers], Any] | None = None
    show: Callable[[Any], str] = str
    options: Callable[[Answers], Sequence[Option]] | None = None
    optional: bool = False
    when: Callable[[Answers], bool] = lambda _answers: True
    take: Callable[[Turn, Transaction, Person, str, File], Awaitable[dict[str, Any]]] | None = None
    most_files: int = 10
    then: Callable[[Turn, Transaction, Person, Answers, Any], Awaitable[Any]] | None = None
    extras: tuple[Extra, ...] = ()
    clears: tuple[str, ...] = ()
    hears: Literal["value", "name", "anything"] = "value"
    agreeable: Callable[[Answers], bool] = lambda _answers: False
    expects: Kind = "text"
    accept: str = ""

    def shown(self, value: Any, answers: Answers) -> str:
        """A value as a person reads it; an option by its label. Options may depend on the other answers."""
        if value is None:
            return texts.not_given()
        if self.options is not None:
            for option in self.options(answers):
                if option.value == value:
                    return option.label()
        return self.show(value)


@dataclass(frozen=True, slots=True)
class Form:
    """A form, declared by its room.

    name      its step ("claims.file"); `version` grows whenever questions change their meaning
    begin     before the first question: first answers (a prefill), or a Reply that says why not.
              Gets the argument of the step. Called for a new draft only.
    wrong     words, with a right example, for an Invalid of a question; `data["choices"]` are ways on beside it
    submit    what it is for; runs once, in the turn that sends it. May raise Invalid (question named
              in `data["question"]`) to send the person back to one.
    after     where "already sent" leads: choices
    review    False: it is sent with the last answer, without a review screen
    resumes   False: a new opening always begins afresh (a one-question form)
    """

    name: str
    version: int
    title: Callable[[], str]
    questions: tuple[Question, ...]
    begin: Callable[[Turn, Transaction, Person, str], Awaitable[Answers | Reply]]
    wrong: Callable[[Question, Invalid], str]
    submit: Callable[[Turn, Transaction, Person, str, Answers], Awaitable[Reply]]
    after: Callable[[], tuple[Choice, ...]] = lambda: (texts.menu(),)
    review: bool = True
    resumes: bool = True

    def __post_init__(self) -> None:
        names = [question.name for question in self.questions]
        for name in names:
            if not _NAME.fullmatch(name) or names.count(name) > 1:
                raise ValueError(f"{self.name}: no button can name the question {name!r}")

    def asked(self, answers: Answers) -> list[Question]:
        """The questions that apply to these answers, in order."""
        return [q for q in self.questions if q.when(answers)]

    def named(self, name: str) -> Question | None:
        """The question of this name."""
        return next((q for q in self.questions if q.name == name), None)


def folded(text: str) -> str:
    """Words as they are compared with a button: width, case, spaces and punctuation do not count."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Hearing:
    """How short answers are heard; handed over by `app.py`, so that conversation knows no language.

    agrees   whether a whole text agrees to the one thing on the screen ("同意", "确认提交")
    onward   whether a whole text only says to go on ("继续")
    nothing  whether a text says that there is nothing to say ("没有编号")
    asks     whether a text asks back
    amends   whether a whole text says that something is wrong, and not what
    waits    whether a whole text asks for time
    picks    the one (value, label) that a text means; closed: nothing but these options answers
    further  which of a question's further buttons a text asks for, by their values
    ordinal  "第二个" -> 2
    folds    words as they are compared with what stands on a button
    core     the same, without what surrounds a short answer ("就债券那个吧" -> "债券")
    coded    whether a text is a number or a code: nothing is to be read in it but the answer
    """

    agrees: Callable[[str], bool] = lambda _text: False
    onward: Callable[[str], bool] = lambda _text: False
    nothing: Callable[[str], bool] = lambda _text: False
    asks: Callable[[str], bool] = lambda _text: False
    amends: Callable[[str], bool] = lambda _text: False
    waits: Callable[[str], bool] = lambda _text: False
    picks: Callable[[str, Sequence[tuple[str, str]], bool], str | None] = lambda _text, _options, _closed: None
    further: Callable[[str, Sequence[str]], str | None] = lambda _text, _values: None
    ordinal: Callable[[str], int | None] = lambda _text: None
    folds: Callable[[str], str] = folded
    core: Callable[[str], str] = folded
    coded: Callable[[str], bool] = lambda _text: False

    def same(self, text: str, label: str) -> bool:
        """Whether a text is what stands on a button."""
        said = self.folds(text)
        return bool(said) and said == self.folds(label)


def _token(handle: str, question: str, verb: str, value: str = "") -> str:
    token = f"~{handle}.{question}.{verb}" + (f".{value}" if value else "")
    if len(token) > 64 or not token.isascii():
        raise ValueError(f"no button can carry this value of {question}: at most 64 bytes of ASCII")
    return token


class FormWalk:
    """One turn of one draft. Made for a turn, thrown away after it."""

    def __init__(self, form: Form, draft: DraftRow, person: Person, turn: Turn, hearing: Hearing) -> None:
        self.form = form
        self._hearing = hearing
        self.draft = draft
        self.person = person
        self.turn = turn
        self.answers: Answers = dict(draft.content["answers"])
        #: a deploy changed the form since the person last saw it
        self.changed = False
        if draft.version != form.version or (draft.at != REVIEW and form.named(draft.at) is None):
            self._migrate()

    def _migrate(self) -> None:
        known = {q.name for q in self.form.questions}
        self.answers = {k: v for k, v in self.answers.items() if k in known or k.startswith("_")}
        self.draft = self.draft._replace(version=self.form.version, at=self._next())
        self.changed = True

    # -- where things stand

    def _next(self) -> str:
        for question in self.form.asked(self.answers):
            if question.name not in self.answers:
                return question.name
        return REVIEW

    def _place(self) -> tuple[int, int]:
        asked = self.form.asked(self.answers)
        total = len(asked)
        number = next((i for i, q in enumerate(asked, 1) if q.name == self.draft.at), total)
        return number, total

    def _before(self) -> str | None:
        asked = [q.name for q in self.form.asked(self.answers)]
        if self.draft.at == REVIEW:
            return asked[-1] if asked else None
        place = asked.index(self.draft.at) if self.draft.at in asked else 0
        return asked[place - 1] if place else None

    # -- what is shown

    def prompt(self, said: str = "", *, replaces: bool = True) -> Reply:
        """The question that is open, or the review screen; `said` stands before it."""
        if self.changed:
            said = f"{texts.form_changed()}\n\n{said}" if said else texts.form_changed()
        reply = self._review() if self.draft.at == REVIEW else self._question()
        if said:
            reply = replace(reply, text=f"{said}\n\n{reply.text}")
        return replace(reply, replaces=replaces and not said)

    def _question(self) -> Reply:
        form, at = self.form, self.draft.at
        question = form.named(at)
        assert question is not None
        handle = self.draft.handle
        rows: list[tuple[Choice, ...]] = []
        value = self.answers.get(at)
        text = question.ask(self.answers)
        if question.options is not None:
            options = [Choice(o.label(), _token(handle, at, "=", o.value)) for o in question.options(self.answers)]
            rows += _rows(options)
        if question.take is not None and value:
            rows.append((Choice(texts.files_done(len(value)), _token(handle, at, "done"), "primary"),))
        elif value is not None and question.take is None and question.then is None:
            text = f"{text}\n\n{texts.current(question.shown(value, self.answers))}"
            rows.append((Choice(texts.keep(question.shown(value, self.answers)), _token(handle, at, "keep")),))
        for extra in question.extras:
            if not extra.when(self.answers):
                continue
            rows.append((Choice(extra.label(), _token(handle, at, "x", extra.value)),))
        walk: list[Choice] = []
        if self._before() is not None:
            walk.append(Choice(texts.back(), _token(handle, at, "back")))
        if question.optional and not (question.take is not None and value):
            walk.append(Choice(texts.skip(), _token(handle, at, "skip")))
        walk.append(Choice(texts.cancel(), _token(handle, at, "cancel"), "danger"))
        rows.append(tuple(walk))
        number, total = self._place()
        title = texts.progress(form.title(), number, total) if total > 1 else form.title()
        expects: Kind = question.expects if question.read is not None or question.take is not None else "none"
        return Reply(title=title, text=text, choices=tuple(rows), expects=expects, accept=question.accept)

    def _review(self) -> Reply:
        handle = self.draft.handle
        lines = [(q.label(), q.shown(self.answers.get(q.name), self.answers)) for q in self.form.asked(self.answers)]
        return Reply(
            title=texts.review_title(self.form.title()),
            text=texts.review_text(lines),
            choices=(
                (Choice(texts.submit(), _token(handle, REVIEW, "submit"), "primary"),),
                (
                    Choice(texts.edit(), _token(handle, REVIEW, "edit")),
                    Choice(texts.cancel(), _token(handle, REVIEW, "cancel"), "danger"),
                ),
            ),
            expects="none",
        )

    def _edit_list(self) -> Reply:
        handle = self.draft.handle
        fields = [Choice(q.label(), _token(handle, REVIEW, "go", q.name)) for q in self.form.asked(self.answers)]
        back = Choice(texts.back_to_review(), _token(handle, REVIEW, "show"))
        return Reply(
            title=texts.review_title(self.form.title()),
            text=texts.edit_which(),
            choices=(*_rows(fields), (back,)),
            expects="none",
        )

    def _corrected(self, question: Question, wrong: Invalid) -> Reply:
        """The question again, under what was wrong with the answer, with the ways on that come with it."""
        ways: tuple[Choice, ...] = wrong.data.get("choices", ())
        return self.prompt(self.form.wrong(question, wrong)).with_choices(*((way,) for way in ways))

    @property
    def hears(self) -> str:
        """How much of what is typed is an answer to the open question."""
        question = self.form.named(self.draft.at)
        return question.hears if question is not None else "value"

    def takes(self, text: str) -> bool:
        """Whether the open question asks for just what these words are."""
        question = self.form.named(self.draft.at)
        if question is None or question.hears != "value" or question.read is None:
            return False
        return not isinstance(self._read(question, text), Invalid)

    def fields(self) -> dict[str, str]:
        """The questions that apply, and what the person sees them called."""
        return {q.name: q.label() for q in self.form.asked(self.answers)}

    # -- what is done

    async def tap(self, db: Transaction, question: str, verb: str, value: str) -> Reply:
        """A local button of this draft."""
        if self.changed and verb != "cancel":
            return await self.show(db)  # what was tapped stood on a screen of the old form
        if question != self.draft.at:
            return self.prompt(texts.step_done())
        if question == REVIEW:
            return await self._tap_review(db, verb, value)
        asked = self.form.named(question)
        assert asked is not None
        match verb:
            case "=":
                options = asked.options(self.answers) if asked.options is not None else ()
                if value not in {o.value for o in options}:
                    return self.prompt(texts.choose_please())
                return await self._answered(db, asked, value)
            case "keep" if asked.name in self.answers:
                return await self._onward(db)
            case "done" if self.answers.get(question):
                return await self._onward(db)
            case "skip" if asked.optional:
                if question not in self.answers or asked.take is None:
                    self.answers[question] = None
                return await self._onward(db)
            case "skip" if question in self.answers and asked.take is None and asked.then is None:
                return await self._onward(db)  # there is an answer already, and it stays
            case "skip":
                return self.prompt(texts.required())
            case "back":
                return await self._go_back(db)
            case "cancel":
                return await self.cancel(db)
            case "x":
                extra = next((e for e in asked.extras if e.value == value), None)
                if extra is not None:
                    try:
                        said = await extra.run(self.turn, db, self.person, self.answers)
                    except Invalid as wrong:
                        said = self.form.wrong(asked, wrong)
                    await self.keep(db)
                    return self.prompt(said)
        return self.prompt(texts.choose_please())

    async def _tap_review(self, db: Transaction, verb: str, value: str) -> Reply:
        match verb:
            case "submit":
                return await self._submit(db)
            case "edit":
                return self._edit_list()
            case "cancel":
                return await self.cancel(db)
            case "go" if any(q.name == value for q in self.form.asked(self.answers)):
                self.draft = self.draft._replace(at=value)
                await self.keep(db)
        return self.prompt()

    async def typed(self, db: Transaction, text: str) -> Reply | None:
        """Free text: the answer to the open question. None: it is none, and nothing was done."""
        if self.changed:
            return await self.show(db)  # it answers a question that is asked no more, or otherwise
        question = self.form.named(self.draft.at)
        if question is None:
            return await self._typed_review(db, text)
        hearing = self._hearing
        extras = [extra for extra in question.extras if extra.when(self.answers)]
        for extra in extras:
            if hearing.same(text, extra.label()):
                return await self.tap(db, question.name, "x", extra.value)
        kept = self.answers.get(question.name)
        if (
            question.take is not None
            and kept
            and (hearing.same(text, texts.files_done(len(kept))) or hearing.agrees(text) or hearing.onward(text))
        ):
            return await self.tap(db, question.name, "done", "")
        if kept is not None and question.take is None and question.then is None and self._keeps(question, text):
            return await self.tap(db, question.name, "keep", "")
        coded = hearing.coded(text)
        if question.optional and not coded and hearing.nothing(text):
            return await self.tap(db, question.name, "done" if question.take is not None and kept else "skip", "")
        if (
            question.hears != "value"
            and not coded
            and not question.agreeable(self.answers)
            and (hearing.onward(text) or hearing.agrees(text) or hearing.waits(text))
        ):
            return None
        value = self._read(question, text)
        if not isinstance(value, Invalid):
            return await self._answered(db, question, value)
        asked = hearing.further(text, [one.value for one in extras])
        return await self.tap(db, question.name, "x", asked) if asked is not None else None

    def _keeps(self, question: Question, text: str) -> bool:
        """Whether an earlier answer is to stay as it is."""
        label = texts.keep(question.shown(self.answers[question.name], self.answers))
        if self._hearing.same(text, label) or self._hearing.onward(text):
            return True
        return question.hears == "value" and self._hearing.picks(text, (("keep", label),), False) == "keep"

    async def _typed_review(self, db: Transaction, text: str) -> Reply | None:
        if self._hearing.same(text, texts.submit()) or self._hearing.agrees(text):
            return await self._submit(db)
        if self._hearing.same(text, texts.edit()) or self._hearing.amends(text):
            return self._edit_list()
        labels, said = self.fields(), self._hearing.folds(text)
        same = [name for name, label in labels.items() if self._hearing.same(text, label)]
        part = [name for name, label in labels.items() if len(said) > 1 and said in self._hearing.folds(label)]
        named = same or part
        return await self._tap_review(db, "go", named[0]) if len(named) == 1 else None

    def _read(self, question: Question, text: str) -> Any:
        """The answer in some words, or the Invalid that says why they are none."""
        if question.options is not None:
            options = question.options(self.answers)
            for option in options:
                if text.strip().casefold() == option.value.casefold() or self._hearing.same(text, option.label()):
                    return option.value
            if question.read is None and len(options) == 1 and self._hearing.agrees(text):
                return options[0].value
        else:
            options = ()
        wrong = Invalid("file" if question.take is not None else "choose")
        if question.read is not None:
            try:
                return question.read(text, self.answers)
            except Invalid as refused:
                wrong = refused
        if len(options) > 1:
            shown = [(option.value, option.label()) for option in options]
            picked = self._hearing.picks(text, shown, question.read is None)
            if picked is not None:
                return picked
        return wrong

    async def refused(self, db: Transaction, text: str) -> Reply:
        """What was typed is no answer: the question again, with what was wrong; the second time, a person too.

        Whoever asks back is told what is wanted here, and of a person at once.
        """
        question = self.form.named(self.draft.at)
        if self._hearing.waits(text):
            return self.prompt(texts.waiting())
        if self._hearing.asks(text) and (question is None or question.take is None):
            return self.prompt(texts.explained()).with_choices((texts.human(),))
        if self._hearing.onward(text):
            return self.prompt()
        if question is None:
            reply = self.prompt(texts.one_at_a_time())
        elif question.read is None:
            reply = self.prompt(texts.file_please() if question.take is not None else texts.choose_please())
        else:
            wrong = self._read(question, text)
            # a mere yes could be read as a name, and is none
            reply = self._corrected(question, wrong) if isinstance(wrong, Invalid) else self.prompt()
        missed = int(self.draft.content.get("missed", 0)) + 1
        stuck = f"form.{self.form.name}.{self.draft.at}" if question is not None else ""
        self.draft = self.draft._replace(content={**self.draft.content, "missed": missed})
        await self.keep(db)
        return reply.with_choices((texts.human(stuck),)) if missed >= PATIENCE else reply

    async def edit(self, db: Transaction, name: str, value: str) -> Reply:
        """Go to a question of this form by its name, with its new answer if the person said one."""
        question = self.form.named(name)
        if self.changed or question is None:
            return await self.show(db)
        if name not in self.answers and name not in (self.draft.at, self._next()):
            return self.prompt(texts.not_yet(question.label()))  # later questions build on the answers before them
        self.draft = self.draft._replace(at=name)
        if value:
            read = self._read(question, value)
            if not isinstance(read, Invalid):
                return await self._answered(db, question, read)
        await self.keep(db)
        return self.prompt()

    async def mend(self, db: Transaction, text: str) -> Reply | None:
        """ "不是，我是说 5 万": another answer to the open question, or to the one before it."""
        if self.changed:
            return await self.show(db)
        for name in (self.draft.at, self._before()):
            question = self.form.named(name or "")
            if question is None or question.hears != "value":
                continue
            value = self._read(question, text)
            if not isinstance(value, Invalid):
                self.draft = self.draft._replace(at=question.name)
                return await self._answered(db, question, value)
        return None

    async def sent_file(self, db: Transaction, file: File) -> Reply:
        """A file: evidence, if the open question wants any."""
        if self.changed:
            return await self.show(db)
        question = self.form.named(self.draft.at)
        if question is None or question.take is None:
            return self.prompt(texts.type_please())
        kept = self.answers.get(question.name) or []
        try:
            if len(kept) >= question.most_files:
                raise Invalid("too_many_files", most=question.most_files)
            remembered = await question.take(self.turn, db, self.person, self.draft.handle, file)
        except Invalid as wrong:
            return self._corrected(question, wrong)
        album = self.turn.album
        further = album is not None and self.draft.content.get("album") == album
        self.answers[question.name] = [*kept, remembered]
        if album is not None:
            self.draft = self.draft._replace(content={**self.draft.content, "album": album})
        await self.keep(db)
        if further:
            return SILENCE  # said to the first picture of the album
        said = texts.file_taken(file.name[:80], len(kept) + 1) if album is None else texts.album_taken()
        return self.prompt(said, replaces=False)

    async def back(self, db: Transaction) -> Reply:
        """The word for the step before."""
        return await self._go_back(db)

    async def skip(self, db: Transaction) -> Reply:
        """The word for leaving a question out."""
        return await self.tap(db, self.draft.at, "skip", "")

    async def cancel(self, db: Transaction) -> Reply:
        """Leave the form. What was typed stays and can be taken up again."""
        self.draft = self.draft._replace(status=DraftStatus.DROPPED)
        await self.keep(db)
        await self._leave(db)
        undo = Choice(texts.undo(), f"form.undo:{self.draft.handle}")
        return Reply(
            title=self.form.title(), text=texts.cancelled(self.form.title()), choices=((undo,), (texts.menu(),))
        )

    async def show(self, db: Transaction, said: str = "") -> Reply:
        """Ask the open question again, after whatever interrupted it."""
        if self.changed:
            await self.keep(db)
        return self.prompt(said)

    async def begin(self, db: Transaction) -> Reply:
        """The first question of a new draft."""
        self.draft = self.draft._replace(at=self._next())
        await conversations.add_draft(db, self._row())
        return self.prompt()

    async def _go_back(self, db: Transaction) -> Reply:
        if self.changed:
            return await self.show(db)
        before = self._before()
        if before is not None:
            self.draft = self.draft._replace(at=before)
            await self.keep(db)
        return self.prompt()

    async def _answered(self, db: Transaction, question: Question, value: Any) -> Reply:
        if question.then is not None:
            try:
                value = await question.then(self.turn, db, self.person, self.answers, value)
            except Invalid as wrong:
                await self.keep(db)
                return self._corrected(question, wrong)
        if self.answers.get(question.name, value) != value:
            for name in question.clears:
                self.answers.pop(name, None)
        self.answers[question.name] = value
        self.draft = self.draft._replace(content={**self.draft.content, "missed": 0})
        return await self._onward(db)

    async def _onward(self, db: Transaction) -> Reply:
        at = self._next()
        if at == REVIEW and not self.form.review:
            return await self._submit(db)
        self.draft = self.draft._replace(at=at)
        await self.keep(db)
        return self.prompt()

    async def _submit(self, db: Transaction) -> Reply:
        missing = self._next()
        if missing != REVIEW:  # an edit, or a deploy, opened a new question
            self.draft = self.draft._replace(at=missing)
            await self.keep(db)
            return self.prompt()
        applying = {q.name for q in self.form.asked(self.answers)}
        given = {k: v for k, v in self.answers.items() if k in applying or k.startswith("_")}
        try:
            reply = await self.form.submit(self.turn, db, self.person, self.draft.handle, given)
        except Invalid as wrong:
            question = self.form.named(wrong.data.get("question", ""))
            if question is None:
                raise
            self.draft = self.draft._replace(at=question.name)
            self.answers.pop(question.name, None)
            await self.keep(db)
            return self._corrected(question, wrong)
        # The sent draft keeps no answers: what they were for holds them now.
        self.answers = {}
        self.draft = self.draft._replace(status=DraftStatus.SENT)
        await self.keep(db)
        await self._leave(db)
        return reply

    async def _leave(self, db: Transaction) -> None:
        """Go on with the draft that was interrupted for this one, if it is open still."""
        if self.person.draft != self.draft.handle:
            return
        handle, met = self.draft.content.get("below"), {self.draft.handle}
        while handle is not None and handle not in met:
            met.add(handle)
            # Not held: two drafts held by two contacts in two orders would wait for each other.
            below = await conversations.draft_as_is(db, handle)
            if below is None:
                break
            if below.status == DraftStatus.OPEN:
                self.person.draft = handle
                return
            handle = below.content.get("below")
        self.person.draft = None

    def _row(self) -> DraftRow:
        content = {**self.draft.content, "answers": self.answers}
        return self.draft._replace(content=content, changed_at=self.turn.received_at, version=self.form.version)

    async def keep(self, db: Transaction) -> None:
        """Write the draft back."""
        await conversations.keep_draft(db, self._row())


class Forms:
    """Opens forms, and finds the draft a turn belongs to."""

    def __init__(self, forms: dict[str, Form], hearing: Hearing) -> None:
        self._forms = forms
        self._hearing = hearing

    async def walk(self, db: Transaction, handle: str, person: Person, turn: Turn) -> FormWalk | None:
        """The open draft of this handle, if it belongs to this person."""
        draft = await self._mine(db, handle, person)
        if draft is None or draft.status != DraftStatus.OPEN:
            return None
        return FormWalk(self._forms[draft.form], draft, person, turn, self._hearing)

    async def _mine(self, db: Transaction, handle: str, person: Person) -> DraftRow | None:
        draft = await conversations.draft(db, handle)
        if draft is None or draft.form not in self._forms:
            return None
        same = draft.creditor_id is not None and draft.creditor_id == person.creditor_id
        return draft if same or draft.contact_id == person.contact_id else None

    async def current(self, db: Transaction, person: Person, turn: Turn) -> FormWalk | None:
        """The draft this person is filling in just now; one that is gone is forgotten."""
        if person.draft is None:
            return None
        walk = await self.walk(db, person.draft, person, turn)
        if walk is None:
            person.draft = None
        return walk

    async def open(self, db: Transaction, form: Form, turn: Turn, person: Person, argument: str) -> Reply:
        """Begin a form, or offer to go on with the draft there is, if it is about the same thing."""
        if form.resumes:
            rows = await conversations.unfinished(db, form.name, person.contact_id, person.creditor_id)
            for row in sorted(rows, key=lambda row: row.handle != person.draft):
                if argument not in ("", row.content["answers"].get("_argument", argument)):
                    continue
                # Read again, held: it may be filled in on another channel at this moment.
                walk = await self.walk(db, row.handle, person, turn)
                if walk is None:
                    continue
                if row.handle == person.draft:
                    return await walk.show(db)
                return self._offer(walk)
        else:
            before = await self.current(db, person, turn)
            if before is not None and before.form is form:
                await before.cancel(db)  # the new opening takes its place: it MUST NOT lie below and come up again
        return await self._start(db, form, turn, person, argument)

    def _offer(self, walk: FormWalk) -> Reply:
        form, found = walk.form, walk.draft
        number, total = walk._place()
        when = beijing(found.changed_at, walk.person.timezone)
        return Reply(
            title=form.title(),
            text=texts.unfinished(form.title(), number, total, when),
            choices=(
                (Choice(texts.resume(), f"form.resume:{found.handle}", "primary"),),
                (Choice(texts.restart(), f"form.restart:{found.handle}"), texts.menu()),
            ),
            expects="none",
        )

    async def _start(self, db: Transaction, form: Form, turn: Turn, person: Person, argument: str) -> Reply:
        first = await form.begin(turn, db, person, argument)
        if isinstance(first, Reply):
            return first
        if argument:
            first = {"_argument": argument, **first}
        draft = DraftRow(
            handle=secrets.token_hex(4),
            form=form.name,
            version=form.version,
            contact_id=person.contact_id,
            creditor_id=person.creditor_id,
            status=DraftStatus.OPEN,
            at=REVIEW,
            content={"answers": first, "below": person.draft},
            changed_at=turn.received_at,
        )
        person.draft = draft.handle
        return await FormWalk(form, draft, person, turn, self._hearing).begin(db)

    async def resume(self, turn: Turn, db: Transaction, person: Person, handle: str) -> Reply:
        """Go on with a draft, on this channel, from wherever it was begun; without a handle, the current one."""
        walk = await (self.walk(db, handle, person, turn) if handle else self.current(db, person, turn))
        if walk is None:
            return Reply(text=texts.nothing_to_undo(), choices=((texts.menu(),),))
        person.draft = walk.draft.handle
        return await walk.show(db)

    async def restart(self, turn: Turn, db: Transaction, person: Person, handle: str) -> Reply:
        """Drop a draft and begin the same form afresh."""
        walk = await self.walk(db, handle, person, turn)
        if walk is None:
            return Reply(text=texts.nothing_to_undo(), choices=((texts.menu(),),))
        await walk.cancel(db)
        return await self._start(db, walk.form, turn, person, walk.answers.get("_argument", ""))

    async def undo(self, turn: Turn, db: Transaction, person: Person, handle: str) -> Reply:
        """Take a cancelled draft up again."""
        draft = await self._mine(db, handle, person)
        if draft is None or draft.status == DraftStatus.SENT:
            return Reply(text=texts.nothing_to_undo(), choices=((texts.menu(),),))
        walk = FormWalk(self._forms[draft.form], draft._replace(status=DraftStatus.OPEN), person, turn, self._hearing)
        person.draft = handle
        await walk.keep(db)
        return await walk.show(db)

    async def tapped(self, db: Transaction, turn: Turn, person: Person, *, late: bool) -> Reply:
        """A local button: of the draft that is open, or of one that is not any more."""
        handle, _dot, rest = (turn.choice or "")[1:].partition(".")
        question, _dot, rest = rest.partition(".")
        verb, _dot, value = rest.partition(".")
        walk = await self.current(db, person, turn)
        if walk is not None and walk.draft.handle == handle:
            return await (walk.show(db, texts.came_late()) if late else walk.tap(db, question, verb, value))
        draft = await self._mine(db, handle, person)
        if draft is not None and draft.status == DraftStatus.SENT:
            form = self._forms[draft.form]
            return Reply(title=form.title(), text=texts.already_sent(form.title()), choices=(form.after(),))
        return self._old(person)

    def _old(self, person: Person) -> Reply:
        rows: tuple[tuple[Choice, ...], ...] = ((texts.menu(),),)
        if person.draft is not None:
            rows = ((Choice(texts.resume(), "form.resume", "primary"),), *rows)
        return Reply(text=texts.old_button(), choices=rows, replaces=False)


def _rows(choices: Sequence[Choice]) -> list[tuple[Choice, ...]]:
    """Short labels side by side, long ones alone."""
    rows: list[tuple[Choice, ...]] = []
    row: list[Choice] = []
    for choice in choices:
        room = 3 if all(len(c.label) <= 6 for c in (*row, choice)) else 2
        if len(choice.label) > 14 or len(row) >= room:
            if row:
                rows.append(tuple(row))
            row = []
        row.append(choice)
        if len(choice.label) > 14:
            rows.append(tuple(row))
            row = []
    if row:
        rows.append(tuple(row))
    return rows


def beijing(moment: datetime, timezone: str) -> str:
    """A moment as its reader's clock shows it."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
