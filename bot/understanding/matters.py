"""What people type for the finer matters of the case: a kind of claim, another bankruptcy, a page of an answer.

It names nothing that binds anybody: what is not known for sure leads to the broader answer, or to a question.
"""

import re
import unicodedata

from bot.errors import Invalid

#: what a claim can be, for an estimate: an account with FTX.com or FTX.US, a supplier's claim, a loan
KINDS = ("com", "us", "general", "loan", "unsure")
_UNSURE = re.compile("[不唔](知|清楚|确定|確定|记得|記得|肯定)|忘|not sure|don.?t know|unsure|no idea")
_KINDS = {
    "com": re.compile(r"\bcom\b|ftx\.com|国际|國際|international|dotcom|5a|7a|主站", re.ASCII),
    "us": re.compile(r"ftx\.?us|美国|美國|\bus\b|5b|7b|美站|美区|美區", re.ASCII),
}
_OTHER_KINDS = {"general": re.compile("6a|一般|general"), "loan": re.compile("6b|贷款|貸款|loan")}

#: other bankruptcies, by the names people give them
CASES = {
    "mtgox": r"mt\.?\s?gox|门头沟|門頭溝",
    "celsius": "celsius|摄氏|攝氏",
    "blockfi": r"block\s?fi",
    "genesis": "genesis|创世|創世",
    "voyager": "voyager",
    "threearrows": r"\b3ac\b|三箭|three\s?arrows",
    "terra": r"\bterra|\bluna\b(?! new)",
    "cryptopia": "cryptopia",
    "ftxeu": r"ftx\s?eu\b|backpack",
    "bahamas": "巴哈马|巴哈馬|bahamas|digital markets|pwc",
}

#: an answer, words, and its page that answers them better than the first
_FINER = (
    ("schedule", "为什么|为啥|為什麼|為甚麼|[点點]解|怎么还没|怎麼還沒|仲未", "not_paid"),
    ("schedule", "[还還][没未沒](收到|到[账賬]|入[账賬帳]|领到|領到)", "not_paid"),
    ("schedule", r"\bwhy\b|not (been |yet )?paid|(have|has)n.t (received|got)", "not_paid"),
    ("schedule", "[历歷]次|前几次|前幾次|all (the )?distributions", "schedule.all"),
    ("restricted", "搬|移民|护照|護照|国籍|國籍", "restricted.moved"),
    ("restricted", r"passport|nationalit|\bmov(e|ed|ing)\b|relocat", "restricted.moved"),
)

#: asked for what a word means
_MEANING = re.compile(
    "^(请问|請問)?(什么是|什麼是|甚麼是|咩係|乜嘢係|什么叫|什麼叫|啥是|啥叫)"
    "|(什么|什麼|甚麼|啥|咩|乜嘢|乜)意思"
    "|^.{2,14}(是|系|係)(指)?(什么|什麼|甚麼|啥|咩|乜嘢)(东西|東西|嘢|来的|嚟|啊|呀|呢)?[?!。]*$"
    r"|^what(’s|'s| is| are) (an? |the )?[a-z0-9 -]{2,30}\??$|\bmean(s|ing)?\b|^define\b"
)
#: what is asked of one's own things, or of time, is no question about a word
_OF_MINE = re.compile(
    "[我咱您你]|状态|狀態|进度|進度|下一|下次|时间|時間|时候|時候|情况|情況|问题|問題|原因"
    r"|\b(my|our|your|next|when|status|going|happening|this|that|it|up|new|wrong|offers?)\b"
)
#: (what is wanted, words that make it) -> a finer matter
_INSTEAD = (
    ("proof_receipt", r"合同|合約|协议|協議|\b(contract|agreement)\b", "agreement"),
    ("claim_status", r"^(?!.*意思)(.*\bkyc|.*身份(验证|認證|认证|驗證|認証)|.*实名|.*實名|.*\bon hold\b)", "kyc"),
    (
        "payout_method",
        r"bitgo|kraken|payoneer|服务商|服務商|服務供應商|转数快|轉數快|\bfps\b|第 ?8 ?步|step 8",
        "payout",
    ),
    (
        "upload_document",
        "(什么|什麼|甚麼|哪些|哪种|哪種|啥|咩|乜嘢|邊啲)(材料|文件|资料|資料|证件|證件|證明|证明)",
        "papers",
    ),
    ("upload_document", "(what|which) (kind of )?(papers|documents|files|proof)", "papers"),
    (
        "check_scam",
        "(你们|你們|你哋|你|机器人|機器人|债权通|債權通|这个号|這個號)(是不是|係咪|到底是|到底|究竟)?(真|假|骗|騙|官方|正规|正規)",
        "genuine",
    ),
    ("check_scam", r"(is this|are you) (bot |service )?(real|genuine|legit|official|a scam|fake)", "genuine"),
)


def instead(wanted: str, text: str) -> str:
    """The finer matter of what is wanted that a text asks for: `term`, one that stands in _INSTEAD, or ""."""
    folded = unicodedata.normalize("NFKC", text[:300]).strip().casefold()
    found = next((matter for name, words, matter in _INSTEAD if name == wanted and re.search(words, folded)), "")
    asks = len(folded) <= 60 and _MEANING.search(folded) and not _OF_MINE.search(folded)
    return found or ("term" if asks else "")


#: whether to sell, to hold or to take a bond: that is no acceptance, and no refusal
_SELLS = "(?:卖|賣|转让|轉讓|讓與|出售|换债券|換債券)"
_WAITS = "(?:等|持有|留|拿着|拿著|揸|不卖|不賣|唔賣)"
_COMPARES = re.compile(
    rf"{_SELLS}[^。？?！!]{{0,6}}(?:还是|還是|定系|定係|抑或|或者|定){{1,2}}(?:继续|繼續|先)?{_WAITS}"
    rf"|{_WAITS}[^。？?！!]{{0,4}}(?:还是|還是|定系|定係|抑或|或者|定)(?:现在|現在|而家)?{_SELLS}"
    rf"|{_SELLS}[^。？?！!]{{0,4}}(?:[划劃]算|合算|值不值|值得[吗嗎]|抵唔抵)"
    rf"|(?:[划劃]算|合算|值得|抵)[^。？?！!]{{0,2}}{_SELLS}"
    rf"|(?:债券|債券)[^。？?！!]{{0,3}}{_SELLS}[^。？?！!]{{0,3}}(?:哪|邊|边)"
    rf"|{_SELLS}[^。？?！!]{{0,3}}(?:债券|債券)[^。？?！!]{{0,3}}(?:哪|邊|边)"
    "|放(?:在)?一起(?:比|看)|擺(?:埋|在)一[齊起](?:比|睇|看)"
    "|(?:比较|比較|对比|對比)(?:一下)?(?:这|這|呢|几|幾|两|兩)?(?:些|个|個|份|啲)*(?:要约|要約|报价|報價)"
    r"|\b(?:sell|selling|hold|holding|wait|waiting)\b[^.?!]{0,20}\bor\b[^.?!]{0,12}\b(?:sell|hold|wait|keep|bond)\w*"
    r"|\bcompare (?:the |my |these |all )?(?:offers?|bids?|quotes?)\b"
)


def compares(text: str) -> bool:
    """Whether somebody weighs the ways of a claim against each other. It names none of them."""
    folded = unicodedata.normalize("NFKC", text[:300]).strip().casefold()
    return len(folded) <= 80 and _COMPARES.search(folded) is not None


def read_kind(text: str) -> str:
    """One of KINDS. Raises Invalid `which_kind`: nothing is guessed."""
    folded = text.casefold()[:200]
    if _UNSURE.search(folded):
        return "unsure"
    # An account is named by its site; only where no site is named can it be another kind.
    for kinds in (_KINDS, _OTHER_KINDS):
        found = [kind for kind, words in kinds.items() if words.search(folded)]
        if found:
            break
    if len(found) != 1:
        raise Invalid("which_kind")
    return found[0]


def find_case(text: str) -> str:
    """Which other bankruptcy a text names, as CASES calls it; "" if none we tell apart."""
    folded = text[:500].casefold()
    return next((case for case, words in CASES.items() if re.search(words, folded, re.ASCII)), "")


def finer(topic: str, text: str) -> str:
    """The page that what was typed asks for, under the topic it led to; the topic itself if it asks for no other."""
    folded = text[:500].casefold()
    if topic == "other_cases":
        case = find_case(folded)
        return f"other_cases.{case}" if case else topic
    return next((page for name, words, page in _FINER if name == topic and re.search(words, folded)), topic)
