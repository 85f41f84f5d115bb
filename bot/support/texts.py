"""What is said around a question to a person. Times named are aims, counted in hours in which somebody is there."""

from collections.abc import Sequence
from dataclasses import replace

from bot import files
from bot.conversation.reply import Choice, Copyable, Reply
from bot.conversation.texts import menu
from bot.errors import Invalid
from bot.i18n import N_, _
from bot.support.rules import BEST, Expectation, Line, Ticket, TooMany
from bot.words import moment, ticket_status


def title() -> str:
    """Of the form."""
    return _("转人工")


def field() -> str:
    """The one field of the form."""
    return _("您的问题")


def ask() -> str:
    """The question, when nothing is waiting."""
    return _("请把问题写在一条消息里，例如：“身份验证一直显示 On Hold，已经三个月，我该做什么？”") + "\n\n" + _how()


def ask_more(number: str, status: str) -> str:
    """The question, when a ticket of this person is there already."""
    if status in ("solved", "closed"):
        words = _("您的工单 {number} 已结束。再写一条，就会重新打开。")
    else:
        words = _("您有一个工单 {number}（{status}）。接下来写的内容会并入这个工单，不会另开一个。")
    return words.format(number=number, status=ticket_status(status)) + "\n\n" + _how()


def _how() -> str:
    return _(
        "由真人客服在这个对话里答复。可以附上图片或 PDF；请不要写密码、助记词、私钥或双重验证码，我们绝不索要这些。"
    )


def wrong(refusal: Invalid) -> str:
    """Why the words were not taken."""
    match refusal.code:
        case "too_long":
            return _("这条有 {length} 个字，最多 {limit} 个字，没有计入。请缩短，或分成几条。").format(
                length=refusal.data["length"], limit=refusal.data["limit"]
            )
        case "too_many":
            return too_many(refusal.data["limit"], refusal.data["hours"])
        case "file_quarantined":
            return _(
                "这个文件里有可能自动运行的内容或测试病毒，已经隔离，没有人会打开它。请改发截图，或“打印为 PDF”后再发；您的问题照常可以提交。"
            )
        case "file_too_large":
            return _("这个文件太大，最大 {most} MB，没有保存。请压缩，或分成几个文件。").format(
                most=files.LARGEST // 1024 // 1024
            )
        case "file_not_agreed":
            return _("保存材料需要您单独同意。同意后请再发一次；也可以先只写文字。")
        case "too_many_files":
            return _("一次最多附 {most} 个文件，这一个没有保存。").format(most=refusal.data["most"])
        case code if code in _FILE_WRONG:
            return _(_FILE_WRONG[code])
    return _("没有读到文字。请写一句话说明您的问题，例如：“我的债权状态为什么是有争议？”")


_FILE_WRONG = {
    "file_empty": N_("这个文件是空的，没有保存。请重新选择文件。"),
    "file_wrong_type": N_("这种文件不能收，没有保存。请发 PDF 或图片（JPEG、PNG、HEIC、WebP）。"),
    "file_disguised": N_("这个文件的内容和它的扩展名不符，为安全起见没有保存。请发真正的 PDF 或图片。"),
    "file_locked": N_("这个 PDF 设了密码，客服打不开，没有保存。请去掉密码后再发。"),
    "file_broken": N_("这个文件不完整，没有保存。请重新导出，或直接截图。"),
}


def agree_button() -> str:
    """The consent files need."""
    return _("同意保存材料")


def too_many(limit: int, hours: int) -> str:
    """The flood limit."""
    return _(
        "您在 {hours} 小时内已经写来 {limit} 条，都已收到，客服会一起看。这一条没有计入，请过一段时间再补充；重复发送不会更快得到答复。"
    ).format(hours=hours, limit=limit)


def refused(refusal: TooMany) -> Reply:
    """The form does not even open."""
    return Reply(title=title(), text=too_many(refusal.limit, refusal.hours), choices=((_mine(),), (menu(),)))


def asked(number: str, kind: str, expected: Expectation, timezone: str) -> Reply:
    """The words are with the desk: the place in the queue, an honest time, and when somebody is there."""
    match kind:
        case "joined":
            first = _("已并入工单 {number}，客服会和前面的内容一起看。")
        case "reopened":
            first = _("已写入工单 {number}，并请客服再看一次。")
        case _opened:
            first = _("您的问题已记下，工单编号 {number}。")
    return Reply(
        title=_("已转给客服"),
        text="\n".join(
            (
                first.format(number=number),
                "",
                *wait(expected, timezone),
                _("▪ 由真人客服答复，答复会直接出现在这个对话里。等待期间可以补充，重复提交不会更快。"),
                _("▪ 我们不会加您私聊，也绝不索要密码、助记词或双重验证码。"),
            )
        ),
        choices=(
            (Choice(_("补充说明"), f"support.ask:{number}"), _mine()),
            (Choice(_("债权进度"), "claims.status"), Choice(_("常见问题"), "facts.topics")),
            (menu(),),
        ),
        copies=(Copyable(_("工单编号"), number),),
        replaces=False,
    )


def wait(expected: Expectation, timezone: str) -> list[str]:
    """Place in the queue, the aim, and out of hours when somebody is back."""
    lines = [
        _("▪ 您前面还有 {count} 个工单，按紧急程度和先后处理。").format(count=expected.ahead)
        if expected.ahead
        else _("▪ 您排在最前面。")
    ]
    if not expected.is_open:
        back = _("▪ 现在是非工作时间，客服 {time}回来。")
        if not expected.known:
            back = _("▪ 现在是非工作时间，客服预计 {time}回来（当年节假日安排尚未全部公布）。")
        lines.append(back.format(time=moment(expected.back, timezone)))
    if expected.minutes:
        lines.append(
            _("▪ 我们的目标是工作时间内 {time}答复。这是目标，忙时会更久；超时会自动交给更高一级处理。").format(
                time=_length(expected.minutes)
            )
        )
    else:
        lines.append(_("▪ 已交到值班负责人手上，暂时说不出具体时间。"))
    return lines


def _length(minutes: int) -> str:
    if minutes % 60:
        return _("{count} 分钟").format(count=minutes)
    return _("{count} 小时").format(count=minutes // 60)


def gently(reply: Reply) -> Reply:
    """The reply to somebody in distress: a person first, and where help is at this moment."""
    said = _("您写的，我们都看到了，已请资深同事优先处理。您不是一个人。如果此刻有伤害自己的念头，请先看求助电话。")
    help_first = Choice(_("求助电话"), "facts.distress", "primary")
    return Reply(
        title=reply.title,
        text=f"{said}\n\n{reply.text}",
        choices=((help_first,), *reply.choices),
        copies=reply.copies,
        replaces=False,
    )


def joined_by_writing(instead: str, number: str, kind: str, expected: Expectation, timezone: str) -> Reply:
    """Free words taken as written to the desk, and how to say that they were not: `instead` answers them at once."""
    reply = asked(number, kind, expected, timezone)
    said = _("这条像是写给客服的，已写入工单。如果您是要办别的事，请点“主菜单”。")
    return Reply(
        title=reply.title,
        text=f"{said}\n\n{reply.text}",
        choices=((Choice(_("看自动答复"), instead),), *reply.choices) if instead else reply.choices,
        copies=reply.copies,
        replaces=False,
    )


def file_nowhere() -> Reply:
    """A file, and no ticket it could belong to."""
    return Reply(
        text=_(
            "收到了文件，但现在没有需要文件的步骤，所以没有保存。要补充债权材料，请先打开您的债权；要发给客服，请先点“转人工”。"
        ),
        choices=((Choice(_("债权进度"), "claims.status"), Choice(title(), "support.ask")), (menu(),)),
        replaces=False,
    )


def unheard() -> Reply:
    """Something spoken, and no person who would listen to it."""
    return Reply(
        text=_(
            "收到您的语音。这里由程序答复，听不了语音，所以没有保存。请用文字说明；如果想让真人客服来听，请点“转人工”，再把语音发一次。"
        ),
        choices=((Choice(title(), "support.ask", "primary"),), (menu(),)),
        replaces=False,
    )


def of_album(reply: Reply) -> Reply:
    """The one reply to an album."""
    said = _("这组里的其他照片会归入同一条，只提示这一次；有哪张不能保存，会另外告诉您。")
    return replace(reply, text=f"{said}\n\n{reply.text}")


def edit_seen(number: str) -> Reply:
    """The ticket says what the message says now."""
    return Reply(
        text=_("您的修改已同步到工单 {number}，客服会看到修改后的内容，也能看到原来的内容。").format(number=number),
        choices=((_mine(), menu()),),
        replaces=False,
    )


def file_wrong(refusal: Invalid) -> Reply:
    """A file for a ticket that was not kept."""
    choices: tuple[tuple[Choice, ...], ...] = ((_mine(), menu()),)
    if refusal.code == "file_not_agreed":
        choices = ((Choice(agree_button(), "welcome.consent:identity_papers", "primary"),), *choices)
    return Reply(title=title(), text=wrong(refusal), choices=choices, replaces=False)


def go_mine() -> str:
    """Button."""
    return _("我的工单")


def _mine() -> Choice:
    return Choice(go_mine(), "support.mine")


def after() -> tuple[Choice, ...]:
    """Where a second tap on a sent form leads."""
    return (_mine(), menu())


# -- my tickets


def none_yet() -> Reply:
    """No ticket so far."""
    return Reply(
        title=_("我的工单"),
        text=_("您还没有工单。需要客服帮助时，点“转人工”，写一句话说明问题即可。"),
        choices=((Choice(title(), "support.ask", "primary"),), (menu(),)),
    )


def mine(tickets: Sequence[Ticket], timezone: str) -> Reply:
    """The person's tickets, each with its status and the last words in it."""
    parts = []
    rows: list[tuple[Choice, ...]] = []
    for ticket in tickets:
        lines = [
            _("▪ {number} · {status}").format(number=ticket.number, status=ticket_status(ticket.status)),
            moment(ticket.changed_at, timezone),
            *(_line(line, 60) for line in ticket.lines[-1:]),
        ]
        parts.append("\n".join(lines))
        rows.append((Choice(_("查看 {number}").format(number=ticket.number), f"support.mine:{ticket.number}"),))
    return Reply(
        title=_("我的工单"),
        text="\n\n".join(parts),
        choices=(*rows, (Choice(_("写给客服"), "support.ask"), menu())),
    )


def one(ticket: Ticket, timezone: str, expected: Expectation | None) -> Reply:
    """One ticket with the last things said in it, and, for whoever waits, how long."""
    lines = [
        _("状态：{status}").format(status=ticket_status(ticket.status)),
        _("开始于 {time}").format(time=moment(ticket.opened_at, timezone)),
        *(wait(expected, timezone) if expected is not None else ()),
    ]
    said = [f"{moment(line.at, timezone)}\n{_line(line, 300)}" for line in ticket.lines]
    over = ticket.status in ("solved", "closed")
    again = _("重新打开") if over else _("补充说明")
    settle = () if over else (Choice(_("问题已解决"), f"support.done:{ticket.number}"),)
    return Reply(
        title=_("工单 {number}").format(number=ticket.number),
        text="\n\n".join(("\n".join(lines), *said)),
        choices=((Choice(again, f"support.ask:{ticket.number}", "primary"), *settle), (_mine(), menu())),
        copies=(Copyable(_("工单编号"), ticket.number),),
    )


def not_yours() -> Reply:
    """A number that is wrong, or somebody else's: the same words for both."""
    return Reply(
        title=_("我的工单"),
        text=_("没有找到这个编号的工单。请从“我的工单”里选择。"),
        choices=((_mine(), menu()),),
    )


def _line(line: Line, limit: int) -> str:
    text = line.text if len(line.text) <= limit else line.text[: limit - 1] + "…"
    if not text:
        text = _("（文件）")
    if line.withdrawn_at is not None:
        text = _("（已撤回）")
    elif line.edited_at is not None:
        text = _("{text}（已编辑）").format(text=text)
    if line.agent is None:
        return _("您：{text}").format(text=text)
    return _("客服 {agent}：{text}").format(agent=line.agent, text=text)


# -- what the desk sends


def answered(number: str, agent: str, text: str) -> Reply:
    """A person answered: his words, whose they are, and how to answer back."""
    signed = _("—— 客服 {agent}，工单 {number}").format(agent=agent, number=number)
    return Reply(
        title=_("客服答复 · {number}").format(number=number),
        text=f"{text}\n\n{signed}\n\n" + _("要接着说，请点“回复”，内容会接在同一个工单里。"),
        choices=((Choice(_("回复"), f"support.ask:{number}", "primary"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


QUOTED = 120


def body(text: str, count: int, quoted: str) -> str:
    """The text of an answer: what it is about, the words, and that files follow."""
    parts = [_("回复：“{text}”").format(text=_short(quoted, QUOTED))] if quoted.strip() else []
    parts += [text] if text else []
    parts += [_("另附 {count} 个文件，见下方。").format(count=count)] if count else []
    return "\n\n".join(parts)


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def enclosed(number: str, place: int, count: int) -> Reply:
    """What comes with one file of an answer."""
    said = _("工单 {number} 的附件").format(number=number)
    if count > 1:
        said = _("工单 {number} 的附件（{place}/{count}）").format(number=number, place=place, count=count)
    return Reply(text=said, replaces=False, notice="ticket")


def closed(number: str) -> Reply:
    """The desk considers it settled."""
    return Reply(
        title=_("工单已结束 · {number}").format(number=number),
        text=_("如果问题还没有解决，点“重新打开”再写一条就行，前面的内容都在。"),
        choices=((Choice(_("重新打开"), f"support.ask:{number}"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


def corrected(number: str, agent: str, text: str) -> Reply:
    """Other words in the place of an answer that went out."""
    reply = answered(number, agent, text)
    return Reply(
        title=_("客服更正 · {number}").format(number=number),
        text=_("以下内容更正此前的一条答复（已编辑）：") + "\n\n" + reply.text,
        choices=reply.choices,
        replaces=False,
        notice="ticket",
    )


def edited(number: str, agent: str, text: str) -> Reply:
    """Other words, in the place of the answer that went out."""
    reply = answered(number, agent, text)
    return replace(reply, title=_("客服答复（已编辑）· {number}").format(number=number), replaces=True)


def withdrawn(number: str) -> Reply:
    """An answer was taken back; where it can, this stands in its place."""
    return Reply(
        title=_("客服已撤回一条答复 · {number}").format(number=number),
        text=_("已撤回，请不要再按那条内容操作。如有疑问，请点“回复”。"),
        choices=((Choice(_("回复"), f"support.ask:{number}"), _mine()),),
        notice="ticket",
    )


def offered_again(number: str, agent: str, text: str) -> Reply:
    """An answer that could not be delivered, when its reader can be reached again."""
    reply = answered(number, agent, text)
    return replace(reply, text=_("这条答复之前没有送到您这里，现在补发：") + "\n\n" + reply.text)


def written_first(number: str, agent: str, text: str) -> Reply:
    """A person writes first, about a claim of the creditor's own."""
    reply = answered(number, agent, text)
    return Reply(
        title=_("客服就您的债权联系您 · {number}").format(number=number),
        text=reply.text + "\n\n" + _("我们只在这个对话里联系您，不会加您私聊，也绝不索要密码、助记词或双重验证码。"),
        choices=reply.choices,
        replaces=False,
        notice="ticket",
    )


def asks_document(number: str, agent: str, text: str) -> Reply:
    """A person asks for a document: what for, and where to put it."""
    reply = answered(number, agent, text)
    send = Choice(_("发送材料"), f"support.ask:{number}", "primary")
    return Reply(
        title=_("客服请您补充材料 · {number}").format(number=number),
        text=reply.text
        + "\n\n"
        + _("点“发送材料”后上传图片或 PDF，每个不超过 {most} MB，加密保存。").format(
            most=files.LARGEST // 1024 // 1024
        ),
        choices=((send, _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


# -- what the clock says


def late(number: str, expected: Expectation, timezone: str) -> Reply:
    """The aim was missed: said by ourselves, once."""
    return Reply(
        title=_("还没有答复您 · {number}").format(number=number),
        text=_("很抱歉，我们没有在目标时间内答复。工单已交给更高一级的同事，您无需重复提交。")
        + "\n\n"
        + "\n".join(wait(expected, timezone)),
        choices=((Choice(_("补充说明"), f"support.ask:{number}"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


def nudge(number: str) -> Reply:
    """We wait for the creditor; said once."""
    return Reply(
        title=_("客服在等您回复 · {number}").format(number=number),
        text=_("客服已经答复，还需要您的回复。再过几天没有收到，工单会先标为已解决；之后再写一条，就会重新打开。"),
        choices=((Choice(_("回复"), f"support.ask:{number}", "primary"), _settle(number)), (_mine(), menu())),
        replaces=False,
        notice="ticket",
    )


def _settle(number: str) -> Choice:
    return Choice(_("问题已解决"), f"support.done:{number}")


def _scores(number: str) -> tuple[Choice, ...]:
    return tuple(Choice(f"{score} ★", f"support.score:{number}.{score}") for score in range(1, BEST + 1))


def solved(number: str) -> Reply:
    """The desk considers it settled: one tap says how it was."""
    return Reply(
        title=_("工单已标为已解决 · {number}").format(number=number),
        text=_("这次的服务您打几分？1 分最差，5 分最好，点一下即可。问题还在的话，点“还没解决”，前面的内容都在。"),
        choices=(_scores(number), (Choice(_("还没解决"), f"support.ask:{number}"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


def silent(number: str) -> Reply:
    """Nothing was heard of the creditor."""
    return Reply(
        title=_("工单已标为已解决 · {number}").format(number=number),
        text=_("一周没有收到您的回复，工单先标为已解决。需要时再写一条，就会重新打开。这次的服务您打几分？"),
        choices=(_scores(number), (Choice(_("还没解决"), f"support.ask:{number}"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )


def rate(number: str) -> Reply:
    """The one reminder to say how it was."""
    return Reply(
        title=_("这次的服务怎么样？· {number}").format(number=number),
        text=_("点一下即可，1 分最差，5 分最好。我们只问这一次。"),
        choices=(_scores(number), (Choice(_("还没解决"), f"support.ask:{number}"), menu())),
        replaces=False,
        notice="ticket",
    )


def rated(number: str) -> Reply:
    """The rating is kept."""
    return Reply(
        title=_("谢谢您的评分"),
        text=_("已记下。还有问题，随时再写一条，工单 {number} 会重新打开。").format(number=number),
        choices=((Choice(_("重新打开"), f"support.ask:{number}"), menu()),),
    )


def rated_badly(number: str) -> Reply:
    """A bad rating: the ticket is open again, one level higher."""
    return Reply(
        title=_("很抱歉没有帮到您"),
        text=_("评分已记下。工单 {number} 已重新打开，由更高一级的同事再看一次。哪里没有解决，请写一句。").format(
            number=number
        ),
        choices=((Choice(_("补充说明"), f"support.ask:{number}", "primary"), _mine()), (menu(),)),
        replaces=False,
    )


def rated_before(number: str) -> Reply:
    """A second tap, or the ticket is open."""
    return Reply(
        title=_("工单 {number}").format(number=number),
        text=_("这次评分没有计入：已经评过，或者工单还在处理中。"),
        choices=((_mine(), menu()),),
    )
