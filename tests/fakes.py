"""Stand-ins that tests hand to the real code: a clock that moves only when told."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""A Monday morning: where every timeline begins unless it says otherwise."""


class FakeClock:
    """A `Clock` whose time moves only by `advance`; sleepers wake in order of their deadlines."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._monotonic = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._monotonic + seconds, self._count, future))
        await future

    async def advance(self, step: timedelta | float) -> None:
        """Let time pass; everybody whose sleep ends in it wakes at that instant and runs until idle."""
        seconds = step.total_seconds() if isinstance(step, timedelta) else float(step)
        end = self._monotonic + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            deadline, _, future = heapq.heappop(self._sleepers)
            self._move(deadline)
            if not future.done():
                future.set_result(None)
            await settle()
        self._move(end)
        await settle()

    def step_wall(self, by: timedelta) -> None:
        """The wall clock jumps, as by an operator or a bad time server; monotonic time does not."""
        self._now += by

    def _move(self, monotonic: float) -> None:
        self._now += timedelta(seconds=monotonic - self._monotonic)
        self._monotonic = monotonic


class HurriedClock(FakeClock):
    """Short waits, such as a network's pace, pass at once; whoever waits long is waited for by `rested`."""

    def __init__(self, now: datetime = START, patience: float = 20.0) -> None:
        super().__init__(now)
        self._patience = patience
        self._resting = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        if seconds < self._patience:
            self._move(self._monotonic + max(0.0, seconds))
            await asyncio.sleep(0)
            return
        self._resting.set()
        await super().sleep(seconds)

    async def rested(self) -> None:
        """Until somebody waits long."""
        await self._resting.wait()
        self._resting.clear()


async def settle(turns: int = 20) -> None:
    """Give every ready task its turns."""
    for _ in range(turns):
        await asyncio.sleep(0)
