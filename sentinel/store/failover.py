"""The store that a failing disk does not stop: decisions and sends go to disk, or to memory until the disk takes them
again.

The engine's decisions, the dispatcher's rows and the ledger's lines all go through here. While the store fails nothing
here touches it but `mend`; everything else works on what memory has, so that no page waits for a disk.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import structlog

from sentinel.incidents.command import StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery, MessageKind, Sent
from sentinel.notify.progress import Progress, RowState, queued
from sentinel.notify.receipts import RingingPage
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.facts import fact, put_fact
from sentinel.store.health import StoreFailing, StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import LOOK_AHEAD, Outbox
from sentinel.store.unwritten_state import UnwrittenState, ringing_of

PAID = "arrears_paid"
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
        self._newest = newest
        self.outdated: Callable[[Delivery], bool] = lambda _: False
        """Whether a message that is about no incident says what is not so any more."""
        self._unwritten = UnwrittenState()

    @property
    def failing(self) -> bool:
        """Whether what is decided now goes to memory."""
        return self.health.failing or bool(self._unwritten)

    # -- decisions
    # ----------------------------------------------------------------------------------------------------------

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
        self._unwritten.add(decision)

    async def fact(self, key: str) -> str | None:
        """A single fact, memory's before the store's."""
        if (known := self._unwritten.fact(key)) is not None:
            return known
        async with self._database.read() as connection:
            return await fact(connection, key)

    def incident(self, incident_id: str) -> Incident | None:
        """An incident that memory has newer than the store."""
        return self._unwritten.incident(incident_id)

    def incidents(self) -> list[Incident]:
        """All of those."""
        return self._unwritten.incidents()

    def lines(self, incident_id: str) -> list[TimelineEntry]:
        """Lines of a timeline that are not in the store yet, oldest first."""
        return self._unwritten.timeline(incident_id)

    # -- the outbox
    # ---------------------------------------------------------------------------------------------------------

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now, from memory and store, most urgent first."""
        try:
            stored = await self._outbox.due(now, but=but, without=self._unwritten.rows.keys())
        except StoreFailing:
            stored = []
        held = self._unwritten.rows
        fresh = [each for each in stored if each.key not in held]
        mine = self._unwritten.due(now, but)
        return sorted([*fresh, *mine], key=_rank)[:LOOK_AHEAD] if mine else fresh

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What waits for others' sake to go to these contacts, from memory and store, most urgent first."""
        untried = self._unwritten.held(contacts, now)
        try:
            stored = await self._outbox.held(contacts, now)
        except StoreFailing:
            stored = []
        known = self._unwritten.rows
        return sorted([*(each for each in stored if each.key not in known), *untried], key=_rank)[:LOOK_AHEAD]

    async def defer(self, deliveries: Collection[Delivery], until: datetime) -> None:
        """These wait; in memory where that cannot be written."""
        owed = [each for each in deliveries if self._in_memory(each)]
        rest = [each for each in deliveries if not self._in_memory(each)]
        if rest:
            try:
                await self._outbox.defer(rest, until)
            except StoreFailing:
                owed += rest
        for each in owed:
            self._unwritten.hold(each, replace(queued(each), not_before=until))

    async def sent_since(self, since: datetime) -> list[Sent]:
        """What went since then, as far as the store can be read."""
        try:
            return await self._outbox.sent_since(since)
        except StoreFailing:
            return []

    async def lease(self, deliveries: Collection[Delivery]) -> None:
        """These are being sent; a lease that cannot be written stops nothing."""
        owed = [each for each in deliveries if self._in_memory(each)]
        rest = [each for each in deliveries if not self._in_memory(each)]
        if rest:
            try:
                await self._outbox.lease(rest)
            except StoreFailing:
                owed += rest
        for each in owed:
            self._unwritten.hold(each, replace(queued(each), state=RowState.LEASED))

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether it still holds, by the newest incident there is."""
        if delivery.incident is None:
            return not self.outdated(delivery)
        incident = self.incident(delivery.incident)
        if incident is None:
            try:
                return await self._outbox.is_current(delivery)
            except StoreFailing:
                incident = self._newest(delivery.incident)
        return incident is None or delivery.holds(incident.state.value, incident.epoch)

    async def record(self, delivery: Delivery, progress: Progress, *, line: TimelineEntry | None = None) -> None:
        """How far a send has brought a row; what cannot be written is kept and written later."""
        if not self._in_memory(delivery):
            with suppress(StoreFailing):
                return await self._outbox.record(delivery, progress, line=line)
        self._owe(delivery, line)
        return self._unwritten.hold(delivery, progress)

    async def drop(self, delivery: Delivery, why: str, now: datetime, *, line: TimelineEntry | None = None) -> None:
        """It is not wanted any more."""
        if not self._in_memory(delivery):
            try:
                return await self._outbox.drop(delivery, why, now, line=line)
            except StoreFailing:
                pass
        self._owe(delivery, line)
        return self._unwritten.hold(
            delivery, replace(queued(delivery), state=RowState.DROPPED, detail=why, done_at=now)
        )

    def _owe(self, delivery: Delivery, line: TimelineEntry | None) -> None:
        if line is not None and delivery.incident is not None:
            self._unwritten.add(Decision(lines=((delivery.incident, line),)))

    async def dead_ends(self) -> list[StepFailed]:
        """Pages that nobody took and of which the ladder may not know, as far as the store can be read."""
        try:
            return await self._outbox.dead_ends()
        except StoreFailing:
            return []

    async def recover(self, now: datetime) -> int:
        """At a start: what a dead process was sending may have arrived. Pages go again, marked; news does not.

        Raises
        ------
        StoreFailing
            When the store cannot be read either.
        """
        if not self.failing:
            with suppress(StoreFailing):
                return await self._outbox.recover()
        leased = await self._outbox.leased()
        for each in leased:
            if each.message.kind is MessageKind.PAGE:
                self._unwritten.hold(replace(each, ambiguous=True), replace(queued(each), ambiguous=True))
            else:
                self._unwritten.hold(each, replace(queued(each), state=RowState.UNKNOWN, detail="crashed", done_at=now))
        return len(leased)

    async def oldest_waiting(self, now: datetime) -> datetime | None:
        """Since when the oldest row that nobody is sending could have been sent."""
        held = self._unwritten.rows
        waits = [s.not_before for _, s in held.values() if s.state is RowState.QUEUED and s.not_before <= now]
        try:
            stored = await self._outbox.oldest_waiting(now, without=held.keys())
        except StoreFailing:
            stored = None
        return min([*waits, stored] if stored else waits, default=None)

    async def state_of(self, key: str) -> RowState | None:
        """Where the row of a key stands."""
        if (held := self._unwritten.rows.get(key)) is not None:
            return held[1].state
        found = await self._outbox.state_of(key)
        return found[0] if found else None

    async def ringing(self) -> list[RingingPage]:
        """Pages a provider took and goes on ringing for; whether they still hold, by the newest incident there is."""
        held = self._unwritten.rows
        try:
            found = [rung for rung in await self._outbox.ringing() if rung.delivery.key not in held]
        except StoreFailing:
            found = []
        found += ringing_of(held)
        return [replace(rung, current=rung.current and await self.is_current(rung.delivery)) for rung in found]

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more."""
        if not self._in_memory(delivery):
            try:
                return await self._outbox.rung(delivery)
            except StoreFailing:
                pass
        known = self._unwritten.rows.get(delivery.key)
        accepted = replace(queued(delivery), state=RowState.ACCEPTED, done_at=delivery.created_at)
        self._unwritten.hold(delivery, replace(known[1] if known else accepted, receipt=None))
        return None

    # -- mending
    # ------------------------------------------------------------------------------------------------------------

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
            while self._unwritten:
                await self._pay()
        except StoreFailing:
            return False
        self.health.well()
        return True

    async def _pay(self) -> None:
        """One transaction. Should its end be unknown (the connection broke at the commit), the receipt in it tells."""
        debt = self._unwritten.being_written()
        receipt = f"{self.health.since} {id(debt)}"
        async with self._database.write() as connection:
            if await fact(connection, PAID) != receipt:
                await debt.as_decision().write(connection, self._incidents, self._outbox)
                await put_fact(connection, PAID, receipt)
        self._unwritten.written()
        log.warning(
            "written_from_memory",
            incidents=len(debt.incidents),
            rows=len(debt.rows),
            lines=len(debt.lines),
            let_go=debt.lost,
        )

    def _in_memory(self, delivery: Delivery) -> bool:
        return self.failing or delivery.key in self._unwritten.rows


def _rank(delivery: Delivery) -> int:
    return delivery.rank
