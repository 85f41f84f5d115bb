"""The operator's words: Chinese, with English beside it. Not in the catalogues: the page always shows both."""

from datetime import timedelta

#: (Chinese, English)
Words = tuple[str, str]

NAME: Words = ("债权通 · 运营台", "Operator's page")
REFRESH: Words = ("刷新", "Refresh")
COPY: Words = ("复制", "Copy")
COPIED: Words = ("已复制", "Copied")
MAILBOX: Words = ("本地邮箱", "Local mailbox")
MAILBOX_IS: Words = (
    "没有设置 SMTP_URL，邮件不会发出，只放在这里。验证码在邮件正文里。",
    "SMTP_URL is not set: mail is not sent, it is kept here. The code is in the text.",
)
NO_MAIL: Words = ("还没有邮件。", "No mail yet.")
TICKETS: Words = ("工单", "Tickets")
NO_TICKETS: Words = ("没有未结束的工单。", "Nobody waits.")
CLAIMS: Words = ("债权", "Claims")
NO_CLAIMS: Words = ("还没有登记的债权。", "No claims yet.")
OFFERS: Words = ("要约", "Offers")
NO_OFFERS: Words = ("还没有导入要约。", "No offers yet.")
OUTBOX: Words = ("发送队列", "Outbox")
COMMANDS: Words = ("命令", "Commands")
COMMANDS_ARE: Words = (
    "在项目目录的终端里执行。姓名和金额不在这个页面上显示。",
    "Run these in a terminal, in the project's folder. Names and amounts are not shown on this page.",
)
NUMBER: Words = ("编号", "Number")
STATUS: Words = ("状态", "Status")
CHANGED: Words = ("最后变化", "Last change")
WAITS: Words = ("已等", "Waiting")
KIND: Words = ("种类", "Kind")
EXPIRES: Words = ("有效期至", "Expires")
DUE_NOW: Words = ("等待发送", "Due and not sent")
OLDEST: Words = ("最早的等了", "Oldest waits")
TRIED: Words = ("试过、还没发出", "Tried, not sent yet")
FAILED: Words = ("最近 24 小时没有送达", "Not delivered in the last 24 hours")
NOTHING: Words = ("无", "none")
DEMO: Words = ("演示", "demo")
NO_ENTRY: Words = ("这个链接不能用", "This link does not work")
NO_ENTRY_IS: Words = (
    "链接只能用一次，有效期一小时；打开后的会话有效 8 小时。请在项目目录的终端里执行下面的命令，取得新链接：",
    "A link works once and for one hour; the session it opens lasts 8 hours. Print a new one:",
)
AGAIN: Words = ("已经打开过？再试一次", "Opened it already? Try again")
BROKEN: Words = ("现在读不到数据库", "The database cannot be read just now")
BROKEN_IS: Words = ("没有任何改动。请稍后刷新。", "Nothing was changed. Refresh in a moment.")

CLOCK: Words = ("北京时间", "Beijing time")
MAIL_TO: Words = ("收件人", "To")

_OFFER = {
    "draft": "草稿",
    "open": "有效",
    "accepted": "已接受",
    "declined": "已拒绝",
    "expired": "已过期",
    "cancelled": "已撤回",
    "paid": "已付款",
}
_OFFER_KIND = {"sale": "债权转让", "bond": "债券"}
_TICKET = {"open": "等待答复", "answered": "已答复", "on_hold": "暂停处理", "solved": "已解决"}
_OUTCOME = {"dead": "被拒收", "unknown": "可能已送达", "expired": "过期未发"}
#: commands of `claims decide`, as an operator reads them
_DECISION = {
    "taken_up": "开始审核",
    "queried": "要求补充材料",
    "disputed": "标为有争议",
    "allowed": "确认",
    "disallowed": "不予确认",
    "transferred": "标为已转让",
    "paid": "标为已付款",
}

SHOW: Words = ("查看", "Show")
ANSWER: Words = ("答复", "Answer")
CLOSE: Words = ("结束", "Close")
PUBLISH: Words = ("发布", "Publish")
WITHDRAW: Words = ("撤回", "Withdraw")
PLAY: Words = ("演示：审核并发出要约", "Demo: allow it and publish offers")
YOUR_NAME = "您的名字"
YOUR_WORDS = "答复内容"
YOUR_REASON = "原因"

GENERAL = (
    (("列出工单", "List tickets"), "tickets list"),
    (("列出债权", "List claims"), "claims show"),
    (("列出要约", "List offers"), "offers show"),
    (("导入债权登记册", "Import the register"), "import claims FILE"),
    (("导入要约", "Import offers"), "import offers FILE"),
    (("给客服开账号（打印客服台的登录链接）", "An account for an agent: prints a link to the desk"), "agents add NAME"),
    (("新的运营台链接", "A new link to this page"), "operator"),
)


def both(chinese: dict[str, str], word: str) -> Words:
    """A status word with its Chinese."""
    return chinese.get(word, word), word


def offer_status(word: str) -> Words:
    """Where an offer stands, to the operator."""
    return both(_OFFER, word)


def offer_kind(word: str) -> Words:
    """The kind of an offer."""
    return both(_OFFER_KIND, word)


def ticket_status(word: str) -> Words:
    """Where a ticket stands, to the desk."""
    return both(_TICKET, word)


def outcome(word: str) -> Words:
    """How deliveries ended."""
    return both(_OUTCOME, word)


def decision(word: str) -> Words:
    """A decision on a claim."""
    return _DECISION.get(word, word), word


def age(since: timedelta) -> Words:
    """How long something has been waiting."""
    minutes = max(int(since.total_seconds()), 0) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    if days:
        return f"{days} 天 {hours} 小时", f"{days} d {hours} h"
    if hours:
        return f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min"
    return f"{minutes} 分钟", f"{minutes} min"
