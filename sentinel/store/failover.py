"""The failover store: decisions and sends go to disk, or to memory until the disk takes them again.

The engine's decisions, the dispatcher's rows and the delivery log's lines all go through here. While the disk fails
only `mend` writes to it; everything else works on what memory has, so that no page waits for a disk.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import structlog

from sentinel.incidents.command import StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery, Sent
from sentinel.notify.progress import Progress, RowState
from sentinel.notify.receipts import RingingPage
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.facts import fact, put_fact
from sentinel.store.group import Key
from sentinel.store.health import StoreFailing, StoreHealth, Trouble
from sentinel.store.incidents import IncidentStore
from sentinel.store.memory_store import MemoryStore, Rows, write_rows
from sentinel.store.outbox import Outbox
from sentinel.store.schema import incidents, outbox, timeline
from sentinel.store.withdrawn import withdraw

PAID = "arrears_paid"
T = TypeVar("T")
log = structlog.get_logger(__name__)


class FailoverStore:
    """Implements the dispatcher's `OutboxStore`, and takes decisions.

    Parameters
    ----------
    newest
        An incident as the engine has it, for when the store cannot even be read.
    """

    def __init__(
        self,
        database: Database,
        incidents: IncidentStore,
        outbox: Outbox,
        newest: Callable[[str], Incident | None] = lambda _: None,
    ) -> None:
        self.health: StoreHealth = database.health
        self._database = database
        self._incidents = incidents
        self._outbox = outbox
        self.remembered = newest
        self.outdated: Callable[[Delivery], bool] = lambda _: False
        """Whether a message that is about no incident says what is not so any more."""
        self._memory: MemoryStore | None = None
        self._turning = asyncio.Lock()
        """Held while memory takes the disk's place, or gives it back."""
        self._paying: Rows = {}
        """What is being written just now, or was when the disk failed once more."""
        self._receipt = ""

    @property
    def failing(self) -> bool:
        """Whether what is decided now goes to memory."""
        return self.health.failing or self._memory is not None

    async def _in_memory(self) -> MemoryStore:
        """Memory in the disk's place. What is done in it before the next wait counts, whoever mends meanwhile."""
        async with self._turning:
            memory = self._memory = self._memory or MemoryStore(self.health)
            if not memory.seeded:
                with suppress(StoreFailing):
                    await memory.seed(self._database)
        return memory

    async def _in_outbox(
        self,
        work: Callable[[Outbox], Awaitable[T]],
        rows: Collection[Delivery] = (),
        state: RowState = RowState.QUEUED,
    ) -> T:
        """Work on these rows of the outbox, which stood so, on disk or in memory."""
        if not self.failing:
            with suppress(StoreFailing):
                return await work(self._outbox)
        memory = await self._in_memory()
        memory.know(rows, state)
        return await work(memory.outbox)

    # -- decisions

    async def commit(self, decision: Decision) -> None:
        """Write it all down or nothing; in memory when the store does not take it."""
        if not self.failing:
            try:
                async with self._database.write() as connection:
                    await decision.write(connection, self._incidents, self._outbox)
                return
            except StoreFailing:
                log.error(
                    "decided_in_memory", reason="pages go out from memory, marked, until the store takes writes again"
                )
        await (await self._in_memory()).commit(decision)

    async def withdraw(self, keys: Sequence[Key]) -> None:
        """No row shows these mentions any more; what the disk does not take now is done with the next checkpoint."""
        if not self.failing:
            with suppress(StoreFailing):
                await withdraw(self._database, keys)

    async def fact(self, key: str) -> str | None:
        """A single fact, memory's before the store's."""
        if self._memory is not None:
            async with self._memory.database.read() as connection:
                if (known := await fact(connection, key)) is not None:
                    return known
        async with self._database.read() as connection:
            return await fact(connection, key)

    async def incident(self, incident_id: str) -> Incident | None:
        """An incident that memory may have newer than the store."""
        return await self._memory.incidents.get(incident_id) if self._memory is not None else None

    async def incidents(self) -> list[Incident]:
        """All of those."""
        return await self._memory.incidents.find(limit=-1) if self._memory is not None else []

    async def lines(self, incident_id: str) -> list[TimelineEntry]:
        """Lines of a timeline that are not in the store yet, oldest first."""
        return await self._memory.incidents.timeline(incident_id) if self._memory is not None else []

    # -- the outbox

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now, most urgent first."""
        return await self._in_outbox(lambda outbox: outbox.due(now, but=but))

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What waits for others' sake to go to these contacts, most urgent first."""
        return await self._in_outbox(lambda outbox: outbox.held(contacts, now))

    async def defer(self, deliveries: Collection[Delivery], until: datetime) -> None:
        """These wait."""
        await self._in_outbox(lambda outbox: outbox.defer(deliveries, until), deliveries)

    async def sent_since(self, since: datetime) -> list[Sent]:
        """What went since then, as far as the store can be read."""
        try:
            return await self._outbox.sent_since(since)
        except StoreFailing:
            return []

    async def lease(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """These are being sent; a lease that cannot be written stops nothing."""
        return await self._in_outbox(lambda outbox: outbox.lease(deliveries), deliveries)

    async def release(self, deliveries: Collection[Delivery]) -> None:
        """These have no room just now; there is nobody else who could have."""

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether it still holds, by the newest incident there is."""
        if delivery.incident is None:
            return not self.outdated(delivery)
        if (incident := await self.incident(delivery.incident)) is None:
            try:
                return await self._outbox.is_current(delivery)
            except StoreFailing:
                incident = self.remembered(delivery.incident)
        return incident is None or delivery.holds(incident.state.value, incident.epoch)

    async def record(self, delivery: Delivery, progress: Progress, *, line: TimelineEntry | None = None) -> bool:
        """How far a send has brought a row; what cannot be written is kept and written later."""
        return await self._in_outbox(lambda outbox: outbox.record(delivery, progress, line=line), [delivery])

    async def drop(self, delivery: Delivery, why: str, now: datetime, *, line: TimelineEntry | None = None) -> bool:
        """It is not wanted any more."""
        return await self._in_outbox(lambda outbox: outbox.drop(delivery, why, now, line=line), [delivery])

    async def dead_ends(self) -> list[StepFailed]:
        """Pages that nobody took and of which the ladder may not know, as far as the store can be read."""
        try:
            return await self._outbox.dead_ends()
        except StoreFailing:
            return []

    async def recover(self) -> int:
        """At a start: what a dead process was sending may have arrived. Pages go again, marked; news does not.

        Raises
        ------
        StoreFailing
            When the store cannot be read either.
        """
        found = await self._in_outbox(lambda outbox: outbox.recover())
        if self._memory is not None and not self._memory.seeded:
            raise StoreFailing(self.health.trouble or Trouble.BROKEN)
        return found

    async def oldest_waiting(self, now: datetime) -> datetime | None:
        """Since when the oldest row that nobody is sending could have been sent."""
        return await self._in_outbox(lambda outbox: outbox.oldest_waiting(now))

    async def state_of(self, key: str) -> RowState | None:
        """Where the row of a key stands."""
        found = await self._memory.outbox.state_of(key) if self._memory is not None else None
        found = found or await self._outbox.state_of(key)
        return found[0] if found else None

    async def ringing(self) -> list[RingingPage]:
        """Pages a provider took and goes on ringing for; whether they still hold, by the newest incident there is."""
        found = await self._in_outbox(lambda outbox: outbox.ringing())
        return [replace(rung, current=await self.is_current(rung.delivery)) for rung in found]

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more."""
        await self._in_outbox(lambda outbox: outbox.rung(delivery), [delivery], RowState.ACCEPTED)

    # -- mending

    def look(self) -> None:
        """Notice whether its file was taken away."""
        self._database.look()

    async def mend(self) -> bool:
        """Try whether the store takes writes, and if so write down everything that is owed to it, once.

        Returns
        -------
        bool
            Whether all is well now.
        """
        try:
            await self._database.mend()
            while await self._owes():
                await self._pay()
        except StoreFailing:
            return False
        self.health.well()
        return True

    async def _owes(self) -> bool:
        """Whether the disk lacks anything; it takes its place again when it does not."""
        async with self._turning:
            if not self._paying and self._memory is not None:
                self._paying, self._receipt = self._memory.unwritten(), uuid4().hex
            if not self._paying:
                self._memory = None
            return bool(self._paying)

    async def _pay(self) -> None:
        """One transaction. Should its end be unknown (the connection broke at the commit), the receipt in it tells."""
        assert self._memory is not None, "only memory owes"
        rows = self._paying
        async with self._database.write() as connection:
            if await fact(connection, PAID) != self._receipt:
                await write_rows(connection, rows)
                await put_fact(connection, PAID, self._receipt)
        self._memory.written(rows)
        self._paying = {}
        counts = {name: len(rows.get(table, ())) for name, table in _TOLD.items()}
        log.warning("written_from_memory", let_go=self._memory.lost, **counts)


_TOLD = {"incidents": incidents, "rows": outbox, "lines": timeline}
