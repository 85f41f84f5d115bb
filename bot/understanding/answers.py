"""Short answers that mean the same to every question."""

from bot.understanding.reader import normal

_NOTHING = {
    "没有", "沒有", "无", "無", "没", "冇", "暂无", "暫無", "没有编号", "沒有編號", "没收到", "不知道", "唔知", "唔知道", "不清楚", "不记得",
    "不記得", "忘了", "忘记了", "忘記了", "none", "no", "nothing", "n/a", "na", "null", "unknown", "don'tknow", "-", "--", "/",
}  # fmt: skip


def says_nothing(text: str) -> bool:
    """Whether the person says that there is nothing to say ("没有", "不知道"). MUST be asked of optional questions only."""
    return len(text) <= 40 and normal(text) in _NOTHING


_YES = frozenset(
    normal(yes)
    for yes in (
        "是", "是的", "好", "好的", "对", "同意", "我同意", "确认", "我确认", "确认无误", "没问题", "冇问题", "提交", "送出",
        "我声明", "声明", "系", "系呀", "yes", "ok", "okay", "confirm", "agree", "i agree", "i confirm", "i declare",
        "submit", "да", "согласен", "согласна", "подтверждаю", "отправить",
    )
)  # fmt: skip


def says_yes(text: str) -> bool:
    """Whether the whole text agrees. MUST only be asked where there is one thing to agree to."""
    return len(text) <= 40 and normal(text) in _YES
