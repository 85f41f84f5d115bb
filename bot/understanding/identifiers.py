"""Numbers and words that name a person, a paper or a purse; and those that open one. Recognised, never kept.

Where a number carries a check, the check is made; where a format was never published, its shape is
enough. `redacted` is for whatever is to be kept or shown to others: there a doubtful number goes too.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from bot import numbers
from bot.errors import Invalid

#: so much of a text is searched; what lies behind is not shown by `redacted` either
LOOK = 2000


class Kind(StrEnum):
    """What was recognised; the value is how `redacted` writes it."""

    SEED = "助记词"
    PRIVATE_KEY = "私钥"
    CODE = "验证码"
    PASSWORD = "密码"
    EMAIL = "邮箱"
    URL = "网址"
    OURS = "登记号"
    PRC_ID = "身份证号"
    HKID = "香港身份证号"
    TAIWAN_ID = "台湾身份证号"
    PASSPORT = "护照号"
    PERMIT = "通行证号"
    IBAN = "IBAN"
    BIC = "SWIFT"
    CARD = "卡号"
    WALLET = "钱包地址"
    PHONE = "电话"
    CLAIM = "编号"
    HANDLE = "账号"
    NAME = "姓名"
    NUMBER = "号码"


SECRETS = frozenset({Kind.SEED, Kind.PRIVATE_KEY, Kind.CODE, Kind.PASSWORD})
#: taken out of what is typed before anybody reads or keeps it
GUARDED = SECRETS | {Kind.CARD}
#: tells who somebody is, or where his money is
PERSONAL = frozenset(
    {Kind.PRC_ID, Kind.HKID, Kind.TAIWAN_ID, Kind.PASSPORT, Kind.PERMIT, Kind.IBAN, Kind.CARD, Kind.WALLET, Kind.PHONE}
)
#: what an agent sees of a creditor's words only after a reveal
_MASKED = GUARDED | PERSONAL | {Kind.EMAIL, Kind.BIC}
#: windows of a long text overlap by so much: no secret that is found alone is cut in two
_OVERLAP = 400


class Found(NamedTuple):
    """What stands where in a text that went through NFKC and `LOOK`."""

    kind: Kind
    start: int
    end: int
    value: str


# --- checks -------------------------------------------------------------------------------------

_PRC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _bare(text: str) -> str:
    """An identifier without width, case, spaces and hyphens."""
    return re.sub(r"[\s\-–—]", "", unicodedata.normalize("NFKC", text[:80])).upper()


def is_prc_id(text: str) -> bool:
    """18 characters, a real day of birth, a right check; also the residence permits of 81, 82 and 83.

    MUST NOT look at the area: codes come and go, and numbers are issued by them all the same.
    """
    digits = _bare(text)
    if not re.fullmatch("[1-9][0-9]{16}[0-9X]", digits):
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_PRC_WEIGHTS, digits, strict=False))
    return born.year >= 1880 and "10X98765432"[total % 11] == digits[17]


def is_hkid(text: str) -> bool:
    """One or two letters, six digits, and the check that stands in brackets."""
    shape = re.fullmatch(r"([A-Z]{1,2})([0-9]{6})\(?([0-9A])\)?", _bare(text))
    if shape is None:
        return False
    letters, digits, check = shape.groups()
    values = [36] * (2 - len(letters)) + [ord(letter) - 55 for letter in letters] + [int(digit) for digit in digits]
    total = sum(weight * value for weight, value in zip(range(9, 1, -1), values, strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0


_TAIWAN = {letter: number for number, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", 10)}


def is_taiwan_id(text: str) -> bool:
    """A letter, 1 or 2 (8 or 9 for residents), seven digits and a check."""
    number = _bare(text)
    if not re.fullmatch("[A-Z][1289][0-9]{8}", number):
        return False
    place = _TAIWAN[number[0]]
    digits = [place // 10, place % 10, *map(int, number[1:])]
    return (
        sum(weight * digit for weight, digit in zip((1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), digits, strict=True)) % 10 == 0
    )


def is_card(text: str) -> bool:
    """13 to 19 digits that pass Luhn's test."""
    digits = _bare(text)
    if not re.fullmatch("[3-6][0-9]{12,18}", digits):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """15 to 34 characters whose remainder by 97 is 1."""
    code = _bare(text)
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", code):
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1


_BASE58 = {char: value for value, char in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}


def _base58(text: str) -> bytes | None:
    """The bytes of a Base58Check text, if its checksum is right."""
    value = 0
    for char in text:
        if char not in _BASE58:
            return None
        value = value * 58 + _BASE58[char]
    raw = value.to_bytes((value.bit_length() + 7) // 8, "big")
    raw = b"\0" * (len(text) - len(text.lstrip("1"))) + raw
    whole, check = raw[:-4], raw[-4:]
    return whole if len(raw) > 4 and sha256(sha256(whole).digest()).digest()[:4] == check else None


def is_wallet(text: str) -> bool:
    """An address of Bitcoin, Tron or an Ethereum-like chain. Ethereum's letter case is not checked."""
    if re.fullmatch("0x[0-9a-fA-F]{40}", text) or re.fullmatch("bc1[02-9ac-hj-np-z]{11,71}", text.lower()):
        return True
    return bool(re.fullmatch("[13T][1-9A-HJ-NP-Za-km-z]{25,34}", text)) and _base58(text) is not None


# --- secrets ------------------------------------------------------------------------------------

_WORD_RUN = re.compile(
    r"(?<![A-Za-z])[A-Za-z]{3,8}(?:[\s,;|]+(?:[0-9]{1,2}[.):]?\s?)?[A-Za-z]{3,8}){11,}(?![A-Za-z])", re.ASCII
)
#: common in sentences, and in no list of seed words
_SENTENCE = re.compile(
    r"\b(?:the|and|for|are|was|were|has|have|had|not|but|from|his|her|their|our|your|been|which|would|could|should|into|than|them|"
    r"only|just|please|want|does|did|how|why|who|get|got|its|out|with|some|much|many|more|most|still|yet|now|here|also|too|ftx|claim|"
    r"claims|usd|usdt|money|account|email|wallet|paid|kyc|hello|thanks|been|where|whether|email|bond|bonds|cannot|did|doing|being|"
    r"one's|never|after|before|over|under|each|then|than|wei|zhe|dao|shen|hao|jin|shi|qian|wan|duo|men|xia|zai|jiu|kan|hai|mei|zhai|quan)\b"
)
_WORD = re.compile("[A-Za-z]+")
_SEED_CUE = re.compile(
    r"(?:助记词|助記詞|恢复词|種子詞|种子词|seed ?phrase|recovery ?phrase|mnemonic|сид[- ]?фраза)\W{0,4}(?:是|is|are)?\W{0,4}([a-z]{3,8}(?:[\s,]+[a-z]{3,8}){5,30})",
    re.IGNORECASE,
)
_HEX_KEY = re.compile("(?<![0-9A-Za-z])(?:0x)?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_HASH_CUE = re.compile(
    r"(?:hash|tx|txid|sha-?256|哈希|雜湊|交易|凭证|憑證|回执|回執|指纹|指紋|хеш)[^0-9a-zA-Z]{0,12}$", re.IGNORECASE
)
_LONG_KEY = re.compile(
    "(?<![0-9A-Za-z])(?:[xyz]prv[1-9A-HJ-NP-Za-km-z]{100,112}|[5KL][1-9A-HJ-NP-Za-km-z]{50,51})(?![0-9A-Za-z])"
)
_CODE = re.compile(
    r"(?:验证码|驗證碼|校验码|校驗碼|动态码|動態碼|动态密码|短信码|一次性密码|安全码|谷歌码|otp|2fa|yanzhengma|pin|"
    r"(?:verification|security|login|auth|authentication|confirmation|one-?time|sms|google) ?code|(?:^|my |the )code|код)"
    r"[^0-9A-Za-z\n]{0,6}(?:是|为|is|:)?[^0-9A-Za-z\n]{0,4}((?:[0-9]{3}[ -][0-9]{3}|[0-9]{4,8}))(?![0-9])"
    r"|(?<![0-9])([0-9]{4,8}) ?(?:是|is)[^0-9\n]{0,12}(?:验证码|驗證碼|code)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(?:密码|密碼|口令|passwords?|passwd|passphrase|pwd|пароль|mima)[^\S\n]{0,3}(是|为|為|[:=]|is|—|-)[^\S\n]{0,3}([!-~]{4,64})",
    re.IGNORECASE,
)
_STRONG = re.compile("[^A-Za-z]|[a-z][A-Z]")

# --- names and numbers --------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9\-])"
)
_URL = re.compile(
    r"(?<![A-Za-z0-9@.\-])(?:(?:https?://|www\.|t\.me/)[!-;=?-~]{2,2000}"
    r"|(?:[A-Za-z0-9\-]{1,63}\.){1,6}(?:com|net|org|io|cn|hk|tw|co|me|app|xyz|info|top|cc|ru|trade|finance|exchange|site|online)(?![A-Za-z0-9@.\-])(?:/[!-;=?-~]{0,2000})?)",
    re.IGNORECASE,
)
_OURS = re.compile(r"(?<![A-Za-z0-9])(ZQ|BJ|KF)[\-_ ]?[0-9A-Za-z]{7}(?![A-Za-z0-9])", re.IGNORECASE)
_PRC = re.compile("(?<![0-9A-Za-z])[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])")
_HK = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}[0-9]{6} ?(?:\([0-9Aa]\)|[0-9Aa](?![0-9A-Za-z]))")
_TW = re.compile("(?<![0-9A-Za-z])[A-Za-z][1289][0-9]{8}(?![0-9A-Za-z])")
_PASSPORT = re.compile(
    "(?<![0-9A-Za-z])(?:[EeGgKk][0-9]{8}|[Ee][A-HJ-NP-Za-hj-np-z][0-9]{7}|[SDPsdp][Ee][0-9]{7}|[Mm][Aa][0-9]{7})(?![0-9A-Za-z])"
)
_PERMIT = re.compile(
    "(?<![0-9A-Za-z])(?:[HMhm][0-9]{8}(?:[0-9]{2})?|[CWcw][0-9]{8}|[Cc][A-HJ-NP-Za-hj-np-z][0-9]{7})(?![0-9A-Za-z])"
)
_CARD = re.compile(r"(?<![0-9])[3-6][0-9]{3}(?:[ -]?[0-9]){9,15}(?![0-9])")
_IBAN = re.compile("(?<![0-9A-Za-z])[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]{4}){2,7}(?: ?[A-Za-z0-9]{1,3})?(?![0-9A-Za-z])")
_BIC = re.compile(
    r"(?<![A-Za-z])(?:swift|bic)[^A-Za-z0-9\n]{0,8}(?:code|代码|是)?[^A-Za-z0-9\n]{0,4}([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_WALLET = re.compile(
    "(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{40}|bc1[0-9a-z]{11,71}|[13T][1-9A-HJ-NP-Za-km-z]{25,34})(?![0-9A-Za-z])"
)
_TRON_SHAPE = re.compile("T[1-9A-HJ-NP-Za-km-z]{33}")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.,])(?:(?:\+|00)?86[ \-]?)?1[3-9][0-9][ \-]?[0-9]{4}[ \-]?[0-9]{4}(?![0-9A-Za-z]|[.,][0-9])"
    r"|(?<![0-9A-Za-z])(?:\+|00)?(?:852[ \-]?[2-9]|853[ \-]?6)[0-9]{3}[ \-]?[0-9]{4}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])(?:(?:\+|00)?886[ \-]?0?|0)9[0-9]{2}[ \-]?[0-9]{3}[ \-]?[0-9]{3}(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])\+[1-9][0-9]{0,2}(?:[ \-]?[0-9]){7,12}(?![0-9A-Za-z])"
)
_PHONE_CUE = re.compile(
    r"(?:电话|電話|手机|手機|tel|phone|mobile|whatsapp|телефон)[^0-9\n]{0,6}([2-9][0-9]{3}[ \-]?[0-9]{4})(?![0-9])",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![A-Za-z0-9.@])@[A-Za-z][A-Za-z0-9_]{3,31}(?![A-Za-z0-9_@])|(?:微信号?|wechat|weixin|qq号?|telegram|飞机号?)[ :是]{1,3}([A-Za-z0-9_\-]{5,32})",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:我叫|本人叫|名字叫|(?:姓名|名字|户名|戶名|开户名)(?:是(?![否不什哪怎一])|[:：])|本名是|真名是) ?([\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff]{1,8}|(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|东方|東方|皇甫|尉迟|尉遲|公孙|公孫|慕容|司徒|令狐|夏侯|端木|南宫|南宮)[\u4e00-\u9fff]{1,2}|[\u4e00-\u9fff]{2,3}|[A-Za-z][A-Za-z .'\-]{2,40})"
    r"|(?i:my name is|i am called|меня зовут) ([A-Za-zА-Яа-яЁё][A-Za-zА-Яа-яЁё'\-]{1,20}(?: [A-Za-zА-Яа-яЁё][A-Za-zА-Яа-яЁё'\-]{1,20})?)"
)
_CODED = re.compile(
    r"(?<![0-9A-Za-z])[A-Za-z]{1,6}-?[0-9]{4,}(?![0-9A-Za-z])"
    r"|(?:客户代码|客戶代碼|customer code|ucc|尾号|尾號|卡号|卡號|账号|帳號|护照号?|護照號?|passport)[^0-9A-Za-z\n]{0,6}([0-9A-Za-z\-]*[0-9][0-9A-Za-z\-]*)",
    re.IGNORECASE,
)
_LONG = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{32,200}(?![0-9A-Za-z])|(?<![0-9A-Za-z])(?=[A-Za-z\-]{0,40}[0-9])[0-9A-Za-z][0-9A-Za-z\-]{14,200}[0-9A-Za-z](?![0-9A-Za-z])|[0-9](?:[ \-]?[0-9]){5,40}(?:\.[0-9]+)?"
)
_GROUPED = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])")

_CUE = r"(?:编号|編號|单号|單號|债权号|債權號|登记号|登記號|案号|案號|号码|號碼|bianhao|claim|schedule|case|number|ticket|заявк[а-я]{0,2}|требовани[а-я]{1,2}|номер[а-я]{0,2}|№|#)"
_CLAIM = re.compile(
    r"(?<![0-9A-Za-z.,$€£¥/+\-])#?((?:[A-Za-z]{1,6}-?)?[0-9]{4,10})(?![0-9A-Za-z%/]|[.,\-][0-9])", re.ASCII
)
_CUE_BEFORE = re.compile(
    _CUE + r"[^0-9A-Za-z\n]{0,8}(?:(?:is|id|no|number|是|为)[^0-9A-Za-z\n]{0,3}){0,2}$", re.IGNORECASE
)
_CUE_AFTER = re.compile(
    r" ?(?:这个|這個|呢个|呢個|那个|那個|嘅|的)? ?(?:号|號|编号|編號|单|單|claim(?![a-z]))", re.IGNORECASE
)
_OTHER_CUE = re.compile(
    r"(?:客户代码|客戶代碼|customer code|ucc|邮编|郵編|zip|qq|微信|wechat|尾号|尾號|余额|餘額|金额|金額|电话|電話|手机|手機|phone|tel|卡号|卡號|账号|帳號|護照|护照|passport|id)[^0-9A-Za-z]{0,6}$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r" ?(?:[年月日天人个個名位块塊元刀蚊欧歐万萬亿億千百%折]|美|港[币幣元纸]|人民|泰达|usd|u(?![a-z])|usdt|cny|rmb|hkd|eur|[wk](?![a-z])|dollars?|тыс|млн|долл|[$€])",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(
    r"(?:usdt?|cny|rmb|hkd|eur|美金|美元|港币|港幣|人民币|人民幣|[$€¥£])[ :]{0,2}$", re.IGNORECASE
)
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_NO_LETTERS = frozenset({"usdt", "usd", "btc", "eth", "ftt", "sol", "cny", "rmb", "hkd", "eur", "fy", "q"})


def _whole(found: re.Match[str]) -> tuple[int, int]:
    """The group that holds the value, or all of it."""
    group = found.lastindex or 0
    return found.span(group)


def _seeds(text: str) -> list[Found]:
    seeds = [Found(Kind.SEED, *found.span(1), found[1]) for found in _SEED_CUE.finditer(text)]
    for found in _WORD_RUN.finditer(text):
        start = found.start()
        pieces = [(0, 0), *(stop.span() for stop in _SENTENCE.finditer(found[0].lower())), (len(found[0]),) * 2]
        for left, right in pairwise(pieces):
            piece = found[0][left[1] : right[0]]
            said = _WORD.findall(piece)
            if 12 <= len(said) <= 30 and len({word.lower() for word in said}) >= 2:
                first = piece.index(said[0])
                last = piece.rindex(said[-1]) + len(said[-1])
                seeds.append(Found(Kind.SEED, start + left[1] + first, start + left[1] + last, piece[first:last]))
    return seeds


def _keys(text: str) -> list[Found]:
    keys = [
        Found(Kind.PRIVATE_KEY, *found.span(), found[0])
        for found in _HEX_KEY.finditer(text)
        if not _HASH_CUE.search(text, max(0, found.start() - 24), found.start())
    ]
    keys += [
        Found(Kind.PRIVATE_KEY, *found.span(), found[0])
        for found in _LONG_KEY.finditer(text)
        if found[0][1:4] == "prv" or _base58(found[0]) is not None
    ]
    return keys


def _passwords(text: str) -> list[Found]:
    return [
        Found(Kind.PASSWORD, *found.span(2), found[2])
        for found in _PASSWORD.finditer(text)
        if found[1] in ":=" or _STRONG.search(found[2].rstrip(".,!?"))
    ]


def _ours(text: str) -> list[Found]:
    ours = []
    for found in _OURS.finditer(text):
        try:
            ours.append(Found(Kind.OURS, *found.span(), numbers.read(found[0], found[1].upper())))
        except Invalid:
            continue
    return ours


def _always(_said: str) -> bool:
    return True


def _address(said: str) -> bool:
    return is_wallet(said) or bool(_TRON_SHAPE.fullmatch(said))


#: in this order: what is found first keeps its characters
_SHAPES: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool]], ...] = (
    (Kind.CODE, _CODE, _always),
    (Kind.EMAIL, _EMAIL, _always),
    (Kind.URL, _URL, _always),
    (Kind.WALLET, _WALLET, _address),
    (Kind.PRC_ID, _PRC, is_prc_id),
    (Kind.HKID, _HK, is_hkid),
    (Kind.TAIWAN_ID, _TW, is_taiwan_id),
    (Kind.PASSPORT, _PASSPORT, _always),
    (Kind.PERMIT, _PERMIT, _always),
    (Kind.IBAN, _IBAN, is_iban),
    (Kind.BIC, _BIC, _always),
    (Kind.CARD, _CARD, is_card),
    (Kind.PHONE, _PHONE, _always),
    (Kind.PHONE, _PHONE_CUE, _always),
)


class _Kept:
    """What was found, first come: a character that one has taken belongs to no other."""

    def __init__(self, length: int) -> None:
        self.found: list[Found] = []
        self._taken = bytearray(length)

    def add(self, more: Iterable[Found]) -> None:
        for one in more:
            if 1 not in self._taken[one.start : one.end]:
                self._taken[one.start : one.end] = b"\1" * (one.end - one.start)
                self.found.append(one)


def _shaped(kind: Kind, pattern: re.Pattern[str], check: Callable[[str], bool], text: str) -> list[Found]:
    shaped = []
    for match in pattern.finditer(text):
        start, end = _whole(match)
        if kind is Kind.URL:
            end = start + len(text[start:end].rstrip(".,;:!?)'"))
        if check(text[start:end]):
            shaped.append(Found(kind, start, end, text[start:end]))
    return shaped


_SOMETHING = re.compile(
    r"[0-9@]|\.[A-Za-z]{2}|[A-Za-z]{25}|/|(?:[A-Za-z]{3,8}[\s,;]+){5}|密|口令|пароль|pass|pwd|mima|zq|bj|kf|swift|bic",
    re.IGNORECASE,
)


def normal(text: str) -> str:
    """The text whose places `find` tells."""
    return unicodedata.normalize("NFKC", text[:LOOK])


def find(text: str) -> list[Found]:
    """Everything that has a certain form, in the order of the text. Claim numbers are `claim_numbers`' matter."""
    said = normal(text)
    if not _SOMETHING.search(said):
        return []
    kept = _Kept(len(said))
    for more in (_seeds(said), _keys(said), _passwords(said), _ours(said)):
        kept.add(more)
    for kind, pattern, check in _SHAPES:
        kept.add(_shaped(kind, pattern, check, said))
    return sorted(kept.found, key=lambda one: one.start)


def secrets(text: str) -> tuple[Kind, ...]:
    """The kinds of secrets in a text: nobody of ours ever asks for them, and nobody may keep them."""
    return tuple(dict.fromkeys(one.kind for one in find(text) if one.kind in SECRETS))


#: shorter than every card number and key
_SHORT = 12


def guarded(text: str) -> tuple[str, tuple[Kind, ...]]:
    """The text without secrets and card numbers, and which kinds there were; without any, the very same text.

    MUST look through the whole text, however long: what comes out here is read and kept.
    """
    if len(text) <= _SHORT and text.isascii() and text.replace("-", "").isalnum():
        return text, ()  # one short word or number: no card is as short, and a password needs a word that says so
    said = unicodedata.normalize("NFKC", text)
    spans: dict[tuple[int, int], Kind] = {}
    for begin in range(0, len(said), LOOK - _OVERLAP):
        for one in find(said[begin : begin + LOOK]):
            if one.kind in GUARDED:
                spans[begin + one.start, begin + one.end] = one.kind
        if begin + LOOK >= len(said):
            break
    if not spans:
        return text, ()
    cut = [(start, end, kind) for (start, end), kind in spans.items()]
    return _without(_as_typed(text, said), cut), tuple(dict.fromkeys(spans.values()))


def masked(text: str) -> str:
    """The text as an agent reads it: no name that is given as one, no address, no paper's or purse's number.

    Our own numbers, claim numbers, sums and web addresses stay: without them nobody could help.
    """
    said = unicodedata.normalize("NFKC", text)
    spans = []
    for begin in range(0, len(said), LOOK - _OVERLAP):
        piece = said[begin : begin + LOOK]
        kept = _Kept(len(piece))
        kept.add(one for one in find(piece) if one.kind in _MASKED)
        for kind, pattern in ((Kind.HANDLE, _HANDLE), (Kind.NAME, _NAME)):
            kept.add(_shaped(kind, pattern, _always, piece))
        spans += [(begin + one.start, begin + one.end, one.kind) for one in kept.found]
        if begin + LOOK >= len(said):
            break
    return _without(_as_typed(text, said), spans) if spans else text


def _as_typed(text: str, said: str) -> str:
    """The text itself, if its characters stand where those of its NFKC form do; else that form."""
    same = len(text) == len(said) and all(
        unicodedata.normalize("NFKC", one) == two for one, two in zip(text, said, strict=True)
    )
    return text if same else said


def _without(said: str, spans: Iterable[tuple[int, int, Kind]]) -> str:
    """The text with [kind] in the place of each stretch; stretches may overlap."""
    parts, at = [], 0
    for start, end, kind in sorted(spans):
        if start >= at:
            parts += [said[at:start], f"[{kind.value}]"]
        at = max(at, end)
    return "".join([*parts, said[at:]])


def claim_numbers(text: str) -> list[Found]:
    """Numbers by which somebody may mean a claim.

    With a cue word beside it: four to ten digits, or letters and at least four digits. Without one:
    six to ten digits, or XY-99401, that are no sum, day or telephone number. A letter and up to three
    digits (A-12) is an offer.
    """
    said = normal(text)
    claims = []
    for found in _CLAIM.finditer(said):
        start, end = found.span(1)
        value = found[1]
        before = said[max(0, start - 24) : start]
        letters = value.rstrip("0123456789").rstrip("-").lower()
        if _COUNTED.match(said, end) or _MONEY_BEFORE.search(before) or letters in _NO_LETTERS:
            continue
        cued = found[0][0] == "#" or bool(_CUE_BEFORE.search(before)) or bool(_CUE_AFTER.match(said, end))
        if not cued:
            plain = not letters and len(value) >= 6 and not _DAY.fullmatch(value)
            named = len(letters) > 1 and "-" in value
            if not (plain or named) or _OTHER_CUE.search(before):
                continue
        elif _OTHER_CUE.search(before) and not _CUE_BEFORE.search(before):
            continue
        claims.append(Found(Kind.CLAIM, start, end, value))
    return claims


#: what reads like an address though no mail would find it: it may be one, mistyped
_NEARLY = re.compile(r"[A-Za-z0-9._%+-]*[A-Za-z0-9]@[A-Za-z0-9.-]*[A-Za-z0-9-]\.[A-Za-z]{2}[A-Za-z0-9.-]*")


def redacted(text: str) -> str:
    """The text without what could tell who wrote it: every identifier, long number and secret becomes [its kind].

    MUST be idempotent, and MUST leave no run of six digits and no address. Words stay: a story told
    in words can still give somebody away, so a person's consent is asked for besides.
    """
    said = normal(text)
    for _pass in range(4):  # what was taken out may leave a neighbour standing free
        once = _once(said)
        if once == said:
            break
        said = once
    return said


def _once(said: str) -> str:
    kept = _Kept(len(said))
    kept.add(find(said))
    kept.add(claim_numbers(said))
    for kind, pattern in (
        (Kind.EMAIL, _NEARLY),
        (Kind.HANDLE, _HANDLE),
        (Kind.NAME, _NAME),
        (Kind.NUMBER, _CODED),
        (Kind.NUMBER, _GROUPED),
        (Kind.NUMBER, _LONG),
    ):
        kept.add(_shaped(kind, pattern, _always, said))
    parts, at = [], 0
    for one in sorted(kept.found, key=lambda one: one.start):
        parts += [said[at : one.start], f"[{one.kind.value}]"]
        at = one.end
    return "".join([*parts, said[at:]])
