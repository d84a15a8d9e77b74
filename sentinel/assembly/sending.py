"""Sending, put together: what takes messages from the outbox to people, and follows the pages that ring on."""

from collections.abc import Callable, Iterator

from sentinel.assembly.build import admission
from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.jobs import NamedJob
from sentinel.assembly.shared_sending import SharedSending
from sentinel.clock import Clock
from sentinel.daemon.charts import BoardCharts
from sentinel.daemon.delivery_log import DeliveryLog
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.mail.digests import Digests
from sentinel.daemon.mail.report_files import ReportFiles
from sentinel.incidents.command import Action, Command
from sentinel.metrics.metrics import Metrics
from sentinel.notify.dispatcher import Dispatcher
from sentinel.notify.installed import by_scheme
from sentinel.notify.push_devices import PushDevices
from sentinel.notify.receipts import Receipts
from sentinel.notify.webpush import WebPushNotifier
from sentinel.store.digests import DigestStore
from sentinel.store.failover import FailoverStore
from sentinel.store.incidents import IncidentStore


class Sending:
    """Dispatcher, receipts, digests and charts.

    Parameters
    ----------
    charts, files
        Draws for pages; makes the files that go along with messages.
    committed
        Called when rows were added to the outbox.
    devices
        Browsers that take alerts.
    shared
        What there is besides where others send as well.
    """

    def __init__(
        self,
        store: FailoverStore,
        incidents: IncidentStore,
        told: DigestStore,
        loop: FoldLoop,
        *,
        in_force: ConfigInForce,
        charts: BoardCharts,
        files: ReportFiles,
        metrics: Metrics,
        committed: Callable[[], None],
        devices: PushDevices,
        clock: Clock,
        shared: SharedSending | None = None,
    ) -> None:
        self._store = store
        self._shared = shared
        self._loop = loop
        self._charts = charts
        notifiers, delivery = by_scheme(), in_force.config.delivery
        for notifier in notifiers.values():
            if isinstance(notifier, WebPushNotifier):
                notifier.devices = devices
        self.admission = admission(in_force.config, in_force.route, lambda each: in_force.contacts.get(each))
        self.dispatcher = Dispatcher(
            store,
            in_force,
            notifiers,
            DeliveryLog(store, incidents, told, metrics, shared.told(loop.step_failed) if shared else loop.step_failed),
            clock,
            per_destination=delivery.per_destination,
            timeout=delivery.timeout.total_seconds(),
            max_attempts=delivery.max_attempts,
            charts=charts,
            enclosures=files,
            unwritten=lambda: store.failing,
            took=metrics.send_took,
            admission=self.admission,
        )
        if shared is not None:
            shared.connect(self.dispatcher, self.admission)
        self._digests = Digests(
            store, told, lambda: in_force.now().briefing, lambda: in_force.contacts, committed, clock
        )
        self._receipts = Receipts(store, in_force, notifiers, self._acknowledged_there, clock)

    def poke(self) -> None:
        """There is something new to send, or to stop."""
        self.dispatcher.poke()
        self._receipts.poke()

    def jobs(self) -> Iterator[NamedJob]:
        """What runs, by name."""
        yield "dispatch", self.dispatcher.run
        yield "receipts", self._receipts.run
        yield "charts", self._warm_charts
        yield "digests", self._digests.run
        if self._shared is not None:
            yield from self._shared.jobs(self._store, self._loop, self.dispatcher.poke)

    async def _warm_charts(self) -> None:
        """What draws takes a second of its own, which a start does not wait for."""
        await self._loop.started.wait()
        await self._charts.warm()

    async def _acknowledged_there(self, incident: str, epoch: int, contact: str) -> None:
        """Somebody acknowledged a page in the provider's own application; of an older epoch it says nothing any
        more.
        """
        await self._loop.command(Command(incident=incident, action=Action.ACKNOWLEDGE, by=contact, epoch=epoch))
