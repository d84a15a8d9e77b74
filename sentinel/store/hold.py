"""Holding a store: a lock beside a file, a lease in a server's own table, nothing in memory."""

from datetime import timedelta

import structlog
from sqlalchemy.engine import make_url

from sentinel.clock import Clock
from sentinel.errors import StoreHeld
from sentinel.store.file_lock import FileLock
from sentinel.store.holder import Held, Unshared, file_of
from sentinel.store.lease import PATIENCE, Lease

SHORT_PATIENCE = timedelta(seconds=6)
"""For a beat that stands still where somebody stands by to take over."""
STANDS_BY = 2.0
log = structlog.get_logger(__name__)


async def hold_store(url: str, clock: Clock, *, waits: bool = False) -> Held:
    """Hold a store before a row of it is touched; ``waits``: a server's for as long as another one has it.

    Raises
    ------
    StoreHeld
        When another daemon holds it.
    StoreError
        When its server cannot be reached.
    """
    if (path := file_of(url)) is not None:
        return FileLock.take(path, clock)
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Unshared()
    shown = parsed.render_as_string(hide_password=True)
    while True:
        try:
            return await Lease.take(url, shown, clock, SHORT_PATIENCE if waits else PATIENCE)
        except StoreHeld as held:
            if not waits:
                raise
            log.info("standing_by", reason=str(held))
            await clock.sleep(STANDS_BY)
