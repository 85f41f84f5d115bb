"""What a person writes for a day -> the day, or nothing. Never a guess between two.

`today` is the person's own day; whoever asks knows the time zone. What the words leave open is settled
by fixed rules:

- a month and a day without a year, or the end of a month (十一月底): the one nearest to today
- 周三, Friday: the next one, today included; 这周三 and 下周三: of this week and of the next, from Monday
- "next Friday" means two days to two halves of the world: it is refused
- T+3, 三个工作日后: working days from Monday to Friday, counted from the day after today; holidays are not known
- 一个月后: the same day of the next month, or its last one
- 民国114年 and 民国 114/8/15 are 2025
"""

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

#: so much of a text is looked at
LOOK = 400
#: no answer to "when?" is longer
LONGEST = 80
FIRST, LAST = 1900, 2100


class Said(NamedTuple):
    """A day said in a text that is folded already."""

    start: int
    end: int
    day: date | None  #: None: it cannot be (30 February), or may be several
    year: bool  #: its year was said


_SAME = str.maketrans(
    "國號個後週禮兩內貳參這當時間從來為於聽尋應該話〇○−–—~至廿",
    "国号个后周礼两内贰叁这当时间从来为于听寻应该话零零----到廿",
)
_DIGIT = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january янв января", "feb february фев февраля", "mar march мар марта", "apr april апр апреля", "may мая",
            "jun june июн июня", "jul july июл июля", "aug august авг августа", "sep sept september сен сентября",
            "oct october окт октября", "nov november ноя ноября", "dec december дек декабря",
        ), 1,
    )
    for name in names.split()
}  # fmt: skip
_NEAR = {
    "今天": 0, "今日": 0, "明天": 1, "明日": 1, "听日": 1, "后天": 2, "后日": 2, "大后天": 3, "昨天": -1, "昨日": -1, "寻日": -1,
    "前天": -2, "前日": -2, "大前天": -3, "today": 0, "tomorrow": 1, "yesterday": -1, "сегодня": 0, "завтра": 1, "послезавтра": 2,
    "вчера": -1, "позавчера": -2, "jintian": 0, "mingtian": 1, "houtian": 2, "zuotian": -1,
}  # fmt: skip
_WEEKDAYS = (
    {name: number for number, name in enumerate("一二三四五六日")} | {"天": 6} | {str(n): n - 1 for n in range(1, 8)}
)
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEARS = {"今年": 0, "本年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
_MONTHS_AWAY = {"本月": 0, "这个月": 0, "这月": 0, "当月": 0, "下个月": 1, "下月": 1, "上个月": -1, "上月": -1, "": 0}

_N = "[0-9零一二三四五六七八九十廿两]"
_MONTH = r"(?P<m>[0-9]{1,2}|[一二三四五六七八九]|十[一二]?|正)"
_DAY = r"(?P<d>[0-9]{1,2}|[一二三四五六七八九]|二?十[一二三四五六七八九]?|三十一?|廿[一二三四五六七八九]?)"
_YEAR = "(?P<y>[0-9]{4}|[0-9]{2}|[零一二三四五六七八九]{4}|今年|本年|明年|后年|去年|前年)"
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))


def folded(text: str) -> str:
    """One spelling for every width, case and script, character by character behind NFKC."""
    return unicodedata.normalize("NFKC", text).lower().translate(_SAME)


def _number(said: str) -> int | None:
    """A number below a hundred, or nothing: 两三 is two or three."""
    if said.isascii():
        return int(said)
    said = said.replace("廿", "二十")
    if "十" in said:
        tens, _ten, ones = said.partition("十")
        if len(tens) > 1 or len(ones) > 1 or tens == "零" or ones == "零":
            return None
        return _DIGIT.get(tens, 1) * 10 + _DIGIT.get(ones, 0)
    return _DIGIT[said] if len(said) == 1 else None


def _year(said: str, today: date) -> int | None:
    if said in _YEARS:
        return today.year + _YEARS[said]
    said = said.removesuffix("年")
    digits = said if said.isascii() else "".join(str(_DIGIT[char]) for char in said)
    year = int(digits) + (2000 if len(digits) == 2 else 0)
    return year if FIRST <= year <= LAST else None


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    try:
        return date(year or 0, month or 0, day or 0) if FIRST <= (year or 0) <= LAST else None
    except ValueError:
        return None


def _nearest(today: date, month: int | None, day: int | None) -> date | None:
    """The one of three years that is nearest; `day` None is the last of the month."""
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        last = calendar.monthrange(year, month)[1] if month and 1 <= month <= 12 else None
        if last is not None and (found := _day(year, month, last if day is None else day)):
            days.append(found)
    return min(days, key=lambda one: abs(one - today), default=None)


def _months_on(today: date, months: int, day: int | None = None) -> date | None:
    """So many months on; `day` 0 is the last of the month, None the same day as today or the last."""
    place = today.year * 12 + today.month - 1 + months
    year, month = divmod(place, 12)
    if not FIRST <= year <= LAST:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return _day(year, month + 1, last if day == 0 else min(today.day, last) if day is None else day)


def _working_days_on(today: date, days: int) -> date:
    day = today
    while days:
        day += timedelta(1)
        days -= day.weekday() < 5
    return day


Found = re.Match[str]


def _ymd(found: Found, today: date) -> date | None:
    return _day(_year(found["y"], today), _number(found["m"]), _number(found["d"]))


def _roc(found: Found, _today: date) -> date | None:
    year = int(found["y"]) if found["y"].isascii() else _number(found["y"])
    return _day(year + 1911 if year else None, _number(found["m"]), _number(found["d"]))


def _md(found: Found, today: date) -> date | None:
    month = 1 if found["m"] == "正" else _number(found["m"])
    return _nearest(today, month, _number(found["d"]))


def _dmy(found: Found, _today: date) -> date | None:
    """Points: day, month, year. Strokes: only where one of the first two can be no month, or both are one."""
    first, second = int(found["a"]), int(found["b"])
    if found["s"] != "." and first <= 12 and second <= 12 and first != second:
        return None
    if found["s"] != "." and second > 12:
        first, second = second, first
    return _day(int(found["y"]), second, first)


def _named(found: Found, today: date) -> date | None:
    month, day = _MONTHS[found["m"]], int(found["d"])
    return _day(int(found["y"]), month, day) if found["y"] else _nearest(today, month, day)


def _weekday(found: Found, today: date) -> date | None:
    which, number = found["which"] or "", _WEEKDAYS[found["d"]]
    if not which:
        return today + timedelta((number - today.weekday()) % 7)
    weeks = which.count("下") - which.count("上")
    return today + timedelta(weeks * 7 + number - today.weekday())


def _english_day(found: Found, today: date) -> date | None:
    number = next(place for place, name in enumerate(_ENGLISH_DAYS) if name.startswith(found["d"][:3]))
    if found["which"] in ("next", "last"):
        return None
    return today + timedelta((number - today.weekday()) % 7)


def _away(found: Found, today: date) -> date | None:
    """三天后, 2个月前, 3 days ago, 三个工作日后."""
    number = _number(found["n"])
    if number is None or number > 999:
        return None
    unit, back = found["u"], found["dir"] in ("前", "之前", "以前", "ago")
    if "工作日" in unit or "交易日" in unit:
        return None if back else _working_days_on(today, number)
    signed = -number if back else number
    if "月" in unit or "month" in unit:
        return _months_on(today, signed)
    if "年" in unit or "year" in unit:
        return _months_on(today, signed * 12)
    return today + timedelta(signed * (7 if "周" in unit or "星期" in unit or "礼拜" in unit or "week" in unit else 1))


def _month_end(found: Found, today: date) -> date | None:
    if found["m"]:
        month = _number(found["m"])
        if found["y"]:
            year = _year(found["y"], today)
            return _months_on(date(year, month, 1), 0, 0) if year and month and 1 <= month <= 12 else None
        return _nearest(today, month, None)
    return _months_on(today, _MONTHS_AWAY[found["which"] or ""], 0)


def _year_end(found: Found, today: date) -> date | None:
    year = _year(found["y"], today) if found["y"] else today.year
    return _day(year, 12, 31)


def _of_month(found: Found, today: date) -> date | None:
    day = _number(found["d"])
    return _months_on(today, _MONTHS_AWAY[found["which"]], day) if day else None


def _alone(found: Found, today: date) -> date | None:
    """15号: of this month, the last or the next, whichever is nearest."""
    day = _number(found["d"])
    days = [one for away in (-1, 0, 1) if day and (one := _months_on(today, away, day))]
    return min(days, key=lambda one: abs(one - today), default=None)


def _settlement(found: Found, today: date) -> date | None:
    return _working_days_on(today, int(found["n"]))


Rule = tuple[re.Pattern[str], Callable[[Found, date], date | None], bool | None]
#: year said: always, never, or (None) if its group matched
_EVERYWHERE: tuple[Rule, ...] = tuple(
    (re.compile(pattern), read, year)
    for pattern, read, year in (
        (r"民国 ?(?P<y>[0-9]{2,3}|[一二三四五六七八九十]{1,3}) ?年 ?" + _MONTH + " ?月 ?" + _DAY + " ?[日号]?", _roc, True),
        (r"民国 ?(?P<y>[0-9]{2,3})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])", _roc, True),
        (r"(?<![0-9./-])(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9]|[-/.][0-9])", _ymd, True),
        (rf"(?<!{_N}){_YEAR} ?年? ?的?{_MONTH} ?月 ?{_DAY} ?[日号]?(?!{_N}|[个天])", _ymd, True),
        (r"(?<![0-9./-])(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>(?:19|20)[0-9]{2})(?![0-9]|[-/.][0-9])", _dmy, True),
        (rf"(?<![a-zа-я])(?P<m>{_NAMES})\.? ?(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9])(?:,? ?(?P<y>(?:19|20)[0-9]{{2}})(?![0-9]))?", _named, None),
        (rf"(?<![0-9.])(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th|-?го)? ?(?:of )?(?P<m>{_NAMES})(?![a-zа-я])\.?(?:,? ?(?P<y>(?:19|20)[0-9]{{2}})(?![0-9])(?: ?г(?:ода)?\.?(?![а-я]))?)?", _named, None),
        (rf"(?:(?P<y>(?<!{_N})[0-9]{{4}}|今年|明年|去年) ?年?)?(?:(?<!{_N}){_MONTH} ?月|(?P<which>本月|这个月|下个月|下月|上个月|上月)的?|(?<![0-9一二三四五六七八九十个这上下本])月)份?[底末](?:之前|以前|前)?", _month_end, None),
        (rf"(?<!{_N}){_MONTH} ?月 ?{_DAY} ?[日号]?(?!{_N}|[个天])", _md, False),
        (rf"(?P<which>本月|这个月|这月|当月|下个月|下月|上个月|上月)的? ?{_DAY} ?[日号]", _of_month, False),
        (r"(?:(?P<y>今年|明年|去年|(?<![0-9])[0-9]{4}年)年?|(?<![0-9一二三四五六七八九十])年)[底末](?:之前|以前|前)?", _year_end, None),
        ("大后天|大前天|今天|今日|明天|明日|听日|后天|后日|昨天|昨日|寻日|前天|前日|(?<![a-zа-я])(?:today|tomorrow|yesterday|jintian|mingtian|houtian|zuotian|сегодня|послезавтра|завтра|позавчера|вчера)(?![a-zа-я])", lambda found, today: today + timedelta(_NEAR[found[0]]), False),
        (r"(?P<which>这个?|本|今个?|下下个?|下个?|上上个?|上个?)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天1-7])(?![0-9年个])", _weekday, False),
        (r"(?<![a-z])(?:(?P<which>this|next|last|on) )?(?P<d>monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?![a-z])", _english_day, False),
        (rf"(?<![0-9.])(?P<n>{_N}{{1,3}}) ?(?:个)?(?P<u>工作日|交易日|天|日|周|星期|礼拜|月|年)(?P<dir>之后|以后|后|之前|以前|前)(?!天)", _away, False),
        (r"(?<![a-z0-9.])in (?P<n>[0-9]{1,3}) (?P<u>day|week|month|year)s?(?P<dir>)(?![a-z])", _away, False),
        (r"(?<![0-9.])(?P<n>[0-9]{1,3}) (?P<u>day|week|month|year)s? (?P<dir>later|from now|ago)(?![a-z])", _away, False),
        (r"(?<![a-z0-9])t ?\+ ?(?P<n>[0-9]{1,2})(?![0-9])", _settlement, False),
    )
)  # fmt: skip
#: only where a day was asked for: elsewhere these may be a sum or a number
_ASKED: tuple[Rule, ...] = tuple(
    (re.compile(pattern), read, year)
    for pattern, read, year in (
        (r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])", _ymd, True),
        (r"(?<![0-9./-])(?P<m>[0-9]{1,2})(?P<s>[/.])(?P<d>[0-9]{1,2})(?![0-9]|[/.-][0-9])", _md, False),
        (rf"(?<!{_N}|月){_DAY}[日号](?!后|前|以|之)", _alone, False),
    )
)
_LIKELY = re.compile(r"[年月日号天周]|星期|礼拜|[0-9][-/.][0-9]|[0-9]{8}|t ?\+|[a-z]{3}|[а-я]{3}")
_GOES_ON = re.compile(r" ?[-到] ?[0-9一二三四五六七八九十]|[、/][0-9一二三四五六七八九十]")
_LUNAR = re.compile("农历|農曆|阴历|陰曆|旧历|舊曆")
_LIGHT = re.compile(
    r"[\s,，。.!?！？;:：()（）\[\]\-~]|之前|以前|前|那天|当天|当日|是|在|于|就|吧|呢|啊|呀|哦|嗯|的|了|截止|截至|到|日期|时间|应该|我|出生|生日|生|"
    r"[上下]午|早上|晚上|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|北京时间|t(?=[0-9])|z|"
    r"(?<![a-z])(?:on|by|before|the|it|was|is|its|date|my|i|think|utc|et|until)(?![a-z])|(?<![а-я])(?:до|к|на|это|от)(?![а-я])"
)


def spans(text: str, today: date, *, asked: bool = False) -> list[Said]:
    """Every day said in a folded text, none overlapping another."""
    if not _LIKELY.search(text):
        return []
    taken: list[Said] = []
    for pattern, read, year in _EVERYWHERE + (_ASKED if asked else ()):
        for found in pattern.finditer(text):
            start, end = found.span()
            if start == end or any(start < one.end and one.start < end for one in taken):
                continue
            try:
                day = None if _GOES_ON.match(text, end) else read(found, today)
            except OverflowError:
                day = None
            taken.append(Said(start, end, day, bool(found["y"]) if year is None else year))
    return sorted(taken)


def _one(said: list[Said], text: str) -> date | None:
    """The day, if all that was said is one and the same. A weekday beside a day must agree with it."""
    weekdays = [one for one in said if _BARE_WEEKDAY.fullmatch(text[one.start : one.end])]
    days = {one.day for one in said if one not in weekdays or len(weekdays) == len(said)}
    if len(days) != 1 or _LUNAR.search(text):
        return None
    day = days.pop()
    if day is not None and any(one.day is None or one.day.weekday() != day.weekday() for one in weekdays):
        return None
    return day


_BARE_WEEKDAY = re.compile("(?:周|星期|礼拜).|[a-z]+day")


def read_date(text: str, today: date) -> date | None:
    """The day that a whole text is. None for two days, an impossible one, or anything else beside it."""
    if len(text) > LONGEST:
        return None
    said = folded(text).strip()
    found = spans(said, today, asked=True)
    if not found:
        return None
    rest, at = "", 0
    for one in found:
        rest += said[at : one.start] + " "
        at = one.end
    if _LIGHT.sub("", rest + said[at:]):
        return None
    return _one(found, said)


def find_date(text: str, today: date) -> date | None:
    """The one day that a free text names. None for none, for two, and for one that cannot be."""
    said = folded(text[:LOOK])
    return _one(spans(said, today), said)
