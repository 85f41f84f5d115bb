"""What a free text says besides what is wanted: seven slots, each only where there is no doubt.

Looked for in a fixed order; what one has read, the next does not see: the digits of a day never
become money. Two values for one slot are none.
"""

import re
from datetime import date

from bot.understanding import amounts, dates, identifiers, places
from bot.understanding.identifiers import Kind

#: so much of a text is looked at
LOOK = 300

_LANGUAGES = {
    "zh-Hans": "简体中文 简体字 简体 简中 簡體中文 簡體字 簡體 簡中 jianti simplified_chinese упрощенный_китайский",
    "zh-Hant": "繁体中文 繁体字 繁体 繁中 繁體中文 繁體字 繁體 正體中文 正體字 正體 正体 fanti traditional_chinese традиционный_китайский",
    "zh": "中文 汉语 漢語 华语 華語 普通话 普通話 国语 國語 zhongwen chinese mandarin putonghua китайский по-китайски китайском",
    "yue": "香港繁体 香港繁體 港式繁体 港式繁體 粤语 粵語 广东话 廣東話 白话 cantonese guangdonghua кантонский",
    "en": "英文 英语 英語 yingwen yingyu english английский по-английски английском",
    "ru": "俄文 俄语 俄語 eyu russian русский по-русски русском",
    "ja": "日文 日语 日語 日本语 日本語 riyu japanese японский",
    "ko": "韩文 韩语 韓文 韓語 朝鲜语 korean корейский",
    "fr": "法文 法语 法語 french",
    "de": "德文 德语 德語 german немецкий",
    "es": "西班牙文 西班牙语 西班牙語 西语 spanish español испанский",
    "pt": "葡文 葡萄牙语 葡萄牙語 葡语 portuguese",
    "it": "意大利语 意大利文 義大利文 italian",
    "vi": "越南文 越南语 越南語 越文 vietnamese",
    "th": "泰文 泰语 泰語 thai",
    "id": "印尼文 印尼语 印尼語 indonesian",
    "ms": "马来文 马来语 馬來文 馬來語 malay",
    "ar": "阿拉伯文 阿拉伯语 阿拉伯語 arabic",
    "tr": "土耳其语 土耳其文 turkish турецкий",
    "uk": "乌克兰语 乌克兰文 烏克蘭語 ukrainian украинский украинском",
    "hi": "印地语 印地文 hindi",
}  # fmt: skip
_CODE_OF = {name.replace("_", " "): code for code, names in _LANGUAGES.items() for name in names.split()}
_LANGUAGE = re.compile(
    "(?<![a-zа-я])(?:"
    + "|".join(
        re.escape(name) for name in sorted(_CODE_OF, key=len, reverse=True) if not "\u4e00" <= name[0] <= "\u9fff"
    )
    + ")(?![a-zа-я])|"
    + "|".join(name for name in sorted(_CODE_OF, key=len, reverse=True) if "\u4e00" <= name[0] <= "\u9fff")
)
#: a name in English letters is no wish for English
_NO_WISH = re.compile(
    r" ?(?:名|姓名|翻译|翻譯|паспорт|字母|拼音|地址|邮件|郵件|邮箱|郵箱|合同|文件|name|names|address|residents?|citizens?|passport|creditors?|users?|version of the contract|nationals?|bank)"
)
_NOT_KNOWN = re.compile(
    r"(?:看不懂|看唔明|不懂|唔识|唔識|不会|不會|不看|不要|唔要|不是|唔係|不想要|别用|別用|不认识|don'?t (?:speak|understand|know|want|read)|can'?t read|not|no|mainland|не (?:понимаю|знаю|говорю)(?: по)?)[ -]?(?:懂|讲|說|说|看|用)?$"
)
#: in small letters it is we
_AMERICA = re.compile(r"(?<![A-Za-z$])US(?![A-Za-z$]| ?\$| [dD]ollar)|(?<=from )us(?![a-z])|(?<=in the )us(?![a-z])")
_HANT = re.compile("[簡體換轉請變語們這個為嗎麼說對點開關還讓給介廣東國學東車見門]")


def _only(values: list[str]) -> str | None:
    return values[0] if values and len(set(values)) == 1 else None


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + ";" * (end - start) + text[end:]
    return text


def _language(text: str, original: str) -> str | None:
    wanted = [
        _CODE_OF[found[0]]
        for found in _LANGUAGE.finditer(text)
        if not _NO_WISH.match(text, found.end())
        and not _NOT_KNOWN.search(text, max(0, found.start() - 20), found.start())
    ]
    if "zh-Hans" in wanted or "zh-Hant" in wanted:
        wanted = [code for code in wanted if code != "zh"]
    code = _only(wanted)
    if code == "zh":
        return "zh-Hant" if _HANT.search(original) else "zh-Hans"
    return code


def find(text: str, today: date) -> dict[str, str]:
    """The slots of a text: amount currency claim_number email date jurisdiction language.

    MUST leave a slot out where two values stand for it, or one that can be read in two ways.
    """
    said = identifiers.normal(text[:LOOK]).replace("İ", "I")
    slots: dict[str, str | None] = {}

    found = identifiers.find(said)
    slots["email"] = _only([one.value.lower() for one in found if one.kind is Kind.EMAIL])
    said = _without(said, [(one.start, one.end) for one in found])

    days = dates.spans(dates.folded(said), today)
    sure = [one.day.isoformat() if one.day else "" for one in days if one.year]
    slots["date"] = _only(sure)
    said = _without(said, [(one.start, one.end) for one in days])

    claims = identifiers.claim_numbers(said)
    ours = [one.value for one in found if one.kind is Kind.OURS and one.value.startswith("ZQ")]
    slots["claim_number"] = _only([*ours, *(one.value for one in claims)])
    said = _without(said, [(one.start, one.end) for one in claims])

    amount, slots["currency"] = amounts.find(said)
    if amount is not None:
        slots["amount"] = format(amount.value, "f")

    low = _AMERICA.sub("usa", said).lower()
    slots["jurisdiction"] = places.residence(low)
    slots["language"] = _language(low, said)
    return {name: value for name in NAMES if (value := slots.get(name))}


NAMES = ("amount", "currency", "claim_number", "email", "date", "jurisdiction", "language")
