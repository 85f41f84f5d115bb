"""What the welcome room says: who we are, what we ask consent for, how to link, how to tell us from a fake."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import i18n
from bot.conversation.texts import code_wrong
from bot.i18n import N_, _
from bot.words import moment, purpose_name, zone_name
from storage.terms import Purpose

#: each language in itself: whoever cannot read the others finds it
LANGUAGES: Mapping[str, str] = {
    "zh_Hans": "简体中文",
    "zh_Hant": "繁體中文（台灣）",
    "zh_Hant_HK": "繁體中文（香港）",
    "en": "English",
}
_CHANNELS = {"telegram": "Telegram", "webchat": N_("网页聊天"), "wechat": N_("微信")}


def channel(name: str) -> str:
    """A channel as a person calls it."""
    kind = name.partition(":")[0]
    return _(_CHANNELS[kind]) if kind in _CHANNELS else kind


# -- who we are


def hello_title() -> str:
    """The very first reply."""
    return _("欢迎使用债权通")


def hello() -> str:
    """Who we are, what we can and cannot do, what we never ask, which language this is."""
    return "\n\n".join(
        (
            _(
                "您好！债权通是一项独立的服务，帮助使用中文的 FTX 债权人登记债权、查询进度。我们不是 FTX，不是法院，也不是债权登记代理机构 Kroll。"
            ),
            _(
                "我们可以：\n· 登记您的债权和证明材料，随时查询，状态有变化时通知您\n· 有人对您的债权报价时，把条件讲清楚，由您决定\n· 解答常见问题，识别骗局，转接人工"
            ),
            _(
                "我们不能：\n· 代您向法院或 Kroll 申报。法定申报截止日已过，在这里登记不等于向法院申报\n· 提供投资或法律建议，或承诺任何付款"
            ),
            _(
                "我们从不索要密码、助记词、私钥或双重验证码（2FA），不要求连接钱包，也不收取任何费用。向您要这些的，都是冒充。"
            ),
            speaking(),
        )
    )


def speaking() -> str:
    """Which language is spoken, and how to change it."""
    return _("现在使用{language}。要换语言，请点“语言 / Language”，或随时发送“语言”。").format(
        language=LANGUAGES[i18n.locale()]
    )


def welcome_back_title() -> str:
    """A later start."""
    return _("欢迎回来")


def welcome_back(email: str | None, claims: int, drafts: int) -> str:
    """Where things stand, for somebody we know."""
    lines = []
    if email is None:
        lines.append(_("您还没有绑定账户。绑定后，您可以查询进度，并在其他渠道接着办理。"))
    else:
        lines.append(_("已绑定邮箱：{email}").format(email=email))
        lines.append(_("已登记的债权：{count} 项").format(count=claims) if claims else _("还没有登记债权。"))
    if drafts:
        lines.append(_("未完成的填写：{count} 份，内容都保留着。").format(count=drafts))
    lines.append("")
    lines.append(_("请选择您要办的事，也可以直接打字说明。"))
    return "\n".join(lines)


def menu_title() -> str:
    """The main menu."""
    return _("债权通 · 主菜单")


def menu() -> str:
    """Above the buttons of the main menu."""
    return _("请选择您要办的事，也可以直接打字说明。")


def help_title() -> str:
    """What can be typed."""
    return _("使用帮助")


def help_() -> str:
    """What can be typed, with examples."""
    return "\n\n".join(
        (
            _(
                "您可以点按钮，也可以直接打字，例如：\n· “登记债权”\n· “我的债权到哪一步了”\n· “有没有报价”\n· “这封邮件是真的吗”\n· “转人工”"
            ),
            _("填写表单时，随时可以发送“上一步”“跳过”或“取消”。已填写的内容会自动保存，几天后也可以接着填。"),
            _("在这里登记不等于向法院申报。我们不提供投资或法律建议。"),
        )
    )


def lost() -> str:
    """Free text nobody understands."""
    return _("抱歉，我没有理解这句话。请换个说法，或从下面选择；需要人来回答，请点“转人工”。")


def unsure() -> str:
    """Several things may be meant."""
    return _("您是想……？请点选一项，或换个说法再说一遍。")


#: what may be meant, as its button says it
WAYS: Mapping[str, str] = {
    "submit_claim": N_("登记或更正债权"),
    "claim_status": N_("查询债权进度"),
    "bond_offers": N_("查看要约与债券"),
    "accept_offer": N_("接受要约"),
    "decline_offer": N_("拒绝或撤回要约"),
    "estimate_payout": N_("估算能分到多少"),
    "distribution_schedule": N_("分配的时间安排"),
    "payout_method": N_("收款方式"),
    "upload_document": N_("上传材料"),
    "proof_receipt": N_("索取回执或凭证"),
    "link_account": N_("绑定邮箱或登录"),
    "restricted_jurisdiction_faq": N_("我所在的地区受限吗"),
    "check_scam": N_("辨别真假与防骗"),
    "notification_settings": N_("通知设置"),
    "change_language": N_("切换语言"),
    "talk_to_human": N_("转人工"),
    "delete_my_data": N_("删除资料或撤回同意"),
    "cancel": N_("返回主菜单"),
    "greeting": N_("从头开始"),
    "help": N_("这里能办什么"),
}


def way(intent: str) -> str:
    """What may be meant, as a button. KeyError for an intent that nobody may choose."""
    return _(WAYS[intent])


def none_of_these() -> str:
    """Button."""
    return _("都不是")


def none_said() -> str:
    """None of what we thought of."""
    return _("好的。请换个说法再告诉我，或从下面选择；也可以直接转人工，由专员回答。")


def person_instead() -> str:
    """Not understood twice in a row."""
    return _("连续两次没有理解您的意思，您也可以直接转人工，由专员回答。")


# -- buttons


def go_consents() -> str:
    """Button of the first reply."""
    return _("第一步：隐私与同意")


def go_file() -> str:
    """Button."""
    return _("登记债权")


def go_status() -> str:
    """Button."""
    return _("查询进度")


def go_offers() -> str:
    """Button."""
    return _("查看要约")


def go_facts() -> str:
    """Button."""
    return _("常见问题")


def go_safety() -> str:
    """Button."""
    return _("防骗提示")


def go_me() -> str:
    """Button."""
    return _("我的账户")


def go_language() -> str:
    """Button; in two languages, for whoever reads only one of them."""
    return _("语言 / Language")


def go_link() -> str:
    """Button."""
    return _("绑定账户")


def go_privacy() -> str:
    """Button."""
    return _("隐私说明")


def go_notices() -> str:
    """Button."""
    return _("通知与时区")


def go_scams() -> str:
    """Button."""
    return _("常见骗局")


def go_payouts() -> str:
    """Button."""
    return _("收款方式")


def go_unlink() -> str:
    """Button."""
    return _("解除绑定")


def resume() -> str:
    """Button: go on with the newest draft."""
    return _("继续填写")


# -- language


def language_title() -> str:
    """The language screen; in two languages, for whoever reads only one of them."""
    return _("语言 / Language")


def language() -> str:
    """The language screen. Every line in its own language, whatever is spoken now."""
    return "请选择语言，随时可以更改。\n請選擇語言，隨時可以更改。\nPlease choose a language. You can change it at any time."


def language_kept() -> str:
    """Said in the new language."""
    return _("好的，从现在起我用{language}和您交谈。").format(language=LANGUAGES[i18n.locale()])


def language_unknown() -> str:
    """A button of a language that is not offered any more."""
    return _("没有这种语言。请从下面选择。")


# -- privacy and consents

_PURPOSE_WORDS = {
    Purpose.ACCOUNT: N_("保存您已验证的邮箱、使用的渠道和语言，以及您在这里的操作记录，用于认出您本人，让您接着办理。"),
    Purpose.CLAIM_DETAILS: N_(
        "保存并使用您填写的债权资料，包括姓名或公司名称、编号、客户代码、金额、国籍、居住地和税务居民身份，用于登记、核对和查询您的债权。"
    ),
    Purpose.IDENTITY_PAPERS: N_("保存您上传的证明文件。其中可能有身份证件等敏感个人信息，只供专员核对您的债权。"),
    Purpose.ABROAD: N_("上述资料可能保存在中国内地以外，并由那里的专员处理。接收方的名称和联系方式，可以向人工索取。"),
    Purpose.BUYERS: N_("向有意购买债权的买方展示不含姓名的概况（债权类别和大致金额），以便对方报价。"),
    Purpose.NEWS: N_("主动向您发送与您本人债权没有直接关系的消息，例如案件进展。"),
    Purpose.UNDERSTANDING: N_(
        "系统没听懂您的话时，先去掉其中的邮箱、编号、电话等个人信息，再加密保存，供人工改进系统的理解，最多保留 90 天。看不出是谁说的句子，经人工确认后可能编成例句长期留用。"
    ),
}
_WITHOUT = {
    Purpose.ACCOUNT: N_("撤回期间，您不能登记新的债权。已登记的债权不受影响。"),
    Purpose.CLAIM_DETAILS: N_("撤回期间，您不能登记新的债权。已登记的债权不受影响；要撤回登记，请打开“查询进度”。"),
    Purpose.IDENTITY_PAPERS: N_(
        "撤回期间，请不要再上传证明文件。要删除已上传的文件，请转人工；要删除全部资料，请到“我的账户”。"
    ),
    Purpose.ABROAD: N_("我们会尽快由人工与您确认已保存资料的处理办法。也可以现在转人工。"),
    Purpose.BUYERS: N_("我们不再向买方展示您的债权概况。"),
    Purpose.NEWS: N_("我们不再主动发送案件资讯。与您本人债权有关的通知，可以在“通知与时区”里设置。"),
    Purpose.UNDERSTANDING: N_(
        "为此保留的您的话已经全部删除，以后也不再保留。已经编成例句的，看不出是谁说的，无法单独找出来删除。"
    ),
}


def purpose_words(name: Purpose) -> str:
    """The words a person agrees to; their hash is kept with the consent. MUST be shown before they are agreed to."""
    return _("{purpose}：{words}").format(purpose=purpose_name(name), words=_(_PURPOSE_WORDS[name]))


def consents_title() -> str:
    """The list of purposes."""
    return _("隐私与同意")


def consents(
    needed: Sequence[Purpose], optional: Sequence[Purpose], given: Mapping[str, datetime], timezone: str
) -> str:
    """Every purpose with its words and where it stands."""

    def listed(purposes: Sequence[Purpose], start: int) -> str:
        return "\n\n".join(
            f"{number}. {purpose_words(name)}\n{_state(given.get(name), timezone)}"
            for number, name in enumerate(purposes, start)
        )

    return "\n\n".join(
        (
            _("每项用途分别同意，互不捆绑。撤回和同意一样，点一次就行，随时可以。"),
            _("不点按钮也可以：发送“同意 1”，就是同意第 1 项；其他各项也一样，一次一项。"),
            _("【登记债权前需要】"),
            listed(needed, 1),
            _("【可选，不同意不影响登记】"),
            listed(optional, len(needed) + 1),
        )
    )


def _state(given_at: datetime | None, timezone: str) -> str:
    if given_at is None:
        return _("状态：未同意")
    return _("状态：已同意，{time}").format(time=moment(given_at, timezone))


def agree(name: Purpose) -> str:
    """Button."""
    return _("同意：{purpose}").format(purpose=purpose_name(name))


def withdraw(name: Purpose) -> str:
    """Button."""
    return _("撤回：{purpose}").format(purpose=purpose_name(name))


def back_to_consents() -> str:
    """Button."""
    return _("查看全部用途")


def asked(name: Purpose, *, needed: bool) -> str:
    """One purpose by itself, before it is agreed to."""
    why = _("登记债权前需要您同意这一项：") if needed else _("这一项是可选的：")
    how = _("同意请点按钮，或发送“同意”。")
    return f"{why}\n\n{purpose_words(name)}\n\n{how}"


def words_changed() -> str:
    """The words were changed, or translated, since the button was shown."""
    return _("说明文字有更新，请先看一遍再决定。")


def agreed(name: Purpose, at: datetime, receipt: str, timezone: str) -> str:
    """A consent was written down."""
    return _("已记录：您同意“{purpose}”，{time}，回执编号 {receipt}。").format(
        purpose=purpose_name(name), time=moment(at, timezone), receipt=receipt
    )


def agreed_before(name: Purpose) -> str:
    """The second tap."""
    return _("“{purpose}”您之前已经同意，没有重复记录。").format(purpose=purpose_name(name))


def withdrawn(name: Purpose, at: datetime, receipt: str, timezone: str) -> str:
    """A consent was ended."""
    said = _("已记录：您撤回了对“{purpose}”的同意，{time}，回执编号 {receipt}。").format(
        purpose=purpose_name(name), time=moment(at, timezone), receipt=receipt
    )
    return f"{said}\n{_(_WITHOUT[name])}"


def not_given(name: Purpose) -> str:
    """Nothing to withdraw."""
    return _("“{purpose}”目前没有您的同意，无需撤回。").format(purpose=purpose_name(name))


def still_needed(name: Purpose, number: int) -> str:
    """One of the two needed consents stands."""
    return _("登记债权前，还需要您同意“{purpose}”：请点按钮，或发送“同意 {number}”。").format(
        purpose=purpose_name(name), number=number
    )


def ready_to_file() -> str:
    """Both needed consents stand."""
    return _("登记债权所需的两项都已同意，可以开始了：请点“登记债权”，或发送“登记债权”。")


def privacy_title() -> str:
    """The privacy notice."""
    return _("隐私说明")


def privacy() -> str:
    """The privacy notice."""
    return "\n\n".join(
        (
            _("谁在处理：债权通的运营方。本服务独立运营，不隶属 FTX、法院或 Kroll。"),
            _(
                "处理什么：您的邮箱、使用的渠道、语言和时区；您填写的债权资料和上传的文件；您在这里的操作记录。不索取密码、助记词、私钥或双重验证码。"
            ),
            _("为什么：只用于您分别同意的用途，见“隐私与同意”。不用于其他用途，不出售您的资料。"),
            _("怎样保存：姓名、邮箱、金额、文件等加密保存。每次状态变化留有签名凭证，凭证里只有摘要，看不出内容。"),
            _(
                "您的权利：随时查看、更正、索取副本或删除。删除可以自己办理，点“删除我的资料”即可；副本由专员办理，请转人工。依法必须保留的，会说明理由和期限。"
            ),
            _("撤回同意：在“隐私与同意”点一次即可。撤回不影响撤回之前已经做的处理。"),
        )
    )


# -- linking


def link_title() -> str:
    """The form."""
    return _("绑定账户")


def email_label() -> str:
    """The field."""
    return _("注册邮箱")


def ask_email() -> str:
    """First question."""
    return _(
        "请输入您当年注册 FTX 时用的邮箱。我们会发一个 6 位验证码过去，确认邮箱在您手里。\n\n例如：zhangsan@example.com"
    )


def typo_question(typed: str, better: str) -> str:
    """The address looks like a slip of the finger."""
    return _("您输入的是 {typed}，是不是想写 {better}？请点选，或重新输入。").format(typed=typed, better=better)


def typo_yes(better: str) -> str:
    """Button."""
    return _("改为 {email}").format(email=better)


def typo_no(typed: str) -> str:
    """Button."""
    return _("没有写错，就是 {email}").format(email=typed)


def why_email() -> str:
    """Button."""
    return _("为什么不能用姓名或编号验证？")


def why_email_said() -> str:
    """What proves who somebody is, and what does not."""
    return _(
        "姓名、债权金额、客户代码和债权编号都不能证明身份：2023 年 8 月 Kroll 遭入侵，债权人的姓名、地址、邮箱和余额都已外泄，知道这些的不一定是本人。能收到这个邮箱的新邮件，才能证明邮箱在您手里。"
    )


def lost_mailbox() -> str:
    """Button."""
    return _("这个邮箱已经用不了")


def lost_mailbox_said() -> str:
    """The mailbox is gone."""
    return _(
        "请先试着向邮箱服务商找回这个邮箱。确实找不回的，请发送“转人工”，由专员另行核对。为了您的安全，不能用姓名、金额或编号代替。"
    )


def ask_code(email: str) -> str:
    """Second question. MUST be the same for every address, known to us or not."""
    return _(
        "验证码已发往 {email}，10 分钟内有效，最多可试 5 次。请把邮件里的 6 位数字发给我。\n\n没收到？请看一下垃圾邮件箱，并核对上面的地址。验证码只在这个对话里输入，任何人以其他方式索要都是诈骗。"
    ).format(email=email)


def wrong(code: str, data: Mapping[str, object]) -> str:
    """What is wrong with an answer, with a right example."""
    match code:
        case "not_an_email":
            return _("这不像一个邮箱地址。请输入完整的地址，例如：zhangsan@example.com")
        case "two_emails":
            return _("这里有不止一个邮箱地址，请只输入一个。")
        case "email_not_code":
            return _("这一步需要验证码。要换邮箱，请点“上一步”。")
    return code_wrong(code, data)


def mail_subject(code: str) -> str:
    """The subject of the mail with the code: read on a locked screen, without opening anything."""
    return _("债权通验证码：{code}").format(code=code)


def mail_text(code: str) -> str:
    """The mail with the code. MUST hold no link: a mail with one is not ours."""
    return _(
        "您的验证码是：{code}\n\n请在 10 分钟内，把它输入您正在使用的债权通对话。\n\n如果不是您本人在操作，请忽略这封邮件，不要把验证码告诉任何人，包括自称客服的人。\n\n这封邮件没有链接，也没有附件。带链接的“债权通”邮件都是冒充。"
    ).format(code=code)


def mail_failed() -> str:
    """Said on the person's channel when the mail with the code did not go out."""
    return _("验证码邮件没有发送成功。请核对邮箱地址后重新绑定，或稍后再试；多次不成功请转人工。")


def mail_delayed() -> str:
    """Said while the mail server cannot be reached."""
    return _(
        "邮件服务器暂时连不上，验证码还没有发出。我们会在验证码有效的 10 分钟内继续尝试，您不用重新操作；到时仍未收到，会再告诉您。"
    )


def linked_before_title() -> str:
    """The form, for somebody who is linked."""
    return _("已经绑定")


def linked_before(email: str) -> str:
    """Linking again."""
    return _("这个渠道已绑定邮箱 {email}，无需再次绑定。要换成另一个邮箱，请先在“我的账户”里解除绑定。").format(
        email=email
    )


def linked_title() -> str:
    """The address is proved."""
    return _("绑定成功")


def linked(email: str, found: int, unfiled: int, claims: int, drafts: int) -> str:
    """What was found behind a proved address."""
    lines = [_("邮箱 {email} 已通过验证，这个渠道已绑定到您的账户。").format(email=email), ""]
    if found:
        lines.append(_("在已导入的债权登记册资料中，找到 {count} 条与这个邮箱对应的记录。").format(count=found))
    else:
        lines.append(
            _(
                "在已导入的债权登记册资料中，没有与这个邮箱对应的记录。这不表示您没有债权：资料可能不全，您可以自行填写。"
            )
        )
    if claims:
        lines.append(_("您在这里已登记 {count} 项债权。").format(count=claims))
    if unfiled:
        lines.append(_("点下面的按钮，可以核对这些记录并登记。"))
    if drafts:
        lines.append(_("您有未完成的填写，可以在这里接着填。"))
    return "\n".join(lines)


def file_record(number: int, count: int) -> str:
    """Button: file one row of the register."""
    return _("核对并登记第 {number} 条").format(number=number) if count > 1 else _("核对并登记这条记录")


def frozen() -> str:
    """The account is frozen."""
    return _("这个账户目前处于冻结状态，为了安全，不能绑定或解除绑定。请转人工。")


def warning_title() -> str:
    """Told to the other channels of an account."""
    return _("安全提醒：您的账户刚在新的渠道上登录")


def warning(email: str, where: str, at: datetime, timezone: str) -> str:
    """A new channel proved the address of this account."""
    return _(
        "{time}，有人用邮箱 {email} 收到的验证码，在“{channel}”上绑定了您的账户。\n\n如果是您本人，无需理会。\n\n如果不是您本人：\n1. 立即更改邮箱密码，并开启双重验证\n2. 打开“我的账户”，解除那个渠道的绑定\n3. 转人工，说明情况"
    ).format(time=moment(at, timezone), email=email, channel=where)


# -- the account


def me_title() -> str:
    """The account page."""
    return _("我的账户")


def me_nobody(timezone: str) -> str:
    """Nobody is linked."""
    return "\n".join(
        (
            _("这个渠道还没有绑定账户。"),
            _("绑定需要您当年注册 FTX 时用的邮箱：我们发一个 6 位验证码，您在这里输入。"),
            "",
            _("语言：{language}").format(language=LANGUAGES[i18n.locale()]),
            _("时区：{zone}").format(zone=zone_name(timezone)),
        )
    )


def me(email: str, channels: Sequence[str], claims: int, consents: int, timezone: str) -> str:
    """Who is linked here, and what else there is."""
    return "\n".join(
        (
            _("邮箱：{email}").format(email=email),
            _("已登记的债权：{count} 项").format(count=claims),
            _("已同意的用途：{count} 项").format(count=consents),
            _("语言：{language}").format(language=LANGUAGES[i18n.locale()]),
            _("时区：{zone}").format(zone=zone_name(timezone)),
            "",
            _("已绑定的渠道："),
            *channels,
        )
    )


def channel_here(where: str) -> str:
    """One line of the list: the one in use."""
    return _("· {channel}（当前渠道）").format(channel=where)


def channel_there(number: int, where: str, seen: datetime, timezone: str) -> str:
    """One line of the list: another one."""
    return _("· 渠道 {number}：{channel}，最近使用 {time}").format(
        number=number, channel=where, time=moment(seen, timezone)
    )


def go_unlink_other(number: int) -> str:
    """Button."""
    return _("解除渠道 {number} 的绑定").format(number=number)


def unlink_title() -> str:
    """Before a contact is unlinked."""
    return _("解除绑定？")


def unlink_asks(where: str, *, here: bool, last: bool) -> str:
    """What it means to unlink a contact."""
    lines = [
        _("解除后，在当前渠道将看不到您的债权和要约，也收不到通知。")
        if here
        else _("解除后，“{channel}”上将看不到您的债权和要约，也收不到通知。").format(channel=where)
    ]
    lines.append(_("已登记的债权和未完成的填写都会保留，重新验证邮箱后可以接着办理。"))
    if last:
        lines.append(_("这是您最后一个已绑定的渠道：解除后，我们将无法通知您。"))
    return "\n".join(lines)


def unlink_yes() -> str:
    """Button."""
    return _("确认解除")


def unlink_no() -> str:
    """Button."""
    return _("不解除")


def unlinked_title() -> str:
    """It is done."""
    return _("已解除绑定")


def unlinked(*, here: bool) -> str:
    """It is done, and what remains."""
    if here:
        return _("这个渠道已与您的账户解除绑定。债权登记不受影响；需要时，重新验证邮箱即可。")
    return _("那个渠道已与您的账户解除绑定。如果那不是您本人的渠道，请同时更改邮箱密码，否则对方可以再次绑定。")


def thrown_out_title() -> str:
    """Told to a channel that another one unlinked."""
    return _("安全提醒：这个渠道已与您的账户解除绑定")


def thrown_out(where: str, at: datetime, timezone: str) -> str:
    """Another channel of the account unlinked this one."""
    return _(
        "{time}，有人在“{channel}”上操作，把这个渠道与您的账户解除了绑定。\n\n如果是您本人，无需理会。\n\n如果不是您本人：请立即更改邮箱密码，然后在这里重新绑定，并转人工说明情况。"
    ).format(time=moment(at, timezone), channel=where)


def not_linked() -> str:
    """There is nothing to unlink."""
    return _("这个渠道没有绑定您的账户，没有任何改动。")


# -- erasing everything


def go_erase() -> str:
    """Button."""
    return _("删除我的资料")


def erase_title() -> str:
    """The page and the form."""
    return _("删除我的资料")


def erase_how(days: int) -> str:
    """What happens when."""
    return _(
        "确认之后有 {days} 天的反悔期，期间随时可以撤回。到期后由系统自动删除，删除后无法恢复，也无法再查询。"
    ).format(days=days)


def erase_goes(email: str | None, channels: int, claims: int, tickets: int) -> str:
    """What is deleted. Without `email` only what this channel holds."""
    lines = [_("会删除：")]
    if email is not None:
        lines.append(_("▪ 邮箱 {email}，以及已绑定的渠道（{count} 个）").format(email=email, count=channels))
        lines.append(
            _("▪ 债权登记 {count} 项，以及全部证明文件；还在处理的，先撤回登记").format(count=claims)
            if claims
            else _("▪ 您填写的债权资料和上传的文件")
        )
        lines.append(_("▪ 收到的要约、期望价格和收款方式；未答复的要约视为拒绝"))
    lines.append(_("▪ 对话记录、填到一半的表格、各项同意"))
    lines.append(
        _("▪ 工单和其中的文件；未办结的工单（{count} 个）随之关闭").format(count=tickets)
        if tickets
        else _("▪ 工单和其中的文件")
    )
    if email is not None:
        lines.append(_("这不影响您在 FTX 破产案中的债权本身，也不影响您在官方门户和 Kroll 的记录。"))
    return "\n".join(lines)


def erase_stays(kept_until: datetime | None, timezone: str, *, linked: bool) -> str:
    """What is not deleted, and why."""
    lines = [
        _("会保留："),
        _("▪ 已签名的账本记录。里面只有随机编号、状态和时间，没有您的资料；留着，是为了证明记录没有被改动过。"),
    ]
    if linked:
        lines.append(_("▪ 法院公开的债权登记册。它不是您提供的；它与您邮箱之间的对应关系会删除。"))
    if kept_until is not None:
        lines.append(
            _(
                "▪ 已完成交易的要约、协议、交割记录和收款方式。合同争议仍可能起诉，所以加密保存到 {time}，届时自动删除。"
            ).format(time=moment(kept_until, timezone))
        )
    return "\n".join(lines)


_UNDER_WAY = {
    "accepted": N_("▪ 要约 {number}：已接受，等待交割"),
    "settlement": N_("▪ 交割 {number}：办理中"),
    "bond": N_("▪ 债券 {number}：还在付息或还本"),
    "payment": N_("▪ 收款方式 {number}：有款项在途"),
}


def erase_under_way(found: Sequence[tuple[str, str, str | None]]) -> str:
    """What has to come to its end first, with the last day known of it."""
    lines = [_("还在进行中，要等它们结束才会删除：")]
    for what, number, until in found:
        line = _(_UNDER_WAY[what]).format(number=number)
        lines.append(_("{what}，至 {day}").format(what=line, day=until) if until is not None else line)
    return "\n".join(lines)


def erase_go_on() -> str:
    """Button."""
    return _("继续")


def erase_by_code() -> str:
    """Button."""
    return _("发送验证码并继续")


def erase_not() -> str:
    """Button."""
    return _("先不删除")


def erase_asks_again(days: int) -> str:
    """The second look of somebody who is not linked."""
    return _("确定要删除您在这里的全部资料吗？{days} 天内可以撤回，之后无法恢复。").format(days=days)


def erase_yes() -> str:
    """Button."""
    return _("确认删除")


def ask_erase_code(mailbox: str) -> str:
    """The question of the form."""
    return _("为确认是您本人，我们向 {mailbox} 发送了一个 6 位验证码。输入验证码，就是确认删除。").format(
        mailbox=mailbox
    )


def erase_mail(code: str, days: int) -> str:
    """The mail with the code. MUST hold no link: a mail with one is not ours."""
    return _(
        "您的验证码是：{code}\n\n这个验证码用于确认：删除您在债权通的全部资料。输入后 {days} 天内可以撤回，之后无法恢复。\n\n如果不是您本人在操作，请不要把验证码告诉任何人，包括自称客服的人，并立即更改邮箱密码。\n\n这封邮件没有链接，也没有附件。带链接的“债权通”邮件都是冒充。"
    ).format(code=code, days=days)


def erase_asked_title() -> str:
    """The wish was written down."""
    return _("已收到您的删除申请")


def erase_asked(receipt: str) -> str:
    """The same."""
    return _("已登记，回执编号 {receipt}。").format(receipt=receipt)


def erase_waits(due_at: datetime, timezone: str, *, held: bool) -> str:
    """When it will be done. `held`: something is under way."""
    if held:
        return _("您已申请删除资料。最早在 {time}删除；进行中的事项没有结束之前，会顺延。").format(
            time=moment(due_at, timezone)
        )
    return _("您已申请删除资料，将在 {time}之后删除。").format(time=moment(due_at, timezone))


def erase_silently() -> str:
    """Nobody can be told afterwards."""
    return _("删除时，您的联系方式也一并删除，所以届时不会另行通知。请自行保存需要的文件和回执编号。")


def go_keep_me() -> str:
    """Button: the wish is taken back."""
    return _("撤回删除申请")


def erase_stopped_title() -> str:
    """It was taken back."""
    return _("已撤回删除申请")


def erase_stopped(receipt: str) -> str:
    """The same."""
    return _(
        "您的资料没有任何改动，回执编号 {receipt}。如果当初不是您本人申请的，请立即更改邮箱密码，并转人工说明情况。"
    ).format(receipt=receipt)


def erase_nothing_to_stop() -> str:
    """There is no wish to take back."""
    return _("目前没有待执行的删除申请，没有任何改动。")


def erase_frozen() -> str:
    """The account is frozen."""
    return _("这个账户目前处于冻结状态，为了安全，暂时不能申请删除。请转人工。")


def erase_warning_title() -> str:
    """Told to the other channels of an account."""
    return _("安全提醒：有人申请删除您的全部资料")


def erase_warning(where: str, at: datetime, due_at: datetime, timezone: str) -> str:
    """Another channel of the account asked for it."""
    return _(
        "{time}，有人在“{channel}”上用邮箱验证码，申请删除您账户里的全部资料，最早在 {due}执行。\n\n如果是您本人，无需理会。\n\n如果不是您本人：请立即点下面的按钮撤回，然后更改邮箱密码，并转人工说明情况。"
    ).format(time=moment(at, timezone), channel=where, due=moment(due_at, timezone))


# -- safety


def safety_title() -> str:
    """How to tell us from a fake."""
    return _("防骗提示")


def safety() -> str:
    """How to tell us from a fake, and the fakes that are known."""
    return "\n\n".join(
        (
            _(
                "真正的债权通：\n· 从不索要密码、助记词、私钥、双重验证码，不要求连接钱包\n· 不会私下索要身份证照片：证明文件只在登记表单里上传\n· 不收手续费、解冻费、保证金或任何其他费用\n· 只请您输入刚发到您邮箱的 6 位验证码，而且只在这个对话里输入\n· 验证码邮件里没有链接，也没有附件\n· 不会先来私聊您：专员只在这个对话里答复，并带有工单号"
            ),
            _("有人自称债权通，要您加好友、换到别处聊、付款或点链接，就是冒充。不要回复，回到这里转人工核实。"),
            _(
                "已知的骗局（截至 2026-05-29 的公开资料）：\n· 2025 年 10 月：冒名“Kroll Settlement Advisory”“Digital Disbursements”的邮件，许诺 118%–142% 的分配，引到 clientid-ftxclaims.com。FTX 声明不会要求任何人连接钱包（Mitrade，2025-10-05）\n· 2023 年 8 月：Kroll 遭入侵，债权人的姓名、地址、邮箱和余额外泄。所以骗子可能叫得出您的全名和金额，这不证明他是真的\n· 新加坡警方警示过仿冒美国司法部的网站，骗取 FTX 登录信息和“律师费”（日期未知）\n· 微信群里有人冒充交易所员工，并掌握受害人的资料（8BTC，日期未知）"
            ),
            _(
                "核对网址：看清每一个字母（i、l、1 容易混淆）、多出来的连字符和后缀。发件人显示的名字可以伪造，不能作为证明。官方索赔门户是 claims.ftx.com。拿不准的，当作未知，不要点。"
            ),
            _("已经把密码或助记词告诉别人了？立即更改密码、转移资产、关闭登录会话，再转人工。"),
        )
    )
