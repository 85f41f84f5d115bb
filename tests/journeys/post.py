"""Where a person finds the code he was mailed: his mailbox, or the page that stands in for one."""

import re

from aiohttp import ClientSession, CookieJar

from tests.fakes.mailserver import Server, read
from tests.journeys.product import Product, until

CODE = re.compile(r"\b\d{6}\b")


class Post:
    """A mail server and what it was given."""

    def __init__(self, port: int, server: Server) -> None:
        self.url = f"smtp://127.0.0.1:{port}"
        self._server = server

    async def code(self, email: str) -> str:
        """The code in the newest mail to this address."""

        async def look() -> str | None:
            mine = [mail for mail in self._server.mails if mail["To"] == email]
            return CODE.findall(read(mine[-1]))[0] if mine else None

        return await until(look)


class Mailbox:
    """The local mailbox on the operator's page, reached by the link that was printed at the start."""

    def __init__(self, product: Product) -> None:
        self._product = product

    async def code(self, email: str) -> str:
        """The code in the newest mail to this address."""
        link = re.search(r"http://\S+/operator\?token=\S+", self._product.printed)
        assert link is not None
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as browser:
            async with browser.get(link[0]) as page:
                assert page.status == 200
            async with browser.get(link[0].partition("?")[0]) as page:
                assert page.status == 200, "the session of the link stands"

            async def look() -> str | None:
                async with browser.get(f"{self._product.base}/operator") as page:
                    written = await page.text()
                mails = [mail for mail in re.findall(r"<article>.*?</article>", written, re.DOTALL) if email in mail]
                return CODE.findall(re.sub(r"<[^>]+>", " ", mails[0]))[0] if mails else None

            return await until(look)
