"""The desk on a busy day: 50 agents, 2,000 open tickets, 20 messages a second for five minutes, and not one lost.

Half of the creditors have a page open (real HTTP, Server-Sent Events), half a phone (a Bot API server
that is polled); the agents sit at pages of the web desk, three in a Telegram group that becomes the desk
when all tickets are open. The product runs on the first core in one process, as `make run` has it,
everybody else on the second. A message counts when it is *seen*: see tests/deskload.py.
"""

import faulthandler
import os
import resource
from pathlib import Path

from tests.benchmarks.processes import LOAD, SERVER, environment
from tests.deskload import A_MINUTE, Day
from tests.journeys.product import Product

AGENTS, TICKETS = 50, 2000
PER_SECOND, SECONDS = 20.0, 300.0
#: agents in the group; words that come to their topics, and words they type there
IN_GROUP, ASKED, TYPED = 3, 30, 150
#: seconds, at the 99th of a hundred messages, either way; into the group Telegram sets the pace
BAR = 1.0
INTO_GROUP = "creditor to topic"


async def test_nothing_is_lost_on_a_busy_day(tmp_path: Path, sqlite_url: str) -> None:
    faulthandler.cancel_dump_traceback_later()  # five minutes and more are what is meant here
    day = Day(
        agents_there=AGENTS, tickets_open=TICKETS, per_second=PER_SECOND, seconds=SECONDS,
        in_group=IN_GROUP, asked=ASKED, typed=TYPED,
    )  # fmt: skip
    await day.prepare(sqlite_url)
    everywhere, before = os.sched_getaffinity(0), _of_children()
    async with day.phones as phones:
        telegram = {"TELEGRAM_TOKEN": phones.token, "TELEGRAM_API_BASE": phones.base}
        product = Product(tmp_path, sqlite_url, **(environment(sqlite_url, tmp_path) | telegram))
        try:
            os.sched_setaffinity(0, {SERVER})  # what is started now stays there
            await product.start()
            os.sched_setaffinity(0, {LOAD})
            figures = await day.passes(product.base)
            await product.stop()
        finally:
            os.sched_setaffinity(0, everywhere)
            await product.dies()
    print(f"\n{AGENTS} agents, {TICKETS} tickets, {PER_SECOND:.0f} messages/s for {SECONDS:.0f} s\n{figures}")
    print(f"the product used {(_of_children() - before) / SECONDS:.0%} of its core; load {os.getloadavg()[0]:.1f}")
    print(f"answers of the product by status: {figures.answered}; refused by the Bot API: {figures.refused}")
    assert figures.faults == []
    assert figures.seen == figures.sent == day.due
    assert figures.refused == {}, "no limit was overstepped"
    assert 0 < figures.most_told <= A_MINUTE
    assert len(figures.delays) == 6
    for way in figures.delays.keys() - {INTO_GROUP}:
        assert figures.at(way, 0.99) <= BAR, way


def _of_children() -> float:
    """Seconds of user and system time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
