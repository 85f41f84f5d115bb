"""What the room of comparison says. It compares figures and never says which way to go."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from bot import words
from bot.case import known
from bot.case.known import Source
from bot.comparison.rules import RATE, Board, Line
from bot.i18n import N_, _, locale
from bot.papers.chart import Bar, Chart, Group
from bot.valuation.compare import BreakEven, Condition, GivesUp, Outcome, Path, Row, Verdict, Way

_PATH = {Path.LOWEST: N_("最低"), Path.NEUTRAL: N_("中性"), Path.HIGHEST: N_("最高")}
_CONDITION: Mapping[Condition, str] = {
    Condition.ESTATE_PAYS: N_("破产财产按这条路径付款"),
    Condition.CLAIM_ALLOWED: N_("债权得到确认"),
    Condition.CLAIM_STAYS: N_("债权以后不被否认或减少"),
    Condition.PLACE_SERVED: N_("您的居住地能够收款"),
    Condition.BUYER_PAYS: N_("买方按约付款"),
    Condition.TRANSFER_STANDS: N_("转让登记成功，异议期内没有人反对"),
    Condition.HOLDBACK_RELEASED: N_("保留款按约放款"),
    Condition.NO_RECOURSE: N_("买方没有理由追回款项"),
    Condition.DECLARED_PAID: N_("转让后，已宣布的分配仍付给您"),
    Condition.ISSUER_PAYS: N_("发行人按期还本付息"),
    Condition.HELD_TO_END: N_("债券一直持有到期"),
}


# ------------------------------------------------------------------------------------------ buttons


def to_comparison() -> str:
    """Button: the ways of one claim side by side."""
    return _("放在一起比较")


def to_claim(number: str, cents: int) -> str:
    """Button: compare for this claim."""
    return _("{number}：{amount}").format(number=number, amount=words.money(cents))


def to_chart() -> str:
    """Button: the same as a picture."""
    return _("看图")


def to_table() -> str:
    """Button: back to the table."""
    return _("看表格")


def to_move() -> str:
    """Button: move the assumptions."""
    return _("调整假设")


def to_enter() -> str:
    """Button: type a recovery and a day of one's own."""
    return _("自己填写")


def to_beginning() -> str:
    """Button: everything as it was at first."""
    return _("恢复最初的假设")


def to_offers() -> str:
    """Button: the list of offers."""
    return _("查看要约")


def to_estimate() -> str:
    """Button: the calculator, which needs no account."""
    return _("估算")


def to_link() -> str:
    """Button: prove an e-mail address."""
    return _("验证邮箱")


def to_file() -> str:
    """Button: register a claim."""
    return _("登记债权")


def lower(path: Path, points: Decimal) -> str:
    """Button: this path so many points lower."""
    return _("{path} −{points}").format(path=_(_PATH[path]), points=percent(points))


def higher(path: Path, points: Decimal) -> str:
    """Button: this path so many points higher."""
    return _("{path} +{points}").format(path=_(_PATH[path]), points=percent(points))


def sooner() -> str:
    """Button: the money comes half a year sooner."""
    return _("早半年到账")


def later() -> str:
    """Button: the money comes half a year later."""
    return _("晚半年到账")


def rate_lower(points: Decimal) -> str:
    """Button: a lower discount rate."""
    return _("折现率 −{points}").format(points=percent(points))


def rate_higher(points: Decimal) -> str:
    """Button: a higher discount rate."""
    return _("折现率 +{points}").format(points=percent(points))


def not_received() -> str:
    """Button: the owner has received nothing of what was announced."""
    return _("我还没有收到过分配")


def was_received() -> str:
    """Button: the owner has received what was announced."""
    return _("我已收到公布的分配")


# ------------------------------------------------------------------------------------------ the table


def percent(number: Decimal) -> str:
    """A percentage without idle zeros: `119.5%`."""
    return f"{number.normalize():f}%"


def title(claim: str) -> str:
    """Over the table and the picture."""
    return _("债权 {claim}：几条路放在一起看").format(claim=claim)


def table(board: Board, now: datetime, timezone: str) -> str:
    """The whole comparison: what each way gives up, then what it brings, then what all that rests on."""
    parts = [demo()] if board.demo else []
    parts.append(
        "\n".join([_("先看放弃什么："), *(f"▪ {name(line)}\n{gives_up(board, line)}" for line in board.lines)])
    )
    parts.append(_("再看带来什么，三个数依次是最低、中性、最高："))
    parts += ["\n".join([f"▪ {name(line)}", *_brings(board, line)]) for line in board.lines]
    if len(board.lines) == 1:
        parts.append(_("目前没有给这项债权的要约，所以只有继续持有这一条。"))
    if board.left_out:
        parts.append(_("还有 {count} 份要约没有放进来，请在要约列表里看。").format(count=board.left_out))
    parts.append("\n".join([_("假设，您都可以改；它们不是预测："), *(f"· {one}" for one in assumptions(board))]))
    parts.append("\n".join([facts(board), sources(board), words.as_of(now, timezone), foot()]))
    return "\n\n".join(parts)


def demo() -> str:
    """Before everything that was invented."""
    return _("【演示数据】这里有编造的债权或要约，仅供试用。")


def name(line: Line) -> str:
    """What a way is called."""
    match line.way:
        case Way.HOLD:
            return _("继续持有")
        case Way.SALE:
            return _("债权转让 {number}").format(number=line.number)
        case Way.BOND:
            return _("债券 {number}").format(number=line.number)


def gives_up(board: Board, line: Line) -> str:
    """What a way costs, in one line."""
    if line.row is None:
        return _not_compared(line)
    given = line.row.gives_up
    if line.way is Way.HOLD:
        return _holding_gives_up(board, given)
    amounts = _slashed(words.money(given.further[path]) for path in Path)
    if not given.claim and not any(given.further.values()):
        return _("放弃：债权质押给发行人，由它控制；存续期间的分配仍归您")
    said = _("放弃：这项债权以后的分配，按三条路径是 {amounts}").format(amounts=amounts)
    if given.arrears is not None and given.arrears[1]:
        said += _("。对照：已经向同类债权人公布、而您还没有收到的是 {arrears}，路径是假设，可能比它低").format(
            arrears=words.money(given.arrears[1])
        )
        if given.stays:
            said += _("。要约说这一笔仍归您；何时付没有公布，所以没有算作您的所得，请在签约前核对合同的写法")
    return said


def _holding_gives_up(board: Board, given: GivesUp) -> str:
    if not given.cash or given.cash_on is None:
        return _("放弃：目前没有能收现金的要约，所以没有放弃价款")
    return _("放弃：债权转让 {number} 的 {amount}，最早 {day} 付").format(
        number=board.reference, amount=words.money(given.cash), day=words.day(given.cash_on)
    )


def _not_compared(line: Line) -> str:
    if line.currency != "USD":
        return _("这份要约以 {currency} 计价，我们不换算，所以不放在一起算，请看它的卡片").format(
            currency=line.currency
        )
    return _("这份要约的条款无法放在一起算，请看它的卡片")


def _brings(board: Board, line: Line) -> list[str]:
    if line.row is None:
        return [_not_compared(line)]
    return [
        _("合计：{amounts}").format(amounts=_slashed(words.money(one.total) for one in _each(line.row))),
        _("折成今天的价值：{amounts}").format(amounts=_slashed(words.money(one.value) for one in _each(line.row))),
        *_yearly(board, line),
        *_last(line.row),
        *even(board, line),
        _needs(line.row),
    ]


def _each(row: Row) -> list[Outcome]:
    return [row.outcomes[path] for path in Path]


def _yearly(board: Board, line: Line) -> list[str]:
    """What waiting, or the bond, earns a year on the cash that is given up for it."""
    if line.row is None or line.way is Way.SALE or not board.reference:
        return []
    rates = _slashed(_("不适用") if one.annual is None else _rate(one.annual) for one in _each(line.row))
    return [_("与转让 {number} 的现金相比，每年：{rates}").format(number=board.reference, rates=rates)]


def _rate(annual: Decimal) -> str:
    return percent(annual.quantize(Decimal("0.01")))


def _last(row: Row) -> list[str]:
    last = max((one.last_on for one in _each(row) if one.last_on is not None), default=None)
    return [] if last is None else [_("最后一笔：{day}").format(day=words.day(last))]


def even(board: Board, line: Line) -> list[str]:
    """Where holding is worth as much as an offer."""
    if line.even is None:
        return []
    return [*_even_total(board, line.even), _even_day(line.even)]


def _even_total(board: Board, found: BreakEven) -> list[str]:
    if found.altogether is None:
        return []
    total = percent(found.altogether.quantize(Decimal("0.01"), ROUND_CEILING))
    return [
        _("打平：累计清偿率到 {total}、{day} 到账时，继续持有今天的价值与它相同").format(
            total=total, day=words.day(board.on)
        )
    ]


def _even_day(found: BreakEven) -> str:
    match found.verdict:
        case Verdict.UNTIL:
            assert found.last_day is not None
            return _("按中性路径：{day} 或之前到账，持有不少于它；更晚就少于它").format(day=words.day(found.last_day))
        case Verdict.NEVER:
            return _("按中性路径：今天就到账，持有也少于它")
        case Verdict.ALWAYS:
            return _("按中性路径：哪天到账，持有都不少于它")


def _needs(row: Row) -> str:
    conditions = _("；").join(_(_CONDITION[one]) for one in row.conditions)
    return _("要这样，需要：{conditions}").format(conditions=conditions)


def _slashed(parts: Iterable[str]) -> str:
    return " / ".join(parts)


# ------------------------------------------------------------------------------------------ what it rests on


def assumptions(board: Board) -> list[str]:
    """What nobody knows, said plainly."""
    lowest, neutral, highest = (percent(board.totals[path]) for path in Path)
    said = [
        _("累计清偿率：最低 {lowest}，中性 {neutral}，最高 {highest}，都占破产申请日的债权金额，含已收到的").format(
            lowest=lowest, neutral=neutral, highest=highest
        ),
        *_beginning(board),
        _received(board),
        _("其余的钱在 {day} 一次到账；真正的日期没有人公布").format(day=words.day(board.on)),
        _("折现率每年 {rate}，只用来把以后的钱折成今天的钱{why}").format(
            rate=percent(board.rate), why=_why_rate(board)
        ),
        _("转让和债券从今天起按约定天数交割；时间按天数除以 365 每年复利，金额四舍五入到分"),
    ]
    if any(Condition.HOLDBACK_RELEASED in line.row.conditions for line in board.lines if line.row is not None):
        said.append(_("保留款的放款日没有约定的，按付款后 90 天计"))
    return said


def _beginning(board: Board) -> list[str]:
    if board.moved.totals is not None or board.figures is None:
        return []
    return [_("最低是不再有任何分配；最高取下面资料中的最高数字；中性是两者正中")]


def _why_rate(board: Board) -> str:
    return _("；取方案给便利类债权计息的利率") if board.rate == RATE else ""


def _received(board: Board) -> str:
    amount, share = words.money(board.claim.received), percent(board.claim.received_pct.quantize(Decimal("0.01")))
    if board.assumed:
        return _("您已收到 {amount}（{share}）：按这一类别已公布的比例假设，没有收到请点“我还没有收到过分配”").format(
            amount=amount, share=share
        )
    if board.received_source:
        return _("您已收到 {amount}（{share}）：来自要约条款（{source}）").format(
            amount=amount, share=share, source=board.received_source
        )
    return _("您已收到 {amount}（{share}）").format(amount=amount, share=share)


def facts(board: Board) -> str:
    """What is known of the class, with the range on which sources disagree."""
    figures = board.figures
    if figures is None or figures.paid is None or figures.paid_as_of is None:
        return _("资料：这项债权没有我们能引用的类别数字，三条路径都从零开始，请您自己填写。")
    said = _("资料：{name}（{plan_class} 类）累计已公布 {paid}（{day}）。").format(
        name=figures.names[locale()],
        plan_class=figures.class_id,
        paid=percent(figures.paid),
        day=words.day(figures.paid_as_of),
    )
    if figures.ceiling is None:
        return said + _("最终上限没有来源说明。")
    low, high = (percent(one) for one in figures.ceiling)
    if low == high:
        return said + _("最终上限 {high}。").format(high=high)
    return said + _("最终上限来源说法不一：{low} 或 {high}，都不是官方数字。").format(low=low, high=high)


def sources(board: Board) -> str:
    """Who says so, and how old it is."""
    interest = known.sources("FTX Support; Paxtibi LLP FAQ")
    found = known.together((board.figures.sources, interest) if board.figures is not None else (interest,))
    return "\n".join(
        (
            _("来源：{names}").format(names=_("；").join(_source(one) for one in found)),
            _("资料截至 {date}，之后的情况我们没有资料。").format(date=words.day(known.newest())),
        )
    )


def _source(source: Source) -> str:
    return _("{name}（转载）").format(name=source.name) if source.republished else source.name


def foot() -> str:
    """The last word."""
    return _("以上只是计算，不评价哪一条路，不构成投资或法律建议。")


# ------------------------------------------------------------------------------------------ the picture


def chart(board: Board, now: datetime, timezone: str) -> Chart:
    """The same as a picture: what is given up first, one bar for each path, what it rests on below."""
    lead = _("债权金额 {amount}。条形是每条路径折成今天的价值，折现率每年 {rate}。").format(
        amount=words.money(board.owned.amount), rate=percent(board.rate)
    )
    return Chart(
        title=title(board.owned.number),
        lead=f"{demo()}\n{lead}" if board.demo else lead,
        groups=tuple(_group(board, line) for line in board.lines),
        notes=(
            *assumptions(board),
            facts(board),
            *sources(board).split("\n"),
            words.as_of(now, timezone),
        ),
        foot=foot(),
    )


def _group(board: Board, line: Line) -> Group:
    if line.row is None:
        return Group(str(line.way), name(line), gives_up(board, line), ())
    bars = tuple(
        Bar(_(_PATH[path]), one.value, words.money(one.value)) for path, one in zip(Path, _each(line.row), strict=True)
    )
    below = (*_yearly(board, line), *even(board, line))
    return Group(str(line.way), name(line), gives_up(board, line), bars, below)


def file_name(claim: str, on: date) -> str:
    """What the picture is called when it is kept."""
    return _("比较 {claim} {day}.png").format(claim=claim, day=words.day(on))


def chart_said(board: Board, now: datetime, timezone: str) -> str:
    """What stands beside the picture: the same in words, for whoever cannot see it."""
    lines = [_worth(line) for line in board.lines if line.row is not None]
    head = [demo()] if board.demo else []
    order = _("折成今天的价值，三个数依次是最低、中性、最高：")
    return "\n".join([*head, order, *lines, words.as_of(now, timezone), foot()])


def _worth(line: Line) -> str:
    assert line.row is not None
    values = [words.money(one.value) for one in _each(line.row)]
    if len(set(values)) == 1:
        return _("{way}：{amount}（三条路径相同）").format(way=name(line), amount=values[0])
    return _("{way}：{amounts}").format(way=name(line), amounts=_slashed(values))


def drawing() -> str:
    """The picture is on its way."""
    return _("图正在画，画好后单独发给您，一般几秒钟。")


def no_picture() -> str:
    """There is no Chinese font on this machine."""
    return _("这台机器上没有中文字体，画不出图。表格里的数字与图相同。")


def not_drawn() -> str:
    """It could not be drawn."""
    return _("这张图没有画成。表格里的数字与图相同，您也可以再点一次“看图”。")


def nothing_more() -> str:
    """The claim is not there any more when the picture is drawn."""
    return _("这项债权现在没有可以比较的内容，所以没有画图。")


# ------------------------------------------------------------------------------------------ refusals and questions


def comparison_title() -> str:
    """Over screens without a claim."""
    return _("比较：持有、债权转让、债券")


def which() -> str:
    """Several claims: for which one?"""
    return _("您有几项债权，请选一项来比较。每项债权分开计算。")


def unlinked() -> str:
    """A stranger: the calculator needs no account."""
    return _("比较需要您登记的债权金额和给您的要约，请先验证邮箱。不想验证，也可以先用“估算”看看已公布的分配。")


def nothing() -> str:
    """Nothing to be compared."""
    return _("您没有可以比较的债权：还没有登记，或者已经撤回、转让、付款。")


def not_here() -> str:
    """A channel with a policy of its own."""
    return _("这个渠道不能显示这项内容。您可以查看债权进度，或转人工。")


def to_claims() -> str:
    """Button: the claims."""
    return _("债权进度")


def move_text(board: Board) -> str:
    """The assumptions, to be moved."""
    head = _("点按钮调整，表格和图都会跟着变。现在的假设：")
    return "\n".join([head, *(f"· {one}" for one in assumptions(board)), "", *_moved_values(board), "", foot()])


def _moved_values(board: Board) -> Sequence[str]:
    return [
        _("{way}：今天的价值 {amounts}").format(
            way=name(line), amounts=_slashed(words.money(one.value) for one in _each(line.row))
        )
        for line in board.lines
        if line.row is not None
    ]


def enter_title() -> str:
    """Over the form."""
    return _("自己填写清偿率")


def path_label() -> str:
    """Field: which path."""
    return _("路径")


def total_label() -> str:
    """Field: what it comes to."""
    return _("累计清偿率")


def day_label() -> str:
    """Field: when the rest comes."""
    return _("到账日")


def ask_path() -> str:
    """Question."""
    return _("要改哪一条路径？")


def path_name(path: Path) -> str:
    """A path as an answer."""
    return _(_PATH[path])


def ask_total() -> str:
    """Question."""
    return _("这条路径上，破产财产最终总共付到破产申请日债权金额的百分之多少？请把已收到的算在内。例如：120%")


def ask_day() -> str:
    """Question; may be skipped."""
    return _("其余的钱哪天到账？例如：2027-12-31。跳过就沿用现在的日期，三条路径用同一天。")


def shown_total(packed: str) -> str:
    """A total as the form keeps it."""
    return percent(Decimal(packed) / 100)


def wrong(code: str) -> str:
    """A typed answer that cannot be taken."""
    match code:
        case "absurd":
            return _("累计清偿率请填 0 到 300% 之间的数。例如：120%")
        case "not_a_day":
            return _("没有看懂这个日期。请写年月日，例如：2027-12-31")
        case "past":
            return _("到账日要在今天之后。例如：2027-12-31")
        case "far":
            return _("到账日请填 30 年以内的日期。例如：2027-12-31")
        case _:
            return _("没有看懂这个百分比。例如：120%")
