"""The shortcut at import: an aiogram that behaves like the stock one, for a fraction of the memory."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot.channels.telegram import wire

ROOT = Path(__file__).parents[3]


def fresh(*arguments: str) -> tuple[str, str]:
    """What a fresh interpreter prints, on both its streams."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout, ended.stderr


@cache
def imported(way: str) -> tuple[dict[str, Any], str]:
    out, err = fresh(str(Path(__file__).with_name("imported.py")), way)
    return json.loads(out), err


@pytest.mark.slow
def test_lazily_loaded_it_does_what_the_stock_one_does():
    stock, _ = imported("stock")
    lazy, said = imported("lazy")
    assert (stock["lazily"], lazy["lazily"], said) == (False, True, "")
    assert lazy["does"] == stock["does"]
    # Not an empty promise: every model was built in the end, and the samples were understood.
    fields = lazy["does"]["fields"]
    assert len(fields) > 500
    assert all(complete for complete, _fields in fields.values())
    assert lazy["does"]["kinds"][:6] == ["message"] * 4 + ["edited_message", "callback_query"]
    assert lazy["megabytes"] < stock["megabytes"] / 2


@pytest.mark.slow
def test_when_the_shortcut_fails_the_stock_work_is_done():
    stock, _ = imported("stock")
    broken, said = imported("broken")
    assert broken["lazily"] is False
    assert "building every model" in said
    assert broken["does"] == stock["does"]


def test_the_package_takes_the_shortcut():
    out, _ = fresh(
        "-c",
        "from bot.channels.telegram import door, wire; from aiogram import types\n"
        "print(types.Update.__pydantic_complete__, wire.SendMessage.__pydantic_complete__)",
    )
    assert out.split() == ["False", "True"]


def test_our_methods_are_ready_before_the_first_person_comes():
    kinds: list[type[BaseModel]] = [
        wire.SendMessage,
        wire.EditMessageText,
        wire.SendDocument,
        wire.SendVoice,
        wire.GetFile,
        wire.GetUpdates,
    ]
    assert all(kind.__pydantic_complete__ for kind in kinds)
