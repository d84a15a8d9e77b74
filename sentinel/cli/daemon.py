"""``sentinel run``: the daemon, until a signal ends it."""

import asyncio
import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from sentinel.assembly.collector import look_seldom, pass_over, uncollected
from sentinel.assembly.process_roles import PARTS, ProcessRole, roles_of
from sentinel.cli.options import ConfigFile
from sentinel.clock import SystemClock
from sentinel.config.guarded import open_to_others, written_secrets
from sentinel.config.loader import Examined, examine
from sentinel.config.tree import Tree
from sentinel.errors import BadInput, ConfigError, SentinelError
from sentinel.logs import set_up

if TYPE_CHECKING:
    from sentinel.assembly.app import Daemon
    from sentinel.assembly.worker_process import WorkerProcess
    from sentinel.web.server import Bound

log = structlog.get_logger(__name__)


def run(
    config: ConfigFile = Path("config/sentinel.yaml"),
    role: Annotated[
        list[ProcessRole] | None,
        typer.Option(
            help="all; in a cluster also ingest (sources, HTTP door), worker (folds brands), notify (sends) or web "
            "(pages, API); may be given several times."
        ),
    ] = None,
) -> None:
    """Run the daemon. SIGTERM and SIGINT end it in order, SIGHUP reloads the configuration."""
    from sentinel.store.holder import file_of

    look_seldom()
    os.umask(0o077)  # what is written here, nobody else on the machine need read
    examined = _read(config)
    settings = examined.taken
    roles = roles_of(role or ())
    if len(roles) < len(PARTS) and not settings.cluster.partitions:
        given = " ".join(f"--role {each.value}" for each in role or ())
        raise BadInput(f"{given}: cluster.partitions is 0, so that one process does all; write 16 there")
    set_up(settings.logging.level, settings.logging.format)
    readable = [config] if written_secrets(settings, examined.hidden) else []
    for path in (*readable, *filter(None, [file_of(settings.store.url.get_secret_value())])):
        if said := open_to_others(path):
            log.warning("open_to_others", path=str(path), advice=said)
    try:
        import uvloop  # where it runs; elsewhere asyncio's own loop does

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:
        runner = asyncio.Runner()
    with runner:
        try:
            runner.run(_serve(config, examined, roles))
        except* SentinelError as group:
            raise _first(group) from None
    _leave()


def _read(path: Path) -> Examined:
    """What the file says, without the places where it says so: there is nothing left to complain of."""
    with uncollected():
        examined = examine(path)
        pass_over()
    return replace(examined, tree=Tree(path=path, value=None)) if not examined.problems else examined


def _first(group: ExceptionGroup[SentinelError]) -> SentinelError:
    """What ended it, however deep in task groups it was raised."""
    found: SentinelError | ExceptionGroup[SentinelError] = group
    while isinstance(found, ExceptionGroup):
        found = found.exceptions[0]
    return found


def _leave() -> None:
    """End the process, everything being closed and written.

    Threads that hang in a provider are left behind on purpose. The interpreter's own end would wait for the lock of a
    stream that one of them may be writing to, give up, and abort: a clean stop would look like a crash.
    """
    if any(thread.daemon for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


async def _serve(config: Path, examined: Examined, roles: frozenset[ProcessRole]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    hangup = asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, hangup.set)
    await _say_connections(examined, roles)
    with uncollected():
        daemon = _built(config, examined, roles)  # a hangup from now on is not lost
        pass_over()  # before the collector runs again: it would look through all of it at once
    async with asyncio.TaskGroup() as tasks:
        reloads = tasks.create_task(_reload(daemon, hangup), name="reload")
        await daemon.run(stop)
        reloads.cancel()


async def _say_connections(examined: Examined, roles: frozenset[ProcessRole]) -> None:
    from sentinel.assembly.connections import connections_of, few_connections

    if said := await few_connections(examined.taken, connections_of(examined.taken, roles), free=True):
        log.warning("few_connections", advice=said)


def _built(config: Path, examined: Examined, roles: frozenset[ProcessRole]) -> "Daemon | WorkerProcess":
    """All that one needs is imported here; to ask a daemon how it is takes much less."""
    if roles == {ProcessRole.WORKER}:
        from sentinel.assembly.worker_process import WorkerProcess

        return WorkerProcess(config, SystemClock(), _announce, examined)
    from sentinel.assembly.app import Daemon

    return Daemon(config, SystemClock(), _announce, examined, roles=roles)


async def _reload(daemon: "Daemon | WorkerProcess", hangup: asyncio.Event) -> None:
    while True:
        await hangup.wait()
        hangup.clear()
        try:
            await daemon.reload()
        except ConfigError:
            continue  # said in the log; the old configuration stays in force
        except Exception:  # what is in a file must not end a daemon that runs
            log.exception("reload_failed", reason="the old configuration stays in force")


def _announce(bound: "Bound") -> None:
    pass_over()  # the parts stand
    log.info("listening", url=f"{bound.url}/")
