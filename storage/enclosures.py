"""Files that a reply hands out and that are kept elsewhere: a message holds only where (`ticket:<handle>`)."""

from storage import tickets
from storage.database import Reader


async def content(db: Reader, kept: str) -> bytes | None:
    """The content of a file by where it is kept; None: it is no longer there, or nobody may open it.

    MUST be called only with a place that stands in a message of ours, never with what somebody sent.
    """
    place, _colon, handle = kept.partition(":")
    return await tickets.kept(db, handle) if place == "ticket" else None
