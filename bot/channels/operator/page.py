"""The operator's page as HTML. Everything that is put in is escaped here; there is no other way in."""

import email
import email.policy
import html
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from bot.channels.operator import texts
from bot.channels.operator.texts import Words
from bot.clock import BEIJING
from bot.ledger.kinds import KINDS
from bot.words import claim_status

FOLDER = Path(__file__).parent / "page"
#: what `claims decide` does not do: these are the creditor's own
_CREDITORS = ("submitted", "amended", "withdrawn")
_NEED_REASON = ("queried", "disputed", "disallowed")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class Counted(Protocol):
    """How many stand in a status."""

    @property
    def status(self) -> str: ...
    @property
    def number(self) -> int: ...


class ClaimLine(Protocol):
    """A claim without anything personal."""

    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def demo(self) -> bool: ...


class OfferLine(Protocol):
    """An offer without anything personal."""

    @property
    def number(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...
    @property
    def demo(self) -> bool: ...


class TicketLine(Protocol):
    """A question without its words."""

    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def changed_at(self) -> datetime: ...


class OutboxHealth(Protocol):
    """What is due and not sent, since when the oldest of it is, and how much was tried in vain."""

    @property
    def waiting(self) -> int: ...
    @property
    def oldest(self) -> datetime | None: ...
    @property
    def tried(self) -> int: ...


class Overview(Protocol):
    """What the page shows; whoever reads the tables hands over rows of this shape."""

    @property
    def claim_counts(self) -> Sequence[Counted]: ...
    @property
    def claims(self) -> Sequence[ClaimLine]: ...
    @property
    def tickets(self) -> Sequence[TicketLine]: ...
    @property
    def offer_counts(self) -> Sequence[Counted]: ...
    @property
    def offers(self) -> Sequence[OfferLine]: ...
    @property
    def outbox(self) -> OutboxHealth: ...
    @property
    def failed(self) -> Sequence[Counted]: ...


class Mail(Protocol):
    """A mail as it would have gone out."""

    @property
    def body(self) -> bytes: ...
    @property
    def at(self) -> datetime: ...


# -- pieces


def _both(words: Words) -> str:
    chinese, english = (html.escape(word) for word in words)
    return f'{chinese} <span class="en" lang="en">{english}</span>' if english and english != chinese else chinese


def _when(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{_when(at)}</time>'


def _copyable(value: str, *, label: Words | None = None) -> str:
    shown = f'<span class="for">{_both(label)}</span> ' if label is not None else ""
    chinese, english = texts.COPY
    button = (
        f'<button type="button" data-copy="{html.escape(value)}" data-done="{html.escape(texts.COPIED[0])}" '
        f'aria-label="{html.escape(f"{english}: {value}")}" hidden>{html.escape(chinese)}</button>'
    )
    return f'<div class="copy">{shown}<code>{html.escape(value)}</code>{button}</div>'


def _section(words: Words, body: str, *, name: str, count: int | None = None) -> str:
    number = f' <span class="count">{count}</span>' if count else ""
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{_both(words)}{number}</h2>{body}</section>'


def _note(words: Words) -> str:
    return f'<p class="note">{_both(words)}</p>'


def _counts(counts: Iterable[tuple[str, int]]) -> str:
    listed = "".join(f"<li>{word} <b>{number}</b></li>" for word, number in counts)
    return f'<ul class="counts">{listed}</ul>' if listed else ""


def _row(number: str, facts: Sequence[tuple[Words, str]], commands: Sequence[tuple[Words, str]], *, demo: bool) -> str:
    mark = f' <span class="demo">{_both(texts.DEMO)}</span>' if demo else ""
    cells = "".join(f"<div><dt>{_both(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    listed = "".join(_copyable(command, label=label) for label, command in commands)
    return (
        f'<details class="row"><summary><b>{html.escape(number)}</b>{mark}<dl>{cells}</dl></summary>{listed}</details>'
    )


# -- sections


class Page:
    """Puts the page together. `command` is how the command line is called on this machine."""

    def __init__(self, version: str, command: str, *, demo: bool) -> None:
        self._static = f"/operator/static/{version}"
        self._command = command
        self._demo = demo

    def overview(self, seen: Overview, mail: Sequence[Mail] | None, now: datetime) -> str:
        """The page itself; `mail` None: there is no local mailbox here."""
        parts = [
            self._mailbox(mail) if mail is not None else "",
            self._tickets(seen.tickets, now),
            self._claims(seen),
            self._offers(seen),
            self._outbox(seen, now),
            self._general(),
        ]
        head = (
            f"<header><h1>{_both(texts.NAME)}</h1><p>{_time(now)} {_both(texts.CLOCK)} · "
            f'<a href="/operator">{_both(texts.REFRESH)}</a></p></header>'
        )
        return self._document(f"{head}<main>{''.join(parts)}</main>")

    def refused(self) -> str:
        """For a link that was used, is too old, or was never ours."""
        body = (
            f"<main><section><h1>{_both(texts.NO_ENTRY)}</h1>{_note(texts.NO_ENTRY_IS)}"
            f"{_copyable(self._say('operator'))}"
            f'<p><a href="/operator">{_both(texts.AGAIN)}</a></p></section></main>'
        )
        return self._document(body)

    def broken(self) -> str:
        """When the database does not answer."""
        body = (
            f"<main><section><h1>{_both(texts.BROKEN)}</h1>{_note(texts.BROKEN_IS)}"
            f'<p><a href="/operator">{_both(texts.REFRESH)}</a></p></section></main>'
        )
        return self._document(body)

    def _document(self, body: str) -> str:
        return (
            '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">'
            f"<title>{html.escape(texts.NAME[0])}</title>"
            f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{self._static}/operator.css">'
            f'<script type="module" src="{self._static}/operator.js"></script></head><body>{body}</body></html>'
        )

    def _say(self, words: str) -> str:
        return f"{self._command} {words}"

    def _signed(self, words: str) -> str:
        return self._say(f'{words} --by "{texts.YOUR_NAME}"')

    def _mailbox(self, mail: Sequence[Mail]) -> str:
        shown = "".join(_mail(one) for one in mail) or _note(texts.NO_MAIL)
        return _section(texts.MAILBOX, _note(texts.MAILBOX_IS) + shown, name="mailbox", count=len(mail))

    def _tickets(self, rows: Sequence[TicketLine], now: datetime) -> str:
        shown = "".join(
            _row(
                row.number,
                (
                    (texts.STATUS, _both(texts.ticket_status(row.status))),
                    (texts.WAITS, _both(texts.age(now - row.changed_at)))
                    if row.status == "open"
                    else (texts.CHANGED, _time(row.changed_at)),
                ),
                (
                    (texts.ANSWER, self._signed(f'tickets answer {row.number} "{texts.YOUR_WORDS}"')),
                    (texts.CLOSE, self._signed(f"tickets close {row.number}")),
                ),
                demo=False,
            )
            for row in rows
        )
        return _section(texts.TICKETS, shown or _note(texts.NO_TICKETS), name="tickets", count=len(rows))

    def _claims(self, seen: Overview) -> str:
        counts = _counts((html.escape(claim_status(one.status)), one.number) for one in seen.claim_counts)
        shown = "".join(
            _row(
                row.number,
                ((texts.STATUS, html.escape(claim_status(row.status))), (texts.CHANGED, _time(row.changed_at))),
                self._claim_commands(row),
                demo=row.demo,
            )
            for row in seen.claims
        )
        total = sum(one.number for one in seen.claim_counts)
        return _section(texts.CLAIMS, counts + (shown or _note(texts.NO_CLAIMS)), name="claims", count=total)

    def _claim_commands(self, row: ClaimLine) -> list[tuple[Words, str]]:
        commands = [(texts.SHOW, self._say(f"claims show {row.number}"))]
        if self._demo and row.status == "submitted":
            commands.append((texts.PLAY, self._say(f"demo {row.number}")))
        for name, kind in KINDS.items():
            noun, _colon, decision = name.partition(":")
            if noun != "claim" or decision in _CREDITORS or row.status not in kind.starts:
                continue
            reason = f' --reason "{texts.YOUR_REASON}"' if decision in _NEED_REASON else ""
            commands.append((texts.decision(decision), self._signed(f"claims decide {row.number} {decision}{reason}")))
        return commands

    def _offers(self, seen: Overview) -> str:
        counts = _counts((_both(texts.offer_status(one.status)), one.number) for one in seen.offer_counts)
        shown = "".join(
            _row(
                row.number,
                (
                    (texts.KIND, _both(texts.offer_kind(row.kind))),
                    (texts.STATUS, _both(texts.offer_status(row.status))),
                    (texts.EXPIRES, _time(row.expires_at)),
                ),
                self._offer_commands(row),
                demo=row.demo,
            )
            for row in seen.offers
        )
        total = sum(one.number for one in seen.offer_counts)
        return _section(texts.OFFERS, counts + (shown or _note(texts.NO_OFFERS)), name="offers", count=total)

    def _offer_commands(self, row: OfferLine) -> list[tuple[Words, str]]:
        commands = [(texts.SHOW, self._say(f"offers show {row.number}"))]
        if row.status == "draft":
            commands.append((texts.PUBLISH, self._signed(f"offers publish {row.number}")))
        if row.status == "open":
            commands.append(
                (texts.WITHDRAW, self._signed(f'offers withdraw {row.number} --reason "{texts.YOUR_REASON}"'))
            )
        return commands

    def _outbox(self, seen: Overview, now: datetime) -> str:
        health = seen.outbox
        oldest = _both(texts.age(now - health.oldest)) if health.oldest is not None else _both(texts.NOTHING)
        failed = ", ".join(f"{_both(texts.outcome(one.status))} {one.number}" for one in seen.failed)
        cells = (
            (texts.DUE_NOW, str(health.waiting)),
            (texts.OLDEST, oldest),
            (texts.TRIED, str(health.tried)),
            (texts.FAILED, failed or _both(texts.NOTHING)),
        )
        listed = "".join(f"<div><dt>{_both(name)}</dt><dd>{value}</dd></div>" for name, value in cells)
        return _section(texts.OUTBOX, f"<dl>{listed}</dl>", name="outbox")

    def _general(self) -> str:
        listed = "".join(_copyable(self._say(words), label=label) for label, words in texts.GENERAL)
        return _section(texts.COMMANDS, _note(texts.COMMANDS_ARE) + listed, name="commands")


def _mail(mail: Mail) -> str:
    message = email.message_from_bytes(mail.body, policy=email.policy.default)
    text = _plain(message)
    to, subject = (html.escape(str(message.get(name, ""))) for name in ("To", "Subject"))
    codes = "".join(_copyable(code) for code in dict.fromkeys(_CODE.findall(text)))
    return (
        f"<article><p>{_time(mail.at)} · {_both(texts.MAIL_TO)} {to}</p>"
        f"<h3>{subject}</h3>{codes}<pre>{html.escape(text)}</pre></article>"
    )


def _plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    try:
        return str(part.get_content()).strip() if part is not None else ""
    except (LookupError, ValueError, AttributeError):
        return ""  # a charset nobody knows, or bytes that are none of it: the page is shown all the same
