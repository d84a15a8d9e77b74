"""Mirror of the fold: an engine that folds nothing and shows what the owners of the partitions made of their brands.

It stands where one process has its fold: pages, receipts and sources ask it the same things. What changes an incident
is asked of the partition's owner; that a source is silent is told to people by the one process that has that duty.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from sentinel.cluster.asked import AskedDrill, LinksRenewed
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.partition_asker import PartitionAsker
from sentinel.daemon.loop import FoldLoop
from sentinel.engine.engine import VERSION
from sentinel.incidents.change import Change
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.micros import EPOCH
from sentinel.scoring.assessment import Assessment
from sentinel.scoring.level import Level
from sentinel.store.health import StoreFailing
from sentinel.store.part_boards import PartBoards, PartState

LOOK_EVERY = 1.0
OVERLAP = timedelta(seconds=15)
"""How far back each look goes: what another clock stamped, or a slow commit brought, is not missed."""
GONE = timedelta(minutes=1)
"""After which a partition that nobody shows counts as folded by nobody."""
MODEL_EVERY = 300.0
"""Seconds between looks at what the partitions' sentiment model has learnt; all of them learn the same."""
log = structlog.get_logger(__name__)


class MirrorLoop(FoldLoop):
    """Use `connect` before anything else."""

    def connect(self, boards: PartBoards, asker: PartitionAsker, carrier: Carrier, count: int) -> None:
        """To the partitions."""
        self._boards = boards
        self._asker = asker
        self._carrier = carrier
        self._count = count
        self.states: dict[int, PartState] = {}
        """How each partition is, by its owner's last word."""
        self._heard: dict[int, datetime] = {}
        """When each said something new, by our clock."""
        self._told = EPOCH
        self._backlog = 0
        self._learnt = float("-inf")
        self._drills: dict[str, Incident] = {}
        self._silent: frozenset[str] = frozenset()

    # -- start and pulse

    async def prepare(self) -> None:
        """Everybody's incidents: from then on people can be answered."""
        self.read_at = self._clock.now()
        standing = await self._incidents.standing()
        self._drills = {each.id: each for each in standing if each.drill}
        self.engine.adopt(standing)
        await self.know_silent(self._applier.blindness.sources)

    async def read_journal(self) -> None:
        """What the owners last showed."""
        await self.look()
        self.started.set()

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.standstill.run(), name="fold-standstill")
            while True:
                await self._clock.sleep(LOOK_EVERY)
                await self.tick()

    async def tick(self) -> None:
        """One look."""
        with suppress(StoreFailing):  # said once, where it is noticed
            await self.look()

    async def remind(self) -> None:
        """The operators are told again of sources that are still silent."""
        async with self._turn:
            await self._applier.remind(self._clock.now())

    async def know_silent(self, sources: Collection[str]) -> None:
        """These are silent, as somebody else told people."""
        if self._silent == frozenset(sources):
            return
        async with self._turn:
            now = self._clock.now()
            for each in sorted(self._silent ^ frozenset(sources)):
                self.engine.source_changed(each, each not in sources, now)
            self._silent = frozenset(sources)

    async def source_changed(self, source: str, fresh: bool, part: str = "") -> None:
        """Told to people, and written down for everybody."""
        await super().source_changed(source, fresh, part)
        self._silent = frozenset(self._applier.blindness.sources)

    async def look(self) -> None:
        """Take over what is new on the boards and of incidents."""
        self.carrier_away, self.carrier_fullness = not self._carrier.reachable, self._carrier.fullness
        now, states = self._clock.now(), await self._boards.states()
        since = {each.part: self._since(each) for each in states}
        assessments = await self._boards.since(since)
        changed = await self._incidents.changed_since(since)
        self._backlog = await self._carrier.waiting()
        await self._look_at_model()
        async with self._turn:
            news = self._take_over(assessments, changed)
        self._note_states(states, now)
        if news or now - self._told >= self.engine.setup.tick:
            self._told = now
            self._meter.ticked(now)

    def _since(self, state: PartState) -> datetime:
        """From when on a partition's rows may be new to us, by its owner's clock: no two owners' are compared. A new
        owner's that is behind the last one's has all of it read again.
        """
        known = self.states.get(state.part)
        return EPOCH if known is None or state.at < known.at else known.at - OVERLAP

    async def look_anew(self) -> None:
        """Somebody was erased: what is shown is read again as it stands now, whenever it last changed."""
        assessments = await self._boards.since({})
        standing = await self._incidents.standing()
        async with self._turn:
            self._take_over(assessments, standing)

    def _take_over(self, assessments: Sequence[Assessment], changed: Sequence[Incident]) -> bool:
        """Whether anything of it is new: each look goes back a while."""
        latest, news = {each.brand: each for each in assessments}, False
        for brand in self.engine.brands:
            if (found := latest.get(brand.name, brand.assessment)) != brand.assessment:
                brand.assessment, news = found, True
        drills = self._drills | {each.id: each for each in changed if each.drill}
        drills = {id: each for id, each in drills.items() if each.live}
        newer = [each for each in changed if not each.drill and self._is_newest(each)]
        news = news or drills != self._drills or any(self.engine.incident(each.id) != each for each in newer)
        self._drills = drills
        self.engine.adopt([*newer, *drills.values()])
        return news

    def _note_states(self, states: Sequence[PartState], now: datetime) -> None:
        new = {each.part: each for each in states if self.states.get(each.part) != each and each.part <= self._count}
        self.states |= new
        self._heard |= dict.fromkeys(new, now)
        self.unfolded = self._unfolded(now)
        self.ticked_at = now  # nobody mends a partition by starting this process again
        written = [each.checkpointed_at for each in self.states.values() if each.checkpointed_at is not None]
        self.checkpointed_at = min(written, default=None)  # as old as the one that is furthest behind
        self.passed_over = sum(each.passed_over for each in self.states.values())

    def _unfolded(self, now: datetime) -> tuple[int, ...]:
        """Partitions of which nobody has said anything for `GONE`; not before we have looked for as long."""
        if now - (self.read_at or now) <= GONE:
            return ()
        return tuple(part for part in range(1, self._count + 1) if self._heard.get(part, EPOCH) < now - GONE)

    def _is_newest(self, incident: Incident) -> bool:
        """Whether it is the one to be shown of its brand: an earlier one may be annotated as well."""
        known = next((each.incident for each in self.engine.brands if each.name == incident.brand), None)
        return known is None or known.opened_at <= incident.opened_at

    async def _look_at_model(self) -> None:
        if self._clock.monotonic() - self._learnt < MODEL_EVERY:
            return
        self._learnt = self._clock.monotonic()
        checkpoint = await self._checkpoints.newest(VERSION)
        if checkpoint is not None and isinstance(checkpoint.state, Mapping):
            self.engine.reader.restore(checkpoint.state["model"])

    async def checkpoint(self) -> bool:
        """The owners write theirs."""
        return False

    # -- how much waits

    @property
    def queue(self) -> int:
        """Entries on their way to the partitions, and in their journals, that are not folded yet."""
        return self._backlog + sum(each.queue for each in self.states.values())

    def pressed(self, most: int, share: float = 1.0) -> bool:
        """Whether more wait than ``most`` for each partition."""
        return self.queue > most * share * self._count

    @property
    def overdue_since(self) -> None:
        """The owners look at what is due; when they last did is `ticked_at`."""

    # -- what people and providers ask

    async def command(self, command: Command) -> Change | Refusal:
        """Done by the owner of the incident's partition.

        Raises
        ------
        StoreFailing
            When nobody answers in time.
        """
        answer = await self._asker.ask(command)
        await self._show()
        return answer if isinstance(answer, Change | Refusal) else Refusal.UNKNOWN

    async def step_failed(self, failed: StepFailed) -> None:
        """Kept for the owner, whoever that is by then."""
        await self._asker.ask(failed)

    async def drill(self, brand: str, level: Level, by: str) -> Change | Incident | None:
        """Begun by the owner of the brand's partition."""
        answer = await self._asker.ask(AskedDrill(brand=brand, level=level, by=by))
        await self._show()
        return answer if isinstance(answer, Change | Incident) else None

    async def page(self, changes: Sequence[Change]) -> None:
        """What no owner can decide while the store is away."""
        await self._applier.page(changes)

    async def links_renewed(self, sign: Callable[[], Mapping[str, str]]) -> int:
        """Links are signed under another secret: every partition's owner takes it up and pages anew."""
        return await self._asker.ask_all(LinksRenewed(), sign())

    async def _show(self) -> None:
        """Whoever asked finds what became of it on the pages."""
        try:
            await self.look()
        except StoreFailing:
            log.info("board_not_read")
