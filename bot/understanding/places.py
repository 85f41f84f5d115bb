"""What a person writes for a country or region -> its ISO 3166-1 code, or a question back. It never guesses.

Names come from the CLDR in both scripts and in English, with the codes of two and three letters;
what people say besides stands here. Hong Kong, Macau and Taiwan have codes of their own, so 中国 is
clear for a nationality and a question for a place to live in.
"""

import difflib
import re
import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

from bot.errors import Invalid

#: in the CLDR, but no country or region anybody lives in or pays tax to
_NOT_PLACES = {"AC", "AQ", "BV", "CP", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
_ALSO = {
    "CN": "中国大陆 中国内地 大陆 内地 中國大陸 中國內地 大陸 內地 大陆地区 中国（大陆） 中国（内地） prc mainland mainlandchina chinamainland",
    "HK": "香港 中国香港 中國香港 香港特区 香港特别行政区 香港特別行政區 hksar hongkong hongkongsar",
    "MO": "澳门 澳門 中国澳门 中國澳門 澳门特区 澳门特别行政区 澳門特別行政區 macau macao macausar",
    "TW": "台湾 台灣 臺灣 中国台湾 台湾省 台湾地区 台灣地區 臺灣地區 中華民國 中华民国 roc taiwan",
    "US": "美国 美國 美利坚 美利坚合众国 美利堅合眾國 usa us america unitedstates unitedstatesofamerica",
    "GB": "英国 英國 大不列颠 联合王国 uk britain greatbritain england",
    "KR": "南韩 南韓 大韩民国 大韓民國 southkorea republicofkorea",
    "KP": "北韩 北韓 北朝鲜 northkorea dprk",
    "AE": "阿联酋 阿聯酋 uae",
    "AU": "澳洲",
    "NZ": "纽西兰 紐西蘭",
    "RU": "俄国 俄國 俄罗斯联邦 russianfederation",
    "SG": "新加坡共和国 星加坡",
    "MY": "大马 大馬 馬來亞",
    "ID": "印尼",
    "SA": "沙特",
    "BA": "波黑",
    "CZ": "捷克共和国 czechrepublic",
    "CI": "ivorycoast 象牙海岸",
    "KH": "高棉",
    "KY": "开曼 開曼 cayman",
    "VG": "bvi",
    "VN": "vietnam",
    "LA": "laos 寮国 寮國",
    "CD": "刚果金 民主刚果 drc",
    "CG": "刚果布",
    "TR": "turkey",
    "MM": "burma",
    "NL": "holland",
    "VA": "vatican",
    "MK": "马其顿 macedonia",
    "SZ": "swaziland",
    "PS": "巴勒斯坦 palestine",
}
#: one word, several places: said out loud here, because the table would know only one of them, or none
_SEVERAL = {
    "刚果": ("CG", "CD"), "剛果": ("CG", "CD"), "congo": ("CG", "CD"),
    "korea": ("KR", "KP"), "朝韩": ("KR", "KP"),
    "ch": ("CN", "CH"),
    "维尔京群岛": ("VG", "VI"), "維京群島": ("VG", "VI"), "virginislands": ("VG", "VI"),
    "圣马丁": ("MF", "SX"), "聖馬丁": ("MF", "SX"), "saintmartin": ("MF", "SX"), "stmartin": ("MF", "SX"),
}  # fmt: skip
_CHINA = {"中国", "中國", "中华人民共和国", "中華人民共和國", "china", "国内", "國內", "cn", "chn"}
_OF = re.compile("(?:永久|税务|稅務)?(?:居民|公民|国民|國民)$|国?籍$|國籍$|人$|護照$|护照$")


@cache
def _table() -> dict[str, str]:
    """Every spelling, folded -> code."""
    table: dict[str, str] = {}
    for language in ("en", "zh_Hant_HK", "zh_Hant", "zh_Hans"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_PLACES:
                table[_folded(name)] = code
                table[code.casefold()] = code
    for old, new in get_global("territory_aliases").items():
        if len(old) == 3 and old.isalpha() and len(new) == 1 and new[0].casefold() in table:
            table[old.casefold()] = new[0]
    for code, names in _ALSO.items():
        table.update({_folded(name): code for name in names.split()})
    for word in _SEVERAL:
        table.pop(word, None)
    return table


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum()).removeprefix("the")


def read_place(text: str, *, nationality: bool = False) -> str:
    """The code of a place. Raises Invalid:

    not_a_place   no such country or region is known
    which_place   `places`: the codes it may be, at most five
    which_china   a place to live in was asked for, and 中国 was answered
    """
    word = _folded(text[:80])
    if not word or len(text) > 80:
        raise Invalid("not_a_place")
    for one in (word, _OF.sub("", word)):
        if one in _CHINA and one not in ("cn", "chn"):
            if nationality:
                return "CN"
            raise Invalid("which_china")
        if one in _SEVERAL:
            raise Invalid("which_place", places=_SEVERAL[one])
        if one in _table():
            return _table()[one]
    close = _close(word)
    raise Invalid("which_place", places=close) if close else Invalid("not_a_place")


def _close(word: str) -> tuple[str, ...]:
    """Codes of names like this one, the likeliest first."""
    table = _table()
    names = [name for name in table if len(name) > 3 or not name.isascii()]
    near = [name for name in names if len(word) > 1 and (name in word or word in name)]
    near += difflib.get_close_matches(word, names, n=3, cutoff=0.8)
    return tuple(dict.fromkeys(table[name] for name in near))[:5]
