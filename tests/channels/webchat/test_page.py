"""The page in a real Chromium: what a person sees, types and taps, on a good line and a bad one."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, async_playwright, expect

from bot.conversation.reply import Choice, Copyable, Reply
from tests.channels.webchat.fake_engine import CHART, RECEIPT, FakeEngine, app_with

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]  # one browser for all

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}  # fmt: skip
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip
#: milliseconds: a busy machine is slow now and then
PATIENCE = 30_000
PICTURE: FilePayload = {"name": "余额截图.png", "mimeType": "image/png", "buffer": b"\x89PNG" + b"x" * 300_000}


class Site:
    """The web chat on a port of its own, which can go down and come back."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    async def up(self) -> None:
        self._runner = web.AppRunner(app_with(self.engine), shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


class Visitor:
    """A person before the page."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page = page
        self.site = site
        self.engine = site.engine
        self.faults: list[str] = []
        self.asked: set[str] = set()
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on(
            "console", lambda line: self.faults.append(line.text) if "Content Security Policy" in line.text else None
        )
        page.on("request", lambda request: self.asked.add(request.url))

    @property
    def address(self) -> str:
        (address,) = self.engine.lines
        return address

    @property
    def texts(self) -> list[str | None]:
        return [turn.text for turn in self.engine.taken if turn.command is None]

    async def comes(self) -> None:
        await self.page.goto(self.site.url)
        await expect(self.bubbles.last).to_contain_text("您想办理哪一项")

    @property
    def bubbles(self) -> Locator:
        return self.page.locator("#log .bubble")

    @property
    def mine(self) -> Locator:
        return self.page.locator("#log .line.mine .bubble")

    @property
    def leaving(self) -> Locator:
        return self.page.locator("#unsent .leaving")

    async def says(self, text: str) -> None:
        await self.page.get_by_role("textbox").fill(text)
        await self.page.keyboard.press("Enter")

    async def settled(self) -> None:
        """Nothing is kept for sending any more."""
        await self.until("!Object.keys(localStorage).some((key) => key.startsWith('zq.unsent'))")

    async def until(self, condition: str) -> None:
        """Wait for a condition of the page's. Playwright's own wait needs eval, which the page forbids."""
        look = f"const look = () => ({condition}) ? done() : setTimeout(look, 20); look();"
        async with asyncio.timeout(PATIENCE / 1000):
            await self.page.evaluate(f"() => new Promise((done) => {{ {look} }})")

    def button(self, label: str) -> Locator:
        return self.page.locator(".choice:not([disabled])", has_text=label).last

    async def taps(self, label: str, then: str) -> None:
        await self.button(label).tap()
        await expect(self.bubbles.last).to_contain_text(then)
        await expect(self.leaving).to_have_count(0)


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.up()
    yield site
    await site.down()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "No Chromium here: `make machine` installs it."
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        await browser.close()


Meet = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture(loop_scope="module")
async def meet(browser: Browser, site: Site) -> AsyncIterator[Meet]:
    visitors: list[Visitor] = []

    async def met(**screen: Any) -> Visitor:
        context = await browser.new_context(**{**PHONE, **screen})
        context.set_default_timeout(PATIENCE)
        visitors.append(Visitor(await context.new_page(), site))
        return visitors[-1]

    yield met
    for visitor in visitors:
        await visitor.page.context.close()
        assert visitor.faults == []
        assert [url for url in visitor.asked if not url.startswith((site.url, "blob:", "data:"))] == []


@pytest_asyncio.fixture(loop_scope="module")
async def visitor(meet: Meet) -> Visitor:
    visitor = await meet()
    await visitor.comes()
    return visitor


# ------------------------------------------------------------------------------------------ talking


async def test_a_stranger_is_greeted_once_and_a_reload_keeps_the_history(visitor: Visitor) -> None:
    await visitor.says("我要登记债权")
    await expect(visitor.bubbles).to_have_count(3)
    await visitor.page.reload()
    await expect(visitor.bubbles).to_have_count(3)
    await expect(visitor.mine).to_have_text(["我要登记债权"])
    assert [turn.command for turn in visitor.engine.taken] == ["start", None]


async def test_two_tabs_show_the_same_conversation(visitor: Visitor) -> None:
    other = await visitor.page.context.new_page()
    await other.goto(visitor.site.url)
    await visitor.says("在第一个页面说的话")
    await expect(other.locator("#log .line.mine .bubble")).to_have_text(["在第一个页面说的话"])
    await expect(other.locator("#log .bubble")).to_have_count(3)
    await expect(visitor.bubbles).to_have_count(3)


async def test_enter_sends_but_not_while_an_input_method_composes(visitor: Visitor) -> None:
    box = visitor.page.get_by_role("textbox")
    await box.fill("zhaiquan")
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    await expect(box).to_have_value("zhaiquan")
    await box.press("Shift+Enter")
    await expect(box).to_have_value("zhaiquan\n")
    await box.press("Enter")
    await expect(box).to_have_value("")
    await expect(visitor.mine).to_have_text(["zhaiquan"])


async def test_a_half_written_line_survives_a_reload(visitor: Visitor) -> None:
    await visitor.page.get_by_role("textbox").fill("还没写完")
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("textbox")).to_have_value("还没写完")


async def test_an_answered_question_is_closed_and_standing_choices_stay(visitor: Visitor) -> None:
    await visitor.taps("登记债权", then="您在哪一家注册的账户")
    await visitor.taps("FTX.com", then="多少美元")
    first = visitor.page.locator("#log .line.ours").nth(1)
    for button in await first.locator(".choice").all():
        await expect(button).to_be_disabled()
    await expect(first.locator(".taken")).to_have_text("FTX.com（国际站）（已选）")
    await expect(visitor.page.locator("#log .line.ours").first.locator(".choice").first).to_be_enabled()
    assert [turn.choice for turn in visitor.engine.taken[1:]] == ["claims.file", "~com"]
    await visitor.page.reload()
    await expect(first.locator(".taken")).to_be_disabled()


async def test_a_notice_does_not_close_the_question_it_falls_into(visitor: Visitor) -> None:
    await visitor.taps("登记债权", then="您在哪一家")
    visitor.engine.push(visitor.address, Reply("您的债权状态有变化。", notice="claim_status"))
    await expect(visitor.bubbles.last).to_contain_text("通知")
    await visitor.taps("FTX.com", then="多少美元")


async def test_a_changed_answer_is_drawn_anew_where_it_stands_and_typing_is_seen(visitor: Visitor) -> None:
    talk = visitor.engine
    await talk.typing.writes("webchat", visitor.address)
    await expect(visitor.page.locator("#person-typing")).to_be_visible()
    talk.push(visitor.address, Reply("三月五日截止。", title="客服答复", notice="ticket"))
    await expect(visitor.bubbles.last).to_contain_text("三月五日截止。")
    await expect(visitor.page.locator("#person-typing")).to_be_hidden()
    count, seq = await visitor.bubbles.count(), len(talk.lines[visitor.address])
    talk.rewrite(visitor.address, seq, Reply("四月五日截止。", title="客服答复（已编辑）", notice="ticket"))
    await expect(visitor.page.locator(f"[data-seq='{seq}']")).to_contain_text("四月五日截止。")
    await expect(visitor.bubbles).to_have_count(count + 1)
    await visitor.page.reload()
    await expect(visitor.page.locator(f"[data-seq='{seq}']")).to_contain_text("客服答复（已编辑）")
    assert visitor.faults == []


async def test_two_taps_are_one(visitor: Visitor) -> None:
    visitor.engine.pause.clear()
    await visitor.button("登记债权").dblclick(force=True)
    await visitor.button("查询债权状态").click(force=True)
    await expect(visitor.page.locator("#typing")).to_be_visible()
    await expect(visitor.leaving).to_have_count(1)
    visitor.engine.pause.set()
    await expect(visitor.bubbles.last).to_contain_text("您在哪一家")
    await expect(visitor.page.locator("#typing")).to_be_hidden()
    assert [turn.choice for turn in visitor.engine.taken[1:]] == ["claims.file"]


async def test_words_are_never_markup(visitor: Visitor) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    choice = Choice(evil, "x.y")
    visitor.engine.reply = lambda turn: Reply(evil, title=evil, choices=((choice,),), copies=(Copyable(evil, evil),))
    await visitor.says(evil)
    await expect(visitor.bubbles).to_have_count(3)
    await expect(visitor.bubbles.last.locator(".title")).to_have_text(evil)
    assert await visitor.page.locator("#log img, #log script").count() == 0


async def test_only_our_https_links_can_be_followed(visitor: Visitor) -> None:
    said = "请看 https://restructuring.ra.kroll.com/FTX/。不要点 http://a.example 或 javascript:alert(1)"
    visitor.engine.reply = lambda turn: Reply(said)
    await visitor.says("https://evil.example/")
    links = visitor.page.locator("#log a")
    await expect(links).to_have_count(1)
    await expect(links).to_have_attribute("href", "https://restructuring.ra.kroll.com/FTX/")
    await expect(links).to_have_attribute("rel", "noopener noreferrer")


async def test_each_question_brings_its_keyboard(visitor: Visitor) -> None:
    box = visitor.page.get_by_role("textbox")
    await expect(box).to_have_attribute("enterkeyhint", "send")
    for said, mode, fill in (("email", "email", "email"), ("code", "numeric", "one-time-code"), ("claims.file", "text", "off"), ("~com", "decimal", "off"), ("date", "text", "off")):  # fmt: skip
        count = await visitor.bubbles.count()
        await visitor.says(said)
        await expect(visitor.bubbles).to_have_count(count + 2)
        await expect(box).to_have_attribute("inputmode", mode)
        await expect(box).to_have_attribute("autocomplete", fill)
    await visitor.page.locator("#date").evaluate(
        "(date) => { date.value = '2022-11-11'; date.dispatchEvent(new Event('change')); }"
    )
    await expect(box).to_have_value("2022-11-11")
    await expect(visitor.page.get_by_role("button", name="选择日期")).to_be_visible()


async def test_numbers_are_copied_and_documents_downloaded(visitor: Visitor) -> None:
    await visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await visitor.says("~submit")
    await visitor.page.get_by_role("button", name="复制登记编号").tap()
    await expect(visitor.page.locator(".copy").first).to_have_text("已复制")
    await expect(visitor.page.locator("#told")).to_have_text("已复制")
    assert await visitor.page.evaluate("navigator.clipboard.readText()") == "ZQ-2026-000042"
    async with visitor.page.expect_download() as waiting:
        await visitor.page.get_by_role("link", name="登记回执").tap()
    download = await waiting.value
    assert download.suggested_filename == RECEIPT.name
    assert (await download.path()).read_bytes() == RECEIPT.content


async def test_a_picture_is_shown_where_it_stands_and_kept_by_a_tap(visitor: Visitor) -> None:
    visitor.engine.reply = lambda _turn: Reply("比较图", document=CHART)
    await visitor.says("看图")
    picture = visitor.page.locator(".picture img")
    await visitor.until("document.querySelector('.picture img')?.naturalWidth === 60")
    box = await picture.bounding_box()
    assert box is not None
    assert box["height"] / box["width"] == pytest.approx(150 / 60, rel=0.02), "its shape is kept"
    async with visitor.page.expect_download() as waiting:
        await picture.tap()
    assert (await (await waiting.value).path()).read_bytes() == CHART.content


async def test_another_language_changes_the_page_itself(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="切换语言").tap()
    await expect(visitor.bubbles.last).to_contain_text("Choose a language")
    await visitor.button("English").tap()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    await expect(visitor.page.locator(".stamp").first).to_be_visible()
    await expect(visitor.leaving).to_have_count(0)


# ------------------------------------------------------------------------------------------ a bad line


async def test_what_is_said_while_the_server_is_down_arrives_once_it_is_back(visitor: Visitor, site: Site) -> None:
    await site.down()
    await visitor.says("第一句")
    await visitor.says("第二句")
    await expect(visitor.page.locator("#banner")).to_contain_text("正在重新连接")
    await expect(visitor.leaving.first).to_contain_text("未送达，正在自动重试")
    async with visitor.page.expect_request("**/chat/turns"):
        await visitor.leaving.first.get_by_role("button", name="重新发送").click()
    await site.up()
    # The page tries again by itself and may be the faster one: then there is nothing left to tap.
    await visitor.page.evaluate("document.querySelector('#unsent .leaving button')?.click()")
    await expect(visitor.bubbles).to_have_count(5)
    await expect(visitor.mine).to_have_text(["第一句", "第二句"])
    await expect(visitor.page.locator("#banner")).to_be_hidden(timeout=PATIENCE)
    assert visitor.texts == ["第一句", "第二句"]
    visitor.engine.push(visitor.address, Reply("线路恢复之后的推送"))
    await expect(visitor.bubbles.last).to_have_text("线路恢复之后的推送")


async def test_an_answer_lost_on_its_way_doubles_nothing(visitor: Visitor) -> None:
    lost = 0

    async def lose(route: Route) -> None:
        nonlocal lost
        await route.fetch()
        lost += 1
        await route.abort()

    await visitor.page.route("**/chat/turns", lose, times=2)
    await visitor.says("我接受这个报价")
    await expect(visitor.leaving).to_have_count(0, timeout=PATIENCE)
    await expect(visitor.mine).to_have_text(["我接受这个报价"])
    await expect(visitor.bubbles).to_have_count(3)
    await visitor.settled()
    assert lost == 2
    assert visitor.texts == ["我接受这个报价"]


async def test_an_unsent_message_survives_a_reload(visitor: Visitor) -> None:
    await visitor.page.route("**/chat/turns", lambda route: route.abort())
    await visitor.says("刷新之前说的")
    await expect(visitor.leaving).to_contain_text("未送达")
    await visitor.page.unroute("**/chat/turns")
    await visitor.page.reload()
    await expect(visitor.mine).to_have_text(["刷新之前说的"])
    await expect(visitor.leaving).to_have_count(0)
    assert visitor.texts == ["刷新之前说的"]
    await visitor.settled()


async def test_a_message_taken_before_the_reload_is_not_taken_again(visitor: Visitor) -> None:
    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await visitor.page.route("**/chat/turns", lose, times=1)
    await visitor.says("只算一次")
    await visitor.until("document.querySelectorAll('#log .mine').length === 1")  # by the stream
    await visitor.page.reload()
    await expect(visitor.leaving).to_have_count(0)
    await expect(visitor.mine).to_have_text(["只算一次"])
    await visitor.settled()
    assert visitor.texts == ["只算一次"]


async def test_an_old_unsent_tap_is_not_sent_without_asking(visitor: Visitor) -> None:
    await visitor.page.route("**/chat/turns", lambda route: route.abort())
    await visitor.button("查看报价").tap()
    await expect(visitor.leaving).to_contain_text("未送达")
    await visitor.page.evaluate(
        """() => { for (const key of Object.keys(localStorage).filter((key) => key.startsWith("zq.unsent"))) {
            const turn = JSON.parse(localStorage[key]);
            localStorage[key] = JSON.stringify({ ...turn, at: turn.at - 24 * 3600 * 1000 });
        } }"""
    )
    await visitor.page.unroute("**/chat/turns")
    await visitor.page.reload()
    await expect(visitor.leaving).to_contain_text("上次没有送达")
    await visitor.leaving.get_by_role("button", name="移除").tap()
    await expect(visitor.leaving).to_have_count(0)
    assert visitor.texts == []


async def test_a_failed_turn_is_tried_again_by_itself(visitor: Visitor) -> None:
    visitor.engine.failures = 1
    await visitor.says("你好")
    await expect(visitor.leaving).to_contain_text("正在自动重试")
    await expect(visitor.mine).to_have_text(["你好"])
    await expect(visitor.leaving).to_have_count(0)
    assert visitor.texts == ["你好"]


async def test_who_is_too_fast_is_told_and_sent_later(visitor: Visitor) -> None:
    visitor.engine.too_fast = True
    await visitor.says("你好")
    await expect(visitor.leaving).to_contain_text("稍后自动重发")
    await expect(visitor.mine).to_have_text(["你好"])
    assert visitor.texts == ["你好"]


async def test_a_lost_session_is_told_and_a_reload_begins_anew(visitor: Visitor) -> None:
    await visitor.page.context.clear_cookies()
    await visitor.says("你好")
    await expect(visitor.page.locator("#banner")).to_contain_text("会话已失效")
    await visitor.page.get_by_role("button", name="刷新").tap()
    await expect(visitor.mine).to_have_text(["你好"])
    assert len(visitor.engine.lines) == 2


async def test_a_message_missed_between_two_is_fetched(visitor: Visitor) -> None:
    await visitor.page.route("**/chat/stream*", lambda route: route.abort())
    await visitor.page.reload()
    await expect(visitor.bubbles).to_have_count(1)
    visitor.engine.push(visitor.address, Reply("没有响铃的消息"))
    await visitor.says("你好")
    await expect(visitor.bubbles).to_have_text(["主菜单您好，这里是债权通，为 FTX 债权人提供债权登记、进度查询和报价服务。\n您想办理哪一项？登记债权查询债权状态查看报价转人工", "没有响铃的消息", "你好", "收到：你好\n请从下面选择，或直接用一句话告诉我您想做什么。登记债权查询债权状态查看报价转人工"])  # fmt: skip


# ------------------------------------------------------------------------------------------ files


async def test_a_file_goes_up_and_stays_in_the_history(visitor: Visitor) -> None:
    await visitor.page.locator("#files").set_input_files([PICTURE])
    await expect(visitor.mine).to_have_text(["余额截图.png"])
    await expect(visitor.page.locator("#attach")).to_have_class("round wanted")
    await expect(visitor.page.locator("#files")).to_have_attribute("accept", "image/*,application/pdf")
    file = visitor.engine.taken[-1].file
    assert file is not None
    assert (file.name, file.content) == (PICTURE["name"], PICTURE["buffer"])
    assert not [url for url in visitor.asked if "name" in url.partition("?")[2]], "a name in an address gets logged"


async def test_an_upload_shows_its_progress_and_can_be_cancelled(visitor: Visitor) -> None:
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.abort()

    await visitor.page.route("**/chat/files*", hold)
    await visitor.page.locator("#files").set_input_files([PICTURE])
    await expect(visitor.leaving.get_by_role("progressbar", name="余额截图.png 的上传进度")).to_be_visible()
    await visitor.leaving.get_by_role("button", name="取消上传 余额截图.png").tap()
    await expect(visitor.leaving).to_have_count(0)
    held.set()
    await visitor.says("算了")
    await expect(visitor.mine).to_have_text(["算了"])
    assert visitor.texts == ["算了"]


async def test_a_file_on_its_way_survives_a_reload(visitor: Visitor) -> None:
    await visitor.page.route("**/chat/files*", lambda route: route.abort())
    await visitor.page.locator("#files").set_input_files([PICTURE])
    await expect(visitor.leaving).to_contain_text("未送达")
    await visitor.page.unroute("**/chat/files*")
    await visitor.page.reload()
    await expect(visitor.mine).to_have_text(["余额截图.png"])
    file = visitor.engine.taken[-1].file
    assert file is not None
    assert file.content == PICTURE["buffer"]


async def test_a_file_too_large_is_told_at_once(visitor: Visitor, tmp_path: Path) -> None:
    (tmp_path / "大文件.pdf").write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    await visitor.page.locator("#files").set_input_files(tmp_path / "大文件.pdf")
    await expect(visitor.page.locator(".aside")).to_have_text("“大文件.pdf”太大，没有发送。单个文件最大 10 MB。")
    assert len(visitor.engine.taken) == 1


@pytest.mark.parametrize("way", ["drop", "paste"])
async def test_dropped_and_pasted_files_are_shown_before_they_go(visitor: Visitor, way: str) -> None:
    give = """(way) => {
        const given = new DataTransfer();
        given.items.add(new File(["一"], "对账单.pdf", { type: "application/pdf" }));
        given.items.add(new File(["二"], "证明.png", { type: "image/png" }));
        const kind = way === "drop" ? DragEvent : ClipboardEvent;
        dispatchEvent(new kind(way, { dataTransfer: given, clipboardData: given, bubbles: true, cancelable: true }));
    }"""
    await visitor.page.evaluate(give, way)
    tray = visitor.page.locator("#tray")
    await expect(tray).to_contain_text("要发送这 2 个文件吗？")
    assert len(visitor.engine.taken) == 1
    await tray.get_by_role("button", name="取消").tap()
    await expect(tray).to_be_hidden()
    await visitor.page.evaluate(give, way)
    await tray.get_by_role("button", name="发送").tap()
    await expect(visitor.mine).to_have_text(["对账单.pdf", "证明.png"])


# ------------------------------------------------------------------------------------------ where one reads


async def test_older_messages_come_as_one_scrolls_up(visitor: Visitor) -> None:
    for number in range(2, 131):
        visitor.engine._add(visitor.address, False, Reply(f"第 {number} 条"))
    await visitor.page.reload()
    await expect(visitor.bubbles).to_have_count(40)
    await expect(visitor.bubbles.last).to_be_in_viewport()
    await visitor.page.locator("#talk").evaluate("(talk) => (talk.scrollTop = 0)")
    await expect(visitor.bubbles).to_have_count(80)
    await expect(visitor.page.locator("[data-seq='91']")).to_be_in_viewport()  # what was read stays where it was
    for _page in range(2):
        await visitor.page.locator("#talk").evaluate("(talk) => (talk.scrollTop = 0)")
        await visitor.until("document.querySelector('[data-seq]').dataset.seq < 51")
    await expect(visitor.bubbles).to_have_count(130)
    shown = await visitor.page.locator("[data-seq]").evaluate_all("(nodes) => nodes.map((node) => +node.dataset.seq)")
    assert shown == list(range(1, 131))


async def test_who_reads_further_up_is_told_of_news_and_not_moved(meet: Meet) -> None:
    visitor = await meet(reduced_motion="reduce")
    await visitor.comes()
    visitor.engine.reply = lambda turn: Reply("很长的说明。\n" * 60)
    await visitor.says("长")
    await expect(visitor.bubbles).to_have_count(3)
    await visitor.page.locator("#talk").evaluate("(talk) => (talk.scrollTop = 0)")
    await expect(visitor.page.get_by_role("button", name="回到最新消息")).to_be_visible()
    visitor.engine.push(visitor.address, Reply("推送一"))
    visitor.engine.push(visitor.address, Reply("推送二"))
    pill = visitor.page.get_by_role("button", name="2 条新消息")
    await expect(pill).to_be_visible()
    assert await visitor.page.locator("#talk").evaluate("(talk) => talk.scrollTop") == 0
    await pill.tap()
    await expect(visitor.bubbles.last).to_be_in_viewport()
    await expect(visitor.page.locator("#newer")).to_be_hidden()


async def test_a_long_answer_is_shown_from_its_first_line(visitor: Visitor) -> None:
    visitor.engine.reply = lambda turn: Reply("很长的说明。\n" * 60, title="标题", choices=((Choice("好的", "~ok"),),))
    await visitor.says("长")
    await expect(visitor.page.locator(".title", has_text="标题")).to_be_in_viewport()
    await expect(visitor.page.locator("#quick .chip")).to_have_text(["好的"])  # its buttons are out of sight
    await visitor.page.locator("#quick .chip").tap()
    await expect(visitor.mine.last).to_have_text("好的")


async def test_the_composer_stays_above_the_keyboard(visitor: Visitor) -> None:
    await visitor.taps("登记债权", then="您在哪一家")
    await visitor.page.set_viewport_size({"width": 390, "height": 430})
    await expect(visitor.page.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    await expect(visitor.page.locator("#send")).to_be_in_viewport(ratio=1)
    await expect(visitor.button("取消填写")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_nothing_overflows(meet: Meet, width: int) -> None:
    visitor = await meet(viewport={"width": width, "height": 700})
    await visitor.comes()
    await visitor.says("~submit")
    await expect(visitor.bubbles).to_have_count(3)
    await visitor.says("a" * 300)
    await expect(visitor.bubbles).to_have_count(5)
    wide = await visitor.page.evaluate(
        "[document.documentElement, document.getElementById('talk')].map((box) => box.scrollWidth - box.clientWidth)"
    )
    assert wide == [0, 0]
    small = await visitor.page.evaluate(
        """[...document.querySelectorAll("button:not(:disabled), a, summary")]
           .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 32)
           .map((node) => node.outerHTML)"""
    )
    assert [one for one in small if "http" not in one] == []


# ------------------------------------------------------------------------------------------ for every eye and ear

CONTRAST = """() => {
    const channel = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const over = (colours) => {
        paint.clearRect(0, 0, 1, 1);
        for (const colour of colours) { paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1); }
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const bad = [];
    for (const node of document.querySelectorAll(".app *")) {
        const words = node.placeholder || [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
        if (!words || !node.checkVisibility() || node.closest(":disabled, .unseen")) continue;
        const grounds = [];
        for (let up = node; up; up = up.parentElement) grounds.unshift(getComputedStyle(up).backgroundColor);
        const ink = getComputedStyle(node, node.placeholder && !node.value ? "::placeholder" : null).color;
        const [a, b] = [light(over(grounds)), light(over([...grounds, ink]))].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) bad.push([node.className || node.id, node.textContent.slice(0, 20), Math.round(ratio * 100) / 100]);
    }
    return bad;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_can_be_read_by_day_and_by_night(meet: Meet, scheme: str) -> None:
    visitor = await meet(color_scheme=scheme)
    await visitor.comes()
    ground = await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(", "))) < 200) is (scheme == "dark")
    await visitor.page.locator(".safety summary").click()
    await visitor.taps("登记债权", then="您在哪一家")
    assert await visitor.page.evaluate(CONTRAST) == []
    await visitor.taps("取消填写", then="收到")
    await visitor.says("~submit")
    await expect(visitor.bubbles.last).to_contain_text("下载")
    visitor.engine.push(visitor.address, Reply("推送", title="通知标题", notice="offer_new"))
    await expect(visitor.bubbles.last).to_contain_text("推送")
    await visitor.page.route("**/chat/turns", lambda route: route.abort())
    await visitor.page.route("**/chat/messages*", lambda route: route.abort())
    await visitor.page.context.set_offline(True)
    await visitor.page.get_by_role("textbox").fill("离线时说的")
    assert await visitor.page.evaluate(CONTRAST) == []
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("#banner")).to_be_visible()
    await expect(visitor.leaving).to_contain_text("未送达")
    assert await visitor.page.evaluate(CONTRAST) == []


async def test_the_keyboard_alone_is_enough(meet: Meet) -> None:
    visitor = await meet(viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False)
    await visitor.comes()
    page = visitor.page

    async def focused() -> str:
        return str(
            await page.evaluate(
                "document.activeElement.matches('button, textarea, a') ? document.activeElement.textContent || document.activeElement.id : ''"
            )
        )

    async def tab_to(wanted: str) -> None:
        for _step in range(30):
            await page.keyboard.press("Tab")
            if wanted in await focused():
                ring = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                shadow = await page.evaluate("getComputedStyle(document.activeElement.parentElement).boxShadow")
                assert ring != "none" or shadow != "none", f"{wanted}: the focus cannot be seen"
                return
        pytest.fail(f"{wanted} cannot be reached")

    await tab_to("登记债权")
    await page.keyboard.press("Enter")
    await expect(visitor.bubbles.last).to_contain_text("您在哪一家")
    await visitor.until("document.activeElement.dataset.token === '~com'")  # the focus goes on with the talk
    await page.keyboard.press("Space")
    await expect(visitor.bubbles.last).to_contain_text("多少美元")
    await tab_to("text")
    await page.keyboard.type("68000")
    await page.keyboard.press("Enter")
    await expect(visitor.bubbles.last).to_contain_text("请上传")
    assert await focused() == "text"
    assert [turn.choice or turn.text for turn in visitor.engine.taken[1:]] == ["claims.file", "~com", "68000"]


async def test_a_screen_reader_hears_who_says_what(visitor: Visitor) -> None:
    page = visitor.page
    log = page.get_by_role("log", name="对话记录")
    await expect(log).to_have_attribute("aria-live", "polite")
    await visitor.says("你好")
    await expect(visitor.bubbles).to_have_count(3)
    await expect(log).to_contain_text("债权通：")
    await expect(log).to_contain_text("您：你好")
    assert await page.locator("h1").count() == 1
    for name in ("切换语言", "主菜单", "发送文件或照片", "发送"):
        await expect(page.get_by_role("button", name=name, exact=True).first).to_be_visible()
    await expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()
    nameless = await page.evaluate(
        """[...document.querySelectorAll("button, a, input:not([aria-hidden]), textarea, [role=group]")]
           .filter((node) => node.checkVisibility() && node.role !== "group")
           .filter((node) => !(node.textContent.trim() || node.ariaLabel)).map((node) => node.outerHTML)"""
    )
    assert nameless == []


async def test_the_promise_of_safety_stands_on_top(visitor: Visitor) -> None:
    strip = visitor.page.locator(".safety")
    await expect(strip).to_contain_text("密码、助记词或双重验证码")
    await strip.locator("summary").tap()
    await expect(strip.locator("p")).to_be_visible()
    await strip.get_by_role("button", name="防骗提示").tap()
    await expect(visitor.mine).to_have_text(["防骗提示"])
    assert visitor.engine.taken[-1].choice == "welcome.safety"


async def test_the_ways_always_stand_at_hand(visitor: Visitor) -> None:
    chips = visitor.page.get_by_role("group", name="快捷回复").get_by_role("button")
    await expect(chips).to_have_text(["主菜单", "查询进度", "查看要约", "转人工"])
    await chips.nth(1).tap()
    await expect(visitor.mine).to_have_text(["查询进度"])
    assert visitor.engine.taken[-1].choice == "claims.status"


async def test_calm_motion_and_forced_colours_leave_it_usable(meet: Meet) -> None:
    visitor = await meet(reduced_motion="reduce", forced_colors="active")
    await visitor.comes()
    await visitor.taps("登记债权", then="您在哪一家")
    moving = await visitor.page.evaluate(
        "[...document.querySelectorAll('.bubble')].filter((node) => parseFloat(getComputedStyle(node).animationDuration) > 0.01).length"
    )
    assert moving == 0
    border = await visitor.page.evaluate("getComputedStyle(document.querySelector('.choice')).borderTopStyle")
    assert border == "solid"


async def test_without_kept_storage_one_can_still_talk(meet: Meet) -> None:
    visitor = await meet()
    await visitor.page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage", "indexedDB"])
             Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });"""
    )
    await visitor.comes()
    await visitor.says("你好")
    await expect(visitor.mine).to_have_text(["你好"])
    await visitor.page.locator("#files").set_input_files([PICTURE])
    await expect(visitor.mine.last).to_have_text("余额截图.png")


async def test_a_hidden_page_counts_what_came(visitor: Visitor) -> None:
    await visitor.page.evaluate(
        """() => { let hidden = true;
             Object.defineProperty(document, "hidden", { get: () => hidden, set: (value) => (hidden = value) }); }"""
    )
    visitor.engine.push(visitor.address, Reply("推送"))
    await expect(visitor.page).to_have_title("(1) 债权通")
    await visitor.page.evaluate("document.hidden = false; document.dispatchEvent(new Event('visibilitychange'))")
    await expect(visitor.page).to_have_title("债权通")


async def test_that_somebody_types_is_told_only_where_a_ticket_is_and_without_a_word(visitor: Visitor) -> None:
    told: list[str] = []

    async def hears(_channel: str, address: str) -> bool:
        told.append(address)
        return True

    visitor.engine.typing.hears = hears
    await visitor.comes()
    box = visitor.page.get_by_role("textbox")
    await box.fill("我想问一下")
    assert "/chat/typing" not in " ".join(visitor.asked), "nobody has a ticket of his"
    visitor.engine.reply = lambda turn: Reply("已转给客服", copies=(Copyable("工单编号", "KF-2M7QX4T"),))
    await visitor.says("转人工")
    await expect(visitor.bubbles.last).to_contain_text("已转给客服")
    async with visitor.page.expect_response("**/chat/typing") as hint:
        await box.press_sequentially("还有")
    assert (await hint.value).request.post_data is None
    assert set(told) == {visitor.address}
    assert visitor.faults == []
