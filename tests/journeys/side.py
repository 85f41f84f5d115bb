"""The side of a person, whatever wire it comes by: what he reads, taps, types, sends, and is told unasked."""

import asyncio
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

#: a button's label and what it sends
Button = tuple[str, str]
#: how many turns a person makes at once, and how many seconds each of the others takes him: within the house's pace
BURST, STEP = 24, 0.5


@dataclass(frozen=True)
class Screen:
    """A message as a person sees it.

    copies   numbers worth copying
    where    what the wire calls this message
    """

    title: str
    text: str
    buttons: tuple[Button, ...] = ()
    copies: tuple[str, ...] = ()
    where: object = None

    @property
    def words(self) -> str:
        """Everything there is to read."""
        return "\n".join((self.title, self.text, *self.copies, *(f"[{label}]" for label, _token in self.buttons)))

    def sees(self, *words: str) -> "Screen":
        """All of these stand on it."""
        missing = [word for word in words if word not in self.words]
        assert not missing, f"not seen: {missing}\n--- screen\n{self.words}"
        return self


@dataclass
class Side(ABC):
    """A person at one end of a wire. `heard` is everything he was shown, in order."""

    heard: list[Screen] = field(default_factory=list)
    _due: float = 0.0

    async def breathes(self) -> None:
        """Before each turn: a machine is faster than a person, and the house refuses what no person does."""
        now = time.monotonic()
        self._due = max(self._due, now) + STEP
        await asyncio.sleep(max(0.0, self._due - now - BURST * STEP))

    @property
    def screen(self) -> Screen:
        """The latest."""
        return self.heard[-1]

    def button(self, wanted: str) -> tuple[Screen, Button]:
        """The newest button whose token fits the pattern `wanted`, and the message it stands under."""
        for screen in reversed(self.heard):
            for label, token in screen.buttons:
                if fnmatchcase(token, wanted):
                    return screen, (label, token)
        raise AssertionError(f"no button {wanted!r}\n--- screen\n{self.screen.words}")

    @abstractmethod
    async def comes(self) -> Screen:
        """Come for the first time; what greets him."""

    @abstractmethod
    async def says(self, text: str) -> Screen:
        """Type something; what is answered."""

    @abstractmethod
    async def taps(self, wanted: str) -> Screen:
        """Tap a button; what is answered."""

    @abstractmethod
    async def sends(self, name: str, content: bytes) -> Screen:
        """Send a file; what is answered."""

    @abstractmethod
    async def told(self) -> Screen:
        """What comes next that nobody asked for."""

    @abstractmethod
    async def paper(self) -> bytes:
        """The file that was handed out with the last answer."""

    @abstractmethod
    async def looks_back(self) -> None:
        """Nothing was lost, doubled, or left unheard."""
