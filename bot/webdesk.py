"""What the desk in a browser asks for, in terms of rooms and tables: every answer is a list of fields that may be seen.

Nothing personal leaves here unless `support.case` says that this agent has revealed this ticket: no
name, no amount, no address; words of a ticket come masked. The door has checked the role before.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any

from bot import clock, files, i18n
from bot.channels.desk import texts as desk_texts
from bot.channels.desk.door import Paper
from bot.claims import actions as claims
from bot.claims import rules as claim_rules
from bot.claims.rules import NoSuchClaim
from bot.errors import Refusal
from bot.support import desk as support
from bot.support import sheet as replies
from bot.support import texts as support_texts
from bot.support.rules import NoSuchTicket, Quarantined, Ticket
from bot.understanding import identifiers
from storage import agents, figures, tickets, totp
from storage import claims as stored
from storage.agents import Doorstep, Who
from storage.claims import ClaimRow
from storage.database import Database, Transaction
from storage.terms import ClaimStatus

Found = dict[str, Any]
MOST = 200
DAYS = 14
LONGEST_HOLD = 30 * 24


class NoSuchAgent(Refusal):
    """Nobody of this name works at the desk."""


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


class Work:
    """What agents do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- tickets

    async def mark(self) -> str:
        """Another one whenever anything in the queue is another."""
        db, drawn = self._database.read(), hashlib.sha256()
        for status in ("open", "on_hold", "answered"):
            for row in await tickets.standing(db, status, MOST):
                drawn.update(f"{row.number} {row.status} {row.revision}\n".encode())
        for word in ClaimStatus:  # whatever moves is the last to come to its new status
            drawn.update(f"{word} {await stored.last_move(db, word)}\n".encode())
        return drawn.hexdigest()[:16]

    async def queue(self) -> Found:
        """Who waits, each with the last words, masked."""
        rows = await support.open_tickets(self._database.read())
        return {"now": clock.now(), "tickets": [{**_line(row), "last": _excerpt(row)} for row in rows]}

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
            "lines": [
                {
                    "id": line.id,
                    "agent": line.agent,
                    "kind": line.kind,
                    "code": line.code,
                    "text": line.text,
                    "at": line.at,
                    "edited": line.edited_at is not None,
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
                }
                for one in seen.files
            ],
            "canned": [{"name": name, "text": text} for name, text in replies.fitting("", seen.locale)],
            "card": await self._card(seen.claim) if seen.claim else None,
        }

    async def _card(self, number: str) -> Found | None:
        row = await stored.by_number(self._database.read(), number)
        return await self._masked(row) if row is not None else None

    async def on_ticket(self, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found:
        """Something done with a ticket. Raises Refusal and Invalid."""
        at = clock.now()
        text = said.get("text", "")
        if what == "preview":
            return await self._preview(number, agent, text, asks=said.get("as") == "ask_document")
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
            )
            done = await self._database.write(act)
            return {"status": done.status, "reachable": done.reachable}
        return await self._database.write(lambda db: self._does(db, what, number, agent, said))

    async def _does(self, db: Transaction, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found:
        at, text = clock.now(), said.get("text", "")
        match what:
            case "ask_document":
                await support.ask_document(db, number, agent, text, at, revision=_number(said, "revision"))
            case "note":
                await support.note(db, number, agent, text, at)
            case "take":
                await support.take(db, number, agent, at)
            case "release":
                await support.assign(db, number, agent, None, at)
            case "assign":
                to = text.strip().lower()
                if not await agents.known(db, to):
                    raise NoSuchAgent
                await support.assign(db, number, agent, to, at)
            case "hold":
                hours = min(_number(said, "hours") or 0, LONGEST_HOLD)
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
            case _:
                raise NoSuchTicket(number=number)
        return {"done": what}

    async def _preview(self, number: str, agent: str, text: str, *, asks: bool) -> Found:
        """What the creditor will read, in his language."""
        seen = await support.ticket(self._database.read(), number, 1)
        with i18n.speaking(seen.locale):
            words = support_texts.asks_document if asks else support_texts.answered
            reply = words(seen.number, agent, text.strip())
        return {"title": reply.title, "text": reply.text, "locale": seen.locale, "reachable": seen.reachable}

    async def file(self, number: str, handle: str, agent: str) -> Paper | None:
        """A file of a ticket; only once revealed. Raises NotRevealed, NoSuchFile, Quarantined."""
        db, now = self._database.read(), clock.now()
        content = await support.paper(db, number, handle, agent, now)
        seen = await support.case(db, number, agent, now)
        known = next(one for one in seen.files if one.handle == handle)
        return Paper(known.name, files.sniff(content) or "application/octet-stream", content)

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
            and {"by": waits.proposed_by, "decision": waits.payload["decision"], "until": waits.expires_at},
        }

    async def on_claim(self, what: str, number: str, agent: str, said: Mapping[str, str]) -> Found:
        """A decision, a proposal, or a proposal taken back. Raises Refusal."""
        at = clock.now()
        if what == "refuse":
            await self._database.write(lambda db: claims.refuse(db, number, agent, at))
            return {"refused": True}
        entry = await self._database.write(lambda db: claims.review(db, number, what, agent, said.get("text", ""), at))
        return {"proposed": True} if entry is None else {"status": entry.status, "receipt": entry.receipt}

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

    async def figures(self) -> Found:
        """Load now, and the times of the last days."""
        db, now = self._database.read(), clock.now()
        standing = await figures.load(db)
        load = {status: standing.get(status, 0) for status in ("open", "on_hold", "answered")}
        rows = await figures.since(db, now - timedelta(days=DAYS))
        today = now.astimezone(clock.BEIJING).date()
        days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        opened = [row.opened_at.astimezone(clock.BEIJING).date() for row in rows]
        return {
            "load": load,
            "days": [{"day": f"{day:%m-%d}", "opened": opened.count(day)} for day in days],
            "agents": _times({row.agent for row in rows if row.agent}, rows, lambda row: row.agent),
            "categories": _times({row.category for row in rows}, rows, lambda row: row.category),
        }


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
        "reachable": row.reachable,
    }


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


def _times(names: set[str], rows: list[figures.TicketTimes], of: Any) -> list[Found]:
    found = []
    for name in sorted(names):
        mine = [row for row in rows if of(row) == name]
        first = [(row.answered_at - row.opened_at).total_seconds() / 60 for row in mine if row.answered_at is not None]
        whole = [(row.changed_at - row.opened_at).total_seconds() / 3600 for row in mine if row.status in OVER]
        scores = [row.score for row in mine if row.score is not None]
        found.append(
            {
                "name": name,
                "tickets": len(mine),
                "first": round(median(first)) if first else None,
                "whole": round(median(whole), 1) if whole else None,
                "score": round(sum(scores) / len(scores), 1) if scores else None,
            }
        )
    return found


OVER = frozenset({"solved", "closed"})
