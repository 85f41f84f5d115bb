"""Free text -> what was meant."""

from bot.understanding.folding import normal

__all__ = ["normal"]
