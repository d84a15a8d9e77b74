"""Worker: owns its share of the partitions, takes over those whose owner is gone, lets go of those that should be
another's.
"""

import asyncio
from collections.abc import Callable

import structlog

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.partition_owner import PartitionFold, PartitionOwner
from sentinel.cluster.seen_beats import PATIENCE, SeenBeats
from sentinel.cluster.shares import shares
from sentinel.errors import PartitionLost
from sentinel.store.health import StoreFailing
from sentinel.store.partition_rows import OwnedPart, PartitionRows, PartRow

DEAF = 2 * PATIENCE
FORGOTTEN = 60.0
LOOK_EVERY = 0.5
log = structlog.get_logger(__name__)


class Worker:
    """One process's partitions.

    Parameters
    ----------
    name
        Of this process, like no other's.
    build
        Builds what folds a partition, for one owner.
    changed
        Told the partitions owned whenever they change, with their epochs.
    """

    def __init__(
        self,
        name: str,
        rows: PartitionRows,
        carrier: Carrier,
        build: Callable[[OwnedPart], PartitionFold],
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
        for owner in self.owners.values():
            owner.leave()

    async def _look_on(self, tasks: asyncio.TaskGroup) -> None:
        while True:
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
        known = await (self._rows.show(self.name) if self._carrier.reachable else self._rows.shown())
        deaf, living = self._is_deaf(), [name for name, beat in known if name != self.name and self._lives(name, beat)]
        if not (deaf and living):
            living.append(self.name)
        if gone := [name for name, beat in known if self._seen.still_for(f"worker {name}", beat) > FORGOTTEN]:
            await self._rows.leave(gone)
        rows, takes = await self._rows.look(), self._carrier.reachable and not self._stopping
        ours = {part for part, name in shares(living, len(rows)).items() if name == self.name}
        for row in rows:
            held, still = row.id in self.owners, self._seen.still_for(f"part {row.id}", (row.epoch, row.beat))
            if held and row.id not in ours:
                self.owners[row.id].leave()
            elif not held and takes and self._may_claim(row, still, row.id in ours):
                owned = await self._rows.claim(row, self.name)
                if owned is not None:
                    tasks.create_task(self._own(owned), name=f"own-{row.id}")

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

    async def _own(self, owned: OwnedPart) -> None:
        owner = PartitionOwner(owned, self._build(owned), self._carrier, self._clock)
        self.owners[owned.id] = owner
        self._tell()
        log.info("partition_claimed", partition=owned.id, epoch=owned.epoch)
        try:
            await owner.run()
        except* PartitionLost as lost:
            log.warning("partition_lost", partition=owned.id, epoch=owned.epoch, reason=str(lost.exceptions[0]))
        except* StoreFailing as failing:
            log.warning("partition_not_taken_up", partition=owned.id, reason=str(failing.exceptions[0]))
        owned.lost = True
        del self.owners[owned.id]
        self._tell()

    def _tell(self) -> None:
        self._changed({part: owner.owned.epoch for part, owner in self.owners.items()})
