"""Mail as a channel: through an SMTP server, or kept for the local mailbox page.

An address on this channel is no e-mail address but its blind index, in hex: the outbox is not the
place for personal data. `find` tells whose it is; an address nobody knows any more gets nothing.
"""

import logging
import ssl
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from bot import clock
from bot.channels.mail.letter import written
from bot.conversation.channel import Abilities, Receipt
from bot.conversation.reply import Reply
from bot.errors import Malformed, Misconfigured, TryLater, Unknown, Unreachable

log = logging.getLogger("bot.mail")

NAME = "mail"
CAN = Abilities(buttons=False, edits=False, files=False, text_limit=100_000)
#: seconds to wait when the server is away, and when it does not want us
PAUSE = 15.0
LONG_PAUSE = 60.0
#: ports a URL without one means
PORTS = {"smtp": 587, "smtps": 465}

#: the e-mail address behind an address of this channel, or None
Find = Callable[[str], Awaitable[str | None]]


class Smtp:
    """A mail server. One connection a mail: codes are few, and a kept connection is often a dead one."""

    name = NAME
    can = CAN

    def __init__(
        self, url: str, sender: str, find: Find, *, tls: ssl.SSLContext | None = None, timeout: float = 20.0
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise Misconfigured("SMTP_URL: must be smtp://host:port or smtps://host:port")
        _check(sender)
        self._host = parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._tls_at_once = parts.scheme == "smtps"
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._find = find
        self._tls = tls or ssl.create_default_context()
        self._timeout = timeout

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Send once; the receipt is the Message-ID.

        MUST NOT send a password over a line that is not encrypted, unless it stays on this machine.
        """
        to = await self._find(address)
        if to is None:
            raise Unreachable("forgotten")
        mail = _letter(reply, self._sender, to)
        smtp = await self._connected()
        try:
            await self._hand_over(smtp, mail, to)
        finally:
            smtp.close()
        return Receipt(str(mail["Message-ID"])[:64])

    async def _connected(self) -> SMTP:
        smtp = SMTP(
            hostname=self._host,
            port=self._port,
            use_tls=self._tls_at_once,
            # None: STARTTLS whenever the server offers it; a bad certificate then is an error, not a shrug
            start_tls=False if self._tls_at_once else None,
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            await smtp.connect()
            if self._user:
                if smtp.get_transport_info("sslcontext") is None and not _is_here(self._host):
                    log.error("SMTP_URL holds a password, but %s offers no STARTTLS: nothing is sent", self._host)
                    raise TryLater(LONG_PAUSE)
                await smtp.login(self._user, self._password)
        except aiosmtplib.SMTPAuthenticationError as refused:
            smtp.close()
            log.error("the mail server refuses user and password (%d): is SMTP_URL right?", refused.code)
            raise TryLater(LONG_PAUSE) from None
        except (aiosmtplib.SMTPException, OSError) as away:
            smtp.close()
            log.warning("the mail server cannot be reached: %s", type(away).__name__)
            raise TryLater(PAUSE) from None
        except BaseException:
            smtp.close()
            raise
        return smtp

    async def _hand_over(self, smtp: SMTP, mail: EmailMessage, to: str) -> None:
        # `from None` everywhere: the library's errors quote the address they were refused for.
        try:
            await smtp.mail(parseaddr(self._sender)[1])
            await smtp.rcpt(to)
        except aiosmtplib.SMTPRecipientRefused as refused:
            if refused.code >= 500:
                raise Unreachable(f"recipient refused ({refused.code})") from None
            raise TryLater(PAUSE, whole=False) from None
        except aiosmtplib.SMTPResponseException as refused:
            if refused.code >= 500:
                log.error("the mail server refuses our sender (%d): is MAIL_FROM right?", refused.code)
                raise Malformed(f"sender refused ({refused.code})") from None
            raise TryLater(PAUSE) from None
        except (aiosmtplib.SMTPException, OSError) as away:
            # Nothing of the mail was on the line yet: it cannot have arrived.
            log.warning("the mail server went away: %s", type(away).__name__)
            raise TryLater(PAUSE) from None
        try:
            await smtp.data(mail.as_bytes())
        except aiosmtplib.SMTPDataError as refused:
            if refused.code >= 500:
                raise Malformed(f"content refused ({refused.code})") from None
            raise TryLater(PAUSE) from None
        except (aiosmtplib.SMTPException, OSError) as silence:
            # The words went out and no answer came: it may be on its way already.
            raise Unknown(type(silence).__name__) from None
        # From here the server has taken it; whether the farewell succeeds does not matter.
        try:
            await smtp.quit(timeout=2)
        except (aiosmtplib.SMTPException, OSError) as away:
            log.debug("no farewell: %s", type(away).__name__)


class LocalMailbox:
    """Where mail lands while no server is set: a page that exists in embedded mode only.

    keep  stores one mail as bytes (RFC 5322)
    """

    name = NAME
    can = CAN

    def __init__(self, sender: str, find: Find, keep: Callable[[bytes], Awaitable[None]]) -> None:
        _check(sender)
        self._sender = sender
        self._find = find
        self._keep = keep

    async def send(self, address: str, reply: Reply, *, replacing: str | None = None) -> Receipt:
        """Keep it; the receipt is the Message-ID."""
        to = await self._find(address)
        if to is None:
            raise Unreachable("forgotten")
        mail = _letter(reply, self._sender, to)
        await self._keep(mail.as_bytes())
        log.info("a mail was put into the local mailbox")
        return Receipt(str(mail["Message-ID"])[:64])


def _letter(reply: Reply, sender: str, to: str) -> EmailMessage:
    try:
        return written(reply, sender=sender, to=to, at=clock.now())
    except ValueError:
        # `from None`: the cause quotes the address.
        raise Malformed("no such address") from None


def _check(sender: str) -> None:
    if "@" not in parseaddr(sender)[1]:
        raise Misconfigured("MAIL_FROM: must be an address, as noreply@example.com or Name <noreply@example.com>")


def _is_here(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")
