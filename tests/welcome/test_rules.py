"""Addresses and codes as people type them, and the limits of sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import codes
from bot.errors import Invalid
from bot.welcome import rules
from tests.person import MORNING


@pytest.mark.parametrize(
    "typed",
    [
        "zhang.san@gmail.com",
        "  Zhang.San@Gmail.COM ",
        "ｚｈａｎｇ．ｓａｎ＠ｇｍａｉｌ．ｃｏｍ",
        "zhang.san@gmail。com",
        "zhang.san ＠ gmail.com。",
        "我的邮箱是zhang.san@gmail.com，谢谢",
        "邮箱：zhang.san@gmail.com",
        "<zhang.san@gmail.com>",
        "《zhang.san@gmail.com》",
        "mailto:zhang.san@gmail.com",
        "Zhang San <zhang.san@gmail.com>",
        "zhang.san@gmail.com.",
        "zhang.san@gmail.com zhang.san@gmail.com",
        "zhang\u200b.san@gmail\ufeff.com",
    ],
)
def test_an_address_is_read_as_it_was_meant(typed):
    assert rules.read_email(typed) == "zhang.san@gmail.com"


@pytest.mark.parametrize(
    "typed", ["a@b.co", "x+ftx@sub.mail.example.org", "1234567@qq.com", "o'neil@example.com", "a@xn--fiq228c.com"]
)
def test_unusual_addresses_are_addresses(typed):
    assert rules.read_email(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "zhang",
        "zhang@",
        "@gmail.com",
        "zhang@gmail",
        "zhang.@gmail.com",
        "zhang..san@gmail.com",
        "zhang@-gmail.com",
        "zhang@gmail-.com",
        "zhang@gmail..com",
        "zhang@1.2.3.4",
        "张三@qq.com",
        "josé@example.com",
        "ésan@example.com",
        "a" * 65 + "@gmail.com",
        "zhang@" + "a" * 64 + ".com",
        "zhang@gmail.c",
        "zhang@@gmail.com",
        "zhang@gmail.com_x",
        "zhang@gmail.comé",
        "123456",
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Invalid, match="not_an_email"):
        rules.read_email(typed)


def test_two_addresses_are_one_too_many():
    with pytest.raises(Invalid, match="two_emails"):
        rules.read_email("a@qq.com 或者 b@qq.com")


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        email = rules.read_email(text)
    except Invalid:
        return
    assert email.isascii()
    assert email.count("@") == 1
    assert not set(email) & set(' \r\n<>"(),;:')
    assert rules.read_email(email) == email
    codes.masked(email)
    rules.meant(email)


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmai.com", "a@gmail.com"),
        ("a@gmaill.com", "a@gmail.com"),
        ("a@gmail.con", "a@gmail.com"),
        ("a@gmail.cm", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@gnail.com", "a@gmail.com"),
        ("a@136.com", "a@163.com"),
        ("a@qq.con", "a@qq.com"),
        ("a@qq.cm", "a@qq.com"),
        ("a@hotmial.com", "a@hotmail.com"),
        ("a@outlok.com", "a@outlook.com"),
        ("a@foxmial.com", "a@foxmail.com"),
        ("a@iclould.com", "a@icloud.com"),
        ("a@yaho.com.hk", "a@yahoo.com.hk"),
        ("a@mycompany.con", "a@mycompany.com"),
    ],
)
def test_a_slip_is_noticed(typed, better):
    assert rules.meant(typed) == better


@pytest.mark.parametrize(
    "domain", [*rules.KNOWN_DOMAINS, "example.com", "mycompany.cn", "pku.edu.cn", "hku.hk", "ntu.edu.tw", "t.co"]
)
def test_what_is_no_slip_is_left_alone(domain):
    assert rules.meant(f"a@{domain}") is None


@pytest.mark.parametrize(
    "typed",
    ["482913", " 482 913 ", "４８２９１３", "482-913", "验证码是482913", "482913。", "4 8 2 9 1 3", "482\u200b913"],
)
def test_a_code_is_read(typed):
    assert codes.read_code(typed) == "482913"


@pytest.mark.parametrize("typed", ["", "48291", "4829134", "abcdef", "一二三四五六", "482913 或 482914", "²²²²²²²"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Invalid, match="not_six_digits"):
        codes.read_code(typed)


def test_an_address_in_the_place_of_a_code_is_noticed():
    with pytest.raises(Invalid, match="email_not_code"):
        codes.read_code("a@qq.com")


@pytest.mark.parametrize(
    ("email", "shown"),
    [("zhang.san@gmail.com", "z***@g***.com"), ("a@qq.com", "a***@q***.com"), ("x@yahoo.com.hk", "x***@y***.hk")],
)
def test_a_mask_hides_the_address(email, shown):
    assert codes.masked(email) == shown


# -- sending


def ago(*seconds: int) -> list[datetime]:
    return [MORNING - timedelta(seconds=one) for one in seconds]


def test_the_first_code_may_go():
    codes.may_send([], [], MORNING)


@pytest.mark.parametrize(("mine", "theirs"), [(ago(59), []), ([], ago(59)), (ago(59), ago(300))])
def test_a_second_code_waits_a_minute(mine, theirs):
    with pytest.raises(Invalid) as wrong:
        codes.may_send(mine, theirs, MORNING)
    assert (wrong.value.code, wrong.value.data["seconds"]) == ("too_soon", 1)
    codes.may_send([at - timedelta(seconds=1) for at in mine], [at - timedelta(seconds=1) for at in theirs], MORNING)


def test_five_an_hour():
    five = ago(100, 700, 1400, 2100, 2800)
    for mine, theirs in ((five, []), ([], five)):
        with pytest.raises(Invalid) as wrong:
            codes.may_send(mine, theirs, MORNING)
        assert (wrong.value.code, wrong.value.data["until"]) == ("too_many", five[-1] + timedelta(hours=1))
    codes.may_send(five[:4], five[:4], MORNING)
    codes.may_send(five, [], five[-1] + timedelta(hours=1))


@dataclass(frozen=True)
class Mailed:
    email_index: bytes = b"address"
    code_index: bytes = b"code"
    tries: int = 0
    expires_at: datetime = MORNING


BEFORE = MORNING - timedelta(microseconds=1)


def test_the_right_code_is_right_and_a_wrong_one_is_not():
    assert codes.is_right(Mailed(), b"address", b"code", BEFORE)
    assert not codes.is_right(Mailed(), b"address", b"other", BEFORE)
    assert codes.is_right(Mailed(tries=4), b"address", b"code", BEFORE)


@pytest.mark.parametrize(
    ("mailed", "address", "now", "code"),
    [
        (None, b"address", BEFORE, "no_code"),
        (Mailed(), b"another", BEFORE, "no_code"),
        (Mailed(tries=5), b"address", BEFORE, "spent"),
        (Mailed(), b"address", MORNING, "expired"),
    ],
)
def test_after_that_no_code_is_right(mailed, address, now, code):
    with pytest.raises(Invalid, match=code):
        codes.is_right(mailed, address, b"code", now)
    assert not codes.still_good(mailed, address, now)
