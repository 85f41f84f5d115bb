"""What words mean, as far as the conversation is told: it knows no intent by name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.conversation.flow import Book, Step
from bot.conversation.form import Hearing
from bot.values import value


@value
class Heard:
    """What free text asks for, in steps.

    token  the step that serves it, with its argument
    also   a view that was asked for in the same message; served below the first
    angry  one sentence that says so comes first, and a person is offered
    said   where the step is a form: what was said answers its first question already
    """

    token: str
    also: str = ""
    angry: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How words become steps; handed over by `app.py`, so that conversation knows no intent by name.

    route     free text outside a form -> what it asks for
    exact     a whole text that means one thing even inside a form -> "back", "skip", "cancel" or a step; or None
    commands  a command without its slash -> step
    meanings  what may be meant, by name -> its step: an act that answers with such a name goes on there
    breaks_in   what free text asks for while a form is open, if it is plain enough to interrupt it; or None
    about_form  words about the form itself, and what its questions are called -> ("back" | "skip" | "cancel", "")
                or (a question's name, its new answer as far as it was said); or None
    mends       what a correction ("不是，我是说……") says instead; or None
    hearing     how short answers are heard
    on_screen   what a text means among the buttons (label, token) of the newest screen -> a token; or None
    leads_on    acts that only lead to another screen: a part of their label is enough to press them
    confirms    acts that wait for a last yes: a mere yes shows them again, with how they are typed
    guards    what is typed -> the same without secrets, and what kinds there were: only that is read, kept or shown
    stray     the step that takes a file sent outside any form, and what is spoken wherever it is; "" is none
    edited    the step that takes other words for what was said before; "" is none
    quoted    the act that takes what answers an earlier message, or "" if that message is none of its own; "" is none
    returns   the act that is done, beside the turn, when an address can be written to again; "" is none
    """

    route: Callable[[str, datetime], Heard]
    exact: Callable[[str], str | None]
    commands: Mapping[str, str]
    meanings: Mapping[str, str] = field(default_factory=dict)
    breaks_in: Callable[[str, datetime], Heard | None] = lambda _text, _at: None
    about_form: Callable[[str, Callable[[], Mapping[str, str]]], tuple[str, str] | None] = lambda _text, _fields: None
    mends: Callable[[str], str | None] = lambda _text: None
    hearing: Hearing = field(default_factory=Hearing)
    on_screen: Callable[[str, Sequence[tuple[str, str]]], str | None] = lambda _text, _buttons: None
    leads_on: frozenset[str] = frozenset()
    confirms: frozenset[str] = frozenset()
    guards: Callable[[str], tuple[str, Sequence[str]]] = lambda text: (text, ())
    stray: str = ""
    edited: str = ""
    quoted: str = ""
    returns: str = ""

    def step_of(self, book: Book, heard: Heard | None) -> tuple[Step | None, str]:
        """The step that serves what was heard, and its argument; None: no such step."""
        token = heard.token if heard is not None else ""
        name, _colon, argument = self.meanings.get(token, token).partition(":")
        return book.steps.get(name), argument
