"""What a person writes for a country or region -> its ISO 3166-1 code, or a question back. It never guesses.

Names come from the CLDR in both scripts and in English, with the codes of two and three letters;
what people say besides stands here. Hong Kong, Macau and Taiwan have codes of their own, so 中国 is
clear for a nationality and a question for a place to live in.
"""

import difflib
import re
import unicodedata
from functools import cache
from typing import NamedTuple

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

    A city tells where somebody lives, and nobody's nationality.
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
    if (said := _said(text, nationality=nationality)) is not None:
        return said
    close = _close(word)
    raise Invalid("which_place", places=close) if close else Invalid("not_a_place")


#: a place that is not meant, or not alone
_NOT_SAID = re.compile(
    "不|唔|非|没|沒|冇|还是|還是|定係|定系|或|以前|之前|原来|原來|出生|\\bnot\\b|\\bor\\b|\\bborn\\b|[?？吗嗎]"
)


def _said(text: str, *, nationality: bool) -> str | None:
    """The one place that a short sentence names ("我现在住在日本东京"); None where it names none, or several."""
    low = unicodedata.normalize("NFKC", text).lower()
    if _NOT_SAID.search(low) is not None:
        return None
    places = find_places(low)
    if nationality:
        places = [place for place in places if _folded(low[place.start : place.end]) in {*_table(), *_CHINA}]
    if len({place.code for place in places}) > 1:
        places = [place for place in places if place.lives]
    codes = {place.code for place in places}
    if len(codes) != 1:
        return None
    if not nationality and all(_folded(low[place.start : place.end]) in _CHINA for place in places):
        raise Invalid("which_china")
    return codes.pop()


_SAME = re.compile(
    "(?:同上|也是|也系|也係|都是|都系|都係|(?:也|都)?(?:[跟和与與同])?(?P<what>上面|前面|上一题|上一題|国籍|國籍|居住地|住的地方)?(?:的|嘅)?"
    "(?:一样|一樣|同样|同樣|一致|相同|一个地方|一個地方))(?:的|嘅|啊|呀|吧|咯|囉|喇|啦)?|same(?:asabove)?|thesame|тоже|тамже"
)


def same_as(text: str) -> str | None:
    """Which answer given before is given again: "nationality", "residence", or "" for the last; None for none."""
    found = _SAME.fullmatch(_folded(text[:40]))
    if found is None:
        return None
    return {"国": "nationality", "國": "nationality", "居": "residence", "住": "residence"}.get(
        (found["what"] or " ")[0], ""
    )


def _close(word: str) -> tuple[str, ...]:
    """Codes of names like this one, the likeliest first."""
    table = _table()
    names = [name for name in table if len(name) > 3 or not name.isascii()]
    near = [name for name in names if len(word) > 1 and (name in word or word in name)]
    near += difflib.get_close_matches(word, names, n=3, cutoff=0.8)
    return tuple(dict.fromkeys(table[name] for name in near))[:5]


# --- places inside a sentence -------------------------------------------------------------------


class Place(NamedTuple):
    """A place named in a folded text."""

    start: int
    end: int
    code: str
    lives: bool  #: a word beside it says that the person lives there now


#: cities and provinces, and names that are said but stand in no table; Traditional ones beside the Simplified
_INSIDE = {
    "CN": "中国 中國 大陆 大陸 国内 國內 内地 內地 北京 上海 广州 廣州 深圳 天津 重庆 重慶 成都 杭州 南京 武汉 武漢 西安 苏州 蘇州 郑州 鄭州 长沙 長沙 沈阳 瀋陽 青岛 青島 济南 濟南 大连 大連 "
    "厦门 廈門 福州 宁波 寧波 合肥 昆明 哈尔滨 哈爾濱 东莞 東莞 佛山 珠海 中山市 无锡 無錫 温州 溫州 泉州 石家庄 太原 南昌 贵阳 贵州 南宁 海口 三亚 兰州 银川 西宁 乌鲁木齐 拉萨 呼和浩特 长春 "
    "广东 廣東 福建 浙江 江苏 江蘇 山东 山東 四川 湖北 湖南 河南 河北 安徽 江西 辽宁 遼寧 吉林省 黑龙江 陕西 山西 云南 雲南 广西 海南 新疆 西藏 内蒙古 甘肃 beijing shanghai guangzhou shenzhen chengdu hangzhou "
    "mainland zhongguo dalu guonei китай китае китая кнр пекин пекине шанхай шанхае",
    "HK": "九龙 九龍 新界 港岛 港島 旺角 铜锣湾 銅鑼灣 hk hksar kowloon xianggang гонконг гонконге гонконга",
    "MO": "aomen макао",
    "TW": "台北 臺北 新北 台中 臺中 高雄 台南 臺南 桃园 桃園 新竹 taipei kaohsiung taichung taiwan тайвань тайване тайваня",
    "SG": "狮城 獅城 xinjiapo сингапур сингапуре",
    "MY": "吉隆坡 槟城 檳城 新山 kuala_lumpur penang малайзия малайзии",
    "JP": "东京 東京 大阪 京都 横滨 橫濱 名古屋 tokyo osaka riben япония японии",
    "KR": "首尔 首爾 釜山 南韩 南韓 seoul",
    "US": "纽约 紐約 洛杉矶 洛杉磯 旧金山 舊金山 三藩市 加州 西雅图 西雅圖 波士顿 芝加哥 德州 硅谷 矽谷 new_york los_angeles san_francisco california texas usa u.s. u.s.a. meiguo сша америке америка",
    "CA": "温哥华 溫哥華 多伦多 多倫多 蒙特利尔 vancouver toronto канада канаде",
    "GB": "伦敦 倫敦 曼彻斯特 london uk u.k. england scotland britain великобритания англии лондоне",
    "AU": "悉尼 雪梨 墨尔本 墨爾本 布里斯班 澳洲 sydney melbourne австралия австралии",
    "NZ": "奥克兰 奧克蘭 auckland",
    "TH": "曼谷 清迈 清邁 芭提雅 bangkok таиланд таиланде",
    "AE": "迪拜 杜拜 阿布扎比 阿联酋 阿聯酋 dubai uae оаэ дубай дубае",
    "VN": "胡志明市 河内 河內 вьетнам вьетнаме",
    "PH": "马尼拉 馬尼拉 manila",
    "KH": "金边 金邊 西港 柬埔寨",
    "ID": "印尼 雅加达 雅加達 巴厘岛 峇里島 bali",
    "SA": "沙特 沙乌地",
    "RU": "莫斯科 圣彼得堡 俄国 moscow россия россии россию рф москва москве",
    "UA": "基辅 украина украине украины",
    "KZ": "казахстан казахстане казахстана",
    "BY": "беларусь беларуси",
    "GE": "грузия грузии",
    "TR": "土耳其 伊斯坦布尔 turkey istanbul турция турции",
    "FR": "巴黎 paris",
    "DE": "柏林 慕尼黑 法兰克福 berlin munich германия германии",
    "ES": "马德里 巴塞罗那",
    "IT": "米兰 罗马",
    "CH": "苏黎世 日内瓦 zurich geneva",
    "PT": "里斯本",
    "IN": "孟买 新德里",
    "KP": "朝鲜 北朝鲜",
}
#: short names that are other words, too, in small letters
_OTHER_WORDS = {
    "us",
    "jordan",
    "chad",
    "georgia",
    "guinea",
    "jersey",
    "mali",
    "niger",
    "man",
    "cuba",
    "oman",
    "peru",
    "togo",
    "海地",
    "马里",
    "约旦",
    "中非",
}
_LONGEST_NAME = 8
_HAN = re.compile("[\u4e00-\u9fff]")
_LETTERS = re.compile(r"[a-zа-яё][a-zа-яё.'&]*(?<!\.)", re.ASCII | re.IGNORECASE)
#: what makes something else of a place: a bank, a court, a time zone
_NOT_HERE = re.compile(
    r"\$| ?(?:银行|銀行|移动|电信|联通|平安|工商|建设|农业|法院|破产法|破產法|时间|時間|司法部|证监会|time|bank|court|dollars?|元|币|幣|盾|镑|銖|铢|菜|话|話|語|语|文)"
)
_LIVES = re.compile(
    r"(?:住在?|居住在|现居|現居|现住|現住|定居在?|搬到了?|搬去了?|搬来|移民到?了?|移居到?|人在|身在|目前在|现在在|現在在|而家喺|住喺|搬咗去|人喺|我在|喺|常住|长住|"
    r"live in|lives in|living in|reside in|residing in|resident of|based in|moved to|i'm in|i am in|now in|zhu zai|ren zai|живу в|живём в|переехал в|переехала в|нахожусь в|проживаю в) ?$"
)
_ABROAD = re.compile(r"(?:在|住|回|人喺|喺)(港|澳|台|臺)(?![币幣元股湾灣门門式独獨纸紙交面词詞风風上下北中南])")
_SHORT = {"港": "HK", "澳": "MO", "台": "TW", "臺": "TW"}


@cache
def _inside() -> dict[str, str]:
    """Names that may stand in a sentence -> code. Codes of two letters are left out: they are words."""
    table = {}
    for language in ("en", "zh_Hant_HK", "zh_Hant", "zh_Hans", "ru"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_PLACES:
                table[name.lower()] = code
    for codes in (_ALSO, _INSIDE):
        for code, names in codes.items():
            table.update(
                {
                    name.lower().replace("_", " "): code
                    for name in names.split()
                    if len(name) > 2 or not name.isascii() or name in ("hk", "uk")
                }
            )
    table.update(
        {"香港": "HK", "澳门": "MO", "澳門": "MO", "hong kong": "HK", "macau": "MO", "macao": "MO", "hongkong": "HK"}
    )
    for word in {*_SEVERAL, *_OTHER_WORDS, "roc", "mainlandchina"}:
        table.pop(word, None)
    return table


def find_places(text: str) -> list[Place]:
    """Every country or region named in a text that went through NFKC and lower(), by itself or by a city."""
    table, places, at = _inside(), list[Place](), 0
    while at < len(text):
        name = ""
        if _HAN.match(text[at]):
            name = next((text[at : at + n] for n in range(_LONGEST_NAME, 1, -1) if text[at : at + n] in table), "")
        elif found := _LETTERS.match(text, at):
            words = [found]
            while len(words) < 4 and words[-1].end() < len(text) and text[words[-1].end()] == " ":
                following = _LETTERS.match(text, words[-1].end() + 1)
                if following is None:
                    break
                words.append(following)
            name = next((text[at : word.end()] for word in reversed(words) if text[at : word.end()] in table), "")
            if not name:
                at = found.end()
                continue
        elif text[at].isalnum():
            at += 1
            continue
        if not name:
            if short := _ABROAD.match(text, at):
                places.append(Place(short.start(1), short.end(1), _SHORT[short[1]], True))
            at += 1
            continue
        end = at + len(name)
        if not _NOT_HERE.match(text, end):
            places.append(Place(at, end, table[name], bool(_LIVES.search(text, max(0, at - 16), at))))
        at = end
    return places


def residence(text: str) -> str | None:
    """The one place of a text that its writer may be asked about: of several, the one lived in now; else none."""
    places = find_places(text)
    codes = {place.code for place in places}
    if len(codes) > 1:
        codes = {place.code for place in places if place.lives}
    return codes.pop() if len(codes) == 1 else None
