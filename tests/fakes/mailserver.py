"""A real SMTP server within the test's own loop, that remembers what it was given and fails on demand."""

import asyncio
import email
import email.policy
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def read(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n").rstrip("\n")


class Server:
    """What the mail server was given, and how it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.encrypted: list[bool] = []
        self.logins: list[tuple[str, str]] = []
        self.mail = self.rcpt = self.data = ""
        self.at_data: Callable[[SMTP], Awaitable[None]] | None = None

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 (the library's name)
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (the library's name)
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (the library's name)
        if self.at_data is not None:
            await self.at_data(server)
        if self.data:
            return self.data
        self.raw.append(envelope.content)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.encrypted.append(session.ssl is not None)
        return "250 taken"

    def authenticate(self, server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password == b"s3cret/@", handled=False)


class Running:
    """Every server of a test; `stop` at its end."""

    def __init__(self) -> None:
        self._listening: list[asyncio.Server] = []
        self._lines: list[SMTP] = []

    async def start(self, handler: Server, *, at_once: ssl.SSLContext | None = None, **options: Any) -> int:
        """Start a server; its port. `at_once`: TLS from the first byte."""
        loop = asyncio.get_running_loop()

        def line() -> SMTP:
            self._lines.append(SMTP(handler, loop=loop, **options))
            return self._lines[-1]

        self._listening.append(await loop.create_server(line, "127.0.0.1", 0, ssl=at_once))
        return int(self._listening[-1].sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop all servers and close all lines."""
        for server in self._listening:
            server.close()
        for line in self._lines:
            if line.transport is not None:
                line.transport.close()
        await asyncio.sleep(0)  # the loop tells the lines that they are closed
        tasks = (line._handler_coroutine for line in self._lines if line._handler_coroutine)
        await asyncio.gather(*tasks, return_exceptions=True)
