"""News of the outbox: word from whoever adds rows to those who send them, over PostgreSQL's LISTEN and NOTIFY.

It saves the second until the next look, and nothing more: whoever misses it finds the rows then.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from sentinel.clock import Clock
from sentinel.config.store_url import with_driver
from sentinel.store.outbox_queries import CHANNEL
from sentinel.store.postgres import ONE, engine_of

ASKED_EVERY = 10.0
"""Seconds between questions whether the connection still stands."""
AGAIN = 1.0
BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What the driver says of a connection that ends, the third of them when it ends amid a question."""


class OutboxNews:
    """Listens, over a connection of its own.

    Parameters
    ----------
    added
        Called when rows were added, and when some may have been while nobody listened.
    """

    def __init__(self, url: str, added: Callable[[], None], clock: Clock) -> None:
        self._url = make_url(with_driver(url))
        self._added = added
        self._clock = clock

    async def run(self) -> None:
        """Listen until cancelled, over one connection after the other."""
        while True:
            engine = engine_of(self._url, shared=True, pool=ONE)
            try:
                with suppress(DBAPIError, *BROKEN):
                    await self._listen(engine)
            finally:
                await engine.dispose()
            await self._clock.sleep(AGAIN)

    async def _listen(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.add_listener(CHANNEL, self._heard)
            try:
                while True:
                    self._added()
                    await self._clock.sleep(ASKED_EVERY)
                    await driver.execute("SELECT 1")
            finally:
                await connection.invalidate()  # nobody else is to have one that listens

    def _heard(self, *_: object) -> None:
        self._added()
