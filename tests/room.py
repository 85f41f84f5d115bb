"""A small room to prove the core with: a view, an act, two forms, and steps that fail on purpose.

Its one effect is a signed step in the chain of the address's account: what must happen once for one
event, never twice and never by half. The event's id is kept in the sealed opening of the entry, so
that a test can count.
"""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select

from bot.conversation.flow import Book, Flow
from bot.conversation.form import Answers, Extra, Form, Hearing, Option, Question
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.conversation.turn import File, Person, Turn
from bot.conversation.vocabulary import Heard, Vocabulary
from bot.errors import Invalid
from bot.ledger.transition import Entry, new_handle, transition
from bot.understanding.about_form import about_form, mended
from storage import conversations, people
from storage.claims import Document
from storage.conversations import Draft, Event
from storage.database import Database, Query, Reader, Row, Transaction, table
from storage.ledger import LedgerEntry
from storage.openings import LedgerOpening
from storage.people import Creditor


class Broken(RuntimeError):
    """What a faulty step raises. Its message quotes the person, as messages of real faults do."""


@dataclass
class Trouble:
    """How often the failing steps still fail; a test sets it."""

    left: int = 0
    seen: list[str] = field(default_factory=list)

    def strikes(self, turn: Turn) -> None:
        """Fail, if it is time to."""
        self.seen.append(turn.event_id)
        if self.left > 0:
            self.left -= 1
            raise Broken(f"cannot read {turn.text!r} of {turn.address}")


trouble = Trouble()

# --- the effect


async def account(db: Transaction, turn: Turn, person: Person, email: str = "") -> str:
    """The handle of the account of this address, made at its first need."""
    if person.creditor_id is None:
        email = email or f"{turn.address}@example.com"
        found = await people.creditor_of_email(db, email)
        if found is None:
            handle = new_handle()
            await transition(
                db, people.move_creditor, None, kind="account:bound", subject=handle, at=turn.received_at,
                by="creditor", payload={"event": turn.event_id}, handle=handle, email=email,
            )  # fmt: skip
            found = await people.creditor_of_email(db, email)
            assert found is not None
        person.creditor_id = found.id
        await conversations.adopt_drafts(db, person.contact_id, found.id)
        return found.handle
    held = await people.creditor_locked(db, person.creditor_id)
    assert held is not None
    return held.handle


async def effect(db: Transaction, turn: Turn, person: Person, **payload: Any) -> Entry:
    """Something that must happen exactly once: the account changes its status, with a signed entry."""
    await account(db, turn, person)
    assert person.creditor_id is not None
    row = await people.creditor_locked(db, person.creditor_id)
    assert row is not None
    return await transition(
        db, people.move_creditor, row, kind="account:unfrozen" if row.status == "frozen" else "account:frozen",
        subject=row.handle, at=turn.received_at, by="operator:room", payload={"event": turn.event_id, **payload},
    )  # fmt: skip


# --- the steps

flow = Flow("room")


@flow.view("look")
async def look(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """Looks, and changes nothing."""
    creditor = await people.creditor(db, person.creditor_id) if person.creditor_id is not None else None
    status = creditor.status if creditor is not None else "nobody"
    return Reply(text=f"看到 {status} {argument}", choices=((Choice("加", "room.add"), Choice("登记", "room.form")),))


@flow.view("stumble")
async def stumble(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """A view with a fault."""
    trouble.strikes(turn)
    return await look(turn, db, person, argument)


@flow.act("add")
async def add(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Does the one thing there is to do."""
    entry = await effect(db, turn, person, said=turn.text or argument)
    return Reply(
        title="加了",
        text=f"第 {entry.step} 步：{argument}",
        choices=((Choice("看", "room.look"), Choice("再加", "room.add")),),
        copies=(Copyable("回执", entry.receipt),),
        document=Attachment("回执.txt", "text/plain", entry.receipt.encode()),
    )


@flow.act("fail")
async def fail(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Does it, and then fails."""
    person.locale_chosen = True
    entry = await effect(db, turn, person, said=turn.text or argument)
    trouble.strikes(turn)
    return Reply(text=f"终于 {entry.step}", choices=((Choice("看", "room.look"),),))


@flow.act("link")
async def link(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Proves an e-mail address, without the mail."""
    await account(db, turn, person, argument)
    return Reply(text="已绑定", choices=((Choice("看", "room.look"),),))


@flow.act("speak")
async def speak(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Chooses a language."""
    person.locale, person.locale_chosen = argument, True
    return Reply(text=argument)


@flow.act("onward")
async def onward(turn: Turn, db: Transaction, person: Person, argument: str) -> str:
    """Does something, and lets another step answer."""
    await effect(db, turn, person)
    return argument


@flow.act("strike")
async def strike(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
    """Does something for good to a numbered thing."""
    await effect(db, turn, person)
    return Reply(text=f"划掉了 {argument}")


@flow.view("card")
async def card(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """A card whose button does something to one numbered thing."""
    return Reply(text=f"卡片 {argument}", choices=((Choice("确认划掉", f"room.strike:{argument}.1a2b"),),))


home, desk = Flow("welcome"), Flow("support")  # where the conversation's own buttons lead


@home.view("menu")
async def menu(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
    """The way home."""
    return Reply(text="主菜单", choices=((Choice("看", "room.look"), Choice("登记", "room.form")),))


# --- the forms


def _name(text: str, _answers: Answers) -> str:
    if not text.strip() or len(text) > 40:
        raise Invalid("not_a_name")
    return text.strip()


def _amount(text: str, _answers: Answers) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Invalid("not_an_amount")
    return int(text) * 100


_PAPER = ("handle", "contact_id", "draft", "media_type", "size", "digest", "name", "content", "at")
_DOCUMENT = Query(insert(table(Document)).values({name: bindparam(name) for name in _PAPER}))


async def _keep_file(turn: Turn, db: Transaction, person: Person, draft: str, file: File) -> dict[str, Any]:
    if file.content is None:
        raise Invalid("too_large")
    await db.run(
        _DOCUMENT, handle=new_handle(), contact_id=person.contact_id, draft=draft, media_type="image/png",
        size=file.size, digest=b"0" * 32, name=file.name, content=file.content, at=turn.received_at,
    )  # fmt: skip
    return {"name": file.name, "size": file.size}


async def _check(turn: Turn, db: Transaction, person: Person, answers: Answers, value: Any) -> Any:
    answers["_tries"] = answers.get("_tries", 0) + 1
    if value != "1234":
        raise Invalid("wrong_code")
    return "ok"


async def _again(turn: Turn, db: Transaction, person: Person, answers: Answers) -> str:
    answers["_sent"] = answers.get("_sent", 1) + 1
    if answers["_sent"] > 3:
        raise Invalid("too_often")
    return "又发了一次"


QUESTIONS = (
    Question("name", lambda: "姓名", lambda _a: "您叫什么？", _name, hears="name"),
    Question(
        "kind",
        lambda: "类别",
        lambda _a: "哪一类？",
        options=lambda _a: [Option("cash", lambda: "现金"), Option("coin", lambda: "代币")],
    ),
    Question(
        "coin",
        lambda: "代币",
        lambda a: f"{a['name']}，哪种代币？",
        # only these answers know the options: whoever shows the answer must hand them over
        options=lambda a: [Option("btc", lambda: f"{a['name']} 的 BTC"), Option("eth", lambda: "ETH")],
        when=lambda a: a.get("kind") == "coin",
    ),
    Question("amount", lambda: "金额", lambda _a: "多少？", _amount, show=lambda v: f"{v // 100} 元", expects="amount"),
    Question("note", lambda: "备注", lambda _a: "备注？", lambda t, _a: t, optional=True),
    Question(
        "papers", lambda: "材料", lambda _a: "请上传材料。", take=_keep_file, optional=True, most_files=2,
        show=lambda v: f"{len(v)} 个文件", expects="file",
    ),
    Question(
        "code", lambda: "验证码", lambda _a: "验证码？", lambda t, _a: t, then=_check, expects="digits",
        extras=(Extra("again", lambda: "再发一次", _again),),
    ),
)  # fmt: skip


async def _begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
    return Reply(text="不行") if argument == "no" else {"_about": argument} if argument else {}


async def _submit(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    if answers.get("note") == "bad":
        raise Invalid("bad_note", question="note")
    entry = await effect(db, turn, person, draft=handle, answers=answers)
    return Reply(text=f"已提交 {answers['name']}，第 {entry.step} 步", choices=((Choice("看", "room.look"),),))


def _wrong(question: Question, wrong: Invalid) -> str:
    return f"不对（{wrong.code}），例如 100"


FORM = Form("room.form", 1, lambda: "登记债权", QUESTIONS, _begin, _wrong, _submit)


async def _submit_note(turn: Turn, db: Transaction, person: Person, handle: str, answers: Answers) -> Reply:
    await effect(db, turn, person, draft=handle, answers=answers)
    return Reply(text=f"记下了：{answers['words']}", choices=((Choice("看", "room.look"),),))


NOTE = Form(
    "room.note",
    1,
    lambda: "留言",
    (Question("words", lambda: "留言", lambda _a: "想说什么？", _name, hears="anything"),),
    _begin,
    _wrong,
    _submit_note,
    review=False,
    resumes=False,
)

flow.form(FORM)
flow.form(NOTE)
desk.form(replace(NOTE, name="support.ask"))


def book(*forms: Form) -> Book:
    """All steps; `forms` stand in for those of the same name, as after a deploy."""
    named = {form.name: form for form in forms}
    later = Flow("room")
    later.steps = [replace(step, form=named.get(step.name, step.form)) for step in flow.steps]
    return Book([later, home, desk])


_WORDS = {"上一步": "back", "跳过": "skip", "取消": "cancel", "菜单": "welcome.menu", "看": "room.look"}
_ROUTES = {
    "两件": Heard("room.look:甲", also="welcome.menu"),
    "气死了": Heard("room.add:怒", angry=True),
    "转": Heard("room.onward:room.look:乙"),
} | {
    word: Heard(token)
    for word, token in {"加": "room.add", "登记": "room.form", "留言": "room.note", "菜单": "welcome.menu"}.items()
}

VOCABULARY = Vocabulary(
    route=lambda text, _at: _ROUTES.get(text) or Heard(f"room.look:{text}"),
    exact=_WORDS.get,
    breaks_in=lambda text, _at: Heard("room.look:中途") if text.endswith("？") else None,
    about_form=lambda text, fields: about_form(text, fields()),
    mends=mended,
    hearing=Hearing(agrees=lambda text: text in ("同意", "确认"), asks=lambda text: text.endswith("？")),
    commands={
        "start": "welcome.menu",
        "add": "room.add",
        "form": "room.form",
        "look": "room.look",
        "note": "room.note",
    },
)

# --- what a test looks at afterwards


class Step(NamedTuple):
    """One signed entry, with what its sealed opening says."""

    subject: str
    step: int
    kind: str
    status: str
    leaf: bytes
    leaf_hash: bytes
    payload: dict[str, Any]


class Happened(NamedTuple):
    """An event that is done."""

    channel: str
    event_id: str
    address: str
    failed: bool
    late: bool
    owed: bool
    reply: bytes


class Sheet(NamedTuple):
    """A draft, opened."""

    handle: str
    form: str
    status: str
    at: str
    content: dict[str, Any]


class Status(NamedTuple):
    """Where an account stands."""

    handle: str
    status: str


_entry, _opening, _event, _draft = table(LedgerEntry).c, table(LedgerOpening).c, table(Event).c, table(Draft).c
_STEPS = Query(
    select(
        _entry.subject, _entry.step, _entry.kind, _entry.status, _entry.leaf, _entry.leaf_hash, _opening.payload
    ).join(table(LedgerOpening), _opening.entry_id == _entry.id).order_by(_entry.subject, _entry.step),
    Step,
)  # fmt: skip
_EVENTS = Query(select(*(_event[name] for name in Happened._fields)), Happened)
_SHEETS = Query(select(*(_draft[name] for name in Sheet._fields)).order_by(_draft.changed_at), Sheet)
_DOCUMENTS = Query(select(func.count(table(Document).c.id)), Row)
_STATUSES = Query(select(table(Creditor).c.handle, table(Creditor).c.status), Status)


async def steps(database: Database) -> list[Step]:
    """Every entry, subject by subject. Opens the openings: a sealed value that cannot be opened raises."""
    return await database.read().all(_STEPS)


async def effects(database: Database) -> list[str]:
    """The events that had an effect, one for each effect; the making of an account is not counted."""
    return [step.payload["event"] for step in await steps(database) if step.kind != "account:bound"]


async def happened(database: Database) -> list[Happened]:
    """Every event that is done, with its reply opened."""
    return await database.read().all(_EVENTS)


async def sheets(database: Database) -> list[Sheet]:
    """Every draft, opened, the longest untouched first."""
    return await database.read().all(_SHEETS)


async def documents(database: Database) -> int:
    """How many files were kept."""
    row = await database.read().one(_DOCUMENTS)
    assert row is not None
    return int(row.value)


async def statuses(database: Database) -> dict[str, str]:
    """Where each account stands."""
    return {row.handle: row.status for row in await database.read().all(_STATUSES)}
