"""The operator's page over HTTP, with the real tables behind it: the link, the session, what is shown and what never is."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer

from bot import clock as real_clock
from bot.channels.assets import Assets
from bot.channels.mail.letter import written
from bot.channels.operator import door, page, texts
from bot.conversation.reply import Copyable, Reply
from storage import operators
from storage.database import Database
from storage.operators import ClaimLine, Counted, Mail, OfferLine, OutboxHealth, Overview, TicketLine
from tests.person import MORNING, FakeClock, Person

HOUR = timedelta(hours=1)
Client = TestClient[web.Request, web.Application]


def _installed(database: Database, *, mailbox: bool = True, secure: bool = False, **more: Any) -> web.Application:
    app = web.Application()

    async def redeem(token: str) -> str | None:
        return await operators.redeem(database, token, real_clock.now())

    async def check(token: str) -> bool:
        return await operators.session_stands(database.read(), token, real_clock.now())

    async def overview() -> Overview:
        return await operators.overview(database.read(), real_clock.now())

    async def mails() -> list[Mail]:
        return await operators.mails(database.read())

    door.install(
        app,
        redeem=redeem,
        check_token=check,
        overview=more.get("overview", overview),
        mailbox=mails if mailbox else None,
        secure=secure,
        demo=True,
    )
    return app


@pytest.fixture
async def client(database: Database, clock: FakeClock) -> AsyncIterator[Client]:
    """A browser, more or less: keeps cookies, follows redirects."""
    async with TestClient(TestServer(_installed(database))) as browser:
        yield browser


async def _link(database: Database, clock: FakeClock) -> str:
    return "/operator?token=" + await operators.new_token(database, clock.now() + HOUR)


async def test_a_link_opens_the_page_once_and_the_token_leaves_the_address(
    client: Client, database: Database, clock: FakeClock
) -> None:
    link = await _link(database, clock)
    first = await client.get(link, allow_redirects=False)
    assert first.status == 303
    assert first.headers["Location"] == "/operator"
    cookie = first.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/operator", "Max-Age=28800"))
    assert "Secure" not in cookie, "plain http on this machine"
    assert link.partition("=")[2] not in cookie, "the session is not the link's token"
    shown = await client.get("/operator")
    assert shown.status == 200
    assert "运营台" in await shown.text()


async def test_a_used_link_is_refused_with_the_next_step(client: Client, database: Database, clock: FakeClock) -> None:
    link = await _link(database, clock)
    assert (await client.get(link)).status == 200
    assert (await client.get(link)).status == 200, "the browser that is in stays in"
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as stranger:
        async with stranger.get(client.make_url(link)) as refused:
            assert refused.status == 403
            text = await refused.text()
            assert "python -m bot operator" in text
            assert "Set-Cookie" not in refused.headers
            assert "tickets" not in text


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=wrong", "?token=" + "x" * 5000, "?token=%F0%9F%98%80", "?token=%ff%fe", "?x=1"]
)
async def test_without_a_link_nothing_is_shown(client: Client, query: str) -> None:
    refused = await client.get("/operator" + query)
    assert refused.status == 403
    assert "python -m bot operator" in await refused.text()


@pytest.mark.parametrize("cookie", ["wrong", "x" * 5000, "\udce9", ""])
async def test_a_forged_cookie_is_refused(client: Client, cookie: str) -> None:
    raw = f"zq-operator={cookie}".encode("utf-8", "surrogateescape").decode("latin-1")
    refused = await client.get("/operator", headers={"Cookie": raw})
    assert refused.status == 403


async def test_the_session_ends(client: Client, database: Database, clock: FakeClock) -> None:
    await client.get(await _link(database, clock))
    clock.passes(timedelta(hours=8))
    assert (await client.get("/operator")).status == 403


async def test_a_link_grows_old(client: Client, database: Database, clock: FakeClock) -> None:
    link = await _link(database, clock)
    clock.passes(HOUR)
    assert (await client.get(link)).status == 403


async def test_a_look_ahead_does_not_use_the_link_up(client: Client, database: Database, clock: FakeClock) -> None:
    link = await _link(database, clock)
    assert (await client.head(link)).status == 405
    assert (await client.get(link)).status == 200


async def test_behind_tls_the_cookie_is_secure(database: Database, clock: FakeClock) -> None:
    async with TestClient(TestServer(_installed(database, secure=True))) as browser:
        answer = await browser.get(await _link(database, clock), allow_redirects=False)
        assert answer.headers["Set-Cookie"].startswith("__Secure-zq-operator=")
        assert "Secure" in answer.headers["Set-Cookie"]


async def test_every_answer_is_safe_to_show(client: Client, database: Database, clock: FakeClock) -> None:
    answers = [await client.get("/operator"), await client.get(await _link(database, clock))]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        text = await answer.text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\bon\w+=|style=|https?://", text), (
            "nothing inline, nothing from elsewhere"
        )
        for asset in re.findall(r'(?:href|src)="(/operator/static/[^"]+)"', text):
            got = await client.get(asset)
            assert got.status == 200
            assert "immutable" in got.headers["Cache-Control"]


async def test_a_file_that_is_not_there(client: Client) -> None:
    version = Assets(page.FOLDER).version
    for path in (f"{version}/none.css", "0000/operator.css", f"{version}/..%2Fdoor.py"):
        assert (await client.get(f"/operator/static/{path}")).status == 404


async def test_a_database_that_is_away_is_told(database: Database, clock: FakeClock) -> None:
    async def away() -> Overview:
        raise OSError("connection to secret-host refused")

    async with TestClient(TestServer(_installed(database, overview=away))) as browser:
        answer = await browser.get(await _link(database, clock))
        assert answer.status == 503
        text = await answer.text()
        assert "现在读不到数据库" in text
        assert "secret-host" not in text


# -- what is shown


async def test_open_tickets_are_there_without_their_words(
    client: Client, person: Person, database: Database, clock: FakeClock
) -> None:
    await person.taps_token("support.ask")
    await person.says("只有客服该看到这句话")
    number = person.reply.copies[0].value
    clock.passes(timedelta(minutes=130))
    text = await (await client.get(await _link(database, clock))).text()
    assert number in text
    assert "2 小时 10 分" in text
    assert "只有客服" not in text
    assert f"python -m bot tickets answer {number} &quot;答复内容&quot; --by &quot;您的名字&quot;" in text


async def test_the_code_can_be_read_in_the_local_mailbox(client: Client, database: Database, clock: FakeClock) -> None:
    reply = Reply(title="您的验证码", text="验证码 <b>不要</b>告诉任何人。", copies=(Copyable("验证码", "493021"),))
    mail = written(reply, sender="noreply@localhost", to="creditor@example.com", at=clock.now())
    await operators.keep_mail(database, mail.as_bytes(), clock.now())
    text = await (await client.get(await _link(database, clock))).text()
    assert "creditor@example.com" in text
    assert "<h3>您的验证码</h3>" in text
    assert "<code>493021</code>" in text, "to be copied"
    assert "&lt;b&gt;不要&lt;/b&gt;" in text


async def test_there_is_no_mailbox_where_mail_goes_out(database: Database, clock: FakeClock) -> None:
    async with TestClient(TestServer(_installed(database, mailbox=False))) as browser:
        text = await (await browser.get(await _link(database, clock))).text()
        assert "本地邮箱" not in text
        assert "工单" in text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: text/plain; charset=no-such\n\n123456",
        b"Content-Type: text/html\n\n<script>alert(1)</script>",
        b"Subject: =?utf-8?b?PHNjcmlwdD4=?=\nContent-Type: multipart/mixed; boundary=x\n\n--x\n",
    ],
)
def test_no_mail_breaks_the_page(body: bytes) -> None:
    shown = page._mail(Mail(1, body, MORNING))
    assert "<script" not in shown


SEEN = Overview(
    claim_counts=[Counted("submitted", 2), Counted("allowed", 1)],
    claims=[
        ClaimLine("ZQ-AAAAAA1", "submitted", MORNING, True),
        ClaimLine("ZQ-AAAAAA2", "allowed", MORNING, False),
        ClaimLine("ZQ-<b>'\"&", "withdrawn", MORNING, False),
    ],
    tickets=[
        TicketLine("KF-AAAAAA1", "open", MORNING - timedelta(days=2, hours=3)),
        TicketLine("KF-AAAAAA2", "answered", MORNING - timedelta(days=1)),
    ],
    offer_counts=[Counted("draft", 1), Counted("open", 1)],
    offers=[
        OfferLine("BJ-AAAAAA1", "sale", "draft", MORNING, False),
        OfferLine("BJ-AAAAAA2", "bond", "open", MORNING, False),
    ],
    outbox=OutboxHealth(3, MORNING - timedelta(minutes=5), 2),
    failed=[Counted("dead", 4)],
)


def _shown(seen: Overview = SEEN, *, demo: bool = True) -> str:
    return page.Page("1", ".venv/bin/python -m bot", demo=demo).overview(seen, None, MORNING)


def test_each_claim_offers_the_moves_it_may_make() -> None:
    text = _shown()
    decisions = set(re.findall(r"claims decide (ZQ-\w+) (\w+)", text))
    assert decisions >= {("ZQ-AAAAAA1", "taken_up"), ("ZQ-AAAAAA1", "allowed"), ("ZQ-AAAAAA2", "paid")}
    assert ("ZQ-AAAAAA2", "taken_up") not in decisions
    assert not {word for _number, word in decisions} & {"submitted", "amended", "withdrawn"}, "the creditor's own"
    assert "decide ZQ-AAAAAA1 disallowed --reason &quot;原因&quot; --by &quot;您的名字&quot;" in text
    assert ".venv/bin/python -m bot demo ZQ-AAAAAA1" in text
    assert "demo ZQ-AAAAAA2" not in text
    assert "demo ZQ-AAAAAA1" not in _shown(demo=False)


def test_each_offer_offers_the_moves_it_may_make() -> None:
    text = _shown()
    assert "offers publish BJ-AAAAAA1" in text
    assert "offers withdraw BJ-AAAAAA2" in text
    assert "offers publish BJ-AAAAAA2" not in text
    assert "债权转让" in text
    assert "债券" in text


def test_it_reads_in_chinese_with_english_beside_it() -> None:
    text = _shown()
    for words in (texts.NAME, texts.TICKETS, texts.CLAIMS, texts.OFFERS, texts.OUTBOX, texts.COMMANDS):
        assert f'{words[0]} <span class="en" lang="en">{words[1].replace(chr(39), "&#x27;")}</span>' in text
    assert "已提交（Submitted）" in text
    assert "2 天 3 小时" in text
    assert "1 天 0 小时" not in text, "nobody waits for us where we have answered"
    assert "2026-11-22 10:00" in text, "Beijing time"
    assert "被拒收" in text


def test_whatever_stands_in_a_row_is_escaped() -> None:
    text = _shown()
    assert "ZQ-<b>" not in text
    assert "ZQ-&lt;b&gt;&#x27;&quot;&amp;" in text


def test_an_empty_house_says_so() -> None:
    text = _shown(Overview([], [], [], [], [], OutboxHealth(0, None, 0), []))
    for words in (texts.NO_TICKETS, texts.NO_CLAIMS, texts.NO_OFFERS, texts.NOTHING):
        assert words[0] in text


@pytest.mark.parametrize(
    ("minutes", "says"), [(-5, "0 分钟"), (0, "0 分钟"), (59, "59 分钟"), (60, "1 小时 0 分"), (1500, "1 天 1 小时")]
)
def test_how_long_it_has_been(minutes: int, says: str) -> None:
    assert texts.age(timedelta(minutes=minutes))[0] == says
