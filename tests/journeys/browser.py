"""A person with a phone: the page in a real Chromium, read as it stands on the screen and tapped with a finger."""

import asyncio
import shutil
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Browser, BrowserContext, Page, Playwright, ViewportSize, async_playwright

from tests.journeys.product import until
from tests.journeys.side import Screen, Side

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True,
    "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce",
}  # fmt: skip
LARGE: ViewportSize = {"width": 412, "height": 926}
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
]
#: the lines of the conversation after one of them, as they can be read, oldest first
LINES = """(after) => [...document.querySelectorAll("#log .line")].filter((line) => line.dataset.seq > after).map((line) => ({
    seq: Number(line.dataset.seq),
    mine: line.classList.contains("mine"),
    notice: line.querySelector(".kind") !== null,
    title: line.querySelector(".title")?.textContent ?? "",
    text: line.querySelector(".text")?.textContent ?? "",
    buttons: [...line.querySelectorAll(".choice")].map((it) => [it.querySelector("span").textContent, it.dataset.token]),
    copies: [...line.querySelectorAll(".copies dd")].map((it) => it.textContent),
    paper: line.querySelector(".paper .name")?.textContent ?? "",
}))"""

Line = dict[str, Any]


class Phone(Side):
    """A browser with the page open. `pictures` takes what it shows."""

    def __init__(self, base: str, pictures: Path, *, languages: str = "zh-CN", dark: bool = False) -> None:
        super().__init__()
        self.base = base
        self._own: dict[str, Any] = {
            "locale": languages.partition(",")[0], "color_scheme": "dark" if dark else "light",
        }  # fmt: skip
        self.faults: list[str] = []
        self.asked: set[str] = set()
        self._pictures = pictures
        self._taken = 0
        self._told: list[int] = []
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    async def __aenter__(self) -> Self:
        program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        assert program, "No Chromium here: `make machine` installs it."
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(executable_path=program, args=SWITCHES)
        self._context = await self._browser.new_context(**{**PHONE, **self._own})
        self._page = await self._context.new_page()
        self._page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self._page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self._page.on("request", lambda request: self.asked.add(request.url))
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

    async def picture(self, name: str) -> Path:
        """What the screen shows, as the next picture of the walk."""
        self._taken += 1
        self._pictures.mkdir(parents=True, exist_ok=True)
        path = self._pictures / f"{self._taken:02d}-{name}.png"
        await self.page.screenshot(path=path)
        return path

    async def composed(self, name: str, seq: object) -> Path:
        """A picture that begins with one line of the conversation, on a larger phone."""
        await self.page.set_viewport_size(LARGE)
        top = self.page.locator(f'#log .line[data-seq="{seq}"]')
        await top.evaluate("line => { line.style.scrollMarginTop = '10px'; line.scrollIntoView(); }")
        await self.page.get_by_role("textbox").blur()
        path = await self.picture(name)
        await self.page.set_viewport_size(PHONE["viewport"])
        return path

    # -- what a person does

    async def comes(self) -> Screen:
        """Open the page; it begins by itself."""
        await self.page.goto(self.base)
        return await self._answered(0)

    async def says(self, text: str) -> Screen:
        """Type something."""
        await self.breathes()
        before = await self._last()
        await self.page.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")
        return await self._answered(before)

    async def taps(self, wanted: str) -> Screen:
        """Tap a button."""
        _screen, (_label, token) = self.button(wanted)
        await self.breathes()
        before = await self._last()
        await self.page.locator(f'.choice[data-token="{token}"]:not([disabled])').last.tap()
        return await self._answered(before)

    async def sends(self, name: str, content: bytes) -> Screen:
        """Send a file."""
        await self.breathes()
        before = await self._last()
        await self.page.set_input_files(
            "#files", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        return await self._answered(before)

    async def told(self) -> Screen:
        """The next notice to come in."""

        async def look() -> Line | None:
            return next((line for line in await self._lines(max(self._told, default=0)) if line["notice"]), None)

        line = await until(look)
        self._told.append(line["seq"])
        self.heard.append(_screen(line))
        return self.screen

    async def sees_picture(self) -> bytes:
        """The next picture, shown whole in the conversation."""
        picture = self.page.locator("#log .line:last-child img")
        await picture.wait_for()
        await picture.evaluate("img => img.decode()")
        self.heard.append(_screen((await self._lines())[-1]))
        content: list[int] = await picture.evaluate(
            "async img => [...new Uint8Array(await (await fetch(img.src)).arrayBuffer())]"
        )
        return bytes(content)

    async def paper(self) -> bytes:
        """Save the file of the last answer."""
        async with self.page.expect_download() as coming:
            await self.page.locator("#log a.paper").last.tap()
        saved = await (await coming.value).path()
        return await asyncio.to_thread(Path(saved).read_bytes)

    async def looks_back(self) -> None:
        """A reload shows the same again, up to the first line of all."""
        before = await self._lines()
        await self.page.reload()

        async def first() -> bool | None:
            await self.page.locator("#talk").evaluate("talk => talk.scrollTo(0, 0)")
            return [line["seq"] for line in await self._lines()][:1] == [1] or None

        await until(first)
        after = await self._lines()
        assert [line["seq"] for line in after] == list(range(1, len(after) + 1))
        assert after[-len(before) :] == before
        assert [line["seq"] for line in after if line["notice"]] == self._told
        assert self.faults == []
        assert [url for url in self.asked if not url.startswith((f"{self.base}/", "blob:", "data:"))] == []

    # -- the page

    async def _lines(self, after: int = 0) -> list[Line]:
        lines: list[Line] = await self.page.evaluate(LINES, after)
        return lines

    async def _last(self) -> int:
        return int(await self.page.locator("#log .line").last.get_attribute("data-seq") or 0)

    async def _answered(self, before: int) -> Screen:
        async def look() -> Line | None:
            ours = [line for line in await self._lines(before) if not line["mine"] and not line["notice"]]
            leaving = await self.page.locator("#unsent .leaving").count()
            return ours[-1] if ours and not leaving else None

        self.heard.append(_screen(await until(look)))
        return self.screen


def _screen(line: Line) -> Screen:
    return Screen(
        title=line["title"],
        text=line["text"],
        buttons=tuple((label, token) for label, token in line["buttons"]),
        copies=tuple(line["copies"]),
        where=line["seq"],
    )
