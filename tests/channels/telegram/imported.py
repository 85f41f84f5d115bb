"""Import aiogram in one of three ways and print what it does: run by test_lazily.py in a fresh interpreter.

python imported.py stock | lazy | broken
"""

import json
import logging
import re
import sys
import time
import types
from pathlib import Path
from typing import Any

import aiohttp  # noqa: F401  here in any case
import orjson  # noqa: F401

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
FOLDER = Path(__file__).parents[3] / "bot/channels/telegram"
ME = {"id": 7, "is_bot": False, "first_name": "测试", "language_code": "zh-hans"}
CHAT = {"id": 7, "type": "private", "first_name": "测试"}
HERE: dict[str, Any] = {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": ME}
MEMBER = {"user": ME, "status": "member"}
UPDATES: list[dict[str, Any]] = [
    {"message": {**HERE, "text": "/start", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}},
    {"message": {**HERE, "document": {"file_id": "f", "file_unique_id": "u", "file_size": 5}, "caption": "结单"}},
    {"message": {**HERE, "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}},
    {"message": {**HERE, "text": "x", "reply_to_message": {**HERE, "text": "y"}}},
    {"edited_message": {**HERE, "edit_date": 1_790_000_001, "text": "x"}},
    {
        "callback_query": {
            "id": "q",
            "from": ME,
            "chat_instance": "1",
            "data": "a",
            "message": {
                **HERE,
                "text": "x",
                "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b", "style": "primary"}]]},
            },
        }
    },
    {"callback_query": {"id": "q", "from": ME, "chat_instance": "1", "message": {**HERE, "date": 0}}},
    {
        "my_chat_member": {
            "chat": CHAT,
            "from": ME,
            "date": 1,
            "old_chat_member": MEMBER,
            "new_chat_member": {"user": ME, "status": "kicked", "until_date": 0},
        }
    },
    {"inline_query": {"id": "i", "from": ME, "query": "x", "offset": ""}},
    {"poll_answer": {"poll_id": "p", "option_ids": [1], "option_persistent_ids": ["a"], "user": ME}},
    {"message_reaction": {"chat": CHAT, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
    {"message": {"message_id": "not a number"}},
]
BOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}, {"text": "c", "copy_text": {"text": "d"}}]]}
METHODS: list[tuple[str, dict[str, Any]]] = [
    ("SendMessage", {"chat_id": 7, "text": "好", "parse_mode": "HTML", "reply_markup": BOARD}),
    ("SendMessage", {"chat_id": 7}),
    ("EditMessageText", {"chat_id": 7, "message_id": 1, "text": "好", "reply_markup": BOARD}),
    ("SendDocument", {"chat_id": 7, "document": "f"}),
    ("AnswerCallbackQuery", {"callback_query_id": "q"}),
    ("GetUpdates", {"offset": 1, "allowed_updates": ["message"]}),
    ("SetMyCommands", {"commands": [{"command": "start", "description": "主菜单"}], "scope": {"type": "default"}}),
    ("SendMediaGroup", {"chat_id": 7, "media": [{"type": "photo", "media": "f"}, {"type": "document", "media": "f"}]}),
]


def resident() -> float:
    # not ru_maxrss: a new process begins with its parent's peak
    line = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert line is not None
    return int(line[1]) / 1024


def load(way: str) -> bool:
    if way == "stock":
        import aiogram  # noqa: F401

        return False
    # The package itself loads aiogram: stand in for it, so that the shortcut can be broken first.
    package = types.ModuleType("bot.channels.telegram")
    package.__path__ = [str(FOLDER)]
    import bot.channels

    sys.modules["bot.channels.telegram"] = package
    del bot.channels
    from bot.channels.telegram import lazily

    if way == "broken":
        lazily._lend = lambda _names: (_ for _ in ()).throw(LookupError("another aiogram"))  # type: ignore[assignment]
    return lazily.load()


def tried(what: Any) -> Any:
    from pydantic import ValidationError

    try:
        return what()
    except ValidationError as wrong:
        return [[error["type"], [str(place) for place in error["loc"]]] for error in wrong.errors()]


def main(way: str) -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    before, start = resident(), time.perf_counter()
    lazily = load(way)
    seconds, grown = time.perf_counter() - start, resident() - before

    import aiogram
    from aiogram import methods
    from aiogram import types as telegram
    from aiogram.methods.base import Response
    from pydantic import BaseModel

    read = [
        tried(lambda raw=raw, number=number: telegram.Update(update_id=number, **raw).model_dump_json(warnings=False))
        for number, raw in enumerate(UPDATES)
    ]
    kinds = [tried(lambda raw=raw: telegram.Update(update_id=1, **raw).event_type) for raw in UPDATES]
    made = [
        tried(lambda name=name, fields=fields: getattr(methods, name)(**fields).model_dump(exclude_unset=True))
        for name, fields in METHODS
    ]
    answers = [
        tried(lambda kind=kind, result=result: Response[kind](ok=True, result=result).model_dump(mode="json"))  # type: ignore[valid-type]
        for kind, result in (
            (telegram.Message, {**HERE, "text": "x"}),
            (telegram.ChatFullInfo, {**CHAT, "accent_color_id": 1, "max_reaction_count": 1, "accepted_gift_types": {}}),
            (bool, True),
        )
    ]
    # Only now is every model built, those that nothing above has touched too.
    fields: dict[str, Any] = {}
    for home in (telegram, methods):
        for name in home.__all__:
            model = getattr(home, name)
            if isinstance(model, type) and issubclass(model, BaseModel):
                model.model_rebuild(raise_errors=False)
                fields[name] = [
                    model.__pydantic_complete__,
                    {field: ADDRESS.sub("", repr(found.annotation)) for field, found in model.model_fields.items()},
                ]
    print(
        json.dumps(
            {
                "lazily": lazily,
                "seconds": seconds,
                "megabytes": grown,
                "version": aiogram.__version__,
                "does": {"read": read, "kinds": kinds, "made": made, "answers": answers, "fields": fields},
            },
            default=str,
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
