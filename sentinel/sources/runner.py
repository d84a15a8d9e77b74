"""One supervised loop per source: run, commit what it brings together with its cursor, back off when it fails, notice
when it is silent.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from sentinel.backoff import Backoff
from sentinel.clock import Clock
from sentinel.config.source_settings import SourceSettings
from sentinel.errors import DutyLost, JournalFull, SourceError, StoreError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Reason, Source
from sentinel.sources.source_meter import SourceMeter

if TYPE_CHECKING:
    from sentinel.store.group import Appended
    from sentinel.store.journal import Journal

PATROL = 5.0
"""Seconds between looks for silence."""
SLEPT = timedelta(minutes=1)
"""After a longer gap between two looks the machine was asleep, or its clock was set ahead."""
PRESSED_WAIT = 0.5
MOST = 500
"""Mentions in one append at most: posted mentions get their turn in between, and a full queue is noticed."""
REFUSALS_TOLD = timedelta(hours=1)
"""What is refused is counted at once and told this often."""
HEALTHY = timedelta(seconds=60)
"""After this long without a failure the back-off forgets; less would make a far side that drops us at once a busy loop.
"""
PERMANENT = 900.0
"""Seconds between tries of what trying will hardly mend: a refused token, a page that is gone."""
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SourceState:
    """How a source is, for people and checks.

    ``failures`` are those in a row, ``refused`` counts items that were no mentions.
    """

    started_at: datetime
    last_success: datetime | None = None
    last_event: datetime | None = None
    failures: int = 0
    refused: int = 0
    stale: bool = False
    finished: bool = False
    troubles: dict[str, str] = field(default_factory=dict)
    unheard: dict[str, datetime] = field(default_factory=dict)
    """Parts that cannot be heard, such as one feed of many, and since when."""
    silent_part: str = ""
    """The one of them of which the brands are told; the next is when it is back."""

    @property
    def detail(self) -> str:
        """What is wrong now, short; empty when nothing is."""
        shown = list(self.troubles.values())
        return shown[0] + (f" (and {len(shown) - 1} more)" if len(shown) > 1 else "") if shown else ""


@dataclass(slots=True)
class Runner:
    """Runs one source until cancelled.

    Parameters
    ----------
    wants
        Whether a mention is about any brand.
    pressed
        Whether too much is queued; the source then waits.
    on_freshness
        Told, once each time, that the source, or a part of it, went silent (False) or came back (True).
    """

    source: Source[SourceSettings]
    journal: "Journal"
    clock: Clock
    meter: SourceMeter
    wants: Callable[[Mention], bool]
    pressed: Callable[[], bool]
    on_freshness: Callable[[str, bool, str], Awaitable[None]]
    backoff: Backoff = field(default_factory=Backoff)
    state: SourceState = field(init=False)
    _begun: datetime = field(init=False)
    _untold: Counter[str] = field(default_factory=Counter)
    _told_at: datetime | None = None
    _part_answered: bool = False
    _running: asyncio.Task[None] | None = None
    _anew: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = self.clock.now()
        self.state = SourceState(started_at=self._begun)

    # -- the inlet
    # ----------------------------------------------------------------------------------------------------------

    async def put(self, batch: Batch) -> int:
        """Commit a batch with its cursor; gives how many of its mentions were new."""
        new, name = 0, self.source.name
        last = max(0, len(batch.mentions) - 1) // MOST * MOST
        for start in range(0, last + 1, MOST):
            while self.source.can_wait and self.pressed():
                await self.clock.sleep(PRESSED_WAIT)
            ends = start == last  # how far was read counts once all of it is on disk
            append = partial(
                self.journal.append,
                batch.mentions[start : start + MOST],
                deletes=[(name, each) for each in batch.deletes] if ends else [],
                erased=[(name, each) for each in batch.erased] if ends else [],
                cursor=(name, batch.cursor) if ends and batch.cursor is not None else None,
            )
            appended = await self._patiently(append)
            self.heard(appended.accepted)
            new += appended.accepted
        return new

    async def _patiently(self, append: Callable[[], Awaitable["Appended"]]) -> "Appended":
        """As soon as the journal takes it, where the far side keeps things for us meanwhile."""
        while True:
            try:
                return await append()
            except JournalFull as full:
                if not self.source.can_wait:
                    raise
                await self.clock.sleep(full.retry_after)

    def heard(self, count: int) -> None:
        """The far side answered with so many new mentions, which are on disk."""
        if count:
            self.meter.received(self.source.name, count)
            self.state.last_event = self.clock.now()
        self.alive()

    def alive(self, part: str = "") -> None:
        """The far side answered."""
        now = self.clock.now()
        if self.backoff.failures and now - self._begun >= HEALTHY:
            self.backoff.reset()
        self.state.failures = 0
        self.state.last_success = now
        self.state.troubles.pop("", None)
        self.state.unheard.pop(part, None)
        self._part_answered |= bool(part) and part == self.state.silent_part
        if self.state.troubles.pop(part, None) is not None:
            log.info("source_part_recovered", source=self.source.name, part=part)
        self.meter.source_succeeded(self.source.name, now)

    def trouble(self, detail: str, part: str = "", *, unheard: bool = False) -> None:
        """Shown beside the source until the part is alive; one that is ``unheard`` for long is told to the brands."""
        self.state.troubles[part] = detail
        if unheard and part:
            self.state.unheard.setdefault(part, self.clock.now())
        log.warning("source_trouble", source=self.source.name, detail=detail)

    def refused(self, count: int, detail: str, reason: Reason = Reason.UNREADABLE) -> None:
        """Items that are no mentions: counted by reason, and told in one line an hour."""
        self.state.refused += count
        self.meter.source_refused(self.source.name, reason.value, count)
        self._untold[reason.value] += count
        now = self.clock.now()
        if self._told_at is None or now - self._told_at >= REFUSALS_TOLD:
            log.warning("source_items_refused", source=self.source.name, latest=detail, **self._untold)
            self._told_at, self._untold = now, Counter()

    # -- supervision
    # --------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Start the source, again and again as long as it fails."""
        while True:
            self._begun = self.clock.now()
            try:
                await self._forget()
                await self._interruptible(self.source.run(self, await self.journal.cursor(self.source.name)))
            except (SourceError, StoreError) as error:
                await self._wait(error)
            except DutyLost:
                raise  # another process has it now
            except Exception as error:  # a bug in one source, or in a library below it, must not blind the others
                log.exception("source_crashed", source=self.source.name)
                await self._wait(SourceError(f"crashed: {type(error).__name__}"))
            else:
                if self._anew:
                    continue
                self.state.finished = True
                log.info("source_finished", source=self.source.name)
                return

    async def begin_anew(self, part: str | None = None) -> None:
        """Forget what the source learned of its far side, or of one part of it, and start it again.

        Raises
        ------
        BadInput
            When there is no such part.
        """
        self.source.forget(await self.journal.cursor(self.source.name), part)  # refuses a part that there is not
        self._anew.append(part)
        if self._running is not None:
            self._running.cancel()

    async def _forget(self) -> None:
        name = self.source.name
        while self._anew:
            cursor = self.source.forget(await self.journal.cursor(name), self._anew[0])
            await self.journal.append((), deletes=[], erased=[], cursor=(name, cursor))
            log.info("source_begins_anew", source=name)
            del self._anew[0]
            self.state.troubles.clear()
            self.state.unheard.clear()

    async def _interruptible(self, work: Coroutine[None, None, None]) -> None:
        """Until it ends, or somebody asks to begin anew."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._running = tasks.create_task(work, name=f"source-{self.source.name}-life")
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        finally:
            self._running = None

    async def _wait(self, error: SourceError | StoreError) -> None:
        asked = error.retry_after or 0.0 if isinstance(error, SourceError) else 0.0
        if isinstance(error, SourceError) and error.permanent:
            asked = max(asked, PERMANENT)
        seconds = self.backoff.next(at_least=asked)
        self.state.failures += 1
        self.trouble(str(error))
        await self._interruptible(self.clock.sleep(seconds))

    @property
    def allowed(self) -> timedelta | None:
        """How long it may be silent; ``None`` is for ever."""
        return self.source.settings.silence_after or self.source.default_silence

    def taken_over(self, silent: Collection[str]) -> None:
        """From another process, which may have listened until now: these parts were silent, empty for all of it."""
        self.state, self._part_answered = SourceState(started_at=self.clock.now()), False
        self.backoff.reset()
        for part in silent:
            self.was_silent(part)

    def was_silent(self, part: str = "") -> None:
        """At a start: it, or a part of it, was silent when the last run ended, and is until it answers; a part of which
        nothing is heard at all is none any more.
        """
        if part:
            self.state.silent_part = part
        else:
            self.state.stale = True

    async def patrol(self) -> None:
        """Notice silence, and its end; returns at once for a source that may be silent for ever.

        While the machine slept nobody could be heard: a source that was well has its time once more.
        """
        allowed, looked, listening = self.allowed, self.clock.now(), self.state.started_at
        while allowed is not None:
            await self.clock.sleep(PATROL)
            now = self.clock.now()
            if now - looked > SLEPT and not self.state.stale:
                listening = now
            looked, since = now, self.state.last_success or self.state.started_at
            unheard = self.state.stale and self.state.last_success is None
            silent = now - (since if self.state.stale else max(since, listening)) > allowed
            stale = not self.state.finished and (unheard or silent)
            if stale != self.state.stale:
                self.state.stale = stale
                await self.on_freshness(self.source.name, not stale, "")
            await self._patrol_parts(now, listening, allowed)

    async def _patrol_parts(self, now: datetime, listening: datetime, allowed: timedelta) -> None:
        """One part is told at a time; none while the whole source is silent, which says it all."""
        state, told = self.state, self.state.silent_part
        tried = now - state.started_at > allowed  # a part of an earlier life had its time to fail again
        if told and told not in state.unheard and (tried or self._part_answered):
            state.silent_part, self._part_answered = "", False
            await self.on_freshness(self.source.name, True, told)
        if state.silent_part or state.stale:
            return
        lost = [part for part, since in state.unheard.items() if now - max(since, listening) > allowed]
        if lost:
            state.silent_part, self._part_answered = lost[0], False
            await self.on_freshness(self.source.name, False, lost[0])
