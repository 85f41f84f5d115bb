"""An engine that echoes: what the door hands over, and what it is told to say, without a database."""

import asyncio
from collections.abc import Sequence

from bot.conversation.engine import Answer, TurnFailed
from bot.conversation.reply import Choice, Reply
from bot.conversation.turn import Turn

AGAIN = Choice("再来一次", "echo.again", "primary")


class EchoEngine:
    """Says back what was said; a text in `script` gets the reply written there.

    Texts that begin with "act" are acts: without riding their reply goes to the outbox.
    A text in `fails` fails that many times.
    """

    def __init__(self, **script: Reply) -> None:
        self.script = script
        self.fails: dict[str, int] = {}
        self.turns: list[Turn] = []
        self.effects: list[str] = []
        self.outbox: list[tuple[Turn, Reply]] = []
        self.standing: list[tuple[str, str, bool]] = []
        self.holds: dict[str, asyncio.Event] = {}
        self.held = asyncio.Event()
        self._seen: dict[str, Reply] = {}

    def at_once(self, turns: Sequence[Turn]) -> list[Answer | None]:
        return [None] * len(turns)  # whatever it says back may have to wait

    async def take(self, turn: Turn, *, rides: bool) -> Answer:
        said = turn.text or turn.choice or turn.command or (turn.file.name if turn.file else "")
        self.turns.append(turn)
        if said in self.holds:
            self.held.set()
            await self.holds[said].wait()
        if self.fails.get(said, 0) > 0:
            self.fails[said] -= 1
            raise TurnFailed
        repeated = turn.event_id in self._seen
        if not repeated:
            self.effects.append(said)
            self._seen[turn.event_id] = self.script.get(
                said.replace(" ", "_").replace(".", "_"), Reply(text=f"您说：{said}", choices=((AGAIN,),))
            )
        reply = self._seen[turn.event_id]
        owed = rides or not said.startswith("act")
        if not owed and not repeated:
            self.outbox.append((turn, reply))
        return Answer(reply, owed=owed, repeated=repeated, locale="zh_Hans")

    async def owe(self, turn: Turn, reply: Reply) -> None:
        self.outbox.append((turn, reply))

    async def blocked(self, channel: str, address: str, *, reachable: bool) -> None:
        self.standing.append((channel, address, reachable))
