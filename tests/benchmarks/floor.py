"""The floor: a bare aiohttp handler on uvloop that does the same SQL, with no safety and no conversation.

    python floor.py view sqlite:///file PORT    the status query of one contact, one JSON object back
    python floor.py act  sqlite:///file PORT    one INSERT, committed (synchronous=FULL), one JSON object back
The same on PostgreSQL with asyncpg.
"""

import asyncio
import sqlite3
import sys
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp import web

VIEW = (
    "SELECT claim.number, claim.status, claim.changed_at, claim.particulars FROM contact "
    "JOIN claim ON claim.creditor_id = contact.creditor_id WHERE contact.channel = {} AND contact.address = {} LIMIT 20"
)
ACT = "INSERT INTO floor (channel, event_id, body) VALUES ({}, {}, {})"
TABLE = "CREATE TABLE IF NOT EXISTS floor (channel TEXT, event_id TEXT, body {}, PRIMARY KEY (channel, event_id))"
CHANNEL = "telegram:42"


#: the words and buttons of a claim's card, as somebody would type them who has nothing to translate or unseal
CARD = """<b>债权 {}</b>

状态：{}
专员正在审核您提交的内容和材料。
下一步由专员操作：给出审核结果，或请您补充材料。您暂时无需操作。

债权金额：35,000.00 美元（破产申请日 2022-11-11 的价格）
来源：您本人申报（2026-11-19）
证明材料：1 个

上次变更：{}（北京时间）
截至 2026-11-22 21:40（北京时间）"""


def card(chat: int, number: str, status: str, changed: object) -> web.Response:
    """The look-up's answer: words as the product's, and no more bytes than it sends on average."""

    def button(text: str, step: str) -> dict[str, Any]:
        return {"text": text, "callback_data": step}

    keyboard: list[list[dict[str, Any]]] = [
        [{"text": f"📋 债权编号 {number}", "copy_text": {"text": number}}],
        [button("时间线", f"claims.timeline:{number}"), button("回执", f"claims.receipt:{number}")],
        [button("转人工", "support.ask"), button("主菜单", "welcome.menu")],
    ]
    return answer(chat, CARD.format(number, status, changed), keyboard)


def answer(chat: int, text: str, keyboard: list[list[dict[str, Any]]]) -> web.Response:
    body = {
        "method": "sendMessage",
        "chat_id": chat,
        "text": text,
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": keyboard},
    }
    return web.Response(body=orjson.dumps(body), content_type="application/json")


OK = [[{"text": "主菜单", "callback_data": "welcome.menu"}]]


async def main(what: str, url: str, port: int) -> None:
    if url.startswith("sqlite"):
        db = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16384"):
            db.execute(f"PRAGMA {pragma}")
        db.execute(TABLE.format("BLOB"))
        view, act = VIEW.format("?", "?"), ACT.format("?", "?", "?")

        async def handle(request: web.Request) -> web.Response:
            update = orjson.loads(await request.read())
            chat = update["message"]["chat"]["id"]
            if what == "view":
                rows = db.execute(view, (CHANNEL, str(chat))).fetchall()
                return card(chat, rows[0][0], rows[0][1], rows[0][2])
            db.execute(act, (CHANNEL, str(update["update_id"]), update["message"]["text"].encode()))
            return answer(chat, "ok", OK)
    else:
        pool = await asyncpg.create_pool(url, min_size=6, max_size=6)
        await pool.execute(TABLE.format("BYTEA"))
        view, act = VIEW.format("$1", "$2"), ACT.format("$1", "$2", "$3")

        async def handle(request: web.Request) -> web.Response:
            update = orjson.loads(await request.read())
            chat = update["message"]["chat"]["id"]
            if what == "view":
                rows = await pool.fetch(view, CHANNEL, str(chat))
                return card(chat, rows[0][0], rows[0][1], rows[0][2])
            await pool.execute(act, CHANNEL, str(update["update_id"]), update["message"]["text"].encode())
            return answer(chat, "ok", OK)

    app = web.Application()
    app.router.add_post("/telegram/webhook", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
