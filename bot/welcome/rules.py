"""Reading an e-mail address as people type them, the purposes a consent is asked for, and what of our words is kept."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from bot.errors import Invalid, Refusal
from storage.terms import Purpose

#: a wish to be erased may be taken back for so long
REGRET = timedelta(days=7)
#: what is under way is looked at again so often, until nothing is
LOOK_AGAIN = timedelta(days=1)
#: the file is cleaned again for so long after an erasure: a reader may have stood in the way
SCRUBBED_FOR = timedelta(hours=1)
#: what a finished deal is proved by stays as long as a claim over it can be brought in New York (CPLR 213)
DEALS_KEPT = timedelta(days=6 * 366)


class Frozen(Refusal):
    """The account is frozen: nothing is given up until a person has looked."""


#: not understood again within this time: a person comes first
LOST_AGAIN = timedelta(minutes=10)

_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"({_LOCAL})@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: the full stop of a Chinese input method, where a dot was meant
_FULL_STOP = re.compile(r"(?<=[A-Za-z0-9])\s*\u3002\s*(?=[A-Za-z0-9])")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")

#: where mailboxes of Chinese-speaking people usually are; a slip of one key from here is asked about
KNOWN_DOMAINS = (
    *("gmail.com", "qq.com", "163.com", "126.com", "outlook.com", "hotmail.com", "icloud.com", "foxmail.com"),
    *("yahoo.com", "yahoo.com.hk", "yahoo.com.tw", "yahoo.com.cn", "yahoo.cn", "yahoo.co.jp", "yahoo.co.uk"),
    *("live.com", "live.cn", "live.hk", "msn.com", "googlemail.com", "ymail.com", "rocketmail.com", "aol.com"),
    *("me.com", "mac.com", "proton.me", "protonmail.com", "pm.me", "tutanota.com", "zoho.com", "gmx.com", "gmx.net"),
    *("vip.qq.com", "vip.163.com", "vip.126.com", "yeah.net", "sina.com", "sina.cn", "vip.sina.com", "sohu.com"),
    *("aliyun.com", "139.com", "189.cn", "wo.cn", "tom.com", "21cn.com", "hotmail.co.uk", "hotmail.com.tw"),
    *("mail.com", "email.com", "hey.com", "fastmail.com", "yandex.com", "mail.ru", "naver.com", "hinet.net"),
    *("msa.hinet.net", "pchome.com.tw", "netvigator.com", "singnet.com.sg", "hotmail.hk", "outlook.hk"),
)
_KNOWN = frozenset(KNOWN_DOMAINS)
#: endings that are slips of `.com`: none of them is a top-level domain people have mailboxes under
_NO_ENDING = frozenset({"con", "cmo", "ocm", "comm", "vom", "xom", "cpm", "coom", "clm", "coim"})


def read_email(text: str) -> str:
    """The one e-mail address in what was typed, in lower case.

    Takes full-width signs, a 。 for a dot, spaces around the @, brackets, and words before it.
    Raises Invalid: `not_an_email`, `two_emails`.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(" .'`*")
    plain = re.sub(r"\s*@\s*", "@", plain)
    plain = _FULL_STOP.sub(".", plain)
    found = list(_ADDRESS.finditer(plain))
    if len({one.group().lower() for one in found}) > 1:
        raise Invalid("two_emails")
    if not found or _is_cut_off(plain, *found[0].span()):
        raise Invalid("not_an_email")
    local, domain = found[0].group(1).lower(), found[0].group(2).lower()
    if not _is_local(local) or not _is_domain(domain):
        raise Invalid("not_an_email")
    return f"{local}@{domain}"


def _is_cut_off(text: str, start: int, end: int) -> bool:
    """Whether the address began earlier or goes on, with a sign that may not stand in one (é); 汉字 are words."""
    around = (text[start - 1 : start], text[end : end + 1])
    return any(c in {"@", "_"} or (c.isalpha() and not unicodedata.name(c, "").startswith("CJK")) for c in around if c)


def _is_local(local: str) -> bool:
    return len(local) <= 64 and not local.startswith(".") and not local.endswith(".") and ".." not in local


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    ending = labels[-1]
    return (
        len(domain) <= 189
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and len(ending) >= 2
        and not ending.isdigit()
    )


def meant(email: str) -> str | None:
    """The address that was probably meant, when this one looks like a slip of the finger; else None.

    Only a reason to ask: the odd domain may be real.
    """
    local, _at, domain = email.partition("@")
    if domain in _KNOWN:
        return None
    for known in KNOWN_DOMAINS:
        if _one_slip(domain, known):
            return f"{local}@{known}"
    body, _dot, ending = domain.rpartition(".")
    if ending in _NO_ENDING:
        better = f"{body}.com"
        near = next((known for known in KNOWN_DOMAINS if _one_slip(better, known)), better)
        return f"{local}@{near}"
    return None


def _one_slip(typed: str, known: str) -> bool:
    """One letter wrong, missing, too many, or two swapped."""
    if abs(len(typed) - len(known)) > 1 or typed == known:
        return False
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    a, b = typed[start:], known[start:]
    swapped = len(a) >= 2 and len(b) >= 2 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or swapped


#: what claims cannot be filed without, and what one may say no to
NEEDED = (Purpose.ACCOUNT, Purpose.CLAIM_DETAILS)
OPTIONAL = (Purpose.IDENTITY_PAPERS, Purpose.ABROAD, Purpose.BUYERS, Purpose.NEWS, Purpose.UNDERSTANDING)
PURPOSES = (*NEEDED, *OPTIONAL)


def fingerprint(words: str) -> str:
    """The SHA-256 of words that were shown, in hex: what exactly a person agreed to."""
    return hashlib.sha256(words.encode()).hexdigest()


# -- what was not understood, kept for a person to read

#: an intent shows in the first line or two; what is longer tells a life
MOST_KEPT = 256
#: what one contact may leave behind within a day: the queue is read by people
MOST_KEPT_A_DAY = 30
DAY = timedelta(days=1)
#: a button tapped later than this answers something else
CHOICE_COUNTS = timedelta(minutes=10)


#: a number of ours, well or badly copied: with a wrong letter it still points at somebody
_NUMBERED = re.compile(r"(?<![A-Z0-9])(?:ZQ|BJ|KF)[-_ ]?(?=[A-Z]*[0-9])[0-9A-Z]{6,8}(?![A-Z0-9])", re.IGNORECASE)


def without(text: str, known: Sequence[str], *, name: str, number: str) -> str:
    """The text with `number` for our numbers and `name` for what we know this person by, however cased."""
    text = _NUMBERED.sub(number, text)
    for secret in sorted({secret.strip() for secret in known}, key=len, reverse=True):
        if len(secret) >= (4 if secret.isascii() else 2):  # shorter ones are pieces of other words
            text = re.sub(re.escape(secret), lambda _found: name, text, flags=re.IGNORECASE)
    return text


def on_one_line(text: str) -> str:
    """The text on one line, without marks that nobody sees."""
    return " ".join(_INVISIBLE.sub("", text).split())


def cut(text: str) -> str:
    """The beginning that is kept."""
    return text[:MOST_KEPT].rstrip()
