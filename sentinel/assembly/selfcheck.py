"""Self-check, put together: auditor, maintenance, self-test, heartbeat and their figures."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import timedelta

from prometheus_client import CollectorRegistry

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import Clock
from sentinel.daemon.loop import DOUBTED, FoldLoop
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Auditor, Complaint, ComplaintSeverity, ailing
from sentinel.daemon.selfcheck.figures import SelfCheckFigures
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from sentinel.daemon.selfcheck.maintenance import Maintenance, Prune
from sentinel.daemon.selfcheck.self_test import SelfTest
from sentinel.escalation.contact import Occasion
from sentinel.notify.dispatcher import Dispatcher
from sentinel.phrases.phrases import span
from sentinel.store.failover import FailoverStore
from sentinel.store.findings import SHOWN_FOR
from sentinel.store.holder import Held

FILLING = 0.5
"""Of what carries mentions to workers: from here on people should hear of it, before it takes no more."""
IN_MINUTES = timedelta(hours=2)
"""Up to here minutes tell more of a clock than hours do."""


class SelfCheck:
    """Built by ``parts.py``; what it watches is handed in.

    Parameters
    ----------
    silent
        Gives the names of the sources that are silent now.
    calendars
        Gives what is wrong with calendars of events.
    in_force
        Gives the configuration, so that a reload counts at once.
    behind
        How far the wall clock stands behind the journal.
    """

    def __init__(
        self,
        *,
        store: FailoverStore,
        held: Held,
        prunes: Sequence[Prune],
        operators: OperatorNotices,
        loop: FoldLoop,
        dispatcher: Dispatcher,
        silent: Callable[[], Sequence[str]],
        calendars: Callable[[], Sequence[Complaint]],
        in_force: Callable[[], ActiveConfig],
        registry: CollectorRegistry,
        clock: Clock,
        behind: Callable[[], timedelta] = lambda: timedelta(0),
    ) -> None:
        self._store = store
        self._behind = behind
        self._silent = silent
        self._calendars = calendars
        self._loop = loop
        self._clock = clock
        self._self_test = SelfTest(
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
            ticked_at=lambda: loop.ticked_at or loop.read_at,
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
            held,
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
            behind,
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
        unfolded = [ailing("passed_over", count=str(self._loop.passed_over))] if self._loop.passed_over else []
        if unfolded_parts := self._loop.unfolded:
            unfolded.append(ailing("partition_unfolded", names=", ".join(map(str, unfolded_parts))))
        if self._loop.carrier_away:
            unfolded.append(ailing("carrier_away"))
        if (full := self._loop.carrier_fullness) >= FILLING:
            unfolded.append(ailing("carrier_filling", percent=f"{100 * full:.0f}"))
        state = [ailing("checkpoint_failed", error=why)] if (why := self._loop.uncheckpointed) else []
        store = [ailing(f"store_{self._store.health.trouble or 'mending'}")] if self._store.failing else []
        fresh = self._clock.now() - SHOWN_FOR
        store += [
            ailing(f"store_{each.what.value}", **dict(each.facts))
            for each in self._store.health.findings
            if each.at > fresh
        ]
        silent = [ailing("source_silent", name=name) for name in self._silent()]
        test = self._self_test.complaint()
        return [
            *self._start(),
            *self._wall(),
            *store,
            *state,
            *unfolded,
            *silent,
            *self._calendars(),
            *([test] if test else []),
        ]

    def _start(self) -> list[Complaint]:
        rebuild = self._loop.rebuild
        return [Complaint(ComplaintSeverity.AILING, rebuild.key, told=rebuild.facts)] if rebuild is not None else []

    def _wall(self) -> list[Complaint]:
        behind = self._behind()
        if behind <= DOUBTED:
            return []
        shown = span("en", behind) if behind > IN_MINUTES else f"{behind // timedelta(minutes=1)} min"
        return [ailing("clock_behind", span=shown)]
