"""The name in what a person answers when asked for one: "我叫张三。" -> 张三. Pure.

Nearly anything may be a legal name, so little is taken away, and only what is plainly talk is none.
"""

import re
import unicodedata

from bot.understanding.folding import simplified

LONGEST = 200
_PERSON = re.compile(
    r"(?:嗯+|哦|那个)?[,，、\s]*(?:(?:我|本人|我的|我嘅|我哋)?(?:的|嘅|个|個)?(?:法定)?(?:真实|中文|英文)?(?:姓名|名字|全名|名)(?:是|叫|系|為|为|[:：])+|我叫做?|本人叫|叫做|my (?:full |legal )?name is|name ?[:：]|i am|i'm|меня зовут)[:：\s]*",
    re.IGNORECASE,
)
#: 我是 begins a company's name now and then, but no person's
_I_AM = re.compile(r"(?:我|本人)(?:是|系)\s*(?=[\u4e00-\u9fff]{2,4}$)")
_COMPANY = re.compile(
    r"(?:嗯+|哦)?[,，、\s]*(?:我们|我哋|我)?(?:的|嘅)?(?:公司|机构|企业|法定)(?:的|嘅)?(?:法定)?(?:全称|名称|名字|全名|名)(?:是|叫|系|为|[:：])+[:：\s]*|(?:我们|我哋)公司(?:叫做?|是|系)[:：\s]*|(?:the )?(?:company|company's|company’s|legal) name (?:is|:)\s*",
    re.IGNORECASE,
)
_END = re.compile(r"[\s。.!！~～,，;；、]+$")
_LATIN_END = re.compile(r"[\s。!！~～,，;；、]+$")
_TALK = re.compile(
    "[吗嘛呢咩吧么]$|什么|怎么|为什么|为何|点解|点样|乜嘢|系咩|不知道|唔知|不想|唔想|不要|唔要|不用|唔使|不填|唔填|不方便|我的|我嘅|我想|我要|我唔|我不|我没|我冇|你们|你哋|您|能不能|可不可以|可唔可以|是不是|系咪|身份证|护照上|等一下|等阵|稍等|刚才|头先|帮我|查一下|查下|看一下|看看|睇下|睇睇|转人工|客服|债权|报价|要约|邮箱|登记|进度|金额|居民|他妈|妈的|你妈|骗子|垃圾|废物|滚蛋|王八|仆街|管不管|到底|验证码|上一步|下一步|跳过|取消|返回"
)
_ALONE = {"没有", "冇", "无", "是", "是的", "对", "好", "系", "不", "no", "none", "yes", "ok", "okay", "nothing", "test", "unknown", "等等", "谢谢", "多谢", "唔该", "好的", "好吧", "随便", "保密", "匿名", "必须", "继续", "上面", "同上"}  # fmt: skip


def said_name(text: str, *, company: bool) -> str:
    """The name by itself, as it was typed; the whole text where nothing surrounds it."""
    text = unicodedata.normalize("NFKC", text[: 2 * LONGEST]).strip()
    low = simplified(text)
    if len(low) != len(text):
        return text
    lead = (_COMPANY if company else _PERSON).match(low)
    if lead is None and not company:
        lead = _I_AM.match(_END.sub("", low))
    name = text[lead.end() :] if lead is not None else text
    # "Ltd." ends with its point
    name = (_LATIN_END if name.rstrip().endswith(".") else _END).sub("", name)
    return name or text


def is_company(text: str) -> bool:
    """Whether a name is plainly a company's, where nobody asked which it is."""
    return "公司" in simplified(text[:LONGEST])


def is_talk(text: str, *, company: bool) -> bool:
    """Whether somebody talks instead of naming a person. A company may be called nearly anything."""
    said = simplified(text[:LONGEST]).strip()
    if said in _ALONE:
        return True
    if company:
        return said.endswith(("吗", "?", "么")) and len(said) > 3
    return _TALK.search(said) is not None


__all__ = ["is_company", "is_talk", "said_name"]
