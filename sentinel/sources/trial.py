"""One look of a source by hand: an inlet that keeps what it is given and writes nothing."""

import asyncio
from collections.abc import Sequence

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Reason, Source

ENOUGH = 200
"""Mentions after which we have seen what it brings."""


class Trial:
    """Listens until the source has answered once, or for so many seconds."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.refusals = 0
        self._troubles: dict[str, str] = {}
        self._answered = asyncio.Event()

    @property
    def troubles(self) -> Sequence[str]:
        """What is wrong."""
        return tuple(self._troubles.values())

    async def run(self, source: Source[SourceSettings], seconds: float) -> None:
        """Start the source as if it had never run."""
        try:
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as tasks:
                life = tasks.create_task(self._live(source), name=f"trial-{source.name}")
                await self._answered.wait()
                life.cancel()
        except TimeoutError:
            return

    async def _live(self, source: Source[SourceSettings]) -> None:
        try:
            await source.run(self, None)
        except SourceError as error:
            self._troubles[""] = str(error)
        finally:
            self._answered.set()

    async def put(self, batch: Batch) -> int:
        """Keeps the mentions."""
        self.mentions += batch.mentions
        if len(self.mentions) >= ENOUGH:
            self._answered.set()
        return len(batch.mentions)

    def wants(self, mention: Mention) -> bool:
        """Everything: what matches is another question."""
        return True

    def alive(self, part: str = "") -> None:
        """It answered."""
        self._answered.set()

    def trouble(self, detail: str, part: str = "", *, unheard: bool = False) -> None:
        """Something is wrong."""
        self._troubles[part] = detail
        self._answered.set()

    def refused(self, count: int, detail: str, reason: Reason = Reason.UNREADABLE) -> None:
        """Counts them."""
        self.refusals += count
