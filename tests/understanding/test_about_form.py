"""Words about the form a person is in."""

import pytest

from bot.understanding.about_form import about_form, mended

FIELDS = {
    "amount": "申请日金额",
    "email": "原邮箱",
    "name": "姓名",
    "residence": "现居住地",
    "tax_residence": "税务居住地",
    "code": "验证码",
    "documents": "证明文件",
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("上一步", ("back", "")),
        ("退回上一题吧", ("back", "")),
        ("返轉頭", ("back", "")),
        ("go back", ("back", "")),
        ("先不填", ("skip", "")),
        ("这个以后再填", ("skip", "")),
        ("唔填住", ("skip", "")),
        ("我不想填了", ("cancel", "")),
        ("取消填写", ("cancel", "")),
        ("改一下金额", ("amount", "")),
        ("改返金額", ("amount", "")),
        ("金额填错了", ("amount", "")),
        ("金额改成 6万8", ("amount", "6万8")),
        ("金額應該是 5 萬", ("amount", "5 萬")),
        ("刚才那个邮箱写错了", ("email", "")),
        ("ｅｍａｉｌ wrong", ("email", "")),
        ("change my email to li@example.com", ("email", "li@example.com")),
        ("change residence to Hong Kong", ("residence", "Hong Kong")),
        ("姓名打错了", ("name", "")),
        ("居住地写错了，应该是香港", ("residence", "香港")),
        ("改下税务居住地", ("tax_residence", "")),
        ("改下個名做陳大明", ("name", "陳大明")),
        ("改返個名", ("name", "")),
        ("我想加文件", ("documents", "")),
    ],
)
def test_about_the_form(text: str, meant: tuple[str, str]) -> None:
    assert about_form(text, FIELDS) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5万",
        "张三",
        "li@example.com",
        "wrong@private-mail.example",
        "我想改一下",
        "金额和邮箱都写错了",
        "我主要加拿大报税",
        "什么时候付款",
    ],
)
def test_not_about_the_form(text: str) -> None:
    assert about_form(text, FIELDS) is None


def test_a_field_of_another_form_is_not_named() -> None:
    assert about_form("改一下金额", {"code": "验证码"}) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("不是，我是说5万", "5万"),
        ("不对，是5万刀", "5万刀"),
        ("唔係，我係話五萬蚊", "五萬蚊"),
        ("no I meant 35k", "35k"),
        ("应该是 6.8万", "6.8万"),
        ("说错了，6万", "6万"),
        ("нет, я имел в виду 5000", "5000"),
    ],
)
def test_a_correction(text: str, instead: str) -> None:
    assert mended(text) == instead


@pytest.mark.parametrize("text", ["", "不是这个意思", "5万", "不对", "张三", "我的钱什么时候到"])
def test_no_correction(text: str) -> None:
    assert mended(text) is None
