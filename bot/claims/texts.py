"""What the claims room says: questions, answers to a wrong answer, cards and receipts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot import i18n, words
from bot.claims import rules
from bot.errors import Invalid
from bot.i18n import N_, _, kept

# --- names of things --------------------------------------------------------------------------

#: the places offered as buttons
QUICK_PLACES = ("CN", "HK", "MO", "TW", "SG", "US")


_CLASSES = {"other": N_("其他类别"), "unsure": N_("不确定")}


def plan_class(code: str) -> str:
    """A plan class: `5A 类`."""
    return _(_CLASSES[code]) if code in _CLASSES else _("{code} 类").format(code=code)


def class_name(code: str) -> str:
    """A plan class with what it is called."""
    names = {
        "5A": _("FTX.com 客户权益债权"),
        "5B": _("FTX.US 客户权益债权"),
        "6A": _("一般无担保债权"),
        "6B": _("数字资产贷款债权"),
        "7A": _("FTX.com 便利类债权"),
        "7B": _("FTX.US 便利类债权"),
    }
    return (
        _("{short}（{name}）").format(short=plan_class(code), name=names[code]) if code in names else plan_class(code)
    )


def holder(code: str) -> str:
    """Who holds the claim."""
    return _("个人") if code == "person" else _("公司或其他机构")


def source_short(as_of: str | None) -> str:
    """Where a figure comes from, behind it on the review screen."""
    return _("（来源：债权登记册，截至 {day}）").format(day=as_of) if as_of is not None else ""


# --- money in words ---------------------------------------------------------------------------

#: digits from zero to nine; ten, hundred, thousand; ten thousand, hundred million; dollar, cent, exactly
_CAPITAL = {
    "zh_Hans": ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("万", "亿"), ("美元", "美分", "整")),
    "zh_Hant": ("零壹貳參肆伍陸柒捌玖", ("", "拾", "佰", "仟"), ("萬", "億"), ("美元", "美分", "整")),
}


def capital(cents: int, locale: str | None = None) -> str:
    """An amount of dollars in capital numerals (大写): 叁万伍仟美元整. In English: in words."""
    spoken = locale or i18n.locale()
    whole, part = divmod(cents, 100)
    if spoken == "en":
        dollars = f"{_english(whole)} US dollar" + ("" if whole == 1 else "s")
        rest = f" and {_english(part)} cent" + ("" if part == 1 else "s") if part else ""
        return (dollars + rest).capitalize().replace("us dollar", "US dollar")
    digits, small, large, (dollar, cent, exactly) = _CAPITAL["zh_Hans" if spoken == "zh_Hans" else "zh_Hant"]
    said = _capital(whole, digits, small, large) + dollar
    if not part:
        return said + exactly
    # 零 holds the place of the tens that are not there: 叁万伍仟美元零伍美分
    return said + (digits[0] if part < 10 else "") + _capital(part, digits, small, large) + cent


def _capital(number: int, digits: str, small: tuple[str, ...], large: tuple[str, str]) -> str:
    for unit, word in ((10**8, large[1]), (10**4, large[0])):
        if number >= unit:
            high, low = divmod(number, unit)
            said = _capital(high, digits, small, large) + word
            if low:
                said += (digits[0] if low < unit // 10 else "") + _capital(low, digits, small, large)
            return said
    if number == 0:
        return digits[0]
    said, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            said += (digits[0] if gap and said else "") + digits[digit] + small[power]
        gap = not digit
    return said


_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]  # fmt: skip
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _english(number: int) -> str:
    for unit, word in (
        (10**12, "trillion"),
        (10**9, "billion"),
        (10**6, "million"),
        (1000, "thousand"),
        (100, "hundred"),
    ):
        if number >= unit:
            high, low = divmod(number, unit)
            return f"{_english(high)} {word}" + (f" {_english(low)}" if low else "")
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def money(cents: int) -> str:
    """An amount in digits and in capital numerals."""
    return _("{digits}（{capital}）").format(digits=words.money(cents), capital=capital(cents))


# --- the form: titles, labels, questions ------------------------------------------------------


def file_title() -> str:
    """The form that registers a claim."""
    return _("登记债权")


def amend_title() -> str:
    """The form that corrects one."""
    return _("修改登记")


def add_title() -> str:
    """The form that adds documents to one."""
    return _("补充材料")


_LABELS = {
    "debtor": N_("债务人"),
    "plan_class": N_("债权类别"),
    "schedule": N_("债权表编号（Schedule Number）"),
    "claim_number": N_("债权编号（Claim Number）"),
    "ucc": N_("唯一客户代码（UCC）"),
    "holder": N_("债权人类型"),
    "name": N_("法定名称"),
    "nationality": N_("国籍或注册地"),
    "residence": N_("居住地或营业地"),
    "tax_residence": N_("税务居民身份"),
    "amount": N_("债权金额"),
    "class_check": N_("类别核对"),
    "documents": N_("证明材料"),
    "declaration": N_("声明"),
}


def label(name: str) -> Callable[[], str]:
    """The name of a field."""
    return lambda: _(_LABELS[name])


def ask_debtor() -> str:
    """The first question; says at once what this is and what it is not."""
    return "\n\n".join(
        (
            _(
                "在这里登记，是向本服务的运营方登记您已有的 FTX 债权，不是向法院或 Kroll 申报。填写中途可以随时停下，内容会加密保存。"
            ),
            _("您的债权是对哪一家公司（债务人）的？"),
            _(
                "账户开在 FTX.com，一般是 FTX Trading Ltd.；开在 FTX.US，一般是 West Realm Shires Services Inc.；欧洲、日本、Liquid 的账户对应其余三家。请以 FTX 客户索赔门户（claims.ftx.com）或债权登记册上写的为准。"
            ),
        )
    )


def ask_class() -> str:
    """The class, explained by size."""
    return "\n".join(
        (
            _("您的债权属于哪一类？"),
            "",
            _("· FTX.com 客户：超过 50,000 美元一般是 5A 类；50,000 美元及以下一般是 7A 类（便利类债权）"),
            _("· FTX.US 客户：界线相同，一般是 5B 类或 7B 类"),
            _("· 6A 类：一般无担保债权；6B 类：数字资产贷款债权"),
            "",
            _("不清楚就选“不确定”，不影响登记。"),
        )
    )


def ask_schedule() -> str:
    """The schedule number, by the English name people can match."""
    return _(
        "债权表编号（Schedule Number）是多少？\n\n7 位数字，例如 9912345，写在债权登记册和 FTX 客户索赔门户里。没有或不知道，可以跳过。"
    )


def ask_claim_number() -> str:
    """The estate's claim number."""
    return _(
        "债权编号（Claim Number）是多少？\n\n4 到 6 位数字，例如 99123。提交过债权证明（Proof of Claim）才会有，与债权表编号不同。没有或不知道，可以跳过。"
    )


def ask_ucc() -> str:
    """The customer code, told apart from the committee that has the same initials."""
    return _(
        "您的唯一客户代码（Unique Customer Code，UCC）是什么？\n\nKroll 在 2023 年 3 月 30 日前后用电子邮件发给客户；在 FTX 客户索赔门户“My Account”的账户号下方也能看到。请照原样填写。这里的 UCC 不是债权人委员会（Unsecured Creditors' Committee）的缩写。没有或不知道，可以跳过。"
    )


def ask_holder(taken: Sequence[str], as_of: str) -> str:
    """Person or company; `taken` names what the register gave, for nobody was asked for it."""
    question = _("这项债权登记在谁的名下？")
    if not taken:
        return question
    given = _("、").join(label(name)() for name in taken)
    before = _("已按导入的债权登记册（截至 {as_of}）带入：{given}。提交前会请您逐项核对，有误可以修改。")
    return before.format(as_of=as_of, given=given) + "\n\n" + question


def ask_name(company: bool) -> str:
    """The legal name."""
    if company:
        return _(
            "公司或机构的法定全称是什么？请与注册文件上的写法一致。\n\n例如：某某科技有限公司、Example Holdings Ltd."
        )
    return _(
        "债权人的法定姓名是什么？请与 FTX 身份验证（KYC）所用证件上的写法一致。\n\n例如：张三、欧阳明月、买买提·艾力、ZHANG SAN"
    )


def ask_nationality(company: bool) -> str:
    """The first of three separate facts."""
    if company:
        return _(
            "公司注册在哪个国家或地区？\n\n注册地、营业地、税务居民身份是三件不同的事，请分别如实填写。可以点选，也可以直接输入。"
        )
    return _(
        "债权人的国籍是哪里？有多个国籍的，请填 FTX 开户时所用证件上的那一个。\n\n国籍、居住地、税务居民身份是三件不同的事，请分别如实填写。可以点选，也可以直接输入，例如：日本、Canada"
    )


def ask_residence(company: bool) -> str:
    """Where the creditor lives; what a passport says does not count here."""
    if company:
        return _("公司主要在哪个国家或地区营业？\n\n可以点选，也可以直接输入。")
    return _(
        "债权人现在实际居住在哪个国家或地区？与国籍无关，请按实际情况填写。\n\n可以点选，也可以直接输入，例如：日本、Canada"
    )


def ask_tax_residence(company: bool) -> str:
    """Where the creditor is resident for tax."""
    if company:
        return _("公司是哪个国家或地区的税务居民？\n\n可以点选，也可以直接输入。")
    return _(
        "债权人是哪个国家或地区的税务居民？也就是通常在哪里报税。有多个的，请填最主要的一个。\n\n可以点选，也可以直接输入，例如：日本、Canada"
    )


def ask_amount(petition: date) -> str:
    """The amount at the petition date's prices."""
    return _(
        "截至破产申请日 {day}，您的债权金额是多少美元？\n\n请填 FTX 客户索赔门户、债权登记册或债权证明（Proof of Claim）上的金额，不要按现在的币价计算。\n例如：35000、35,000.50、3万5、叁万伍仟美元整"
    ).format(day=words.day(petition))


def amount_read(cents: int) -> str:
    """What was understood, read back before the next question."""
    return _("金额记为：{money}。如果不对，请点“上一步”修改。").format(money=money(cents))


def ask_class_check(named: str, usual: str, cents: int) -> str:
    """Class and amount do not fit together: which of them is meant?"""
    rule = (
        _("{named}一般是 50,000 美元及以下的债权，而您填写的金额超过 50,000 美元，通常属于 {usual}。")
        if cents > rules.LINE
        else _("{named}一般是超过 50,000 美元的债权，而您填写的金额没有超过 50,000 美元，通常属于 {usual}。")
    )
    return "\n\n".join(
        (
            amount_read(cents),
            rule.format(named=plan_class(named), usual=plan_class(usual)),
            _("您想怎么填？两种都可以提交，专员会核对。"),
        )
    )


def class_change(usual: str | None) -> str:
    """Button: take the class the amount points to."""
    return _("改为 {code} 类").format(code=usual) if usual else _("按金额改类别")


def class_keep(named: str | None) -> str:
    """Button, and the answer on the review screen: the class stays as it was named."""
    return _("仍填 {code} 类").format(code=named) if named else _("类别按所填保留")


def _papers_first() -> str:
    return _("材料里可能有敏感个人信息，保存前需要您对“证明文件”单独同意。上传第一个文件时，会有按钮让您确认。")


def agree_papers_button() -> str:
    """Button: the consent that documents need."""
    return _("查看并同意：证明文件")


def ask_documents(cents: int, agreed: bool) -> str:
    """Evidence, in the chat. `agreed`: the consent that documents need stands."""
    return "\n\n".join(
        (
            amount_read(cents),
            _("请上传能证明这项债权的材料，可以一次发多个。"),
            _(
                "例如：客户债权申报表（Customer Claim Form）的 PDF、Kroll 的确认邮件、FTX 账户余额截图。支持 PDF、JPEG、PNG、HEIC、WebP，每个不超过 {most} MB，最多 {files} 个，加密保存。"
            ).format(most=rules.LARGEST // 1024 // 1024, files=rules.MOST_DOCUMENTS),
            *([] if agreed else [_papers_first()]),
            _("请不要上传身份证件、密码、助记词、私钥或验证码。现在没有材料可以跳过，以后再补充。"),
        )
    )


def ask_more_documents(number: str, reason: str | None, agreed: bool) -> str:
    """More evidence for a claim; with what the case officer asked for."""
    asked = [_("专员的要求：{reason}").format(reason=reason)] if reason else []
    return "\n\n".join(
        (
            _("请上传要补充到 {number} 的材料，可以一次发多个。").format(number=number),
            *asked,
            _(
                "支持 PDF、JPEG、PNG、HEIC、WebP，每个不超过 {most} MB，加密保存。请不要上传密码、助记词、私钥或验证码。"
            ).format(most=rules.LARGEST // 1024 // 1024),
            *([] if agreed else [_papers_first()]),
            _("提交后，这项登记会回到“已提交”，由专员接着审核。"),
        )
    )


def documents(names: Sequence[str]) -> str:
    """The documents on the review screen."""
    return _("{count} 个：{names}").format(count=len(names), names=_("、").join(names)) if names else _("（未上传）")


def drop_documents() -> str:
    """Button: take back what was uploaded for this form."""
    return _("删除已上传的文件")


def documents_dropped(count: int) -> str:
    """They are gone."""
    return _("已删除 {count} 个文件。").format(count=count) if count else _("还没有上传文件。")


def declaration() -> str:
    """What the creditor declares; these words go into the signed entry."""
    return _("本人（本公司）声明：以上内容真实、完整，按破产申请日的情况填写。")


def ask_declaration() -> str:
    """The declaration, and what registering here is not."""
    return "\n\n".join(
        (
            _("提交前，请您声明："),
            _("“{declaration}”").format(declaration=declaration()),
            _("属实请点按钮，或发送“我声明”。"),
            _(
                "请知道：\n· 这是向本服务的运营方登记，不是向法院或 Kroll 提交的债权申报，不改变您在破产程序中的权利\n· FTX 客户债权的申报截止日已过：美国东部时间 2023 年 9 月 29 日 16:00（北京时间 9 月 30 日 04:00）；巴哈马程序的截止日 2024 年 5 月 15 日也已过\n· 登记不代表债权已被确认，也不代表会有付款"
            ),
        )
    )


def declare() -> str:
    """Button, and the answer on the review screen."""
    return _("我声明内容真实、完整")


# --- an answer that cannot be read ------------------------------------------------------------

_WRONG = {
    "not_a_debtor": N_("没有找到这家公司。请点选下面的一家，或输入全称，例如 FTX Trading Ltd."),
    "not_a_class": N_("请点选一类，或直接输入，例如 5A。不清楚就选“不确定”。"),
    "not_a_schedule": N_("债权表编号（Schedule Number）是 7 位数字，例如 9912345。没有或不知道，请点“跳过”。"),
    "looks_like_claim_number": N_(
        "这个编号只有 4 到 6 位，更像是债权编号（Claim Number），下一步会问到。债权表编号（Schedule Number）是 7 位数字，例如 9912345。没有请点“跳过”。"
    ),
    "not_a_claim_number": N_("债权编号（Claim Number）是 4 到 6 位数字，例如 99123。没有或不知道，请点“跳过”。"),
    "looks_like_schedule": N_(
        "这个编号有 7 位，更像是债权表编号（Schedule Number），可以点“上一步”填到那里。债权编号（Claim Number）是 4 到 6 位数字，例如 99123。没有请点“跳过”。"
    ),
    "not_a_ucc": N_(
        "请照 Kroll 邮件里的原样填写唯一客户代码，只有字母、数字和连字符，例如 EX-99123。没有或不知道，请点“跳过”。"
    ),
    "not_a_name": N_(
        "名称里只能有文字、空格和“·”等连接符号，不能有表情、网址或其他符号。例如：张三、买买提·艾力、ZHANG SAN"
    ),
    "no_name": N_("请只填写名称本身，与证件或注册文件上的写法一致。例如：张三、买买提·艾力、ZHANG SAN"),
    "name_too_short": N_("请填写完整的名称，至少两个字。例如：张三、ZHANG SAN"),
    "name_too_long": N_("这个名称太长了，请只填写证件或注册文件上的名称。例如：张三、ZHANG SAN"),
    "not_a_place": N_("没有认出这个国家或地区。请点选，或输入国家、地区的名称（不是城市），例如：日本、Canada、CA"),
    "which_china": N_("请选得更具体一些：中国大陆、香港、澳门或台湾。可以直接点选下面的按钮。"),
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
    "file_not_agreed": N_(
        "这个文件还没有保存：材料里可能有敏感个人信息，需要您先对“证明文件”单独同意。同意后回到这里，请再发一次。"
    ),
    "file_empty": N_("这个文件是空的，没有保存。请重新选择文件。支持 PDF、JPEG、PNG、HEIC、WebP。"),
    "file_wrong_type": N_(
        "这种文件不能作为材料，没有保存。请发 PDF 或图片（JPEG、PNG、HEIC、WebP），例如把网页另存为 PDF，或直接截图。"
    ),
    "file_disguised": N_(
        "这个文件的内容和它的扩展名不符，为安全起见没有保存。请发真正的 PDF 或图片，例如重新导出，或直接截图。"
    ),
    "file_locked": N_("这个 PDF 设了密码，专员打不开，没有保存。请去掉密码后再发，例如用“打印为 PDF”另存一份。"),
    "file_broken": N_("这个文件不完整或已损坏，没有保存。请重新导出或重新拍摄后再发。"),
    "not_linked": N_("您的账户绑定在填写期间解除了。请先重新绑定邮箱，再回来提交，已填写的内容都保留着。"),
    "not_agreed": N_("保存债权信息需要您的同意，而这项同意已经撤回。重新同意后就能提交，已填写的内容都保留着。"),
    "not_your_line": N_("这份登记用的登记册记录不在您现在绑定的邮箱名下，不能提交。请绑定原来的邮箱，或转人工。"),
}


def wrong(name: str, invalid: Invalid) -> str:
    """What is wrong with an answer, with a right example."""
    data = invalid.data
    match invalid.code:
        case "which_place":
            listed = _("、").join(
                _("{place}（{code}）").format(place=words.place(code), code=code) for code in data["places"]
            )
            return _("您指的是：{listed}？为免记错，请输入括号里的代码，例如 {code}").format(
                listed=listed, code=data["places"][0]
            )
        case "file_too_large":
            return _("这个文件太大，没有保存。每个文件不超过 {most} MB，请压缩、截图或分成几个再发。").format(
                most=data["most"]
            )
        case "file_twice":
            return _("“{name}”已经上传过，没有重复保存。可以继续上传别的文件。").format(name=data["name"])
        case "too_many_files":
            return _("最多上传 {most} 个文件，这一个没有保存。提交以后还可以再补充。").format(most=data["most"])
        case "already_filed":
            return _(
                "您已经用债权表编号 {schedule} 登记过 {number}，不需要再登记一次。如果是另一项债权，请填写它自己的编号；没有请点“跳过”。"
            ).format(schedule=data["schedule"], number=data["number"])
    found = _WRONG.get(invalid.code)
    return (
        _(found) if found is not None else _("没有读懂“{label}”的回答，请换一种写法。").format(label=_(_LABELS[name]))
    )


# --- buttons ----------------------------------------------------------------------------------


def file_button() -> str:
    """Button: begin."""
    return _("登记债权")


def file_by_hand() -> str:
    """Button: begin with an empty form."""
    return _("都不是，手工填写")


def another_button() -> str:
    """Button: one more claim."""
    return _("再登记一项")


def link_button() -> str:
    """Button: prove an e-mail address."""
    return _("绑定邮箱")


def consents_button() -> str:
    """Button: the consents."""
    return _("查看并同意")


def look_button(number: str) -> str:
    """Button: one claim."""
    return _("查看 {number}").format(number=number)


def list_button() -> str:
    """Button: all claims."""
    return _("我的债权")


def withdraw_yes(why: str) -> str:
    """Button: for good. `why` is one of WHYS."""
    return {
        "": _("确认撤回，不说明原因"),
        "mistake": _("确认撤回：登记有误"),
        "twice": _("确认撤回：重复登记"),
        "sold": _("确认撤回：债权已转让"),
    }[why]


WHYS = ("", "mistake", "twice", "sold")


def withdraw_no() -> str:
    """Button: leave it."""
    return _("不撤回")


# --- before a claim can be registered ---------------------------------------------------------


def link_first() -> str:
    """Nothing is known of a person without a proven address."""
    return _(
        "登记和查询债权，需要先绑定您在 FTX 用过的邮箱。我们会向这个邮箱发送 6 位验证码；姓名、金额或客户代码都不能代替它，因为这些在 2023 年的泄露中可能已被他人得到。"
    )


def agree_first() -> str:
    """Two consents are needed."""
    return _("登记债权前，需要您同意我们保存您的账户和债权信息。每一项都可以单独查看、单独撤回。")


def too_many(most: int) -> str:
    """No more claims."""
    return _("一个账户最多登记 {most} 项债权。还需要登记，请转人工。").format(most=most)


def choose_line(lines: Sequence[tuple[str | None, int | None, str, str]]) -> str:
    """Rows of the register under the proven address: (schedule or claim id, cents, debtor, as of)."""
    listed = "\n".join(
        _("{n}. {debtor}，编号 {number}，{amount}，截至 {day}").format(
            n=n,
            debtor=rules.DEBTORS[debtor],
            number=number or _("（无）"),
            amount=words.money(cents) if cents is not None else _("金额未列明"),
            day=day,
        )
        for n, (number, cents, debtor, day) in enumerate(lines, 1)
    )
    return "\n\n".join(
        (
            _("在导入的债权登记册里，找到登记在您邮箱名下的记录："),
            listed,
            _("选一条，我们会替您预先填好，您可以逐项核对和修改。"),
        )
    )


def line_button(n: int, number: str | None) -> str:
    """Button: begin with this row."""
    return _("用第 {n} 条（{number}）").format(n=n, number=number) if number else _("用第 {n} 条").format(n=n)


def not_your_line() -> str:
    """That row of the register is not under this address."""
    return _("没有找到登记在您邮箱名下的这条记录。您可以手工填写，或转人工。")


def already_filed(number: str) -> str:
    """The same claim stands registered."""
    return _("这项债权您已经登记过，登记编号是 {number}。不需要再登记一次，可以直接查看、修改或补充材料。").format(
        number=number
    )


# --- after a step -----------------------------------------------------------------------------


def number_label() -> str:
    """Beside a number of ours to copy; the estate's own is 债权编号."""
    return _("登记编号")


def receipt_label() -> str:
    """Beside a receipt number to copy."""
    return _("回执编号")


def filed_title() -> str:
    """It is done."""
    return _("✅ 已登记")


def filed(number: str, receipt: str, at: str, status: str) -> str:
    """A claim was registered."""
    return "\n".join(
        (
            _("您的债权已登记，登记编号 {number}。").format(number=number),
            _("回执编号 {receipt}，记录时间 {at}。").format(receipt=receipt, at=at),
            "",
            words.claim_next(status),
            _("状态有变化时，我们会通知您。您也可以随时发送“我的债权”查看。"),
            "",
            receipt_proves(),
        )
    )


def amended_title() -> str:
    """It is done."""
    return _("✅ 已修改")


def amended(number: str, receipt: str, at: str, status: str) -> str:
    """A claim's figures were changed."""
    return "\n".join(
        (
            _("{number} 已按您的修改更新，修改前的内容仍留在记录里。").format(number=number),
            _("回执编号 {receipt}，记录时间 {at}。").format(receipt=receipt, at=at),
            "",
            words.claim_next(status),
            "",
            receipt_proves(),
        )
    )


def added_title() -> str:
    """It is done."""
    return _("✅ 已补充材料")


def added(number: str, count: int, again: int, receipt: str, at: str, status: str) -> str:
    """Documents were added."""
    return "\n".join(
        (
            _("{number} 新增 {count} 个文件，已加密保存。").format(number=number, count=count),
            *([_("另有 {count} 个以前已经交过，没有重复保存。").format(count=again)] if again else []),
            _("回执编号 {receipt}，记录时间 {at}。").format(receipt=receipt, at=at),
            "",
            words.claim_next(status),
        )
    )


def ask_withdraw(number: str) -> str:
    """The first of two steps."""
    return "\n\n".join(
        (
            _("确定要撤回 {number} 吗？").format(number=number),
            _("撤回后不能恢复，只能重新登记。撤回只涉及本服务的登记，不影响您在破产程序中的债权。"),
            _("如果只是填错了，可以选“修改”，不必撤回。"),
        )
    )


def withdrawn_title() -> str:
    """It is done."""
    return _("已撤回")


def withdrawn(number: str, receipt: str, at: str) -> str:
    """A claim was taken back."""
    return "\n".join(
        (
            _("{number} 已按您的要求撤回。").format(number=number),
            _("回执编号 {receipt}，记录时间 {at}。").format(receipt=receipt, at=at),
            _("需要时可以重新登记。"),
        )
    )


# --- refusals ---------------------------------------------------------------------------------


def no_such_claim() -> str:
    """Unknown numbers and other people's numbers, in the same words."""
    return _("您的账户下没有这个登记编号。登记编号的写法是 ZQ- 加 7 个字母或数字，请核对后再试，或查看“我的债权”。")


def not_now(number: str, status: str) -> str:
    """The status does not allow it."""
    return _("{number} 现在的状态是“{status}”，不能再修改、补充或撤回。需要帮助请转人工。").format(
        number=number, status=words.claim_status(status)
    )


def changed_meanwhile(number: str) -> str:
    """An amendment that began from an older state."""
    return _(
        "{number} 在您填写期间已经有了更新，为免覆盖，这次修改没有提交。请重新打开“修改”，在最新内容上改。"
    ).format(number=number)


def nothing_changed(number: str) -> str:
    """An amendment without a change, or documents that were there."""
    return _("{number} 没有变化，所以没有提交。").format(number=number)


def offer_taken(number: str) -> str:
    """Somebody relies on the claim."""
    return _("您已经接受了针对 {number} 的要约，这项登记不能撤回。如有疑问请转人工。").format(number=number)


# --- the card ---------------------------------------------------------------------------------


def none_yet(found: int) -> str:
    """No claim is registered; how many rows the register has under the proven address."""
    said = _("您还没有登记债权。登记大约需要五分钟，中途可以停下，内容会保存。")
    if not found:
        return said
    more = _("导入的债权登记册里，有 {count} 条记录登记在您的邮箱名下，登记时可以直接带入。").format(count=found)
    return f"{said}\n\n{more}"


def list_title() -> str:
    """Several claims."""
    return _("我的债权")


def list_text(lines: Sequence[tuple[str, int, str]], as_of: str) -> str:
    """One line a claim: (number, cents, status)."""
    listed = "\n".join(
        _("{number}  {amount}  {status}").format(
            number=number, amount=words.money(cents), status=words.claim_status(status)
        )
        for number, cents, status in lines
    )
    return "\n\n".join((_("您登记了 {count} 项债权：").format(count=len(lines)), listed, as_of))


def upload_title() -> str:
    """Papers are to be handed in, and there are several claims."""
    return _("上传材料")


def upload_which() -> str:
    """Papers are to be handed in, and there are several claims."""
    return _("材料要补充到哪一项债权？请点选。")


def proof_title() -> str:
    """A receipt is wanted, and there are several claims."""
    return _("索取回执")


def proof_which() -> str:
    """A receipt is wanted, and there are several claims."""
    return _("需要哪一项债权的回执？请点选。")


def card_title(number: str, demo: bool) -> str:
    """The title of a card; demo data says so."""
    title = _("债权 {number}").format(number=number)
    return title + _("（演示数据）") if demo else title


def card(status: str, reason: str | None, said: Mapping[str, Any], changed: str, as_of: str) -> str:
    """Where a claim stands: status, what it says, who acts next, the amount with its source, and since when."""
    register = said["register"]
    lines = (
        _standing(status),
        *((_("原因：{reason}").format(reason=reason),) if reason else ()),
        words.claim_next(status),
        "",
        _("债权金额：{amount}（破产申请日 {day} 的价格）").format(
            amount=words.money(said["amount"]), day=_PETITION[said["debtor"]]
        ),
        _("来源：导入的债权登记册，截至 {day}").format(day=register["as_of"])
        if register and "amount" in register["fields"]
        else _("来源：您本人申报（{day}）").format(day=said["declared_on"]),
        _owed_by(said["debtor"], said["plan_class"]),
        _evidence(len(said["documents"])),
        "",
        _("上次变更：{at}").format(at=changed),
        as_of,
    )
    return "\n".join(lines)


@kept
def _standing(status: str) -> str:
    return _("状态：{status}").format(status=words.claim_status(status)) + "\n" + words.claim_means(status)


@kept
def _owed_by(debtor: str, code: str) -> str:
    return _("债务人：{debtor}，{plan_class}").format(debtor=rules.DEBTORS[debtor], plan_class=plan_class(code))


@kept
def _evidence(count: int) -> str:
    return _("证明材料：{count} 个").format(count=count)


_PETITION = {code: rules.petition_date(code).isoformat() for code in rules.DEBTORS}


def timeline_button() -> str:
    """Button."""
    return _("时间线")


def receipt_button() -> str:
    """Button."""
    return _("回执")


def offers_button() -> str:
    """Button."""
    return _("查看要约")


def add_button() -> str:
    """Button."""
    return _("补充材料")


def amend_button() -> str:
    """Button."""
    return _("修改")


def withdraw_button() -> str:
    """Button."""
    return _("撤回")


# --- timeline and receipt ---------------------------------------------------------------------

_EVENTS = {
    "claim:submitted": N_("您提交了登记"),
    "claim:amended": N_("您修改或补充了登记"),
    "claim:withdrawn": N_("您撤回了登记"),
    "claim:taken_up": N_("专员开始审核"),
    "claim:queried": N_("专员请您补充材料"),
    "claim:disputed": N_("专员提出疑问"),
    "claim:allowed": N_("专员确认了登记"),
    "claim:disallowed": N_("专员没有确认登记"),
    "claim:transferred": N_("债权已转让"),
    "claim:paid": N_("款项已发出"),
    "offer:made": N_("收到第 {item} 份要约"),
    "offer:accepted": N_("您接受了第 {item} 份要约"),
    "offer:declined": N_("您拒绝了第 {item} 份要约"),
    "offer:expired": N_("第 {item} 份要约到期"),
    "offer:cancelled": N_("对方撤回了第 {item} 份要约"),
    "offer:revoked": N_("您在冷静期内撤回了对第 {item} 份要约的接受"),
    "offer:released": N_("对方没有继续履行第 {item} 份要约，接受已取消"),
    "offer:reopened": N_("第 {item} 份要约重新有效"),
    "offer:paid": N_("第 {item} 份要约已付款"),
}


def event(kind: str, item: str | None) -> str:
    """What happened, as its creditor reads it."""
    return _(_EVENTS[kind]).format(item=item) if kind in _EVENTS else kind


def timeline_title(number: str) -> str:
    """The steps of one claim."""
    return _("{number} 的时间线").format(number=number)


def timeline(steps: Sequence[tuple[str, str, str]], comes_next: str, as_of: str) -> str:
    """Every step: (when, what, receipt number), and what comes next."""
    listed = "\n".join(
        _("{n}. {at}\n    {what}（回执编号 {receipt}）").format(n=n, at=at, what=what, receipt=receipt)
        for n, (at, what, receipt) in enumerate(steps, 1)
    )
    return f"{listed}\n\n{comes_next}\n\n{as_of}"


def receipt_proves() -> str:
    """What a receipt says and what it does not."""
    return _(
        "这份回执证明：以上内容已由本服务在所示时间记录并签名，事后改动会被发现。它不证明：内容属实、法院或 Kroll 已经收到、款项一定会付。请不要把回执文件发给陌生人，里面有您的金额。"
    )


def receipt_title(number: str) -> str:
    """The reply that carries the file."""
    return _("{number} 的回执").format(number=number)


def receipt_text(receipt: str, at: str) -> str:
    """Above the file."""
    return "\n\n".join((_("最近一次记录：{at}，回执编号 {receipt}。").format(at=at, receipt=receipt), receipt_proves()))


def receipt_name(number: str, receipt: str) -> str:
    """The file's name, in characters every system takes."""
    return f"{number}_{receipt}.txt"


def receipt_file(
    *,
    number: str,
    status: str,
    figures: Sequence[tuple[str, str]],
    documents: Sequence[tuple[str, int, str]],
    steps: Sequence[tuple[str, str, str, str]],
    as_of: str,
    demo: bool,
) -> str:
    """The receipt to keep: figures as (label, value), documents as (name, bytes, SHA-256), steps as (when, what, receipt, leaf)."""
    lines = [
        _("债权通 · 登记回执"),
        *([_("（演示数据，不是真实的债权）")] if demo else []),
        "",
        _("登记编号：{number}").format(number=number),
        _("状态：{status}").format(status=words.claim_status(status)),
        as_of,
        "",
        _("一、登记内容"),
        *(_("{label}：{value}").format(label=label, value=value) for label, value in figures),
        "",
        _("二、证明材料"),
        *(
            _("{n}. {name}（{size} 字节）\n   SHA-256 {digest}").format(n=n, name=name, size=size, digest=digest)
            for n, (name, size, digest) in enumerate(documents, 1)
        ),
        *([] if documents else [_("（无）")]),
        "",
        _("三、记录"),
        *(
            _("{n}. {at}  {what}\n   回执编号 {receipt}\n   记录指纹 {leaf}").format(
                n=n, at=at, what=what, receipt=receipt, leaf=leaf
            )
            for n, (at, what, receipt, leaf) in enumerate(steps, 1)
        ),
        "",
        _("四、说明"),
        receipt_proves(),
        _(
            "在本服务登记，不是向法院或 Kroll 提交的债权申报。FTX 客户债权的申报截止日（美国东部时间 2023 年 9 月 29 日 16:00）已过。"
        ),
        "",
    ]
    return "\n".join(lines)
