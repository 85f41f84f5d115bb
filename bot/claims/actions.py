"""What the claims room does: register a claim, amend it, add to it, take it back, decide it, import the register."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import files, numbers
from bot.claims import rules, sheet
from bot.claims.rules import (
    AlreadyFiled,
    ChangedMeanwhile,
    NoSuchClaim,
    NothingChanged,
    NotNow,
    OfferTaken,
    ReasonMissing,
    TooManyClaims,
)
from bot.conversation.turn import File, Person, Turn
from bot.errors import Invalid, Refusal
from bot.ledger.kinds import MoveRefused, named, next_status
from bot.ledger.transition import Entry, new_handle, receipt_number, transition
from bot.understanding.headings import HEADINGS
from storage import approvals, claims, consents, ledger, offers, people
from storage.approvals import ApprovalRow
from storage.claims import ClaimRow, DocumentRow, RegisterLine
from storage.database import Reader, Transaction
from storage.ledger import EntryRow
from storage.terms import Purpose, Source

PREFIX = "ZQ"
#: the row, by a name for those who may not know the table
Claim = ClaimRow
#: without these two nothing of a claim is kept
NEEDED = frozenset((Purpose.ACCOUNT.value, Purpose.CLAIM_DETAILS.value))


class NotLinked(Refusal):
    """Nobody has proved an e-mail address here."""


class NotAgreed(Refusal):
    """A consent that is needed was not given, or was withdrawn."""


class NotYourLine(Refusal):
    """No such row of the register stands under this creditor's e-mail address."""


# --- reading ----------------------------------------------------------------------------------


async def mine(db: Reader, person: Person) -> list[ClaimRow]:
    """The claims of this person: one indexed query."""
    if person.creditor_id is None:
        raise NotLinked
    return [_checked(row, person.creditor_id) for row in await claims.of_creditor(db, person.creditor_id)]


async def own(db: Reader, person: Person, number: str) -> ClaimRow:
    """One claim of this person. Raises NoSuchClaim alike for one that is not there and one that is not his."""
    if person.creditor_id is None:
        raise NotLinked
    return _checked(await claims.by_number(db, _read(number)), person.creditor_id)


async def held(db: Transaction, person: Person, number: str) -> ClaimRow:
    """`own`, held until the transaction ends."""
    if person.creditor_id is None:
        raise NotLinked
    return _checked(await claims.locked(db, _read(number)), person.creditor_id)


def _read(number: str) -> str:
    try:
        return numbers.read(number, PREFIX)
    except Invalid:
        raise NoSuchClaim from None


def _checked(row: ClaimRow | None, creditor_id: int) -> ClaimRow:
    if row is None or row.creditor_id != creditor_id:
        raise NoSuchClaim
    if row.particulars.get("handle") != row.handle:
        raise RuntimeError("a claim's particulars belong to another row")
    return row


async def chain(db: Reader, claim: ClaimRow) -> list[EntryRow]:
    """Every signed entry about a claim, oldest first."""
    return await ledger.chain(db, claim.handle)


def receipt_of(entry: EntryRow) -> str:
    """The receipt number of an entry."""
    return receipt_number(entry.leaf_hash)


async def found_in_register(db: Reader, person: Person) -> list[RegisterLine]:
    """Rows of the register under this person's proven e-mail address that no standing claim was made from."""
    if person.creditor_id is None:
        raise NotLinked
    used = {row.register_id for row in await mine(db, person) if row.status not in rules.OVER}
    return [line for line in await claims.register_lines(db, person.creditor_id) if line.id not in used]


# --- registering a claim ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim after a step of its creditor: the row as it stands now, and the entry that says so."""

    claim: ClaimRow
    entry: Entry


async def may_file(db: Reader, person: Person) -> list[ClaimRow]:
    """The claims there are, if one more may be registered. Raises NotLinked, NotAgreed, TooManyClaims."""
    if person.creditor_id is None:
        raise NotLinked
    if not await consents.given(db, person.contact_id, person.creditor_id) >= NEEDED:
        raise NotAgreed
    rows = await mine(db, person)
    if len(rows) >= claims.MOST:
        raise TooManyClaims(most=claims.MOST)
    return rows


async def prefilled(db: Reader, person: Person, line_id: int) -> dict[str, Any]:
    """The answers a row of the register gives. Raises NotYourLine, AlreadyFiled."""
    assert person.creditor_id is not None
    line = await claims.register_line(db, line_id, person.creditor_id)
    if line is None:
        raise NotYourLine
    _never_twice(await mine(db, person), line.id, None)
    given = {
        name: rules.from_register(line.content[name], line.as_of)
        for name in ("debtor", "plan_class", "schedule", "claim_number", "ucc", "name", "amount")
        if line.content.get(name) is not None
    }
    return {**given, "_register": line.id}


def _never_twice(rows: Sequence[ClaimRow], line_id: int | None, schedule: str | None, but: str = "") -> None:
    for row in rows:
        if row.status in rules.OVER or row.number == but:
            continue
        if line_id is not None and row.register_id == line_id:
            raise AlreadyFiled(number=row.number, schedule=None)
        if schedule is not None and row.particulars["schedule"] == schedule:
            raise AlreadyFiled(number=row.number, schedule=schedule)


async def file(
    db: Transaction, turn: Turn, person: Person, draft: str, answers: Mapping[str, Any], declaration: str
) -> Filed:
    """Register a claim. `declaration` is the words the creditor agreed to.

    Raises NotLinked, NotAgreed, TooManyClaims, NotYourLine, AlreadyFiled.
    """
    if person.creditor_id is None:
        raise NotLinked
    # One creditor registers one claim at a time, from however many channels: else two could be the same.
    await people.creditor_locked(db, person.creditor_id)
    rows = await may_file(db, person)
    line_id, demo = answers.get("_register"), False
    if line_id is not None:
        line = await claims.register_line(db, line_id, person.creditor_id)
        if line is None:
            raise NotYourLine
        demo = line.demo
    schedule = rules.value_of(answers.get("schedule"))
    _never_twice(rows, line_id, schedule)
    handle, number = new_handle(), await _fresh_number(db)
    documents = list(answers.get("documents") or ())
    particulars = {"handle": handle, **_figures(turn, person, answers), "documents": documents}
    entry = await transition(
        db,
        claims.move,
        None,
        kind="claim:submitted",
        subject=handle,
        at=turn.received_at,
        by="creditor",
        payload=statement(number, particulars, declaration),
        number=number,
        handle=handle,
        creditor_id=person.creditor_id,
        particulars=particulars,
        register_id=line_id,
        demo=demo,
    )
    claim = await claims.by_number(db, number)
    assert claim is not None
    await claims.attach(db, draft, claim.id, [document["handle"] for document in documents])
    return Filed(claim, entry)


async def _fresh_number(db: Reader) -> str:
    """A number nobody has. Two acts that draw the same at once cannot both insert it."""
    while True:
        number = numbers.new(PREFIX)
        if await claims.by_number(db, number) is None:
            return number


def _figures(turn: Turn, person: Person, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers say, as a claim keeps it."""
    figures = {name: rules.value_of(answers.get(name)) for name in rules.FIGURES}
    taken = {name: day for name in rules.FIGURES if (day := rules.as_of(answers.get(name))) is not None}
    register = {"as_of": max(taken.values()), "fields": sorted(taken)} if taken else None
    today = turn.received_at.astimezone(ZoneInfo(person.timezone)).date().isoformat()
    return {**figures, "register": register, "declared_on": today}


def answers_of(claim: ClaimRow) -> dict[str, Any]:
    """A claim's figures as answers of the form that amends it, each with its source."""
    said = claim.particulars
    register = said["register"] or {"as_of": "", "fields": []}
    return {
        name: rules.from_register(said[name], register["as_of"]) if name in register["fields"] else said[name]
        for name in rules.FIGURES
    }


def statement(number: str, particulars: Mapping[str, Any], declaration: str) -> dict[str, Any]:
    """What an entry commits to: every figure as a string, its source, and the fingerprint of each document."""
    register = particulars["register"]
    figures = {name: str(particulars[name]) for name in rules.FIGURES if particulars[name] is not None}
    figures["amount"] = decimal(particulars["amount"])
    figures["debtor"] = rules.DEBTORS[particulars["debtor"]]
    from_register = register["fields"] if register else []
    return {
        "number": number,
        **figures,
        "currency": "USD",
        "petition_date": rules.petition_date(particulars["debtor"]).isoformat(),
        "sources": {name: (Source.REGISTER if name in from_register else Source.SELF).value for name in figures},
        "register_as_of": register["as_of"] if register else "",
        "declared_on": particulars["declared_on"],
        "declaration": declaration,
        "documents": [
            {"name": one["name"], "media_type": one["media_type"], "size": one["size"], "sha256": one["sha256"]}
            for one in particulars["documents"]
        ],
    }


def decimal(cents: int) -> str:
    """Money as the ledger writes it: `35000.00`."""
    return f"{cents // 100}.{cents % 100:02d}"


# --- changing one -----------------------------------------------------------------------------


def fingerprint(claim: ClaimRow) -> str:
    """Tells one state of a claim's particulars from another."""
    return hashlib.sha256(repr(sorted(claim.particulars.items())).encode()).hexdigest()[:16]


async def changeable(db: Reader, person: Person, number: str) -> ClaimRow:
    """A claim its creditor may still change. Raises NotLinked, NoSuchClaim, NotNow."""
    claim = await own(db, person, number)
    if not rules.may_change(claim.status):
        raise NotNow(number=claim.number, status=claim.status)
    return claim


async def _to_change(db: Transaction, person: Person, number: str) -> ClaimRow:
    if person.creditor_id is None:
        raise NotLinked
    await people.creditor_locked(db, person.creditor_id)
    claim = await held(db, person, number)
    if not rules.may_change(claim.status):
        raise NotNow(number=claim.number, status=claim.status)
    return claim


async def amend(
    db: Transaction, turn: Turn, person: Person, number: str, base: str, answers: Mapping[str, Any], declaration: str
) -> Filed:
    """Put other figures in a claim. `base` is the fingerprint of what the creditor had before him.

    Raises NotNow, ChangedMeanwhile, NothingChanged, AlreadyFiled. The state before stays in the opening of its entry.
    """
    claim = await _to_change(db, person, number)
    if fingerprint(claim) != base:
        raise ChangedMeanwhile(number=claim.number)
    if all(rules.value_of(answers.get(name)) == claim.particulars[name] for name in rules.FIGURES):
        raise NothingChanged(number=claim.number)
    schedule = rules.value_of(answers.get("schedule"))
    if schedule != claim.particulars["schedule"]:
        _never_twice(await mine(db, person), None, schedule, but=claim.number)
    particulars = {**claim.particulars, **_figures(turn, person, answers)}
    return await _amended(db, turn, claim, particulars, declaration)


async def add_documents(
    db: Transaction, turn: Turn, person: Person, draft: str, number: str, documents: Sequence[Mapping[str, Any]]
) -> tuple[Filed, int]:
    """Give a claim more documents; also how many of them it had already. Raises NotNow, NothingChanged."""
    claim = await _to_change(db, person, number)
    known = {one["sha256"] for one in claim.particulars["documents"]}
    fresh = [dict(one) for one in documents if one["sha256"] not in known]
    if not fresh:
        raise NothingChanged(number=claim.number)
    particulars = {**claim.particulars, "documents": [*claim.particulars["documents"], *fresh]}
    filed = await _amended(db, turn, claim, particulars, "")
    await claims.attach(db, draft, claim.id, [one["handle"] for one in fresh])
    return filed, len(documents) - len(fresh)


async def _amended(
    db: Transaction, turn: Turn, claim: ClaimRow, particulars: dict[str, Any], declaration: str
) -> Filed:
    entry = await _by_creditor(
        db,
        claim,
        "claim:amended",
        turn.received_at,
        statement(claim.number, particulars, declaration),
        particulars=particulars,
    )
    now = claim._replace(status=entry.status, reason=None, particulars=particulars, changed_at=entry.at)
    return Filed(now, entry)


async def withdraw(db: Transaction, turn: Turn, person: Person, number: str, why: str) -> Filed:
    """Take a claim back, for good. Raises NotNow (also when it was withdrawn already), OfferTaken."""
    claim = await _to_change(db, person, number)
    if await offers.taken_on(db, claim.id) is not None:
        raise OfferTaken(number=claim.number)
    entry = await _by_creditor(db, claim, "claim:withdrawn", turn.received_at, {"number": claim.number, "reason": why})
    return Filed(claim._replace(status=entry.status, reason=None, changed_at=entry.at), entry)


async def _by_creditor(
    db: Transaction, claim: ClaimRow, kind: str, at: datetime, payload: dict[str, Any], **changes: Any
) -> Entry:
    """A move of the creditor's own. Raises NotNow, also while the account is frozen."""
    try:
        return await transition(
            db, claims.move, claim, kind=kind, subject=claim.handle, at=at, by="creditor", payload=payload, **changes
        )
    except MoveRefused as refused:
        raise NotNow(number=claim.number, status=claim.status) from refused


# --- documents --------------------------------------------------------------------------------


async def papers_agreed(db: Reader, person: Person) -> bool:
    """Whether documents of this person may be kept."""
    return Purpose.IDENTITY_PAPERS in await consents.given(db, person.contact_id, person.creditor_id)


async def keep_document(db: Transaction, turn: Turn, person: Person, draft: str, file: File) -> dict[str, Any]:
    """Keep one document for a draft, sealed; what the draft remembers of it.

    Raises NotAgreed: documents need a consent of their own (PIPL art. 29). Raises Invalid with the
    codes of `files.evidence`, and file_twice.
    """
    if not await papers_agreed(db, person):
        raise NotAgreed
    seen = files.evidence(file.name, file.size, file.content)
    assert file.content is not None
    if await claims.in_draft(db, draft, seen.sha256):
        raise Invalid("file_twice", name=seen.name)
    handle = new_handle()
    await claims.add_document(
        db,
        handle=handle,
        contact_id=person.contact_id,
        draft=draft,
        media_type=seen.media_type,
        sha256=seen.sha256,
        name=seen.name,
        content=file.content,
        at=turn.received_at,
    )
    return {
        "handle": handle,
        "name": seen.name,
        "media_type": seen.media_type,
        "size": seen.size,
        "sha256": seen.sha256,
    }


async def drop_documents(db: Transaction, documents: Sequence[Mapping[str, Any]]) -> None:
    """Forget documents that were not sent yet."""
    for one in documents:
        await claims.drop_document(db, one["handle"])


# --- the operator's side ----------------------------------------------------------------------


def _readable(reason: str) -> str:
    return " ".join("".join(c for c in word if c.isprintable()) for word in reason.split())[:500]


def _is_decision(to_kind: str) -> None:
    if to_kind not in rules.DECISIONS:
        raise ValueError(f"unknown decision {to_kind!r}: one of {', '.join(rules.DECISIONS)}")


async def decide(
    db: Transaction, number: str, to_kind: str, by: str, reason: str, at: datetime, *, proposed_by: str = ""
) -> Entry:
    """Decide a claim: `to_kind` is one of `rules.DECISIONS`, `by` the operator's name.

    The creditor reads `reason`. `proposed_by` names the first of two people where two were needed.
    Raises NoSuchClaim, ReasonMissing, NotNow, and ValueError for an unknown decision.
    """
    _is_decision(to_kind)
    said = _readable(reason)
    if rules.DECISIONS[to_kind] and not said:
        raise ReasonMissing(kind=to_kind)
    claim = await claims.locked(db, _read(number))
    if claim is None:
        raise NoSuchClaim
    try:
        return await transition(
            db,
            claims.move,
            _checked(claim, claim.creditor_id),
            kind=f"claim:{to_kind}",
            subject=claim.handle,
            at=at,
            by=f"operator:{by}",
            payload={
                "number": claim.number,
                "reason": said,
                "amount": decimal(claim.particulars["amount"]),
                **({"proposed_by": proposed_by} if proposed_by else {}),
            },
            reason=said or None,
        )
    except MoveRefused as refused:
        raise NotNow(number=claim.number, status=claim.status) from refused


# --- the desk's side: two people for what is large --------------------------------------------

#: from this amount on a final decision takes two people
FOUR_EYES = 10_000_000
FINAL = frozenset({"allowed", "disputed", "disallowed"})
PROPOSAL_LIVES = timedelta(days=3)
_REVIEW = "claim_decision"


class SamePerson(Refusal):
    """Nobody approves what he proposed himself."""


class AnotherDecision(Refusal):
    """Something else was proposed and waits. `by`, `decision`."""


class NoProposal(Refusal):
    """Nothing waits for a second person."""


def takes_two(claim: ClaimRow, to_kind: str) -> bool:
    """Whether this decision about this claim needs a second pair of eyes."""
    large = to_kind in FINAL and claim.particulars["amount"] >= FOUR_EYES
    return large or named(f"claim:{to_kind}").two_operators


async def proposed(db: Reader, number: str, at: datetime) -> ApprovalRow | None:
    """The decision about a claim that waits for a second person."""
    return await approvals.waiting(db, _REVIEW, _read(number), at)


async def review(db: Transaction, number: str, to_kind: str, by: str, reason: str, at: datetime) -> Entry | None:
    """Decide a claim, or propose it where two people are needed (None), or approve what another proposed.

    The proposal is bound to the claim's figures and to the first one's reason. Raises what `decide`
    raises, SamePerson, AnotherDecision, and ChangedMeanwhile: then the proposal is withdrawn by
    whoever looks again.
    """
    _is_decision(to_kind)
    by = approvals.operator(by)
    claim = await claims.locked(db, _read(number))
    if claim is None:
        raise NoSuchClaim
    if not takes_two(claim, to_kind):
        return await decide(db, number, to_kind, by, reason, at)
    waits = await approvals.waiting(db, _REVIEW, claim.number, at)
    if waits is None:
        said = _readable(reason)
        if rules.DECISIONS[to_kind] and not said:
            raise ReasonMissing(kind=to_kind)
        may_move(f"claim:{to_kind}", claim)
        payload = {"decision": to_kind, "reason": said, "figures": fingerprint(claim)}
        await approvals.propose(
            db, purpose=_REVIEW, subject=claim.number, payload=payload, by=by, at=at, expires_at=at + PROPOSAL_LIVES
        )
        return None
    if waits.payload["decision"] != to_kind:
        raise AnotherDecision(by=waits.proposed_by, decision=waits.payload["decision"])
    if waits.proposed_by == by:
        raise SamePerson
    if not await approvals.approve(db, waits, {**waits.payload, "figures": fingerprint(claim)}, by, at):
        raise ChangedMeanwhile(number=claim.number)
    return await decide(db, number, to_kind, by, waits.payload["reason"], at, proposed_by=waits.proposed_by)


async def refuse(db: Transaction, number: str, by: str, at: datetime) -> None:
    """Take a proposal back, whoever made it. Raises NoProposal."""
    waits = await proposed(db, number, at)
    if waits is None or not await approvals.withdraw(db, waits, by, at):
        raise NoProposal


def may_move(kind: str, claim: ClaimRow) -> None:
    """Raise NotNow where the claim's status does not allow this."""
    try:
        next_status(kind, claim.status)
    except MoveRefused as refused:
        raise NotNow(number=claim.number, status=claim.status) from refused


async def evidence(db: Reader, number: str, handle: str) -> tuple[DocumentRow, bytes] | None:
    """A document of a claim, opened; None if the claim has none such."""
    claim = await claims.by_number(db, _read(number))
    if claim is None:
        raise NoSuchClaim
    known = next((one for one in await claims.documents_of(db, claim.id) if one.handle == handle), None)
    content = await claims.document(db, handle) if known is not None else None
    return None if known is None or content is None else (known, content)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `older`: rows left alone because the table knows a newer state of them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    older: int = 0


def read_register(raw: bytes) -> sheet.Register:
    """Read a register file, with Chinese headings too. What has faults MUST NOT be imported."""
    return sheet.read(raw, HEADINGS)


async def import_register(
    db: Transaction,
    rows: Sequence[sheet.RegisterEntry],
    *,
    demo: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Imported:
    """Bring rows of a register in: all of them or, if anything goes wrong, none. Doing it again changes nothing."""
    added = changed = unchanged = older = 0
    for done, row in enumerate(rows, 1):
        key = claims.register_key(row.claim_id, row.debtor)
        content = row.content()
        email_index = people.email_index(row.email) if row.email is not None else None
        known = await claims.register_by_key(db, key)
        if known is None:
            if not await claims.add_register_line(
                db, key_index=key, email_index=email_index, content=content, as_of=row.as_of, demo=demo
            ):
                raise RuntimeError("another import is running: nothing was changed, run this one again")
            added += 1
        elif known.as_of > row.as_of:
            older += 1
        elif known.content == content and known.as_of == row.as_of:
            unchanged += 1
        else:
            await claims.change_register_line(db, known.id, email_index=email_index, content=content, as_of=row.as_of)
            changed += 1
        progress(done)
    return Imported(added, changed, unchanged, older)
