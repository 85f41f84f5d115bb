"""Starting again: after a kill the conversation goes on where it was, on every way in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.botapi import TOKEN, BotApi
from tests.fakes.mailserver import Running, Server
from tests.journeys.post import Post
from tests.journeys.product import Product
from tests.journeys.side import Side
from tests.journeys.telegram import Chatter
from tests.journeys.tongue import TONGUES
from tests.journeys.webchat import Visitor
from tests.ports import free_port

pytestmark = pytest.mark.slow

SQLITE = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
EMAIL = "zhao.mingyuan@mail.example"
TONGUE = TONGUES["zh_Hans"]


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    running, server = Running(), Server()
    yield Post(await running.start(server), server)
    await running.stop()


@pytest.fixture
async def product(tmp_path: Path, empty_database_url: str, post: Post) -> AsyncIterator[Product]:
    """A product at an address that survives it."""
    made = Product(tmp_path, empty_database_url, PORT=str(free_port()), SMTP_URL=post.url)
    yield made
    await made.dies()


async def _is_amid_a_form(side: Side, post: Post) -> None:
    """Come, agree, link, and answer the first questions of a claim."""
    await side.comes()
    await side.taps("welcome.consents")
    for purpose in ("account", "claim_details"):
        await side.taps(f"welcome.consent:{purpose}.*")
    await side.taps("welcome.link")
    await side.says(EMAIL)
    await side.says(await post.code(EMAIL))
    await side.taps("claims.file*")
    await side.taps("~*.debtor.=.trading")
    await side.taps("~*.plan_class.=.5A")


async def _goes_on(side: Side) -> None:
    """The next answer meets the next question; what was answered stands."""
    await side.taps("~*.claim_number.skip")
    await side.says("EX-77-QWX")
    screen = await side.taps("~*.holder.back")
    screen.sees("EX-77-QWX")
    await side.taps("~*.ucc.back")
    (await side.taps("~*.claim_number.back")).sees("6543217")


async def test_a_page_goes_on_after_a_kill(product: Product, post: Post) -> None:
    await product.start()
    async with Visitor(product.base, TONGUE.header) as visitor:
        await _is_amid_a_form(visitor, post)
        said = visitor.saying(text="6543217")
        asked = await visitor.posts(said)
        await product.dies()
        await product.start()
        await visitor.opens()
        assert await visitor.posts(said) == asked, "the answer was lost on its way: asked again, it is the same"
        await _goes_on(visitor)
        await visitor.looks_back()
        await product.stop()


@SQLITE
@pytest.mark.parametrize("kindly", [False, True], ids=["killed", "stopped"])
async def test_a_telegram_chat_goes_on_at_once(product: Product, post: Post, kindly: bool) -> None:
    async with BotApi() as api:
        product.settings |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.base}
        await product.start()
        chatter = Chatter(api, 7001, TONGUE.telegram)
        await _is_amid_a_form(chatter, post)
        before = await chatter.says("6543217")
        await (product.stop() if kindly else product.dies())
        await chatter.sends_words("没有")  # nobody is there to hear it
        await product.start()
        screen = await chatter.told()
        if screen.words == before.words and not kindly:
            screen = await chatter.told()  # sent but not yet marked when it died: said once more
        assert any(token.endswith(".ucc.skip") for _label, token in screen.buttons)
        await chatter.says("EX-77-QWX")
        (await chatter.taps("~*.holder.back")).sees("EX-77-QWX")
        await product.stop()
        assert api.pending == []
