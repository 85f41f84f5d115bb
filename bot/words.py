"""Words that several rooms share: statuses with their sentence, kinds, money and moments.

The house rule "no user text outside texts.py" knows this file as the second place.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.numbers import format_compact_decimal

from bot.i18n import N_, _, kept, locale
from storage.terms import ClaimStatus, NoticeKind, OfferKind, OfferStatus, Purpose, SettlementStatus, TicketStatus

_CLAIM = {
    ClaimStatus.DRAFT: N_("草稿"),
    ClaimStatus.SUBMITTED: N_("已提交"),
    ClaimStatus.UNDER_REVIEW: N_("审核中"),
    ClaimStatus.DOCUMENT_REQUESTED: N_("需补充材料"),
    ClaimStatus.ALLOWED: N_("已确认"),
    ClaimStatus.DISPUTED: N_("有争议"),
    ClaimStatus.DISALLOWED: N_("不予确认"),
    ClaimStatus.WITHDRAWN: N_("已撤回"),
    ClaimStatus.TRANSFERRED: N_("已转让"),
    ClaimStatus.PAID: N_("已付款"),
}
_CLAIM_ENGLISH = {
    ClaimStatus.DRAFT: "Draft",
    ClaimStatus.SUBMITTED: "Submitted",
    ClaimStatus.UNDER_REVIEW: "Under Review",
    ClaimStatus.DOCUMENT_REQUESTED: "Document Requested",
    ClaimStatus.ALLOWED: "Allowed",
    ClaimStatus.DISPUTED: "Disputed",
    ClaimStatus.DISALLOWED: "Disallowed",
    ClaimStatus.WITHDRAWN: "Withdrawn",
    ClaimStatus.TRANSFERRED: "Transferred",
    ClaimStatus.PAID: "Paid",
}
_CLAIM_MEANS = {
    ClaimStatus.DRAFT: N_("您还在填写，尚未提交。"),
    ClaimStatus.SUBMITTED: N_("我们已收到，专员还没有开始审核。"),
    ClaimStatus.UNDER_REVIEW: N_("专员正在审核您提交的内容和材料。"),
    ClaimStatus.DOCUMENT_REQUESTED: N_("专员需要您补充材料，补充后才能继续审核。"),
    ClaimStatus.ALLOWED: N_("本服务已按所示金额确认登记。这不代表破产程序已确认，也不代表一定会付款。"),
    ClaimStatus.DISPUTED: N_("尚有疑问，还没有结论。有争议不等于被拒绝。"),
    ClaimStatus.DISALLOWED: N_("本服务没有确认这项登记。"),
    ClaimStatus.WITHDRAWN: N_("您已撤回这项登记。"),
    ClaimStatus.TRANSFERRED: N_("这项债权已转让给他人。"),
    ClaimStatus.PAID: N_("款项已发出。"),
}
_CLAIM_NEXT = {
    ClaimStatus.DRAFT: N_("下一步由您操作：继续填写并提交。"),
    ClaimStatus.SUBMITTED: N_("下一步由专员操作：开始审核。您暂时无需操作。"),
    ClaimStatus.UNDER_REVIEW: N_("下一步由专员操作：给出审核结果，或请您补充材料。您暂时无需操作。"),
    ClaimStatus.DOCUMENT_REQUESTED: N_("下一步由您操作：补充所要求的材料。"),
    ClaimStatus.ALLOWED: N_("下一步：如有针对这项债权的要约，我们会通知您。您无需操作。"),
    ClaimStatus.DISPUTED: N_("下一步由专员操作：核对有疑问的内容。您可以补充材料，或转人工了解原因。"),
    ClaimStatus.DISALLOWED: N_("您可以转人工了解原因，也可以重新登记。"),
    ClaimStatus.WITHDRAWN: N_("无需操作。需要时可以重新登记。"),
    ClaimStatus.TRANSFERRED: N_("无需操作。后续分配归受让人。"),
    ClaimStatus.PAID: N_("请核对到账。没有收到请转人工。"),
}
_OFFER_KIND = {
    OfferKind.SALE: N_("债权转让（一次性现金出售）"),
    OfferKind.BOND: N_("债券（以债权为偿付来源）"),
}
_OFFER = {
    OfferStatus.DRAFT: N_("未发布"),
    OfferStatus.OPEN: N_("有效，等待您答复"),
    OfferStatus.ACCEPTED: N_("您已接受"),
    OfferStatus.DECLINED: N_("您已拒绝"),
    OfferStatus.EXPIRED: N_("已过期"),
    OfferStatus.CANCELLED: N_("对方已撤回"),
    OfferStatus.PAID: N_("已付款"),
}
_TICKET = {
    TicketStatus.OPEN: N_("等待客服答复"),
    TicketStatus.ANSWERED: N_("客服已答复"),
    TicketStatus.ON_HOLD: N_("暂停处理，等待其他方"),
    TicketStatus.SOLVED: N_("已解决"),
    TicketStatus.CLOSED: N_("已结束"),
}
_SETTLEMENT = {
    SettlementStatus.AGREED: N_("已成交，等待签署"),
    SettlementStatus.DOCUMENTS_SIGNED: N_("文件已签署"),
    SettlementStatus.NOTICE_FILED: N_("转让证明已提交法院"),
    SettlementStatus.NOTICE_PERIOD: N_("21 天异议期内"),
    SettlementStatus.PAYMENT_SENT: N_("对方已付出，等待到账"),
    SettlementStatus.RECEIVED: N_("已收到，交割完成"),
    SettlementStatus.FAILED: N_("未成功，专员跟进中"),
    SettlementStatus.RETURNED: N_("已取消，债权仍属于您"),
}
_NOTICE = {
    NoticeKind.CLAIM_STATUS: N_("债权状态变化"),
    NoticeKind.OFFER_NEW: N_("新的要约"),
    NoticeKind.OFFER_EXPIRING: N_("要约即将到期"),
    NoticeKind.OFFER_CLOSED: N_("要约结束"),
    NoticeKind.RECORD_DATE: N_("登记日提醒"),
    NoticeKind.DIGEST: N_("每日摘要"),
    NoticeKind.TICKET: N_("客服答复"),
    NoticeKind.SETTLEMENT: N_("交割进展"),
    NoticeKind.COUPON: N_("债券付息和兑付"),
    NoticeKind.SECURITY: N_("账户安全提醒"),
}


@kept
def claim_status(status: str) -> str:
    """A claim's status with the estate's English word beside it, so that a person can match a portal."""
    word = ClaimStatus(status)
    label, english = _(_CLAIM[word]), _CLAIM_ENGLISH[word]
    return label if label == english else f"{label}（{english}）"


@kept
def claim_means(status: str) -> str:
    """What a claim's status says, in one sentence."""
    return _(_CLAIM_MEANS[ClaimStatus(status)])


@kept
def claim_next(status: str) -> str:
    """What happens next and who acts."""
    return _(_CLAIM_NEXT[ClaimStatus(status)])


_PURPOSE = {
    Purpose.ACCOUNT: N_("账户记录"),
    Purpose.CLAIM_DETAILS: N_("债权资料"),
    Purpose.IDENTITY_PAPERS: N_("证明文件"),
    Purpose.ABROAD: N_("境外处理"),
    Purpose.BUYERS: N_("向买方展示概况"),
    Purpose.NEWS: N_("案件资讯"),
    Purpose.UNDERSTANDING: N_("改进理解"),
}


def purpose_name(name: str) -> str:
    """What a person may consent to, in few words."""
    return _(_PURPOSE[Purpose(name)])


def offer_kind(kind: str) -> str:
    """The kind of an offer; always holds 转让 or 债券."""
    return _(_OFFER_KIND[OfferKind(kind)])


def offer_status(status: str) -> str:
    """Where an offer stands, to its creditor."""
    return _(_OFFER[OfferStatus(status)])


def ticket_status(status: str) -> str:
    """Where a question to a person stands."""
    return _(_TICKET[TicketStatus(status)])


def settlement_status(status: str) -> str:
    """Where the settlement of an accepted offer stands."""
    return _(_SETTLEMENT[SettlementStatus(status)])


def notice_kind(kind: str) -> str:
    """The name of a kind of push, as the settings list it."""
    return _(_NOTICE[NoticeKind(kind)])


_CURRENCY = {"USD": N_("美元"), "CNY": N_("元人民币"), "HKD": N_("港元"), "EUR": N_("欧元"), "USDT": "USDT"}


def money(cents: int, currency: str = "USD") -> str:
    """An amount in whole cents, grouped and exact: `35,000.00 美元`."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    before, behind = _around_money(currency)
    return f"{before}{sign}{whole:,}.{part:02d}{behind}"


@kept
def _around_money(currency: str) -> tuple[str, str]:
    before, _amount, behind = (
        _("{amount} {currency}").format(amount="\0", currency=_(_CURRENCY.get(currency, currency))).partition("\0")
    )
    return before, behind


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


_ZONES = {
    "Asia/Shanghai": N_("北京、上海"),
    "Asia/Hong_Kong": N_("香港"),
    "Asia/Taipei": N_("台北"),
    "Asia/Macau": N_("澳门"),
    "Asia/Singapore": N_("新加坡"),
    "Asia/Kuala_Lumpur": N_("吉隆坡"),
    "Asia/Bangkok": N_("曼谷"),
    "Asia/Tokyo": N_("东京"),
    "Asia/Seoul": N_("首尔"),
    "Asia/Dubai": N_("迪拜"),
    "Australia/Sydney": N_("悉尼"),
    "Pacific/Auckland": N_("奥克兰"),
    "Europe/London": N_("伦敦"),
    "Europe/Paris": N_("巴黎"),
    "Europe/Berlin": N_("柏林"),
    "Europe/Moscow": N_("莫斯科"),
    "America/New_York": N_("纽约"),
    "America/Chicago": N_("芝加哥"),
    "America/Los_Angeles": N_("洛杉矶"),
    "America/Vancouver": N_("温哥华"),
    "America/Toronto": N_("多伦多"),
    "America/Sao_Paulo": N_("圣保罗"),
    "UTC": N_("世界标准时间（UTC）"),
}


def zone_name(zone: str) -> str:
    """A clock by its cities; an unknown one by its own name."""
    return _(_ZONES[zone]) if zone in _ZONES else zone


def moment(at: datetime, timezone: str = "Asia/Shanghai") -> str:
    """A moment on its reader's clock, and whose clock it is: `2026-11-22 21:40（北京时间）`."""
    before, behind = _around_time(timezone)
    return before + at.astimezone(_zone(timezone)).isoformat(" ", "minutes")[:16] + behind


@kept
def _around_time(timezone: str) -> tuple[str, str]:
    if timezone == "Asia/Shanghai":
        whole = _("{time}（北京时间）").format(time="\0")
    elif timezone == "UTC":
        whole = _("{time}（UTC）").format(time="\0")
    else:
        whole = _("{time}（{zone}时间）").format(time="\0", zone=zone_name(timezone))
    before, _time, behind = whole.partition("\0")
    return before, behind


_PLACES = {
    "CN": N_("中国大陆"),
    "HK": N_("香港"),
    "MO": N_("澳门"),
    "TW": N_("台湾"),
    "SG": N_("新加坡"),
    "US": N_("美国"),
}


@lru_cache(maxsize=8)
def _territories(named: str) -> Mapping[str, str]:
    return dict(Locale.parse(named).territories)


def place(code: str) -> str:
    """A country or region by its ISO 3166-1 code, in the reader's language; the code itself if it has no name."""
    return _(_PLACES[code]) if code in _PLACES else _territories(locale()).get(code, code)


def billions(number: Decimal) -> str:
    """A large round sum without its currency: `12 亿`, `1.2 billion`."""
    # Hong Kong's own data abbreviate in English letters
    spoken = Locale.parse(locale().removesuffix("_HK"))
    style: Literal["long", "short"] = "long" if "long" in spoken.compact_decimal_formats else "short"
    text = format_compact_decimal(number * 10**9, format_type=style, locale=spoken, fraction_digits=2)
    return text.replace("亿", " 亿").replace("億", " 億")


def day(on: date) -> str:
    """A date: `2026-11-22`."""
    return on.isoformat()


def as_of(at: datetime, timezone: str = "Asia/Shanghai") -> str:
    """The line under every screen with figures."""
    return _as_of(int(at.timestamp() // 60), timezone)


@kept
def _as_of(minute: int, timezone: str) -> str:
    return _("截至 {time}").format(time=moment(datetime.fromtimestamp(minute * 60, UTC), timezone))
