"""What the page itself says, and how the door refuses."""

from bot.i18n import _


def page() -> dict[str, str]:
    """The page's own words, by the names its script uses. `{…}` is filled by the page."""
    return {
        "name": _("债权通"),
        "subtitle": _("面向 FTX 债权人的登记与查询服务"),
        "language": _("切换语言"),
        "menu": _("主菜单"),
        "status": _("查询进度"),
        "offers": _("查看要约"),
        "person": _("转人工"),
        "safety": _("我们绝不索要密码、助记词或双重验证码（2FA）"),
        "safety_more": _(
            "也绝不索要私钥，不会让您连接钱包，不会在聊天里收费。核对邮箱用的 6 位验证码由我们发出，只填在这个对话里，请不要告诉任何人。工作人员只在这个对话里与您联系，不会加您私聊。凡是索要上述信息的，都不是我们：请不要回答，并点“转人工”告诉我们。"
        ),
        "safety_way": _("防骗提示"),
        "history": _("对话记录"),
        "we_say": _("债权通："),
        "you_say": _("您："),
        "today": _("今天 {time}"),
        "yesterday": _("昨天 {time}"),
        "notice": _("通知"),
        "copy": _("复制"),
        "copied": _("已复制"),
        "copy_of": _("复制{label}"),
        "download": _("下载"),
        "chosen": _("（已选）"),
        "typing": _("正在回复…"),
        "person_typing": _("客服正在输入…"),
        "new_messages": _("{count} 条新消息"),
        "to_bottom": _("回到最新消息"),
        "loading_older": _("正在载入更早的消息…"),
        "reconnecting": _("正在重新连接…"),
        "offline": _("网络已断开，恢复后会自动重新连接"),
        "no_session": _("这个页面的会话已失效，请刷新页面"),
        "reload": _("刷新"),
        "sending": _("正在发送"),
        "waiting": _("未送达，正在自动重试"),
        "too_fast": _("发得有点快，稍后自动重发"),
        "ask_again": _("上次没有送达"),
        "retry": _("重新发送"),
        "remove": _("移除"),
        "cancel": _("取消"),
        "cancel_upload": _("取消上传 {name}"),
        "upload_progress": _("{name} 的上传进度"),
        "file_too_large": _("“{name}”太大，没有发送。单个文件最大 {limit}。"),
        "file_gone": _("“{name}”没有发完，请重新选择文件"),
        "send": _("发送"),
        "attach": _("发送文件或照片"),
        "pick_date": _("选择日期"),
        "drop_here": _("松开即可添加文件"),
        "send_files": _("要发送这 {count} 个文件吗？"),
        "quick": _("快捷回复"),
        "ask_text": _("输入消息"),
        "ask_digits": _("输入数字"),
        "ask_amount": _("输入金额，如 12345.67"),
        "ask_email": _("输入邮箱地址"),
        "ask_date": _("输入日期，如 2022-11-11"),
        "ask_file": _("点左侧按钮上传文件"),
        "ask_none": _("请点选上面的选项，或输入消息"),
    }


def no_script() -> str:
    """For a browser without scripts."""
    return _("这个对话页面需要启用 JavaScript 和 Cookie。请在浏览器设置中启用后刷新页面。")


def refused(code: str) -> str:
    """Why the door did not take a request, and what to do."""
    match code:
        case "no_session":
            return _("这个页面的会话已失效。请刷新页面后再试。")
        case "not_from_page":
            return _("这个请求不是从债权通的对话页面发出的，没有处理。请打开对话页面再操作。")
        case "not_found":
            return _("没有找到这个文件。请在对话中重新获取。")
        case "slow":
            return _("上传太慢，没有收完，没有保存任何内容。请换个网络后重试。")
        case "too_large":
            return _("内容太大，没有收下。请分成几条发送。")
        case "try_later":
            return _("系统暂时繁忙，这条消息还没有处理。页面会自动重发，不会重复。")
        case "malformed":
            return _("这条消息的格式不对，没有处理。请刷新页面后再试。")
        case _other:
            return _("系统出错，没有处理这个请求。请稍后再试，或在对话中转人工。")
