"""What a person writes for a sum of dollars -> whole cents, exactly, or a refusal that says why.

Full width, thousands separators, 万 and 亿, w and k, numerals small (三万五) and capital
(叁万伍仟美元整). Two readings are one too many: the person is asked, nothing is guessed. No float
is touched anywhere.
"""

import re
import unicodedata
from decimal import Decimal

from bot.errors import Invalid

#: more dollars than this is a slip of the finger
MOST = 10**12

_SAME = str.maketrans(
    {
        "萬": "万", "億": "亿", "圓": "元", "圆": "元", "點": "点", "兩": "两", "負": "负", "〇": "零", "○": "零", "Ｏ": "零",
        "參": "叁", "叄": "叁", "弎": "叁", "貳": "贰", "弍": "贰", "弌": "壹", "陸": "陆", "佰": "百", "仟": "千", "拾": "十",
        "廿": "二十", "卅": "三十", "−": "-", "–": "-", "—": "-", "、": ",", "'": ",", "’": ",",
    }
)  # fmt: skip
_DIGITS = {
    "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "两": 2,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_CAPITAL = re.compile("[壹贰叁肆伍陆柒捌玖拾佰仟貳參陸]")
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SMALL = {"十", "百", "千"}

#: dollars of the United States and no other
_USD = r"美元|美金|美刀|刀|usd(?![tc])|(?<![a-z])us ?dollars?|(?<![a-z])us ?\$|\$ ?us(?![a-z])"
_DOLLARS = re.compile(rf"{_USD}|dollars?|\$")
_USD_ONLY = re.compile(_USD)
_OTHERS = re.compile(
    "人民币|人民幣|rmb|cny|cnh|¥|港[元币幣纸紙]|hkd|hk ?\\$|[台臺新][币幣]|twd|ntd?|nt ?\\$|欧元|歐元|eur|€|英[镑鎊]|gbp|£"
    "|日[元币幣]|jpy|韩元|韓元|krw|₩|sgd|s ?\\$|a ?\\$|aud|c ?\\$|cad|usdt|usdc|泰达|泰達|btc|eth|sol|ftt|比特|以太"
)
_UNSURE = re.compile(r"[块塊]|[\d万亿千百wk] ?u$", re.ASCII)
_MINUS = re.compile("^[-负]|^\\(.*\\)$")
_RANGE = re.compile(r"\d ?[-~至到] ?\d", re.ASCII)
_CENTS = re.compile("^(.+)#零?([^美分]{1,3})美?分[整正]?$")
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?: \d{3})+(?:\.\d*)?", re.ASCII)
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[零一二三四五六七八九两壹贰叁肆伍陆柒捌玖]|[十百千万亿点]", re.ASCII
)


def read_dollars(text: str) -> int:
    """Cents. Raises Invalid:

    not_an_amount      nothing that could be read as one sum
    ambiguous_amount   two readings ("35.000", "3万50", "350,00")
    which_currency     元, 块 or U: dollars were asked for, and these may be something else
    other_currency     plainly another currency
    negative_amount zero_amount too_precise_amount too_large_amount
    """
    if len(text) > 200:
        raise Invalid("not_an_amount")
    folded = unicodedata.normalize("NFKC", text).casefold()
    capital = _CAPITAL.search(folded) is not None
    folded = re.sub(r"\s+", " ", folded.translate(_SAME)).strip().rstrip("。!?")
    folded = _in_dollars(folded, capital)
    if _MINUS.search(folded):
        raise Invalid("negative_amount")
    if _RANGE.search(folded):
        raise Invalid("ambiguous_amount")
    with_cents = _CENTS.fullmatch(folded)
    if with_cents is None:
        return _in_cents(_number(folded.replace("#", "")))
    dollars, cents = _number(with_cents[1].strip()), _number(with_cents[2].strip())
    if cents >= 100 or dollars != dollars.to_integral_value():
        raise Invalid("not_an_amount")
    return _in_cents(dollars + cents / 100)


def _in_dollars(folded: str, capital: bool) -> str:
    """The text without its unit; what may be another currency than dollars is refused.

    Between dollars and cents the unit leaves a `#`.
    """
    bare = _USD_ONLY.sub("", folded)
    if _OTHERS.search(bare):
        raise Invalid("other_currency")
    if _UNSURE.search(bare):
        raise Invalid("which_currency")
    if "元" in bare:
        # 壹拾万元整 is how capital numerals end, whatever the money; 35000元 may be yuan.
        before, after = bare.split("元", 1)
        if not capital or after.strip() not in ("", "整", "正"):
            raise Invalid("which_currency")
        folded = before
    elif folded.endswith(("整", "正")) and capital:
        folded = folded[:-1]
    marked = _DOLLARS.sub("#", folded).strip()
    if marked.count("#") > 1:
        marked = marked.removeprefix("#")  # $35,000 USD
    return marked.strip("# ")


def _number(text: str) -> Decimal:
    """One number, however it is written."""
    if not text or "#" in text:
        raise Invalid("not_an_amount")
    if set(text) <= set("0123456789., "):
        return _arabic(text)
    text = re.sub(r"(?<=\d) ?w", "万", text, flags=re.ASCII)
    text = re.sub(r"(?<=\d) ?k", "千", text, flags=re.ASCII)
    return _mixed(re.sub(r"(?<!\d) | (?!\d)", "", text, flags=re.ASCII))


def _arabic(text: str) -> Decimal:
    """Digits, grouped by threes or not at all."""
    if _PLAIN.fullmatch(text):
        whole, _dot, part = text.partition(".")
        if len(part) == 3 and 1 <= len(whole) <= 3 and whole != "0":
            raise Invalid("ambiguous_amount")  # 35.000: how half of Europe groups by threes
        return Decimal(text.removesuffix("."))
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "").replace(" ", "").removesuffix("."))
    raise Invalid("ambiguous_amount" if any(c.isdigit() for c in text) else "not_an_amount")


def _mixed(text: str) -> Decimal:
    """Numbers with units: 三万五, 3万5千, 1.2亿, 35k, 叁万伍仟."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text:
        raise Invalid("ambiguous_amount" if re.fullmatch(r"[\d.,万亿千百十]+", text, re.ASCII) else "not_an_amount")
    if all(token in _DIGITS for token in tokens):  # 三五零零零, said digit by digit
        return Decimal("".join(str(_DIGITS[token]) for token in tokens))
    tokens = [token.replace(",", "") for token in tokens]
    if "点" in tokens:
        return _with_point(tokens)
    return _large(tokens, 10**12)


def _with_point(tokens: list[str]) -> Decimal:
    """三点五万: digits, a point, digits, and one unit or none."""
    point = tokens.index("点")
    unit = _UNITS.get(tokens[-1], 1)
    part = tokens[point + 1 :] if unit == 1 else tokens[point + 1 : -1]
    if not part or not point or not all(token in _DIGITS for token in part):
        raise Invalid("not_an_amount")
    fraction = Decimal("0." + "".join(str(_DIGITS[token]) for token in part))
    return (_large(tokens[:point], 10**12) + fraction) * unit


def _large(tokens: list[str], below: int) -> Decimal:
    """What stands before and after 亿, then 万; each part is smaller than the unit before it."""
    for word in ("亿", "万"):
        if word not in tokens:
            continue
        unit = _UNITS[word]
        place = len(tokens) - 1 - tokens[::-1].index(word)
        before, after = tokens[:place], tokens[place + 1 :]
        if not before or unit >= below:
            raise Invalid("not_an_amount")
        high = _large(before, unit * unit if word == "亿" else unit) * unit
        if not after:
            return high
        if any("." in token for token in before):
            raise Invalid("ambiguous_amount")  # 3.5万5千 says two things
        return high + _after(after, unit)
    return _small(tokens)


def _after(tokens: list[str], unit: int) -> Decimal:
    """The part behind 万 or 亿. A lone digit there is spoken short: 三万五 is 35,000."""
    if len(tokens) == 1:
        token = tokens[0]
        digit = _digit(token)
        if digit:
            return Decimal(digit * unit // 10)
        if digit == 0 or len(token) != len(str(unit)) - 1:
            raise Invalid("ambiguous_amount")  # 3万50
    value = _large(tokens, unit)
    if not 0 < value < unit:
        raise Invalid("not_an_amount")
    return value


def _digit(token: str) -> int | None:
    """One digit of either script."""
    if len(token) != 1:
        return None
    return int(token) if token.isdigit() else _DIGITS.get(token)


def _small(tokens: list[str]) -> Decimal:
    """Thousands, hundreds and tens, each once and falling. 三千二 is 3,200; 三千零二 is 3,002."""
    if tokens[0][0] in "0123456789" and (len(tokens) == 1 or (len(tokens) == 2 and tokens[1] in _SMALL)):
        return Decimal(tokens[0]) * (_UNITS[tokens[1]] if len(tokens) == 2 else 1)
    total, part, last, zero = Decimal(0), None, 10**4, False
    for token in tokens:
        if token in _SMALL:
            unit = _UNITS[token]
            if unit >= last or (part is None and unit != 10):  # 十 alone is ten; 百 alone is no number
                raise Invalid("not_an_amount")
            total, part, last, zero = total + (1 if part is None else part) * unit, None, unit, False
        elif part is not None or "." in token:
            raise Invalid("not_an_amount")
        elif token == "零":
            zero = True
        else:
            part = Decimal(_DIGITS.get(token, token))
    if part is None:
        if zero:
            raise Invalid("not_an_amount")
        return total
    if zero or last in (10, 10**4):
        if part >= last:
            raise Invalid("not_an_amount")
        return total + part
    if part >= 10:
        raise Invalid("ambiguous_amount")  # 3千50
    return total + part * (last // 10)


def _in_cents(value: Decimal) -> int:
    if value == 0:
        raise Invalid("zero_amount")
    if value > MOST:
        raise Invalid("too_large_amount")
    cents = value * 100
    if cents != cents.to_integral_value():
        raise Invalid("too_precise_amount")
    return int(cents)
