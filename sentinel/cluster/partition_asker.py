"""Asker: puts what people and providers want in for the owner of a partition, and waits for its answer."""

from collections.abc import Callable, Mapping

import structlog

from sentinel.clock import Clock
from sentinel.cluster.asked import (
    WAITS,
    AskedDrill,
    AskedThing,
    CommandAnswer,
    LinksRenewed,
    read_answer,
    write_answer,
    write_asked,
)
from sentinel.engine.partitions import Partitions
from sentinel.engine.setup import EngineSetup
from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.store.commands import CommandRows
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.incidents import FIRST, IncidentStore

LOOK_EVERY = 0.1
log = structlog.get_logger(__name__)


class PartitionAsker:
    """Knows which partition to ask."""

    def __init__(
        self,
        rows: CommandRows,
        incidents: IncidentStore,
        partitions: Partitions,
        setup: Callable[[], EngineSetup],
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._incidents = incidents
        self._partitions = partitions
        self._setup = setup
        self._clock = clock

    async def ask(self, asked: AskedThing) -> Change | Refusal | Incident | None:
        """The answer, once it is committed.

        Raises
        ------
        StoreFailing
            When nobody answers in time: nobody owns the partition just now, or the store is away. It may be done yet.
        """
        part = await self._part_of(asked)
        if part is None:
            return None if isinstance(asked, AskedDrill | StepFailed) else Refusal.UNKNOWN
        number = await self._rows.ask(part, write_asked(asked), self._clock.now())
        if isinstance(asked, StepFailed):
            return None  # it is done whoever owns the partition, and nobody waits for it
        until = self._clock.monotonic() + WAITS.total_seconds()
        while self._clock.monotonic() < until:
            if (text := await self._rows.answer(number)) is not None:
                return read_answer(text).value
            await self._clock.sleep(LOOK_EVERY)
        if (text := await self._rows.take_back(number, write_answer(CommandAnswer.of(Refusal.UNKNOWN)))) is not None:
            return read_answer(text).value
        log.error("partition_did_not_answer", partition=part, owner=await self._rows.owner_of(part) or None)
        raise StoreFailing(Trouble.BUSY)

    async def ask_all(self, asked: LinksRenewed, facts: Mapping[str, str]) -> int:
        """Ask every partition's owner, once these facts are not so yet; how many incidents were paged anew by those who
        answered in time. The others do it whoever owns them, and nobody waits for it.

        Raises
        ------
        StoreFailing
            When the store is away.
        """
        everyone = range(1, self._partitions.count + 1)
        waiting = await self._rows.ask_each(everyone, write_asked(asked), self._clock.now(), facts)
        until, paged = self._clock.monotonic() + WAITS.total_seconds(), 0
        while waiting and self._clock.monotonic() < until:
            found = {number: await self._rows.answer(number) for number in waiting}
            paged += sum(read_answer(text).paged for text in found.values() if text is not None)
            if waiting := [number for number, text in found.items() if text is None]:
                await self._clock.sleep(LOOK_EVERY)
        if waiting:
            log.warning("partitions_page_later", partitions=len(waiting), reason="nobody owns them just now")
        return paged

    async def _part_of(self, asked: AskedThing) -> int | None:
        parts = self._partitions.of_brands(self._setup().brands)
        if isinstance(asked, AskedDrill):
            return parts.get(asked.brand)
        incident = await self._incidents.get(asked.incident)
        if incident is None:
            return None
        return parts.get(incident.brand) or await self._rows.part_of(incident.id) or FIRST
