"""What people type for the finer matters of the case: a kind of claim, another bankruptcy, a page of an answer.

It names nothing that binds anybody: what is not known for sure leads to the broader answer, or to a question.
"""

import re

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
