"""What people say is planted through the real house, then looked for where it must not be.

Looked through: the raw SQLite file with its WAL, every cell of every table on PostgreSQL, and the log at
its most talkative, failures included. In UTF-8, UTF-16, base64 at every alignment, hex, JSON and URL
escapes, and as a hash without a key, which whoever guesses the value can check.

A new room adds a function to `PLANTERS` that says its secrets to the bot.
"""

import base64
import contextlib
import hashlib
import json
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from bot.conversation.engine import TRIES, Engine, Pace, TurnFailed
from tests import room
from tests.claims.filing import joins, number_on, pdf
from tests.fixtures import ABILITIES
from tests.person import WEBCHAT, FakeClock, Person

#: in the clear by design: whom to answer, and the proof that the scan finds what is there
ADDRESS = "424242424242"

NAME = "欧阳璎珞"
EMAIL = "Ouyang.Yingluo@secret-mail.example"
PASSPORT = "XK7788990Q"
UCC = "EX-77-QZQ"
SCHEDULES = ("9934571", "9934582")
AMOUNT = "73918264.55"
QUESTION = "我的护照号码被人看到了怎么办"
PHONE = "+86 139 1234 9876"
ACCOUNT = "739182640517"
WALLET = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
HOLDER = "OUYANG YINGLUO"
FILE = pdf(f"PASSPORT {PASSPORT} of {NAME}")
FILE_NAME = "欧阳的护照.pdf"

SECRETS = (
    NAME, EMAIL, "ouyang.yingluo", "secret-mail", PASSPORT, UCC, *SCHEDULES, AMOUNT, "73,918,264.55", "7391826455",
    QUESTION, PHONE, "13912349876", "护照.pdf", ACCOUNT, "739-182640-517", "7391 8264 0517", WALLET, HOLDER,
)  # fmt: skip


# ------------------------------------------------------------------------------------------ planting


async def plants_in_words(person: Person) -> None:
    """Free text, which somebody may type before anything was asked."""
    await person.says(f"我是{NAME}，电话 {PHONE}，邮箱 {EMAIL}")
    await person.says(f"{QUESTION} {PASSPORT}")
    await person.sends_file(FILE_NAME, FILE, text=NAME)


async def plants_what_is_not_understood(person: Person) -> None:
    """The same from somebody who lets us keep, for our operators, what we do not understand."""
    await person.taps_token("welcome.consents")
    await person.taps("同意：改进理解")
    await person.says(f"呃那个啥 {EMAIL} 咋整 {PHONE} {PASSPORT} {UCC} {AMOUNT} 不是这意思吧")
    await person.taps_token("welcome.consents")


async def plants_while_linking(person: Person) -> None:
    """An address to be proved: a code is mailed, and typed wrongly."""
    await person.taps_token("welcome.link")
    await person.says(EMAIL)
    await person.says("000000")
    await person.says("取消")


async def plants_a_claim(person: Person) -> None:
    """A whole claim with a document, one left half way, and one amended."""
    second = person.channel == WEBCHAT  # one address is one creditor, one number is one claim
    schedule = SCHEDULES[second]
    await joins(person, f"{2 if second else ''}{EMAIL}")
    await person.commands("file")
    for answer in (
        "FTX Trading Ltd.", "5A", schedule, "没有", UCC, "个人", NAME, "中国大陆", "日本", "新加坡", AMOUNT,
    ):  # fmt: skip
        await (person.taps(answer) if answer in person.labels else person.says(answer))
    await person.sends_file(FILE_NAME, FILE)
    await person.taps("已上传 1 个文件")
    await person.taps("我声明内容真实、完整")
    person.sees(NAME, schedule)
    await person.taps("确认提交")
    number = number_on(person)
    await person.taps_token(f"claims.status:{number}")
    await person.taps_token(f"claims.receipt:{number}")
    await person.taps_token(f"claims.amend:{number}")
    await person.says(NAME)


async def plants_a_question(person: Person) -> None:
    """A question to a person of the desk."""
    await person.taps_token("support.ask")
    await person.says(f"{QUESTION}，{NAME} {PHONE}")


async def plants_in_failures(person: Person) -> None:
    """Steps that fail with what the person wrote in their message, and a form that is left open."""
    engine = person.engine
    faulty = Engine(engine.database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))
    person.engine = faulty
    room.trouble.left = 10**6
    for token in ("room.fail", "room.stumble"):
        turn = person.turn(choice=token, text=f"{NAME} {PHONE} {AMOUNT}")
        for _ in range(TRIES):
            with contextlib.suppress(TurnFailed):
                await person.does(turn)
    person.sees("很抱歉")
    room.trouble.left = 0
    await person.commands("form")
    await person.says(f"{NAME} {EMAIL}")
    await person.commands("add", f"{NAME} {PASSPORT}")
    person.engine = engine


async def plants_payout_methods(person: Person) -> None:
    """A bank account in use but for its cooling, one whose code was never typed, and half a form."""
    first = ("港元（HKD）", "香港银行账户", "004", "739-182640-517", HOLDER)
    second = ("USDT（稳定币）", "以太坊（ERC-20）", WALLET)
    for answers in (first, second):
        await person.taps_token("payouts.add")
        for answer in answers:
            await (person.taps(answer) if answer in person.labels else person.says(answer))
        person.sees("请核对")
        await person.taps("确认提交")
        person.clock.passes(timedelta(hours=2))  # so many codes an hour, and no more
        await person.taps("重新发送验证码")
        if answers is first:
            await person.says(await person.mailed_code())
            person.sees("进入冷静期")
            await person.taps("撤销 SK")
    await person.says("取消")
    await person.taps_token("payouts.add")
    await person.taps("港元（HKD）")
    await person.taps("香港银行账户")
    await person.says("739-182640-517")


PLANTERS: tuple[Callable[[Person], Awaitable[None]], ...] = (
    plants_in_words,
    plants_what_is_not_understood,
    plants_while_linking,
    plants_a_claim,
    plants_payout_methods,
    plants_a_question,
    plants_in_failures,
)


async def plant(engine: Engine, clock: FakeClock) -> None:
    """Say everything, by chat and by page, with and without the outbox."""
    for channel, address, rides in (("telegram:42", ADDRESS, False), (WEBCHAT, "d" * 64, True)):
        person = Person(engine, channel, address, clock=clock, rides=rides)
        for plants in PLANTERS:
            await plants(person)


# ------------------------------------------------------------------------------------------ looking


def spellings(secret: str) -> Iterator[tuple[str, bytes]]:
    """How a secret may be written down without being hidden."""
    plain = secret.encode()
    for name, raw in (
        ("utf-8", plain),
        ("utf-16le", secret.encode("utf-16le")),
        ("utf-16be", secret.encode("utf-16be")),
    ):
        yield name, raw
        yield f"hex of {name}", raw.hex().encode()
        yield f"HEX of {name}", raw.hex().upper().encode()
        for shift in range(3):
            # what stands before it moves the letters: those that depend on its neighbours are left out
            encoded = base64.b64encode(b"\0" * shift + raw)
            inner = encoded[-(-shift * 8 // 6) : len(encoded.rstrip(b"=")) - 1 if (shift + len(raw)) % 3 else None]
            yield f"base64 of {name} at {shift}", inner
            yield f"base64url of {name} at {shift}", inner.translate(bytes.maketrans(b"+/", b"-_"))
    yield "JSON", json.dumps(secret)[1:-1].encode()
    yield "URL", quote(secret).encode()
    for kind in ("md5", "sha1", "sha256"):
        for text in {secret, secret.lower()}:
            digest = hashlib.new(kind, text.encode(), usedforsecurity=False).digest()
            yield f"{kind} without a key", digest
            yield f"{kind} without a key, hex", digest.hex().encode()


def found(where: str, content: bytes) -> list[str]:
    """Which secrets can be read there, and how they are written."""
    lower = content.lower()
    told = []
    for secret in SECRETS:
        for how, raw in spellings(secret):
            if raw in content or (how in ("utf-8", "JSON") and raw.lower() in lower):
                told.append(f"{where}: {secret} as {how}")
    for kind in ("md5", "sha1", "sha256"):
        digest = hashlib.new(kind, FILE, usedforsecurity=False)
        if digest.digest() in content or digest.hexdigest().encode() in content:
            told.append(f"{where}: {kind} of a document")
    if FILE[:60] in content:
        told.append(f"{where}: a document")
    return told


@pytest.mark.parametrize("secret", SECRETS)
def test_control_the_scan_sees_every_spelling(secret: str) -> None:
    for how, raw in spellings(secret):
        assert found("x", b"\x07" * 50 + raw + b"\x07" * 50), how
    for before in range(3):
        blob = base64.b64encode(b"abc"[:before] + secret.encode() + b"xyz")
        assert found("x", blob), f"base64 after {before} bytes"
    assert found("x", json.dumps({"a": [secret]}).encode())
    assert not found("x", b"\x07" * 5000)


async def cells(url: str) -> list[tuple[str, bytes]]:
    """Every cell of every table, with its table and column; bytes as they are, anything else as text."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            told = []
            for name in names:
                rows = raw.execute(f'SELECT * FROM "{name}"')
                columns = [column[0] for column in rows.description]
                told += [(f"{name}.{c}", _bytes(v)) for row in rows for c, v in zip(columns, row, strict=True)]
            return told
    connection = await asyncpg.connect(url)
    try:
        names = [
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        told = []
        for name in names:
            for record in await connection.fetch(f'SELECT * FROM "{name}"'):
                told += [(f"{name}.{column}", _bytes(value)) for column, value in record.items()]
        return told
    finally:
        await connection.close()


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def test_nothing_in_any_cell_nor_in_the_log(
    engine: Engine,
    clock: FakeClock,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    await plant(engine, clock)
    told = await cells(database_url)
    tables = {where.partition(".")[0] for where, content in told}
    assert {
        "contact",
        "event",
        "draft",
        "message",
        "outbox",
        "claim",
        "document",
        "ledger_opening",
        "creditor",
    } <= tables
    assert any(ADDRESS.encode() in content for _where, content in told), "the scan reads what is there"
    leaks = sorted({leak for where, content in told for leak in found(where, content)})
    assert leaks == []

    said = "\n".join(logging.Formatter("%(name)s %(message)s").format(record) for record in caplog.records)
    assert "Broken" in said, "failures were logged"
    assert found("log", said.encode()) == []
    output = capfd.readouterr()
    assert found("output", (output.out + output.err).encode()) == []

    if database_url.startswith("sqlite"):
        _nothing_in_the_file(Path(database_url.removeprefix("sqlite:///")))


def _nothing_in_the_file(path: Path) -> None:
    """Free pages and what is not yet moved from the WAL count as well."""
    content = b"".join(Path(f"{path}{suffix}").read_bytes() for suffix in ("", "-wal", "-shm"))
    assert ADDRESS.encode() in content
    assert found("file", content) == []
