"""What an operator does, in terms of rooms; the command line prints what these return.

Words here are for operators, in English. Personal data is masked unless it is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot import hints, numbers, roles
from bot.case import known
from bot.claims import actions as claims
from bot.claims import rules
from bot.errors import Refusal
from bot.offers import actions as offers
from bot.offers import eligibility, series
from bot.offers.rules import HELD, NOT_MADE, ClassFigure, OfferUnknown
from bot.payouts import actions as payouts
from bot.payouts.dialogue import words as payout_words
from bot.settlement import actions as settlements
from bot.settlement.rules import due as settlement_due
from bot.support import desk as support
from bot.support import sheet as canned
from bot.understanding import identifiers
from bot.understanding.groups import group
from bot.understanding.meaning import Intent
from bot.welcome import desk as welcome
from storage import agents, tickets
from storage import claims as stored
from storage import offers as stored_offers
from storage.claims import ClaimRow
from storage.database import Database, Reader, Transaction
from storage.utterances import UtteranceRow

Found = dict[str, Any]


# --- who acts -------------------------------------------------------------------------------


class NoAccount(Refusal):
    """There are accounts, and none of this `name` stands: it was never made, or was revoked."""


class NotYourRole(Refusal):
    """The account of this `name` may not do this: its `role` lacks it."""


async def permit(db: Reader, by: str, what: str) -> str:
    """The name somebody acts by, in the one spelling of the accounts. Raises NoAccount and NotYourRole.

    While there is no account at all (the embedded first run) every name may do everything: whoever can
    type here owns the machine. From the first account on `roles.MAY` decides, as it does at the desk in
    the browser. Without a name MUST nothing be had but a look at what is masked.
    """
    if not await agents.everybody(db):
        return by
    if not by and roles.may(roles.AUDITOR, what):
        return by
    row = await agents.named_as(db, by)
    if row is None or row.revoked_at is not None:
        raise NoAccount(name=by or "not given (--by)")
    if not roles.may(row.role, what):
        raise NotYourRole(name=row.name, role=row.role)
    return row.name


def class_figures() -> Mapping[str, ClassFigure]:
    """What each plan class had been paid, as the fact base has it."""
    return {
        row.class_id: ClassFigure(row.paid, row.paid_as_of, "; ".join(source.name for source in row.sources))
        for row in known.plan_classes()
        if row.paid is not None and row.paid_as_of is not None
    }


# --- claims ---------------------------------------------------------------------------------


async def import_register(
    database: Database,
    raw: bytes,
    at: datetime,
    *,
    demo: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Found:
    """Bring a register in, all of the file or nothing of it; `progress` hears how many rows are done."""
    read = claims.read_register(raw)
    faults = [str(fault) for fault in read.faults]
    if read.unlisted:
        faults.append(f"… and {read.unlisted} more")
    if faults:
        return {"faults": faults}
    done = await database.write(lambda db: claims.import_register(db, read.rows, demo=demo, progress=progress))
    return {**asdict(done), "faults": []}


async def show_claims(database: Database, number: str | None, *, reveal: bool, by: str, at: datetime) -> Found:
    """One claim with its timeline, or the newest. Names and amounts with `reveal` only; such a look is noted."""
    db = database.read()
    if reveal:
        await agents.opened(database, by, number or "claims", at)
    rows = await stored.newest(db) if number is None else [await claim(database, number)]
    lines: list[str] = []
    found = []
    for row in rows:
        line: Found = {
            "number": row.number,
            "status": row.status,
            "changed_at": row.changed_at.isoformat(),
            "documents": len(row.particulars["documents"]),
            "demo": row.demo,
        }
        if reveal:
            line["name"] = row.particulars["name"]
            line["amount"] = claims.decimal(row.particulars["amount"])
        shown = f"  {line['name']}  {line['amount']} USD" if reveal else ""
        lines.append(f"{row.number}  {row.status:<18} since {row.changed_at:%Y-%m-%d %H:%M} UTC{shown}")
        if number is not None:
            entries = await claims.chain(db, row)
            line["timeline"] = [
                {"step": e.step, "kind": e.kind, "at": e.at.isoformat(), "receipt": claims.receipt_of(e)}
                for e in entries
            ]
            lines += [f"  {e.step}. {e.at:%Y-%m-%d %H:%M} UTC  {e.kind:<18} {claims.receipt_of(e)}" for e in entries]
        found.append(line)
    return {"claims": found, "lines": lines or ["no claims"]}


async def claim(database: Database, number: str) -> ClaimRow:
    """A claim by its number, whoever's it is. Raises Invalid and NoSuchClaim."""
    row = await stored.by_number(database.read(), numbers.read(number, "ZQ"))
    if row is None:
        raise rules.NoSuchClaim(number=number)
    return row


async def decide(database: Database, number: str, decision: str, by: str, reason: str, at: datetime) -> Found:
    """Move a claim; its creditor is told. Where two people are needed the first one's word is a proposal."""
    entry = await database.write(lambda db: claims.review(db, number, decision, by, reason, at))
    if entry is None:
        return {"number": number, "proposed": True, "status": None, "receipt": None}
    return {"number": number, "proposed": False, "status": entry.status, "receipt": entry.receipt}


async def refuse(database: Database, number: str, by: str, at: datetime) -> Found:
    """Take a proposal about a claim back."""
    await database.write(lambda db: claims.refuse(db, number, by, at))
    return {"number": number, "refused": True}


# --- creditors ------------------------------------------------------------------------------


async def show_account(database: Database, number: str) -> Found:
    """Where the account behind a claim stands, and what an erasure would wait for; nothing personal."""

    def until(day: str | None) -> str:
        return f" until {day}" if day else ""

    row = await claim(database, number)
    found = await welcome.account(database.read(), row.creditor_id)
    lines = [f"{row.number}  account {found.status}, {found.channels} channels, {found.claims} claims"]
    if found.asked is not None:
        asked, due = found.asked.asked_at, found.asked.due_at
        lines.append(f"  asked to be erased on {asked:%Y-%m-%d}, due {due:%Y-%m-%d %H:%M} UTC")
    lines += [f"  under way: {one.what} {one.number}" + until(one.until) for one in found.under_way]
    return {
        "claim": row.number,
        "status": found.status,
        "channels": found.channels,
        "claims": found.claims,
        "erasure_due": found.asked.due_at.isoformat() if found.asked is not None else None,
        "under_way": [one._asdict() for one in found.under_way],
        "lines": lines,
    }


async def freeze(database: Database, number: str, by: str, reason: str, at: datetime, *, frozen: bool) -> Found:
    """Freeze the account behind a claim, or let it go; every channel of it is told."""
    row = await claim(database, number)
    entry = await database.write(lambda db: welcome.freeze(db, row.creditor_id, by, reason, at, frozen=frozen))
    return {"claim": row.number, "status": entry.status, "receipt": entry.receipt}


# --- offers ---------------------------------------------------------------------------------


async def import_offers(database: Database, raw: bytes, at: datetime, *, demo: bool = False) -> Found:
    """Keep a file's offers, or its series, as drafts, all or none."""
    report = await database.write(lambda db: offers.import_offers(db, raw, class_figures(), at, demo=demo))
    return {
        "added": [*(drafted.number for drafted in report.added), *(drafted.number for drafted in report.series)],
        "unchanged": len(report.unchanged),
        "faults": [str(fault) for fault in report.faults],
    }


def _is_series(number: str) -> bool:
    return number.strip().upper().startswith(series.PREFIX)


async def publish(
    database: Database,
    chosen: Sequence[str],
    by: str,
    at: datetime,
    *,
    dry_run: bool = False,
    everyone: bool = False,
) -> Found:
    """Open drafts; without numbers, all offers to persons. A series (XL-…) makes its offers from then on.

    `everyone`: a series makes its offers on every claim at once, and their creditors are told; else on
    those with an asking price, and on the others when a creditor opens his list.
    """
    named = [number for number in chosen if _is_series(number)]
    personal = [number for number in chosen if not _is_series(number)]
    found: Found = {"published": [], "refused": {}, "lines": []}
    for number in named:
        if dry_run:
            found["lines"] += (await dry_run_series(database, number, at))["lines"]
            continue
        await database.write(partial(series.publish, number=number, by=by, at=at))
        made = await _make(database, number, at, asked=not everyone)
        found["published"].append(number)
        found["lines"].append(f"{number}: published, {made} offer(s) made")
    if personal or not named:
        report = await database.write(lambda db: offers.publish(db, personal or None, by, at, dry_run=dry_run))
        would = "would be published" if dry_run else "published"
        found["published"] += [p.number for p in report.published]
        found["refused"] = {held.number: held.why for held in report.held}
        found["lines"] += [f"{p.number} on {p.claim} ({p.kind}): {would}" for p in report.published]
        found["lines"] += [f"{held.number}: held back, {held.why}" for held in report.held]
    return {**found, "lines": found["lines"] or ["there are no drafts"]}


async def _make(database: Database, number: str, at: datetime, *, asked: bool) -> int:
    """A series' offers, page by page, a transaction each."""
    made, cursor = 0, 0
    while True:
        count, after = await database.write(partial(series.make_page, number=number, cursor=cursor, at=at, asked=asked))
        made += count
        if after is None:
            return made
        cursor = after


async def dry_run_series(database: Database, number: str, at: datetime) -> Found:
    """What a series would come to: how many claims, why not the others, and its exposure against the cap."""
    run = await series.dry_run(database.read(), number, at)
    reasons = dict(sorted(run.reasons.items()))
    words = {**HELD, **NOT_MADE, series.THERE: "its offer on the claim was made and has ended"}
    return {
        "series": run.number,
        "status": run.status,
        "eligible": run.eligible,
        "reasons": reasons,
        "currency": run.currency,
        "exposure": claims.decimal(run.exposure),
        "cap": claims.decimal(run.cap),
        "room": claims.decimal(run.room),
        "lines": [
            f"{run.number} ({run.status}): {run.eligible} claim(s) eligible",
            *(f"  {count} not: {words.get(code, code)}" for code, count in reasons.items()),
            f"  if all accept: {claims.decimal(run.exposure)} {run.currency} of {claims.decimal(run.room)} left",
            f"  cap: {claims.decimal(run.cap)} {run.currency}",
        ],
    }


async def withdraw(database: Database, number: str, by: str, reason: str, at: datetime) -> Found:
    """Take an offer, or a series with all its open offers, back."""
    if _is_series(number):
        row = await database.write(lambda db: series.withdraw(db, number, by, reason, at))
        ended = 0
        while count := await database.write(lambda db: offers.end_withdrawn(db, at)):
            ended += count
        dropped = row.status == "draft"
        return {"number": row.number, "status": "dropped" if dropped else "withdrawn", "ended": ended}
    done = await database.write(lambda db: offers.withdraw(db, number, by, reason, at))
    return {"number": done.number, "status": "dropped" if done.dropped else "cancelled"}


async def set_gate(
    database: Database, place: str, kind: str, allowed: bool, reason: str, at: datetime, by: str, *, demo: bool = False
) -> Found:
    """Decide whether residents of a place may be shown offers of a kind."""
    await database.write(
        lambda db: eligibility.decide(db, "residence", place, kind, allowed, reason, at, by, demo=demo)
    )
    return {"place": place, "kind": kind, "allowed": allowed}


async def decide_rule(
    database: Database, fact: str, value: str, kind: str, decision: str, at: datetime, by: str, **terms: Any
) -> Found:
    """Write a rule of eligibility (`open`, `shut`) or take it back (`end`), by a signed entry."""
    if decision == "end":
        entry = await database.write(lambda db: eligibility.end(db, fact, value, kind, terms["reason"], at, by))
    else:
        entry = await database.write(
            lambda db: eligibility.decide(db, fact, value, kind, decision == "open", at=at, by=by, **terms)
        )
    ruleset = await eligibility.in_force(database.read())
    receipt = None if entry is None else entry.receipt
    found = {
        "fact": fact,
        "value": value,
        "kind": kind,
        "decision": decision,
        "receipt": receipt,
        "ruleset": ruleset.version,
    }
    return found | ({"place": value, "allowed": decision == "open"} if fact == "residence" else {})


async def show_rules(database: Database) -> Found:
    """Every rule of eligibility in force, with its dates and source, and the version of them all."""
    ruleset = await eligibility.in_force(database.read())
    rows = [
        {
            "name": rule.name,
            "fact": rule.fact,
            "value": rule.value,
            "kinds": sorted(rule.kinds),
            "allowed": rule.allowed,
            "stops": rule.stops,
            "valid_from": rule.valid_from.isoformat(),
            "valid_until": None if rule.valid_until is None else rule.valid_until.isoformat(),
            "source": rule.source,
            "decided": rule.decided,
            "demo": rule.demo,
        }
        for rule in ruleset.rules
    ]
    lines = [
        f"{row['name']:<32} {'open' if row['allowed'] else 'shut':<5} {row['stops']:<11} "
        f"{row['valid_from']} – {row['valid_until'] or ''}  {row['source']}"
        for row in rows
    ]
    return {"ruleset": ruleset.version, "rules": rows, "lines": [*lines, f"version {ruleset.version}"]}


async def show_series(database: Database) -> Found:
    """Every series and how much of its room is taken."""
    rows = await stored_offers.newest_series(database.read())
    return {
        "series": [
            {
                "number": row.number,
                "version": row.version,
                "kind": row.kind,
                "status": row.status,
                "cap": claims.decimal(row.cap),
                "taken": claims.decimal(row.taken),
                "expires_at": row.expires_at.isoformat(),
            }
            for row in rows
        ],
        "lines": [
            f"{row.number}  v{row.version} {row.kind:<5} {row.status:<10} {claims.decimal(row.taken)} of "
            f"{claims.decimal(row.cap)} taken, until {row.expires_at:%Y-%m-%d %H:%M} UTC"
            for row in rows
        ]
        or ["no series"],
    }


async def show_offers(database: Database, number: str | None) -> Found:
    """Offers and where they stand; no figures, they are the creditor's. Raises Invalid and OfferUnknown."""
    db = database.read()
    if number is None:
        rows = await stored_offers.newest(db)
    else:
        found = await stored_offers.by_number(db, numbers.read(number, "BJ"))
        if found is None:
            raise OfferUnknown(number=number)
        rows = [found]
    return {
        "offers": [{"number": r.number, "kind": r.kind, "status": r.status} for r in rows],
        "lines": [f"{r.number}  {r.kind:<5} {r.status:<10} until {r.expires_at:%Y-%m-%d %H:%M} UTC" for r in rows]
        or ["no offers"],
    }


# --- payouts --------------------------------------------------------------------------------


async def list_payouts(database: Database, status: str, at: datetime, *, reveal: bool, by: str = "") -> Found:
    """The payout methods of one status, and what is proposed on them; masked without `reveal`, which is noted."""
    if reveal:
        await agents.opened(database, by, "payouts", at)
    lines, found = [], []
    for row, proposal in await payouts.on_desk(database.read(), status, at):
        shown = payouts.shown(row)
        one: Found = {
            "number": shown.number,
            "status": shown.status,
            "currency": shown.currency,
            "way": shown.way,
            "account": shown.mask,
            "changed_at": shown.changed_at.isoformat(),
            "cools_until": None if shown.cools_until is None else shown.cools_until.isoformat(),
            "paying": row.paying,
        }
        if reveal:
            one["details"] = {name: value for name, value in row.details.items() if name != "handle"}
        line = f"{shown.number}  {shown.status:<9} {shown.currency:<4} {shown.way:<6} {shown.mask}"
        if shown.cools_until is not None and shown.cools_until > at:
            line += f"  cools until {shown.cools_until:%Y-%m-%d %H:%M} UTC"
        if reveal:
            line += "  " + "  ".join(f"{name} {value}" for name, value in one["details"].items())
        if proposal is not None:
            cents = int(proposal.payload["cents"])
            one["proposed"] = {"by": proposal.proposed_by, "amount": claims.decimal(cents)}
            line += f"  test of {claims.decimal(cents)} proposed by {proposal.proposed_by}, wants a second operator"
        found.append(one)
        lines.append(line)
    return {"payouts": found, "lines": lines or [f"no payout methods are {status}"]}


async def propose_test(database: Database, number: str, amount: str, by: str, at: datetime) -> Found:
    """Propose to send a small sum to a coin address; a second operator approves it."""
    row = await database.write(lambda db: payouts.propose_test(db, number, amount, by, at))
    return {"number": row.number, "status": row.status}


async def approve_test(database: Database, number: str, amount: str, by: str, at: datetime) -> Found:
    """Approve what somebody else proposed; the owner is asked what arrives."""
    row = await database.write(lambda db: payouts.approve_test(db, number, amount, by, at, payout_words))
    return {"number": row.number, "status": row.status}


# --- settlements ----------------------------------------------------------------------------


async def list_settlements(
    database: Database, number: str | None, status: str | None, at: datetime, *, reveal: bool, by: str = ""
) -> Found:
    """Settlements, or one with its days and a bond's payments; amounts and reasons only with `reveal`, noted."""
    if reveal:
        await agents.opened(database, by, number or "settlements", at)
    lines, found = [], []
    for one in await settlements.on_desk(database.read(), number, status, at):
        row, (cents, currency) = one.row, settlement_due(one.deal)
        facts = {name: said for name, said in row.facts.items() if reveal or name not in ("reason", "reference")}
        told: Found = {
            "number": row.number,
            "offer": row.offer,
            "claim": one.deal.claim,
            "kind": row.kind,
            "status": row.status,
            "changed_at": row.changed_at.isoformat(),
            "papers": row.papers,
            "demo": row.demo,
            "facts": facts,
            "proposed_by": None if one.proposal is None else one.proposal.proposed_by,
        }
        line = f"{row.number}  {row.kind:<4} {row.status:<16} since {row.changed_at:%Y-%m-%d %H:%M} UTC  {row.offer}"
        if reveal:
            told["due"] = f"{claims.decimal(cents)} {currency}"
            line += f"  {told['due']}"
        if "missing_at" in row.facts and row.status == "payment_sent":
            line += "  the creditor did not receive it"
        if "notice_until" in row.facts:
            line += f"  notice until {row.facts['notice_until']}"
        if one.proposal is not None:
            line += f"  payment proposed by {one.proposal.proposed_by}, wants a second operator"
        lines.append(line)
        if number is not None:
            told["coupons"] = []
            for coupon in one.coupons:
                paid: Found = {"item": coupon.item, "pays_on": coupon.pays_on, "status": coupon.status}
                text = f"  {coupon.item}. {coupon.pays_on}  {coupon.status}"
                if reveal:
                    paid["amount"] = claims.decimal(settlements.total(coupon))
                    text += f"  {paid['amount']} {coupon.figures['currency']}"
                told["coupons"].append(paid)
                lines.append(text)
        found.append(told)
    return {"settlements": found, "lines": lines or ["no settlements"]}


async def settlement_filed(database: Database, number: str, on: str, docket: str, by: str, at: datetime) -> Found:
    """Evidence of the transfer was filed with the court."""
    row = await database.write(lambda db: settlements.filed(db, number, on, docket, by, at))
    return {"number": row.number, "status": "notice_filed"}


async def settlement_noticed(database: Database, number: str, on: str, by: str, at: datetime) -> Found:
    """The clerk gave notice; the last day for objections."""
    row, until = await database.write(lambda db: settlements.noticed(db, number, on, by, at))
    return {"number": row.number, "status": "notice_period", "notice_until": until.isoformat()}


async def propose_payment(database: Database, number: str, amount: str, by: str, at: datetime) -> Found:
    """Propose to pay; a second operator says that it was paid."""
    row = await database.write(lambda db: settlements.propose_payment(db, number, amount, by, at))
    return {"number": row.number, "status": row.status}


async def settlement_paid(database: Database, number: str, amount: str, reference: str, by: str, at: datetime) -> Found:
    """Say, as the second operator, that it was paid."""
    row = await database.write(lambda db: settlements.paid(db, number, amount, reference, by, at))
    return {"number": row.number, "status": "payment_sent"}


async def settlement_failed(database: Database, number: str, reason: str, by: str, at: datetime) -> Found:
    """A step went wrong."""
    row = await database.write(lambda db: settlements.failed(db, number, reason, by, at))
    return {"number": row.number, "status": "failed"}


async def settlement_returned(database: Database, number: str, reason: str, by: str, at: datetime) -> Found:
    """Undo the acceptance, all at once: the settlement ends, the offer is let go, what it had ended is open again."""

    async def undo(db: Transaction) -> tuple[str, tuple[str, ...]]:
        row = await settlements.returned(db, number, reason, by, at)
        _entry, reopened = await offers.release(db, row.offer, by, reason, at)
        return row.number, reopened

    name, reopened = await database.write(undo)
    return {"number": name, "status": "returned", "reopened": list(reopened)}


async def propose_coupon(database: Database, number: str, item: int, amount: str, by: str, at: datetime) -> Found:
    """Propose to pay one payment of a bond."""
    row = await database.write(lambda db: settlements.propose_coupon(db, number, item, amount, by, at))
    return {"number": number, "item": row.item, "status": row.status}


async def coupon_paid(
    database: Database, number: str, item: int, amount: str, reference: str, by: str, at: datetime
) -> Found:
    """Say, as the second operator, that it was paid."""
    row = await database.write(lambda db: settlements.coupon_paid(db, number, item, amount, reference, by, at))
    return {"number": number, "item": row.item, "status": "paid"}


# --- tickets --------------------------------------------------------------------------------

_PRIORITIES = {1: "urgent", 2: "high", 3: "normal", 4: "low"}


async def list_tickets(database: Database) -> Found:
    """What the desk has to look at: who waits, the most pressing first; each with its last words, masked."""
    rows = await support.open_tickets(database.read())
    return {
        "tickets": [_ticket(row) for row in rows],
        "lines": [
            f"{row.number}  {row.status:<9} {_PRIORITIES[row.priority]:<7} {row.tier:<10} {row.agent or '-':<10} "
            f"since {row.changed_at:%Y-%m-%d %H:%M} UTC  {row.flags}  "
            f"{identifiers.masked(row.lines[-1].text) if row.lines else ''}"
            for row in rows
        ]
        or ["nobody waits"],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _ticket(row: support.Ticket) -> Found:
    return {
        "number": row.number,
        "status": row.status,
        "since": row.changed_at.isoformat(),
        "category": row.category,
        "priority": _PRIORITIES[row.priority],
        "tier": row.tier,
        "language": row.locale,
        "agent": row.agent,
        "flags": row.flags.split(),
        "claim": row.claim,
        "offer": row.offer,
        "matter": row.matter,
        "waits_since": _iso(row.asked_at),
        "due_at": _iso(row.due_at),
        "revision": row.revision,
        "score": row.score,
        "reachable": row.reachable,
    }


async def show_ticket(database: Database, number: str, by: str, at: datetime) -> Found:
    """One case: what was said, noted and brought about, files, other tickets, and what may be answered. Masked."""
    row = await support.case(database.read(), number, by, at)
    lines: list[Found] = [
        {
            "line": line.id,
            "by": line.agent or ("creditor" if line.kind == "said" else "clock"),
            "kind": line.kind,
            "code": line.code,
            "text": line.text,
            "at": line.at.isoformat(),
            "edited_at": line.edited_at.isoformat() if line.edited_at is not None else None,
            "delivery": line.delivery,
        }
        for line in row.lines
    ]
    files = [
        {"handle": one.handle, "line": one.line, "name": one.name, "media_type": one.media_type, "size": one.size,
         "quarantined": one.harm}
        for one in row.files
    ]  # fmt: skip
    suggested = await hints.suggest(database.read(), row.category, row.flags.split(), row.locale, at)
    said = [
        f"  {line['line']}  {line['at'][:16]}  {line['by']:<10} {line['kind']:<5} {line['code']} {line['text']}"
        f"{' (edited)' if line['edited_at'] else ''}{' [' + line['delivery'] + ']' if line['delivery'] else ''}"
        for line in lines
    ]
    kept = [f"  file {one['handle']}  {one['media_type']}  {one['quarantined'] or one['name']}" for one in files]
    head = (
        f"{row.number}  {row.status}  {row.category}  {_PRIORITIES[row.priority]}  {row.tier}  {row.agent or '-'}  "
        f"{row.flags}  revision {row.revision}"
    )
    told = [await hints.told(database.read(), one) for one in await support.notices(database.read(), number)]
    about = await hints.notice(database.read(), row.notice, masked=row.masked) if row.notice is not None else None
    others = [f"  the same creditor also has {', '.join(row.others)}: merge?"] if row.others else []
    others += [f"  about a notice: {_notice(about)}\n{about['words']}"] if about is not None else []
    others += [f"  the same words in {', '.join(row.alike)}"] if row.alike else []
    others += ["  in distress: help lines first (`facts.distress`)"] if suggested["help_lines"] else []
    return {
        **_ticket(row),
        "reason": row.reason,
        "masked": row.masked,
        "lines_said": lines,
        "files": files,
        "notice": about and {**about, "at": _iso(about["at"])},
        "notices": [{**one, "at": _iso(one["at"])} for one in told],
        "duplicates": list(row.others),
        "alike": list(row.alike),
        "suggested": suggested,
        "lines": [
            head,
            *others,
            *said,
            *kept,
            *(f"  told: {_notice(one)}" for one in told),
            *(f"  canned: {one['name']}" for one in suggested["canned"]),
        ],
    }


def _notice(told: Found) -> str:
    at = f"{told['at']:%Y-%m-%d %H:%M} UTC  " if told["at"] is not None else ""
    return f"notice.{told['id']}  {told['kind']}  {at}{told['outcome'] or ''}"


def show_canned(category: str, locale: str, words: str) -> Found:
    """The replies there are, and the version of them all."""
    version, replies = canned.canned()
    fitting = canned.fitting(category, locale, words)
    return {
        "version": version,
        "replies": [
            {"name": name, "category": replies[name].category, "fields": list(replies[name].fields), "text": text}
            for name, text in fitting
        ],
        "lines": [f"{name:<18} {' '.join(replies[name].fields):<16} {text}" for name, text in fitting]
        or ["nothing fits"],
    }


def look_up(words: str) -> Found:
    """The words of the field, in every language."""
    found = hints.terms(words)
    return {"terms": found, "lines": ["  ".join(one.values()) for one in found] or ["no such word"]}


def _told(done: support.Answered) -> Found:
    return {
        "number": done.number,
        "status": done.status,
        "reachable": done.reachable,
        "revision": done.revision,
        "line": done.line,
    }


async def answer_ticket(
    database: Database,
    number: str,
    by: str,
    text: str,
    at: datetime,
    *,
    revision: int | None = None,
    sure: bool = False,
    reply: str = "",
    fields: Mapping[str, str] | None = None,
) -> Found:
    """Answer in the creditor's chat, in words or by a canned reply with its fields."""
    if reply:
        row = await support.ticket(database.read(), number, 1)
        filled = canned.reply(reply).said(row.locale, fields or {})
        text = f"{filled}\n\n{text}" if text else filled
    done = await database.write(lambda db: support.answer(db, number, by, text, at, revision=revision, sure=sure))
    return {**_told(done), "canned": f"{reply}@{canned.canned()[0]}" if reply else None}


async def ask_for_document(
    database: Database, number: str, by: str, document: str, at: datetime, *, revision: int | None = None
) -> Found:
    """Ask for a document, with a button that takes it."""
    row = await support.ticket(database.read(), number, 1)
    text = canned.reply("need_document").said(row.locale, {"document": document})
    return _told(await database.write(lambda db: support.ask_document(db, number, by, text, at, revision=revision)))


async def open_ticket(database: Database, claim: str, by: str, text: str, at: datetime) -> Found:
    """Write to the creditor of a claim before he asks."""
    return _told(await database.write(lambda db: support.write_first(db, claim, by, text, at)))


async def edit_answer(database: Database, number: str, line: int, by: str, text: str, at: datetime) -> Found:
    """Put other words in an answer that went out."""
    return _told(await database.write(lambda db: support.change_answer(db, number, line, by, text, at)))


async def withdraw_answer(database: Database, number: str, line: int, by: str, at: datetime) -> Found:
    """Take an answer back with its files."""
    return _told(await database.write(lambda db: support.withdraw_answer(db, number, line, by, at)))


async def note_ticket(database: Database, number: str, by: str, text: str, at: datetime) -> Found:
    """Note something for the other agents."""
    return _told(await database.write(lambda db: support.note(db, number, by, text, at)))


async def take_ticket(database: Database, number: str, by: str, at: datetime) -> Found:
    """Take a ticket nobody has."""
    return _told(await database.write(lambda db: support.take(db, number, by, at)))


async def assign_ticket(database: Database, number: str, by: str, to: str, at: datetime) -> Found:
    """Give a ticket to an agent; without a name, back to all. Raises NoAccount."""
    to = await permit(database.read(), to, "answer") if to else to
    return _told(await database.write(lambda db: support.assign(db, number, by, to or None, at)))


async def hold_ticket(database: Database, number: str, by: str, until: datetime, why: str, at: datetime) -> Found:
    """Hold a ticket until a moment, for a reason."""
    return _told(await database.write(lambda db: support.hold(db, number, by, until, why, at)))


async def escalate_ticket(database: Database, number: str, by: str, why: str, at: datetime) -> Found:
    """Hand a ticket to the next level."""
    return _told(await database.write(lambda db: support.escalate(db, number, by, why, at)))


async def merge_tickets(database: Database, number: str, into: str, by: str, at: datetime) -> Found:
    """Put one ticket into another of the same creditor."""
    return _told(await database.write(lambda db: support.merge(db, number, into, by, at)))


async def link_ticket(database: Database, number: str, to: str, by: str, at: datetime) -> Found:
    """Say which claim, offer or notice a ticket is about."""
    return _told(await database.write(lambda db: support.link(db, number, to, by, at)))


async def solve_ticket(database: Database, number: str, by: str, at: datetime) -> Found:
    """Consider a ticket settled, and ask how it was."""
    return _told(await database.write(lambda db: support.solve(db, number, by, at)))


async def close_ticket(database: Database, number: str, by: str, at: datetime) -> Found:
    """Close a ticket."""
    return _told(await database.write(lambda db: support.close(db, number, by, at)))


async def reveal_ticket(database: Database, number: str, by: str, why: str, minutes: int, at: datetime) -> Found:
    """Read a ticket unmasked for some minutes, by a signed entry."""
    until = at + timedelta(minutes=minutes)
    entry = await database.write(lambda db: support.reveal(db, number, by, why, at, until))
    return {**await show_ticket(database, number, by, at), "receipt": entry.receipt, "until": until.isoformat()}


async def export_ticket(database: Database, number: str, by: str, why: str, at: datetime) -> Found:
    """All there is about a ticket, for a regulator."""
    return await database.write(lambda db: support.export(db, number, by, why, at))


# --- agents ---------------------------------------------------------------------------------


async def add_agent(database: Database, name: str, role: str, at: datetime) -> str | None:
    """Make an account; the token of its first link, None if it stands already."""
    return await agents.add(database, name, role, at)


async def invite_agent(database: Database, name: str, at: datetime) -> str | None:
    """The token of one more link; None if nobody of this name may come."""
    return await agents.invite(database, name, at)


async def revoke_agent(database: Database, name: str, at: datetime) -> list[str] | None:
    """Take an account back with all its sessions; the tickets that are everybody's again. None: nobody of this name."""
    if not await agents.revoke(database, name, at):
        return None
    had = await tickets.had_by(database.read(), agents.named(name))
    for number in had:
        await database.write(partial(support.assign, number=number, by="operator", agent=None, at=at))
    return had


async def end_sessions(database: Database, name: str, at: datetime) -> bool:
    """End every session and link of an account, which itself stands: a lost phone, a strange machine."""
    return await agents.end_sessions(database, name, at)


async def list_agents(database: Database) -> Found:
    """Accounts, and what happened at the door."""
    db = database.read()
    rows, visits = await agents.everybody(db), await agents.visits(db)
    return {
        "agents": [
            {"name": row.name, "role": row.role, "confirmed": row.confirmed, "revoked": row.revoked_at is not None}
            for row in rows
        ],
        "visits": [
            {"name": one.name, "what": one.what, "subject": one.subject, "at": one.at.isoformat()} for one in visits
        ],
        "lines": [
            f"{row.name:<24} {row.role:<10} "
            f"{'revoked' if row.revoked_at is not None else 'may come' if row.confirmed else 'has not come yet'}"
            for row in rows
        ]
        + [f"  {one.at:%Y-%m-%d %H:%M} UTC  {one.name:<24} {one.what} {one.subject}".rstrip() for one in visits[:20]]
        or ["no agents"],
    }


# --- what was not understood ----------------------------------------------------------------


def _shown(row: UtteranceRow) -> Found:
    return {
        "id": row.id,
        "text": row.text,
        "language": group(row.text, row.locale),
        "guess": row.guess,
        "action": row.action,
        "confidence": row.confidence / 1000,
        "why": row.why,
        "chosen": row.chosen,
        "kept_at": row.kept_at.isoformat(),
    }


#: rows of one look
_LOOK = 200


async def list_utterances(database: Database) -> Found:
    """What was not understood and nobody has read yet, oldest first."""
    found: list[Found] = []
    after = 0
    while rows := await welcome.waiting(database.read(), after, _LOOK):
        found += [_shown(row) for row in rows]
        after = rows[-1].id
    return {"utterances": found, "lines": [one["text"] for one in found] or ["nothing waits"]}


async def review_utterances(
    database: Database, by: str, ask: Callable[[Found], str], tell: Callable[[str], None], now: Callable[[], datetime]
) -> Found:
    """Go through what was not understood: `ask` shows one and reads an intent, `drop`, `skip` or `quit`.

    Each decision is committed before the next question: whoever stops in the middle keeps what was done.
    """
    intents = [intent.value for intent in Intent]
    done = {"labelled": 0, "dropped": 0, "skipped": 0}
    after = 0
    while rows := await welcome.waiting(database.read(), after, 1):
        (row,) = rows
        after = row.id
        while (said := ask(_shown(row)).strip().lower()) not in (*intents, "drop", "skip", "quit"):
            tell("intents: " + " ".join(intents) + "\nor: drop (of no use, or it says who somebody is) skip quit")
        if said == "quit":
            break
        if said == "skip":
            done["skipped"] += 1
            continue
        at = now()
        if said == "drop":
            settled = await database.write(partial(welcome.drop, key=row.id, by=by, at=at))
        else:
            settled = await database.write(partial(welcome.label, key=row.id, intent=said, by=by, at=at))
        if not settled:
            tell("gone: it was withdrawn, or somebody else decided it")
            continue
        done["dropped" if said == "drop" else "labelled"] += 1
    return done


async def export_utterances(database: Database, file: Path) -> Found:
    """Append what was labelled to a file of training lines, each line once.

    The file is written before it is noted: a crash in between writes nothing twice, for a line that
    stands in the file already is only noted. Raises OSError.
    """
    added, after = 0, 0
    while lines := await welcome.training_lines(database.read(), after, _LOOK):
        after = lines[-1].key
        added += _append(file, [one.line for one in lines])
        await database.write(partial(welcome.exported, keys=[one.key for one in lines]))
    return {"exported": added, "file": str(file)}


def _append(file: Path, lines: Sequence[str]) -> int:
    """Add the lines that are not in the file yet; how many."""
    written = file.read_text(encoding="utf-8") if file.exists() else ""
    there = set(written.splitlines())
    fresh = [line for line in dict.fromkeys(lines) if line not in there]
    lead = "\n" if written and not written.endswith("\n") else ""
    with file.open("a", encoding="utf-8", newline="\n") as out:
        out.write(lead + "".join(f"{line}\n" for line in fresh))
    return len(fresh)
