"""Walks through the room of payout methods that several tests need."""

import re
from datetime import timedelta

from bot.ledger.transition import new_handle, transition
from bot.payouts import actions, dialogue
from storage import claims, ledger, payouts
from storage.database import Database, Transaction
from storage.payouts import PayoutRow
from tests.person import FakeClock, Person, owed

EMAIL = "zhang.san@private-mail.example"
#: EIP-55's own test vectors
ERC20 = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
OTHER_ERC20 = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"
TRON = "TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC"
SOLANA = "7fUAJdStEuGbc3sM84cKRL6yYaaSstyLSU4ve5oovLS7"
IBAN = "GB82 WEST 1234 5698 7654 32"

HSBC = ("美元（USD）", "电汇（SWIFT）", "HSBCHKHHHKH", "123-456789-001", "ZHANG SAN")
BANK_IN_HK = ("美元（USD）", "香港银行账户", "004", "123-456789-002", "ZHANG SAN")
COIN = ("USDC（稳定币）", "以太坊（ERC-20）", ERC20)


async def fills(person: Person, *answers: str) -> Person:
    """Open the form and answer, by button where there is one, up to the review screen."""
    await person.taps_token("payouts.add")
    for answer in answers:
        await (person.taps(answer) if answer in person.labels else person.says(answer))
    return person.sees("请核对")


async def enters(person: Person, *answers: str) -> str:
    """The whole form, sent; the number of the method, which waits for its code."""
    await fills(person, *answers)
    await person.taps("确认提交")
    person.sees("验证码")
    return (await methods(person))[-1].number


async def sets(person: Person, *answers: str) -> str:
    """The same with the code: it cools."""
    number = await enters(person, *answers)
    await person.says(await person.mailed_code())
    person.sees("进入冷静期", number)
    return number


async def uses(person: Person, *answers: str) -> str:
    """The same with the cooling: it is in use. Not for coins."""
    number = await sets(person, *answers)
    person.clock.passes(timedelta(hours=48))
    assert await settles(person.engine.database, person.clock) == 1
    return number


async def settles(database: Database, clock: FakeClock) -> int:
    """What the clock does each minute."""
    return await database.write(lambda db: dialogue.settle_due(db, clock.now()))


async def methods(person: Person) -> list[PayoutRow]:
    """The person's live methods."""
    key = await person.creditor_id()
    assert key is not None
    return await payouts.of_creditor(person.engine.database.read(), key)


async def method(database: Database, number: str) -> PayoutRow:
    """One method, whatever became of it."""
    row = await payouts.by_number(database.read(), number)
    assert row is not None
    return row


async def kinds(database: Database, number: str) -> list[str]:
    """What the ledger holds about it."""
    row = await method(database, number)
    return [entry.kind for entry in await ledger.chain(database.read(), row.handle)]


async def two_operators_test(database: Database, number: str, clock: FakeClock) -> None:
    """Two operators send 3.27."""
    await database.write(lambda db: actions.propose_test(db, number, "3.27", "alice", clock.now()))
    await database.write(lambda db: actions.approve_test(db, number, "3.27", "bob", clock.now(), dialogue.words))


async def letters(person: Person) -> list[str]:
    """What the mailbox was told beside codes, oldest first."""
    return [f"{row.reply.title}\n{row.reply.text}" for row in await owed(person.engine.database, channel="mail")
            if row.kind != "code"]  # fmt: skip


async def alarms(person: Person) -> list[str]:
    """The titles of what this address was told without asking."""
    return [row.reply.title for row in await person.pushed("security") if "收款" in row.reply.title or
            "测试" in row.reply.title]  # fmt: skip


async def lives_in(person: Person, residence: str) -> None:
    """A claim that says where its creditor lives."""
    key = await person.creditor_id()

    async def act(db: Transaction) -> None:
        handle = new_handle()
        await transition(
            db, claims.move, None, kind="claim:submitted", subject=handle, at=person.clock.now(), by="creditor",
            payload={}, number=f"ZQ-{residence}00000", handle=handle, creditor_id=key,
            particulars={"residence": residence, "documents": []}, register_id=None, demo=False,
        )  # fmt: skip

    await person.engine.database.write(act)


def number_in(text: str) -> str:
    """The number of a payout method in what was said."""
    found = re.search(r"SK-[0-9A-Z]{7}", text)
    assert found is not None
    return found.group()
