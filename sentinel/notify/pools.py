"""Room for sends: so many at once to one destination, and threads of our own for senders that block.

A destination that hangs uses up its own room and nobody else's. Threads cannot be killed: one that outlives its timeout is
abandoned, counted, and replaced, up to a bound.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from sentinel.errors import SentinelError

T = TypeVar("T")

MAX_ABANDONED = 16
"""Threads that one destination may leave hanging before nothing more is sent to it until one of them ends."""


class Clogged(SentinelError):
    """Too many earlier calls to this destination still hang; the new one was not begun."""


class Slots:
    """How many sends are under way to each destination."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def free(self, destination: str, limit: int) -> int:
        """How many more may begin now when ``limit`` may be under way at once."""
        return max(0, limit - self._taken[destination])

    def take(self, destination: str) -> None:
        """One begins."""
        self._taken[destination] += 1

    def give_back(self, destination: str) -> None:
        """One ended."""
        self._taken[destination] -= 1
        if not self._taken[destination]:
            del self._taken[destination]


class Threads:
    """Runs blocking calls, each on a daemon thread of its own, so that a hanging one never holds up the exit.

    Starting a thread costs some fifty microseconds and a send some tens of milliseconds: keeping idle ones would buy nothing.
    """

    def __init__(self, max_abandoned: int = MAX_ABANDONED) -> None:
        self._max_abandoned = max_abandoned
        self._abandoned: Counter[str] = Counter()
        self._lock = threading.Lock()

    def abandoned(self, destination: str) -> int:
        """Calls to this destination that nobody waits for any more and that still run."""
        with self._lock:
            return self._abandoned[destination]

    async def call(self, destination: str, work: Callable[[], T], *, timeout: float) -> T:
        """What ``work`` returns or raises.

        Raises
        ------
        Clogged
            When the destination has too many abandoned threads; ``work`` was not begun.
        TimeoutError
            After ``timeout`` seconds; ``work`` goes on unseen.
        """
        if self.abandoned(destination) >= self._max_abandoned:
            raise Clogged(f"{self._max_abandoned} earlier sends still hang")
        running: Future[T] = Future()
        threading.Thread(target=_carry_out, args=(running, work), name="sentinel-send", daemon=True).start()
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.wrap_future(running)
        finally:
            if not running.done():
                self._abandon(running, destination)

    def _abandon(self, running: "Future[T]", destination: str) -> None:
        with self._lock:
            self._abandoned[destination] += 1
        running.add_done_callback(lambda _: self._ended(destination))  # at once, if it ended since

    def _ended(self, destination: str) -> None:
        with self._lock:
            self._abandoned[destination] -= 1


def _carry_out(running: "Future[T]", work: Callable[[], T]) -> None:
    if not running.set_running_or_notify_cancel():
        return  # given up before it began
    try:
        result = work()
    except BaseException as error:  # a thread has nobody above it: whatever it raises belongs to who waits
        running.set_exception(error)
    else:
        running.set_result(result)
