"""Duties of one process: what it does that no other may do at the same time, each for as long as its epoch lasts.

They are spread over the living processes that can have them. Whoever has none of them any more is told at once where
it can be, and writes nothing of them in any case: every write is fenced.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Mapping
from contextlib import suppress
from contextvars import ContextVar

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.clock import Clock
from sentinel.cluster.seen_beats import PATIENCE, SeenBeats
from sentinel.cluster.shares import duty_shares
from sentinel.ended import ended
from sentinel.errors import DutyLost
from sentinel.store.duty_rows import DutyLook, DutyRow, DutyRows, duty_of
from sentinel.store.health import StoreFailing

LOOK_EVERY = 0.5
DOUBT_EVERY = 0.25
"""Seconds between looks at our own clock: whether we have shown ourselves lately."""
FORGOTTEN = 60.0
ENDS_WITHIN = 5.0
"""Seconds that a job has to end in once its duty is another's."""
END_LOOK = 0.05
"""Seconds between looks, at a stop, at whether the jobs have ended."""
_doing: ContextVar[str] = ContextVar("duty")
"""The duty under which a task runs, and every task that it begins."""
log = structlog.get_logger(__name__)


class Duties:
    """Those of one process.

    Parameters
    ----------
    name
        Of this process, like no other's.
    wanted
        Gives the names of the duties that it can have now.
    """

    def __init__(self, rows: DutyRows, name: str, wanted: Callable[[], Collection[str]], clock: Clock) -> None:
        self.name = name
        self.owners: dict[str, str] = {}
        """The living process that has each duty, as last seen; empty for one that nobody has."""
        self.busy: Callable[[], bool] = lambda: False
        """Whether anything besides the duties' jobs is to end before we go."""
        self.ran_on: Callable[[str], None] = lambda _: None
        """Told of a duty whose job did not end in time."""
        self._rows = rows
        self._wanted = wanted
        self._clock = clock
        self._seen = SeenBeats(clock)
        self._living: Mapping[str, Collection[str]] = {}
        self._epochs: dict[str, int] = {}
        self._leaving: frozenset[str] = frozenset()
        self._jobs: Counter[str] = Counter()
        self._shown_at = float("-inf")
        self._told: frozenset[str] = frozenset()
        self._changed = asyncio.Event()
        self._blind = self._stopping = False

    # -- who lives, and what we have

    def living(self, duty: str) -> list[str]:
        """Processes that can have a duty and lived at our last look; not we once others may have taken us for gone."""
        names = [name for name, wanted in self._living.items() if duty in wanted]
        return [each for each in names if each != self.name or not self._doubted()]

    def lives(self, process: str) -> bool:
        """Whether a process showed itself lately."""
        return process in self._living

    @property
    def ours(self) -> list[str]:
        """What we have."""
        return sorted(duty for duty in self._epochs if self.has(duty))

    def has(self, duty: str) -> bool:
        """Whether it is ours, as far as we know: never once others may have taken us for gone."""
        return duty in self._epochs and duty not in self._leaving and not self._doubted()

    async def held(self, duty: str) -> None:
        """Return once it is ours."""
        while not self.has(duty):
            await self._changed.wait()

    async def lost(self, duty: str) -> None:
        """Return once it is not ours any more."""
        while self.has(duty):
            await self._changed.wait()

    async def fence(self, connection: AsyncConnection, duty: str) -> None:
        """Within a writing transaction, before it writes: is it still ours? Nobody takes it over until that ends.

        Raises
        ------
        DutyLost
            When it is not; nothing may be written.
        """
        epoch = self._epochs.get(duty)
        if epoch is not None and await duty_of(connection, duty) == DutyRow(duty, self.name, epoch):
            return
        if self._epochs.get(duty) == epoch:
            self._epochs.pop(duty, None)
        self._tell()
        raise DutyLost(f"duty {duty} was taken over: epoch {epoch or 0} is over")

    async def guard(self, connection: AsyncConnection) -> None:
        """Fence whatever a job of a duty writes, however deep in other rooms; who runs under none writes on.

        Raises
        ------
        DutyLost
            When the duty of the task that writes is not ours any more.
        """
        if (duty := _doing.get("")) != "":
            await self.fence(connection, duty)

    async def while_held(self, duty: str, job: Callable[[], Coroutine[None, None, None]]) -> None:
        """Run a job whenever the duty is ours, and cancel it when it is not any more; returns when the job does."""
        ended = False
        while not ended:
            await self.held(duty)
            self._jobs[duty] += 1
            try:
                ended = await self._until_lost(duty, job)
            finally:
                self._jobs[duty] -= 1
                self._changed_now()

    async def _until_lost(self, duty: str, job: Callable[[], Coroutine[None, None, None]]) -> bool:
        """Whether the job came to its end by itself."""
        ended = False
        try:
            async with asyncio.TaskGroup() as tasks:
                work = tasks.create_task(self._do(duty, job), name=f"duty-{duty}")
                lost = tasks.create_task(self.lost(duty), name=f"duty-{duty}-lost")
                await asyncio.wait((work, lost), return_when=asyncio.FIRST_COMPLETED)
                ended = work.done()
                lost.cancel()
                await self._end(duty, work)
        except* (DutyLost, StoreFailing) as group:
            ended = False
            log.warning("duty_ended", duty=duty, reason=str(group.exceptions[0]))
        if not ended:
            await self._clock.sleep(DOUBT_EVERY)
        return ended

    async def _end(self, duty: str, work: asyncio.Task[None]) -> None:
        """A job may swallow its cancellation, as may a driver that has its answer at that moment: it is named, and
        cancelled again. Meanwhile it writes nothing.
        """

        def late() -> None:
            log.error("duty_job_runs_on", duty=duty, seconds=ENDS_WITHIN, then="it is cancelled again")
            self.ran_on(duty)

        await ended({work}, self._clock, ENDS_WITHIN, late)

    async def _do(self, duty: str, job: Callable[[], Coroutine[None, None, None]]) -> None:
        _doing.set(duty)
        await job()

    # -- showing, claiming, letting go

    async def run(self, stop: asyncio.Event | None = None) -> None:
        """Until ``stop`` is set; then what we have is let go of, once its jobs have ended."""
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self._look_on(), name="duties-look")
            doubting = tasks.create_task(self._doubt_on(), name="duties-doubt")
            await (stop or asyncio.Event()).wait()
            self._stopping = True
            looking.cancel()
            await self._leave()
            doubting.cancel()

    async def look(self) -> None:
        """Show that we live, see who else does, claim what is ours and free, let go of what is another's.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        began, wanted = self._clock.monotonic(), frozenset(self._wanted())
        if self._doubted():  # we saw nobody for as long: that their beats stood still says nothing
            self._seen = SeenBeats(self._clock)
        seen = await self._rows.show(self.name, wanted)
        self._shown_at = began
        still = {each.id: self._still(each.id, each.beat) for each in seen.processes}
        living = {each.id: each.wanted for each in seen.processes if still[each.id] < PATIENCE}
        living[self.name] = wanted
        self._living = living
        ours = {duty for duty, process in duty_shares(living).items() if process == self.name}
        self._note(seen, living)
        await self._let_go(seen, ours)
        for duty in sorted(ours - self._epochs.keys()):
            if self._is_free(seen.duties.get(duty), still):
                epoch = await self._rows.claim(duty, seen.duties.get(duty), self.name)
                if epoch is not None:
                    self._epochs[duty], self.owners[duty] = epoch, self.name
                    log.info("duty_claimed", duty=duty, epoch=epoch)
        self._tell()
        if gone := [name for name, seconds in still.items() if seconds > FORGOTTEN]:
            await self._rows.leave(gone)

    def _note(self, seen: DutyLook, living: Collection[str]) -> None:
        """Who has what; of what we had, what another one has now."""
        self.owners = {each.name: each.owner if each.owner in living else "" for each in seen.duties.values()}
        for duty, epoch in list(self._epochs.items()):
            if seen.duties.get(duty) != DutyRow(duty, self.name, epoch):
                del self._epochs[duty]
                log.warning("duty_lost", duty=duty, epoch=epoch)

    async def _let_go(self, seen: DutyLook, ours: set[str]) -> None:
        """What should be another's, once no job of it runs any more; and what we have without knowing it, for the
        answer to a claim was lost.
        """
        self._leaving = frozenset(self._epochs.keys() - ours)
        self._tell()
        unknown = {each.name for each in seen.duties.values() if each.owner == self.name} - self._epochs.keys() - ours
        idle = {duty for duty in self._leaving if not self._jobs[duty]}
        if idle or unknown:
            await self._rows.release(self.name, idle | unknown)
        for duty in idle:
            self._epochs.pop(duty, None)
            log.info("duty_let_go", duty=duty)

    def _is_free(self, row: DutyRow | None, still: dict[str, float]) -> bool:
        """Whether nobody living has it; one of our own is a claim of which we did not hear the end."""
        if row is None or row.owner in ("", self.name):
            return True
        seconds = still.get(row.owner)
        return (self._still(f"absent {row.owner}", 0) if seconds is None else seconds) >= PATIENCE

    def _still(self, name: str, beat: int) -> float:
        return self._seen.still_for(name, beat)

    async def _look_on(self) -> None:
        """Until we stop: that is asked as well, for a driver may swallow a cancellation that comes with its answer."""
        while not self._stopping:
            try:
                await self.look()
                self._blind = False
            except StoreFailing as error:
                if not self._blind:
                    log.warning("duties_not_seen", reason=str(error))
                self._blind = True
            await self._clock.sleep(LOOK_EVERY)

    async def _doubt_on(self) -> None:
        """A store that does not answer says nothing: that we may count as gone is known by our own clock alone."""
        while True:
            self._tell()
            await self._clock.sleep(DOUBT_EVERY)

    async def _leave(self) -> None:
        self._leaving, until = frozenset(self._epochs), self._clock.monotonic() + PATIENCE
        self._shown_at, shown = float("-inf"), self._clock.monotonic()  # we begin nothing that needs us to be seen
        self._tell()
        while (self._jobs.total() or self.busy()) and self._clock.monotonic() < until:
            if self._clock.monotonic() - shown >= LOOK_EVERY:  # what is on its way is nobody else's yet
                shown = self._clock.monotonic()
                with suppress(StoreFailing):
                    await self._rows.show(self.name, ())
            await self._clock.sleep(END_LOOK)
        await self._rows.release(self.name)
        await self._rows.leave([self.name])
        self._epochs.clear()
        self._tell()

    # -- telling

    def _doubted(self) -> bool:
        return self._clock.monotonic() - self._shown_at >= PATIENCE

    def _tell(self) -> None:
        ours = frozenset(duty for duty in self._epochs if self.has(duty))
        if ours != self._told:
            self._told = ours
            self._changed_now()

    def _changed_now(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
