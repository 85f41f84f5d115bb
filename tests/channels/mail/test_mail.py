"""Mail leaves through a real SMTP server, and every way it can fail has its name."""

import asyncio
import email
import email.policy
import ipaddress
import logging
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import clock as real_clock
from bot.channels.mail.sender import LocalMailbox, Smtp
from bot.conversation.reply import Reply
from bot.errors import Malformed, Misconfigured, TryLater, Unknown, Unreachable
from tests.fakes.mailserver import Server, read
from tests.person import MORNING
from tests.ports import free_port

SENDER = "债权通 <noreply@service.example>"
TO = "somebody.private@mail.example"
CODE = Reply(title="您的验证码：482913", text="验证码：482913\n\n10 分钟内有效。")


async def found(address: str) -> str | None:
    return {"ab12": TO}.get(address)


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(real_clock, "now", lambda: MORNING)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def offered(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def trusted(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)


async def test_a_mail_arrives_as_it_was_meant(started, clock):
    server = Server()
    channel = Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found)
    receipt = await channel.send("ab12", CODE)
    (mail,) = server.mails
    assert mail["To"] == TO
    assert mail["From"] == SENDER
    assert mail["Subject"] == "您的验证码：482913"
    assert mail["Message-ID"] == receipt.message
    assert mail["Message-ID"].endswith("@service.example>")
    assert mail["Date"].datetime == MORNING
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert read(mail) == CODE.text
    assert server.raw[0].isascii(), "no server needs 8BITMIME or SMTPUTF8 for it"


async def test_a_line_of_dots_and_long_lines_survive(started, clock):
    server = Server()
    channel = Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found)
    words = "一行很长的话" * 400 + "\n.\n..\n结束"
    await channel.send("ab12", Reply(title="标题\r\nBcc: thief@example.com"[:2] + "很长" * 60, text=words))
    assert read(server.mails[0]) == words
    assert max(len(line) for line in server.raw[0].split(b"\r\n")) < 998


async def test_a_subject_cannot_smuggle_a_header(started, clock):
    server = Server()
    channel = Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found)
    with pytest.raises(Malformed):
        await channel.send("ab12", Reply(title="标题\r\nBcc: thief@example.com", text="好"))
    assert server.mails == []


async def test_an_address_nobody_knows_gets_nothing(started):
    server = Server()
    channel = Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found)
    with pytest.raises(Unreachable):
        await channel.send("ffff", CODE)
    assert server.mails == []


# -- encryption and passwords


async def test_starttls_is_used_when_it_is_offered(started, certificate):
    server = Server()
    port = await started(server, tls_context=offered(certificate))
    await Smtp(f"smtp://127.0.0.1:{port}", SENDER, found, tls=trusted(certificate)).send("ab12", CODE)
    assert server.encrypted == [True]


async def test_smtps_speaks_tls_from_the_first_byte(started, certificate):
    server = Server()
    port = await started(server, at_once=offered(certificate))
    await Smtp(f"smtps://127.0.0.1:{port}", SENDER, found, tls=trusted(certificate)).send("ab12", CODE)
    assert len(server.mails) == 1


async def test_a_certificate_nobody_vouches_for_is_refused(started, certificate):
    server = Server()
    port = await started(server, tls_context=offered(certificate))
    with pytest.raises(TryLater):
        await Smtp(f"smtp://127.0.0.1:{port}", SENDER, found).send("ab12", CODE)
    assert server.mails == []


async def test_user_and_password_are_decoded_from_the_url(started, certificate):
    server = Server()
    port = await started(server, tls_context=offered(certificate), authenticator=server.authenticate)
    url = f"smtp://bot%40service.example:s3cret%2F%40@127.0.0.1:{port}"
    await Smtp(url, SENDER, found, tls=trusted(certificate)).send("ab12", CODE)
    assert server.logins == [("bot@service.example", "s3cret/@")]


async def test_a_wrong_password_waits_for_the_operator(started, certificate, caplog):
    server = Server()
    port = await started(server, tls_context=offered(certificate), authenticator=server.authenticate)
    with pytest.raises(TryLater) as wait:
        await Smtp(f"smtp://bot:wrong@127.0.0.1:{port}", SENDER, found, tls=trusted(certificate)).send("ab12", CODE)
    assert wait.value.whole
    assert "SMTP_URL" in caplog.text
    assert "wrong" not in caplog.text


async def test_no_password_over_an_open_line(started, monkeypatch, caplog):
    server = Server()
    port = await started(server, authenticator=server.authenticate, auth_require_tls=False)
    monkeypatch.setattr("bot.channels.mail.sender._is_here", lambda host: False)
    with pytest.raises(TryLater):
        await Smtp(f"smtp://bot:s3cret%2F%40@127.0.0.1:{port}", SENDER, found).send("ab12", CODE)
    assert server.logins == []
    assert "STARTTLS" in caplog.text


# -- refusals


@pytest.mark.parametrize(
    ("where", "says", "error"),
    [
        ("rcpt", "550 no such user", Unreachable),
        ("rcpt", "553 mailbox name not allowed", Unreachable),
        ("rcpt", "450 greylisted, come back", TryLater),
        ("rcpt", "452 mailbox full", TryLater),
        ("mail", "550 who are you", Malformed),
        ("mail", "451 not now", TryLater),
        ("data", "554 looks like spam", Malformed),
        ("data", "451 try again", TryLater),
    ],
)
async def test_every_refusal_has_its_name(started, where, says, error, caplog):
    caplog.set_level(logging.DEBUG)
    server = Server()
    setattr(server, where, says)
    with pytest.raises(error) as raised:
        await Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found).send("ab12", CODE)
    assert server.mails == []
    assert raised.value.__cause__ is None
    assert TO not in f"{raised.value!r} {raised.value}"
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert TO not in "\n".join(ours)
    assert "482913" not in "\n".join(ours)


async def test_a_greylisted_address_holds_up_nobody_else(started):
    server = Server()
    server.rcpt = "450 greylisted"
    with pytest.raises(TryLater) as wait:
        await Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found).send("ab12", CODE)
    assert not wait.value.whole


# -- silence


async def test_nobody_listens():
    with pytest.raises(TryLater):
        await Smtp(f"smtp://127.0.0.1:{free_port()}", SENDER, found).send("ab12", CODE)


async def test_a_server_that_never_greets():
    gone = asyncio.Event()

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    listening = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening:
        with pytest.raises(TryLater):
            await Smtp(f"smtp://127.0.0.1:{port}", SENDER, found, timeout=0.2).send("ab12", CODE)
        await asyncio.wait_for(gone.wait(), 10)


async def test_silence_after_the_words_went_out_is_unknown(started):
    server = Server()
    told = asyncio.Event()

    async def falls_silent(_line: SMTP) -> None:
        told.set()
        await asyncio.Event().wait()

    server.at_data = falls_silent
    port = await started(server)
    with pytest.raises(Unknown):
        await Smtp(f"smtp://127.0.0.1:{port}", SENDER, found, timeout=0.5).send("ab12", CODE)
    assert told.is_set()


async def test_a_line_cut_after_the_words_is_unknown(started):
    server = Server()

    async def hangs_up(smtp):
        smtp.transport.abort()

    server.at_data = hangs_up
    with pytest.raises(Unknown):
        await Smtp(f"smtp://127.0.0.1:{await started(server)}", SENDER, found).send("ab12", CODE)


# -- without a server


async def test_without_a_server_the_mail_is_kept(clock):
    kept: list[bytes] = []

    async def keep(body: bytes) -> None:
        kept.append(body)

    receipt = await LocalMailbox(SENDER, found, keep).send("ab12", CODE)
    mail = email.message_from_bytes(kept[0], policy=email.policy.default)
    assert mail["To"] == TO
    assert mail["Message-ID"] == receipt.message
    assert isinstance(mail, EmailMessage)
    assert "482913" in mail.get_content()


@pytest.mark.parametrize("sender", ["", "nobody", "Name <>"])
def test_a_sender_without_an_address_stops_the_start(sender):
    with pytest.raises(Misconfigured, match="MAIL_FROM"):
        LocalMailbox(sender, found, lambda _body: asyncio.sleep(0))
