"""The only place that reads the wall clock, sleeps or starts tasks' timers.

The core never sees a clock: ``now`` is an argument there. The shell is handed a `Clock`; tests hand it a `FakeClock`
(``tests/fakes.py``) whose time moves only when they say so.
"""

import asyncio
import time
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

    Escalation waits for instants; a clock that jumped an hour back would otherwise hold every page for an hour. A jump ahead is
    believed (the machine may have slept); the next start believes the wall clock whatever it says.
    """

    def __init__(self) -> None:
        self._last = datetime.now(UTC)
        self._at = time.monotonic()

    def now(self) -> datetime:
        at = time.monotonic()
        self._last = max(datetime.now(UTC), self._last + timedelta(seconds=at - self._at))
        self._at = at
        return self._last

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def pause(self, seconds: float) -> None:
        """Stand still; for commands that have no event loop."""
        time.sleep(max(0.0, seconds))
