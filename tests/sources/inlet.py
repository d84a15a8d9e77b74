"""Stand-ins for what a source is handed: an inlet that keeps what it is given, and a clock for tests over real
sockets.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sentinel.clock import SystemClock
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Reason

PATIENCE = 10.0
"""Seconds of real time after which a test over a socket has failed."""


class KeepingInlet:
    """Keeps every batch; remembers ids, so that it answers like the journal."""

    def __init__(self, wants: Callable[[Mention], bool] = lambda _: True) -> None:
        self.batches: list[Batch] = []
        self.lives = 0
        self.troubles: list[str] = []
        self.well: list[str] = []
        self.unheard: set[str] = set()
        self.refusals: list[str] = []
        self._wants = wants
        self._keys: set[tuple[str, str]] = set()
        self._changed = asyncio.Event()

    async def put(self, batch: Batch) -> int:
        new = {mention.key for mention in batch.mentions} - self._keys
        self._keys |= new
        self.batches.append(batch)
        self._changed.set()
        return len(new)

    def wants(self, mention: Mention) -> bool:
        return self._wants(mention)

    def alive(self, part: str = "") -> None:
        self.lives += 1
        self.well.append(part)
        self._changed.set()

    def trouble(self, detail: str, part: str = "", *, unheard: bool = False) -> None:
        self.troubles.append(detail)
        self.unheard |= {part} if unheard else set()
        self._changed.set()

    def refused(self, count: int, detail: str, reason: Reason = Reason.UNREADABLE) -> None:
        self.refusals.append(f"{count}: {detail}")
        self._changed.set()

    @property
    def mentions(self) -> list[Mention]:
        return [mention for batch in self.batches for mention in batch.mentions]

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions]

    @property
    def cursor(self) -> bytes | None:
        """Of the last batch that moved it: where a restart begins."""
        return next((batch.cursor for batch in reversed(self.batches) if batch.cursor is not None), None)

    async def until(self, happened: Callable[["KeepingInlet"], bool]) -> None:
        """Wait for it; fails when it does not happen."""
        async with asyncio.timeout(PATIENCE):
            while not happened(self):
                self._changed.clear()
                await self._changed.wait()


class StoppedWall(SystemClock):
    """Seconds pass, for timeouts over real sockets; the date stands."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._stopped = now

    def now(self) -> datetime:
        return self._stopped
