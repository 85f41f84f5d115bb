"""Consents: one purpose, one row, with the words' version; never overwritten, only ended."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from storage.database import Instant, Key


class Consent(SQLModel, table=True):
    """A consent given by a contact (and its creditor once linked), and when it was withdrawn."""

    __table_args__ = (Index("ix_consent_contact_id_purpose", "contact_id", "purpose"),)

    id: int | None = Field(default=None, sa_column=Column(Key, primary_key=True))
    handle: str = Field(unique=True, max_length=22)
    contact_id: int = Field(sa_column=Column(Key, nullable=False))
    creditor_id: int | None = Field(default=None, sa_column=Column(Key, nullable=True, index=True))
    purpose: str = Field(max_length=24)
    status: str = Field(max_length=16, description="given | withdrawn")
    words: str = Field(max_length=64, description="SHA-256 of the words that were shown, hex")
    locale: str = Field(max_length=16)
    given_at: datetime = Field(sa_column=Column(Instant, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=Column(Instant, nullable=True))
