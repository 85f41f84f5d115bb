"""A reply as a mail: plain text, with the headers that keep it out of trouble."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from bot.conversation.reply import Reply


def written(reply: Reply, *, sender: str, to: str, at: datetime) -> EmailMessage:
    """The mail of a reply: its title is the subject, its text the body, numbers to copy below.

    Plain text without a link or a picture: whoever imitates us with a link is found out by it.
    `Auto-Submitted` (RFC 3834) keeps holiday answers from coming back.
    """
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = reply.title or reply.text.partition("\n")[0][:80]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=address.rpartition("@")[2] or "localhost")
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    lines = [reply.text, *(f"{copy.label} {copy.value}".strip() for copy in reply.copies)]
    # base64: a server without 8BITMIME takes it too, and no line is ever too long
    mail.set_content("\n\n".join(filter(None, lines)) + "\n", cte="base64")
    return mail
