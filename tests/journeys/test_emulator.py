"""The product before a Bot API server that was written by others, asked and delivered to.

That server keeps no words and has no ears for what rides in the response to a webhook: what a
person's words did is seen at the operator's end, and by his mail. Its own verdict is on the form of
everything that was called.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.emulator import TOKEN, Emulator, message, tap
from tests.journeys.post import Post
from tests.journeys.product import Product, until
from tests.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)]

START: dict[str, Any] = {"text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
QUESTION = "请问蓝色信封里的那份表，我该不该签？"
ANSWER = "您好，这份表不用签，留着即可。"
#: what he typed, and what he meant
SLIP, EMAIL = "zhao.mingyuan@example.con", "zhao.mingyuan@example.com"

Settled = Callable[[], Awaitable[None]]


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with Emulator(tmp_path) as running:
        yield running


@pytest.fixture
def told(product: Product, emulator: Emulator, post: Post) -> Product:
    """A product that knows the server."""
    product.settings |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": emulator.base, "SMTP_URL": post.url}
    return product


async def _talks(product: Product, emulator: Emulator, post: Post, answered: Settled) -> str:
    """Come, change the language and change it back, ask for a claim, link, write to a person; the ticket's number."""
    await emulator.update(message=message(1, **START))
    await answered()
    for number, token in enumerate(("welcome.language", "welcome.speak:en", "welcome.speak:zh_Hans", "claims.status")):
        await emulator.update(callback_query=tap(1, token, query=f"q{number}"))
        await answered()
    await emulator.update(callback_query=tap(1, "welcome.link", query="q9"))
    await answered()
    for words in (SLIP, "better"):  # the second is what the button would have said
        await emulator.update(message=message(2, text=words))
        await answered()
    await emulator.update(message=message(3, text=await post.code(EMAIL)))
    await answered()
    for words in ("转人工", QUESTION):
        await emulator.update(message=message(4, text=words))
        await answered()

    async def asked() -> str | None:
        waiting = (await product.command("tickets", "list"))["tickets"]
        return waiting[0]["number"] if waiting else None

    return await until(asked)


async def _is_answered(product: Product, emulator: Emulator, ticket: str) -> None:
    """A person answers, and the answer goes out by itself."""
    sent = emulator.calls("sendMessage")
    await product.command("tickets", "answer", ticket, ANSWER, "--by", "mei")
    await emulator.until(lambda: emulator.calls("sendMessage") == sent + 1)


async def test_asking_for_updates(told: Product, emulator: Emulator, post: Post) -> None:
    await told.start()
    heard = 0

    async def answered() -> None:
        nonlocal heard
        heard += 1
        await emulator.until(lambda: emulator.calls("sendMessage") + emulator.calls("editMessageText") == heard)

    ticket = await _talks(told, emulator, post, answered)
    await _is_answered(told, emulator, ticket)
    await told.stop()
    assert emulator.calls("answerCallbackQuery") == 5
    assert emulator.calls("editMessageText") > 0
    required = ("deleteWebhook", "setMyCommands", "sendMessage", "editMessageText", "answerCallbackQuery")
    fine, why = emulator.verdict(
        "--require-response", *(part for name in required for part in ("--require-method", name))
    )
    assert fine, why
    told.kept_quiet((EMAIL, SLIP, QUESTION, ANSWER))


async def test_updates_delivered(told: Product, emulator: Emulator, post: Post) -> None:
    port = str(free_port())
    told.settings |= {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    told.settings |= {"TELEGRAM_WEBHOOK_SECRET": "a-secret-of-the-webhook"}
    await told.start()
    await emulator.until(lambda: emulator.calls("setWebhook") == 1)

    async def answered() -> None:
        """What was delivered was answered, before the next is made."""

    ticket = await _talks(told, emulator, post, answered)
    await _is_answered(told, emulator, ticket)
    await told.stop()
    assert emulator.calls("answerCallbackQuery") == 5
    deliveries = [entry["status"] for entry in emulator.journal() if entry.get("event") == "webhook"]
    assert deliveries == [200] * 11
    fine, why = emulator.verdict("--require-response", "--require-method", "setWebhook")
    assert fine, why
    told.kept_quiet((EMAIL, SLIP, QUESTION, ANSWER))
