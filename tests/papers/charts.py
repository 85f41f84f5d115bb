"""Charts for tests: an ordinary one, and one with texts far too long."""

from bot.papers.chart import Bar, Chart, Group


def bars(*cents: int) -> tuple[Bar, ...]:
    """Three paths with these values."""
    named = zip(("最低", "中性", "最高"), cents, strict=True)
    return tuple(Bar(name, amount, f"{amount / 100:,.2f} 美元") for name, amount in named)


PLAIN = Chart(
    title="债权 ZQ-ABCDEFG：持有、转让、债券",
    lead="债权金额 200,000.00 美元",
    groups=(
        Group("hold", "继续持有", "放弃：28,000.00 美元", bars(0, 43_119_27, 97_247_71)),
        Group("sale", "债权转让 BJ-ABCDEFG", "放弃：以后的分配", bars(23_000_00, 28_000_00, 28_000_00), ("保本线",)),
        Group("bond", "债券 BJ-ABCDEFH", "放弃：以后的分配", bars(1, 1, 10**14), ("到期",)),
    ),
    notes=("假设：……", "来源：CoinDesk，2026-03-18"),
    foot="不构成投资或法律建议。",
)
LONG = Chart(
    title="债" * 90,
    lead="A claim of 200,000.00 US dollars " * 12,
    groups=tuple(Group("sale", "W" * 130, "放弃，" * 60, bars(5, 10**9, 10**14), ("说明" * 90,)) for _ in range(6)),
    notes=("https://example.com/" + "x" * 300, "来源：" * 80),
    foot="，。" * 60,
)
