"""Short answers that mean the same to every question."""

from bot.understanding.reader import normal

_NOTHING = {
    "没有", "沒有", "无", "無", "没", "冇", "暂无", "暫無", "没有编号", "沒有編號", "没收到", "不知道", "唔知", "唔知道", "不清楚", "不记得",
    "不記得", "忘了", "忘记了", "忘記了", "none", "no", "nothing", "n/a", "na", "null", "unknown", "don'tknow", "-", "--", "/",
}  # fmt: skip


def says_nothing(text: str) -> bool:
    """Whether the person says that there is nothing to say ("没有", "不知道"). MUST be asked of optional questions only."""
    return len(text) <= 40 and normal(text) in _NOTHING
