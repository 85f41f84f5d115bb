"""A creditor on Telegram and one on the web chat, an agent in a topic of the desk's group: from the question to the rating.

Words and files both ways, edits, what could not be delivered, the clock, settled and rated. Nothing is
read twice, nothing is missing, and what is personal is not in the group.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import Settings
from storage import agents, topics
from tests.claims.filing import pdf, png
from tests.fakes.botapi import TOKEN, BotApi, Group, Member, Message
from tests.journeys.indoors import Indoors
from tests.journeys.side import Side
from tests.journeys.telegram import Chatter
from tests.journeys.webchat import Visitor
from tests.person import FakeClock
from tests.ports import free_port

STEPS, SHOT = pdf("步骤"), png(5)
ASKED = "你们到底管不管？KYC 卡了三个月没人理，我要投诉！护照 E12345678，邮箱 wang.er@mail.example"
SECRETS = ("E12345678", "wang.er")

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("catalogues")]


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


class Desk:
    """An agent in the group, and what stands in the topic of one ticket."""

    def __init__(self, house: Indoors, api: BotApi) -> None:
        self.house = house
        self.api = api
        self.group: Group = api.forum()
        self.alone = api.person(900)
        self.agent: Member = self.group.member(900, name="Mei", admin=True)
        self.number = ""

    async def opens(self) -> None:
        """The group becomes the desk, and the agent is somebody there."""
        database, now = self.house.database, self.house.clock.now()
        await self.agent.writes(None, f"/desk {await topics.code_for_group(database, now)}")
        await agents.add(database, "mei", "agent", now)
        await self.alone.says(f"/bind {await topics.code_for_agent(database, 'mei', now)}")
        await self.settles()
        assert "已设为客服群" in self.group.read(None)[-1].text
        assert "已绑定客服账号 mei" in self.alone.messages[-1].text

    async def settles(self) -> None:
        """All that is owed on either side goes out."""
        for _round in range(3):  # what could not be delivered is new in the ticket, and so is what followed
            await self.house.works()
        self.house.passes(seconds=20)
        await self.house.works()

    async def types(self, text: str) -> int:
        """Something in the topic."""
        message = await self.agent.writes(self.group.named(self.number), text)
        await self.settles()
        return message

    def sees(self, *words: str) -> Message:
        """The newest message of the topic with all of these words."""
        read = self.group.read(self.group.named(self.number))
        found = [message for message in read[1:] if all(word in message.text for word in words)]
        assert found, (words, [message.text for message in read])
        return found[-1]

    def count(self, words: str) -> int:
        """How many messages say this."""
        return sum(words in message.text for message in self.group.read(self.group.named(self.number))[1:])


def _settings(url: str, folder: Path, api: BotApi) -> Settings:
    port = free_port()
    return Settings(
        database_url=url, var=folder / "var", port=port, telegram_token=TOKEN,  # type: ignore[arg-type]
        telegram_api_base=api.base, telegram_webhook_secret="a-secret-of-the-webhook",  # type: ignore[arg-type]
        public_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip


async def _asks(side: Side, desk: Desk) -> None:
    """Come, ask for a person in words; nobody answers, and the clock goes its way."""
    await side.comes()
    await side.says("转人工")
    screen = await side.says(ASKED)
    (desk.number,) = screen.copies
    await desk.settles()
    topic = desk.group.named(desk.number)
    assert len(topic.pinned) == 1
    desk.sees("👤 债权人", "KYC 卡了三个月没人理")
    desk.house.passes(days=1, hours=3)
    await desk.settles()
    (await side.told()).sees(desk.number)
    assert desk.count("‼ 已升级") == 1
    assert desk.count("⏰ 答复时限已过四分之三") == 1
    assert topic.icon == "‼"


async def _talks(side: Side, desk: Desk) -> None:
    """Words both ways; an answer is corrected; a file to the creditor and one from him."""
    topic = desk.group.named(desk.number)
    message = await desk.types("三月五日截止，步骤见附件。")
    (await side.told()).sees("三月五日截止", "mei", desk.number)
    assert topic.icon == "✍"
    assert "mei" in topic.name
    await desk.agent.edits(topic, message, "三月十五日截止，步骤见附件。")
    await desk.settles()
    # a chat shows the new words where the old ones stood; the page says that they stand there
    (await side.told()).sees("三月十五日截止" if isinstance(side, Chatter) else "客服更改")
    await desk.types("// 他上周来过电话")
    await desk.agent.sends_document(topic, "操作步骤.pdf", STEPS, caption="请看附件。")
    await desk.settles()
    (await side.told()).sees("请看附件。")
    (await side.told()).sees("附件")
    assert await side.paper() == STEPS
    await side.taps(f"support.ask:{desk.number}")
    (await side.says("看到了，谢谢")).sees(desk.number)
    await desk.settles()
    desk.sees("👤 债权人", "看到了，谢谢")


async def _sends_a_file(side: Side, desk: Desk) -> None:
    """It needs a consent of its own; in the group stands that it came, the agent alone sees it, for a reason."""
    await side.taps(f"support.ask:{desk.number}")
    (await side.sends("王二的护照.png", SHOT)).sees("同意")
    await side.taps("welcome.consent:identity_papers")
    await side.taps("welcome.consent:identity_papers.*")
    await side.taps(f"support.ask:{desk.number}")
    await side.sends("王二的护照.png", SHOT)
    (await side.says("这是现在的页面")).sees(desk.number)
    await desk.settles()
    desk.sees("这是现在的页面", "📎 *.png")
    before = len(desk.alone.messages)
    await desk.types("/reveal 核对页面截图")
    words, paper = desk.alone.messages[before:]
    assert all(secret in words.text for secret in SECRETS)
    assert paper.document == ("王二的护照.png", SHOT)
    assert paper.protected


async def _ends(side: Side, desk: Desk) -> None:
    """Settled, rated, and seen to be so."""
    card = desk.group.read(desk.group.named(desk.number))[0]
    await desk.agent.taps(card, "已解决")
    await desk.settles()
    desk.sees("已标为已解决")
    assert desk.group.named(desk.number).icon == "✅"
    (await side.told()).sees(desk.number)
    (await side.taps(f"support.score:{desk.number}.5")).sees("谢谢")
    await desk.settles()
    desk.sees("评分：5 / 5")
    told = [message.text for message in desk.group.read(desk.group.named(desk.number))]
    assert not [secret for secret in (*SECRETS, "王二") if any(secret in text for text in told)]
    assert len(desk.group.topics) == 1
    assert not any("他上周来过电话" in screen.words for screen in side.heard), "a note never goes out"


async def test_on_telegram(sqlite_url: str, tmp_path: Path, api: BotApi, clock: FakeClock) -> None:
    async with Indoors(_settings(sqlite_url, tmp_path, api), clock) as house:
        await api.until(lambda: api.webhook)
        house.passes(days=1)  # from a Sunday to Monday, ten in the morning of Beijing
        desk, chatter = Desk(house, api), Chatter(api, 7003, "zh-hans")
        await desk.opens()
        await _asks(chatter, desk)
        await _talks(chatter, desk)
        await _sends_a_file(chatter, desk)
        # the creditor changes his words: the message in the topic reads as his does
        asked = next(message for message in api.chats[7003] if message.text == ASKED)
        edited = {**chatter._person._message(text="KYC 卡了四个月"), "message_id": asked.id, "edit_date": 1}
        await api.update(edited_message=edited)
        await desk.settles()
        (await chatter.told()).sees(desk.number)
        desk.sees("（已修改）", "KYC 卡了四个月")
        assert desk.count("KYC 卡了三个月") == 0
        # he blocks the bot: the agent is told at once, with the reason; and again when it arrives after all
        await chatter._person.blocks()
        await desk.types("还有什么可以帮您？")
        desk.sees("⚠ 答复没有送达", "对方已停用或屏蔽该渠道")
        assert desk.group.named(desk.number).icon == "⁉"
        await chatter._person.blocks(again=True)
        await desk.settles()
        desk.sees("没有送达的答复已重新发送")
        (await chatter.told()).sees("还有什么可以帮您？")
        await _ends(chatter, desk)
        refused = [call.refused for call in api.calls if call.refused]
        assert refused == [403], "nothing but what was sent to somebody who had blocked the bot"


async def test_on_the_web_chat(sqlite_url: str, tmp_path: Path, api: BotApi, clock: FakeClock) -> None:
    async with Indoors(_settings(sqlite_url, tmp_path, api), clock) as house:
        await api.until(lambda: api.webhook)
        house.passes(days=1)  # from a Sunday to Monday, ten in the morning of Beijing
        desk = Desk(house, api)
        await desk.opens()
        async with Visitor(house.base, "zh-CN") as visitor:
            await _asks(visitor, desk)
            await _talks(visitor, desk)
            await _sends_a_file(visitor, desk)
            await _ends(visitor, desk)
