"""The desk in a Telegram group: what is done there, what is told there, and the register of its topics.

A ticket tells its topic by a mark of its own (`ticket.told`), not by a call in every action: whatever
was done, on whichever desk, is seen in the next look and put into the outbox once. What an agent does
in the group goes the same way as on the web desk, by `support.desk`, in one transaction with the note
that this update was done: its repeat does nothing.

A group takes few messages. So the mark is also the queue: what is new with tickets of the agents in the
group goes into the outbox at once, everything else while the group has leisure, in half of its minute; and
a ticket that somebody at another desk has gets no topic before somebody here has to do with it.

Only a process with a bot imports this: it imports aiogram.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import orjson

from bot import clock, files, roles, webdesk
from bot.channels.desk import texts as desk_texts
from bot.channels.telegram.forum import texts
from bot.channels.telegram.forum.reader import Done, Posted
from bot.channels.telegram.forum.sender import Forum, Known, Look, Post, Shown
from bot.channels.telegram.wire import Wire
from bot.conversation.outbox import Cancelled, Render
from bot.conversation.reply import Attachment, Reply
from bot.conversation.turn import File
from bot.errors import Invalid, Refusal
from bot.support import desk as support
from bot.support import sheet as replies
from bot.support.rules import REVEAL_LIVES, Line, OthersDetails, Overtaken, Ticket
from storage import deliveries, tickets, topics
from storage.agents import Who
from storage.database import Database, Reader, Transaction
from storage.deliveries import DueRow
from storage.terms import TicketStatus
from storage.tickets import TicketRow
from storage.topics import NewsRow

#: what a row of the outbox is called that goes to the group and has no words yet
KIND = "topic"
#: how long it is worth telling
LIVES = timedelta(days=7)
#: what is shown around the words changes at most so often for one ticket
DEBOUNCE = timedelta(seconds=10)
#: Telegram takes twenty messages a minute in one group; we stop before it says so
A_MINUTE, MINUTE = 18, timedelta(minutes=1)
#: messages in a new topic: its card, and what was said
TOPIC = 2
#: somebody who makes a topic and is not heard of for so long does not make it any more
CLAIM = timedelta(seconds=60)
#: tickets in one transaction, and lines of one ticket
CHUNK, LINES = 20, 200
#: lines of one ticket that may be on their way at once
MOST_LINES = 5000
#: a file that cannot be fetched this often is given up
FETCHES = 5
#: what may be shown until a moment is deleted so much later: it may just be on its way
AFTERWARDS = timedelta(seconds=30)
LONGEST_HOLD = webdesk.LONGEST_HOLD
ADMINISTRATORS = frozenset({"creator", "administrator"})
SETTLED = frozenset({TicketStatus.SOLVED.value, TicketStatus.CLOSED.value})

_LABELS = desk_texts.values("zh_Hans")


_NOTHING = Done()


class _Register:
    """What the channel has to remember, kept in tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cases = webdesk.Work(database)

    async def group(self) -> int | None:
        row = await topics.group(self._database.read())
        return row.chat if row is not None else None

    async def speaks(self, messages: int) -> float:
        many = min(messages, A_MINUTE)  # or what is too long for a minute would wait for ever
        wait = await self._database.write(lambda db: topics.speak(db, many, A_MINUTE, MINUTE, clock.now()))
        return wait.total_seconds()

    async def hushed(self, seconds: float) -> None:
        now = clock.now()
        await self._database.write(lambda db: topics.hush(db, A_MINUTE, now + timedelta(seconds=seconds), now))

    async def topic(self, number: str) -> Known | None:
        row = await topics.topic(self._database.read(), number)
        if row is None:
            return None
        return Known(row.chat, row.thread, row.title, row.icon, row.closed, row.card, row.drawn)

    async def _on(self, number: str, act: Callable[[Transaction, int], Awaitable[Any]]) -> Any:
        async def run(db: Transaction) -> Any:
            row = await tickets.by_number(db, number)
            assert row is not None
            return await act(db, row.id)

        return await self._database.write(run)

    async def claim(self, number: str, chat: int) -> bool:
        now = clock.now()
        return bool(await self._on(number, lambda db, key: topics.claim(db, key, chat, now, now + CLAIM)))

    async def free(self, number: str) -> None:
        await self._on(number, topics.free)

    async def made(self, number: str, thread: int, title: str, icon: str) -> None:
        await self._on(number, lambda db, key: topics.made(db, key, thread, title, icon))

    async def lost(self, number: str, thread: int) -> None:
        await self._on(number, lambda db, key: topics.lost(db, key, thread))

    async def named(self, number: str, title: str, icon: str) -> None:
        await self._on(number, lambda db, key: topics.named(db, key, title, icon))

    async def shut(self, number: str, closed: bool) -> None:
        await self._on(number, lambda db, key: topics.shut(db, key, closed))

    async def carded(self, number: str, card: int | None, drawn: str) -> None:
        await self._on(number, lambda db, key: topics.carded(db, key, card, drawn))

    async def moved(self, chat: int, to: int) -> None:
        await self._database.write(lambda db: topics.move_group(db, chat, to))

    async def shows(self, line: int) -> Shown | None:
        found = await topics.shows(self._database.read(), line)
        return Shown(*found[:3], typed=found.agent_id is not None) if found is not None else None

    async def sent(self, number: str, chat: int, message: int, line: int) -> None:
        now = clock.now()
        await self._on(number, lambda db, key: topics.keep(db, chat, message, key, now, line=line))

    async def look(self, number: str) -> Look:
        found = await self._cases.ticket(number, "")
        row = await tickets.by_number(self._database.read(), number)
        assert row is not None
        sign = texts.icon(row.status, row.tier, row.reminded, row.flags.split())
        made = _card(found)
        drawn = hashlib.sha256(made.packed()).hexdigest()[:16]
        return Look(texts.title(found, _LABELS), sign, row.status == TicketStatus.CLOSED, made, drawn)


def _card(found: dict[str, Any]) -> Reply:
    """The card of a case as the desk in the browser may show it to anybody."""
    known = replies.canned()[1]
    ready = [one for one in replies.fitting(found["category"], found["locale"]) if not known[one[0]].fields]
    ready.sort(key=lambda one: not known[one[0]].category)  # what suits just this comes first
    return texts.card(found, _LABELS, _moment, _steps(found), ready)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.BEIJING):%m-%d %H:%M}"


def _steps(found: dict[str, Any]) -> list[tuple[str, str]]:
    card = found["card"]
    if card is None:
        return []
    kinds = ((step["kind"].partition(":")[2], step["at"]) for step in card["timeline"])
    return [(texts.label(_LABELS, kind), f"{at.astimezone(clock.BEIJING):%m-%d}") for kind, at in kinds]


class ForumDesk:
    """The desk's group, as the house sees it. `ring` wakes the worker after a commit."""

    def __init__(self, database: Database, wire: Wire, ring: Callable[[], None], *, styles: bool = False) -> None:
        self.channel = Forum(wire, _Register(database), styles=styles)
        self._database = database
        self._wire = wire
        self._ring = ring
        self._cases = webdesk.Work(database)
        self._fetches: dict[int, int] = {}
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    # -- telling the topics

    async def plan(self) -> int:
        """Put what is new in any ticket on its way to its topic; how many steps that took."""
        steps, db = 0, self._database.read()
        while (group := await topics.group(db)) is not None:
            leisure = await topics.leisure(db, group, self.channel.name, A_MINUTE // 2, clock.now())
            others = min(leisure // TOPIC, CHUNK)
            if not await topics.any_news(db, pressing=not others):
                break
            if not await self._database.write(partial(self._tells, others=others)):
                break
            steps += 1
        while await topics.erased(db, 1):
            if not await self._database.write(self._drops):
                break
            steps += 1
        return steps

    async def _drops(self, db: Transaction) -> int:
        """Topics of creditors who were erased are deleted in Telegram too."""
        done, lane = 0, deliveries.STATUS
        for row in await topics.erased(db, CHUNK):
            if await topics.take_erased(db, row):
                key = f"topic:drop:{row.chat}:{row.thread}"
                await self._owe(db, str(row.chat), key, clock.now(), lane=lane, what="drop", drop=row.thread)
                done += 1
        return done

    async def _tells(self, db: Transaction, *, others: int) -> int:
        rows = await topics.news(db, CHUNK, others)
        for row in rows:
            await self._tell(db, row, clock.now())
        return len(rows)

    async def _tell(self, db: Transaction, row: NewsRow, now: datetime) -> None:
        """One ticket's topic. MUST put each line, and each change of one, into the outbox once.

        The ticket is held, and so are its lines: in one ticket their ids commit in order.
        """
        known = await topics.known(db, row.id)
        fresh = await topics.lines_after(db, row.id, known.told_line if known is not None else 0, LINES)
        if known is None:
            if row.status in SETTLED or row.elsewhere:
                await topics.told(db, row.id, row.revision)
                return
            # Of a ticket that was not for this group before the card tells the rest.
            said = [line for line in fresh if line.kind == "said"]
            told = said[-1:] if row.told else fresh
            await topics.begin(db, row.id, 0, row.status, now)
            was = row.status
        else:
            told, was = fresh, known.told_status
        for line in told:
            about = line.answers or 0
            shown = await topics.shows(db, about if line.code == "edited" else line.id)
            typed = shown is not None and shown.agent_id is not None
            if line.code == "edited" and not typed:
                await self._owe(db, row.number, f"topic:edit:{line.id}", now, what="edit", line=about)
            elif shown is None or (line.code == "edited" and shown.at < line.at):
                # What an agent typed in the topic stands there; what he did not change there does not.
                await self._owe(db, row.number, f"topic:line:{line.id}", now, what="line", line=line.id)
        last_said = await topics.last_said(db, row.id)
        if known is not None and last_said is not None and last_said.album and last_said.id <= known.told_line:
            # The rest of an album comes to a line that was told already.
            papers = [one for one in await tickets.files_of(db, row.id) if one.message_id == last_said.id]
            key = f"topic:album:{last_said.id}:{len(papers)}"
            await self._owe(db, row.number, key, now, what="edit", line=last_said.id)
        if row.status != was and texts.moved(row.status, was):
            key = f"topic:status:{row.id}:{row.revision}"
            await self._owe(db, row.number, key, now, what="status", status=row.status, was=was)
        # At most one look in each stretch, at its end: what changes within it is seen by the same one.
        place = int(now.timestamp() // DEBOUNCE.total_seconds()) + 1
        at = datetime.fromtimestamp(place * DEBOUNCE.total_seconds(), now.tzinfo)
        await self._owe(
            db, row.number, f"topic:look:{row.id}:{place}", at,
            channel=self.channel.looks.name, lane=deliveries.BULK, what="look",
        )  # fmt: skip
        last = fresh[-1].id if fresh else known.told_line if known is not None else 0
        await topics.go_on(db, row.id, last, row.status)
        await topics.told(db, row.id, row.revision if len(fresh) < LINES else row.revision - 1)

    async def _owe(
        self,
        db: Transaction,
        number: str,
        key: str,
        at: datetime,
        *,
        channel: str = "",
        lane: int = deliveries.URGENT,
        **fields: Any,
    ) -> None:
        """Put something without words into the outbox. What an agent asked for goes before what he did not."""
        await deliveries.put(
            db,
            channel=channel or self.channel.name,
            address=number,
            lane=lane,
            dedupe_key=key,
            kind=KIND,
            fields=fields,
            body=None,
            due_at=at,
            expires_at=at + LIVES,
        )

    async def _say(
        self, db: Transaction, posted: Posted, address: str, reply: Reply, key: str = "", lives: timedelta = LIVES
    ) -> None:
        """Tell an agent something where he is."""
        await deliveries.put(
            db,
            channel=self.channel.name,
            address=address,
            lane=deliveries.REPLY,
            dedupe_key=key or f"topic:said:{self.channel.name}:{posted.event_id}",
            kind=KIND,
            fields={},
            body=reply.packed(),
            due_at=posted.received_at,
            expires_at=posted.received_at + lives,
        )

    def renderer(self, others: Render) -> Render:
        """Words for what goes to the group, made when it is sent; everything else is for the `others`."""

        async def render(db: Reader, row: DueRow) -> Reply | Cancelled:
            return await self._words(db, row) if row.kind == KIND else await others(db, row)

        return render

    async def _words(self, db: Reader, row: DueRow) -> Reply | Cancelled:
        what = row.fields["what"]
        if what == "drop":
            return Post(text="", drops=row.fields["drop"])
        if what == "hide":
            sent = await topics.receipt(db, row.fields["of"])
            numbers = tuple(int(one) for one in (sent or "").split(",") if one)
            return Post(text="", hides=numbers) if numbers else Cancelled("it did not go out")
        if what != "file" and await tickets.by_number(db, row.address) is None:
            return Cancelled("the creditor was erased")
        if what == "look":
            return Post(text="", look=True)
        if what == "status":
            return Reply(text=texts.moved(row.fields["status"], row.fields["was"]))
        if what == "file":
            return await self._paper(db, row)
        if what == "card":
            return _card(await self._cases.ticket(row.address, ""))
        seen = await support.case(db, row.address, "", clock.now(), MOST_LINES)  # nobody in particular: masked
        line = next((one for one in seen.lines if one.id == row.fields["line"]), None)
        if line is None:
            return Cancelled("the line went into another ticket")
        if line.code == "edited":
            return self._rewritten(seen, line)
        papers = [{"name": one.name, "size": one.size, "harm": one.harm} for one in seen.files if one.line == line.id]
        said = {
            "kind": line.kind,
            "code": line.code,
            "agent": line.agent,
            "text": line.text,
            "edited": line.edited_at is not None,
            "withdrawn": line.withdrawn_at is not None,
        }
        title, text = texts.line(said, papers, _LABELS)
        return Post(text=text, title=title, line=line.id, answers=line.answers or 0, edits=what == "edit")

    def _rewritten(self, seen: Ticket, event: Line) -> Reply | Cancelled:
        """How an answer that an agent typed in the topic reads since somebody changed it elsewhere."""
        line = next((one for one in seen.lines if one.id == event.answers), None)
        later = any(one.id > event.id and one.code == "edited" and one.answers == event.answers for one in seen.lines)
        if line is None or line.withdrawn_at is not None or later:
            return Cancelled("it reads otherwise by now")
        return Post(text=texts.rewritten(line.text, event.agent or ""), line=event.id, answers=line.id)

    async def _paper(self, db: Reader, row: DueRow) -> Reply | Cancelled:
        """A file for one agent alone. MUST check anew that he may look now."""
        number, handle, agent = row.fields["ticket"], row.fields["handle"], row.fields["agent"]
        try:
            content = await support.paper(db, number, handle, agent, clock.now())
        except Refusal as refusal:
            return Cancelled(type(refusal).__name__)
        seen = await support.case(db, number, agent, clock.now())
        known = next(one for one in seen.files if one.handle == handle)
        kind = files.sniff(content) or "application/octet-stream"
        return Reply(text="", document=Attachment(known.name, kind, content))

    # -- what is done in the group

    async def take(self, posted: Posted) -> Done:
        """Do what somebody did in the group. MUST NOT return before it is durable; a repeat does nothing."""
        lane = self._lanes.setdefault(posted.lane, asyncio.Lock())
        async with lane:
            return await self._takes(posted)

    async def _takes(self, posted: Posted) -> Done:
        match posted.kind:
            case "moved":
                return await self._once(posted, lambda db: self._moves(db, posted))
            case "left" | "back":
                return await self._once(posted, lambda db: self._leaves(db, posted))
        if posted.command == "desk":
            return await self._binds_group(posted)
        if posted.command == "bind":
            return await self._once(posted, lambda db: self._binds_agent(db, posted))
        db = self._database.read()
        group = await topics.group(db)
        if group is None or group.chat != posted.chat or posted.thread is None:
            return _NOTHING
        topic = await topics.of_thread(db, posted.chat, posted.thread)
        if topic is None:
            return _NOTHING  # a topic that somebody made by hand
        who = await topics.member(db, posted.user)
        if who is None:
            return await self._once(posted, lambda tx: self._refuses_stranger(tx, posted, topic.number))
        held = await self._held(posted)
        posted = await self._with_file(posted, held)
        return await self._once(posted, lambda tx: self._does(tx, posted, topic.number, who), topic.number)

    async def _once(self, posted: Posted, act: Callable[[Transaction], Awaitable[Done]], number: str = "") -> Done:
        """Do something in one transaction with the note that it was done; a refusal leaves words instead."""

        async def run(db: Transaction) -> Done:
            if not await topics.first_time(db, self.channel.name, posted.order, posted.received_at):
                return _NOTHING
            done = await act(db)
            db.after_commit(self._ring)
            return done

        try:
            return await self._database.write(run)
        except (Refusal, Invalid) as failure:
            words = texts.refused(failure, _refusal(failure))

        async def refuses(db: Transaction) -> Done:
            if await topics.first_time(db, self.channel.name, posted.order, posted.received_at):
                await self._say(db, posted, number, texts.told(words))
                db.after_commit(self._ring)
            return _NOTHING

        return await self._database.write(refuses)

    async def _refuses_stranger(self, db: Transaction, posted: Posted, number: str) -> Done:
        """A short word, once an hour for one person: a group is no place to be shouted at by a bot."""
        hour = f"{posted.received_at:%Y%m%d%H}"
        key = f"topic:stranger:{posted.user}:{number}:{hour}"
        await self._say(db, posted, number, texts.told(texts.stranger()), key)
        return _NOTHING

    # -- membership

    async def _moves(self, db: Transaction, posted: Posted) -> Done:
        await topics.move_group(db, posted.chat, posted.other)
        return _NOTHING

    async def _leaves(self, db: Transaction, posted: Posted) -> Done:
        """Who is not in the group may do nothing there, and what he had goes back to the queue."""
        group = await topics.group(db)
        if group is None or group.chat != posted.chat:
            return _NOTHING
        who = await topics.member(db, posted.user)
        await topics.leave(db, posted.user, posted.received_at if posted.kind == "left" else None)
        if who is not None and posted.kind == "left":
            for number in await tickets.had_by(db, who.name):
                await support.assign(db, number, who.name, None, posted.received_at)
        return _NOTHING

    async def _binds_agent(self, db: Transaction, posted: Posted) -> Done:
        """A one-time code makes a Telegram user an agent."""
        typed, now = posted.text.strip(), posted.received_at
        code = await topics.code(db, typed, now)
        who = await topics.agent_of(db, code.agent_id) if code is not None and code.agent_id is not None else None
        words = texts.bad_code()
        if who is not None and await topics.spend(db, typed, now):
            await topics.join(db, who.id, posted.user, now)
            words = texts.bound(who.name)
        await self._say(db, posted, str(posted.chat), texts.told(words))
        return _NOTHING

    async def _binds_group(self, posted: Posted) -> Done:
        """A one-time code, typed by an administrator, makes this group the desk."""
        db, now = self._database.read(), posted.received_at
        typed = posted.text.strip()
        code = await topics.code(db, typed, now)
        why = ""
        if code is None or code.agent_id is not None or posted.private:
            why = "bad_code"
        elif not posted.forum:
            why = "no_topics"
        elif (await self._standing(posted.chat, posted.user))["status"] not in ADMINISTRATORS:
            why = "not_admin"
        elif not (await self._standing(posted.chat, self._wire.bot_id)).get("can_manage_topics"):
            why = "no_rights"

        async def act(tx: Transaction) -> Done:
            words = texts.desk_refused(why) if why else texts.desk_bound()
            if not why:
                if not await topics.spend(tx, typed, now):
                    words = texts.bad_code()
                else:
                    await topics.bind_group(tx, posted.chat, now)
            await self._say(tx, posted, str(posted.chat), texts.told(words))
            return _NOTHING

        return await self._once(posted, act)

    async def _standing(self, chat: int, user: int) -> dict[str, Any]:
        found = await self._wire.ask("getChatMember", {"chat_id": chat, "user_id": user})
        return found if isinstance(found, dict) else {"status": "left"}

    # -- files

    async def _held(self, posted: Posted) -> dict[str, Any] | None:
        """The words a tap is about, while they wait."""
        number = _message_of(posted.token) if posted.kind == "tap" else None
        row = await topics.message(self._database.read(), posted.chat, number) if number is not None else None
        return orjson.loads(row.held) if row is not None and row.held is not None else None

    async def _with_file(self, posted: Posted, held: dict[str, Any] | None) -> Posted:
        """With the content of its file, or of the file whose words waited. A file too large stays without."""
        if held is not None and held.get("file_id"):
            posted = replace(
                posted, file_id=held["file_id"], file=File(held["name"], held["size"], None, held.get("seconds"))
            )
        if posted.file is None or posted.kind == "edit" or posted.file.size > files.LARGEST:
            return posted
        try:
            content = await self._wire.fetch(posted.file_id, files.LARGEST)
        except Exception:
            # The update is repeated, but not for ever: then the agent is told that the file did not come.
            tries = self._fetches.get(posted.order, 0) + 1
            if tries < FETCHES:
                self._fetches[posted.order] = tries
                raise
            content = None
        self._fetches.pop(posted.order, None)
        return replace(posted, file=replace(posted.file, content=content))

    # -- in a topic

    async def _does(self, db: Transaction, posted: Posted, number: str, who: Who) -> Done:
        # Held first of all: what is looked at here still holds when it is acted upon.
        row = await tickets.locked(db, number)
        assert row is not None
        if posted.kind == "tap":
            return await self._taps(db, posted, row, who)
        if posted.kind == "edit":
            return await self._edits(db, posted, row, who)
        if posted.command and posted.file is not None:
            return await self._tells_agent(db, posted, row, texts.no_file_with_a_command())
        if posted.command:
            return await self._commands(db, posted, row, who, posted.command, posted.text)
        if posted.unusable:
            return await self._tells_agent(db, posted, row, texts.unusable())
        return await self._answers(db, posted, row, who, posted.text)

    async def _tells_agent(self, db: Transaction, posted: Posted, row: TicketRow, words: str | Reply) -> Done:
        await self._say(db, posted, row.number, texts.told(words) if isinstance(words, str) else words)
        return _NOTHING

    def _may(self, who: Who, what: str) -> None:
        if not roles.may(who.role, what):
            raise NotYourRole

    async def _answers(
        self,
        db: Transaction,
        posted: Posted,
        row: TicketRow,
        who: Who,
        text: str,
        *,
        message: int = 0,
        go: bool = False,
        sure: bool = False,
        seen: int = 0,
        asks: bool = False,
        about: int | None = None,
        shown: bool = True,
    ) -> Done:
        """Words typed in a topic go to the creditor; what the agent should look at first holds them back.

        `go`: he tapped although he was warned; `seen`: the last line he knew of then; `shown`: they stand
        in the topic as he typed them.
        """
        self._may(who, "ask_document" if asks else "answer")
        message = message or posted.message
        about = about or await self._quoted(db, posted, row)

        async def hold(warning: Reply, last: int) -> Done:
            held: dict[str, Any] = {"text": text, "seen": last, "asks": asks, "about": about, "shown": shown}
            if posted.file is not None:
                file = posted.file
                held |= {"file_id": posted.file_id, "name": file.name, "size": file.size, "seconds": file.seconds}
            await topics.keep(
                db, posted.chat, message, row.id, posted.received_at,
                agent_id=who.id, held=orjson.dumps(held).decode(),
            )  # fmt: skip
            return await self._tells_agent(db, posted, row, warning)

        if row.merged_into is not None:
            into = await tickets.by_id(db, row.merged_into)
            return await self._tells_agent(db, posted, row, texts.merged(into.number if into is not None else ""))
        last = await topics.last_said(db, row.id)
        latest = last.id if last is not None else 0
        if row.status == TicketStatus.CLOSED and not go:
            return await hold(texts.closed(message), latest)
        faster = last is not None and last.agent is not None and last.agent != who.name
        if faster and last is not None and (not go or latest > seen):
            line = await tickets.line(db, row.id, latest)
            when = _moment(line.at) if line is not None else ""
            return await hold(texts.overtaken(last.agent or "", when, text, message), latest)
        at = posted.received_at
        try:
            if asks:
                done = await support.ask_document(db, row.number, who.name, text, at, revision=row.revision)
            else:
                done = await support.answer(
                    db, row.number, who.name, text, at, revision=row.revision, sure=sure,
                    files=(posted.file,) if posted.file is not None else (), about=about,
                )  # fmt: skip
        except OthersDetails as refusal:  # nothing was written yet
            return await hold(texts.others(refusal.found, message), latest)
        except Overtaken:
            return await hold(texts.changed(message, text), latest)
        if shown:
            await topics.keep(db, posted.chat, message, row.id, at, line=done.line, agent_id=who.id)
        if not done.reachable:
            await self._tells_agent(db, posted, row, texts.unreachable())
        return Done(posted.chat, message, texts.TAKEN) if shown else _NOTHING

    async def _quoted(self, db: Transaction, posted: Posted, row: TicketRow) -> int | None:
        """The line of the creditor's that an agent replies to."""
        found = await topics.message(db, posted.chat, posted.answers) if posted.answers is not None else None
        if found is None or found.ticket_id != row.id or found.line_id is None or found.agent_id is not None:
            return None
        line = await tickets.line(db, row.id, found.line_id)
        return line.id if line is not None and line.kind == "said" and line.withdrawn_at is None else None

    async def _notes(
        self, db: Transaction, posted: Posted, row: TicketRow, who: Who, text: str, message: int = 0
    ) -> Done:
        """A note. MUST NOT reach the creditor by any way."""
        self._may(who, "note")
        message = message or posted.message
        done = await support.note(db, row.number, who.name, text, posted.received_at)
        await topics.keep(db, posted.chat, message, row.id, posted.received_at, line=done.line, agent_id=who.id)
        return Done(posted.chat, message, texts.NOTED)

    async def _edits(self, db: Transaction, posted: Posted, row: TicketRow, who: Who) -> Done:
        """An agent corrects what he wrote: the creditor gets the correction."""
        found = await topics.message(db, posted.chat, posted.message)
        if found is None or found.agent_id != who.id:
            return _NOTHING
        line = await tickets.line(db, row.id, found.line_id) if found.line_id is not None else None
        if posted.command not in ("", "ask") and (line is None or line.kind != "note"):
            return await self._tells_agent(db, posted, row, texts.no_note_any_more())
        if found.held is not None:
            held = orjson.loads(found.held) | {"text": posted.text}
            await topics.keep(
                db, posted.chat, posted.message, row.id, posted.received_at,
                agent_id=who.id, held=orjson.dumps(held).decode(),
            )  # fmt: skip
            return _NOTHING
        if line is None or line.text == posted.text.strip():
            return _NOTHING
        if line.kind == "note":
            return await self._tells_agent(db, posted, row, texts.note_stays())
        self._may(who, "edit")
        at = posted.received_at
        await support.change_answer(db, row.number, line.id, who.name, posted.text, at)
        await topics.keep(db, posted.chat, posted.message, row.id, at, line=line.id, agent_id=who.id)
        return Done(posted.chat, posted.message, texts.TAKEN)

    async def _taps(self, db: Transaction, posted: Posted, row: TicketRow, who: Who) -> Done:
        word, _colon, argument = posted.token.removeprefix("f.").partition(":")
        if word in ("go", "sure", "note", "no"):
            return await self._releases(db, posted, row, who, word)
        if word == "canned":
            return await self._canned(db, posted, row, who, argument)
        number, _colon, place = argument.partition(":")
        if number != row.number:
            return _NOTHING
        if word in ("escalate", "hold"):
            if not place.isdigit():
                ask = texts.escalate_why if word == "escalate" else texts.hold_why
                return await self._tells_agent(db, posted, row, ask(row.number))
            choices: Any = texts.ESCALATE_FOR if word == "escalate" else texts.HOLD_FOR
            if int(place) >= len(choices):
                return _NOTHING
            chosen = choices[int(place)]
            rest = chosen if word == "escalate" else f"{chosen[1]}h {chosen[2]}"
            return await self._commands(db, posted, row, who, word, rest)
        if word in ("take", "release", "solve", "close", "status"):
            return await self._commands(db, posted, row, who, word, "")
        return _NOTHING

    async def _releases(self, db: Transaction, posted: Posted, row: TicketRow, who: Who, word: str) -> Done:
        """The second tap on words that waited. Of two taps one wins."""
        message = _message_of(posted.token)
        found = await topics.message(db, posted.chat, message) if message is not None else None
        if (
            message is None
            or found is None
            or found.held is None
            or found.agent_id != who.id
            or found.ticket_id != row.id
            or not await topics.drop(db, posted.chat, message)
        ):
            return await self._tells_agent(db, posted, row, texts.gone())
        held = orjson.loads(found.held)
        if word == "no":
            return await self._tells_agent(db, posted, row, texts.dropped())
        if word == "note":
            return await self._notes(db, posted, row, who, held["text"], message)
        return await self._answers(
            db, posted, row, who, held["text"],
            message=message, go=True, sure=word == "sure", seen=held["seen"], asks=held["asks"], about=held["about"],
            shown=held["shown"],
        )  # fmt: skip

    async def _canned(
        self, db: Transaction, posted: Posted, row: TicketRow, who: Who, name: str, values: str = ""
    ) -> Done:
        """A ready reply, shown before it goes out."""
        self._may(who, "answer")
        text = replies.reply(name).said(row.locale, texts.filled(values))
        last = await topics.last_said(db, row.id)
        held = {
            "text": text, "seen": last.id if last is not None else 0, "asks": False, "about": None, "shown": False,
        }  # fmt: skip
        # Its place is the message that asked for it: under a tapped card each tap begins anew.
        message = posted.message if posted.kind == "words" else -posted.order
        await topics.keep(
            db, posted.chat, message, row.id, posted.received_at, agent_id=who.id, held=orjson.dumps(held).decode()
        )
        return await self._tells_agent(db, posted, row, texts.preview(text, message))

    async def _commands(
        self, db: Transaction, posted: Posted, row: TicketRow, who: Who, command: str, rest: str
    ) -> Done:
        at, number = posted.received_at, row.number
        if command in ("take", "release", "assign", "escalate", "hold", "solve", "close", "note", "reveal"):
            self._may(who, command)
        match command:
            case "note":
                return await self._notes(db, posted, row, who, rest)
            case "ask":
                if not rest:
                    return await self._tells_agent(db, posted, row, texts.needs("ask"))
                return await self._answers(db, posted, row, who, rest, asks=True)
            case "r":
                return await self._lists_canned(db, posted, row, who, rest)
            case "take":
                await support.take(db, number, who.name, at)
                return await self._tells_agent(db, posted, row, texts.taken(who.name))
            case "undo":
                return await self._withdraws(db, posted, row, who)
            case "release":
                await support.assign(db, number, who.name, None, at)
            case "assign":
                other = await topics.agent(db, rest.lower())
                if other is None or not roles.may(other.role, "answer"):
                    return await self._tells_agent(db, posted, row, texts.needs("assign"))
                await support.assign(db, number, who.name, other.name, at)
            case "escalate":
                if not rest:
                    return await self._tells_agent(db, posted, row, texts.escalate_why(number))
                await support.escalate(db, number, who.name, rest, at)
            case "hold":
                span = texts.span(rest, LONGEST_HOLD)
                if span is None:
                    words = texts.needs("hold") if rest else texts.hold_why(number)
                    return await self._tells_agent(db, posted, row, words)
                await support.hold(db, number, who.name, at + timedelta(hours=span[0]), span[1], at)
            case "solve":
                await support.solve(db, number, who.name, at)
            case "close":
                await support.close(db, number, who.name, at)
            case "status":
                await self._owe(db, number, f"topic:card:{posted.event_id}", at, lane=deliveries.REPLY, what="card")
            case "reveal":
                return await self._reveals(db, posted, row, who, rest)
            case "help" | "start":
                return await self._tells_agent(db, posted, row, texts.help_text())
            case _:
                return await self._tells_agent(db, posted, row, texts.unknown(command))
        return _NOTHING  # the ticket itself tells its topic what came about

    async def _withdraws(self, db: Transaction, posted: Posted, row: TicketRow, who: Who) -> Done:
        """Take an answer back, by replying to it. The ticket tells what became of it."""
        self._may(who, "withdraw")
        found = await topics.message(db, posted.chat, posted.answers) if posted.answers is not None else None
        if found is None or found.ticket_id != row.id or found.agent_id != who.id or found.line_id is None:
            return await self._tells_agent(db, posted, row, texts.needs("undo"))
        await support.withdraw_answer(db, row.number, found.line_id, who.name, posted.received_at)
        return _NOTHING

    async def _lists_canned(self, db: Transaction, posted: Posted, row: TicketRow, who: Who, rest: str) -> Done:
        name, _space, values = rest.partition(" ")
        if name and name in replies.canned()[1]:
            return await self._canned(db, posted, row, who, name, values)
        found = replies.fitting(row.category, row.locale, rest)
        known = replies.canned()[1]
        return await self._tells_agent(
            db, posted, row, texts.canned([(one, words, known[one].fields) for one, words in found])
        )

    async def _reveals(self, db: Transaction, posted: Posted, row: TicketRow, who: Who, why: str) -> Done:
        """Let one agent look behind the mask, by a signed entry; what is shown goes to him alone."""
        if not why:
            return await self._tells_agent(db, posted, row, texts.needs("reveal"))
        at, number = posted.received_at, row.number
        await support.reveal(db, number, who.name, why, at)
        seen = await support.case(db, number, who.name, at)
        lines = [{"kind": line.kind, "agent": line.agent, "text": line.text} for line in seen.lines]
        alone, shown = str(posted.user), []
        for place, page in enumerate(texts.plain(number, lines)):
            shown.append(key := f"topic:plain:{posted.event_id}:{place}")
            await self._say(db, posted, alone, page, key, REVEAL_LIVES)
        theirs = {line.id for line in seen.lines if line.agent is None}
        for place, paper in enumerate(seen.files):
            if paper.harm is None and paper.line in theirs:
                shown.append(key := f"topic:paper:{posted.event_id}:{place}")
                await self._owe(db, alone, key, at, what="file", ticket=number, handle=paper.handle, agent=who.name)
        gone = at + REVEAL_LIVES + AFTERWARDS
        for key in shown:  # and when the time is over, it goes
            await self._owe(db, alone, f"{key}:hide", gone, lane=deliveries.STATUS, what="hide", of=key)
        return await self._tells_agent(db, posted, row, texts.revealed(number, _moment(at + REVEAL_LIVES)))


class NotYourRole(Refusal):
    """The role may not do this."""


def _refusal(failure: Refusal | Invalid) -> str:
    """Words for a refusal, from the list of the desk in the browser."""
    name = failure.code if isinstance(failure, Invalid) else type(failure).__name__
    if name == "NotYourRole":
        return texts.not_your_role()
    if name in texts.WRONG:
        return texts.WRONG[name]
    data = {key: held for key, held in failure.data.items() if isinstance(held, str | int)}
    return desk_texts.told(name, data, "zh_Hans")


def _message_of(token: str) -> int | None:
    found = re.fullmatch(r"f\.(?:go|sure|note|no):(-?[0-9]{1,19})", token)
    return int(found[1]) if found else None


__all__ = ["ForumDesk"]
