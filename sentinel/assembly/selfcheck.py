"""Self-check, put together: auditor, maintenance, self-test, heartbeat and their figures."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from prometheus_client import CollectorRegistry

from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.duty_parts import HOUSEKEEPING, DutyParts
from sentinel.assembly.jobs import NamedJob
from sentinel.assembly.process_roles import ProcessRole
from sentinel.clock import Clock
from sentinel.cluster.mirror_loop import MirrorLoop
from sentinel.config.watch import HeartbeatSettings
from sentinel.daemon.loop import DOUBTED, FoldLoop
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.selfcheck.auditor import Auditor, Complaint, ComplaintSeverity, ailing
from sentinel.daemon.selfcheck.figures import SelfCheckFigures
from sentinel.daemon.selfcheck.heartbeat import Heartbeat
from sentinel.daemon.selfcheck.maintenance import Maintenance, Prune
from sentinel.daemon.selfcheck.memory_ladders import MemoryLadders
from sentinel.daemon.selfcheck.self_test import SelfTest
from sentinel.daemon.selfcheck.store_alarm import LASTING, STAND_IN, StoreAlarm
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
    duties
        What of all that this process has to do, in a cluster.
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
        duties: DutyParts | None = None,
    ) -> None:
        self._duties = duties
        sends = duties is None or ProcessRole.NOTIFY in duties.roles
        self._store = store
        self._behind = behind
        self._silent = silent
        self._calendars = calendars
        self._loop = loop
        self._nats: Callable[[], bool] = lambda: in_force().config.cluster.nats is not None
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
            looked_at=lambda: dispatcher.looked_at if sends else clock.now(),
            timer=lambda: loop.timer,
            ailments=self._ailments,
        )
        self._patrol = Maintenance(
            store,
            held,
            prunes,
            StoreAlarm(store, operators, self._tells_after, dispatcher.poke, self._ladders()),
            self._self_test,
            self.auditor,
            lambda: in_force().config.store.retention,
            dispatcher.poke,
            clock,
            shared=duties is not None,
        )
        figures = SelfCheckFigures(
            registry,
            lambda: store.failing,
            lambda: self._self_test.accepted_at,
            self._beats_every,
            clock,
            behind,
        )
        self._settings: Callable[[], HeartbeatSettings] = lambda: in_force().config.watch.heartbeat
        self._heartbeat = Heartbeat(self._settings, self.auditor.content, figures.heartbeat, clock)

    async def load(self) -> None:
        """Go on where an earlier run stopped."""
        await self._self_test.load()

    def jobs(self) -> Iterator[NamedJob]:
        """What runs, by name."""
        yield "patrol", self._patrol.run
        yield "heartbeat", self._heartbeat.run
        if self._duties is not None:
            yield "housekeeping", self._patrol.keep_house

    def _ailments(self) -> list[Complaint]:
        unfolded = [ailing("passed_over", count=str(self._loop.passed_over))] if self._loop.passed_over else []
        if unfolded_parts := self._loop.unfolded:
            unfolded.append(ailing("partition_unfolded", names=", ".join(map(str, unfolded_parts))))
        if self._duties is not None and (undone := self._duties.undone()):
            unfolded.append(ailing("duty_undone", names=", ".join(undone)))
        if self._nats_away():
            unfolded.append(ailing("carrier_away"))
        if (full := self._loop.carrier_fullness) >= FILLING:
            unfolded.append(ailing("carrier_filling", percent=f"{100 * full:.0f}"))
        state = [ailing("checkpoint_failed", error=why)] if (why := self._loop.uncheckpointed) else []
        failing = f"store_{self._store.health.trouble or 'mending'}" if self._duties is None else "shared_store"
        store = [ailing(failing)] if self._store.failing else []
        fresh = self._clock.now() - SHOWN_FOR
        store += [
            ailing(f"store_{each.what.value}", **dict(each.facts))
            for each in self._store.health.findings
            if each.at > fresh
        ]
        silent = [ailing("source_silent", name=name) for name in self._silent()]
        test = self._self_test.complaint() if self._tells() else None
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

    def _tells(self) -> bool:
        """Whether it is this process that looks after the store, and tells people how it is."""
        return self._duties is None or self._duties.duties.has(HOUSEKEEPING)

    def _tells_after(self) -> timedelta | None:
        """For how long the store must fail before it is this process that says so; while it fails, as last seen."""
        duties = self._duties
        if duties is None:
            return LASTING
        if ProcessRole.NOTIFY not in duties.roles:
            return None
        ours, owner = duties.duties.name, duties.duties.owners.get(HOUSEKEEPING, "")
        if owner == ours:
            return LASTING
        stand_in = min({ours, *duties.notifying()} - {owner})
        return LASTING + STAND_IN if stand_in == ours else None

    def _ladders(self) -> MemoryLadders | None:
        """What pages while the store is away, where owners decide that are elsewhere."""
        if not isinstance(self._loop, MirrorLoop):
            return None
        return MemoryLadders(self._loop.engine, self._loop.page, lambda: not self._nats_away())

    def _nats_away(self) -> bool:
        """A table that carries is away whenever the store is, which says nothing more."""
        return self._loop.carrier_away and self._nats()

    def _beats_every(self) -> timedelta | None:
        """``None`` where nobody is called, or another process calls."""
        settings = self._settings()
        return settings.every if settings.url and (self._duties is None or self._heartbeat.due) else None

    def _start(self) -> list[Complaint]:
        rebuild = self._loop.rebuild
        return [Complaint(ComplaintSeverity.AILING, rebuild.key, told=rebuild.facts)] if rebuild is not None else []

    def _wall(self) -> list[Complaint]:
        behind = self._behind()
        if behind <= DOUBTED:
            return []
        shown = span("en", behind) if behind > IN_MINUTES else f"{behind // timedelta(minutes=1)} min"
        return [ailing("clock_behind", span=shown)]
