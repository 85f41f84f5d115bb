"""The whole way of a code: asked for in the chat, through the outbox and a mail server, typed in the chat."""

import re
from datetime import timedelta

import pytest

from bot.channels.mail.sender import LocalMailbox, Smtp
from bot.conversation.outbox import Cancelled, Drain
from storage import people
from storage.terms import Outcome
from tests.fakes.mailserver import Server, read
from tests.person import owed

EMAIL = "li.si@private-mail.example"
SENDER = "债权通 <noreply@service.example>"


async def nothing_to_render(_db, _row) -> Cancelled:
    return Cancelled("a code carries its words")


@pytest.fixture
def find(database):
    return lambda address: people.email_at(database.read(), address)


async def test_a_code_goes_through_a_mail_server(person, database, find, started):
    server = Server()
    drain = Drain(database, Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, find), nothing_to_render)
    await person.commands("link")
    await person.says(EMAIL)
    assert await drain.empty() == 1
    (mail,) = server.mails
    assert mail["To"] == EMAIL
    (code,) = re.findall(r"[0-9]{6}", read(mail))
    assert code in mail["Subject"]
    await person.says(code)
    person.sees("绑定成功")
    (row,) = await owed(database, channel="mail")
    assert row.outcome == Outcome.SENT


async def test_a_code_that_is_too_late_is_never_sent(person, database, find, started, clock):
    server = Server()
    drain = Drain(database, Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, find), nothing_to_render)
    await person.commands("link")
    await person.says(EMAIL)
    clock.passes(timedelta(minutes=10))
    await drain.empty()
    assert server.mails == []
    (row,) = await owed(database, channel="mail")
    assert row.outcome == Outcome.EXPIRED


async def test_a_code_for_an_address_that_was_changed_meanwhile_is_never_sent(person, database, find, started, clock):
    server = Server()
    drain = Drain(database, Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, find), nothing_to_render)
    await person.commands("link")
    await person.says("wrong@private-mail.example")
    await person.taps("上一步")
    clock.passes(timedelta(minutes=1))
    await person.says(EMAIL)
    await drain.empty()
    assert [mail["To"] for mail in server.mails] == [EMAIL]


@pytest.mark.parametrize(("where", "says"), [("rcpt", "550 no such user"), ("data", "554 spam")])
async def test_a_refused_mail_ends(person, database, find, started, where, says):
    server = Server()
    setattr(server, where, says)
    drain = Drain(database, Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, find), nothing_to_render)
    await person.commands("link")
    await person.says(EMAIL)
    await drain.empty()
    (row,) = await owed(database, channel="mail")
    assert row.outcome == Outcome.DEAD


async def test_a_server_that_was_away_gets_the_code_later(person, database, find, started, clock):
    server = Server()
    server.rcpt = "450 greylisted"
    drain = Drain(database, Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, find), nothing_to_render)
    await person.commands("link")
    await person.says(EMAIL)
    await drain.empty()
    assert server.mails == []
    server.rcpt = ""
    clock.passes(timedelta(minutes=1))
    await drain.empty()
    assert len(server.mails) == 1


async def test_without_a_server_the_code_lies_in_the_local_mailbox(person, database, find):
    kept: list[bytes] = []

    async def keep(body: bytes) -> None:
        kept.append(body)

    drain = Drain(database, LocalMailbox(SENDER, find, keep), nothing_to_render)
    await person.commands("link")
    await person.says(EMAIL)
    await drain.empty()
    assert len(kept) == 1
    assert EMAIL.encode() in kept[0]
