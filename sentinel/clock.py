"""The only place that reads the wall clock, sleeps or starts tasks' timers.

The core never sees a clock: ``now`` is an argument there. The shell is handed a `Clock`; tests hand it a `FakeClock`
(``tests/fakes.py``) whose time moves only when they say so.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

FULL_SPEED = timedelta(hours=1)
"""So long a clock that the wall was set back from goes on as ever: whoever is being paged now waits as was agreed."""
SLOWER = 0.1


class Clock(Protocol):
    """Time as the shell sees it."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never steps back; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after ``seconds``; at once, but not before other tasks had a turn, when it is not positive."""
        ...


class SystemClock:
    """The machine's clock, which never steps back: when the wall clock is set back, time goes on from where it was.

    Escalation waits for instants; a clock that jumped an hour back would otherwise hold every page for an hour. A jump
    ahead is believed (the machine may have slept). After `FULL_SPEED` behind, this clock goes a tenth slower than the
    wall, until the wall has caught up: nobody wants to be wrong for ever, and a ladder's waits should hardly notice.

    Parameters
    ----------
    wall, monotonic, sleep
        The machine's two clocks, and how to wait.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._sleep = sleep
        self._last = wall()
        self._at = monotonic()
        self._even_at = self._at
        """When the wall was last not behind."""

    @classmethod
    def over(cls, clock: Clock) -> "SystemClock":
        """The clock itself, or one that never steps back on the readings of another."""
        return clock if isinstance(clock, SystemClock) else cls(clock.now, clock.monotonic, clock.sleep)

    def another(self) -> "SystemClock":
        """One on the same readings that knows nothing of where this one has been."""
        return SystemClock(self._wall, self._monotonic, self._sleep)

    def now(self) -> datetime:
        self._read()
        return self._last

    @property
    def behind(self) -> timedelta:
        """How far the wall stands behind this clock, in whole seconds; zero where it does not."""
        return max(timedelta(0), self._read() // _SECOND * _SECOND)

    def not_before(self, instant: datetime) -> None:
        """Time goes on from ``instant``, should the wall stand behind it: an earlier run has been there already."""
        self._read()
        self._last = max(self._last, instant)

    def monotonic(self) -> float:
        return self._monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._sleep(max(0.0, seconds))

    def pause(self, seconds: float) -> None:
        """Stand still; for commands that have no event loop."""
        time.sleep(max(0.0, seconds))

    def _read(self) -> timedelta:
        """Move on; gives how far the wall stands behind."""
        at, wall = self._monotonic(), self._wall()
        passed, self._at = at - self._at, at
        if at - self._even_at > FULL_SPEED.total_seconds():
            passed *= 1.0 - SLOWER
        self._last = max(wall, self._last + timedelta(seconds=passed))
        if self._last - wall < _SECOND:
            self._even_at = at
        return self._last - wall


_SECOND = timedelta(seconds=1)
