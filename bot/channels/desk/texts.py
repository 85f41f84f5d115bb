"""The desk's own words, in Chinese and English. Not in the catalogues: agents work in one of the two; creditors' words come from the rooms."""

from collections.abc import Mapping

LOCALES = ("zh_Hans", "en")
#: (Chinese, English)
Words = tuple[str, str]

NAME: Words = ("债权通 · 客服台", "Zhaiquantong desk")
HOUSE = "债权通客服台"

_PAGE: Mapping[str, Words] = {
    "tickets": ("工单", "Tickets"),
    "claims": ("债权审核", "Claim review"),
    "figures": ("数据", "Figures"),
    "leave": ("退出", "Sign out"),
    "help": ("快捷键", "Keys"),
    "close_it": ("关闭", "Close"),
    "all": ("全部", "All"),
    "tier": ("级别", "Tier"),
    "language": ("语言", "Language"),
    "state": ("状态", "Status"),
    "mine": ("我的", "Mine"),
    "nobody": ("没有等待处理的工单", "Nobody waits"),
    "no_claims": ("没有待审核的债权", "No claims to review"),
    "choose": ("从左边选一个工单", "Choose a ticket on the left"),
    "choose_claim": ("从左边选一笔债权", "Choose a claim on the left"),
    "waits": ("已等", "waiting"),
    "due": ("应于", "due"),
    "overdue": ("已超时", "overdue"),
    "nobodys": ("无人负责", "unassigned"),
    "has": ("负责人", "With"),
    "creditor": ("债权人", "Creditor"),
    "note": ("备注", "Note"),
    "edited": ("已修改", "edited"),
    "sent": ("已送达", "delivered"),
    "on_its_way": ("发送中", "on its way"),
    "not_sent": ("未送达", "not delivered"),
    "unreachable": ("债权人已停用该渠道，答复送不到", "The creditor blocked this channel: an answer will not arrive"),
    "masked": ("个人信息已遮盖", "Personal details are masked"),
    "unmasked": ("正在显示完整内容（限时）", "Unmasked, for a limited time"),
    "reveal": ("显示完整内容", "Reveal"),
    "reveal_why": ("查看原因（会签名存档）", "Reason (kept as a signed entry)"),
    "answer": ("答复", "Reply"),
    "answer_here": ("写给债权人的答复", "Reply to the creditor"),
    "note_here": ("内部备注，债权人看不到", "Internal note: never sent"),
    "canned": ("常用答复：按词查找", "Ready replies: search"),
    "ask_document": ("要求材料", "Ask for a document"),
    "gaps": ("还有花括号里的空没有填。", "Something in braces is not filled in yet."),
    "preview": ("预览", "Preview"),
    "read_back": ("债权人将看到", "The creditor will read"),
    "send": ("发送", "Send"),
    "back": ("返回修改", "Back"),
    "send_anyway": ("仍然发送", "Send anyway"),
    "overtaken": ("有人在您之前更新了这个工单，请先看新内容。", "Somebody was faster: look at what is new first."),
    "look_again": ("查看最新内容", "See what is new"),
    "take": ("接手", "Take"),
    "release": ("放回队列", "Release"),
    "assign": ("转给", "Assign"),
    "assign_to": ("转给哪位客服（账号名）", "Agent's name"),
    "hold": ("挂起", "Hold"),
    "hold_why": ("挂起原因", "Reason"),
    "hold_hours": ("多少小时后继续", "Hours until it comes back"),
    "escalate": ("升级", "Escalate"),
    "escalate_why": ("升级原因", "Reason"),
    "solve": ("标为已解决", "Solve"),
    "close": ("结束工单", "Close ticket"),
    "card": ("案件", "Case"),
    "category": ("类别", "Category"),
    "priority": ("优先级", "Priority"),
    "opened": ("开始", "Opened"),
    "flags": ("标记", "Flags"),
    "others": ("同一债权人的其他工单", "Other tickets of this creditor"),
    "files": ("文件", "Files"),
    "quarantined": ("已隔离，不可打开", "quarantined"),
    "claim": ("债权", "Claim"),
    "offer": ("要约", "Offer"),
    "timeline": ("进度", "Timeline"),
    "class": ("类别", "Class"),
    "debtor": ("债务人", "Debtor"),
    "evidence": ("证明材料", "Evidence"),
    "no_evidence": ("没有上传材料", "No documents"),
    "open": ("打开", "Open"),
    "save": ("下载", "Download"),
    "taken_up": ("开始审核", "Take up"),
    "queried": ("要求补充材料", "Request document"),
    "allowed": ("确认", "Allow"),
    "disputed": ("标为有争议", "Dispute"),
    "disallowed": ("不予确认", "Disallow"),
    "reason": ("原因（债权人会看到）", "Reason (the creditor reads it)"),
    "proposed": ("等待第二人批准", "Waits for a second person"),
    "second": ("由另一人批准", "Approve as second"),
    "refuse": ("撤回提议", "Take the proposal back"),
    "four_eyes": ("金额较大：需要两人", "Large: needs two people"),
    "done": ("已完成", "Done"),
    "proposed_now": ("已提议，等待另一人批准", "Proposed; another person has to approve"),
    "ok": ("确定", "OK"),
    "offline": ("连接中断，正在重连……", "Connection lost, trying again…"),
    "ended": ("会话已结束，请用新链接登录。", "The session has ended: sign in with a new link."),
    "keys": (
        "j / k 下一个 / 上一个　Enter 打开　r 答复　n 备注（@账号名 提到同事）　c 常用答复　Tab 下一个空　f 附文件　w 查术语　t 接手　g 返回列表　1–4 切换页面　? 帮助　Ctrl+Enter 预览 / 发送　Esc 关闭",
        "j / k next / previous · Enter open · r reply · n note (@name mentions) · c ready replies · Tab next gap · f attach · w glossary · t take · g to the list · 1–4 pages · ? help · Ctrl+Enter preview / send · Esc close",
    ),
    "load": ("目前在办", "Open now"),
    "first_response": ("首次答复（分钟，中位数）", "First response (minutes, median)"),
    "resolution": ("解决用时（小时，中位数）", "Resolution (hours, median)"),
    "by_agent": ("按客服", "By agent"),
    "by_category": ("按类别", "By category"),
    "per_day": ("每日新开与已解决", "Opened and settled, by day"),
    "satisfaction": ("满意度（1–5）", "Satisfaction (1–5)"),
    "days": ("最近 14 天", "Last 14 days"),
    "nothing_yet": ("还没有数据", "Nothing yet"),
    "quality": ("质检", "Quality"),
    "sla": ("时限", "Time limit"),
    "soon": ("一小时内到期", "due within an hour"),
    "raised": ("已升级", "escalated"),
    "mentioned": ("提到您", "mentions you"),
    "withdrawn": ("已撤回", "withdrawn"),
    "withdraw": ("撤回", "Withdraw"),
    "withdraw_title": (
        "撤回这条答复？渠道不支持撤回时，会另外告知债权人。",
        "Withdraw this reply? Where the channel cannot, the creditor is told.",
    ),
    "edit": ("修改", "Edit"),
    "edit_title": ("修改已发出的答复", "Edit a reply that was sent"),
    "about": ("引用", "Quote"),
    "about_this": ("回复", "About"),
    "attach": ("附文件", "Attach"),
    "drop": ("移除", "Remove"),
    "file_large": ("文件超过 10 MB，不能发送", "Larger than 10 MB: it cannot be sent"),
    "files_many": ("一次最多 10 个文件", "Ten files at most"),
    "merge": ("合并", "Merge"),
    "merge_title": ("把这个工单并入另一个", "Put this ticket into another"),
    "merge_into": ("保留哪个工单（KF-…，须为同一债权人）", "The ticket that stays (KF-…, of the same creditor)"),
    "link": ("关联", "Link"),
    "link_title": ("这个工单是关于哪笔债权或要约？", "Which claim or offer is this about?"),
    "link_to": ("编号（ZQ-… 或 BJ-…，须属于这位债权人）", "Its number (ZQ-… or BJ-…, of this creditor)"),
    "alike": ("内容相同的其他工单", "Other tickets in the same words"),
    "distress": (
        "债权人可能处于情绪危机：先关心人，再谈事情。",
        "The creditor may be in distress: the person first, then the matter.",
    ),
    "help_lines": ("求助电话（可放入答复）", "Help lines (may be put into the reply)"),
    "suggested": ("建议答复", "Suggested reply"),
    "from_facts": ("资料库里与此类问题有关的内容", "What the fact base says on this"),
    "no_facts": ("资料库没有这一类的内容", "Nothing in the fact base on this"),
    "insert": ("放入答复", "Put into the reply"),
    "glossary": ("术语对照", "Glossary"),
    "glossary_here": ("查术语（中文或英文）", "Look a word up (Chinese or English)"),
    "no_term": ("没有这个词", "No such word"),
    "kind": ("种类", "Kind"),
    "until": ("有效期至", "Valid until"),
    "write_first": ("联系债权人", "Write to the creditor"),
    "count": ("工单数", "Tickets"),
    "sla_kept": ("首次答复按时率", "First response in time"),
    "quality_mean": ("质检平均分（1–5）", "Quality (1–5)"),
    "period": ("统计期", "Period"),
    "last_days": ("最近 {n} 天", "Last {n} days"),
    "as_of": ("截至", "as of"),
    "beijing": ("北京时间", "Beijing time"),
    "how_reckoned": (
        "统计期内新开的工单。用时为自然时间的中位数；按时率只算工作时间，未到期且未答复的不计入；括号内为样本数。",
        "Tickets opened in this period. Times are medians of elapsed time; “in time” counts working hours only and leaves out what is neither answered nor due; in brackets: how many.",
    ),
    "came_in": ("新开", "opened"),
    "were_solved": ("已解决", "solved"),
    "day": ("日期", "Day"),
    "table": ("表格", "Table"),
    "waiting_by_tier": ("等待答复，按级别", "Waiting, by tier"),
    "per_day_kept": ("每日首次答复按时率", "First response in time, by day"),
    "week": ("周", "Week"),
    "score": ("评分", "Score"),
    "remark": ("一句评语", "A short remark"),
    "give": ("保存评分", "Keep"),
    "how_sampled": (
        "每位客服每周抽三个已解决的工单。抽签结果固定，谁也不能自己挑；客服只看得到自己的评分。",
        "Three solved tickets of each agent and week, drawn by a lot that stays the same and that nobody can choose. Agents see their own scores only.",
    ),
    "own_scores": ("您自己的质检评分，别人看不到。", "Scores of your own work; no other agent sees them."),
}
_VALUES: Mapping[str, Words] = {
    "open": ("等待答复", "open"),
    "answered": ("等债权人", "answered"),
    "on_hold": ("挂起", "on hold"),
    "solved": ("已解决", "solved"),
    "closed": ("已结束", "closed"),
    "agent": ("客服", "agent"),
    "senior": ("资深客服", "senior"),
    "supervisor": ("主管", "supervisor"),
    "on_call": ("值班", "on call"),
    "auditor": ("审计（只读）", "auditor (reads only)"),
    "claim": ("债权", "claim"),
    "offer": ("要约", "offer"),
    "payout": ("收款", "payout"),
    "account": ("账户", "account"),
    "safety": ("安全", "safety"),
    "place": ("地区", "place"),
    "privacy": ("隐私", "privacy"),
    "other": ("其他", "other"),
    "zh_Hans": ("简体", "Simplified"),
    "zh_Hant": ("繁体", "Traditional"),
    "zh_Hant_HK": ("繁体（香港）", "Traditional (HK)"),
    "en": ("英语", "English"),
    "distress": ("情绪危机", "distress"),
    "anger": ("愤怒", "anger"),
    "secret": ("曾发密码类内容", "sent a secret"),
    "low_rating": ("评分低", "low rating"),
    "undelivered": ("未送达", "undelivered"),
    "submitted": ("已提交", "submitted"),
    "amended": ("债权人修改", "amended"),
    "taken_up": ("开始审核", "taken up"),
    "queried": ("要求补充材料", "document requested"),
    "under_review": ("审核中", "under review"),
    "document_requested": ("待补材料", "document requested"),
    "disputed": ("有争议", "disputed"),
    "allowed": ("已确认", "allowed"),
    "disallowed": ("不予确认", "disallowed"),
    "withdrawn": ("已撤回", "withdrawn"),
    "paid": ("已付款", "paid"),
    "transferred": ("已转让", "transferred"),
    "pending_transfer": ("转让中", "transfer pending"),
    "1": ("紧急", "urgent"),
    "2": ("高", "high"),
    "3": ("普通", "normal"),
    "4": ("低", "low"),
    "assigned": ("转交", "assigned"),
    "held": ("挂起", "held"),
    "escalated": ("升级", "escalated"),
    "revealed": ("查看了完整内容", "revealed"),
    "linked": ("关联到", "linked to"),
    "merged": ("并入", "merged"),
    "merged_into": ("并到", "merged into"),
    "edited": ("修改前的内容", "before the change"),
    "offered_again": ("债权人回来了，已重新发送", "the creditor is back: sent again"),
    "woken": ("挂起到期", "back from hold"),
    "reminder": ("时限提醒", "reminder"),
    "rated": ("评分", "rated"),
    "stuck": ("填表受阻", "stuck in a form"),
    "blocked": ("债权人已停用该渠道", "the creditor blocked this channel"),
    "refused": ("对方平台拒收", "refused by the channel"),
    "expired": ("超过 30 天未取走", "not fetched within 30 days"),
    "given_up": ("多次尝试失败", "given up after many tries"),
    "dead": ("发送失败", "failed for good"),
    "cancelled": ("已取消", "cancelled"),
    "unknown": ("不确定是否送达", "it may have arrived"),
    "sale": ("债权转让（现金出售）", "claim sale"),
    "bond": ("债券", "bond"),
    "offer_open": ("有效", "open"),
    "offer_accepted": ("已接受", "accepted"),
    "offer_declined": ("已拒绝", "declined"),
    "offer_expired": ("已过期", "expired"),
    "offer_cancelled": ("已撤回", "taken back"),
    "offer_paid": ("已付款", "paid"),
    "offer_draft": ("草稿", "draft"),
}
_REFUSED: Mapping[str, Words] = {
    "malformed": ("请求不完整。", "The request is malformed."),
    "no_session": ("会话已结束，请用新链接登录。", "The session has ended: sign in with a new link."),
    "not_from_page": ("这个请求不是从本页面发出的。请刷新后再试。", "Not sent by this page. Reload and try again."),
    "not_your_role": ("您的角色不能做这一步。", "Your role may not do this."),
    "not_found": ("没有找到。", "Not found."),
    "too_large": ("内容太长。", "Too long."),
    "too_fast": ("操作太快，请等一分钟。", "Too fast: wait a minute."),
    "broken": (
        "现在处理不了，没有任何改动。请稍后再试。",
        "Not possible just now; nothing was changed. Try again in a moment.",
    ),
}
_TOLD: Mapping[str, Words] = {
    "Taken": ("已由 {by} 接手。", "{by} has it already."),
    "Overtaken": ("{by} 在您之前更新了这个工单。", "{by} changed this ticket before you."),
    "OthersDetails": (
        "这段话里有 {found} 处像是别人的信息（编号、证件或邮箱）。请核对后再发。",
        "This holds {found} detail(s) that may be somebody else's. Check before sending.",
    ),
    "NotRevealed": ("需要先说明原因并显示完整内容。", "Reveal first, with a reason."),
    "Quarantined": ("文件可能有害，已隔离。", "The file may do harm and is quarantined."),
    "MoveRefused": ("现在的状态不能做这一步。", "Not possible in this status."),
    "StaleStatus": ("有人刚刚改了状态，请看最新内容。", "Somebody was faster: look again."),
    "NotNow": ("债权现在的状态不能做这一步。", "Not possible in the claim's status."),
    "ReasonMissing": ("请写原因，债权人会看到。", "A reason is needed; the creditor reads it."),
    "SamePerson": ("不能批准自己的提议，请由另一人批准。", "Nobody approves his own proposal."),
    "AnotherDecision": (
        "已有另一项提议（{by}：{decision}）在等待。",
        "{by} has proposed {decision}; settle that first.",
    ),
    "ChangedMeanwhile": (
        "债权在提议之后改过，提议作废，请重新审核。",
        "The claim changed since it was proposed: review it again.",
    ),
    "NoProposal": ("没有等待批准的提议。", "Nothing is proposed."),
    "NoSuchAgent": (
        "没有叫 {name} 的客服。提到同事请用账号名，例如 @mei；如果不是同事，请去掉 @。",
        "No agent is called {name}. Mention a colleague by the name of the account, as @mei; else leave the @ out.",
    ),
    "NoSuchLine": ("这条内容不在这个工单里，或已撤回。", "No such line here, or it was withdrawn."),
    "CannotMerge": (
        "不能合并：须是同一债权人的另一个工单。",
        "Cannot be merged: it has to be another ticket of the same creditor.",
    ),
    "NotTheirs": ("{number} 不属于这位债权人。", "{number} is not this creditor's."),
    "NobodyThere": ("债权人没有可用的渠道。", "The creditor can be reached by no channel."),
    "NotInTheSample": ("这个工单不在该周的抽样里。", "This ticket was not drawn in that week."),
    "OwnWork": ("不能给自己的工单评分。", "Nobody scores his own work."),
    "no_score": ("请打 1 到 5 分。", "A score is 1 to 5."),
    "wrong_week": ("周的写法不对，例如 2026-W47。", "A week is like 2026-W47."),
    "file_too_large": ("文件太大，每个不超过 {most} MB。", "Too large: {most} MB each at most."),
    "file_empty": ("文件是空的。", "The file is empty."),
    "file_wrong_type": ("只能发送 PDF 或图片。", "Only PDF and pictures can be sent."),
    "file_disguised": ("文件内容与扩展名不符，没有发送。", "The content is not what its name says; not sent."),
    "file_locked": ("PDF 有密码，没有发送。", "The PDF has a password; not sent."),
    "file_broken": ("文件不完整或已损坏，没有发送。", "The file is cut off or broken; not sent."),
    "too_many_files": ("一次最多 {most} 个文件。", "{most} files at most."),
    "empty": ("请写内容。", "Write something."),
    "too_long": ("太长了，最多 {limit} 个字。", "Too long: {limit} characters at most."),
    "no_reason": ("请写原因。", "A reason is needed."),
    "wrong_moment": ("时间不对。", "That moment cannot be."),
}
_DOOR: Mapping[str, Words] = {
    "code_title": ("请输入手机上的六位验证码", "Enter the six digits your phone shows"),
    "first_time": (
        "第一次登录：用验证器应用扫描下面的二维码（或手工输入密钥），以后每次登录都要用它。",
        "First time: scan this with an authenticator app (or type the key). It is needed each time you sign in.",
    ),
    "key": ("密钥", "Key"),
    "code": ("六位验证码", "Six digits"),
    "enter": ("登录", "Sign in"),
    "wrong": ("验证码不对，或错误次数太多（等 15 分钟）。", "Not the code, or too many were wrong (wait 15 minutes)."),
    "no_entry": ("请用登录链接", "A sign-in link is needed"),
    "no_entry_is": (
        "链接只能用一次，一小时内有效。请向管理员要一个新链接（agents link 您的账号名）。",
        "A link works once and for one hour. Ask the operator for a new one: agents link YOUR-NAME.",
    ),
    "again": ("再试一次", "Try again"),
    "broken": ("现在打不开", "Not available just now"),
    "broken_is": ("没有任何改动。请稍后刷新。", "Nothing was changed. Reload in a moment."),
}


def _in(words: Mapping[str, Words], locale: str) -> dict[str, str]:
    place = LOCALES.index(locale)
    return {key: pair[place] for key, pair in words.items()}


def page(locale: str) -> dict[str, str]:
    """Every word of the page."""
    return _in(_PAGE, locale)


def values(locale: str) -> dict[str, str]:
    """Statuses, tiers, categories and the like."""
    return _in(_VALUES, locale)


def door(locale: str) -> dict[str, str]:
    """The words before anybody is in."""
    return _in(_DOOR, locale)


def name(locale: str) -> str:
    """What the page is called."""
    return NAME[LOCALES.index(locale)]


def refused(code: str, locale: str) -> str:
    """Why the door did not take a request."""
    return _REFUSED[code][LOCALES.index(locale)]


def told(what: str, data: Mapping[str, str | int], locale: str) -> str:
    """Why a room refused; the name itself where no words are known."""
    words = _TOLD.get(what)
    if words is None:
        return what.replace("_", " ")
    try:
        return words[LOCALES.index(locale)].format(**data)
    except KeyError:
        return words[LOCALES.index(locale)].replace("{", "").replace("}", "")
