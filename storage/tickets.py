"""Questions to a person, and what was said in them."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key
from storage.sealing import SealedText


class Ticket(SQLModel, table=True):
    """One question of one contact; `number` is what the creditor is told."""

    __table_args__ = (Index("ix_ticket_contact_id_status", "contact_id", "status"),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    number: str = Field(unique=True, max_length=16)
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    status: str = Field(max_length=16)
    opened_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    changed_at: datetime = Field(sa_column=Column(Instant, nullable=False))


class TicketMessage(SQLModel, table=True):
    """One thing said in a ticket, by the creditor or by an agent."""

    __tablename__ = "ticket_message"

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    ticket_id: int = Field(sa_column=Column(Key, nullable=False, index=True))
    agent: str | None = Field(default=None, max_length=64, description="who answered; None: the creditor")
    text: str = Field(sa_column=Column(SealedText("ticket_message.text"), nullable=False))
    at: datetime = Field(sa_column=Column(Instant, nullable=False))
