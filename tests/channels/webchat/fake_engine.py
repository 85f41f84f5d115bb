"""An engine without a database, for the door and the page.

`python -m tests.channels.webchat.fake_engine` serves the page with it, to look at.
"""

import asyncio
import struct
import sys
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.channels.webchat.door import install
from bot.conversation.bell import Bell, Typing
from bot.conversation.engine import Answer, Engine, Message, TurnFailed
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.conversation.turn import Turn
from bot.settings import Settings

MENU = (
    (Choice("登记债权", "claims.file", "primary"), Choice("查询债权状态", "claims.status")),
    (Choice("查看报价", "offers.list"), Choice("转人工", "support.ask")),
)
RECEIPT = Attachment("登记回执 ZQ-2026-000042.pdf", "application/pdf", b"%PDF-1.4 receipt")


def _picture(width: int, height: int) -> bytes:
    """A PNG of one colour, written by hand."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


CHART = Attachment("比较 ZQ-2026-000042.png", "image/png", _picture(60, 150))


class FakeEngine(Engine):
    """Keeps its promises in memory: the same event twice has one effect, messages are numbered without gaps."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.typing = Typing(self.bell, lambda: 0.0)  # a hint that lasts as long as the test
        self.taken: list[Turn] = []
        self.lines: dict[str, list[Message]] = defaultdict(list)
        self.locales: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        self.failures = 0
        self.too_fast = False
        self.pause = asyncio.Event()
        self.pause.set()
        self.reply: Callable[[Turn], Reply] = sample

    async def take(self, turn: Turn, *, rides: bool) -> Answer:
        """Answer as `reply` says; fail as often as `failures` says."""
        assert rides
        await self.pause.wait()
        if self.failures:
            self.failures -= 1
            raise TurnFailed
        if self.too_fast:
            self.too_fast = False
            return Answer(Reply("太快了"), True, False, "zh_Hans")
        if (seen := self.answers.get(turn.event_id)) is not None:
            return replace(seen, repeated=True)
        if turn.text is not None:
            turn = replace(turn, text=turn.text.encode("utf-8", "replace").decode())  # half an emoji
        self.taken.append(turn)
        locale = self.locales.setdefault(turn.address, (turn.language or "zh-Hans").replace("-", "_"))
        if turn.choice and turn.choice.startswith("language:"):
            locale = self.locales[turn.address] = turn.choice.partition(":")[2]
        added = []
        if turn.file is not None:
            added.append(self._add(turn.address, True, Reply(turn.text or "", title=turn.file.name)))
        elif turn.text:
            added.append(self._add(turn.address, True, Reply(turn.text)))
        reply = self.reply(turn)
        added.append(self._add(turn.address, False, reply))
        answer = self.answers[turn.event_id] = Answer(reply, True, False, locale, tuple(added))
        self.bell.ring(turn.address)
        return answer

    async def history(
        self, channel: str, address: str, *, after: int = 0, before: int | None = None, limit: int = 50
    ) -> list[Message]:
        """As the engine does it."""
        lines = self.lines.get(address, [])
        if before is not None:
            return [line for line in lines if line.seq < before][-limit:]
        return [line for line in lines if line.seq > after][:limit]

    async def locale_of(self, channel: str, address: str) -> str | None:
        """The locale of whoever has spoken."""
        return self.locales.get(address)

    def rewrite(self, address: str, seq: int, reply: Reply) -> None:
        """What the outbox does with words that are changed: in their place, and a line that says where."""
        lines = self.lines[address]
        lines[seq - 1] = replace(lines[seq - 1], reply=reply)
        self.push(
            address, Reply("客服更改了上面的一条答复，请看原处。", replaces=False, notice="ticket", revises=(seq,))
        )

    def push(self, address: str, reply: Reply) -> None:
        """What the outbox does: the history first, then the bell."""
        self._add(address, False, reply)
        self.bell.ring(address)

    def _add(self, address: str, mine: bool, reply: Reply) -> Message:
        lines = self.lines[address]
        message = Message(len(lines) + 1, datetime.now(UTC), mine, reply)  # noqa: TID251 the page compares with its own clock
        lines.append(message)
        return message


def sample(turn: Turn) -> Reply:
    """A little of everything a room may say."""
    if turn.file is not None:
        kept = f"已收到“{turn.file.name}”（{turn.file.size} 字节），已加密保存。可以继续上传，或进入下一步。"
        refused = f"“{turn.file.name}”太大，没有保存。单个文件最大 10 MB。"
        row = (Choice("已上传，下一步", "~review", "primary"), Choice("上一步", "~back"))
        return Reply(refused if turn.file.content is None else kept, title="登记债权 · 第 8 步，共 9 步", choices=(row,), expects="file", accept="image/*,application/pdf")  # fmt: skip
    rows: tuple[tuple[Choice, ...], ...]
    match (turn.choice or turn.command or turn.text or "").split(":")[0]:
        case "claims.file" | "~again":
            text = "您在哪一家注册的账户？如果不确定，请看当年的注册邮件。"
            rows = (
                (Choice("FTX.com（国际站）", "~com"), Choice("FTX US", "~us")),
                (Choice("FTX EU", "~eu"), Choice("FTX Japan", "~jp")),
                (Choice("取消填写", "~cancel", "danger"),),
            )
            return Reply(text, title="登记债权 · 第 1 步，共 9 步", choices=rows, expects="none")
        case "~com" | "~us" | "~eu" | "~jp":
            row = (Choice("上一步", "~again"), Choice("跳过", "~skip"))
            return Reply("申请日（2022 年 11 月 11 日）的账户价值是多少美元？\n只填数字，例如 12345.67。", title="登记债权 · 第 5 步，共 9 步", choices=(row,), expects="amount")  # fmt: skip
        case "~skip" | "68000":
            row = (Choice("上一步", "~com"), Choice("跳过", "~review"))
            return Reply("请上传能证明账户余额的文件：截图、对账单或邮件，图片或 PDF，单个不超过 10 MB。", title="登记债权 · 第 8 步，共 9 步", choices=(row,), expects="file", accept="image/*,application/pdf")  # fmt: skip
        case "~review":
            text = "请逐项核对，确认无误后再提交：\n\n债务人：FTX Trading Ltd.\n类别：5A 类（客户权益债权）\n金额：68,000.00 美元（陆万捌仟美元整）\n居住地：新加坡"
            rows = (
                (Choice("确认提交", "~submit", "primary"),),
                (Choice("修改某一项", "~edit"), Choice("取消填写", "~cancel", "danger")),
            )
            return Reply(text, title="登记债权 · 请核对", choices=rows, expects="none")
        case "~submit":
            text = "您的债权已登记。这是向本服务的登记，不是向法院提交的申报。\n状态变化时，我们会在这个对话里通知您。官方登记册：https://restructuring.ra.kroll.com/FTX/。"
            copies = (Copyable("登记编号", "ZQ-2026-000042"), Copyable("回执指纹", "9f2c 71ab 04de 8830"))
            return Reply(text, title="登记完成", copies=copies, document=RECEIPT, choices=MENU)
        case "date":
            return Reply("申报日期是哪一天？", expects="date")
        case "code":
            return Reply("请输入邮件里的 6 位验证码。", title="核对邮箱", expects="digits")
        case "email":
            return Reply("请输入当年注册 FTX 的邮箱。", title="核对邮箱", expects="email")
        case "welcome.language":
            rows = (
                (Choice("简体中文", "language:zh_Hans"), Choice("繁體中文", "language:zh_Hant")),
                (Choice("English", "language:en"),),
            )
            return Reply("请选择语言 / Choose a language", choices=rows, expects="none")
        case "long":
            return Reply("\n\n".join(f"第 {n} 段。债权与债券读音相近，含义不同：债权是向债务人请求给付的权利，债券是一种证券。" for n in range(1, 30)), title="说明", choices=MENU)  # fmt: skip
        case "start" | "welcome.menu":
            text = "您好，这里是债权通，为 FTX 债权人提供债权登记、进度查询和报价服务。\n您想办理哪一项？"
            return Reply(text, title="主菜单", choices=MENU)
        case said:
            return Reply(f"收到：{said}\n请从下面选择，或直接用一句话告诉我您想做什么。", choices=MENU)


def app_with(engine: Engine, **settings: str) -> web.Application:
    """An application with nothing but the web chat."""
    app = web.Application()
    install(app, engine, Settings.model_validate(settings))
    return app


async def demo(port: int) -> None:
    """Serve until interrupted. Typing `push` brings a notice three seconds later."""
    engine = FakeEngine()
    runner = web.AppRunner(app_with(engine))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()

    def reply(turn: Turn) -> Reply:
        if turn.text == "push":
            notice = Reply("您的债权 ZQ-2026-000042 状态变为：已确认（Allowed）。\n截至 2026-11-22 21:40（北京时间）。", title="债权状态有变化", choices=((Choice("查看详情", "claims.status"),),), notice="claim_status")  # fmt: skip
            asyncio.get_running_loop().call_later(3, engine.push, turn.address, notice)
        if turn.text == "history":
            old = [Message(n, datetime.now(UTC) - timedelta(minutes=7 * (200 - n)), n % 3 == 0, Reply(f"较早的消息 {n}")) for n in range(1, 200)]  # fmt: skip  # noqa: TID251
            engine.lines[turn.address][:] = [*old, Message(200, datetime.now(UTC), True, Reply("history"))]  # noqa: TID251
        return sample(turn)

    engine.reply = reply
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(demo(int(sys.argv[1]) if len(sys.argv) > 1 else 8081))
