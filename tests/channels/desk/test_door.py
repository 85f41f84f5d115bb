"""The desk's door over HTTP: link and code, cookies, forgeries, and what is told to whom."""

import logging
import re
from datetime import timedelta

import pytest

from bot.channels.desk import door
from storage import agents
from storage.database import Database
from tests.channels.desk.conftest import DeskAt
from tests.person import FakeClock


async def test_a_link_and_a_code_open_the_desk(desk: DeskAt) -> None:
    client = await desk.browser()
    link = await desk.link("li.na")
    first = await client.get(link, allow_redirects=False)
    assert first.status == 303
    assert first.headers["Location"] == "/desk"
    cookie = next(one for one in first.headers.getall("Set-Cookie") if one.startswith("zq-desk-door="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/desk", "Max-Age=600"))
    assert link.partition("=")[2] not in cookie
    page = await (await client.get("/desk")).text()
    assert "data:image/svg+xml" in page
    assert "queue" not in page
    assert (await client.get("/desk/queue")).status == 401, "the doorstep is not inside"
    hidden = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert hidden is not None
    entered = await client.post(
        "/desk/enter", data={"csrf": hidden[1], "code": await desk.code(page)}, allow_redirects=False
    )
    assert entered.status == 303
    cookie = next(one for one in entered.headers.getall("Set-Cookie") if one.startswith("zq-desk="))
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/desk", "Max-Age=43200"))
    assert (await client.get("/desk/queue")).status == 200
    shown = await (await client.get("/desk")).text()
    assert '"role": "agent"' in shown


async def test_a_messenger_that_looks_at_the_link_does_not_use_it_up(desk: DeskAt) -> None:
    client = await desk.browser()
    link = await desk.link("li.na")
    looks = await client.get(link, headers={"User-Agent": "TelegramBot (like TwitterBot)"}, allow_redirects=False)
    assert (looks.status, "Set-Cookie" in looks.headers) == (403, False)
    assert (await client.get(link, allow_redirects=False)).status == 303


async def test_the_key_is_not_shown_a_second_time(desk: DeskAt) -> None:
    await desk.comes("li.na")
    client = await desk.browser()
    page = await (await client.get(await desk.link("li.na"))).text()
    assert "six" in page.lower() or "六位" in page
    assert "<code>" not in page
    assert "data:image" not in page


async def test_a_wrong_code_is_told_and_logged_without_itself(
    desk: DeskAt, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = await desk.browser()
    link = await desk.link("li.na")
    page = await (await client.get(link)).text()
    hidden = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert hidden is not None
    wrong = await client.post("/desk/enter", data={"csrf": hidden[1], "code": "000 000"})
    assert wrong.status == 403
    assert "zq-desk=" not in str(wrong.headers)
    assert (await client.get("/desk/queue")).status == 401
    assert [visit.what for visit in await agents.visits(database.read())] == ["wrong", "invited"]
    key = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert key is not None
    ours = [record.getMessage() for record in caplog.records if record.name == "bot.desk"]
    assert ours
    for secret in (key[1], link.partition("=")[2], hidden[1], "000000"):
        assert not any(secret in said for said in ours)


@pytest.mark.parametrize("cookie", ["wrong", "x" * 5000, "\udce9", ""])
@pytest.mark.parametrize(
    "path", ["/desk/queue", "/desk/tickets/KF-0000000", "/desk/claims", "/desk/figures", "/desk/stream"]
)
async def test_a_forged_cookie_opens_nothing(desk: DeskAt, cookie: str, path: str) -> None:
    client = await desk.browser()
    raw = f"zq-desk={cookie}".encode("utf-8", "surrogateescape").decode("latin-1")
    refused = await client.get(path, headers={"Cookie": raw})
    assert refused.status == 401
    assert (await client.get("/desk", headers={"Cookie": raw})).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Desk-Csrf": ""},
        {"X-Desk-Csrf": "0" * 64},
        {"X-Desk-Csrf": "ours", "Origin": "https://evil.example"},
        {"X-Desk-Csrf": "ours", "Origin": "null"},
        {"X-Desk-Csrf": "ours", "Sec-Fetch-Site": "cross-site"},
        {"X-Desk-Csrf": "ours", "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_changes_nothing(desk: DeskAt, headers: dict[str, str]) -> None:
    agent = await desk.comes("li.na")
    sent = {key: agent.csrf if value == "ours" else value for key, value in headers.items()}
    refused = await agent.client.post("/desk/leave", json={}, headers=sent)
    assert refused.status == 403
    assert (await refused.json())["error"] == "not_from_page"
    assert (await agent.gets("queue")).status == 200, "still in"


async def test_the_mark_of_one_session_is_none_of_another(desk: DeskAt) -> None:
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu")
    stolen = await one.client.post("/desk/leave", json={}, headers={"X-Desk-Csrf": other.csrf})
    assert stolen.status == 403


async def test_leaving_and_revoking_end_the_session(desk: DeskAt, database: Database, clock: FakeClock) -> None:
    one, other = await desk.comes("li.na"), await desk.comes("wang.wu")
    await one.does("leave")
    assert (await one.gets("queue")).status == 401
    assert (await other.gets("queue")).status == 200
    await agents.revoke(database, "wang.wu", clock.now())
    assert (await other.gets("queue")).status == 401


async def test_the_session_ends_by_itself(desk: DeskAt) -> None:
    agent = await desk.comes("li.na")
    desk.passes(timedelta(hours=12))
    assert (await agent.gets("queue")).status == 401


async def test_a_look_ahead_does_not_use_the_link_up(desk: DeskAt) -> None:
    client = await desk.browser()
    link = await desk.link("li.na")
    assert (await client.head(link)).status == 405
    assert (await client.get(link)).status == 200


async def test_whoever_posts_too_fast_has_to_wait(desk: DeskAt) -> None:
    agent = await desk.comes("li.na")
    said = [await agent.refused("tickets/KF-0000000/take") for _ in range(door.MOST_POSTS + 1)]
    assert said[-1] == "too_fast"
    assert "too_fast" not in said[:-1]


async def test_every_answer_is_safe_to_show(desk: DeskAt) -> None:
    agent = await desk.comes("li.na")
    stranger = await desk.browser()
    for answer in (
        await agent.client.get("/desk"), await agent.gets("queue"), await agent.gets("claims"),
        await stranger.get("/desk"), await stranger.get("/desk/queue"), await stranger.get("/desk?token=x"),
    ):  # fmt: skip
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        if answer.content_type == "text/html":
            text = await answer.text()
            assert not re.search(r"\bon\w+=|style=|https?://", text), "nothing inline, nothing from elsewhere"
            for asset in re.findall(r'(?:href|src)="(/desk/static/[^"]+)"', text):
                got = await agent.client.get(asset)
                assert got.status == 200
                assert "immutable" in got.headers["Cache-Control"]


async def test_behind_tls_the_cookies_are_secure(database: Database, clock: FakeClock) -> None:
    async with DeskAt(database, clock, "https://desk.example") as secure:
        client = await secure.browser()
        answer = await client.get(await secure.link("li.na"), allow_redirects=False)
        cookie = next(one for one in answer.headers.getall("Set-Cookie") if "door" in one)
        assert cookie.startswith("__Secure-zq-desk-door=")
        assert "Secure" in cookie


@pytest.mark.parametrize(("asked", "words"), [("en", "Enter the six digits"), ("zh_Hans", "请输入手机上的六位验证码")])
async def test_both_languages(desk: DeskAt, asked: str, words: str) -> None:
    client = await desk.browser()
    page = await client.get((await desk.link("li.na")) + f"&lang={asked}")
    assert words in await page.text()
