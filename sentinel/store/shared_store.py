"""Shared store: the failover store of one notifier among several.

Rows of the store are sent while the store says that they are ours, and never from memory: whoever cannot reach the
store is taken for gone by those who can. What this process itself decides while the store fails, word to the operators
above all, goes out from its memory, where nobody else can see it.
"""

from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from datetime import datetime

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery
from sentinel.notify.progress import Progress
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.memory_store import MemoryStore
from sentinel.store.shared_outbox import SharedOutbox

AGAIN = 1.0
"""Seconds until a result that the store did not take is written again."""


class SharedStore(FailoverStore):
    """Implements the dispatcher's `OutboxStore` over a `SharedOutbox`."""

    def __init__(
        self,
        database: Database,
        incidents: IncidentStore,
        shared: SharedOutbox,
        newest: Callable[[str], Incident | None] = lambda _: None,
    ) -> None:
        super().__init__(database, incidents, shared, newest)
        self._shared = shared
        self._unleased: list[Delivery] = []
        """Rows whose lease may have been written, and which were not sent."""

    async def _in_memory(self) -> MemoryStore:
        """Memory for what is decided here; what the store has stays there."""
        async with self._turning:
            if self._memory is None:
                self._memory = MemoryStore(self.health)
                self._memory.seeded = True
            return self._memory

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now and is ours, most urgent first; nothing while the store cannot say."""
        if self.failing:
            return await (await self._in_memory()).outbox.due(now, but=but)
        try:
            if unsent := tuple(self._unleased):
                await self._shared.release(unsent)
                self._unleased = [each for each in self._unleased if each not in unsent]
            return await self._shared.due(now, but=but)
        except StoreFailing:
            return []

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What of ours waits for others' sake to go to these contacts."""
        if self.failing:
            return await (await self._in_memory()).outbox.held(contacts, now)
        try:
            return await self._shared.held(contacts, now)
        except StoreFailing:
            return []

    async def defer(self, deliveries: Collection[Delivery], until: datetime) -> None:
        """These wait. What the store does not take is decided on again when it does."""
        theirs, here = _divided(deliveries)
        if here:
            await super().defer(here, until)
        if theirs:
            with suppress(StoreFailing):
                await self._shared.defer(theirs, until)

    async def lease(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """These are being sent from now on, those that the store says are ours."""
        theirs, here = _divided(deliveries)
        leased = await super().lease(here) if here else []
        if theirs:
            try:
                leased += await self._shared.lease(theirs)
            except StoreFailing:
                self._unleased += theirs
        return leased

    async def release(self, deliveries: Collection[Delivery]) -> None:
        """Whoever has room may take these."""
        theirs, _ = _divided(deliveries)
        if theirs:
            with suppress(StoreFailing):
                await self._shared.release(theirs)

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether it still holds, and still is ours: we may have stood still since it was leased."""
        if delivery.owner_epoch:
            with suppress(StoreFailing):
                if not await self._shared.is_ours(delivery):
                    return False
        return await super().is_current(delivery)

    async def record(self, delivery: Delivery, progress: Progress, *, line: TimelineEntry | None = None) -> bool:
        """How far a send has brought a row; False when somebody else has it by now. Returns once the store has said
        which.
        """
        if not delivery.owner_epoch:
            return await super().record(delivery, progress, line=line)
        return await self._written(delivery, lambda: self._shared.record(delivery, progress, line=line))

    async def drop(self, delivery: Delivery, why: str, now: datetime, *, line: TimelineEntry | None = None) -> bool:
        """It is not wanted any more; False when somebody else has it by now."""
        if not delivery.owner_epoch:
            return await super().drop(delivery, why, now, line=line)
        return await self._written(delivery, lambda: self._shared.drop(delivery, why, now, line=line))

    async def _written(self, delivery: Delivery, write: Callable[[], Awaitable[bool]]) -> bool:
        """Written, however long the store takes. A write that seemed to fail may have come through: then the row bears
        our mark and is closed.
        """
        tried = False
        while True:
            try:
                if await write() or (tried and await self._shared.is_ours(delivery)):
                    return True
                self._shared.meter.refused()
                return False
            except StoreFailing:
                tried = True
            await self.health.clock.sleep(AGAIN)

    async def recover(self) -> int:
        """At a start: what was being sent by a process that sent alone.

        Raises
        ------
        StoreFailing
            When the store does not answer.
        """
        return await self._shared.recover()

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more; what the store does not take is found ringing, and asked about, again."""
        if not delivery.owner_epoch:
            await super().rung(delivery)
            return
        with suppress(StoreFailing):
            await self._shared.rung(delivery)


def _divided(deliveries: Collection[Delivery]) -> tuple[list[Delivery], list[Delivery]]:
    """Those that were taken from the store, and those that were decided in memory."""
    taken = [each for each in deliveries if each.owner_epoch]
    return taken, [each for each in deliveries if not each.owner_epoch]
