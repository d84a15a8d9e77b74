"""Duties of a process, put together: what it can have by its roles, and the figures of that."""

import os
import socket
from collections.abc import Collection, Sequence
from functools import partial
from secrets import token_hex

from sentinel.assembly.jobs import Job, NamedJob
from sentinel.assembly.process_roles import ProcessRole
from sentinel.clock import Clock
from sentinel.cluster.duties import Duties
from sentinel.cluster.shared_sources import source_duty
from sentinel.metrics.duties import DutyFigures, RoleFigures
from sentinel.metrics.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.duty_rows import DutyRows
from sentinel.store.hold import begin_beside

HOUSEKEEPING = "housekeeping"
REPORTS = "reports"
"""Counting days, and mail that tells of them: whoever writes it counts first."""
SILENCES = "silences"
OF_NOTIFIERS = (
    *("receipts", "digests", REPORTS, "late-requests", "consultations", "scores", "calendars"),
    *("assistant", "heartbeat", "dead-ends", "erasures", HOUSEKEEPING, SILENCES),
)
"""What one of the processes that send does for all."""
UNDONE_FOR = 10.0
"""Seconds for which a duty may be nobody's without a word: whoever is killed is followed within four."""


def process_name() -> str:
    """Of this process, like no other's."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{token_hex(3)}"


class DutyParts:
    """Use `name_sources` before it runs, then `close`."""

    def __init__(
        self, database: Database, roles: Collection[ProcessRole], metrics: Metrics, clock: Clock, name: str = ""
    ) -> None:
        self.roles = roles
        self.rows = DutyRows(database.address)
        self._address = database.address
        self.duties = Duties(self.rows, name or process_name(), self._wanted, clock)
        self._figures = DutyFigures(metrics.registry)
        self.duties.ran_on = self._figures.ran_on
        RoleFigures(metrics.registry, [each.value for each in sorted(roles)])
        self._clock = clock
        self._sources: Sequence[str] = ()
        self._undone: dict[str, float] = {}
        database.fence = self.duties.guard

    def name_sources(self, asked: Sequence[str]) -> None:
        """Sources that one process at a time listens to."""
        self._sources = asked
        self._figures.follow(self._every(), self.duties.has)

    async def appear(self) -> None:
        """Be seen by whoever would take the store for himself; one who was faster has it first.

        Raises
        ------
        StoreError
            When the store cannot be reached.
        """
        await begin_beside(self._address, self._clock, lambda: self.rows.show(self.duties.name, ()))

    async def close(self) -> None:
        """Let go of the connections."""
        await self.rows.close()

    def job(self, duty: str, name: str, job: Job) -> NamedJob:
        """One that runs while its duty is ours."""
        return name, partial(self.duties.while_held, duty, job)

    def source_job(self, source: str, job: Job) -> NamedJob:
        """What listens to a source, while it is ours."""
        return self.job(source_duty(source), f"source-{source}", job)

    def notifying(self) -> list[str]:
        """Processes that send and lived at our last look; we only while the others see us."""
        return self.duties.living(HOUSEKEEPING)

    def undone(self) -> list[str]:
        """Duties that nobody has had for a while."""
        now, every = self._clock.monotonic(), self._every()
        free = [each for each in every if not self.duties.owners.get(each, "")]
        self._undone = {each: self._undone.get(each, now) for each in free}
        return [each for each, since in self._undone.items() if now - since > UNDONE_FOR]

    def standing(self) -> str:
        """What we are and how much we have, in a line that names nothing of the configuration."""
        roles = ", ".join(each.value for each in sorted(self.roles))
        return f"{roles}; duties: {len(self.duties.ours)}"

    def _every(self) -> list[str]:
        return [*map(source_duty, self._sources), *OF_NOTIFIERS]

    def _wanted(self) -> list[str]:
        listens = map(source_duty, self._sources) if ProcessRole.INGEST in self.roles else ()
        return [*listens, *(OF_NOTIFIERS if ProcessRole.NOTIFY in self.roles else ())]
