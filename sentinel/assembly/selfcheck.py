"""The whole watch of the watcher, put together: auditor, patrol, self-test, heartbeat and their figures."""

from collections.abc import Callable, Coroutine, Iterator, Sequence

from prometheus_client import CollectorRegistry

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import Clock
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Auditor, Complaint, ailing
from sentinel.daemon.selfcheck.figures import SelfCheckFigures
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from sentinel.daemon.selfcheck.maintenance import Maintenance, Prune
from sentinel.daemon.selfcheck.test_page import TestPage
from sentinel.escalation.contact import Occasion
from sentinel.notify.dispatcher import Dispatcher
from sentinel.store.failover import FailoverStore


class SelfCheck:
    """Built by ``app.py``; what it watches is handed in.

    Parameters
    ----------
    silent
        Gives the names of the sources that are silent now.
    in_force
        Gives the configuration, so that a reload counts at once.
    """

    def __init__(
        self,
        *,
        store: FailoverStore,
        prunes: Sequence[Prune],
        operators: OperatorNotices,
        loop: FoldLoop,
        dispatcher: Dispatcher,
        silent: Callable[[], Sequence[str]],
        in_force: Callable[[], ActiveConfig],
        registry: CollectorRegistry,
        clock: Clock,
    ) -> None:
        self._store = store
        self._silent = silent
        self._self_test = TestPage(
            store,
            operators,
            lambda: in_force().config.watch.self_test,
            lambda: in_force().config.zone,
            lambda contact: in_force().briefing.name_of(contact),
            lambda contact: len(in_force().route(contact, Occasion.ALERT)),
        )
        self.auditor = Auditor(
            clock=clock,
            started_at=clock.now(),
            tick=lambda: in_force().config.engine.tick,
            ticked_at=lambda: loop.ticked_at,
            overdue_since=lambda: loop.overdue_since,
            oldest_waiting=lambda: self._patrol.oldest_waiting,
            checkpointed_at=lambda: loop.checkpointed_at,
            checkpoint_every=lambda: in_force().config.engine.checkpoint_every,
            looked_at=lambda: dispatcher.looked_at,
            timer=lambda: loop.timer,
            ailments=self._ailments,
        )
        self._patrol = Maintenance(
            store,
            prunes,
            operators,
            self._self_test,
            self.auditor,
            lambda: in_force().config.store.retention,
            dispatcher.poke,
            clock,
        )
        figures = SelfCheckFigures(
            registry,
            lambda: store.failing,
            lambda: self._self_test.accepted_at,
            lambda: settings.every if (settings := in_force().config.watch.heartbeat).url else None,
            clock,
        )
        self._heartbeat = Heartbeat(
            lambda: in_force().config.watch.heartbeat, self.auditor.content, figures.heartbeat, clock
        )

    async def load(self) -> None:
        """Go on where an earlier run stopped."""
        await self._self_test.load()

    def jobs(self) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        """What runs, by name."""
        yield "patrol", self._patrol.run()
        yield "heartbeat", self._heartbeat.run()

    def _ailments(self) -> list[Complaint]:
        store = [ailing(f"store_{self._store.health.trouble or 'mending'}")] if self._store.failing else []
        silent = [ailing("source_silent", name=name) for name in self._silent()]
        test = self._self_test.complaint()
        return [*store, *silent, *([test] if test else [])]
