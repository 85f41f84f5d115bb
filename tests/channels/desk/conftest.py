"""A desk over a real database, and agents of each role who have come in through its door."""

import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from io import BytesIO
from types import TracebackType
from typing import Any, Self

import pytest
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from bot import webdesk
from bot.channels.desk import door
from storage import agents, totp
from storage.database import Database
from tests.person import FakeClock

Client = TestClient[web.Request, web.Application]


class AgentAt:
    """One agent before a browser of his own."""

    def __init__(self, client: Client, name: str, csrf: str) -> None:
        self.client = client
        self.name = name
        self.csrf = csrf

    async def gets(self, path: str) -> ClientResponse:
        """Look at something."""
        return await self.client.get(f"/desk/{path}")

    async def posts(self, path: str, **said: str) -> ClientResponse:
        """Do something, as the page does."""
        return await self.client.post(f"/desk/{path}", json=said, headers={"X-Desk-Csrf": self.csrf})

    async def sends(self, path: str, *papers: tuple[str, bytes], **said: str) -> ClientResponse:
        """Post words with files."""
        letter = FormData(said, quote_fields=False)
        for name, content in papers:
            letter.add_field("file", BytesIO(content), filename=name, content_type="application/octet-stream")
        return await self.client.post(f"/desk/{path}", data=letter, headers={"X-Desk-Csrf": self.csrf})

    async def sees(self, path: str) -> Any:
        """What there is to see."""
        answer = await self.gets(path)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def does(self, path: str, **said: str) -> Any:
        """Do something that succeeds."""
        answer = await self.posts(path, **said)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def refused(self, path: str, **said: str) -> str:
        """Do something that is refused; the refusal's name."""
        answer = await self.posts(path, **said)
        assert answer.status in {400, 401, 403, 404, 409, 413, 429}, answer.status
        return str((await answer.json())["error"])


class DeskAt:
    """The desk, and a way in for each agent."""

    def __init__(self, database: Database, clock: FakeClock, public_url: str = "") -> None:
        self.database = database
        self.clock = clock
        self.app = web.Application()
        self.written: list[tuple[str, str]] = []
        self.work = webdesk.Work(database, self._writes)
        door.install(self.app, webdesk.Entrance(database), self.work, public_url=public_url)
        self.server = TestServer(self.app)
        self._clients: list[Client] = []
        self._phones: dict[str, bytes] = {}

    async def _writes(self, channel: str, address: str) -> bool:
        self.written.append((channel, address))
        return True

    async def __aenter__(self) -> Self:
        await self.server.start_server()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for client in self._clients:
            await client.close()
        await self.server.close()

    async def browser(self) -> Client:
        """A browser nobody has signed in with."""
        client: Client = TestClient(self.server)
        self._clients.append(client)
        return client

    async def link(self, name: str, role: str = "agent") -> str:
        """A link of the operator's."""
        token = await agents.add(self.database, name, role, self.clock.now())
        token = token or await agents.invite(self.database, name, self.clock.now())
        assert token is not None
        return f"/desk?token={token}"

    async def code(self, page: str, name: str = "") -> str:
        """The code of the phone that has read the key on this page, or of the one that read it before."""
        found = re.search(r"<code>([A-Z2-7]+)</code>", page)
        if found is not None:
            self._phones[name] = base64.b32decode(found[1] + "=" * (-len(found[1]) % 8))
        return totp.code(self._phones[name], totp.step(self.clock.now()))

    async def comes(self, name: str, role: str = "agent") -> AgentAt:
        """Sign in by the door: for the first time, or again."""
        client = await self.browser()
        page = await (await client.get(await self.link(name, role))).text()
        hidden = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
        assert hidden is not None, page
        entered = await client.post("/desk/enter", data={"csrf": hidden[1], "code": await self.code(page, name)})
        inside = await entered.text()
        assert entered.status == 200, inside
        csrf = re.search(r'"csrf": "([0-9a-f]{64})"', inside)
        assert csrf is not None, inside
        return AgentAt(client, name, csrf[1])

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.clock.passes(time)


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> AsyncIterator[DeskAt]:
    """The desk."""
    async with DeskAt(database, clock) as opened:
        yield opened


Comes = Callable[[str, str], Awaitable[AgentAt]]
