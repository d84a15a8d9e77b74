"""Daemon: opens the store, has the parts built, runs their jobs, shuts down in order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
from aiohttp.web import Application
from prometheus_client import CollectorRegistry

from sentinel import systemd
from sentinel.assembly.carrying import carrying
from sentinel.assembly.collector import uncollected
from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.duty_parts import DutyParts
from sentinel.assembly.jobs_of import jobs_of
from sentinel.assembly.kept_alike import follow_news
from sentinel.assembly.last_words import tell_unopened
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.plugins import faults
from sentinel.assembly.process_roles import ProcessRole, roles_of
from sentinel.assembly.pseudonyms import say_what_is_in_clear
from sentinel.assembly.reload import Reload, rename_stored
from sentinel.assembly.web_ports import ports_of, rooms_of
from sentinel.assembly.worker_parts import WorkerParts
from sentinel.clock import Clock, SystemClock
from sentinel.config.loader import Examined
from sentinel.config.schema import Config
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.daemon.stale_sources import FACT as BLINDNESS
from sentinel.ended import ended
from sentinel.errors import StoreError
from sentinel.metrics.configured import declare
from sentinel.metrics.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from sentinel.store.hold import hold_store, wait_for_store
from sentinel.store.holder import Held, Unshared, file_of
from sentinel.store.kept_secrets import SecretName
from sentinel.store.newest_instant import newest_instant
from sentinel.store.opening import open_held
from sentinel.store.secret_store import SecretStore
from sentinel.web.changes import Changes
from sentinel.web.served import Served
from sentinel.web.server import Bound, build_web, serve
from sentinel.web.sockets import bound_sockets

TELL_EVERY = 5.0
"""Seconds between words to systemd while a start reads the journal."""
log = structlog.get_logger(__name__)


class Daemon:
    """One running Sentinel.

    Parameters
    ----------
    path, on_bound, examined
        The configuration file, read again on reload; who is told where the HTTP side listens; what the file says, where
        it was read just now.
    roles
        What of it this process does, in a cluster.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_bound: Callable[[Bound], None] = lambda _: None,
        examined: Examined | None = None,
        roles: Collection[ProcessRole] = (),
    ) -> None:
        self._clock = SystemClock.over(clock)
        self._on_bound = on_bound
        self._in_force = ConfigInForce(path, self._clock, examined)
        self._changes = Changes()
        self._metrics = Metrics(CollectorRegistry())
        self._ready = False
        self._worker: WorkerParts | None = None
        self._roles = roles_of(roles)
        self._shared = bool(self.config.cluster.partitions)
        self._duties: DutyParts | None = None
        self._reloading = asyncio.Lock()
        self._stands = asyncio.Event()
        """Set once there is something that a reload can change."""

    @property
    def config(self) -> Config:
        """In force now."""
        return self._in_force.config

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set; then drain, write a checkpoint, and return.

        The web server opens before the journal is read, however long that takes: what is posted meanwhile is on disk,
        and counts.
        """
        web, store = self.config.web, self.config.store.url.get_secret_value()
        for fault in faults():
            log.error("plugin_left_out", reason=fault)
        systemd.tell_starting("opening the store")
        async with AsyncExitStack() as stack:
            sockets = stack.enter_context(bound_sockets(web.host, web.port))
            async with self._telling():
                self._held = await self._hold(store)
            stack.push_async_callback(self._held.release)
            async with self._telling():
                health = StoreHealth(self._clock, self._changes.bump)
                database = await open_held(store, self._held, health, partial(Database.open, shared=self._shared))
            stack.push_async_callback(database.close)
            if self._shared:
                await self._appear(database, stack)
            await divided_into(database, self.config.cluster.partitions)
            self._clock.not_before(await newest_instant(database))
            secrets = await self._secrets_of(database, store)
            self._in_force.links, self._in_force.authors_key = secrets.links, secrets.authors_key
            self._in_force.reword()
            await self._stand(database, secrets, stack)
            if self._duties is not None:
                await self._duties.appear()  # a start may take longer than a beat may stand still
            serving = serve(self._web(), web.host, web.port, sockets=sockets)
            self._in_force.bound = await stack.enter_async_context(serving)
            self._in_force.reword()
            self._metrics.reached_at(self._in_force.base_url)
            self._stands.set()
            self._on_bound(self._in_force.bound)
            await self._work(stop)
            systemd.tell("STOPPING=1")
            log.info("stopping")

    async def _hold(self, store: str) -> Held:
        """Have the store for ourselves; in a cluster with others, once nobody has it for himself."""
        if not self._shared:
            return await hold_store(store, self._clock)
        await wait_for_store(store, self._clock)
        return Unshared()

    async def _appear(self, database: Database, stack: AsyncExitStack) -> None:
        """Be seen by whoever would take the store for himself; one who was faster has it first."""
        duties = self._duties = DutyParts(database, self._roles, self._metrics, self._clock)
        stack.push_async_callback(duties.close)
        await duties.appear()

    def _web(self) -> Application:
        rooms = rooms_of(
            self._parts,
            ready=lambda: self._ready,
            reload=self.reload,
            reading=lambda: self._in_force.reading,
            standing=self._duties.standing if self._duties is not None else str,
        )
        served = Served(door=ProcessRole.INGEST in self._roles, pages=ProcessRole.WEB in self._roles)
        return build_web(ports_of(rooms), served)

    async def _stand(self, database: Database, secrets: SecretKeeper, stack: AsyncExitStack) -> None:
        """Have the parts built, and put them where an earlier run left off; ``stack`` writes down what they have."""
        carrier = None
        if self.config.cluster.partitions:
            carried = carrying(self.config.cluster, database, self._clock, self._metrics.registry)
            carrier = await stack.enter_async_context(carried)
            if ProcessRole.WORKER in self._roles:
                self._worker = WorkerParts(database, carrier, self._in_force, self._metrics, self._clock, secrets)
                stack.push_async_callback(self._worker.close)
        with uncollected():
            parts = self._parts = DaemonParts(
                database,
                self._held,
                secrets,
                in_force=self._in_force,
                metrics=self._metrics,
                changes=self._changes,
                clock=self._clock,
                carrier=carrier,
                duties=self._duties,
            )
        await rename_stored(database, self._in_force.now().setup.renamed)
        self._declare()
        await say_what_is_in_clear(
            database,
            parts.journal,
            hashed=self.config.privacy.authors == "hashed",
            now=self._clock.now(),
            retention=self.config.store.retention,
        )
        await self._resume(parts)
        stack.push_async_callback(parts.loop.checkpoint)
        if self._sends:
            stack.push_async_callback(parts.scores.write)
        stack.push_async_callback(self._write_what_is_owed)
        stack.push_async_callback(parts.journal.flush)

    async def _secrets_of(self, database: Database, store: str) -> SecretKeeper:
        web, kept = self.config.web, SecretStore(database, file_of(store))
        written = {SecretName.LINKS: web.link_secret, SecretName.FORMS: web.form_secret}
        given = {name: each.get_secret_value().encode() for name, each in written.items() if each is not None}
        return SecretKeeper(kept, await kept.load(), given, self._metrics.secret_rotated)

    @asynccontextmanager
    async def _telling(self) -> AsyncIterator[None]:
        """People hear of a store that cannot be opened; not of one that another daemon has, which pages them itself."""
        try:
            yield
        except StoreError as error:
            if self._sends:
                await tell_unopened(self._in_force.now(), error, self._clock)
            raise

    async def reload(self) -> tuple[str, ...]:
        """Take in the file anew: all of it, or nothing. Gives what whoever changed it should know.

        Raises
        ------
        ConfigError
            With every mistake; the old configuration stays in force.
        """
        await self._stands.wait()
        async with self._reloading:  # what was read last is what stays in force
            warnings = await Reload(self._parts, self._declare).run()
            if self._worker is not None:
                self._worker.worker.leave_all()
        return warnings

    async def _resume(self, parts: DaemonParts) -> None:
        """Take up what an earlier run left: sends under way, sources that were silent, the last self-test."""
        if self._sends:
            await parts.store.recover()
        parts.blindness.load(await parts.store.fact(BLINDNESS), parts.listening.watched)
        parts.listening.were_silent(parts.blindness.sources)
        if parts.front is not None:
            parts.front.sources.told = frozenset(parts.blindness.sources)
        await parts.alerts.start()
        await parts.watch.load()
        await parts.scores.load()
        await parts.silences.start()
        await parts.author_ignores.start()
        await parts.oncall.start()
        await parts.requests.start()
        await parts.push.start()
        await parts.calendars.start()
        with uncollected():
            await parts.loop.prepare()
        follow_news(parts)
        parts.board.note(self._clock.now())

    async def _write_what_is_owed(self) -> None:
        if self._parts.store.failing and not await self._parts.store.mend():
            log.error(
                "stopping_unwritten",
                reason="the store takes no writes: what memory alone has is lost, and people are paged again",
            )

    @property
    def _sends(self) -> bool:
        return ProcessRole.NOTIFY in self._roles

    def _declare(self) -> None:
        declare(self._metrics, self.config, self._in_force.now().setup, self._in_force.base_url)
        self._metrics.follow_queue(lambda: float(self._parts.loop.queue))

    # -- running
    # ------------------------------------------------------------------------------------------------------------

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            jobs = jobs_of(self._parts, self._fold, self._duties)
            running = [tasks.create_task(job(), name=name) for name, job in jobs]
            async with asyncio.TaskGroup() as shares:  # until they have let go of what they have
                if self._duties is not None:
                    shares.create_task(self._duties.duties.run(stop), name="duties")
                if self._worker is not None:
                    shares.create_task(self._worker.run(stop), name="worker")
            await stop.wait()
            async with self._parts.database.still():
                await ended(set(running), self._clock)

    async def _fold(self) -> None:
        """The journal's tail first; from then on we are ready."""
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self._tell_starting(), name="starting")
            await self._parts.loop.read_journal()
            telling.cancel()
        await self._parts.secrets.start(self._parts.loop, self._parts.store)
        if self._sends:
            await self._parts.loop.dead_ends(await self._parts.store.dead_ends())
        self._parts.board.note(self._clock.now())
        self._ready = True
        self._changes.bump()
        systemd.tell("READY=1\nSTATUS=")
        await self._parts.loop.run()

    async def _tell_starting(self) -> None:
        """systemd gives us more time as long as we get on."""
        while (rebuild := self._parts.loop.rebuild) is not None:
            if not self._parts.watch.auditor.stuck():
                systemd.tell_starting(rebuild.said("en"))
            await self._clock.sleep(TELL_EVERY)
