"""Dead ends: ladders hear of pages that nobody took, where whoever sent them is gone before it could say so."""

from collections.abc import Awaitable, Callable, Collection, Sequence

from sentinel.clock import Clock
from sentinel.incidents.command import StepFailed
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing

LOOK_EVERY = 1.0


class DeadEnds:
    """Looks whenever one of those who send is gone, and at first.

    Parameters
    ----------
    tell
        Told of such pages; what the ladder knows already it passes over.
    living
        Gives the names of those who send.
    """

    def __init__(
        self,
        store: FailoverStore,
        tell: Callable[[Sequence[StepFailed]], Awaitable[None]],
        living: Callable[[], Collection[str]],
        clock: Clock,
    ) -> None:
        self._store = store
        self._tell_ladders = tell
        self._living = living
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        told: set[str] | None = None
        while True:
            living = set(self._living())
            if told is None or told - living:
                told = living if await self._tell() else told
            else:
                told = living
            await self._clock.sleep(LOOK_EVERY)

    async def _tell(self) -> bool:
        """Whether the store could be asked."""
        try:
            await self._tell_ladders(await self._store.dead_ends())
        except StoreFailing:
            return False
        return not self._store.failing
