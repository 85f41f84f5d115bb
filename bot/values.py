"""Values: small dataclasses that are made for every turn and never change."""

from dataclasses import dataclass
from typing import TypeVar

from typing_extensions import dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """A dataclass with slots, compared and hashed by its fields, and frozen for mypy.

    Not while it runs: a dataclass that guards its fields there takes three times as long to make,
    and a look-up makes twenty.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
