"""What notices say. Each says why it comes, where it is from, as of when, and how to switch it off.

No amounts and no names: a push is read on a locked screen.
"""

from datetime import date, datetime

from bot import words
from bot.i18n import N_, _

# ------------------------------------------------------------------------------------------ pushes


def claim_moved(number: str, status: str, at: datetime, timezone: str, *, shut: bool = False) -> str:
    """A claim has another status. `shut`: what comes next may be an offer, and is not said."""
    if shut:
        return _("您的债权 {number} 现在的状态：{status}。\n\n发生时间：{time}").format(
            number=number, status=words.claim_status(status), time=words.moment(at, timezone)
        )
    return _("您的债权 {number} 现在的状态：{status}。\n{means}\n{next}\n\n发生时间：{time}").format(
        number=number,
        status=words.claim_status(status),
        means=words.claim_means(status),
        next=words.claim_next(status),
        time=words.moment(at, timezone),
    )


def offer_made(claim: str, number: str, kind: str, expires_at: datetime, timezone: str) -> str:
    """An offer was published."""
    return _(
        "您的债权 {claim} 收到一份新的要约：{kind}，编号 {number}。\n有效期至 {time}，过期自动失效。\n\n条款、对方是谁、您要放弃什么，请在详情里逐项查看。这只是通知，不是建议；接受、拒绝或不答复，都由您决定。"
    ).format(claim=claim, kind=words.offer_kind(kind), number=number, time=words.moment(expires_at, timezone))


def offer_reopened(claim: str, number: str, kind: str, expires_at: datetime, timezone: str) -> str:
    """An offer that ended with an acceptance is open again, because that acceptance ended."""
    return _(
        "您的债权 {claim} 上的要约重新有效：{kind}，编号 {number}，因为您先前接受的另一份已经撤回或取消。\n有效期至 {time}，过期自动失效。\n\n这只是通知，不是建议；接受、拒绝或不答复，都由您决定。"
    ).format(claim=claim, kind=words.offer_kind(kind), number=number, time=words.moment(expires_at, timezone))


def meets_ask() -> str:
    """Below a new offer that comes up to what its creditor asked for."""
    return _("它达到了您为这项债权设置的要价。要价没有约束力，您仍然可以不接受。")


def offer_ending(number: str, kind: str, expires_at: datetime, timezone: str) -> str:
    """An open offer has a day left or less."""
    return _(
        "要约 {number}（{kind}）将于 {time} 到期。\n到期后自动失效，之后不能再接受。接受、拒绝或不答复，都由您决定。"
    ).format(number=number, kind=words.offer_kind(kind), time=words.moment(expires_at, timezone))


def offer_ended(number: str, kind: str, status: str, at: datetime, timezone: str, event: str = "") -> str:
    """An offer is over, or was paid; or an acceptance is."""
    if event == "offer:revoked":
        outcome = _("接受已在冷静期内撤回，债权仍然属于您")
    elif event == "offer:released":
        outcome = _("对方没有继续履行，接受已取消，债权仍然属于您")
    elif status == "cancelled":
        outcome = _("已失效（对方撤回，或这项债权的另一份要约已被接受）")
    else:
        outcome = words.offer_status(status)
    text = _("要约 {number}（{kind}）：{outcome}。\n\n发生时间：{time}").format(
        number=number, kind=words.offer_kind(kind), outcome=outcome, time=words.moment(at, timezone)
    )
    return text + "\n" + _("请核对到账。没有收到请转人工。") if status == "paid" else text


_SETTLEMENT = {
    "settlement:agreed": N_("您接受的要约已经生效，交割开始。协议文件准备好后，请在交割详情里阅读并签署。"),
    "settlement:signed": N_("文件已签署。下一步由对方操作。"),
    "settlement:filed": N_("对方已向法院提交债权转让证明。书记官发出通知之后，21 天异议期才开始计算。"),
    "settlement:noticed": N_("书记官已发出转让通知，21 天异议期开始计算。到期时间见交割详情。"),
    "settlement:paid": N_("对方报告款项已付出，或债券已发行。请核对到账，再在交割详情里确认。"),
    "settlement:missed": N_("已记录：您没有收到。专员会核对付款。"),
    "settlement:failed": N_("交割的一步没有成功，原因见交割详情。您的权利没有因此消失，专员会跟进。"),
}


def settlement_moved(number: str, event: str, status: str, at: datetime, timezone: str) -> str:
    """An accepted offer went a step on. No amounts: a push is read on a locked screen."""
    return _("交割 {number}：{status}。\n{what}\n\n发生时间：{time}").format(
        number=number,
        status=words.settlement_status(status),
        what=_(_SETTLEMENT[event]),
        time=words.moment(at, timezone),
    )


def coupon_near(number: str, on: date) -> str:
    """A bond's payment is near."""
    return _(
        "交割 {number} 的债券：票息或本金按条款将于 {date} 支付。\n金额见交割详情。这是条款上的日期，到账以实际付款为准。请确认您的收款方式仍然可用。"
    ).format(number=number, date=words.day(on))


def coupon_paid(number: str, on: date) -> str:
    """A bond's payment was sent, by the issuer's side."""
    return _(
        "交割 {number} 的债券：应于 {date} 支付的票息或本金，对方报告已付出。\n请核对到账。没有收到请转人工。"
    ).format(number=number, date=words.day(on))


def record_date_near(on: date) -> str:
    """A record date of the estate is near."""
    return _(
        "{date} 是破产程序公布的登记日（record date）。当天登记在册的债权人，才可能参加对应的那次分配；登记日不是付款日。\n\n请在登记日之前到官方门户核对：身份验证、税表、收款方是否都已完成。这些只能由您本人在官方门户办理，本服务不能代办。"
    ).format(date=words.day(on))


_ACCOUNT = {
    "account:frozen": N_("您的账户已被冻结。解除之前，不能修改或撤回债权，也不能接受要约。"),
    "account:unfrozen": N_("您的账户已解除冻结。"),
}


def account_touched(event: str, at: datetime, timezone: str) -> str:
    """Something was done with the account itself."""
    what = _(_ACCOUNT[event]) if event in _ACCOUNT else _("您的账户有变动。")
    return _("{what}\n\n发生时间：{time}\n{warning}").format(
        what=what, time=words.moment(at, timezone), warning=not_you()
    )


def not_you() -> str:
    """A creditor's own deed, told to his other contacts."""
    return _("如果不是您本人操作，请立即转人工。我们不会向您索要密码、双重验证码、助记词、私钥或任何费用。")


def digest(since: datetime, until: datetime, lines: list[str], more: bool, timezone: str) -> str:
    """What happened since yesterday at nine."""
    listed = "\n".join(lines)
    text = _("从 {since}到 {until}，您的债权有以下变化：\n\n{lines}").format(
        since=words.moment(since, timezone), until=words.moment(until, timezone), lines=listed
    )
    return text + "\n" + _("还有更多，请查看债权的时间线。") if more else text


def digest_claim(number: str, status: str) -> str:
    """One line of the digest."""
    return _("· 债权 {number}：{status}").format(number=number, status=words.claim_status(status))


def digest_offer(number: str, status: str) -> str:
    """One line of the digest."""
    outcome = _("已失效") if status == "cancelled" else words.offer_status(status)
    return _("· 要约 {number}：{status}").format(number=number, status=outcome)


# ------------------------------------------------------------------------------------------ what stands below a push


def why_claim() -> str:
    """Reason."""
    return _("您在本服务登记了这项债权")


def why_offer() -> str:
    """Reason."""
    return _("您的债权收到了要约")


def why_settlement() -> str:
    """Reason."""
    return _("您接受的要约正在交割")


def why_coupon() -> str:
    """Reason."""
    return _("您在本服务接受了这只债券")


def elsewhere_title() -> str:
    """Title where the channel's rules keep the matter from being said."""
    return _("您的账户有新进展")


def elsewhere() -> str:
    """The same: only that there is something, and where it can be read."""
    return _("您在本服务办理的一件事有了新进展。这个渠道不显示详情，请在债权通网页对话，或您绑定的其他渠道里查看。")


def why_linked() -> str:
    """Reason."""
    return _("这个渠道关联了您的账户")


def why_record_date() -> str:
    """Reason."""
    return _("您在本服务登记了债权")


def why_digest() -> str:
    """Reason."""
    return _("您的债权昨天有变化")


def why_account() -> str:
    """Reason."""
    return _("这个渠道关联了您的账户；安全提醒不能关闭")


def own_record(receipt: str) -> str:
    """Source: our own signed record, with the number of its receipt."""
    return _("本服务的登记记录，回执编号 {receipt}").format(receipt=receipt)


def own_records() -> str:
    """Source: several of our own records."""
    return _("本服务的登记记录")


def published(source: str, as_of: date) -> str:
    """Source: somebody else's word, and its date."""
    return _("{source}（{date}）").format(source=source, date=words.day(as_of))


def footer(why: str, source: str, now: datetime, timezone: str) -> str:
    """Why this comes, where it is from, as of when."""
    return _("为什么收到：{why}\n来源：{source}\n{as_of}").format(
        why=why, source=source, as_of=words.as_of(now, timezone)
    )


def see_claim() -> str:
    """Button."""
    return _("查看债权")


def see_offer() -> str:
    """Button."""
    return _("查看要约")


def see_settlement() -> str:
    """Button."""
    return _("查看交割")


def see_schedule() -> str:
    """Button."""
    return _("分配时间表")


def see_account() -> str:
    """Button."""
    return _("我的账户")


def mute(kind: str) -> str:
    """Button below a push."""
    return _("不再通知：{kind}").format(kind=words.notice_kind(kind))


# ------------------------------------------------------------------------------------------ settings


def settings_title() -> str:
    """Title."""
    return _("通知设置")


def settings(on: list[str], off: list[str], zone: str, now: datetime, timezone: str, *, linked: bool) -> str:
    """What is told here, by which clock, and when not."""
    parts = [] if linked else [_("您还没有验证邮箱。验证之后，才会收到债权和要约的通知。")]
    if on:
        parts.append(_("这个渠道会收到：{kinds}。").format(kinds=_("、").join(words.notice_kind(kind) for kind in on)))
    if off:
        parts.append(_("已关闭：{kinds}。").format(kinds=_("、").join(words.notice_kind(kind) for kind in off)))
    parts.append(_("客服答复和账户安全提醒始终发送。每个渠道分别设置。"))
    parts.append(
        _(
            "时区：{zone}，现在是 {time}。\n每天 22:00 至次日 8:00 不打扰，可以等的通知早上再发；夜里就要到期的要约除外。\n每日摘要早上 9:00 发送，没有变化就不发。"
        ).format(zone=zone, time=words.moment(now, timezone))
    )
    return "\n\n".join(parts)


def switch_off(kind: str) -> str:
    """Button of the settings."""
    return _("关闭：{kind}").format(kind=words.notice_kind(kind))


def switch_on(kind: str) -> str:
    """Button of the settings."""
    return _("打开：{kind}").format(kind=words.notice_kind(kind))


def muted(kind: str) -> str:
    """A kind was switched off."""
    return _("已关闭“{kind}”，只对这个渠道有效。随时可以重新打开。").format(kind=words.notice_kind(kind))


def unmuted(kind: str) -> str:
    """A kind was switched on again."""
    return _("已打开“{kind}”。").format(kind=words.notice_kind(kind))


def no_such_kind() -> str:
    """Something that cannot be switched off, or is unknown."""
    return _("这类通知不能关闭，没有任何改动。")


def change_zone() -> str:
    """Button."""
    return _("更改时区")


def open_settings() -> str:
    """Button."""
    return _("通知设置")


def link() -> str:
    """Button."""
    return _("验证邮箱")


def zones_title() -> str:
    """Title."""
    return _("选择时区")


def zones(zone: str) -> str:
    """Choosing a clock."""
    return _("目前是：{zone}。不打扰时段和每日摘要按您选择的时区计算，通知里的时间也按它显示。").format(zone=zone)


def zone_set(zone: str) -> str:
    """A clock was chosen."""
    return _("时区已改为：{zone}。").format(zone=zone)


def no_such_zone() -> str:
    """A clock that is not offered."""
    return _("没有这个时区，没有任何改动。请从下面选择。")
