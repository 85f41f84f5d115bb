"""The private side of the ledger: salts and payloads. Erasing a row here leaves a commitment nobody can open."""

from typing import Any

from sqlalchemy import Column, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel

from storage.database import Key, Query, Transaction
from storage.sealing import SealedBytes, SealedJson


class LedgerOpening(SQLModel, table=True):
    """What opens the commitment of one entry."""

    __tablename__ = "ledger_opening"

    entry_id: int = Field(sa_column=Column(Key, primary_key=True, autoincrement=False))
    salt: bytes = Field(sa_column=Column(SealedBytes("ledger_opening.salt"), nullable=False))
    payload: dict[str, Any] = Field(sa_column=Column(SealedJson("ledger_opening.payload"), nullable=False))


_ADD = Query(
    insert(LedgerOpening).values(entry_id=bindparam("entry"), salt=bindparam("salt"), payload=bindparam("payload"))
)


async def keep(db: Transaction, entry_id: int, salt: bytes, payload: dict[str, Any]) -> None:
    """Keep what opens an entry."""
    await db.run(_ADD, entry=entry_id, salt=salt, payload=payload)
