"""A creditor on the web chat and one on Telegram, an agent at the web desk: files, changed words, what failed, the clock, a rating.

What the desk shows is left under build/desk.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FilePayload
from pydantic import SecretStr

from bot.settings import Settings
from tests.claims.filing import pdf, png
from tests.fakes.botapi import TOKEN, BotApi
from tests.journeys.agent import Agent, till_somebody_sits_there
from tests.journeys.indoors import Indoors
from tests.journeys.product import ROOT
from tests.journeys.side import Side
from tests.journeys.telegram import Chatter
from tests.journeys.webchat import Visitor
from tests.person import FakeClock
from tests.ports import free_port

PICTURES = ROOT / "build" / "desk"
STEPS, SHOT = pdf("步骤"), png(5)
PAPER = FilePayload(name="操作步骤.pdf", mimeType="application/pdf", buffer=STEPS)
ANGRY = "垃圾平台，KYC 卡了三个月没人理！邮箱 wang.er@mail.example"

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


async def _asks(side: Side) -> str:
    """Come, ask for a person in words, say what it is about; the ticket's number."""
    await side.comes()
    await side.says("转人工")
    screen = await side.says(ANGRY)
    (number,) = screen.copies
    return number


async def _agrees_and_sends(side: Side, number: str) -> None:
    """A file for the agent: it needs a consent of its own, and then goes with a few words."""
    await side.taps(f"support.ask:{number}")
    (await side.sends("页面.png", SHOT)).sees("同意")
    await side.taps("welcome.consent:identity_papers")
    await side.taps("welcome.consent:identity_papers.*")
    await side.taps(f"support.ask:{number}")
    await side.sends("页面.png", SHOT)
    (await side.says("这是现在的页面")).sees(number)


async def _goes_on(house: Indoors, side: Side, agent: Agent, number: str) -> None:
    """From the queue to the rating."""
    await agent.sees(".list", number)
    await agent.opens(number)
    await agent.sees(".said", "KYC 卡了三个月没人理")
    assert "wang.er" not in await agent.page.locator("#desk").inner_text()
    # nobody answers: the clock runs, reminds, and hands it up, each once
    house.passes(hours=3)
    await house.works()
    (await side.told()).sees(number)
    await agent.sees(".said.event", "升级")
    assert await agent.page.locator(".said.event", has_text="升级").count() == 1
    await agent.does("take")
    await agent.answers("三月五日截止，步骤见附件。", PAPER)
    await house.works()
    (await side.told()).sees("三月五日截止，步骤见附件。", agent.name, number)
    (await side.told()).sees("附件")
    await agent.sees(".said.ours .way", "已送达")


async def _ends(house: Indoors, side: Side, agent: Agent, number: str) -> None:
    await agent.does("solve")
    await agent.sees(".talk h1", "已解决")
    await house.works()
    (await side.told()).sees(number)
    (await side.taps(f"support.score:{number}.5")).sees("谢谢")
    await agent.sees(".said.event", "评分 · 5 / 5")
    assert agent.faults == []


async def test_on_the_web_chat(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    settings = Settings(database_url=sqlite_url, var=tmp_path / "var", port=0)
    async with Indoors(settings, clock) as house:
        await till_somebody_sits_there(house)
        async with Visitor(house.base, "zh-CN") as visitor, Agent(house, "mei", "agent", PICTURES / "web") as agent:
            number = await _asks(visitor)
            await _goes_on(house, visitor, agent, number)
            assert await visitor.types()
            await agent.sees(".types", "对方正在输入…")
            assert await visitor.paper() == STEPS
            await _agrees_and_sends(visitor, number)
            await agent.sees(".said .paper", "*.png")
            await agent.does("reveal", "核对页面截图")
            await agent.sees(".said .paper a", "页面.png")
            async with agent.page.context.expect_page() as coming:
                await agent.page.locator(".said .paper a", has_text="页面.png").click()
            shown = await coming.value
            assert await shown.locator("img").evaluate("img => img.naturalWidth") == 1
            await shown.close()
            await agent.picture("revealed")
            await _ends(house, visitor, agent, number)
            await agent.picture("rated")


async def test_on_telegram(sqlite_url: str, tmp_path: Path, api: BotApi, clock: FakeClock) -> None:
    port = free_port()
    settings = Settings(
        database_url=sqlite_url, var=tmp_path / "var", port=port, telegram_token=SecretStr(TOKEN), telegram_api_base=api.base,
        telegram_webhook_secret=SecretStr("a-secret-of-the-webhook"), public_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    async with Indoors(settings, clock) as house:
        await api.until(lambda: api.webhook)
        await till_somebody_sits_there(house)
        chatter = Chatter(api, 7002, "zh-hans")
        async with Agent(house, "mei", "agent", PICTURES / "telegram", dark=True) as agent:
            number = await _asks(chatter)
            await _goes_on(house, chatter, agent, number)
            assert await chatter.paper() == STEPS
            # the agent changes his words: the creditor reads the new ones where the old ones stood
            await agent.changes("三月五日截止", "三月十五日截止，步骤见附件。")
            await house.works()
            await chatter._person.hears()
            assert any("三月十五日截止" in message.text for message in chatter._person.messages)
            assert not any("三月五日截止" in message.text for message in chatter._person.messages)
            # the creditor changes his: the agent reads both
            asked = next(message for message in api.chats[7002] if message.text == ANGRY)
            edited = {
                **chatter._person._message(text="KYC 卡了三个月，邮箱换过了"),
                "message_id": asked.id,
                "edit_date": 1,
            }
            await api.update(edited_message=edited)
            (await chatter.told()).sees(number)
            await agent.sees(".said:not(.ours):not(.event)", "邮箱换过了")
            await agent.sees(".said:not(.ours):not(.event) .who", "已修改")
            # the creditor blocks the bot: the agent is told at the line, with the reason
            await chatter._person.blocks()
            await agent.opens(number)  # he has read what is new
            await agent.answers("还有什么可以帮您？")
            await house.works()
            await agent.sees(".said.ours .way", "未送达：债权人已停用该渠道")
            await agent.picture("not-sent")
            await chatter._person.blocks(again=True)
            await house.works()
            (await chatter.told()).sees("还有什么可以帮您？")
            await _ends(house, chatter, agent, number)
