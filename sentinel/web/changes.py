"""Tells every open page that there is something new: one running number that all of them wait on."""

import asyncio
from contextlib import suppress


class Changes:
    """A running number; `bump` wakes everybody who waits beyond it.

    Bumped at every tick and commit by the daemon; waited on by ``live.py``. Costs the one who bumps the same for one
    open page as for a thousand but for the waking.
    """

    def __init__(self) -> None:
        self.version = 0
        self.closed = False
        self._moved = asyncio.Event()
        self._over = asyncio.Event()

    def bump(self) -> None:
        """Something on the pages may have changed."""
        self.version += 1
        self._wake()

    def close(self) -> None:
        """The server stops: nobody waits any longer."""
        self.closed = True
        self._over.set()
        self._wake()

    async def wait(self, after: int) -> int:
        """The number once it is beyond ``after``; at once if it is, or when the server stops."""
        while self.version <= after and not self.closed:
            await self._moved.wait()
        return self.version

    async def rest(self, seconds: float) -> None:
        """So long, or until the server stops."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()
