"""Ports for servers that tests start: nobody else is given one between the look and the start."""

import itertools
import os
import random
import socket
from contextlib import closing, suppress
from pathlib import Path

#: below what the system gives to clients and to port 0: a connection somebody opens meanwhile takes none of these
FIRST, LAST = 20_000, 32_000
#: a worker of pytest-xdist has a stretch of its own
STRETCH = 2_000


def _stretch() -> range:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
    first = FIRST + worker * STRETCH % (LAST - FIRST)
    return range(first, first + STRETCH)


def _for_clients() -> int:
    """The first port that the system gives away by itself."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return LAST


# Begun anywhere, so that two runs at the same time do not go hand in hand.
_ours = itertools.cycle(random.sample(_stretch(), STRETCH))


def free_port() -> int:
    """A port nobody listens on, and nobody is about to."""
    for port in itertools.islice(_ours, STRETCH):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port if _for_clients() >= LAST else 0))
            return int(probe.getsockname()[1])
    raise OSError("no free port")
