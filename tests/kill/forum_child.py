"""A desk in a Telegram group, to be killed: `desk_child`, with the group's channel, its plan and polling, over HTTP."""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot import forumdesk
from bot.channels.telegram.door import Polling
from bot.channels.telegram.forum.sender import Forum, Looks
from bot.channels.telegram.sender import Telegram
from bot.conversation.flow import Book
from bot.conversation.outbox import Drain
from bot.forumdesk import ForumDesk
from bot.work import note_delivery, tell_of_unsent
from storage import topics
from storage.database import Database, Query, Row, table
from storage.deliveries import Outbox
from tests.fakes.botapi import TOKEN
from tests.kill.desk_child import Life, Said, _no_words, keep

#: the claim of a topic has to run out, as have leases
APART = timedelta(seconds=61)

_out = table(Outbox).c
_OWED = Query(
    select(_out.id.label("value")).where(_out.done_at.is_(None), _out.channel.not_like("%:looks")).limit(1), Row
)


class ForumLife(Life):
    """One life of the process. Its pace is not what is tried here."""

    def __init__(self, database: Database, book: Book, writer: asyncio.StreamWriter, base: str) -> None:
        super().__init__(database, book, writer)
        self.telegram = Telegram.connected(TOKEN, base)
        self.desk = self.telegram.desk = ForumDesk(database, self.telegram.wire, self.engine.hint.set)
        render = self.desk.renderer(_no_words)
        self.drains += [
            Drain(database, channel, render, unsent=tell_of_unsent, delivered=note_delivery, chance=lambda: 0.02)
            for channel in (self.desk.channel, self.desk.channel.looks)
        ]

    async def works(self, stop: asyncio.Event) -> None:
        polling = Polling(self.engine, self.telegram, pause=0.02)
        async with asyncio.TaskGroup() as tasks:
            background = [tasks.create_task(self._plans())]
            tasks.create_task(polling.run())
            tasks.create_task(super().works(stop))
            await stop.wait()
            polling.stop()
            for one in background:
                one.cancel()
        await self.telegram.close()

    async def _plans(self) -> None:
        while True:
            await self.engine.hint.wait()
            self.engine.hint.clear()
            await self.desk.plan()
            for drain in self.drains:
                drain.wake.set()

    async def does(self, said: Said) -> None:
        if said["do"] != "rest":
            await super().does(said)
            self.engine.hint.set()
            return
        db = self._database.read()
        owed = await topics.any_news(db) or await db.one(_OWED) is not None
        self.engine.hint.set()
        self.tell({"id": said["id"], "owed": owed})


if __name__ == "__main__":
    forumdesk.A_MINUTE = 10**6
    for channel in (Forum, Looks):
        channel.can = replace(channel.can, per_second=10_000.0)
    keep(
        sys.argv[1], int(sys.argv[2]), lambda database, book, writer: ForumLife(database, book, writer, sys.argv[3]),
        APART,
    )  # fmt: skip
