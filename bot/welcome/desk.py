"""The operators' side: reading what was not understood. The command line calls this."""

from bot.welcome.actions import TrainingLine, drop, exported, label, training_lines, waiting

__all__ = ["TrainingLine", "drop", "exported", "label", "training_lines", "waiting"]
