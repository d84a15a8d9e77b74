"""The daemon: builds every object, runs the task groups, shuts down in order.

The only place that knows all the rooms.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from sentinel import systemd
from sentinel.assembly.active_config import ActiveConfig
from sentinel.assembly.alerts import alerts_of
from sentinel.assembly.build import admission, reach
from sentinel.assembly.last_words import tell_unopened
from sentinel.assembly.reload_warnings import OpenIncident, left_behind, on_call_now, pager_moves
from sentinel.assembly.reports import Reports
from sentinel.assembly.selfcheck import SelfCheck
from sentinel.assembly.sources import SourceRunners
from sentinel.assembly.terms import brand_terms
from sentinel.assembly.web_ports import WebPorts, ports_of
from sentinel.clock import Clock, SystemClock
from sentinel.config.config_file import ConfigFile
from sentinel.config.schema import Config
from sentinel.daemon.apply import Applier
from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.daemon.charts import BoardCharts
from sentinel.daemon.decision_log import say_observed
from sentinel.daemon.delivery_log import DeliveryLog
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.mail.digests import Digests
from sentinel.daemon.oncall_keeper import OnCallKeeper
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.score_log import ScoreLog
from sentinel.daemon.silence_keeper import SilenceKeeper
from sentinel.daemon.stale_sources import FACT as BLINDNESS
from sentinel.daemon.stale_sources import StaleSources
from sentinel.engine.classification import Graded
from sentinel.engine.engine import VERSION, Engine
from sentinel.errors import ConfigError, StoreError
from sentinel.escalation.contact import Contact, Occasion
from sentinel.incidents.command import Action, Command
from sentinel.incidents.links import ActionLinks
from sentinel.mention import Mention
from sentinel.metrics.configured import declare
from sentinel.metrics.metrics import Metrics
from sentinel.notify.dispatcher import Dispatcher
from sentinel.notify.installed import by_scheme
from sentinel.notify.receipts import Receipts
from sentinel.sentiment.seed import load_seed
from sentinel.signals.base import Observation
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.digests import DigestStore
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing, StoreHealth
from sentinel.store.hold import hold_store
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.latest import LatestIncidents
from sentinel.store.link_secret import link_secret
from sentinel.store.newest_instant import newest_instant
from sentinel.store.oncall import OnCallStore
from sentinel.store.opening import open_held
from sentinel.store.outbox import Outbox
from sentinel.store.renamed_brand import rename_brands
from sentinel.store.scores import ScoreStore
from sentinel.store.silences import SilenceStore
from sentinel.web.changes import Changes
from sentinel.web.server import Bound, build_web, serve
from sentinel.web.sockets import bound_sockets

TELL_EVERY = 5.0
"""Seconds between words to systemd while a start reads the journal."""
SOURCES_SHARE = 0.5
"""How full the queue may be before sources that can wait do: the door takes posts up to the rest."""
log = structlog.get_logger(__name__)


class Daemon:
    """One running Sentinel.

    Parameters
    ----------
    path, on_bound
        The configuration file, read again on reload; who is told where the HTTP side listens.
    """

    def __init__(self, path: Path, clock: Clock, on_bound: Callable[[Bound], None] = lambda _: None) -> None:
        self._path = path
        self._clock = SystemClock.over(clock)
        self._on_bound = on_bound
        self._bound: Bound | None = None
        self._links: ActionLinks | None = None
        self._in_force = self._started = self._read()
        self._reading = ConfigFile(path=str(path), read_at=self._clock.now(), hidden=self._in_force.hidden)
        self._changes = Changes()
        self._metrics = Metrics(CollectorRegistry())
        self.took, self.taught = self._metrics.took, self._metrics.taught
        self._ready = False
        self._stands = asyncio.Event()
        """Set once there is something that a reload can change."""

    @property
    def config(self) -> Config:
        """In force now."""
        return self._in_force.config

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set; then drain, write a checkpoint, and return.

        The door opens before the journal is read, however long that takes: what is posted meanwhile is on disk, and
        counts.
        """
        web, store = self.config.web, self.config.store.url.get_secret_value()
        systemd.tell_starting("opening the store")
        async with AsyncExitStack() as stack:
            sockets = stack.enter_context(bound_sockets(web.host, web.port))
            self._held = await hold_store(store, self._clock)
            stack.push_async_callback(self._held.release)
            database = self._database = await self._open(store)
            stack.push_async_callback(database.close)
            self._clock.not_before(await newest_instant(database))
            links = self._links = ActionLinks(await link_secret(database))
            self._in_force = self._read()
            self._build(database, links)
            await self._rename_brands(self._in_force)
            self._declare()
            await self._resume()
            await self._silences.start()
            await self._oncall.start()
            await self._loop.prepare()
            self._board.note(self._clock.now())
            stack.push_async_callback(self._loop.checkpoint)
            stack.push_async_callback(self._scores.write)
            stack.push_async_callback(self._write_what_is_owed)
            stack.push_async_callback(self._journal.flush)
            self._bound = await stack.enter_async_context(
                serve(build_web(ports_of(self._rooms(links))), web.host, web.port, sockets=sockets)
            )
            self._in_force = self._started = self._read()
            self._declare()  # anew: pages have an address now
            self._stands.set()
            self._on_bound(self._bound)
            await self._work(stop)
            systemd.tell("STOPPING=1")
            log.info("stopping")

    async def _open(self, store: str) -> Database:
        try:
            return await open_held(store, self._held, StoreHealth(self._clock, self._changes.bump), Database.open)
        except StoreError as error:
            await tell_unopened(self._in_force, error, self._clock)
            raise

    async def _fold(self) -> None:
        """The journal's tail first; from then on we are ready."""
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self._tell_starting(), name="starting")
            await self._loop.read_journal()
            telling.cancel()
        await self._loop.dead_ends(await self._store.dead_ends())
        self._board.note(self._clock.now())
        self._ready = True
        self._changes.bump()
        systemd.tell("READY=1\nSTATUS=")
        await self._loop.run()

    async def _tell_starting(self) -> None:
        """systemd gives us more time as long as we get on."""
        while (rebuild := self._loop.rebuild) is not None:
            if not self._watch.auditor.stuck():
                systemd.tell_starting(rebuild.said("en"))
            await self._clock.sleep(TELL_EVERY)

    async def reload(self) -> tuple[str, ...]:
        """Take in the file anew: all of it, or nothing. Gives what whoever changed it should know.

        Raises
        ------
        ConfigError
            With every mistake; the old configuration stays in force.
        """
        await self._stands.wait()
        try:
            newer = self._read()
        except ConfigError as error:
            self._metrics.reloaded(False)
            self._reading = self._reading.refused(self._clock.now(), error.problems)
            log.error("reload_refused", problems=error.problems)
            raise
        if restart := self._in_force.changed_sections(newer):
            log.warning("restart_needed", sections=restart)
        on_call, at = on_call_now(self._engine.rules.roster, self._clock.now()), self._clock.now()
        await self._loop.reconfigure(newer.setup, lambda: self._rename_brands(newer))
        if newer.setup.renamed:
            self._board.rename(newer.setup.renamed)
            await self._silences.start()
        self._in_force = newer
        warnings = (
            *pager_moves(on_call, on_call_now(self._engine.rules.roster, at)),
            *left_behind(map(OpenIncident.of, self._engine.live_incidents()), newer.config),
        )
        waiting = self._started.changed_sections(newer)
        self._reading = ConfigFile(
            path=str(self._path), read_at=self._clock.now(), hidden=newer.hidden, restart=tuple(waiting)
        )
        self._declare()
        self._metrics.reloaded(True)
        for warning in warnings:
            log.warning("reload_warning", warning=warning)
        log.info("reloaded", brands=len(newer.config.brands), warnings=len(warnings))
        return warnings

    async def _rename_brands(self, newer: ActiveConfig) -> None:
        """In every table, before anything is decided under the new names."""
        try:
            await rename_brands(self._database, newer.setup.renamed)
        except StoreFailing:
            log.warning("brands_not_renamed", reason="the store takes no writes; it is done at the next start")

    def _read(self) -> ActiveConfig:
        read = ActiveConfig.read(self._path, self._base_url, self._links)
        reach(read.config)
        return read

    # -- building
    # -----------------------------------------------------------------------------------------------------------

    def _build(self, database: Database, links: ActionLinks) -> None:
        config, clock = self.config, self._clock
        self._journal = Journal(database, clock, lambda: clock.behind)
        outbox, incidents = Outbox(database), IncidentStore(database)
        self._engine = Engine(self._in_force.setup, load_seed())
        self._store = FailoverStore(database, incidents, outbox, self._engine.incident)
        self._incidents = LatestIncidents(incidents, self._store)
        operators = OperatorNotices(self._operators, lambda: self._in_force.briefing)
        self._blindness = StaleSources(operators)
        applier = Applier(self._store, self._blindness, lambda: self._in_force.briefing, self._committed)
        self._loop = FoldLoop(
            self._engine,
            self._journal,
            Checkpoints(database, VERSION),
            incidents,
            applier,
            self,
            clock,
            checkpoint_every=config.engine.checkpoint_every,
            retention=config.store.retention,
            behind=lambda: clock.behind,
        )
        self._oncall = OnCallKeeper(OnCallStore(database), clock, self._loop.staffed)
        self._silences = SilenceKeeper(SilenceStore(database), clock, self._loop.silenced)
        self._listening = SourceRunners(
            config,
            self._journal,
            self._loop,
            self._metrics,
            clock,
            wants=self._wants,
            pressed=lambda: self._loop.pressed(self.config.engine.max_queue, SOURCES_SHARE),
            brands=lambda: brand_terms(self._in_force.config),
        )
        self._board = BoardKeeper(self._engine, self._listening.cards, lambda: self._loop.queue, clock.now())
        self._scores = ScoreLog(ScoreStore(database), self._board, clock)
        self._charts = BoardCharts(
            self._board.board, lambda brand: self._in_force.thresholds(brand), lambda: self.config.zone
        )
        self._reporting = Reports(
            database,
            self._journal,
            self._store,
            self._incidents,
            in_force=lambda: self._in_force,
            roster=lambda: self._engine.rules.roster,
            model=lambda: self._engine.apprentice.serving.twin(),
            pressed=self._busy,
            committed=self._committed,
            clock=clock,
        )
        notifiers = by_scheme()
        told = DigestStore(database)
        self._allowed = admission(config, self.route, lambda each: self._contacts().get(each))
        self._dispatcher = Dispatcher(
            self._store,
            self,
            notifiers,
            DeliveryLog(self._store, incidents, told, self._metrics, self._loop.step_failed),
            clock,
            per_destination=config.delivery.per_destination,
            timeout=config.delivery.timeout.total_seconds(),
            max_attempts=config.delivery.max_attempts,
            charts=self._charts,
            enclosures=self._reporting.files,
            unwritten=lambda: self._store.failing,
            took=self._metrics.send_took,
            admission=self._allowed,
        )
        self._digests = Digests(
            self._store, told, lambda: self._in_force.briefing, self._contacts, self._committed, clock
        )
        self._receipts = Receipts(self._store, self, notifiers, self._acknowledged_there, clock)
        self._alerts = alerts_of(
            database,
            self._store,
            links,
            self._metrics,
            clock,
            in_force=lambda: self._in_force,
            roster=lambda: self._engine.rules.roster,
            committed=self._committed,
        )
        prunes = (outbox.prune, told.prune, self._scores.prune, self._alerts.prune)
        self._watch = SelfCheck(
            store=self._store,
            held=self._held,
            prunes=prunes,
            operators=operators,
            loop=self._loop,
            dispatcher=self._dispatcher,
            silent=lambda: self._listening.silent,
            in_force=lambda: self._in_force,
            registry=self._metrics.registry,
            clock=clock,
            behind=lambda: clock.behind,
        )
        self._metrics.follow(self._watch.auditor, clock.now, lambda: len(self._watch.auditor.complaints()))

    async def _resume(self) -> None:
        """Take up what an earlier run left: sends under way, sources that were silent, the last self-test."""
        await self._store.recover(self._clock.now())
        self._blindness.load(await self._store.fact(BLINDNESS), self._listening.watched)
        self._listening.were_silent(self._blindness.sources)
        await self._alerts.start()
        await self._watch.load()
        await self._scores.load()

    async def _write_what_is_owed(self) -> None:
        if self._store.failing and not await self._store.mend():
            log.error(
                "stopping_unwritten",
                reason="the store takes no writes: what memory alone has is lost, and people are paged again",
            )

    def _rooms(self, links: ActionLinks) -> WebPorts:
        return WebPorts(
            database=self._database,
            engine=self._engine,
            store=self._store,
            incidents=self._incidents,
            journal=self._journal,
            loop=self._loop,
            listening=self._listening,
            silences=self._silences,
            oncall=self._oncall,
            board=self._board,
            scores=self._scores,
            admission=self._allowed,
            watch=self._watch,
            reports=self._reporting.desk,
            alerts=self._alerts,
            metrics=self._metrics,
            changes=self._changes,
            links=links,
            clock=self._clock,
            in_force=lambda: self._in_force,
            committed=self._committed,
            pressed=self._pressed,
            ready=lambda: self._ready,
            starting=lambda language: each.said(language) if (each := self._loop.rebuild) is not None else "",
            reload=self.reload,
            reading=lambda: self._reading,
        )

    def _declare(self) -> None:
        declare(self._metrics, self.config, self._in_force.setup, self._base_url(self.config))
        self._metrics.follow_queue(lambda: float(self._loop.queue))

    def _base_url(self, config: Config) -> str:
        if config.web.external_url:
            return config.web.external_url.rstrip("/")
        return self._bound.url if self._bound else f"http://{config.web.host}:{config.web.port}"

    # -- running
    # ------------------------------------------------------------------------------------------------------------

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job, name=name) for name, job in self._jobs()]
            await stop.wait()
            async with self._database.still():
                for task in running:
                    task.cancel()
                await asyncio.wait(running)

    def _jobs(self) -> Sequence[tuple[str, Coroutine[None, None, None]]]:
        jobs = [("fold", self._fold()), ("dispatch", self._dispatcher.run()), ("receipts", self._receipts.run())]
        jobs += [("charts", self._charts.warm()), ("digests", self._digests.run()), ("scores", self._scores.run())]
        return [*jobs, *self._reporting.jobs(), *self._watch.jobs(), *self._listening.jobs()]

    # -- what the rooms ask for
    # ---------------------------------------------------------------------------------------------

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        """For the dispatcher: addresses as they are in force."""
        return self._in_force.route(contact, occasion)

    def _contacts(self) -> dict[str, Contact]:
        return self._in_force.setup.rules.contacts

    def observed(self, observations: Sequence[Observation]) -> None:
        """For the fold: mentions that were about a brand."""
        say_observed(observations)
        for each in observations:
            self._metrics.mention(each.brand, each.sentiment.label)

    def graded(self, graded: Sequence[Graded]) -> None:
        """For the fold: texts that came with their true label."""
        for each in graded:
            self._metrics.graded(each.lang, each.said is each.truth)

    def ticked(self, at: datetime) -> None:
        """For the fold: scores may have changed."""
        self._board.note(at)
        self._metrics.board(self._board.board())
        self._changes.bump()

    def _committed(self) -> None:
        self._dispatcher.poke()
        self._receipts.poke()
        self._changes.bump()

    async def _acknowledged_there(self, incident: str, epoch: int, contact: str) -> None:
        """For receipts: somebody acknowledged a page in the provider's own application.

        Of an older epoch it says nothing any more.
        """
        await self._loop.command(Command(incident=incident, action=Action.ACKNOWLEDGE, by=contact, epoch=epoch))

    def _wants(self, mention: Mention) -> bool:
        return self._engine.wants(mention)

    def _operators(self, at: datetime) -> Sequence[str]:
        return self._in_force.operators(self._engine.rules.roster, at)

    def _pressed(self) -> bool:
        return self._loop.pressed(self.config.engine.max_queue)

    def _busy(self) -> bool:
        """Whether what can wait should: the fold needs the machine."""
        return self._loop.rebuild is not None or self._pressed()
