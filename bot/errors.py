"""Every error a person or an operator may meet, as one tree.

Refusal                 the person may not do this now; words come from the room's texts
  StaleStatus           the row moved under us: somebody was faster
  (each room adds its own, in its rules.py)
Invalid                 what was typed cannot be read as what was asked
Unsent                  a channel could not deliver
  Unreachable           blocked or gone: stop writing
  TryLater(after)       carry on after so many seconds
  Malformed             the wire refuses this message for good
  Unknown               it may have arrived: never resend what must not double
Misconfigured           a setting is missing or malformed; the start stops with one line
"""

from typing import Any


class Refusal(Exception):
    """The person may not do this now. `data` fills the words the room has for it."""

    def __init__(self, **data: Any) -> None:
        super().__init__(type(self).__name__)
        self.data = data

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["data"][name]
        except KeyError:
            raise AttributeError(name) from None


class StaleStatus(Refusal):
    """A compare-and-swap found another status than expected."""


class Invalid(Exception):
    """What was typed cannot be read as what was asked.

    `code` names the fault ("not_an_amount"); the room's texts hold words and a right example for it.
    """

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class Unsent(Exception):
    """A channel could not deliver."""


class Unreachable(Unsent):
    """Blocked, deleted or gone: stop writing to this address."""


class TryLater(Unsent):
    """The wire asks for patience. `after` is in seconds; `whole` means the account, not this address."""

    def __init__(self, after: float, whole: bool = True) -> None:
        super().__init__(f"try again in {after} s")
        self.after = after
        self.whole = whole


class Malformed(Unsent):
    """The wire refuses this message and always will."""


class Unknown(Unsent):
    """A time-out or a cut line: the message may have arrived."""


class Misconfigured(Exception):
    """A setting is missing or malformed. The text is one line that names it."""
