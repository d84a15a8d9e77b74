"""The only place that reads the wall clock, sleeps or starts tasks' timers.

The core never sees a clock: ``now`` is an argument there. The shell is handed a `Clock`; tests hand it a `FakeClock`
(``tests/fakes.py``) whose time moves only when they say so.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


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
    ahead is believed (the machine may have slept); the next start believes the wall clock whatever it says.

    Parameters
    ----------
    wall, monotonic
        The machine's two clocks.
    """

    def __init__(
        self, wall: Callable[[], datetime] = lambda: datetime.now(UTC), monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._last = wall()
        self._at = monotonic()

    def now(self) -> datetime:
        at = self._monotonic()
        self._last = max(self._wall(), self._last + timedelta(seconds=at - self._at))
        self._at = at
        return self._last

    def monotonic(self) -> float:
        return self._monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def pause(self, seconds: float) -> None:
        """Stand still; for commands that have no event loop."""
        time.sleep(max(0.0, seconds))
