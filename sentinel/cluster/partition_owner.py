"""Owner of a partition: takes it up where its last owner left it, folds it, and lets go of it once it is another's.

Everything that it writes is written under its epoch. Whatever ends it but a stop, its memory is worth nothing then: the
next owner, which may be this process, begins from the store.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from sentinel.clock import Clock, SystemClock
from sentinel.cluster.carried_entry import read_entries
from sentinel.cluster.carrier import CarriedBatch, Carrier
from sentinel.cluster.carrier_errors import CarrierAway, CarrierError
from sentinel.cluster.command_desk import CommandDesk
from sentinel.cluster.erased_people import ErasedPeople
from sentinel.cluster.shared_records import SharedRecords
from sentinel.daemon.loop import FoldLoop
from sentinel.ended import ended
from sentinel.scoring.assessment import Assessment
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.part_boards import PartBoards, PartState
from sentinel.store.partition_rows import OwnedPart

BEAT_EVERY = 0.5
SHARE_EVERY = 1.0
"""Seconds between looks at what all partitions share."""
SHOW_EVERY = 2.0
PAUSE = 0.2
CANCEL_AGAIN = 1.0
"""Seconds until a job that goes on is cancelled once more."""
TAIL = 0.5
"""Seconds of folding that may lie behind the last checkpoint: whoever takes over folds them again first."""
SAVE_EVERY = 5.0
SAVE_SHARE = 20
"""A checkpoint is followed by a pause so many times as long as it took, at least."""
AHEAD = 5_000
"""Entries that may wait in the journal before the carrier keeps the rest."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionFold:
    """What folds one partition, built for one owner and used once."""

    clock: SystemClock
    """Of this partition alone: one that goes on from a wrong clock takes no other with it."""
    database: Database
    """Fenced."""
    incidents: IncidentStore
    journal: Journal
    loop: FoldLoop
    shared: SharedRecords
    boards: PartBoards
    desk: CommandDesk
    erased: ErasedPeople


class PartitionOwner:
    """Of one partition, for one epoch."""

    def __init__(self, owned: OwnedPart, fold: PartitionFold, carrier: Carrier, clock: Clock) -> None:
        self.owned = owned
        self.fold = fold
        self._carrier = carrier
        self._clock = clock
        self._leave = asyncio.Event()
        self._shown: dict[str, Assessment] = {}
        self._accepted = owned.last_seq
        self._jobs: list[asyncio.Task[None]] = []

    def leave(self) -> None:
        """Write the state down, let go, and be done."""
        self._leave.set()

    async def run(self) -> None:
        """Own it until `leave`.

        Raises
        ------
        PartitionLost
            In a group: it is another one's.
        StoreFailing
            In a group: the store could not be read while it was taken up.
        """
        async with asyncio.TaskGroup() as tasks:
            beating = tasks.create_task(beat_on(self.owned, self._clock), name=f"beat-{self.owned.id}")
            running = tasks.create_task(self._fold(), name=f"partition-{self.owned.id}")
            leaving = asyncio.ensure_future(self._leave.wait())
            try:
                await asyncio.wait([running, leaving], return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
            async with self.fold.database.still():
                await self._ended(running)
            if self.fold.loop.rebuild is None:
                await self.fold.loop.checkpoint()
            beating.cancel()
            await self.owned.release()

    async def _ended(self, running: asyncio.Task[None]) -> None:
        """It is over, with its jobs: whoever beats on without letting go keeps the partition from everybody."""

        def late() -> None:  # a group passes one cancellation on and no other
            for job in self._jobs:
                job.cancel()

        await ended({running}, self._clock, CANCEL_AGAIN, late)

    async def _fold(self) -> None:
        """What is carried, and what people ask, is taken in while the journal's tail is still read."""
        fold, loop = self.fold, self.fold.loop
        await self.prepare()
        saved = loop.position
        async with asyncio.TaskGroup() as tasks:
            for name, job in (("take", self._take()), ("share", self._share()), ("commands", fold.desk.run())):
                self._jobs.append(tasks.create_task(job, name=f"{name}-{self.owned.id}"))
            await loop.read_journal()
            log.info("partition_taken_up", partition=self.owned.id, epoch=self.owned.epoch)
            for name, job in (("fold", loop.run()), ("save", self._save(saved)), ("show", self._show())):
                self._jobs.append(tasks.create_task(job, name=f"{name}-{self.owned.id}"))

    async def prepare(self) -> None:
        """From then on people can be answered.

        Time goes on from what the last owner stamped and decided: its machine's clock may have run ahead of ours, and
        nothing would be judged here until ours is there.
        """
        fold, loop = self.fold, self.fold.loop
        for reached in (await fold.journal.newest_stamp(), await fold.incidents.applied_at()):
            if reached is not None:
                fold.clock.not_before(reached)
        await fold.shared.look(loop, starting=True)
        await loop.prepare()
        await fold.shared.restored(loop)

    async def _save(self, saved: int) -> None:
        """Keep short what whoever takes over folds again; a partition that has no checkpoint gets one at once.

        ``saved``: the entry up to which the last checkpoint goes.
        """
        loop = self.fold.loop
        while True:
            pause = SHARE_EVERY
            if loop.checkpointed_at is None or loop.seconds_of(loop.position - saved) > TAIL:
                reached, began = loop.position, self._clock.monotonic()
                if await loop.checkpoint():
                    saved = reached
                pause = max(SAVE_EVERY, SAVE_SHARE * (self._clock.monotonic() - began))
            await self._clock.sleep(pause)

    async def _share(self) -> None:
        while True:
            await self._clock.sleep(SHARE_EVERY)
            try:
                await self.fold.shared.look(self.fold.loop)
                await self.fold.erased.look(self.fold.loop)
            except StoreFailing:
                continue  # nothing is taken in meanwhile

    # -- what is carried

    async def _take(self) -> None:
        while True:
            try:
                async for batch in self._carrier.take(self.owned.id, self._accepted):
                    await self._take_in(batch)
            except CarrierAway as error:
                log.warning("carrier_away", partition=self.owned.id, reason=str(error))
                self.leave()  # another worker may hear it
                return
            except CarrierError as error:
                log.warning("carrier_failed", partition=self.owned.id, reason=str(error))
                await self.owned.beat()  # whoever takes it from us may own it
                await self._clock.sleep(error.retry_after or 1.0)

    async def _take_in(self, batch: CarriedBatch) -> None:
        """Into the journal, with how far that is; the carrier may let go of it afterwards."""
        while not self.fold.shared.fresh or self.fold.loop.pressed(AHEAD):
            await self._clock.sleep(PAUSE)
        entries = read_entries(batch.bodies)
        while True:
            try:
                await self.fold.journal.append(
                    entries.mentions,
                    deletes=entries.deletes,
                    erased=entries.erased,
                    teachings=entries.teachings,
                    taken=batch.last,
                )
                break
            except StoreFailing:
                await self._clock.sleep(PAUSE)
        self._accepted = batch.last
        await self._carrier.accepted(self.owned.id, batch.last)

    # -- what others are shown

    async def _show(self) -> None:
        while True:
            with suppress(StoreFailing):
                await self.show(self._clock.now())
            await self._clock.sleep(SHOW_EVERY)

    async def show(self, now: datetime) -> None:
        """Write down what is new on the board."""
        loop = self.fold.loop
        latest = {e.name: e.assessment for e in loop.engine.brands if e.assessment is not None}
        changed = {name: each for name, each in latest.items() if self._shown.get(name) is not each}
        state = PartState(
            part=self.owned.id,
            at=now,
            ticked_at=loop.ticked_at,
            checkpointed_at=loop.checkpointed_at,
            queue=loop.queue,
            passed_over=loop.passed_over,
            starting=loop.rebuild is not None,
        )
        await self.fold.boards.save(state, changed.values())
        self._shown |= changed


async def beat_on(owned: OwnedPart, clock: Clock, over: asyncio.Event | None = None) -> None:
    """Signs of life until cancelled, or until it is ``over``: a driver may swallow a cancellation that comes together
    with its answer, and whoever waits for the end of these would wait for ever.

    Raises
    ------
    PartitionLost
        When it is another one's.
    """
    while over is None or not over.is_set():
        await owned.beat()
        await clock.sleep(BEAT_EVERY)
