"""Parts of a partition, built for one owner of it and connected."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import SystemClock
from sentinel.cluster.command_desk import LOOK_EVERY, CommandDesk
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
from sentinel.sentiment.seed import load_seed
from sentinel.store.annotations import AnnotationStore
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.commands import CommandRows
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.part_boards import PartBoards
from sentinel.store.partition_rows import OwnedPart
from sentinel.store.partition_store import PartitionStore


@dataclass(frozen=True, slots=True)
class Glances:
    """Looks that all partitions of a process share."""

    records: Glance[RecordSet]
    asked: Glance[frozenset[int]]

    @classmethod
    def over(cls, database: Database, clock: SystemClock) -> "Glances":
        """Into a store."""
        return cls(
            Glance(lambda: read_records(database), clock, SHARE_EVERY / 2),
            Glance(CommandRows(database).asked_parts, clock, LOOK_EVERY / 2),
        )


def partition_fold(
    owned: OwnedPart,
    database: Database,
    glances: Glances,
    partitions: Partitions,
    in_force: Callable[[], ActiveConfig],
    meter: FoldMeter,
    clock: SystemClock,
    secrets: Callable[[], Awaitable[None]],
    lately: LatelySaid | None = None,
) -> PartitionFold:
    """What folds the brands of one partition; it writes under its owner's epoch alone. ``secrets`` takes up those
    that another process has rotated; ``lately`` is what was said lately, for pages.
    """
    view, part, config = database.fenced(owned.fence), owned.id, in_force().config
    engine = Engine(partitions.setup(in_force().setup, part), load_seed())
    incidents = IncidentStore(view, part)
    store = PartitionStore(view, incidents, owned)
    journal = Journal(view, clock, lambda: clock.behind, part=part)
    loop = FoldLoop(
        engine,
        journal,
        Checkpoints(view, VERSION, read_packed, part=part),
        incidents,
        _applier(store, in_force, lately),
        meter,
        clock,
        checkpoint_every=config.engine.checkpoint_every,
        retention=config.store.retention,
        behind=lambda: clock.behind,
    )
    if lately is not None:
        loop.read.forgotten = lately.forget_all
    annotations = AnnotationKeeper(engine, AnnotationStore(view, incidents, store), loop.turn, lambda: None)
    return PartitionFold(
        database=view,
        journal=journal,
        loop=loop,
        shared=SharedRecords(glances.records, clock),
        boards=PartBoards(view),
        desk=CommandDesk(part, CommandRows(view), glances.asked, loop, annotations, clock, secrets),
    )


def _applier(store: PartitionStore, in_force: Callable[[], ActiveConfig], lately: LatelySaid | None) -> Applier:
    """That a source is silent is told to people by those who listen; here nobody is told of it again."""
    nobody = StaleSources(OperatorNotices(lambda _: (), lambda: in_force().briefing))
    return Applier(store, nobody, lambda: in_force().briefing, lambda: None, lately)
