"""What the conversation itself says, whatever the room."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.conversation.reply import Choice, Reply
from bot.i18n import N_, _, kept
from bot.words import moment


@kept
def menu() -> Choice:
    """The way home."""
    return Choice(_("主菜单"), "welcome.menu")


@kept
def human(about: str = "") -> Choice:
    """The way to a person; `about` says what it is about (`form.<name>.<question>`, `notice.<id>`, a number)."""
    return Choice(_("转人工"), f"support.ask:{about}" if about else "support.ask")


#: kinds of what is withheld, as `Vocabulary.guards` names them
_SECRET = {
    "助记词": N_("助记词"),
    "私钥": N_("私钥"),
    "验证码": N_("验证码"),
    "密码": N_("密码"),
    "卡号": N_("银行卡号"),
}


def warned(reply: Reply, kinds: Sequence[str]) -> Reply:
    """The reply, under a warning: what was typed is a secret, was not kept, and is to be changed now."""
    named = _("、").join(_(_SECRET.get(kind, kind)) for kind in kinds)
    said = _(
        "⚠️ 您刚才写了{kinds}。我们已经隐去，没有保存，客服也看不到；但这条消息可能还留在您的聊天记录里，请删除，并尽快更换。我们绝不索要这些。"
    ).format(kinds=named)
    return replace(reply, text=f"{said}\n\n{reply.text}", replaces=False)


def progress(title: str, number: int, total: int) -> str:
    """Where you are in a form."""
    return _("{title} · 第 {number} 步，共 {total} 步").format(title=title, number=number, total=total)


def review_title(title: str) -> str:
    """The last screen of a form."""
    return _("{title} · 请核对").format(title=title)


def review_text(lines: list[tuple[str, str]]) -> str:
    """Every answer, to be read once more."""
    listed = "\n".join(_("{label}：{value}").format(label=label, value=value) for label, value in lines)
    if not lines:
        return _("请逐项核对，确认无误后再提交：")
    foot = _("无误请点“{submit}”，也可以直接发送“{submit}”。要改其中一项，就发送例如“改一下{label}”。").format(
        submit=submit(), label=lines[0][0]
    )
    return _("请逐项核对，确认无误后再提交：") + "\n\n" + listed + "\n\n" + foot


def not_given() -> str:
    """An optional question that was skipped."""
    return _("（未填写）")


def submit() -> str:
    """Button."""
    return _("确认提交")


def edit() -> str:
    """Button."""
    return _("修改某一项")


def edit_which() -> str:
    """Which field is to be changed."""
    return _("您想修改哪一项？其他内容会保留。")


def back() -> str:
    """Button."""
    return _("上一步")


def back_to_review() -> str:
    """Button."""
    return _("返回核对")


def skip() -> str:
    """Button."""
    return _("跳过")


def cancel() -> str:
    """Button."""
    return _("取消填写")


def keep(value: str) -> str:
    """Button: leave an earlier answer as it is."""
    shown = value if len(value) <= 24 else value[:23] + "…"
    return _("保留：{value}").format(value=shown)


def files_done(count: int) -> str:
    """Button."""
    return _("已上传 {count} 个文件，下一步").format(count=count)


def file_taken(name: str, count: int) -> str:
    """A file was kept."""
    return _("已收到“{name}”，已加密保存。目前共 {count} 个文件。可以继续上传，或进入下一步。").format(
        name=name, count=count
    )


def album_taken() -> str:
    """The first picture of an album was kept; the others are kept without a word."""
    return _("正在接收这组照片，会逐张加密保存，只提示这一次；有哪张不能保存，会另外告诉您。收齐后请进入下一步。")


def edited() -> str:
    """Other words for a message that was done with."""
    return _("看到您修改了之前的消息。修改不会改变已经处理的内容；要更正，请直接再发一条。")


def revised() -> str:
    """In a history: words above are others now."""
    return _("客服更改或撤回了上面的一条答复，请看原处。")


_UNREAD = {
    "sticker": N_("收到您的表情了。这里只能读文字，请用一句话告诉我您想办什么。"),
    "video": N_("视频不能接收，没有保存。请截图，或导出为 PDF 后再发；也可以用文字说明。"),
    "location": N_("收到了位置，但这里用不到，没有保存。需要填写地区时，请用文字写。"),
    "other": N_("这种消息这里读不了，没有保存。请用文字说明，或发图片、PDF。"),
    "contact": N_("收到了名片，但这里用不到，没有保存。请不要转发他人的联系方式；想联系客服，请点“转人工”。"),
}


def unread(kind: str) -> str:
    """Something that cannot be read here."""
    return _(_UNREAD.get(kind, _UNREAD["other"]))


def current(value: str) -> str:
    """Shown when a question is asked again."""
    return _("目前填写的是：{value}").format(value=value)


def cancelled(title: str) -> str:
    """A form was left."""
    return _("已取消“{title}”，没有提交任何内容。已填写的内容还在，可以撤销取消，接着填写。").format(title=title)


def undo() -> str:
    """Button."""
    return _("撤销取消，继续填写")


def resume() -> str:
    """Button."""
    return _("继续填写")


def restart() -> str:
    """Button."""
    return _("重新填写")


def unfinished(title: str, number: int, total: int, when: str) -> str:
    """A draft was found."""
    return _("您有一份未完成的“{title}”，填到第 {number} 步，共 {total} 步，上次保存于 {when}。是否继续？").format(
        title=title, number=number, total=total, when=when
    )


def form_changed() -> str:
    """A deploy changed the form while the draft was waiting."""
    return _("这份表单在您离开期间有更新。您已填写的内容都保留着，请继续。")


def step_done() -> str:
    """A button of a question that was answered already."""
    return _("这一步已经记录，没有重复处理。现在是：")


def old_button() -> str:
    """A button of a form that is no longer open."""
    return _("这个按钮已经失效，没有任何改动。请从主菜单重新选择。")


def already_sent(title: str) -> str:
    """The second tap on submit."""
    return _("这份“{title}”已经提交过，没有重复提交。").format(title=title)


def came_late() -> str:
    """An older message arrived after a newer one."""
    return _("这条消息到得比后面的消息晚，没有计入。如果仍然需要，请重新发送。现在是：")


def choose_please() -> str:
    """Free text where only the buttons count."""
    return _("请点选下面的一个选项。")


def one_at_a_time() -> str:
    """Free text below a review that names no field of it."""
    return _("没有读懂这句话，什么都没有改动。要改几项的，请一次说一项。")


def explained() -> str:
    """Instead of an answer somebody asked back, and we have no better answer than the question's own words."""
    return _("这一步要填的内容，说明如下。看了还不清楚，可以转人工，已填写的内容会保留。")


def not_yet(label: str) -> str:
    """A question was named that comes later."""
    return _("“{label}”还没有填到，后面会问您。现在先填：").format(label=label)


def waiting() -> str:
    """Somebody wants time."""
    return _("不急。什么都还没有提交，已填写的内容都保留着，想好了随时接着填。现在填到：")


def typed_so(label: str) -> str:
    """A button that binds was meant, and must be typed whole."""
    return _("为免误操作，这一步要点按钮，或照原样发送：\n{label}").format(label=label)


def required() -> str:
    """The word "skip" where nothing may be left out."""
    return _("这一项必须填写，不能跳过。")


def type_please() -> str:
    """A file where words are expected."""
    return _("这一步需要文字回答，没有保存您发来的文件。")


def file_please() -> str:
    """Words where a file is expected."""
    return _("这一步需要上传文件（图片或 PDF）。暂时没有的话，可以先跳过。")


def file_nowhere() -> str:
    """A file outside any form."""
    return _("收到了文件，但现在没有需要文件的步骤，所以没有保存。要补充债权材料，请先打开您的债权，再选择“补充材料”。")


def too_long(limit: int) -> str:
    """More text than can be taken."""
    return _("这条消息太长（上限 {limit} 个字），没有计入。请分成几条发送。").format(limit=limit)


def too_fast() -> str:
    """The rate check said no."""
    return _("您发得有点快，这一条没有处理。请稍等几秒再发。")


def gave_up() -> str:
    """An event failed too often."""
    return _("很抱歉，我们处理这条消息时多次出错，没有任何改动。已填写的内容仍然保留。请重试，或转人工。")


def nothing_to_undo() -> str:
    """The draft is gone, or was sent."""
    return _("没有可以恢复的填写内容。")


def soothed(reply: Reply) -> Reply:
    """The reply to somebody who is angry: that we heard it comes first, and a person is offered."""
    sorry = _("等了这么久还没有结果，着急、生气都很正常，我们听到了。")
    heard = replace(reply, text=f"{sorry}\n\n{reply.text}")
    offered = any(choice.token.startswith("support.ask") for row in reply.choices for choice in row)
    return heard if offered else heard.with_choices((human(),))


def unknown_step() -> str:
    """A standing choice whose step no longer exists."""
    return _("这个功能现在不可用。请从主菜单重新选择。")


# -- the code from the mailbox, whatever it is to prove


def code_label() -> str:
    """The field."""
    return _("验证码")


def code_again() -> str:
    """Button: mail another one."""
    return _("重新发送验证码")


def code_sent_again() -> str:
    """A new code is on its way."""
    return _("新的验证码已发出，之前的验证码已作废。")


def code_wrong(code: str, data: Mapping[str, object]) -> str:
    """Why a code was not taken, or not sent (`bot.conversation.codes` raises these)."""
    match code:
        case "not_six_digits" | "email_not_code":
            return _("验证码是 6 位数字，例如：482913。请查看邮件后再输入。")
        case "wrong_code":
            return _("验证码不对，还可以再试 {left} 次。请以最新一封邮件里的验证码为准。").format(left=data["left"])
        case "spent":
            return _("这个验证码已经输错 5 次，为了安全已作废。请点“重新发送验证码”。")
        case "expired":
            return _("这个验证码已超过 10 分钟，不能再用。请点“重新发送验证码”。")
        case "no_code":
            return _("这个验证码已经失效。请点“重新发送验证码”。")
        case "too_soon":
            return _("刚刚已经发过一次，请在 {seconds} 秒后再试。").format(seconds=data["seconds"])
        case "too_many":
            until = data["until"]
            assert isinstance(until, datetime)
            return _("一小时内最多发送 5 次验证码。请在 {time} 之后再试，或转人工。").format(
                time=moment(until, str(data["timezone"]))
            )
    return _("这一步没有成功，请重试，或转人工。")
