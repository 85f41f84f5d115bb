"""The few whole texts that mean one thing even inside a form, and the answers that are none of them."""

import pytest

from bot.understanding import reader


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("上一步", "back"),
        (" 返回 ", "back"),
        ("返去", "back"),
        ("跳过。", "skip"),
        ("先不填", "skip"),
        ("取消", "cancel"),
        ("算了", "cancel"),
        ("唔填喇", "cancel"),
        ("转人工", "human"),
        ("我要转人工", "human"),
        ("轉人工！！", "human"),
        ("主菜单", "menu"),
        ("帮助", "help"),
        ("？", "help"),
        ("English", "language"),
        ("用英文", "language"),
        ("轉中文", "language"),
        ("/menu", "menu"),
        ("/cancel", "cancel"),
    ],
)
def test_a_few_whole_texts_break_into_a_form(text: str, intent: str) -> None:
    assert reader.exact(text) == intent


@pytest.mark.parametrize(
    "answer",
    [
        "35000",
        "35,000.00",
        "３５，０００",
        "0",
        "0.00",
        "3万5",
        "六万八千元",
        "6.8万U",
        "2022-11-11",
        "2022年11月11日",
        "9900001",
        "ZQ-7K3M2QX",
        "123456",
        "王小明",
        "欧阳娜娜",
        "人工智能有限公司",
        "返回科技股份有限公司",
        "取消债权转让协议的那一份",
        "我想取消之前提交的那笔债权，因为金额写错了，应该是三万五千美元",
        "我不知道上一步填的对不对，跳过可以吗",
        "请转人工之前先帮我看看这个问题",
        "name@example.com",
        "中国",
        "中国内地",
        "香港",
        "没有",
        "无",
        "是",
        "否",
        "不同意",
        "状态",
        "报价",
        "登记",
        "你好",
        "谢谢",
        "P.O. Box 12, Back Road",
        "Human Street 7",
        "stop loss 的截图已经传了",
    ],
)
def test_an_answer_stays_an_answer(answer: str) -> None:
    assert reader.exact(answer) is None


@pytest.mark.parametrize("text", ["", " ", "\n", "？" * 500, "人工" * 5000, "\u202e骗", "a" * 10_000, "\ud800"])
def test_nothing_makes_it_raise(text: str) -> None:
    assert reader.exact(text) is None or text.strip()


def test_a_long_complaint_is_no_command() -> None:
    assert reader.exact("取消" * 30) is None
