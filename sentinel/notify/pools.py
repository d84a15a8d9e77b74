"""A pool of threads for each destination: what blocks on one provider blocks nobody else."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar, cast

from sentinel.errors import SentinelError
from sentinel.notify.base import SendOutcome, SendReason, Status

T = TypeVar("T")
STUCK = 8
"""Threads that may hang in one provider beyond their time before no more are started for it."""


class Crashed(SentinelError):
    """What ran in a thread raised; names the exception's type, since its text may hold a secret."""


@dataclass(slots=True)
class Pool:
    """Sends under way to one destination.

    Threads are daemons: a provider that never answers cannot keep the process from ending.
    """

    limit: int
    slots: asyncio.Semaphore = field(init=False)
    queued: int = 0
    stuck: int = 0

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.limit)

    @property
    def full(self) -> bool:
        """The pool sends as much as it may at once: the rest stays in the outbox, unleased, since a leased row may have
        left.
        """
        return self.queued >= self.limit

    async def run(self, send: Callable[[], SendOutcome], timeout: float) -> SendOutcome:
        """Run a blocking send in a thread of its own; after ``timeout`` seconds it is left behind and counts as
        unknown.
        """
        if self.stuck >= STUCK:
            return SendOutcome(
                status=Status.RETRY,
                reason=SendReason.TIMEOUT,
                detail=f"{self.stuck} earlier sends still hang; nothing was sent",
            )
        try:
            return await self.call(send, timeout)
        except TimeoutError:
            return SendOutcome(
                status=Status.UNKNOWN, reason=SendReason.TIMEOUT, detail=f"no answer within {timeout:g} s"
            )
        except Crashed as crash:  # what it had sent by then nobody knows
            return SendOutcome(status=Status.UNKNOWN, reason=SendReason.CRASHED, detail=str(crash))

    async def call(self, work: Callable[[], T], timeout: float) -> T:
        """Run anything that blocks in a thread of its own.

        Raises
        ------
        TimeoutError
            It took longer than ``timeout`` seconds and was left behind, or so many were that nothing was begun.
        Crashed
            It raised.
        """
        if self.stuck >= STUCK:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        abandoned = False

        def finish(result: T | None, crash: Crashed | None) -> None:
            if not done.done():
                done.set_exception(crash) if crash else done.set_result(cast(T, result))
            elif abandoned:
                self.stuck -= 1

        def thread() -> None:
            result, crash = None, None
            try:
                result = work()
            except BaseException as error:  # a plugin of somebody else's may raise anything
                crash = Crashed(type(error).__name__)
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(finish, result, crash)

        threading.Thread(target=thread, name="sentinel-send", daemon=True).start()
        try:
            async with asyncio.timeout(timeout):  # not wait_for, which forgets a cancellation that meets the answer
                return await done
        except TimeoutError:
            abandoned = True
            self.stuck += 1
            raise


class Pools:
    """One pool a destination, made on first use."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pools: dict[str, Pool] = {}

    def of(self, destination: str) -> Pool:
        """The pool of a destination."""
        return self._pools.setdefault(destination, Pool(self._limit))
