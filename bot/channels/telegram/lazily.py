"""Import aiogram without building its four hundred models.

`aiogram.types` ends by calling `model_rebuild()` on every type: two seconds and a hundred
megabytes for models we mostly never use. Here that call is put off while aiogram is imported:
pydantic then builds a model when it is first used (aiogram already asks for it by
`defer_build=True`), which works once every module knows the names its annotations speak of.

This leans on the inside of two pinned libraries. `load` MUST leave an aiogram that behaves like
the stock one: a test compares them in a fresh interpreter. When anything is not as expected,
the stock work is done after all: slower, never wrong.
"""

import importlib
import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

log = logging.getLogger(__name__)

#: the packages whose modules hold models
PACKAGES = ("aiogram.types", "aiogram.methods")

_USER = {"id": 1, "is_bot": False, "first_name": "-"}
_WORD = re.compile(r"[A-Za-z_]\w*")


def load() -> bool:
    """Import aiogram. True: lazily; False: the stock way (it was there already, or the shortcut failed)."""
    if "aiogram" in sys.modules:
        return False
    names = _import_without_building()
    try:
        _lend(names)
        _try_out()
    except Exception as wrong:
        # A model that cannot be built now would fail in the middle of a conversation.
        log.warning("aiogram cannot be loaded lazily (%s): building every model", type(wrong).__name__)
        _build_all(names)
        return False
    return True


def _import_without_building() -> dict[str, Any]:
    """Import aiogram while `model_rebuild` only notes the names it was given, and return them."""
    names: dict[str, Any] = {}
    stock = BaseModel.__dict__["model_rebuild"]

    def noted(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **_rest: Any
    ) -> bool | None:
        if not _types_namespace or not cls.__module__.startswith("aiogram."):
            return stock.__get__(None, cls)(_types_namespace=_types_namespace, **_rest)  # type: ignore[no-any-return]
        names.update(_types_namespace)
        return None

    BaseModel.model_rebuild = classmethod(noted)  # type: ignore[assignment, method-assign]
    try:
        importlib.import_module("aiogram")
    finally:
        BaseModel.model_rebuild = stock  # type: ignore[method-assign]
    return names


def _lend(names: dict[str, Any]) -> None:
    """Give every module of types and methods the names its models' annotations speak of.

    Only those: all four hundred in all six hundred modules are eight megabytes of dictionaries.
    """
    if "Message" not in names or "Default" not in names:
        raise LookupError("aiogram.types no longer rebuilds its models as it did")
    for module, home in list(sys.modules.items()):
        if not module.startswith(PACKAGES):
            continue
        here = vars(home)
        models = [value for value in here.values() if isinstance(value, type) and value.__module__ == module]
        # An inherited annotation is read where the heir lives.
        for heir in {base for model in models for base in model.__mro__}:
            for annotation in vars(heir).get("__annotations__", {}).values():
                for word in _WORD.findall(annotation) if isinstance(annotation, str) else ():
                    if word in names:
                        here.setdefault(word, names[word])


def _try_out() -> None:
    """Build a few models, one of them with a borrowed name: a fault shows here and not in a conversation."""
    types = importlib.import_module("aiogram.types")
    base = importlib.import_module("aiogram.methods.base")
    types.ResponseParameters.model_validate({"retry_after": 1})
    base.Response[dict[str, Any]].model_validate({"ok": False, "parameters": {"retry_after": 1}})
    types.MessageEntity.model_validate({"type": "bold", "offset": 0, "length": 1, "user": _USER})


def _build_all(names: dict[str, Any]) -> None:
    """What `aiogram.types` and `aiogram.methods` do by themselves when they are let."""
    for package in PACKAGES:
        home = importlib.import_module(package)
        for name in home.__all__:
            model = getattr(home, name, None)
            if isinstance(model, type) and issubclass(model, BaseModel):
                model.model_rebuild(_types_namespace=names or None, raise_errors=False)
