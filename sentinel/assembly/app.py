"""Daemon: opens the store, has the parts built, runs their jobs, shuts down in order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from sentinel import systemd
from sentinel.assembly.carrying import carrying
from sentinel.assembly.collector import uncollected
from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.last_words import tell_unopened
from sentinel.assembly.parts import DaemonParts
from sentinel.assembly.plugins import faults
from sentinel.assembly.pseudonyms import say_what_is_in_clear
from sentinel.assembly.reload import Reload, rename_stored
from sentinel.assembly.web_ports import WebPorts, ports_of
from sentinel.assembly.worker_parts import WorkerParts
from sentinel.clock import Clock, SystemClock
from sentinel.config.loader import Examined
from sentinel.config.schema import Config
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.daemon.stale_sources import FACT as BLINDNESS
from sentinel.errors import StoreError
from sentinel.metrics.configured import declare
from sentinel.metrics.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreHealth
from sentinel.store.hold import hold_store
from sentinel.store.holder import file_of
from sentinel.store.kept_secrets import SecretName
from sentinel.store.newest_instant import newest_instant
from sentinel.store.opening import open_held
from sentinel.store.secret_store import SecretStore
from sentinel.web.changes import Changes
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
    folds
        Whether it owns partitions besides, in a cluster.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_bound: Callable[[Bound], None] = lambda _: None,
        examined: Examined | None = None,
        folds: bool = True,
    ) -> None:
        self._clock = SystemClock.over(clock)
        self._on_bound = on_bound
        self._in_force = ConfigInForce(path, self._clock, examined)
        self._changes = Changes()
        self._metrics = Metrics(CollectorRegistry())
        self._ready = False
        self._worker: WorkerParts | None = None
        self._folds = folds and bool(self.config.cluster.partitions)
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
                self._held = await hold_store(store, self._clock, waits=bool(self.config.cluster.partitions))
            stack.push_async_callback(self._held.release)
            async with self._telling():
                health = StoreHealth(self._clock, self._changes.bump)
                shared = bool(self.config.cluster.partitions)
                database = await open_held(store, self._held, health, partial(Database.open, shared=shared))
            stack.push_async_callback(database.close)
            await divided_into(database, self.config.cluster.partitions)
            self._clock.not_before(await newest_instant(database))
            secrets = await self._secrets_of(database, store)
            self._in_force.links, self._in_force.authors_key = secrets.links, secrets.authors_key
            self._in_force.reword()
            await self._stand(database, secrets, stack)
            self._in_force.bound = await stack.enter_async_context(
                serve(build_web(ports_of(self._rooms(self._parts))), web.host, web.port, sockets=sockets)
            )
            self._in_force.reword()
            self._metrics.reached_at(self._in_force.base_url)
            self._stands.set()
            self._on_bound(self._in_force.bound)
            await self._work(stop)
            systemd.tell("STOPPING=1")
            log.info("stopping")

    async def _stand(self, database: Database, secrets: SecretKeeper, stack: AsyncExitStack) -> None:
        """Have the parts built, and put them where an earlier run left off; ``stack`` writes down what they have."""
        carrier = None
        if self.config.cluster.partitions:
            carrier = await stack.enter_async_context(carrying(self.config.cluster, database, self._clock))
            if self._folds:
                self._worker = WorkerParts(database, carrier, self._in_force, self._metrics, self._clock)
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
        await parts.store.recover()
        parts.blindness.load(await parts.store.fact(BLINDNESS), parts.listening.watched)
        parts.listening.were_silent(parts.blindness.sources)
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
        parts.board.note(self._clock.now())

    async def _write_what_is_owed(self) -> None:
        if self._parts.store.failing and not await self._parts.store.mend():
            log.error(
                "stopping_unwritten",
                reason="the store takes no writes: what memory alone has is lost, and people are paged again",
            )

    def _rooms(self, parts: DaemonParts) -> WebPorts:
        loop = parts.loop
        return WebPorts(
            database=parts.database,
            engine=parts.engine,
            store=parts.store,
            incidents=parts.incidents,
            journal=parts.journal,
            loop=loop,
            listening=parts.listening,
            annotations=parts.annotations,
            silences=parts.silences,
            author_ignores=parts.author_ignores,
            oncall=parts.oncall,
            requests=parts.requests,
            consultations=parts.request_room.consultations,
            board=parts.board,
            scores=parts.scores,
            admission=parts.sending.admission,
            watch=parts.watch,
            reports=parts.reporting.desk,
            talk=parts.talk,
            assistant=parts.assistant,
            alerts=parts.alerts,
            metrics=parts.metrics,
            changes=parts.changes,
            secrets=parts.secrets,
            push=parts.push,
            clock=parts.clock,
            in_force=parts.in_force.now,
            committed=parts.committed,
            pressed=parts.pressed,
            ready=lambda: self._ready,
            starting=lambda language: each.said(language) if (each := loop.rebuild) is not None else "",
            reload=self.reload,
            reading=lambda: self._in_force.reading,
        )

    def _declare(self) -> None:
        declare(self._metrics, self.config, self._in_force.now().setup, self._in_force.base_url)
        self._metrics.follow_queue(lambda: float(self._parts.loop.queue))

    # -- running
    # ------------------------------------------------------------------------------------------------------------

    async def _work(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(job, name=name) for name, job in self._jobs()]
            if self._worker is not None:
                await self._worker.worker.run(stop)  # until it has let go of its partitions
            await stop.wait()
            async with self._parts.database.still():
                for task in running:
                    task.cancel()
                await asyncio.wait(running)

    async def _fold(self) -> None:
        """The journal's tail first; from then on we are ready."""
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self._tell_starting(), name="starting")
            await self._parts.loop.read_journal()
            telling.cancel()
        await self._parts.secrets.start(self._parts.loop, self._parts.store)
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

    def _jobs(self) -> Sequence[tuple[str, Coroutine[None, None, None]]]:
        parts = self._parts
        jobs = [
            ("fold", self._fold()),
            *parts.sending.jobs(),
            ("scores", parts.scores.run()),
            ("calendars", parts.calendars.run()),
            ("push-devices", parts.push.run()),
            *parts.request_room.jobs(),
            ("assistant", parts.assistant.run()),
        ]
        return [*jobs, *parts.reporting.jobs(), *parts.watch.jobs(), *parts.listening.jobs()]
