"""Parts of a worker, built from the configuration and connected: who owns partitions, and the figures of that."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime

from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.duty_parts import process_name
from sentinel.assembly.partition_parts import PartitionFolds
from sentinel.clock import SystemClock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.partition_owner import PartitionFold
from sentinel.cluster.worker import Worker
from sentinel.daemon.brand_words import brand_words
from sentinel.daemon.decision_log import say_observed
from sentinel.daemon.lately_reader import LatelyReader
from sentinel.daemon.lately_said import LatelySaid
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.ended import ended
from sentinel.engine.classification import Graded
from sentinel.engine.partitions import Partitions
from sentinel.metrics.metrics import Metrics
from sentinel.metrics.partitions import PartitionFigures
from sentinel.signals.base import Observation
from sentinel.store.database import Database
from sentinel.store.mention_search import MentionSearch
from sentinel.store.partition_rows import OwnedPart, PartitionRows


class WorkerFigures:
    """Implements the fold's `FoldMeter` for all partitions of a process; scores are shown by others."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.took, self.taught = metrics.took, metrics.taught

    def observed(self, observations: Sequence[Observation]) -> None:
        """Mentions that were about a brand."""
        say_observed(observations)
        for each in observations:
            self._metrics.mention(each.brand, each.sentiment.label)

    def graded(self, graded: Sequence[Graded]) -> None:
        """Texts that came with their true label."""
        for each in graded:
            self._metrics.graded(each.lang, each.said is each.truth)

    def ticked(self, at: datetime) -> None:
        """What changed is shown from the store."""


class WorkerParts:
    """Use `run`, then `close`."""

    def __init__(
        self,
        database: Database,
        carrier: Carrier,
        in_force: ConfigInForce,
        metrics: Metrics,
        clock: SystemClock,
        secrets: SecretKeeper,
    ) -> None:
        self.database = database
        self._clock = clock
        self._in_force = in_force
        self._lately = LatelySaid(self._own_words)
        partitions = Partitions(in_force.config.cluster.partitions)
        self._folds = PartitionFolds(
            database, partitions, in_force.now, WorkerFigures(metrics), clock, secrets.refresh, self._lately
        )
        self._rows = PartitionRows(database.address)
        figures = PartitionFigures(metrics.registry, partitions.count)
        self.worker = Worker(process_name(), self._rows, carrier, self._build, clock, figures.owned)
        figures.follow(self._queue)
        self._reader = LatelyReader(MentionSearch(database), self._lately, lambda: self.worker.owners, clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Own partitions, once we are warm, until ``stop`` is set and all of them are let go of."""
        await self.warm()
        async with asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(self._reader.run(), name="lately-said")
            await self.worker.run(stop)
            await ended({reading}, self._clock)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._rows.close()

    async def warm(self) -> None:
        """Be ready to take a partition up; until then nobody counts on this worker."""
        if not self._folds.is_warm:
            await asyncio.to_thread(self._folds.warm)

    async def show(self) -> None:
        """A sign of life, before anything is owned.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        await self._rows.look_round(self.worker.name)

    async def _build(self, owned: OwnedPart) -> PartitionFold:
        """In a thread: of thousands of brands it takes seconds, in which other partitions are folded and show life."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._folds.look(), name=f"look-{owned.id}")
            return await asyncio.to_thread(self._folds.build, owned)

    def _own_words(self, brand: str) -> Collection[str]:
        return brand_words([each.brand for each in self._in_force.now().setup.brands], brand)

    def _queue(self, part: int) -> int:
        owner = self.worker.owners.get(part)
        return owner.fold.loop.queue if owner is not None else 0
