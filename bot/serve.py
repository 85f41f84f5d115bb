"""The web process: every door, and the two questions of whoever watches over it."""

import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bot.app import House
from bot.errors import Misconfigured
from storage import health

log = logging.getLogger("bot.serve")


def application(house: House, *, workers: Callable[[], Awaitable[bool]]) -> web.Application:
    """The web application of a house. `workers` answers whether somebody delivers what is owed."""
    app = web.Application(client_max_size=64 * 1024)
    for door in house.doors:
        door(app)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_request: web.Request) -> web.Response:
        found: dict[str, bool] = {"database": False, "migrations": False, "workers": False}
        try:
            found["migrations"] = await health.revision(house.database.read()) == health.HEAD
            found["database"] = True
            found["workers"] = await workers()
        except Exception as failure:  # whatever the driver says, the answer is: not ready
            log.warning("readyz: %s", type(failure).__name__)
        return web.json_response(found, status=200 if all(found.values()) else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


@contextlib.asynccontextmanager
async def serving(house: House, *, workers: Callable[[], Awaitable[bool]]) -> AsyncIterator[int]:
    """Listen until the block ends; yields the port. Answers in flight are finished before it returns."""
    runner = web.AppRunner(application(house, workers=workers), access_log=None, shutdown_timeout=10)
    await runner.setup()
    try:
        host, port = house.settings.host, house.settings.port
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as fault:
            raise Misconfigured(f"HOST, PORT: cannot listen on {host}:{port}: {fault.strerror}") from None
        port = runner.addresses[0][1]
        # What stands now lives as long as the process: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 50)
        yield port
    finally:
        await runner.cleanup()
