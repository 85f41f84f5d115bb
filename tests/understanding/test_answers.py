"""Short answers that say nothing."""

import pytest

from bot.understanding.answers import amends, asks, further, goes_on, is_code, picks, says_nothing, says_yes, waits


@pytest.mark.parametrize(
    "text", ["没有", "沒有", " 无。", "冇", "不知道", "唔知", "忘記了", "None", "N/A", "-", "/", "Don't know"]
)
def test_nothing_is_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["", "0", "无锡", "没有编号的那一份", "不知道" * 20, "12345", "nobody"])
def test_something_is_something(text: str) -> None:
    assert not says_nothing(text)


@pytest.mark.parametrize(
    "text",
    ["我没有这个编号", "冇呢個號碼喎", "唔記得咗", "以后再补", "我手头没有材料", "没收到过", "找不到了", "没申报过"],
)
def test_nothing_in_more_words(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text", ["是的", "没问题，提交吧", "嗯 属实", "确认提交", "係呀", "冇問題，提交啦", "looks good"]
)
def test_the_whole_text_agrees(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize(
    "text",
    ["", "嗯", "不是", "不提交", "确认提交 BJ-7K2M9QD", "如果没问题就提交", "同意不了", "先提交一半", "没问题吗"],
)
def test_the_whole_text_does_not(text: str) -> None:
    assert not says_yes(text)


@pytest.mark.parametrize(
    "text",
    ["继续", "好，下一步", "那接下来呢", "跟住呢", "請問要怎麼開始", "咁點開始呀", "搞掂", "得喇", "傳完了", "Done"],
)
def test_going_on(text: str) -> None:
    assert goes_on(text)


HOLDER = [("person", "个人"), ("company", "公司或其他机构")]
DEBTOR = [("trading", "FTX Trading Ltd."), ("wrs", "West Realm Shires Services Inc."), ("japan", "FTX Japan K.K.")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我个人的", "person"), ("係我自己嘅", "person"), ("公司", "company"), ("我们公司", "company"), ("第二个", "company"), ("1", "person"),
        ("不是个人", None), ("个人还是公司", None), ("人", None), ("第三个", None), ("我和我老婆的", None), ("", None),
    ],
)  # fmt: skip
def test_one_of_two(text: str, value: str | None) -> None:
    assert picks(text, HOLDER, True) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("就是ftx国际站那个", "trading"),
        ("美國站", "wrs"),
        ("日本", "japan"),
        ("我在日本开的户", None),
        ("1", None),
        ("不是国际站", None),
    ],
)
def test_one_of_several_that_may_be_typed_otherwise(text: str, value: str | None) -> None:
    assert picks(text, DEBTOR, False) == value


def test_further_buttons_changes_time_and_questions() -> None:
    assert further("没收到啊", ["again", "gone"]) == "again"
    assert further("这个邮箱登不上了", ["why", "gone"]) == "gone"
    assert further("482913", ["again", "gone"]) is None
    assert amends("不对")
    assert amends("我要改")
    assert not amends("金额不对")
    assert waits("諗下先")
    assert not waits("等一下咖啡有限公司")
    assert asks("UCC係咩嚟㗎")
    assert not asks("张三")


@pytest.mark.parametrize("text", ["482913", "35,000.00", "FTX-2231", "a1@example.com"])
def test_a_number_or_a_code_is_no_sentence(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", ["", "yes", "no. 3", "３", "第3个", "3 万"])
def test_words_are_no_code(text: str) -> None:
    assert not is_code(text)
