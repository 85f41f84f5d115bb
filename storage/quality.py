"""How good the answers were: a supervisor reads a sample of them, and gives each a score and a short remark."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Column, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key, Query, Reader, Transaction, table
from storage.sealing import SealedText, blind
from storage.tickets import Ticket

MOST = 5000


class QualityScore(SQLModel, table=True):
    """What a supervisor thinks of one solved ticket. `agent` had it, `by` read it; `week` as 2026-W47."""

    __tablename__ = "quality_score"

    ticket_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    week: str = Field(primary_key=True, max_length=8)
    agent: str = Field(max_length=64)
    score: int
    remark: str = Field(sa_column=Column(SealedText("quality_score.remark"), nullable=False))
    by: str = Field(max_length=64)
    at: datetime = Field(sa_column=Column(Instant, nullable=False, index=True))


class SolvedRow(NamedTuple):
    """A ticket that was settled, as a sample is drawn from it."""

    id: int
    number: str
    agent: str
    category: str
    score: int | None
    solved_at: datetime


class ScoreRow(NamedTuple):
    """A score, with the number of its ticket."""

    number: str
    week: str
    agent: str
    score: int
    remark: str
    by: str
    at: datetime


_ticket, _score = table(Ticket).c, table(QualityScore).c
_SOLVED = Query(
    select(*(_ticket[name] for name in SolvedRow._fields))
    .where(
        _ticket.solved_at >= bindparam("since"),
        _ticket.solved_at < bindparam("until"),
        _ticket.agent.is_not(None),
        _ticket.merged_into.is_(None),
    )
    .order_by(_ticket.solved_at)
    .limit(bindparam("most")),
    SolvedRow,
)
_SCORES = Query(
    select(*(_ticket.number if name == "number" else _score[name] for name in ScoreRow._fields))
    .select_from(table(QualityScore))
    .join(table(Ticket), _ticket.id == _score.ticket_id)
    .where(_score.at >= bindparam("since"))
    .order_by(_score.at.desc())
    .limit(bindparam("most")),
    ScoreRow,
)
_GIVE = Query(
    insert(QualityScore)
    .values({name: bindparam(f"new_{name}") for name in QualityScore.model_fields})
    .on_conflict_do_update(
        index_elements=["ticket_id", "week"],
        set_={name: bindparam(f"new_{name}") for name in ("agent", "score", "remark", "by", "at")},
    )
)


async def solved(db: Reader, since: datetime, until: datetime) -> list[SolvedRow]:
    """The tickets somebody had that were settled in a stretch of time."""
    return await db.all(_SOLVED, since=since, until=until, most=MOST)


async def scores(db: Reader, since: datetime) -> list[ScoreRow]:
    """What was scored since a moment, the newest first."""
    return await db.all(_SCORES, since=since, most=MOST)


async def give(db: Transaction, row: SolvedRow, week: str, score: int, remark: str, by: str, at: datetime) -> None:
    """Keep a score; a second one of the same ticket and week stands in the place of the first."""
    await db.run(
        _GIVE,
        new_ticket_id=row.id,
        new_week=week,
        new_agent=row.agent,
        new_score=score,
        new_remark=remark,
        new_by=by,
        new_at=at,
    )


def drawn(week: str, rows: list[SolvedRow], each: int) -> list[SolvedRow]:
    """So many of each agent's tickets, by lot. MUST be the same whenever it is drawn, and MUST NOT be foreseen.

    The lot is a keyed hash: who knows a ticket's number cannot tell whether it will be read.
    """
    lots = sorted(rows, key=lambda row: blind("quality", f"{week} {row.number}"))
    taken: dict[str, int] = {}
    found = []
    for row in lots:
        taken[row.agent] = taken.get(row.agent, 0) + 1
        if taken[row.agent] <= each:
            found.append(row)
    return sorted(found, key=lambda row: (row.agent, row.number))
