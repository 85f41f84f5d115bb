"""The floor: a bare aiohttp handler on uvloop that does the same SQL, with no safety and no conversation.

    python floor.py view sqlite:///file PORT    the status query of one contact, one JSON object back
    python floor.py act  sqlite:///file PORT    one INSERT, committed (synchronous=FULL), one JSON object back
The same on PostgreSQL with asyncpg.
"""

import asyncio
import sqlite3
import sys

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


def answer(chat: int, text: str) -> web.Response:
    keyboard = {"inline_keyboard": [[{"text": "主菜单", "callback_data": "welcome.menu"}]]}
    body = {"method": "sendMessage", "chat_id": chat, "text": text, "reply_markup": keyboard}
    return web.Response(body=orjson.dumps(body), content_type="application/json")


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
                return answer(chat, f"{rows[0][0]} {rows[0][1]} {rows[0][2]}")
            db.execute(act, (CHANNEL, str(update["update_id"]), update["message"]["text"].encode()))
            return answer(chat, "ok")
    else:
        pool = await asyncpg.create_pool(url, min_size=6, max_size=6)
        await pool.execute(TABLE.format("BYTEA"))
        view, act = VIEW.format("$1", "$2"), ACT.format("$1", "$2", "$3")

        async def handle(request: web.Request) -> web.Response:
            update = orjson.loads(await request.read())
            chat = update["message"]["chat"]["id"]
            if what == "view":
                rows = await pool.fetch(view, CHANNEL, str(chat))
                return answer(chat, f"{rows[0][0]} {rows[0][1]} {rows[0][2]}")
            await pool.execute(act, CHANNEL, str(update["update_id"]), update["message"]["text"].encode())
            return answer(chat, "ok")

    app = web.Application()
    app.router.add_post("/telegram/webhook", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
