"""Replies and notices on their way out.

A row of the outbox is the truth; a drain only carries it. It takes rows under a lease, sends each,
and marks each by itself. What a crash leaves:

* taken, not sent         the lease runs out, another drain sends it
* sent, not marked        sent once more (no wire here knows a message it has seen before)
* a channel that keeps no history: the message is written into ours with the mark, exactly once

Nothing in this outbox does harm when it arrives twice: replies and notices are words, and a mailed
code is the same code. So what *may* have arrived (`Unknown`) is sent again. A kind that must not
double has to be marked before it is sent, and is no matter for this file.
"""

import asyncio
import contextlib
import logging
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import clock, i18n
from bot.conversation import texts
from bot.conversation.channel import Channel, Receipt, Withdraws
from bot.conversation.reply import Reply, unpacked
from bot.conversation.turn import Turn
from bot.errors import Malformed, TryLater, Unknown, Unreachable
from storage import conversations, deliveries, enclosures, people
from storage.database import Database, Reader, Transaction
from storage.deliveries import BULK, REPLY, STATUS, URGENT, DueRow, NoticeRow
from storage.terms import NoticeKind, Outcome

log = logging.getLogger("bot.outbox")

#: a reply older than this answers a question nobody remembers
REPLY_LIVES = timedelta(days=3)

#: sends in flight at once, and how many of them may be messages nobody waits for
IN_FLIGHT = 8
UNASKED = 6
#: a row is ours for so long; within START its sending begins or it goes back; after SENDING we stop waiting
LEASE = timedelta(seconds=30)
START = timedelta(seconds=8)
SENDING = 18.0
#: how far ahead of now an account's time may be reserved
AHEAD = timedelta(seconds=1)
#: tries before a message is given up, and the longest wait between two
TRIES = 8
LONGEST_WAIT = 600.0
#: how often we look without having been told, in seconds: other processes cannot tell us
POLL = 0.5
#: a refused message stands back this much longer than the others, so that one alone cannot hold up all
STAND_BACK = 5.0


async def put_reply(db: Transaction, turn: Turn, reply: Reply) -> None:
    """Owe the reply of a turn to its address."""
    await deliveries.put(
        db,
        channel=turn.channel,
        address=turn.address,
        lane=REPLY,
        dedupe_key=f"reply:{turn.channel}:{turn.event_id}",
        kind="reply",
        fields={"replacing": turn.message},
        body=reply.packed(),
        due_at=turn.received_at,
        expires_at=turn.received_at + REPLY_LIVES,
    )


async def is_owed(db: Reader, turn: Turn) -> bool:
    """Whether an earlier reply to this address is due and not sent yet. One that is put off holds up nobody."""
    return await deliveries.reply_due(db, turn.channel, turn.address, turn.received_at)


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nothing is to be said any more. `why` is a word for the log."""

    why: str


#: makes the words of a row that carries none, in its reader's language, after checking that it still holds
Render = Callable[[Reader, DueRow], Awaitable[Reply | Cancelled]]


#: told, in the transaction that notes it, that a row did not go out: `final` says whether it ever will
Unsent = Callable[[Transaction, DueRow, bool], Awaitable[None]]


#: told, in the transaction that notes it, that a row went out, and the wire's own id of what was sent
Delivered = Callable[[Transaction, DueRow, str], Awaitable[None]]


async def _nobody(_db: Transaction, _row: DueRow, _what: bool | str) -> None:
    """Nobody asked to be told."""


class _LeaseLost(Exception):
    """Another sender has the row; what was about to be written with its mark is undone."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A row in our hands: by which token, since when, and from when it may be sent."""

    row: DueRow
    token: str
    at: datetime
    slot: datetime


async def _sleep_until(moment: datetime) -> None:
    wait = (moment - clock.now()).total_seconds()
    if wait > 0:
        await asyncio.sleep(wait)


class Drain:
    """Sends what is due on one channel. Any number may run, in any number of processes.

    `tally` counts what became of the rows, by outcome, and also `later`, `again`, `freed`, `lost`.
    """

    def __init__(
        self,
        database: Database,
        channel: Channel,
        render: Render,
        *,
        unsent: Unsent = _nobody,
        delivered: Delivered = _nobody,
        sleep_until: Callable[[datetime], Awaitable[None]] = _sleep_until,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.wake = asyncio.Event()
        self.tally: Counter[str] = Counter()
        self._database = database
        self._channel = channel
        self._render = render
        self._unsent = unsent
        self._delivered = delivered
        self._sleep_until = sleep_until
        self._chance = chance
        self._begun = False
        self._paused_until = deliveries.EPOCH  # known here before the other senders can read it
        self._flying = 0
        self._flying_unasked = 0
        self._stopping = False

    # -- the loop

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; then finish what is in flight and give the rest back.

        `wake` says that something was put into the outbox by this process.
        """
        async with asyncio.TaskGroup() as sends:
            stopper = sends.create_task(self._stop(stop))
            while not self._stopping:
                self.wake.clear()
                try:
                    taken = await self._take()
                except Exception as failure:
                    # The database is away. Nothing was taken, or it comes back when its lease ends.
                    log.error("outbox of %s: %s", self._channel.name, type(failure).__name__)
                    taken = []
                for one in taken:
                    sends.create_task(self._carry(one))
                if not taken:
                    await self._rest()
            stopper.cancel()

    async def empty(self) -> int:
        """Send what is due now, until nothing is; how many rows were taken. For tests and single commands."""
        count = 0
        while taken := await self._take():
            count += len(taken)
            async with asyncio.TaskGroup() as sends:
                for one in taken:
                    sends.create_task(self._carry(one))
        return count

    async def _stop(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._stopping = True
        self.wake.set()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await self.wake.wait()

    # -- taking

    async def _take(self) -> list[_Taken]:
        """Take what is due, as much as may be in flight; replies first, and never more than the pace allows."""
        free = IN_FLIGHT - self._flying
        if free <= 0:
            return []
        db, name, now = self._database.read(), self._channel.name, clock.now()
        lanes = await deliveries.lanes_due(db, name, now)
        if self._flying_unasked >= UNASKED:
            lanes = [lane for lane in lanes if lane == REPLY]
        if not lanes or (await deliveries.pace(db, name)).paused_until > now:
            return []
        if not self._begun:
            # Apart from the claim: the first insert of a key would make every other claim wait.
            await self._database.write(lambda tx: deliveries.begin_pace(tx, name))
            self._begun = True
        taken = await self._database.write(lambda tx: self._claim(tx, lanes, free, now))
        self._flying += len(taken)
        self._flying_unasked += sum(one.row.lane != REPLY for one in taken)
        return taken

    async def _claim(self, db: Transaction, lanes: list[int], free: int, now: datetime) -> list[_Taken]:
        name, token = self._channel.name, secrets.token_hex(16)
        pace = await deliveries.pace(db, name)
        if pace.paused_until > now:
            return []
        unasked = UNASKED - self._flying_unasked
        if self._paced:  # of a slow account no time further ahead: whoever stops would wait for it
            unasked = min(unasked, max(1, int(self._channel.can.per_second * AHEAD.total_seconds())))
        rows: list[DueRow] = []
        for lane in lanes:
            room = free - len(rows)
            if lane != REPLY:
                if self._paced and pace.tat > now + AHEAD:
                    break
                room = min(room, unasked)
            if room > 0:
                found = await deliveries.take(db, name, lane, token=token, now=now, until=now + LEASE, most=room)
                rows += found
                unasked -= len(found) if lane != REPLY else 0
        if not rows or not self._paced:
            return [_Taken(row, token, now, now) for row in rows]
        # Last lock of the claim: the account's time, for as many rows as were really taken.
        interval = timedelta(seconds=1 / self._channel.can.per_second)
        start = await deliveries.reserve(db, name, now, len(rows) * interval // timedelta(microseconds=1))
        return [
            _Taken(row, token, now, now if row.lane == REPLY else start + place * interval)
            for place, row in enumerate(rows)
        ]

    @property
    def _paced(self) -> bool:
        return self._channel.can.remembers  # what only goes into our own history meets no wire

    # -- carrying one

    async def _carry(self, taken: _Taken) -> None:
        """Bring one row to an end, or give it back. MUST NOT raise: the others go on."""
        try:
            await self._sleep_until(taken.slot)
            await self._deliver(taken)
        except _LeaseLost:
            self._lost(taken)
        except Exception as failure:
            # The database, after its own retries. The lease runs out and the row is sent (again).
            log.error("outbox row %d: %s", taken.row.id, type(failure).__name__)
        finally:
            self._flying -= 1
            self._flying_unasked -= taken.row.lane != REPLY
            self.wake.set()

    async def _deliver(self, taken: _Taken) -> None:
        row, now = taken.row, clock.now()
        if self._stopping or now - taken.at > START:
            await self._free(taken, row.due_at)
            return
        if row.expires_at <= now:
            await self._end(taken, Outcome.EXPIRED)
            return
        if self._paced:
            pace = await deliveries.pace(self._database.read(), self._channel.name)
            paused_until = max(pace.paused_until, self._paused_until)
            if paused_until > now:
                await self._free(taken, paused_until)
                return
        try:
            reply = unpacked(row.body) if row.body is not None else await self._render(self._database.read(), row)
        except Exception as failure:
            log.error("outbox row %d (%s) has no words: %s", row.id, row.kind, type(failure).__name__)
            log.debug("rendering failed", exc_info=failure)
            await self._try_again(taken)
            return
        if isinstance(reply, Cancelled):
            log.info("outbox row %d (%s) cancelled: %s", row.id, row.kind, reply.why)
            await self._end(taken, Outcome.CANCELLED)
        elif self._channel.can.remembers:
            await self._send(taken, reply)
        else:
            await self._remember(taken, reply)

    async def _send(self, taken: _Taken, reply: Reply) -> None:
        row = taken.row
        try:
            reply = await self._filled(reply)
            async with asyncio.timeout(SENDING):
                receipt = await self._sent(row, reply)
        except Unreachable:
            await self._write(lambda db: self._give_up_address(db, taken))
        except TryLater as refused:
            after, whole = refused.after, refused.whole
            if whole:
                self._paused_until = clock.now() + timedelta(seconds=after)
            await self._write(lambda db: self._later(db, taken, after, whole))
        except Malformed:
            log.error("outbox row %d (%s) refused for good", row.id, row.kind)
            await self._end(taken, Outcome.DEAD)
        except (Unknown, TimeoutError):
            await self._try_again(taken)
        except Exception as failure:
            log.error("outbox row %d (%s) not sent: %s", row.id, row.kind, type(failure).__name__)
            log.debug("sending failed", exc_info=failure)
            await self._try_again(taken)
        else:
            # A crash before this commit sends it a second time; after it, never again.
            await self._end(taken, Outcome.SENT, receipt.message)

    async def _sent(self, row: DueRow, reply: Reply) -> Receipt:
        """Send a row's words; or take back what it names, and say so in its place where that is too late."""
        if "withdraws" not in row.fields:
            return await self._channel.send(row.address, reply, replacing=row.fields.get("replacing"))
        stand = list(row.fields["withdraws"])
        if isinstance(self._channel, Withdraws):
            stand = [message for message in stand if not await self._channel.withdraw(row.address, message)]
            if not stand:
                return Receipt("")
        return await self._channel.send(row.address, reply, replacing=stand[0] if stand else None)

    async def _filled(self, reply: Reply) -> Reply:
        """The reply with the content of its file. Raises Malformed when that is no longer kept."""
        document = reply.document
        if document is None or not document.kept:
            return reply
        content = await enclosures.content(self._database.read(), document.kept)
        if content is None:
            raise Malformed("the file is gone")
        return replace(reply, document=replace(document, content=content, kept=""))

    async def _remember(self, taken: _Taken, reply: Reply) -> None:
        """Deliver by writing into the history: the line and the mark in one transaction, then ring."""
        if not await self._database.write(lambda db: self._append(db, taken, reply), lingers=True):
            return
        try:
            await self._channel.send(taken.row.address, reply)
        except Exception as failure:
            # The message stands in the history; whoever is not rung finds it a few seconds later.
            log.warning("outbox row %d: nobody rung: %s", taken.row.id, type(failure).__name__)

    async def _append(self, db: Transaction, taken: _Taken, reply: Reply) -> bool:
        """Write the line and the mark. MUST be both or neither; False: nobody lives at this address."""
        row, now = taken.row, clock.now()
        contact = await people.lock_contact(db, row.channel, row.address)
        outcome = Outcome.SENT if contact is not None else Outcome.DEAD
        seq = contact.messages + 1 if contact is not None else 0
        if not await deliveries.end(db, row, taken.token, outcome, now, str(seq) if seq else None):
            raise _LeaseLost
        self._count(db, outcome)
        if contact is None:
            await self._unsent(db, row, True)
            return False
        changed = await self._rewritten(db, row, contact.id, reply)
        if changed:  # the page draws those lines anew; whoever only reads on is told where to look
            with i18n.speaking(contact.locale):
                reply = Reply(text=texts.revised(), replaces=False, notice=reply.notice, revises=changed)
        await conversations.add_message(db, contact.id, seq, mine=False, at=now, body=reply.packed())
        await people.count_messages(db, contact.id, seq)
        await self._delivered(db, row, str(changed[0] if changed else seq))
        return True

    async def _rewritten(self, db: Transaction, row: DueRow, contact: int, reply: Reply) -> tuple[int, ...]:
        """Put the words in the place of earlier ones of ours, in our own history; which places."""
        places = row.fields.get("withdraws") or [row.fields.get("replacing")]
        known = [int(place) for place in places if place is not None and place.isdecimal()]
        body = reply.packed() if known else b""
        return tuple([place for place in known if await conversations.rewrite(db, contact, place, body)])

    # -- how it ends

    async def _end(self, taken: _Taken, outcome: Outcome, receipt: str = "") -> None:
        async def end(db: Transaction) -> None:
            row, now = taken.row, clock.now()
            if not await deliveries.end(db, row, taken.token, outcome, now, receipt[:64] or None):
                raise _LeaseLost
            if outcome is Outcome.SENT and self._channel.can.rest:
                rest = timedelta(seconds=self._channel.can.rest)
                await deliveries.space(db, row.channel, row.address, now, now + rest)
            if outcome in (Outcome.DEAD, Outcome.EXPIRED):
                await self._unsent(db, row, True)
            if outcome is Outcome.SENT and receipt:
                await self._delivered(db, row, receipt)
            self._count(db, outcome)

        await self._write(end)

    async def _give_up_address(self, db: Transaction, taken: _Taken) -> None:
        """Blocked or gone: nothing more for this address until the person writes again."""
        row, now = taken.row, clock.now()
        await people.set_reachable(db, row.channel, row.address, False)
        if not await deliveries.end(db, row, taken.token, Outcome.DEAD, now):
            raise _LeaseLost
        waiting = await deliveries.waiting(db, row.channel, row.address, now, NoticeKind.TICKET)
        cancelled = await deliveries.cancel(db, row.channel, row.address, now)
        await self._unsent(db, row, True)
        for other in waiting:  # an agent's words are never dropped in silence
            await self._unsent(db, other, True)
        self._count(db, Outcome.DEAD)
        self._count(db, Outcome.CANCELLED, cancelled)

    async def _later(self, db: Transaction, taken: _Taken, after: float, whole: bool) -> None:
        """The wire asks for patience: of the whole account, or of this address. It is no failed try."""
        row, now = taken.row, clock.now()
        until = now + timedelta(seconds=after)
        # The row that was refused stands back a little longer, or a message that is refused each
        # time would be the first to be tried each time, and nothing else would ever go out.
        due_at = until + timedelta(seconds=min(after, STAND_BACK)) if whole else until
        if not await deliveries.put_off(db, row, taken.token, due_at, counts=False):
            raise _LeaseLost
        if whole:
            await deliveries.pause(db, self._channel.name, until)
            log.warning("%s asks for silence for %.0f s", self._channel.name, after)
        else:
            await deliveries.space(db, row.channel, row.address, now, until)
        await self._unsent(db, row, False)
        self._count(db, "later")

    async def _try_again(self, taken: _Taken) -> None:
        """It may have arrived, or something of ours is broken: again, later each time, then given up."""
        row = taken.row
        if row.attempts >= TRIES:
            log.error("outbox row %d (%s) given up after %d tries", row.id, row.kind, row.attempts)
            await self._end(taken, Outcome.DEAD)
            return
        wait = timedelta(seconds=self._chance() * min(LONGEST_WAIT, 2.0**row.attempts))

        async def again(db: Transaction) -> None:
            if not await deliveries.put_off(db, row, taken.token, clock.now() + wait, counts=True):
                raise _LeaseLost
            self._count(db, "again")

        await self._write(again)

    async def _free(self, taken: _Taken, due_at: datetime) -> None:
        """Give back a row that was never tried."""

        async def free(db: Transaction) -> None:
            if not await deliveries.put_off(db, taken.row, taken.token, due_at, counts=False):
                raise _LeaseLost
            self._count(db, "freed")

        await self._write(free)

    async def _write(self, act: Callable[[Transaction], Awaitable[None]]) -> None:
        """Write down what happened, trying for as long as the lease may last: it cannot be told again."""

        async def run(db: Transaction) -> None:
            await act(db)

        for pause in (0.1, 0.5, 2.0):
            try:
                return await self._database.write(run, lingers=True)
            except _LeaseLost:
                raise
            except Exception as failure:
                log.warning("outbox of %s: mark failed: %s", self._channel.name, type(failure).__name__)
                await asyncio.sleep(pause)
        return await self._database.write(run, lingers=True)

    def _count(self, db: Transaction, outcome: str, count: int = 1) -> None:
        def add() -> None:
            self.tally[outcome] += count

        db.after_commit(add)

    def _lost(self, taken: _Taken) -> None:
        self.tally["lost"] += 1
        log.warning("outbox row %d: lease lost, another sender has it", taken.row.id)


__all__ = ["BULK", "REPLY", "STATUS", "URGENT", "Cancelled", "Drain", "DueRow", "NoticeRow", "Render", "put_reply"]
