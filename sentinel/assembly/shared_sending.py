"""Sending of one process among several, put together: who else sends, what is shared, and the figures of that."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from prometheus_client import CollectorRegistry

from sentinel.assembly.duty_parts import DutyParts
from sentinel.assembly.jobs import NamedJob
from sentinel.clock import Clock
from sentinel.daemon.dead_ends import DeadEnds
from sentinel.daemon.loop import FoldLoop
from sentinel.incidents.command import StepFailed
from sentinel.incidents.incident import Incident
from sentinel.metrics.shared_outbox import SharedOutboxFigures
from sentinel.notify.admission import Admission
from sentinel.notify.dispatcher import Dispatcher
from sentinel.notify.fellow_notifiers import FellowNotifiers
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from sentinel.store.shared_outbox import SharedOutbox
from sentinel.store.shared_store import SharedStore

AGAIN = 1.0
"""Seconds until a ladder is told once more what the store did not take."""


class SharedSending:
    """What `Sending` needs besides where others send as well."""

    def __init__(
        self,
        database: Database,
        incidents: IncidentStore,
        duties: DutyParts,
        figures: SharedOutboxFigures,
        clock: Clock,
    ) -> None:
        self._address = database.address
        self._living = duties.notifying
        self._duties = duties.duties
        self._clock = clock
        fellows = FellowNotifiers(duties.duties.name, self._living, clock)
        self._outbox = SharedOutbox(database, fellows, figures)
        self._store_of = partial(SharedStore, database, incidents, self._outbox)

    def store(self, newest: Callable[[str], Incident | None]) -> SharedStore:
        """What decisions are written to, and sends taken from."""
        return self._store_of(newest)

    def connect(self, dispatcher: Dispatcher, admission: Admission) -> None:
        """To what decides on sends."""
        self._outbox.places, self._outbox.account = dispatcher.places, admission.account
        self._duties.busy = lambda: dispatcher.sending

    def told(self, step_failed: Callable[[StepFailed], Awaitable[None]]) -> Callable[[StepFailed], Awaitable[None]]:
        """The same, until the store has taken it."""

        async def until_taken(failed: StepFailed) -> None:
            while True:
                try:
                    return await step_failed(failed)
                except StoreFailing:
                    await self._clock.sleep(AGAIN)

        return until_taken

    def jobs(self, store: FailoverStore, loop: FoldLoop, poke: Callable[[], None]) -> Iterator[NamedJob]:
        """What runs, by name."""
        from sentinel.store.outbox_news import OutboxNews  # its driver is there where there is a cluster

        yield "outbox-news", OutboxNews(self._address, poke, self._clock).run
        yield "dead-ends", DeadEnds(store, loop.dead_ends, self._living, self._clock).run


def shared_of(
    duties: DutyParts | None, database: Database, incidents: IncidentStore, registry: CollectorRegistry, clock: Clock
) -> SharedSending | None:
    """``None`` where one process does everything."""
    if duties is None:
        return None
    return SharedSending(database, incidents, duties, SharedOutboxFigures(registry), clock)


def store_of(
    shared: SharedSending | None,
    database: Database,
    incidents: IncidentStore,
    outbox: Outbox,
    newest: Callable[[str], Incident | None],
) -> FailoverStore:
    """What decisions are written to: with memory behind it where nobody else sends."""
    return shared.store(newest) if shared is not None else FailoverStore(database, incidents, outbox, newest)
