"""Talking about hold, sell or bond: the table, the assumptions to move, the form, and the picture.

Looking and moving are views: what was moved stands in the buttons. Only asking for the picture writes, a
row of the outbox; it is drawn when that row is sent (`renderer`), outside of every turn.
"""

import asyncio
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot import clock, i18n
from bot.comparison import actions, rules, texts
from bot.comparison.actions import CHART, Quotes
from bot.comparison.rules import Board, Moved, NotHere, NothingToCompare, Owned
from bot.conversation.flow import Flow
from bot.conversation.form import Answers, Form, Option, Question
from bot.conversation.outbox import Cancelled, DueRow, Render
from bot.conversation.reply import Attachment, Choice, Reply
from bot.conversation.texts import human, menu
from bot.conversation.turn import Person, Turn
from bot.errors import Misconfigured, Refusal
from bot.papers.easel import Easel, NotDrawn
from bot.papers.faces import face
from bot.understanding.dates import read_date
from bot.understanding.percents import read_percent
from bot.valuation.compare import Path
from storage.database import Reader, Transaction

_BEIJING = ZoneInfo("Asia/Shanghai")


def flow(quotes: Quotes) -> Flow:
    """The steps of the room. `quotes`: the open offers a person may be shown."""
    steps = Flow("comparison")

    @steps.view("show")
    async def show(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
        """The table."""
        return await _screen(turn, db, person, argument, quotes, moving=False)

    @steps.view("move")
    async def move(turn: Turn, db: Reader, person: Person, argument: str) -> Reply:
        """The assumptions, each with buttons that move it."""
        return await _screen(turn, db, person, argument, quotes, moving=True)

    @steps.act("chart")
    async def chart(turn: Turn, db: Transaction, person: Person, argument: str) -> Reply:
        """Orders the picture."""
        found = await _found(turn, db, person, argument, quotes)
        if isinstance(found, Reply):
            return found
        back = Choice(texts.to_table(), f"comparison.show:{found.moved.packed()}")
        if not can_draw(person.locale):
            return Reply(text=texts.no_picture(), choices=((back,), (menu(),)), expects="none", replaces=False)
        await actions.order_chart(db, turn, found.moved.packed())
        return Reply(text=texts.drawing(), choices=((back, menu()),), expects="none", replaces=False)

    steps.form(_enter(quotes))
    return steps


def can_draw(locale: str) -> bool:
    """Whether this machine has a font for the picture."""
    try:
        face(locale)
    except Misconfigured:
        return False
    return True


async def _found(turn: Turn, db: Reader, person: Person, argument: str, quotes: Quotes) -> Board | Reply:
    """The board, or what is said instead."""
    try:
        found = await actions.board(db, person, argument, turn.received_at, quotes)
    except Refusal as refusal:
        return _refused(refusal, person)
    return found if isinstance(found, Board) else _which(found)


async def _screen(turn: Turn, db: Reader, person: Person, argument: str, quotes: Quotes, *, moving: bool) -> Reply:
    found = await _found(turn, db, person, argument, quotes)
    if isinstance(found, Reply):
        return found
    return _moving(found) if moving else _table(found, turn.received_at, person.timezone)


def _table(board: Board, now: datetime, timezone: str) -> Reply:
    packed = board.moved.packed()
    return Reply(
        title=texts.title(board.owned.number),
        text=texts.table(board, now, timezone),
        choices=(
            (Choice(texts.to_chart(), f"comparison.chart:{packed}", "primary"),),
            (Choice(texts.to_move(), f"comparison.move:{packed}"), _own(packed)),
            (Choice(texts.to_offers(), "offers.list"), human()),
            (menu(),),
        ),
        expects="none",
    )


def _moving(board: Board) -> Reply:
    standing, today = board.standing(), board.today

    def to(label: str, moved: Moved) -> Choice:
        return Choice(label, f"comparison.move:{moved.packed()}")

    rows = [
        (
            to(texts.lower(path, rules.POINTS), rules.raised(standing, path, -rules.POINTS)),
            to(texts.higher(path, rules.POINTS), rules.raised(standing, path, rules.POINTS)),
        )
        for path in Path
    ]
    rows += [
        (
            to(texts.sooner(), rules.put_off(standing, -rules.MONTHS, today)),
            to(texts.later(), rules.put_off(standing, rules.MONTHS, today)),
        ),
        (
            to(texts.rate_lower(rules.RATE_POINTS), rules.at_rate(standing, -rules.RATE_POINTS)),
            to(texts.rate_higher(rules.RATE_POINTS), rules.at_rate(standing, rules.RATE_POINTS)),
        ),
    ]
    # what was received changes where the paths begin: they begin anew
    claim = board.owned.number
    had = board.claim.received > 0
    other = Moved(claim, received=not had, on=board.moved.on, rate=board.moved.rate)
    packed = board.moved.packed()
    return Reply(
        title=texts.title(claim),
        text=texts.move_text(board),
        choices=(
            *rows,
            (to(texts.not_received() if had else texts.was_received(), other),),
            (_own(packed), to(texts.to_beginning(), Moved(claim))),
            (
                Choice(texts.to_table(), f"comparison.show:{packed}", "primary"),
                Choice(texts.to_chart(), f"comparison.chart:{packed}"),
            ),
            (menu(),),
        ),
        expects="none",
    )


def _own(packed: str) -> Choice:
    return Choice(texts.to_enter(), f"comparison.enter:{packed}")


def _which(own: list[Owned]) -> Reply:
    rows = tuple((Choice(texts.to_claim(one.number, one.amount), f"comparison.show:{one.number}"),) for one in own[:10])
    return Reply(title=texts.comparison_title(), text=texts.which(), choices=(*rows, (human(), menu())), expects="none")


def _refused(refusal: Refusal, person: Person) -> Reply:
    """A refusal in words, with a way on."""
    match refusal:
        case NotHere():
            return Reply(
                text=texts.not_here(),
                choices=((Choice(texts.to_claims(), "claims.status"), human()), (menu(),)),
                expects="none",
            )
        case NothingToCompare() if person.creditor_id is None:
            ways = (Choice(texts.to_link(), "welcome.link", "primary"), Choice(texts.to_estimate(), "facts.estimate"))
            text = texts.unlinked()
        case _:
            ways = (Choice(texts.to_file(), "claims.file"), Choice(texts.to_claims(), "claims.status"))
            text = texts.nothing()
    return Reply(title=texts.comparison_title(), text=text, choices=(ways, (human(), menu())), expects="none")


# ------------------------------------------------------------------------------------------ the form


def _enter(quotes: Quotes) -> Form:
    async def begin(turn: Turn, db: Transaction, person: Person, argument: str) -> Answers | Reply:
        found = await _found(turn, db, person, argument, quotes)
        if isinstance(found, Reply):
            return found
        return {"_standing": found.standing().packed(), "_today": found.today.isoformat()}

    async def submit(turn: Turn, db: Transaction, person: Person, _draft: str, answers: Answers) -> Reply:
        day = answers.get("day")
        moved = rules.entered(
            rules.unpacked(answers["_standing"]),
            Path(answers["path"]),
            rules.kept_total(answers["total"]),
            date.fromisoformat(day) if day else None,
        )
        return await _screen(turn, db, person, moved.packed(), quotes, moving=False)

    return Form(
        name="comparison.enter",
        version=1,
        title=texts.enter_title,
        questions=(
            Question(
                name="path",
                label=texts.path_label,
                ask=lambda _answers: texts.ask_path(),
                options=lambda _answers: [_option(path) for path in Path],
            ),
            Question(
                name="total",
                label=texts.total_label,
                ask=lambda _answers: texts.ask_total(),
                read=lambda text, _answers: rules.read_total(read_percent(text), text),
                show=texts.shown_total,
                expects="amount",
            ),
            Question(
                name="day",
                label=texts.day_label,
                ask=lambda _answers: texts.ask_day(),
                read=lambda text, answers: rules.read_day(_day(text, answers), _today(answers)),
                optional=True,
                expects="date",
            ),
        ),
        begin=begin,
        wrong=lambda _question, invalid: texts.wrong(invalid.code),
        submit=submit,
        after=lambda: (Choice(texts.to_comparison(), "comparison.show"), menu()),
        review=False,
        resumes=False,
    )


def _option(path: Path) -> Option:
    return Option(str(path), lambda: texts.path_name(path))


def _today(answers: Answers) -> date:
    return date.fromisoformat(answers["_today"])


def _day(text: str, answers: Answers) -> date | None:
    return read_date(text, _today(answers))


# ------------------------------------------------------------------------------------------ the picture


def renderer(otherwise: Render, easel: Easel, quotes: Quotes) -> Render:
    """What gives a row of the outbox its words: a picture here, everything else by `otherwise`.

    A picture is worked out anew when it is drawn: it shows what the table shows at that moment, and
    nothing that may not be shown any more.
    """

    async def render(db: Reader, row: DueRow) -> Reply | Cancelled:
        if row.kind != CHART:
            return await otherwise(db, row)
        person = await actions.reader(db, row)
        if person is None:
            return Cancelled("nobody there")
        now = clock.now()
        with i18n.speaking(person.locale):
            try:
                found = await actions.board(db, person, row.fields["moved"], now, quotes)
            except Refusal:
                found = []
            if not isinstance(found, Board):
                return Reply(text=texts.nothing_more(), choices=((menu(),),), replaces=False)
            await asyncio.sleep(0)  # whoever waits goes first: each half of this is a millisecond
            return await _picture(found, person, easel, now)

    return render


async def _picture(board: Board, person: Person, easel: Easel, now: datetime) -> Reply:
    packed = board.moved.packed()
    choices = (
        (Choice(texts.to_table(), f"comparison.show:{packed}"), Choice(texts.to_move(), f"comparison.move:{packed}")),
        (menu(),),
    )
    try:
        picture = await easel.drawn(texts.chart(board, now, person.timezone), face(person.locale))
    except Misconfigured:
        return Reply(text=texts.no_picture(), choices=choices, expects="none", replaces=False)
    except NotDrawn:
        return Reply(text=texts.not_drawn(), choices=choices, expects="none", replaces=False)
    name = re.sub(r"\s+", "-", texts.file_name(board.owned.number, board.today))
    return Reply(
        title=texts.title(board.owned.number),
        text=texts.chart_said(board, now, person.timezone),
        document=Attachment(name, "image/png", picture),
        choices=choices,
        expects="none",
        replaces=False,
    )
