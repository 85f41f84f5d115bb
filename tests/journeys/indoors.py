"""The house in this process, on a wire like any other, by a clock that a test moves.

A market takes weeks: cooling-off periods, 21 days of notice, coupons. Nobody waits for them here, and
nothing runs by itself: the worker's work is done when it is asked for.
"""

from datetime import datetime, timedelta
from typing import Self

from aiohttp import web

from bot import app, market, work
from bot.comparison.dialogue import renderer as drawn
from bot.conversation.outbox import Drain
from bot.notices.dialogue import renderer
from bot.papers.easel import Easel
from bot.serve import application
from bot.settings import Settings
from bot.work import Worker, jobs, record_dates
from storage.database import Database
from tests.journeys.post import Post
from tests.journeys.walk import Mailbox
from tests.person import FakeClock


class Indoors:
    """An open house with its doors on a port, and the worker's hands."""

    def __init__(self, settings: Settings, clock: FakeClock) -> None:
        self.clock = clock
        self._settings = settings

    async def __aenter__(self) -> Self:
        self.house = await app.open_house(self._settings)
        self._runner = web.AppRunner(application(self.house, workers=_always), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._settings.port).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._easel = Easel()
        channels, render = self.house.channels.values(), drawn(renderer(work.may_show), self._easel, market.quotes)
        desk = self.house.telegram.desk if self.house.telegram is not None else None
        render, tells = (render, None) if desk is None else (desk.renderer(render), desk.plan)
        self._worker = Worker(self.database, channels, render, jobs(record_dates()), tells=tells)
        self._drains = [
            Drain(
                self.database,
                channel,
                render,
                unsent=work.tell_of_unsent,
                delivered=work.note_delivery,
                sleep_until=_at_once,
            )
            for channel in channels
        ]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._easel.close()
        await self._runner.cleanup()
        await self.house.close()

    @property
    def database(self) -> Database:
        """What its rooms write to."""
        return self.house.database

    async def works(self) -> int:
        """Do what is due by the clock, and send what is owed; how many messages went out, mails aside."""
        before = self._sent()
        await self._worker.keep_time()
        await self._worker.plan()
        last = -1
        while self._sent() != last:
            last = self._sent()
            for drain in self._drains:
                await drain.empty()
            self.passes(seconds=5)  # a chat is left to rest between two messages
        return last - before

    def _sent(self) -> int:
        return sum(drain.tally["sent"] for drain in self._drains if drain._channel.name != "mail")

    def mailbox(self, post: Post) -> Mailbox:
        """Reads the newest code at an address, after what is owed was sent."""

        async def code(email: str) -> str:
            await self.works()
            return await post.code(email)

        return code

    def passes(self, **time: float) -> datetime:
        """Let time pass."""
        return self.clock.passes(timedelta(**time))


async def _always() -> bool:
    return True


async def _at_once(_moment: datetime) -> None:
    """The clock stands still: there is no waiting for one's turn."""
