"""The book of steps. A room fills its own `Flow` by hand; `app.py` puts all flows into one `Book`."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.conversation.form import Form
from bot.conversation.reply import Reply
from bot.conversation.turn import Person, Turn
from storage.database import Reader, Transaction

View = Callable[[Turn, Reader, Person, str], Awaitable[Reply]]
Act = Callable[[Turn, Transaction, Person, str], Awaitable[Reply | str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be asked for by its name (`claims.status`).

    Exactly one of `view` (changes nothing: read only, no lock, no row written), `act` (may change
    everything, in one transaction) and `form` (begins or resumes a form) is set. An act may answer
    with a token instead of a reply: that step answers, in the same transaction.
    """

    name: str
    view: View | None = None
    act: Act | None = None
    form: Form | None = None


class Flow:
    """The steps of one room."""

    def __init__(self, room: str) -> None:
        self.room = room
        self.steps: list[Step] = []

    def view(self, name: str) -> Callable[[View], View]:
        """Declare a step that changes nothing."""

        def keep(run: View) -> View:
            self.steps.append(Step(f"{self.room}.{name}", view=run))
            return run

        return keep

    def act(self, name: str) -> Callable[[Act], Act]:
        """Declare a step that may change something."""

        def keep(run: Act) -> Act:
            self.steps.append(Step(f"{self.room}.{name}", act=run))
            return run

        return keep

    def form(self, form: Form) -> None:
        """Declare a form; its name is its step."""
        self.steps.append(Step(form.name, form=form))


class Book:
    """Every step of the house by its name. Raises ValueError when two rooms use one name."""

    def __init__(self, flows: Iterable[Flow]) -> None:
        self.steps: dict[str, Step] = {}
        for flow in flows:
            for step in flow.steps:
                if step.name in self.steps:
                    raise ValueError(f"two steps are called {step.name}")
                self.steps[step.name] = step
        self.forms: dict[str, Form] = {s.form.name: s.form for s in self.steps.values() if s.form is not None}
