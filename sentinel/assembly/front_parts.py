"""Parts of a cluster's processes that listen, send or show pages, and fold nothing."""

from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.duty_parts import SILENCES, DutyParts
from sentinel.assembly.process_roles import ProcessRole
from sentinel.assembly.shared_access import SharedAccess
from sentinel.assembly.sources import SourceRunners
from sentinel.clock import Clock
from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.cluster.partition_asker import PartitionAsker
from sentinel.cluster.person_erasing import PersonErasing
from sentinel.cluster.shared_records import LEAD
from sentinel.cluster.shared_sources import SharedSources
from sentinel.cluster.silence_watch import SilenceWatch
from sentinel.cluster.store_news import StoreNews
from sentinel.daemon.annotation_keeper import AnnotationKeeper
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.stale_sources import FACT, StaleSources
from sentinel.engine.engine import Engine
from sentinel.engine.partitions import Partitions, PartRouter
from sentinel.engine.setup import EngineSetup
from sentinel.incidents.annotations import Annotation
from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal
from sentinel.mention import Mention
from sentinel.store.annotations import AnnotationStore
from sentinel.store.commands import CommandRows
from sentinel.store.database import Database
from sentinel.store.erasures import ErasureRows
from sentinel.store.incidents import IncidentStore
from sentinel.store.kept_versions import KeptVersions
from sentinel.store.part_boards import PartBoards
from sentinel.store.source_states import SourceStateRows


class AskedAnnotations(AnnotationKeeper):
    """What people say of an incident, written down by the owner of its partition."""

    asker: PartitionAsker

    async def say(self, annotation: Annotation, answers: object = None) -> Change | Refusal:
        """Returns once it is on disk.

        Raises
        ------
        StoreFailing
            When nobody answers in time.
        """
        answer = await self.asker.ask(annotation)
        self._changed()
        return answer if isinstance(answer, Change | Refusal) else Refusal.UNKNOWN


@dataclass(slots=True)
class _Routing:
    """The router of the configuration in force: it is another one after a reload."""

    in_force: ConfigInForce
    partitions: Partitions
    _setup: EngineSetup | None = None
    _router: PartRouter | None = None

    def router(self) -> PartRouter:
        setup = self.in_force.now().setup
        if self._router is None or self._setup is not setup:
            self._setup, self._router = setup, PartRouter(setup, self.partitions)
        return self._router


class FrontParts:
    """What stands in the place of a journal and a fold where workers have them."""

    sources: SharedSources
    silences: SilenceWatch
    mirror: MirrorLoop

    def __init__(self, database: Database, carrier: Carrier, in_force: ConfigInForce, clock: Clock) -> None:
        self._database = database
        self._partitions = Partitions(in_force.config.cluster.partitions)
        self._boards = PartBoards(database)
        self._carrier = carrier
        self._clock = clock
        self._routing = routing = _Routing(in_force, self._partitions)
        self.journal = CarriedJournal(database, clock, self._carrier, routing.router, lambda: in_force.now().pseudonyms)
        self.commands = CommandRows(database)
        self.erasures = ErasureRows(database)
        self.news = StoreNews(KeptVersions(database), clock)
        self.access = SharedAccess(database, self.news)
        self.asker = PartitionAsker(
            self.commands, IncidentStore(database), self._partitions, lambda: in_force.now().setup, clock
        )

    def connect(self, loop: MirrorLoop) -> None:
        """To the partitions."""
        self.mirror = loop
        loop.connect(self._boards, self.asker, self._carrier, self._partitions.count)

    def listen(
        self,
        listening: SourceRunners,
        loop: MirrorLoop,
        blindness: StaleSources,
        parts: DutyParts,
        kept: Callable[[str], Awaitable[str | None]],
    ) -> SharedSources:
        """Share the sources with the other processes; ``kept`` reads a fact of the store."""
        parts.name_sources(listening.asked)

        async def knows(silent: Collection[str]) -> None:
            if not parts.duties.has(SILENCES):  # whoever has that duty tells the others
                await loop.know_silent(silent)

        self.sources = SharedSources(
            SourceStateRows(self._database),
            parts.duties,
            here=listening.cards,
            everywhere=listening.posted,
            takes=ProcessRole.INGEST in parts.roles,
            allowed=listening.allowed,
            knows=knows,
            begin_here=listening.begin_anew,
            clock=self._clock,
        )
        self.silences = SilenceWatch(
            loop, blindness, self.sources, lambda: listening.watched, lambda: kept(FACT), self._clock
        )
        return self.sources

    def erasing(self, pseudonym: Callable[[str], str]) -> PersonErasing:
        """What goes on with the erasures that people ask for."""
        return PersonErasing(self._database, self.journal, self._partitions.count, self._clock, pseudonym)

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of, or answered."""
        return self._routing.router().wants(mention)

    def lead(self) -> datetime:
        """From when on a record may count that every owner goes by."""
        return self._clock.now() + LEAD


def annotations_of(
    front: FrontParts | None,
    engine: Engine,
    store: AnnotationStore,
    turn: Callable[[], AbstractAsyncContextManager[datetime]],
    changed: Callable[[], None],
) -> AnnotationKeeper:
    """Who takes what people say of an incident: we ourselves, or the owner of its partition."""
    if front is None:
        return AnnotationKeeper(engine, store, turn, changed)
    asked = AskedAnnotations(engine, store, turn, changed)
    asked.asker = front.asker
    return asked


def sources_of(
    front: FrontParts | None,
    listening: SourceRunners,
    loop: FoldLoop,
    blindness: StaleSources,
    duties: DutyParts | None,
    kept: Callable[[str], Awaitable[str | None]],
) -> SourceRunners | SharedSources:
    """What knows how the sources are: we ourselves, or all processes together."""
    if front is None or duties is None or not isinstance(loop, MirrorLoop):
        return listening
    return front.listen(listening, loop, blindness, duties, kept)
