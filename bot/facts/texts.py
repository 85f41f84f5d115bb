"""What is said about the case: short, dated, with its source; no promise and no advice.

Rules of this file: a figure carries its date; where sources disagree the range stands with who says
it; nobody is told that he will be paid, nor that he lost anything.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot import i18n
from bot.facts.rules import Distribution, Place, PlanClass, PortalStatus, Price, Source
from bot.i18n import N_, _
from bot.words import billions, day

TOPICS = ("schedule", "not_paid", "restricted", "portal", "classes", "prices", "claim_and_bond", "scams", "other_cases")
_TOPIC = {
    "schedule": N_("分配安排与进度"),
    "not_paid": N_("为什么还没收到分配"),
    "restricted": N_("受限司法管辖区"),
    "portal": N_("官方门户的状态是什么意思"),
    "classes": N_("债权类别与清偿率"),
    "prices": N_("为什么按申请日价格折算"),
    "claim_and_bond": N_("债权和债券有什么不同"),
    "scams": N_("防骗"),
    "other_cases": N_("其他破产案（Mt. Gox 等）"),
}
_BUTTON = {
    "schedule": N_("分配安排"),
    "not_paid": N_("为什么没收到"),
    "restricted": N_("受限地区"),
    "portal": N_("门户状态"),
    "classes": N_("债权类别"),
    "prices": N_("折算价格"),
    "claim_and_bond": N_("债权和债券"),
    "scams": N_("防骗"),
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


def schedule(rounds: Sequence[Distribution]) -> str:
    """Every distribution, newest first, with the figures as they were announced."""
    parts = [_("FTX 恢复信托（FTX Recovery Trust）已公布的分配，累计清偿率以公布的数字为准：")]
    parts += [_round(one) for one in reversed(rounds)]
    parts.append(_("下一次分配的登记日和付款日：暂无确认信息。"))
    parts.append(
        _(
            "登记日当天在官方债权登记册上的人才会被付款；门户要到登记日之后、付款日前 5-10 天才显示是否在名单内，款项一般在付款日后 1-3 个工作日到账。"
        )
    )
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


def other_cases() -> str:
    """Not our case."""
    return _(
        "本服务只处理 FTX 破产案（In re FTX Trading Ltd.，特拉华破产法院 22-11068）。\n\n"
        "Mt. Gox（日本）、Celsius、BlockFi、Genesis 都是另外的案子，有各自的受托人、门户、期限和付款方式。那边的规则、日期和真实发件人都不适用于 FTX，反过来也一样。请到该案的官方渠道查询；我们不能代为登记或查询。"
    )


# -- buttons


def more_topics() -> str:
    """Button: back to the topics."""
    return _("更多问题")


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
    return _("两种报价的区别")


def my_claims() -> str:
    """Button."""
    return _("我的债权")
