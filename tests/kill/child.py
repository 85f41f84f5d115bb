"""A process to be killed: the engine on a real database, with a pipe where the wire would be.

Events come in as lines of JSON, and each is acknowledged with a line once the engine has answered: what
the parent has read is what a wire would count as delivered.
"""

import asyncio
import json
import os
import sys
from typing import Any

import uvloop

from bot import clock
from bot.conversation.engine import Engine, Pace, TurnFailed
from bot.conversation.turn import File, Turn
from bot.ledger import transition
from bot.ledger.keys import ServiceKey
from storage import sealing
from storage.connect import open_database
from tests import room
from tests.fixtures import ABILITIES, DATA_KEY, INDEX_KEY, ORIGIN, SERVICE_SEED


async def answer(engine: Engine, said: dict[str, Any]) -> None:
    """Take one event and acknowledge it."""
    rides = said.pop("rides")
    file = said.pop("file", None)
    turn = Turn(**said, received_at=clock.now(), file=File(file, 3, b"png") if file else None)
    try:
        given = await engine.take(turn, rides=rides)
    except TurnFailed:
        told: dict[str, Any] = {"event_id": turn.event_id, "failed": True}
    else:
        choices = [choice for row in given.reply.choices for choice in row]
        told = {
            "event_id": turn.event_id,
            "failed": False,
            "repeated": given.repeated,
            "text": given.reply.text,
            "buttons": {choice.label: choice.token for choice in choices},
        }
    os.write(1, json.dumps(told).encode() + b"\n")  # one write, so that a kill cannot leave half a line


async def main(url: str) -> None:
    """Answer until the pipe is closed."""
    sealing.unlock({1: DATA_KEY}, INDEX_KEY)
    transition.sign_with(ServiceKey(ORIGIN, SERVICE_SEED), ORIGIN)
    database = await open_database(url)
    engine = Engine(database, room.book(), room.VOCABULARY, dict(ABILITIES), pace=Pace(burst=10**9))
    reader = asyncio.StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    os.write(1, b"{}\n")
    async with asyncio.TaskGroup() as tasks:
        async for line in reader:
            tasks.create_task(answer(engine, json.loads(line)))
    await database.close()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
