"""One turn = one transaction = one reply.

An *act* takes the contact's row, does the step, keeps the draft, records the event with its
reply, and commits: only then is anything answered. A *view* writes nothing and takes no lock, so
a repeat of it is simply computed again.

What a crash leaves: before the commit nothing, not even the event; after it everything, and the
wire's repeat meets the stored reply.
"""

import asyncio
import contextlib
import logging
import re
import traceback
import unicodedata
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot import clock, i18n
from bot.conversation import outbox, texts
from bot.conversation.bell import Bell, Typing
from bot.conversation.channel import Abilities
from bot.conversation.flow import Book, Step
from bot.conversation.form import Forms, FormWalk
from bot.conversation.reply import SILENCE, Attachment, Choice, Reply, unpacked
from bot.conversation.screens import AGAIN, Screens
from bot.conversation.turn import Person, Turn
from bot.conversation.vocabulary import Heard, Vocabulary
from bot.values import value
from storage import conversations, enclosures, people
from storage.conversations import MessageRow
from storage.database import Database, Reader, Transaction
from storage.people import ContactRow

log = logging.getLogger("bot.turn")

T = TypeVar("T")

#: after a week of silence a wire may begin its numbering again
FORGET_ORDER = timedelta(days=7)
#: a failing event is tried this often, then given up with an apology
TRIES = 5
LONGEST = 4000
#: words about the open form itself
ABOUT_FORM = ("back", "skip", "cancel")
#: standing choices of the forms themselves
WAYS_BACK = ("form.resume", "form.restart", "form.undo")


class TurnFailed(Exception):
    """The turn was rolled back whole; the wire should repeat it."""


class _DoneBefore(TurnFailed):
    """This very event has its row already; what was done for it now is undone."""


@value
class Message:
    """One line of a conversation's history. For what the person said, `reply.text` is what was typed."""

    seq: int
    at: datetime
    mine: bool
    reply: Reply


@value
class Answer:
    """What a door is to do.

    owed      the door delivers `reply` itself; False: the outbox does
    repeated  the event was seen before: the same words, no second effect
    locale    the language the person is spoken to in, after this turn
    messages  what the turn added to the history, on channels that keep none
    """

    reply: Reply
    owed: bool
    repeated: bool
    locale: str
    messages: tuple[Message, ...] = ()


class Pace:
    """The rate check: each address may burst, then goes at a steady pace (GCRA, in memory)."""

    def __init__(self, *, burst: int = 30, per_second: float = 2.0) -> None:
        self._step = 1.0 / per_second
        self._room = burst * self._step
        self._arrival: dict[tuple[str, str], float] = {}

    def allows(self, channel: str, address: str, now: float) -> bool:
        """Count one turn; False: too fast."""
        key = (channel, address)
        due = max(self._arrival.get(key, now), now)
        if due - now > self._room:
            return False
        self._arrival[key] = due + self._step
        if len(self._arrival) > 50_000:
            self._arrival = {k: v for k, v in self._arrival.items() if v > now}
        return True

    def forgive(self, channel: str, address: str) -> None:
        """Take back the turn that was counted last."""
        self._arrival[channel, address] -= self._step


class Engine:
    """Takes turns. One for all channels of a process."""

    def __init__(
        self,
        database: Database,
        book: Book,
        vocabulary: Vocabulary,
        channels: Mapping[str, Abilities],
        *,
        pace: Pace | None = None,
    ) -> None:
        self.database = database
        self.bell = Bell()
        self.typing = Typing(self.bell)
        self.hint = asyncio.Event()
        self._book = book
        self._forms = Forms(book.forms, vocabulary.hearing)
        self._vocabulary = vocabulary
        self._channels = channels
        self._pace = pace or Pace()
        self._screens = Screens(book, vocabulary)
        #: secrets the turns in hand typed: the words as they were, and what kinds; never longer than the turn
        self._withheld: dict[tuple[str, str], tuple[str, Sequence[str]]] = {}
        self._fifo: dict[tuple[str, str], asyncio.Lock] = {}

    # -- what a door calls

    async def take(self, turn: Turn, *, rides: bool) -> Answer:
        """Answer one turn.

        `rides`: the door can deliver the reply at once by itself; else an act's reply goes to the
        outbox in the turn's own transaction. MUST NOT return before the turn is durable. Raises
        TurnFailed when nothing was done and the wire should repeat the event.
        """
        can = self._channels[turn.channel]
        turn, withheld = self._guarded(_cleaned(turn))
        turn = self._screens.pressed(turn)
        if not self._pace.allows(turn.channel, turn.address, turn.received_at.timestamp()):
            return _too_fast(turn)
        # A view, too, waits for its turn: it shows what the person did just before, and a look at the
        # contact outside of the lane would let a later turn pass an earlier one.
        async with self._lane((turn.channel, turn.address)):
            if withheld is not None:
                self._withheld[turn.channel, turn.address] = withheld
            try:
                answer = await self._view(turn) if can.remembers else None
                if answer is not None and withheld is not None:
                    with i18n.speaking(answer.locale):
                        answer = replace(answer, reply=texts.warned(answer.reply, withheld[1]))
                if answer is None:
                    answer = await self._act(turn, can, rides)
                elif not rides and await outbox.is_owed(self.database.read(), turn):
                    # What was done just before is still on its way: it must not be overtaken by what is shown of it.
                    await self.owe(turn, answer.reply)
                    answer = replace(answer, owed=False)
                self._screens.shows(turn, answer.reply)
                return answer
            except Exception as failure:
                self._screens.forget(turn)
                answer = await self._failed(turn, can, rides, failure)
            finally:
                self._withheld.pop((turn.channel, turn.address), None)
            if answer is None:
                # Without its cause: whoever logs it would log what the person wrote.
                raise TurnFailed
            return answer

    def at_once(self, turns: Sequence[Turn]) -> list[Answer | None]:
        """Answer the buttons and commands that ask for a view, without waiting; None: `take` the turn.

        This is the look-up that thousands ask for on the same day: where reads never wait (SQLite)
        it needs no task, no lane and no timer, because nothing else runs before it is done. Whatever
        is not as simple as that (a stranger, a repeat, a failure) is for `take`, which begins anew.
        A turn MUST NOT be answered here once an earlier one of its address is for `take`.
        """
        snapshot = self.database.snapshot()
        if snapshot is None:
            return [None] * len(turns)
        db = self.database.read()
        answers: list[Answer | None] = []
        later: set[tuple[str, str]] = set()
        with snapshot:
            # Step by step for all of them, so that each step's code is still at hand for the next.
            steps = [self._look_up(turn) for turn in turns]
            contacts = [
                _now(people.contact(db, turn.channel, turn.address)) if step is not None else None
                for turn, step in zip(turns, steps, strict=True)
            ]
            for turn, step, contact in zip(turns, steps, contacts, strict=True):
                key, answer = (turn.channel, turn.address), None
                if step is not None and contact is not None and key not in later and key not in self._fifo:
                    answer = self._at_once(turn, contact)
                if answer is None:
                    later.add(key)
                answers.append(answer)
        return answers

    def _look_up(self, turn: Turn) -> Step | None:
        """The view a button or a command asks for. What words mean depends on the form that is open."""
        if (turn.choice is None and turn.command is None) or not self._channels[turn.channel].remembers:
            return None
        step, _argument = self._step_of(self._heard(turn, True))
        return step if step is not None and step.view is not None else None

    def _at_once(self, turn: Turn, contact: ContactRow) -> Answer | None:
        if not self._pace.allows(turn.channel, turn.address, turn.received_at.timestamp()):
            return _too_fast(turn)
        answer = _now(self._shown(_cleaned(turn), contact))
        if answer is None:
            self._pace.forgive(turn.channel, turn.address)  # it is counted again by `take`
        else:
            self._screens.shows(turn, answer.reply)
        return answer

    async def owe(self, turn: Turn, reply: Reply) -> None:
        """Put a view's reply that could not be sent at once into the outbox."""
        await self.database.write(lambda db: self._owe(db, turn, reply))

    async def _owe(self, db: Transaction, turn: Turn, reply: Reply) -> None:
        await outbox.put_reply(db, turn, reply)
        db.after_commit(self.hint.set)

    async def history(
        self, channel: str, address: str, *, after: int = 0, before: int | None = None, limit: int = 50
    ) -> list[Message]:
        """A stretch of an address's history, in order."""
        db = self.database.read()
        contact = await people.contact(db, channel, address)
        if contact is None:
            return []
        rows = await conversations.messages(db, contact.id, after=after, before=before, limit=limit)
        return [_message(row) for row in rows]

    async def document(self, channel: str, address: str, seq: int) -> Attachment | None:
        """The file we handed out in one message of an address, with its content; None: there is none (any more)."""
        found = await self.history(channel, address, after=seq - 1, limit=1)
        document = found[0].reply.document if found and found[0].seq == seq else None
        if document is None or not document.kept:
            return document
        content = await enclosures.content(self.database.read(), document.kept)
        return replace(document, content=content, kept="") if content is not None else None

    async def locale_of(self, channel: str, address: str) -> str | None:
        """The language an address is spoken to in, or None for a stranger."""
        contact = await people.contact(self.database.read(), channel, address)
        return contact.locale if contact is not None else None

    async def blocked(self, channel: str, address: str, *, reachable: bool) -> None:
        """The wire told us that this address can (no longer) be written to."""
        await self.database.write(lambda db: self._blocked(db, channel, address, reachable))

    async def _blocked(self, db: Transaction, channel: str, address: str, reachable: bool) -> None:
        contact = await people.lock_contact(db, channel, address) if reachable else None
        await people.set_reachable(db, channel, address, reachable)
        if contact is not None and not contact.reachable:
            turn = Turn(channel, "", address, 0, clock.now())
            await self._returned(db, turn, _person(contact, turn))
            db.after_commit(self.hint.set)

    async def _returned(self, db: Transaction, turn: Turn, person: Person) -> None:
        """An address can be written to again: what could not be sent may be owed once more."""
        await self._act_of(self._vocabulary.returns, db, turn, person)

    # -- views

    async def _view(self, turn: Turn) -> Answer | None:
        """Answer without writing, if the turn asks for a view and the person is known; else None."""
        if turn.file is not None or (turn.choice or "").startswith("~") or len(turn.text or "") > LONGEST:
            return None
        contact = await people.contact(self.database.read(), turn.channel, turn.address)
        return await self._shown(turn, contact) if contact is not None else None

    async def _shown(self, turn: Turn, contact: ContactRow) -> Answer | None:
        if not contact.reachable:
            return None
        if turn.edited or turn.unread or turn.quotes is not None:
            return None  # only an act can tell what it belongs to
        if turn.order <= contact.seen_order:
            return None  # a repeat, or late: words that ended a form would be read as if there had been none
        heard = self._heard(turn, contact.draft is not None)
        step, argument = self._step_of(heard)
        if heard is None or step is None or step.view is None:
            return None
        person = _person(contact, turn)
        with i18n.speaking(person.locale):
            db = self.database.read()
            reply = await step.view(turn, db, person, argument)
            if heard.also or heard.angry:
                reply = await self._with_more(turn, db, person, heard, reply)
            return Answer(_with_way_back(reply, person), True, False, person.locale)

    def _heard(self, turn: Turn, in_form: bool) -> Heard | None:
        """What a turn asks for; None: the open form decides."""
        if turn.choice is not None:
            return Heard(turn.choice)
        if turn.command is not None:
            name = self._vocabulary.commands.get(turn.command, "welcome.menu")
            return Heard(f"{name}:{turn.text}" if turn.text else name)
        if turn.text is None:
            return None
        if in_form:
            exact = self._vocabulary.exact(turn.text)
            return Heard(exact) if exact is not None and exact not in ABOUT_FORM else None
        self._screens.typed(turn)
        return self._vocabulary.route(turn.text, turn.received_at)

    def _step_of(self, heard: Heard | None) -> tuple[Step | None, str]:
        return self._vocabulary.step_of(self._book, heard)

    async def _with_more(self, turn: Turn, db: Reader, person: Person, heard: Heard, reply: Reply) -> Reply:
        """The reply with what else the same message asked for, and a word to whoever is angry."""
        also, argument = self._step_of(Heard(heard.also))
        if also is not None and also.view is not None:
            more = await also.view(turn, db, person, argument)
            below = f"{more.title}\n{more.text}" if more.title else more.text
            known = {choice.token for row in reply.choices for choice in row}
            rows = [row for row in more.choices if not known & {choice.token for choice in row}]
            reply = replace(reply, text=f"{reply.text}\n\n{below}", choices=(*reply.choices, *rows))
        return texts.soothed(reply) if heard.angry else reply

    def _guarded(self, turn: Turn) -> tuple[Turn, tuple[str, Sequence[str]] | None]:
        """The turn without secrets that were typed, and what was withheld: the words as they were, and the kinds.

        MUST come before anything reads the words: what is withheld is seen by no agent, log or table. Only
        the open question of a form that asks for just such a thing (a mailed code) is handed the words.
        """
        if turn.file is not None and (name := self._vocabulary.guards(turn.file.name)[0]) != turn.file.name:
            turn = replace(turn, file=replace(turn.file, name=name))
        if turn.text is None or turn.choice is not None:
            return turn, None
        text, kinds = self._vocabulary.guards(turn.text)
        return (replace(turn, text=text), (turn.text, kinds)) if kinds else (turn, None)

    # -- acts

    @contextlib.asynccontextmanager
    async def _lane(self, key: tuple[str, str]) -> Any:
        """Turns of one address go one after the other, in the order they came."""
        lock = self._fifo.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked() and not lock._waiters:
                self._fifo.pop(key, None)

    async def _failed(self, turn: Turn, can: Abilities, rides: bool, failure: Exception) -> Answer | None:
        """What to say to a turn that failed; None: nothing yet, the wire is to repeat it."""
        attempt, answer = 0, None
        if not self.database.away(failure) and not isinstance(failure, TurnFailed):
            name = type(failure).__name__
            try:
                counted = self.database.write(lambda db: self._count(db, turn, can, rides, name))
                attempt, answer = await asyncio.shield(counted)
            except Exception as another:
                log.error("turn %s %s: failure not counted: %s", turn.channel, turn.event_id, type(another).__name__)
        log.error("turn %s %s: %s, attempt %d", turn.channel, turn.event_id, _where(failure), attempt)
        return answer

    async def _count(
        self, db: Transaction, turn: Turn, can: Abilities, rides: bool, error: str
    ) -> tuple[int, Answer | None]:
        """Count a failure in a transaction of its own: how many there are, and an answer once the event is given up."""
        contact = await people.meet(db, turn.channel, turn.address, i18n.negotiate(turn.language), turn.received_at)
        seen = await self._seen(db, turn, contact)
        if seen is not None:
            return TRIES, seen  # a view that was given up before: it is computed again, and fails again
        attempts = await conversations.count_failure(db, turn.channel, turn.event_id, error, clock.now())
        if attempts < TRIES:
            return attempts, None
        person = _person(contact, turn)
        late = _late(contact, turn)
        with i18n.speaking(person.locale):
            reply = Reply(text=texts.gave_up(), choices=((texts.human(), texts.menu()),), replaces=False)
            reply = _with_way_back(reply, person)
        return attempts, await self._finish(db, turn, can, rides, contact, person, reply, late=late, failed=True)

    async def _seen(self, db: Transaction, turn: Turn, contact: ContactRow) -> Answer | None:
        """What was answered to this event, if it was done before. MUST be called with the contact locked."""
        seen = await conversations.seen(db, turn.channel, turn.event_id, turn.address)
        if seen is None:
            return None
        messages: list[Message] = []
        if seen.first:
            # Its own lines and no others: what was said, if anything was, and the reply, which ends them.
            for row in await conversations.messages(db, contact.id, after=seen.first - 1, limit=2):
                messages.append(_message(row))
                if not row.mine:
                    break
        return Answer(unpacked(seen.reply), seen.owed, True, contact.locale, tuple(messages))

    async def _act(self, turn: Turn, can: Abilities, rides: bool) -> Answer:
        """The turn in a transaction; and once more where it turns out only at its end that it was done before."""
        try:
            return await asyncio.shield(self.database.write(lambda db: self._turn(db, turn, can, rides)))
        except _DoneBefore:
            return await asyncio.shield(self.database.write(lambda db: self._turn(db, turn, can, rides, look=True)))

    async def _turn(self, db: Transaction, turn: Turn, can: Abilities, rides: bool, *, look: bool = False) -> Answer:
        contact = await people.lock_contact(db, turn.channel, turn.address)
        if contact is None:
            locale = i18n.negotiate(turn.language)
            contact = await people.meet(db, turn.channel, turn.address, locale, turn.received_at)
        # Only now that the row is held: a repeat of this event waits above and sees what we did. What is newer
        # than all that was done is no repeat; where a wire began its count anew, the event's key tells (`_finish`).
        seen = await self._seen(db, turn, contact) if look or turn.order <= contact.seen_order else None
        if seen is not None:
            return seen
        late = _late(contact, turn)
        person = _person(contact, turn)
        person.before = self._screens.before(turn)
        heard, withheld = turn, self._withheld.get((turn.channel, turn.address))
        if withheld is not None:
            walk = await self._forms.current(db, person, turn)
            if walk is not None and not late and walk.takes(withheld[0]):
                heard, withheld = replace(turn, text=withheld[0]), None  # it is what the open question asks for
        with i18n.speaking(person.locale):
            if not contact.reachable:
                await self._returned(db, turn, person)
            reply = await self._step(db, heard, person, late)
            if turn.album is not None and self._screens.said_to_album(turn, reply):
                reply = SILENCE
            if withheld is not None:
                reply = texts.warned(reply, withheld[1])
        if person.lost_at == contact.lost_at:
            person.lost_at = None  # this turn was understood: "twice in a row" begins anew
        with i18n.speaking(person.locale):
            reply = _with_way_back(reply, person)
        return await self._finish(db, turn, can, rides, contact, person, reply, late=late)

    async def _step(self, db: Transaction, turn: Turn, person: Person, late: bool) -> Reply:
        if turn.text is not None and len(turn.text) > LONGEST:
            return Reply(text=texts.too_long(LONGEST), choices=((texts.menu(),),), replaces=False)
        if (turn.choice or "").startswith("~"):
            return await self._forms.tapped(db, turn, person, late=late)
        if turn.choice is not None or turn.command is not None:
            return await self._run(db, turn, person, self._heard(turn, False), late)
        if turn.edited:
            return await self._edited(db, turn, person)
        if turn.quotes is not None and self._vocabulary.quoted:
            answer = await self._act_of(self._vocabulary.quoted, db, turn, person)
            if answer is not None:
                return answer
        walk = await self._forms.current(db, person, turn)
        if turn.unread:
            said = texts.unread(turn.unread)
            if walk is not None:
                return await walk.show(db, said)
            return Reply(text=said, choices=((texts.menu(), texts.human()),), replaces=False)
        spoken = turn.file is not None and turn.file.seconds is not None
        if spoken and self._vocabulary.stray and (walk is None or walk.hears != "anything"):
            # No answer to a question is spoken, unless a person is to hear it.
            return await self._run(db, turn, person, Heard(self._vocabulary.stray), late)
        if walk is None:
            if turn.file is not None and self._vocabulary.stray:
                return await self._run(db, turn, person, Heard(self._vocabulary.stray), late)
            if turn.file is not None:
                return Reply(text=texts.file_nowhere(), choices=((texts.menu(), texts.human()),), replaces=False)
            return await self._run(db, turn, person, self._heard(turn, False), late)
        if late:
            return await walk.show(db, texts.came_late())
        if turn.file is not None:
            return await walk.sent_file(db, turn.file)
        return await self._typed(db, turn, person, walk)

    async def _edited(self, db: Transaction, turn: Turn, person: Person) -> Reply:
        """Other words for what was said before. MUST NOT change an answer or do a step once more."""
        answer = await self._act_of(self._vocabulary.edited, db, turn, person)
        if answer is not None:
            return answer
        walk = await self._forms.current(db, person, turn)
        if walk is not None:
            return await walk.show(db, texts.edited())
        return Reply(text=texts.edited(), choices=((texts.menu(),),), replaces=False)

    async def _act_of(self, name: str, db: Transaction, turn: Turn, person: Person) -> Reply | None:
        """What an act of this name answers; None: there is none, or it has nothing to say to this turn."""
        step, _argument = self._step_of(Heard(name))
        answer = await step.act(turn, db, person, "") if step is not None and step.act is not None else None
        return answer if isinstance(answer, Reply) else None

    async def _typed(self, db: Transaction, turn: Turn, person: Person, walk: FormWalk) -> Reply:
        """Words while a form is open: about the form, an answer, a correction, or something else in between."""
        words, text = self._vocabulary, turn.text or ""
        exact = words.exact(text)
        if exact is not None and exact not in ABOUT_FORM:
            return await self._run(db, turn, person, Heard(exact), False)
        about, value = (exact, "") if exact is not None else (None, "")
        if about is None and walk.hears != "anything":
            about, value = words.about_form(text, walk.fields) or (None, "")
        match about:
            case None:
                pass
            case "back":
                return await walk.back(db)
            case "skip":
                return await walk.skip(db)
            case "cancel":
                return await walk.cancel(db)
            case field:
                return await walk.edit(db, field, value)
        if walk.hears == "name" and words.hearing.asks(text):
            heard = words.breaks_in(text, turn.received_at)
            if heard is not None:
                return await self._run(db, turn, person, heard, False)
        reply = await walk.typed(db, text)
        if reply is None and (instead := words.mends(text)) is not None:
            reply = await walk.mend(db, instead)
        if reply is not None:
            return reply
        heard = words.breaks_in(text, turn.received_at)
        if heard is not None:
            return await self._run(db, turn, person, heard, False)
        routed = words.route(text, turn.received_at)
        asked, _argument = self._step_of(routed)
        if asked is not None and asked.form is walk.form:
            return await walk.show(db)  # "我要登记债权": that is what we are doing
        refused = await walk.refused(db, text)
        return texts.soothed(refused) if routed.angry else refused

    async def _run(self, db: Transaction, turn: Turn, person: Person, heard: Heard | None, late: bool) -> Reply:
        step, argument = self._step_of(heard)
        name, _colon, handle = (turn.choice or "").partition(":")
        if late and (name in WAYS_BACK or (step is not None and step.form is not None)):
            walk = await self._forms.current(db, person, turn)
            if walk is not None:  # a late word opens, drops and takes up nothing while a form is open
                return await walk.show(db, texts.came_late())
        match name:
            case "form.resume":
                return await self._forms.resume(turn, db, person, handle)
            case "form.restart":
                return await self._forms.restart(turn, db, person, handle)
            case "form.undo":
                return await self._forms.undo(turn, db, person, handle)
            case _ if name == AGAIN:
                again = self._screens.again(turn, handle)
                if again is not None:
                    return again
        if step is None:
            return Reply(text=texts.unknown_step(), choices=((texts.menu(),),), replaces=False)
        if step.form is not None:
            reply = await self._forms.open(db, step.form, turn, person, argument)
            walk = await self._forms.current(db, person, turn) if heard is not None and heard.said else None
            if heard is None or walk is None or walk.form is not step.form:
                return reply
            return await walk.typed(db, heard.said) or reply
        assert heard is not None
        if step.view is not None:
            reply = await step.view(turn, db, person, argument)
            return await self._with_more(turn, db, person, heard, reply)
        assert step.act is not None
        answer = await step.act(turn, db, person, argument)
        if isinstance(answer, str):
            return await self._run(db, replace(turn, choice=None), person, replace(heard, token=answer), late)
        return await self._with_more(turn, db, person, heard, answer)

    async def _finish(
        self,
        db: Transaction,
        turn: Turn,
        can: Abilities,
        rides: bool,
        contact: ContactRow,
        person: Person,
        reply: Reply,
        *,
        late: bool,
        failed: bool = False,
    ) -> Answer:
        first = 0
        messages: tuple[Message, ...] = ()
        if not can.remembers:
            first = contact.messages + 1
            messages = await self._remember(db, turn, contact, reply)
        await people.turned(
            db,
            contact.id,
            creditor_id=person.creditor_id,
            locale=person.locale,
            locale_chosen=person.locale_chosen,
            timezone=person.timezone,
            muted=" ".join(sorted(person.muted)),
            draft=person.draft,
            order=contact.seen_order if late else turn.order,
            at=turn.received_at,
            messages=contact.messages + len(messages),
            lost_at=person.lost_at,
        )
        says = not reply.silent
        owed = await conversations.record(
            db,
            turn.channel,
            turn.event_id,
            address=turn.address,
            at=turn.received_at,
            late=late,
            rides=rides and says,
            reply=reply.packed(),
            first=first,
            failed=failed,
        )
        if owed is None:
            raise _DoneBefore
        if can.remembers and not owed and says:
            await outbox.put_reply(db, turn, reply)
        db.after_commit(self.hint.set)
        if messages:
            db.after_commit(lambda: self.bell.ring(turn.address))
        return Answer(reply, owed, False, person.locale, messages)

    async def _remember(self, db: Transaction, turn: Turn, contact: ContactRow, reply: Reply) -> tuple[Message, ...]:
        lines: list[tuple[bool, Reply]] = []
        if turn.file is not None:
            lines.append((True, Reply(title=turn.file.name[:120], text=turn.text or "")))
        elif turn.text:
            lines.append((True, Reply(text=turn.text[:LONGEST])))
        lines.append((False, reply))
        messages = []
        for seq, (mine, said) in enumerate(lines, contact.messages + 1):
            await conversations.add_message(db, contact.id, seq, mine=mine, at=turn.received_at, body=said.packed())
            messages.append(Message(seq, turn.received_at, mine, said))
        return tuple(messages)


def _now(looking: Coroutine[Any, Any, T | None]) -> T | None:
    """What a look-up answers if it need not wait; None if it would, or fails: then it has to be done again."""
    try:
        looking.send(None)
    except StopIteration as end:
        found: T | None = end.value
        return found
    except Exception:
        return None  # it fails again where failures are counted and logged
    looking.close()
    return None


def _too_fast(turn: Turn) -> Answer:
    locale = i18n.negotiate(turn.language)
    with i18n.speaking(locale):
        return Answer(Reply(text=texts.too_fast(), replaces=False), True, False, locale)


def _with_way_back(reply: Reply, person: Person) -> Reply:
    """While a form is open, whatever interrupted it ends with the way back to it."""
    if person.draft is None or reply.silent:
        return reply
    tokens = [choice.token for row in reply.choices for choice in row]
    if any(token.startswith(("~", "form.")) for token in tokens):
        return reply
    return reply.with_choices((Choice(texts.resume(), "form.resume", "primary"),))


def _person(contact: ContactRow, turn: Turn) -> Person:
    locale = contact.locale
    if not contact.locale_chosen and turn.language:
        locale = i18n.negotiate(turn.language, default=locale)
    return Person(
        contact_id=contact.id,
        channel=turn.channel,
        address=turn.address,
        creditor_id=contact.creditor_id,
        locale=locale,
        locale_chosen=contact.locale_chosen,
        timezone=contact.timezone,
        muted=frozenset(contact.muted.split()),
        draft=contact.draft,
        lost_at=contact.lost_at,
    )


def _message(row: MessageRow) -> Message:
    return Message(row.seq, row.at, row.mine, unpacked(row.body))


def _late(contact: ContactRow, turn: Turn) -> bool:
    """Whether a newer event of this address was done before. After a week of silence a wire begins anew."""
    return turn.order < contact.seen_order and turn.received_at - contact.seen_at < FORGET_ORDER


def _where(failure: BaseException) -> str:
    """Class and place of a failure. MUST NOT hold its message: that may quote what a person wrote."""
    frames = traceback.extract_tb(failure.__traceback__)[-4:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(failure).__name__} at {places}"


_KEEP = {"\n", "\t"}
_BIDI = {chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)}
#: a token as `Choice` promises it; anything else was never ours
_TOKEN = re.compile(r"[ -~]{1,64}")


def _cleaned(turn: Turn) -> Turn:
    """The turn without what misleads readers or stops a database.

    Words and file names lose NUL, control characters, lone surrogates and direction overrides. A
    token that no button of ours can hold is made printable: the room will not know what it names.
    """
    text, file, choice = turn.text, turn.file, turn.choice
    if text is not None:
        text = _plain(text)
    if file is not None and (name := _plain(file.name)) != file.name:
        file = replace(file, name=name)
    if choice is not None and not _TOKEN.fullmatch(choice):
        choice = "".join(c if " " <= c <= "~" else "?" for c in choice[:64])
    if (text, choice) == (turn.text, turn.choice) and file is turn.file:
        return turn
    return replace(turn, text=text, file=file, choice=choice)


def _plain(text: str) -> str:
    if not text.isprintable():
        text = text.encode("utf-8", "ignore").decode()
        text = "".join(
            c for c in text if c in _KEEP or (c not in _BIDI and unicodedata.category(c) not in ("Cc", "Cs"))
        )
    return text.strip()
