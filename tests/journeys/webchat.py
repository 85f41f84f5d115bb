"""A person at the web chat, as bytes: a page and its cookie, turns by POST, news by Server-Sent Events."""

import asyncio
import json
import re
import uuid
from contextlib import suppress
from typing import Any, Self
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar

from tests.journeys.product import PATIENCE
from tests.journeys.side import Screen, Side


class Visitor(Side):
    """A browser without a screen: keeps its cookie, has its stream open, and holds the whole history.

    Every message MUST read the same however it came: in the answer to a turn, by the stream, or
    when the history is read again.
    """

    def __init__(self, base: str, languages: str) -> None:
        super().__init__()
        self.base = base
        self.locale = ""
        self.history: dict[int, dict[str, Any]] = {}
        self._languages = languages
        self._order = 0
        self._told = 0  # how far the notices were read
        self._news = asyncio.Condition()
        self._client: ClientSession | None = None
        self._stream: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._client = ClientSession(
            self.base,
            cookie_jar=CookieJar(unsafe=True),  # it is at an address without a name
            headers={"Accept-Language": self._languages},
            timeout=ClientTimeout(total=PATIENCE),
        )
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._closes()
        await self._http.close()

    async def _closes(self) -> None:
        """Cut the line for news. Whatever was wrong with what came by it is said now."""
        if self._stream is not None:
            stream, self._stream = self._stream, None
            stream.cancel()
            with suppress(asyncio.CancelledError):
                await stream

    @property
    def _http(self) -> ClientSession:
        assert self._client is not None
        return self._client

    # -- what a person does

    async def comes(self) -> Screen:
        """Open the page; it begins by itself."""
        await self.opens()
        return await self.posts(self.saying(command="start"))

    async def opens(self) -> None:
        """Load the page (again), and lay a line for news."""
        async with self._http.get("/") as page:
            assert page.status == 200
            written = await page.text()
        found = re.search(r'id="words">(.*?)</script>', written, re.DOTALL)
        assert found is not None
        self.locale = json.loads(found[1])["locale"]
        assert f'<html lang="{self.locale.replace("_", "-")}">' in written
        await self._closes()
        self._stream = asyncio.get_running_loop().create_task(self._listens())

    async def says(self, text: str) -> Screen:
        """Type something."""
        return await self.posts(self.saying(text=text))

    async def taps(self, wanted: str) -> Screen:
        """Tap a button."""
        _screen, (label, token) = self.button(wanted)
        return await self.posts(self.saying(choice=token, label=label))

    async def sends(self, name: str, content: bytes) -> Screen:
        """Send a file."""
        await self.breathes()
        query, named = self._numbered(), {"X-File-Name": quote(name)}
        async with self._http.post("/chat/files", params=query, data=content, headers=self._marks | named) as answer:
            return self._answered(answer.status, await answer.json())

    async def told(self) -> Screen:
        """The next notice, by the stream."""

        def next_() -> dict[str, Any] | None:
            notices = [message for seq, message in sorted(self.history.items()) if message["notice"]]
            return notices[self._told] if len(notices) > self._told else None

        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(next_)
        message = next_()
        assert message is not None
        self._told += 1
        self.heard.append(_screen(message))
        return self.screen

    async def paper(self) -> bytes:
        """What stands behind the link of the last answer."""
        message = self.screen.where
        assert isinstance(message, dict)
        async with self._http.get(message["document"]["url"]) as answer:
            assert answer.status == 200
            return await answer.read()

    async def looks_back(self) -> None:
        """The history has no gap, the page reads it again as it was, and every notice was heard."""
        kept = dict(self.history)
        assert sorted(kept) == list(range(1, len(kept) + 1))
        assert sum(bool(message["notice"]) for message in kept.values()) == self._told
        await self._closes()
        self.history.clear()
        await self.opens()
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: len(self.history) >= len(kept))
        assert self.history == kept
        async with self._http.get("/chat/messages", params={"limit": "3"}) as answer:
            newest = (await answer.json())["messages"]
        assert [message["seq"] for message in newest] == sorted(kept)[-3:]

    # -- the wire

    @property
    def _marks(self) -> dict[str, str]:
        return {"X-Zhaiquantong": "1", "X-Locale": self.locale, "Origin": self.base}

    def _numbered(self) -> dict[str, str]:
        self._order += 1
        return {"id": str(uuid.uuid4()), "order": str(self._order)}

    def saying(self, **said: str) -> dict[str, str]:
        """A turn, numbered as the page numbers it. Posted twice it is one."""
        return self._numbered() | said

    async def posts(self, turn: dict[str, str]) -> Screen:
        """Post a turn; what is answered."""
        await self.breathes()
        async with self._http.post("/chat/turns", json=turn, headers=self._marks) as answer:
            return self._answered(answer.status, await answer.json())

    async def types(self) -> bool:
        """Put words into the box; whether anybody waits for them."""
        async with self._http.post("/chat/typing", headers=self._marks) as answer:
            return bool((await answer.json())["heard"])

    def _answered(self, status: int, answer: dict[str, Any]) -> Screen:
        assert status == 200, answer
        self.locale = answer["locale"]
        for message in answer["messages"]:
            self._keeps(message)
        self.heard.append(_screen(answer["messages"][-1]))
        return self.screen

    def _keeps(self, message: dict[str, Any]) -> None:
        before = self.history.setdefault(message["seq"], message)
        assert before == message, "one message reads differently on two ways"

    async def _listens(self) -> None:
        """Read the stream until it is cut."""
        query = {"after": str(max(self.history, default=0))}
        with suppress(ClientError):  # the server may be killed: the page then lays a new line
            async with self._http.get("/chat/stream", params=query, timeout=ClientTimeout(total=None)) as stream:
                assert stream.content_type == "text/event-stream"
                async for line in stream.content:
                    if line.startswith(b"data: {"):
                        self._keeps(json.loads(line.removeprefix(b"data: ")))
                        async with self._news:
                            self._news.notify_all()


def _screen(message: dict[str, Any]) -> Screen:
    return Screen(
        title=message["title"],
        text=message["text"],
        buttons=tuple((choice["label"], choice["token"]) for row in message["choices"] for choice in row),
        copies=tuple(copy["value"] for copy in message["copies"]),
        where=message,
    )
