"""What the room of settlement says, and what stands on its papers. Sales and bonds have words of their own."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot import i18n, words
from bot.i18n import N_, _

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")

# ------------------------------------------------------------------------------------------ buttons and titles


def title() -> str:
    """Title of the room."""
    return _("交割")


def card_title(number: str) -> str:
    """Title of one settlement."""
    return _("交割 {number}").format(number=number)


def to_list() -> str:
    """Button."""
    return _("全部交割")


def to_card(number: str) -> str:
    """Button of one settlement."""
    return _("交割 {number}").format(number=number)


def to_sign() -> str:
    """Button: the read-back before signing."""
    return _("阅读并签署")


def sign_yes() -> str:
    """The second tap."""
    return _("确认签署，内容已核对")


def not_now() -> str:
    """Button."""
    return _("暂不签署")


def to_agreement() -> str:
    """Button: the agreement as PDF."""
    return _("协议（PDF）")


def to_confirmation() -> str:
    """Button: the confirmation as PDF."""
    return _("接受确认书（PDF）")


def to_received() -> str:
    """Button."""
    return _("已收到")


def received_yes() -> str:
    """The second tap."""
    return _("确认已收到")


def to_missing() -> str:
    """Button."""
    return _("没有收到")


def to_payouts() -> str:
    """Button."""
    return _("收款方式")


def to_offers() -> str:
    """Button."""
    return _("查看要约")


def to_link() -> str:
    """Button."""
    return _("验证邮箱")


def receipt_number() -> str:
    """Label of a number to copy."""
    return _("回执编号")


def settlement_number() -> str:
    """Label of a number to copy."""
    return _("交割编号")


# ------------------------------------------------------------------------------------------ list and card


def none_yet() -> str:
    """The list is empty."""
    return _("您还没有交割中的交易。接受要约并过了冷静期之后，交割会自动开始，我们会通知您。")


def unlinked() -> str:
    """Nobody has proved an address here."""
    return _("请先验证邮箱，才能查看交割。")


def sale_line(number: str, claim: str, status: str) -> str:
    """One line of the list."""
    return _("· {number} 债权转让，债权 {claim}：{status}").format(
        number=number, claim=claim, status=words.settlement_status(status)
    )


def bond_line(number: str, claim: str, status: str) -> str:
    """One line of the list."""
    return _("· {number} 债券，债权 {claim}：{status}").format(
        number=number, claim=claim, status=words.settlement_status(status)
    )


def demo() -> str:
    """Above every card of what is invented."""
    return _("演示数据：不是真实交易。")


def sale_head(claim: str, buyer: str, cents: int, holdback: int, status: str) -> str:
    """The top of a sale's card."""
    lines = [
        _("债权转让：债权 {claim} 转让给 {buyer}").format(claim=claim, buyer=buyer),
        _("状态：{status}").format(status=words.settlement_status(status)),
        _("交割时应付给您：{amount}").format(amount=words.money(cents)),
    ]
    if holdback:
        lines.append(_("保留款（条件满足后另付）：{amount}").format(amount=words.money(holdback)))
    return "\n".join(lines)


def bond_head(claim: str, issuer: str, cents: int, currency: str, status: str) -> str:
    """The top of a bond's card."""
    return "\n".join(
        [
            _("债券：发行人 {issuer}，对应债权 {claim}").format(issuer=issuer, claim=claim),
            _("状态：{status}").format(status=words.settlement_status(status)),
            _("应发行给您的面值：{amount}").format(amount=words.money(cents, currency)),
        ]
    )


_ACTOR = {
    "creditor_sign": N_("下一步由您操作：阅读协议并签署。"),
    "creditor_confirm": N_("下一步由您操作：核对到账，然后点“已收到”或“没有收到”。"),
    "us_papers": N_("下一步由我们操作：准备协议文件，通常几分钟。您暂时无需操作。"),
    "us_missing": N_("下一步由专员操作：核对付款。您已报告没有收到。"),
    "us_failed": N_("下一步由专员操作：重新安排，或取消并把债权还给您。"),
    "counterparty_sale": N_("下一步由受让人操作。您暂时无需操作。"),
    "counterparty_bond": N_("下一步由发行人操作。您暂时无需操作。"),
    "court_filed": N_("下一步由法院书记官操作：向您发出转让通知。您暂时无需操作。"),
    "court_period": N_("异议期内：您不反对，就无需操作。反对须在期限内向法院提出，建议先问律师。"),
    "nobody": N_("无需操作。"),
}


def actor(code: str) -> str:
    """Who acts next."""
    return _(_ACTOR[code])


_STEP = {
    "settlement:agreed": N_("成交，交割开始"),
    "settlement:signed": N_("您签署了协议"),
    "settlement:filed": N_("转让证明已提交法院"),
    "settlement:noticed": N_("书记官发出通知"),
    "settlement:paid": N_("对方报告已付出"),
    "settlement:missed": N_("您报告没有收到"),
    "settlement:received": N_("您确认已收到"),
    "settlement:failed": N_("未成功"),
    "settlement:returned": N_("已取消，债权仍属于您"),
}


def timeline(steps: Sequence[tuple[str, datetime, str]], timezone: str) -> str:
    """What happened so far, each with its moment and receipt."""
    lines = [_("进展：")]
    lines += [
        _("{time}{what}（回执 {receipt}）").format(
            time=words.moment(at, timezone), what=_(_STEP[kind]), receipt=receipt
        )
        for kind, at, receipt in steps
    ]
    return "\n".join(lines)


def filed(on: date, docket: str) -> str:
    """When the evidence was filed."""
    text = _("向法院提交转让证明：{date}（法院当地日期）").format(date=words.day(on))
    return text + _("，案卷文件编号 {docket}").format(docket=docket) if docket else text


def notice(on: date, until: date) -> str:
    """The notice clock."""
    return _(
        "书记官通知：{date}。21 天异议期至 {until}（法院当地日期，遇周末或美国联邦假日顺延；Rule 3001(e)、9006(a)）。"
    ).format(date=words.day(on), until=words.day(until))


def reason(said: str) -> str:
    """Why a step failed, in the operator's words."""
    return _("原因：{reason}").format(reason=said)


def pay_days(days: int) -> str:
    """What the terms say about time."""
    return _("条款约定的交割期限：{days} 天。").format(days=days)


def record_date(on: date, last_safe: datetime, lag: int, source: str, timezone: str) -> str:
    """The last safe day to sign before the next record date."""
    return _(
        "下一个登记日：{date}（来源：{source}）。按提交需 {lag} 个工作日、异议期 21 天推算，最晚安全签约时间是 {time}。更晚签署，下一次分配可能仍付给您，由协议约定归谁。"
    ).format(date=words.day(on), source=source, lag=lag, time=words.moment(last_safe, timezone))


def record_date_unknown() -> str:
    """No record date is known."""
    return _("下一个登记日：暂无确认信息，所以无法推算最晚安全签约日。公布后我们会更新。")


def method_missing(currency: str) -> str:
    """No payout method for the currency."""
    return _("您还没有可用的 {currency} 收款方式，对方无法付款。请先添加；新的收款方式要过冷静期才生效。").format(
        currency=currency
    )


def method_used(number: str, currency: str) -> str:
    """Which payout method is used."""
    return _("收款方式（{currency}）：{number}").format(number=number, currency=currency)


def coupons_title() -> str:
    """Above the schedule of a bond."""
    return _("付息和兑付时间表（条款约定，到账以实际付款为准）：")


_COUPON = {"posted": N_("未到期"), "announced": N_("即将支付"), "paid": N_("对方报告已付")}


def coupon_line(item: int, on: date, interest: int, principal: int, currency: str, status: str, *, known: bool) -> str:
    """One payment of a bond."""
    parts = []
    if interest:
        parts.append(_("票息 {amount}").format(amount=words.money(interest, currency)))
    if principal:
        parts.append(_("本金 {amount}").format(amount=words.money(principal, currency)))
    text = _("{item}. {date} {what}，{status}").format(
        item=item, date=words.day(on), what=_("、").join(parts), status=_(_COUPON[status])
    )
    return text if known else text + _("（当年假日未公布，日期可能移动）")


def coupons_more(count: int) -> str:
    """What is left out."""
    return _("另有 {count} 期未列出。").format(count=count)


def as_of(now: datetime, timezone: str) -> str:
    """Below the card."""
    return words.as_of(now, timezone)


# ------------------------------------------------------------------------------------------ signing and confirming


def sale_read_back(number: str, claim: str, buyer: str, cents: int, holdback: int) -> str:
    """Everything once more before a sale's agreement is signed; what is given up leads."""
    text = _(
        "签署债权转让协议 {number}\n您要放弃的：债权 {claim}，连同协议写明归受让人的分配款。\n受让人：{buyer}\n交割时应付给您：{amount}"
    ).format(number=number, claim=claim, buyer=buyer, amount=words.money(cents))
    if holdback:
        text += "\n" + _("保留款（条件满足后另付）：{amount}").format(amount=words.money(holdback))
    return text


def bond_read_back(number: str, claim: str, issuer: str, cents: int, currency: str, exchange: str) -> str:
    """Everything once more before a bond's agreement is signed; what is given up leads."""
    return _(
        "签署债券认购与债权交换协议 {number}\n您要放弃的：债权 {claim}（{exchange}）。\n发行人：{issuer}\n您得到的债券面值：{amount}。债券可能违约，本金和票息都由发行人按条款支付。"
    ).format(
        number=number,
        claim=claim,
        issuer=issuer,
        amount=words.money(cents, currency),
        exchange=exchange_word(exchange),
    )


def read_the_paper(sha256: str) -> str:
    """Below the read-back."""
    return _(
        "请先打开这条消息附带的 PDF，完整阅读。中英文不一致时，以英文为准。\n文件 SHA-256：{hash}\n签署后不能在这里撤销。本服务不提供法律意见；不确定时，请先问律师，或转人工。"
    ).format(hash=sha256)


def paper_sent(sha256: str) -> str:
    """With a paper that was asked for."""
    return _(
        "文件见附件。中英文不一致时，以英文为准。里面有您的姓名和金额，请不要转发给陌生人。\n文件 SHA-256：{hash}"
    ).format(hash=sha256)


def signed(number: str, at: datetime, timezone: str) -> str:
    """After signing."""
    return _(
        "已签署：交割 {number}。\n时间：{time}\n文件的 SHA-256 已写入签名账本。下一步由对方操作，每一步都会通知您。"
    ).format(number=number, time=words.moment(at, timezone))


def received_asks_sale(number: str, cents: int) -> str:
    """Before a sale's money is confirmed."""
    return _("交割 {number}：应付 {amount}。\n请先在收款账户核对，确认到账后再点。确认之后，这笔交割即告完成。").format(
        number=number, amount=words.money(cents)
    )


def received_asks_bond(number: str, cents: int, currency: str) -> str:
    """Before a bond is confirmed."""
    return _(
        "交割 {number}：债券面值 {amount}。\n请先核对发行人的登记凭证，确认无误后再点。确认之后，付息时间表会列在这里。"
    ).format(number=number, amount=words.money(cents, currency))


def received(number: str, at: datetime, timezone: str) -> str:
    """The creditor said that it arrived."""
    return _("交割 {number} 已完成。\n时间：{time}").format(number=number, time=words.moment(at, timezone))


def missing(number: str, at: datetime, timezone: str) -> str:
    """The creditor said that nothing came."""
    return _(
        "已记录：交割 {number} 的款项您没有收到。专员会向对方核对。\n时间：{time}\n跨行或跨境汇款可能需要几个工作日。您可以随时转人工。不要向任何人支付“解冻费”或“手续费”。"
    ).format(number=number, time=words.moment(at, timezone))


def shut_out() -> str:
    """Where the channel's own rules keep it from being said. MUST NOT say what it is."""
    return _("这个渠道不能显示这项内容。您可以查看债权进度，或转人工。")


def to_claims() -> str:
    """Button."""
    return _("查看债权")


_REFUSED = {
    "SettlementUnknown": N_("没有找到这笔交割，或它不属于您。"),
    "NotNow": N_("现在不能这样操作，没有任何改动。请查看交割的最新状态。"),
    "PapersMissing": N_("协议文件还在准备，通常几分钟。准备好后请再打开。"),
    "PaperDiffers": N_("您确认的不是当前这份文件，没有签署。请重新阅读。"),
    "AcceptanceOver": N_("这份接受已经取消，没有签署。债权仍属于您。"),
    "Frozen": N_("您的账户已被冻结，现在不能签署。请转人工。"),
}


def refused(name: str) -> str:
    """A refusal; nothing was changed."""
    return _(_REFUSED.get(name, "现在不能这样操作，没有任何改动。请查看交割的最新状态。"))


# ------------------------------------------------------------------------------------------ papers: small words

_SIDE = {"buyer": N_("受让人"), "seller": N_("转让人")}
_HOLDER = {"issuer": N_("发行人"), "holder": N_("债券持有人")}
_BASIS = {"gross": N_("含已收分配款的总价（须扣除）"), "net": N_("净价（不再扣除）")}
_SENIORITY = {"secured": N_("有担保"), "senior": N_("高级，无担保"), "subordinated": N_("次级，排在其他债务之后")}
_EXCHANGE = {
    "pledge": N_("质押，债权仍登记在您名下"),
    "contribution": N_("投入，债权归发行人"),
    "sale": N_("出售，债权归发行人"),
}
_RESOURCE = {"issuer": N_("发行人的全部财产"), "assets": N_("仅限支持本债券的资产")}


_FREQUENCY = {
    0: N_("不付息（零息债券）"),
    1: N_("每年一次"),
    2: N_("每半年一次"),
    4: N_("每季度一次"),
    12: N_("每月一次"),
}


def frequency(times: int) -> str:
    """How often a bond pays interest."""
    return _(_FREQUENCY[times])


def exchange_word(code: str) -> str:
    """What happens to the claim."""
    return _(_EXCHANGE[code])


def as_stated(words_: str) -> str:
    """An offering side's own words. In the English of a paper Chinese ones are marked: nobody translates a term."""
    if i18n.locale() == "en" and _HAN.search(words_):
        return _("［对方以中文陈述，原文：{words}］").format(words=words_)
    return words_


def stated_beside(words_: str) -> str:
    """The same where one cell serves both languages: the mark follows Chinese words."""
    with i18n.speaking("en"):
        return _("{words}［对方以中文陈述］").format(words=words_) if _HAN.search(words_) else words_


def _side(terms: Mapping[str, Any], who: str) -> str:
    side = _SIDE[terms[who]]
    return _(side)


def _holder(terms: Mapping[str, Any]) -> str:
    holder = _HOLDER[terms["distributions_to"]]
    return _(holder)


def page() -> str:
    """How pages are numbered."""
    return _("第 {page} 页，共 {pages} 页")


def mark() -> str:
    """Across every page of what is invented."""
    return "演示 / DEMO"


def sale_paper_title() -> str:
    """Title of the agreement."""
    return _("债权转让协议")


def bond_paper_title() -> str:
    """Title of the agreement."""
    return _("债券认购与债权交换协议")


def sale_confirmation_title() -> str:
    """Title of the confirmation."""
    return _("接受要约确认书：债权转让")


def bond_confirmation_title() -> str:
    """Title of the confirmation."""
    return _("接受要约确认书：债券")


def agreement_lead() -> str:
    """Below the title of an agreement."""
    return _(
        "本协议以中文和英文写成；两种文字不一致时，以英文为准。本文件由本服务按双方已接受的条款生成。本服务不是当事人，不提供法律或投资意见。签署前请自行阅读，或请律师审阅。"
    )


def confirmation_lead() -> str:
    """Below the title of a confirmation."""
    return _(
        "本确认书以中文和英文写成；两种文字不一致时，以英文为准。它记录您接受了哪一版条款，不代表款项已经付出，也不代表款项会付出。"
    )


_LABELS = {
    "transferor": N_("转让人"),
    "transferee": N_("受让人"),
    "subscriber": N_("认购人（债权人）"),
    "issuer": N_("债券发行人"),
    "claim": N_("债权编号（本服务）"),
    "claim_amount": N_("债权金额（申请日价格）"),
    "plan_class": N_("债权类别"),
    "quoted": N_("报价（占债权金额的百分比）"),
    "basis": N_("报价基准"),
    "received": N_("计入的已收分配款"),
    "price": N_("价款"),
    "fees": N_("费用"),
    "holdback": N_("保留款"),
    "closing": N_("交割时支付"),
    "face": N_("面值"),
    "issue_price": N_("发行价格（占面值的百分比）"),
    "coupon": N_("票面利率（每年）"),
    "frequency": N_("付息频率"),
    "day_count": N_("计息基准"),
    "amortisation": N_("到期前还本（占面值的百分比）"),
    "call": N_("发行人可以提前赎回"),
    "put": N_("持有人可以提前回售"),
    "support": N_("增信"),
    "maturity": N_("到期日"),
    "seniority": N_("清偿顺位"),
    "resource": N_("偿付来源"),
    "exchange": N_("债权的处理"),
    "accepted": N_("接受时间"),
    "final": N_("冷静期结束"),
    "offer": N_("要约编号"),
    "terms": N_("条款 SHA-256"),
    "receipt": N_("接受的回执编号"),
    "document": N_("文件编号"),
}


def label(code: str) -> str:
    """A label of the table of particulars."""
    return _(_LABELS[code])


def percent(value: str) -> str:
    """A percentage, as the terms have it."""
    return f"{value}%"


def amount(cents: int, currency: str = "USD") -> str:
    """An amount the same in both languages: `USD 35,000.00`."""
    return f"{currency} {cents // 100:,}.{cents % 100:02d}"


def basis(code: str) -> str:
    """Gross or net."""
    return _(_BASIS[code])


def seniority(code: str) -> str:
    """A bond's rank."""
    return _(_SENIORITY[code])


def resource(code: str) -> str:
    """Who stands behind a bond."""
    return _(_RESOURCE[code])


# ------------------------------------------------------------------------------------------ papers: clauses


def sale_clauses(terms: Mapping[str, Any], claim: str) -> list[tuple[str, str]]:
    """The clauses of a sale: heading and text, from the accepted terms alone."""
    days = int(terms["settlement_days"])
    clauses = [
        (
            _("转让的标的"),
            _(
                "转让人把上表所列债权（本服务编号 {claim}）及其附带权利转让给受让人。转让的范围、价款和条件，以上表和本协议为限；双方接受的条款由其 SHA-256 唯一确定。"
            ).format(claim=claim),
        ),
        (
            _("价款和支付"),
            _(
                "受让人按上表支付价款，付到转让人在本服务登记并已生效的收款方式。条款约定的交割期限为 {days} 天。付款由受让人一方的两名操作员分别提出和核准。"
            ).format(days=days),
        ),
        (
            _("分配款的归属"),
            _("已宣布但尚未支付的分配款归{declared}。登记日在签署之后的分配款归{later}。").format(
                declared=_side(terms, "declared_to"), later=_side(terms, "next_to")
            ),
        ),
    ]
    if terms.get("interest_to"):
        clauses.append(
            (_("利息的归属"), _("破产财产就该债权支付的利息归{side}。").format(side=_side(terms, "interest_to")))
        )
    clauses.append(
        (
            _("追索权和债权减损"),
            (
                _("受让人保留追索权：在本协议约定的情形下，可以向转让人收回已付款项。")
                if terms["recourse"]
                else _("受让人没有追索权：付款之后，不得以回收不足为由向转让人收回款项。")
            )
            + _("债权日后被不予确认或减少的，损失由{side}承担。").format(side=_side(terms, "disallowance")),
        )
    )
    if int(terms["holdback"]):
        clauses.append(
            (
                _("保留款"),
                _("受让人保留上表所列的保留款，支付条件：{terms}。").format(
                    terms=as_stated(terms["holdback_terms"]) or _("见双方约定")
                ),
            )
        )
    return [*clauses, _notice_clause(), *_common_clauses(terms["law"])]


def bond_clauses(terms: Mapping[str, Any], claim: str, *, transferred: bool) -> list[tuple[str, str]]:
    """The clauses of a bond: heading and text, from the accepted terms alone."""
    clauses = [
        (
            _("债权的处理"),
            _("认购人就债权 {claim} 作如下处理：{exchange}。作为对价，发行人向认购人发行上表所列债券。").format(
                claim=claim, exchange=exchange_word(terms["exchange"])
            ),
        ),
        (
            _("债券的性质"),
            _(
                "债券是发行人的债务：票息和本金由发行人按条款支付。它不是存款，也不是债权本身。发行人可能违约，债券可能难以转售。偿付来源：{resource}。清偿顺位：{seniority}。"
            ).format(resource=resource(terms["recourse"]), seniority=seniority(terms["seniority"])),
        ),
        (
            _("票息和本金"),
            _("票息按上表的票面利率和计息基准计算，四舍五入到分。付款日遇非营业日的，按条款顺延，不另计利息。"),
        ),
        (
            _("分配款的归属"),
            _("债券存续期间，该债权的分配款归{side}。").format(side=_holder(terms)),
        ),
        (
            _("债权被不予确认"),
            _("债权日后被不予确认或减少的，发行人可以按条款向持有人追回。")
            if terms["clawback"]
            else _("债权日后被不予确认或减少的，发行人不得向持有人追回。"),
        ),
    ]
    if transferred:
        clauses.append(_notice_clause())
    return [*clauses, *_common_clauses(terms["law"])]


def _notice_clause() -> tuple[str, str]:
    return (
        _("转让通知和异议期"),
        _(
            "由取得债权的一方依《联邦破产程序规则》第 3001(e) 条向法院提交转让证明（Form 2100A/B）。书记官通知原债权人之后有 21 天异议期，从通知起算，不从签署起算。取得债权的一方须在登记日已经列入债权登记册、并且异议期已过，才参加当次分配。"
        ),
    )


def _common_clauses(law: str) -> list[tuple[str, str]]:
    return [
        (
            _("债权人的声明"),
            _("债权人声明：债权登记在其名下，没有转让、质押或以其他方式处分给他人，也没有收到上表以外的分配款。"),
        ),
        (
            _("没有完成交割"),
            _("交割没有完成而被取消的，债权仍属于债权人，双方互不支付本协议项下的款项；已付的款项按条款返还。"),
        ),
        (_("适用法律"), _("本协议适用：{law}。").format(law=as_stated(law))),
        (
            _("签署和文字"),
            _(
                "债权人在本服务的聊天渠道以第二次确认的方式签署；本文件的 SHA-256 连同签署时间写入签名账本。两种文字不一致时，以英文为准；对方只以中文陈述的条件照录原文，不作翻译，以该原文为准。"
            ),
        ),
    ]


def confirmation_clauses() -> list[tuple[str, str]]:
    """What a confirmation says."""
    return [
        (
            _("您接受了什么"),
            _("您接受了上表所列要约的这一版条款。条款由其 SHA-256 唯一确定；改动任何一个字，SHA-256 都会不同。"),
        ),
        (
            _("接下来"),
            _(
                "冷静期（如有）结束之后，交割自动开始：签署协议；取得债权的一方向法院提交转让证明；21 天异议期；付款；您确认到账。每一步都会通知您。"
            ),
        ),
        (
            _("它证明什么"),
            _("本确认书和签名账本证明我们记录了您的接受。它不证明款项会付出；付款会另有一条记录。"),
        ),
        (_("安全提醒"), _("我们不会向您索要密码、双重验证码、助记词、私钥或任何费用。")),
    ]


_SIGNATURES = {
    "seller": N_("转让人（电子签署）"),
    "subscriber": N_("认购人（电子签署）"),
    "buyer": N_("受让人"),
    "issuer": N_("债券发行人"),
}


def signature(code: str) -> str:
    """Below a line to sign on."""
    return _(_SIGNATURES[code])
