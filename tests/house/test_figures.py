"""A figure about the case carries its source and its date, in every room.

The screens of `bot/facts/` put both under every answer, and tests/facts/ walks them one by one. Elsewhere a
text with such a figure names its source itself, or stands below with the reason why it need not.
"""

import re

import pytest
from babel.messages.extract import extract_from_dir

from tests.house.catalogues import KEYWORDS, ROOT

#: percentages, sums, dates and years; what follows 例如 is an example and no fact
FIGURE = re.compile(r"\d ?%|\d ?[万亿]?美元|20\d\d-\d\d|20\d\d ?年|百分之")
EXAMPLE = re.compile(r"[，。；（]?(例如|如 |比如|可以写)[^\n]*")
SOURCED = re.compile(r"来源：|（[^（）]+，20\d\d[^（）]*）")

#: text -> why it needs no source of its own
REVIEWED = {
    # -- the plan's limit between classes; the class is asked, and the screen of classes has sources
    "· FTX.com 客户：超过 50,000 美元一般是 5A 类；50,000 美元及以下一般是 7A 类（便利类债权）": "helps to answer",
    "{named}一般是 50,000 美元及以下的债权，而您填写的金额超过 50,000 美元，通常属于 {usual}。": "helps to answer",
    "{named}一般是超过 50,000 美元的债权，而您填写的金额没有超过 50,000 美元，通常属于 {usual}。": "helps to answer",
    "您的唯一客户代码（Unique Customer Code，UCC）是什么？\n\nKroll 在 2023 年 3 月 30 日前后用电子邮件发给客户；在 FTX 客户索赔门户“My Account”的账户号下方也能看到。请照原样填写。这里的 UCC 不是债权人委员会（Unsecured Creditors' Committee）的缩写。没有或不知道，可以跳过。": "helps to find a mail",
    # -- what is long over, by the court's own order
    "请知道：\n· 这是向本服务的运营方登记，不是向法院或 Kroll 提交的债权申报，不改变您在破产程序中的权利\n· FTX 客户债权的申报截止日已过：美国东部时间 2023 年 9 月 29 日 16:00（北京时间 9 月 30 日 04:00）；巴哈马程序的截止日 2024 年 5 月 15 日也已过\n· 登记不代表债权已被确认，也不代表会有付款": "the court's dates",
    "在本服务登记，不是向法院或 Kroll 提交的债权申报。FTX 客户债权的申报截止日（美国东部时间 2023 年 9 月 29 日 16:00）已过。": "the court's date",
    # -- the leak, told with its source among the known scams
    "登记和查询债权，需要先绑定您在 FTX 用过的邮箱。我们会向这个邮箱发送 6 位验证码；姓名、金额或客户代码都不能代替它，因为这些在 2023 年的泄露中可能已被他人得到。": "sourced elsewhere",
    "姓名、债权金额、客户代码和债权编号都不能证明身份：2023 年 8 月 Kroll 遭入侵，债权人的姓名、地址、邮箱和余额都已外泄，知道这些的不一定是本人。能收到这个邮箱的新邮件，才能证明邮箱在您手里。": "sourced elsewhere",
    # -- China's quota, in the room of payout methods
    "您登记的居住地是中国大陆，请留意：\n· 美元汇入大陆个人账户后，结汇受个人年度便利化额度（等值 5 万美元）限制，银行可能要求说明资金来源。这是我们截至 2026-11-22 的资料，请以外汇管理部门和您的银行为准。\n· 依照 2026 年 2 月 6 日八部门通知，我们不向居住在大陆的人提供稳定币收款。\n本服务不提供外汇、税务或法律建议。": "the line below it names the sources",
    "这家银行在中国大陆。美元汇入大陆个人账户后，结汇受个人年度便利化额度（等值 5 万美元）限制，银行可能要求说明资金来源（我们截至 2026-11-22 的资料，请以银行为准）。本服务不提供外汇、税务或法律建议。": "the line below it names the sources",
    # -- a rule of ours, no fact of the case
    "累计清偿率请填 0 到 300% 之间的数。例如：120%": "our own limit",
    "这条路径上，破产财产最终总共付到破产申请日债权金额的百分之多少？请把已收到的算在内。例如：120%": "a question",
    "百分比应大于 0，不超过 300%。例如：85%": "our own limit",
}


def figured() -> dict[str, str]:
    """Every text with a figure, outside the room of facts, and the file that says it."""
    found = {}
    for file, _line, message, _comments, _context in extract_from_dir(ROOT / "bot", keywords=KEYWORDS):
        text = message if isinstance(message, str) else message[0]
        if not file.startswith("facts/") and FIGURE.search(EXAMPLE.sub("", text)):
            found[text] = file
    return found


def test_a_figure_carries_its_source_and_date() -> None:
    bare = [
        f"{file}: {text[:80]!r}"
        for text, file in figured().items()
        if text not in REVIEWED and not SOURCED.search(text)
    ]
    assert not bare, "\n".join(["a figure without source and date (or a reason in REVIEWED):", *bare])


def test_no_reason_outlives_its_text() -> None:
    assert set(REVIEWED) <= set(figured()), [text[:60] for text in set(REVIEWED) - set(figured())]


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("5A 类已付 96%", True),
        ("共付 12 亿美元", True),
        ("2026-03-31 付款", True),
        ("5A 类已付 96%（CoinDesk，2026-03-18）", False),
        ("5A 类已付 96%\n来源：CoinDesk", False),
        ("请填写金额，例如：35000 美元", False),
        ("已付 {percent}", False),
    ],
)
def test_what_is_bare(text: str, is_bare: bool) -> None:
    assert bool(FIGURE.search(EXAMPLE.sub("", text)) and not SOURCED.search(text)) is is_bare
