"""Replies as calls of the Bot API."""

import html
import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import render
from bot.conversation.reply import Attachment, Choice, Copyable, Reply
from bot.errors import Malformed

MENU = Choice("主菜单", "welcome.menu")
TAGS = re.compile(r"</?b>")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def seen(fields: dict[str, Any]) -> str:
    return html.unescape(TAGS.sub("", fields["text"]))


def test_a_reply_is_one_message():
    reply = Reply(title="债权金额", text="请输入金额", choices=((Choice("下一步", "~ab", "primary"), MENU),))
    (call,) = render.calls("7", reply, styles=True)
    assert call.method == "sendMessage"
    assert call.fields == {
        "chat_id": 7,
        "text": "<b>债权金额</b>\n\n请输入金额",
        "parse_mode": "HTML",
        "reply_markup": {
            "inline_keyboard": [
                [
                    {"text": "下一步", "callback_data": "~ab", "style": "primary"},
                    {"text": "主菜单", "callback_data": "welcome.menu"},
                ]
            ]
        },
    }


def test_markup_in_words_stays_words():
    (call,) = render.calls("7", Reply(title="<b>", text="A & B <script>alert(1)</script> &amp;"))
    assert call.fields["text"] == "<b>&lt;b&gt;</b>\n\nA &amp; B &lt;script&gt;alert(1)&lt;/script&gt; &amp;amp;"


def test_styles_are_left_out_unless_wanted():
    (call,) = render.calls("7", Reply(text="x", choices=((Choice("撤回", "claims.withdraw", "danger"),),)))
    assert "style" not in call.fields["reply_markup"]["inline_keyboard"][0][0]


def test_numbers_get_copy_buttons_above_the_choices():
    reply = Reply(text="已登记", copies=(Copyable("登记编号", "ZQ-1"), Copyable("太长", "x" * 257)), choices=((MENU,),))
    board = render.keyboard(reply)
    assert board == {
        "inline_keyboard": [
            [{"text": "📋 登记编号 ZQ-1", "copy_text": {"text": "ZQ-1"}}],
            [{"text": "主菜单", "callback_data": "welcome.menu"}],
        ]
    }


def test_the_tapped_message_is_written_over():
    (call,) = render.calls("7", Reply(text="x"), replacing="9")
    assert call.method == "editMessageText"
    assert call.fields["message_id"] == 9


@pytest.mark.parametrize(
    "reply", [Reply(text="收据", replaces=False), Reply(text="很长" * 3000)], ids=["worth keeping", "too long"]
)
def test_some_replies_are_always_new(reply):
    assert {call.method for call in render.calls("7", reply, replacing="9")} == {"sendMessage"}


def test_a_long_text_is_cut_at_line_ends_and_buttons_stand_last():
    lines = [f"第 {number} 行：" + "字" * 90 for number in range(100)]
    parts = render.calls("7", Reply(title="清单", text="\n".join(lines), choices=((MENU,),)))
    assert len(parts) == 3
    assert all(units(seen(part.fields)) <= 4096 for part in parts)
    assert "\n".join(seen(part.fields) for part in parts) == "清单\n\n" + "\n".join(lines)
    assert ["reply_markup" in part.fields for part in parts] == [False, False, True]
    assert parts[0].fields["text"].startswith("<b>清单</b>")


@given(
    st.text(st.sampled_from("字a \n。<&😀"), min_size=1, max_size=40).flatmap(
        lambda word: st.integers(1, 400).map(lambda times: word * times)
    ),
    st.sampled_from(["", "标题", "长" * 3000, "长" * 4095, "😀" * 2048, "长" * 5000]),
)
def test_no_text_is_too_long_or_loses_a_word(text, title):
    reply = Reply(text=text, title=title)
    if not text.strip() and not title:
        with pytest.raises(Malformed):
            render.calls("7", reply)
        return
    parts = render.calls("7", reply)
    assert all(0 < units(seen(part.fields)) <= 4096 and seen(part.fields).strip() for part in parts)
    assert re.sub(r"\s", "", "".join(seen(part.fields) for part in parts)) == re.sub(r"\s", "", title + text)


@pytest.mark.parametrize(
    ("address", "reply", "replacing"),
    [
        ("7", Reply(text=" "), None),
        ("x", Reply(text="x"), None),
        ("7", Reply(text="x"), "y"),
        ("7", Reply(text="x", choices=((Choice("长", "x" * 65),),)), None),
        ("7", Reply(text="x", choices=((Choice("汉", "汉"),),)), None),
        ("7", Reply(text="x", choices=((Choice("", "a"),),)), None),
    ],
    ids=["no words", "no address", "no message", "long token", "token not ASCII", "no label"],
)
def test_what_telegram_would_refuse_never_leaves(address, reply, replacing):
    with pytest.raises(Malformed):
        render.calls(address, reply, replacing=replacing)


def test_half_a_surrogate_pair_never_leaves():
    with pytest.raises(Malformed):
        render.riding("7", Reply(text="\ud800"))


def test_one_call_rides_and_more_do_not():
    body = render.riding("7", Reply(text="好"), replacing="9")
    assert body is not None
    assert orjson.loads(body) == {
        "method": "editMessageText", "message_id": 9, "chat_id": 7, "text": "好", "parse_mode": "HTML",
    }  # fmt: skip
    assert render.riding("7", Reply(text="字" * 5000)) is None
    assert render.riding("7", Reply(text="x", document=Attachment("a.pdf", "application/pdf", b"x"))) is None
