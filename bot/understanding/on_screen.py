"""What is said of what stands on the screen: a consent among several, the offer on a card, one of a list. Pure.

Nothing here decides what a text does: it tells which of the things shown a text is about.
"""

import re
from dataclasses import dataclass

from bot.understanding.answers import core, digits, folded
from bot.understanding.folding import simplified

LONGEST = 40
LONGEST_OF_AN_OFFER = 20

_AGREES = re.compile(
    "(?:我|都|全部?|全都|也|只)*(?:同意|i ?agree(?:to)?|agree(?:to)?)第?(?P<what>.*)"
    "|(?P<before>.{1,12}?)(?:我|都|全部?|全都|也)*(?:同意|agree)"
)
_DISAGREES = re.compile("不同意|唔同意|没同意|未同意")
_TAKES_BACK = re.compile("(?:我)?(?:想|要)*(?:撤回|撤销|收回|取消|不同意|唔同意)(?:对|对于)?(?:同意)?第?(?P<what>.+)")
_ALL = {
    "我",
    "全部",
    "全",
    "都",
    "所有",
    "以上",
    "上面",
    "这些",
    "上述",
    "all",
    "全部内容",
    "以上内容",
    "上面的",
    "同意",
}

#: said of the one offer on the screen
_TAKES = re.compile(
    "(?:好的?|咁|那|就)*(?:我|我们)?(?:就|想)*(?:制|要|要了|想要|卖|卖了|换|换了|接受|成交|要这个|要呢个|就这个|就呢个|这个|呢个"
    "|选这个|拣呢个|可以接受)(?:啦|喇|了|吧|呀|啊|嘞)*"
)
_REFUSES = re.compile("(?:我)?(?:不|唔)(?:要|卖|换|接受|制|想要|同意)(?:了|喇|啦|住|吧|呀|啊|先)*|拒绝|算|算数|算啦")
#: "接受第一个", "第二个多少钱"
_OF_NTH = re.compile("(.{0,4}?)第([1-8一二三四五六七八两])[个份](.{0,8})")
_DOUBTS = re.compile("不|唔|拒|还是|定系")
_WANTS = re.compile("接受|要|卖|换|成交")

#: what is asked for in the middle of a form only by its name: "我叫陈大文" is no wish for a language
_NAMED = {
    "bond_offers": re.compile(
        "报价|要约|债券|出价|收购|买家|买方|有人[收买]|开价|bond|offer|bid|buyer|облигац|предложени|baojia|zhaiquan"
    ),
    "check_scam": re.compile(
        "骗|真的|真假|假的|官方|诈|钓鱼|可疑|可信|可靠|靠谱|冒充|安全|合法|正规|信得过|中伏|伏|scam|fraud|fake|phish|legit|official"
        "|genuine|trust|мошен|обман|развод|фишинг|pianzi|zhapian"
    ),
    "restricted_jurisdiction_faq": re.compile(
        "受限|限制|管辖|法域|名单|分配|派发|分到|拿|领|收|赔|给|付|资格|合格|吗|嘛|么|咩|能不能|可不可以|可唔可以|会不会|会唔会|得唔得"
        "|有用|影响|[?]|restrict|jurisdict|eligib|paid|pay|exclu|огранич|юрисдик|выплат"
    ),
    "change_language": re.compile(
        "语|中文|英文|繁|简|正体|粤|广东话|国语|普通话|听得懂|language|english|chinese|cantonese|mandarin|язык|русск|по-|yuyan"
    ),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a text agrees to: by numbers, by a name, or, with neither, to what is shown."""

    numbers: tuple[int, ...] = ()
    name: str = ""


def agreed(text: str) -> Agreed | None:
    """The consent in a text; None where no word of consent is said, or it is denied."""
    said = folded(text) if len(text) <= LONGEST else ""
    found = _AGREES.fullmatch(said)
    if found is None or _DISAGREES.search(said) is not None:
        return None
    return _about((found["what"] or found["before"] or "").strip("了吧啊呀啦喇的项条和与及"))


def takes_back(text: str) -> Agreed | None:
    """The one consent a text takes back, by its number or name ("撤回 3"); None where it names none."""
    found = _TAKES_BACK.fullmatch(folded(text)) if len(text) <= LONGEST else None
    said = _about(re.sub("的?同意$", "", found["what"]).strip("了吧啊呀啦喇的项条")) if found is not None else Agreed()
    return said if said != Agreed() else None


def _about(what: str) -> Agreed:
    if not what or what in _ALL:
        return Agreed()
    numbers = tuple(digits(what))
    return Agreed(numbers) if numbers else Agreed(name=what)


def takes(text: str) -> bool:
    """Whether a whole text wants the one thing that is offered."""
    return len(text) <= LONGEST_OF_AN_OFFER and _TAKES.fullmatch(folded(text)) is not None


def refuses(text: str) -> bool:
    """Whether a whole text does not want it."""
    return len(text) <= LONGEST_OF_AN_OFFER and _REFUSES.fullmatch(folded(text)) is not None


def of_nth(text: str) -> tuple[int, bool] | None:
    """Which one of a list a text is about, and whether it wants it ("接受第二个"); None for a mere "第二个"."""
    named = _OF_NTH.fullmatch(folded(text)) if len(text) <= LONGEST_OF_AN_OFFER else None
    what = named[1] + named[3] if named is not None else ""
    if named is None or not what or _DOUBTS.search(what) is not None:
        return None
    return digits(named[2])[0], _WANTS.search(what) is not None


#: what is registered already is to be changed or taken back; a question about how one does it is another matter
_MY_CLAIM = re.compile(
    "(?:撤回|撤销|撤掉|收回|取消|注销|删掉|作废)(?:我|我的|我嘅|这个|呢个|这份|那个|刚才的?|之前的?)*(?:登记|申报|债权登记|登记的?债权)(?:了|吧|啦|喇|的)*"
    "|(?:登记|申报|债权)(?:我)?(?:想|要)*(?:撤回|撤销|取消|作废|改|修改|更正)(?:了|吧|啦|喇|一下|返)*"
    "|(?:修改|更改|更正|改一下|改下|改返|改)(?:我|我的|我嘅|一下|登记的|登记嘅|这个|呢个)*(?:登记|债权|申报|债权金额|债权资料|登记资料|金额|姓名|居住地)(?:吧|啦|喇)*"
    "|(?:我|我的|我嘅|登记的|登记嘅)*(?:登记|债权金额|金额|姓名|名字|国籍|居住地|ucc|客户代码|债权编号|债权类别)"
    "(?:写|填|打|登记)错(?:了|咗)?(?:我)?(?:想|要)*(?:改|修改|更正|改一下|改返)?(?:怎么办|点算|点办)?"
    "|(?:i(?:wantto|needto|wouldliketo)|please|can(?:you|i))?(?:withdraw|cancel|amend|change|correct|edit)(?:my|the|this)(?:claim|registration|claimdetails)(?:please)?"
)


def about_my_claim(text: str) -> bool:
    """Whether a whole text wants a registered claim changed or taken back ("我要撤回登记", "改一下金额")."""
    return len(text) <= LONGEST_OF_AN_OFFER and _MY_CLAIM.fullmatch(core(text)) is not None


def is_named(wanted: str, text: str) -> bool:
    """Whether a text names what it is thought to want, where a form is open and only the name counts."""
    named = _NAMED.get(wanted)
    return named is None or named.search(simplified(text[:400])) is not None


__all__ = ["Agreed", "about_my_claim", "agreed", "is_named", "of_nth", "refuses", "takes", "takes_back"]
