"""What is said about offers. Sale (债权转让) and bond (债券) never share a text that could stand for both.

Every card begins with what is given up. No card recommends, promises or hurries.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot import words
from bot.errors import Refusal
from bot.i18n import N_, _
from bot.offers import rules
from bot.offers.rules import (
    Ask,
    BondTerms,
    Bound,
    ClassFigure,
    Dated,
    Reason,
    SaleTerms,
    Underlying,
    Verdict,
    plain,
)
from storage.terms import OfferKind, OfferStatus

# ------------------------------------------------------------------------------------------ buttons


def to_list() -> str:
    """Button."""
    return _("全部要约")


def to_tell_apart() -> str:
    """Button."""
    return _("两种要约的区别")


def to_claims() -> str:
    """Button."""
    return _("我的债权")


def to_file() -> str:
    """Button."""
    return _("登记债权")


def to_link() -> str:
    """Button."""
    return _("验证邮箱")


def to_settlement() -> str:
    """Button: what follows an acceptance."""
    return _("交割进度")


def to_claim(number: str) -> str:
    """Button."""
    return _("查看债权 {number}").format(number=number)


def to_offer(kind: str, number: str) -> str:
    """Button of one offer in a list."""
    if kind == OfferKind.SALE:
        return _("债权转让 {number}").format(number=number)
    return _("债券 {number}").format(number=number)


def to_comparison() -> str:
    """Button: this offer, the others and holding on one yardstick."""
    return _("放在一起比较")


def more() -> str:
    """Button."""
    return _("下一页")


def read_again() -> str:
    """Button."""
    return _("重新查看这份要约")


def accept_sale() -> str:
    """Button under a sale's card."""
    return _("接受：转让债权")


def accept_bond() -> str:
    """Button under a bond's card."""
    return _("接受：换取债券")


def confirm_sale() -> str:
    """The second tap of a sale."""
    return _("确认转让，条件已核对")


def confirm_bond() -> str:
    """The second tap of a bond."""
    return _("确认换取债券，条件已核对")


def decline() -> str:
    """Button."""
    return _("拒绝")


def decline_yes() -> str:
    """The second tap of a refusal."""
    return _("确认拒绝")


def typed_so(label: str) -> str:
    """Below the read-back: how the second tap is typed."""
    return _("决定接受的，请点按钮；打字的话，请照原样发送：\n{label}").format(label=label)


def not_now() -> str:
    """Button: leave without doing anything."""
    return _("暂不决定")


# ------------------------------------------------------------------------------------------ small pieces

_SIDE = {"buyer": N_("买方"), "seller": N_("您")}
_HOLDER = {"issuer": N_("发行人"), "holder": N_("您")}
_SENIORITY = {
    "secured": N_("有担保"),
    "senior": N_("高级，无担保"),
    "subordinated": N_("次级，排在其他债务之后"),
}
_DAY_COUNT = {
    "30/360": N_("30/360"),
    "ACT/360": N_("实际天数/360（ACT/360）"),
    "ACT/365": N_("实际天数/365（ACT/365）"),
    "ACT/ACT": N_("实际天数/实际天数（ACT/ACT）"),
}
_CALENDAR = {
    "none": N_("要约没有约定"),
    "US": N_("按美国的工作日顺延"),
    "HK": N_("按香港的工作日顺延"),
    "CN": N_("按中国内地的工作日顺延"),
}
_FREQUENCY = {
    0: N_("不付息（零息债券）"),
    1: N_("每年一次"),
    2: N_("每半年一次"),
    4: N_("每季度一次"),
    12: N_("每月一次"),
}


def demo() -> str:
    """Before every card of an invented offer."""
    return _("【演示数据】这份要约是编造的，仅供试用，不会产生任何权利或付款。")


def percent(number: Decimal) -> str:
    """A percentage as it was written: `110%`."""
    return f"{plain(number)}%"


def left(expires_at: datetime, now: datetime) -> str:
    """How much time is left: two units, the larger ones."""
    minutes = int((expires_at - now).total_seconds()) // 60
    if expires_at <= now:
        return _("已过期")
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("还剩 {days} 天 {hours} 小时").format(days=days, hours=hours)
    if hours:
        return _("还剩 {hours} 小时 {minutes} 分钟").format(hours=hours, minutes=minutes % 60)
    if minutes:
        return _("还剩 {minutes} 分钟").format(minutes=minutes)
    return _("还剩不到 1 分钟")


def expiry(expires_at: datetime, now: datetime, timezone: str, *, live: bool = True) -> str:
    """Until when an offer stands, on its reader's clock, and how long that is; nothing runs down once it is closed."""
    if not live:
        return _("原定有效期至：{time}").format(time=words.moment(expires_at, timezone))
    return _("有效期至：{time}，{left}").format(time=words.moment(expires_at, timezone), left=left(expires_at, now))


def _foot(now: datetime, timezone: str, *, live: bool = True) -> str:
    if live:
        line = _(
            "以上是对方提出的条件，本服务不作推荐，不构成投资或法律建议。是否接受由您自己决定，您也可以什么都不做。"
        )
    else:
        line = _("以上是对方当时提出的条件，不构成投资或法律建议。")
    return f"{line}\n{words.as_of(now, timezone)}"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _class_paid(figure: ClassFigure | None, plan_class: str) -> str:
    if figure is None and plan_class in ("", "other", "unsure"):
        return _("您的债权类别尚未确定，同类债权已获分配多少：暂无确认信息。")
    if figure is None:
        return _("同类债权（{plan_class} 类）已获分配多少：暂无确认信息。").format(plan_class=plan_class)
    return _("同类债权（{plan_class} 类）截至 {date} 已累计获分配 {percent}（来源：{source}）。").format(
        plan_class=plan_class,
        date=words.day(figure.as_of),
        percent=percent(figure.paid_pct),
        source=_("；").join(figure.source.split("; ")),
    )


# ------------------------------------------------------------------------------------------ sale 债权转让


def sale_title(number: str) -> str:
    """Title of a sale's card."""
    return _("债权转让（一次性现金出售）要约 {number}").format(number=number)


def sale_card(bound: Bound, terms: SaleTerms, now: datetime, timezone: str, *, live: bool = True) -> str:
    """Everything a sale says, what is given up first. `live`: it may still be answered."""
    return _paragraphs(
        _sale_gives(bound.claim),
        _lines(_sale_owes(terms), *_sale_price(terms, bound.claim)),
        _lines(*_sale_distributions(terms), *_sale_recourse(terms)),
        _lines(*_sale_rest(terms)),
        expiry(bound.expires_at, now, timezone, live=live),
        sale_arrears(terms, bound.claim),
        _foot(now, timezone, live=live),
    )


def _sale_gives(claim: Underlying) -> str:
    return _("您放弃什么：债权 {claim} 的全部（债权金额 {amount}）。转让后它不再属于您，不能收回。").format(
        claim=claim.number, amount=words.money(claim.amount)
    )


def _sale_owes(terms: SaleTerms) -> str:
    if terms.holdback:
        said = _("谁向您付款：买方 {buyer}，分两次付款，后一次是保留款。付清之后，对方不再欠您任何款项。")
    else:
        said = _("谁向您付款：买方 {buyer}，一次性付款。付清之后，对方不再欠您任何款项。")
    return said.format(buyer=terms.buyer)


def _sale_price(terms: SaleTerms, claim: Underlying) -> list[str]:
    figures = rules.sale_figures(terms, claim)
    received = (
        _(
            "推算您已收分配款：{amount}（按同类债权已获分配推算，来源：{source}）。这不是您的到账记录：若您实际收到的更少，请先转人工核对"
        ).format(amount=words.money(terms.received), source=terms.received_source)
        if terms.received_assumed
        else _("您已收分配款：{amount}（来源：{source}）").format(
            amount=words.money(terms.received), source=terms.received_source
        )
        if terms.received
        else _("您已收分配款：0.00 美元，即未曾收到（来源：{source}）").format(source=terms.received_source)
    )
    if terms.basis == "gross":
        lines = [
            _("价格：债权金额的 {percent}（毛价，要扣除已收分配款），即 {amount}").format(
                percent=percent(terms.price_pct), amount=words.money(figures.quoted)
            ),
            received,
            _("扣除后的价格：{amount}").format(amount=words.money(terms.price)),
        ]
    else:
        lines = [
            _("价格：债权金额的 {percent}（净价，不再扣除已收分配款），即 {amount}").format(
                percent=percent(terms.price_pct), amount=words.money(terms.price)
            ),
            received,
        ]
    lines.append(
        _("买方收取的费用：{amount}").format(amount=words.money(terms.fees)) if terms.fees else _("买方收取的费用：无")
    )
    lines.append(
        _("您合计实得：{amount}，相当于债权金额的 {share}%").format(
            amount=words.money(figures.cash), share=figures.cash_pct
        )
    )
    if terms.holdback:
        lines.append(
            _("其中保留款：{amount}，以后再付，条件：{terms}。交割时先付 {first}").format(
                amount=words.money(terms.holdback), terms=terms.holdback_terms, first=words.money(figures.at_closing)
            )
        )
    else:
        lines.append(_("保留款：无"))
    return lines


def _sale_distributions(terms: SaleTerms) -> list[str]:
    return [
        _("已宣布、尚未支付的分配：归{side}").format(side=_(_SIDE[terms.declared_to])),
        _("登记日在签约之后的分配：归{side}").format(side=_(_SIDE[terms.next_to])),
        _("破产财产就这项债权支付的利息：归{side}").format(side=_(_SIDE[terms.interest_to]))
        if terms.interest_to
        else _("破产财产就这项债权支付的利息：要约没有约定，请在签约前问清"),
    ]


def _sale_recourse(terms: SaleTerms) -> list[str]:
    return [
        _("追索权：有。在合同约定的情形下，买方可以要求您退还款项，可能加收利息")
        if terms.recourse
        else _("追索权：无。付款后买方不能因债权价值变化要求您退款"),
        _("债权日后不获确认或被减少时，由{side}承担").format(side=_(_SIDE[terms.disallowance])),
    ]


def _sale_rest(terms: SaleTerms) -> list[str]:
    return [
        _("定金：{amount}").format(amount=words.money(terms.deposit)) if terms.deposit else _("定金：无"),
        _("第三方资金托管：{escrow}").format(escrow=terms.escrow) if terms.escrow else _("第三方资金托管：无"),
        _("适用法律：{law}").format(law=terms.law),
        _("付款时间：签约后 {days} 天内").format(days=terms.settlement_days),
        _("签约期限：{note}").format(note=terms.signing_note) if terms.signing_note else "",
        _cooling(terms.cooling_days),
    ]


def _cooling(days: int) -> str:
    if not days:
        return _("冷静期：无，接受之后不能撤回")
    return _("冷静期：接受后 {days} 天内可以一键撤回，无需理由").format(days=days)


def sale_arrears(terms: SaleTerms, claim: Underlying) -> str:
    """What others in the class had been paid, beside what this creditor has: on every card of a sale."""
    line = _class_paid(claim.figure, claim.plan_class)
    figures = rules.sale_figures(terms, claim)
    if figures.class_paid is None or figures.arrears is None:
        return line
    said = (
        _("按您的债权金额计算为 {amount}，推算您已收 {received}。")
        if terms.received_assumed
        else _("按您的债权金额计算为 {amount}，您已收 {received}。")
    )
    line += said.format(amount=words.money(figures.class_paid), received=words.money(terms.received))
    if not figures.arrears:
        return line
    if terms.declared_to == "buyer":
        return line + _("差额 {arrears}，将随债权一并转给买方，除非合同另有约定。").format(
            arrears=words.money(figures.arrears)
        )
    return line + _("差额 {arrears}，按这份要约仍归您，请在签约前核对合同的写法。").format(
        arrears=words.money(figures.arrears)
    )


def sale_confirm_title(number: str) -> str:
    """Title of the read-back of a sale."""
    return _("请核对：债权转让 {number}").format(number=number)


def sale_read_back(bound: Bound, terms: SaleTerms, now: datetime, timezone: str, tag: str) -> str:
    """Every figure of a sale once more, before the second tap."""
    return _paragraphs(
        _("确认后，您就接受了这份债权转让要约。请逐项核对："),
        _sale_gives(bound.claim),
        _lines(_sale_owes(terms), *_sale_price(terms, bound.claim)),
        _lines(*_sale_distributions(terms), *_sale_recourse(terms)),
        _lines(*_sale_rest(terms)),
        _lines(expiry(bound.expires_at, now, timezone), _tag(tag)),
        sale_arrears(terms, bound.claim),
        _("这是债权转让，不是债券：您得到的是一次性现金，没有票息，也没有到期兑付。"),
        _foot(now, timezone),
    )


def sale_accepted_title(number: str) -> str:
    """Title once a sale is accepted."""
    return _("已接受债权转让要约 {number}").format(number=number)


def sale_accepted(bound: Bound, terms: SaleTerms, at: datetime, timezone: str, tag: str, others: int) -> str:
    """A sale was accepted: what is now true, and what is not."""
    figures = rules.sale_figures(terms, bound.claim)
    return _paragraphs(
        _("您于 {time}接受了债权转让要约。").format(time=words.moment(at, timezone)),
        _lines(
            _("转让的债权：{claim}").format(claim=bound.claim.number),
            _("买方：{buyer}").format(buyer=terms.buyer),
            _("合计实得：{amount}").format(amount=words.money(figures.cash)),
            _tag(tag),
        ),
        _(
            "目前还没有付款，债权也还没有过户。下一步由专员操作：准备债权转让协议，请您核对并签署。请在签署前仔细阅读全文。"
        ),
        _others_closed(others),
        _until(bound, at, timezone),
        _never_asks(),
    )


# ------------------------------------------------------------------------------------------ bond 债券


def bond_title(number: str) -> str:
    """Title of a bond's card."""
    return _("债券（以债权为偿付来源）要约 {number}").format(number=number)


def bond_card(bound: Bound, terms: BondTerms, now: datetime, timezone: str, *, live: bool = True) -> str:
    """Everything a bond says, what is given up first. `live`: it may still be answered."""
    return _paragraphs(
        _bond_gives(terms, bound.claim),
        _lines(_bond_owes(terms), *_bond_figures(terms, bound.claim)),
        _lines(*_bond_risks(terms)),
        _lines(*_bond_rest(terms)),
        expiry(bound.expires_at, now, timezone, live=live),
        bond_arrears(terms, bound.claim),
        _foot(now, timezone, live=live),
    )


_EXCHANGE = {
    "pledge": N_(
        "您放弃什么：债权 {claim}（债权金额 {amount}）将质押给发行人。债权仍在您名下，但在债券兑付之前您不能处分它；发生违约时它可能被处置。"
    ),
    "contribution": N_(
        "您放弃什么：债权 {claim}（债权金额 {amount}）将投入发行人的资产池，不再属于您。您得到的是发行人的债券。"
    ),
    "sale": N_("您放弃什么：债权 {claim}（债权金额 {amount}）将卖给发行人，不再属于您。您得到的是债券，不是现金。"),
}


def _bond_gives(terms: BondTerms, claim: Underlying) -> str:
    return _(_EXCHANGE[terms.exchange]).format(claim=claim.number, amount=words.money(claim.amount))


def _bond_owes(terms: BondTerms) -> str:
    return _("谁欠您钱：发行人 {issuer}，按债券的约定付息还本。它若无力支付，您可能收不回本金。").format(
        issuer=terms.issuer
    )


def _bond_figures(terms: BondTerms, claim: Underlying) -> list[str]:
    figures = rules.bond_figures(terms, claim)
    face = _("面值：{amount}").format(amount=words.money(terms.face, terms.currency))
    if figures.face_pct is not None:
        face += _("，相当于债权金额的 {share}%").format(share=figures.face_pct)
    else:
        face += _("（币种与债权不同，有汇率风险）")
    lines = [
        face,
        _("发行价：面值的 {percent}，即 {amount}").format(
            percent=percent(terms.issue_price_pct), amount=words.money(figures.issue, terms.currency)
        ),
    ]
    if figures.each is None:
        lines.append(_("票息：无，{frequency}").format(frequency=_(_FREQUENCY[0])))
    else:
        lines.append(
            _("票面利率：每年 {percent}，{frequency}，每次 {each}，一年共 {yearly}").format(
                percent=percent(terms.coupon_pct),
                frequency=_(_FREQUENCY[terms.frequency]),
                each=words.money(figures.each, terms.currency),
                yearly=words.money(figures.yearly, terms.currency),
            )
        )
        lines.append(_("计息基准：{day_count}").format(day_count=_(_DAY_COUNT[terms.day_count])))
    lines.append(_("到期日：{date}").format(date=words.day(terms.maturity)))
    redemption = _("兑付：到期一次还本") if terms.redemption == "bullet" else _("兑付：分期还本")
    lines.append(redemption + (_("。{note}").format(note=terms.redemption_note) if terms.redemption_note else ""))
    if terms.amortisation:
        lines.append(_("分期还本的日期和比例：{rows}").format(rows=_rows(terms.amortisation)))
    lines.append(
        _("发行人赎回：可以在 {rows}提前赎回（按面值的比例）").format(rows=_rows(terms.call))
        if terms.call
        else _("发行人赎回：无，发行人不能提前赎回")
    )
    if terms.put:
        lines.append(_("投资者回售：您可以在 {rows}要求发行人买回（按面值的比例）").format(rows=_rows(terms.put)))
    lines.append(_("付款日遇非工作日：{calendar}").format(calendar=_(_CALENDAR[terms.calendar])))
    return lines


def _rows(dated: Dated) -> str:
    return _("、").join(_("{day}（{percent}）").format(day=words.day(day), percent=percent(pct)) for day, pct in dated)


def _bond_risks(terms: BondTerms) -> list[str]:
    return [
        _("清偿顺位：{seniority}").format(seniority=_(_SENIORITY[terms.seniority])),
        _("担保与增信：{support}").format(support=terms.support) if terms.support else _("担保与增信：无"),
        _("您的追索范围：可以向发行人的全部财产主张")
        if terms.recourse == "issuer"
        else _("您的追索范围：仅限债券对应的资产，不足部分不能再向发行人主张"),
        _("债权日后不获确认或被减少时：发行人可以向您追回")
        if terms.clawback
        else _("债权日后不获确认或被减少时：发行人不向您追回"),
        _("债券存续期间，债权的分配款归{holder}").format(holder=_(_HOLDER[terms.distributions_to])),
    ]


def _bond_rest(terms: BondTerms) -> list[str]:
    return [
        _("适用法律：{law}").format(law=terms.law),
        _("债券交付时间：签约后 {days} 天内").format(days=terms.settlement_days),
        _("流通：债券可能没有买家，到期前未必能卖出"),
        _cooling(terms.cooling_days),
    ]


def bond_arrears(terms: BondTerms, claim: Underlying) -> str:
    """What others in the class had been paid: on every card of a bond."""
    line = _class_paid(claim.figure, claim.plan_class)
    figures = rules.bond_figures(terms, claim)
    if figures.class_paid is None:
        return line
    line += _("按您的债权金额计算为 {amount}。").format(amount=words.money(figures.class_paid))
    if terms.distributions_to == "issuer":
        return line + _("您尚未收到的部分，按这份要约归发行人，除非合同另有约定。")
    return line + _("您尚未收到的部分，按这份要约仍归您，请在签约前核对合同的写法。")


def bond_confirm_title(number: str) -> str:
    """Title of the read-back of a bond."""
    return _("请核对：债券 {number}").format(number=number)


def bond_read_back(bound: Bound, terms: BondTerms, now: datetime, timezone: str, tag: str) -> str:
    """Every figure of a bond once more, before the second tap."""
    return _paragraphs(
        _("确认后，您就接受了这份债券要约。请逐项核对："),
        _bond_gives(terms, bound.claim),
        _lines(_bond_owes(terms), *_bond_figures(terms, bound.claim)),
        _lines(*_bond_risks(terms)),
        _lines(*_bond_rest(terms)),
        _lines(expiry(bound.expires_at, now, timezone), _tag(tag)),
        bond_arrears(terms, bound.claim),
        _("这是债券，不是卖债权换现金：您得到的是发行人的偿付约定，能否按期收到取决于发行人。"),
        _foot(now, timezone),
    )


def bond_accepted_title(number: str) -> str:
    """Title once a bond is accepted."""
    return _("已接受债券要约 {number}").format(number=number)


def bond_accepted(bound: Bound, terms: BondTerms, at: datetime, timezone: str, tag: str, others: int) -> str:
    """A bond was accepted: what is now true, and what is not."""
    return _paragraphs(
        _("您于 {time}接受了债券要约。").format(time=words.moment(at, timezone)),
        _lines(
            _("用于换取债券的债权：{claim}").format(claim=bound.claim.number),
            _("发行人：{issuer}").format(issuer=terms.issuer),
            _("债券面值：{amount}").format(amount=words.money(terms.face, terms.currency)),
            _("到期日：{date}").format(date=words.day(terms.maturity)),
            _tag(tag),
        ),
        _(
            "目前债券还没有发行给您，债权也还没有交付。下一步由专员操作：准备债券认购文件和风险揭示，请您核对并签署。请在签署前仔细阅读全文。"
        ),
        _others_closed(others),
        _until(bound, at, timezone),
        _never_asks(),
    )


# ------------------------------------------------------------------------------------------ both, told apart


def _tag(tag: str) -> str:
    return _("条件校验码：{tag}").format(tag=tag)


def _others_closed(others: int) -> str:
    if not others:
        return ""
    return _("同一债权的其他 {count} 份要约已自动关闭。").format(count=others)


def _until(bound: Bound, at: datetime, timezone: str) -> str:
    until = rules.revocable_until(bound, at)
    if until is None:
        return ""
    return _(
        "冷静期到 {time}为止：在此之前点“撤回接受”即可撤回，无需理由。撤回后债权恢复自由，您不欠对方任何款项。"
    ).format(time=words.moment(until, timezone))


def revoke() -> str:
    """Button: take the acceptance back, in one tap."""
    return _("撤回接受")


def revoked(number: str, at: datetime, timezone: str, *, live: bool, reopened: Sequence[str]) -> str:
    """An acceptance was taken back: what is true again."""
    return _paragraphs(
        _("您已于 {time}撤回对要约 {number} 的接受。债权仍然属于您，可以再作决定。").format(
            time=words.moment(at, timezone), number=number
        ),
        _("要约 {number} 恢复为有效，等待您答复；不想要的话可以拒绝。").format(number=number)
        if live
        else _("要约 {number} 已经结束，不能再接受。").format(number=number),
        _("同一债权的其他要约重新有效：{numbers}").format(numbers=_("、").join(reopened)) if reopened else "",
    )


def revoke_asks(number: str, until: datetime, timezone: str) -> str:
    """Somebody said that he does not want what he accepted: where to take it back."""
    return _("您接受了要约 {number}，冷静期到 {time}为止。要撤回吗？撤回无需理由，点一下即可。").format(
        number=number, time=words.moment(until, timezone)
    )


def _never_asks() -> str:
    return _("我们不会向您索要密码、双重验证码、助记词，也不会要求先付费用。")


def what_title() -> str:
    """Title of the comparison."""
    return _("债权转让和债券，有什么不同")


def what() -> str:
    """The two kinds told apart."""
    return _paragraphs(
        _("这两个词听起来很像，却是两回事。"),
        _lines(
            _("债权转让（一次性现金出售）"),
            _("· 您交出：债权本身，永久转给买方"),
            _("· 您得到：一笔现金，只付一次"),
            _("· 之后谁欠您：付清后没有人欠您；若约定了追索权，买方可能要求退款"),
            _("· 主要风险：卖得太低、被追索、对方不付款"),
        ),
        _lines(
            _("债券（以债权为偿付来源）"),
            _("· 您交出：视约定而定，质押、投入或出售债权"),
            _("· 您得到：发行人的债券，约定票息和到期日"),
            _("· 之后谁欠您：发行人，按约定的清偿顺位"),
            _("· 主要风险：发行人违约、到期前难以卖出"),
        ),
        _("两者的文件、法律和税务都不同，不能在同一份要约里互换。不确定时，请先转人工问清楚再决定。"),
        _("以上是一般说明，不构成投资或法律建议。"),
    )


# ------------------------------------------------------------------------------------------ the code from the mailbox


def code_title() -> str:
    """The form that takes the code."""
    return _("接受要约：邮箱验证码")


def ask_code(number: str) -> str:
    """Asks for the code."""
    return _(
        "要约 {number} 金额较大。我们已向您绑定的邮箱发出 6 位验证码，10 分钟内有效。输入验证码，就接受了您刚才核对的条件。"
    ).format(number=number)


def to_code() -> str:
    """Button under a read-back that needs a code."""
    return _("条件已核对，发送验证码")


def mail_subject(code: str) -> str:
    """Subject of the mail with the code."""
    return _("接受要约的验证码：{code}").format(code=code)


def mail_text(code: str, number: str) -> str:
    """The mail with the code: what it is for, and that it is for nobody else. MUST hold no link and no figure."""
    return _(
        "您正在债权通接受要约 {number}。验证码是：{code}\n\n10 分钟内有效，只能用来接受这一份要约。\n\n如果不是您本人在操作，请不要把验证码告诉任何人，包括自称客服的人，并登录查看要约。\n\n这封邮件没有链接，也没有附件。"
    ).format(number=number, code=code)


def mail_failed(number: str) -> str:
    """Said on the person's channel when the mail with the code did not go out."""
    return _("验证码邮件没有发送成功，要约 {number} 还没有接受。请稍后再试；多次不成功请转人工。").format(number=number)


# ------------------------------------------------------------------------------------------ asking prices


def to_ask() -> str:
    """Button."""
    return _("设置要价")


def to_asks() -> str:
    """Button."""
    return _("我的要价")


def ask_title() -> str:
    """The form of an asking price."""
    return _("设置要价")


def ask_claim_label() -> str:
    """The name of the field."""
    return _("债权")


def ask_which() -> str:
    """Which claim the asking price is for."""
    return _("要给哪一项债权设置要价？")


def ask_option(claim: str, amount: int) -> str:
    """One claim to choose."""
    return _("{claim}（{amount}）").format(claim=claim, amount=words.money(amount))


def ask_price_label() -> str:
    """The name of the field."""
    return _("要价（您希望实得）")


def ask_price() -> str:
    """Asks what is wanted."""
    return _(
        "您希望转让这项债权时实得多少？可以写债权金额的百分比，例如：85%；也可以写美元金额，例如：30,000 美元。\n\n要价不是要约，对任何人都没有约束力，您随时可以撤回。有债权转让要约达到它时，我们会通知您。"
    )


def ask_wrong(code: str) -> str:
    """What is wrong with an asking price."""
    if code == "absurd_ask":
        return _("百分比应大于 0，不超过 300%。例如：85%")
    return _("请写百分比或美元金额，例如：85% 或 30,000 美元。")


def ask_said(ask: Ask, claim_amount: int | None) -> str:
    """An asking price, both ways where the claim is known."""
    if ask.pct is not None:
        said = _("债权金额的 {percent}").format(percent=percent(ask.pct))
        return (
            said
            if claim_amount is None
            else _("{said}，即 {amount}").format(said=said, amount=words.money(ask.amount(claim_amount)))
        )
    assert ask.cents is not None
    if claim_amount is None:
        return words.money(ask.cents)
    return _("{amount}，相当于债权金额的 {share}%").format(
        amount=words.money(ask.cents), share=rules.share(ask.cents, claim_amount)
    )


def ask_set(claim: str, ask: Ask, claim_amount: int, met: Sequence[str], now: datetime, timezone: str) -> str:
    """An asking price is set."""
    return _paragraphs(
        _("已记下：债权 {claim} 的要价是{ask}。").format(claim=claim, ask=ask_said(ask, claim_amount)),
        _met(met),
        _("要价不是要约，没有约束力。本服务不评价高低，不构成投资或法律建议。"),
        words.as_of(now, timezone),
    )


def _met(met: Sequence[str]) -> str:
    if met:
        return _("现在已达到要价的债权转让要约：{numbers}").format(numbers=_("、").join(met))
    return _("目前没有达到要价的债权转让要约。")


def asks(lines: Sequence[tuple[str, Ask, int, datetime, Sequence[str]]], now: datetime, timezone: str) -> str:
    """Every asking price of a creditor."""
    if not lines:
        return _("您还没有设置要价。设置后，有债权转让要约达到它时，我们会通知您。")
    shown = [
        _lines(
            _("债权 {claim}：{ask}（{time}设置）").format(
                claim=claim, ask=ask_said(ask, amount), time=words.moment(at, timezone)
            ),
            _met(met),
        )
        for claim, ask, amount, at, met in lines
    ]
    return _paragraphs(*shown, words.as_of(now, timezone))


def ask_drop(claim: str) -> str:
    """Button."""
    return _("撤回 {claim} 的要价").format(claim=claim)


def ask_dropped(claim: str) -> str:
    """An asking price was taken back."""
    return _("已撤回债权 {claim} 的要价。").format(claim=claim)


# ------------------------------------------------------------------------------------------ side by side


def to_beside(claim: str) -> str:
    """Button."""
    return _("并排查看 {claim} 的要约").format(claim=claim)


def beside_title(claim: str) -> str:
    """Title of the offers on one claim."""
    return _("债权 {claim} 的要约").format(claim=claim)


def beside(amount: int, lines: Sequence[tuple[str, Bound]], asking: Ask | None, now: datetime, timezone: str) -> str:
    """Several buyers' offers on one claim on one screen, the one that ends first leading; no order of merit."""
    return _paragraphs(
        _("债权金额 {amount}，待您答复的要约 {count} 份。按有效期先后排列，不代表优劣。").format(
            amount=words.money(amount), count=len(lines)
        ),
        _("您的要价：{ask}").format(ask=ask_said(asking, amount)) if asking is not None else "",
        *(_beside(number, bound, now, timezone) for number, bound in lines),
        _("您接受其中一份，其余会自动关闭；若在冷静期内撤回，仍有效的会重新开放。"),
        _foot(now, timezone),
    )


def pending(claim: str, number: str, at: datetime, now: datetime, timezone: str) -> str:
    """One of the offers on a claim was accepted: nothing else stands open on it."""
    return _paragraphs(
        _("债权 {claim}：待完成。您已于 {time}接受要约 {number}，其他要约因此关闭。").format(
            claim=claim, time=words.moment(at, timezone), number=number
        ),
        _("若您在冷静期内撤回，或对方没有继续履行，仍有效的要约会重新开放。"),
        words.as_of(now, timezone),
    )


def _beside(number: str, bound: Bound, now: datetime, timezone: str) -> str:
    terms = bound.terms
    if isinstance(terms, SaleTerms):
        figures = rules.sale_figures(terms, bound.claim)
        return _lines(
            _("债权转让 {number}，买方 {buyer}").format(number=number, buyer=terms.buyer),
            _("· 您交出：债权全部；您合计实得：{amount}（{share}%）").format(
                amount=words.money(figures.cash), share=figures.cash_pct
            ),
            _("· 追索权：有") if terms.recourse else _("· 追索权：无"),
            _("· 保留款：{amount}").format(amount=words.money(terms.holdback)) if terms.holdback else _("· 保留款：无"),
            _("· 已宣布未付的分配：归{side}").format(side=_(_SIDE[terms.declared_to])),
            "· " + expiry(bound.expires_at, now, timezone),
        )
    return _lines(
        _("债券 {number}，发行人 {issuer}").format(number=number, issuer=terms.issuer),
        "· " + _bond_gives(terms, bound.claim),
        _("· 面值：{amount}，票面利率 {coupon}，{date} 到期").format(
            amount=words.money(terms.face, terms.currency),
            coupon=percent(terms.coupon_pct),
            date=words.day(terms.maturity),
        ),
        _("· 清偿顺位：{seniority}").format(seniority=_(_SENIORITY[terms.seniority])),
        "· " + expiry(bound.expires_at, now, timezone),
    )


# ------------------------------------------------------------------------------------------ by free words


def take_which(count: int) -> str:
    """Somebody said that he accepts; there is more than one offer."""
    return _("您有 {count} 份要约等待答复，要接受哪一份？选定后会先逐项核对，再由您确认。").format(count=count)


def refuse_which(count: int) -> str:
    """Somebody said no; there is more than one thing it may mean."""
    return _("您要拒绝或撤回的是哪一份？共有 {count} 份。").format(count=count)


def take_none() -> str:
    """Somebody said that he accepts; there is nothing to accept."""
    return _("目前没有等待您答复的要约，所以没有可以接受的。有新的要约时，我们会通知您。")


def refuse_none() -> str:
    """Somebody said no; there is nothing to decline or take back."""
    return _("目前没有等待您答复的要约，也没有还在冷静期内的接受，所以没有可以拒绝或撤回的。")


def to_revoke(number: str) -> str:
    """Button of an acceptance in a list."""
    return _("撤回对 {number} 的接受").format(number=number)


def to_decline(kind: str, number: str) -> str:
    """Button of an offer in a list."""
    if kind == OfferKind.SALE:
        return _("拒绝债权转让 {number}").format(number=number)
    return _("拒绝债券 {number}").format(number=number)


def to_consents() -> str:
    """Button."""
    return _("我的同意")


def rules_tag(version: str) -> str:
    """Which version of the rules decided."""
    return _("规则版本：{tag}").format(tag=version[:8])


def list_title() -> str:
    """Title of the list."""
    return _("我的要约")


def list_open(count: int) -> str:
    """Heading over the open ones."""
    return _("等待您答复的要约：{count} 份").format(count=count)


def list_closed() -> str:
    """Heading over the closed ones."""
    return _("已结束的要约")


def list_line(
    number: str,
    status: str,
    bound: Bound,
    changed_at: datetime,
    reason: str | None,
    now: datetime,
    timezone: str,
    *,
    invented: bool,
) -> str:
    """One offer in the list, and where it stands; its kind is always named."""
    terms = bound.terms
    if isinstance(terms, SaleTerms):
        figures = rules.sale_figures(terms, bound.claim)
        what = _("债权转让 {number}：出售债权 {claim}，实得 {amount}").format(
            number=number, claim=bound.claim.number, amount=words.money(figures.cash)
        )
    else:
        what = _("债券 {number}：以债权 {claim} 换取面值 {amount}，票面利率 {coupon}，{date} 到期").format(
            number=number,
            claim=bound.claim.number,
            amount=words.money(terms.face, terms.currency),
            coupon=percent(terms.coupon_pct),
            date=words.day(terms.maturity),
        )
    if invented:
        what = _("【演示】") + what
    if status == OfferStatus.OPEN:
        return f"{what}\n{expiry(bound.expires_at, now, timezone)}"
    return f"{what}\n{outcome(status, changed_at, bound.expires_at, reason, timezone)}"


def list_foot(now: datetime, timezone: str, *, live: bool) -> str:
    """Under the list."""
    return _foot(now, timezone, live=live)


def no_offers() -> str:
    """There are claims, but no offers."""
    return _("目前没有给您的要约。有新的要约时，我们会通知您。没有要约不影响您的债权。")


def no_claims() -> str:
    """There is nothing an offer could be made on."""
    return _("您还没有登记债权，所以没有要约。登记债权之后，针对它的要约会出现在这里。")


def unlinked() -> str:
    """We do not know who is asking."""
    return _("要约只给经过验证的债权人本人看。请先验证您的邮箱，再回到这里查看。")


def not_found() -> str:
    """No such offer, or somebody else's: one text for both."""
    return _("没有找到这份要约。请从“我的要约”列表中选择；若要约不在列表中，请转人工核对。")


# ------------------------------------------------------------------------------------------ the gate


def not_shown(verdict: Verdict) -> str:
    """Why a kind is not shown: every rule that stops it, with its source and what would change it."""
    reasons = verdict.against_showing
    if any(reason.fact == "channel" for reason in reasons):
        return _no_channel()
    return _paragraphs(*(why(reason, verdict.kind) for reason in reasons), _still_possible())


def hidden(verdicts: Sequence[Verdict], claims: Sequence[str]) -> str:
    """Why several kinds are not shown: each reason once, and once what remains possible.

    `claims`: whose offers they are, where others are shown above.
    """
    reasons = [why(reason, verdict.kind) for verdict in verdicts for reason in verdict.against_showing]
    about = _("关于债权 {claims}：").format(claims=_("、").join(claims)) if claims else ""
    return _paragraphs(about, *dict.fromkeys(reasons), _still_possible())


def not_allowed(verdict: Verdict) -> str:
    """Why an offer that may be shown cannot be accepted."""
    reasons = [why(reason, verdict.kind) for reason in verdict.reasons if reason.fact != "claim_status"]
    return _paragraphs(_("目前不能接受这份要约，没有任何改动。"), *reasons)


#: sources of the file of rules that have a name in every language; others are quoted as they are
_SOURCES = (N_("本服务规则"), N_("《个人信息保护法》第十四、十五条"), N_("《个人信息保护法》第二十三条"))


def why(reason: Reason, kind: str) -> str:
    """One rule that speaks against it: the reason, since when and who says so, and what would change it."""
    rule = reason.rule
    if reason.fact == "residence" and reason.met == rules.MAINLAND:
        return _paragraphs(_mainland(), _("原因：{reason}").format(reason=rule.said) if rule.said else "")
    if rule.why == "undecided" and not reason.met:
        return _no_place()
    text = _why(reason, kind)
    if rule.said:
        text += _("原因：{reason}").format(reason=rule.said)
    if rule.source:
        source = _(rule.source) if rule.source in _SOURCES else rule.source
        text += _("（依据：{source}，自 {since} 起）").format(source=source, since=words.day(rule.valid_from))
    if rule.valid_until is not None:
        text += _("（有效至 {until}）").format(until=words.day(rule.valid_until))
    return _lines(text, remedy(reason))


def _why(reason: Reason, kind: str) -> str:
    rule, bond = reason.rule, kind == OfferKind.BOND
    match reason.fact:
        case "residence" if rule.why == "undecided":
            text = (
                _("您登记的居住地（{place}）：能否展示债券要约，我们还没有完成合规审查，所以暂不展示。")
                if bond
                else _("您登记的居住地（{place}）：能否展示债权转让要约，我们还没有完成合规审查，所以暂不展示。")
            )
            return text.format(place=words.place(reason.met))
        case "residence":
            text = (
                _("您登记的居住地（{place}）：目前不展示债券要约。")
                if bond
                else _("您登记的居住地（{place}）：目前不展示债权转让要约。")
            )
            return text.format(place=words.place(reason.met))
        case "nationality":
            text = (
                _("您登记的国籍（{place}）：目前不展示债券要约。")
                if bond
                else _("您登记的国籍（{place}）：目前不展示债权转让要约。")
            )
            return text.format(place=words.place(reason.met))
        case "tax_residence":
            text = (
                _("您登记的税务居民身份（{place}）：目前不展示债券要约。")
                if bond
                else _("您登记的税务居民身份（{place}）：目前不展示债权转让要约。")
            )
            return text.format(place=words.place(reason.met))
        case "consent":
            return _("还缺少您对“{purpose}”的同意，所以不能继续。").format(purpose=words.purpose_name(rule.value))
        case "identity" if rule.stops == rules.ACCEPTANCE:
            return _("您的账户目前被冻结，不能处分债权。")
        case "identity":
            return _("您的账户目前没有绑定任何渠道，无法确认是您本人。")
        case "lien":
            return _("债权 {claim} 上登记有第三方的权利负担，解除之前不能转让或用来换取债券。").format(claim=reason.met)
        case "claim_status":
            return _("只有“{allowed}”的债权才能接受要约。").format(allowed=words.claim_status("allowed"))
        case "amount":
            return _("这项债权的金额不在目前可以处理的范围内。")
        case _:
            return _no_channel()


def remedy(reason: Reason) -> str:
    """What would change it."""
    match reason.rule.remedy:
        case "":
            return ""
        case "residence":
            return _("什么会改变它：若您的居住地填写有误或已经改变，请更正登记内容。")
        case "decision":
            return _("什么会改变它：合规审查完成后会自动重新判断，您无需操作。")
        case "consent":
            return _("什么会改变它：在“我的同意”里给予这项同意；您随时可以撤回。")
        case "link":
            return _("什么会改变它：重新验证邮箱，绑定一个渠道。")
        case "person":
            return _("什么会改变它：请转人工核对。")
        case "claim":
            return _("什么会改变它：债权状态变为“{allowed}”之后。").format(allowed=words.claim_status("allowed"))
        case "none":
            return ""
        case said:
            return _("什么会改变它：{said}").format(said=said)


def _no_channel() -> str:
    return _("这个渠道只能查询债权状态、材料、期限和安全提示。")


def _no_place() -> str:
    return _("这项债权没有填写居住地，无法判断能否展示要约，所以暂不展示。请先补充居住地。")


def _mainland() -> str:
    return _paragraphs(
        _(
            "您登记的居住地是中国内地，所以本服务不向您展示债权转让或债券的要约和价格。原因：八部门 2026-02-06《关于进一步防范和处置虚拟货币等相关风险的通知》（银发〔2026〕42 号）把为虚拟货币交易提供信息中介和定价服务列为非法金融活动，并把涉及债券凭证的现实世界资产代币化（RWA）一并列入（来源：新华社经香港商报，2026-02-06）。美元破产债权是否属于其中，尚无定论，因此我们不展示。"
        ),
        _(
            "居住地、国籍和税务居民身份是三件不同的事。若您的居住地填写有误或已经改变，请更正登记内容，或转人工。这不构成法律建议。"
        ),
    )


def _still_possible() -> str:
    return _("您仍然可以：查看债权状态、补充材料、接收状态通知、转人工。不展示要约，不影响您的债权。")


# ------------------------------------------------------------------------------------------ refusals


def refused(refusal: Refusal, timezone: str) -> str:
    """A refusal in words: what came first and when, that nothing changed, and why."""
    match refusal:
        case rules.OfferUnknown():
            return not_found()
        case rules.NotShown():
            return not_shown(refusal.verdict)
        case rules.OfferClosed():
            return closed(refusal, timezone)
        case rules.TermsDiffer():
            return _("您确认的条件与这份要约现在的条件不一致，所以没有接受，没有任何改动。请重新查看要约后再决定。")
        case rules.ClaimNotReady():
            return _("债权 {claim} 目前的状态是“{status}”，只有“{allowed}”的债权才能接受要约。没有任何改动。").format(
                claim=refusal.claim, status=words.claim_status(refusal.status), allowed=words.claim_status("allowed")
            )
        case rules.ClaimChanged():
            return _(
                "债权 {claim} 的金额在这份要约提出之后有变化，要约里的数字已经对不上，所以不能接受。没有任何改动。请转人工，请对方重新提出要约。"
            ).format(claim=refusal.claim)
        case rules.NotAllowed():
            return not_allowed(refusal.verdict)
        case rules.SeriesFull():
            return _(
                "要约 {number} 所属的系列已被其他债权人接受到上限，剩余额度不够这一份，所以没有接受，没有任何改动。若有人在冷静期内撤回，额度会恢复，您可以再看。"
            ).format(number=refusal.number)
        case rules.CodeNeeded():
            return _("这份要约金额较大，接受前需要输入发到您邮箱的验证码。还没有接受，没有任何改动。")
        case rules.NotRevocable():
            return not_revocable(refusal, timezone)
        case rules.NoAsk():
            return _("这项债权没有设置要价，没有任何改动。")
        case rules.ClaimTaken():
            return _(
                "债权 {claim} 已于 {time}接受了另一份要约 {other}。同一债权只能接受一份，所以这一次没有接受。"
            ).format(claim=refusal.claim, time=words.moment(refusal.at, timezone), other=refusal.other)
        case _:
            return _("刚才有别的操作先一步完成，这一次没有任何改动。请重新查看要约。")


def closed(refusal: rules.OfferClosed, timezone: str) -> str:
    """What came first, and when."""
    time = words.moment(refusal.at, timezone)
    match refusal.status:
        case OfferStatus.ACCEPTED:
            return _("您已于 {time}接受这份要约，没有重复处理。").format(time=time)
        case OfferStatus.PAID:
            return _("您已接受这份要约，款项已于 {time}记录为付出。没有任何改动。").format(time=time)
        case OfferStatus.DECLINED:
            return _("您已于 {time}拒绝这份要约，它已经结束。没有任何改动。").format(time=time)
        case OfferStatus.EXPIRED:
            return _(
                "这份要约已于 {time}过期。您的答复在 {received} 收到，晚于有效期，所以没有生效，没有任何改动。"
            ).format(time=words.moment(refusal.at, timezone), received=_to_the_second(refusal.received_at, timezone))
        case _:
            return cancelled(refusal.reason, refusal.at, timezone) + _("您的答复在这之后收到，没有任何改动。")


def cancelled(reason: str | None, at: datetime, timezone: str) -> str:
    """Why an offer ended before any answer."""
    time = words.moment(at, timezone)
    other = rules.other_accepted(reason)
    if other is not None:
        return _("您接受了同一债权的另一份要约 {other}，这份要约因此于 {time}关闭。").format(other=other, time=time)
    if reason:
        return _("对方已于 {time}撤回这份要约，理由：{reason}。").format(time=time, reason=reason.rstrip("。."))
    return _("对方已于 {time}撤回这份要约。").format(time=time)


def not_revocable(refusal: rules.NotRevocable, timezone: str) -> str:
    """An acceptance stands."""
    if refusal.until is None:
        return _(
            "要约 {number} 的条件里没有约定冷静期，接受之后不能撤回。没有任何改动。请转人工了解还有什么办法。"
        ).format(number=refusal.number)
    return _("要约 {number} 的冷静期已于 {time}结束，不能再撤回。没有任何改动。请转人工了解还有什么办法。").format(
        number=refusal.number, time=words.moment(refusal.until, timezone)
    )


def _to_the_second(at: datetime, timezone: str) -> str:
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M:%S")


def outcome(status: str, at: datetime, expires_at: datetime, reason: str | None, timezone: str) -> str:
    """The line over the card of an offer that has ended."""
    time = words.moment(at, timezone)
    match status:
        case OfferStatus.ACCEPTED:
            return _("您已于 {time}接受这份要约。目前还没有付款或交付的记录。").format(time=time)
        case OfferStatus.PAID:
            return _("您已接受这份要约，款项已于 {time}记录为付出。没有收到请转人工。").format(time=time)
        case OfferStatus.DECLINED:
            return _("您已于 {time}拒绝这份要约。").format(time=time)
        case OfferStatus.EXPIRED:
            return _("这份要约已于 {time}过期，没有生效。").format(time=words.moment(expires_at, timezone))
        case _:
            return cancelled(reason, at, timezone)


def not_ready(claim: str, status: str) -> str:
    """The card of an open offer whose claim cannot be given up just now."""
    return _("暂时不能接受：债权 {claim} 目前的状态是“{status}”，只有“{allowed}”的债权才能接受要约。").format(
        claim=claim, status=words.claim_status(status), allowed=words.claim_status("allowed")
    )


# ------------------------------------------------------------------------------------------ declining


def sale_decline(number: str) -> str:
    """Asks before a sale is declined."""
    return _(
        "要拒绝债权转让要约 {number} 吗？拒绝后这份要约就结束了，不能再接受。您的债权仍然属于您，没有变化。"
    ).format(number=number)


def bond_decline(number: str) -> str:
    """Asks before a bond is declined."""
    return _("要拒绝债券要约 {number} 吗？拒绝后这份要约就结束了，不能再接受。您的债权仍然属于您，没有变化。").format(
        number=number
    )


def sale_declined(number: str, at: datetime, timezone: str) -> str:
    """A sale was declined."""
    return _("您已于 {time}拒绝债权转让要约 {number}。您的债权没有变化。").format(
        number=number, time=words.moment(at, timezone)
    )


def bond_declined(number: str, at: datetime, timezone: str) -> str:
    """A bond was declined."""
    return _("您已于 {time}拒绝债券要约 {number}。您的债权没有变化。").format(
        number=number, time=words.moment(at, timezone)
    )


# ------------------------------------------------------------------------------------------ numbers to copy


def offer_number() -> str:
    """Label of an offer's number."""
    return _("要约编号")


def receipt_number() -> str:
    """Label of the ledger's receipt number."""
    return _("回执编号")


def join(parts: Sequence[str]) -> str:
    """Paragraphs, the empty ones left out."""
    return _paragraphs(*parts)
