"""The command menu that Telegram shows beside the input field."""

from bot.i18n import _


def commands() -> list[tuple[str, str]]:
    """Commands with what they are for, in the order of the menu. Each MUST be one that `app.py` gives a step."""
    return [
        ("menu", _("主菜单")),
        ("file", _("登记债权")),
        ("status", _("查看债权进度")),
        ("offers", _("查看收到的要约")),
        ("payout", _("收款方式")),
        ("notices", _("通知设置")),
        ("language", _("切换语言")),
        ("safety", _("识别诈骗")),
        ("privacy", _("隐私与授权")),
        ("human", _("转人工")),
    ]
