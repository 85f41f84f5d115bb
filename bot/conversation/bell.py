"""What one process tells whoever waits in it: hints, kept in memory and missed by nobody."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from bot.errors import Unsent


class Bell:
    """Tells whoever waits in this process that an address has news. A missed ring costs seconds, not words."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, address: str) -> None:
        """Wake everybody who waits for this address."""
        for event in self._waiting.get(address, ()):
            event.set()

    async def wait(self, address: str, timeout: float) -> bool:
        """Wait for a ring. False: nobody rang within `timeout` seconds."""
        event = asyncio.Event()
        self._waiting.setdefault(address, set()).add(event)
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
            return True
        except TimeoutError:
            return False
        finally:
            waiting = self._waiting[address]
            waiting.discard(event)
            if not waiting:
                del self._waiting[address]


class Typing:
    """Who is being written to at this moment, and who writes: a hint, in memory of this process, for a few seconds.

    tells   by channel: what shows it on a wire of its own; pages that listen here are rung instead
    hears   shows the desk that the person at an address writes; False: nobody there waits for his words
    """

    #: as long as a wire shows it, and no oftener is it told
    LASTS = 5.0
    MOST = 1_000

    def __init__(self, bell: Bell, now: Callable[[], float] = time.monotonic) -> None:
        self.tells: dict[str, Callable[[str], Awaitable[None]]] = {}
        self.hears: Callable[[str, str], Awaitable[bool]] | None = None
        self._bell = bell
        self._now = now
        self._until: dict[tuple[str, str], float] = {}
        self._heard: dict[tuple[str, str], tuple[float, bool]] = {}

    async def writes(self, channel: str, address: str) -> bool:
        """Somebody at the desk writes to this address. False: that was told a moment ago.

        MUST NOT raise, whatever the wire says, and MUST NOT write anything down: nobody misses a hint.
        """
        key, now = (channel, address), self._now()
        if self._until.get(key, 0.0) > now:
            return False
        if len(self._until) >= self.MOST:
            self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[key] = now + self.LASTS
        tell = self.tells.get(channel)
        if tell is None:
            self._bell.ring(address)
            return True
        with contextlib.suppress(Unsent, TimeoutError):
            async with asyncio.timeout(self.LASTS):
                await tell(address)
        return True

    async def heard(self, channel: str, address: str) -> bool:
        """The person at this address writes. False: nobody waits for it. The desk is told no oftener than a wire."""
        key, now = (channel, address), self._now()
        until, heard = self._heard.get(key, (0.0, False))
        if until > now:
            return heard
        if len(self._heard) >= self.MOST:
            self._heard = {one: known for one, known in self._heard.items() if known[0] > now}
        self._heard[key] = (now + self.LASTS, False)  # who asks again meanwhile is not told yet
        heard = self.hears is not None and await self.hears(channel, address)
        self._heard[key] = (now + self.LASTS, heard)
        return heard

    def until(self, channel: str, address: str) -> float:
        """Until when (on `now`'s clock) it is to be shown; 0.0: it is not."""
        until = self._until.get((channel, address), 0.0)
        return until if until > self._now() else 0.0
