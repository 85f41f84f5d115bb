"""The operators' side: accounts, and reading what was not understood. The command line calls this."""

from bot.welcome.actions import TrainingLine, account, drop, exported, freeze, label, training_lines, waiting

__all__ = ["TrainingLine", "account", "drop", "exported", "freeze", "label", "training_lines", "waiting"]
