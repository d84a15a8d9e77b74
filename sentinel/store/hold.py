"""Holding a store: a lock beside a file, a lease in a server's own table, nothing in memory."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy.engine import make_url

from sentinel.clock import Clock
from sentinel.errors import StoreHeld
from sentinel.store.cluster_beats import living_processes
from sentinel.store.file_lock import FileLock
from sentinel.store.holder import Held, Unshared, file_of
from sentinel.store.lease import PATIENCE, Lease

SHORT_PATIENCE = timedelta(seconds=6)
"""For a beat that stands still where a process of a cluster waits to begin."""
STANDS_BY = 2.0
LATELY = 30.0
"""Seconds after which a sign of life is given again: others forget in a minute who gives none."""
log = structlog.get_logger(__name__)


async def hold_store(url: str, clock: Clock) -> Held:
    """Hold a store before a row of it is touched.

    Raises
    ------
    StoreHeld
        When another daemon holds it, or processes of a cluster run on it.
    StoreError
        When its server cannot be reached.
    """
    if (path := file_of(url)) is not None:
        return FileLock.take(path, clock)
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Unshared()
    shown = parsed.render_as_string(hide_password=True)
    lease = await Lease.take(url, shown, clock, PATIENCE)
    try:
        if living := await living_processes(url, clock):
            raise StoreHeld(f"store {shown} is used by {', '.join(living)}; stop all processes of the cluster first")
    except BaseException:
        await lease.release()
        raise
    return lease


async def wait_for_store(url: str, clock: Clock) -> None:
    """Return once nobody has a server's store for himself: a daemon that is no cluster's, or a command.

    Raises
    ------
    StoreError
        When its server cannot be reached.
    """
    while not await Lease.is_free(url, clock, SHORT_PATIENCE):
        log.info("standing_by", reason="a daemon or a command has the store for itself")
        await clock.sleep(STANDS_BY)


async def begin_beside(url: str, clock: Clock, show: Callable[[], Awaitable[object]]) -> None:
    """Return once nobody has a server's store for himself and whoever wants it sees us: he waits whether our beat
    rises, so whoever calls this begins to beat at once then. One who was faster has the store first.

    ``show`` gives a sign of life.

    Raises
    ------
    StoreError
        When its server cannot be reached.
    """
    while True:
        shown = clock.monotonic()
        await show()
        await wait_for_store(url, clock)
        if clock.monotonic() - shown < LATELY:
            return
