"""What the desk in a browser asks for, in terms of rooms and tables: every answer is a list of fields that may be seen.

Nothing personal leaves here unless `support.case` says that this agent has revealed this ticket: no
name, no amount, no address; words of a ticket come masked. The door has checked the role before.
"""

import asyncio
import hashlib
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from statistics import median
from typing import Any, NamedTuple

from bot import clock, files, hints, i18n, roles
from bot.channels.desk import texts as desk_texts
from bot.channels.desk.door import Paper
from bot.claims import actions as claims
from bot.claims import rules as claim_rules
from bot.claims.rules import NoSuchClaim
from bot.conversation.turn import File
from bot.errors import Invalid, Refusal
from bot.support import desk as support
from bot.support import hours
from bot.support import rules as support_rules
from bot.support import texts as support_texts
from bot.support.rules import NoSuchAgent, NoSuchTicket, Quarantined, Ticket
from bot.understanding import identifiers
from storage import agents, approvals, figures, people, quality, tickets, totp
from storage import claims as stored
from storage import offers as stored_offers
from storage.agents import Doorstep, Who
from storage.claims import ClaimRow
from storage.database import Database, Reader, Transaction
from storage.quality import ScoreRow
from storage.terms import ClaimStatus

Found = dict[str, Any]
MOST = 200
#: tickets that stand at once, of each status; and how many changes are remembered
MOST_STANDING, MOST_NEWS = 50_000, 60
#: hints that somebody types, and the tickets of one person they are for
MOST_HINTS, MOST_OF_ONE = 200, 20
STANDING = ("open", "on_hold", "answered")
#: tickets of each agent in a week's sample
SAMPLE = 3
LONGEST_HOLD = 30 * 24


class NotInTheSample(Refusal):
    """This ticket was not drawn in that week: nobody picks what he scores."""


class OwnWork(Refusal):
    """Nobody scores his own answers."""


#: (channel, address): somebody at the desk writes there just now
Writes = Callable[[str, str], Awaitable[bool]]


class Entrance:
    """How agents come in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_link(self, token: str) -> str | None:
        """A link's token -> the doorstep's."""
        return await agents.open_link(self._database, token, clock.now())

    async def doorstep(self, token: str) -> Doorstep | None:
        """Who stands there."""
        return await agents.doorstep(self._database.read(), token, clock.now())

    async def come_in(self, token: str, code: str) -> str | None:
        """The doorstep's token and a code -> a session's."""
        return await agents.come_in(self._database, token, code, clock.now())

    async def who(self, session: str) -> Who | None:
        """Whose session it is."""
        return await agents.who(self._database.read(), session, clock.now())

    async def leave(self, session: str) -> None:
        """End it."""
        await agents.leave(self._database, session, clock.now())

    def phone(self, secret: bytes, name: str) -> tuple[str, str]:
        """A secret as a picture for a phone (a data: URL) and as letters to type."""
        import segno  # loaded when somebody signs in for the first time

        drawn = segno.make(totp.link(secret, name, desk_texts.HOUSE), error="m", micro=False)
        return drawn.svg_data_uri(scale=4, border=4, light="white"), totp.spelled(secret)


class _Queue:
    """The tickets that stand, as pages show them: kept in memory, and only what has another revision is read again.

    Dozens of pages ask several times a second, and with thousands of tickets something has always changed.
    """

    def __init__(self) -> None:
        self._looking = asyncio.Lock()
        self._rows: dict[int, Found] = {}
        self._sums: list[tuple[int, ...]] = []
        self._ranked: dict[str, list[Found]] | None = None
        self._version = 0
        self._news: deque[tuple[int, frozenset[str]]] = deque(maxlen=MOST_NEWS)

    async def look(self, db: Reader) -> int:
        """Take in what has changed; the number of times that something had."""
        async with self._looking:
            sums = [await tickets.summed(db, status) for status in STANDING]
            if sums == self._sums:
                return self._version
            standing: dict[int, int] = {}
            for status in STANDING:
                standing |= await tickets.revisions(db, status, MOST_STANDING)
            gone = self._rows.keys() - standing.keys()
            other = [key for key, revision in standing.items() if self._revision(key) != revision]
            if not gone and not other:
                self._sums = sums
                return self._version
            numbers = {self._rows.pop(key)["number"] for key in gone}
            for place, key in enumerate(other, 1):
                row = await support.standing(db, key)
                if row is None or row.status not in STANDING:  # settled since we looked
                    self._rows.pop(key, None)
                    continue
                self._rows[key] = _row(row)
                numbers.add(row.number)
                if place % 50 == 0:
                    await asyncio.sleep(0)  # at the first look there are thousands: others are served in between
            # A row may be newer than the sums: then they differ at the next look, which finds nothing new.
            self._sums = sums
            self._version += 1
            self._ranked = None
            self._news.append((self._version, frozenset(numbers)))
            return self._version

    def _revision(self, key: int) -> int:
        return int(self._rows[key]["revision"]) if key in self._rows else 0

    def since(self, version: int) -> Sequence[str] | None:
        """Numbers of what changed after a version; None: nobody remembers."""
        if version != self._version and (not self._news or self._news[0][0] > version + 1):
            return None
        return sorted({number for at, numbers in self._news if at > version for number in numbers})

    def shown(self, agent: str) -> list[Found]:
        """The first of each status, the most pressing leading, and behind them what this agent has further down."""
        if self._ranked is None:
            rows = sorted(self._rows.items(), key=_pressing)
            self._ranked = {status: [row for _key, row in rows if row["status"] == status] for status in STANDING}
        first = [row for status in STANDING for row in self._ranked[status][:MOST]]
        return first + [
            row for status in STANDING for row in self._ranked[status][MOST:] if row["agent"] == agent and agent
        ]


class Work:
    """What agents do.

    shows  where else it is seen that the creditor of a ticket types
    """

    def __init__(self, database: Database, writes: Writes | None = None) -> None:
        self.shows: Callable[[str], Awaitable[None]] | None = None
        self._database = database
        self._writes = writes
        self._queue = _Queue()
        self._hints = 0
        self._heard: deque[tuple[int, str]] = deque(maxlen=MOST_HINTS)

    # -- tickets

    async def mark(self) -> str:
        """Another one whenever anything in the queue is another, however far down it stands."""
        db, drawn = self._database.read(), hashlib.sha256()
        version = await self._queue.look(db)
        for word in ClaimStatus:  # whatever moves is the last to come to its new status
            drawn.update(f"{word} {await stored.last_move(db, word)}\n".encode())
        drawn.update(f"{await approvals.mark(db)}".encode())  # what waits for a second person has not moved
        return f"{version}.{drawn.hexdigest()[:16]}"

    def changed(self, mark: str) -> Sequence[str] | None:
        """The tickets that are not as they were at that mark, by their numbers; None: it was too long ago."""
        return self._queue.since(int(mark.partition(".")[0])) if mark else None

    async def queue(self, agent: str) -> Found:
        """Who waits, each with the last words, masked; whatever this agent has, or was named in and has not read."""
        db = self._database.read()
        await self._queue.look(db)
        rows = self._queue.shown(agent)
        named = await agents.mentioned(db, agent)
        if named:
            there = {row["number"] for row in rows}
            rows += [_row(await support.ticket(db, number, 1)) for number in named if number not in there]
            rows = [{**row, "mentioned": True} if row["number"] in named else row for row in rows]
        return {"now": clock.now(), "tickets": rows}

    async def ticket(self, number: str, agent: str) -> Found:
        """One case with its card."""
        db, now = self._database.read(), clock.now()
        seen = await support.case(db, number, agent, now)
        return {
            **_line(seen),
            "now": now,
            "reason": identifiers.masked(seen.reason) if seen.reason and seen.masked else seen.reason,
            "masked": seen.masked,
            "others": seen.others,
            "score": seen.score,
            "alike": seen.alike,
            "lines": [
                {
                    "id": line.id,
                    "agent": line.agent,
                    "kind": line.kind,
                    "code": line.code,
                    "text": line.text,
                    "at": line.at,
                    "edited": line.edited_at is not None,
                    "withdrawn": line.withdrawn_at is not None,
                    "answers": line.answers,
                    "delivery": line.delivery,
                }
                for line in seen.lines
            ],
            "files": [
                {
                    "handle": one.handle,
                    "line": one.line,
                    "name": one.name,
                    "media_type": one.media_type,
                    "size": one.size,
                    "harm": one.harm,
                    "seconds": one.seconds,
                }
                for one in seen.files
            ],
            "mentioned": number in await agents.mentioned(db, agent),
            "suggested": await hints.suggest(db, seen.category, seen.flags.split(), seen.locale, now),
            "card": await self._card(seen.claim) if seen.claim else None,
            "offer_card": await self._offer(seen.offer) if seen.offer else None,
            "notice_card": await hints.notice(db, seen.notice, masked=seen.masked) if seen.notice else None,
        }

    async def _card(self, number: str) -> Found | None:
        row = await stored.by_number(self._database.read(), number)
        return await self._masked(row) if row is not None else None

    async def _offer(self, number: str) -> Found | None:
        """What an offer is and where it stands; no price, it is the creditor's."""
        row = await stored_offers.by_number(self._database.read(), number)
        if row is None:
            return None
        return {"number": row.number, "kind": row.kind, "status": row.status, "expires_at": row.expires_at}

    async def notices(self, number: str) -> Found:
        """The last notices this creditor was sent, masked: for an agent who says which of them it is about."""
        db = self._database.read()
        return {"notices": [await hints.told(db, row) for row in await support.notices(db, number)]}

    def terms(self, words: str) -> Found:
        """The words of the field, in every language."""
        return {"terms": hints.terms(words)}

    async def on_ticket(
        self, what: str, number: str, agent: str, said: Mapping[str, str], papers: Sequence[File] = ()
    ) -> Found:
        """Something done with a ticket. Raises Refusal and Invalid."""
        at = clock.now()
        text = said.get("text", "")
        if what == "preview":
            return await self._preview(number, agent, said)
        if what == "typing":
            return await self._types(number)
        if what == "answer":
            revision = _number(said, "revision")
            act = partial(
                support.answer,
                number=number,
                agent=agent,
                text=text,
                at=at,
                revision=revision,
                sure=said.get("sure") == "yes",
                files=papers,
                about=_number(said, "about"),
            )
            done = await self._database.write(act)
            return {"status": done.status, "reachable": done.reachable}
        return await self._database.write(lambda db: self._does(db, what, number, agent, said))

    async def _does(self, db: Transaction, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found:
        at, text = clock.now(), said.get("text", "")
        match what:
            case "ask_document":
                await support.ask_document(db, number, agent, text, at, revision=_number(said, "revision"))
            case "edit":
                await support.change_answer(db, number, _number(said, "line") or 0, agent, text, at)
            case "withdraw":
                await support.withdraw_answer(db, number, _number(said, "line") or 0, agent, at)
            case "merge":
                await support.merge(db, number, text.strip().upper(), agent, at)
            case "link":
                await support.link(db, number, text, agent, at)
            case "read":
                await agents.read_mentions(db, agent, number, at)
            case "note":
                await support.note(db, number, agent, text, at)
            case "take":
                await support.take(db, number, agent, at)
            case "release":
                await support.assign(db, number, agent, None, at)
            case "assign":
                account = await agents.named_as(db, text)
                if account is None or account.revoked_at is not None or not roles.may(account.role, "answer"):
                    raise NoSuchAgent(name=text.strip())
                await support.assign(db, number, agent, account.name, at)
            case "hold":
                hours = min(_number(said, "hours") or 0, LONGEST_HOLD + 1)  # longer is refused
                await support.hold(db, number, agent, at + timedelta(hours=hours), text, at)
            case "escalate":
                await support.escalate(db, number, agent, text, at)
            case "solve":
                await support.solve(db, number, agent, at)
            case "close":
                await support.close(db, number, agent, at)
            case "reveal":
                entry = await support.reveal(db, number, agent, text, at)
                return {"receipt": entry.receipt}
            case "export":
                return await support.export(db, number, agent, text, at)
            case _:
                raise NoSuchTicket(number=number)
        return {"done": what}

    async def _types(self, number: str) -> Found:
        """A hint to the creditor, where his channel can show it; nothing is written down."""
        row = await tickets.by_number(self._database.read(), number)
        if row is None:
            raise NoSuchTicket(number=number)
        told = self._writes is not None and row.reachable and await self._writes(row.channel, row.address)
        return {"told": told}

    async def hears(self, channel: str, address: str) -> bool:
        """The person at this address writes: a hint for whoever looks at a ticket of his. False: he has none."""
        db = self._database.read()
        contact = await people.contact(db, channel, address)
        rows = await tickets.of_person(db, contact.id, contact.creditor_id, MOST_OF_ONE) if contact is not None else []
        numbers = [row.number for row in rows if row.status in STANDING]
        for number in numbers:
            self._hints += 1
            self._heard.append((self._hints, number))
            if self.shows is not None:
                await self.shows(number)
        return bool(numbers)

    def typed(self, after: int) -> tuple[int, Sequence[str]]:
        """The tickets whose creditors write, since a place in the row of hints; and the place now."""
        return self._hints, sorted({number for place, number in self._heard if place > after})

    async def _preview(self, number: str, agent: str, said: Mapping[str, str]) -> Found:
        """What the creditor will read, in his language. Words he wrote himself stand masked in it."""
        seen = await support.case(self._database.read(), number, agent, clock.now())
        about = _number(said, "about")
        quoted = next((line.text for line in seen.lines if line.id == about and line.kind == "said"), "")
        words = support_texts.asks_document if said.get("as") == "ask_document" else support_texts.answered
        if said.get("as") == "edit":
            words = support_texts.corrected
        with i18n.speaking(seen.locale):
            body = support_texts.body(said.get("text", "").strip(), _number(said, "files") or 0, quoted)
            reply = words(seen.number, agent, body)
        return {"title": reply.title, "text": reply.text, "locale": seen.locale, "reachable": seen.reachable}

    async def file(self, number: str, handle: str, agent: str) -> Paper | None:
        """A file of a ticket; only once revealed. Raises NotRevealed, NoSuchFile, Quarantined."""
        db, now = self._database.read(), clock.now()
        content = await support.paper(db, number, handle, agent, now)
        seen = await support.case(db, number, agent, now)
        known = next(one for one in seen.files if one.handle == handle)
        spoken = known.media_type if known.seconds is not None else None
        return Paper(known.name, files.sniff(content) or spoken or "application/octet-stream", content)

    # -- claims

    async def claims(self) -> Found:
        """What waits for a decision, the oldest first."""
        db, now = self._database.read(), clock.now()
        rows = [row for status in WAITING for row in await stored.in_status(db, status, MOST)]
        rows.sort(key=lambda row: (row.changed_at, row.id))
        return {
            "now": now,
            "claims": [
                {**_claim(row), "proposed": await claims.proposed(db, row.number, now) is not None} for row in rows
            ],
        }

    async def claim(self, number: str, agent: str) -> Found:
        """One claim without a name and without an amount."""
        row = await stored.by_number(self._database.read(), number)
        if row is None:
            raise NoSuchClaim
        return await self._masked(row)

    async def _masked(self, row: ClaimRow) -> Found:
        db, now = self._database.read(), clock.now()
        waits = await claims.proposed(db, row.number, now)
        return {
            **_claim(row),
            "now": now,
            "debtor": claim_rules.DEBTORS.get(row.particulars["debtor"], ""),
            "class": row.particulars["plan_class"],
            "reason": identifiers.masked(row.reason) if row.reason else None,
            "takes_two": claims.takes_two(row, "allowed"),
            "evidence": [
                {"handle": one.handle, "media_type": one.media_type, "size": one.size, "at": one.at}
                for one in await stored.documents_of(db, row.id)
            ],
            "timeline": [
                {"step": one.step, "kind": one.kind, "at": one.at, "receipt": claims.receipt_of(one)}
                for one in await claims.chain(db, row)
            ],
            "proposed": waits
            and {
                "by": waits.proposed_by,
                "decision": waits.payload["decision"],
                "reason": identifiers.masked(waits.payload["reason"]),
                "until": waits.expires_at,
            },
        }

    async def on_claim(self, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found:
        """A decision, a proposal, or a proposal taken back; or a look at what is decided on, which is noted.

        Raises Refusal.
        """
        at = clock.now()
        if what == "personal":
            return await self._figures(number, agent, at)
        if what == "refuse":
            await self._database.write(lambda db: claims.refuse(db, number, agent, at))
            return {"refused": True}
        if what == "write_first":
            text = said.get("text", "")
            done = await self._database.write(lambda db: support.write_first(db, number, agent, text, at))
            return {"ticket": done.number, "reachable": done.reachable}
        entry = await self._database.write(lambda db: claims.review(db, number, what, agent, said.get("text", ""), at))
        return {"proposed": True} if entry is None else {"status": entry.status, "receipt": entry.receipt}

    async def _figures(self, number: str, agent: str, at: datetime) -> Found:
        """Every figure of a claim, and whether the register or the creditor says so."""
        row = await stored.by_number(self._database.read(), number)
        if row is None:
            raise NoSuchClaim
        await agents.opened(self._database, agent, row.number, at)
        said = claims.statement(row.number, row.particulars, "")
        sources = said["sources"]
        return {"figures": [{"name": name, "value": said[name], "source": sources[name]} for name in sources]}

    async def evidence(self, number: str, handle: str, agent: str) -> Paper | None:
        """A document of a claim; that it was opened, by whom and when, is noted. Raises Quarantined."""
        found = await claims.evidence(self._database.read(), number, handle)
        if found is None:
            return None
        row, content = found
        harm = files.harm(content)
        if harm is not None:
            raise Quarantined(why=harm)
        await agents.opened(self._database, agent, number, clock.now())
        return Paper(row.name, files.sniff(content) or "application/octet-stream", content)

    # -- the whole

    async def figures(self, agent: str, days: int, *, scores: bool) -> Found:
        """Load now, and the times of the last days: by day, agent and category. Others' scores only with `scores`."""
        db, now = self._database.read(), clock.now()
        standing = await figures.load(db)
        since = _midnight(now) - timedelta(days=days - 1)
        times = await figures.since(db, since)
        # beside the loop: thousands of calendars are looked at, and chats are answered meanwhile
        rows = await asyncio.to_thread(lambda: [_reckoned(row, now) for row in times])
        by_day = _grouped(rows, lambda row: f"{row.opened_at.astimezone(clock.BEIJING):%m-%d}")
        solved = [row.solved_at for row in rows if row.solved_at is not None]
        over = [f"{moment.astimezone(clock.BEIJING):%m-%d}" for moment in solved]
        names = [f"{since.astimezone(clock.BEIJING) + timedelta(days=ahead):%m-%d}" for ahead in range(days)]
        read = [one for one in await quality.scores(db, since) if scores or one.agent == agent]
        return {
            "now": now,
            "since": since,
            "days": days,
            "most": figures.MOST if len(times) == figures.MOST else None,
            "load": {status: sum(row.tickets for row in standing if row.status == status) for status in STANDING},
            "tiers": {
                tier.value: sum(row.tickets for row in standing if row.status == "open" and row.tier == tier)
                for tier in support_rules.LADDER
            },
            "whole": _summed("", rows),
            "by_day": [{**_summed(name, by_day.get(name, [])), "solved": over.count(name)} for name in names],
            "agents": [
                {**_summed(name, mine), "quality": _mean([one.score for one in read if one.agent == name])}
                for name, mine in sorted(_grouped(rows, lambda row: row.agent or "").items())
                if name
            ],
            "categories": [
                _summed(name, mine) for name, mine in sorted(_grouped(rows, lambda row: row.category).items())
            ],
        }

    # -- the sample

    async def sample(self, agent: str, week: str, *, everybody: bool) -> Found:
        """A week's sample with what was scored in it; without `everybody` an agent's own scores alone."""
        db, now = self._database.read(), clock.now()
        week = week or _week_before(now)
        begins = _begins(week)
        known = {one.number: one for one in await quality.scores(db, begins)}
        if not everybody:
            own = [one for one in known.values() if one.agent == agent]
            return {"now": now, "week": week, "own": [_scored(one) for one in own], "sample": None}
        drawn = quality.drawn(week, await quality.solved(db, begins, begins + timedelta(days=7)), SAMPLE)
        return {
            "now": now,
            "week": week,
            "sample": [
                {
                    "number": row.number,
                    "agent": row.agent,
                    "category": row.category,
                    "rated": row.score,
                    "solved_at": row.solved_at,
                    "scored": _scored(known[row.number]) if row.number in known else None,
                }
                for row in drawn
            ],
        }

    async def score(self, number: str, agent: str, said: Mapping[str, str]) -> Found:
        """Keep a supervisor's score of a ticket of the sample. Raises NotInTheSample, OwnWork and Invalid."""
        at, week = clock.now(), said.get("week", "")
        given, remark = support_rules.score(said.get("score", "")), support_rules.reason(said.get("text", ""))
        begins = _begins(week)
        drawn = quality.drawn(
            week, await quality.solved(self._database.read(), begins, begins + timedelta(days=7)), SAMPLE
        )
        row = next((one for one in drawn if one.number == number), None)
        if row is None:
            raise NotInTheSample(number=number)
        if row.agent == agent:
            raise OwnWork
        await self._database.write(lambda db: quality.give(db, row, week, given, remark, agent, at))
        return {"done": "score"}


#: a claim somebody at the desk has to look at
WAITING = ("submitted", "under_review", "document_requested", "disputed")


def _number(said: Mapping[str, str], name: str) -> int | None:
    return int(said[name]) if re.fullmatch(r"[0-9]{1,9}", said.get(name, "")) else None


def _line(row: Ticket) -> Found:
    return {
        "number": row.number,
        "status": row.status,
        "category": row.category,
        "priority": row.priority,
        "tier": row.tier,
        "agent": row.agent,
        "locale": row.locale,
        "flags": row.flags.split(),
        "revision": row.revision,
        "claim": row.claim,
        "offer": row.offer,
        "opened_at": row.opened_at,
        "changed_at": row.changed_at,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
        "promised_at": row.promised_at,
        "reachable": row.reachable,
    }


def _row(row: Ticket) -> Found:
    return {**_line(row), "last": _excerpt(row), "mentioned": False}


def _pressing(row: tuple[int, Found]) -> tuple[int, float, float, int]:
    """Who goes first, as `tickets.standing` has it."""
    key, found = row
    asked = found["asked_at"].timestamp() if found["asked_at"] is not None else float("inf")
    return found["priority"], asked, found["changed_at"].timestamp(), key


def _excerpt(row: Ticket) -> str:
    return identifiers.masked(row.lines[-1].text)[:80] if row.lines else ""


def _claim(row: ClaimRow) -> Found:
    return {
        "number": row.number,
        "status": row.status,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
        "documents": len(row.particulars["documents"]),
        "demo": row.demo,
    }


class _Reckoned(NamedTuple):
    """A ticket as figures take it. `kept`: answered in time, not in time, or None: it is not over yet."""

    opened_at: datetime
    solved_at: datetime | None
    category: str
    agent: str | None
    score: int | None
    first: float | None
    whole: float | None
    kept: bool | None


def _reckoned(row: figures.TicketTimes, now: datetime) -> _Reckoned:
    """How long a ticket took; the promise counts working time only, as the ladder does."""
    allowed = support_rules.target(row.priority, support_rules.Tier.AGENT)
    late = (row.answered_at or row.solved_at or now) > hours.after(hours.desk_for(row.locale), row.opened_at, allowed)
    kept = False if late else True if row.answered_at is not None else None
    return _Reckoned(
        row.opened_at,
        row.solved_at,
        row.category,
        row.agent,
        row.score,
        (row.answered_at - row.opened_at).total_seconds() / 60 if row.answered_at is not None else None,
        (row.solved_at - row.opened_at).total_seconds() / 3600 if row.solved_at is not None else None,
        kept,
    )


def _grouped(rows: list[_Reckoned], key: Callable[[_Reckoned], str]) -> dict[str, list[_Reckoned]]:
    found: dict[str, list[_Reckoned]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _summed(name: str, rows: list[_Reckoned]) -> Found:
    """Medians and shares of some tickets; None where there is nothing to reckon with."""
    first = [row.first for row in rows if row.first is not None]
    whole = [row.whole for row in rows if row.whole is not None]
    kept = [row.kept for row in rows if row.kept is not None]
    rated = [row.score for row in rows if row.score is not None]
    return {
        "name": name,
        "tickets": len(rows),
        "first": round(median(first)) if first else None,
        "whole": round(median(whole), 1) if whole else None,
        "kept": round(100 * sum(kept) / len(kept)) if kept else None,
        "score": _mean(rated),
        "rated": len(rated),
    }


def _mean(scores: list[int]) -> float | None:
    return round(sum(scores) / len(scores), 1) if scores else None


def _scored(one: ScoreRow) -> Found:
    return {name: value for name, value in one._asdict().items() if name != "agent"}


def _midnight(now: datetime) -> datetime:
    return now.astimezone(clock.BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)


def _week_before(now: datetime) -> str:
    """The last week that is over, as 2026-W47."""
    year, week, _day = (now.astimezone(clock.BEIJING) - timedelta(days=7)).isocalendar()
    return f"{year}-W{week:02}"


def _begins(week: str) -> datetime:
    """Monday, midnight in Beijing. Raises Invalid("wrong_week")."""
    try:
        year, number = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", week).groups()  # type: ignore[union-attr]
        return datetime.combine(date.fromisocalendar(int(year), int(number), 1), time(), clock.BEIJING)
    except (AttributeError, ValueError):
        raise Invalid("wrong_week") from None
