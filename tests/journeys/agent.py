"""An agent before the desk's page, in a real Chromium of his own."""

import base64
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Self

from playwright.async_api import Browser, FilePayload, Locator, Page, Playwright, async_playwright, expect

from storage import agents, totp
from tests.journeys.browser import SWITCHES
from tests.journeys.indoors import Indoors

#: a slow machine is no fault
PATIENCE = 30_000


class Agent:
    """One agent, signed in by a link and the code of a phone."""

    def __init__(self, house: Indoors, name: str, role: str, pictures: Path, *, dark: bool = False) -> None:
        self.house = house
        self.name = name
        self.role = role
        self.faults: list[str] = []
        self._pictures = pictures
        self._dark = dark
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._page: Page | None = None

    async def __aenter__(self) -> Self:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        assert program, "No Chromium here: `make machine` installs it."
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(executable_path=program, args=SWITCHES)
        self._page = await self._browser.new_page(
            viewport={"width": 1280, "height": 860}, locale="zh-CN", timezone_id="Asia/Shanghai",
            color_scheme="dark" if self._dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        self._page.set_default_timeout(PATIENCE)
        self._page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self._page.on(
            "console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None
        )
        await self._signs_in()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._browser is not None
        assert self._playwright is not None
        await self._browser.close()
        await self._playwright.stop()

    @property
    def page(self) -> Page:
        """The page."""
        assert self._page is not None
        return self._page

    async def _signs_in(self) -> None:
        now = self.house.clock.now()
        token = await agents.add(self.house.database, self.name, self.role, now)
        assert token is not None
        await self.page.goto(f"{self.house.base}/desk?token={token}")
        found = re.search(r"<code>([A-Z2-7]+)</code>", await self.page.content())
        assert found is not None
        secret = base64.b32decode(found[1] + "=" * (-len(found[1]) % 8))
        await self.page.locator("input[name=code]").fill(totp.code(secret, totp.step(now)))
        await self.page.keyboard.press("Enter")
        await self.page.locator(".list").wait_for()

    async def picture(self, name: str) -> None:
        """What the screen shows."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._pictures / f"{name}.png")

    async def sees(self, where: str, words: str) -> None:
        """These words come to stand there by themselves."""
        await expect(self.page.locator(where).last).to_contain_text(words, timeout=PATIENCE)

    async def opens(self, number: str) -> None:
        """Choose a ticket in the queue."""
        await self.page.locator(f'.row[data-number="{number}"]').click()
        await self.sees(".talk h1", number)

    async def answers(self, text: str, *papers: FilePayload) -> None:
        """Write, read back, send; all by the keyboard but the file."""
        if papers:
            await self.page.locator("[data-file]").set_input_files(list(papers))
            await self.sees(".chip", papers[-1]["name"])
        lines = await self.page.locator(".said.ours").count()
        await self.page.locator(".composer textarea").fill(text)
        await self.page.keyboard.press("Control+Enter")
        await self.sees(".read-back", text)
        await self.page.locator('[data-act="send"]').focus()
        await self.page.keyboard.press("Control+Enter")
        await expect(self.page.locator(".said.ours")).to_have_count(lines + 1, timeout=PATIENCE)

    async def changes(self, words: str, to: str) -> None:
        """Put other words in an answer that went out."""
        await self.line(words).locator('[data-act="edit"]').click()
        await self.page.locator("dialog textarea").fill(to)
        await self.page.locator("dialog button.main").click()
        await expect(self.line(to)).to_be_visible(timeout=PATIENCE)

    async def does(self, what: str, reason: str = "") -> None:
        """Press a button of the ticket, and give a reason where one is asked for."""
        await self.page.locator(f'[data-act="{what}"]').first.click()
        if reason:
            await self.page.locator("dialog input").first.fill(reason)
            await self.page.locator("dialog button.main").click()

    def line(self, words: str) -> Locator:
        """The line of the talk that holds these words."""
        return self.page.locator(".said", has_text=words).last


async def till_somebody_sits_there(house: Indoors) -> None:
    """From a Sunday to Monday, ten in the morning of Beijing; from there on the clock has something to do."""
    house.clock.passes(timedelta(days=1))
    await house.works()
