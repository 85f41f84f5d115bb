"""The door: who is let in, what becomes a turn, and what goes back."""

import asyncio
import base64
import gzip
import hashlib
import io
import json
import logging
import re
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.webchat import door, session
from bot.channels.webchat.sender import WebChat
from bot.conversation.bell import Bell
from bot.conversation.reply import Attachment, Reply
from tests.channels.webchat.fake_engine import CHART, RECEIPT, FakeEngine, app_with

OURS = {"X-Zhaiquantong": "1", "X-Locale": "zh_Hans"}
TOKEN = session.fresh()


class Page:
    """A browser with our page open."""

    def __init__(self, client: TestClient[Any, Any], engine: FakeEngine, token: str, cookie: str) -> None:
        self.client = client
        self.engine = engine
        self.cookies = {cookie: token}
        self.address = session.address(token) or ""
        self.order = 0

    async def post(self, body: Any, headers: dict[str, str] | None = None, **fields: Any) -> ClientResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return await self.client.post(
            "/chat/turns", data=io.BytesIO(raw), headers=headers or OURS, cookies=self.cookies, **fields
        )

    def said(self, **what: Any) -> dict[str, Any]:
        self.order += 1
        return {"id": str(uuid.uuid4()), "order": self.order, **what}

    async def says(self, text: str) -> dict[str, Any]:
        answer = await self.post(self.said(text=text))
        assert answer.status == 200, await answer.text()
        return dict(await answer.json())

    async def sends(self, name: str, data: Any, **query: Any) -> ClientResponse:
        self.order += 1
        query = {"id": str(uuid.uuid4()), "order": str(self.order), "name": name, **query}
        data = io.BytesIO(data) if isinstance(data, bytes) else data
        return await self.client.post("/chat/files", params=query, data=data, headers=OURS, cookies=self.cookies)

    async def get(self, path: str, **fields: Any) -> ClientResponse:
        return await self.client.get(path, cookies=self.cookies, **fields)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


Open = Callable[..., Any]


@pytest.fixture
async def open_page(engine: FakeEngine) -> AsyncIterator[Open]:
    """Open a page; `token` says whose, settings say how the service is set up."""
    clients: list[TestClient[Any, Any]] = []

    async def opened(token: str = TOKEN, **settings: str) -> Page:
        client = TestClient(TestServer(app_with(engine, **settings)), cookie_jar=CookieJar(unsafe=True))
        await client.start_server()
        clients.append(client)
        cookie = "__Host-zq" if settings.get("public_url", "").startswith("https") else "zq"
        return Page(client, engine, token, cookie)

    yield opened
    for client in clients:
        await client.close()


@pytest.fixture
async def page(open_page: Open) -> Page:
    return await open_page()  # type: ignore[no-any-return]


def cookie_in(answer: ClientResponse) -> Any:
    ((name, cookie),) = answer.cookies.items()
    return name, cookie


# ------------------------------------------------------------------------------------------ the page


async def test_the_page_comes_with_a_session_and_every_safety(page: Page) -> None:
    answer = await page.client.get("/")
    assert answer.status == 200
    name, cookie = cookie_in(answer)
    assert (name, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("zq", True, "Lax", "/")
    assert cookie["max-age"] == str(365 * 24 * 3600)
    assert not cookie["secure"]
    assert len(base64.urlsafe_b64decode(cookie.value + "=")) == 32
    policy = answer.headers["Content-Security-Policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "camera=()" in answer.headers["Permissions-Policy"]


async def test_the_page_asks_nobody_else_and_needs_no_inline_script(page: Page) -> None:
    html = await (await page.client.get("/")).text()
    assert re.findall(r"""(?:src|href)=["'](?:https?:)?//[^"']*""", html) == []
    assert re.findall(r"<script(?![^>]*(?:src=|type=\"application/json\"))", html) == []
    assert re.findall(r"\sstyle=|\son\w+=|<style", html) == []
    assert "$" not in re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL), "a name was not filled in"


async def test_behind_tls_the_cookie_is_bound_to_the_host(open_page: Open) -> None:
    page = await open_page(public_url="https://claims.example")
    name, cookie = cookie_in(await page.client.get("/"))
    assert (name, cookie["secure"], cookie["path"], cookie["domain"]) == ("__Host-zq", True, "/", "")


async def test_a_session_is_kept_and_renewed(page: Page) -> None:
    _name, cookie = cookie_in(await page.get("/"))
    assert cookie.value == TOKEN


FORGED = [
    "",
    "x",
    TOKEN[:-1],
    TOKEN + "A",
    "a" * 43,  # spare bits are set: no 32 bytes are spelled like this
    TOKEN[:-2] + "+/",
    "%00" * 20,
    "../../etc/passwd".ljust(43, "."),
]


@pytest.mark.parametrize("forged", FORGED, ids=range(len(FORGED)))
async def test_a_forged_cookie_is_refused_and_nothing_changes(
    page: Page, forged: str, caplog: pytest.LogCaptureFixture
) -> None:
    page.cookies = {"zq": forged}
    with caplog.at_level(logging.DEBUG):
        for answer in (
            await page.post(page.said(text="你好")),
            await page.sends("a.pdf", b"x"),
            await page.get("/chat/messages"),
            await page.get("/chat/stream"),
            await page.get("/chat/documents/1"),
        ):
            assert answer.status == 401
            assert (await answer.json())["error"] == "no_session"
    assert page.engine.taken == []
    assert page.engine.lines == {}
    assert "no_session" in caplog.text
    _name, cookie = cookie_in(await page.get("/"))
    assert cookie.value != forged
    assert session.address(cookie.value)


async def test_the_token_reaches_neither_the_engine_nor_the_log(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await page.get("/")
        await page.says("你好")
        await page.post(b"{")
    (turn,) = page.engine.taken
    assert turn.address == base64.urlsafe_b64encode(hashlib.sha256(TOKEN.encode()).digest()).decode().rstrip("=")
    assert TOKEN not in repr(turn)
    assert TOKEN not in caplog.text
    assert "你好" not in caplog.text


@pytest.mark.parametrize(
    ("wish", "lang"),
    [("zh-CN,zh;q=0.9", "zh-Hans"), ("zh-TW", "zh-Hant"), ("yue,en;q=0.5", "zh-Hant-HK"), ("en-GB", "en"), ("", "zh-Hans"), ("fr", "zh-Hans")],
)  # fmt: skip
async def test_the_page_speaks_the_browsers_language(page: Page, wish: str, lang: str) -> None:
    answer = await page.client.get("/", headers={"Accept-Language": wish})
    assert f'<html lang="{lang}">' in await answer.text()
    assert answer.headers["Content-Language"] == lang


async def test_the_persons_language_goes_before_the_browsers_and_the_link_before_both(page: Page) -> None:
    page.engine.locales[page.address] = "zh_Hant"
    headers = {"Accept-Language": "en"}
    assert '<html lang="zh-Hant">' in await (await page.get("/", headers=headers)).text()
    assert '<html lang="zh-Hant-HK">' in await (await page.get("/?lang=zh-HK", headers=headers)).text()
    assert '<html lang="zh-Hant">' in await (await page.get("/?lang=<script>", headers=headers)).text()


async def test_the_page_comes_though_the_database_is_down(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_args: Any) -> str:
        raise OSError("no database")

    monkeypatch.setattr(page.engine, "locale_of", down)
    assert (await page.get("/", headers={"Accept-Language": "en"})).status == 200


async def test_what_the_page_loads_may_be_kept_for_ever(page: Page) -> None:
    html = await (await page.client.get("/")).text()
    paths = re.findall(r'(?:src|href)="(/static/webchat/[^"]+)"', html)
    assert {path.rsplit("/")[-1] for path in paths} >= {"chat.js", "chat.css", "icon.svg"}
    for path in paths:
        answer = await page.client.get(path)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/webchat/0000000000000000/chat.js", "/static/webchat/{v}/index.html", "/static/webchat/{v}/..%2fdoor.py"])  # fmt: skip
async def test_nothing_else_is_handed_out(page: Page, path: str) -> None:
    html = await (await page.client.get("/")).text()
    version = re.findall(r"/static/webchat/([0-9a-f]+)/", html)[0]
    assert (await page.client.get(path.replace("{v}", version))).status == 404


async def test_scripts_go_out_compressed(engine: FakeEngine, page: Page) -> None:
    html = await (await page.client.get("/")).text()
    path = re.findall(r'src="(/static/[^"]+chat.js)"', html)[0]
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection("127.0.0.1", page.client.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert b"Content-Encoding: gzip" in head
    assert b"import" in gzip.decompress(body)


# ------------------------------------------------------------------------------------------ turns


async def test_a_text_becomes_a_turn_and_its_answer_rides_back(page: Page) -> None:
    found = await page.says("我要登记债权")
    (turn,) = page.engine.taken
    assert (turn.channel, turn.text, turn.choice, turn.command, turn.order) == (
        "webchat",
        "我要登记债权",
        None,
        None,
        1,
    )
    assert turn.received_at.tzinfo is not None
    assert turn.language == "zh-Hans"
    mine, ours = found["messages"]
    assert (mine["seq"], mine["mine"], mine["text"]) == (1, True, "我要登记债权")
    assert (ours["seq"], ours["mine"], ours["expects"], ours["document"]) == (2, False, "text", None)
    assert ours["choices"][0][0] == {"label": "登记债权", "token": "claims.file", "style": "primary"}
    assert ours["at"].endswith("Z")
    assert "words" not in found


async def test_a_tap_comes_with_the_words_on_its_button(page: Page) -> None:
    answer = await page.post(page.said(choice="~com", label="FTX.com"))
    assert answer.status == 200
    (turn,) = page.engine.taken
    assert (turn.choice, turn.text) == ("~com", "FTX.com")
    assert (await answer.json())["messages"][0]["text"] == "FTX.com"


async def test_a_command_says_nothing_in_the_history(page: Page) -> None:
    found = await (await page.post(page.said(command="start"))).json()
    assert page.engine.taken[0].command == "start"
    assert [message["mine"] for message in found["messages"]] == [False]


async def test_a_repeat_has_the_same_answer_and_no_second_effect(page: Page) -> None:
    said = page.said(text="一次")
    first = await (await page.post(said)).json()
    again = await (await page.post(said)).json()
    assert again == first
    assert len(page.engine.taken) == 1


async def test_an_id_known_to_another_session_is_another_event_there(open_page: Open) -> None:
    one, other = await open_page(), await open_page(token=session.fresh())
    said = one.said(text="我的秘密")
    await one.post(said)
    found = await (await other.post({**said, "text": "别人的话"})).json()
    assert found["messages"][0]["text"] == "别人的话"
    assert [turn.address for turn in one.engine.taken] == [one.address, other.address]


async def test_a_changed_language_brings_its_words(page: Page) -> None:
    found = await (await page.post(page.said(choice="language:en", label="English"))).json()
    assert found["locale"] == "en"
    assert found["words"]["send"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Zhaiquantong": "0"},
        {**OURS, "Sec-Fetch-Site": "cross-site"},
        {**OURS, "Sec-Fetch-Site": "same-site"},
        {**OURS, "Origin": "https://evil.example"},
        {**OURS, "Origin": "null"},
    ],
)
async def test_another_site_cannot_speak_for_the_person(page: Page, headers: dict[str, str]) -> None:
    headers = headers or {"Accept": "*/*"}
    for path in ("/chat/turns", "/chat/files"):
        answer = await page.client.post(path, json=page.said(text="x"), headers=headers, cookies=page.cookies)
        assert answer.status == 403
        assert (await answer.json())["error"] == "not_from_page"
    assert page.engine.taken == []


async def test_our_own_origin_may_speak_behind_a_proxy_too(open_page: Open) -> None:
    page = await open_page(public_url="http://claims.example:8443")
    own = f"http://127.0.0.1:{page.client.port}"
    for origin in (own, "http://claims.example:8443"):
        headers = {**OURS, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        assert (await page.post(page.said(text="x"), headers)).status == 200


ID = str(uuid.uuid4())
MALFORMED: list[Any] = [
    b"",
    b"{",
    b"\xff\xfe",
    b"[]",
    b"null",
    b"[" * 50_000,
    {},
    {"id": ID, "order": 1},
    {"id": ID, "order": 1, "text": ""},
    {"id": ID, "order": 1, "text": " \n "},
    {"id": ID, "order": 1, "text": 5},
    {"id": ID, "order": 1, "text": "a", "choice": "b"},
    {"id": ID, "order": 1, "choice": ""},
    {"id": ID, "order": 1, "choice": "x" * 65},
    {"id": ID, "order": 1, "choice": "债权"},
    {"id": ID, "order": 1, "choice": "a b"},
    {"id": ID, "order": 1, "choice": "a", "label": 5},
    {"id": ID, "order": 1, "command": "/start"},
    {"id": ID, "order": 1, "command": "DROP TABLE"},
    {"id": "1", "order": 1, "text": "a"},
    {"id": 1, "order": 1, "text": "a"},
    {"id": [ID], "order": 1, "text": "a"},
    {"id": ID, "text": "a"},
    {"id": ID, "order": True, "text": "a"},
    {"id": ID, "order": 1.5, "text": "a"},
    {"id": ID, "order": -1, "text": "a"},
    {"id": ID, "order": 2**53, "text": "a"},
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_turn_is_refused_in_words(page: Page, body: Any) -> None:
    answer = await page.post(body)
    assert answer.status == 400
    found = await answer.json()
    assert found["error"] == "malformed"
    assert "没有处理" in found["text"]
    assert page.engine.taken == []


async def test_long_texts_pass_until_they_are_absurd(page: Page) -> None:
    assert (await page.says("债" * 20_000))["messages"]
    assert len(page.engine.taken[0].text or "") == 20_000
    for absurd in ("a" * 20_001, "债" * 40_000, "a" * 10_000_000):
        answer = await page.post(page.said(text=absurd))
        assert answer.status == 413
        assert (await answer.json())["error"] == "too_large"
    assert len(page.engine.taken) == 1


@pytest.mark.parametrize("text", ["👨‍👩‍👧‍👦" * 100, "\u202eabc", "a\x00b", "１２３"])
async def test_strange_characters_come_through(page: Page, text: str) -> None:
    await page.says(text)
    assert page.engine.taken[0].text == text


async def test_half_an_emoji_breaks_nothing(page: Page) -> None:
    said = page.said()
    raw = json.dumps(said)[:-1] + ', "text": "\\ud83d"}'
    found = await (await page.post(raw.encode())).json()
    assert found["messages"][0]["text"] == "?"


async def test_a_failed_turn_asks_for_a_repeat_which_then_succeeds(page: Page) -> None:
    page.engine.failures = 1
    said = page.said(text="你好")
    answer = await page.post(said)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")
    found = await answer.json()
    assert found["error"] == "try_later"
    assert "自动重发" in found["text"]
    assert (await page.post(said)).status == 200
    assert len(page.engine.taken) == 1


async def test_too_fast_is_told_in_the_engines_words(page: Page) -> None:
    page.engine.too_fast = True
    answer = await page.post(page.said(text="你好"))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
    assert (await answer.json())["text"] == "太快了"


async def test_an_unforeseen_failure_says_nothing_of_what_was_written(
    page: Page, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_fields: Any) -> Any:
        raise LookupError("我的邮箱是 someone@example.com")

    monkeypatch.setattr(page.engine, "take", broken)
    with caplog.at_level(logging.INFO):
        answer = await page.post(page.said(text="x"))
    assert answer.status == 500
    assert (await answer.json())["error"] == "broken"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "LookupError" in caplog.text
    assert "example.com" not in caplog.text


# ------------------------------------------------------------------------------------------ files


async def test_a_file_becomes_a_turn(page: Page) -> None:
    answer = await page.sends("余额 截图.png", b"\x89PNG....")
    assert answer.status == 200
    file = page.engine.taken[0].file
    assert file is not None
    assert (file.name, file.size, file.content) == ("余额 截图.png", 8, b"\x89PNG....")
    assert (await answer.json())["messages"][0]["title"] == "余额 截图.png"


async def test_a_files_name_may_come_in_a_header(page: Page) -> None:
    headers = {**OURS, "X-File-Name": "%E6%88%AA%E5%9B%BE%20%FF1.png"}
    params = {"id": str(uuid.uuid4()), "order": "1"}
    await page.client.post("/chat/files", params=params, data=b"x", headers=headers, cookies=page.cookies)
    file = page.engine.taken[0].file
    assert file is not None
    assert file.name == "截图 \ufffd1.png"


async def test_an_empty_file_is_the_engines_to_judge(page: Page) -> None:
    assert (await page.sends("empty.pdf", b"")).status == 200
    file = page.engine.taken[0].file
    assert file is not None
    assert (file.size, file.content) == (0, b"")


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _piece in range(size // 65536):
        yield b"x" * 65536


@pytest.mark.parametrize("announced", [True, False])
async def test_a_file_too_large_is_not_kept_but_answered(page: Page, announced: bool) -> None:
    size = WebChat.can.file_limit + 2 * 65536
    answer = await page.sends("large.pdf", b"x" * size if announced else in_pieces(size))
    assert answer.status == 200
    assert "太大" in (await answer.json())["messages"][1]["text"]
    file = page.engine.taken[0].file
    assert file is not None
    assert file.content is None
    assert file.size == (size if announced else WebChat.can.file_limit + 1)


async def test_the_largest_file_is_still_taken(page: Page) -> None:
    assert (await page.sends("ten.pdf", b"x" * WebChat.can.file_limit)).status == 200
    file = page.engine.taken[0].file
    assert file is not None
    assert len(file.content or b"") == WebChat.can.file_limit


async def test_a_file_cut_off_on_its_way_is_no_file(page: Page) -> None:
    _reader, writer = await asyncio.open_connection("127.0.0.1", page.client.port)
    path = f"/chat/files?id={uuid.uuid4()}&order=1&name=a.pdf"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Zhaiquantong: 1\r\nCookie: zq={TOKEN}\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode() + b"half of it")
    await writer.drain()
    writer.close()
    await page.says("之后")
    assert [turn.text for turn in page.engine.taken] == ["之后"]


async def test_an_upload_that_stands_still_is_given_up(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", page.client.port)
    path = f"/chat/files?id={uuid.uuid4()}&order=1&name=a.pdf"
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Zhaiquantong: 1\r\nCookie: zq={TOKEN}\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode() + b"half of it")
    async with asyncio.timeout(30):
        assert b" 408 " in await reader.readline()
    writer.close()
    assert page.engine.taken == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00\n.pdf", "a.pdf"),
        ("", "file"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
    ],
)
async def test_a_files_name_cannot_mislead(page: Page, sent: str, kept: str) -> None:
    assert (await page.sends(sent, b"x")).status == 200
    file = page.engine.taken[0].file
    assert file is not None
    assert file.name == kept


# ------------------------------------------------------------------------------------------ the history


def fill(page: Page, count: int) -> None:
    for number in range(1, count + 1):
        page.engine.push(page.address, Reply(f"第 {number} 条"))


async def seqs(page: Page, query: str) -> list[int]:
    found = await (await page.get(f"/chat/messages{query}")).json()
    return [message["seq"] for message in found["messages"]]


async def test_the_history_comes_in_stretches(page: Page) -> None:
    fill(page, 100)
    assert await seqs(page, "") == list(range(61, 101))
    assert await seqs(page, "?before=61") == list(range(21, 61))
    assert await seqs(page, "?before=5&limit=2") == [3, 4]
    assert await seqs(page, "?after=97") == [98, 99, 100]
    assert await seqs(page, "?after=0&limit=3") == [1, 2, 3]
    assert await seqs(page, "?after=9999999999") == []
    for wrong in ("?after=-1", "?after=x", "?limit=1e3", "?before=99999999999"):
        assert (await page.get(f"/chat/messages{wrong}")).status == 400


async def test_each_session_sees_its_own_history(open_page: Open) -> None:
    one, other = await open_page(), await open_page(token=session.fresh())
    await one.says("我的话")
    assert await seqs(other, "") == []


class Stream:
    """An open stream, read event by event."""

    def __init__(self, answer: ClientResponse) -> None:
        self.answer = answer

    async def event(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(30):
            while (line := (await self.answer.content.readline()).decode()) != "\n":
                assert line, "the stream has ended"
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
        return fields

    async def message(self) -> tuple[int, str]:
        while (fields := await self.event()).get("event") != "message":
            pass
        return int(fields["id"]), json.loads(fields["data"])["text"]


async def test_news_arrive_as_they_come(page: Page) -> None:
    fill(page, 2)
    answer = await page.get("/chat/stream?after=1")
    assert answer.content_type == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    stream = Stream(answer)
    assert await stream.message() == (2, "第 2 条")
    page.engine.push(page.address, Reply("您的债权状态有变化\n两行"))
    assert await stream.message() == (3, "您的债权状态有变化\n两行")
    answer.close()


async def test_a_stream_goes_on_where_it_broke_off(page: Page) -> None:
    fill(page, 100)
    answer = await page.get("/chat/stream?after=1", headers={"Last-Event-ID": "7"})
    stream = Stream(answer)
    assert [(await stream.message())[0] for _n in range(93)] == list(range(8, 101))
    answer.close()


async def test_a_message_without_a_ring_is_found_all_the_same(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LOOK", 0.02)
    answer = await page.get("/chat/stream?after=0")
    stream = Stream(answer)
    assert "retry" in await stream.event()
    page.engine._add(page.address, False, Reply("由另一个进程写入"))
    assert await stream.message() == (1, "由另一个进程写入")
    answer.close()


async def test_a_stream_tells_once_that_somebody_is_writing(page: Page) -> None:
    answer = await page.get("/chat/stream?after=0")
    stream = Stream(answer)
    assert "retry" in await stream.event()
    for _key in range(3):
        await page.engine.typing.writes("webchat", page.address)
    assert (await stream.event())["event"] == "typing"
    page.engine.push(page.address, Reply("这是答复"))
    assert await stream.message() == (1, "这是答复")
    page.engine.rewrite(page.address, 1, Reply("这是改过的答复"))
    assert (await stream.message())[0] == 2
    answer.close()
    shown = (await (await page.get("/chat/messages?after=0")).json())["messages"]
    assert [(line["text"], line["revises"]) for line in shown] == [
        ("这是改过的答复", []),
        ("客服更改了上面的一条答复，请看原处。", [1]),
    ]


async def test_that_somebody_types_is_a_hint_without_a_word(page: Page) -> None:
    told: list[tuple[str, str]] = []

    async def hears(channel: str, address: str) -> bool:
        told.append((channel, address))
        return True

    page.engine.typing.hears = hears
    for _key in range(3):
        answer = await page.client.post("/chat/typing", headers=OURS, cookies=page.cookies)
        assert (answer.status, await answer.json()) == (200, {"heard": True})
    assert told == [("webchat", page.address)]
    assert page.engine.taken == []
    assert page.engine.lines[page.address] == []
    assert (await page.client.post("/chat/typing", headers=OURS)).status == 401
    assert (await page.client.post("/chat/typing", cookies=page.cookies)).status == 403


async def test_a_quiet_stream_beats(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LOOK", 0.01)
    monkeypatch.setattr(door, "HEARTBEAT", 0.02)
    answer = await page.get("/chat/stream")
    stream = Stream(answer)
    assert "retry" in await stream.event()
    assert await stream.event() == {"": "beat", "event": "beat", "data": ""}
    answer.close()


async def test_streams_end_cleanly_when_the_process_does(page: Page) -> None:
    answer = await page.get("/chat/stream")
    await Stream(answer).event()
    async with asyncio.timeout(30):
        await page.client.server.close()
        assert await answer.content.read() == b""


async def test_a_stream_ends_when_the_history_cannot_be_read(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_args: Any, **_fields: Any) -> Any:
        raise OSError("no database")

    answer = await page.get("/chat/stream")
    await Stream(answer).event()
    monkeypatch.setattr(page.engine, "history", down)
    page.engine.bell.ring(page.address)
    async with asyncio.timeout(30):
        assert await answer.content.read() == b""


# ------------------------------------------------------------------------------------------ documents


async def test_a_picture_says_how_large_it_is(open_page: Open) -> None:
    page = await open_page()
    for content in (CHART.content, b"\x89PNG", b"no picture at all, but long enough"):
        page.engine.push(page.address, Reply("图", document=replace(CHART, content=content)))
    found = await (await page.get("/chat/messages")).json()
    assert [message["document"]["size"] for message in found["messages"]] == [[60, 150], None, None]


async def test_a_document_is_handed_out_to_its_own_session_only(open_page: Open) -> None:
    page, other = await open_page(), await open_page(token=session.fresh())
    page.engine.push(page.address, Reply("前一条"))
    page.engine.push(page.address, Reply("您的回执", document=RECEIPT))
    found = await (await page.get("/chat/messages")).json()
    shown = found["messages"][1]["document"]
    assert shown == {
        "name": "登记回执 ZQ-2026-000042.pdf",
        "media_type": "application/pdf",
        "url": "/chat/documents/2",
        "size": None,
    }
    answer = await page.get(shown["url"])
    assert await answer.read() == RECEIPT.content
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for asked in (other.get(shown["url"]), page.get("/chat/documents/1"), page.get("/chat/documents/3"), page.get("/chat/documents/0"), page.get("/chat/documents/9999999999")):  # fmt: skip
        refused = await asked
        assert refused.status == 404
        assert (await refused.json())["error"] == "not_found"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        ("回执 1.pdf", "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%E5%9B%9E%E6%89%A7%201.pdf"),
        ('a"b\\c/d%.pdf', "attachment; filename=\"a_b_c_d_.pdf\"; filename*=UTF-8''a%22b%5Cc%2Fd%25.pdf"),
        ("a\r\nSet-Cookie: x", "attachment; filename=\"aSet-Cookie: x\"; filename*=UTF-8''aSet-Cookie%3A%20x"),
        ("", "attachment; filename=\"document\"; filename*=UTF-8''document"),
    ],
)
async def test_any_name_makes_a_safe_header(page: Page, name: str, header: str) -> None:
    page.engine.push(page.address, Reply("", document=Attachment(name, "text/html; charset=utf-8", b"<script>")))
    answer = await page.get("/chat/documents/1")
    assert answer.headers["Content-Disposition"] == header
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


# ------------------------------------------------------------------------------------------ the channel


async def test_sending_rings_for_the_pages_of_that_address() -> None:
    bell = Bell()
    channel = WebChat(bell)
    async with asyncio.TaskGroup() as tasks:
        waits = tasks.create_task(bell.wait("a", 5))
        other = tasks.create_task(bell.wait("b", 0.2))
        await asyncio.sleep(0)
        receipt = await channel.send("a", Reply("x"))
    assert receipt.message == ""
    assert waits.result()
    assert not other.result()
