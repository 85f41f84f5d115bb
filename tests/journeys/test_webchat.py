"""The whole way by the web chat, in every language: HTTP in, HTTP and Server-Sent Events out."""

import pytest

from tests.journeys.post import Mailbox, Post
from tests.journeys.product import Product
from tests.journeys.tongue import TONGUES
from tests.journeys.walk import Walk, register
from tests.journeys.webchat import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("catalogues")]

SQLITE = pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
POSTGRES = pytest.mark.parametrize("empty_database_url", ["postgres"], indirect=True)


@SQLITE
@pytest.mark.parametrize(
    ("locale", "kinds"),
    [("zh_Hans", ("sale", "bond")), ("zh_Hant", ("bond",)), ("zh_Hant_HK", ("sale",)), ("en", ("bond", "sale"))],
)
async def test_everything_in_one_process(product: Product, locale: str, kinds: tuple[str, ...]) -> None:
    await product.start()
    tongue = TONGUES[locale]
    async with Visitor(product.base, tongue.header) as visitor:
        mailbox = Mailbox(product)
        walk = Walk(product, visitor, tongue, mailbox.code, "zhao.mingyuan@mail.example", kinds=kinds)
        await walk.all()
        await product.stop()  # with a line for news still open
    product.kept_quiet(walk.secrets)
    product.sealed(walk.secrets)


@POSTGRES
async def test_web_and_worker_apart(product: Product, post: Post) -> None:
    product.settings |= {"SMTP_URL": post.url}
    await product.start()
    tongue = TONGUES["zh_Hans"]
    async with Visitor(product.base, tongue.header) as visitor:
        walk = Walk(product, visitor, tongue, post.code, "zhao.mingyuan@mail.example", by_register=True)
        (product.folder / "register.csv").write_bytes(register(walk))
        await product.command("import", "claims", str(product.folder / "register.csv"))
        await walk.all()
        await product.stop()
    product.kept_quiet(walk.secrets)
