"""What agents read in the group. In Chinese, and not in the catalogues: creditors' words come from the rooms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.conversation.reply import Choice, Copyable, Reply
from bot.errors import Invalid, Refusal

#: a card shows so much of the last words and of the claim's steps
LAST, EXCERPT, STEPS = 3, 90, 4
#: canned replies on a card, and in a list
SUGGESTED, LISTED = 3, 12
NAME_LIMIT = 128
#: letters of what is shown to one agent alone that go out together, and how often
PAGE, PAGES = 4000, 5

#: statuses and tiers as a picture: what waits, how long, and for whom
ICONS: Mapping[str, str] = {
    "open": "💬", "late": "❗", "raised": "‼", "undelivered": "⁉", "answered": "✍", "on_hold": "📆", "solved": "✅",
    "closed": "🏁",
}  # fmt: skip
TAKEN, NOTED = "👌", "✍"

#: what begins a note: two slashes, also as a Chinese keyboard types them; and any slash
NOTES = ("//", "／／", "/／", "／/", "、、")
SLASHES = ("/", "／")

#: reasons that need no typing
ESCALATE_FOR = ("需要更高权限决定", "涉及法律或监管问题", "债权人情绪激动")
HOLD_FOR: Sequence[tuple[str, int, str]] = (
    ("4 小时", 4, "等内部答复"),
    ("1 天", 24, "等内部答复"),
    ("3 天", 72, "等外部机构答复"),
)

Labels = Mapping[str, str]


def label(labels: Labels, word: str) -> str:
    """A word of the field in Chinese; itself where there is none."""
    return labels.get(word, word)


# -- how a topic looks


def icon(status: str, tier: str, reminded: bool, flags: Sequence[str]) -> str:
    """The picture of a topic: who waits, and how late it is."""
    if status == "open":
        if "undelivered" in flags:
            return ICONS["undelivered"]
        if tier != "agent":
            return ICONS["raised"]
        return ICONS["late" if reminded else "open"]
    if "undelivered" in flags and status == "answered":
        return ICONS["undelivered"]
    return ICONS[status]


def title(found: Mapping[str, Any], labels: Labels) -> str:
    """The name of a topic: what it is, what state, how pressing."""
    parts = [found["number"], label(labels, found["status"])]
    if found["status"] == "open":
        parts.append(label(labels, str(found["priority"])))
        if found["tier"] != "agent":
            parts.append(label(labels, found["tier"]))
    parts += [label(labels, found["category"]), found["agent"] or "无人负责"]
    return " · ".join(parts)[:NAME_LIMIT]


def card(
    found: Mapping[str, Any],
    labels: Labels,
    moment: Any,
    steps: Sequence[tuple[str, str]],
    ready: Sequence[tuple[str, str]],
) -> Reply:
    """The pinned card of a case: masked, as the desk in the browser shows it. `moment` writes a time, `ready` are replies to choose from."""
    lines = [
        f"状态：{label(labels, found['status'])}　级别：{label(labels, found['tier'])}　优先级：{label(labels, str(found['priority']))}",
        f"负责人：{found['agent'] or '无人负责'}　语言：{label(labels, found['locale'])}",
        f"开始：{moment(found['opened_at'])}",
    ]
    if found["status"] == "open" and found["due_at"] is not None:
        lines.append(f"下一次提醒或升级：{moment(found['due_at'])}")
    if found["reason"]:
        lines.append(f"原因：{found['reason']}")
    if found["flags"]:
        lines.append("标记：" + "、".join(label(labels, flag) for flag in found["flags"]))
    if not found["reachable"]:
        lines.append("⚠ 债权人已停用该渠道，答复送不到。")
    if found["claim"] or found["offer"]:
        lines.append("关于：" + "、".join(filter(None, (found["claim"], found["offer"]))))
    notice = found["notice_card"]
    if notice is not None:
        when = f"（{moment(notice['at'])}）" if notice["at"] is not None else ""
        lines.append(f"通知：{label(labels, notice['kind'])}{when}")
    if steps:
        lines.append("债权进度：" + " → ".join(f"{what} {when}" for what, when in steps[-STEPS:]))
    if found["files"]:
        lines.append(f"文件：{len(found['files'])} 个（内容受保护，说明原因后可看：/reveal 原因）")
    if found["others"]:
        lines.append("同一债权人的其他工单：" + "、".join(found["others"]))
    if found["alike"]:
        lines.append("别的工单里有同样的话：" + "、".join(found["alike"]))
    said = [line for line in found["lines"] if line["kind"] == "said"][-LAST:]
    if said:
        lines += ["", "最近：", *(f"{_who(line)}：{excerpt(line['text'])}" for line in said)]
    return Reply(
        title=f"{found['number']} · {label(labels, found['category'])}",
        text="\n".join(lines),
        choices=(*_buttons(found), *_suggested(ready)),
        copies=(Copyable("工单", found["number"]),),
    )


def _who(line: Mapping[str, Any]) -> str:
    return line["agent"] or "债权人"


def excerpt(text: str) -> str:
    """The beginning of words, on one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= EXCERPT else plain[: EXCERPT - 1] + "…"


def _buttons(found: Mapping[str, Any]) -> tuple[tuple[Choice, ...], ...]:
    number, status = found["number"], found["status"]
    first = Choice("放回队列", f"f.release:{number}") if found["agent"] else Choice("接手", f"f.take:{number}")
    if status == "closed":
        return ((Choice("刷新", f"f.status:{number}"),),)
    if status == "solved":
        return ((Choice("结束工单", f"f.close:{number}"), Choice("刷新", f"f.status:{number}")),)
    return (
        (first, Choice("升级", f"f.escalate:{number}"), Choice("挂起", f"f.hold:{number}")),
        (
            Choice("已解决", f"f.solve:{number}"),
            Choice("结束", f"f.close:{number}"),
            Choice("刷新", f"f.status:{number}"),
        ),
    )


def _suggested(ready: Sequence[tuple[str, str]]) -> tuple[tuple[Choice, ...], ...]:
    return tuple((Choice(f"💡 {excerpt(words)[:28]}", f"f.canned:{name}"),) for name, words in ready[:SUGGESTED])


# -- what is passed on into a topic


def line(found: Mapping[str, Any], files: Sequence[Mapping[str, Any]], labels: Labels) -> tuple[str, str]:
    """One line of a ticket: its heading and its words."""
    match found["kind"]:
        case "note":
            heading = f"📝 备注 · {found['agent']}（债权人看不到）"
        case "event":
            return "", event(found["code"], found["text"], found["agent"], labels)
        case _:
            heading = f"💬 {found['agent']} 答复" if found["agent"] else "👤 债权人"
    if found["withdrawn"]:
        return heading, "（已撤回）"
    if found["edited"]:
        heading += "（已修改）"
    words = [found["text"]] if found["text"] else []
    words += [
        f"📎 {one['name']}（{_size(one['size'])}）" + ("：可能有害，已隔离" if one["harm"] else "") for one in files
    ]
    return heading, "\n".join(words) or "（没有文字）"


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"


def rewritten(words: str, by: str) -> str:
    """An answer typed in the topic was changed elsewhere."""
    return f"✏ {by} 在群外修改了这条答复，现在是：\n{words}"


_WHY = {
    "blocked": "对方已停用或屏蔽该渠道",
    "refused": "平台拒收",
    "expired": "超过时限仍送不到",
    "given_up": "多次尝试都失败",
    "gone": "对方的会话已不在",
}


def event(code: str, text: str, agent: str | None, labels: Labels) -> str:
    """Something that came about."""
    by = f"（{agent}）" if agent else ""
    match code:
        case "undelivered":
            return f"⚠ 答复没有送达：{_WHY.get(text, text)}。债权人没有看到；可改用其他渠道联系，或写备注说明。"
        case "reminder":
            return f"⏰ 答复时限已过四分之三（{label(labels, text)}）。"
        case "escalated":
            return f"‼ 已升级{by}：{label(labels, text)}"
        case "held":
            return f"📆 已挂起{by}：{text}"
        case "woken":
            return "⏰ 挂起时间到，请继续处理。"
        case "rated":
            return f"⭐ 债权人评分：{text} / 5"
        case "assigned":
            return f"👤 负责人改为 {text}{by}" if text else f"👤 已放回队列{by}"
        case "withdrawn":
            return f"↩ 一条答复已撤回{by}；撤不掉的，债权人会看到“已撤回”。"
        case "offered_again":
            return "🔄 债权人又能收到消息了：没有送达的答复已重新发送。"
        case "revealed":
            return f"🔎 查看了完整内容{by}，原因已签名存档。"
        case "merged":
            return f"🔗 {text} 已并入这个工单{by}。"
        case "merged_into":
            return f"🔗 这个工单已并到 {text}{by}，请到那里继续。"
        case "stuck":
            return f"ℹ 债权人在填写表单时卡住：{text}"
        case "notice":
            return f"🔔 关于发给债权人的一条通知：{label(labels, text)}{by}"
    return f"ℹ {label(labels, code)} {text}".strip() + by


def moved(status: str, was: str) -> str:
    """The ticket stands elsewhere now; "" where another line says so already."""
    match status:
        case "solved":
            return "✅ 已标为已解决，已请债权人评分。"
        case "closed":
            return "🏁 工单已结束。债权人再写来时会自动重新打开。"
        case "open" if was in ("solved", "closed"):
            return "🔄 工单已重新打开，等待答复。"
    return ""


# -- what an agent is told


def stranger() -> str:
    """Somebody who is nobody at the desk."""
    return "您还没有绑定客服账号（或是匿名管理员），这条没有转给任何人。请关闭匿名，向管理员要一个绑定码，然后发送：/bind 绑定码"


def not_your_role() -> str:
    """The role may not."""
    return "您的角色不能做这一步，没有任何改动。"


def unknown(command: str) -> str:
    """A command that is none. Nothing is passed on."""
    return f"没有 /{command} 这个命令，内容没有转给债权人。\n\n{help_text()}"


_HELP = (
    "在话题里直接写字或发文件 = 答复债权人；修改自己的消息，债权人会收到更正。",
    "// 内容 或 /note 内容：内部备注，永远不会转给债权人",
    "/take 接手　/release 放回队列　/assign 账号 转交",
    "/r 列出常用答复　/r 名称 字段=内容：填好后先预览再发",
    "回复自己的消息写 /undo：撤回那条答复",
    "/ask 说明：请债权人补材料（带上传按钮）",
    "/escalate 原因　/hold 4h 原因（h 小时，d 天）",
    "/solve 已解决　/close 结束　/status 最新卡片",
    "/reveal 原因：限时查看完整内容和文件（只发给您本人，签名存档）",
)


def help_text() -> str:
    """Every command."""
    return "\n".join(_HELP)


def told(reply: str, *rows: tuple[Choice, ...]) -> Reply:
    """A word to an agent."""
    return Reply(text=reply, choices=rows)


def overtaken(by: str, when: str, text: str, message: int) -> Reply:
    """Somebody answered before; the words wait for a second tap."""
    return told(
        f"⚠ 您的这条还没有发出：{by} 已在 {when} 答复。\n“{excerpt(text)}”",
        (Choice("仍然发送", f"f.go:{message}", "primary"), Choice("改为备注", f"f.note:{message}")),
        (Choice("不发了", f"f.no:{message}"),),
    )


def changed(message: int, text: str) -> Reply:
    """The ticket changed in the very moment."""
    return told(
        f"⚠ 您的这条还没有发出：工单刚刚有更新，请先看上面的新内容。\n“{excerpt(text)}”",
        (Choice("仍然发送", f"f.go:{message}", "primary"), Choice("改为备注", f"f.note:{message}")),
        (Choice("不发了", f"f.no:{message}"),),
    )


def others(found: int, message: int) -> Reply:
    """What was typed may belong to somebody else."""
    return told(
        f"⚠ 您的这条还没有发出：里面有 {found} 处像是别人的信息（编号、证件或邮箱）。请核对。",
        (Choice("核对过，发送", f"f.sure:{message}", "danger"), Choice("改为备注", f"f.note:{message}")),
        (Choice("不发了", f"f.no:{message}"),),
    )


def closed(message: int) -> Reply:
    """The ticket is over."""
    return told(
        "🏁 这个工单已结束，您的这条还没有发出。",
        (Choice("重新打开并发送", f"f.go:{message}", "primary"), Choice("改为备注", f"f.note:{message}")),
        (Choice("不发了", f"f.no:{message}"),),
    )


def merged(into: str) -> str:
    """The ticket went into another."""
    return f"🔗 这个工单已并到 {into}，这条没有发出。请到 {into} 的话题里写。"


def preview(text: str, message: int) -> Reply:
    """A canned reply before it goes out."""
    return Reply(
        title="债权人将看到",
        text=text,
        choices=((Choice("发送", f"f.go:{message}", "primary"), Choice("不发了", f"f.no:{message}")),),
    )


def canned(found: Sequence[tuple[str, str, Sequence[str]]]) -> Reply:
    """The replies that suit a ticket: name, words, fields."""
    lines = [
        f"▪ {name}" + (f"（{'、'.join(f'{field}=' for field in fields)}）" if fields else "") + f"\n  {excerpt(words)}"
        for name, words, fields in found[:LISTED]
    ]
    return Reply(title="常用答复", text="\n".join(lines) + "\n\n用法：/r 名称 字段=内容 字段=内容")


def dropped() -> str:
    """Not sent."""
    return "没有发出。"


def gone() -> str:
    """The words that waited are not there (any more)."""
    return "这条已经处理过了，或不是您写的。"


def unreachable() -> str:
    """It will not arrive."""
    return "⚠ 已记入工单，但债权人已停用该渠道，很可能送不到。"


def unusable() -> str:
    """A sticker and the like."""
    return "这种内容（贴纸、位置、视频等）转不了，没有发出。请写文字，或发 PDF、图片、语音。"


def no_file_with_a_command() -> str:
    """A note or a command under a file."""
    return "文件没有发出：备注和命令不能带文件。要发给债权人，请只写说明；备注请另发一条文字。"


def no_note_any_more() -> str:
    """An answer that was edited into a note."""
    return "已发出的答复不能改成备注或命令，债权人看到的没有变。要撤回，请回复那条写 /undo。"


def note_stays() -> str:
    """An edited note."""
    return "备注修改后不会更新，请另写一条备注。"


def escalate_why(number: str) -> Reply:
    """Choose a reason."""
    rows = tuple((Choice(why, f"f.escalate:{number}:{place}"),) for place, why in enumerate(ESCALATE_FOR))
    return told("升级的原因？也可以写：/escalate 原因", *rows)


def hold_why(number: str) -> Reply:
    """Choose how long."""
    row = tuple(Choice(f"{name} · {why}", f"f.hold:{number}:{place}") for place, (name, _h, why) in enumerate(HOLD_FOR))
    return told("挂起多久？也可以写：/hold 4h 原因", *((one,) for one in row))


def needs(what: str) -> str:
    """A command without what it needs."""
    match what:
        case "hold":
            return "请写时长和原因，例如：/hold 4h 等 Kroll 答复"
        case "assign":
            return "请写账号名，例如：/assign li.na"
        case "escalate":
            return "请写原因，例如：/escalate 需要主管决定"
        case "ask":
            return "请写需要什么材料，例如：/ask 请补一张持仓页面的截图"
        case "undo":
            return "请回复您自己的那条答复，写 /undo。"
        case "reveal":
            return "请写查看原因，例如：/reveal 核对身份材料"
        case _:
            return "请写内容。"


def taken(agent: str) -> str:
    """It is his."""
    return f"👤 {agent} 接手了这个工单。"


def bound(name: str) -> str:
    """An account and a Telegram user are one."""
    return f"已绑定客服账号 {name}。现在可以在群里的话题中答复。"


def bad_code() -> str:
    """No such code."""
    return "绑定码不对、已用过或已过期。请向管理员要一个新的。"


def desk_bound() -> str:
    """This group is the desk."""
    return "已设为客服群：每个工单会有一个话题。请让每位客服发送 /bind 绑定码。\n\n" + help_text()


def desk_refused(why: str) -> str:
    """This group cannot be the desk."""
    match why:
        case "not_admin":
            return "只有本群管理员可以设置客服群。"
        case "no_topics":
            return "这个群没有开启“话题”。请在群设置里开启后再发送 /desk 绑定码。"
        case "no_rights":
            return "请先把机器人设为管理员，并给它“管理话题”和“置顶消息”的权限，然后再发送 /desk 绑定码。"
        case _:
            return bad_code()


def revealed(number: str, until: str) -> str:
    """He may look now; what is shown goes to him alone."""
    return f"🔎 {number}：已签名存档，可查看到 {until}。完整内容和文件已发到您与机器人的私聊；没有收到的话，请先在私聊里按“开始”。"


def plain(number: str, lines: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """What stands in a ticket, unmasked, for one agent alone: the newest, in pages of a few messages each."""
    pages: list[str] = []
    for one in reversed([line for line in lines if line["kind"] == "said"]):
        words = f"{_who(one)}：{one['text']}"
        if pages and len(pages[0]) + len(words) <= PAGE:
            pages[0] = f"{words}\n\n{pages[0]}"
        elif len(pages) < PAGES:
            pages.insert(0, words)
        else:
            pages[0] = f"（更早的内容请到网页客服台查看。）\n\n{pages[0]}"
            break
    return [Reply(title=f"{number} · 完整内容", text=page) for page in pages or ["（没有文字）"]]


def refused(failure: Refusal | Invalid, words: str) -> str:
    """Why something was not done; `words` come from the desk's own list."""
    return f"✖ {words} 没有任何改动。" if words else "✖ 现在做不了这一步，没有任何改动。"


#: why something was not taken, where the desk in the browser has no words for it
WRONG: Mapping[str, str] = {
    "file_too_large": "文件太大（最大 10 MB）或取不到，没有发出。请压缩后再发。",
    "file_empty": "这个文件是空的，没有发出。",
    "file_wrong_type": "这种文件不能发。请发 PDF、图片（JPEG、PNG、HEIC、WebP）或语音。",
    "file_disguised": "文件内容和扩展名不符，没有发出。",
    "file_locked": "这个 PDF 设了密码，没有发出。",
    "file_broken": "文件不完整，没有发出。",
    "too_many_files": "文件太多，没有发出。",
    "field_missing": "还有字段没有填。用法：/r 名称 字段=内容。",
    "field_unknown": "没有这个字段。用 /r 查看每条答复的字段。",
    "field_wrong": "字段内容不对或太长。",
    "no_such_reply": "没有这条常用答复。用 /r 查看。",
    "NoSuchLine": "引用的那条已不在。",
    "NoSuchAgent": "没有这个客服账号。",
}

_DURATION = re.compile(r"([0-9]{1,3})\s*(小?时|h|天|d)\S*\s+(.+)", re.DOTALL)
_FIELD = re.compile(r"(\w+)\s*[=＝]\s*(.+?)(?=\s+\w+\s*[=＝]|$)", re.DOTALL)


def span(words: str, longest: int) -> tuple[int, str] | None:
    """Hours and a reason, as an agent types them: `4h 等答复`."""
    found = _DURATION.match(words)
    if found is None:
        return None
    hours = int(found[1]) * (24 if found[2] in "天d" else 1)
    return (hours, found[3].strip()) if 0 < hours <= longest else None


def filled(words: str) -> dict[str, str]:
    """Fields of a canned reply, as an agent fills them in: `document=截图 until=周五`."""
    return {found[1]: found[2].strip() for found in _FIELD.finditer(words)}
