"""The whole way by Telegram, asked for and delivered: updates in, calls of the Bot API out."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.botapi import TOKEN, BotApi
from tests.journeys.post import Post
from tests.journeys.product import Product
from tests.journeys.telegram import Chatter
from tests.journeys.tongue import TONGUES
from tests.journeys.walk import Walk, register
from tests.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("catalogues")]

SQLITE = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("empty_database_url", ["postgres"], indirect=True)
SECRET = "a-secret-of-the-webhook"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def polled(product: Product, api: BotApi, post: Post) -> Product:
    """A product that asks for updates."""
    product.settings |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_BASE": api.base, "SMTP_URL": post.url}
    return product


@pytest.fixture
def hooked(polled: Product) -> Product:
    """A product that is delivered updates."""
    port = str(free_port())
    polled.settings |= {"PORT": port, "PUBLIC_URL": f"http://127.0.0.1:{port}", "TELEGRAM_WEBHOOK_SECRET": SECRET}
    return polled


def _walk(product: Product, api: BotApi, post: Post, locale: str, kind: str) -> Walk:
    tongue = TONGUES[locale]
    return Walk(
        product, Chatter(api, 7001, tongue.telegram), tongue, post.code, "zhao.mingyuan@mail.example", kinds=(kind,)
    )


@SQLITE
@pytest.mark.parametrize(("locale", "kind"), [("zh_Hans", "bond"), ("zh_Hant_HK", "sale")])
async def test_asking_for_updates(polled: Product, api: BotApi, post: Post, locale: str, kind: str) -> None:
    await polled.start()
    walk = _walk(polled, api, post, locale, kind)
    await walk.all()
    await polled.stop()
    assert api.pending == []
    assert {"", "zh", "en"} & set(api.commands), "the menu of commands is offered"
    polled.kept_quiet(walk.secrets)
    polled.sealed(walk.secrets)


@SQLITE
@pytest.mark.parametrize(("locale", "kind"), [("zh_Hans", "sale"), ("en", "bond")])
async def test_updates_delivered(hooked: Product, api: BotApi, post: Post, locale: str, kind: str) -> None:
    await hooked.start()
    await api.until(lambda: api.webhook)
    walk = _walk(hooked, api, post, locale, kind)
    await walk.all()
    await hooked.stop()
    assert set(api.delivered) == {200}
    assert any(call.rode for call in api.calls), "answers ride in the response"
    hooked.kept_quiet(walk.secrets)
    hooked.sealed(walk.secrets)


@POSTGRES
async def test_updates_delivered_to_web_and_worker_apart(hooked: Product, api: BotApi, post: Post) -> None:
    await hooked.start()
    await api.until(lambda: api.webhook)
    walk = _walk(hooked, api, post, "zh_Hans", "sale")
    walk.by_register = True
    (hooked.folder / "register.csv").write_bytes(register(walk))
    await hooked.command("import", "claims", str(hooked.folder / "register.csv"))
    await walk.all()
    await hooked.stop()
    assert set(api.delivered) == {200}
    hooked.kept_quiet(walk.secrets)
