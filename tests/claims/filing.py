"""Walks through the claims room that several tests need, and files that are what they say."""

import re
import zlib

from bot.conversation.engine import Engine
from storage import claims, ledger
from storage.claims import ClaimRow
from storage.ledger import EntryRow
from tests.person import Person

EMAIL = "zhang.san@mail.example"


def png(pixel: int = 0) -> bytes:
    """A whole PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes((0, pixel))))
        + chunk(b"IEND", b"")
    )


def pdf(text: str = "claim") -> bytes:
    """A small PDF."""
    body = f"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% {text}\n".encode()
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


async def joins(person: Person, email: str = EMAIL, *, papers: bool = True) -> Person:
    """Prove an e-mail address and give the two consents a claim needs, and the one that documents need."""
    await person.linked_as(email)
    await person.taps_token("welcome.consents")
    for purpose in ("account", "claim_details", *(("identity_papers",) if papers else ())):
        await person.taps_token(
            next(choice.token for choice in person.buttons if choice.token.startswith(f"welcome.consent:{purpose}"))
        )
    return person


async def fills(
    person: Person, *, plan_class: str = "5A", schedule: str = "9912345", amount: str = "20万", papers: bool = False
) -> Person:
    """Answer every question of the open form, up to the review screen."""
    await person.taps("FTX Trading Ltd.")
    await person.taps(plan_class)
    await (person.says(schedule) if schedule else person.taps("跳过"))
    await person.says("没有")
    await person.says("EX-99-ABC")
    await person.taps("个人")
    await person.says("张三")
    await person.taps("中国大陆")
    await person.says("日本")
    await person.taps("新加坡")
    await person.says(amount)
    if papers:
        await person.sends_file("表.pdf", pdf())
        await person.taps("已上传 1 个文件")
    else:
        await person.taps("跳过")
    return await person.taps("我声明内容真实、完整")


async def files(
    person: Person, *, plan_class: str = "5A", schedule: str = "9912345", amount: str = "20万", papers: bool = False
) -> str:
    """Register a claim; its number."""
    await person.commands("file")
    if "都不是" in person.screen:
        await person.taps("都不是")
    await fills(person, plan_class=plan_class, schedule=schedule, amount=amount, papers=papers)
    await person.taps("确认提交")
    person.sees("✅ 已登记")
    return number_on(person)


def number_on(person: Person) -> str:
    """The claim number on the screen."""
    found = re.search(r"ZQ-[0-9A-Z]{7}", person.screen)
    assert found is not None, person.screen
    return found[0]


async def stored(engine: Engine, number: str) -> ClaimRow:
    """A claim as the table has it."""
    row = await claims.by_number(engine.database.read(), number)
    assert row is not None
    return row


async def steps(engine: Engine, number: str) -> list[EntryRow]:
    """The signed entries of a claim."""
    return await ledger.chain(engine.database.read(), (await stored(engine, number)).handle)
