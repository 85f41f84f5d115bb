"""A person in a test: says, taps, sends files, and looks at what came back.

The engine below is the real one over a real database; only the wire is missing, and the clock is
held still until the test lets time pass.
"""

import itertools
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import bindparam, select, update

from bot.conversation.engine import Answer, Engine, Message
from bot.conversation.reply import Choice, Reply, unpacked
from bot.conversation.turn import File, Turn
from bot.ledger.transition import new_handle, transition
from storage import people
from storage.database import Database, Query, Transaction, table
from storage.deliveries import Outbox
from storage.people import Contact, ContactRow

TELEGRAM = "telegram:42"
WEBCHAT = "webchat"
#: a Sunday morning in Beijing
MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


class FakeClock:
    """Stands still. The fixture `clock` puts it in the place of `bot.clock.now`."""

    def __init__(self, at: datetime = MORNING) -> None:
        self._at = at

    def now(self) -> datetime:
        """The moment it shows."""
        return self._at

    def passes(self, time: timedelta | datetime) -> datetime:
        """Let time pass: so long, or until that moment. It never goes backwards."""
        at = self._at + time if isinstance(time, timedelta) else time
        assert at >= self._at, f"time does not go back from {self._at} to {at}"
        self._at = at
        return at


class Owed(NamedTuple):
    """A row of the outbox, as a second pair of eyes sees it."""

    id: int
    channel: str
    address: str
    lane: int
    dedupe_key: str
    kind: str
    fields: dict[str, Any]
    body: bytes | None
    due_at: datetime
    expires_at: datetime
    done_at: datetime | None
    outcome: str | None

    @property
    def reply(self) -> Reply:
        """Its words. Only for rows that carry them (replies, codes)."""
        assert self.body is not None
        return unpacked(self.body)


_outbox = table(Outbox).c
_OWED = Query(select(*(_outbox[name] for name in Owed._fields)).order_by(_outbox.id), Owed)
_contact = table(Contact).c


_JOIN = Query(
    update(Contact)
    .values(creditor_id=bindparam("now_creditor"))
    .where(_contact.channel == bindparam("of_channel"), _contact.address == bindparam("of_address"))
)


async def owed(database: Database, *, channel: str | None = None, kind: str | None = None) -> list[Owed]:
    """What stands in the outbox, oldest first, delivered or not."""
    rows = await database.read().all(_OWED)
    return [row for row in rows if channel in (None, row.channel) and kind in (None, row.kind)]


_events = itertools.count(1)


@dataclass
class _Seen:
    turn: Turn
    answer: Answer


class Person:
    """Somebody at one address of one channel.

    rides   whether the door can carry the reply itself (a webhook response); with False the reply
            of an act lies in the outbox, and `reply` shows it all the same
    """

    def __init__(
        self,
        engine: Engine,
        channel: str = TELEGRAM,
        address: str = "10001",
        *,
        language: str | None = "zh-CN",
        clock: FakeClock | None = None,
        rides: bool = True,
    ) -> None:
        self.engine = engine
        self.channel = channel
        self.address = address
        self.language = language
        self.clock = clock or FakeClock()
        self.rides = rides
        self.seen: list[_Seen] = []

    # -- what a person does

    async def says(self, text: str) -> Self:
        """Type something."""
        return await self.does(self.turn(text=text))

    async def commands(self, command: str, rest: str | None = None) -> Self:
        """Use a command, without its slash."""
        return await self.does(self.turn(command=command, text=rest))

    async def taps(self, label: str) -> Self:
        """Tap a button: the latest reply's first, then older ones'; by its label, its beginning, or a part of it."""
        choice = self.button(label)
        return await self.does(self.turn(choice=choice.token, text=choice.label))

    async def taps_token(self, token: str) -> Self:
        """Tap a button this person kept from somewhere: `claims.status:ZQ-…`."""
        return await self.does(self.turn(choice=token))

    async def sends_file(
        self, name: str, content: bytes | None, *, size: int | None = None, text: str | None = None
    ) -> Self:
        """Send a file; content None is one the door refused to fetch."""
        length = len(content or b"") if size is None else size
        return await self.does(self.turn(file=File(name, length, content), text=text))

    async def repeats(self) -> Self:
        """The wire delivers the last event once more."""
        return await self.does(self.seen[-1].turn)

    def turn(self, **fields: Any) -> Turn:
        """The next event of this person; for races: make two, then `does` them at once."""
        number = next(_events)
        first: dict[str, Any] = {
            "channel": self.channel,
            "event_id": str(number),
            "address": self.address,
            "order": number,
            "received_at": self.clock.now(),
            "language": self.language,
        }
        return Turn(**(first | fields))

    async def does(self, turn: Turn) -> Self:
        """Hand an event to the engine and read what comes back."""
        answer = await self.engine.take(turn, rides=self.rides)
        self.seen.append(_Seen(turn, answer))
        return self

    # -- what a person sees

    @property
    def answer(self) -> Answer:
        """What the door was told last."""
        return self.seen[-1].answer

    @property
    def reply(self) -> Reply:
        """The latest reply."""
        return self.answer.reply

    @property
    def buttons(self) -> list[Choice]:
        """The buttons of the latest reply, row by row."""
        return [choice for row in self.reply.choices for choice in row]

    @property
    def labels(self) -> list[str]:
        """What stands on them."""
        return [choice.label for choice in self.buttons]

    @property
    def screen(self) -> str:
        """Everything there is to read: title, text, numbers to copy, the document's name, buttons."""
        reply = self.reply
        copies = [f"{copy.label} {copy.value}" for copy in reply.copies]
        document = [reply.document.name] if reply.document is not None else []
        rows = [" ".join(f"[{choice.label}]" for choice in row) for row in reply.choices]
        return "\n".join(filter(None, (reply.title, reply.text, *copies, *document, *rows)))

    def sees(self, *words: str) -> Self:
        """All of these stand on the screen."""
        missing = [word for word in words if word not in self.screen]
        assert not missing, f"not seen: {missing}\n--- screen\n{self.screen}"
        return self

    def sees_not(self, *words: str) -> Self:
        """None of these stands on the screen."""
        there = [word for word in words if word in self.screen]
        assert not there, f"seen: {there}\n--- screen\n{self.screen}"
        return self

    def button(self, label: str) -> Choice:
        """A button by its label, its beginning, or a part of it; the latest reply's first."""
        for look in (str.__eq__, str.startswith, str.__contains__):
            for choice in self.buttons:
                if look(choice.label, label):
                    return choice
        for seen in reversed(self.seen[:-1]):
            for look in (str.__eq__, str.startswith, str.__contains__):
                for row in seen.answer.reply.choices:
                    for choice in row:
                        if look(choice.label, label):
                            return choice
        raise AssertionError(f"no button {label!r}\n--- screen\n{self.screen}")

    # -- what only a test may see

    async def contact(self) -> ContactRow:
        """This person's row, read from outside."""
        row = await people.contact(self.engine.database.read(), self.channel, self.address)
        assert row is not None, "nobody has met this person yet"
        return row

    async def creditor_id(self) -> int | None:
        """The creditor this address is linked to."""
        return (await self.contact()).creditor_id

    async def history(self) -> list[Message]:
        """The history the page would show; only for channels that keep none of their own."""
        return await self.engine.history(self.channel, self.address)

    async def pushed(self, kind: str | None = None) -> list[Owed]:
        """What the outbox holds for this address."""
        rows = await owed(self.engine.database, channel=self.channel, kind=kind)
        return [row for row in rows if row.address == self.address]

    async def mails(self) -> list[Owed]:
        """The code mails this person asked for, oldest first."""
        key = (await self.contact()).id
        return [row for row in await owed(self.engine.database, channel="mail") if row.fields.get("contact") == key]

    async def mailed_code(self) -> str:
        """The code in the newest of them."""
        found = re.search(r"[0-9]{6}", (await self.mails())[-1].reply.text)
        assert found is not None
        return found.group()

    async def proves(self, email: str) -> Self:
        """Link this address the long way: the form, the mail, the code."""
        await self.taps_token("welcome.link")
        await self.says(email)
        return await self.says(await self.mailed_code())

    async def linked_as(self, email: str) -> int:
        """Make this address the creditor's of `email`, without the walk through the mail; the creditor's id."""

        async def link(db: Transaction) -> int:
            at = self.clock.now()
            await people.meet(db, self.channel, self.address, "zh_Hans", at)
            creditor = await people.creditor_of_email(db, email)
            if creditor is None:
                await transition(
                    db,
                    people.move_creditor,
                    None,
                    kind="account:bound",
                    subject=(handle := new_handle()),
                    at=at,
                    by="creditor",
                    payload={},
                    handle=handle,
                    email=email,
                )
                creditor = await people.creditor_of_email(db, email)
                assert creditor is not None
            await self.joins(db, creditor.id)
            return creditor.id

        return await self.engine.database.write(link)

    async def joins(self, db: Transaction, creditor_id: int) -> None:
        """Link this address, which was met before, to a creditor."""
        await db.run(_JOIN, of_channel=self.channel, of_address=self.address, now_creditor=creditor_id)

    def at(self, channel: str, address: str | None = None) -> "Person":
        """The same person on another channel, with nothing seen there yet."""
        return Person(
            self.engine,
            channel,
            address or self.address,
            language=self.language,
            clock=self.clock,
            rides=self.rides,
        )

    def again(self, **fields: Any) -> Turn:
        """The last event with something changed."""
        return replace(self.seen[-1].turn, **fields)
