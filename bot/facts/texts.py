"""What is said about the case: short, dated, with its source; no promise and no advice.

Rules of this file: a figure carries its date; where sources disagree the range stands with who says
it; nobody is told that he will be paid, nor that he lost anything.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot import i18n
from bot.case import known
from bot.case.known import Distribution, Place, PlanClass, PortalStatus, Price, Sender, Source
from bot.facts import rules
from bot.facts.rules import Estimate
from bot.i18n import N_, _
from bot.words import billions, day, money
from bot.words import place as place_name

TOPICS = (
    "schedule",
    "not_paid",
    "restricted",
    "payout",
    "papers",
    "portal",
    "classes",
    "prices",
    "claim_and_bond",
    "scams",
    "genuine",
    "privacy",
    "other_cases",
)
#: these speak of ourselves, not of the case: they have no source but us
OURS = ("genuine", "privacy")
_TOPIC = {
    "schedule": N_("分配安排与进度"),
    "not_paid": N_("为什么还没收到分配"),
    "restricted": N_("受限司法管辖区"),
    "payout": N_("收款方式与分配服务商"),
    "papers": N_("需要哪些材料"),
    "portal": N_("官方门户的状态是什么意思"),
    "classes": N_("债权类别与清偿率"),
    "prices": N_("为什么按申请日价格折算"),
    "claim_and_bond": N_("债权和债券有什么不同"),
    "scams": N_("防骗"),
    "genuine": N_("这个机器人是真的吗"),
    "privacy": N_("隐私与删除"),
    "other_cases": N_("其他破产案（Mt. Gox 等）"),
}
_BUTTON = {
    "schedule": N_("分配安排"),
    "not_paid": N_("为什么没收到"),
    "restricted": N_("受限地区"),
    "payout": N_("收款方式"),
    "papers": N_("所需材料"),
    "portal": N_("门户状态"),
    "classes": N_("债权类别"),
    "prices": N_("折算价格"),
    "claim_and_bond": N_("债权和债券"),
    "scams": N_("防骗"),
    "genuine": N_("核对真伪"),
    "privacy": N_("隐私与删除"),
    "other_cases": N_("其他破产案"),
}
#: fields of the portal, by the names of `portal_statuses.csv`
_FIELD = {
    "kyc": N_("第 3 步 身份验证（KYC）"),
    "email": N_("第 2 步 邮箱确认"),
    "tax_form": N_("第 7 步 税表"),
    "claim": N_("债权状态"),
    "dsp": N_("第 8 步 分配服务商"),
    "bitgo_kyc": N_("BitGo 的身份验证"),
    "dashboard": N_("第 9 步 分配面板"),
    "transfer": N_("债权转让登记"),
}


def topic(name: str) -> str:
    """The title of a topic."""
    return _(_TOPIC[name])


def button(name: str) -> str:
    """A topic on a button."""
    return _(_BUTTON[name])


def field(name: str) -> str:
    """A field of the portal."""
    return _(_FIELD[name])


# -- under every answer


def told(newest: date, sources: Sequence[Source], *, advice: bool) -> str:
    """The last lines of an answer: how old, from whom, and what it is not."""
    lines = [_("资料截至 {date}，之后的情况我们没有资料。").format(date=day(newest))]
    if sources:
        lines.append(_("来源：{names}").format(names=_("；").join(_source(one) for one in sources)))
    if advice:
        lines.append(_("以上仅供了解，不构成投资或法律建议。"))
    return "\n".join(lines)


#: sources that are no names
_DESCRIBED = {"Press on the draft plan": N_("关于 2023 年计划草案的报道")}


def _source(source: Source) -> str:
    if source.name in _DESCRIBED:
        return _(_DESCRIBED[source.name])
    return _("{name}（转载）").format(name=source.name) if source.republished else source.name


def _percent(value: Decimal) -> str:
    # As an integer where it is one: 120.0 and 120 are the same announcement.
    return f"{value.normalize():f}%"


def _span(values: tuple[Decimal, Decimal]) -> str:
    low, high = values
    if low == high:
        return _percent(low)
    return _("{low} 至 {high}（来源说法不一）").format(low=_percent(low), high=_percent(high))


# -- the menu


def menu_title() -> str:
    """Over the topics."""
    return _("常见问题")


def menu() -> str:
    """Before the topics."""
    return _("请选择想了解的内容。这里只讲有来源、有日期的信息；没有确认的事，我们会直接说没有确认。")


def no_such_topic() -> str:
    """A topic that is not, or no longer, there."""
    return _("这个主题现在没有内容。请从下面选择。")


# -- the schedule

_QUALIFIER = {"about": N_("约 {total}美元"), "more than": N_("超过 {total}美元")}


def schedule(latest: Distribution) -> str:
    """The newest distribution as it was announced, that the next is unknown, and who is paid."""
    return "\n\n".join(
        (
            _("FTX 恢复信托（FTX Recovery Trust）最近一次对客户的分配，累计清偿率以公布的数字为准：")
            + "\n"
            + _round(latest),
            _("下一次分配的登记日和付款日：暂无确认信息。"),
            _(
                "登记日当天在官方债权登记册上的人才会被付款；门户要到登记日之后、付款日前 5-10 天才显示是否在名单内，款项一般在付款日后 1-3 个工作日到账。"
            ),
        )
    )


def all_rounds_title() -> str:
    """Over every distribution."""
    return _("历次分配")


def all_rounds(rounds: Sequence[Distribution]) -> str:
    """Every distribution, newest first, with the figures as they were announced."""
    parts = [_("FTX 恢复信托（FTX Recovery Trust）已公布的分配，累计清偿率以公布的数字为准：")]
    parts += [_round(one) for one in reversed(rounds)]
    parts.append(_("下一次分配的登记日和付款日：暂无确认信息。"))
    return "\n\n".join(parts)


def _round(one: Distribution) -> str:
    name = _("第 {number} 轮").format(number=one.round) if one.customers else _("优先股权益（股东，不是债权人）")
    record = day(one.record_date) if one.record_date is not None else _("未核实")
    head = _("▪ {name}：登记日 {record}，付款日 {pay}").format(name=name, record=record, pay=day(one.pay_date))
    if one.total_bn is not None and one.total_qualifier in _QUALIFIER:
        total = billions(one.total_bn)
        head += _("，") + _(_QUALIFIER[one.total_qualifier]).format(total=total)
    figures = [
        _("{name} 类 {figure}").format(name=name, figure=_percent(figure))
        for name, figure in (("5A", one.cum_5a), ("5B", one.cum_5b), ("6A/6B", one.cum_6))
        if figure is not None
    ]
    if one.classes_7 is not None:
        figures.append(_("便利类 {figure}").format(figure=_span(one.classes_7)))
    if not figures:
        return head + "\n" + _("只公布了日期，是否已经付款未确认。")
    return head + "\n" + _("累计：{figures}").format(figures=_("、").join(figures))


# -- why not paid


def not_paid() -> str:
    """What to look at, in order."""
    return _(
        "请登录官方门户 claims.ftx.com，按顺序核对：\n"
        "1. 身份验证（KYC）是否为“已验证（Verified）”。\n"
        "2. 第 7 步税表是否已在门户内提交；税表不用邮件提交。\n"
        "3. 第 8 步是否选了分配服务商，并在服务商那边也完成了开户。\n"
        "4. 债权状态：“有争议（Disputed）”是还没有结论，不等于被拒绝，但此时不会付款。\n"
        "5. 登记日当天您是否在债权登记册上；转让过债权的，之后的分配归受让人。\n"
        "6. 您的居住地有没有服务商：没有的，分配会被“暂缓”，暂缓不等于丧失。\n"
        "7. 错过了某个登记日的前置步骤：要等之后的分配，日期暂无确认信息。\n\n"
        "我们看不到您在官方门户的账户，无法替您判断是哪一项。把门户上的状态原文和日期告诉客服，可以帮您对照。"
    )


# -- restricted jurisdictions


def restricted(filed: date, withdrawn: date, names: int, known: int) -> str:
    """Whether a place of residence excludes somebody: what is known, and that the rest is not."""
    return "\n\n".join(
        (
            _("▪ {date}：FTX 恢复信托提出动议，列出 {names} 个“潜在受限司法管辖区”，其中有中国内地和澳门。").format(
                date=day(filed), names=names
            )
            + "\n"
            + _(
                "▪ {date}：该动议撤回，但不影响再次提出（without prejudice）。没有任何地区据此被认定为受限，也没有人据此丧失债权。"
            ).format(date=day(withdrawn)),
            _(
                "撤回之后，中国内地居民是否收到过分配：暂无确认信息。动议会不会再次提出、改变居住地是否有用、期间的分配怎样处理，也都暂无确认信息。"
            ),
            _("因此我们不能说您会收到款项，也不能说您的债权已经丧失。目前的状态是未知、可能被暂缓。"),
            _(
                "名单并不完整：{names} 个里我们只核到 {known} 个。香港、台湾不在已核到的名单里，但这不能证明不受影响。"
            ).format(names=names, known=known),
            _("有人借此劝人低价卖出债权。请不要因为“有争议”或“受限”的说法匆忙决定。"),
        )
    )


def known_places_title() -> str:
    """Over the list."""
    return _("动议名单中已核到的名字")


def known_places(places: Sequence[Place], names: int, withdrawn: date) -> str:
    """The places we know of, and that these are not all."""
    listed = _("、").join(place.names[i18n.locale()] for place in places)
    return "\n\n".join(
        (
            _("以下 {known} 个出现在动议名单里（共 {names} 个，完整名单我们没有）：").format(
                known=len(places), names=names
            )
            + "\n"
            + listed,
            _("动议已于 {date} 撤回，这些地区没有被认定为受限；不在这里的地区，情况未知，不等于不受影响。").format(
                date=day(withdrawn)
            ),
        )
    )


def place_title(code: str, found: Place | None) -> str:
    """Over what is known of one place."""
    return _("受限司法管辖区 · {place}").format(place=_called(code, found))


def _called(code: str, found: Place | None) -> str:
    return found.names[i18n.locale()] if found is not None else place_name(code)


def about_place(code: str, found: Place | None, verified: int) -> str:
    """What is known of one place. Neither that its people are paid, nor that they are not."""
    name = _called(code, found)
    on_motion = found.on_motion if found is not None else "not_seen"
    filed, withdrawn = day(known.MOTION_FILED), day(known.MOTION_WITHDRAWN)
    what = {
        "named": N_("▪ {date} 的动议把{place}列为“潜在受限司法管辖区”之一。"),
        "reported_weakly": N_("▪ 个别媒体说 {date} 的动议里有{place}，我们没有核实到。"),
        "not_seen": N_("▪ {date} 的动议列出 {names} 个地区，我们核到 {known} 个，其中没有{place}。"),
    }[on_motion]
    lines = [_(what).format(date=filed, place=name, names=known.MOTION_NAMES, known=verified)]
    if on_motion == "not_seen":
        lines.append(_("▪ 名单不完整：没看到不等于不受影响，也不等于受影响。"))
    lines.append(
        _(
            "▪ {date}：该动议撤回，但不影响再次提出（without prejudice）。没有任何地区据此被认定为受限，也没有人据此丧失债权。"
        ).format(date=withdrawn)
    )
    if found is not None and found.sanctions:
        lines.append(_("▪ 这里另有美国的制裁措施，与动议是两回事。"))
    parts = ["\n".join(lines)]
    if on_motion != "not_seen":
        parts.append(_("{place}的居民之后是否收到过分配：暂无确认信息。").format(place=name))
    parts.append(_("因此我们不能说您会收到款项，也不能说您的债权已经丧失。请以您在官方门户看到的状态为准。"))
    return "\n\n".join(parts)


def moved_title() -> str:
    """Over residence, nationality and tax residence."""
    return _("居住地、国籍和搬家")


def moved() -> str:
    """Whether another residence helps: nobody has said so."""
    return "\n\n".join(
        (
            _("▪ 能不能收款，服务商看的是居住地；居住地、国籍、税务居民身份是三件不同的事。"),
            _(
                "▪ 但据报道，2025 年 7 月有一位新加坡税务居民因持中国护照被归为中国（crypto.news，2025-07-10）。可见当时的划分并不清楚。"
            ),
            _("▪ 搬到别处是否有用：没有公布过规则。一家律师事务所只说“可能有用”（Paxtibi LLP）。"),
            _("请不要填写不实的居住地。确实搬了家的，按门户的要求更新资料，并留好证明。"),
        )
    )


def motion_title() -> str:
    """Over what the motion said."""
    return _("动议原本的内容")


def motion(withdrawn: date) -> str:
    """What the withdrawn motion had proposed, and on which figures its readers disagree."""
    return "\n\n".join(
        (
            _("动议提出的做法（只是提议，已于 {date} 撤回，没有实施）：").format(date=day(withdrawn))
            + "\n"
            + _(
                "▪ 请各地律师判断当地能否合法付款；能付的，经持牌服务商付款。\n"
                "▪ 不能付的，向最后已知地址发出通知，至少 45 天内可以提出异议。\n"
                "▪ 没有异议或异议被驳回的，债权归入信托。"
            ),
            _(
                "▪ 2025-07-22 开庭：法官认为文字过于含糊，不会立即导致债权丧失。\n"
                "▪ 2025-10-23 开庭：法官明显持批评态度。当时已有至少 70 份异议。"
            ),
            _(
                "涉及的金额，来源说法不一：约 4.7 亿美元（债权人代表 Sunil Kavuri）、4-5 亿美元（飒姐律师团队）、约 8 亿美元（The Block）、8.25 亿美元（Odaily）。中国内地约占八成。"
            ),
        )
    )


# -- claim and bond


def claim_and_bond() -> str:
    """债权 and 债券 told apart."""
    return "\n\n".join(
        (
            _("两个词读音相近，意思完全不同："),
            _(
                "▪ 债权（claim）：您要求付款的权利。您在 FTX 的余额，破产后就是一笔对 FTX 的债权。卖掉它叫债权转让：一次性收一笔钱，之后的分配归买方。"
            ),
            _(
                "▪ 债券（bond）：发行人欠您钱的一种证券，有面值、票息、到期日。持有期间要承担发行人不还钱的风险。以债权为偿付来源的债券，也不等于债权本身。"
            ),
            _(
                "因此：把债权“换成债券”之后，您手里还有没有债权，要看条款；把债权转让之后，您手里就没有债权了。签字前请看清文件写的是哪一种。"
            ),
            _("我们没有查到任何已经发行的、以 FTX 债权为偿付来源的债券。"),
        )
    )


# -- classes


def classes(rows: Sequence[PlanClass], lawyers_say: Decimal | None, representative_says: Decimal | None) -> str:
    """Each class with what was announced as paid, and the ceilings on which sources disagree."""
    parts = ["\n".join(_class(one) for one in rows)]
    parts.append(_("百分比以破产申请日价格的债权金额为 100%，是已公布的累计数。"))
    if lawyers_say is not None and representative_says is not None:
        parts.append(
            _(
                "超过 5 万美元的客户债权最终上限，来源说法不一：{low}（一位债权人代表）、{high}（Paxtibi LLP 律师事务所）。都不是官方数字，也不是承诺；是否适用于 5B 类未核实。"
            ).format(low=_percent(representative_says), high=_percent(lawyers_say))
        )
    return "\n\n".join(parts)


def _class(one: PlanClass) -> str:
    name = one.names[i18n.locale()]
    if one.numbered:
        name = _("{number} 类 {name}").format(number=one.class_id, name=name)
    if one.size == "more than 50000":
        name += _("（超过 5 万美元）")
    elif one.size == "50000 or less":
        name += _("（5 万美元及以下）")
    if one.paid is None:
        return _("▪ {name}：清偿率没有公布").format(name=name)
    if one.paid == 0:
        return _("▪ {name}：按计划不清偿").format(name=name)
    line = _("▪ {name}：{paid}（截至 {date}）").format(
        name=name, paid=_percent(one.paid), date=day(one.paid_as_of) if one.paid_as_of else ""
    )
    if one.ceiling is not None and one.ceiling[0] == one.ceiling[1]:
        line += _("，封顶 {most}").format(most=_percent(one.ceiling[0]))
    return line


# -- prices


def prices(rows: Sequence[Price]) -> str:
    """Why dollars of that day, and a few of its prices."""
    listed = "\n".join(
        "▪ " + _("{label}：{value}").format(label=one.asset, value=_dollars(one.usd)) for one in rows if one.usd
    )
    return "\n\n".join(
        (
            _(
                "FTX 的债权按破产申请日 2022-11-11 的价格折成美元，不按现在的币价；分配的百分比也以这个美元金额为基数。FTT 不清偿。"
            ),
            _("媒体报道的部分价格（四舍五入）：") + "\n" + listed,
            _(
                "官方价格表约有 500 种资产。请不要用这里的数字计算您的债权：以您在官方门户或债权登记册上看到的金额为准。"
            ),
        )
    )


def _dollars(value: Decimal) -> str:
    return _("{amount} 美元").format(amount=f"{value.normalize():,f}")


# -- the portal


def portal() -> str:
    """Before the fields of the portal."""
    return _(
        "官方门户 FTX 客户索赔门户（claims.ftx.com）几乎全是英文。请选择您想对照的一栏，我们把英文状态、中文意思和可以做的事列在一起。\n\n"
        "任何状态日后都可能被修改。本服务不是官方门户，看不到您在那边的账户。"
    )


def portal_title(name: str) -> str:
    """Over one field of the portal."""
    return _("官方门户 · {field}").format(field=field(name))


def portal_field(statuses: Sequence[PortalStatus]) -> str:
    """Every status of one field: its word, its English, what it means and what to do."""
    parts = [f"▪ {status_word(one)}\n{_(_MEANS[one.field, one.status])}" for one in statuses]
    if any(one.wording == "ours" for one in statuses):
        parts.append(_("以上是本服务的说法，官方页面上的文字可能不同。"))
    parts.append(_("看到的状态不在这里？请把英文原文发给客服核对，不要自行猜测。"))
    return "\n\n".join(parts)


def status_word(status: PortalStatus) -> str:
    """A portal status with the portal's English beside it, so that a person can match his screen."""
    english, word = status.names["en"], status.names[i18n.locale()]
    if status.wording == "unverified":
        return _("{word}（{english}，英文措辞未核实）").format(word=word, english=english)
    if status.wording == "ours" or word == english:
        return word
    return _("{word}（{english}）").format(word=word, english=english)


#: (field, status) of `portal_statuses.csv` -> what it means and what to do; a test holds the two together
_MEANS = {
    ("kyc", "processing"): N_("系统正在核对您上传的内容，门户写明最多 1 小时。请稍后刷新查看，无需重复上传。"),
    ("kyc", "on_hold"): N_(
        "正在人工复核，门户写明最多 2 周，实际有人等待数月。请留意 FTX 客服邮件；身份证件和地址证明只在门户的 KYC 页面上传，绝不用邮件发送。"
    ),
    ("kyc", "undergoing_review"): N_(
        "正在进一步审核，门户写明可能超过 30 个工作日。可以先备好资金来源材料（交易所截图、CSV 流水、成对的充提记录），等门户要求时再上传。"
    ),
    ("kyc", "document_requested"): N_(
        "还需要材料。请登录 claims.ftx.com，点击“Begin KYC”，按要求上传；不要通过邮件或聊天发送证件。"
    ),
    ("kyc", "verified"): N_(
        "这一步已完成。请继续完成第 7 步税表和第 8 步分配服务商；状态日后仍可能被修改，请定期查看。"
    ),
    ("email", "unconfirmed"): N_(
        "每次登录都要确认邮箱，链接 5 分钟后失效。请点击 FTX 邮件中的确认链接，过期就重新发送；先核对发件域名。"
    ),
    ("email", "complete"): N_("本次登录的邮箱已确认，可以继续下一步。"),
    ("tax_form", "incomplete"): N_(
        "税表还没有完成。请在门户第 7 步在线填写（非美国个人通常为 W-8BEN）；不要用邮件提交。拿不准请咨询税务专业人士。"
    ),
    ("tax_form", "complete"): N_("这一步已完成，请继续第 8 步选择分配服务商。"),
    ("claim", "allowed"): N_("破产程序已确认这笔债权。请检查第 3、7、8 步是否都在下一个登记日前完成。"),
    ("claim", "disputed"): N_(
        "还没有结论，不等于被拒绝。请先看具体原因（见下），并保存门户截图和日期；不要因为“有争议”就急于折价出售。"
    ),
    ("claim", "disputed_poc_review"): N_(
        "提交过的债权证明还没有核对完。请核对债权编号和金额，在 Kroll 案卷中查看有无异议文件。"
    ),
    ("claim", "disputed_jurisdiction"): N_(
        "目前没有可靠信息表明何时或是否支付；受限司法管辖区动议已于 2025-11-03 撤回（可再次提出）。请保持邮箱可用，并留意案卷更新。"
    ),
    ("claim", "disputed_ftx_australia"): N_("剩余金额正在核对。请准备 FTX Australia 的收款记录。"),
    ("claim", "disputed_liquid_global"): N_("要等新加坡对计划的承认程序。Liquid 账号就是唯一客户代码（UCC）。"),
    ("claim", "disallowed_expunged"): N_(
        "债权已被注销，多数是因为身份验证未在 2025-03-03 前开始，或未在 2025-06-01 前完成。请尽快咨询律师，也可以转人工；不要相信任何“付费恢复债权”的说法。"
    ),
    ("dsp", "not_selected"): N_(
        "第 8 步还没有做，要先完成身份验证和税表。请从门户第 8 步进入服务商注册页；选择后不能更改，也不能拆分。"
    ),
    ("dsp", "onboarding_incomplete"): N_(
        "服务商那边的开户还没有完成。请核对：邮箱与门户一致；在服务商网站完成身份验证；BitGo 用户还要在 Trade 页激活 Go Account。"
    ),
    ("dsp", "data_sync"): N_(
        "门户还没有收到服务商的结果。请先在服务商网站确认已通过，再等待更新；重复提交工单会延长排队。"
    ),
    ("dsp", "onboarding_failed"): N_(
        "服务商报告开户失败。请登录服务商网站查看原因；只从门户链接进入，核对域名 bitgo.com。"
    ),
    ("dsp", "not_available"): N_(
        "是否服务某地由服务商决定。没有服务商的，分配被“暂缓”，不等于丧失；请勿填写虚假居住地。"
    ),
    ("dsp", "onboarded"): N_("选择已不能更改。请核对收款账户和邮箱，不要再另开账户。"),
    ("bitgo_kyc", "not_submitted"): N_("BitGo 有自己的身份验证，与门户的分开。请从门户链接进入 BitGo 完成。"),
    ("bitgo_kyc", "pending"): N_("正在审核。请留意来自 cases.withpersona.com 的补件邮件，先核对发件域名。"),
    ("bitgo_kyc", "docs_requested"): N_("还需要材料。请按 BitGo 页面指引上传；链接过期请在页面内重新获取。"),
    ("bitgo_kyc", "approved"): N_("验证已通过，还可能需要在 Trade 页激活 Go Account。付款日前余额为零属正常。"),
    ("bitgo_kyc", "rejected"): N_("没有通过。请联系 BitGo 合规支持；同一邮箱下有两个企业账户属正常，不要删除账户。"),
    ("dashboard", "hidden"): N_("转让过债权，或选择了巴哈马程序的，看不到这一步。都没有的，请转人工核对。"),
    ("dashboard", "next_date_absent"): N_(
        "门户只在登记日之后、付款日前 5-10 天更新。在那之前，没有人能确定是否在名单内。"
    ),
    ("dashboard", "next_date_shown"): N_(
        "门户把您列入了下一次分配。请核对服务商账户，款项一般在付款日后 1-3 个工作日到账；不要点击任何“领取”链接。"
    ),
    ("dashboard", "deferred"): N_(
        "所在地没有服务商，分配被暂缓，不等于丧失。请记录日期和截图，关注案卷更新；请勿改填不实居住地。"
    ),
    ("transfer", "notice_period"): N_(
        "转让通知发出后有 21 天异议期。请等待期满；如果您没有签过转让，请立即提出异议，并转人工。"
    ),
    ("transfer", "effective"): N_("受让人已在官方登记册上。之后的分配归受让人，第 9 步将不再显示。"),
    ("transfer", "objected"): N_("由法院决定。请咨询律师；裁定之前不视为已转让。"),
}


# -- scams, other cases


def scams() -> str:
    """The few signs that always hold, and where to look further."""
    return _(
        "出现下面任何一条，就当作骗局：\n"
        "▪ 索要密码、助记词、私钥、双重验证码（2FA），或要您连接钱包。\n"
        "▪ 先收“手续费”“税费”“解冻费”“律师费”才付款或“恢复债权”。\n"
        "▪ 邮件里附“领取”链接，或让您把证件发到邮件、聊天里。\n"
        "▪ 自称客服、受托人加您私聊，知道您的姓名和余额也不能证明身份：2023 年 8 月 Kroll 数据泄露过这些信息。\n\n"
        "每个破产案的真实发件人不同，在别的案子里真实的名称，在 FTX 案里可能是假的；发件人一栏也可以伪造。拿不准时，自己输入 claims.ftx.com 登录核对。"
    )


def senders_title() -> str:
    """Over the domains that belong to the case."""
    return _("FTX 案的官方域名")


def senders(hosts: Sequence[Sender]) -> str:
    """The domains that belong to the case: a help to see a fake, no proof that a message is real."""
    return "\n\n".join(
        (
            _("公开资料里，下列域名属于 FTX 案（含门户、Kroll、服务商和身份验证）：")
            + "\n"
            + "\n".join(f"▪ {one.value}" for one in hosts),
            _("域名对得上，也不等于这封邮件是真的：发件人可以伪造。不在这里的，当作未知，不要点链接。"),
            _("bitgo.info 看着像假的，BitGo 的帮助页确认是真的。Payoneer 用哪个域名发信，我们没有核到。"),
        )
    )


def other_cases() -> str:
    """Not our case."""
    return _(
        "本服务只处理 FTX 破产案（In re FTX Trading Ltd.，特拉华破产法院 22-11068）。\n\n"
        "Mt. Gox（日本）、Celsius、BlockFi、Genesis 都是另外的案子，有各自的受托人、门户、期限和付款方式。那边的规则、日期和真实发件人都不适用于 FTX，反过来也一样。请到该案的官方渠道查询；我们不能代为登记或查询。"
    )


_CASE = {
    "mtgox": N_("Mt. Gox（门头沟）"),
    "celsius": "Celsius",
    "blockfi": "BlockFi",
    "genesis": "Genesis",
    "voyager": "Voyager",
    "threearrows": N_("三箭资本（Three Arrows Capital）"),
    "terra": N_("Terra（LUNA）"),
    "cryptopia": "Cryptopia",
    "ftxeu": N_("FTX EU（现为 Backpack EU）"),
    "bahamas": N_("FTX Digital Markets（巴哈马程序）"),
}


def other_case_title(case: str) -> str:
    """Over one other case."""
    return _("其他破产案 · {case}").format(case=_(_CASE[case]))


def other_case(case: str, sites: Sequence[Sender]) -> str:
    """One other case, told apart politely; its site only where our facts hold one."""
    name = _(_CASE[case])
    if sites:
        listed = _("、").join(
            _("{site}（{date} 的资料）").format(site=one.value, date=one.source_date) for one in sites
        )
        site = _("我们的资料里，那边的官方网站是：{sites}。请自己输入网址，并再核对一遍。").format(sites=listed)
    else:
        site = _(
            "那边的官方网站，我们的资料里没有，不能凭印象告诉您。请从该案法院的文件，或您当年收到的正式通知里查找。"
        )
    return "\n\n".join(
        (
            _("您问的是 {case}。很抱歉，这件事我们办不了：本服务只处理 FTX 破产案（特拉华破产法院 22-11068）。").format(
                case=name
            ),
            site,
            _(
                "那边的规则、日期和真实发件人都不适用于 FTX，反过来也一样。如果您在 FTX.com 或 FTX.US 也有余额，可以在这里登记那一笔。"
            ),
        )
    )


# -- paid how, with which papers


def payout() -> str:
    """How the estate pays, and what we never ask for."""
    return "\n\n".join(
        (
            _(
                "官方分配以美元支付，只经过三家服务商：BitGo、Kraken、Payoneer。\n"
                "▪ 能选哪家看居住地，由服务商决定。都不服务您所在地的，分配会被“暂缓”，不等于丧失。\n"
                "▪ 据报道，2025 年加入的 Payoneer 仍不服务中国、俄罗斯、埃及和尼日利亚（Binance Square，2025）。后来有没有变化，暂无确认信息。\n"
                "▪ 在官方门户第 8 步选择，要先完成身份验证和税表。选定后不能更改，也不能拆分；服务商那边的邮箱要与门户一致。\n"
                "▪ 款项一般在付款日后 1-3 个工作日到服务商账户。转出时，服务商和银行可能收费。\n"
                "▪ 香港“转数快”（FPS）只收港元和人民币，收不了美元。"
            ),
            _(
                "官方分配的收款账户只在门户和服务商网站上填写。本服务不经手这笔钱，不会为此在聊天里向您要银行卡号、钱包地址，更不会要助记词或私钥。"
            ),
        )
    )


def papers() -> str:
    """Which papers, where they go, and who never asks for them."""
    return "\n\n".join(
        (
            _(
                "在这里登记债权（可以先登记，以后再补）：\n"
                "▪ 客户债权申报表（Customer Claim Form）的 PDF、Kroll 的确认邮件，或 FTX 账户余额截图。\n"
                "▪ 在登记表单的上传一步，或打开“查询进度”补充。这里不需要身份证件。"
            ),
            _(
                "官方门户的身份验证：\n"
                "▪ 未过期的身份证件、日期在 3 个月内的地址证明（邮政信箱不行）、人脸识别。\n"
                "▪ 可能另要资金来源证明或居留许可。只在门户的 KYC 页面上传。"
            ),
            _(
                "没有人会用邮件要这些：FTX 的身份验证团队写明不会通过邮件索要证件或地址证明，税表也只在门户里填。让您发到邮箱、微信或私聊的，不是官方，也不是我们。"
            ),
        )
    )


# -- about ourselves


def genuine() -> str:
    """Whether this bot is genuine: how to see for oneself."""
    return "\n\n".join(
        (
            _("债权通是一项独立的服务，不是 FTX、法院或 Kroll，官方分配也不经过我们。您不必只听我们说，可以自己核对："),
            _(
                "▪ 我们从不索要密码、助记词、私钥或双重验证码，不收任何费用，也不会先来私聊您。\n"
                "▪ 我们讲的案情都写明来源和日期，可以拿官方门户 claims.ftx.com 和 Kroll 的案卷对照。\n"
                "▪ 每次登记和状态变化都有签名回执，您可以自己保存，以后核验。"
            ),
            _("有人自称债权通，做的却和上面不一样，那就是冒充。请不要回复，回到这里转人工。"),
        )
    )


def privacy() -> str:
    """Where data can be seen, taken back and deleted."""
    return "\n\n".join(
        (
            _("▪ 您填写的资料加密保存，只用于您分别同意的用途；同意随时可以撤回，点一次就行。"),
            _("▪ 要删除资料，请到“我的账户”点“删除我的资料”。依法必须保留的，会告诉您理由和期限。索取副本，请转人工。"),
            _("▪ 删除的是这里的资料。FTX、Kroll 和服务商那边的记录，我们看不到，也删不了。"),
        )
    )


# -- words of the field

#: explained in a sentence or two; other words are only named in both languages
_EXPLAINED = {
    "claim": N_("要求对方付款的权利。您在 FTX 的余额，破产后就成了一笔对 FTX 的债权。它不是债券。"),
    "bond": N_("发行人欠您钱的一种证券，写明面值、票息和到期日。发行人还不上，您要承担损失。它不是债权。"),
    "creditor": N_("有权要求付款的人。在 FTX 有余额的客户就是债权人。"),
    "proof_of_claim": N_("向 Kroll 提交的文件，写明您主张多少债权、凭什么。"),
    "claim_number": N_("Kroll 给每份债权证明编的号，4-6 位。和债权表编号（Schedule Number）不是一回事。"),
    "schedule_number": N_("债务人自己列出的债权清单上的编号，7 位，写在债权登记册和门户里。"),
    "ucc": N_(
        "Kroll 用邮件发给每位客户的代码，门户“My Account”里也有。英文新闻里的 UCC 常指债权人委员会，是另一个意思。"
    ),
    "claims_agent": N_("受法院委托登记债权、发送通知的公司。FTX 案是 Kroll。"),
    "petition_date": N_("申请破产的日子：2022-11-11。债权金额按这一天的价格折成美元。"),
    "bar_date": N_("向法院申报债权的最后期限。客户的期限是美东时间 2023-09-29 16:00，已经过去。"),
    "record_date": N_("这一天在债权登记册上的人，才可能参加对应的那次分配。它不是付款日。"),
    "payment_date": N_("信托把钱付给服务商的那一天。一般再过 1-3 个工作日到账。"),
    "distribution": N_("信托按计划分批把钱付给债权人，叫分配。每一批有自己的登记日和付款日。"),
    "cumulative_recovery": N_("到某一天为止，已分配的钱占申请日债权金额的百分比。它以美元计，不和现在的币价比。"),
    "dsp": N_("替信托把钱付到您手里的公司：BitGo、Kraken、Payoneer。由您在门户第 8 步选择。"),
    "class": N_("计划把债权分成若干类，每一类的分配比例不同，例如 5A、5B、7A、7B。"),
    "convenience": N_("5 万美元及以下的客户债权，分 7A（FTX.com）和 7B（FTX.US）。利息只计到 2025-02-18，总额有上限。"),
    "customer_entitlement": N_("超过 5 万美元的客户债权：FTX.com 是 5A 类，FTX.US 是 5B 类。"),
    "allowed": N_("破产程序已经认可这笔债权和金额。"),
    "disputed": N_("还没有结论，不等于被拒绝。有争议期间不会付款。"),
    "disallowed": N_("破产程序不承认这笔债权，并从登记册上划掉。"),
    "claims_register": N_("Kroll 保管的官方名册，登记谁有多少债权。转让债权后，名字要换到册上才算数。"),
    "recovery_trust": N_("计划生效后成立的信托，负责收回财产、付给债权人。没有官方中文名。"),
    "restricted_jurisdiction": N_("动议里的说法：当地法律可能不允许付款的国家或地区。动议已撤回，没有任何地区被认定。"),
    "without_prejudice": N_("撤回之后还可以再提，不是“彻底不提了”。"),
    "deferred": N_("没有服务商服务您所在地时，这次先不付，留到以后。不等于丧失。"),
    "claim_transfer": N_("把债权卖给别人，一次收一笔钱。之后的分配归买方，您手里不再有债权。"),
    "transfer_notice_period": N_("转让通知发出后的 21 天，原债权人可以提出异议。从通知算起，不是从签字算起。"),
    "recourse": N_("买方日后向卖方要回钱的权利，例如债权后来没有得到认可。签字前请看清有没有这一条。"),
    "coupon": N_("债券按约定付给持有人的利息。"),
    "maturity": N_("债券还本的日子。"),
    "ytm": N_("把债券的价格、票息和还本都算进去，持有到期的年收益率。前提是发行人全部按时支付。"),
    "kyc": N_("证明您就是原账户本人：证件、地址证明和人脸识别。门户和服务商各做一次。"),
    "w8ben": N_("非美国个人通常填的税表，在门户第 7 步在线填写，不用邮件提交。"),
}
#: in the order a person meets them
TERM_GROUPS = {
    "claims": (
        "claim", "creditor", "proof_of_claim", "claim_number", "schedule_number", "ucc", "claims_agent", "petition_date",
        "bar_date", "class", "convenience", "customer_entitlement", "allowed", "disputed", "disallowed", "claims_register",
    ),
    "payment": (
        "distribution", "record_date", "payment_date", "cumulative_recovery", "dsp", "deferred", "recovery_trust",
        "restricted_jurisdiction", "without_prejudice", "kyc", "w8ben",
    ),
    "offers": ("claim_transfer", "bond", "recourse", "transfer_notice_period", "coupon", "maturity", "ytm"),
}  # fmt: skip
_TERM_GROUP = {"claims": N_("债权与登记"), "payment": N_("分配与收款"), "offers": N_("转让与债券")}


def terms_title() -> str:
    """Over the words."""
    return _("名词解释")


def terms() -> str:
    """Before the words."""
    return _("请选择想了解的词，也可以直接打字问，例如“登记日是什么”。")


def no_such_term() -> str:
    """A word we do not have."""
    return _("这个词我们没有收录。请从下面选择，或转人工问问。")


def term_group(name: str) -> str:
    """A group of words on a button."""
    return _(_TERM_GROUP[name])


def term(term_id: str) -> str:
    """A word as the reader says it; without what stands in brackets behind it."""
    return known.glossary()[term_id].names[i18n.locale()].partition("（")[0]


def term_title(term_id: str) -> str:
    """Over one word."""
    names = known.glossary()[term_id].names
    word, english = names[i18n.locale()], names["en"]
    if word == english:
        return word
    english = re.sub(r" \([^)]*\)$", "", english)
    return _("{word}（{english}）").format(word=word.partition("（")[0], english=english)


def is_explained(term_id: str) -> bool:
    """Whether more is said of a word than its name."""
    return term_id in _EXPLAINED


def explained(term_id: str) -> str:
    """What a word means, in a sentence or two."""
    if term_id not in _EXPLAINED:
        return _("这个词我们还没有写解释，只有中英文对照，见上。想弄清楚它在您这里是什么意思，可以转人工。")
    return _(_EXPLAINED[term_id])


# -- the calculator


def estimate_title() -> str:
    """The calculator."""
    return _("估算")


def amount_label() -> str:
    """The field."""
    return _("申请日债权金额")


def where_label() -> str:
    """The field."""
    return _("债权种类")


def ask_amount() -> str:
    """First question."""
    return _(
        "截至破产申请日 {day}，您的债权金额是多少美元？\n\n"
        "请填官方门户、债权登记册或债权证明上的金额，不要按现在的币价计算。\n"
        "例如：35000、3万5、5万刀\n\n"
        "估算不需要账户，也不等于登记。"
    ).format(day=day(known.PETITION))


def ask_where(cents: int) -> str:
    """Second question, with help for those who do not know."""
    return "\n\n".join(
        (
            _("按申请日金额 {amount}估算。这是哪一种债权？").format(amount=money(cents)),
            _(
                "▪ 账户里的余额：看账户开在 FTX.com 还是 FTX.US。5 万美元及以下属于便利类（7A、7B），超过的属于 5A、5B，我们按金额来分。\n"
                "▪ 供货、服务等欠款：一般无担保债权（6A）。\n"
                "▪ 借给 FTX 的数字资产：贷款债权（6B）。\n"
                "▪ 不清楚：FTX.com 和 FTX.US 一起算给您看。"
            ),
            _("FTT、股权和 NFT 不能在这里估算。"),
        )
    )


_WHERE = {
    "com": N_("FTX.com 客户"),
    "us": N_("FTX.US 客户"),
    "general": N_("一般无担保（6A）"),
    "loan": N_("数字资产贷款（6B）"),
    "unsure": N_("不清楚"),
}


def where(name: str) -> str:
    """A kind of claim on a button."""
    return _(_WHERE[name])


_WRONG = {
    "not_an_amount": N_("没有读出金额。请填写一个美元金额，例如：35000、35,000.50、3万5、叁万伍仟美元整"),
    "ambiguous_amount": N_(
        "这个写法可能有两种读法，为免记错，请写完整的数字。例如三万五千写成 35000，三万五千元五角写成 35000.50"
    ),
    "which_currency": N_("不确定您写的是美元还是别的货币。请按破产申请日的美元金额填写，并写成例如：35000 美元"),
    "other_currency": N_("这里需要美元金额，不是其他货币或代币的数量。请填登记册或门户上的美元金额，例如：35000 美元"),
    "negative_amount": N_("债权金额不能是负数。例如：35000"),
    "zero_amount": N_("债权金额要大于零。例如：35000"),
    "too_precise_amount": N_("美元金额最多写两位小数。例如：35000.50"),
    "too_large_amount": N_("这个金额太大，请检查是否多打了零。例如：35000"),
    "which_kind": N_("没有认出是哪一种。请点选一个；拿不准就点“不清楚”，例如账户当年开在 ftx.com，就选 FTX.com 客户。"),
}


def wrong(code: str) -> str:
    """What is wrong with an answer, with a right example."""
    return _(_WRONG[code])


def estimate(
    amount: int,
    found: Sequence[Estimate],
    elapsed: tuple[date, tuple[int, int]],
    *,
    near_the_limit: bool,
    customer: bool,
) -> str:
    """What was announced for such a claim, what is unknown, and for whom it may not hold. MUST NOT promise."""
    start, (years, days) = elapsed
    ahead = [
        *dict.fromkeys(_at_most(one) for one in found),
        _("▪ 下一次分配的日期和比例：暂无确认信息。"),
        _("▪ 从破产申请日 {date} 到今天：{years} 年零 {days} 天。").format(date=day(start), years=years, days=days),
    ]
    caveats = [_("以上是向整个类别公布的比例，不代表您已收到或会收到。金额向下取整到美分。")]
    if near_the_limit and customer:
        caveats.append(_("金额在 5 万美元分界附近，属于哪一类以官方登记册为准。"))
    if not customer:
        caveats.append(_("金额小的这类债权可能归入便利类，比例没有核实。"))
    caveats.append(_("居住在动议提到的地区（如中国内地、澳门）的，分配可能暂缓；后来是否付过款，暂无确认信息。"))
    return "\n\n".join(
        (
            _("申请日金额：{amount}").format(amount=money(amount)),
            *_announced(found),
            "\n".join(ahead),
            "\n".join(caveats),
        )
    )


def _announced(found: Sequence[Estimate]) -> list[str]:
    """Each announced figure once, under the classes it was announced for."""
    classes: dict[str, list[str]] = {}
    for one in found:
        row = one.plan_class
        assert row.paid is not None
        assert row.paid_as_of is not None
        figure = _("截至 {date}，已公布累计分配 {percent}，按此折合 {amount}").format(
            date=day(row.paid_as_of), percent=_percent(row.paid), amount=money(one.announced)
        )
        name = _("{number} 类 {name}").format(number=row.class_id, name=row.names[i18n.locale()])
        classes.setdefault(figure, []).append(name)
    return ["\n".join((*names, figure)) for figure, names in classes.items()]


def _at_most(one: Estimate) -> str:
    """The highest total that is known or named, and by whom."""
    percents, amounts = one.plan_class.ceiling, one.ceiling
    if percents is None or amounts is None:
        return _("▪ 之后还有没有、最多多少：暂无确认信息。")
    if percents[0] == percents[1]:
        return _("▪ 利息只计到 {date}，总额以 {percent} 封顶，即 {amount}。").format(
            date=day(known.INTEREST_UNTIL), percent=_percent(percents[0]), amount=money(amounts[0])
        )
    return _(
        "▪ 最终上限，来源说法不一：{low}，即 {low_amount}（一位债权人代表）；{high}，即 {high_amount}（Paxtibi LLP 律师事务所）。都不是官方数字，能否达到没有确认；是否适用于 5B 类未核实。"
    ).format(
        low=_percent(percents[0]),
        low_amount=money(amounts[0]),
        high=_percent(percents[1]),
        high_amount=money(amounts[1]),
    )


def estimate_again() -> str:
    """Button."""
    return _("换个金额再算")


def other_class() -> str:
    """Button."""
    return _("换一种债权")


def register_claim() -> str:
    """Button."""
    return _("登记债权")


# -- manners, and somebody in need


_COURTESY = {
    "robot": N_("我是自动答复的程序，不是真人。想找真人，请点“转人工”，专员会在这个对话里答复您。"),
    "thanks": N_("好的，不客气。还有想问的，直接打字就行。"),
    "wait": N_("好的，不急。没有提交或改动任何内容，您随时可以回来接着办。"),
    "insult": N_("看来我没有帮上忙，抱歉。您可以换个说法再问一次，或点“转人工”，由专员来处理。"),
}


def courtesy(name: str) -> str:
    """One courteous line. An unknown name is met like thanks: it harms nobody."""
    return _(_COURTESY.get(name, _COURTESY["thanks"]))


def distress_title() -> str:
    """To somebody who may harm himself."""
    return _("先别一个人扛着")


_HELP_LINE = {
    "CN": N_("中国内地：{number}"),
    "HK": N_("香港：{number}（The Samaritans：{samaritans}）"),
    "TW": N_("台湾：{number}"),
    "US": N_("美国：{number}"),
}
#: whose line stands first
_NEAREST = {
    "zh_Hans": ("CN", "HK", "TW", "US"),
    "zh_Hant": ("TW", "HK", "CN", "US"),
    "zh_Hant_HK": ("HK", "CN", "TW", "US"),
    "en": ("US", "HK", "CN", "TW"),
}


def distress() -> str:
    """Gentle words, a person first, and help lines that are not ours. MUST NOT speak of money."""
    numbers = rules.HELP_LINES
    lines = [
        "▪ " + _(_HELP_LINE[place]).format(number=numbers[place], samaritans=numbers["HK_samaritans"])
        for place in _NEAREST[i18n.locale()]
    ]
    lines.append("▪ " + _("其他地方，或此刻就有危险：请拨当地的紧急求助电话"))
    return "\n\n".join(
        (
            _("谢谢您愿意说出来。这段日子一定很难熬。没有什么事比您本人更要紧。"),
            _("现在先找一个人说说话，好吗？可以是身边信得过的人，可以点“转人工”，也可以拨这些求助热线："),
            "\n".join(lines),
            _("热线不是我们开的，也不会问您债权的事。"),
            _("您在这里填过的内容都留着，不用急着处理。这个对话一直开着，您随时可以回来。"),
        )
    )


# -- buttons


def more_topics() -> str:
    """Button: back to the topics."""
    return _("更多问题")


def see_all_rounds() -> str:
    """Button."""
    return _("历次分配")


def see_moved() -> str:
    """Button."""
    return _("搬家有用吗")


def see_senders() -> str:
    """Button."""
    return _("官方域名")


def see_privacy() -> str:
    """Button: the room that knows more."""
    return _("隐私说明")


def see_consents() -> str:
    """Button: the room that knows more."""
    return _("隐私与同意")


def go_estimate() -> str:
    """Button."""
    return _("分配估算")


def see_places() -> str:
    """Button."""
    return _("已核到的名单")


def see_motion() -> str:
    """Button."""
    return _("动议的内容")


def safety() -> str:
    """Button: the room that knows more."""
    return _("安全须知")


def what_offers_are() -> str:
    """Button: the two kinds of offer."""
    return _("两种要约的区别")


def my_claims() -> str:
    """Button."""
    return _("我的债权")
