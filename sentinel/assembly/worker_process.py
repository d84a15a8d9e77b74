"""Worker process: opens the store that others use as well, owns its share of the partitions, answers a monitor."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry

from sentinel import systemd
from sentinel.assembly.carrying import carrying
from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.reload import rename_stored
from sentinel.assembly.worker_parts import WorkerParts
from sentinel.clock import Clock, SystemClock
from sentinel.cluster.carrier import Carrier
from sentinel.cluster.store_news import StoreNews
from sentinel.cluster.worker import Worker
from sentinel.config.loader import Examined
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.ended import ended
from sentinel.errors import ConfigError
from sentinel.metrics.configured import declare
from sentinel.metrics.duties import RoleFigures
from sentinel.metrics.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.divided import divided_into
from sentinel.store.health import StoreFailing, StoreHealth
from sentinel.store.hold import begin_beside, wait_for_store
from sentinel.store.kept_secrets import SecretName
from sentinel.store.kept_versions import KeptVersions
from sentinel.store.secret_store import SecretStore
from sentinel.web.server import Bound, serve_figures

PATROL_EVERY = 1.0
STUCK = 60.0
"""Seconds without a look at the partitions: longer than any answer of the store is waited for."""
log = structlog.get_logger(__name__)


class WorkerProcess:
    """One running worker.

    Parameters
    ----------
    path, on_bound, examined
        The configuration file, read again on reload; who is told where its figures are; what the file says, where it
        was read just now.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        on_bound: Callable[[Bound], None] = lambda _: None,
        examined: Examined | None = None,
    ) -> None:
        self._clock = SystemClock.over(clock)
        self._on_bound = on_bound
        self._in_force = ConfigInForce(path, self._clock, examined)
        self._metrics = Metrics(CollectorRegistry())
        self._parts: WorkerParts | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Run until ``stop`` is set; then write every partition down, let go of it, and return."""
        config = self._in_force.config
        url = config.store.url.get_secret_value()
        systemd.tell_starting("opening the store")
        async with AsyncExitStack() as stack:
            await wait_for_store(url, self._clock)
            database = await Database.open(url, StoreHealth(self._clock), shared=True)
            stack.push_async_callback(database.close)
            await divided_into(database, config.cluster.partitions)
            await rename_stored(database, self._in_force.now().setup.renamed)
            secrets = await self._take_secrets(database)
            registry = self._metrics.registry
            carrier = await stack.enter_async_context(carrying(config.cluster, database, self._clock, registry))
            systemd.tell_starting("reading the sentiment model")
            parts = self._parts = WorkerParts(database, carrier, self._in_force, self._metrics, self._clock, secrets)
            stack.push_async_callback(parts.close)
            await parts.warm()
            await begin_beside(url, self._clock, parts.show)  # reading the model takes a while
            RoleFigures(registry, ["worker"])
            declare(self._metrics, config, self._in_force.now().setup, self._in_force.base_url)
            bound = await stack.enter_async_context(
                serve_figures(
                    self._figures,
                    lambda: self._trouble(carrier),
                    config.web.host,
                    config.web.port,
                    lambda: f"worker; partitions: {len(parts.worker.owners)}",
                )
            )
            self._on_bound(bound)
            systemd.tell("READY=1\nSTATUS=")
            async with asyncio.TaskGroup() as tasks:
                patrol = tasks.create_task(self._patrol(database, parts.worker), name="patrol")
                news = StoreNews(KeptVersions(database), self._clock)
                news.follow("secrets", secrets.refresh)
                following = tasks.create_task(news.run(), name="store-news")
                await parts.run(stop)
                await ended({patrol, following}, self._clock)

    async def reload(self) -> None:
        """Take in the file anew, and every partition with it.

        Raises
        ------
        ConfigError
            With every mistake; the old configuration stays in force.
        """
        try:
            newer = self._in_force.read()
        except ConfigError as error:
            log.error("reload_refused", problems=error.problems)
            raise
        if self._parts is not None:
            await rename_stored(self._parts.database, newer.setup.renamed)
        self._in_force.replace(newer)
        if self._parts is not None:
            self._parts.worker.leave_all()
        log.info("reloaded", brands=len(newer.config.brands))

    async def _take_secrets(self, database: Database) -> SecretKeeper:
        """Pages have links that every web process can read."""
        web_ = self._in_force.config.web
        kept = SecretStore(database, None)
        written = {SecretName.LINKS: web_.link_secret, SecretName.FORMS: web_.form_secret}
        given = {name: each.get_secret_value().encode() for name, each in written.items() if each is not None}
        secrets = SecretKeeper(kept, await kept.load(), given)
        self._in_force.links, self._in_force.authors_key = secrets.links, secrets.authors_key
        self._in_force.reword()
        return secrets

    async def _patrol(self, database: Database, worker: Worker) -> None:
        """A store that failed is well again once it takes a write: nothing was kept for it meanwhile. systemd hears
        that the worker gets its turns.
        """
        while True:
            await self._clock.sleep(PATROL_EVERY)
            if self._clock.monotonic() - worker.looked_at < STUCK:
                systemd.tell("WATCHDOG=1")
            if database.health.failing:
                with suppress(StoreFailing):
                    await database.mend()
                    database.health.well()

    def _trouble(self, carrier: Carrier) -> str:
        """What keeps it from folding anything; empty when nothing does."""
        if self._parts is not None and self._parts.database.health.failing:
            return "the store fails"
        return "" if carrier.reachable else "the servers that carry mentions are not heard"

    async def _figures(self, request: web.Request) -> tuple[bytes, str]:
        text, content_type = self._metrics.expose(",".join(request.headers.getall("Accept", [])))
        return b"".join(text), content_type
