"""The newest screen of each address, in memory: what stands on a button can be typed.

Lost with the process: then words are only words.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import texts
from bot.conversation.flow import Book
from bot.conversation.reply import Choice, Reply
from bot.conversation.turn import Turn
from bot.conversation.vocabulary import Heard, Vocabulary

#: the newest screen once more, with how a button that binds is typed; its argument is that button's place
AGAIN = "screen.again"
#: so many buttons, and a mere "好的" is no answer to the one that is highlighted
FEW = 5
#: so much of a label, and it is that button that is meant
SHORTEST_PART = 2
#: a number people know a thing by (`bot.numbers`)
_NUMBER = re.compile(r"[A-Z]{2}-[0-9A-Z]{7}")


class Screens:
    """What each address sees, and what it typed to get there."""

    #: addresses kept
    MOST = 5_000

    def __init__(self, book: Book, vocabulary: Vocabulary) -> None:
        self._book = book
        self._vocabulary = vocabulary
        #: steps that do something and do not only lead on
        self._binding = {step.name for step in book.steps.values() if step.act is not None} - set(vocabulary.leads_on)
        self._newest: OrderedDict[tuple[str, str], tuple[Reply, str]] = OrderedDict()
        #: buttons that do something to a numbered thing, of the screens before: how each is typed, and its token
        self._asked_before: dict[tuple[str, str], dict[str, str]] = {}
        #: what the turns in hand typed outside a form
        self._outside: dict[tuple[str, str], str] = {}
        #: the album an address sent last, and what was said to its newest picture
        self._albums: dict[tuple[str, str], tuple[str, Reply]] = {}

    def typed(self, turn: Turn) -> None:
        """Note what a turn typed outside a form. MUST be followed by `shows` or `forget`."""
        self._outside[turn.channel, turn.address] = (turn.text or "")[:200]

    def forget(self, turn: Turn) -> None:
        """The turn failed: nothing is shown to what it typed."""
        self._outside.pop((turn.channel, turn.address), None)

    def before(self, turn: Turn) -> str:
        """What was typed to get to the newest screen."""
        return self._newest.get((turn.channel, turn.address), (None, ""))[1]

    def said_to_album(self, turn: Turn, reply: Reply) -> bool:
        """Whether these very words were said to another picture of the same album."""
        known = self._albums.get((turn.channel, turn.address))
        return known is not None and known[0] == turn.album and known[1].text == reply.text

    def shows(self, turn: Turn, reply: Reply) -> None:
        """Keep the buttons this address sees now, and what it typed.

        MUST NOT keep an answer to a form: only what was to be understood can have been misunderstood.
        """
        key = (turn.channel, turn.address)
        typed = self._outside.pop(key, "")
        if reply.silent:
            return
        if turn.album is not None:
            self._albums[key] = (turn.album, reply)
            if len(self._albums) > self.MOST:
                self._albums.pop(next(iter(self._albums)))
        self._newest[key] = (reply, typed)
        self._newest.move_to_end(key)
        # Most screens only lead on: their buttons are told apart without being read.
        binding = {
            self._typed_as(one)[0]: one.token
            for row in reply.choices
            for one in row
            if one.token.partition(":")[0] in self._binding and self._typed_as(one)[1]
        }
        if binding:
            known = {**self._asked_before.pop(key, {}), **binding}
            self._asked_before[key] = dict(list(known.items())[-8:])
        if len(self._newest) > self.MOST:
            self._asked_before.pop(self._newest.popitem(last=False)[0], None)

    def pressed(self, turn: Turn) -> Turn:
        """The turn as a tap, if it says what stands on one button of the newest screen.

        A button that does something to a numbered thing MUST NOT be pressed by its label alone: another
        process may have shown another screen since. Typed with the number, it says which it means.
        A button that does anything at all MUST NOT be pressed by a part of its label, or by a mere yes.
        """
        if turn.text is None or turn.choice is not None or turn.command is not None or turn.file is not None:
            return turn
        if turn.edited or turn.quotes is not None:
            return turn
        reply, _before = self._newest.get((turn.channel, turn.address), (None, ""))
        said = self._vocabulary.hearing.folds(turn.text) if reply is not None and len(turn.text) <= 80 else ""
        if reply is None or not said:
            return turn
        token = self._on_screen(turn.text, said, [choice for row in reply.choices for choice in row])
        if token is None:  # as good as an old button: it names what it is about, and is judged anew
            token = self._asked_before.get((turn.channel, turn.address), {}).get(said)
        return replace(turn, choice=token) if token is not None else turn

    def _on_screen(self, text: str, said: str, choices: Sequence[Choice]) -> str | None:
        """The button of the newest screen that a text presses, or None."""
        folds = self._vocabulary.hearing.folds
        if any(choice.token.startswith("~") for choice in choices):
            # the form reads its own buttons, and its answers come before any part of another label
            same = [one.token for one in choices if not one.token.startswith("~") and self._typed_as(one)[0] == said]
            return same[0] if len(same) == 1 else None
        typed = [(choice, *self._typed_as(choice)) for choice in choices]
        same = [choice.token for choice, label, _binds in typed if label == said]
        if same:
            return same[0] if len(same) == 1 else None
        found = self._vocabulary.on_screen(text, [(choice.label, choice.token) for choice in choices])
        if any(choice.token.startswith("form.") for choice in choices):
            return self._resumes(text, choices) or found
        if found is not None:
            return found
        harmless = [choice for choice in choices if self._leads_on(choice)]
        for words in dict.fromkeys((said, self._vocabulary.hearing.core(text))):
            part = [choice for choice in choices if words in folds(choice.label)]
            if len(words) >= SHORTEST_PART and not words.isdecimal() and len(part) == 1 and part[0] in harmless:
                return part[0].token
        agrees, onward = self._vocabulary.hearing.agrees(text), self._vocabulary.hearing.onward(text)
        person = texts.human().token  # nobody is handed over for a mere yes
        first = [choice for choice in choices if choice.style == "primary" and choice.token != person]
        if (onward or (agrees and len(choices) <= FEW)) and len(first) == 1 and first[0] in harmless:
            return first[0].token
        for place, (choice, _label, binds) in enumerate(typed):
            number = _NUMBER.search(choice.token)
            meant = said.replace(folds(number[0]), "") if number is not None else said
            confirms = agrees and choice.token.partition(":")[0] in self._vocabulary.confirms
            if confirms or (binds and len(meant) >= SHORTEST_PART and meant in folds(choice.label)):
                return f"{AGAIN}:{place}"
        return None

    def _typed_as(self, choice: Choice) -> tuple[str, bool]:
        """How a button is typed, folded; and whether it does something to a numbered thing."""
        folds = self._vocabulary.hearing.folds
        step, argument = self._vocabulary.step_of(self._book, Heard(choice.token))
        numbered = _NUMBER.match(argument) if step is not None and step.act is not None else None
        label = folds(choice.label)
        if numbered is None:
            return label, False
        number = folds(numbered[0])
        binds = step is not None and step.name not in self._vocabulary.leads_on
        return (label if number in label else label + number), binds

    def _leads_on(self, choice: Choice) -> bool:
        """Whether a button only leads to another screen."""
        step, _argument = self._vocabulary.step_of(self._book, Heard(choice.token))
        return step is not None and (step.act is None or step.name in self._vocabulary.leads_on)

    def _resumes(self, text: str, choices: Sequence[Choice]) -> str | None:
        """The way back to a form that was interrupted or cancelled, for whoever says to go on, or a part of its label.

        A form that was cancelled MUST NOT come back for a mere yes, or for being cancelled again.
        """
        hearing = self._vocabulary.hearing
        back = [one for one in choices if one.token.partition(":")[0] in ("form.resume", "form.undo")]
        if len(back) != 1:
            return None
        said = hearing.folds(text)
        part = len(said) >= SHORTEST_PART and said in hearing.folds(back[0].label)
        undone = part and self._vocabulary.exact(text) is None
        yes = back[0].token.startswith("form.resume") and hearing.agrees(text)
        return back[0].token if undone or yes or hearing.onward(text) else None

    def again(self, turn: Turn, argument: str) -> Reply | None:
        """The newest screen, and how its button that binds is typed."""
        shown, _before = self._newest.get((turn.channel, turn.address), (None, ""))
        choices = [choice for row in shown.choices for choice in row] if shown is not None else []
        if shown is None or not argument.isdecimal() or not int(argument[:3]) < len(choices):
            return None
        choice = choices[int(argument[:3])]
        _name, _colon, handle = choice.token.partition(":")
        number = _NUMBER.match(handle)
        if number is None or number[0] in choice.label or not self._typed_as(choice)[1]:
            label = choice.label
        else:
            label = f"{choice.label} {number[0]}"
        said = texts.typed_so(label)
        text = shown.text if said in shown.text else f"{said}\n\n{shown.text}"
        return replace(shown, text=text, replaces=False, document=None)
