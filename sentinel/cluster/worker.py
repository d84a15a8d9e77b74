"""Worker: owns its share of the partitions, takes over those whose owner is gone, lets go of those that should be
another's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.partition_owner import PartitionFold, PartitionOwner, beat_on
from sentinel.cluster.seen_beats import PATIENCE, SeenBeats
from sentinel.cluster.shares import shares
from sentinel.errors import PartitionLost
from sentinel.store.health import StoreFailing
from sentinel.store.partition_rows import OwnedPart, PartitionRows, PartRow

DEAF = 2 * PATIENCE
FORGOTTEN = 60.0
LOOK_EVERY = 0.4
log = structlog.get_logger(__name__)


class Worker:
    """One process's partitions.

    Parameters
    ----------
    name
        Of this process, like no other's.
    build
        Builds what folds a partition, for one owner; the beats go on meanwhile.
    changed
        Told the partitions owned whenever they change, with their epochs.
    """

    def __init__(
        self,
        name: str,
        rows: PartitionRows,
        carrier: Carrier,
        build: Callable[[OwnedPart], Awaitable[PartitionFold]],
        clock: Clock,
        changed: Callable[[dict[int, int]], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.owners: dict[int, PartitionOwner] = {}
        self.looked_at = clock.monotonic()
        self._rows = rows
        self._carrier = carrier
        self._build = build
        self._clock = clock
        self._changed = changed
        self._seen = SeenBeats(clock)
        self._held: set[int] = set()
        """Partitions that are owned here, or on their way to be."""
        self._left = 0
        """How often all of them were let go of."""
        self._stopping = False
        self._blind = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until ``stop`` is set; then every partition is written down and let go of."""
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look_on(tasks), name="worker-look")
            await stop.wait()
            self._stopping = True
            looking.cancel()
            self.leave_all()
        await self._rows.leave([self.name])

    def leave_all(self) -> None:
        """Let go of every partition; they are taken up again by whose share they are."""
        self._left += 1
        for owner in self.owners.values():
            owner.leave()

    async def _look_on(self, tasks: asyncio.TaskGroup) -> None:
        """Until we stop: that is asked as well, for a driver may swallow a cancellation that comes with its answer."""
        while not self._stopping:
            self.looked_at = self._clock.monotonic()
            try:
                await self.look(tasks)
                self._blind = False
            except StoreFailing as error:
                if not self._blind:
                    log.warning("partitions_not_seen", reason=str(error))
                self._blind = True
            await self._clock.sleep(LOOK_EVERY)

    async def look(self, tasks: asyncio.TaskGroup) -> None:
        """Show that we live, see who else does, claim what is ours and free, let go of what is another's.

        Whoever does not hear the carrier shows nothing, and lets go where others do hear it. Where nobody does, each
        keeps what it has: ladders climb, whether mentions come or not.
        """
        known, rows = await self._rows.look_round(self.name if self._carrier.reachable else None)
        deaf, living = self._is_deaf(), [name for name, beat in known if name != self.name and self._lives(name, beat)]
        if not (deaf and living):
            living.append(self.name)
        if gone := [name for name, beat in known if self._seen.still_for(f"worker {name}", beat) > FORGOTTEN]:
            await self._rows.leave(gone)
        takes = self._carrier.reachable and not self._stopping
        ours = {part for part, name in shares(living, len(rows)).items() if name == self.name}
        free: list[PartRow] = []
        for row in rows:
            still = self._seen.still_for(f"part {row.id}", (row.epoch, row.beat))
            if row.id in self.owners and row.id not in ours:
                self.owners[row.id].leave()
            elif row.id not in self._held and takes and self._may_claim(row, still, row.id in ours):
                free.append(row)
        for row in await self._urgent_first(free):
            self._held.add(row.id)
            tasks.create_task(self._take_over(row), name=f"own-{row.id}")

    async def _urgent_first(self, free: list[PartRow]) -> Sequence[PartRow]:
        """Where people may be waited for goes first; none waits for another one to be taken up."""
        if len(free) < 2:
            return free
        burning = await self._rows.burning()
        return sorted(free, key=lambda row: row.id not in burning)

    def _lives(self, name: str, beat: int) -> bool:
        return self._seen.still_for(f"worker {name}", beat) < PATIENCE

    def _is_deaf(self) -> bool:
        """Whether the carrier is not heard for so long that others who do not hear it either count as gone."""
        return self._seen.still_for("carrier", self._clock.monotonic() if self._carrier.reachable else None) > DEAF

    def _may_claim(self, row: PartRow, still: float, ours: bool) -> bool:
        """Ours once it is free; another's once nobody has taken it for twice as long."""
        if not row.owner:
            return ours or still > PATIENCE
        return still > (PATIENCE if ours else 2 * PATIENCE)

    async def _take_over(self, row: PartRow) -> None:
        """Claim one and own it. Others are taken over meanwhile: a claim may wait for a transaction of an owner that
        stands still.
        """
        try:
            owned = await self._rows.claim(row, self.name)
            if owned is not None and self._stopping:
                await owned.release()  # whoever ends owns nothing more: nobody would tell it to let go
            elif owned is not None:
                await self._own(owned)
        except StoreFailing as error:
            log.warning("partition_not_claimed", partition=row.id, reason=str(error))
        finally:
            self._held.discard(row.id)

    async def _own(self, owned: OwnedPart) -> None:
        left, built = self._left, asyncio.Event()
        log.info("partition_claimed", partition=owned.id, epoch=owned.epoch)
        try:
            async with asyncio.TaskGroup() as tasks:
                beats = tasks.create_task(beat_on(owned, self._clock, built), name=f"beat-{owned.id}")
                fold = await self._build(owned)
                built.set()
                beats.cancel()
            owner = self.owners[owned.id] = PartitionOwner(owned, fold, self._carrier, self._clock)
            self._tell()
            if self._left != left:
                owner.leave()  # it was built by what held before
            await owner.run()
        except* PartitionLost as lost:
            log.warning("partition_lost", partition=owned.id, epoch=owned.epoch, reason=_first(lost))
        except* StoreFailing as failing:
            log.warning("partition_not_taken_up", partition=owned.id, reason=_first(failing))
        owned.lost = True
        self.owners.pop(owned.id, None)
        self._tell()

    def _tell(self) -> None:
        self._changed({part: owner.owned.epoch for part, owner in self.owners.items()})


def _first(group: BaseExceptionGroup[BaseException]) -> str:
    """What the first of its errors says, however deep in task groups it was raised."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error)
