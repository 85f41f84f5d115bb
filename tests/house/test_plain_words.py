"""No text advises, promises or praises: a reviewed list of words, held against every text in every language.

A word of the list in a text is not always a fault ("we cannot say that you will be paid"): then the text
stands in REVIEWED, by its exact words. A change of the text, or a new translation that says more,
MUST be read again: the exception holds for one source text and names the words it covers.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from bot.i18n import LOCALES, SOURCE
from tests.house.catalogues import ROOT, spoken

#: what is looked for, as both scripts write it -> why it is not said
CHINESE = {
    # a promise
    r"保[证證](?!金|人)": "nobody can warrant anything here",
    r"保本|保底|包[赚賺]|[稳穩][赚賺]|必[赚賺]|躺[赚賺]|[稳穩]拿": "a promise of gain",
    r"(零|没有任何|沒有任何|无|無|毫无|毫無)[风風][险險]": "there is always a risk",
    r"((?<!不)一定|肯定|必定|必然|绝对|絕對|确保|確保|百分之百)(?!難|难)": "a certainty nobody has",
    r"放心": "whether to be at ease is for the reader to judge",
    r"承[诺諾]": "a promise; in law books also an acceptance, which we call 接受",
    r"[会會](得到|拿到|收到|领到|領到|分到)": "a payment foretold",
    r"全[额額](收回|拿回|赔|賠|返)|拿回全部|(?:全部|全数|全數)(收回|拿回)": "a recovery foretold",
    # advice
    r"(建[议議]|推[荐薦]|[劝勸])(您|你|大家)": "advice",
    r"我[们們](建[议議]|推[荐薦])": "advice",
    r"(应该|應該|应当|應當|最好|不妨|值得|趁早|尽早|盡早|赶紧|趕緊|赶快|趕快)(卖|賣|出售|买|買|持有|接受|转让|轉讓|讓與|换|換|签|簽)": "advice",
    r"[划劃]算|合算|上[选選]|明智": "a judgement of a price",
    # hype
    r"[机機][会會][难難]得|千[载載]难逢|千載難逢|不容[错錯][过過]|[错錯][过過][不就]": "pressure",
    r"最后(的)?机会|最後(的)?機會|[仅僅]剩|[限][时時](优惠|優惠|抢|搶)|名[额額]有限|先到先得": "pressure",
    r"最(优|優|佳|高价|高價|划算|劃算|好的(报价|報價|价格|價格))|[独獨]家|超值": "praise of an offer",
    r"高(收益|回[报報]|息|利[率])|翻倍|暴[涨漲]|[财財]富自由": "praise of a gain",
    # words that mislead
    r"索[赔賠](?!门户|入口網站)|理[赔賠]|[赔賠]付|[赔賠][偿償]": "insurance words: a claim is 债权, its payment 分配",
    r"[无無][条條]件(?!捨去)": "the press's mistake for without prejudice",
}
#: Hong Kong's own word for forfeiture; elsewhere it suggests seizure by a state
NOT_IN_HONG_KONG = {r"[没沒]收(?!到|有|[过過]|完|[录錄])": "forfeiture is 丧失"}
ENGLISH = {
    r"guarante|warrant(?!y)|risk[- ]free|(no|zero|without any) risk|safe bet": "a promise",
    r"(definitely|certainly|surely|undoubtedly|assuredly)|(is|are) (certain|sure|bound) to": "a certainty nobody has",
    r"you(’|'| wi)ll (be paid|get|receive|earn|recover|make)": "a payment foretold",
    r"we promise|promis(es|ed) (you|to)": "a promise",
    r"you (should|ought to|had better) (sell|buy|hold|keep|accept|take|swap|transfer|sign|wait)": "advice",
    r"we (recommend|advise|suggest)|our advice|recommended": "advice",
    r"worth (selling|accepting|taking)|(good|great|fair|attractive) (price|offer|deal)": "a judgement of a price",
    r"best (price|offer|deal|terms)|unbeatable|exclusive|high (yield|return)|double your": "praise",
    r"don(’|')t miss|last chance|act now|hurry|limited[- ]time|while (it|they) last|once in a lifetime": "pressure",
    r"confiscat|compensation|insurance claim": "words that mislead",
}
LISTS = {
    "zh_Hans": CHINESE | NOT_IN_HONG_KONG,
    "zh_Hant": CHINESE | NOT_IN_HONG_KONG,
    "zh_Hant_HK": CHINESE,
    "en": ENGLISH,
}

#: source text -> why its words of the list are no fault, after being read in every language
REVIEWED: dict[str, str] = {
    # -- it says that nobody promises
    "我们不能：\n· 代您向法院或 Kroll 申报。法定申报截止日已过，在这里登记不等于向法院申报\n· 提供投资或法律建议，或承诺任何付款": "no promise",
    "超过 5 万美元的客户债权最终上限，来源说法不一：{low}（一位债权人代表）、{high}（Paxtibi LLP 律师事务所）。都不是官方数字，也不是承诺；是否适用于 5B 类未核实。": "no promise",
    "本服务已按所示金额确认登记。这不代表破产程序已确认，也不代表一定会付款。": "not certain",
    "这份回执证明：以上内容已由本服务在所示时间记录并签名，事后改动会被发现。它不证明：内容属实、法院或 Kroll 已经收到、款项一定会付。请不要把回执文件发给陌生人，里面有您的金额。": "not certain",
    # -- it says that nobody knows who is paid
    "以上是向整个类别公布的比例，不代表您已收到或会收到。金额向下取整到美分。": "not foretold",
    "因此我们不能说您会收到款项，也不能说您的债权已经丧失。目前的状态是未知、可能被暂缓。": "not foretold",
    "因此我们不能说您会收到款项，也不能说您的债权已经丧失。请以您在官方门户看到的状态为准。": "not foretold",
    # -- messages are received, not money
    "您还没有验证邮箱。验证之后，才会收到债权和要约的通知。": "messages",
    "这个渠道会收到：{kinds}。": "messages",
    # -- others' promises, quoted as a fraud
    "已知的骗局（截至 2026-05-29 的公开资料）：\n· 2025 年 10 月：冒名“Kroll Settlement Advisory”“Digital Disbursements”的邮件，许诺 118%–142% 的分配，引到 clientid-ftxclaims.com。FTX 声明不会要求任何人连接钱包（Mitrade，2025-10-05）\n· 2023 年 8 月：Kroll 遭入侵，债权人的姓名、地址、邮箱和余额外泄。所以骗子可能叫得出您的全名和金额，这不证明他是真的\n· 新加坡警方警示过仿冒美国司法部的网站，骗取 FTX 登录信息和“律师费”（日期未知）\n· 微信群里有人冒充交易所员工，并掌握受害人的资料（8BTC，日期未知）": "quoted fraud",
    # -- somebody is told to take his time, or comforted
    "还没有结论，不等于被拒绝。请先看具体原因（见下），并保存门户截图和日期；不要因为“有争议”就急于折价出售。": "no hurry",
    "您在这里填过的内容都留着，不用急着处理。这个对话一直开着，您随时可以回来。": "no hurry",
    "谢谢您愿意说出来。这段日子一定很难熬。没有什么事比您本人更要紧。": "comfort",
}


def said() -> Iterator[tuple[str, str, str]]:
    """Every text as (locale, source text, what a reader of that locale reads)."""
    for source in sorted(spoken(ROOT / "bot")):
        yield SOURCE, source, source
    for locale in LOCALES:
        if locale == SOURCE:
            continue
        for entry in polib.pofile(str(_catalogue(locale))):
            if entry.msgstr and not entry.fuzzy and not entry.obsolete:
                yield locale, entry.msgid, entry.msgstr


def _catalogue(locale: str) -> Path:
    return ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po"


def found(locale: str, text: str) -> list[str]:
    """The words of the list in a text, with why they are there."""
    return [
        f"{seen.group()!r} ({why})"
        for words, why in LISTS[locale].items()
        if (seen := re.search(words, text, re.IGNORECASE)) is not None
    ]


def test_no_text_advises_promises_or_praises() -> None:
    faults = [
        f"{locale}: {', '.join(words)}: {text[:80]!r}"
        for locale, source, text in said()
        if source not in REVIEWED and (words := found(locale, text))
    ]
    assert not faults, "\n".join(faults)


def test_every_language_has_its_list() -> None:
    assert set(LISTS) == set(LOCALES)


def test_no_exception_outlives_its_text() -> None:
    needed = {source for locale, source, text in said() if found(locale, text)}
    assert set(REVIEWED) <= needed, [text[:60] for text in set(REVIEWED) - needed]


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("zh_Hans", "这只债券保证收益"),
        ("zh_Hans", "稳赚不赔"),
        ("zh_Hans", "您一定会收到款项"),
        ("zh_Hans", "建议您出售这项债权"),
        ("zh_Hans", "趁早出售"),
        ("zh_Hans", "这个价格很划算"),
        ("zh_Hans", "机会难得，仅剩 3 个名额"),
        ("zh_Hans", "零风险、高收益"),
        ("zh_Hans", "您可以全额收回"),
        ("zh_Hans", "动议已无条件撤回"),
        ("zh_Hans", "债权被没收"),
        ("zh_Hans", "请提交索赔"),
        ("zh_Hant", "這是最優價格，請放心"),
        ("zh_Hant", "我們推薦這個報價"),
        ("zh_Hant_HK", "保證回報"),
        ("en", "A guaranteed return"),
        ("en", "You should sell now"),
        ("en", "We recommend this offer"),
        ("en", "This is the best price. Don’t miss it!"),
        ("en", "You will receive 143%"),
        ("en", "It is certain to be paid"),
    ],
)
def test_the_list_sees_what_it_should(locale: str, text: str) -> None:
    assert found(locale, text), "must be caught"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("zh_Hans", "保证金、保证人"),
        ("zh_Hans", "知道姓名的不一定是本人"),
        ("zh_Hans", "FTX 客户索赔门户（claims.ftx.com）"),
        ("zh_Hans", "由您决定"),
        ("zh_Hans", "您还没收到分配"),
        ("zh_Hans", "风险：发行人可能不还钱"),
        ("zh_Hant_HK", "沒有人的債權被沒收"),
        ("zh_Hant", "金額無條件捨去到美分"),
        ("en", "It is not investment or legal advice."),
        ("en", "A claim is not a promise."),
    ],
)
def test_the_list_lets_plain_words_pass(locale: str, text: str) -> None:
    assert not found(locale, text), "must pass"
