"""A pool of threads for each destination: what blocks on one provider blocks nobody else."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sentinel.notify.base import Outcome, Reason, Status

STUCK = 8
"""Threads that may hang in one provider beyond their time before no more are started for it."""


@dataclass(slots=True)
class Pool:
    """Sends under way to one destination. Threads are daemons: a provider that never answers cannot keep the process from ending."""

    limit: int
    slots: asyncio.Semaphore = field(init=False)
    queued: int = 0
    stuck: int = 0

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.limit)

    @property
    def full(self) -> bool:
        """The pool sends as much as it may at once: the rest stays in the outbox, unleased, since a leased row may have left."""
        return self.queued >= self.limit

    async def run(self, send: Callable[[], Outcome], timeout: float) -> Outcome:
        """Run a blocking send in a thread of its own; after ``timeout`` seconds it is left behind and counts as unknown."""
        if self.stuck >= STUCK:
            return Outcome(status=Status.RETRY, reason=Reason.TIMEOUT, detail=f"{self.stuck} earlier sends still hang; nothing was sent")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()
        abandoned = False

        def finish(outcome: Outcome) -> None:
            if not done.done():
                done.set_result(outcome)
            elif abandoned:
                self.stuck -= 1

        def work() -> None:
            try:
                outcome = send()
            except BaseException as error:  # a plugin of somebody else's may raise anything; what it had sent by then nobody knows
                outcome = Outcome(status=Status.UNKNOWN, reason=Reason.CRASHED, detail=type(error).__name__)
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(finish, outcome)

        threading.Thread(target=work, name="sentinel-send", daemon=True).start()
        try:
            return await asyncio.wait_for(done, timeout)
        except TimeoutError:
            abandoned = True
            self.stuck += 1
            return Outcome(status=Status.UNKNOWN, reason=Reason.TIMEOUT, detail=f"no answer within {timeout:g} s")


class Pools:
    """One pool a destination, made on first use."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pools: dict[str, Pool] = {}

    def of(self, destination: str) -> Pool:
        """The pool of a destination."""
        return self._pools.setdefault(destination, Pool(self._limit))
