"""Updates as Telegram sends them, and as nobody should."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ways
from bot.channels.telegram.reader import Heard, Ignored, Standing, read

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CHANNEL = "telegram:42"
ME = {"id": 7, "is_bot": False, "first_name": "Test", "language_code": "zh-hans"}
CHAT = {"id": 7, "type": "private", "first_name": "Test"}


def message(**what: Any) -> dict[str, Any]:
    return {"update_id": 1001, "message": {"message_id": 5, "date": 1, "chat": CHAT, "from": ME, **what}}


def tap(data: Any = "claims.status", **what: Any) -> dict[str, Any]:
    shown = {"message_id": 9, "date": 1, "chat": CHAT, "text": "…", **what}
    return {"update_id": 1001, "callback_query": {"id": "q1", "from": ME, "message": shown, "data": data}}


def heard(raw: Any) -> Heard:
    found = read(raw, CHANNEL, NOW)
    assert isinstance(found, Heard), found
    return found


def test_a_text_becomes_a_turn():
    turn = heard(message(text="看看我的债权")).turn
    assert (turn.channel, turn.address, turn.event_id, turn.order) == (CHANNEL, "7", "1001", 1001)
    assert (turn.text, turn.command, turn.choice, turn.file, turn.message) == ("看看我的债权", None, None, None, None)
    assert (turn.language, turn.received_at) == ("zh-hans", NOW)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/start", "start"),
        ("/START", "start"),
        ("/start@some_bot", "start"),
        ("/start ref_'; DROP TABLE claim;--", "start"),
        ("/status\n123", "status"),
    ],
)
def test_a_command_loses_its_payload(typed, command):
    turn = heard(message(text=typed)).turn
    assert (turn.command, turn.text) == (command, None)


@pytest.mark.parametrize("typed", ["/back", "/BACK@some_bot", "/back 2"])
def test_a_command_about_the_form_is_words(typed):
    turn = heard(message(text=typed)).turn
    assert (turn.command, turn.text, ways.exact("/back")) == (None, "/back", "back")


@pytest.mark.parametrize("typed", ["/", "//start", "/etc/passwd", "/ start", "/登记", "看 /start", "/" + "a" * 33])
def test_what_only_looks_like_a_command_is_text(typed):
    turn = heard(message(text=typed)).turn
    assert (turn.command, turn.text) == (None, typed)


def test_a_tap_names_the_message_it_stands_under():
    found = heard(tap())
    assert (found.turn.choice, found.turn.message, found.turn.text, found.query) == ("claims.status", "9", None, "q1")


@pytest.mark.parametrize(
    "under",
    [{"date": 0}, {"document": {"file_id": "f", "file_unique_id": "u"}}, {"message_id": "9"}],
    ids=["out of reach", "carries a file", "no number"],
)
def test_a_message_that_cannot_be_written_over_is_not_named(under):
    assert heard(tap(**under)).turn.message is None


@pytest.mark.parametrize("data", [None, "", "a\0b", "债权", "x" * 65, 5, ["a"], {"a": 1}])
def test_a_tap_on_no_button_of_ours_only_stops_the_spinning(data):
    assert read(tap(data), CHANNEL, NOW) == Ignored("1001", "a tap on no button of ours", "q1")


def test_a_document_is_announced_before_it_is_fetched():
    document = {"file_id": "F", "file_unique_id": "u", "file_name": "结单.pdf", "file_size": 12}
    found = heard(message(document=document, caption="这是我的结单"))
    assert found.file_id == "F"
    assert found.turn.text == "这是我的结单"
    assert found.turn.file is not None
    assert (found.turn.file.name, found.turn.file.size, found.turn.file.content) == ("结单.pdf", 12, None)


def test_of_a_photo_the_largest_rendering_is_taken():
    sizes = [
        {"file_id": name, "width": width, "file_size": width} for name, width in (("s", 90), ("l", 1280), ("m", 320))
    ]
    found = heard(message(photo=sizes))
    assert found.file_id == "l"
    assert found.turn.file is not None
    assert (found.turn.file.name, found.turn.file.size) == ("IMG_5.jpg", 1280)


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("sticker", "sticker"),
        ("animation", "sticker"),
        ("video", "video"),
        ("video_note", "video"),
        ("location", "location"),
        ("venue", "location"),
        ("contact", "contact"),
        ("poll", "other"),
        ("voice", "other"),  # without anything to fetch
    ],
)
def test_what_we_cannot_use_is_named(kind, called):
    turn = heard(message(**{kind: {}})).turn
    assert (turn.text, turn.unread, turn.file) == ("", called, None)


def test_an_animation_is_no_document_although_it_comes_with_one():
    turn = heard(message(animation={"file_id": "a"}, document={"file_id": "a", "file_name": "x.mp4"})).turn
    assert (turn.unread, turn.file) == ("sticker", None)


def test_what_is_spoken_is_a_file_with_a_length():
    found = heard(message(voice={"file_id": "v", "duration": 12, "file_size": 900, "mime_type": "audio/ogg"}))
    assert found.file_id == "v"
    assert found.turn.file is not None
    assert (found.turn.file.name, found.turn.file.size, found.turn.file.seconds) == ("VOICE_5.ogg", 900, 12)
    found = heard(message(audio={"file_id": "a", "duration": -4, "file_name": "会议.mp3"}))
    assert found.turn.file is not None
    assert (found.turn.file.name, found.turn.file.seconds) == ("会议.mp3", 0)


def test_a_message_has_an_id_an_album_and_what_it_answers():
    turn = heard(
        message(photo=[{"file_id": "s", "width": 9}], media_group_id="g1", reply_to_message={"message_id": 3})
    ).turn
    assert (turn.said, turn.album, turn.quotes, turn.edited) == ("5", "g1", "3", False)
    turn = heard(message(text="好", media_group_id="g1", reply_to_message={"message_id": "x"})).turn
    assert (turn.said, turn.album, turn.quotes) == ("5", None, None)


@pytest.mark.parametrize("under", ["text", "caption"])
def test_an_edit_is_the_same_message_in_other_words(under):
    raw = {"update_id": 9, "edited_message": {**message(**{under: "改过"})["message"], "edit_date": 2}}
    turn = heard(raw).turn
    assert (turn.text, turn.said, turn.edited, turn.command, turn.file) == ("改过", "5", True, None, None)
    assert (turn.event_id, turn.order) == ("9", 9)


@pytest.mark.parametrize(
    "what",
    [
        {"location": {"latitude": 1, "longitude": 2}},  # shared live: "edited" every few seconds
        {"text": "/start"},
        {"text": ""},
        {"photo": [{"file_id": "s"}]},
        {"text": "x", "chat": {"id": -5, "type": "supergroup"}},
        {"text": "x", "from": {**ME, "is_bot": True}},
        {"text": "x", "message_id": None},
    ],
)
def test_an_edit_of_no_words_is_ignored(what):
    raw = {"update_id": 9, "edited_message": {**message()["message"], **what}}
    assert isinstance(read(raw, CHANNEL, NOW), Ignored)


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("left", False), ("member", True)])
def test_blocking_is_noticed(status, reachable):
    raw = {"update_id": 3, "my_chat_member": {"chat": CHAT, "from": ME, "new_chat_member": {"status": status}}}
    assert read(raw, CHANNEL, NOW) == Standing("3", "7", reachable)


GROUP = {"id": -100, "type": "supergroup", "title": "T"}


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "text",
        5,
        {},
        {"update_id": None},
        {"update_id": True, "message": {}},
        {"update_id": -1, "message": {}},
        {"update_id": "1", "message": {}},
        {"update_id": 2**63, "message": {}},
        {"update_id": 1.5, "message": {}},
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"text": "no chat"}},
        {"update_id": 1, "edited_message": {"chat": CHAT, "text": "x"}},
        {"update_id": 1, "channel_post": {"chat": {"id": -5, "type": "channel"}, "text": "x"}},
        {"update_id": 1, "callback_query": {"id": 5}},
        {"update_id": 1, "callback_query": {"id": "q", "data": "x", "inline_message_id": "i", "from": ME}},
        {"update_id": 1, "my_chat_member": {}},
        {"update_id": 1, "my_chat_member": {"chat": GROUP, "new_chat_member": {"status": "kicked"}}},
        message(chat=GROUP, text="群里的话"),
        message(chat={"id": "7", "type": "private"}, text="x"),
        message(chat={"id": 2**70, "type": "private"}, text="x"),
        message(chat={"id": True, "type": "private"}, text="x"),
        message(chat={"id": -7, "type": "private"}, text="x"),
        message(chat=[7], text="x"),
        message(**{"from": {"id": 8, "is_bot": True}, "text": "x"}),
        message(text=5),
        message(text=None),
        message(text=["a"]),
        message(document="file"),
        message(document={"file_id": 5}),
        message(document={"file_name": "x.pdf"}),
        message(photo=[]),
        message(photo="p"),
        message(photo=[5, None]),
        message(pinned_message={"message_id": 1}),
        message(new_chat_title="T"),
    ],
)
def test_whatever_is_not_as_documented_is_ignored(raw):
    assert isinstance(read(raw, CHANNEL, NOW), Ignored)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\0b", "ab"),
        ("\0", ""),
        ("\ud800", "\ufffd"),
        ("债\udfff权", "债\ufffd权"),
        ("👨‍👩‍👧 好", "👨‍👩‍👧 好"),
        ("\u202e倒", "\u202e倒"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_text_comes_out_storable(typed, kept):
    text = heard(message(text=typed)).turn.text
    assert text is not None
    assert text == kept
    text.encode()  # raises for half a surrogate pair


def test_names_of_files_and_languages_come_out_storable():
    document = {"file_id": "F", "file_name": "\ud800\0.pdf", "file_size": -5}
    turn = heard(message(document=document, **{"from": {**ME, "language_code": "\udc00"}})).turn
    assert turn.file is not None
    assert (turn.file.name, turn.file.size, turn.language) == ("\ufffd.pdf", 0, "\ufffd")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "message_id",
    "date",
    "chat",
    "from",
    "text",
    "caption",
    "document",
    "photo",
    "data",
    "id",
    "message",
    "sticker",
]
SHAPED = st.fixed_dictionaries(
    {},
    optional={
        "update_id": st.integers(0, 2**40) | JSON,
        **dict.fromkeys(
            ["message", "callback_query", "my_chat_member"],
            st.fixed_dictionaries({"chat": st.just(CHAT) | JSON}, optional=dict.fromkeys(KEYS[3:], JSON)),
        ),
    },
)


@given(JSON | SHAPED)
def test_no_json_makes_it_stumble(raw):
    found = read(raw, CHANNEL, NOW)
    if isinstance(found, Heard):
        turn = found.turn
        orjson.dumps([turn.text, turn.choice, turn.command, turn.language, turn.message, turn.file and turn.file.name])
        assert turn.address == "7"
        assert turn.choice is None or (turn.choice.isascii() and len(turn.choice) <= 64)
