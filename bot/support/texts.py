"""What is said around a question to a person. No answering time is named: none is known."""

from collections.abc import Sequence

from bot.conversation.reply import Choice, Copyable, Reply
from bot.conversation.texts import menu
from bot.errors import Invalid
from bot.i18n import _
from bot.support.rules import Line, Ticket, TooMany
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
    if status == "closed":
        words = _("您的工单 {number} 已结束。再写一条，就会重新打开。")
    else:
        words = _("您有一个工单 {number}（{status}）。接下来写的内容会并入这个工单，不会另开一个。")
    return words.format(number=number, status=ticket_status(status)) + "\n\n" + _how()


def _how() -> str:
    return _(
        "由真人客服在这个对话里答复，暂无固定答复时间。这一步只收文字；请不要写密码、助记词、私钥或双重验证码，我们绝不索要这些。"
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
    return _("没有读到文字。请写一句话说明您的问题，例如：“我的债权状态为什么是有争议？”")


def too_many(limit: int, hours: int) -> str:
    """The flood limit."""
    return _(
        "您在 {hours} 小时内已经写来 {limit} 条，都已收到，客服会一起看。这一条没有计入，请过一段时间再补充；重复发送不会更快得到答复。"
    ).format(hours=hours, limit=limit)


def refused(refusal: TooMany) -> Reply:
    """The form does not even open."""
    return Reply(title=title(), text=too_many(refusal.limit, refusal.hours), choices=((_mine(),), (menu(),)))


def asked(number: str, kind: str) -> Reply:
    """The words are with the desk: what happens now, and what does not."""
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
                _("▪ 由真人客服答复，答复会直接出现在这个对话里。"),
                _("▪ 暂无固定答复时间，我们不承诺多久答复，也请不要重复提交：重复提交不会更快。"),
                _("▪ 等待期间可以补充，内容会并入同一个工单；也可以先看债权进度和常见问题。"),
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


def _mine() -> Choice:
    return Choice(_("我的工单"), "support.mine")


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


def one(ticket: Ticket, timezone: str) -> Reply:
    """One ticket with the last things said in it."""
    lines = [
        _("状态：{status}").format(status=ticket_status(ticket.status)),
        _("开始于 {time}").format(time=moment(ticket.opened_at, timezone)),
    ]
    said = [f"{moment(line.at, timezone)}\n{_line(line, 300)}" for line in ticket.lines]
    again = _("重新打开") if ticket.status == "closed" else _("补充说明")
    return Reply(
        title=_("工单 {number}").format(number=ticket.number),
        text="\n\n".join(("\n".join(lines), *said)),
        choices=((Choice(again, f"support.ask:{ticket.number}", "primary"),), (_mine(), menu())),
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


def closed(number: str) -> Reply:
    """The desk considers it settled."""
    return Reply(
        title=_("工单已结束 · {number}").format(number=number),
        text=_("如果问题还没有解决，点“重新打开”再写一条就行，前面的内容都在。"),
        choices=((Choice(_("重新打开"), f"support.ask:{number}"), _mine()), (menu(),)),
        replaces=False,
        notice="ticket",
    )
