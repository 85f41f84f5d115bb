"""What the room of payout methods says: where money can go, what is checked, what waits, and how to stop it."""

from collections.abc import Mapping
from datetime import datetime

from bot.conversation.texts import code_wrong
from bot.i18n import N_, _
from bot.words import moment, place
from storage.terms import PayoutStatus

_CURRENCY = {
    "USD": N_("美元（USD）"),
    "HKD": N_("港元（HKD）"),
    "CNY": N_("人民币（CNY）"),
    "EUR": N_("欧元（EUR）"),
    "USDC": N_("USDC（稳定币）"),
    "USDT": N_("USDT（稳定币）"),
}
_WAY = {
    "hk": N_("香港银行账户"),
    "fps": N_("转数快（FPS）"),
    "swift": N_("电汇（SWIFT）"),
    "erc20": N_("以太坊（ERC-20）"),
    "tron": N_("波场（TRC-20）"),
    "solana": N_("Solana"),
}
_STATUS = {
    PayoutStatus.PENDING: N_("待输入验证码"),
    PayoutStatus.COOLING: N_("冷静期"),
    PayoutStatus.TEST_SENT: N_("待您确认测试金额"),
    PayoutStatus.ACTIVE: N_("使用中"),
    PayoutStatus.REPLACED: N_("已被替换"),
    PayoutStatus.CANCELLED: N_("已撤销"),
}


def currency(code: str) -> str:
    """A currency, with its letters."""
    return _(_CURRENCY[code]) if code in _CURRENCY else code


def way(name: str) -> str:
    """How the money goes."""
    return _(_WAY[name])


def status(word: str) -> str:
    """Where a method stands."""
    return _(_STATUS[PayoutStatus(word)])


def _named(code: str, name: str, mask: str) -> str:
    return _("{currency}，{way}，{mask}").format(currency=currency(code), way=way(name), mask=mask)


def number_label() -> str:
    """Beside the number of a method."""
    return _("收款方式编号")


# -- the list


def title() -> str:
    """The room."""
    return _("收款方式")


def unlinked() -> str:
    """Nobody is linked."""
    return _("收款方式只对已验证邮箱的账户开放。请先绑定您在 FTX 用过的邮箱。")


def to_link() -> str:
    """Button."""
    return _("绑定邮箱")


def nothing_yet() -> str:
    """There is no method."""
    return _("您还没有设置收款方式。")


def how() -> str:
    """Under the list: what makes a method count."""
    return _(
        "每种货币可以设一个收款方式，只付到您本人名下。新增或更换须经邮件验证码确认，并等冷静期结束才生效；期间在任何已绑定的渠道都可以一键撤销。"
    )


def line(number: str, word: str, code: str, name: str, mask: str, until: datetime | None, zone: str) -> str:
    """One method, masked."""
    said = _("· {number}：{method}\n  状态：{status}").format(
        number=number, method=_named(code, name, mask), status=status(word)
    )
    if word == PayoutStatus.COOLING and until is not None:
        said += _("，到 {time}为止").format(time=moment(until, zone))
    return said


def line_waits_for_test(number: str, code: str, name: str, mask: str) -> str:
    """A coin address whose cooling is over."""
    return _("· {number}：{method}\n  状态：冷静期已过，等待我们发出测试转账").format(
        number=number, method=_named(code, name, mask)
    )


def being_paid() -> str:
    """A payment is under way."""
    return _("有一笔款项正在付出，到账之前不能更改收款方式。")


def mainland() -> str:
    """To residents of the mainland: the quota, and what is not offered. MUST NOT advise."""
    return (
        _(
            "您登记的居住地是中国大陆，请留意：\n· 美元汇入大陆个人账户后，结汇受个人年度便利化额度（等值 5 万美元）限制，银行可能要求说明资金来源。这是我们截至 2026-11-22 的资料，请以外汇管理部门和您的银行为准。\n· 依照 2026 年 2 月 6 日八部门通知，我们不向居住在大陆的人提供稳定币收款。\n本服务不提供外汇、税务或法律建议。"
        )
        + _sources()
    )


def _sources() -> str:
    return "\n" + _(
        "来源：国家外汇管理局《个人外汇管理办法实施细则》（2007 年起施行）；中国人民银行等八部门银发〔2026〕42 号通知（2026-02-06）。"
    )


def quota() -> str:
    """Before US dollars go to a bank in the mainland."""
    return (
        _(
            "这家银行在中国大陆。美元汇入大陆个人账户后，结汇受个人年度便利化额度（等值 5 万美元）限制，银行可能要求说明资金来源（我们截至 2026-11-22 的资料，请以银行为准）。本服务不提供外汇、税务或法律建议。"
        )
        + _sources()
    )


def add() -> str:
    """Button."""
    return _("新增或更换收款方式")


def go_list() -> str:
    """Button."""
    return _("查看收款方式")


def go_prove(number: str) -> str:
    """Button."""
    return _("输入验证码 {number}").format(number=number)


def go_cancel(number: str) -> str:
    """Button: one tap, and the change is gone."""
    return _("撤销 {number}").format(number=number)


def go_cancel_alarm() -> str:
    """Button under a notice."""
    return _("不是我操作的，一键撤销")


def go_remove(number: str) -> str:
    """Button."""
    return _("移除 {number}").format(number=number)


def go_received(number: str) -> str:
    """Button."""
    return _("填写收到的测试金额")


# -- the form


def currency_label() -> str:
    """The field."""
    return _("货币")


def ask_currency(mainland_said: bool) -> str:
    """First question."""
    text = _("您想用哪种货币收款？")
    return f"{mainland()}\n\n{text}" if mainland_said else text


def way_label() -> str:
    """The field."""
    return _("收款途径")


def ask_way(code: str) -> str:
    """How it is to go."""
    text = _("{currency}要通过哪种途径收取？").format(currency=currency(code))
    if code == "USD":
        text += "\n\n" + _("转数快（FPS）只支持港元和人民币。美元付到香港银行账户走 CHATS 或电汇。")
    if code in ("USDC", "USDT"):
        text += "\n\n" + _("请确认您的钱包或平台支持这条链：发错链的币通常找不回来。")
    return text


def bank_label() -> str:
    """The field."""
    return _("银行代码")


def ask_bank() -> str:
    """The bank."""
    return _("请输入香港银行的 3 位银行代码。月结单、网上银行或提款卡资料里可以找到。\n\n例如：004")


def account_label() -> str:
    """The field."""
    return _("账号")


def ask_hk_account() -> str:
    """Branch and number."""
    return _("请输入分行代码和账号（8 至 17 位数字），不含前面的 3 位银行代码。\n\n例如：123-456789-001")


def ask_account(country: str) -> str:
    """Number or IBAN, under a BIC."""
    text = _(
        "请输入收款账号。欧洲等地的银行请输入 IBAN。\n\n例如：6222 0000 1234 5678 901，或 GB82 WEST 1234 5698 7654 32"
    )
    return f"{quota()}\n\n{text}" if country == "CN" else text


def holder_label() -> str:
    """The field."""
    return _("账户姓名")


def ask_holder() -> str:
    """The name on the account."""
    return _("请输入银行账户上的户名，拼写要和银行记录完全一致。款项只付到您本人名下的账户。\n\n例如：ZHANG SAN")


def bic_label() -> str:
    """The field."""
    return _("SWIFT/BIC 代码")


def ask_bic() -> str:
    """The bank, abroad."""
    return _("请输入收款银行的 SWIFT/BIC 代码，8 位或 11 位。\n\n例如：HSBCHKHHHKH")


def proxy_label() -> str:
    """The field."""
    return _("转数快识别代码")


def ask_proxy() -> str:
    """What FPS finds an account by."""
    return _(
        "请输入转数快识别代码（7 位或 9 位数字），或登记了转数快的香港手机号、邮箱。\n\n例如：1234567，或 +852 9123 4567"
    )


def address_label() -> str:
    """The field."""
    return _("收款地址")


def ask_address(code: str, name: str) -> str:
    """A coin address."""
    shapes = {
        "erc20": _("以 0x 开头，共 42 位，例如：0x5aAe…BeAed（中间省略）"),
        "tron": _("以 T 开头，共 34 位，例如：TJRy…4hfw（中间省略）"),
        "solana": _("32 至 44 位字母和数字，例如：7fUA…4fK9（中间省略）"),
    }
    return _(
        "请从钱包里复制并粘贴您的 {currency} 收款地址，链：{way}。\n{shape}\n\n我们只需要地址。任何人向您要助记词或私钥，都是诈骗。"
    ).format(currency=code, way=way(name), shape=shapes[name])


def address_shown(grouped: str, *, checked: bool) -> str:
    """An address as it is read back."""
    if checked:
        return grouped
    return _("{address}（这种写法没有校验位，请逐字核对）").format(address=grouped)


def wrong(code: str, data: Mapping[str, object]) -> str:
    """What is wrong with an answer, with a right example."""
    match code:
        case "not_a_bank":
            return _("银行代码是 3 位数字，例如：004。")
        case "whole_account":
            return _("这里只需要 3 位银行代码，账号下一步再填。例如：004。")
        case "not_an_account":
            return _("这不像香港的银行账号。请输入分行代码和账号，一共 8 至 17 位数字，例如：123-456789-001。")
        case "not_a_name":
            return _("这不像账户上的户名。请按银行记录输入，例如：ZHANG SAN，或：张三。")
        case "not_a_bic":
            return _("这不像 SWIFT/BIC 代码。它由字母和数字组成，前 6 位都是字母，例如：HSBCHKHHHKH。")
        case "bic_length":
            return _("SWIFT/BIC 代码只有 8 位或 11 位两种。请核对，例如：HSBCHKHH，或 HSBCHKHHHKH。")
        case "bic_country":
            return _(
                "第 5、6 位应是国家或地区代码，没有“{country}”这个代码。请核对，例如香港的银行是 HK：HSBCHKHH。"
            ).format(country=data["country"])
        case "iban":
            return _(
                "这个 IBAN 的校验位或长度不对，多半是打错了一位。请对照银行资料重新输入，例如：GB82 WEST 1234 5698 7654 32。"
            )
        case "iban_country":
            return _(
                "IBAN 属于{iban}，而银行代码属于{bank}，两者应当一致。请重新输入账号，或点“上一步”修改银行代码。例如：GB82 WEST 1234 5698 7654 32 配 NWBKGB2L。"
            ).format(iban=place(str(data["iban"])), bank=place(str(data["bank"])))
        case "iban_needed":
            return _("这个国家的银行收款要用 IBAN。请输入完整的 IBAN，例如：GB82 WEST 1234 5698 7654 32。")
        case "not_an_account_abroad":
            return _("这不像银行账号。账号由 5 至 34 位数字（可含字母）组成，例如：6222 0000 1234 5678 901。")
        case "not_a_proxy":
            return _(
                "这不像转数快识别代码。请输入 7 位或 9 位数字，或香港手机号、邮箱，例如：1234567，或 +852 9123 4567。"
            )
        case "erc20":
            return _(
                "这不像以太坊地址。它以 0x 开头，后面是 40 位 0–9 和 a–f，例如：0x5aAe…BeAed。请从钱包里重新复制。"
            )
        case "erc20_capitals":
            return _("这个地址的大小写校验不符，多半有一位不对。请不要手打，从钱包里重新复制粘贴，例如：0x5aAe…BeAed。")
        case "tron":
            return _("这不像波场地址，或有一位不对。它以 T 开头，共 34 位，例如：TJRy…4hfw。请从钱包里重新复制。")
        case "solana":
            return _("这不像 Solana 地址。它有 32 至 44 位字母和数字，例如：7fUA…4fK9。请从钱包里重新复制。")
        case "other_chain":
            return _(
                "这是{way}的地址，和您选的链不一致。发错链的币通常找不回来。请换一个地址，或点“上一步”改选链。"
            ).format(way=way(str(data["chain"])))
        case "contract":
            return _(
                "这是币种的合约地址，不是您的钱包地址，币发到那里就找不回来。请在钱包里点“收款”，复制您自己的地址。"
            )
        case "secret":
            return _(
                "这看起来是助记词或私钥，我们没有把它当作回答。请尽快把资产转到新钱包，并删除这条消息。我们只需要收款地址，例如：0x5aAe…BeAed。"
            )
        case "gone":
            return _("这项更改已经撤销，或被后来的另一项代替，没有生效。请到“收款方式”查看。")
        case "not_an_amount":
            return _("请只输入收到的数量，例如：0.58。")
        case "wrong_amount":
            return _(
                "这个数量与我们发出的不一致，还可以再试 {left} 次。请在钱包或区块浏览器里查看准确的到账数量，例如：0.58。"
            ).format(left=data["left"])
    return code_wrong(code, data)


# -- the code


def prove_title() -> str:
    """The form with the code."""
    return _("确认收款方式")


def ask_code(method: tuple[str, str, str], email: str, hours: int) -> str:
    """The code, and what happens after it."""
    return _(
        "已收到您填写的收款方式（{method}），还没有生效。\n\n验证码已发往 {email}，10 分钟内有效。请把邮件里的 6 位数字发给我。确认之后还有 {hours} 小时冷静期，期间随时可以撤销。"
    ).format(method=_named(*method), email=email, hours=hours)


def code_waits(said: str) -> str:
    """The form is there, and the code could not go out yet."""
    return _("您填写的内容已经保存，但验证码还没有发出。{why}到时请点“重新发送验证码”。").format(why=said)


def mail_subject(code: str) -> str:
    """The subject of the mail with the code."""
    return _("债权通验证码：{code}（更改收款方式）").format(code=code)


def mail_text(code: str, currency_code: str, name: str, mask: str) -> str:
    """The mail with the code. MUST hold no link: a mail with one is not ours."""
    return _(
        "您的验证码是：{code}\n\n有人正在您的债权通账户里新增或更换收款方式：{method}。是您本人的话，请在 10 分钟内把验证码输入正在使用的对话。\n\n如果不是您本人在操作，请不要把验证码告诉任何人，包括自称客服的人；没有验证码，更改不会生效。请尽快在债权通里转人工说明情况。\n\n这封邮件没有链接，也没有附件。带链接的“债权通”邮件都是冒充。"
    ).format(code=code, method=_named(currency_code, name, mask))


def cooling_title() -> str:
    """The code was right."""
    return _("已确认，进入冷静期")


def cooling(number: str, code: str, name: str, mask: str, until: datetime, zone: str, *, coin: bool) -> str:
    """When it counts, and how to stop it."""
    text = _(
        "{number}（{method}）已确认，冷静期到 {time}为止。在此之前款项不会付到这里，您可以在任何已绑定的渠道一键撤销。我们已通知您的其他渠道和邮箱。"
    ).format(number=number, method=_named(code, name, mask), time=moment(until, zone))
    if coin:
        text += "\n\n" + _("冷静期过后，我们会先发一笔小额测试转账，请您告诉我们收到的准确数量，核对一致才生效。")
    return text


# -- taking back


def remove_title() -> str:
    """Before a method is taken out of use."""
    return _("移除收款方式")


def remove_asks(number: str, code: str, name: str, mask: str) -> str:
    """What it means."""
    return _(
        "确定移除 {number}（{method}）吗？移除后，这种货币的款项没有地方可付；再添加需要重新确认并等待冷静期。"
    ).format(number=number, method=_named(code, name, mask))


def remove_yes() -> str:
    """Button."""
    return _("确认移除")


def keep() -> str:
    """Button."""
    return _("保留不动")


def removed(number: str) -> str:
    """It is done."""
    return _("{number} 已移除，不会再付款到那里。").format(number=number)


def cancelled(number: str) -> str:
    """It is done."""
    return _(
        "{number} 已撤销，不会生效。如果这项更改不是您本人做的，请立即更改邮箱密码，在“我的账户”里解除陌生渠道的绑定，并转人工。"
    ).format(number=number)


# -- the test


def received_title() -> str:
    """The form."""
    return _("确认测试转账")


def received_label() -> str:
    """The field."""
    return _("收到的数量")


def ask_received(code: str, name: str, mask: str) -> str:
    """How much arrived."""
    return _(
        "我们向 {method} 发出了一笔小额测试转账。请在钱包里查看收到的准确数量，原样发给我，小数也要一致。还没到账的话，请稍后再来。\n\n例如：0.58"
    ).format(method=_named(code, name, mask))


def active_title() -> str:
    """It counts."""
    return _("收款方式已生效")


def active(number: str, code: str, name: str, mask: str) -> str:
    """Payments go there now."""
    return _("{number}（{method}）已生效。今后这种货币的款项会付到这里；以前的收款方式如有，已被替换。").format(
        number=number, method=_named(code, name, mask)
    )


def failed_title() -> str:
    """The test did not work out."""
    return _("测试转账没有核对成功")


def failed(number: str) -> str:
    """Too many wrong amounts."""
    return _("数量多次不符，{number} 已撤销。请确认地址是您本人控制的，再重新添加，或转人工。").format(number=number)


# -- news


def news_title(event: str) -> str:
    """The head of what every channel and the mailbox are told."""
    return {
        "cooling": _("安全提醒：收款方式有更改"),
        "cancelled": _("安全提醒：收款方式的更改已撤销"),
        "removed": _("安全提醒：收款方式已移除"),
        "active": _("收款方式已生效"),
        "test_sent": _("测试转账已安排"),
        "failed": _("测试转账没有核对成功"),
    }[event]


def news(
    event: str, number: str, code: str, name: str, mask: str, at: datetime, until: datetime | None, zone: str
) -> str:
    """What happened, masked."""
    method, time = _named(code, name, mask), moment(at, zone)
    if event == "cooling":
        assert until is not None
        return _(
            "{time}，您的账户新增或更换了收款方式 {number}：{method}。\n冷静期到 {until}为止，之前不会付款到那里。\n\n如果是您本人，无需理会。如非您本人操作，请一键撤销。"
        ).format(time=time, number=number, method=method, until=moment(until, zone))
    if event == "cancelled":
        return _("{time}，收款方式 {number}（{method}）的更改已撤销，不会生效。").format(
            time=time, number=number, method=method
        )
    if event == "removed":
        return _("{time}，收款方式 {number}（{method}）已被移除。如果不是您本人操作，请立即转人工。").format(
            time=time, number=number, method=method
        )
    if event == "active":
        return active(number, code, name, mask) + "\n\n" + _("如果这不是您设置的，请立即转人工。")
    if event == "test_sent":
        return ask_received(code, name, mask)
    return failed(number)


def shut_title() -> str:
    """The head where the channel's rules keep the matter from being said."""
    return _("安全提醒：账户设置有变更")


def shut_news(at: datetime, zone: str, *, stops: bool) -> str:
    """The same: only that something changed, and where it can be read."""
    said = _(
        "{time}，您账户的一项设置有变更。这个渠道不显示详情，请在债权通网页对话，或您绑定的其他渠道里查看。"
    ).format(time=moment(at, zone))
    undo = _("如非您本人操作，请一键撤销。")
    return f"{said}\n\n{undo}" if stops else said


def mail_foot(event: str) -> str:
    """Under a mail, which has no buttons and no link."""
    undo = _("要撤销：打开您绑定了账户的任何一个债权通对话，点“我的账户”里的“收款方式”，再点“撤销”。") + "\n\n"
    said = undo if event == "cooling" else ""
    return said + _("这封邮件没有链接，也没有附件。带链接的“债权通”邮件都是冒充。")


# -- refusals


def refused(kind: str, data: Mapping[str, object], zone: str) -> str:
    """Why not, and what would change it."""
    match kind:
        case "NotLinked":
            return unlinked()
        case "Frozen":
            return _("这个账户目前处于冻结状态，为了安全，不能更改收款方式。请转人工。")
        case "Paying":
            return being_paid()
        case "UnderWay":
            return _("收款方式 {number} 的更改还没有完成，一次只能进行一项更改。请等它生效，或先撤销它。").format(
                number=data["number"]
            )
        case "SameAccount":
            return _("这就是正在使用的收款方式 {number}，无需更改。").format(number=data["number"])
        case "NotForMainland":
            return mainland()
        case "Over":
            return _("这个收款方式现在的状态是“{status}”，这一步没有改动任何内容。").format(
                status=status(str(data["status"]))
            )
    return _("没有找到这个收款方式，没有任何改动。")
