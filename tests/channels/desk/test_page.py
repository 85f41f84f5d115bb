"""The desk's page in a real Chromium: an agent signs in, answers with the keyboard, and meets another agent; a claim is reviewed."""

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from storage import agents
from storage.database import Database
from tests.channels.desk.conftest import DeskAt
from tests.claims import filing
from tests.person import FakeClock, Person
from tests.support.test_told import told

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip
DESK: ViewportSize = {"width": 1440, "height": 900}
#: a busy machine is no fault
PATIENCE = 20_000
TABLET: ViewportSize = {"width": 1024, "height": 768}


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert program, "No Chromium here: `make machine` installs it."
    expect.set_options(timeout=30_000)  # a busy machine is slow now and then
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=program, args=SWITCHES)
        yield browser
        await browser.close()


class Sitting:
    """One agent before the page."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.faults: list[str] = []
        self._pictures = pictures
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)

    async def picture(self, name: str) -> None:
        """What the screen shows."""
        await self.page.screenshot(path=self._pictures / f"{name}.png")

    async def comes(self, desk: DeskAt, name: str, role: str) -> None:
        """By the link, with the code of a phone that has just read the key."""
        await self.page.goto(str(desk.server.make_url(await desk.link(name, role))))
        await self.picture(f"door-{name}")
        await self.page.locator("input[name=code]").fill(await desk.code(await self.page.content()))
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator(".list")).to_be_visible()
        assert "token" not in self.page.url


async def _sits(
    chromium: Browser,
    desk: DeskAt,
    pictures: Path,
    name: str,
    role: str = "agent",
    *,
    viewport: ViewportSize = DESK,
    dark: bool = False,
    locale: str = "zh-CN",
) -> Sitting:
    context = await chromium.new_context(
        viewport=viewport, locale=locale, timezone_id="Asia/Shanghai", color_scheme="dark" if dark else "light"
    )
    sitting = Sitting(await context.new_page(), pictures)
    await sitting.comes(desk, name, role)
    return sitting


async def _asks(person: Person, text: str) -> str:
    await person.taps_token("support.ask")
    await person.says(text)
    return person.reply.copies[0].value


async def test_an_answer_by_the_keyboard_alone(chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path) -> None:
    agent = await _sits(chromium, desk, tmp_path, "li.na")
    page = agent.page
    await expect(page.locator(".list")).to_contain_text("没有等待处理的工单")
    number = await _asks(person, "KYC 一直显示 On Hold <img src=x onerror=alert(1)>，邮箱 zhang.san@mail.example")
    await expect(page.locator(".row")).to_contain_text(number)  # by itself: nobody reloaded
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator(".said")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(page.locator("#desk")).not_to_contain_text("zhang.san")
    await page.keyboard.press("r")
    await page.keyboard.type("请把 KYC 页面的截图发来。")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".read-back")).to_contain_text("—— 客服 li.na")
    await agent.picture("read-back")
    assert await person.pushed("ticket") == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".said.ours")).to_contain_text("请把 KYC 页面的截图发来。")
    assert len(await person.pushed("ticket")) == 1
    await page.keyboard.press("?")
    await expect(page.locator("dialog")).to_contain_text("下一个 / 上一个")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await page.keyboard.type("已经查过登记册")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".said.note")).to_contain_text("已经查过登记册")
    await agent.picture("answered")
    assert len(await person.pushed("ticket")) == 1
    assert agent.faults == []


async def test_a_link_on_another_site_leads_in(chromium: Browser, desk: DeskAt) -> None:
    page = await (await chromium.new_context()).new_page()
    link = desk.server.make_url(await desk.link("li.na"))
    await page.goto(f"data:text/html,<a href='{link}'>mail</a>")
    await page.locator("a").click()
    await expect(page.locator("input[name=code]")).to_be_visible()
    await page.context.close()


async def test_what_was_typed_stays_when_it_is_refused(
    chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path
) -> None:
    number = await _asks(person, "我的债权状态为什么是有争议？")
    agent = await _sits(chromium, desk, tmp_path, "li.na")
    page = agent.page
    await page.locator(f'.row[data-number="{number}"]').click()
    await page.locator('[data-act="hold"]').click()
    await page.locator('dialog [name="text"]').fill("等托管方回复")
    await page.locator('dialog [name="hours"]').fill("0")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog .fault")).to_contain_text("最多 30 天")
    await expect(page.locator('dialog [name="text"]')).to_have_value("等托管方回复")
    await page.locator('dialog [name="hours"]').fill("24")
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator(".row")).to_contain_text("挂起至")
    await expect(page.locator(".card")).to_contain_text("挂起至")
    assert agent.faults == []


async def test_a_ticket_is_found_by_its_number_when_no_queue_holds_it(
    chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path
) -> None:
    number = await _asks(person, "我的债权状态为什么是有争议？")
    agent = await _sits(chromium, desk, tmp_path, "li.na")
    page = agent.page
    await page.locator(f'.row[data-number="{number}"]').click()
    await page.locator('[data-act="close"]').click()
    await expect(page.locator(".list")).to_contain_text("没有等待处理的工单")
    await page.reload()
    await expect(page.locator(".talk")).to_contain_text("从左边选一个工单")
    await page.keyboard.press("/")
    await page.keyboard.type("KF-0000000")
    await page.keyboard.press("Enter")
    await expect(page.locator(".strip")).to_contain_text("没有找到")
    await page.locator(".finder").fill(number.lower())
    await page.keyboard.press("Enter")
    await expect(page.locator(".talk h1")).to_contain_text("已结束")
    assert agent.faults == []


async def test_who_is_put_out_sees_nothing_any_more(
    chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path
) -> None:
    number = await _asks(person, "我的债权状态为什么是有争议？")
    agent = await _sits(chromium, desk, tmp_path, "li.na")
    page = agent.page
    await page.locator(f'.row[data-number="{number}"]').click()
    await expect(page.locator(".said")).to_contain_text("有争议")
    await agents.end_sessions(desk.database, "li.na", desk.clock.now())
    await expect(page.locator(".cols")).to_have_text("会话已结束，请用新链接登录。")  # by itself
    await expect(page.locator(".said")).to_have_count(0)


async def test_two_agents_at_once(chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path) -> None:
    number = await _asks(person, "我的债权状态为什么是有争议？")
    one = await _sits(chromium, desk, tmp_path, "li.na")
    other = await _sits(chromium, desk, tmp_path, "wang.wu", dark=True, viewport=TABLET, locale="en")
    for sitting in (one, other):
        await sitting.page.locator(f'.row[data-number="{number}"]').click()
        await sitting.page.get_by_role("textbox").last.fill(f"{'甲' if sitting is one else '乙'}的答复")
        await sitting.page.locator('[data-act="go"]').click()
        await expect(sitting.page.locator(".read-back")).to_be_visible()
    await one.page.locator('[data-act="send"]').click()
    await expect(one.page.locator(".said.ours")).to_have_count(1)
    await expect(other.page.locator(".said.ours")).to_contain_text("甲的答复")  # live, while he writes
    await other.page.locator('[data-act="send"]').click()
    await expect(other.page.locator(".warn")).to_contain_text("changed this ticket before you")
    await other.picture("warned")
    assert len(await person.pushed("ticket")) == 1, "nothing went out"
    await other.page.locator('[data-act="send"]').click()
    await expect(other.page.locator(".said.ours")).to_have_count(2)
    assert len(await person.pushed("ticket")) == 2
    assert one.faults == other.faults == []


async def test_a_ready_reply_with_its_gap(chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path) -> None:
    number = await _asks(person, "还需要什么材料？")
    agent = await _sits(chromium, desk, tmp_path, "li.na")
    page = agent.page
    await page.locator(f'.row[data-number="{number}"]').click()
    option = page.locator('#canned option[value^="need_document"]')
    value = await option.get_attribute("value")
    assert value is not None
    await page.locator('.composer input[type="search"]').fill(value)
    await expect(page.locator("textarea")).to_have_value(re.compile(r"\{document\}"))
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".strip")).to_contain_text("花括号")
    await page.locator("textarea").fill("请补交住址证明。")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".read-back")).to_contain_text("住址证明")
    assert agent.faults == []


async def test_a_large_claim_is_reviewed_by_two(
    chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path
) -> None:
    await filing.joins(person)
    claim = await filing.files(person, papers=True)
    await person.taps_token(f"claims.add:{claim}")
    await person.sends_file("照片.png", filing.png(3))
    await person.taps("已上传 1 个文件")
    await person.taps("确认")
    one = await _sits(chromium, desk, tmp_path, "zhou.ba", "senior")
    other = await _sits(chromium, desk, tmp_path, "sun.qi", "supervisor")
    for sitting in (one, other):
        await sitting.page.locator('nav [data-view="claims"]').click()
        await sitting.page.locator(f'.row[data-number="{claim}"]').click()
    page = one.page
    await page.locator('[data-act="evidence"]').click()
    await expect(page.locator("img.shot")).to_have_js_property("naturalWidth", 1)
    await page.locator('[data-act="taken_up"]').click()
    await page.locator("dialog button.main").click()
    await expect(page.locator("h1 .tag")).to_have_text("审核中")
    await page.locator('[data-act="allowed"]').click()
    await page.locator("dialog button.main").click()
    await expect(page.locator(".warn")).to_contain_text("等待第二人批准")
    await one.picture("proposed")
    assert await page.locator('[data-act="second"]').count() == 0, "not by himself"
    await other.page.locator('[data-act="second"]').click()
    await expect(other.page.locator("h1 .tag")).to_have_text("已确认")
    await other.picture("allowed")
    for sitting in (one, other):
        await expect(sitting.page.locator("#desk")).not_to_contain_text("张三")
        assert sitting.faults == []


async def test_a_notice_is_chosen_a_ticket_is_exported_and_the_creditor_types(
    chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path, database: Database, clock: FakeClock
) -> None:
    await filing.joins(person)
    await told(database, clock, await filing.files(person))
    desk.passes(timedelta(hours=2))
    number = await _asks(person, "通知里说的是什么意思？电话 13812345678")
    boss = await _sits(chromium, desk, tmp_path, "wang.wu", "supervisor")
    page = boss.page
    await page.locator(f'.row[data-number="{number}"]').click()
    await page.locator('[data-act="link"]').click()
    await expect(page.locator("dialog li")).to_contain_text("债权状态变化 · 11/22 10:00 · 已送达")
    await page.locator('[data-act="link-notice"]').click()
    await expect(page.locator(".card")).to_contain_text("通知 · 债权状态变化")
    await expect(page.locator(".card")).to_contain_text("现在的状态：审核中")
    await boss.picture("notice")
    await page.locator('[data-act="export"]').click()
    await page.locator("dialog input").fill("监管函 2026-114")
    async with page.expect_download() as download:
        await page.locator("dialog button.main").click()
    exported = await download.value
    assert exported.suggested_filename == f"{number}.json"
    await exported.save_as(tmp_path / "exported.json")
    assert "13812345678" in (tmp_path / "exported.json").read_text(encoding="utf-8")
    while not await page.locator(".types").inner_text():  # the stream may just be opening
        await desk.work.hears(person.channel, person.address)
        await page.wait_for_timeout(300)
    await expect(page.locator(".types")).to_have_text("对方正在输入…")
    await person.taps_token(f"support.ask:{number}")
    await person.says("还有一句")
    await expect(page.locator(".said").last).to_contain_text("还有一句")
    await expect(page.locator(".types")).to_be_empty()
    assert boss.faults == []


async def test_an_auditor_finds_no_button(chromium: Browser, desk: DeskAt, person: Person, tmp_path: Path) -> None:
    number = await _asks(person, "请问进度")
    auditor = await _sits(chromium, desk, tmp_path, "shen.ji", "auditor")
    page = auditor.page
    await page.locator(f'.row[data-number="{number}"]').click()
    await expect(page.locator(".said")).to_contain_text("请问进度")
    assert await page.locator("[data-act]").count() == 0
    assert await page.locator("textarea").count() == 0
    await page.locator('nav [data-view="figures"]').click()
    await expect(page.locator(".plots svg").first).to_be_visible()
    await auditor.picture("figures")
    await page.locator('nav [data-view="claims"]').click()
    await expect(page.locator(".list")).to_contain_text("没有待审核的债权")
    await page.locator('nav [data-view="tickets"]').click()
    await expect(page.locator(".said")).to_contain_text("请问进度")
    assert auditor.faults == []


async def test_named_in_a_note_words_looked_up_figures_and_the_sample_on_a_tablet(
    chromium: Browser, desk: DeskAt, person: Person, visitor: Person, tmp_path: Path
) -> None:
    one = await desk.comes("li.na")
    solved = await _asks(person, "我的 KYC 一直显示 On Hold，已经 30 天了")
    await one.does(f"tickets/{solved}/answer", text="您好。")
    await one.does(f"tickets/{solved}/solve")
    desk.passes(timedelta(days=7))
    mei = await _sits(chromium, desk, tmp_path, "mei", "supervisor", viewport={"width": 820, "height": 1180}, dark=True)
    page = mei.page
    number = await _asks(visitor, "我活不下去了，登记日是哪天？")
    one = await desk.comes("li.na")
    await one.does(f"tickets/{number}/note", text="@mei 请先看这位")
    await expect(page.locator(".row", has_text="提到您")).to_contain_text(number, timeout=PATIENCE)
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page.locator(".distress")).to_contain_text("12356", timeout=PATIENCE)
    await expect(page.locator(".row", has_text="提到您")).to_have_count(0, timeout=PATIENCE)
    await page.keyboard.press("w")
    await page.keyboard.type("record")
    await expect(page.locator(".term")).to_have_count(1, timeout=PATIENCE)  # fewer with every letter
    await expect(page.locator(".term")).to_contain_text("紀錄日期")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator(".composer textarea")).to_have_value("登记日")
    await mei.picture("tablet")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 820, "nothing is cut off"
    await page.keyboard.press("Escape")
    await page.keyboard.press("3")
    await expect(page.locator("figure svg").first).to_be_visible(timeout=PATIENCE)
    assert await page.locator("figure svg").count() == await page.locator("figure table").count()
    await expect(page.locator(".pane")).to_contain_text("截至")
    kept = page.locator("figure", has_text="首次答复按时率").last
    await kept.get_by_role("button").click()
    await expect(kept.locator("table")).to_contain_text("100")
    await mei.picture("figures")
    await page.locator('nav [data-view="quality"]').click()
    await page.locator(f'.drawn[data-number="{solved}"] select').select_option("4")
    await page.locator(f'.drawn[data-number="{solved}"] input').fill("答得清楚")
    await page.keyboard.press("Enter")
    await expect(page.locator(".drawn").first).to_contain_text("4 / 5", timeout=PATIENCE)
    await mei.picture("sample")
    assert mei.faults == []
