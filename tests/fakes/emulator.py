"""lo-bot-api-emulator in a process of its own: a Bot API server written by others, strict and partial.

It models private chats by message and callback query, keeps a journal of methods without their
words, and drops what rides in the response to a webhook. For everything else there is botapi.py.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientError, ClientSession

from tests.ports import free_port

TOKEN = "42:TEST"
PROGRAM = "from lo_bot_api_emulator import main; main()"


class Emulator:
    """The emulator, running; `folder` takes its journal."""

    def __init__(self, folder: Path, token: str = TOKEN) -> None:
        self.token = token
        self.base = ""
        self._journal = folder / "emulator.jsonl"
        self._process: subprocess.Popen[bytes] | None = None
        self._client: ClientSession | None = None

    async def __aenter__(self) -> Self:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(  # noqa: ASYNC220  starting takes a moment, and nothing else runs yet
            [
                *(sys.executable, "-c", PROGRAM, "--port", str(port), "--journal", str(self._journal)),
                *("--enable-control", "--allow-insecure-loopback-webhooks"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._client = ClientSession()
        await self._until(self._listens)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._client is not None
        assert self._process is not None
        await self._client.close()
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 10)

    async def update(self, **kind: Any) -> int:
        """Queue an update, and deliver it if there is a webhook; its number."""
        return int(await self._control("updates", {"update": kind}))

    async def deliver(self) -> int:
        """Try the webhook again with what is still queued; how many were accepted."""
        return int(await self._control("deliver", {}))

    def journal(self) -> list[dict[str, Any]]:
        """What has happened so far."""
        if not self._journal.exists():
            return []
        return [json.loads(line) for line in self._journal.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def calls(self, method: str) -> int:
        """How often a method was called with success."""
        return sum(entry.get("method") == method and entry["status"] == 200 for entry in self.journal())

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is so. Raises TimeoutError if it never is."""

        async def found() -> bool:
            return true()

        await self._until(found)

    def verdict(self, *options: str) -> tuple[bool, dict[str, Any]]:
        """The emulator's own judgement of the whole run."""
        program = [sys.executable, "-c", PROGRAM, "verdict", str(self._journal), *options]
        ended = subprocess.run(program, capture_output=True, text=True)
        return ended.returncode == 0, json.loads(ended.stdout)

    async def _listens(self) -> bool:
        assert self._client is not None
        try:
            async with self._client.post(f"{self.base}/bot{self.token}/getMe") as response:
                return response.status == 200
        except ClientError:
            return False

    async def _control(self, path: str, body: dict[str, Any]) -> Any:
        assert self._client is not None
        async with self._client.post(f"{self.base}/__fixture/{path}", json={"token": self.token, **body}) as response:
            answer = await response.json()
        assert answer["ok"], answer
        result = answer["result"]
        return result["update_id"] if path == "updates" else result["delivered"]

    async def _until(self, true: Any) -> None:
        # Another process: there is nothing to wait on but its file and its port.
        async with asyncio.timeout(20):
            while not await true():  # noqa: ASYNC110
                await asyncio.sleep(0.02)


def person(number: int = 7, language: str = "zh-hans") -> tuple[dict[str, Any], dict[str, Any]]:
    """A person's chat and the person."""
    chat = {"id": number, "type": "private", "first_name": "Test"}
    return chat, {"id": number, "is_bot": False, "first_name": "Test", "language_code": language}


def message(number: int = 1, *, who: int = 7, language: str = "zh-hans", **what: Any) -> dict[str, Any]:
    """A message of a person's."""
    chat, sender = person(who, language)
    return {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": sender, **what}


def tap(number: int, token: str, *, who: int = 7, language: str = "zh-hans", query: str = "q1") -> dict[str, Any]:
    """A tap on a button under message `number`."""
    chat, sender = person(who, language)
    shown = {"message_id": number, "date": 1, "chat": chat, "text": "…"}
    return {"id": query, "from": sender, "chat_instance": "1", "message": shown, "data": token}
