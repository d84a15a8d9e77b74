"""Parts of a partition, built for one owner of it and connected; what is dear of them is shared by the process."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import SystemClock
from sentinel.cluster.command_desk import LOOK_EVERY, CommandDesk
from sentinel.cluster.erased_people import ErasedPeople
from sentinel.cluster.glance import Glance
from sentinel.cluster.partition_owner import SHARE_EVERY, PartitionFold
from sentinel.cluster.shared_records import RecordSet, SharedRecords, read_records
from sentinel.daemon.annotation_keeper import AnnotationKeeper
from sentinel.daemon.apply import Applier
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.daemon.lately_said import LatelySaid
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.stale_sources import StaleSources
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.packed_engine import read_packed
from sentinel.engine.partitions import Partitions
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.seed import load_seed
from sentinel.store.annotations import AnnotationStore
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.commands import CommandRows
from sentinel.store.database import Database
from sentinel.store.erasures import Erasure, ErasureRows
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.part_boards import PartBoards
from sentinel.store.partition_rows import OwnedPart
from sentinel.store.partition_store import PartitionStore

WARMING = ("No funciona nada, qué vergüenza de servicio.", "Nothing works, what a shame of a service.")
"""Texts that a worker hears before it owns anything."""


@dataclass(frozen=True, slots=True)
class Glances:
    """Looks that all partitions of a process share."""

    records: Glance[RecordSet]
    asked: Glance[frozenset[int]]
    erasures: Glance[list[Erasure]]

    @classmethod
    def over(cls, database: Database, clock: SystemClock) -> "Glances":
        """Into a store."""
        return cls(
            Glance(lambda: read_records(database), clock, SHARE_EVERY / 2),
            Glance(CommandRows(database).asked_parts, clock, LOOK_EVERY / 2),
            Glance(ErasureRows(database).pending, clock, SHARE_EVERY / 2),
        )


class PartitionFolds:
    """Builds what folds a partition, for one owner after the other; what all of them need is there before the first.

    Parameters
    ----------
    meter
        Counts for all of them.
    secrets
        Takes up those that another process has rotated.
    lately
        What was said lately, for pages.
    """

    def __init__(
        self,
        database: Database,
        partitions: Partitions,
        in_force: Callable[[], ActiveConfig],
        meter: FoldMeter,
        clock: SystemClock,
        secrets: Callable[[], Awaitable[None]],
        lately: LatelySaid | None = None,
    ) -> None:
        self._database = database
        self._partitions = partitions
        self._in_force = in_force
        self._meter = meter
        self._clock = clock
        self._secrets = secrets
        self._lately = lately
        self._glances = Glances.over(database, clock)
        self._seed: SentimentModel | None = None

    @property
    def is_warm(self) -> bool:
        """Whether what the first engine takes long for is there."""
        return self._seed is not None

    def warm(self) -> None:
        """Read and work out what the first engine of a process takes long for: words, weights, the exam, a first text.
        A worker that stands by has done so.
        """
        self._seed = load_seed()
        first = self._partitions.setup(self._in_force().setup, 1)
        reader = Engine(first, self._seed.twin()).reader
        for text in WARMING:
            reader.hear(text, None)

    async def look(self) -> None:
        """Read what all partitions share, so that it is at hand once one is built; whoever needs it asks again."""
        with suppress(StoreFailing):
            await self._glances.records.now()

    def build(self, owned: OwnedPart) -> PartitionFold:
        """What folds the brands of one partition; it writes under its owner's epoch alone."""
        if self._seed is None:
            self._seed = load_seed()
        in_force, part, clock = self._in_force, owned.id, self._clock.another()
        view, config = self._database.fenced(owned.fence), in_force().config
        engine = Engine(self._partitions.setup(in_force().setup, part), self._seed.twin())
        incidents = IncidentStore(view, part)
        store = PartitionStore(view, incidents, owned)
        journal = Journal(view, clock, lambda: clock.behind, part=part)
        loop = FoldLoop(
            engine,
            journal,
            Checkpoints(view, VERSION, read_packed, part=part),
            incidents,
            _applier(store, in_force, self._lately),
            self._meter,
            clock,
            checkpoint_every=config.engine.checkpoint_every,
            retention=config.store.retention,
            behind=lambda: clock.behind,
        )
        if self._lately is not None:
            loop.read.forgotten = self._lately.forget_all
        annotations = AnnotationKeeper(engine, AnnotationStore(view, incidents, store), loop.turn, lambda: None)
        return PartitionFold(
            clock=clock,
            database=view,
            incidents=incidents,
            journal=journal,
            loop=loop,
            shared=SharedRecords(self._glances.records, clock),
            boards=PartBoards(view),
            erased=ErasedPeople(owned, ErasureRows(view), self._glances.erasures, journal.reread),
            desk=CommandDesk(part, CommandRows(view), self._glances.asked, loop, annotations, clock, self._secrets),
        )


def _applier(store: PartitionStore, in_force: Callable[[], ActiveConfig], lately: LatelySaid | None) -> Applier:
    """That a source is silent is told to people by those who listen; here nobody is told of it again."""
    nobody = StaleSources(OperatorNotices(lambda _: (), lambda: in_force().briefing))
    return Applier(store, nobody, lambda: in_force().briefing, lambda: None, lately)
